"""What `xinheng intake` does with its arguments, and how it tells what came of it (命令行报送)."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xinheng.access import queries as access
from xinheng.access.actor import Actor, host
from xinheng.catalog.public import current_law
from xinheng.exchange import feeds, intake, services, workbook
from xinheng.exchange.intake import Outcome
from xinheng.law.language import Clause, Reason, Refusal
from xinheng.law.language import Outcome as Answer
from xinheng.law.lawbook import Law
from xinheng.law.refusals import tell
from xinheng.runtime import clock

DONE, FINDINGS = 0, 1
_SHOWN = 20
KNOWN = "FILE_KNOWN"
_EVERY = 100_000


@dataclass(frozen=True, slots=True)
class Report:
    """What is printed, and the exit code."""

    text: str
    code: int


class UsageFault(ValueError):
    """An argument names nothing we know; the text is Chinese."""


def arguments(parser: ArgumentParser) -> None:
    """What the command is told."""
    steps = parser.add_subparsers(dest="step", required=True, metavar="validate | submit")
    for step, told in (("validate", "只校验，不保存"), ("submit", "校验并提交")):
        one = steps.add_parser(step, help=told)
        one.add_argument("file", type=Path, metavar="FILE", help="CSV 或 XLSX 文件")
        one.add_argument(
            "--feed", required=True, metavar="FEED", help="报送表：penalty 行政处罚，license 行政许可"
        )
        one.add_argument(
            "--agency", metavar="CODE", required=step == "submit", help="报送单位的统一社会信用代码"
        )
        one.add_argument("--report", type=Path, metavar="OUT.xlsx", help="把标注了问题的表格写到这里")
        one.add_argument("--json", action="store_true", help="输出 JSON")
        if step == "submit":
            one.add_argument("--user", default="", metavar="NAME", help="经办人账号；不写时为该单位的经办人")
            one.add_argument(
                "--reviewed",
                action="store_true",
                help="本机关已完成公开审查（国家秘密、商业秘密、个人隐私、社会影响）；不写则入库但不公示",
            )


def run(options: Mapping[str, Any], *, progress: Callable[[str], Any]) -> Report:
    """Validate or submit one file. Raises Refusal, FileFault or UsageFault."""
    path: Path = options["file"]
    if not path.is_file():
        raise UsageFault(f"没有文件 {path}。")
    actor, now, told = _actor(options), clock.now(), _progress(progress)
    with path.open("rb") as file:
        if options["step"] == "validate":
            outcome = intake.validate(
                file, file_name=path.name, feed=_feed(options), actor=actor, source={}, now=now, told=told
            )
        else:
            batch = services.receive(
                file,
                actor=actor,
                feed=_feed(options),
                file_name=path.name,
                source=_source(options),
                now=now,
                queue=False,
            )
            outcome = services.submit_now(batch, actor=actor, now=now, told=told)
        law = current_law(clock.day_of(now))
        if options["report"]:
            _write_report(options["report"], file, path.name, _feed(options), outcome, law)
    officer = _officer(options, outcome, actor)
    text = (
        _as_json(outcome, law, officer)
        if options["json"]
        else "\n".join([*_as_lines(outcome, law), *_named(options, officer), *_unreviewed(options, outcome)])
    )
    return Report(text, FINDINGS if outcome.counts["refused"] or outcome.counts["waiting"] else DONE)


def _feed(options: Mapping[str, Any]) -> str:
    code = str(options["feed"])
    if code not in feeds.codes():
        known = "、".join(f"{each} {feeds.load(each).name}" for each in feeds.codes())
        raise UsageFault(f"没有“{code}”这种报送表，可以是：{known}。")
    return code


def _officer(options: Mapping[str, Any], outcome: Outcome, actor: Actor) -> str | None:
    """In whose name this call submitted; of a file that is known already the receipt bears another day's name."""
    return actor.name if options["step"] == "submit" and not _known(outcome) else None


def _named(options: Mapping[str, Any], officer: str | None) -> list[str]:
    if officer is None:
        return []
    chosen = "" if options["user"] else "；没有写 --user，取该单位的经办人账号"
    return [f"经办人 {officer}，经命令行报送{chosen}。"]


def _known(outcome: Outcome) -> bool:
    return any(note.code == KNOWN for note in outcome.notes)


