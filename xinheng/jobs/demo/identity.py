"""A small identity provider for the demo and for tests (演示登录): OpenID Connect with fictional persons, no password.

A process of its own on the loopback address: discovery, published keys, authorization code with PKCE S256. Whoever
asks chooses a person of a file and is that person; so it is never anything but a stand-in.

    python -m xinheng.jobs.demo.identity --port 8001 --people people.json --secret-file F --back URI
"""

from __future__ import annotations

import argparse
import base64
import hmac
import html
import json
import secrets
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from authlib.oauth2.rfc7636.challenge import compare_s256_code_challenge
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

HERE = "127.0.0.1"
CLIENT_ID = "xinheng-counter"
CODE_FOR, TOKEN_FOR = 60, 300
LONGEST = 64 * 1024
Asked = dict[str, str]


@dataclass
class Provider:
    """What the process knows. `people`: id -> {label, claims}, all of them fictional."""

    issuer: str
    people: dict[str, dict[str, Any]]
    secret: str
    back: tuple[str, ...]
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": secrets.token_hex(8)}))
    codes: dict[str, tuple[Asked, str, float]] = field(default_factory=dict)

    def description(self) -> dict[str, Any]:
        """What stands under /.well-known/openid-configuration."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
        }

    def keys(self) -> dict[str, Any]:
        """The published half of the key."""
        return dict(KeySet([self.key]).as_dict(private=False))

    def fits(self, asked: Asked) -> bool:
        """Whether a request is of our one client, to its registered address, with a challenge."""
        return (
            asked.get("client_id") == CLIENT_ID
            and asked.get("redirect_uri") in self.back
            and asked.get("response_type") == "code"
            and asked.get("code_challenge_method") == "S256"
            and bool(asked.get("code_challenge"))
        )

    def code_for(self, asked: Asked, person: str) -> str:
        """A code that serves once, within a minute."""
        code = secrets.token_urlsafe(32)
        self.codes[code] = (asked, person, time.time())
        return code

    def token(self, form: Asked, client: str, secret: str) -> dict[str, Any] | None:
        """The answer to a code; None for one that does not fit."""
        asked, person, at = self.codes.pop(form.get("code", ""), ({}, "", 0.0))
        known = client == CLIENT_ID and hmac.compare_digest(secret.encode(), self.secret.encode())
        fresh = bool(asked) and time.time() - at <= CODE_FOR
        if not (known and fresh and form.get("redirect_uri") == asked["redirect_uri"]):
            return None
        if not compare_s256_code_challenge(form.get("code_verifier", ""), asked["code_challenge"]):
            return None
        return {
            "access_token": secrets.token_urlsafe(32),
            "token_type": "Bearer",
            "expires_in": TOKEN_FOR,
            "id_token": self.signed(self.claims(asked, person)),
        }

    def claims(self, asked: Asked, person: str) -> dict[str, Any]:
        """What the ID token says of a person."""
        now = int(time.time())
        told = {"iss": self.issuer, "sub": person, "aud": CLIENT_ID, "iat": now, "exp": now + TOKEN_FOR}
        return {**told, "nonce": asked.get("nonce", ""), **self.people[person]["claims"]}

    def signed(self, claims: dict[str, Any]) -> str:
        """The ID token."""
        return jwt.encode({"alg": "RS256", "kid": str(self.key.kid)}, claims, self.key)


class Handler(BaseHTTPRequestHandler):
    """GET discovery, keys and the page on which a person is chosen; POST the choice and the token."""

    provider: Provider

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path == "/.well-known/openid-configuration":
            self._json(self.provider.description())
        elif parts.path == "/jwks":
            self._json(self.provider.keys())
        elif parts.path == "/authorize" and self.provider.fits(asked := _one(parts.query)):
            self._answer(200, "text/html; charset=utf-8", _chooser(self.provider, asked).encode())
        else:
            self._answer(400, "text/plain; charset=utf-8", "请求不符。".encode())

    def do_POST(self) -> None:
        form = _one(self.rfile.read(min(int(self.headers.get("Content-Length") or 0), LONGEST)).decode())
        if (
            self.path == "/authorize"
            and self.provider.fits(form)
            and form.get("person") in self.provider.people
        ):
            self._back(form)
        elif self.path == "/token" and (answer := self.provider.token(form, *self._client())):
            self._json(answer)
        else:
            self._answer(400, "application/json", b'{"error": "invalid_grant"}')

    def _back(self, form: Asked) -> None:
        told = {"code": self.provider.code_for(form, form["person"]), "state": form.get("state", "")}
        self.send_response(303)
        self.send_header("Location", f"{form['redirect_uri']}?{urlencode(told)}")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _client(self) -> tuple[str, str]:
        scheme, _, pair = self.headers.get("Authorization", "").partition(" ")
        if scheme != "Basic":
            return "", ""
        client, _, secret = base64.b64decode(pair).decode().partition(":")
        return unquote(client), unquote(secret)

    def _json(self, told: dict[str, Any]) -> None:
        self._answer(200, "application/json", json.dumps(told).encode())

    def _answer(self, status: int, media: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the base's
        """Nothing: who signs in is nobody's business."""


def _one(query: str) -> Asked:
    return {name: values[0] for name, values in parse_qs(query, max_num_fields=40).items()}


PAGE = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>演示登录</title><link rel="icon" href="data:,"><style>body {{ font: 16px/1.7 sans-serif; max-width: 36rem; margin: 3rem auto; padding: 0 1rem; }}
button {{ display: block; width: 100%; margin: .5rem 0; padding: .8rem 1rem; font: inherit; text-align: left; }}</style>
</head><body><main><h1>演示登录</h1><p>这里代替统一身份认证平台，只供演示：人物均为虚构，不需要密码。请选择以谁的身份登录。</p>
<form method="post" action="/authorize">{kept}{people}</form></main></body></html>
"""


def _chooser(provider: Provider, asked: Asked) -> str:
    kept = "".join(
        f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">'
        for name, value in asked.items()
    )
    people = "".join(
        f'<button name="person" value="{html.escape(each)}">{html.escape(told["label"])}</button>'
        for each, told in provider.people.items()
    )
    return PAGE.format(kept=kept, people=people)


def serve(provider: Provider, port: int, handler: type[Handler] = Handler) -> None:
    """Serve until a signal ends it; on the loopback address and nowhere else."""
    bound = type("Bound", (handler,), {"provider": provider})
    with ThreadingHTTPServer((HERE, port), bound) as server:
        server.serve_forever()


def arguments(words: list[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description="演示登录：虚构人物的 OpenID Connect 身份提供方")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--people", type=Path, required=True)
    parser.add_argument("--secret-file", type=Path, required=True)
    parser.add_argument("--back", required=True, nargs="+", help="登记的回调地址")
    return parser.parse_args(words)


def provider_of(told: argparse.Namespace, made: type[Provider] = Provider) -> Provider:
    """The provider that a command line describes."""
    people = json.loads(told.people.read_text(encoding="utf-8"))
    secret = told.secret_file.read_text(encoding="ascii").strip()
    return made(f"http://{HERE}:{told.port}", people, secret, tuple(told.back))


if __name__ == "__main__":
    given = arguments()
    serve(provider_of(given), given.port)
