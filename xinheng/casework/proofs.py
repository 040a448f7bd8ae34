"""Rows that one event tells by a root over all (成批存证): the same bytes here and in the SQL that writes them."""

from __future__ import annotations

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
    """The SHA-256 of a row of this kind as SQL over the alias r; in Python: sha256(what.row(texts))."""
    parts = [f"ledger_part('{what.form}')", *(f"ledger_part({part})" for part in what.parts())]
    return rf"sha256('\x01'::bytea || int2send({len(parts)}::smallint) || {' || '.join(parts)})"
