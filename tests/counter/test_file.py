"""What a subject sees of itself: all of it, why, who looked; and of nobody else anything (我的信用)."""

# clause: 5.2

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.test import Client
from django.urls import reverse

from tests import cast
from tests.counter.town import DEPUTY_ID, PRIVATE, Town
from tests.web.contract import Page, faults
from xinheng.access import accounts, gate
from xinheng.access.actor import Actor, Own, counter_actor
from xinheng.access.gate import open_file, open_own
from xinheng.access.models import AccessEntry, Binding
from xinheng.access.scope import acting, as_account
from xinheng.casework import services
from xinheng.casework.models import Case, CasePaper, Note
from xinheng.law.language import Refusal
from xinheng.ledger.models import Event
from xinheng.registry.models import Record, RecordVersion
from xinheng.registry.queries import record as read_record
from xinheng.web.counter import urls

WHO = ("person", "boss", "agent")
LISTS = ("home", "looks", "notices", "reports", "bindings", "repairs", "repair-new")
NO_NUMBER = "XF-2026-999999"
GETS: dict[str, Callable[[Town], list[object]]] = {
    "login": lambda t: [], "home": lambda t: [], "looks": lambda t: [], "notices": lambda t: [],
    "reports": lambda t: [], "bindings": lambda t: [], "record": lambda t: [t.of_firm],
    "notice": lambda t: [notice(t)], "notice-file": lambda t: [notice(t)], "reply": lambda t: [notice(t)],
    "report-pdf": lambda t: [uuid4()], "report-proof": lambda t: [uuid4()],
    "binding-end": lambda t: [binding(t, "boss")], "start": lambda t: [], "callback": lambda t: [],
    "repairs": lambda t: [], "repair-new": lambda t: [], "repair-materials": lambda t: [], "repair-check": lambda t: [],
    "repair": lambda t: [NO_NUMBER], "repair-supply": lambda t: [NO_NUMBER, uuid4()],
    "repair-withdraw": lambda t: [NO_NUMBER, uuid4()], "repair-paper": lambda t: [NO_NUMBER, uuid4()],
    "repair-material": lambda t: [NO_NUMBER, uuid4()], "repair-plan": lambda t: [NO_NUMBER, uuid4()],
    "corrections": lambda t: [], "correction-new": lambda t: [], "correction": lambda t: [NO_NUMBER],
    "correction-file": lambda t: [NO_NUMBER, uuid4()],
}  # fmt: skip
POSTS = ("logout", "report-issue", "choose")


def notice(town: Town) -> object:
    with acting(town.office.clerk):
        return CasePaper.objects.get(kind="prior_notice", case=town.office.case).pk


def binding(town: Town, who: str) -> object:
    return account_of(town.at(who))[1]


def account_of(client: Client) -> tuple[UUID, UUID]:
    """(account, the binding that comes first)."""
    account = UUID(client.session["xinheng_counter"]["account"])
    return account, accounts.bindings(account)[0].id


def own_actor(town: Town, who: str, day: date = cast.TODAY) -> Actor:
    account, _ = account_of(town.at(who))
    held = next(each for each in accounts.bindings(account) if each.ended_at is None)
    return counter_actor(Own(account, held.subject, day, "示例查看"))


def code_of(refused: pytest.ExceptionInfo[Refusal]) -> str:
    return refused.value.reasons[0].code


# ---- pages -------------------------------------------------------------------------------------------------


def test_every_route_is_asked() -> None:
    assert {each.name for each in urls.urlpatterns} == {*GETS, *POSTS}


@pytest.mark.parametrize("route", [*GETS, *POSTS])
def test_nobody_sees_anything_before_signing_in(town: Town, route: str) -> None:
    ids = [uuid4()] if route == "choose" else GETS[route](town) if route in GETS else []
    answer = Client().get(reverse(f"counter:{route}", args=ids))
    if route == "login":
        assert answer.status_code == 200
    elif route == "callback":
        assert answer.status_code == 401
    elif route == "start":
        assert answer.headers["Location"].startswith(town.issuer)
    else:
        assert answer.status_code in (302, 405)
        assert answer.status_code == 405 or answer.headers["Location"] == "/me/login/"
    posted = Client().post(reverse(f"counter:{route}", args=ids), {"step": "act"})
    assert posted.status_code in (302, 405)


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("route", LISTS)
def test_pages_keep_the_contract_and_tell_no_number(town: Town, who: str, route: str) -> None:
    answer = town.at(who).get(reverse(f"counter:{route}"))
    html = answer.content.decode()
    assert answer.status_code == 200
    assert faults(html) == []
    assert answer.headers["Cache-Control"] == "no-store"
    assert [each for each in PRIVATE if each in html] == []


