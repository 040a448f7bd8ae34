"""The past day on the desk: asked after a purpose, beside the present, without script (工作台某日情况)."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.urls import reverse

from tests import cast
from tests.asof.conftest import ACCEPTED, CORRECTED, TODAY, WITHDRAWN, Story
from tests.cast import Officer
from tests.web.contract import faults
from tests.web.desk_city import signed_in
from xinheng.access.models import AccessEntry
from xinheng.access.scope import acting
from xinheng.web.desk import days

WHY = {"purpose": "duty", "basis": "示例案1号"}
CLERK = cast.MARKET_CLERK


def asked(record: UUID, as_of: object, known: object = "", *, who: Officer = CLERK, **more: str) -> Any:
    fields = {**WHY, "as_of": str(as_of), "known": str(known), **more}
    return signed_in(who).post(reverse("desk:record-day", args=[record]), fields)


def listed(record: UUID, as_of: object, known: object = "", **more: str) -> Any:
    fields = {**WHY, "as_of": str(as_of), "known": str(known), **more}
    return signed_in(CLERK).post(reverse("desk:subject-day", args=[record]), fields)


def text(answer: Any) -> str:
    html: str = answer.content.decode()
    assert faults(html) == []
    return html


def cells(html: str, label: str) -> list[str]:
    """The cells of one row of the comparison, without their tags."""
    row = html.partition(f'<th scope="row">{label}</th>')[2].partition("</tr>")[0]
    found = re.findall(r'<td data-label="([^"]*)">(.*?)</td>', row)
    return [f"{heading}：{re.sub('<[^>]*>', '', cell)}" for heading, cell in found]


def test_the_record_page_offers_it_once_its_purpose_was_told(story: Story) -> None:
    clerk = signed_in(CLERK)
    path = reverse("desk:record", args=[story.fine])
    assert "所问日期" not in text(clerk.get(path))
    shown = text(clerk.post(path, WHY))
    assert 'formaction="' + reverse("desk:subject-day", args=[story.fine]) in shown
    # purpose and basis go along in the form, never in an address
    assert re.search(r'<input type="hidden" name="basis" value="示例案1号"', shown)
    assert "basis=" not in shown


def test_then_later_knowledge_and_now_stand_side_by_side(story: Story) -> None:
    html = text(asked(story.fine, CORRECTED, WITHDRAWN))
    assert cells(html, "登记") == [
        "当日实际：第 2 版（2027-05-05 00:00 登记） 与现在不同",
        "按 2027-05-17 所知：第 2 版（2027-05-05 00:00 登记） 与现在不同",
        "现在（2027-06-01）：第 3 版（2027-05-20 10:00 登记）",
    ]
    assert cells(html, "状态") == [
        "当日实际：有效",
        "按 2027-05-17 所知：已撤回（2027-05-17 09:30 撤回） 与现在不同",
        "现在（2027-06-01）：有效",
    ]
    assert [each.partition("：")[2] for each in cells(html, "公示")] == [
        "公示中 与现在不同", "这一天不在公示期内", "没有公示",
    ]  # fmt: skip
    assert "这一天有变动" in html
    assert "一批误报的信息经两人办理后整批撤回。" in html
    assert "公开内容校验值" in html


def test_asked_without_known_it_is_what_is_known_today(story: Story) -> None:
    html = text(asked(story.fine, CORRECTED + timedelta(days=1)))
    assert "按 2027-06-01 所知：第 3 版" in cells(html, "登记")[1]
    assert "这一天有变动" not in html


def test_today_needs_no_comparison(story: Story) -> None:
    assert cells(text(asked(story.fine, TODAY)), "状态") == ["当日实际：有效"]


def test_before_the_first_record_it_says_since_when(story: Story) -> None:
    html = text(asked(story.fine, ACCEPTED - timedelta(days=1)))
    assert cells(html, "登记")[0] == "当日实际：尚未入库 与现在不同"
    assert "当时还没有这条记录" in html
    assert "2027-05-03" in html


@pytest.mark.parametrize(
    ("as_of", "known", "field", "says"),
    [
        (TODAY + timedelta(days=1), "", "as_of", "2027-06-02 还没有到"),
        (CORRECTED, TODAY + timedelta(days=1), "known", "2027-06-02 还没有到"),
        (CORRECTED, ACCEPTED, "known", "早于所问日期 2027-05-05"),
        ("", "", "as_of", "请填所问日期"),
        ("2027-02-30", "", "as_of", "日期看不懂"),
        ("9999-12-31", "", "as_of", "还没有到"),
        (CORRECTED, "昨天", "known", "日期看不懂"),
    ],
)
def test_a_day_that_cannot_be_asked_about_is_told_at_its_field(
    story: Story, as_of: date | str, known: date | str, field: str, says: str
) -> None:
    before = entries()
    for answer in (asked(story.fine, as_of, known), listed(story.fine, as_of, known)):
        assert answer.status_code == 422
        html = text(answer)
        assert f'href="#id_{field}"' in html
        assert says in html
        assert "第 2 版" not in html
    assert entries() == before  # nothing was looked at


def test_without_a_purpose_it_is_asked_and_nothing_shown(story: Story) -> None:
    answer = asked(story.fine, CORRECTED, purpose="curiosity", basis="")
    assert answer.status_code == 422
    html = text(answer)
    assert '<select name="purpose"' in html
    assert "第 2 版" not in html


def test_another_agency_gets_the_page_of_what_never_was_and_is_on_record(story: Story) -> None:
    answer = asked(story.fine, CORRECTED, who=cast.ENVIRONMENT_CLERK)
    assert answer.status_code == 404
    assert "第 2 版" not in text(answer)
    with acting(cast.AUDITOR.actor):
        entry = AccessEntry.objects.filter(what=f"asof:{story.fine}").latest("at")
    assert (entry.granted, entry.actor) == (False, cast.ENVIRONMENT_CLERK.actor.user_id)
    assert "某日情况" in text(signed_in(cast.AUDITOR).get(reverse("desk:register")))


def test_the_auditor_asks_too(story: Story) -> None:
    answer = asked(story.person, CORRECTED, who=cast.AUDITOR, purpose="supervision")
    html = text(answer)
    assert answer.status_code == 200
    assert "不能公开个人信息" in html
    assert cast.PERSON_NAME not in html


def test_the_subjects_records_of_that_day(story: Story) -> None:
    html = text(listed(story.fine, CORRECTED, CORRECTED))
    rows = html.partition("<tbody>")[2].partition("</tbody>")[0]
    assert rows.count("<tr>") == 4
    assert rows.count("与现在不同") == 4
    assert "共 4 条" in html


def test_the_subjects_list_goes_by_pages(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(days, "PAGE_SIZE", 3)
    html = text(listed(story.fine, CORRECTED))
    pager = html.partition('class="pager"')[2].partition("</form>")[0]
    carried = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', pager))
    assert carried.pop("csrfmiddlewaretoken", "")
    assert carried == {**WHY, "as_of": "2027-05-05", "known": ""}
    assert '<button class="button second" name="page" value="2">' in pager
    second = text(listed(story.fine, CORRECTED, page="2"))
    assert "第 2 / 2 页" in second
    assert second.partition("<tbody>")[2].count("<tr>") == 1
    assert "没有这一页" in text(listed(story.fine, CORRECTED, page="3"))


def test_a_day_before_all_records_is_told_and_empty(story: Story) -> None:
    html = text(listed(story.fine, cast.TODAY))
    assert "这一天登记簿里还没有这个主体的记录" in html
    assert "最早的一条于 2027-05-03 入库" in html
    assert "<tbody>" not in html


def entries() -> int:
    with acting(cast.AUDITOR.actor):
        return AccessEntry.objects.count()
