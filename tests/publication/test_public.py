"""What anybody may ask, and that no person ever comes out of it (公开查询): done when, 6."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import astuple
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client

from tests import cast
from tests.publication.shelf import Kept, accept, at
from xinheng.law.facts import SubjectKind
from xinheng.ledger.ids import uuid7
from xinheng.publication import consumers, projector, public, search_terms

pytestmark = pytest.mark.usefixtures("city")

CONFISCATED: dict[str, Any] = {
    "decided_on": date(2026, 5, 20), "accepted_on": date(2026, 6, 3), "kinds": ("confiscate_goods",),
}  # fmt: skip
PHONE = "13800003299"
REPRESENTATIVE = "示例代表某"
CANARIES = (cast.PERSON_NAME, cast.PERSON_ID, PHONE, REPRESENTATIVE)


def everything_public(record: UUID, client: Client) -> Iterator[str]:
    """Every answer of public.py and every page, feed and site map about the firm."""
    for asked in (cast.FIRM_NAME[:4], cast.FIRM_CODE, cast.PERSON_NAME, REPRESENTATIVE, "示例"):
        answer = public.search(asked, today=cast.TODAY)
        yield repr([astuple(hit) for hit in answer.hits])
    # The page repeats what was asked, so it is asked for what is no secret.
    for asked in (cast.FIRM_NAME[:4], "示例"):
        yield client.get("/search", {"q": asked}).content.decode()
    # The tables themselves: whoever reads them next must find no person there either.
    with connection.cursor() as cursor:
        for table in ("publicentry", "publicsubject", "publicverdict"):
            cursor.execute(f"SELECT t::text FROM publication_{table} t")
            yield from (row for (row,) in cursor.fetchall())
    yield repr(public.subject(cast.FIRM_CODE, today=cast.TODAY))
    yield (public.subject_json(cast.FIRM_CODE, cast.TODAY) or b"").decode()
    yield repr(public.record(cast.FIRM_CODE, record, today=cast.TODAY))
    yield repr(public.sitemap(1, cast.TODAY))
    for path in ("/", f"/s/{cast.FIRM_CODE}", f"/s/{cast.FIRM_CODE}.json", f"/s/{cast.FIRM_CODE}/r/{record}",
                 "/sitemap.xml", "/sitemap.xml?page=1"):  # fmt: skip
        yield client.get(path, follow=True).content.decode()


@pytest.fixture
def today_is_the_casts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XINHENG_TODAY", cast.TODAY.isoformat())


def leaked(texts: Iterator[str]) -> set[str]:
    return {canary for text in texts for canary in CANARIES if canary in text}


@pytest.mark.clause("3.2c")
@pytest.mark.usefixtures("today_is_the_casts")
def test_personal_data_planted_in_a_text_that_waits_for_redaction_is_nowhere_public(client: Client) -> None:
    """As if the intake had withheld the text and yet left it in the clear content."""
    planted = f"当事人{cast.PERSON_NAME}，身份证号{cast.PERSON_ID}，电话{PHONE}"
    (record,) = accept(Kept(content={"conduct": "示例行为"}, withheld=("facts_text",), **CONFISCATED))
    plant(record, {"facts_text": planted})
    page = public.record(cast.FIRM_CODE, record, today=cast.TODAY)
    assert page is not None
    shown = {each.code: each for each in page.fields}
    assert (shown["facts_text"].value, shown["facts_text"].note) == ("", "含个人信息，暂不公开")
    assert shown["conduct"].value == "示例行为"
    assert leaked(everything_public(record, client)) == set()


@pytest.mark.clause("3.2c")
@pytest.mark.usefixtures("today_is_the_casts")
def test_personal_fields_are_nowhere_public_though_they_lay_in_the_clear(client: Client) -> None:
    """An allow-list: neither the representative nor a field that the catalog does not know is shown."""
    (record,) = accept(
        Kept(
            content={"legal_representative": REPRESENTATIVE, "party_id": cast.PERSON_ID, "remark": PHONE},
            **CONFISCATED,
        )
    )
    assert public.record(cast.FIRM_CODE, record, today=cast.TODAY) is not None
    assert leaked(everything_public(record, client)) == set()


@pytest.mark.clause("3.2c")
@pytest.mark.usefixtures("today_is_the_casts")
def test_a_persons_record_is_nowhere_public(client: Client) -> None:
    """Neither as a page nor by its id under somebody else's code."""
    _, record = accept(
        Kept(**CONFISCATED),
        Kept(
            kind=SubjectKind.NATURAL_PERSON,
            content={"party_name": cast.PERSON_NAME, "party_code": cast.PERSON_ID, "remark": PHONE},
            **CONFISCATED,
        ),
    )
    assert public.record(cast.FIRM_CODE, record, today=cast.TODAY) is None
    assert leaked(everything_public(record, client)) == set()


