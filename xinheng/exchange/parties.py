"""Who the rows are about (信用主体归并): known subjects found, new ones made, by code and never by name alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from uuid import UUID

import polars as pl

from xinheng.exchange.keys import Ids
from xinheng.subjects import bulk, people
from xinheng.vault.keyring import Keyring

PERSON = "natural_person"
_KNOWN = {
    "party": pl.String,
    "subject": pl.Binary,
    "name": pl.String,
    "master_version": pl.Int16,
    "wrapped": pl.Binary,
}
# The columns of exchange_staging_subject, without the batch; subjects.bulk.merge_staged reads them.
STAGED = {
    "subject": pl.Binary,
    "kind": pl.String,
    "uscc": pl.String,
    "name": pl.String,
    "seen_from": pl.Date,
    "id_kind": pl.String,
    "id_index": pl.Binary,
    "id_sealed": pl.Binary,
    "name_sealed": pl.Binary,
    "master_version": pl.Int16,
    "wrapped": pl.Binary,
}


class Parties:
    """The subjects of one run, slice by slice; data keys stay wrapped between slices."""

    def __init__(self, ids: Ids) -> None:
        self._ids = ids
        self._index = people.PersonIndex()
        self._known = pl.DataFrame(schema=_KNOWN)

    def keyed(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Adds `party`: the code, or for a natural person the blind index in hex; never a number in clear."""
        person = pl.col("party_kind") == PERSON
        asked = frame.filter(person).select("party_id_kind", "party_id").unique()
        indexes = [self._index.of(kind or "", number or "") for kind, number in asked.iter_rows()]
        table = asked.with_columns(pl.Series("id_index", indexes, dtype=pl.Binary))
        on = ["party_id_kind", "party_id"]
        joined = frame.join(table, on=on, how="left", nulls_equal=True, maintain_order="left")
        hexed = pl.col("id_index").bin.encode("hex")
        return joined.with_columns(party=pl.when(person).then(hexed).otherwise(pl.col("party_code")))

    def look(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Adds `subject`, null for a party that neither the register nor an earlier slice knows."""
        self._look_up(frame)
        known = self._known.select("party", "subject")
        return frame.join(known, on="party", how="left", maintain_order="left")

    def complete(self, frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame, Keyring]:
        """(rows with every `subject`, STAGED rows to add, the keys of all subjects of this slice)."""
        ring = Keyring()
        missing = frame.filter(pl.col("subject").is_null())
        added = self._add(missing.unique("party", keep="first", maintain_order=True), ring)
        known = self._known.rename({"name": "name_known"})
        rows = frame.drop("subject").join(known, on="party", how="left", maintain_order="left")
        self._open(rows, ring)
        staged = pl.concat([added, _other_names(rows), self._late_keys(rows, ring)])
        return rows.drop("name_known", "master_version", "wrapped"), staged, ring

    def _look_up(self, frame: pl.DataFrame) -> None:
        """Ask the register for those parties of the slice that this run has not met yet."""
        new = frame.join(self._known, on="party", how="anti").unique("party")
        codes = new.filter(pl.col("party_kind") != PERSON).get_column("party").to_list()
        indexes = new.filter(pl.col("party_kind") == PERSON).get_column("id_index").to_list()
        found = bulk.resolve(codes, indexes)
        rows: list[tuple[str, bytes, str | None]] = [
            (code, each.subject.bytes, each.name) for code, each in found.by_code.items()
        ]
        rows += [(index.hex(), subject.bytes, None) for index, subject in found.by_index.items()]
        self._know((*row, None, None) for row in rows)

    def _add(self, firsts: pl.DataFrame, ring: Keyring) -> pl.DataFrame:
        subjects = self._ids.take(len(firsts))
        sealed = list(_sealed(firsts, subjects, ring))
        keys = list(ring.wrapped_rows())
        self._know(
            (party, subject, name, version, wrapped)
            for party, name, subject, (_, version, wrapped) in zip(
                firsts.get_column("party"), _clear_names(firsts), subjects, keys, strict=True
            )
        )
        return pl.DataFrame(
            {
                "subject": subjects,
                "kind": firsts.get_column("party_kind"),
                "uscc": firsts.get_column("party_code"),
                "name": _clear_names(firsts),
                "seen_from": firsts.get_column("decided_on"),
                "id_kind": firsts.get_column("party_id_kind"),
                "id_index": firsts.get_column("id_index"),
                "id_sealed": [each[0] for each in sealed],
                "name_sealed": [each[1] for each in sealed],
                "master_version": [version for _, version, _ in keys],
                "wrapped": [wrapped for *_, wrapped in keys],
            },
            schema=STAGED,
        )

    def _open(self, rows: pl.DataFrame, ring: Keyring) -> None:
        """Take the keys of this slice's other subjects into the ring: of earlier slices, then of the register."""
        asked = rows.unique("subject").select("subject", "master_version", "wrapped")
        met = asked.filter(pl.col("wrapped").is_not_null())
        kept = ((UUID(bytes=subject), version, wrapped) for subject, version, wrapped in met.iter_rows())
        ring.adopt(row for row in kept if row[0] not in ring)
        others = asked.filter(pl.col("wrapped").is_null()).get_column("subject")
        ring.fetch(UUID(bytes=each) for each in others if UUID(bytes=each) not in ring)

    def _late_keys(self, rows: pl.DataFrame, ring: Keyring) -> pl.DataFrame:
        """A subject that the register has without a data key gets one with this batch."""
        bare = [s for s in rows.unique("subject").get_column("subject") if UUID(bytes=s) not in ring]
        before = {subject for subject, *_ in ring.wrapped_rows()} if bare else set()
        for subject in bare:
            ring.new(UUID(bytes=subject))
        made = [row for row in ring.wrapped_rows() if row[0] not in before] if bare else []
        table = {subject.bytes: (version, wrapped) for subject, version, wrapped in made}
        late = rows.filter(pl.col("subject").is_in(list(table))).unique("subject")
        staged = [
            {
                "subject": s,
                "kind": kind,
                "seen_from": day,
                "master_version": table[s][0],
                "wrapped": table[s][1],
            }
            for s, kind, day in late.select("subject", "party_kind", "decided_on").iter_rows()
        ]
        self._keep(table)
        return pl.DataFrame(staged, schema=STAGED)

    def _keep(self, table: dict[bytes, tuple[int, bytes]]) -> None:
        if table:
            made = pl.DataFrame(
                [(subject, *kept) for subject, kept in table.items()],
                schema={name: _KNOWN[name] for name in ("subject", "master_version", "wrapped")},
                orient="row",
            )
            self._known = self._known.update(made, on="subject")

    def _know(self, rows: Iterable[tuple[object, ...]]) -> None:
        self._known = pl.concat([self._known, pl.DataFrame(list(rows), schema=_KNOWN, orient="row")])


def _clear_names(frame: pl.DataFrame) -> pl.Series:
    """Names of subjects other than natural persons; a person's name is sealed."""
    named = pl.when(pl.col("party_kind") != PERSON).then(pl.col("party_name"))
    return frame.select(named.alias("name")).get_column("name")


def _sealed(
    firsts: pl.DataFrame, subjects: list[bytes], ring: Keyring
) -> Iterator[tuple[bytes | None, bytes | None]]:
    told = firsts.select("party_kind", "party_id", "party_name").iter_rows()
    for (kind, number, name), raw in zip(told, subjects, strict=True):
        subject = UUID(bytes=raw)
        ring.new(subject)
        yield people.seal_person(ring, subject, number, name) if kind == PERSON else (None, None)


def _other_names(rows: pl.DataFrame) -> pl.DataFrame:
    """A row that names a known code differently: the name is noted with its day."""
    differs = (pl.col("party_kind") != PERSON) & pl.col("name_known").ne_missing(pl.col("party_name"))
    other = rows.filter(differs).group_by("subject", "party_name", maintain_order=True)
    noted = other.agg(pl.col("decided_on").min(), pl.col("party_kind").first())
    told = {"subject": "subject", "kind": "party_kind", "name": "party_name", "seen_from": "decided_on"}
    return noted.select(
        pl.col(told[name]).alias(name) if name in told else pl.lit(None, kind).alias(name)
        for name, kind in STAGED.items()
    )
