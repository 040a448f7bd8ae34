"""Deadlines of procedures (程序期限): a budget with a ledger of suspensions, explained day by day.

Nothing stops, extends or shortens a deadline but a provision that reference/deadlines.yaml lists and whose
rank may depart from the ten days (4.1b). Beyond the last loaded holiday notice the answer is provisional and
nothing adverse rests on it. Terms of lists, publication and repair are no deadlines: they end by the calendar.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from xinheng.law.disclosure import months_later
from xinheng.law.language import Refusal
from xinheng.law.lists import SeriousList
from xinheng.law.periods import Period, Unit, period
from xinheng.law.workdays import Calendar, CountedDay

if TYPE_CHECKING:
    from xinheng.law.lawbook import Law

FILE = "deadlines.yaml"
DEPART = "depart_ten_days"
HERE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspension:
    """Days that do not count, from `first` to `last` (both suspended; None: still open), and the provision."""

    first: date
    last: date | None
    rule: str
    clause: str
    why: str

    def covers(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """A period that runs from the day of its event. `n` is the budget: the period's own, or as fixed in a paper."""

    period: Period
    start: date
    n: int
    suspensions: tuple[Suspension, ...] = ()
    extended_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Due:
    """When a deadline ends and why. `last` is None while a suspension is open; `days` explains each day."""

    last: date | None
    days: tuple[CountedDay, ...]
    provisional: bool

    def has_run_out(self, today: date) -> bool:
        """Whether it surely has: doubt about the calendar never ends a party's time."""
        return self.last is not None and not self.provisional and today > self.last

    def left(self, today: date, calendar: Calendar) -> int | None:
        """Working days still to come (negative: gone by); None while suspended."""
        return None if self.last is None else calendar.between(today, self.last)

    def in_time(self, received: datetime) -> bool:
        """Whether something that arrived at this moment (aware) came in time: the whole last day counts."""
        return self.last is None or received.astimezone(HERE).date() <= self.last


def legal_period(period_id: str, law: Law) -> Period:
    """A period of reference/deadlines.yaml. Raises KeyError."""
    for each in law.document(FILE)["periods"]:
        if each["id"] == period_id:
            return period(each)
    raise KeyError(period_id)


def reply_period(listed: SeriousList | None, law: Law) -> Period:
    """Within how many days an objection is answered: by the list's own rule if its rank may say so, else 10 (4.1b)."""
    own = listed.reply if listed else None
    if own and own.certain and any(law.admits(DEPART, each) for each in own.clauses):
        return own
    return legal_period("objection_reply", law)


def window_period(listed: SeriousList | None, law: Law) -> Period:
    """How long the party may speak: by the list's rule, else as the notice says (`n` is None) (4.1a)."""
    own = listed.window if listed else None
    return own if own and own.certain else legal_period("objection_window", law)


def period_of(name: str, listed: SeriousList | None, law: Law) -> Period:
    """The period behind a deadline's name in a procedure's table: the list's own where it has one, else the general.

    Raises KeyError for a name that neither knows.
    """
    if name == "objection_window":
        return window_period(listed, law)
    if name == "objection_reply":
        return reply_period(listed, law)
    own = (
        {
            "decision": listed.decision,
            "removal": listed.act,
            "exit_acceptance": listed.exit_acceptance,
            "exit_decision": listed.exit_decision,
        }
        if listed
        else {}
    )
    return own.get(name) or legal_period(name, law)


# Steps of a repair, and what a list calls them: whoever repairs an entry leaves its list.
LIST_PERIODS = {
    "repair_acceptance": "exit_acceptance",
    "repair_decision": "exit_decision",
    "repair_sync": "act",
}


def period_of_clock(name: str, listed: SeriousList | None, n: int, law: Law) -> Period:
    """The period by which a clock of `n` days runs. A repair of an entry runs by its list's own, sourced period, unless
    another of its records made the clock shorter.

    Raises KeyError for a name that neither knows.
    """
    own: Period | None = getattr(listed, LIST_PERIODS.get(name, ""), None)
    if own and own.certain and own.n == n:
        return replace(own, name=legal_period(name, law).name)
    return period_of(name, listed, law)


def label(name: str, listed: SeriousList | None, law: Law) -> str:
    """What a deadline is called; its bare name where nobody knows it any more."""
    try:
        return period_of(name, listed, law).name or name
    except KeyError:
        return name


def begin(what: Period, start: date, *, fixed: int | None = None) -> Deadline:
    """A deadline from the day of its event. A period that has a number of its own takes no other.

    Raises ValueError where nobody says how long.
    """
    n = what.n if what.certain else fixed
    if n is None or n < 1:
        raise ValueError(f"{what.id}: no length")
    return Deadline(period=what, start=start, n=n)


def suspend(deadline: Deadline, suspension: Suspension, law: Law) -> Deadline:
    """The deadline with a suspension in its ledger. Raises Refusal unless a listed provision allows it (4.1b)."""
    listed = {each["id"]: each for each in law.document(FILE).get("suspensions") or ()}
    entry = listed.get(suspension.rule, {})
    fits = deadline.period.id in (entry.get("periods") or ()) and suspension.clause in (
        entry.get("clauses") or ()
    )
    if not fits or not law.admits(DEPART, suspension.clause, suspension.first):
        raise Refusal.because("SUSPENSION_NOT_ALLOWED", "huaian-2021-13#4.1b", label=deadline.period.name)
    return replace(deadline, suspensions=(*deadline.suspensions, suspension))


