"""The page to confirm a report: yes or no, of the same shape, and nothing of what it says (报告核验)."""

from __future__ import annotations

import io
import logging
import re
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import perf_counter

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import cast
from tests.documents.drafts import SUBJECT, draft
from tests.web.contract import faults
from xinheng.access.scope import acting
from xinheng.documents import attempts, services
from xinheng.documents.models import Attempt, IssuedDocument
from xinheng.law.language import Refusal
from xinheng.ledger.verifier import render
from xinheng.vault import keys
from xinheng.vault.sealing import open_sealed
from xinheng.web.portal import verify

pytestmark = pytest.mark.usefixtures("city")


class Paper:
    """What somebody holds in hand."""

    def __init__(self) -> None:
        with acting(cast.OFFICER.actor):
            issued = services.issue(draft(), actor=cast.OFFICER.actor, now=cast.NOW)
            row = IssuedDocument.objects.get(pk=issued.id)
            raw = open_sealed(services.TABLE, services.BODY, row.id, SUBJECT, bytes(row.body_sealed))
        self.number, self.sha256 = issued.number, bytes(row.pdf_sha256).hex()
        self.code = str(render.body_of(raw)["verify"]["code"])

    @property
    def right(self) -> dict[str, str]:
        return {"number": self.number, "code": self.code}


@pytest.fixture
def paper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Paper:
    monkeypatch.setattr(settings, "XINHENG_KEYS_DIR", tmp_path / "keys")
    monkeypatch.setattr(settings, "XINHENG_FILES_DIR", tmp_path / "files")
    keys.ensure()
    return Paper()


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many questions from one place."""
    monkeypatch.setattr(attempts, "MOST", 100_000)


def ask(client: Client, **typed: str) -> str:
    """The page behind the form's redirect."""
    sent = client.post("/verify/", typed)
    assert sent.status_code == 303
    return client.get(sent.headers["Location"]).content.decode()


def test_the_form(client: Client) -> None:
    got = client.get("/verify/")
    assert (got.status_code, faults(got.content.decode())) == (200, [])
    assert not got.cookies


def test_number_and_code_are_confirmed(client: Client, paper: Paper) -> None:
    html = ask(client, **paper.right)
    assert faults(html) == []
    for told in ("这份报告由我们出具", paper.number, "2026-11-23", paper.sha256, "公共信用信息报告"):
        assert told in html


def test_so_is_the_hash_of_the_file(client: Client, paper: Paper) -> None:
    assert paper.number in ask(client, sha256=paper.sha256.upper())


def test_a_scanned_code_is_confirmed(client: Client, paper: Paper) -> None:
    got = client.get(f"/verify/{paper.code.replace(' ', '')}")
    assert got.status_code == 200
    assert paper.number in got.content.decode()


def test_it_says_nothing_of_whose_report_it_is(client: Client, paper: Paper) -> None:
    html = ask(client, **paper.right)
    for hidden in (cast.FIRM_NAME, cast.FIRM_CODE, str(SUBJECT), paper.code):
        assert hidden not in html


def wrong(paper: Paper) -> list[dict[str, str]]:
    other = "0" * 32
    return [
        {"number": paper.number, "code": other}, {"number": "XYBG-2026-999999", "code": paper.code},
        {"number": "示例", "code": "示例"}, {"sha256": "0" * 64}, {"sha256": "示例"},
        {"number": paper.number, "code": paper.code[:-1] + ("0" if paper.code[-1] != "0" else "1")},
    ]  # fmt: skip


def test_everything_else_is_not_confirmed_and_all_alike(client: Client, paper: Paper) -> None:
    pages = {ask(client, **each) for each in wrong(paper)}
    pages.add(client.get("/verify/" + "0" * 32).content.decode())
    assert len({without_moving_parts(each) for each in pages}) == 1
    page = pages.pop()
    assert "未能核实" in page
    assert faults(page) == []


def without_moving_parts(html: str) -> str:
    return re.sub(r'(打印自：|name="next" value=")[^<"]*', "", html)


def test_yes_and_no_have_one_shape(client: Client, paper: Paper) -> None:
    def shape(html: str) -> list[str]:
        return re.findall(r"<(dt|dd|h1|h2|section|p)\b", html)

    assert shape(ask(client, **paper.right)) == shape(ask(client, **wrong(paper)[0]))
    lengths = {
        len(client.post("/verify/", each).headers["Location"]) for each in (paper.right, *wrong(paper))
    }
    assert len(lengths) == 1


