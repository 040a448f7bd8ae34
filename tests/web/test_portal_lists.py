"""The public lists: each with its rules and its marks, and who is on it while that is public (名单公示页面)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import cast
from tests.publication.listed import OnList, Register, other, register
from tests.web.conftest import Shelf
from tests.web.contract import Page, faults
from xinheng.catalog.public import current_law
from xinheng.law.facts import SubjectKind
from xinheng.law.language import Confidence
from xinheng.law.lawbook import Law, load
from xinheng.law.lists import RANGES
from xinheng.ledger.kinds import EventKind
from xinheng.web.portal import list_words

pytestmark = [pytest.mark.usefixtures("city"), pytest.mark.clause("2.3", "2.4")]

# Of the firm whose licence is over: nothing else of it is public.
WAGE = OnList(code=cast.OTHER_FIRM_CODE, name=cast.OTHER_FIRM_NAME, number="示例列决〔2026〕9号")
SUBJECT = f"/s/{cast.OTHER_FIRM_CODE}"
WORDS = "依据部门规章，属过渡措施（国办发〔2020〕49号）"
TWO_THINGS = "名单和行政处罚的公示分类“严重”是两回事"


@pytest.fixture
def entries(city: Shelf, superuser: psycopg.Connection[Any]) -> Iterator[Register]:
    with register(superuser) as made:
        yield made


def html(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, path
    return answer.content.decode()


def answer(client: Client, path: str) -> tuple[int, bytes, list[tuple[str, str]]]:
    got = client.get(path)
    return got.status_code, got.content, sorted(got.headers.items())


# The lists -------------------------------------------------------------------------------------------


def test_every_list_in_force_is_there_with_what_it_says(client: Client) -> None:
    text, law = html(client, "/lists/"), current_law(cast.TODAY)
    assert faults(text) == []
    links = Page(text).links
    for listed in law.serious_lists():
        assert f"/lists/{listed.code}/" in links
        card = text.partition(f'<h3><a href="/lists/{listed.code}/">')[2].partition("</article>")[0]
        told = [*(RANGES[each] for each in listed.ranges), *listed.criteria.values()]
        told += [listed.authority.name] if listed.authority else []
        assert [each for each in told if each not in card] == [], listed.code
    assert "共 16 份" in text


@pytest.mark.parametrize("listed", load().as_of(cast.TODAY).serious_lists(), ids=lambda each: each.code)
def test_each_page_of_a_list_keeps_the_contract(client: Client, listed: Any) -> None:
    text = html(client, f"/lists/{listed.code}/")
    assert faults(text) == []
    for bound in (listed.domain, *listed.standard.values()):
        for clause in bound.basis if bound else ():
            instrument, _, part = clause.partition("#")
            assert f'href="/policies/{instrument}#c-{part}"' in text, clause
    if listed.term and listed.term.n:
        assert "列入期限" in text


def test_what_sets_up_the_domain_and_what_sets_the_standard_are_told_apart(client: Client) -> None:
    text = html(client, "/lists/wage/")
    domain = text.partition("<dt>设列领域的依据</dt>")[2].partition("</dd>")[0]
    criteria = text.partition("<dt>认定标准</dt>")[2].partition("</dd>")[0]
    assert "/policies/wage#c-48" in domain
    assert "mohrss-45" not in domain
    assert "/policies/mohrss-45#c-5" in criteria
    assert "3 年，自作出决定起" in text
    assert "自改正起满 6 个月，可以申请" in text


@pytest.mark.parametrize(
    ("code", "word", "why"),
    [
        ("wage", "可以办理", WORDS),
        ("court", "只接收", "由作出机关认定，本平台只按原样接收"),
        ("culture", "不能办理", "还缺：设列领域的依据、程序、救济措施"),
        ("work_safety", "不能办理", "还缺：救济措施"),
        ("statistics", "不能办理", "规范性文件不算"),
    ],
)
def test_whether_cases_can_be_carried_is_the_law_s_own_answer(
    client: Client, code: str, word: str, why: str
) -> None:
    text = html(client, f"/lists/{code}/")
    assert f">{word}</span>" in text
    assert why in text


def test_a_list_whose_parts_nobody_has_checked_says_so() -> None:
    law = current_law(cast.TODAY)
    wage = next(each for each in law.serious_lists() if each.code == "wage")
    parts = {
        **wage.standard,
        "procedure": replace(wage.standard["procedure"], confidence=Confidence.UNCERTAIN),
    }
    unsure = replace(law, book=replace(law.book, lists=(replace(wage, standard=parts),)))
    found = list_words.standing(unsure.serious_lists()[0], unsure)
    assert (found.word, found.group) == ("不能办理", "closed")
    assert [(told.code, "程序" in told.why) for told in found.why] == [("LIST_PART_UNCHECKED", True)]


def test_a_received_list_promises_no_number(client: Client) -> None:
    text = html(client, "/lists/court/")
    assert "名单由作出机关公布。" in text
    assert "缺" not in text.partition("<main")[2].partition("</main>")[0]
    card = html(client, "/lists/").partition('<h3><a href="/lists/court/">')[2].partition("</article>")[0]
    assert "只接收" in card
    assert "缺" not in card


def test_without_lists_nobody_can_be_listed(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Law, "serious_lists", lambda _: ())
    text = html(client, "/lists/")
    assert faults(text) == []
    assert "没有载入的名单，任何单位都不能列入。" in text


def test_every_start_of_a_period_has_its_word() -> None:
    known = set(list_words.STARTS)
    for listed in load().lists:
        periods = (listed.window, listed.reply, listed.decision, listed.term, listed.exit_acceptance,
                   listed.exit_decision, listed.act, listed.early.period if listed.early else None)  # fmt: skip
        assert {each.starts_from for each in periods if each} <= known, listed.id
        assert set(listed.instruments) <= {str(kind) for kind in list_words.INSTRUMENTS}, listed.id


def test_the_home_page_leads_to_them(client: Client) -> None:
    assert "/lists/" in Page(html(client, "/")).links


# Who is on them --------------------------------------------------------------------------------------


def test_an_entry_is_on_the_page_of_its_list_and_of_its_subject(client: Client, entries: Register) -> None:
    entries.list(WAGE)
    of_list, of_subject = html(client, "/lists/wage/"), html(client, SUBJECT)
    for text in (of_list, of_subject):
        assert faults(text) == []
        for told in (
            WAGE.name,
            WAGE.code,
            WAGE.number,
            cast.MARKET.name,
            "2026-06-08",
            "2029-06-01",
            RANGES["R2"],
            "过渡措施",
        ):
            assert told in text, told
        assert WORDS in text
    assert f"{SUBJECT}?tab=serious_list" in Page(of_list).links
    assert '严重失信主体名单<span class="n">1</span>' in of_subject
    assert TWO_THINGS in of_subject
    assert "已列入" in of_subject
    assert "/lists/wage/" in Page(of_subject).links


def test_an_entry_that_is_no_stop_gap_is_not_called_one(client: Client, entries: Register) -> None:
    entries.list(replace(WAGE, interim=False))
    assert WORDS not in html(client, SUBJECT)
    assert "过渡措施" not in html(client, SUBJECT)


def test_the_list_page_counts_and_pages(client: Client, entries: Register) -> None:
    for number in range(23):
        entries.list(
            other(
                WAGE,
                code=cast.uscc("91", 600 + number),
                name=f"示例第{number}公司",
                listed_on=date(2026, 7, 1 + number),
            )
        )
    first, second, beyond = (html(client, f"/lists/wage/?page={page}") for page in (1, 2, 99))
    assert [text.count('<th scope="row"') for text in (first, second, beyond)] == [20, 3, 3]
    assert first.index("示例第22公司") < first.index("示例第3公司")
    assert "共 23 条，第 1 / 2 页" in first
    assert faults(first) == faults(second) == []
    assert '<td class="num" data-label="在公示期内（条）">23</td>' in html(client, "/lists/")


@pytest.mark.parametrize("page", ["", "0", "-1", "x", "1e9", "<script>"])
def test_a_page_that_is_no_number_is_the_first(client: Client, entries: Register, page: str) -> None:
    entries.list(WAGE)
    text = html(client, f"/lists/wage/?page={page}")
    assert WAGE.name in text
    assert "<script>" not in text.replace("<script src", "")


def test_an_empty_list_says_what_is_not_shown(client: Client) -> None:
    assert "没有在公示期内的名单信息。" in html(client, "/lists/wage/")


def test_the_tab_is_there_without_an_entry_and_explains_itself(client: Client) -> None:
    text = html(client, f"/s/{cast.FIRM_CODE}?tab=serious_list")
    assert "没有在公示期内的严重失信主体名单信息。" in text
    assert TWO_THINGS in text
    assert TWO_THINGS not in html(client, f"/s/{cast.FIRM_CODE}?tab=penalty")


@pytest.mark.clause("3.2b", "1.3a")
@pytest.mark.parametrize("how", ["hidden", "removed", "over", "not yet", "not to be published", "a person"])
def test_what_is_not_public_looks_like_what_never_was(
    client: Client, entries: Register, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    paths = (
        SUBJECT,
        f"{SUBJECT}.json",
        "/lists/wage/",
        "/lists/",
        "/sitemap.xml?page=1",
        "/search?q=示例运河",
    )
    monkeypatch.setenv("XINHENG_TODAY", "2026-11-23")
    before = {path: answer(client, path) for path in paths}
    entry = {
        "over": replace(WAGE, until=date(2026, 11, 22)),
        "not yet": replace(WAGE, listed_on=date(2026, 11, 24)),
        "not to be published": replace(WAGE, publishable=False),
        "a person": replace(WAGE, kind=SubjectKind.NATURAL_PERSON),
    }.get(how, WAGE)
    entries.list(entry)
    if how == "hidden":
        entries.hide(entry)
    if how == "removed":
        entries.turn(entry, "removed")
        entries.tell(EventKind.CASE_END, entry)
    after = {path: answer(client, path) for path in paths}
    assert before[SUBJECT][0] == 404
    assert {path: clock_free(each) for path, each in after.items()} == {
        path: clock_free(each) for path, each in before.items()
    }


def clock_free(answered: tuple[int, bytes, list[tuple[str, str]]]) -> tuple[int, list[str]]:
    """Without the lines that tell the time of the answer."""
    status, body, headers = answered
    lines = body.decode().splitlines()
    kept = [line for line in lines if "数据截至" not in line and "打印时间" not in line]
    return status, [*kept, str([each for each in headers if each[0] != "Content-Length"])]


def test_its_last_day_is_shown_and_the_day_after_nothing(
    client: Client, entries: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries.list(WAGE)
    last = date(2029, 6, 1)
    for day, status in ((last, 200), (last + timedelta(days=1), 404)):
        monkeypatch.setenv("XINHENG_TODAY", day.isoformat())
        assert client.get(SUBJECT).status_code == status
        assert client.get(f"{SUBJECT}.json").status_code == status


def test_the_open_api_says_what_the_page_says(client: Client, entries: Register) -> None:
    entries.list(WAGE)
    body = client.get(f"{SUBJECT}.json").json()
    (found,) = body["lists"]
    assert body["tabs"] == []
    assert (found["list"], found["number"], found["interim"], found["visible_until"]) == (
        "wage", WAGE.number, True, "2029-06-02",
    )  # fmt: skip
    assert client.get(f"/s/{cast.FIRM_CODE}.json").json()["lists"] == []


def test_a_search_finds_the_subject_and_tells_no_more_than_a_count(client: Client, entries: Register) -> None:
    entries.list(WAGE)
    text = html(client, "/search?q=示例")
    row = text.partition(cast.OTHER_FIRM_NAME)[2].partition("</tr>")[0]
    assert "严重失信主体名单 1 条" in row
    for told in ("拖欠农民工工资", WAGE.number, "已列入"):
        assert told not in text
    assert client.get(f"/search?q={cast.OTHER_FIRM_CODE}").headers["Location"] == SUBJECT
    assert f"<loc>http://testserver{SUBJECT}</loc>" in html(client, "/sitemap.xml?page=1")


def test_a_page_of_a_list_is_one_statement(client: Client, entries: Register) -> None:
    entries.list(WAGE)
    html(client, "/lists/wage/")  # the law is asked every few seconds, not for each page
    with CaptureQueriesContext(connection) as asked:
        html(client, "/lists/wage/")
        html(client, "/lists/")
    assert len(asked) == 2
