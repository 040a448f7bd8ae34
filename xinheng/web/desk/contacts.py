"""The directory of repair as its keepers see it (修复窗口和修复办法): what is published, what is missing."""

# clauses: 5.1c, 5.1e

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from xinheng.access.actor import Actor
from xinheng.access.permissions import OFFICE, may
from xinheng.access.queries import agency
from xinheng.catalog.public import current_law
from xinheng.law.language import Refusal
from xinheng.law.lawbook import Law
from xinheng.oversight import queries, services
from xinheng.oversight.directory import ContactGiven, manner_names
from xinheng.oversight.queries import PlaceRow, Point, ProcedureRow
from xinheng.runtime import clock
from xinheng.web.desk.answers import officer, page
from xinheng.web.desk.asking import Act, asked
from xinheng.web.desk.steps import given

AGENCY, OWN = "agency", "own"
LABELS = {"window": "窗口", "person": "联系人", "address": "地址", "phone": "电话", "hours": "办公时间"}
SHOWN = "立即在“信用修复窗口名录”公开。"


class ContactForm(forms.Form):
    """A person or a window, and how it is reached."""

    window = forms.CharField(
        label="窗口", max_length=100, required=False, help_text="例如：政务服务中心 3 楼信用窗口。"
    )
    person = forms.CharField(
        label="联系人", max_length=30, required=False, help_text="窗口和联系人至少填一项。会向社会公开。"
    )
    address = forms.CharField(label="地址", max_length=100, required=False)
    phone = forms.CharField(
        label="电话", max_length=60, required=False, help_text="填办公电话；电话和地址至少填一项。"
    )
    hours = forms.CharField(label="办公时间", max_length=60, required=False)


