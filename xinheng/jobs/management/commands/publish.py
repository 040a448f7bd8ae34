"""`xinheng publish rebuild | verify` (公示): make the public entries anew, or prove that they are right."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from xinheng.jobs import publish


class Command(BaseCommand):
    help = "重新生成公示内容，或者核对它是否与规定一致"

    def add_arguments(self, parser: CommandParser) -> None:
        steps = parser.add_subparsers(dest="step", required=True, metavar="rebuild | verify")
        for step, told in (("rebuild", "按现行规定重新生成"), ("verify", "与重新推算的比较，不改动")):
            steps.add_parser(step, help=told).add_argument("--json", action="store_true", help="输出 JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        step = publish.rebuild if options["step"] == "rebuild" else publish.verify
        text, code = step(as_json=options["json"])
        self.stdout.write(text)
        raise SystemExit(code)
