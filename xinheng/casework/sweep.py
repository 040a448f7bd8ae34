"""What ends by the calendar or by the fall of its documents (到期移出、依据失效), as the machine's own steps.

None of them is adverse, and each is asked of the law again by `fire`, in a transaction of its own with its own
event. One case that is refused does not stop the others: it is reported, and asked again the next day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from xinheng.access.actor import system
from xinheng.access.scope import acting, whole_city
from xinheng.casework.fire import fire
from xinheng.casework.given import Given
from xinheng.casework.models import Case, CaseStep, Ground, SetAside
from xinheng.catalog.public import current_law
from xinheng.law.facts import Effect
from xinheng.law.language import Refusal
from xinheng.law.lawbook import Law
from xinheng.law.procedures.listingrules import HIDDEN, LISTED, REMOVED
from xinheng.runtime.clock import day_of

Candidates = Callable[[date, Law], QuerySet[Case]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A step that the calendar or a document's fall asks for."""

    case: UUID
    number: str
    step: str
    revision: int
    agency: UUID
    body_name: str


@dataclass(frozen=True, slots=True)
class NotTaken:
    """A step that was not taken, and the code of the refusal or the kind of fault."""

    due: Due
    code: str


@dataclass(frozen=True, slots=True)
class Swept:
    """What was done, in the order in which it was, and what was not."""

    taken: tuple[Due, ...]
    refused: tuple[NotTaken, ...]


def sweep(*, now: datetime) -> Swept:
    """Take every step that is the machine's today, with catch-up; a second time there is nothing left to take."""
    taken: list[Due] = []
    refused: list[NotTaken] = []
    # A step may bring about the next kind's: a person leaves once the unit has left.
    for step in STEPS:
        for each in due(step, day_of(now)):
            code = _take(each, now)
            if code:
                refused.append(NotTaken(each, code))
            else:
                taken.append(each)
    return Swept(tuple(taken), tuple(refused))


def due(step: str, today: date) -> list[Due]:
    """The cases of all agencies in which this step is the machine's on this day."""
    law = current_law(today)
    with transaction.atomic(), acting(system()), whole_city():
        rows = (
            STEPS[step](today, law)
            .order_by("id")
            .values_list("id", "number", "revision", "agency", "agency__name")
        )
        return [
            Due(case=case, number=number, step=step, revision=revision, agency=agency, body_name=name)
            for case, number, revision, agency, name in rows
        ]


def _take(each: Due, now: datetime) -> str:
    """Take one step; "" when it was taken, else why not."""
    actor = system(each.agency, each.body_name)
    try:
        fire(each.case, each.step, revision=each.revision, given=Given(), actor=actor, now=now)
    except Refusal as refusal:
        return refusal.reasons[0].code
    except Exception as fault:  # a fault of one case must not stop the others; its text may hold data
        return type(fault).__name__
    return ""


# ---- which cases ----------------------------------------------------------------------------------------


def _listed(*states: str) -> QuerySet[Case]:
    return Case.objects.filter(state__in=states or (LISTED, HIDDEN))


def _over(today: date, _law: Law) -> QuerySet[Case]:
    """The term is over: the last day still counts."""
    return _listed().filter(until__lt=today)


def _grounds() -> QuerySet[Ground]:
    return Ground.objects.filter(draft__case=OuterRef("pk"), draft__version=OuterRef("version"))


# One of the register's has the effect that it has there.
_STANDS = Q(instrument__effect=Effect.EFFECTIVE) | Q(instrument=None, effect=Effect.EFFECTIVE)


# A stay ends: nothing is taken off a list for good on account of it.
_STAYED = Q(instrument__effect=Effect.STAYED) | Q(instrument=None, effect=Effect.STAYED)


def _all_fell(_today: date, _law: Law) -> QuerySet[Case]:
    return _listed().filter(~Exists(_grounds().filter(_STANDS | _STAYED)))


def _one_fell(_today: date, _law: Law) -> QuerySet[Case]:
    """One fell that no signer has set aside: what an officer let stand, the machine does not hide again."""
    restored = CaseStep.objects.filter(case=OuterRef("case"), step="restore").order_by("-seq")
    aside = SetAside.objects.filter(ground=OuterRef("pk"), revision=Subquery(restored.values("seq")[:1]))
    return _listed(LISTED).filter(Exists(_grounds().exclude(_STANDS).filter(~Exists(aside))))


def _unit_left(_today: date, law: Law) -> QuerySet[Case]:
    """Only where the list says that its persons leave with the unit."""
    leaving = Q(pk__in=())
    for code, role in _leave_with_unit(law):
        leaving |= Q(list=code, role=role)
    return _listed().filter(leaving, unit_case__state=REMOVED).exclude(unit_case=F("pk"))


def _leave_with_unit(law: Law) -> Iterator[tuple[str, str]]:
    for each in law.serious_lists():
        yield from ((each.code, str(role)) for role, link in each.linked.items() if link.leaves_with_unit)


STEPS: dict[str, Candidates] = {
    "end": _over,
    "revoke": _all_fell,
    "hide": _one_fell,
    "leave_with_unit": _unit_left,
}
