"""What is decided about a record is done at once, once, and can be ended; a deletion cannot (结果与标注)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from tests import cast
from tests.effects import happened
from tests.effects.happened import CHECKER, CLERK, LATER, Firm, apply, decided, lift, mark, row, submitted
from xinheng.access.gate import open_file
from xinheng.access.scope import acting
from xinheng.exchange import recalls
from xinheng.law.language import Refusal
from xinheng.law.repairrules import RepairEffect
from xinheng.law.standing import Ground, Mark
from xinheng.ledger.canonical import LedgerFault
from xinheng.publication import asof, public
from xinheng.publication import services as publication
from xinheng.registry import effects, outcomes, tombstones
from xinheng.registry.asof import Asked
from xinheng.registry.models import Record, RecordEffect, RecordMark, RecordVersion, Tombstone
from xinheng.registry.standing import standings

ENDED, ANNOTATED, WITHHELD, DELETED = (
    RepairEffect.END_SHARING_AND_PUBLICATION,
    RepairEffect.ANNOTATE,
    RepairEffect.WITHHOLD,
    RepairEffect.DELETE,
)
Records = dict[str, Firm]


def refused(code: str, deed: Callable[[], object]) -> None:
    with pytest.raises(Refusal) as caught, transaction.atomic():
        deed()
    assert [each.code for each in caught.value.reasons] == [code]


def is_public(firm: Firm) -> bool:
    return public.record(firm.code, firm.record, today=cast.TODAY) is not None


def marks(firm: Firm) -> tuple[str, ...]:
    page = public.record(firm.code, firm.record, today=cast.TODAY)
    return page.marks if page else ()


@pytest.mark.clause("5.1b")
def test_what_is_lifted_is_seen_again_and_of_two_effects_the_stricter_holds(records: Records) -> None:
    firm, repair, shield = records["plain"], uuid4(), uuid4()
    apply(firm.record, WITHHELD, ground=Ground.SHIELD, matter=shield)
    apply(firm.record, ANNOTATED, matter=repair)
    assert not is_public(firm)
    lift(firm.record, WITHHELD, shield)
    assert marks(firm) == ("repaired",)
    lift(firm.record, ANNOTATED, repair)
    assert is_public(firm)
    assert marks(firm) == ()


def test_the_same_matter_decides_once_and_lifts_only_its_own(records: Records) -> None:
    firm, matter = records["plain"], uuid4()
    apply(firm.record, ENDED, matter=matter)
    apply(firm.record, ENDED, matter=matter)
    with acting(CHECKER.actor):
        assert RecordEffect.objects.filter(record=firm.record).count() == 1
    refused("EFFECT_NOT_IN_FORCE", lambda: lift(firm.record, ENDED, uuid4()))
    lift(firm.record, ENDED, matter)
    refused("EFFECT_NOT_IN_FORCE", lambda: lift(firm.record, ENDED, matter))


@pytest.mark.clause("5.1d")
def test_a_mark_is_beside_the_record_until_it_is_ended(records: Records) -> None:
    firm, first, second = records["plain"], uuid4(), uuid4()
    mark(firm.record, Mark.DISPUTED, matter=first)
    mark(firm.record, Mark.DISPUTED, matter=second)
    assert marks(firm) == ("disputed",)
    with acting(CHECKER.actor):
        for left, matter in ((("disputed",), first), ((), second)):
            outcomes.unmark_records(
                [firm.record], Mark.DISPUTED, of=matter, decided=decided(), actor=CHECKER.actor, now=LATER
            )
            assert marks(firm) == left


def test_repair_can_no_longer_be_applied_for_once_it_was_granted(records: Records) -> None:
    firm = records["plain"]
    page = public.record(firm.code, firm.record, today=cast.TODAY)
    assert page is not None
    assert page.term.repair_from
    apply(firm.record, ANNOTATED)
    page = public.record(firm.code, firm.record, today=cast.TODAY)
    assert page is not None
    assert page.term.repair_from is None


def test_a_record_that_is_reported_again_stays_repaired(records: Records) -> None:
    firm = records["plain"]
    apply(firm.record, ENDED)
    changed = row(1, conduct="示例事由，改过", change_kind="变更", change_reason="示例")
    done = submitted(changed, now=LATER + timedelta(hours=1))
    assert done.counts["changed"] == 1
    assert not is_public(firm)


def test_a_rebuild_and_a_verification_agree(records: Records) -> None:
    for column, firm in records.items():
        happened.bring_about(firm.record, happened.COLUMNS[column])
    later = LATER + timedelta(days=1)
    assert not publication.verify(now=later)
    publication.rebuild(actor=cast.OFFICER.actor, now=later)
    assert not publication.verify(now=later)
    assert not is_public(records["ended"])
    assert marks(records["annotated"]) == ("repaired",)


# Deletion -----------------------------------------------------------------------------------------------


@pytest.mark.clause("5.1b")
def test_what_is_deleted_is_destroyed_and_not_taken_in_again(records: Records) -> None:
    firm = records["plain"]
    apply(firm.record, DELETED, ground=Ground.CORRECTION)
    with acting(CHECKER.actor):
        assert Record.objects.get(pk=firm.record).state == "shredded"
        (version,) = RecordVersion.objects.filter(record=firm.record)
    assert (version.content, version.sealed, version.salt, version.source) == ({}, None, None, {})
    done = submitted(row(1), row(1, document_number="示市监罚决字〔2026〕7799号"), now=LATER)
    assert [
        each["code"] for each in done.findings.iter_rows(named=True) if each["severity"] == "refused"
    ] == ["RECORD_TOMBSTONE"]
    assert (done.counts["accepted"], done.counts["refused"]) == (1, 1)


def test_the_same_document_about_its_true_party_is_taken_in(records: Records) -> None:
    """Deleted because it was about somebody of the same name: the right party's record is another one."""
    firm = records["plain"]
    apply(firm.record, DELETED, ground=Ground.SHIELD)
    number = {"document_number": firm.number}
    done = submitted(row(40, **number), row(1), now=LATER)
    assert (done.counts["accepted"], done.counts["refused"]) == (1, 1)


