"""Each check finds its fault, and nothing in what has none (逐行校验)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from itertools import count

import polars as pl
import pytest

from tests.cast import (
    ENVIRONMENT,
    FIRM_CODE,
    MARKET,
    MINOR_ID,
    PERSON_ID,
    SHOP_CODE,
    TODAY,
    uscc,
)
from tests.exchange import files
from tests.exchange.files import (
    AGENCY,
    LICENSE,
    PENALTY,
    Row,
    checked,
    codes,
    licence,
    numbered,
    penalty,
    person,
)
from xinheng.exchange import checks
from xinheng.law import lawbook
from xinheng.law.refusals import UNTOLD, tell_code

LAW = lawbook.load().as_of(TODAY)
TOMORROW = (TODAY + timedelta(days=1)).isoformat()

GOOD: dict[str, Row] = {
    "a firm": penalty(),
    "a person": person(),
    "a sole trader": penalty(party_kind="个体工商户", party_code=SHOP_CODE),
    "a passport": person(party_id_kind="护照", party_id="E12345678"),
    "several kinds": penalty(kinds="罚款；警告、通报批评", permit=""),
    "confiscation": penalty(kinds="罚款,没收违法所得", confiscated_amount="1.5"),
    "a permit": penalty(kinds="吊销许可证件", fine_amount="", permit="示例许可证 1 号"),
    "no amount to a warning": penalty(kinds="警告", fine_amount=""),
    "a zero without a fine": penalty(kinds="警告", fine_amount="0"),
    "decided today": penalty(decided_on=TODAY.isoformat()),
    "a change with its ground": penalty(change_kind="更正", change_reason="原报金额有误（示例）"),
    "an address": penalty(source_url="https://example.invalid/1", source_on="2026-01-06"),
    "a public body": penalty(party_code=uscc("11", 77)),
    "amounts in words that agree": penalty(content_text="罚款人民币 12,000.50 元", fine_amount="1.20005"),
    "a trader by his own name": penalty(party_name="赵宏伟", party_kind="个体工商户", party_code=SHOP_CODE),
    "a trader by name and word": penalty(
        party_name="个体工商户赵宏伟", party_kind="个体工商户", party_code=SHOP_CODE
    ),
    "a firm named after a person": penalty(party_name="示例市赵宏伟粮油有限公司"),
    "an address with a long serial": penalty(
        source_url="https://example.invalid/t1732345678901_320812202311220001.html"
    ),
    "a fine in 万元 in words": penalty(content_text="罚款 20 万元", fine_amount="20"),
}

# the row, and the field and code that must be told of it, alone
BAD: dict[str, tuple[Row, str, str]] = {
    "no name": (penalty(party_name=" "), "party_name", "FIELD_REQUIRED"),
    "no number": (penalty(document_number=""), "document_number", "FIELD_REQUIRED"),
    "no kinds": (penalty(kinds="", fine_amount=""), "kinds", "FIELD_REQUIRED"),
    "no code": (penalty(party_code=""), "party_code", "USCC_MISSING"),
    "no identity number": (person(party_id=""), "party_id", "RESIDENT_ID_MISSING"),
    "no kind of identity": (person(party_id_kind=""), "party_id_kind", "FIELD_REQUIRED"),
    "a fine without amount": (penalty(fine_amount=""), "fine_amount", "AMOUNT_REQUIRED"),
    "a fine of nothing": (penalty(fine_amount="0"), "fine_amount", "AMOUNT_REQUIRED"),
    "an amount without a fine": (penalty(kinds="警告"), "fine_amount", "AMOUNT_WITHOUT_KIND"),
    "a revoked permit without name": (penalty(kinds="吊销执照", fine_amount=""), "permit", "FIELD_REQUIRED"),
    "a change without reason": (penalty(change_kind="变更"), "change_reason", "FIELD_REQUIRED"),
    "a person with a credit code": (person(party_code=FIRM_CODE), "party_code", "FIELD_MUST_BE_EMPTY"),
    "letter O": (penalty(party_code=FIRM_CODE[:12] + "O" + FIRM_CODE[13:]), "party_code", "USCC_LETTER"),
    "letter I": (penalty(party_code=FIRM_CODE[:12] + "I" + FIRM_CODE[13:]), "party_code", "USCC_LETTER"),
    "letter S": (penalty(party_code=FIRM_CODE[:12] + "S" + FIRM_CODE[13:]), "party_code", "USCC_LETTER"),
    "letter V": (penalty(party_code=FIRM_CODE[:12] + "V" + FIRM_CODE[13:]), "party_code", "USCC_LETTER"),
    "letter Z": (penalty(party_code=FIRM_CODE[:12] + "Z" + FIRM_CODE[13:]), "party_code", "USCC_LETTER"),
    "wrong check digit": (penalty(party_code=FIRM_CODE[:17] + ("1" if FIRM_CODE[17] != "1" else "2")), "party_code", "USCC_CHECK_DIGIT"),
    "short code": (penalty(party_code=FIRM_CODE[:12]), "party_code", "USCC_LENGTH"),
    "a person's number as code": (penalty(party_code=PERSON_ID), "party_code", "USCC_IS_RESIDENT_ID"),
    "a damaged number": (person(party_id="3.29999E+17"), "party_id", "NUMBER_DAMAGED"),
    "a number ending in zeros": (person(party_id="329999198506010000"), "party_id", "NUMBER_DAMAGED"),
    "a damaged code": (penalty(party_code="9.13299990012345E+17"), "party_code", "NUMBER_DAMAGED"),
    "wrong digit": (person(party_id=PERSON_ID[:17] + ("1" if PERSON_ID[17] != "1" else "2")), "party_id", "RESIDENT_ID_CHECK_DIGIT"),
    "30 February": (person(party_id="329999200802300022"), "party_id", "RESIDENT_ID_DATE"),
    "15 digits": (person(party_id="329999850601001"), "party_id", "RESIDENT_ID_OLD"),
    "a passport with signs": (person(party_id_kind="护照", party_id="E123#"), "party_id", "IDENTITY_FORM"),
    "not born yet": (person(party_id=MINOR_ID, decided_on="2010-01-05"), "party_id", "RESIDENT_ID_UNBORN"),
    "an act before birth": (person(act_on="1980-01-01"), "act_on", "DATE_BEFORE_BIRTH"),
    "a sole trader's code of a firm": (penalty(party_code=SHOP_CODE), "party_kind", "PARTY_KIND_CODE"),
    "a firm's code of a sole trader": (penalty(party_kind="个体工商户"), "party_kind", "PARTY_KIND_CODE"),
    "a kind nobody knows": (penalty(kinds="罚金", fine_amount=""), "kinds", "CHOICE_UNKNOWN"),
    "suspended or revoked": (penalty(kinds="暂扣或者吊销许可证、暂扣或者吊销执照", fine_amount=""), "kinds", "KIND_AMBIGUOUS"),
    "a flag that is none": (penalty(contested="也许"), "contested", "CHOICE_UNKNOWN"),
    "no such day": (penalty(decided_on="2026-02-30"), "decided_on", "DATE_IMPOSSIBLE"),
    "no day at all": (penalty(decided_on="去年"), "decided_on", "DATE_UNREADABLE"),
    "a day of the year 226": (penalty(decided_on="0226-01-05"), "decided_on", "DATE_IMPOSSIBLE"),
    "decided tomorrow": (penalty(decided_on=TOMORROW), "decided_on", "DATE_FUTURE"),
    "valid before decided": (penalty(valid_until="2025-01-01"), "valid_until", "DATE_ORDER"),
    "done after decided": (penalty(act_on="2026-02-01"), "act_on", "DATE_ORDER"),
    "元 in the cell": (penalty(fine_amount="2000元"), "fine_amount", "AMOUNT_IN_YUAN"),
    "元 by the decision's own words": (penalty(fine_amount="2000"), "fine_amount", "AMOUNT_UNIT_SUSPECT"),
    "more than was ever fined": (penalty(content_text="罚款", fine_amount="182280000"), "fine_amount", "AMOUNT_TOO_LARGE"),
    "less than a cent": (penalty(fine_amount="0.2000001"), "fine_amount", "AMOUNT_TOO_PRECISE"),
    "below zero": (penalty(fine_amount="-0.2"), "fine_amount", "AMOUNT_NEGATIVE"),
    "an amount in words": (penalty(fine_amount="贰仟"), "fine_amount", "AMOUNT_UNREADABLE"),
    "too long": (penalty(party_name="长" * 201), "party_name", "TEXT_TOO_LONG"),
    "a name in an address": (penalty(source_url="https://example.invalid/%E8%B5%B5%E5%AE%8F%E4%BC%9F"), "source_url", "FIELD_TELLS_PERSON"),
    "a person's number in an address": (penalty(source_url=f"https://example.invalid/?id={PERSON_ID}"), "source_url", "FIELD_TELLS_PERSON"),
    "a name beside the body's": (penalty(body_name=f"{MARKET.name}赵宏伟"), "body_name", "FIELD_TELLS_PERSON"),
    "a telephone beside the source's": (penalty(source_name=f"{MARKET.name}（13900000000）"), "source_name", "FIELD_TELLS_PERSON"),
    "a firm by a person's name": (penalty(party_name="赵宏伟"), "party_name", "FIELD_TELLS_PERSON"),
    "a firm with its representative": (penalty(party_name="示例有限公司（法定代表人赵宏伟）"), "party_name", "FIELD_TELLS_PERSON"),
    "a shop with its operator": (penalty(party_name="示例小店（经营者赵宏伟）", party_kind="个体工商户", party_code=SHOP_CODE), "party_name", "FIELD_TELLS_PERSON"),
    "a shop with a telephone": (penalty(party_name="示例小店13900000000", party_kind="个体工商户", party_code=SHOP_CODE), "party_name", "FIELD_TELLS_PERSON"),
    "an address that runs": (penalty(source_url="javascript:alert(1)"), "source_url", "URL_FORM"),
    "another body's decision": (penalty(body_code=ENVIRONMENT.uscc, body_name=ENVIRONMENT.name), "body_code", "AGENCY_OTHER"),
    "another body's data": (penalty(source_code=ENVIRONMENT.uscc, source_name=ENVIRONMENT.name), "source_code", "AGENCY_OTHER"),
    "a department's dummy code": (penalty(source_code="00000000000000000X"), "source_code", "USCC_CHECK_DIGIT"),
}  # fmt: skip


def _slice(rows: Iterable[Row]) -> checks.Checked:
    """All rows of a table in one slice: they must not disturb each other."""
    numbers = (f"示市监罚决字〔2026〕{number}号" for number in count(1))
    distinct = [{**row, "document_number": row["document_number"] and next(numbers)} for row in rows]
    return checked(*distinct)


def _bad_rows() -> list[Row]:
    return [row for row, _, _ in BAD.values()]


@pytest.fixture(scope="module")
def good() -> checks.Checked:
    return _slice(GOOD.values())


@pytest.fixture(scope="module")
def bad() -> checks.Checked:
    return _slice(_bad_rows())


@pytest.mark.parametrize("name", GOOD)
def test_what_has_no_fault_passes(name: str, good: checks.Checked) -> None:
    row = list(GOOD).index(name) + 2

    assert [each for each in codes(good.problems) if each[0] == row] == []
    assert row in good.accepted["row"]


@pytest.mark.parametrize("name", BAD)
def test_each_fault_is_told_at_its_cell_and_refuses_its_row(name: str, bad: checks.Checked) -> None:
    row = list(BAD).index(name) + 2
    _, field, code = BAD[name]

    assert [each for each in codes(bad.problems) if each[0] == row] == [(row, field, code)]
    assert row not in bad.accepted["row"]


def test_every_problem_has_its_words_and_all_their_values(bad: checks.Checked) -> None:
    for code, values in bad.problems.select("code", "values").rows():
        told = tell_code(code, json.loads(values), LAW)
        assert told.code in LAW.book.refusals, code
        assert UNTOLD not in told.text, (code, told.text)
        assert told.next_step, code


def test_no_finding_repeats_a_persons_number_or_name(bad: checks.Checked) -> None:
    secrets = [PERSON_ID, MINOR_ID, person()["party_name"], "329999198506010000", "E123#"]
    for found in (bad.problems, bad.notices, bad.repairs):
        text = str(found["values"].to_list())
        assert not [secret for secret in secrets if secret in text]


def test_every_check_is_needed(bad: checks.Checked, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without any one check some fault of the table above is no longer told: each test can fail."""
    whole = set(codes(bad.problems))
    for left_out in checks.CHECKS:
        rest = tuple(each for each in checks.CHECKS if each is not left_out)
        monkeypatch.setattr(checks, "CHECKS", rest)
        assert set(codes(_slice(_bad_rows()).problems)) != whole, left_out.__name__


