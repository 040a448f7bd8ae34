"""A penalty is annulled, stayed or varied: what falls with it, what is hidden, what stays (撤销与变更)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from tests import cast
from tests.revocations import town as towns
from tests.revocations.town import CHECKER, CLERK, SIGNER, Town
from xinheng.access.scope import acting
from xinheng.casework import carrying, matters, revocations, sweep
from xinheng.casework.models import Revocation
from xinheng.law.language import Refusal
from xinheng.law.procedures.correction import CORRECTION
from xinheng.law.procedures.revocation import REVOCATION
from xinheng.ledger.kinds import EventKind
from xinheng.ledger.services import append
from xinheng.registry.roles import as_intake

pytestmark = pytest.mark.clause("1.3a", "2.2b", "5.1d")


@contextmanager
def refused(code: str) -> Iterator[None]:
    with pytest.raises(Refusal) as caught, transaction.atomic():
        yield
    assert code in [each.code for each in caught.value.reasons]


def test_the_sole_ground_is_annulled_and_all_falls(town: Town) -> None:
    record, case = town.records[1], town.cases["sole"]
    assert towns.is_public(record)
    matter = towns.register(town, 1)
    assert towns.state(matter) == "fallen"
    assert towns.effect(town.documents[1]) == "revoked"
    assert towns.shown(record) == (["END_SHARING_AND_PUBLICATION"], ())
    assert not towns.is_public(record)
    assert towns.recalled(record) == {("withdraw", "gone")}
    assert (towns.case_state(case), towns.entry_of(case).state) == ("removed", "removed")
    assert not towns.is_listed_publicly(case)
    for name in ("sole, own", "document 1, own"):
        assert towns.measure(town, name).state == "ended"
    assert towns.measure(town, "document 1, own").ended_by == "document_fell"
    # Another body's measure is ended by that body: it is told, and nobody uses the measure.
    for name in ("sole, theirs", "document 1, theirs"):
        assert (towns.measure(town, name).state, towns.told(town, name)) == ("in_force", True)
        assert not towns.in_use(town, name)
    assert set(towns.fates(matter).values()) == {"falls"}


def test_one_of_two_grounds_is_annulled_and_the_entry_is_hidden(town: Town) -> None:
    case = town.cases["shared"]
    matter = towns.register(town, 2)
    assert towns.state(matter) == "hidden"
    # What rests on the document alone falls all the same.
    assert towns.shown(town.records[2]) == (["END_SHARING_AND_PUBLICATION"], ())
    assert not towns.is_public(town.records[2])
    assert towns.is_public(town.records[3])
    assert (towns.case_state(case), towns.entry_of(case).state) == ("hidden", "hidden")
    assert not towns.is_listed_publicly(case)
    assert towns.measure(town, "shared, own").state == "ended"
    assert (towns.measure(town, "shared, theirs").state, towns.told(town, "shared, theirs")) == (
        "in_force",
        True,
    )
    assert not towns.in_use(town, "shared, theirs")
    found = towns.fates(matter)
    assert found[f"record:{town.records[2]}"] == "falls"
    assert found[f"entry:{towns.entry_of(case).pk}"] == "hidden"
    assert found[f"measure:{town.made['shared, theirs']}"] == "hidden"
    assert f"record:{town.records[3]}" not in found
    # What has nothing to do with the document stays as it was.
    assert towns.case_state(town.cases["sole"]) == "listed"
    assert towns.measure(town, "sole, own").state == "in_force"


def test_what_is_left_is_enough_by_three_persons(town: Town) -> None:
    matter = towns.register(town, 2)
    with refused("PERMISSION_DENIED"):
        towns.take(matter, "review", SIGNER)
    towns.take(matter, "review", CHECKER)
    with refused("SAME_PERSON"):
        towns.take(matter, "keep", replace(CLERK, roles=frozenset({"signer"})))
    with refused("REASON_REQUIRED"):
        towns.take(matter, "keep", SIGNER, reason="")
    towns.take(matter, "keep", SIGNER)
    case = town.cases["shared"]
    assert (towns.state(matter), towns.case_state(case)) == ("kept", "listed")
    assert towns.is_listed_publicly(case)
    # The record of the document that fell does not come back with it.
    assert towns.shown(town.records[2])[0] == ["END_SHARING_AND_PUBLICATION"]
    assert towns.measure(town, "shared, own").state == "ended"


def test_what_is_left_is_not_enough(town: Town) -> None:
    matter, case = towns.register(town, 2), town.cases["shared"]
    with refused("REVOCATION_ENTRY_OPEN"):
        towns.take(matter, "let_fall", CHECKER)
    towns.leave_list(case, "correct")
    towns.take(matter, "let_fall", CHECKER)
    assert (towns.state(matter), towns.case_state(case)) == ("fallen", "removed")


def test_a_second_document_falls_too_and_the_entry_leaves(town: Town) -> None:
    towns.register(town, 2)
    second = towns.register(town, 3)
    case = town.cases["shared"]
    assert (towns.state(second), towns.case_state(case)) == ("fallen", "removed")
    assert not towns.is_public(town.records[3])


@pytest.mark.parametrize("outcome", ["varied", "stayed"])
def test_what_fell_is_neither_stayed_nor_varied(town: Town, outcome: str) -> None:
    """Either would put it up again: by one clerk, or when the stay is said to be over."""
    towns.register(town, 4)
    with refused("REVOCATION_GONE"):
        towns.register(town, 4, outcome)
    assert towns.effect(town.documents[4]) == "revoked"


# ---- stay --------------------------------------------------------------------------------------------------


def test_a_stay_suspends_and_its_end_brings_back(town: Town) -> None:
    record, case = town.records[1], town.cases["sole"]
    matter = towns.register(town, 1, "stayed")
    assert (towns.state(matter), towns.effect(town.documents[1])) == ("suspended", "stayed")
    assert towns.shown(record) == (["WITHHOLD"], ())
    assert not towns.is_public(record)
    assert towns.recalled(record) == {("withdraw", "restricted")} or towns.recalled(record)
    assert (towns.case_state(case), towns.is_listed_publicly(case)) == ("hidden", False)
    # A measure rests while the document is stayed, and is not ended.
    assert towns.measure(town, "document 1, own").state == "in_force"
    assert not towns.in_use(town, "document 1, own")
    assert towns.told(town, "document 1, theirs")
    # Nor does the calendar take anybody off the list on account of it.
    assert (sweep.due("revoke", cast.TODAY), sweep.due("hide", cast.TODAY)) == ([], [])
    with refused("REVOCATION_UNDER_WAY"):
        towns.register(town, 1)
    with refused("NOT_READY"):
        towns.take(matter, "resume", SIGNER)
    towns.take(matter, "review", CHECKER)
    with refused("REVOCATION_STILL_STAYED"):
        towns.take(matter, "resume", SIGNER)


def test_when_the_stay_is_over_three_persons_resume(town: Town) -> None:
    record, case = town.records[1], town.cases["sole"]
    matter = towns.register(town, 1, "stayed")
    towns.again(matter, "effective")
    # Nobody has looked yet: what was suspended stays so.
    assert not towns.is_public(record)
    towns.take(matter, "review", CHECKER)
    towns.take(matter, "resume", SIGNER)
    assert (towns.state(matter), towns.is_public(record)) == ("kept", True)
    assert towns.shown(record) == ([], ())
    assert (towns.case_state(case), towns.is_listed_publicly(case)) == ("listed", True)
    assert towns.in_use(town, "document 1, own")
    assert not towns.in_use(town, "document 1, theirs")


def test_a_stayed_document_is_annulled_in_the_end(town: Town) -> None:
    matter = towns.register(town, 1, "stayed")
    towns.again(matter, "revoked")
    assert (towns.state(matter), towns.case_state(town.cases["sole"])) == ("fallen", "removed")
    assert "END_SHARING_AND_PUBLICATION" in towns.shown(town.records[1])[0]
    assert towns.measure(town, "document 1, own").ended_by == "document_fell"
    found = towns.fates(matter)
    # Ended when its entry was hidden: there was nothing left to fall.
    assert found.pop(f"measure:{town.made['sole, own']}") == "suspended"
    assert set(found.values()) == {"falls"}


# ---- variation -----------------------------------------------------------------------------------------------


def test_a_variation_rests_until_its_new_content_is_there(town: Town) -> None:
    record, case = town.records[1], town.cases["sole"]
    matter = towns.register(town, 1, "varied")
    assert (towns.state(matter), towns.effect(town.documents[1])) == ("opened", "effective")
    assert (towns.shown(record)[0], towns.is_public(record)) == (["WITHHOLD"], False)
    assert towns.case_state(case) == "hidden"
    for name in ("document 1, own", "document 1, theirs"):
        assert (towns.told(town, name), towns.in_use(town, name)) == (True, False)
    with refused("REVOCATION_NO_CONTENT"):
        towns.take(matter, "vary", CHECKER)
    towns.corrected(record, "variation", {"content_text": "没收非法财物，价值 1000 元"})
    assert not towns.is_public(record)
    with refused("SAME_PERSON"):
        towns.take(matter, "vary", towns.as_checker(CLERK))
    towns.take(matter, "vary", CHECKER)
    assert (towns.state(matter), towns.shown(record), towns.is_public(record)) == ("varied", ([], ()), True)
    assert towns.recalled(record)
    # Whether the new content still bears the entry is the signer's to say, in the case.
    assert towns.case_state(case) == "hidden"


@pytest.mark.parametrize(
    ("said", "step", "state"), [("revoked", "fall", "fallen"), ("stayed", "suspend", "suspended")]
)
def test_a_sheet_takes_the_effect_of_what_was_varied(town: Town, said: str, step: str, state: str) -> None:
    """The body reports it while the variation is open: it is not updated any more, and is taken down by an officer."""
    record, case = town.records[1], town.cases["sole"]
    matter = towns.register(town, 1, "varied")
    towns.corrected(record, "variation", {"content_text": "没收非法财物，价值 1000 元"})
    reported(town, 1, said)
    with refused("REVOCATION_NO_EFFECT"):
        towns.take(matter, "vary", CHECKER)
    towns.take(matter, step, CLERK)
    assert (towns.state(matter), towns.is_public(record)) == (state, False)
    ended = state == "fallen"
    assert ("END_SHARING_AND_PUBLICATION" in towns.shown(record)[0]) is ended
    assert towns.case_state(case) == ("removed" if ended else "hidden")


def reported(town: Town, number: int, effect: str) -> None:
    """A sheet of the body says so of its document."""
    with transaction.atomic(), acting(CLERK):
        with as_intake() as cursor:
            cursor.execute(
                "UPDATE registry_instrument SET effect = %s WHERE id = %s", [effect, town.documents[number]]
            )
        payload = {"batch": town.batch, "changed": 1}
        append(EventKind.BATCH_ACCEPTED, payload=payload, agency=CLERK.agency_id, now=cast.NOW)
    towns.at_commit()


# ---- a dispute is a mark ----------------------------------------------------------------------------------------


def test_a_dispute_is_a_mark_and_nothing_else(town: Town) -> None:
    record, document = town.records[1], town.documents[1]
    revocations.note_dispute(document, contested=True, number="示复受〔2026〕1号", actor=CLERK, now=cast.NOW)
    towns.at_commit()
    assert (towns.shown(record), towns.is_public(record)) == (([], ("contested",)), True)
    assert towns.case_state(town.cases["sole"]) == "listed"
    assert towns.in_use(town, "document 1, own")
    with refused("NOTHING_CHANGED"):
        revocations.note_dispute(
            document, contested=True, number="示复受〔2026〕1号", actor=CLERK, now=cast.NOW
        )
    revocations.note_dispute(document, contested=False, number="示复决〔2026〕1号", actor=CLERK, now=cast.NOW)
    assert towns.shown(record) == ([], ())


# ---- nothing half, nothing by whoever ------------------------------------------------------------------------------


def test_what_cannot_be_carried_out_whole_is_not_begun(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """The entry's step fails after the records were ended: all is as before."""

    def broken(*_args: object, **_more: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(carrying, "fire", broken)
    before = towns.kinds_told()
    with pytest.raises(ZeroDivisionError):
        towns.register(town, 1)
    assert towns.kinds_told() == before
    assert (towns.effect(town.documents[1]), towns.is_public(town.records[1])) == ("effective", True)
    assert towns.measure(town, "document 1, own").state == "in_force"


def test_each_thing_has_its_own_event(town: Town) -> None:
    before = len(towns.kinds_told())
    towns.register(town, 1)
    assert [each for each in towns.kinds_told()[before:] if each.partition(".")[0] != "publication"] == [
        "revocation.open", "measure.ended", "measure.notice_sent", "record.effect_applied", "recall.owed",
        "paper.issued", "case.revoke", "measure.ended", "measure.notice_sent", "revocation.fall",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"proof": replace(towns.JUDGMENT, number=" ")}, "REVOCATION_PROOF"),
        ({"proof": replace(towns.JUDGMENT, kind="hearsay")}, "REVOCATION_PROOF"),
        ({"statement": " "}, "REVOCATION_STATEMENT"),
        ({"outcome": "contested"}, "NOT_FOUND"),
        ({"actor": CHECKER}, "PERMISSION_DENIED"),
        ({"actor": towns.OTHER[0]}, "NOT_FOUND"),
    ],
)
def test_a_change_is_registered_with_proof_reason_and_by_the_body(
    town: Town, changed: dict[str, Any], code: str
) -> None:
    with refused(code):
        towns.register(town, 1, **changed)
    assert towns.is_public(town.records[1])


