"""What the steps of a repair do to the database (修复步骤的效果); what comes after what is law/procedures/repair.py.

`BEFORE` writes what a step brings and its guards have to see; `AFTER` is what follows from it: clocks, decisions on
records, what is public, shared and owed to holders, the way out of a list: all in the step's own transaction.
"""

# clauses: 5.1a, 5.1b, 5.1d

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from itertools import groupby
from uuid import UUID

from xinheng.access.actor import Actor, system
from xinheng.access.scope import acting
from xinheng.casework import services as listing
from xinheng.casework import taking, texts
from xinheng.casework.given import AskGiven, ServiceGiven
from xinheng.casework.models import Ask, Case
from xinheng.casework.repairs import clocks
from xinheng.casework.repairs.facts import decision_of, is_gone, of_item
from xinheng.casework.repairs.given import FindingGiven, Given, ProposalGiven
from xinheng.casework.repairs.held import Held
from xinheng.casework.repairs.models import (
    RepairFinding,
    RepairItem,
    RepairPaper,
    RepairProofOfService,
    RepairProposal,
)
from xinheng.casework.repairs.papers import proposed
from xinheng.law.language import Refusal
from xinheng.law.repair import conditions, materials
from xinheng.law.repairdecision import Decided, Effects, effects
from xinheng.law.repairrules import RepairEffect
from xinheng.law.serving import ProofOfService, served_on, unproved
from xinheng.law.standing import Ground, Mark
from xinheng.registry import outcomes
from xinheng.registry.lifting import Running, lift_measures
from xinheng.registry.outcomes import Decided as Deed
from xinheng.runtime.db import uuid7

Taking = taking.Taking[Held, Given]
Effect = Callable[[Taking], None]
TOO_EARLY = "送达的日期早于文书制作的日期"


# ---- what a step brings -------------------------------------------------------------------------------------


def _handled(it: Taking) -> None:
    """Who accepts it handles it, and is named to the applicant."""
    case = it.held.case
    case.handler = case.handler or it.actor.user_id
    case.contact = it.given.contact.strip() or case.contact


def _asked(it: Taking) -> None:
    _handled(it)


def _verified(it: Taking) -> None:
    for given in it.given.findings:
        item = _item(given.item, it)
        about = of_item(item, it.held, it.law)
        _require_known(given, about_ids={each.id for each in conditions(about, it.law)}, it=it, item=item)
        identity = uuid7()
        RepairFinding.objects.create(
            id=identity, item=item, met=sorted(set(given.met)), seen=sorted(set(given.seen)),
            barred=sorted(set(given.barred)), corrected_on=given.corrected_on, by=it.actor.user_id, at=it.now,
            **texts.sealed(RepairFinding, identity, it.held.subject, {"note": given.note.strip()}),
        )  # fmt: skip


def _require_known(given: FindingGiven, *, about_ids: set[str], it: Taking, item: RepairItem) -> None:
    """Only what the rules ask about can be found: a condition of our own would be one more than they allow."""
    asked = {each.id for each in materials(of_item(item, it.held, it.law), it.law)}
    if not (set(given.met) <= about_ids and set(given.seen) <= asked):
        raise Refusal.because("REPAIR_FINDING_UNKNOWN", "huaian-2021-13#5.1a")


def _proposed(it: Taking) -> None:
    for given in it.given.proposals:
        item = _item(given.item, it)
        if item.outcome:
            continue
        if given.outcome not in set(Decided) or (given.effect and given.effect not in set(RepairEffect)):
            raise Refusal.because("REPAIR_NOT_DECIDED", "huaian-2021-13#5.1a", count="1")
        _write_proposal(item, given, it)


def _write_proposal(item: RepairItem, given: ProposalGiven, it: Taking) -> None:
    identity, refuse = uuid7(), given.outcome == Decided.REFUSE
    names = ("reason", "next_step", "reconsideration_body", "court") if refuse else ("reason",)
    # Without a reason nothing is kept: that a text is there is all that the law is told of it.
    said = {name: getattr(given, name).strip() for name in names} if given.reason.strip() else {}
    RepairProposal.objects.create(
        id=identity, item=item, outcome=given.outcome, effect="" if refuse else given.effect,
        ground=given.ground if refuse else "", clauses=sorted(set(given.clauses)) if refuse else [],
        by=it.actor.user_id, at=it.now, **texts.sealed(RepairProposal, identity, it.held.subject, said),
    )  # fmt: skip


def _item(wanted: UUID, it: Taking) -> RepairItem:
    found = next((each for each in it.held.items if each.pk == wanted), None)
    if found is None:
        raise Refusal.because("NOT_FOUND")
    return found


