"""Whether a PDF is the report that was issued: by its proof, its log and drawing it again (核验报告).

The proof of a report is one text beside it, every byte of which counts:

    xinheng/report-proof@1
    body <RFC 8785 JSON>
    payload <RFC 8785 JSON>
    salt <base64, 32 bytes>
    entry <RFC 8785 JSON>
    c2sp.org/tlog-proof@v1
    …

The entry is in the log; its commitment opens to the payload by the salt; the payload names body, PDF and what the one is
drawn with into the other; and so drawn here, the body gives the bytes of the PDF. Nothing less is believed: text taken
out of a PDF is not what the PDF shows.
"""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from . import note, proof, render
from .merkle import ProofFault
from .proof import TlogProof
from .render import DrawFault, Lacking
from .strict import decode64, encode64
from .trust import Accepted, NotTrusted, Trust

HEAD = "xinheng/report-proof@1"
KIND = "report.issued"
# A paper of a case (办案文书) is issued and believed the same way.
KINDS = {KIND, "paper.issued"}
SALT_BYTES = COMMITMENT_BYTES = 32
EVENT_BYTES = 16
ENTRY = {"c", "k", "org", "t", "v", "x"}
PAYLOAD = {
    "body_sha256", "fonts_sha256", "kind", "number", "pdf_sha256", "subject", "template", "template_sha256", "typst",
}  # fmt: skip
# Digests of the rows that the ledger watches: it adds them to what an event says.
WROTE = frozenset({"wrote"})
_NAMES = ("body", "payload", "salt", "entry")
_ORG = re.compile(r"(?:[0-9a-f]{32})?")
_MOMENT = "%Y-%m-%dT%H:%M:%S.%fZ"


class ReportFault(ProofFault):
    """The report, or its proof, is not what was issued."""


class Unproven(Exception):
    """Nothing is shown: what it takes to verify is not here. The text names it."""


@dataclass(frozen=True)
class ReportProof:
    """The parts of a proof, as bytes that were hashed: body, payload, salt, log entry, and its place in the log."""

    body: bytes
    payload: bytes
    salt: bytes
    entry: bytes
    tlog: TlogProof

    @classmethod
    def parse(cls, text: str) -> ReportProof:
        """Of a proof in its one spelling. Raises NoteFault or ReportFault."""
        head, *lines = text.split("\n", 1 + len(_NAMES))
        if head != HEAD or len(lines) != 1 + len(_NAMES):
            raise ReportFault("不是报告证明文件")
        body, payload, salt, entry = (_part(*each) for each in zip(_NAMES, lines, strict=False))
        found = cls(
            body.encode(),
            payload.encode(),
            decode64(salt, SALT_BYTES),
            entry.encode(),
            TlogProof.parse(lines[-1]),
        )
        if found.tlog.extra is not None or found.format() != text:
            raise ReportFault("证明文件的写法不规范")
        return found

    def format(self) -> str:
        """The text of the proof, `<number>.proof`."""
        values = (self.body.decode(), self.payload.decode(), encode64(self.salt), self.entry.decode())
        parts = [f"{name} {value}\n" for name, value in zip(_NAMES, values, strict=True)]
        return f"{HEAD}\n{''.join(parts)}{self.tlog.format()}"


@dataclass(frozen=True)
class Verified:
    """What was shown: this number was issued at this moment by this body, and stands in this log."""

    number: str
    title: str
    issuer: str
    issued_at: datetime
    index: int
    accepted: Accepted


def verify_report(pdf: bytes, text: str, trust: Trust, more_fonts: Sequence[Path] = ()) -> Verified:
    """What a PDF with this proof is. `more_fonts` are files that a report may name beyond the packaged fonts.

    Raises ReportFault, ProofFault or NoteFault when it is not what was issued, NotTrusted or Unproven when
    this cannot be told.
    """
    given = ReportProof.parse(text)
    entry, payload = _opened(given)
    accepted = _logged(given, trust)
    body = _committed(given, entry, payload)
    if sha256(pdf).hexdigest() != payload["pdf_sha256"]:
        raise ReportFault("这份 PDF 与出具时的不同，内容可能被改动过")
    _refuse_other_means(body, payload)
    _refuse_other_drawing(pdf, given.body, more_fonts)
    return Verified(
        payload["number"],
        str(body.get("title", "")),
        str(body.get("issuer", "")),
        render.issued_at(body),
        given.tlog.index,
        accepted,
    )


def _part(name: str, line: str) -> str:
    if not line.startswith(f"{name} "):
        raise ReportFault(f"证明文件缺少 {name} 行")
    return line.removeprefix(f"{name} ")


