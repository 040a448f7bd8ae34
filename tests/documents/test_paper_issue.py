"""A paper issued: numbered without gaps in its own register, told by its own event; a sample leaves no trace."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from tests import cast
from tests.documents import cases
from tests.documents.drafts import LAW, SUBJECT
from tests.documents.drafts import draft as report
from tests.documents.seals import sealed
from tests.documents.test_issue import Broken, at_once
from tests.ledger.verifier.pdfs import streams
from tests.support.database import TestDatabase
from xinheng.access.scope import acting
from xinheng.documents import files, papers, proofs, public, services
from xinheng.documents.models import Confirmation, IssuedDocument, NumberRegister
from xinheng.documents.sealedcopies import Method
from xinheng.law.language import Refusal
from xinheng.ledger import sequencer, signing, trusting
from xinheng.ledger.emitting import emits
from xinheng.ledger.kinds import EventKind
from xinheng.ledger.models import Event, EventPayload
from xinheng.ledger.services import append
from xinheng.ledger.verification.run import Asked, verify
from xinheng.ledger.verifier import render
from xinheng.ledger.verifier.commands import main
from xinheng.ledger.verifier.report import PAYLOAD
from xinheng.ledger.writing import WROTE
from xinheng.runtime.db import connect_as
from xinheng.vault.sealing import open_sealed

OFFICER = cast.OFFICER.actor
NOTICE, DECISION = papers.PRIOR_NOTICE, papers.LISTING_DECISION


def issue(kind: str = NOTICE, request: str = "") -> services.Issued:
    return services.issue_paper(cases.draft(kind, request=request), actor=OFFICER, now=cast.NOW)


def body_of(row: IssuedDocument) -> bytes:
    return open_sealed(services.TABLE, services.BODY, row.id, SUBJECT, bytes(row.body_sealed))


def archived_and_tagged(pdf: bytes) -> bool:
    tagged = b"pdfuaid:part>1<" in pdf or b'pdfuaid:part="1"' in pdf
    return b"/GTS_PDFA1" in pdf and tagged and b"/AFRelationship/Source" in pdf


@pytest.mark.usefixtures("office")
class TestIssued:
    @pytest.mark.parametrize("kind", papers.PARTS)
    def test_every_kind_is_drawn_into_its_own_register(self, kind: str) -> None:
        issued = issue(kind)
        row = IssuedDocument.objects.get()
        prefix = cases.draft(kind).kind.prefix
        assert (issued.number, row.kind, row.template) == (f"{prefix}-2026-000001", kind, "paper_1")
        event, payload = Event.objects.get(), EventPayload.objects.get().payload
        assert set(payload) == PAYLOAD | {WROTE}
        assert (event.kind, event.id, payload["kind"]) == ("paper.issued", row.event, kind)
        pdf = files.kept(row.id, SUBJECT)
        assert archived_and_tagged(pdf)
        assert render.draw(body_of(row)).pdf == pdf

    def test_a_report_is_no_paper_and_a_paper_no_report(self) -> None:
        with pytest.raises(ValueError, match="issue_paper"):
            services.issue(cases.draft(NOTICE), actor=OFFICER, now=cast.NOW)
        with pytest.raises(ValueError, match="no paper"):
            services.issue_paper(report(), actor=OFFICER, now=cast.NOW)
        with pytest.raises(ValueError, match="no paper"):
            services.preview(report(), now=cast.NOW)
        assert not NumberRegister.objects.exists()

    def test_the_public_page_names_its_kind(self) -> None:
        issued = issue()
        told = public.confirmation(Confirmation.objects.get().id, LAW)
        assert told is not None
        assert (told.number, told.kind_name) == (issued.number, "事先告知书")

    def test_the_same_request_is_the_same_paper(self) -> None:
        first, again = issue(request="case:1:notice:1"), issue(request="case:1:notice:1")
        assert (again.id, again.number, again.again) == (first.id, first.number, True)
        assert issue(request="case:1:notice:2").number == "SXGZ-2026-000002"

    def test_it_is_issued_within_a_step_that_tells_of_itself(self) -> None:
        """As a step of a case does: the paper's event is its own, and the step's still owed and counted."""

        @emits(EventKind.SUBJECT_ADDED)
        def step() -> services.Issued:
            issued = issue()
            append(EventKind.SUBJECT_ADDED, payload={}, agency=OFFICER.agency_id, now=cast.NOW)
            return issued

        assert step().number == "SXGZ-2026-000001"
        assert list(Event.objects.order_by("id").values_list("kind", flat=True)) == [
            "paper.issued",
            "subject.added",
        ]

    def test_a_step_that_breaks_off_gives_the_number_back(self) -> None:
        issue()
        with pytest.raises(Broken), transaction.atomic():
            issue()
            raise Broken
        assert issue().number == "SXGZ-2026-000002"
        assert Event.objects.filter(kind="paper.issued").count() == 2

    def test_a_refusal_takes_no_number(self) -> None:
        with pytest.raises(Refusal):
            services.issue_paper(cases.draft(NOTICE, facts=("示例\U0002a6a5",)), actor=OFFICER, now=cast.NOW)
        assert not NumberRegister.objects.exists()


def test_side_by_side_no_number_is_missing_or_double(committed: TestDatabase, kept: Path) -> None:
    def work(worker: int) -> None:
        for turn in range(3):
            with acting(OFFICER):
                try:
                    with transaction.atomic():
                        issue(DECISION if worker % 2 else NOTICE)
                        if (worker + turn) % 3 == 0:
                            raise Broken
                except Broken:
                    continue

    assert at_once(6, work) == []
    with acting(OFFICER):
        for prefix in ("SXGZ", "LRJD"):
            found = IssuedDocument.objects.filter(number__startswith=prefix)
            numbers = sorted(found.values_list("number", flat=True))
            assert numbers == [f"{prefix}-2026-{n:06d}" for n in range(1, len(numbers) + 1)]
            assert len(numbers) == 6


@pytest.mark.usefixtures("office")
class TestSample:
    def test_it_leaves_no_trace(self) -> None:
        pdf = services.preview(cases.draft(NOTICE), now=cast.NOW)
        assert archived_and_tagged(pdf)
        tables: tuple[Any, ...] = (IssuedDocument, Confirmation, NumberRegister, Event)
        assert [table for table in tables if table.objects.exists()] == []
        assert issue().number == "SXGZ-2026-000001"

    def test_it_says_that_it_is_one_and_nobody_can_have_it_confirmed(self) -> None:
        pdf = services.preview(cases.draft(NOTICE), now=cast.NOW)
        issue()
        body = body_of(IssuedDocument.objects.get())
        assert b'"watermark":""' in body
        (attached,) = [raw for raw in streams(pdf) if raw.startswith(b'{"addressee"')]
        sample = render.body_of(attached)
        assert (sample["number"], sample["watermark"]) == ("样稿", "样稿")
        assert sample["verify"]["qr"]["path"] == ""
        assert public.by_code(sample["verify"]["code"]) is None

    def test_a_character_that_cannot_be_printed_is_refused_before(self) -> None:
        with pytest.raises(Refusal):
            services.preview(cases.draft(NOTICE, facts=("示例\U0002a6a5",)), now=cast.NOW)


def test_a_paper_verifies_by_the_verifier_and_its_sealed_copy_is_protected(
    committed: TestDatabase, kept: Path, tmp_path: Path
) -> None:
    """Through the real log: issued, sealed, sequenced, proved; then a row changed behind the application."""
    with acting(OFFICER):
        issued = issue(DECISION)
        row = IssuedDocument.objects.get()
        pdf, body, event = files.kept(row.id, SUBJECT), body_of(row), row.event
        services.attach_sealed(
            issued.id,
            sealed(pdf),
            method=Method.INCREMENTAL,
            actor=OFFICER,
            now=cast.NOW + timedelta(minutes=5),
        )
    trust = trusting.ensure()
    with connect_as("sequencer") as connection:
        sequencer.seal_all(connection, now=cast.NOW + timedelta(hours=1))
    paper = tmp_path / f"{issued.number}.pdf"
    paper.write_bytes(pdf)
    proof = proofs.proof_text(event, body)
    assert proof is not None
    paper.with_suffix(".proof").write_bytes(proof.encode())
    asked = ["verify-report", str(paper), "--trust", str(trust)]
    assert main(asked) == 0
    # The sealed copy is another file: what the verifier believes is the issued one alone.
    paper.write_bytes(sealed(pdf))
    assert main(asked) == 20

    def findings() -> set[str]:
        with connect_as("reader") as connection:
            audit = verify(connection, Asked(vkey=signing.publish_vkey(), origin=signing.origin()))
        return {each.table for each in audit.findings}

    assert findings() == set()
    with committed.connect() as behind:
        behind.execute("SET session_replication_role = replica")
        behind.execute("UPDATE documents_sealedcopy SET method = 'scan'")
    assert findings() == {"documents_sealedcopy"}
