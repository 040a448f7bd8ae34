"""Changes by two persons: correct, redact, withdraw; and rows that waited for an answer."""

# clause: 2.2b

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from tests import cast
from tests.exchange import sample
from tests.exchange.conftest import Ask, Submit
from xinheng.access.gate import open_file
from xinheng.exchange import handlers, services
from xinheng.law.facts import RecordFacts
from xinheng.law.language import Refusal
from xinheng.registry import queries
from xinheng.runtime import jobs

CLERK, CHECKER = cast.MARKET_CLERK.actor, cast.MARKET_CHECKER.actor
LATER = cast.NOW + timedelta(hours=1)
PUBLIC = "SELECT content FROM publication_publicentry"


def the(ask: Ask, query: str, *asked: Any) -> Any:
    ((found,),) = ask(query, *asked)
    return found


def seen(record: UUID) -> queries.RecordView:
    subject = queries.whose(record, actor=CLERK)
    assert subject is not None
    opened = open_file(actor=CLERK, subject=subject, purpose="correction", basis="示例批次", now=cast.NOW)
    return queries.record(record, opened=opened)


class TestCorrection:
    def test_a_checker_grants_what_a_clerk_asked_for(self, submit: Submit, ask: Ask) -> None:
        submit(sample.penalty(1))
        record = the(ask, "SELECT id FROM registry_record")
        fields = {
            "content_text": "没收非法财物，价值 3000 元",
            "confiscated_amount": "0.3",
            "legal_representative": "钱示二",
        }
        asked = services.propose_correction(
            record, fields, ground="correction", ground_text="录入有误", actor=CLERK, now=cast.NOW
        )
        assert the(ask, PUBLIC)["confiscated_amount"] == "0.2"
        with pytest.raises(Refusal, match="PERMISSION_DENIED"):
            services.decide(asked, granted=True, text="", actor=CLERK, now=LATER)
        services.decide(asked, granted=True, text="同意", actor=CHECKER, now=LATER)
        assert the(ask, PUBLIC)["confiscated_amount"] == "0.3"
        view = seen(record)
        assert [each.version for each in view.versions] == [2, 1]
        assert view.versions[0].personal["legal_representative"] == "钱示二"
        assert (view.versions[0].ground, view.versions[0].ground_text) == ("correction", "录入有误")
        assert view.versions[1].content["confiscated_amount"] == "0.2"
        with pytest.raises(Refusal, match="ALREADY_DECIDED"):
            services.decide(asked, granted=True, text="", actor=CHECKER, now=LATER)

    def test_what_law_or_form_refuses_cannot_be_asked_for(self, submit: Submit, ask: Ask) -> None:
        submit(sample.penalty(1), sample.penalty(2, sample.PERSON, act_on="2026-01-05"))
        firm, person = (pk for (pk,) in ask('SELECT id FROM registry_record ORDER BY "row"'))

        def propose(record: UUID, fields: dict[str, str]) -> UUID:
            told: Any = {"ground": "correction", "ground_text": "录入有误", "actor": CLERK, "now": cast.NOW}
            return services.propose_correction(record, fields, **told)

        for fields, code in (
            ({"decided_on": "2026-02-30"}, "DATE_IMPOSSIBLE"),
            ({"effect": "撤销"}, "BASIS_REVOKED"),
            ({"conduct": "经营标签不符合规定的食品"}, "NOTHING_CHANGED"),
            ({"document_number": "示市监罚决字〔2026〕99号"}, "RECORD_NOT_CURRENT"),
        ):
            with pytest.raises(Refusal, match=code):
                propose(firm, fields)
        # the person was of age: nobody is asked again although the day of the act is no field of the record
        asked = propose(person, {"conduct": "未按规定检验特种设备"})
        services.decide(asked, granted=True, text="", actor=CHECKER, now=LATER)
        assert seen(person).versions[0].content["conduct"] == "未按规定检验特种设备"
        assert ask("SELECT count(*) FROM registry_proposal WHERE sealed IS NULL") == [(0,)]


