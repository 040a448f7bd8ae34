"""The clock: one day for everybody, Beijing's, shifted only on request (时钟)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from xinheng.runtime import clock


def test_a_day_begins_at_midnight_in_beijing() -> None:
    assert clock.day_of(datetime(2026, 11, 22, 15, 59, 59, tzinfo=UTC)) == date(2026, 11, 22)
    assert clock.day_of(datetime(2026, 11, 22, 16, 0, tzinfo=UTC)) == date(2026, 11, 23)
    with pytest.raises(ValueError, match="time zone"):
        clock.day_of(datetime(2026, 11, 22))  # noqa: DTZ001 - the fault this is about


def test_unshifted_it_is_the_machine_s(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XINHENG_TODAY", raising=False)
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)  # noqa: TID251 - compared with it
    assert clock.now().tzinfo is UTC


@pytest.mark.parametrize("day", ["2021-07-01", "2026-11-23", "2028-02-29"])
def test_shifted_both_answers_agree(day: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XINHENG_TODAY", day)
    assert clock.today() == date.fromisoformat(day) == clock.day_of(clock.now())


def test_a_day_that_does_not_exist_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XINHENG_TODAY", "2026-02-30")
    with pytest.raises(clock.ClockFault, match="2026-02-30"):
        clock.today()
