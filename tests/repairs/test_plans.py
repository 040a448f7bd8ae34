"""While a plan of a court runs measures are lifted for the time, and stand again after it (重整、和解计划执行期间)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from tests import cast
from tests.measures import town as measures
from tests.repairs.forging import undone
from tests.repairs.test_story import marks
from tests.repairs.town import PDF, Town
from xinheng.access.actor import Actor, Own
from xinheng.access.gate import Opened, open_file, open_own
from xinheng.access.models import Agency, User
from xinheng.access.purposes import Purpose
from xinheng.access.scope import acting, whole_city
from xinheng.casework import own as cases
from xinheng.casework.repairs import plans, services
from xinheng.casework.repairs.models import RepairMaterial, RepairPlan
from xinheng.casework.repairs.plans import PlanGiven
from xinheng.catalog.public import current_law
from xinheng.law.language import Refusal
from xinheng.publication import listings, own, public_lists, workspace
from xinheng.publication import public as portal
from xinheng.publication.models import PublicEntry
from xinheng.publication.public_lists import Listed
from xinheng.registry import measurequeries
from xinheng.registry.lifting import keep_measure
from xinheng.registry.measureends import end_measure
from xinheng.registry.measurestanding import in_force_on
from xinheng.registry.models import MeasureLift, MeasureRating, MeasureTaken, Record

MARKET = cast.MARKET
CLERK, CHECKER, SIGNER = cast.MARKET_CLERK.actor, cast.MARKET_CHECKER.actor, cast.MARKET_SIGNER.actor
UNTIL = date(2026, 12, 31)
OVER = timedelta(days=39)
pytestmark = pytest.mark.clause("4.2a", "5.1a")


@dataclass
class Lifting:
    """A case with a plan, and two bodies' measures on the document of its record."""

    town: Town
    mine: UUID
    theirs: UUID
    plan: UUID

    def stated(self, actor: Actor | None = None, **change: Any) -> UUID:
        """By the applicant at home, with the ruling, unless somebody else is told."""
        town, who = self.town, actor or self.town.boss
        case = town.case(MARKET).pk
        if who.own:
            services.supply(case, [("ruling", "裁定.pdf", PDF)], actor=who, now=town.now)
        else:
            services.keep_ruling(case, "裁定.pdf", PDF, actor=who, now=town.now)
        given = PlanGiven(
            material=self.ruling(), court="示例市中级人民法院", number="（2026）示01破1号", runs_from=date(2026, 10, 8),
            until=UNTIL,
        )  # fmt: skip
        self.plan = services.state_plan(case, replace(given, **change), actor=who, now=town.now)
        return self.plan

    def ruling(self) -> UUID:
        with acting(CLERK):
            return RepairMaterial.objects.filter(kind="ruling").latest("at").pk

    def verified(self, confirmed: bool = True, actor: Actor = CLERK, note: str = "示例") -> None:
        services.verify_plan(self.plan, confirmed=confirmed, note=note, actor=actor, now=self.town.now)

    def lifted(self) -> Lifting:
        self.stated()
        self.verified()
        self.town.take(MARKET, "lift_temporarily", 1)
        return self

    def ended(self, why: str = "annulled", actor: Actor = SIGNER, **change: Any) -> None:
        told = {"on": self.town.now.date(), "reason": "示例：（2026）示01破1号之二", **change}
        services.end_plan(self.plan, why, actor=actor, now=self.town.now, **told)

    def in_use(self, day: date | None = None) -> list[bool]:
        with whole_city():
            found = MeasureTaken.objects.filter(in_force_on(day or self.town.now.date()))
            return [found.filter(pk=each).exists() for each in (self.mine, self.theirs)]


@pytest.fixture
def it(town: Town) -> Lifting:
    with acting(cast.AUDITOR.actor):
        document = Record.objects.values_list("instrument", flat=True).get(pk=town.old)
    with whole_city():
        Agency.objects.filter(pk=cast.TAX.id).update(domains=["finance"])
        cast.leave_untold()
    on: dict[str, Any] = {
        "instrument": document, "months": 36, "matter": "same_license", "grounds_met": ("fraud_license",)
    }  # fmt: skip
    mine = measures.propose(town.firm, actor=CLERK, row="licensing-79", **on)
    measures.decide(mine, actor=CHECKER)
    on = {"instrument": document, "months": 12, "grounds_met": ("procurement_violation",)}
    theirs = measures.propose(town.firm, actor=cast.TAX_CLERK.actor, row="procurement-77", **on)
    measures.decide(theirs, actor=cast.TAX_CHECKER.actor)
    town.lodged([town.old])
    town.take(MARKET, "accept", contact="示例电话")
    return Lifting(town, mine, theirs, mine)


