"""Rows that one event tells by a root over all (成批存证): the same bytes here and in the SQL that writes them."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

from xinheng.ledger.protection import Watched

# No trigger notes these tables: a calendar moves a hundred thousand clocks, and one payload holds one root for them.
MOVES = Watched(
    "casework_deadlinemove",
    "r.event::text || '#' || r.place",
    "r.event plain; r.place plain; r.deadline_id plain; r.agency_id plain; r.before date; "
    "r.before_provisional plain; r.after date; r.after_provisional plain; r.at moment",
)
REMINDERS = Watched(
    "casework_reminder",
    "r.id::text",
    "r.id plain; r.event plain; r.place plain; r.case_id plain; r.deadline_id plain; r.kind text; r.rung text; "
    "r.roles list; r.agency_id plain; r.to_user plain; r.day date; r.at moment; r.last date; "
    "r.provisional plain; r.before date",
)


def digest_sql(what: Watched) -> str:
    """The SHA-256 of a row of this kind as SQL over the alias r: its columns as lines, an absent one empty.

    Each column but kind and rung is of a type whose text has no line of its own, and those two are codes (a check
    of the table), so that two rows never give the same lines. A sixth of what `ledger_row_digest` costs.
    """
    lines = ", ".join(f"coalesce({part}, '')" for part in what.parts())
    return f"sha256(convert_to(concat_ws(E'\\n', '{what.form}', {lines}), 'UTF8'))"


def digest(what: Watched, texts: Iterable[str | None]) -> bytes:
    """The same from the texts of `what.parts()`."""
    return sha256("\n".join([what.form, *(each or "" for each in texts)]).encode()).digest()