@pytest.mark.parametrize(
    "written",
    ["2026-01-05", "2026/1/5", "2026年1月5日", "20260105", "46027", "2026.01.05", "2026-01-05 00:00:00", "２０２６－０１－０５"],
)  # fmt: skip
def test_a_date_may_be_written_in_many_ways(written: str) -> None:
    found = checked(penalty(decided_on=written))

    assert found.frame["decided_on"].to_list() == [date(2026, 1, 5)]
    assert found.problems.is_empty()


def test_a_day_number_is_told_as_what_it_was_understood() -> None:
    found = checked(penalty(decided_on="46027"))

    assert codes(found.repairs) == [(2, "decided_on", "REPAIRED_DATE")]
    assert json.loads(found.repairs["values"][0])["date"] == "2026-01-05"


@pytest.mark.parametrize("word", ["长期", "永久", "2099-12-31"])
def test_an_open_end_has_a_date(word: str) -> None:
    assert checked(penalty(valid_until=word)).frame["valid_until"].to_list() == [date(2099, 12, 31)]


@pytest.mark.parametrize(
    ("written", "yuan"),
    [("0.2", "2000"), ("0.000001", "0.01"), ("1,234.5", "12345000"), ("0.2万元", "2000"), ("0.30000000000000004", "3000"), ("9999999.999999", "99999999999.99")],
)  # fmt: skip
def test_amounts_are_exact_to_the_cent(written: str, yuan: str) -> None:
    found = checked(penalty(fine_amount=written, content_text="罚款"))

    assert found.frame["fine_amount"].to_list() == [Decimal(yuan)]


