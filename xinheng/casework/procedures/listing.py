"""What the steps of listing do to the database (名单认定的效果); what comes after what is law/procedures/listing.py.

`BEFORE` writes what a step brings and its guards have to see: a draft, a proof of service. `WITH` writes what
answers to the guards as they were before: an objection, a hearing, a reply. `AFTER` is what follows from the
step: clocks, days, the entry of the list.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from xinheng.access.actor import Actor
from xinheng.casework import clocks, texts
from xinheng.casework.drafts import write_draft
from xinheng.casework.facts import DECISION, NOTICE, effect_of, facts_of, listing_facts
from xinheng.casework.given import Given, ObjectionGiven, ServiceGiven
from xinheng.casework.held import Held
from xinheng.casework.models import CaseProofOfService, Objection, SetAside
from xinheng.casework.registers import next_number
from xinheng.law import listing
from xinheng.law.deadlines import HERE
from xinheng.law.facts import Effect as LegalEffect
from xinheng.law.language import Outcome, Refusal
from xinheng.law.lawbook import Law
from xinheng.law.procedures.casefacts import window
from xinheng.law.procedures.listingrules import HIDDEN, LISTED, entry_end
from xinheng.law.serving import ProofOfService, served_on, unproved
from xinheng.registry import entries
from xinheng.runtime.db import uuid7


@dataclass(frozen=True, slots=True, kw_only=True)
class Taking:
    """A step under way: the case as it was locked, who takes it, when, with what, under which law."""

    step: str
    held: Held
    given: Given
    actor: Actor
    now: datetime
    today: date
    law: Law


Effect = Callable[[Taking], None]


def _redraft(it: Taking) -> None:
    if it.given.draft is None:
        raise Refusal.because("STEP_INCOMPLETE", lacking="新的草稿")
    case = it.held.case
    case.version += 1
    write_draft(case, it.given.draft, reason=it.given.reason, actor=it.actor, now=it.now, law=it.law)


def _serve(kind: str) -> Effect:
    def serve(it: Taking) -> None:
        paper, given = it.held.paper(kind, version=it.held.case.version), it.given.service
        if paper is None or given is None:
            raise Refusal.because("STEP_INCOMPLETE", lacking="送达回证")
        identity = uuid7()
        said = {each: getattr(given, each) for each in ("receiver", "place", "servers", "note")}
        CaseProofOfService.objects.create(
            id=identity, paper=paper, party=paper.party, way=given.way, on=given.on,
            served_on=_served_on(given, it), shows=sorted(set(given.shows)), by=it.actor.user_id, at=it.now,
            **texts.sealed(CaseProofOfService, identity, it.held.subject, said),
        )  # fmt: skip

    return serve


def _served_on(given: ServiceGiven, it: Taking) -> date:
    proof = ProofOfService(document="", party="", way=given.way, on=given.on, shows=frozenset(given.shows))
    if lacking := unproved(proof, it.law):
        why = f"回证缺少{'、'.join(lacking)}"
        raise Refusal.because("NOTICE_NOT_SERVED", "huaian-2021-13#4.1a", why=why)
    return served_on(proof, it.law)


def _receive(it: Taking) -> None:
    given = it.given.objection
    if given is None or not given.text.strip():
        raise Refusal.because("STEP_INCOMPLETE", lacking="当事人的意见")
    if given.received_at > it.now:
        raise Refusal.because("OBJECTION_FROM_FUTURE")
    row = _objection(given, it)
    clocks.start(it.held, clocks.REPLY, row.received_on, it.law, objection=row.pk)


def _objection(given: ObjectionGiven, it: Taking) -> Objection:
    """Whatever comes in is taken, late or not; whether it came in time is noted."""
    identity = uuid7()
    due = window(facts_of(it.held, today=it.today), it.law)
    return Objection.objects.create(
        id=identity, case=it.held.case, number=next_number("objection", it.today.year, it.law),
        version=it.held.case.version, kind=given.kind, received_at=given.received_at,
        received_on=given.received_at.astimezone(HERE).date(),
        in_time=due is None or due.in_time(given.received_at),
        **texts.sealed(Objection, identity, it.held.subject, {"text": given.text}),
    )  # fmt: skip


def _hear(it: Taking) -> None:
    given = it.given.hearing
    row = _of_case(it, given.objection if given else None)
    if given is None or given.on > it.today or given.on < row.received_on:
        raise Refusal.because("STEP_INCOMPLETE", lacking="举行听证的日期")
    row.heard_on = given.on
    row.save(update_fields=["heard_on"])


def _reply(it: Taking) -> None:
    given = it.given.reply
    row = _of_case(it, given.objection if given else None)
    if given is None or not given.reasons.strip():
        raise Refusal.because("REPLY_WITHOUT_REASONS", "huaian-2021-13#4.1b")
    if row.replied_on is not None:
        raise Refusal.because("NOTHING_TO_ANSWER", "huaian-2021-13#4.1b")
    if row.kind == "hearing" and row.heard_on is None:
        raise Refusal.because("HEARING_PENDING", "huaian-2021-13#4.1a")
    said = {"checked": given.checked, "reasons": given.reasons}
    made = texts.sealed_as("reply", Objection, row.pk, it.held.subject, said)
    row.replied_on, row.upheld = it.today, given.upheld
    row.reply_sealed, row.reply_commitment = made["reply_sealed"], made["reply_commitment"]
    row.save(update_fields=["replied_on", "upheld", "reply_sealed", "reply_commitment"])
    clocks.stop(it.held, clocks.REPLY, it.today, objection=row.pk)


def _of_case(it: Taking, objection: UUID | None) -> Objection:
    found = next((each for each in it.held.objections if each.pk == objection), None)
    if found is None:
        raise Refusal.because("NOT_FOUND")
    return found


BEFORE: Mapping[str, Effect] = {
    "redraft": _redraft,
    "serve_notice": _serve(NOTICE),
    "list": _serve(DECISION),
}
WITH: Mapping[str, Effect] = {"receive": _receive, "hold_hearing": _hear, "reply": _reply}


# ---- what follows -----------------------------------------------------------------------------------


def _window_begins(it: Taking) -> None:
    served = it.held.service_of(it.held.paper(NOTICE))
    assert served is not None  # noqa: S101  # `notice_served` has been asked
    clocks.start(it.held, clocks.WINDOW, served.served_on, it.law, fixed=it.held.draft.window)


def _decided(it: Taking) -> None:
    it.held.case.decided_on = it.today
    clocks.stop(it.held, clocks.DECISION, it.today)


def _listed(it: Taking) -> None:
    """The party is on the list: its day, its last day, the ways to a remedy."""
    case, served = it.held.case, it.held.service_of(it.held.paper(DECISION))
    assert served is not None  # noqa: S101  # `decision_served` has been asked
    case.listed_on = it.today
    case.until = _until(it)
    for name in clocks.REMEDIES:
        clocks.start(it.held, name, served.served_on, it.law)


def _until(it: Taking) -> date | None:
    """The last day of the entry: by the list's rule, or as the decision says where the rule leaves a choice."""
    listed, facts = it.law.serious_list(it.held.case.list), facts_of(it.held, today=it.today)
    chosen = listing.term_end(listed, dict(facts.days), it.held.draft.months) if listed else None
    return entry_end(facts, it.law) or chosen