def _served(it: Taking) -> None:
    """A proof for each decision that has none: the one that names them all, or its own."""
    if not it.held.decisions or it.given.service is None:
        raise Refusal.because("STEP_INCOMPLETE", lacking="送达回证")
    apart = dict(it.given.apart)
    for paper in it.held.decisions:
        if it.held.service_of(paper) is None:
            _prove(paper, apart.get(paper.pk, it.given.service), it)


def _prove(paper: RepairPaper, given: ServiceGiven, it: Taking) -> None:
    proof = ProofOfService(document="", party="", way=given.way, on=given.on, shows=frozenset(given.shows))
    lacking, early = unproved(proof, it.law), given.on < paper.issued_on
    if lacking or early:
        why = TOO_EARLY if early else f"回证缺少{'、'.join(lacking)}"
        raise Refusal.because("DECISION_NOT_SERVED", "huaian-2021-13#5.1a", why=why)
    identity = uuid7()
    said = {each: getattr(given, each) for each in ("receiver", "place", "servers", "note")}
    RepairProofOfService.objects.create(
        id=identity, paper=paper, party=paper.party, way=given.way, on=given.on,
        served_on=served_on(proof, it.law), shows=sorted(set(given.shows)), by=it.actor.user_id, at=it.now,
        **texts.sealed(RepairProofOfService, identity, it.held.subject, said),
    )  # fmt: skip


BEFORE: Mapping[str, Effect] = {
    "ask_supplement": _asked,
    "accept": _handled,
    "verify": _verified,
    "propose": _proposed,
    "serve": _served,
}


# ---- what follows ----------------------------------------------------------------------------------------------


def follow(it: Taking) -> None:
    """Clocks as the table of steps says, then what the step itself brings about."""
    for name in it.step.stops:
        clocks.stop(it.held, name, it.today)
    granted = any(each.outcome == "grant" for each in it.held.items) or bool(_to_grant(it))
    for name in it.step.starts:
        if name != "repair_sync":
            clocks.start(it.held, name, _start(name, it), it.law)
        elif granted:
            clocks.stop(it.held, name, it.today)
            clocks.start(it.held, name, it.today, it.law)
    if effect := AFTER.get(it.step.name):
        effect(it)


def _start(name: str, it: Taking) -> date:
    served = it.held.service_of(it.held.decision)
    return served.served_on if served and name in clocks.REMEDIES else it.today


def _to_grant(it: Taking) -> list[tuple[RepairItem, RepairProposal]]:
    if it.step.name not in ("grant", "grant_part"):
        return []
    return [(item, row) for item, row in proposed(it.held, Decided.GRANT) if not item.outcome]


def _lodged(it: Taking) -> None:
    """修复办理中, on every output at once."""
    records = [each.record_id for each in it.held.items if each.record_id]
    if records:
        with acting(system(it.held.case.agency_id)):
            outcomes.mark_records(
                records, Mark.REPAIRING, decided=_deed(it, None), actor=_body(it), now=it.now
            )


def _over(it: Taking, items: list[RepairItem]) -> None:
    """What is decided or taken back is no longer under way."""
    records = [each.record_id for each in items if each.record_id]
    there = outcomes.marked(records, Mark.REPAIRING, it.held.case.pk) if records else []
    if there:
        with acting(system(it.held.case.agency_id)):
            outcomes.unmark_records(
                there, Mark.REPAIRING, decided=_deed(it, None), actor=_body(it), now=it.now
            )


def _withdrawn(it: Taking) -> None:
    _over(it, [each for each in it.held.items if not each.outcome])


def _ask_exit(it: Taking) -> None:
    """The clerk's proposal on an entry is what a clerk asks for in the list's own case: the signer grants it there."""
    for item, row in proposed(it.held, Decided.GRANT):
        if item.entry is None or item.outcome or _open_ask(item.entry.case) is not None:
            continue
        found = it.held.finding(item)
        asked = AskGiven(
            step="exit",
            reason=str(texts.read(row, it.held.subject).get("reason") or it.step.label),
            applied_on=it.held.case.lodged_on,
            corrected_on=found.corrected_on if found else None,
            met=tuple(found.met) if found else (),
            barred=tuple(found.barred) if found else (),
        )
        revision = Case.objects.values_list("revision", flat=True).get(pk=item.entry.case)
        listing.ask(item.entry.case, asked, revision=revision, actor=it.actor, now=it.now)


def _open_ask(case: UUID) -> Ask | None:
    return Ask.objects.filter(case=case, decided_by=None).first()


def _granted(it: Taking) -> None:
    """All records of this step at once: decided, repaired on every output, holders owed a word; entries leave."""
    chosen = [(item, row, _effects(item, row, it)) for item, row in _to_grant(it)]
    _over(it, [item for item, _, _ in chosen])
    records = [each for each in chosen if each[0].record_id and not is_gone(each[0])]
    for key, found in groupby(sorted(records, key=_kind), key=_kind):
        _repair(list(found), RepairEffect(key[0]), key[1], it)
    for item, _, effect in chosen:
        if item.entry is not None:
            _leave(item.entry.case, it)
        _decide(item, Decided.GRANT, effect.effect, it)


