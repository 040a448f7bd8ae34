"""May this list be used (名单认定), by this body, on this document, for this party? Asked at each adverse step anew.

Every rule of the plan on lists (2.3, 2.4, 4.1c, 4.2b) is one small function here; what comes after what is
law/procedures/listing.py. A list's parts that are missing or unchecked stop the case: nothing is filled in.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from xinheng.law.disclosure import months_later
from xinheng.law.facts import AgeClass, Effect, InstrumentKind, SubjectKind
from xinheng.law.language import Answer, Outcome, Verdict, all_of, rule
from xinheng.law.leniency import UNASKED, Leniency, age_answer, leniency_answer
from xinheng.law.lists import (
    LADDER,
    LEVEL_NAMES,
    PARTS,
    RANGES,
    Authority,
    BodyLevel,
    PartyRole,
    SeriousList,
    bases,
)

if TYPE_CHECKING:
    from xinheng.law.lawbook import Law

LIST, INTERIM, LEVEL, PERSON = "list", "list_standard_interim", "depart_level", "publish_person"
SUPERIOR_CONSENT = "superior_consent"
EFFECTS = {
    Effect.EFFECTIVE: "已生效",
    Effect.NOT_YET: "尚未生效",
    Effect.STAYED: "停止执行",
    Effect.REVOKED: "已撤销",
    Effect.VOID: "被确认无效",
    Effect.LAPSED: "已失效",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The deciding body: its name, its level, its trades, and whether the body above agreed."""

    name: str
    level: BodyLevel
    trades: tuple[str, ...]
    superior_consent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """A document on which a case rests. A first judgment that is appealed has the effect NOT_YET."""

    id: str
    kind: InstrumentKind
    effect: Effect


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingFacts:
    """What the rules of listing are told of one party's case.

    `list` is the code of the list, `range` R1 to R4 as the body states it, `criteria` the ids that the officer
    states as met. `role` other than subject: a linked person. `age` is that at the act.
    """

    list: str
    range: str
    body: Body
    grounds: tuple[Ground, ...]
    criteria: tuple[str, ...]
    subject_kind: SubjectKind
    role: PartyRole = PartyRole.SUBJECT
    age: AgeClass = AgeClass.NOT_A_PERSON
    leniency: Leniency = UNASKED


def of(facts: ListingFacts, law: Law) -> SeriousList | None:
    """The list of a case as it is in force on the day of the law."""
    return law.serious_list(facts.list)


@rule("listing.known", "huaian-2021-13#2.3")
def known(facts: ListingFacts, law: Law) -> Answer:
    """Only lists that the lawbook holds and that are in force; nobody adds one."""
    if of(facts, law) is None:
        return Outcome.FORBIDDEN, "LIST_UNKNOWN", {"label": facts.list}
    return Outcome.PERMITTED


@rule("listing.carried", "huaian-2021-13#2.4", "huaian-2021-13#6.2")
def carried(facts: ListingFacts, law: Law) -> Answer:
    """Lists of courts and national databases are received as they are, never carried as cases here."""
    listed = of(facts, law)
    if listed and not listed.carried:
        return Outcome.FORBIDDEN, "LIST_RECEIVED_ONLY", {"label": listed.name}
    return Outcome.PERMITTED


@rule("listing.range", "huaian-2021-13#2.3")
def in_range(facts: ListingFacts, law: Law) -> Answer:
    """The body states which of the four ranges; it is one of those of the list."""
    listed = of(facts, law)
    if listed is None or facts.range in listed.ranges:
        return Outcome.PERMITTED
    allowed = "；".join(RANGES[each] for each in listed.ranges) or "尚未核实"
    return Outcome.FORBIDDEN, "LIST_RANGE", {"label": listed.name, "allowed": allowed}


