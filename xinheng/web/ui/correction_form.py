"""What a party says is wrong about one record, field by field (异议表单): the same at the counter and at the window."""

# clauses: 2.2b

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms

from xinheng.casework.correctionfacts import Claim
from xinheng.publication.own import OwnRecord

MOST = 500


class ClaimsForm(forms.Form):
    """Each field of the record with room for what is right; 这不是我; why."""

    not_mine = forms.BooleanField(
        label="这不是我",
        required=False,
        help_text="这条信息是别人的，名称或者代码弄错了。勾选后即时停止公示。",
    )
    why = forms.CharField(
        label="说明", required=False, max_length=2000, widget=forms.Textarea({"rows": 4}),
        help_text="可以写明您为什么认为有误，有什么材料。没有材料也可以提出。",
    )  # fmt: skip

    def __init__(self, record: OwnRecord, given: Any = None) -> None:
        super().__init__(given)
        self.record = record
        fields = {
            f"claim_{each.code}": forms.CharField(
                label=each.label, required=False, max_length=MOST, help_text=f"现在：{each.value}",
                widget=forms.TextInput({"autocomplete": "off"}),
            )
            for each in record.facts
            if each.value
        }  # fmt: skip
        self.fields = {"not_mine": self.fields["not_mine"], **fields, "why": self.fields["why"]}

    def clean(self) -> dict[str, Any]:
        """Something has to be said."""
        said: dict[str, Any] = super().clean() or {}
        if not said.get("not_mine") and not any(
            said.get(name) for name in self.fields if name.startswith("claim_")
        ):
            raise forms.ValidationError("请在有误的栏目里填写您认为正确的内容；不是您的，请勾选“这不是我”。")
        return said

    @property
    def not_me(self) -> bool:
        return bool(self.cleaned_data["not_mine"])

    def claims(self) -> list[Claim]:
        """The fields that the party filled in."""
        return [
            Claim(field=each.code, label=each.label, old=each.value, claimed=claimed)
            for each in self.record.facts
            if (claimed := str(self.cleaned_data.get(f"claim_{each.code}") or "").strip())
        ]

    def rows(self) -> Iterator[dict[str, Any]]:
        """What was filled in, for the check page."""
        if self.not_me:
            yield {"label": "这不是我", "value": "是，请停止公示并查明"}
        for each in self.claims():
            yield {"label": each.label, "value": f"现在：{each.old}\n应为：{each.claimed}"}
        yield {"label": "说明", "value": self.cleaned_data["why"]}
