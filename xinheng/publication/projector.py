"""The one set-based projector: what of these records may the public see, from when until when (公示投影).

It runs inside the transaction of the event that touched the records, as the role xinheng_projector, asks
the law once per distinct combination of facts, and leaves everything else to the database.
"""

from __future__ import annotations

import enum
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from xinheng.law.facts import RecordFacts
from xinheng.law.lawbook import Law
from xinheng.law.reference import Mask
from xinheng.ledger import emitting
from xinheng.ledger.ids import uuid7
from xinheng.ledger.kinds import EventKind
from xinheng.ledger.services import append
from xinheng.publication import answers, proofs, statements, workspace
from xinheng.publication.answers import OMIT, Answer, Stored

# Projections of a few records run side by side; one that changes the law for all waits for them and they
# for it, so that none is decided under a lawbook that is no longer the current one.
_LOCK = 0x78696E68

# From so many entries on the name index is written as for a bulk load.
_MANY = 5_000


class Cause(enum.StrEnum):
    """Why a projection runs. Where an officer acted it may begin and widen, else it may only narrow."""

    INTAKE = "intake"
    CORRECTION = "correction"
    REDACTION = "redaction"
    WITHDRAWAL = "withdrawal"
    RULING = "ruling"
    REVOCATION = "revocation"
    DECISION = "decision"
    LAWBOOK = "lawbook"
    REBUILD = "rebuild"
    EFFECT = "effect"
    EFFECT_LIFTED = "effect_lifted"
    MARK = "mark"

    @property
    def narrow_only(self) -> bool:
        return self in (Cause.REVOCATION, Cause.LAWBOOK, Cause.REBUILD, Cause.EFFECT, Cause.MARK)


