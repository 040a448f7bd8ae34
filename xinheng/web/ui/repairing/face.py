"""In which frame the pages of an application stand (办理场所): the counter's, or the window's for who is present."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse

from xinheng.access.gate import Opened
from xinheng.law.lawbook import Law
from xinheng.web.ui import steps

UNANSWERED = 422
Render = Callable[[str, Mapping[str, Any], int], HttpResponse]
Address = Callable[..., str]


@dataclass(frozen=True, slots=True)
class Face:
    """A frame: how a page is drawn in it, where its pages are, whose file is open in it, under which law."""

    request: HttpRequest
    opened: Opened
    law: Law
    base: str
    render: Render
    address: Address
    home: str
    present: bool

    def page(self, template: str, context: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
        """A page of the flow, with the addresses that all of them need."""
        told = {
            "base": self.base,
            "home": self.home,
            "present": self.present,
            "to": {name: self.address(name) for name in ("list", "new", "materials", "check")},
            **context,
        }
        return self.render(f"ui/repair/{template}.html", told, status)

    def act(self, do: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
        """The act once; its first answer when the same checked page is sent again."""
        return steps.act(self.request, self.opened.actor, do)[0]
