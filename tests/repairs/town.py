"""A firm with records at two bodies and on a list of a third, and who acts for it (信用修复的示例)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests import cast
from tests.casework.office import DIRECT, Office, settled
from tests.exchange import sample
from xinheng.access import accounts, services
from xinheng.access.accounts import Bound
from xinheng.access.actor import Actor, Own, counter_actor
from xinheng.access.scope import acting
from xinheng.casework.models import Case
from xinheng.casework.repairs import services as repairs
from xinheng.casework.repairs.given import FindingGiven, Given, ProposalGiven
from xinheng.casework.repairs.lodging import Lodged
from xinheng.casework.repairs.models import RepairApplication, RepairCase, RepairItem
from xinheng.casework.taking import Taken
from xinheng.exchange import services as exchange
from xinheng.registry.models import ListEntry, Record

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<<>>\nstartxref\n9\n%%EOF\n"
OLD, NEW = "2026-05-11", "2026-11-16"
REMEDIES = {"reconsideration_body": "示例市人民政府", "court": "示例区人民法院"}
MET = ("corrected", "effects_eliminated")
STAFF = {
    cast.MARKET.id: (cast.MARKET_CLERK, cast.MARKET_CHECKER, cast.MARKET_SIGNER),
    cast.ENVIRONMENT.id: (cast.ENVIRONMENT_CLERK, cast.ENVIRONMENT_CHECKER, cast.ENVIRONMENT_CHECKER),
    cast.LABOUR.id: (cast.LABOUR_CLERK, cast.LABOUR_CHECKER, cast.LABOUR_SIGNER),
}


def penalty(number: int, clerk: cast.Officer, **other: str) -> UUID:
    """A penalty of the firm by the clerk's body; gives the record."""
    body = clerk.office
    row = sample.penalty(
        number, None, **{"body_name": body.name, "body_code": body.uscc, "source_name": body.name,
        "source_code": body.uscc, "decided_on": OLD, "conduct": f"示例修复事由{number}", **other},
    )  # fmt: skip
    batch = exchange.receive(
        sample.sheet([row]), actor=clerk.actor, feed="penalty", file_name=f"示例{number}.csv",
        source={"reviewed": True}, now=cast.NOW, queue=False,
    )  # fmt: skip
    done = exchange.submit_now(batch, actor=clerk.actor, now=cast.NOW)
    assert done.counts["accepted"] == 1, done.findings
    with acting(clerk.actor):
        return Record.objects.values_list("id", flat=True).get(batch=done.batch)


