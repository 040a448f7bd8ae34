"""What is told of a past day is what the portal showed when that day ended, whatever happened since (与网站一致)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import rfc8785
from django.db import connection, transaction
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import cast
from tests.asof.conftest import Story, at, rolled_back
from tests.publication import shelf
from tests.publication.shelf import Kept
from xinheng.access.gate import Opened
from xinheng.catalog import services as catalog
from xinheng.law.facts import SubjectKind
from xinheng.ledger.ids import uuid7
from xinheng.ledger.kinds import EventKind
from xinheng.ledger.services import append
from xinheng.publication import asof
from xinheng.publication.asof import Answer
from xinheng.publication.models import PublicEntry
from xinheng.registry.asof import Asked, open_record
from xinheng.registry.models import Record
from xinheng.runtime.clock import end_of

FIRST, DAYS = date(2027, 5, 2), 6
TODAY = FIRST + timedelta(days=DAYS)
OFFICER, SECOND = cast.OFFICER.actor, cast.SECOND_OFFICER.actor


@dataclass
class Life:
    """One record and what is done to it, as the intake's role and the ledger would do it."""

    # Twelve months from one of these days end while the story runs.
    kept: Kept
    record: UUID | None = None
    version: int = 0
    live: bool = False

    def act(self, what: str, offset: int, now: datetime) -> None:
        """What cannot be done now is not done."""
        decided = date(2026, 5, 1) + timedelta(days=offset)
        self.kept = replace(self.kept, decided_on=decided, accepted_on=now.date(), made_at=now)
        with transaction.atomic():
            if what == "withdraw" and self.live:
                self._withdraw(now)
            elif what == "report" and self.record is None:
                self._report(now)
            elif what == "report" and not self.live:
                self._say_again(EventKind.BATCH_ACCEPTED, uuid7(), now)
            elif what == "correct" and self.live:
                self._say_again(EventKind.RECORD_CORRECTED, self.kept.batch, now)

    def _report(self, now: datetime) -> None:
        self.kept.batch = uuid7()
        (self.record,) = shelf.keep(self.kept)
        self.version, self.live = 1, True
        append(EventKind.BATCH_ACCEPTED, payload={"batch": self.kept.batch}, agency=None, now=now)

    def _withdraw(self, now: datetime) -> None:
        self._as_intake("UPDATE registry_record SET state = 'withdrawn' WHERE id = %s", [self.record])
        self.live = False
        append(EventKind.BATCH_WITHDRAWN, payload={"batch": self.kept.batch}, agency=None, now=now)

    def _say_again(self, kind: EventKind, batch: UUID, now: datetime) -> None:
        assert self.record is not None
        self.kept.batch, self.version, self.live = batch, self.version + 1, True
        facts = Record.objects.filter(pk=self.record)
        with connection.cursor() as cursor:
            _act_as_intake(cursor)
            facts_id = facts.values_list("facts_id", flat=True).get()
            shelf.add_version(cursor, self.record, self.version, self.kept, facts_id, self.kept.number)
            cursor.execute("SET LOCAL ROLE NONE")
        self._as_intake(
            "UPDATE registry_record SET version = %s, decided_on = %s, state = 'live', batch = %s WHERE id = %s",
            [self.version, self.kept.decided_on, batch, self.record],
        )
        append(kind, payload={"batch": batch, "record": self.record}, agency=None, now=now)

    def _as_intake(self, statement: str, values: list[Any]) -> None:
        with connection.cursor() as cursor:
            _act_as_intake(cursor)
            cursor.execute(statement, values)
            cursor.execute("SET LOCAL ROLE NONE")


def _act_as_intake(cursor: Any) -> None:
    cursor.execute("SELECT set_config('xinheng.whole_city', 'on', true)")
    cursor.execute("SET LOCAL ROLE xinheng_intake")


def look(record: UUID) -> Opened:
    told: Any = {"purpose": "supervision", "basis": "示例督查1号", "now": cast.NOW}
    return open_record(record, actor=cast.AUDITOR.actor, **told)


def asked(opened: Opened, record: UUID, as_of: date, known: date | None = None) -> Answer:
    return asof.of_record(record, Asked.of(as_of, known, today=TODAY), opened=opened, today=TODAY)


