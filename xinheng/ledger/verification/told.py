"""What the events say, gathered while the tree is recomputed (事件所述)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from xinheng.ledger.kinds import EventKind
from xinheng.ledger.writing import WROTE

# In the payload of a shred event: [table, key] of rows whose content may be missing from then on.
SHREDDED_ROWS = "shredded"
# Of these only the rows that they wrote matter: keeping a million payloads of looks would take memory for all.
_ROWS_ONLY = frozenset(
    {
        EventKind.LOOK_GRANTED.value,
        EventKind.LOOK_REFUSED.value,
        EventKind.USER_SIGNED_IN.value,
        EventKind.USER_SIGNED_OUT.value,
    }
)


@dataclass(frozen=True, slots=True)
class Deed:
    """One event: its place in the order of all, its id, moment and payload (None when it was shredded)."""

    place: int
    event: UUID
    at: Any
    payload: Mapping[str, Any]


# What events of a kind say for sure. A payload without it was told under another kind: that the kinds were
# exchanged is named where the event itself is looked at, and no proof is to stumble over it.
_SAYS: Mapping[str, tuple[str, ...]] = {
    EventKind.SUBJECT_ADDED: ("subject", "proof"),
    EventKind.PUBLICATION_CHANGED: ("cause", "count", "root"),
    EventKind.BATCH_WITHDRAWN: ("batch",),
}


@dataclass(slots=True)
class Told:
    """Digests of protected rows by table and key, the last one told; payloads by kind, in order."""

    rows: dict[str, dict[str, bytes | None]] = field(default_factory=lambda: defaultdict(dict))
    deeds: dict[str, list[Deed]] = field(default_factory=lambda: defaultdict(list))
    gone: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    carried: list[Mapping[str, Any]] = field(default_factory=list)

    def take(self, place: int, event: UUID, kind: str, at: Any, payload: Mapping[str, Any]) -> None:
        """Note one event; later ones go before earlier ones where they tell the same row."""
        for table, key, digest in payload.get(WROTE, ()):
            self.rows[table][key] = None if digest is None else bytes.fromhex(digest)
        for table, key in payload.get(SHREDDED_ROWS, ()):
            self.gone[table].add(key)
        for carried in payload.get("carried", ()):
            # The roots of versions whose own event was shredded, with the place it has in the tree.
            self.carried.append(carried)
        if kind not in _ROWS_ONLY and set(_SAYS.get(kind, ())) <= set(payload):
            self.deeds[kind].append(Deed(place, event, at, payload))

    def of(self, *kinds: EventKind) -> Iterator[Deed]:
        """The events of these kinds, in the order of kinds and then of the tree."""
        for kind in kinds:
            yield from self.deeds.get(kind.value, ())

    def is_shredded(self, table: str, key: str) -> bool:
        """Whether a shred event allows this row to be without its content."""
        return key in self.gone.get(table, ())

    def keys(self, table: str) -> set[str]:
        """The keys of a table's rows that a shred event allows to be without content."""
        return self.gone.get(table, set())
