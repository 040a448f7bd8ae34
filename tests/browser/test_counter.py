"""A firm's representative at the counter, in a browser: signed in, a notice answered, the progress looked up (我的信用浏览器测试)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests import cast
from tests.browser.test_portal import CLIPPED, OVERFLOW
from tests.counter import town as towns
from tests.support.database import TestDatabase

pytestmark = [pytest.mark.browser]
PAGES = (
    "/me/",
    "/me/notices/",
    "/me/access-log/?own=1",
    "/me/reports/",
    "/me/bindings/",
    "/progress/",
    "/me/login/",
)


@pytest.fixture
def url(committed: TestDatabase, tmp_path: Path) -> Iterator[str]:
    server = LiveServer("localhost")
    with towns.built(tmp_path, back=f"{server.url}/me/callback/"):
        yield server.url
    server.stop()


def signed_in(page: Page, url: str, who: str) -> None:
    page.goto(f"{url}/me/login/")
    page.get_by_role("link", name="前往统一身份认证").click()
    page.locator(f"button[value={who}]").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("我的信用")


@pytest.mark.clause("4.1b", "5.2")
def test_a_notice_is_answered_and_its_progress_looked_up(url: str, page: Page) -> None:
    signed_in(page, url, "boss")
    expect(page.locator("body")).to_contain_text(cast.FIRM_NAME)
    page.get_by_text("为什么有这条").first.click()
    expect(page.get_by_text("依法应当归集").first).to_be_visible()
    page.get_by_role("link", name="事先告知书").click()
    page.get_by_role("link", name="提出意见").click()
    page.get_by_label("异议", exact=True).check()
    page.get_by_label("内容").fill("工资已经结清，请核实（示例）。")
    page.get_by_role("button", name="核对").click()
    page.get_by_role("button", name="提交意见").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("已经受理")
    number, code = page.locator(".panel .code").all_text_contents()[:2]
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 900})
        for path in PAGES:
            page.goto(url + path)
            assert page.evaluate(OVERFLOW) == 0, (path, width)
            assert page.evaluate(CLIPPED) == [], (path, width)
    page.goto(f"{url}/me/")
    page.get_by_role("button", name="退出登录").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("登录")
    page.goto(f"{url}/progress/")
    page.get_by_label("受理编号").fill(number)
    page.get_by_label("查询码").fill(code)
    page.get_by_role("button", name="查询进度").click()
    expect(page.locator("#answer")).to_contain_text("核实中")
