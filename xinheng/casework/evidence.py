"""Cases, drafts, steps, papers, service, objections, deadlines (案卷的存证)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg

from xinheng.casework import proofs
from xinheng.casework.clockmodels import OF_MATTERS
from xinheng.casework.promises import evidence as _promises  # noqa: F401  # says its own tables
from xinheng.casework.proofs import MOVES, REMINDERS
from xinheng.casework.repairs import evidence as _repairs  # noqa: F401  # says its own tables
from xinheng.ledger.kinds import EventKind
from xinheng.ledger.leaves import merkle_root
from xinheng.ledger.protection import Watched, exempt, prove, watch
from xinheng.ledger.verification.findings import Audit

watch(
    "casework_case",
    key="r.id::text",
    columns=(
        "r.id plain; r.number text; r.procedure text; r.list text; r.subject_id plain; "
        "r.subject_kind text; r.party text; r.role text; r.unit_case_id plain; r.agency_id plain; "
        "r.area text; r.state text; r.version plain; r.revision plain; r.handler plain; "
        "r.opened_on date; r.decided_on date; r.listed_on date; r.until date"
    ),
)
watch(
    "casework_draft",
    key="r.id::text",
    columns=(
        'r.id plain; r.case_id plain; r.version plain; r."range" text; r.criteria list; '
        'r."window" plain; r.age text; r.conduct_from date; r.conduct_to date; r.months plain; '
        "r.made_by plain; r.made_at moment; r.sealed_commitment bytes"
    ),
)
watch(
    "casework_ground",
    key="r.id::text",
    columns=(
        "r.id plain; r.draft_id plain; r.instrument_id plain; r.number text; r.kind text; "
        "r.body_name text; r.decided_on date; r.effect text"
    ),
)
watch(
    "casework_leniency",
    key="r.id::text",
    columns=(
        'r.id plain; r.case_id plain; r.heard plain; r.grounds list; r.decision text; r."by" plain; '
        "r.at moment; r.sealed_commitment bytes"
    ),
)
watch(
    "casework_consent",
    key="r.id::text",
    columns=(
        "r.id plain; r.draft_id plain; r.body_name text; r.number text; r.given_on date; "
        'r.granted plain; r."by" plain; r.at moment'
    ),
)
watch(
    "casework_casestep",
    key="r.id::text",
    columns=(
        "r.id plain; r.case_id plain; r.seq plain; r.step text; r.source text; r.target text; "
        "r.version plain; r.actor plain; r.at moment; r.day date; r.event plain; r.asked plain; "
        "r.edition text; r.sealed_commitment bytes"
    ),
)
watch(
    "casework_casepaper",
    key="r.id::text",
    columns=(
        "r.id plain; r.case_id plain; r.step_id plain; r.kind text; r.version plain; "
        "r.document plain; r.number text; r.party plain; r.issued_on date; r.says list; "
        'r."window" plain'
    ),
)
watch(
    "casework_service",
    key="r.id::text",
    columns=(
        'r.id plain; r.paper_id plain; r.party plain; r.way text; r."on" date; r.served_on date; '
        'r.shows list; r."by" plain; r.at moment; r.sealed_commitment bytes'
    ),
)
watch(
    "casework_objection",
    key="r.id::text",
    columns=(
        "r.id plain; r.case_id plain; r.number text; r.version plain; r.kind text; "
        "r.received_at moment; r.received_on date; r.in_time plain; r.heard_on date; "
        "r.replied_on date; r.upheld plain; r.reply_commitment bytes; r.sealed_commitment bytes"
    ),
)
watch(
    "casework_ask",
    key="r.id::text",
    columns=(
        "r.id plain; r.case_id plain; r.step text; r.applied_on date; r.corrected_on date; "
        "r.met list; r.barred list; r.made_by plain; r.made_at moment; r.decided_by plain; "
        "r.decided_at moment; r.granted plain; r.answer_commitment bytes; "
        "r.sealed_commitment bytes"
    ),
)
watch(
    "casework_deadline",
    key="r.id::text",
    columns=(
        "r.id plain; r.case_id plain; r.objection_id plain; r.name text; r.start date; r.n plain; "
        "r.extended_by list; r.stopped_on date"
    ),
)
watch(
    "casework_note",
    key="r.id::text",
    columns=(
        'r.id plain; r.case_id plain; r.to_user plain; r."by" plain; r.at moment; r.sealed_commitment bytes'
    ),
)

for _table in ("casework_way", "casework_step"):
    exempt(
        _table,
        "which step leads where, by whom, on what paper: written by a migration, held to the law by a test",
    )

watch(
    "casework_reminderseen",
    key="r.id::text",
    columns='r.id plain; r.reminder_id plain; r."user" plain; r.at moment',
)
watch(
    "casework_setaside",
    key="r.id::text",
    columns="r.id plain; r.case_id plain; r.revision plain; r.ground_id plain",
)

watch(
    "casework_revocation",
    key="r.id::text",
    columns=(
        "r.id plain; r.number text; r.instrument_id plain; r.agency_id plain; r.state text; "
        "r.revision plain; r.varied plain; r.statement text; r.known_on date; r.due date; "
        "r.provisional plain; r.opened_by plain; r.opened_at moment"
    ),
)
watch(
    "casework_revocationstep",
    key="r.id::text",
    columns=(
        "r.id plain; r.revocation_id plain; r.seq plain; r.step text; r.source text; "
        "r.target text; r.actor plain; r.at moment; r.day date; r.event plain; r.asked plain; "
        "r.edition text; r.reason text"
    ),
)
watch(
    "casework_revocationproof",
    key="r.id::text",
    columns=(
        "r.id plain; r.revocation_id plain; r.effect text; r.varied plain; r.kind text; "
        'r.number text; r.body_name text; r.decided_on date; r."by" plain; r.at moment'
    ),
)
watch(
    "casework_revocationfate",
    key="r.id::text",
    columns=(
        "r.id plain; r.revocation_id plain; r.seq plain; r.node text; r.layer text; "
        "r.target plain; r.number text; r.agency plain; r.rests_on list; r.ours plain; "
        "r.fate text; r.marked plain; r.because list"
    ),
)
watch(
    "casework_correction",
    key="r.id::text",
    columns=(
        "r.id plain; r.number text; r.record_id plain; r.subject_id plain; r.agency_id plain; "
        "r.channel text; r.fields list; r.not_me plain; r.state text; r.revision plain; "
        "r.frozen plain; r.mistaken plain; r.proposal plain; r.lodged_by plain; r.lodged_on date; "
        "r.decided_on date; r.due date; r.provisional plain"
    ),
)
watch(
    "casework_correctionstep",
    key="r.id::text",
    columns=(
        "r.id plain; r.correction_id plain; r.seq plain; r.step text; r.source text; "
        "r.target text; r.actor plain; r.at moment; r.day date; r.event plain; r.asked plain; "
        'r.edition text; r.document plain; r.paper text; r.says list; r.way text; r."on" date; '
        "r.shows list; r.sealed_commitment bytes"
    ),
)
watch(
    "casework_correctionsibling",
    key="r.id::text",
    columns=(
        "r.id plain; r.correction_id plain; r.record_id plain; r.agency plain; r.likeness text; "
        "r.seen_by plain; r.seen_at moment; r.confused plain"
    ),
)
exempt(
    "casework_matterway",
    "which step of revocation and correction leads where, by whom: written by a migration, held to the law by a test",
)

watch(
    "casework_matterclock",
    key="r.id::text",
    columns=(
        "r.id plain; r.kind text; r.matter plain; r.number text; r.agency_id plain; r.name text; "
        "r.start date; r.n plain; r.stopped_on date"
    ),
)

# Events that tell reminders, by their count and root.
REMINDING = (EventKind.DEADLINE_MOVED, EventKind.DEADLINE_REMINDED)
_PAGE = 5_000
TABLES = {
    "listing": "casework_deadline",
    "repair": "casework_repairclock",
    "promise": "casework_promiseclock",
} | dict.fromkeys(OF_MATTERS, "casework_matterclock")
_BROKEN = """
WITH moved AS (
    SELECT m.*, row_number() OVER w AS nth, count(*) OVER (PARTITION BY deadline_id) AS moves,
           lag(after) OVER w AS was, lag(after_provisional) OVER w AS was_provisional
      FROM casework_deadlinemove m WINDOW w AS (PARTITION BY deadline_id ORDER BY at, event, place))
