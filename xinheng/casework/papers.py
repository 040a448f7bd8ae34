"""What the papers of a case say (案卷文书内容): from its rows, its list and the words of reference/casework.yaml."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from xinheng.casework import texts
from xinheng.casework.given import Given, ServiceGiven
from xinheng.casework.held import Held
from xinheng.casework.models import CasePaper
from xinheng.documents import kinds
from xinheng.documents import papers as forms
from xinheng.documents.papers import Cited, Contact, Earlier, PaperContent, PaperParty
from xinheng.law import deadlines, serving
from xinheng.law.facts import SubjectKind
from xinheng.law.language import Refusal
from xinheng.law.lawbook import Law
from xinheng.law.lists import SeriousList, bases
from xinheng.law.periods import Period
from xinheng.subjects.models import Person, Subject
from xinheng.subjects.people import open_person
from xinheng.vault.keyring import Keyring

FILE = "casework.yaml"
SHOWN_OF_A_NUMBER = 4


@dataclass(frozen=True, slots=True)
class Making:
    """A case for which a paper is made: its rows, what the officer gives, the law of the day, the list."""

    held: Held
    given: Given
    law: Law
    listed: SeriousList
    words: Mapping[str, Any]
    name: str

    def sentence(self, name: str, **more: str) -> str:
        """One of the sentences of reference/casework.yaml about this party."""
        told = {"party": self.name, "list": self.listed.name, "reason": self.given.reason, **more}
        return str(self.words["sentences"][name]).format_map(told)


def content_of(kind: str, held: Held, given: Given, law: Law) -> PaperContent:
    """The content of a paper of this kind, as the case stands and with what is given now."""
    listed = law.list_ever(held.case.list)
    assert listed is not None  # noqa: S101  # `listing.known` was asked when the case was opened
    party = party_of(held, law)
    making = Making(held, given, law, listed, law.document(FILE), party.name)
    told = texts.read(held.draft, held.subject)
    return PaperContent(
        issuer=held.agency.name,
        party=party,
        list_name=listed.name,
        case_number=held.case.number,
        contact=Contact(*(str(told.get(f"contact_{each}", "")) for each in ("person", "phone", "address"))),
        # A removal tells facts of its own.
        **{**_matter(making, told), **_BY_KIND[kind](making, told)},
    )


def party_of(held: Held, law: Law) -> PaperParty:
    """The party as a paper names it; of a person's number the end alone."""
    subject = Subject.objects.get(pk=held.subject)
    standing = _standing(held, law)
    if subject.kind != SubjectKind.NATURAL_PERSON:
        return PaperParty(name=subject.name or "", code=subject.uscc or "", standing=standing)
    row = Person.objects.get(pk=held.subject)
    number, name = open_person(
        Keyring.load([held.subject]), held.subject, bytes(row.id_sealed), bytes(row.name_sealed)
    )
    label = str(law.document(FILE)["persons"]["code_label"])
    return PaperParty(
        name=name, code=number[-SHOWN_OF_A_NUMBER:], code_label=label, standing=standing, person=True
    )


def _standing(held: Held, law: Law) -> str:
    """系某公司法定代表人, for a linked person."""
    return f"系{held.unit.party}{role_name(held.case.role, law)}" if held.unit else ""


def role_name(role: str, law: Law) -> str:
    """As what a party is listed, in words."""
    return str(law.document(FILE)["roles"][role])


def _matter(making: Making, told: Mapping[str, Any]) -> dict[str, Any]:
    """What the matter is, in every paper alike: facts, evidence, provisions."""
    cited = (making.law.clause(each) for each in bases(making.listed))
    return {
        "facts": _paragraphs(told.get("facts")),
        "evidence": _paragraphs(told.get("evidence")),
        "basis": tuple(Cited(each.label, each.text) for each in cited),
        "earlier": tuple(_earlier(making)),
    }


def _earlier(making: Making) -> Iterator[Earlier]:
    """The notice and the decision that went before."""
    for kind in ("prior_notice", "listing_decision"):
        paper = making.held.paper(kind, version=making.held.case.version)
        if paper:
            yield told_paper(paper, making.law)


