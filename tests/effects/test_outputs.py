"""The effect × output table: each cell asserted with a record to which it really happened (结果与输出对照表)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from tests import cast
from tests.effects import outputs, table
from tests.effects.happened import COLUMNS, City, Column
from tests.effects.outputs import ENDED, HANDED, KEEPER, OWN, PUBLIC, SHARED, SPECIAL, Shows, Silent
from tests.effects.table import TABLE
from xinheng.catalog.public import current_law
from xinheng.law.repairrules import View
from xinheng.law.standing import Ground, Mark
from xinheng.ledger.models import Entry, Queued
from xinheng.publication import public
from xinheng.registry import measurefacts
from xinheng.registry.models import RecordEffect
from xinheng.reports import printing
from xinheng.runtime.models import Job
from xinheng.web.portal import urls

SHOWING = {name: row for name, row in TABLE.items() if isinstance(row, Shows)}
SILENT = {name: row for name, row in TABLE.items() if isinstance(row, Silent) and row.path}
# Each mark as people and machines read it.
WORDS = {
    Mark.REPAIRED.value: ("已修复", "repaired"),
    Mark.DISPUTED.value: ("异议处理中", "disputed"),
    Mark.PLAN.value: ("惩戒措施暂时解除", "plan_running"),
    Mark.FALSE_PROMISE.value: ("修复承诺不实", "false_promise"),
    Mark.CONTESTED.value: ("复议诉讼中", "复议或者诉讼中", "contested"),
}


@pytest.fixture(autouse=True)
def _undone(city: City) -> Iterator[None]:
    """What a test asks for is rolled back, but for the register of looks."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    city.lists.clear()


@cache
def left(column: Column, to: str) -> View | None:
    """What the law's own table leaves these eyes of the column's record; None for everything as before."""
    if column.effect is None or column.lifted:
        return None
    meaning = current_law(cast.TODAY).book.repair.effects[column.effect]
    if to == PUBLIC:
        return View.GONE if column.ends_publication else meaning.public
    if to in (SHARED, HANDED):
        return meaning.shared
    return meaning.own


def marks(column: Column) -> set[str]:
    found = {each.value for each in column.marks}
    if column.effect and column.ground is Ground.REPAIR and not column.lifted:
        found.add(Mark.REPAIRED.value)
    return found


def test_every_output_has_its_row_and_every_row_its_output() -> None:
    rows = {name.partition(" (")[0] for name in TABLE}
    assert outputs.found() == rows


def test_a_new_output_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted defect: a route that nobody wrote down."""
    newcomer = path("open-data/", lambda _: HttpResponse(), name="open-data")
    monkeypatch.setattr(urls, "urlpatterns", [*urls.urlpatterns, newcomer])
    missing = outputs.found() - {name.partition(" (")[0] for name in TABLE}
    assert missing == {"portal:open-data"}


def test_every_audience_and_every_way_of_looking_is_in_the_table() -> None:
    assert {row.to for row in SHOWING.values()} == {PUBLIC, SHARED, OWN, KEEPER, SPECIAL, HANDED}


@pytest.mark.clause("5.1b")
@pytest.mark.parametrize("output", SHOWING)
def test_each_cell(city: City, output: str) -> None:
    """All columns of one output, told together when some are wrong."""
    row = SHOWING[output]
    assert {name: told for name in COLUMNS if (told := _wrong(city, row, name))} == {}


def _wrong(city: City, row: Shows, name: str) -> str:
    column, firm = COLUMNS[name], city.firms[name]
    text, view = row.read(city, firm), left(column, row.to)
    there = any(each in text for each in (firm.number, firm.code, firm.word))
    if view in (View.GONE, View.RESTRICTED) or row.unless in marks(column):
        return "still there" if there else ""
    if view is View.STUB:
        return "its content is still there" if firm.word in text else ""
    if not there:
        return "not there"
    if not row.marks:
        return ""
    expected = marks(column)
    seen = {mark for mark, words in WORDS.items() if any(each in text for each in words)}
    return "" if seen == expected else f"marked {sorted(seen)}, not {sorted(expected)}"


@pytest.mark.parametrize("output", SILENT)
def test_what_is_said_to_show_no_record_shows_none(city: City, output: str) -> None:
    row = SILENT[output]
    answer = row.ask(city)
    assert answer.status_code in (200, 302, 404, 410), answer.status_code
    text = answer.content.decode()
    # Its subject may read a number; what others may not, and anybody else's, stands nowhere.
    gone = [
        firm
        for name, firm in city.firms.items()
        if (name != ENDED if row.own else left(COLUMNS[name], PUBLIC) is View.GONE)
    ]
    assert [firm.column for firm in gone if firm.number in text or firm.code in text] == []
    assert [firm.column for firm in city.firms.values() if firm.word in text] == []


@pytest.mark.clause("3.2b")
@pytest.mark.parametrize("address", ["/s/{}", "/s/{}.json", "/search?q={}"])
def test_what_is_no_longer_public_answers_like_what_never_was(city: City, address: str) -> None:
    never = cast.uscc("91", 799)
    answer = Client().get(address.format(never))
    for column, firm in city.firms.items():
        if left(COLUMNS[column], PUBLIC) is View.GONE:
            other = Client().get(address.format(firm.code))
            assert other.status_code == answer.status_code
            assert _plain(other.content, firm.code) == _plain(answer.content, never)


def _plain(content: bytes, code: str) -> list[str]:
    lines = content.decode().replace(code, "代码").replace("><", ">\n<").splitlines()
    return [each for each in lines if "打印时间" not in each]


def test_the_home_page_counts_what_is_left(city: City) -> None:
    there = [name for name, column in COLUMNS.items() if left(column, PUBLIC) in (None, View.MARKED)]
    assert public.counts(cast.TODAY) == public.TotalCount(len(there), len(there))


def test_neither_sequencer_nor_worker_has_run(city: City) -> None:
    """All of the above holds while nothing has been sequenced and no job done: both were never started."""
    assert Queued.objects.exists()
    assert not Entry.objects.exists()
    assert not Job.objects.filter(state="done").exists()


def test_a_wrong_meaning_would_be_seen(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted defect: an output that forgets to ask how a record stands."""
    monkeypatch.setattr(printing, "_is_left", lambda *_: True)
    wrong = {name: _wrong(city, table.TABLE["document:report/agency"], name) for name in COLUMNS}  # type: ignore[arg-type]
    assert {name for name, told in wrong.items() if told} == {"ended", "withheld"}


def test_a_document_that_nobody_may_use_any_more_would_be_seen(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted defect: measures asked for on the documents of all live records."""
    monkeypatch.setattr(measurefacts, "ended_for_others", RecordEffect.objects.none)
    wrong = {name: _wrong(city, table.TABLE["desk:measure-ask"], name) for name in COLUMNS}  # type: ignore[arg-type]
    assert {name for name, told in wrong.items() if told} == {"ended", "withheld"}