def looked_at(town: Town, actor: Actor) -> Opened:
    return open_file(actor=actor, subject=town.firm, purpose=Purpose.DUTY, basis="示例", now=town.now)


def refused(code: str) -> Any:
    return pytest.raises(Refusal, match=code)


def test_measures_are_lifted_while_the_plan_runs_and_stand_again_after_it(it: Lifting) -> None:
    """Nobody uses them meanwhile, whoever took them; the record stays public, and says why."""
    town = it.lifted().town
    assert it.in_use() == [False, False]
    assert marks(town.old) == {"repairing", "plan_running"}
    mine = own.record(town.old, opened=open_own(actor=town.boss, now=town.now), law=current_law(cast.TODAY))
    assert "plan_running" in mine.marks
    with whole_city():
        assert PublicEntry.objects.filter(record=town.old).exists()
    # The last day counts in; afterwards nobody has to do anything for them to stand again.
    assert [it.in_use(UNTIL), it.in_use(UNTIL + timedelta(days=1))] == [[False, False], [True, True]]
    assert plans.end_due(now=town.now) == 0
    town.later(days=OVER.days)
    assert (plans.due(town.now.date()), plans.end_due(now=town.now)) == ([it.plan], 1)
    assert plans.end_due(now=town.now) == 0
    assert it.in_use() == [True, True]
    assert marks(town.old) == {"repairing"}
    # Each body rates its own anew, and is told so at its desk.
    with whole_city():
        told = dict(MeasureRating.objects.values_list("measure", "answer"))
    assert told == {it.mine: "", it.theirs: ""}
    assert measurequeries.notice_count(actor=cast.TAX_CHECKER.actor) == 1
    opened = looked_at(town, CHECKER)
    keep_measure(it.mine, reason="示例：重新评价", opened=opened, actor=CHECKER, now=town.now)
    with refused("ALREADY_DECIDED"):
        keep_measure(it.mine, reason="示例", opened=opened, actor=CHECKER, now=town.now)
    assert measurequeries.notice_count(actor=CHECKER) == 0


@pytest.mark.parametrize("why", ["annulled", "performed"])
def test_an_officer_ends_it_when_the_plan_is_over_before_its_day(it: Lifting, why: str) -> None:
    town = it.lifted().town.later(days=3)
    attempts: tuple[tuple[dict[str, Any], str], ...] = (
        ({"reason": " "}, "REASON_REQUIRED"), ({"actor": CLERK}, "PERMISSION_DENIED"),
        ({"on": UNTIL}, "REPAIR_PLAN_DAYS"), ({"why": "term"}, "NOT_FOUND"),
        ({"actor": cast.TAX_CHECKER.actor}, "NOT_FOUND"),
        ({"actor": replace(CLERK, roles=SIGNER.roles)}, "SAME_PERSON"),
    )  # fmt: skip
    for change, code in attempts:
        with refused(code):
            it.ended(**{"why": why, **change})
    it.ended(why)
    assert it.in_use() == [True, True]
    # What was lifted before stays so.
    assert it.in_use(cast.TODAY) == [False, False]
    assert marks(town.old) == {"repairing"}
    with refused("ALREADY_DECIDED"):
        it.ended(why)
    assert plans.end_due(now=town.later(days=60).now) == 0
    with refused("REPAIR_PLAN_NOT_RUNNING"):
        town.take(MARKET, "lift_temporarily", 1)


def test_only_what_another_has_verified_is_a_plan(it: Lifting) -> None:
    town = it.town
    with refused("REPAIR_PLAN_MISSING"):
        town.take(MARKET, "lift_temporarily", 1)
    it.stated(CLERK)
    with refused("REPAIR_PLAN_MISSING"):
        town.take(MARKET, "lift_temporarily", 1)
    with refused("SAME_PERSON"):
        it.verified()
    with transaction.atomic():
        User.objects.filter(pk=CHECKER.user_id).update(roles=["clerk", "checker"])
        cast.leave_untold()
    other = replace(CHECKER, roles=CLERK.roles)
    with refused("REASON_REQUIRED"):
        it.verified(False, other, " ")
    it.verified(False, other)
    with refused("ALREADY_DECIDED"):
        it.verified(True, other)
    with refused("REPAIR_PLAN_MISSING"):
        town.take(MARKET, "lift_temporarily", 1)
    assert it.in_use() == [True, True]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"court": " "}, "STEP_INCOMPLETE"),
        ({"number": ""}, "STEP_INCOMPLETE"),
        ({"until": date(2026, 1, 1)}, "REPAIR_PLAN_DAYS"),
        ({"runs_from": date(2026, 12, 1)}, "REPAIR_PLAN_DAYS"),
        ({"material": UUID(int=1)}, "NOT_FOUND"),
    ],
)
def test_what_is_handed_in_is_whole(it: Lifting, change: dict[str, Any], code: str) -> None:
    with refused(code):
        it.stated(**change)


