"""One attack for each condition that the database holds of a case on a false promise (逐条攻击), and what is cut out for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from tests import cast
from tests.casework.forging import sql
from tests.promises.forging import CHECKER, CLERK, DECISION, NOTICE, Hand
from tests.promises.town import Broken, repaired
from tests.repairs.forging import one, past_all
from tests.repairs.town import Town

LABOUR = cast.LABOUR

# ---- stages: each is reached by the services ------------------------------------------------------------------


def granted(town: Town) -> Broken:
    return repaired(town, town.entry, LABOUR)


def opened(town: Town) -> Broken:
    return granted(town).open()


def notified(town: Town) -> Broken:
    broken = opened(town)
    broken.take("notify", 1)
    return broken


def served(town: Town) -> Broken:
    return opened(town).served()


def heard(town: Town) -> Broken:
    """An opinion waits, and the window is over."""
    broken = served(town)
    broken.said()
    broken.town.later(days=16)
    return broken


def over(town: Town) -> Broken:
    broken = served(town)
    broken.town.later(days=16)
    # Three who hold every role: only their being other persons keeps them apart.
    with past_all():
        sql("UPDATE access_user SET roles = '{clerk,checker,signer}' WHERE agency_id = %s", LABOUR.id)
    return broken


def checked(town: Town) -> Broken:
    broken = over(town)
    broken.take("propose")
    broken.take("check", 1)
    return broken


def decided(town: Town) -> Broken:
    return served(town).decided()


def sealed(town: Town) -> Broken:
    return decided(town).sealed()


STAGES = {
    each.__name__: each for each in (granted, opened, notified, served, heard, over, checked, decided, sealed)
}
ALL, DONE = ("", "BEGIN RETURN NEW; END"), ("", "BEGIN RETURN NULL; END")
STEP, WHOLE, CASE = (
    "casework_promisestep_in_order",
    "casework_promisestep_whole",
    "casework_promisecase_by_steps",
)
MAY, TOOK, SERVED = "casework_may_promise", "casework_promise_took", "casework_promise_served"
EVIDENCE, PAPER, SERVICE, SAID, END = (
    "casework_promiseevidence_begins", "casework_promisepaper_of_step", "casework_promiseproofofservice_of_paper",
    "casework_promiseobjection_with_step", "casework_promisestep_done",
)  # fmt: skip
BACK, ANEW, ENTERED, ENTRY, BY_STEPS = (
    "casework_reinstating", "casework_term_anew", "casework_entered", "casework_entry_of_case", "casework_case_by_steps",
)  # fmt: skip
BY_DECISION, KEPT, REINSTATED, CARRIED, IS_ENTERED = (
    "casework_promised_by_decision", "casework_ended_is_kept", "casework_reinstated_by_decision",
    "casework_promise_carried_out", "casework_promise_entered",
)  # fmt: skip
IN_ORDER, MOVES, GRANTED, ITS_STEP = (
    "no such step",
    "by a step alone",
    "something that was granted",
    "comes with its step",
)
Deed = Callable[[Hand], object]


@dataclass(frozen=True)
class Attack:
    """At which stage, past which function, what is cut out of it, in which words it is refused, and the deed."""

    stage: str
    function: str
    cut: tuple[str, str]
    refused: str
    do: Deed


def thing(hand: Hand) -> Any:
    """The record that was repaired."""
    return one("SELECT record_id FROM casework_repairitem WHERE id = %s", hand.broken.item)


# ---- deeds of more than a line -----------------------------------------------------------------------------------


def of_no_evidence(hand: Hand) -> None:
    hand.step("open", case_id=hand.fresh())


def by_who_left(hand: Hand) -> None:
    with past_all():
        sql("UPDATE access_user SET is_active = false WHERE id = %s", CHECKER.user_id)
    hand.step("drop")


def dropped(**change: Any) -> Deed:
    """A drop that moves the case as told."""

    def do(hand: Hand) -> None:
        hand.step("drop")
        hand.move(**change)

    return do


def moved_alone(hand: Hand) -> None:
    sql("UPDATE casework_promisecase SET state = 'dropped', revision = revision + 1 WHERE id = %s", hand.case)


def fresh(**change: Any) -> Deed:
    return lambda hand: hand.fresh(**change)


def notice(**paper: Any) -> Deed:
    return lambda hand: hand.step("notify", paper=paper)


def document(**change: Any) -> Deed:
    return lambda hand: hand.step("notify", paper={"document": change})


def a_second_notice(hand: Hand) -> None:
    """Another paper of the step that was taken, dated as that was."""
    step, at, day = (
        one(f"SELECT {name} FROM casework_promisestep WHERE case_id = %s AND step = 'notify'", hand.case)
        for name in ("id", "at", "day")
    )
    hand.paper(NOTICE, by=CHECKER.user_id, step_id=step, issued_on=day, document={"issued_at": at})


def back_before_it_is_entered(hand: Hand) -> None:
    """The list's case moves first; then all is carried out as it should be."""
    hand.listing_step()
    hand.listing_moves()
    hand.back()
    hand.entering()
    hand.entered()


