"""Windows of force majeure: proposed by one officer of the credit office, declared and ended by another (不可抗力窗口)."""

# clause: 4.2b

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from xinheng.access.actor import Actor
from xinheng.access.queries import officer_names
from xinheng.catalog import services
from xinheng.catalog.public import current_law
from xinheng.catalog.windows import WindowRow, areas, window, window_page
from xinheng.law.language import Refusal
from xinheng.runtime import clock
from xinheng.web.desk.answers import missing, officer, page, status_of, told
from xinheng.web.desk.asking import through
from xinheng.web.desk.steps import STEP, given, made
from xinheng.web.ui.paging import Pager, page_number

REVOKE, END = "revoke", "end"
EFFECT = (
    "由另一人批准后公布。公布时，窗口触及的在办案卷、当事人的期限和已收录的失信信息列为待复核；"
    "以后报送的和新立的一样。公示、期限和记录都不因此改动，等工作人员逐件决定。"
)


def _day(label: str, help_text: str, *, required: bool = True) -> forms.DateField:
    return forms.DateField(
        label=label, help_text=help_text, required=required, input_formats=["%Y-%m-%d"],
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "日期看不懂，请写成 2026-11-23 这样的日期。", "required": "请填日期。"},
    )  # fmt: skip


def _ground(help_text: str) -> forms.CharField:
    return forms.CharField(
        label="事由", help_text=help_text, max_length=1000, widget=forms.Textarea({"rows": 4})
    )


class WindowForm(forms.Form):
    """Where, from when until when, why."""

    area = forms.ChoiceField(
        label="地区", help_text="全市的窗口包括各县区；县区的窗口也涉及市级单位办理的事项。"
    )
    first = _day("开始日", "当日计入。")
    last = _day("结束日", "当日计入；还没有结束的不填，以后再提出结束。", required=False)
    ground = _ground("写明是什么灾害、疫情或者其他不可抗力，以及凭哪份公告。不要写姓名和证件号码。")

    def __init__(self, names: Mapping[str, str], *args: Any) -> None:
        super().__init__(*args)
        self.fields["area"].choices = [("", "请选择"), *names.items()]  # type: ignore[attr-defined]


class EndForm(forms.Form):
    """An earlier last day, or none because it should not have been declared; and why."""

    how = forms.ChoiceField(
        label="怎样结束", widget=forms.RadioSelect,
        choices=[(END, "写明最后一日"), (REVOKE, "撤销：不应当公布")],
        error_messages={"required": "请选择怎样结束。"},
    )  # fmt: skip
    last = _day("最后一日", "当日计入；撤销的不填。", required=False)
    ground = _ground("写明依据。不要写姓名和证件号码。")

    def clean(self) -> dict[str, Any]:
        """An end has its day."""
        said: dict[str, Any] = super().clean() or {}
        if said.get("how") == END and not said.get("last") and "last" not in self.errors:
            self.add_error("last", "请填最后一日。")
        return said

    @property
    def day(self) -> Any:
        return self.cleaned_data["last"] if self.cleaned_data["how"] == END else None


@require_GET
@officer("window.propose")
def listing(request: HttpRequest, actor: Actor) -> HttpResponse:
    """All windows, latest first, with what may be done with each."""
    found = window_page(actor=actor, page=page_number(request.GET.get("page", "")))
    context = {"rows": _rows(found.rows, actor), "pager": Pager(found.page, found.total, found.size)}
    return page(request, actor, "desk/windows.html", context)


