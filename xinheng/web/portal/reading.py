"""The law of today, as the portal shows it (今日之法)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from xinheng.catalog import public as catalog
from xinheng.law.language import Confidence
from xinheng.law.lawbook import Law
from xinheng.law.reference import CatalogEdition, CatalogItem, ClauseText, LawInstrument, Rank, TermRule
from xinheng.runtime import clock

RANK_NAMES = {
    Rank.LAW: "法律",
    Rank.ADMINISTRATIVE_REGULATION: "行政法规",
    Rank.STATE_COUNCIL_ORDER: "国务院决定、命令",
    Rank.CENTRAL_POLICY: "党中央、国务院政策文件",
    Rank.JUDICIAL_INTERPRETATION: "司法解释",
    Rank.LOCAL_REGULATION: "地方性法规",
    Rank.DEPARTMENT_RULE: "部门规章",
    Rank.LOCAL_GOVERNMENT_RULE: "地方政府规章",
    Rank.NORMATIVE_DOCUMENT: "规范性文件",
    Rank.MUNICIPAL_DOCUMENT: "市级文件",
    Rank.STANDARD: "标准",
}
CONFIDENCE_NAMES = {
    Confidence.SOURCED: ("已核对来源", "plain"),
    Confidence.KNOWN: ("待复核", ""),
    Confidence.UNCERTAIN: ("存疑待核", "amber"),
}
KEPT = 10  # seconds
UNSETTLED = "待核：没有读到规定，裁定前不公示"
SAID = {True: "是", False: "否", None: "未载明"}


def law_today() -> Law:
    """The law of today under the rulings in force, at most KEPT seconds old.

    Only words and names on pages come from here; what is visible is in the public tables alone.
    """
    return _law(clock.today(), int(clock.now().timestamp()) // KEPT)


@lru_cache(maxsize=2)
def _law(day: date, _slot: int) -> Law:
    return catalog.current_law(day)


def forget() -> None:
    """Ask again at the next page: for tests that change the law."""
    _law.cache_clear()


@dataclass(frozen=True, slots=True)
class Span:
    """From when until when, in words; both ends counted."""

    valid_from: date | None
    valid_to: date | None

    def __str__(self) -> str:
        if self.valid_from is None:
            return f"施行日期待核，至 {self.valid_to.isoformat()}" if self.valid_to else "施行日期待核"
        begins = self.valid_from.isoformat()
        return f"{begins} 至 {self.valid_to.isoformat()}" if self.valid_to else f"{begins} 起"


def standing(instrument: LawInstrument, day: date) -> tuple[str, str]:
    """Whether an instrument is in force on a day: word and tone of its tag."""
    if instrument.valid_from is None:
        return "效力待核", "amber"
    if day < instrument.valid_from:
        return "尚未施行", "amber"
    return ("现行有效", "blue") if instrument.in_force(day) else ("已失效", "")


def edition(law: Law, wanted: str) -> CatalogEdition | None:
    """The catalog edition asked for, without a wish the one in force today; None when there is none."""
    if not wanted:
        return law.catalog()
    return next((each for each in law.book.catalogs if each.id == wanted), None)


def texts(law: Law, clauses: Iterable[str]) -> tuple[ClauseText, ...]:
    """The clauses that resolve; one that does not is a fault that `reference check` tells."""
    return tuple(law.book.clauses[each] for each in clauses if each in law.book.clauses)


def citing_items(law: Law, instrument_id: str) -> tuple[CatalogItem, ...]:
    """The items of today's catalog that rest on an instrument."""
    return tuple(
        item for item in law.items() if any(each.partition("#")[0] == instrument_id for each in item.basis)
    )


def audience_names(law: Law, item: CatalogItem) -> str:
    """With whom an item is shared."""
    known = law.book.audiences
    names = [known[code].name if code in known else code for code in item.audiences or ()]
    return "、".join(names) or SAID[None]


CHANNEL = "credit_china"  # the rules for credit websites, ours among them


def _term_rules(law: Law, item: CatalogItem) -> list[TermRule]:
    return [
        each
        for each in law.terms.on(law.day)
        if (each.data["channel"], each.data["item"]) == (CHANNEL, item.code)
    ]


def term_label(law: Law, item: CatalogItem) -> str:
    """How long an item is published: its own plain term, or the rules of today that say so."""
    plain = law.document("terms.yaml").get("plain_terms", {}).get(item.term)
    if plain:
        return UNSETTLED if Confidence(plain["confidence"]) is Confidence.UNCERTAIN else str(plain["label"])
    names = "、".join(str(each.data["name"]) for each in _term_rules(law, item))
    return f"按{names}分类确定" if names else SAID[None]


def term_classes(law: Law, item: CatalogItem) -> list[dict[str, object]]:
    """The classes of today's term rules for an item: label, shortest and longest months, source."""
    return [
        {
            "rule": rule.data["name"],
            "label": each["label"],
            "published": each["published"],
            "min_months": each.get("min_months"),
            "max_months": each.get("max_months"),
            "mark": CONFIDENCE_NAMES[Confidence(each["confidence"])],
        }
        for rule in _term_rules(law, item)
        for each in rule.data["classes"].values()
    ]