def served_by(**proof: Any) -> Deed:
    def do(hand: Hand) -> None:
        hand.proof(NOTICE, **proof)
        hand.step("serve_notice")

    return do


def replied(hand: Hand, **change: Any) -> None:
    values = {"replied_on": hand.day, "reply_sealed": b"x", **change}
    names = ", ".join(f"{name} = %s" for name in values)
    sql(f"UPDATE casework_promiseobjection SET {names} WHERE case_id = %s", *values.values(), hand.case)


def replied_and_proposed(paper: bool = True, **change: Any) -> Deed:
    def do(hand: Hand) -> None:
        if paper:
            hand.taken("reply", moved={"state": "awaiting"})
        replied(hand, **change)
        hand.step("propose")

    return do


def decided_by(who: Any) -> Deed:
    return lambda hand: hand.step("decide", who)


def entered_whole(hand: Hand) -> None:
    hand.entering()
    hand.reinstated()
    hand.entered()


def entered_unserved(hand: Hand) -> None:
    hand.step("enter")
    hand.reinstated()
    hand.entered()


def proposed_and_checked(hand: Hand) -> None:
    """Both by the one who opened it."""
    hand.taken("propose")
    hand.step("check", CLERK)


def unanswered(hand: Hand) -> None:
    hand.taken("reply")
    hand.step("propose")


def entered_for_nothing(hand: Hand) -> None:
    hand.entering()
    hand.entered()


def reinstated_and_left(hand: Hand) -> None:
    hand.entering()
    hand.reinstated()


def back_as(**change: Any) -> Deed:
    def do(hand: Hand) -> None:
        hand.entering()
        hand.listing_step()
        hand.listing_moves()
        hand.back(**change)
        hand.entered()

    return do


def term_of(**change: Any) -> Deed:
    """The term changes otherwise than the decision says."""

    def do(hand: Hand) -> None:
        hand.entering()
        hand.listing_step()
        hand.listing_moves(**change)
        hand.back()
        hand.entered()

    return do


def shown_untold(hand: Hand) -> None:
    """Of a case that was carried out by hand, but for the event."""
    record = thing(hand)
    hand.proof(DECISION)
    hand.step("enter")
    hand.mark(record)
    hand.shown(record, event=uuid4(), until=hand.law_day)
    hand.lift(record)
    hand.entered(shown_until=hand.law_day)


TOLD = "registry_shown_told"

# ---- the attacks ---------------------------------------------------------------------------------------------------

