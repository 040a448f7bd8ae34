"""What the register says already under a row's natural key: new, unchanged, changed, taken (已有记录对照)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import polars as pl
from django.db import connection

from xinheng.exchange.keys import Ids, natural_key

LIVE = "live"
_FOUND = {
    "at": pl.Int32,
    "instrument_known": pl.Binary,
    "instrument_day": pl.Date,
    "record_known": pl.Binary,
    "version_known": pl.Int32,
    "state": pl.String,
    "digest_known": pl.Binary,
    "adverse_known": pl.Boolean,
}

_LOOK = """
SELECT a.at, i.id, i.decided_on, r.id, r.version, r.state, v.content_digest, r.adverse
  FROM unnest(string_to_array(%(body)s, chr(31)), string_to_array(%(number)s, chr(31)),
              string_to_array(%(subject)s, chr(31), '')::uuid[]) WITH ORDINALITY AS k(body, number, subject, place)
 CROSS JOIN LATERAL (SELECT (k.place - 1)::int AS at) a
  JOIN registry_instrument i ON i.body_uscc = k.body AND i.number_key = k.number AND i.kind = %(kind)s
  LEFT JOIN registry_record r ON r.instrument_id = i.id AND r.subject_id = k.subject AND r.item_code = %(item)s
  LEFT JOIN registry_recordversion v ON v.record_id = r.id AND v.version = r.version
"""


class Known:
    """Instruments met in this file, beside what the register has."""

    def __init__(self, *, kind: str, item: str, ids: Ids) -> None:
        self._kind, self._item, self._ids = kind, item, ids
        keyed = pl.Struct({"a": pl.UInt64, "b": pl.UInt64})
        self._instruments = pl.DataFrame(schema={"ikey": keyed, "instrument": pl.Binary, "day": pl.Date})

    def compare(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Adds `instrument`, `founds`, `instrument_day` (of the known one) and the `*_known` columns."""
        found = self._look(frame)
        frame = frame.with_columns(ikey=natural_key(pl.col("body_code"), pl.col("number_key")))
        frame = frame.with_columns(at=pl.int_range(pl.len(), dtype=pl.Int32))
        frame = frame.join(found, on="at", how="left", maintain_order="left").drop("at")
        # Only those of this slice: a join with all of a million would take memory for all.
        keys = frame.get_column("ikey").struct.field("a").unique().implode()
        met = self._instruments.filter(pl.col("ikey").struct.field("a").is_in(keys))
        frame = frame.join(met, on="ikey", how="left", maintain_order="left")
        instrument = pl.coalesce(pl.col("instrument_known"), pl.col("instrument"))
        day = pl.coalesce(pl.col("instrument_day"), pl.col("day"))
        frame = frame.with_columns(instrument=instrument, instrument_day=day).drop("day")
        return self._found(frame)

    def _found(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Instruments that neither the register nor an earlier row of the file has begin with this row."""
        new = frame.filter(pl.col("instrument").is_null()).unique("ikey", keep="first", maintain_order=True)
        made = new.select("ikey", pl.col("decided_on").alias("day"), first="row").with_columns(
            pl.Series("instrument", self._ids.take(len(new)), dtype=pl.Binary)
        )
        self._instruments = pl.concat([self._instruments, made.select("ikey", "instrument", "day")])
        frame = frame.join(made, on="ikey", how="left", suffix="_made", maintain_order="left")
        return frame.with_columns(
            founds=(pl.col("first") == pl.col("row")).fill_null(False),
            instrument=pl.coalesce(pl.col("instrument"), pl.col("instrument_made")),
            instrument_day=pl.coalesce(pl.col("instrument_day"), pl.col("day")),
        ).drop("first", "day", "instrument_made", "ikey")

    def _look(self, frame: pl.DataFrame) -> pl.DataFrame:
        # Lists as one text each: a driver's array of so many elements costs more than the query.
        asked: dict[str, Any] = {
            "body": "\x1f".join(frame.get_column("body_code")),
            "number": "\x1f".join(frame.get_column("number_key")),
            "subject": "\x1f".join(frame.get_column("subject").bin.encode("hex").fill_null("")),
            "kind": self._kind,
            "item": self._item,
        }
        with connection.cursor() as cursor:
            cursor.execute(_LOOK, asked)
            rows = [tuple(map(_plain, row)) for row in cursor.fetchall()]
        return pl.DataFrame(rows, schema=_FOUND, orient="row")


def _plain(value: object) -> object:
    if isinstance(value, UUID):
        return value.bytes
    return bytes(value) if isinstance(value, memoryview) else value
