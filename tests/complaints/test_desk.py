"""The desk's pages of complaints and of the directory: asked, checked, done (举报与名录的办理页面)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests import cast
from tests.cast import Officer
from tests.complaints import people
from tests.web.contract import faults
from tests.web.desk_city import signed_in
from xinheng.access.models import User
from xinheng.oversight.models import ContactPoint, RepairProcedure

pytestmark = pytest.mark.usefixtures("town")


def at(officer: Officer) -> Client:
    user = User.objects.get(pk=officer.actor.user_id)
    TOTPDevice.objects.create(user=user, name=user.username, confirmed=True)
    cast.leave_untold()
    return signed_in(officer)


def done(client: Client, path: str, told: dict[str, Any]) -> str:
    """Asked, checked, done; the page where it ends."""
    asked = client.get(path).content.decode()
    checked = client.post(path, told)
    html = checked.content.decode()
    assert (checked.status_code, faults(asked), faults(html)) == (200, [], []), re.findall(
        r'class="error">(.*?)<', html
    )
    assert "核对" in html
    (once,) = re.findall(r'name="once" value="(\w+)"', html)
    last = client.post(path, {**told, "step": "act", "once": once}, follow=True)
    assert (last.status_code, faults(last.content.decode())) == (200, [])
    return last.content.decode()


@pytest.mark.clause("5.1c")
def test_a_complaint_is_taken_and_answered() -> None:
    receipt = people.lodged(
        "charge", cast.ENVIRONMENT.uscc, contact="示例联系", file=b"%PDF-1.7 (example) %%EOF"
    )
    row, market = people.row(receipt.number), at(cast.MARKET_CHECKER)
    listed = market.get("/desk/complaints/").content.decode()
    assert faults(listed) == []
    assert row.number in listed
    assert people.TEXT not in listed
    assert "件举报待办" in market.get("/desk/").content.decode()
    page = f"/desk/complaints/{row.pk}/"
    shown = market.get(page).content.decode()
    assert faults(shown) == []
    for told in (people.TEXT, "示例联系", cast.ENVIRONMENT.name, "受理", "移送"):
        assert told in shown
    file = market.get(f"{page}file/")
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert file.content == b"%PDF-1.7 (example) %%EOF"
    assert "已受理" in done(market, f"{page}take/", {})
    assert "已答复" in done(market, f"{page}answer/", {"outcome": "acted", "text": people.REPLY})
    again = market.post(
        f"{page}answer/", {"outcome": "acted", "text": people.REPLY, "step": "act", "once": "x"}
    )
    assert again.status_code == 409
    assert people.row(row.number).state == "answered"
    assert row.number in market.get("/desk/complaints/?done=1").content.decode()


def test_a_complaint_is_referred_and_no_longer_there() -> None:
    row = people.row(people.lodged("charge", cast.ENVIRONMENT.uscc).number)
    market = at(cast.MARKET_CHECKER)
    page = f"/desk/complaints/{row.pk}/"
    told = {"to": str(people.DISCIPLINE.id), "why": "应当由贵单位办理（示例），特此移送。"}
    assert row.number not in done(market, f"{page}refer/", told)
    assert market.get(page).status_code == 404
    assert market.get(f"{page}none/").status_code == 404


@pytest.mark.clause("5.3b")
def test_the_credit_office_sees_that_nobody_took_it_and_not_a_word() -> None:
    row = people.row(people.lodged("charge", cast.ENVIRONMENT.uscc).number)
    office = at(cast.OFFICER)
    html = office.get("/desk/complaints/").content.decode()
    assert faults(html) == []
    assert row.number in html
    assert f"/desk/complaints/{row.pk}/" not in html
    assert office.get(f"/desk/complaints/{row.pk}/").status_code == 404


@pytest.mark.clause("5.1c", "5.1e")
def test_the_directory_is_kept() -> None:
    clerk = at(cast.MARKET_CLERK)
    empty = clerk.get("/desk/contacts/").content.decode()
    assert faults(empty) == []
    assert "还没有公布专人和窗口" in empty
    given = {"window": "示例窗口", "person": "", "address": "", "phone": "0517-00000000", "hours": ""}
    assert "示例窗口" in done(clerk, "/desk/contacts/new/agency/own/", given)
    point = ContactPoint.objects.get()
    assert "示例二号窗口" in done(
        clerk, f"/desk/contacts/{point.pk}/change/", {**given, "window": "示例二号窗口"}
    )
    assert "到窗口" in done(clerk, "/desk/procedures/penalty/", {"manners": ["window"], "note": ""})
    last = ContactPoint.objects.get(ended_at=None)
    assert "还没有公布专人和窗口" in done(clerk, f"/desk/contacts/{last.pk}/end/", {})
    way = RepairProcedure.objects.get()
    done(clerk, f"/desk/procedures/{way.pk}/end/", {})
    assert clerk.get(f"/desk/procedures/{way.pk}/end/").status_code == 404
    assert clerk.get("/desk/contacts/new/county/320826/").status_code == 404
    assert clerk.get("/desk/procedures/license/").status_code == 404


def test_a_charge_is_refused_at_the_form_with_what_was_written() -> None:
    clerk = at(cast.MARKET_CLERK)
    told = {"window": "收费窗口", "phone": "0517-00000000", "step": "act", "once": "x"}
    answer = clerk.post("/desk/contacts/new/agency/own/", told)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "里有“收费”" in html
    assert 'value="收费窗口"' in html


def test_counties_and_sites_by_the_credit_office() -> None:
    office = at(cast.OFFICER)
    html = office.get("/desk/contacts/").content.decode()
    assert faults(html) == []
    assert "涟水县" in html
    given = {"window": "示例窗口", "phone": "0517-00000000"}
    assert "示例窗口" in done(office, "/desk/contacts/new/county/320826/", given)
    assert office.get("/desk/contacts/new/county/320802/").status_code == 404
