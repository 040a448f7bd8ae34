"""The command `xinheng` (命令行入口): starts our database, runs one command, says what went wrong in Chinese.

Result on stdout, everything else on stderr. Exit: 0 done, 1 some rows refused or findings, 2 usage, 3 refused
by a rule, 4 not found, 5 conflict, 10 internal, 20 tampering found, 21 cannot verify.
"""

from __future__ import annotations

import argparse
import contextlib
import difflib
import os
import pkgutil
import re
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xinheng.law.language import Refusal
    from xinheng.law.refusals import Told

DONE, FINDINGS, USAGE, REFUSED, NOT_FOUND, CONFLICT, INTERNAL = 0, 1, 2, 3, 4, 5, 10
INTERRUPTED = 130
# Refusals that say 没有找到, for want of the thing or because it is somebody else's.
NOT_THERE = {
    "NOT_FOUND", "NOT_YOURS", "AGENCY_UNKNOWN", "BATCH_UNKNOWN", "JOB_NOT_YOURS", "RECORD_UNKNOWN",
    "SUBJECT_NOT_FOUND", "USER_UNKNOWN",
}  # fmt: skip

# What argparse says in English, and what we say.
SAID = (
    (r"the following arguments are required: (.*)", r"缺少参数：\1"),
    (r"unrecognized arguments: (.*)", r"不认识的参数：\1"),
    (r"argument (.*): expected one argument", r"参数 \1 后面需要一个值"),
    (r"argument (.*): invalid choice: (.*) \(choose from (.*)\)", r"参数 \1 没有 \2 这个选择，可以是：\3"),
    (r"argument (.*): invalid (\w+) value: (.*)", r"参数 \1 的值 \3 写法不对"),
    (r"argument [^:]*: ([^ -~].*)", r"\1"),  # what our own reading of a value says
    (r"argument (.*): not allowed with argument (.*)", r"参数 \1 与 \2 不能同时使用"),
)
# Options of every Django command that do not concern whoever runs an installation.
HIDDEN = {"version", "verbosity", "settings", "pythonpath", "no_color", "force_color", "skip_checks"}


def main() -> None:
    """Entry point of the distribution."""
    code = run(sys.argv[1:])
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _nobody_reads()
    sys.exit(code)


def run(words: Sequence[str]) -> int:
    """Run one command; returns the exit code and never lets a traceback out unasked."""
    _prepare(words)
    try:
        return _dispatch(list(words))
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _nobody_reads()
        return DONE
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else DONE
    except Exception as fault:
        if "--traceback" in words:
            traceback.print_exc()
        code, text = explain(fault)
        print(text, file=sys.stderr)  # noqa: T201 - this is the command line
        return code


def _nobody_reads() -> None:
    """`xinheng … | head`: what is still to be written goes nowhere, without a traceback at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _prepare(words: Sequence[str]) -> None:
    """The demo has a database, keys and files of its own, so that it never mixes with a real installation."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinheng.config.settings")
    var = Path(__file__).resolve().parents[2] / "var"
    if words[:1] == ["demo"] or _is_demo_only(var, words):
        os.environ.setdefault("XINHENG_DEMO", "1")
        os.environ.setdefault("XINHENG_VAR", str(var / "demo"))


def _is_demo_only(var: Path, words: Sequence[str]) -> bool:
    """Whether nothing but the demo is installed here, so that a visitor's commands mean the demo."""
    if words[:1] == ["init"] or os.environ.keys() & {"XINHENG_VAR", "DATABASE_URL"}:
        return False
    return (var / "demo" / "keys").exists() and not (var / "keys").exists()


def _dispatch(words: list[str]) -> int:
    if not words or words[0] in ("-h", "--help", "help"):
        print(overview())  # noqa: T201 - this is the command line
        return DONE
    if words[0] not in names():
        near = difflib.get_close_matches(words[0], names(), 1)
        hint = f"是不是 xinheng {near[0]}？" if near else "xinheng --help 列出全部命令。"
        print(f"没有“{words[0]}”这个命令。{hint}", file=sys.stderr)  # noqa: T201
        return USAGE
    return _execute(words[0], words[1:])


def names() -> list[str]:
    """The commands there are: the modules of xinheng.jobs.management.commands."""
    from xinheng.jobs.management import commands

    return sorted(module.name for module in pkgutil.iter_modules(commands.__path__) if module.name[0] != "_")


def overview() -> str:
    """One line per command, from its own help."""
    import django
    from django.core.management import load_command_class

    django.setup()
    lines = [f"  {name:<12} {load_command_class('xinheng.jobs', name).help}" for name in names()]
    return "\n".join(
        ["信衡：在法律之内办理公共信用信息", "", *lines, "", "xinheng 命令 --help 看一个命令的用法。"]
    )


