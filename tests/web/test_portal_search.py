"""Searching (查询): what is found, what is wrong with a code, and what is never looked up."""

from __future__ import annotations

import logging
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import cast
from tests.web.contract import faults

pytestmark = pytest.mark.usefixtures("city")
NOBODY = "没有找到在公示期内的信息"


def test_a_name_is_posted_and_then_asked_by_address(client: Client, fine: UUID) -> None:
    answer = client.post("/search", {"q": " 淮上 "})
    assert answer.status_code == 302
    found = client.get(answer.headers["Location"])
    text = found.content.decode()
    assert faults(text) == []
    assert cast.FIRM_NAME in text
    assert f'href="/s/{cast.FIRM_CODE}"' in text
    assert "行政处罚 1 条" in text
    assert "共 1 条" in text


@pytest.mark.parametrize(
    "typed", [cast.FIRM_CODE, cast.FIRM_CODE.lower(), f" {cast.FIRM_CODE[:8]} {cast.FIRM_CODE[8:]}"]
)
def test_a_code_leads_straight_to_the_page(client: Client, fine: UUID, typed: str) -> None:
    answer = client.post("/search", {"q": typed}, follow=True)
    assert answer.redirect_chain[-1][0] == f"/s/{cast.FIRM_CODE}"


@pytest.mark.parametrize("typed", ["示例查无", cast.OTHER_FIRM_CODE])
def test_nothing_found_says_what_that_does_not_mean(client: Client, fine: UUID, typed: str) -> None:
    answer = client.get("/search", {"q": typed})
    text = answer.content.decode()
    assert answer.status_code == 200
    assert faults(text) == []
    assert NOBODY in text
    assert "这不代表该主体不存在，也不代表信用好坏" in text


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (cast.FIRM_CODE[:12] + "O" + cast.FIRM_CODE[13:], "第 13 位"),
        (cast.FIRM_CODE[:-1] + ("1" if cast.FIRM_CODE[-1] != "1" else "2"), "校验"),
        (cast.FIRM_CODE[:-1], "17"),
        ("示", "两个字"),
        ("", "请输入"),
    ],
)
def test_what_is_wrong_is_said(client: Client, fine: UUID, typed: str, told: str) -> None:
    answer = client.post("/search", {"q": typed}, follow=True)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert faults(text) == []
    assert told in text
    assert "<title>有问题：" in text
    assert 'aria-invalid="true"' in text


def test_the_reader_keeps_what_was_typed(client: Client, fine: UUID) -> None:
    assert 'value="示"' in client.get("/search", {"q": "示"}).content.decode()


@pytest.mark.parametrize(
    "typed", [cast.PERSON_ID, f"示例某 {cast.PERSON_ID}", cast.PERSON_ID[:-1], "139 0000 0000"]
)
@pytest.mark.clause("3.2c")
def test_a_persons_number_goes_nowhere(
    client: Client,
    person: UUID,
    typed: str,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    with caplog.at_level(logging.DEBUG), CaptureQueriesContext(connection) as asked:
        answers = [client.post("/search", {"q": typed}), client.get("/search", {"q": typed})]
    for answer in answers:
        text = answer.content.decode()
        assert answer.status_code == 422
        assert "Location" not in answer.headers
        assert faults(text) == []
        assert "没有查询" in text
        assert typed not in text
        assert cast.PERSON_ID not in text
    assert not [query for query in asked if "publication" in query["sql"]]
    everything = caplog.text + "".join(capfd.readouterr())
    assert not {piece for piece in typed.split() if len(piece) > 8} & set(everything.split())


def test_markup_is_shown_not_run(client: Client, fine: UUID) -> None:
    text = client.get("/search", {"q": "<script>alert(1)</script>"}).content.decode()
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in text


def test_pages_of_results_keep_the_query(client: Client, fine: UUID) -> None:
    assert "共 1 条" in client.get("/search?q=淮上&page=abc").content.decode()
    assert client.get("/search?q=淮上&page=99").status_code == 200
