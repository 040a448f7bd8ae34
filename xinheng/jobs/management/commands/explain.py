"""`xinheng explain record` (说明): why a record is, or is not, shown to somebody on a day."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from xinheng.jobs import explain


class Command(BaseCommand):
    help = "说明一条记录为什么公开或者不公开"

    def add_arguments(self, parser: CommandParser) -> None:
        explain.arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(explain.run(options))
