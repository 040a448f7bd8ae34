"""What every page owes its readers (页面约定): read from the HTML, not from the template."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
FREE_ENDS = {"p", "li", "dt", "dd", "tr", "td", "th", "option", "thead", "tbody"}
LABELLED = {"input", "select", "textarea"}
NO_LABEL = {"hidden", "submit", "button"}
CITATION = r'(?:<li>)?\s*<details class="clause"><summary>([^<]*)</summary>.*?</details>\s*(?:</li>)?\s*'
CITATIONS, CITED = re.compile(CITATION, re.DOTALL), re.compile(f"(?:{CITATION})+", re.DOTALL)


@dataclass
class Page(HTMLParser):
    """The facts of one page."""

    text: str
    lang: str = ""
    title: str = ""
    headings: list[int] = field(default_factory=list)
    mains: int = 0
    ids: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._open: list[str] = []
        self._fields: list[str] = []
        self._labels: set[str] = set()
        self.feed(self.text)
        self.problems += [f"open at the end: {tag}" for tag in self._open if tag not in FREE_ENDS]
        self.problems += [
            f"field without a label: {each}" for each in self._fields if each not in self._labels
        ]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag not in VOID:
            self._open.append(tag)
        self.mains += tag == "main"
        if tag == "html":
            self.lang = given.get("lang") or ""
        if len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
            self.headings.append(int(tag[1]))
        if "id" in given:
            self.ids.append(given["id"] or "")
        if tag == "a":
            self.links.append(given.get("href") or "")
        if tag == "label":
            self._labels.add(given.get("for") or "")
        if tag in LABELLED and given.get("type") not in NO_LABEL:
            self._fields.append(given.get("id") or f"<{tag} without id>")
        self._inline(tag, given)

    def _inline(self, tag: str, given: dict[str, str | None]) -> None:
        """What the content security policy would block."""
        self.problems += [
            f"inline {name} at {tag}" for name in given if name == "style" or name.startswith("on")
        ]
        if tag == "style" or (tag == "script" and not given.get("src")):
            self.problems.append(f"inline {tag}")

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open[-1] != tag and self._open[-1] in FREE_ENDS:
            self._open.pop()
        if not self._open or self._open.pop() != tag:
            self.problems.append(f"unexpected end of {tag}")

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] == "title":
            self.title += data


def faults(html: str) -> list[str]:
    """Everything the page owes and does not give; empty when it keeps the contract."""
    page = Page(html)
    found = list(page.problems)
    if not html.lower().startswith("<!doctype html>"):
        found.append("no doctype at the very beginning")
    if page.lang != "zh-CN":
        found.append(f"language is {page.lang!r}")
    if page.headings.count(1) != 1:
        found.append(f"{page.headings.count(1)} h1")
    if page.mains != 1:
        found.append(f"{page.mains} main")
    if not page.title.strip() or page.title.startswith(" -"):
        found.append("no title of its own")
    if "main" not in page.ids or 'href="#main"' not in html:
        found.append("no skip link to main")
    found += [
        f"heading leaps to h{b}" for a, b in zip(page.headings, page.headings[1:], strict=False) if b > a + 1
    ]
    found += [f"id twice: {each}" for each in set(page.ids) if page.ids.count(each) > 1]
    return found + cited_twice(html)


def cited_twice(html: str) -> list[str]:
    """Places of law that stand twice in one row of citations."""
    rows = [CITATIONS.findall(each[0]) for each in CITED.finditer(html)]
    return [f"cited twice: {each}" for row in rows for each in sorted(set(row)) if row.count(each) > 1]
