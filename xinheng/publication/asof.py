"""What was public of a record on a day, by what was known at the end of another, and why (某日公示情况).

The two times are those of registry.asof. Of the changes of publication known at the end of `known` the last one
holds, and it is asked about the day `as_of`: `visible_from <= as_of < visible_until`. With both on one day that
is what the portal showed when the day ended; the present entries are never asked. For officers with a purpose
and for the subject, never for the public. Of records only: where a party stood on a list of seriously untrustworthy
entities is in publication_listingchange and is not asked here, and the page of a subject says so.
"""

# clause: 5.2

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import rfc8785
from django.db import connection

from xinheng.access.gate import Opened
from xinheng.catalog.history import Laws
from xinheng.law import disclosure, privacy
from xinheng.law.facts import RecordFacts, SubjectKind
from xinheng.law.language import Outcome
from xinheng.law.lawbook import Law
from xinheng.law.refusals import Told, tell_code
from xinheng.ledger.kinds import EventKind
from xinheng.ledger.reading import kinds_of
from xinheng.publication import answers, reading
from xinheng.publication.answers import PUBLIC, Stored
from xinheng.publication.projector import rendering
from xinheng.registry import asof as registry
from xinheng.registry.asof import NOT_YET, SHREDDED, WITHDRAWN, Asked, History, Kept, Made, Page
from xinheng.runtime.clock import day_of

# The resolution of the database: what happened at a moment is before the next.
_TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Change:
    """What became, or stopped being, visible of a record; `verdict` and both days are None for nothing."""

    at: datetime
    event: UUID
    version: int
    cause: str
    verdict: Stored | None
    visible_from: date | None
    visible_until: date | None

    def shows(self, day: date) -> bool:
        """Whether its window holds that day."""
        began = self.visible_from is not None and self.visible_from <= day
        return began and (self.visible_until is None or day < self.visible_until)