@dataclass
class Town:
    """Ids of what is there, and the clock."""

    office: Office
    account: UUID
    old: UUID
    new: UUID
    other: UUID
    entry: UUID
    # For what is committed while the others are rolled back.
    spare: tuple[UUID, UUID]
    now: datetime = field(default=cast.NOW)

    @property
    def firm(self) -> UUID:
        return self.office.firm

    @property
    def boss(self) -> Actor:
        """The legal representative, at home."""
        return counter_actor(Own(self.account, self.firm, self.now.date(), "示例绑定"))

    def at_window(self) -> Actor:
        """The same person at the window, put on record."""
        staff = cast.WINDOW_STAFF.actor
        act = services.present(cast.BOSS_ID, self.firm, evidence="licence", actor=staff, now=self.now)
        found = accounts.for_present(act, actor=staff, now=self.now)
        assert found
        return found

    def later(self, **delta: int) -> Town:
        self.now += timedelta(**(delta or {"hours": 1}))
        return self

    @property
    def all(self) -> tuple[UUID, ...]:
        return self.old, self.new, self.other, self.entry

    def lodged(self, chosen: Sequence[UUID] | None = None, actor: Actor | None = None, **more: Any) -> Lodged:
        """Begun, with both materials, and lodged."""
        who = actor or self.boss
        wanted = list(self.all if chosen is None else chosen)
        begun = repairs.begin(wanted, actor=who, now=self.now, **more)
        for kind in ("proof", "commitment"):
            repairs.keep_material(begun, kind, "示例.pdf", PDF, actor=who, now=self.now)
        return repairs.lodge(begun, actor=who, now=self.now)

    # ---- the bodies -----------------------------------------------------------------------------------------

    def case(self, office: cast.Office) -> RepairCase:
        """The latest case at a body."""
        with acting(STAFF[office.id][0].actor):
            return RepairCase.objects.filter(agency=office.id).latest("number")

    def application_of(self, number: str) -> UUID:
        with acting(self.boss):
            return RepairApplication.objects.values_list("id", flat=True).get(number=number)

    def items(self, office: cast.Office) -> list[RepairItem]:
        with acting(STAFF[office.id][0].actor):
            return list(RepairItem.objects.filter(case=self.case(office)).order_by("place"))

    def take(self, office: cast.Office, step: str, who: int | Actor = 0, **given: Any) -> Taken:
        actor = STAFF[office.id][who].actor if isinstance(who, int) else who
        case = self.case(office)
        self.later(minutes=1)
        return repairs.fire(
            case.pk, step, revision=case.revision, given=Given(**given), actor=actor, now=self.now
        )

    def verified(self, office: cast.Office, **found: Any) -> Town:
        """Accepted and verified, all conditions met unless told."""
        self.take(office, "accept", contact="示例电话")
        self.take(office, "verify", findings=self.findings(office, **found))
        return self

    def findings(self, office: cast.Office, **found: Any) -> tuple[FindingGiven, ...]:
        told = {"met": MET, "corrected_on": date(2026, 5, 4), **found}
        return tuple(
            FindingGiven(**{"item": each.pk, **told, "met": self._met(each, told["met"])})
            for each in self.items(office)
        )

    def _met(self, item: RepairItem, met: Sequence[str]) -> tuple[str, ...]:
        return tuple(met) if item.entry_id is None else ("corrected", "commitment")

    def proposed(self, office: cast.Office, *refused: UUID, **more: Any) -> Town:
        """Each record granted, but those told refused as too early."""
        given = tuple(self.proposal(each, refused, **more) for each in self.items(office))
        self.take(office, "propose", proposals=given)
        return self

    def proposal(self, item: RepairItem, refused: Sequence[UUID], **more: Any) -> ProposalGiven:
        if (item.record_id or item.entry_id) in refused:
            told = {
                "outcome": "refuse",
                "ground": "too_early",
                "clauses": ("gbf-2025-22#2",),
                "reason": "示例理由：期限未满。",
            }
            return ProposalGiven(item=item.pk, **{**told, **REMEDIES, **more})
        return ProposalGiven(item=item.pk, outcome="grant", reason="示例理由：已经查明。")

    def served(self, office: cast.Office) -> Taken:
        return self.take(office, "serve", service=replace(DIRECT, on=self.now.date()))


def built() -> Town:
    """The cast at work: the firm's records, its entry on a list, its legal representative bound at the window."""
    office = settled()
    with transaction.atomic():
        for each in cast.OFFICERS:
            TOTPDevice.objects.create(user_id=each.actor.user_id, name=each.username, confirmed=True)
        cast.leave_untold()
    office.whole_way()
    old = penalty(1, cast.MARKET_CLERK)
    new = penalty(2, cast.MARKET_CLERK, decided_on=NEW)
    other = penalty(3, cast.ENVIRONMENT_CLERK, document_number="示环罚决字〔2026〕3号")
    spare = tuple(penalty(number, cast.MARKET_CLERK) for number in (4, 5))
    accounts.bind_at_window(
        cast.BOSS_ID, Bound(office.firm, "legal_representative"), evidence="licence", scan=PDF,
        actor=cast.WINDOW_STAFF.actor, now=cast.NOW,
    )  # fmt: skip
    act = services.present(
        cast.BOSS_ID, office.firm, evidence="licence", actor=cast.WINDOW_STAFF.actor, now=cast.NOW
    )
    actor = accounts.for_present(act, actor=cast.WINDOW_STAFF.actor, now=cast.NOW)
    assert actor
    assert actor.own
    with acting(cast.LABOUR_CLERK.actor):
        case = Case.objects.get(pk=office.case)
        entry = ListEntry.objects.get(case=case.pk)
    return Town(office, actor.own.account, old, new, other, entry.pk, (spare[0], spare[1]))
