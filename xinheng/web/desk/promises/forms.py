"""The forms of a case on a false promise (承诺不实各步骤的表单): those of a listing, where what is filled in is the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms

from xinheng.casework.given import Words
from xinheng.casework.own import kinds_of_speech
from xinheng.law.procedures.repair import FALSE_PROMISE
from xinheng.web.desk.cases.forms import ReasonForm, RemarkForm, ReplyForm, ServeForm, StepForm, text_field
from xinheng.web.desk.cases.forms import ReceiveForm as SpeechForm

FILE = forms.FileField(
    label="证据的扫描件",
    help_text="PDF、PNG 或者 JPEG，不超过 10 MB。没有证据不能立案。",
    error_messages={"required": "请选择证据的扫描件。"},
)


class OpenForm(forms.Form):
    """What was found, where the party may turn, whom it may ask; the file is chosen where all is read once more."""

    facts = text_field("查明的事实", help_text="写明承诺了什么、实际怎样。写进告知书和决定书。")
    evidence = text_field("证据", rows=3, help_text="写证据的名称、文号，一行一项。")
    window = forms.IntegerField(
        label="听取意见的期限（个工作日）",
        min_value=1,
        max_value=60,
        initial=7,
        help_text="名单有规定的按名单的规定。",
    )
    reconsideration_body = forms.CharField(label="复议机关", max_length=100)
    court = forms.CharField(label="管辖法院", max_length=100)
    contact_person = forms.CharField(label="联系人", max_length=60)
    contact_phone = forms.CharField(label="联系电话", max_length=60, help_text="用单位的电话。")
    reason = text_field("立案理由", rows=3)

    def words(self) -> Words:
        """What is sealed with the case."""
        names = ("facts", "evidence", "reconsideration_body", "court", "contact_person", "contact_phone")
        return Words(**{name: self.cleaned_data[name] for name in names})

    def rows(self) -> Iterator[dict[str, Any]]:
        """What was filled in, by the labels of the form."""
        for name, field in self.fields.items():
            yield {"label": field.label, "value": str(self.cleaned_data[name])}


class FileForm(forms.Form):
    """The document that shows it."""

    file = FILE


class ReceiveForm(SpeechForm):
    """What the party brought forward; there is no hearing in this procedure."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.fields["kind"].choices = kinds_of_speech(self.law, FALSE_PROMISE.name)  # type: ignore[attr-defined]


FORMS: Mapping[str, type[StepForm]] = {
    "serve_notice": ServeForm,
    "receive": ReceiveForm,
    "reply": ReplyForm,
    "propose": ReasonForm,
    "enter": ServeForm,
    "drop": ReasonForm,
}
__all__ = ["FORMS", "FileForm", "OpenForm", "RemarkForm", "StepForm"]
