"""The public list of measures: what is loaded and nothing else (惩戒措施清单)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.test import Client

from tests.web.contract import Page
from xinheng.law.lawbook import Law, load
from xinheng.law.measurelist import MeasureTerm
from xinheng.web.portal.measures import term_label

pytestmark = pytest.mark.usefixtures("city")


def test_each_row_stands_with_object_basis_body_and_term(client: Client) -> None:
    text = client.get("/measures/").content.decode()
    edition = load().measures[-1]
    for row in edition.rows.values():
        for told in (row.content, row.object_text, row.body_name):
            assert told in text
    cited = {link for link in Page(text).links if link.startswith("/policies/")}
    assert "/policies/food-safety#c-135" in cited
    assert f"共 {len(edition.rows)} 项惩戒内容" in text


def test_a_measure_of_which_nothing_is_known_cannot_be_taken(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    unknown = "没有核实到依据和期限，不能采取。"
    assert unknown not in client.get("/measures/").content.decode()
    edition = load().measures[-1]
    named = replace(edition, names={**edition.names, "M99": "示例措施"})
    monkeypatch.setattr(Law, "measures_list", lambda _: named)
    assert unknown in client.get("/measures/").content.decode().partition("示例措施")[2]
    monkeypatch.setattr(Law, "measures_list", lambda _: None)
    assert "任何惩戒措施都不能采取" in client.get("/measures/").content.decode()


def test_the_home_page_leads_to_it(client: Client) -> None:
    assert "/measures/" in Page(client.get("/").content.decode()).links


def test_nobody_writes_to_it(client: Client) -> None:
    for method in (client.post, client.put, client.patch, client.delete):
        assert method("/measures/").status_code == 405


@pytest.mark.parametrize(
    ("term", "said"),
    [
        (MeasureTerm(lifetime=True), "终身"),
        (MeasureTerm(with_entry=True), "随名单移出终止"),
        (MeasureTerm(by_statute=True), "按所引条文"),
        (MeasureTerm(most=60, least=60), "5 年"),
        (MeasureTerm(most=36, least=12), "1 年至 3 年"),
        (MeasureTerm(most=6), "最长 6 个月"),
    ],
)
def test_terms_in_words(term: MeasureTerm, said: str) -> None:
    assert term_label(term).strip() == said
