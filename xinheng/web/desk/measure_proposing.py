"""Proposing a measure: what it rests on, how it relates, why, how long; checked, then for another to decide (提出措施)."""

# clauses: 4.2a, 4.2b, 1.3b

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from xinheng.access.actor import Actor
from xinheng.access.gate import Opened
from xinheng.catalog.public import current_law
from xinheng.law.language import Refusal
from xinheng.law.lawbook import Law
from xinheng.law.leniency import GROUNDS, Leniency, LeniencyDecision
from xinheng.law.lists import PartyRole
from xinheng.law.measurelist import MeasureRow, MeasureTerm
from xinheng.law.measures import Reasons
from xinheng.registry import services
from xinheng.registry.measurefacts import Given, document_of, entry_of
from xinheng.runtime import clock
from xinheng.web.desk import measure_words as words
from xinheng.web.desk.answers import UNANSWERED, missing, officer, page
from xinheng.web.desk.measure_asking import Carried, carried_rows, look, started
from xinheng.web.desk.steps import Step, act, check, made, refused_at_form, step

MOST_MONTHS = 1200
# Owed in some cases only: the field says so.
SOMETIMES = {"leniency_decision", "leniency_reason"}
HINTS = {
    "domain": "行为属于哪一领域，与这一措施是否同一领域。",
    "nature": "是什么性质的行为，违反了什么。",
    "gravity": "情节、次数、数额、是否改正。系统不打分。",
    "impact": "造成了什么影响，影响到谁。",
}


def _text(label: str, hint: str = "", rows: int = 2, *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=hint, max_length=1000, required=required, widget=forms.Textarea({"rows": rows})
    )


