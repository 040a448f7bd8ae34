"""A labour office at work on a listing case, by the services alone (名单案卷办理): what a desk does, without its pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from tests import cast
from tests.documents import seals
from xinheng.access.actor import Actor
from xinheng.access.scope import acting
from xinheng.casework import services
from xinheng.casework.given import (
    ConsentGiven,
    DraftGiven,
    Given,
    GroundGiven,
    LeniencyGiven,
    ObjectionGiven,
    Opening,
    ReplyGiven,
    ServiceGiven,
    Words,
)
from xinheng.casework.models import Case, CasePaper, Objection
from xinheng.casework.taking import Taken
from xinheng.catalog import services as catalog
from xinheng.documents import files
from xinheng.documents import services as documents
from xinheng.documents.sealedcopies import Method
from xinheng.law.facts import SubjectKind
from xinheng.subjects.services import add_person, add_subject

START = date(2026, 3, 2)
WORDS = Words(
    facts="拖欠示例工人工资，经责令限期支付，逾期未付（示例）。",
    evidence="工资表、责令改正决定书（示例）",
    reconsideration_body="示例市人民政府",
    court="示例区人民法院",
    contact_person="示例经办",
    contact_phone="示例电话",
    contact_address="示例路1号",
)
GROUND = GroundGiven(
    number="示人社责令〔2026〕1号",
    kind="other_administrative",
    body_name=cast.LABOUR.name,
    decided_on=date(2026, 1, 12),
)
DRAFTS: Mapping[str, DraftGiven] = {
    "wage": DraftGiven(
        range="R2", criteria=("amount", "order_lapsed"), grounds=(GROUND,), words=WORDS,
        conduct_from=date(2025, 6, 1), conduct_to=date(2025, 12, 31),
    ),
    "market": DraftGiven(
        range="R1", criteria=("violation", "permit", "grave"), window=7, words=WORDS,
        grounds=(replace(GROUND, kind="penalty", number="示市监罚〔2026〕1号", body_name=cast.MARKET.name),),
        consent=ConsentGiven(body_name="示例省市场监督管理局", number="示省监函〔2026〕1号", given_on=date(2026, 2, 9)),
    ),
    "tax": DraftGiven(
        range="R2", criteria=("false_invoices", "effective"), window=7, words=WORDS,
        grounds=(replace(GROUND, kind="penalty", number="示税稽罚〔2026〕1号", body_name=cast.TAX.name),),
    ),
}  # fmt: skip
STAFF: Mapping[str, tuple[cast.Officer, cast.Officer, cast.Officer]] = {
    "wage": (cast.LABOUR_CLERK, cast.LABOUR_CHECKER, cast.LABOUR_SIGNER),
    "market": (cast.MARKET_CLERK, cast.MARKET_CHECKER, cast.MARKET_SIGNER),
    "tax": (cast.TAX_CLERK, cast.TAX_CHECKER, cast.TAX_SIGNER),
    "example": (cast.LABOUR_CLERK, cast.LABOUR_CHECKER, cast.LABOUR_SIGNER),
}
DIRECT = ServiceGiven(way="direct", on=START, shows=("receipt_signed",), receiver="示例收件人")
HEARD = LeniencyGiven(heard=True)


@dataclass
class Office:
    """The staff of one list, the day, and the case at hand."""

    firm: UUID
    person: UUID
    day: date = START
    list: str = "wage"
    case: UUID = field(default_factory=lambda: UUID(int=0))

    @property
    def now(self) -> datetime:
        return cast.NOW.replace(year=self.day.year, month=self.day.month, day=self.day.day)

    @property
    def clerk(self) -> Actor:
        return STAFF[self.list][0].actor

    @property
    def checker(self) -> Actor:
        return STAFF[self.list][1].actor

    @property
    def signer(self) -> Actor:
        return STAFF[self.list][2].actor

    def wait(self, days: int) -> Office:
        self.day += timedelta(days=days)
        return self

    # ---- the steps ----------------------------------------------------------------------------------

    def open(self, *, subject: UUID | None = None, reason: str = "示例理由", **changes: Any) -> Office:
        draft = replace(DRAFTS.get(self.list, DRAFTS["wage"]), **changes.pop("draft", {}))
        opening = Opening(
            **{
                "list": self.list,
                "subject": subject or self.firm,
                "draft": draft,
                "leniency": HEARD,
                **changes,
            }
        )
        self.case = services.open_case(opening, reason=reason, actor=self.clerk, now=self.now)
        return self

    def take(self, step: str, actor: Actor, **given: Any) -> Taken:
        return services.fire(
            self.case, step, revision=self.revision, given=Given(**{"reason": "示例理由", **given}),
            actor=actor, now=self.now,
        )  # fmt: skip

    @property
    def revision(self) -> int:
        with acting(self.clerk):
            return Case.objects.values_list("revision", flat=True).get(pk=self.case)

    @property
    def state(self) -> str:
        with acting(self.clerk):
            return Case.objects.values_list("state", flat=True).get(pk=self.case)

    def notified(self) -> Office:
        self.take("notify", self.checker)
        return self

    def served(self) -> Office:
        self.take("serve_notice", self.clerk, service=replace(DIRECT, on=self.day))
        return self

    def objected(self, text: str = "示例意见", kind: str = "objection") -> UUID:
        given = ObjectionGiven(kind=kind, received_at=self.now, text=text)
        self.take("receive", self.clerk, objection=given)
        with acting(self.clerk):
            return Objection.objects.filter(case=self.case).latest("received_at", "number").pk

    def replied(self, objection: UUID, *, upheld: bool = False) -> Office:
        given = ReplyGiven(objection=objection, checked="示例核实", reasons="示例理由", upheld=upheld)
        self.take("reply", self.checker, reply=given)
        return self

    def decided(self) -> Office:
        self.take("propose", self.clerk)
        self.take("check", self.checker)
        self.take("decide", self.signer)
        return self

    def sealed(self) -> Office:
        """The decision comes back with an electronic seal appended to the bytes that were issued."""
        with acting(self.clerk):
            paper = CasePaper.objects.filter(case=self.case, kind="listing_decision").latest("version")
            document, file = paper.document, files.kept(paper.document, paper.party)
            documents.attach_sealed(
                document, seals.sealed(file), method=Method.INCREMENTAL,
                actor=self.clerk, now=self.now,
            )  # fmt: skip
        return self

    def listed(self) -> Office:
        self.take("list", self.clerk, service=replace(DIRECT, on=self.day))
        return self

    def whole_way(self, pause: int = 30) -> Office:
        """From nothing to listed, all of it lawful."""
        self.open().notified().served().wait(pause)
        return self.decided().sealed().listed()


def settled() -> Office:
    """The cast, the lawbook, a firm and a person."""
    cast.settle()
    catalog.found(officers=(cast.OFFICER.actor.user_id, cast.SECOND_OFFICER.actor.user_id), now=cast.NOW)
    clerk = cast.LABOUR_CLERK.actor
    firm = add_subject(
        kind=SubjectKind.LEGAL_PERSON, uscc=cast.FIRM_CODE, name=cast.FIRM_NAME, seen_from=START,
        actor=clerk, now=cast.NOW,
    )  # fmt: skip
    person = add_person(
        id_kind="resident_id", number=cast.PERSON_ID, name=cast.PERSON_NAME, actor=clerk, now=cast.NOW
    )
    return Office(firm=firm, person=person)
