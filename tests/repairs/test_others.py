"""What is another's stays another's: each page of the counter and of the window, and each row behind them (他人的事项)."""

# clauses: 5.1a, 5.2

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.db.models import Model
from django.db.utils import DatabaseError
from django.test import Client
from django.urls import reverse

from tests import cast
from tests.repairs.town import PDF, Town
from tests.web.desk_city import signed_in
from xinheng.access import accounts
from xinheng.access import services as access
from xinheng.access.accounts import Bound
from xinheng.access.actor import Actor, Own, counter_actor
from xinheng.access.counter_login import SIGNED
from xinheng.access.gate import open_file, open_own
from xinheng.access.models import Binding, CounterAccount, PresentPerson
from xinheng.access.scope import acting, as_account
from xinheng.casework import corrections
from xinheng.casework.models import Case, CasePaper, Correction, CorrectionStep
from xinheng.casework.repairs import services
from xinheng.casework.repairs.models import (
    RepairApplication,
    RepairCase,
    RepairMaterial,
    RepairPaper,
    RepairStep,
)
from xinheng.documents.models import IssuedDocument
from xinheng.law.disclosure import SELF
from xinheng.law.language import Refusal
from xinheng.ledger.models import Event
from xinheng.registry.models import Record, RecordMark
from xinheng.reports.services import issue_report
from xinheng.runtime import clock
from xinheng.runtime.db import uuid7
from xinheng.web.counter import urls as counter
from xinheng.web.desk import urls as desk

Ids = Mapping[str, Any]
STAFF = cast.WINDOW_STAFF.actor


@pytest.fixture
def theirs(town: Town) -> Ids:
    """What the firm has: an application lodged and one begun, papers, a correction, a report, a notice, a binding."""
    boss, now = town.boss, town.now
    number = town.lodged([town.old, town.other]).number
    begun = services.begin([town.new], statement="示例", actor=boss, now=now)
    corrected = corrections.lodge(town.spare[0], [], not_me=True, why="示例", actor=boss, now=now)
    report = issue_report(audience=SELF, opened=open_own(actor=boss, now=now), actor=boss, now=now)
    case = town.case(cast.MARKET)
    with acting(boss):
        material = RepairMaterial.objects.filter(application__number=number).latest("id").pk
        receipt = CorrectionStep.objects.get(correction=corrected.id, step="lodge").document
        paper = RepairPaper.objects.filter(case=case).latest("id").pk
        notice = CasePaper.objects.filter(kind="prior_notice", case=town.office.case).latest("id").pk
        binding = Binding.objects.get(account=town.account, ended_at=None).pk
    return {
        "record": town.old, "number": number, "case": case.pk, "begun": begun, "material": material, "paper": paper,
        "correction": corrected.number, "corrected": corrected.id, "receipt": receipt, "document": report.id, "notice": notice, "binding": binding,
    }  # fmt: skip


def another(town: Town, **mandate: date) -> UUID:
    """The account of a person who is not the firm's, or is so by a mandate too."""
    subject = town.firm if mandate else town.office.person
    bound = Bound(subject, "agent" if mandate else "self", *mandate.values())
    told: dict[str, Any] = {"evidence": "mandate" if mandate else "resident_card", "scan": PDF}
    binding = access.bind_at_window(cast.PERSON_ID, bound, actor=STAFF, now=town.now, **told)
    with acting(STAFF):
        return Binding.objects.get(pk=binding).account_id


def browser(account: UUID, binding: object = "") -> Client:
    client = Client()
    session = client.session
    session[SIGNED] = {"account": str(account), "binding": str(binding), "seen": clock.now().isoformat()}
    session.save()
    return client


def told_events() -> int:
    """All that was put on record but looks and what is anybody's own to do."""
    own = ("look.granted", "look.refused", "document.issued", "report.issued")
    return Event.objects.exclude(kind__in=own).count()


