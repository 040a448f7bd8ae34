"""What the self-check says of a record, in words (自查结果的文字)."""

# clauses: 5.1a

from __future__ import annotations

from dataclasses import dataclass

from xinheng.casework.repairs.checking import Checked
from xinheng.casework.repairs.clocks import ClockView
from xinheng.law.language import Outcome
from xinheng.law.lawbook import Law
from xinheng.law.periods import Period
from xinheng.law.refusals import Told, tell_all
from xinheng.law.repair import Prospect

TAGS = {
    Prospect.PERMITTED: ("可以修复", "green"),
    Prospect.TOO_EARLY: ("还没有到时候", "amber"),
    Prospect.EXCLUDED: ("依法不可修复", "red"),
    Prospect.OFFICER_DECIDES: ("由工作人员决定", "blue"),
}
UNSURE = "待核"


@dataclass(frozen=True, slots=True)
class Card:
    """One record of the self-check: tag, from when, what stands in the way, what is missing, by whom, how long."""

    it: Checked
    tag: tuple[str, str]
    opens_on: str
    told: tuple[Told, ...]
    missing: tuple[str, ...]
    fetched: tuple[str, ...]
    accepted_by: str
    decided_by: str
    how_long: str
    chosen: bool

    @property
    def key(self) -> str:
        return str(self.it.id)


def card(found: Checked, law: Law, *, chosen: bool) -> Card:
    """A record in the list of the self-check."""
    check = found.check
    against = (each for each in check.verdict.against if each.outcome is not Outcome.PERMITTED)
    return Card(
        it=found,
        tag=TAGS[found.prospect],
        opens_on=str(check.opens_on) if check.opens_on else UNSURE,
        told=tell_all(against, law),
        missing=tuple(each.text for each in check.missing if not each.fetch),
        fetched=tuple(each.text for each in check.missing if each.fetch),
        accepted_by=check.accepted_by.name if check.accepted_by else UNSURE,
        decided_by=check.decided_by.name if check.decided_by else UNSURE,
        how_long=f"受理{length(check.acceptance, law)}，决定{length(check.decision, law)}",
        chosen=chosen,
    )


def length(what: Period, law: Law) -> str:
    """How long a step takes: the legal period, or 待核 with the office's own target."""
    units = law.document("casework.yaml")["units"]
    if what.certain and not what.office_target:
        return f"期限 {what.n} {units[what.unit]}"
    target = f"（工作目标 {what.n} {units[what.unit]}）" if what.n else ""
    return f"期限待核{target}"


def clock_words(clock: ClockView) -> str:
    """A running clock: until when, and whether that is a legal period."""
    last = f"{clock.last}" if clock.last else UNSURE
    kind = f"法定期限待核，工作目标 {clock.n} {clock.unit}" if clock.unsure else f"{clock.n} {clock.unit}"
    return f"至 {last}（{kind}）" + ("，放假安排未公布，暂估" if clock.provisional else "")