def test_it_is_lifted_once_for_a_plan_and_anew_for_a_longer_one(it: Lifting) -> None:
    town = it.lifted().town
    with refused("REPAIR_PLAN_LIFTED"):
        town.take(MARKET, "lift_temporarily", 1)
    first = it.plan
    it.stated(until=UNTIL + timedelta(days=365), number="（2026）示01破1号之三")
    it.verified()
    town.take(MARKET, "lift_temporarily", 2)
    town.later(days=OVER.days)
    assert plans.end_due(now=town.now) == 1
    # The longer plan holds what the first one ended.
    assert (it.in_use(), marks(town.old)) == ([False, False], {"repairing", "plan_running"})
    with whole_city():
        assert MeasureLift.objects.get(plan=first).ended_by == "term"
        assert not MeasureRating.objects.exists()


def test_no_measure_is_taken_meanwhile(it: Lifting) -> None:
    town, tax = it.town, cast.TAX_CLERK.actor
    with acting(cast.AUDITOR.actor):
        document = Record.objects.values_list("instrument", flat=True).get(pk=town.old)
    told: dict[str, Any] = {"instrument": document, "months": 12, "grounds_met": ("procurement_violation",)}
    end_measure(it.theirs, reason="示例", opened=looked_at(town, tax), actor=tax, now=town.now)
    waits = measures.propose(town.firm, actor=tax, row="procurement-77", **told)
    it.lifted()
    for do in (
        lambda: measures.decide(waits, actor=cast.TAX_CHECKER.actor),
        lambda: measures.propose(town.firm, actor=tax, row="procurement-77", **told),
    ):
        with refused("MEASURE_PLAN_RUNS"):
            do()


def test_the_database_takes_none_meanwhile_and_rates_none_by_word_alone(it: Lifting) -> None:
    town, tax = it.town, cast.TAX_CLERK.actor
    with acting(cast.AUDITOR.actor):
        document = Record.objects.values_list("instrument", flat=True).get(pk=town.old)
    told: dict[str, Any] = {"instrument": document, "months": 12, "grounds_met": ("procurement_violation",)}
    end_measure(it.theirs, reason="示例", opened=looked_at(town, tax), actor=tax, now=town.now)
    waits = measures.propose(town.firm, actor=tax, row="procurement-77", **told)
    it.lifted()
    taken = "UPDATE registry_measuretaken SET state = 'in_force', decided_by = %s, decided_at = %s, decided_on = %s WHERE id = %s"
    checker = cast.TAX_CHECKER.actor
    given: list[Any] = [checker.user_id, town.now, town.now.date(), waits]
    # Nor one that says it is of a day before.
    for day in (town.now.date(), town.now.date() - timedelta(days=30)):
        meanwhile = pytest.raises(DatabaseError, match="while a plan runs")
        with meanwhile, acting(checker), connection.cursor() as cursor:
            cursor.execute(taken, [*given[:2], day, waits])
    it.ended()
    rated = "UPDATE registry_measurerating SET answer = %s, answered_by = %s, answered_at = %s, sealed = %s"
    by_hand: tuple[tuple[str, Actor, bytes | None], ...] = (
        ("ended", CHECKER, b"x"), ("kept", CHECKER, None), ("kept", checker, b"x"), ("kept", CLERK, b"x"),
        ("kept", town.boss, b"x"),
    )  # fmt: skip
    for answer, who, sealed in by_hand:
        wrong = pytest.raises(DatabaseError, match="rated anew once")
        with wrong, acting(CHECKER), connection.cursor() as cursor:
            cursor.execute(rated, [answer, who.user_id, town.now, sealed])
    with undone(), acting(CHECKER), connection.cursor() as cursor:
        cursor.execute(rated, ["kept", CHECKER.user_id, town.now, b"x"])
    with undone(), acting(checker), connection.cursor() as cursor:
        cursor.execute(taken, given)


