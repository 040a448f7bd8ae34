"""What `xinheng tick` does and prints: the daily clock (每日时钟)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from xinheng.casework import daily
from xinheng.casework.daily import Day
from xinheng.law.procedures.listing import LISTING
from xinheng.runtime import clock, idempotency

DONE, NOT_ALL = 0, 1


def run(as_of: date | None, *, as_json: bool) -> tuple[str, int]:
    """Do what today brings; with a day, say what that day would bring and do nothing. Text and exit code."""
    if as_of is None:
        day, found = clock.today(), daily.daily(now=clock.now())
        idempotency.forget(now=clock.now())
    else:
        day, found = as_of, daily.preview(now=datetime.combine(as_of, time(12), tzinfo=clock.HERE))
    told = _json(day, found, as_of is not None)
    text = json.dumps(told, ensure_ascii=False, indent=1) if as_json else "\n".join(_lines(day, found, told))
    return text, NOT_ALL if found.swept.refused else DONE


def _json(day: date, found: Day, preview: bool) -> dict[str, Any]:
    return {
        "day": day.isoformat(),
        "preview": preview,
        "moved": found.moved,
        "reminders": found.reminders,
        "repairable": found.repairable,
        "plans": found.plans,
        "taken": [{"case": each.number, "step": each.step} for each in found.swept.taken],
        "refused": [
            {"case": each.due.number, "step": each.due.step, "code": each.code}
            for each in found.swept.refused
        ],
    }


def _lines(day: date, found: Day, told: dict[str, Any]) -> Iterator[str]:
    """Chinese, one line a matter."""
    yield f"{day} 预览，不作任何改动：" if told["preview"] else f"{day}："
    counted = Counter(each.step for each in found.swept.taken)
    yield from (f"  {LISTING.step(step).label}：{count} 件" for step, count in counted.items())
    yield f"  末日重新计算后有变动：{found.moved} 个期限"
    yield f"  提醒和升级：{found.reminders} 条"
    yield f"  告知可以申请修复：{found.repairable} 条"
    yield f"  重整、和解计划期满，惩戒措施恢复：{found.plans} 件"
    for each in found.swept.refused:
        yield f"  没有办成：案卷 {each.due.number}，{LISTING.step(each.due.step).label}（{each.code}），下次再办"