def test_what_an_amount_was_understood_to_be_is_told_once() -> None:
    found = checked(*numbered(penalty(), penalty(), penalty(fine_amount="20", content_text="罚款 20 万元")))

    assert codes(found.notices) == [(2, "fine_amount", "AMOUNT_UNDERSTOOD")]
    assert json.loads(found.notices["values"][0]) == {
        "column": "罚款金额（万元）",
        "value": "0.2",
        "yuan": "2000",
    }


def test_nothing_is_understood_of_a_cell_that_is_refused() -> None:
    """“按 20000000 元理解，不必改动” beside “像是把元填成了万元” would be no advice."""
    found = checked(penalty(fine_amount="2000", content_text="罚款 2000 元"))

    assert codes(found.problems) == [(2, "fine_amount", "AMOUNT_UNIT_SUSPECT")]
    assert found.notices.is_empty()


def test_random_amounts_do_not_flood_the_sender() -> None:
    rows = [penalty(fine_amount=f"0.{n:06}", content_text="罚款") for n in range(1, 200)]

    assert checked(*numbered(*rows)).notices.height == 20


def test_the_reported_end_is_kept_and_never_believed() -> None:
    found = checked(*numbered(penalty(reported_until="2199-12-31"), penalty(reported_until="看情况")))

    assert found.problems.is_empty()
    assert found.frame["reported_until"].to_list() == [date(2199, 12, 31), None]
    assert (3, "reported_until", "DATE_UNREADABLE") in codes(found.notices)


