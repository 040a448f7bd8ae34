"""How far an application for repair is, for whoever holds its receipt (修复申请的办理进度): bodies and days, no party."""

# clauses: 5.1d

from __future__ import annotations

from django.db import transaction

from xinheng.access.scope import whole_city
from xinheng.casework.repairs.models import RepairApplication, RepairCase, RepairClock, RepairStep
from xinheng.documents.progress import Progress, Stage, tells
from xinheng.law import deadlines
from xinheng.law.lawbook import Law
from xinheng.law.procedures.repair import OPEN, REPAIR

PREFIX = "XFSQ"
OFFICE_CLOCKS = ("repair_acceptance", "repair_decision")
ASKED = "有单位告知需要补正材料，请登录“我的信用”或者到窗口补交。"
GOING = "各单位核查后逐条作出书面决定，决定作出后在“我的信用”查看。"
OVER = "各单位都已经作出决定，请在“我的信用”查看决定书和理由。"


@tells(PREFIX)
def progress(number: str, law: Law) -> Progress | None:
    """Each body with its state and the day on which it came to it."""
    with transaction.atomic(), whole_city():
        row = RepairApplication.objects.filter(number=number).first()
        if row is None:
            return None
        cases = list(RepairCase.objects.select_related("agency").filter(application=row).order_by("number"))
        stages = tuple(_stage(each) for each in cases)
        due = [found for each in cases if (found := _due(each, law))]
    left = [each for each in cases if each.state in OPEN]
    asked = any(each.state == "supplementing" for each in cases)
    return Progress(
        number=number,
        title="信用修复申请",
        state="办理中" if left else "已作出决定",
        tone="amber" if asked else "blue" if left else "plain",
        body="、".join(each.agency.name for each in cases),
        stages=(Stage("收到", row.lodged_on), *stages),
        due=min((each.last for each in due if each.last), default=None),
        provisional=any(each.provisional for each in due),
        next_step=ASKED if asked else GOING if left else OVER,
    )


def _stage(case: RepairCase) -> Stage:
    last = RepairStep.objects.filter(case=case).exclude(step="supply").order_by("-seq").first()
    return Stage(f"{case.agency.name}：{REPAIR.states[case.state]}", last.day if last else None)


def _due(case: RepairCase, law: Law) -> deadlines.Due | None:
    row = RepairClock.objects.filter(case=case, stopped_on=None, name__in=OFFICE_CLOCKS).first()
    if row is None:
        return None
    what = deadlines.legal_period(row.name, law)
    return deadlines.due(deadlines.begin(what, row.start, fixed=row.n), law.calendar)
