"""Every writing service says which event it emits, and is held to it when it runs (写必有事件).

A function in an app's `services.py` is either

* `@emits(EventKind.X)`: it runs in a transaction of its own or its caller's, and when it returns exactly
  one event of the named kinds must have been appended by itself, else LedgerFault and nothing is kept; or
* `@part_of_event`: it writes only on behalf of an `@emits` function and refuses to run outside of one; or
* `@composed`: all it does is to call other services, in one transaction, and it appends nothing itself.

What a service calls that is itself `@emits` answers for its own event and is not counted for the caller;
what subscribers do inside `append` is counted for nobody. A service that finds nothing to change says so
with `nothing_to_emit()`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from django.db import transaction

from xinheng.ledger.canonical import LedgerFault
from xinheng.ledger.kinds import EventKind

if TYPE_CHECKING:
    from collections.abc import Iterator

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(slots=True)
class _Frame:
    service: str
    due: frozenset[EventKind]
    appended: list[EventKind] = field(default_factory=list)
    unchanged: bool = False
    composed: bool = False


_frame: ContextVar[_Frame | None] = ContextVar("xinheng_emitting", default=None)


def emits(*kinds: EventKind) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Hold a service to appending exactly one event, of one of `kinds`. Raises LedgerFault when it does not."""
    if not kinds:
        raise ValueError("a service that emits names its events")

    def wrap(service: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(service)
        def held(*args: P.args, **kwargs: P.kwargs) -> R:
            frame = _Frame(service.__qualname__, frozenset(kinds))
            with transaction.atomic(), _inside(frame):
                answer = service(*args, **kwargs)
                _settle(frame)
            return answer

        held.__emits__ = frozenset(kinds)  # type: ignore[attr-defined]
        return held

    return wrap


def part_of_event(service: Callable[P, R]) -> Callable[P, R]:
    """Mark a writing function that emits nothing itself: it runs only inside an `@emits` service."""

    @functools.wraps(service)
    def held(*args: P.args, **kwargs: P.kwargs) -> R:
        frame = _frame.get()
        if frame is None or frame.composed:
            raise LedgerFault(f"{service.__qualname__} writes only as part of a service that emits an event")
        return service(*args, **kwargs)

    held.__part_of_event__ = True  # type: ignore[attr-defined]
    return held


def composed(service: Callable[P, R]) -> Callable[P, R]:
    """Mark a service that only calls others, each with its own event. LedgerFault when it appends itself."""

    @functools.wraps(service)
    def held(*args: P.args, **kwargs: P.kwargs) -> R:
        frame = _Frame(service.__qualname__, frozenset(), composed=True)
        with transaction.atomic(), _inside(frame):
            answer = service(*args, **kwargs)
            if frame.appended:
                raise LedgerFault(f"{frame.service} is composed of services and appended an event itself")
        return answer

    held.__composed__ = True  # type: ignore[attr-defined]
    return held


def nothing_to_emit() -> None:
    """Said by a service that changed nothing, so that no event is due. Raises LedgerFault outside of one."""
    frame = _frame.get()
    if frame is None:
        raise LedgerFault("nothing_to_emit outside of a service that emits")
    frame.unchanged = True


def note(kind: EventKind) -> None:
    """Count an appended event for the service that is running, if any (called by the ledger)."""
    frame = _frame.get()
    if frame is not None:
        frame.appended.append(kind)


@contextmanager
def subscribers() -> Iterator[None]:
    """What happens inside is a consequence of the event and counts for no service."""
    frame = _Frame("subscriber", frozenset())
    with _inside(frame):
        yield


@contextmanager
def _inside(frame: _Frame) -> Iterator[None]:
    token = _frame.set(frame)
    try:
        yield
    finally:
        _frame.reset(token)


def _settle(frame: _Frame) -> None:
    appended = [kind.value for kind in frame.appended]
    if frame.unchanged and not appended:
        return
    if frame.unchanged or len(appended) != 1 or not set(frame.appended) <= frame.due:
        due = " | ".join(sorted(kind.value for kind in frame.due))
        raise LedgerFault(f"{frame.service} owes one event {due}, appended {appended or 'none'}")
