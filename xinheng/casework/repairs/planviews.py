"""Plans of a court as a desk and an applicant see them (重整计划、和解协议的展示)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from xinheng.casework import texts
from xinheng.casework.repairs.held import Held
from xinheng.casework.repairs.models import RepairPlan
from xinheng.registry.models import LiftEnd

STATED, VERIFIED, REFUTED, LIFTED, ENDED = "stated", "verified", "refuted", "lifted", "ended"
STATES = {
    STATED: "待核实", VERIFIED: "已核实", REFUTED: "经核实不成立", LIFTED: "惩戒措施暂时解除", ENDED: "已经结束",
}  # fmt: skip


# How an officer may end a plan before its last day: (code, in words).
EARLY = tuple((each.value, each.label) for each in (LiftEnd.PERFORMED, LiftEnd.ANNULLED))


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanView:
    """One plan: what the ruling says, how far it is, from when measures are lifted for it; `note` is for officers."""

    id: UUID
    material: UUID
    court: str
    number: str
    runs_from: date
    until: date
    by: UUID
    state: str
    state_label: str
    lifted_from: date | None
    verified_by: UUID | None
    note: str
    ended_on: date | None
    ended_label: str
    ended_note: str


def plans_of(held: Held, *, inside: bool) -> tuple[PlanView, ...]:
    """The plans of a case in the order in which they came; `inside` for officers."""
    return tuple(_plan(each, held, inside) for each in held.plans)


def _plan(row: RepairPlan, held: Held, inside: bool) -> PlanView:
    said, state = texts.read(row, held.subject), _state(row, held)
    return PlanView(
        id=row.pk, material=row.material_id, court=str(said.get("court", "")), number=str(said.get("number", "")),
        runs_from=row.runs_from, until=row.until, by=row.by, state=state, state_label=STATES[state],
        lifted_from=held.lifted.get(row.pk), verified_by=row.verified_by, note=_read("verified", row, held, inside),
        ended_on=row.ended_on, ended_label=LiftEnd(row.ended_by).label if row.ended_by else "",
        ended_note=_read("ended", row, held, inside),
    )  # fmt: skip


def _state(row: RepairPlan, held: Held) -> str:
    if row.verified is None:
        return STATED
    if not row.verified:
        return REFUTED
    if row.ended_on:
        return ENDED
    return LIFTED if row.pk in held.lifted else VERIFIED


def _read(part: str, row: RepairPlan, held: Held, inside: bool) -> str:
    if not inside:
        return ""
    return str(texts.read_as(part, row, held.subject).get("reason", ""))
