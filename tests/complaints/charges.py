"""Looking for any place that could hold a charge, a course or an agent (查找可能登记收费的地方): names, not sentences."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import yaml
from django.urls import URLPattern, URLResolver

ENGLISH = frozenset(
    [
        "fee",
        "fees",
        "price",
        "prices",
        "priced",
        "pricing",
        "pay",
        "pays",
        "paid",
        "payer",
        "payee",
        "payment",
        "payments",
        "payable",
        "charge",
        "charges",
        "charged",
        "chargeable",
        "cost",
        "costs",
        "tariff",
        "tuition",
        "course",
        "courses",
        "training",
        "trainings",
        "lesson",
        "invoice",
        "invoices",
        "bill",
        "bills",
        "billing",
        "deposit",
        "deposits",
        "refund",
        "refunds",
        "surcharge",
        "discount",
        "wallet",
        "cashier",
        "checkout",
        "agent",
        "agents",
        "broker",
        "brokers",
        "intermediary",
        "reseller",
        "membership",
        "subscription",
        "money",
        "amount",
        "amounts",
        "yuan",
    ]
)
CHINESE = (
    "收费", "缴费", "交费", "付费", "费用", "费率", "价格", "价款", "收款", "付款", "支付", "缴款", "汇款", "转账", "押金", "保证金", "会费",
    "服务费", "工本费", "手续费", "培训", "课程", "学习班", "辅导班", "代办", "代理", "中介", "发票", "金额",
)  # fmt: skip
_ANY = "|".join(sorted(ENGLISH))
# A source in which nothing of this stands names none: most need not be parsed.
_PERHAPS = re.compile(
    rf"(?:(?<![A-Za-z])(?:{_ANY})|(?:{_ANY.title()})|(?<![A-Z])(?:{_ANY.upper()}))(?![a-z])|{'|'.join(CHINESE)}"
)
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def words(name: str) -> list[str]:
    """`OrderItem.fee_paid` -> order, item, fee, paid."""
    return [each.lower() for each in _WORDS.findall(name)]


def english(name: str) -> bool:
    """Whether a name says a charge, a course or an agent."""
    return any(each in ENGLISH for each in words(name))


def chinese(text: str) -> list[str]:
    """The words of a charge in a label or a sentence."""
    return [each for each in CHINESE if each in text]


# Where a node of the source keeps a name.
_GIVEN = ("id", "attr", "arg", "name", "module")
_CODE = re.compile(r"[a-z][a-z_.:-]{1,40}")


@cache
def _nodes(source: str) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(ast.parse(source)))


def perhaps(text: str) -> bool:
    """Whether a text holds a word of ours at all, wherever it stands."""
    return _PERHAPS.search(text) is not None


def of_code(source: str) -> Iterator[str]:
    """Every name that a module gives or uses, and every short string that may name a field or a choice."""
    for node in _nodes(source):
        yield from (name for at in _GIVEN if isinstance(name := getattr(node, at, None), str))
        value = getattr(node, "value", None)
        if isinstance(node, ast.Constant) and isinstance(value, str) and _CODE.fullmatch(value):
            yield value


def chinese_of_code(source: str) -> Iterator[str]:
    """Every string that is no docstring."""
    nodes = _nodes(source)
    told = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node.value


def of_document(value: Any) -> Iterator[str]:
    """Every key and every plain code of a YAML document."""
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield str(key)
            yield from of_document(each)
    elif isinstance(value, list):
        for each in value:
            yield from of_document(each)
    elif isinstance(value, str) and re.fullmatch(r"[A-Za-z][A-Za-z0-9_.:#-]{1,60}", value):
        yield value


def texts_of_document(value: Any) -> Iterator[str]:
    """Every Chinese text of a YAML document."""
    if isinstance(value, Mapping):
        for each in value.values():
            yield from texts_of_document(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts_of_document(each)
    elif isinstance(value, str):
        yield value


def documents(root: Path) -> Iterator[tuple[str, Any]]:
    """The files of reference/ by their name."""
    for file in sorted(root.rglob("*.yaml")):
        yield str(file.relative_to(root)), yaml.safe_load(file.read_text(encoding="utf-8"))


class _Fields(HTMLParser):
    """Names of fields, and the words beside them."""

    LABELS = ("label", "legend", "th", "dt", "button", "option")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.labels: list[str] = []
        self._within = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._within += tag in self.LABELS
        if tag in ("input", "select", "textarea", "button", "option"):
            self.names += [value for name, value in attrs if name in ("name", "id", "value") and value]

    def handle_endtag(self, tag: str) -> None:
        self._within -= tag in self.LABELS

    def handle_data(self, data: str) -> None:
        if self._within > 0:
            self.labels.append(data)


def of_template(text: str) -> tuple[list[str], list[str]]:
    """(names of the fields that a template writes itself, the words that stand at them and at its tables)."""
    parser = _Fields(text)
    return parser.names, parser.labels


def of_form(form: Any) -> tuple[list[str], list[str]]:
    """(names of its fields and choices, their labels)."""
    names, labels = [form.__name__], []
    for name, each in form.base_fields.items():
        names.append(name)
        labels.append(str(each.label or ""))
        for code, label in getattr(each, "choices", ()):
            names.append(str(code))
            labels.append(str(label))
    return names, labels


def of_routes(patterns: Iterable[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    """Addresses and names of all routes."""
    for each in patterns:
        path = f"{before}{each.pattern}"
        if isinstance(each, URLResolver):
            yield from of_routes(each.url_patterns, path)
        else:
            yield f"{path} {each.name or ''}"


# That nothing is charged may be said anywhere; what is left of a sentence is looked at.
_DENIED = re.compile(
    r"不收取?任何费用|不收取费用|不收任何费用|不收费|免费|任何名目都不收费|不用请人代办|由窗口人员代办|窗口代办"
)


def told(texts: Iterable[str]) -> set[str]:
    """Words of a charge in texts, denials apart."""
    return {word for text in texts for word in chinese(_DENIED.sub("，", text))}


def named(names: Iterable[str]) -> set[str]:
    """Those that say a charge."""
    return {each for each in names if english(each)}
