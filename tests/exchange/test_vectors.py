"""What is done by columns gives the answers of the law's own functions, one by one."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import cast
from xinheng.exchange import content, facts, keys, sealing, terms
from xinheng.exchange.content import Parts
from xinheng.exchange.facts import Surroundings
from xinheng.exchange.judging import Judge
from xinheng.law import disclosure, lawbook
from xinheng.law.facts import AgeClass, SubjectKind, age_class, amount_class
from xinheng.law.identifiers import document_number_key
from xinheng.ledger.leaves import commitments, merkle_root, salts
from xinheng.registry.rows import Brought, Covered, version_row, version_rows

LAW = lawbook.load().as_of(cast.TODAY)
AROUND = Surroundings(
    law=LAW, item="penalty", instrument_kind="penalty", reviewed=True, domains={"A": "", "B": "food"}
)


def rows(**columns: list[Any]) -> pl.DataFrame:
    """A typed frame of penalties with these columns."""
    count = len(next(iter(columns.values())))
    same: dict[str, Any] = {
        "row": range(2, count + 2),
        "party_kind": ["legal_person"] * count,
        "body_code": ["A"] * count,
        "basis_text": ["《食品安全法》"] * count,
        "kinds": [["fine"]] * count,
        "decided_on": [date(2026, 5, 1)] * count,
        "fine_amount": [None] * count,
    }
    types: dict[str, Any] = {
        "fine_amount": pl.Decimal(20, 2),
        "leniency": pl.List(pl.String),
        "act_on": pl.Date,
    }
    return pl.DataFrame({**same, **columns}, schema_overrides=types | {"row": pl.Int32}, strict=False)


def test_age_classes_are_those_of_the_law() -> None:
    rng = random.Random(1)
    born = [date(1985, 1, 1) + timedelta(days=rng.randrange(15_000)) for _ in range(600)]
    born += [date(2008, 2, 29), date(2004, 2, 29)]
    decided = [date(2021, 1, 1) + timedelta(days=rng.randrange(2_100)) for _ in born]
    decided[-2:] = [date(2026, 2, 28), date(2022, 2, 28)]
    acts = [day - timedelta(days=rng.randrange(700)) if rng.random() < 0.5 else None for day in decided]
    numbers = [cast.resident_id(day, n % 1000) for n, day in enumerate(born)]
    frame = rows(
        party_id=numbers, party_id_kind=["resident_id"] * len(born), party_kind=["natural_person"] * len(born),
        decided_on=decided, act_on=acts,
    )  # fmt: skip
    found = facts.with_facts(frame, AROUND).get_column("f_age").to_list()
    told = zip(born, acts, decided, strict=True)
    person = SubjectKind.NATURAL_PERSON
    assert found == [age_class(person, birth, act, day, law=LAW) for birth, act, day in told]
    assert set(found) == {AgeClass.ADULT, AgeClass.MINOR, AgeClass.UNKNOWN}


def test_amounts_and_intervals_are_those_of_the_law() -> None:
    amounts = [
        None,
        *map(Decimal, ("0", "0.01", "200", "200.01", "3000", "3000.01", "99999.99", "100000", "5000000")),
    ]
    frame = facts.with_facts(rows(fine_amount=amounts), AROUND)
    assert frame.get_column("f_amount").to_list() == [amount_class(each, law=LAW) for each in amounts]
    days = [each + timedelta(days=step) for each in LAW.book.boundaries for step in (-1, 0, 1)]
    frame = facts.with_facts(rows(decided_on=days), AROUND)
    assert frame.get_column("f_interval").to_list() == [LAW.book.interval(day) for day in days]


def test_competence_is_stated_by_a_known_body_that_cites_a_law() -> None:
    frame = rows(
        body_code=["A", "B", "C", "A"], basis_text=["《食品安全法》", None, "《食品安全法》", "有关规定"]
    )
    told = facts.with_facts(frame, AROUND)
    assert told.get_column("f_competence").to_list() == ["stated", "stated", "unknown", "unknown"]
    assert told.get_column("f_domain").to_list() == ["", "food", "", ""]


def test_the_law_is_asked_once_per_combination(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, real = [], facts.facts_of

    def counted(*told: Any) -> Any:
        asked.append(told)
        return real(*told)

    monkeypatch.setattr("xinheng.exchange.facts.facts_of", counted)
    judge = Judge(AROUND)
    for _ in range(2):
        judge.judge(rows(kinds=[["fine"], ["warning", "fine"], ["fine", "warning"], ["fine"]]))
    assert (len(asked), len(judge.judged)) == (2, 2)


numbers = st.text(max_size=20) | st.text(
    "示市监罚决字〔［[【(（2026）)】］]〕 号第aZz-－—\u3000", max_size=20
)


@given(st.lists(st.none() | numbers, max_size=6))
@settings(max_examples=300)
def test_number_keys_are_those_of_the_law(told: list[str | None]) -> None:
    frame = pl.DataFrame({"number": told}, schema={"number": pl.String})
    found = frame.select(keys.number_key(pl.col("number"))).to_series().to_list()
    assert found == [None if text is None else document_number_key(text) for text in told]


texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)


@given(
    st.lists(st.tuples(texts, st.none() | texts, st.none() | texts, st.booleans()), min_size=1, max_size=5)
)
@settings(max_examples=150)
def test_content_is_canonical_json_with_each_field_in_one_place(told: list[tuple[Any, ...]]) -> None:
    frame = pl.DataFrame(
        {
            "party_kind": ["natural_person" if person else "legal_person" for *_, person in told],
            "party_name": [each[0] for each in told],
            "remark": [each[1] for each in told],
            "legal_representative": [each[2] for each in told],
            "kinds": [["b", each[0]] for each in told],
        },
        schema_overrides={"remark": pl.String, "legal_representative": pl.String},
    )
    parts = Parts(("party_kind", "kinds"), ("party_name",), ("legal_representative",), ("remark",))
    made = content.with_content(frame, parts, {"remark": pl.col("remark").str.contains("a")})
    for row in made.iter_rows(named=True):
        clear, personal = json.loads(row["content"]), json.loads(row["personal"] or "{}")
        for text in (row["content"], row["personal"], row["whole"]):
            assert text is None or text.encode() == rfc8785.dumps(json.loads(text))
        assert not set(clear) & set(personal)
        whole = {
            name: row[name]
            for name in ("party_kind", "party_name", "remark", "legal_representative", "kinds")
        }
        assert clear | personal == {name: text for name, text in whole.items() if text is not None}
        hidden = "a" in (row["remark"] or "")
        assert row["withheld"] == ("{remark}" if hidden else "{}")
        assert ("remark" in personal) == hidden
        assert ("party_name" in personal) == (row["party_kind"] == "natural_person")
        assert "legal_representative" not in clear


@pytest.mark.parametrize("count", [0, 1, 2, 3, 7, 8, 9, 21, 64])
def test_the_root_in_pieces_is_the_root(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "_CHUNK", 8)
    entries = salts(count)
    leaves = sealing.Leaves()
    for at in range(0, count, 5):
        leaves.add(entries[at : at + 5])
    assert (leaves.root(), leaves.count) == (merkle_root(entries), count)


def test_rows_in_bulk_have_the_bytes_of_one() -> None:
    ids = salts(8)
    brought = Brought(batch=ids[3][:16], event=ids[4][:16], by=ids[6][:16], at=cast.NOW)
    told: list[Covered] = []
    for n, sealed in ((1, None), (2, ids[5])):
        place = (ids[0][:16], n, n + 7, n - 1, n > 1, ids[1][:16], ids[2][:16], ids[3][:16], *ids[5:8])
        said = ("2024/penalty", "{x}", '{"url":"u"}', "correction" if n > 1 else "", "因为")
        told.append((*place, '{"a":"中"}', sealed, *said))
    singly = [version_row(brought, each) for each in told]
    assert list(version_rows(brought, told)) == singly
    assert len(set(commitments(singly, ids[:2]))) == 2


def test_nothing_that_a_leaf_covers_can_change_unseen() -> None:
    ids = salts(8)
    brought = Brought(batch=ids[3][:16], event=ids[4][:16], by=ids[6][:16], at=cast.NOW)
    place = (ids[0][:16], 1, 7, 0, True, ids[1][:16], ids[2][:16], ids[3][:16], *ids[5:8])
    row: Covered = (*place, "{}", ids[5], "2024/penalty", "{x}", "{}", "correction", "因为")
    whole = version_row(brought, row)
    for at, said in enumerate(row):
        other = not said if isinstance(said, bool) else said + 1 if isinstance(said, int) else said[:-1]
        assert version_row(brought, (*row[:at], other, *row[at + 1 :])) != whole
    other = ids[7][:16]
    for moved in (replace(brought, batch=other), replace(brought, event=other), replace(brought, by=other)):
        assert version_row(moved, row) != whole
    assert version_row(replace(brought, at=cast.NOW + timedelta(microseconds=1)), row) != whole


def test_a_reported_end_that_differs_is_told_with_the_computed_one() -> None:
    judge = Judge(AROUND)
    days = [date(2026, 5, 31), date(2024, 2, 29), date(2026, 6, 30)]
    frame = judge.judge(rows(kinds=[["confiscate_goods"]] * 3, decided_on=days))
    computed = []
    for number, day in zip(frame.get_column("facts"), days, strict=True):
        term = disclosure.decide(judge.judged[number].facts, "public", LAW).term
        assert term is not None
        end = disclosure.window(term, decided_on=day, accepted_on=cast.TODAY, valid_to=None)[1]
        computed.append(end - timedelta(days=1) if end else None)
    right = frame.with_columns(pl.Series("reported_until", computed, dtype=pl.Date))
    assert len(terms.Terms(judge).findings(right, cast.TODAY)) == 0
    wrong = right.with_columns(reported_until=pl.col("reported_until").dt.offset_by("1d"))
    found = terms.Terms(judge).findings(wrong, cast.TODAY)
    assert found.get_column("code").to_list() == ["TERM_DIFFERS"] * 3
    assert json.loads(found.item(0, "values"))["computed"] == str(computed[0])
    # how long is another question than whether: before the review the end is compared as well
    unreviewed = Judge(replace(AROUND, reviewed=False))
    assert (
        len(terms.Terms(unreviewed).findings(unreviewed.judge(wrong.drop("facts", "outcome")), cast.TODAY))
        == 3
    )


def test_identifiers_rise_and_are_version_seven() -> None:
    ids = keys.Ids(cast.NOW)
    made = [*ids.take(3), *ids.take(20_000)]
    assert made == sorted(set(made))
    assert {each[6] >> 4 for each in made} == {7}
    assert {each[8] >> 6 for each in made} == {2}
