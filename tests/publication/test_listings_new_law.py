"""List entries under another law: what ends, ends now or on its day, and nothing begins or widens (名单公示与新规定)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.db import transaction

from tests import cast
from tests.publication.listed import Register
from tests.publication.test_listings import MARKET, WAGE, changes, shown
from xinheng.catalog import queries as catalog
from xinheng.law.lawbook import Law, Lawbook
from xinheng.ledger.ids import uuid7
from xinheng.ledger.kinds import EventKind
from xinheng.ledger.services import append
from xinheng.publication import consumers, listings
from xinheng.publication.listings import ListingScope

pytestmark = [pytest.mark.usefixtures("city"), pytest.mark.clause("1.2.2", "2.4")]


def without_list(code: str, *, until: date | None = None) -> Lawbook:
    """The lawbook without a list, or with one that ends on a day."""
    book = catalog.current_lawbook()
    kept = [each for each in book.lists if each.code != code]
    cut = [replace(each, valid_to=until) for each in book.lists if each.code == code and until]
    return replace(book, lists=(*kept, *cut))


def under(book: Lawbook, kind: EventKind = EventKind.LAWBOOK_CHANGED) -> listings.ListingsProjected:
    law = book.as_of(cast.TODAY, catalog.rulings())
    return listings.project(ListingScope(), event=uuid7(), kind=kind, at=cast.NOW, law=law)


def test_a_list_that_falls_takes_its_entries_with_it_and_its_return_brings_none_back(
    entries: Register,
) -> None:
    entries.list(WAGE)
    entries.list(MARKET)
    assert under(without_list("wage")) == listings.ListingsProjected(2, 1)
    assert shown() == {MARKET.id}
    assert under(catalog.current_lawbook()).changed == 0
    assert shown() == {MARKET.id}
    entries.restore(WAGE)
    assert shown() == {WAGE.id, MARKET.id}


def test_a_list_that_is_known_to_end_ends_its_entries_that_day(entries: Register) -> None:
    entries.list(WAGE)
    under(without_list("wage", until=date(2026, 12, 31)))
    assert shown(date(2026, 12, 31)) == {WAGE.id}
    assert shown(date(2027, 1, 1)) == set()


def test_new_law_widens_nothing(entries: Register) -> None:
    entries.list(WAGE)
    under(without_list("wage", until=date(2026, 12, 31)))
    under(catalog.current_lawbook())
    assert shown(date(2027, 1, 1)) == set()


def test_a_ministry_rule_that_is_repealed_carries_no_entry_further(entries: Register) -> None:
    """Though the list's own edition names no end: the standard rests on nothing from that day."""
    entries.list(WAGE)
    book = catalog.current_lawbook()
    rule = replace(book.instruments["mohrss-45"], valid_to=date(2026, 12, 31))
    under(replace(book, instruments={**book.instruments, "mohrss-45": rule}))
    assert shown(date(2026, 12, 31)) == {WAGE.id}
    assert shown(date(2027, 1, 1)) == set()


def test_before_a_bundle_is_approved_its_effect_on_lists_is_counted_and_nothing_happens(
    entries: Register,
) -> None:
    entries.list(WAGE)
    law: Law = without_list("wage").as_of(cast.TODAY, catalog.rulings())
    assert listings.preview(at=cast.NOW, law=law) == listings.ListingsProjected(1, 1)
    assert shown() == {WAGE.id}
    assert len(changes(WAGE)) == 1


def test_a_new_lawbook_asks_the_lists_too(entries: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    entries.list(WAGE)
    law = without_list("wage").as_of(cast.TODAY, catalog.rulings())
    monkeypatch.setattr(consumers, "law_at", lambda _: law)
    with transaction.atomic():
        append(EventKind.LAWBOOK_CHANGED, payload={"before": "x"}, agency=None, now=cast.NOW)
    assert shown() == set()
