"""Headings are matched by code, official name or synonym; what differs is told (表头对照)."""

# clauses: 3.1, 5.3

from __future__ import annotations

import pytest

from tests.cast import TODAY
from tests.exchange.files import LICENSE, PENALTY, headings
from xinheng.exchange import feeds
from xinheng.exchange.faults import FileFault
from xinheng.exchange.feeds import Column, Dropped, Feed
from xinheng.exchange.headings import ADVICE_HEADING, RESULT_HEADING, key, look_up, match, require
from xinheng.law import lawbook

FEEDS = [PENALTY, LICENSE]


@pytest.mark.parametrize("feed", FEEDS, ids=lambda feed: feed.code)
def test_every_column_is_found_by_code_name_and_synonym(feed: Feed) -> None:
    for column in feed.columns:
        for spelling in (
            column.code,
            column.name,
            *column.synonyms,
            column.code.lower(),
            f"*{column.name}（必填）",
        ):
            found = look_up(spelling, feed)
            assert found is not None, spelling
            assert found[0] is column, spelling


@pytest.mark.parametrize("feed", FEEDS, ids=lambda feed: feed.code)
def test_no_spelling_means_two_columns(feed: Feed) -> None:
    owners: dict[str, str] = {}
    columns: tuple[Column | Dropped, ...] = (*feed.columns, *feed.dropped)
    for column in columns:
        for spelling in {key(each) for each in (column.code, column.name, *column.synonyms)}:
            assert owners.setdefault(spelling, column.code) == column.code, spelling


@pytest.mark.parametrize(
    "heading",
    ["行政相对人名称", "行政相对人名称\n(CF_XDR_MC)", "CF_XDR_MC 行政相对人名称", " 行政相对人名称：", "ＣＦ_ＸＤＲ_ＭＣ", "相对人名称", "名称（cf_xdr_mc）"],
)  # fmt: skip
def test_decoration_width_and_case_make_no_difference(heading: str) -> None:
    found = look_up(heading, PENALTY)

    assert found is not None
    assert found[0].code == "CF_XDR_MC"


def test_order_does_not_matter_and_synonyms_are_named() -> None:
    names = list(reversed(headings()))
    names[names.index("处罚决定日期")] = "决定日期"

    found = match(names, PENALTY)

    assert found.places["party_name"] == len(names) - 1
    assert found.synonyms == {"decided_on": "决定日期"}
    assert found.missing == ()


def test_extra_columns_are_dropped_and_told_and_certificates_never_stored() -> None:
    names = [*headings(), "办案人员", "法定代表人身份证号", RESULT_HEADING, ADVICE_HEADING, ""]

    found = match(names, PENALTY)

    assert found.extra == ("办案人员",)
    assert [name for name, _ in found.dropped] == ["法定代表人身份证号"]
    assert [each.code for each in found.differences] == ["COLUMN_UNKNOWN", "COLUMN_DROPPED"]
    assert not {"legal_representative_id", "办案人员"} & set(found.places)


def test_optional_columns_may_be_left_out() -> None:
    names = [column.name for column in PENALTY.columns if not column.extension and column.field != "remark"]

    found = match(names, PENALTY)
    require(found, PENALTY)

    assert set(found.missing) >= {"remark", "act_on", "leniency"}


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (["甲", "乙"], "TEMPLATE_UNKNOWN"),
        ([column.name for column in LICENSE.columns], "TEMPLATE_OTHER"),
        ([name for name in headings() if name != "处罚决定日期"], "HEADINGS_MISSING"),
        ([*headings(), "决定日期"], "HEADING_TWICE"),
    ],
)
def test_a_sheet_that_cannot_be_read_is_refused_with_the_difference(names: list[str], code: str) -> None:
    with pytest.raises(FileFault) as found:
        require(match(names, PENALTY), PENALTY, [LICENSE])

    assert found.value.code == code
    if code == "HEADINGS_MISSING":
        assert found.value.values["missing"] == "处罚决定日期"


def test_the_catalog_has_every_field_of_a_feed() -> None:
    """Extension columns apart, a feed reports nothing that the item does not have (3.1)."""
    law = lawbook.load().as_of(TODAY)
    for feed in FEEDS:
        item = law.item(feed.item)
        assert item is not None
        known = {each.code for each in item.fields} | {"party_id_kind", "party_id"}
        assert {c.field for c in feed.columns if not c.extension} <= known


def test_unknown_feeds_are_unknown() -> None:
    with pytest.raises(KeyError):
        feeds.load("../penalty")
    assert feeds.codes() == ("license", "penalty")
