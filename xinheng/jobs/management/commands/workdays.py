"""`xinheng workdays` (数工作日): the days one by one, each with what makes it count or not."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from xinheng.jobs import workdays


class Command(BaseCommand):
    help = "从某日起逐日数工作日"
    needs_database = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("start", type=date.fromisoformat, help="起算的那一天，如 2026-09-28，当日不计")
        parser.add_argument(
            "days", type=int, choices=range(1, 1000), metavar="天数", help="多少个工作日，1 至 999"
        )
        parser.add_argument("--json", action="store_true", help="输出 JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        start, days = options["start"], options["days"]
        found = workdays.period(start, days)
        if options["json"]:
            self.stdout.write(json.dumps(workdays.as_json(start, found), ensure_ascii=False, indent=1))
        else:
            self.stdout.write("\n".join(workdays.lines(start, days, found)))