def plant(record: UUID, content: dict[str, str]) -> None:
    """Put a text into the clear content behind everybody's back and publish the record anew."""
    rest = (
        "content_digest, sealed, sealed_commitment, withheld, source, facts_id, batch, row, item, adverse, agency, event, leaf,"
        " salt, commitment, ground, ground_text, made_by, made_at"
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('xinheng.whole_city', 'on', true)")
        cursor.execute("SET LOCAL ROLE xinheng_intake")
        cursor.execute(
            f"INSERT INTO registry_recordversion (record_id, version, content, {rest})"
            f" SELECT record_id, 2, content || %s::jsonb, {rest} FROM registry_recordversion WHERE record_id = %s",
            [json.dumps(content, ensure_ascii=False), record],
        )
        cursor.execute("UPDATE registry_record SET version = 2 WHERE id = %s", [record])
        cursor.execute("SET LOCAL ROLE NONE")
    now = at(cast.TODAY)
    scope = projector.Scope.records([record])
    law = consumers.law_at(now)
    done = projector.project(scope, event=uuid7(), cause=projector.Cause.CORRECTION, at=now, law=law)
    assert done.changed == 1


@pytest.mark.parametrize(
    "typed",
    [
        cast.PERSON_ID,
        "11010519491231002X",
        "１１０１０５１９４９１２３１００２Ｘ",
        "110105491231002",
        f"示例某 {cast.PERSON_ID}",
        f"身份证{cast.PERSON_ID}的人",
    ],
)
@pytest.mark.clause("3.2c")
def test_a_number_like_a_persons_is_refused_and_never_asked(
    typed: str, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(0):
        answer = public.search(typed, today=cast.TODAY)
    assert (answer.kind, answer.refusal and answer.refusal.code) == ("refused", "LOOKS_LIKE_RESIDENT_ID")


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "SEARCH_EMPTY"),
        ("示", "NAME_TOO_SHORT"),
        ("示" * 101, "SEARCH_TOO_LONG"),
        (PHONE, "LOOKS_LIKE_PHONE"),
        (cast.FIRM_CODE[:17], "USCC_LENGTH"),
        (cast.FIRM_CODE[:9] + "O" + cast.FIRM_CODE[10:], "USCC_LETTER"),
        (cast.FIRM_CODE[:17] + ("0" if cast.FIRM_CODE[17] != "0" else "1"), "USCC_CHECK_DIGIT"),
    ],
)
def test_what_is_wrong_with_a_query_is_said(typed: str, code: str) -> None:
    answer = public.search(typed, today=cast.TODAY)
    assert (answer.kind, answer.refusal and answer.refusal.code) == ("refused", code)


def test_a_code_finds_its_subject_however_it_was_typed() -> None:
    accept(Kept(**CONFISCATED))
    for typed in (cast.FIRM_CODE, cast.FIRM_CODE.lower(), f" {cast.FIRM_CODE[:8]} {cast.FIRM_CODE[8:]}"):
        answer = public.search(typed, today=cast.TODAY)
        assert [hit.uscc for hit in answer.hits] == [cast.FIRM_CODE]
        assert str(answer.hits[0].counts) == "行政处罚 1 条"


