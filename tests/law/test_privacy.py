"""Personal data in free text is found however it is spelled (个人信息的查找); masks hide what they name."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from xinheng.law import lawbook
from xinheng.law.identifiers import resident_id_check
from xinheng.law.privacy import (
    BESIDE_NAMES,
    VECTOR_PATTERNS,
    find_personal,
    looks_like_name,
    mask,
    redacted,
    surely_name,
)

TOLD: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("privacy.yaml").read_text("utf-8"))
LAW = lawbook.load().as_of(date(2026, 11, 23))
WORDS: dict[str, Any] = yaml.safe_load((lawbook.default_path() / "surnames.yaml").read_text("utf-8"))
PIECES = [
    "当事人", "负责人", "：", "，", "、", " ", "　", "\u200b", "\x1c", "\n", "（", "）", "张", "王", "欧阳", "某", "国", "伟", "示", "例", "男",
    "1", "3", "9", "0", "５", "８", "2024", "13900000000", "329999", "X", "x", "*", "-", "苏", "H", "h", "@", ".", "com", "路", "号",
    "室", "小区", "电话", "微信", "护照", "住址", "11320800999999015G", "检查", "未按规定", "a", "·", "先生", "由", "驾驶", "和",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)


def flagged(texts: list[str]) -> list[bool]:
    """What polars, that is Rust, finds with the vector patterns."""
    column = pl.Series(texts, dtype=pl.String)
    found = [column.str.contains(pattern) for pattern in VECTOR_PATTERNS]
    return [any(hits) for hits in zip(*found, strict=True)]


@pytest.mark.parametrize("told", TOLD["found"], ids=lambda told: told["text"])
def test_personal_data_is_found(told: dict[str, str]) -> None:
    hits = find_personal(told["text"])
    assert told["kind"] in {hit.kind for hit in hits}
    assert all(0 <= hit.start < hit.end <= len(told["text"]) for hit in hits)
    assert list(hits) == sorted(hits, key=lambda hit: (hit.start, hit.end, hit.kind))


@pytest.mark.parametrize("text", TOLD["plain"])
def test_common_wording_is_left_alone(text: str) -> None:
    assert [(hit.kind, text[hit.start : hit.end]) for hit in find_personal(text)] == []


def test_vector_patterns_flag_all_that_is_found() -> None:
    assert all(flagged([told["text"] for told in TOLD["found"]]))


@settings(max_examples=40)
@given(st.lists(TEXTS, min_size=1, max_size=40))
def test_vector_patterns_flag_every_text_that_is_found_one_by_one(texts: list[str]) -> None:
    for text, there in zip(texts, flagged(texts), strict=True):
        assert there or not find_personal(text), repr(text)


@pytest.mark.soak
@settings(max_examples=800, deadline=None)
@given(st.lists(TEXTS, min_size=20, max_size=60))
def test_vector_patterns_flag_every_text_that_is_found_one_by_one_in_the_long_run(texts: list[str]) -> None:
    for text, there in zip(texts, flagged(texts), strict=True):
        assert there or not find_personal(text), repr(text)


@given(
    st.dates(date(1930, 1, 1), date(2025, 12, 31)),
    st.integers(0, 999),
    st.sampled_from(["", " ", "-", "　", "\u200b"]),
    st.sampled_from(["", "当事人", "号码", "现场查获，", "A"]),
)
def test_every_resident_id_is_found_however_it_is_spaced(
    birth: date, serial: int, gap: str, before: str
) -> None:
    body = f"329999{birth:%Y%m%d}{serial:03d}"
    code = gap.join(body + resident_id_check(body))
    assert "resident_id" in {hit.kind for hit in find_personal(before + code + "（示例）")}


@given(st.sampled_from(sorted(set("".join(WORDS["surnames"].split())))), st.sampled_from(WORDS["labels"]))
def test_after_a_label_every_surname_is_found(surname: str, label: str) -> None:
    assume(f"{surname}示" not in WORDS["not_names"])
    assert find_personal(f"{label}{surname}示例")
    assert find_personal(f"{label}：{surname}示，")


@pytest.mark.parametrize("told", TOLD["found"], ids=lambda told: told["text"])
def test_a_redacted_text_has_nothing_left_to_find(told: dict[str, str]) -> None:
    """What the redaction proposes may be published: it is asked again and answers no."""
    text = redacted(told["text"])
    assert len(text) == len(told["text"])
    assert not find_personal(text), text


def test_no_pattern_uses_what_rust_does_not_know() -> None:
    assert not [each for each in VECTOR_PATTERNS if re.search(r"\(\?[=!<]|\\[1-9]", each)]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("person_name", "张示", "张**"),
        ("person_name", "张示例", "张**"),
        ("person_name", "欧阳示例", "欧阳**"),
        ("person_name", "欧阳", "欧**"),
        ("person_name", "", ""),
        ("resident_id", "329999198506010012", "3***************12"),
        ("resident_id", "12345", "1**45"),
        ("resident_id", "1234", "****"),
        ("mobile", "13900000000", "139****0000"),
        ("mobile", "0517839", "*******"),
        ("address", "江苏省示例市示例区示例路88号", "江苏省示例市示例区"),
        ("address", "江苏省示例市示例路88号", "江苏省示例市"),
        ("address", "示例路88号", ""),
        ("legal_representative", "张示例", ""),
        ("operator", "张示例", ""),
        ("uscc", "11320800999999015G", "11320800999999015G"),
        ("trade_name", "示例面馆", "示例面馆"),
        ("trade_name", "张示例", "张**"),
        ("trade_name", "欧阳示例", "欧阳**"),
    ],
)
def test_masks(name: str, text: str, expected: str) -> None:
    assert mask(name, text, LAW) == expected


@given(
    st.sampled_from(["person_name", "resident_id", "other_id", "mobile"]),
    st.text("0123456789张示例", max_size=20),
)
def test_a_mask_never_shows_most_of_a_value(name: str, text: str) -> None:
    shown = mask(name, text, LAW).replace("*", "")
    assert len(shown) <= max(1, len(text) * 7 // 11)


def test_a_name_is_told_from_a_trade_name() -> None:
    assert looks_like_name("张示例")
    assert not looks_like_name("示例区张记面馆")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("赵宏伟（个体工商户）", "赵**（个体工商户）"),
        ("个体户：赵宏伟", "个体户：赵**"),
        ("欧阳建国（无字号）", "欧阳**（无字号）"),
        ("赵李宏伟", "赵**"),
        ("阿不都·热合曼", "阿**"),
        ("星巴克·示例店", "星巴克·示例店"),
        ("金马广告", "金马广告"),
        ("示例区赵宏伟小吃店", "示例区赵宏伟小吃店"),
    ],
)
def test_a_trader_under_a_persons_name_is_masked_however_it_is_written(text: str, shown: str) -> None:
    assert mask("trade_name", text, LAW) == shown
    assert re.search(BESIDE_NAMES, text) or len(text) <= 8 or text == shown


@pytest.mark.parametrize("text", ["白云寺", "方志办", "史志办", "示例区", "金湖县", "党校"])
def test_short_names_of_bodies_are_not_taken_for_persons(text: str) -> None:
    assert not surely_name(text)
    assert surely_name("赵宏伟")