@rule("listing.domain", "huaian-2021-13#2.3", "huaian-2021-13#2.4", "gbf-2020-49#4")
def domain_founded(facts: ListingFacts, law: Law) -> Answer:
    """The domain is set up by a law, an administrative regulation or central policy in force."""
    listed = of(facts, law)
    if listed is None or (listed.domain and any(law.admits(LIST, each) for each in listed.domain.basis)):
        return Outcome.PERMITTED
    return Outcome.FORBIDDEN, "LIST_DOMAIN_BASIS", {"label": listed.name}


@rule("listing.parts", "huaian-2021-13#2.4")
def parts_stated(facts: ListingFacts, law: Law) -> Answer:
    """A missing part stops the case; so does one that nobody has checked against the official text."""
    listed = of(facts, law)
    if listed is None or not listed.carried:
        return Outcome.PERMITTED
    if listed.lacking:
        told = {"label": listed.name, "lacking": "、".join(listed.lacking)}
        return Outcome.FORBIDDEN, "LIST_PART_MISSING", told
    if listed.doubtful:
        told = {"label": listed.name, "lacking": "、".join(listed.doubtful)}
        return Outcome.FORBIDDEN, "LIST_PART_UNCHECKED", told
    return Outcome.PERMITTED


@rule("listing.standard", "huaian-2021-13#2.4", "gbf-2020-49#4")
def standard_founded(facts: ListingFacts, law: Law) -> Answer:
    """Each part of the standard rests on an admitted rank; on a ministry rule only as the stop-gap, and says so."""
    listed = of(facts, law)
    if listed is None or not listed.carried:
        return Outcome.PERMITTED
    bare = [PARTS[n] for n, part in listed.standard.items() if not _founded(part.basis, law)]
    if bare:
        told = {"label": listed.name, "lacking": "、".join(bare)}
        return Outcome.FORBIDDEN, "LIST_STANDARD_RANK", told
    if stop_gap(listed, law):
        return Outcome.PERMITTED, "LIST_STOP_GAP", {"label": listed.name}
    return Outcome.PERMITTED


def _founded(basis: tuple[str, ...], law: Law) -> bool:
    return any(law.admits(LIST, each) or law.admits(INTERIM, each) for each in basis)


def stop_gap(listed: SeriousList, law: Law) -> bool:
    """Whether a part of the standard rests on a ministry rule, in wait for a unified one (国办发〔2020〕49号四)."""
    return any(any(law.admits(INTERIM, each) for each in part.basis) for part in listed.standard.values())


@rule("listing.level", "huaian-2021-13#4.1c")
def level_reached(facts: ListingFacts, law: Law) -> Answer:
    """County level or above; a lower body, a committee of a zone or a delegate only where a listed provision says so."""
    authority = _authority(facts, law)
    if (
        authority is None
        or _reaches(facts.body.level, authority.level)
        or _lowered(facts.body.level, authority, law)
    ):
        return Outcome.PERMITTED
    told = {
        "agency": facts.body.name,
        "kind": LEVEL_NAMES[facts.body.level],
        "expected": LEVEL_NAMES[authority.level],
    }
    return Outcome.FORBIDDEN, "AUTHORITY_LEVEL", told


def _authority(facts: ListingFacts, law: Law) -> Authority | None:
    listed = of(facts, law)
    return listed.authority if listed else None


def _reaches(level: BodyLevel, floor: BodyLevel) -> bool:
    return level in LADDER and LADDER.index(level) >= LADDER.index(floor)


def _lowered(level: BodyLevel, authority: Authority, law: Law) -> bool:
    """A provision of law, regulation or ministry rule that lets this level list."""
    cited = (clause for each in authority.lowered if level in each.levels for clause in each.basis)
    return any(law.admits(LEVEL, clause) for clause in cited)


@rule("listing.consent", "huaian-2021-13#4.1c")
def consent_from_above(facts: ListingFacts, law: Law) -> Answer:
    """Where the list's rule asks the consent of the body above, it is there before the decision."""
    authority = _authority(facts, law)
    raised = authority.raised if authority else ()
    asked = next((e for e in raised if facts.body.level in e.levels and e.needs == SUPERIOR_CONSENT), None)
    if asked is None or facts.body.superior_consent:
        return Outcome.PERMITTED
    return Outcome.FORBIDDEN, "SUPERIOR_CONSENT_MISSING", {"why": asked.text}


