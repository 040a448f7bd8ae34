"""The worker: takes jobs one after the other until it is told to stop (任务执行)."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import close_old_connections, connection
from django.utils.module_loading import autodiscover_modules

from xinheng.law.language import Refusal
from xinheng.runtime import jobs

IDLE_SECONDS = 1.0
Say = Callable[[str], None]


def run(*, once: bool = False, say: Say = lambda line: None) -> int:
    """Work off the queue; with `once` return when it is empty. Returns how many jobs were taken.

    SIGTERM and SIGINT let the job in hand end first; a SIGKILL leaves it to the next worker, who takes it
    when the lease is over.
    """
    autodiscover_modules("handlers")
    with _stopping() as stop:
        return _work_off(stop, once, say)


def _work_off(stop: threading.Event, once: bool, say: Say) -> int:
    name, taken = _name(), 0
    while not stop.is_set():
        if (
            not connection.in_atomic_block
        ):  # within a caller's transaction its connection is not ours to close
            close_old_connections()
        held = jobs.claim(name)
        if held is None:
            if once:
                break
            stop.wait(IDLE_SECONDS)
            continue
        taken += 1
        say(f"任务 {held.id}（{held.kind}）：{do(held)}")
    return taken


def do(held: jobs.Held) -> str:
    """Run one claimed job to its end; returns the Chinese word for how it ended."""
    with jobs.Pulse(held):
        try:
            result = jobs.HANDLERS[held.kind](held)
            if not held.finished:
                jobs.finish(held, result)
            return "已完成"
        except jobs.LeaseLost:
            return "已由其他进程接手"
        except Refusal as refusal:
            return _failed(held, {"code": refusal.reasons[0].code, "values": dict(refusal.reasons[0].values)})
        except Exception as fault:  # a fault of one job must not stop the worker; its text may hold data
            return _failed(held, {"code": "JOB_FAULT", "values": {"kind": type(fault).__name__}})


def _failed(held: jobs.Held, fault: dict[str, object]) -> str:
    try:
        jobs.fail(held, fault)
    except jobs.LeaseLost:
        return "已由其他进程接手"
    return "有问题"


def _name() -> str:
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


@contextmanager
def _stopping() -> Iterator[threading.Event]:
    """An event that SIGTERM and SIGINT set; the process's own answers to them come back afterwards."""
    stop = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    kept = {
        number: signal.signal(number, lambda *_: stop.set()) for number in (signal.SIGTERM, signal.SIGINT)
    }
    try:
        yield stop
    finally:
        for number, answer in kept.items():
            signal.signal(number, answer)