ATTACKS: dict[str, Attack] = {
    # Steps in order, by whom, when.
    "taker": Attack("opened", STEP, ("NOT casework_may_promise(NEW.actor, NEW.step, found.agency_id)", "false"), IN_ORDER, lambda h: h.step("drop", CLERK)),
    "another body": Attack("opened", MAY, ("AND u.agency_id = body", ""), IN_ORDER, lambda h: h.step("drop", cast.MARKET_CHECKER.actor)),
    "who left": Attack("opened", MAY, ("u.is_active AND u.agency_id = body", "u.agency_id = body"), IN_ORDER, by_who_left),
    "nobody's account": Attack("served", MAY, ("xinheng_account() IS NOT NULL AND EXISTS (", "EXISTS ("), IN_ORDER, lambda h: h.step("receive", cast.WINDOW_STAFF.actor)),
    "role": Attack("opened", MAY, ("t.roles && u.roles", "true"), IN_ORDER, lambda h: h.step("drop", CLERK)),
    "place": Attack("opened", STEP, ("NEW.seq <> found.revision + 1", "false"), IN_ORDER, lambda h: h.step("drop", seq=99)),
    "source": Attack("opened", STEP, ("NEW.source <> found.state", "false"), IN_ORDER, lambda h: h.step("drop", source="awaiting")),
    "day": Attack("opened", STEP, ("NEW.day <> (NEW.at AT TIME ZONE 'Asia/Shanghai')::date", "false"), IN_ORDER, lambda h: h.step("drop", day="2026-01-01")),
    "time": Attack("opened", STEP, ("s.at > NEW.at", "false"), IN_ORDER, lambda h: h.step("drop", at=h.at - timedelta(days=2), day=(h.at - timedelta(days=2)).date())),
    "way": Attack("opened", STEP, ("(w.step, w.source, w.target) = (NEW.step, NEW.source, NEW.target)", "true"), IN_ORDER, lambda h: h.step("drop", target="entered")),
    "maker checks": Attack("over", STEP, ("casework_promise_took(NEW.case_id, NEW.actor, 'open', 'propose')", "false"), "by another person", proposed_and_checked),
    "maker checks ": Attack("over", TOOK, ("s.actor = who", "false"), "by another person", proposed_and_checked),
    "checker decides": Attack("checked", STEP, ("casework_promise_took(NEW.case_id, NEW.actor, 'check')", "false"), "by a third person", decided_by(CHECKER)),
    # Nothing without what goes before it.
    "no evidence": Attack("granted", WHOLE, ("WHEN NOT EXISTS (SELECT FROM casework_promiseevidence e WHERE e.case_id = NEW.case_id) THEN 'evidence'", ""), "without evidence", of_no_evidence),
    "no service": Attack("notified", WHOLE, ("casework_promise_served(NEW.case_id, 'prior_notice', NEW.day) IS NULL THEN 'notice'", "false THEN 'notice'"), "without notice", lambda h: h.step("serve_notice")),
    "no receipt": Attack("notified", SERVED, ("AND casework_reached(v.way, v.shows, v.\"on\", today)", ""), "without notice", served_by(shows=[])),
    "served before it was made": Attack("notified", SERVED, ("v.\"on\" >= p.issued_on AND", ""), "without notice", served_by(on="2026-11-01", served_on="2026-11-23")),
    "served tomorrow": Attack("notified", SERVED, ("AND v.served_on <= today", ""), "without notice", served_by(served_on="2027-01-01")),
    "window open": Attack("served", WHOLE, ("THEN 'window'", "THEN NULL"), "without window", lambda h: h.step("propose")),
    "unanswered": Attack("heard", WHOLE, ("o.replied_on IS NULL OR o.reply_sealed IS NULL OR o.upheld", "false"), "without answered", unanswered),
    "upheld": Attack("heard", WHOLE, ("OR o.upheld", ""), "without answered", replied_and_proposed(upheld=True)),
    "answered without a paper": Attack("heard", WHOLE, ("THEN 'reply'", "THEN NULL"), "without reply", replied_and_proposed(paper=False)),
    "no reasons": Attack("opened", WHOLE, ("NEW.sealed IS NULL THEN 'reasons'", "false THEN 'reasons'"), "without reasons", lambda h: h.step("drop", sealed=None)),
    "unsealed": Attack("decided", WHOLE, ("THEN 'sealed'", "THEN NULL"), "without sealed", entered_whole),
    "decision unserved": Attack("sealed", WHOLE, ("THEN 'decision' END", "THEN NULL END"), "without decision", entered_unserved),
    # The case.
    "begun in the middle": Attack("granted", CASE, ("NEW.state <> 'new'", "false"), GRANTED, fresh(state="decided")),
    "begun late": Attack("granted", CASE, ("OR NEW.revision <> 0", ""), GRANTED, fresh(revision=3)),
    "begun decided": Attack("granted", CASE, ("OR (NEW.decided_on, NEW.entered_on, NEW.shown_until) IS DISTINCT FROM (NULL::date, NULL::date, NULL::date)", ""), GRANTED, fresh(decided_on="2026-11-23")),
    "another party": Attack("granted", CASE, ("(r.subject_id, r.agency_id, r.party) = (NEW.subject_id, NEW.agency_id, NEW.party)", "true"), GRANTED, fresh(party="示例别家")),
    "another list": Attack("granted", CASE, ("AND coalesce(e.list, '') = NEW.list", ""), GRANTED, fresh(list="tax")),
    "moved alone": Attack("opened", CASE, ALL, MOVES, moved_alone),
    "number changed": Attack("opened", CASE, ("(to_jsonb(NEW) - learns) IS DISTINCT FROM (to_jsonb(OLD) - learns)", "false"), MOVES, dropped(number="示例号")),
    "moved elsewhere": Attack("opened", CASE, ("OR (taken.source, taken.target) IS DISTINCT FROM (OLD.state, NEW.state)", ""), MOVES, dropped(state="decided")),
    "decided by no decision": Attack("opened", CASE, ("OR NEW.decided_on IS DISTINCT FROM (CASE taken.step WHEN 'decide' THEN taken.day ELSE OLD.decided_on END)", ""), MOVES, dropped(decided_on="2026-11-23")),
    "entered by no entering": Attack("opened", CASE, ("OR NEW.entered_on IS DISTINCT FROM (CASE taken.step WHEN 'enter' THEN taken.day ELSE OLD.entered_on END)", ""), MOVES, dropped(entered_on="2026-11-23")),
    "a day of its own for nothing": Attack("opened", CASE, ("OR (NEW.shown_until IS DISTINCT FROM OLD.shown_until AND taken.step <> 'enter')", ""), MOVES, dropped(shown_until="2036-11-23")),
    # Evidence, papers, proofs, what the party says.
    "evidence afterwards": Attack("opened", EVIDENCE, ("AND c.state = 'new'", ""), "with the opening", lambda h: h.evidence()),
    "evidence of another": Attack("granted", EVIDENCE, ("AND casework_may_promise(NEW.\"by\", 'open', c.agency_id)", ""), "with the opening", lambda h: h.evidence(h.fresh(), cast.MARKET_CLERK.actor)),
    "paper to another": Attack("opened", PAPER, ("(s.day, k.document, c.subject_id) = (NEW.issued_on, NEW.kind, NEW.party)", "true"), ITS_STEP, notice(issued_on="2026-11-01")),
    "paper of another document": Attack("opened", PAPER, ("= (NEW.number, NEW.kind, NEW.party, c.agency_id, s.actor, s.at)", "= (d.number, d.kind, d.subject, d.agency, d.issued_by, d.issued_at)"), ITS_STEP, document(agency=cast.TAX.id)),
    "a shorter window": Attack("opened", PAPER, ("coalesce(NEW.\"window\" >= coalesce(casework_window_of(c.list), c.\"window\"), false)", "true"), ITS_STEP, notice(window=1)),
    "paper afterwards": Attack("notified", PAPER, ("AND s.seq = c.revision + 1", ""), ITS_STEP, a_second_notice),
    "proof afterwards": Attack("served", SERVICE, ("(w.kind, w.state) = (p.kind, c.state)", "w.kind = p.kind"), "when its paper waits", lambda h: h.proof(NOTICE)),
    "proof for another": Attack("notified", SERVICE, ("AND p.party = NEW.party", ""), "when its paper waits", lambda h: h.proof(NOTICE, party=h.broken.town.office.person)),
    "proof by another": Attack("notified", SERVICE, ("AND casework_may_promise(NEW.\"by\", w.step, c.agency_id)", ""), "when its paper waits", lambda h: h.proof(NOTICE, by=CHECKER.user_id)),
    "said and answered": Attack("served", SAID, ("NEW.replied_on IS NOT NULL OR", ""), "in unanswered", lambda h: h.objection(replied_on=h.day)),
    "said and upheld": Attack("served", SAID, ("OR NEW.upheld", ""), "in unanswered", lambda h: h.objection(upheld=True)),
    "a hearing": Attack("served", SAID, ("OR NEW.kind NOT IN ('representation', 'objection')", ""), "in unanswered", lambda h: h.objection(kind="hearing")),
    "said on another day": Attack("served", SAID, ("NEW.received_on <> (NEW.received_at AT TIME ZONE 'Asia/Shanghai')::date", "false"), "in unanswered", lambda h: h.objection(received_on="2026-01-01")),
    "said too late": Attack("decided", SAID, ("w.source = c.state AND w.step = 'receive'", "true"), "in unanswered", lambda h: h.objection()),
    "a reply without reasons": Attack("heard", SAID, ("OR NEW.reply_sealed IS NULL)", ")"), "has reasons", lambda h: replied(h, reply_sealed=None)),
    "a reply before it": Attack("heard", SAID, ("NEW.replied_on < NEW.received_on", "false"), "has reasons", lambda h: replied(h, replied_on="2026-01-01")),
    "untold": Attack("opened", END, ("(e.id, e.kind, e.at) = (NEW.event, 'promise.' || NEW.step, NEW.at)", "true"), "no event tells", lambda h: h.step("drop", event=False)),
    "no paper": Attack("opened", END, ("k.document <> ''", "false"), "without its paper", lambda h: h.step("notify", paper=None)),
    "paper that lacks": Attack("opened", END, ("AND p.says @> CASE k.document", "AND (ARRAY['party', 'facts', 'evidence', 'basis', 'decision', 'rights', 'window', 'deadlines', 'reconsideration_body', 'court', 'exit_conditions', 'repair_notice'] || p.says) @> CASE k.document"), "without its paper", notice(says=["facts"])),
    # Carried out.
    "entered for nothing": Attack("sealed", CARRIED, DONE, "carried out whole", entered_for_nothing),
    "back by nobody's decision": Attack("sealed", ENTERED, ("WHEN OLD.state = 'removed' AND NOT casework_reinstating(NEW.id, today) THEN 'false promise'", ""), "without false promise", back_before_it_is_entered),
    "back by a step that is not under way": Attack("sealed", BACK, ("", "BEGIN RETURN true; END"), "without false promise", back_before_it_is_entered),
    "back by nobody's step": Attack("sealed", REINSTATED, DONE, "by a decision alone", reinstated_and_left),
    "back on another number": Attack("sealed", ENTRY, ("AND k.number = NEW.number", ""), "as its decision says", back_as(number="示例号")),
    "back until another day": Attack("sealed", ENTRY, ("AND p.state IN ('decided', 'entered') AND c.until IS NOT DISTINCT FROM NEW.until", ""), "as its decision says", back_as(until="2099-01-01")),
    "a term of its own": Attack("sealed", ANEW, ("c.listed_on = taken.day AND", ""), MOVES, term_of(until="2099-01-01", listed_on="2026-01-01")),
}  # fmt: skip


RECORD_ATTACKS: dict[str, Attack] = {
    "marked by nobody": Attack("", BY_DECISION, DONE, "by a decision alone", lambda h: h.mark(thing(h))),
    "marked before it is entered": Attack("", IS_ENTERED, ("AND p.state = 'entered'", ""), "by a decision alone", lambda h: h.mark(thing(h))),
    "taken up by nobody": Attack("", BY_DECISION, DONE, "by a decision alone", lambda h: h.lift(thing(h))),
    "another record": Attack("", IS_ENTERED, ("p.id = which AND i.record_id = thing AND p.state = 'entered'", "p.id = which"), "by a decision alone", lambda h: h.mark(h.broken.town.old)),
    "taken up on another ground": Attack("", KEPT, DONE, "for a false promise alone", lambda h: h.lift(thing(h), "repair")),
    "a day that no event tells": Attack("", TOLD, DONE, "no event tells", shown_untold),
}  # fmt: skip
FUNCTIONS = {each.function for each in (*ATTACKS.values(), *RECORD_ATTACKS.values())} - {TOLD}
