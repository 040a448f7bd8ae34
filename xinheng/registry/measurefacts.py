"""The facts of a measure, from what stands in the register and what the officer states (惩戒措施的事实).

Built here and nowhere else, for the question at the point of use, the proposal and the decision alike. What the
entry or the document itself says (state, last day, effect, age) is read anew each time and never taken from a form.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef

from xinheng.access.actor import Actor
from xinheng.access.gate import Opened
from xinheng.access.models import Agency
from xinheng.access.scope import acting, whole_city
from xinheng.law.facts import AgeClass, Effect, InstrumentKind, SubjectKind
from xinheng.law.language import Refusal
from xinheng.law.leniency import UNASKED, Leniency
from xinheng.law.listing import Body, Ground
from xinheng.law.lists import BodyLevel, PartyRole
from xinheng.law.measures import Entry, MeasureFacts, Reasons, SecondReview
from xinheng.registry.instruments import effect_now
from xinheng.registry.measurestanding import Periods, periods
from xinheng.registry.models import ListEntry, Record, RecordState
from xinheng.registry.standing import ended_for_others

NO_REASONS = Reasons()


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What an officer states of one measure; `entry` or `instrument` is what it would rest on."""

    row: str
    matter: str
    entry: UUID | None = None
    instrument: UUID | None = None
    role: PartyRole = PartyRole.SUBJECT
    grounds_met: tuple[str, ...] = ()
    link: str = ""
    months: int | None = None
    lifetime: bool = False
    amount: int | None = None
    statute: str = ""
    reasons: Reasons = NO_REASONS
    leniency: Leniency = UNASKED


@dataclass(frozen=True, slots=True)
class EntryHeld:
    """A list entry of the opened file's subject, of whatever agency."""

    id: UUID
    list: str
    state: str
    until: date | None
    role: PartyRole
    number: str
    body_name: str
    interim: bool
    lifted: Periods = ()


@dataclass(frozen=True, slots=True)
class DocumentHeld:
    """A document of the register about the opened file's subject: its effect today, and what its record knows."""

    id: UUID
    number: str
    kind: InstrumentKind
    effect: Effect
    body_name: str
    decided_on: date
    age: AgeClass
    leniency: tuple[str, ...]
    lifted: Periods = ()


# What a record says of leniency is asked again at the measure (4.2b).
_LENIENT = ("force_majeure", "unintentional", "slight")


def entries_of(*, opened: Opened) -> list[EntryHeld]:
    """The entries of the subject whose file is open that have not ended, latest first, of all agencies."""
    opened.require()
    with acting(opened.actor), whole_city():
        rows = ListEntry.objects.filter(subject=opened.subject).exclude(state="removed")
        return [_entry(each) for each in rows.order_by("-listed_on", "-id")]


def entry_of(entry: UUID, *, opened: Opened) -> EntryHeld:
    """One entry of the opened file, ended ones too. Raises Refusal NOT_FOUND for another subject's."""
    opened.require()
    with acting(opened.actor), whole_city():
        found = ListEntry.objects.filter(pk=entry, subject=opened.subject).first()
        if found is None:
            raise Refusal.because("NOT_FOUND")
        return _entry(found)


def _entry(row: ListEntry) -> EntryHeld:
    same = {name: getattr(row, name) for name in ("id", "list", "state", "until", "number", "body_name")}
    lifted = periods(row.subject_id, entry=row.pk)
    return EntryHeld(**same, role=PartyRole(row.role), interim=row.interim, lifted=lifted)


def documents_of(*, opened: Opened) -> list[DocumentHeld]:
    """The documents on which live records of the opened file's subject rest, latest first, of all agencies.

    A record that was ended or withheld is used by nobody, its own body included (5.1b).
    """
    opened.require()
    with acting(opened.actor), whole_city():
        rows = Record.objects.select_related("instrument", "facts").filter(
            ~Exists(ended_for_others().filter(record=OuterRef("pk"))),
            subject=opened.subject,
            state=RecordState.LIVE,
        )
        found = {each.instrument_id: _document(each) for each in rows.order_by("-decided_on", "-id")}
    return list(found.values())


def document_of(instrument: UUID, *, opened: Opened) -> DocumentHeld:
    """One document of the opened file. Raises Refusal NOT_FOUND for one about somebody else."""
    found = next((each for each in documents_of(opened=opened) if each.id == instrument), None)
    if found is None:
        raise Refusal.because("NOT_FOUND")
    return found


def _document(record: Record) -> DocumentHeld:
    said, row = record.facts.facts, record.instrument
    return DocumentHeld(
        id=row.pk,
        number=row.number,
        kind=InstrumentKind(row.kind),
        effect=effect_now(row),
        body_name=row.body_name,
        decided_on=row.decided_on,
        age=AgeClass(said.get("age") or AgeClass.UNKNOWN),
        leniency=tuple(name for name in _LENIENT if said.get(name)),
        lifted=periods(record.subject_id, instrument=row.pk),
    )


def body_of(agency: UUID) -> Body:
    """The acting body; a level that nobody knows founds nothing."""
    row = Agency.objects.get(pk=agency)
    level = BodyLevel(row.level) if row.level in set(BodyLevel) else BodyLevel.DELEGATE
    return Body(name=row.name, level=level, trades=tuple(row.domains))


def facts_of(
    given: Given, kind: SubjectKind, *, opened: Opened, actor: Actor, review: SecondReview | None = None
) -> MeasureFacts:
    """What the law is told of a measure that `actor` would take. Raises Refusal NOT_FOUND for a ground that is not there."""
    bare = MeasureFacts(
        row=given.row,
        body=body_of(actor.agency_id),
        actor=str(actor.user_id),
        subject_kind=kind,
        role=given.role,
        grounds_met=given.grounds_met,
        matter=given.matter,
        link=given.link,
        months=given.months,
        lifetime=given.lifetime,
        amount=given.amount,
        statute=given.statute,
        leniency=given.leniency,
        reasons=given.reasons,
        review=review,
    )
    if given.entry is not None:
        return resting_on_entry(bare, entry_of(given.entry, opened=opened))
    if given.instrument is not None:
        return resting_on_document(bare, document_of(given.instrument, opened=opened))
    return bare


def resting_on_entry(bare: MeasureFacts, entry: EntryHeld) -> MeasureFacts:
    """The party is who was listed; nobody is listed for what he did as a minor, so a listed person was of age."""
    person = bare.subject_kind is SubjectKind.NATURAL_PERSON
    return replace(
        bare,
        role=entry.role,
        entry=Entry(list=entry.list, state=entry.state, until=entry.until),
        lifted=entry.lifted,
        age=AgeClass.ADULT if person else AgeClass.NOT_A_PERSON,
    )


def resting_on_document(bare: MeasureFacts, document: DocumentHeld) -> MeasureFacts:
    """The age is the record's; grounds of leniency that it names are asked about too."""
    person = bare.subject_kind is SubjectKind.NATURAL_PERSON
    return replace(
        bare,
        grounds=(Ground(id=document.number, kind=document.kind, effect=document.effect),),
        age=document.age if person else AgeClass.NOT_A_PERSON,
        leniency=_with(bare.leniency, document.leniency),
        lifted=document.lifted,
    )


def _with(leniency: Leniency, named: Iterable[str]) -> Leniency:
    return replace(leniency, grounds=tuple(sorted({*leniency.grounds, *named})))
