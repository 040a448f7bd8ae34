"""The table of permissions is the whole truth; separate powers stay separate."""

from __future__ import annotations

import itertools
import json
from io import StringIO
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from tests import cast
from xinheng.access import permissions
from xinheng.access.actor import Actor
from xinheng.access.models import User
from xinheng.law.language import Refusal

ROLES = tuple(permissions.LABELS)

# Written down a second time on purpose: whoever widens the table has to widen it here too.
EXPECTED = {
    "clerk": "batch.submit batch.view record.view history.view proposal.make waiting.view waiting.settle"
    " file.open set.open subject.add case.view case.open case.step case.hand_over case.ask"
    " measure.view measure.ask measure.propose measure.end touched.view touched.review"
    " revocation.view revocation.open revocation.step correction.view correction.step",
    "checker": "case.view case.step case.hand_over batch.view record.view history.view proposal.make proposal.decide waiting.view waiting.settle widening.decide file.open"
    " set.open register.view measure.view measure.ask measure.review measure.decide measure.end touched.view touched.review"
    " revocation.view revocation.step correction.view correction.step",
    "signer": "file.open set.open case.view case.step case.answer measure.view measure.ask measure.review touched.view touched.review"
    " revocation.view revocation.step",
    "office": "case.view batch.view record.view history.view waiting.view waiting.settle ruling.propose ruling.approve ruling.revoke"
    " bundle.propose bundle.approve widening.decide publication.rebuild file.open set.open register.view"
    " ledger.view report.issue report.view measure.view window.propose window.approve touched.view"
    " revocation.view correction.view withheld.view",
    "auditor": "case.view batch.view record.view history.view waiting.view file.open set.open register.view ledger.view"
    " report.view measure.view touched.view revocation.view correction.view withheld.view",
    "window": "own.open own.report own.reply own.correct account.bind window.act",
    "subject": "own.open own.report own.reply own.correct",
    "admin": "publication.rebuild agency.manage keys.rotate user.manage",
}


def acting_as(*roles: str) -> Actor:
    return Actor(UUID(int=1), UUID(int=2), "示例单位", frozenset(roles), "示例", "desk")


@pytest.mark.parametrize(("role", "verb"), list(itertools.product(ROLES, permissions.TABLE)))
def test_every_cell_of_the_table(role: str, verb: str) -> None:
    assert permissions.may(acting_as(role), verb) == (verb in EXPECTED[role].split())


def test_what_is_not_in_the_table_is_denied_to_all() -> None:
    actor = acting_as(*ROLES)
    assert not permissions.may(actor, "record.erase")
    with pytest.raises(Refusal) as caught:
        permissions.require(actor, "record.erase")
    assert caught.value.reasons[0].code == "PERMISSION_DENIED"


def test_without_a_role_nothing_is_allowed() -> None:
    assert not any(permissions.may(acting_as(), verb) for verb in permissions.TABLE)


def test_whoever_audits_changes_nothing() -> None:
    changing = [v for v in permissions.TABLE if not v.endswith((".view", ".open"))]
    assert not any(permissions.may(acting_as("auditor"), verb) for verb in changing)


def test_the_command_prints_the_whole_table() -> None:
    out = StringIO()
    call_command("perm", "--json", stdout=out)
    told = {
        row["verb"]: {role for role, may in row["roles"].items() if may} for row in json.loads(out.getvalue())
    }
    assert told == {verb: set(roles) for verb, (_, roles) in permissions.TABLE.items()}


def test_the_command_prints_it_for_people_too() -> None:
    out = StringIO()
    call_command("perm", stdout=out)
    head, *lines = out.getvalue().splitlines()
    assert head.split("\t") == [
        "动作",
        "经办人",
        "审核人",
        "签发人",
        "市信用办",
        "审计监督",
        "系统管理员",
        "窗口人员",
        "当事人",
    ]
    assert len(lines) == len(permissions.TABLE)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "roles", [["admin", "auditor"], ["admin", "office"], ["auditor", "office"], ["admin", "clerk"], ["owner"]]
)
def test_the_database_keeps_powers_apart_too(roles: list[str]) -> None:
    cast.settle()
    with pytest.raises(IntegrityError, match="user_separate_powers"), transaction.atomic():
        User.objects.filter(username="office").update(roles=roles)


@pytest.mark.django_db
def test_clerk_and_checker_may_be_one_person_since_acts_keep_them_apart() -> None:
    cast.settle()
    assert User.objects.filter(username="market-clerk").update(roles=["checker", "clerk"]) == 1
    cast.leave_untold()
