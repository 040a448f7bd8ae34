"""What is filled in for an application (申请表): two materials and nothing that could cost anything."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django import forms

from xinheng.casework.repairs import checking
from xinheng.casework.repairs.lodging import Named

STATEMENT_AT_MOST, NAMED_AT_MOST = 2000, 300
ACCEPTED = {"accept": ".pdf,.png,.jpg,.jpeg"}


class ChooseForm(forms.Form):
    """Which records, in whose words; what is not in the own file may be named too."""

    statement = forms.CharField(
        label="情况说明",
        required=False,
        max_length=STATEMENT_AT_MOST,
        widget=forms.Textarea({"rows": 4}),
        help_text="改正、履行的情况。2000 字以内。",
        error_messages={"max_length": "情况说明超过 2000 字，请缩短后再提交。"},
    )
    body = forms.ChoiceField(label="没有列出的信息：认定单位", required=False)
    named = forms.CharField(
        label="没有列出的信息：文号或者名称",
        required=False,
        max_length=NAMED_AT_MOST,
        help_text="在上面没有找到的，写明文号，照样受理，由认定单位查明后书面答复。",
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        choices = [(str(identity), name) for identity, name in checking.bodies()]
        self.fields["body"].choices = [("", "请选择"), *choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, object]:
        told = super().clean() or {}
        if bool(told.get("body")) != bool(str(told.get("named") or "").strip()):
            self.add_error("named", "请同时选择认定单位并写明文号或者名称。")
        return told

    @property
    def given(self) -> tuple[Named, ...]:
        told = self.cleaned_data
        return (Named(UUID(told["body"]), told["named"]),) if told["body"] else ()


def _file(label: str, hint: str) -> forms.FileField:
    return forms.FileField(
        label=label,
        required=False,
        help_text=hint,
        widget=forms.FileInput(ACCEPTED),
        error_messages={"empty": "这个文件是空的，请换一个。"},
    )


class MaterialForm(forms.Form):
    """The two materials of the present edition."""

    kinds: tuple[str, ...] = ("proof", "commitment")
    proof = _file("履行义务的证明", "PDF、PNG 或者 JPEG，不超过 10 MB。机关自己能查到的，可以不提交。")
    commitment = _file("信用承诺书", "PDF、PNG 或者 JPEG，不超过 10 MB，签名或者盖章。")

    def handed(self) -> Iterable[tuple[str, str, bytes]]:
        """(kind, name, file) of what was chosen."""
        for kind in self.kinds:
            if found := self.cleaned_data.get(kind):
                yield kind, str(found.name), found.read()


class SupplyForm(MaterialForm):
    """What is handed in later, and a word with it; of a firm under reorganisation also the court's ruling."""

    ruling = _file(
        "法院裁定书和计划（重整、和解的企业）", "法院批准重整计划或者认可和解协议的裁定；没有的不填。"
    )
    text = forms.CharField(
        label="说明", required=False, max_length=STATEMENT_AT_MOST, widget=forms.Textarea({"rows": 3})
    )

    kinds = (*MaterialForm.kinds, "ruling")

    def clean(self) -> dict[str, object]:
        told = super().clean() or {}
        if not any(told.get(each) for each in (*self.kinds, "text")):
            self.add_error("proof", "请至少选一个文件，或者写明情况。")
        return told


class WithdrawForm(forms.Form):
    """Why an application is taken back; nobody has to say."""

    reason = forms.CharField(label="原因", required=False, max_length=500)
