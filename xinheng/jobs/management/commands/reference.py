"""`xinheng reference` (法规与目录数据): check it, compare it, put another state of it into force."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from xinheng.jobs import reference


class Command(BaseCommand):
    help = "检查、比较、更换法规与目录数据"

    def add_arguments(self, parser: CommandParser) -> None:
        reference.arguments(parser)

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
