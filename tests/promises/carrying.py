"""Attacks on what is carried out of a case on a false promise: by the law's day, on its own repair alone (执行的逐条攻击)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.casework.forging import sql
from tests.promises.forging import DECISION, Hand
from tests.promises.guards import ALL, DONE, Attack, Deed, thing
from tests.repairs.forging import past_all, settle

DAY_OF_LAW, OWN_REPAIR, HAS_DOCUMENT = (
    "casework_promise_day_of_law", "casework_promise_takes_its_own", "casework_promise_has_document",
)  # fmt: skip


def carried_out(case_day: Callable[[Hand], Any] = lambda hand: hand.law_day, shown: bool = True) -> Deed:
    """By hand, with whatever day of its own; the record's is the case's."""

    def do(hand: Hand) -> None:
        record, day = thing(hand), case_day(hand)
        hand.proof(DECISION)
        hand.step("enter")
        hand.mark(record)
        if shown:
            hand.shown(record, until=day)
        hand.lift(record)
        hand.entered(shown_until=day)

    return do


def on_what_fell(hand: Hand) -> None:
    with past_all():
        sql("SET LOCAL session_replication_role = replica")
        sql("UPDATE registry_instrument SET effect = 'revoked'")
        sql("SET LOCAL session_replication_role = DEFAULT")
    carried_out()(hand)


def shown_afterwards(hand: Hand) -> None:
    """Entered without a day of its own, and one is written later."""
    carried_out(lambda _: None, shown=False)(hand)
    settle()
    hand.shown(thing(hand), until="2099-01-01")


def a_later_repair(hand: Hand) -> None:
    """The record was repaired again since, in another matter; the old case takes that up."""
    carried_out()(hand)
    settle()
    record = thing(hand)
    with past_all():
        sql("SET LOCAL session_replication_role = replica")
        sql("DELETE FROM registry_recordeffect WHERE record_id = %s AND lifts IS NOT NULL", record)
        sql("UPDATE registry_recordeffect SET matter = uuid7() WHERE record_id = %s", record)
        sql("SET LOCAL session_replication_role = DEFAULT")
    hand.lift(record)


CARRYING: dict[str, Attack] = {
    "carried out on a document that fell": Attack("", HAS_DOCUMENT, ALL, "a document that has effect", on_what_fell),
    "shown for longer than the law says": Attack("", DAY_OF_LAW, ALL, "as long as a rule says", carried_out(lambda _: "2099-01-01")),
    "shown through a day that the case has not": Attack("", OWN_REPAIR, DONE, "its own repair alone", shown_afterwards),
    "another repair taken up": Attack("", OWN_REPAIR, DONE, "its own repair alone", a_later_repair),
}  # fmt: skip
