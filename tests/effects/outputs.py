"""Every output and whom it is for: one row each, so that a new one has to say what it does with a repaired record (输出清单).

`found()` gathers what there is: the routes of every face, the commands, the documents by audience, the holders outside.
"""

from __future__ import annotations

import importlib
import io
import json
import re
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

import xinheng
from tests import cast
from tests.cast import Officer
from tests.effects.happened import CHECKER, City, Firm
from tests.reports import asking
from xinheng.access.scope import acting
from xinheng.catalog.public import current_law
from xinheng.config import command
from xinheng.documents import kinds
from xinheng.documents import services as documents
from xinheng.exchange import recalls
from xinheng.exchange.recalls import NO_HOLDERS
from xinheng.law.standing import Mark
from xinheng.registry.models import RecordEffect, RecordMark

PACKAGE = Path(xinheng.__file__).parent
# A matter that a row of the measures list relates to documents.
MATTER = "procurement"
OFFICE, AUDITOR = cast.OFFICER, cast.AUDITOR

# Whose eyes an output is for. KEEPER: the body that recorded it; SPECIAL: another body by special right;
# HANDED: the subject, who hands the page on to others.
ENDED = "ended"
PUBLIC, SHARED, OWN, KEEPER, SPECIAL, HANDED = "public", "shared", "own", "keeper", "special", "handed on"


@dataclass(frozen=True)
class Shows:
    """An output that shows records: to whom, and what it says of a firm's; "" when it has nothing of it."""

    to: str
    read: Callable[[City, Firm], str]
    # Whether it says so much of a record that its marks stand there.
    marks: bool = True
    # A mark with which a record is none of this page's business, to anybody.
    unless: str = ""


@dataclass(frozen=True)
class Silent:
    """An output that shows no record, and why; `path` is asked for all the same, as `by` or at the counter.

    `{record}`, `{act}` … in a path are those of a firm whose record has ended.
    """

    why: str
    path: str = ""
    by: Officer | None = None
    counter: bool = False

    @property
    def own(self) -> bool:
        """Whether it is for the subject itself, at the counter or at the window."""
        return self.counter or "{act}" in self.path

    def ask(self, city: City) -> Any:
        """The page, asked for."""
        firm = city.firms[ENDED]
        client = city.counter(firm) if self.counter else city.client(self.by) if self.by else Client()
        return client.get(self.path.format(**vars_of(firm)))


def found() -> set[str]:
    """Everything that could show a record."""
    return {*_routes(), *_commands(), *_documents(), *_holders()}


def _routes() -> Iterator[str]:
    for file in sorted((PACKAGE / "web").glob("*/urls.py")):
        face = file.parent.name
        yield from _names(face, importlib.import_module(f"xinheng.web.{face}.urls").urlpatterns)


def _names(face: str, patterns: Any) -> Iterator[str]:
    for each in patterns:
        if hasattr(each, "url_patterns"):
            continue  # another face's, which is looked at by itself
        yield f"{face}:{each.name}"


def _commands() -> Iterator[str]:
    for file in (PACKAGE / "jobs" / "management" / "commands").glob("[a-z]*.py"):
        yield f"command:{file.stem}"


def _documents() -> Iterator[str]:
    for code, kind in kinds.kinds(current_law(cast.TODAY)).items():
        yield from (f"document:{code}/{audience}" for audience in kind.audiences)


def _holders() -> Iterator[str]:
    yield from (f"holder:{each}" for each in current_law(cast.TODAY).book.audiences if each not in NO_HOLDERS)


HISTORY = re.compile(r"<h2>修复、更正和标注</h2>.*?</section>", re.DOTALL)

# Ways to ask -----------------------------------------------------------------------------------------------


def body(client: Client, path: str, posted: dict[str, str] | None = None) -> str:
    """What a page says; nothing where it refuses."""
    answer = client.post(path, posted) if posted is not None else client.get(path, follow=True)
    return answer.content.decode() if answer.status_code == 200 else ""


def listed(city: City, officer: Officer, path: str) -> str:
    """A list that is the same whichever firm is looked for in it: asked for once in a test."""
    if (officer.username, path) not in city.lists:
        city.lists[officer.username, path] = body(city.client(officer), path)
    return city.lists[officer.username, path]


def portal(path: str, *, marks: bool = True) -> Shows:
    return Shows(PUBLIC, lambda _, firm: body(Client(), path.format(**vars_of(firm))), marks)


def vars_of(firm: Firm) -> dict[str, Any]:
    same = ("code", "record", "name", "number", "proposal", "act")
    return {name: getattr(firm, name) for name in same}


def desk(
    to: str,
    officer: Officer,
    route: str,
    *,
    of: str = "",
    query: str = "",
    purpose: str = "",
    marks: bool = True,
) -> Shows:
    """A page of the desk; `of` is its one argument, with `purpose` it is posted to."""

    def read(city: City, firm: Firm) -> str:
        told = vars_of(firm)
        path = reverse(f"desk:{route}", args=[of.format(**told)] if of else []) + query.format(**told)
        asked = {"purpose": purpose, "basis": "示例督查1号", "as_of": "2026-11-23", "known": ""}
        same = not (of or purpose or "{" in query)
        text = (
            listed(city, officer, path)
            if same
            else body(city.client(officer), path, asked if purpose else None)
        )
        # What was typed into the filter is no answer, and what was decided once is history.
        return HISTORY.sub("", text.replace(f'value="{firm.number}"', ""))

    return Shows(to, read, marks)


