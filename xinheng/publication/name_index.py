"""Which pairs of characters to look up in the name index (名称索引): the telling ones.

Half of all names hold 有限 and 公司. Asking the index for them too would merge lists of hundreds of thousands
of places, to no gain: the literal text decides in the end. How frequent a pair is the database knows from its
own statistics; a pair it does not list is rare.
"""

from __future__ import annotations

from functools import lru_cache

from django.db import connection

from xinheng.runtime import clock

FREQUENT = 0.05  # share of names; a pair that so many have tells little
KEPT = 600  # seconds the statistics are kept by one process

_FREQUENCIES = """
SELECT e.pair, e.share FROM pg_stats s,
    unnest(s.most_common_elems::text::text[], s.most_common_elem_freqs[:cardinality(s.most_common_elems::text::text[])])
    AS e(pair, share)
WHERE s.tablename = 'publication_publicsubject' AND s.attname = 'bigrams'
"""


def telling(term: str) -> list[str]:
    """The pairs of a term (two characters and up) to look up: the rare ones, else the rarest; at least one."""
    pairs = sorted({term[place : place + 2] for place in range(len(term) - 1)})
    share = _shares(int(clock.now().timestamp()) // KEPT)
    rare = [pair for pair in pairs if share.get(pair, 0.0) < FREQUENT]
    return rare or [min(pairs, key=lambda pair: share[pair])]


@lru_cache(maxsize=1)
def _shares(_slot: int) -> dict[str, float]:
    with connection.cursor() as cursor:
        cursor.execute(_FREQUENCIES)
        return {pair: float(share) for pair, share in cursor.fetchall()}
