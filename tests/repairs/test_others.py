"""What is another's stays another's: each page of the counter and of the window (他人的事项)."""

# clauses: 5.1a, 5.2

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.urls import reverse

from tests import cast
from tests.repairs.strangers import STAFF, Ids, another, blind, browser
from tests.repairs.town import Town
from tests.web.desk_city import signed_in
from xinheng.access import accounts
from xinheng.access import services as access
from xinheng.access.actor import Own, counter_actor
from xinheng.access.counter_login import SIGNED
from xinheng.access.gate import open_file
from xinheng.law.language import Refusal
from xinheng.ledger.models import Event
from xinheng.reports.services import issue_report
from xinheng.runtime import clock
from xinheng.runtime.db import uuid7
from xinheng.web.counter import urls as counter
from xinheng.web.desk import urls as desk


def told_events() -> int:
    """All that was put on record but looks and what is anybody's own to do."""
    own = ("look.granted", "look.refused", "document.issued", "report.issued")
    return Event.objects.exclude(kind__in=own).count()


# Route: the ids in its address, and what it answers to who has them.
PAGES: dict[str, tuple[tuple[str, ...], int]] = {
    "record": (("record",), 200), "notice": (("notice",), 200), "notice-file": (("notice",), 200),
    "reply": (("notice",), 409), "repair": (("number",), 200), "repair-supply": (("number", "case"), 200),
    "repair-withdraw": (("number", "case"), 200), "repair-paper": (("number", "paper"), 200),
    "repair-material": (("number", "material"), 200), "repair-plan": (("number", "case"), 200), "correction": (("correction",), 200),
    "correction-file": (("correction", "receipt"), 200), "report-pdf": (("document",), 200), "report-proof": (("document",), 409),
    "binding-end": (("binding",), 200), "choose": (("binding",), 405),
}  # fmt: skip
PLAIN = (
    "home", "looks", "notices", "repairs", "repair-new", "repair-materials", "repair-check", "corrections",
    "correction-new", "reports", "report-issue", "bindings",
)  # fmt: skip
WINDOW: dict[str, tuple[tuple[str, ...], int]] = {
    "present-paper": (("notice",), 200), "present-reply": (("notice",), 409), "present-repair": (("number",), 200),
    "present-repair-supply": (("number", "case"), 200), "present-repair-withdraw": (("number", "case"), 200),
    "present-repair-plan": (("number", "case"), 200),
    "present-repair-paper": (("number", "paper"), 200), "present-repair-material": (("number", "material"), 200),
    "present-correct": (("record",), 200), "present-correct-paper": (("correction", "receipt"), 200),
    "present-report-pdf": (("document",), 200),
}  # fmt: skip
WINDOW_PLAIN = (
    "present-file", "present-repairs", "present-repair-new", "present-repair-materials", "present-repair-check",
    "present-report",
)  # fmt: skip


def forms(town: Town, theirs: Ids) -> list[dict[str, Any]]:
    """Whatever a form of any of the pages could send with another's ids in it."""
    ids = {
        "record": theirs["record"],
        "application": theirs["begun"],
        "binding": theirs["binding"],
        "case": theirs["case"],
    }
    act = {
        "step": "act",
        "once": "x1",
        "revision": "0",
        "kind": "objection",
        "text": "示例：不是我的。",
        "why": "示例",
        "not_me": "on",
    }
    return [
        {**act, **ids, "chosen": [town.old]}, {**act, **ids, "chosen": [town.entry]}, {**act, **ids, "step": "next"},
        {**act, **ids, "reason": "示例", "claim": "示例"},
    ]  # fmt: skip


def test_every_page_is_asked() -> None:
    entrance = {"login", "start", "callback", "logout"}
    assert {each.name for each in counter.urlpatterns} - entrance == {*PAGES, *PLAIN}
    at_window = {str(each.name) for each in desk.urlpatterns if str(each.name).startswith("present-")}
    assert at_window - {"present-bind"} == {*WINDOW, *WINDOW_PLAIN}


def test_who_has_it_reaches_each_page(town: Town, theirs: Ids) -> None:
    """Else what follows would show nothing."""
    client = browser(town.account)
    for route, (names, status) in PAGES.items():
        path = reverse(f"counter:{route}", args=[theirs[name] for name in names])
        assert client.get(path).status_code == status, route
    at_window, act = signed_in(cast.WINDOW_STAFF), presence(town, cast.BOSS_ID, town.firm)
    for route, (names, status) in WINDOW.items():
        path = reverse(f"desk:{route}", args=[act, *(theirs[name] for name in names)])
        assert at_window.get(path).status_code == status, route


def presence(town: Town, number: str, subject: UUID) -> UUID:
    return access.present(number, subject, evidence="resident_card", actor=STAFF, now=clock.now())


MANDATE = {"mandate_from": date(2026, 11, 1), "mandate_until": date(2026, 12, 31)}