def counter(route: str, *, of: str = "", query: str = "", marks: bool = True, unless: str = "") -> Shows:
    """A page of the subject's own counter."""

    def read(city: City, firm: Firm) -> str:
        args = [of.format(**vars_of(firm))] if of else []
        path = reverse(f"counter:{route}", args=args) + query.format(**vars_of(firm))
        return body(city.counter(firm), path)

    return Shows(OWN, read, marks, unless)


def present(route: str, *, of: str = "", marks: bool = True, unless: str = "") -> Shows:
    """The same at the window, for the person who stands there."""

    def read(city: City, firm: Firm) -> str:
        args = [firm.act, *([of.format(**vars_of(firm))] if of else [])]
        return body(city.client(cast.WINDOW_STAFF), reverse(f"desk:{route}", args=args))

    return Shows(OWN, read, marks, unless)


def repair_check(face: str) -> Shows:
    """The last page before an application is handed in, once the record was chosen where it may be."""

    def read(city: City, firm: Firm) -> str:
        window = face == "desk:present-"
        client = city.client(cast.WINDOW_STAFF) if window else city.counter(firm)
        new, check = (
            reverse(f"{face}repair-{name}", args=[firm.act] if window else []) for name in ("new", "check")
        )
        client.post(new, {"chosen": str(firm.record)})
        return body(client, check)

    return Shows(OWN, read, marks=False, unless=Mark.REPAIRED.value)


def touched(to: str, officer: Officer, *, one: bool = False) -> Shows:
    """What a window of force majeure puts before officers: the list, or one of it."""

    def read(city: City, firm: Firm) -> str:
        if not one:
            return listed(city, officer, reverse("desk:touched"))
        path = reverse("desk:touched-one", args=[city.flood, "record", firm.record])
        return body(city.client(officer), path)

    return Shows(to, read, marks=False)


def measure_ask(city: City, firm: Firm) -> str:
    """Another body asks what it may do to the firm: on which documents. The code is what was asked."""
    asked = {"code": firm.code, "matter": MATTER, "basis": "示例采购1号"}
    text = body(city.client(cast.ENVIRONMENT_CLERK), reverse("desk:measure-ask"), asked)
    return text.replace(firm.code, "")


def propose(officer: Officer, kind: str) -> Shows:
    """The form in which a change of a record is asked for."""

    def read(city: City, firm: Firm) -> str:
        path = reverse("desk:propose", args=[firm.record, kind])
        return body(city.client(officer), path)

    return Shows(KEEPER, read, marks=False)


def ran(*words: str) -> Callable[[City, Firm], str]:
    def read(_: City, firm: Firm) -> str:
        out = io.StringIO()
        with redirect_stdout(out), pytest.MonkeyPatch.context() as patched:
            patched.setattr(settings, "XINHENG_OWN_POSTGRES", None)
            code = command.run([each.format(**vars_of(firm)) for each in words])
        return out.getvalue() if code == 0 else ""

    return read


def explained(audience: str) -> Callable[[City, Firm], str]:
    """The command names no document: `visible` is put into the words that the others are read by."""

    def read(city: City, firm: Firm) -> str:
        text = ran(
            "explain", "record", "{record}", "--audience", audience, "--user", OFFICE.username, "--json"
        )
        told = json.loads(text(city, firm))
        return f"{firm.number} {' '.join(told['marks'])}" if told["visible"] else ""

    return read


class Drawn(Exception):
    """What would be drawn and numbered, before it is: sixty documents would take minutes."""

    def __init__(self, draft: Any) -> None:
        self.content = draft.content


def document(kind: str, audience: str) -> Callable[[City, Firm], str]:
    """The body of a document that is about to be issued."""

    def read(_: City, firm: Firm) -> str:
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(documents, "issue", _drawn)
            try:
                (asking.report if kind == "report" else _certificate)(firm.code, audience)
            except Drawn as drawn:
                # Its first page names the subject in any case.
                return json.dumps(
                    [drawn.content.get(each) for each in ("parts", "records")], ensure_ascii=False
                )
        raise AssertionError("nothing was to be drawn")

    return read


def _certificate(code: str, audience: str) -> None:
    asking.certificate(code, audience=audience)


def _drawn(draft: Any, **_: Any) -> None:
    raise Drawn(draft)


def told(audience: str) -> Callable[[City, Firm], str]:
    """The last that a holder is owed: `withdraw` leaves it nothing, `update` and no word leave it the record.

    What it is marked with goes along when it is delivered, read from the register then.
    """

    def read(_: City, firm: Firm) -> str:
        with acting(CHECKER.actor):
            events = (
                RecordEffect.objects.filter(record=firm.record).order_by("at").values_list("event", flat=True)
            )
            marked = RecordMark.objects.filter(record=firm.record, until=None).values_list("mark", "event")
            seen = list(marked)
            last = _last([*events, *(event for _, event in seen)], audience)
        if last is None:
            return firm.number
        left = last.action == "update" and last.view in ("", "marked")
        return f"{firm.number} {' '.join(mark for mark, _ in seen)}" if left else ""

    return read


def _last(events: list[UUID], audience: str) -> recalls.Owed | None:
    owed = [each for event in events for each in recalls.of_event(event) if each.audience == audience]
    return owed[-1] if owed else None
