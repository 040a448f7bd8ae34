"""A whole case at the desk, by its forms (名单案卷页面): every step asked, checked, done; what stands in the way is told."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests import cast
from tests.casework.office import START, Office
from tests.documents import seals
from tests.web.contract import Page
from tests.web.desk_city import signed_in
from xinheng.access.actor import system
from xinheng.access.scope import acting
from xinheng.casework.models import Case, CasePaper
from xinheng.casework.reminders import remind
from xinheng.documents import files

STAFF = {"clerk": cast.LABOUR_CLERK, "checker": cast.LABOUR_CHECKER, "signer": cast.LABOUR_SIGNER}
OPENING = {
    "party_name": cast.FIRM_NAME, "party_code": cast.FIRM_CODE, "role": "subject", "range": "R2",
    "criteria": ["amount", "order_lapsed"], "facts": "拖欠示例工人工资（示例）。", "evidence": "工资表（示例）",
    "number_1": "示人社责令〔2026〕1号", "kind_1": "other_administrative", "body_1": cast.LABOUR.name,
    "decided_1": "2026-01-12", "effect_1": "effective", "conduct_from": "2025-06-01", "conduct_to": "2025-12-31",
    "reconsideration_body": "示例市人民政府", "court": "示例区人民法院", "contact_person": "示例经办",
    "contact_phone": "示例电话", "contact_address": "示例路1号", "heard": "on", "reason": "示例立案理由",
}  # fmt: skip


class Desk:
    """The staff of the labour office, each in a browser; days pass."""

    def __init__(self, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        self.office, self.patch = office, monkeypatch
        for each in STAFF.values():
            TOTPDevice.objects.create(user_id=each.actor.user_id, name=each.username, confirmed=True)
        cast.leave_untold()
        self.clients: dict[str, Client] = {role: signed_in(each) for role, each in STAFF.items()}
        self.path = ""
        self.on(START)

    def on(self, day: date) -> None:
        self.patch.setenv("XINHENG_TODAY", day.isoformat())

    def get(self, role: str, path: str, status: int = 200) -> str:
        answer = self.clients[role].get(path)
        assert answer.status_code == status, answer.content.decode()[:2000]
        return self.sound(answer)

    def sound(self, answer: Any) -> str:
        text = str(answer.content.decode())
        page = Page(text)
        assert page.problems == [], page.problems
        assert (page.mains, page.headings.count(1), page.lang) == (1, 1, "zh-CN")
        return text

    def do(self, role: str, path: str, data: Mapping[str, Any], status: int = 302) -> Any:
        """Fill in, read once more, do."""
        client = self.clients[role]
        form = self.get(role, path)
        found = re.search(r'name="revision" value="(\d+)"', form)
        given = {**data, **({"revision": found[1]} if found else {})}
        checked = client.post(path, given)
        text = checked.content.decode()
        assert checked.status_code == 200, re.findall(r'class="error">([^<]+)', text) or text[-3000:]
        key = re.search(r'name="once" value="([0-9a-f]+)"', self.sound(checked))
        assert key
        answer = client.post(path, {**given, "step": "act", "once": key[1]})
        assert answer.status_code == status, re.sub(r"<[^>]+>", " ", answer.content.decode())[-1500:]
        return answer

    def step(self, role: str, name: str, **data: Any) -> None:
        self.do(role, f"{self.path}do/{name}/", data)

    @property
    def page(self) -> str:
        return self.get("clerk", self.path)


@pytest.fixture
def desk(office: Office, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(office, monkeypatch)


def served(day: str) -> dict[str, Any]:
    return {"way": "direct", "on": day, "shows": ["receipt_signed"], "receiver": "示例收件人"}


@pytest.mark.clause("4.1a", "4.1b", "4.1c", "2.4")
def test_from_the_draft_to_the_removal(desk: Desk) -> None:
    assert "拖欠农民工工资失信联合惩戒对象名单" in desk.get("clerk", "/desk/cases/new/")
    answer = desk.do("clerk", "/desk/cases/new/wage/", OPENING)
    desk.path = answer["Location"]
    assert "事先告知书" in desk.page
    desk.get("clerk", "/desk/cases/")
    assert desk.clients["checker"].get(f"{desk.path}preview/notify/").content.startswith(b"%PDF")
    desk.step("checker", "notify")
    desk.step("clerk", "serve_notice", **served("2026-03-02"))
    assert "暂不能开始" in desk.page
    desk.step(
        "clerk", "receive", kind="objection", received_on="2026-03-02", received_at="00:00", text="示例意见"
    )
    objection = re.search(r'value="([0-9a-f-]{36})"', desk.get("checker", f"{desk.path}do/reply/"))
    assert objection
    desk.step("checker", "reply", objection=objection[1], checked="示例核实", upheld="no", reasons="示例理由")
    desk.on(date(2026, 4, 1))
    desk.step("clerk", "propose", reason="示例理由")
    desk.step("checker", "check")
    desk.step("signer", "decide")
    with acting(cast.LABOUR_CLERK.actor):
        paper = CasePaper.objects.get(kind="listing_decision")
        file = SimpleUploadedFile("签章.pdf", seals.sealed(files.kept(paper.document, paper.party)))
    sealed = desk.clients["clerk"].post(
        f"{desk.path}papers/{paper.pk}/seal/", {"file": file, "method": "incremental"}
    )
    assert sealed.status_code == 302
    desk.step("clerk", "list", **served("2026-04-01"))
    assert "已列入" in desk.page
    desk.on(date(2026, 12, 1))
    desk.do(
        "clerk", f"{desk.path}ask/",
        {"way_out": "exit", "applied_on": "2026-11-20", "corrected_on": "2026-05-01", "met": ["corrected", "commitment"], "reason": "示例理由"},
    )  # fmt: skip
    assert "待签发人决定" in desk.page
    desk.do("signer", f"{desk.path}answer/", {"granted": "yes", "reason": "示例理由"})
    assert "已移出" in desk.page
    with acting(cast.LABOUR_CLERK.actor):
        assert Case.objects.get().state == "removed"


def test_who_was_slower_is_told_what_changed(desk: Desk) -> None:
    desk.path = desk.do("clerk", "/desk/cases/new/wage/", OPENING)["Location"]
    client = desk.clients["checker"]
    form = {"revision": "1", "reason": ""}
    first = client.post(f"{desk.path}do/notify/", {**form, "step": "act", "once": "a1"})
    assert first.status_code == 302
    second = desk.clients["checker"].post(f"{desk.path}do/notify/", {**form, "step": "act", "once": "b2"})
    assert second.status_code == 409
    assert "制作事先告知书" in second.content.decode()
    assert "已制作告知书，待送达" in second.content.decode()


def test_reminders_stand_on_the_first_page_until_they_are_seen(desk: Desk) -> None:
    desk.path = desk.do("clerk", "/desk/cases/new/wage/", OPENING)["Location"]
    desk.step("checker", "notify")
    desk.step("clerk", "serve_notice", **served("2026-03-02"))
    desk.step(
        "clerk", "receive", kind="objection", received_on="2026-03-02", received_at="00:00", text="示例意见"
    )
    desk.on(date(2026, 3, 10))
    remind(actor=system(), now=desk.office.wait(8).now)
    first = desk.get("checker", "/desk/")
    assert "已超期" in first
    reminders = re.findall(r'name="reminder" value="([^"]+)"', first)
    answer = desk.clients["checker"].post("/desk/reminders/seen/", {"reminder": reminders})
    assert answer.status_code == 302
    assert 'name="reminder"' not in desk.get("checker", "/desk/")
    assert "提醒和期限变动（1）" in desk.page
    assert desk.clients["clerk"].post("/desk/reminders/seen/", {"reminder": ["x"]}).status_code == 404
