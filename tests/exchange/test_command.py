"""`xinheng intake`: the same intake from the command line, with counts, problems and exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests import cast
from tests.exchange import sample
from tests.exchange.conftest import Ask
from tests.support.database import TestDatabase
from xinheng.exchange.faults import FileFault
from xinheng.jobs import intake
from xinheng.law.language import Refusal


@pytest.fixture
def command(city: TestDatabase, tmp_path: Path, frozen_today: object) -> Any:
    """Run one step on some rows; (exit code, what was printed)."""

    def run(step: str, *rows: sample.Row, **options: Any) -> tuple[int, str]:
        path = tmp_path / "示例.csv"
        path.write_bytes(sample.sheet(rows).getvalue())
        same = {"step": step, "file": path, "feed": "penalty", "agency": cast.MARKET.uscc, "report": None}
        asked = {**same, "json": False, "user": "", "reviewed": True, **options}
        report = intake.run(asked, progress=lambda line: None)
        return report.code, report.text

    return run


def test_validate_writes_nothing_and_tells_row_column_code_and_clauses(
    command: Any, ask: Ask, tmp_path: Path
) -> None:
    minor = sample.PERSON | {"party_id": cast.MINOR_ID}
    rows = [
        sample.penalty(1),
        sample.penalty(2, party_code="91320800"),
        sample.penalty(3, minor, act_on="2026-01-01"),
    ]
    code, text = command("validate", *rows, json=True, report=tmp_path / "out.xlsx")
    told = json.loads(text)
    assert code == 1
    assert {name: told["counts"][name] for name in ("accepted", "refused", "waiting", "repaired")} == {
        "accepted": 1, "refused": 2, "waiting": 0, "repaired": 0,
    }  # fmt: skip
    refused = {each["row"]: each for each in told["problems"] if each["severity"] == "refused"}
    assert (refused[3]["code"], refused[3]["field"]) == ("USCC_LENGTH", "party_code")
    assert refused[3]["column"]
    assert refused[4]["code"] == "MINOR_ADVERSE"
    assert "huaian-2021-13#4.2b" in refused[4]["clauses"]
    assert all(each["text"] for each in refused.values())
    assert (tmp_path / "out.xlsx").read_bytes()[:2] == b"PK"
    for table in ("exchange_batch", "registry_record", "ledger_event", "exchange_staging"):
        assert ask(f"SELECT count(*) FROM {table}") == [(0,)]
    assert cast.MINOR_ID not in text
    # without an agency the form and the law are asked all the same
    assert command("validate", *rows, agency=None)[0] == 1


def test_submit_records_in_the_name_of_an_officer_and_repeats_without_harm(command: Any, ask: Ask) -> None:
    code, text = command("submit", sample.penalty(1))
    assert (code, "新增 1" in text) == (0, True)
    assert ask("SELECT submitted_by FROM exchange_batch") == [(cast.MARKET_CLERK.actor.user_id,)]
    # whoever was chosen by the command is told, for the receipt bears that name
    assert f"经办人 {cast.MARKET_CLERK.actor.name}，经命令行报送；没有写 --user" in text
    code, text = command("submit", sample.penalty(1))
    assert (code, "已经提交过" in text, "经办人 " in text) == (0, True, False)
    assert ask("SELECT count(*) FROM registry_recordversion") == [(1,)]


def test_json_names_the_officer_in_whose_name_a_file_was_submitted(command: Any) -> None:
    name = cast.MARKET_CLERK.actor.name
    assert json.loads(command("submit", sample.penalty(1), json=True)[1])["officer"] == name
    assert json.loads(command("validate", sample.penalty(2), json=True)[1])["officer"] is None


def test_what_cannot_be_done_is_said(command: Any) -> None:
    with pytest.raises(intake.UsageFault, match="--user"):
        command("submit", sample.penalty(1), user="environment-clerk")
    with pytest.raises(Refusal, match="AGENCY_UNKNOWN"):
        command("submit", sample.penalty(1), agency=cast.FIRM_CODE)
    with pytest.raises(FileFault):
        command("validate")
    with pytest.raises(intake.UsageFault):
        command("validate", file=Path("/nirgends.csv"))
    with pytest.raises(intake.UsageFault, match="penalty 行政处罚信息"):
        command("validate", sample.penalty(1), feed="fines")
