"""One application for records of three bodies, at home and at the window, decided by each, in browsers (信用修复浏览器测试)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests import cast
from tests.browser.test_counter import signed_in
from tests.browser.test_desk import let_in
from tests.browser.test_portal import CLIPPED, OVERFLOW
from tests.casework.conftest import draw_once
from tests.counter import town as towns
from tests.repairs import town as repairs
from tests.repairs.town import PDF, Town
from tests.support.database import TestDatabase
from xinheng.access import oidc
from xinheng.runtime import clock
from xinheng.vault import keys

pytestmark = [pytest.mark.browser, pytest.mark.clause("5.1a", "5.1b", "5.1c", "5.1d")]
SHOTS = os.environ.get("XINHENG_SHOTS", "")


@dataclass
class Walk:
    """The town, its address, and a browser for each officer."""

    town: Town
    url: str
    browser: Browser
    folder: Path
    pages: dict[str, Page] = field(default_factory=dict)

    def officer(self, officer: cast.Officer) -> Page:
        if officer.username not in self.pages:
            context = self.browser.new_context(
                viewport={"width": 1280, "height": 900}, locale="zh-CN", timezone_id="Asia/Shanghai"
            )
            self.pages[officer.username] = context.new_page()
            let_in(self.pages[officer.username], self.url, officer)
        return self.pages[officer.username]

    def file(self, name: str) -> Path:
        path = self.folder / name
        path.write_bytes(PDF + f"% {name}\n".encode())
        return path

    def shot(self, page: Page, name: str) -> None:
        if SHOTS:
            page.screenshot(path=f"{SHOTS}/{name}", full_page=True)


@pytest.fixture
def walk(
    committed: TestDatabase, browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Walk]:
    server = LiveServer("localhost")
    with towns.provided(tmp_path, back=f"{server.url}/me/callback/") as issuer:
        monkeypatch.setenv("XINHENG_TODAY", cast.TODAY.isoformat())
        for name in ("KEYS_DIR", "FILES_DIR"):
            monkeypatch.setattr(settings, f"XINHENG_{name}", tmp_path / name.lower())
        monkeypatch.setattr(settings, "XINHENG_OIDC", towns.client_settings(issuer, tmp_path))
        keys.ensure()
        oidc.forget()
        draw_once(monkeypatch)
        found = Walk(repairs.built(), server.url, browser, tmp_path)
        yield found
        for page in found.pages.values():
            page.context.close()
        server.stop()


def applied(walk: Walk, page: Page, place: str, *files: str) -> tuple[str, str]:
    """Self-check, choice, materials, check, receipt: (number, code)."""
    town = walk.town
    page.goto(f"{place}new/")
    expect(page.locator("main")).to_contain_text("最早可以修复")
    expect(page.locator("main")).to_contain_text("期限待核")
    if place.endswith("/me/repair/"):
        walk.shot(page, "me-repair-new-1280.png")
    for record in (town.old, town.other, town.entry):
        page.locator(f"#c-{record}").check()
    page.get_by_label("情况说明").fill("已经改正，义务已经履行（示例）。")
    page.get_by_role("button", name="下一步：材料").click()
    page.get_by_label("履行义务的证明").set_input_files(walk.file("证明.pdf"))
    for each in files:
        page.get_by_label("信用承诺书").set_input_files(walk.file(each))
    page.get_by_role("button", name="下一步：核对").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("核对申请")
    page.get_by_role("button", name="提交申请").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("申请已收到")
    number, code = page.locator(".panel .code").all_text_contents()[:2]
    return number, code


def begin(walk: Walk, page: Page, number: str, verb: str) -> None:
    """Open the case of an application from the work list and take one of its steps."""
    page.goto(f"{walk.url}/desk/repairs/?group=all")
    page.get_by_role("row", name=number).get_by_role("link").first.click()
    go_on(page, verb)


def go_on(page: Page, verb: str) -> None:
    """Take the next step from the page of the case."""
    page.get_by_role("link", name=verb, exact=True).click()


def finish(page: Page, verb: str) -> None:
    page.get_by_role("button", name="核对").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("核对")
    page.get_by_role("button", name=verb, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("修复案卷")


def decided(walk: Walk, number: str, clerk: cast.Officer, second: cast.Officer) -> None:
    """Accepted, verified, proposed by one; granted by another."""
    page = walk.officer(clerk)
    begin(walk, page, number, "受理")
    page.get_by_label("联系电话").fill("示例电话")
    finish(page, "受理")
    go_on(page, "保存核查情况")
    met = page.get_by_role("group", name="已经查明").get_by_role("checkbox")
    for place in range(met.count()):
        met.nth(place).check()
    page.get_by_label("改正的日期").fill("2026-05-04")
    finish(page, "保存核查情况")
    go_on(page, "提交，交另一人审核")
    page.get_by_label("准予修复", exact=True).check()
    page.get_by_label("说明理由").fill("已经查明改正和履行（示例）。")
    finish(page, "提交，交另一人审核")
    begin(walk, walk.officer(second), number, "准予修复")
    finish(walk.officer(second), "准予修复")
    expect(walk.officer(second).locator("main")).to_contain_text("终止共享公开")


def supplemented(walk: Walk, page: Page, number: str) -> None:
    """One body asks for what is missing, and each of the three gets it from home."""
    clerk = walk.officer(cast.MARKET_CLERK)
    begin(walk, clerk, number, "告知补正")
    clerk.get_by_label("联系电话").fill("示例电话")
    finish(clerk, "告知补正")
    page.goto(f"{walk.url}/me/repair/{number}/")
    expect(page.locator("main")).to_contain_text("请补正材料")
    for place in range(3):
        page.goto(f"{walk.url}/me/repair/{number}/")
        page.locator("section.card").nth(place).get_by_role("link", name="补交材料").last.click()
        page.get_by_label("信用承诺书").set_input_files(walk.file("承诺.pdf"))
        page.get_by_role("button", name="提交材料").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(number)


def shown_on_the_desk(walk: Walk, number: str) -> None:
    desk = walk.officer(cast.MARKET_CLERK)
    desk.goto(f"{walk.url}/desk/repairs/?group=decided")
    desk.get_by_role("row", name=number).get_by_role("link").first.click()
    walk.shot(desk, "desk-repair-1280.png")


def fits(walk: Walk, page: Page, *paths: str) -> None:
    """Nothing is cut off or wider than the window, on a desk and on a phone."""
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 900})
        for path in paths:
            page.goto(walk.url + path)
            assert page.evaluate(OVERFLOW) == 0, (path, width)
            assert page.evaluate(CLIPPED) == [], (path, width)


def told_by_code(walk: Walk, page: Page, number: str, code: str) -> None:
    page.goto(f"{walk.url}/progress/")
    page.get_by_label("受理编号").fill(number)
    page.get_by_label("查询码").fill(code)
    page.get_by_role("button", name="查询进度").click()
    expect(page.locator("#answer")).to_contain_text("已作出决定")


def test_one_application_over_three_bodies(walk: Walk, page: Page) -> None:
    signed_in(page, walk.url, "boss")
    number, code = applied(walk, page, f"{walk.url}/me/repair/")
    supplemented(walk, page, number)
    decided(walk, number, cast.MARKET_CLERK, cast.MARKET_CHECKER)
    decided(walk, number, cast.ENVIRONMENT_CLERK, cast.ENVIRONMENT_CHECKER)
    decided(walk, number, cast.LABOUR_CLERK, cast.LABOUR_SIGNER)
    shown_on_the_desk(walk, number)
    fits(walk, page, f"/me/repair/{number}/", "/me/repair/", "/me/repair/new/", "/me/")
    page.goto(f"{walk.url}/me/repair/{number}/")
    assert page.get_by_text("准予修复", exact=True).count() == 3
    page.goto(f"{walk.url}/me/")
    expect(page.locator("#lists")).to_contain_text("已移出")
    told_by_code(walk, page, number, code)


def granted_by_each(town: Town) -> None:
    """As the three desks do it, which the first walk sees on their pages."""
    town.now = clock.now()
    for office, second in ((cast.MARKET, 1), (cast.ENVIRONMENT, 1), (cast.LABOUR, 2)):
        town.verified(office).proposed(office).take(office, "grant", second)
        cast.leave_untold()


def test_the_same_at_the_window(walk: Walk) -> None:
    page = walk.officer(cast.WINDOW_STAFF)
    page.goto(f"{walk.url}/desk/window/")
    page.get_by_label("到场人的公民身份号码").fill(cast.BOSS_ID)
    page.get_by_label("代表的单位的统一社会信用代码").fill(cast.FIRM_CODE)
    page.get_by_label("核验了什么材料").select_option("licence")
    page.get_by_role("button", name="核对").click()
    page.get_by_role("button", name="登记到场并打开").click()
    page.get_by_role("link", name="为到场人办理信用修复").click()
    applied(walk, page, page.url, "承诺.pdf")
    granted_by_each(walk.town)
    page.get_by_role("link", name="查看进度和受理单").click()
    assert page.get_by_text("准予修复", exact=True).count() == 3
    expect(page.locator("main")).to_contain_text("示例电话")