_OF_CHANGED = """
    SELECT c.id FROM registry_record c WHERE c.batch = %(batch)s
    UNION SELECT o.id FROM registry_record c JOIN registry_record o USING (instrument_id)
    WHERE c.batch = %(batch)s AND c.version > 1
"""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which records: an SQL condition over `registry_record r` and its parameters."""

    where: str = "true"
    params: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def batch(cls, batch: UUID, *, changed: bool) -> Scope:
        """What a batch brought; when it `changed` records, also the others on the same instruments."""
        return cls(f"r.id IN ({_OF_CHANGED})" if changed else "r.batch = %(batch)s", {"batch": batch})

    @classmethod
    def settled(cls, batch: UUID, event: UUID) -> Scope:
        """What officers let in of the rows of a batch that waited, and the others on the same instruments.

        Not the whole batch again: what its other records say today was never asked of the officers (1.2.2).
        """
        made = (
            "SELECT c.instrument_id FROM registry_record c JOIN registry_recordversion v ON v.record_id = c.id"
            " AND v.version = c.version WHERE c.batch = %(batch)s AND v.event = %(event)s"
        )
        return cls(f"r.instrument_id IN ({made})", {"batch": batch, "event": event})

    @classmethod
    def versions_of(cls, batch: UUID) -> Scope:
        """Records that the batch made or changed."""
        where = "r.id IN (SELECT v.record_id FROM registry_recordversion v WHERE v.batch = %(batch)s)"
        return cls(f"r.batch = %(batch)s OR {where}", {"batch": batch})

    @classmethod
    def records(cls, records: Iterable[UUID]) -> Scope:
        return cls("r.id = ANY (%(records)s)", {"records": list(records)})

    @classmethod
    def on_instruments_of(cls, records: Iterable[UUID]) -> Scope:
        """These records and the others on the same instruments: what is said of a document is said of all."""
        where = "SELECT c.instrument_id FROM registry_record c WHERE c.id = ANY (%(records)s)"
        return cls(f"r.instrument_id IN ({where})", {"records": list(records)})

    @classmethod
    def facts(cls, facts: Iterable[int]) -> Scope:
        return cls("r.facts_id = ANY (%(facts)s)", {"facts": list(facts)})


@dataclass(frozen=True, slots=True)
class Projected:
    """Counts of one projection: records looked at, changed for the public, held for an officer; list entries."""

    records: int
    changed: int
    held: int
    entries: int = 0


def project(scope: Scope, *, event: UUID, cause: Cause, at: datetime, law: Law) -> Projected:
    """Bring the public entries of the scope to what `law` lets the public see; see the module's text.

    Part of the caller's transaction. `law.day` is the day of the projection.
    """
    with workspace.as_projector(at) as cursor:
        records = _decide(cursor, scope, cause, law, statements.BEFORE_SHOWN)
        wrote = _write(cursor, event, cause, at, everything=False)
    _tell(event, wrote, at)
    return Projected(records, wrote.changed, wrote.held)


def rebuild(*, event: UUID, at: datetime, law: Law) -> Projected:
    """Empty the public tables and fill them again, never beyond what publication_change is evidence of.

    Deleting, not truncating: the pages go on answering from the old rows until this commits.
    """
    with workspace.as_projector(at) as cursor:
        records = _decide(cursor, Scope(), Cause.REBUILD, law, statements.BEFORE_EVIDENCE)
        cursor.execute("DELETE FROM publication_publicentry")
        cursor.execute("DELETE FROM publication_publicsubject")
        wrote = _write(cursor, event, Cause.REBUILD, at, everything=True)
    _tell(event, wrote, at)
    return Projected(records, wrote.changed, wrote.held)


@dataclass(frozen=True, slots=True)
class _Wrote:
    """Changes with the hash over them, what is held now, and whether the list of what is held was touched."""

    changed: int
    root: bytes
    held: int
    holds_touched: bool


def _tell(event: UUID, wrote: _Wrote, at: datetime) -> None:
    """Put the changes, and what is held or held no more, into the ledger: a consequence, not a deed of its own."""
    if not (wrote.changed or wrote.holds_touched):
        return
    told = {"cause": event, "count": wrote.changed, "root": wrote.root}
    with emitting.subscribers():
        append(EventKind.PUBLICATION_CHANGED, payload=told, agency=None, now=at)


def preview(*, at: datetime, law: Law) -> Projected:
    """What bringing `law` into force would change for the public at once, and what it would hold: rolled back."""
    with transaction.atomic():
        done = project(Scope(), event=uuid7(), cause=Cause.LAWBOOK, at=at, law=law)
        transaction.set_rollback(True)
    return done


@dataclass(frozen=True, slots=True)
class Differences:
    """Records, or list entries, that are not public as a fresh projection has them: missing, surplus, other."""

    missing: tuple[UUID, ...]
    surplus: tuple[UUID, ...]
    other: tuple[UUID, ...]

    def __bool__(self) -> bool:
        return bool(self.missing or self.surplus or self.other)

    def __add__(self, more: Differences) -> Differences:
        return Differences(self.missing + more.missing, self.surplus + more.surplus, self.other + more.other)


def compare(*, at: datetime, law: Law) -> Differences:
    """Project everything afresh and compare; whatever this wrote on the way is rolled back."""
    found: dict[str, list[UUID]] = {"missing": [], "surplus": [], "other": []}
    with transaction.atomic():
        with workspace.as_projector(at) as cursor:
            _decide(cursor, Scope(), Cause.REBUILD, law, statements.BEFORE_EVIDENCE)
            cursor.execute(
                f"CREATE TEMP TABLE projection_fresh AS {statements.RENDERED.format(chosen='true')}"
            )
            cursor.execute(statements.DIFFERENCES)
            for what, record in cursor.fetchall():
                found[what].append(record)
        transaction.set_rollback(True)
    return Differences(*(tuple(found[name]) for name in ("missing", "surplus", "other")))


def hold_law(*, alone: bool) -> None:
    """Until the end of the transaction no other projection changes the law, or, when `alone`, none runs at all."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock{'' if alone else '_shared'}(%s)", [_LOCK])


