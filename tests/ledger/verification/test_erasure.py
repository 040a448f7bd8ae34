"""What is lawfully destroyed is gone and proved; what merely is missing is tampering; new keys change no proof."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest

from tests import cast
from tests.exchange import sample
from tests.ledger.verification import story
from tests.ledger.verification.conftest import Evidence
from xinheng.exchange import services as exchange
from xinheng.law.language import Refusal
from xinheng.vault import keys, rotation
from xinheng.vault.models import SubjectKey

AT = cast.NOW + timedelta(minutes=30)


def shredded(record: UUID) -> None:
    asked = exchange.propose_shredding(record, ground_text="保存期届满（示例）", actor=story.CLERK, now=AT)
    exchange.decide(asked, granted=True, text="同意（示例）", actor=story.CHECKER, now=AT)


def one(connection: psycopg.Connection[Any], query: str, *asked: Any) -> Any:
    row = connection.execute(query.encode(), asked).fetchone()
    return None if row is None else row[0]


class TestShredding:
    def test_all_that_the_record_said_is_gone_and_every_proof_stays(
        self, evidence: Evidence, superuser: psycopg.Connection[Any]
    ) -> None:
        told = story.told()
        evidence.seal()
        before = one(superuser, "SELECT note FROM ledger_checkpoint")
        shredded(told["firm"])
        evidence.seal()
        assert evidence.verify(opening=True).findings == []
        assert one(superuser, "SELECT note FROM ledger_checkpoint ORDER BY size LIMIT 1") == before
        versions = superuser.execute(
            "SELECT content, salt, sealed, octet_length(commitment) FROM registry_recordversion WHERE record_id = %s",
            [told["firm"]],
        ).fetchall()
        assert set(map(str, versions)) == {"({}, None, None, 32)"}
        assert (
            one(superuser, "SELECT count(*) FROM publication_publicentry WHERE record = %s", told["firm"])
            == 0
        )
        kept = superuser.execute("SELECT payload::text FROM ledger_eventpayload").fetchall()
        assert not [each for (each,) in kept if "proposal.made" in each and str(told["firm"]) in each]

    def test_the_key_of_a_person_goes_with_the_last_record(
        self, evidence: Evidence, superuser: psycopg.Connection[Any]
    ) -> None:
        told = story.told()
        person = story.record_of(told["first"], 3)
        subject = one(superuser, "SELECT subject_id FROM registry_record WHERE id = %s", person)
        assert one(superuser, "SELECT count(*) FROM vault_subjectkey WHERE subject = %s", subject) == 1
        shredded(person)
        evidence.seal()
        assert one(superuser, "SELECT count(*) FROM vault_subjectkey WHERE subject = %s", subject) == 0
        assert (
            one(
                superuser,
                "SELECT id_sealed || name_sealed FROM subjects_person WHERE subject_id = %s",
                subject,
            )
            == b""
        )
        assert evidence.verify(opening=True).findings == []

    def test_the_key_stays_while_another_agency_has_a_record(
        self, evidence: Evidence, superuser: psycopg.Connection[Any]
    ) -> None:
        told = story.told()
        body = {"body_name": cast.ENVIRONMENT.name, "body_code": cast.ENVIRONMENT.uscc}
        source = {"source_name": cast.ENVIRONMENT.name, "source_code": cast.ENVIRONMENT.uscc}
        other = sample.penalty(70, sample.PERSON, **body, **source)
        outcome = story.submitted(other, minutes=12, name="环保.csv", actor=cast.ENVIRONMENT_CLERK.actor)
        assert outcome.counts["accepted"] == 1
        person = story.record_of(told["first"], 3)
        subject = one(superuser, "SELECT subject_id FROM registry_record WHERE id = %s", person)
        with pytest.raises(psycopg.errors.CheckViolation, match="still need"):
            superuser.execute("SELECT vault_forget(%s)", [subject])
        shredded(person)
        evidence.seal()
        assert one(superuser, "SELECT count(*) FROM vault_subjectkey WHERE subject = %s", subject) == 1
        assert evidence.verify(opening=True).findings == []

    def test_it_is_not_taken_in_again(self, evidence: Evidence) -> None:
        told = story.told()
        shredded(told["firm"])
        outcome = story.submitted(sample.penalty(1), minutes=40, name="再报.csv")
        assert outcome.counts["refused"] == 1
        refused = outcome.findings.filter(severity="refused").get_column("code").to_list()
        assert refused == ["RECORD_SHREDDED"]

    def test_one_person_cannot_and_nothing_happens_twice(self, evidence: Evidence) -> None:
        told = story.told()
        asked = exchange.propose_shredding(
            told["firm"], ground_text="保存期届满（示例）", actor=story.CHECKER, now=AT
        )
        with pytest.raises(Refusal) as refused:
            exchange.decide(asked, granted=True, text="", actor=story.CHECKER, now=AT)
        assert refused.value.reasons[0].code == "SAME_PERSON"
        evidence.seal()
        assert evidence.verify().findings == []
        shredded(told["firm"])
        with pytest.raises(Refusal) as refused:
            exchange.propose_shredding(told["firm"], ground_text="再次", actor=story.CLERK, now=AT)
        assert refused.value.reasons[0].code == "RECORD_NOT_CURRENT"

    def test_the_database_destroys_nothing_that_two_persons_have_not_decided(
        self, evidence: Evidence, superuser: psycopg.Connection[Any]
    ) -> None:
        story.told()
        clear = "UPDATE registry_recordversion SET content = '{}', sealed = NULL, salt = NULL, source = '{}', ground_text = ''"
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            superuser.execute(clear)
        with pytest.raises(psycopg.errors.CheckViolation, match="no event tells it"):
            superuser.execute("SELECT ledger_shred(ARRAY(SELECT id FROM ledger_event))")

    def test_what_was_destroyed_may_not_come_back_and_nothing_else_may_go(self, evidence: Evidence) -> None:
        told = story.told()
        with evidence.behind() as behind:
            kept = behind.execute("SELECT event_id, salt, payload::text FROM ledger_eventpayload").fetchall()
            content = one(
                behind,
                "SELECT content::text FROM registry_recordversion WHERE record_id = %s AND version = 1",
                told["firm"],
            )
            shredded(told["firm"])
            evidence.seal()
            (gone, *_) = [
                row
                for row in kept
                if one(behind, "SELECT count(*) FROM ledger_eventpayload WHERE event_id = %s", row[0]) == 0
            ]
            for statement, asked in (
                ("INSERT INTO ledger_eventpayload VALUES (%s, %s, %s::jsonb)", gone),
                ("DELETE FROM ledger_eventpayload WHERE event_id = %s", [kept[0][0]]),
                ("UPDATE registry_recordversion SET content = %s::jsonb, salt = 'x' WHERE record_id = %s AND version = 1", [content, told["firm"]]),
                ("UPDATE registry_record SET state = 'live' WHERE id = %s", [told["firm"]]),
            ):  # fmt: skip
                with behind.transaction(force_rollback=True):
                    behind.execute(statement.encode(), asked)
                    assert evidence.look(behind).findings, statement
            assert evidence.verify(opening=True).findings == []


class TestRotation:
    def test_a_new_master_key_changes_no_proof_and_hides_nothing(self, evidence: Evidence) -> None:
        story.told()
        evidence.seal()
        before = {(each.subject, bytes(each.wrapped)) for each in SubjectKey.objects.all()}
        assert rotation.begin() == 2
        assert rotation.left() == len(before)
        assert rotation.resume(batch=1) == len(before)
        assert (rotation.left(), keys.master().current) == (0, 2)
        after = {(each.subject, bytes(each.wrapped)) for each in SubjectKey.objects.all()}
        assert not before & after
        assert evidence.verify(opening=True).findings == []

    def test_a_rotation_that_was_killed_goes_on_where_it_stood(
        self, evidence: Evidence, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        story.told()
        count = SubjectKey.objects.count()
        rotation.begin()
        assert count > 1

        def killed(done: int) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            rotation.resume(batch=1, told=killed)
        assert rotation.left() == count - 1
        evidence.seal()
        assert evidence.verify(opening=True).findings == []
        assert rotation.resume() == count - 1
