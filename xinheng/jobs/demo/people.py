"""As whom a visitor of the demo may sign in at the counter (示例人物): fictional persons with something to see."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from xinheng.access.actor import Actor
from xinheng.access.gate import open_file, open_set
from xinheng.casework import queries as cases
from xinheng.jobs.demo import mended
from xinheng.jobs.demo.codes import resident_id
from xinheng.registry import queries as registry
from xinheng.runtime.clock import day_of
from xinheng.subjects import queries as subjects

PEOPLE, SECRET = "counter-people.json", "oidc-demo"
WHY, BASIS = "supervision", "示例装载"
People = Mapping[str, Mapping[str, Any]]
# States of a case in which its party has something to see at the counter, and to do.
AWAITING, LISTED = "awaiting", "listed"


def write(folder: Path, *, office: Actor, now: datetime) -> Path:
    """The file of persons for the provider; the numbers in it are of an area that does not exist."""
    path = folder / PEOPLE
    path.write_text(json.dumps(_people(office, now), ensure_ascii=False, indent=1), encoding="utf-8")
    return path


def secret(keys: Path) -> Path:
    """The secret that counter and provider share, made once."""
    path = keys / SECRET
    if not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(32))
    return path


def _people(office: Actor, now: datetime) -> People:
    today = day_of(now)
    noticed, listed = (_firm_of_case(office, state, now) for state in (AWAITING, LISTED))
    fined = _firm(_of_kind(office, "legal_person", now), office, now)
    return {
        "citizen": _told("示例市民（本人，有记录）", _number_of_a_person(office, now)),
        "boss": _told(
            f"示例法定代表人（{noticed[1]}、{listed[1]}、{fined[1]}）", resident_id(date(1975, 3, 4), 901),
            *(_for(each[0], "legal_representative") for each in (noticed, listed, fined)),
        ),
        "agent": _told(
            f"示例代理人（{noticed[1]}，授权有期限）", resident_id(date(1988, 7, 8), 902),
            _for(noticed[0], "agent", today - timedelta(days=30), today + timedelta(days=60)),
        ),
        "owner": _told(
            f"示例法定代表人（{'、'.join(firm.name for firm in mended.FIRMS)}，办过修复和异议）", mended.OWNER_ID,
            *(_for(firm.code, "legal_representative") for firm in mended.FIRMS),
        ),
        "stranger": _told("示例访客（没有任何记录）", resident_id(date(1999, 9, 9), 903)),
    }  # fmt: skip


def _told(label: str, number: str, *represents: Mapping[str, str]) -> Mapping[str, Any]:
    return {"label": label, "claims": {"resident_id": number, "represents": list(represents)}}


def _for(uscc: str, role: str, begins: date | None = None, ends: date | None = None) -> Mapping[str, str]:
    days = {"mandate_from": begins, "mandate_until": ends}
    return {"uscc": uscc, "role": role, **{name: day.isoformat() for name, day in days.items() if day}}


def _firm_of_case(office: Actor, state: str, now: datetime) -> tuple[str, str]:
    """(code, name) of the party of a case in that state."""
    opened = open_set(actor=office, what=cases.CASES, purpose=WHY, basis=BASIS, now=now)
    rows = cases.cases(opened=opened, group="all", size=100).rows
    case = _first(rows, lambda row: row.state == state and bool(row.party))
    known = cases.known(case.id, actor=office)
    return _firm(known.subject, office, now) if known else ("", "")


def _firm(subject: UUID, office: Actor, now: datetime) -> tuple[str, str]:
    opened = open_file(actor=office, subject=subject, purpose=WHY, basis=BASIS, now=now)
    found = subjects.subject(subject, opened=opened)
    return (found.uscc, found.name) if found else ("", "")


def _number_of_a_person(office: Actor, now: datetime) -> str:
    subject = _of_kind(office, "natural_person", now)
    opened = open_file(actor=office, subject=subject, purpose=WHY, basis=BASIS, now=now)
    found = subjects.person_in_clear(subject, opened=opened)
    return found[1] if found else ""


def _of_kind(office: Actor, kind: str, now: datetime) -> UUID:
    """Whom the latest penalty of a subject of that kind is about."""
    opened = open_set(actor=office, what=registry.RECORDS, purpose=WHY, basis=BASIS, now=now)
    rows = registry.records(opened=opened, size=500, state="live", item="penalty").rows
    subject: UUID = _first(rows, lambda row: row.subject_kind == kind).subject
    return subject


def _first(rows: Any, wanted: Callable[[Any], bool]) -> Any:
    for row in rows:
        if wanted(row):
            return row
    raise LookupError("the demo city is incomplete: remove its folder and begin again")
