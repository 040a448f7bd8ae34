"""Fetching from the identity provider over HTTP: bounded in time and size, never redirected (统一身份认证的请求)."""

from __future__ import annotations

import http.client
import json
import ssl
from base64 import b64encode
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

TIMEOUT = 5.0
MOST = 256 * 1024
HERE = ("127.0.0.1", "::1", "localhost")


class ProviderFault(Exception):
    """The provider cannot be reached, or answers what we cannot use; its words are nobody's business."""


def get_json(address: str) -> dict[str, Any]:
    """A JSON object. Raises ProviderFault."""
    return _object(_ask("GET", address, None, {}))


def post_form(address: str, form: dict[str, str], *, client_id: str, secret: str) -> dict[str, Any]:
    """The JSON answer to a form, as this client (RFC 6749 2.3.1). Raises ProviderFault."""
    pair = f"{quote(client_id, safe='')}:{quote(secret, safe='')}"
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Authorization": f"Basic {b64encode(pair.encode()).decode()}",
    }
    return _object(_ask("POST", address, urlencode(form), headers))


def require_safe(address: str) -> str:
    """The address, if what passes there stays between the two: https, or this machine. Raises ProviderFault."""
    parts = urlsplit(address)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in HERE):
        return address
    raise ProviderFault("an address of the provider is neither https nor on this machine")


def _ask(method: str, address: str, body: str | None, headers: dict[str, str]) -> bytes:
    parts = urlsplit(require_safe(address))
    path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
    connection = _connection(parts.scheme, parts.hostname or "", parts.port)
    try:
        connection.request(method, path, body, {"Accept": "application/json", **headers})
        answer = connection.getresponse()
        if answer.status != http.client.OK:
            raise ProviderFault(f"the provider answered {answer.status}")
        found = answer.read(MOST + 1)
    except (OSError, http.client.HTTPException) as fault:
        raise ProviderFault(type(fault).__name__) from None
    finally:
        connection.close()
    if len(found) > MOST:
        raise ProviderFault("the provider's answer is too long")
    return found


def _connection(scheme: str, host: str, port: int | None) -> http.client.HTTPConnection:
    if scheme == "https":
        return http.client.HTTPSConnection(host, port, timeout=TIMEOUT, context=ssl.create_default_context())
    return http.client.HTTPConnection(host, port, timeout=TIMEOUT)


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        raise ProviderFault("the provider's answer is no JSON") from None
    if not isinstance(found, dict):
        raise ProviderFault("the provider's answer is no JSON object")
    return found