def _decide(cursor: CursorWrapper, scope: Scope, cause: Cause, law: Law, before: str) -> int:
    """Fill the temporary tables up to the outcome; the number of records in scope."""
    told = {**scope.params, "boundaries": list(law.book.boundaries)}
    cursor.execute(statements.SCOPE.format(where=scope.where), told)
    records = int(cursor.rowcount)
    cursor.execute("ANALYZE projection_scope")
    cursor.execute(statements.STANDING)
    cursor.execute(statements.SHOWN_LONGER)
    workspace.analyze(cursor, "hidden", "marked", "shown")
    _ask_law(cursor, law)
    for statement in (statements.WANTED, before, statements.CAPPED):
        cursor.execute(statement, {"narrow_only": cause.narrow_only})
    _narrow(cursor)
    workspace.analyze(cursor, "wanted", "before", "capped", "pair")
    cursor.execute(statements.OUTCOME, {"today": law.day})
    workspace.analyze(cursor, "outcome")
    _prepare_rendering(cursor, law)
    workspace.prepare_names(cursor, law, statements.SHOWN_SUBJECTS)
    return records


def _ask_law(cursor: CursorWrapper, law: Law) -> None:
    """One answer per distinct combination of facts, stored once and joined back."""
    cursor.execute(statements.DISTINCT_FACTS)
    asked = {
        (number, stretch, marks): answers.answer(_facts(_json(facts), stretch, law), law, _listed(marks))
        for number, stretch, marks, facts in cursor.fetchall()
    }
    ids = _stored(cursor, [each.stored for each in asked.values() if each.stored is not None])
    cursor.execute(statements.ANSWERS)
    rows = [(*key, *row) for key, each in asked.items() for row in _answer_rows(each, ids)]
    workspace.copy(cursor, "projection_answer", rows)


def _listed(marks: str) -> list[str]:
    """Marks of the text of a database array of plain words."""
    return [each for each in marks.strip("{}").split(",") if each]


def _facts(raw: Mapping[str, Any], stretch: int, law: Law) -> RecordFacts:
    interval = law.book.boundaries[stretch - 1].isoformat() if stretch else ""
    return RecordFacts.from_json({**raw, "interval": interval})


def _answer_rows(given: Answer, ids: Mapping[bytes, int]) -> Iterator[tuple[Any, ...]]:
    if given.stored is None or given.span is None:
        return
    verdict = ids[answers.digest(given.stored)]
    for law_from, span in ((None, given.span), *((each.law_from, each.span) for each in given.endings)):
        if span is None:
            yield (law_from, None, None, None, None, None)
        else:
            yield (law_from, verdict, span.start, span.months, span.until == "valid_to", span.open_end)


def _stored(cursor: CursorWrapper, given: Sequence[Stored]) -> dict[bytes, int]:
    """Ids of answers by digest; new ones are added, in one order so that two projections do not embrace."""
    distinct = {answers.digest(each): each for each in given}
    ordered = sorted(distinct)
    cursor.executemany(
        "INSERT INTO publication_publicverdict (digest, verdict) VALUES (%s, %s) ON CONFLICT (digest) DO NOTHING",
        [(key, json.dumps(distinct[key], ensure_ascii=False)) for key in ordered],
    )
    cursor.execute("SELECT digest, id FROM publication_publicverdict WHERE digest = ANY (%s)", [ordered])
    return {bytes(key): number for key, number in cursor.fetchall()}


def _narrow(cursor: CursorWrapper) -> None:
    """What each pair of a wanted and a present answer both allow."""
    cursor.execute(statements.PAIRS_TO_NARROW)
    pairs = cursor.fetchall()
    known = _verdicts(cursor, {number for pair in pairs for number in pair})
    both = {pair: answers.narrowed(known[pair[0]], known[pair[1]]) for pair in pairs}
    ids = _stored(cursor, list(both.values()))
    cursor.execute(statements.PAIRS)
    workspace.copy(
        cursor, "projection_pair", [(*pair, ids[answers.digest(given)]) for pair, given in both.items()]
    )


