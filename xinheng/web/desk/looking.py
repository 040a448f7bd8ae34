"""What an officer says before a non-public record is shown (先填目的): why, on what basis, of which day."""

from __future__ import annotations

from typing import Any

from django import forms

from xinheng.access.actor import Actor
from xinheng.access.gate import Opened
from xinheng.access.purposes import open_to
from xinheng.catalog.public import current_law
from xinheng.law.language import Refusal
from xinheng.law.refusals import tell
from xinheng.registry.asof import Asked
from xinheng.runtime import clock


class PurposeForm(forms.Form):
    """Asked before anything is shown: why, and on what basis (五（二）)."""

    purpose = forms.ChoiceField(label="查询目的")
    basis = forms.CharField(
        label="依据",
        help_text="案件编号、批次号或者法律条文。本次查看将登记，当事人可以看到。",
        max_length=200,
    )

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(each.value, each.label) for each in open_to(actor.roles)]
        self.fields["purpose"].choices = choices  # type: ignore[attr-defined]


_UNREADABLE = {"invalid": "日期看不懂，请写成 2026-11-23 这样的日期。", "required": "请填所问日期。"}
# At which field a refusal of the two days is told; the other days are told at the first.
_AT = {"KNOWN_BEFORE_AS_OF": "known", "KNOWN_FUTURE": "known"}


def _day(label: str, help_text: str, *, required: bool) -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=help_text,
        required=required,
        input_formats=["%Y-%m-%d"],
        error_messages=_UNREADABLE,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )


class DayForm(PurposeForm):
    """Of which day, and by what was known when; purpose and basis once given are carried along unseen."""

    as_of = _day("所问日期", "看这一天 24 时的情况。", required=True)
    known = _day("当时所知", "只看到这一天为止登记的内容；不填按今天所知。", required=False)
    field_order = ("as_of", "known", "purpose", "basis")

    asked: Asked

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(actor, *args, **kwargs)
        if not ({"purpose", "basis"} & set(self.errors)) and (self.is_bound or self.initial):
            self._carry()

    @classmethod
    def after(cls, opened: Opened) -> DayForm:
        """The form on a page that was opened for a purpose: only the days are still to be told."""
        return cls(opened.actor, initial={"purpose": opened.purpose.value, "basis": opened.basis})

    def _carry(self) -> None:
        for name in ("purpose", "basis"):
            self.fields[name].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given.get("as_of") and "known" in given:
            try:
                self.asked = Asked.of(given["as_of"], given["known"], today=clock.today())
            except Refusal as refusal:
                self._tell(refusal)
        return given

    def _tell(self, refusal: Refusal) -> None:
        (reason,) = refusal.reasons
        told = tell(reason, current_law(clock.today()))
        self.add_error(_AT.get(reason.code, "as_of"), told.text)

    @property
    def purpose_given(self) -> dict[str, str]:
        """Purpose and basis, as the gate takes them."""
        return {name: str(self.cleaned_data[name]) for name in ("purpose", "basis")}
