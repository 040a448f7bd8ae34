"""A signed and sealed copy counts once it is matched to what was issued (签章件)."""

from __future__ import annotations

import re
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from tests import cast
from tests.documents import cases
from tests.documents.drafts import LAW, SUBJECT
from tests.documents.seals import sealed
from tests.documents.test_paper_issue import body_of
from xinheng.access.scope import acting
from xinheng.documents import codes, files, papers, queries, sealedcopies, services
from xinheng.documents.models import IssuedDocument, SealedCopy
from xinheng.documents.sealedcopies import Method
from xinheng.law.language import Refusal
from xinheng.law.refusals import tell
from xinheng.ledger.models import Event, EventPayload
from xinheng.ledger.verifier import render
from xinheng.vault.keyring import Unreadable

OFFICER = cast.OFFICER.actor
PNG, JPEG, SCANNED = b"\x89PNG\r\n\x1a\n" + bytes(64), b"\xff\xd8\xff" + bytes(64), b"%PDF-1.4\n" + bytes(64)


@pytest.fixture
def paper(office: None) -> UUID:
    """A decision that was issued."""
    draft = cases.draft(papers.LISTING_DECISION)
    return services.issue_paper(draft, actor=OFFICER, now=cast.NOW).id


def pdf_of(paper: UUID) -> bytes:
    return files.kept(paper, SUBJECT)


def code_of(paper: UUID) -> str:
    return str(render.body_of(body_of(IssuedDocument.objects.get(pk=paper)))["verify"]["code"])


def attach(paper: UUID, file: bytes, minutes: int = 5, **other: Any) -> UUID:
    asked: dict[str, Any] = {"method": Method.INCREMENTAL, **other}
    return services.attach_sealed(
        paper, file, actor=OFFICER, now=cast.NOW + timedelta(minutes=minutes), **asked
    )


def scan(paper: UUID, file: bytes = PNG, **other: Any) -> UUID:
    return attach(paper, file, **{"method": Method.SCAN, "code": code_of(paper), "compared": True, **other})


def refused(paper: UUID, file: bytes, **other: Any) -> tuple[str, str]:
    """(code, why) of the refusal; nothing was kept and nothing told."""
    with pytest.raises(Refusal) as caught:
        attach(paper, file, **other)
    assert not SealedCopy.objects.exists()
    assert not Event.objects.filter(kind="paper.sealed").exists()
    told = tell(caught.value.reasons[0], LAW)
    assert told.next_step
    return told.code, told.why


class Anybody:
    """Stands for the gate's token of this subject."""

    def require_what(self, *allowed: str) -> None:
        raise Refusal.because("NOT_YOURS")

    def require_subject(self, subject: UUID) -> None:
        if subject != SUBJECT:
            raise Refusal.because("NOT_YOURS")


@pytest.mark.clause("4.1c")
class TestAppended:
    def test_a_seal_appended_to_the_issued_file_matches(self, paper: UUID) -> None:
        assert queries.sealed(paper) is None
        file = sealed(pdf_of(paper))
        copy = attach(paper, file)
        view = queries.sealed(paper)
        assert view == queries.SealedView(
            id=copy, document=paper, method="incremental", media_type="application/pdf",
            sha256=sha256(file).hexdigest(), size=len(file), compared_by=None, uploaded_by=OFFICER.user_id,
            uploaded_at=cast.NOW + timedelta(minutes=5),
        )  # fmt: skip
        assert queries.sealed_file(paper, opened=Anybody()) == (file, "application/pdf")

    def test_a_second_seal_over_the_first_matches_too(self, paper: UUID) -> None:
        attach(paper, sealed(sealed(pdf_of(paper))))
        assert queries.sealed(paper) is not None

    def test_any_other_body_differs(self, paper: UUID) -> None:
        pdf = pdf_of(paper)
        at = len(pdf) // 2
        changed = pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :]
        other = services.issue_paper(cases.draft(papers.PRIOR_NOTICE), actor=OFFICER, now=cast.NOW).id
        for file in (sealed(changed), sealed(pdf_of(other)), SCANNED, pdf[:-1]):
            code, why = refused(paper, file)
            assert (code, "开头不是系统生成的那一份" in why) == ("SEALED_COPY_DIFFERS", True)

    def test_the_issued_file_itself_bears_no_seal(self, paper: UUID) -> None:
        assert "还没有加盖电子印章" in refused(paper, pdf_of(paper))[1]

    def test_what_is_appended_must_be_a_signature_over_the_issued_bytes(self, paper: UUID) -> None:
        pdf = pdf_of(paper)
        whole = sealed(pdf)
        for file in (
            pdf + b"\n",
            pdf + b"\nstartxref\n0\n%%EOF\n",
            whole[:-6],
            sealed(pdf, of=len(pdf) - 1),
            whole.replace(b"/ByteRange[0 ", b"/ByteRange[9 "),
            whole.replace(b"/ByteRange", b"/Byterange"),
        ):
            code, why = refused(paper, file)
            assert (code, "没有对原文件的电子签章" in why) == ("SEALED_COPY_DIFFERS", True)

    def test_a_range_that_ends_beyond_the_file_is_none(self, paper: UUID) -> None:
        pdf = pdf_of(paper)
        longer = re.sub(rb"0([0-9]{9}\]/Contents)", rb"9\1", sealed(pdf))
        assert refused(paper, longer)[0] == "SEALED_COPY_DIFFERS"


