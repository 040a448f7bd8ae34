"""Questions of law that records in hand leave open: what two officers could rule on next (待裁定事项)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from xinheng.access.gate import Opened
from xinheng.access.scope import acting
from xinheng.law import disclosure
from xinheng.law.facts import RecordFacts, facts_digest
from xinheng.law.lawbook import Law
from xinheng.law.questions import EQUAL, Question, questions, ruling_key
from xinheng.publication.answers import PUBLIC
from xinheng.publication.queries import all_facts

OPEN_QUESTIONS = "open-questions"
_COUNTS = "SELECT facts_id, count(*) FROM registry_record WHERE state = 'live' GROUP BY facts_id"


@dataclass(slots=True)
class OpenQuestion:
    """One question for one distinct combination of the facts that it distinguishes.

    `sample` is one of the combinations it stands for; a ruling on it holds for all of them.
    """

    question: Question
    facts: Mapping[str, Any]
    sample: RecordFacts
    records: int = field(default=0)

    @property
    def id(self) -> str:
        """Stable name of the question and its facts, for a form's address."""
        return f"{self.question.id}:{facts_digest(self.facts)}"


def open_questions(opened: Opened, law: Law) -> list[OpenQuestion]:
    """What keeps live records from the public, or holds them at the earlier end; most records first.

    `opened` for the set "open-questions".
    """
    opened.require_what(OPEN_QUESTIONS)
    with acting(opened.actor), connection.cursor() as cursor:
        cursor.execute(_COUNTS)
        counts: dict[int, int] = dict(cursor.fetchall())
        combinations = [(counts[number], facts) for number, facts in all_facts() if number in counts]
    found: dict[str, OpenQuestion] = {}
    for records, facts in combinations:
        for each in _of(facts, law):
            found.setdefault(each.id, each).records += records
    return sorted(found.values(), key=lambda each: (-each.records, each.id))


def _of(facts: RecordFacts, law: Law) -> Iterator[OpenQuestion]:
    known = questions(law)
    answer = disclosure.decide(facts, PUBLIC, law)
    asked = {
        name for reason in answer.verdict.reasons for name in reason.values.get("question_ids", "").split(",")
    }
    for name in sorted(asked & known.keys()):
        if known[name].scope == EQUAL:
            yield OpenQuestion(known[name], ruling_key(name, facts, law), facts)
