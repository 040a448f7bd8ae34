"""What officers fill in with the steps of a correction (异议的办理表单)."""

# clauses: 2.2b

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms

from xinheng.casework.correctionfacts import Claim, Given, Ruling
from xinheng.casework.correctionviews import View
from xinheng.casework.given import ServiceGiven
from xinheng.law.lawbook import Law
from xinheng.web.desk.cases import words

KEEP, TAKE, OTHER = "keep", "take", "other"
CHOICES = [(TAKE, "采纳当事人的内容"), (KEEP, "不改动"), (OTHER, "按原始文书改为其他内容")]
NAMES = {"yes": "认错了，不是当事人的", "no": "确属当事人"}


def _text(label: str, help_text: str = "", *, required: bool = True, rows: int = 3) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, required=required, max_length=2000, widget=forms.Textarea({"rows": rows}),
        error_messages={"required": f"请填写{label}。"},
    )  # fmt: skip


class StepForm(forms.Form):
    """Nothing but what had been seen."""

    revision = forms.IntegerField(widget=forms.HiddenInput())

    def __init__(self, view: View, law: Law, given: Any = None) -> None:
        super().__init__(given, initial={"revision": view.revision})
        self.view, self.law = view, law

    def given(self) -> Given:
        return Given()

    def rows(self) -> Iterator[dict[str, Any]]:
        """What was filled in, for the check page."""
        for name, field in self.fields.items():
            if name != "revision":
                yield {"label": field.label, "value": self._said(name, field)}

    def _said(self, name: str, field: forms.Field) -> str:
        value = self.cleaned_data.get(name)
        if isinstance(field, forms.MultipleChoiceField):
            known = dict(field.choices)  # type: ignore[arg-type]
            return "、".join(str(known[each]) for each in value or ())
        if isinstance(field, forms.ChoiceField):
            return str(dict(field.choices).get(value, ""))  # type: ignore[arg-type]
        if isinstance(field, forms.BooleanField):
            return "是" if value else "否"
        return str(value or "")


class AnswerForm(StepForm):
    """What the source's documents say."""

    answer = _text("核对原始文书的情况", "写明原始文书怎样记载。")

    def given(self) -> Given:
        return Given(answer=self.cleaned_data["answer"])


class ReasonForm(StepForm):
    """Why."""

    reason = _text("理由")

    def given(self) -> Given:
        return Given(reason=self.cleaned_data["reason"])


class ServedForm(StepForm):
    """How the paper reached the party."""

    way = forms.ChoiceField(label="送达方式")
    on = forms.DateField(
        label="送达日期", input_formats=["%Y-%m-%d"], widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "日期看不懂，请写成 2026-11-23 这样的日期。", "required": "请填日期。"},
    )  # fmt: skip
    shows = forms.MultipleChoiceField(
        label="回证上有", widget=forms.CheckboxSelectMultiple, help_text="照回证勾选。"
    )
    receiver = forms.CharField(label="收件人", max_length=100, required=False)

    def __init__(self, view: View, law: Law, given: Any = None) -> None:
        super().__init__(view, law, given)
        self.fields["way"].choices = words.ways(law)  # type: ignore[attr-defined]
        self.fields["shows"].choices = words.proofs(law)  # type: ignore[attr-defined]

    def service(self) -> ServiceGiven:
        told = self.cleaned_data
        return ServiceGiven(
            way=told["way"], on=told["on"], shows=tuple(told["shows"]), receiver=told["receiver"]
        )


class UnfreezeForm(ServedForm):
    """The party has the decision, and publication goes on because of what."""

    reason = _text("理由", "写明凭什么认定确属当事人。")

    def given(self) -> Given:
        return Given(service=self.service(), reason=self.cleaned_data["reason"])


