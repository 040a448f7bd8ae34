"""No address of the portal knows a past day: not by a parameter, not by a table (对社会公众不提供)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import cast
from tests.asof.conftest import CORRECTED, ENDED, Story
from xinheng.publication import prepared
from xinheng.web.portal import urls

# One address of every route of the portal, so that a new one has to be written down here.
ADDRESSES = {
    "home": "/",
    "search": "/search?q=示例淮上",
    "subject-json": f"/s/{cast.FIRM_CODE}.json",
    "subject": f"/s/{cast.FIRM_CODE}",
    "record": f"/s/{cast.FIRM_CODE}/r/{{record}}",
    "catalog": "/catalog/",
    "catalog-item": "/catalog/penalty",
    "policies": "/policies/",
    "policy": "/policies/huaian-2021-13",
    "measures": "/measures/",
    "lists": "/lists/",
    "list": "/lists/wage/",
    "plan": "/plan/",
    "sitemap": "/sitemap.xml",
    "robots": "/robots.txt",
    "healthz": "/healthz",
    "verify": "/verify/",
    "verify-code": "/verify/c/x",
    "verify-answer": "/verify/answer",
    "progress": "/progress/",
    "repair": "/repair/",
    "repair-guide": "/repair/guide",
    "repair-procedure": f"/repair/{cast.MARKET.uscc}/penalty",
    "complain": "/report-misconduct/",
}
PAST = f"as_of={CORRECTED}&known={CORRECTED}&on={CORRECTED}&day={CORRECTED}"
OF_THE_PAST = ("publicationchange", "listingchange", "registry_", "ledger_")


def routes() -> set[str]:
    names = {str(getattr(each, "name", "")) for each in urls.urlpatterns} - {"", "None"}
    return {name for name in names if f"/{name}" not in _PLAIN and name not in _HASHES}


# Hashes of the log, whatever the day: of what they are hashes nobody can tell (tests/web/test_portal_log.py).
_HASHES = {"log-checkpoint", "log-tile", "log-key"}
_PLAIN = {"/help", "/privacy", "/accessibility", "/feedback"}


def test_every_route_is_asked() -> None:
    assert routes() == set(ADDRESSES)


@pytest.mark.clause("3.2b")
@pytest.mark.parametrize("route", ADDRESSES)
@pytest.mark.parametrize("officer", [False, True], ids=["anybody", "with a purpose"])
def test_a_past_day_changes_nothing_and_no_evidence_is_read(
    story: Story, monkeypatch: pytest.MonkeyPatch, route: str, officer: bool
) -> None:
    statements: list[str] = []
    ask = prepared.one

    def noted(text: str, told: Mapping[str, Any]) -> Any:
        statements.append(text)
        return ask(text, told)

    monkeypatch.setattr(prepared, "one", noted)
    path = ADDRESSES[route].format(record=story.fine)
    more = f"{PAST}&purpose=supervision&basis=示例" if officer else PAST
    client = Client()
    with CaptureQueriesContext(connection) as asked:
        plain = client.get(path)
        past = client.get(f"{path}{'&' if '?' in path else '?'}{more}")
    assert past.status_code == plain.status_code
    assert without_address(past.content) == without_address(plain.content)
    statements += [each["sql"] for each in asked.captured_queries]
    assert [each for each in statements if any(table in each for table in OF_THE_PAST)] == []


def without_address(content: bytes) -> list[str]:
    """The page but for the lines that repeat its own address (size switch, print line, pager), and for the one-time key of a form."""
    lines = content.decode().replace("><", ">\n<").splitlines()
    return [
        line
        for line in lines
        if "as_of" not in line
        and "打印时间" not in line
        and 'name="next"' not in line
        and 'name="once"' not in line
    ]


@pytest.mark.parametrize("day", [CORRECTED, ENDED])
def test_what_was_withdrawn_is_shown_on_no_day(
    story: Story, monkeypatch: pytest.MonkeyPatch, day: date
) -> None:
    """Within the term of `wrong`, on days when it had been shown: the portal tells what is known now, or nothing."""
    monkeypatch.setenv("XINHENG_TODAY", day.isoformat())
    assert Client().get(f"/s/{cast.FIRM_CODE}/r/{story.wrong}?{PAST}").status_code == 404
