"""Each guard over revocations and corrections taken out in turn (逐一撤去防护): refused with it, done without it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import psycopg
import pytest
from django.db import transaction
from django.db.utils import Error

from tests.casework.forging import as_app
from tests.revocations.attacks import Attack
from tests.revocations.everything import ATTACKS, FUNCTIONS
from tests.revocations.guards import Cut
from tests.revocations.town import Town

pytestmark = pytest.mark.clause("1.3a", "2.2b", "5.1d")
OURS = """
SELECT DISTINCT p.proname FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
 WHERE NOT t.tgisinternal AND p.proname NOT LIKE 'ledger\\_%' AND p.proname <> 'xinheng_refuse_change'
   AND t.tgrelid::regclass::text ~ '^(casework_(revocation|correction)|registry_(recordeffect|recordmark|instrumentchange'
       '|measurenotice|tombstone)|exchange_recall)'
"""


def attempt(attack: Attack, town: Town, begun: Any) -> tuple[bool, str]:
    """Whether it was done, and what the database said."""
    try:
        with as_app(attack.agency), attack.acting(town):
            return attack.deed(town, begun), ""
    except Error as fault:
        return False, str(fault)


# Every fourth each time, all of them in the soak.
TRIED = [
    each if place % 4 == 0 else pytest.param(each, marks=pytest.mark.soak)
    for place, each in enumerate(ATTACKS)
]


@pytest.mark.parametrize("name", TRIED)
def test_with_the_guard_it_is_refused_and_without_it_is_done(
    name: str, superuser: psycopg.Connection[Any], town: Town
) -> None:
    """A policy is altered while nobody holds its table, so for those it begins anew."""
    attack = ATTACKS[name]
    superuser.execute("SET lock_timeout = '5s'")
    with ExitStack() as others:
        for each in attack.also:
            others.enter_context(each.out(superuser))
        with undone():
            begun = attack.begin(town)
            done, said = attempt(attack, town, begun)
            assert (done, attack.refused in said, bool(said)) == (False, True, bool(attack.refused)), said
            if isinstance(attack.guard, Cut):
                with attack.guard.out(superuser):
                    assert attempt(attack, town, begun) == (True, "")
                return
        with attack.guard.out(superuser), undone():
            assert attempt(attack, town, attack.begin(town)) == (True, "")


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def test_there_is_an_attack_on_every_function_over_these_tables(superuser: psycopg.Connection[Any]) -> None:
    there = {name for (name,) in superuser.execute(OURS.encode())}
    # They are attacked in tests/casework, in tests/repairs and in tests/promises.
    assert there - FUNCTIONS.keys() == {
        "casework_learns_once", "casework_repaired_by_decision", "casework_ended_is_kept", "casework_promised_by_decision",
        "casework_promise_takes_its_own", "casework_repairplan_marked",
    }  # fmt: skip
