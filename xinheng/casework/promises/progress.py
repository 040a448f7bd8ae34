"""How far an opinion on a false promise is, for whoever holds its receipt (意见的办理进度): days and states, no party and no text."""

# clauses: 4.1b

from __future__ import annotations

from django.db import transaction

from xinheng.access.scope import whole_city
from xinheng.casework.promises.clocks import REPLY
from xinheng.casework.promises.models import PromiseClock, PromiseObjection
from xinheng.casework.speeches import of_objection
from xinheng.documents.progress import Progress, tells
from xinheng.law import deadlines
from xinheng.law.lawbook import Law

PREFIX = "CNYJ"


@tells(PREFIX)
def progress(number: str, law: Law) -> Progress | None:
    """Received, answered: as what is said in a case of listing."""
    with transaction.atomic(), whole_city():
        row = PromiseObjection.objects.select_related("case__agency").filter(number=number).first()
        clock = PromiseClock.objects.filter(objection=row, name=REPLY).first() if row else None
        if row is None or clock is None:
            return None
        body, listed = row.case.agency.name, law.serious_list(row.case.list)
    due = deadlines.due(
        deadlines.begin(deadlines.reply_period(listed, law), clock.start, fixed=clock.n), law.calendar
    )
    return of_objection(row, body, due, law)
