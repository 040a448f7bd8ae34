"""`xinheng tick` (每日时钟): ends by the calendar, warnings and escalations; a second time on a day does nothing."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from xinheng.jobs import tick
from xinheng.jobs.workdays import a_day


class Command(BaseCommand):
    help = "办理每日事项：到期移出、期限提醒和升级"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--as-of", type=a_day, metavar="日期", help="只看这一日会有什么，不作改动")
        parser.add_argument("--json", action="store_true", help="输出 JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        text, code = tick.run(options["as_of"], as_json=options["json"])
        self.stdout.write(text)
        raise SystemExit(code)
