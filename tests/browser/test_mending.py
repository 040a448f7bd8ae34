"""What is wrong is said, marked and put right; what is somebody else's is gone at once; what fell takes the rest with it."""

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
from tests.revocations import town as revocations
from tests.revocations.town import FIRMS, Town
from tests.support.database import TestDatabase
from xinheng.access import oidc
from xinheng.vault import keys

pytestmark = [pytest.mark.browser, pytest.mark.clause("2.2b", "3.2b", "5.1d")]
SHOTS = os.environ.get("XINHENG_SHOTS", "")
CLAIMED = "标签有瑕疵的食品（示例）"


@dataclass
class Walk:
    """The town, its address, and a browser for each officer."""

    town: Town
    url: str
    browser: Browser
    pages: dict[str, Page] = field(default_factory=dict)

    def officer(self, officer: cast.Officer, path: str = "/desk/") -> Page:
        if officer.username not in self.pages:
            context = self.browser.new_context(
                viewport={"width": 1280, "height": 900}, locale="zh-CN", timezone_id="Asia/Shanghai"
            )
            self.pages[officer.username] = context.new_page()
            let_in(self.pages[officer.username], self.url, officer)
        self.pages[officer.username].goto(self.url + path)
        return self.pages[officer.username]

    def on_portal(self, page: Page, number: int, firm: str = "plain") -> int:
        """The public page of a record; its status."""
        answer = page.goto(f"{self.url}/s/{FIRMS[firm]}/r/{self.town.records[number]}")
        assert answer
        return answer.status

    def fits(self, page: Page, name: str, *paths: str) -> None:
        """Nothing is cut off or wider than the window, on a desk and on a phone."""
        for width in (1280, 360):
            page.set_viewport_size({"width": width, "height": 900})
            for place, path in enumerate(paths):
                page.goto(self.url + path)
                if SHOTS:
                    page.screenshot(path=f"{SHOTS}/{name}-{place}-{width}.png", full_page=True)
                assert page.evaluate(OVERFLOW) == 0, (path, width)
                assert page.evaluate(CLIPPED) == [], (path, width)
        page.set_viewport_size({"width": 1280, "height": 900})


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
        found = Walk(revocations.build(), server.url, browser)
        yield found
        for page in found.pages.values():
            page.context.close()
        server.stop()


def object_to(walk: Walk, page: Page, number: int, *, not_me: bool = False) -> str:
    """From the own record to the receipt; gives its number."""
    page.goto(f"{walk.url}/me/records/{walk.town.records[number]}/")
    page.get_by_role("link", name="信息有误或者不是本人的，提出异议").click()
    if not_me:
        page.get_by_label("这不是我").check()
    else:
        page.get_by_label("违法行为类型", exact=True).or_(page.locator("#id_claim_conduct")).first.fill(
            CLAIMED
        )
    page.get_by_label("说明", exact=True).or_(page.locator("#id_why")).first.fill("示例说明。")
    page.get_by_role("button", name="核对").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("核对您的异议")
    page.get_by_role("button", name="提交异议").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("已经受理")
    with page.expect_download() as receipt:
        page.get_by_role("link", name="下载受理单").click()
    assert receipt.value.suggested_filename.startswith("信息异议受理单YYSD-")
    return page.locator(".panel .code").first.inner_text()


def begin(walk: Walk, officer: cast.Officer, number: str, task: str) -> Page:
    """Open a correction from the list and take the task of that name."""
    page = walk.officer(officer, "/desk/corrections/")
    page.get_by_role("link", name=number).click()
    page.get_by_role("row", name=task).get_by_role("link", name="办理").click()
    return page


def finish(page: Page) -> None:
    page.get_by_role("button", name="核对").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("核对")
    page.get_by_role("button", name="确认办理").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("异议")


def decided(walk: Walk, number: str) -> None:
    """Answered and proposed by one, signed by another."""
    page = begin(walk, cast.LABOUR_CLERK, number, "认定单位核对原始文书后答复")
    page.get_by_label("核对原始文书的情况").fill("原决定书写的是标签瑕疵（示例）。")
    finish(page)
    page = begin(walk, cast.LABOUR_CLERK, number, "逐栏拟定处理")
    page.get_by_label("采纳当事人的内容").check()
    page.get_by_label("依据的文书").fill("行政处罚决定书（示例）")
    page.get_by_label("违法行为类型：理由").fill("照原决定书改正（示例）。")
    page.get_by_label("总的理由").fill("报送时录入有误（示例）。")
    page.get_by_label("复议机关").fill("示例市人民政府")
    page.get_by_label("管辖法院").fill("示例区人民法院")
    finish(page)
    finish(begin(walk, cast.LABOUR_CHECKER, number, "签发处理结果"))


