"""From a granted repair to the record shown again, or the entry restored (承诺不实，从立案到执行)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from tests import cast
from tests.promises.town import Broken, early, fined, repaired
from tests.repairs.town import Town
from xinheng.access.scope import acting
from xinheng.casework.models import Case
from xinheng.publication.models import PublicEntry, PublicListing
from xinheng.registry.models import ListEntry, RecordMark
from xinheng.registry.standing import standings

MARKET, LABOUR = cast.MARKET, cast.LABOUR
pytestmark = pytest.mark.clause("1.3a", "5.1a")


def shown(record: UUID) -> PublicEntry | None:
    return PublicEntry.objects.filter(record=record).first()


def test_a_record_is_shown_again_through_its_own_day(town: Town) -> None:
    town = early(town)
    fine = fined(town)
    before = shown(fine)
    assert before is not None
    broken = repaired(town, fine, MARKET)
    assert shown(fine) is None
    broken.whole_way()
    again = shown(fine)
    assert again is not None
    assert broken.row.state == "entered"
    decided = broken.row.decided_on
    assert broken.row.shown_until == date(decided.year + 3, decided.month, decided.day)
    assert again.visible_until.isoformat() > broken.row.shown_until.isoformat()


def test_wage(town: Town) -> None:
    broken = repaired(town, town.entry, LABOUR)
    with acting(cast.LABOUR_CLERK.actor):
        assert ListEntry.objects.get(pk=town.entry).state == "removed"
    broken.whole_way()
    with acting(cast.LABOUR_CLERK.actor):
        back = ListEntry.objects.get(state="listed")
        assert back.listed_on == broken.row.entered_on
        assert back.until == date(back.decided_on.year + 3, back.decided_on.month, back.decided_on.day)
    assert PublicListing.objects.filter(entry=back.pk).exists()
