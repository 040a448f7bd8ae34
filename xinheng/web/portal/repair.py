"""Whom to ask about repair, and how it goes (信用修复窗口名录、办事指南): who has nobody is shown as a gap."""

# clauses: 5.1c, 5.1e

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from xinheng.law import deadlines
from xinheng.law.identifiers import uscc_valid
from xinheng.law.language import Confidence
from xinheng.law.lawbook import Law
from xinheng.law.repairrules import ENTERPRISE, OTHER, SERIOUS_LIST, Needed, RepairEdition, Said
from xinheng.oversight import public
from xinheng.web.portal import reading
from xinheng.web.portal.answers import LIVE, STEADY, not_found, page
from xinheng.web.portal.measures import months

NO_WAIT = {None: "没有最短期限的规定，或者待核", 0: "随时，没有最短公示期"}
HOME, HERE = ("首页", "/"), ("信用修复", "/repair/")
KINDS = {"penalty": "行政处罚", SERIOUS_LIST: "严重失信主体名单", OTHER: "其他失信信息"}
REGIMES = {"credit_china": "信用网站的公示", "enterprise_system": "国家企业信用信息公示系统的公示"}
# What is done, who does it, by which period of the rules.
STEPS = (
    ("提出申请", "当事人；也可以在窗口，由窗口人员代办", ""),
    ("受理；材料不齐的，一次告知", "受理的单位", "repair_acceptance"),
    ("补正（只在被告知时）", "当事人；过期不丧失权利", "repair_supplement"),
    ("核查并作出决定", "认定单位", "repair_decision"),
    ("同步停止公示、共享", "各渠道", "repair_sync"),
)


@require_safe
def directory(request: HttpRequest) -> HttpResponse:
    """All counties, bodies, platforms and sites with their person or window; the others as what is missing."""
    groups = public.directory(reading.law_today())
    rows = [row for group in groups for row in group.rows]
    context = {
        "groups": groups,
        "total": len(rows),
        "gaps": sum(row.gap for row in rows),
        "unsaid": sum(each.gap for row in rows for each in row.procedures),
        "here": "repair",
        "trail": [HOME, (HERE[0], "")],
    }
    return page(request, "portal/repair.html", context, cache=LIVE)


@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    """Who accepts and decides, what is needed, from when, how long: per edition of the rules, 待核 where nobody read it."""
    law = reading.law_today()
    shown = [edition(each, law) for each in law.book.repair.editions.values()]
    context = {
        "now": [each for each in shown if each["in_force"]],
        "earlier": [each for each in shown if not each["in_force"]],
        "here": "repair",
        "trail": [HOME, HERE, ("办事指南", "")],
    }
    return page(request, "portal/repair_guide.html", context, cache=STEADY)


@require_safe
def procedure(request: HttpRequest, code: str, item: str) -> HttpResponse:
    """How one body repairs what it decided of one item: its own words, and what the rules of today say."""
    law = reading.law_today()
    found = public.procedure(code, item, law) if uscc_valid(code) else None
    if found is None:
        return not_found(request)
    kind = item if item in KINDS else OTHER
    context = {
        "body": found.body,
        "it": found.procedure,
        "editions": [_of_kind(each, kind, law) for each in _editions(found, law)],
        "here": "repair",
        "trail": [HOME, HERE, (found.body.name, "")],
    }  # fmt: skip
    return page(request, "portal/repair_procedure.html", context, cache=LIVE)


def _editions(found: public.ProcedureShown, law: Law) -> list[RepairEdition]:
    """Those in force today; what holds for market supervision alone, for that body alone."""
    known = law.book.repair.editions.values()
    return [each for each in known if each.in_force(law.day) and (found.market or each.regime != ENTERPRISE)]


def edition(it: RepairEdition, law: Law) -> dict[str, Any]:
    """One edition in words."""
    return {
        "name": it.name,
        "instrument": it.instrument,
        "regime": REGIMES.get(it.regime, it.regime),
        "span": reading.Span(it.valid_from, it.valid_to),
        "in_force": it.in_force(law.day),
        "mark": reading.CONFIDENCE_NAMES[it.confidence],
        "accepts": [_said(each) for each in it.accepts],
        "decides": [_said(each) for each in it.decides],
        "conditions": [_needed(each) for each in it.conditions],
        "materials": [_needed(each) for each in it.materials],
        "waits": list(_waits(it, law)),
        "steps": list(_steps(it, law)),
    }


def _of_kind(it: RepairEdition, kind: str, law: Law) -> dict[str, Any]:
    """The same for one kind of record."""
    return {
        **edition(it, law),
        "accepts": [_said(it.accepted_by(kind))],
        "decides": [_said(it.decided_by(kind))],
        "waits": list(_waits(it, law)) if kind == "penalty" else [],
    }


def _said(it: Said) -> dict[str, Any]:
    kinds = "、".join(KINDS.get(each, each) for each in it.kinds)
    return {"label": kinds, "value": f"{it.name}{_doubt(it.confidence)}"}


def _needed(it: Needed) -> str:
    fetched = "（机关能自己查到的，不用交）" if it.fetch else ""
    return f"{it.text}{fetched}{_doubt(it.confidence)}"


def _doubt(confidence: Confidence) -> str:
    return "（待核）" if confidence is Confidence.UNCERTAIN else ""


def _waits(it: RepairEdition, law: Law) -> Iterator[dict[str, str]]:
    """The shortest publication of penalties by class: the day after it an application may be granted."""
    rule = law.terms[it.term_rule].data["classes"] if it.term_rule in law.terms else {}
    for each in rule.values():
        least = each.get("min_months")
        value = NO_WAIT.get(least) or f"公示满{months(least)}"
        yield {"label": str(each["label"]), "value": value + _doubt(Confidence(each["confidence"]))}


def _steps(it: RepairEdition, law: Law) -> Iterator[dict[str, str]]:
    for what, who, name in STEPS:
        if not name:
            yield {"what": what, "who": who, "legal": "—", "target": "随时可以，没有期限"}
            continue
        own, office = it.periods.get(name), deadlines.legal_period(name, law)
        yield {
            "what": what,
            "who": who,
            "legal": own.told if own else "待核",
            "target": f"{office.n} 个工作日" if office.office_target and office.n else "—",
        }
