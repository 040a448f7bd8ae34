"""Complaints as they stand (举报的查询): for the body that handles them, and, without a word of theirs, for who oversees."""

# clauses: 5.1c, 5.2b, 5.3b

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet

from xinheng.access.actor import Actor
from xinheng.access.gate import Opened
from xinheng.access.permissions import OFFICE, may, require
from xinheng.access.queries import agency_names
from xinheng.access.scope import acting
from xinheng.casework import texts
from xinheng.law import complaints as table
from xinheng.law import deadlines
from xinheng.law.deadlines import Due
from xinheng.law.language import Refusal
from xinheng.law.lawbook import Law
from xinheng.oversight import complaintfiles
from xinheng.oversight.complaintclocks import NAMES
from xinheng.oversight.complaints import targets
from xinheng.oversight.models import Complaint, ComplaintState
from xinheng.runtime.clock import day_of

SIZE = 20


@dataclass(frozen=True, slots=True)
class ComplaintRow:
    """One complaint without its words. `due`: the office's target for what comes next, None once it is answered."""

    id: UUID
    number: str
    category: str
    about: str
    body: str
    mine: bool
    state: str
    state_label: str
    received_at: datetime
    due: date | None
    provisional: bool
    overdue: bool


@dataclass(frozen=True, slots=True)
class ComplaintPage:
    """A page of complaints, the oldest open one first."""

    rows: tuple[ComplaintRow, ...]
    total: int
    page: int
    size: int = SIZE


@dataclass(frozen=True, slots=True)
class StepShown:
    """One thing done, in words; `text` of a referral or the answer."""

    label: str
    at: datetime
    by: UUID
    body: str
    to: str
    text: str


@dataclass(frozen=True, slots=True)
class ComplaintView:
    """One complaint whole, for the body that handles it."""

    row: ComplaintRow
    text: str
    contact: str
    file_media: str
    outcome: str
    steps: tuple[StepShown, ...]
    targets: dict[UUID, str]


STEP_LABELS = {"receive": "收到", "take": "受理", "refer": "移送", "answer": "答复"}


def handled(*, actor: Actor, law: Law, done: bool = False, page: int = 1) -> ComplaintPage:
    """What the own body handles, or with `done` has answered. Raises Refusal PERMISSION_DENIED."""
    require(actor, "complaint.handle")
    with acting(actor):
        rows = Complaint.objects.filter(agency=actor.agency_id)
        answered = rows.filter(state=ComplaintState.ANSWERED).order_by("-answered_at", "-id")
        open_ = rows.exclude(state=ComplaintState.ANSWERED).order_by("received_at", "id")
        return _page(answered if done else open_, actor, law, page)


def overseen(*, actor: Actor, law: Law) -> tuple[ComplaintRow, ...]:
    """What nobody has taken, or nobody answered in time, anywhere in the city but about the own body.

    Raises Refusal PERMISSION_DENIED.
    """
    require(actor, "complaint.view")
    with acting(actor):
        rows = Complaint.objects.exclude(state=ComplaintState.ANSWERED).order_by("received_at", "id")
        if actor.agency_id is not None:
            rows = rows.exclude(about=actor.agency_id)
        found = [_row(each, actor, law) for each in rows]
    return tuple(each for each in found if each.state == ComplaintState.RECEIVED or each.overdue)


def open_count(*, actor: Actor) -> int:
    """How many wait for the own body to take or answer them; 0 for who handles none."""
    if not may(actor, "complaint.handle"):
        return 0
    with acting(actor):
        rows = Complaint.objects.filter(agency=actor.agency_id)
        return rows.exclude(state=ComplaintState.ANSWERED).count()


def number_of(complaint: UUID, *, actor: Actor) -> str:
    """The number under which a look is registered. Raises Refusal NOT_FOUND for what is not the own body's."""
    require(actor, "complaint.handle")
    with acting(actor):
        row = Complaint.objects.filter(pk=complaint).first()
        nobodys = row is not None and row.agency_id is None and OFFICE in actor.roles
        if (
            row is None
            or row.about_id == actor.agency_id
            or not (row.agency_id == actor.agency_id or nobodys)
        ):
            raise Refusal.because("NOT_FOUND")
    return row.number


def complaint(complaint_id: UUID, *, opened: Opened, law: Law) -> ComplaintView:
    """One complaint with its words; `opened` comes from `open_set(what="complaint:<number>")`.

    Raises Refusal NOT_FOUND, or NOT_YOURS for another set.
    """
    opened.require_what(f"complaint:{number_of(complaint_id, actor=opened.actor)}")
    with acting(opened.actor):
        row = Complaint.objects.get(pk=complaint_id)
        words = texts.read(row, row.pk)
        steps = tuple(_steps(row))
        shown = _row(row, opened.actor, law)
    known = table.answers(law)
    return ComplaintView(
        row=shown, text=str(words["text"]), contact=str(words.get("contact", "")), file_media=row.file_media,
        outcome=known[row.outcome].name if row.outcome in known else row.outcome, steps=steps,
        targets=targets(row.about_id, row.agency_id, law),
    )  # fmt: skip


def file(complaint_id: UUID, *, opened: Opened) -> tuple[bytes, str]:
    """(file, media type). Raises Refusal as `complaint`, or NOT_FOUND where none was sent."""
    opened.require_what(f"complaint:{number_of(complaint_id, actor=opened.actor)}")
    with acting(opened.actor):
        media = Complaint.objects.values_list("file_media", flat=True).get(pk=complaint_id)
    if not media:
        raise Refusal.because("NOT_FOUND")
    return complaintfiles.kept(complaint_id), media


def target(row: Complaint, law: Law) -> Due | None:
    """Until when the office means to take or to answer it: no legal period, and nothing lapses by it."""
    name = NAMES.get(ComplaintState(row.state))
    if name is None:
        return None
    period = deadlines.legal_period(name, law)
    return deadlines.due(deadlines.begin(period, day_of(row.received_at), fixed=period.n), law.calendar)


def _page(rows: QuerySet[Complaint], actor: Actor, law: Law, page: int) -> ComplaintPage:
    first = (max(1, page) - 1) * SIZE
    found = tuple(_row(each, actor, law) for each in rows[first : first + SIZE])
    return ComplaintPage(found, rows.count(), max(1, page))


def _row(row: Complaint, actor: Actor, law: Law) -> ComplaintRow:
    names, due = agency_names(), target(row, law)
    known = table.categories(law)
    last = due.last if due else None
    return ComplaintRow(
        id=row.pk, number=row.number, category=known[row.category].name if row.category in known else row.category,
        about=names.get(row.about_id, "") if row.about_id else "", body=names.get(row.agency_id, "") if row.agency_id else "",
        mine=row.agency_id == actor.agency_id, state=row.state, state_label=row.get_state_display(),
        received_at=row.received_at, due=last, provisional=bool(due and due.provisional), overdue=last is not None and law.day > last,
    )  # fmt: skip


def _steps(row: Complaint) -> Iterable[StepShown]:
    names = agency_names()
    for each in row.steps.order_by("seq"):
        words = texts.read(each, row.pk)
        yield StepShown(
            label=STEP_LABELS.get(each.step, each.step), at=each.at, by=each.done_by,
            body=names.get(each.agency_id, "") if each.agency_id else "",
            to=names.get(each.referred_to_id, "") if each.referred_to_id else "", text=str(words.get("text", "")),
        )  # fmt: skip
