"""The sequencer as a program (定序程序): every second what is queued, signed heads, cosignatures."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Event

import psycopg

from xinheng.ledger import sequencer, trusting, witnessing
from xinheng.ledger.sequencer import Sealed
from xinheng.ledger.verifier.strict import NoteFault
from xinheng.runtime import clock
from xinheng.runtime.db import connect_as

PAUSE = 1.0
# A witness that did not answer is asked again after so many seconds, not with every round.
WITNESS_PAUSE = 15.0
Say = Callable[[str], object]


def once(say: Say) -> Sealed:
    """Empty the queue, sign what is new, have it cosigned."""
    with connect_as("sequencer") as connection:
        done = sequencer.seal_all(connection, now=clock.now())
        _cosign(connection, say)
    _alarm(done, say)
    return done


def follow(stop: Event, say: Say) -> None:
    """Work until told to stop; a database that went away is waited for."""
    while not stop.is_set():
        try:
            with connect_as("sequencer") as connection:
                _follow(connection, stop, say)
        except psycopg.OperationalError:
            say("数据库暂时连不上，稍后再试。")
            stop.wait(PAUSE)
        except sequencer.ForeignTreeFault as fault:
            # Waiting is right: reads of what is not public stop, and an auditor has to look.
            say(f"警报：{fault}。不再定序和签名。请保护现场，运行 xinheng ledger verify --open。")
            stop.wait(WITNESS_PAUSE)


def _follow(connection: psycopg.Connection[object], stop: Event, say: Say) -> None:
    asked_at = 0.0
    while not stop.is_set():
        done = sequencer.seal(connection, now=clock.now())
        _alarm(done, say)
        if time.monotonic() - asked_at >= WITNESS_PAUSE:
            asked_at = time.monotonic()
            _cosign(connection, say)
        if done.sequenced < sequencer.BATCH:
            stop.wait(PAUSE)


def _cosign(connection: psycopg.Connection[object], say: Say) -> None:
    """A trust file that cannot be read holds up cosignatures, never the tree."""
    try:
        witnesses = list(trusting.witnesses())
    except (OSError, NoteFault) as fault:
        say(f"读不懂信任文件 {trusting.path()}：{fault}")
        return
    for answer in witnessing.cosign_newest(connection, witnesses, now=clock.now()):
        if answer.fault:
            say(f"见证方 {answer.witness}：{answer.fault}")


def _alarm(done: Sealed, say: Say) -> None:
    if done.refused:
        say(
            f"警报：队列中有 {done.refused} 条不是本系统写入的事件，已隔离，未进入台账。请运行 xinheng ledger verify。"
        )
