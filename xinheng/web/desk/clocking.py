"""Running clocks as every page of the desk shows them (期限): length, what is left, rule, moves, each day."""

# clause: 4.1b

from __future__ import annotations

from typing import Any
from uuid import UUID

from xinheng.access.actor import Actor
from xinheng.casework import explaining
from xinheng.casework.explaining import DeadlineView
from xinheng.law.lawbook import Law


def of_matter(matter: UUID, actor: Actor, law: Law) -> list[dict[str, Any]]:
    """The running clocks of a case or matter whose page this officer was shown."""
    return [shown(each, law) for each in explaining.running_of(matter, actor=actor, law=law)]


def shown(clock: DeadlineView, law: Law) -> dict[str, Any]:
    """One clock in words."""
    return {
        "it": clock,
        "length": f"{clock.n}{clock.unit}",
        "left": time_left(clock),
        "clauses": [law.clause(each) for each in clock.clauses],
    }


def time_left(clock: DeadlineView) -> tuple[str, str]:
    """(words, tone) of a running clock: 剩 3 个工作日 amber, 今天到期 red; a party's own time is over and never late."""
    if clock.stopped_on:
        return f"已于 {clock.stopped_on} 办结", "plain"
    if clock.left is None:
        return "已中止", ""
    if clock.of_party:
        return ("已届满", "plain") if clock.left < 0 else (f"剩 {clock.left} 个工作日", "")
    if clock.left < 0:
        return f"已超期 {-clock.left} 个工作日", "red"
    if clock.left == 0:
        return "今天到期", "red"
    return f"剩 {clock.left} 个工作日", "amber" if clock.left <= 3 else ""