# Route: the ids in its address, and what it answers to who has them.
PAGES: dict[str, tuple[tuple[str, ...], int]] = {
    "record": (("record",), 200), "notice": (("notice",), 200), "notice-file": (("notice",), 200),
    "reply": (("notice",), 409), "repair": (("number",), 200), "repair-supply": (("number", "case"), 200),
    "repair-withdraw": (("number", "case"), 200), "repair-paper": (("number", "paper"), 200),
    "repair-material": (("number", "material"), 200), "repair-plan": (("number", "case"), 200), "correction": (("correction",), 200),
    "correction-file": (("correction", "receipt"), 200), "report-pdf": (("document",), 200), "report-proof": (("document",), 409),
    "binding-end": (("binding",), 200), "choose": (("binding",), 405),
}  # fmt: skip
PLAIN = (
    "home", "looks", "notices", "repairs", "repair-new", "repair-materials", "repair-check", "corrections",
    "correction-new", "reports", "report-issue", "bindings",
)  # fmt: skip
WINDOW: dict[str, tuple[tuple[str, ...], int]] = {
    "present-paper": (("notice",), 200), "present-reply": (("notice",), 409), "present-repair": (("number",), 200),
    "present-repair-supply": (("number", "case"), 200), "present-repair-withdraw": (("number", "case"), 200),
    "present-repair-plan": (("number", "case"), 200),
    "present-repair-paper": (("number", "paper"), 200), "present-repair-material": (("number", "material"), 200),
    "present-correct": (("record",), 200), "present-correct-paper": (("correction", "receipt"), 200),
    "present-report-pdf": (("document",), 200),
}  # fmt: skip
WINDOW_PLAIN = (
    "present-file", "present-repairs", "present-repair-new", "present-repair-materials", "present-repair-check",
    "present-report",
)  # fmt: skip


def forms(town: Town, theirs: Ids) -> list[dict[str, Any]]:
    """Whatever a form of any of the pages could send with another's ids in it."""
    ids = {
        "record": theirs["record"],
        "application": theirs["begun"],
        "binding": theirs["binding"],
        "case": theirs["case"],
    }
    act = {
        "step": "act",
        "once": "x1",
        "revision": "0",
        "kind": "objection",
        "text": "示例：不是我的。",
        "why": "示例",
        "not_me": "on",
    }
    return [
        {**act, **ids, "chosen": [town.old]}, {**act, **ids, "chosen": [town.entry]}, {**act, **ids, "step": "next"},
        {**act, **ids, "reason": "示例", "claim": "示例"},
    ]  # fmt: skip


def test_every_page_is_asked() -> None:
    entrance = {"login", "start", "callback", "logout"}
    assert {each.name for each in counter.urlpatterns} - entrance == {*PAGES, *PLAIN}
    at_window = {str(each.name) for each in desk.urlpatterns if str(each.name).startswith("present-")}
    assert at_window - {"present-bind"} == {*WINDOW, *WINDOW_PLAIN}


def test_who_has_it_reaches_each_page(town: Town, theirs: Ids) -> None:
    """Else what follows would show nothing."""
    client = browser(town.account)
    for route, (names, status) in PAGES.items():
        path = reverse(f"counter:{route}", args=[theirs[name] for name in names])
        assert client.get(path).status_code == status, route
    at_window, act = signed_in(cast.WINDOW_STAFF), presence(town, cast.BOSS_ID, town.firm)
    for route, (names, status) in WINDOW.items():
        path = reverse(f"desk:{route}", args=[act, *(theirs[name] for name in names)])
        assert at_window.get(path).status_code == status, route


def presence(town: Town, number: str, subject: UUID) -> UUID:
    return access.present(number, subject, evidence="resident_card", actor=STAFF, now=clock.now())


MANDATE = {"mandate_from": date(2026, 11, 1), "mandate_until": date(2026, 12, 31)}


@pytest.mark.parametrize("second", [False, True], ids=["a stranger", "a second tab"])
def test_another_s_ids_open_and_do_nothing(town: Town, theirs: Ids, second: bool) -> None:
    """With `second` the account has the firm's mandate as well, and acts for itself now: what another tab left is not done."""
    account = another(town)
    if second:
        another(town, **MANDATE)
    mine = next(each.id for each in accounts.bindings(account) if each.kind == "self")
    client, before = browser(account, mine), told_events()
    for route, (names, _) in PAGES.items():
        path = reverse(f"counter:{route}", args=[theirs[name] for name in names])
        assert client.get(path).status_code in (404, 405), route
        for form in forms(town, theirs):
            assert client.post(path, form).status_code in (404, 405), route
    for route in PLAIN:
        path = reverse(f"counter:{route}")
        for asked in (path, f"{path}?record={town.old}", f"{path}?record={town.entry}&own=1&page=2"):
            reads_nothing(client.get(asked), town, theirs)
            for form in forms(town, theirs):
                reads_nothing(client.post(asked, form), town, theirs)
    assert told_events() == before
    assert str(client.session[SIGNED]["binding"]) == str(mine)


