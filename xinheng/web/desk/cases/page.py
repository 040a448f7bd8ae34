"""One case on a page: state, clocks, tasks, what it says, papers, opinions, history (案卷页)."""

# clauses: 4.1a, 4.1b, 4.1c, 2.4

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from xinheng.access.actor import Actor
from xinheng.access.permissions import may
from xinheng.access.queries import officer_names
from xinheng.access.scope import acting
from xinheng.casework.inbox import ReminderRow, of_case
from xinheng.casework.views import CaseView, PaperView
from xinheng.law import serving
from xinheng.law.lawbook import Law
from xinheng.web.desk import clocking
from xinheng.web.desk.answers import officer, page
from xinheng.web.desk.cases import words
from xinheng.web.desk.cases.looking import Looked, look
from xinheng.web.desk.cases.tasks import otherwise, stages

ASKABLE = ("listed", "hidden")


@require_GET
@officer("case.view")
def detail(request: HttpRequest, actor: Actor, case: UUID) -> HttpResponse:
    """The case as it stands, in the party's file that is opened for it and on record."""
    looked = look(case, actor)
    return page(request, actor, "desk/cases/case.html", context_of(looked, actor))


def context_of(looked: Looked, actor: Actor) -> dict[str, Any]:
    """What the page of a case shows."""
    view, law, listed = looked.view, looked.law, looked.listed
    names = officer_names(_persons(view))
    return {
        "view": view,
        "party": looked.party,
        "role": words.party_role(view, law),
        "list": listed,
        "state": (view.row.state_label, words.TONES[view.row.state]),
        "names": names,
        "stages": stages(view, names, law) if view.row.state not in ASKABLE else [],
        "otherwise": list(otherwise(view)),
        "clocks": [clocking.shown(each, law) for each in view.deadlines if not each.stopped_on],
        "stopped": [clocking.shown(each, law) for each in view.deadlines if each.stopped_on],
        "draft": list(words.draft_rows(view.draft, view.grounds, listed, law)),
        "differences": words.differences(view, listed, law),
        "leniency": _leniency(view),
        "papers": [_paper(each, law) for each in view.papers],
        "objections": [(each, dict(words.objection_kinds(law))[each.kind]) for each in view.objections],
        "history": [_step(each, names, law) for each in reversed(view.steps)],
        "asks": [_ask(each, looked) for each in view.asks],
        "told": _told(looked),
        **_acts(view, actor),
    }


def _persons(view: CaseView) -> set[UUID]:
    found = {view.row.handler, *(each.actor for each in view.steps), *(each.by for each in view.notes)}
    found |= {each.made_by for each in view.asks} | {each.decided_by for each in view.asks if each.decided_by}
    return found | {each.to_user for each in view.notes if each.to_user}


def _acts(view: CaseView, actor: Actor) -> dict[str, Any]:
    """What this officer may do beside the steps."""
    waits = bool(view.asks) and view.asks[-1].waits
    over = view.row.state in ("removed", "not_listed", "withdrawn")
    return {
        "may_ask": view.row.state in ASKABLE and not waits and may(actor, "case.ask"),
        "may_answer": waits and may(actor, "case.answer") and view.asks[-1].made_by != actor.user_id,
        "may_note": may(actor, "case.step"),
        "may_hand_over": may(actor, "case.hand_over") and not over,
        "may_change_grounds": may(actor, "case.step") and not over,
        "may_decide_leniency": may(actor, "case.step") and not over and view.row.state not in ASKABLE,
    }


def _leniency(view: CaseView) -> list[dict[str, str]]:
    found = view.leniency
    if found is None:
        return []
    return [
        {"label": "是否已核查或者询问", "value": "是" if found.heard else "否"},
        {"label": "涉及的情形", "value": words.grounds_of_leniency(found.grounds)},
        {"label": "处理意见", "value": words.DECISIONS.get(found.decision, found.decision)},
        {"label": "理由", "value": found.reason},
    ]


def _paper(paper: PaperView, law: Law) -> dict[str, Any]:
    way = serving.ways(law).get(paper.service.way) if paper.service else None
    return {
        "it": paper,
        "name": words.paper_name(paper.kind, law),
        "way": way.name if way else "",
        "needs_seal": paper.kind in SEALED_KINDS,
    }


SEALED_KINDS = (
    "prior_notice",
    "objection_reply",
    "listing_decision",
    "not_listing_decision",
    "removal_decision",
)


def _step(each: Any, names: dict[UUID, str], law: Law) -> dict[str, Any]:
    return {
        "it": each,
        "by": names.get(each.actor, "系统"),
        "clauses": [law.clause(clause) for clause in each.clauses],
    }


def _told(looked: Looked) -> list[ReminderRow]:
    """Who was reminded of what, the latest first."""
    with acting(looked.opened.actor):
        return of_case(looked.view.row.id, law=looked.law)


def _ask(each: Any, looked: Looked) -> dict[str, Any]:
    early = looked.listed.early
    needs, barred = (early.needs, early.barred) if early else ({}, {})
    return {
        "it": each,
        "met": [needs.get(name, name) for name in each.met],
        "barred": [barred.get(name, name) for name in each.barred],
    }


def address(case: UUID) -> str:
    """The page of a case."""
    return reverse("desk:case", args=[case])