def _execute(name: str, words: list[str]) -> int:
    import django
    from django.core.management import load_command_class

    django.setup()
    command = load_command_class("xinheng.jobs", name)
    parser = command.create_parser("xinheng", name)
    _speak_chinese(parser)
    options = vars(parser.parse_args(words))
    with contextlib.ExitStack() as stack:
        needed = getattr(command, "needs_database", True)
        if needed(options) if callable(needed) else needed:
            _start_database(stack)
        # Commands say by SystemExit that they found something; what they return is their output.
        command.execute(*options.pop("args", ()), **options)
    return DONE


class _Help(argparse.HelpFormatter):
    """argparse's own, with 用法 for usage."""

    def add_usage(self, usage: str | None, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, prefix or "用法：")


def _speak_chinese(parser: argparse.ArgumentParser) -> None:
    parser.formatter_class = _Help
    parser._positionals.title, parser._optionals.title = "参数", "选项"
    for action in parser._actions:
        if action.dest in HIDDEN:
            action.help = argparse.SUPPRESS
        elif action.dest == "help":
            action.help = "显示这段说明"
        elif action.dest == "traceback":
            action.help = "出错时显示程序内部的调用过程"
        elif isinstance(action, argparse._SubParsersAction):
            for child in action.choices.values():
                _speak_chinese(child)


def _start_database(stack: contextlib.ExitStack) -> None:
    from django.conf import settings

    from xinheng.runtime import postgres

    if settings.XINHENG_OWN_POSTGRES is not None:
        stack.enter_context(postgres.using(settings.XINHENG_OWN_POSTGRES))


def explain(fault: Exception) -> tuple[int, str]:
    """The exit code and the Chinese text of a fault.

    What we do not know is named by its type only: its text could carry somebody's data.
    """
    from django.core.exceptions import ObjectDoesNotExist
    from django.core.management.base import CommandError
    from django.db import OperationalError, ProgrammingError

    from xinheng.law.language import Refusal

    if isinstance(fault, Refusal):
        return _refused(fault)
    if isinstance(fault, CommandError):
        return (fault.returncode if fault.returncode > 1 else USAGE), _usage(str(fault))
    if isinstance(fault, ObjectDoesNotExist):
        return NOT_FOUND, "没有找到。请核对编号后重试。"
    if isinstance(fault, OperationalError | ProgrammingError):
        return INTERNAL, _database_said(fault)
    if _ours(fault):
        return (USAGE if isinstance(fault, ValueError) else INTERNAL), str(fault)
    return INTERNAL, f"程序内部错误（{type(fault).__name__}）。加上 --traceback 重新运行可看到细节。"


def _ours(fault: Exception) -> bool:
    """Faults of our own packages carry a Chinese text that names no person."""
    return type(fault).__module__.startswith("xinheng.") and type(fault).__name__.endswith("Fault")


def _usage(said: str) -> str:
    text = said.removeprefix("Error: ")
    for english, chinese in SAID:
        text = re.sub(rf"^{english}$", chinese, text)
    return f"用法有误：{text}" if text != said or said.isascii() else text


def _database_said(fault: Exception) -> str:
    """What to do; the server's own words may quote values, so only its error code is told."""
    code = getattr(fault.__cause__, "sqlstate", None) or ""
    if code in ("3D000", "42P01") or (not code and "does not exist" in str(fault)):
        return "数据库还没有建立，请先运行 xinheng init。"
    if code == "42501":
        return "数据库账户没有所需的权限。请用 xinheng init 更新数据库，或检查 DATABASE_URL 中的账户。"
    return f"数据库连接或查询出错（{code or type(fault).__name__}）。请运行 xinheng doctor 查看原因。"


def _refused(refusal: Refusal) -> tuple[int, str]:
    from xinheng.law import lawbook
    from xinheng.law.refusals import tell
    from xinheng.runtime import clock

    law = lawbook.load().as_of(clock.today())
    text = "\n".join(_with_clauses(tell(reason, law)) for reason in refusal.reasons)
    return _code_of([reason.code for reason in refusal.reasons]), text


def _with_clauses(told: Told) -> str:
    """The words of every face, and below them each provision by its citation."""
    return "\n".join([told.text, *(f"  依据：{clause.label}" for clause in told.clauses)])


def _code_of(codes: Sequence[str]) -> int:
    """A refusal for want of the thing, or because somebody was quicker, has an exit code of its own."""
    if set(codes) <= NOT_THERE:
        return NOT_FOUND
    if all(code in ("CONFLICT", "STALE") or code.startswith("IDEMPOTENCY_") for code in codes):
        return CONFLICT
    return REFUSED
