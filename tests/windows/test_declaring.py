"""A window is declared once, by two officers of the credit office, and ended by two (不可抗力窗口)."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction

from tests import cast
from tests.windows.flood import COUNTY, FIRST, PROVINCE, SECOND, declared, ended, proposed
from xinheng.catalog import services, windows
from xinheng.catalog.models import Window, WindowEnding
from xinheng.law.language import Refusal
from xinheng.ledger.models import Event

pytestmark = pytest.mark.clause("4.2b")


def told() -> list[str]:
    return list(
        Event.objects.filter(kind__startswith="window.").order_by("id").values_list("kind", flat=True)
    )


def test_one_proposes_another_declares_and_nobody_decides_twice(town: None) -> None:
    window = proposed()
    assert windows.declared() == ()
    with pytest.raises(Refusal, match="SAME_PERSON"):
        services.approve_window(window, actor=FIRST, now=cast.NOW)
    with pytest.raises(Refusal, match="PERMISSION_DENIED"):
        services.approve_window(window, actor=cast.LABOUR_CHECKER.actor, now=cast.NOW)
    assert services.approve_window(window, actor=SECOND, now=cast.NOW).stands
    for decide in (services.approve_window, services.refuse_window):
        with pytest.raises(Refusal, match="ALREADY_DECIDED"):
            decide(window, actor=SECOND, now=cast.NOW)
    (flood,) = windows.declared()
    assert (flood.id, flood.area, flood.first, flood.last) == (
        str(window), PROVINCE, date(2025, 7, 1), date(2025, 7, 20),
    )  # fmt: skip
    assert told() == ["window.proposed", "window.declared"]


def test_a_refused_window_touches_nothing(town: None) -> None:
    services.refuse_window(proposed(), actor=SECOND, now=cast.NOW)
    assert windows.declared() == ()
    assert windows.waiting_windows() == ()


def test_what_makes_no_sense_is_not_proposed(town: None) -> None:
    changes: tuple[tuple[dict[str, Any], str], ...] = (
        ({"area": "999999"}, "没有这个地区"),
        # Abolished in 2016: the district is another one now.
        ({"area": "320802"}, "没有这个地区"),
        ({"first": date(2026, 11, 24), "last": None}, "开始日还没有到"),
        ({"first": date(2025, 7, 2), "last": date(2025, 7, 1)}, "结束日早于开始日"),
    )
    for change, fault in changes:
        with pytest.raises(Refusal, match="WINDOW_INCOMPLETE") as refused:
            proposed(**change)
        assert refused.value.reasons[0].values == {"fault": fault}


def test_an_open_window_is_ended_by_two_and_only_ever_shortened(town: None) -> None:
    window = declared(last=None)
    ending = services.propose_window_end(
        window, last=date(2025, 8, 1), ground="示例水退", actor=FIRST, now=cast.NOW
    )
    assert windows.declared()[0].last is None
    with pytest.raises(Refusal, match="NOT_READY"):
        services.propose_window_end(window, last=None, ground="示例", actor=SECOND, now=cast.NOW)
    with pytest.raises(Refusal, match="SAME_PERSON"):
        services.approve_window_end(ending, actor=FIRST, now=cast.NOW)
    services.approve_window_end(ending, actor=SECOND, now=cast.NOW)
    assert windows.declared()[0].last == date(2025, 8, 1)
    for last in (date(2025, 8, 1), date(2025, 9, 1), date(2025, 6, 30)):
        with pytest.raises(Refusal, match="WINDOW_INCOMPLETE"):
            services.propose_window_end(window, last=last, ground="示例", actor=FIRST, now=cast.NOW)
    ended(window, None)
    assert windows.declared() == ()
    assert windows.window(window).revoked


def test_an_end_that_is_turned_down_changes_nothing(town: None) -> None:
    window = declared()
    ending = services.propose_window_end(window, last=None, ground="示例误报", actor=FIRST, now=cast.NOW)
    assert [each.id for each in windows.waiting_windows()] == [window]
    services.refuse_window_end(ending, actor=SECOND, now=cast.NOW)
    assert len(windows.declared()) == 1
    assert windows.waiting_windows() == ()
    ended(window, date(2025, 7, 10))


def test_no_statement_of_the_application_gets_round_two_persons(town: None) -> None:
    window, other = proposed(), cast.LABOUR_CHECKER.actor.user_id
    decides = "granted = true, decided_at = now(), decided_by = "
    for change in (
        # by its own proposer, by nobody of the office, half; and what it says
        f"{decides} proposed_by",
        f"{decides} '{other}'",
        "granted = true",
        f"{decides} '{SECOND.user_id}', area = '320800'",
        "first = first - 1",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE catalog_window SET {change} WHERE id = %s", [window])


def test_a_declared_window_stays_and_none_is_born_declared(town: None) -> None:
    window = declared()
    with pytest.raises(IntegrityError), transaction.atomic():
        Window.objects.filter(pk=window).update(last=date(2025, 12, 31))
    with pytest.raises(IntegrityError, match="decided once"), transaction.atomic():
        Window.objects.filter(pk=window).update(granted=False)
    ending = services.propose_window_end(window, last=None, ground="示例", actor=FIRST, now=cast.NOW)
    with pytest.raises(IntegrityError, match="by another officer"), transaction.atomic():
        WindowEnding.objects.filter(pk=ending).update(
            granted=True, decided_by=FIRST.user_id, decided_at=cast.NOW
        )
    row = Window.objects.get(pk=window)
    row.pk, row.number = UUID(int=7), "窗2026-9999"
    with pytest.raises(IntegrityError, match="proposed open"), transaction.atomic():
        row.save(force_insert=True)
    undecided = proposed()
    with (
        pytest.raises(IntegrityError, match="only a declared window"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "INSERT INTO catalog_windowending (id, window_id, ground, proposed_by, proposed_at)"
            " VALUES (gen_random_uuid(), %s, '示例', %s, now())",
            [undecided, FIRST.user_id],
        )


def test_a_county_lies_in_its_province_and_its_city_acts_in_it(town: None) -> None:
    declared(area=COUNTY)
    (flood,) = windows.declared()
    assert [flood.covers(area) for area in ("320812", "320800", "320000", "320813", "329999")] == [
        True, True, True, False, False,
    ]  # fmt: skip
