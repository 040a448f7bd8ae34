"""What an agency says of its own publication, asked with every report (公开审查与公开渠道, 三（二）)."""

from __future__ import annotations

from typing import Any

from django import forms

from xinheng.access.queries import AgencyView

CHANGE_KINDS = (("", "没有变更"), ("variation", "变更：原决定依法变更"), ("correction", "更正：原报送有误"))


class SourceForm(forms.Form):
    """The agency's disclosure review, its own channel, and the ground of changes in this report."""

    reviewed = forms.ChoiceField(
        label="公开审查",
        help_text="公开前由本机关审查国家秘密、商业秘密、个人隐私和社会影响。",
        choices=[("yes", "已审查，可以公开"), ("no", "没有审查或者不宜公开：入库但不公示")],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择是否已完成公开审查。"},
    )
    channel = forms.CharField(label="本机关公开渠道", max_length=100, required=False)
    url = forms.URLField(label="公开网址", assume_scheme="https", required=False, max_length=500)
    published_on = forms.DateField(
        label="公开日期", required=False, widget=forms.DateInput({"type": "date"}), input_formats=["%Y-%m-%d"]
    )
    change_kind = forms.ChoiceField(
        label="对已报送信息的变更",
        choices=CHANGE_KINDS,
        required=False,
        help_text="已收录的处罚等对当事人不利的信息，没有变更或者更正的理由不能改动。",
    )
    change_reason = forms.CharField(label="变更或者更正的理由", max_length=500, required=False)

    def __init__(self, home: AgencyView | None, *args: Any, **kwargs: Any) -> None:
        own = {"channel": home.channel_name, "url": home.channel_url} if home else {}
        super().__init__(*args, **{"initial": own, **kwargs})

    def clean(self) -> dict[str, Any]:
        """A change needs its reason."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("change_kind") and not given.get("change_reason"):
            self.add_error("change_reason", "请写明变更或者更正的理由。")
        return given

    def source(self) -> dict[str, Any]:
        """As exchange.services takes it."""
        given = self.cleaned_data
        told: dict[str, Any] = {
            "reviewed": given["reviewed"] == "yes",
            "channel": given["channel"],
            "url": given["url"],
        }
        if given["published_on"]:
            told["published_on"] = given["published_on"].isoformat()
        if given["change_kind"]:
            told["ground"] = {"kind": given["change_kind"], "reason": given["change_reason"]}
        return told
