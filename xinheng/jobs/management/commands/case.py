"""`xinheng case show | list` (案卷): what was done in a case, under which law, and the proof of each step."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from xinheng.jobs import case


class Command(BaseCommand):
    help = "查看名单案卷的经过、依据、期限和入账证明"

    def add_arguments(self, parser: CommandParser) -> None:
        case.arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(case.run(options))
