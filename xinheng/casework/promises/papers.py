"""What the papers of a case on a false promise say (承诺不实文书内容): from its rows and reference/casework.yaml."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from xinheng.casework import texts
from xinheng.casework.given import Given
from xinheng.casework.models import Case
from xinheng.casework.papers import served_as, told_length
from xinheng.casework.promises.facts import consequence_of
from xinheng.casework.promises.held import DECISION, NOTICE, Held
from xinheng.casework.promises.models import PromisePaper
from xinheng.casework.repairs.papers import party_of, record_told
from xinheng.documents import kinds
from xinheng.documents import papers as forms
from xinheng.documents.papers import Cited, Contact, Earlier, PaperContent
from xinheng.law import deadlines
from xinheng.law.language import Refusal
from xinheng.law.lawbook import Law
from xinheng.law.repairdecision import Consequence, shown_until

FILE = "casework.yaml"
Part = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Making:
    """A case for which a paper is made: its rows, what comes with the step, what follows by the law, the words."""

    held: Held
    given: Given
    law: Law
    follows: Consequence | None
    words: Mapping[str, Any]
    told: Mapping[str, Any]
    party: str

    def say(self, name: str, **more: object) -> str:
        """One of the sentences of reference/casework.yaml about this party and what was repaired."""
        values = {"party": self.party, "record": self.record, "list": self.list_name, **more}
        return str(self.words[name]).format_map({each: str(value) for each, value in values.items()})

    @property
    def record(self) -> str:
        return record_told(self.held.item, self.held.repaired, self.law)

    @property
    def list_name(self) -> str:
        listed = self.law.list_ever(self.held.case.list) if self.held.case.list else None
        return listed.name if listed else self.held.case.list

    def months(self, n: int) -> str:
        return f"{n}{self.law.document(FILE)['units']['months']}"


def content_of(step: str, held: Held, given: Given, law: Law) -> PaperContent:
    """The content of the paper that this step makes, as the case stands and with what is given now."""
    words, told = law.document(FILE)["promise"], texts.read(held.case, held.subject)
    party = party_of(held.repaired, law)
    making = Making(held, given, law, consequence_of(held, law), words, told, party.name)
    return PaperContent(
        issuer=held.agency.name,
        party=party,
        about=str(words["about"]),
        act=str(words["act"]),
        case_number=held.case.number,
        facts=_paragraphs(told.get("facts")),
        evidence=_paragraphs(told.get("evidence")),
        basis=_cited(making),
        contact=Contact(*(str(told.get(f"contact_{each}", "")) for each in ("person", "phone", "address"))),
        earlier=_earlier(held, law),
        **_BY_STEP[step](making),
    )


def _paragraphs(said: Any) -> tuple[str, ...]:
    return tuple(each.strip() for each in str(said or "").splitlines() if each.strip())


def _cited(making: Making) -> tuple[Cited, ...]:
    found: Iterable[str] = making.follows.clauses if making.follows else ()
    return tuple(Cited(each.label, each.text) for each in map(making.law.clause, found))


def _earlier(held: Held, law: Law) -> tuple[Earlier, ...]:
    return tuple(_as_earlier(each, law) for kind in (NOTICE, DECISION) if (each := held.paper(kind)))


def _as_earlier(row: PromisePaper, law: Law) -> Earlier:
    return Earlier(kinds.kind(row.kind, law).name, row.number, row.issued_on)


# ---- the kinds --------------------------------------------------------------------------------------------


def _notice(making: Making) -> Part:
    return {
        "decision": _intended(making),
        "rights": forms.NOTICE_RIGHTS,
        "window": told_length(
            deadlines.window_period(_listed(making), making.law),
            making.law,
            window_of(making.held, making.law),
        ),
        "reply_period": deadlines.reply_period(_listed(making), making.law).told,
    }


def _listed(making: Making) -> Any:
    return making.law.serious_list(making.held.case.list)


def window_of(held: Held, law: Law) -> int:
    """In how many working days the party may speak: the list's own rule, else as the notice fixes it."""
    what = deadlines.window_period(law.serious_list(held.case.list), law)
    return what.n if what.certain and what.n else held.case.window