def test_entries_of_lists_are_grounds_too(it: Lifting) -> None:
    """At the body that listed it, for its own case; another body's case lifts nothing of it."""
    town, labour = it.town, cast.LABOUR
    made = measures.propose(town.firm, actor=cast.LABOUR_CLERK.actor, entry=town.entry)
    measures.decide(made, actor=cast.LABOUR_CHECKER.actor)
    it.lifted()
    with whole_city():
        assert MeasureTaken.objects.filter(in_force_on(town.now.date()), pk=made).exists()
    town.lodged([town.entry])
    town.take(labour, "accept", contact="示例电话")
    who, case = cast.LABOUR_CLERK.actor, town.case(labour).pk
    material = services.keep_ruling(case, "裁定.pdf", PDF, actor=who, now=town.now)
    given = PlanGiven(material=material, court="示例法院", number="示例号", runs_from=cast.TODAY, until=UNTIL)
    plan = services.state_plan(case, given, actor=town.boss, now=town.now)
    services.verify_plan(plan, confirmed=True, actor=who, now=town.now)
    assert not listed_publicly(town).lifted
    town.take(labour, "lift_temporarily", 2, reason="示例")
    assert listed_publicly(town).lifted
    assert "暂时解除" in at_home(town)
    with whole_city():
        assert not MeasureTaken.objects.filter(in_force_on(town.now.date()), pk=made).exists()
        assert MeasureTaken.objects.filter(in_force_on(UNTIL + timedelta(days=1)), pk=made).exists()
    assert [listed_publicly(town, UNTIL + timedelta(days=more)).lifted for more in (0, 1)] == [True, False]
    assert not listings.compare(at=town.now, law=current_law(town.now.date()))
    town.later(days=1)
    services.end_plan(
        plan, "annulled", on=town.now.date(), reason="示例", actor=cast.LABOUR_SIGNER.actor, now=town.now
    )
    assert not listed_publicly(town).lifted
    assert "暂时解除" not in at_home(town)
    with (
        pytest.raises(DatabaseError, match="says what was lifted alone"),
        transaction.atomic(),
        workspace.as_projector(town.now) as cursor,
    ):
        cursor.execute(
            "UPDATE publication_publiclisting SET lifted_from = '2026-11-01', lifted_until = '2099-01-01'"
        )


def at_home(town: Town) -> str:
    """The state of the entry in the firm's own file, which says no less than the public list."""
    law = current_law(town.now.date())
    return next(cases.entries(opened=open_own(actor=town.boss, now=town.now), law=law))[2]


def listed_publicly(town: Town, day: date | None = None) -> Listed:
    """The entry as anybody sees it, with the firm's own page and on the list's."""
    day = day or town.now.date()
    found = portal.subject(cast.FIRM_CODE, today=day)
    assert found
    (entry,) = found.lists
    page = public_lists.of_list(entry.list, today=day)
    assert entry.lifted == next(each for each in page.entries if each.entry == entry.entry).lifted
    return entry


def test_one_that_cannot_be_ended_does_not_hold_up_the_others(
    it: Lifting, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = it.lifted().town.later(days=OVER.days)
    real, there = plans.due, UUID(int=5)
    monkeypatch.setattr(plans, "due", lambda day: [there, *real(day)])
    with pytest.raises(RepairPlan.DoesNotExist):
        plans.end_due(now=town.now)
    assert real(town.now.date()) == []


def test_what_an_officer_ended_on_the_same_day_is_no_fault_of_the_day_s_own_work(
    it: Lifting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was on the list of what is due, and is over when its turn comes."""
    town = it.lifted().town.later(days=OVER.days)
    found = plans.due(town.now.date())
    it.ended("performed", on=UNTIL)
    monkeypatch.setattr(plans, "due", lambda _: found)
    assert (found, plans.end_due(now=town.now)) == ([it.plan], 0)
    with whole_city():
        assert MeasureLift.objects.get(plan=it.plan).ended_by == "performed"
        assert MeasureRating.objects.count() == 2


def test_of_what_is_lifted_and_rated_anew_each_sees_its_own(it: Lifting) -> None:
    """The body that lifts, the bodies that rate, the party what is lifted of it; nobody else anything."""
    town = it.lifted().town.later(days=1)
    it.ended()
    other = replace(
        town.boss, user_id=UUID(int=7), own=Own(UUID(int=7), town.office.person, cast.TODAY, "示例")
    )
    seen = {}
    for name, actor in (
        ("body", CLERK), ("rates", cast.TAX_CLERK.actor), ("other", cast.ENVIRONMENT_CLERK.actor), ("party", town.boss),
        ("another", other),
    ):  # fmt: skip
        with acting(actor):
            seen[name] = tuple(each.objects.count() for each in (RepairPlan, MeasureLift, MeasureRating))
    assert seen == {
        "body": (1, 1, 1),
        "rates": (0, 0, 1),
        "other": (0, 0, 0),
        "party": (1, 1, 0),
        "another": (0, 0, 0),
    }


def test_what_fell_meanwhile_does_not_come_back(it: Lifting) -> None:
    """Granted while the plan runs, measures end with the repair; nothing is left to be rated."""
    town = it.lifted().town
    town.take(MARKET, "verify", findings=town.findings(MARKET))
    town.proposed(MARKET)
    town.take(MARKET, "grant", 1)
    plans.end_due(now=town.later(days=OVER.days).now)
    assert it.in_use() == [False, False]
    with whole_city():
        assert not MeasureRating.objects.filter(measure=it.mine).exists()
