"""`xinheng explain record` (说明): why a record is, or is not, shown to somebody on a day."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from xinheng.jobs import explain


class Command(BaseCommand):
    help = "说明一条记录为什么公开或者不公开"

    def add_arguments(self, parser: CommandParser) -> None:
        kinds = parser.add_subparsers(dest="kind", required=True, metavar="record")
        one = kinds.add_parser("record", help="一条记录")
        one.add_argument("id", metavar="ID", help="记录编号")
        one.add_argument(
            "--audience", default="public", metavar="CODE", help="提供对象，默认 public 社会公众"
        )
        one.add_argument(
            "--on", "--as-of", type=date.fromisoformat, metavar="DATE", help="哪一天，默认今天，如 2026-11-23"
        )
        one.add_argument(
            "--user", default="", metavar="NAME", help="查看未公开的记录时登记的账号，默认市信用办的人员"
        )
        one.add_argument("--basis", default="", metavar="TEXT", help="查询依据，如案件号、督查文号")
        one.add_argument("--json", action="store_true", help="输出 JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(explain.run(options))