class ProcedureForm(forms.Form):
    """The ways in which an application may come in; what is needed and from when is the law's to say."""

    manners = forms.MultipleChoiceField(
        label="怎样申请", widget=forms.CheckboxSelectMultiple, error_messages={"required": "请至少选一种。"}
    )
    note = forms.CharField(
        label="说明", max_length=300, required=False, widget=forms.Textarea({"rows": 3}),
        help_text="只写怎么找、怎么走。材料、条件和期限按规定显示，不能另加。",
    )  # fmt: skip

    def __init__(self, names: list[tuple[str, str]], *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["manners"].choices = names  # type: ignore[attr-defined]


class NothingForm(forms.Form):
    """Nothing to fill in: only to be checked."""


@require_GET
@officer("contact.keep")
def listing(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The own body's points and procedures; for the credit office those of counties and sites too."""
    law = current_law(clock.today())
    groups = [each for each in queries.directory(law) if each.kind != AGENCY] if OFFICE in actor.roles else []
    context = {
        "own": _own(actor, law),
        "groups": groups,
        "may_procedure": may(actor, "procedure.keep"),
        "others": [item for item in law.items() if item.adverse],
    }
    return page(request, actor, "desk/contacts.html", context)


@require_http_methods(["GET", "POST"])
@officer("contact.keep")
def new(request: HttpRequest, actor: Actor, kind: str, place: str) -> HttpResponse:
    """Publish a point of the own body, a county or a site."""
    name = _place(actor, kind, place)
    return _published(request, actor, ContactForm(given(request)), kind, place, name)


@require_http_methods(["GET", "POST"])
@officer("contact.keep")
def change(request: HttpRequest, actor: Actor, contact: UUID) -> HttpResponse:
    """Publish another in the place of a point; the old one stays on record."""
    old, place, name = _point(actor, contact)
    form = ContactForm(given(request), initial={field: getattr(old, field) for field in LABELS})
    return _published(request, actor, form, old.kind, place, name, old.id)


@require_http_methods(["GET", "POST"])
@officer("contact.keep")
def end(request: HttpRequest, actor: Actor, contact: UUID) -> HttpResponse:
    """Publish a point no longer."""
    old, _, name = _point(actor, contact)

    def do() -> UUID:
        services.end_contact(contact, actor=actor, now=clock.now())
        return contact

    rows = [
        ("所属", name),
        *((LABELS[field], getattr(old, field)) for field in LABELS if getattr(old, field)),
    ]
    effect = "立即不再公开。这里没有别的专人或者窗口的，名录里列为“缺”。"
    it = Act("不再公布", effect, "不再公布", lambda: rows, do, "已不再公布。", reverse("desk:contacts"), rows)
    return asked(request, actor, NothingForm(given(request)), it)


@require_http_methods(["GET", "POST"])
@officer("procedure.keep")
def procedure(request: HttpRequest, actor: Actor, item: str) -> HttpResponse:
    """Publish how the own body repairs what it decided of an item."""
    law = current_law(clock.today())
    found = law.item(item)
    if found is None or not found.adverse:
        raise Refusal.because("NOT_FOUND")
    names = manner_names(law)
    form = ProcedureForm(list(names.items()), given(request))

    def do() -> UUID:
        told = form.cleaned_data
        return services.publish_procedure(
            item=item, manners=told["manners"], note=told["note"], actor=actor, now=clock.now()
        )

    def rows() -> Iterator[tuple[str, str]]:
        told = form.cleaned_data
        yield "目录项", found.name
        yield "怎样申请", "、".join(names[each] for each in told["manners"])
        yield "说明", told["note"]

    effect = "立即公开，并从这类信息的页面链接过来；本单位以前公布的这一项由它代替。"
    title = f"公布修复办法：{found.name}"
    it = Act(title, effect, "公布", rows, do, "修复办法已公布。", reverse("desk:contacts"))
    return asked(request, actor, form, it)


@require_http_methods(["GET", "POST"])
@officer("procedure.keep")
def procedure_end(request: HttpRequest, actor: Actor, procedure: UUID) -> HttpResponse:
    """Publish a procedure no longer."""
    row = _procedure(actor, procedure)

    def do() -> UUID:
        services.end_procedure(procedure, actor=actor, now=clock.now())
        return procedure

    rows = [("目录项", row.item_name), ("怎样申请", "、".join(row.manners)), ("说明", row.note)]
    title, effect = "不再公布修复办法", "立即不再公开，名录里列为“缺”。当事人照样可以申请。"
    it = Act(title, effect, "不再公布", lambda: rows, do, "已不再公布。", reverse("desk:contacts"), rows)
    return asked(request, actor, NothingForm(given(request)), it)


def _published(
    request: HttpRequest,
    actor: Actor,
    form: ContactForm,
    kind: str,
    place: str,
    name: str,
    replaces: UUID | None = None,
) -> HttpResponse:
    def do() -> UUID:
        code = "" if kind == AGENCY else place
        return services.publish_contact(
            kind=kind, place=code, given=ContactGiven(**form.cleaned_data), replaces=replaces, actor=actor,
            now=clock.now(),
        )  # fmt: skip

    def rows() -> Iterator[tuple[str, str]]:
        yield "所属", name
        yield from ((label, form.cleaned_data[field]) for field, label in LABELS.items())

    it = Act(
        title=f"公布修复的专人和窗口：{name}", effect=SHOWN, verb="公布", rows=rows, do=do, done="已公布。",
        back=reverse("desk:contacts"),
    )  # fmt: skip
    return asked(request, actor, form, it)


def _own(actor: Actor, law: Law) -> PlaceRow | None:
    mine = agency(actor.agency_id)
    return queries.of_agency(mine, law) if mine else None


def _place(actor: Actor, kind: str, place: str) -> str:
    """The name of what a point would be of. Raises Refusal NOT_FOUND for what is not the actor's to publish."""
    if (kind, place) == (AGENCY, OWN):
        return actor.agency_name
    row = queries.place(kind, place, current_law(clock.today()))
    if row is None or OFFICE not in actor.roles:
        raise Refusal.because("NOT_FOUND")
    return row.name


def _point(actor: Actor, contact: UUID) -> tuple[Point, str, str]:
    """(point, place, its name), if the actor keeps it. Raises Refusal NOT_FOUND."""
    found = queries.contact(contact)
    if found is None or found.agency not in (None, actor.agency_id):
        raise Refusal.because("NOT_FOUND")
    place = OWN if found.kind == AGENCY else found.place
    return found, place, _place(actor, found.kind, place)


def _procedure(actor: Actor, procedure: UUID) -> ProcedureRow:
    mine = _own(actor, current_law(clock.today()))
    found = next((each for each in (mine.procedures if mine else ()) if each.id == procedure), None)
    if found is None:
        raise Refusal.because("NOT_FOUND")
    return found
