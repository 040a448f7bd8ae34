"""The facts of a repair from its rows (修复的事实): built here and nowhere else, for self-check, page and step alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

from xinheng.access.models import Agency
from xinheng.casework import holders
from xinheng.casework.models import Case
from xinheng.casework.repairs.given import Given
from xinheng.casework.repairs.held import Held
from xinheng.casework.repairs.models import RepairFinding, RepairItem, RepairPaper, RepairProposal
from xinheng.law.facts import InstrumentKind, RecordFacts, SubjectKind
from xinheng.law.lawbook import Law
from xinheng.law.procedures.applicationfacts import ApplicationFacts, Issued, Request
from xinheng.law.procedures.casefacts import Paper, Signed
from xinheng.law.repairdecision import Decided, DecisionFacts
from xinheng.law.repairfacts import Plan, RepairFacts
from xinheng.law.repairrules import PENALTY, SERIOUS_LIST, RepairEffect
from xinheng.law.serving import ProofOfService
from xinheng.registry.models import ListEntry, Record, RecordState
from xinheng.registry.outcomes import events_of

MARKET = "market"
NOTHING = Given()
# In the facts a text only says that it was written; what it says stays sealed.
WRITTEN = "已写明"


# ---- one record ------------------------------------------------------------------------------------------


def of_record(
    record: Record, agency: Agency, law: Law, *, listed: bool, promised: date | None = None
) -> RepairFacts:
    """What the law is told of a record of the register; `listed`: its subject is on a list.

    `promised`: the day of the latest decision that its subject promised falsely in a repair.
    """
    raw = {**record.facts.facts, "interval": law.book.interval(record.decided_on)}
    return RepairFacts(
        record=RecordFacts.from_json(raw),
        decided_on=record.decided_on,
        published_on=record.accepted_on,
        market=MARKET in agency.domains,
        live_entry=listed,
        false_promise_on=promised,
    )


def of_entry(entry: ListEntry, law: Law, *, promised: date | None = None) -> RepairFacts:
    """What the law is told of an entry of a list: its days are those from which its term runs; `promised` as above."""
    decided_on, listed_on = _term_from(entry)
    days = [("decided", decided_on), ("listed", listed_on)]
    if entry.publishable:
        days.append(("published", listed_on))
    return RepairFacts(
        record=RecordFacts(
            item=SERIOUS_LIST,
            interval=law.book.interval(entry.decided_on),
            subject_kind=SubjectKind(entry.subject_kind),
            instrument_kind=InstrumentKind.SERIOUS_LIST,
        ),
        decided_on=entry.decided_on,
        published_on=entry.listed_on,
        list=entry.list,
        entry_days=tuple(days),
        live_entry=True,
        false_promise_on=promised,
    )


def _term_from(entry: ListEntry) -> tuple[date, date]:
    """The days of decision and listing from which its term runs: one that came back may go on with the first."""
    kept = Case.objects.filter(pk=entry.case).values_list("decided_on", "listed_on").first()
    decided_on, listed_on = kept or (None, None)
    return decided_on or entry.decided_on, listed_on or entry.listed_on


def of_nothing(kind: str, day: date, law: Law) -> RepairFacts:
    """What an applicant named and is not in its own file: whosesoever it is, it is not the applicant's."""
    return RepairFacts(
        record=RecordFacts(
            item=PENALTY,
            interval=law.book.interval(day),
            subject_kind=SubjectKind(kind),
            instrument_kind=InstrumentKind.PENALTY,
        ),
        decided_on=day,
        own=False,
    )


def of_item(item: RepairItem, held: Held, law: Law) -> RepairFacts:
    """The facts of one record of a case, with what was handed in and verified."""
    case = held.case
    if item.record is not None:
        bare = of_record(item.record, held.agency, law, listed=held.listed, promised=held.promised)
    elif item.entry is not None:
        bare = of_entry(item.entry, law, promised=held.promised)
    else:
        bare = of_nothing(case.subject_kind, case.lodged_on, law)
    handed = frozenset(each.kind for each in held.materials)
    if item.record is not None or item.entry is not None:
        bare = replace(bare, plan=plan_of(held))
    return _verified(replace(bare, applied_on=case.lodged_on, materials=handed), held.finding(item))