def _verdicts(cursor: CursorWrapper, numbers: Iterable[int]) -> dict[int, Stored]:
    cursor.execute("SELECT id, verdict FROM publication_publicverdict WHERE id = ANY (%s)", [sorted(numbers)])
    return {number: _json(verdict) for number, verdict in cursor.fetchall()}


def _prepare_rendering(cursor: CursorWrapper, law: Law) -> None:
    """Which fields each answer of the outcome shows, and how it masks them."""
    cursor.execute("SELECT DISTINCT verdict FROM projection_outcome WHERE verdict IS NOT NULL")
    known = _verdicts(cursor, [number for (number,) in cursor.fetchall()])
    cursor.execute(statements.RENDER)
    workspace.copy(
        cursor, "projection_render", [(number, *rendering(each, law)) for number, each in known.items()]
    )


def rendering(given: Stored, law: Law) -> tuple[list[str], str | None]:
    """The fields that a stored answer shows, and how the database masks them (JSON; None for not at all)."""
    masks = {name: _mask(mask, law) for name, mask in given["masks"].items()}
    shown = [name for name in given["shown"] if name not in masks or masks[name] is not None]
    kept = {name: mask for name, mask in masks.items() if mask}
    return shown, json.dumps(kept, ensure_ascii=False) if kept else None


def _mask(name: str, law: Law) -> dict[str, Any] | None:
    """A mask as the database applies it; {} leaves the value whole, None leaves the field out."""
    mask: Mask | None = None if name == OMIT else law.mask(name)
    if mask is None or mask.kind not in ("whole", "trade_name", "ends", "surname"):
        return None
    if mask.kind in ("whole", "trade_name"):
        return {}  # a trade name is looked at subject by subject
    left = mask.keep_left if mask.kind == "ends" else 1
    return {"left": left, "right": mask.keep_right, "fill": mask.fill}


def _write(cursor: CursorWrapper, event: UUID, cause: Cause, at: datetime, *, everything: bool) -> _Wrote:
    chosen = "true" if everything else "o.differs"
    told: dict[str, Any] = {"event": event, "cause": cause.value, "at": at}
    told["head"] = proofs.head(event=event, cause=cause.value, at=at)
    _write_subjects(cursor, chosen)
    cursor.execute(statements.REMOVED)
    fresh = everything or not _any_before(cursor)
    cursor.execute((statements.NEW_ENTRIES if fresh else statements.ENTRIES).format(chosen=chosen))
    cursor.execute(statements.CHANGES, told)
    cursor.execute(statements.CHANGED, told)
    changed, root = cursor.fetchone()
    cursor.execute(statements.NO_LONGER_HELD)
    touched = cursor.rowcount
    cursor.execute(statements.HELD, told)
    touched += cursor.rowcount
    cursor.execute("SELECT count(*) FROM projection_outcome WHERE held")
    return _Wrote(changed, bytes(root), int(cursor.fetchone()[0]), bool(touched))


def _write_subjects(cursor: CursorWrapper, chosen: str) -> None:
    """Many names at once are gathered in one long list and merged into the index together: a third quicker."""
    cursor.execute("SELECT count(*) >= %s FROM projection_outcome WHERE verdict IS NOT NULL", [_MANY])
    (many,) = cursor.fetchone()
    if many:
        cursor.execute("SET LOCAL gin_pending_list_limit = '64MB'")
    whose = f"{statements.SHOWN_SUBJECTS} AND {chosen}"
    cursor.execute(statements.SUBJECTS.format(whose=whose))
    if many:
        cursor.execute("SET LOCAL gin_pending_list_limit TO DEFAULT; SELECT publication_tidy_names()")


def _any_before(cursor: CursorWrapper) -> bool:
    cursor.execute("SELECT EXISTS (SELECT FROM projection_before)")
    return bool(cursor.fetchone()[0])


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value
