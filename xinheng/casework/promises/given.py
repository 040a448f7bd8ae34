"""What comes with a case on a false promise (承诺不实办理内容): plain, frozen, before it is written anywhere."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from xinheng.casework.given import ObjectionGiven, ReplyGiven, ServiceGiven, Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """The granted item of a repair, what was found, the documents that show it (name, file), the window in working days."""

    item: UUID
    words: Words
    evidence: tuple[tuple[str, bytes], ...]
    window: int = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """All that may come with a step; what a step does not take is left out."""

    reason: str = ""
    service: ServiceGiven | None = None
    objection: ObjectionGiven | None = None
    reply: ReplyGiven | None = None
