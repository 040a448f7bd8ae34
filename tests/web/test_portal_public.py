"""What the public must not see, and that it looks like what never was (不公开与同一答复)."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import cast
from tests.publication.shelf import Kept
from tests.web.conftest import Shelf, accept
from tests.web.contract import faults
from xinheng.publication import prepared

pytestmark = pytest.mark.usefixtures("city")


def answer(client: Client, path: str) -> tuple[int, bytes, list[tuple[str, str]]]:
    got = client.get(path)
    return got.status_code, got.content, sorted(got.headers.items())


@pytest.mark.clause("3.2b", "3.2c")
def test_ended_and_never_existed_answer_with_the_same_bytes(
    client: Client, fine: UUID, ended: UUID, person: UUID
) -> None:
    never = cast.uscc("91", 999)
    paths = [
        f"/s/{never}",
        f"/s/{cast.OTHER_FIRM_CODE}",
        f"/s/{cast.PERSON_ID}",
        "/s/nonsense",
        f"/s/{cast.OTHER_FIRM_CODE}/r/{ended}",
        f"/s/{cast.FIRM_CODE}/r/{ended}",
        f"/s/{cast.FIRM_CODE}/r/{person}",
        f"/s/{cast.FIRM_CODE}/r/{uuid4()}",
        f"/s/{cast.FIRM_CODE}/r/{str(fine).upper()}",
        f"/s/{cast.FIRM_CODE}/r/nonsense",
        f"/s/{cast.FIRM_CODE.lower()}",
        "/catalog/none",
        "/an/address/that/never/was",
    ]
    found = {path: answer(client, path) for path in paths}
    assert {status for status, _, _ in found.values()} == {404}
    assert len({(body, str(headers)) for _, body, headers in found.values()}) == 1


def test_the_open_api_has_one_404_too(client: Client, fine: UUID, ended: UUID) -> None:
    found = [
        answer(client, f"/s/{code}.json")
        for code in (cast.uscc("91", 999), cast.OTHER_FIRM_CODE, cast.PERSON_ID, "x")
    ]
    assert len({(body, str(headers)) for _, body, headers in found}) == 1
    status, body, headers = found[0]
    assert status == 404
    assert dict(headers)["Content-Type"] == "application/problem+json"
    assert json.loads(body)["status"] == 404


@pytest.mark.clause("3.2c")
def test_a_number_typed_into_the_address_is_not_in_the_log(client: Client, person: UUID) -> None:
    """By the settings themselves: what the test runner does to the log is no proof."""
    assert client.get(f"/s/{cast.PERSON_ID}").status_code == 404
    levels: dict[str, dict[str, object]] = settings.LOGGING["loggers"]  # type: ignore[assignment]
    assert levels["django.request"]["level"] == "ERROR"
    assert logging.getLogger("django.request").isEnabledFor(logging.WARNING) is False


def test_a_fault_of_ours_tells_nothing_of_itself(
    client: Client, city: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("示例内情")

    monkeypatch.setattr("xinheng.publication.public.subject", broken)
    client.raise_request_exception = False
    got = client.get(f"/s/{cast.FIRM_CODE}")
    text = got.content.decode()
    assert got.status_code == 500
    assert faults(text) == []
    assert "示例内情" not in text
    assert "RuntimeError" not in text


@pytest.mark.clause("3.2b")
def test_it_was_visible_until_its_last_day(
    client: Client, ended: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XINHENG_TODAY", "2026-11-22")
    assert client.get(f"/s/{cast.OTHER_FIRM_CODE}/r/{ended}").status_code == 200
    monkeypatch.setenv("XINHENG_TODAY", "2026-11-23")
    assert client.get(f"/s/{cast.OTHER_FIRM_CODE}/r/{ended}").status_code == 404


def test_the_open_api_says_what_the_page_says(client: Client, fine: UUID) -> None:
    got = client.get(f"/s/{cast.FIRM_CODE}.json")
    assert got.headers["Content-Type"] == "application/json"
    body = json.loads(got.content)
    assert (body["uscc"], body["name"]) == (cast.FIRM_CODE, cast.FIRM_NAME)
    assert body["tabs"][0]["entries"][0]["record"] == str(fine)


def test_a_subject_page_is_one_statement(client: Client, fine: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    client.get(f"/s/{cast.FIRM_CODE}")  # the law is asked every few seconds, not for each page
    statements: list[str] = []
    ask = prepared.one

    def noted(text: str, told: Mapping[str, Any]) -> Any:
        statements.append(text)
        return ask(text, told)

    monkeypatch.setattr(prepared, "one", noted)
    for path in (f"/s/{cast.FIRM_CODE}", f"/s/{cast.FIRM_CODE}.json"):
        statements.clear()
        with CaptureQueriesContext(connection) as asked:
            assert client.get(path).status_code == 200
        assert (len(statements), len(asked)) == (1, 0), path


@pytest.mark.clause("3.2c")
def test_no_page_knows_a_natural_person(client: Client, fine: UUID, person: UUID) -> None:
    for path in (
        "/",
        "/search?q=示例某某",
        "/search?q=示例",
        "/sitemap.xml?page=1",
        f"/s/{cast.FIRM_CODE}.json",
    ):
        body = client.get(path).content.decode()
        assert str(person) not in body, path
        assert cast.PERSON_ID not in body, path
        assert f">{cast.PERSON_NAME}<" not in body, path


@pytest.mark.clause("3.2c")
def test_withheld_text_keeps_its_place_and_says_why(client: Client, city: None) -> None:
    (record,) = accept(
        Kept(
            decided_on=date(2026, 5, 20),
            kinds=("confiscate_goods",),
            content={"facts_text": "示例某某，电话13900000000，住示例路1号"},
            withheld=("facts_text",),
        )
    )
    text = client.get(f"/s/{cast.FIRM_CODE}/r/{record}").content.decode()
    assert "含个人信息，暂不公开" in text
    assert "违法事实" in text
    assert "13900000000" not in text
    assert "示例某某" not in text


@pytest.mark.clause("3.2c")
def test_the_site_map_lists_only_what_is_visible(
    client: Client, fine: UUID, ended: UUID, person: UUID
) -> None:
    index = client.get("/sitemap.xml")
    assert index.headers["Content-Type"].startswith("application/xml")
    assert b"<loc>http://testserver/sitemap.xml?page=1</loc>" in index.content
    part = client.get("/sitemap.xml?page=1").content.decode()
    assert f"<loc>http://testserver/s/{cast.FIRM_CODE}</loc>" in part
    assert cast.OTHER_FIRM_CODE not in part
    assert [client.get(f"/sitemap.xml?page={n}").status_code for n in ("2", "0", "01", "x")] == [404] * 4
