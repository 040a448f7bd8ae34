"""Whoever is named in a document is told by none of its rows: planted names reach no public entry (三（二）)."""

from __future__ import annotations

import json

import polars as pl
import pytest

from tests import cast
from tests.exchange import sample
from tests.exchange.conftest import Ask, Submit
from tests.exchange.sample import Row
from xinheng.law.language import Refusal

# Names that no pattern finds: 牛 is a common word, 示 no surname.
TRADER, MANAGER, MINOR = "牛二蛋", "牛三锤", cast.MINOR_NAME
SHOP: Row = {"party_name": TRADER, "party_kind": "个体工商户", "party_code": cast.SHOP_CODE}
_SHOWN = "SELECT s.name, e.content, e.withheld FROM publication_publicentry e JOIN publication_publicsubject s USING (subject)"

pytestmark = pytest.mark.clause("3.2c")


def the(ask: Ask) -> tuple[str, str, list[str]]:
    """The only entry."""
    ((name, content, withheld),) = ask(_SHOWN)
    return name, json.dumps(content, ensure_ascii=False), withheld


def test_a_trader_without_a_trade_name_is_told_by_no_text(submit: Submit, ask: Ask) -> None:
    submit(
        sample.penalty(
            1, SHOP, conduct=f"{TRADER}违法经营", facts_text=f"{TRADER}把过期食品摆上货架（示例）。"
        )
    )
    name, content, withheld = the(ask)
    assert (name, withheld) == ("牛**", ["conduct", "facts_text"])
    assert TRADER not in content


@pytest.mark.parametrize("name", ["个体工商户{}", "{}（个体工商户）", "经营者：{}"])
def test_nor_is_one_who_adds_what_he_is(submit: Submit, ask: Ask, name: str) -> None:
    submit(
        sample.penalty(1, SHOP | {"party_name": name.format(TRADER)}, facts_text=f"{TRADER}到场（示例）。")
    )
    shown, content, withheld = the(ask)
    assert shown == name.format("牛**")
    assert withheld == ["facts_text"]
    assert TRADER not in content


def test_a_person_of_the_same_document_is_not_told_beside_the_firm(submit: Submit, ask: Ask) -> None:
    said = f"{MANAGER}负责搬运，货值一千元（示例）。"
    person = sample.PERSON | {"party_name": MANAGER}
    submit(
        sample.penalty(1, facts_text=said),
        sample.penalty(1, person, facts_text=said, act_on="2026-01-05"),
    )
    _, content, withheld = the(ask)
    assert withheld == ["facts_text"]
    assert MANAGER not in content


def test_nor_a_minor_whose_own_row_is_refused(submit: Submit, ask: Ask) -> None:
    said = f"{MINOR}负责搬运（示例）。"
    minor = sample.PERSON | {"party_name": MINOR, "party_id": cast.MINOR_ID}
    done = submit(
        sample.penalty(1, facts_text=said), sample.penalty(1, minor, facts_text=said, act_on="2026-01-05")
    )
    assert (done.counts["accepted"], done.counts["refused"]) == (1, 1)
    assert the(ask)[2] == ["facts_text"]


def test_the_names_of_another_document_withhold_nothing(submit: Submit, ask: Ask) -> None:
    person = sample.PERSON | {"party_name": MANAGER}
    submit(
        sample.penalty(1, facts_text=f"{MANAGER}牌电锤（示例）。"),
        sample.penalty(2, person, act_on="2026-01-05"),
    )
    assert the(ask)[2] == []


@pytest.mark.parametrize(
    "source",
    [{"channel": "示例网站（联系人赵宏伟）"}, {"url": f"https://example.invalid/?id={cast.PERSON_ID}"}],
)
def test_nor_by_what_is_said_of_the_whole_sheet(submit: Submit, ask: Ask, source: dict[str, str]) -> None:
    with pytest.raises(Refusal) as told:
        submit(sample.penalty(1), **source)
    assert told.value.reasons[0].code == "FIELD_TELLS_PERSON"
    assert cast.PERSON_ID not in str(told.value.reasons)
    assert ask("SELECT count(*) FROM exchange_batch") == [(0,)]


@pytest.mark.clause("3.2c")
def test_the_sender_is_told_what_stays_closed(submit: Submit) -> None:
    text = "现场负责人钱示二（电话13900000000）在场。"
    found = submit(
        sample.penalty(1, facts_text=text, remark=text),
        sample.penalty(2),
        sample.penalty(3, sample.PERSON, act_on="2026-01-05", facts_text=text),
    ).findings
    told = found.filter(pl.col("code") == "TEXT_WITHHELD").select("row", "field", "severity", "values").rows()
    # the remark is never public, and of a person nothing is
    assert told == [(2, "facts_text", "told", '{"column": "违法事实"}')]
