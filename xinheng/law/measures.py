"""May this measure be taken (失信惩戒措施)? Legality, relevance, proportionality over one content row of the list.

The software compares with the row: object, basis, body, ground, relation, ceiling. How grave the conduct is it
does not know and has no scale for: the officer gives reasons on domain, nature, gravity and impact (1.3b).
Banks, credit institutions, associations, chambers and media are informed, never charged with anything (4.2c).
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from xinheng.law.disclosure import months_later
from xinheng.law.facts import AgeClass, Effect, SubjectKind
from xinheng.law.language import Answer, Clause, Outcome, Refusal, Verdict, all_of, rule
from xinheng.law.leniency import UNASKED, Leniency, age_answer, leniency_answer
from xinheng.law.listing import Body, Ground
from xinheng.law.lists import PartyRole
from xinheng.law.measurelist import MeasureRow

if TYPE_CHECKING:
    from xinheng.law.lawbook import Law

USE = "measure"
LISTED = "listed"


class Act(enum.StrEnum):
    """What an agency would do towards another body; towards a third party only the first is there (4.2c)."""

    INFORM = "inform"
    ASSIGN = "assign"
    REMIND = "remind"
    ASK_FEEDBACK = "ask_feedback"
    RATE = "rate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """The list entry on which a measure rests: the list's code, its state, its last day."""

    list: str
    state: str
    until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reasons:
    """The officer's reasons on the four factors (领域、性质、情节、影响), in words."""

    domain: str = ""
    nature: str = ""
    gravity: str = ""
    impact: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondReview:
    """A second look at whether the measure is needed at all, by another person; it may end in none."""

    person: str
    necessary: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureFacts:
    """What the rules are told of one measure against one party.

    `row` is the content row, `addressee` the kind of body that would have to act ("" is the agency itself),
    `grounds_met` the row's own grounds as the officer states them, `matter` the matter at hand among the row's
    relations and `link` in words how the conduct relates to it. `months`, `lifetime`, `amount` (yuan) are what
    would be imposed; `statute` cites the article where the row leaves the term to it. `caution` is the credit
    office's flag on this domain or measure. `lifted`: from when to when a plan runs for which measures on this ground
    were lifted.
    """

    row: str
    body: Body
    actor: str
    subject_kind: SubjectKind
    role: PartyRole = PartyRole.SUBJECT
    addressee: str = ""
    entry: Entry | None = None
    grounds: tuple[Ground, ...] = ()
    grounds_met: tuple[str, ...] = ()
    matter: str = ""
    link: str = ""
    months: int | None = None
    lifetime: bool = False
    amount: int | None = None
    statute: str = ""
    age: AgeClass = AgeClass.NOT_A_PERSON
    leniency: Leniency = UNASKED
    reasons: Reasons = Reasons()
    caution: str = ""
    review: SecondReview | None = None
    lifted: tuple[tuple[date, date], ...] = ()


def row_of(facts: MeasureFacts, law: Law) -> MeasureRow | None:
    """The content row on the list in force on the day."""
    edition = law.measures_list()
    return edition.rows.get(facts.row) if edition else None


@rule("measure.listed", "huaian-2021-13#4.2a", "huaian-2021-13#1.2.2")
def on_the_list(facts: MeasureFacts, law: Law) -> Answer:
    """The row is on the measures list in force: no body adds one, however weak the listed ones seem."""
    edition = law.measures_list()
    if edition is not None and facts.row in edition.rows:
        return Outcome.PERMITTED
    return (
        Outcome.FORBIDDEN,
        "MEASURE_NOT_IN_LIST",
        {"label": facts.row, "edition": edition.title if edition else "尚无"},
    )


@rule("measure.basis", "huaian-2021-13#4.2a", "huaian-2021-13#4.2c")
def founded(facts: MeasureFacts, law: Law) -> Answer:
    """Its basis is a law, an administrative regulation or central policy in force on the day."""
    row = row_of(facts, law)
    if row is None or any(law.admits(USE, each) for each in row.basis):
        return Outcome.PERMITTED
    return Outcome.FORBIDDEN, "MEASURE_BASIS", {"label": row.content}


@rule("measure.third_party", "huaian-2021-13#4.2c")
def nobody_is_charged(facts: MeasureFacts, law: Law) -> Answer:
    """No measure through a third party: what the row leaves to others, or another body would do, is information."""
    edition, row = law.measures_list(), row_of(facts, law)
    if edition and facts.addressee:
        return Outcome.FORBIDDEN, "MEASURE_COERCES_THIRD", {"label": _kind_name(facts.addressee, law)}
    if row and row.information_only:
        return Outcome.FORBIDDEN, "MEASURE_COERCES_THIRD", {"label": row.body_name}
    return Outcome.PERMITTED


def _kind_name(kind: str, law: Law) -> str:
    edition = law.measures_list()
    return edition.third_party_kinds.get(kind, kind) if edition else kind


