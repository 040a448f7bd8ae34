"""No screen, API, command, service or event makes or widens a list, a range or a measure (不得自设名单和措施, 二（三）、四).

What may write is written down here with what it writes; whatever is new is found until it is, and nothing may write the
law but a bundle of reference data that two persons approve. What the law is, is read from files and mirrored tables.
"""

from __future__ import annotations

import argparse
import ast
import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import get_commands, load_command_class
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver, path
from django.views.decorators.http import require_GET, require_http_methods

from tests import cast
from tests.casework.office import Office
from tests.exchange import sample
from tests.exchange.conftest import Ask, Submit, ask, city, submit  # noqa: F401  # fixtures
from tests.ledger.test_emitting import UNMARKED, service_modules, speaks
from xinheng.access.permissions import TABLE
from xinheng.casework import daily
from xinheng.law.language import Refusal
from xinheng.law.lawbook import load
from xinheng.law.procedures.listing import LISTING
from xinheng.ledger.kinds import EventKind

pytestmark = pytest.mark.clause("2.3", "2.4", "4.1a", "4.2a")
ROOT = Path(__file__).parents[2]
READING = {"GET", "HEAD", "OPTIONS"}

# ---- what writes, and what it writes -------------------------------------------------------------------

ROUTES: Mapping[str, str] = {
    **dict.fromkeys(("login", "code", "logout"), "a session"),
    **dict.fromkeys(("batch-new", "batch-submit", "record-new"), "records of a feed"),
    **dict.fromkeys(("withdraw", "propose", "proposal"), "a proposal on a record"),
    **dict.fromkeys(("record", "record-day", "subject-day", "search"), "an entry in the access register"),
    **dict.fromkeys(
        ("report-new", "report-list-new", "report-list-zip", "report-pdf", "report-proof"), "a report"
    ),
    **dict.fromkeys(("settle", "ruling-propose", "ruling-decide"), "a ruling on an uncertain value"),
    "widenings": "what a new bundle would widen, record by record",
    **dict.fromkeys(
        ("case-new", "case-redraft", "case-step", "case-ask", "case-answer", "case-note", "case-hand-over",
         "case-leniency", "case-ground", "case-seal"),
        "one case of one party",
    ),
    **dict.fromkeys(
        ("measure-ask", "measure-not-taken", "measure-propose", "measure-act"),
        "one measure of the list of measures on one party",
    ),
    **dict.fromkeys(
        ("window-new", "window-end", "window-decide", "touched-one"), "a window of force majeure, what it touches"
    ),
    **dict.fromkeys(
        ("contact-new", "contact-change", "contact-end", "procedure", "procedure-end"),
        "whom to ask about repair, and in which of the known ways one applies",
    ),
    **dict.fromkeys(("complain", "complaint-act"), "a complaint and its answer"),
    **dict.fromkeys(("present", "present-bind"), "who stood at the window, and whom an account is bound to"),
    **dict.fromkeys(("choose", "binding-end"), "for whom an account acts"),
    **dict.fromkeys(("reply", "present-reply"), "what a party says of its own case"),
    **dict.fromkeys(("report-issue", "present-report"), "a report"),
    **dict.fromkeys(("verify", "progress"), "nothing but a count of attempts"),
    "reminders-seen": "that an officer has seen a reminder",
    **dict.fromkeys(
        ("repair-new", "repair-materials", "repair-check", "repair-supply", "repair-withdraw", "repair-step", "repair-seal",
         "present-repair-new", "present-repair-materials", "present-repair-check", "present-repair-supply",
         "present-repair-withdraw", "repair-ruling", "repair-plan", "repair-plan-act", "present-repair-plan"),
        "an application for repair, and what is decided on it in a party's favour or refused it",
    ),
    **dict.fromkeys(
        ("revocation-new", "revocation-again", "revocation-dispute", "revocation-step"),
        "what became of one document, and what falls with it",
    ),
    **dict.fromkeys(
        ("correction-new", "correction", "correction-step", "correction-sibling", "correction-seal", "present-correct"),
        "one correction of one record",
    ),
    **dict.fromkeys(
        ("promise-new", "promise-step", "promise-seal"), "one case on a false promise, of one party that was repaired"
    ),
    "size": "a cookie",
}  # fmt: skip
# Command -> its steps; "" for a command without steps. What writes the law says so.
LAW = "the law, by a bundle that two persons approve"
COMMANDS: Mapping[str, str] = {
    **dict.fromkeys(("init ", "demo "), "an installation with the edition that was shipped"),
    **dict.fromkeys(("serve ", "worker "), "what services and jobs write"),
    "tick ": "ends of terms, clocks, reminders: nothing adverse",
    **dict.fromkeys(("reference load", "reference approve"), LAW),
    **dict.fromkeys(("intake submit",), "records of a feed"),
    **dict.fromkeys(("keys rotate", "keys resume"), "keys"),
    **dict.fromkeys(("ledger seal",), "the log"),
    **dict.fromkeys(("publish rebuild",), "the public's view of what is there"),
    **dict.fromkeys(("doc report", "doc certificate"), "a report"),
}
# Of each source of events what it is about; the law has these three kinds and no other.
OF_THE_LAW = {"bundle.proposed", "bundle.refused", "lawbook.changed"}
SOURCES = {
    "batch", "record", "proposal", "waiting", "ruling", "bundle", "lawbook", "widening", "publication", "report",
    "paper", "subject", "case", "repair", "promise", "revocation", "correction", "look", "keys", "shred", "agency", "user",
    "measure", "window", "touched", "deadline", "reminder", "contact", "procedure", "complaint", "account", "binding",
    "person", "counter", "recall",
}  # fmt: skip
OF_CASES = {"asked", "ask_granted", "not_granted", "ground_changed", "leniency", "noted", "handed_over"}
OF_MEASURES = {
    "proposed", "reviewed", "taken", "refused", "not_taken", "ended", "notice_sent", "notice_answered",
    # While a plan of a court runs, and after it: of measures that were taken.
    "lifted", "lift_ended", "rated",
}  # fmt: skip
WRITES_LAW = {"catalog.found", "catalog.propose_bundle", "catalog.approve_bundle", "catalog.refuse_bundle"}
# Who calls them: the command and the founding of an installation. No face does.
CALLS_LAW = {"xinheng/jobs/reference.py", "xinheng/jobs/founding.py"}


