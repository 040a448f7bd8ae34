"""Two factors, guesses bounded per name and per address, one message for every failure, new session keys."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib import auth
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.sessions.backends.db import SessionStore
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django_otp.middleware import OTPMiddleware
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests import cast
from tests.cast import ADMIN, MARKET_CLERK, NOW
from xinheng.access import login, services
from xinheng.access.actor import Actor
from xinheng.access.models import User
from xinheng.law.language import Refusal
from xinheng.ledger.models import Event

pytestmark = pytest.mark.django_db
SECRET = b"12345678901234567890"
NAME = MARKET_CLERK.username


@pytest.fixture(autouse=True)
def bound() -> None:
    cast.settle()
    user_id = MARKET_CLERK.actor.user_id
    services.bind_second_factor(user_id=user_id, secret=SECRET, actor=ADMIN.actor, now=NOW)


class Browser:
    """One visitor: keeps the session between requests and comes from one address."""

    def __init__(self, address: str = "192.0.2.1") -> None:
        self.address = address
        self.key: str | None = None

    def request(self) -> HttpRequest:
        request = RequestFactory().post("/desk/login/", REMOTE_ADDR=self.address)
        request.session = SessionStore(self.key)
        AuthenticationMiddleware(lambda r: HttpResponse()).process_request(request)
        OTPMiddleware(lambda r: HttpResponse())(request)
        return request

    def kept(self, request: HttpRequest) -> None:
        request.session.save()
        self.key = request.session.session_key

    def begin(self, password: str = cast.PASSWORD, username: str = NAME, now: datetime = NOW) -> None:
        request = self.request()
        try:
            login.begin(request, username=username, password=password, now=now)
        finally:
            self.kept(request)

    def confirm(self, code: str, now: datetime = NOW) -> Actor:
        request = self.request()
        try:
            return login.confirm(request, code=code, now=now)
        finally:
            self.kept(request)

    def current(self) -> Actor | None:
        return login.current(self.request())


def code(ahead: int = 0) -> str:
    """The code of the authenticator, `ahead` periods later."""
    return f"{TOTP(SECRET, drift=ahead).token():06d}"


def refused(act: Callable[..., object], *said: str) -> str:
    with pytest.raises(Refusal) as caught:
        act(*said)
    return caught.value.reasons[0].code


def unthrottle() -> None:
    """The authenticator's own pause after a wrong code is over."""
    TOTPDevice.objects.update(throttling_failure_timestamp=None, throttling_failure_count=0)


class TestBothFactors:
    def test_password_alone_signs_nobody_in(self) -> None:
        browser = Browser()
        browser.begin()
        assert browser.current() is None
        assert login.waits_for_code(browser.request(), now=NOW)

    def test_password_and_code_do(self) -> None:
        browser = Browser()
        browser.begin()
        actor = browser.confirm(code())
        assert actor.user_id == MARKET_CLERK.actor.user_id
        assert browser.current() == actor
        assert Event.objects.filter(kind="user.signed_in").count() == 1

    def test_a_session_of_a_password_without_device_is_nobody(self) -> None:
        browser = Browser()
        browser.begin()
        browser.confirm(code())
        TOTPDevice.objects.all().delete()
        cast.leave_untold()
        assert browser.current() is None

    def test_a_session_signed_in_past_the_second_factor_is_nobody(self) -> None:
        browser = Browser()
        request = browser.request()
        user = User.objects.get(username=NAME)
        auth.login(request, user, backend="django.contrib.auth.backends.ModelBackend")
        browser.kept(request)
        assert browser.request().user == user
        assert browser.current() is None

    def test_every_step_gives_a_new_session_key(self) -> None:
        browser = Browser()
        planted = browser.request()
        browser.kept(planted)
        keys = [browser.key]
        browser.begin()
        keys.append(browser.key)
        browser.confirm(code())
        keys.append(browser.key)
        assert len(set(keys)) == 3
        assert not any(SessionStore().exists(str(key)) for key in keys[:2])

    def test_a_code_serves_once(self) -> None:
        first, second = Browser(), Browser("192.0.2.2")
        first.begin()
        first.confirm(code())
        second.begin()
        assert refused(lambda: second.confirm(code())) == "SIGN_IN_FAILED"

    def test_the_code_is_due_within_five_minutes(self) -> None:
        browser = Browser()
        browser.begin()
        late = NOW + timedelta(minutes=5, seconds=1)
        assert refused(lambda: browser.confirm(code(), now=late)) == "SIGN_IN_EXPIRED"
        assert refused(lambda: browser.confirm(code())) == "SIGN_IN_EXPIRED"

    def test_a_code_without_a_password_is_nothing(self) -> None:
        assert refused(lambda: Browser().confirm(code())) == "SIGN_IN_EXPIRED"

    def test_signing_out_destroys_the_session(self) -> None:
        browser = Browser()
        browser.begin()
        browser.confirm(code())
        key = browser.key
        login.end(browser.request(), now=NOW)
        assert not SessionStore().exists(str(key))
        assert browser.current() is None
        assert Event.objects.filter(kind="user.signed_out").count() == 1

    def test_a_disabled_account_is_out_with_its_next_request(self) -> None:
        browser = Browser()
        browser.begin()
        browser.confirm(code())
        services.disable_user(user_id=MARKET_CLERK.actor.user_id, actor=ADMIN.actor, now=NOW)
        assert browser.current() is None

    def test_an_account_disabled_between_the_steps_does_not_get_in(self) -> None:
        browser = Browser()
        browser.begin()
        services.disable_user(user_id=MARKET_CLERK.actor.user_id, actor=ADMIN.actor, now=NOW)
        assert refused(lambda: browser.confirm(code())) == "SIGN_IN_FAILED"