def seen(life: Life, day: date, patched: pytest.MonkeyPatch) -> tuple[bool, str]:
    """Whether the portal has a page of the record on that day, and the digest of what stands on it."""
    patched.setenv("XINHENG_TODAY", day.isoformat())
    page = Client().get(f"/s/{life.kept.code}/r/{life.record}")
    if page.status_code != 200:
        return False, ""
    content = PublicEntry.objects.values_list("content", flat=True).get(record=str(life.record))
    return True, hashlib.sha256(rfc8785.dumps(content)).hexdigest()


ACTS = st.tuples(
    st.sampled_from(["report", "correct", "withdraw", "nothing"]),
    st.integers(0, DAYS),
    st.sampled_from(["first", "noon", "last"]),
)


def moment(day: date, when: str) -> datetime:
    if when == "last":
        return end_of(day) - timedelta(microseconds=1)
    return at(day, 0 if when == "first" else 12)


@settings(max_examples=8, deadline=None)
@given(acts=st.lists(ACTS, min_size=DAYS, max_size=DAYS), of_trader=st.booleans())
def test_every_day_of_any_life(story: Story, acts: list[tuple[str, int, str]], of_trader: bool) -> None:
    firm = Kept(kinds=("confiscate_goods",), number="示例罚〔2026〕7号")
    # who goes by his own name is masked: the digest is that of what the public read
    trader = replace(firm, code=cast.SHOP_CODE, name="牛二蛋", kind=SubjectKind.SOLE_TRADER)
    with pytest.MonkeyPatch.context() as patched, rolled_back():
        life = Life(trader if of_trader else firm)
        days = [FIRST + timedelta(days=each) for each in range(DAYS)]
        shown: dict[date, tuple[bool, str]] = {}
        for day, (what, offset, when) in zip(days, acts, strict=True):
            life.act(what, offset, moment(day, when))
            shown[day] = seen(life, day, patched)
        if life.record is not None:
            opened = look(life.record)
            then = {day: asked(opened, life.record, day).then.shown for day in days}
            assert {day: (each.visible, each.digest) for day, each in then.items()} == shown
            present = asked(opened, life.record, TODAY).then.kept
            row = Record.objects.get(pk=life.record)
            assert present.version is not None
            assert (present.state, present.version.version) == (row.state, row.version)


@pytest.fixture
def fined(undone: None) -> UUID:
    """A fine whose class nobody has said: public from the ruling on, and until its revocation."""
    kept = Kept(decided_on=date(2026, 11, 2), kinds=("fine",), made_at=at(FIRST))
    (record,) = shelf.accept(kept, day=FIRST)
    facts = shelf.facts_of(kept)
    ruling = catalog.propose_ruling(
        "P-36.class", facts, {"class": "一般"}, ground="示例理由", actor=OFFICER, now=at(FIRST)
    )
    catalog.approve_ruling(ruling.id, actor=SECOND, now=at(FIRST + timedelta(days=2)))
    catalog.revoke_ruling(ruling.id, actor=OFFICER, now=at(FIRST + timedelta(days=4)))
    return record


def test_a_ruling_holds_from_its_approval_to_its_revocation(fined: UUID) -> None:
    opened = look(fined)
    then = [asked(opened, fined, FIRST + timedelta(days=each)).then.shown for each in range(6)]
    assert [each.visible for each in then] == [False, False, True, True, False, False]
    assert [each.told[0].code for each in then if not each.visible] == ["TERM_UNDECIDED"] * 4
    # by what was known while the ruling held, the day before it was within the term
    later = asked(opened, fined, FIRST + timedelta(days=1), FIRST + timedelta(days=3))
    assert (later.then.shown.visible, later.by_known.shown.visible) == (False, True)


def test_a_window_that_later_knowledge_begins_later_does_not_hold_the_day(undone: None) -> None:
    """The decision was first taken for an earlier one."""
    life = Life(Kept(kinds=("confiscate_goods",), number="示例罚〔2027〕8号"))
    life.act("report", 350, at(FIRST))
    life.act("correct", 368, at(FIRST + timedelta(days=2)))  # decided on that very day
    assert life.record is not None
    answer = asked(look(life.record), life.record, FIRST, FIRST + timedelta(days=3))
    assert (answer.then.shown.visible, answer.by_known.shown.visible) == (True, False)
    assert [each.code for each in answer.by_known.shown.told] == ["TERM_NOT_BEGUN"]
