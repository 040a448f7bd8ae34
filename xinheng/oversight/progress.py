"""How far a complaint is, for whoever holds its receipt (举报的办理进度): days, state, and the answer to it."""

# clause: 5.1c

from __future__ import annotations

from django.db import transaction

from xinheng.access.scope import whole_city
from xinheng.casework import texts
from xinheng.documents.progress import Progress, Stage, tells
from xinheng.law import complaints as table
from xinheng.law.lawbook import Law
from xinheng.oversight.complaintqueries import target
from xinheng.oversight.models import Complaint, ComplaintState
from xinheng.runtime.clock import day_of

PREFIX = "TSJB"
TONES = {ComplaintState.RECEIVED: "amber", ComplaintState.TAKEN: "blue", ComplaintState.ANSWERED: "plain"}
NEXT = {
    ComplaintState.RECEIVED: "由办理机关受理后核实。办理机关不是被举报的单位；一直没有人受理的，会列出来督促。",
    ComplaintState.TAKEN: "核实后答复，凭编号和查询码可以看到。",
}


@tells(PREFIX)
def progress(number: str, law: Law) -> Progress | None:
    """Received, taken, answered."""
    with transaction.atomic(), whole_city():
        row = Complaint.objects.select_related("agency").filter(number=number).first()
        if row is None:
            return None
        said = _answer(row)
    state, due = ComplaintState(row.state), target(row, law)
    days = [day_of(each) if each else None for each in (row.received_at, row.taken_at, row.answered_at)]
    return Progress(
        number=number,
        title="举报",
        state=state.label,
        tone=TONES[state],
        body=row.agency.name if row.agency else "还没有确定",
        stages=tuple(Stage(label, on) for label, on in zip(("收到", "受理", "答复"), days, strict=True)),
        due=due.last if due else None,
        provisional=bool(due and due.provisional),
        office_target=True,
        next_step=NEXT.get(state, ""),
        answer="\n".join(each for each in (_outcome(row, law), said) if each),
    )


def _outcome(row: Complaint, law: Law) -> str:
    known = table.answers(law)
    return known[row.outcome].says if row.outcome in known else ""


def _answer(row: Complaint) -> str:
    last = row.steps.filter(step="answer").first()
    if last is None:
        return ""
    return str(texts.read(last, row.pk)["text"])
