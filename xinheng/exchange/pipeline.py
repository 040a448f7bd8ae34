"""From a sheet to rows that may be recorded: checks, law, natural keys, content (数据处理).

One path for validation, checking and submission, for a file of a million rows and for a form of one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

import polars as pl

from xinheng.exchange import checks, content, judging, privacy
from xinheng.exchange.content import NOTHING_WITHHELD, PERSON, Parts
from xinheng.exchange.facts import Surroundings, elsewhere
from xinheng.exchange.feeds import Feed
from xinheng.exchange.judging import REFUSED, TOLD, Judge
from xinheng.exchange.keys import Ids, number_key
from xinheng.exchange.known import LIVE, Known
from xinheng.exchange.parties import Parties
from xinheng.exchange.sealing import Digests
from xinheng.exchange.sheets import Sheet
from xinheng.exchange.terms import Terms
from xinheng.law.language import Outcome
from xinheng.law.lawbook import Law
from xinheng.law.leniency import ForceMajeureWindow
from xinheng.law.reference import CatalogItem

# Small enough that a million rows stay under a gigabyte, large enough that a slice costs its rows alone.
SLICE = 20_000
# So many rows of a slice are told that a text of theirs stays closed; more nobody rewrites by hand.
_MOST_WITHHELD = 1_000
Told = Callable[[int, float], None]


@dataclass(frozen=True, slots=True)
class Body:
    """An agency as the intake sees it: whose record it is, in which domain and area it acts, where it publishes."""

    id: UUID
    domain: str
    channel: str
    url: str
    region: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What one run over one sheet rests on.

    `bodies` maps codes to agencies. `reporter` is the agency in whose name rows may be reported, None for the
    city platform that passes on what the agencies have sent it. `ground` is (kind, reason) for the whole
    batch. `only` restricts the run to rows that waited; `settled` is what officers decided for them.
    `recalled` are rows that a first reading found contradicted by later ones. `windows` are those of force
    majeure that stand.
    """

    feed: Feed
    law: Law
    batch: UUID
    agency: UUID
    reporter: checks.ReportingAgency | None
    bodies: Mapping[str, Body]
    source: Mapping[str, Any]
    today: date
    now: datetime
    ground: tuple[str, str] | None = None
    only: frozenset[int] | None = None
    settled: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    recalled: frozenset[int] = frozenset()
    windows: tuple[ForceMajeureWindow, ...] = ()


class Recalled(Exception):
    """Rows already taken are contradicted by later ones of the same file: it is read again without them."""

    def __init__(self, rows: Iterable[int]) -> None:
        self.rows = frozenset(rows)
        super().__init__(f"{len(self.rows)} rows")


@dataclass(frozen=True, slots=True)
class Slice:
    """What became of some rows. `accepted` are new or changed; `findings` has every problem told."""

    accepted: pl.DataFrame
    findings: pl.DataFrame
    repairs: pl.DataFrame
    waiting: pl.DataFrame
    counts: Mapping[str, int]


