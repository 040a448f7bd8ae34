"""A case in the words of the desk (案卷的说法)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from xinheng.access.permissions import LABELS
from xinheng.casework.papers import FILE, role_name, told_length
from xinheng.casework.views import CaseView, DraftView, GroundView
from xinheng.documents import kinds
from xinheng.law import serving
from xinheng.law.facts import InstrumentKind
from xinheng.law.lawbook import Law
from xinheng.law.leniency import GROUNDS
from xinheng.law.lists import RANGES, SeriousList
from xinheng.law.periods import Unit
from xinheng.web.desk.words import value_in_words

Row = dict[str, Any]

INSTRUMENTS: Mapping[str, str] = {
    InstrumentKind.PENALTY: "行政处罚决定",
    InstrumentKind.ADJUDICATION: "行政裁决",
    InstrumentKind.JUDGMENT: "生效裁判文书",
    InstrumentKind.ARBITRAL_AWARD: "仲裁文书",
    InstrumentKind.ENFORCEMENT: "执行文书",
    InstrumentKind.OTHER_ADMINISTRATIVE: "其他行政决定",
}
DECISIONS = {"": "不涉及", "go_on": "仍然办理", "lighter": "从轻", "spare": "不再办理"}
# state: (label, tone of its tag); red for what stands against a party only
TONES = {
    "draft": "", "notified": "amber", "awaiting": "amber", "proposed": "amber", "checked": "amber", "decided": "amber",
    "listed": "red", "hidden": "", "removed": "plain", "not_listed": "plain", "withdrawn": "plain",
}  # fmt: skip
ROLES = LABELS


def roles_told(roles: Iterable[str]) -> str:
    """经办人或者审核人."""
    return "或者".join(ROLES[each] for each in ROLES if each in roles)


def objection_kinds(law: Law) -> list[tuple[str, str]]:
    return list(law.document(FILE)["objections"].items())


def ways(law: Law) -> list[tuple[str, str]]:
    return [(each.id, f"{each.name}（{each.day}）") for each in serving.ways(law).values()]


def proofs(law: Law) -> list[tuple[str, str]]:
    return [(each["id"], each["name"]) for each in law.document(serving.FILE)["proofs"]]


def paper_name(kind: str, law: Law) -> str:
    return kinds.kind(kind, law).name


def draft_rows(
    draft: DraftView, grounds: Iterable[GroundView], listed: SeriousList, law: Law
) -> Iterator[Row]:
    """What a draft says, as label and value."""
    yield {"label": "名单范围", "value": RANGES.get(draft.range, draft.range)}
    criteria = "\n".join(listed.criteria.get(each, each) for each in draft.criteria)
    yield {"label": "认定情形", "value": criteria}
    yield {"label": "事由", "value": draft.words.get("facts", "")}
    yield {"label": "证据", "value": draft.words.get("evidence", "")}
    if grounds := list(grounds):
        yield {"label": "依据文书", "value": "\n".join(ground_told(each, law) for each in grounds)}
    yield {"label": "行为日期", "value": _span(draft)}
    yield {"label": "提出意见的期限", "value": _window(draft, listed, law)}
    if draft.months:
        yield {"label": "列入期限", "value": f"{draft.months}{law.document(FILE)['units'][Unit.MONTHS]}"}
    if draft.age != "not_a_person":
        yield {"label": "行为时年龄", "value": value_in_words("age", draft.age, law)}
    yield {"label": "复议机关", "value": draft.words.get("reconsideration_body", "")}
    yield {"label": "管辖法院", "value": draft.words.get("court", "")}
    contact = (draft.words.get(f"contact_{each}", "") for each in ("person", "phone", "address"))
    yield {"label": "联系方式", "value": "，".join(each for each in contact if each)}


def ground_told(ground: GroundView, law: Law) -> str:
    kind, effect = INSTRUMENTS.get(ground.kind, ground.kind), value_in_words("effect", ground.effect, law)
    source = "，已入库" if ground.of_register else ""
    return f"{ground.number}（{kind}，{ground.body_name}，{ground.decided_on}，{effect}{source}）"


def _span(draft: DraftView) -> str:
    days = [str(each) for each in (draft.conduct_from, draft.conduct_to) if each]
    return " 至 ".join(days)


def _window(draft: DraftView, listed: SeriousList, law: Law) -> str:
    own = listed.window
    if own and own.certain:
        return f"{told_length(own, law, own.n)}（名单规定）"
    return f"{draft.window}{law.document(FILE)['units'][Unit.WORKDAYS]}" if draft.window else ""


def differences(view: CaseView, listed: SeriousList, law: Law) -> list[tuple[str, str, str]]:
    """(label, before, after) of what the last redraft changed."""
    if len(view.drafts) < 2:
        return []
    before, after = (dict(_plain(each, listed, law)) for each in view.drafts[-2:])
    return [
        (name, before.get(name, ""), after.get(name, ""))
        for name in {**before, **after}
        if before.get(name, "") != after.get(name, "")
    ]


def _plain(draft: DraftView, listed: SeriousList, law: Law) -> Iterator[tuple[str, str]]:
    yield from ((row["label"], str(row["value"])) for row in draft_rows(draft, (), listed, law))


def party_role(view: CaseView, law: Law) -> str:
    """As what the party is concerned: nothing for the party itself."""
    return "" if view.row.role == "subject" else role_name(view.row.role, law)


def grounds_of_leniency(grounds: Iterable[str]) -> str:
    return "、".join(GROUNDS[each] for each in grounds) or "没有"
