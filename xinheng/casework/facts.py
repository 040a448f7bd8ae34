"""The facts of a case from its rows (案卷事实): built here and nowhere else, for page, step, job and command alike."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from xinheng.casework.held import Held
from xinheng.casework.models import CasePaper, CaseProofOfService, Ground
from xinheng.casework.windows import windows_touching
from xinheng.documents import queries as documents
from xinheng.law import leniency, listing
from xinheng.law.facts import AgeClass, Effect, InstrumentKind, SubjectKind
from xinheng.law.leniency import LeniencyDecision
from xinheng.law.lists import BodyLevel, PartyRole
from xinheng.law.procedures.casefacts import CaseFacts, Exit, Notice, Objection, ObjectionKind, Paper, Signed
from xinheng.law.procedures.listingrules import REMOVED
from xinheng.law.serving import ProofOfService
from xinheng.registry.instruments import effect_now

NOTICE, DECISION = "prior_notice", "listing_decision"
# In the facts a text only says that it was written; what it says stays sealed.
WRITTEN = "已写明"


def facts_of(
    held: Held, *, today: date, actor: UUID | None = None, reason: str = "", alive: bool = False
) -> CaseFacts:
    """The case on a day, as `actor` would act on it with this reason; `alive`: on what still stands of its documents."""
    case = held.case
    notice = held.paper(NOTICE)
    decision = held.paper(DECISION, version=case.version)
    return CaseFacts(
        state=case.state,
        today=today,
        party=str(case.subject_id),
        listing=listing_facts(held, alive=alive),
        actor=str(actor) if actor else "",
        version=case.version,
        signed=tuple(Signed(step=each.step, person=str(each.actor)) for each in held.steps),
        notice=_notice(notice),
        notice_proof=proof_of(held.service_of(notice), notice),
        objections=tuple(_objections(held)),
        decision=_decision(decision),
        decision_proof=proof_of(held.service_of(decision), decision),
        unit_state=held.unit_state,
        days=_days(held),
        exit=_exit(held),
        reason=reason,
    )


def listing_facts(held: Held, *, alive: bool = False) -> listing.ListingFacts:
    """What the rules of listing are told: of the present draft, its documents' effect as it is now."""
    case, draft = held.case, held.draft
    grounds = tuple(map(_ground, held.grounds))
    return listing.ListingFacts(
        list=case.list,
        range=draft.range,
        body=body_of(held),
        grounds=tuple(each for each in grounds if not alive or each.effect is Effect.EFFECTIVE),
        criteria=tuple(draft.criteria),
        subject_kind=SubjectKind(case.subject_kind),
        role=PartyRole(case.role),
        age=AgeClass(draft.age),
        leniency=_leniency(held),
    )


def body_of(held: Held) -> listing.Body:
    """The deciding body; a level that nobody knows founds nothing."""
    agency = held.agency
    known = agency.level in set(BodyLevel)
    return listing.Body(
        name=agency.name,
        level=BodyLevel(agency.level) if known else BodyLevel.DELEGATE,
        trades=tuple(agency.domains),
        superior_consent=bool(held.consent and held.consent.granted),
    )


def effect_of(ground: Ground) -> Effect:
    """What the document's effect is now: the register's where it is one of the register's."""
    return effect_now(ground.instrument) if ground.instrument else Effect(ground.effect)


def _ground(ground: Ground) -> listing.Ground:
    return listing.Ground(id=ground.number, kind=InstrumentKind(ground.kind), effect=effect_of(ground))


def _leniency(held: Held) -> leniency.Leniency:
    row = held.leniency
    asked = leniency.UNASKED
    if row is not None:
        reason = WRITTEN if row.sealed else ""
        asked = leniency.Leniency(
            grounds=tuple(row.grounds),
            decision=LeniencyDecision(row.decision),
            reason=reason,
            heard=row.heard,
        )
    return leniency.with_force_majeure(asked, windows_touching(held))


def _notice(paper: CasePaper | None) -> Notice | None:
    if paper is None:
        return None
    return Notice(
        number=paper.number,
        party=str(paper.party),
        version=paper.version,
        issued_on=paper.issued_on,
        says=frozenset(paper.says),
        window=paper.window,
    )


def _decision(paper: CasePaper | None) -> Paper | None:
    if paper is None:
        return None
    return Paper(
        number=paper.number,
        party=str(paper.party),
        says=frozenset(paper.says),
        sealed_copy_matches=documents.sealed(paper.document) is not None,
    )


def proof_of(service: CaseProofOfService | None, paper: CasePaper | None) -> ProofOfService | None:
    """A proof as the law looks at it."""
    if service is None or paper is None:
        return None
    return ProofOfService(
        document=paper.number,
        party=str(service.party),
        way=service.way,
        on=service.on,
        shows=frozenset(service.shows),
    )


def _objections(held: Held) -> Iterable[Objection]:
    for row in held.objections:
        yield Objection(
            id=str(row.pk),
            version=row.version,
            kind=ObjectionKind(row.kind),
            received_on=row.received_on,
            replied_on=row.replied_on,
            reasons=WRITTEN if row.reply_sealed else "",
            upheld=row.upheld,
            heard_on=row.heard_on,
        )


def _days(held: Held) -> tuple[tuple[str, date], ...]:
    """Decided, listed, published: what is listed is published from that day where it may be."""
    case = held.case
    known = (("decided", case.decided_on), ("listed", case.listed_on), ("published", case.listed_on))
    return tuple((name, day) for name, day in known if day)


def _exit(held: Held) -> Exit:
    ask = held.ask
    unit_removed = held.unit_state == REMOVED
    if ask is None:
        return Exit(listed_until=held.case.until, unit_removed=unit_removed)
    return Exit(
        listed_until=held.case.until,
        corrected_on=ask.corrected_on,
        met=frozenset(ask.met),
        barred=frozenset(ask.barred),
        applied=ask.applied_on is not None,
        reason=WRITTEN if ask.sealed else "",
        unit_removed=unit_removed,
    )