def reads_nothing(answer: Any, town: Town, theirs: Ids) -> None:
    assert answer.status_code in (200, 302, 404, 405, 422), answer.status_code
    text = answer.content.decode() + answer.headers.get("Location", "")
    for told in ("示市监罚决字〔2026〕1号", theirs["number"], theirs["correction"], str(theirs["material"])):
        assert told not in text
    assert f"/records/{town.old}/" not in text


def test_a_report_that_was_issued_for_others_is_not_one_s_own(town: Town) -> None:
    office, now = cast.OFFICER.actor, town.now
    opened = open_file(actor=office, subject=town.firm, purpose="duty", basis="示例事由", now=now)
    made = issue_report(audience="agency", opened=opened, actor=office, now=now)
    client = browser(town.account)
    for route in ("report-pdf", "report-proof"):
        assert client.get(reverse(f"counter:{route}", args=[made.id])).status_code == 404
    act = presence(town, cast.BOSS_ID, town.firm)
    path = reverse("desk:present-report-pdf", args=[act, made.id])
    assert signed_in(cast.WINDOW_STAFF).get(path).status_code == 404


@pytest.mark.parametrize("second", [False, True], ids=["a stranger", "bound to both"])
def test_at_the_window_the_act_says_whose_file_it_is(town: Town, theirs: Ids, second: bool) -> None:
    another(town)
    if second:
        another(town, **MANDATE)
    act, client, before = (
        presence(town, cast.PERSON_ID, town.office.person),
        signed_in(cast.WINDOW_STAFF),
        told_events(),
    )
    for route, (names, _) in WINDOW.items():
        path = reverse(f"desk:{route}", args=[act, *(theirs[name] for name in names)])
        assert client.get(path).status_code == 404, route
        for form in forms(town, theirs):
            assert client.post(path, form).status_code in (404, 405), route
    for route in WINDOW_PLAIN:
        path = f"{reverse(f'desk:{route}', args=[act])}?record={town.old}"
        reads_nothing(client.get(path), town, theirs)
        for form in forms(town, theirs):
            reads_nothing(client.post(path, form), town, theirs)
    assert told_events() == before
    assert accounts.for_present(act, actor=replace(STAFF, user_id=uuid7()), now=clock.now()) is None


def test_an_act_opens_nothing_once_the_binding_is_over(town: Town, theirs: Ids) -> None:
    act, client = presence(town, cast.BOSS_ID, town.firm), signed_in(cast.WINDOW_STAFF)
    access.end_binding(theirs["binding"], actor=town.boss, now=town.now)
    for route, (names, _) in WINDOW.items():
        path = reverse(f"desk:{route}", args=[act, *(theirs[name] for name in names)])
        assert {client.get(path).status_code, client.post(path, {"step": "act"}).status_code} <= {403, 405}, (
            route
        )


@pytest.mark.parametrize("days", [(1, 30), (-30, -1)], ids=["not yet", "no more"])
def test_a_mandate_of_other_days_opens_nothing(town: Town, theirs: Ids, days: tuple[int, int]) -> None:
    first, last = (town.now.date() + timedelta(days=each) for each in days)
    account = another(town, mandate_from=first, mandate_until=last)
    with pytest.raises(Refusal, match="MANDATE_ENDED"):
        presence(town, cast.PERSON_ID, town.firm)
    (held,) = accounts.bindings(account)
    client = browser(account, held.id)
    assert client.post(reverse("counter:choose", args=[held.id])).status_code == 404
    for route, (names, _) in PAGES.items():
        path = reverse(f"counter:{route}", args=[theirs[name] for name in names])
        assert client.get(path).status_code in (403, 404, 405), route
        assert client.post(path, {"step": "act"}).status_code in (403, 404, 405), route
    assert blind(counter_actor(Own(account, town.firm, town.now.date(), "示例")))


# ---- past the services -----------------------------------------------------------------------------------------


