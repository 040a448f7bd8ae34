"""What a list says, in words (名单规定的说法): each fact with its basis, its mark and its source; no law and no query."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from xinheng.law import listing
from xinheng.law.facts import InstrumentKind, SubjectKind
from xinheng.law.language import Confidence, Outcome
from xinheng.law.lawbook import Law
from xinheng.law.lists import LEVEL_NAMES, PARTS, RANGES, Departure, Part, SeriousList
from xinheng.law.periods import Period, Unit
from xinheng.law.reference import ClauseText
from xinheng.law.refusals import Told, tell
from xinheng.web.portal import reading
from xinheng.web.portal.measures import months

# What admits a ministry rule for a while, in wait for a unified standard.
STOP_GAP_RULE = "gbf-2020-49"
LACKING = ("缺", "amber")
SUBJECTS = {
    SubjectKind.LEGAL_PERSON: "法人",
    SubjectKind.UNINCORPORATED: "非法人组织",
    SubjectKind.SOLE_TRADER: "个体工商户",
    SubjectKind.NATURAL_PERSON: "自然人",
    SubjectKind.PUBLIC_BODY: "机关、事业单位",
}
INSTRUMENTS = {
    InstrumentKind.PENALTY: "行政处罚决定",
    InstrumentKind.JUDGMENT: "裁判文书",
    InstrumentKind.OTHER_ADMINISTRATIVE: "其他行政决定",
    InstrumentKind.ABNORMAL_LIST: "列入异常名录的决定",
}
STARTS = {
    "corrected": "改正",
    "decided": "作出决定",
    "exit_accepted": "受理移出申请",
    "exit_applied": "收到移出申请",
    "ground_lapsed": "所依据的期限届满",
    "listed": "列入",
    "notice_served": "告知书送达",
    "objection_received": "收到异议",
    "published": "公布",
    "removal_decided": "作出移出决定",
    "removal_due": "应当移出",
}
UNITS = {Unit.WORKDAYS: "个工作日", Unit.DAYS: "日"}


@dataclass(frozen=True, slots=True)
class Fact:
    """One row about a list: what it says, on what it rests, how sure we are; without `lines` it says nothing."""

    label: str
    lines: tuple[str, ...] = ()
    clauses: tuple[ClauseText, ...] = ()
    mark: tuple[str, str] | None = None
    source: str = ""

    @property
    def missing(self) -> bool:
        return not (self.lines or self.clauses)


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether cases can be carried under a list: tag, and in the words of the refusals why not."""

    word: str
    tone: str
    why: tuple[Told, ...]
    group: str


GROUPS = {"open": "可以办理的名单", "received": "只接收的名单", "closed": "不能办理的名单"}


# clause: 2.4
def standing(listed: SeriousList, law: Law) -> Standing:
    """The law's own answer: usable, received only, or what is missing, unchecked or without a basis."""
    against = listing.usable(listed.code, law).against
    told = tuple(tell(each, law) for each in against if each.outcome is Outcome.FORBIDDEN)
    if not listed.carried:
        return Standing("只接收", "plain", told, "received")
    return Standing("不能办理", "amber", told, "closed") if told else Standing("可以办理", "blue", (), "open")


def stop_gap(law: Law) -> str:
    """What an entry or a list on a ministry rule is said to be."""
    return f"依据部门规章，属过渡措施（{law.instrument(STOP_GAP_RULE).number}）"


def overview(listed: SeriousList, law: Law) -> tuple[Fact, ...]:
    """What the list of lists says of each; what is not loaded stands together at the end."""
    told = (
        _ranges(listed, law),
        _domain(listed, law),
        _standard(listed, law),
        _authority(listed, law),
        _criteria(listed, law),
        _term(listed, law),
        _early(listed, law),
        _remedies(listed, law),
    )
    missing = "、".join(each.label for each in told if each.missing)
    # What the deciding body lays down for a list that is only received is not ours to have.
    lacking = (Fact("没有载入", (missing,), mark=LACKING),) if missing and listed.carried else ()
    return (*(each for each in told if not each.missing), *lacking)