class TestRedaction:
    def test_a_withheld_text_is_published_once_two_persons_have_redacted_it(
        self, submit: Submit, ask: Ask
    ) -> None:
        submit(sample.penalty(1, facts_text="现场负责人钱示二（电话13900000000）在场。"))
        record = the(ask, "SELECT id FROM registry_record")
        assert "facts_text" not in the(ask, PUBLIC)

        def propose(text: str) -> UUID:
            return services.propose_redaction(
                record, {"facts_text": text}, ground_text="遮去个人信息", actor=CLERK, now=cast.NOW
            )

        with pytest.raises(Refusal, match="STILL_PERSONAL") as refused:
            propose("现场负责人钱某（电话13900000000）在场。")
        assert refused.value.reasons[0].values == {"column": "违法事实"}
        with pytest.raises(Refusal, match="STILL_PERSONAL"):
            propose("法定代表人赵示一在场。")
        with pytest.raises(Refusal, match="FIELD_REQUIRED"):
            propose(" ")
        services.decide(propose("现场负责人在场。"), granted=True, text="", actor=CHECKER, now=LATER)
        assert the(ask, PUBLIC)["facts_text"] == "现场负责人在场。"
        latest = seen(record).versions[0]
        assert latest.personal["facts_text"] == "现场负责人钱示二（电话13900000000）在场。"
        assert latest.withheld == ()

    @pytest.mark.clause("3.2c")
    def test_no_name_of_the_document_survives_a_redaction(self, submit: Submit, ask: Ask) -> None:
        shop = {"party_name": "牛二蛋", "party_kind": "个体工商户", "party_code": cast.SHOP_CODE}
        person = sample.PERSON | {"party_name": "牛三锤"}
        submit(
            sample.penalty(1, shop, facts_text="牛二蛋与牛三锤到场。"),
            sample.penalty(1, person, act_on="2026-01-05"),
        )
        record = the(ask, "SELECT record FROM publication_publicentry")
        for text in ("牛二蛋到场。", "牛三锤到场。"):
            with pytest.raises(Refusal, match="STILL_PERSONAL"):
                services.propose_redaction(
                    record, {"facts_text": text}, ground_text="遮去", actor=CLERK, now=cast.NOW
                )

    def test_what_was_corrected_meanwhile_is_redacted_anew(self, submit: Submit, ask: Ask) -> None:
        submit(sample.penalty(1, facts_text="现场负责人钱示二在场。"))
        record = the(ask, "SELECT id FROM registry_record")
        redaction = services.propose_redaction(
            record, {"facts_text": "现场负责人在场。"}, ground_text="遮去", actor=CLERK, now=cast.NOW
        )
        corrected = services.propose_correction(
            record,
            {"facts_text": "现场负责人孙示三在场。"},
            ground="correction",
            ground_text="误",
            actor=CLERK,
            now=cast.NOW,
        )
        services.decide(corrected, granted=True, text="", actor=CHECKER, now=LATER)
        with pytest.raises(Refusal, match="RECORD_NOT_CURRENT"):
            services.decide(redaction, granted=True, text="", actor=CHECKER, now=LATER)
        assert "facts_text" not in the(ask, PUBLIC)


