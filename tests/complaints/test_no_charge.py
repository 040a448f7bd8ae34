"""Nothing in the system can hold a fee, a course or an agent but a complaint's own account of it (五（一）；Part 4, Done 5).

Code, tables, forms, addresses and reference data are searched by name. What is found and is something else, such as the
amount of a fine, stands here by place and reason; a reason that covers nothing any more is a fault too.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

import psycopg
import pytest
from django import forms
from django.urls import get_resolver, path

import xinheng.web
from tests.complaints import charges
from tests.support.database import ROOT

pytestmark = pytest.mark.clause("5.1c")
PACKAGE, REFERENCE = ROOT / "xinheng", ROOT / "reference"

FINES = (
    "amount amounts AmountClass fine_amount money money_wan MONEY MoneyBounds yuan YUAN _AMOUNT _YUAN_OF_WAN _amount _money "
    "_plain_amount amounts_and_kinds amounts_in_yuan amounts_understood read_amount"
)
TOLD_OF_FINES = (
    "CHARGE_NAMED AMOUNT_IN_YUAN AMOUNT_TOO_LARGE AMOUNT_UNDERSTOOD AMOUNT_UNREADABLE yuan AMOUNT_UNIT_SUSPECT "
    "REPAIRED_AMOUNT AMOUNT_REQUIRED AMOUNT_NEGATIVE AMOUNT_WITHOUT_KIND AMOUNT_TOO_PRECISE"
)
# Place (its beginning) -> names that say something else there, and what.
ELSE: Mapping[str, tuple[str, str]] = {
    "xinheng/exchange/": (FINES, "fines"),
    "xinheng/law/facts.py": ("amount amounts amount_class AmountClass yuan", "the class of a fine"),
    "xinheng/law/measures.py": ("amount measure.amount within_the_amount nobody_is_charged", "what a measure withholds; whom nobody may charge with one"),
    "xinheng/law/measurelist.py": ("amount", "the ceiling of a measure"),
    "xinheng/law/terms.py": ("amount", "the class of a fine"),
    "xinheng/law/charges.py": ("amount charge_words charge_amount named_charge", "finds charges, to refuse them"),
    "xinheng/registry/": ("amount", "what a measure withholds"),
    "xinheng/oversight/": ("xinheng.law.charges", "asks law.charges, to refuse them"),
    "xinheng/access/": ("AGENT agent binding_agent_has_days", "who represents a subject, with a dated mandate (代理人)"),
    "xinheng/jobs/demo/": ("FINES_IN_YUAN amount confiscated_amount fine_amount false_invoices paid_on yuan agent charge", "fines and offences of the fictional city, its people, a complaint"),
    "xinheng/web/desk/": ("amount amounts AmountClass _amounts _yuan agent", "fines and measures; who represents a subject"),
    "xinheng/web/portal/list_words.py": ("_amount", "criteria of lists"),
    "xinheng/runtime/postgres.py": ("random_page_cost", "a setting of PostgreSQL"),
    "tables/axes_": ("user_agent", "the browser, in the tables of lock-outs"),
    "tables/registry_measuretaken": ("amount", "what a measure withholds"),
    "reference/catalog/": ("fine_amount confiscated_amount", "fines"),
    "reference/feeds/penalty.yaml": ("fine_amount confiscated_amount money money_wan", "fines"),
    "reference/terms.yaml": ("amount amounts", "fines by class"),
    "reference/lists/tax.yaml": ("refund_fraud false_invoices paid", "criteria of a list: offences, taxes paid"),
    "reference/lists/wage.yaml": ("amount", "criteria of a list: wages owed"),
    "reference/directory.yaml": ("charge_words charge_amount", "words that are refused"),
    "reference/complaints.yaml": ("charge", "the complaint's own account"),
    "reference/refusals.yaml": (TOLD_OF_FINES, "fines; the refusal of charges"),
}  # fmt: skip
# The same for words in texts and labels.
SAID: Mapping[str, tuple[str, str]] = {
    "xinheng/jobs/demo/": ("培训 支付 发票 金额 付款 代理", "offences, names and evidence of the fictional city"),
    "xinheng/web/desk/": ("金额 代理", "fines in words; who represents a subject"),
    "xinheng/access/": ("代理", "who represents a subject"),
    "xinheng/law/measures.py": ("金额", "what a measure withholds"),
    "reference/catalog/": ("金额", "fines"),
    "reference/feeds/penalty.yaml": ("金额", "fines"),
    "reference/clauses/": ("培训 代理 支付", "what other laws are about"),
    "reference/instruments.yaml": ("支付", "names of laws"),
    "reference/lists/": ("金额 发票 支付", "criteria of lists"),
    "reference/measures/": ("支付", "names of laws; accounts that a law closes"),
    "reference/surnames.yaml": ("代理 中介 金额 费用 支付", "words that are no names"),
    "reference/terms.yaml": ("金额", "fines"),
    "reference/documents.yaml": ("代理 收费 代办", "who signs for a party; who charges is to be reported"),
    "reference/refusals.yaml": ("金额 代理 收费 培训 代办", "fines; who represents a subject; the refusal of charges"),
    "reference/directory.yaml": (" ".join(charges.CHINESE), "words that are refused"),
    "reference/complaints.yaml": ("收费 押金 会费 培训 代办", "the complaint's own account"),
}  # fmt: skip

Named = tuple[str, set[str]]


def apart(found: Iterable[Named], known: Mapping[str, tuple[str, str]]) -> dict[str, set[str]]:
    """What no reason covers, by place."""
    left = {}
    for place, names in found:
        covered = {
            each for begins, (told, _) in known.items() if place.startswith(begins) for each in told.split()
        }
        if names - covered:
            left[place] = names - covered
    return left


def sources() -> Iterator[tuple[str, str]]:
    for file in sorted(PACKAGE.rglob("*.py")):
        yield str(file.relative_to(ROOT)), file.read_text(encoding="utf-8")


@cache
def names_in_code() -> list[Named]:
    return list(in_code(sources()))


def in_code(files: Iterable[tuple[str, str]]) -> Iterator[Named]:
    yield from ((name, charges.named(charges.of_code(text))) for name, text in files if charges.perhaps(text))


def said_in_code(files: Iterable[tuple[str, str]]) -> Iterator[Named]:
    yield from (
        (name, charges.told(charges.chinese_of_code(text))) for name, text in files if charges.perhaps(text)
    )


def in_tables(connection: psycopg.Connection[Any]) -> Iterator[Named]:
    asked = "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
    for table, column in connection.execute(asked):
        yield f"tables/{table}", charges.named([table, column])


def all_forms() -> Iterator[type[forms.BaseForm]]:
    for module in pkgutil.walk_packages(xinheng.web.__path__, "xinheng.web."):
        for _, found in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if issubclass(found, forms.BaseForm) and found.__module__ == module.name:
                yield found


def in_forms(found: Iterable[type[forms.BaseForm]]) -> Iterator[tuple[str, set[str], set[str]]]:
    for form in found:
        names, labels = charges.of_form(form)
        yield form.__module__.replace(".", "/"), charges.named(names), charges.told(labels)


def templates() -> Iterator[tuple[str, str]]:
    for file in sorted(PACKAGE.rglob("*.html")):
        yield str(file.relative_to(ROOT)), file.read_text(encoding="utf-8")


def in_templates(found: Iterable[tuple[str, str]]) -> Iterator[tuple[str, set[str], set[str]]]:
    for name, text in found:
        names, labels = charges.of_template(text)
        yield name, charges.named(names), charges.told(labels)


def in_reference(found: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, set[str], set[str]]]:
    for name, told in found:
        texts = charges.told(charges.texts_of_document(told))
        yield f"reference/{name}", charges.named(charges.of_document(told)), texts


def faults(found: Iterable[tuple[str, set[str], set[str]]]) -> dict[str, set[str]]:
    rows = list(found)
    return apart([(at, names) for at, names, _ in rows], ELSE) | apart(
        [(at, words) for at, _, words in rows], SAID
    )


def test_code_names_none() -> None:
    assert apart(names_in_code(), ELSE) == {}
    assert apart(said_in_code(sources()), SAID) == {}


def test_no_table_has_a_column_for_one(superuser: psycopg.Connection[Any]) -> None:
    assert apart(in_tables(superuser), ELSE) == {}


def test_no_form_and_no_template_asks_for_one() -> None:
    assert len(list(all_forms())) > 20
    assert faults(in_forms(all_forms())) == {}
    assert faults(in_templates(templates())) == {}


def test_no_address_leads_to_one() -> None:
    routes = list(charges.of_routes(get_resolver().url_patterns))
    assert len(routes) > 90
    assert charges.named(routes) == set()


def test_reference_data_knows_none() -> None:
    assert faults(in_reference(charges.documents(REFERENCE))) == {}


# ---- each search sees what is planted -----------------------------------------------------------------------------

CODE = (
    "class Repair:\n    fee = 1\n", "def pay_for(repair): ...\n", 'STEP = "repair.training"\n', "apply(course=1)\n",
    'KINDS = ("self", "agent")\n', 'LABEL = "修复服务费"\n', "from decimal import Decimal\nprice: Decimal\n", "row.repairCost\n",
)  # fmt: skip


@pytest.mark.parametrize("planted", CODE)
def test_planted_code_is_seen(planted: str) -> None:
    place = ("xinheng/casework/procedures/repairing.py", planted)
    assert apart(in_code([place]), ELSE) | apart(said_in_code([place]), SAID)


@pytest.mark.parametrize(
    "sql",
    [
        "ALTER TABLE oversight_complaint ADD COLUMN repair_fee numeric",
        "CREATE TABLE casework_course (id int)",
        "ALTER TABLE oversight_repairprocedure ADD COLUMN agent_id uuid",
    ],
)
def test_a_planted_column_is_seen(as_owner: psycopg.Connection[Any], sql: str) -> None:
    with as_owner.transaction(force_rollback=True):
        as_owner.execute(sql)
        assert apart(in_tables(as_owner), ELSE)


class Fee(forms.Form):
    """Planted."""

    fee = forms.DecimalField(label="数额")


class Course(forms.Form):
    """Planted."""

    proof = forms.FileField(label="信用修复培训证明")


class Way(forms.Form):
    """Planted."""

    way = forms.ChoiceField(choices=[("self", "本人"), ("agent", "代办机构")])


@pytest.mark.parametrize("form", [Fee, Course, Way])
def test_a_planted_form_is_seen(form: type[forms.Form]) -> None:
    assert faults(in_forms([form]))


MARKUP = (
    '<input name="fee">',
    '<label for="x">缴费凭证</label>',
    '<button name="pay">提交</button>',
    "<th>服务费</th>",
)


@pytest.mark.parametrize("planted", MARKUP)
def test_planted_markup_is_seen(planted: str) -> None:
    assert faults(in_templates([("xinheng/web/counter/templates/counter/repair.html", planted)]))


@pytest.mark.parametrize("address", ["repair/pay/", "repair/<uuid:number>/invoice/", "courses/"])
def test_a_planted_address_is_seen(address: str) -> None:
    assert charges.named(charges.of_routes([path(address, lambda _: None)]))  # type: ignore[arg-type, return-value]


DATA = (
    {"materials": [{"id": "training", "text": "证明"}]}, {"materials": [{"id": "proof", "text": "信用修复培训结业证明"}]},
    {"fee": 200}, {"steps": [{"name": "缴费"}]}, {"accepts": [{"name": "代办机构"}]},
)  # fmt: skip


@pytest.mark.parametrize("planted", DATA, ids=str)
def test_planted_reference_data_is_seen(planted: Any) -> None:
    assert faults(in_reference([("repair.yaml", planted)]))


def test_no_reason_stands_for_nothing(superuser: psycopg.Connection[Any]) -> None:
    """What the lists above excuse is still there."""
    found = [
        *in_tables(superuser), *names_in_code(), *((at, names) for at, names, _ in in_reference(charges.documents(REFERENCE))),
        *((at, names) for at, names, _ in (*in_forms(all_forms()), *in_templates(templates()))),
    ]  # fmt: skip
    for begins, (told, _) in ELSE.items():
        there = {each for at, names in found if at.startswith(begins) for each in names}
        assert set(told.split()) <= there, begins