def test_kinds_of_penalty_and_party_become_codes() -> None:
    rows = numbered(
        penalty(kinds="罚款；没收违法所得、没收非法财物,其他-责令改正", confiscated_amount="1"), person()
    )
    found = checked(*rows, penalty(party_code=uscc("11", 77), document_number="9"))

    assert found.frame["kinds"].to_list()[0] == ["confiscate_gains", "confiscate_goods", "fine", "other"]
    assert found.frame["party_kind"].to_list() == ["legal_person", "natural_person", "public_body"]


def test_a_licence_has_checks_of_its_own() -> None:
    swapped = licence(valid_from="2031-01-04", valid_to="2026-01-05", document_number="1")
    found = checked(licence(), swapped, feed=LICENSE)

    assert codes(found.problems) == [(3, "valid_to", "DATE_ORDER")]
    assert json.loads(found.problems["values"][0]) == {"first": "有效期自", "second": "有效期至"}
    assert found.frame["status"].to_list() == ["valid", "valid"]


def test_whose_decision_it_is_is_told_with_both_codes() -> None:
    """Two bodies of one name would otherwise read as one."""
    found = checked(penalty(body_code=uscc("11", 77)))
    told = json.loads(found.problems.filter(pl.col("field") == "body_code")["values"][0])
    assert told == {
        "other": f"{MARKET.name}（{uscc('11', 77)}）",
        "agency": f"{MARKET.name}（{MARKET.uscc}）",
    }


