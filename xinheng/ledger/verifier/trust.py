"""Whom a verifier believes: one log, its witnesses, and how many of them must agree (信任文件).

The file is C2SP tlog-policy with one log and groups of witnesses only:

    # 注释
    log <vkey>
    witness <name> <vkey>
    group <name> <k | any | all> <name>...
    quorum <name | none>

`quorum none` asks for no witness; it has to be written, as nothing is believed by omission.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from . import note
from .checkpoint import Checkpoint
from .cosignature import WitnessVerifier
from .note import Verifier
from .strict import NoteFault, decimal


class NotTrusted(NoteFault):
    """The log's signature or enough cosignatures are missing: nothing is wrong, and nothing is shown."""


class Accepted(NamedTuple):
    """A checkpoint that is believed, and the witnesses whose cosignatures it carries."""

    checkpoint: Checkpoint
    witnesses: tuple[str, ...]


@dataclass(frozen=True)
class Trust:
    """`quorum` of the `witnesses` must have cosigned what `log` signed under `origin`."""

    log: Verifier
    origin: str
    witnesses: Sequence[WitnessVerifier]
    quorum: int

    def __post_init__(self) -> None:
        keys = [self.log.public, *(each.public for each in self.witnesses)]
        if len(set(keys)) != len(keys):
            raise NoteFault("同一把公钥出现两次：一个见证人只能算一个")
        if not 0 <= self.quorum <= len(self.witnesses):
            raise NoteFault("要求的见证数超出见证人数")

    @classmethod
    def parse(cls, text: str) -> Trust:
        """Of a trust file. Raises NoteFault, naming the line."""
        draft = _Draft()
        for number, line in enumerate(text.split("\n"), 1):
            words = line.split()
            if words and not words[0].startswith("#"):
                try:
                    draft.take(words)
                except NoteFault as fault:
                    raise NoteFault(f"信任文件第 {number} 行：{fault}") from None
        return draft.finished()

    def format(self) -> str:
        """A trust file that reads as this. Raises NoteFault where the origin is not the log's name."""
        if self.origin != self.log.name:
            raise NoteFault("信任文件中日志的名称就是其公钥的名称")
        lines = [f"log {self.log.vkey}"]
        lines += [f"witness w{at} {each.vkey}" for at, each in enumerate(self.witnesses, 1)]
        if self.quorum:
            names = " ".join(f"w{at}" for at in range(1, len(self.witnesses) + 1))
            lines.append(f"group witnesses {self.quorum} {names}")
        lines.append("quorum witnesses" if self.quorum else "quorum none")
        return "\n".join(lines) + "\n"

    def accept(self, text: str) -> Checkpoint:
        """The checkpoint of a note. Raises NotTrusted or, when it is malformed or wrongly signed, NoteFault."""
        return self.examine(text).checkpoint

    def examine(self, text: str) -> Accepted:
        """As `accept`, and which witnesses cosigned."""
        try:
            opened = note.open_note(text, [self.log, *self.witnesses])
        except note.Unsigned:
            raise NotTrusted(f"没有日志 {self.log.name} 的签名") from None
        if self.log not in opened.verifiers:
            raise NotTrusted(f"没有日志 {self.log.name} 的签名")
        checkpoint = Checkpoint.parse(opened.text)
        if checkpoint.origin != self.origin:
            raise NoteFault(f"检查点属于另一日志，不是 {self.origin}")
        cosigned = tuple(each.name for each in self.witnesses if each in opened.verifiers)
        if len(cosigned) < self.quorum:
            raise NotTrusted(f"见证签名只有 {len(cosigned)} 个，要求 {self.quorum} 个")
        return Accepted(checkpoint, cosigned)


class _Draft:
    """A trust file as far as it has been read. A witness is a party of one, and `none` needs nobody."""

    def __init__(self) -> None:
        self.log: Verifier | None = None
        self.quorum: str | None = None
        self.witnesses: dict[str, WitnessVerifier] = {}
        self.parties: dict[str, tuple[int, Sequence[str]]] = {"none": (0, ())}

    def take(self, words: list[str]) -> None:
        match words:
            case ["log", vkey] | ["log", vkey, _]:
                self._log(vkey)
            case ["witness", name, vkey] | ["witness", name, vkey, _]:
                self._define(name, 1, [name])
                self.witnesses[name] = WitnessVerifier.parse(vkey)
            case ["group", name, needed, *members]:
                self._group(name, needed, members)
            case ["quorum", name]:
                self._quorum(name)
            case _:
                raise NoteFault("写法有误")

    def finished(self) -> Trust:
        if self.log is None or self.quorum is None:
            raise NoteFault("信任文件缺少 log 行或 quorum 行")
        needed, members = self.parties[self.quorum]
        return Trust(self.log, self.log.name, tuple(self.witnesses[each] for each in members), needed)

    def _log(self, vkey: str) -> None:
        if self.log is not None:
            raise NoteFault("只能有一个日志")
        self.log = Verifier.parse(vkey)

    def _group(self, name: str, needed: str, members: list[str]) -> None:
        if not members or set(members) - set(self.witnesses):
            raise NoteFault("见证组的成员应为前面各行写明的见证人")
        count = {"any": 1, "all": len(members)}.get(needed) or decimal(needed)
        if not 1 <= count <= len(members):
            raise NoteFault("见证组要求的人数超出成员数")
        self._define(name, count, members)

    def _quorum(self, name: str) -> None:
        if self.quorum is not None or name not in self.parties:
            raise NoteFault("quorum 应写一次，并指向前面各行写明的见证人或见证组")
        self.quorum = name

    def _define(self, name: str, needed: int, members: Sequence[str]) -> None:
        if name in self.parties:
            raise NoteFault(f"名称 {name} 已被使用")
        self.parties[name] = (needed, members)
