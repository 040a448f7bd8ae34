"""The register as it stood on a day, by what was known at the end of another (某日登记情况).

Two times. `known` picks what the register held: versions, withdrawals and changes recorded before the end of
that day in Asia/Shanghai, nothing recorded later. `as_of` is the day that this is asked about: whether a
record was there yet, and, in publication.asof, whether its window of publication holds that day. Where both
are the same day the answer is what was believed on it; where `known` is later, what later knowledge says of it.

The register overwrites a record's present state. What it was is read from what is never changed: the versions,
and for a withdrawal, which makes no version, the event that tells of the batch.
"""

# clause: 5.2

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.db.models import Exists, Min, OuterRef, Q, QuerySet

from xinheng.access.actor import Actor
from xinheng.access.gate import Opened, open_file, open_set, turn_away
from xinheng.access.permissions import may, require
from xinheng.access.scope import acting
from xinheng.law.identifiers import clean_code, uscc_fault
from xinheng.law.language import Refusal
from xinheng.law.standing import PLAIN, Standing
from xinheng.ledger import reading
from xinheng.ledger.kinds import EventKind
from xinheng.registry import standing as relief
from xinheng.registry.models import Record, RecordVersion
from xinheng.registry.queries import whose
from xinheng.registry.standing import History as Decided
from xinheng.registry.standing import standing_of
from xinheng.runtime.clock import day_of, end_of
from xinheng.subjects import queries as subjects

