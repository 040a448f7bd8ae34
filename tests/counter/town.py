"""A town with records, a served notice and a window, committed; its people sign in through a real provider (办事端测试夹具)."""

from __future__ import annotations

import http.client
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import UUID

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests import cast
from tests.casework.office import Office, settled
from tests.exchange import sample
from tests.support.database import ROOT
from tests.web.desk_city import signed_in, submitted
from xinheng.access import oidc
from xinheng.access.gate import open_file
from xinheng.access.scope import acting
from xinheng.registry.models import Record
from xinheng.vault import keys

BACK = "http://testserver/me/callback/"
SECRET = "示例".encode().hex()
UNTIL = "2026-12-31"
DEPUTY_ID = cast.resident_id(date(1994, 1, 1), 69)


def representing(role: str = "legal_representative", **more: str) -> list[dict[str, str]]:
    return [{"uscc": cast.FIRM_CODE, "role": role} | more]


PEOPLE: dict[str, dict[str, Any]] = {
    "person": {"resident_id": cast.PERSON_ID},
    "boss": {"resident_id": cast.BOSS_ID, "represents": representing()},
    "agent": {"resident_id": cast.AGENT_ID, "represents": representing("agent", mandate_from="2026-11-01", mandate_until=UNTIL)},
    "deputy": {"resident_id": DEPUTY_ID, "represents": representing("agent", mandate_from="2026-11-01", mandate_until=UNTIL)},
    "late": {"resident_id": cast.resident_id(date(1991, 1, 1), 66), "represents": representing("agent", mandate_from="2026-01-01", mandate_until="2026-11-22")},
    "undated": {"resident_id": cast.resident_id(date(1992, 1, 1), 67), "represents": representing("agent")},
    "owner": {"resident_id": cast.resident_id(date(1990, 1, 1), 70), "represents": representing(uscc=cast.uscc("91", 803))},
    "stranger": {"resident_id": cast.resident_id(date(1993, 1, 1), 68)},
    "nobody": {},
    "wrong-nonce": {"resident_id": cast.PERSON_ID, "nonce": "x"},
    "no-nonce": {"resident_id": cast.PERSON_ID, "nonce": ""},
    "wrong-aud": {"resident_id": cast.PERSON_ID, "aud": "somebody-else"},
    "other-aud": {"resident_id": cast.PERSON_ID, "aud": "somebody-else", "azp": "xinheng-counter"},
    "two-aud": {"resident_id": cast.PERSON_ID, "aud": ["xinheng-counter", "somebody-else"], "azp": "somebody-else"},
    "wrong-iss": {"resident_id": cast.PERSON_ID, "iss": "http://127.0.0.1:1"},
    "expired": {"resident_id": cast.PERSON_ID, "exp": 1_700_000_000},
    "unsigned": {"resident_id": cast.PERSON_ID, "forge": "none"},
    "other-key": {"resident_id": cast.PERSON_ID, "forge": "key"},
    "symmetric": {"resident_id": cast.PERSON_ID, "forge": "symmetric"},
    "odd-role": {"resident_id": cast.PERSON_ID, "represents": representing("owner")},
    "odd-day": {"resident_id": cast.PERSON_ID, "represents": representing("agent", mandate_from="soon", mandate_until=UNTIL)},
    "no-list": {"resident_id": cast.PERSON_ID, "represents": {"uscc": cast.FIRM_CODE}},
    "no-one": {"resident_id": cast.PERSON_ID, "represents": [None]},
    "no-sub": {"sub": ""},
    "no-end": {"resident_id": cast.PERSON_ID, "exp": None},
    "no-start": {"resident_id": cast.PERSON_ID, "iat": None},
    "not-yet": {"resident_id": cast.PERSON_ID, "nbf": 4_000_000_000},
    "from-tomorrow": {"resident_id": cast.PERSON_ID, "iat": 4_000_000_000, "exp": 4_000_000_300},
    "masked": {"resident_id": "3208**********1234"},
    "no-number": {"resident_id": "320800-example"},
}  # fmt: skip
FORGED = ("wrong-nonce", "no-nonce", "wrong-aud", "other-aud", "two-aud", "wrong-iss", "expired", "unsigned", "other-key", "symmetric", "odd-role", "odd-day", "no-list", "no-one", "no-sub", "no-end", "no-start", "not-yet", "from-tomorrow", "masked", "no-number")  # fmt: skip
PRIVATE = (
    cast.PERSON_ID, cast.BOSS_ID, cast.AGENT_ID, *(each["resident_id"] for each in PEOPLE.values() if "resident_id" in each),
    cast.PERSON_NAME,
)  # fmt: skip


