"""What is another's stays another's where an account or an officer has the database's role alone (越过服务)."""

# clauses: 5.1a, 5.2

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import transaction
from django.db.models import Model
from django.db.utils import DatabaseError

from tests import cast
from tests.repairs.strangers import STAFF, Ids, another, blind, counted
from tests.repairs.town import Town
from xinheng.access import services as access
from xinheng.access.actor import Actor, Own, counter_actor
from xinheng.access.models import Binding, CounterAccount, PresentPerson
from xinheng.access.scope import acting, as_account
from xinheng.casework.models import Case, Correction, CorrectionStep
from xinheng.casework.repairs.models import (
    RepairApplication,
    RepairCase,
    RepairMaterial,
    RepairStep,
)
from xinheng.documents.models import IssuedDocument
from xinheng.registry.models import Record, RecordMark
from xinheng.runtime.db import uuid7


def test_whoever_names_another_as_own_sees_no_row(town: Town, theirs: Ids) -> None:
    account, day = another(town), town.now.date()
    assert blind(counter_actor(Own(account, town.firm, day, "示例")))
    assert blind(counter_actor(Own(uuid7(), town.firm, day, "示例")))
    assert not blind(town.boss)
    with acting(town.boss):
        seen = counted()
    for table in (
        "registry_record",
        "casework_repaircase",
        "casework_repairmaterial",
        "casework_correction",
        "casework_case",
    ):
        assert seen[table], table
    for hidden in (
        "casework_note",
        "casework_repairfinding",
        "casework_repairproposal",
        "casework_correctionsibling",
    ):
        assert not seen[hidden], hidden


def saved(row: Model) -> Callable[[], int]:
    def save() -> int:
        row.save(force_insert=True)
        return 1

    return save


def step(town: Town, theirs: Ids, who: UUID, name: str = "withdraw") -> RepairStep:
    return RepairStep(
        id=uuid7(), case_id=theirs["case"], seq=2, step=name, source="lodged", target="withdrawn", actor=who,
        at=town.now + timedelta(hours=1), day=town.now.date(), event=uuid7(), asked=[], edition="x",
    )  # fmt: skip


def correction_step(town: Town, theirs: Ids, who: UUID) -> CorrectionStep:
    row = Correction(pk=theirs["corrected"])
    return CorrectionStep(
        id=uuid7(), correction=row, seq=3, step="withdraw", source="lodged", target="withdrawn", actor=who,
        at=town.now + timedelta(hours=1), day=town.now.date(), event=uuid7(), asked=[], edition="x",
    )  # fmt: skip


def attempts(town: Town, theirs: Ids, account: UUID) -> dict[str, Callable[[], int]]:
    """What an account could write by plain SQL of what is another's; each gives how many rows it wrote."""
    firm, now = town.firm, town.now
    return {
        "apply": saved(RepairApplication(id=uuid7(), subject_id=firm, account=account, channel="counter", begun_by=account, begun_at=now)),
        "choose": lambda: RepairApplication.objects.filter(pk=theirs["begun"]).update(chosen=[]),
        "hand in": saved(RepairMaterial(id=uuid7(), application_id=theirs["begun"], kind="proof", media_type="x", sha256=b"x", size=1, by=account, at=now)),
        "withdraw": saved(step(town, theirs, account)),
        "move a case": lambda: RepairCase.objects.filter(pk=theirs["case"]).update(contact="x"),
        "correct": saved(Correction(id=uuid7(), number="YY-1", record_id=theirs["record"], subject_id=firm, agency_id=cast.MARKET.id, channel="counter", fields=[], not_me=True, lodged_by=account, lodged_on=now.date())),
        "take back": saved(correction_step(town, theirs, account)),
        "change": lambda: Correction.objects.filter(pk=theirs["corrected"]).update(not_me=False),
        "mark": lambda: RecordMark.objects.filter(record=town.spare[0]).update(mark="x"),
        "record": lambda: Record.objects.filter(subject=firm).update(state="withdrawn"),
        "listing": lambda: Case.objects.filter(subject=firm).update(revision=99),
        "report": lambda: IssuedDocument.objects.filter(pk=theirs["document"]).update(audience="public"),
        "end a binding": lambda: Binding.objects.filter(pk=theirs["binding"]).update(ended_at=now, ended_why="given_up", ended_by=account),
        "bind another": saved(Binding(id=uuid7(), account_id=town.account, subject_id=firm, kind="self", how="claim", bound_at=now)),
        "vouch for oneself": saved(Binding(id=uuid7(), account_id=account, subject_id=firm, kind="legal_representative", how="window", bound_at=now, bound_by=account, agency_id=cast.MARKET.id, evidence="licence", evidence_sha256=b"x")),
        "become another": lambda: CounterAccount.objects.filter(pk=account).update(person=b"x" * 32),
        "sign in as another": lambda: CounterAccount.objects.filter(pk=town.account).update(login=b"x" * 32),
        "make an account": saved(CounterAccount(id=uuid7(), person=b"y" * 32, made_at=now)),
        "stand there": saved(PresentPerson(id=uuid7(), officer=account, agency_id=cast.CREDIT_OFFICE.id, binding_id=theirs["binding"], account_id=town.account, evidence="licence", at=now, until=now + timedelta(hours=1))),
    }  # fmt: skip


