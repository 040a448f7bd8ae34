"""Officers, parties, courts and somebody with the database role act at random on the database (随机走查).

Small here; `make soak` runs it 100 times 30 steps, and finds the wrong where a guard was taken out.
"""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from django_otp.plugins.otp_totp.models import TOTPDevice
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests import cast
from tests.casework.behind import Behind
from tests.casework.city import FIRMS, SECOND, SEEN, Desk
from tests.casework.office import START, Office
from tests.casework.test_guards_of_the_database import ATTACKS, replaced
from tests.web.desk_city import signed_in
from xinheng.law.facts import SubjectKind
from xinheng.runtime import clock
from xinheng.subjects.services import add_person, add_subject


@pytest.fixture
def desk(office: Office, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """All officers at the desk, whose clock is that of the run."""
    known = {each.actor.user_id: each for each in cast.OFFICERS}
    for who, each in known.items():
        TOTPDevice.objects.create(user_id=who, name=each.username, confirmed=True)
    cast.leave_untold()
    made = Desk({who: signed_in(each) for who, each in known.items()})
    monkeypatch.setattr(clock, "now", lambda: made.moment)
    monkeypatch.setattr(clock, "today", lambda: clock.day_of(made.moment))
    return made


def run(office: Office, desk: Desk, examples: int, steps: int) -> None:
    SEEN.clear()
    minor = add_person(
        id_kind="resident_id", number=cast.MINOR_ID, name=cast.MINOR_NAME, actor=SECOND, now=cast.NOW
    )
    firms = tuple(
        add_subject(
            kind=SubjectKind.LEGAL_PERSON, uscc=cast.uscc("91", 600 + n), name=f"示例第{n}公司", seen_from=START,
            actor=SECOND, now=cast.NOW,
        )
        for n in range(FIRMS)
    )  # fmt: skip
    machine = type("City", (Behind,), {"office": office, "minor": minor, "firms": firms, "desk": desk})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None, derandomize=True, database=None,
            phases=(Phase.generate,), suppress_health_check=list(HealthCheck), print_blob=False,
        ),
    )  # fmt: skip


@pytest.mark.clause("2.3", "2.4", "4.1a", "4.1b", "4.1c")
def test_no_run_lists_anybody_wrongly(office: Office, drawn_once: None, desk: Desk) -> None:
    run(office, desk, 6, 18)
    # A run in which nobody is ever listed would prove nothing, and nor would one in which nothing is refused.
    assert SEEN["listed"] >= 4, SEEN
    assert SEEN["taken at the desk"] >= 4, SEEN
    assert SEEN["refused"] >= 10, SEEN
    assert SEEN["refused by the database"] >= 10, SEEN


@pytest.mark.soak
def test_no_run_lists_anybody_wrongly_at_length(office: Office, drawn_once: None, desk: Desk) -> None:
    """The same, 100 times 30 steps."""
    run(office, desk, 100, 30)
    assert SEEN["listed"] >= 60, SEEN
    assert SEEN["refused by the database"] >= 200, SEEN


@pytest.mark.soak
@pytest.mark.parametrize("guard", ["casework_entered", "casework_step_in_order", "casework_entry_of_case"])
def test_without_a_guard_a_long_run_finds_the_wrong(
    guard: str, superuser: psycopg.Connection[Any], office: Office, drawn_once: None, desk: Desk
) -> None:
    """The services still ask; who writes past them is no longer refused."""
    with replaced(superuser, guard, ATTACKS[guard].without), pytest.raises(AssertionError):
        run(office, desk, 100, 30)
