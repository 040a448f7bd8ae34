"""Which pairs of a name are looked up, and that a search finds all the same (名称索引)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import psycopg
import pytest

from tests import cast
from tests.publication.shelf import Kept, keep
from xinheng.ledger.ids import uuid7
from xinheng.ledger.kinds import EventKind
from xinheng.ledger.services import append
from xinheng.publication import name_index, public, search_terms


@pytest.fixture
def shares(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {"有限": 0.75, "限公": 0.70, "公司": 0.75, "食品": 0.04}
    monkeypatch.setattr(name_index, "_shares", lambda _slot: known)


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    forget = name_index._shares.cache_clear
    forget()
    yield
    forget()


@pytest.mark.usefixtures("shares")
@pytest.mark.parametrize(
    ("term", "pairs", "near"),
    [
        ("食品有限公司", ["品有", "食品"], "(0,0)"),
        ("食品", ["食品"], "(600,0)"),
        ("有限公司", ["限公"], "(600,0)"),
        ("有限", ["有限"], "(600,0)"),
        ("淮上", ["淮上"], "(0,0)"),
        ("上上上", ["上上"], "(0,0)"),
    ],
)
def test_frequent_pairs_are_left_to_the_literal_text(term: str, pairs: list[str], near: str) -> None:
    found = name_index.way(term)
    assert (sorted(found.pairs), found.near) == (pairs, near)


@pytest.mark.usefixtures("db")
def test_without_statistics_every_pair_is_asked(superuser: psycopg.Connection[Any]) -> None:
    # Autovacuum may have counted what an earlier test committed.
    superuser.execute("DELETE FROM pg_statistic WHERE starelid = 'publication_publicsubject'::regclass")
    assert sorted(name_index.way("淮上食品").pairs) == sorted(["淮上", "上食", "食品"])


@pytest.mark.usefixtures("city")
@pytest.mark.parametrize("pages", [0, 600])
def test_either_way_finds_each_name_once(pages: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(name_index, "way", lambda term: name_index.Way((term[:2],), f"({pages},0)"))
    _firms("示例甲食品厂", "示例Ａ食品厂")
    assert sorted(_found("食品")) == ["示例甲食品厂", "示例Ａ食品厂"]
    assert public.search("食品", today=cast.TODAY).total == 2


def _firms(*names: str) -> None:
    batch = uuid7()
    records = [
        Kept(code=cast.uscc("91", 700 + number), name=name, decided_on=date(2026, 5, 20), kinds=("confiscate_goods",), batch=batch)
        for number, name in enumerate(names)
    ]  # fmt: skip
    keep(*records)
    append(EventKind.BATCH_ACCEPTED, payload={"batch": str(batch)}, agency=cast.MARKET.id, now=cast.NOW)


def _found(term: str) -> list[str]:
    return [hit.name for hit in public.search(term, today=cast.TODAY).hits]


@pytest.mark.usefixtures("city")
def test_width_and_case_of_a_name_do_not_matter() -> None:
    _firms("示例ＡＢＣ科技", "示例(淮安)食品", "示例（淮安）建材")
    assert _found("abc") == ["示例ＡＢＣ科技"]
    assert sorted(_found("(淮安)")) == sorted(["示例(淮安)食品", "示例（淮安）建材"])
    assert _found("（淮安）建") == ["示例（淮安）建材"]


@pytest.mark.usefixtures("city")
def test_pairs_in_another_order_are_no_hit() -> None:
    _firms("示例食品淮食")
    assert _found("淮食品") == []
    assert _found("食品淮") == ["示例食品淮食"]


@pytest.mark.usefixtures("city")
def test_a_count_is_capped_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_terms, "CAP", 2)
    _firms("示例甲厂", "示例乙厂子", "示例丙厂子弟")
    answer = public.search("示例", today=cast.TODAY)
    assert (answer.total, answer.capped) == (2, True)
    monkeypatch.setattr(search_terms, "CAP", 3)
    answer = public.search("示例", today=cast.TODAY)
    assert (answer.total, answer.capped) == (3, False)
    assert [hit.name for hit in answer.hits] == ["示例甲厂", "示例乙厂子", "示例丙厂子弟"]
