"""Repairs, corrections and revocations, one in each state that a visitor would look for (示例办理): by the services alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from xinheng.access import accounts
from xinheng.access.accounts import Bound
from xinheng.access.actor import Actor, Own, counter_actor
from xinheng.access.gate import Opened, open_file, open_set
from xinheng.access.purposes import Purpose
from xinheng.access.scope import acting
from xinheng.casework import corrections, mendingqueries, revocations
from xinheng.casework.correctionfacts import Claim, Ruling
from xinheng.casework.correctionfacts import Given as Answered
from xinheng.casework.given import ServiceGiven
from xinheng.casework.repairs import queries, services
from xinheng.casework.repairs.given import FindingGiven, Given, ProposalGiven
from xinheng.casework.repairs.views import CaseView, ItemView
from xinheng.casework.revocations import Fell, Proof
from xinheng.catalog.public import current_law
from xinheng.documents import files
from xinheng.documents.sealedcopies import Method
from xinheng.documents.services import attach_sealed
from xinheng.exchange import amending
from xinheng.jobs.demo import eseal, mended
from xinheng.jobs.demo.city import DemoAgency
from xinheng.jobs.demo.matter import Staff
from xinheng.jobs.demo.mended import Fined
from xinheng.jobs.demo.paper import paper
from xinheng.law.identifiers import document_number_key
from xinheng.law.language import Refusal
from xinheng.law.refusals import tell_all
from xinheng.registry import queries as registry
from xinheng.runtime.clock import day_of
from xinheng.subjects import identity

Say = Callable[[str], None]
BASIS, CONTACT = "示例办理", "示例电话"
BODY, COURT = "示例市人民政府", "示例区人民法院"
NOT_CORRECTED, CORRECTED = "not_corrected", "corrected"
# So that each step is later than the one before, and none of them after the page that shows it.
STEP = timedelta(milliseconds=50)


@dataclass(slots=True)
class Desk:
    """The office at which all of it happens, the window, and the firms' legal representative."""

    agency: DemoAgency
    staff: Staff
    window: Actor
    now: datetime
    account: UUID = field(default_factory=lambda: UUID(int=0))

    @property
    def day(self) -> date:
        return day_of(self.now)

    def moment(self) -> datetime:
        self.now += STEP
        return self.now

    # ---- the party ------------------------------------------------------------------------------------------

    def bind(self) -> None:
        """The representative comes to the window once with the papers of each firm."""
        for firm in mended.FIRMS:
            bound = Bound(_subject(firm.code), "legal_representative")
            accounts.bind_at_window(
                mended.OWNER_ID, bound, evidence="licence", scan=paper("营业执照"), actor=self.window, now=self.moment()
            )  # fmt: skip
        own = self.at_window(mended.REPAIRS.code).own
        self.account = own.account if own else self.account

    def at_home(self, code: str) -> Actor:
        return counter_actor(Own(self.account, _subject(code), self.day, "示例绑定"))

    def at_window(self, code: str) -> Actor:
        act = accounts.present(
            mended.OWNER_ID, _subject(code), evidence="licence", actor=self.window, now=self.moment()
        )
        found = accounts.for_present(act, actor=self.window, now=self.moment())
        if found is None:
            raise LookupError("nobody stands at the window")
        return found

    # ---- what there is ---------------------------------------------------------------------------------------

    def record(self, fined: Fined) -> UUID:
        """The record of one of the penalties."""
        number = mended.penalty(fined, self.agency, self.day)["document_number"]
        opened = open_set(
            actor=self.staff.clerk, what=registry.RECORDS, purpose=Purpose.REPORTING, basis=BASIS, now=self.moment()
        )  # fmt: skip
        found = registry.records(opened=opened, number_key=document_number_key(number)).rows
        if not found:
            raise LookupError("the demo city is incomplete: remove its folder and begin again")
        return found[0].id

    def opened(self, subject: UUID) -> Opened:
        return open_file(
            actor=self.staff.clerk, subject=subject, purpose=Purpose.OBJECTION, basis=BASIS, now=self.moment()
        )

    def sealed(self, document: UUID | None, subject: UUID) -> None:
        """The paper comes back with a seal that seals nothing."""
        if document is None:
            raise LookupError("nothing was decided")
        with acting(self.staff.clerk):
            copy = eseal.stamped(files.kept(document, subject))
            attach_sealed(
                document, copy, method=Method.INCREMENTAL, actor=self.staff.clerk, now=self.moment()
            )


def _subject(code: str) -> UUID:
    found = identity.body(code)
    if found is None:
        raise LookupError("the demo city is incomplete: remove its folder and begin again")
    return found


