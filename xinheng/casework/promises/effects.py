"""What the steps of a case on a false promise do to the database (承诺不实步骤的效果).

`BEFORE` writes what a step brings and its guards have to see, `WITH` what answers to the guards as they were before,
`AFTER` what follows. What is carried out - the record is shown again, the entry is back on its list - happens with
`enter` and in its transaction, or the step is refused.
"""

# clauses: 1.3a, 5.1d

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from uuid import UUID

from xinheng.casework import taking, texts
from xinheng.casework.fire import fire as fire_listing
from xinheng.casework.given import Given, ObjectionGiven, Reinstating
from xinheng.casework.models import Case, CaseStep, Ground
from xinheng.casework.promises import clocks
from xinheng.casework.promises.facts import consequence_of
from xinheng.casework.promises.held import DECISION, NOTICE, Held
from xinheng.casework.promises.models import PromiseObjection, PromisePaper, PromiseProofOfService
from xinheng.casework.promises.papers import term_left, window_of
from xinheng.casework.registers import next_number
from xinheng.casework.repairs.facts import is_gone
from xinheng.casework.repairs.models import RepairItem
from xinheng.law.deadlines import HERE, Due, begin, due, window_period
from xinheng.law.facts import Effect as DocumentEffect
from xinheng.law.language import Refusal
from xinheng.law.lawbook import Law
from xinheng.law.procedures.listing import LISTING
from xinheng.law.procedures.listingrules import REMOVED
from xinheng.law.repairdecision import Consequence, shown_until
from xinheng.law.repairrules import RepairEffect
from xinheng.law.serving import ProofOfService, served_on, unproved
from xinheng.law.standing import Ground as Because
from xinheng.law.standing import Mark
from xinheng.registry import outcomes, standing
from xinheng.registry.models import Instrument, ListEntry, Record
from xinheng.registry.outcomes import Decided
from xinheng.runtime.db import uuid7

EXIT = "exit"
# What a party brings forward here: there is no hearing in this procedure.
SPEECH = ("representation", "objection")


Taking = taking.Taking[Held, Given]
Effect = Callable[[Taking], None]


# ---- what is there to be taken up again ---------------------------------------------------------------------------


def require_restorable(held: Held, law: Law) -> None:
    """Raise Refusal unless what was granted can be taken back truthfully: the very effect stands, or the very exit.

    FALSE_PROMISE_FALLEN, FALSE_PROMISE_GONE, FALSE_PROMISE_LISTED, FALSE_PROMISE_TERM_OVER. Where nothing follows the
    guards say so.
    """
    follows, item = consequence_of(held, law), held.item
    _require_document(item)
    if item.record is not None and not _stands(held, item.record):
        raise Refusal.because("FALSE_PROMISE_GONE", "huaian-2021-13#1.3a")
    if item.entry is not None and follows is not None:
        _require_entry(held, item.entry, follows, law)


def _require_document(item: RepairItem) -> None:
    """What was decided has effect; a list's entry as it asks when a party is listed, or listed again."""
    if item.entry is not None:
        case = Case.objects.get(pk=item.entry.case)
        rows = Ground.objects.filter(draft__case=case, draft__version=case.version)
        there = list(rows.filter(instrument=None).values_list("effect", flat=True))
        there += rows.exclude(instrument=None).values_list("instrument__effect", flat=True)
        again = CaseStep.objects.filter(case=case, step="hide").exists()
    else:
        there = list(Instrument.objects.filter(record=item.record_id).values_list("effect", flat=True))
        again = item.record_id is None
    kept = there.count(DocumentEffect.EFFECTIVE)
    if kept < len(there) and not (kept and again):
        raise Refusal.because("FALSE_PROMISE_FALLEN", "huaian-2021-13#1.3a")


def _stands(held: Held, record: Record) -> bool:
    if is_gone(held.item):
        return False
    effect, matter = RepairEffect(held.item.effect), held.repaired.case.pk
    return bool(standing.under_effect([record.pk], effect, matter))


