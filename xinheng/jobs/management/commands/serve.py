"""`xinheng serve` (网页服务): granian on the loopback address."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from xinheng.runtime import serving


class Command(BaseCommand):
    help = "在本机地址上提供网页服务"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="端口，默认 8000")
        parser.add_argument("--address", default="127.0.0.1", help="监听地址，默认只限本机")
        parser.add_argument("--workers", type=int, default=serving.WORKERS, help="进程数")

    def handle(self, *args: Any, **options: Any) -> None:
        self.stderr.write(f"http://{options['address']}:{options['port']}/  按 Ctrl-C 停止")
        serving.serve(options["port"], address=options["address"], workers=options["workers"])
