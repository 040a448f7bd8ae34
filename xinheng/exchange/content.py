"""What a record says, in clear and sealed, as canonical JSON for all rows at once (记录内容)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from xinheng.law.facts import Effect
from xinheng.law.reference import CatalogItem

PERSON = "natural_person"
_HIT = "hit_"


@dataclass(frozen=True, slots=True)
class Parts:
    """The fields of one catalog item by how they are kept; `identity` is personal for natural persons only."""

    plain: tuple[str, ...]
    identity: tuple[str, ...]
    personal: tuple[str, ...]
    free_text: tuple[str, ...]

    @classmethod
    def of(cls, item: CatalogItem, present: Iterable[str]) -> Parts:
        """Those fields of the item that the sheet brought; whatever is no field of the item is dropped (3.1)."""
        there = set(present)
        kept = [each for each in item.fields if each.code in there]
        identity = tuple(each.code for each in kept if each.data.get("identity"))
        personal = tuple(each.code for each in kept if each.personal)
        free = tuple(each.code for each in kept if each.free_text)
        special = {*identity, *personal, *free}
        plain = tuple(each.code for each in kept if each.code not in special)
        return cls(plain, identity, personal, free)

    @property
    def all(self) -> tuple[str, ...]:
        return (*self.plain, *self.identity, *self.personal, *self.free_text)


def with_content(frame: pl.DataFrame, parts: Parts, hits: Mapping[str, pl.Expr]) -> pl.DataFrame:
    """Adds `content`, `personal` (null without any), `whole` (for comparing) and `withheld`.

    `hits` says for each free-text field in which rows it holds personal data: there its text goes into
    `personal` until somebody has redacted it, and its name into `withheld`.
    """
    person = pl.col("party_kind") == PERSON
    marked = frame.with_columns(**{f"{_HIT}{name}": hit.fill_null(False) for name, hit in hits.items()})
    held = {name: pl.col(f"{_HIT}{name}") for name in hits}
    clear = {name: _text(marked, name) for name in parts.plain}
    clear |= {name: pl.when(~person).then(_text(marked, name)) for name in parts.identity}
    clear |= {name: pl.when(~held[name]).then(_text(marked, name)) for name in parts.free_text}
    closed = {name: _text(marked, name) for name in parts.personal}
    closed |= {name: pl.when(person).then(_text(marked, name)) for name in parts.identity}
    closed |= {name: pl.when(held[name]).then(_text(marked, name)) for name in parts.free_text}
    told = {name: _text(marked, name) for name in parts.all} | _beside(frame)
    sealed = json_object(closed)
    return marked.with_columns(
        content=json_object(clear),
        personal=pl.when(sealed != "{}").then(sealed),
        whole=json_object(told),
        withheld=_names(held),
    ).drop(f"{_HIT}{name}" for name in hits)


def _beside(frame: pl.DataFrame) -> dict[str, pl.Expr]:
    """What is told beside the item's fields and changes what the law says of a row; null where nothing is."""
    effect, leniency = pl.col("effect"), pl.col("leniency")
    told = {
        "effect": pl.when(effect != Effect.EFFECTIVE.value).then(effect),
        "leniency": pl.when(leniency.list.len() > 0).then(leniency),
        **{name: pl.when(pl.col(name)).then(pl.lit("true")) for name in ("contested", "summary_procedure")},
    }
    return {name: said for name, said in told.items() if name in frame.columns}


def _names(held: Mapping[str, pl.Expr]) -> pl.Expr:
    """The held fields as a PostgreSQL array: `{facts_text,remark}`."""
    if not held:
        return pl.lit("{}")
    each = [pl.when(hit).then(pl.lit(name)) for name, hit in sorted(held.items())]
    return pl.concat_str(pl.lit("{"), pl.concat_str(each, separator=",", ignore_nulls=True), pl.lit("}"))


def _text(frame: pl.DataFrame, name: str) -> pl.Expr:
    """Every value as text or a list of texts: JSON numbers have more than one form."""
    kind, column = frame.schema[name], pl.col(name)
    if kind == pl.Date:
        return column.dt.to_string("%Y-%m-%d")
    if kind.is_decimal():
        # Read in yuan, recorded in 万元, the unit of the catalog's field.
        wan = column.cast(pl.Decimal(38, 6)) / 10_000
        return wan.cast(pl.Decimal(38, 6)).cast(pl.String).str.strip_chars_end("0").str.strip_chars_end(".")
    if kind == pl.Boolean:
        return pl.when(column).then(pl.lit("true")).when(~column).then(pl.lit("false"))
    return column


def json_object(fields: Mapping[str, pl.Expr]) -> pl.Expr:
    """RFC 8785 of the fields that are not null.

    The encoder writes RFC 8785's escapes for texts; keys are ASCII and sorted here. Nulls are cut out
    afterwards: inside a text every quote is escaped, so `"name":null` can only be a field.
    """
    if not fields:
        return pl.lit("{}")
    whole = pl.struct(fields[name].alias(name) for name in sorted(fields)).struct.json_encode()
    return whole.str.replace_all(r'"[a-z_]+":null,', "").str.replace(r',?"[a-z_]+":null\}$', "}")
