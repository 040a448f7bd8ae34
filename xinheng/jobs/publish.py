"""What `xinheng publish rebuild | verify` does and prints (公示)."""

from __future__ import annotations

import json
from typing import Any

from xinheng.access.actor import host
from xinheng.publication import services
from xinheng.runtime import clock

DONE, FINDINGS = 0, 1
_SHOWN = 20
_SAID = {"missing": "应当公示而没有", "surplus": "不应公示而有", "other": "内容或者期限不同"}


def rebuild(*, as_json: bool) -> tuple[str, int]:
    """Make the public entries anew; text and exit code."""
    done = services.rebuild(actor=host(), now=clock.now())
    told = {name: getattr(done, name) for name in ("records", "entries", "changed", "held")}
    counts = f"核对记录 {done.records} 条、名单信息 {done.entries} 条，变化 {done.changed} 条，待决定 {done.held} 条"
    text = f"已按现行规定重新生成公示内容：{counts}。"
    return (_json(told) if as_json else text), DONE


def verify(*, as_json: bool) -> tuple[str, int]:
    """Compare the public entries with a fresh projection; exit 1 on differences."""
    found = services.verify(now=clock.now())
    told = {name: [str(record) for record in getattr(found, name)] for name in _SAID}
    lines = [f"{_SAID[name]}：{record}" for name, records in told.items() for record in records[:_SHOWN]]
    count = sum(map(len, told.values()))
    mend = "新规定开始施行以后，或者库表被改动过，可用 xinheng publish rebuild 重新生成；只会缩短，不会延长。"
    lines.append(f"共 {count} 条不一致。{mend}" if count else "公示内容与重新推算的一致。")
    return (_json(told) if as_json else "\n".join(lines)), FINDINGS if count else DONE


def _json(told: Any) -> str:
    return json.dumps(told, ensure_ascii=False, indent=1)