def told_paper(paper: CasePaper, law: Law) -> Earlier:
    """A paper by name, number and day."""
    return Earlier(kinds.kind(paper.kind, law).name, paper.number, paper.issued_on)


def _paragraphs(said: Any) -> tuple[str, ...]:
    return tuple(each.strip() for each in str(said or "").splitlines() if each.strip())


# ---- the kinds --------------------------------------------------------------------------------------

Part = dict[str, Any]


def _notice(making: Making, _told: Mapping[str, Any]) -> Part:
    hearing = (forms.HEARING,)
    return {
        "decision": (_verdict("intended", making),),
        "term": term_of(making.listed, making.held, making.law),
        "rights": (*forms.NOTICE_RIGHTS, *hearing),
        "window": told_window(making.held, making.law),
        "reply_period": deadlines.reply_period(making.listed, making.law).told,
        "exit_conditions": (*exit_conditions(making), _where(making)),
    }


# clause: 5.1e
def _where(making: Making) -> str:
    """Where it is published how the body repairs, and whom to ask."""
    return making.sentence("repair_where", address=f"{settings.XINHENG_PUBLIC_URL}/repair/")


def _decision(making: Making, told: Mapping[str, Any]) -> Part:
    sentences = making.sentence
    return {
        "decision": (_verdict("decided", making),),
        "term": term_of(making.listed, making.held, making.law),
        "measures": tuple(_measures(making)),
        "exit_conditions": tuple(exit_conditions(making)),
        "repair": (sentences("repair"), sentences("repair_materials"), _where(making)),
        **_remedies(making, told),
    }


def _not_listed(making: Making, told: Mapping[str, Any]) -> Part:
    return {"decision": (making.sentence("not_decided"),), **_remedies(making, told)}


def _removed(making: Making, told: Mapping[str, Any], *, step: str) -> Part:
    facts = (making.sentence(f"removed_{step}"),)
    return {"facts": facts, "decision": (making.sentence("removed"),), **_remedies(making, told)}


def _remedies(making: Making, told: Mapping[str, Any]) -> Part:
    law = making.law
    return {
        "rights": forms.DECISION_RIGHTS,
        "reconsideration_body": str(told.get("reconsideration_body", "")),
        "reconsideration_period": deadlines.legal_period("reconsideration", law).told,
        "court": str(told.get("court", "")),
        "litigation_period": deadlines.legal_period("litigation", law).told,
    }


def _reply(making: Making, _told: Mapping[str, Any]) -> Part:
    given, held = making.given.reply, making.held
    if given is None:
        raise Refusal.because("REPLY_WITHOUT_REASONS", "huaian-2021-13#4.1b")
    row = next((each for each in held.objections if each.pk == given.objection), None)
    if row is None:
        raise Refusal.because("NOT_FOUND")
    said = texts.read(row, held.subject)
    outcome = making.sentence("upheld" if given.upheld else "not_upheld")
    return {
        "reply": forms.Reply(
            received_on=row.received_on,
            form=str(making.words["objections"][row.kind]),
            said=_paragraphs(said.get("text")),
            checked=_paragraphs(given.checked),
            conclusion=(outcome,),
            reasons=_paragraphs(given.reasons),
        ),
        "rights": forms.NOTICE_RIGHTS,
        "reply_period": deadlines.reply_period(making.listed, making.law).told,
        "window": told_window(held, making.law),
    }


def _hearing(making: Making, _told: Mapping[str, Any]) -> Part:
    given = making.given.hearing
    if given is None:
        raise Refusal.because("STEP_INCOMPLETE", lacking="听证笔录")
    lines = (each.partition("：") for each in _paragraphs(given.proceedings))
    return {
        "hearing": forms.Hearing(
            on=given.on,
            place=given.place,
            presider=given.presider,
            recorder=given.recorder,
            attended=_paragraphs(given.attended),
            proceedings=tuple((who, said) if said else ("", who) for who, _, said in lines),
        )
    }


