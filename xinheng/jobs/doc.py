"""What `xinheng doc` does: issue a report, fetch one, verify one, look at the fonts (命令行文书)."""

from __future__ import annotations

import contextlib
import io
import json
import sys
from argparse import ArgumentParser
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from xinheng.access import queries as access
from xinheng.access.actor import Actor
from xinheng.access.gate import open_file, open_set
from xinheng.access.purposes import Purpose
from xinheng.catalog.public import current_law
from xinheng.documents import bodies, fonts, kinds
from xinheng.law.language import Refusal
from xinheng.ledger.verifier import commands, render
from xinheng.reports import queries, services, subjects
from xinheng.reports.contents import Asked
from xinheng.runtime import clock

DONE, PENDING = 0, "PROOF_PENDING"
STDIN = "-"


@dataclass(frozen=True, slots=True)
class Told:
    """What is printed, and the exit code."""

    text: str
    code: int = DONE


class DocFault(ValueError):
    """An argument names nothing we know; the text is Chinese."""


def arguments(parser: ArgumentParser) -> None:
    """What the command is told."""
    steps = parser.add_subparsers(
        dest="step", required=True, metavar="report | certificate | get | verify | fonts"
    )
    for step, told in (("report", "出具公共信用信息报告"), ("certificate", "出具专用信用报告")):
        one = steps.add_parser(step, help=told)
        one.add_argument("subject", metavar="CODE", help="主体代码；自然人用 -，从标准输入读公民身份号码")
        one.add_argument("--name", required=True, metavar="NAME", help="主体名称，须与代码一致")
        one.add_argument(
            "--audience", default="self", metavar="CODE", help="提供给谁：self 本人（默认）、agency、public"
        )
        _looks(one)
        if step == "certificate":
            one.add_argument(
                "--since", type=date.fromisoformat, required=True, metavar="DATE", help="期间起始日"
            )
            one.add_argument("--until", type=date.fromisoformat, metavar="DATE", help="期间截止日，默认今天")
            one.add_argument(
                "--domain", action="append", default=[], metavar="CODE", help="领域，可多次；默认全部"
            )
            one.add_argument("--use", default="", metavar="TEXT", help="用途，写在报告上")
    get = steps.add_parser("get", help="取回已出具的报告和证明文件")
    get.add_argument("number", metavar="NUMBER", help="报告编号")
    _looks(get)
    _verifies(steps.add_parser("verify", help="核验一份报告是否为当初出具的那一份"))
    steps.add_parser("fonts", help="查看出具文书用的字体").add_argument(
        "--json", action="store_true", help="输出 JSON"
    )


def _looks(parser: ArgumentParser) -> None:
    """Every look is registered: who, why, on what basis."""
    parser.add_argument("--user", default="", metavar="NAME", help="办理人账号，默认市信用办的人员")
    parser.add_argument(
        "--purpose", default=Purpose.ISSUING.value, metavar="CODE", help="查询目的，默认 issuing"
    )
    parser.add_argument("--basis", required=True, metavar="TEXT", help="申请编号或者法律条文，记入查询登记")
    parser.add_argument("-o", "--out", type=Path, default=Path(), metavar="DIR", help="文件写到这个目录")
    parser.add_argument("--json", action="store_true", help="输出 JSON")


def _verifies(parser: ArgumentParser) -> None:
    parser.add_argument("report", metavar="REPORT", help="报告的 PDF 文件")
    parser.add_argument("--proof", metavar="FILE", help="证明文件，默认与报告同名，后缀 .proof")
    parser.add_argument("--trust", required=True, metavar="FILE", help="信任文件")
    parser.add_argument(
        "--fonts", action="append", default=[], metavar="DIR", help="报告用到的其他字体所在目录"
    )
    parser.add_argument("--json", action="store_true", help="输出 JSON")


def run(options: Mapping[str, Any]) -> Told:
    """Do one step. Raises Refusal or DocFault."""
    if options["step"] == "fonts":
        return _fonts(as_json=options["json"])
    if options["step"] == "verify":
        return _verify(options)
    actor, now = _officer(options["user"]), clock.now()
    if not options["out"].is_dir():
        raise DocFault(f"没有目录 {options['out']}。")
    document = _find(options["number"], actor) if options["step"] == "get" else _issue(options, actor, now)
    return _written(document, options, actor, now)


def _officer(name: str) -> Actor:
    """The officer named, else one of the credit office."""
    lead = next((each.id for each in access.agencies() if each.is_lead), None)
    actor = access.actor_by_username(name) if name else access.agency_actor(lead, "office") if lead else None
    if actor is None:
        raise DocFault("出具和取回报告要登记办理人，请用 --user 指明账号。")
    return actor


