"""The form of each step of a case (各步骤的表单): what is filled in becomes `Given`, and rows for the check page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, time
from typing import Any, Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms

from xinheng.casework.given import AskGiven, Given, HearingGiven, ObjectionGiven, ReplyGiven, ServiceGiven
from xinheng.law.lawbook import Law
from xinheng.law.lists import SeriousList
from xinheng.runtime.clock import day_of
from xinheng.web.desk.cases import words

HERE = ZoneInfo("Asia/Shanghai")
DAY = {"input_formats": ["%Y-%m-%d"], "widget": forms.DateInput({"type": "date"}, format="%Y-%m-%d")}
UNREADABLE = {"invalid": "日期看不懂，请写成 2026-11-23 这样的日期。"}


def day_field(label: str, **more: Any) -> forms.DateField:
    told = {**UNREADABLE, "required": f"请填写{label}。"}
    return forms.DateField(label=label, error_messages=told, **DAY, **more)  # type: ignore[arg-type]


def text_field(label: str, *, rows: int = 4, **more: Any) -> forms.CharField:
    more.setdefault("error_messages", {"required": f"请填写{label}。"})
    return forms.CharField(label=label, max_length=4000, widget=forms.Textarea({"rows": rows}), **more)


class Stepped(Protocol):
    """What a form of a step looks at: the revision that is seen, what the party said."""

    @property
    def revision(self) -> int: ...
    @property
    def objections(self) -> Sequence[Any]: ...


class StepForm(forms.Form):
    """What every step carries: the revision that the officer has seen."""

    revision = forms.IntegerField(widget=forms.HiddenInput())

    def __init__(self, view: Stepped, listed: SeriousList | None, law: Law, *args: Any) -> None:
        super().__init__(*args)
        self.view, self.listed, self.law = view, listed, law
        self.initial["revision"] = view.revision

    def given(self) -> Given:
        return Given(reason=self.cleaned_data.get("reason", ""))

    def rows(self) -> Iterator[dict[str, Any]]:
        """What was filled in, by the labels and words of the form."""
        for name, field in self.fields.items():
            if name != "revision":
                yield {"label": field.label, "value": self._said(name, field)}

    def _said(self, name: str, field: forms.Field) -> str:
        value = self.cleaned_data[name]
        choices = dict(getattr(field, "choices", ()))
        if isinstance(value, list):
            return "、".join(str(choices[each]) for each in value) or "没有"
        if isinstance(value, bool):
            return "是" if value else "否"
        if isinstance(value, time):
            return f"{value:%H:%M}"
        return str(choices.get(value, value) if value is not None else "")


class ReasonForm(StepForm):
    """A step that says why."""

    reason = text_field("理由", help_text="写入案卷，当事人依法查阅时可以看到。")


class RemarkForm(StepForm):
    """A step that may be explained."""

    reason = text_field("说明", required=False, rows=3)


class ServeForm(StepForm):
    """A proof of service as it came back (送达回证)."""

    way = forms.ChoiceField(label="送达方式")
    on = day_field("日期", help_text="送达方式后面括号里的那一天；公告送达填公告发布的日期。")
    shows = forms.MultipleChoiceField(
        label="回证上有",
        widget=forms.CheckboxSelectMultiple,
        help_text="照回证勾选；缺少规定的内容，不能算送达。",
        error_messages={"required": "请照回证勾选，一项也没有的不能算送达。"},
    )
    receiver = forms.CharField(label="收件人", max_length=100, required=False)
    place = forms.CharField(label="送达地点", max_length=200, required=False)
    servers = text_field("送达人", rows=2, required=False, help_text="一行一人。")
    note = text_field("备注", rows=2, required=False)

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.fields["way"].choices = words.ways(self.law)  # type: ignore[attr-defined]
        self.fields["shows"].choices = words.proofs(self.law)  # type: ignore[attr-defined]

    def given(self) -> Given:
        told = {
            name: self.cleaned_data[name] for name in ("way", "on", "receiver", "place", "servers", "note")
        }
        return Given(service=ServiceGiven(**told, shows=tuple(self.cleaned_data["shows"])))


class ReceiveForm(StepForm):
    """What the party brought forward; taken whenever it comes."""

    kind = forms.ChoiceField(label="种类", widget=forms.RadioSelect)
    received_on = day_field("收到的日期")
    received_at = forms.TimeField(
        label="收到的时间", input_formats=["%H:%M"], widget=forms.TimeInput({"type": "time"}, format="%H:%M"),
        error_messages={"invalid": "时间看不懂，请写成 09:30 这样的时间。"},
    )  # fmt: skip
    text = text_field("内容", help_text="照当事人所说如实记录；书面的可以摘要，原件附卷。")

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.fields["kind"].choices = words.objection_kinds(self.law)  # type: ignore[attr-defined]

    def given(self) -> Given:
        told = self.cleaned_data
        moment = datetime.combine(told["received_on"], told["received_at"], tzinfo=HERE)
        return Given(objection=ObjectionGiven(kind=told["kind"], received_at=moment, text=told["text"]))


class OfObjectionForm(StepForm):
    """A step that answers one of the objections."""

    objection = forms.ChoiceField(label="哪一项", widget=forms.RadioSelect)

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        kinds = dict(words.objection_kinds(self.law))
        waiting = [e for e in self.view.objections if e.replied_on is None and self._fits(e)]
        choices = [(str(e.id), f"{e.number}（{kinds[e.kind]}，{day_of(e.received_at)}）") for e in waiting]
        self.fields["objection"].choices = choices  # type: ignore[attr-defined]
        if len(choices) == 1:
            self.initial["objection"] = choices[0][0]

    def _fits(self, _objection: Any) -> bool:
        return True

    def which(self) -> UUID:
        return UUID(self.cleaned_data["objection"])


class HearForm(OfObjectionForm):
    """A hearing as it was held (听证笔录)."""

    on = day_field("举行听证的日期")
    place = forms.CharField(label="地点", max_length=200)
    presider = forms.CharField(label="主持人", max_length=100, help_text="不能是本案的经办人。")
    recorder = forms.CharField(label="记录人", max_length=100)
    attended = text_field("参加人", rows=3, required=False, help_text="一行一人。")
    proceedings = text_field("听证情况", rows=8, help_text="一行一段，写成“谁：说了什么”。")

    def _fits(self, objection: Any) -> bool:
        return objection.kind == "hearing" and objection.heard_on is None

    def given(self) -> Given:
        names = ("on", "place", "presider", "recorder", "attended", "proceedings")
        told = {name: self.cleaned_data[name] for name in names}
        return Given(hearing=HearingGiven(objection=self.which(), **told))


class ReplyForm(OfObjectionForm):
    """The written reply, with reasons (异议核实反馈书)."""

    checked = text_field("核实情况")
    upheld = forms.ChoiceField(
        label="结论", choices=[("no", "异议不成立"), ("yes", "异议成立")], widget=forms.RadioSelect
    )
    reasons = text_field("理由")

    def given(self) -> Given:
        told = self.cleaned_data
        reply = ReplyGiven(
            objection=self.which(), checked=told["checked"], reasons=told["reasons"], upheld=told["upheld"] == "yes"
        )  # fmt: skip
        return Given(reply=reply)


class AskForm(StepForm):
    """A way out that a clerk asks a signer to grant; its conditions are ticked as they were verified."""

    way_out = forms.ChoiceField(
        label="提出什么",
        choices=[("exit", "准予提前移出"), ("correct", "列入有误，撤销列入")],
        widget=forms.RadioSelect,
    )
    applied_on = day_field("当事人申请的日期", required=False, help_text="依职权提出的不填。")
    corrected_on = day_field("改正的日期", required=False)
    met = forms.MultipleChoiceField(
        label="已经具备的条件", required=False, widget=forms.CheckboxSelectMultiple
    )
    barred = forms.MultipleChoiceField(
        label="有下列情形",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="有这些情形的，由签发人说明理由后决定。",
    )
    reason = text_field("理由")

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        early = self.listed.early if self.listed else None
        for name, items in (("met", early.needs if early else {}), ("barred", early.barred if early else {})):
            self.fields[name].choices = list(items.items())  # type: ignore[attr-defined]
            if not items:
                del self.fields[name]

    def asked(self) -> AskGiven:
        told = self.cleaned_data
        same = {name: told[name] for name in ("reason", "applied_on", "corrected_on")}
        return AskGiven(
            step=told["way_out"], **same, met=tuple(told.get("met", ())), barred=tuple(told.get("barred", ()))
        )


class AnswerForm(StepForm):
    """The signer's answer to what was asked for."""

    granted = forms.ChoiceField(
        label="决定",
        choices=[("yes", "同意，制作移出决定书并立即移出"), ("no", "不同意")],
        widget=forms.RadioSelect,
    )
    reason = text_field("理由")


class NoteForm(StepForm):
    text = text_field("备注", rows=3)


class HandOverForm(StepForm):
    """To another clerk of the same agency."""

    to_user = forms.ChoiceField(label="移交给")
    text = text_field("说明", rows=3, required=False)

    def __init__(self, colleagues: list[tuple[str, str]], *args: Any) -> None:
        super().__init__(*args)
        self.fields["to_user"].choices = colleagues  # type: ignore[attr-defined]


# Steps whose form asks for more than a word of explanation.
FORMS: Mapping[str, type[StepForm]] = {
    "serve_notice": ServeForm,
    "list": ServeForm,
    "receive": ReceiveForm,
    "hold_hearing": HearForm,
    "reply": ReplyForm,
    **dict.fromkeys(("propose", "return", "decide_not", "withdraw", "restore"), ReasonForm),
}