# clause: 3.2d
def _source(options: Mapping[str, Any]) -> dict[str, Any]:
    """What the agency says of the whole sheet; without the flag it has not said that it reviewed anything."""
    return {"reviewed": bool(options["reviewed"])}


def _unreviewed(options: Mapping[str, Any], outcome: Outcome) -> list[str]:
    """What a submission without the flag means, so that nobody waits for a page that never comes."""
    if options["step"] == "validate" or options["reviewed"] or _known(outcome):
        return []
    said = "没有声明已完成公开审查（--reviewed）：入库但不公示。依据：三（二）。"
    return [said + "审查后要公示的，请撤回这一批，再带 --reviewed 报送同一份文件。"]


def _actor(options: Mapping[str, Any]) -> Actor:
    """The named officer, else a clerk of the agency; for a mere validation nobody in particular."""
    if not options["agency"]:
        return host()
    agency = access.agency_by_code(options["agency"])
    if agency is None:
        raise Refusal.because("AGENCY_UNKNOWN", uscc=options["agency"])
    name = options.get("user") or ""
    actor = access.actor_by_username(name) if name else access.agency_actor(agency.id, "clerk")
    if actor is None or actor.agency_id != agency.id:
        raise UsageFault(f"{agency.name}没有可用的经办人账号{f' {name}' if name else ''}，请用 --user 指明。")
    return actor


def _progress(say: Callable[[str], Any]) -> intake.Told:
    last = 0

    def told(rows: int, position: float) -> None:
        nonlocal last
        if rows - last >= _EVERY:
            last = rows
            say(f"已读 {rows} 行（{position:.0%}）")

    return told


def _write_report(target: Path, file: Any, name: str, feed: str, outcome: Outcome, law: Law) -> None:
    """The sender's own workbook, annotated; for CSV and large sheets a workbook of the rows with problems."""
    with target.open("wb") as out:
        workbook.report(
            file,
            file_name=name,
            feed=feeds.load(feed),
            findings=outcome.findings,
            rows=outcome.counts["rows"],
            law=law,
            out=out,
        )


def _as_json(outcome: Outcome, law: Law, officer: str | None) -> str:
    told = {
        "batch": outcome.no,
        "officer": officer,
        "counts": dict(outcome.counts),
        "problems": [{**each, "text": _text(each, law)} for each in _problems(outcome)],
        "notes": [{"code": each.code, "values": dict(each.values)} for each in outcome.notes],
    }
    return json.dumps(told, ensure_ascii=False, indent=1)


def _problems(outcome: Outcome) -> Iterator[dict[str, Any]]:
    """Row, column, code, values and clauses of each finding."""
    for row in outcome.findings.sort("row", maintain_order=True).iter_rows(named=True):
        yield {
            "row": row["row"],
            "column": row["heading"],
            "field": row["field"],
            "severity": row["severity"],
            "code": row["code"],
            "values": json.loads(row["values"]),
            "clauses": json.loads(row["clauses"]),
        }


_ANSWERS = {"refused": Answer.FORBIDDEN, "waiting": Answer.OFFICER_DECIDES, "told": Answer.PERMITTED}


def _text(problem: Mapping[str, Any], law: Law) -> str:
    # The text of refusals.yaml adds its own clauses; those given here are the rule's.
    clauses = tuple(map(Clause, problem["clauses"]))
    answer = _ANSWERS[problem["severity"]]
    return tell(Reason("intake", answer, clauses, problem["code"], problem["values"]), law).text


def _as_lines(outcome: Outcome, law: Law) -> Iterator[str]:
    counts = outcome.counts
    named = f"批次 {outcome.no}：" if outcome.no else ""
    yield (
        f"{named}共 {counts['rows']} 行，可收录 {counts['accepted']} 行（新增 {counts['new']}，变更 {counts['changed']}，"
        f"未变 {counts['unchanged']}），未通过 {counts['refused']} 行，待裁定 {counts['waiting']} 行，"
        f"自动规范 {counts['repaired']} 处。"
    )
    for note in outcome.notes:
        yield f"整表：{tell(Reason('file', Answer.PERMITTED, (), note.code, note.values), law).text}"
    problems = list(_problems(outcome))
    for each in problems[:_SHOWN]:
        place = f"第 {each['row']} 行" + (f"“{each['column']}”" if each["column"] else "")
        yield f"{place}：{_text(each, law)}"
    if len(problems) > _SHOWN:
        yield f"另有 {len(problems) - _SHOWN} 处，用 --json 或 --report 查看全部。"
