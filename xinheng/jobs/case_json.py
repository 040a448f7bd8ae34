"""A case for machines (案卷 JSON): its rows as they are, each step and paper with the proof of its event."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any
from uuid import UUID

from xinheng.access import queries as access
from xinheng.access.gate import Opened
from xinheng.casework.prospect import Outlook
from xinheng.casework.views import CaseView, DraftView, Linked, PaperView, StepView
from xinheng.documents import kinds
from xinheng.law.lawbook import Law
from xinheng.law.procedures.listing import LISTING
from xinheng.law.refusals import tell
from xinheng.ledger import proving
from xinheng.ledger.proving import Proof

PERSON = "自然人"
SYSTEM = "系统"


@dataclass(frozen=True, slots=True)
class Account:
    """A case with what its telling needs: the look it was opened by, names of officers, proofs of events."""

    case: CaseView
    opened: Opened
    law: Law
    names: Mapping[UUID, str]
    proofs: Mapping[UUID, Proof | None]

    def who(self, user: UUID) -> str:
        return self.names.get(user, SYSTEM)


def account(case: CaseView, opened: Opened, law: Law) -> Account:
    """Collect names and proofs; an event that no signed head holds yet has none."""
    events = [*(each.event for each in case.steps), *(each.event for each in case.papers)]
    proofs = {each: proving.proof_of(each) for each in events}
    return Account(case, opened, law, access.officer_names(_officers(case)), proofs)


def _officers(case: CaseView) -> set[UUID]:
    made = [*(each.made_by for each in case.drafts), *(each.made_by for each in case.asks)]
    acted = [each.actor for each in case.steps]
    answered = [each.decided_by for each in case.asks if each.decided_by]
    served = [each.service.by for each in case.papers if each.service]
    sealed = [each.sealed.uploaded_by for each in case.papers if each.sealed]
    noted = [*(each.by for each in case.notes), *((case.leniency.by,) if case.leniency else ())]
    handed = [each.to_user for each in case.notes if each.to_user]
    return {case.row.handler, *made, *acted, *answered, *served, *sealed, *noted, *handed}


def party_told(name: str) -> str:
    """A natural person is not named on a terminal; nothing needs it there."""
    return name or PERSON


def list_name(code: str, law: Law) -> str:
    """A list by its name; by its code where the law of today no longer has it."""
    listed = law.list_ever(code)
    return listed.name if listed else code


def iso(when: date | None) -> str | None:
    return when.isoformat() if when else None


def look(opened: Opened) -> dict[str, str]:
    """The entry of the access register under which this was shown."""
    told = {"entry": str(opened.entry), "purpose": opened.purpose.value, "basis": opened.basis}
    return {**told, "at": opened.at.isoformat()}


def told(it: Account) -> dict[str, Any]:
    """The whole case."""
    case, row = it.case, it.case.row
    return {
        "number": row.number,
        "list": row.list,
        "list_name": list_name(row.list, it.law),
        "party": party_told(row.party),
        "subject_kind": case.subject_kind,
        "role": row.role,
        "agency": case.agency_name,
        "handler": it.who(row.handler),
        "state": row.state,
        "state_label": row.state_label,
        "version": case.version,
        "revision": case.revision,
        **{name: iso(getattr(row, name)) for name in ("opened_on", "until")},
        **{name: iso(getattr(case, name)) for name in ("decided_on", "listed_on")},
        "look": look(it.opened),
        "law": {"day": it.law.day.isoformat(), "edition": it.law.edition},
        **_parts(it),
    }


def _parts(it: Account) -> dict[str, Any]:
    case = it.case
    return {
        "drafts": [_draft(each, it) for each in case.drafts],
        "grounds": [_plain(each, it) for each in case.grounds],
        "consent": _plain(case.consent, it) if case.consent else None,
        "leniency": _plain(case.leniency, it) if case.leniency else None,
        "steps": [_step(each, it) for each in case.steps],
        "papers": [_paper(each, it) for each in case.papers],
        "objections": [_plain(each, it) for each in case.objections],
        "deadlines": [
            {**_plain(each, it), "moves": [_plain(move, it) for move in each.moves]}
            for each in case.deadlines
        ],
        "entry": _plain(case.entry, it) if case.entry else None,
        "asks": [_plain(each, it) for each in case.asks],
        "notes": [_plain(each, it) for each in case.notes],
        "unit": _linked(case.unit) if case.unit else None,
        "linked": [_linked(each) for each in case.linked],
        "ahead": [_ahead(each, it) for each in case.outlook],
    }


OFFICERS = ("actor", "by", "made_by", "decided_by", "uploaded_by", "compared_by", "to_user")


def _plain(view: Any, it: Account, *, without: Iterable[str] = ("id",)) -> dict[str, Any]:
    """A view as it is: days and moments in ISO, officers by name."""
    if isinstance(view, Mapping):
        found = dict(view)
    else:
        found = {each.name: getattr(view, each.name) for each in fields(view)}
    return {name: _value(name, value, it) for name, value in found.items() if name not in set(without)}


def _value(name: str, value: Any, it: Account) -> Any:
    if isinstance(value, UUID):
        return it.who(value) if name in OFFICERS else str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return list(value)
    return dict(value) if isinstance(value, Mapping) else value


def _draft(draft: DraftView, it: Account) -> dict[str, Any]:
    listed = it.law.list_ever(it.case.row.list)
    known = listed.criteria if listed else {}
    criteria = [{"id": each, "text": known.get(each, "")} for each in draft.criteria]
    return {**_plain(draft, it), "criteria": criteria}


def _step(step: StepView, it: Account) -> dict[str, Any]:
    told = _plain(step, it, without=("source", "target", "actor", "edition", "asked", "clauses"))
    states = LISTING.states
    return {
        **told,
        "from": step.source,
        "from_label": states[step.source],
        "to": step.target,
        "to_label": states[step.target],
        "by": it.who(step.actor),
        "law": step.edition,
        "clauses": list(step.clauses),
        "asked": [dict(each) for each in step.asked],
        "proof": proof(it.proofs[step.event]),
    }


def _paper(paper: PaperView, it: Account) -> dict[str, Any]:
    return {
        **_plain(paper, it, without=("id", "sealed", "service")),
        "name": kinds.kind(paper.kind, it.law).name,
        "proof": proof(it.proofs[paper.event]),
        "sealed": _plain(paper.sealed, it, without=("id", "document")) if paper.sealed else None,
        "service": _plain(paper.service, it) if paper.service else None,
    }


def proof(found: Proof | None) -> dict[str, Any] | None:
    """The place in the log, and entry and proof as `xinheng ledger verify-proof` takes them; None: in preparation."""
    if found is None:
        return None
    place = {"leaf": found.index, "checkpoint": found.size}
    return {**place, "entry": found.entry.decode(), "proof": found.tlog}


def _linked(found: Linked) -> dict[str, Any]:
    return {**asdict(found), "id": str(found.id), "party": party_told(found.party)}


def _ahead(each: Outlook, it: Account) -> dict[str, Any]:
    missing = [tell(reason, it.law) for reason in each.against]
    return {
        "step": each.step.name,
        "label": each.step.label,
        "from_here": it.case.row.state in each.step.sources,
        "roles": sorted(each.step.roles),
        "mine": each.mine,
        "ready": each.ready,
        "missing": [
            {"code": one.code, "text": one.text, "clauses": [clause.id for clause in one.clauses]}
            for one in missing
        ],
    }