def _require_entry(held: Held, entry: ListEntry, follows: Consequence, law: Law) -> None:
    case = Case.objects.get(pk=entry.case)
    if entry.ended_by != EXIT or case.state != REMOVED:
        raise Refusal.because("FALSE_PROMISE_GONE", "huaian-2021-13#1.3a")
    others = Case.objects.filter(subject=case.subject_id, list=case.list, role=case.role)
    other = others.exclude(state__in=LISTING.finals).values_list("number", flat=True).first()
    if other:
        raise Refusal.because("FALSE_PROMISE_LISTED", number=other)
    until = term_left(held)
    if not follows.restarts and until and until < law.day:
        raise Refusal.because("FALSE_PROMISE_TERM_OVER", "huaian-2021-13#2.4", date=str(until))


# ---- what a step brings -------------------------------------------------------------------------------------------


def _serve(kind: str) -> Effect:
    def serve(it: Taking) -> None:
        paper, given = it.held.paper(kind), it.given.service
        if paper is None or given is None:
            raise Refusal.because("STEP_INCOMPLETE", lacking="送达回证")
        proof = ProofOfService(
            document="", party="", way=given.way, on=given.on, shows=frozenset(given.shows)
        )
        if lacking := unproved(proof, it.law):
            why = f"回证缺少{'、'.join(lacking)}"
            raise Refusal.because("NOTICE_NOT_SERVED", "huaian-2021-13#4.1a", why=why)
        identity = uuid7()
        said = {each: getattr(given, each) for each in ("receiver", "place", "servers", "note")}
        PromiseProofOfService.objects.create(
            id=identity, paper=paper, party=paper.party, way=given.way, on=given.on,
            served_on=served_on(proof, it.law), shows=sorted(set(given.shows)), by=it.actor.user_id, at=it.now,
            **texts.sealed(PromiseProofOfService, identity, it.held.subject, said),
        )  # fmt: skip

    return serve


def _receive(it: Taking) -> None:
    given = it.given.objection
    if given is None or given.kind not in SPEECH or not given.text.strip():
        raise Refusal.because("STEP_INCOMPLETE", lacking="当事人的意见")
    if given.received_at > it.now:
        raise Refusal.because("OBJECTION_FROM_FUTURE")
    row = _objection(given, it)
    clocks.start(it.held.case, clocks.REPLY, row.received_on, it.law, objection=row.pk)


def _objection(given: ObjectionGiven, it: Taking) -> PromiseObjection:
    """Whatever comes in is taken, late or not; whether it came in time is noted."""
    identity, end = uuid7(), window_due(it.held, it.law)
    return PromiseObjection.objects.create(
        id=identity, case=it.held.case, number=next_number("promise_objection", it.today.year, it.law), kind=given.kind,
        received_at=given.received_at, received_on=given.received_at.astimezone(HERE).date(),
        in_time=end is None or end.in_time(given.received_at),
        **texts.sealed(PromiseObjection, identity, it.held.subject, {"text": given.text}),
    )  # fmt: skip


def window_due(held: Held, law: Law) -> Due | None:
    """When the party's time to speak ends; None while it has not begun."""
    service = held.service_of(held.paper(NOTICE))
    if service is None:
        return None
    what = window_period(law.serious_list(held.case.list), law)
    return due(begin(what, service.served_on, fixed=window_of(held, law)), law.calendar)


