"""Which entries of lists the public sees, from when until when, and what is evidence of it (名单公示)."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from tests import cast
from tests.publication.listed import OnList, Register, other
from tests.publication.shelf import Kept, accept, at
from xinheng.law.facts import SubjectKind
from xinheng.ledger.kinds import EventKind
from xinheng.publication import public, public_lists, services

pytestmark = [pytest.mark.usefixtures("city"), pytest.mark.clause("2.3", "2.4")]

WAGE = OnList()
MARKET = OnList(
    code=cast.OTHER_FIRM_CODE, name=cast.OTHER_FIRM_NAME, list="market", edition="market-2021", range="R1",
    listed_on=date(2026, 9, 1), decided_on=date(2026, 8, 25), until=date(2029, 9, 1),
)  # fmt: skip
LAST = date(2029, 6, 1)
ENDS = [
    EventKind.CASE_END, EventKind.CASE_EXIT, EventKind.CASE_REVOKE, EventKind.CASE_CORRECT,
    EventKind.CASE_LEAVE_WITH_UNIT,
]  # fmt: skip


def rows(query: str, *told: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, told)
        return list(cursor.fetchall())


def changes(entry: OnList) -> list[tuple[str, date | None, date | None]]:
    asked = "SELECT cause, visible_from, visible_until FROM publication_listingchange WHERE entry = %s ORDER BY at, event"
    return rows(asked, entry.id)


def shown(day: date = cast.TODAY) -> set[UUID]:
    """Whatever face is asked, all agree."""
    of_lists = {
        each.entry for code in ("wage", "market") for each in public_lists.of_list(code, today=day).entries
    }
    pages = [public.subject(code, today=day) for code in (cast.FIRM_CODE, cast.OTHER_FIRM_CODE)]
    of_subjects = {each.entry for page in pages if page for each in page.lists}
    assert of_lists == of_subjects
    assert sum(public_lists.counts(day).values()) == len(of_lists)
    return of_lists


def test_an_entry_is_shown_from_its_listing_to_its_last_day(entries: Register) -> None:
    entries.list(WAGE)
    assert shown(WAGE.listed_on - timedelta(days=1)) == set()
    assert shown(WAGE.listed_on) == shown(LAST) == {WAGE.id}
    assert shown(LAST + timedelta(days=1)) == set()
    assert public.subject(cast.FIRM_CODE, today=LAST + timedelta(days=1)) is None


def test_it_says_what_was_decided(entries: Register) -> None:
    entries.list(replace(WAGE, number="示例列决〔2026〕1号"))
    (found,) = public_lists.of_list("wage", today=cast.TODAY).entries
    assert (found.uscc, found.name, found.list_name) == (
        cast.FIRM_CODE,
        cast.FIRM_NAME,
        "拖欠农民工工资失信联合惩戒对象名单",
    )
    assert (found.range, found.body_name, found.number) == ("R2", cast.MARKET.name, "示例列决〔2026〕1号")
    assert (found.decided_on, found.listed_on, found.last_day, found.interim) == (
        date(2026, 6, 1), date(2026, 6, 8), LAST, True,
    )  # fmt: skip
    page = public.subject(cast.FIRM_CODE, today=cast.TODAY)
    assert page is not None
    assert (page.lists, page.tabs) == ((found,), ())


def test_an_entry_whose_end_nobody_knows_is_shown_without_one(entries: Register) -> None:
    entries.list(replace(WAGE, until=None))
    assert shown(date(2060, 1, 1)) == {WAGE.id}


def test_a_term_that_was_over_when_it_began_is_never_shown(entries: Register) -> None:
    entries.list(replace(WAGE, until=WAGE.listed_on - timedelta(days=1)))
    assert rows("SELECT count(*) FROM publication_publiclisting") == [(0,)]
    assert changes(WAGE) == []


def test_a_subject_with_an_entry_alone_is_found_until_it_ends(entries: Register) -> None:
    entries.list(WAGE)
    for asked in (cast.FIRM_CODE, cast.FIRM_NAME[:4]):
        (hit,) = public.search(asked, today=cast.TODAY).hits
        assert (hit.uscc, dict(hit.counts)) == (cast.FIRM_CODE, {"严重失信主体名单": 1})
        assert public.search(asked, today=LAST + timedelta(days=1)).hits == ()
    assert cast.FIRM_CODE in public.sitemap(1, cast.TODAY)
    assert public.sitemap(1, LAST + timedelta(days=1)) == ()
    assert astuple_of(public.counts(cast.TODAY)) == (1, 1)


def astuple_of(found: public.TotalCount) -> tuple[int, int]:
    return found.subjects, found.entries


@pytest.mark.clause("1.3a")
def test_what_is_hidden_is_gone_at_once_and_may_come_back(entries: Register) -> None:
    entries.list(WAGE)
    entries.hide(WAGE)
    assert shown() == set()
    assert public.subject(cast.FIRM_CODE, today=cast.TODAY) is None
    assert rows("SELECT count(*) FROM publication_publiclisting") == [(0,)]
    entries.restore(WAGE)
    assert shown() == {WAGE.id}
    window = (WAGE.listed_on, LAST + timedelta(days=1))
    assert changes(WAGE) == [("case.list", *window), ("case.hide", None, None), ("case.restore", *window)]


@pytest.mark.clause("1.3a")
@pytest.mark.parametrize("kind", ENDS)
def test_an_ended_entry_is_gone_at_once(entries: Register, kind: EventKind) -> None:
    entries.list(WAGE)
    entries.list(MARKET)
    entries.turn(WAGE, "removed")
    entries.tell(kind, WAGE)
    assert shown() == {MARKET.id}
    assert public.subject(cast.FIRM_CODE, today=cast.TODAY) is None
    assert changes(WAGE)[-1] == (kind.value, None, None)


def test_each_change_is_told_to_the_ledger_with_its_digest(entries: Register) -> None:
    entries.list(WAGE)
    told = rows(
        "SELECT p.payload::text FROM ledger_event e JOIN ledger_eventpayload p ON p.event_id = e.id WHERE e.kind = %s",
        "publication.listing_changed",
    )
    (cause,) = rows("SELECT id FROM ledger_event WHERE kind = 'case.list'")[0]
    payload = json.loads(told[0][0])
    assert (payload["cause"], payload["count"]) == (str(cause), 1)
    assert f"{WAGE.id}#{cause}" in str(payload["wrote"])


def test_an_event_that_changes_nothing_for_the_public_leaves_no_evidence(entries: Register) -> None:
    entries.list(replace(WAGE, publishable=False))
    assert changes(WAGE) == []
    assert rows("SELECT count(*) FROM ledger_event WHERE kind = 'publication.listing_changed'") == [(0,)]


# Never ----------------------------------------------------------------------------------------------


def test_what_may_not_be_published_is_not_even_after_it_was_restored(entries: Register) -> None:
    hidden = replace(WAGE, publishable=False)
    entries.list(hidden)
    entries.hide(hidden)
    entries.restore(hidden)
    services.rebuild(actor=cast.OFFICER.actor, now=cast.NOW)
    assert shown() == set()


@pytest.mark.clause("3.2c")
@pytest.mark.parametrize(
    "entry",
    [
        OnList(kind=SubjectKind.NATURAL_PERSON, list="market", edition="market-2021"),
        OnList(kind=SubjectKind.NATURAL_PERSON, role="legal_representative"),
    ],
    ids=["as a party", "linked to a unit"],
)
def test_a_natural_person_never(entries: Register, entry: OnList) -> None:
    """Although the row claims that he may be published."""
    entries.list(entry)
    entries.hide(entry)
    entries.restore(entry)
    services.rebuild(actor=cast.OFFICER.actor, now=cast.NOW)
    for table in ("publiclisting", "publicsubject", "listingchange"):
        assert rows(f"SELECT count(*) FROM publication_{table}") == [(0,)], table


@pytest.mark.clause("3.2c")
def test_a_person_linked_to_a_unit_never_though_the_row_calls_him_a_firm(entries: Register) -> None:
    entries.list(replace(WAGE, role="legal_representative"))
    assert shown() == set()


@pytest.mark.clause("3.2c")
def test_a_trader_under_his_own_name_is_masked_as_everywhere(entries: Register) -> None:
    entries.list(replace(WAGE, code=cast.SHOP_CODE, name="王示例", kind=SubjectKind.SOLE_TRADER))
    (found,) = public_lists.of_list("wage", today=cast.TODAY).entries
    page = public.subject(cast.SHOP_CODE, today=cast.TODAY)
    assert page is not None
    assert found.name == page.name == page.lists[0].name == "王**"
    assert public.search("王示例", today=cast.TODAY).hits == ()


def test_an_entry_on_a_list_that_is_not_in_force_is_not_public(entries: Register) -> None:
    entries.list(replace(WAGE, list="invented", edition="invented-2026"))
    assert public_lists.of_list("invented", today=cast.TODAY).total == 0


@pytest.mark.clause("3.2c", "1.3a")
@pytest.mark.parametrize(
    "planted",
    [
        {"kind": SubjectKind.NATURAL_PERSON},
        {"publishable": False},
        {"state": "hidden"},
        {"until": date(2027, 1, 1)},
        {"listed_on": date(2026, 9, 2)},
        {"interim": False},
        {"list": "wage"},
    ],
)
def test_the_database_lets_nothing_else_in(entries: Register, planted: dict[str, Any]) -> None:
    """Whatever the projector were to write."""
    entries.list(MARKET)
    wrong = other(MARKET, **planted)
    entries.keep(wrong)
    with pytest.raises(DatabaseError, match="a public list entry needs"), transaction.atomic():
        as_projector(COPIED, f'{{"entry": "{wrong.id}"}}')


def test_what_the_database_lets_in_is_the_same_with_nothing_wrong(entries: Register) -> None:
    entries.list(MARKET)
    right = other(MARKET)
    entries.keep(right)
    as_projector(COPIED, f'{{"entry": "{right.id}"}}')
    assert shown() == {MARKET.id, right.id}


COPIED = (
    "INSERT INTO publication_publiclisting SELECT (jsonb_populate_record(e, %s::jsonb)).*"
    " FROM publication_publiclisting e"
)


def as_projector(statement: str, *told: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE xinheng_projector")
        cursor.execute(statement, told)
        cursor.execute("SET LOCAL ROLE NONE")


@pytest.mark.parametrize("table", ["publiclisting", "listingchange"])
@pytest.mark.parametrize(
    "statement", ["DELETE FROM publication_{}", "UPDATE publication_{} SET visible_until = NULL"]
)
def test_the_application_may_not_write_what_is_public(entries: Register, table: str, statement: str) -> None:
    entries.list(WAGE)
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        rows(statement.format(table))


# Rebuilt --------------------------------------------------------------------------------------------


def everything() -> list[str]:
    tables = {"publicentry": "record", "publicsubject": "subject", "publiclisting": "entry"}
    return [
        row
        for table, key in tables.items()
        for (row,) in rows(f"SELECT t::text FROM publication_{table} t ORDER BY t.{key}")
    ]


def shelf_of_all_kinds(entries: Register) -> None:
    accept(Kept(decided_on=date(2026, 5, 20), accepted_on=date(2026, 6, 3), kinds=("confiscate_goods",)))
    gone, hidden, back = other(WAGE), other(MARKET), other(MARKET, list="wage", edition="wage-2022")
    for each in (WAGE, MARKET, gone, hidden, back, other(WAGE, publishable=False)):
        entries.list(each)
    entries.turn(gone, "removed")
    entries.tell(EventKind.CASE_EXIT, gone)
    for each in (hidden, back):
        entries.hide(each)
    entries.restore(back)


def test_a_rebuild_gives_the_same_content_and_no_evidence(entries: Register) -> None:
    shelf_of_all_kinds(entries)
    before, evidence = everything(), rows("SELECT count(*) FROM publication_listingchange")
    assert len(shown()) == 3
    for _ in range(2):
        done = services.rebuild(actor=cast.OFFICER.actor, now=cast.NOW)
        assert (done.records, done.entries, done.changed) == (1, 6, 0)
        assert everything() == before
    assert rows("SELECT count(*) FROM publication_listingchange") == evidence
    assert not services.verify(now=cast.NOW)


@pytest.mark.parametrize(
    ("plant", "kind"),
    [
        ("UPDATE publication_publiclisting SET visible_until = visible_until - 1", "other"),
        ("UPDATE publication_publiclisting SET body_name = '示例别的单位'", "other"),
        ("DELETE FROM publication_publiclisting", "missing"),
    ],
)
def test_a_verification_finds_what_was_changed_by_hand_and_a_rebuild_mends_it(
    entries: Register, plant: str, kind: str
) -> None:
    entries.list(WAGE)
    before = everything()
    as_projector(plant)
    assert getattr(services.verify(now=cast.NOW), kind) == (WAGE.id,)
    services.rebuild(actor=cast.OFFICER.actor, now=cast.NOW)
    assert everything() == before


def test_what_lies_there_although_it_has_ended_is_found(entries: Register) -> None:
    entries.list(WAGE)
    entries.turn(WAGE, "removed")
    assert services.verify(now=cast.NOW).surplus == (WAGE.id,)


def test_time_alone_changes_no_verification(entries: Register) -> None:
    entries.list(WAGE)
    assert not services.verify(now=at(LAST) + timedelta(days=900))


def test_a_rebuild_begins_nothing_that_evidence_does_not_know(entries: Register) -> None:
    """Evidence is the ceiling: an entry whose listing nobody told to the ledger waits for an officer."""
    entries.keep(WAGE)
    services.rebuild(actor=cast.OFFICER.actor, now=cast.NOW)
    assert shown() == set()
