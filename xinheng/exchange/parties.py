"""Who the rows are about (信用主体归并): known subjects found, new ones made, by code and never by name alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from uuid import UUID

import polars as pl

from xinheng.exchange.keys import Ids
from xinheng.subjects import bulk, people
from xinheng.subjects.proofs import subject_proof
from xinheng.vault.keyring import Keyring

PERSON = "natural_person"
_KNOWN = {
    "party": pl.String,
    "subject": pl.Binary,
    "name": pl.String,
    "proof": pl.Binary,
    "key": pl.Binary,
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
    "proof": pl.Binary,
}


class Parties:
    """The subjects of one run, slice by slice, with the data keys drawn for those that are new."""

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
        known = self._among(frame).select("party", "subject")
        return frame.join(known, on="party", how="left", maintain_order="left")

    def complete(self, frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame, Keyring]:
        """(rows with every `subject`, STAGED rows to add, the keys of all subjects of this slice)."""
        ring = Keyring()
        missing = frame.filter(pl.col("subject").is_null())
        added = self._add(missing.unique("party", keep="first", maintain_order=True), ring)
        known = self._among(frame).rename({"name": "name_known"})
        rows = frame.drop("subject").join(known, on="party", how="left", maintain_order="left")
        late = self._open(rows, ring)
        staged = pl.concat([added, _other_names(rows), late])
        return rows.drop("name_known", "key"), staged, ring

    def _look_up(self, frame: pl.DataFrame) -> None:
        """Ask the register for those parties of the slice that this run has not met yet."""
        new = frame.join(self._among(frame), on="party", how="anti").unique("party")
        codes = new.filter(pl.col("party_kind") != PERSON).get_column("party").to_list()
        indexes = new.filter(pl.col("party_kind") == PERSON).get_column("id_index").to_list()
        found = bulk.resolve(codes, indexes)
        rows: list[tuple[str, bytes, str | None, bytes]] = [
            (code, each.subject.bytes, each.name, each.proof) for code, each in found.by_code.items()
        ]
        rows += [(key.hex(), each.subject.bytes, None, each.proof) for key, each in found.by_index.items()]
        self._know((*row, None) for row in rows)

    def _add(self, firsts: pl.DataFrame, ring: Keyring) -> pl.DataFrame:
        subjects = self._ids.take(len(firsts))
        keys = ring.draw(subjects)
        sealed = list(_sealed(firsts, subjects, ring))
        proofs = pl.Series(list(_proofs(firsts, subjects)), dtype=pl.Binary)
        made = pl.DataFrame(
            {
                "party": firsts.get_column("party"),
                "subject": pl.Series(subjects, dtype=pl.Binary),
                "name": _clear_names(firsts),
                "proof": proofs,
                "key": pl.Series([key for key, *_ in keys], dtype=pl.Binary),
            }
        )
        self._known = pl.concat([self._known, made])
        return pl.DataFrame(
            {
                "subject": made.get_column("subject"),
                "kind": firsts.get_column("party_kind"),
                "uscc": firsts.get_column("party_code"),
                "name": made.get_column("name"),
                "seen_from": firsts.get_column("decided_on"),
                "id_kind": firsts.get_column("party_id_kind"),
                "id_index": firsts.get_column("id_index"),
                "id_sealed": [each[0] for each in sealed],
                "name_sealed": [each[1] for each in sealed],
                "master_version": [version for _, version, _ in keys],
                "wrapped": [wrapped for *_, wrapped in keys],
                "proof": proofs,
            },
            schema=STAGED,
        )

    def _open(self, rows: pl.DataFrame, ring: Keyring) -> pl.DataFrame:
        """Put the keys of this slice's other subjects into the ring: drawn before, stored, or drawn only now.

        Returns STAGED rows for subjects that the register has without a key.
        """
        asked = rows.unique("subject").select("subject", "key")
        ring.hold(asked.drop_nulls("key").iter_rows())
        ring.fetch(UUID(bytes=each) for each in ring.lacking(asked.get_column("subject")))
        bare = ring.lacking(asked.get_column("subject"))
        drawn = pl.DataFrame(
            [(subject, *kept) for subject, kept in zip(bare, ring.draw(bare), strict=True)],
            schema={"subject": pl.Binary, "key": pl.Binary, "master_version": pl.Int16, "wrapped": pl.Binary},
            orient="row",
        )
        if len(drawn):
            self._known = self._known.update(drawn.select("subject", "key"), on="subject")
        told = rows.unique("subject").select("subject", kind="party_kind", seen_from="decided_on")
        late = drawn.join(told, on="subject", how="left")
        return late.select(
            pl.col(name) if name in late.columns else pl.lit(None, kind).alias(name)
            for name, kind in STAGED.items()
        )

    def _among(self, frame: pl.DataFrame) -> pl.DataFrame:
        """What is known of the parties of a slice: a join with all of them would take memory for all."""
        return self._known.filter(pl.col("party").is_in(frame.get_column("party").unique().implode()))

    def _know(self, rows: Iterable[tuple[object, ...]]) -> None:
        self._known = pl.concat([self._known, pl.DataFrame(list(rows), schema=_KNOWN, orient="row")])


def _clear_names(frame: pl.DataFrame) -> pl.Series:
    """Names of subjects other than natural persons; a person's name is sealed."""
    named = pl.when(pl.col("party_kind") != PERSON).then(pl.col("party_name"))
    return frame.select(named.alias("name")).get_column("name")


def _proofs(firsts: pl.DataFrame, subjects: list[bytes]) -> Iterator[bytes]:
    told = firsts.select("party_kind", "party_code", "party_id_kind", "id_index").iter_rows()
    for (kind, code, id_kind, index), subject in zip(told, subjects, strict=True):
        person = kind == PERSON
        yield subject_proof(
            subject=subject,
            kind=kind,
            uscc=None if person else code,
            id_kind=id_kind if person else None,
            id_index=index if person else None,
        )


def _sealed(
    firsts: pl.DataFrame, subjects: list[bytes], ring: Keyring
) -> Iterator[tuple[bytes | None, bytes | None]]:
    told = firsts.select("party_kind", "party_id", "party_name").iter_rows()
    for (kind, number, name), subject in zip(told, subjects, strict=True):
        yield people.seal_person(ring, UUID(bytes=subject), number, name) if kind == PERSON else (None, None)


def _other_names(rows: pl.DataFrame) -> pl.DataFrame:
    """A row that names a known code differently: the name is noted with its day."""
    differs = (pl.col("party_kind") != PERSON) & pl.col("name_known").ne_missing(pl.col("party_name"))
    other = rows.filter(differs).group_by("subject", "party_name", maintain_order=True)
    noted = other.agg(pl.col("decided_on").min(), pl.col("party_kind", "proof").first())
    told = {"subject": "subject", "kind": "party_kind", "name": "party_name", "seen_from": "decided_on"}
    told["proof"] = "proof"
    return noted.select(
        pl.col(told[name]).alias(name) if name in told else pl.lit(None, kind).alias(name)
        for name, kind in STAGED.items()
    )
