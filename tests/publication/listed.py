"""Entries of lists as the register keeps them, put there without a case (登记的名单信息): for tests of what is public.

An entry without its listed case is refused by the database, so it is written past the triggers, by the superuser, and
committed; the subject and all else stays in the test's own transaction. `Register.clear()` takes the rows away again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

import psycopg
from django.db import connection, transaction

from tests import cast
from tests.publication import shelf
from xinheng.law.facts import SubjectKind
from xinheng.ledger.ids import uuid7
from xinheng.ledger.kinds import EventKind
from xinheng.ledger.services import append

COLUMNS = (
    "id", '"case"', "subject_id", "subject_kind", "party", "list", "edition", '"range"', "role", "agency_id", "body_name",
    "number", "decided_on", "listed_on", "until", "interim", "publishable", "state", "ended_on", "ended_by",
)  # fmt: skip


@dataclass(frozen=True)
class OnList:
    """One entry to keep; what is not said is that of the firm on the list of wage arrears, for three years."""

    code: str = cast.FIRM_CODE
    name: str = cast.FIRM_NAME
    party: str | None = None
    kind: SubjectKind = SubjectKind.LEGAL_PERSON
    list: str = "wage"
    edition: str = "wage-2022"
    range: str = "R2"
    role: str = "subject"
    decided_on: date = date(2026, 6, 1)
    listed_on: date = date(2026, 6, 8)
    until: date | None = date(2029, 6, 1)
    interim: bool = True
    publishable: bool = True
    state: str = "listed"
    number: str = ""
    id: UUID = field(default_factory=uuid7)
    case: UUID = field(default_factory=uuid7)


@dataclass
class Register:
    """The entries of one test."""

    behind: psycopg.Connection[Any]
    kept: list[UUID] = field(default_factory=list)

    def keep(self, entry: OnList) -> UUID:
        """Write one entry; its subject is made unless it is there."""
        subject = subject_of(entry)
        person = entry.kind is SubjectKind.NATURAL_PERSON
        party = ("" if person else entry.name) if entry.party is None else entry.party
        number = entry.number or f"示例列决〔2026〕{entry.id.hex[-4:]}号"
        row = (
            entry.id, entry.case, subject, str(entry.kind), party, entry.list, entry.edition, entry.range, entry.role,
            cast.MARKET.id, cast.MARKET.name, number, entry.decided_on, entry.listed_on, entry.until, entry.interim,
            entry.publishable, entry.state, None, "",
        )  # fmt: skip
        places = ", ".join(["%s"] * len(row))
        self._run(f"INSERT INTO registry_listentry ({', '.join(COLUMNS)}) VALUES ({places})", row)
        self.kept.append(entry.id)
        return entry.id

    def turn(self, entry: OnList, state: str, *, on: date = cast.TODAY) -> None:
        """The entry goes into another state, as a step of its case would have it."""
        ended = (on, "end") if state == "removed" else (None, "")
        told = (state, *ended, entry.id)
        self._run(
            "UPDATE registry_listentry SET state = %s, ended_on = %s, ended_by = %s WHERE id = %s", told
        )

    def clear(self) -> None:
        self._run("DELETE FROM registry_listentry WHERE id = ANY (%s)", (self.kept,))

    def _run(self, statement: str, told: tuple[Any, ...]) -> None:
        with self.behind.transaction():
            self.behind.execute("SET LOCAL session_replication_role = replica")
            self.behind.execute(statement.encode(), told)

    # Told as the services of cases tell it --------------------------------------------------------------

    def list(self, entry: OnList, *, day: date = cast.TODAY) -> UUID:
        """Keep it and tell the ledger that it was listed."""
        identity = self.keep(entry)
        self.tell(EventKind.CASE_LIST, entry, day=day)
        return identity

    def hide(self, entry: OnList) -> None:
        self.turn(entry, "hidden")
        self.tell(EventKind.CASE_HIDE, entry)

    def restore(self, entry: OnList) -> None:
        self.turn(entry, "listed")
        self.tell(EventKind.CASE_RESTORE, entry)

    def tell(self, kind: EventKind, entry: OnList, *, day: date = cast.TODAY) -> None:
        payload = {"case": str(entry.case)}
        with transaction.atomic():
            append(kind, payload=payload, agency=cast.MARKET.id, now=shelf.at(day))


def subject_of(entry: OnList) -> UUID:
    """The subject of an entry, made as the intake's role would."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('xinheng.whole_city', 'on', true)")
        cursor.execute("SET LOCAL ROLE xinheng_intake")
        made = shelf._subject(cursor, shelf.Kept(code=entry.code, name=entry.name, kind=entry.kind))
        cursor.execute("SET LOCAL ROLE NONE")
    return made


@contextmanager
def register(behind: psycopg.Connection[Any]) -> Iterator[Register]:
    made = Register(behind)
    try:
        yield made
    finally:
        made.clear()


def other(entry: OnList, **changes: Any) -> OnList:
    """The same with changes, as an entry and a case of its own."""
    return replace(entry, id=uuid7(), case=uuid7(), **changes)