VERB = "history.view"
# What the register of looks calls a record asked for in vain, and the search of a subject by its code.
WHAT, FINDING = "asof", "subject-by-code"
NOT_YET, LIVE, WITHDRAWN, SHREDDED = "not_yet", "live", "withdrawn", "shredded"
STATES: Mapping[str, str] = {NOT_YET: "尚未入库", LIVE: "有效", WITHDRAWN: "已撤回", SHREDDED: "已销毁"}
EFFECTS: Mapping[str, str] = {
    "effective": "已生效", "not_yet": "未生效", "stayed": "停止执行", "revoked": "已撤销", "void": "无效",
    "lapsed": "已失效",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """The day asked about, and the day at whose end the register is taken."""

    as_of: date
    known: date

    @classmethod
    def of(cls, as_of: date, known: date | None, *, today: date) -> Asked:
        """`known` is today unless told. Raises Refusal AS_OF_FUTURE, KNOWN_FUTURE or KNOWN_BEFORE_AS_OF."""
        known = known or today
        if as_of > today:
            raise Refusal.because("AS_OF_FUTURE", date=as_of.isoformat())
        if known > today:
            raise Refusal.because("KNOWN_FUTURE", date=known.isoformat())
        if known < as_of:
            raise Refusal.because("KNOWN_BEFORE_AS_OF", first=known.isoformat(), second=as_of.isoformat())
        return cls(as_of, known)

    @classmethod
    def believed(cls, day: date) -> Asked:
        """A day by what was known at its own end."""
        return cls(day, day)

    @property
    def before(self) -> datetime:
        """What was recorded before this moment was known."""
        return end_of(self.known)


@dataclass(frozen=True, slots=True)
class Made:
    """One version: what a record said from its event on. `digest` is keyed: it compares, and tells nothing."""

    version: int
    content: Mapping[str, Any]
    digest: str
    withheld: tuple[str, ...]
    facts: Mapping[str, Any]
    batch: UUID
    event: UUID
    at: datetime
    ground: str
    ground_text: str

    @property
    def effect(self) -> str:
        """The effect of the document in words, as this version tells it."""
        said = EFFECTS[str(self.facts.get("effect") or "effective")]
        return f"{said}，正在复议或者诉讼" if self.facts.get("contested") else said


@dataclass(frozen=True, slots=True)
class Kept:
    """How the register held one record: which version, in which state, since when and by which event."""

    version: Made | None
    state: str
    since: datetime | None
    event: UUID | None
    accepted_on: date | None
    standing: Standing = PLAIN

    @property
    def state_label(self) -> str:
        return STATES[self.state]


@dataclass(frozen=True, slots=True)
class Gone:
    """A record withdrawn with its batch, which makes no version of it."""

    at: datetime
    event: UUID


@dataclass(frozen=True, slots=True)
class History:
    """One record with all that was ever recorded of it, oldest first."""

    record: UUID
    subject: UUID
    subject_kind: str
    item_code: str
    number: str
    body_name: str
    versions: tuple[Made, ...]
    withdrawals: tuple[Gone, ...]
    # What was destroyed cannot be told of any day, before or after.
    shredded: Gone | None = None
    decided: Decided = ()

    @property
    def first_at(self) -> datetime:
        """When it was first recorded."""
        return self.versions[0].at

    def kept(self, asked: Asked) -> Kept:
        """The record on `asked.as_of` by what was known at the end of `asked.known`."""
        known = [each for each in self.versions if each.at < asked.before]
        if self.shredded:
            return Kept(None, SHREDDED, self.shredded.at, self.shredded.event, None)
        if not known or self.first_at >= end_of(asked.as_of):
            return Kept(None, NOT_YET, None, None, None)
        present = known[-1]
        gone = self._gone_after(present, asked.before)
        state, last = (WITHDRAWN, gone) if gone else (LIVE, present)
        standing = standing_of(self.decided, asked.before)
        return Kept(present, state, last.at, last.event, self._accepted_on(known), standing)

    def _gone_after(self, made: Made, before: datetime) -> Gone | None:
        """The withdrawal after a version and before a moment."""
        found = (each for each in self.withdrawals if _order(made) < _order(each) and each.at < before)
        return next(found, None)

    def _accepted_on(self, known: Sequence[Made]) -> date:
        """The day on which the record came in, or came in again after it had been withdrawn."""
        again = (later for earlier, later in pairwise(known) if self._gone_after(earlier, later.at))
        return day_of([known[0], *again][-1].at)


def _order(each: Made | Gone) -> tuple[datetime, UUID]:
    """Numbers of events grow with time: they tell apart what bears the same moment."""
    return each.at, each.event


@dataclass(frozen=True, slots=True)
class Page:
    """Some records of one subject, latest first; `total` were there on the day, `first_on` came the first."""

    records: tuple[UUID, ...]
    total: int
    later: int
    first_on: date | None
    page: int
    size: int


def open_record(record: UUID, *, actor: Actor, purpose: str, basis: str, now: datetime) -> Opened:
    """Open the file that a record belongs to; a look at another agency's record is registered as refused.

    Raises Refusal as `open_file` and `turn_away` do.
    """
    subject = whose(record, actor=actor) if may(actor, VERB) else None
    if subject is None:
        turn_away(actor=actor, what=f"{WHAT}:{record}", purpose=purpose, basis=basis, now=now)
    return open_file(actor=actor, subject=subject, purpose=purpose, basis=basis, now=now)


def open_subject(code: str, id_kind: str, *, actor: Actor, purpose: str, basis: str, now: datetime) -> Opened:
    """Open the file of the subject with exactly that code; a natural person's is found by its blind index.

    The search is on record too, without the code. Who finds no record of its own gets the answer of a code
    that nobody has. Raises Refusal as `open_record` does.
    """
    found = open_set(actor=actor, what=FINDING, purpose=purpose, basis=basis, now=now)
    subject = _find(code, id_kind, found) if may(actor, VERB) else None
    if subject is None or not _has_records(subject, actor):
        turn_away(actor=actor, what=FINDING, purpose=purpose, basis=basis, now=now)
    return open_file(actor=actor, subject=subject, purpose=purpose, basis=basis, now=now)


def _find(code: str, id_kind: str, opened: Opened) -> UUID | None:
    clean, _ = clean_code(code)
    if uscc_fault(clean) is None:
        view = subjects.find_by_code(clean, opened=opened)
        return None if view is None else view.id
    return subjects.find_person(id_kind, clean, opened=opened)


def _has_records(subject: UUID, actor: Actor) -> bool:
    with acting(actor):
        return Record.objects.filter(subject=subject).exists()


def of_subject(asked: Asked, *, opened: Opened, page: int = 1, size: int = 20) -> Page:
    """The records of the opened file that the register held on the day asked about.

    `later` are those that were recorded after that day and before the end of the day known.
    Raises Refusal PERMISSION_DENIED, or NOT_YOURS for a token that opened a list.
    """
    require(opened.actor, VERB)
    subject = _subject(opened)
    with acting(opened.actor):
        firsts = RecordVersion.objects.filter(record__subject=subject, version=1)
        if not relief.special(opened.actor, opened.purpose):
            ended = Exists(relief.ended_for_others().filter(record=OuterRef("record")))
            firsts = firsts.exclude(ended, ~Q(record__agency=opened.actor.agency_id))
        there = firsts.filter(made_at__lt=end_of(asked.as_of))
        later = firsts.filter(made_at__gte=end_of(asked.as_of), made_at__lt=asked.before)
        start = (max(1, page) - 1) * size
        # Numbers of records grow with time, and stay whatever becomes of the record.
        ids = there.order_by("-record_id").values_list("record_id", flat=True)[start : start + size]
        first = firsts.aggregate(at=Min("made_at"))["at"]
        counts = there.count(), later.count()
        return Page(tuple(ids), *counts, day_of(first) if first else None, max(1, page), size)


def _subject(opened: Opened) -> UUID:
    opened.require()
    if opened.subject is None:
        raise Refusal.because("NOT_YOURS")
    return opened.subject


def histories(records: Collection[UUID], *, opened: Opened) -> dict[UUID, History]:
    """All that was ever recorded of records of the opened file, by id.

    Raises Refusal PERMISSION_DENIED, NOT_FOUND for a record that is not there for the actor, NOT_YOURS for one of
    another file, or WITHHELD_RIGHT for another body's that was ended or withheld since (5.1b).
    """
    require(opened.actor, VERB)
    with acting(opened.actor):
        rows = list(Record.objects.select_related("instrument", "subject").filter(pk__in=records))
        if {each.pk for each in rows} != set(records):
            raise Refusal.because("NOT_FOUND")
        for each in rows:
            opened.require_subject(each.subject_id)
        versions = _versions(records)
        decided = relief.histories(records)
        for each in rows:
            relief.require_open(each.pk, each.agency_id, decided, opened)
    batches = {made.batch for found in versions.values() for made in found}
    withdrawals = reading.naming(EventKind.BATCH_WITHDRAWN, "batch", batches)
    destroyed = {
        UUID(str(each.told["record"])): Gone(each.at, each.event)
        for each in reading.naming(EventKind.SHREDDED, "record", records)
    }
    told = {each.pk: _history(each, versions[each.pk], withdrawals) for each in rows}
    return {
        pk: replace(each, shredded=destroyed.get(pk), decided=decided.get(pk, ()))
        for pk, each in told.items()
    }


def _versions(records: Collection[UUID]) -> Mapping[UUID, list[Made]]:
    found: dict[UUID, list[Made]] = defaultdict(list)
    for each in _unsealed().filter(record__in=records).order_by("record_id", "version"):
        found[each.record_id].append(_made(each))
    return found


def _unsealed() -> QuerySet[RecordVersion]:
    """What a version says in clear: nothing sealed is needed to tell what held on a day."""
    return RecordVersion.objects.select_related("facts").defer("sealed", "sealed_commitment")


def _made(each: RecordVersion) -> Made:
    same = ("version", "content", "batch", "event", "ground", "ground_text")
    told = {name: getattr(each, name) for name in same}
    digest, withheld = bytes(each.content_digest).hex(), tuple(each.withheld)
    return Made(**told, digest=digest, withheld=withheld, facts=each.facts.facts, at=each.made_at)


def _history(row: Record, versions: Sequence[Made], withdrawals: Sequence[reading.Happened]) -> History:
    return History(
        record=row.pk,
        subject=row.subject_id,
        subject_kind=row.subject.kind,
        item_code=row.item_code,
        number=row.instrument.number,
        body_name=row.instrument.body_name,
        versions=tuple(versions),
        withdrawals=tuple(_withdrawn(versions, withdrawals)),
    )


def _withdrawn(versions: Sequence[Made], events: Sequence[reading.Happened]) -> Iterator[Gone]:
    """Of the withdrawals of batches those of the batch that had brought the record's version then.

    What a batch had merely changed falls back instead, by a version that the same event makes: it stands at
    the same place as the withdrawal, and so after it.
    """
    for each in events:
        gone = Gone(each.at, each.event)
        earlier = [made for made in versions if _order(made) < _order(gone)]
        if earlier and earlier[-1].batch == UUID(str(each.told["batch"])):
            yield gone
