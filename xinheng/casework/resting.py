"""What rests on a document (文书上的各项): records, list entries, measures, publication and shares, as one graph.

Read across all agencies within the transaction of who asks: an entry or a measure may be another body's. Nothing
here is a person's: ids, layers and numbers of documents, entries and measures.
"""

# clauses: 1.3a, 2.2b

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from xinheng.access.scope import whole_city
from xinheng.casework.models import Case, Ground, SetAside
from xinheng.law.facts import Effect
from xinheng.law.falling import DocumentState, Layer, Node
from xinheng.law.identifiers import document_number_key
from xinheng.law.procedures.listingrules import HIDDEN, LISTED
from xinheng.registry.models import Instrument, ListEntry, MeasureState, MeasureTaken, Record, RecordState

DOCUMENT, GROUND = "document:", "ground:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """One thing that rests: as the law sees it, and where it is found."""

    node: Node
    target: UUID
    number: str
    agency: UUID


@dataclass(frozen=True, slots=True)
class Resting:
    """All that rests on one document, and how the documents concerned stand, by their ids in the graph.

    `after`: it was read after the document changed, so that its state here is no less sure than a proof's.
    """

    things: tuple[Thing, ...]
    documents: Mapping[str, DocumentState]
    after: bool = False

    @property
    def nodes(self) -> tuple[Node, ...]:
        return tuple(each.node for each in self.things)

    def of(self, layer: Layer) -> tuple[Thing, ...]:
        return tuple(each for each in self.things if each.node.layer is layer)


def resting_on(document: UUID) -> Resting:
    """The graph over one document of the register as things stand."""
    with whole_city():
        row = Instrument.objects.get(pk=document)
        records = list(_records(row))
        entries, grounds = _entries(row)
        measures = list(_measures(row, [each.target for each in entries]))
        things = [*records, *entries, *measures, *_publications(records, entries), *_shares(records, entries)]
        states = {DOCUMENT + str(row.pk): state_of(row), **_states(grounds)}
    return Resting(tuple(things), states)


def documents_now(nodes: Iterable[Node]) -> dict[str, DocumentState]:
    """How the documents that a kept graph names stand today."""
    named = {each for node in nodes for each in node.rests_on}
    with whole_city():
        rows = Instrument.objects.filter(pk__in=_ids(named, DOCUMENT))
        found = {DOCUMENT + str(each.pk): state_of(each) for each in rows}
        grounds = Ground.objects.select_related("instrument").filter(pk__in=_ids(named, GROUND))
        return {**found, **_states(grounds)}


def state_of(row: Instrument) -> DocumentState:
    """A document of the register as it stands."""
    return DocumentState(effect=Effect(row.effect), contested=row.contested)


def _ids(named: Iterable[str], kind: str) -> list[UUID]:
    return [UUID(each.removeprefix(kind)) for each in named if each.startswith(kind)]


def _states(grounds: Iterable[Ground]) -> dict[str, DocumentState]:
    return {
        _ground_id(each): state_of(each.instrument)
        if each.instrument
        else DocumentState(effect=Effect(each.effect))
        for each in grounds
    }


def _ground_id(ground: Ground) -> str:
    """A ground of the register's is that document, whichever case names it."""
    return DOCUMENT + str(ground.instrument_id) if ground.instrument_id else GROUND + str(ground.pk)


def _thing(layer: Layer, target: UUID, rests: Iterable[str], number: str, agency: UUID, ours: bool) -> Thing:
    node = Node(id=f"{layer.value}:{target}", layer=layer, rests_on=tuple(rests), ours=ours)
    return Thing(node=node, target=target, number=number, agency=agency)


def _records(row: Instrument) -> Iterator[Thing]:
    found = Record.objects.filter(instrument=row, state=RecordState.LIVE).order_by("accepted_on", "id")
    for each in found:
        yield _thing(
            Layer.RECORD,
            each.pk,
            [DOCUMENT + str(row.pk)],
            row.number,
            each.agency_id,
            each.agency_id == row.agency_id,
        )


def same_document(row: Instrument) -> list[Ground]:
    """Grounds of listed cases that name the document without the register: by body and number."""
    key = document_number_key(row.number)
    cases = Case.objects.filter(state__in=(LISTED, HIDDEN))
    found = Ground.objects.select_related("draft__case").filter(
        instrument=None, body_name=row.body_name, draft__case__in=cases
    )
    return [
        each
        for each in found.order_by("id")
        if document_number_key(each.number) == key and each.draft.version == each.draft.case.version
    ]


def _entries(row: Instrument) -> tuple[list[Thing], list[Ground]]:
    """Entries whose present draft names the document, with all grounds of those drafts that still count."""
    outside = same_document(row)
    named = Ground.objects.filter(instrument=row, draft__case__state__in=(LISTED, HIDDEN))
    cases = set(named.values_list("draft__case", flat=True)) | {each.draft.case_id for each in outside}
    things, all_grounds = [], []
    for entry in ListEntry.objects.filter(case__in=cases, state__in=(LISTED, HIDDEN)).order_by(
        "listed_on", "id"
    ):
        grounds = [each for each in _of_present_draft(entry.case) if each.pk not in _aside(entry.case)]
        if not any(_is(each, row, outside) for each in grounds):
            continue
        rests = [DOCUMENT + str(row.pk) if _is(each, row, outside) else _ground_id(each) for each in grounds]
        things.append(
            _thing(Layer.ENTRY, entry.pk, dict.fromkeys(rests), entry.number, entry.agency_id, True)
        )
        all_grounds += [each for each in grounds if not _is(each, row, outside)]
    return things, all_grounds


def _is(ground: Ground, row: Instrument, outside: list[Ground]) -> bool:
    return ground.instrument_id == row.pk or ground in outside


def _of_present_draft(case: UUID) -> list[Ground]:
    version = Case.objects.values_list("version", flat=True).get(pk=case)
    found = Ground.objects.select_related("instrument").filter(draft__case=case, draft__version=version)
    return list(found.order_by("id"))


def _aside(case: UUID) -> set[UUID]:
    """What a signer let the entry stand without."""
    return set(SetAside.objects.filter(case=case).values_list("ground", flat=True))


def _measures(row: Instrument, entries: list[UUID]) -> Iterator[Thing]:
    found = MeasureTaken.objects.select_related("entry").filter(state=MeasureState.IN_FORCE)
    for each in (found.filter(instrument=row) | found.filter(entry__in=entries)).order_by("made_at", "id"):
        on = each.entry
        rests = f"{Layer.ENTRY.value}:{on.pk}" if on else DOCUMENT + str(row.pk)
        ours = each.agency_id == (on.agency_id if on else row.agency_id)
        yield _thing(Layer.MEASURE, each.pk, [rests], each.number, each.agency_id, ours)


def _publications(records: list[Thing], entries: list[Thing]) -> Iterator[Thing]:
    for each in (*records, *entries):
        yield _thing(Layer.PUBLICATION, each.target, [each.node.id], each.number, each.agency, each.node.ours)


def _shares(records: list[Thing], entries: list[Thing]) -> Iterator[Thing]:
    for each in (*records, *entries):
        yield _thing(Layer.SHARE, each.target, [each.node.id], each.number, each.agency, each.node.ours)