@dataclass(frozen=True, slots=True)
class Shown:
    """Whether the public saw a record and why; `change` is the last one known.

    `fields` names what was shown. `digest` (hex) is SHA-256 over RFC 8785 of the fields shown, masked as they
    were; "" where nothing was, and in lists.
    """

    visible: bool
    change: Change | None
    told: tuple[Told, ...]
    fields: tuple[str, ...] = ()
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """What held of one record at the two times: the register's side, the public's, and the law."""

    asked: Asked
    kept: Kept
    shown: Shown
    law: Law


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that happened to a record; `kind` is None for what is no event of the ledger."""

    at: datetime
    event: UUID
    kind: EventKind | None
    versions: tuple[Made, ...]
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """One record at the two times.

    `then` is the day by what was known at its own end, `by_known` the same day by what was known later (the same
    where the two days are one), `now` the present; `acts` is what happened until the end of the day known.
    """

    history: History
    asked: Asked
    then: Standing
    by_known: Standing
    now: Standing
    acts: tuple[Act, ...]


@dataclass(frozen=True, slots=True)
class SubjectAnswer:
    """The records of one subject that were there on the day, each at the two times; without digests and acts."""

    page: Page
    answers: tuple[Answer, ...]


def of_record(record: UUID, asked: Asked, *, opened: Opened, today: date) -> Answer:
    """One record of the opened file. Raises Refusal PERMISSION_DENIED, NOT_FOUND or NOT_YOURS."""
    found = registry.histories([record], opened=opened)[record]
    return _answer(found, _changes([record])[record], asked, today, Laws(), whole=True)


def of_subject(asked: Asked, *, opened: Opened, today: date, page: int = 1, size: int = 20) -> SubjectAnswer:
    """The records of the opened file that the register held on the day asked about, latest first."""
    there, laws = registry.of_subject(asked, opened=opened, page=page, size=size), Laws()
    found, changes = registry.histories(there.records, opened=opened), _changes(there.records)
    told = (_answer(found[each], changes[each], asked, today, laws, whole=False) for each in there.records)
    return SubjectAnswer(there, tuple(told))


_CHANGES = """
SELECT c.record, c.at, c.event, c.version, c.cause, v.verdict::text, c.visible_from, c.visible_until
FROM publication_publicationchange c LEFT JOIN publication_publicverdict v ON v.id = c.verdict_id
WHERE c.record = ANY (%s) ORDER BY c.record, c.at, c.event
"""


def _changes(records: Collection[UUID]) -> Mapping[UUID, list[Change]]:
    """Whoever has the histories of these records may read their changes: the gate and row policies were asked."""
    found: dict[UUID, list[Change]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_CHANGES, [list(records)])
        for record, at, event, version, cause, verdict, start, until in cursor.fetchall():
            stored = json.loads(verdict) if verdict else None
            found[record].append(Change(at, event, version, cause, stored, start, until))
    return found


def _answer(
    history: History, changes: Sequence[Change], asked: Asked, today: date, laws: Laws, *, whole: bool
) -> Answer:
    def standing(times: Asked) -> Standing:
        return _standing(history, changes, times, laws, whole=whole)

    then = standing(Asked.believed(asked.as_of))
    by_known = then if asked.known == asked.as_of else standing(asked)
    now = then if asked.as_of == today else standing(Asked.believed(today))
    acts = _acts(history, changes, asked.before) if whole else ()
    return Answer(history, asked, then, by_known, now, acts)


def _standing(
    history: History, changes: Sequence[Change], asked: Asked, laws: Laws, *, whole: bool
) -> Standing:
    law, kept = laws.known(asked.as_of, before=asked.before), history.kept(asked)
    known = [each for each in changes if each.at < asked.before]
    last = known[-1] if known and kept.state not in (NOT_YET, SHREDDED) else None
    if last is None or not last.shows(asked.as_of):
        told = _why_not(history, kept, last, asked, law)
        return Standing(asked, kept, Shown(False, last, told), law)
    shown = Shown(True, last, reading.explanation(last.verdict or {}, law))
    if whole:
        shown = _with_fields(shown, last, history, law, laws)
    return Standing(asked, kept, shown, law)


# clause: 3.2b
def _why_not(history: History, kept: Kept, last: Change | None, asked: Asked, law: Law) -> tuple[Told, ...]:
    if kept.state == SHREDDED:
        return (tell_code("RECORD_DESTROYED", {}, law),)
    if kept.version is None:
        return (tell_code("RECORD_NOT_YET", {"date": day_of(history.first_at).isoformat()}, law),)
    if kept.state == WITHDRAWN and kept.since:
        return (tell_code("RECORD_WITHDRAWN", {"date": day_of(kept.since).isoformat()}, law),)
    if last is None or last.visible_from is None:
        return _by_law(history, kept, kept.version, law)
    if asked.as_of < last.visible_from:
        return (tell_code("TERM_NOT_BEGUN", {"date": last.visible_from.isoformat()}, law),)
    return _ended(last.visible_until or asked.as_of, law)


def _ended(until: date, law: Law) -> tuple[Told, ...]:
    return (tell_code("TERM_ENDED", {"date": (until - timedelta(days=1)).isoformat()}, law),)


def _by_law(history: History, kept: Kept, made: Made, law: Law) -> tuple[Told, ...]:
    """What the law of the day said to a record that nothing was ever published of, or no longer."""
    decided = date.fromisoformat(made.content["decided_on"])
    facts = RecordFacts.from_json({**made.facts, "interval": law.book.interval(decided)})
    said = disclosure.decide(facts, PUBLIC, law)
    if said.verdict.outcome is not Outcome.PERMITTED or said.term is None:
        return reading.explanation(answers.stored(said), law)
    accepted = kept.accepted_on or decided
    named = made.content.get("valid_to") or made.content.get("valid_until")
    valid_to = date.fromisoformat(named) if named else None
    _, until = disclosure.window(said.term, decided_on=decided, accepted_on=accepted, valid_to=valid_to)
    if until is not None and until <= max(law.day, accepted):
        return _ended(until, law)
    person = history.subject_kind == SubjectKind.NATURAL_PERSON
    return (tell_code("PERSON_PUBLISH_BASIS" if person else "PUBLICATION_HELD", {}, law),)


def _with_fields(shown: Shown, last: Change, history: History, law: Law, laws: Laws) -> Shown:
    """With the names of the fields that the public saw, and their digest."""
    content = _public_content(history, last, laws.known(day_of(last.at), before=last.at + _TICK))
    item = law.item(history.item_code)
    names = [each.name for each in item.fields if each.code in content] if item else sorted(content)
    digest = hashlib.sha256(rfc8785.dumps(content)).hexdigest()
    return Shown(shown.visible, last, shown.told, tuple(names), digest)


_PUBLIC_CONTENT = "SELECT publication_masked(publication_shown(%s::jsonb, %s), %s::jsonb)::text"


def _public_content(history: History, change: Change, law: Law) -> dict[str, Any]:
    """The fields of a version as a change showed them, by the masks of the law under which it was made."""
    made = next(each for each in history.versions if each.version == change.version)
    told = {name: value for name, value in made.content.items() if name not in made.withheld}
    shown, masks = rendering(change.verdict or {}, law)
    with connection.cursor() as cursor:
        cursor.execute(_PUBLIC_CONTENT, [json.dumps(told), shown, masks])
        content: dict[str, Any] = json.loads(cursor.fetchone()[0])
    if history.subject_kind == SubjectKind.SOLE_TRADER and "party_name" in content:
        # A trader without a trade name goes by a person's name, which the portal masks (plan 3.2c).
        content["party_name"] = privacy.mask("trade_name", content["party_name"], law)
    return content


def _acts(history: History, changes: Sequence[Change], before: datetime) -> tuple[Act, ...]:
    """What happened to the record before a moment, oldest first; what one event brought stands together."""
    versions, shown = defaultdict(list), defaultdict(list)
    for made in history.versions:
        versions[made.at, made.event].append(made)
    for change in changes:
        shown[change.at, change.event].append(change)
    gone = {(each.at, each.event) for each in history.withdrawals}
    moments = sorted(each for each in {*versions, *shown, *gone} if each[0] < before)
    kinds = kinds_of(event for _, event in moments)
    return tuple(
        Act(at, event, kinds.get(event), tuple(versions[at, event]), tuple(shown[at, event]))
        for at, event in moments
    )