def test_no_later_sheet_puts_it_up_again(town: Town) -> None:
    """What was reported again says the document is effective; what was registered holds."""
    towns.register(town, 4)
    done = towns.reported(4, conduct="示例事由，改过", change_kind="变更", change_reason="示例")
    assert done.counts["changed"] == 1
    assert (towns.effect(town.documents[4]), towns.is_public(town.records[4])) == ("revoked", False)


def test_what_a_sheet_says_of_a_document_is_followed_too(town: Town) -> None:
    """No revocation was registered: measures end with their document all the same (4.2a)."""
    reported(town, 4, "lapsed")
    assert towns.measure(town, "document 4, own").ended_by == "document_fell"
    assert towns.told(town, "document 4, theirs")


def test_it_has_three_working_days_and_is_complete_when_every_holder_confirmed(town: Town) -> None:
    matter = towns.register(town, 1, known_on=date(2026, 11, 20))
    with towns.city():
        row = Revocation.objects.get(pk=matter)
    assert (row.due, row.provisional) == (date(2026, 11, 25), False)
    with refused("REPAIR_RECEIPTS_OPEN"):
        towns.take(matter, "complete", CLERK)
    with towns.city():
        owed = matters.holders_of(matter)
    assert owed
    towns.take(matter, "complete", CLERK, receipts=owed)
    assert towns.state(matter) == "done"


