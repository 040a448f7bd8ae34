"""One repair on a page (修复案卷页): state, clocks, what can be done, each record, materials, papers, history."""

# clauses: 5.1a, 5.1c

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from xinheng.access.actor import Actor
from xinheng.access.permissions import may
from xinheng.access.queries import officer_names
from xinheng.casework.promises import queries as promised
from xinheng.casework.repairs.queries import Outlook
from xinheng.casework.repairs.views import CaseView, ItemView
from xinheng.law.language import Outcome
from xinheng.law.lawbook import Law
from xinheng.law.procedures.repair import OPEN
from xinheng.law.refusals import tell, tell_all
from xinheng.web.desk import clocking
from xinheng.web.desk.answers import officer, page
from xinheng.web.desk.cases.words import roles_told
from xinheng.web.desk.repairs.acting import OFFICERS, VERBS
from xinheng.web.desk.repairs.listing import TONES
from xinheng.web.desk.repairs.looking import Looked, look
from xinheng.web.desk.repairs.plans import lines
from xinheng.web.ui.repairing.following import OUTCOME_TONES
from xinheng.web.ui.repairing.words import TAGS


@dataclass(frozen=True, slots=True)
class Task:
    """A step that can be taken from here: by this officer, by whom else, or why not yet."""

    label: str
    address: str
    verb: str
    by: str
    why: str


@require_GET
@officer("repair.view")
def detail(request: HttpRequest, actor: Actor, case: UUID) -> HttpResponse:
    """The case as it stands, in the party's file that is opened for it and on record."""
    looked = look(case, actor)
    return page(request, actor, "desk/repairs/case.html", _context(looked, actor))


def _context(looked: Looked, actor: Actor) -> dict[str, Any]:
    view, law = looked.view, looked.law
    promises = promised.of_items([each.id for each in view.items], actor=actor)
    opens = may(actor, "repair.step") and "clerk" in actor.roles and view.agency == actor.agency_id
    return {
        "view": view,
        "party": looked.party,
        "state": (view.state_label, TONES.get(view.state, "")),
        "names": officer_names(_persons(view)),
        "tasks": list(_tasks(looked)),
        "plans": lines(view, actor),
        "may_seal": may(actor, "repair.step"),
        "may_state": view.state in OPEN and may(actor, "repair.step") and view.agency == actor.agency_id,
        "items": [_item(each, law) | _promise(each, promises, opens) for each in view.items],
        "clocks": clocking.of_matter(view.id, looked.opened.actor, law),
        "history": [(each, [law.clause(c) for c in each.clauses]) for each in reversed(view.steps)],
    }


def _promise(item: ItemView, there: Mapping[UUID, tuple[UUID, str]], opens: bool) -> dict[str, Any]:
    """Of what was granted: the case on its promise, or where one is opened."""
    case, number = there.get(item.id, (None, ""))
    address = reverse("desk:promise", args=[case]) if case else ""
    new = (
        reverse("desk:promise-new", args=[item.id]) if opens and not case and item.outcome == "grant" else ""
    )
    return {"promise": (number, address), "promise_new": new}


def _persons(view: CaseView) -> set[UUID]:
    return {each.actor for each in view.steps} | ({view.handler} if view.handler else set())


def _tasks(looked: Looked) -> Iterator[Task]:
    """What the present state allows, ready or not; for a plan only where one was handed in."""
    for each in looked.outlook:
        if each.step.name == "lift_temporarily" and not looked.view.plans:
            continue
        if each.step.name in OFFICERS and looked.view.state in each.step.sources:
            address = reverse("desk:repair-step", args=[looked.view.id, each.step.name])
            yield task_of(each, address, VERBS[each.step.name], looked.law)


def task_of(look: Outlook, address: str, verb: str, law: Law) -> Task:
    """A step as the page offers it: to this officer, to whom else, or why not yet."""
    why = "" if look.ready else _why(look, law)
    by = "" if look.mine else roles_told(look.step.roles)
    return Task(look.step.label, address if look.mine and look.ready else "", verb, by, why)


def _why(look: Outlook, law: Law) -> str:
    told = tell(look.against[0], law)
    return (told.why or told.conclusion).rstrip("。")


def _item(item: ItemView, law: Law) -> dict[str, Any]:
    found, asked = item.finding, {each.id: each.text for each in item.asked}
    proposal = item.proposal
    ground = law.book.repair.grounds.get(proposal.ground) if proposal else None
    against = (each for each in item.check.verdict.against if each.outcome is not Outcome.PERMITTED)
    return {
        "it": item,
        "tone": OUTCOME_TONES[item.outcome],
        "tag": TAGS[item.check.prospect],
        "opens_on": str(item.check.opens_on or "待核"),
        "told": tell_all(against, law),
        "met": [asked.get(each, each) for each in found.met] if found else [],
        "ground": ground.text if ground else "",
        "proposed": {"grant": "拟准予", "refuse": "拟不予"}.get(proposal.outcome, "") if proposal else "",
    }
