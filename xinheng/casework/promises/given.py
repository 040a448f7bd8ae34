"""What a case on a false promise is opened with (承诺不实立案内容); with its steps comes what comes with those of a listing."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from xinheng.casework.given import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """The granted item of a repair, what was found, the documents that show it (name, file), the window in working days."""

    item: UUID
    words: Words
    evidence: tuple[tuple[str, bytes], ...]
    window: int = 7
