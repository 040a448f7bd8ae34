"""The one loop over rows: seal, digest, commit (逐行加密与存证). Everything else is done by columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from xinheng.ledger.leaves import commitments, salts
from xinheng.ledger.verifier.merkle import leaf_hash, root_of
from xinheng.registry.rows import COVERED, SEALED_COLUMN, SEALED_TABLE, Brought, version_rows
from xinheng.vault.keyring import Keyring
from xinheng.vault.sealing import BlindIndex

_CHUNK = 1 << 16


class Leaves:
    """The Merkle root over commitments as they come, in little memory.

    Subtrees of 2^16 leaves become one hash: RFC 6962 splits at powers of two, so the root over them is
    the root over all.
    """

    def __init__(self) -> None:
        self.count = 0
        self._roots: list[bytes] = []
        self._open: list[bytes] = []

    def add(self, entries: Iterable[bytes]) -> None:
        hashes = [leaf_hash(each) for each in entries]
        self.count += len(hashes)
        self._open += hashes
        while len(self._open) >= _CHUNK:
            self._roots.append(root_of(self._open[:_CHUNK]))
            self._open = self._open[_CHUNK:]

    def root(self) -> bytes:
        """The RFC 6962 root over everything added so far."""
        last = [root_of(self._open)] if self._open or not self._roots else []
        return root_of([*self._roots, *last])


class Digests:
    """Keyed digests by which a re-submission is compared; a plain hash over a name could be guessed."""

    def __init__(self) -> None:
        self._key = BlindIndex("registry_recordversion.content")

    def of(self, texts: Iterable[str]) -> list[bytes]:
        return self._key.many(texts)


def sealed(frame: pl.DataFrame, ring: Keyring) -> pl.DataFrame:
    """Adds `sealed` and `sealed_commitment` for the rows that have a `personal` text."""
    told = frame.filter(pl.col("personal").is_not_null()).select("row", "record", "subject", "personal")
    texts = [text.encode() for text in told.get_column("personal")]
    drawn = salts(len(texts))
    plain = [salt + text for salt, text in zip(drawn, texts, strict=True)]
    places = zip(told.get_column("record"), told.get_column("subject"), plain, strict=True)
    made = told.select(
        "row",
        pl.Series("sealed", ring.seal_many(SEALED_TABLE, SEALED_COLUMN, places), dtype=pl.Binary),
        pl.Series("sealed_commitment", commitments(texts, drawn), dtype=pl.Binary),
    )
    return frame.drop("personal").join(made, on="row", how="left", maintain_order="left")


def committed(
    frame: pl.DataFrame, *, brought: Brought, facts: Mapping[int, bytes], leaves: Leaves
) -> pl.DataFrame:
    """Adds `salt`, `commitment` and `leaf` (0-based, in the order of the rows).

    `facts` maps the numbers in column `facts` to the digests of the facts.
    """
    first, count = leaves.count, len(frame)
    frame = frame.with_columns(pl.Series("leaf", range(first, first + count), dtype=pl.Int32))
    told = frame.with_columns(
        facts_digest=pl.col("facts").replace_strict(dict(facts), return_dtype=pl.Binary)
    )
    columns = (told.get_column(name).to_list() for name in COVERED)
    rows = version_rows(brought, zip(*columns, strict=True))
    drawn = salts(count)
    made = commitments(rows, drawn)
    leaves.add(made)
    return frame.with_columns(
        pl.Series("salt", drawn, dtype=pl.Binary), pl.Series("commitment", made, dtype=pl.Binary)
    )
