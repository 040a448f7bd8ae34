"""The lists of seriously untrustworthy entities and who is on them (严重失信主体名单). A person never is, here."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from xinheng.law import listing
from xinheng.law.lawbook import Law
from xinheng.law.lists import RANGES, SeriousList
from xinheng.publication import public_lists
from xinheng.publication.public_lists import Listed
from xinheng.runtime import clock
from xinheng.web.portal import list_words, reading
from xinheng.web.portal.answers import not_found, page
from xinheng.web.ui.paging import Pager, page_number

HOME = ("首页", "/")
NAME = "严重失信主体名单"


# clauses: 2.3, 2.4
@require_safe
def lists(request: HttpRequest) -> HttpResponse:
    """Every list in force, by whether cases can be carried under it, with how many are in public view."""
    law, counts = reading.law_today(), public_lists.counts(clock.today())
    rows = [_row(each, law) | {"count": counts.get(each.code, 0)} for each in law.serious_lists()]
    groups = [
        (name, [row for row in rows if row["standing"].group == key])
        for key, name in list_words.GROUPS.items()
    ]
    context = {
        "groups": [(name, members) for name, members in groups if members],
        "total": len(rows),
        "ranges": RANGES.values(),
        "stop_gap": list_words.stop_gap(law),
        "here": "lists",
        "trail": [HOME, (NAME, "")],
        "data_as_of": clock.now(),
    }
    return page(request, "portal/lists.html", context)


def _row(listed: SeriousList, law: Law) -> dict[str, Any]:
    mark, tone = reading.CONFIDENCE_NAMES[listed.confidence]
    standing = list_words.standing(listed, law)
    return {
        "it": listed,
        "standing": standing,
        "interim": standing.group == "open" and listing.stop_gap(listed, law),
        "facts": list_words.overview(listed, law),
        "mark": mark,
        "tone": tone,
    }


# clauses: 2.4, 3.2b, 3.2c
@require_safe
def of_list(request: HttpRequest, code: str) -> HttpResponse:
    """One list: its entries in public view, newest first, and its rules in full."""
    law = reading.law_today()
    listed = law.serious_list(code)
    if listed is None:
        return not_found(request)
    number = page_number(request.GET.get("page", ""))
    found, pager = _entries(code, number)
    context = _row(listed, law) | {
        "span": reading.Span(listed.valid_from, listed.valid_to),
        "entries": [_entry(each, law) for each in found.entries],
        "pager": pager,
        "sections": _sections(listed, law),
        "measures": _measures(listed, law),
        "stop_gap": list_words.stop_gap(law),
        "here": "lists",
        "trail": [HOME, (NAME, "/lists/"), (listed.name, "")],
        "data_as_of": clock.now(),
    }
    return page(request, "portal/list.html", context)


def _entries(code: str, number: int) -> tuple[public_lists.ListedPage, Pager]:
    """The page asked for; the last one for whoever asks beyond it."""
    today = clock.today()
    found = public_lists.of_list(code, today=today, page=number)
    pager = Pager(number, found.total, public_lists.PAGE_SIZE).within()
    if pager.page != number:
        found = public_lists.of_list(code, today=today, page=pager.page)
    return found, pager


def _entry(entry: Listed, law: Law) -> dict[str, Any]:
    restored = list_words.restored(entry.number, law)
    return {"it": entry, "range": RANGES.get(entry.range, entry.range), "restored": restored}


def _sections(listed: SeriousList, law: Law) -> list[tuple[str, tuple[list_words.Fact, ...]]]:
    return [
        ("领域和认定单位", list_words.domain_and_bodies(listed, law)),
        ("认定标准", list_words.criteria(listed, law)),
        ("程序", list_words.procedure(listed, law)),
        ("移出", list_words.removal(listed, law)),
        ("救济", list_words.remedies(listed, law)),
    ]


def _measures(listed: SeriousList, law: Law) -> list[str]:
    """What the list of measures, as loaded, ties to this list."""
    edition = law.measures_list()
    return [edition.rows[each].content for each in listed.measures if edition and each in edition.rows]
