"""Facts and decisions in the words of the desk (事实的说法)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from xinheng.exchange import feeds
from xinheng.law.facts import AmountClass
from xinheng.law.lawbook import Law

BEFORE_ALL_RULES = "最早规则之前"
LABELS = {
    "item": "目录条目",
    "decided_under": "作出决定时的规则",
    "subject_kind": "主体类别",
    "kinds": "处罚类别",
    "amount": "罚款金额",
    "domain": "领域",
    "summary_procedure": "简易程序",
    "age": "行为时年龄",
    "competence": "决定机关职权",
    "effect": "文书效力",
    "contested": "复议或者诉讼",
    "interval": "作出决定的期间",
    "force_majeure": "不可抗力",
    "unintentional": "非主观故意",
    "slight": "轻微",
    "class": "公示分类",
}
# What of a row's facts an officer reads first; what is usual goes without saying.
_OF_A_ROW = {
    "item": (), "subject_kind": (), "age": ("not_a_person",), "interval": (), "kinds": ([],), "amount": ("none",),
    "domain": ("",), "summary_procedure": (False,), "force_majeure": (False,), "unintentional": (False,),
    "slight": (False,), "competence": ("stated",), "effect": ("effective",), "contested": (False,),
}  # fmt: skip
_YES_NO = {True: "是", False: "否"}
_WORDS: Mapping[str, Mapping[Any, str]] = {
    "decision": {
        "rule": "适用规则",
        "class": "公示分类",
        "publish": "是否公示",
        "collected": "是否归集",
        "months": "公示月数",
        "age": "行为时年龄",
        "record": "是否记录",
        "competent": "决定机关是否有权",
    },
    "subject_kind": {
        "legal_person": "法人",
        "unincorporated": "非法人组织",
        "sole_trader": "个体工商户",
        "natural_person": "自然人",
        "public_body": "机关事业单位",
    },
    "domain": {
        "": "一般领域",
        "food": "食品",
        "drug": "药品",
        "special_equipment": "特种设备",
        "work_safety": "安全生产",
        "fire": "消防",
    },
    "publish": {True: "公示", False: "不公示"},
    "collected": {True: "归集", False: "不归集"},
    "age": {"adult": "已成年", "minor": "未成年", "unknown": "不清楚", "not_a_person": "不是自然人"},
    "competence": {"stated": "已写明", "unknown": "不清楚"},
    "effect": {
        "effective": "已生效",
        "not_yet": "未生效",
        "stayed": "停止执行",
        "revoked": "已撤销",
        "void": "无效",
        "lapsed": "已失效",
    },
    "contested": {True: "正在复议或者诉讼", False: "没有"},
    "force_majeure": _YES_NO,
    "unintentional": _YES_NO,
    "slight": _YES_NO,
    "record": {True: "予以记录", False: "不予记录"},
    "competent": {True: "有权", False: "无权"},
    "summary_procedure": _YES_NO,
}


def value_in_words(name: str, value: Any, law: Law) -> str:
    """One value of a fact or a decision; what has no other word stays as it is."""
    if isinstance(value, list | tuple):
        return "、".join(value_in_words(name, each, law) for each in value) or "无"
    words = _WORDS.get(name) or _OF_LAW.get(name, _none)(law)
    return words.get(value, str(value))


def facts_in_words(facts: Mapping[str, Any], law: Law) -> list[dict[str, str]]:
    """Rows of label and value for ui/parts/summary_list.html."""
    return [
        {"label": LABELS.get(name, name), "value": value_in_words(name, value, law)}
        for name, value in facts.items()
    ]


def row_in_words(facts: Mapping[str, Any], law: Law) -> list[dict[str, str]]:
    """The facts of one row that say something, in a fixed order; none of them tells who it is."""
    told = {
        name: facts[name] for name, usual in _OF_A_ROW.items() if name in facts and facts[name] not in usual
    }
    if "interval" in told:
        told["interval"] = f"{told['interval']} 起的规则期间" if told["interval"] else BEFORE_ALL_RULES
    return facts_in_words(told, law)


def _none(_law: Law) -> Mapping[Any, str]:
    return {}


def _items(law: Law) -> Mapping[Any, str]:
    return {item.code: item.name for item in law.items()}


def _rules(law: Law) -> Mapping[Any, str]:
    """A term rule by the document it stands in; an officer knows no P-36."""
    return {"": BEFORE_ALL_RULES, **{rule.id: str(rule.data["name"]) for rule in law.terms.values()}}


def _kinds(_law: Law) -> Mapping[Any, str]:
    """The sheet's own word for each kind of penalty: the first that it gives."""
    choices = feeds.load("penalty").column("kinds").choices
    return {code: text for text, code in reversed(list(choices.items()))}


def _amounts(law: Law) -> Mapping[Any, str]:
    """The buckets of `law.facts.amount_class` by the bounds in reference/terms.yaml."""
    bounds = law.document("terms.yaml")["amounts"]
    small, middle, large = (
        _yuan(bounds[each]["value"])
        for each in (AmountClass.UPTO_200, AmountClass.UPTO_3000, AmountClass.FROM_100000)
    )
    return {
        AmountClass.NONE: "没有罚款",
        AmountClass.UPTO_200: f"{small}以下",
        AmountClass.UPTO_3000: f"超过 {small}、{middle}以下",
        AmountClass.BELOW_100000: f"超过 {middle}、不满 {large}",
        AmountClass.FROM_100000: f"{large}以上",
    }


def _yuan(amount: int) -> str:
    return f"{amount // _WAN} 万元" if amount % _WAN == 0 else f"{amount} 元"


_WAN = 10_000
_OF_LAW: Mapping[str, Callable[[Law], Mapping[Any, str]]] = {
    "item": _items,
    "rule": _rules,
    "decided_under": _rules,
    "kinds": _kinds,
    "amount": _amounts,
}
