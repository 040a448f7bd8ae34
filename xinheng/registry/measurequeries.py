"""Measures taken and not taken, as officers may read them, each look on record first (惩戒措施查询)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

from xinheng.access.actor import Actor
from xinheng.access.gate import Opened
from xinheng.access.permissions import require
from xinheng.access.scope import acting, whole_city
from xinheng.law.facts import Effect
from xinheng.law.language import Refusal
from xinheng.law.measures import LISTED
from xinheng.registry.lifting import ratings_open, reason_of
from xinheng.registry.measurefacts import DocumentHeld, EntryHeld, Given, document_of, entry_of
from xinheng.registry.measurestanding import Periods, in_force_on, lifted_on, periods
from xinheng.registry.measuretexts import given_of, texts_of
from xinheng.registry.models import Instrument, MeasureNotice, MeasureRating, MeasureState, MeasureTaken
from xinheng.runtime.paging import Page, paged

MEASURES = "measures"
LIFTED = "计划执行期间，暂时解除"


@dataclass(frozen=True, slots=True)
class MeasureLine:
    """One line of the register of measures; a natural person without name."""

    id: UUID
    number: str
    state: str
    state_label: str
    standing: bool
    subject: UUID
    subject_kind: str
    party: str
    row: str
    matter: str
    agency: str
    made_by: UUID
    made_at: datetime
    decided_on: date | None
    until: date | None
    ended_on: date | None


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """A measure whose ground has changed and of which the body has not recorded yet what it did.

    `entry_listed`: its entry is on the list again, or its document has its effect.
    """

    measure: UUID
    number: str
    row: str
    party: str
    told_at: datetime
    entry_listed: bool


@dataclass(frozen=True, slots=True)
class RatingLine:
    """A measure that stands again after a plan of a court, and which its body has not rated anew yet."""

    measure: UUID
    number: str
    row: str
    party: str
    told_at: datetime


@dataclass(frozen=True, slots=True)
class Rated:
    """What a body answered after a plan, and why."""

    by: UUID
    at: datetime
    answer: str
    reason: str


@dataclass(frozen=True, slots=True)
class MeasureView:
    """One measure in full, in an opened file; `said`, `review`, `decision`, `end` are texts in clear by name."""

    line: MeasureLine
    given: Given
    entry: EntryHeld | None
    document: DocumentHeld | None
    said: Mapping[str, str]
    review: Mapping[str, str]
    decision: Mapping[str, str]
    end: Mapping[str, str]
    review_by: UUID | None
    review_necessary: bool | None
    decided_by: UUID | None
    decided_at: datetime | None
    ended_by_label: str
    ender: UUID | None
    asked: Sequence[Mapping[str, Any]]
    notice: NoticeLine | None
    rating: RatingLine | None
    lifted: Periods
    rated: Sequence[Rated]


# Tab of the list: proposed, in force today or lifted for a time, no more in force, not taken.
TABS = ("proposed", "in_force", "over", "not_taken")


def measures(*, opened: Opened, day: date, tab: str, page: int = 1, size: int = 20) -> Page[MeasureLine]:
    """The measures of the opened set under one tab, latest first: the agency's own, or all for office and auditor."""
    require(opened.actor, "measure.view")
    opened.require_what(MEASURES)
    with _reading(opened.actor):
        found = _own(opened.actor, day).filter(_under(tab, day)).order_by("-made_at", "-id")
        return paged(found, page, size, lambda each: _line(each, day))


def counts(*, opened: Opened, day: date) -> dict[str, int]:
    """How many there are under each tab."""
    require(opened.actor, "measure.view")
    opened.require_what(MEASURES)
    with _reading(opened.actor):
        return {tab: _own(opened.actor, day).filter(_under(tab, day)).count() for tab in TABS}


def notices(*, opened: Opened) -> list[NoticeLine]:
    """What the agency was told of its measures and has not answered yet, oldest first."""
    require(opened.actor, "measure.view")
    opened.require_what(MEASURES)
    with _reading(opened.actor):
        rows = MeasureNotice.objects.select_related("measure__entry", "measure__instrument").filter(
            answered_at=None
        )
        if not opened.actor.whole_city:
            rows = rows.filter(agency=opened.actor.agency_id)
        return [_notice(each) for each in rows.order_by("told_at", "id")]


def ratings(*, opened: Opened) -> list[RatingLine]:
    """The agency's measures that stand again after a plan and are to be rated anew, oldest first."""
    require(opened.actor, "measure.view")
    opened.require_what(MEASURES)
    with _reading(opened.actor):
        rows = _ratings()
        if not opened.actor.whole_city:
            rows = rows.filter(agency=opened.actor.agency_id)
        return [_rating(each) for each in rows.order_by("told_at", "id")]


def _ratings() -> QuerySet[MeasureRating]:
    return ratings_open().select_related("measure").filter(measure__state=MeasureState.IN_FORCE)


def _rating(row: MeasureRating) -> RatingLine:
    made = row.measure
    return RatingLine(made.pk, made.number, made.row, made.party, row.told_at)


def notice_count(*, actor: Actor) -> int:
    """How many notices wait for the actor's agency; names nobody."""
    require(actor, "measure.view")
    with acting(actor):
        told = MeasureNotice.objects.filter(answered_at=None, agency=actor.agency_id).count()
        return (
            told + ratings_open().filter(agency=actor.agency_id, measure__state=MeasureState.IN_FORCE).count()
        )


