"""Repair handed in at the window (窗口代办修复): the flow of web.ui.repairing for whoever is present."""

# clauses: 5.1a, 5.1c

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from xinheng.access.actor import Actor
from xinheng.access.gate import open_own
from xinheng.catalog.public import current_law
from xinheng.runtime import clock
from xinheng.web.desk.answers import officer, page
from xinheng.web.desk.present import for_whom
from xinheng.web.ui.repairing import applying, following
from xinheng.web.ui.repairing.face import Face

NAMES = {
    "list": "present-repairs", "new": "present-repair-new", "materials": "present-repair-materials",
    "check": "present-repair-check", "one": "present-repair", "supply": "present-repair-supply",
    "withdraw": "present-repair-withdraw", "paper": "present-repair-paper", "material": "present-repair-material",
    "plan": "present-repair-plan",
}  # fmt: skip


def _face(request: HttpRequest, actor: Actor, act: UUID) -> Face:
    opened = open_own(actor=for_whom(act, actor), now=clock.now())

    def render(template: str, context: Mapping[str, Any], status: int) -> HttpResponse:
        return page(request, actor, template, context, status=status)

    def address(name: str, *args: object) -> str:
        return reverse(f"desk:{NAMES[name]}", args=[act, *args])

    home = reverse("desk:present-file", args=[act])
    return Face(request, opened, current_law(clock.today()), "desk/base.html", render, address, home, True)


@require_GET
@officer("window.act")
def listing(request: HttpRequest, actor: Actor, act: UUID) -> HttpResponse:
    """What the person present has begun here and lodged anywhere."""
    return applying.listing(_face(request, actor, act))


@require_http_methods(["GET", "POST"])
@officer("window.act")
def new(request: HttpRequest, actor: Actor, act: UUID) -> HttpResponse:
    """Self-check and choice, with them."""
    return applying.choose(_face(request, actor, act))


@require_http_methods(["GET", "POST"])
@officer("window.act")
def materials(request: HttpRequest, actor: Actor, act: UUID) -> HttpResponse:
    """What they bring, scanned."""
    return applying.materials(_face(request, actor, act))


@require_http_methods(["GET", "POST"])
@officer("window.act")
def check(request: HttpRequest, actor: Actor, act: UUID) -> HttpResponse:
    """Read once more with them, and lodged."""
    return applying.check(_face(request, actor, act))


@require_GET
@officer("window.act")
def one(request: HttpRequest, actor: Actor, act: UUID, number: str) -> HttpResponse:
    """Where it is."""
    return following.one(_face(request, actor, act), number)


@require_http_methods(["GET", "POST"])
@officer("window.act")
def supply(request: HttpRequest, actor: Actor, act: UUID, number: str, case: UUID) -> HttpResponse:
    """What was missing."""
    return following.supply(_face(request, actor, act), number, case)


@require_http_methods(["GET", "POST"])
@officer("window.act")
def withdraw(request: HttpRequest, actor: Actor, act: UUID, number: str, case: UUID) -> HttpResponse:
    """Taken back by them."""
    return following.withdraw(_face(request, actor, act), number, case)


@require_http_methods(["GET", "POST"])
@officer("window.act")
def plan(request: HttpRequest, actor: Actor, act: UUID, number: str, case: UUID) -> HttpResponse:
    """A plan of a court, as they bring it."""
    return following.plan(_face(request, actor, act), number, case)


@require_GET
@officer("window.act")
def paper(request: HttpRequest, actor: Actor, act: UUID, number: str, paper: UUID) -> HttpResponse:  # noqa: ARG001
    """A paper, to be printed for them."""
    return following.paper(_face(request, actor, act), paper)


@require_GET
@officer("window.act")
def material(request: HttpRequest, actor: Actor, act: UUID, number: str, material: UUID) -> HttpResponse:  # noqa: ARG001
    """What they handed in."""
    return following.material(_face(request, actor, act), material)
