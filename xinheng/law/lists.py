"""The shape of a list of seriously untrustworthy entities (严重失信主体名单): one edition, one file of reference/lists/.

What sets up the domain and what sets the standard are cited apart, the standard in four parts (2.4). What a
file does not say is not there: `lacking` and `doubtful` name what stops a case.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from xinheng.law.language import Confidence
from xinheng.law.periods import Period, period
from xinheng.law.reading import confidence, span, text, texts
from xinheng.law.reference import in_force

# The plan closes this set and nobody may add to it (2.3): it is code and no data that could be loaded.
RANGES = {
    "R1": "严重危害人民群众身体健康和生命安全",
    "R2": "严重破坏市场公平竞争秩序和社会正常秩序",
    "R3": "拒不履行法定义务，严重影响司法机关和行政机关公信力",
    "R4": "拒不履行国防义务",
}
PARTS = {"criteria": "认定标准", "procedure": "程序", "removal": "移出条件", "remedies": "救济措施"}


class BodyLevel(enum.StrEnum):
    """The level of a deciding body (机关层级); a committee of a development zone has none of the ladder's."""

    TOWNSHIP = "township"
    ZONE_COMMITTEE = "zone_committee"
    DELEGATE = "delegate"
    COUNTY = "county"
    CITY = "city"
    PROVINCE = "province"
    NATIONAL = "national"


LEVEL_NAMES = {
    BodyLevel.TOWNSHIP: "乡镇、街道",
    BodyLevel.ZONE_COMMITTEE: "开发区管理委员会",
    BodyLevel.DELEGATE: "受委托的单位",
    BodyLevel.COUNTY: "县级",
    BodyLevel.CITY: "设区的市级",
    BodyLevel.PROVINCE: "省级",
    BodyLevel.NATIONAL: "国家",
}
LADDER = (BodyLevel.COUNTY, BodyLevel.CITY, BodyLevel.PROVINCE, BodyLevel.NATIONAL)


