"""`xinheng intake validate | submit` (报送): a sheet from the command line, by the same code as the desk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from xinheng.jobs import intake


class Command(BaseCommand):
    help = "校验或提交一份报送表"

    def add_arguments(self, parser: CommandParser) -> None:
        steps = parser.add_subparsers(dest="step", required=True, metavar="validate | submit")
        for step, told in (("validate", "只校验，不保存"), ("submit", "校验并提交")):
            one = steps.add_parser(step, help=told)
            one.add_argument("file", type=Path, metavar="FILE", help="CSV 或 XLSX 文件")
            one.add_argument(
                "--feed", required=True, metavar="FEED", help="报送表：penalty 行政处罚，license 行政许可"
            )
            one.add_argument(
                "--agency", metavar="CODE", required=step == "submit", help="报送单位的统一社会信用代码"
            )
            one.add_argument("--report", type=Path, metavar="OUT.xlsx", help="把标注了问题的表格写到这里")
            one.add_argument("--json", action="store_true", help="输出 JSON")
            if step == "submit":
                one.add_argument(
                    "--user", default="", metavar="NAME", help="经办人账号；不写时为该单位的经办人"
                )
                one.add_argument(
                    "--reviewed",
                    action="store_true",
                    help="本机关已完成公开审查（国家秘密、商业秘密、个人隐私、社会影响）；不写则入库但不公示",
                )

    def handle(self, *args: Any, **options: Any) -> None:
        report = intake.run(options, progress=self.stderr.write)
        self.stdout.write(report.text)
        raise SystemExit(report.code)
