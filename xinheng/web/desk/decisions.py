"""The form that answers a question of reference/terms.yaml with one of its allowed answers (决定的选项)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from xinheng.law.lawbook import Law
from xinheng.law.questions import Question
from xinheng.web.desk.words import value_in_words

MOST_MONTHS = 1200


class DecisionForm(forms.Form):
    """One choice or number per key of the question's decision; a subclass adds the ground."""

    def __init__(self, question: Question, law: Law, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.question = question
        later = list(self.fields)
        for name, allowed in question.decision.items():
            self.fields[f"decision_{name}"] = _answer_field(name, allowed, law)
        self.order_fields([*(f"decision_{name}" for name in question.decision), *later])

    def decision(self) -> dict[str, Any]:
        """The answer as the law reads it."""
        told = {name: self.cleaned_data[f"decision_{name}"] for name in self.question.decision}
        return {name: _typed(value, self.question.decision[name]) for name, value in told.items()}


def decision_rows(decision: Mapping[str, Any], law: Law) -> list[dict[str, str]]:
    """A decision in words, as rows for ui/parts/summary_list.html."""
    return [
        {"label": value_in_words("decision", name, law), "value": value_in_words(name, value, law)}
        for name, value in decision.items()
    ]


def _answer_field(name: str, allowed: Any, law: Law) -> forms.Field:
    label = value_in_words("decision", name, law)
    if allowed == "integer":
        return forms.IntegerField(label=label, min_value=1, max_value=MOST_MONTHS)
    choices = [(str(each), value_in_words(name, each, law)) for each in allowed]
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect)


def _typed(value: Any, allowed: Any) -> Any:
    return value if allowed == "integer" else next(each for each in allowed if str(each) == value)