@pytest.mark.clause("4.1c")
class TestScanned:
    @pytest.mark.parametrize(
        ("file", "media"), [(PNG, "image/png"), (JPEG, "image/jpeg"), (SCANNED, "application/pdf")]
    )
    def test_a_scan_with_its_code_that_an_officer_compared_matches(
        self, paper: UUID, file: bytes, media: str
    ) -> None:
        scan(paper, file, code=code_of(paper).lower().replace(" ", "-"))
        view = queries.sealed(paper)
        assert view is not None
        assert (view.method, view.media_type, view.compared_by) == ("scan", media, OFFICER.user_id)

    def test_another_paper_s_code_differs(self, paper: UUID) -> None:
        other = services.issue_paper(cases.draft(papers.PRIOR_NOTICE), actor=OFFICER, now=cast.NOW).id
        for code in (code_of(other), codes.new_code(), "", code_of(paper)[:-1]):
            assert (
                refused(paper, PNG, method=Method.SCAN, code=code, compared=True)[0] == "SEALED_CODE_DIFFERS"
            )

    def test_the_code_alone_is_not_enough(self, paper: UUID) -> None:
        found = refused(paper, PNG, method=Method.SCAN, code=code_of(paper), compared=False)
        assert found[0] == "SEALED_NOT_COMPARED"

    def test_the_unsigned_file_is_no_scan_of_a_signed_one(self, paper: UUID) -> None:
        found = refused(paper, pdf_of(paper), method=Method.SCAN, code=code_of(paper), compared=True)
        assert found[0] == "SEALED_COPY_DIFFERS"

    @pytest.mark.parametrize("file", [b"", b"PK\x03\x04", b"<html>", b" %PDF-1.7"])
    def test_what_is_no_page_is_refused(self, paper: UUID, file: bytes) -> None:
        for method in Method:
            found = refused(paper, file, method=method, code=code_of(paper), compared=True)
            assert found[0] == "SEALED_FILE_UNREADABLE"

    def test_what_is_too_large_is_refused(self, paper: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sealedcopies, "MOST", len(PNG) - 1)
        assert refused(paper, PNG, method=Method.SCAN)[0] == "SEALED_FILE_UNREADABLE"


class TestKept:
    def test_its_event_says_ids_and_hashes_only(self, paper: UUID) -> None:
        copy = scan(paper)
        event = Event.objects.get(kind="paper.sealed")
        payload = EventPayload.objects.get(event=event.id).payload
        document = IssuedDocument.objects.get(pk=paper)
        told = {name: value for name, value in payload.items() if name != "wrote"}
        assert told == {
            "document": str(paper), "number": document.number, "copy": str(copy), "method": "scan",
            "sha256": sha256(PNG).hexdigest(), "pdf_sha256": bytes(document.pdf_sha256).hex(),
        }  # fmt: skip

    def test_the_same_file_again_is_the_same_copy_and_the_newest_counts(self, paper: UUID) -> None:
        first, again = scan(paper), scan(paper, minutes=6)
        assert first == again
        newer = attach(paper, sealed(pdf_of(paper)), minutes=7)
        view = queries.sealed(paper)
        assert view is not None
        assert view.id == newer
        assert Event.objects.filter(kind="paper.sealed").count() == 2

    def test_it_lies_sealed_and_opens_with_the_subject_s_key_alone(self, paper: UUID) -> None:
        file = sealed(pdf_of(paper))
        copy = attach(paper, file)
        raw = files.path_of(copy, files.COPIES).read_bytes()
        assert b"%PDF" not in raw
        assert b"ByteRange" not in raw
        with pytest.raises(Unreadable):
            files.kept_copy(copy, UUID(int=0x777))

    def test_it_is_never_changed(self, paper: UUID) -> None:
        scan(paper)
        for statement in (
            "UPDATE documents_sealedcopy SET method = 'incremental'",
            "DELETE FROM documents_sealedcopy",
        ):
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)

    def test_another_agency_finds_neither_paper_nor_copy(self, paper: UUID) -> None:
        code = code_of(paper)
        scan(paper)
        with acting(cast.MARKET_CLERK.actor):
            assert queries.sealed(paper) is None
            with pytest.raises(Refusal) as caught:
                services.attach_sealed(
                    paper, JPEG, method=Method.SCAN, code=code, compared=True,
                    actor=cast.MARKET_CLERK.actor, now=cast.NOW,
                )  # fmt: skip
        assert caught.value.reasons[0].code == "NOT_FOUND"

    def test_what_is_not_there_is_not_found(self, paper: UUID) -> None:
        with pytest.raises(Refusal):
            queries.sealed_file(paper, opened=Anybody())
        with pytest.raises(Refusal):
            queries.sealed_file(uuid4(), opened=Anybody())

    def test_its_file_is_for_who_opened_that_subject(self, office: None) -> None:
        draft = papers.draft(
            cases.content(papers.PRIOR_NOTICE), cases.draft(papers.PRIOR_NOTICE).kind, subject=UUID(int=0x777)
        )
        other = services.issue_paper(draft, actor=OFFICER, now=cast.NOW).id
        with pytest.raises(Refusal) as caught:
            queries.sealed_file(other, opened=Anybody())
        assert caught.value.reasons[0].code == "NOT_YOURS"
