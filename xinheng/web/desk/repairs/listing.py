"""The repairs of an agency, the next last day first (修复案卷清单)."""

# clauses: 5.1a, 5.1c

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from xinheng.access.actor import Actor
from xinheng.access.gate import open_set
from xinheng.access.queries import officer_names
from xinheng.casework.repairs import queries
from xinheng.casework.repairs.queries import GROUPS
from xinheng.catalog.public import current_law
from xinheng.law.lawbook import Law
from xinheng.runtime import clock
from xinheng.web.desk.answers import officer, page
from xinheng.web.desk.repairs.looking import purpose_for
from xinheng.web.ui.paging import Pager, page_number

TABS = {"open": "在办", "decided": "已作出决定", "over": "已办结", "all": "全部"}
TONES = {"lodged": "blue", "supplementing": "amber", "withdrawn": "dim", "done": "plain"}


@require_GET
@officer("repair.view")
def listing(request: HttpRequest, actor: Actor) -> HttpResponse:
    """By the day on which the next answer is due; persons without their names."""
    opened = open_set(
        actor=actor, what=queries.REPAIRS, purpose=purpose_for(actor), basis="修复案卷清单", now=clock.now()
    )
    group = request.GET.get("group", "open")
    group = group if group in GROUPS else "open"
    found = queries.cases(opened=opened, group=group, page=page_number(request.GET.get("page", "")))
    law = current_law(clock.today())
    context = {
        "lines": [(each, TONES.get(each.state, ""), left_until(each.due, law)) for each in found.rows],
        "names": officer_names({each.handler for each in found.rows if each.handler}),
        "pager": Pager(found.page, found.total, found.size),
        "tabs": [(code, label, code == group) for code, label in TABS.items()],
    }
    return page(request, actor, "desk/repairs/list.html", context)


def left_until(due: date | None, law: Law) -> tuple[str, str]:
    """(words, tone) of the working days that are left until a last day; nothing for none."""
    if due is None:
        return "", ""
    left = law.calendar.between(law.day, due)
    if left < 0:
        return f"已超期 {-left} 个工作日", "red"
    return ("今天到期", "red") if left == 0 else (f"剩 {left} 个工作日", "amber" if left <= 3 else "")
