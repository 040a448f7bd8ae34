"""What a verification found, and how much it looked at (校验结果)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from xinheng.ledger.verification.told import Told


@dataclass(frozen=True, slots=True)
class Finding:
    """One row that is not as the ledger says: its table, its key, and what is wrong in one Chinese phrase."""

    table: str
    key: str
    what: str

    def __str__(self) -> str:
        return f"{self.table}　{self.key}　{self.what}"


@dataclass(slots=True)
class Audit:
    """Findings and counts as they come. `unable` says why something could not be looked at."""

    findings: list[Finding] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    unable: list[str] = field(default_factory=list)
    told: Told = field(default_factory=Told)
    # Only events from this place on were looked at: what is not told there may have been told before.
    since: int = 0
    # Sealed fields are opened as well: needs the keys.
    opening: bool = False
    _seen: set[tuple[str, str]] = field(default_factory=set)

    def find(self, table: str, key: object, what: str) -> None:
        """Note a finding; the first one of a row is enough."""
        named = (table, str(key))
        if named not in self._seen:
            self._seen.add(named)
            self.findings.append(Finding(table, str(key), what))

    def count(self, what: str, number: int = 1) -> None:
        """Note that so many of something were looked at."""
        self.counts[what] += number

    def tables(self) -> Iterator[str]:
        """The tables in which something was found."""
        return iter(sorted({each.table for each in self.findings}))
