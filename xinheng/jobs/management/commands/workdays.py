"""`xinheng workdays` (数工作日): the days one by one, each with what makes it count or not."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from xinheng.jobs import workdays


class Command(BaseCommand):
    help = "从某日起逐日数工作日"
    needs_database = False

    def add_arguments(self, parser: CommandParser) -> None:
        workdays.arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        start, days = options["start"], options["days"]
        found = workdays.period(start, days)
        if options["json"]:
            self.stdout.write(json.dumps(workdays.as_json(start, found), ensure_ascii=False, indent=1))
        else:
            self.stdout.write("\n".join(workdays.lines(start, days, found)))
