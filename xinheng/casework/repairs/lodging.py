"""An application begun, its materials, its lodging (提交修复申请): always received, nothing lost, nothing asked in return.

What is begun is kept as it is filled in, so that a lost connection costs nothing. Lodged it goes to each body that
decides one of its records, as a case with a receipt of its own; lodged again it answers as it did the first time.
"""

# clauses: 5.1a, 5.1d

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.db import connection

from xinheng.access.actor import Actor
from xinheng.access.models import Agency
from xinheng.access.permissions import require
from xinheng.access.scope import acting
from xinheng.casework import texts
from xinheng.casework.registers import next_number
from xinheng.casework.repairs import files
from xinheng.casework.repairs.fire import KINDS, carry_out, fire
from xinheng.casework.repairs.given import Given
from xinheng.casework.repairs.held import load
from xinheng.casework.repairs.models import RepairApplication, RepairCase, RepairItem, RepairMaterial
from xinheng.casework.taking import on_behalf
from xinheng.catalog.public import current_law
from xinheng.documents import receipts
from xinheng.law.language import Refusal
from xinheng.law.lawbook import Law
from xinheng.law.procedures.repair import OPEN, REPAIR
from xinheng.ledger.emitting import composed, emits, nothing_to_emit, part_of_event
from xinheng.ledger.kinds import EventKind
from xinheng.ledger.services import append
from xinheng.registry.models import ListEntry, Record, RecordState
from xinheng.runtime.clock import day_of
from xinheng.runtime.db import uuid7
from xinheng.subjects.models import Subject

VERB = "own.repair"


@dataclass(frozen=True, slots=True)
class Named:
    """Something that the applicant names and does not find in its own file: to which body, and in its words."""

    agency: UUID
    text: str


@dataclass(frozen=True, slots=True)
class Lodged:
    """What an applicant gets: number, code, (body, case number) of each case; numbers of earlier ones under way."""

    number: str
    code: str
    cases: tuple[tuple[str, str], ...]
    earlier: tuple[str, ...] = ()


@dataclass(slots=True)
class _Lot:
    """What goes to one body."""

    records: list[Record] = field(default_factory=list)
    entries: list[ListEntry] = field(default_factory=list)
    named: list[str] = field(default_factory=list)


# ---- begun ---------------------------------------------------------------------------------------------------


@emits(EventKind.REPAIR_DRAFTED)
def begin(
    chosen: Sequence[UUID],
    *,
    statement: str = "",
    named: Sequence[Named] = (),
    actor: Actor,
    now: datetime,
) -> UUID:
    """Begin an application, or change the one that was begun; gives its id.

    Raises Refusal PERMISSION_DENIED, MANDATE_ENDED once the account acts for the subject no more, or NOT_FOUND for
    what is not in its own file.
    """
    require(actor, VERB)
    with acting(actor):
        subject = bound(actor)
        row = _begun(subject, actor)
        lots = _lots(chosen, named, subject)
        made = row or RepairApplication(
            id=uuid7(), subject_id=subject, account=_account(actor), present=_present(actor),
            channel=actor.channel, begun_by=actor.user_id, begun_at=now,
        )  # fmt: skip
        ours = {each.pk for lot in lots.values() for each in (*lot.records, *lot.entries)}
        _fill(made, [each for each in chosen if each in ours], statement, named)
        made.save(force_insert=row is None)
        told = {"application": made.pk, "chosen": len(made.chosen), "by": actor.user_id}
        append(EventKind.REPAIR_DRAFTED, payload=told, agency=None, now=now)
        return made.pk


def _fill(row: RepairApplication, chosen: list[UUID], statement: str, named: Sequence[Named]) -> None:
    row.chosen = list(dict.fromkeys(chosen))
    said = {
        "statement": statement.strip(),
        "named": [[str(each.agency), each.text.strip()] for each in named if each.text.strip()],
    }
    made = texts.sealed(RepairApplication, row.pk, row.subject_id, said)
    row.sealed, row.sealed_commitment = made.get("sealed"), made.get("sealed_commitment")


@emits(EventKind.REPAIR_MATERIAL)
def keep_material(
    application: UUID,
    kind: str,
    name: str,
    file: bytes,
    *,
    case: UUID | None = None,
    actor: Actor,
    now: datetime,
) -> UUID:
    """Keep a material of an application: a PDF, PNG or JPEG that can be opened and does nothing by itself.

    Raises Refusal PERMISSION_DENIED, MANDATE_ENDED, NOT_FOUND, MATERIAL_UNREADABLE or MATERIAL_DANGEROUS.
    """
    require(actor, VERB)
    with acting(actor):
        bound(actor)
        row = RepairApplication.objects.filter(pk=application).first()
        known = current_law(day_of(now)).document("casework.yaml")["repair"]["materials"]
        if row is None or kind not in known or not _goes_with(row, case):
            raise Refusal.because("NOT_FOUND")
        return write_material(row, kind, name, file, case, actor, now)


