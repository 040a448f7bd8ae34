"""A fact is wrong: marked on every output from lodging, shielded where it is somebody else, decided by two (更正)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from tests import cast
from tests.revocations import town as towns
from tests.revocations.test_revocations import refused
from tests.revocations.town import CHECKER, CLERK, RULED, SERVED, SIGNER, WHOLE, Town
from xinheng.access.gate import open_own
from xinheng.access.scope import acting
from xinheng.casework import corrections, matters, siblings
from xinheng.casework.correctionfacts import Given
from xinheng.casework.models import CorrectionSibling
from xinheng.catalog.public import current_law
from xinheng.documents import progress, receipts
from xinheng.law.identifiers import USCC_ALPHABET, uscc_check
from xinheng.publication import own
from xinheng.publication import public as portal

pytestmark = pytest.mark.clause("2.2b", "3.2b", "5.1d")


def test_from_lodging_on_the_mark_stands_on_every_output(town: Town) -> None:
    made = towns.lodged(town)
    record = town.records[4]
    assert (towns.correction(made).state, towns.shown(record)) == ("lodged", ([], ("disputed",)))
    page = portal.record(towns.FIRMS["plain"], record, today=cast.TODAY)
    assert page
    assert page.marks == ("disputed",)
    # Whoever holds a copy is told of the mark.
    assert {action for action, _ in towns.recalled(record)} == {"update"}
    opened = open_own(actor=towns.party(town), now=cast.NOW)
    mine = own.record(record, opened=opened, law=current_law(cast.TODAY))
    assert "disputed" in mine.marks


def test_it_is_received_once_from_the_party_itself_and_nobody_else(town: Town) -> None:
    towns.lodged(town)
    with refused("CORRECTION_UNDER_WAY"):
        towns.lodged(town)
    with refused("NOT_FOUND"):
        towns.lodged(town, number=1)
    with refused("STEP_INCOMPLETE"):
        towns.lodged(town, claims=())
    with refused("PERMISSION_DENIED"):
        corrections.lodge(town.records[1], (), not_me=True, why="", actor=CLERK, now=cast.NOW)


def test_two_persons_decide_each_field_and_the_record_says_so_from_then_on(town: Town) -> None:
    made, record = towns.answered(town), town.records[4]
    with refused("CORRECTION_FIELD_OPEN"):
        towns.step(made, "propose", CLERK, replace(WHOLE, rulings=()))
    with refused("CORRECTION_WITHOUT_DOCUMENT"):
        towns.step(made, "propose", CLERK, replace(WHOLE, rulings=(replace(RULED, document=""),)))
    towns.step(made, "propose", CLERK, WHOLE)
    assert towns.conduct(town) == towns.CLAIM.old
    with refused("SAME_PERSON"):
        towns.step(made, "decide", towns.as_checker(CLERK))
    towns.step(made, "decide", CHECKER)
    assert towns.conduct(town) == towns.DECIDED
    # The mark stands until it has reached the party and everybody who holds a copy.
    assert towns.shown(record) == ([], ("disputed",))
    with refused("DECISION_NOT_SERVED"):
        towns.step(made, "complete", CLERK)
    with towns.city():
        owed = matters.holders_of(made)
    with refused("REPAIR_RECEIPTS_OPEN"):
        towns.step(made, "complete", CLERK, Given(service=SERVED))
    towns.step(made, "complete", CLERK, Given(service=SERVED, receipts=owed))
    assert (towns.correction(made).state, towns.shown(record)) == ("done", ([], ()))


def test_what_is_given_back_is_proposed_again(town: Town) -> None:
    made = towns.answered(town)
    towns.step(made, "propose", CLERK, WHOLE)
    with refused("REASON_REQUIRED"):
        towns.step(made, "return", CHECKER)
    towns.step(made, "return", CHECKER, Given(reason="示例理由"))
    kept = replace(RULED, decided=towns.CLAIM.old)
    towns.step(made, "propose", CLERK, replace(WHOLE, rulings=(kept,)))
    towns.step(made, "decide", CHECKER)
    assert towns.conduct(town) == towns.CLAIM.old


def test_the_party_takes_it_back_and_may_lodge_again(town: Town) -> None:
    made = towns.lodged(town, not_me=True)
    with refused("PERMISSION_DENIED"):
        towns.step(made, "withdraw", CLERK)
    towns.step(made, "withdraw", towns.party(town))
    assert towns.shown(town.records[4]) == ([], ())
    assert towns.is_public(town.records[4])
    towns.lodged(town)


# ---- 这不是我 ------------------------------------------------------------------------------------------------------


def test_not_me_freezes_publication_in_the_same_transaction(town: Town) -> None:
    record = town.records[4]
    made = towns.lodged(town, not_me=True, claims=())
    assert towns.correction(made).frozen
    assert (towns.shown(record), towns.is_public(record)) == ((["WITHHOLD"], ("disputed",)), False)
    assert portal.record(towns.FIRMS["plain"], record, today=cast.TODAY) is None
    # What the same confusion may have hit is found with it, of whatever agency.
    with towns.city():
        found = dict(CorrectionSibling.objects.filter(correction=made).values_list("record", "likeness"))
    assert found == {town.records[5]: "same_name", town.records[6]: "near_code"}


def test_nothing_is_left_when_the_shield_fails(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object, **_more: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(corrections, "_shield", broken)
    before = towns.kinds_told()
    actor = towns.party(town)
    arrived = towns.kinds_told()
    with pytest.raises(ZeroDivisionError):
        corrections.lodge(town.records[4], (), not_me=True, why="", actor=actor, now=cast.NOW)
    assert towns.kinds_told() == arrived
    assert len(before) <= len(arrived)
    assert towns.shown(town.records[4]) == ([], ())


def test_neighbours_of_a_code_are_valid_and_differ_in_one_place_or_two_beside() -> None:
    code = towns.FIRMS["plain"]
    found = list(siblings.neighbours(code, USCC_ALPHABET))
    assert towns.FIRMS["near"] in found
    assert towns.FIRMS["namesake"] not in found or code not in found
    assert all(each[-1] == uscc_check(each[:-1]) for each in found)
    assert all(sum(a != b for a, b in zip(each[:-1], code[:-1], strict=True)) in (1, 2) for each in found)


def test_it_was_somebody_else_and_stays_frozen(town: Town) -> None:
    made, record = towns.answered(town, not_me=True, claims=()), town.records[4]
    with refused("CORRECTION_FIELD_OPEN"):
        towns.step(made, "propose", CLERK, replace(WHOLE, rulings=()))
    towns.step(made, "propose", CLERK, replace(WHOLE, rulings=(), mistaken=True))
    with refused("CORRECTION_SIBLINGS"):
        towns.step(made, "decide", CHECKER)
    corrections.look_at_sibling(made, town.records[5], confused=False, actor=CLERK, now=cast.NOW)
    corrections.look_at_sibling(made, town.records[6], confused=True, actor=CLERK, now=cast.NOW)
    assert (towns.is_public(town.records[5]), towns.is_public(town.records[6])) == (True, False)
    with refused("ALREADY_DECIDED"):
        corrections.look_at_sibling(made, town.records[6], confused=False, actor=CLERK, now=cast.NOW)
    towns.step(made, "decide", CHECKER)
    assert set(towns.shown(record)[0]) == {"WITHHOLD", "END_SHARING_AND_PUBLICATION"}
    with refused("CORRECTION_STAYS_FROZEN"):
        towns.step(made, "unfreeze", CHECKER, Given(service=SERVED, reason="示例"))
    with towns.city():
        owed = matters.holders_of(made)
    towns.step(made, "complete", CLERK, Given(service=SERVED, receipts=owed))
    assert (towns.shown(record)[1], towns.is_public(record)) == ((), False)


def test_it_was_the_party_after_all_and_publication_goes_on(town: Town) -> None:
    made, record = towns.answered(town, not_me=True, claims=()), town.records[4]
    towns.step(made, "propose", CLERK, replace(WHOLE, rulings=(), mistaken=False))
    towns.step(made, "decide", CHECKER)
    assert not towns.is_public(record)
    with refused("DECISION_NOT_SERVED"):
        towns.step(made, "unfreeze", CHECKER, Given(reason="示例"))
    towns.step(made, "unfreeze", CHECKER, Given(service=SERVED, reason="示例"))
    assert (towns.is_public(record), towns.shown(record)) == (True, ([], ("disputed",)))


def test_taken_back_it_leaves_no_sibling_frozen_that_nobody_else_holds(town: Town) -> None:
    made = towns.lodged(town, not_me=True, claims=())
    # The namesake says the same of its own record, and both are held for the same confusion.
    other = corrections.lodge(town.records[5], (), not_me=True, why="示例", actor=towns.party(town, "namesake"), now=cast.NOW)  # fmt: skip
    for number in (5, 6):
        corrections.look_at_sibling(made, town.records[number], confused=True, actor=CLERK, now=cast.NOW)
    towns.at_commit()
    assert not any(towns.is_public(town.records[number]) for number in (4, 5, 6))
    towns.step(made, "withdraw", towns.party(town))
    shown = {number: (towns.shown(town.records[number])[0], towns.is_public(town.records[number])) for number in (4, 5, 6)}  # fmt: skip
    assert shown == {4: ([], True), 5: (["WITHHOLD"], False), 6: ([], True)}
    with refused("NOT_READY"):
        corrections.look_at_sibling(made, town.records[6], confused=True, actor=CLERK, now=cast.NOW)
    towns.step(other.id, "withdraw", towns.party(town, "namesake"))
    assert towns.is_public(town.records[5])


# ---- who may, and what the database holds -----------------------------------------------------------------------------


def test_the_holder_of_the_receipt_sees_how_far_it_is(town: Town) -> None:
    made = towns.lodged(town)
    number = towns.correction(made).number
    found = progress.of(number, receipts.code_of(number), current_law(cast.TODAY))
    assert found
    assert (found.state, found.body) == ("已受理", cast.LABOUR.name)
    # A target of the office is told as one, and not as a day by law.
    assert (found.due, "工作目标" in found.next_step) == (None, True)
    assert progress.of(number, "AAAAA-AAAAA", current_law(cast.TODAY)) is None
    with refused("NOT_FOUND"):
        towns.step(made, "answer", towns.OTHER[0], Given(answer="示例"))
    with refused("PERMISSION_DENIED"):
        towns.step(made, "answer", SIGNER, Given(answer="示例"))


ATTACKS = [
    ("UPDATE casework_correction SET frozen = false WHERE id = %s", "by a step alone"),
    ("UPDATE casework_correction SET record_id = gen_random_uuid() WHERE id = %s", "what it is about"),
    ("UPDATE casework_correctionstep SET sealed = NULL WHERE correction_id = %s", "denied"),
    ("DELETE FROM casework_correction WHERE id = %s", "denied"),
]


def test_the_database_holds_a_correction(town: Town) -> None:
    made = towns.lodged(town, not_me=True)
    for statement, why in ATTACKS:
        attempt: Any = pytest.raises(DatabaseError, match=why)
        with attempt, transaction.atomic(), acting(CLERK), connection.cursor() as cursor:
            cursor.execute(statement, [made])


def test_what_the_party_wrote_is_sealed(town: Town) -> None:
    made = towns.lodged(town)
    with towns.city(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT s::text FROM casework_correctionstep s WHERE correction_id = %s UNION ALL"
            " SELECT p::text FROM ledger_eventpayload p JOIN ledger_event e ON e.id = p.event_id"
            " WHERE e.kind LIKE 'correction.%%'",
            [made],
        )
        rows = [row for (row,) in cursor.fetchall()]
    assert rows
    assert not [each for each in rows if towns.CLAIM.claimed in each or "示例理由" in each]