# ---- repairs ---------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Repair:
    """One application for one record, on its way at the body that decides it."""

    desk: Desk
    case: UUID
    subject: UUID
    revision: int = 1

    def take(self, step: str, actor: Actor, **given: object) -> UUID | None:
        told = Given(**given)  # type: ignore[arg-type]
        done = services.fire(
            self.case, step, revision=self.revision, given=told, actor=actor, now=self.desk.moment()
        )
        self.revision = done.revision
        return done.document

    def seen(self) -> CaseView:
        return queries.case(self.case, opened=self.desk.opened(self.subject), law=current_law(self.desk.day))

    def verified(self, *, lacking: str = "") -> None:
        """Accepted, and all that is asked found to be so but for what is lacking."""
        clerk = self.desk.staff.clerk
        self.take("accept", clerk, contact=CONTACT)
        found = tuple(self._finding(each, lacking) for each in self.seen().items)
        self.take("verify", clerk, findings=found)

    def _finding(self, item: ItemView, lacking: str) -> FindingGiven:
        met = tuple(each.id for each in item.asked if each.id != lacking)
        note = "已查罚没票据和现场情况（示例）。"
        on = None if lacking else self.desk.day - timedelta(days=10)
        return FindingGiven(item=item.id, met=met, corrected_on=on, note=note)

    def decided(self, document: UUID | None) -> None:
        """Sealed and served; the receipts of those who hold copies are awaited."""
        self.desk.sealed(document, self.subject)
        served = ServiceGiven(
            way="direct", on=self.desk.day, shows=("receipt_signed",), receiver="示例收件人"
        )
        self.take("serve", self.desk.staff.clerk, service=served)


def _applied(desk: Desk, fined: Fined, *kinds: str, actor: Actor | None = None) -> Repair:
    who = actor or desk.at_home(fined.firm.code)
    text = "罚款已经缴纳，行为已经改正（示例）。"
    begun = services.begin([desk.record(fined)], statement=text, actor=who, now=desk.moment())
    for kind in kinds:
        name = {"proof": "罚没票据（示例）", "commitment": "信用承诺书（示例）"}[kind]
        services.keep_material(begun, kind, f"{name}.pdf", paper(name), actor=who, now=desk.moment())
    done = services.lodge(begun, actor=who, now=desk.moment())
    opened = open_set(
        actor=desk.staff.clerk, what=queries.REPAIRS, purpose=Purpose.OBJECTION, basis=BASIS, now=desk.moment()
    )  # fmt: skip
    rows = queries.cases(opened=opened, group="all", size=100).rows
    case = next(each.id for each in rows if each.application == done.number)
    return Repair(desk, case, _subject(fined.firm.code))


def lodged(desk: Desk) -> None:
    _applied(desk, mended.LODGED, "proof", "commitment")


def lacking(desk: Desk) -> None:
    """Handed in at the window without the commitment, which is asked for once."""
    at_window = desk.at_window(mended.LACKING.firm.code)
    it = _applied(desk, mended.LACKING, "proof", actor=at_window)
    handed = {each.kind for each in it.seen().materials}
    asked = {each.id for item in it.seen().items for each in item.materials if not each.fetch}
    it.take("ask_supplement", desk.staff.clerk, contact=CONTACT, asking=tuple(sorted(asked - handed)))


def granted(desk: Desk) -> None:
    it = _applied(desk, mended.GRANTED, "proof", "commitment")
    it.verified()
    why = "罚款已经缴纳，行为已经改正，准予修复（示例）。"
    given = tuple(ProposalGiven(item=each.id, outcome="grant", reason=why) for each in it.seen().items)
    it.take("propose", desk.staff.clerk, proposals=given)
    it.decided(it.take("grant", desk.staff.checker))


def refused(desk: Desk) -> None:
    """Received like any other; refused by three persons on a ground of law, with where to turn and what to do."""
    it = _applied(desk, mended.REFUSED, "proof", "commitment")
    it.verified(lacking=CORRECTED)
    given = tuple(_refusal(it, each) for each in it.seen().items)
    it.take("propose", desk.staff.clerk, proposals=given)
    it.take("check", desk.staff.checker)
    it.decided(it.take("refuse", desk.staff.signer))


def _refusal(it: Repair, item: ItemView) -> ProposalGiven:
    opened, law = it.desk.opened(it.subject), current_law(it.desk.day)
    there = {each.id: each for each in queries.grounds(it.case, opened=opened, law=law)[item.id]}
    return ProposalGiven(
        item=item.id, outcome="refuse", ground=NOT_CORRECTED, clauses=there[NOT_CORRECTED].clauses,
        reason="罚没票据只载明缴纳一半，其余没有缴纳（示例）。", next_step="缴清罚款后可以再次申请（示例）。",
        reconsideration_body=BODY, court=COURT,
    )  # fmt: skip