def counted() -> dict[str, int]:
    """Rows that are seen now of each table with row security."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relrowsecurity AND relkind IN ('r', 'p') AND NOT relispartition"
            " AND relnamespace = 'public'::regnamespace AND has_table_privilege(oid, 'SELECT') ORDER BY 1"
        )
        tables = [name for (name,) in cursor.fetchall()]
        assert len(tables) > 40
        found = {}
        for table in tables:
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            (found[table],) = cursor.fetchone()
    return found


def blind(actor: Actor) -> bool:
    """Whether by plain SQL nothing is seen but what anybody sees, and the account's own bindings."""
    anybody = counted()
    with acting(actor):
        seen = counted()
    return {table for table, rows in seen.items() if rows > anybody[table]} <= {"access_binding"}


def test_whoever_names_another_as_own_sees_no_row(town: Town, theirs: Ids) -> None:
    account, day = another(town), town.now.date()
    assert blind(counter_actor(Own(account, town.firm, day, "示例")))
    assert blind(counter_actor(Own(uuid7(), town.firm, day, "示例")))
    assert not blind(town.boss)
    with acting(town.boss):
        seen = counted()
    for table in (
        "registry_record",
        "casework_repaircase",
        "casework_repairmaterial",
        "casework_correction",
        "casework_case",
    ):
        assert seen[table], table
    for hidden in (
        "casework_note",
        "casework_repairfinding",
        "casework_repairproposal",
        "casework_correctionsibling",
    ):
        assert not seen[hidden], hidden


def saved(row: Model) -> Callable[[], int]:
    def save() -> int:
        row.save(force_insert=True)
        return 1

    return save


def step(town: Town, theirs: Ids, who: UUID, name: str = "withdraw") -> RepairStep:
    return RepairStep(
        id=uuid7(), case_id=theirs["case"], seq=2, step=name, source="lodged", target="withdrawn", actor=who,
        at=town.now + timedelta(hours=1), day=town.now.date(), event=uuid7(), asked=[], edition="x",
    )  # fmt: skip


def correction_step(town: Town, theirs: Ids, who: UUID) -> CorrectionStep:
    row = Correction(pk=theirs["corrected"])
    return CorrectionStep(
        id=uuid7(), correction=row, seq=3, step="withdraw", source="lodged", target="withdrawn", actor=who,
        at=town.now + timedelta(hours=1), day=town.now.date(), event=uuid7(), asked=[], edition="x",
    )  # fmt: skip


def attempts(town: Town, theirs: Ids, account: UUID) -> dict[str, Callable[[], int]]:
    """What an account could write by plain SQL of what is another's; each gives how many rows it wrote."""
    firm, now = town.firm, town.now
    return {
        "apply": saved(RepairApplication(id=uuid7(), subject_id=firm, account=account, channel="counter", begun_by=account, begun_at=now)),
        "choose": lambda: RepairApplication.objects.filter(pk=theirs["begun"]).update(chosen=[]),
        "hand in": saved(RepairMaterial(id=uuid7(), application_id=theirs["begun"], kind="proof", media_type="x", sha256=b"x", size=1, by=account, at=now)),
        "withdraw": saved(step(town, theirs, account)),
        "move a case": lambda: RepairCase.objects.filter(pk=theirs["case"]).update(contact="x"),
        "correct": saved(Correction(id=uuid7(), number="YY-1", record_id=theirs["record"], subject_id=firm, agency_id=cast.MARKET.id, channel="counter", fields=[], not_me=True, lodged_by=account, lodged_on=now.date())),
        "take back": saved(correction_step(town, theirs, account)),
        "change": lambda: Correction.objects.filter(pk=theirs["corrected"]).update(not_me=False),
        "mark": lambda: RecordMark.objects.filter(record=town.spare[0]).update(mark="x"),
        "record": lambda: Record.objects.filter(subject=firm).update(state="withdrawn"),
        "listing": lambda: Case.objects.filter(subject=firm).update(revision=99),
        "report": lambda: IssuedDocument.objects.filter(pk=theirs["document"]).update(audience="public"),
        "end a binding": lambda: Binding.objects.filter(pk=theirs["binding"]).update(ended_at=now, ended_why="given_up", ended_by=account),
        "bind another": saved(Binding(id=uuid7(), account_id=town.account, subject_id=firm, kind="self", how="claim", bound_at=now)),
        "vouch for oneself": saved(Binding(id=uuid7(), account_id=account, subject_id=firm, kind="legal_representative", how="window", bound_at=now, bound_by=account, agency_id=cast.MARKET.id, evidence="licence", evidence_sha256=b"x")),
        "become another": lambda: CounterAccount.objects.filter(pk=account).update(person=b"x" * 32),
        "sign in as another": lambda: CounterAccount.objects.filter(pk=town.account).update(login=b"x" * 32),
        "make an account": saved(CounterAccount(id=uuid7(), person=b"y" * 32, made_at=now)),
        "stand there": saved(PresentPerson(id=uuid7(), officer=account, agency_id=cast.CREDIT_OFFICE.id, binding_id=theirs["binding"], account_id=town.account, evidence="licence", at=now, until=now + timedelta(hours=1))),
    }  # fmt: skip


