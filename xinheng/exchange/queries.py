"""What a sender may see of its batches (批次查询). Problems name rows and codes, never a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Min, QuerySet

from xinheng.access.actor import Actor
from xinheng.access.permissions import require
from xinheng.access.scope import acting
from xinheng.exchange import feeds
from xinheng.exchange.models import Batch, BatchState, Problem, WaitingRow
from xinheng.law.language import Clause, Outcome, Reason
from xinheng.runtime import jobs
from xinheng.runtime.paging import Page, paged

FIRST_ROWS = 5
_OUTCOMES = {"refused": Outcome.FORBIDDEN, "waiting": Outcome.OFFICER_DECIDES, "told": Outcome.PERMITTED}


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One line of the list of batches."""

    id: UUID
    no: str
    agency: str
    feed: str
    feed_name: str
    file_name: str
    state: str
    state_label: str
    counts: Mapping[str, int]
    created_at: datetime
    submitted_at: datetime | None


@dataclass(frozen=True, slots=True)
class BatchView(BatchRow):
    """One batch; `headings` tells what was matched, missing, extra, dropped and noted."""

    agency_id: UUID
    file_size: int
    file_sha256: str
    headings: Mapping[str, Any]
    source: Mapping[str, Any]
    job: jobs.JobView | None
    created_by: UUID
    submitted_by: UUID | None

    @property
    def may_submit(self) -> bool:
        right = self.counts.get("accepted", 0) + self.counts.get("waiting", 0)
        return self.state in (BatchState.READY, BatchState.PROBLEMS) and right > 0


@dataclass(frozen=True, slots=True)
class ProblemView:
    """One finding; `reason` is told by law.refusals.tell."""

    row: int
    field: str
    heading: str
    severity: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class ProblemGroup:
    """All findings of one code: how many, and the first few."""

    code: str
    severity: str
    count: int
    first: tuple[ProblemView, ...]


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """What a sender holds in hand after submission: counts, and what proves the batch."""

    no: str
    agency: str
    feed_name: str
    file_name: str
    file_sha256: str
    counts: Mapping[str, int]
    event: UUID
    merkle_root: str
    submitted_at: datetime
    submitted_by: UUID


@dataclass(frozen=True, slots=True)
class WaitingView:
    """A row that waits for an officer: its facts and the questions that are open."""

    batch: UUID
    no: str
    row: int
    facts: Mapping[str, Any]
    questions: tuple[str, ...]
    settled_at: datetime | None
    outcome: str


def batches(
    *, actor: Actor, page: int = 1, size: int = 20, state: str = "", feed: str = ""
) -> Page[BatchRow]:
    """The actor's batches, newest first; of all agencies for office and auditor."""
    require(actor, "batch.view")
    with acting(actor):
        found = Batch.objects.select_related("agency").order_by("-created_at", "-id")
        if state:
            found = found.filter(state=state)
        if feed:
            found = found.filter(feed=feed)
        return paged(found, page, size, lambda row: BatchRow(**_line(row)))


def batch(batch_id: UUID, *, actor: Actor) -> BatchView | None:
    """One batch; None for another agency's as for one that is not there."""
    require(actor, "batch.view")
    with acting(actor):
        row = Batch.objects.select_related("agency").filter(pk=batch_id).first()
        if row is None:
            return None
        return BatchView(
            **_line(row),
            agency_id=row.agency_id,
            file_size=row.file_size,
            file_sha256=bytes(row.file_sha256).hex(),
            headings=row.headings,
            source=row.source,
            job=jobs.view(row.job, actor=actor) if row.job else None,
            created_by=row.created_by,
            submitted_by=row.submitted_by,
        )


def problem_groups(batch_id: UUID, *, actor: Actor) -> tuple[ProblemGroup, ...]:
    """The findings of a batch by code: refusals first, then by number."""
    require(actor, "batch.view")
    with acting(actor):
        found = Problem.objects.filter(batch=batch_id).values("code", "severity")
        groups = list(found.annotate(count=Count("id"), at=Min("row")))
        first = _first_of_each(batch_id)
    order = {"refused": 0, "waiting": 1, "told": 2}
    groups.sort(key=lambda each: (order[each["severity"]], -each["count"], each["code"]))
    return tuple(
        ProblemGroup(
            each["code"],
            each["severity"],
            each["count"],
            tuple(first.get((each["code"], each["severity"]), ())),
        )
        for each in groups
    )


_FIRST = """
SELECT id, "row", field, heading, severity, code, "values", clauses FROM (
    SELECT p.*, row_number() OVER (PARTITION BY code, severity ORDER BY "row", id) AS place
      FROM exchange_problem p WHERE batch_id = %s) ranked
 WHERE place <= %s ORDER BY "row", id
"""