@dataclass
class Town:
    """Ids of what is there, and the provider's address."""

    issuer: str
    office: Office
    firm: UUID
    person: UUID
    of_firm: UUID
    of_person: UUID
    clients: dict[str, Client] = field(default_factory=dict)

    def at(self, who: str) -> Client:
        """A browser in which this person is signed in; kept for the package."""
        if who not in self.clients:
            self.clients[who] = self.arrived(who)
        return self.clients[who]

    def arrived(self, who: str) -> Client:
        """A new browser, signed in."""
        client = Client()
        answer = self.sign_in(client, who)
        assert answer.status_code == 302, answer.content.decode()
        assert answer.headers["Location"] == "/me/"
        return client

    def sign_in(self, client: Client, who: str, **changed: str) -> Any:
        """The whole way there and back; `changed` is what is forged of what the browser brings back."""
        back = self.chosen(self.begun(client), who)
        return client.get("/me/callback/", {**back, **changed})

    def begun(self, client: Client) -> str:
        answer = client.get("/me/login/start/")
        assert answer.status_code == 302, answer.content.decode()
        return str(answer.headers["Location"])

    def chosen(self, address: str, who: str) -> dict[str, str]:
        """What a person at the provider's page sends back with the browser."""
        parts = urlsplit(address)
        form = urlencode([*parse_qsl(parts.query), ("person", who)])
        answer = self.ask("POST", "/authorize", form)
        return dict(parse_qsl(urlsplit(answer.headers["Location"] or "").query))

    def ask(self, method: str, path: str, body: str = "") -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection(urlsplit(self.issuer).netloc, timeout=10)
        connection.request(method, path, body)
        answer = connection.getresponse()
        answer.read()
        return answer

    def officer(self, officer: cast.Officer) -> Client:
        if officer.username not in self.clients:
            self.clients[officer.username] = signed_in(officer)
        return self.clients[officer.username]


@contextmanager
def provided(folder: Path, back: str = BACK) -> Iterator[str]:
    """The provider's process; gives its address."""
    people = {name: {"label": f"示例人物 {name}", "claims": claims} for name, claims in PEOPLE.items()}
    (folder / "people.json").write_text(json.dumps(people), encoding="utf-8")
    (folder / "oidc-secret").write_text(SECRET, encoding="ascii")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = ["--port", str(port), "--people", str(folder / "people.json"), "--secret-file", str(folder / "oidc-secret"), "--back", back]  # fmt: skip
    process = subprocess.Popen([sys.executable, "-m", "tests.counter.provider", *words], cwd=ROOT)
    try:
        _wait(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert process.poll() is None
        time.sleep(0.05)
    raise AssertionError("the provider did not come up")


def client_settings(issuer: str, folder: Path) -> dict[str, str]:
    return {"issuer": issuer, "client_id": "xinheng-counter", "secret_file": str(folder / "oidc-secret")}


@contextmanager
def built(folder: Path, back: str = BACK) -> Iterator[Town]:
    """The town, committed; the caller restores the database."""
    with pytest.MonkeyPatch.context() as patched, provided(folder, back) as issuer:
        patched.setenv("XINHENG_TODAY", cast.TODAY.isoformat())
        patched.setattr(settings, "XINHENG_KEYS_DIR", folder / "keys")
        patched.setattr(settings, "XINHENG_FILES_DIR", folder / "files")
        patched.setattr(settings, "XINHENG_OIDC", client_settings(issuer, folder))
        keys.ensure()
        oidc.forget()
        yield _town(issuer)
        oidc.forget()


def _town(issuer: str) -> Town:
    office = settled()
    with transaction.atomic():
        for each in cast.OFFICERS:
            TOTPDevice.objects.create(user_id=each.actor.user_id, name=each.username, confirmed=True)
        cast.leave_untold()
    done = submitted(sample.penalty(1), sample.penalty(2, sample.PERSON))
    with acting(cast.MARKET_CLERK.actor):
        records = dict(Record.objects.filter(batch=done.batch).values_list("row", "id"))
    office.day = date(2026, 11, 18)
    office.open().notified().served()
    open_file(
        actor=cast.MARKET_CLERK.actor,
        subject=office.person,
        purpose="reporting",
        basis="示例批次",
        now=cast.NOW,
    )
    first, second = (records[row] for row in sorted(records))
    return Town(issuer, office, office.firm, office.person, first, second)