# ---- looking -------------------------------------------------------------------------------------------------


def routes(patterns: Iterable[Any], before: str = "") -> Iterator[tuple[str, URLPattern]]:
    for each in patterns:
        if isinstance(each, URLResolver):
            yield from routes(each.url_patterns, before + str(each.pattern))
        else:
            yield before + str(each.pattern), each


def methods(view: Callable[..., Any]) -> set[str]:
    """What a view answers to, from the decorators around it; all methods where none says."""
    todo: list[Any] = [view]
    seen: set[int] = set()
    while todo:
        here = todo.pop()
        if id(here) in seen:
            continue
        seen.add(id(here))
        for cell in getattr(here, "__closure__", None) or ():
            held = cell.cell_contents
            if (
                isinstance(held, list | tuple)
                and held
                and all(isinstance(m, str) and m.isupper() for m in held)
            ):
                return set(held)
            if callable(held):
                todo.append(held)
    return {"GET", "POST"}


def unknown_routes(patterns: Iterable[Any]) -> list[str]:
    """Addresses that take more than reading and are not written down; also those of an admin, whatever they take."""
    return [
        where
        for where, each in routes(patterns)
        if (methods(each.callback) - READING and each.name not in ROUTES) or "admin" in where
    ]


def steps_of(command: Any, name: str) -> list[str]:
    parser = command.create_parser("xinheng", name)
    inner = [each for each in parser._actions if isinstance(each, argparse._SubParsersAction)]
    return [f"{name} {step}" for each in inner for step in each.choices] or [f"{name} "]


READS = {
    "case show", "case list",
    "asof record", "asof subject", "clauses ", "doctor ", "explain record", "intake validate", "keys status", "perm ",
    "publish verify", "reference check", "reference diff", "workdays ", "doc get", "doc verify", "doc fonts",
    "ledger verify", "ledger prove", "ledger export", "ledger status",
}  # fmt: skip


def our_commands() -> dict[str, Any]:
    return {
        name: load_command_class(app, name)
        for name, app in get_commands().items()
        if app.startswith("xinheng")
    }


def unknown_steps(commands: Mapping[str, Any]) -> list[str]:
    told = [step for name, command in commands.items() for step in steps_of(command, name)]
    return [
        step for step in told if step not in COMMANDS and step not in READS and not step.startswith("ledger ")
    ]