def domain_and_bodies(listed: SeriousList, law: Law) -> tuple[Fact, ...]:
    """Of the list's own page: which, of whom, by whom."""
    departures = listed.authority.raised + listed.authority.lowered if listed.authority else ()
    return (
        _ranges(listed, law),
        _domain(listed, law),
        _authority(listed, law),
        *(_departure(each, law) for each in departures),
        _subjects(listed),
        *_linked(listed, law),
        _persons(listed, law),
    )


def criteria(listed: SeriousList, law: Law) -> tuple[Fact, ...]:
    papers = tuple(INSTRUMENTS.get(InstrumentKind(each), each) for each in listed.instruments)
    return (_criteria(listed, law), Fact("可以作为依据的文书", ("、".join(papers),) if papers else ()))


def procedure(listed: SeriousList, law: Law) -> tuple[Fact, ...]:
    """The list's own periods; what it does not say follows the plan (四（一）)."""
    part = listed.standard.get("procedure")
    named = (listed.window, listed.reply, listed.decision)
    spared = (Fact("可以不列入", (listed.spared,)),) if listed.spared else ()
    return (_part("程序", part, law), *(_period(each, law) for each in named if each), *spared)


def removal(listed: SeriousList, law: Law) -> tuple[Fact, ...]:
    part = listed.standard.get("removal")
    named = (listed.exit_acceptance, listed.exit_decision, listed.act)
    fraud = {True: ("恢复列入，期限重新计算",), False: ("恢复列入，期限继续计算",), None: ()}
    again = fraud[listed.restarts_after_fraud]
    return (
        _part("移出", part, law),
        _term(listed, law),
        _early(listed, law),
        *(_period(each, law) for each in named if each),
        *((Fact("骗取提前移出的", again),) if again else ()),
    )


def remedies(listed: SeriousList, law: Law) -> tuple[Fact, ...]:
    return (_remedies(listed, law),)


def _ranges(listed: SeriousList, law: Law) -> Fact:
    lines = tuple(RANGES[code] for code in listed.ranges)
    return _of(listed.ranges_part, "名单范围", lines, law)


def _domain(listed: SeriousList, law: Law) -> Fact:
    return _of(listed.domain, "设列领域的依据", (), law)


def _standard(listed: SeriousList, law: Law) -> Fact:
    """The bases of the parts together, each once, beside what is missing."""
    parts = listed.standard
    cited = dict.fromkeys(clause for part in parts.values() for clause in part.basis)
    lacking = "、".join(name for key, name in PARTS.items() if key not in parts)
    weakest = min((part.confidence for part in parts.values()), key=_SURE.index, default=None)
    mark = reading.CONFIDENCE_NAMES[weakest] if weakest else None
    lines = (f"缺：{lacking}",) if lacking and listed.carried else ()
    return Fact("名单标准的依据", lines, reading.texts(law, cited), mark)


_SURE = (Confidence.UNCERTAIN, Confidence.KNOWN, Confidence.SOURCED)


def _authority(listed: SeriousList, law: Law) -> Fact:
    found = listed.authority
    if found is None:
        return Fact("认定单位")
    level = (f"最低层级：{LEVEL_NAMES[found.level]}",) if listed.carried else ()
    mark = reading.CONFIDENCE_NAMES[found.confidence]
    return Fact("认定单位", (found.name, *level), reading.texts(law, found.basis), mark)


def _departure(departure: Departure, law: Law) -> Fact:
    return Fact("层级的特别规定", (departure.text,), reading.texts(law, departure.basis))


def _subjects(listed: SeriousList) -> Fact:
    kinds = tuple(SUBJECTS[SubjectKind(each)] for each in listed.subjects)
    return Fact("适用对象", ("、".join(kinds),) if kinds else ())


