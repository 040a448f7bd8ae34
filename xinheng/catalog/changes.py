"""What changes between two lawbooks, in Chinese, for those who approve it (数据包变化)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from xinheng.catalog import books
from xinheng.law.lawbook import Lawbook
from xinheng.law.reference import ReferenceValue

_FILES = {
    "instruments": "法规文件登记", "clauses": "条文", "ranks": "效力层级", "catalog": "公共信用信息目录",
    "measures": "惩戒措施清单", "lists": "严重失信主体名单", "terms": "公示期限", "repair": "信用修复规则", "deadlines": "办理期限",
    "calendars": "工作日日历", "feeds": "报送表格", "duties": "职责分工", "regions": "行政区划",
    "audiences": "提供对象", "masks": "脱敏方式", "refusals": "答复用语", "surnames": "姓氏",
}  # fmt: skip
_CONFIDENCE = {"sourced": "有出处", "known": "熟知未复核", "uncertain": "不确定"}


def told_changes(before: Lawbook, after: Lawbook) -> Iterator[str]:
    """One sentence for each value added, dropped or changed, and for each change of confidence."""
    old, new = _by_path(before), _by_path(after)
    for path in sorted(old.keys() | new.keys()):
        if path not in old:
            yield f"{_where(path)}：新增“{_told(new[path].value)}”。"
        elif path not in new:
            yield f"{_where(path)}：删去“{_told(old[path].value)}”。"
        elif old[path].value != new[path].value:
            yield f"{_where(path)}：由“{_told(old[path].value)}”改为“{_told(new[path].value)}”。"
        elif old[path].confidence != new[path].confidence:
            yield f"{_where(path)}：把握由“{_sure(old[path])}”改为“{_sure(new[path])}”。"


def _by_path(book: Lawbook) -> dict[str, ReferenceValue]:
    return {each.path: each for each in books.values(book)}


def _where(path: str) -> str:
    file, _, rest = path.partition("/")
    return f"{_FILES.get(file, file)}｜{rest}" if rest else _FILES.get(file, file)


def _told(value: Any) -> str:
    if value in (None, "", []):
        return "未填"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(map(_told, value))
    text = str(value)
    return text if len(text) <= 80 else f"{text[:80]}……"


def _sure(value: ReferenceValue) -> str:
    return _CONFIDENCE.get(value.confidence, value.confidence or "未注明")