def _goes_with(row: RepairApplication, case: UUID | None) -> bool:
    """Before the lodging a material is for all bodies, afterwards for one that decides some of it."""
    if row.number is None or case is None:
        return row.number is None and case is None
    return RepairCase.objects.filter(pk=case, application=row, state__in=OPEN).exists()


def _same(row: RepairApplication, kind: str, digest: bytes, case: UUID | None) -> UUID | None:
    """The same file handed in again is there already."""
    found = RepairMaterial.objects.filter(application=row, kind=kind, sha256=digest, case=case)
    return found.values_list("id", flat=True).first()


@part_of_event
def write_material(
    row: RepairApplication, kind: str, name: str, file: bytes, case: UUID | None, actor: Actor, now: datetime
) -> UUID:
    """A material as whoever may has handed it in; the same file handed in again is there already.

    Raises Refusal MATERIAL_UNREADABLE or MATERIAL_DANGEROUS. On behalf of a service that emits REPAIR_MATERIAL.
    """
    media, digest = files.media_type(file), sha256(file).digest()
    there = _same(row, kind, digest, case)
    if there is not None:
        nothing_to_emit()
        return there
    identity = uuid7()
    RepairMaterial.objects.create(
        id=identity, application=row, case_id=case, kind=kind, media_type=media, sha256=digest,
        size=len(file), by=actor.user_id, at=now,
        **texts.sealed(RepairMaterial, identity, row.subject_id, {"name": name.strip()[:200]}),
    )  # fmt: skip
    told = {"application": row.pk, "material": identity, "kind": kind, "by": actor.user_id}
    append(EventKind.REPAIR_MATERIAL, payload=told, agency=None, now=now)
    files.keep(identity, row.subject_id, file)
    return identity


# ---- lodged --------------------------------------------------------------------------------------------------


@emits(EventKind.REPAIR_APPLIED)
def lodge(application: UUID, *, actor: Actor, now: datetime) -> Lodged:
    """Lodge what was begun: always received. The second time it answers as the first.

    Raises Refusal PERMISSION_DENIED, MANDATE_ENDED, NOT_FOUND, or REPAIR_NOTHING_CHOSEN where it names nothing.
    """
    require(actor, VERB)
    with acting(actor):
        subject = bound(actor)
        row = RepairApplication.objects.select_for_update().filter(pk=application, subject=subject).first()
        if row is None:
            raise Refusal.because("NOT_FOUND")
        if row.number is not None:
            nothing_to_emit()
            return _answer(row)
        # What was destroyed since it was chosen needs no repair, and takes nothing else with it.
        gone = Record.objects.filter(pk__in=row.chosen, state=RecordState.SHREDDED).values_list(
            "pk", flat=True
        )
        lots = _lots([each for each in row.chosen if each not in set(gone)], _named(row), subject)
        if not lots:
            raise Refusal.because("REPAIR_NOTHING_CHOSEN", "huaian-2021-13#5.1a")
        law = current_law(day_of(now))
        # The register is held to the end of the transaction: of two lodgings at once the second sees the first.
        row.number = next_number("repair", law.day.year, law)
        row.lodged_at, row.lodged_on = now, law.day
        row.save(update_fields=["number", "lodged_at", "lodged_on"])
        for agency in sorted(lots):
            _open_case(row, agency, lots[agency], law, actor=actor, now=now)
        told = {"application": row.pk, "number": row.number, "bodies": len(lots), "by": actor.user_id}
        append(EventKind.REPAIR_APPLIED, payload=told | on_behalf(actor), agency=None, now=now)
        return _answer(row)


@emits(KINDS["lodge"])
def _open_case(
    row: RepairApplication, agency: UUID, lot: _Lot, law: Law, *, actor: Actor, now: datetime
) -> None:
    """The case at one body, with its receipt."""
    subject = Subject.objects.get(pk=row.subject_id)
    case = RepairCase.objects.create(
        id=uuid7(), number=next_number("repair_case", law.day.year, law), application=row, subject=subject,
        subject_kind=subject.kind, party=subject.name or "", agency_id=agency, lodged_on=law.day,
    )  # fmt: skip
    for place, (record, entry, text) in enumerate(_things(lot), 1):
        identity = uuid7()
        RepairItem.objects.create(
            id=identity, case=case, place=place, record=record, entry=entry,
            **texts.sealed(RepairItem, identity, subject.pk, {"named": text}),
        )  # fmt: skip
    carry_out(REPAIR.step("lodge"), load(case), Given(), actor=actor, now=now)


def _things(lot: _Lot) -> Iterable[tuple[Record | None, ListEntry | None, str]]:
    yield from ((each, None, "") for each in lot.records)
    yield from ((None, each, "") for each in lot.entries)
    yield from ((None, None, each) for each in lot.named)


