"""A record, or all records of its subject, as they stood on a day (某日情况): asked with a purpose, each time anew."""

# clause: 5.2

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from xinheng.access.actor import Actor
from xinheng.access.gate import Opened
from xinheng.catalog.public import current_law
from xinheng.publication import asof, asof_words
from xinheng.publication.asof import Answer, Standing
from xinheng.registry import queries
from xinheng.registry.asof import VERB, open_record
from xinheng.runtime import clock
from xinheng.web.desk.answers import UNANSWERED, missing, officer, page
from xinheng.web.desk.looking import DayForm
from xinheng.web.ui.paging import Pager, page_number

PAGE_SIZE = 20


@require_http_methods(["GET", "POST"])
@officer(VERB)
def of_record(request: HttpRequest, actor: Actor, record: UUID) -> HttpResponse:
    """One record then, by later knowledge and now, side by side."""
    form = DayForm(actor, request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _asking(request, actor, record, form, "desk/day.html")
    opened = _opened(form, actor, record)
    answer = asof.of_record(record, form.asked, opened=opened, today=clock.today())
    return page(request, actor, "desk/day.html", {"form": form, "record": record, **_record(answer, opened)})


@require_http_methods(["GET", "POST"])
@officer(VERB)
def of_subject(request: HttpRequest, actor: Actor, record: UUID) -> HttpResponse:
    """All records of the record's subject that were there on the day, as far as they are the officer's."""
    form = DayForm(actor, request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _asking(request, actor, record, form, "desk/subject_day.html")
    opened = _opened(form, actor, record)
    number = page_number(request.POST.get("page", ""))
    found = asof.of_subject(form.asked, opened=opened, today=clock.today(), page=number, size=PAGE_SIZE)
    law = current_law(clock.today())
    context = {
        "found": found.page,
        "none_before": f"最早的一条于 {found.page.first_on} 入库。",
        "number": queries.number_of(record, actor=actor),
        "asked": form.asked,
        "opened": opened,
        "rows": [_row(each, law.item(each.history.item_code)) for each in found.answers],
        "headings": _headings(found.answers),
        "pager": Pager(found.page.page, found.page.total, found.page.size),
    }
    return page(request, actor, "desk/subject_day.html", {"form": form, "record": record, **context})


def _asking(request: HttpRequest, actor: Actor, record: UUID, form: DayForm, template: str) -> HttpResponse:
    """The form alone; who may not know of the record learns nothing of it."""
    number = queries.number_of(record, actor=actor)
    if not number:
        return missing(request, actor)
    status = UNANSWERED if form.errors else 200
    context = {"form": form, "record": record, "number": number}
    return page(request, actor, template, context, status=status)


def _opened(form: DayForm, actor: Actor, record: UUID) -> Opened:
    """On record before anything is shown, a refusal too."""
    return open_record(record, actor=actor, now=clock.now(), **form.purpose_given)


def _record(answer: Answer, opened: Opened) -> dict[str, Any]:
    columns = asof_words.columns(answer)
    return {
        "answer": answer,
        "number": answer.history.number,
        "opened": opened,
        "headings": [heading for heading, _ in columns],
        "rows": [(row.label, _cells(row, columns)) for row in asof_words.rows(answer)],
        "reasons": _reasons(answer, columns),
        "acts": [(each.at, asof_words.act(each)) for each in answer.acts],
        "changed_that_day": asof_words.changed_that_day(answer),
    }


def _cells(row: asof_words.Row, columns: list[tuple[str, Standing]]) -> list[tuple[str, str, bool]]:
    return [
        (heading, text, differs)
        for (heading, _), text, differs in zip(columns, row.texts, row.differs, strict=True)
    ]


def _reasons(answer: Answer, columns: list[tuple[str, Standing]]) -> list[tuple[str, Standing, str]]:
    """Why it was public or not, per column; the present is explained on the record's own page."""
    past = [each for each in columns if each[1] is not answer.now or len(columns) == 1]
    if len(past) > 1 and past[0][1].shown == past[1][1].shown:
        past = past[:1]
    return [(heading, standing, asof_words.short(standing.shown.digest)) for heading, standing in past]


def _row(answer: Answer, item: Any) -> dict[str, Any]:
    cells = [
        (heading, asof_words.brief(standing), asof_words.differs(standing, answer.now))
        for heading, standing in asof_words.columns(answer)
    ]
    name = item.name if item else answer.history.item_code
    return {"history": answer.history, "item": name, "cells": cells}


def _headings(answers: tuple[Answer, ...]) -> list[str]:
    return [heading for heading, _ in asof_words.columns(answers[0])] if answers else []
