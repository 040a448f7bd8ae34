"""Every answer in plain words: conclusion, reason with its value, what to do, whom to ask (说明用语)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import xinheng
from xinheng.law.facts import Effect
from xinheng.law.language import Clause, Outcome, Reason
from xinheng.law.lawbook import Law, load
from xinheng.law.refusals import UNTOLD, tell, tell_all, tell_code

BOOK = load()
LAW = BOOK.as_of(date(2026, 11, 23))
PACKAGE = Path(xinheng.__file__).parent
CODE = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*")
SPEAKING = {"because", "FileFault", "Fault", "Finding", "Repair", "tell_code"}


def test_every_text_is_whole_once_its_values_are_given() -> None:
    for code, words in BOOK.refusals.items():
        told = tell(reason(code, **dict.fromkeys(words.places, "某值")), LAW)
        assert told.text.startswith(told.conclusion), code
        assert told.conclusion, code
        assert told.why, code
        assert not {UNTOLD, "{", "}"} & set(told.text), code
        assert not told.conclusion.endswith(("。", "，")), code
        assert all(not part or part[-1] in "。？值" for part in (told.why, told.next_step)), code


def reason(code: str, /, *clauses: str, **values: str) -> Reason:
    return Reason("示例规则", Outcome.FORBIDDEN, tuple(map(Clause, clauses)), code, values)


def test_a_refusal_in_full() -> None:
    told = tell(reason("CATALOG_ITEM_UNKNOWN", "huaian-2021-13#3.1", item="示例项", edition="2024年版"), LAW)
    assert told.text == (
        "不能收录：“示例项”不在当日的目录（2024年版）中，不能纳入公共信用信息。"
        "请核对目录项和日期。目录以外的信息请按政府信息公开等规定自行处理，不必报送。"
        "可以联系：市信用办。"
    )
    assert [clause.label for clause in told.clauses] == ["《实施方案》三（一）"]


def test_the_rules_clauses_come_first_and_each_once() -> None:
    told = tell(reason("MINOR_ADVERSE", "huaian-2021-13#4.2b", "apl#30"), LAW)
    assert [clause.id for clause in told.clauses] == ["huaian-2021-13#4.2b", "apl#30", "civil#17"]


def test_a_value_nobody_gave_is_told_as_such() -> None:
    assert tell(reason("ROW_TWICE"), LAW).why == f"与第 {UNTOLD} 行是同一文号、同一当事人。"


def test_a_value_is_text_and_never_a_pattern() -> None:
    told = tell(reason("DATE_UNREADABLE", column="{value}", value="{0.__class__}"), LAW)
    assert told.why == "“{value}”填的是“{0.__class__}”。"


def test_a_permission_is_told_too() -> None:
    assert tell(Reason("示例规则", Outcome.PERMITTED, ()), LAW).conclusion == "符合规定"


def test_a_code_without_a_text_is_told_with_its_code() -> None:
    assert "NOBODY_WROTE_THIS" in tell(reason("NOBODY_WROTE_THIS"), LAW).text


def test_a_lawbook_without_texts_still_names_the_code() -> None:
    silent = Law(replace(BOOK, refusals={}), LAW.day)
    assert tell(reason("MINOR_ADVERSE"), silent).text == "MINOR_ADVERSE。"


def test_the_same_words_once() -> None:
    reasons = [
        reason("MINOR_ADVERSE"),
        reason("ROW_TWICE", row="3"),
        reason("MINOR_ADVERSE"),
        reason("ROW_TWICE", row="4"),
    ]
    assert [told.code for told in tell_all(reasons, LAW)] == ["MINOR_ADVERSE", "ROW_TWICE", "ROW_TWICE"]


def test_a_repair_is_told_by_the_same_words() -> None:
    assert tell_code("REPAIRED_WIDTH", {}, LAW).text == "已自动规范：全角字符改成了半角。"


def test_every_code_spoken_in_the_program_has_words() -> None:
    """Codes in `Refusal.because("…")`, faults, repairs and the answers of rules, wherever they are written."""
    spoken = {code: where for path in PACKAGE.rglob("*.py") for code, where in _spoken(path)}
    spoken |= {f"BASIS_{effect.name}": "law/basis.py" for effect in Effect if effect is not Effect.EFFECTIVE}
    assert len(spoken) > 60
    assert {code: where for code, where in spoken.items() if code not in BOOK.refusals} == {}


def test_every_refusal_brings_the_values_of_its_text() -> None:
    """`Refusal.because("…", name=value)`: a text with a hole in it helps nobody."""
    lacking = [each for path in PACKAGE.rglob("*.py") for each in _lacking(path)]
    assert lacking == []


def _lacking(path: Path) -> Iterator[tuple[str, int, str, set[str]]]:
    """(file, line, code, missing names) of refusals that leave a place of their text empty."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"), filename=str(path))):
        if not isinstance(node, ast.Call) or _name(node.func) not in ("because", "FileFault"):
            continue
        given = {each.arg for each in node.keywords}
        for constant in (part for each in node.args[:1] for part in ast.walk(each)):
            words = BOOK.refusals.get(getattr(constant, "value", None) or "")
            if words and None not in given and (missing := set(words.places) - given - {"code"}):
                yield path.relative_to(PACKAGE).as_posix(), node.lineno, words.code, missing


def _spoken(path: Path) -> Iterator[tuple[str, str]]:
    where = path.relative_to(PACKAGE).as_posix()
    for node in ast.walk(ast.parse(path.read_text("utf-8"), filename=where)):
        said: list[ast.expr] = []
        if isinstance(node, ast.Call) and _name(node.func) in SPEAKING:
            said = node.args[:1]
        if isinstance(node, ast.Tuple) and len(node.elts) > 1 and _is_outcome(node.elts[0]):
            said = node.elts[1:2]
        for each in said:
            for constant in ast.walk(each):
                if isinstance(constant, ast.Constant) and CODE.fullmatch(str(constant.value)):
                    yield str(constant.value), f"{where}:{constant.lineno}"


def _name(called: ast.expr) -> str:
    return called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")


def _is_outcome(value: ast.expr) -> bool:
    return isinstance(value, ast.Attribute) and _name(value.value) == "Outcome"
