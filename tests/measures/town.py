"""Subjects, list entries and documents on which measures rest, put there without their cases (惩戒措施测试夹具)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from tests import cast
from tests.publication.shelf import Kept, keep
from xinheng.access.actor import Actor
from xinheng.access.gate import Opened, open_file
from xinheng.access.models import Agency
from xinheng.access.scope import whole_city
from xinheng.catalog.public import current_law
from xinheng.law.facts import SubjectKind
from xinheng.law.leniency import Leniency
from xinheng.law.measures import Reasons
from xinheng.ledger.ids import uuid7
from xinheng.ledger.kinds import EventKind
from xinheng.ledger.services import append
from xinheng.registry import services
from xinheng.registry.measurefacts import Given
from xinheng.registry.models import Instrument, ListEntry, MeasureTaken, Record
from xinheng.subjects.models import Subject
from xinheng.subjects.services import RESIDENT_ID, add_person, add_subject

CLERK, CHECKER = cast.MARKET_CLERK.actor, cast.MARKET_CHECKER.actor
# A third person of the same body, for the second review.
REVIEWER = replace(CHECKER, user_id=UUID(int=0xBFF), name="示例壬", roles=frozenset({"signer"}))
OTHER_CLERK, OTHER_CHECKER = cast.ENVIRONMENT_CLERK.actor, cast.ENVIRONMENT_CHECKER.actor
WHOLE = Reasons(domain="示例领域", nature="示例性质", gravity="示例情节", impact="示例影响")
HEARD = Leniency(heard=True)
CODES = {
    SubjectKind.LEGAL_PERSON: (cast.FIRM_CODE, cast.FIRM_NAME),
    SubjectKind.SOLE_TRADER: (cast.SHOP_CODE, cast.SHOP_NAME),
    SubjectKind.PUBLIC_BODY: (cast.uscc("12", 504), "示例事业单位"),
}


@dataclass(frozen=True)
class Town:
    """The subjects by kind."""

    subjects: Mapping[SubjectKind, UUID]

    @property
    def firm(self) -> UUID:
        return self.subjects[SubjectKind.LEGAL_PERSON]

    @property
    def person(self) -> UUID:
        return self.subjects[SubjectKind.NATURAL_PERSON]


def build() -> Town:
    """One subject of each kind that the stories need."""
    made = {
        kind: add_subject(kind=kind, uscc=code, name=name, seen_from=cast.TODAY, actor=CLERK, now=cast.NOW)
        for kind, (code, name) in CODES.items()
    }
    made[SubjectKind.NATURAL_PERSON] = add_person(
        id_kind=RESIDENT_ID, number=cast.PERSON_ID, name=cast.PERSON_NAME, actor=CLERK, now=cast.NOW
    )
    return Town(made)


def listed(subject: UUID, *, agency: cast.Office = cast.MARKET, **other: Any) -> ListEntry:
    """An entry that a case would have made; its own guard is off here (see conftest)."""
    kind = Subject.objects.get(pk=subject)
    ended = {"ended_on": cast.TODAY, "ended_by": "end"} if other.get("state") == "removed" else {}
    told = {
        "list": "wage", "edition": "示例", "range": "R1", "role": "subject", "body_name": agency.name, "number": "示列〔2026〕1号",
        "decided_on": date(2026, 1, 5), "listed_on": date(2026, 1, 9), "interim": False, "publishable": False,
    }  # fmt: skip
    with whole_city():
        made = ListEntry.objects.create(
            id=uuid7(), case=uuid7(), subject_id=subject, subject_kind=kind.kind, party=kind.name or "",
            agency_id=agency.id, **{**told, **ended, **other},
        )  # fmt: skip
    cast.leave_untold()
    return made


def leave(entry: ListEntry, kind: EventKind = EventKind.CASE_HIDE, *, now: datetime = cast.NOW) -> None:
    """Take an entry off the list as the step of its case does: state first, then the event, in one transaction."""
    hidden = kind is EventKind.CASE_HIDE
    told = {"state": "hidden"} if hidden else {"state": "removed", "ended_on": now.date(), "ended_by": "示例"}
    with transaction.atomic(), whole_city():
        ListEntry.objects.filter(pk=entry.pk).update(**told)
        append(kind, payload={"case": entry.case}, agency=entry.agency_id, now=now)


def restore(entry: ListEntry) -> None:
    """Put a hidden entry back on the list."""
    with transaction.atomic(), whole_city():
        ListEntry.objects.filter(pk=entry.pk).update(state="listed")
        append(EventKind.CASE_RESTORE, payload={"case": entry.case}, agency=entry.agency_id, now=cast.NOW)


def document(subject: UUID, *, effect: str = "effective", **other: Any) -> Instrument:
    """A document of the register about a subject, with its record."""
    kind = SubjectKind(Subject.objects.get(pk=subject).kind)
    code, name = CODES.get(kind, (cast.PERSON_ID, cast.PERSON_NAME))
    (record,) = keep(Kept(code=code, name=name, kind=kind, decided_on=date(2026, 5, 20), **other))
    cast.leave_untold()
    with whole_city(), as_intake():
        # A person is somebody new to the shelf.
        Record.objects.filter(pk=record).update(subject_id=subject)
        made: Instrument = Record.objects.select_related("instrument").get(pk=record).instrument
        Instrument.objects.filter(pk=made.pk).update(effect=effect)
    return made


@contextmanager
def as_intake() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE xinheng_intake")
        yield
        cursor.execute("SET LOCAL ROLE NONE")


def reach(agency: cast.Office, **told: Any) -> None:
    """What an agency is competent for."""
    Agency.objects.filter(pk=agency.id).update(**told)
    cast.leave_untold()


def opened(actor: Actor, subject: UUID, now: datetime = cast.NOW) -> Opened:
    return open_file(actor=actor, subject=subject, purpose="duty", basis="示例采购1号", now=now)


def given(**other: Any) -> Given:
    """A proposal with nothing amiss: wage arrears, government procurement."""
    told = {
        "row": "wage-48", "matter": "procurement", "link": "示例关系", "reasons": WHOLE, "leniency": HEARD
    }  # fmt: skip
    return Given(**{**told, **other})


def propose(
    subject: UUID, told: Given | None = None, *, actor: Actor = CLERK, now: datetime = cast.NOW, **other: Any
) -> UUID:
    look = opened(actor, subject, now)
    return services.propose_measure(told or given(**other), opened=look, actor=actor, now=now)


def decide(
    measure: UUID,
    *,
    granted: bool = True,
    reason: str = "",
    actor: Actor = CHECKER,
    now: datetime = cast.NOW,
) -> None:
    services.decide_measure(
        measure, granted=granted, reason=reason, opened=opened(actor, row(measure).subject_id, now),
        actor=actor, now=now,
    )  # fmt: skip


def taken(subject: UUID, *, by: Actor = CLERK, checked: Actor = CHECKER, **other: Any) -> UUID:
    """A measure in force, by two persons."""
    made = propose(subject, actor=by, **other)
    decide(made, actor=checked)
    return made


def row(measure: UUID) -> MeasureTaken:
    with whole_city():
        return MeasureTaken.objects.get(pk=measure)


def law(day: date = cast.TODAY) -> Any:
    return current_law(day)
