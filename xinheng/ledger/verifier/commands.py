"""The verifier as a command: what it checks, what it answers, how it ends (核验命令).

Exit: 0 verified · 20 does not verify · 21 cannot verify, for want of a file, a key or witnesses · 2 usage.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from . import merkle
from .exported import ExportedLog
from .merkle import HASH_BYTES, ProofFault
from .proof import TlogProof
from .strict import NoteFault, decode64, encode64
from .tiles import TileFault
from .trust import Accepted, NotTrusted, Trust

VERIFIED, FALSE, UNABLE = 0, 20, 21
FONT_FILES = {".otf", ".ttc", ".ttf"}
_HEADINGS = {VERIFIED: "核验通过", FALSE: "核验不通过", UNABLE: "无法核验"}


class Unable(Exception):
    """What is needed to verify is not there."""


@dataclass(frozen=True)
class Answer:
    """How a command ends: its code, one sentence, and the same as data. `raw` is output of its own, as it is."""

    code: int
    sentence: str
    facts: dict[str, object] = field(default_factory=dict)
    raw: bytes = b""


class Command(NamedTuple):
    """A name, one line of help, what it takes, and what it does."""

    name: str
    help: str
    declare: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], Answer]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command of `COMMANDS`; the answer goes to stdout. Gives the exit code."""
    args = _parser().parse_args(argv)
    answer = _answer(args.run, args)
    if answer.raw and not args.json:
        # As bytes: a proof is UTF-8 with bare newlines, whatever the console is.
        sys.stdout.buffer.write(answer.raw)
        sys.stdout.flush()
        return answer.code
    told = {
        "code": answer.code,
        "result": _HEADINGS[answer.code],
        "sentence": answer.sentence,
        **answer.facts,
    }
    sentence = f"{_HEADINGS[answer.code]}：{answer.sentence}"
    sys.stdout.write((json.dumps(told, ensure_ascii=False) if args.json else sentence) + "\n")
    return answer.code


def verify_proof(args: argparse.Namespace) -> Answer:
    """ENTRY is in the log of the trust file, as PROOF shows."""
    trust = read_trust(args.trust)
    entry, proof = read_bytes(args.entry), TlogProof.parse(read_text(args.proof))
    accepted = trust.examine(proof.note)
    checkpoint = accepted.checkpoint
    merkle.verify_inclusion(
        index=proof.index,
        size=checkpoint.size,
        leaf=merkle.leaf_hash(entry),
        proof=proof.hashes,
        root=checkpoint.root,
    )
    sentence = f"条目在日志 {checkpoint.origin} 中，序号 {proof.index}，当时共 {checkpoint.size} 条；{_seen(accepted)}。"
    return Answer(VERIFIED, sentence, {"index": proof.index, **_facts(accepted)})


def verify_consistency(args: argparse.Namespace) -> Answer:
    """The log at NEW continues the log at OLD: nothing that was in it has been changed or taken out."""
    trust = read_trust(args.trust)
    old, new = trust.accept(read_text(args.old)), trust.examine(read_text(args.new))
    to = new.checkpoint
    merkle.verify_consistency(
        old=old.size,
        new=to.size,
        proof=_growth(args, old.size, to.size),
        old_root=old.root,
        new_root=to.root,
    )
    sentence = f"日志 {to.origin} 由 {old.size} 条增至 {to.size} 条，原有条目未变；{_seen(new)}。"
    return Answer(VERIFIED, sentence, {"old_size": old.size, **_facts(new)})


def prove(args: argparse.Namespace) -> Answer:
    """A proof out of an exported log, checked against that log's own checkpoint before it is given."""
    log = _log(args.log)
    size, root = log.checkpoint.size, log.checkpoint.root
    try:
        entry = log.entry(args.index)
        hashes = tuple(merkle.inclusion_proof(args.index, size, log.nodes(size)))
    except TileFault as fault:
        raise Unable(str(fault)) from None
    merkle.verify_inclusion(
        index=args.index, size=size, leaf=merkle.leaf_hash(entry), proof=hashes, root=root
    )
    text = TlogProof(args.index, hashes, log.note).format()
    facts: dict[str, object] = {"index": args.index, "size": size, "proof": text}
    if args.entry is not None:
        args.entry.write_bytes(entry)
    if args.out is None:
        return Answer(VERIFIED, f"序号 {args.index} 的证明", facts, raw=text.encode())
    args.out.write_bytes(text.encode())
    return Answer(VERIFIED, f"序号 {args.index} 的证明已写入 {args.out}。", facts)


def verify_report(args: argparse.Namespace) -> Answer:
    """REPORT is the PDF that was issued, as its proof shows: its body drawn again gives the same bytes."""
    try:
        # Only this command draws; the others ask for no Typst.
        from . import report
    except ImportError as missing:
        raise Unable(f"核验报告需要安装 {missing.name}") from None
    trust = read_trust(args.trust)
    proof = args.proof or args.report.with_suffix(".proof")
    fonts = [file for folder in args.fonts for file in sorted(folder.rglob("*")) if file.suffix in FONT_FILES]
    try:
        found = report.verify_report(read_bytes(args.report), read_text(proof), trust, fonts)
    except report.Unproven as why:
        raise Unable(str(why)) from None
    sentence = (
        f"{found.title} {found.number} 由{found.issuer}于 {found.issued_at:%Y-%m-%d %H:%M:%S} 出具，内容未经改动；"
        f"在日志 {found.accepted.checkpoint.origin} 中，序号 {found.index}；{_seen(found.accepted)}。"
    )
    facts = {"number": found.number, "issued_at": found.issued_at.isoformat(), "index": found.index}
    return Answer(VERIFIED, sentence, {**facts, **_facts(found.accepted)})


