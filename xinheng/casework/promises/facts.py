"""The facts of a case on a false promise from its rows (承诺不实的事实): built here and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from xinheng.casework.promises.held import DECISION, NOTICE, Held
from xinheng.casework.promises.models import PromisePaper
from xinheng.casework.repairs.facts import WRITTEN, of_item
from xinheng.documents import queries as documents
from xinheng.law.lawbook import Law
from xinheng.law.procedures.applicationfacts import Listed, PromiseFacts
from xinheng.law.procedures.casefacts import Notice, Objection, ObjectionKind, Paper, Signed
from xinheng.law.repairdecision import Consequence, consequence
from xinheng.law.serving import ProofOfService


def facts_of(
    held: Held,
    law: Law,
    *,
    actor: UUID | None = None,
    reason: str = "",
    notice: Notice | None = None,
    decision: Paper | None = None,
) -> PromiseFacts:
    """The case today as `actor` would act on it; `notice` and `decision` are the papers that the step would make."""
    case = held.case
    told, made = held.paper(NOTICE), held.paper(DECISION)
    return PromiseFacts(
        state=case.state,
        today=law.day,
        party=str(case.subject_id),
        repair=of_item(held.item, held.repaired, law),
        listing=Listed(list=case.list),
        actor=str(actor) if actor else "",
        signed=tuple(Signed(step=each.step, person=str(each.actor)) for each in held.steps),
        notice=notice or _notice(told),
        notice_proof=_proof(held, told),
        objections=tuple(_objections(held)),
        decision=decision or _decision(made),
        decision_proof=_proof(held, made),
        days=(("decided", case.decided_on),) if case.decided_on else (),
        evidence=WRITTEN if held.evidence else "",
        reason=reason,
    )


def consequence_of(held: Held, law: Law) -> Consequence | None:
    """What follows by the law of the day; None where nobody read a rule."""
    return consequence(of_item(held.item, held.repaired, law), law)


def _notice(row: PromisePaper | None) -> Notice | None:
    if row is None:
        return None
    return Notice(
        number=row.number, party=str(row.party), version=1, issued_on=row.issued_on, says=frozenset(row.says),
        window=row.window,
    )  # fmt: skip


def _decision(row: PromisePaper | None) -> Paper | None:
    if row is None:
        return None
    sealed = documents.sealed(row.document) is not None
    return Paper(
        number=row.number, party=str(row.party), says=frozenset(row.says), sealed_copy_matches=sealed
    )


def _proof(held: Held, paper: PromisePaper | None) -> ProofOfService | None:
    row = held.service_of(paper)
    if row is None or paper is None:
        return None
    return ProofOfService(
        document=paper.number, party=str(row.party), way=row.way, on=row.on, shows=frozenset(row.shows)
    )


def _objections(held: Held) -> Iterator[Objection]:
    for row in held.objections:
        yield Objection(
            id=str(row.pk), kind=ObjectionKind(row.kind), received_on=row.received_on, replied_on=row.replied_on,
            reasons=WRITTEN if row.reply_sealed else "", upheld=row.upheld,
        )  # fmt: skip