def unknown_kinds(kinds: Iterable[str]) -> list[str]:
    known = {f"case.{each.name}" for each in LISTING.steps} | {f"case.{each}" for each in OF_CASES}
    known |= {f"measure.{each}" for each in OF_MEASURES}
    law = {each for each in kinds if each.partition(".")[0] in ("bundle", "lawbook")}
    strange = {each for each in kinds if each.partition(".")[0] not in SOURCES}
    adverse = {each for each in kinds if each.startswith(("case.", "measure."))}
    return sorted(strange | (adverse - known) | (law - OF_THE_LAW))


def writers(modules: Iterable[Any]) -> set[str]:
    """Services that emit an event about the law."""
    return {
        f"{module.__name__.split('.')[1]}.{name}"
        for module in modules
        for name, each in inspect.getmembers(module, inspect.isfunction)
        if set(getattr(each, "__emits__", ())) & OF_THE_LAW
    }


def mentions(tree: ast.AST, names: set[str]) -> bool:
    return any(
        (isinstance(each, ast.Attribute) and each.attr in names)
        or (isinstance(each, ast.Name) and each.id in names)
        or (isinstance(each, ast.alias) and each.name.rpartition(".")[2] in names)
        for each in ast.walk(tree)
    )


def who_mentions(names: set[str]) -> set[str]:
    files = (each for each in (ROOT / "xinheng").rglob("*.py") if "migrations" not in each.parts)
    texts = {str(each.relative_to(ROOT)): each.read_text(encoding="utf-8") for each in files}
    return {
        file
        for file, text in texts.items()
        if any(name in text for name in names) and mentions(ast.parse(text), names)
    }


# ---- nothing else --------------------------------------------------------------------------------------------


def test_no_route_is_unknown_and_there_is_no_admin() -> None:
    assert unknown_routes(get_resolver().url_patterns) == []
    assert not any("admin" in app.rpartition(".")[2] for app in settings.INSTALLED_APPS)
    there = {each.name for _, each in routes(get_resolver().url_patterns)}
    assert set(ROUTES) <= there


def test_the_pages_of_lists_measures_and_catalog_only_read() -> None:
    told = [(where, methods(each.callback)) for where, each in routes(get_resolver().url_patterns)]
    of_law = [
        (where, m)
        for where, m in told
        if where.split("/")[0] in ("lists", "measures", "catalog", "policies", "plan")
    ]
    assert len(of_law) >= 7
    assert all(m <= READING for _, m in of_law)
    assert not any({"bundle", "bundles", "reference"} & set(where.split("/")) for where, _ in told)


def test_no_command_is_unknown_and_the_law_comes_by_two_persons() -> None:
    commands = our_commands()
    assert len(commands) >= 15
    assert unknown_steps(commands) == []
    assert {step for step, what in COMMANDS.items() if what == LAW} == {"reference load", "reference approve"}


def test_no_event_and_no_service_is_about_a_new_list_or_measure() -> None:
    assert unknown_kinds(EventKind) == []
    assert writers(service_modules()) == WRITES_LAW
    assert all(
        speaks(each) or f"{module.__name__.split('.')[1]}.{name}" in UNMARKED
        for module in service_modules()
        for name, each in inspect.getmembers(module, inspect.isfunction)
        if each.__module__ == module.__name__ and name[0] != "_"
    )
    assert {verb for verb in TABLE if verb.startswith("bundle.")} == {"bundle.propose", "bundle.approve"}


def test_no_face_calls_what_writes_the_law() -> None:
    """Nor does anything but the catalog itself touch its tables."""
    callers = who_mentions({name.partition(".")[2] for name in WRITES_LAW} - {"found"})
    assert {each for each in callers if not each.startswith("xinheng/catalog/")} == CALLS_LAW - {
        "xinheng/jobs/founding.py"
    }
    tables = who_mentions({"ReferenceValue", "LawInstrument", "CatalogItem", "Bundle"})
    writes = {each for each in tables if "objects" in (ROOT / each).read_text(encoding="utf-8")}
    assert not any(each.startswith(("xinheng/web", "xinheng/jobs", "xinheng/casework")) for each in writes)