def proposed(*, actor: Actor) -> list[tuple[UUID, str, UUID, datetime]]:
    """(id, number, who proposed, when) of the measures that wait for the second person; names no subject.

    What the actor reviewed waits for somebody else.
    """
    require(actor, "measure.view")
    with acting(actor):
        found = MeasureTaken.objects.filter(state=MeasureState.PROPOSED, agency=actor.agency_id)
        found = found.filter(~Q(review_by=actor.user_id) | Q(review_by=None))
        return list(found.order_by("made_at", "id").values_list("id", "number", "made_by", "made_at"))


def subject_of_measure(measure: UUID, *, actor: Actor) -> tuple[UUID, str] | None:
    """(subject, number): whose file has to be opened for a measure; None when there is none for the actor."""
    require(actor, "measure.view")
    with acting(actor):
        return MeasureTaken.objects.filter(pk=measure).values_list("subject_id", "number").first()


def measure(measure_id: UUID, *, opened: Opened, day: date) -> MeasureView:
    """One measure with its texts in clear. Raises Refusal NOT_FOUND, NOT_YOURS for another file's."""
    require(opened.actor, "measure.view")
    with _reading(opened.actor):
        row = _own(opened.actor, day).filter(pk=measure_id).first()
        if row is None:
            raise Refusal.because("NOT_FOUND")
        opened.require_subject(row.subject_id)
        notice = MeasureNotice.objects.select_related("measure__entry", "measure__instrument").filter(
            measure=row, answered_at=None
        )
        waiting, anew = notice.first(), _ratings().filter(measure=row).first()
        return _view(
            row, day, opened, None if waiting is None else _notice(waiting), None if anew is None else _rating(anew)
        )  # fmt: skip


def _view(
    row: MeasureTaken, day: date, opened: Opened, notice: NoticeLine | None, rating: RatingLine | None
) -> MeasureView:
    same = ("review_by", "review_necessary", "decided_by", "decided_at", "ender", "asked")
    told: dict[str, Any] = {name: getattr(row, name) for name in same}
    return MeasureView(
        line=_line(row, day),
        given=given_of(row),
        entry=entry_of(row.entry_id, opened=opened) if row.entry_id else None,
        document=_document(row, opened),
        ended_by_label=row.get_ended_by_display() if row.ended_by else "",
        notice=notice,
        rating=rating,
        lifted=periods(row.subject_id, instrument=row.instrument_id, entry=row.entry_id),
        rated=[_rated(each, row.subject_id) for each in _answered(row)],
        said=texts_of(row, "said"),
        review=texts_of(row, "review"),
        decision=texts_of(row, "decision"),
        end=texts_of(row, "end"),
        **told,
    )


def _answered(row: MeasureTaken) -> QuerySet[MeasureRating]:
    return MeasureRating.objects.filter(measure=row, answered_at__isnull=False).order_by("answered_at")


def _rated(row: MeasureRating, subject: UUID) -> Rated:
    assert row.answered_by is not None  # noqa: S101  # a constraint of the table
    assert row.answered_at is not None  # noqa: S101  # likewise
    return Rated(row.answered_by, row.answered_at, row.get_answer_display(), reason_of(row, subject))


def _document(row: MeasureTaken, opened: Opened) -> DocumentHeld | None:
    """The document it rests on; None once no live record of the subject leads to it."""
    try:
        return document_of(row.instrument_id, opened=opened) if row.instrument_id else None
    except Refusal:
        return None


@contextmanager
def _reading(actor: Actor) -> Iterator[None]:
    """Whether a measure stands depends on entries of all agencies; whose measures are read, `_own` says."""
    with acting(actor), whole_city():
        yield


def _own(actor: Actor, day: date) -> QuerySet[MeasureTaken]:
    standing = ExpressionWrapper(in_force_on(day), output_field=BooleanField())
    lifted = ExpressionWrapper(lifted_on(day), output_field=BooleanField())
    rows = MeasureTaken.objects.select_related("agency").annotate(standing=standing, lifted=lifted)
    return rows if actor.whole_city else rows.filter(agency=actor.agency_id)


def _under(tab: str, day: date) -> Q:
    held = in_force_on(day) | Q(state=MeasureState.IN_FORCE) & lifted_on(day)
    if tab == "in_force":
        return held
    if tab == "over":
        gone = Q(state=MeasureState.IN_FORCE) & ~held
        return gone | Q(state__in=[MeasureState.ENDED, MeasureState.REFUSED])
    return Q(state=tab)


_SAME = (
    "id", "number", "state", "subject_kind", "party", "row", "matter", "made_by", "made_at", "decided_on", "until",
    "ended_on",
)  # fmt: skip


def _line(row: MeasureTaken, day: date) -> MeasureLine:
    standing = bool(row.standing)  # type: ignore[attr-defined]
    label = row.get_state_display() if standing or row.state != MeasureState.IN_FORCE else _why_not(row, day)
    told = {name: getattr(row, name) for name in _SAME}
    return MeasureLine(
        **told, state_label=label, standing=standing, subject=row.subject_id, agency=row.agency.name
    )


def _why_not(row: MeasureTaken, day: date) -> str:
    """Why a measure that nobody has ended is not in force: told in the place of its state."""
    if row.lifted:  # type: ignore[attr-defined]
        return LIFTED
    if row.until is not None and row.until < day:
        return "期限已满"
    return "依据已变，停止使用"


def _notice(row: MeasureNotice) -> NoticeLine:
    made = row.measure
    ground = made.entry.state == LISTED if made.entry else _has_effect(made.instrument)
    return NoticeLine(made.pk, made.number, made.row, made.party, row.told_at, ground)


def _has_effect(document: Instrument | None) -> bool:
    return document is not None and document.effect == Effect.EFFECTIVE