def _first_of_each(batch_id: UUID) -> dict[tuple[str, str], list[ProblemView]]:
    found: dict[tuple[str, str], list[ProblemView]] = {}
    for row in Problem.objects.raw(_FIRST, [batch_id, FIRST_ROWS]):
        found.setdefault((row.code, row.severity), []).append(_problem(row))
    return found


def problems(
    batch_id: UUID, *, actor: Actor, page: int = 1, size: int = 50, code: str = "", severity: str = ""
) -> Page[ProblemView]:
    """Findings of a batch in the order of its rows."""
    require(actor, "batch.view")
    with acting(actor):
        found = Problem.objects.filter(batch=batch_id).order_by("row", "id")
        if code:
            found = found.filter(code=code)
        if severity:
            found = found.filter(severity=severity)
        return paged(found, page, size, _problem)


def receipt(batch_id: UUID, *, actor: Actor) -> ReceiptView | None:
    """The receipt of a submitted batch; None before."""
    require(actor, "batch.view")
    with acting(actor):
        row = Batch.objects.select_related("agency").filter(pk=batch_id).first()
    if row is None or row.submitted_at is None or row.event is None or row.submitted_by is None:
        return None
    return ReceiptView(
        no=row.no,
        agency=row.agency.name,
        feed_name=feeds.load(row.feed).name,
        file_name=row.file_name,
        file_sha256=bytes(row.file_sha256).hex(),
        counts=row.counts,
        event=row.event,
        merkle_root=bytes(row.merkle_root or b"").hex(),
        submitted_at=row.submitted_at,
        submitted_by=row.submitted_by,
    )


def waiting_rows(
    *,
    actor: Actor,
    batch_id: UUID | None = None,
    question: str = "",
    page: int = 1,
    size: int = 50,
    settled: bool = False,
) -> Page[WaitingView]:
    """Rows that wait, for one question or any, or with `settled` those that did."""
    require(actor, "waiting.view")
    with acting(actor):
        found = _waiting_rows().filter(settled_at__isnull=not settled)
        if batch_id is not None:
            found = found.filter(batch=batch_id)
        if question:
            found = found.filter(value_ids__contains=[question])
        return paged(found.order_by("-batch__created_at", "row"), page, size, _waiting)


def waiting_row(batch_id: UUID, row: int, *, actor: Actor) -> WaitingView | None:
    """One row that waits still; None when it does not, or is another agency's."""
    require(actor, "waiting.view")
    with acting(actor):
        found = _waiting_rows().filter(batch=batch_id, row=row, settled_at=None).first()
        return None if found is None else _waiting(found)


@dataclass(frozen=True, slots=True)
class WaitingFacts:
    """One combination of facts that waits: its open questions, and how many rows have it."""

    facts: Mapping[str, Any]
    questions: tuple[str, ...]
    rows: int


def waiting_facts(*, actor: Actor) -> tuple[WaitingFacts, ...]:
    """The distinct combinations among the rows that wait, most rows first."""
    require(actor, "waiting.view")
    with acting(actor):
        found = WaitingRow.objects.filter(settled_at=None).values("key", "facts", "value_ids")
        rows = list(found.annotate(rows=Count("row")).order_by("-rows", "key"))
    return tuple(WaitingFacts(each["facts"], tuple(each["value_ids"]), each["rows"]) for each in rows)


def waiting_count(*, actor: Actor) -> int:
    """How many rows wait."""
    require(actor, "waiting.view")
    with acting(actor):
        return WaitingRow.objects.filter(settled_at=None).count()


def _waiting_rows() -> QuerySet[WaitingRow]:
    return WaitingRow.objects.select_related("batch")


def _line(row: Batch) -> dict[str, Any]:
    same = ("id", "no", "feed", "file_name", "state", "counts", "created_at", "submitted_at")
    told = {name: getattr(row, name) for name in same}
    feed_name = feeds.load(row.feed).name
    return {**told, "agency": row.agency.name, "feed_name": feed_name, "state_label": row.get_state_display()}


def _problem(row: Problem) -> ProblemView:
    clauses = tuple(map(Clause, row.clauses))
    reason = Reason("intake", _OUTCOMES[row.severity], clauses, row.code, dict(row.values))
    return ProblemView(row.row, row.field, row.heading, row.severity, reason)


def _waiting(row: WaitingRow) -> WaitingView:
    asked = tuple(row.value_ids)
    return WaitingView(row.batch_id, row.batch.no, row.row, row.facts, asked, row.settled_at, row.outcome)
