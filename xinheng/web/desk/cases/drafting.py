"""The form of a draft (草拟): opening a case, and redrafting one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any

from django import forms

from xinheng.casework.given import ConsentGiven, DraftGiven, GroundGiven, LeniencyGiven, Words
from xinheng.law.facts import Effect
from xinheng.law.lawbook import Law
from xinheng.law.leniency import GROUNDS
from xinheng.law.lists import RANGES, PartyRole, SeriousList
from xinheng.law.refusals import tell_code
from xinheng.web.desk.cases.forms import day_field, text_field
from xinheng.web.desk.cases.words import DECISIONS, INSTRUMENTS
from xinheng.web.desk.words import value_in_words

MOST_GROUNDS = 3
Section = tuple[str, str, Sequence[str]]
CONSENT = ("consent_body", "consent_number", "consent_on", "consent_granted")
LENIENCY = ("heard", "leniency_grounds", "leniency_decision", "leniency_reason")
GROUNDS_HERE = "依据文书"
SIDE_BY_SIDE = ("当事人", "期限", "上级意见", "救济和联系方式")
WRITTEN = tuple(each.name for each in fields(Words))


class DraftForm(forms.Form):
    """A draft on one list: its ranges, criteria, clocks and consents are those of the list, and no others."""

    revision = forms.IntegerField(widget=forms.HiddenInput(), required=False)
    range = forms.ChoiceField(label="名单范围", widget=forms.RadioSelect)
    criteria = forms.MultipleChoiceField(label="认定情形", widget=forms.CheckboxSelectMultiple)
    facts = text_field("事由", rows=6, help_text="写进告知书和决定书。不要写与本案无关的个人信息。")
    evidence = text_field("证据", rows=4, help_text="一行一项。")
    conduct_from = day_field("行为自", required=False)
    conduct_to = day_field("行为至", required=False)
    window = forms.IntegerField(
        label="提出意见的期限（工作日）",
        min_value=1,
        max_value=60,
        help_text="名单没有规定的，在告知书中写明。",
    )
    months = forms.IntegerField(label="列入期限（月）", min_value=1, required=False)
    ground_lapsed_on = day_field(
        "责令期限届满的日期", required=False, help_text="名单另定作出决定的期限的，自这一天起算。"
    )
    consent_body = forms.CharField(label="上一级机关", max_length=200, required=False)
    consent_number = forms.CharField(label="上级文书文号", max_length=100, required=False)
    consent_on = day_field("上级文书日期", required=False)
    consent_granted = forms.BooleanField(label="上一级机关已经同意", required=False)
    reconsideration_body = forms.CharField(label="复议机关", max_length=200)
    court = forms.CharField(label="管辖法院", max_length=200)
    contact_person = forms.CharField(label="联系人", max_length=100)
    contact_phone = forms.CharField(label="联系电话", max_length=60)
    contact_address = forms.CharField(label="联系地址", max_length=200)
    reason = text_field("立案（修改）理由", rows=3)

    sections: Sequence[Section] = (
        ("名单与情形", "", ("range", "criteria")),
        ("事由和证据", "", ("facts", "evidence", "conduct_from", "conduct_to")),
        (GROUNDS_HERE, "至少一份已经生效的文书。文号已经入库的，以入库信息为准。", ()),
        ("期限", "", ("window", "months", "ground_lapsed_on")),
        ("上级意见", "", CONSENT),
        ("救济和联系方式", "写进告知书和决定书。", WRITTEN[2:]),
        ("理由", "", ("reason",)),
    )

    def __init__(self, listed: SeriousList, law: Law, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.listed, self.law = listed, law
        self._offer("range", [(each, RANGES[each]) for each in listed.ranges])
        self._offer("criteria", list(listed.criteria.items()))
        if len(listed.ranges) == 1:
            self.initial.setdefault("range", listed.ranges[0])
        self._leave_out()
        for at in range(1, MOST_GROUNDS + 1):
            self._ground_fields(at)

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def _leave_out(self) -> None:
        """What the list itself says is not asked."""
        listed = self.listed
        if listed.window and listed.window.certain:
            del self.fields["window"]
        if listed.term is None or listed.term.n:
            del self.fields["months"]
        if listed.decision is None:
            del self.fields["ground_lapsed_on"]
        if not (listed.authority and listed.authority.raised):
            for name in CONSENT:
                del self.fields[name]

    def _ground_fields(self, at: int) -> None:
        first = at == 1
        kinds = [(each, INSTRUMENTS.get(each, each)) for each in self.listed.instruments]
        effects = [(each.value, value_in_words("effect", each.value, self.law)) for each in Effect]
        asked = {
            f"kind_{at}": forms.ChoiceField(label="种类", choices=kinds, required=False),
            f"body_{at}": forms.CharField(label="作出机关", max_length=200, required=False),
            f"decided_{at}": day_field("作出日期", required=False),
            f"effect_{at}": forms.ChoiceField(
                label="效力", choices=effects, required=False, initial="effective"
            ),
        }
        for each in asked.values():
            each.sometimes = True  # type: ignore[attr-defined]  # what is in the register says the rest itself
        number = forms.CharField(label="文号", max_length=100, required=first)
        self.fields |= {f"number_{at}": number, **asked}

    def told_sections(self) -> Iterator[tuple[str, str, list[forms.BoundField], bool]]:
        """(heading, hint, fields, whether they stand side by side) for the page."""
        for title, hint, names in self.sections:
            if title == GROUNDS_HERE:
                yield from self._ground_sections(title, hint)
            elif found := [self[name] for name in names if name in self.fields]:
                yield title, hint, found, title in SIDE_BY_SIDE

    def _ground_sections(
        self, title: str, hint: str
    ) -> Iterator[tuple[str, str, list[forms.BoundField], bool]]:
        """One document each, so that its five fields stand together."""
        for at in range(1, MOST_GROUNDS + 1):
            found = [self[f"{name}_{at}"] for name in ("number", "kind", "body", "decided", "effect")]
            yield f"{title}（第 {at} 份）", hint if at == 1 else "没有的不填。", found, True

    def numbers(self) -> list[str]:
        """The document numbers that were filled in."""
        return [n for at in range(1, MOST_GROUNDS + 1) if (n := self.cleaned_data[f"number_{at}"].strip())]

    def draft(self, known: Mapping[str, Any]) -> DraftGiven:
        """What was filled in; `known` are the register's documents by their number, as it was typed."""
        told = self.cleaned_data
        return DraftGiven(
            range=told["range"],
            criteria=tuple(told["criteria"]),
            grounds=tuple(self._grounds(known)),
            words=Words(**{name: told[name] for name in WRITTEN}),
            window=told.get("window"),
            conduct_from=told["conduct_from"],
            conduct_to=told["conduct_to"],
            months=told.get("months"),
            consent=self._consent(),
            ground_lapsed_on=told.get("ground_lapsed_on"),
        )

    def _grounds(self, known: Mapping[str, Any]) -> Iterator[GroundGiven]:
        told = self.cleaned_data
        for at in range(1, MOST_GROUNDS + 1):
            number = told[f"number_{at}"].strip()
            if number in known:
                yield GroundGiven(instrument=known[number])
            elif number:
                yield GroundGiven(
                    number=number, kind=told[f"kind_{at}"], body_name=told[f"body_{at}"],
                    decided_on=told[f"decided_{at}"], effect=told[f"effect_{at}"] or Effect.EFFECTIVE.value,
                )  # fmt: skip

    def _consent(self) -> ConsentGiven | None:
        told = self.cleaned_data
        if not told.get("consent_number") or told.get("consent_on") is None:
            return None
        return ConsentGiven(
            body_name=told["consent_body"], number=told["consent_number"], given_on=told["consent_on"],
            granted=told["consent_granted"],
        )  # fmt: skip

    def rows(self) -> Iterator[dict[str, Any]]:
        """What was filled in, for the check page; what was left empty goes without saying."""
        for name, field in self.fields.items():
            value = self.cleaned_data.get(name)
            if name == "revision" or value in (None, "", [], False) or self._of_no_document(name):
                continue
            choices = dict(getattr(field, "choices", ()))
            several = isinstance(value, list)
            said = "\n".join(choices[e] for e in value) if several else choices.get(value, value)
            yield {"label": field.label, "value": "是" if said is True else str(said)}

    def _of_no_document(self, name: str) -> bool:
        """A kind or an effect beside no number is only the choice that stood there."""
        at = name.rpartition("_")[2]
        return at.isdigit() and not self.cleaned_data[f"number_{at}"].strip()


