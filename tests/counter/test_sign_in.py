"""Signing in against a real provider process: what fits comes in, whatever does not stays out (统一身份认证登录)."""

# clause: 5.2

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client

from tests import cast
from tests.counter.town import FORGED, Town
from tests.web.contract import faults
from tests.web.desk_city import signed_in
from xinheng.access import oidc
from xinheng.access.models import CounterAccount
from xinheng.ledger.models import Event

NOT_PROVED = "没有通过核验"


def test_there_and_back(town: Town) -> None:
    client = Client()
    address = town.begun(client)
    for told in (
        "response_type=code",
        "code_challenge_method=S256",
        "code_challenge=",
        "nonce=",
        "state=",
        "scope=openid",
    ):
        assert told in address
    before = Event.objects.filter(kind="counter.signed_in").count()
    answer = client.get("/me/callback/", town.chosen(address, "person"))
    assert (answer.status_code, answer.headers["Location"]) == (302, "/me/")
    assert Event.objects.filter(kind="counter.signed_in").count() == before + 1
    page = client.get("/me/")
    assert page.status_code == 200
    assert "本人" in page.content.decode()
    cookie = client.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert client.post("/me/logout/").headers["Location"] == "/me/login/"
    assert client.get("/me/").headers["Location"] == "/me/login/"
    assert Event.objects.filter(kind="counter.signed_out").exists()


@pytest.mark.parametrize("who", FORGED)
def test_a_token_that_does_not_fit_is_refused(town: Town, who: str) -> None:
    client = Client()
    answer = town.sign_in(client, who)
    assert answer.status_code == 401
    assert NOT_PROVED in answer.content.decode()
    assert faults(answer.content.decode()) == []
    assert client.get("/me/").headers["Location"] == "/me/login/"


@pytest.mark.parametrize(
    "changed", [{"state": "x"}, {"code": "x"}, {"code": ""}, {"state": ""}, {"iss": "http://evil.example"}]
)
def test_what_the_browser_brings_back_has_to_fit(town: Town, changed: dict[str, str]) -> None:
    client = Client()
    answer = town.sign_in(client, "person", **changed)
    assert answer.status_code == 401
    assert client.get("/me/").headers["Location"] == "/me/login/"


def test_an_answer_serves_once(town: Town) -> None:
    client = Client()
    back = town.chosen(town.begun(client), "person")
    assert client.get("/me/callback/", back).status_code == 302
    client.post("/me/logout/")
    again = client.get("/me/callback/", back)
    assert again.status_code == 401
    assert "已经用过" in again.content.decode()


def test_a_session_from_before_is_no_session_of_who_signed_in(town: Town) -> None:
    """Whoever set the cookie beforehand holds nothing; an officer who signs in here is an officer no more."""
    client = signed_in(cast.WINDOW_STAFF)
    back = town.chosen(town.begun(client), "person")
    before = client.cookies["sessionid"].value
    assert client.get("/me/callback/", back).status_code == 302
    assert client.cookies["sessionid"].value != before
    thief = Client()
    thief.cookies["sessionid"] = before
    assert thief.get("/me/").headers["Location"] == "/me/login/"
    assert "/desk/login/" in client.get("/desk/").headers["Location"]


def test_one_wrong_answer_ends_the_attempt(town: Town) -> None:
    client = Client()
    back = town.chosen(town.begun(client), "person")
    assert client.get("/me/callback/", {**back, "code": "guessed"}).status_code == 401
    assert client.get("/me/callback/", back).status_code == 401


def test_an_answer_is_no_good_in_another_browser(town: Town) -> None:
    first, second = Client(), Client()
    back = town.chosen(town.begun(first), "person")
    town.begun(second)
    assert second.get("/me/callback/", back).status_code == 401
    assert Client().get("/me/callback/", back).status_code == 401


def test_a_code_is_no_good_with_another_verifier(town: Town) -> None:
    """PKCE: a stolen code, brought with a state of one's own."""
    victim, thief = Client(), Client()
    stolen = town.chosen(town.begun(victim), "person")["code"]
    town.begun(thief)
    state = thief.session["xinheng_counter_pending"]["state"]
    assert thief.get("/me/callback/", {"code": stolen, "state": state}).status_code == 401


def test_too_slow(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client()
    back = town.chosen(town.begun(client), "person")
    monkeypatch.setenv("XINHENG_TODAY", "2026-11-24")
    assert client.get("/me/callback/", back).status_code == 401


def test_a_session_in_which_nothing_happens_is_over(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    client = town.arrived("person")
    monkeypatch.setenv("XINHENG_TODAY", "2026-11-24")
    assert client.get("/me/").headers["Location"] == "/me/login/"
    monkeypatch.setenv("XINHENG_TODAY", "2026-11-23")
    assert client.get("/me/").headers["Location"] == "/me/login/"


def test_one_person_is_one_account(town: Town) -> None:
    town.arrived("person")
    before = CounterAccount.objects.count()
    town.arrived("person")
    assert CounterAccount.objects.count() == before


def test_who_brings_no_number_is_nobody_s_subject(town: Town) -> None:
    page = town.at("nobody").get("/me/")
    assert page.status_code == 200
    assert "没有归集到您的失信信息" in page.content.decode()
    for path in ("/me/notices/", "/me/access-log/", "/me/reports/"):
        refused = town.at("nobody").get(path)
        assert refused.status_code == 403
        assert faults(refused.content.decode()) == []


def test_without_a_provider_nobody_signs_in_and_the_page_says_where_to_go(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "XINHENG_OIDC", {})
    page = Client().get("/me/login/")
    assert page.status_code == 200
    assert "网上登录还没有开通" in page.content.decode()
    assert Client().get("/me/login/start/").status_code == 503


def test_a_provider_that_is_away_is_told(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client()
    back = town.chosen(town.begun(client), "person")
    oidc.forget()
    away = {**settings.XINHENG_OIDC, "issuer": "http://127.0.0.1:9"}
    monkeypatch.setattr(settings, "XINHENG_OIDC", away)
    assert Client().get("/me/login/start/").status_code == 503
    assert client.get("/me/callback/", back).status_code == 503
    oidc.forget()


def test_a_provider_without_encryption_is_not_asked(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    oidc.forget()
    plain = {**settings.XINHENG_OIDC, "issuer": "http://id.example.invalid"}
    monkeypatch.setattr(settings, "XINHENG_OIDC", plain)
    assert Client().get("/me/login/start/").status_code == 503
    oidc.forget()


def test_the_provider_keeps_to_its_one_client(town: Town) -> None:
    asked = town.begun(Client()).partition("?")[2]
    for told, other in (
        ("redirect_uri", "redirect_uri=http%3A%2F%2Fevil.example%2F&x"),
        ("code_challenge_method=S256", "code_challenge_method=plain"),
    ):
        assert town.ask("GET", f"/authorize?{asked.replace(told, other)}").status == 400
    assert town.ask("GET", f"/authorize?{asked}").status == 200
    assert town.ask("POST", "/token", "grant_type=authorization_code&code=x").status == 400
