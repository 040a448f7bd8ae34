"""Opened and carried out at the desk, answered at home, all by pages (工作台办理，网上陈述)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests import cast
from tests.documents import seals
from tests.promises.town import Broken, repaired
from tests.repairs.test_pages import at_home, at_window, text
from tests.repairs.town import PDF, STAFF, Town
from tests.web.contract import faults
from tests.web.desk_city import signed_in
from xinheng.access.scope import acting
from xinheng.casework.promises.models import PromiseCase, PromiseObjection, PromisePaper
from xinheng.documents import files
from xinheng.documents.receipts import code_of
from xinheng.law.lawbook import load
from xinheng.runtime import clock
from xinheng.web.desk.cases.forms import ReplyForm, ServeForm

LABOUR = cast.LABOUR
pytestmark = pytest.mark.clause("4.1a", "4.1b", "4.1c")
FOUND = {
    "facts": "示例事实", "evidence": "示例笔录", "window": "7", "reconsideration_body": "示例市人民政府",
    "court": "示例区人民法院", "contact_person": "示例经办", "contact_phone": "示例电话", "reason": "示例理由",
}  # fmt: skip


Desks = Callable[[int], Client]


@pytest.fixture
def desk() -> Desks:
    """The browsers of clerk, checker and signer, each signed in once a test."""
    return cache(lambda place: signed_in(STAFF[LABOUR.id][place]))


def on_day(town: Town, patched: pytest.MonkeyPatch, day: str) -> str:
    """What is done by hand and by pages is done on one day, at one hour."""
    patched.setenv("XINHENG_TODAY", day)
    town.now = clock.now()
    return day


def once(page: str) -> str:
    found = re.search(r'name="once" value="([^"]+)"', page)
    assert found
    return found[1]


def does(client: Client, address: str, **form: Any) -> None:
    """Filled in, read once more, done."""
    asked = text(client.get(address))
    assert faults(asked) == []
    revision = re.search(r'name="revision" value="(\d+)"', asked)
    told = {**form, **({"revision": revision[1]} if revision else {})}
    checked = text(client.post(address, told))
    assert faults(checked) == []
    done = client.post(address, {**told, "step": "act", "once": once(checked)})
    assert done.status_code == 302, done.content.decode()


def opened(town: Town, desk: Desks) -> tuple[Broken, str]:
    """By a clerk, from the page of the repair; with the file chosen where all is read once more."""
    town.now = clock.now() - timedelta(hours=1)
    broken, clerk = repaired(town, town.entry, LABOUR), desk(0)
    repair = text(clerk.get(f"/desk/repairs/{town.case(LABOUR).pk}/"))
    new = f"/desk/promises/new/{broken.item}/"
    assert new in repair
    checked = text(clerk.post(new, FOUND))
    assert 'type="file"' in checked
    form = {**FOUND, "step": "act", "once": once(checked)}
    assert "没有登记承诺不实的证据" in text(clerk.post(new, form), 422)
    form["once"] = once(text(clerk.post(new, FOUND)))
    done = clerk.post(new, {**form, "file": SimpleUploadedFile("示例笔录.pdf", PDF)})
    assert done.status_code == 302, done.content.decode()
    with acting(broken.officer(0)):
        broken.case = PromiseCase.objects.get().pk
    page = f"/desk/promises/{broken.case}/"
    assert page == done["Location"]
    assert page in text(clerk.get(f"/desk/repairs/{town.case(LABOUR).pk}/"))
    return broken, page


def test_from_the_repair_to_the_notice_and_the_answer_at_home(town: Town, desk: Desks) -> None:
    broken, page = opened(town, desk)
    shown = text(desk(0).get(page))
    assert "恢复列入名单" in shown
    assert faults(shown) == []
    assert broken.row.number in text(desk(1).get("/desk/"))
    assert broken.row.number in text(desk(0).get("/desk/promises/"))
    evidence = re.search(rf"{page}evidence/[^\"]+", shown)
    assert evidence
    assert desk(0).get(evidence[0]).content == PDF

    does(desk(1), f"{page}do/notify/", reason="")
    home = at_home(town)
    with acting(broken.officer(0)):
        notice = PromisePaper.objects.get(kind="prior_notice")
    assert notice.number not in text(home.get("/me/notices/"))
    assert home.get(f"/me/notices/{notice.pk}/").status_code == 404
    does(
        desk(0),
        f"{page}do/serve_notice/",
        way="direct",
        on=clock.today().isoformat(),
        shows=["receipt_signed"],
    )
    assert notice.number in text(home.get("/me/notices/"))
    letter = text(home.get(f"/me/notices/{notice.pk}/"))
    assert faults(letter) == []
    assert "信用修复承诺不实" in letter
    assert "听证" not in letter
    assert home.get(f"/me/notices/{notice.pk}/file/").status_code == 200
    spoken(home, notice.pk)
    with acting(broken.officer(0)):
        said = PromiseObjection.objects.get().pk
    # The party spoke from home, and whoever has to answer finds the case on the work list until it is answered.
    assert 'data-label="办理人">当事人' in text(desk(1).get(page))
    assert "示例意见" in text(desk(1).get(page))
    assert broken.row.number in text(desk(1).get("/desk/"))
    does(
        desk(1), f"{page}do/reply/", objection=str(said), checked="示例核实", upheld="no", reasons="示例理由"
    )
    assert broken.row.number not in text(desk(1).get("/desk/"))
    assert "异议核实反馈书" in text(home.get("/me/notices/"))


def spoken(home: Client, notice: UUID) -> None:
    """The party objects from home, and follows it by its receipt."""
    reply = f"/me/notices/{notice}/reply/"
    assert "hearing" not in text(home.get(reply))
    checked = text(home.post(reply, {"kind": "objection", "text": "示例意见"}))
    got = text(
        home.post(reply, {"kind": "objection", "text": "示例意见", "step": "act", "once": once(checked)})
    )
    number = re.search(r"CNYJ-2026-\d{6}", got)
    assert number
    answer = Client().post("/progress/", {"number": number[0], "code": code_of(number[0])})
    assert "核实中" in text(answer)


def test_the_decision_is_sealed_served_and_carried_out_and_comes_home(
    town: Town, desk: Desks, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, page = opened(town, desk)
    on_day(town, monkeypatch, "2026-11-24")
    broken.served()
    today = on_day(town, monkeypatch, "2026-12-15")
    broken.decided(days=0)
    today = on_day(town, monkeypatch, "2026-12-16")
    with acting(broken.officer(0)):
        paper = PromisePaper.objects.get(kind="false_promise_decision")
        file = seals.sealed(files.kept(paper.document, paper.party))
    clerk = desk(0)
    assert clerk.get(f"{page}papers/{paper.pk}/").status_code == 200
    seal = f"{page}papers/{paper.pk}/seal/"
    assert seal in text(clerk.get(page))
    form = {"method": "incremental", "file": SimpleUploadedFile("示例.pdf", file)}
    assert clerk.post(seal, form).status_code == 302
    does(clerk, f"{page}do/enter/", way="direct", on=today, shows=["receipt_signed"])
    assert broken.row.state == "entered"
    # Whoever reads the list sees why: here and on the party's own page.
    for public in ("/lists/wage/", f"/s/{cast.FIRM_CODE}?tab=serious_list"):
        assert "修复承诺不实，恢复列入" in text(Client().get(public))
    home = at_home(town)
    assert "承诺不实处理决定书" in text(home.get("/me/notices/"))
    assert home.get(f"/me/notices/{paper.pk}/file/").content == file


def test_where_no_consequence_was_read_that_is_said_before_the_form(town: Town) -> None:
    broken = repaired(town, town.old, cast.MARKET)
    said = text(signed_in(cast.MARKET_CLERK).get(f"/desk/promises/new/{broken.item}/"), 422)
    assert faults(said) == []
    assert "现行规则里没有读到" in said
    assert 'name="facts"' not in said


def test_an_opinion_of_the_early_morning_is_of_its_day_in_beijing() -> None:
    said = SimpleNamespace(
        id=uuid4(), number="CNYJ-2026-000001", kind="objection", replied_on=None,
        received_at=datetime(2026, 11, 23, 20, 30, tzinfo=UTC),
    )  # fmt: skip
    form = ReplyForm(SimpleNamespace(revision=1, objections=[said]), None, load().as_of(cast.TODAY))
    assert "2026-11-24" in str(form["objection"])


def test_no_mark_on_a_proof_of_service_is_asked_for_by_its_name() -> None:
    view = SimpleNamespace(revision=1, objections=[])
    form = ServeForm(view, None, load().as_of(cast.TODAY), {"revision": "1", "way": "direct"})
    told = [error for field in ("on", "shows") for error in form.errors[field]]
    assert told == ["请填写日期。", "请照回证勾选，一项也没有的不能算送达。"]


def test_a_checker_opens_none_and_another_body_sees_none(town: Town, desk: Desks) -> None:
    broken, page = opened(town, desk)
    assert desk(1).get(f"/desk/promises/new/{broken.item}/").status_code in (200, 403, 404)
    other = signed_in(cast.TAX_CLERK)
    assert other.get(page).status_code == 404
    assert other.get(f"/desk/promises/new/{broken.item}/").status_code == 404
    assert other.get(f"{page}do/serve_notice/").status_code == 404
    assert broken.row.number not in text(other.get("/desk/promises/"))


def test_at_the_window_the_party_says_what_it_has_to_say(
    town: Town, desk: Desks, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, _ = opened(town, desk)
    town.now = clock.now()
    broken.served()
    on_day(town, monkeypatch, "2026-11-24")
    client, place = at_window(town)
    with acting(broken.officer(0)):
        notice = PromisePaper.objects.get(kind="prior_notice").pk
    act = place.removesuffix("repair/")
    assert f"{notice}" in text(client.get(act))
    address = re.search(rf'"(/desk/window/[^"]*{notice}[^"]*reply[^"]*|/desk/window/[^"]*reply[^"]*{notice}[^"]*)"', text(client.get(act)))  # fmt: skip
    assert address
    form = {"kind": "representation", "text": "示例陈述"}
    checked = text(client.post(address[1], form))
    assert "CNYJ-2026-" in text(client.post(address[1], {**form, "step": "act", "once": once(checked)}))
