"""Papers that reached me and my answer; the window, where two are on record (文书、窗口)."""

# clause: 4.1b

from __future__ import annotations

import re
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests import cast
from tests.casework.office import Office
from tests.counter.test_file import account_of, notice, own_actor
from tests.counter.town import Town
from tests.web.contract import faults
from xinheng.access import accounts
from xinheng.access.gate import open_own
from xinheng.access.models import AccessEntry, CounterAccount, PresentPerson
from xinheng.access.scope import acting
from xinheng.casework import services
from xinheng.casework.given import Given
from xinheng.casework.models import CasePaper, CaseStep, Objection
from xinheng.documents import receipts
from xinheng.law.language import Refusal
from xinheng.ledger.models import EventPayload
from xinheng.runtime import clock

WORDS = "工资已经全部结清，请核实（示例）。"


def said(client: Client, path: str, **given: str) -> Any:
    """Asked, checked, done."""
    asked = {"kind": "objection", "text": WORDS, **given}
    checked = client.post(path, {**asked, "step": "check"})
    assert checked.status_code == 200, re.findall(r'class="error">([^<]+)', checked.content.decode())
    assert faults(checked.content.decode()) == []
    key = re.search(r'name="once" value="([0-9a-f]+)"', checked.content.decode())
    assert key
    return client.post(path, {**asked, "step": "act", "once": key[1]})


def receipt_of(html: str) -> tuple[str, str]:
    number, code = re.findall(r'<span class="code">([^<]+)</span>', html)[:2]
    return number, code


def objections(town: Town) -> list[Objection]:
    with acting(town.office.clerk):
        return list(Objection.objects.filter(case=town.office.case).order_by("received_at", "id"))


@pytest.mark.clause("4.1a", "4.1b")
def test_a_notice_is_read_and_answered_online(town: Town) -> None:
    client = town.at("boss")
    home = client.get("/me/").content.decode()
    assert "有 1 份告知书可以陈述、申辩或者提出异议" in home
    listed = client.get("/me/notices/").content.decode()
    assert faults(listed) == []
    path = reverse("counter:notice", args=[notice(town)])
    assert path in listed
    assert client.get(f"{path}file/").content.startswith(b"%PDF")
    before = len(objections(town))
    answer = said(client, f"{path}reply/")
    html = answer.content.decode()
    assert faults(html) == []
    assert "已经受理" in html
    number, code = receipt_of(html)
    assert code == receipts.code_of(number)
    assert len(objections(town)) == before + 1
    again = client.get(path).content.decode()
    assert faults(again) == []
    assert number in again
    assert WORDS in again
    with acting(town.office.clerk):
        step = CaseStep.objects.filter(case=town.office.case, step="receive").latest("seq")
    assert step.actor == account_of(client)[0]


def test_the_same_page_sent_twice_is_taken_once(town: Town) -> None:
    client, path = town.at("boss"), reverse("counter:reply", args=[notice(town)])
    before = len(objections(town))
    sent = {"kind": "representation", "text": WORDS, "step": "act", "once": "abc1"}
    first, second = client.post(path, sent).content.decode(), client.post(path, sent).content.decode()
    assert receipt_of(first) == receipt_of(second)
    assert len(objections(town)) == before + 1


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"kind": "", "text": WORDS}, "请选择一项"),
        ({"kind": "objection", "text": "  "}, "请写明您的意见"),
        ({"kind": "objection", "text": "示" * 4001}, "超过 4000 字"),
        ({"kind": "complaint", "text": WORDS}, "有问题"),
    ],
)
def test_what_cannot_be_read_is_asked_again_and_nothing_is_lost(
    town: Town, given: dict[str, str], told: str
) -> None:
    path = reverse("counter:reply", args=[notice(town)])
    for step in ("check", "act"):
        answer = town.at("boss").post(path, {**given, "step": step, "once": "x1"})
        html = answer.content.decode()
        assert answer.status_code == 422
        assert told in html
        assert given["text"].strip() in html
        assert faults(html) == []


def test_an_account_takes_no_step_but_to_speak(town: Town) -> None:
    actor = own_actor(town, "boss")
    open_own(actor=actor, now=cast.NOW)
    for step in ("reply", "propose", "decide", "withdraw", "notify", "redraft"):
        with pytest.raises(Refusal) as refused:
            services.fire(
                town.office.case,
                step,
                revision=town.office.revision,
                given=Given(reason="示例"),
                actor=actor,
                now=cast.NOW,
            )
        assert refused.value.reasons[0].code == "PERMISSION_DENIED"
    with pytest.raises(Refusal) as other:
        services.hand_in(
            town.office.case, kind="objection", text=WORDS, actor=own_actor(town, "person"), now=cast.NOW
        )
    assert other.value.reasons[0].code == "NOT_FOUND"


