"""How far a correction is, for whoever holds its receipt (异议的办理进度): days and states, no party and no text."""

# clauses: 2.2b

from __future__ import annotations

from typing import Any

from django.db import transaction

from xinheng.access.scope import whole_city
from xinheng.casework.matterclocks import with_days
from xinheng.casework.models import Correction, CorrectionStep
from xinheng.documents.progress import Progress, Stage, tells
from xinheng.law.lawbook import Law
from xinheng.law.procedures.correction import CORRECTION, DECIDED, DONE, OPEN

PREFIX = "XXYY"
NEXT = {
    **dict.fromkeys(OPEN, "认定单位核对原始文书后书面答复；答复之前，这条信息旁标注“异议处理中”。"),
    DECIDED: "处理结果已经作出，将送达您，也可以登录“我的信用”查看。",
    DONE: "处理结果已经送达，各渠道已经更新。",
}
WITHDRAWN = "已按您的要求撤回，可以再次提出。"


@tells(PREFIX)
def progress(number: str, law: Law) -> Progress | None:  # noqa: ARG001 - a teller is given the law
    """Received, answered by the source, decided, done."""
    with transaction.atomic(), whole_city():
        row: Any = with_days(Correction.objects.select_related("agency").filter(number=number)).first()
        if row is None:
            return None
        days = dict(CorrectionStep.objects.filter(correction=row).order_by("seq").values_list("step", "day"))
    under_way = row.state in OPEN
    return Progress(
        number=number,
        title="信息有误的异议",
        state=CORRECTION.states[row.state],
        tone="blue" if under_way else "plain",
        body=row.agency.name,
        stages=(
            Stage("收到", row.lodged_on), Stage("认定单位核查", days.get("answer")),
            Stage("作出处理", row.decided_on), Stage("送达并办结", days.get("complete")),
        ),
        next_step=_next(row),
    )  # fmt: skip


def _next(row: Any) -> str:
    """What comes next, and by when the office means to have answered: no legal period is known."""
    told = NEXT.get(row.state, WITHDRAWN)
    if row.state not in OPEN or row.ends is None:
        return told
    unsure = "，节假日安排公布前为暂定" if row.unsure else ""
    return f"{told}答复的工作目标：{row.ends.isoformat()} 前（没有法定天数{unsure}）。"
