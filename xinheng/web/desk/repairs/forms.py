"""The form of each step of a repair (修复各步骤的表单): what is filled in becomes `Given`, and rows for the check page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django import forms

from xinheng.casework.given import ServiceGiven
from xinheng.casework.repairs.given import FindingGiven, Given, ProposalGiven
from xinheng.casework.repairs.views import ItemView
from xinheng.law.procedures.repair import GRANT_PAPER, REFUSAL_PAPER
from xinheng.law.repairdecision import Decided
from xinheng.web.desk.cases import words
from xinheng.web.desk.cases.forms import day_field, text_field
from xinheng.web.desk.repairs.looking import Looked

TICKS = forms.CheckboxSelectMultiple
DECISIONS = (GRANT_PAPER, REFUSAL_PAPER)


class StepForm(forms.Form):
    """What every step carries: the revision that the officer has seen."""

    revision = forms.IntegerField(widget=forms.HiddenInput())

    def __init__(self, looked: Looked, *args: Any) -> None:
        super().__init__(*args)
        self.looked, self.view, self.law = looked, looked.view, looked.law
        self.initial["revision"] = looked.view.revision
        self.build()

    def build(self) -> None:
        """Add fields that depend on the case."""

    def given(self) -> Given:
        return Given(reason=self.cleaned_data.get("reason", ""))

    def rows(self) -> Iterator[dict[str, Any]]:
        """What was filled in, by the labels and words of the form."""
        for name, field in self.fields.items():
            if name != "revision":
                yield {"label": field.label, "value": self._said(name, field)}

    def _said(self, name: str, field: forms.Field) -> str:
        value, choices = self.cleaned_data[name], dict(getattr(field, "choices", ()))
        if isinstance(value, list):
            return "、".join(str(choices[each]) for each in value) or "没有"
        return str(choices.get(value, value) if value not in (None, "") else "—")


class ReasonForm(StepForm):
    """A step with a word of why."""

    reason = text_field("理由", rows=3)


class RemarkForm(StepForm):
    """A step that needs none."""

    reason = text_field("说明", rows=2, required=False)


class AcceptForm(StepForm):
    """Who handles it is who accepts it; the applicant is told where to ask."""

    contact = forms.CharField(label="联系电话", max_length=60, help_text="告知申请人，用单位的电话。")

    def build(self) -> None:
        self.initial["contact"] = self.view.contact

    def given(self) -> Given:
        return Given(contact=self.cleaned_data["contact"])


class SupplementForm(AcceptForm):
    """What is missing, told once and completely."""

    asking = forms.MultipleChoiceField(
        label="需要补正的材料",
        widget=TICKS,
        help_text="只告知一次，一次列全；机关自己能查到的不要。",
        error_messages={"required": "请勾选缺少的材料。"},
    )
    field_order = ("revision", "asking", "contact")

    def build(self) -> None:
        super().build()
        handed = {each.kind for each in self.view.materials}
        absent = {e.id: e for item in self.view.items for e in item.materials if e.id not in handed}
        self.fields["asking"].choices = [  # type: ignore[attr-defined]
            (key, f"{each.text}（机关能自己查）" if each.fetch else each.text) for key, each in absent.items()
        ]
        self.initial["asking"] = [key for key, each in absent.items() if not each.fetch]

    def given(self) -> Given:
        return Given(contact=self.cleaned_data["contact"], asking=tuple(self.cleaned_data["asking"]))


class VerifyForm(StepForm):
    """Record by record: what was found."""

    def build(self) -> None:
        for place, item in enumerate(self.view.items, 1):
            for name, field in _finding_fields(place, item):
                self.fields[f"{name}-{item.id}"] = field

    def given(self) -> Given:
        told = self.cleaned_data
        return Given(
            findings=tuple(
                FindingGiven(
                    item=each.id, met=tuple(told.get(f"met-{each.id}") or ()), seen=tuple(told.get(f"seen-{each.id}") or ()),
                    corrected_on=told[f"corrected-{each.id}"], note=told[f"note-{each.id}"],
                )
                for each in self.view.items
            )
        )  # fmt: skip


def _finding_fields(place: int, item: ItemView) -> Iterator[tuple[str, forms.Field]]:
    label = f"第 {place} 条　{item.told}"
    met = [(each.id, each.text) for each in item.asked]
    seen = [(each.id, each.text) for each in item.materials]
    yield (
        "met",
        forms.MultipleChoiceField(label=f"{label}：已经查明", choices=met, widget=TICKS, required=False),
    )
    yield (
        "seen",
        forms.MultipleChoiceField(label="机关自己查到的材料", choices=seen, widget=TICKS, required=False),
    )
    yield "corrected", day_field("改正的日期", required=False)
    yield "note", text_field("核查情况", rows=2, required=False)


class ProposeForm(StepForm):
    """Record by record: granted, or refused on one of the grounds that are true of it."""

    def build(self) -> None:
        self.grounds = self.looked.grounds()
        effects = [
            ("", "按规定的结果"),
            *((str(code), each.name) for code, each in self.law.book.repair.effects.items()),
        ]
        for place, item in enumerate(self.view.items, 1):
            if item.outcome:
                continue
            for name, field in self._fields(place, item, effects):
                self.fields[f"{name}-{item.id}"] = field
        self.fields["body"] = forms.CharField(
            label="复议机关", max_length=100, required=False, help_text="有不予修复的必填。"
        )
        self.fields["court"] = forms.CharField(
            label="管辖法院", max_length=100, required=False, help_text="有不予修复的必填。"
        )

    def _fields(
        self, place: int, item: ItemView, effects: list[tuple[str, str]]
    ) -> Iterator[tuple[str, forms.Field]]:
        grounds = [("", "（准予的不选）"), *((each.id, each.text) for each in self.grounds[item.id])]
        outcomes = [(Decided.GRANT.value, "准予修复"), (Decided.REFUSE.value, "不予修复")]
        label = f"第 {place} 条　{item.told}"
        yield "outcome", forms.ChoiceField(label=label, choices=outcomes, widget=forms.RadioSelect)
        yield "effect", forms.ChoiceField(label="修复结果", choices=effects, required=False)
        yield "ground", forms.ChoiceField(
            label="不予修复的理由", choices=grounds, required=False, help_text="只列这条信息现在成立的理由；没有成立的就应当准予。",
        )  # fmt: skip
        yield "reason", text_field("说明理由", rows=2, help_text="写进决定书。")
        yield "next", forms.CharField(label="怎样才能修复", max_length=500, required=False)

    def given(self) -> Given:
        return Given(proposals=tuple(self._proposal(each) for each in self.view.items if not each.outcome))

    def _proposal(self, item: ItemView) -> ProposalGiven:
        told = {
            name: self.cleaned_data[f"{name}-{item.id}"] for name in ("outcome", "effect", "ground", "reason", "next")
        }  # fmt: skip
        refused = told["outcome"] == Decided.REFUSE
        return ProposalGiven(
            item=item.id, outcome=told["outcome"], effect="" if refused else told["effect"],
            ground=told["ground"] if refused else "", clauses=self._clauses(item.id, told["ground"]) if refused else (),
            reason=told["reason"], next_step=told["next"], reconsideration_body=self.cleaned_data["body"],
            court=self.cleaned_data["court"],
        )  # fmt: skip

    def _clauses(self, item: UUID, ground: str) -> tuple[str, ...]:
        """All that bear the ground; which of them may found a refusal is the law's question."""
        return next((each.clauses for each in self.grounds[item] if each.id == ground), ())