@rule("measure.object", "huaian-2021-13#4.2a")
def right_object(facts: MeasureFacts, law: Law) -> Answer:
    """Only those whom the row names: never family, shareholders or others who happen to be near."""
    row = row_of(facts, law)
    if row is None or (facts.role in row.objects and _kind_fits(facts, row)):
        return Outcome.PERMITTED
    return Outcome.FORBIDDEN, "MEASURE_OBJECT", {"label": row.content, "allowed": row.object_text}


def _kind_fits(facts: MeasureFacts, row: MeasureRow) -> bool:
    person = facts.subject_kind is SubjectKind.NATURAL_PERSON
    if facts.role is not PartyRole.SUBJECT and not person:
        return False
    return not row.subject_kinds or facts.subject_kind in row.subject_kinds


@rule("measure.body", "huaian-2021-13#4.2a")
def right_body(facts: MeasureFacts, law: Law) -> Answer:
    """The implementing body of the row is the body that acts, at a level the row admits."""
    row = row_of(facts, law)
    if row is None:
        return Outcome.PERMITTED
    trade = row.any_trade or bool(set(row.trades) & set(facts.body.trades))
    level = not row.levels or facts.body.level in row.levels
    if trade and level:
        return Outcome.PERMITTED
    return Outcome.FORBIDDEN, "MEASURE_BODY", {"label": row.content, "expected": row.body_name}


@rule("measure.ground", "huaian-2021-13#1.3b", "huaian-2021-13#4.2a")
def own_ground(facts: MeasureFacts, law: Law) -> Answer:
    """What the row itself rests on is there: an entry in force on one of its lists, or an effective document and its ground."""
    row = row_of(facts, law)
    if row is None or _rests_on_entry(facts, row, law) or _rests_on_document(facts, row):
        return Outcome.PERMITTED
    if facts.entry and facts.entry.list in row.entries and not row.instruments:
        return Outcome.FORBIDDEN, "MEASURE_ENTRY_ENDED", {"label": row.content}
    wanted = "；".join(row.grounds.values()) or f"已列入规定的名单（{row.object_text}）"
    return Outcome.FORBIDDEN, "MEASURE_GROUND", {"label": row.content, "expected": wanted}


def _rests_on_entry(facts: MeasureFacts, row: MeasureRow, law: Law) -> bool:
    """An entry counts while it is listed and not over: measures end with it."""
    entry = facts.entry
    if entry is None or entry.list not in row.entries or entry.state != LISTED:
        return False
    return entry.until is None or law.day <= entry.until


def _rests_on_document(facts: MeasureFacts, row: MeasureRow) -> bool:
    effective = [e for e in facts.grounds if e.kind in row.instruments and e.effect is Effect.EFFECTIVE]
    return bool(effective) and bool(set(row.grounds) & set(facts.grounds_met))


@rule("measure.plan", "gbf-2025-22#bankruptcy", "huaian-2021-13#4.2a")
def no_plan_runs(facts: MeasureFacts, law: Law) -> Answer:
    """While a plan runs for which measures on this ground were lifted, none is taken on it either."""
    running = [last for since, last in facts.lifted if since <= law.day <= last]
    if not running:
        return Outcome.PERMITTED
    return Outcome.FORBIDDEN, "MEASURE_PLAN_RUNS", {"date": str(max(running))}


@rule("measure.relation", "huaian-2021-13#4.2a")
def related(facts: MeasureFacts, law: Law) -> Answer:
    """The matter at hand is one the row names, and the officer says how the conduct relates to it."""
    row = row_of(facts, law)
    if row is None or (facts.matter in row.relation and facts.link.strip()):
        return Outcome.PERMITTED
    if facts.matter in row.relation:
        return Outcome.FORBIDDEN, "MEASURE_LINK_UNSAID", {"label": row.relation[facts.matter]}
    allowed = "、".join(row.relation.values()) or "无"
    return Outcome.FORBIDDEN, "MEASURE_UNRELATED", {"label": row.content, "allowed": allowed}


@rule("measure.term", "huaian-2021-13#4.2c", "huaian-2021-13#1.3b")
def within_the_term(facts: MeasureFacts, law: Law) -> Answer:
    """Not longer than the statute says, not shorter than its least, for life only where it says so."""
    row = row_of(facts, law)
    if row is None or row.term.with_entry:
        # What runs with the entry has no length of its own.
        extra = row is not None and (facts.months is not None or facts.lifetime)
        return (Outcome.FORBIDDEN, "MEASURE_TERM_OF_ENTRY") if extra else Outcome.PERMITTED
    if row.term.by_statute:
        cited = facts.statute in row.basis and (facts.months is not None or facts.lifetime)
        return (
            Outcome.PERMITTED
            if cited
            else (Outcome.FORBIDDEN, "MEASURE_STATUTE_UNSAID", {"label": row.content})
        )
    if facts.lifetime:
        return Outcome.PERMITTED if row.term.lifetime else _aggravated("终身", row)
    if facts.months is None:
        return Outcome.FORBIDDEN, "MEASURE_TERM_UNSAID", {"label": row.content}
    if (row.term.least or 1) <= facts.months <= (row.term.most or 0):
        return Outcome.PERMITTED
    return _aggravated(f"{facts.months} 个月", row)


