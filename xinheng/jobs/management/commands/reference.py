"""`xinheng reference` (法规与目录数据): check it, compare it, put another state of it into force."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from xinheng.jobs import reference


class Command(BaseCommand):
    help = "检查、比较、更换法规与目录数据"

    def add_arguments(self, parser: CommandParser) -> None:
        steps = parser.add_subparsers(dest="step", required=True, metavar="check | diff | load | approve")
        check = steps.add_parser("check", help="检查引用、版本重叠，以及文件与库表是否一致")
        check.add_argument("path", type=Path, nargs="?", metavar="DIR", help="只检查这个目录，不比库表")
        for step, told in (("diff", "与现行数据比较"), ("load", "提出更换，由另一人批准")):
            steps.add_parser(step, help=told).add_argument("path", type=Path, metavar="DIR", help="数据目录")
        steps.add_parser("approve", help="批准更换").add_argument(
            "digest", metavar="DIGEST", help="数据包摘要"
        )
        for name, one in steps.choices.items():
            one.add_argument("--json", action="store_true", help="输出 JSON")
            if name in ("load", "approve"):
                one.add_argument("--user", required=True, metavar="NAME", help="经办人账号")

    def handle(self, *args: Any, **options: Any) -> None:
        steps = {
            "check": lambda: reference.check(options["path"], mirror=True),
            "diff": lambda: reference.diff(options["path"]),
            "load": lambda: reference.load(options["path"], options["user"]),
            "approve": lambda: reference.approve(options["digest"], options["user"]),
        }
        report = steps[options["step"]]()
        self.stdout.write(report.text(as_json=options["json"]))
        raise SystemExit(report.code)
