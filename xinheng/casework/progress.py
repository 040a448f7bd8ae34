"""How far an objection is, for whoever holds its receipt (意见的办理进度): days and states, no party and no text."""

# clauses: 4.1b

from __future__ import annotations

from django.db import transaction

from xinheng.access.scope import whole_city
from xinheng.casework import clocks, correctionprogress
from xinheng.casework.models import Deadline, Objection
from xinheng.casework.promises import progress as _promises  # noqa: F401  # tells of its own numbers
from xinheng.casework.repairs import progress as _repairs  # noqa: F401  # tells of its own numbers
from xinheng.casework.speeches import of_objection
from xinheng.documents.progress import Progress, tells
from xinheng.law import deadlines
from xinheng.law.lawbook import Law

# The modules whose tellers come with this one.
ALSO = (correctionprogress,)
PREFIX = "YYSL"


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
    return of_objection(row, body, due, law)