def extend(deadline: Deadline, clause: str, law: Law) -> Deadline:
    """Once, by as much as the period's own provision says. Raises Refusal (4.1b)."""
    more, cited = deadline.period.extension, deadline.period.clauses
    allowed = (
        more and not deadline.extended_by and clause in cited and law.admits(DEPART, clause, deadline.start)
    )
    if not more or not allowed:
        raise Refusal.because("EXTENSION_NOT_ALLOWED", "huaian-2021-13#4.1b", label=deadline.period.name)
    return replace(deadline, n=deadline.n + more, extended_by=(clause,))


def due(deadline: Deadline, calendar: Calendar) -> Due:
    """The last day of a deadline under the calendar as it is now loaded."""
    if deadline.period.unit is Unit.MONTHS:
        return _by_months(deadline, calendar)
    days: list[CountedDay] = []
    left = deadline.n
    for day in _counting(deadline, calendar):
        if left == 0:
            break
        days.append(day)
        left -= day.counted
        if _never_resumes(deadline, day.day):
            return Due(None, tuple(days), any(each.provisional for each in days))
    return _ended(deadline, days, calendar)


def _counting(deadline: Deadline, calendar: Calendar) -> Iterator[CountedDay]:
    """Each day after the start with whether it counts: suspended days never, rest days only in calendar days."""
    day = deadline.start
    while True:
        day += timedelta(days=1)
        held = next((each for each in deadline.suspensions if each.covers(day)), None)
        if held:
            yield CountedDay(day, False, f"中止：{held.why}", held.clause)
        elif deadline.period.unit is Unit.WORKDAYS:
            yield calendar.day(day)
        else:
            told = calendar.day(day)
            yield replace(told, counted=True, provisional=False)


def _never_resumes(deadline: Deadline, day: date) -> bool:
    return any(each.last is None and each.first <= day for each in deadline.suspensions)


def _by_months(deadline: Deadline, calendar: Calendar) -> Due:
    """A period of months ends on the same day of its last month (民法典 201-202); it knows no suspension."""
    if deadline.suspensions:
        raise ValueError("a period of months is not suspended")
    last = months_later(deadline.start, deadline.n)
    day = CountedDay(last, True, f"{deadline.start} 起满 {deadline.n} 个月", "")
    return _ended(deadline, [day], calendar)


def _ended(deadline: Deadline, days: list[CountedDay], calendar: Calendar) -> Due:
    """A procedural period that would end on a rest day goes on to the next working day (民法典 203)."""
    last = days[-1].day
    if deadline.period.rest_day and deadline.period.unit is not Unit.WORKDAYS:
        today = calendar.day(last)
        days[-1] = replace(days[-1], provisional=today.provisional)
        while not today.counted:
            days[-1:] = [replace(days[-1], provisional=today.provisional)]
            last += timedelta(days=1)
            today = calendar.day(last)
            days.append(replace(today, why=f"{today.why}（末日休息，顺延）"))
    return Due(last, tuple(days), any(each.provisional for each in days))


@dataclass(frozen=True, slots=True)
class Moved:
    """A last day that another calendar moved; those concerned are told."""

    before: Due
    after: Due


def moved(deadline: Deadline, old: Calendar, new: Calendar) -> Moved | None:
    """What loading a holiday notice changed for a deadline; None when it is the same day, as sure as before."""
    before, after = due(deadline, old), due(deadline, new)
    same = (before.last, before.provisional) == (after.last, after.provisional)
    return None if same else Moved(before, after)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """A warning or an escalation: `left` working days before the last day (negative: after it), to which roles."""

    id: str
    name: str
    left: int
    escalates: bool
    to: tuple[str, ...]


def rungs(law: Law) -> tuple[Rung, ...]:
    """The ladder of reference/deadlines.yaml, earliest first."""
    found = (
        Rung(id=e["id"], name=e["name"], left=e["in"], escalates=e["do"] == "escalate", to=tuple(e["to"]))
        for e in law.document(FILE)["rungs"]
    )
    return tuple(sorted(found, key=lambda each: -each.left))


def without_rungs(law: Law) -> frozenset[str]:
    """Deadlines of which nobody is reminded: the party's own times, with which no office is ever late."""
    return frozenset(law.document(FILE).get("without_rungs") or ())


def told_of_moves(law: Law) -> tuple[str, ...]:
    """The roles that are told when another calendar moves a last day."""
    return tuple(law.document(FILE)["moved_to"])


def due_rungs(what: Due, today: date, told: frozenset[str], law: Law) -> tuple[Rung, ...]:
    """The rungs reached on `today` and not told before; of several reached at once only the last of each kind.

    A run after some days' pause tells "overdue", not three stale warnings; the passed ones count as told.
    """
    if what.last is None:
        return ()
    ladder = rungs(law)
    left = _left_within(what.last, today, law.calendar, max(abs(each.left) for each in ladder) + 1)
    reached = [each for each in ladder if left <= each.left]
    latest: Mapping[bool, Rung] = {each.escalates: each for each in reached}
    escalated = latest.get(True)
    chosen = (escalated,) if escalated else tuple(latest.values())
    return tuple(each for each in chosen if each.id not in told)


def _left_within(last: date, today: date, calendar: Calendar, limit: int) -> int:
    """`Due.left`, counted no further than `limit` either way: long overdue is as good as overdue."""
    first, end, sign = (today, last, 1) if today <= last else (last, today, -1)
    count = 0
    while first < end and count < limit:
        first += timedelta(days=1)
        count += calendar.is_workday(first)
    return sign * count


def explained(what: Due) -> tuple[str, ...]:
    """Each day in words: 2026-10-10 第 3 个工作日（周六，国庆节调休上班）."""
    count, told = 0, []
    for each in what.days:
        count += each.counted
        told.append(
            f"{each.day} " + (f"第 {count} 日（{each.why}）" if each.counted else f"不计（{each.why}）")
        )
    return tuple(told)
