"""`xinheng clauses` (条款对照): each clause of the plan with its rules, services, pages and tests."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from xinheng.jobs import clauses


class Command(BaseCommand):
    help = "列出方案每一条由哪些规则、页面和测试办到，哪些尚未办到"
    needs_database = False

    def add_arguments(self, parser: CommandParser) -> None:
        forms = parser.add_mutually_exclusive_group()
        forms.add_argument("--json", action="store_true", help="输出 JSON")
        forms.add_argument("--markdown", action="store_true", help="输出 docs/traceability.md 的内容")

    def handle(self, *args: Any, **options: Any) -> None:
        found = clauses.carried()
        if options["json"]:
            self.stdout.write(clauses.as_json(found))
        else:
            lines = clauses.as_markdown(found) if options["markdown"] else clauses.as_lines(found)
            self.stdout.write("\n".join(lines))
