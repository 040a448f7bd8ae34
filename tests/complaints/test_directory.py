"""The directory of repair: each place with its person or window, and who has none as a gap (修复窗口名录)."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from tests import cast
from tests.complaints import people
from tests.publication.shelf import Kept
from tests.web.conftest import accept
from tests.web.contract import Page, faults
from xinheng.access.actor import Actor
from xinheng.access.queries import agency
from xinheng.access.scope import acting
from xinheng.catalog.public import current_law
from xinheng.exchange.models import Batch
from xinheng.law.charges import named_charge
from xinheng.law.language import Refusal
from xinheng.ledger.kinds import EventKind
from xinheng.oversight import public, queries, services
from xinheng.oversight.directory import ContactGiven
from xinheng.oversight.models import ContactPoint

pytestmark = pytest.mark.usefixtures("town")
CLERK, OFFICE = cast.MARKET_CLERK.actor, cast.OFFICER.actor
GIVEN = ContactGiven(
    "示例政务大厅 3 号窗口", "示例联系人", "示例路 1 号", "0517-00000000", "工作日 9:00-17:00"
)


def published(
    kind: str = "agency", place: str = "", given: ContactGiven = GIVEN, actor: Actor = CLERK, **more: object
) -> object:
    return services.publish_contact(kind=kind, place=place, given=given, actor=actor, now=cast.NOW, **more)  # type: ignore[arg-type]


def sent(agency_id: UUID = cast.MARKET.id, feed: str = "penalty") -> None:
    """A sheet of this body that was submitted."""
    with acting(OFFICE):
        Batch.objects.create(
            id=uuid4(), no=f"示例{uuid4().hex[:8]}", agency_id=agency_id, feed=feed, file_name="示例.csv",
            file_sha256=uuid4().bytes * 2, file_size=1, state="submitted", created_by=CLERK.user_id, created_at=cast.NOW,
        )  # fmt: skip
        cast.leave_untold()


def page(path: str = "/repair/") -> str:
    answer = Client().get(path)
    assert answer.status_code == 200
    html = answer.content.decode()
    assert faults(html) == []
    return html


@pytest.mark.clause("5.1c")
def test_each_county_body_and_site_is_there_and_a_gap_until_it_says_whom_to_ask() -> None:
    rows = [row for group in public.directory(current_law(cast.TODAY)) for row in group.rows]
    names = {row.name for row in rows}
    assert {
        "涟水县",
        "清江浦区",
        "淮安经济技术开发区",
        cast.MARKET.name,
        "“信用淮安”网站",
        "市公共信用信息共享平台",
    } <= names
    assert "清河区" not in names  # there is none any more
    assert all(row.gap for row in rows)
    html = page()
    assert f"共 {len(rows)} 处，其中 {len(rows)} 处缺专人和窗口" in html
    assert html.count(">缺<") == len(rows)
    published()
    published("county", "320826", actor=OFFICE)
    published("site", "website", actor=OFFICE)
    html = page()
    assert f"其中 {len(rows) - 3} 处缺专人和窗口" in html
    assert html.count(">缺<") == len(rows) - 3
    assert html.count(GIVEN.phone) == 3


def test_each_keeps_its_own() -> None:
    for actor, kind, place in (
        (CLERK, "county", "320826"),
        (CLERK, "site", "website"),
        (cast.AUDITOR.actor, "agency", ""),
    ):
        with pytest.raises(Refusal, match="PERMISSION_DENIED"):
            published(kind, place, actor=actor)
    mine = published()
    for actor in (cast.ENVIRONMENT_CLERK.actor, OFFICE):
        with pytest.raises(Refusal, match="NOT_FOUND"):
            services.end_contact(mine, actor=actor, now=cast.NOW)  # type: ignore[arg-type]
    county = published("county", "320826", actor=OFFICE)
    with pytest.raises(Refusal, match="NOT_FOUND"):
        services.end_contact(county, actor=CLERK, now=cast.NOW)  # type: ignore[arg-type]


def test_another_takes_its_place_and_the_first_stays_on_record() -> None:
    first = published()
    published(given=ContactGiven(window="示例新窗口", address="示例路 2 号"), replaces=first)
    html = page()
    assert "示例新窗口" in html
    assert GIVEN.phone not in html
    assert ContactPoint.objects.count() == 2
    last = people.told(EventKind.CONTACT_PUBLISHED)[-1]
    assert last["replaces"] == str(first)
    assert "示例" not in str(last)
    with pytest.raises(Refusal, match="NOT_FOUND"):
        services.end_contact(first, actor=CLERK, now=cast.NOW)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "given",
    [ContactGiven(phone="0517-00000000"), ContactGiven(window="示例窗口"), ContactGiven("  ", " ", "示例路"), ContactGiven("示" * 101, phone="1")],
)  # fmt: skip
def test_a_point_that_cannot_be_reached_is_none(given: ContactGiven) -> None:
    with pytest.raises(Refusal, match="CONTACT_INCOMPLETE"):
        published(given=given)


@pytest.mark.parametrize("place", ["", "320802", "999999", "website"])
def test_a_county_that_is_none(place: str) -> None:
    with pytest.raises(Refusal, match="CONTACT_INCOMPLETE"):
        published("county", place, actor=OFFICE)


CHARGES = [
    "办理收费 200 元",
    "每件三百元",
    "代 办 电话",
    "须参加信用修复培训",
    "收 取 工 本 费",
    "服务费另议",
    "请先交保证金",
    "每件３００元",
]
FREE = ["不收取任何费用", "不收费，随到随办", "状元路 1 号", "元旦不办公", "免费"]


@pytest.mark.clause("5.1c")
@pytest.mark.parametrize("words", CHARGES)
def test_nothing_that_is_published_names_a_charge_a_course_or_an_agent(words: str) -> None:
    with pytest.raises(Refusal, match="CHARGE_NAMED"):
        published(given=ContactGiven(words, phone="0517-00000000"))
    with pytest.raises(Refusal, match="CHARGE_NAMED"):
        services.publish_procedure(item="penalty", manners=["window"], note=words, actor=CLERK, now=cast.NOW)


@pytest.mark.parametrize("words", FREE)
def test_that_nothing_is_charged_may_be_said(words: str) -> None:
    assert named_charge(words, current_law(cast.TODAY)) == ""


@pytest.mark.clause("5.1e")
def test_an_item_that_a_body_decides_and_has_no_procedure_for_is_a_gap() -> None:
    sent()
    sent(feed="license")  # a licence needs no repair
    mine = agency(cast.MARKET.id)
    assert mine is not None
    law = current_law(cast.TODAY)
    (row,) = queries.of_agency(mine, law).procedures
    assert (row.item, row.gap) == ("penalty", True)
    assert "1 项信息的修复办法还没有公布" in page()
    address = f"/repair/{cast.MARKET.uscc}/penalty"
    assert address in Page(page()).links
    assert "该机关还没有公布这类信息的修复办法" in page(address)
    services.publish_procedure(item="penalty", manners=["window", "hall"], note="二楼左转。", actor=CLERK, now=cast.NOW)  # fmt: skip
    html = page(address)
    for told in (
        "到窗口",
        "政务服务大厅窗口",
        "二楼左转。",
        "履行证明",
        "信用承诺书",
        "待核",
        "3 个工作日",
        "不收取任何费用",
    ):
        assert told in html
    assert "项信息的修复办法还没有公布" not in page()


def test_a_procedure_is_of_an_adverse_item_and_in_known_ways() -> None:
    for item, manners in (
        ("license", ["window"]),
        ("none", ["window"]),
        ("penalty", []),
        ("penalty", ["bribe"]),
    ):
        with pytest.raises(Refusal, match="PROCEDURE_INCOMPLETE"):
            services.publish_procedure(item=item, manners=manners, actor=CLERK, now=cast.NOW)
    first = services.publish_procedure(item="penalty", manners=["window"], actor=CLERK, now=cast.NOW)
    second = services.publish_procedure(item="penalty", manners=["post"], actor=CLERK, now=cast.NOW)
    with pytest.raises(Refusal, match="NOT_FOUND"):
        services.end_procedure(first, actor=CLERK, now=cast.NOW)
    with pytest.raises(Refusal, match="NOT_FOUND"):
        services.end_procedure(second, actor=cast.ENVIRONMENT_CLERK.actor, now=cast.NOW)
    services.end_procedure(second, actor=CLERK, now=cast.NOW)


@pytest.mark.clause("5.1e")
def test_a_record_leads_to_the_procedure_of_its_body() -> None:
    day = date(2026, 5, 20)
    told = {"body_code": cast.MARKET.uscc}
    (record,) = accept(Kept(decided_on=day, kinds=("confiscate_goods",), content=told))
    links = Page(page(f"/s/{cast.FIRM_CODE}/r/{record}")).links
    assert f"/repair/{cast.MARKET.uscc}/penalty" in links
    (other,) = accept(Kept(decided_on=day, kinds=("confiscate_goods",), number="示例罚〔2026〕9号"))
    assert "/repair/" in Page(page(f"/s/{cast.FIRM_CODE}/r/{other}")).links


@pytest.mark.parametrize("path", [f"/repair/{cast.FIRM_CODE}/penalty", f"/repair/{cast.MARKET.uscc}/license", "/repair/x/penalty", f"/repair/{cast.MARKET.uscc}/none"])  # fmt: skip
def test_no_page_for_what_is_no_body_or_needs_no_repair(path: str) -> None:
    assert Client().get(path).status_code == 404


def test_rules_of_market_supervision_are_told_of_that_body_alone() -> None:
    enterprise = current_law(cast.TODAY).book.repair.editions["P-SAMR"].name
    assert enterprise in page(f"/repair/{cast.MARKET.uscc}/penalty")
    assert enterprise not in page(f"/repair/{cast.TAX.uscc}/penalty")
    assert "随时，没有最短公示期" in page(f"/repair/{cast.TAX.uscc}/penalty")


@pytest.mark.clause("5.1c", "5.1e")
def test_the_guide_tells_each_edition_and_says_where_nobody_read_a_number() -> None:
    html = page("/repair/guide")
    for edition in current_law(cast.TODAY).book.repair.editions.values():
        assert edition.name in html
    for told in (
        "向谁申请",
        "由谁决定",
        "材料",
        "法定期限",
        "待核",
        "工作目标",
        "除此以外不要求别的材料",
        "不收取任何费用",
    ):
        assert told in html
    assert "/report-misconduct/" in Page(html).links


OF_ANOTHER = """
INSERT INTO oversight_contactpoint (id, kind, agency_id, place, "window", person, address, phone, hours,
                                    published_by, published_at)
SELECT gen_random_uuid(), kind, '00000000-0000-0000-0000-0000000000a3', place, "window", person, address, phone, hours,
       published_by, now() FROM oversight_contactpoint
"""
ENDED_BY_ANOTHER = f"ended_at = now(), ended_by = '{cast.ENVIRONMENT_CLERK.actor.user_id}'"


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE oversight_contactpoint SET phone = '1'",
        "UPDATE oversight_contactpoint SET ended_at = now()",
        f"UPDATE oversight_contactpoint SET {ENDED_BY_ANOTHER}",
        "DELETE FROM oversight_contactpoint",
        OF_ANOTHER,
    ],
)
def test_the_database_keeps_what_was_published(sql: str) -> None:
    published()
    with pytest.raises(DatabaseError), transaction.atomic(), acting(CLERK), connection.cursor() as cursor:
        cursor.execute(sql)
