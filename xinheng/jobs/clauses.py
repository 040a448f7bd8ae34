"""Which rule, step, page and test carries out which clause of the plan (条款对照)."""

from __future__ import annotations

import ast
import functools
import importlib
import json
import pkgutil
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import xinheng
from xinheng import law as law_package
from xinheng.law import lawbook
from xinheng.law.language import RULES
from xinheng.law.reference import ClauseText

PLAN = "huaian-2021-13"
SOURCE = Path(xinheng.__file__).parent
TESTS = SOURCE.parent / "tests"

# `huaian-2021-13#3.2c` anywhere in a source; in a test also `@pytest.mark.clause("3.2c")`, in a view `# clause: 3.2c`.
_FULL = re.compile(rf"{PLAN}#(\d+(?:\.\d+)*[a-z]?)")
_MARK = re.compile(r"(?:mark\.clause|shows)\(([^)]*)\)")
_COMMENT = re.compile(r"(?:#|\{#|<!--)\s*clauses?:\s*([0-9a-z., ]+)")
_SELF = "test_clauses"
_SHORT = re.compile(r"\d+(?:\.\d+)+[a-z]?")


@dataclass(frozen=True, slots=True)
class Carried:
    """One clause: the names of its rules, the services that cite it, the pages that show it, the tests that prove it.

    `idle` are those of its rules that nothing which runs can ask yet.
    """

    clause: ClauseText
    rules: tuple[str, ...]
    services: tuple[str, ...]
    pages: tuple[str, ...]
    tests: tuple[str, ...]
    idle: frozenset[str] = frozenset()

    @property
    def id(self) -> str:
        return self.clause.id.partition("#")[2]

    @property
    def is_carried_out(self) -> bool:
        """By something that runs, and shown by a test."""
        return bool((set(self.rules) - self.idle or self.services or self.pages) and self.tests)

    @property
    def state(self) -> str:
        """What is still missing, empty when the clause is carried out."""
        if self.is_carried_out:
            return ""
        return "规则已有，尚未用于办理" if self.rules else "尚未办到"


def carried() -> list[Carried]:
    """Every clause of the plan in its own order."""
    rules, services, pages, tests = _rules(), *(_sources(kind) for kind in ("services", "pages", "tests"))
    plan, idle = lawbook.load().clauses.values(), _idle_rules()

    def of(clause: ClauseText) -> Carried:
        short = clause.id.partition("#")[2]
        names = [tuple(sorted(each[short])) for each in (rules, services, pages, tests)]
        return Carried(clause, names[0], names[1], names[2], names[3], idle)

    return [of(each) for each in plan if each.instrument == PLAN]


def _rules() -> dict[str, set[str]]:
    """Rules by clause; every module of law is imported, so that each has registered its own."""
    for module in pkgutil.walk_packages(law_package.__path__, f"{law_package.__name__}."):
        importlib.import_module(module.name)
    found: dict[str, set[str]] = defaultdict(set)
    for name, rule in RULES.items():
        for clause in rule.clauses:
            if clause.instrument == PLAN:
                found[clause.id.partition("#")[2]].add(name)
    return found


def _idle_rules() -> frozenset[str]:
    """Rules in modules of law that the rest of the system does not import, not even by way of another."""
    prefix = f"{law_package.__name__}."
    modules = {each.name for each in pkgutil.walk_packages(law_package.__path__, prefix)}
    outside = (path for kind in ("services", "pages") for path, _ in _files(kind) if path.suffix == ".py")
    reached: set[str] = set()
    wanted = {name for path in outside for name in imported(path.read_text("utf-8"))} & modules
    while wanted:
        reached |= wanted
        sources = (importlib.import_module(name).__file__ or "" for name in wanted)
        wanted = {
            name for path in sources for name in imported(Path(path).read_text("utf-8"))
        } & modules - reached
    return frozenset(name for name, rule in RULES.items() if getattr(rule, "__module__", "") not in reached)


def imported(source: str) -> set[str]:
    """Names that a source imports, absolute as house style wants: modules, and whatever is taken from them."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{each.name}" for each in node.names}
    return found


@functools.cache
def _sources(kind: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for path, name in _files(kind):
        for clause in cited(path.read_text("utf-8")):
            found[clause].add(name)
    return found


def _files(kind: str) -> Iterator[tuple[Path, str]]:
    """Files of one kind with the name under which they are listed."""
    if kind == "tests":
        # The test of this list names clauses only to look for them.
        found = (
            each for each in TESTS.rglob("*.[py]*") if each.suffix in (".py", ".yaml") and each.stem != _SELF
        )
        yield from ((each, each.relative_to(TESTS.parent).as_posix()) for each in sorted(found))
        return
    for path in sorted(each for each in SOURCE.rglob("*") if each.suffix in (".py", ".html", ".sql")):
        parts = path.relative_to(SOURCE).parts
        # Rules are known by their names; web/ui is what pages are made of, no page by itself.
        counts = parts[0] not in ("law", "jobs") and parts[:2] != ("web", "ui")
        if counts and (parts[0] == "web") == (kind == "pages"):
            yield path, "/".join(parts)


def cited(text: str) -> set[str]:
    """The clauses of the plan that a source names."""
    found = set(_FULL.findall(text))
    for pattern in (_MARK, _COMMENT):
        found |= {clause for part in pattern.findall(text) for clause in _SHORT.findall(part)}
    return found


def as_lines(clauses: list[Carried]) -> Iterator[str]:
    """For people at a terminal."""
    for each in clauses:
        state = f"　【{each.state}】" if each.state else ""
        yield f"{each.clause.cite}（{each.id}）{state}"
        for label, names in _parts(each):
            if names:
                yield f"    {label}：{'、'.join(names)}"
    done = sum(each.is_carried_out for each in clauses)
    yield f"共 {len(clauses)} 条，已办到 {done} 条，尚未办到 {len(clauses) - done} 条。"


def as_markdown(clauses: list[Carried]) -> Iterator[str]:
    """docs/traceability.md."""
    yield "# 条款对照"
    yield ""
    yield "由 `xinheng clauses --markdown` 生成，不要手工修改。“尚未办到”指没有规则、办理或者页面，或者没有测试证明；"
    yield "“规则已有，尚未用于办理”指规则及其测试已有，但是系统的办理还没有用到它。"
    yield ""
    yield "| 条款 | 编号 | 规则 | 办理 | 页面 | 测试 |"
    yield "|---|---|---|---|---|---|"
    for each in clauses:
        cells = [_cell(names) for _, names in _parts(each)]
        mark = f"（{each.state}）" if each.state else ""
        yield f"| {each.clause.cite}{mark} | {each.id} | {' | '.join(cells)} |"


def as_json(clauses: list[Carried]) -> str:
    rows = [
        {
            "id": each.id,
            "cite": each.clause.cite,
            "text": each.clause.text,
            "rules": each.rules,
            "services": each.services,
            "pages": each.pages,
            "tests": each.tests,
            "carried_out": each.is_carried_out,
        }
        for each in clauses
    ]
    return json.dumps(rows, ensure_ascii=False, indent=1)


def _parts(each: Carried) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return ("规则", each.rules), ("办理", each.services), ("页面", each.pages), ("测试", each.tests)


def _cell(names: tuple[str, ...]) -> str:
    return "<br>".join(f"`{name}`" for name in names) or "—"
