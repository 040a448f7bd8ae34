"""Numbers of persons are nowhere but sealed: no address, log, title, event, session or column has one (证件号码不外泄)."""

# clause: 5.2

from __future__ import annotations

import logging
import re
from hashlib import sha256
from typing import Any

import psycopg
import pytest
from django.test import Client

from tests import cast
from tests.counter.test_file import WHO
from tests.counter.test_notices import bound, stood
from tests.counter.town import PRIVATE, Town
from tests.web.contract import Page

NUMBERS = [each for each in PRIVATE if each != cast.PERSON_NAME]


def test_no_number_in_addresses_titles_logs_and_cookies(
    town: Town, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    seen: list[str] = []
    for who in WHO:
        client = Client()
        seen.append(town.begun(client))
        back = town.chosen(seen[-1], who)
        seen += back.values()
        answer = client.get("/me/callback/", back)
        seen += [answer.headers["Location"], str(client.cookies), str(dict(client.session))]
        seen += list(walked(client))
    bound(town)
    seen.append(stood(town).headers["Location"])
    town.officer(cast.WINDOW_STAFF).post(
        "/desk/window/", {"number": cast.PERSON_ID, "evidence": "resident_card", "step": "act"}
    )
    Client().post("/progress/", {"number": cast.PERSON_ID, "code": cast.PERSON_ID})
    Client().get("/me/callback/", {"code": cast.PERSON_ID, "state": cast.PERSON_ID})
    seen += [caplog.text, *capfd.readouterr()]
    assert [number for number in NUMBERS if any(number in text for text in seen)] == []


def walked(client: Client) -> Any:
    """Addresses and titles of whatever is reached from the home page."""
    todo, done = ["/me/"], set[str]()
    while todo:
        path = todo.pop()
        if path in done or len(done) > 60:
            continue
        done.add(path)
        answer = client.get(path)
        if not answer.get("Content-Type", "").startswith("text/html") or answer.status_code != 200:
            yield answer.headers.get("Content-Disposition", "")
            continue
        page = Page(answer.content.decode())
        yield page.title
        yield from page.links
        todo += [
            each.partition("#")[0] for each in page.links if each.startswith("/me/") and "login" not in each
        ]
    assert len(done) >= 5


def test_no_number_in_any_column_in_clear(town: Town, superuser: psycopg.Connection[Any]) -> None:
    """Every text and JSON column of every table: events, register, bindings, sessions, answers kept for a repeat."""
    columns = superuser.execute(
        "SELECT table_name, column_name FROM information_schema.columns JOIN pg_class ON relname = table_name"
        " WHERE table_schema = 'public' AND relkind IN ('r', 'p') AND NOT relispartition"
        " AND data_type IN ('text', 'jsonb', 'character varying', 'ARRAY')"
    ).fetchall()
    assert len(columns) > 100
    wanted = "|".join(map(re.escape, NUMBERS))
    found = [
        f"{table}.{column}"
        for table, column in columns
        if superuser.execute(
            f'SELECT 1 FROM "{table}" WHERE "{column}"::text ~ %s LIMIT 1', [wanted]
        ).fetchone()
    ]
    assert found == []


def test_an_account_is_made_of_keyed_hashes_alone(town: Town, superuser: psycopg.Connection[Any]) -> None:
    town.at("person")
    rows = superuser.execute("SELECT login, person FROM access_counteraccount").fetchall()
    assert rows
    plain = {sha256(number.encode()).digest() for number in NUMBERS}
    assert not {bytes(each) for row in rows for each in row if each} & plain
    index = {bytes(each) for (each,) in superuser.execute("SELECT id_index FROM subjects_person")}
    assert not {bytes(each) for row in rows for each in row if each} & index