def test_the_application_writes_no_table_of_lists_or_measures(superuser: psycopg.Connection[Any]) -> None:
    """What lists, ranges and measures there are is in no table of its own: cases and entries name them."""
    named = superuser.execute(
        "SELECT DISTINCT table_name FROM information_schema.columns WHERE table_schema = 'public'"
        " AND column_name IN ('list', 'range', 'measure', 'measures', 'edition') ORDER BY 1"
    ).fetchall()
    # A case is held to the lists of the lawbook by the law and by the database (test_guards_of_the_database.py).
    assert [name for (name,) in named] == [
        "casework_case", "casework_casestep", "casework_correctionstep", "casework_draft", "casework_promisecase",
        "casework_promisestep", "casework_repairstep",
        "casework_revocationstep", "catalog_catalogitem", "publication_publiclisting",
        "registry_listentry", "registry_measuretaken",
    ]  # fmt: skip
    named_so = {each.__name__ for each in apps.get_models() if {"list", "measure"} & words(each.__name__)}
    # Of one party each: entries, measures that were taken, and what is told about them.
    assert named_so == {"ListEntry", "MeasureTaken", "MeasureNotice", "MeasureLift", "MeasureRating"}


def words(name: str) -> set[str]:
    return {each.lower().removesuffix("s") for each in re.findall("[A-Z][a-z]+", name)}


def test_a_list_that_is_not_in_the_law_opens_no_case(office: Office) -> None:
    """The lists are what reference/ says they are; of those, the ones received from elsewhere are none of ours."""
    lists = {each.code: each for each in load().as_of(office.day).serious_lists()}
    carried = {code for code, each in lists.items() if each.carried}
    assert {"wage", "market", "tax"} <= carried < set(lists)
    for code in ("市民失信", "WAGE", "", *sorted(set(lists) - carried)):
        with pytest.raises(Refusal):
            office.open(list=code)
    for range_ in ("R1", "R5", ""):
        with pytest.raises(Refusal):
            office.open(draft={"range": range_})


# ---- what is planted is found ------------------------------------------------------------------------------------


def test_a_planted_way_is_found() -> None:
    @require_http_methods(["GET", "POST"])
    def new_list(request: HttpRequest) -> HttpResponse:
        return HttpResponse(request.method)

    def undecorated(request: HttpRequest) -> HttpResponse:
        return HttpResponse(request.method)

    @require_GET
    def shown(request: HttpRequest) -> HttpResponse:
        return HttpResponse(request.method)

    planted = [
        path("desk/lists/new/", new_list, name="list-new"),
        path("api/lists", undecorated, name="api-lists"),
        path("admin/", shown, name="admin"),
        path("lists/all/", shown, name="all-lists"),
    ]
    assert unknown_routes(planted) == ["desk/lists/new/", "api/lists", "admin/"]
    assert unknown_kinds(["case.list", "list.created", "case.list_widened", "lawbook.widened", "measure.added"]) == [
        "case.list_widened", "lawbook.widened", "list.created", "measure.added",
    ]  # fmt: skip
    assert unknown_steps({"list": our_commands()["doctor"]}) == ["list "]


def test_a_planted_service_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    from xinheng.casework import services

    def widen_range() -> None: ...

    widen_range.__emits__ = frozenset({EventKind.LAWBOOK_CHANGED})  # type: ignore[attr-defined]
    monkeypatch.setattr(services, "widen_range", widen_range, raising=False)
    assert writers(service_modules()) - WRITES_LAW == {"casework.widen_range"}


# ---- the old way --------------------------------------------------------------------------------------------------


@pytest.mark.clause("2.2a", "2.4")
def test_twenty_seven_penalties_list_nobody(submit: Submit, ask: Ask) -> None:  # noqa: F811
    """However many ordinary records a subject has: no case, no entry, no proposal, no reminder, no task."""
    outcome = submit(*(sample.penalty(number) for number in range(1, 28)))
    assert outcome.counts["accepted"] == 27
    assert ask("SELECT count(*) FROM registry_record") == [(27,)]
    # Nor does the night make anything of them.
    found = daily.daily(now=cast.NOW)
    assert (found.reminders, found.swept.taken, found.swept.refused) == (0, (), ())
    for table in (
        "casework_reminder",
        "casework_case", "casework_draft", "casework_ask", "casework_note", "casework_deadline", "registry_listentry",
        "registry_proposal", "runtime_job", "documents_issueddocument", "ledger_outbox",
    ):  # fmt: skip
        assert ask(f"SELECT count(*) FROM {table}") == [(0,)], table
    kinds = {kind for (kind,) in ask("SELECT kind FROM ledger_event")}
    # But that its subject is told from when they may be repaired.
    told = {"batch.received", "batch.accepted", "publication.changed", "subject.added", "repair.told"}
    assert kinds <= told, kinds
