"""`xinheng keys` (密钥): a new master key while everybody goes on working."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from xinheng.jobs import keys


class Command(BaseCommand):
    help = "更换主密钥"

    def add_arguments(self, parser: CommandParser) -> None:
        keys.arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(keys.run(options, self.stderr.write))
