"""The self-check of one's own records (信用修复自查): it informs, record by record, and bars nothing."""

# clauses: 5.1a

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from xinheng.access.gate import Opened
from xinheng.access.models import Agency
from xinheng.access.scope import acting
from xinheng.casework.repairs.facts import of_entry, of_record
from xinheng.casework.repairs.held import is_listed, promised_falsely
from xinheng.casework.repairs.models import RepairItem
from xinheng.law.language import Refusal
from xinheng.law.lawbook import Law
from xinheng.law.procedures.repair import OPEN
from xinheng.law.repair import Prospect, SelfCheck, self_check
from xinheng.law.standing import Mark
from xinheng.registry.models import ListEntry, Record, RecordState
from xinheng.registry.standing import standings


@dataclass(frozen=True, slots=True)
class Checked:
    """One record or entry of the own file and what the self-check says of it today.

    `under_way`: the number of an application for it that is not decided.
    """

    id: UUID
    is_entry: bool
    title: str
    number: str
    body: UUID
    body_name: str
    decided_on: date
    check: SelfCheck
    under_way: str

    @property
    def prospect(self) -> Prospect:
        return self.check.prospect


def checks(*, opened: Opened, law: Law) -> tuple[Checked, ...]:
    """What of the own file may be repaired at all: adverse records that stand, entries of lists; by body.

    Raises Refusal NOT_YOURS.
    """
    subject = opened.subject
    if not opened.is_own or subject is None:
        raise Refusal.because("NOT_YOURS")
    opened.require()
    with acting(opened.actor):
        found = [*_records(subject, law), *_entries(subject, law)]
    return tuple(sorted(found, key=lambda each: (each.body_name, -each.decided_on.toordinal(), each.number)))


def repairable(subject: UUID) -> QuerySet[Record]:
    """The adverse records of a subject that are live, within `acting`."""
    found = Record.objects.select_related("facts", "instrument", "agency")
    return found.filter(subject=subject, adverse=True, state=RecordState.LIVE)


def _records(subject: UUID, law: Law) -> Iterator[Checked]:
    rows, listed = list(repairable(subject)), is_listed(subject)
    promised = promised_falsely([subject]).get(subject)
    stand, running = standings([each.pk for each in rows]), _running(subject)
    for row in rows:
        if Mark.REPAIRED in stand[row.pk].marks:
            continue
        named = law.item_of(row.item_code, row.decided_on)
        yield Checked(
            id=row.pk, is_entry=False, title=named.name if named else row.item_code, number=row.instrument.number,
            body=row.agency_id, body_name=row.instrument.body_name, decided_on=row.decided_on,
            check=self_check(of_record(row, row.agency, law, listed=listed, promised=promised), law),
            under_way=running.get(row.pk, ""),
        )  # fmt: skip


def _entries(subject: UUID, law: Law) -> Iterator[Checked]:
    running, promised = _running(subject), promised_falsely([subject]).get(subject)
    for row in ListEntry.objects.filter(subject=subject).exclude(state="removed"):
        listed = law.serious_list(row.list)
        yield Checked(
            id=row.pk, is_entry=True, title=listed.name if listed else row.list, number=row.number,
            body=row.agency_id, body_name=row.body_name, decided_on=row.decided_on,
            check=self_check(of_entry(row, law, promised=promised), law), under_way=running.get(row.pk, ""),
        )  # fmt: skip


def _running(subject: UUID) -> dict[UUID, str]:
    rows = RepairItem.objects.filter(case__subject=subject, case__state__in=OPEN, outcome="")
    told = rows.select_related("case__application").order_by("case__application__lodged_at")
    ids = ((each.record_id or each.entry_id, each.case.application.number) for each in told)
    return {thing: number or "" for thing, number in ids if thing is not None}


def bodies() -> list[tuple[UUID, str]]:
    """The bodies to which an applicant may send what is not in the own file: (id, name)."""
    return list(Agency.objects.order_by("name").values_list("id", "name"))
