"""Into the desk by two factors, and by nothing else (工作台登录)."""

from __future__ import annotations

import time

import pytest
from django.test import Client
from django.urls import reverse
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests import cast
from tests.web import desk_city
from tests.web.desk_city import CHECKER, CLERK, City
from tests.web.desk_forms import text


class TestSignIn:
    def test_both_factors_then_where_one_was_going(self, desk: City) -> None:
        client = Client()
        wanted = reverse("desk:batch", args=[desk.batch])
        sign_in = reverse("desk:login")
        first = client.post(
            f"{sign_in}?next={wanted}", {"username": CLERK.username, "password": cast.PASSWORD}
        )
        assert first.headers["Location"] == reverse("desk:code")
        assert client.get(wanted).status_code == 302  # the password alone opens nothing
        second = client.post(reverse("desk:code"), {"code": code_of(CLERK)})
        assert second.headers["Location"] == wanted
        assert client.get(wanted).status_code == 200
        assert client.post(reverse("desk:logout")).status_code == 302
        assert client.get(wanted).status_code == 302

    @pytest.mark.parametrize(
        "elsewhere", ["https://example.invalid/desk/", "//example.invalid/desk/", "/plan/"]
    )
    def test_it_leads_nowhere_else(self, desk: City, elsewhere: str) -> None:
        client = Client(REMOTE_ADDR="127.0.0.9")
        path = f"{reverse('desk:login')}?next={elsewhere}"
        client.post(path, {"username": CHECKER.username, "password": cast.PASSWORD})
        TOTPDevice.objects.filter(user_id=CHECKER.actor.user_id).update(last_t=-1)  # the code is used thrice
        done = client.post(reverse("desk:code"), {"code": code_of(CHECKER)})
        assert done.headers["Location"] == reverse("desk:home")

    @pytest.mark.parametrize(
        ("username", "place"), [("environment-checker", "127.0.0.2"), ("nobody", "127.0.0.3")]
    )
    def test_guessing_is_locked_out_with_the_same_words(self, desk: City, username: str, place: str) -> None:
        client = Client(REMOTE_ADDR=place)
        told = {"username": username, "password": "猜一猜-猜一猜-猜一猜"}
        answers = [client.post(reverse("desk:login"), told) for _ in range(6)]
        assert answers[0].status_code == 401
        assert answers[-1].status_code == 429
        assert "暂时锁定" in text(answers[-1])
        right = client.post(reverse("desk:login"), {**told, "password": cast.PASSWORD})
        assert right.status_code == 429

    @pytest.mark.parametrize("route", ["batch-submit", "withdraw", "logout"])
    def test_a_forged_form_does_nothing(self, desk: City, route: str) -> None:
        client = desk_city.signed_in(CLERK, enforce_csrf_checks=True)
        path = reverse(f"desk:{route}", args=[] if route == "logout" else [desk.batch])
        answer = client.post(path, {"ground_text": "示例", "step": "act"})
        assert answer.status_code == 403
        assert "页面已过期" in text(answer)
        assert client.get(reverse("desk:home")).status_code == 200


def code_of(officer: cast.Officer) -> str:
    device = TOTPDevice.objects.get(user_id=officer.actor.user_id)
    clock_of = TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift)
    clock_of.time = time.time()  # an authenticator runs on the real clock
    return f"{clock_of.token():0{device.digits}d}"
