"""What is typed into the search box: personal numbers go nowhere (查询输入)."""

from __future__ import annotations

import pytest

from xinheng.law.identifiers import resident_id_check, uscc_check
from xinheng.web.portal.typed import LONGEST, about_a_person, tidy

AREA = "329999"  # exists nowhere
PERSON = AREA + "19900307123"
PERSON += resident_id_check(PERSON)
COMPANY = "91329999MA0000001"
COMPANY += uscc_check(COMPANY)
RESIDENT, PHONE = "LOOKS_LIKE_RESIDENT_ID", "LOOKS_LIKE_PHONE"


@pytest.mark.parametrize(
    "text",
    [
        PERSON,
        PERSON.lower(),
        f"  {PERSON} ",
        f"示例甲{PERSON}",
        f"{PERSON[:6]} {PERSON[6:14]} {PERSON[14:]}",
        f"{PERSON[:6]}-{PERSON[6:14]}-{PERSON[14:]}",
        PERSON.translate(str.maketrans("0123456789", "０１２３４５６７８９")),
        PERSON[:-1] + ("0" if PERSON[-1] != "0" else "1"),
        PERSON[:-1],
        PERSON + "0",
        PERSON.replace("0", "O"),
        AREA + "900307123",
    ],
)
def test_a_resident_id_is_known_however_it_is_written(text: str) -> None:
    assert about_a_person(text) == RESIDENT


@pytest.mark.parametrize("text", ["13900000000", "+86 139 0000 0000", "电话139-0000-0000", "8613900000000"])
def test_a_telephone_number_is_known(text: str) -> None:
    assert about_a_person(text) == PHONE


@pytest.mark.parametrize(
    "text",
    [
        COMPANY,
        COMPANY.lower(),
        "示例市晨光食品有限公司",
        "1234567890",
        "示例罚〔2024〕12号",
        "0517-80000000",
        "",
    ],
)
def test_firms_are_not_persons(text: str) -> None:
    assert about_a_person(text) == ""


def test_a_code_of_digits_with_a_right_check_digit_is_a_firms() -> None:
    """A code may look like a number with a birth date in it; its check character tells."""
    for serial in range(31):
        code = f"9132999919900307{serial % 10}"[:17]
        code += uscc_check(code)
        if code.isdigit() and resident_id_check(code[:17]) != code[17]:
            assert about_a_person(code) == ""
            return
    pytest.fail("no such code among those tried")


def test_input_is_tidied_and_bounded() -> None:
    assert tidy("　ＡＢ示例\x00\u200b ") == "AB示例"
    assert len(tidy("长" * 5000)) == LONGEST
