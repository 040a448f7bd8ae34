"""From the grant to gone from every output: one transaction, and a reader beside it never sees half of it (并行读取).

Records of three bodies are repaired in one transaction; a reader asks portal, JSON, search, site map, counts, evidence and
recalls in statements of their own snapshots, and each answer is wholly before or wholly after. No sequencer, no worker.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import transaction

from tests import cast
from tests.effects import happened
from tests.effects.happened import Firm, decided
from tests.support.database import TestDatabase
from xinheng.access.actor import Actor
from xinheng.access.scope import acting
from xinheng.law.repairrules import RepairEffect
from xinheng.registry import outcomes
from xinheng.registry.models import Record

ENDED = RepairEffect.END_SHARING_AND_PUBLICATION
# Everything that hangs on the three effects in one statement: entries, their subjects with something visible, what the
# evidence says last, effects in force, marks, holders to be told, and events.
ALL = """
SELECT (SELECT count(*) FROM publication_publicentry),
       (SELECT count(DISTINCT s.uscc) FROM publication_publicsubject s JOIN publication_publicentry e USING (subject)),
       (SELECT count(*) FROM (SELECT DISTINCT ON (record) visible_from FROM publication_publicationchange
                              ORDER BY record, at DESC, event DESC) c WHERE visible_from IS NOT NULL),
       (SELECT count(*) FROM ledger_event WHERE kind = 'record.effect_applied')
           - (SELECT count(*) FROM ledger_event WHERE kind = 'record.effect_lifted'),
       (SELECT count(*) FILTER (WHERE lifts IS NULL) - count(*) FILTER (WHERE lifts IS NOT NULL)
          FROM registry_recordeffect),
       (SELECT count(*) FROM registry_recordmark WHERE until IS NULL),
       (SELECT count(DISTINCT record) FROM exchange_recall r WHERE action = 'withdraw' AND NOT EXISTS
            (SELECT FROM exchange_recall l WHERE l.record = r.record AND l.action = 'update' AND l.event > r.event))
"""
BODIES = (
    (cast.MARKET, cast.MARKET_CLERK, cast.MARKET_CHECKER),
    (cast.ENVIRONMENT, cast.ENVIRONMENT_CLERK, cast.ENVIRONMENT_CHECKER),
    (cast.LABOUR, cast.LABOUR_CLERK, cast.LABOUR_CHECKER),
)
BEFORE, AFTER = (3, 1, 3, 0, 0, 0, 0), (0, 0, 0, 3, 3, 3, 3)


def reported() -> dict[Actor, Firm]:
    """One firm, with a penalty of each of three bodies; by the checker who will decide."""
    code, name = happened.party(1)
    made = {}
    for serial, (office, clerk, checker) in enumerate(BODIES, 1):
        row = happened.row(serial) | {
            "party_code": code, "party_name": name, "body_name": office.name, "body_code": office.uscc,
            "source_name": office.name, "source_code": office.uscc,
        }  # fmt: skip
        done = happened.submitted(row, actor=clerk.actor)
        assert done.counts["accepted"] == 1, done.findings
        with acting(clerk.actor):
            record = Record.objects.get(batch=done.batch).pk
        made[checker.actor] = Firm(office.name, code, name, row["document_number"], record)
    return made


def granted(firms: dict[Actor, Firm], round_: int, *, apart: bool = False) -> None:
    """Each body decides about its own record; all of it one transaction, unless the defect is planted."""
    matter, now = uuid4(), happened.LATER + timedelta(minutes=2 * round_)
    for ending in (False, True):
        with nullcontext() if apart else transaction.atomic():
            for actor, firm in firms.items():
                with acting(actor):
                    told: dict[str, Any] = {"decided": decided(matter=matter), "actor": actor}
                    if ending:
                        outcomes.lift_effect([firm.record], ENDED, **told, now=now + timedelta(minutes=1))
                    else:
                        outcomes.apply_effect([firm.record], ENDED, **told, now=now)


def read_beside(database: TestDatabase, write: Callable[[int], None], reads: int) -> set[tuple[int, ...]]:
    """What a reader saw in at least so many looks while `write` went on, round after round."""
    seen: list[tuple[int, ...]] = []
    done = threading.Event()

    def read() -> None:
        with reading(database) as reader:
            while not done.is_set():
                seen.append(_look(reader))

    thread = threading.Thread(target=read)
    thread.start()
    try:
        round_ = 0
        while thread.is_alive() and (len(seen) < reads or round_ < max(2, reads // 40)):
            write(round_)
            round_ += 1
    finally:
        done.set()
        thread.join()
    return set(seen)


@contextmanager
def reading(database: TestDatabase) -> Iterator[psycopg.Connection[Any]]:
    """The application's own connection, with the rows of all bodies."""
    with database.connect("xinheng_app") as reader:
        reader.execute("SELECT set_config('xinheng.whole_city', 'on', false)")
        yield reader


def _look(reader: psycopg.Connection[Any]) -> tuple[int, ...]:
    return tuple(reader.execute(ALL).fetchone() or ())


@pytest.mark.clause("5.1b")
@pytest.mark.parametrize("reads", [50, pytest.param(1_000, marks=pytest.mark.soak)])
def test_a_reader_beside_the_grant_never_sees_half(
    committed: TestDatabase, tmp_path: Path, reads: int
) -> None:
    with happened.founded(tmp_path):
        firms = reported()
        seen = read_beside(committed, lambda round_: granted(firms, round_), reads)
    assert seen == {BEFORE, AFTER}


def test_a_grant_in_several_transactions_would_be_seen(committed: TestDatabase, tmp_path: Path) -> None:
    """The planted defect: body after body, each committed by itself."""
    with happened.founded(tmp_path):
        firms = reported()
        seen = read_beside(committed, lambda round_: granted(firms, round_, apart=True), 50)
    assert seen - {BEFORE, AFTER}


def test_a_grant_that_fails_for_one_body_leaves_everything(committed: TestDatabase, tmp_path: Path) -> None:
    with happened.founded(tmp_path):
        firms = reported()
        *_, last = firms.values()
        happened.apply(last.record, RepairEffect.DELETE, actor=list(firms)[-1])
        with reading(committed) as reader:
            before = _look(reader)
            with pytest.raises(Exception, match="RECORD_NOT_CURRENT"):
                granted(firms, 0)
            assert _look(reader) == before