class TestGuesses:
    def test_unknown_name_wrong_password_and_disabled_account_sound_alike(self) -> None:
        user_id = cast.OFFICER.actor.user_id
        services.disable_user(user_id=user_id, actor=ADMIN.actor, now=NOW)
        answers = {
            refused(lambda: Browser("192.0.2.5").begin(username="nobody")),
            refused(lambda: Browser("192.0.2.6").begin("wrong")),
            refused(lambda: Browser("192.0.2.7").begin(username=cast.OFFICER.username)),
        }
        assert answers == {"SIGN_IN_FAILED"}

    @pytest.mark.parametrize("username", [NAME, "nobody"])
    def test_a_name_is_locked_from_everywhere_whether_it_exists_or_not(self, username: str) -> None:
        for n in range(4):
            visitor = Browser(f"192.0.2.{n + 10}")
            assert refused(visitor.begin, "wrong", username) == "SIGN_IN_FAILED"
        fifth = Browser("192.0.2.20")
        assert refused(lambda: fifth.begin("wrong", username)) == "SIGN_IN_LOCKED"
        assert refused(lambda: Browser("192.0.2.30").begin(username=username)) == "SIGN_IN_LOCKED"

    def test_an_address_is_locked_for_every_name(self) -> None:
        browser = Browser()
        for n in range(5):
            refused(browser.begin, "wrong", f"name-{n}")
        assert refused(browser.begin) == "SIGN_IN_LOCKED"
        Browser("192.0.2.99").begin()

    def test_a_success_of_ones_own_does_not_wipe_guesses_at_others(self) -> None:
        browser = Browser()
        for n in range(4):
            refused(browser.begin, "wrong", f"name-{n}")
        browser.begin()
        browser.confirm(code())
        assert refused(lambda: browser.begin("wrong", "name-9")) == "SIGN_IN_LOCKED"

    def test_wrong_codes_count_like_wrong_passwords(self) -> None:
        browser = Browser()
        browser.begin()
        answers = []
        for _ in range(5):
            answers.append(refused(lambda: browser.confirm("000000")))
            unthrottle()
        assert answers == ["SIGN_IN_FAILED"] * 4 + ["SIGN_IN_LOCKED"]
        assert refused(lambda: browser.confirm(code())) == "SIGN_IN_LOCKED"
        assert browser.current() is None

    def test_the_lock_ends_after_fifteen_minutes(self) -> None:
        browser = Browser()
        for _ in range(5):
            refused(lambda: browser.begin("wrong"))
        AccessAttempt.objects.update(attempt_time=F("attempt_time") - timedelta(minutes=14, seconds=50))
        assert refused(browser.begin) == "SIGN_IN_LOCKED"
        AccessAttempt.objects.update(attempt_time=F("attempt_time") - timedelta(seconds=20))
        browser.begin()

    def test_passwords_and_codes_are_not_kept(self) -> None:
        request = RequestFactory().post(
            "/desk/login/", {"username": NAME, "password": "示例秘密", "code": "918273"}
        )
        request.session = SessionStore()
        with pytest.raises(Refusal):
            login.begin(request, username=NAME, password="示例秘密", now=NOW)
        kept = str(list(AccessAttempt.objects.values()))
        assert NAME in kept
        assert "示例秘密" not in kept
        assert "918273" not in kept
