"""Every edit behind the application's back is found and named, over every protected column (全列篡改)."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from functools import partial

import psycopg
import pytest

from tests.ledger.verification import story
from tests.ledger.verification.conftest import Evidence
from tests.support import corrupt
from xinheng.ledger import protection, signing
from xinheng.ledger.verification.run import Asked, look
from xinheng.registry import leaves
from xinheng.registry.rows import COVERED, Brought, Covered, version_row

EVERY = 10_000


def found(connection: psycopg.Connection[object], edit: corrupt.Edit) -> bool:
    """Whether a verification names the table and one of the rows."""
    asked = Asked(vkey=signing.publish_vkey(), origin=signing.origin(), opening=True)
    named = {(each.table, each.key) for each in look(connection, asked).findings}
    return any((edit.table, key) in named for key in edit.keys)


@pytest.mark.clause("5.2")
@pytest.mark.parametrize(("columns", "more"), [(50, 15), pytest.param(EVERY, 1_000, marks=pytest.mark.soak)])
def test_every_edit_of_every_protected_column_is_found_and_named(
    evidence: Evidence, columns: int, more: int
) -> None:
    """So many columns flipped once, chosen at random, and so many edits of any kind more."""
    told = story.told()
    story.held(told["firm"])
    story.reported()
    evidence.seal()
    rng, missed, done, tables = random.Random(7), [], Counter[str](), set[str]()
    with evidence.behind() as behind:
        places = [(table, name) for table, named in corrupt.columns(behind).items() for name, _ in named]
        rng.shuffle(places)
        assert len(places) > 100
        places = places[:columns]
        tried = 0
        while sum(done.values()) < len(places) + more or set(done) != set(corrupt.KINDS):
            # Every column is flipped once, then come other kinds of edits anywhere.
            table, column = places[tried % len(places)]
            kind = "flip" if tried < len(places) else rng.choice(corrupt.KINDS)
            tried += 1
            with behind.transaction(force_rollback=True):
                try:
                    edit = corrupt.corrupt(behind, rng, table, f'"{column}"', kind)
                except psycopg.errors.IntegrityError:
                    continue  # the database itself does not hold such a row
                if edit is not None:
                    done[edit.kind] += 1
                    tables.add(table)
                    if not found(behind, edit):
                        missed.append(edit)
    assert not missed, "\n".join(map(str, missed))
    assert tried >= len(places)
    assert columns < EVERY or tables == {*corrupt.KEYS, *protection.watched()}


@pytest.mark.parametrize("table", ["access_agency", "catalog_ruling", "exchange_batch"])
def test_a_column_left_out_of_the_form_is_noticed_at_once(
    evidence: Evidence, monkeypatch: pytest.MonkeyPatch, table: str
) -> None:
    """Were verification to forget a column, it would agree with no row that the database has noted."""
    story.told()
    whole = protection.watched()[table]
    short = replace(whole, columns="; ".join(whole.columns.split("; ")[:-1]))
    monkeypatch.setitem(protection._watched, table, short)
    assert table in set(evidence.verify().tables())


def test_a_column_left_out_of_a_leaf_is_noticed_at_once(
    evidence: Evidence, monkeypatch: pytest.MonkeyPatch
) -> None:
    story.told()
    for at in range(len(COVERED)):
        monkeypatch.setattr(leaves, "version_row", partial(_without, at))
        assert "registry_recordversion" in set(evidence.verify().tables()), COVERED[at]


def _without(at: int, brought: Brought, covered: Covered) -> bytes:
    """The bytes of a version with one of its parts emptied."""
    said = covered[at]
    emptied = False if isinstance(said, bool) else 99 if isinstance(said, int) else said[:0] if said else None
    return version_row(brought, (*covered[:at], emptied, *covered[at + 1 :]))
