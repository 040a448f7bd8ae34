"""`xinheng init` (初始化): database, roles, tables, keys and assets; may be run again at every release."""

from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from xinheng.runtime import install
from xinheng.vault import keys


class Command(BaseCommand):
    help = "建立或更新数据库、密钥和页面文件"
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        steps = (
            ("密钥", keys.ensure),
            ("会话密钥", install.ensure_django_key),
            ("数据库与角色", install.prepare_database),
            ("数据表", lambda: call_command("migrate", database="owner", interactive=False, verbosity=0)),
            ("按月分区", install.ensure_months),
            ("页面文件", lambda: call_command("collectstatic", interactive=False, verbosity=0)),
        )
        for name, step in steps:
            self.stderr.write(f"正在准备{name}……")
            step()
        self.stdout.write("初始化完成。")
