"""The answer of a past day in words, the same on every face (某日情况的说法)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from xinheng.documents.kinds import words
from xinheng.publication.asof import Act, Answer, Change, Standing
from xinheng.registry.asof import WITHDRAWN
from xinheng.runtime.clock import HERE, day_of

NOTHING = "—"
_SHORT = 12


@dataclass(frozen=True, slots=True)
class Row:
    """One thing told of the columns: its label and a text per column; `differs` says where it is not the present."""

    label: str
    texts: tuple[str, ...]
    differs: tuple[bool, ...]


def columns(answer: Answer) -> list[tuple[str, Standing]]:
    """The sides to be compared with their headings: then, by later knowledge if that was asked, and now."""
    asked, found = answer.asked, [("当日实际", answer.then)]
    if asked.known != asked.as_of:
        found.append((f"按 {asked.known} 所知", answer.by_known))
    if answer.now is not answer.then and answer.now is not answer.by_known:
        found.append((f"现在（{answer.now.asked.as_of}）", answer.now))
    return found


def rows(answer: Answer) -> list[Row]:
    """What is told of each column, line by line."""
    told = [list(_lines(standing)) for _, standing in columns(answer)]
    return [
        Row(label, tuple(each[at].text for each in told), tuple(each[at].key != key for each in told))
        for at, (label, _, key) in enumerate(_lines(answer.now))
    ]


class _Line(NamedTuple):
    """One thing told of one side; `key` is what two sides are compared by."""

    label: str
    text: str
    key: object


def _lines(standing: Standing) -> Iterator[_Line]:
    kept, made = standing.kept, standing.kept.version
    version = f"第 {made.version} 版（{moment(made.at)} 登记）" if made else kept.state_label
    yield _Line("登记", version, made and made.version)
    yield _Line("状态", state(standing) if made else NOTHING, kept.state)
    yield _same("文书效力", made.effect if made else NOTHING)
    yield _Line("公示", visibility(standing), standing.shown.visible)
    yield _same("公示期", window(standing.shown.change if made else None))
    yield _same("修复与标注", decided(standing))
    yield _same("法规与目录", law(standing))


def _same(label: str, text: str) -> _Line:
    return _Line(label, text, text)


def brief(standing: Standing) -> str:
    """One line for a list: version, state, publication."""
    made = standing.kept.version
    if made is None:
        return standing.kept.state_label
    told = decided(standing)
    more = "" if told == NOTHING else f"，{told}"
    return f"第 {made.version} 版，{standing.kept.state_label}，{visibility(standing)}{more}"


def differs(one: Standing, other: Standing) -> bool:
    """Whether two sides differ in what `brief` tells."""

    def told(each: Standing) -> tuple[object, ...]:
        version = each.kept.version
        return version and version.version, each.kept.state, each.shown.visible

    return told(one) != told(other)


def state(standing: Standing) -> str:
    """Live, or withdrawn since when."""
    kept = standing.kept
    if kept.state == WITHDRAWN and kept.since:
        return f"{kept.state_label}（{moment(kept.since)} 撤回）"
    return kept.state_label


def visibility(standing: Standing) -> str:
    """Whether it was public. By later knowledge nobody saw anything: the window is asked, and told as that."""
    if standing.asked.known == standing.asked.as_of:
        return "公示中" if standing.shown.visible else "没有公示"
    return "这一天在公示期内" if standing.shown.visible else "这一天不在公示期内"


def window(change: Change | None) -> str:
    """First and last day shown."""
    if change is None or change.visible_from is None:
        return NOTHING
    last = f"至 {change.visible_until - timedelta(days=1)}" if change.visible_until else "，长期"
    return f"{change.visible_from} {last}".replace(" ，", "，")


def decided(standing: Standing) -> str:
    """The effects in force and the marks."""
    kept, known = standing.kept.standing, words("marks", standing.law)
    told = [*(known[each] for each in kept.marks), *(each.in_words(standing.law) for each in kept.effects)]
    return "；".join(told) or NOTHING


def law(standing: Standing) -> str:
    """Edition of the catalog, and the bundle of reference data."""
    edition = standing.law.catalog()
    named = f"目录 {edition.id}" if edition else "没有适用的目录"
    return f"{named}，数据 {standing.law.edition}"


def moment(at: datetime) -> str:
    """A moment in Beijing time, to the minute."""
    return at.astimezone(HERE).strftime("%Y-%m-%d %H:%M")


def act(done: Act) -> str:
    """What one event did to the record."""
    said = [done.kind.sentence] if done.kind else []
    said += [f"第 {made.version} 版。" for made in done.versions]
    said += [
        f"理由：{made.ground_text}。".replace("。。", "。") for made in done.versions if made.ground_text
    ]
    said += [f"公示期：{window(change)}。" if change.verdict else "不公示。" for change in done.changes]
    return "".join(said) or "撤回。"


def changed_that_day(answer: Answer) -> bool:
    """Whether something happened on the day asked about: the answer is that of its end."""
    return any(day_of(each.at) == answer.asked.as_of for each in answer.acts)


def short(digest: str) -> str:
    """The first signs of a digest, for a page."""
    return digest[:_SHORT]
