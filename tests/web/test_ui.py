"""Stylesheet, partials and small tools of the interface (界面)."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.test import RequestFactory

from tests.web.contract import faults
from xinheng.law.lawbook import load
from xinheng.web.ui import csp, views
from xinheng.web.ui.addresses import clause_address
from xinheng.web.ui.paging import Pager, page_number
from xinheng.web.ui.templatetags.ui import beijing, by_place, day
from xinheng.web.ui.term_bar import WIDTH, term_bar

UI = Path(views.__file__).parent
WEB = UI.parent
PARTS = sorted((UI / "templates/ui/parts").glob("*.html"))
TODAY = date(2026, 11, 23)
HTMX_SHA256 = "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130"
MEANWHILE = {"confirmation.html"}  # shown in words: a second h1 on the style guide would break the contract


def test_the_style_guide_keeps_the_page_contract(frozen_today: date) -> None:
    html = views.styleguide(RequestFactory().get("/styleguide/")).content.decode()
    assert faults(html) == []


def test_the_style_guide_shows_every_partial() -> None:
    templates = [*(UI / "templates").rglob("*.html")]
    text = "".join(file.read_text(encoding="utf-8") for file in templates)
    unseen = [part.name for part in PARTS if f"ui/parts/{part.name}" not in text]
    assert set(unseen) <= MEANWHILE


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_each_partial_says_what_it_takes(part: Path) -> None:
    assert re.match(r"(\{% load [a-z ]+ %\})*\{% comment %\}", part.read_text(encoding="utf-8"))


@pytest.mark.parametrize("file", sorted(WEB.rglob("*.html")), ids=lambda file: file.name)
def test_no_template_needs_what_the_policy_forbids(file: Path) -> None:
    text = re.sub(
        r"\{% comment %\}.*?\{% endcomment %\}", "", file.read_text(encoding="utf-8"), flags=re.DOTALL
    )
    assert not re.search(
        r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*src=)|javascript:|https?://(?!www\.w3\.org)", text
    )


def test_the_policy_names_no_foreign_source_and_nothing_unsafe() -> None:
    assert "unsafe" not in csp.POLICY
    assert "http" not in csp.POLICY
    assert "*" not in csp.POLICY
    assert "default-src 'none'" in csp.POLICY


def test_htmx_is_the_published_file_with_its_licence() -> None:
    vendor = UI / "static/ui/vendor"
    assert hashlib.sha256((vendor / "htmx-4.0.1.min.js").read_bytes()).hexdigest() == HTMX_SHA256
    assert "BSD" in (vendor / "htmx-LICENSE.txt").read_text(encoding="utf-8")


def _tokens() -> dict[str, str]:
    css = (UI / "static/ui/xinheng.css").read_text(encoding="utf-8")
    found = dict(re.findall(r"--([a-z-]+):\s*(#[0-9a-f]{3,6})", css))
    return {
        name: value if len(value) == 7 else "#" + "".join(c * 2 for c in value[1:])
        for name, value in found.items()
    }


def _contrast(one: str, other: str) -> float:
    def light(colour: str) -> float:
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(
    ("text", "ground", "least"),
    [
        ("ink", "card", 4.5), ("ink", "page", 4.5), ("soft", "page", 4.5), ("main", "page", 4.5),
        ("red", "red-bg", 4.5), ("amber", "amber-bg", 4.5), ("green", "green-bg", 4.5), ("grey", "grey-bg", 4.5),
        ("main", "blue-bg", 4.5), ("on-deep", "deep", 4.5), ("red", "card", 4.5), ("field", "card", 3.0),
        ("focus", "ink", 3.0), ("main", "amber-bg", 4.5), ("main", "red-bg", 4.5), ("soft", "blue-bg", 4.5),
    ],
)  # fmt: skip
def test_colours_can_be_told_apart(text: str, ground: str, least: float) -> None:
    tokens = _tokens()
    assert _contrast(tokens[text], tokens[ground]) >= least


@pytest.mark.parametrize(
    ("start", "until", "repair", "today_x", "repair_x", "last"),
    [
        ((2026, 1, 1), (2027, 1, 1), None, 893, None, (2026, 12, 31)),
        ((2026, 11, 23), (2029, 11, 24), (2027, 11, 24), 0, 334, (2029, 11, 23)),
        ((2025, 11, 22), (2026, 11, 24), (2026, 2, 22), 997, 251, (2026, 11, 23)),
        ((2020, 1, 1), None, (2021, 1, 1), 600, None, None),
        ((2026, 12, 1), (2027, 1, 1), None, 0, None, (2026, 12, 31)),
    ],
)
def test_marks_stand_where_the_days_are(
    start: tuple[int, int, int],
    until: tuple[int, int, int] | None,
    repair: tuple[int, int, int] | None,
    today_x: int,
    repair_x: int | None,
    last: tuple[int, int, int] | None,
) -> None:
    bar = term_bar(date(*start), date(*until) if until else None, date(*repair) if repair else None, TODAY)
    assert (bar.today_x, bar.repair_x) == (today_x, repair_x)
    assert bar.last == (date(*last) if last else None)
    assert 0 <= bar.today_mark_x <= WIDTH
    assert bar.today_x + bar.left_width == WIDTH


def test_a_repair_day_after_the_end_is_not_promised() -> None:
    bar = term_bar(date(2026, 1, 1), date(2026, 12, 1), date(2026, 12, 1), TODAY)
    assert bar.repair_from is None
    assert bar.repair_x is None


def test_labels_stand_in_the_order_of_the_days() -> None:
    bar = term_bar(date(2026, 10, 2), date(2027, 10, 3), date(2027, 1, 3), TODAY)
    assert [word for _, word, _ in bar.labels] == ["起", "今天", "可申请修复", "最长至"]
    assert bar.labels[-1][2] == "2027-10-02"
    assert term_bar(TODAY, None, None, TODAY).labels[-1][1:] == ("最长至", "长期")


def test_pages_of_a_list() -> None:
    assert Pager(1, 0, 20).pages == 1
    assert Pager(1, 41, 20).pages == 3
    assert list(Pager(5, 200, 20).around) == [3, 4, 5, 6, 7]
    assert [page_number(text) for text in ("", "0", "-3", "７", "2", "999999999", "12345678")] == [
        1, 1, 1, 1, 2, 1, 10_000,
    ]  # fmt: skip


def test_days_are_those_of_beijing() -> None:
    assert day(datetime(2026, 11, 22, 16, 30, tzinfo=UTC)) == "2026-11-23"
    assert day(None) == "—"
    assert beijing(datetime(2026, 11, 22, 16, 30, tzinfo=UTC)) == "2026-11-23 00:30"


def test_a_place_of_law_is_cited_once_with_all_our_clauses_there() -> None:
    cited = [load().clauses[f"huaian-2021-13#{each}"] for each in ("5.1a", "2.4", "5.1d", "5.1a")]
    assert [(each.label, [clause.id[-4:] for clause in each.clauses]) for each in by_place(cited)] == [
        ("《实施方案》五（一）", ["5.1a", "5.1d"]),
        ("《实施方案》二（四）", ["#2.4"]),
    ]


def test_a_clause_of_the_plan_is_on_the_plans_own_page() -> None:
    assert clause_address("huaian-2021-13#3.2c") == "/plan/#c-3.2c"
    assert clause_address("ogi-2019#20") == "/policies/ogi-2019#c-20"
    assert clause_address("ogi-2019") == "/policies/ogi-2019"


@pytest.mark.parametrize(
    "back", ["//elsewhere.example/", "https://elsewhere.example/", "/\\elsewhere.example", "s", ""]
)
def test_the_size_switch_never_leads_elsewhere(back: str) -> None:
    answer = views.size(RequestFactory().post("/size", {"size": "xl", "next": back}))
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")


def test_the_size_switch_keeps_one_harmless_cookie() -> None:
    answer = views.size(RequestFactory().post("/size", {"size": "xl", "next": "/catalog/?v=2021"}))
    assert answer.headers["Location"] == "/catalog/?v=2021"
    assert {name: each.value for name, each in answer.cookies.items()} == {"size": "xl"}
    assert (
        views.size(RequestFactory().post("/size", {"size": "", "next": "/"})).cookies["size"]["max-age"] == 0
    )
    assert views.size(RequestFactory().get("/size")).status_code == 405
