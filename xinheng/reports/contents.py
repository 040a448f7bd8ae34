"""What the body of each kind of report says (报告正文): pure, from printed records and the law of the day."""

# clauses: 3.1, 5.2

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from xinheng.documents.bodies import day
from xinheng.documents.kinds import DocumentKind, words
from xinheng.law.disclosure import SELF, entitled
from xinheng.law.facts import SubjectKind
from xinheng.law.language import Refusal
from xinheng.law.lawbook import Law
from xinheng.law.reference import CatalogItem
from xinheng.reports.printing import Printed, Subject
from xinheng.runtime.clock import HERE

REPORT, CERTIFICATE = "report", "certificate"
SITE = "信用淮安"
NOTHING_LISTED, EARLIER = "—", "以往目录的条目"
NO_REPORT, NO_COUNT, GONE = "没有报送", "—", "单位已停用"
OTHER = "other"


@dataclass(frozen=True, slots=True)
class Frame:
    """What every report says of itself."""

    kind: DocumentKind
    audience: str
    subject: Subject
    issuer: str
    now: datetime
    law: Law

    def head(self) -> dict[str, Any]:
        """Issuer, and the facts of the first page: whose, for whom, as of when, by which law."""
        here = self.now.astimezone(HERE)
        catalog = self.law.catalog()
        rules = f"{catalog.title}，规则版本 {self.law.edition}" if catalog else f"规则版本 {self.law.edition}"
        return {
            "site": settings.XINHENG_SITE.get("name", SITE),
            "issuer": self.issuer,
            "head": [
                ["主体名称", self.subject.name],
                [self.subject.code_label, self.subject.code],
                ["提供对象", self.law.audience(self.audience).name],
                ["数据截至", f"{day(here)} {here:%H:%M}"],
                ["适用规则", rules],
            ],
            "notes": [*self.kind.texts["notes"], *self._care()],
        }

    def _care(self) -> Iterator[str]:
        """What is not public asks its holder for care."""
        care = self.kind.texts.get("care")
        if care and not self.law.audience(self.audience).public:
            yield str(care)

    def text(self, name: str) -> str:
        """One of the kind's texts, in the words for the public where there are such."""
        public = self.law.audience(self.audience).public
        texts = self.kind.texts
        return str(texts.get(f"{name}_public", texts[name]) if public else texts[name])


def report(frame: Frame, rows: Sequence[Printed]) -> dict[str, Any]:
    """公共信用信息报告: counts of every item of the catalog, 0 included, then the records by item."""
    return {
        **frame.head(),
        "overview": list(_overview(frame, Counter(row.item for row in rows))),
        "parts": list(_parts(rows, frame.law)),
        "nothing": frame.text("nothing"),
    }


def _overview(frame: Frame, counts: Counter[str]) -> Iterator[dict[str, str]]:
    catalog = frame.law.catalog()
    items = list(frame.law.items())
    for category in catalog.categories if catalog else ():
        listed = [item for item in items if item.category == category["id"]]
        for item in listed:
            count = _count(item, frame, counts.pop(item.code, 0))
            yield {"category": category["name"], "item": item.name, "count": count}
        if not listed:
            yield {"category": category["name"], "item": NOTHING_LISTED, "count": "0"}
    if earlier := counts.total():
        yield {"category": EARLIER, "item": NOTHING_LISTED, "count": str(earlier)}


def _count(item: CatalogItem, frame: Frame, count: int) -> str:
    """How many; or that the item is not for this audience at all, which is no zero."""
    public = frame.law.audience(frame.audience).public
    if public and not item.publishable:
        return "不公开"
    if frame.audience not in (SELF, *entitled(item, SubjectKind(frame.subject.kind))):
        return "不共享"
    return str(count)