class PartyRole(enum.StrEnum):
    """As what a party is listed (当事人身份): the subject itself, or a person linked to it."""

    SUBJECT = "subject"
    LEGAL_REPRESENTATIVE = "legal_representative"
    PRINCIPAL = "principal"
    DIRECT_MANAGER = "direct_manager"
    DIRECTLY_LIABLE = "directly_liable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part that has its own basis and its own mark; `data` is its entry."""

    basis: tuple[str, ...]
    confidence: Confidence
    source: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """A provision that raises the level or asks consent from above (`needs`), or admits a lower body."""

    levels: tuple[BodyLevel, ...]
    needs: str
    text: str
    basis: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """Which bodies list: trades, the lowest level, what raises and what lowers it."""

    name: str
    trades: tuple[str, ...]
    level: BodyLevel
    basis: tuple[str, ...]
    confidence: Confidence
    raised: tuple[Departure, ...] = ()
    lowered: tuple[Departure, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """A person who may be listed beside the unit, and whether he leaves with it."""

    role: PartyRole
    name: str
    leaves_with_unit: bool
    basis: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlyExit:
    """Early exit: how long from what, which conditions the officer ticks, what bars it."""

    period: Period
    needs: Mapping[str, str]
    barred: Mapping[str, str]
    barred_basis: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriousList:
    """One edition of one list. `code` names the list over its editions, `id` this edition."""

    id: str
    code: str
    name: str
    carried: bool
    valid_from: date | None
    valid_to: date | None
    confidence: Confidence
    source: str
    ranges: tuple[str, ...]
    ranges_part: Part | None
    domain: Part | None
    subjects: tuple[str, ...]
    authority: Authority | None
    linked: Mapping[PartyRole, Linked]
    person_basis: tuple[str, ...]
    standard: Mapping[str, Part]
    instruments: tuple[str, ...]
    criteria: Mapping[str, str]
    all_of: tuple[tuple[str, ...], ...]
    window: Period | None
    reply: Period | None
    decision: Period | None
    decision_says: tuple[str, ...]
    spared: str
    term: Period | None
    early: EarlyExit | None
    exit_acceptance: Period | None
    exit_decision: Period | None
    act: Period | None
    restarts_after_fraud: bool | None
    measures: tuple[str, ...]
    data: Mapping[str, Any] = field(default_factory=dict)

    def in_force(self, day: date) -> bool:
        """Whether it surely is: an edition whose first day nobody knows founds nothing."""
        return self.valid_from is not None and in_force(self.valid_from, self.valid_to, day)

    @property
    def lacking(self) -> tuple[str, ...]:
        """What a case needs and this list does not say, by its Chinese name (2.4)."""
        stated: dict[str, Any] = {
            "名单范围": self.ranges,
            "设列领域的依据": self.domain and self.domain.basis,
            "适用对象": self.subjects,
            "认定单位": self.authority,
            **{PARTS[name]: name in self.standard for name in PARTS},
            "认定标准的具体情形": self.all_of,
            "可以作为依据的文书": self.instruments,
            "列入期限": self.term and (self.term.n or self.term.most),
        }
        return tuple(name for name, value in stated.items() if not value)

    @property
    def doubtful(self) -> tuple[str, ...]:
        """What this list says and nobody has checked (uncertain)."""
        marked: dict[str, Any] = {
            "名单范围": self.ranges_part,
            "设列领域的依据": self.domain,
            "认定单位": self.authority,
            **{PARTS[name]: part for name, part in self.standard.items()},
            "列入期限": self.term,
        }
        return tuple(n for n, e in marked.items() if e and e.confidence is Confidence.UNCERTAIN)


def serious_list(file: Mapping[str, Any]) -> SeriousList:
    """A list from its file. Raises KeyError or ValueError for what cannot be read."""
    start, end = span(file)
    standard = {name: _part(each) for name, each in (file.get("standard") or {}).items()}
    found = SeriousList(
        id=str(file["id"]),
        code=str(file["list"]),
        name=str(file["name"]),
        carried=bool(file["carried"]),
        valid_from=start,
        valid_to=end,
        confidence=confidence(file),
        source=text(file, "source"),
        ranges=texts((file.get("ranges") or {}).get("value")),
        ranges_part=_part(file["ranges"]) if file.get("ranges") else None,
        domain=_part(file["domain"]) if file.get("domain") else None,
        subjects=texts((file.get("subjects") or {}).get("value")),
        authority=_authority(file["authority"]) if file.get("authority") else None,
        linked={each.role: each for each in map(_linked, file.get("linked") or ())},
        person_basis=_person_basis(file.get("persons") or {}),
        standard=standard,
        measures=texts(file.get("measures")),
        data=file,
        **_spread({name: part.data for name, part in standard.items()}),
    )
    _whole(found)
    return found


def _spread(parts: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """What the parts of the standard say, by the names of the record's fields."""
    criteria, procedure, removal = (parts.get(each, {}) for each in ("criteria", "procedure", "removal"))
    return {
        "instruments": texts(criteria.get("instruments")),
        "criteria": _named(criteria.get("items")),
        "all_of": tuple(texts(each) for each in criteria.get("all") or ()),
        "window": _period(procedure, "window", "陈述、申辩和提出异议的期限"),
        "reply": _period(procedure, "reply", "异议核实反馈"),
        "decision": _period(procedure, "decision", "作出决定的期限"),
        "decision_says": texts(procedure.get("decision_says")),
        "spared": text(procedure.get("spared") or {}, "text"),
        "term": _period(removal, "term", "列入期限"),
        "early": _early(removal["early"]) if removal.get("early") else None,
        "exit_acceptance": _period(removal, "exit_acceptance", "提前移出申请受理"),
        "exit_decision": _period(removal, "exit_decision", "提前移出申请决定"),
        "act": _period(removal, "act", "移出名单"),
        "restarts_after_fraud": (removal.get("after_fraud") or {}).get("restarts"),
    }


def _whole(found: SeriousList) -> None:
    """Raises ValueError for a range outside the four (2.3) or a criterion that is not there."""
    if strange := sorted(set(found.ranges) - set(RANGES)):
        raise ValueError(f"名单范围 {'、'.join(strange)} 不在四类之内")
    if unknown := sorted({each for group in found.all_of for each in group} - set(found.criteria)):
        raise ValueError(f"没有认定情形 {'、'.join(unknown)}")
    if strange := sorted(set(found.standard) - set(PARTS)):
        raise ValueError(f"标准没有“{'、'.join(strange)}”这一部分")


def _part(entry: Mapping[str, Any]) -> Part:
    return Part(
        basis=texts(entry.get("basis")),
        confidence=Confidence(entry["confidence"]),
        source=text(entry, "source"),
        data=entry,
    )


def _authority(entry: Mapping[str, Any]) -> Authority:
    return Authority(
        name=str(entry["name"]),
        trades=texts(entry["trades"]),
        level=_floor(entry["level"]),
        basis=texts(entry.get("basis")),
        confidence=Confidence(entry["confidence"]),
        raised=tuple(map(_departure, entry.get("raised") or ())),
        lowered=tuple(map(_departure, entry.get("lowered") or ())),
    )


def _floor(level: str) -> BodyLevel:
    """The lowest level of a list. Raises ValueError for one below the county: that takes `lowered` (4.1c)."""
    found = BodyLevel(level)
    if found not in LADDER:
        raise ValueError(f"{level} 不是县级以上的层级")
    return found


def _departure(entry: Mapping[str, Any]) -> Departure:
    return Departure(
        levels=tuple(BodyLevel(each) for each in entry["levels"]),
        needs=text(entry, "needs"),
        text=str(entry["text"]),
        basis=texts(entry["basis"]),
    )


def _linked(entry: Mapping[str, Any]) -> Linked:
    return Linked(
        role=PartyRole(entry["role"]),
        name=str(entry["name"]),
        leaves_with_unit=bool(entry["leaves_with_unit"]),
        basis=texts(entry["basis"]),
    )


def _person_basis(entry: Mapping[str, Any]) -> tuple[str, ...]:
    return texts(entry.get("basis")) if entry.get("publishable") else ()


def _early(entry: Mapping[str, Any]) -> EarlyExit:
    return EarlyExit(
        period=period(entry, "early", "提前移出的最短期限"),
        needs=_named(entry.get("needs")),
        barred=_named(entry.get("barred")),
        barred_basis=texts(entry.get("barred_basis")),
    )


def _period(part: Mapping[str, Any], key: str, name: str) -> Period | None:
    return period(part[key], key, name) if part.get(key) else None


def _named(entries: Any) -> dict[str, str]:
    return {str(each["id"]): str(each["text"]) for each in entries or ()}


def bases(found: SeriousList) -> Iterator[str]:
    """Every provision the list cites for its domain and its standard, each once."""
    parts = [found.domain, *found.standard.values()]
    yield from dict.fromkeys(clause for part in parts if part for clause in part.basis)