class TestWithdrawal:
    def test_a_mistaken_submission_goes_whole_and_its_history_stays(self, submit: Submit, ask: Ask) -> None:
        submit(sample.penalty(1))
        change: Any = {
            "confiscated_amount": "0.3",
            "content_text": "没收非法财物，价值 3000 元",
            "change_kind": "更正",
        }
        mistaken = submit(sample.penalty(1, **change, change_reason="示例"), sample.penalty(2))
        asked = services.propose_withdrawal(
            mistaken.batch, ground_text="报错了文件", actor=CLERK, now=cast.NOW
        )
        refused = services.propose_withdrawal(
            mistaken.batch, ground_text="再提一次", actor=CLERK, now=cast.NOW
        )
        own = services.propose_withdrawal(mistaken.batch, ground_text="自己提出", actor=CHECKER, now=cast.NOW)
        with pytest.raises(Refusal, match="SAME_PERSON"):
            services.decide(own, granted=True, text="同意", actor=CHECKER, now=LATER)
        with pytest.raises(Refusal, match="REASON_REQUIRED"):
            services.decide(refused, granted=False, text=" ", actor=CHECKER, now=LATER)
        services.decide(refused, granted=False, text="重复提出", actor=CHECKER, now=LATER)
        services.decide(asked, granted=True, text="同意", actor=CHECKER, now=LATER)
        # what it made is gone from the public page, what it changed says again what it said before
        assert the(ask, PUBLIC)["confiscated_amount"] == "0.2"
        records = ask('SELECT state, version FROM registry_record ORDER BY "row", state')
        assert sorted(records) == [("live", 3), ("withdrawn", 1)]
        assert the(ask, "SELECT count(*) FROM registry_recordversion") == 4
        assert the(ask, "SELECT state FROM exchange_batch WHERE id = %s", mistaken.batch) == "withdrawn"
        # a withdrawn record may be reported again
        again = submit(sample.penalty(2, remark="重新报送"))
        assert again.counts["new"] == 1
        assert the(ask, "SELECT count(*) FROM publication_publicentry") == 2

    def test_the_term_of_a_mistaken_day_goes_with_it(self, submit: Submit, ask: Ask) -> None:
        submit(sample.penalty(1))
        days = (
            "SELECT r.decided_on, r.valid_to, i.decided_on, i.contested, e.visible_until FROM registry_record r"
            " JOIN registry_instrument i ON i.id = r.instrument_id JOIN publication_publicentry e ON e.record = r.id"
        )
        before = ask(days)
        change: Any = {
            "decided_on": "2026-09-11",
            "valid_until": "2098-12-31",
            "contested": "是",
            "change_kind": "更正",
        }
        mistaken = submit(sample.penalty(1, **change, change_reason="示例"))
        assert all(new != old for new, old in zip(ask(days)[0], before[0], strict=True))
        asked = services.propose_withdrawal(
            mistaken.batch, ground_text="报错了日期", actor=CLERK, now=cast.NOW
        )
        services.decide(asked, granted=True, text="同意", actor=CHECKER, now=LATER)
        assert ask(days) == before

    def test_nothing_falls_back_to_what_was_itself_withdrawn(self, submit: Submit, ask: Ask) -> None:
        first = submit(sample.penalty(1))
        change: Any = {"conduct": "经营超过保质期的食品", "change_kind": "变更", "change_reason": "示例"}
        second = submit(sample.penalty(1, **change))
        take_back(second.batch)
        assert the(ask, PUBLIC)["conduct"] == "经营标签不符合规定的食品"
        take_back(first.batch)
        assert ask("SELECT state, version FROM registry_record") == [("withdrawn", 3)]
        assert ask(PUBLIC) == []
        # sent again, and a mistake again: the first mistake does not come back
        take_back(submit(sample.penalty(1, remark="重新报送")).batch)
        assert ask("SELECT state, version FROM registry_record") == [("withdrawn", 4)]
        assert ask(PUBLIC) == []


def take_back(batch: UUID) -> None:
    asked = services.propose_withdrawal(batch, ground_text="报错了文件", actor=CLERK, now=cast.NOW)
    services.decide(asked, granted=True, text="同意", actor=CHECKER, now=LATER)


YOUNG: dict[str, Any] = sample.PERSON | {"party_id": cast.resident_id(date(2004, 5, 1), 7)}


