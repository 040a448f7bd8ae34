"""`xinheng intake validate | submit` (报送): a sheet from the command line, by the same code as the desk."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from xinheng.jobs import intake


class Command(BaseCommand):
    help = "校验或提交一份报送表"

    def add_arguments(self, parser: CommandParser) -> None:
        intake.arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        report = intake.run(options, progress=self.stderr.write)
        self.stdout.write(report.text)
        raise SystemExit(report.code)