@rule("listing.trade", "huaian-2021-13#4.1c")
def own_trade(facts: ListingFacts, law: Law) -> Answer:
    """A body lists only in the trade that the list gives to it."""
    authority = _authority(facts, law)
    if authority is None or set(authority.trades) & set(facts.body.trades):
        return Outcome.PERMITTED
    return Outcome.FORBIDDEN, "AUTHORITY_TRADE", {"agency": facts.body.name, "expected": authority.name}


@rule("listing.party", "huaian-2021-13#2.4")
def party_admitted(facts: ListingFacts, law: Law) -> Answer:
    """The list's own kinds of subject; linked persons in the roles it names, and they are natural persons."""
    listed = of(facts, law)
    if listed is None:
        return Outcome.PERMITTED
    if facts.role is PartyRole.SUBJECT:
        admitted = facts.subject_kind in listed.subjects
    else:
        admitted = facts.role in listed.linked and facts.subject_kind is SubjectKind.NATURAL_PERSON
    return Outcome.PERMITTED if admitted else (Outcome.FORBIDDEN, "LIST_PARTY", {"label": listed.name})


@rule("listing.grounds", "huaian-2021-13#2.2a", "huaian-2021-13#1.3a")
def grounds_effective(facts: ListingFacts, law: Law) -> Answer:
    """At least one document, each of a kind the list admits and each in effect on the day."""
    listed = of(facts, law)
    if not facts.grounds:
        return Outcome.FORBIDDEN, "LIST_GROUND_MISSING"
    idle = next((each for each in facts.grounds if each.effect is not Effect.EFFECTIVE), None)
    if idle:
        return Outcome.FORBIDDEN, "LIST_GROUND_EFFECT", {"number": idle.id, "state": EFFECTS[idle.effect]}
    strange = next(
        (e for e in facts.grounds if listed and listed.carried and e.kind not in listed.instruments), None
    )
    if strange and listed:
        return Outcome.FORBIDDEN, "LIST_GROUND_KIND", {"number": strange.id, "label": listed.name}
    return Outcome.PERMITTED


@rule("listing.criteria", "huaian-2021-13#2.4")
def criteria_met(facts: ListingFacts, law: Law) -> Answer:
    """Of each group of the standard at least one, as the officer states it; what the standard lacks counts nothing."""
    listed = of(facts, law)
    if listed is None:
        return Outcome.PERMITTED
    open_groups = [group for group in listed.all_of if not set(group) & set(facts.criteria)]
    if not open_groups:
        return Outcome.PERMITTED
    told = "；".join(" / ".join(listed.criteria[each] for each in group) for group in open_groups)
    return Outcome.FORBIDDEN, "LIST_CRITERIA", {"label": listed.name, "lacking": told}


@rule("listing.minor", "huaian-2021-13#4.2b")
def of_age(facts: ListingFacts, _law: Law) -> Answer:
    """Nobody is listed for what he did as a minor; an unknown age waits for a person."""
    return age_answer(facts.subject_kind, facts.age)


@rule("listing.leniency", "huaian-2021-13#4.2b", "civil#180")
def leniency(facts: ListingFacts, _law: Law) -> Answer:
    """Force majeure, no intent and slight conduct: a reasoned decision of an officer goes before."""
    return leniency_answer(facts.leniency, lighter=False)


RULES = (
    known,
    carried,
    in_range,
    domain_founded,
    parts_stated,
    standard_founded,
    level_reached,
    consent_from_above,
    own_trade,
    party_admitted,
    grounds_effective,
    criteria_met,
    of_age,
    leniency,
)
decide = all_of(*RULES)


