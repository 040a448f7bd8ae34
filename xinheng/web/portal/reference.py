"""Catalog, policy basis and the plan's clauses (信息目录、政策依据、实施方案)."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from xinheng.law.lawbook import Law
from xinheng.law.reference import CatalogItem, ClauseText, LawInstrument
from xinheng.web.portal import reading
from xinheng.web.portal.answers import STEADY, not_found, page
from xinheng.web.ui.addresses import PLAN

HOME = ("首页", "/")
NUMERALS = "一二三四五六七八九"


# clauses: 1.2.2, 3.1
@require_safe
def catalog(request: HttpRequest) -> HttpResponse:
    """The catalog's items and their four statements (plan 3.1), of one edition."""
    law = reading.law_today()
    edition = reading.edition(law, request.GET.get("v", ""))
    if edition is None and (request.GET.get("v") or law.book.catalogs):
        return not_found(request)
    items = [_item_row(law, item) for item in (edition.items.values() if edition else ())]
    names = {str(each.get("id")): str(each.get("name")) for each in (edition.categories if edition else ())}
    groups = [
        (names.get(code, code), list(rows)) for code, rows in groupby(items, key=lambda row: row["category"])
    ]
    context = {"groups": groups, "total": len(items), "here": "catalog", "trail": [HOME, ("信息目录", "")]}
    return page(request, "portal/catalog.html", context | _editions(law, edition), cache=STEADY)


# clause: 3.1
@require_safe
def catalog_item(request: HttpRequest, code: str) -> HttpResponse:
    """One item: fields, basis, to whom, how long; `?v=` names the edition."""
    law = reading.law_today()
    edition = reading.edition(law, request.GET.get("v", ""))
    item = edition.items.get(code) if edition else None
    if item is None:
        return not_found(request)
    context = {
        "item": _item_row(law, item),
        "fields": item.fields,
        "term_classes": reading.term_classes(law, item),
        "clauses": reading.texts(law, item.basis),
        "here": "catalog",
        "trail": [HOME, ("信息目录", "/catalog/"), (item.name, "")],
    }
    return page(request, "portal/catalog_item.html", context | _editions(law, edition), cache=STEADY)


def _editions(law: Law, chosen: Any) -> dict[str, object]:
    current = law.catalog()
    return {
        "edition": chosen,
        "span": reading.Span(chosen.valid_from, chosen.valid_to) if chosen else "",
        "is_current": chosen is current,
        "editions": law.book.catalogs,
    }


def _item_row(law: Law, item: CatalogItem) -> dict[str, Any]:
    mark, tone = reading.CONFIDENCE_NAMES[item.confidence]
    return {
        "code": item.code,
        "name": item.name,
        "category": item.category,
        "adverse": item.adverse,
        "publishable": reading.SAID[item.publishable],
        "shareable": reading.SAID[item.shareable],
        "audiences": reading.audience_names(law, item),
        "term": reading.term_label(law, item),
        "retention": item.retention,
        "inert": item.inert,
        "mark": mark,
        "tone": tone,
        "source": item.source,
    }


# clause: 1.3a
@require_safe
def policies(request: HttpRequest) -> HttpResponse:
    """The register of instruments, by rank."""
    law = reading.law_today()
    order = {rank: place for place, rank in enumerate(reading.RANK_NAMES)}
    rows = sorted(law.instruments(), key=lambda each: (order[each.rank], each.title))
    groups = [
        (reading.RANK_NAMES[rank], [_instrument_row(law, each) for each in group])
        for rank, group in groupby(rows, key=lambda each: each.rank)
    ]
    context = {"groups": groups, "total": len(rows), "here": "policies", "trail": [HOME, ("政策依据", "")]}
    return page(request, "portal/policies.html", context, cache=STEADY)


@require_safe
def policy(request: HttpRequest, instrument_id: str) -> HttpResponse:
    """One instrument: number, rank, dates, our short wording of each clause, and what rests on it."""
    law = reading.law_today()
    instrument = law.book.instruments.get(instrument_id)
    if instrument is None:
        return not_found(request)
    context = _instrument_context(law, instrument) | {
        "here": "policies",
        "trail": [HOME, ("政策依据", "/policies/"), (instrument.short or instrument.title, "")],
    }
    return page(request, "portal/policy.html", context, cache=STEADY)


@require_safe
def plan(request: HttpRequest) -> HttpResponse:
    """The plan this system carries out, clause by clause, in our own words."""
    law = reading.law_today()
    instrument = law.book.instruments.get(PLAN)
    if instrument is None:
        return not_found(request)
    context = _instrument_context(law, instrument)
    sections = [
        (NUMERALS[int(part) - 1], list(group)) for part, group in groupby(law.clauses_of(PLAN), key=_part)
    ]
    context |= {"here": "plan", "sections": sections, "trail": [HOME, ("实施方案", "")]}
    return page(request, "portal/plan.html", context, cache=STEADY)


def _part(clause: ClauseText) -> str:
    return clause.id.partition("#")[2].partition(".")[0]


def _instrument_row(law: Law, instrument: LawInstrument) -> dict[str, Any]:
    state, state_tone = reading.standing(instrument, law.day)
    mark, tone = reading.CONFIDENCE_NAMES[instrument.confidence]
    return {
        "it": instrument,
        "address": "/plan/" if instrument.id == PLAN else f"/policies/{instrument.id}",
        "rank": reading.RANK_NAMES[instrument.rank],
        "span": reading.Span(instrument.valid_from, instrument.valid_to),
        "state": state,
        "state_tone": state_tone,
        "mark": mark,
        "tone": tone,
    }


def _instrument_context(law: Law, instrument: LawInstrument) -> dict[str, Any]:
    return {
        "row": _instrument_row(law, instrument),
        "replaced_by": law.book.instruments.get(instrument.replaced_by),
        "clauses": law.clauses_of(instrument.id),
        "items": reading.citing_items(law, instrument.id),
    }
