"""Progress by receipt number and code, asked without signing in; how often is limited (进度查询)."""

# clause: 4.1b

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests import cast
from tests.counter.test_file import notice
from tests.counter.test_notices import WORDS, objections, said
from tests.counter.town import Town
from tests.web.contract import faults
from xinheng.documents import attempts, receipts


def handed_in(town: Town) -> str:
    """The number of what the firm says to its notice."""
    said(town.at("boss"), f"{reverse('counter:notice', args=[notice(town)])}reply/")
    return objections(town)[-1].number


@pytest.fixture
def unasked(town: Town) -> None:
    """Nobody has asked from here before."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM documents_attempt")


@pytest.mark.clause("4.1b")
def test_progress_is_told_to_whoever_holds_the_receipt(town: Town, unasked: None) -> None:
    number = handed_in(town)
    asked = {"number": f" {number.lower()} ", "code": receipts.code_of(number).replace("-", " ").lower()}
    answer = Client().post("/progress/", asked)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert faults(html) == []
    assert answer.headers["Cache-Control"] == "no-store"
    for told in ("核实中", number, cast.LABOUR.name, "最迟反馈"):
        assert told in html
    for hidden in (WORDS, cast.FIRM_NAME, cast.FIRM_CODE, "名单", "拖欠"):
        assert hidden not in html.partition("<main")[2].partition("</main")[0], hidden
    assert not answer.cookies


def test_a_wrong_code_and_a_wrong_number_are_one_answer(town: Town, unasked: None) -> None:
    number = handed_in(town)
    right = receipts.code_of(number)
    answers = [
        Client().post("/progress/", {"number": n, "code": c})
        for n, c in ((number, "AAAAA-AAAAA"), ("YYSL-2026-999999", right), ("XXXX-1", right), (number, ""))
    ]
    assert {each.status_code for each in answers} == {422}
    assert (
        len({re.sub(r'value="[^"]*"|[0-9: -]{16}', "", each.content.decode()) for each in answers[:3]}) == 1
    )
    assert all(faults(each.content.decode()) == [] for each in answers)
    assert right not in answers[1].content.decode()


def test_guessing_is_limited(town: Town, unasked: None) -> None:
    client = Client()
    for turn in range(attempts.MOST):
        # Neither another spelling nor an address that somebody writes into a header begins anew.
        number = ("YYSL-2026-000001", " yysl-2026-000001", "ＹＹＳＬ-2026-000001 ", "YYSL-2026-000002")[
            turn % 4
        ]
        headers = dict.fromkeys(
            ("X-Forwarded-For", "X-Real-IP", "Forwarded", "Client-IP"), f"203.0.113.{turn}"
        )
        answer = client.post("/progress/", {"number": number, "code": "x"}, headers=headers)
        assert answer.status_code == 422
    limited = client.post("/progress/", {"number": "YYSL-2026-000001", "code": "x"})
    assert limited.status_code == 429
    assert int(limited.headers["Retry-After"]) > 0
    assert faults(limited.content.decode()) == []


def test_behind_a_proxy_what_it_adds_is_the_address_and_nothing_before_it(
    town: Town, unasked: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "XINHENG_PROXIED", True)
    monkeypatch.setattr(attempts, "MOST", 2)

    def asked(told: str) -> int:
        given = {"number": "YYSL-2026-000001", "code": "x"}
        return Client().post("/progress/", given, HTTP_X_FORWARDED_FOR=told).status_code

    assert [asked(f"203.0.113.{turn}, 198.51.100.7") for turn in range(3)] == [422, 422, 429]
    assert asked("198.51.100.7, 198.51.100.8") == 422


def test_codes_are_not_kept_and_not_each_other_s() -> None:
    assert receipts.code_of("YYSL-2026-000001") != receipts.code_of("YYSL-2026-000002")
    assert receipts.matches(
        "yysl-2026-000001", receipts.code_of("YYSL-2026-000001").replace("O", "0").replace("I", "1")
    )
    assert not receipts.matches("YYSL-2026-000001", "")