def test_a_field_is_claimed_marked_decided_and_put_right(walk: Walk, page: Page) -> None:
    signed_in(page, walk.url, "owner")
    number = object_to(walk, page, 4)
    assert walk.on_portal(page, 4) == 200
    expect(page.locator("main")).to_contain_text("异议处理中")
    page.goto(f"{walk.url}/me/")
    expect(page.locator("main")).to_contain_text("异议处理中")
    decided(walk, number)
    page.goto(f"{walk.url}/me/corrections/{number}/")
    expect(page.locator("main")).to_contain_text("照原决定书改正（示例）。")
    with page.expect_download() as letter:
        page.get_by_role("link", name="信息异议处理结果告知书").click()
    assert letter.value.suggested_filename.startswith("信息异议处理结果告知书YYCL-")
    assert walk.on_portal(page, 4) == 200
    expect(page.locator("main")).to_contain_text(CLAIMED)
    record = walk.town.records[4]
    walk.fits(
        page, "me-correction", f"/me/corrections/{number}/", "/me/corrections/", f"/me/records/{record}/",
        f"/s/{FIRMS['plain']}/r/{record}",
    )  # fmt: skip
    matter = revocations.latest_correction()
    desk = walk.officer(cast.LABOUR_CLERK)
    walk.fits(desk, "desk-correction", f"/desk/corrections/{matter}/", "/desk/corrections/?all=1")


@pytest.mark.soak
def test_this_is_not_me(walk: Walk, page: Page) -> None:
    """Gone from the portal with the click; who else the same confusion may have hit is looked at; taken back, it is there."""
    signed_in(page, walk.url, "owner")
    assert walk.on_portal(page, 4) == 200
    number = object_to(walk, page, 4, not_me=True)
    matter = revocations.latest_correction()
    stranger = walk.browser.new_page()
    assert walk.on_portal(stranger, 4) == 404
    desk = walk.officer(cast.LABOUR_CLERK, f"/desk/corrections/{matter}/")
    expect(desk.locator("main")).to_contain_text("已停止公示")
    walk.fits(desk, "desk-not-me", f"/desk/corrections/{matter}/")
    desk.get_by_role("row", name="名称相同、代码不同").get_by_role("link", name="登记查看结果").click()
    desk.get_by_label("没有认错").check()
    finish(desk)
    expect(desk.get_by_role("row", name="名称相同、代码不同")).to_contain_text("没有认错")
    record = walk.town.records[4]
    walk.fits(page, "me-not-me", f"/me/corrections/{number}/", f"/me/records/{record}/", "/me/")
    page.goto(f"{walk.url}/me/corrections/{number}/")
    page.get_by_role("button", name="撤回这件异议").click()
    page.locator("main form button[value=act]").click()
    assert walk.on_portal(stranger, 4) == 200
    stranger.close()


def annul(walk: Walk, number: int) -> Page:
    """The clerk of the body registers that its penalty was annulled, from the record."""
    page = walk.officer(cast.LABOUR_CLERK, f"/desk/revocations/new/{walk.town.records[number]}/")
    page.get_by_label("撤销", exact=True).check()
    page.get_by_label("凭什么文书").select_option("judgment")
    page.get_by_label("文号").fill("（2026）示行终1号")
    page.get_by_label("作出机关").fill("示例区人民法院")
    page.get_by_label("作出日期").fill("2026-11-20")
    page.get_by_label("公开的理由").fill("人民法院判决撤销（示例）。")
    page.get_by_role("button", name="核对").click()
    expect(page.locator("main")).to_contain_text("将影响：名单信息")
    page.get_by_role("button", name="登记并立即办理").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("已一并撤下")
    return page


@pytest.mark.clause("1.3a", "2.4")
@pytest.mark.soak
def test_an_annulled_penalty_takes_the_entry_and_the_measures_with_it(walk: Walk, page: Page) -> None:
    listed = f"{walk.url}/lists/wage/"
    page.goto(listed)
    expect(page.locator("main")).to_contain_text("示例sole有限公司")
    stranger = walk.browser.new_page()
    assert walk.on_portal(stranger, 1, "sole") == 200
    desk = annul(walk, 1)
    assert walk.on_portal(stranger, 1, "sole") == 404
    stranger.close()
    expect(desk.get_by_role("heading", name="名单信息")).to_be_visible()
    expect(desk.locator("main")).to_contain_text("由该单位处理，已告知")
    matter = desk.url.removeprefix(walk.url)
    page.goto(listed)
    expect(page.locator("main")).not_to_contain_text("示例sole有限公司")
    expect(page.locator("main")).to_contain_text("示例shared有限公司")
    ours, theirs = (f"/desk/measures/{walk.town.made[name]}/" for name in ("sole, own", "sole, theirs"))
    expect(walk.officer(cast.LABOUR_CLERK, ours).get_by_role("heading", level=1)).to_contain_text("已终止")
    told = walk.officer(cast.MARKET_CLERK, theirs)
    expect(told.locator("main")).to_contain_text("这一措施不得再用")
    walk.fits(told, "desk-told", theirs, "/desk/measures/")
    case = f"/desk/cases/{walk.town.cases['sole']}/"
    expect(walk.officer(cast.LABOUR_SIGNER, case).get_by_role("heading", level=1)).to_contain_text("移出")
    walk.fits(walk.officer(cast.LABOUR_CHECKER), "desk-revocation", matter, "/desk/revocations/?all=1", case)