class Undo(Exception):
    """What was written is not to stay."""


def wrote(do: Callable[[], int], actor: Actor) -> bool:
    """Whether rows were written; they are taken back."""
    done = 0
    try:
        with transaction.atomic(), acting(actor):
            done = do()
            raise Undo
    except Undo:
        return done > 0
    except DatabaseError:
        return False


@pytest.mark.parametrize("forged", [False, True], ids=["own", "named as own"])
def test_plain_sql_of_an_account_writes_nothing_of_another(town: Town, theirs: Ids, forged: bool) -> None:
    account = another(town)
    actor = counter_actor(Own(account, town.firm if forged else town.office.person, town.now.date(), "示例"))
    done = [name for name, do in attempts(town, theirs, account).items() if wrote(do, actor)]
    assert done == []


def test_the_party_s_own_steps_are_its_account_s(town: Town, theirs: Ids) -> None:
    """No officer takes them, not of the body either, and nobody by an invented hand; the account itself does."""
    for made in (step, correction_step):
        for officer in (cast.MARKET_CLERK.actor, cast.MARKET_CHECKER.actor, cast.OFFICER.actor, STAFF):
            for who in (officer.user_id, town.account, uuid7()):
                assert not wrote(saved(made(town, theirs, who)), officer), (made.__name__, officer.name)
        assert not wrote(saved(made(town, theirs, uuid7())), town.boss)
        assert not wrote(saved(made(town, theirs, cast.MARKET_CLERK.actor.user_id)), town.boss)
        assert wrote(saved(made(town, theirs, town.account)), town.boss)


def test_who_binds_ends_and_vouches_is_an_officer_of_that_window(town: Town, theirs: Ids) -> None:
    account, now = another(town), town.now
    whole = {"account_id": account, "subject_id": town.firm, "kind": "legal_representative", "how": "window", "bound_at": now,
             "evidence": "licence", "evidence_sha256": b"x"}  # fmt: skip
    mine = {**whole, "bound_by": STAFF.user_id, "agency_id": cast.CREDIT_OFFICE.id}
    assert wrote(saved(Binding(id=uuid7(), **mine)), STAFF)
    ended = {"ended_at": now, "ended_why": "at_window"}
    for changed in (
        {"bound_by": cast.OFFICER.actor.user_id},
        {"agency_id": cast.MARKET.id},
        {**ended, "ended_by": STAFF.user_id},
    ):
        with as_account(account):
            assert not wrote(saved(Binding(id=uuid7(), **{**mine, **changed})), STAFF), changed
    held = Binding.objects.filter(pk=theirs["binding"])
    assert wrote(lambda: held.update(**ended, ended_by=STAFF.user_id), STAFF)
    assert not wrote(lambda: held.update(**ended, ended_by=cast.OFFICER.actor.user_id), STAFF)
    elsewhere = replace(cast.OFFICER.actor, agency_id=cast.MARKET.id)
    assert not wrote(lambda: held.update(**ended, ended_by=STAFF.user_id), elsewhere)
    at = {"officer": STAFF.user_id, "agency_id": cast.CREDIT_OFFICE.id, "binding_id": theirs["binding"], "evidence": "licence",
          "account_id": town.account, "at": now, "until": now + timedelta(hours=2)}  # fmt: skip
    assert wrote(saved(PresentPerson(id=uuid7(), **at)), STAFF)
    for other in (
        {"officer": cast.OFFICER.actor.user_id},
        {"account_id": account},
        {"until": now + timedelta(hours=3)},
    ):
        assert not wrote(saved(PresentPerson(id=uuid7(), **{**at, **other})), STAFF), other
    access.end_binding(theirs["binding"], actor=town.boss, now=now)
    assert not wrote(saved(PresentPerson(id=uuid7(), **at)), STAFF)