SELECT DISTINCT m.deadline_id, k.kind FROM moved m LEFT JOIN casework_clock k ON k.id = m.deadline_id
 WHERE (m.nth > 1 AND (m.was, m.was_provisional) IS DISTINCT FROM (m.before, m.before_provisional))
    OR (m.nth = m.moves AND (k.last, k.provisional) IS DISTINCT FROM (m.after, m.after_provisional)
        AND coalesce(k.extended_by, '{}') = '{}')
"""


@prove(MOVES.table)
def prove_moves(audit: Audit, connection: psycopg.Connection[Any]) -> None:
    """Each last day that a calendar moved, by its own digest; those of one event by the root that it tells."""
    told = {d.event: d.payload for d in audit.told.of(EventKind.DEADLINE_MOVED)}
    counted = {event: (each["count"], each["root"]) for event, each in told.items()}
    _prove(audit, connection, MOVES, counted, "期限变动")
    # One by one the moves of a clock lead from day to day, and the last of them to the day that is stored.
    for clock, kind in connection.execute(_BROKEN.encode()):
        audit.find(TABLES.get(kind, MOVES.table), clock, "末日与历次变动不符")


@prove(REMINDERS.table)
def prove_reminders(audit: Audit, connection: psycopg.Connection[Any]) -> None:
    """Each reminder likewise."""
    told = {d.event: d.payload for d in audit.told.of(*REMINDING)}
    counted = {event: (each["reminders"], each["reminders_root"]) for event, each in told.items()}
    _prove(audit, connection, REMINDERS, counted, "提醒")


def _prove(
    audit: Audit,
    connection: psycopg.Connection[Any],
    what: Watched,
    told: dict[UUID, tuple[int, str]],
    label: str,
) -> None:
    groups = {event: _Told(what, event) for event in told}
    parts = ", ".join(what.parts())
    query = f"SELECT r.event, r.place, {what.key}, r.digest, {parts} FROM {what.table} r ORDER BY r.event, r.place"
    with connection.cursor(name=what.table) as cursor:
        cursor.itersize = _PAGE
        for event, place, key, digest, *texts in cursor.execute(query.encode()):
            audit.count(label)
            if event in groups:
                groups[event].take(audit, place, key, bytes(digest or b""), texts)
            elif not audit.since:
                audit.find(what.table, key, "行不是经系统写入的")
    for event, group in groups.items():
        group.settle(audit, *told[event])


@dataclass(slots=True)
class _Told:
    """The rows of one event as they come, in the order of their places."""

    what: Watched
    event: UUID
    digests: list[bytes] = field(default_factory=list)
    sound: bool = True

    def take(self, audit: Audit, place: int, key: str, digest: bytes, texts: Sequence[str | None]) -> None:
        if proofs.digest(self.what, texts) != digest:
            self._find(audit, key, "内容与存证不符")
        elif place < len(self.digests):
            self._find(audit, key, "行不是经系统写入的")
        self._missing(audit, place)
        self.digests.append(digest)

    def settle(self, audit: Audit, count: int, root: str) -> None:
        self._missing(audit, count)
        if self.sound and (len(self.digests) != count or merkle_root(self.digests).hex() != root):
            audit.find(self.what.table, self.event, "各行合起来与事件所述不符")

    def _missing(self, audit: Audit, upto: int) -> None:
        while len(self.digests) < upto:
            self._find(audit, f"{self.event}#{len(self.digests)}", "行已消失")
            self.digests.append(b"")

    def _find(self, audit: Audit, key: str, what: str) -> None:
        audit.find(self.what.table, key, what)
        self.sound = False
