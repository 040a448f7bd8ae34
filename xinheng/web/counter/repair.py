"""Repair at one's own counter (我的信用修复): the flow of web.ui.repairing in the counter's frame."""

# clauses: 5.1a, 5.1d

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from xinheng.access.gate import Opened
from xinheng.catalog.public import current_law
from xinheng.law.lawbook import Law
from xinheng.publication.own import OwnRecord
from xinheng.runtime import clock
from xinheng.web.counter.answers import own, page
from xinheng.web.counter.doings import Doing, offer
from xinheng.web.ui.repairing import applying, following
from xinheng.web.ui.repairing.face import Face

NAMES = {
    "list": "repairs", "new": "repair-new", "materials": "repair-materials", "check": "repair-check", "one": "repair",
    "supply": "repair-supply", "withdraw": "repair-withdraw", "paper": "repair-paper", "material": "repair-material",
    "plan": "repair-plan",
}  # fmt: skip


@offer
def repair(record: OwnRecord, _law: Law, _day: date) -> Iterator[Doing]:
    """Whatever is adverse and not repaired may be asked to be."""
    if record.adverse and "repaired" not in record.marks:
        address = f"{reverse('counter:repair-new')}?record={record.id}"
        yield Doing("自查并申请信用修复", address, "一次申请，不收取任何费用。")


def _face(request: HttpRequest, opened: Opened) -> Face:
    def render(template: str, context: Mapping[str, Any], status: int) -> HttpResponse:
        return page(request, template, context, status=status)

    def address(name: str, *args: object) -> str:
        return reverse(f"counter:{NAMES[name]}", args=args)

    law = current_law(clock.today())
    return Face(request, opened, law, "counter/base.html", render, address, reverse("counter:home"), False)


@require_GET
@own
def listing(request: HttpRequest, opened: Opened) -> HttpResponse:
    """What was begun and lodged."""
    return applying.listing(_face(request, opened))


@require_http_methods(["GET", "POST"])
@own
def new(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Self-check and choice."""
    return applying.choose(_face(request, opened))


@require_http_methods(["GET", "POST"])
@own
def materials(request: HttpRequest, opened: Opened) -> HttpResponse:
    """The two materials."""
    return applying.materials(_face(request, opened))


@require_http_methods(["GET", "POST"])
@own
def check(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Read once more, and lodged."""
    return applying.check(_face(request, opened))


@require_GET
@own
def one(request: HttpRequest, opened: Opened, number: str) -> HttpResponse:
    """Where it is."""
    return following.one(_face(request, opened), number)


@require_http_methods(["GET", "POST"])
@own
def supply(request: HttpRequest, opened: Opened, number: str, case: UUID) -> HttpResponse:
    """Hand in what is missing."""
    return following.supply(_face(request, opened), number, case)


@require_http_methods(["GET", "POST"])
@own
def withdraw(request: HttpRequest, opened: Opened, number: str, case: UUID) -> HttpResponse:
    """Take it back at one body."""
    return following.withdraw(_face(request, opened), number, case)


@require_http_methods(["GET", "POST"])
@own
def plan(request: HttpRequest, opened: Opened, number: str, case: UUID) -> HttpResponse:
    """A plan of a court that lifts measures for the time."""
    return following.plan(_face(request, opened), number, case)


@require_GET
@own
def paper(request: HttpRequest, opened: Opened, number: str, paper: UUID) -> HttpResponse:  # noqa: ARG001
    """A paper of it."""
    return following.paper(_face(request, opened), paper)


@require_GET
@own
def material(request: HttpRequest, opened: Opened, number: str, material: UUID) -> HttpResponse:  # noqa: ARG001
    """What was handed in."""
    return following.material(_face(request, opened), material)
