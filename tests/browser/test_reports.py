"""A report from the desk into the hands of somebody who has it confirmed, in a real browser (报告浏览器测试)."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer
from pytest_django.plugin import DjangoDbBlocker

from tests import cast
from tests.browser.test_portal import CLIPPED, OVERFLOW
from tests.support.database import TestDatabase
from tests.web import desk_city
from xinheng.runtime import db

pytestmark = [pytest.mark.browser]


@pytest.fixture(scope="module")
def served(
    django_db_setup: TestDatabase,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[str, desk_city.City]]:
    """Committed once for this module, put back after it."""
    with django_db_blocker.unblock():
        with desk_city.built(tmp_path_factory.mktemp("reports")) as city:
            server = LiveServer("localhost")
            yield server.url, city
            server.stop()
        db.close_side_connections()
        connections.close_all()
    django_db_setup.restore()


def sign_in(page: Page, url: str) -> None:
    device = TOTPDevice.objects.get(user_id=cast.OFFICER.actor.user_id)
    TOTPDevice.objects.filter(pk=device.pk).update(last_t=-1)
    clock = TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift)
    clock.time = time.time()
    page.goto(f"{url}/desk/")
    page.get_by_label("账号").fill(cast.OFFICER.username)
    page.get_by_label("密码").fill(cast.PASSWORD)
    page.get_by_role("button", name="继续输入动态码").click()
    page.get_by_label("动态码").fill(f"{clock.token():06d}")
    page.get_by_role("button", name="进入工作台").click()


def taken(page: Page, name: str) -> None:
    """A picture for whoever wants to look: XINHENG_PICTURES names the folder."""
    if folder := os.environ.get("XINHENG_PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_from_the_desk_to_whoever_holds_it(
    served: tuple[str, desk_city.City], page: Page, tmp_path: Path
) -> None:
    url, _ = served
    sign_in(page, url)
    page.goto(f"{url}/desk/reports/new/certificate/")
    page.get_by_label("主体名称").fill(cast.FIRM_NAME)
    page.get_by_label("主体代码").fill(cast.FIRM_CODE)
    page.get_by_label("信用主体本人").check()
    page.get_by_label("查询期间自").fill("2023-11-24")
    page.get_by_label("查询期间至").fill("2026-11-23")
    page.get_by_label("食品").check()
    page.get_by_label("依据").fill("示例申请8号")
    taken(page, "desk-report-new-1280")
    page.get_by_role("button", name="核对").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("核对：出具专用信用报告")
    taken(page, "desk-report-check-1280")
    page.get_by_role("button", name="出具").click()
    number = page.get_by_role("heading", level=1).inner_text()
    assert number.startswith("ZYBG-2026-")
    taken(page, "desk-report-1280")
    page.get_by_label("查询目的").select_option("issuing")
    page.get_by_label("依据").fill("示例申请8号")
    with page.expect_download() as download:
        page.get_by_role("button", name="下载 PDF").click()
    pdf = tmp_path / download.value.suggested_filename
    download.value.save_as(pdf)
    assert pdf.name == f"{number}.pdf"
    assert pdf.read_bytes().startswith(b"%PDF")

    page.goto(f"{url}/verify/")
    page.get_by_label("报告的 PDF 文件").set_input_files(pdf)
    expect(page.get_by_label("文件的 SHA-256")).not_to_have_value("")
    taken(page, "verify-1280")
    page.get_by_role("button", name="核验").nth(1).click()
    expect(page.get_by_role("heading", level=2)).to_have_text("这份报告由我们出具")
    expect(page.get_by_text(number)).to_be_visible()
    assert "/verify/answer/" in page.url
    taken(page, "verified-1280")


@pytest.mark.parametrize("width", [360, 1280])
def test_pages_fit_the_width(served: tuple[str, desk_city.City], page: Page, width: int) -> None:
    url, city = served
    sign_in(page, url)
    page.set_viewport_size({"width": width, "height": 900})
    paths = {
        "desk-reports": "/desk/reports/",
        "desk-report-form": "/desk/reports/new/certificate/",
        "desk-report-lists": "/desk/reports/lists/",
        "desk-report-list": f"/desk/reports/lists/{city.run}/",
        "desk-report-list-new": "/desk/reports/lists/new/",
        "desk-report-detail": f"/desk/reports/{city.document}/",
        "verify-form": "/verify/",
        "verify-no": "/verify/" + "0" * 32,
    }
    for name, path in paths.items():
        page.goto(url + path)
        assert page.evaluate(OVERFLOW) == 0, path
        assert page.evaluate(CLIPPED) == [], path
        taken(page, f"{name}-{width}")
