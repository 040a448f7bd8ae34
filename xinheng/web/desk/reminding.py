"""What this officer is reminded of: clocks that end soon, are over, or were moved by a holiday notice (提醒)."""

# clause: 4.1b

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from xinheng.access.actor import Actor
from xinheng.access.permissions import may
from xinheng.casework import inbox, reminders
from xinheng.catalog.public import current_law
from xinheng.law.language import Refusal
from xinheng.runtime import clock
from xinheng.web.desk.answers import officer

MOST = 20


# Of which procedure: its page, and who may open it.
PAGES = {
    "listing": ("desk:case", "case.view"),
    "repair": ("desk:repair", "repair.view"),
    "promise": ("desk:promise", "repair.view"),
    "correction": ("desk:correction", "correction.view"),
    "revocation": ("desk:revocation", "revocation.view"),
    "complaint": ("desk:complaint", "complaint.handle"),
}


def mine(actor: Actor) -> list[tuple[inbox.ReminderRow, str]]:
    """The open reminders of this officer, the most pressing first, each with the page that it leads to, if any."""
    if not may(actor, "case.view"):
        return []
    rows = inbox.mine(actor, law=current_law(clock.today()), limit=MOST)
    return [(each, _page(each, actor)) for each in rows]


def _page(row: inbox.ReminderRow, actor: Actor) -> str:
    route, permission = PAGES[row.of]
    return reverse(route, args=[row.matter]) if may(actor, permission) else ""


@require_POST
@officer("case.view")
def seen(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The reminders that the page showed are seen by this officer; the clocks run on."""
    try:
        shown = [UUID(each) for each in request.POST.getlist("reminder")]
    except ValueError:
        raise Refusal.because("NOT_FOUND") from None
    if shown:
        reminders.see(shown, actor=actor, now=clock.now())
        messages.success(request, "已阅。期限照常计算。")
    return redirect("desk:home")