class TestWaiting:
    def test_an_answer_that_is_none_is_refused_with_its_reason(self, submit: Submit) -> None:
        batch = submit(sample.penalty(1, YOUNG)).batch

        def propose(question: str, decision: dict[str, str]) -> str:
            with pytest.raises(Refusal, match="RULING_NOT_AN_OPTION") as refused:
                services.propose_settlement(
                    batch, 2, question=question, decision=decision, ground_text="经查", actor=CLERK, now=cast.NOW
                )  # fmt: skip
            return refused.value.reasons[0].values["fault"]

        assert "不能是“elder”" in propose("intake.age", {"age": "elder"})
        assert "这一行没有" in propose("intake.leniency", {"record": "yes"})

    def test_two_officers_answer_a_question_of_fact_about_one_row(self, submit: Submit, ask: Ask) -> None:
        batch = submit(sample.penalty(1), sample.penalty(2, YOUNG), sample.penalty(3, YOUNG)).batch
        for row, age in ((3, "adult"), (4, "minor")):
            asked = services.propose_settlement(
                batch, row, question="intake.age", decision={"age": age}, ground_text="经查户籍资料", actor=CLERK, now=cast.NOW
            )  # fmt: skip
            services.decide(asked, granted=True, text="", actor=cast.OFFICER.actor, now=LATER)
        outcomes = ask('SELECT "row", outcome FROM exchange_waitingrow ORDER BY "row"')
        assert outcomes == [(3, "accepted"), (4, "refused")]
        counts = the(ask, "SELECT counts FROM exchange_batch")
        assert {name: counts[name] for name in ("accepted", "refused", "waiting")} == {
            "accepted": 2,
            "refused": 1,
            "waiting": 0,
        }
        assert ask("SELECT code FROM exchange_problem WHERE severity = 'refused'") == [("MINOR_ADVERSE",)]
        told = ask(
            "SELECT kind FROM ledger_event WHERE kind IN ('batch.accepted', 'waiting.settled') ORDER BY kind"
        )
        assert [kind for (kind,) in told] == ["batch.accepted", "batch.accepted", "waiting.settled"]
        with pytest.raises(Refusal, match="NOT_FOUND"):
            services.propose_settlement(
                batch, 3, question="intake.age", decision={"age": "adult"}, ground_text="再来", actor=CLERK, now=LATER
            )  # fmt: skip

    @pytest.mark.clause("1.2.2")
    def test_settling_one_row_prolongs_nothing_else_of_its_batch(
        self, submit: Submit, ask: Ask, superuser: Any
    ) -> None:
        batch = submit(
            sample.penalty(1), sample.penalty(2, body_code=cast.MARKET.uscc, basis_text="无")
        ).batch
        # As if a later edition, by now in force, would show it longer than it is shown.
        superuser.execute("UPDATE publication_publicentry SET visible_until = '2026-12-01'")
        asked = services.propose_settlement(
            batch, 3, question="intake.competence", decision={"competent": True}, ground_text="经查", actor=CLERK, now=cast.NOW
        )  # fmt: skip
        services.decide(asked, granted=True, text="", actor=cast.OFFICER.actor, now=LATER)
        shown = ask("SELECT number, visible_until::text FROM publication_publicentry ORDER BY number")
        assert [until for _, until in shown] == ["2026-12-01", "2027-05-12"]

    def test_a_ruling_settles_all_equal_rows(self, submit: Submit, ask: Ask, monkeypatch: Any) -> None:
        from xinheng.catalog import services as catalog

        summary: Any = {
            "summary_procedure": "是",
            "act_on": "2024-02-01",
            "decided_on": "2024-03-11",
            "kinds": "罚款",
        }
        summary |= {"content_text": "罚款 100 元", "fine_amount": "0.01", "confiscated_amount": ""}
        outcome = submit(*(sample.penalty(n, sample.PERSON, **summary) for n in (1, 2)))
        assert outcome.counts["waiting"] == 2, outcome.findings
        (facts,), *_ = ask("SELECT facts FROM exchange_waitingrow")
        ((questions,), *_) = ask("SELECT value_ids FROM exchange_waitingrow")
        for question in questions:
            decision = {"collected": True} if question == "P-58.collection" else {"rule": "P-58"}
            row = catalog.propose_ruling(
                question,
                RecordFacts.from_json(facts),
                decision,
                ground="示例裁定",
                actor=cast.OFFICER.actor,
                now=cast.NOW,
            )
            catalog.approve_ruling(row.id, actor=cast.SECOND_OFFICER.actor, now=LATER)
        while (held := jobs.claim("test")) is not None:
            jobs.finish(held, jobs.HANDLERS[held.kind](held))
        assert handlers is not None
        assert ask("SELECT outcome FROM exchange_waitingrow") == [("accepted",), ("accepted",)]
        assert the(ask, "SELECT count(*) FROM registry_record") == 2