@require_http_methods(["GET", "POST"])
@officer("window.propose")
def new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Propose a window; another officer declares it."""
    names = areas(current_law(clock.today()))
    form = WindowForm(names, given(request))

    def propose() -> UUID:
        told_ = form.cleaned_data
        return services.propose_window(
            area=told_["area"], first=told_["first"], last=told_["last"], ground=told_["ground"], actor=actor,
            now=clock.now(),
        )  # fmt: skip

    def rows() -> list[dict[str, Any]]:
        told_ = form.cleaned_data
        days = f"{told_['first']} 至 {told_['last'] or '尚未结束'}"
        return _said([("地区", names[told_["area"]]), ("日期", days), ("事由", told_["ground"])])

    title = "提出不可抗力窗口"
    return _asked(request, actor, form, {"title": title, "effect": EFFECT}, rows, propose)


@require_http_methods(["GET", "POST"])
@officer("window.propose")
def end(request: HttpRequest, actor: Actor, number: UUID) -> HttpResponse:
    """Propose that a window ends earlier, or should not have been declared."""
    found = window(number)
    # What was checked is sent as it was, also twice: the service says whether it may be done.
    if request.POST.get(STEP) != "act" and (not found.stands or found.ending):
        raise Refusal.because("NOT_READY", state=_state(found)[0])
    form = EndForm(given(request))

    def propose() -> UUID:
        return services.propose_window_end(
            number, last=form.day, ground=form.cleaned_data["ground"], actor=actor, now=clock.now()
        )

    def rows() -> list[dict[str, Any]]:
        until = f"最后一日 {form.day}" if form.day else "撤销，视为没有公布"
        return _said([("窗口", found.number), ("结束", until), ("事由", form.cleaned_data["ground"])])

    effect = "由另一人批准后生效。不再触及、也还没有人决定的事项从待复核中去掉；已经作出的决定保留。"
    (shown,) = _rows([found], actor)
    told_ = {"title": f"提出结束或撤销：{found.number}", "effect": effect, "each": shown}
    return _asked(request, actor, form, told_, rows, propose)


def _asked(
    request: HttpRequest,
    actor: Actor,
    form: forms.Form,
    context: Mapping[str, Any],
    rows: Callable[[], list[dict[str, Any]]],
    propose: Callable[[], UUID],
) -> HttpResponse:
    """A proposal, by its form."""
    return through(
        request, actor, form, "desk/window_form.html", {**context, "verb": "提出，交另一人批准"},
        rows=rows, do=lambda: made(propose()), done="已提出，待另一人批准。", to=lambda _: reverse("desk:windows"),
    )  # fmt: skip


# step: (service, whether it decides the end, what is said afterwards, verb on the button, what it does)
_STEPS: Mapping[str, tuple[Callable[..., Any], bool, str, str, str]] = {
    "approve": (
        services.approve_window, False, "窗口已公布，触及的事项已列为待复核。", "批准公布",
        "批准后立即公布，触及的事项列为待复核。公示、期限和记录不因此改动。",
    ),
    "refuse": (
        services.refuse_window, False, "窗口未获批准。", "不予批准", "不予批准后，窗口不产生任何作用。",
    ),
    "approve-end": (
        services.approve_window_end, True, "窗口的结束已生效。", "批准结束",
        "批准后立即生效：不再触及、也还没有人决定的事项从待复核中去掉。",
    ),
    "refuse-end": (
        services.refuse_window_end, True, "窗口继续有效。", "不予结束", "不予批准后，窗口继续有效。",
    ),
}  # fmt: skip


@require_http_methods(["GET", "POST"])
@officer("window.approve")
def decide(request: HttpRequest, actor: Actor, number: UUID, verb: str) -> HttpResponse:
    """The window in full, then one button; by another officer than the one who proposed."""
    if verb not in _STEPS:
        return missing(request, actor)
    found = window(number)
    if request.method == "GET":
        return _window_page(request, actor, found, verb)
    do, of_end, done, _, _ = _STEPS[verb]
    target = (found.ending.id if found.ending else None) if of_end else found.id
    try:
        if target is None:
            raise Refusal.because("ALREADY_DECIDED")
        do(target, actor=actor, now=clock.now())
    except Refusal as refusal:
        again = window(number)
        if _is_done(again, verb, actor):
            return redirect("desk:windows")
        return _window_page(request, actor, again, verb, refusal)
    messages.success(request, done)
    return redirect("desk:windows")


def _is_done(found: WindowRow, verb: str, actor: Actor) -> bool:
    """Whether this very officer has done it already: then a second click leads to the first result."""
    last = found.endings[-1] if found.endings else None
    decided = last if verb.endswith("-end") else found
    granted = verb.startswith("approve")
    return decided is not None and decided.decided_by == actor.user_id and decided.granted is granted


def _window_page(
    request: HttpRequest, actor: Actor, found: WindowRow, verb: str, refusal: Refusal | None = None
) -> HttpResponse:
    (shown,) = _rows([found], actor)
    _, of_end, _, label, effect = _STEPS[verb]
    waits = found.ending if of_end else found if found.waits else None
    mine = waits is not None and waits.proposed_by == actor.user_id
    context = {
        "each": shown,
        "verb": label,
        "effect": effect,
        "open": waits is not None and not mine,
        "mine": mine,
        "refusals": told(refusal) if refusal else (),
    }
    return page(request, actor, "desk/window.html", context, status=status_of(refusal) if refusal else 200)


def _rows(rows: Any, actor: Actor) -> list[dict[str, Any]]:
    who = {each for row in rows for each in (row.proposed_by, row.decided_by) if each}
    ends = {
        each for row in rows for end_ in row.endings for each in (end_.proposed_by, end_.decided_by) if each
    }
    names, places = officer_names(who | ends), areas(current_law(clock.today()))
    return [_row(row, names, places, actor) for row in rows]


def _row(
    row: WindowRow, names: Mapping[UUID, str], places: Mapping[str, str], actor: Actor
) -> dict[str, Any]:
    area = places.get(row.area, row.area)
    days = f"{row.first} 至 {row.last or '尚未结束'}"
    asked = row.ending
    facts = [("地区", area), ("日期", days), ("事由", row.ground), ("提出人", names.get(row.proposed_by, ""))]
    if row.decided_by:
        facts.append(("批准人" if row.granted else "办理人", names.get(row.decided_by, "")))
    for each in row.endings:
        until = f"最后一日 {each.last}" if each.last else "撤销"
        word = {None: "提出结束", True: "已结束", False: "结束未获批准"}[each.granted]
        facts.append((word, f"{until}。{each.ground}（{names.get(each.proposed_by, '')}提出）"))
    return {
        "row": row,
        "area": area,
        "days": days,
        "facts": _said(facts),
        "state": _state(row),
        "may_end": row.stands and asked is None,
        "mine": (asked or row).proposed_by == actor.user_id,
    }


def _said(told_: list[tuple[str, str]]) -> list[dict[str, Any]]:
    return [{"label": label, "value": value} for label, value in told_]


def _state(row: WindowRow) -> tuple[str, str]:
    if row.waits:
        return "待批准", "amber"
    if not row.granted:
        return "未获批准", ""
    if row.revoked:
        return "已撤销", ""
    if row.ending:
        return "结束待批准", "amber"
    over = row.last is not None and row.last < clock.today()
    return ("已结束", "") if over else ("有效", "blue")
