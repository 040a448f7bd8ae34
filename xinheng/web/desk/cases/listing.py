"""The cases of an agency by their legal deadline, and which lists a case can be opened on (案卷清单)."""

# clauses: 2.3, 2.4, 4.1a

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from xinheng.access.actor import Actor
from xinheng.access.gate import open_set
from xinheng.access.permissions import may
from xinheng.access.queries import officer_names
from xinheng.casework import queries
from xinheng.casework.queries import GROUPS
from xinheng.casework.views import CaseRow
from xinheng.catalog.public import current_law
from xinheng.law.lawbook import Law
from xinheng.law.lists import SeriousList
from xinheng.runtime import clock
from xinheng.web.desk.answers import officer, page
from xinheng.web.desk.cases.looking import purpose_for
from xinheng.web.desk.cases.words import TONES
from xinheng.web.ui.paging import Pager, page_number

TABS = {"open": "在办", "listed": "在列", "over": "已办结", "all": "全部"}


@dataclass(frozen=True, slots=True)
class Line:
    """One case in the list, with its deadline in words."""

    row: CaseRow
    list: str
    state: tuple[str, str]
    left: tuple[str, str]


@require_GET
@officer("case.view")
def listing(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The nearest legal deadline first; persons without their names."""
    opened = open_set(
        actor=actor, what=queries.CASES, purpose=purpose_for(actor), basis="名单案卷清单", now=clock.now()
    )
    group = request.GET.get("group", "open")
    group = group if group in GROUPS else "open"
    mine, number = request.GET.get("mine") == "1", request.GET.get("number", "").strip()
    found = queries.cases(
        opened=opened, group=group, handler=actor.user_id if mine else None, number=number,
        page=page_number(request.GET.get("page", "")),
    )  # fmt: skip
    law = current_law(clock.today())
    context = {
        "lines": [line_of(each, law) for each in found.rows],
        "names": officer_names({each.handler for each in found.rows}),
        "pager": Pager(found.page, found.total, found.size),
        "tabs": [(code, label, code == group) for code, label in TABS.items()],
        "group": group,
        "mine": mine,
        "number": number,
        "may_open": may(actor, "case.open"),
    }
    return page(request, actor, "desk/cases/list.html", context)


def line_of(row: CaseRow, law: Law) -> Line:
    """A row in words."""
    listed = law.list_ever(row.list)
    return Line(
        row, listed.name if listed else row.list, (row.state_label, TONES[row.state]), left_of(row, law)
    )


def left_of(row: CaseRow, law: Law) -> tuple[str, str]:
    """How many working days are left to the office's next legal deadline."""
    if row.due is None:
        return "", ""
    left = law.calendar.between(law.day, row.due)
    if left < 0:
        return f"已超期 {-left} 个工作日", "red"
    if left == 0:
        return "今天到期", "red"
    return f"剩 {left} 个工作日", "amber" if left <= 3 else ""


@require_GET
@officer("case.open")
def lists(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Which lists there are: those that can carry a case, and the others with what they lack. Nobody adds one here."""
    law = current_law(clock.today())
    found = map(_list_row, law.serious_lists())
    context = {"rows": sorted(found, key=lambda each: (each["why"] != "", each["name"]))}
    return page(request, actor, "desk/cases/lists.html", context)


def _list_row(listed: SeriousList) -> dict[str, Any]:
    """A list, and why no case can be opened on it."""
    why = ""
    if not listed.carried:
        why = "只接收其他机关的名单信息，不在这里立案。"
    elif listed.lacking:
        why = f"规定还缺{'、'.join(listed.lacking)}，不能立案。"
    elif listed.doubtful:
        why = f"{'、'.join(listed.doubtful)}还没有核实，不能立案。"
    return {"it": listed, "name": listed.name, "why": why}
