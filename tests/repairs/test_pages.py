"""Applied for at home and at the window, carried out at the desk, all by pages (网上、窗口和工作台)."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests import cast
from tests.documents import seals
from tests.repairs.town import PDF, STAFF, Town
from tests.web.contract import faults
from tests.web.desk_city import signed_in
from xinheng.access.counter_login import SIGNED
from xinheng.access.scope import acting
from xinheng.casework.repairs import services
from xinheng.casework.repairs.models import RepairCase
from xinheng.runtime import clock

pytestmark = pytest.mark.clause("5.1a", "5.1c", "5.1d")
NUMBER = re.compile(r"XFSQ-2026-\d{6}")


def at_home(town: Town) -> Client:
    client = Client()
    session = client.session
    session[SIGNED] = {"account": str(town.account), "binding": "", "seen": clock.now().isoformat()}
    session.save()
    return client


def at_window(town: Town) -> tuple[Client, str]:
    """The window's browser, with the firm's representative put on record; where their pages are."""
    client = signed_in(cast.WINDOW_STAFF)
    form = {"number": cast.BOSS_ID, "code": cast.FIRM_CODE, "evidence": "licence", "step": "act"}
    answer = client.post("/desk/window/", form)
    assert answer.status_code == 302, answer.content.decode()
    return client, f"{answer['Location']}repair/"


def text(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.content.decode()
    return str(answer.content.decode())


def proof(content: bytes = PDF, name: str = "示例证明.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def applied(client: Client, place: str, chosen: tuple[UUID, ...], **more: str) -> str:
    """Through the three steps; gives the number on the receipt."""
    seen = text(client.get(f"{place}new/"))
    assert all(str(each) in seen for each in chosen)
    answer = client.post(
        f"{place}new/", {"chosen": [str(each) for each in chosen], "statement": "示例说明", **more}
    )
    assert answer.status_code == 302, answer.content.decode()
    files = {"proof": proof(), "commitment": proof(PDF + b" ", "示例承诺.pdf"), "step": "next"}
    assert client.post(f"{place}new/materials/", files).status_code == 302
    return lodged(client, place)


def lodged(client: Client, place: str) -> str:
    seen = text(client.get(f"{place}new/check/"))
    application = re.search(r'name="application" value="([^"]+)"', seen)
    once = re.search(r'name="once" value="([^"]+)"', seen)
    assert application
    assert once
    form = {"application": application[1], "once": once[1]}
    receipt = text(client.post(f"{place}new/check/", form))
    again = text(client.post(f"{place}new/check/", form))
    found = NUMBER.findall(receipt)
    assert found
    assert NUMBER.findall(again) == found
    return str(found[0])


def did(office: cast.Office, who: int, name: str, case: RepairCase, **form: Any) -> None:
    """A step at the desk: the form, the check page, the deed."""
    client = signed_in(STAFF[office.id][who])
    where = f"/desk/repairs/{case.pk}/do/{name}/"
    with acting(STAFF[office.id][0].actor):
        revision = RepairCase.objects.values_list("revision", flat=True).get(pk=case.pk)
    told = {"revision": revision, **form}
    assert text(client.get(where))
    assert "核对" in text(client.post(where, told))
    answer = client.post(where, {**told, "step": "act", "once": name})
    assert answer.status_code == 302, answer.content.decode()


@pytest.mark.parametrize("place", ["home", "window"])
def test_applied_for_by_pages_and_decided_at_the_desk(town: Town, place: str) -> None:
    client, where = (at_home(town), "/me/repair/") if place == "home" else at_window(town)
    number = applied(client, where, (town.old, town.other))
    case = town.case(cast.MARKET)
    if place == "window":
        assert case.number in text(client.get(f"{where}{number}/"))
        assert "窗口" in text(signed_in(cast.MARKET_CLERK).get(f"/desk/repairs/{case.pk}/"))
        return
    market = cast.MARKET
    desk = signed_in(cast.MARKET_CLERK)
    assert case.number in text(desk.get("/desk/repairs/"))
    assert "<b>1</b>件修复在办" in text(desk.get("/desk/"))
    page = text(desk.get(f"/desk/repairs/{case.pk}/"))
    assert "示例说明" in page
    assert "《实施方案》五（一）" in page
    assert faults(page) == []
    did(market, 0, "accept", case, contact="示例电话")
    item = town.items(market)[0]
    found = {f"met-{item.pk}": ["corrected", "effects_eliminated"], f"corrected-{item.pk}": "2026-05-04"}
    did(market, 0, "verify", case, **found)
    proposed = {f"outcome-{item.pk}": "grant", f"reason-{item.pk}": "示例理由"}
    did(market, 0, "propose", case, **proposed)
    did(market, 1, "grant", case)
    # Decided is not done with: that waits for each holder's receipt.
    assert "2 个单位，1 个已有结果" in text(client.get(where))
    shown = text(client.get(f"{where}{number}/"))
    assert "准予修复" in shown
    assert "终止共享公开" in shown
    assert "示例电话" in shown
    paper = re.search(rf'href="({re.escape(where)}{number}/papers/[^"]+)"', shown)
    assert paper
    assert client.get(paper[1])["Content-Type"] == "application/pdf"
    sealed_copy(desk, case, client, paper[1], f"{where}{number}/")
    # Taken back at the body that has not decided.
    other = town.case(cast.ENVIRONMENT)
    taken = client.post(f"{where}{number}/{other.pk}/withdraw/", {"step": "act", "once": "w"})
    assert taken.status_code == 302
    assert "已撤回" in text(client.get(f"{where}{number}/"))


def sealed_copy(desk: Client, case: RepairCase, applicant: Client, receipt: str, page: str) -> None:
    """The decision comes back signed and sealed, and the applicant gets that one; a receipt needs none."""
    shown = text(desk.get(f"/desk/repairs/{case.pk}/"))
    (seal,) = re.findall(r'href="([^"]+/papers/[^"]+/seal/)"', shown)
    pdf = desk.get(seal.removesuffix("seal/")).content
    assert desk.get(f"{seal.removesuffix('seal/')}?sealed=1").status_code == 404
    of_receipt = receipt.rstrip("/").rpartition("/")[2]
    assert desk.get(f"/desk/repairs/{case.pk}/papers/{of_receipt}/seal/").status_code == 404
    assert "还没有加盖电子印章" in text(
        desk.post(seal, {"file": SimpleUploadedFile("示例.pdf", pdf), "method": "incremental"}), 422
    )
    sealed = seals.sealed(pdf)
    desk.post(seal, {"file": SimpleUploadedFile("示例.pdf", sealed), "method": "incremental"})
    assert "已核对一致" in text(desk.get(f"/desk/repairs/{case.pk}/"))
    assert desk.get(f"{seal.removesuffix('seal/')}?sealed=1").content == sealed
    papers = re.findall(r'href="([^"]+/papers/[^"]+)"', text(applicant.get(page)))
    assert sealed in [applicant.get(each).content for each in papers]


def test_a_started_application_survives_and_a_bad_file_loses_nothing(town: Town) -> None:
    client = at_home(town)
    client.post("/me/repair/new/", {"chosen": [str(town.old)], "statement": "示例说明"})
    bad = text(
        client.post("/me/repair/new/materials/", {"proof": proof(b"MZ..."), "commitment": proof()}), 422
    )
    assert "没有收下这个文件" in bad
    assert "信用承诺书" in bad.partition("已经收下")[2]
    later = at_home(town)
    assert "没有提交的申请" in text(later.get("/me/repair/"))
    again = text(later.get("/me/repair/new/"))
    assert "示例说明" in again
    assert f'value="{town.old}" checked' in again
    assert lodged(later, "/me/repair/")


def test_nothing_chosen_and_what_is_not_listed(town: Town) -> None:
    client = at_home(town)
    assert "没有选要修复的信息" in text(client.post("/me/repair/new/", {}), 422)
    assert client.post("/me/repair/new/", {"chosen": [str(UUID(int=9))]}).status_code == 404
    named = {"body": str(cast.TAX.id), "named": "示税罚〔2026〕9号"}
    assert client.post("/me/repair/new/", named).status_code == 302
    assert lodged(client, "/me/repair/")


def test_the_home_page_offers_repair_and_tells_what_may_be_repaired(town: Town) -> None:
    services.tell(now=clock.now())
    seen = text(at_home(town).get("/me/"))
    assert "到了可以申请修复的日期" in seen
    assert f"/me/repair/new/?record={town.old}" in seen


@pytest.mark.parametrize("place", ["home", "window"])
def test_a_plan_is_handed_in_verified_lifted_and_ended_by_pages(town: Town, place: str) -> None:
    """The ruling first, then what it says; another verifies it, a checker lifts, a signer ends."""
    town.now = clock.now()
    town.lodged([town.old])
    client, where = (at_home(town), "/me/repair/") if place == "home" else at_window(town)
    case = town.case(cast.MARKET)
    with acting(cast.MARKET_CLERK.actor):
        number = RepairCase.objects.values_list("application__number", flat=True).get(pk=case.pk)
    did(cast.MARKET, 0, "accept", case, contact="示例电话")
    address = f"{where}{number}/{case.pk}"
    assert f"{address}/plan/" not in text(client.get(f"{where}{number}/"))
    assert client.post(f"{address}/supply/", {"ruling": proof(PDF, "示例裁定.pdf")}).status_code == 302
    assert f"{address}/plan/" in text(client.get(f"{where}{number}/"))
    page = text(client.get(f"{address}/plan/"))
    assert faults(page) == []
    material = re.search(r'<option value="([^"]+)"[^>]*>[^<]*示例裁定', page)
    assert material
    form = {
        "material": material[1], "court": "示例市中级人民法院", "number": "（2026）示01破1号", "runs_from": "2026-10-08",
        "until": "2026-12-31",
    }  # fmt: skip
    assert "核对" in text(client.post(f"{address}/plan/", form))
    wrong = {**form, "runs_from": "2027-01-01", "step": "act", "once": "x"}
    assert "起止日期不对" in text(client.post(f"{address}/plan/", wrong), 422)
    assert client.post(f"{address}/plan/", {**form, "step": "act", "once": "p"}).status_code == 302
    assert "待核实" in text(client.get(f"{where}{number}/"))
    if place == "home":
        verified_lifted_and_ended(case, client, f"{where}{number}/")


def verified_lifted_and_ended(case: RepairCase, client: Client, own: str) -> None:
    """At the desk; `own` is the applicant's page of it."""
    desk, at = signed_in(cast.MARKET_CLERK), f"/desk/repairs/{case.pk}/"
    verify = re.search(rf'href="({at}plans/[^"]+/verify/)"', text(desk.get(at)))
    assert verify
    answered(desk, verify[1], {"confirmed": "yes", "note": "示例：与法院核对"})
    did(cast.MARKET, 1, "lift_temporarily", case, reason="示例理由")
    assert "起暂时解除，公示、共享照旧" in text(client.get(own))
    assert "惩戒措施暂时解除" in text(client.get("/me/"))
    signer = signed_in(cast.MARKET_SIGNER)
    end = re.search(rf'href="({at}plans/[^"]+/end/)"', text(signer.get(at)))
    assert end
    told = {"why": "annulled", "on": clock.today().isoformat(), "reason": "示例：（2026）示01破1号之二"}
    answered(signer, end[1], told)
    assert "法院裁定终止计划的执行" in text(client.get(own))