# ---- corrections -----------------------------------------------------------------------------------------------


def _said(desk: Desk, fined: Fined, claims: tuple[Claim, ...], why: str, *, not_me: bool = False) -> UUID:
    who = desk.at_home(fined.firm.code)
    record = desk.record(fined)
    return corrections.lodge(record, claims, not_me=not_me, why=why, actor=who, now=desk.moment()).id


def _claim(desk: Desk, fined: Fined, name: str, label: str, claimed: str) -> Claim:
    held = mended.penalty(fined, desk.agency, desk.day)[name]
    return Claim(field=name, label=label, old=held, claimed=claimed)


def claimed(desk: Desk) -> None:
    """Under way: marked wherever the record is seen."""
    claim = _claim(desk, mended.CLAIMED, "conduct", "违法行为类型", "食品标签有瑕疵（示例）")
    _said(desk, mended.CLAIMED, (claim,), "原决定书写的是标签瑕疵，不是不符合规定（示例）。")


def corrected(desk: Desk) -> None:
    """The decimal point had slipped; decided by two persons, to be served."""
    fine = _claim(desk, mended.CORRECTED, "fine_amount", "罚款金额（万元）", "0.2")
    text = _claim(desk, mended.CORRECTED, "content_text", "处罚内容", "罚款 2000 元")
    made = _said(desk, mended.CORRECTED, (fine, text), "罚款是 2000 元，小数点录错了（示例）。")
    clerk, checker = desk.staff.clerk, desk.staff.checker
    told = Answered(answer="原决定书载明罚款 2000 元，报送时小数点录入有误（示例）。")
    corrections.take(made, "answer", revision=1, given=told, actor=clerk, now=desk.moment())
    number = mended.penalty(mended.CORRECTED, desk.agency, desk.day)["document_number"]
    rulings = tuple(
        Ruling(field=each.field, decided=each.claimed, reason="照原决定书改正（示例）。", document=number)
        for each in (fine, text)
    )
    proposed = Answered(
        reason="经核对原决定书（示例）。", rulings=rulings, reconsideration_body=BODY, court=COURT
    )
    amending.propose(made, revision=2, given=proposed, actor=clerk, now=desk.moment())
    amending.decide(made, revision=3, given=Answered(), actor=checker, now=desk.moment())


def not_me(desk: Desk) -> None:
    """这不是我: gone from the portal at once, to be looked into."""
    _said(desk, mended.NOT_ME, (), "我单位没有受过这次处罚，可能是代码录错（示例）。", not_me=True)


# ---- documents that fell ---------------------------------------------------------------------------------------


def annulled(desk: Desk) -> None:
    """Annulled on reconsideration: whatever rests on it alone is gone."""
    clerk = desk.staff.clerk
    document = mendingqueries.document_of(desk.record(mended.ANNULLED), actor=clerk)
    proof = Proof(
        kind="reconsideration", number=f"示复决〔{desk.day.year}〕1号（示例）", body_name=BODY,
        decided_on=desk.day - timedelta(days=1),
    )  # fmt: skip
    fell = Fell(
        instrument=document.id, outcome="revoked", proof=proof, statement="行政复议决定撤销（示例）。", known_on=desk.day
    )  # fmt: skip
    revocations.register_change(fell, actor=clerk, now=desk.moment())


def contested(desk: Desk) -> None:
    """复议诉讼中: a mark; the penalty goes on having its effect."""
    clerk, number = desk.staff.clerk, f"示复受〔{desk.day.year}〕2号（示例）"
    document = mendingqueries.document_of(desk.record(mended.CONTESTED), actor=clerk)
    revocations.note_dispute(document.id, contested=True, number=number, actor=clerk, now=desk.moment())


# ---- all of them -----------------------------------------------------------------------------------------------

STORIES: tuple[Callable[[Desk], None], ...] = (
    lodged, lacking, granted, refused, claimed, corrected, not_me, annulled, contested,
)  # fmt: skip


def found(desk: Desk, *, say: Say) -> int:
    """All of them, or none; how many there are. A second call leaves those that are there."""
    if queries.count(desk.staff.clerk, "all"):
        return len(STORIES)
    with transaction.atomic():
        desk.bind()
        return sum(_told(each, desk, say) for each in STORIES)


def _told(story: Callable[[Desk], None], desk: Desk, say: Say) -> bool:
    """Whether the law let it come to its end: what it refuses holds up no other."""
    try:
        with transaction.atomic():
            story(desk)
    except Refusal as refusal:
        told = tell_all(refusal.reasons, current_law(desk.day))
        say(f"一件示例没有办成：{told[0].text}")
        return False
    return True
