"""A listing case from its draft to the removal, by three officers in three browsers (名单案卷浏览器测试)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import transaction
from django_otp.plugins.otp_totp.models import TOTPDevice
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests import cast
from tests.browser.test_desk import let_in
from tests.browser.test_portal import CLIPPED, OVERFLOW
from tests.casework.office import settled
from tests.documents import seals
from tests.support.database import TestDatabase
from xinheng.vault import keys

pytestmark = [pytest.mark.browser]
STAFF = {"clerk": cast.LABOUR_CLERK, "checker": cast.LABOUR_CHECKER, "signer": cast.LABOUR_SIGNER}


class Walk:
    """Three officers, each at a browser of their own; days pass for all of them."""

    def __init__(self, url: str, pages: dict[str, Page], patch: pytest.MonkeyPatch, folder: Path) -> None:
        self.url, self.pages, self.patch, self.folder = url, pages, patch, folder
        self.case = ""

    def on(self, day: date) -> None:
        self.patch.setenv("XINHENG_TODAY", day.isoformat())

    def at(self, role: str, path: str = "") -> Page:
        page = self.pages[role]
        page.goto(self.url + (path or self.case))
        return page

    def begin(self, role: str, label: str) -> Page:
        """Open the case and take the task of that name from its list."""
        page = self.at(role)
        page.get_by_role("row", name=label).get_by_role("link", name="办理").click()
        return page

    def finish(self, page: Page, verb: str, state: str) -> None:
        page.get_by_role("button", name="核对").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("核对")
        page.get_by_role("button", name=verb).click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(state)

    def served(self, label: str, day: str, verb: str, state: str) -> None:
        page = self.begin("clerk", label)
        page.get_by_label("送达方式").select_option("direct")
        page.get_by_label("日期", exact=True).fill(day)
        page.get_by_label("送达回证上的签名").check()
        self.finish(page, verb, state)


@pytest.fixture
def walk(
    committed: TestDatabase, browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Walk]:
    monkeypatch.setenv("XINHENG_TODAY", "2026-03-02")
    monkeypatch.setattr(settings, "XINHENG_KEYS_DIR", tmp_path / "keys")
    monkeypatch.setattr(settings, "XINHENG_FILES_DIR", tmp_path / "files")
    keys.ensure()
    settled()
    with transaction.atomic():
        for each in STAFF.values():
            TOTPDevice.objects.create(user_id=each.actor.user_id, name=each.username, confirmed=True)
        cast.leave_untold()
    server = LiveServer("localhost")
    pages = {
        role: browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai").new_page() for role in STAFF
    }
    for role, page in pages.items():
        let_in(page, server.url, STAFF[role])
    yield Walk(server.url, pages, monkeypatch, tmp_path)
    for page in pages.values():
        page.context.close()
    server.stop()


def opened(walk: Walk) -> None:
    page = walk.at("clerk", "/desk/cases/")
    page.get_by_role("link", name="立案", exact=True).click()
    page.get_by_role("link", name="拖欠农民工工资失信联合惩戒对象名单").click()
    for label, said in {
        "当事人名称": cast.FIRM_NAME, "当事人代码": cast.FIRM_CODE, "事由": "拖欠示例工人工资，逾期未付（示例）。",
        "证据": "工资表（示例）", "行为自": "2025-06-01", "行为至": "2025-12-31", "复议机关": "示例市人民政府",
        "管辖法院": "示例区人民法院", "联系人": "示例经办", "联系电话": "示例电话", "联系地址": "示例路1号",
        "立案（修改）理由": "示例立案理由",
    }.items():  # fmt: skip
        page.get_by_label(label, exact=True).or_(page.get_by_label(f"{label}（选填）")).first.fill(said)
    page.locator("#id_number_1").fill("示人社责令〔2026〕1号")
    page.locator("#id_body_1").fill(cast.LABOUR.name)
    page.locator("#id_decided_1").fill("2026-01-12")
    page.get_by_label("达到依法追究刑事责任的数额").check()
    page.get_by_label("经责令限期支付，逾期未支付").check()
    page.get_by_label("已就不可抗力、非主观故意、轻微三种情形核查或者询问当事人").check()
    walk.finish(page, "立案并草拟", "草拟")
    walk.case = urlsplit(page.url).path


def heard(walk: Walk) -> None:
    """Notified, served, an objection, its reply, the window run out."""
    page = walk.begin("checker", "制作事先告知书")
    expect(page.get_by_role("link", name="查看事先告知书样稿")).to_be_visible()
    walk.finish(page, "生成事先告知书", "已制作告知书，待送达")
    walk.served("登记告知书送达", "2026-03-02", "登记送达", "已告知，听取意见")
    page = walk.begin("clerk", "收到陈述、申辩、异议")
    page.get_by_label("异议", exact=True).check()
    page.get_by_label("收到的日期").fill("2026-03-02")
    page.get_by_label("收到的时间").fill("00:00")
    page.get_by_label("内容", exact=True).fill("工资已经结清，请核实（示例）。")
    walk.finish(page, "登记收到的意见", "已告知，听取意见")
    expect(page.get_by_role("row", name="拟定列入决定")).to_contain_text("暂不能开始")
    expect(page.get_by_role("row", name="拟定列入决定")).to_contain_text("四（一）")
    page = walk.begin("checker", "核实并书面反馈")
    page.get_by_label("核实情况").fill("仍有示例工人未结清。")
    page.get_by_label("异议不成立").check()
    page.get_by_label("理由", exact=True).fill("银行流水没有支付记录（示例）。")
    walk.finish(page, "生成异议核实反馈书", "已告知，听取意见")


def listed(walk: Walk) -> None:
    """Proposed, checked, signed by three; sealed, served, listed."""
    page = walk.begin("clerk", "拟定列入决定")
    page.get_by_label("理由", exact=True).fill("异议不成立，仍未支付（示例）。")
    walk.finish(page, "确认拟定列入决定", "已拟定决定，待审核")
    walk.finish(walk.begin("checker", "审核"), "审核通过", "已审核，待签发")
    walk.finish(walk.begin("signer", "签发列入决定"), "签发列入决定", "已作出决定，待送达")
    page = walk.begin("clerk", "上传签字盖章的决定书并核对")
    original = page.get_by_role("link", name="打开系统生成的文书").get_attribute("href")
    pdf = page.context.request.get(walk.url + str(original)).body()
    (walk.folder / "未盖章.pdf").write_bytes(pdf)
    page.get_by_label("签字盖章的文书").set_input_files(walk.folder / "未盖章.pdf")
    page.get_by_label("电子签章").check()
    page.get_by_role("button", name="上传并核对").click()
    expect(page.locator("main")).to_contain_text("还没有加盖电子印章")
    (walk.folder / "已盖章.pdf").write_bytes(seals.sealed(pdf))
    page.get_by_label("签字盖章的文书").set_input_files(walk.folder / "已盖章.pdf")
    page.get_by_label("电子签章").check()
    page.get_by_role("button", name="上传并核对").click()
    walk.served("决定书送达后列入", "2026-04-01", "登记送达并列入", "已列入")


def removed(walk: Walk) -> None:
    """A clerk asks, the signer grants: off the list with a paper of its own."""
    page = walk.at("clerk")
    page.get_by_role("link", name="提出移出名单").click()
    page.get_by_label("准予提前移出").check()
    page.locator("#id_applied_on").fill("2026-11-20")
    page.locator("#id_corrected_on").fill("2026-05-01")
    page.get_by_label("拖欠的工资已全部支付").check()
    page.get_by_label("已作出书面信用承诺").check()
    page.get_by_label("理由", exact=True).fill("工资已经全部支付（示例）。")
    walk.finish(page, "提出，交签发人决定", "已列入")
    page = walk.at("signer")
    page.get_by_role("link", name="作出决定").click()
    page.get_by_label("同意，制作移出决定书并立即移出").check()
    page.get_by_label("理由", exact=True).fill("条件已经具备（示例）。")
    walk.finish(page, "确认对移出的提议作出决定", "已移出")
    expect(page.get_by_role("row", name="移出决定书")).to_be_visible()


@pytest.mark.clause("4.1a", "4.1b", "4.1c", "2.4")
def test_from_the_draft_to_the_removal(walk: Walk) -> None:
    opened(walk)
    heard(walk)
    walk.on(date(2026, 4, 1))
    listed(walk)
    walk.on(date(2026, 12, 1))
    removed(walk)
    page = walk.pages["clerk"]
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        for path in (
            walk.case,
            "/desk/cases/?group=all",
            "/desk/cases/new/",
            "/desk/cases/new/wage/",
            "/desk/",
        ):
            page.goto(walk.url + path)
            assert page.evaluate(OVERFLOW) == 0, (path, width)
            assert page.evaluate(CLIPPED) == [], (path, width)