def _find(number: str, actor: Actor) -> UUID:
    found = queries.by_number(number, actor=actor)
    if found is None:
        raise Refusal.because("NOT_FOUND")
    return found


def _issue(options: Mapping[str, Any], actor: Actor, now: datetime) -> UUID:
    typed = sys.stdin.readline() if options["subject"] == STDIN else options["subject"]
    code = subjects.clean(typed, now)
    if subjects.is_resident_id(code) and options["subject"] != STDIN:
        raise DocFault("公民身份号码不要写在命令里：用 - 代替，再从标准输入给出。")
    look = {"purpose": options["purpose"], "basis": options["basis"]}
    search = open_set(
        actor=actor, what=subjects.SEARCH, now=now, purpose=look["purpose"], basis=look["basis"]
    )
    subject = subjects.find(code, opened=search)
    if subject is None:
        subject = subjects.register(code, options["name"], actor=actor, now=now)
    opened = open_file(actor=actor, subject=subject, now=now, **look)
    subjects.require_name(options["name"], opened=opened)
    if options["step"] == "report":
        return services.issue_report(audience=options["audience"], opened=opened, actor=actor, now=now).id
    return services.issue_certificate(_asked(options), opened=opened, actor=actor, now=now).id


def _asked(options: Mapping[str, Any]) -> Asked:
    known = kinds.words("domains", current_law(clock.today()))
    for each in options["domain"]:
        if each not in known:
            raise DocFault(f"没有“{each}”这个领域，可以是：{'、'.join(known)}。")
    until = options["until"] or clock.today()
    return Asked(options["audience"], options["since"], until, tuple(options["domain"]), options["use"])


def _written(document: UUID, options: Mapping[str, Any], actor: Actor, now: datetime) -> Told:
    """PDF and proof in the folder; a proof that is still being made is told, not waited for."""
    found = queries.document(document, actor=actor)
    if found is None:
        raise Refusal.because("NOT_FOUND")
    opened = open_file(
        actor=actor, subject=found.subject, purpose=options["purpose"], basis=options["basis"], now=now
    )
    pdf, proof = (options["out"] / f"{found.number}.{kind}" for kind in ("pdf", "proof"))
    pdf.write_bytes(queries.pdf(document, opened=opened))
    try:
        proof.write_bytes(queries.proof(document, opened=opened).encode())
    except Refusal as refusal:
        if refusal.reasons[0].code != PENDING:
            raise
        proof = None
    told = {
        "number": found.number,
        "pdf": str(pdf),
        "proof": proof and str(proof),
        "sha256": found.pdf_sha256,
    }
    if options["json"]:
        return Told(json.dumps(told, ensure_ascii=False))
    later = f"证明尚在生成，约一分钟后用 xinheng doc get {found.number} 取回。"
    return Told(f"{found.number}：{pdf}\n{f'证明：{proof}' if proof else later}")


def _verify(options: Mapping[str, Any]) -> Told:
    """What `python -m verifier verify-report` says, word for word."""
    words = ["verify-report", options["report"], "--trust", options["trust"]]
    words += ["--proof", options["proof"]] if options["proof"] else []
    words += [word for each in options["fonts"] for word in ("--fonts", each)]
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        code = commands.main([*words, *(["--json"] if options["json"] else [])])
    return Told(out.getvalue().rstrip("\n"), code)


def _fonts(*, as_json: bool) -> Told:
    """The packaged fonts, and the office's own, with how many characters each adds."""
    packaged = fonts.packaged()
    own = [(font.file, font.family, len(font.characters - packaged)) for font in fonts.office_fonts()]
    if as_json:
        told = {
            "set": bodies.FONT_SET,
            "sha256": render.fonts_sha256(bodies.FONT_SET),
            "typst": render.TYPST,
            "characters": len(packaged),
            "own": [{"file": str(file), "family": family, "adds": adds} for file, family, adds in own],
        }
        return Told(json.dumps(told, ensure_ascii=False, indent=1))
    lines = [
        f"自带字体 {bodies.FONT_SET}：{len(packaged)} 个字符，SHA-256 {render.fonts_sha256(bodies.FONT_SET)}"
    ]
    lines += [f"{file}：{family}，另有 {adds} 个字符" for file, family, adds in own]
    return Told("\n".join(lines if own else [*lines, "没有设置其他字体目录（XINHENG_FONT_DIRS）。"]))
