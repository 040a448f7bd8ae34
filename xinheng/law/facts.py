"""What the rules are told about a record: buckets, never raw dates and amounts (事实)."""

from __future__ import annotations

import enum
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xinheng.law.lawbook import Law


class SubjectKind(enum.StrEnum):
    """The five kinds of credit subject (信用主体)."""

    LEGAL_PERSON = "legal_person"
    UNINCORPORATED = "unincorporated"
    SOLE_TRADER = "sole_trader"
    NATURAL_PERSON = "natural_person"
    PUBLIC_BODY = "public_body"


class InstrumentKind(enum.StrEnum):
    """What kind of document the record rests on (文书种类); which ones may found a record is data."""

    PENALTY = "penalty"
    ADJUDICATION = "adjudication"
    LICENSE = "license"
    JUDGMENT = "judgment"
    ARBITRAL_AWARD = "arbitral_award"
    ENFORCEMENT = "enforcement"
    OTHER_ADMINISTRATIVE = "other_administrative"
    ABNORMAL_LIST = "abnormal_list"
    SERIOUS_LIST = "serious_list"
    HONOUR = "honour"
    COMMITMENT = "commitment"
    OTHER = "other"


class Effect(enum.StrEnum):
    """Whether the document has legal effect (效力): 生效 未生效 停止执行 撤销 无效 失效."""

    EFFECTIVE = "effective"
    NOT_YET = "not_yet"
    STAYED = "stayed"
    REVOKED = "revoked"
    VOID = "void"
    LAPSED = "lapsed"


class AgeClass(enum.StrEnum):
    """Age of a natural person when the act was done (行为时年龄)."""

    NOT_A_PERSON = "not_a_person"
    ADULT = "adult"
    MINOR = "minor"
    UNKNOWN = "unknown"


class AmountClass(enum.StrEnum):
    """Bucket of a fine in yuan (罚款金额档); its bounds are `amounts` of reference/terms.yaml."""

    NONE = "none"
    UPTO_200 = "upto_200"
    UPTO_3000 = "upto_3000"
    BELOW_100000 = "below_100000"
    FROM_100000 = "from_100000"


class Competence(enum.StrEnum):
    """Whether the deciding body states what its power rests on (决定机关职权)."""

    STATED = "stated"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFacts:
    """All that intake and disclosure may know of one record; equal records share one object.

    `interval` is `Lawbook.interval(decided_on)`; `kinds` are the codes of 处罚类别, sorted and distinct;
    `reviewed` says that the agency has done its disclosure review (3.2d). `settled` holds what officers have
    decided for this one row, written by `questions.settle` alone.
    """

    item: str
    interval: str = ""
    subject_kind: SubjectKind
    instrument_kind: InstrumentKind
    effect: Effect = Effect.EFFECTIVE
    contested: bool = False
    kinds: tuple[str, ...] = ()
    amount: AmountClass = AmountClass.NONE
    summary_procedure: bool = False
    age: AgeClass = AgeClass.NOT_A_PERSON
    domain: str = ""
    force_majeure: bool = False
    unintentional: bool = False
    slight: bool = False
    competence: Competence = Competence.STATED
    untrustworthy: bool = False
    reviewed: bool = False
    consent: bool = False
    settled: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.kinds != tuple(sorted(set(self.kinds))):
            raise ValueError("kinds must be sorted and distinct")
        for each in fields(self):
            if each.type == "bool" and not isinstance(getattr(self, each.name), bool):
                raise TypeError(f"{each.name} is neither true nor false")

    def to_json(self) -> dict[str, Any]:
        """A mapping of plain JSON values; `from_json` is its inverse."""
        return {each.name: plain(getattr(self, each.name)) for each in fields(self)}

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> RecordFacts:
        """The facts of a mapping. Raises ValueError or TypeError for what is no fact of ours."""
        unknown = set(raw) - {each.name for each in fields(cls)}
        if unknown:
            raise ValueError(f"unknown facts: {', '.join(sorted(unknown))}")
        return cls(**{name: _typed(name, value) for name, value in raw.items()})


_ENUMS: dict[str, type[enum.StrEnum]] = {
    "subject_kind": SubjectKind,
    "instrument_kind": InstrumentKind,
    "effect": Effect,
    "age": AgeClass,
    "amount": AmountClass,
    "competence": Competence,
}


def plain(value: Any) -> Any:
    """A fact as plain JSON: text for an enumeration, a list for a tuple."""
    return list(value) if isinstance(value, tuple) else str(value) if isinstance(value, str) else value


def _typed(name: str, value: Any) -> Any:
    if name in _ENUMS:
        return _ENUMS[name](value)
    return tuple(value) if name in ("kinds", "settled") else value


def decided_day(facts: RecordFacts) -> date:
    """A day that stands for the decision: no edition changes within its interval."""
    return date.fromisoformat(facts.interval) if facts.interval else date.min


def facts_digest(facts: RecordFacts | Mapping[str, Any]) -> str:
    """SHA-256 (hex) of the canonical JSON of facts: the key under which a ruling holds for equal rows."""
    raw = facts.to_json() if isinstance(facts, RecordFacts) else dict(facts)
    text = json.dumps(raw, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def years_later(day: date, years: int) -> date:
    """The same calendar day `years` later; 29 February clamps to the 28th (民法典 201-202)."""
    last = 28 if (day.month, day.day) == (2, 29) and not _leap(day.year + years) else day.day
    return day.replace(year=day.year + years, day=last)


def _leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def age_class(
    subject_kind: SubjectKind,
    birth: date | None,
    act_on: date | None,
    decided_on: date,
    *,
    law: Law,
) -> AgeClass:
    """The age class at the act (民法典 17; 行政处罚法 30, 36).

    Without the day of the act only a person who was of age by the whole limitation period before the
    decision is surely an adult; below that the age at the act has to be asked: UNKNOWN.
    """
    if subject_kind is not SubjectKind.NATURAL_PERSON:
        return AgeClass.NOT_A_PERSON
    if birth is None:
        return AgeClass.UNKNOWN
    majority, limitation = (int(_value(law, "ages", name)) for name in ("majority_years", "limitation_years"))
    if act_on is not None:
        return AgeClass.ADULT if act_on >= years_later(birth, majority) else AgeClass.MINOR
    if decided_on >= years_later(birth, majority + limitation):
        return AgeClass.ADULT
    # Younger than 18 on the day of the decision means younger still at the act.
    return AgeClass.MINOR if decided_on < years_later(birth, majority) else AgeClass.UNKNOWN


def amount_class(yuan: Decimal | None, *, law: Law) -> AmountClass:
    """The bucket of a fine in yuan; None and zero are no fine. Bounds come from reference/terms.yaml."""
    if yuan is None or yuan <= 0:
        return AmountClass.NONE
    for bucket in (AmountClass.UPTO_200, AmountClass.UPTO_3000):
        if yuan <= _value(law, "amounts", bucket):
            return bucket
    grave = yuan >= _value(law, "amounts", AmountClass.FROM_100000)
    return AmountClass.FROM_100000 if grave else AmountClass.BELOW_100000


def _value(law: Law, group: str, name: str) -> Any:
    """A single value of reference/terms.yaml."""
    return law.document("terms.yaml")[group][name]["value"]