def test_a_tombstone_tells_nobody_whose_it_is(records: Records) -> None:
    firm = records["plain"]
    apply(firm.record, DELETED)
    (row,) = Tombstone.objects.all()
    assert len(bytes(row.key)) == 32
    told = [str(getattr(row, each.attname)) for each in Tombstone._meta.concrete_fields]
    assert not [each for each in told if firm.code in each or firm.number in each]
    plain = tombstones.natural_key(cast.MARKET.uscc, firm.number, "penalty", firm.code, "penalty")
    assert bytes(row.key) not in (hashlib.sha256(plain.encode()).digest(), plain.encode())
    assert bytes(row.key) == tombstones.keys([plain])[0]


def test_a_deletion_takes_two_persons_and_is_final(records: Records) -> None:
    firm = records["plain"]
    with acting(CHECKER.actor):
        alone = outcomes.Decided(
            ground=Ground.CORRECTION, matter=uuid4(), number="示例1号", asked_by=CHECKER.actor.user_id
        )
        refused(
            "SAME_PERSON",
            lambda: outcomes.delete_record(firm.record, decided=alone, actor=CHECKER.actor, now=LATER),
        )
    apply(firm.record, DELETED)
    refused("RECORD_NOT_CURRENT", lambda: apply(firm.record, ANNOTATED))
    refused("RECORD_NOT_CURRENT", lambda: lift(firm.record, DELETED, uuid4()))


# Guards ---------------------------------------------------------------------------------------------------


def test_an_effect_is_written_only_as_part_of_its_event(records: Records) -> None:
    deed = effects.Deed(
        event=uuid4(), ground=Ground.REPAIR, matter=uuid4(), number="示例1号", by=uuid4(), now=LATER
    )
    with pytest.raises(LedgerFault), acting(CHECKER.actor):
        effects.apply(records["plain"].record, ENDED, deed=deed)


def test_another_body_s_record_is_not_there(records: Records) -> None:
    refused("NOT_FOUND", lambda: apply(records["plain"].record, ENDED, actor=cast.ENVIRONMENT_CHECKER.actor))
    mixed = [records["plain"].record, uuid4()]
    with acting(CHECKER.actor):
        refused(
            "NOT_FOUND",
            lambda: outcomes.apply_effect(mixed, ENDED, decided=decided(), actor=CHECKER.actor, now=LATER),
        )
    assert is_public(records["plain"])


def _attack(statement: str, *told: UUID, role: str = "xinheng_app") -> None:
    with transaction.atomic(), acting(CHECKER.actor), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {role}")
        cursor.execute(statement, told)
        assert cursor.rowcount, "the attack met no row"


LIFTED_OTHERWISE = """
INSERT INTO registry_recordeffect
SELECT gen_random_uuid(), effect, public, 'marked', own, ground, matter, number, event, decided_by, asked_by, at, id,
       record_id FROM registry_recordeffect WHERE record_id = %s
"""
CLEARED = """
UPDATE registry_recordversion SET content = '{}', sealed = NULL, salt = NULL, source = '{}', ground_text = ''
 WHERE record_id = %s
"""


