"""The list of disciplinary measures, as it is loaded (失信惩戒措施清单)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from xinheng.law.lawbook import Law
from xinheng.law.measurelist import MeasureRow, MeasuresList, MeasureTerm
from xinheng.web.portal import reading
from xinheng.web.portal.answers import STEADY, page


@require_safe
def measures(request: HttpRequest) -> HttpResponse:
    """Each measure with its content rows: on whom, on what basis, by whom, how long at most."""
    law = reading.law_today()
    edition = law.measures_list()
    context = {
        "edition": edition,
        "span": reading.Span(edition.valid_from, edition.valid_to) if edition else "",
        "groups": _groups(law, edition) if edition else [],
        "total": len(edition.rows) if edition else 0,
        "here": "measures",
        "trail": [("首页", "/"), ("惩戒措施清单", "")],
    }
    return page(request, "portal/measures.html", context, cache=STEADY)


def _groups(law: Law, edition: MeasuresList) -> list[tuple[str, list[dict[str, Any]]]]:
    """The measures in the order of the list; one without a row is shown as one that nobody may take."""
    return [
        (name, [_row(law, each) for each in edition.rows.values() if code in each.measures])
        for code, name in edition.names.items()
    ]


def _row(law: Law, row: MeasureRow) -> dict[str, Any]:
    mark, tone = reading.CONFIDENCE_NAMES[row.confidence]
    return {
        "it": row,
        "clauses": reading.texts(law, row.basis),
        "term": "信息提供，不设期限" if row.information_only else term_label(row.term),
        "mark": mark,
        "tone": tone,
    }


def term_label(term: MeasureTerm) -> str:
    """How long, in words; months, years where they come out even."""
    if term.lifetime:
        return "终身"
    if term.with_entry:
        return "随名单移出终止"
    if term.most is None:
        return "按所引条文"
    if term.least == term.most:
        return months(term.most)
    return f"{months(term.least)}至{months(term.most)}" if term.least else f"最长{months(term.most)}"


def months(number: int) -> str:
    """` 3 年`, or ` 6 个月` where years do not come out even."""
    return f" {number // 12} 年" if number % 12 == 0 else f" {number} 个月"
