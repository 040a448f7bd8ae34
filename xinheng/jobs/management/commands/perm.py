"""`xinheng perm` (权限表): which role may do what."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from xinheng.access import permissions


class Command(BaseCommand):
    help = "列出角色与动作的权限表"
    needs_database = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="输出 JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        rows = permissions.rows()
        if options["json"]:
            table = [{"verb": verb, "label": label, "roles": roles} for verb, label, roles in rows]
            self.stdout.write(json.dumps(table, ensure_ascii=False, indent=1))
            return
        self.stdout.write("\t".join(["动作", *permissions.LABELS.values()]))
        for _, label, roles in rows:
            self.stdout.write("\t".join([label, *("可" if may else "—" for may in roles.values())]))
