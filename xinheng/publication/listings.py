"""Which list entries the public may see, from when until when (名单公示投影): the projector's second half.

It runs inside the transaction of the event that touched the entries, after their rows were written, as the role
xinheng_projector, and asks the law once for each list and kind of party. A person is never among them (3.2c).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.backends.utils import CursorWrapper

from xinheng.law import listing, privacy
from xinheng.law.facts import SubjectKind
from xinheng.law.lawbook import Law
from xinheng.law.lists import PartyRole
from xinheng.ledger import emitting
from xinheng.ledger.ids import uuid7
from xinheng.ledger.kinds import EventKind
from xinheng.ledger.services import append
from xinheng.publication import listing_statements, statements, workspace
from xinheng.publication.projector import Differences

# Where an officer put the entry there, or back, it may begin to be public; else it may only narrow (adr/0005).
_MAY_BEGIN = (EventKind.CASE_LIST, EventKind.CASE_RESTORE, EventKind.CASE_REINSTATE)


@dataclass(frozen=True, slots=True)
class ListingScope:
    """Which entries: an SQL condition over `registry_listentry l` and its parameters."""

    where: str = "true"
    params: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def case(cls, case: UUID) -> ListingScope:
        return cls('l."case" = %(case)s', {"case": case})

    @classmethod
    def plan(cls, plan: UUID) -> ListingScope:
        """Those on which measures are lifted, or were, for a plan of a court."""
        return cls(
            "l.id IN (SELECT p.entry_id FROM registry_measurelift p WHERE p.plan = %(plan)s)", {"plan": plan}
        )


@dataclass(frozen=True, slots=True)
class ListingsProjected:
    """Counts of one projection: entries looked at, and changed for the public."""

    entries: int
    changed: int


def project(
    scope: ListingScope, *, event: UUID, kind: EventKind, at: datetime, law: Law
) -> ListingsProjected:
    """Bring the public list entries of the scope to what `law` and the entries' own state let the public see.

    Part of the caller's transaction. `law.day` is the day of the projection; `kind` is the event's.
    """
    with workspace.as_projector(at) as cursor:
        entries = _decide(cursor, scope, kind, law)
        changed = _write(cursor, event, kind, at, law)
    _tell(event, changed, at)
    return ListingsProjected(entries, changed)


def rebuild(*, event: UUID, at: datetime, law: Law) -> ListingsProjected:
    """Empty the table and fill it again, never beyond what publication_listingchange is evidence of."""
    with workspace.as_projector(at) as cursor:
        entries = _decide(cursor, ListingScope(), EventKind.PUBLICATION_REBUILT, law)
        cursor.execute("DELETE FROM publication_publiclisting")
        changed = _write(cursor, event, EventKind.PUBLICATION_REBUILT, at, law)
    _tell(event, changed, at)
    return ListingsProjected(entries, changed)


def preview(*, at: datetime, law: Law) -> ListingsProjected:
    """What bringing `law` into force would change for the public at once: rolled back."""
    with transaction.atomic():
        done = project(ListingScope(), event=uuid7(), kind=EventKind.LAWBOOK_CHANGED, at=at, law=law)
        transaction.set_rollback(True)
    return done


def compare(*, at: datetime, law: Law) -> Differences:
    """Project all entries afresh and compare; whatever this wrote on the way is rolled back. Ids of entries."""
    found: dict[str, list[UUID]] = {"missing": [], "surplus": [], "other": []}
    with transaction.atomic():
        with workspace.as_projector(at) as cursor:
            _decide(cursor, ListingScope(), EventKind.PUBLICATION_REBUILT, law)
            cursor.execute(listing_statements.DIFFERENCES)
            for what, entry in cursor.fetchall():
                found[what].append(entry)
        transaction.set_rollback(True)
    return Differences(*(tuple(found[name]) for name in ("missing", "surplus", "other")))


def _decide(cursor: CursorWrapper, scope: ListingScope, kind: EventKind, law: Law) -> int:
    """Fill projection_listing with the outcome; the number of entries in scope."""
    cursor.execute(listing_statements.DISTINCT.format(where=scope.where), scope.params)
    asked = cursor.fetchall()
    cursor.execute(listing_statements.ADMITTED)
    workspace.copy(cursor, "projection_admitted", list(_admitted(asked, law)))
    told = {**scope.params, "narrow_only": kind not in _MAY_BEGIN}
    cursor.execute(listing_statements.OUTCOME.format(where=scope.where), told)
    entries = int(cursor.rowcount)
    _mask_traders(cursor, law)
    return entries


def _admitted(asked: list[tuple[str, str, str, str]], law: Law) -> Iterator[tuple[Any, ...]]:
    """Of these lists and parties those that the law lets be public today, and until when it is known to."""
    for code, edition, kind, role in asked:
        facts = listing.to_publish(code, SubjectKind(kind), PartyRole(role))
        if not listing.publication(facts, law).against:
            ends = listing.publication_ends(facts, law)
            yield code, edition, kind, role, _name(code, edition, law), ends


def _name(code: str, edition: str, law: Law) -> str:
    """The name of the list in the edition under which the entry was listed."""
    named = (each.name for each in law.book.lists if each.id == edition)
    current = law.serious_list(code)
    return next(named, current.name if current else code)


def _mask_traders(cursor: CursorWrapper, law: Law) -> None:
    """A sole trader listed under his own name is masked like any person (3.2c)."""
    cursor.execute(listing_statements.TRADERS)
    for (name,) in cursor.fetchall():
        shown = privacy.mask(workspace.TRADE_NAME, name, law)
        if shown != name:
            cursor.execute(listing_statements.MASKED, [shown, name])


def _write(cursor: CursorWrapper, event: UUID, kind: EventKind, at: datetime, law: Law) -> int:
    workspace.prepare_names(cursor, law, listing_statements.SUBJECTS)
    cursor.execute(statements.SUBJECTS.format(whose=listing_statements.SUBJECTS))
    cursor.execute(listing_statements.REMOVED)
    cursor.execute(listing_statements.WRITTEN)
    cursor.execute(listing_statements.CHANGES, {"event": event, "at": at, "cause": kind.value})
    return int(cursor.rowcount)


def _tell(event: UUID, changed: int, at: datetime) -> None:
    """Put the changes into the ledger, each row by its digest: a consequence, not a deed of its own."""
    if not changed:
        return
    with emitting.subscribers():
        told = {"cause": event, "count": changed}
        append(EventKind.LISTING_PUBLICATION_CHANGED, payload=told, agency=None, now=at)
