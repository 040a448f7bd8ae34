"""Cases and clocks that windows of force majeure touch (不可抗力窗口触及的案卷和期限).

The facts of a case ask each time they are built, so that what was decided before a window is asked anew. The
rows of registry.Touched only show officers what is touched: an open case, and a running time of a party.
"""

# clause: 4.2b

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from xinheng.access.scope import whole_city
from xinheng.casework.clocks import REMEDIES, WINDOW
from xinheng.casework.held import Held
from xinheng.casework.models import Case, Deadline
from xinheng.catalog.windows import declared
from xinheng.law.leniency import ForceMajeureWindow, touched_by
from xinheng.law.procedures.listing import LISTING
from xinheng.registry.models import TouchedKind
from xinheng.registry.touching import reach, refresh

PARTYS_TIMES = (WINDOW, *REMEDIES)

_JOIN = """
  FROM unnest(%(windows)s::uuid[], %(places)s::text[], %(firsts)s::date[], %(lasts)s::date[])
       AS w(id, area, first, last)
  JOIN casework_case c ON c.area = w.area
"""
# The same days as `windows_touching`. A case whose latest decision names the ground was weighed with it.
_CASES = f"""
SELECT w.id AS window_id, c.id AS target, c.agency_id, c.subject_id {_JOIN}
  JOIN casework_draft d ON d.case_id = c.id AND d.version = c.version
 WHERE c.state <> ALL (%(finals)s)
   AND w.first <= coalesce(d.conduct_to, d.conduct_from, c.opened_on)
   AND coalesce(d.conduct_from, d.conduct_to, c.opened_on) <= w.last
   AND NOT EXISTS (
       SELECT FROM (SELECT * FROM casework_leniency l WHERE l.case_id = c.id ORDER BY l.at DESC, l.id DESC LIMIT 1) said
        WHERE 'force_majeure' = ANY (said.grounds) AND said.decision <> '' AND said.sealed IS NOT NULL)
"""
_CLOCKS = f"""
SELECT w.id AS window_id, k.id AS target, c.agency_id, c.subject_id {_JOIN}
  JOIN casework_deadline k ON k.case_id = c.id
 WHERE k.stopped_on IS NULL AND k.name = ANY (%(times)s)
   AND w.first <= coalesce(k.last, 'infinity') AND k.start <= w.last
"""
_OF_WINDOW = "t.window_id = %(window)s"
_OF_CASE = {
    TouchedKind.CASE: "t.target = %(case)s",
    TouchedKind.CLOCK: "t.target IN (SELECT k.id FROM casework_deadline k WHERE k.case_id = %(case)s)",
}
_FRESH = {TouchedKind.CASE: _CASES, TouchedKind.CLOCK: _CLOCKS}


def windows_touching(held: Held) -> tuple[ForceMajeureWindow, ...]:
    """Those that touch the conduct of a case; a day of conduct that nobody told is the day of the draft."""
    draft = held.draft
    first = draft.conduct_from or draft.conduct_to or held.case.opened_on
    return touched_by(declared(), area=held.case.area, first=first, last=draft.conduct_to or first)


def touch_window(window: UUID, *, at: datetime) -> None:
    """All cases and clocks that a window touches as it stands now; none once it is revoked."""
    standing = [each for each in declared() if each.id == str(window)]
    with whole_city():
        areas = list(Case.objects.order_by().values_list("area", flat=True).distinct())
    for kind, fresh in _FRESH.items():
        _refresh(kind, fresh, _OF_WINDOW, {"window": window}, standing, areas, at)


def touch_case(case: UUID, *, at: datetime) -> None:
    """One case and its clocks by all windows."""
    standing = declared()
    if not standing:
        return
    with whole_city():
        areas = list(Case.objects.filter(pk=case).values_list("area", flat=True))
    for kind, fresh in _FRESH.items():
        _refresh(kind, f"{fresh} AND c.id = %(case)s", _OF_CASE[kind], {"case": case}, standing, areas, at)


def _refresh(
    kind: TouchedKind,
    fresh: str,
    scope: str,
    params: Mapping[str, Any],
    standing: Iterable[ForceMajeureWindow],
    areas: Sequence[str],
    at: datetime,
) -> None:
    told = {"finals": list(LISTING.finals), "times": list(PARTYS_TIMES)}
    places = [(area, area) for area in areas]
    refresh(kind, fresh, scope, {**told, **params, **reach(standing, places)}, at=at)


def touched_names(targets: Iterable[UUID]) -> dict[UUID, tuple[UUID, str, str]]:
    """case, its number, and the name of the clock ("" for a case) of touched cases and clocks. Within `acting`."""
    wanted = list(targets)
    cases = Case.objects.filter(pk__in=wanted).values_list("pk", "number")
    clocks = Deadline.objects.filter(pk__in=wanted).values_list("pk", "case_id", "case__number", "name")
    return {pk: (pk, number, "") for pk, number in cases} | {
        pk: (case, number, name) for pk, case, number, name in clocks
    }
