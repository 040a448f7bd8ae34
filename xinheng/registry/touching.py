"""What windows of force majeure touch is found set-based, here for records (不可抗力窗口触及的事项).

In the transaction that declares a window, and in each that brings something new; two statements at most a
kind, however many rows there are. Found again at any time to the same set: what is touched no longer and was
not decided drops out, what a person decided stays. Nothing else is written.
"""

# clause: 4.2b

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from xinheng.access.models import Agency
from xinheng.access.scope import whole_city
from xinheng.catalog.windows import declared
from xinheng.law.leniency import ForceMajeureWindow
from xinheng.registry.models import TouchedKind

# Declaring a window waits for whoever brings something new, and they for it: what one of them does not see
# the other does.
_LOCK = "SELECT pg_advisory_xact_lock{}(hashtext('registry.touching'))"

_REFRESH = """
WITH fresh AS ({fresh}),
     gone AS (
         DELETE FROM registry_touched t
          WHERE t.kind = %(kind)s AND ({scope})
            AND NOT EXISTS (SELECT FROM fresh f WHERE (f.window_id, f.target) = (t.window_id, t.target))
            AND NOT EXISTS (SELECT FROM registry_touchedreview v
                             WHERE (v.window_id, v.kind, v.target) = (t.window_id, t.kind, t.target)))
INSERT INTO registry_touched (window_id, kind, target, agency_id, subject_id, since)
SELECT window_id, %(kind)s, target, agency_id, subject_id, %(at)s FROM fresh
    ON CONFLICT DO NOTHING
"""

# A record keeps the day of its decision alone. One whose facts say force majeure was weighed when it came in.
_RECORDS = """
SELECT w.id AS window_id, r.id AS target, r.agency_id, r.subject_id
  FROM unnest(%(windows)s::uuid[], %(places)s::uuid[], %(firsts)s::date[], %(lasts)s::date[])
       AS w(id, agency, first, last)
  JOIN registry_record r ON r.agency_id = w.agency AND r.decided_on BETWEEN w.first AND w.last
  JOIN registry_facts f ON f.id = r.facts_id
 WHERE r.adverse AND r.state = 'live' AND NOT (f.facts->>'force_majeure')::boolean AND ({scope})
"""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which records: an SQL condition over `registry_record r`, with its parameters."""

    where: str = "true"
    params: Mapping[str, Any] | None = None

    @classmethod
    def batch(cls, batch: UUID) -> Scope:
        """What a batch brought or changed."""
        return cls("r.batch = %(batch)s", {"batch": batch})

    @classmethod
    def versions_of(cls, batch: UUID) -> Scope:
        """What a batch that is withdrawn had brought or changed."""
        where = "r.id IN (SELECT v.record_id FROM registry_recordversion v WHERE v.batch = %(batch)s)"
        return cls(where, {"batch": batch})

    @classmethod
    def record(cls, record: UUID) -> Scope:
        return cls("r.id = %(record)s", {"record": record})


def hold(*, alone: bool = False) -> None:
    """Held to the end of the transaction: `alone` by whoever declares or ends a window."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK.format("" if alone else "_shared"))


def refresh(kind: TouchedKind, fresh: str, scope: str, params: Mapping[str, Any], *, at: datetime) -> None:
    """Bring the rows of a kind within `scope` (SQL over `registry_touched t`) to what `fresh` selects."""
    with whole_city(), connection.cursor() as cursor:
        cursor.execute(_REFRESH.format(fresh=fresh, scope=scope), {**params, "kind": kind, "at": at})


def reach(windows: Iterable[ForceMajeureWindow], places: Iterable[tuple[Any, str]]) -> dict[str, list[Any]]:
    """Arrays of the statements: each window with each place (key, area code) that the law says it covers."""
    found = [(each, key) for each in windows for key, area in places if each.covers(area)]
    return {
        "windows": [each.id for each, _ in found],
        "places": [key for _, key in found],
        "firsts": [each.first for each, _ in found],
        "lasts": [each.last or date.max for each, _ in found],
    }


def touch_window(window: UUID, *, at: datetime) -> None:
    """All records that a window touches as it stands now; none once it is revoked."""
    standing = [each for each in declared() if each.id == str(window)]
    _records(standing, Scope(), "t.window_id = %(window)s", {"window": window}, at)


def touch_records(scope: Scope, *, at: datetime) -> None:
    """The records of a scope by all windows."""
    standing = declared()
    if standing:
        target = f"t.target IN (SELECT r.id FROM registry_record r WHERE {scope.where})"
        _records(standing, scope, target, scope.params or {}, at)


def _records(
    standing: Iterable[ForceMajeureWindow], scope: Scope, target: str, params: Mapping[str, Any], at: datetime
) -> None:
    places = list(Agency.objects.values_list("pk", "region"))
    asked = {**reach(standing, places), **(scope.params or {}), **params}
    refresh(TouchedKind.RECORD, _RECORDS.format(scope=scope.where), target, asked, at=at)
