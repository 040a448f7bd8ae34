"""What the papers of a correction say (信息异议受理单、处理结果告知书): what was received; each field, why, the remedies."""

# clauses: 2.2b

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from xinheng.access.models import Agency
from xinheng.casework.correctionfacts import Claim, Held, Ruling
from xinheng.casework.models import Correction
from xinheng.casework.papers import FILE, SHOWN_OF_A_NUMBER
from xinheng.documents.papers import (
    CORRECTION_DECISION,
    CORRECTION_RECEIPT,
    LITIGATION,
    RECONSIDERATION,
    Cited,
    Earlier,
    PaperContent,
    PaperParty,
    Reply,
)
from xinheng.law import deadlines
from xinheng.law.facts import SubjectKind
from xinheng.law.lawbook import Law
from xinheng.registry.models import Record
from xinheng.subjects.models import Person, Subject
from xinheng.subjects.people import open_person
from xinheng.vault.keyring import Keyring

RECEIPT, KIND = CORRECTION_RECEIPT, CORRECTION_DECISION
BASES = ("civil#1029", "pipl#46")


def receipt_of(row: Correction, claims: Sequence[Claim], why: str, law: Law) -> PaperContent:
    """The content of the receipt for what a party said, before any step is written."""
    words, record = law.document(FILE)["correction"], row.record
    item, document = law.item_of(record.item_code, record.decided_on), record.instrument
    told = {"item": item.name if item else record.item_code, "number": document.number}
    about = law.document(FILE)["repair"]["record"].format(
        **told, body=document.body_name, on=record.decided_on
    )
    return PaperContent(
        issuer=Agency.objects.values_list("name", flat=True).get(pk=row.agency_id),
        party=_party(row, law),
        case_number=row.number,
        records=(about,),
        reply=Reply(received_on=row.lodged_on, said=tuple(_claimed(row, claims, why, words))),
        next_steps=tuple(_next(row, words)),
    )


def _claimed(row: Correction, claims: Sequence[Claim], why: str, words: Mapping[str, str]) -> Iterator[str]:
    if row.not_me:
        yield words["not_me"]
    for each in claims:
        old = each.old or words["empty"]
        yield words["claim"].format(field=each.label, old=old, claimed=each.claimed)
    if why.strip():
        yield why.strip()


def _next(row: Correction, words: Mapping[str, str]) -> Iterator[str]:
    yield words["lodged"].format(on=row.lodged_on, number=row.number)
    yield words["marked"]
    if row.not_me:
        yield words["frozen"]
    yield words["to_answer"]
    if row.due:
        yield words["target"].format(on=row.due)
    yield words["progress"]


def content_of(held: Held, law: Law) -> PaperContent:
    """The content of the decision as it was proposed."""
    row, told = held.row, held.latest("propose")
    party = _party(row, law)
    record = Record.objects.select_related("instrument").get(pk=row.record_id)
    cited = (law.clause(each) for each in BASES)
    return PaperContent(
        issuer=Agency.objects.values_list("name", flat=True).get(pk=row.agency_id),
        party=party,
        case_number=row.number,
        earlier=(Earlier("认定文书", record.instrument.number, record.instrument.decided_on),),
        decision=tuple(_decisions(held, party.name, law)),
        basis=tuple(Cited(each.label, each.text) for each in cited),
        reply=Reply(
            received_on=row.lodged_on,
            said=tuple(_said(held)),
            checked=(str(held.latest("answer").get("answer", "")),),
            reasons=(str(told.get("reason", "")),),
        ),
        rights=(RECONSIDERATION, LITIGATION),
        reconsideration_body=str(told.get("reconsideration_body", "")),
        reconsideration_period=deadlines.legal_period(RECONSIDERATION, law).told,
        court=str(told.get("court", "")),
        litigation_period=deadlines.legal_period(LITIGATION, law).told,
    )


def _said(held: Held) -> Iterator[str]:
    for each in held.claims:
        yield f"{each.label}：{each.claimed}"
    if why := str(held.latest("lodge").get("why", "")):
        yield why


def _decisions(held: Held, party: str, law: Law) -> Iterator[str]:
    """A sentence for each field, and one for whose it is."""
    sentences, rulings = law.document(FILE)["sentences"], held.rulings
    if held.row.not_me and held.row.mistaken is not None:
        name = "is_not_party" if held.row.mistaken else "is_party"
        yield str(sentences[name]).format(party=party)
    for each in held.claims:
        if each.field in rulings:
            yield _decision(each, rulings[each.field], sentences)


def _decision(claim: Claim, ruling: Ruling, sentences: dict[str, str]) -> str:
    told = {"field": claim.label, "old": claim.old, "decided": ruling.decided, "reason": ruling.reason}
    name = "field_kept" if ruling.decided == claim.old else "field_changed"
    return str(sentences[name]).format(**told, document=ruling.document)


def _party(row: Correction, law: Law) -> PaperParty:
    subject = Subject.objects.get(pk=row.subject_id)
    if subject.kind != SubjectKind.NATURAL_PERSON:
        return PaperParty(name=subject.name or "", code=subject.uscc or "")
    person = Person.objects.get(pk=subject.pk)
    ring = Keyring.load([subject.pk])
    number, name = open_person(ring, subject.pk, bytes(person.id_sealed), bytes(person.name_sealed))
    label = str(law.document(FILE)["persons"]["code_label"])
    return PaperParty(name=name, code=number[-SHOWN_OF_A_NUMBER:], code_label=label, person=True)
