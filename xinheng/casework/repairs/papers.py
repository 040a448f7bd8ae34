"""What the papers of a repair say (修复文书内容): from its rows and the words of reference/casework.yaml."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from xinheng.casework import texts
from xinheng.casework.papers import served_as
from xinheng.casework.repairs.facts import decision_of, of_item
from xinheng.casework.repairs.given import Given
from xinheng.casework.repairs.held import Held
from xinheng.casework.repairs.models import RepairItem, RepairProposal
from xinheng.documents import kinds
from xinheng.documents import papers as forms
from xinheng.documents.papers import Cited, Contact, Earlier, PaperContent, PaperParty
from xinheng.law import deadlines
from xinheng.law.facts import SubjectKind
from xinheng.law.lawbook import Law
from xinheng.law.procedures.repair import GRANT_PAPER, RECEIPT, REFUSAL_PAPER, SUPPLEMENT_NOTICE
from xinheng.law.repair import conditions, materials
from xinheng.law.repairdecision import Decided, effects
from xinheng.law.repairwait import wait
from xinheng.subjects.models import Person
from xinheng.subjects.people import open_person
from xinheng.vault.keyring import Keyring

FILE = "casework.yaml"
SHOWN_OF_A_NUMBER = 4
Part = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Making:
    """A case for which a paper is made, and what comes with the step."""

    held: Held
    given: Given
    law: Law
    words: Mapping[str, Any]

    def say(self, name: str, **more: object) -> str:
        return str(self.words[name]).format_map({each: str(value) for each, value in more.items()})

    def records(self, items: Iterable[RepairItem]) -> tuple[str, ...]:
        return tuple(record_told(each, self.held, self.law) for each in items)


def content_of(kind: str, held: Held, given: Given, law: Law) -> PaperContent:
    """The content of a paper of this kind, as the case stands and with what is given now."""
    making = Making(held, given, law, law.document(FILE)["repair"])
    return PaperContent(
        issuer=held.agency.name,
        party=party_of(held, law),
        case_number=held.case.number,
        contact=Contact(phone=held.case.contact),
        **_BY_KIND[kind](making),
    )


def party_of(held: Held, law: Law) -> PaperParty:
    """The applicant as a paper names it; of a person's number the end alone."""
    case = held.case
    if case.subject_kind != SubjectKind.NATURAL_PERSON:
        return PaperParty(name=case.party, code=case.subject.uscc or "")
    row = Person.objects.get(pk=held.subject)
    ring = Keyring.load([held.subject])
    number, name = open_person(ring, held.subject, bytes(row.id_sealed), bytes(row.name_sealed))
    label = str(law.document(FILE)["persons"]["code_label"])
    return PaperParty(name=name, code=number[-SHOWN_OF_A_NUMBER:], code_label=label, person=True)


def record_told(item: RepairItem, held: Held, law: Law) -> str:
    """A record by what it is, number, body and day; what the applicant named, in its own words."""
    words = law.document(FILE)["repair"]
    if item.record is not None:
        document, named = item.record.instrument, law.item_of(item.record.item_code, item.record.decided_on)
        title = named.name if named else item.record.item_code
        on = item.record.decided_on
        return str(words["record"]).format(item=title, number=document.number, body=document.body_name, on=on)
    if item.entry is not None:
        entry, listed = item.entry, law.serious_list(item.entry.list)
        name = listed.name if listed else entry.list
        return str(words["entry"]).format(
            list=name, number=entry.number, body=entry.body_name, on=entry.listed_on
        )
    told = texts.read(item, held.subject)
    return str(words["named"]).format(named=told.get("named", ""))


# ---- the kinds --------------------------------------------------------------------------------------------


def _receipt(making: Making) -> Part:
    held = making.held
    handed = dict.fromkeys(making.words["materials"][each.kind] for each in held.materials)
    first = making.say(
        "lodged", on=held.case.lodged_on, number=held.application.number, case=held.case.number
    )
    return {
        "records": making.records(held.items),
        "materials": tuple(handed),
        "next_steps": (first, making.words["to_accept"], making.words["to_decide"]),
    }


def _supplement(making: Making) -> Part:
    held, law = making.held, making.law
    asked = {e.id: e for i in held.items for e in materials(of_item(i, held, law), law)}
    lacking = [asked[each] for each in making.given.asking if each in asked]
    return {
        "records": making.records(held.items),
        "lacking": tuple(each.text for each in lacking),
        "basis": _cited((clause for each in lacking for clause in each.clauses), law),
        "next_steps": (making.words["supply"],),
    }


