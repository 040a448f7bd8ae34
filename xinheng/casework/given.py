"""What officers give with a step of a case (办理内容): plain, frozen, before it is written anywhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class GroundGiven:
    """A document on which a draft rests; with `instrument` it is one of the register's, which then says the rest."""

    number: str = ""
    kind: str = ""
    body_name: str = ""
    decided_on: date | None = None
    effect: str = "effective"
    instrument: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentGiven:
    """What the body above said, by the number of its paper."""

    body_name: str
    number: str
    given_on: date
    granted: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class LeniencyGiven:
    """What was asked and decided on leniency (四（二）)."""

    heard: bool = False
    grounds: tuple[str, ...] = ()
    decision: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What an officer writes about the matter, sealed under the party's key; paragraphs as they are printed."""

    facts: str = ""
    evidence: str = ""
    reconsideration_body: str = ""
    court: str = ""
    contact_person: str = ""
    contact_phone: str = ""
    contact_address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftGiven:
    """A draft as a whole. `ground_lapsed_on`: from when the list's own time for deciding runs, where it has one."""

    range: str
    criteria: tuple[str, ...]
    grounds: tuple[GroundGiven, ...]
    words: Words = Words()
    window: int | None = None
    conduct_from: date | None = None
    conduct_to: date | None = None
    months: int | None = None
    consent: ConsentGiven | None = None
    ground_lapsed_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A new case of one party on one list; a linked person's names the unit's case."""

    list: str
    subject: UUID
    draft: DraftGiven
    leniency: LeniencyGiven = LeniencyGiven()
    role: str = "subject"
    unit_case: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceGiven:
    """A proof of service as it came back."""

    way: str
    on: date
    shows: tuple[str, ...]
    receiver: str = ""
    place: str = ""
    servers: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectionGiven:
    """What the party brought forward, in which form and when it came in."""

    kind: str
    received_at: datetime
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyGiven:
    """The written reply to one objection."""

    objection: UUID
    checked: str
    reasons: str
    upheld: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HearingGiven:
    """A hearing as it was held."""

    objection: UUID
    on: date
    place: str
    presider: str
    recorder: str
    attended: str = ""
    proceedings: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reinstating:
    """The decision on a false promise that puts an entry back: its number and day, and whether the term restarts."""

    number: str
    decided_on: date
    restarts: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """All that may come with a step; what a step does not take is left out."""

    reason: str = ""
    draft: DraftGiven | None = None
    service: ServiceGiven | None = None
    objection: ObjectionGiven | None = None
    reply: ReplyGiven | None = None
    hearing: HearingGiven | None = None
    reinstating: Reinstating | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskGiven:
    """A way out that a clerk asks a signer to grant: `exit` or `correct`."""

    step: str
    reason: str
    applied_on: date | None = None
    corrected_on: date | None = None
    met: tuple[str, ...] = ()
    barred: tuple[str, ...] = field(default=())