def read_bytes(path: Path) -> bytes:
    """A file's bytes. Raises Unable when there is none."""
    try:
        return path.read_bytes()
    except OSError as fault:
        raise Unable(f"文件 {path} 无法读取（{fault.strerror}）") from None


def read_text(path: Path) -> str:
    """A file as the formats have it: UTF-8, newlines as they are. Raises Unable or NoteFault."""
    try:
        return read_bytes(path).decode("utf-8")
    except UnicodeDecodeError:
        raise NoteFault(f"文件 {path} 不是 UTF-8 文本") from None


def read_trust(path: Path) -> Trust:
    """Whom to believe. Raises Unable: without it there is nothing to verify against."""
    try:
        return Trust.parse(read_text(path).removeprefix("\ufeff"))
    except NoteFault as fault:
        raise Unable(f"信任文件 {path} 无效：{fault}") from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="verifier", description="独立核验日志证明，不需要我方数据库。")
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in COMMANDS:
        one = subparsers.add_parser(command.name, help=command.help, description=command.help)
        one.add_argument("--json", action="store_true", help="以 JSON 输出")
        command.declare(one)
        one.set_defaults(run=command.run)
    return parser


def _answer(run: Callable[[argparse.Namespace], Answer], args: argparse.Namespace) -> Answer:
    try:
        return run(args)
    except (Unable, NotTrusted, OSError) as fault:
        return Answer(UNABLE, f"{fault}。")
    except (NoteFault, ProofFault) as fault:
        return Answer(FALSE, f"{fault}。")


def _log(root: Path) -> ExportedLog:
    try:
        return ExportedLog(root)
    except (OSError, UnicodeDecodeError, NoteFault):
        raise Unable(f"{root} 中没有可读的 checkpoint 文件") from None


def _growth(args: argparse.Namespace, old: int, new: int) -> list[bytes]:
    """The consistency proof: lines of base64 in a file, or made of an exported log."""
    if args.proof is not None:
        lines = read_text(args.proof).split("\n")
        if lines.pop():
            raise NoteFault("证明文件应每行一个节点，以换行结尾")
        return [decode64(each, HASH_BYTES) for each in lines]
    try:
        return merkle.consistency_proof(old, new, _log(args.log).nodes(new))
    except TileFault as fault:
        raise Unable(str(fault)) from None
    except ValueError:
        raise ProofFault(f"日志不能从 {old} 条变为 {new} 条") from None


def _seen(accepted: Accepted) -> str:
    if not accepted.witnesses:
        return "信任文件未要求见证"
    return f"见证 {len(accepted.witnesses)} 个：{'、'.join(accepted.witnesses)}"


def _facts(accepted: Accepted) -> dict[str, object]:
    checkpoint = accepted.checkpoint
    return {
        "origin": checkpoint.origin,
        "size": checkpoint.size,
        "root": encode64(checkpoint.root),
        "witnesses": list(accepted.witnesses),
    }


def _takes_proof(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("entry", type=Path, metavar="ENTRY", help="条目原文的文件")
    parser.add_argument("proof", type=Path, metavar="PROOF", help="证明文件（tlog-proof@v1）")
    parser.add_argument("--trust", type=Path, required=True, metavar="FILE", help="信任文件")


def _takes_consistency(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("old", type=Path, metavar="OLD", help="旧检查点的文件")
    parser.add_argument("new", type=Path, metavar="NEW", help="新检查点的文件")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--log", type=Path, metavar="DIR", help="导出的日志，由其算出证明")
    source.add_argument("--proof", type=Path, metavar="FILE", help="证明文件，每行一个节点（base64）")
    parser.add_argument("--trust", type=Path, required=True, metavar="FILE", help="信任文件")


def _takes_report(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("report", type=Path, metavar="REPORT", help="报告的 PDF 文件")
    parser.add_argument("--proof", type=Path, metavar="FILE", help="证明文件，默认与报告同名，后缀 .proof")
    parser.add_argument("--trust", type=Path, required=True, metavar="FILE", help="信任文件")
    parser.add_argument(
        "--fonts", type=Path, action="append", default=[], metavar="DIR", help="报告用到的其他字体所在目录"
    )


def _takes_index(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--log", type=Path, required=True, metavar="DIR", help="导出的日志")
    parser.add_argument("--index", type=int, required=True, metavar="N", help="条目序号，从 0 起")
    parser.add_argument("--out", type=Path, metavar="FILE", help="证明写入此文件，不写到标准输出")
    parser.add_argument("--entry", type=Path, metavar="FILE", help="条目原文另存到此文件")


COMMANDS = (
    Command("verify-proof", "核验条目是否在日志中", _takes_proof, verify_proof),
    Command("verify-consistency", "核验新日志是否为旧日志的延续", _takes_consistency, verify_consistency),
    Command("verify-report", "核验报告是否为当初出具的那一份", _takes_report, verify_report),
    Command("prove", "由导出的日志生成入账证明", _takes_index, prove),
)
