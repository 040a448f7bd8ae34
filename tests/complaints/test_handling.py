"""A complaint is taken, referred and answered by its body alone, and one that nobody takes is seen (举报的办理)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from tests import cast
from tests.complaints import people
from xinheng.access.actor import Actor
from xinheng.access.gate import Opened, open_set
from xinheng.access.models import AccessEntry
from xinheng.access.scope import acting, whole_city
from xinheng.catalog.public import current_law
from xinheng.documents import receipts
from xinheng.law.language import Refusal
from xinheng.ledger.kinds import EventKind
from xinheng.oversight import complaintqueries as queries
from xinheng.oversight import services
from xinheng.oversight.complaintqueries import ComplaintView
from xinheng.oversight.models import Complaint, ComplaintStep

pytestmark = pytest.mark.usefixtures("town")
LAW_DAY = cast.TODAY
MARKET, OFFICE = cast.MARKET_CHECKER.actor, cast.OFFICER.actor
WHY = "属于本单位自身的事项，应当回避（示例）。"


@pytest.fixture
def charge() -> Complaint:
    """About a charge by the environment authority: the market authority handles it."""
    return people.row(people.lodged("charge", cast.ENVIRONMENT.uscc).number)


def opened(actor: Actor, row: Complaint) -> Opened:
    what = f"complaint:{row.number}"
    return open_set(actor=actor, what=what, purpose="objection", basis=row.number, now=cast.NOW)


def read(actor: Actor, row: Complaint) -> ComplaintView:
    return queries.complaint(row.pk, opened=opened(actor, row), law=current_law(LAW_DAY))


def followed(number: str) -> str:
    told = {"number": number, "code": receipts.code_of(number)}
    return Client().post("/progress/", told).content.decode()


@pytest.mark.clause("5.1c")
def test_from_receipt_to_answer(charge: Complaint) -> None:
    assert read(MARKET, charge).text == people.TEXT
    services.take(charge.pk, actor=MARKET, now=cast.NOW)
    assert "办理中" in followed(charge.number)
    services.answer(charge.pk, outcome="acted", text=people.REPLY, actor=MARKET, now=cast.NOW)
    page = followed(charge.number)
    for told in ("已答复", people.REPLY, "经核实，反映的情况属实或者部分属实，已经依法处理。"):
        assert told in page
    assert people.TEXT not in page
    view = read(MARKET, charge)
    assert [each.label for each in view.steps] == ["收到", "受理", "答复"]
    (told,) = people.told(EventKind.COMPLAINT_ANSWERED)
    assert people.REPLY not in str(told)


def test_a_look_at_it_is_registered(charge: Complaint) -> None:
    read(MARKET, charge)
    with acting(MARKET):
        (entry,) = AccessEntry.objects.filter(what=f"complaint:{charge.number}")
    assert (entry.actor, entry.granted) == (MARKET.user_id, True)


STRANGERS = [cast.ENVIRONMENT_CHECKER.actor, OFFICE, cast.LABOUR_CHECKER.actor, people.POLICE_CHECKER]


@pytest.mark.parametrize("stranger", STRANGERS, ids=lambda each: each.agency_name)
def test_nobody_else_opens_or_handles_it(charge: Complaint, stranger: Actor) -> None:
    for attempt in (
        lambda: read(stranger, charge),
        lambda: services.take(charge.pk, actor=stranger, now=cast.NOW),
        lambda: services.refer(charge.pk, to=people.POLICE.id, why=WHY, actor=stranger, now=cast.NOW),
        lambda: services.answer(charge.pk, outcome="acted", text=people.REPLY, actor=stranger, now=cast.NOW),
    ):
        with pytest.raises(Refusal, match="NOT_FOUND"):
            attempt()
    assert people.row(charge.number).state == "received"


@pytest.mark.parametrize("actor", [cast.MARKET_CLERK.actor, cast.AUDITOR.actor, cast.ADMIN.actor])
def test_who_may_not_by_the_table_of_permissions(charge: Complaint, actor: Actor) -> None:
    with pytest.raises(Refusal, match="PERMISSION_DENIED"):
        services.take(charge.pk, actor=actor, now=cast.NOW)


def test_it_is_referred_and_leaves_its_first_body(charge: Complaint) -> None:
    services.take(charge.pk, actor=MARKET, now=cast.NOW)
    services.refer(charge.pk, to=people.DISCIPLINE.id, why=WHY, actor=MARKET, now=cast.NOW)
    with pytest.raises(Refusal, match="NOT_FOUND"):
        read(MARKET, charge)
    view = read(people.DISCIPLINE_CHECKER, charge)
    assert (view.row.state, view.steps[-1].text) == ("received", WHY)
    services.take(charge.pk, actor=people.DISCIPLINE_CHECKER, now=cast.NOW)
    assert people.DISCIPLINE.name in followed(charge.number)


def test_it_is_never_referred_to_whom_it_is_about_or_outside_of_the_table(charge: Complaint) -> None:
    for to in (cast.ENVIRONMENT.id, cast.TAX.id, cast.MARKET.id):
        with pytest.raises(Refusal, match="COMPLAINT_BODY_UNKNOWN"):
            services.refer(charge.pk, to=to, why=WHY, actor=MARKET, now=cast.NOW)
    about = people.row(people.lodged("abuse", people.POLICE.uscc).number)
    with pytest.raises(Refusal, match="COMPLAINT_BODY_UNKNOWN"):
        services.refer(about.pk, to=people.POLICE.id, why=WHY, actor=OFFICE, now=cast.NOW)


def test_the_order_of_its_steps(charge: Complaint) -> None:
    with pytest.raises(Refusal, match="NOT_READY"):
        services.answer(charge.pk, outcome="acted", text=people.REPLY, actor=MARKET, now=cast.NOW)
    services.take(charge.pk, actor=MARKET, now=cast.NOW)
    with pytest.raises(Refusal, match="NOT_READY"):
        services.take(charge.pk, actor=MARKET, now=cast.NOW)
    for outcome, text in (("none", people.REPLY), ("acted", "")):
        with pytest.raises(Refusal, match="COMPLAINT_INCOMPLETE"):
            services.answer(charge.pk, outcome=outcome, text=text, actor=MARKET, now=cast.NOW)
    services.answer(charge.pk, outcome="unclear", text=people.REPLY, actor=MARKET, now=cast.NOW)
    with pytest.raises(Refusal, match="COMPLAINT_ANSWERED"):
        services.answer(charge.pk, outcome="acted", text=people.REPLY, actor=MARKET, now=cast.NOW)


@pytest.mark.clause("5.3b")
def test_one_that_nobody_took_is_shown_to_the_credit_office(charge: Complaint) -> None:
    about_us = people.row(people.lodged("charge", cast.CREDIT_OFFICE.uscc).number)
    services.take(people.row(people.lodged("leak").number).pk, actor=people.POLICE_CHECKER, now=cast.NOW)
    shown = queries.overseen(actor=OFFICE, law=current_law(LAW_DAY))
    assert [(each.number, each.body) for each in shown] == [(charge.number, cast.MARKET.name)]
    assert about_us.number not in str(shown)
    late = current_law(LAW_DAY + timedelta(days=60))
    assert sum(each.overdue for each in queries.overseen(actor=OFFICE, law=late)) == 2
    with pytest.raises(Refusal, match="PERMISSION_DENIED"):
        queries.overseen(actor=MARKET, law=late)


def test_what_the_table_gives_to_nobody_the_credit_office_gives_away(monkeypatch: pytest.MonkeyPatch) -> None:
    from xinheng.oversight import complaints

    monkeypatch.setattr(complaints, "_registered", list)
    row = people.row(people.lodged("charge", cast.TAX.uscc).number)
    monkeypatch.undo()
    assert row.agency_id is None
    services.refer(row.pk, to=cast.MARKET.id, why=WHY, actor=OFFICE, now=cast.NOW)
    assert people.row(row.number).agency_id == cast.MARKET.id


# ---- behind the services: the database itself ------------------------------------------------------------------


def behind(sql: str, *values: Any) -> None:
    """As the application's role, with all rows in view, and no service between."""
    with transaction.atomic(), whole_city(), connection.cursor() as cursor:
        cursor.execute(sql, values)