def _aggravated(value: str, row: MeasureRow) -> Answer:
    least, most = row.term.least, row.term.most
    limit = (
        "终身"
        if row.term.lifetime
        else f"{most} 个月"
        if least in (None, most)
        else f"{least} 至 {most} 个月"
    )
    return Outcome.FORBIDDEN, "MEASURE_AGGRAVATED", {"value": value, "limit": limit}


@rule("measure.amount", "huaian-2021-13#4.2c")
def within_the_amount(facts: MeasureFacts, law: Law) -> Answer:
    """No amount above the row's; a row that names none takes none."""
    row = row_of(facts, law)
    if row is None or facts.amount is None or (row.amount is not None and 0 < facts.amount <= row.amount):
        return Outcome.PERMITTED
    limit = f"{row.amount} 元" if row.amount is not None else "没有金额"
    return Outcome.FORBIDDEN, "MEASURE_AGGRAVATED", {"value": f"{facts.amount} 元", "limit": limit}


@rule("measure.reasons", "huaian-2021-13#1.3b", "huaian-2021-13#4.2a")
def reasons_given(facts: MeasureFacts, _law: Law) -> Answer:
    """Each of the four factors is addressed in words; nothing here weighs them."""
    given = facts.reasons
    named = {"领域": given.domain, "性质": given.nature, "情节轻重": given.gravity, "影响程度": given.impact}
    lacking = "、".join(name for name, said in named.items() if not said.strip())
    return (Outcome.FORBIDDEN, "MEASURE_REASONS", {"lacking": lacking}) if lacking else Outcome.PERMITTED


@rule("measure.minor", "huaian-2021-13#4.2b")
def of_age(facts: MeasureFacts, _law: Law) -> Answer:
    """Nothing against anyone for what he did as a minor."""
    return age_answer(facts.subject_kind, facts.age)


@rule("measure.leniency", "huaian-2021-13#4.2b", "civil#180")
def leniency(facts: MeasureFacts, _law: Law) -> Answer:
    """Asked before each measure; a named ground needs a reasoned decision."""
    return leniency_answer(facts.leniency, lighter=True)


@rule("measure.caution", "huaian-2021-13#1.3c")
def reviewed_again(facts: MeasureFacts, law: Law) -> Answer:
    """Under a caution flag another person looks at the necessity once more; that may end in no measure."""
    row = row_of(facts, law)
    flag = facts.caution or (row.caution if row else "")
    if not flag:
        return Outcome.PERMITTED
    review = facts.review
    if review is None or not review.reason.strip() or review.person in ("", facts.actor):
        return Outcome.OFFICER_DECIDES, "MEASURE_CAUTION", {"why": flag}
    return Outcome.PERMITTED if review.necessary else (Outcome.FORBIDDEN, "MEASURE_NOT_NEEDED")


LAWFUL = (on_the_list, founded, nobody_is_charged, right_object, right_body, own_ground, no_plan_runs, of_age)
RULES = (*LAWFUL, related, within_the_term, within_the_amount, reasons_given, leniency, reviewed_again)
decide = all_of(*RULES)
may_come_into_question = all_of(*LAWFUL)


def applicable(facts: MeasureFacts, law: Law) -> Iterator[tuple[MeasureRow, Verdict]]:
    """Which measures apply to this subject for this matter today? Each related row with its reasons.

    `facts.row` is ignored; a row without relation to the matter is not mentioned. Nothing is imposed by asking.
    """
    edition = law.measures_list()
    for row in edition.rows.values() if edition else ():
        if facts.matter in row.relation:
            yield row, may_come_into_question(replace(facts, row=row.id), law)


def measure_end(facts: MeasureFacts, decided_on: date, law: Law) -> date | None:
    """The last day of a measure: its own term by the calendar, and never after the entry it rests on; None: open."""
    row = row_of(facts, law)
    if row is None:
        return decided_on
    ends = [months_later(decided_on, facts.months)] if facts.months else []
    if row.ends_with_entry and facts.entry and facts.entry.until:
        ends.append(facts.entry.until)
    return min(ends) if ends else None


@dataclass(frozen=True, slots=True)
class Information:
    """What a third party is told: facts that are public, and the law where a law itself binds that body."""

    kind: str
    clauses: tuple[Clause, ...]


def address(kind: str, act: Act, row_id: str, law: Law) -> Information:
    """What may go to a third party. Raises Refusal for anything but information (4.2c).

    There is no task, reminder, feedback or rate; where the row cites a law that binds this body, that is named.
    """
    edition = law.measures_list()
    if edition is None or kind not in edition.third_party_kinds:
        raise Refusal.because("THIRD_PARTY_UNKNOWN", "huaian-2021-13#4.2c", label=kind)
    if act is not Act.INFORM:
        name = edition.third_party_kinds[kind]
        raise Refusal.because("MEASURE_COERCES_THIRD", "huaian-2021-13#4.2c", label=name)
    row = edition.rows.get(row_id)
    return Information(kind, tuple(map(Clause, row.third_parties.get(kind, ()) if row else ())))