class CompleteForm(ServedForm):
    """The party has the decision, and every holder has confirmed."""

    confirmed = forms.BooleanField(
        label="我已逐一核对：各接收方都已回执", error_messages={"required": "请核对后勾选。"}
    )

    def given(self) -> Given:
        return Given(service=self.service(), receipts=self.view.owed)


class ProposeForm(StepForm):
    """Each field claimed with its own decision, reason and document; whose it is; the remedies."""

    reason = _text("总的理由")
    reconsideration_body = forms.CharField(label="复议机关", max_length=80)
    court = forms.CharField(label="管辖法院", max_length=80)

    def __init__(self, view: View, law: Law, given: Any = None) -> None:
        super().__init__(view, law, given)
        made: dict[str, forms.Field] = {}
        if view.row.not_me:
            made["mistaken"] = forms.ChoiceField(
                label="是否为本人", choices=[*NAMES.items()], widget=forms.RadioSelect,
                error_messages={"required": "请选择一项。"},
            )  # fmt: skip
        for claim, _ in view.claims:
            made |= _of_claim(claim)
        self.fields = {**made, **self.fields}

    def clean(self) -> dict[str, Any]:
        """Other content is written out; what changes has its document."""
        said: dict[str, Any] = super().clean() or {}
        for claim, _ in self.view.claims:
            how = said.get(f"how_{claim.field}")
            if how == OTHER and not said.get(f"value_{claim.field}"):
                self.add_error(f"value_{claim.field}", "请填写改成什么内容。")
            if how in (TAKE, OTHER) and not said.get(f"document_{claim.field}"):
                self.add_error(f"document_{claim.field}", "请填写依据的文书。")
        return said

    def given(self) -> Given:
        told = self.cleaned_data
        mistaken = {"yes": True, "no": False}.get(told.get("mistaken", ""))
        return Given(
            reason=told["reason"], mistaken=mistaken, court=told["court"],
            reconsideration_body=told["reconsideration_body"],
            rulings=tuple(self._ruling(claim) for claim, _ in self.view.claims),
        )  # fmt: skip

    def _ruling(self, claim: Claim) -> Ruling:
        told = self.cleaned_data
        decided = {TAKE: claim.claimed, KEEP: claim.old, OTHER: told[f"value_{claim.field}"]}
        return Ruling(
            field=claim.field, decided=decided[told[f"how_{claim.field}"]], reason=told[f"reason_{claim.field}"],
            document=told[f"document_{claim.field}"],
        )  # fmt: skip


def _of_claim(claim: Claim) -> dict[str, forms.Field]:
    label, said = claim.label, f"现在：{claim.old or '（空）'}；当事人：{claim.claimed}"
    return {
        f"how_{claim.field}": forms.ChoiceField(
            label=f"{label}：怎样处理", choices=CHOICES, widget=forms.RadioSelect, help_text=said,
            error_messages={"required": "请选择一项。"},
        ),
        f"value_{claim.field}": forms.CharField(
            label=f"{label}：改为", required=False, max_length=2000, help_text="只在改为其他内容时填写，照报送表的写法。"
        ),
        f"document_{claim.field}": forms.CharField(
            label=f"{label}：依据的文书", required=False, max_length=200, help_text="改动的必填：名称和文号。"
        ),
        f"reason_{claim.field}": _text(f"{label}：理由", rows=2),
    }  # fmt: skip


class SeenForm(StepForm):
    """Whether a record was mistaken by the same confusion."""

    answer = forms.ChoiceField(
        label="查看的结果", widget=forms.RadioSelect, error_messages={"required": "请选择一项。"},
        choices=[("no", "没有认错"), ("yes", "同样认错了")],
    )  # fmt: skip

    @property
    def confused(self) -> bool:
        return bool(self.cleaned_data["answer"] == "yes")


FORMS: dict[str, type[StepForm]] = {
    "answer": AnswerForm,
    "propose": ProposeForm,
    "return": ReasonForm,
    "unfreeze": UnfreezeForm,
    "complete": CompleteForm,
}