@pytest.mark.clause("4.1a", "4.1b")
def test_a_notice_is_there_once_it_is_served_and_a_late_answer_is_taken_and_noted(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = Office(firm=town.firm, person=town.person, day=date(2026, 11, 18), list="market")
    office.open().notified()
    with acting(office.clerk):
        paper = CasePaper.objects.get(kind="prior_notice", case=office.case)
    path = reverse("counter:notice", args=[paper.pk])
    assert town.at("boss").get(path).status_code == 404
    office.served()
    assert town.at("boss").get(path).status_code == 200
    monkeypatch.setenv("XINHENG_TODAY", "2026-12-20")
    client = town.arrived("boss")
    assert "已过。决定作出前您仍可以提交" in client.get(f"{path}reply/").content.decode()
    html = said(client, f"{path}reply/").content.decode()
    assert "收到时告知的期限已过，已一并受理并如实注明" in html
    with acting(office.clerk):
        assert not Objection.objects.get(case=office.case).in_time
    office.day = date(2026, 12, 21)
    office.take("decide_not", office.signer)
    assert client.get(f"{path}reply/").status_code == 409
    monkeypatch.setenv("XINHENG_TODAY", "2026-11-23")
    town.clients.pop("boss")


# ---- the window ----------------------------------------------------------------------------------------------

STAFF = cast.WINDOW_STAFF


def bound(town: Town, **changed: Any) -> Any:
    given = {
        "number": cast.AGENT_ID, "code": cast.FIRM_CODE, "kind": "agent", "mandate_from": "2026-11-01",
        "mandate_until": "2026-12-31", "evidence": "mandate", "scan": SimpleUploadedFile("委托书.pdf", b"%PDF-1.4 %%EOF"),
        "seen": "on", **changed,
    }  # fmt: skip
    return town.officer(STAFF).post("/desk/window/bind/", {k: v for k, v in given.items() if v is not None})


def stood(town: Town, **changed: str) -> Any:
    given = {"number": cast.AGENT_ID, "code": cast.FIRM_CODE, "evidence": "mandate", **changed}
    client = town.officer(STAFF)
    checked = client.post("/desk/window/", {**given, "step": "check"})
    assert faults(checked.content.decode()) == []
    return client.post("/desk/window/", {**given, "step": "act", "once": "x"})


@pytest.mark.clause("5.1b", "4.1b")
def test_at_the_window_both_are_on_record(town: Town) -> None:
    client = town.officer(STAFF)
    for path in ("/desk/", "/desk/window/", "/desk/window/bind/"):
        page = client.get(path)
        assert page.status_code == 200, path
        assert faults(page.content.decode()) == []
    answer = bound(town)
    assert answer.status_code == 302, re.findall(
        r'class="error">([^<]+)|<h2>([^<]+)', answer.content.decode()
    )
    path = stood(town).headers["Location"]
    page = client.get(path)
    html = page.content.decode()
    assert page.status_code == 200
    assert faults(html) == []
    for told in ("为到场人办理", "示市监罚决字〔2026〕1号", "代为提出意见"):
        assert told in html
    assert cast.AGENT_ID not in html
    before = len(objections(town))
    done = said(client, f"{path}papers/{notice(town)}/reply/")
    assert "受理编号" in done.content.decode()
    assert faults(done.content.decode()) == []
    assert len(objections(town)) == before + 1
    both_on_record(town, UUID(path.strip("/").rpartition("/")[2]))


def both_on_record(town: Town, act: UUID) -> None:
    with acting(STAFF.actor):
        present = PresentPerson.objects.get(pk=act)
    assert (present.officer, present.evidence) == (STAFF.actor.user_id, "mandate")
    with acting(cast.OFFICER.actor):
        entry = AccessEntry.objects.filter(subject=town.firm, channel="window").latest("at")
        step = CaseStep.objects.filter(case=town.office.case, step="receive").latest("seq")
    assert (entry.actor, entry.basis) == (STAFF.actor.user_id, f"present:{act}")
    assert step.actor == STAFF.actor.user_id
    told = EventPayload.objects.get(event=step.event).payload
    assert (told["by"], told["account"], told["present"]) == (
        str(STAFF.actor.user_id),
        str(present.account_id),
        str(act),
    )
    assert "本人，在" in town.at("boss").get("/me/access-log/?own=1").content.decode()


def test_the_report_is_printed_for_whoever_is_present(town: Town) -> None:
    bound(town)
    client, path = town.officer(STAFF), stood(town).headers["Location"]
    assert client.post(f"{path}report/", {"once": "w1"}).headers["Location"] == path
    file = re.findall(rf'href="({path}report/[0-9a-f-]+/)"', client.get(path).content.decode())[0]
    assert client.get(file).content.startswith(b"%PDF")
    assert client.get(f"{path}report/{uuid4()}/").status_code == 404
    paper = client.get(f"{path}papers/{notice(town)}/")
    assert paper.content.startswith(b"%PDF")


def test_a_person_bound_at_the_window_comes_in_online_later(town: Town) -> None:
    """The number is a keyed hash in both places, and one person stays one account."""
    number = cast.resident_id(date(1980, 5, 5), 77)
    assert (
        bound(
            town,
            number=number,
            kind="legal_representative",
            evidence="licence",
            mandate_from=None,
            mandate_until=None,
        ).status_code
        == 302
    )
    before = CounterAccount.objects.count()
    account = accounts.arrive(accounts.Identity(town.issuer, "later", number), now=cast.NOW)
    assert CounterAccount.objects.count() == before
    assert [each.kind for each in accounts.bindings(account)] == ["legal_representative"]
    with pytest.raises(Refusal) as refused:
        accounts.arrive(accounts.Identity(town.issuer, "later", cast.PERSON_ID), now=cast.NOW)
    assert refused.value.reasons[0].code == "IDENTITY_DIFFERS"


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"number": "123"}, "位"),
        ({"mandate_until": None}, "请写明授权的起止日期"),
        ({"mandate_from": "2027-01-01"}, "请写明授权的起止日期"),
        ({"kind": "self"}, "请写明授权的起止日期"),
        ({"kind": "self", "mandate_from": None, "mandate_until": None}, "不能这样绑定"),
        (
            {
                "code": "",
                "number": cast.PERSON_ID,
                "kind": "legal_representative",
                "mandate_from": None,
                "mandate_until": None,
            },
            "不能这样绑定",
        ),
        ({"code": cast.OTHER_FIRM_CODE}, "没有可以查看的信息"),
        ({"scan": None}, "请选择扫描件"),
        ({"scan": SimpleUploadedFile("委托书.pdf", b"<html>")}, "能打开的扫描件"),
        ({"seen": None}, "请核对原件后勾选"),
        ({"evidence": "hearsay"}, "有问题"),
    ],
)
def test_what_cannot_be_bound_is_told(town: Town, changed: dict[str, Any], told: str) -> None:
    answer = bound(town, **changed)
    html = answer.content.decode()
    assert answer.status_code in (422, 403)
    assert told in html
    assert faults(html) == []


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"number": cast.resident_id(date(1981, 1, 1), 9)}, "没有可以查看的信息"),
        ({"number": "x"}, "有问题"),
        ({"code": cast.OTHER_FIRM_CODE}, "没有可以查看的信息"),
    ],
)
def test_who_is_not_bound_opens_nothing(town: Town, changed: dict[str, str], told: str) -> None:
    answer = stood(town, **changed)
    assert answer.status_code in (403, 422)
    assert told in answer.content.decode()
    assert faults(answer.content.decode()) == []


