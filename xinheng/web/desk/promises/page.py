"""One case on a false promise on a page (承诺不实案卷页): state, clocks, what can be done, what was found, papers, history."""

# clauses: 4.1a, 5.1a

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from xinheng.access.actor import Actor
from xinheng.access.queries import officer_names
from xinheng.casework.promises.views import CaseView
from xinheng.law.lawbook import Law
from xinheng.web.desk import clocking
from xinheng.web.desk.answers import officer, page
from xinheng.web.desk.promises.acting import VERBS
from xinheng.web.desk.promises.listing import TONES
from xinheng.web.desk.promises.looking import Looked, look
from xinheng.web.desk.repairs.page import Task, task_of

DECISION = "false_promise_decision"


@require_GET
@officer("repair.view")
def detail(request: HttpRequest, actor: Actor, case: UUID) -> HttpResponse:
    """The case as it stands, in the party's file that is opened for it and on record."""
    looked = look(case, actor)
    view, law = looked.view, looked.law
    context: dict[str, Any] = {
        "view": view,
        "party": looked.party,
        "state": (view.state_label, TONES.get(view.state, "")),
        "names": _named({each.actor for each in view.steps} | {view.handler}),
        "tasks": list(_tasks(looked, actor)),
        "clocks": clocking.of_matter(view.id, actor, law),
        "follows": list(_follows(view, law)),
        "history": [(each, [law.clause(c) for c in each.clauses]) for each in reversed(view.steps)],
    }
    return page(request, actor, "desk/promises/case.html", context)


def _named(who: set[UUID]) -> Mapping[UUID, str]:
    """The officers by their names; whoever is none spoke from home and is the party."""
    return dict.fromkeys(who, "当事人") | officer_names(who)


def _tasks(looked: Looked, actor: Actor) -> Iterator[Task]:
    """What the present state allows, ready or not; the sealed copy is no step, but nothing is carried out without it."""
    view = looked.view
    decision = next((e for e in view.papers if e.kind == DECISION), None)
    if view.state == "decided" and decision and not decision.sealed:
        mine = "clerk" in actor.roles
        address = reverse("desk:promise-seal", args=[view.id, decision.id]) if mine else ""
        yield Task("上传签字盖章的决定书并核对", address, "上传", "" if mine else "经办人", "")
    for each in looked.outlook:
        if view.state in each.step.sources:
            address = reverse("desk:promise-step", args=[view.id, each.step.name])
            yield task_of(each, address, VERBS[each.step.name], looked.law)


def _follows(view: CaseView, law: Law) -> Iterator[tuple[str, str]]:
    """What the rules in force put on a false promise here, in words."""
    follows = view.follows
    if follows is None:
        return
    if follows.restores:
        yield "后果", "撤销提前移出，恢复列入名单"
        yield "列入期限", "自恢复列入起重新计算" if follows.restarts else "不重新计算"
    else:
        yield "后果", f"记录承诺不实，恢复公示，公示到决定作出后满 {follows.shown_months} 个月"
        yield "期间", "不得提前停止公示" if follows.no_early_end else "按规定"
        yield (
            "再次修复",
            f"决定作出后 {follows.barred_months} 个月内不得修复" if follows.barred_months else "按规定",
        )
    yield "依据", "、".join(law.clause(each).label for each in follows.clauses)
