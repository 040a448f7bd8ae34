"""The desk: a window is proposed, declared and ended on pages, and what it touches is decided there (工作台)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse

from tests import cast
from tests.web.conftest import desk
from tests.web.desk_city import City
from xinheng.catalog import windows
from xinheng.registry import reviews

__all__ = ["desk"]
pytestmark = pytest.mark.clause("4.2b")
FORM = {"area": "320812", "first": "2026-07-01", "last": "2026-07-20", "ground": "示例洪水，示例公告1号"}


def told(answer: Any) -> str:
    return str(answer.content.decode())


def checked(client: Any, path: str, form: dict[str, str]) -> Any:
    """The form, the page on which it is checked, the act sent twice."""
    shown = told(client.post(path, form))
    key = re.search(r'name="once" value="([0-9a-f]{32})"', shown)
    assert key, shown
    assert all(value in shown for value in form.values() if len(value) > 6)
    sent = {**form, "step": "act", "once": key[1]}
    first, second = client.post(path, sent), client.post(path, sent)
    assert (first.status_code, second.status_code) == (302, 302)
    return first


def test_two_officers_declare_and_end_a_window(desk: City) -> None:
    first, second = desk.client(cast.OFFICER), desk.client(cast.SECOND_OFFICER)
    listing = reverse("desk:windows")
    before = windows.window_page(actor=cast.OFFICER.actor).total
    assert first.post(reverse("desk:window-new"), {**FORM, "first": ""}).status_code == 422
    answer = first.post(reverse("desk:window-new"), {**FORM, "last": "2026-06-01", "step": "act"})
    assert "结束日早于开始日" in told(answer)
    checked(first, reverse("desk:window-new"), FORM)
    assert windows.window_page(actor=cast.OFFICER.actor).total == before + 1
    rows = windows.window_page(actor=cast.OFFICER.actor).rows
    made = next(each for each in rows if each.ground == FORM["ground"])
    approve = reverse("desk:window-decide", args=[made.id, "approve"])
    assert "由您提出" in told(first.get(approve))
    assert first.post(approve).status_code == 403
    assert f"窗口 {made.number}" in told(second.get("/desk/"))
    assert (second.post(approve).status_code, second.post(approve).status_code) == (302, 302)
    refuse = second.post(reverse("desk:window-decide", args=[made.id, "refuse"]))
    assert refuse.status_code == 409
    end = reverse("desk:window-end", args=[made.id])
    assert "请填最后一日" in told(second.post(end, {"how": "end", "last": "", "ground": "示例"}))
    checked(second, end, {"how": "end", "last": "2026-07-10", "ground": "示例水退，示例公告2号"})
    assert "批准结束" in told(first.get(listing))
    first.post(reverse("desk:window-decide", args=[made.id, "approve-end"]))
    assert "2026-07-01 至 2026-07-10" in told(first.get(listing))
    assert second.get(reverse("desk:window-decide", args=[made.id, "erase"])).status_code == 404


def test_officers_of_the_agency_decide_with_reasons(desk: City) -> None:
    checker, path = (
        desk.client(cast.MARKET_CHECKER),
        reverse("desk:touched-one", args=[desk.flood, "record", desk.firm]),
    )
    assert "1 件待复核" in told(checker.get("/desk/"))
    shown = told(checker.get(reverse("desk:touched")))
    assert "示市监罚决字〔2026〕1号" in shown
    assert cast.FIRM_NAME not in shown
    assert "由办理单位的工作人员复核" in told(desk.client(cast.OFFICER).get(path))
    assert desk.client(cast.OFFICER).post(path, {"decision": "spare", "reason": "示例"}).status_code == 200
    assert checker.post(path, {"decision": "spare", "reason": ""}).status_code == 422
    checked(checker, path, {"decision": "spare", "reason": "示例：停业系洪水所致"})
    shown = told(checker.get(path))
    assert "停业系洪水所致" in shown
    assert reverse("desk:withdraw", args=[desk.batch]) in shown
    assert reviews.touched_counts(actor=cast.MARKET_CHECKER.actor) == {}
    assert "停业系洪水所致" not in told(checker.get(reverse("desk:touched") + "?done=1"))