def test_yes_and_no_ask_the_same_of_the_database(client: Client, paper: Paper) -> None:
    told = []
    for each in (paper.right, *wrong(paper)[:3]):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            ask(client, **each)
        told.append(
            [
                re.sub(r"'[^']*'|\d+", "?", query["sql"])
                for query in queries
                if "documents_confirm" in query["sql"]
            ]
        )
    assert len(told[0]) == 2
    assert all(each == told[0] for each in told)


def test_yes_and_no_take_the_same_time(client: Client, paper: Paper, unhurried: None) -> None:
    spent: dict[bool, list[float]] = {True: [], False: []}
    for _ in range(60):
        for right in (True, False):
            begun = perf_counter()
            client.post("/verify/", paper.right if right else wrong(paper)[0])
            spent[right].append(perf_counter() - begun)
    assert abs(median(spent[True]) - median(spent[False])) < 0.001


def test_nothing_that_is_typed_stands_in_an_address(client: Client, paper: Paper) -> None:
    typed = {"number": cast.PERSON_ID, "code": "示例某某"}
    place = client.post("/verify/", typed).headers["Location"]
    for each in (*typed.values(), paper.number, paper.code):
        assert each not in place
    assert client.post("/verify/", paper.right).headers["Location"].count("/") == 3
    assert logging.getLogger("django.request").isEnabledFor(logging.WARNING) is False


def test_an_unfinished_form_is_told(client: Client, paper: Paper) -> None:
    for typed in ({}, {"number": "XYBG-2026-000001"}, {"code": "00"}):
        got = client.post("/verify/", typed)
        assert (got.status_code, faults(got.content.decode())) == (422, [])
        assert "请填写完整" in got.content.decode()


def test_an_answer_is_not_kept_for_ever_and_cannot_be_made_up(
    client: Client, paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = client.post("/verify/", paper.right).headers["Location"]
    for forged in (
        place[:-1] + ("A" if place[-1] != "A" else "B"),
        "/verify/answer/" + "0" * 32,
        "/verify/answer/x:y:z",
    ):
        assert client.get(forged).status_code == 410
    monkeypatch.setattr(verify, "KEPT", -1)
    got = client.get(place)
    assert (got.status_code, faults(got.content.decode())) == (410, [])
    assert paper.number not in got.content.decode()


def test_no_copy_is_kept(client: Client, paper: Paper) -> None:
    sent = client.post("/verify/", paper.right)
    for got in (sent, client.get(sent.headers["Location"]), client.get("/verify/")):
        assert got.headers["Cache-Control"] == "no-store"
    assert "Disallow: /verify/" in client.get("/robots.txt").content.decode()


class TestTooMany:
    def test_whoever_asks_too_often_is_told_when_to_come_back(self, client: Client, paper: Paper) -> None:
        for _ in range(attempts.MOST):
            assert client.post("/verify/", paper.right).status_code == 303
        got = client.post("/verify/", paper.right)
        assert (got.status_code, faults(got.content.decode())) == (429, [])
        assert 0 < int(got.headers["Retry-After"]) <= 601
        assert client.get("/verify/" + "0" * 32).status_code == 429
        assert client.get("/verify/").status_code == 200
        assert client.post("/verify/", paper.right, REMOTE_ADDR="198.51.100.9").status_code == 303

    def test_a_header_is_no_other_place(self, client: Client, paper: Paper) -> None:
        for _ in range(attempts.MOST):
            client.post("/verify/", paper.right)
        elsewhere = {"HTTP_X_FORWARDED_FOR": "198.51.100.7"}
        assert client.post("/verify/", paper.right, **elsewhere).status_code == 429  # type: ignore[arg-type]

    def test_later_it_goes_on_and_what_is_old_is_forgotten(self, paper: Paper) -> None:
        for _ in range(attempts.MOST):
            attempts.count("192.0.2.1", now=cast.NOW)
        with pytest.raises(Refusal, match="TOO_MANY_REQUESTS"):
            attempts.count("192.0.2.1", now=cast.NOW)
        attempts.count("192.0.2.1", now=cast.NOW + attempts.STRETCH)
        attempts.count("192.0.2.1", now=cast.NOW + timedelta(days=2))
        assert Attempt.objects.count() == 1

    def test_places_are_households_and_no_address_is_kept(self, paper: Paper) -> None:
        for address in ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "192.0.2.1", "192.0.2.2", ""):
            attempts.count(address, now=cast.NOW)
        assert sorted(Attempt.objects.values_list("count", flat=True)) == [1, 1, 1, 2]
        with connection.cursor() as cursor, io.StringIO() as out:
            cursor.execute("SELECT a::text FROM documents_attempt a")
            out.write(str(cursor.fetchall()))
            assert "192.0.2" not in out.getvalue()