STEP = """INSERT INTO oversight_complaintstep (id, complaint_id, seq, step, done_by, agency_id, referred_to_id, at)
          VALUES (gen_random_uuid(), %s, %s, %s, %s, %s, %s, now())"""
MINE = (MARKET.user_id, cast.MARKET.id)


@pytest.mark.parametrize(
    ("sql", "values"),
    [
        ("UPDATE oversight_complaint SET agency_id = %s, revision = revision", [cast.ENVIRONMENT.id]),
        ("UPDATE oversight_complaint SET agency_id = %s, revision = revision + 1", [people.POLICE.id]),
        ("UPDATE oversight_complaint SET state = 'answered', taken_at = now(), answered_at = now(), outcome = 'acted'", []),
        ("UPDATE oversight_complaint SET sealed = '', sealed_commitment = ''", []),
        ("UPDATE oversight_complaint SET about_id = NULL", []),
        ("DELETE FROM oversight_complaint", []),
        ("DELETE FROM oversight_complaintstep", []),
        ("UPDATE oversight_complaintstep SET step = 'take'", []),
    ],
    ids=str,
)  # fmt: skip
def test_the_database_refuses(charge: Complaint, sql: str, values: list[Any]) -> None:
    with pytest.raises(DatabaseError):
        behind(sql, *values)


