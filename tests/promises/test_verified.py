"""What was done on false promises is in the ledger, and what is done behind it is found. Last: it commits (存证)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

import psycopg
import pytest

from tests import cast
from tests.casework.office import DIRECT
from tests.promises.test_story import annulled, marks
from tests.promises.town import Broken, early, fined, repaired
from tests.repairs.plan_attacks import UNTIL, handed_in
from tests.repairs.test_together import at_once, said
from tests.repairs.town import Town
from tests.revocations.test_verified import findings
from xinheng.access.gate import open_own
from xinheng.access.scope import acting
from xinheng.casework import corrections
from xinheng.casework.given import Given
from xinheng.casework.promises import services as promises
from xinheng.casework.repairs import plans, services
from xinheng.casework.repairs.models import RepairItem, RepairPlan
from xinheng.catalog.public import current_law
from xinheng.law.language import Refusal
from xinheng.law.standing import Ground
from xinheng.publication import own
from xinheng.publication import public as portal
from xinheng.publication import services as publication
from xinheng.publication.models import PublicEntry
from xinheng.registry import outcomes
from xinheng.registry.outcomes import Decided
from xinheng.vault import ledgerkeys


@pytest.mark.clause("5.1a", "5.2")
def test_whatever_comes_together_on_a_record_all_is_told_and_public_as_it_follows(founded: Town) -> None:
    """A shield on what was shown again, a document that fell, a record destroyed, a plan of what was taken back."""
    ledgerkeys.ensure()
    first = early(founded)
    shielded, fell, gone = (fined(first, number) for number in (41, 42, 43))
    again = repaired(first, shielded, cast.MARKET).whole_way()
    for record, way in ((fell, annulled), (gone, destroyed)):
        broken = repaired(first, record, cast.MARKET).open().served().decided().sealed()
        way(broken, record)
        with pytest.raises(Refusal):
            broken.entered()
        broken.take("drop", 2)
    assert outputs(first, shielded) == (True, ("false_promise",), ("false_promise",))
    corrections.lodge(shielded, (), not_me=True, why="", actor=first.boss, now=first.later().now)
    assert outputs(first, shielded) == (False, ("disputed", "false_promise"), ("disputed", "false_promise"))
    assert [outputs(first, each)[0] for each in (fell, gone)] == [False, False]
    assert again.row.state == "entered"

    entered_at_once(first)
    lifted_and_taken_back(founded)
    assert findings() == {}


def lifted_and_taken_back(founded: Town) -> None:
    """What was lifted is lifted as long as the plan runs, whatever becomes of the application."""
    second = replace(founded)
    # A year later, as the day's own work has made it on each day.
    publication.rebuild(actor=cast.OFFICER.actor, now=second.now)
    second.lodged([second.new])
    second.take(cast.MARKET, "accept", contact="示例电话")
    handed_in(second)
    who, case = cast.MARKET_CLERK.actor, second.case(cast.MARKET).pk
    with acting(who):
        plan = RepairPlan.objects.values_list("pk", flat=True).get(case=case)
    services.verify_plan(plan, confirmed=True, actor=who, now=second.now)
    second.take(cast.MARKET, "lift_temporarily", 2)
    services.withdraw(case, actor=second.boss, now=second.later(minutes=1).now)
    assert outputs(second, second.new) == (True, ("plan_running",), ("plan_running",))
    second.now = datetime.combine(UNTIL, second.now.timetz())
    assert plans.end_due(now=second.now) == 0
    assert plans.end_due(now=second.later(days=1).now) == 1
    assert outputs(second, second.new) == (True, (), ())
    with pytest.raises(Refusal, match="ALREADY_DECIDED"):
        services.end_plan(
            plan, "performed", on=UNTIL, reason="示例", actor=cast.MARKET_SIGNER.actor, now=second.now
        )


def entered_at_once(town: Town) -> None:
    """By two officers: once. Beside the annulment of its document: before it, or not at all."""
    one, other = (
        repaired(town, fined(town, number), cast.MARKET).open().served().decided().sealed() for number in (44, 45)
    )  # fmt: skip
    assert sorted(map(said, at_once(enters(one), enters(one)))) == ["CASE_CHANGED", "Taken"]
    with acting(other.officer(0)):
        record = RepairItem.objects.values_list("record", flat=True).get(pk=other.item)
    beside = set(map(said, at_once(enters(other), lambda: annulled(other, record))))
    assert beside in ({"Taken", "NoneType"}, {"FALSE_PROMISE_FALLEN", "NoneType"})
    assert other.row.state == ("entered" if "Taken" in beside else "decided")
    assert not outputs(town, record)[0]


def enters(broken: Broken) -> Callable[[], object]:
    revision, actor, now = broken.row.revision, broken.officer(0), broken.now
    given = Given(reason="示例", service=replace(DIRECT, on=now.date()))
    return lambda: promises.fire(broken.case, "enter", revision=revision, given=given, actor=actor, now=now)


def outputs(town: Town, record: UUID) -> tuple[bool, tuple[str, ...], tuple[str, ...]]:
    """Whether anybody sees a record, which marks it has, and which its party sees; what is public is as it would be made."""
    law = current_law(town.now.date())
    assert not publication.verify(now=town.now)
    own_ones = own.records(opened=open_own(actor=town.boss, now=town.now), law=law)
    there = [tuple(sorted(each.marks)) for each in own_ones if each.id == record]
    public = PublicEntry.objects.filter(record=record).first()
    seen = portal.record(cast.FIRM_CODE, record, today=town.now.date()) is not None
    assert seen == (public is not None)
    return seen, tuple(sorted(marks(record))), there[0] if there else ()


def destroyed(broken: Broken, record: UUID) -> None:
    """By another matter of its body, as when it was wrong."""
    officer, deed = broken.officer(1), uuid4()
    said = Decided(ground=Ground.CORRECTION, matter=deed, number="示例", asked_by=broken.officer(0).user_id)
    with acting(officer):
        outcomes.delete_record(record, decided=said, actor=officer, now=broken.town.later(minutes=1).now)


@pytest.mark.clause("5.2")
def test_it_is_all_told_and_a_longer_day_put_in_behind_it_is_found(
    founded: Town, superuser: psycopg.Connection[object]
) -> None:
    ledgerkeys.ensure()
    first, second = early(founded), replace(founded)
    broken = repaired(first, fined(first), cast.MARKET).open().served()
    broken.replied(broken.said()).decided().sealed().entered()
    repaired(second, second.entry, cast.LABOUR).whole_way()
    assert findings() == {}
    superuser.execute("SET session_replication_role = replica")
    superuser.execute("UPDATE registry_recordshown SET until = until + 365")
    superuser.execute("UPDATE casework_promisecase SET state = 'dropped' WHERE id = %s", [broken.case])
    superuser.execute("UPDATE casework_promiseobjection SET upheld = true")
    superuser.execute("DELETE FROM casework_promiseevidence")
    assert set(findings()) == {
        "registry_recordshown", "casework_promisecase", "casework_promiseobjection", "casework_promiseevidence",
    }  # fmt: skip
