"""Every page of the portal keeps the page contract, in its full, empty and refused state (门户页面约定)."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

import pytest
from django.test import Client

from tests import cast
from tests.publication.shelf import Kept
from tests.web.conftest import accept
from tests.web.contract import Page, faults

pytestmark = pytest.mark.usefixtures("city")

STEADY = [
    "/", "/search", "/catalog/", "/catalog/penalty", "/catalog/penalty?v=2021", "/measures/", "/lists/", "/lists/wage/", "/lists/court/",
    "/lists/culture/", "/policies/", "/policies/ogi",
    "/plan/", "/help", "/privacy", "/accessibility", "/feedback",
    "/progress/", "/repair/", "/repair/guide", f"/repair/{cast.MARKET.uscc}/penalty", "/report-misconduct/",
]  # fmt: skip


def html(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, path
    return answer.content.decode()


@pytest.mark.parametrize("path", STEADY)
def test_pages_of_law_and_words(client: Client, path: str) -> None:
    assert faults(html(client, path)) == []


def test_the_subject_page(client: Client, fine: UUID) -> None:
    text = html(client, f"/s/{cast.FIRM_CODE}")
    assert faults(text) == []
    assert "<title>示例淮上食品有限公司 - 信用淮安</title>" in text
    assert "示例罚〔2026〕1号" in text
    assert "2027-05-20" in text
    assert f"/s/{cast.FIRM_CODE}/r/{fine}" in Page(text).links


def test_tabs_count_what_is_not_there_too(client: Client, fine: UUID) -> None:
    text = html(client, f"/s/{cast.FIRM_CODE}")
    assert '行政许可<span class="n">0</span>' in text
    assert '行政处罚<span class="n">1</span>' in text


def test_many_records_come_in_pages(client: Client, city: None) -> None:
    accept(*(Kept(decided_on=date(2026, 5, 20), kinds=("confiscate_goods",)) for _ in range(24)))
    first, last, beyond = (
        html(client, f"/s/{cast.FIRM_CODE}?tab=penalty&page={number}") for number in (1, 2, 99)
    )
    assert [text.count("<article") for text in (first, last, beyond)] == [20, 5, 5]
    assert "共 25 条，第 1 / 2 页" in first
    assert "tab=penalty&amp;page=2" in first
    assert faults(first) == faults(last) == []


def test_an_empty_tab_says_so(client: Client, fine: UUID) -> None:
    text = html(client, f"/s/{cast.FIRM_CODE}?tab=license")
    assert faults(text) == []
    assert "没有在公示期内的行政许可信息。" in text
    assert "示例罚〔2026〕1号" not in text


@pytest.mark.parametrize("tab", ["", "none", "../../etc", "<script>"])
def test_an_unknown_tab_is_the_first_with_something(client: Client, fine: UUID, tab: str) -> None:
    text = html(client, f"/s/{cast.FIRM_CODE}?tab={tab}")
    assert "示例罚〔2026〕1号" in text
    assert "<script>" not in text


@pytest.mark.clause("3.1", "3.2d")
def test_the_record_page(client: Client, fine: UUID) -> None:
    text = html(client, f"/s/{cast.FIRM_CODE}/r/{fine}")
    assert faults(text) == []
    for told in (
        "经营标签不符合规定的食品（示例）",
        "示例网站",
        "2024-06-01",
        "2027-05-20",
        "公示期",
        "依据",
        "为什么公示",
    ):
        assert told in text
    assert any(link.startswith("/policies/") and "#c-" in link for link in Page(text).links)
    assert text.count("公示分类：一般") == text.count("公示分类：") == 1


def test_where_the_body_published_it_is_told_once(client: Client, city: None) -> None:
    """Address and day of the sheet are the source: not told among the contents as well."""
    told = {"source_url": "https://example.invalid/1", "source_on": "2024-06-01"}
    day = date(2026, 5, 20)
    (record,) = accept(Kept(decided_on=day, kinds=("confiscate_goods",), content=told))
    text = html(client, f"/s/{cast.FIRM_CODE}/r/{record}")
    assert text.count("2024-06-01") == 1
    assert text.count(">https://example.invalid/1<") == 1


def test_a_term_that_nobody_has_read_is_said_to_be_open(client: Client) -> None:
    for path in ("/catalog/", "/catalog/adjudication"):
        assert "待核：没有读到规定，裁定前不公示" in html(client, path)
    assert "至许可有效期届满" in html(client, "/catalog/")


def test_an_instrument_whose_first_day_nobody_knows_is_not_said_to_be_in_force(client: Client) -> None:
    text = html(client, "/policies/catalog-2025")
    assert "效力待核" in text
    assert "现行有效" not in text
    assert "施行日期待核 起" not in text


def test_each_clause_that_a_record_cites_is_where_the_link_leads(client: Client, fine: UUID) -> None:
    links = [link for link in Page(html(client, f"/s/{cast.FIRM_CODE}/r/{fine}")).links if "#c-" in link]
    assert links
    for link in links:
        path, _, anchor = link.partition("#")
        assert anchor in Page(html(client, path)).ids, link


def test_every_page_leads_to_the_plan_in_one_step(client: Client, fine: UUID) -> None:
    for path in [*STEADY, f"/s/{cast.FIRM_CODE}", f"/s/{cast.FIRM_CODE}/r/{fine}"]:
        assert "/plan/" in Page(html(client, path)).links, path


@pytest.mark.parametrize("path", STEADY)
def test_no_link_of_ours_is_dead(client: Client, path: str) -> None:
    inside = {link.partition("#")[0] for link in Page(html(client, path)).links if link.startswith("/")} - {
        ""
    }
    assert [link for link in sorted(inside) if client.get(link).status_code != 200] == []


@pytest.mark.parametrize(
    "path",
    [
        "/catalog/none",
        "/catalog/?v=1999",
        "/catalog/penalty?v=1999",
        "/policies/none",
        "/lists/none/",
        "/lists/wage-2022/",
    ],
)
def test_what_the_law_does_not_know_is_not_found(client: Client, path: str) -> None:
    assert faults(html(client, path, 404)) == []


def test_pages_set_no_cookie_and_open_no_session(client: Client, fine: UUID) -> None:
    for path in [
        *STEADY,
        f"/s/{cast.FIRM_CODE}",
        f"/s/{cast.FIRM_CODE}/r/{fine}",
        f"/s/{cast.FIRM_CODE}.json",
    ]:
        answer = client.get(path)
        assert not answer.cookies, path
        assert "sessionid" not in client.cookies
    assert not client.post("/search", {"q": "示例淮上"}).cookies


def test_large_type_is_a_cookie_and_an_attribute(client: Client) -> None:
    assert 'data-size="xl"' not in html(client, "/")
    client.post("/size", {"size": "xl", "next": "/"})
    text = html(client, "/")
    assert '<html lang="zh-CN" data-size="xl">' in text
    assert "标准字号" in text


def test_what_is_live_is_never_kept_by_a_cache(client: Client, fine: UUID) -> None:
    for path in (
        f"/s/{cast.FIRM_CODE}",
        f"/s/{cast.FIRM_CODE}/r/{fine}",
        f"/s/{cast.FIRM_CODE}.json",
        "/search?q=示例淮上",
        "/lists/",
        "/lists/wage/",
    ):
        assert client.get(path).headers["Cache-Control"] in ("private, no-cache", "no-store"), path


def test_headers_of_every_answer(client: Client, fine: UUID) -> None:
    for path in ("/", f"/s/{cast.FIRM_CODE}", f"/s/{cast.FIRM_CODE}.json", "/nothing", "/robots.txt"):
        answer = client.get(path)
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "DENY"


def test_only_reading_is_possible(client: Client, fine: UUID) -> None:
    for path in (
        *STEADY,
        f"/s/{cast.FIRM_CODE}",
        f"/s/{cast.FIRM_CODE}/r/{fine}",
        "/sitemap.xml",
        "/robots.txt",
        "/healthz",
    ):
        if path not in ("/search", "/progress/", "/report-misconduct/"):
            assert client.post(path).status_code == 405, path


def test_health_robots(client: Client) -> None:
    assert client.get("/healthz").content == b"ok\n"
    text = client.get("/robots.txt").content.decode()
    assert "Disallow: /search" in text
    assert "Sitemap: http://testserver/sitemap.xml" in text


def test_an_unknown_mark_would_be_a_fault_not_a_silent_gap() -> None:
    from xinheng.web.portal import shown

    with pytest.raises(KeyError):
        shown.tags((str(uuid4()),))
