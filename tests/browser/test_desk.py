"""The desk as a clerk uses it: sign in, upload, watch, submit, hold the receipt; phone width, no script (工作台浏览器测试)."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer
from pytest_django.plugin import DjangoDbBlocker

from tests import cast
from tests.browser.test_portal import CLIPPED, OVERFLOW
from tests.exchange import sample
from tests.support.database import TestDatabase
from tests.web import desk_city
from xinheng.runtime import db, worker

pytestmark = [pytest.mark.browser]


@dataclass(frozen=True)
class Desk:
    """A served desk, and a sheet on disk that a clerk has not sent yet."""

    url: str
    city: desk_city.City
    sheet: Path

    @property
    def paths(self) -> list[str]:
        batch = f"/desk/batches/{self.city.batch}/"
        lists = [
            f"/desk/{name}/"
            for name in (
                "batches",
                "records",
                "measures",
                "measures/ask",
                "proposals",
                "waiting",
                "batches/new",
            )
        ]
        return [
            "/desk/",
            *lists,
            batch,
            batch + "receipt/",
            batch + "problems/",
            f"/desk/measures/{self.city.measure}/",
            f"/desk/proposals/{self.city.proposal}/",
        ]


@pytest.fixture(scope="module")
def served(
    django_db_setup: TestDatabase,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Desk]:
    """Committed once for this module, put back after it."""
    folder = tmp_path_factory.mktemp("desk")
    sheet = folder / "本周处罚.csv"
    rows = sample.penalty(301, decided_on="2026-05-12"), sample.penalty(302, decided_on="2026-02-30")
    sheet.write_bytes(sample.sheet(rows).getvalue())
    with django_db_blocker.unblock():
        with desk_city.built(folder) as city:
            server = LiveServer("localhost")
            yield Desk(server.url, city, sheet)
            server.stop()
        db.close_side_connections()
        connections.close_all()
    django_db_setup.restore()


@contextmanager
def worker_at_work() -> Iterator[None]:
    """A worker beside the server, as in an installation."""
    done = threading.Event()

    def run() -> None:
        while not done.wait(0.2):
            worker.run(once=True)
        connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    yield
    done.set()
    thread.join()


def sign_in(page: Page, url: str, officer: cast.Officer = cast.MARKET_CLERK) -> None:
    device = TOTPDevice.objects.get(user_id=officer.actor.user_id)
    TOTPDevice.objects.filter(pk=device.pk).update(last_t=-1)
    clock = TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift)
    clock.time = time.time()
    page.goto(f"{url}/desk/")
    page.get_by_label("账号").fill(officer.username)
    page.get_by_label("密码").fill(cast.PASSWORD)
    page.get_by_role("button", name="继续输入动态码").click()
    page.get_by_label("动态码").fill(f"{clock.token():06d}")
    page.get_by_role("button", name="进入工作台").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("工作台")


def let_in(page: Page, url: str, officer: cast.Officer = cast.MARKET_CLERK) -> None:
    """As after both factors, where how one signs in is not what is looked at."""
    session = desk_city.signed_in(officer).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": url}])
    page.goto(f"{url}/desk/")
    expect(page.get_by_role("heading", level=1)).to_have_text("工作台")


def test_from_the_sheet_to_the_receipt(served: Desk, page: Page) -> None:
    sign_in(page, served.url)
    page.goto(served.url + "/desk/batches/new/")
    page.get_by_label("报送什么").select_option("penalty")
    page.get_by_label("报送表").set_input_files(served.sheet)
    page.get_by_label("已审查，可以公开").check()
    page.get_by_role("button", name="上传并校验").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    with worker_at_work():
        # The page turns by itself from progress to result, and again after the submission.
        expect(page.get_by_role("heading", name="日期不存在")).to_be_visible(timeout=10_000)
        page.get_by_role("button", name="只提交通过的 1 条").click()
        page.get_by_role("link", name="查看回执").click(timeout=10_000)
    expect(page.get_by_role("heading", level=1)).to_have_text("报送回执")
    page.goto(f"{served.url}/s/{cast.FIRM_CODE}")
    expect(page.get_by_text("示市监罚决字〔2026〕301号").first).to_be_visible()


@pytest.fixture
def signed_in(served: Desk, browser: Browser) -> Iterator[BrowserContext]:
    """A browser without script, signed in through the forms."""
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 780})
    let_in(context.new_page(), served.url)
    yield context
    context.close()


def test_a_phone_without_script_does_it_too(served: Desk, signed_in: BrowserContext) -> None:
    (page,) = signed_in.pages
    page.goto(f"{served.url}/desk/waiting/")
    page.get_by_role("link", name="提出办结").click()
    page.get_by_label("已成年").check()
    page.get_by_label("办结理由").fill("户籍资料（示例）")
    page.get_by_role("button", name="核对").click()
    page.get_by_role("button", name="返回修改").click()
    assert page.get_by_label("办结理由").input_value() == "户籍资料（示例）"
    page.get_by_role("button", name="核对").click()
    page.get_by_role("button", name="提出办结").click()
    assert "由您提出，须由另一人审核" in page.locator("main").inner_text()


def test_nothing_is_wider_than_the_screen(served: Desk, page: Page) -> None:
    let_in(page, served.url)
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        for path in served.paths:
            page.goto(served.url + path)
            assert page.evaluate(OVERFLOW) == 0, (path, width)
            assert page.evaluate(CLIPPED) == [], (path, width)
