"""`xinheng doc report | certificate | get | verify | fonts` (文书): reports from the command line."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from xinheng.jobs import doc


class Command(BaseCommand):
    help = "出具、取回、核验信用报告，查看字体"

    def add_arguments(self, parser: CommandParser) -> None:
        doc.arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        told = doc.run(options)
        self.stdout.write(told.text)
        if told.code:
            raise SystemExit(told.code)
