"""Why a record is, or is not, shown to somebody on a day (说明): one answer for page and command."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from xinheng.access.gate import Opened
from xinheng.access.scope import acting
from xinheng.catalog.public import current_law
from xinheng.law import disclosure
from xinheng.law.facts import RecordFacts
from xinheng.law.language import Clause, Outcome, Reason, Refusal
from xinheng.law.lawbook import Law
from xinheng.law.reference import ClauseText
from xinheng.law.refusals import Told, tell
from xinheng.law.standing import Standing
from xinheng.publication import answers, reading
from xinheng.publication.answers import PUBLIC
from xinheng.registry.standing import standings

WHAT = "explain"
_SAID = {
    Outcome.PERMITTED: "可以公开或者提供",
    Outcome.OFFICER_DECIDES: "须由工作人员裁定，裁定之前不公开、不提供",
    Outcome.FORBIDDEN: "不能公开或者提供",
}
_TERM = "huaian-2021-13#3.1"


@dataclass(frozen=True, slots=True)
class Explanation:
    """The answer for one record, audience and day; `until` is exclusive. Person-free: it names fields only."""

    record: UUID
    item: str
    item_name: str
    audience: str
    audience_name: str
    on: date
    edition: str
    outcome: Outcome
    visible: bool
    told: tuple[Told, ...]
    visible_from: date | None
    until: date | None
    term_label: str
    shown: tuple[str, ...]
    held: bool
    basis: tuple[ClauseText, ...] = ()
    marks: tuple[str, ...] = ()

    @property
    def conclusion(self) -> str:
        """The answer in one sentence."""
        if self.outcome is not Outcome.PERMITTED or self.visible:
            return _SAID[self.outcome]
        over = self.until is not None and self.until <= self.on
        return f"{self.on} 不在公示期内" if over else f"{self.on} 没有公示"


def explain(record: UUID, audience: str, on: date, *, opened: Opened | None = None) -> Explanation:
    """The verdict of the law of `on` for one audience, told with its clauses, and what is shown on that day.

    What the public sees on `on` anyway needs no entry in the register; everything else needs `opened`, for the
    set `explain:<record>`, or for the own file that the record is in. Raises Refusal NOT_FOUND, PURPOSE_REQUIRED, or KeyError for an unknown audience.
    """
    law = current_law(on)
    law.audience(audience)
    if audience == PUBLIC and opened is None:
        row = _entry(record, on)
        if row is not None:
            return _of_entry(row, law)
    if opened is None:
        raise Refusal.because("PURPOSE_REQUIRED")
    if not opened.is_own:
        opened.require_what(f"{WHAT}:{record}")
    return _of_record(record, audience, law, opened)


_ENTRY = """
SELECT e.record, e.item_code, e.decided_on, e.visible_from, e.visible_until, v.verdict::text
FROM publication_publicentry e JOIN publication_publicverdict v ON v.id = e.verdict_id
WHERE e.record = %(record)s AND e.visible_from <= %(on)s AND (e.visible_until IS NULL OR e.visible_until > %(on)s)
"""


def _entry(record: UUID, on: date) -> Any:
    return _one(_ENTRY, {"record": record, "on": on})


def _of_entry(row: Any, law: Law) -> Explanation:
    """What the record page says, in the words of the command."""
    record, item, _, start, until, verdict = row
    stored = json.loads(verdict)
    return _explanation(record, item, PUBLIC, law, Outcome.PERMITTED, stored, (start, until), shown=True)


_RECORD = """
SELECT r.item_code, r.state, r.decided_on, r.accepted_on, r.valid_to, f.facts::text, e.visible_from,
       e.visible_until, e.record IS NOT NULL, h.record IS NOT NULL AND h.granted IS NOT TRUE
