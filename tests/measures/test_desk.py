"""A measure walked at the desk: asked, proposed, decided, ended; and what stands in its way (工作台办理措施)."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests import cast
from tests.measures import town
from tests.measures.town import Town, row
from tests.web.contract import faults
from tests.web.desk_city import signed_in
from xinheng.access.models import AccessEntry
from xinheng.access.scope import whole_city
from xinheng.registry.models import ListEntry, MeasureTaken

REASONS = {
    "link": "示例关联", "domain": "示例领域", "nature": "示例性质", "gravity": "示例情节", "impact": "示例影响",
    "heard": "yes", "leniency_decision": "",
}  # fmt: skip


@pytest.fixture
def desk(there: Town) -> Town:
    for officer in cast.OFFICERS:
        TOTPDevice.objects.create(user_id=officer.actor.user_id, name=officer.username, confirmed=True)
    cast.leave_untold()
    return there


@pytest.fixture
def entry(desk: Town) -> ListEntry:
    return town.listed(desk.firm, agency=cast.ENVIRONMENT)


@pytest.fixture
def clerk(desk: Town) -> Client:
    return signed_in(cast.MARKET_CLERK)


@pytest.fixture
def checker(desk: Town) -> Client:
    return signed_in(cast.MARKET_CHECKER)


def ask(client: Client, **other: str) -> Any:
    told = {"code": cast.FIRM_CODE, "matter": "procurement", "basis": "示例采购1号"}
    return client.post(reverse("desk:measure-ask"), {**told, **other})


def carried(html: str) -> dict[str, str]:
    """What the answer carries to the next page."""
    found = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', html))
    assert found.pop("step") == "start"
    return {name: found[name] for name in ("subject", "row", "matter", "ground", "basis")}


def page(answer: Any, status: int = 200) -> str:
    html: str = answer.content.decode()
    assert (answer.status_code, faults(html)) == (status, [])
    return html


def proposed(client: Client) -> UUID:
    told = {**carried(page(ask(client))), **REASONS}
    done = client.post(reverse("desk:measure-propose"), {**told, "step": "act", "once": "1"})
    assert done.status_code == 302
    return UUID(done.headers["Location"].split("/")[-2])


@pytest.mark.clause("4.2a")
def test_asked_proposed_checked_decided_ended(
    desk: Town, entry: ListEntry, clerk: Client, checker: Client
) -> None:
    html = page(ask(clerk))
    assert "可以考虑" in html
    assert cast.FIRM_CODE not in "".join(re.findall(r'(?:href|action|value)="([^"]*)"', html))
    told = carried(html)
    form = page(clerk.post(reverse("desk:measure-propose"), {**told, "step": "start"}))
    assert "拖欠农民工工资" in form
    checking = page(clerk.post(reverse("desk:measure-propose"), {**told, **REASONS}))
    assert "示例情节" in checking
    with whole_city():
        assert not MeasureTaken.objects.exists()
    made = proposed(clerk)
    assert "由您提出" in page(clerk.get(reverse("desk:measure", args=[made])))
    assert page(checker.get(reverse("desk:home"))).count("CJCS-2026-000001") == 1
    decide = reverse("desk:measure-act", args=[made, "decide"])
    page(checker.get(decide))
    assert "同意" in page(checker.post(decide, {"granted": "yes"}))
    assert row(made).state == "proposed"
    assert checker.post(decide, {"granted": "yes", "step": "act", "once": "2"}).status_code == 302
    assert row(made).state == "in_force"
    assert "同意采取" in page(checker.get(reverse("desk:measure", args=[made])))
    end = reverse("desk:measure-act", args=[made, "end"])
    assert clerk.post(end, {"reason": "示例", "step": "act", "once": "3"}).status_code == 302
    assert row(made).state == "ended"
    for tab in ("proposed", "in_force", "over", "not_taken"):
        listed = page(clerk.get(reverse("desk:measures"), {"tab": tab}))
        assert ("CJCS-2026-000001" in listed) == (tab == "over")


def test_every_look_is_on_record(desk: Town, entry: ListEntry, clerk: Client) -> None:
    ask(clerk)
    with whole_city():
        entries = AccessEntry.objects.filter(subject=desk.firm, purpose="duty", basis="示例采购1号")
        assert [(each.what, each.granted) for each in entries] == [("file", True)]


@pytest.mark.clause("4.2a", "1.3b")
@pytest.mark.parametrize(
    ("lacking", "status"),
    [({"gravity": ""}, 422), ({"link": " "}, 422), ({"heard": "no"}, 422), ({"leniency_grounds": "slight"}, 422),
     ({"row": "大屏曝光"}, 404), ({"matter": "水电开户"}, 422), ({"ground": ""}, 422), ({"ground": "entry:x"}, 404),
     ({"subject": "x"}, 404), ({"row": "procurement-77"}, 422)],
)  # fmt: skip
def test_what_stands_in_the_way_is_told_at_the_form(
    entry: ListEntry, clerk: Client, lacking: dict[str, str], status: int
) -> None:
    told = {**carried(page(ask(clerk))), **REASONS, **lacking}
    page(clerk.post(reverse("desk:measure-propose"), {**told, "step": "act"}), status)
    with whole_city():
        assert not MeasureTaken.objects.exists()


def test_months_that_nobody_asked_for_change_nothing(entry: ListEntry, clerk: Client) -> None:
    """Where a measure runs with the entry there is no field for a term, and what is posted is not read."""
    told = {**carried(page(ask(clerk))), **REASONS, "months": "600", "lifetime": "on", "amount": "100000"}
    clerk.post(reverse("desk:measure-propose"), {**told, "step": "act"})
    with whole_city():
        made = MeasureTaken.objects.get()
    assert (made.months, made.lifetime, made.amount) == (None, False, None)


def test_the_same_person_does_not_decide(entry: ListEntry, clerk: Client, checker: Client) -> None:
    made = proposed(clerk)
    decide = reverse("desk:measure-act", args=[made, "decide"])
    page(clerk.post(decide, {"granted": "yes", "step": "act"}), 403)
    page(signed_in(cast.OFFICER).post(decide, {"granted": "yes", "step": "act"}), 403)
    page(signed_in(cast.ENVIRONMENT_CHECKER).post(decide, {"granted": "yes", "step": "act"}), 404)
    assert row(made).state == "proposed"


def test_who_was_slower_is_told(entry: ListEntry, clerk: Client, checker: Client) -> None:
    made = proposed(clerk)
    town.decide(made, granted=False, reason="示例")
    decide = reverse("desk:measure-act", args=[made, "decide"])
    page(checker.post(decide, {"granted": "yes", "step": "act"}), 409)
    page(checker.get(decide), 409)


def test_not_taken_and_why(entry: ListEntry, clerk: Client) -> None:
    told = carried(page(ask(clerk)))
    path = reverse("desk:measure-not-taken")
    page(clerk.post(path, {**told, "step": "start"}))
    page(clerk.post(path, {**told, "reason": ""}), 422)
    page(clerk.post(path, {**told, "reason": "示例已整改"}))
    done = clerk.post(path, {**told, "reason": "示例已整改", "step": "act"})
    assert "示例已整改" in page(clerk.get(done.headers["Location"]))


def test_of_several_documents_the_officer_says_which(desk: Town, clerk: Client) -> None:
    town.reach(cast.MARKET, domains=["finance"])
    first, second = town.document(desk.firm), town.document(desk.firm)
    html = page(ask(clerk))
    assert {f"document:{each.pk}" for each in (first, second)} <= set(
        re.findall(r'<option value="(document:[^"]+)">', html)
    )
    subject = re.findall(r'name="subject" value="([^"]+)"', html)[0]
    told = {
        **REASONS, "subject": subject, "row": "procurement-77", "matter": "procurement", "basis": "示例采购1号",
        "ground": f"document:{second.pk}", "grounds_met": "procurement_violation", "months": "12", "step": "act",
    }  # fmt: skip
    page(clerk.post(reverse("desk:measure-propose"), {**told, "months": "60"}), 422)
    page(clerk.post(reverse("desk:measure-propose"), {**told, "grounds_met": ""}), 422)
    assert clerk.post(reverse("desk:measure-propose"), told).status_code == 302
    with whole_city():
        made = MeasureTaken.objects.get()
    assert (made.instrument_id, made.months, made.role) == (second.pk, 12, "subject")


@pytest.mark.clause("4.2a")
def test_another_body_finds_what_it_was_told(
    desk: Town, entry: ListEntry, clerk: Client, checker: Client
) -> None:
    made = town.taken(desk.firm, entry=entry.pk)
    town.leave(entry)
    html = page(clerk.get(reverse("desk:measures")))
    assert "名单信息有变，请处理" in html
    assert "不得再用" in page(clerk.get(reverse("desk:measure", args=[made])))
    assert "不能采取" in page(ask(clerk))
    answer = reverse("desk:measure-act", args=[made, "answer"])
    page(clerk.post(answer, {"answer": "resumed", "step": "act"}), 422)
    assert clerk.post(answer, {"answer": "ended", "step": "act"}).status_code == 302
    assert "名单信息有变" not in page(clerk.get(reverse("desk:measures")))


@pytest.mark.clause("4.2c")
def test_third_parties_are_information(desk: Town, clerk: Client) -> None:
    town.listed(desk.firm, list="telecom_fraud")
    html = page(ask(clerk, matter="accounts"))
    told = html.partition("<h2>可以提供信息</h2>")[2]
    assert "电信、互联网企业" in told
    assert "telecom-fraud" in told
    assert "<form" not in told
    assert "<button" not in told


def test_a_person_is_found_by_exact_code_and_shown_masked(desk: Town, clerk: Client) -> None:
    town.listed(desk.person, role="legal_representative")
    html = page(ask(clerk, code=cast.PERSON_ID))
    assert cast.PERSON_NAME in html
    assert cast.PERSON_ID not in html
    made = proposed_of(clerk, html)
    listed = page(clerk.get(reverse("desk:measures"), {"tab": "proposed"}))
    assert str(made) in listed
    assert cast.PERSON_NAME not in listed


def proposed_of(client: Client, html: str) -> UUID:
    told = {**carried(html), **REASONS, "step": "act"}
    done = client.post(reverse("desk:measure-propose"), told)
    return UUID(done.headers["Location"].split("/")[-2])


def test_whom_nobody_knows_and_a_mistyped_code(desk: Town, clerk: Client) -> None:
    assert "事项照常办理" in page(ask(clerk, code=cast.uscc("91", 599)))
    page(ask(clerk, code="91329999XL0005010"), 422)
    page(ask(clerk, basis=""), 422)
