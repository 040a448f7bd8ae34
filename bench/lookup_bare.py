"""The bare WSGI handler the portal is measured against (裸处理器): same server, same SQL, nothing else."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import psycopg

from xinheng.publication import tables
from xinheng.runtime import clock, postgres

_kept = threading.local()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """GET /s/<code>.json: the subject's JSON as the database wrote it."""
    code = environ["PATH_INFO"].removeprefix("/s/").removesuffix(".json")
    told = {"uscc": code, "today": clock.today()}
    row = _connection().execute(tables.SUBJECT.encode(), told, prepare=True).fetchone()
    if row is None:
        start_response("404 Not Found", [("Content-Length", "0")])
        return [b""]
    body = str(row[0]).encode()
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]


def _connection() -> psycopg.Connection[Any]:
    """One kept connection per thread of the server."""
    found: psycopg.Connection[Any] | None = getattr(_kept, "connection", None)
    if found is None:
        from django.conf import settings

        server = postgres.locate(Path(settings.XINHENG_OWN_POSTGRES or ""))
        found = _kept.connection = psycopg.connect(server.conninfo("xinheng", "xinheng_app"), autocommit=True)
    return found
