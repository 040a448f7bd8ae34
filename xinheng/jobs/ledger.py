"""What `xinheng ledger` does and prints (台账)."""

from __future__ import annotations

import json
import signal
import threading
from argparse import ArgumentParser
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

from xinheng.jobs import sealing
from xinheng.ledger import exporting, proving, signing, trusting
from xinheng.ledger.queries import WARN_AFTER, standing
from xinheng.ledger.verification import against
from xinheng.ledger.verification.findings import Audit
from xinheng.ledger.verification.run import UNABLE, Asked, exit_code, verify
from xinheng.ledger.verifier import commands as verifier
from xinheng.ledger.verifier.note import Verifier
from xinheng.ledger.verifier.strict import NoteFault
from xinheng.ledger.witness import client
from xinheng.ledger.witness import commands as witness
from xinheng.runtime.db import connect_as
from xinheng.vault.keyfile import KeyFault

Say = Callable[[str], object]
SHOWN = 200
# Programs of their own: they take their arguments themselves and need no database.
PROGRAMS: Mapping[str, Callable[[list[str]], int]] = {
    "verify-report": lambda words: verifier.main(["verify-report", *words]),
    "verify-proof": lambda words: verifier.main(["verify-proof", *words]),
    "verify-consistency": lambda words: verifier.main(["verify-consistency", *words]),
    "witness": witness.main,
}


class LedgerCommandFault(ValueError):
    """An argument names nothing that there is; the text is Chinese."""


@dataclass(frozen=True, slots=True)
class Report:
    """What is printed, and the exit code."""

    lines: tuple[str, ...]
    told: Mapping[str, Any]
    code: int = 0

    def text(self, *, as_json: bool) -> str:
        return json.dumps(self.told, ensure_ascii=False, indent=1) if as_json else "\n".join(self.lines)


def arguments(parser: ArgumentParser) -> None:
    """What the command is told."""
    steps = parser.add_subparsers(
        dest="step", required=True, metavar="seal | verify | prove | export | status"
    )
    seal = steps.add_parser("seal", help="把待定序的事件写入台账并签名")
    seal.add_argument("--follow", action="store_true", help="一直运行，直到收到停止信号")
    check = steps.add_parser("verify", help="复算全部记录、叶和根，指出任何绕过系统的改动")
    check.add_argument("--full", action="store_true", help="从第一条起全部复算（默认就是）")
    check.add_argument("--since", type=_count, default=0, metavar="N", help="只复算第 N 条之后的事件")
    check.add_argument("--open", action="store_true", help="同时打开密文核对（需要密钥）")
    check.add_argument(
        "--against", action="append", default=[], metavar="WITNESS", help="对照见证方（名称或网址），可多次"
    )
    check.add_argument("--key", type=Path, metavar="FILE", help="日志公钥文件，默认用本机的")
    prove = steps.add_parser("prove", help="给出一个事件的入账证明")
    prove.add_argument("event", type=UUID, metavar="EVENT", help="事件编号")
    export = steps.add_parser("export", help="把台账导出为文件夹，供别处核验")
    export.add_argument("folder", type=Path, metavar="DIR", help="空文件夹")
    steps.add_parser("status", help="台账状况")
    for name, one in steps.choices.items():
        if name != "seal":
            one.add_argument("--json", action="store_true", help="输出 JSON")
    for name in PROGRAMS:
        # What follows is the program's own to read, options included.
        own = steps.add_parser(name, help=_HELP[name], add_help=False, prefix_chars="\0")
        own.add_argument("words", nargs="*", metavar="…", help="xinheng ledger 命令 --help 看用法")


def _count(said: str) -> int:
    number = int(said)
    if number < 0:
        raise ValueError(said)
    return number


_HELP = {
    "verify-report": "核验一份报告（不需要数据库）",
    "verify-proof": "核验一份入账证明（不需要数据库）",
    "verify-consistency": "核验台账只增未改（不需要数据库）",
    "witness": "运行见证程序（不需要数据库）",
}


def needs_database(options: Mapping[str, Any]) -> bool:
    """Whether our server has to run for it."""
    return options["step"] not in PROGRAMS


def run(options: Mapping[str, Any], say: Say) -> Report:
    """One step of the command."""
    if options["step"] in PROGRAMS:
        return Report((), {}, PROGRAMS[options["step"]](options["words"]))
    steps: Mapping[str, Callable[[], Report]] = {
        "seal": partial(_seal, options, say),
        "verify": partial(_verify, options),
        "prove": partial(_prove, options),
        "export": partial(_export, options),
        "status": _status,
    }
    return steps[options["step"]]()


