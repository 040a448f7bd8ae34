"""One demo case and its three officers (示例案卷的办理): each step by the services, on a working day that has passed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from xinheng.access.actor import Actor
from xinheng.access.gate import open_file
from xinheng.access.purposes import Purpose
from xinheng.access.scope import acting
from xinheng.casework import queries, services
from xinheng.casework.given import (
    AskGiven,
    DraftGiven,
    Given,
    LeniencyGiven,
    ObjectionGiven,
    Opening,
    ReplyGiven,
    ServiceGiven,
)
from xinheng.casework.views import CaseView
from xinheng.catalog.public import current_law
from xinheng.documents import files
from xinheng.documents.sealedcopies import Method
from xinheng.documents.services import attach_sealed
from xinheng.jobs.demo import eseal
from xinheng.law.workdays import Calendar
from xinheng.runtime.clock import HERE

REASON = "事实清楚，证据充分，程序合法（示例）。"
SERVED = ServiceGiven(
    way="direct", on=date.min, shows=("receipt_signed",), receiver="示例收件人", place="示例路1号",
    servers="示例送达人甲\n示例送达人乙",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Staff:
    """Who drafts, who checks, who signs: three persons of one agency."""

    clerk: Actor
    checker: Actor
    signer: Actor


@dataclass(slots=True)
class Matter:
    """A case under way, as many working days ago as `ago` says; `serial` keeps the cases of a day apart."""

    staff: Staff
    list: str
    subject: UUID
    serial: int
    today: date
    calendar: Calendar
    ago: int = 0
    case: UUID = field(default_factory=lambda: UUID(int=0))
    revision: int = 0
    minute: int = 0
    decision: UUID | None = None

    def on(self, ago: int) -> int:
        """Go on so many working days before today."""
        self.ago, self.minute = ago, 0
        return ago

    @property
    def day(self) -> date:
        return self.days_ago(self.ago)

    def days_ago(self, ago: int) -> date:
        """The working day so many working days before today; none of them is today."""
        day = self.today
        while ago:
            day -= timedelta(days=1)
            ago -= self.calendar.is_workday(day)
        return day

    def moment(self) -> datetime:
        """Some minutes past nine, later with every call of the day."""
        self.minute += 1
        return datetime.combine(self.day, time(9), HERE) + timedelta(minutes=12 * self.serial + self.minute)

    # ---- what officers do -------------------------------------------------------------------------------

    def open(self, draft: DraftGiven, *, role: str = "subject", unit: UUID | None = None) -> None:
        heard = LeniencyGiven(heard=True)
        opening = Opening(
            list=self.list, subject=self.subject, draft=draft, leniency=heard, role=role, unit_case=unit
        )
        self.case = services.open_case(opening, reason=REASON, actor=self.staff.clerk, now=self.moment())
        self.revision = 1

    def take(self, step: str, actor: Actor, *, reason: str = REASON, **given: Any) -> UUID | None:
        """Take a step; gives the document that it made."""
        told = Given(reason=reason, **given)
        taken = services.fire(
            self.case, step, revision=self.revision, given=told, actor=actor, now=self.moment()
        )
        self.revision = taken.revision
        return taken.document

    def notify(self) -> None:
        self.take("notify", self.staff.checker)

    def serve(self, step: str = "serve_notice") -> None:
        self.take(step, self.staff.clerk, service=replace(SERVED, on=self.day))

    def receive(self, text: str, kind: str = "objection") -> None:
        given = ObjectionGiven(kind=kind, received_at=self.moment(), text=text)
        self.take("receive", self.staff.clerk, objection=given)

    def reply(self, checked: str, reasons: str, *, upheld: bool) -> None:
        objection = self.seen().objections[-1].id
        given = ReplyGiven(objection=objection, checked=checked, reasons=reasons, upheld=upheld)
        self.take("reply", self.staff.checker, reply=given)

    def propose(self) -> None:
        self.take("propose", self.staff.clerk)

    def check(self) -> None:
        self.take("check", self.staff.checker)

    def decide(self) -> None:
        self.decision = self.take("decide", self.staff.signer)

    def enter(self) -> None:
        """The sealed copy comes back, the decision is served, the party is on the list."""
        clerk, document = self.staff.clerk, self.decision
        if document is None:
            raise LookupError("nothing was decided")
        with acting(clerk):
            sealed = eseal.stamped(files.kept(document, self.subject))
            attach_sealed(document, sealed, method=Method.INCREMENTAL, actor=clerk, now=self.moment())
        self.serve("list")

    def lose_a_ground(self) -> None:
        """One of the documents fell; the entry is out of sight until somebody has looked at what is left."""
        ground, clerk = self.seen().grounds[0].id, self.staff.clerk
        services.change_ground(
            self.case, ground, "revoked", revision=self.revision, actor=clerk, now=self.moment()
        )
        self.take("hide", clerk)

    def ask(self, given: AskGiven) -> None:
        services.ask(self.case, given, revision=self.revision, actor=self.staff.clerk, now=self.moment())

    def grant(self, reason: str) -> None:
        taken = services.grant(
            self.case, revision=self.revision, reason=reason, actor=self.staff.signer, now=self.moment()
        )
        self.revision = taken.revision

    def note(self, text: str) -> None:
        services.note(self.case, text, actor=self.staff.clerk, now=self.moment())

    def seen(self) -> CaseView:
        """The case as its clerk opens it, registered like any look."""
        opened = open_file(
            actor=self.staff.clerk, subject=self.subject, purpose=Purpose.LISTING, basis="示例案卷", now=self.moment()
        )  # fmt: skip
        return queries.case(self.case, opened=opened, law=current_law(self.day))
