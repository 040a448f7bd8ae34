"""From YAML to frozen records (读入参考数据): every fault is collected and told with its file and entry."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, TypeVar

from xinheng.law.language import Confidence
from xinheng.law.reference import (
    Audience,
    CatalogEdition,
    CatalogField,
    CatalogItem,
    ClauseText,
    LawInstrument,
    Mask,
    Rank,
    RankUse,
    RefusalText,
    Region,
    TermRule,
)

T = TypeVar("T")
Entry = Mapping[str, Any]


class Reader:
    """Builds records and keeps the problems, so that one run tells all that is wrong."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def table(
        self,
        where: str,
        entries: Iterable[Any],
        key: str,
        build: Callable[[Entry], T],
    ) -> dict[str, T]:
        """Records by their key; an entry that cannot be read or is there twice is a problem."""
        found: dict[str, T] = {}
        for place, entry in enumerate(entries):
            name = str(entry.get(key, place)) if isinstance(entry, Mapping) else str(place)
            try:
                record = build(entry)
            except (KeyError, TypeError, ValueError, AttributeError) as fault:
                self.problems.append(f"{where}：{name}：读不懂（{fault}）")
                continue
            if name in found:
                self.problems.append(f"{where}：{name}：出现了两次")
            found[name] = record
        return found


def text(entry: Entry, key: str) -> str:
    """A text that may be absent: absent, null and empty are one."""
    return str(entry.get(key) or "").strip()


def texts(value: Any) -> tuple[str, ...]:
    return tuple(str(each) for each in value or ())


def day(value: Any) -> date | None:
    """A date of YAML; None and the empty text are an open end. Raises ValueError."""
    if value in (None, ""):
        return None
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def span(entry: Entry) -> tuple[date | None, date | None]:
    """`valid: [from, to]`, both days counted. Raises ValueError for an end before its beginning."""
    start, end = (day(each) for each in entry.get("valid") or (None, None))
    if start and end and end < start:
        raise ValueError(f"有效期的终止日 {end} 早于起始日 {start}")
    return start, end


def confidence(entry: Entry) -> Confidence:
    return Confidence(entry.get("confidence", Confidence.UNCERTAIN))


def instrument(entry: Entry) -> LawInstrument:
    start, end = span(entry)
    return LawInstrument(
        id=str(entry["id"]),
        title=str(entry["title"]),
        short=text(entry, "short") or str(entry["title"]),
        issuer=text(entry, "issuer"),
        number=text(entry, "number"),
        rank=Rank(entry["rank"]),
        valid_from=start,
        valid_to=end,
        replaced_by=text(entry, "replaced_by"),
        confidence=confidence(entry),
        source=text(entry, "source"),
        doubt=texts(entry.get("doubt")),
        note=text(entry, "note"),
    )


def clause(file: Entry, instruments: Mapping[str, LawInstrument]) -> Callable[[Entry], ClauseText]:
    """A builder for the clauses of one file, whose confidence and source stand for those that give none."""
    owner = str(file["instrument"])
    short = instruments[owner].short if owner in instruments else owner

    def build(entry: Entry) -> ClauseText:
        return ClauseText(
            id=f"{owner}#{entry['id']}",
            cite=str(entry["cite"]),
            text=str(entry["text"]).strip(),
            instrument=owner,
            label=f"《{short}》{entry['cite']}",
            confidence=Confidence(entry.get("confidence", file.get("confidence", "uncertain"))),
            source=text(entry, "source") or text(file, "source"),
        )

    return build


def rank_use(entry: Entry) -> RankUse:
    return RankUse(
        use=str(entry["use"]),
        name=str(entry["name"]),
        ranks=frozenset(str(Rank(each)) for each in entry["ranks"]),
        clauses=texts(entry.get("clauses")),
    )


def term_rule(entry: Entry) -> TermRule:
    start, end = span(entry)
    return TermRule(
        id=str(entry["id"]),
        valid_from=start,
        valid_to=end,
        confidence=confidence(entry),
        source=text(entry, "source"),
        data=entry,
    )


def refusal(entry: Entry) -> RefusalText:
    return RefusalText(
        code=str(entry["code"]),
        conclusion=str(entry["conclusion"]),
        why=text(entry, "why"),
        next_step=text(entry, "next_step"),
        whom=text(entry, "whom"),
        clauses=texts(entry.get("clauses")),
    )


def region(entry: Entry) -> Region:
    return Region(
        code=str(entry["code"]),
        name=str(entry["name"]),
        level=str(entry["level"]),
        valid_to=day(entry.get("valid_to")),
        successor=text(entry, "successor"),
        confidence=confidence(entry),
        source=text(entry, "source"),
    )


def audience(entry: Entry) -> Audience:
    return Audience(
        code=str(entry["code"]),
        name=str(entry["name"]),
        public=bool(entry.get("public", False)),
        clauses=texts(entry.get("clauses")),
    )


def mask(entry: Entry) -> Mask:
    return Mask(
        name=str(entry["name"]),
        label=str(entry["label"]),
        kind=str(entry["kind"]),
        keep_left=int(entry.get("keep_left", 0)),
        keep_right=int(entry.get("keep_right", 0)),
        fill=str(entry.get("fill", "*")),
        confidence=confidence(entry),
        source=text(entry, "source"),
    )


def catalog_field(entry: Entry) -> CatalogField:
    return CatalogField(
        code=str(entry["code"]),
        name=str(entry["name"]),
        personal=bool(entry.get("personal", False)),
        free_text=bool(entry.get("free_text", False)),
        public=bool(entry.get("public", False)),
        data=entry,
    )


def catalog_edition(file: Entry, entries: Mapping[str, Entry], reader: Reader) -> CatalogEdition:
    """An edition from its file and its item entries (those it takes over included)."""
    start, end = span(file)
    items = reader.table(
        f"catalog/{file['id']}",
        entries.values(),
        "code",
        _catalog_item(file, start, end),
    )
    return CatalogEdition(
        id=str(file["id"]),
        title=text(file, "title"),
        instrument=text(file, "instrument"),
        valid_from=start,
        valid_to=end,
        categories=tuple(file.get("categories") or ()),
        items=items,
        confidence=confidence(file),
        source=text(file, "source"),
        data=file,
    )


def _catalog_item(file: Entry, start: date | None, end: date | None) -> Callable[[Entry], CatalogItem]:
    def build(entry: Entry) -> CatalogItem:
        audiences, term = entry.get("audiences"), entry.get("term")
        return CatalogItem(
            code=str(entry["code"]),
            name=str(entry["name"]),
            category=text(entry, "category"),
            edition=str(file["id"]),
            valid_from=start,
            valid_to=end,
            adverse=bool(entry["adverse"]),
            subject_kinds=texts(entry.get("subject_kinds", entry.get("subjects"))),
            fields=tuple(catalog_field(each) for each in entry.get("fields") or ()),
            basis=texts(entry.get("basis")),
            publishable=_stated(entry, "publishable"),
            shareable=_stated(entry, "shareable"),
            audiences=None if audiences is None else texts(audiences),
            term=None if term is None else str(term),
            retention=text(entry, "retention"),
            confidence=confidence(entry),
            source=text(entry, "source"),
            data=entry,
        )

    return build


def _stated(entry: Entry, key: str) -> bool | None:
    value = entry.get(key)
    if value is not None and not isinstance(value, bool):
        raise ValueError(f"{key} 只能写 true 或者 false")
    return value
