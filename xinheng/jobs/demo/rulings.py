"""Rulings of the fictional office, marked 示例裁定: without them, doubt keeps nearly all penalties closed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from xinheng.access.actor import Actor
from xinheng.access.gate import open_set
from xinheng.access.purposes import Purpose
from xinheng.catalog.public import current_law
from xinheng.catalog.services import approve_ruling, propose_ruling
from xinheng.publication.open_questions import OPEN_QUESTIONS, OpenQuestion, open_questions
from xinheng.runtime.clock import day_of

GROUND = "示例裁定：仅供演示，不代表任何规定的正确适用。"
GRAVE = frozenset({"revoke_permit", "halt", "close", "restrict_occupation"})
SLIGHT = frozenset({"warning", "criticism"})
ROUNDS = 6
LEFT_OPEN = "halt"  # so that the visitor finds questions to rule on


def rule_on_all(*, proposer: Actor, approver: Actor, now: datetime) -> int:
    """Rule on every open question of law, again while answers open further ones; returns how many."""
    made = 0
    for _ in range(ROUNDS):
        law = current_law(day_of(now))
        opened = open_set(
            actor=proposer, what=OPEN_QUESTIONS, purpose=Purpose.RULING, basis="示例裁定", now=now
        )
        asked = [(each, answer(each)) for each in open_questions(opened, law)]
        answered = [(each, decision) for each, decision in asked if decision]
        for each, decision in answered:
            row = propose_ruling(
                each.question.id, each.sample, decision, ground=GROUND, actor=proposer, now=now
            )
            approve_ruling(row.id, actor=approver, now=now)
        made += len(answered)
        if not answered:
            break
    return made


def answer(asked: OpenQuestion) -> Mapping[str, Any]:
    """The demo's answer to one question; empty for one that it leaves open, so that a visitor finds some."""
    name, facts = asked.question.id, asked.facts
    if name.startswith("transition."):
        return {"rule": {"2019": "P-527", "2023": "P-58", "2026": "P-36"}[name[11:15]]}
    if name == "P-36.class":
        return {} if LEFT_OPEN in facts["kinds"] else {"class": _class(facts)}
    if name == "P-527.class":
        return {"class": "一般"}
    if name == "P-58.class":
        return {"class": "重点领域" if facts["domain"] else "其他"}
    return {"publish": False} if name == "P-36.slight" else {}


def _class(facts: Mapping[str, Any]) -> str:
    kinds = set(facts["kinds"])
    if kinds & GRAVE or facts["amount"] == "from_100000":
        return "严重"
    return "轻微" if kinds <= SLIGHT else "一般"
