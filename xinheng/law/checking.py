"""What can be read and is still wrong (法规库自查): dangling citations, overlaps, values without a source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import combinations
from typing import TYPE_CHECKING, Any, Protocol

from xinheng.law.language import RULES, Confidence
from xinheng.law.repairrules import RepairEffect
from xinheng.law.workdays import SATURDAY

if TYPE_CHECKING:
    from xinheng.law.lawbook import Lawbook

CITING = ("basis", "clauses", "person_basis")
HARSH = ("！", "!", "失败", "非法", "黑名单", "老赖")


class Edition(Protocol):
    """Anything with an id and the days in which it holds."""

    @property
    def id(self) -> str: ...
    @property
    def valid_from(self) -> date | None: ...
    @property
    def valid_to(self) -> date | None: ...


def problems(book: Lawbook) -> list[str]:
    """Every fault of the data that a person has to mend, one Chinese sentence each, in the order of the files."""
    checks = (
        _citations,
        _rule_citations,
        _instruments,
        _overlaps,
        _marks,
        _refusals,
        _catalog,
        _lists,
        _measures,
        _repair,
        _regions,
        _calendars,
    )
    return [problem for check in checks for problem in check(book)]


def inert(book: Lawbook) -> list[str]:
    """Catalog items that carry nothing because a statement of clause 3.1 is missing: a report, no fault."""
    return [
        f"{edition.id}年版目录的“{item.name}”没有写明{'、'.join(item.unstated)}，不能用来归集和公开"
        for edition in book.catalogs
        for item in edition.items.values()
        if item.inert
    ]


def _entries(path: str, value: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every mapping in a document with its path."""
    if isinstance(value, Mapping):
        yield path, value
        for key, each in value.items():
            yield from _entries(f"{path}/{key}", each)
    elif isinstance(value, tuple):
        for place, each in enumerate(value):
            name = each.get("id") or each.get("code") if isinstance(each, Mapping) else None
            yield from _entries(f"{path}/{name or place}", each)


def _all_entries(book: Lawbook) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, document in book.documents.items():
        yield from _entries(name, document)


def _citations(book: Lawbook) -> Iterator[str]:
    """A cited clause without text, a named instrument that is not registered."""
    for path, entry in _all_entries(book):
        cited = [each for key in CITING for each in _listed(entry.get(key)) if isinstance(each, str)]
        yield from (f"{path}：引用的 {each} 没有这一条款" for each in cited if each not in book.clauses)
        instrument = entry.get("instrument")
        if isinstance(instrument, str) and instrument not in book.instruments:
            yield f"{path}：所指的文件 {instrument} 没有登记"


def _rule_citations(book: Lawbook) -> Iterator[str]:
    for rule in RULES.values():
        for clause in rule.clauses:
            if clause.id not in book.clauses:
                yield f"规则 {rule.name}：引用的 {clause.id} 没有这一条款"


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, tuple) else ()


def _instruments(book: Lawbook) -> Iterator[str]:
    for each in book.instruments.values():
        following = book.instruments.get(each.replaced_by)
        if each.replaced_by and following is None:
            yield f"instruments/{each.id}：替代它的文件 {each.replaced_by} 没有登记"
        elif following and overlap(each, following):
            yield f"instruments/{each.id}：替代它的 {following.id} 施行之日它仍然有效"


def overlap(one: Edition, other: Edition) -> bool:
    """Whether two editions of one thing hold on a same day; editions without any day hold on none."""
    if (one.valid_from, one.valid_to) == (None, None) or (other.valid_from, other.valid_to) == (None, None):
        return False
    latest = max(one.valid_from or date.min, other.valid_from or date.min)
    return latest <= min(one.valid_to or date.max, other.valid_to or date.max)


def _overlaps(book: Lawbook) -> Iterator[str]:
    """Two editions on one day: of the catalog, the measures, a list, a term rule, the rules of repair of one regime."""
    terms: dict[tuple[Any, Any], list[Edition]] = {}
    for rule in book.terms.values():
        terms.setdefault((rule.data.get("channel"), rule.data.get("item")), []).append(rule)
    lists: dict[str, list[Edition]] = {}
    for each in book.lists:
        lists.setdefault(each.code, []).append(each)
    repairs: dict[str, list[Edition]] = {}
    for rules in book.repair.editions.values():
        repairs.setdefault(rules.regime, []).append(rules)
    families: list[list[Edition]] = [
        list(book.catalogs),
        list(book.measures),
        *terms.values(),
        *lists.values(),
        *repairs.values(),
    ]
    for editions in families:
        for one, other in combinations(editions, 2):
            if overlap(one, other):
                yield f"{one.id} 与 {other.id} 的有效期重叠：同一天有两个版本有效"


def _marks(book: Lawbook) -> Iterator[str]:
    """A confidence that is no word of ours; `sourced` with no source of its own or above it."""
    for name, document in book.documents.items():
        yield from _unmarked(name, document, "")


