"""What this officer is reminded of: clocks that end soon, are over, or were moved by a holiday notice (提醒)."""

# clause: 4.1b

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from xinheng.access.actor import Actor
from xinheng.access.permissions import may
from xinheng.casework import inbox, reminders
from xinheng.catalog.public import current_law
from xinheng.law.language import Refusal
from xinheng.runtime import clock
from xinheng.web.desk.answers import officer

MOST = 20


def mine(actor: Actor) -> list[inbox.ReminderRow]:
    """The open reminders of this officer, the most pressing first."""
    if not may(actor, "case.view"):
        return []
    return inbox.mine(actor, law=current_law(clock.today()), limit=MOST)


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
