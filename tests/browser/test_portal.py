"""The portal as a reader sees it: search, pages, phone width, large type, without script (门户浏览器测试)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import pytest
from django.db import connections, transaction
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer
from pytest_django.plugin import DjangoDbBlocker

from tests import cast
from tests.publication.shelf import Kept
from tests.support.database import TestDatabase
from tests.web.conftest import accept
from xinheng.catalog import services as catalog
from xinheng.web.portal import reading

pytestmark = [pytest.mark.browser]
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
CLIPPED = """() => [...document.querySelectorAll('main :is(h1,h2,h3,p,dt,dd,td,th,li,a,button,summary)')]
  .filter(e => { const r = e.getBoundingClientRect();
                 return r.width > 1 && (r.right > innerWidth + 1 || r.left < -1) && !e.closest('.hide-seen, .table-wrap') })
  .map(e => e.tagName + ': ' + e.textContent.trim().slice(0, 40))"""
OVERLAPPING = """() => { const texts = [...document.querySelectorAll('main :is(dt,dd,h1,h2,h3,.tag,.button)')]
    .filter(e => e.getBoundingClientRect().width > 1 && e.textContent.trim());
  const hits = (a, b) => { const p = a.getBoundingClientRect(), q = b.getBoundingClientRect();
    return p.left < q.right - 1 && q.left < p.right - 1 && p.top < q.bottom - 1 && q.top < p.bottom - 1 };
  return texts.flatMap((a, i) => texts.slice(i + 1).filter(b => !a.contains(b) && !b.contains(a) && hits(a, b))
    .map(b => a.textContent.trim().slice(0, 20) + ' / ' + b.textContent.trim().slice(0, 20))) }"""


@dataclass(frozen=True)
class Portal:
    """A served portal with one visible penalty that has long texts."""

    url: str
    record: UUID

    @property
    def paths(self) -> list[str]:
        subject = f"/s/{cast.FIRM_CODE}"
        return ["/", "/search?q=示例", "/catalog/penalty", "/plan/", subject, f"{subject}/r/{self.record}"]


@pytest.fixture(scope="module")
def portal(django_db_setup: TestDatabase, django_db_blocker: DjangoDbBlocker) -> Iterator[Portal]:
    """Committed once for all tests of this module, put back after them."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patched:
        patched.setenv("XINHENG_TODAY", cast.TODAY.isoformat())
        reading.forget()
        with transaction.atomic():
            cast.settle()
            catalog.found(
                officers=(cast.OFFICER.actor.user_id, cast.SECOND_OFFICER.actor.user_id), now=cast.NOW
            )
            (record,) = accept(PENALTY)
        server = LiveServer("localhost")
        yield Portal(server.url, record)
        server.stop()
        reading.forget()
        connections.close_all()
    django_db_setup.restore()


PENALTY = Kept(
    decided_on=date(2026, 5, 20),
    kinds=("confiscate_goods",),
    number="示例罚决字〔2026〕1号",
    content={
        "conduct": "经营标签不符合规定的食品（示例）",
        "facts_text": "检查时发现在售商品标签缺少必要事项，当事人在规定期限内改正（示例）。" * 6,
        "basis_text": "《中华人民共和国食品安全法》有关规定（示例）",
    },
)


def test_from_the_search_box_to_the_reason(portal: Portal, page: Page) -> None:
    page.goto(portal.url)
    page.get_by_label("主体名称或统一社会信用代码").fill("淮上食品")
    page.get_by_role("button", name="查询").click()
    page.get_by_role("link", name=cast.FIRM_NAME).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(cast.FIRM_NAME)
    page.get_by_role("link", name="经营标签不符合规定的食品（示例）").click()
    expect(page.get_by_role("heading", name="为什么公示")).to_be_visible()
    page.locator("#why dt a").first.click()
    expect(page.locator("h1")).to_be_visible()
    assert "#c-" in page.url


def test_a_citation_opens_where_it_stands(portal: Portal, page: Page) -> None:
    page.goto(portal.url + "/catalog/penalty")
    clause = page.locator("details.clause").first
    expect(clause.locator("p").first).to_be_hidden()
    clause.locator("summary").click()
    expect(clause.locator("p").first).to_be_visible()


@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_is_wider_than_the_screen(portal: Portal, page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    for path in portal.paths:
        page.goto(portal.url + path)
        assert page.evaluate(OVERFLOW) == 0, path
        assert page.evaluate(CLIPPED) == [], path


def test_nothing_overlaps_in_large_type_on_a_phone(portal: Portal, page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(portal.url)
    page.get_by_role("button", name="大字版").click()
    for path in portal.paths:
        page.goto(portal.url + path)
        assert page.evaluate("getComputedStyle(document.body).fontSize") == "20px", path
        assert page.evaluate(OVERFLOW) == 0, path
        assert page.evaluate(OVERLAPPING) == [], path


def test_the_size_switch_goes_there_and_back(portal: Portal, page: Page) -> None:
    page.goto(portal.url + "/help")
    page.get_by_role("button", name="大字版").click()
    expect(page.locator("html")).to_have_attribute("data-size", "xl")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-size", "xl")
    page.get_by_role("button", name="标准字号").click()
    page.reload()
    expect(page.locator("html")).not_to_have_attribute("data-size", "xl")


def test_everything_works_without_script(portal: Portal, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(portal.url)
    page.locator("#q").fill("淮上食品")
    page.locator(".search button").click()
    page.locator(f'a[href="/s/{cast.FIRM_CODE}"]').click()
    assert page.locator("h1").inner_text() == cast.FIRM_NAME
    page.locator("footer .size button").click()
    assert page.locator("html").get_attribute("data-size") == "xl"
    assert page.url.endswith(f"/s/{cast.FIRM_CODE}")
    context.close()


def test_the_keyboard_reaches_main_first(portal: Portal, page: Page) -> None:
    page.goto(portal.url + "/plan/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到正文"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_a_persons_number_never_stands_in_the_address(portal: Portal, browser: Browser) -> None:
    page = browser.new_page()  # its own: the console calls a refusal (422) an error
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(portal.url)
    page.locator("#q").fill(cast.PERSON_ID)
    page.locator(".search button").click()
    expect(page.get_by_role("heading", name="没有查询")).to_be_visible()
    assert not [url for url in asked if cast.PERSON_ID in url]
    page.close()


def test_paper_leaves_out_what_cannot_be_pressed(portal: Portal, page: Page) -> None:
    page.goto(f"{portal.url}/s/{cast.FIRM_CODE}/r/{portal.record}")
    page.emulate_media(media="print")
    for hidden in (".nav", ".crumbs", ".size", "[data-print]"):
        expect(page.locator(hidden).first).to_be_hidden()
    expect(page.locator(".print-only")).to_contain_text(f"/s/{cast.FIRM_CODE}/r/{portal.record}")
    expect(page.locator(".print-only")).to_contain_text("打印时间")
