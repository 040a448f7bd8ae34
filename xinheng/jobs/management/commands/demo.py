"""`xinheng demo` (演示): a fictional city office, filled and served on this machine."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from xinheng.jobs.demo import run
from xinheng.runtime import serving


class Command(BaseCommand):
    help = "建好一座虚构的示例城市并在本机打开"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="端口，默认 8000")
        parser.add_argument("--load-only", action="store_true", help="只装载数据，不提供网页服务")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["load_only"]:
            # Before a minute's loading, not after it.
            serving.check_port(serving.HERE, options["port"])
        run.known_as(options["port"])
        run.fill(say=self.stderr.write, tell=self.stdout.write)
        if not options["load_only"]:
            run.serve(options["port"], tell=self.stdout.write)
