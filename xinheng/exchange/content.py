"""What a record says, in clear and sealed, as canonical JSON for all rows at once (记录内容)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from xinheng.law.facts import Effect
from xinheng.law.reference import CatalogItem

PERSON = "natural_person"
NOTHING_WITHHELD = "{}"
_HIT, _PERSON = "hit_", "is_person"


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
    marked = frame.with_columns(**{f"{_HIT}{name}": hit.fill_null(False) for name, hit in hits.items()})
    told = {name: _text(marked, name) for name in parts.all} | _beside(frame)
    members = marked.select(_member(marked, name, said).alias(name) for name, said in told.items())
    members = members.with_columns(marked.get_column(f"{_HIT}{name}") for name in hits)
    members = members.with_columns((marked.get_column("party_kind") == PERSON).alias(_PERSON))
    closed = {name: pl.col(_PERSON) for name in parts.identity} | dict.fromkeys(parts.personal, pl.lit(True))
    closed |= {name: pl.col(f"{_HIT}{name}") for name in parts.free_text}
    sealed: list[tuple[str, pl.Expr]] = [
        (name, pl.when(hidden).then(pl.col(name))) for name, hidden in closed.items()
    ]
    clear: list[tuple[str, pl.Expr]] = [
        (name, pl.when(~hidden).then(pl.col(name))) for name, hidden in closed.items()
    ]
    clear += [(name, pl.col(name)) for name in parts.plain]
    made = members.select(
        content=_object(clear),
        personal=_object(sealed),
        whole=_object([(name, pl.col(name)) for name in told]),
        withheld=_names({name: pl.col(f"{_HIT}{name}") for name in hits}),
    )
    none = pl.when(pl.col("personal") != "{}").then(pl.col("personal"))
    return frame.with_columns(made.with_columns(personal=none).get_columns())


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
        return pl.lit(NOTHING_WITHHELD)
    each = [pl.when(hit).then(pl.lit(name)) for name, hit in sorted(held.items())]
    return pl.concat_str(pl.lit("{"), pl.concat_str(each, separator=",", ignore_nulls=True), pl.lit("}"))


# What RFC 8785 escapes in a text; nearly no text of a sheet has any of it.
_ESCAPED = r'["\\\x00-\x1f]'


def _member(frame: pl.DataFrame, name: str, said: pl.Expr) -> pl.Expr:
    """`"name":value` in RFC 8785, null for null. Texts without anything to escape are merely quoted."""
    if frame.schema[name] != pl.String or frame.get_column(name).str.contains(_ESCAPED).any():
        whole = pl.struct(said.alias(name)).struct.json_encode()
        return pl.when(said.is_not_null()).then(whole.str.slice(1, whole.str.len_chars() - 2))
    return pl.format(f'"{name}":"{{}}"', said)


def _object(members: Sequence[tuple[str, pl.Expr]]) -> pl.Expr:
    """An object of members sorted by name; those that are null are left out."""
    if not members:
        return pl.lit("{}")
    inner = pl.concat_str(
        [member for _, member in sorted(members, key=lambda each: each[0])], separator=",", ignore_nulls=True
    )
    return pl.format("{}{}{}", pl.lit("{"), inner, pl.lit("}"))


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
