"""Facts and decisions in the words of the desk (事实的说法)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

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
    "item": {
        "penalty": "行政处罚",
        "license": "行政许可",
        "adjudication": "行政裁决",
        "enforcement": "行政强制",
        "judgment": "司法裁判",
    },
    "subject_kind": {
        "legal_person": "法人",
        "unincorporated": "非法人组织",
        "sole_trader": "个体工商户",
        "natural_person": "自然人",
        "public_body": "机关事业单位",
    },
    "amount": {
        "none": "没有罚款",
        "upto_200": "200 元以下",
        "upto_3000": "200 元以上、3000 元以下",
        "below_100000": "3000 元以上、10 万元以下",
        "from_100000": "10 万元以上",
    },
    "kinds": {
        "warning": "警告",
        "criticism": "通报批评",
        "fine": "罚款",
        "confiscate_gains": "没收违法所得",
        "confiscate_goods": "没收非法财物",
        "suspend_permit": "暂扣许可证件",
        "downgrade": "降低资质等级",
        "revoke_permit": "吊销许可证件",
        "restrict_business": "限制开展生产经营活动",
        "halt": "责令停产停业",
        "close": "责令关闭",
        "restrict_occupation": "限制从业",
        "detention": "行政拘留",
        "other": "其他",
    },
    "domain": {
        "": "一般领域",
        "food": "食品",
        "drug": "药品",
        "special_equipment": "特种设备",
        "work_safety": "安全生产",
        "fire": "消防",
    },
    "decided_under": {"": "最早规则之前"},
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


def value_in_words(name: str, value: Any) -> str:
    """One value of a fact or a decision; what has no other word stays as it is."""
    if isinstance(value, list | tuple):
        return "、".join(value_in_words(name, each) for each in value) or "无"
    return _WORDS.get(name, {}).get(value, str(value))


def facts_in_words(facts: Mapping[str, Any]) -> list[dict[str, str]]:
    """Rows of label and value for ui/parts/summary_list.html."""
    return list(_rows(facts))


def row_in_words(facts: Mapping[str, Any]) -> list[dict[str, str]]:
    """The facts of one row that say something, in a fixed order; none of them tells who it is."""
    told = {
        name: facts[name] for name, usual in _OF_A_ROW.items() if name in facts and facts[name] not in usual
    }
    if "interval" in told:
        told["interval"] = f"{told['interval']} 起的规则期间" if told["interval"] else "最早规则之前"
    return facts_in_words(told)


def _rows(facts: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    for name, value in facts.items():
        yield {"label": LABELS.get(name, name), "value": value_in_words(name, value)}