def _service(making: Making, _told: Mapping[str, Any], *, paper: str) -> Part:
    served = making.held.paper(paper, version=making.held.case.version)
    earlier = (told_paper(served, making.law),) if served else ()
    return {"service": served_as(making.given.service, earlier, making.law)}


def served_as(given: ServiceGiven | None, papers: tuple[Earlier, ...], law: Law) -> forms.Service:
    """What a proof of service says of these papers. Raises Refusal STEP_INCOMPLETE without one."""
    if given is None:
        raise Refusal.because("STEP_INCOMPLETE", lacking="送达回证")
    way = serving.ways(law).get(given.way)
    names = {each["id"]: each["name"] for each in law.document(serving.FILE)["proofs"]}
    return forms.Service(
        papers=papers,
        way=way.name if way else "",
        on=given.on,
        place=given.place,
        receiver=given.receiver,
        proofs=tuple(str(names[each]) for each in given.shows if each in names),
        servers=_paragraphs(given.servers),
        note=given.note,
    )


def _after(step: str) -> Callable[[Making, Mapping[str, Any]], Part]:
    return lambda making, told: _removed(making, told, step=step)


# Kind, or kind and step where one kind says different things.
_BY_KIND: dict[str, Callable[[Making, Mapping[str, Any]], Part]] = {
    "prior_notice": _notice,
    "listing_decision": _decision,
    "not_listing_decision": _not_listed,
    "objection_reply": _reply,
    "hearing_record": _hearing,
    "proof_of_service/serve_notice": lambda m, told: _service(m, told, paper="prior_notice"),
    "proof_of_service/list": lambda m, told: _service(m, told, paper="listing_decision"),
    **{
        f"removal_decision/{step}": _after(step)
        for step in ("end", "exit", "revoke", "correct", "leave_with_unit")
    },
}


def key_of(kind: str, step: str) -> str:
    """The name under which `content_of` knows what a paper of this kind says at this step."""
    return kind if kind in _BY_KIND else f"{kind}/{step}"


# ---- words --------------------------------------------------------------------------------------------


def _verdict(name: str, making: Making) -> str:
    held, law = making.held, making.law
    term = term_of(making.listed, held, law)
    if held.unit is None:
        return making.sentence(name, term=term)
    role = role_name(held.case.role, law)
    return making.sentence(f"{name}_linked", term=term, unit=held.unit.party, role=role)


def term_of(listed: SeriousList, held: Held, law: Law) -> str:
    """How long a party is listed, and from when."""
    what = listed.term
    if what is None:
        return ""
    n = what.n or held.draft.months
    return f"{told_length(what, law, n)}，自{_event(what, law)}之日起算" if n else ""


def told_window(held: Held, law: Law) -> str:
    """How long the party may speak, by the list's rule or as the notice fixes it; "" where nobody says."""
    what = deadlines.window_period(law.serious_list(held.case.list), law)
    n = what.n if what.certain else held.draft.window
    return told_length(what, law, n) if n else ""


def told_length(what: Period, law: Law, n: int | None) -> str:
    """5个工作日."""
    return f"{n}{law.document(FILE)['units'][what.unit]}"


def _event(what: Period, law: Law) -> str:
    return str(law.document(FILE)["events"].get(what.starts_from, "作出列入决定"))


def exit_conditions(making: Making) -> Iterator[str]:
    """How a party leaves the list before its term and at its end."""
    early, law = making.listed.early, making.law
    if early and early.needs:
        needs = "、".join(early.needs.values())
        if early.period.certain:
            n = told_length(early.period, law, early.period.n)
            wait = making.sentence("wait", **{"from": _event(early.period, law), "n": n})
            yield making.sentence("early", needs=needs, wait=wait)
        else:
            yield making.sentence("early_unsure", needs=needs)
    yield making.sentence("term_over")


def _measures(making: Making) -> Iterator[str]:
    """The measures of the list in force that rest on this list, told and not imposed."""
    edition = making.law.measures_list()
    for row in edition.rows.values() if edition else ():
        if making.listed.code in row.entries and not row.information_only:
            yield row.content
