"""The shape of the rules of repair (信用修复规则): editions side by side, the four results, bars, grounds of refusal.

What a file does not say is not there: a period nobody read is None, a bar of too low a rank decides nothing.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from xinheng.law.language import Confidence
from xinheng.law.periods import Period, period
from xinheng.law.reading import Reader, confidence, span, text, texts
from xinheng.law.reference import EMPTY, in_force

FILE = "repair.yaml"
CREDIT, ENTERPRISE = "credit_china", "enterprise_system"
PENALTY, SERIOUS_LIST, OTHER = "penalty", "serious_list", "other"
GROUND_BASES = ("exclusion", "own", "list", "waiting")


class RepairEffect(enum.StrEnum):
    """The four results of 五（一）: 终止共享公开、标注、屏蔽、删除. Ending publication alone is none of them."""

    END_SHARING_AND_PUBLICATION = "END_SHARING_AND_PUBLICATION"
    ANNOTATE = "ANNOTATE"
    WITHHOLD = "WITHHOLD"
    DELETE = "DELETE"


class View(enum.StrEnum):
    """What an output still has of a repaired record; there is no "as before" among them."""

    MARKED = "marked"
    RESTRICTED = "restricted"
    STUB = "stub"
    GONE = "gone"


# How much is still to be seen, least last: what a grant gives may be less than the edition demands, never more.
VISIBLE = (View.MARKED, View.RESTRICTED, View.STUB, View.GONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectMeaning:
    """What a result means on each kind of output; `recall`: holders are told to withdraw or to update."""

    effect: RepairEffect
    name: str
    public: View
    shared: View
    own: View
    history: bool
    recall: str
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What an edition says about one kind of record: who accepts, who decides."""

    kinds: tuple[str, ...]
    name: str
    clauses: tuple[str, ...]
    confidence: Confidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Needed:
    """A condition or a material; `fetch`: the office can get it itself and does not ask for it twice."""

    id: str
    text: str
    clauses: tuple[str, ...]
    confidence: Confidence
    fetch: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Longer:
    """A longer wait of an edition than the term rule says, for records that fit `when` in one class."""

    when: Mapping[str, Any]
    class_name: str
    n: int
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """On which provisions the minimum rests; its months and its first day are those of the term rule."""

    clauses: tuple[str, ...]
    longer: tuple[Longer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a grant brings for a kind of record. `lifts_measures` None: nobody read whether it does."""

    kinds: tuple[str, ...]
    effect: RepairEffect
    ends_publication: bool
    lifts_measures: bool | None
    clauses: tuple[str, ...]
    confidence: Confidence


@dataclass(frozen=True, slots=True, kw_only=True)
class FalsePromise:
    """What follows a false promise; `known` False: nobody read it, so nothing adverse rests on it."""

    known: bool
    shown_months: int | None
    no_early_end: bool
    barred_months: int | None
    clauses: tuple[str, ...]
    confidence: Confidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Bankruptcy:
    """The path of a firm in reorganisation; `lifts_temporarily` None: not read."""

    path: bool
    lifts_temporarily: bool | None
    clauses: tuple[str, ...]
    confidence: Confidence


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairEdition:
    """One edition of the rules of repair, `regime` saying on which site's publication."""

    id: str
    name: str
    instrument: str
    regime: str
    term_rule: str
    valid_from: date | None
    valid_to: date | None
    confidence: Confidence
    source: str
    single_entry: bool
    accepts: tuple[Said, ...]
    decides: tuple[Said, ...]
    conditions: tuple[Needed, ...]
    materials: tuple[Needed, ...]
    waiting: Waiting
    grants: tuple[Grant, ...]
    false_promise: FalsePromise
    bankruptcy: Bankruptcy
    periods: Mapping[str, Period]

    def in_force(self, day: date) -> bool:
        return in_force(self.valid_from, self.valid_to, day)

    def accepted_by(self, kind: str) -> Said:
        return _for(self.accepts, kind)

    def decided_by(self, kind: str) -> Said:
        return _for(self.decides, kind)

    def grant(self, kind: str) -> Grant:
        return _for(self.grants, kind)


def _for(entries: tuple[Any, ...], kind: str) -> Any:
    return next(each for each in entries if kind in each.kinds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """A provision that limits repair; whether it excludes is a question of its rank (5.1a)."""

    id: str
    text: str
    when: Mapping[str, Any]
    clauses: tuple[str, ...]
    from_list: bool
    confidence: Confidence


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalGround:
    """A ground on which an officer may refuse; `basis` says whence its provisions come."""

    id: str
    text: str
    basis: str
    lacks: tuple[str, ...]
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairRules:
    """The whole of reference/repair.yaml."""

    editions: Mapping[str, RepairEdition] = field(default_factory=dict)
    effects: Mapping[str, EffectMeaning] = field(default_factory=dict)
    exclusions: Mapping[str, Exclusion] = field(default_factory=dict)
    grounds: Mapping[str, RefusalGround] = field(default_factory=dict)
    decision_says: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def edition(self, regime: str, day: date) -> RepairEdition | None:
        """The edition in force on a day; None before the first one anybody read."""
        return next((e for e in self.editions.values() if e.regime == regime and e.in_force(day)), None)

    def of_term_rule(self, rule: str) -> RepairEdition | None:
        return next((each for each in self.editions.values() if each.term_rule == rule), None)


def repair_rules(document: Any, reader: Reader) -> RepairRules:
    """The rules from their file; faults go to the reader."""
    document = document or EMPTY
    return RepairRules(
        editions=reader.table("repair", document.get("editions") or (), "id", _edition),
        effects=reader.table("repair", document.get("effects") or (), "id", _effect),
        exclusions=reader.table("repair", document.get("exclusions") or (), "id", _exclusion),
        grounds=reader.table("repair", document.get("grounds") or (), "id", _ground),
        decision_says=document.get("decision_says") or {},
    )


def _edition(entry: Mapping[str, Any]) -> RepairEdition:
    start, end = span(entry)
    found = RepairEdition(
        id=str(entry["id"]),
        name=str(entry["name"]),
        instrument=str(entry["instrument"]),
        regime=str(entry["regime"]),
        term_rule=str(entry["term_rule"]),
        valid_from=start,
        valid_to=end,
        confidence=confidence(entry),
        source=text(entry, "source"),
        single_entry=bool(entry["single_entry"]),
        accepts=tuple(map(_said, entry["accepts"])),
        decides=tuple(map(_said, entry["decides"])),
        conditions=tuple(map(_needed, entry["conditions"])),
        materials=tuple(map(_needed, entry["materials"])),
        waiting=_waiting(entry["waiting"]),
        grants=tuple(map(_grant, entry["grants"])),
        false_promise=_false_promise(entry["false_promise"]),
        bankruptcy=_bankruptcy(entry["bankruptcy"]),
        periods={str(each["id"]): period(each) for each in entry["periods"]},
    )
    if lacking := sorted(_unsaid(found)):
        raise ValueError(f"没有写明：{'、'.join(lacking)}")
    return found


def _unsaid(found: RepairEdition) -> Iterator[str]:
    """Kinds of record about which an edition is silent: someone who corrected himself would meet nobody."""
    for name, entries in (("受理", found.accepts), ("决定", found.decides), ("效果", found.grants)):
        spoken = {kind for each in entries for kind in each.kinds}
        yield from (f"{name}（{kind}）" for kind in (PENALTY, SERIOUS_LIST, OTHER) if kind not in spoken)


def _said(entry: Mapping[str, Any]) -> Said:
    return Said(
        kinds=texts(entry["for"]),
        name=str(entry["name"]),
        clauses=texts(entry["clauses"]),
        confidence=confidence(entry),
    )


def _needed(entry: Mapping[str, Any]) -> Needed:
    return Needed(
        id=str(entry["id"]),
        text=str(entry["text"]),
        clauses=texts(entry["clauses"]),
        confidence=confidence(entry),
        fetch=bool(entry.get("fetch", False)),
    )


def _waiting(entry: Mapping[str, Any]) -> Waiting:
    longer = (
        Longer(
            when=e["when"], class_name=str(e["class"]), n=_months(e["n"]) or 0, clauses=texts(e["clauses"])
        )
        for e in entry.get("longer") or ()
    )
    return Waiting(clauses=texts(entry["clauses"]), longer=tuple(longer))


def _grant(entry: Mapping[str, Any]) -> Grant:
    return Grant(
        kinds=texts(entry["for"]),
        effect=RepairEffect(entry["effect"]),
        ends_publication=bool(entry["ends_publication"]),
        lifts_measures=entry["lifts_measures"],
        clauses=texts(entry["clauses"]),
        confidence=confidence(entry),
    )


def _false_promise(entry: Mapping[str, Any]) -> FalsePromise:
    return FalsePromise(
        known=bool(entry["known"]),
        shown_months=_months(entry.get("shown_months")),
        no_early_end=bool(entry.get("no_early_end", False)),
        barred_months=_months(entry.get("barred_months")),
        clauses=texts(entry["clauses"]),
        confidence=confidence(entry),
    )


def _months(value: Any) -> int | None:
    if value is not None and (type(value) is not int or value < 1):
        raise ValueError(f"月数 {value} 不是正整数")
    return value


def _bankruptcy(entry: Mapping[str, Any]) -> Bankruptcy:
    return Bankruptcy(
        path=bool(entry["path"]),
        lifts_temporarily=entry.get("lifts_temporarily"),
        clauses=texts(entry["clauses"]),
        confidence=confidence(entry),
    )


def _effect(entry: Mapping[str, Any]) -> EffectMeaning:
    return EffectMeaning(
        effect=RepairEffect(entry["id"]),
        name=str(entry["name"]),
        public=View(entry["public"]),
        shared=View(entry["shared"]),
        own=View(entry["own"]),
        history=bool(entry["history"]),
        recall=str(entry["recall"]),
        clauses=texts(entry["clauses"]),
    )


def _exclusion(entry: Mapping[str, Any]) -> Exclusion:
    if not entry["when"]:
        raise ValueError("没有写明适用的情形")
    return Exclusion(
        id=str(entry["id"]),
        text=str(entry["text"]),
        when=entry["when"],
        clauses=texts(entry["clauses"]),
        from_list=bool(entry.get("from_list", False)),
        confidence=confidence(entry),
    )


def _ground(entry: Mapping[str, Any]) -> RefusalGround:
    if entry["basis"] not in GROUND_BASES:
        raise ValueError(f"依据的来处“{entry['basis']}”不是规定的写法")
    return RefusalGround(
        id=str(entry["id"]),
        text=str(entry["text"]),
        basis=str(entry["basis"]),
        lacks=texts(entry.get("lacks")),
        clauses=texts(entry["clauses"]),
    )
