"""What a window touches goes before a person, and nothing else happens to it (待复核事项)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction

from tests import cast
from tests.casework.office import DRAFTS, Office
from tests.publication.shelf import Kept, keep
from tests.windows.flood import COUNTY, FIRST, declared, ended, touched
from xinheng.access.gate import open_file
from xinheng.access.scope import acting
from xinheng.casework import windows as of_cases
from xinheng.casework.given import LeniencyGiven
from xinheng.casework.held import load
from xinheng.casework.models import Case, Deadline
from xinheng.casework.services import decide_leniency
from xinheng.catalog import services as catalog
from xinheng.law.language import Refusal
from xinheng.ledger.ids import uuid7
from xinheng.ledger.kinds import EventKind
from xinheng.ledger.models import Event
from xinheng.ledger.services import append
from xinheng.publication.models import PublicEntry
from xinheng.registry import reviews, services
from xinheng.registry.models import Record, Touched

pytestmark = pytest.mark.clause("4.2b")
FLOODED = date(2025, 7, 10)
NAMED = LeniencyGiven(
    heard=True, grounds=("force_majeure",), decision="go_on", reason="示例：欠薪始于洪水以前"
)


def accept(*records: Kept) -> list[UUID]:
    """Keep records as one batch and tell the ledger, as the intake does."""
    batch = uuid7()
    for each in records:
        each.batch = batch
    found = keep(*records)
    with acting(cast.MARKET_CLERK.actor):
        append(EventKind.BATCH_ACCEPTED, payload={"batch": str(batch)}, agency=cast.MARKET.id, now=cast.NOW)
    return found


def review(kind: str, target: UUID, actor: Any, **changes: Any) -> UUID:
    with acting(FIRST):
        window = (
            Touched.objects.filter(kind=kind, target=target).values_list("window", flat=True).latest("since")
        )
    told = {"decision": "go_on", "reason": "示例理由", **changes}
    return services.review_touched(window, kind, target, actor=actor, now=cast.NOW, **told)


# ---- cases ---------------------------------------------------------------------------------------------


def test_an_earlier_decision_is_asked_anew_at_each_adverse_step(office: Office) -> None:
    """Heard without a ground, then a flood is declared: nothing adverse before an officer has weighed it."""
    office.open().notified().served().wait(30)
    declared(now=office.now)
    for step in ("propose", "check", "decide", "list"):
        before = office.state
        for lacking in ({"grounds": ()}, {"reason": ""}, {"decision": ""}):
            _weigh(office, **lacking)
            with pytest.raises(Refusal, match="LENIENCY_UNDECIDED"):
                _go_on(office, step)
            assert touched("case") <= {office.case}
        assert office.state == before
        _weigh(office)
        assert touched("case") == set()
        _go_on(office, step)
    assert office.state == "listed"


def _weigh(office: Office, **lacking: Any) -> None:
    given = replace(NAMED, **lacking)
    decide_leniency(office.case, given, revision=office.revision, actor=office.clerk, now=office.now)


def _go_on(office: Office, step: str) -> None:
    if step == "list":
        office.listed()
        return
    office.take(step, {"propose": office.clerk, "check": office.checker, "decide": office.signer}[step])
    if step == "decide":
        office.sealed()


def test_a_case_waits_until_it_is_weighed_with_the_ground(office: Office) -> None:
    office.open()
    declared(now=office.now)
    for lacking in ({"grounds": ()}, {"reason": ""}, {"decision": ""}):
        _weigh(office, **lacking)
        assert touched("case") == {office.case}
    _weigh(office)
    assert touched("case") == set()


def test_who_spares_ends_the_way_onto_the_list(office: Office) -> None:
    office.open().notified().served().wait(30)
    declared(now=office.now)
    spared = LeniencyGiven(
        heard=True, grounds=("force_majeure",), decision="spare", reason="示例：停工因洪水"
    )
    decide_leniency(office.case, spared, revision=office.revision, actor=office.clerk, now=office.now)
    with pytest.raises(Refusal, match="LENIENCY_SPARES"):
        office.take("propose", office.clerk)
    assert touched("case") == set()


def test_the_reasons_of_a_case_are_those_of_its_file(office: Office) -> None:
    office.open()
    declared(now=office.now)
    decide_leniency(office.case, NAMED, revision=office.revision, actor=office.clerk, now=office.now)
    (row,) = reviews.touched_page(actor=office.clerk, kind="case", decided=True).rows
    assert row.review is not None
    assert (row.review.decision, row.review.by) == ("go_on", office.clerk.user_id)
    opened = open_file(
        actor=office.clerk, subject=row.subject, purpose="listing", basis="示例案卷", now=office.now
    )
    assert reviews.reason_of(row.review.id, opened=opened) == NAMED.reason


def test_a_new_draft_and_a_case_that_is_over(office: Office) -> None:
    """Touched by its days of conduct as they are told now; no longer when the case is given up."""
    declared(now=office.now)
    elsewhen = replace(DRAFTS["wage"], conduct_from=date(2025, 8, 1))
    office.open(draft={"conduct_from": elsewhen.conduct_from}).notified()
    assert touched("case") == set()
    office.take("redraft", office.clerk, draft=DRAFTS["wage"])
    assert touched("case") == {office.case}
    office.take("withdraw", office.clerk)
    assert touched("case") == set()
    with pytest.raises(Refusal, match="LENIENCY_UNDECIDED"):
        office.open()
    office.open(leniency=NAMED)
    # Weighed as it was opened: nothing waits.
    assert touched("case") == set()


def test_rows_and_rules_agree_on_what_is_touched(office: Office) -> None:
    office.open()
    for window, hit in (
        ({}, True),
        ({"area": COUNTY}, False),
        ({"last": None}, True),
        ({"first": date(2025, 12, 31), "last": date(2025, 12, 31)}, True),
        ({"first": date(2026, 1, 1), "last": None}, False),
        ({"first": date(2025, 5, 1), "last": date(2025, 5, 31)}, False),
        ({"first": date(2025, 5, 1), "last": date(2025, 6, 1)}, True),
    ):
        told = declared(now=office.now, **window)
        with acting(office.clerk):
            asked = of_cases.windows_touching(load(Case.objects.get(pk=office.case)))
        assert bool(asked) is hit, window
        assert (office.case in touched("case")) is hit, window
        ended(told, None, now=office.now)
        assert touched() == set()


# ---- clocks --------------------------------------------------------------------------------------------


def test_a_running_time_of_the_party_is_touched_and_runs_on(office: Office) -> None:
    office.open().notified().served()
    with acting(office.clerk):
        clock = Deadline.objects.get(case=office.case, name="objection_window")
    declared(first=office.day, last=None, now=office.now)
    assert touched("clock") == {clock.pk}
    with acting(office.clerk):
        assert of_cases.touched_names([clock.pk])[clock.pk][2] == "objection_window"
        same = Deadline.objects.get(pk=clock.pk)
    assert (same.last, same.n, same.stopped_on) == (clock.last, clock.n, None)
    with pytest.raises(Refusal, match="LENIENCY_UNKNOWN"):
        review("clock", clock.pk, office.checker, decision="lighter")
    review("clock", clock.pk, office.checker, decision="spare")
    assert touched("clock") == set()
    with acting(office.clerk):
        assert Deadline.objects.get(pk=clock.pk).last == clock.last


def test_a_clock_that_starts_later_is_touched_and_one_that_stops_is_not(office: Office) -> None:
    declared(first=office.day, last=None, now=office.now)
    office.open().notified()
    assert touched("clock") == set()
    office.served()
    assert len(touched("clock")) == 1
    office.wait(30).take("propose", office.clerk)
    assert touched("clock") == set()


# ---- records -------------------------------------------------------------------------------------------


def test_live_adverse_records_are_touched_and_stay_as_they_are(office: Office) -> None:
    """By area and day of decision; nothing is published, ended or changed before a person decides."""
    hit, early, licence, county, weighed = accept(
        Kept(decided_on=FLOODED),
        Kept(decided_on=date(2025, 6, 30)),
        Kept(item="license", decided_on=FLOODED),
        Kept(decided_on=date(2025, 7, 20), number="示例罚〔2025〕2号"),
        Kept(decided_on=FLOODED, facts={"force_majeure": True}, number="示例罚〔2025〕3号"),
    )
    before = list(PublicEntry.objects.order_by("record").values())
    declared(area=COUNTY)
    assert touched() == set()
    declared()
    assert touched() == {hit, county}
    assert list(PublicEntry.objects.order_by("record").values()) == before
    review("record", hit, cast.MARKET_CHECKER.actor, decision="spare")
    assert touched() == {county}
    assert list(PublicEntry.objects.order_by("record").values()) == before
    with acting(FIRST):
        assert set(
            Record.objects.filter(pk__in=[hit, early, licence, weighed]).values_list("state", "version")
        ) == {("live", 1)}


def test_what_came_in_beside_a_declaration_is_touched_too(office: Office) -> None:
    declared()
    hit, _ = accept(Kept(decided_on=FLOODED), Kept(decided_on=date(2025, 8, 1)))
    assert touched("record") == {hit}


def test_declared_again_nothing_is_found_twice_and_nothing_decided_is_lost(office: Office) -> None:
    """A second window asks anew; the same one finds the same rows however often it is asked."""
    (hit,) = accept(Kept(decided_on=FLOODED))
    window = declared()
    review("record", hit, cast.MARKET_CHECKER.actor)
    for _ in range(2):
        with acting(FIRST):
            append(EventKind.WINDOW_ENDED, payload={"window": str(window)}, agency=None, now=cast.NOW)
    assert touched("record") == set()
    assert reviews.touched_page(actor=FIRST, decided=True).total == 1
    declared(first=date(2025, 7, 5), last=None)
    assert reviews.touched_page(actor=FIRST).total == 1


def test_a_shorter_window_lets_go_what_nobody_decided(office: Office) -> None:
    first, later, reviewed = accept(
        Kept(decided_on=date(2025, 7, 2)),
        Kept(decided_on=date(2025, 7, 15)),
        Kept(decided_on=date(2025, 7, 16)),
    )
    window = declared()
    review("record", reviewed, cast.MARKET_CHECKER.actor)
    ended(window, date(2025, 7, 10))
    assert touched("record") == {first}
    assert later not in touched()
    ended(window, None)
    assert touched() == set()
    assert reviews.touched_page(actor=FIRST, decided=True).total == 1


# ---- who decides ---------------------------------------------------------------------------------------


def test_a_person_of_that_agency_decides_once_and_with_reasons(office: Office) -> None:
    (hit,) = accept(Kept(decided_on=FLOODED))
    window = declared()
    market = cast.MARKET_CHECKER.actor
    for actor, changes, code in (
        (cast.LABOUR_CHECKER.actor, {}, "NOT_FOUND"),
        (FIRST, {}, "PERMISSION_DENIED"),
        (market, {"reason": " "}, "REASON_REQUIRED"),
        (market, {"decision": "forget"}, "LENIENCY_UNKNOWN"),
    ):
        with pytest.raises(Refusal, match=code):
            review("record", hit, actor, **changes)
    assert reviews.touched_counts(actor=cast.LABOUR_CHECKER.actor) == {}
    assert reviews.touched(window, "record", hit, actor=cast.LABOUR_CHECKER.actor) is None
    review("record", hit, market, reason="示例：停业与洪水无关")
    with pytest.raises(Refusal, match="ALREADY_DECIDED"):
        review("record", hit, market)
    told = Event.objects.select_related("eventpayload").get(kind="touched.reviewed").eventpayload.payload
    assert "停业" not in str(told)
    for statement in (
        "UPDATE registry_touchedreview SET decision = 'spare'",
        "DELETE FROM registry_touchedreview",
    ):
        with pytest.raises(Exception, match=r"permission denied|append-only|only"), transaction.atomic():
            connection.cursor().execute(statement)


def test_nobody_reviews_what_no_window_touches(office: Office) -> None:
    (hit,) = accept(Kept(decided_on=date(2025, 8, 1)))
    window = declared()
    with pytest.raises(Refusal, match="NOT_FOUND"):
        services.review_touched(
            window,
            "record",
            hit,
            decision="go_on",
            reason="示例",
            actor=cast.MARKET_CHECKER.actor,
            now=cast.NOW,
        )
    with (
        pytest.raises(IntegrityError, match="only what a window touches"),
        acting(FIRST),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "INSERT INTO registry_touchedreview (id, window_id, kind, target, agency_id, subject_id, decision, sealed,"
            " sealed_commitment, by, at) SELECT gen_random_uuid(), %s, 'record', r.id, r.agency_id, r.subject_id,"
            " 'go_on', 'x', 'x', %s, now() FROM registry_record r WHERE r.id = %s",
            [window, FIRST.user_id, hit],
        )


def test_a_case_is_decided_in_its_own_file_alone(office: Office) -> None:
    office.open()
    declared(now=office.now)
    with pytest.raises(Refusal, match="LENIENCY_UNKNOWN"):
        review("case", office.case, office.checker)
    assert touched("case") == {office.case}


def test_many_are_touched_by_two_statements_a_kind(
    office: Office, django_assert_max_num_queries: Any
) -> None:
    """However many records there are: the declaring transaction asks the same number of statements."""
    accept(*(Kept(decided_on=FLOODED, number=f"示例罚〔2025〕{n}号") for n in range(40)))
    window = catalog.propose_window(
        area="320000", first=FLOODED, last=None, ground="示例", actor=FIRST, now=cast.NOW
    )
    with django_assert_max_num_queries(60):
        catalog.approve_window(window, actor=cast.SECOND_OFFICER.actor, now=cast.NOW)
    assert len(touched("record")) == 40
