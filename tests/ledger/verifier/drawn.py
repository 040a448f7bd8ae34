"""A fictional report, issued into a fictional log, as its holder has it: PDF and proof (示例报告)."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import rfc8785

from tests import cast
from tests.ledger.verifier import logs
from xinheng.ledger.verifier import merkle, render
from xinheng.ledger.verifier.checkpoint import Checkpoint
from xinheng.ledger.verifier.proof import TlogProof
from xinheng.ledger.verifier.report import KIND, ReportProof, Verified, verify_report
from xinheng.ledger.verifier.strict import encode64

NUMBER = "XYBG-2026-000001"
SALT = bytes(range(32))
LOGGED_AT = "2026-11-23T02:00:00.123456Z"
NOTHING: Mapping[str, str] = {}
QR = {"size": 9, "path": "M1 1h7v1h-7zM1 2h1v1h-1zM7 2h1v1h-1z"}


def body(**other: Any) -> dict[str, Any]:
    """The body of a report on the firm of the cast, with one record."""
    record = {
        "title": "经营标签不符合规定的食品（示例）",
        "marks": ["复议或者诉讼中"],
        "facts": [
            ["处罚决定书文号", "示市监罚决字〔2026〕1号"],
            ["违法事实", "在售商品标签缺少必要事项，货值1元（示例）。"],
            ["处罚决定日期", "2026-05-11"],
            ["处罚机关", cast.MARKET.name],
        ],
    }
    return {
        "template": "report_1",
        "fonts": {"set": "set1", "more": []},
        "site": "信用淮安",
        "ribbon": "",
        "number": NUMBER,
        "title": "公共信用信息报告",
        "issuer": cast.CREDIT_OFFICE.name,
        "issued_at": "2026-11-23T10:00:00+08:00",
        "day": "2026年11月23日",
        "head": [["主体名称", cast.FIRM_NAME], ["统一社会信用代码", cast.FIRM_CODE], ["提供对象", "信用主体本人"]],
        "verify": {
            "address": "https://example.invalid/verify/",
            "code": "9F3A 27C1 88B0 4D2E 5A61 F09C 3B7D E214",
            "qr": QR,
        },
        "overview": [{"category": "行政管理信息", "item": "行政处罚", "count": "1"}],
        "parts": [{"title": "行政处罚（1 条）", "records": [record]}],
        "nothing": "",
        "notes": ["本报告不是信用评级。"],
        **other,
    }  # fmt: skip


@dataclass(frozen=True)
class Issued:
    """What the holder of a report has."""

    pdf: bytes
    proof: ReportProof

    @property
    def text(self) -> str:
        return self.proof.format()

    def lay_out(self, folder: Path) -> Path:
        """PDF, proof and trust file in a folder; gives the PDF's path."""
        report = folder / f"{NUMBER}.pdf"
        report.write_bytes(self.pdf)
        report.with_suffix(".proof").write_bytes(self.text.encode())
        (folder / "trust").write_text(logs.trust().format(), "utf-8")
        return report


def issue(
    told: dict[str, Any], *, more_fonts: tuple[Path, ...] = (), payload: Mapping[str, str] = NOTHING
) -> Issued:
    """Draw a body and put its event into the log, each as the application does; `payload` overrules it."""
    raw = rfc8785.dumps(told)
    pdf = render.draw(raw, more_fonts).pdf
    means = render.means_of(told)
    event = {
        "number": told["number"],
        "kind": "report",
        "body_sha256": sha256(raw).hexdigest(),
        "pdf_sha256": sha256(pdf).hexdigest(),
        "template": means.template,
        "template_sha256": means.template_sha256,
        "fonts_sha256": means.fonts_sha256,
        "typst": means.typst,
        "subject": "00" * 32,
        **payload,
    }
    opened = rfc8785.dumps(event)
    return Issued(pdf, logged(raw, opened, entry_of(opened)))


def entry_of(payload: bytes, **other: Any) -> bytes:
    """The log entry that commits to a payload."""
    commitment = encode64(hmac.digest(SALT, payload, "sha256"))
    told: dict[str, Any] = {
        "c": commitment,
        "k": KIND,
        "org": "",
        "t": LOGGED_AT,
        "v": 1,
        "x": encode64(bytes(16)),
    }
    return rfc8785.dumps({**told, **other})


def logged(raw: bytes, payload: bytes, entry: bytes) -> ReportProof:
    """A proof out of a log of 200 entries, the seventy-first of which is this one."""
    hashes = [*logs.HASHES[:70], merkle.leaf_hash(entry), *logs.HASHES[71:200]]
    place = tuple(
        merkle.inclusion_proof(
            70, 200, lambda level, at: merkle.root_of(hashes[at << level : (at + 1) << level])
        )
    )
    text = Checkpoint(logs.ORIGIN, 200, merkle.root_of(hashes)).text()
    note = logs.signed(text, logs.ARCHIVES, logs.JUSTICE)
    return ReportProof(raw, payload, SALT, entry, TlogProof(70, place, note))


def verify(found: Issued, pdf: bytes | None = None) -> Verified:
    return verify_report(found.pdf if pdf is None else pdf, found.text, logs.trust())
