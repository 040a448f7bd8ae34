"""Banks, credit agencies, associations, chambers, media: information only, on every path there is (不得强制, 四（二）).

Every route, form, service, model, event, permission and command is looked through for anything that addresses
one of them, or that sets somebody a task, a reminder, a feedback or a rate. Both lists of words are by hand, and
what is found and harmless is written down with its reason.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.apps import apps
from django.core.management import get_commands, load_command_class
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver, path

import xinheng
from tests.procedures.walking import book
from xinheng.access.permissions import TABLE
from xinheng.ledger.kinds import EventKind
from xinheng.registry.measureask import information

ROOT = Path(xinheng.__file__).parent
KINDS = book().measures[-1].third_party_kinds
# Whom nothing may be addressed to: the kinds of the list by code and name, and what they are called besides.
ADDRESSED = re.compile(
    "|".join(map(re.escape, [*KINDS, *KINDS.values()]))
    + r"|bank|addressee|third_part|credit_reporter|银行|征信机构|媒体|协会|商会",
    re.IGNORECASE,
)
# What may be asked of nobody: neither of them nor, as a score or a rank, of a subject.
CHARGED = re.compile(
    r"(?<![a-z])(task|assign|remind|reminder|urge|feedback|rate|rating|quota|kpi|score|rank)s?(?![a-z])"
    r"|派任务|催办|反馈率|考核|评分|排名",
    re.IGNORECASE,
)
# A deciding body's own officers are reminded of the law's clocks on their own cases; nobody else is.
OWN_CLOCKS = re.compile(
    r"^(service xinheng\.casework\.reminders\.\w+( reminders)?|model (Reminder|ReminderSeen)\.|event (deadline\.reminded|reminder\.seen)"
    r"|command tick)|(?<=\.)reminder(?=seen|$)|提醒"
)
# Found and harmless, each with why.
ALLOWED = {
    "route feedback feedback told": "anybody tells us of a fault of the site",
    "route desk/reminders/seen/ reminders-seen seen": "an officer has seen what the law's clocks on own cases say",
    "model LawInstrument.rank": "the rank of a law",
    "model SealedCopy.media_type": "what kind of file a sealed copy is",
    "model RepairMaterial.media_type": "what kind of file was handed in",
    "model PromiseEvidence.media_type": "what kind of file shows that a promise was false",
    "model Complaint.file_media": "what kind of file came with a complaint",
}


def routes(patterns: list[URLPattern | URLResolver] | None = None, before: str = "") -> Iterator[str]:
    """Every address with the name of its view."""
    for each in get_resolver().url_patterns if patterns is None else patterns:
        where = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from routes(each.url_patterns, where)
        else:
            yield f"route {where} {each.name or ''} {each.callback.__qualname__}"


def modules() -> Iterator[str]:
    for found in pkgutil.walk_packages(xinheng.__path__, "xinheng."):
        if not re.search(r"\.migrations|\.management|__main__", found.name):
            yield found.name


def fields_of_forms() -> Iterator[str]:
    """Every form class of every face, with its declared fields and their labels."""
    for name in modules():
        if name.startswith("xinheng.web."):
            importlib.import_module(name)
    for form in subclasses(forms.Form):
        if form.__module__.startswith("xinheng."):
            for name, field in vars(form)["base_fields"].items():
                yield f"form {form.__name__}.{name} {field.label} {field.help_text}"


def subclasses(of: type[Any]) -> Iterator[type[Any]]:
    each: type[Any]
    for each in of.__subclasses__():
        yield each
        yield from subclasses(each)


def services() -> Iterator[str]:
    """Every service that emits, with its parameters."""
    for name in modules():
        module = importlib.import_module(name)
        for label, function in inspect.getmembers(module, inspect.isfunction):
            if hasattr(function, "__emits__") and function.__module__ == name:
                yield f"service {name}.{label} {' '.join(inspect.signature(function).parameters)}"


def fields_of_models() -> Iterator[str]:
    for model in apps.get_models():
        if model.__module__.startswith("xinheng."):
            yield from (f"model {model.__name__}.{field.name}" for field in model._meta.get_fields())


def words() -> Iterator[str]:
    yield from (f"event {kind.value} {kind.sentence}" for kind in EventKind)
    yield from (f"permission {verb} {label}" for verb, (label, _) in TABLE.items())


def commands() -> Iterator[str]:
    for name, app in get_commands().items():
        if str(app).startswith("xinheng."):
            parser = load_command_class(app, name).create_parser("xinheng", name)
            told = [option for action in parser._actions for option in (*action.option_strings, action.dest)]
            yield f"command {name} {' '.join(told)} {parser.format_help()}"


def everything() -> list[str]:
    return [*routes(), *fields_of_forms(), *services(), *fields_of_models(), *words(), *commands()]


def suspicious(names: list[str]) -> list[str]:
    found = [name for name in names if ADDRESSED.search(name) or CHARGED.search(OWN_CLOCKS.sub("", name))]
    return [name for name in found if name not in ALLOWED]


@pytest.mark.clause("4.2c")
def test_nothing_anywhere_is_addressed_to_them_or_charges_anybody() -> None:
    names = everything()
    assert len(names) > 500
    assert suspicious(names) == []


@pytest.mark.clause("4.2c")
@pytest.mark.parametrize(
    "planted",
    [
        "route desk/bank-tasks/ bank-tasks", "form MeasureForm.addressee 交由谁办", "model BankTask.due",
        "service xinheng.registry.measures.remind_bank measure", "event measure.assigned 已派任务给金融机构。",
        "permission measure.rate 考核落实情况", "command measures --feedback feedback", "form X.y 反馈率",
        "model MeasureTaken.telecom_operator",
    ],
)  # fmt: skip
def test_a_planted_one_is_found(planted: str) -> None:
    assert suspicious([planted]) == [planted]


def test_a_planted_route_and_form_are_enumerated(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not only the words: the looking itself sees what is added."""

    def remind_bank(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    class PlantedForm(forms.Form):
        feedback_rate = forms.IntegerField(label="反馈率")

    PlantedForm.__module__ = "xinheng.web.desk.planted"
    planted = path("desk/x/", remind_bank, name="x")
    monkeypatch.setattr(get_resolver(), "url_patterns", [*get_resolver().url_patterns, planted])
    found = suspicious([*routes(), *fields_of_forms()])
    PlantedForm.__module__ = "tests"
    assert any("remind_bank" in name for name in found)
    assert any("feedback_rate" in name for name in found)


def calls() -> Iterator[tuple[str, ast.AST]]:
    """Every node of the files that name an act or an addressee at all."""
    for file in sorted(ROOT.rglob("*.py")):
        text = file.read_text("utf-8")
        for node in ast.walk(ast.parse(text)) if re.search(r"\bAct\b|addressee", text) else ():
            yield str(file.relative_to(ROOT)), node


@pytest.mark.clause("4.2c")
def test_the_code_says_nothing_to_them_but_information() -> None:
    """`Act` but INFORM, and an addressee, are named by the law alone, which refuses them."""
    acts = {
        (file, node.attr)
        for file, node in calls()
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Act"
    }
    assert acts == {("law/measures.py", "INFORM"), ("registry/measureask.py", "INFORM")}
    addressed = {file for file, node in calls() if isinstance(node, ast.keyword) and node.arg == "addressee"}
    assert addressed == set()


@pytest.mark.clause("4.2c")
def test_what_may_be_told_names_the_law_that_binds_a_body() -> None:
    law = book().as_of(date(2026, 11, 23))
    told = {info.kind: [clause.id for clause in info.clauses] for _, info in information("telecom-31", law)}
    assert told["financial_institution"] == ["telecom-fraud#31"]
    assert told["media"] == []
    assert set(told) == set(KINDS)
