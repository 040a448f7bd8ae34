"""What the projector makes public, of whom, until when (公示投影)."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from tests import cast
from tests.publication.shelf import Kept, at, keep
from xinheng.law.facts import SubjectKind
from xinheng.ledger.ids import uuid7
from xinheng.ledger.kinds import EventKind
from xinheng.ledger.services import append
from xinheng.publication import public

pytestmark = pytest.mark.usefixtures("city")


def accept(*records: Kept, day: date = cast.TODAY) -> list[UUID]:
    """Keep them as one batch and tell the ledger, as the intake does."""
    batch = uuid7()
    for each in records:
        each.batch = batch
    ids = keep(*records)
    append(EventKind.BATCH_ACCEPTED, payload={"batch": str(batch)}, agency=cast.MARKET.id, now=at(day))
    return ids


def test_a_fine_is_on_the_page_of_the_firm() -> None:
    (record,) = accept(Kept(decided_on=date(2026, 5, 20), kinds=("confiscate_goods",)))
    page = public.subject(cast.FIRM_CODE, today=cast.TODAY)
    assert page is not None
    assert [(tab.code, tab.count) for tab in page.tabs] == [("penalty", 1)]
    assert page.tabs[0].entries[0].record == record
    assert page.tabs[0].entries[0].visible_until == date(2027, 5, 21)
