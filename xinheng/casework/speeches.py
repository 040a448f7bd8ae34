"""How far what a party said is, in whichever procedure it said so (当事人意见的进度): days and states, no party and no text."""

# clauses: 4.1b

from __future__ import annotations

from typing import Any

from xinheng.documents.progress import Progress, Stage
from xinheng.law.deadlines import Due
from xinheng.law.lawbook import Law

IN_TIME = "已受理。"
LATE = "在告知的期限以后收到，已一并受理并注明。"
ANSWERED = "书面反馈已经作出，将送达您，也可以登录“我的信用”查看。"


def of_objection(row: Any, body: str, due: Due | None, law: Law) -> Progress:
    """Received, heard where a hearing was asked for, answered: of a row of an objection."""
    answered = row.replied_on is not None
    hearing = (Stage("听证", row.heard_on),) if row.kind == "hearing" else ()
    return Progress(
        number=row.number,
        title=str(law.document("casework.yaml")["objections"][row.kind]),
        state="已书面反馈" if answered else "核实中",
        tone="plain" if answered else "blue",
        body=body,
        stages=(Stage("收到", row.received_on), *hearing, Stage("书面反馈", row.replied_on)),
        due=None if answered or due is None else due.last,
        provisional=bool(due and due.provisional),
        next_step=ANSWERED if answered else f"{IN_TIME if row.in_time else LATE}核实后书面反馈结果和理由。",
    )
