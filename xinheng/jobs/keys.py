"""What `xinheng keys` does and prints (密钥)."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable, Mapping
from typing import Any

from xinheng.access.actor import host
from xinheng.access.services import rotate_master_key
from xinheng.runtime import clock
from xinheng.vault import keys, rotation

Say = Callable[[str], object]


def arguments(parser: ArgumentParser) -> None:
    """What the command is told."""
    steps = parser.add_subparsers(dest="step", required=True, metavar="rotate | resume | status")
    steps.add_parser("rotate", help="换用新的主密钥，并逐个重新包装数据密钥")
    steps.add_parser("resume", help="继续上一次没有处理完的更换")
    steps.add_parser("status", help="现用的版本，还有多少数据密钥在旧版本下")


def run(options: Mapping[str, Any], say: Say) -> str:
    """One step of the command; what is to be printed."""
    if options["step"] == "rotate":
        say(f"已启用第 {rotate_master_key(actor=host(), now=clock.now())} 版主密钥。")
    if options["step"] != "status":
        done = rotation.resume(told=lambda count: say(f"已处理 {count} 个……"))
        say(f"本次处理 {done} 个数据密钥。")
    return f"现用第 {keys.master().current} 版主密钥；旧版本下还有 {rotation.left()} 个数据密钥。旧主密钥仍要保留：已封存的文件用它。"
