"""A plan of a court is handed in (登记重整计划、和解协议): the ruling first, then what it says; the same at every counter."""

# clauses: 5.1a

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django import forms

from xinheng.casework.repairs.plans import PlanGiven
from xinheng.casework.repairs.views import CaseView

DAY = {"type": "date"}
EFFECT = "登记后由认定单位的另一人核实。核实以后，计划执行期间可以暂时解除有关的惩戒措施；公示、共享照旧。"


class PlanForm(forms.Form):
    """What the ruling says; which file it is."""

    material = forms.ChoiceField(label="裁定书", help_text="先补交法院裁定书和计划，再在这里登记。")
    court = forms.CharField(label="作出裁定的法院", max_length=100)
    number = forms.CharField(label="裁定书案号", max_length=100)
    runs_from = forms.DateField(label="计划执行的第一日", widget=forms.DateInput(DAY))
    until = forms.DateField(label="计划执行的最后一日", widget=forms.DateInput(DAY))

    def __init__(self, view: CaseView, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        choices = [(str(each.id), f"{each.kind_name}：{each.name}") for each in view.rulings]
        self.fields["material"].choices = choices  # type: ignore[attr-defined]

    def given(self) -> PlanGiven:
        told = self.cleaned_data
        names = ("court", "number", "runs_from", "until")
        return PlanGiven(material=UUID(told["material"]), **{name: told[name] for name in names})

    def rows(self) -> Sequence[tuple[str, str]]:
        """As they are read once more."""
        choices = dict(self.fields["material"].choices)  # type: ignore[attr-defined]
        told = {**self.cleaned_data, "material": choices[self.cleaned_data["material"]]}
        return [(str(field.label), str(told[name])) for name, field in self.fields.items()]