def _seal(options: Mapping[str, Any], say: Say) -> Report:
    trusting.ensure()
    if options["follow"]:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        sealing.follow(stop, say)
        return Report(("定序程序已停止。",), {})
    done = sealing.once(say)
    line = f"新写入台账 {done.sequenced} 条，台账共 {done.size} 条，已签名至 {done.signed} 条。"
    return Report((line,), {"sequenced": done.sequenced, "size": done.size, "signed": done.signed})


def _verify(options: Mapping[str, Any]) -> Report:
    """Without a key, a trust file or rows that can be read nothing is concluded: 21, never 0."""
    try:
        asked = Asked(
            vkey=_vkey(options["key"]),
            origin=signing.origin(),
            since=options["since"],
            opening=options["open"],
            witnesses=[_witness(each) for each in options["against"]],
        )
        with connect_as("reader") as connection:
            audit = verify(connection, asked)
    except (OSError, NoteFault, KeyFault, psycopg.DataError, psycopg.NotSupportedError) as fault:
        why = (
            str(fault) if not isinstance(fault, psycopg.Error) else f"数据库的答复读不懂（{fault.sqlstate}）"
        )
        return Report((f"无法校验：{why}",), {"checked": {}, "findings": [], "unable": [why]}, UNABLE)
    return Report((*_told(audit), _conclusion(audit)), _facts(audit), exit_code(audit))


def _vkey(file: Path | None) -> str:
    """The log's public key. Raises NoteFault."""
    chosen = file or signing.vkey_path()
    try:
        vkey = chosen.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        raise NoteFault(f"读不到日志公钥文件 {chosen}，请用 --key 指明。") from None
    Verifier.parse(vkey)
    return vkey


def _witness(named: str) -> against.Witness:
    """One of the trust file, by its name or its address."""
    trust = trusting.trust()
    for each in trusting.witnesses():
        if named in (each.name, each.address):
            return against.Witness(each.name, [trust.log, each.verifier], partial(_latest, each.address))
    raise LedgerCommandFault(f"信任文件 {trusting.path()} 中没有见证方 {named}。")


def _latest(address: str) -> str | None:
    try:
        return client.latest(address, signing.origin())
    except client.WitnessFault as fault:
        raise OSError(str(fault)) from fault


def _told(audit: Audit) -> list[str]:
    lines = [f"已核对：{name} {number}" for name, number in audit.counts.items() if number]
    lines += [f"无法核对：{each}" for each in audit.unable]
    lines += [f"不符　{each}" for each in audit.findings[:SHOWN]]
    if len(audit.findings) > SHOWN:
        lines.append(f"（另有 {len(audit.findings) - SHOWN} 处，用 --json 查看全部）")
    return lines


def _conclusion(audit: Audit) -> str:
    if audit.findings:
        return f"发现 {len(audit.findings)} 处绕过系统的改动，涉及 {'、'.join(audit.tables())}。请保护现场并报告审计人员。"
    if audit.unable:
        return "有内容无法核对，不能下结论。"
    return "台账是空的，没有可核对的事件，不能下结论。" if exit_code(audit) else "全部相符。"


def _facts(audit: Audit) -> dict[str, Any]:
    found = [{"table": each.table, "key": each.key, "what": each.what} for each in audit.findings]
    return {"checked": dict(audit.counts), "findings": found, "unable": audit.unable}


def _prove(options: Mapping[str, Any]) -> Report:
    proof = proving.proof_of(options["event"])
    if proof is None:
        raise LedgerCommandFault("这个事件还没有进入已签名的台账，或者没有这个编号。请稍后再试，或核对编号。")
    return Report((proof.tlog,), {"entry": proof.entry.decode(), "proof": proof.tlog})


def _export(options: Mapping[str, Any]) -> Report:
    folder: Path = options["folder"]
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise LedgerCommandFault(f"{folder} 不是空文件夹，请另选一个。")
    with connect_as("reader") as connection:
        size = exporting.export(connection, folder)
    return Report((f"台账 {size} 条已导出到 {folder}。",), {"size": size})


def _status() -> Report:
    now = standing()
    lines = (
        f"待写入台账：{now.waiting} 条" + (f"，最早的已等 {now.oldest.seconds} 秒" if now.waiting else ""),
        f"台账：{now.sequenced} 条，已签名至 {now.signed} 条",
        f"警报：{now.refused} 条",
    )
    late = now.oldest > WARN_AFTER or now.refused
    told = {"waiting": now.waiting, "oldest_seconds": now.oldest.total_seconds(), "sequenced": now.sequenced}
    return Report(lines, {**told, "signed": now.signed, "refused": now.refused}, 1 if late else 0)
