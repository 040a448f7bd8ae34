"""A past day asked about on the desk as an officer does it: dates picked, answer read, on a phone too (某日情况)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.db import connections
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer
from pytest_django.plugin import DjangoDbBlocker

from tests.asof import conftest as past
from tests.browser.test_desk import let_in
from tests.browser.test_portal import CLIPPED, OVERFLOW
from tests.support.database import TestDatabase
from xinheng.runtime import db

pytestmark = [pytest.mark.browser]


@dataclass(frozen=True)
class Desk:
    """A served desk with the story of the past day."""

    url: str
    story: past.Story


@pytest.fixture(scope="module")
def served(
    django_db_setup: TestDatabase,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Desk]:
    """Committed once for this module, put back after it."""
    with django_db_blocker.unblock():
        with past.told(tmp_path_factory.mktemp("past")) as story:
            server = LiveServer("localhost")
            yield Desk(server.url, story)
            server.stop()
        db.close_side_connections()
        connections.close_all()
    django_db_setup.restore()


def ask(page: Page, served: Desk) -> None:
    """From the record's own page, after its purpose, to the day of the correction as known two weeks later."""
    page.goto(f"{served.url}/desk/records/{served.story.fine}/")
    page.get_by_label("查询目的").select_option("duty")
    page.get_by_label("依据").fill("示例案1号")
    page.get_by_role("button", name="登记并查看").click()
    page.get_by_label("所问日期").fill(past.CORRECTED.isoformat())
    page.get_by_label("当时所知").fill(past.WITHDRAWN.isoformat())
    page.get_by_role("button", name="查看这一天").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("某日情况")


def test_a_past_day_beside_the_present(served: Desk, page: Page) -> None:
    let_in(page, served.url)
    ask(page, served)
    expect(page.get_by_role("row", name="状态")).to_contain_text("已撤回（2027-05-17 09:30 撤回）")
    fits(page)
    page.get_by_role("button", name="同一主体当日的全部记录").click()
    expect(page.get_by_role("row")).to_have_count(5)
    fits(page)


def fits(page: Page) -> None:
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(OVERFLOW) == 0, width
        assert page.evaluate(CLIPPED) == [], width
