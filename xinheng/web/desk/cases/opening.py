"""A case is opened, or its draft changed (立案、修改草稿)."""

# clauses: 2.2a, 2.3, 2.4, 4.1a, 4.2b

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from xinheng.access.actor import Actor
from xinheng.access.gate import Opened, open_file, open_set
from xinheng.access.purposes import Purpose
from xinheng.casework import queries as cases
from xinheng.casework import services
from xinheng.casework.given import Given, Opening
from xinheng.catalog.public import current_law
from xinheng.law.language import Refusal
from xinheng.law.lists import PartyRole, SeriousList
from xinheng.registry.queries import instruments_named
from xinheng.reports import subjects
from xinheng.runtime import clock
from xinheng.web.desk.answers import UNANSWERED, missing, officer, page
from xinheng.web.desk.cases.drafting import WRITTEN, DraftForm, OpeningForm
from xinheng.web.desk.cases.looking import Looked, look
from xinheng.web.desk.cases.page import address
from xinheng.web.desk.steps import Step, act, check, given, made, refused_at_form, step

TEMPLATE = "desk/cases/draft.html"
OPENS = "立案后才能制作事先告知书；草稿不公开，也不产生任何影响。"
REDRAFTS = "案卷回到草拟，原告知书作废，须重新告知并送达。"


@require_http_methods(["GET", "POST"])
@officer("case.open")
def new(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """A case of one party on one list; the law is asked before anything is kept."""
    law = current_law(clock.today())
    listed = law.serious_list(code)
    if listed is None:
        return missing(request, actor)
    form = OpeningForm(listed, law, given(request))
    context = {
        "form": form,
        "title": f"立案：{listed.name}",
        "list": listed,
        "sections": form.told_sections(),
    }
    stage = step(request, form)
    if stage is Step.ASK:
        return page(request, actor, TEMPLATE, context, status=UNANSWERED if form.errors else 200)
    try:
        subjects.clean(form.cleaned_data["party_code"], clock.now())
        if stage is Step.CHECK:
            rows = list(form.rows())
            return check(request, actor, title="核对：立案", rows=rows, verb="立案并草拟", effect=OPENS)
        answer, again = act(request, actor, lambda: made(_open(form, listed, actor)))
    except Refusal as refusal:
        return refused_at_form(request, actor, TEMPLATE, context, refusal)
    messages.success(
        request, "这一件已经立案，没有重复立案。" if again else "已立案。下一步由审核人制作事先告知书。"
    )
    return redirect(address(UUID(answer["id"])))


def _open(form: OpeningForm, listed: SeriousList, actor: Actor) -> UUID:
    told, now = form.cleaned_data, clock.now()
    subject = _party(form, actor)
    opened = _opened(subject, actor)
    subjects.require_name(told["party_name"], opened=opened)
    known = instruments_named(subject, form.numbers(), opened=opened)
    opening = Opening(
        list=listed.code,
        subject=subject,
        draft=form.draft(known),
        leniency=form.leniency(),
        role=told["role"],
        unit_case=_unit(told, actor),
    )
    return services.open_case(opening, reason=told["reason"], actor=actor, now=now)


def _party(form: OpeningForm, actor: Actor) -> UUID:
    """The subject of the code, added under its valid code when nothing has named it yet."""
    told, now = form.cleaned_data, clock.now()
    code = subjects.clean(told["party_code"], now)
    search = open_set(
        actor=actor, what=subjects.SEARCH, purpose=Purpose.LISTING, basis="名单案卷立案", now=now
    )
    found = subjects.find(code, opened=search)
    return found or subjects.register(code, told["party_name"], actor=actor, now=now)


def _opened(subject: UUID, actor: Actor) -> Opened:
    return open_file(
        actor=actor, subject=subject, purpose=Purpose.LISTING, basis="名单案卷立案", now=clock.now()
    )


def _unit(told: Mapping[str, Any], actor: Actor) -> UUID | None:
    if told["role"] == PartyRole.SUBJECT:
        return None
    found = cases.by_number(told.get("unit_number", ""), actor=actor)
    if found is None:
        raise Refusal.because("UNIT_CASE_UNKNOWN", "huaian-2021-13#4.1a")
    return found.id


@require_http_methods(["GET", "POST"])
@officer("case.step")
def redraft(request: HttpRequest, actor: Actor, case: UUID) -> HttpResponse:
    """The draft again with what it says; a changed one is notified anew."""
    looked = look(case, actor)
    form = DraftForm(looked.listed, looked.law, given(request), initial=_initial(looked))
    context = {
        "form": form, "title": "修改草稿（须重新告知）", "list": looked.listed, "view": looked.view,
        "sections": form.told_sections(),
    }  # fmt: skip
    stage = step(request, form)
    if stage is Step.ASK:
        return page(request, actor, TEMPLATE, context, status=UNANSWERED if form.errors else 200)
    if stage is Step.CHECK:
        rows = list(form.rows())
        return check(request, actor, title="核对：修改草稿", rows=rows, verb="修改草稿", effect=REDRAFTS)
    try:
        act(request, actor, lambda: _redraft(form, looked, actor))
    except Refusal as refusal:
        return refused_at_form(request, actor, TEMPLATE, context, refusal)
    messages.success(request, "草稿已修改，须重新告知。")
    return redirect(address(case))


def _redraft(form: DraftForm, looked: Looked, actor: Actor) -> Mapping[str, Any]:
    view = looked.view
    known = instruments_named(view.subject, form.numbers(), opened=looked.opened)
    told = Given(draft=form.draft(known), reason=form.cleaned_data["reason"])
    revision = form.cleaned_data["revision"] or 0
    services.fire(view.row.id, "redraft", revision=revision, given=told, actor=actor, now=clock.now())
    return {}


def _initial(looked: Looked) -> dict[str, Any]:
    """The present draft, as its form shows it."""
    view, draft = looked.view, looked.view.draft
    same = {
        name: getattr(draft, name) for name in ("range", "window", "months", "conduct_from", "conduct_to")
    }
    told = {"revision": view.revision, "criteria": list(draft.criteria), **same}
    told |= {name: draft.words.get(name, "") for name in WRITTEN}
    for at, each in enumerate(view.grounds, 1):
        told |= {
            f"number_{at}": each.number, f"kind_{at}": each.kind, f"body_{at}": each.body_name,
            f"decided_{at}": each.decided_on, f"effect_{at}": each.effect,
        }  # fmt: skip
    return told
