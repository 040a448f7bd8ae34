"""The command says in Chinese what went wrong, and its exit code says which kind it was (命令行)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError

from xinheng.config import command
from xinheng.law.language import Refusal
from xinheng.law.lawbook import LawbookFault
from xinheng.runtime.postgres import PostgresFault
from xinheng.vault.keys import KeyFault

ROOT = Path(command.__file__).parents[2]
ID = "32999919900101001X"


def _has_chinese(text: str) -> bool:
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)


def test_help_lists_every_command_with_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.run([]) == 0
    told = capsys.readouterr().out
    names = {
        file.stem
        for file in (Path(command.__file__).parents[1] / "jobs/management/commands").glob("[a-z]*.py")
    }
    assert set(command.names()) == names
    for name in names:
        line = next(line for line in told.splitlines() if line.split()[:1] == [name])
        assert _has_chinese(line)


def test_a_misspelt_command_is_usage_and_suggests(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.run(["docter"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "xinheng doctor" in said.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["doctor", "--jsn"], "不认识的参数：--jsn"),
        (["serve", "--port", "八千"], "参数 --port 的值 '八千' 写法不对"),
        (["serve", "--port"], "参数 --port 后面需要一个值"),
    ],
)
def test_wrong_arguments_are_told_in_chinese(
    words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.run(words) == 2
    assert capsys.readouterr().err.strip() == f"用法有误：{told}"


def test_the_help_of_a_command_shows_nothing_of_django(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.run(["serve", "--help"]) == 0
    told = capsys.readouterr().out
    assert "--port" in told
    for word in ("--settings", "--pythonpath", "--verbosity", "show this help"):
        assert word not in told


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Refusal.because("PERMISSION_DENIED", "huaian-2021-13#4.1b", verb="提交"), 3),
        (Refusal.because("NOT_FOUND"), 4),
        (Refusal.because("AGENCY_UNKNOWN", uscc="11329999XL0000009H"), 4),
        (Refusal.because("NOT_YOURS"), 4),
        (ObjectDoesNotExist("no row"), 4),
        (Refusal.because("CONFLICT"), 5),
        (Refusal.because("IDEMPOTENCY_RUNNING"), 5),
        (CommandError("Error: the following arguments are required: FILE"), 2),
        (LawbookFault(["terms：读不懂"]), 2),
        (OperationalError("connection refused"), 10),
        (PostgresFault("数据库未能启动。"), 10),
        (KeyFault("没有主密钥文件"), 10),
        (ZeroDivisionError(ID), 10),
    ],
)
def test_each_fault_has_its_exit_code_and_chinese_words(fault: Exception, code: int) -> None:
    found, told = command.explain(fault)
    assert (found, _has_chinese(told)) == (code, True)


def test_a_refusal_names_the_clause_it_rests_on() -> None:
    _, told = command.explain(Refusal.because("PERMISSION_DENIED", "huaian-2021-13#4.1b", verb="提交"))
    assert "依据：《实施方案》四（一）" in told


def test_what_we_do_not_know_is_never_quoted() -> None:
    """An error's own text may hold a person's data, a database's message a whole row."""
    for fault in (ValueError(ID), OperationalError(f"Key (id)=({ID}) exists"), KeyError(ID)):
        assert ID not in command.explain(fault)[1]


def test_no_traceback_unless_asked_for(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: BaseCommand, *args: object, **options: object) -> None:
        raise ZeroDivisionError(ID)

    from xinheng.jobs.management.commands import doctor

    monkeypatch.setattr(doctor.Command, "handle", fail)
    assert command.run(["doctor"]) == 10
    said = capsys.readouterr().err
    assert "Traceback" not in said
    assert ID not in said
    assert command.run(["doctor", "--traceback"]) == 10
    assert "Traceback" in capsys.readouterr().err


def test_a_reader_who_leaves_early_is_no_fault() -> None:
    """`xinheng --help | head -n 0`: the other end of the pipe is closed before a word is written."""
    reader, writer = os.pipe()
    os.close(reader)
    entry = "import sys; sys.argv = ['xinheng', '--help']; from xinheng.config.command import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", entry], stdout=writer, stderr=subprocess.PIPE, text=True, cwd=ROOT
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, "")
