"""`xinheng worker` says what it has done, unless it is told to be quiet (任务执行)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.management import call_command

from xinheng.runtime import worker


@pytest.mark.parametrize(("options", "said"), [((), True), (("--quiet",), False)])
def test_each_job_is_told_or_not(
    options: tuple[str, ...], said: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*, once: bool, say: Callable[[str], None]) -> int:
        say("任务：已完成")
        return int(once)

    monkeypatch.setattr(worker, "run", run)
    call_command("worker", "--once", *options)
    told = capsys.readouterr()
    assert ("任务：已完成" in told.err) is said
    assert "共办理 1 个任务" in told.out
