"""How far a repair has come, and what somebody with the role then writes by hand (阶段与攻击动作)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from tests import cast
from tests.casework.forging import sql
from tests.repairs.forging import CHECKER, CLERK, MARKET, SAYS, SIGNER, Hand, one, past_all
from tests.repairs.town import Town
from xinheng.access.actor import Actor
from xinheng.casework.repairs import services

# ---- stages: each is reached by the services ------------------------------------------------------------------


def begun(town: Town) -> None:
    services.begin([town.spare[0]], actor=town.boss, now=town.now)


def lodged(town: Town) -> None:
    town.lodged([town.old, town.new])
    begun(town)


def alone(town: Town) -> None:
    town.lodged([town.old])


def accepted(town: Town) -> None:
    lodged(town)
    town.take(MARKET, "accept", contact="示例电话")
    # Three who hold every role: only their being other persons keeps them apart.
    with past_all():
        sql("UPDATE access_user SET roles = '{clerk,checker,signer}' WHERE agency_id = %s", MARKET.id)


def verified(town: Town) -> None:
    lodged(town)
    town.verified(MARKET)


def proposed(town: Town) -> None:
    verified(town)
    town.proposed(MARKET, town.new)


def all_proposed(town: Town) -> None:
    alone(town)
    town.verified(MARKET).proposed(MARKET)


def part_granted(town: Town) -> None:
    proposed(town)
    town.take(MARKET, "grant_part", 1)


def returned(town: Town) -> None:
    part_granted(town)
    town.take(MARKET, "return", 1, reason="示例")


def checked(town: Town) -> None:
    part_granted(town)
    town.take(MARKET, "check", 1)
    with past_all():
        sql("UPDATE access_user SET roles = '{checker,signer}' WHERE id = %s", CHECKER.user_id)


def granted(town: Town) -> None:
    all_proposed(town)
    town.take(MARKET, "grant", 1)


STAGES = {
    each.__name__: each
    for each in (
        lodged, alone, accepted, verified, proposed, all_proposed, part_granted, returned, checked, granted,
    )
}  # fmt: skip


# ---- deeds of more than a line -----------------------------------------------------------------------------------


def by_who_left(hand: Hand) -> None:
    with past_all():
        sql("UPDATE access_user SET is_active = false WHERE id = %s", CLERK.user_id)
    hand.step("accept")


def asked_at_another_window(hand: Hand) -> None:
    hand.step("ask_supplement", cast.WINDOW_STAFF.actor)
    hand.paper("supplement_notice")


def verified_and_proposed(
    hand: Hand, finder: Actor = CLERK, verifier: Actor = CLERK, proposer: Actor = CLERK
) -> None:
    """The whole way to a proposal, by whom the rows say."""
    for place in (1, 2):
        hand.finding(place, finder)
    hand.taken("verify", verifier)
    for place, outcome in ((1, "grant"), (2, "refuse")):
        hand.proposal(outcome, place, proposer)
    hand.taken("propose")


def checked_by(**who: Actor) -> Callable[[Hand], object]:
    def do(hand: Hand) -> None:
        verified_and_proposed(hand, **who)
        hand.step("check", SIGNER)

    return do


def accept_moved(step: str = "accept", **change: Any) -> Callable[[Hand], object]:
    def do(hand: Hand) -> None:
        named = {"handler": CLERK.user_id, "contact": "示例"} if step == "accept" else {}
        if step == "accept":
            hand.step(step, CLERK)
        else:
            hand.own_step(step)
        hand.move(**{**named, **change})

    return do


def moved_without_a_step(hand: Hand) -> None:
    sql(
        "UPDATE casework_repaircase SET state = 'withdrawn', revision = revision + 1 WHERE id = %s",
        hand.case.pk,
    )


def rewound(hand: Hand) -> None:
    """Back to the proposal that was returned, without proposing again."""
    seq = one("SELECT seq FROM casework_repairstep WHERE step = 'propose' AND case_id = %s", hand.case.pk)
    sql("UPDATE casework_repaircase SET state = 'proposed', revision = %s WHERE id = %s", seq, hand.case.pk)


def earlier_than_the_last(hand: Hand) -> None:
    at = hand.town.now - timedelta(days=2)
    hand.step("accept", at=at, day=at.date())


def moved_past_the_item(hand: Hand) -> None:
    """A grant with its paper, and nothing granted."""
    hand.step("grant", CHECKER)
    hand.paper("repair_decision", SAYS["grant"])
    hand.move(decided_on=hand.day)


def fresh(**change: Any) -> Callable[[Hand], object]:
    return lambda hand: hand.fresh_case(**change)


def item_of(**change: Any) -> Callable[[Hand], object]:
    """A thing of one body in the case of another."""

    def do(hand: Hand) -> None:
        given = {name: getattr(hand.town, str(value)) for name, value in change.items()}
        hand.fresh_item(hand.fresh_case(), **given)

    return do


def destroyed(hand: Hand) -> None:
    with past_all():
        sql("UPDATE registry_record SET state = 'shredded' WHERE id = %s", hand.town.other)
    hand.fresh_item(hand.fresh_case(), record_id=hand.town.other)


def granting(effect: str = "ANNOTATE", place: int = 1, **change: Any) -> Callable[[Hand], object]:
    """A part granted, with something wrong about the record's decision."""

    def do(hand: Hand) -> None:
        hand.step("grant_part", CHECKER)
        hand.paper("repair_decision", SAYS["grant"])
        hand.effect(hand.town.old if place == 1 else hand.town.new, effect)
        hand.decide("grant", place, effect, **change)

    return do


