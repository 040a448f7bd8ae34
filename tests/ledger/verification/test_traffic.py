"""A verification while the city is at work raises nothing: it looks at one moment (校验与办理同时进行)."""

# clause: 5.2

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connections

from tests import cast
from tests.exchange import sample
from tests.ledger.city import founded
from tests.ledger.verification import story
from tests.ledger.verification.conftest import LATER, Evidence
from xinheng.access import services as access
from xinheng.access.gate import open_set
from xinheng.ledger import sequencer
from xinheng.ledger.verification.run import exit_code
from xinheng.runtime.db import connect_as

Step = Callable[[int], object]


def reports(number: int) -> None:
    story.submitted(
        sample.penalty(100 + number), sample.penalty(5_000 + number, sample.PERSON), name="往来.csv"
    )


def founds(number: int) -> None:
    founded(5_000 + number)


def changes(number: int) -> None:
    access.bind_second_factor(user_id=story.CLERK.user_id, actor=cast.ADMIN.actor, now=cast.NOW)


def looks(number: int) -> None:
    open_set(actor=story.CLERK, what="records", purpose="reporting", basis="批次核对", now=cast.NOW)


def seals(number: int) -> None:
    with connect_as("sequencer") as connection:
        sequencer.seal(connection, now=LATER, limit=1 + number % 5, sign_now=number % 3 == 0)


@contextmanager
def traffic(*steps: Step) -> Iterator[None]:
    """Each step again and again in a thread of its own, until the block ends; its fault is the block's."""
    stop, faults = threading.Event(), list[BaseException]()

    def work(step: Step) -> None:
        try:
            for number in itertools.count():
                if stop.is_set():
                    return
                step(number)
        except BaseException as fault:
            faults.append(fault)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=[step]) for step in steps]
    for each in threads:
        each.start()
    try:
        yield
    finally:
        stop.set()
        for each in threads:
            each.join()
    assert faults == []


EVERYTHING = (reports, founds, changes, looks, seals)


@pytest.mark.parametrize("runs", [2, pytest.param(10, marks=pytest.mark.soak)])
def test_nothing_is_raised_while_everything_is_at_work(evidence: Evidence, runs: int) -> None:
    story.founded()
    seen: list[int] = []
    with traffic(*EVERYTHING):
        while len(seen) < runs:
            audit = evidence.verify(opening=True)
            looked = audit.counts["树中事件"] + audit.counts["待定序事件"]
            if not seen or looked >= seen[-1] + 20:
                assert [str(each) for each in audit.findings] == []
                assert exit_code(audit) == 0
                seen.append(looked)
    evidence.seal()
    assert evidence.verify(opening=True).findings == []


@pytest.mark.soak
def test_looked_at_moment_by_moment_it_would_cry_tampering(evidence: Evidence) -> None:
    """The planted defect: no snapshot, each query sees what was committed meanwhile."""
    story.founded()
    with traffic(*EVERYTHING), connect_as("reader") as connection:
        for _ in range(40):
            with connection.transaction():
                if evidence.look(connection).findings:
                    break
        else:
            pytest.fail("forty verifications without a snapshot, and nothing was noticed")
