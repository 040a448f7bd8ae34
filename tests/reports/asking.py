"""Short ways to ask for a report, and to read what it says (报告测试用语)."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from tests import cast
from xinheng.access.actor import Actor
from xinheng.access.gate import Opened, open_file, open_set
from xinheng.access.scope import acting
from xinheng.documents import services as documents
from xinheng.documents.models import IssuedDocument
from xinheng.documents.services import Issued
from xinheng.ledger.verifier import render
from xinheng.reports import services, subjects
from xinheng.reports.contents import Asked
from xinheng.vault.sealing import open_sealed

OFFICER = cast.OFFICER.actor


def opened(code: str, *, actor: Actor = OFFICER, name: str = "示例新主体") -> Opened:
    """The file of the subject with that code, registered when nobody knew it."""
    search = open_set(actor=actor, what=subjects.SEARCH, purpose="issuing", basis="示例申请1号", now=cast.NOW)
    clean = subjects.clean(code, cast.NOW)
    subject = subjects.find(clean, opened=search)
    if subject is None:
        subject = subjects.register(clean, name, actor=actor, now=cast.NOW)
    return open_file(actor=actor, subject=subject, purpose="issuing", basis="示例申请1号", now=cast.NOW)


def report(code: str = cast.FIRM_CODE, audience: str = "self") -> dict[str, Any]:
    """The body of a report that was issued."""
    issued = services.issue_report(audience=audience, opened=opened(code), actor=OFFICER, now=cast.NOW)
    return body(issued)


def asked(**other: Any) -> Asked:
    told: dict[str, Any] = {"audience": "self", "since": date(2023, 11, 24), "until": cast.TODAY}
    return Asked(**{**told, **other})


def certificate(code: str = cast.FIRM_CODE, **other: Any) -> dict[str, Any]:
    """The body of a certificate that was issued."""
    issued = services.issue_certificate(asked(**other), opened=opened(code), actor=OFFICER, now=cast.NOW)
    return body(issued)


def body(issued: Issued) -> dict[str, Any]:
    with acting(OFFICER):
        row = IssuedDocument.objects.get(pk=issued.id)
        raw = open_sealed(documents.TABLE, documents.BODY, row.id, row.subject, bytes(row.body_sealed))
    return render.body_of(raw)


def facts(record: dict[str, Any]) -> dict[str, str]:
    """The facts of one record by their labels."""
    return dict(record["facts"])


def subject_of(found: Opened) -> UUID:
    assert found.subject is not None
    return found.subject
