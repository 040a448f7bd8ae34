"""`xinheng init` (初始化): database, tables, keys, assets and first officers; again at every release."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from xinheng.jobs import founding, installing
from xinheng.runtime import clock


class Command(BaseCommand):
    help = "建立或更新数据库、密钥、页面文件和首批账户"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--office", type=Path, metavar="FILE", help="首批单位和账户（YAML）")

    def handle(self, *args: Any, **options: Any) -> None:
        told = founding.read(options["office"]) if options.get("office") else None
        installing.install_all(say=self.stderr.write)
        for made in founding.set_up(told, now=clock.now()) if told else ():
            self.stdout.write(f"账户 {made.username}　口令 {made.password}　验证器 {made.authenticator}")
        self.stdout.write("初始化完成。")