@pytest.mark.parametrize("second", [False, True], ids=["a stranger", "a second tab"])
def test_another_s_ids_open_and_do_nothing(town: Town, theirs: Ids, second: bool) -> None:
    """With `second` the account has the firm's mandate as well, and acts for itself now: what another tab left is not done."""
    account = another(town)
    if second:
        another(town, **MANDATE)
    mine = next(each.id for each in accounts.bindings(account) if each.kind == "self")
    client, before = browser(account, mine), told_events()
    for route, (names, _) in PAGES.items():
        path = reverse(f"counter:{route}", args=[theirs[name] for name in names])
        assert client.get(path).status_code in (404, 405), route
        for form in forms(town, theirs):
            assert client.post(path, form).status_code in (404, 405), route
    for route in PLAIN:
        path = reverse(f"counter:{route}")
        for asked in (path, f"{path}?record={town.old}", f"{path}?record={town.entry}&own=1&page=2"):
            reads_nothing(client.get(asked), town, theirs)
            for form in forms(town, theirs):
                reads_nothing(client.post(asked, form), town, theirs)
    assert told_events() == before
    assert str(client.session[SIGNED]["binding"]) == str(mine)


def reads_nothing(answer: Any, town: Town, theirs: Ids) -> None:
    assert answer.status_code in (200, 302, 404, 405, 422), answer.status_code
    text = answer.content.decode() + answer.headers.get("Location", "")
    for told in ("示市监罚决字〔2026〕1号", theirs["number"], theirs["correction"], str(theirs["material"])):
        assert told not in text
    assert f"/records/{town.old}/" not in text


def test_a_report_that_was_issued_for_others_is_not_one_s_own(town: Town) -> None:
    office, now = cast.OFFICER.actor, town.now
    opened = open_file(actor=office, subject=town.firm, purpose="duty", basis="示例事由", now=now)
    made = issue_report(audience="agency", opened=opened, actor=office, now=now)
    client = browser(town.account)
    for route in ("report-pdf", "report-proof"):
        assert client.get(reverse(f"counter:{route}", args=[made.id])).status_code == 404
    act = presence(town, cast.BOSS_ID, town.firm)
    path = reverse("desk:present-report-pdf", args=[act, made.id])
    assert signed_in(cast.WINDOW_STAFF).get(path).status_code == 404


@pytest.mark.parametrize("second", [False, True], ids=["a stranger", "bound to both"])
def test_at_the_window_the_act_says_whose_file_it_is(town: Town, theirs: Ids, second: bool) -> None:
    another(town)
    if second:
        another(town, **MANDATE)
    act, client, before = (
        presence(town, cast.PERSON_ID, town.office.person),
        signed_in(cast.WINDOW_STAFF),
        told_events(),
    )
    for route, (names, _) in WINDOW.items():
        path = reverse(f"desk:{route}", args=[act, *(theirs[name] for name in names)])
        assert client.get(path).status_code == 404, route
        for form in forms(town, theirs):
            assert client.post(path, form).status_code in (404, 405), route
    for route in WINDOW_PLAIN:
        path = f"{reverse(f'desk:{route}', args=[act])}?record={town.old}"
        reads_nothing(client.get(path), town, theirs)
        for form in forms(town, theirs):
            reads_nothing(client.post(path, form), town, theirs)
    assert told_events() == before
    assert accounts.for_present(act, actor=replace(STAFF, user_id=uuid7()), now=clock.now()) is None


def test_an_act_opens_nothing_once_the_binding_is_over(town: Town, theirs: Ids) -> None:
    act, client = presence(town, cast.BOSS_ID, town.firm), signed_in(cast.WINDOW_STAFF)
    access.end_binding(theirs["binding"], actor=town.boss, now=town.now)
    for route, (names, _) in WINDOW.items():
        path = reverse(f"desk:{route}", args=[act, *(theirs[name] for name in names)])
        assert {client.get(path).status_code, client.post(path, {"step": "act"}).status_code} <= {403, 405}, (
            route
        )


@pytest.mark.parametrize("days", [(1, 30), (-30, -1)], ids=["not yet", "no more"])
def test_a_mandate_of_other_days_opens_nothing(town: Town, theirs: Ids, days: tuple[int, int]) -> None:
    first, last = (town.now.date() + timedelta(days=each) for each in days)
    account = another(town, mandate_from=first, mandate_until=last)
    with pytest.raises(Refusal, match="MANDATE_ENDED"):
        presence(town, cast.PERSON_ID, town.firm)
    (held,) = accounts.bindings(account)
    client = browser(account, held.id)
    assert client.post(reverse("counter:choose", args=[held.id])).status_code == 404
    for route, (names, _) in PAGES.items():
        path = reverse(f"counter:{route}", args=[theirs[name] for name in names])
        assert client.get(path).status_code in (403, 404, 405), route
        assert client.post(path, {"step": "act"}).status_code in (403, 404, 405), route
    assert blind(counter_actor(Own(account, town.firm, town.now.date(), "示例")))