def test_a_name_is_found_by_two_characters_and_by_no_mere_neighbours() -> None:
    accept(Kept(**CONFISCATED), Kept(code=cast.OTHER_FIRM_CODE, name=cast.OTHER_FIRM_NAME, **CONFISCATED))
    assert [hit.name for hit in public.search("运河", today=cast.TODAY).hits] == [cast.OTHER_FIRM_NAME]
    assert {hit.name for hit in public.search("示例", today=cast.TODAY).hits} == {
        cast.FIRM_NAME,
        cast.OTHER_FIRM_NAME,
    }
    # All its pairs occur in the name, but not as one text.
    assert public.search("食品示例", today=cast.TODAY).hits == ()


def test_only_subjects_with_something_visible_today_are_found() -> None:
    accept(Kept(**CONFISCATED))
    after = date(2027, 5, 21)
    assert public.search("淮上", today=after).hits == ()
    assert public.search(cast.FIRM_CODE, today=after).hits == ()
    assert public.sitemap(1, after) == ()
    assert (public.counts(after).subjects, public.counts(cast.TODAY).subjects) == (0, 1)


def test_search_counts_up_to_a_cap_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_terms, "CAP", 3)
    accept(
        *(Kept(code=cast.uscc("91", n), name=f"示例第{n}有限公司", **CONFISCATED) for n in range(600, 605))
    )
    answer = public.search("示例第", today=cast.TODAY)
    assert (answer.total, answer.capped) == (3, True)


def test_the_record_page_tells_source_basis_term_and_reason() -> None:
    said = {"conduct": "示例行为", "valid_until": "2099-12-31"}
    (record,) = accept(Kept(content=said, **CONFISCATED))
    page = public.record(cast.FIRM_CODE, record, today=cast.TODAY)
    assert page is not None
    assert (page.title, page.item_name) == ("示例行为", "行政处罚")
    assert (page.source.channel, page.source.address, page.source.day) == (
        "示例网站", "https://example.invalid/1", date(2024, 6, 1),
    )  # fmt: skip
    assert page.basis[:2] == ("apl#48", "ogi#20")
    assert (page.term.last_day, page.term.until) == (date(2027, 5, 20), date(2027, 5, 21))
    assert page.term.repair_from == date(2026, 8, 20)
    assert 0 < page.term.today_share < 1
    assert [told.conclusion for told in page.explanation] == ["符合规定"]
    assert {clause.id for clause in page.explanation[0].clauses} >= {
        "huaian-2021-13#3.1",
        "huaian-2021-13#3.2c",
    }
    told = {each.code: each.value for each in page.fields}
    assert (told["kinds"], told["valid_until"]) == ("没收非法财物", "长期")


def test_ended_taken_back_and_never_there_are_the_same_nothing() -> None:
    (record,) = accept(Kept(**CONFISCATED))
    assert public.record(cast.FIRM_CODE, record, today=date(2027, 5, 21)) is None
    assert public.record(cast.OTHER_FIRM_CODE, record, today=cast.TODAY) is None
    assert public.record(cast.FIRM_CODE, uuid7(), today=cast.TODAY) is None
    assert public.subject(cast.OTHER_FIRM_CODE, today=cast.TODAY) is None


def test_a_subjects_page_is_one_statement(django_assert_num_queries: Any) -> None:
    accept(Kept(**CONFISCATED), Kept(item="license"))
    with django_assert_num_queries(0):
        # Prepared on the server, below what Django counts: see prepared.py.
        page = public.subject(cast.FIRM_CODE, today=cast.TODAY)
    assert page is not None
    assert [tab.label for tab in page.tabs] == ["行政许可", "行政处罚"]


def test_no_day_of_repair_is_promised_where_there_is_none() -> None:
    start = date(2026, 4, 21)
    assert public.repair_from(start, 3) == date(2026, 7, 21)
    for months, marks in ((None, ()), (3, ("repaired",)), (3, ("false_promise",))):
        assert public.repair_from(start, months, marks) is None
