"""What is put right is named, with row and column; nothing visible is ever changed in free text (自动规范)."""

from __future__ import annotations

import string

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cast import FIRM_CODE, PERSON_ID
from tests.exchange.files import checked, codes, penalty, person
from xinheng.exchange import repairs
from xinheng.law.identifiers import clean_code

WIDE = str.maketrans({c: chr(ord(c) + 0xFEE0) for c in string.digits + string.ascii_letters})


@pytest.mark.parametrize(
    ("written", "repaired"),
    [
        (FIRM_CODE, []),
        (f" {FIRM_CODE}\t", ["REPAIRED_BLANK"]),
        (f"{FIRM_CODE[:8]} {FIRM_CODE[8:]}", ["REPAIRED_BLANK"]),
        (FIRM_CODE.lower(), ["REPAIRED_CASE"]),
        (FIRM_CODE.translate(WIDE), ["REPAIRED_WIDTH"]),
        (f"'{FIRM_CODE}", ["REPAIRED_MARK"]),
        (f'="{FIRM_CODE}"', ["REPAIRED_MARK"]),
        (
            f"\u3000{FIRM_CODE.lower().translate(WIDE)}\u200b",
            ["REPAIRED_BLANK", "REPAIRED_WIDTH", "REPAIRED_CASE"],
        ),
    ],
)
def test_codes_are_read_as_they_were_meant(written: str, repaired: list[str]) -> None:
    found = checked(penalty(party_code=written))

    assert found.problems.is_empty()
    assert found.frame["party_code"].to_list() == [FIRM_CODE]
    assert codes(found.repairs) == [(2, "party_code", code) for code in repaired]


def test_a_repair_is_told_under_the_heading_of_the_sender() -> None:
    found = checked(person(party_id=PERSON_ID.lower() + " "))

    row = found.repairs.row(0, named=True)
    assert (row["row"], row["heading"], row["severity"]) == (2, "自然人证件号码", "told")
    assert PERSON_ID not in str(found.repairs.rows())


@pytest.mark.parametrize(
    ("field", "written", "read"),
    [
        (
            "facts_text",
            "  检查时，发现“标签”（见附件）１２３\r\n第二段\u200b ",
            "检查时，发现“标签”（见附件）１２３\n第二段",
        ),
        ("party_name", "示例（淮安）ＡＢ有限公司 ", "示例（淮安）AB有限公司"),
        ("document_number", "示市监罚决字〔２０２６〕１号", "示市监罚决字〔2026〕1号"),
        ("remark", "响\x07铃\x1f", "响铃"),
        ("remark", "全角\u3000空格", "全角 空格"),
    ],
)
def test_free_text_keeps_every_visible_character(field: str, written: str, read: str) -> None:
    found = checked(penalty(**{field: written}))

    assert found.frame[field].to_list() == [read]
    assert {row[1] for row in codes(found.repairs)} == {field}


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
def test_codes_are_cleaned_by_the_law_and_by_nothing_else(text: str) -> None:
    assert repairs.code(text)[0] == clean_code(repairs.unquoted(text))[0]


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
def test_cleaning_twice_cleans_nothing_more(text: str) -> None:
    for clean in (repairs.text, repairs.name, repairs.token):
        once, _ = clean(text)
        if clean is not repairs.name or not once.startswith("="):
            assert clean(once) == (once, ()), clean


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12))
def test_no_unclean_text_passes_at_the_first_look(text: str) -> None:
    """The patterns beside the cleaners find every text that a cleaner would change."""
    for clean, pattern in ((repairs.text, repairs.UNCLEAN_TEXT), (repairs.name, repairs.UNCLEAN_NAME)):
        found = pl.select(pl.lit(text).str.contains(pattern)).item()
        if clean(text)[1] and repairs.unquoted(text) == text:
            assert found, (text, clean)
