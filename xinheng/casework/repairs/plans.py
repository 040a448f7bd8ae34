"""Plans that a court approved (重整计划、和解协议): handed in with the ruling, verified by another, ended by day or officer.

What runs is a fact of the case; that measures are lifted for it is the case's own step. When it is over measures stand
again where their ground does, the mark beside the records goes, and the bodies that took measures rate them anew.
"""

# clauses: 5.1a, 4.2a

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from xinheng.access.actor import Actor, system
from xinheng.access.permissions import CHECKER, CLERK, SIGNER, require
from xinheng.access.scope import acting, whole_city
from xinheng.casework import texts
from xinheng.casework.repairs.lodging import VERB, bound, write_material
from xinheng.casework.repairs.models import RepairCase, RepairItem, RepairMaterial, RepairPlan
from xinheng.casework.taking import lock, on_behalf
from xinheng.law.language import Refusal
from xinheng.law.procedures.repair import OPEN, REPAIR
from xinheng.law.standing import Ground, Mark
from xinheng.ledger.emitting import composed, emits
from xinheng.ledger.kinds import EventKind
from xinheng.ledger.services import append
from xinheng.registry import lifting, outcomes
from xinheng.registry.models import LiftEnd, MeasureLift
from xinheng.registry.outcomes import Decided
from xinheng.runtime.clock import day_of
from xinheng.runtime.db import uuid7

RULING = "ruling"
STEP, BANKRUPTCY = "repair.step", "gbf-2025-22#bankruptcy"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanGiven:
    """What a ruling says, as it is handed in: the file that was kept, the court, its number, from when to when."""

    material: UUID
    court: str
    number: str
    runs_from: date
    until: date


@emits(EventKind.REPAIR_MATERIAL)
def keep_ruling(case: UUID, name: str, file: bytes, *, actor: Actor, now: datetime) -> UUID:
    """An officer keeps a ruling that came to the body; gives the material. The applicant's own come by `supply`.

    Raises Refusal PERMISSION_DENIED, NOT_FOUND, NOT_READY, MATERIAL_UNREADABLE or MATERIAL_DANGEROUS.
    """
    require(actor, STEP)
    with acting(actor):
        held = _open_case(case, actor)
        return write_material(held.application, RULING, name, file, case, actor, now)


@emits(EventKind.REPAIR_PLAN_STATED)
def state_plan(case: UUID, given: PlanGiven, *, actor: Actor, now: datetime) -> UUID:
    """Say what the ruling says of the plan: the applicant at either counter, or an officer; gives the plan.

    Raises Refusal PERMISSION_DENIED, MANDATE_ENDED, NOT_FOUND, NOT_READY, STEP_INCOMPLETE or REPAIR_PLAN_DAYS.
    """
    require(actor, VERB if actor.own else STEP)
    with acting(actor):
        if actor.own:
            bound(actor)
        held = _open_case(case, actor)
        _require_whole(held, given, day_of(now))
        identity, event = uuid7(), uuid7()
        said = {"court": given.court.strip(), "number": given.number.strip()}
        RepairPlan.objects.create(
            id=identity, case=held, material_id=given.material, runs_from=given.runs_from, until=given.until,
            by=actor.user_id, at=now, event=event, **texts.sealed(RepairPlan, identity, held.subject_id, said),
        )  # fmt: skip
        told = {"repair": case, "plan": identity, "by": actor.user_id, **on_behalf(actor)}
        append(EventKind.REPAIR_PLAN_STATED, payload=told, agency=held.agency_id, now=now, event_id=event)
        return identity


def _open_case(case: UUID, actor: Actor) -> RepairCase:
    held = lock(RepairCase, case, actor)
    if held.state not in OPEN:
        raise Refusal.because("NOT_READY", BANKRUPTCY, state=REPAIR.states[held.state])
    return held


