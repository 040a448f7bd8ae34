"""What a run told about the rows of a batch, stored for the sender (处理结果)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import polars as pl
from django.db import connection

from xinheng.exchange.judging import Judged
from xinheng.law.facts import facts_digest

_CHUNK = 20_000

_PROBLEMS = """
INSERT INTO exchange_problem (batch_id, "row", field, heading, severity, code, "values", clauses)
SELECT %(batch)s, p."row", p.field, p.heading, p.severity, p.code, p.told::jsonb, p.clauses::jsonb
  FROM unnest(%(row)s::int[], %(field)s::text[], %(heading)s::text[], %(severity)s::text[], %(code)s::text[],
              %(told)s::text[], %(clauses)s::text[])
       AS p("row", field, heading, severity, code, told, clauses)
"""

_WAITING = """
INSERT INTO exchange_waitingrow (batch_id, "row", key, facts, value_ids, outcome)
SELECT %(batch)s, w."row", k.key, k.facts::jsonb, k.questions::jsonb, ''
  FROM unnest(%(row)s::int[], %(number)s::int[]) AS w("row", number)
  JOIN unnest(%(numbers)s::int[], %(key)s::text[], %(facts)s::text[], %(questions)s::text[])
       AS k(number, key, facts, questions) ON k.number = w.number
    ON CONFLICT (batch_id, "row") DO UPDATE SET key = excluded.key, facts = excluded.facts,
       value_ids = excluded.value_ids
"""


def replace_problems(batch: UUID, findings: pl.DataFrame, *, rows: Sequence[int] | None = None) -> None:
    """Put these findings in the place of the earlier ones: of the whole batch, or of some rows only."""
    with connection.cursor() as cursor:
        if rows is None:
            cursor.execute("DELETE FROM exchange_problem WHERE batch_id = %s", [batch])
        else:
            cursor.execute(
                'DELETE FROM exchange_problem WHERE batch_id = %s AND "row" = ANY(%s)', [batch, list(rows)]
            )
        for part in findings.iter_slices(_CHUNK):
            cursor.execute(_PROBLEMS, _columns(batch, part))


def _columns(batch: UUID, part: pl.DataFrame) -> dict[str, Any]:
    names = ("row", "field", "heading", "severity", "code", "clauses")
    told: dict[str, Any] = {name: part.get_column(name).to_list() for name in names}
    return {**told, "batch": batch, "told": part.get_column("values").to_list()}


def store_waiting(batch: UUID, waiting: pl.DataFrame, judged: Sequence[Judged]) -> None:
    """Keep the rows that wait, each with its facts and the questions that are open."""
    if not len(waiting):
        return
    numbers = set(waiting.get_column("facts"))
    open_ones = [each for each in judged if each.number in numbers]
    told: dict[str, Any] = {
        "batch": batch,
        "row": waiting.get_column("row").to_list(),
        "number": waiting.get_column("facts").to_list(),
        "numbers": [each.number for each in open_ones],
        "key": [facts_digest(each.facts) for each in open_ones],
        "facts": [json.dumps(each.facts.to_json(), ensure_ascii=False) for each in open_ones],
        "questions": [json.dumps(each.questions) for each in open_ones],
    }
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, told)
