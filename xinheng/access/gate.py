"""The gate: no look at a non-public record without an entry in the register first (查询登记).

`open_file` and `open_set` write one entry and commit it on a connection of their own before they answer,
also when they refuse. Every non-public query takes the `Opened` that they return as an argument.
"""

# clause: 5.2

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NoReturn
from uuid import UUID

import psycopg
from django.db import connection

from xinheng.access.actor import NOBODYS, Actor
from xinheng.access.permissions import may, require
from xinheng.access.purposes import Purpose, open_to, purpose_of
from xinheng.access.scope import acting
from xinheng.law.language import Refusal
from xinheng.ledger.kinds import EventKind
from xinheng.ledger.queries import LONGEST_GAP, oldest_waiting
from xinheng.ledger.writing import store
from xinheng.runtime.clock import day_of
from xinheng.runtime.db import side_connection, uuid7

SHORTEST_BASIS, LONGEST_BASIS = 2, 200
# A code and perhaps a number of ours, `batch:<no>`: the register says what was opened, never what was typed.
_WHAT = re.compile(r"[a-z][a-z0-9_.\-]*(?::[0-9A-Za-z_.\-]{1,60})?")
_ID_NUMBER = re.compile(r"(?<!\d)[1-9]\d{16}[0-9Xx](?![0-9A-Za-z])")

OWN = "own"
_PROOF = object()


class GateFault(Exception):
    """A fault of ours: somebody went around the gate."""


@dataclass(frozen=True, slots=True)
class Opened:
    """Proof that a look is on record: who, whom or what, why and on what basis. Made by the gate only."""

    entry: UUID
    actor: Actor
    subject: UUID | None
    what: str
    purpose: Purpose
    basis: str
    at: datetime
    agency: UUID | None = None
    proof: object = field(default=None, repr=False, compare=False)

    def require(self) -> None:
        """Raise GateFault unless the gate made this: a token by another hand stands for no entry."""
        if self.proof is not _PROOF:
            raise GateFault("an Opened that the gate did not make")

    def require_subject(self, subject: UUID) -> None:
        """Raise Refusal NOT_YOURS when this was opened for somebody else."""
        self.require()
        if self.subject != subject:
            raise Refusal.because("NOT_YOURS")

    @property
    def is_own(self) -> bool:
        """Whether somebody looks at the own file: then rows are that subject's by the database's own rule."""
        return self.what == OWN

    def require_verb(self, verb: str) -> None:
        """Raise Refusal PERMISSION_DENIED unless the officer may; the own file is open to its subject whole."""
        self.require()
        if not self.is_own:
            require(self.actor, verb)

    def require_what(self, *allowed: str) -> None:
        """Raise Refusal NOT_YOURS when this was opened for another set."""
        self.require()
        if self.what not in allowed:
            raise Refusal.because("NOT_YOURS")


def open_file(*, actor: Actor, subject: UUID, purpose: str, basis: str, now: datetime) -> Opened:
    """Open one subject's file. `basis` is what the look rests on: a case or batch number, or an article.

    Raises Refusal NOT_YOURS, PURPOSE_REQUIRED, BASIS_REQUIRED, REGISTER_UNAVAILABLE or EVIDENCE_STALLED.
    """
    refusal = _refusal(actor, "file.open", purpose, basis, actor.agency_id)
    return _registered(actor, subject, "file", purpose, basis, now, refusal, actor.agency_id)


def open_set(
    *, actor: Actor, what: str, purpose: str, basis: str, now: datetime, agency: UUID | None = None
) -> Opened:
    """Open a list, an export, a search or a register. `what` names it: `batch:<no>`, `records`, `register`.

    `agency` is whose set it is, the actor's own unless told; only office and auditor open another's.
    Raises Refusal NOT_YOURS, PURPOSE_REQUIRED, BASIS_REQUIRED, REGISTER_UNAVAILABLE or EVIDENCE_STALLED.
    """
    _require_code(what)
    refusal = _refusal(actor, "set.open", purpose, basis, agency or actor.agency_id)
    return _registered(actor, None, what, purpose, basis, now, refusal, agency)


def open_own(*, actor: Actor, now: datetime) -> Opened:
    """Open the file of the subject that the actor's account is bound to; registered like any other look.

    Raises Refusal NOT_YOURS, MANDATE_ENDED when the account is bound no more or the mandate is over,
    REGISTER_UNAVAILABLE or EVIDENCE_STALLED.
    """
    own = actor.own
    if own is None or not may(actor, "own.open"):
        raise Refusal.because("NOT_YOURS")
    refusal = "" if _bound(actor) else "MANDATE_ENDED"
    return _registered(actor, own.subject, OWN, Purpose.OWN, own.basis, now, refusal, None)


