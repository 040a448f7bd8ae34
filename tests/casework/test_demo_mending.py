"""The demo's repairs, corrections and revocations: each in its state, by services alone, once (示例修复、异议和撤销)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection, connections, transaction
from pytest_django.plugin import DjangoDbBlocker

from tests import cast
from tests.casework.conftest import draw_once
from tests.casework.office import STAFF, settled
from tests.exchange import sample
from tests.support.database import TestDatabase
from xinheng.access.scope import acting
from xinheng.casework.models import Correction, Revocation
from xinheng.casework.repairs.models import RepairApplication, RepairCase, RepairItem, RepairPaper
from xinheng.documents import uploads
from xinheng.documents.models import SealedCopy
from xinheng.exchange import services as exchange
from xinheng.jobs.demo import mended, mending
from xinheng.jobs.demo.city import DemoAgency
from xinheng.jobs.demo.matter import Staff
from xinheng.jobs.demo.paper import paper
from xinheng.law.identifiers import resident_id_fault, uscc_valid
from xinheng.law.language import Refusal
from xinheng.registry.models import Record, RecordVersion
from xinheng.registry.standing import standings
from xinheng.runtime import db
from xinheng.vault import keys

MARKET = DemoAgency(cast.MARKET.uscc, cast.MARKET.name, "示例市监", "示市监", "market")
CLERK = cast.MARKET_CLERK.actor


@pytest.fixture(scope="module")
def founded(
    django_db_setup: TestDatabase,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[mending.Desk]:
    """The market office with all of it done, committed once for this file and put back after it."""
    folder = tmp_path_factory.mktemp("mending")
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patched:
        patched.setenv("XINHENG_TODAY", cast.TODAY.isoformat())
        for name in ("KEYS_DIR", "FILES_DIR"):
            patched.setattr(settings, f"XINHENG_{name}", folder / name.lower())
        keys.ensure()
        draw_once(patched)
        settled()
        _reported()
        staff = Staff(*(each.actor for each in STAFF["market"]))
        desk, told = mending.Desk(MARKET, staff, cast.WINDOW_STAFF.actor, cast.NOW), list[str]()
        assert mending.found(desk, say=told.append) == len(mending.STORIES) == len(mended.ALL)
        assert told == []
        yield desk
        db.close_side_connections()
        connections.close_all()
    django_db_setup.restore()


def _reported() -> None:
    rows = list(mended.penalties(MARKET, cast.TODAY))
    batch = exchange.receive(
        sample.sheet(rows), actor=CLERK, feed="penalty", file_name="补报.csv", source={"reviewed": True},
        now=cast.NOW, queue=False,
    )  # fmt: skip
    done = exchange.submit_now(batch, actor=CLERK, now=cast.NOW)
    assert done.counts["accepted"] == len(rows), done.findings


@pytest.fixture
def desk(founded: mending.Desk) -> Iterator[mending.Desk]:
    """The same for one test; what it does is checked as if it were committed, and rolled back."""
    with transaction.atomic():
        yield replace(founded)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        transaction.set_rollback(True)


def record(fined: mended.Fined) -> UUID:
    number = mended.penalty(fined, MARKET, cast.TODAY)["document_number"]
    return Record.objects.values_list("id", flat=True).get(instrument__number=number)


@pytest.mark.usefixtures("desk")
def test_one_matter_in_each_state_that_a_visitor_looks_for() -> None:
    with acting(cast.AUDITOR.actor):
        cases = Counter(RepairCase.objects.values_list("state", flat=True))
        assert cases == Counter(["lodged", "supplementing", "served", "served"])
        items = Counter(RepairItem.objects.values_list("outcome", flat=True))
        assert items == Counter({"": 2, "grant": 1, "refuse": 1})
        assert set(RepairApplication.objects.values_list("channel", flat=True)) == {"counter", "window"}
        decisions = RepairPaper.objects.filter(kind__in=["repair_decision", "repair_refusal_decision"])
        sealed = set(SealedCopy.objects.values_list("document_id", flat=True))
        assert set(decisions.values_list("document", flat=True)) == sealed
        said = Counter(Correction.objects.values_list("state", "frozen"))
        assert said == Counter([("lodged", False), ("decided", False), ("lodged", True)])
        assert list(Revocation.objects.values_list("state", flat=True)) == ["fallen"]


@pytest.mark.usefixtures("desk")
def test_what_was_decided_stands_on_the_records() -> None:
    with acting(cast.AUDITOR.actor):
        known = {each: standings([record(each)])[record(each)] for each in mended.ALL}
        fine = RecordVersion.objects.filter(record=record(mended.CORRECTED)).latest("version").content
    marks = {each.serial: known[each].marks for each in mended.ALL if known[each].marks}
    effects = {each.serial: [e.effect.value for e in known[each].effects] for each in mended.ALL}
    disputed = (mended.CLAIMED, mended.CORRECTED, mended.NOT_ME)
    assert {name for name, found in marks.items() if found == ("disputed",)} == {e.serial for e in disputed}
    assert marks[mended.CONTESTED.serial] == ("contested",)
    assert (
        effects[mended.GRANTED.serial] == effects[mended.ANNULLED.serial] == ["END_SHARING_AND_PUBLICATION"]
    )
    assert effects[mended.NOT_ME.serial] == ["WITHHOLD"]
    assert effects[mended.REFUSED.serial] == []
    assert fine["fine_amount"] == "0.2"


def test_a_second_call_leaves_those_that_are_there(desk: mending.Desk) -> None:
    assert mending.found(desk, say=print) == len(mending.STORIES)
    with acting(cast.AUDITOR.actor):
        assert RepairCase.objects.count() == 4


def test_what_the_law_refuses_leaves_nothing_and_holds_up_no_other(
    desk: mending.Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(_desk: mending.Desk) -> None:
        mending.lodged(_desk)
        raise Refusal.because("NOTHING_CHANGED")

    monkeypatch.setattr("xinheng.casework.repairs.queries.count", lambda *_: 0)
    monkeypatch.setattr(mending, "STORIES", (refused, mending.lodged))
    told: list[str] = []
    assert mending.found(desk, say=told.append) == 1
    with acting(cast.AUDITOR.actor):
        assert RepairCase.objects.count() == 4 + 1
    assert len(told) == 1
    assert told[0].startswith("一件示例没有办成：")


def test_its_people_and_papers_are_visibly_none() -> None:
    assert all(uscc_valid(firm.code) and firm.name.startswith("示例") for firm in mended.FIRMS)
    assert resident_id_fault(mended.OWNER_ID, cast.TODAY) is None
    assert mended.OWNER_ID.startswith("329999")
    assert uploads.media_type(paper("信用承诺书（示例）"), most=uploads.MIB) == uploads.PDF