def test_an_act_is_its_officer_s_and_ends(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    bound(town)
    path = stood(town).headers["Location"]
    never = f"/desk/window/{uuid4()}/"
    assert town.officer(STAFF).get(never).status_code == 404
    assert town.officer(cast.MARKET_CLERK).get(path).status_code == 403
    act = UUID(path.strip("/").rpartition("/")[2])
    assert accounts.for_present(act, actor=STAFF.actor, now=cast.NOW.replace(year=2028)) is None
    monkeypatch.setenv("XINHENG_TODAY", "2026-11-24")
    assert town.officer(STAFF).get(path).status_code == 404


def test_the_window_s_role_sees_no_file_of_its_own_choice(town: Town) -> None:
    client = town.officer(STAFF)
    for path in (
        "/desk/records/",
        f"/desk/records/{town.of_firm}/",
        "/desk/cases/",
        "/desk/reports/",
        "/desk/register/",
    ):
        assert client.get(path).status_code == 403, path
    actor = accounts.for_present(UUID(stood_act(town)), actor=STAFF.actor, now=clock.now())
    assert actor is not None
    assert actor.roles == frozenset({"window"})


def stood_act(town: Town) -> str:
    bound(town)
    return str(stood(town).headers["Location"].strip("/").rpartition("/")[2])