def test_the_city_platform_may_pass_on_what_any_body_decided() -> None:
    row = penalty(body_code=ENVIRONMENT.uscc, source_code=ENVIRONMENT.uscc)

    assert checked(row, agency=None).problems.is_empty()
    assert len(checked(row).problems) == 2


def test_a_text_like_a_formula_is_told_and_stays_a_text() -> None:
    found = checked(penalty(remark='=HYPERLINK("http://example.invalid")', conduct="＝1+1"))

    assert found.frame["remark"].to_list() == ['=HYPERLINK("http://example.invalid")']
    assert [each[1] for each in codes(found.notices) if each[2] == "TEXT_LIKE_FORMULA"] == [
        "conduct",
        "remark",
    ]


def test_marked_cells_refuse_their_row_and_nothing_else_is_said_of_them() -> None:
    (frame,) = files.slices(
        files.csv_file(penalty(party_code="913299990012345000"), penalty(document_number="2"))
    )
    marks = [
        [{"field": "party_code", "code": "NUMBER_DAMAGED"}, {"field": "remark", "code": "CELL_FORMULA"}],
        None,
    ]
    marked = frame.with_columns(pl.Series("marks", marks, dtype=frame.schema["marks"]))

    found = checks.check(marked, feed=PENALTY, today=TODAY, agency=AGENCY)

    assert codes(found.problems) == [(2, "party_code", "NUMBER_DAMAGED"), (2, "remark", "CELL_FORMULA")]


@pytest.mark.clause("3.2c")
@pytest.mark.parametrize("told", ["赵宏伟", PERSON_ID, "13900000000"])
def test_a_document_number_that_names_a_person_is_refused_and_not_repeated(told: str) -> None:
    row = penalty(document_number=f"示市监罚决字〔2026〕{told}号")
    assert codes(checked(row).problems) == [(2, "document_number", "FIELD_TELLS_PERSON")]
    assert told not in str(checked(row).problems["values"].to_list())


def test_townships_and_serials_in_a_document_number_are_no_persons() -> None:
    for number in (
        "施河镇罚决〔2026〕1号",
        "示税稽罚〔2026〕32081220260105000101号",
        "示（治）行罚决字〔2026〕0012号",
    ):
        assert codes(checked(penalty(document_number=number)).problems) == [], number


def test_nobody_looks_for_persons_in_the_row_of_a_person() -> None:
    assert codes(checked(person(document_number="示市监罚决字〔2026〕赵宏伟1号")).problems) == []