def _require_whole(case: RepairCase, given: PlanGiven, today: date) -> None:
    lacking = [
        name for name, said in (("法院", given.court), ("裁定的案号", given.number)) if not said.strip()
    ]
    if lacking:
        raise Refusal.because("STEP_INCOMPLETE", BANKRUPTCY, lacking="、".join(lacking))
    if not given.runs_from <= min(given.until, today):
        raise Refusal.because("REPAIR_PLAN_DAYS", BANKRUPTCY)
    found = RepairMaterial.objects.filter(
        pk=given.material, application=case.application_id, kind=RULING
    ).first()
    if found is None or found.case_id not in (None, case.pk):
        raise Refusal.because("NOT_FOUND")


@emits(EventKind.REPAIR_PLAN_VERIFIED)
def verify_plan(plan: UUID, *, confirmed: bool, note: str = "", actor: Actor, now: datetime) -> None:
    """A clerk other than who handed it in has seen that it is so, or that it is not, and says why.

    Raises Refusal PERMISSION_DENIED, NOT_FOUND, NOT_READY, SAME_PERSON, ALREADY_DECIDED or REASON_REQUIRED.
    """
    require(actor, STEP)
    _require_role(actor, CLERK)
    if not confirmed and not note.strip():
        raise Refusal.because("REASON_REQUIRED", BANKRUPTCY)
    with acting(actor):
        row = _locked(plan, actor)
        if row.verified is not None:
            raise Refusal.because("ALREADY_DECIDED")
        if row.case.state not in OPEN:
            raise Refusal.because("NOT_READY", BANKRUPTCY, state=REPAIR.states[row.case.state])
        if row.by == actor.user_id:
            raise Refusal.because("SAME_PERSON")
        row.verified, row.verified_by, row.verified_at, row.verified_event = (
            confirmed,
            actor.user_id,
            now,
            uuid7(),
        )
        _seal(row, "verified", note)
        row.save()
        told = {"repair": row.case_id, "plan": plan, "confirmed": confirmed, "by": actor.user_id}
        append(
            EventKind.REPAIR_PLAN_VERIFIED, payload=told, agency=row.case.agency_id, now=now, event_id=row.verified_event
        )  # fmt: skip


@composed
def end_plan(plan: UUID, why: str, *, on: date, reason: str, actor: Actor, now: datetime) -> None:
    """The plan was performed, or annulled by the court, on a day: measures stand again from today, in one transaction.

    Raises Refusal PERMISSION_DENIED, NOT_FOUND, REASON_REQUIRED, SAME_PERSON, ALREADY_DECIDED or REPAIR_PLAN_DAYS.
    """
    require(actor, STEP)
    _require_role(actor, CHECKER, SIGNER)
    if why not in (LiftEnd.PERFORMED, LiftEnd.ANNULLED):
        raise Refusal.because("NOT_FOUND")
    if not reason.strip():
        raise Refusal.because("REASON_REQUIRED", BANKRUPTCY)
    with acting(actor):
        write_end(plan, LiftEnd(why), on=on, reason=reason, actor=actor, now=now)
        _stand_again(plan, LiftEnd(why), actor, now)


@emits(EventKind.REPAIR_PLAN_ENDED)
def write_end(plan: UUID, why: LiftEnd, *, on: date, reason: str, actor: Actor, now: datetime) -> None:
    """The plan's own end. Part of `end_plan` and `end_due`."""
    with acting(actor):
        row = _locked(plan, actor)
        if row.ended_on is not None or not row.verified:
            raise Refusal.because("ALREADY_DECIDED" if row.ended_on else "REPAIR_PLAN_MISSING", BANKRUPTCY)
        if not row.runs_from <= on <= day_of(now):
            raise Refusal.because("REPAIR_PLAN_DAYS", BANKRUPTCY)
        if why is not LiftEnd.TERM and row.verified_by == actor.user_id:
            raise Refusal.because("SAME_PERSON")
        row.ended_on, row.ended_by, row.ended_at, row.ended_event = on, why.value, now, uuid7()
        row.ender = None if why is LiftEnd.TERM else actor.user_id
        _seal(row, "ended", reason)
        row.save()
        told = {"repair": row.case_id, "plan": plan, "why": why.value, "on": on, "by": actor.user_id}
        append(
            EventKind.REPAIR_PLAN_ENDED, payload=told, agency=row.case.agency_id, now=now, event_id=row.ended_event
        )  # fmt: skip


