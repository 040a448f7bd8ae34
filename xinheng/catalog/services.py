"""Bundles, rulings, windows, each by two persons; the mirror follows the bundle (数据包、裁定、不可抗力窗口)."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

from xinheng.access.actor import Actor
from xinheng.access.permissions import require
from xinheng.catalog import books, mirror, queries
from xinheng.catalog.changes import told_changes
from xinheng.catalog.declaring import (
    approve_window,
    approve_window_end,
    propose_window,
    propose_window_end,
    refuse_window,
    refuse_window_end,
)
from xinheng.catalog.models import Bundle, Ruling
from xinheng.catalog.queries import BundleRow, RulingRow, current_lawbook
from xinheng.law import lawbook
from xinheng.law.facts import RecordFacts, facts_digest
from xinheng.law.language import Refusal
from xinheng.law.lawbook import Lawbook
from xinheng.law.questions import questions, ruling_fault, ruling_key
from xinheng.ledger.emitting import emits
from xinheng.ledger.ids import uuid7
from xinheng.ledger.kinds import EventKind
from xinheng.ledger.services import append
from xinheng.runtime.clock import day_of

__all__ = [
    "approve_bundle",
    "approve_ruling",
    "approve_window",
    "approve_window_end",
    "found",
    "propose_bundle",
    "propose_ruling",
    "propose_window",
    "propose_window_end",
    "refuse_bundle",
    "refuse_ruling",
    "refuse_window",
    "refuse_window_end",
    "revoke_ruling",
]


@emits(EventKind.LAWBOOK_CHANGED)
def found(*, officers: tuple[UUID, UUID], now: datetime) -> Lawbook:
    """Record the shipped edition as the founding bundle, on the names of two officers; once.

    `xinheng init` of a demo gives its own two; a real installation names those who read what was shipped.
    Raises Refusal SAME_PERSON, or BUNDLE_CURRENT when a bundle is in force already.
    """
    book = books.shipped()
    if officers[0] == officers[1]:
        raise Refusal.because("SAME_PERSON")
    if Bundle.objects.filter(is_current=True).exists():
        raise Refusal.because("BUNDLE_CURRENT", digest=book.digest[:12])
    books.require_faultless(book)
    Bundle.objects.create(
        digest=book.digest, path=_kept(lawbook.default_path(), book.digest), changes=[], is_current=True,
        proposed_by=officers[0], proposed_at=now, approved_by=officers[1], approved_at=now,
    )  # fmt: skip
    mirror.write(book)
    append(EventKind.LAWBOOK_CHANGED, payload={"digest": book.digest, "before": ""}, agency=None, now=now)
    return book


@emits(EventKind.BUNDLE_PROPOSED)
def propose_bundle(path: Path, *, actor: Actor, now: datetime) -> BundleRow:
    """Keep a copy of a reference directory and propose it; nothing changes before another officer approves.

    Raises LawbookFault (what is wrong with the files) and Refusal PERMISSION_DENIED or BUNDLE_CURRENT.
    """
    require(actor, "bundle.propose")
    book = books.remember(lawbook.load(path))
    books.require_faultless(book)
    before = current_lawbook()
    if book.digest == before.digest and Bundle.objects.filter(is_current=True).exists():
        raise Refusal.because("BUNDLE_CURRENT", digest=book.digest[:12])
    told = list(told_changes(before, book))
    values = {
        "path": _kept(path, book.digest), "changes": told, "proposed_by": actor.user_id, "proposed_at": now,
        "approved_by": None, "approved_at": None, "refused_by": None, "refused_at": None, "is_current": False,
    }  # fmt: skip
    Bundle.objects.update_or_create(digest=book.digest, defaults=values)
    payload = {"digest": book.digest, "changes": len(told)}
    append(EventKind.BUNDLE_PROPOSED, payload=payload, agency=actor.agency_id, now=now)
    return _bundle(book.digest)


@emits(EventKind.LAWBOOK_CHANGED)
def approve_bundle(digest: str, *, actor: Actor, now: datetime) -> BundleRow:
    """Put a proposed bundle into force, by another person; the event re-projects what the public sees.

    What ends earlier ends by itself; what would begin, widen or be prolonged waits for an officer (1.2.2).
    A bundle that was refused, or in force once, has to be proposed anew.
    Raises Refusal PERMISSION_DENIED, NOT_FOUND, SAME_PERSON, BUNDLE_CURRENT, NOT_READY or BUNDLE_CHANGED.
    """
    require(actor, "bundle.approve")
    row = Bundle.objects.select_for_update().filter(digest=digest).first()
    if row is None:
        raise Refusal.because("NOT_FOUND")
    if row.is_current:
        raise Refusal.because("BUNDLE_CURRENT", digest=digest[:12])
    _require_open(row)
    _another(row.proposed_by, actor)
    book = books.at(row.path, digest)
    before = current_lawbook().digest
    Bundle.objects.filter(is_current=True).update(is_current=False)
    Bundle.objects.filter(digest=digest).update(is_current=True, approved_by=actor.user_id, approved_at=now)
    mirror.write(book)
    payload = {"digest": digest, "before": before}
    append(EventKind.LAWBOOK_CHANGED, payload=payload, agency=actor.agency_id, now=now)
    return _bundle(digest)


@emits(EventKind.BUNDLE_REFUSED)
def refuse_bundle(digest: str, *, actor: Actor, now: datetime) -> None:
    """Turn a proposal down. Raises Refusal PERMISSION_DENIED, NOT_FOUND or NOT_READY."""
    require(actor, "bundle.approve")
    row = Bundle.objects.select_for_update().filter(digest=digest).first()
    if row is None:
        raise Refusal.because("NOT_FOUND")
    _require_open(row)
    row.refused_by, row.refused_at = actor.user_id, now
    row.save(update_fields=["refused_by", "refused_at"])
    append(EventKind.BUNDLE_REFUSED, payload={"digest": digest}, agency=actor.agency_id, now=now)


def _require_open(row: Bundle) -> None:
    """A proposal is decided once: an approval that is spent or refused brings no law back."""
    if row.approved_at or row.refused_at:
        raise Refusal.because("NOT_READY", state="未获批准" if row.refused_at else "已经办结")


def _bundle(digest: str) -> BundleRow:
    found_ones = [each for each in queries.bundles() if each.digest == digest]
    if not found_ones:
        raise Refusal.because("NOT_FOUND")
    return found_ones[0]


@emits(EventKind.RULING_PROPOSED)
def propose_ruling(
    value_id: str,
    facts: RecordFacts,
    decision: Mapping[str, Any],
    *,
    ground: str,
    actor: Actor,
    now: datetime,
) -> RulingRow:
    """Propose how one open question is answered for all records with the same distinguishing facts.

    Raises Refusal PERMISSION_DENIED, RULING_BASIS_REQUIRED, RULING_NOT_AN_OPTION (with its Chinese reason) or RULING_EXISTS.
    """
    require(actor, "ruling.propose")
    law = current_lawbook().as_of(day_of(now))
    fault = ruling_fault(value_id, decision, law)
    if fault:
        raise Refusal.because("RULING_NOT_AN_OPTION", fault=fault)
    if not ground.strip():
        raise Refusal.because("RULING_BASIS_REQUIRED")
    told = ruling_key(value_id, facts, law)
    key = facts_digest(told)
    if Ruling.objects.filter(value_id=value_id, key=key, approved_at__isnull=False, revoked_at=None).exists():
        raise Refusal.because("RULING_EXISTS", title=questions(law)[value_id].title)
    row = Ruling.objects.create(
        id=uuid7(), number=_next_number(now), value_id=value_id, key=key, facts=told, decision=dict(decision),
        ground=ground.strip(), clauses=list(questions(law)[value_id].clauses),
        proposed_by=actor.user_id, proposed_at=now,
    )  # fmt: skip
    _append_ruling(EventKind.RULING_PROPOSED, row, actor, now)
    return queries.ruling(row.id)


@emits(EventKind.RULING_APPROVED)
def approve_ruling(ruling_id: UUID, *, actor: Actor, now: datetime) -> RulingRow:
    """Put a ruling into force, by another person. Raises Refusal PERMISSION_DENIED, NOT_FOUND, SAME_PERSON,
    NOT_READY or RULING_EXISTS.
    """
    require(actor, "ruling.approve")
    row = _locked(ruling_id)
    if row.approved_at or row.revoked_at:
        raise Refusal.because("NOT_READY", state="已经办结")
    _another(row.proposed_by, actor)
    same = Ruling.objects.filter(
        value_id=row.value_id, key=row.key, approved_at__isnull=False, revoked_at=None
    )
    if same.exists():
        raise Refusal.because("RULING_EXISTS", title=row.value_id)
    row.approved_by, row.approved_at = actor.user_id, now
    row.save(update_fields=["approved_by", "approved_at"])
    _append_ruling(EventKind.RULING_APPROVED, row, actor, now)
    return queries.ruling(ruling_id)


@emits(EventKind.RULING_REFUSED)
def refuse_ruling(ruling_id: UUID, *, actor: Actor, now: datetime) -> RulingRow:
    """Turn a proposed ruling down, by another person: it counts as revoked before it was ever in force.

    Raises Refusal PERMISSION_DENIED, NOT_FOUND, SAME_PERSON or NOT_READY.
    """
    require(actor, "ruling.approve")
    row = _locked(ruling_id)
    if row.approved_at or row.revoked_at:
        raise Refusal.because("NOT_READY", state="已经办结")
    _another(row.proposed_by, actor)
    return _revoke(row, EventKind.RULING_REFUSED, actor, now)


@emits(EventKind.RULING_REVOKED)
def revoke_ruling(ruling_id: UUID, *, actor: Actor, now: datetime) -> RulingRow:
    """End a ruling: its question is open again, and what rested on it alone is no longer public."""
    require(actor, "ruling.revoke")
    row = _locked(ruling_id)
    if not row.approved_at or row.revoked_at:
        raise Refusal.because("NOT_READY", state="已经办结")
    return _revoke(row, EventKind.RULING_REVOKED, actor, now)


def _revoke(row: Ruling, kind: EventKind, actor: Actor, now: datetime) -> RulingRow:
    row.revoked_by, row.revoked_at = actor.user_id, now
    row.save(update_fields=["revoked_by", "revoked_at"])
    _append_ruling(kind, row, actor, now)
    return queries.ruling(row.id)


def _append_ruling(kind: EventKind, row: Ruling, actor: Actor, now: datetime) -> None:
    payload = {"ruling": str(row.id), "value": row.value_id, "key": row.key}
    append(kind, payload=payload, agency=actor.agency_id, now=now)


def _locked(ruling_id: UUID) -> Ruling:
    row = Ruling.objects.select_for_update().filter(id=ruling_id).first()
    if row is None:
        raise Refusal.because("NOT_FOUND")
    return row


def _another(first: UUID, actor: Actor) -> None:
    if first == actor.user_id:
        raise Refusal.because("SAME_PERSON")


def _next_number(now: datetime) -> str:
    year = day_of(now).year
    taken = Ruling.objects.filter(number__startswith=f"裁{year}-").count()
    return f"裁{year}-{taken + 1:04d}"


def _kept(path: Path, digest: str) -> str:
    """Our own copy of a bundle: what was approved must not change under it."""
    target = Path(settings.XINHENG_VAR) / "reference" / digest
    if not target.exists():
        unfinished = target.with_name(f"{digest}.new")
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.copytree(path, unfinished, ignore=lambda folder, names: _not_reference(Path(folder), names))
        unfinished.rename(target)
    return str(target)


def _not_reference(folder: Path, names: list[str]) -> list[str]:
    return [name for name in names if not (folder / name).is_dir() and not name.endswith(".yaml")]
