"""Cases as the party sees them (当事人的案卷): papers addressed to it, what it said, what it may still say.

Only what reached the party: a notice or decision once its service is proved, other papers once they are made. What
officers note, draft and weigh among themselves is not here, and the database gives it to no account.
"""

# clauses: 4.1a, 4.1b

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from xinheng.access.gate import Opened
from xinheng.access.scope import acting, whole_city
from xinheng.casework import texts
from xinheng.casework.facts import facts_of
from xinheng.casework.held import Held, load
from xinheng.casework.models import Case, CasePaper, Objection
from xinheng.casework.promises import own as promises
from xinheng.casework.reached import OwnPaper as OwnPaper
from xinheng.casework.reached import Said, file_of
from xinheng.documents import kinds, receipts
from xinheng.law.language import Refusal
from xinheng.law.lawbook import Law
from xinheng.law.procedures.casefacts import window
from xinheng.law.procedures.listing import LISTING
from xinheng.registry.measurestanding import periods
from xinheng.registry.models import ListEntry

NOTICE, DECISION = "prior_notice", "listing_decision"
ADDRESSED = (
    NOTICE,
    DECISION,
    "not_listing_decision",
    "removal_decision",
    "objection_reply",
    "hearing_record",
)
SERVED = (NOTICE, DECISION)
SPEAK = "receive"


def papers(*, opened: Opened, law: Law) -> tuple[OwnPaper, ...]:
    """All papers that reached the opened file's subject, newest first."""
    subject = _own(opened)
    with acting(opened.actor):
        found = [each for case in Case.objects.filter(subject=subject) for each in _of_case(case, law)]
        found += promises.papers(subject, law)
    return tuple(sorted(found, key=lambda each: (each.issued_on, each.number), reverse=True))


def paper(paper_id: UUID, *, opened: Opened, law: Law) -> OwnPaper:
    """One of them. Raises Refusal NOT_FOUND for another's as for one that never was."""
    subject = _own(opened)
    with acting(opened.actor):
        row = CasePaper.objects.select_related("case").filter(pk=paper_id, case__subject=subject).first()
        found = _of_case(row.case, law) if row else promises.papers_with(paper_id, subject, law)
        for each in found:
            if each.id == paper_id:
                return each
    raise Refusal.because("NOT_FOUND")


def file(paper_id: UUID, *, opened: Opened, law: Law) -> tuple[bytes, str]:
    """(file, media type): the signed and sealed copy where there is one, else as it was issued.

    Raises Refusal NOT_FOUND or DOCUMENT_UNREADABLE.
    """
    shown = paper(paper_id, opened=opened, law=law)
    with acting(opened.actor):
        return file_of(shown.document, opened)


def kinds_of_speech(law: Law, procedure: str = LISTING.name) -> list[tuple[str, str]]:
    """What a party may bring forward in a procedure: (code, name)."""
    known = law.document("casework.yaml")["objections"].items()
    return [(str(c), str(n)) for c, n in known if procedure == LISTING.name or c in promises.SPEECH]


def _own(opened: Opened) -> UUID:
    if not opened.is_own or opened.subject is None:
        raise Refusal.because("NOT_YOURS")
    opened.require_subject(opened.subject)
    return opened.subject


def _of_case(case: Case, law: Law) -> tuple[OwnPaper, ...]:
    held = load(case)
    said = tuple(_said(each, case.subject_id, law) for each in held.objections)
    return tuple(_paper(each, held, said, law) for each in held.papers if _reached(each, held, law))


def _reached(row: CasePaper, held: Held, law: Law) -> bool:
    if row.kind not in ADDRESSED or row.party != held.subject:
        return False
    service = held.service_of(row)
    return row.kind not in SERVED or (service is not None and service.served_on <= law.day)


def _paper(row: CasePaper, held: Held, said: tuple[Said, ...], law: Law) -> OwnPaper:
    case, service = held.case, held.service_of(row)
    listed = law.serious_list(case.list)
    current = row.version == case.version
    speaks = row.kind == NOTICE and current and case.state in LISTING.step(SPEAK).sources
    due = window(facts_of(held, today=law.day), law) if speaks else None
    return OwnPaper(
        id=row.pk,
        document=row.document,
        procedure=LISTING.name,
        case=case.pk,
        case_number=case.number,
        list_name=listed.name if listed else case.list,
        state=LISTING.states[case.state],
        body_name=held.agency.name,
        kind=row.kind,
        kind_name=kinds.kind(row.kind, law).name,
        number=row.number,
        issued_on=row.issued_on,
        served_on=service.served_on if service else None,
        current=current,
        speaks=speaks,
        until=due.last if due else None,
        provisional=bool(due and due.provisional),
        said=said if row.kind == NOTICE else (),
    )


def _said(row: Objection, subject: UUID, law: Law) -> Said:
    return Said(
        row.number, receipts.code_of(row.number), _kind_name(row.kind, law), row.received_at, row.in_time,
        row.replied_on, str(texts.read(row, subject).get("text", "")),
    )  # fmt: skip


def _kind_name(kind: str, law: Law) -> str:
    return dict(kinds_of_speech(law)).get(kind, kind)


def entries(*, opened: Opened, law: Law) -> Iterator[tuple[str, str, str, date | None, date | None]]:
    """(list, body, state, listed on, last day) of each case in which the party is or was on a list."""
    subject = _own(opened)
    with acting(opened.actor):
        rows = list(Case.objects.select_related("agency").filter(subject=subject, listed_on__isnull=False))
    for row in sorted(rows, key=lambda each: each.number):
        listed = law.serious_list(row.list)
        name = listed.name if listed else row.list
        yield (
            name,
            row.agency.name,
            f"{LISTING.states[row.state]}{_lifted(row, law)}",
            row.listed_on,
            row.until,
        )


def _lifted(row: Case, law: Law) -> str:
    """That measures on its entry are lifted today, as the public list says too."""
    with whole_city():
        entries = ListEntry.objects.filter(case=row.pk, subject=row.subject_id, state="listed")
        found = [each for one in entries for each in periods(row.subject_id, entry=one.pk)]
    for since, last in found:
        if since <= law.day <= last:
            return f"（重整、和解计划执行中，惩戒措施暂时解除，至 {last}）"
    return ""
