"""What the projector makes public, of whom, until when (公示投影)."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from tests import cast
from tests.publication.shelf import Kept, accept, at, facts_of, keep
from xinheng.access.gate import open_file
from xinheng.law import disclosure
from xinheng.law.facts import SubjectKind
from xinheng.ledger.ids import uuid7
from xinheng.ledger.kinds import EventKind
from xinheng.ledger.services import append
from xinheng.publication import consumers, projector, public, queries
from xinheng.publication.projector import Cause, Scope

pytestmark = pytest.mark.usefixtures("city")

# Under the rule of 2026 the confiscation of goods is of the middle class: twelve months, without a doubt.
CONFISCATED: dict[str, Any] = {
    "decided_on": date(2026, 5, 20),
    "accepted_on": date(2026, 6, 3),
    "kinds": ("confiscate_goods",),
}


def rows(query: str, *told: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, told)
        return list(cursor.fetchall())


def test_a_penalty_is_on_the_page_of_the_firm_until_the_law_ends_it() -> None:
    (record,) = accept(Kept(**CONFISCATED))
    page = public.subject(cast.FIRM_CODE, today=cast.TODAY)
    assert page is not None
    assert page.name == cast.FIRM_NAME
    assert [(tab.code, tab.label, tab.count) for tab in page.tabs] == [("penalty", "行政处罚", 1)]
    entry = page.tabs[0].entries[0]
    assert (entry.record, entry.visible_from, entry.visible_until) == (
        record,
        date(2026, 5, 20),
        date(2027, 5, 21),
    )


@pytest.mark.clause("1.2.2")
def test_the_end_takes_effect_at_midnight_rest_day_or_not() -> None:
    """The last day is 20 May 2028, a Saturday; no job, no shift to the next working day."""
    (record,) = accept(Kept(**{**CONFISCATED, "decided_on": date(2027, 5, 20)}), day=date(2027, 6, 1))
    last = date(2028, 5, 20)
    assert last.weekday() == 5
    assert public.record(cast.FIRM_CODE, record, today=last) is not None
    assert public.record(cast.FIRM_CODE, record, today=last + timedelta(days=1)) is None
    assert public.subject(cast.FIRM_CODE, today=last + timedelta(days=1)) is None
    assert public.subject_json(cast.FIRM_CODE, last + timedelta(days=1)) is None


def test_an_undecided_term_is_not_public() -> None:
    accept(Kept(kinds=("fine",), decided_on=date(2026, 5, 20)))
    assert public.subject(cast.FIRM_CODE, today=cast.TODAY) is None


def test_a_term_that_was_over_before_the_record_came_leaves_no_entry() -> None:
    accept(Kept(**{**CONFISCATED, "accepted_on": date(2027, 6, 1)}), day=date(2027, 6, 1))
    assert rows("SELECT count(*) FROM publication_publicentry") == [(0,)]


def test_the_dates_of_the_database_are_those_of_the_law() -> None:
    """Month ends, leap days and open ends: the set-based window equals law.disclosure.window."""
    chance = random.Random(20260401)
    ends = [date(2026, 4, 30), date(2026, 8, 31), date(2026, 12, 31), date(2027, 2, 28), date(2028, 2, 29)]
    days = ends + [date(2026, 4, 1) + timedelta(days=chance.randrange(700)) for _ in range(25)]
    penalties = [Kept(**{**CONFISCATED, "decided_on": day, "accepted_on": day}) for day in days]
    licences = [
        Kept(
            item="license",
            decided_on=day,
            accepted_on=day,
            valid_to=chance.choice([None, day + timedelta(days=900)]),
        )
        for day in days
    ]
    kept = penalties + licences
    ids = accept(*kept, day=date(2028, 3, 1))
    law = consumers.law_at(at(date(2028, 3, 1)))
    found = {
        r: (f, u)
        for r, f, u in rows("SELECT record, visible_from, visible_until FROM publication_publicentry")
    }
    assert len(found) == len(kept)
    for record, each in zip(ids, kept, strict=True):
        term = disclosure.decide(facts_of(each), "public", law).term
        assert term is not None
        dates: Any = {
            "decided_on": each.decided_on,
            "accepted_on": each.accepted_on,
            "valid_to": each.valid_to,
        }
        assert found[record] == disclosure.window(term, **dates)


@pytest.mark.clause("3.2c")
def test_a_natural_person_is_never_public() -> None:
    accept(
        Kept(kind=SubjectKind.NATURAL_PERSON, **CONFISCATED),
        Kept(item="license", kind=SubjectKind.NATURAL_PERSON, facts={"consent": True}),
    )
    assert rows("SELECT count(*) FROM publication_publicentry") == [(0,)]
    assert rows("SELECT count(*) FROM publication_publicsubject") == [(0,)]


@pytest.mark.clause("3.2c")
@pytest.mark.parametrize("claimed", ["natural_person", "legal_person"])
def test_the_database_itself_lets_no_person_in(claimed: str) -> None:
    """Whatever the projector were to write: the check on the kind and the guard that reads the subject."""
    (record,) = keep(Kept(kind=SubjectKind.NATURAL_PERSON, **CONFISCATED))
    (subject,) = rows_as_city("SELECT subject_id FROM registry_record WHERE id = %s", record)[0]
    with (
        pytest.raises(DatabaseError, match=r"natural person|public_subject_is_no_person"),
        transaction.atomic(),
    ):
        as_projector(
            "INSERT INTO publication_publicsubject VALUES (%s, %s, %s, %s, '{}')",
            subject,
            cast.FIRM_CODE,
            "示例",
            claimed,
        )


@pytest.mark.clause("3.2c")
def test_an_entry_of_a_person_is_refused_by_the_database_though_filed_under_a_firm() -> None:
    firm, _ = accept(Kept(**CONFISCATED), Kept(kind=SubjectKind.NATURAL_PERSON, **CONFISCATED))
    (person,) = keep(Kept(kind=SubjectKind.NATURAL_PERSON, **CONFISCATED))
    with pytest.raises(DatabaseError, match="live record"), transaction.atomic():
        as_projector("UPDATE publication_publicentry SET record = %s WHERE record = %s", person, firm)


def rows_as_city(query: str, *told: Any) -> list[tuple[Any, ...]]:
    rows("SELECT set_config('xinheng.whole_city', 'on', true)")
    return rows(query, *told)


def as_projector(statement: str, *told: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE xinheng_projector")
        cursor.execute(statement, told)
        cursor.execute("SET LOCAL ROLE NONE")


@pytest.mark.parametrize("table", ["publicentry", "publicsubject", "publicverdict", "publicationchange"])
def test_only_the_projector_writes_what_is_public(table: str) -> None:
    accept(Kept(**CONFISCATED))
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        rows(f"DELETE FROM publication_{table} RETURNING 1")


def test_the_register_of_changes_only_grows(superuser: Any) -> None:
    superuser.execute("SET lock_timeout = '5s'")
    with pytest.raises(Exception, match="append-only"):
        superuser.execute("TRUNCATE publication_publicationchange")
    accept(Kept(**CONFISCATED))
    for statement in (
        "UPDATE publication_publicationchange SET cause = ''",
        "DELETE FROM publication_publicationchange",
    ):
        with pytest.raises(DatabaseError, match=r"append-only|permission denied"), transaction.atomic():
            as_projector(statement)


def test_the_callers_role_is_put_back_also_for_a_second_projection() -> None:
    accept(Kept(**CONFISCATED))
    accept(Kept(**CONFISCATED))
    assert rows("SELECT current_user") == [("xinheng_app",)]


def test_what_is_withdrawn_is_gone_and_the_register_says_when() -> None:
    kept = Kept(**CONFISCATED)
    (record,) = accept(kept)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE xinheng_intake")
        cursor.execute("UPDATE registry_record SET state = 'withdrawn' WHERE id = %s", [record])
        cursor.execute("SET LOCAL ROLE NONE")
    append(
        EventKind.BATCH_WITHDRAWN, payload={"batch": str(kept.batch)}, agency=None, now=at(date(2026, 12, 1))
    )
    assert public.record(cast.FIRM_CODE, record, today=date(2026, 12, 1)) is None
    assert visible(record, date(2026, 11, 30)) is True
    assert visible(record, date(2026, 12, 1)) is False


def visible(record: UUID, day: date) -> bool | None:
    (subject,) = rows_as_city("SELECT subject_id FROM registry_record WHERE id = %s", record)[0]
    opened = open_file(
        actor=cast.AUDITOR.actor, subject=subject, purpose="supervision", basis="示例督查1号", now=cast.NOW
    )
    found = queries.visible_on(opened, record, day)
    return None if found is None else found.visible


def test_before_anything_was_decided_the_register_knows_nothing() -> None:
    (record,) = accept(Kept(**CONFISCATED))
    assert visible(record, cast.TODAY - timedelta(days=1)) is None


def test_a_projection_that_changes_nothing_writes_nothing() -> None:
    accept(Kept(**CONFISCATED), Kept(item="license"))
    before = rows("SELECT count(*) FROM publication_publicationchange")
    done = projector.project(
        Scope(), event=uuid7(), cause=Cause.INTAKE, at=cast.NOW, law=consumers.law_at(cast.NOW)
    )
    assert (done.records, done.changed, done.held) == (2, 0, 0)
    assert rows("SELECT count(*) FROM publication_publicationchange") == before == [(2,)]


def test_a_sole_trader_under_the_own_name_is_masked_everywhere() -> None:
    name, code = "王小明", cast.uscc("92", 77)
    accept(Kept(code=code, name=name, kind=SubjectKind.SOLE_TRADER, **CONFISCATED))
    page = public.subject(code, today=cast.TODAY)
    assert page is not None
    assert page.name == "王**"
    assert public.search("王小明", today=cast.TODAY).hits == ()
    found = public.record(code, page.tabs[0].entries[0].record, today=cast.TODAY)
    assert found is not None
    assert name not in repr(found)


def test_a_trade_name_stays() -> None:
    accept(Kept(code=cast.SHOP_CODE, name=cast.SHOP_NAME, kind=SubjectKind.SOLE_TRADER, **CONFISCATED))
    page = public.subject(cast.SHOP_CODE, today=cast.TODAY)
    assert page is not None
    assert page.name == cast.SHOP_NAME
