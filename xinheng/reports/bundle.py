"""What a list comes back as: the certificates in one ZIP, and a workbook of what became of each row (批量下载).

Made when it is asked for and never kept: a copy at rest would outlive the shredding of a subject's key.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from datetime import datetime
from typing import IO, NamedTuple
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import xlsxwriter

from xinheng.access.actor import Actor
from xinheng.access.gate import open_file, open_set
from xinheng.access.permissions import require
from xinheng.access.scope import acting
from xinheng.catalog.public import current_law
from xinheng.law.language import Refusal
from xinheng.law.lawbook import Law
from xinheng.law.refusals import tell
from xinheng.reports import files, lists, queries
from xinheng.reports.lists import ListRow
from xinheng.reports.models import Run, RunRow
from xinheng.reports.queries import reason_of
from xinheng.runtime.clock import HERE, day_of

OVERVIEW = "出具情况.xlsx"
_HEADINGS = ("行号", "主体名称", "主体代码", "结果", "报告编号", "问题与改法")
_WIDTHS = (8, 36, 24, 12, 20, 70)
ISSUED, REFUSED, GONE, WAITING = "已出具", "未出具", "已销毁", "尚未办理"


class Look(NamedTuple):
    """Who looks, why and on what basis: every subject's file in the ZIP is opened with it."""

    actor: Actor
    purpose: str
    basis: str
    now: datetime


class _Line(NamedTuple):
    result: str
    number: str = ""
    mend: str = ""


def zipped(run_id: UUID, look: Look) -> IO[bytes]:
    """The ZIP as a file without a name, at its start. Raises Refusal PERMISSION_DENIED, NOT_FOUND or the gate's."""
    require(look.actor, "report.issue")
    with acting(look.actor):
        run = Run.objects.filter(pk=run_id).first()
    if run is None:
        raise Refusal.because("NOT_FOUND")
    open_set(actor=look.actor, what=f"list:{run.no}", purpose=look.purpose, basis=look.basis, now=look.now)
    law = current_law(day_of(look.now))
    out = tempfile.TemporaryFile()  # noqa: SIM115 - whoever sends it closes it, and with it it is gone
    with ZipFile(out, "w") as bundle:
        lines = {row: _added(bundle, each, look, law) for row, each in _rows(run, look.actor)}
        bundle.writestr(_named(OVERVIEW, look.now), _overview(run, lines, law), ZIP_DEFLATED)
    out.seek(0)
    return out


def _rows(run: Run, actor: Actor) -> Iterator[tuple[int, RunRow]]:
    with acting(actor):
        found = list(RunRow.objects.filter(run=run).order_by("row"))
    yield from ((each.row, each) for each in found)


def _added(bundle: ZipFile, told: RunRow, look: Look, law: Law) -> _Line:
    """What became of a row; its PDF goes into the ZIP, and the proof where there is one already."""
    if told.document is None:
        return _Line(REFUSED, mend=tell(reason_of(told.code, told.values), law).text)
    found = queries.document(told.document, actor=look.actor)
    if found is None:
        raise Refusal.because("NOT_FOUND")
    opened = open_file(
        actor=look.actor, subject=found.subject, purpose=look.purpose, basis=look.basis, now=look.now
    )
    try:
        pdf = queries.pdf(found.id, opened=opened)
        bundle.writestr(_named(f"{found.number}.pdf", look.now), pdf, ZIP_STORED)
        bundle.writestr(
            _named(f"{found.number}.proof", look.now), queries.proof(found.id, opened=opened), ZIP_DEFLATED
        )
    except Refusal as refusal:
        reason = refusal.reasons[0]
        if reason.code != "PROOF_PENDING":
            return _Line(GONE, found.number, tell(reason, law).text)
        return _Line(ISSUED, found.number, tell(reason, law).text)
    return _Line(ISSUED, found.number)


def _named(name: str, now: datetime) -> ZipInfo:
    here = now.astimezone(HERE)
    return ZipInfo(name, (here.year, here.month, here.day, here.hour, here.minute, here.second))


def _overview(run: Run, lines: dict[int, _Line], law: Law) -> bytes:
    """Every row as it was sent, every cell as text, whatever it begins with."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    page = book.add_worksheet("出具情况")
    text = book.add_format({"num_format": "@", "quote_prefix": True, "text_wrap": True, "valign": "top"})
    bold = book.add_format({"bold": True})
    for place, (heading, width) in enumerate(zip(_HEADINGS, _WIDTHS, strict=True)):
        page.set_column(place, place, width)
        page.write_string(0, place, heading, bold)
    for at, cells in enumerate(_cells(run, lines, law), 1):
        for place, cell in enumerate(cells):
            page.write_string(at, place, cell, text)
    page.freeze_panes(1, 0)
    book.close()
    return out.getvalue()


def _cells(run: Run, lines: dict[int, _Line], law: Law) -> Iterator[tuple[str, ...]]:
    with files.kept(run.id) as stream:
        for row in lists.rows(stream, run.file_name, law):
            yield _line(row, lines.get(row.row, _Line(WAITING)))


def _line(row: ListRow, told: _Line) -> tuple[str, ...]:
    return (str(row.row), row.name, row.code, told.result, told.number, told.mend)
