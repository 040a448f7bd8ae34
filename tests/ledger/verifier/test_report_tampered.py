"""A page or a proof that was changed is never believed (篡改的报告)."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from hashlib import sha256

import pytest

from tests.ledger.verifier import drawn, logs
from tests.ledger.verifier.drawn import Issued, body, entry_of, issue, logged, verify
from tests.ledger.verifier.pdfs import repainted
from xinheng.ledger.verifier.merkle import ProofFault
from xinheng.ledger.verifier.note import Signer
from xinheng.ledger.verifier.report import ReportFault, ReportProof, Unproven, verify_report
from xinheng.ledger.verifier.strict import NoteFault
from xinheng.ledger.verifier.trust import NotTrusted

REFUSED = (ProofFault, NoteFault, Unproven)


class TestTamperedPdf:
    def test_other_words_on_the_page(self, issued: Issued) -> None:
        """The visible text is edited in its content stream; the proof beside it is untouched."""
        with pytest.raises(ReportFault, match="可能被改动过"):
            verify(issued, repainted(issued.pdf))

    def test_other_words_that_the_event_vouches_for(self, issued: Issued) -> None:
        """Even a log that commits to the edited page is not believed: the body, drawn, gives another."""
        edited = repainted(issued.pdf)
        vouched = issue(body(), payload={"pdf_sha256": sha256(edited).hexdigest()})
        with pytest.raises(ReportFault, match="重新绘制的不同"):
            verify(vouched, edited)

    def test_a_page_laid_over_it_or_anything_appended(self, issued: Issued) -> None:
        for changed in (issued.pdf + b"\n", issued.pdf[:-1], b"", issued.pdf.replace(b"2026", b"2027", 1)):
            with pytest.raises(ReportFault):
                verify(issued, changed)

    def test_the_report_of_somebody_else(self, issued: Issued) -> None:
        other = issue(body(head=[["主体名称", "示例运河建材有限公司"]]))
        with pytest.raises(ReportFault):
            verify(issued, other.pdf)


def changed_at(text: bytes, place: int) -> bytes:
    """The text with one byte changed to another that could stand there."""
    return text[:place] + bytes([text[place] ^ (1 + place % 7)]) + text[place + 1 :]


def refused(issued: Issued, text: bytes) -> bool:
    try:
        verify_report(issued.pdf, text.decode("utf-8"), logs.trust())
    except UnicodeDecodeError:
        return True  # the command answers 20 for what is no UTF-8
    except REFUSED:
        return True
    return False


class TestTamperedProof:
    def test_any_of_300_bytes_and_every_seam(self, issued: Issued) -> None:
        text = issued.text.encode()
        seams = [place.start() for place in re.finditer(rb"[\n ]", text)]
        places = {*random.Random(3).sample(range(len(text)), 300), *seams[:6], *seams[-40:], len(text) - 1}
        assert [place for place in sorted(places) if not refused(issued, changed_at(text, place))] == []

    @pytest.mark.soak
    def test_every_byte(self, issued: Issued) -> None:
        text = issued.text.encode()
        assert [place for place in range(len(text)) if not refused(issued, changed_at(text, place))] == []

    def test_a_byte_more_or_less(self, issued: Issued) -> None:
        text = issued.text.encode()
        for changed in (
            text + b"\n",
            text[:-1],
            b"\n" + text,
            text.replace(b"\n", b"\r\n"),
            b"\xef\xbb\xbf" + text,
        ):
            assert refused(issued, changed)

    def test_a_line_that_nobody_asked_for(self, issued: Issued) -> None:
        text = issued.text
        assert refused(issued, text.replace("\nindex ", "\nextra AAAA\nindex ").encode())
        line = logs.STRANGER.cosign(logs.checkpoint(200).text(), logs.NOON)
        with pytest.raises(NotTrusted, match="不认识的签名：stranger"):
            verify_report(issued.pdf, f"{text}{line}\n", logs.trust())
        last = text.rstrip("\n").rpartition("\n")[2]
        with pytest.raises(ReportFault, match="重复"):
            verify_report(issued.pdf, f"{text}{last}\n", logs.trust())

    def test_a_payload_that_says_otherwise(self) -> None:
        for name in ("body_sha256", "pdf_sha256", "number", "template"):
            with pytest.raises(REFUSED):
                verify(issue(body(), payload={name: "0" * 64}))

    def test_a_payload_with_more_or_less(self) -> None:
        assert verify(issue(body(), payload={"wrote": "what the ledger adds"})).number
        with pytest.raises(ReportFault, match="各项不对"):
            verify(issue(body(), payload={"comment": "x"}))

    def test_a_salt_that_does_not_open(self, issued: Issued) -> None:
        with pytest.raises(ReportFault, match="承诺"):
            verify(replace(issued, proof=replace(issued.proof, salt=bytes(32))))

    def test_an_entry_of_another_kind(self, issued: Issued) -> None:
        for other in (
            {"k": "batch.accepted"},
            {"v": 2},
            {"org": "示例"},
            {"t": "2026-11-23"},
            {"z": 1},
            {"x": "AA=="},
        ):
            entry = entry_of(issued.proof.payload, **other)
            proof = logged(issued.proof.body, issued.proof.payload, entry)
            with pytest.raises(REFUSED):
                verify(replace(issued, proof=proof))

    def test_a_paper_of_a_case_is_believed_the_same_way(self, issued: Issued) -> None:
        entry = entry_of(issued.proof.payload, k="paper.issued")
        proof = logged(issued.proof.body, issued.proof.payload, entry)
        assert verify(replace(issued, proof=proof)).number == drawn.NUMBER
        sealed = entry_of(issued.proof.payload, k="paper.sealed")
        with pytest.raises(ReportFault, match="日志条目"):
            verify(replace(issued, proof=logged(issued.proof.body, issued.proof.payload, sealed)))

    def test_a_report_dated_back(self) -> None:
        with pytest.raises(ReportFault, match="出具时间与日志所记不符"):
            verify(issue(body(issued_at="2025-11-23T10:00:00+08:00")))

    def test_an_entry_that_is_not_in_the_log(self, issued: Issued) -> None:
        elsewhere = replace(issued.proof.tlog, index=71)
        with pytest.raises(ProofFault):
            verify(replace(issued, proof=replace(issued.proof, tlog=elsewhere)))

    def test_a_log_that_nobody_trusts(self, issued: Issued) -> None:
        with pytest.raises((NotTrusted, NoteFault)):
            verify_report(
                issued.pdf, issued.text, replace(logs.trust(), log=Signer("other", bytes(32)).verifier)
            )

    def test_a_proof_is_what_it_prints(self, issued: Issued) -> None:
        assert ReportProof.parse(issued.text) == issued.proof
