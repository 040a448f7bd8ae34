"""Template filters of the desk (工作台标签)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()

_LOOKS = {
    "file": "一个主体的信息",
    "records": "本单位信息",
    "register": "查询登记",
    "batches": "报送批次",
    "open-questions": "待裁定事项",
    "held-widenings": "待定公示",
    "waiting": "待裁定的行",
    "proposals": "待审核事项",
    "asof": "某日情况",
    "subject-by-code": "按代码查找主体",
    "explain": "一条信息为什么公开或者不公开",
    "documents": "已出具的报告",
    "cases": "名单案卷清单",
    "repairs": "修复案卷清单",
    "subject-search": "凭代码查找主体",
    "measures": "惩戒措施",
    "list": "批量出具名单",
}

# How an officer came to look, where it was not on the desk itself.
_CHANNELS = {"cli": "命令行", "demo": "演示装载", "worker": "后台任务"}


@register.filter("of")
def of(table: Mapping[Any, Any], key: Any) -> Any:
    """The entry of a mapping, a dash when there is none."""
    return table.get(key, "—")


@register.filter
def looked_at(what: str) -> str:
    """What an entry of the register was about, in words; a batch with its number."""
    name, _, number = what.partition(":")
    return f"{_LOOKS.get(name, name)} {number}".strip() if name != "batch" else f"批次 {number}"


@register.filter
def by_way_of(channel: str) -> str:
    """（命令行） after the name of whoever is named by a command; nothing for the desk."""
    return f"（{_CHANNELS[channel]}）" if channel in _CHANNELS else ""