def test_an_officer_keeps_a_ruling_that_came_to_the_office(town: Town) -> None:
    town.now = clock.now()
    town.lodged([town.old])
    case = town.case(cast.MARKET)
    desk, at = signed_in(cast.MARKET_CLERK), f"/desk/repairs/{case.pk}/"
    assert faults(text(desk.get(f"{at}ruling/"))) == []
    assert "文件" in text(desk.post(f"{at}ruling/", {"ruling": proof(b"x")}), 422)
    assert desk.post(f"{at}ruling/", {"ruling": proof(PDF, "示例裁定.pdf")})["Location"] == f"{at}plan/"
    page = text(desk.get(f"{at}plan/"))
    assert faults(page) == []
    material = re.search(r'<option value="([^"]+)"[^>]*>[^<]*示例裁定', page)
    assert material
    form = {
        "material": material[1], "court": "示例法院", "number": "示例号", "runs_from": "2026-10-08", "until": "2026-12-31",
    }  # fmt: skip
    answered(desk, f"{at}plan/", form)
    # Who handed it in does not verify it.
    assert "/verify/" not in text(desk.get(at))


def answered(client: Client, where: str, form: dict[str, str]) -> None:
    """Asked, checked, done."""
    assert faults(text(client.get(where))) == []
    assert "核对" in text(client.post(where, form))
    answer = client.post(where, {**form, "step": "act", "once": where})
    assert answer.status_code == 302, answer.content.decode()