def test_large_type_is_the_same_page(town: Town) -> None:
    client = town.arrived("boss")
    client.post("/size", {"size": "xl", "next": "/me/"})
    assert '<html lang="zh-CN" data-size="xl">' in client.get("/me/").content.decode()


@pytest.mark.clause("3.2c", "5.2")
def test_a_firm_sees_its_record_why_and_until_when(town: Town) -> None:
    html = town.at("boss").get("/me/").content.decode()
    assert "法定代表人" in html
    assert "公开的信息（1 条）" in html
    assert "为什么有这条" in html
    assert "示市监罚决字〔2026〕1号" in html
    assert "2027-05-11" in html
    page = town.at("boss").get(reverse("counter:record", args=[town.of_firm]))
    assert faults(page.content.decode()) == []
    for told in ("全部内容", "货值1元", "还提供给谁", "本市行政机关", "为什么公开"):
        assert told in page.content.decode(), told


@pytest.mark.clause("3.2c", "5.2")
def test_a_person_sees_what_nobody_else_does(town: Town) -> None:
    html = town.at("person").get("/me/").content.decode()
    assert "公开的信息（0 条）" in html
    assert "不公开的信息（1 条）" in html
    assert "为什么不公开" in html
    page = town.at("person").get(reverse("counter:record", args=[town.of_person])).content.decode()
    title = page.partition("<title>")[2].partition("</title>")[0]
    assert "示市监罚决字〔2026〕2号" in page
    assert [each for each in PRIVATE if each in title] == []
    assert [link for link in Page(page).links if any(each in link for each in PRIVATE)] == []


def test_what_is_not_mine_is_as_what_never_was(town: Town) -> None:
    client = town.at("person")
    for path, other in (
        (reverse("counter:record", args=[town.of_firm]), str(town.of_firm)),
        (reverse("counter:notice", args=[notice(town)]), str(notice(town))),
        (reverse("counter:notice-file", args=[notice(town)]), str(notice(town))),
        (reverse("counter:reply", args=[notice(town)]), str(notice(town))),
        (reverse("counter:binding-end", args=[binding(town, "boss")]), str(binding(town, "boss"))),
    ):
        theirs = client.get(path)
        never = client.get(path.replace(other, "00000000-0000-7000-8000-000000000000"))
        assert (theirs.status_code, never.status_code) == (404, 404), path
        assert without_token(theirs.content, other) == without_token(never.content, other)
        assert faults(theirs.content.decode()) == []


def without_token(html: bytes, identity: str) -> str:
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", html.decode())
    text = re.sub(r"打印时间：[^<]*", "", text)
    return text.replace(identity, "").replace("00000000-0000-7000-8000-000000000000", "")


# ---- who looked me up ----------------------------------------------------------------------------------------


@pytest.mark.clause("5.2")
def test_who_looked_me_up_is_told_by_body_and_never_by_officer(town: Town) -> None:
    html = town.at("person").get("/me/access-log/").content.decode()
    assert cast.MARKET.name in html
    assert "核对本单位报送的信息" in html
    assert "示例批次" in html
    assert [each.actor.name for each in cast.OFFICERS if each.actor.name in html] == []
    assert "本人查看" not in html
    with_mine = town.at("person").get("/me/access-log/?own=1&page=99").content.decode()
    assert "本人</td>" in with_mine
    assert faults(with_mine) == []


def test_a_look_that_was_refused_is_told_too(town: Town) -> None:
    with pytest.raises(Refusal):
        open_file(
            actor=cast.ENVIRONMENT_CLERK.actor, subject=town.person, purpose="duty", basis="1", now=cast.NOW
        )
    html = town.at("person").get("/me/access-log/").content.decode()
    assert "未准许" in html
    assert cast.ENVIRONMENT.name in html


def test_each_look_of_one_s_own_is_on_the_register_as_such(town: Town) -> None:
    def entries() -> int:
        with acting(cast.OFFICER.actor):
            return AccessEntry.objects.filter(
                subject=town.firm, what="own", channel="counter", purpose="own"
            ).count()

    before = entries()
    town.at("boss").get("/me/")
    assert entries() == before + 1


# ---- the gate ------------------------------------------------------------------------------------------------


