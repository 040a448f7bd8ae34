"""From the desk to a machine without us: what was issued verifies by its proof, and nothing else does (端到端)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import rfc8785

from tests import cast
from tests.ledger.verifier import logs
from tests.reports.asking import OFFICER, asked, opened
from tests.web.desk_city import City
from xinheng.access.scope import acting
from xinheng.documents import proofs
from xinheng.documents.models import IssuedDocument
from xinheng.ledger import proving
from xinheng.ledger.models import Event, EventPayload
from xinheng.ledger.verifier import merkle
from xinheng.ledger.verifier.checkpoint import Checkpoint
from xinheng.ledger.verifier.commands import main
from xinheng.ledger.verifier.proof import TlogProof
from xinheng.ledger.verifier.strict import encode64
from xinheng.reports import queries, services

pytestmark = pytest.mark.usefixtures("at_work")


@dataclass
class Proved:
    """What the ledger shows of an event."""

    entry: bytes
    payload: dict[str, Any]
    salt: bytes
    tlog: str


def in_a_log(identity: UUID) -> Proved:
    """The event as the thirteenth entry of a log of twenty, in the fixed form of a leaf."""
    event, kept = Event.objects.get(pk=identity), EventPayload.objects.get(event=identity)
    entry = rfc8785.dumps(
        {
            "c": encode64(bytes(event.commitment)), "k": event.kind, "org": event.agency.hex if event.agency else "",
            "t": event.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"), "v": 1, "x": encode64(event.id.bytes),
        }
    )  # fmt: skip
    hashes = [*logs.HASHES[:12], merkle.leaf_hash(entry), *logs.HASHES[13:20]]
    place = merkle.inclusion_proof(
        12, 20, lambda level, at: merkle.root_of(hashes[at << level : (at + 1) << level])
    )
    text = Checkpoint(logs.ORIGIN, 20, merkle.root_of(hashes)).text()
    note = logs.signed(text, logs.ARCHIVES, logs.JUSTICE)
    return Proved(entry, kept.payload, bytes(kept.salt), TlogProof(12, tuple(place), note).format())


@pytest.fixture
def proved(monkeypatch: pytest.MonkeyPatch) -> None:
    """A ledger with a checkpoint over everything."""
    monkeypatch.setattr(proving, "proof_of", in_a_log)


def lay_out(code: str, folder: Path, *, certificate: bool = False) -> Path:
    """A report as its holder takes it home."""
    found = opened(code)
    told: dict[str, Any] = {"opened": found, "actor": OFFICER, "now": cast.NOW}
    issued = (
        services.issue_certificate(asked(), **told)
        if certificate
        else services.issue_report(audience="self", **told)
    )
    report = folder / f"{issued.number}.pdf"
    report.write_bytes(queries.pdf(issued.id, opened=found))
    report.with_suffix(".proof").write_bytes(queries.proof(issued.id, opened=found).encode())
    (folder / "trust").write_text(logs.trust().format(), "utf-8")
    return report


@pytest.mark.parametrize("certificate", [False, True])
@pytest.mark.parametrize("code", [cast.FIRM_CODE, cast.PERSON_ID])
def test_what_was_issued_verifies(proved: None, tmp_path: Path, code: str, certificate: bool) -> None:
    report = lay_out(code, tmp_path, certificate=certificate)
    words = ["verify-report", str(report), "--trust", str(tmp_path / "trust")]
    assert main(words) == 0
    report.write_bytes(report.read_bytes().replace(b"2026", b"2025", 1))
    assert main(words) == 20


def test_the_proof_of_one_report_is_not_that_of_another(proved: None, tmp_path: Path) -> None:
    first, second = lay_out(cast.FIRM_CODE, tmp_path), lay_out(cast.FIRM_CODE, tmp_path)
    words = ["--proof", str(second.with_suffix(".proof")), "--trust", str(tmp_path / "trust")]
    assert main(["verify-report", str(first), *words]) == 20
    assert main(["verify-report", str(second), *words]) == 0


def test_the_proof_names_nobody_who_is_not_on_the_page(proved: None, tmp_path: Path) -> None:
    """Neither the officer nor the subject's own id is in it; the row of the document itself names nobody."""
    report = lay_out(cast.PERSON_ID, tmp_path)
    with acting(OFFICER):
        row = IssuedDocument.objects.get(number=report.stem)
    text = report.with_suffix(".proof").read_text("utf-8")
    for hidden in (str(OFFICER.user_id), OFFICER.name, str(row.subject), row.subject.hex):
        assert hidden not in text


def test_without_a_checkpoint_there_is_no_proof_yet(at_work: City) -> None:
    found = opened(cast.FIRM_CODE)
    issued = services.issue_report(audience="self", opened=found, actor=OFFICER, now=cast.NOW)
    assert proofs.proof_text(UUID(int=1), b"{}") is None
    with pytest.raises(Exception, match="PROOF_PENDING"):
        queries.proof(issued.id, opened=found)
