"""What `xinheng reference check | load | approve | diff` does and prints (法规与目录数据)."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xinheng.access import queries as access
from xinheng.access.actor import Actor
from xinheng.catalog import books, queries, services
from xinheng.catalog.changes import told_changes
from xinheng.law import lawbook
from xinheng.law.checking import inert
from xinheng.law.lawbook import Lawbook, LawbookFault
from xinheng.publication import services as publication
from xinheng.runtime import clock

DONE, FINDINGS = 0, 1


@dataclass(frozen=True, slots=True)
class Report:
    """What is printed, and the exit code."""

    lines: tuple[str, ...]
    told: Mapping[str, Any]
    code: int

    def text(self, *, as_json: bool) -> str:
        return json.dumps(self.told, ensure_ascii=False, indent=1) if as_json else "\n".join(self.lines)


class ReferenceFault(ValueError):
    """An argument names nothing we know; the text is Chinese."""


def arguments(parser: ArgumentParser) -> None:
    """What the command is told."""
    steps = parser.add_subparsers(dest="step", required=True, metavar="check | diff | load | approve")
    check = steps.add_parser("check", help="检查引用、版本重叠，以及文件与库表是否一致")
    check.add_argument("path", type=Path, nargs="?", metavar="DIR", help="只检查这个目录，不比库表")
    for step, told in (("diff", "与现行数据比较"), ("load", "提出更换，由另一人批准")):
        steps.add_parser(step, help=told).add_argument("path", type=Path, metavar="DIR", help="数据目录")
    steps.add_parser("approve", help="批准更换").add_argument("digest", metavar="DIGEST", help="数据包摘要")
    for name, one in steps.choices.items():
        one.add_argument("--json", action="store_true", help="输出 JSON")
        if name in ("load", "approve"):
            one.add_argument("--user", required=True, metavar="NAME", help="经办人账号")


def check(path: Path | None, *, mirror: bool) -> Report:
    """What is wrong with a directory of reference data, and where the tables differ from it.

    Dangling citations, overlapping editions and what else `Lawbook.check` finds; with `mirror`, each value of
    a file that its table holds otherwise or not at all. Exit 1 with findings.
    """
    try:
        book = lawbook.load(path) if path else queries.current_lawbook()
    except LawbookFault as fault:
        return _checked(fault.problems, (), (), "")
    differing = queries.mirror_faults(book.values()) if mirror and path is None else ()
    return _checked(book.check(), differing, [*inert(book), *_newer(book, path)], book.digest)


def _newer(book: Lawbook, path: Path | None) -> list[str]:
    """A release brings its own edition; it is not in force before two officers approve it."""
    if path is not None or books.shipped().digest == book.digest:
        return []
    return [f"随程序提供的数据与现行的不同，可用 xinheng reference diff {lawbook.default_path()} 查看。"]


def _checked(problems: Sequence[str], differing: Sequence[str], idle: Sequence[str], digest: str) -> Report:
    faults = [*(f"数据有误：{each}" for each in problems), *(f"与库表不一致：{each}" for each in differing)]
    notes = [f"提示：{each}" for each in idle]
    last = f"共 {len(faults)} 处问题。" if faults else f"没有发现问题（{digest[:12]}）。"
    told = {"digest": digest, "problems": list(problems), "differing": list(differing), "inert": list(idle)}
    return Report((*faults, *notes, last), told, FINDINGS if faults else DONE)


def diff(path: Path) -> Report:
    """What a directory would change against the lawbook in force. Exit 1 when it changes anything."""
    book = _load(path)
    changes = list(told_changes(queries.current_lawbook(), book))
    return Report(
        (*changes, f"共 {len(changes)} 处变化。"),
        {"digest": book.digest, "changes": changes},
        FINDINGS if changes else DONE,
    )


def load(path: Path, user: str) -> Report:
    """Propose a directory as the new bundle, in an officer's name."""
    _load(path)
    row = services.propose_bundle(path, actor=_officer(user), now=clock.now())
    effect = publication.preview_bundle(row.digest, now=clock.now())
    last = (
        f"共 {len(row.changes)} 处变化。批准后公开页面即时变化 {effect.changed} 条，留待工作人员决定 {effect.held} 条。",
        f"已提出，待另一人批准：xinheng reference approve {row.digest[:12]} --user 账号",
    )
    told = {"digest": row.digest, "changes": list(row.changes), "approved": False}
    told |= {"would_change": effect.changed, "would_hold": effect.held}
    return Report((*row.changes, *last), told, DONE)


def approve(digest: str, user: str) -> Report:
    """Put a proposed bundle into force, in another officer's name."""
    found = [each.digest for each in queries.bundles() if each.digest.startswith(digest)]
    if len(found) != 1:
        raise ReferenceFault(f"没有唯一的数据包以 {digest} 开头。")
    row = services.approve_bundle(found[0], actor=_officer(user), now=clock.now())
    last = "已生效。提前截止的公示已即时截止；会开始、扩大或者延长公示的，留待工作人员决定。"
    return Report((last,), {"digest": row.digest, "changes": list(row.changes), "approved": True}, DONE)


def _load(path: Path) -> Lawbook:
    if not path.is_dir():
        raise ReferenceFault(f"没有目录 {path}。")
    return lawbook.load(path)


def _officer(name: str) -> Actor:
    actor = access.actor_by_username(name)
    if actor is None:
        raise ReferenceFault(f"没有账号 {name}。")
    return actor