def _parts(rows: Sequence[Printed], law: Law) -> Iterator[dict[str, Any]]:
    """The records by item, in the order of the catalog."""
    order = [item.code for item in law.items()]
    found = list(dict.fromkeys(row.item for row in rows))
    for code in sorted(found, key=lambda code: (order.index(code) if code in order else len(order), code)):
        of_item = [row for row in rows if row.item == code]
        item = law.item_of(code, of_item[0].decided_on)
        name = item.name if item else code
        yield {"title": f"{name}（{len(of_item)} 条）", "records": [row.told() for row in of_item]}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a certificate is to cover: decided from `since` to `until`, both counted; no domains means all."""

    audience: str
    since: date
    until: date
    domains: tuple[str, ...] = ()
    use: str = ""

    def to_json(self) -> dict[str, Any]:
        return {
            "audience": self.audience,
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
            "domains": list(self.domains),
            "use": self.use,
        }

    def require_told_of(self, today: date) -> None:
        """Raise Refusal PERIOD_REVERSED or PERIOD_AHEAD for a period that cannot be told of."""
        if self.until < self.since:
            raise Refusal.because("PERIOD_REVERSED")
        if self.until > today:
            raise Refusal.because("PERIOD_AHEAD", date=self.until.isoformat())

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Asked:
        """The inverse of `to_json`; other keys are left alone."""
        since, until = (date.fromisoformat(raw[name]) for name in ("since", "until"))
        return cls(raw["audience"], since, until, tuple(raw["domains"]), raw["use"])


@dataclass(frozen=True, slots=True)
class Reporting:
    """One agency: what it answers for (None: it is no more), and the day of its latest accepted batch."""

    id: UUID
    name: str
    domains: tuple[str, ...] | None
    until: date | None


def items_asked(law: Law) -> tuple[CatalogItem, ...]:
    """The items that a certificate is about: what is adverse."""
    return tuple(item for item in law.items() if item.adverse)


def covered(asked: Asked, agencies: Iterable[Reporting]) -> tuple[Reporting, ...]:
    """The agencies whose domains are asked for; one that named none answers for the others.

    What an agency that is no more answered for nobody can say any more, so it is left out of nothing.
    """
    wanted = set(asked.domains)
    return tuple(
        each
        for each in agencies
        if not wanted or each.domains is None or wanted & set(each.domains or (OTHER,))
    )


def within(asked: Asked, rows: Iterable[Printed], agencies: Iterable[UUID], law: Law) -> tuple[Printed, ...]:
    """The adverse records in effect that were decided in the period, of these agencies.

    The agency counts and not the record's own domain: an agency of several domains does not say which of
    them a decision was in, and a zero must not rest on that.
    """
    items, whose = {item.code for item in items_asked(law)}, set(agencies)
    return tuple(
        row
        for row in rows
        if row.item in items
        and row.in_effect
        and asked.since <= row.decided_on <= asked.until
        and row.agency in whose
    )


def certificate(
    frame: Frame, asked: Asked, rows: Sequence[Printed], agencies: Sequence[Reporting]
) -> dict[str, Any]:
    """专用信用报告: what was asked, what was found, which agency reported until when, in plain words."""
    items = items_asked(frame.law)
    counts = Counter(row.item for row in rows)
    silent = [each.name for each in agencies if each.until is None]
    texts = frame.kind.texts
    return {
        **frame.head(),
        "asked": list(_asked(asked, items, frame.law)),
        "conclusion": _conclusion(frame, len(rows)),
        "found": [{"item": item.name, "count": str(counts[item.code])} for item in items],
        "records": [row.told() for row in rows],
        "coverage": list(_coverage(rows, agencies, frame.law)),
        "silent": texts["silent"].format(agencies="、".join(silent)) if silent else "",
    }


def _asked(asked: Asked, items: Iterable[CatalogItem], law: Law) -> Iterator[list[str]]:
    known = words("domains", law)
    chosen = asked.domains or tuple(known)
    yield ["查询期间", f"{asked.since} 至 {asked.until}（按作出决定的日期，两端计入）"]
    yield ["领域", "、".join(known[each] for each in chosen)]
    yield ["信息类别", "、".join(item.name for item in items)]
    if asked.use:
        yield ["用途", asked.use]


def _conclusion(frame: Frame, count: int) -> str:
    if count:
        return frame.text("found").format(count=count)
    return frame.text("none").format(party=frame.subject.name)


def _coverage(rows: Iterable[Printed], agencies: Iterable[Reporting], law: Law) -> Iterator[dict[str, str]]:
    known, counts = words("domains", law), Counter(row.agency for row in rows)
    for each in agencies:
        count = counts[each.id]
        yield {
            "agency": each.name,
            "fields": GONE
            if each.domains is None
            else "、".join(known.get(code, code) for code in each.domains or (OTHER,)),
            "until": each.until.isoformat() if each.until else NO_REPORT,
            "count": str(count) if each.until or count else NO_COUNT,
        }