def _opened(given: ReportProof) -> tuple[dict[str, Any], dict[str, Any]]:
    """Entry and payload as data, once the entry's commitment is seen to open to the payload."""
    entry, payload = (
        _object(given.entry, "日志条目", ENTRY),
        _object(given.payload, "事件内容", PAYLOAD, WROTE),
    )
    if _text(entry, "k") not in KINDS or entry["v"] != 1 or not _ORG.fullmatch(_text(entry, "org")):
        raise ReportFault("日志条目不是出具报告或者文书的事件")
    decode64(_text(entry, "x"), EVENT_BYTES)
    committed = decode64(_text(entry, "c"), COMMITMENT_BYTES)
    if not hmac.compare_digest(committed, hmac.digest(given.salt, given.payload, "sha256")):
        raise ReportFault("事件内容与日志条目中的承诺不符")
    return entry, payload


def _logged(given: ReportProof, trust: Trust) -> Accepted:
    """Whom the log's checkpoint convinced, once it is seen to hold the entry.

    Lines that nobody asked for could be changed unnoticed, so a note with a signature of an unknown key shows nothing.
    """
    proof.verify(given.entry, given.tlog, trust)
    known = {(each.name, each.key_id) for each in (trust.log, *trust.witnesses)}
    lines = [(each.name, each.key_id) for each in note.split(given.tlog.note)[1]]
    if len(set(lines)) != len(lines):
        raise ReportFault("检查点上有重复的签名")
    for name, key_id in lines:
        if (name, key_id) not in known:
            raise NotTrusted(f"检查点上有信任文件不认识的签名：{name}")
    return trust.examine(given.tlog.note)


def _committed(given: ReportProof, entry: Mapping[str, Any], payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """The body, once it is seen to be the one that the payload names, issued when the log says."""
    if _text(payload, "body_sha256") != sha256(given.body).hexdigest():
        raise ReportFault("报告正文与事件所记不符")
    try:
        body = render.body_of(given.body)
        issued = render.issued_at(body)
    except DrawFault as fault:
        raise ReportFault(str(fault)) from None
    if (body.get("number"), body.get("template")) != (payload["number"], payload["template"]):
        raise ReportFault("报告正文的编号或模板与事件所记不符")
    if issued.astimezone(UTC) != _moment(entry).replace(microsecond=0):
        raise ReportFault("报告上的出具时间与日志所记不符")
    return body


def _refuse_other_means(body: Mapping[str, Any], payload: Mapping[str, Any]) -> None:
    """Raise Unproven unless this machine draws with what the report was drawn with."""
    try:
        here = render.means_of(body)
    except Lacking as lacking:
        raise Unproven(f"{lacking}，请使用出具单位当前发布的核验程序") from None
    except DrawFault as fault:
        raise ReportFault(str(fault)) from None
    if here.typst != payload["typst"]:
        raise Unproven(f"报告由 Typst {payload['typst']} 绘制，这里是 {here.typst}，请安装前者")
    if here.template_sha256 != payload["template_sha256"]:
        raise Unproven(
            f"这里的模板 {here.template} 不是绘制报告的那一个（SHA-256 {payload['template_sha256']}）"
        )
    if here.fonts_sha256 != payload["fonts_sha256"]:
        raise Unproven(f"这里的字体不是绘制报告的那一组（SHA-256 {payload['fonts_sha256']}）")


def _refuse_other_drawing(pdf: bytes, body: bytes, more_fonts: Sequence[Path]) -> None:
    try:
        drawn = render.draw(body, more_fonts).pdf
    except Lacking as lacking:
        raise Unproven(f"{lacking}，请用 --fonts 指明其所在目录") from None
    except DrawFault as fault:
        raise ReportFault(str(fault)) from None
    if drawn != pdf:
        raise ReportFault("这份 PDF 与按正文重新绘制的不同")


def _object(raw: bytes, what: str, names: set[str], allowed: frozenset[str] = frozenset()) -> dict[str, Any]:
    """A JSON object with exactly these names, each once; those `allowed` may be missing."""
    try:
        found = json.loads(raw, object_pairs_hook=render.once_each)
    except (UnicodeDecodeError, ValueError):
        raise ReportFault(f"{what}不是 JSON 对象") from None
    if not isinstance(found, dict) or not names <= set(found) <= names | allowed:
        raise ReportFault(f"{what}的各项不对")
    return found


def _text(found: Mapping[str, Any], name: str) -> str:
    if not isinstance(found[name], str):
        raise ReportFault(f"{name} 应为文本")
    return str(found[name])


def _moment(entry: Mapping[str, Any]) -> datetime:
    try:
        return datetime.strptime(_text(entry, "t"), _MOMENT).replace(tzinfo=UTC)
    except ValueError:
        raise ReportFault("日志条目的时间写法有误") from None