FORGED = """
INSERT INTO casework_revocationstep SELECT gen_random_uuid(), 3, 'keep', 'hidden', 'kept', actor, at, day,
       gen_random_uuid(), asked, edition, '', revocation_id FROM casework_revocationstep
 WHERE revocation_id = %s AND seq = 1
"""


ATTACKS = [
    ("UPDATE casework_revocation SET state = 'kept' WHERE id = %s", "step alone"),
    ("UPDATE casework_revocation SET statement = '' WHERE id = %s", "what it is about"),
    ("UPDATE casework_revocationstep SET actor = gen_random_uuid() WHERE revocation_id = %s", "denied"),
    ("DELETE FROM casework_revocationfate WHERE revocation_id = %s", "denied"),
    (FORGED, "no such step"),
]


def test_the_database_holds_the_order_of_steps(town: Town) -> None:
    matter = towns.register(town, 2)
    for statement, why in ATTACKS:
        attempt = (pytest.raises(DatabaseError, match=why), transaction.atomic(), acting(CLERK))
        with attempt[0], attempt[1], attempt[2], connection.cursor() as cursor:
            cursor.execute(statement, [matter])


def test_the_database_lets_no_measure_rest_on_a_fallen_document(town: Town) -> None:
    with pytest.raises(DatabaseError, match="ends with the document"), transaction.atomic(), acting(CLERK):
        with as_intake() as cursor:
            cursor.execute(
                "UPDATE registry_instrument SET effect = 'revoked' WHERE id = %s", [town.documents[4]]
            )
        towns.at_commit()


def test_the_table_of_steps_is_that_of_the_law(town: Town) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT procedure, step, source, target, roles FROM casework_matterway")
        kept = {(p, step, source, target, frozenset(roles)) for p, step, source, target, roles in cursor}
    assert kept == {
        (machine.name, step.name, source, step.after(source), step.roles)
        for machine in (REVOCATION, CORRECTION)
        for step in machine.steps
        for source in step.sources
    }
