"""The same twice in one file, over all its slices; and vectorised codes that agree with the law (表内重复)."""

from __future__ import annotations

import json
import random
import string
from collections.abc import Iterator
from datetime import date, timedelta

import polars as pl
import pytest

from tests.cast import (
    FIRM_CODE,
    OTHER_FIRM_CODE,
    TODAY,
    resident_id,
    uscc,
)
from tests.exchange import files
from tests.exchange.files import (
    AGENCY,
    PENALTY,
    Row,
    checked,
    codes,
    penalty,
)
from xinheng.exchange import checks
from xinheng.exchange import codes as valid
from xinheng.exchange.keys import number_key
from xinheng.law import identifiers


def _in_slices(*rows: Row, size: int) -> Iterator[checks.Checked]:
    seen = checks.Seen()
    for frame in files.slices(files.csv_file(*rows), rows=size):
        yield checks.check(frame, feed=PENALTY, today=TODAY, agency=AGENCY, seen=seen)


@pytest.mark.parametrize("size", [1, 10])
def test_the_same_row_again_is_refused_and_the_first_one_stands(size: int) -> None:
    rows = [
        penalty(),
        penalty(document_number="示市监罚决字[2026]1号 "),
        penalty(party_code=OTHER_FIRM_CODE),
        penalty(),
    ]

    found = list(_in_slices(*rows, size=size))

    problems = [each for one in found for each in codes(one.problems)]
    assert problems == [(3, "document_number", "ROW_TWICE"), (5, "document_number", "ROW_TWICE")]
    assert not any(one.recalled for one in found)


@pytest.mark.parametrize("size", [1, 10])
def test_rows_that_say_the_same_in_other_spelling_are_repeats(size: int) -> None:
    rows = [
        penalty(),
        penalty(decided_on="2026/1/5", party_code=FIRM_CODE.lower()),
        penalty(party_code=OTHER_FIRM_CODE),
    ]

    found = list(_in_slices(*rows, size=size))

    assert [each for one in found for each in codes(one.problems)] == [(3, "document_number", "ROW_TWICE")]
    assert [json.loads(v)["row"] for one in found for v in one.problems["values"]] == ["2"]
    assert not any(one.recalled for one in found)


@pytest.mark.parametrize("size", [1, 10])
def test_of_two_rows_that_contradict_each_other_neither_is_believed(size: int) -> None:
    """Doubt starts nothing adverse: also a row of an earlier slice is called back."""
    rows = [
        penalty(),
        penalty(document_number="另一号"),
        penalty(fine_amount="0.3", content_text="罚款 3000 元"),
    ]

    found = list(_in_slices(*rows, size=size))

    problems = sorted(each for one in found for each in codes(one.problems))
    assert problems == [
        (2, "document_number", "ROW_CONTRADICTED"),
        (4, "document_number", "ROW_CONTRADICTED"),
    ]
    assert [row for one in found for row in one.recalled] == ([2] if size == 1 else [])


def test_a_refused_row_does_not_stand_in_the_way_of_its_correction() -> None:
    found = checked(penalty(decided_on="2026-02-30"), penalty())

    assert [each[0] for each in codes(found.problems)] == [2]
    assert found.accepted["row"].to_list() == [3]


def test_a_slice_of_bad_rows_is_checked_like_any_other() -> None:
    """Nothing is left to accept, and nothing breaks."""
    found = checked(*({"party_name": "只有名称"} for _ in range(3)))

    assert found.accepted.is_empty()
    assert found.problems["row"].n_unique() == 3


ALPHABET = string.digits + string.ascii_uppercase


def _corrupted(rng: random.Random, code: str) -> str:
    at = rng.randrange(len(code))
    return rng.choice(
        [
            code,
            code[:at] + rng.choice(ALPHABET) + code[at + 1 :],
            code[:at] + code[at + 1 : at + 2] + code[at] + code[at + 2 :],
            code[:at],
            code + rng.choice(ALPHABET),
            code[:at] + rng.choice("中é０ -#") + code[at + 1 :],
        ]
    )


def test_vectorised_check_digits_agree_with_the_law_over_random_corruptions() -> None:
    rng = random.Random(20261123)
    firms = [
        uscc(rng.choice(["91", "92", "11", "N1", "Y1", "A1"]), rng.randrange(10**6)) for _ in range(2_000)
    ]
    people = [
        resident_id(date(1900, 1, 1) + timedelta(rng.randrange(45_000)), rng.randrange(1000))
        for _ in range(2_000)
    ]
    texts = [_corrupted(rng, code) for code in firms + people]
    texts += [
        "",
        "0" * 18,
        "329999200802300022",
        "329999000001010019",
        "91350100M000100Y43",
        "11010519491231002X",
    ]

    frame = pl.DataFrame({"text": texts}).with_columns(
        firm=valid.uscc_valid(pl.col("text")), person=valid.resident_id_valid(pl.col("text"))
    )

    for text, firm, human in frame.iter_rows():
        assert firm == identifiers.uscc_valid(text), text
        assert human == identifiers.resident_id_valid(text), text
    assert frame["firm"].sum() > 300
    assert frame["person"].sum() > 300


def test_number_keys_agree_with_the_law() -> None:
    rng = random.Random(7)
    signs = "示市监罚决字〔〕[]【】（）()２6１号-－— \u3000第abＡ０"
    texts = ["".join(rng.choices(signs, k=rng.randrange(1, 14))) for _ in range(2_000)]

    keys = pl.DataFrame({"text": texts}).select(number_key(pl.col("text")))["text"].to_list()

    assert keys == [identifiers.document_number_key(text) for text in texts]