def test_the_own_file_is_opened_by_its_own_gate_alone(town: Town) -> None:
    actor = own_actor(town, "boss")
    opened = open_own(actor=actor, now=cast.NOW)
    assert read_record(town.of_firm, opened=opened).row.subject == town.firm
    with pytest.raises(Refusal) as other:
        read_record(town.of_person, opened=opened)
    assert code_of(other) == "NOT_FOUND"
    asks: tuple[Callable[[], object], ...] = (
        lambda: open_file(actor=actor, subject=town.person, purpose="own", basis="示例", now=cast.NOW),
        lambda: gate.open_set(actor=actor, what="records", purpose="own", basis="示例", now=cast.NOW),
        lambda: open_own(actor=cast.MARKET_CLERK.actor, now=cast.NOW),
    )
    for ask in asks:
        with pytest.raises(Refusal) as refused:
            ask()
        assert code_of(refused) == "NOT_YOURS"


def test_an_officer_cannot_name_the_purpose_of_the_subject(town: Town) -> None:
    with pytest.raises(Refusal) as refused:
        open_file(
            actor=cast.MARKET_CLERK.actor, subject=town.person, purpose="own", basis="示例", now=cast.NOW
        )
    assert code_of(refused) == "PURPOSE_REQUIRED"


def test_a_mandate_that_is_over_opens_nothing(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    for who in ("late", "undated"):
        assert "没有归集到" in town.at(who).get("/me/").content.decode()
    assert "公开的信息（1 条）" in town.at("agent").get("/me/").content.decode()
    over = own_actor(town, "agent", date(2027, 1, 1))
    with pytest.raises(Refusal) as refused:
        open_own(actor=over, now=cast.NOW)
    assert code_of(refused) == "MANDATE_ENDED"
    with acting(over):
        assert not Record.objects.exists()


def test_a_claim_that_is_made_no_more_ends_what_rests_on_it(town: Town) -> None:
    account, _ = account_of(town.arrived("deputy"))
    proved = accounts.Identity(town.issuer, "deputy", DEPUTY_ID)
    before = Event.objects.filter(kind="binding.ended").count()
    assert accounts.arrive(proved, now=cast.NOW) == account
    row = accounts.bindings(account)[-1]
    assert row.ended_why == "统一身份认证不再证明"
    assert Event.objects.filter(kind="binding.ended").count() == before + 1
    town.clients.pop("deputy", None)
    assert "公开的信息（1 条）" in town.at("deputy").get("/me/").content.decode()


def test_a_binding_is_ended_by_who_has_it_after_reading_what_that_means(town: Town) -> None:
    client = town.arrived("deputy")
    (path,) = {
        reverse("counter:binding-end", args=[each.id])
        for each in accounts.bindings(account_of(client)[0])
        if each.ended_at is None
    }
    before = own_actor(town, "deputy")
    checked = client.get(path)
    assert faults(checked.content.decode()) == []
    assert client.post(path, {"step": "act"}).headers["Location"] == "/me/bindings/"
    # Whoever still holds the actor of a moment ago opens nothing with it.
    with pytest.raises(Refusal) as refused:
        open_own(actor=before, now=cast.NOW)
    assert code_of(refused) == "MANDATE_ENDED"
    assert client.get("/me/notices/").status_code == 403
    assert client.get(path).status_code == 404
    town.clients.pop("deputy", None)


# ---- the database --------------------------------------------------------------------------------------------


def test_the_database_gives_an_account_its_own_rows_and_no_note(town: Town) -> None:
    services.note(town.office.case, text="内部备注（示例）", actor=town.office.clerk, now=town.office.now)
    with acting(own_actor(town, "boss")):
        assert set(Record.objects.values_list("subject_id", flat=True)) == {town.firm}
        assert {each.record_id for each in RecordVersion.objects.all()} == {town.of_firm}
        assert set(Case.objects.values_list("subject_id", flat=True)) == {town.firm}
        assert set(AccessEntry.objects.values_list("subject", flat=True)) <= {town.firm}
        assert not Note.objects.exists()
    with acting(own_actor(town, "person")):
        assert set(Record.objects.values_list("subject_id", flat=True)) == {town.person}
        assert not Case.objects.exists()
    with as_account(account_of(town.at("boss"))[0]):
        assert not Record.objects.exists()
        assert Binding.objects.count() == 1
    with transaction.atomic():
        assert not Binding.objects.exists()


NARROWED = {
    ("casework_casestep", "INSERT"), ("casework_objection", "UPDATE"), ("casework_ask", "UPDATE"),
    ("casework_ground", "UPDATE"), ("casework_note", "SELECT"), ("casework_ask", "SELECT"),
    *((f"casework_{table}", "INSERT") for table in (
        "draft", "ground", "leniency", "consent", "casepaper", "service", "note", "ask", "setaside",
    )),
    # Repair and correction: an account writes its own steps, their receipt and their mark.
    ("casework_repairfinding", "SELECT"), ("casework_repairproposal", "SELECT"), ("casework_repairitem", "UPDATE"),
    *((f"casework_repair{table}", "INSERT") for table in (
        "finding", "proposal", "service", "told", "step", "paper",
    )),
    ("casework_correctionstep", "INSERT"), ("registry_recordmark", "INSERT"), ("registry_recordshown", "INSERT"),
    # A plan of a court it says; that it is so, and what is lifted for it, officers.
    ("casework_repairplan", "UPDATE"), ("registry_measurelift", "INSERT"), ("registry_measurelift", "UPDATE"),
    # A false promise: an account says what it has to say.
    ("casework_promiseobjection", "UPDATE"),
    *((f"casework_promise{table}", "INSERT") for table in ("case", "evidence", "paper", "proofofservice", "step")),
}  # fmt: skip


# What an account writes all the same.
OWN_WORDS = {
    "casework_casestep": "(step = 'receive'::text))",
    "casework_correctionstep": "(step = ANY (ARRAY['lodge'::text, 'withdraw'::text])))",
    "casework_promisestep": "(step = 'receive'::text))",
    "casework_repairstep": "(step = ANY (ARRAY['lodge'::text, 'supply'::text, 'withdraw'::text])))",
    "casework_repairpaper": "(kind = 'repair_receipt'::text))",
    "registry_recordmark": "(mark = 'repairing'::text))",
}


def test_what_an_account_may_not_write_or_read_is_narrowed_in_the_database(
    superuser: psycopg.Connection[Any],
) -> None:
    """Restrictive policies: whatever another policy admits, these take away from accounts."""
    found = superuser.execute(
        "SELECT tablename, cmd, coalesce(qual, '') || coalesce(with_check, '') FROM pg_policies"
        " WHERE permissive = 'RESTRICTIVE'"
    ).fetchall()
    assert {(table, command) for table, command, _ in found} == NARROWED
    assert all("xinheng_account() AS xinheng_account) IS NULL" in rule for *_, rule in found)
    steps = superuser.execute(
        "SELECT tablename, with_check FROM pg_policies"
        " WHERE policyname IN ('account_speaks', 'account_repairs', 'account_receipt', 'account_marks')"
    ).fetchall()
    own = {table: rule.rpartition("IS NULL) OR ")[2] for table, rule in steps}
    assert own == OWN_WORDS


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE casework_case SET state = 'removed', revision = revision + 1",
        "UPDATE casework_case SET subject_id = %(person)s",
        "UPDATE registry_record SET state = 'withdrawn'",
        "UPDATE casework_objection SET upheld = true",
        "UPDATE access_binding SET mandate_until = '2099-01-01'",
        "UPDATE access_binding SET subject_id = %(person)s",
        "INSERT INTO casework_note (id, case_id, by, at) SELECT uuid7(), id, id, now() FROM casework_case",
    ],
)
def test_an_account_writes_nothing_but_its_word(town: Town, statement: str) -> None:
    with pytest.raises(DatabaseError), acting(own_actor(town, "boss")), connection.cursor() as cursor:
        cursor.execute(statement, {"person": town.person})
        changed = cursor.rowcount
        cursor.execute("SELECT count(*) FROM ledger_claim()")
        if changed < 1:
            raise DatabaseError("no row is there for it")


# ---- reports -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["person", "boss"])
def test_the_own_report_is_issued_once_a_click_and_is_one_s_own(town: Town, who: str) -> None:
    client = town.at(who)
    assert faults(client.get("/me/reports/").content.decode()) == []
    for _ in range(2):
        assert client.post("/me/reports/issue/", {"once": "a1"}).status_code == 302
    html = client.get("/me/reports/").content.decode()
    (path,) = set(re.findall(r'href="(/me/reports/[0-9a-f-]+/pdf/)"', html))
    file = client.get(path)
    assert file.content.startswith(b"%PDF")
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert client.get(path.replace("pdf", "proof")).status_code == 409
    other = town.at("boss" if who == "person" else "person")
    assert other.get(path).status_code == 404