def plan_of(held: Held) -> Plan | None:
    """The plan as an officer has verified it; what nobody verified is none."""
    row = held.plan
    if row is None:
        return None
    ends = {"performed": "performed_on", "annulled": "failed_on"}
    over = {ends[row.ended_by]: row.ended_on} if row.ended_by in ends else {}
    return Plan(
        ruling=str(row.pk), approved_on=row.runs_from, until=row.until, lifted=row.pk in held.lifted, **over
    )


def _verified(bare: RepairFacts, found: RepairFinding | None) -> RepairFacts:
    if found is None:
        return bare
    corrected = (("corrected", found.corrected_on),) if found.corrected_on else ()
    return replace(
        bare,
        met=frozenset(found.met),
        materials=bare.materials | frozenset(found.seen),
        barred=frozenset(found.barred),
        entry_days=(*bare.entry_days, *corrected),
    )


# ---- one case --------------------------------------------------------------------------------------------


def facts_of(
    held: Held, law: Law, *, actor: UUID | None = None, given: Given = NOTHING, paper: Paper | None = None
) -> ApplicationFacts:
    """The case today as `actor` would act on it; `paper` is the one that the step would make."""
    case = held.case
    handled = case.handler is not None and bool(case.contact.strip())
    granted = any(each.outcome == "grant" for each in held.items)
    owed, receipts = holders.of_events(events_of(case.pk) if granted else ())
    return ApplicationFacts(
        state=case.state,
        today=law.day,
        party=str(case.subject_id),
        requests=tuple(request_of(each, held, law) for each in held.items),
        actor=str(actor) if actor else "",
        handler=WRITTEN if handled else "",
        signed=tuple(Signed(step=each.step, person=str(each.actor)) for each in held.steps),
        asking=frozenset(given.asking),
        asked=None if case.asked is None else frozenset(case.asked),
        withdrawal_asked=given.withdrawal_asked,
        paper=paper or _paper(held.decision),
        proof=proof_of(held, held.decision),
        earlier=tuple(
            Issued(paper=_written(each), on=each.issued_on, proof=proof_of(held, each))
            for each in held.decisions[:-1]
        ),
        decided_on=case.decided_on,
        holders=owed,
        receipts=receipts,
        reason=given.reason,
    )


def request_of(item: RepairItem, held: Held, law: Law) -> Request:
    """One record of a case, as the procedure asks about it."""
    repair, proposal = of_item(item, held, law), held.proposal(item)
    # An account sees no finding; of what was decided it sees that it was.
    return Request(
        record=str(item.pk),
        repair=repair,
        verified=held.finding(item) is not None,
        decision=decision_of(proposal, repair, held) if proposal else None,
        decided_on=item.decided_on,
    )


def decision_of(proposal: RepairProposal, repair: RepairFacts, held: Held) -> DecisionFacts:
    """What is proposed on a record, as the law looks at it."""
    return DecisionFacts(
        repair=repair,
        outcome=Decided(proposal.outcome),
        effect=_effect_of(proposal, held),
        ground=proposal.ground,
        clauses=tuple(proposal.clauses),
        reason=WRITTEN if proposal.sealed else "",
        supplement_asked=held.case.asked is not None,
    )


def is_gone(item: RepairItem) -> bool:
    """Its record was destroyed, by another case or when its time was over."""
    return item.record is not None and item.record.state == RecordState.SHREDDED


def _effect_of(proposal: RepairProposal, held: Held) -> RepairEffect | None:
    """As it was proposed; of what was destroyed meanwhile nothing is left but that."""
    if any(is_gone(each) for each in held.items if each.pk == proposal.item_id):
        return RepairEffect.DELETE
    return RepairEffect(proposal.effect) if proposal.effect else None


def _paper(row: RepairPaper | None) -> Paper | None:
    return None if row is None else _written(row)


def _written(row: RepairPaper) -> Paper:
    return Paper(number=row.number, party=str(row.party), says=frozenset(row.says))


def proof_of(held: Held, paper: RepairPaper | None) -> ProofOfService | None:
    """The proof of service of a decision."""
    row = held.service_of(paper)
    if row is None or paper is None:
        return None
    return ProofOfService(
        document=paper.number, party=str(row.party), way=row.way, on=row.on, shows=frozenset(row.shows)
    )
