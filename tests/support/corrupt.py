"""Edits behind the application's back (篡改): for tests of verification only, never part of an installation.

XINHENG_DEMO=1 XINHENG_VAR=var/demo .venv/bin/python -m tests.support.corrupt --seed N    # one edit, printed
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import random
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from django.conf import settings
from django.db import connections

from tests.support import ready as ready
from xinheng.ledger import protection
from xinheng.runtime import postgres
from xinheng.runtime.db import connect_as

# Tables that are proved or are the tree itself: key as the findings write it, and the columns that are left out,
# each with its reason.
KEYS: Mapping[str, str] = {
    "registry_recordversion": "record_id::text || '/' || version",
    "registry_record": "id::text",
    "registry_instrument": "id::text",
    "registry_facts": "id::text",
    "subjects_subject": "id::text",
    "subjects_person": "subject_id::text",
    "subjects_subjectname": "subject_id::text",
    "publication_publicationchange": "event::text || '#' || place",
    "publication_publicverdict": "id::text",
    "ledger_event": "id::text",
    "ledger_eventpayload": "event_id::text",
    "ledger_entry": "index::text",
    "ledger_tile": "level || '/' || number",
    "ledger_checkpoint": "size::text",
}
LEFT_OUT = {
    ("subjects_subjectname", "id"): "a counter",
    ("ledger_checkpoint", "signed_at"): "told for people; the note itself is signed",
}
# A head can be signed again from the tree, and witnesses keep theirs.
NOT_DELETED = ("ledger_checkpoint",)
KINDS = ("flip", "null", "delete", "insert", "swap")


@dataclass(frozen=True, slots=True)
class Edit:
    """What was done: to which rows of which table, by their keys as findings write them."""

    kind: str
    table: str
    column: str
    keys: tuple[str, ...]


@functools.cache
def columns(connection: psycopg.Connection[Any]) -> dict[str, list[tuple[str, str]]]:
    """Every protected column of every protected table, with its type."""
    found: dict[str, list[tuple[str, str]]] = {}
    for table in [*KEYS, *protection.watched()]:
        rows = connection.execute(
            "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute"
            " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped",
            [table],
        ).fetchall()
        found[table] = [(name, kind) for name, kind in rows if _is_protected(table, name)]
    return found


def _is_protected(table: str, column: str) -> bool:
    watched = protection.watched().get(table)
    if watched is None:
        return (table, column) not in LEFT_OUT
    return re.search(rf"\br\.{column}\b", watched.columns) is not None or column == "sealed"


def key_of(table: str) -> str:
    """The SQL of a row's key as findings write it."""
    watched = protection.watched().get(table)
    return KEYS[table] if watched is None else re.sub(r"\br\.", "", watched.key)


def corrupt(
    connection: psycopg.Connection[Any], rng: random.Random, table: str, column: str, kind: str
) -> Edit | None:
    """One edit of this kind, or None where the table has no row for it or the value would stay what it is."""
    rows = connection.execute(
        f"SELECT ctid::text, {key_of(table)}, {column}::text FROM {table} ORDER BY 2"
    ).fetchall()
    if not rows or (kind == "swap" and len(rows) < 2):
        return None
    place, key, value = rng.choice(rows)
    if kind == "delete" and table in NOT_DELETED:
        return None
    if kind == "delete":
        _run(connection, f"DELETE FROM {table} WHERE ctid = %s::tid", [place])
        return Edit(kind, table, "", (key,))
    if kind == "insert":
        return _insert(connection, rng, table, place)
    if kind == "swap":
        return _swap(connection, table, column, *rng.sample(rows, 2))
    new = (
        None
        if kind == "null"
        else flipped(rng, value, dict(columns(connection)[table])[column.strip(chr(34))])
    )
    if new == value:
        return None
    _run(
        connection,
        f"UPDATE {table} SET {column} = %s::{_type(connection, table, column)} WHERE ctid = %s::tid",
        [new, place],
    )
    moved = connection.execute(f"SELECT {key_of(table)} FROM {table}").fetchall()
    return Edit(kind, table, column, (key, *({each for (each,) in moved} - {each[1] for each in rows})))


def _swap(connection: psycopg.Connection[Any], table: str, column: str, one: Any, other: Any) -> Edit | None:
    if one[2] == other[2]:
        return None
    kind = _type(connection, table, column)
    for row, value in ((one, other[2]), (other, one[2])):
        _run(connection, f"UPDATE {table} SET {column} = %s::{kind} WHERE ctid = %s::tid", [value, row[0]])
    return Edit("swap", table, column, (one[1], other[1]))


