"""What the paper of a correction says (异议处理结果告知书): each field with its reason, and the remedies."""

# clauses: 2.2b

from __future__ import annotations

from collections.abc import Iterator

from xinheng.access.models import Agency
from xinheng.casework.correctionfacts import Claim, Held, Ruling
from xinheng.casework.papers import FILE, SHOWN_OF_A_NUMBER
from xinheng.documents.papers import (
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

KIND = "correction_decision"
BASES = ("civil#1029", "pipl#46")


def content_of(held: Held, law: Law) -> PaperContent:
    """The content of the decision as it was proposed."""
    row, told = held.row, held.latest("propose")
    party = _party(held, law)
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


def _party(held: Held, law: Law) -> PaperParty:
    subject = Subject.objects.get(pk=held.row.subject_id)
    if subject.kind != SubjectKind.NATURAL_PERSON:
        return PaperParty(name=subject.name or "", code=subject.uscc or "")
    person = Person.objects.get(pk=subject.pk)
    ring = Keyring.load([subject.pk])
    number, name = open_person(ring, subject.pk, bytes(person.id_sealed), bytes(person.name_sealed))
    label = str(law.document(FILE)["persons"]["code_label"])
    return PaperParty(name=name, code=number[-SHOWN_OF_A_NUMBER:], code_label=label, person=True)