def _answer(row: RepairApplication) -> Lodged:
    number = row.number or ""
    cases = RepairCase.objects.select_related("agency").filter(application=row).order_by("number")
    told = tuple((each.agency.name, each.number) for each in cases)
    return Lodged(number, receipts.code_of(number), told, _earlier(row))


def _earlier(row: RepairApplication) -> tuple[str, ...]:
    """Applications that had been lodged before for one of the same records and are under way."""
    mine = RepairItem.objects.filter(case__application=row)
    again = RepairItem.objects.filter(case__subject=row.subject_id, case__state__in=OPEN, outcome="").exclude(
        case__application=row
    )
    again = again.filter(case__application__lodged_at__lte=row.lodged_at)
    records = mine.filter(record__isnull=False).values_list("record_id", flat=True)
    entries = mine.filter(entry__isnull=False).values_list("entry_id", flat=True)
    found = (again.filter(record__in=records) | again.filter(entry__in=entries)).values_list(
        "case__application__number", flat=True
    )
    return tuple(sorted({each for each in found if each}))


# ---- afterwards ----------------------------------------------------------------------------------------------


@composed
def supply(
    case: UUID, given: Sequence[tuple[str, str, bytes]], *, text: str = "", actor: Actor, now: datetime
) -> None:
    """Hand in materials (kind, name, file) for a case that is not decided; past the day asked for they are taken too.

    Raises Refusal as `keep_material`, and NOT_READY once it is decided.
    """
    application, takes = _application(case, actor)
    # What is decided takes nothing more, and the step itself says so: no file is kept before that.
    for kind, name, file in given if takes else ():
        keep_material(application, kind, name, file, case=case, actor=actor, now=now)
    fire(case, "supply", given=Given(reason=text), actor=actor, now=now)


@composed
def withdraw(case: UUID, *, reason: str = "", actor: Actor, now: datetime) -> None:
    """Take back an application at one body; applying anew stays open. Raises Refusal NOT_FOUND, NOT_READY."""
    require(actor, VERB)
    fire(case, "withdraw", given=Given(reason=reason, withdrawal_asked=True), actor=actor, now=now)


def _application(case: UUID, actor: Actor) -> tuple[UUID, bool]:
    """What a case is a part of, and whether it still takes materials."""
    require(actor, VERB)
    with acting(actor):
        found = RepairCase.objects.filter(pk=case).values_list("application", "state").first()
    if found is None:
        raise Refusal.because("NOT_FOUND")
    application, state = found
    return application, state in OPEN


# ---- whose, and to whom ----------------------------------------------------------------------------------------


def bound(actor: Actor) -> UUID:
    """The subject for whom the account may act today. Raises Refusal NOT_FOUND or MANDATE_ENDED."""
    if actor.own is None:
        raise Refusal.because("NOT_FOUND")
    with connection.cursor() as cursor:
        cursor.execute("SELECT xinheng_own()")
        (subject,) = cursor.fetchone()
    if subject is None:
        raise Refusal.because("MANDATE_ENDED")
    return UUID(str(subject))


def _account(actor: Actor) -> UUID:
    return actor.own.account if actor.own else actor.user_id


def _present(actor: Actor) -> UUID | None:
    return actor.own.present if actor.own else None


def _begun(subject: UUID, actor: Actor) -> RepairApplication | None:
    found = RepairApplication.objects.select_for_update().filter(
        subject=subject, account=_account(actor), channel=actor.channel, number=None
    )
    return found.first()


def _named(row: RepairApplication) -> list[Named]:
    told = texts.read(row, row.subject_id).get("named") or []
    return [Named(UUID(agency), text) for agency, text in told]


def _lots(chosen: Sequence[UUID], named: Sequence[Named], subject: UUID) -> Mapping[UUID, _Lot]:
    """What goes to which body. Raises Refusal NOT_FOUND for what is not the subject's own, or a body that is none."""
    wanted, lots = set(chosen), dict[UUID, _Lot]()
    there = Record.objects.exclude(state=RecordState.SHREDDED)
    for record in there.filter(pk__in=wanted, subject=subject).order_by("pk"):
        lots.setdefault(record.agency_id, _Lot()).records.append(record)
        wanted.discard(record.pk)
    for entry in ListEntry.objects.filter(pk__in=wanted, subject=subject).order_by("pk"):
        lots.setdefault(entry.agency_id, _Lot()).entries.append(entry)
        wanted.discard(entry.pk)
    for each in named:
        if each.text.strip():
            lots.setdefault(each.agency, _Lot()).named.append(each.text.strip())
    if wanted or Agency.objects.filter(pk__in=lots).count() != len(lots):
        raise Refusal.because("NOT_FOUND")
    return lots