def _insert(connection: psycopg.Connection[Any], rng: random.Random, table: str, place: str) -> Edit | None:
    """A copy of a row under another key: a row that nobody wrote."""
    named = connection.execute(
        "SELECT a.attname, format_type(a.atttypid, NULL) FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid"
        " AND a.attnum = ANY(i.indkey) WHERE i.indrelid = %s::regclass AND i.indisprimary",
        [table],
    ).fetchall()
    column, kind = named[0]
    before = connection.execute(
        f"SELECT {column}::text FROM {table} WHERE ctid = %s::tid", [place]
    ).fetchone()
    assert before is not None
    fresh = flipped(rng, before[0], kind)
    names = [name for (name,) in connection.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
        " AND attgenerated = '' AND attidentity <> 'a'", [table])]  # fmt: skip
    chosen = ", ".join(f"%s::{kind}" if name == column else f'"{name}"' for name in names)
    listed = ", ".join(f'"{name}"' for name in names)
    made = connection.execute(
        f"INSERT INTO {table} ({listed}) SELECT {chosen} FROM {table} WHERE ctid = %s::tid"
        f" RETURNING {key_of(table)}".encode(),
        [fresh, place],
    ).fetchone()
    return Edit("insert", table, column, (made[0],)) if made else None


def _run(connection: psycopg.Connection[Any], statement: str, asked: list[Any]) -> None:
    connection.execute(statement.encode(), asked)


def _type(connection: psycopg.Connection[Any], table: str, column: str) -> str:
    row = connection.execute(
        "SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = %s::regclass AND attname = %s",
        [table, column.strip('"')],
    ).fetchone()
    assert row is not None
    return str(row[0])


def flipped(rng: random.Random, value: str | None, kind: str) -> str:
    """Another value of the same type, as near as may be."""
    if kind == "boolean":
        return "false" if value in ("t", "true") else "true"
    if kind == "uuid":
        return _one_digit(rng, value or "0" * 32)
    if kind == "bytea":
        return "\\x00" if value in (None, "\\x") else "\\x" + _one_digit(rng, value[2:])
    if kind in ("integer", "bigint", "smallint", "double precision"):
        return str(int(float(value or 0)) + 1)
    if kind == "date":
        return "2020-01-02" if value != "2020-01-02" else "2020-01-03"
    if kind.startswith("timestamp"):
        return (
            "2020-01-02 00:00:00+00"
            if value is None
            else value[:-4] + ("1" if value[-4] != "1" else "2") + value[-3:]
        )
    if kind == "jsonb":
        return _other_json(value)
    return _other_list(value) if kind.endswith("[]") else (value or "") + "示"


def _one_digit(rng: random.Random, text: str) -> str:
    at = rng.choice([place for place, sign in enumerate(text) if sign in "0123456789abcdef"])
    return text[:at] + format(int(text[at], 16) ^ 1, "x") + text[at + 1 :]


def _other_json(value: str | None) -> str:
    if value is None or value in ("{}", "[]", "null"):
        return '{"x": "y"}' if value != "[]" else '["x"]'
    at = value.rfind('"')
    return value[:at] + "x" + value[at:] if at > 0 else "{}"


def _other_list(value: str | None) -> str:
    return "{x}" if value in (None, "{}") else "{}"


# As a program ---------------------------------------------------------------------------------------


def main(words: Sequence[str]) -> int:
    """One edit of the demo's or a test's database, printed; 2 for every other database."""
    parser = argparse.ArgumentParser(
        prog="tests.support.corrupt", description="绕过系统改动一处，供演示校验。"
    )
    parser.add_argument("--seed", type=int, required=True, metavar="N", help="同一个数改同一处")
    seed = parser.parse_args(words).seed
    name = connections["default"].settings_dict["NAME"]
    if not settings.XINHENG_DEMO and not name.startswith("test_"):
        sys.stderr.write(f"数据库 {name} 不是演示或者测试用的，没有改动。\n")
        return 2
    with _behind() as connection:
        edit = somewhere(connection, random.Random(seed))
    if edit is None:
        sys.stderr.write("数据库中没有受保护的内容，没有改动。\n")
        return 2
    sys.stdout.write(f"{edit.kind}　{edit.table}　{edit.column or '-'}　{'、'.join(edit.keys)}\n")
    return 0


def somewhere(connection: psycopg.Connection[Any], rng: random.Random) -> Edit | None:
    """One edit of any kind, of any protected column; None when no table has anything in it."""
    places = [(table, name) for table, named in columns(connection).items() for name, _ in named]
    for table, column in rng.choices(places, k=20 * len(places)):
        with contextlib.suppress(psycopg.errors.IntegrityError), connection.transaction():
            edit = corrupt(connection, rng, table, f'"{column}"', rng.choice(KINDS))
            if edit is not None:
                return edit
    return None


@contextlib.contextmanager
def _behind() -> Iterator[psycopg.Connection[Any]]:
    """As the owner of our own server, or as whom DATABASE_URL names; past triggers."""
    with contextlib.ExitStack() as stack:
        if settings.XINHENG_OWN_POSTGRES is not None:
            server = stack.enter_context(postgres.using(settings.XINHENG_OWN_POSTGRES))
            connection = stack.enter_context(server.connect(connections["default"].settings_dict["NAME"]))
        else:
            connection = stack.enter_context(connect_as("default"))
        connection.execute("SET session_replication_role = replica")
        yield connection


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
