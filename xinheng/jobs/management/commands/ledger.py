"""`xinheng ledger` (台账): seal, verify, prove, export; verification without a database."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from xinheng.jobs import ledger


class Command(BaseCommand):
    help = "写入、校验和导出台账；核验报告和证明"

    def add_arguments(self, parser: CommandParser) -> None:
        ledger.arguments(parser)

    def needs_database(self, options: dict[str, Any]) -> bool:
        return ledger.needs_database(options)

    def handle(self, *args: Any, **options: Any) -> None:
        report = ledger.run(options, self.stderr.write)
        if report.lines or report.told:
            self.stdout.write(report.text(as_json=options.get("json", False)))
        raise SystemExit(report.code)