def granted_by_the_check(hand: Hand) -> None:
    hand.step("check", CHECKER)
    hand.effect(hand.town.old)
    hand.decide("grant")


def other_effect(hand: Hand) -> None:
    for place, outcome in ((1, "grant"), (2, "refuse")):
        hand.proposal(outcome, place, effect="WITHHOLD" if place == 1 else "")
    hand.taken("propose")
    hand.decided("grant_part", CHECKER)


def granted_and_not_repaired(hand: Hand, effect: str = "ANNOTATE") -> None:
    hand.step("grant_part", CHECKER)
    hand.paper("repair_decision", SAYS["grant"])
    hand.decide("grant", effect=effect)


def granted_and_destroyed(hand: Hand) -> None:
    granted_and_not_repaired(hand, "DELETE")


def lodged_by_hand(hand: Hand) -> None:
    sql(
        "UPDATE casework_repairapplication SET number = '示例', lodged_at = %s, lodged_on = '2026-01-01' WHERE number IS NULL",
        hand.at,
    )  # fmt: skip


def begun_lodged(hand: Hand) -> None:
    sql(
        "INSERT INTO casework_repairapplication (id, number, subject_id, account, channel, begun_by, begun_at, chosen,"
        " lodged_at, lodged_on) VALUES (%s, '示例', %s, %s, 'counter', %s, %s, '{}', %s, %s)",
        uuid4(), hand.town.firm, uuid4(), uuid4(), hand.at, hand.at, hand.day,
    )  # fmt: skip


def asked_on_paper(kind: str = "supplement_notice", **change: Any) -> Callable[[Hand], object]:
    def do(hand: Hand) -> None:
        hand.step("ask_supplement")
        hand.paper("supplement_notice")
        hand.paper(kind, **change)

    return do


def a_receipt_afterwards(hand: Hand) -> None:
    hand.paper("repair_receipt", step_id=one("SELECT id FROM casework_repairstep"))


def material(hand: Hand, application: UUID | None = None, case: UUID | None = None) -> None:
    sql(
        "INSERT INTO casework_repairmaterial (id, application_id, case_id, kind, media_type, sha256, size, \"by\", at)"
        " VALUES (%s, %s, %s, 'proof', 'application/pdf', 'x', 1, %s, %s)",
        uuid4(), application or hand.case.application_id, case, uuid4(), hand.at,
    )  # fmt: skip


def file_of_another_application(hand: Hand) -> None:
    other = one("SELECT id FROM casework_repairapplication WHERE number IS NULL")
    material(hand, other, hand.case.pk)


def refused_by_the_checker(hand: Hand) -> None:
    hand.decided("refuse", CHECKER, place=2)


def served_without_proof(hand: Hand) -> None:
    hand.step("serve")
    hand.paper("proof_of_service")


def proved(**change: Any) -> Callable[[Hand], object]:
    return lambda hand: hand.proof(**change)


def no_ground(**change: Any) -> Callable[[Hand], object]:
    def do(hand: Hand) -> None:
        hand.proposal("grant")
        hand.proposal("refuse", 2, **change)
        hand.step("propose")

    return do


def one_proposed(hand: Hand) -> None:
    hand.proposal("grant")
    hand.step("propose")


def findings_of_one(hand: Hand) -> None:
    hand.finding()
    hand.step("verify")


def of_nothing(hand: Hand) -> None:
    case = hand.fresh_case()
    hand.own_step("lodge", case_id=case, seq=1, source="new", target="lodged")
    hand.paper("repair_receipt", case_id=case, agency=cast.ENVIRONMENT.id)
