"""What goes wrong, and what is tried (出错与越权): a clear answer each time, and nothing lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction

from tests import cast
from tests.repairs.town import PDF, REMEDIES, Town, penalty
from xinheng.access import services as access
from xinheng.access.gate import open_own
from xinheng.access.scope import acting, whole_city
from xinheng.casework import holders
from xinheng.casework.repairs import checking, files, own, services
from xinheng.casework.repairs.given import FindingGiven, Given, ProposalGiven
from xinheng.casework.repairs.lodging import Named
from xinheng.casework.repairs.models import RepairApplication, RepairCase, RepairItem
from xinheng.casework.taking import lock
from xinheng.exchange.models import Recall
from xinheng.law.language import Refusal
from xinheng.law.lawbook import load
from xinheng.registry.models import RecordEffect
from xinheng.registry.outcomes import events_of
from xinheng.runtime.db import uuid7

pytestmark = pytest.mark.clause("5.1a")
LAW = load().as_of(cast.TODAY)
MARKET = cast.MARKET


def code(do: Callable[[], Any]) -> str:
    with pytest.raises(Refusal) as caught, transaction.atomic():
        do()
    return caught.value.reasons[0].code


# ---- lodging -------------------------------------------------------------------------------------------------


def test_twice_is_received_twice_and_told(town: Town) -> None:
    first = town.lodged([town.old])
    second = town.later().lodged([town.old])
    assert second.number != first.number
    assert second.earlier == (first.number,)
    opened = open_own(actor=town.boss, now=town.now)
    found = {each.id: each for each in checking.checks(opened=opened, law=LAW)}
    assert found[town.old].under_way in (first.number, second.number)


def test_the_same_application_lodged_again_answers_as_the_first_time(town: Town) -> None:
    begun = services.begin([town.old], actor=town.boss, now=town.now)
    first = services.lodge(begun, actor=town.boss, now=town.now)
    assert services.lodge(begun, actor=town.boss, now=town.now) == first
    with acting(cast.AUDITOR.actor):
        assert RepairCase.objects.filter(application=begun).count() == 1


def test_what_is_not_ones_own_is_not_chosen_but_may_be_named_and_is_refused_as_such(town: Town) -> None:
    """Whosesoever it is is not told; the body answers in writing, and nobody could grant it."""
    assert code(lambda: services.begin([uuid7()], actor=town.boss, now=town.now)) == "NOT_FOUND"
    done = town.lodged([], named=(Named(MARKET.id, "示市监罚决字〔2026〕99号"),))
    assert [name for name, _ in done.cases] == [MARKET.name]
    town.take(MARKET, "accept", contact="示例电话")
    item = town.items(MARKET)[0]
    town.take(MARKET, "verify", findings=(FindingGiven(item=item.pk),))
    granted = ProposalGiven(item=item.pk, outcome="grant", reason="示例")
    assert code(lambda: town.take(MARKET, "propose", proposals=(granted,))) == "REPAIR_NOT_SUBJECT"
    refused = ProposalGiven(
        item=item.pk, outcome="refuse", ground="not_the_subject", clauses=("gbf-2020-49#6",), reason="示例", **REMEDIES
    )  # fmt: skip
    town.take(MARKET, "propose", proposals=(refused,))
    town.take(MARKET, "check", 1)
    assert town.take(MARKET, "refuse", 2).state == "decided"


def test_a_mandate_that_ended_acts_no_more_and_loses_nothing(town: Town) -> None:
    begun = services.begin([town.old], actor=town.boss, now=town.now)
    with acting(town.boss), connection.cursor() as cursor:
        cursor.execute("SELECT id FROM access_binding WHERE account_id = %s", [town.account])
        (binding,) = cursor.fetchone()
    access.end_binding(binding, actor=town.boss, now=town.now)
    assert code(lambda: services.lodge(begun, actor=town.boss, now=town.now)) == "MANDATE_ENDED"
    with acting(cast.OFFICER.actor):
        assert RepairApplication.objects.get(pk=begun).chosen == [town.old]


def test_nobody_but_an_applicant_applies(town: Town) -> None:
    officer = cast.MARKET_CLERK.actor
    assert code(lambda: services.begin([town.old], actor=officer, now=town.now)) == "PERMISSION_DENIED"
    begun = services.begin([], actor=town.boss, now=town.now)
    assert code(lambda: services.lodge(begun, actor=town.boss, now=town.now)) == "REPAIR_NOTHING_CHOSEN"


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        (b"", "MATERIAL_UNREADABLE"),
        (b"MZ\x90\x00", "MATERIAL_UNREADABLE"),
        (PDF[:-7], "MATERIAL_UNREADABLE"),
        (PDF.replace(b"/Catalog", b"/Catalog/Encrypt 3 0 R"), "MATERIAL_UNREADABLE"),
        (PDF + b"%" * files.MOST, "MATERIAL_UNREADABLE"),
        (PDF.replace(b"/Catalog", b"/Catalog/OpenAction 2 0 R"), "MATERIAL_DANGEROUS"),
        (PDF.replace(b"/Catalog", b"/Catalog/J#61vaScript 2 0 R"), "MATERIAL_DANGEROUS"),
        (b"\x89PNG\r\n\x1a\n....", "MATERIAL_UNREADABLE"),
    ],
    ids=["empty", "program", "cut", "locked", "large", "opens", "hidden", "half a picture"],
)
def test_an_unreadable_or_dangerous_file_is_told_and_the_rest_stays(
    town: Town, file: bytes, expected: str
) -> None:
    begun = services.begin([town.old], statement="示例", actor=town.boss, now=town.now)
    services.keep_material(begun, "proof", "示例.pdf", PDF, actor=town.boss, now=town.now)

    def keep() -> None:
        services.keep_material(begun, "commitment", "x.pdf", file, actor=town.boss, now=town.now)

    assert code(keep) == expected
    left = own.begun(opened=open_own(actor=town.boss, now=town.now), law=LAW)
    assert left
    assert (left.statement, len(left.materials)) == ("示例", 1)


def test_a_file_is_sealed_and_given_back_as_it_was(town: Town) -> None:
    begun = services.begin([town.old], actor=town.boss, now=town.now)
    made = services.keep_material(begun, "proof", "示例.pdf", PDF, actor=town.boss, now=town.now)
    assert services.keep_material(begun, "proof", "示例.pdf", PDF, actor=town.boss, now=town.now) == made
    assert b"%PDF" not in files.path_of(made).read_bytes()
    assert own.material(made, opened=open_own(actor=town.boss, now=town.now)) == (PDF, "application/pdf")


def test_a_decision_older_than_the_catalog_is_called_by_its_item(town: Town) -> None:
    made = penalty(6, cast.MARKET_CLERK, decided_on="2021-04-16")
    found = {
        each.id: each for each in checking.checks(opened=open_own(actor=town.boss, now=town.now), law=LAW)
    }
    assert LAW.item_on("penalty", found[made].decided_on) is None
    assert found[made].title == "行政处罚"


def test_what_was_destroyed_meanwhile_is_not_asked_for_and_keeps_no_case_open(town: Town) -> None:
    """Two ask for the same; one is granted with deletion. The other is granted too, and nothing is destroyed twice."""
    town.lodged([town.old])
    first = town.case(MARKET)
    town.verified(MARKET)
    item = town.items(MARKET)[0].pk
    delete = ProposalGiven(item=item, outcome="grant", effect="DELETE", reason="示例")
    town.take(MARKET, "propose", proposals=(delete,))
    revision = town.case(MARKET).revision
    town.later().lodged([town.old])
    begun = services.begin([town.old, town.new], actor=town.boss, now=town.now)
    services.fire(
        first.pk, "grant", revision=revision, given=Given(), actor=cast.MARKET_CHECKER.actor, now=town.later().now
    )  # fmt: skip
    assert code(lambda: services.begin([town.old], actor=town.boss, now=town.now)) == "NOT_FOUND"
    town.verified(MARKET).proposed(MARKET)
    assert town.take(MARKET, "grant", 1).state == "decided"
    assert [(each.outcome, each.effect) for each in town.items(MARKET)] == [("grant", "DELETE")]
    with acting(cast.AUDITOR.actor):
        assert RecordEffect.objects.filter(record=town.old).count() == 1
    services.lodge(begun, actor=town.boss, now=town.now)
    assert [each.record_id for each in town.items(MARKET)] == [town.new]


# ---- persons and order -----------------------------------------------------------------------------------------


def test_a_grant_takes_two_and_a_refusal_three(town: Town) -> None:
    town.lodged([town.old, town.new])
    town.verified(MARKET).proposed(MARKET, town.new)
    both = replace(cast.MARKET_CLERK.actor, roles=frozenset({"clerk", "checker", "signer"}))
    assert code(lambda: town.take(MARKET, "grant_part", both)) == "SAME_PERSON"
    assert code(lambda: town.take(MARKET, "grant", 1)) == "REPAIR_HAS_REFUSAL"
    town.take(MARKET, "check", 1)
    checker = replace(cast.MARKET_CHECKER.actor, roles=frozenset({"checker", "signer"}))
    assert code(lambda: town.take(MARKET, "refuse", checker)) == "SAME_PERSON"
    assert code(lambda: town.take(MARKET, "refuse", 2)) == "REPAIR_GRANT_FIRST"
    town.take(MARKET, "grant_part", 2)
    assert town.take(MARKET, "refuse", 2).state == "decided"


def test_without_a_ground_that_is_true_there_is_no_refusal(town: Town) -> None:
    town.lodged([town.old])
    town.verified(MARKET)
    item = town.items(MARKET)[0]

    def refuse(ground: str, *clauses: str) -> str:
        given = ProposalGiven(
            item=item.pk, outcome="refuse", ground=ground, clauses=clauses, reason="示例", **REMEDIES
        )
        return code(lambda: town.take(MARKET, "propose", proposals=(given,)))

    assert refuse("") == "REPAIR_REFUSAL_GROUND"
    assert refuse("too_early", "gbf-2025-22#2") == "REPAIR_REFUSAL_UNTRUE"
    assert refuse("not_corrected", "gbf-2020-49#6") == "REPAIR_REFUSAL_UNTRUE"


def test_remedies_are_no_reason(town: Town) -> None:
    """A refusal that names a court and says nothing of why is none."""
    town.lodged([town.new])
    town.verified(MARKET)
    assert code(lambda: town.proposed(MARKET, town.new, reason=" ")) == "REASON_REQUIRED"


def test_what_is_decided_or_another_s_takes_no_file(town: Town) -> None:
    first = town.lodged([town.old])
    begun = town.application_of(first.number)
    second = town.later().lodged([town.other])
    case = town.case(MARKET)

    def keep(kind: str = "proof", **to: Any) -> Any:
        return services.keep_material(begun, kind, "x.pdf", PDF, actor=town.boss, now=town.now, **to)

    assert code(lambda: keep(case=town.case(cast.ENVIRONMENT).pk)) == "NOT_FOUND"
    assert code(keep) == "NOT_FOUND"
    assert keep(case=case.pk)
    services.withdraw(case.pk, actor=town.boss, now=town.later().now)
    assert code(lambda: keep("commitment", case=case.pk)) == "NOT_FOUND"
    assert second.number != first.number


def test_what_was_seen_by_somebody_else_is_told(town: Town) -> None:
    town.lodged([town.old])
    case = town.case(MARKET)
    town.take(MARKET, "accept", contact="示例电话")
    old = cast.MARKET_CLERK.actor

    def again() -> None:
        services.fire(
            case.pk, "accept", revision=case.revision, given=Given(contact="x"), actor=old, now=town.now
        )

    assert code(again) == "CASE_CHANGED"


def test_another_body_and_another_subject_find_nothing(town: Town) -> None:
    done = town.lodged([town.old])
    case = town.case(MARKET)
    stranger = cast.ENVIRONMENT_CLERK.actor
    take = lambda: services.fire(case.pk, "accept", given=Given(contact="x"), actor=stranger, now=town.now)  # noqa: E731
    assert code(take) == "NOT_FOUND"
    with acting(cast.TAX_CLERK.actor):
        assert not RepairApplication.objects.filter(number=done.number).exists()


def test_taken_back_ends_the_mark_and_may_be_lodged_anew(town: Town) -> None:
    town.lodged([town.old])
    services.withdraw(town.case(MARKET).pk, actor=town.boss, now=town.later().now)
    assert town.case(MARKET).state == "withdrawn"
    case = town.case(MARKET).pk
    for given in ([], [("proof", "x.pdf", PDF)]):
        assert code(partial(services.supply, case, given, actor=town.boss, now=town.now)) == "NOT_READY"
    assert town.later().lodged([town.old]).earlier == ()


def test_one_transaction_or_none(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """What fails at the last moment leaves nothing of the grant: no effect, no decision, no paper."""
    from xinheng.casework.repairs import fire

    town.lodged([town.old])
    town.verified(MARKET).proposed(MARKET)

    def fails(*args: Any, **more: Any) -> Any:
        raise OSError("示例")

    with monkeypatch.context() as broken:
        broken.setattr(fire, "append", fails)
        with pytest.raises(OSError, match="示例"), transaction.atomic():
            town.take(MARKET, "grant", 1)
    with acting(cast.AUDITOR.actor):
        assert not RecordEffect.objects.filter(record=town.old).exists()
        assert RepairItem.objects.get(record=town.old).outcome == ""
    assert town.take(MARKET, "grant", 1).state == "decided"


def test_who_sees_the_whole_city_holds_no_other_body_s_case(town: Town) -> None:
    """The policy of the rows lets it through here: the lock itself says no."""
    town.lodged([town.old])
    case, other = town.case(MARKET), cast.TAX_CLERK.actor
    with acting(other), whole_city():
        assert RepairCase.objects.filter(pk=case.pk).exists()
        assert code(lambda: lock(RepairCase, case.pk, other)) == "NOT_FOUND"


@pytest.mark.clause("5.1b")
def test_a_repair_is_not_complete_before_every_holder_confirmed(town: Town) -> None:
    """Whether it was told to withdraw or to mark: what lives on elsewhere unmended is not repaired."""
    town.lodged([town.old])
    town.verified(MARKET).proposed(MARKET)
    town.take(MARKET, "grant", 1)
    town.served(MARKET)
    with acting(cast.MARKET_CLERK.actor):
        events = events_of(town.case(MARKET).pk)
        owed, confirmed = holders.of_events(events)
        assert not confirmed
        assert {f"{each.record}:{each.audience}" for each in Recall.objects.filter(event__in=events)} == owed
    assert owed
    assert code(lambda: town.take(MARKET, "complete")) == "REPAIR_RECEIPTS_OPEN"
