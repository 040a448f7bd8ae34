"""Cases on false promises as the party sees them (当事人的承诺不实案卷): papers that reached it, what it said and may say.

Called within `acting` of the party's own account, for casework.own, which has the papers of all procedures.
"""

# clauses: 4.1a, 4.1b

from __future__ import annotations

from uuid import UUID

from xinheng.casework import texts
from xinheng.casework.promises.effects import SPEECH as SPEECH
from xinheng.casework.promises.effects import window_due
from xinheng.casework.promises.held import DECISION, NOTICE, Held, load
from xinheng.casework.promises.models import PromiseCase, PromiseObjection, PromisePaper
from xinheng.casework.reached import OwnPaper, Said
from xinheng.documents import kinds, receipts
from xinheng.law.lawbook import Law
from xinheng.law.procedures.repair import FALSE_PROMISE

# A proof of service is the office's own.
ADDRESSED = (NOTICE, "objection_reply", DECISION)
SERVED = (NOTICE, DECISION)
MATTER = "信用修复承诺不实"


def papers(subject: UUID, law: Law) -> list[OwnPaper]:
    """All papers on false promises that reached the subject."""
    rows = PromiseCase.objects.filter(subject=subject)
    return [each for case in rows for each in _of_case(case, law)]


def papers_with(paper: UUID, subject: UUID, law: Law) -> tuple[OwnPaper, ...]:
    """Those of the case of which this is a paper; none where it is another's."""
    row = PromisePaper.objects.select_related("case").filter(pk=paper, case__subject=subject).first()
    return _of_case(row.case, law) if row else ()


def _of_case(case: PromiseCase, law: Law) -> tuple[OwnPaper, ...]:
    held = load(case)
    said = tuple(_said(each, case.subject_id, law) for each in held.objections)
    return tuple(_paper(each, held, said, law) for each in held.papers if _reached(each, held, law))


def _reached(row: PromisePaper, held: Held, law: Law) -> bool:
    if row.kind not in ADDRESSED:
        return False
    service = held.service_of(row)
    return row.kind not in SERVED or (service is not None and service.served_on <= law.day)


def _paper(row: PromisePaper, held: Held, said: tuple[Said, ...], law: Law) -> OwnPaper:
    case, service = held.case, held.service_of(row)
    speaks = row.kind == NOTICE and case.state in FALSE_PROMISE.step("receive").sources
    due = window_due(held, law) if speaks else None
    return OwnPaper(
        id=row.pk, document=row.document, procedure=FALSE_PROMISE.name, case=case.pk, case_number=case.number,
        list_name=MATTER, state=FALSE_PROMISE.states[case.state], body_name=held.agency.name, kind=row.kind,
        kind_name=kinds.kind(row.kind, law).name, number=row.number, issued_on=row.issued_on,
        served_on=service.served_on if service else None, current=True, speaks=speaks,
        until=due.last if due else None,
        provisional=bool(due and due.provisional),
        said=said if row.kind == NOTICE else (),
    )  # fmt: skip


def _said(row: PromiseObjection, subject: UUID, law: Law) -> Said:
    name = str(law.document("casework.yaml")["objections"][row.kind])
    return Said(
        row.number, receipts.code_of(row.number), name, row.received_at, row.in_time, row.replied_on,
        str(texts.read(row, subject).get("text", "")),
    )  # fmt: skip
