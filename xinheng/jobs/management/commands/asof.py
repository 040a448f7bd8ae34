"""`xinheng asof record | subject` (某日情况): register and publication as they stood on a day."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from xinheng.jobs import asof


class Command(BaseCommand):
    help = "查看一条记录或者一个主体某一日的登记和公示情况"

    def add_arguments(self, parser: CommandParser) -> None:
        asof.arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(asof.run(options))
