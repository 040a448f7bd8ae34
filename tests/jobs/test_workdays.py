"""The command counts by finger what the law counts."""

from __future__ import annotations

import json

import pytest

from xinheng.config.command import run


@pytest.mark.clause("4.1b")
def test_ten_days_over_the_national_day(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["workdays", "2026-09-28", "10"]) == 0
    said = capsys.readouterr().out
    assert "2026-10-01　不计" in said
    assert "国务院" in next(line for line in said.splitlines() if "2026-10-01" in line)
    assert "2026-10-10　第" in said
    assert "调休上班" in said
    assert "最后一日：2026-10-16" in said
    assert "暂定" not in said


def test_a_period_into_a_year_without_notice_is_provisional(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["workdays", "2026-12-28", "10", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["provisional"]
    assert next(each["provisional"] for each in said["days"]) is False
    assert run(["workdays", "2026-12-28", "10"]) == 0
    assert "（暂定）" in capsys.readouterr().out


@pytest.mark.parametrize("words", [["2026-13-01", "1"], ["2026-09-28", "0"], ["2026-09-28"]])
def test_what_is_no_period_is_a_usage_fault(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["workdays", *words]) == 2
    said = capsys.readouterr().err
    assert len(said) < 80
    assert "argument" not in said