def _reply(it: Taking) -> None:
    given = it.given.reply
    row = next((e for e in it.held.objections if given and e.pk == given.objection), None)
    if given is None or row is None:
        raise Refusal.because("NOT_FOUND")
    if not given.reasons.strip():
        raise Refusal.because("REPLY_WITHOUT_REASONS", "huaian-2021-13#4.1b")
    if row.replied_on is not None:
        raise Refusal.because("NOTHING_TO_ANSWER", "huaian-2021-13#4.1b")
    said = {"checked": given.checked, "reasons": given.reasons}
    made = texts.sealed_as("reply", PromiseObjection, row.pk, it.held.subject, said)
    row.replied_on, row.upheld = it.today, given.upheld
    row.reply_sealed, row.reply_commitment = made["reply_sealed"], made["reply_commitment"]
    row.save(update_fields=["replied_on", "upheld", "reply_sealed", "reply_commitment"])
    clocks.stop(it.held.case, clocks.REPLY, it.today, objection=row.pk)


BEFORE: Mapping[str, Effect] = {"serve_notice": _serve(NOTICE), "enter": _serve(DECISION)}
WITH: Mapping[str, Effect] = {"receive": _receive, "reply": _reply}


# ---- what follows -------------------------------------------------------------------------------------------------


def _window_begins(it: Taking) -> None:
    start = _served(it, it.held.paper(NOTICE))
    clocks.start(it.held.case, clocks.WINDOW, start, it.law, fixed=window_of(it.held, it.law))


def _served(it: Taking, paper: PromisePaper | None) -> date:
    service = it.held.service_of(paper)
    assert service is not None  # noqa: S101  # that it is served has been asked
    return service.served_on


def _window_ends(it: Taking) -> None:
    clocks.stop(it.held.case, clocks.WINDOW, it.today)


def _decided(it: Taking) -> None:
    it.held.case.decided_on = it.today


def _dropped(it: Taking) -> None:
    for name in (clocks.WINDOW, clocks.REPLY):
        clocks.stop(it.held.case, name, it.today)


def _entered(it: Taking) -> None:
    """Carried out at once: what the repair had ended is taken up, or the party is back on the list."""
    require_restorable(it.held, it.law)
    follows, case, item = consequence_of(it.held, it.law), it.held.case, it.held.item
    decided_on = case.decided_on
    assert follows is not None and decided_on is not None  # noqa: S101, PT018  # guards have been asked
    for name in clocks.REMEDIES:
        clocks.start(case, name, _served(it, it.held.paper(DECISION)), it.law)
    case.entered_on = it.today
    if item.entry is not None:
        _reinstate(item.entry, follows.restarts, decided_on, it)
    elif item.record is not None:
        case.shown_until = shown_until(follows, decided_on)
        _show_again(item.record.pk, it)
        # Who registers that the document fell may have come between: its record is held since, and this is what stands.
        _require_document(item)


def _show_again(record: UUID, it: Taking) -> None:
    """Marked, then shown through its own day, then the effect of the repair is lifted, which alone may widen."""
    case, item = it.held.case, it.held.item
    decided = Decided(ground=Because.FALSE_PROMISE, matter=case.pk, number=case.number)
    outcomes.mark_records([record], Mark.FALSE_PROMISE, decided=decided, actor=it.actor, now=it.now)
    if case.shown_until:
        outcomes.show_until(record, case.shown_until, decided=decided, actor=it.actor, now=it.now)
    outcomes.lift_effect(
        [record], RepairEffect(item.effect), of=it.held.repaired.case.pk, decided=decided, actor=it.actor, now=it.now
    )  # fmt: skip


def _reinstate(entry: ListEntry, restarts: bool, decided_on: date, it: Taking) -> None:
    paper = it.held.paper(DECISION)
    assert paper is not None  # noqa: S101  # `sealed` has been asked
    given = Given(
        reason=f"承诺不实 {it.held.case.number}",
        reinstating=Reinstating(number=paper.number, decided_on=decided_on, restarts=restarts),
    )
    revision = Case.objects.values_list("revision", flat=True).get(pk=entry.case)
    fire_listing(entry.case, "reinstate", revision=revision, given=given, actor=it.actor, now=it.now)


AFTER: Mapping[str, Effect] = {
    "serve_notice": _window_begins,
    "propose": _window_ends,
    "decide": _decided,
    "enter": _entered,
    "drop": _dropped,
}