def _bound(actor: Actor) -> bool:
    with acting(actor), connection.cursor() as cursor:
        cursor.execute("SELECT xinheng_own() IS NOT NULL")
        (bound,) = cursor.fetchone()
    return bool(bound)


def turn_away(*, actor: Actor, what: str, purpose: str, basis: str, now: datetime) -> NoReturn:
    """Register a look at what is not there or not the actor's, and refuse it: one answer for both.

    Raises Refusal NOT_YOURS, or NOT_FOUND to who sees the whole city; before that PURPOSE_REQUIRED,
    BASIS_REQUIRED or REGISTER_UNAVAILABLE as `open_set` does.
    """
    _require_code(what)
    nothing = "NOT_FOUND" if actor.whole_city else "NOT_YOURS"
    refusal = _refusal(actor, "set.open", purpose, basis, actor.agency_id) or nothing
    _registered(actor, None, what, purpose, basis, now, refusal, None)
    raise GateFault("a refusal was registered and not raised")


def _require_code(what: str) -> None:
    if not _WHAT.fullmatch(what) or _ID_NUMBER.search(what):
        raise GateFault("what is opened is named by a code of ours")


def _refusal(actor: Actor, verb: str, purpose: str, basis: str, agency: UUID) -> str:
    """The code of what stands in the way, "" for nothing."""
    if not may(actor, verb) or not (actor.whole_city or agency == actor.agency_id):
        return "NOT_YOURS"
    if purpose_of(purpose) not in open_to(actor.roles):
        return "PURPOSE_REQUIRED"
    if not SHORTEST_BASIS <= len(basis.strip()) <= LONGEST_BASIS or _ID_NUMBER.search(basis):
        return "BASIS_REQUIRED"
    return ""


def _registered(
    actor: Actor,
    subject: UUID | None,
    what: str,
    purpose: str,
    basis: str,
    now: datetime,
    refusal: str,
    agency: UUID | None,
) -> Opened:
    entry = uuid7()
    # What was refused for its wording is not kept in that wording: it may hold somebody's data.
    known = purpose_of(purpose)
    kept_basis = "" if refusal == "BASIS_REQUIRED" else basis.strip()[:LONGEST_BASIS]
    said = (str(known or ""), _ID_NUMBER.sub("", kept_basis))
    refusal = _write(entry, now, actor, what, subject, *said, refusal)
    if refusal or known is None:
        raise Refusal.because(refusal, minutes=str(LONGEST_GAP // timedelta(minutes=1)))
    return Opened(entry, actor, subject, what, known, kept_basis, now, agency, _PROOF)


def agency_of(actor: Actor) -> UUID | None:
    """The agency of an event: None where a subject acts for itself."""
    return None if actor.agency_id == NOBODYS and actor.own else actor.agency_id


LOOKED = {True: EventKind.LOOK_GRANTED, False: EventKind.LOOK_REFUSED}
_INSERT = """
INSERT INTO access_accessentry
       (id, at, actor, agency, channel, what, subject, purpose, basis, granted, refusal)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


def _write(
    entry: UUID,
    now: datetime,
    actor: Actor,
    what: str,
    subject: UUID | None,
    purpose: str,
    basis: str,
    refusal: str,
) -> str:
    """Commit one entry on its own connection, no entry, no data; returns what stands in the way, "" for nothing.

    Where evidence has not been made for too long, a look would leave none: it is refused, and that is registered.
    """
    who = (actor.user_id, actor.agency_id, actor.channel)
    try:
        with side_connection() as side:
            if not refusal and oldest_waiting(side) > LONGEST_GAP:
                refusal = "EVIDENCE_STALLED"
            row = (entry, now, *who, what, subject, purpose, basis, not refusal, refusal)
            # A month that nobody has prepared must not stop the register; one look-up when it is there.
            side.execute("SELECT xinheng_ensure_month('access_accessentry', %s)", [day_of(now)])
            side.execute(_INSERT, row)
            # The entry and its event are one: who looked cannot be taken out of the register unseen.
            store(
                side.cursor(), LOOKED[not refusal], payload={"entry": entry}, agency=agency_of(actor), now=now
            )
    except (psycopg.Error, OSError) as fault:
        raise Refusal.because("REGISTER_UNAVAILABLE") from fault
    return refusal
