"""What a report says, to whom, and what it never says (信用报告)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection

from tests import cast
from tests.publication.shelf import Kept, accept
from tests.reports.asking import OFFICER, asked, body, certificate, facts, opened, report, subject_of
from tests.web.desk_city import WITHHELD
from xinheng.access.gate import Opened, open_file
from xinheng.access.models import AccessEntry, Agency
from xinheng.access.scope import acting
from xinheng.documents.models import IssuedDocument
from xinheng.law.facts import Effect, SubjectKind
from xinheng.law.language import Refusal
from xinheng.law.lawbook import load
from xinheng.ledger.models import EventPayload
from xinheng.reports import contents, services, subjects
from xinheng.reports.contents import Reporting

pytestmark = pytest.mark.usefixtures("at_work")
LEGAL_REPRESENTATIVE = "赵示一"
NEW_CODE = cast.uscc("91", 601)


def said(told: dict[str, Any]) -> str:
    return str(told)


def refused(code: str, **other: Any) -> None:
    with pytest.raises(Refusal) as caught:
        services.issue_report(**other, actor=OFFICER, now=cast.NOW)
    assert caught.value.reasons[0].code == code


class TestPublicReport:
    def test_it_holds_what_the_public_sees_and_no_more(self) -> None:
        told = report(audience="public")
        (record,) = told["parts"][0]["records"]
        assert facts(record)["行政处罚决定书文号"] == "示市监罚决字〔2026〕1号"
        assert facts(record)["违法事实"] == "含个人信息，暂不公开"
        assert facts(record)["公示期限"] == "2026-05-13 至 2027-05-13（公示分类：一般）"
        for hidden in (WITHHELD, LEGAL_REPRESENTATIVE, "13900000000", "示市监罚决字〔2026〕5号", "备注"):
            assert hidden not in said(told)

    def test_what_is_over_answers_like_what_never_was(self) -> None:
        over = Kept(
            item="license", code=cast.OTHER_FIRM_CODE, name=cast.OTHER_FIRM_NAME, decided_on=date(2024, 1, 10),
            accepted_on=date(2024, 1, 15), valid_to=date(2026, 11, 22), number="示例许〔2024〕1号",
        )  # fmt: skip
        accept(over, day=date(2024, 1, 15))
        told = report(cast.OTHER_FIRM_CODE, "public")
        never = report(NEW_CODE, "public")
        assert told["parts"] == never["parts"] == []
        assert told["overview"] == never["overview"]
        assert told["nothing"] == never["nothing"]
        assert "示例许〔2024〕1号" not in said(told)

    def test_it_is_never_issued_about_a_person(self) -> None:
        refused("REPORT_PERSON_PUBLIC", audience="public", opened=opened(cast.PERSON_ID))
        with pytest.raises(Refusal):
            certificate(cast.PERSON_ID, audience="public")


class TestOwnReport:
    def test_subjects_see_all_that_is_held(self) -> None:
        told = report(audience="self")
        assert [part["title"] for part in told["parts"]] == ["行政处罚（2 条）"]
        first, second = told["parts"][0]["records"]
        assert facts(first)["违法事实"] == WITHHELD
        assert facts(second)["公示期限"] == "未公示"
        assert any("妥善保管" in note for note in told["notes"])

    def test_a_person_s_own_report_has_name_and_number(self) -> None:
        told = report(cast.PERSON_ID)
        assert told["head"][:2] == [["主体名称", cast.PERSON_NAME], ["公民身份号码", cast.PERSON_ID]]
        assert len(told["parts"][0]["records"]) == 1

    def test_source_basis_and_term_of_every_row(self) -> None:
        for record in report()["parts"][0]["records"]:
            told = facts(record)
            assert told["决定机关"] == cast.MARKET.name
            assert told["公开渠道"] == "示例市市场监督管理局网站"
            assert "《行政处罚法》第四十八条" in told["依据条款"]
            assert told["公示期限"]

    def test_marks_are_those_of_the_data(self) -> None:
        marked = {"contested": True, "untrustworthy": True, "effect": Effect.STAYED}
        accept(Kept(code=NEW_CODE, name="示例新主体", facts=marked))
        (record,) = report(NEW_CODE)["parts"][0]["records"]
        assert record["marks"] == ["复议诉讼中", "认定机关已认定为失信行为", "文书停止执行"]

    def test_what_was_withdrawn_is_in_no_report(self) -> None:
        (kept,) = accept(Kept(code=NEW_CODE, name="示例新主体", number="示例罚〔2024〕9号"))
        with connection.cursor() as cursor, acting(OFFICER):
            cursor.execute("SET LOCAL ROLE xinheng_intake")
            cursor.execute("UPDATE registry_record SET state = 'withdrawn' WHERE id = %s", [kept])
            cursor.execute("SET LOCAL ROLE NONE")
        assert "示例罚〔2024〕9号" not in said(report(NEW_CODE))


class TestReportToAgencies:
    def test_a_person_s_number_is_masked(self) -> None:
        told = report(cast.PERSON_ID, "agency")
        assert told["head"][1] == ["公民身份号码", "3***************11"]
        assert cast.PERSON_ID not in said(told)

    def test_what_is_not_in_effect_is_not_shared(self) -> None:
        accept(Kept(code=NEW_CODE, name="示例新主体", facts={"effect": Effect.REVOKED}))
        assert report(NEW_CODE, "agency")["parts"] == []
        assert report(NEW_CODE, "self")["parts"] != []

    def test_nobody_else_is_an_audience(self) -> None:
        for audience in ("institution", "enterprise_system", "province"):
            refused("REPORT_AUDIENCE", audience=audience, opened=opened(cast.FIRM_CODE))


class TestEveryReport:
    def test_counts_of_every_category_and_item_zero_included(self) -> None:
        told = report()
        law = load().as_of(cast.TODAY)
        catalog = law.catalog()
        assert catalog is not None
        assert {row["category"] for row in told["overview"]} == {each["name"] for each in catalog.categories}
        counts = {row["item"]: row["count"] for row in told["overview"]}
        assert (counts["行政处罚"], counts["行政许可"], counts["诚实守信相关荣誉"]) == ("2", "0", "0")

    def test_nothing_found_is_a_report_too(self) -> None:
        told = report(NEW_CODE)
        assert told["parts"] == []
        assert told["nothing"] == "截至上列数据时间，没有归集到可以向上列对象提供的信息。"
        assert told["head"][0] == ["主体名称", "示例新主体"]

    def test_it_says_as_of_when_and_under_which_law_and_that_it_rates_nobody(self) -> None:
        told = report()
        head = dict(told["head"])
        assert head["数据截至"] == "2026年11月23日 10:00"
        assert head["适用规则"].startswith("全国公共信用信息基础目录（2024年版），规则版本 ")
        assert any(note.startswith("本报告不是信用评级，不评分、不分等") for note in told["notes"])
        for word in ("等级", "得分", "优", "良好", "黑名单", "老赖"):
            assert word not in said(told)

    def test_the_file_has_to_be_opened_for_that_subject(self) -> None:
        elsewhere = opened(cast.OTHER_FIRM_CODE)
        told = services.issue_report(audience="self", opened=elsewhere, actor=OFFICER, now=cast.NOW)
        assert cast.FIRM_NAME not in said(body(told))
        forged = Opened(
            elsewhere.entry, OFFICER, elsewhere.subject, "file", elsewhere.purpose, "示例", cast.NOW
        )
        with pytest.raises(Exception, match="gate"):
            services.issue_report(audience="self", opened=forged, actor=OFFICER, now=cast.NOW)

    def test_each_look_is_in_the_register(self) -> None:
        found = opened(cast.PERSON_ID)
        with acting(OFFICER):
            entry = AccessEntry.objects.get(id=found.entry)
        assert (entry.what, entry.purpose, entry.granted) == ("file", "issuing", True)
        assert entry.subject == subject_of(found)

    def test_only_the_office_issues(self) -> None:
        clerk = cast.MARKET_CLERK.actor
        mine = open_file(
            actor=clerk,
            subject=subject_of(opened(cast.FIRM_CODE)),
            purpose="duty",
            basis="示例事由",
            now=cast.NOW,
        )
        with acting(OFFICER):
            before = IssuedDocument.objects.count()
            with pytest.raises(Refusal, match="PERMISSION_DENIED"):
                services.issue_report(audience="self", opened=mine, actor=clerk, now=cast.NOW)
            assert IssuedDocument.objects.count() == before

    def test_the_ledger_learns_neither_name_nor_number(self) -> None:
        told = {"opened": opened(cast.PERSON_ID), "actor": OFFICER, "now": cast.NOW}
        issued = services.issue_report(audience="self", **told)  # type: ignore[arg-type]
        ledger = str(list(EventPayload.objects.values_list("payload", flat=True)))
        assert cast.PERSON_ID not in ledger
        assert cast.PERSON_NAME not in ledger
        with acting(OFFICER):
            assert IssuedDocument.objects.get(pk=issued.id).party == ""


class TestCertificate:
    def test_it_says_period_domains_items_and_use(self) -> None:
        told = dict(certificate(use="申请示例项目")["asked"])
        assert told["查询期间"] == "2023-11-24 至 2026-11-23（按作出决定的日期，两端计入）"
        assert (
            told["领域"]
            == "食品、药品、特种设备、安全生产、消防、人力资源和社会保障、市场监督管理、税务、其他领域"
        )
        assert told["信息类别"].startswith("行政处罚、行政裁决")
        assert told["用途"] == "申请示例项目"

    def test_what_was_found_by_item_and_by_agency(self) -> None:
        told = certificate()
        assert (
            told["conclusion"] == "在上列期间、单位和信息类别的范围内，截至上列数据时间，有 2 条记录，列后。"
        )
        assert {row["item"]: row["count"] for row in told["found"]}["行政处罚"] == "2"
        market = next(row for row in told["coverage"] if row["agency"] == cast.MARKET.name)
        assert market == {
            "agency": cast.MARKET.name,
            "fields": "食品、市场监督管理",
            "until": "2026-11-23",
            "count": "2",
        }

    def test_within_these_limits_no_record_was_found(self) -> None:
        told = certificate(NEW_CODE)
        assert told["records"] == []
        assert told["conclusion"].endswith("没有发现示例新主体的记录。")
        assert {row["count"] for row in told["found"]} == {"0"}

    def test_who_reported_nothing_is_named(self) -> None:
        told = certificate()
        silent = next(row for row in told["coverage"] if row["agency"] == cast.ENVIRONMENT.name)
        assert (silent["until"], silent["count"]) == ("没有报送", "—")
        assert cast.ENVIRONMENT.name in told["silent"]
        assert cast.MARKET.name not in told["silent"]

    @pytest.mark.parametrize(
        ("since", "until", "count"),
        [
            (date(2026, 5, 11), date(2026, 5, 13), 2),
            (date(2026, 5, 12), date(2026, 5, 13), 1),
            (date(2026, 5, 11), date(2026, 5, 12), 1),
            (date(2026, 5, 14), cast.TODAY, 0),
            (date(2020, 1, 1), date(2026, 5, 10), 0),
        ],
    )
    def test_both_ends_of_the_period_count(self, since: date, until: date, count: int) -> None:
        assert len(certificate(since=since, until=until)["records"]) == count

    def test_a_period_that_cannot_be_told_of(self) -> None:
        for told, code in (
            ({"since": cast.TODAY, "until": cast.TODAY - timedelta(days=1)}, "PERIOD_REVERSED"),
            ({"until": cast.TODAY + timedelta(days=1)}, "PERIOD_AHEAD"),
        ):
            with pytest.raises(Refusal, match=code):
                certificate(**told)  # type: ignore[arg-type]

    def test_domains_choose_agencies_and_never_the_record_s_own_domain(self) -> None:
        """A record without a domain is not taken for one of another: a zero must not rest on a guess."""
        assert len(certificate(domains=("food",))["records"]) == 2
        fire = certificate(domains=("fire",))
        assert fire["records"] == []
        assert fire["coverage"] == []
        agencies = [
            Reporting(cast.MARKET.id, "甲", ("food", "fire"), None),
            Reporting(cast.ENVIRONMENT.id, "乙", (), None),
        ]
        names = [each.name for each in contents.covered(asked(domains=("fire",)), agencies)]
        others = [each.name for each in contents.covered(asked(domains=("other",)), agencies)]
        assert (names, others) == (["甲"], ["乙"])

    def test_the_records_of_an_agency_that_is_no_more_did_not_go_with_it(self) -> None:
        Agency.objects.filter(pk=cast.MARKET.id).update(is_active=False)
        for domains in ((), ("fire",)):
            told = certificate(domains=domains)
            assert len(told["records"]) == 2
            gone = next(row for row in told["coverage"] if row["agency"] == cast.MARKET.name)
            assert (gone["fields"], gone["count"]) == ("单位已停用", "2")

    def test_what_is_no_adverse_record_in_effect_is_not_listed(self) -> None:
        accept(
            Kept(item="license", code=NEW_CODE, name="示例新主体", decided_on=date(2026, 3, 1)),
            Kept(
                code=NEW_CODE,
                name="示例新主体",
                decided_on=date(2026, 3, 1),
                facts={"effect": Effect.REVOKED},
            ),
        )
        assert certificate(NEW_CODE)["records"] == []

    def test_it_spares_other_persons_since_its_subject_hands_it_on(self) -> None:
        told = certificate()
        for other in (LEGAL_REPRESENTATIVE, "钱示二", "13900000000", "备注"):
            assert other not in said(told)
        assert [facts(each)["违法事实"] for each in told["records"]].count("含个人信息，暂不公开") == 1

    def test_a_public_one_says_that_it_is(self) -> None:
        told = certificate(NEW_CODE, audience="public")
        assert told["conclusion"].endswith("没有发现示例新主体在公示期内的公开记录。")
        assert len(certificate(audience="public")["records"]) == 1


class TestSubjects:
    def test_a_code_is_told_by_position(self) -> None:
        for wrong, code in (
            (cast.FIRM_CODE[:-1] + ("0" if cast.FIRM_CODE[-1] != "0" else "1"), "USCC_CHECK_DIGIT"),
            (cast.PERSON_ID[:-1] + ("0" if cast.PERSON_ID[-1] != "0" else "1"), "RESIDENT_ID_CHECK_DIGIT"),
            ("", "USCC_MISSING"),
        ):
            with pytest.raises(Refusal, match=code):
                subjects.clean(wrong, cast.NOW)

    def test_a_code_is_cleaned_first(self) -> None:
        assert subjects.clean(f" {cast.FIRM_CODE.lower()} ", cast.NOW) == cast.FIRM_CODE

    def test_the_name_must_be_its_own_now_or_formerly(self) -> None:
        found = opened(cast.FIRM_CODE)
        for name in (cast.FIRM_NAME, f" {cast.FIRM_NAME} "):
            subjects.require_name(name, opened=found)
        person = opened(cast.PERSON_ID)
        subjects.require_name(cast.PERSON_NAME, opened=person)
        for file, name in ((found, cast.OTHER_FIRM_NAME), (person, "示例他人"), (found, "")):
            with pytest.raises(Refusal, match="SUBJECT_NAME_OTHER"):
                subjects.require_name(name, opened=file)

    @pytest.mark.parametrize(
        ("prefix", "kind"),
        [("91", SubjectKind.LEGAL_PERSON), ("92", SubjectKind.SOLE_TRADER), ("11", SubjectKind.PUBLIC_BODY)],
    )
    def test_what_a_code_says_of_its_bearer(self, prefix: str, kind: SubjectKind) -> None:
        assert subjects.kind_of(cast.uscc(prefix, 700)) == kind