class ServeForm(StepForm):
    """A proof of service as it came back (送达回证)."""

    way = forms.ChoiceField(label="送达方式")
    on = day_field("日期", help_text="送达方式后面括号里的那一天。")
    shows = forms.MultipleChoiceField(label="回证上有", widget=TICKS, help_text="照回证勾选。")
    receiver = forms.CharField(label="收件人", max_length=100, required=False)
    place = forms.CharField(label="送达地点", max_length=200, required=False)
    servers = text_field("送达人", rows=2, required=False, help_text="一行一人。")
    note = text_field("备注", rows=2, required=False)

    def build(self) -> None:
        ways, proofs = words.ways(self.law), words.proofs(self.law)
        self.fields["way"].choices = ways  # type: ignore[attr-defined]
        self.fields["shows"].choices = proofs  # type: ignore[attr-defined]
        self.earlier = [each for each in self.view.papers if each.kind in DECISIONS][:-1]
        for each in self.earlier:
            named = f"{each.kind_name} {each.number}"
            self.fields[f"on-{each.id}"] = day_field(
                f"{named}：另行送达的日期", required=False, help_text="和最后一份一并送达的不填。"
            )
            self.fields[f"way-{each.id}"] = forms.ChoiceField(
                label="这一份的送达方式", choices=[("", "请选择"), *ways], required=False
            )
            self.fields[f"shows-{each.id}"] = forms.MultipleChoiceField(
                label="这一份的回证上有", choices=proofs, widget=TICKS, required=False
            )

    def clean(self) -> dict[str, object]:
        told = super().clean() or {}
        for each in self.earlier:
            if told.get(f"on-{each.id}") and not told.get(f"way-{each.id}"):
                self.add_error(f"way-{each.id}", "请选择送达方式。")
        return told

    def given(self) -> Given:
        names = ("way", "on", "receiver", "place", "servers", "note")
        told = {name: self.cleaned_data[name] for name in names}
        service = ServiceGiven(**told, shows=tuple(self.cleaned_data["shows"]))
        return Given(service=service, apart=tuple(self._apart()))

    def _apart(self) -> Iterator[tuple[UUID, ServiceGiven]]:
        """Decisions on some of the records that had been served before the last one."""
        told = self.cleaned_data
        for each in self.earlier:
            if on := told.get(f"on-{each.id}"):
                yield (
                    each.id,
                    ServiceGiven(way=told[f"way-{each.id}"], on=on, shows=tuple(told[f"shows-{each.id}"])),
                )


FORMS: dict[str, type[StepForm]] = {
    "ask_supplement": SupplementForm,
    "accept": AcceptForm,
    "verify": VerifyForm,
    "propose": ProposeForm,
    "return": ReasonForm,
    "lift_temporarily": ReasonForm,
    "serve": ServeForm,
}
