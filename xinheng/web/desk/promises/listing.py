"""The cases of an agency on false promises, the next last day first (承诺不实案卷清单)."""

# clause: 5.1a

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from xinheng.access.actor import Actor
from xinheng.access.gate import open_set
from xinheng.access.queries import officer_names
from xinheng.casework.promises import queries
from xinheng.casework.promises.queries import GROUPS
from xinheng.catalog.public import current_law
from xinheng.runtime import clock
from xinheng.web.desk.answers import officer, page
from xinheng.web.desk.repairs.listing import left_until
from xinheng.web.desk.repairs.looking import purpose_for
from xinheng.web.ui.paging import Pager, page_number

TABS = {"open": "在办", "over": "已办结", "all": "全部"}
TONES = {"draft": "blue", "awaiting": "amber", "entered": "red", "dropped": "dim"}


@require_GET
@officer("repair.view")
def listing(request: HttpRequest, actor: Actor) -> HttpResponse:
    """By the day on which the next answer is due; persons without their names."""
    opened = open_set(
        actor=actor,
        what=queries.PROMISES,
        purpose=purpose_for(actor),
        basis="承诺不实案卷清单",
        now=clock.now(),
    )
    group = request.GET.get("group", "open")
    group = group if group in GROUPS else "open"
    found = queries.cases(opened=opened, group=group, page=page_number(request.GET.get("page", "")))
    law = current_law(clock.today())
    context = {
        "lines": [(each, TONES.get(each.state, ""), left_until(each.due, law)) for each in found.rows],
        "names": officer_names({each.handler for each in found.rows}),
        "pager": Pager(found.page, found.total, found.size),
        "tabs": [(code, label, code == group) for code, label in TABS.items()],
    }
    return page(request, actor, "desk/promises/list.html", context)
