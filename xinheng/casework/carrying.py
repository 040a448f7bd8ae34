"""What a revocation does to records, list entries and what hangs on them (撤销与变更的落实).

Each call below is a service with its own event, inside the transaction of the revocation; publication and recalls
follow the records' events, measures and publication of lists those of the cases.
"""

# clauses: 1.3a, 5.1d, 2.4

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from xinheng.access.actor import Actor, system
from xinheng.access.scope import acting, whole_city
from xinheng.casework.fire import fire
from xinheng.casework.given import Given
from xinheng.casework.models import Case, Revocation
from xinheng.casework.resting import DOCUMENT, Resting, same_document
from xinheng.casework.revocationfacts import Held, facts_of, load
from xinheng.casework.services import change_ground
from xinheng.law.facts import Effect
from xinheng.law.falling import Fate, Layer
from xinheng.law.language import Refusal
from xinheng.law.procedures.listingrules import HIDDEN, LISTED
from xinheng.law.procedures.revocation import outcome_of
from xinheng.law.repairrules import RepairEffect
from xinheng.law.standing import Ground
from xinheng.registry import outcomes, standing
from xinheng.registry.models import ListEntry, Record, RecordState
from xinheng.registry.outcomes import Decided
from xinheng.runtime.clock import day_of

ENDED, REST = RepairEffect.END_SHARING_AND_PUBLICATION, RepairEffect.WITHHOLD
# What a record comes to, by its fate. What was varied rests until its new content is there.
ON_RECORDS: Mapping[Fate, RepairEffect] = {
    Fate.FALLS: ENDED,
    Fate.HIDDEN: REST,
    Fate.SUSPENDED: REST,
    Fate.VARIED: REST,
}
# And the step of its case that an entry comes to, which is the system's own.
ON_ENTRIES: Mapping[Fate, str] = {Fate.FALLS: "revoke", Fate.HIDDEN: "hide", Fate.SUSPENDED: "hide"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    case: UUID
    agency: UUID
    body_name: str
    state: str
    revision: int
    number: str


def relieve(matter: UUID, resting: Resting, *, actor: Actor, now: datetime) -> None:
    """Take down, hide or suspend what rests on the document, as the law has it fall."""
    row = Revocation.objects.get(pk=matter)
    found = outcome_of(facts_of(load(row), today=day_of(now), resting=resting))
    things = {each.node.id: each for each in resting.things}
    _grounds_outside(row, actor, now)
    for fate, effect in ON_RECORDS.items():
        records = [
            things[each.node.id].target
            for each in found
            if each.node.layer is Layer.RECORD and each.fate is fate
        ]
        for agency, theirs in _by_agency(records).items():
            by = actor if agency == actor.agency_id else system(agency)
            _apply(theirs, effect, row, by, now)
    for each in found:
        if each.node.layer is Layer.ENTRY and each.fate in ON_ENTRIES:
            _entry_follows(things[each.node.id].target, ON_ENTRIES[each.fate], now)


def _apply(records: list[UUID], effect: RepairEffect, row: Revocation, by: Actor, now: datetime) -> None:
    with acting(by):
        outcomes.apply_effect(records, effect, decided=decided(row), actor=by, now=now)


def decided(row: Revocation) -> Decided:
    """In which matter effects are put and lifted."""
    return Decided(ground=Ground.REVOCATION, matter=row.pk, number=row.number, asked_by=row.opened_by)


def _by_agency(records: Iterable[UUID]) -> dict[UUID, list[UUID]]:
    found: dict[UUID, list[UUID]] = {}
    with whole_city():
        rows = Record.objects.filter(pk__in=list(records)).order_by("agency_id", "pk")
        for record, agency in rows.values_list("pk", "agency_id"):
            found.setdefault(agency, []).append(record)
    return found


def _grounds_outside(row: Revocation, actor: Actor, now: datetime) -> None:
    """Cases of the same body that name the document without the register are told too."""
    effect = row.instrument.effect
    if row.varied and effect == Effect.EFFECTIVE:
        effect = Effect.STAYED.value
    for each in same_document(row.instrument):
        case = each.draft.case
        if case.agency_id == actor.agency_id and each.effect != effect:
            change_ground(case.pk, each.pk, effect, revision=case.revision, actor=actor, now=now)


def _entry_follows(entry: UUID, step: str, now: datetime) -> None:
    """The step of the case, which is the system's own: no officer has to agree to a relief."""
    held = _entry(entry)
    if held.state == LISTED or (held.state == HIDDEN and step == "revoke"):
        by = system(held.agency, held.body_name)
        fire(held.case, step, revision=held.revision, given=Given(), actor=by, now=now)


def _entry(entry: UUID) -> _Entry:
    with whole_city():
        case = Case.objects.select_related("agency").get(
            pk=ListEntry.objects.values_list("case", flat=True).get(pk=entry)
        )
    return _Entry(
        case=case.pk, agency=case.agency_id, body_name=case.agency.name, state=case.state,
        revision=case.revision, number=case.number,
    )  # fmt: skip


# ---- the steps of officers -----------------------------------------------------------------------------------


def _no_entry_left(held: Held) -> None:
    """What is to fall has left its list by the list's own procedure first, so that nothing is half taken down."""
    for each in held.targets(Layer.ENTRY):
        entry = _entry(each.target)
        if each.fate != Fate.STANDS and entry.state in (LISTED, HIDDEN):
            raise Refusal.because("REVOCATION_ENTRY_OPEN", "huaian-2021-13#2.4", number=entry.number)


def _let_fall(held: Held, _reason: str, actor: Actor, now: datetime) -> None:
    """What was hidden or suspended is taken down for good."""
    if records := _live(held):
        _apply(records, ENDED, held.row, actor, now)


def _take_up(held: Held, reason: str, actor: Actor, now: datetime) -> None:
    """Records are seen again, and entries go on by the step of their case, with the guards of that."""
    _lift(held, reason, actor, now)
    for each in held.targets(Layer.ENTRY):
        entry = _entry(each.target)
        if entry.state == HIDDEN and entry.agency == actor.agency_id:
            given = Given(reason=reason)
            fire(entry.case, "restore", revision=entry.revision, given=given, actor=actor, now=now)


def _lift(held: Held, _reason: str, actor: Actor, now: datetime) -> None:
    resting = standing.under_effect(_live(held), REST, held.row.pk)
    if resting:
        outcomes.lift_effect(resting, REST, decided=decided(held.row), actor=actor, now=now)


def _live(held: Held) -> list[UUID]:
    """Records of the document that are there still."""
    document = DOCUMENT + str(held.row.instrument_id)
    targets = [each.target for each in held.targets(Layer.RECORD) if document in each.rests_on]
    rows = Record.objects.filter(pk__in=targets).exclude(state=RecordState.SHREDDED)
    return list(rows.values_list("pk", flat=True))


After = Callable[[Held, str, Actor, datetime], None]
BEFORE: Mapping[str, Callable[[Held], None]] = {"let_fall": _no_entry_left}
AFTER: Mapping[str, After] = {
    "let_fall": _let_fall,
    "vary": _lift,
    "keep": _take_up,
    "resume": _take_up,
}