class Pipeline:
    """Slices of one sheet in order; keeps what later slices must know of earlier ones."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.ids = Ids(context.now)
        self.parties = Parties(self.ids)
        self.judge = Judge(
            Surroundings(
                law=context.law,
                item=context.feed.item,
                instrument_kind=context.feed.item,
                reviewed=context.source.get("reviewed") is True,
                domains={code: body.domain for code, body in context.bodies.items()},
                settled=context.settled,
                windows=elsewhere(
                    context.windows, {code: body.region for code, body in context.bodies.items()}
                ),
            )
        )
        self.known = Known(kind=context.feed.item, item=context.feed.item, ids=self.ids)
        self.digests = Digests()
        self.terms = Terms(self.judge)
        self.late: set[int] = set()
        self._seen = checks.Seen()

    def run(self, sheet: Sheet, told: Told = lambda rows, position: None) -> Iterator[Slice]:
        """Each slice of the sheet; `told(rows so far, position in the file)` before each."""
        rows = 0
        for piece in self.frames(sheet.slices(SLICE)):
            rows += piece.counts["rows"]
            told(rows, sheet.position)
            yield piece

    def frames(self, frames: Iterable[pl.DataFrame]) -> Iterator[Slice]:
        """Each frame of text columns as a slice. Raises Recalled at the end when an earlier one was wrong."""
        for frame in frames:
            yield self.slice(frame)
        if self.late:
            raise Recalled(self.late | self.context.recalled)

    def slice(self, frame: pl.DataFrame) -> Slice:
        """Checks, law and comparison for one frame of text columns."""
        context = self.context
        if context.only is not None:
            frame = frame.filter(pl.col("row").is_in(list(context.only)))
        checked = checks.check(
            frame, feed=context.feed, today=context.today, agency=context.reporter, seen=self._seen
        )
        self.late |= set(checked.recalled) - context.recalled
        judged = self.judge.judge(self._sound(checked))
        told = [checked.problems, checked.notices, self.judge.findings(judged)]
        permitted = judged.filter(pl.col("outcome") == int(Outcome.PERMITTED))
        compared = self._compared(permitted, checked.frame) if len(permitted) else None
        if compared is not None:
            told += [_taken(compared), self._withheld(compared)]
            told.append(self.terms.findings(compared, context.today))
        return self._slice(frame, judged, compared, self._finished(told), checked.repairs)

    def _sound(self, checked: checks.Checked) -> pl.DataFrame:
        """The rows whose form is right; a row with one wrong cell is refused as a whole."""
        sound = checked.accepted
        if self.context.recalled:
            sound = sound.filter(~pl.col("row").is_in(list(self.context.recalled)))
        return sound.drop("refused").with_columns(pl.col("row").cast(pl.Int32))

    def _finished(self, told: list[pl.DataFrame]) -> pl.DataFrame:
        """One frame of findings, each with its column's heading and the clauses that its text names."""
        found = pl.concat([judging.none(), *told])
        bare = found.filter(pl.col("clauses") == "[]").get_column("code").unique()
        texts = self.context.law.book.refusals
        cited = {code: json.dumps(list(texts[code].clauses)) for code in bare if code in texts}
        clauses = pl.col("code").replace_strict(cited, default="[]", return_dtype=pl.String)
        own = pl.when(pl.col("clauses") == "[]").then(clauses).otherwise(pl.col("clauses"))
        names = {column.field: column.name for column in self.context.feed.columns}
        official = pl.col("field").replace_strict(names, default="", return_dtype=pl.String)
        heading = pl.when(pl.col("heading") == "").then(official).otherwise(pl.col("heading"))
        return found.with_columns(clauses=own, heading=heading)

    def item_of(self) -> CatalogItem:
        """The catalog item of the feed; law.intake permits nothing without one."""
        item = self.context.law.item(self.context.feed.item)
        if item is None:
            raise LookupError(self.context.feed.item)
        return item

    def _compared(self, frame: pl.DataFrame, among: pl.DataFrame) -> pl.DataFrame:
        """The permitted rows with their content, beside what file and register have under the same key."""
        frame = frame.with_columns(number_key=number_key(pl.col("document_number")))
        frame = self.known.compare(self.parties.look(self.parties.keyed(frame)))
        parts = Parts.of(self.item_of(), frame.columns)
        frame = content.with_content(frame, parts, privacy.hits(frame, parts.free_text, among))
        digest = self.digests.of(frame.get_column("whole"))
        # The texts are in the content now; without them a slice is half as large.
        frame = frame.drop("whole", *parts.free_text, *parts.personal)
        frame = frame.with_columns(pl.Series("content_digest", digest, dtype=pl.Binary))
        return self._classified(frame)

    def _classified(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Adds `fate`: new, changed, unchanged, taken or gone; and the ground of a change."""
        kind, reason = self.context.ground or (None, None)
        ground = pl.coalesce(_optional(frame, "change_kind"), pl.lit(kind, pl.String))
        said = pl.coalesce(_optional(frame, "change_reason"), pl.lit(reason, pl.String))
        frame = frame.with_columns(ground=ground.fill_null(""), ground_text=said.fill_null(""))
        bare = pl.col("ground") == ""
        live = pl.col("state").eq_missing(pl.lit(LIVE))
        other_day = (pl.col("instrument_day") != pl.col("decided_on")) & bare
        fate = (
            pl.when(live & (pl.col("content_digest") == pl.col("digest_known")))
            .then(pl.lit("unchanged"))
            .when(pl.col("state").eq_missing(pl.lit("shredded")))
            .then(pl.lit("gone"))
            .when(other_day | (live & pl.col("adverse_known") & bare))
            .then(pl.lit("taken"))
            .when(live)
            .then(pl.lit("changed"))
            .otherwise(pl.lit("new"))
        )
        return frame.with_columns(fate=fate)

    def _withheld(self, compared: pl.DataFrame) -> pl.DataFrame:
        """What stays closed of a text that would be shown, told to whoever can rewrite it; clause 3.2c."""
        columns = {each.field: each.name for each in self.context.feed.columns}
        shown = {each.code for each in self.item_of().fields if each.public}
        others = pl.col("party_kind") != PERSON  # of persons nothing would be shown anyway
        held = compared.filter(others & (pl.col("withheld") != NOTHING_WITHHELD)).head(_MOST_WITHHELD)
        return judging.findings(
            (row, name, TOLD, "TEXT_WITHHELD", {"column": columns[name]})
            for row, names in held.select("row", "withheld").iter_rows()
            for name in names.strip("{}").split(",")
            if name in shown
        )

    def _slice(
        self,
        frame: pl.DataFrame,
        judged: pl.DataFrame,
        compared: pl.DataFrame | None,
        findings: pl.DataFrame,
        repairs: pl.DataFrame,
    ) -> Slice:
        kept = pl.DataFrame() if compared is None else compared
        fates = {} if compared is None else dict(compared.get_column("fate").value_counts().iter_rows())
        refused = findings.filter(pl.col("severity") == REFUSED).get_column("row").n_unique()
        waiting = judged.filter(pl.col("outcome") == int(Outcome.OFFICER_DECIDES)).select("row", "facts")
        counts = {
            "rows": len(frame),
            "accepted": sum(fates.get(each, 0) for each in ("new", "changed", "unchanged")),
            "new": fates.get("new", 0),
            "changed": fates.get("changed", 0),
            "unchanged": fates.get("unchanged", 0),
            "refused": refused,
            "waiting": len(waiting),
            "repaired": len(repairs),
        }
        accepted = kept.filter(pl.col("fate").is_in(["new", "changed"])) if len(kept) else kept
        return Slice(accepted, findings, repairs, waiting, counts)


def _optional(frame: pl.DataFrame, name: str) -> pl.Expr:
    return pl.col(name) if name in frame.columns else pl.lit(None, pl.String)


_FATES = {"taken": "NUMBER_TAKEN", "gone": "RECORD_SHREDDED"}


def _taken(compared: pl.DataFrame) -> pl.DataFrame:
    """Findings for rows whose number stands for other content without a ground for the change, or was destroyed."""
    odd = compared.filter(pl.col("fate").is_in(list(_FATES))).select("row", "document_number", "fate")
    return judging.findings(
        (row, "document_number", REFUSED, _FATES[fate], {"number": number})
        for row, number, fate in odd.iter_rows()
    )