class ProposeForm(Carried):
    """What the officer states; the row of the list decides which questions there are."""

    heard = forms.ChoiceField(
        label="是否问过宽容审慎的情形",
        choices=[("yes", "已询问当事人、查看材料"), ("no", "还没有")],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择是否问过。"},
    )
    leniency_grounds = forms.MultipleChoiceField(
        label="有哪些情形",
        choices=list(GROUNDS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="没有的不选。记录里已标明的，系统会一并列出。",
    )
    leniency_decision = forms.ChoiceField(
        label="宽容审慎处理意见",
        choices=list(words.DECISIONS.items()),
        required=False,
        widget=forms.RadioSelect,
    )
    leniency_reason = _text("处理理由", "有上列情形仍须采取的，说明为什么。", required=False)

    def __init__(self, row: MeasureRow, on_document: bool, law: Law, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.of_list = row
        later = list(self.fields)
        asked = dict(_fields(row, on_document, law))
        self.fields.update(asked)
        hidden = list(Carried.base_fields)
        self.order_fields([*hidden, *asked, *(name for name in later if name not in hidden)])
        for name in SOMETIMES & set(self.fields):
            self.fields[name].sometimes = True  # type: ignore[attr-defined]

    def given(self) -> Given:
        """What was stated, as the law takes it."""
        told = self.cleaned_data
        kind, _, ground = told["ground"].partition(":")
        return Given(
            row=told["row"],
            matter=told["matter"],
            entry=UUID(ground) if kind == "entry" else None,
            instrument=UUID(ground) if kind == "document" else None,
            role=PartyRole(told.get("role") or self.of_list.objects[0]),
            grounds_met=tuple(told.get("grounds_met") or ()),
            link=told["link"],
            months=told.get("months"),
            lifetime=bool(told.get("lifetime")),
            statute=told.get("statute") or "",
            reasons=Reasons(**{name: told[name] for name in words.REASONS}),
            leniency=Leniency(
                grounds=tuple(sorted(told["leniency_grounds"])),
                decision=LeniencyDecision(told["leniency_decision"]),
                reason=told["leniency_reason"],
                heard=told["heard"] == "yes",
            ),
        )


def _fields(row: MeasureRow, on_document: bool, law: Law) -> Iterator[tuple[str, forms.Field]]:
    """The questions of one row, in order: its own grounds, the relation, the four factors, the term."""
    if on_document:
        choices = list(row.grounds.items())
        yield "grounds_met", forms.MultipleChoiceField(
            label="文书写明的情形", choices=choices, widget=forms.CheckboxSelectMultiple,
            error_messages={"required": "请核对文书后勾选；文书没有写明的，不能采取。"},
        )  # fmt: skip
        roles = [(role.value, words.ROLES[role]) for role in row.objects]
        if len(roles) > 1:
            yield "role", forms.ChoiceField(label="当事人身份", choices=roles, widget=forms.RadioSelect)
    yield "link", _text("关联", "当事人的行为与所办事项有什么关系。没有关系的不采取。")
    for name, label in words.REASONS.items():
        yield name, _text(label, HINTS[name])
    yield from _of_term(row.term, row.basis, law)


def _of_term(term: MeasureTerm, basis: tuple[str, ...], law: Law) -> Iterator[tuple[str, forms.Field]]:
    """Nothing where it runs with the entry; else what the row leaves to be said."""
    if term.with_entry:
        return
    if term.by_statute:
        cited = [(each.id, each.label) for each in words.clauses(basis, law)]
        yield "statute", forms.ChoiceField(label="期限所据条文", choices=cited)
    if term.by_statute or not term.lifetime:
        hint = f"法定：{words.term_words(term)}。不得加重，也不得另定。"
        yield (
            "months",
            forms.IntegerField(
                label="期限（月）",
                min_value=1,
                max_value=MOST_MONTHS,
                required=not term.by_statute,
                help_text=hint,
            ),
        )
    if term.by_statute or term.lifetime:
        yield (
            "lifetime",
            forms.BooleanField(label="终身", required=term.lifetime, help_text="只在条文写明终身时勾选。"),
        )


@require_http_methods(["GET", "POST"])
@officer("measure.propose")
def propose(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The form, read once more, proposed; it starts from an answer to the question and nowhere else."""
    if request.method == "GET":
        return redirect("desk:measure-ask")
    law = current_law(clock.today())
    row = words.row_of(request.POST.get("row", ""), law)
    if row is None:
        return missing(request, actor)
    on_document = request.POST.get("ground", "").startswith("document:")
    form = started(request, partial(ProposeForm, row, on_document, law))
    carried = Carried(request.POST)
    if not carried.is_valid():
        return missing(request, actor)
    opened = look(actor, carried.cleaned_data["subject"], carried.cleaned_data["basis"])
    context = {
        "form": form,
        "title": "提出惩戒措施",
        "content": row.content,
        "rows": [*carried_rows(request.POST, law), *_rests_on(carried, opened, law)],
        "clauses": words.clauses(row.basis, law),
        "caution": row.caution,
    }
    return _go_on(request, actor, form, opened, context)


def _go_on(
    request: HttpRequest, actor: Actor, form: ProposeForm, opened: Opened, context: dict[str, Any]
) -> HttpResponse:
    stage = Step.ASK if not form.is_bound else step(request, form)
    if stage is Step.ASK:
        status = UNANSWERED if form.errors and request.POST.get("step") != "change" else 200
        return page(request, actor, "desk/measure_form.html", context, status=status)
    if stage is Step.CHECK:
        rows = [*context["rows"], *_said(form)]
        return check(request, actor, title="核对：提出惩戒措施", rows=rows, verb="提出", effect=EFFECT)
    try:
        answer, again = act(request, actor, lambda: made(_propose(form, opened, actor)))
    except Refusal as refusal:
        return refused_at_form(request, actor, "desk/measure_form.html", context, refusal)
    messages.success(request, "已经提出过，没有重复提出。" if again else "已提出，由另一人审核后才实施。")
    return redirect("desk:measure", answer["id"])


EFFECT = "提出后由本单位另一人审核，审核前不实施。审核时按当日法律再查一遍。"


def _propose(form: ProposeForm, opened: Opened, actor: Actor) -> UUID:
    return services.propose_measure(form.given(), opened=opened, actor=actor, now=clock.now())


def _rests_on(carried: Carried, opened: Opened, law: Law) -> Iterator[dict[str, str]]:
    kind, _, ground = carried.cleaned_data["ground"].partition(":")
    if kind == "entry":
        yield {"label": "所依据的", "value": words.entry_words(entry_of(UUID(ground), opened=opened), law)}
    if kind == "document":
        found = document_of(UUID(ground), opened=opened)
        yield {"label": "所依据的", "value": words.document_words(found)}


def _said(form: ProposeForm) -> Iterator[dict[str, str]]:
    """What was filled in, in the words of the form; what is hidden stands above in words of its own."""
    for field in form.visible_fields():
        value = form.cleaned_data[field.name]
        choices = dict(getattr(field.field, "choices", ()))
        listed = value if isinstance(value, list) else [value]
        told = "、".join(str(choices.get(each, each)) for each in listed)
        if isinstance(value, bool):
            told = "是" if value else "否"
        yield {"label": str(field.label), "value": told if value not in (None, "") or choices else "—"}
