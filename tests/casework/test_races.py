"""Many officers at once on one case (并发办理): a step is taken once, by who may, and the others are told what was done."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connections, transaction

from tests import cast
from tests.casework.office import Office, settled
from tests.casework.onlooker import Onlooker
from tests.support.database import TestDatabase
from xinheng.access.actor import Actor
from xinheng.access.scope import whole_city
from xinheng.casework import services
from xinheng.casework.given import Given
from xinheng.casework.models import Case, CaseStep
from xinheng.documents.models import IssuedDocument, NumberRegister
from xinheng.law.language import Reason, Refusal
from xinheng.law.procedures.listing import LISTING

pytestmark = [pytest.mark.clause("4.1c", "5.2"), pytest.mark.usefixtures("drawn_once")]
AT_ONCE = 12
CHECKER, SIGNER, SECOND = cast.LABOUR_CHECKER.actor, cast.LABOUR_SIGNER.actor, cast.LABOUR_SECOND.actor


@pytest.fixture
def office(kept: None, committed: TestDatabase, frozen_today: date) -> Office:
    """The cast at work, each step committed."""
    return settled()


def at_once(tasks: list[Callable[[], object]]) -> list[str]:
    """What became of each: "" when done, else the code of the refusal. Each thread has its own connection."""
    begin = threading.Barrier(min(AT_ONCE, len(tasks)))
    started = threading.local()

    def one(task: Callable[[], object]) -> str:
        if not hasattr(started, "once"):
            started.once = True
            begin.wait(30)
        try:
            task()
        except Refusal as refusal:
            return str(refusal)
        return ""

    with ThreadPoolExecutor(AT_ONCE) as pool:
        told = list(pool.map(one, tasks))
        list(pool.map(lambda _: connections.close_all(), range(4 * AT_ONCE)))
    return told


def fired(office: Office, step: str, actor: Actor, revision: int) -> Callable[[], object]:
    given = Given(reason="示例理由")
    return lambda: services.fire(
        office.case, step, revision=revision, given=given, actor=actor, now=office.now
    )


def rows() -> list[CaseStep]:
    with transaction.atomic(), whole_city():
        return list(CaseStep.objects.order_by("case", "seq"))


def numbers_without_gaps() -> bool:
    """Every register has given all its numbers to something that is there, each once."""
    with transaction.atomic(), whole_city():
        given = [(each.kind, each.number) for each in IssuedDocument.objects.all()]
        given += [("case", each.number) for each in Case.objects.all()]
        last = {each.kind: each.last for each in NumberRegister.objects.all()}
    taken = {kind: sorted(int(n.rpartition("-")[2]) for k, n in given if k == kind) for kind in last}
    return taken == {kind: list(range(1, n + 1)) for kind, n in last.items()}


def test_a_hundred_approvals_at_once(office: Office) -> None:
    """Of each step one is taken: by nobody twice, by nobody who made it, whoever presses how often."""
    office.open().notified().served().wait(30)
    office.take("propose", SECOND)
    r = office.revision
    checks = [CHECKER, SECOND, CHECKER, cast.LABOUR_CLERK.actor]
    told = Counter(at_once([fired(office, "check", checks[n % 4], r) for n in range(50)]))
    assert told[""] == 1
    assert set(told) <= {"", "CASE_CHANGED", "SAME_PERSON", "PERMISSION_DENIED"}
    # Who knows of it meanwhile presses again.
    signs = [SIGNER, SECOND, SIGNER, CHECKER]
    told = Counter(at_once([fired(office, "decide", signs[n % 4], r + 1 + n // 40) for n in range(50)]))
    assert told[""] == 1
    taken = Counter(each.step for each in rows())
    assert all(n == 1 for n in taken.values()), taken
    by = {each.step: each.actor for each in rows()}
    assert (by["check"], by["decide"]) == (CHECKER.user_id, SIGNER.user_id)
    assert numbers_without_gaps()
    office.sealed().listed()
    with transaction.atomic():
        assert Onlooker().look() == []


def test_two_persons_who_may_both(office: Office) -> None:
    """Either may check; who checked does not sign."""
    office.open().notified().served().wait(30)
    office.take("propose", office.clerk)
    r = office.revision
    told = at_once([fired(office, "check", actor, r) for actor in (CHECKER, SECOND) * 6])
    assert sorted(told) == ["", *["CASE_CHANGED"] * 11]
    checked = next(each.actor for each in rows() if each.step == "check")
    told = at_once([fired(office, "decide", actor, r + 1) for actor in (SIGNER, SECOND) * 6])
    assert told.count("") == 1
    signed = next(each.actor for each in rows() if each.step == "decide")
    assert signed != checked
    assert numbers_without_gaps()


def test_two_officers_decide_one_case_at_once(office: Office) -> None:
    """One lists, the other sends back: one wins, and the other is told what was done and how the case stands."""
    office.open().notified().served().wait(30)
    office.take("propose", office.clerk)
    office.take("check", CHECKER)
    r = office.revision
    told: dict[str, Reason | None] = {}
    begin = threading.Barrier(2)

    def act(step: str, actor: Actor) -> None:
        begin.wait(30)
        try:
            fired(office, step, actor, r)()
            told[step] = None
        except Refusal as refusal:
            told[step] = refusal.reasons[0]
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=act, args=each) for each in (("decide", SIGNER), ("decide_not", SECOND))
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join(60)
    (won,) = [step for step, reason in told.items() if reason is None]
    (lost,) = [reason for reason in told.values() if reason is not None]
    assert lost.code == "CASE_CHANGED"
    assert lost.values["label"] == LISTING.step(won).label
    assert lost.values["state"] == LISTING.states[office.state]
    assert numbers_without_gaps()


def test_one_party_is_on_one_list_once(office: Office) -> None:
    """Twelve clerks open a case of the same firm: there is one."""
    told = at_once([lambda: office.open() for _ in range(12)])
    assert told.count("") == 1, told
    assert numbers_without_gaps()