@pytest.mark.parametrize(
    ("statement", "role", "why"),
    [
        ("UPDATE registry_recordeffect SET shared = 'marked' WHERE record_id = %s", "xinheng_app", "denied"),
        ("DELETE FROM registry_recordeffect WHERE record_id = %s", "xinheng_app", "denied"),
        (
            LIFTED_OTHERWISE,
            "xinheng_app",
            "effect of the same record",
        ),
        ("UPDATE registry_recordmark SET mark = 'disputed' WHERE record_id = %s", "xinheng_app", "ends once"),
        (
            "UPDATE registry_record SET state = 'live' WHERE state = 'shredded' OR id = %s",
            "xinheng_intake",
            "come back",
        ),
        (
            CLEARED,
            "xinheng_intake",
            "append-only",
        ),
        ("UPDATE exchange_recall SET action = 'update' WHERE record = %s", "xinheng_app", "denied"),
    ],
)
def test_the_database_holds_what_was_decided(records: Records, statement: str, role: str, why: str) -> None:
    firm = records["ended"]
    apply(firm.record, ENDED)
    apply(records["deleted"].record, DELETED)
    with pytest.raises(DatabaseError, match=why):
        _attack(statement, firm.record, role=role)


def test_the_database_lets_nothing_back_among_the_public_entries(records: Records) -> None:
    firm = records["plain"]
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE kept ON COMMIT DROP AS SELECT * FROM publication_publicentry WHERE record = %s",
            [firm.record],
        )
        cursor.execute("GRANT SELECT ON kept TO xinheng_projector")
    apply(firm.record, ENDED)
    with pytest.raises(DatabaseError, match=r"5\.1b"):
        _attack("INSERT INTO publication_publicentry SELECT * FROM kept", role="xinheng_projector")


# Holders --------------------------------------------------------------------------------------------------


@pytest.mark.clause("3.2a")
@pytest.mark.parametrize(
    ("effect", "ends", "expected"),
    [
        (ENDED, False, {"enterprise_system": "withdraw", "province": "withdraw", "agency": "withdraw", "county": "withdraw"}),
        (ANNOTATED, False, {"enterprise_system": "update", "province": "update", "agency": "update", "county": "update"}),
        (ANNOTATED, True, {"enterprise_system": "withdraw", "province": "update", "agency": "update", "county": "update"}),
        (WITHHELD, False, {"enterprise_system": "withdraw", "province": "update", "agency": "update", "county": "update"}),
        (DELETED, False, {"enterprise_system": "withdraw", "province": "withdraw", "agency": "withdraw", "county": "withdraw"}),
    ],
)  # fmt: skip
def test_every_holder_is_owed_its_recall(
    records: Records, effect: RepairEffect, ends: bool, expected: dict[str, str]
) -> None:
    event = apply(records["plain"].record, effect, ends_publication=ends)
    with acting(CHECKER.actor):
        owed = {each.audience: each.action for each in recalls.of_event(event)}
    assert {each: owed[each] for each in expected} == expected
    assert "public" not in owed
    assert "self" not in owed


def test_a_mark_and_its_end_are_told_to_the_holders_too(records: Records) -> None:
    event = mark(records["plain"].record, Mark.DISPUTED)
    with acting(CHECKER.actor):
        assert {(each.action, each.view) for each in recalls.of_event(event)} == {("update", "")}


# Past days ------------------------------------------------------------------------------------------------


@pytest.mark.clause("5.2")
def test_a_past_day_is_still_answered_to_its_own_body_and_by_special_right(records: Records) -> None:
    firm = records["plain"]
    day = cast.TODAY + timedelta(days=2)
    apply(firm.record, ENDED, now=LATER + timedelta(days=1))

    def seen(actor: cast.Officer, purpose: str) -> asof.Answer:
        with acting(CLERK.actor):
            subject = Record.objects.get(pk=firm.record).subject_id
        opened = open_file(
            actor=actor.actor, subject=subject, purpose=purpose, basis="示例督查1号", now=LATER
        )
        return asof.of_record(firm.record, Asked.of(cast.TODAY, None, today=day), opened=opened, today=day)

    for officer, purpose in ((CLERK, "reporting"), (cast.AUDITOR, "withheld")):
        answer = seen(officer, purpose)
        assert answer.then.shown.visible
        assert not answer.now.shown.visible
        assert [each.code for each in answer.now.shown.told] == ["RECORD_SHARING_ENDED"]
        assert [each.effect for each in answer.now.kept.standing.effects] == [ENDED]
        assert answer.then.kept.standing.effects == ()
    refused("WITHHELD_RIGHT", lambda: seen(cast.AUDITOR, "supervision"))


def test_nothing_is_left_untold(records: Records) -> None:
    """Marks and effects of all kinds in one transaction: each event tells its own rows."""
    for column, firm in records.items():
        happened.bring_about(firm.record, happened.COLUMNS[column])
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ledger_claim()")
        assert cursor.fetchone() == (0,)
    with acting(CHECKER.actor):
        found: dict[UUID, object] = dict(standings([each.record for each in records.values()]))
        assert len(found) == len(records)
        assert not RecordMark.objects.filter(record=records["deleted"].record, until=None).exists()
