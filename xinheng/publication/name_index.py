"""Which pairs of characters to look up in the name index (名称索引): the telling ones.

Half of all names hold 有限 and 公司. Asking the index for them too would merge lists of hundreds of thousands
of places, to no gain: the literal text decides in the end. How frequent a pair is the database knows from its
own statistics; a pair it does not list is rare.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import lru_cache

from django.db import connection

FREQUENT = 0.05  # share of names; a pair that so many have tells little
COMMON = 0.01  # where even the rarest pair is so frequent, the first pages of the table fill the count sooner
PAGES = 600  # how many of them are read at most
KEPT = 600  # seconds the statistics are kept by one process

_FREQUENCIES = """
SELECT e.pair, e.share FROM pg_stats s,
    unnest(s.most_common_elems::text::text[], s.most_common_elem_freqs[:cardinality(s.most_common_elems::text::text[])])
    AS e(pair, share)
WHERE s.tablename = 'publication_publicsubject' AND s.attname = 'bigrams'
"""


@dataclass(frozen=True, slots=True)
class Way:
    """How to search: pairs for the index, and up to which place of the table names are read as they lie."""

    pairs: tuple[str, ...]
    near: str


def way(term: str) -> Way:
    """The way for a term of two characters and up: its rare pairs, else the rarest; at least one."""
    share = _shares(int(time.monotonic()) // KEPT)
    pairs = sorted(
        {term[place : place + 2] for place in range(len(term) - 1)}, key=lambda pair: share.get(pair, 0.0)
    )
    rare = tuple(pair for pair in pairs if share.get(pair, 0.0) < FREQUENT)
    pages = PAGES if share.get(pairs[0], 0.0) >= COMMON else 0
    return Way(rare or (pairs[0],), f"({pages},0)")


@lru_cache(maxsize=1)
def _shares(_slot: int) -> dict[str, float]:
    with connection.cursor() as cursor:
        cursor.execute(_FREQUENCIES)
        return {pair: float(share) for pair, share in cursor.fetchall()}