def _unmarked(path: str, value: Any, source: str) -> Iterator[str]:
    if isinstance(value, Mapping):
        source = str(value.get("source", source) or "")
        mark = value.get("confidence")
        if mark == Confidence.SOURCED and not source:
            yield f"{path}：标为已核对来源（sourced），却没有写来源"
        if isinstance(mark, str) and mark not in list(Confidence):
            yield f"{path}：把握“{mark}”不是规定的写法"
        for key, each in value.items():
            yield from _unmarked(f"{path}/{key}", each, source)
    elif isinstance(value, tuple):
        for place, each in enumerate(value):
            name = each.get("id") or each.get("code") if isinstance(each, Mapping) else None
            yield from _unmarked(f"{path}/{name or place}", each, source)


def _refusals(book: Lawbook) -> Iterator[str]:
    """Places nobody has explained, and words that the tone of the house forbids."""
    document = book.documents.get("refusals.yaml")
    places = set(document.get("places", ())) if isinstance(document, Mapping) else set()
    for each in book.refusals.values():
        for name in sorted(each.places - places):
            yield f"refusals/{each.code}：占位 {{{name}}} 没有说明"
        words = f"{each.conclusion}{each.why}{each.next_step}{each.whom}"
        yield from (f"refusals/{each.code}：用了不该用的词“{harsh}”" for harsh in HARSH if harsh in words)


def _catalog(book: Lawbook) -> Iterator[str]:
    """Audiences and terms that are not there. A missing statement makes an item inert: see `inert`."""
    plain: Mapping[str, Any] = book.terms.document.get("plain_terms", {})
    terms = {*plain, *book.terms, *(str(rule.data.get("item")) for rule in book.terms.values())}
    for edition in book.catalogs:
        for item in edition.items.values():
            where = f"catalog/{edition.id}/{item.code}"
            unknown = [each for each in item.audiences or () if each not in book.audiences]
            yield from (f"{where}：没有提供对象“{each}”" for each in unknown)
            told = (each.name for each in item.fields if each.personal and each.public)
            yield from (f"{where}：涉及个人的栏目“{each}”不能标为可公开" for each in told)
            if item.term is not None and item.term not in terms:
                yield f"{where}：没有公示期限“{item.term}”"


def _lists(book: Lawbook) -> Iterator[str]:
    """A list names measures that are there, and its persons are published only on a provision (3.2c)."""
    rows = {row for edition in book.measures for row in edition.rows}
    for each in book.lists:
        yield from (f"lists/{each.id}：没有惩戒内容“{row}”" for row in each.measures if row not in rows)
        if (each.data.get("persons") or {}).get("publishable") and not each.person_basis:
            yield f"lists/{each.id}：写明可以公开个人，却没有依据"


def _measures(book: Lawbook) -> Iterator[str]:
    """A row of a measure or a list that is not there; a row without a basis is nobody's measure (4.2a)."""
    codes = {each.code for each in book.lists}
    for edition in book.measures:
        for row in edition.rows.values():
            where = f"measures/{edition.id}/{row.id}"
            yield from (f"{where}：没有措施“{each}”" for each in row.measures if each not in edition.names)
            yield from (f"{where}：没有名单“{each}”" for each in row.entries if each not in codes)
            kinds = (each for each in row.third_parties if each not in edition.third_party_kinds)
            yield from (f"{where}：没有社会机构“{each}”" for each in kinds)
            if not row.basis:
                yield f"{where}：没有依据"


def _repair(book: Lawbook) -> Iterator[str]:
    """A result of 五（一） without a meaning, a term rule or a class that is not there, a ground without a basis."""
    rules = book.repair
    missing = (e for e in RepairEffect if rules.editions and e not in rules.effects)
    yield from (f"repair：没有写明“{each}”的含义" for each in missing)
    for edition in rules.editions.values():
        term_rule = book.terms.get(edition.term_rule)
        if term_rule is None:
            yield f"repair/{edition.id}：没有公示期限规则“{edition.term_rule}”"
            continue
        classes = term_rule.data.get("classes") or {}
        names = (each.class_name for each in edition.waiting.longer)
        yield from (f"repair/{edition.id}：没有公示类别“{each}”" for each in names if each not in classes)
    for ground in rules.grounds.values():
        if ground.basis == "own" and not _admitted(book, ground.clauses):
            yield f"repair/{ground.id}：不予修复的理由没有法律、法规或者中央政策作依据"


def _admitted(book: Lawbook, clauses: Iterable[str]) -> bool:
    ranks = book.ranks["repair_refusal"].ranks if "repair_refusal" in book.ranks else frozenset()
    cited = (book.instruments.get(each.partition("#")[0]) for each in clauses)
    return any(each is not None and each.rank in ranks for each in cited)


def _regions(book: Lawbook) -> Iterator[str]:
    for each in book.regions.values():
        if each.successor and each.successor not in book.regions:
            yield f"regions/{each.code}：接替的区划 {each.successor} 没有登记"


def _calendars(book: Lawbook) -> Iterator[str]:
    """A rest day that is a weekend anyway and a worked day that is none are slips of the pen."""
    for year in book.calendar.years.values():
        for day in year.rest:
            if day.weekday() >= SATURDAY:
                yield f"calendars/{year.year}：{day} 本来就是周末，不必列为休息日"
        for day in year.work:
            if day.weekday() < SATURDAY:
                yield f"calendars/{year.year}：{day} 不是周末，不能列为调休上班"