@rule("listing.publish_person", "huaian-2021-13#3.2c")
def person_published(facts: ListingFacts, law: Law) -> Answer:
    """A natural person of a list is public only on a law, regulation or order; a ministry rule is not enough."""
    listed = of(facts, law)
    if facts.subject_kind is not SubjectKind.NATURAL_PERSON and facts.role is PartyRole.SUBJECT:
        return Outcome.PERMITTED
    if listed and any(law.admits(PERSON, each) for each in listed.person_basis):
        return Outcome.PERMITTED
    return Outcome.FORBIDDEN, "LIST_PERSON_NOT_PUBLISHED"


def publication(facts: ListingFacts, law: Law) -> Verdict:
    """May the entry of this party be published? A stop-gap list says that it is one and publishes no person."""
    return all_of(known, person_published, standard_founded)(facts, law)


def to_publish(code: str, subject_kind: SubjectKind, role: PartyRole) -> ListingFacts:
    """What `publication` and `usable` look at, of a list and a party; the rest of a case is not asked."""
    body = Body(name="", level=BodyLevel.COUNTY, trades=())
    return ListingFacts(
        list=code, range="", body=body, grounds=(), criteria=(), subject_kind=subject_kind, role=role
    )


def publication_ends(facts: ListingFacts, law: Law) -> date | None:
    """The first coming day on which the law as it is known today lets the entry be public no more, if there is one."""
    turns = sorted(each for each in _turns(facts.list, law) if each > law.day)
    days = (day for day in turns if publication(facts, law.book.as_of(day, law.rulings)).against)
    return next(days, None)


def _turns(code: str, law: Law) -> Iterator[date]:
    """Every day on which an edition of the list, or a document that it cites, begins or has ended."""
    for listed in (each for each in law.book.lists if each.code == code):
        cited = {clause.partition("#")[0] for clause in bases(listed)} & set(law.book.instruments)
        dated: list[Any] = [listed, *(law.book.instruments[name] for name in cited)]
        for each in dated:
            yield from ([each.valid_from] if each.valid_from else ())
            yield from ([each.valid_to + timedelta(days=1)] if each.valid_to else ())


def usable(code: str, law: Law) -> Verdict:
    """May cases be carried under this list at all? What stands in the way is a part of it, or what it rests on."""
    asked = to_publish(code, SubjectKind.LEGAL_PERSON, PartyRole.SUBJECT)
    return all_of(known, carried, parts_stated, domain_founded, standard_founded)(asked, law)


class Standing(enum.StrEnum):
    """What is left of an entry after one of its grounds fell."""

    STANDS = "stands"
    HIDDEN = "hidden"
    FALLS = "falls"


def standing(grounds: tuple[Ground, ...]) -> Standing:
    """All grounds fell: the entry falls. Some fell, or are stayed: it is hidden and goes back to the officer (1.3a)."""
    alive = [each for each in grounds if each.effect is Effect.EFFECTIVE]
    if len(alive) == len(grounds) and alive:
        return Standing.STANDS
    waiting = any(each.effect is Effect.STAYED for each in grounds)
    return Standing.HIDDEN if alive or waiting else Standing.FALLS


def term_end(listed: SeriousList, events: Mapping[str, date], months: int | None = None) -> date | None:
    """The last day of an entry, by the calendar, rest day or not (民法典 201-202); None where nobody knows.

    `events` are days by name (decided, listed, published). Where the event of the list's rule has not
    happened, the earliest of the others stands in for it: doubt never prolongs. `months` is what the decision
    says where the rule leaves a choice; outside its bounds it counts nothing.
    """
    what = listed.term
    if what is None or not events:
        return None
    length = what.n or (months if months and (what.least or 1) <= months <= (what.most or 0) else None)
    start = events.get(what.starts_from) or min(events.values())
    return months_later(start, length) if length else None


def early_exit_on(listed: SeriousList, events: Mapping[str, date]) -> date | None:
    """From which day early exit can be granted; None: not known, so an officer decides and nothing bars applying."""
    early = listed.early
    if early is None or not early.period.certain or early.period.starts_from not in events:
        return None
    n = early.period.n
    return months_later(events[early.period.starts_from], n) if n else None
