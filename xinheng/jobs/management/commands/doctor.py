"""`xinheng doctor` (自检): one line per matter, 正常 or 有问题 with the mend."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from xinheng.jobs import doctor


class Command(BaseCommand):
    help = "逐项检查数据库、日历、参考数据、字体、时钟、密钥和队列"
    requires_system_checks: list[str] = []
    needs_database = False  # its first line tells why the database does not start

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="以 JSON 输出")

    def handle(self, *args: Any, **options: Any) -> None:
        findings = doctor.examine()
        if options["json"]:
            self.stdout.write(json.dumps([asdict(f) for f in findings], ensure_ascii=False, indent=2))
        else:
            self.stdout.write("\n".join(finding.line for finding in findings))
        if not all(finding.well for finding in findings):
            raise SystemExit(1)
