"""What may be ruled or settled, and with which answers (裁定事项): a closed set, in reference/terms.yaml.

A question of scope `equal` is one of law: a ruling by two persons holds for all rows with the same
`ruling_key`. A question of scope `row` is one of fact about a single row (the age of this person at the
act, the power of this body, leniency in this case): an answer for all equal rows would be no answer to
it, so it is settled row by row and carried in the facts of that row.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from xinheng.law.facts import RecordFacts, decided_day, plain
from xinheng.law.language import Confidence

if TYPE_CHECKING:
    from xinheng.law.lawbook import Law

EQUAL, ROW = "equal", "row"
CREDIT_CHINA = "credit_china"
DECIDED_UNDER = "decided_under"
NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One thing that can be decided; `decision` maps its one key to the values it may take."""

    id: str
    title: str
    scope: str
    by: tuple[str, ...]
    decision: Mapping[str, Any]
    confidence: Confidence
    clauses: tuple[str, ...]


def questions(law: Law) -> Mapping[str, Question]:
    """All questions by id."""
    return {each["id"]: _question(each) for each in law.document("terms.yaml")["questions"]}


def question(value_id: str, law: Law) -> Question | None:
    """One question by its id; None for what cannot be asked."""
    raw = next((each for each in law.document("terms.yaml")["questions"] if each["id"] == value_id), None)
    return _question(raw) if raw else None


def _question(raw: Mapping[str, Any]) -> Question:
    return Question(
        id=raw["id"],
        title=raw["title"],
        scope=raw["scope"],
        by=tuple(raw["by"]),
        decision=raw["decision"],
        confidence=Confidence(raw["confidence"]),
        clauses=tuple(raw["clauses"]),
    )


def left_open(ids: Iterable[str], law: Law) -> dict[str, str]:
    """The values of a reason that waits for these questions: their titles to be read, their ids to be ruled on."""
    ids, known = tuple(ids), questions(law)
    titles = (known[each].title if each in known else each for each in ids)
    return {"question": "、".join(titles), "question_ids": ",".join(ids)}


def ruling_key(value_id: str, facts: RecordFacts, law: Law) -> dict[str, Any]:
    """The facts a question distinguishes, so that equal rows share one ruling. Raises KeyError."""
    return {name: _distinguished(name, facts, law) for name in _by(value_id, law)}


def depends_on_the_day(value_id: str, law: Law) -> bool:
    """Whether a question asks under which edition the decision was made. Raises KeyError."""
    return DECIDED_UNDER in _by(value_id, law)


def _distinguished(name: str, facts: RecordFacts, law: Law) -> Any:
    return _decided_under(facts, law) if name == DECIDED_UNDER else plain(getattr(facts, name))


def _by(value_id: str, law: Law) -> tuple[str, ...]:
    for each in law.document("terms.yaml")["questions"]:
        if each["id"] == value_id:
            return tuple(each["by"])
    raise KeyError(value_id)


def _decided_under(facts: RecordFacts, law: Law) -> str:
    """The edition in force at the decision: a transition may be ruled differently for different old rules."""
    rules = law.terms.on(decided_day(facts))
    return next((each.id for each in rules if each.data["channel"] == CREDIT_CHINA), "")


def ruling_fault(value_id: str, decision: Mapping[str, Any], law: Law) -> str:
    """Why a ruling cannot be given, in Chinese; empty when it can."""
    asked = question(value_id, law)
    if asked is None:
        return f"“{value_id}”不是可以裁定的事项。"
    if asked.scope != EQUAL:
        return f"“{asked.title}”是个案事实，只能逐条作出决定，不能裁定适用于所有相同情形。"
    return decision_fault(asked, decision)


def decision_fault(asked: Question, decision: Mapping[str, Any]) -> str:
    """Why an answer does not fit its question, in Chinese; empty when it does."""
    if set(decision) != set(asked.decision):
        return f"“{asked.title}”的决定应当且只应当写明：{'、'.join(asked.decision)}。"
    for name, allowed in asked.decision.items():
        if not _allowed(decision[name], allowed):
            return f"“{asked.title}”的决定“{name}”不能是“{decision[name]}”；可以是：{_list(allowed)}。"
    return ""


def _allowed(value: Any, allowed: Any) -> bool:
    if allowed == "integer":
        return type(value) is int and value > 0
    return any(type(value) is type(each) and value == each for each in allowed)


def _list(allowed: Any) -> str:
    return "正整数（月数）" if allowed == "integer" else "、".join(map(str, allowed))


def ruled(value_id: str, facts: RecordFacts, law: Law) -> Mapping[str, Any]:
    """The decision of the ruling for rows like this one; empty without one or where it does not fit."""
    if not law.rulings.decisions or question(value_id, law) is None:
        return NOTHING
    ruling = law.ruling(value_id, ruling_key(value_id, facts, law))
    if ruling is None or ruling_fault(value_id, ruling.decision, law):
        return NOTHING
    return ruling.decision


def settle(facts: RecordFacts, value_id: str, decision: Mapping[str, Any], law: Law) -> RecordFacts:
    """The facts of one row after its officers decided. Raises ValueError (Chinese) for what cannot be settled."""
    asked = question(value_id, law)
    if asked is None or asked.scope != ROW:
        raise ValueError(f"“{value_id}”不是可以逐条决定的事项。")
    if fault := decision_fault(asked, decision):
        raise ValueError(fault)
    others = [each for each in facts.settled if not each.startswith(f"{value_id}=")]
    said = f"{value_id}={json.dumps(dict(decision), sort_keys=True)}"
    return replace(facts, settled=tuple(sorted([*others, said])))


def settled(value_id: str, facts: RecordFacts) -> Mapping[str, Any]:
    """What the officers decided for this row on a question of fact; empty when they have not."""
    for each in facts.settled:
        name, _, said = each.partition("=")
        if name == value_id:
            return json.loads(said)  # type: ignore[no-any-return]
    return NOTHING
