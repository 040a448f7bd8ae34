"""Who looked me up (谁查过我): when, which body, for what purpose, on what basis; never which officer."""

# clauses: 5.2

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from xinheng.access.gate import Opened
from xinheng.access.queries import own_register
from xinheng.runtime import clock
from xinheng.web.counter.answers import own, page
from xinheng.web.ui.paging import Pager, page_number

SIZE = 20


@require_GET
@own
def looks(request: HttpRequest, opened: Opened) -> HttpResponse:
    """The register of looks at the own file; one's own looks only when asked for."""
    mine = request.GET.get("own", "") == "1"
    number = page_number(request.GET.get("page", "1"))
    rows, total = own_register(opened=opened, own=mine, page=number, size=SIZE)
    pager = Pager(number, total, SIZE)
    if pager.within() != pager:
        pager = pager.within()
        rows, total = own_register(opened=opened, own=mine, page=pager.page, size=SIZE)
    context = {"rows": rows, "pager": pager, "mine": mine, "data_as_of": clock.now()}
    return page(request, "counter/looks.html", context)
