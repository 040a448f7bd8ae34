"""How far an objection is, for whoever holds its receipt (意见的办理进度): days and states, no party and no text."""

# clauses: 4.1b

from __future__ import annotations

from django.db import transaction

from xinheng.access.scope import whole_city
from xinheng.casework import clocks, correctionprogress
from xinheng.casework.models import Deadline, Objection
from xinheng.casework.repairs import progress as _repairs  # noqa: F401  # tells of its own numbers
from xinheng.documents.progress import Progress, Stage, tells
from xinheng.law import deadlines
from xinheng.law.lawbook import Law

# The modules whose tellers come with this one.
ALSO = (correctionprogress,)
PREFIX = "YYSL"
IN_TIME = "已受理。"
LATE = "在告知的期限以后收到，已一并受理并注明。"


@tells(PREFIX)
def progress(number: str, law: Law) -> Progress | None:
    """Received, heard where a hearing was asked for, answered."""
    with transaction.atomic(), whole_city():
        row = Objection.objects.select_related("case__agency").filter(number=number).first()
        if row is None:
            return None
        clock = Deadline.objects.filter(objection=row, name=clocks.REPLY).first()
        body = row.case.agency.name
        running = clocks.of_row(clock, row.case.list, law) if clock else None
    due = deadlines.due(running, law.calendar) if running else None
    answered = row.replied_on is not None
    hearing = (Stage("听证", row.heard_on),) if row.kind == "hearing" else ()
    return Progress(
        number=number,
        title=str(law.document("casework.yaml")["objections"][row.kind]),
        state="已书面反馈" if answered else "核实中",
        tone="plain" if answered else "blue",
        body=body,
        stages=(Stage("收到", row.received_on), *hearing, Stage("书面反馈", row.replied_on)),
        due=None if answered or due is None else due.last,
        provisional=bool(due and due.provisional),
        next_step="书面反馈已经作出，将送达您，也可以登录“我的信用”查看。"
        if answered
        else f"{IN_TIME if row.in_time else LATE}核实后书面反馈结果和理由。",
    )