def _granted(making: Making) -> Part:
    """The records that this step grants: all that are proposed so and not yet decided."""
    held, law = making.held, making.law
    chosen = [(i, p) for i, p in proposed(held, Decided.GRANT) if not i.outcome]
    brought = [
        (item, effects(of_item(item, held, law), law, _effect(p, held, item, law))) for item, p in chosen
    ]
    return {
        "records": making.records(item for item, _ in chosen),
        "facts": tuple(_found(making, item) for item, _ in chosen),
        "basis": _cited((c for _, each in brought for c in ("huaian-2021-13#5.1a", *each.clauses)), law),
        "decision": tuple(making.say("granted", record=record_told(i, held, law)) for i, _ in chosen),
        "effect": (
            *(
                making.say(
                    "effect", record=record_told(i, held, law), effect=law.book.repair.effects[e.effect].name
                )
                for i, e in brought
            ),
            making.words["everywhere"],
        )
        if brought
        else (),
    }  # fmt: skip


def _effect(row: RepairProposal, held: Held, item: RepairItem, law: Law) -> Any:
    return decision_of(row, of_item(item, held, law), held).effect


def _refused(making: Making) -> Part:
    held, law = making.held, making.law
    chosen = [(i, p) for i, p in proposed(held, Decided.REFUSE) if not i.outcome]
    told = [texts.read(p, held.subject) for _, p in chosen]
    return {
        "records": making.records(item for item, _ in chosen),
        "facts": tuple(_found(making, item) for item, _ in chosen),
        "basis": _cited((clause for _, p in chosen for clause in p.clauses), law),
        "decision": tuple(making.say("refused", record=record_told(i, held, law)) for i, _ in chosen),
        "reasons": tuple(_because(making, i, p, t) for (i, p), t in zip(chosen, told, strict=True)),
        "next_steps": tuple(dict.fromkeys(_next(making, chosen, told))),
        "rights": (forms.RECONSIDERATION, forms.LITIGATION),
        "reconsideration_body": _first(told, "reconsideration_body"),
        "reconsideration_period": deadlines.legal_period("reconsideration", law).told,
        "court": _first(told, "court"),
        "litigation_period": deadlines.legal_period("litigation", law).told,
    }


def _because(making: Making, item: RepairItem, row: RepairProposal, told: Mapping[str, Any]) -> str:
    ground = making.law.book.repair.grounds.get(row.ground)
    return making.say(
        "because", record=record_told(item, making.held, making.law),
        ground=ground.text if ground else row.ground, reason=str(told.get("reason", "")),
    )  # fmt: skip


def _next(
    making: Making, chosen: list[tuple[RepairItem, RepairProposal]], told: list[dict[str, Any]]
) -> Iterator[str]:
    held, law = making.held, making.law
    for (item, row), said in zip(chosen, told, strict=True):
        if text := str(said.get("next_step", "")).strip():
            yield text
        opens = wait(of_item(item, held, law), law).earliest
        if row.ground == "too_early" and opens:
            yield making.say("opens", record=record_told(item, held, law), on=opens)
    yield making.words["next_default"]


def _found(making: Making, item: RepairItem) -> str:
    """What was verified of a record, in the words of the conditions that the rules ask."""
    held, law = making.held, making.law
    about = of_item(item, held, law)
    record = record_told(item, held, law)
    if not about.own:
        return f"{record}：{making.words['refile']}。"
    asked = conditions(about, law)
    met = "、".join(each.text for each in asked if each.id in about.met)
    lacking = "、".join(each.text for each in asked if each.id not in about.met)
    told = making.say("found", record=record, met=met) if met else ""
    return told + (making.say("found_nothing", record=record, lacking=lacking) if lacking else "")


def _service(making: Making) -> Part:
    """Of every decision that was handed over together; what was served apart is told beside it."""
    held, law = making.held, making.law
    apart = dict(making.given.apart)
    together = tuple(
        Earlier(kinds.kind(each.kind, law).name, each.number, each.issued_on)
        for each in held.decisions if each.pk not in apart
    )  # fmt: skip
    told = (making.say("apart", paper=e.number, on=apart[e.pk].on) for e in held.decisions if e.pk in apart)
    said = served_as(making.given.service, together, law)
    return {"service": replace(said, note="".join([said.note, *told]))}


_BY_KIND: Mapping[str, Callable[[Making], Part]] = {
    RECEIPT: _receipt,
    SUPPLEMENT_NOTICE: _supplement,
    GRANT_PAPER: _granted,
    REFUSAL_PAPER: _refused,
    "proof_of_service": _service,
}


def proposed(held: Held, outcome: Decided) -> list[tuple[RepairItem, RepairProposal]]:
    """The records on which this is proposed, with the proposal."""
    found = [(item, held.proposal(item)) for item in held.items]
    return [(item, row) for item, row in found if row is not None and row.outcome == outcome]


def _cited(clauses: Iterable[str], law: Law) -> tuple[Cited, ...]:
    found = (law.clause(each) for each in dict.fromkeys(clauses))
    return tuple(Cited(each.label, each.text) for each in found)


def _first(told: Iterable[Mapping[str, Any]], name: str) -> str:
    return next((str(each[name]) for each in told if each.get(name)), "")