class Undo(Exception):
    """What was written is not to stay."""


def wrote(do: Callable[[], int], actor: Actor) -> bool:
    """Whether rows were written; they are taken back."""
    done = 0
    try:
        with transaction.atomic(), acting(actor):
            done = do()
            raise Undo
    except Undo:
        return done > 0
    except DatabaseError:
        return False


@pytest.mark.parametrize("forged", [False, True], ids=["own", "named as own"])
def test_plain_sql_of_an_account_writes_nothing_of_another(town: Town, theirs: Ids, forged: bool) -> None:
    account = another(town)
    actor = counter_actor(Own(account, town.firm if forged else town.office.person, town.now.date(), "示例"))
    done = [name for name, do in attempts(town, theirs, account).items() if wrote(do, actor)]
    assert done == []


def test_the_party_s_own_steps_are_its_account_s(town: Town, theirs: Ids) -> None:
    """No officer takes them, not of the body either, and nobody by an invented hand; the account itself does."""
    for made in (step, correction_step):
        for officer in (cast.MARKET_CLERK.actor, cast.MARKET_CHECKER.actor, cast.OFFICER.actor, STAFF):
            for who in (officer.user_id, town.account, uuid7()):
                assert not wrote(saved(made(town, theirs, who)), officer), (made.__name__, officer.name)
        assert not wrote(saved(made(town, theirs, uuid7())), town.boss)
        assert not wrote(saved(made(town, theirs, cast.MARKET_CLERK.actor.user_id)), town.boss)
        assert wrote(saved(made(town, theirs, town.account)), town.boss)


def test_who_binds_ends_and_vouches_is_an_officer_of_that_window(town: Town, theirs: Ids) -> None:
    account, now = another(town), town.now
    whole = {"account_id": account, "subject_id": town.firm, "kind": "legal_representative", "how": "window", "bound_at": now,
             "evidence": "licence", "evidence_sha256": b"x"}  # fmt: skip
    mine = {**whole, "bound_by": STAFF.user_id, "agency_id": cast.CREDIT_OFFICE.id}
    assert wrote(saved(Binding(id=uuid7(), **mine)), STAFF)
    ended = {"ended_at": now, "ended_why": "at_window"}
    for changed in (
        {"bound_by": cast.OFFICER.actor.user_id},
        {"agency_id": cast.MARKET.id},
        {**ended, "ended_by": STAFF.user_id},
    ):
        with as_account(account):
            assert not wrote(saved(Binding(id=uuid7(), **{**mine, **changed})), STAFF), changed
    held = Binding.objects.filter(pk=theirs["binding"])
    assert wrote(lambda: held.update(**ended, ended_by=STAFF.user_id), STAFF)
    assert not wrote(lambda: held.update(**ended, ended_by=cast.OFFICER.actor.user_id), STAFF)
    elsewhere = replace(cast.OFFICER.actor, agency_id=cast.MARKET.id)
    assert not wrote(lambda: held.update(**ended, ended_by=STAFF.user_id), elsewhere)
    at = {"officer": STAFF.user_id, "agency_id": cast.CREDIT_OFFICE.id, "binding_id": theirs["binding"], "evidence": "licence",
          "account_id": town.account, "at": now, "until": now + timedelta(hours=2)}  # fmt: skip
    assert wrote(saved(PresentPerson(id=uuid7(), **at)), STAFF)
    for other in (
        {"officer": cast.OFFICER.actor.user_id},
        {"account_id": account},
        {"until": now + timedelta(hours=3)},
    ):
        assert not wrote(saved(PresentPerson(id=uuid7(), **{**at, **other})), STAFF), other
    access.end_binding(theirs["binding"], actor=town.boss, now=now)
    assert not wrote(saved(PresentPerson(id=uuid7(), **at)), STAFF)
