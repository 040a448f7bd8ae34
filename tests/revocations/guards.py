"""How one guard of the database is taken out, and steps written past the services (撤去一道防护)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
from django.db import connection

from tests import cast
from tests.casework.forging import insert, sql
from xinheng.law.procedures.correction import CORRECTION
from xinheng.law.procedures.revocation import REVOCATION

MACHINES = {"correction": CORRECTION, "revocation": REVOCATION}
LATER = cast.NOW + timedelta(hours=1)


@dataclass(frozen=True)
class Cut:
    """One condition of a function written over, or all of it: `condition` as the function says it, spaces aside."""

    function: str
    condition: str = ""
    instead: str = "false"
    whole: str = "RETURN NEW;"

    @contextmanager
    def out(self, superuser: psycopg.Connection[Any]) -> Iterator[None]:
        """Other sessions see it at once; put back at the end."""
        row = superuser.execute(
            "SELECT pg_get_functiondef(p.oid) FROM pg_proc p WHERE p.proname = %s", [self.function]
        ).fetchone()
        assert row is not None, self.function
        superuser.execute(self._changed(row[0]).encode())
        try:
            yield
        finally:
            superuser.execute(row[0].encode())

    def _changed(self, source: str) -> str:
        head, body, tail = source.split("$function$")
        if not self.condition:
            return f"{head}$function$ BEGIN {self.whole} END $function${tail}"
        wanted = r"\s+".join(re.escape(each) for each in self.condition.split())
        changed, met = re.subn(wanted, lambda _found: self.instead, body)
        assert met == 1, (self.function, self.condition)
        return f"{head}$function${changed}$function${tail}"


@dataclass(frozen=True)
class Rule:
    """A policy that lets every row pass meanwhile: `clause` is USING or WITH CHECK."""

    table: str
    policy: str
    clause: str = "USING"

    @contextmanager
    def out(self, superuser: psycopg.Connection[Any]) -> Iterator[None]:
        column = "polqual" if self.clause == "USING" else "polwithcheck"
        row = superuser.execute(
            f"SELECT pg_get_expr({column}, polrelid) FROM pg_policy WHERE polname = %s AND polrelid = %s::regclass",
            [self.policy, self.table],
        ).fetchone()
        assert row is not None, self.policy
        change = f"ALTER POLICY {self.policy} ON {self.table} {self.clause} "
        superuser.execute(f"{change} (true)".encode())
        try:
            yield
        finally:
            superuser.execute(f"{change} ({row[0]})".encode())


@dataclass(frozen=True)
class Kept:
    """A table that may be changed meanwhile: the grant and the triggers of `append_only`."""

    table: str

    @contextmanager
    def out(self, superuser: psycopg.Connection[Any]) -> Iterator[None]:
        superuser.execute(f"GRANT UPDATE, DELETE ON {self.table} TO xinheng_app".encode())
        superuser.execute(f"ALTER TABLE {self.table} DISABLE TRIGGER append_only_rows".encode())
        try:
            yield
        finally:
            superuser.execute(f"ALTER TABLE {self.table} ENABLE TRIGGER append_only_rows".encode())
            superuser.execute(f"REVOKE UPDATE, DELETE ON {self.table} FROM xinheng_app".encode())


def event(kind: str, **defect: Any) -> UUID:
    """An event with an invented MAC: no database can tell, `ledger verify` does."""
    return insert(
        "ledger_event",
        **{"kind": kind, "at": LATER, "agency": cast.LABOUR.id, "commitment": b"x", "mac": b"x", **defect},
    )


@dataclass
class Step:
    """One step in plain SQL, as the service would write it but for its defect; and the matter that follows it."""

    kind: str
    matter: UUID
    name: str
    actor: UUID
    change: Mapping[str, Any] = field(default_factory=dict)
    learns: Mapping[str, Any] = field(default_factory=dict)
    told: bool = True
    moves: bool = True

    def take(self) -> bool:
        row = self._row()
        if self.told:
            event(f"{self.kind}.{row['step']}", id=row["event"], at=row["at"])
        insert(f"casework_{self.kind}step", **row)
        if self.moves:
            names = {"state": row["target"], "revision": row["seq"], **self.learns}
            told = ", ".join(f"{name} = %s" for name in names)
            sql(f"UPDATE casework_{self.kind} SET {told} WHERE id = %s", *names.values(), self.matter)
        return True

    def _row(self) -> dict[str, Any]:
        state, seq = one(f"SELECT state, revision FROM casework_{self.kind} WHERE id = %s", self.matter)
        step = MACHINES[self.kind].step(self.name)
        row = {
            f"{self.kind}_id": self.matter, "seq": seq + 1, "step": self.name, "source": state,
            "target": step.after(state), "actor": self.actor, "at": LATER, "day": cast.TODAY, "event": uuid4(),
            "asked": "[]", "edition": "示例",
        }  # fmt: skip
        if self.kind == "revocation":
            row |= {"reason": "示例理由"}
        else:
            row |= {"paper": "", "says": [], "way": "", "shows": []}
        return {**row, **self.change}


def one(statement: str, *given: Any) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(statement, list(given))
        found: tuple[Any, ...] = cursor.fetchone()
    return found
