"""OpenID Connect, authorization code with PKCE, state and nonce (统一身份认证登录): what the provider proves, verified.

The ID token is checked by its signature (the provider's published keys, asymmetric algorithms alone), issuer,
audience, times and nonce. Nothing of it is kept: `access.accounts` makes hashes and bindings of it.
"""

from __future__ import annotations

import functools
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from authlib.oidc.discovery import OpenIDProviderMetadata
from django.conf import settings
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from xinheng.access import oidc_fetch
from xinheng.access.accounts import Identity, Represents
from xinheng.access.models import BindingKind
from xinheng.access.oidc_fetch import ProviderFault
from xinheng.law.language import Refusal

DISCOVERY = "/.well-known/openid-configuration"
ALGORITHMS = ("RS256", "PS256", "ES256")
LEEWAY = 60  # seconds by which the two clocks may differ
KEPT = 600  # seconds that the provider's own description is kept by a process
SCOPE = "openid profile"
LONGEST = 64


@dataclass(frozen=True, slots=True)
class Client:
    """What this installation is to the provider (docs/deployment.md)."""

    issuer: str
    client_id: str
    secret: str

    def __repr__(self) -> str:
        return f"Client({self.issuer})"


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in under way: where the browser goes, and what its session keeps until it is back."""

    address: str
    kept: dict[str, str]


def client() -> Client:
    """The provider of the settings. Raises Refusal OIDC_UNAVAILABLE when there is none."""
    told = settings.XINHENG_OIDC
    try:
        secret = Path(told["secret_file"]).read_text(encoding="ascii").strip()
        return Client(told["issuer"], told["client_id"], secret)
    except (KeyError, OSError, ValueError):
        raise Refusal.because("OIDC_UNAVAILABLE") from None


def begin(redirect_uri: str, *, seconds: float) -> Begun:
    """Begin to sign in; `seconds` is the real clock's. Raises Refusal OIDC_UNAVAILABLE."""
    us = client()
    kept = {name: secrets.token_urlsafe(32) for name in ("state", "nonce", "verifier")}
    address = prepare_grant_uri(
        str(_described_now(us, seconds)["authorization_endpoint"]), us.client_id, "code", redirect_uri=redirect_uri, scope=SCOPE, state=kept["state"],
        nonce=kept["nonce"], code_challenge=create_s256_code_challenge(kept["verifier"]),
        code_challenge_method="S256",
    )  # fmt: skip
    return Begun(str(address), kept)


def finish(
    kept: Mapping[str, str], returned: Mapping[str, str], redirect_uri: str, *, seconds: float
) -> Identity:
    """Who it is, of what the browser brought back. `kept` is used once: the caller has thrown it away.

    Raises Refusal OIDC_NOT_PROVED, equal for whatever does not fit, or OIDC_UNAVAILABLE.
    """
    us = client()
    state, code = str(returned.get("state", "")), str(returned.get("code", ""))
    if not code or not hmac.compare_digest(state.encode(), kept["state"].encode()):
        raise Refusal.because("OIDC_NOT_PROVED")
    metadata = _described_now(us, seconds)
    try:
        if returned.get("iss") not in (None, us.issuer):
            raise Refusal.because("OIDC_NOT_PROVED")
        answer = _token(us, metadata, code, kept["verifier"], redirect_uri)
        return _identity(us, _claims(us, metadata, str(answer.get("id_token", "")), kept["nonce"], seconds))
    except (ProviderFault, JoseError, ValueError, KeyError, TypeError):
        raise Refusal.because("OIDC_NOT_PROVED") from None


def _token(us: Client, metadata: Mapping[str, Any], code: str, verifier: str, uri: str) -> dict[str, Any]:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": uri,
        "code_verifier": verifier,
    }
    address = str(metadata["token_endpoint"])
    return oidc_fetch.post_form(address, form, client_id=us.client_id, secret=us.secret)


def _claims(
    us: Client, metadata: Mapping[str, Any], token: str, nonce: str, seconds: float
) -> Mapping[str, Any]:
    """The verified claims. Raises JoseError, ValueError for a key that is not there."""
    stretch = _stretch(seconds)
    try:
        read = jwt.decode(token, _keys(str(metadata["jwks_uri"]), stretch), algorithms=list(ALGORITHMS))
    except ValueError:
        # A key that the provider has drawn since: ask once more, past what is kept.
        read = jwt.decode(token, _fetched(str(metadata["jwks_uri"])), algorithms=list(ALGORITHMS))
    wanted = {
        "iss": {"essential": True, "value": us.issuer},
        "aud": {"essential": True, "value": us.client_id},
    }
    claims = CodeIDToken(read.claims, read.header, wanted, {"nonce": nonce, "client_id": us.client_id})
    claims.validate(now=int(seconds), leeway=LEEWAY)
    return dict(claims)


def _identity(us: Client, claims: Mapping[str, Any]) -> Identity:
    """The claims that we use: docs/deployment.md names them. Raises ValueError or TypeError for another shape."""
    told = claims.get("represents") or []
    if not isinstance(told, list) or len(told) > LONGEST:
        raise ValueError("represents is a list")
    if not isinstance(claims["sub"], str) or not claims["sub"].strip():
        raise ValueError("without a subject all would be one account")
    return Identity(
        issuer=us.issuer,
        subject=claims["sub"],
        resident_id=str(claims.get("resident_id") or ""),
        represents=tuple(_represents(each) for each in told),
    )


def _represents(told: Mapping[str, Any]) -> Represents:
    """`{uscc, role, mandate_from, mandate_until}`; the days are an agent's."""
    days = (
        date.fromisoformat(told[name]) if told.get(name) else None
        for name in ("mandate_from", "mandate_until")
    )
    return Represents(str(told["uscc"]), BindingKind(told["role"]).value, *days)


# ---- what the provider says of itself --------------------------------------------------------------------


def _stretch(seconds: float) -> int:
    return int(seconds // KEPT)


def _described_now(us: Client, seconds: float) -> Mapping[str, Any]:
    """Raises Refusal OIDC_UNAVAILABLE."""
    try:
        return _described(us.issuer, _stretch(seconds))
    except (ProviderFault, KeyError):
        raise Refusal.because("OIDC_UNAVAILABLE") from None


@functools.lru_cache(maxsize=2)
def _described(issuer: str, _stretch: int) -> Mapping[str, Any]:
    found = OpenIDProviderMetadata(oidc_fetch.get_json(f"{issuer.rstrip('/')}{DISCOVERY}"))
    if found.get("issuer") != issuer:
        raise ProviderFault("the provider calls itself otherwise")
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        oidc_fetch.require_safe(str(found[name]))
    return dict(found)


@functools.lru_cache(maxsize=2)
def _keys(address: str, _stretch: int) -> KeySet:
    return _fetched(address)


def _fetched(address: str) -> KeySet:
    return KeySet.import_key_set(oidc_fetch.get_json(address))  # type: ignore[arg-type]


def forget() -> None:
    """Ask the provider anew; for tests, whose providers come and go."""
    _described.cache_clear()
    _keys.cache_clear()