def _stand_again(plan: UUID, why: LiftEnd, actor: Actor, now: datetime) -> None:
    """What was lifted for it: used again from the day on which that is registered, never from a day before."""
    lift = MeasureLift.objects.filter(plan=plan, ended_on=None).first()
    if lift is None:
        return
    row = RepairPlan.objects.select_related("case").get(pk=plan)
    on = min(day_of(now), lift.until + timedelta(days=1))
    lifting.end_lift(plan, why, on=on, agency=row.case.agency_id, actor=actor, now=now)
    if MeasureLift.objects.filter(matter=row.case_id, ended_on=None).exists():
        return
    records = RepairItem.objects.filter(case=row.case, record__isnull=False).values_list(
        "record_id", flat=True
    )
    if there := outcomes.marked(list(records), Mark.PLAN, row.case_id):
        said = Decided(ground=Ground.REPAIR, matter=row.case_id, number=row.case.number)
        outcomes.unmark_records(there, Mark.PLAN, decided=said, actor=actor, now=now)


# ---- the day's own ---------------------------------------------------------------------------------------------


def end_due(*, now: datetime) -> int:
    """End what its last day has ended, each for itself; how many. Twice on a day ends nothing more.

    A fault of one does not hold up the others, and is raised when all were tried.
    """
    ended, faults = 0, list[Exception]()
    for plan in due(day_of(now)):
        try:
            ended += _end_due(plan, now)
        except Exception as fault:  # of whatever kind: the next plan is another party's
            faults.append(fault)
    if faults:
        raise faults[0]
    return ended


@composed
def _end_due(plan: UUID, now: datetime) -> int:
    with whole_city():
        row = RepairPlan.objects.select_related("case__agency").get(pk=plan)
    actor = system(row.case.agency_id, row.case.agency.name)
    with acting(actor):
        if _locked(plan, actor).ended_on is not None:
            return 0  # an officer was faster: nothing is left to be done, and nothing is wrong
        on = row.until + timedelta(days=1)
        write_end(plan, LiftEnd.TERM, on=on, reason="", actor=actor, now=now)
        _stand_again(plan, LiftEnd.TERM, actor, now)
    return 1


def due(day: date) -> list[UUID]:
    """The plans whose last day has passed and for which measures were lifted; of all bodies."""
    with acting(system()), whole_city():
        lifted = MeasureLift.objects.filter(ended_on=None).values("plan")
        found = RepairPlan.objects.filter(pk__in=lifted, verified=True, ended_on=None, until__lt=day)
        return list(found.order_by("until", "id").values_list("pk", flat=True))


def _locked(plan: UUID, actor: Actor) -> RepairPlan:
    """With its case held first, as every step holds it."""
    case = RepairPlan.objects.filter(pk=plan).values_list("case", flat=True).first()
    if case is None:
        raise Refusal.because("NOT_FOUND")
    lock(RepairCase, case, actor)
    return RepairPlan.objects.select_related("case").select_for_update(of=("self",)).get(pk=plan)


def _require_role(actor: Actor, *roles: str) -> None:
    if not actor.roles & set(roles):
        raise Refusal.because("PERMISSION_DENIED", verb=REPAIR.step("lift_temporarily").label)


def _seal(row: RepairPlan, part: str, said: str) -> None:
    if said.strip():
        made = texts.sealed_as(part, RepairPlan, row.pk, row.case.subject_id, {"reason": said.strip()})
        for name, value in made.items():
            setattr(row, name, value)
