"""What held on a day by what was known on another: the story of conftest, asked pair by pair (两个时间)."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from tests import cast
from tests.asof.conftest import (
    ACCEPTED,
    AGAIN,
    CHANGED,
    CORRECTED,
    ENDED,
    FALLEN_BACK,
    TODAY,
    WITHDRAWN,
    Story,
)
from xinheng.access.actor import Actor
from xinheng.access.scope import acting
from xinheng.publication import asof
from xinheng.publication.asof import Answer
from xinheng.registry.asof import Asked, open_record
from xinheng.registry.models import Record

DAY = timedelta(days=1)


def ask(record: UUID, as_of: date, known: date | None = None, actor: Actor = cast.AUDITOR.actor) -> Answer:
    asked = Asked.of(as_of, known, today=TODAY)
    opened = open_record(record, actor=actor, purpose="supervision", basis="示例督查1号", now=cast.NOW)
    return asof.of_record(record, asked, opened=opened, today=TODAY)


def told(answer: Answer) -> tuple[str, int | None, bool, str]:
    """State, version, in publication or not, and by which rule not."""
    standing = answer.by_known
    version = standing.kept.version
    why = "" if standing.shown.visible else standing.shown.told[0].code
    return standing.kept.state, version.version if version else None, standing.shown.visible, why


NOT_YET = ("not_yet", None, False, "RECORD_NOT_YET")
ENDED_THEN = ("live", 2, False, "TERM_ENDED")
GONE = ("withdrawn", 2, False, "RECORD_WITHDRAWN")

FINE: list[tuple[date, date, tuple[Any, ...]]] = [
    (ACCEPTED - DAY, ACCEPTED - DAY, NOT_YET),
    # its window reaches back to the decision, before it was there: nobody saw it
    (ACCEPTED - DAY, CORRECTED, NOT_YET),
    (ACCEPTED - DAY, TODAY, NOT_YET),
    # accepted in the last moment of the day: it was there when the day ended
    (ACCEPTED, ACCEPTED, ("live", 1, True, "")),
    (CORRECTED - DAY, CORRECTED - DAY, ("live", 1, True, "")),
    # corrected in the first moment of the next: nobody knew the day before
    (CORRECTED, CORRECTED, ("live", 2, True, "")),
    (CORRECTED - DAY, CORRECTED, ("live", 2, True, "")),
    (ENDED - DAY, ENDED - DAY, ("live", 2, True, "")),
    (ENDED, ENDED, ENDED_THEN),
    (WITHDRAWN - DAY, WITHDRAWN - DAY, ENDED_THEN),
    (WITHDRAWN, WITHDRAWN, GONE),
    # later knowledge: the sheet was a mistake, nothing of it should ever have been public
    (CORRECTED, WITHDRAWN - DAY, ("live", 2, True, "")),
    (CORRECTED, WITHDRAWN, GONE),
    (AGAIN - DAY, AGAIN - DAY, GONE),
    (AGAIN, AGAIN, ("live", 3, False, "TERM_ENDED")),
    (CORRECTED, TODAY, ("live", 3, False, "TERM_ENDED")),
    (TODAY, TODAY, ("live", 3, False, "TERM_ENDED")),
]


@pytest.mark.parametrize(("as_of", "known", "expected"), FINE)
def test_the_fine_pair_by_pair(story: Story, as_of: date, known: date, expected: Any) -> None:
    assert told(ask(story.fine, as_of, known)) == expected


WRONG: list[tuple[date, date, tuple[Any, ...]]] = [
    # by the mistaken day its term was over before it came
    (ACCEPTED, ACCEPTED, ("live", 1, False, "TERM_ENDED")),
    (ACCEPTED, CORRECTED, ("live", 2, True, "")),
    (CORRECTED, CORRECTED, ("live", 2, True, "")),
    (date(2027, 5, 14), date(2027, 5, 14), ("live", 2, True, "")),
    (date(2027, 5, 15), date(2027, 5, 15), ("live", 2, False, "TERM_ENDED")),
    (TODAY, TODAY, ("withdrawn", 2, False, "RECORD_WITHDRAWN")),
]


@pytest.mark.parametrize(("as_of", "known", "expected"), WRONG)
def test_what_was_not_shown_by_mistake_is_told_as_that(
    story: Story, as_of: date, known: date, expected: Any
) -> None:
    assert told(ask(story.wrong, as_of, known)) == expected


def test_a_change_withdrawn_falls_back_and_is_no_withdrawal_of_the_record(story: Story) -> None:
    conducts = {}
    for day in (ACCEPTED, CHANGED, FALLEN_BACK):
        kept = ask(story.other, day, day).then.kept
        assert kept.version is not None
        conducts[day] = (kept.state, kept.version.version, kept.version.content["conduct"])
    before, after = "经营标签不符合规定的食品", "经营超过保质期的食品"
    assert conducts == {
        ACCEPTED: ("live", 1, before), CHANGED: ("live", 2, after), FALLEN_BACK: ("live", 3, before),
    }  # fmt: skip
    assert ask(story.other, WITHDRAWN, WITHDRAWN).then.kept.state == "withdrawn"


def test_what_a_later_sheet_says_stays_when_the_first_is_withdrawn(story: Story) -> None:
    kept = ask(story.stays, WITHDRAWN, WITHDRAWN).then.kept
    assert kept.version is not None
    assert (kept.state, kept.version.version) == ("live", 2)


def test_the_present_is_what_the_register_holds(story: Story) -> None:
    with acting(cast.AUDITOR.actor):
        held = {row.pk: (row.state, row.version) for row in Record.objects.all()}
    assert set(held) == set(asdict(story).values())
    for record, present in held.items():
        kept = ask(record, TODAY).now.kept
        assert kept.version is not None
        assert (kept.state, kept.version.version) == present


@pytest.mark.clause("3.2c")
def test_a_person_was_never_public_and_the_law_of_the_day_says_why(story: Story) -> None:
    then = ask(story.person, CORRECTED, CORRECTED).then
    assert (then.kept.state, then.shown.visible, then.shown.change) == ("live", False, None)
    assert "PERSON_PUBLISH_BASIS" in [each.code for each in then.shown.told]


def test_the_answer_names_since_when_and_by_which_event(story: Story) -> None:
    answer = ask(story.fine, CORRECTED)
    kinds = [each.kind and each.kind.value for each in answer.acts]
    assert kinds == ["batch.accepted", "record.corrected", "batch.withdrawn", "batch.accepted"]
    then = answer.then
    assert then.kept.event == answer.acts[1].event
    assert then.shown.change is not None
    assert (then.shown.change.event, then.shown.change.cause) == (answer.acts[1].event, "correction")
    assert ask(story.fine, WITHDRAWN, WITHDRAWN).then.kept.event == answer.acts[2].event
    # what came after the day known is not in the account
    assert len(ask(story.fine, ACCEPTED, CORRECTED).acts) == 2


def test_the_day_itself_is_always_told_beside_later_knowledge(story: Story) -> None:
    """Asked without `known`, nobody may read from the answer that the public had not seen it."""
    answer = ask(story.fine, CORRECTED)
    assert (answer.then.shown.visible, answer.by_known.shown.visible) == (True, False)
    assert answer.then.kept.version != answer.now.kept.version
