"""The law asked once per distinct combination of facts, its answer joined back to all rows (判断)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl

from xinheng.exchange import facts as buckets
from xinheng.exchange.facts import Surroundings
from xinheng.law import intake
from xinheng.law.facts import RecordFacts, facts_digest
from xinheng.law.language import Outcome, Reason, Verdict

FINDINGS = {
    "row": pl.Int32,
    "field": pl.String,
    "heading": pl.String,
    "severity": pl.String,
    "code": pl.String,
    "values": pl.String,
    "clauses": pl.String,
}
_EXAMPLES = 20
REFUSED, WAITING, TOLD = "refused", "waiting", "told"
_SEVERITY = {Outcome.PERMITTED: TOLD, Outcome.OFFICER_DECIDES: WAITING, Outcome.FORBIDDEN: REFUSED}
# In which cell a reason of the law is shown; the row itself where no cell is to blame.
_CELL = {
    "intake.minor": "party_id",
    "intake.leniency": "leniency",
    "intake.collection": "summary_procedure",
    "intake.competence": "body_code",
    "intake.subject": "party_kind",
    "intake.catalog_then": "decided_on",
    "basis.effect": "effect",
    "basis.contested": "contested",
}


@dataclass(frozen=True, slots=True)
class Judged:
    """One combination: its facts, what the law says, and the questions that are open."""

    number: int
    facts: RecordFacts
    verdict: Verdict

    @property
    def digest(self) -> bytes:
        return bytes.fromhex(facts_digest(self.facts))

    @property
    def questions(self) -> list[str]:
        """Ids of the questions of reference/terms.yaml on which the answer waits."""
        waiting = (r for r in self.verdict.against if r.outcome is Outcome.OFFICER_DECIDES)
        return sorted({q for r in waiting for q in r.values.get("question_ids", "").split(",") if q})


class Judge:
    """Asks `law.intake.decide` for combinations not seen before in this run; numbers them from 0."""

    def __init__(self, around: Surroundings) -> None:
        self.around = around
        self.judged: list[Judged] = []
        keys: dict[str, Any] = dict.fromkeys(buckets.columns(), pl.String)
        flags = ("contested", "summary_procedure", "force_majeure", "unintentional", "slight")
        keys |= {f"f_{name}": pl.Boolean for name in flags}
        self._table = pl.DataFrame(schema={**keys, "facts": pl.Int16, "outcome": pl.Int8})

    def judge(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The frame with `facts` (number of the combination) and `outcome` (law.language.Outcome)."""
        frame = buckets.with_facts(frame, self.around)
        names = buckets.columns()
        new = buckets.distinct(frame).join(self._table, on=names, how="anti", maintain_order="left")
        if len(new):
            self._table = pl.concat([self._table, self._asked(new)])
        return frame.join(self._table, on=names, how="left", maintain_order="left").drop(names)

    def _asked(self, new: pl.DataFrame) -> pl.DataFrame:
        first = len(self.judged)
        for number, combination in enumerate(new.iter_rows(named=True), first):
            facts = buckets.facts_of(combination, self.around)
            self.judged.append(Judged(number, facts, intake.decide(facts, self.around.law)))
        outcomes = [int(each.verdict.outcome) for each in self.judged[first:]]
        numbers = pl.Series("facts", range(first, len(self.judged)), dtype=pl.Int16)
        return new.with_columns(numbers, pl.Series("outcome", outcomes, dtype=pl.Int8))

    def findings(self, frame: pl.DataFrame) -> pl.DataFrame:
        """FINDINGS of the judged rows: why refused, why waiting, what is only told."""
        said = [told for each in self.judged for told in _said(each)]
        schema = {"facts": pl.Int16, **{k: v for k, v in FINDINGS.items() if k not in ("row", "heading")}}
        table = pl.DataFrame(said, schema=schema, orient="row").with_columns(heading=pl.lit(""))
        found = frame.select("row", "facts").join(table, on="facts", how="inner", maintain_order="left")
        return found.select(pl.col(name).cast(kind) for name, kind in FINDINGS.items())


def _said(judged: Judged) -> Iterator[tuple[Any, ...]]:
    worst = judged.verdict.outcome
    for reason in judged.verdict.reasons:
        # A row that is refused need not be told on what it would also have to wait.
        if reason.code and (reason.outcome is worst or not reason.outcome):
            yield (judged.number, *finding(reason))


def finding(reason: Reason, field: str = "") -> tuple[str, str, str, str, str]:
    """(field, severity, code, values, clauses) of one reason, the last two as JSON text."""
    cell = field or _CELL.get(reason.rule, "")
    clauses = [clause.id for clause in reason.clauses]
    return (
        cell,
        _SEVERITY[reason.outcome],
        reason.code,
        json.dumps(dict(reason.values), ensure_ascii=False, sort_keys=True),
        json.dumps(clauses),
    )


def none() -> pl.DataFrame:
    """No findings."""
    return pl.DataFrame(schema=FINDINGS)


def examples(found: pl.DataFrame) -> pl.DataFrame:
    """The first few findings of each code."""
    return found.filter(pl.int_range(pl.len()).over("code") < _EXAMPLES)


def findings(rows: Iterable[tuple[int, str, str, str, dict[str, str]]]) -> pl.DataFrame:
    """FINDINGS from (row, field, severity, code, values)."""
    told = [
        (row, field, "", severity, code, json.dumps(values, ensure_ascii=False, sort_keys=True), "[]")
        for row, field, severity, code, values in rows
    ]
    return pl.DataFrame(told, schema=FINDINGS, orient="row")