def lifted(it: Taking) -> list[UUID]:
    """The documents of the records that this step has granted and with whose repair measures fall."""
    return [
        item.record.instrument_id
        for item in it.held.items
        if item.record is not None and item.decided_event == it.event
        and effects(of_item(item, it.held, it.law), it.law).lifts_measures
    ]  # fmt: skip


Chosen = tuple[RepairItem, RepairProposal, Effects]


def _kind(each: Chosen) -> tuple[str, bool, str]:
    return each[2].effect.value, each[2].ends_publication, str(each[1].by)


def _repair(found: list[Chosen], effect: RepairEffect, ends_publication: bool, it: Taking) -> None:
    decided = _deed(it, found[0][1].by)
    records = [item.record_id for item, _, _ in found if item.record_id]
    if effect is RepairEffect.DELETE:
        for record in records:
            outcomes.delete_record(record, decided=decided, actor=it.actor, now=it.now)
        return
    outcomes.apply_effect(
        records, effect, decided=decided, actor=it.actor, now=it.now, ends_publication=ends_publication
    )


def _effects(item: RepairItem, row: RepairProposal, it: Taking) -> Effects:
    about = of_item(item, it.held, it.law)
    return effects(about, it.law, decision_of(row, about, it.held).effect)


def _leave(case: UUID, it: Taking) -> None:
    """The party leaves the list by its own case, with what rests on the entry."""
    revision = Case.objects.values_list("revision", flat=True).get(pk=case)
    listing.grant(case, revision=revision, reason=_reason(it), actor=it.actor, now=it.now)


def _reason(it: Taking) -> str:
    return it.given.reason.strip() or f"信用修复 {it.held.case.number}"


def _refused(it: Taking) -> None:
    chosen = [item for item, _ in proposed(it.held, Decided.REFUSE) if not item.outcome]
    _over(it, chosen)
    for item in chosen:
        _decide(item, Decided.REFUSE, None, it)
        asked = _open_ask(item.entry.case) if item.entry else None
        if item.entry and asked and asked.step == "exit":
            revision = Case.objects.values_list("revision", flat=True).get(pk=item.entry.case)
            listing.answer_ask(
                item.entry.case, granted=False, revision=revision, reason=_reason(it), actor=it.actor, now=it.now
            )  # fmt: skip


def _decide(item: RepairItem, outcome: Decided, effect: RepairEffect | None, it: Taking) -> None:
    item.outcome, item.effect = outcome.value, effect.value if effect else ""
    item.decided_on, item.decided_event = it.today, it.event
    item.save(update_fields=["outcome", "effect", "decided_on", "decided_event"])


def _refused_and_granted(it: Taking) -> None:
    """A refusal signed brings what was granted beside it, where nobody granted that before."""
    it_grants = replace(it, step=replace(it.step, name="grant_part"))
    if _to_grant(it_grants):
        raise Refusal.because("REPAIR_GRANT_FIRST", "huaian-2021-13#5.1b")
    _refused(it)


def _lift(it: Taking) -> None:
    """While the plan runs nobody uses a measure on these grounds; the records stay where they are seen, marked."""
    case, plan = it.held.case, it.held.plan
    assert plan is not None  # noqa: S101  # the guard of the step has seen it
    items = [each for each in it.held.items if not is_gone(each)]
    records = [each.record for each in items if each.record]
    running = Running(
        plan=plan.pk, until=plan.until, matter=case.pk, number=case.number, subject=case.subject_id, agency=case.agency_id,
        instruments=sorted({each.instrument_id for each in records}),
        entries=sorted({each.entry_id for each in items if each.entry_id}),
    )  # fmt: skip
    lift_measures(running, actor=it.actor, now=it.now)
    if records:
        outcomes.mark_records(
            [each.pk for each in records], Mark.PLAN, decided=_deed(it, None), actor=it.actor, now=it.now
        )


AFTER: Mapping[str, Effect] = {
    "lodge": _lodged,
    "lift_temporarily": _lift,
    "withdraw": _withdrawn,
    "propose": _ask_exit,
    "grant": _granted,
    "grant_part": _granted,
    "refuse": _refused_and_granted,
}


def _deed(it: Taking, asked_by: UUID | None) -> Deed:
    case = it.held.case
    return Deed(ground=Ground.REPAIR, matter=case.pk, number=case.number, asked_by=asked_by)


def _body(it: Taking) -> Actor:
    """Whoever acts, with the deciding body's name on the event."""
    return replace(it.actor, agency_id=it.held.case.agency_id, own=None)
