"""`xinheng worker` (任务执行): works off the queue until told to stop."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from xinheng.runtime import worker


class Command(BaseCommand):
    help = "执行排队的任务"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="做完排队的任务就退出")
        parser.add_argument("--quiet", action="store_true", help="不逐项报告办完的任务")

    def handle(self, *args: Any, **options: Any) -> None:
        say = (lambda line: None) if options["quiet"] else self.stderr.write
        taken = worker.run(once=options["once"], say=say)
        self.stdout.write(f"共办理 {taken} 个任务。")