class OpeningForm(DraftForm):
    """And for a new case: whom, as what, and what was asked about leniency (四（二）)."""

    party_name = forms.CharField(label="当事人名称", max_length=200, help_text="全称。自然人填姓名。")
    party_code = forms.CharField(
        label="当事人代码",
        max_length=40,
        help_text="统一社会信用代码；自然人填公民身份号码。不会出现在网址里。",
    )
    role = forms.ChoiceField(label="当事人身份", widget=forms.RadioSelect, initial="subject")
    unit_number = forms.CharField(
        label="单位的案卷号",
        max_length=40,
        required=False,
        help_text="当事人是单位的有关人员的，填单位那一件的案卷号。",
    )
    heard = forms.BooleanField(
        label="已就不可抗力、非主观故意、轻微三种情形核查或者询问当事人", required=False
    )
    leniency_grounds = forms.MultipleChoiceField(
        label="涉及的情形", choices=list(GROUNDS.items()), required=False, widget=forms.CheckboxSelectMultiple
    )
    leniency_decision = forms.ChoiceField(
        label="处理意见", choices=list(DECISIONS.items()), required=False, widget=forms.RadioSelect
    )
    leniency_reason = text_field("处理意见的理由", rows=3, required=False)

    sections = (
        ("当事人", "", ("party_name", "party_code", "role", "unit_number")),
        *DraftForm.sections[:-1],
        ("宽容审慎", "涉及其中任何一种的，要写明处理意见和理由。", LENIENCY),
        DraftForm.sections[-1],
    )

    def __init__(self, listed: SeriousList, law: Law, *args: Any, **kwargs: Any) -> None:
        super().__init__(listed, law, *args, **kwargs)
        linked = [(role.value, each.name) for role, each in listed.linked.items()]
        self._offer("role", [(PartyRole.SUBJECT.value, "当事人本身"), *linked])
        if not linked:
            del self.fields["unit_number"]

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        linked = told.get("role") not in (None, PartyRole.SUBJECT.value)
        if linked and not told.get("unit_number", "").strip():
            words = tell_code("STEP_INCOMPLETE", {"lacking": "单位的案卷号"}, self.law)
            self.add_error("unit_number", words.why)
        return told

    def leniency(self) -> LeniencyGiven:
        told = self.cleaned_data
        return LeniencyGiven(
            heard=told["heard"], grounds=tuple(told["leniency_grounds"]), decision=told["leniency_decision"],
            reason=told["leniency_reason"],
        )  # fmt: skip
