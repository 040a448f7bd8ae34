"""A firm that was repaired on a promise, and the body that finds it false (承诺不实的示例)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from tests import cast
from tests.casework.office import DIRECT
from tests.documents import seals
from tests.exchange import sample
from tests.repairs.town import PDF, STAFF, Town
from xinheng.access.actor import Actor
from xinheng.access.scope import acting
from xinheng.casework.given import Given, ObjectionGiven, ReplyGiven, Words
from xinheng.casework.promises import services
from xinheng.casework.promises.given import Opening
from xinheng.casework.promises.models import PromiseCase, PromiseObjection, PromisePaper
from xinheng.casework.repairs.models import RepairItem, RepairStep
from xinheng.casework.taking import Taken
from xinheng.documents import files
from xinheng.documents import services as documents
from xinheng.documents.sealedcopies import Method
from xinheng.exchange import services as exchange
from xinheng.registry.models import Record
from xinheng.runtime import clock

# While the edition of 2023 is in force, under which alone a rule was read; the fine is old enough to be repaired.
FIRST = datetime(2025, 9, 1, 2, 0, tzinfo=UTC)
FINED = "2024-05-08"
WORDS = Words(
    facts="修复时承诺已经改正，复查发现没有改正（示例）。",
    evidence="复查笔录（示例）",
    reconsideration_body="示例市人民政府",
    court="示例区人民法院",
    contact_person="示例经办",
    contact_phone="示例电话",
)


def fined(town: Town, number: int = 31, decided_on: str = FINED) -> UUID:
    """A penalty of the firm by the market authority, taken in on the town's day unless it is there."""
    clerk = cast.MARKET_CLERK
    with acting(clerk.actor):
        there = Record.objects.filter(instrument__number=f"示市监罚决字〔2026〕{number}号").values_list(
            "id", flat=True
        )
        if found := there.first():
            return found
    row = sample.penalty(number, None, decided_on=decided_on, conduct=f"示例承诺事由{number}")
    batch = exchange.receive(
        sample.sheet([row]), actor=clerk.actor, feed="penalty", file_name=f"示例{number}.csv",
        source={"reviewed": True}, now=town.now, queue=False,
    )  # fmt: skip
    done = exchange.submit_now(batch, actor=clerk.actor, now=town.now)
    assert done.counts["accepted"] == 1, done.findings
    with acting(clerk.actor):
        return Record.objects.values_list("id", flat=True).get(batch=done.batch)


@dataclass
class Broken:
    """A town, the body that granted a repair, and the case on its promise."""

    town: Town
    body: cast.Office
    item: UUID
    case: UUID = cast.LABOUR.id

    @property
    def now(self) -> datetime:
        return self.town.now

    def officer(self, place: int) -> Actor:
        return STAFF[self.body.id][place].actor

    @property
    def row(self) -> PromiseCase:
        with acting(self.officer(0)):
            return PromiseCase.objects.get(pk=self.case)

    def open(self, **changes: Any) -> Broken:
        given = {"item": self.item, "words": WORDS, "evidence": (("示例复查笔录.pdf", PDF),), **changes}
        self.town.later(minutes=1)
        self.case = services.open_case(
            Opening(**given), reason="示例理由", actor=self.officer(0), now=self.now
        )
        return self

    def take(self, step: str, who: int | Actor = 0, **given: Any) -> Taken:
        actor = self.officer(who) if isinstance(who, int) else who
        self.town.later(minutes=1)
        return services.fire(
            self.case, step, revision=self.row.revision, given=Given(**{"reason": "示例理由", **given}), actor=actor,
            now=self.now,
        )  # fmt: skip

    def served(self) -> Broken:
        self.take("notify", 1)
        self.take("serve_notice", service=replace(DIRECT, on=clock.day_of(self.now)))
        return self

    def said(self, text: str = "示例意见") -> UUID:
        given = ObjectionGiven(kind="objection", received_at=self.now, text=text)
        self.take("receive", objection=given)
        with acting(self.officer(0)):
            return PromiseObjection.objects.filter(case=self.case).latest("received_at", "number").pk

    def replied(self, said: UUID, *, upheld: bool = False) -> Broken:
        self.take(
            "reply",
            1,
            reply=ReplyGiven(objection=said, checked="示例核实", reasons="示例理由", upheld=upheld),
        )
        return self

    def decided(self, days: int = 16) -> Broken:
        """After the window, by three persons."""
        self.town.later(days=days)
        for step, who in (("propose", 0), ("check", 1), ("decide", 2)):
            self.take(step, who)
        return self

    def sealed(self) -> Broken:
        with acting(self.officer(0)):
            paper = PromisePaper.objects.get(case=self.case, kind="false_promise_decision")
            file = files.kept(paper.document, paper.party)
            documents.attach_sealed(
                paper.document, seals.sealed(file), method=Method.INCREMENTAL, actor=self.officer(0), now=self.now
            )  # fmt: skip
        return self

    def entered(self) -> Broken:
        self.take("enter", service=replace(DIRECT, on=clock.day_of(self.now)))
        return self

    def whole_way(self) -> Broken:
        return self.open().served().decided().sealed().entered()


def _granted(thing: UUID, body: cast.Office) -> RepairItem | None:
    with acting(STAFF[body.id][0].actor):
        items = RepairItem.objects.select_related("case").filter(outcome="grant", case__agency=body.id)
        return (items.filter(record=thing) | items.filter(entry=thing)).first()


def repaired(town: Town, thing: UUID, body: cast.Office) -> Broken:
    """Lodged, verified and granted on the town's day unless it was; who signs is another than who made it."""
    if there := _granted(thing, body):
        with acting(STAFF[body.id][0].actor):
            town.now = max(town.now, RepairStep.objects.filter(case=there.case).latest("seq").at)
        return Broken(town, body, there.pk)
    town.lodged([thing])
    found = {"met": ("corrected",), "corrected_on": date(2024, 6, 3)} if town.now < cast.NOW else {}
    town.verified(body, **found).proposed(body)
    town.take(body, "grant", 2 if body is cast.LABOUR else 1)
    with acting(STAFF[body.id][0].actor):
        return Broken(town, body, RepairItem.objects.get(case=town.case(body)).pk)


def early(town: Town) -> Town:
    """The same town while the edition of 2023 is in force."""
    return replace(town, now=FIRST)