def _linked(listed: SeriousList, law: Law) -> Iterator[Fact]:
    if listed.linked:
        names = "、".join(each.name for each in listed.linked.values())
        cited = dict.fromkeys(clause for each in listed.linked.values() for clause in each.basis)
        told = (names, "各有各的告知书和决定书；单位移出的，随单位移出")
        leaving = all(each.leaves_with_unit for each in listed.linked.values())
        yield Fact("可以一并列入的人员", told if leaving else told[:1], reading.texts(law, cited))


# clause: 3.2c
def _persons(listed: SeriousList, law: Law) -> Fact:
    admitted = [each for each in listed.person_basis if law.admits(listing.PERSON, each)]
    said = (
        "可以依所引条文公开；本网站不提供个人的公开查询"
        if admitted
        else "不公开：没有法律、法规或者国务院决定、命令的明文依据"
    )
    return Fact("个人的名单信息", (said,), reading.texts(law, admitted))


def _criteria(listed: SeriousList, law: Law) -> Fact:
    groups = ("；或者".join(listed.criteria[each] for each in group) for group in listed.all_of)
    numbered = tuple(f"（{place}）{text}" for place, text in enumerate(groups, 1))
    lines = numbered if len(numbered) > 1 else tuple(text.partition("）")[2] for text in numbered)
    head = ("以下各项都要符合：",) if len(numbered) > 1 else ()
    return _of(listed.standard.get("criteria"), "认定标准", (*head, *lines), law)


def _term(listed: SeriousList, law: Law) -> Fact:
    return _period(listed.term, law) if listed.term else Fact("列入期限")


def _early(listed: SeriousList, law: Law) -> Fact:
    early = listed.early
    if early is None:
        return Fact("提前移出")
    needs = ("；".join(early.needs.values()),) if early.needs else ()
    barred = (f"不予提前移出：{'；'.join(early.barred.values())}",) if early.barred else ()
    cited = dict.fromkeys((*early.period.clauses, *early.barred_basis))
    mark = reading.CONFIDENCE_NAMES[early.period.confidence]
    since = since_when(early.period)
    waits = f"{since}，可以申请" if early.period.n else "最短期限没有核实，由认定单位决定"
    return Fact("提前移出", (waits, *needs, *barred), reading.texts(law, cited), mark)


def _remedies(listed: SeriousList, law: Law) -> Fact:
    return _of(listed.standard.get("remedies"), "救济措施", (), law)


def _part(label: str, part: Part | None, law: Law) -> Fact:
    return _of(part, f"{label}的依据", (), law)


def _period(period: Period, law: Law) -> Fact:
    mark = reading.CONFIDENCE_NAMES[period.confidence]
    return Fact(period.name, (_length(period),), reading.texts(law, period.clauses), mark, period.source)


def _length(period: Period) -> str:
    if period.n is None and not period.most:
        return "没有核实"
    return f"{_amount(period)}，自{_start(period)}起"


def since_when(period: Period) -> str:
    """`自改正起满 6 个月`."""
    return f"自{_start(period)}起满{_amount(period)}"


def _start(period: Period) -> str:
    return STARTS.get(period.starts_from, period.starts_from)


def _amount(period: Period) -> str:
    if period.n is None:
        return f"{months(period.least or 1)} 至{months(period.most or 1)}，由决定载明".strip()
    text = months(period.n) if period.unit is Unit.MONTHS else f" {period.n} {UNITS[period.unit]}"
    more = f"（可以延长 {period.extension} {UNITS[period.unit]}）" if period.extension else ""
    return text + more


def _of(part: Part | None, label: str, lines: tuple[str, ...], law: Law) -> Fact:
    """A fact with the basis and the mark of the part that says it."""
    if part is None:
        return Fact(label, lines)
    mark = reading.CONFIDENCE_NAMES[part.confidence]
    return Fact(label, lines, reading.texts(law, part.basis), mark, part.source)


def restored(number: str, law: Law) -> bool:
    """Whether a party is on a list by a decision on a false promise (承诺不实处理决定书), as its number tells."""
    papers = law.document("documents.yaml")["papers"]["kinds"]
    prefix = next(each["prefix"] for each in papers if each["code"] == "false_promise_decision")
    return number.startswith(f"{prefix}-")
