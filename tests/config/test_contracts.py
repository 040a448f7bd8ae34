"""The contracts of the layout hold, and can be seen to fail (架构约束)."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "xinheng"
APPS = (
    "vault", "ledger", "runtime", "documents", "catalog", "subjects", "access", "registry", "exchange", "publication",
    "reports", "oversight",
)  # fmt: skip

# contract id -> the file in which a forbidden line is planted, and that line
PLANTED = {
    "layers": ("xinheng/vault/planted.py", "import xinheng.access.models"),
    "faces": ("xinheng/web/ui/planted.py", "import xinheng.web.portal.urls"),
    "pure-law": ("xinheng/law/planted.py", "import django"),
    "portal": ("xinheng/web/portal/planted.py", "import xinheng.access.gate"),
    "never-the-public": ("xinheng/web/portal/planted_past.py", "import xinheng.publication.asof"),
    "ledger-models": ("xinheng/registry/planted.py", "import xinheng.ledger.models"),
    "no-models-above": ("xinheng/jobs/planted.py", "import xinheng.subjects.models"),
    "effects-by-procedure": ("xinheng/jobs/planted_effect.py", "import xinheng.registry.outcomes"),
    "verifier-alone": ("xinheng/ledger/verifier/planted.py", "import xinheng.ledger.models"),
    "witness-alone": ("xinheng/ledger/witness/planted.py", "import psycopg"),
}


@pytest.fixture(scope="module")
def said_of_planted(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What import-linter says of a copy with one violation of each contract planted."""
    copy = tmp_path_factory.mktemp("planted")
    shutil.copytree(PACKAGE, copy / "xinheng", ignore=shutil.ignore_patterns("*.pyc", "static", "templates"))
    shutil.copy(ROOT / "pyproject.toml", copy)
    for name, line in PLANTED.values():
        (copy / name).write_text(f"{line}\n", encoding="utf-8")
    (copy / "xinheng/newcomer").mkdir()
    (copy / "xinheng/newcomer/__init__.py").touch()
    return _lint(copy).stdout


def _lint(where: Path) -> subprocess.CompletedProcess[str]:
    # With -P-like isolation of its own: the copy is the package that import-linter sees.
    command = [
        sys.executable,
        "-c",
        "import sys; sys.path.insert(0, ''); from importlinter.cli import lint_imports_command as c; c()",
    ]
    return subprocess.run([*command, "--no-cache"], cwd=where, capture_output=True, text=True, timeout=120)


def test_the_contracts_hold() -> None:
    done = _lint(ROOT)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("contract", PLANTED)
def test_a_planted_violation_is_seen(contract: str, said_of_planted: str) -> None:
    name, line = PLANTED[contract]
    importer = name.removesuffix(".py").replace("/", ".")
    imported = line.removeprefix("import ")
    assert f"{importer} -> {imported}" in said_of_planted


def test_a_package_without_a_layer_is_seen(said_of_planted: str) -> None:
    assert "newcomer" in said_of_planted


def _imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level > 1:
            yield "." * node.level
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


# The contracts above list what is forbidden; this lists what is allowed besides the standard library.
ALLOWED = {
    "law": ("yaml", "xinheng.law"),
    "ledger/verifier": ("cryptography", "typst"),
    "ledger/witness": ("cryptography", "xinheng.ledger.verifier"),
}


@pytest.mark.parametrize("package", ALLOWED)
def test_what_must_stand_alone_imports_nothing_else(package: str) -> None:
    files = list((PACKAGE / package).rglob("*.py"))
    assert files
    foreign = {
        (file.name, name)
        for file in files
        for name in _imported(file)
        if name.partition(".")[0] not in sys.stdlib_module_names
        and not any(f"{name}.".startswith(f"{each}.") for each in ALLOWED[package])
    }
    assert foreign == set()


@pytest.mark.parametrize("app", APPS)
def test_an_app_has_no_views_addresses_or_templates(app: str) -> None:
    forbidden = {"views.py", "urls.py", "templates", "static", "forms.py", "admin.py"}
    assert {path.name for path in (PACKAGE / app).iterdir()} & forbidden == set()


def test_commands_are_thirty_lines_at_most() -> None:
    commands = list((PACKAGE / "jobs/management/commands").glob("[a-z]*.py"))
    assert commands
    long = {file.name: len(file.read_text(encoding="utf-8").splitlines()) for file in commands}
    assert {name: lines for name, lines in long.items() if lines > 30} == {}


def test_no_file_is_longer_than_400_lines() -> None:
    files = [f for f in PACKAGE.rglob("*.py") if "migrations" not in f.parts]
    lengths = {str(f.relative_to(ROOT)): len(f.read_text(encoding="utf-8").splitlines()) for f in files}
    assert {name: lines for name, lines in lengths.items() if lines > 400} == {}


def test_no_function_is_longer_than_40_lines() -> None:
    long = []
    for file in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > 40:
                    long.append(f"{file.relative_to(ROOT)}:{node.lineno} {node.name} {length}")
    assert long == []