def _fell(it: Taking) -> None:
    clocks.start(it.held, "withdrawal_of_fallen", it.today, it.law)


def _restored(it: Taking) -> None:
    """What had fallen is set aside: the entry stands without it, and the machine does not hide it for that again."""
    clocks.stop(it.held, "withdrawal_of_fallen", it.today)
    for each in it.held.grounds:
        if effect_of(each) is not LegalEffect.EFFECTIVE:
            SetAside.objects.create(
                id=uuid7(), case=it.held.case, revision=it.held.case.revision, ground=each
            )


def _reinstated(it: Taking) -> None:
    """Back on the list. Only where the list says so does the term begin anew, from the new decision and day."""
    given, case = it.given.reinstating, it.held.case
    assert given is not None  # noqa: S101  # `reinstatement_decided` has been asked
    if given.restarts:
        case.decided_on, case.listed_on, case.until = given.decided_on, it.today, None
        case.until = _until(it)


AFTER: Mapping[str, Effect] = {
    "redraft": lambda it: clocks.stop(it.held, clocks.WINDOW, it.today),
    "serve_notice": _window_begins,
    "propose": lambda it: clocks.stop(it.held, clocks.WINDOW, it.today),
    "decide": _decided,
    "list": _listed,
    "hide": _fell,
    "restore": _restored,
    "reinstate": _reinstated,
    **dict.fromkeys(
        ("decide_not", "withdraw", "end", "exit", "revoke", "correct", "leave_with_unit"),
        lambda it: clocks.stop_all(it.held, it.today),
    ),
}


def follow_entry(it: Taking, before: str, after: str) -> None:
    """The register of entries follows the case, once the case itself is written."""
    if it.step in ("list", "reinstate"):
        entries.enter(_entering(it))
    elif before in (LISTED, HIDDEN) and after != before:
        entries.change(it.held.case.pk, after, day=it.today, by=it.step)


def _entering(it: Taking) -> entries.Entering:
    held, paper, again = it.held, it.held.paper(DECISION), it.given.reinstating
    listed, facts = it.law.serious_list(held.case.list), listing_facts(held)
    assert paper is not None and listed is not None  # noqa: S101, PT018  # guards have been asked
    return entries.Entering(
        case=held.case.pk,
        subject=held.subject,
        subject_kind=held.case.subject_kind,
        party=held.case.party,
        list=held.case.list,
        edition=listed.id,
        range=held.draft.range,
        role=held.case.role,
        agency=held.agency.pk,
        body_name=held.agency.name,
        number=again.number if again else paper.number,
        decided_on=again.decided_on if again else held.case.decided_on or it.today,
        listed_on=it.today,
        until=held.case.until,
        interim=listing.stop_gap(listed, it.law),
        publishable=listing.publication(facts, it.law).outcome is Outcome.PERMITTED,
    )