@pytest.mark.parametrize(
    ("seq", "step", "who", "agency"),
    [
        (2, "take", cast.ENVIRONMENT_CHECKER.actor.user_id, cast.ENVIRONMENT.id),
        (2, "take", cast.MARKET_CLERK.actor.user_id, cast.MARKET.id),
        (2, "take", OFFICE.user_id, cast.CREDIT_OFFICE.id),
        (3, "take", *MINE),
        (2, "take", UUID(int=0), None),
        (1, "receive", *MINE),
    ],
)
def test_a_step_of_somebody_else_is_refused(
    charge: Complaint, seq: int, step: str, who: UUID, agency: UUID | None
) -> None:
    with pytest.raises(DatabaseError):
        behind(STEP, charge.pk, seq, step, who, agency, None)


def test_a_step_of_its_body_is_taken(charge: Complaint) -> None:
    """What the refusals above are measured by."""
    with transaction.atomic():
        behind(STEP, charge.pk, 2, "take", *MINE, None)
        with whole_city():
            assert ComplaintStep.objects.filter(complaint=charge).count() == 2
        cast.leave_untold()


def test_nothing_follows_an_answer(charge: Complaint) -> None:
    services.take(charge.pk, actor=MARKET, now=cast.NOW)
    services.answer(charge.pk, outcome="acted", text=people.REPLY, actor=MARKET, now=cast.NOW)
    with pytest.raises(DatabaseError, match="handled by an officer of its body"):
        behind(STEP, charge.pk, 4, "take", *MINE, None)


def test_what_nobody_took_is_not_answered(charge: Complaint) -> None:
    answered = (
        "UPDATE oversight_complaint SET state = 'answered', revision = 2, outcome = 'acted', answered_at ="
        " (SELECT at FROM oversight_complaintstep WHERE complaint_id = %s AND seq = 2) WHERE id = %s"
    )
    with pytest.raises(DatabaseError, match="by its steps alone"), transaction.atomic():
        behind(STEP, charge.pk, 2, "answer", *MINE, None)
        behind(answered, charge.pk, charge.pk)
