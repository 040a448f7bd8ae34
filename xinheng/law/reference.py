"""The shapes of the reference data (参考数据): one frozen record for each kind of thing in reference/."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any

from xinheng.law.language import Confidence

EMPTY: Mapping[str, Any] = MappingProxyType({})


class Rank(enum.StrEnum):
    """What kind of text an instrument is. No order: uses admit sets of ranks, see ranks.yaml."""

    LAW = "law"
    ADMINISTRATIVE_REGULATION = "administrative_regulation"
    STATE_COUNCIL_ORDER = "state_council_order"
    CENTRAL_POLICY = "central_policy"
    JUDICIAL_INTERPRETATION = "judicial_interpretation"
    LOCAL_REGULATION = "local_regulation"
    DEPARTMENT_RULE = "department_rule"
    LOCAL_GOVERNMENT_RULE = "local_government_rule"
    NORMATIVE_DOCUMENT = "normative_document"
    MUNICIPAL_DOCUMENT = "municipal_document"
    STANDARD = "standard"


def in_force(valid_from: date | None, valid_to: date | None, day: date) -> bool:
    """Whether `day` lies between two dates, both counted; None is open."""
    return (valid_from is None or valid_from <= day) and (valid_to is None or day <= valid_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class LawInstrument:
    """A law or document of the register of instruments; `doubt` names the fields not sure enough."""

    id: str
    title: str
    short: str
    issuer: str
    number: str
    rank: Rank
    valid_from: date | None
    valid_to: date | None
    replaced_by: str
    confidence: Confidence
    source: str
    doubt: tuple[str, ...] = ()
    note: str = ""

    def in_force(self, day: date) -> bool:
        """Whether it surely is: an instrument whose first day nobody knows founds nothing."""
        return self.valid_from is not None and in_force(self.valid_from, self.valid_to, day)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseText:
    """A provision in our own short words; `label` is the citation with the instrument's name."""

    id: str
    cite: str
    text: str
    instrument: str
    label: str
    confidence: Confidence
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RankUse:
    """The set of ranks that one use admits, and the clauses that say so."""

    use: str
    name: str
    ranks: frozenset[str]
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogField:
    """A field of a catalog item; `personal` relates to an individual, `free_text` may hide one."""

    code: str
    name: str
    personal: bool
    free_text: bool
    public: bool
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogItem:
    """An item of one edition of the catalog; None in one of the four statements means: not stated."""

    code: str
    name: str
    category: str
    edition: str
    valid_from: date | None
    valid_to: date | None
    adverse: bool
    subject_kinds: tuple[str, ...]
    fields: tuple[CatalogField, ...]
    basis: tuple[str, ...]
    publishable: bool | None
    shareable: bool | None
    audiences: tuple[str, ...] | None
    term: str | None
    retention: str
    confidence: Confidence
    source: str
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def unstated(self) -> tuple[str, ...]:
        """What clause 3.1 asks an item to state and this one does not, by its Chinese name."""
        stated = {
            "依据": self.basis or None,
            "是否可公开": self.publishable,
            "是否可共享": self.shareable,
            "共享范围": self.audiences,
            "公示期限": self.term,
        }
        return tuple(name for name, value in stated.items() if value is None)

    @property
    def inert(self) -> bool:
        """An item that lacks a statement carries nothing (3.1)."""
        return bool(self.unstated)

    def field(self, code: str) -> CatalogField | None:
        return next((each for each in self.fields if each.code == code), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogEdition:
    """One edition of the catalog with its days in force (both counted)."""

    id: str
    title: str
    instrument: str
    valid_from: date | None
    valid_to: date | None
    categories: tuple[Mapping[str, Any], ...]
    items: Mapping[str, CatalogItem]
    confidence: Confidence
    source: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class TermRule:
    """One edition of the rule on publication terms; law/disclosure.py reads `data`."""

    id: str
    valid_from: date | None
    valid_to: date | None
    confidence: Confidence
    source: str
    data: Mapping[str, Any]

    def in_force(self, day: date) -> bool:
        return in_force(self.valid_from, self.valid_to, day)


@dataclass(frozen=True, slots=True)
class Terms(Mapping[str, TermRule]):
    """The term rules by id (`terms["P-58"]`); `document` is the whole of terms.yaml, frozen."""

    rules: Mapping[str, TermRule]
    document: Mapping[str, Any] = field(default_factory=dict)

    def __getitem__(self, rule_id: str) -> TermRule:
        return self.rules[rule_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self.rules)

    def __len__(self) -> int:
        return len(self.rules)

    def on(self, day: date) -> tuple[TermRule, ...]:
        """The rules in force on a day, parallel regimes included."""
        return tuple(rule for rule in self.rules.values() if rule.in_force(day))


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalText:
    """Conclusion, reason with {places} for values, what to do, whom to ask, clauses."""

    code: str
    conclusion: str
    why: str
    next_step: str
    whom: str
    clauses: tuple[str, ...]

    @classmethod
    def bare(cls, code: str) -> RefusalText:
        """A text that only names its code, for a lawbook without any texts."""
        return cls(code=code, conclusion=code, why="", next_step="", whom="", clauses=())

    @property
    def places(self) -> frozenset[str]:
        """The names of the {places} that values fill."""
        return frozenset(re.findall(r"\{(\w+)\}", f"{self.conclusion}{self.why}{self.next_step}{self.whom}"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """An administrative division; codes no longer given out keep their successor."""

    code: str
    name: str
    level: str
    valid_to: date | None
    successor: str
    confidence: Confidence
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Who may be shown something: the public, a platform, an agency, the subject."""

    code: str
    name: str
    public: bool
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mask:
    """How one kind of personal value is masked: how many characters stay at each end."""

    name: str
    label: str
    kind: str
    keep_left: int
    keep_right: int
    fill: str
    confidence: Confidence
    source: str


@dataclass(frozen=True, slots=True)
class ReferenceValue:
    """One value of the reference data by its path, as mirrored into the tables."""

    path: str
    value: Any
    confidence: str
    source: str


@dataclass(frozen=True, slots=True)
class RulingDecision:
    """What two persons decided for one value and one combination of facts (裁定)."""

    number: str
    decision: Mapping[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Rulings:
    """The rulings in force, keyed by value and digest of the facts; given in, so that law stays pure."""

    decisions: Mapping[tuple[str, str], RulingDecision] = field(default_factory=dict)

    def get(self, value_id: str, facts_digest: str) -> RulingDecision | None:
        return self.decisions.get((value_id, facts_digest))


NO_RULINGS = Rulings()
