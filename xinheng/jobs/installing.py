"""The steps of `xinheng init`, each of which may be taken again (安装步骤)."""

from __future__ import annotations

from collections.abc import Callable

from django.core.management import call_command

from xinheng.ledger import trusting
from xinheng.runtime import install
from xinheng.vault import keys

STEPS: tuple[tuple[str, Callable[[], object]], ...] = (
    ("密钥", keys.ensure),
    ("台账信任文件", trusting.ensure),
    ("会话密钥", install.ensure_django_key),
    ("数据库与角色", install.prepare_database),
    ("数据表", lambda: call_command("migrate", database="owner", interactive=False, verbosity=0)),
    ("按月分区", install.ensure_months),
    ("页面文件", lambda: call_command("collectstatic", interactive=False, verbosity=0)),
)


def install_all(*, say: Callable[[str], object]) -> None:
    """Take every step in order; a fault stops and leaves the steps before it done."""
    for name, step in STEPS:
        say(f"正在准备{name}……")
        step()
