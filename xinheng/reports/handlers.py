"""The job that issues a certificate for each row of a list (批量出具任务)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from xinheng.access.actor import Actor
from xinheng.access.gate import Opened, open_file, open_set
from xinheng.access.scope import acting
from xinheng.catalog.public import current_law
from xinheng.exchange.handlers import actor as actor_of
from xinheng.law.identifiers import clean_code
from xinheng.law.language import Refusal
from xinheng.law.lawbook import Law
from xinheng.reports import files, lists, services, subjects
from xinheng.reports.contents import Asked
from xinheng.reports.lists import CODE, NAME, ListRow
from xinheng.reports.models import Run, RunRow
from xinheng.runtime import clock, jobs

STAGE = "正在出具"
_OF_CODE = ("USCC_", "RESIDENT_ID_", "LIST_SUBJECT_TWICE")


class Work(NamedTuple):
    """What every row of a run needs."""

    run: Run
    asked: Asked
    actor: Actor
    search: Opened
    law: Law
    now: datetime


@jobs.job(services.ISSUE_LIST)
def issue_list(held: jobs.Held) -> Mapping[str, Any]:
    """Issue what is not issued yet, row by row, each in a transaction of its own; may be run again without harm."""
    work = _work(held)
    done = _done(work)
    for place, (row, twice) in enumerate(_rows(work), 1):
        jobs.progress(held, place - 1, work.run.rows, STAGE)
        if row.row not in done:
            _settle(row, twice, work)
    with acting(work.actor):
        rows = RunRow.objects.filter(run=work.run)
        issued = rows.exclude(document=None).count()
        return {"run": str(work.run.id), "issued": issued, "refused": rows.count() - issued}


def _work(held: jobs.Held) -> Work:
    actor, now = actor_of(held), clock.now()
    with acting(actor):
        run = Run.objects.get(pk=UUID(held.args["run"]))
    told = {name: run.asked[name] for name in ("purpose", "basis")}
    search = open_set(actor=actor, what=subjects.SEARCH, now=now, **told)
    return Work(run, Asked.from_json(run.asked), actor, search, current_law(clock.today()), now)


def _done(work: Work) -> set[int]:
    with acting(work.actor):
        return set(RunRow.objects.filter(run=work.run).values_list("row", flat=True))


def _rows(work: Work) -> Iterator[tuple[ListRow, int]]:
    """Each row, and the earlier row of the same code, 0 for none."""
    first: dict[str, int] = {}
    with files.kept(work.run.id) as stream:
        for row in lists.rows(stream, work.run.file_name, work.law):
            earlier = first.setdefault(clean_code(row.code)[0], row.row)
            yield row, earlier if earlier != row.row else 0


def _settle(row: ListRow, twice: int, work: Work) -> None:
    """One row: its document and what is told of it are kept together or not at all."""
    told = RunRow(run=work.run, row=row.row)
    try:
        if twice:
            raise Refusal.because("LIST_SUBJECT_TWICE", row=twice)
        with acting(work.actor):
            told.document = _issued(row, work)
            _keep(told)
    except Refusal as refusal:
        told.document = None
        told.code, told.values = refusal.reasons[0].code, dict(refusal.reasons[0].values)
        told.column = CODE if told.code.startswith(_OF_CODE) else NAME
        with acting(work.actor):
            _keep(told)


def _keep(told: RunRow) -> None:
    """Another worker, thought dead, may have told the row meanwhile: what it told stands."""
    RunRow.objects.bulk_create([told], ignore_conflicts=True)


def _issued(row: ListRow, work: Work) -> UUID:
    code = subjects.clean(row.code, work.now)
    if not row.name:
        raise Refusal.because("NAME_REQUIRED")
    subject = subjects.find(code, opened=work.search)
    if subject is None:
        subject = subjects.register(code, row.name, actor=work.actor, now=work.now)
    told = {name: work.run.asked[name] for name in ("purpose", "basis")}
    opened = open_file(actor=work.actor, subject=subject, now=work.now, **told)
    subjects.require_name(row.name, opened=opened)
    request = f"list:{work.run.id}:{row.row}"
    return services.issue_certificate(
        work.asked, opened=opened, actor=work.actor, now=work.now, request=request
    ).id
