"""One application over three authorities, from its lodging to the last decision (一次申请，三个单位)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests import cast
from tests.casework.office import DIRECT
from tests.measures import town as measures
from tests.repairs.town import PDF, Town
from xinheng.access.gate import open_own
from xinheng.access.models import Agency
from xinheng.access.scope import acting, whole_city
from xinheng.casework.models import Case
from xinheng.casework.repairs import checking, own, progress, services
from xinheng.casework.repairs.models import RepairClock, RepairPaper, RepairProofOfService, RepairStep
from xinheng.exchange.models import Recall
from xinheng.law.language import Outcome, Refusal
from xinheng.law.lawbook import load
from xinheng.law.repair import Prospect
from xinheng.registry.measurestanding import in_force_on
from xinheng.registry.models import ListEntry, MeasureNotice, MeasureTaken, Record, RecordEffect, RecordMark

MARKET = cast.MARKET
pytestmark = pytest.mark.clause("5.1a", "5.1b", "5.1d")
LAW = load().as_of(cast.TODAY)


def marks(record: UUID) -> set[str]:
    with acting(cast.AUDITOR.actor):
        rows = RecordMark.objects.filter(record=record, until=None)
        return set(rows.values_list("mark", flat=True))


def gone(record: UUID) -> bool:
    with acting(cast.AUDITOR.actor):
        rows = RecordEffect.objects.filter(record=record, lifts=None)
        return "END_SHARING_AND_PUBLICATION" in rows.values_list("effect", flat=True)


def test_one_application_goes_to_three_bodies_and_is_decided_by_each(town: Town) -> None:
    """Each decides its own; what is granted is repaired at once, and the others do not wait for it."""
    done = town.lodged()
    assert [name for name, _ in done.cases] == [cast.MARKET.name, cast.ENVIRONMENT.name, cast.LABOUR.name]
    assert marks(town.old) == marks(town.new) == marks(town.other) == {"repairing"}

    town.verified(cast.MARKET).proposed(cast.MARKET, town.new)
    town.take(cast.MARKET, "grant_part", 1)
    assert marks(town.old) == {"repaired"}
    assert gone(town.old)
    assert not gone(town.other)
    town.take(cast.MARKET, "check", 1)
    town.take(cast.MARKET, "refuse", 2, reason="示例")
    assert marks(town.new) == set()
    assert town.served(cast.MARKET).state == "served"

    town.verified(cast.ENVIRONMENT).proposed(cast.ENVIRONMENT)
    assert town.take(cast.ENVIRONMENT, "grant", 1).state == "decided"
    assert gone(town.other)

    town.verified(cast.LABOUR).proposed(cast.LABOUR)
    town.take(cast.LABOUR, "grant", 2)
    with whole_city():
        assert ListEntry.objects.get(pk=town.entry).state == "removed"
        assert Case.objects.get(pk=town.office.case).state == "removed"
        assert Recall.objects.filter(record=town.old, action="withdraw").exists()
    told = progress.progress(done.number, LAW)
    assert told
    assert [each.label.partition("：")[2] for each in told.stages[1:]] == ["决定已送达", "已作出决定，待送达", "已作出决定，待送达"]  # fmt: skip


def test_the_applicant_sees_bodies_records_papers_and_clocks_and_not_what_is_weighed(town: Town) -> None:
    done = town.lodged(statement="示例说明")
    town.verified(cast.MARKET).proposed(cast.MARKET, town.new)
    opened = open_own(actor=town.boss, now=town.now)
    seen = own.application(done.number, opened=opened, law=LAW)
    market = seen.cases[0]
    assert seen.statement == "示例说明"
    assert market.contact == "示例电话"
    assert [each.kind for each in market.papers] == ["repair_receipt"]
    assert [each.proposal for each in market.items] == [None, None]
    assert {each.name: each.unsure for each in market.clocks} == {
        "repair_decision": True,
        "repair_acceptance": True,
    }
    body, media, called = own.paper(market.papers[0].id, opened=opened, law=LAW)
    assert body.startswith(b"%PDF")
    assert media == "application/pdf"
    assert called == f"信用修复受理单{market.papers[0].number}"
    assert [each.number for each in own.applications(opened=opened)] == [done.number]


def test_the_self_check_tells_and_bars_nothing(town: Town) -> None:
    opened = open_own(actor=town.boss, now=town.now)
    found = {each.id: each for each in checking.checks(opened=opened, law=LAW)}
    assert set(found) == {*town.all, *town.spare}
    assert found[town.new].prospect is Prospect.TOO_EARLY
    assert found[town.new].check.opens_on is not None
    assert found[town.old].prospect in (Prospect.PERMITTED, Prospect.OFFICER_DECIDES)
    assert all(each.check.lodging.outcome is Outcome.PERMITTED for each in found.values())


def test_too_early_is_lodged_all_the_same_and_refused_with_reasons_and_remedies(town: Town) -> None:
    """A receipt first; then a refusal by three persons that says why, when it may be repaired, and where to turn."""
    done = town.lodged([town.new])
    assert done.number.startswith("XFSQ-")
    town.verified(cast.MARKET).proposed(cast.MARKET, town.new)
    town.take(cast.MARKET, "check", 1)
    town.take(cast.MARKET, "refuse", 2)
    with acting(cast.MARKET_CLERK.actor):
        steps = list(RepairStep.objects.filter(case=town.case(cast.MARKET)).order_by("seq"))
    assert len({each.actor for each in steps[-3:]}) == 3
    opened = open_own(actor=town.boss, now=town.now)
    case = own.application(done.number, opened=opened, law=LAW).cases[0]
    assert [each.kind for each in case.papers] == ["repair_receipt", "repair_refusal_decision"]
    assert case.items[0].outcome == "refuse"


def test_every_decision_is_served_before_the_case_is_told_as_served(town: Town) -> None:
    """A part granted and the rest refused are two papers: each has its proof, the same or its own."""
    town.lodged([town.old, town.new])
    town.verified(MARKET).proposed(MARKET, town.new)
    town.take(MARKET, "grant_part", 1)
    town.take(MARKET, "check", 1)
    with acting(cast.MARKET_CLERK.actor):
        (first,) = RepairPaper.objects.filter(case=town.case(MARKET), kind="repair_decision")
    issued = town.now.date()
    town.later(days=2).take(MARKET, "refuse", 2)
    told = replace(DIRECT, on=town.now.date())
    for wrong in (replace(DIRECT, on=issued - timedelta(days=1)), replace(told, shows=())):
        with pytest.raises(Refusal, match="DECISION_NOT_SERVED"):
            town.take(MARKET, "serve", service=told, apart=((first.pk, wrong),))
    town.take(MARKET, "serve", service=told, apart=((first.pk, replace(DIRECT, on=issued)),))
    with acting(cast.MARKET_CLERK.actor):
        proofs = RepairProofOfService.objects.filter(paper__case=town.case(MARKET))
        assert dict(proofs.values_list("paper__kind", "on")) == {
            "repair_decision": issued, "repair_refusal_decision": told.on,
        }  # fmt: skip


def test_told_once_when_it_may_be_repaired(town: Town) -> None:
    assert services.tell(now=town.now) >= 1
    assert services.tell(now=town.now + timedelta(hours=1)) == 0
    told = {each.target for each in own.due(opened=open_own(actor=town.boss, now=town.now))}
    assert town.new not in told
    assert town.old in told
    assert services.tell(now=town.now + timedelta(days=400)) >= 1


def test_a_supplement_is_asked_once_and_taken_late(town: Town) -> None:
    who = town.boss
    begun = services.begin([town.old], actor=who, now=town.now)
    done = services.lodge(begun, actor=who, now=town.now)
    town.take(cast.MARKET, "ask_supplement", contact="示例电话", asking=("commitment",))
    case = town.case(cast.MARKET)
    town.later(days=60)
    services.supply(case.pk, [("commitment", "承诺.pdf", PDF)], actor=town.boss, now=town.now)
    with acting(cast.MARKET_CLERK.actor):
        clock = RepairClock.objects.get(case=case, name="repair_supplement")
    assert clock.stopped_on is not None
    assert clock.last
    assert clock.stopped_on > clock.last
    assert done.number


@pytest.mark.clause("4.2a")
def test_measures_fall_with_the_repair_of_what_they_rest_on(town: Town) -> None:
    """The body's own ends in the grant's transaction; another body's is told of, and nobody uses it from then on."""
    with acting(cast.AUDITOR.actor):
        document = Record.objects.values_list("instrument", flat=True).get(pk=town.old)
    with whole_city():
        Agency.objects.filter(pk=cast.TAX.id).update(domains=["finance"])
        cast.leave_untold()
    on: dict[str, Any] = {
        "instrument": document,
        "months": 36,
        "matter": "same_license",
        "grounds_met": ("fraud_license",),
    }
    own_one = measures.propose(town.firm, actor=cast.MARKET_CLERK.actor, row="licensing-79", **on)
    measures.decide(own_one, actor=cast.MARKET_CHECKER.actor)
    told: dict[str, Any] = {
        "instrument": document,
        "row": "procurement-77",
        "months": 12,
        "grounds_met": ("procurement_violation",),
    }
    theirs = measures.propose(town.firm, actor=cast.TAX_CLERK.actor, **told)
    measures.decide(theirs, actor=cast.TAX_CHECKER.actor)
    town.lodged([town.old])
    town.verified(MARKET).proposed(MARKET)
    town.take(MARKET, "grant", 1)
    with whole_city():
        assert MeasureTaken.objects.get(pk=own_one).ended_by == "repaired"
        assert MeasureNotice.objects.filter(measure=theirs, answered_at=None).exists()
        assert not MeasureTaken.objects.filter(in_force_on(cast.TODAY), pk__in=[own_one, theirs]).exists()