def _intended(making: Making) -> tuple[str, ...]:
    follows = making.follows
    if follows is None:
        return ()
    if follows.restores:
        return (making.say("intended_restored", term=_term(making, follows)),)
    return (
        making.say("intended_shown", shown=making.months(follows.shown_months or 0)),
        *_bar(making, follows),
    )


def _term(making: Making, follows: Consequence) -> str:
    """What becomes of the term of the entry that is restored."""
    if follows.restarts:
        return making.say("term_restarts")
    until = term_left(making.held)
    return making.say("term_runs", until=until) if until else making.say("term_runs_open")


def term_left(held: Held) -> Any:
    """The last day of the term from which the party had left early; None where it has none."""
    entry = held.item.entry
    return Case.objects.values_list("until", flat=True).get(pk=entry.case) if entry else None


def _bar(making: Making, follows: Consequence) -> tuple[str, ...]:
    if not follows.barred_months:
        return ()
    return (making.say("barred", barred=making.months(follows.barred_months)),)


def _decision(making: Making) -> Part:
    told, law = making.told, making.law
    return {
        "records": (
            making.say("granted", on=making.held.item.decided_on, case=making.held.repaired.case.number),
        ),
        "procedure": tuple(_heard(making)),
        **_decided(making),
        "rights": forms.DECISION_RIGHTS,
        "reconsideration_body": str(told.get("reconsideration_body", "")),
        "reconsideration_period": deadlines.legal_period("reconsideration", law).told,
        "court": str(told.get("court", "")),
        "litigation_period": deadlines.legal_period("litigation", law).told,
    }


def _heard(making: Making) -> list[str]:
    notice, said = making.held.paper(NOTICE), making.held.objections
    service = making.held.service_of(notice)
    first = [making.say("heard", on=service.served_on, number=notice.number)] if notice and service else []
    return [*first, making.say("heard_said", count=len(said)) if said else making.say("heard_nothing")]


def _decided(making: Making) -> Part:
    follows = making.follows
    if follows is None:
        return {}
    if follows.restores:
        return {
            "decision": (making.say("decided_restored", term=_term(making, follows)),),
            "exit_conditions": (making.say("exit_term"),),
            "repair": (making.say("repair_again"),),
        }
    until = shown_until(follows, making.law.day)
    early = (making.say("no_early_end"),) if follows.no_early_end else ()
    return {
        "decision": (making.say("decided_shown", until=until),),
        "exit_conditions": (making.say("shown_term", until=until), *early),
        "repair": _bar(making, follows),
    }


def _reply(making: Making) -> Part:
    given, held = making.given.reply, making.held
    if given is None:
        raise Refusal.because("REPLY_WITHOUT_REASONS", "huaian-2021-13#4.1b")
    row = next((each for each in held.objections if each.pk == given.objection), None)
    if row is None:
        raise Refusal.because("NOT_FOUND")
    said = texts.read(row, held.subject)
    return {
        "reply": forms.Reply(
            received_on=row.received_on,
            form=str(making.law.document(FILE)["objections"][row.kind]),
            said=_paragraphs(said.get("text")),
            checked=_paragraphs(given.checked),
            conclusion=(making.say("upheld" if given.upheld else "not_upheld"),),
            reasons=_paragraphs(given.reasons),
        ),
        "rights": forms.NOTICE_RIGHTS,
        "reply_period": deadlines.reply_period(_listed(making), making.law).told,
    }


def _service(kind: str) -> Callable[[Making], Part]:
    def told(making: Making) -> Part:
        paper = making.held.paper(kind)
        served = (_as_earlier(paper, making.law),) if paper else ()
        return {"service": served_as(making.given.service, served, making.law)}

    return told


_BY_STEP: Mapping[str, Callable[[Making], Part]] = {
    "notify": _notice,
    "serve_notice": _service(NOTICE),
    "reply": _reply,
    "decide": _decision,
    "enter": _service(DECISION),
}