FROM registry_record r JOIN registry_facts f ON f.id = r.facts_id
LEFT JOIN publication_publicentry e ON e.record = r.id
LEFT JOIN publication_heldwidening h ON h.record = r.id
WHERE r.id = %(record)s AND (%(own)s::uuid IS NULL OR r.subject_id = %(own)s)
"""


def _of_record(record: UUID, audience: str, law: Law, opened: Opened) -> Explanation:
    with acting(opened.actor):
        row = _one(_RECORD, {"record": record, "own": opened.subject if opened.is_own else None})
        standing = standings([record])[record]
    if row is None:
        raise Refusal.because("NOT_FOUND")
    item, state, decided_on, accepted_on, valid_to, raw, start, until, is_entry, held = row
    if state != "live":
        return _gone(record, item, audience, law, _why_gone(state, standing))
    if ended := standing.why(audience, law):
        return _gone(record, item, audience, law, ended.code)
    said = disclosure.decide(_facts(json.loads(raw), decided_on, law), audience, law)
    dates = {"decided_on": decided_on, "accepted_on": accepted_on, "valid_to": valid_to}
    span = disclosure.window(said.term, **dates) if said.term else None
    if is_entry:
        span = (start, until)
    # To the public only what has an entry is shown; others are shared with as long as the law permits it.
    shown = is_entry if audience == PUBLIC else said.verdict.outcome is Outcome.PERMITTED
    stored = answers.marked(answers.stored(said), standing.marks)
    found = _explanation(record, item, audience, law, said.verdict.outcome, stored, span, shown=shown)
    return replace(found, held=held and audience == PUBLIC)


def _facts(raw: Mapping[str, Any], decided_on: date, law: Law) -> RecordFacts:
    return RecordFacts.from_json({**raw, "interval": law.book.interval(decided_on)})


# What is said of a record that is no longer live.
NO_LONGER = {"withdrawn": "RECORD_WITHDRAWN", "shredded": "RECORD_DESTROYED"}


def _why_gone(state: str, standing: Standing) -> str:
    """Deleted as a result of 五（一） is told as that."""
    return standing.effects[0].code if state == "shredded" and standing.effects else NO_LONGER[state]


def _gone(record: UUID, item: str, audience: str, law: Law, code: str) -> Explanation:
    """A record that its agency took back, or that was destroyed, is nobody's any more."""
    nothing: dict[str, Any] = {"reasons": [], "clauses": [], "shown": [], "term": None, "marks": []}
    found = _explanation(record, item, audience, law, Outcome.FORBIDDEN, nothing, None, shown=False)
    return replace(found, told=(tell(Reason("registry", Outcome.FORBIDDEN, (), code), law),))


def _explanation(
    record: UUID,
    item: str,
    audience: str,
    law: Law,
    outcome: Outcome,
    stored: Mapping[str, Any],
    span: tuple[date, date | None] | None,
    *,
    shown: bool,
) -> Explanation:
    entry = law.item(item)
    start, until = span or (None, None)
    told = reading.explanation(stored, law)
    ended = outcome is Outcome.PERMITTED and until is not None and until <= law.day
    if ended and until:
        told = (_ended(until, law),)
    visible = outcome is Outcome.PERMITTED and shown and not ended and (start is None or start <= law.day)
    return Explanation(
        record=record,
        item=item,
        item_name=entry.name if entry else item,
        audience=audience,
        audience_name=law.audience(audience).name,
        on=law.day,
        edition=law.edition,
        outcome=outcome,
        visible=visible,
        told=told,
        visible_from=start,
        until=until,
        term_label=(stored["term"] or {}).get("label") or "",
        shown=tuple(_names(stored["shown"], law, item)) if visible else (),
        held=False,
        marks=tuple(stored["marks"]) if visible else (),
        basis=tuple(law.book.clauses[each] for each in entry.basis if each in law.book.clauses)
        if entry
        else (),
    )


def _ended(until: date, law: Law) -> Told:
    last = (until - timedelta(days=1)).isoformat()
    return tell(
        Reason("disclosure.term", Outcome.FORBIDDEN, (Clause(_TERM),), "TERM_ENDED", {"date": last}), law
    )


def _names(fields: list[str], law: Law, item: str) -> Iterator[str]:
    entry = law.item(item)
    known = {each.code: each.name for each in entry.fields} if entry else {}
    yield from (known.get(code, code) for code in sorted(fields, key=list(known).index if known else str))


def _one(statement: str, told: Mapping[str, Any]) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, told)
        return cursor.fetchone()
