"""The way to an application (申请步骤): self-check and choice, materials, check, receipt; each step is kept as it is done."""

# clauses: 5.1a, 5.1d

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from xinheng.casework.repairs import checking, own, services
from xinheng.casework.repairs.own import Begun
from xinheng.documents import receipts
from xinheng.law.language import Refusal
from xinheng.law.refusals import tell
from xinheng.runtime import clock
from xinheng.web.ui.repairing.face import UNANSWERED, Face
from xinheng.web.ui.repairing.forms import ChooseForm, MaterialForm
from xinheng.web.ui.repairing.words import Card, card
from xinheng.web.ui.steps import KEY, STEP

# What a refusal of a file is: the page again, with what was filled in.
OF_A_FILE = ("MATERIAL_UNREADABLE", "MATERIAL_DANGEROUS", "REPAIR_NOTHING_CHOSEN")
RECEIPT = ("number", "cases", "earlier")


def listing(face: Face) -> HttpResponse:
    """What was begun, what was lodged, and how to apply."""
    opened = face.opened
    context = {
        "begun": own.begun(opened=opened, law=face.law),
        "lines": [
            (each, face.address("one", each.number)) for each in own.applications(opened=opened)
        ],
    }  # fmt: skip
    return face.page("list", context)


def choose(face: Face) -> HttpResponse:
    """The self-check of each record, and which of them are to be repaired."""
    request, begun = face.request, own.begun(opened=face.opened, law=face.law)
    form = ChooseForm(request.POST if request.method == "POST" else None, initial=_initial(begun))
    wanted = _chosen(request, begun)
    if request.method != "POST" or not form.is_valid():
        return _choose_page(face, form, wanted)
    if not wanted and not form.given:
        refusal = Refusal.because("REPAIR_NOTHING_CHOSEN", "huaian-2021-13#5.1a")
        return _choose_page(face, form, wanted, refusal)
    services.begin(
        wanted, statement=form.cleaned_data["statement"], named=form.given, actor=face.opened.actor, now=clock.now()
    )  # fmt: skip
    return redirect(face.address("materials"))


def _initial(begun: Begun | None) -> dict[str, str]:
    if begun is None:
        return {}
    first = begun.named[0] if begun.named else ("", "")
    return {"statement": begun.statement, "body": str(first[0]), "named": first[1]}


def _chosen(request: HttpRequest, begun: Begun | None) -> list[UUID]:
    """As ticked; on the first look as it was left, or the record from whose page one came."""
    if request.method != "POST":
        asked = request.GET.get("record", "")
        found = list(begun.chosen) if begun else []
        return [*found, *_ids([asked])] if asked else found
    return _ids(request.POST.getlist("chosen"))


def _ids(given: Sequence[str]) -> list[UUID]:
    """Ids as they were ticked. Raises Refusal NOT_FOUND for what is none."""
    try:
        return list(dict.fromkeys(UUID(each) for each in given))
    except ValueError:
        raise Refusal.because("NOT_FOUND") from None


def _choose_page(
    face: Face, form: ChooseForm, wanted: Sequence[UUID], refusal: Refusal | None = None
) -> HttpResponse:
    cards = [
        card(each, face.law, chosen=each.id in wanted) for each in checking.checks(opened=face.opened, law=face.law)
    ]  # fmt: skip
    context = {"form": form, "bodies": _by_body(cards), "refusals": told(face, refusal)}
    status = UNANSWERED if form.errors or refusal else 200
    return face.page("new", context, status=status)


def _by_body(cards: Sequence[Card]) -> list[tuple[str, list[Card]]]:
    names = dict.fromkeys(each.it.body_name for each in cards)
    return [(name, [each for each in cards if each.it.body_name == name]) for name in names]


def told(face: Face, refusal: Refusal | None) -> list[Any]:
    """Each reason of a refusal in words; none for none."""
    return [tell(reason, face.law) for reason in refusal.reasons] if refusal else []


def materials(face: Face) -> HttpResponse:
    """The two materials: each is kept as soon as it is there."""
    request, begun = face.request, own.begun(opened=face.opened, law=face.law)
    if begun is None:
        return redirect(face.address("new"))
    posted = request.method == "POST"
    form = MaterialForm(request.POST if posted else None, request.FILES if posted else None)
    refusal = None
    if posted and form.is_valid():
        refusal = _kept(face, begun, form)
        if refusal is None and request.POST.get(STEP) == "next":
            return redirect(face.address("check"))
        begun = own.begun(opened=face.opened, law=face.law) or begun
        if refusal is None:
            form = MaterialForm()
    context = {"form": form, "begun": begun, "refusals": told(face, refusal)}
    return face.page("materials", context, status=UNANSWERED if form.errors or refusal else 200)


def _kept(face: Face, begun: Begun, form: MaterialForm) -> Refusal | None:
    """Keep what was chosen; what cannot be kept is told, and the rest is kept."""
    refused = None
    for kind, name, file in form.handed():
        try:
            services.keep_material(begun.id, kind, name, file, actor=face.opened.actor, now=clock.now())
        except Refusal as refusal:
            if refusal.reasons[0].code not in OF_A_FILE:
                raise
            refused = refusal
    return refused


def check(face: Face) -> HttpResponse:
    """Everything is read once more, then lodged; the receipt has number and code."""
    request, begun = face.request, own.begun(opened=face.opened, law=face.law)
    if request.method == "POST":
        return _receipt(face)
    if begun is None:
        return redirect(face.address("list"))
    found = {each.id: each for each in checking.checks(opened=face.opened, law=face.law)}
    cards = [card(found[each], face.law, chosen=True) for each in begun.chosen if each in found]
    bodies = dict(checking.bodies())
    context = {
        "begun": begun,
        "bodies": _by_body(cards),
        "named": [(bodies.get(agency, ""), text) for agency, text in begun.named],
        "key": uuid4().hex,
    }
    return face.page("check", context)


def _receipt(face: Face) -> HttpResponse:
    raw = face.request.POST.get("application", "")
    application = _ids([raw])[0]

    def do() -> dict[str, Any]:
        made = services.lodge(application, actor=face.opened.actor, now=clock.now())
        # The code follows from the number: it is not kept beside the answer.
        return {name: getattr(made, name) for name in RECEIPT}

    answer = face.act(do)
    number = str(answer["number"])
    context = {
        "receipt": answer,
        "code": receipts.code_of(number),
        "address": face.address("one", number),
        "once": KEY,
    }
    return face.page("receipt", context)
