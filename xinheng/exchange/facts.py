"""From columns to facts (由栏目到事实): buckets for all rows at once, the law asked once per combination."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from xinheng.exchange import codes
from xinheng.law.facts import AgeClass, AmountClass, Competence, Effect, RecordFacts, SubjectKind
from xinheng.law.lawbook import Law
from xinheng.law.leniency import ForceMajeureWindow

# The columns that make one combination; `item`, `instrument_kind` and `reviewed` are the same for a batch.
COMBINED = (
    "interval",
    "subject_kind",
    "effect",
    "contested",
    "kinds",
    "amount",
    "summary_procedure",
    "age",
    "domain",
    "force_majeure",
    "unintentional",
    "slight",
    "competence",
    "settled",
)
_PREFIX = "f_"


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A window of force majeure, and the codes of those bodies whose area it does not cover."""

    window: ForceMajeureWindow
    bodies: tuple[str, ...]


def elsewhere(windows: Iterable[ForceMajeureWindow], regions: Mapping[str, str]) -> tuple[Elsewhere, ...]:
    """Each window with the bodies (code -> area) that it leaves alone; one we do not know may be anywhere."""
    return tuple(
        Elsewhere(each, tuple(code for code, area in regions.items() if not each.covers(area)))
        for each in windows
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What facts rest on beside the row itself: the law, the feed's item, and the bodies we know.

    `domains` maps the code of each known body to its one domain, "" where it has none or several: doubt
    never prolongs. `settled` maps rows to what officers have decided for them. `windows` are those of force
    majeure.
    """

    law: Law
    item: str
    instrument_kind: str
    reviewed: bool
    domains: Mapping[str, str]
    settled: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    windows: tuple[Elsewhere, ...] = ()


def with_facts(frame: pl.DataFrame, around: Surroundings) -> pl.DataFrame:
    """The frame with one column `f_<name>` for each of COMBINED."""
    frame = _completed(frame)
    frame = frame.with_columns(
        **{f"{_PREFIX}subject_kind": pl.col("party_kind")},
        **{f"{_PREFIX}effect": _effect()},
        **{f"{_PREFIX}contested": pl.col("contested").fill_null(False)},
        **{f"{_PREFIX}kinds": pl.col("kinds").list.unique().list.sort().list.join(";").fill_null("")},
        **{f"{_PREFIX}amount": _amount(around.law)},
        **{f"{_PREFIX}summary_procedure": pl.col("summary_procedure").fill_null(False)},
        **{f"{_PREFIX}{name}": _named(name) for name in ("unintentional", "slight")},
        **{f"{_PREFIX}force_majeure": _named("force_majeure") | _in_windows(around)},
        **{f"{_PREFIX}age": _age(around.law)},
    )
    return _of_body(_of_interval(_of_settled(frame, around), around.law), around)


_OPTIONAL: Mapping[str, Any] = {
    "contested": pl.Boolean,
    "kinds": pl.List(pl.String),
    "fine_amount": pl.Decimal(20, 2),
    "summary_procedure": pl.Boolean,
    "leniency": pl.List(pl.String),
    "effect": pl.String,
    "status": pl.String,
    "act_on": pl.Date,
    "basis_text": pl.String,
    "party_id": pl.String,
    "party_id_kind": pl.String,
}


def _completed(frame: pl.DataFrame) -> pl.DataFrame:
    """Columns that this feed or this sheet does not have are empty."""
    missing = {name: kind for name, kind in _OPTIONAL.items() if name not in frame.columns}
    return frame.with_columns(pl.lit(None, dtype=kind).alias(name) for name, kind in missing.items())


def _effect() -> pl.Expr:
    """As told; a licence told to be no longer valid has lapsed."""
    lapsed = pl.when(pl.col("status") == "invalid").then(pl.lit(Effect.LAPSED.value))
    return pl.coalesce(pl.col("effect"), lapsed.otherwise(pl.lit(Effect.EFFECTIVE.value)))


def _named(ground: str) -> pl.Expr:
    """Whether the sender has named a ground of leniency."""
    return pl.col("leniency").list.contains(ground).fill_null(False)


def _in_windows(around: Surroundings) -> pl.Expr:
    """Whether act or decision lie in a window of force majeure, for what is to somebody's disadvantage."""
    item = around.law.item(around.item)
    found = pl.lit(False)
    for each in around.windows if item is None or item.adverse else ():
        first, last = each.window.first, each.window.last or date.max
        days = [pl.col(name).is_between(first, last).fill_null(False) for name in ("act_on", "decided_on")]
        left_alone = pl.col("body_code").is_in(each.bodies).fill_null(False)
        found = found | (pl.any_horizontal(days) & ~left_alone)
    return found


def _amount(law: Law) -> pl.Expr:
    """`law.facts.amount_class`, vectorised; amounts are in yuan."""
    bounds = law.document("terms.yaml")["amounts"]
    yuan = pl.col("fine_amount").fill_null(0)
    chosen: Any = pl.when(yuan <= 0).then(pl.lit(AmountClass.NONE.value))
    for bucket in (AmountClass.UPTO_200, AmountClass.UPTO_3000):
        chosen = chosen.when(yuan <= bounds[bucket]["value"]).then(pl.lit(bucket.value))
    grave = yuan >= bounds[AmountClass.FROM_100000]["value"]
    chosen = chosen.when(grave).then(pl.lit(AmountClass.FROM_100000.value))
    whole: pl.Expr = chosen.otherwise(pl.lit(AmountClass.BELOW_100000.value))
    return whole


def _age(law: Law) -> pl.Expr:
    """`law.facts.age_class`, vectorised; only a resident id number tells a birth date."""
    ages = law.document("terms.yaml")["ages"]
    majority, limitation = ages["majority_years"]["value"], ages["limitation_years"]["value"]
    birth = codes.birth(pl.when(pl.col("party_id_kind") == "resident_id").then(pl.col("party_id")))
    of_age = birth.dt.offset_by(f"{majority}y")
    surely = birth.dt.offset_by(f"{majority + limitation}y")
    return (
        pl.when(pl.col("party_kind") != SubjectKind.NATURAL_PERSON.value)
        .then(pl.lit(AgeClass.NOT_A_PERSON.value))
        .when(birth.is_null())
        .then(pl.lit(AgeClass.UNKNOWN.value))
        .when(pl.coalesce(pl.col("act_on"), pl.col("decided_on")) < of_age)
        .then(pl.lit(AgeClass.MINOR.value))
        .when(pl.col("act_on").is_not_null() | (pl.col("decided_on") >= surely))
        .then(pl.lit(AgeClass.ADULT.value))
        .otherwise(pl.lit(AgeClass.UNKNOWN.value))
    )


def _of_interval(frame: pl.DataFrame, law: Law) -> pl.DataFrame:
    """`Lawbook.interval`, once per distinct day."""
    days = frame.get_column("decided_on").unique().drop_nulls()
    intervals = [law.book.interval(day) for day in days]
    table = pl.DataFrame({"decided_on": days, f"{_PREFIX}interval": pl.Series(intervals, dtype=pl.String)})
    return frame.join(table, on="decided_on", how="left", maintain_order="left")


def _of_body(frame: pl.DataFrame, around: Surroundings) -> pl.DataFrame:
    """Domain and competence: a form check that the body is one we know and says on which law it acts."""
    known = {"body_code": list(around.domains), f"{_PREFIX}domain": list(around.domains.values())}
    table = pl.DataFrame(known, schema={"body_code": pl.String, f"{_PREFIX}domain": pl.String})
    frame = frame.join(table, on="body_code", how="left", maintain_order="left")
    cites = pl.col("basis_text").is_null() | pl.col("basis_text").str.contains("《.+》")
    stated = pl.col(f"{_PREFIX}domain").is_not_null() & cites
    words = pl.when(stated).then(pl.lit(Competence.STATED.value)).otherwise(pl.lit(Competence.UNKNOWN.value))
    return frame.with_columns(words.alias(f"{_PREFIX}competence"), pl.col(f"{_PREFIX}domain").fill_null(""))


def _of_settled(frame: pl.DataFrame, around: Surroundings) -> pl.DataFrame:
    if not around.settled:
        return frame.with_columns(pl.lit("").alias(f"{_PREFIX}settled"))
    said = {row: "\x1f".join(each) for row, each in around.settled.items()}
    by_row = pl.col("row").replace_strict(said, default="", return_dtype=pl.String)
    return frame.with_columns(by_row.alias(f"{_PREFIX}settled"))


def facts_of(combination: Mapping[str, Any], around: Surroundings) -> RecordFacts:
    """The facts of one distinct combination of the `f_` columns."""
    told = {name: combination[f"{_PREFIX}{name}"] for name in COMBINED}
    for name, separator in (("kinds", ";"), ("settled", "\x1f")):
        told[name] = tuple(each for each in told[name].split(separator) if each)
    same = {"item": around.item, "instrument_kind": around.instrument_kind, "reviewed": around.reviewed}
    return RecordFacts.from_json(told | same)


def distinct(frame: pl.DataFrame) -> pl.DataFrame:
    """Each combination once."""
    return frame.select(f"{_PREFIX}{name}" for name in COMBINED).unique(maintain_order=True)


def columns() -> list[str]:
    """The names of the columns that make a combination."""
    return [f"{_PREFIX}{name}" for name in COMBINED]
