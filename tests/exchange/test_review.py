"""Silence is no disclosure review: what the agency has not decided to publish is recorded and not public (3.2d)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests import cast
from tests.exchange import sample
from tests.exchange.conftest import Ask, Submit
from xinheng.exchange import contexts, feeds
from xinheng.jobs import intake
from xinheng.runtime.db import uuid7

_PUBLIC = "SELECT count(*) FROM publication_publicentry"
_REVIEWED = "SELECT f.facts ->> 'reviewed' FROM registry_record r JOIN registry_facts f ON f.id = r.facts_id"


def _context(**source: Any) -> Any:
    asked: dict[str, Any] = {
        "batch": uuid7(),
        "feed": feeds.load("penalty"),
        "actor": cast.MARKET_CLERK.actor,
    }
    return contexts.of(**asked, agency=cast.MARKET.id, source=source, now=cast.NOW)


@pytest.mark.clause("3.2d")
def test_only_a_decision_counts_as_one(city: object) -> None:
    assert _context(reviewed=True).source["reviewed"] is True
    for silent in ({}, {"reviewed": None}, {"reviewed": ""}, {"reviewed": False}, {"reviewed": "no"}):
        assert _context(**silent).source["reviewed"] is False, silent


@pytest.mark.clause("3.2d")
def test_what_nobody_reviewed_is_recorded_and_not_public(submit: Submit, ask: Ask) -> None:
    assert submit(sample.penalty(1), reviewed=None).counts["accepted"] == 1
    assert ask(_REVIEWED) == [("false",)]
    assert ask(_PUBLIC) == [(0,)]
    submit(sample.penalty(2))
    assert ask(_PUBLIC) == [(1,)]


def _options(folder: Path, **other: Any) -> dict[str, Any]:
    sheet = folder / "示例.csv"
    sheet.write_bytes(sample.sheet([sample.penalty(1)]).getvalue())
    asked = {"step": "submit", "file": sheet, "feed": "penalty", "agency": cast.MARKET.uscc, "user": ""}
    return {**asked, "report": None, "json": False, "reviewed": False, **other}


@pytest.mark.clause("3.2d")
def test_the_command_asks_for_the_review_with_a_flag(city: object, ask: Ask, tmp_path: Path) -> None:
    told = intake.run(_options(tmp_path), progress=str)
    assert told.code == intake.DONE
    assert "--reviewed" in told.text
    assert "三（二）" in told.text
    assert ask(_PUBLIC) == [(0,)]


def test_what_was_submitted_with_the_review_before_is_not_said_to_be_without(
    city: object, tmp_path: Path
) -> None:
    intake.run(_options(tmp_path, reviewed=True), progress=str)
    again = intake.run(_options(tmp_path), progress=str).text
    assert "已经提交过" in again
    assert "入库但不公示" not in again


@pytest.mark.clause("3.2d")
def test_with_the_flag_it_is_public(city: object, ask: Ask, tmp_path: Path) -> None:
    assert "--reviewed" not in intake.run(_options(tmp_path, reviewed=True), progress=str).text
    assert ask(_PUBLIC) == [(1,)]


def test_as_json_the_result_stays_json(city: object, tmp_path: Path) -> None:
    assert json.loads(intake.run(_options(tmp_path, json=True), progress=str).text)["counts"]["accepted"] == 1
