"""The register of looks, itself on record when read (查询登记)."""

# clause: 5.2

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from xinheng.access.actor import Actor
from xinheng.access.gate import open_set
from xinheng.access.purposes import Purpose, open_to
from xinheng.access.queries import REGISTER, agencies, officer_names, register
from xinheng.runtime import clock
from xinheng.web.desk.answers import officer, page

PAGE_SIZE = 50


@require_GET
@officer("register.view")
def listing(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Newest first; older ones behind 更早, since a register only grows."""
    purpose = Purpose.SUPERVISION if Purpose.SUPERVISION in open_to(actor.roles) else Purpose.REPORTING
    opened = open_set(actor=actor, what=REGISTER, purpose=purpose, basis="查看查询登记", now=clock.now())
    rows = register(opened=opened, before=_before(request), limit=PAGE_SIZE + 1)
    shown = rows[:PAGE_SIZE]
    context = {
        "rows": shown,
        "names": officer_names({row.actor for row in shown}),
        "agencies": {each.id: each.name for each in agencies()},
        "older": shown[-1].at.isoformat() if len(rows) > PAGE_SIZE else "",
    }
    return page(request, actor, "desk/register.html", context)


def _before(request: HttpRequest) -> datetime | None:
    try:
        moment = datetime.fromisoformat(request.GET.get("before", ""))
    except ValueError:
        return None
    return moment if moment.tzinfo else None
