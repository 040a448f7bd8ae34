"""What is told about a file or a cell: a code of refusals.yaml and the values of its text (问题)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from xinheng.law.language import Outcome, Reason, Refusal


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to tell that stops nothing. Values never hold a person's code or name."""

    code: str
    values: Mapping[str, str] = field(default_factory=dict)


class FileFault(Refusal):
    """The file cannot be taken in at all: nothing of it is stored (文件级问题)."""

    def __init__(self, code: str, **values: object) -> None:
        self.code = code
        self.values = {name: str(value) for name, value in values.items()}
        super().__init__(Reason("file", Outcome.FORBIDDEN, (), code, self.values))
