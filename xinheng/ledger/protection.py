"""Which rows the ledger answers for (受保护的表): every table of ours is watched, proved, derived or exempt.

* watched: small tables. The database notes each write (ledger_watch), `append` puts the digest of the row
  after the change into the payload, and nothing commits untold.
* proved: registers filled a million rows at a time. Their rows are leaves under the root that a batch's
  event carries, or follow from such rows; the app's own `evidence` module says how.
* exempt: with the reason. A test holds the four lists against the tables that there are.

Each app says what is its own in a module `evidence`, found like `consumers`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg
from django.utils.module_loading import autodiscover_modules

from xinheng.ledger.leaves import row_bytes

if TYPE_CHECKING:
    from xinheng.ledger.verification.findings import Audit

# kind -> the column as text; the same rules stand in the database function ledger_rendered.
_RENDERED: Mapping[str, str] = {
    "text": "{said}",
    "date": "to_char({said}, 'YYYY-MM-DD')",
    "moment": "((extract(epoch FROM {said}) * 1000000)::bigint)::text",
    "bytes": "encode({said}, 'hex')",
    "list": "array_to_json({said})::text",
    "plain": "({said})::text",
}


@dataclass(frozen=True, slots=True)
class Watched:
    """A small table: `key` and `columns` are SQL over the alias r, as given to ledger_watch."""

    table: str
    key: str
    columns: str

    def parts(self) -> list[str]:
        """Each protected column as a text expression, in order."""
        listed = (each.strip().rsplit(" ", 1) for each in self.columns.split(";"))
        return [_RENDERED[kind].format(said=said) for said, kind in listed]

    @property
    def form(self) -> str:
        return f"{self.table}/1"

    def select(self) -> str:
        """(key, every protected column as text) of the table's rows, those of `endless` apart."""
        return f"SELECT {self.key}, {', '.join(self.parts())} FROM {self.table} r WHERE {self._endless()} IS NOT TRUE"

    def endless(self) -> str:
        """The keys of rows with an infinite moment, which has no text and which nobody of ours writes."""
        return f"SELECT {self.key} FROM {self.table} r WHERE {self._endless()}"

    def _endless(self) -> str:
        listed = (each.strip().rsplit(" ", 1) for each in self.columns.split(";"))
        moments = [f"{said} IN ('infinity', '-infinity')" for said, kind in listed if kind == "moment"]
        return f"({' OR '.join(moments) or 'false'})"

    def row(self, texts: tuple[str | None, ...]) -> bytes:
        """The bytes whose SHA-256 an event tells."""
        return row_bytes([self.form.encode(), *(None if each is None else each.encode() for each in texts)])


Proof = Callable[["Audit", "psycopg.Connection[Any]"], None]

_watched: dict[str, Watched] = {}
_proofs: dict[str, Proof] = {}
_covered: dict[str, str] = {}
_exempt: dict[str, str] = {}


def watch(table: str, *, key: str, columns: str) -> Watched:
    """Declare a watched table; a migration of its app calls ledger_watch with the same words."""
    made = Watched(table, key, columns)
    _watched[table] = made
    return made


def prove(*tables: str) -> Callable[[Proof], Proof]:
    """Declare how the rows of these tables are proved; the function runs once in every verification."""

    def register(proof: Proof) -> Proof:
        _proofs[f"{proof.__module__}.{proof.__qualname__}"] = proof
        for table in tables:
            _covered[table] = proof.__qualname__
        return proof

    return register


def exempt(table: str, why: str) -> None:
    """Declare a table that evidence does not answer for, with the reason."""
    _exempt[table] = why


def watched() -> Mapping[str, Watched]:
    _load()
    return _watched


def proofs() -> Iterator[Proof]:
    _load()
    return iter(_proofs.values())


def listed() -> dict[str, str]:
    """Every declared table -> watched, proved or the reason why it is exempt."""
    _load()
    said = dict.fromkeys(_watched, "watched") | dict.fromkeys(_covered, "proved")
    return said | {table: f"exempt: {why}" for table, why in _exempt.items()}


def _load() -> None:
    autodiscover_modules("evidence")
