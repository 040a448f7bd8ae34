"""Proposals as the two officers see them: which there are, and what each would change (提议查询).

A list names documents and batches, never a person; what a proposal would change is shown in an opened file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from xinheng.access.actor import Actor
from xinheng.access.gate import Opened
from xinheng.access.permissions import require
from xinheng.access.scope import acting
from xinheng.exchange import corrections, feeds, withdrawals
from xinheng.exchange.models import Batch
from xinheng.law.language import Refusal
from xinheng.registry.models import Proposal, ProposalKind, Record, RecordVersion
from xinheng.registry.standing import ended_for_others, histories, require_open
from xinheng.runtime.paging import Page
from xinheng.vault.sealing import open_sealed

PROPOSAL = ("registry_proposal", "sealed")


@dataclass(frozen=True, slots=True)
class ProposalView:
    """A change that one officer asks for and another decides; `target` is a document's or a batch's number."""

    id: UUID
    kind: str
    kind_label: str
    target: str
    agency: str
    record: UUID | None
    batch: UUID | None
    base_version: int | None
    change: Mapping[str, Any]
    ground: str
    ground_text: str
    proposed_by: UUID
    proposed_at: datetime
    decided_by: UUID | None
    decided_at: datetime | None
    granted: bool | None
    decision_text: str

    @property
    def waits(self) -> bool:
        return self.decided_at is None


@dataclass(frozen=True, slots=True)
class Side:
    """One field before and after, in the words of its sheet."""

    field: str
    label: str
    before: str
    after: str

    @property
    def changed(self) -> bool:
        return self.before != self.after


def proposals(*, actor: Actor, page: int = 1, size: int = 20, open_only: bool = True) -> Page[ProposalView]:
    """The proposals of the actor's agency (ProposalView), latest first; of all for office and auditor."""
    require(actor, "record.view")
    with acting(actor):
        found = _joined(actor).order_by("-proposed_at", "-id")
        if open_only:
            found = found.filter(decided_at=None)
        first = (max(1, page) - 1) * size
        rows, total = list(found[first : first + size]), found.count()
        numbers = _batch_numbers(rows)
        return Page([_view(each, numbers) for each in rows], total, max(1, page), size)


def proposal(proposal_id: UUID, *, actor: Actor) -> ProposalView | None:
    """One proposal without its content; None for another agency's as for one that is not there."""
    require(actor, "record.view")
    with acting(actor):
        found = _joined(actor).filter(pk=proposal_id).first()
        return None if found is None else _view(found, _batch_numbers([found]))


def asked_to_settle(*, actor: Actor) -> frozenset[tuple[UUID, int, str]]:
    """(batch, row, question) of the proposals that wait, so that nobody asks twice."""
    require(actor, "waiting.view")
    with acting(actor):
        found = Proposal.objects.filter(kind=ProposalKind.SETTLE, decided_at=None)
        rows = list(found.values_list("batch", "change"))
    return frozenset((batch, int(change["row"]), str(change["question"])) for batch, change in rows if batch)


def said(record: UUID, *, opened: Opened) -> dict[str, str]:
    """What a record says now, by field, in the words of its sheet. Raises Refusal NOT_FOUND or NOT_YOURS."""
    with acting(opened.actor):
        row = _record(record, opened)
        return corrections.said(row, feeds.load(row.item_code))


def withheld(record: UUID, *, opened: Opened) -> tuple[Side, ...]:
    """The texts of a record that are withheld for what they tell of persons, to be redacted."""
    with acting(opened.actor):
        row = _record(record, opened)
        version = RecordVersion.objects.get(record=record, version=row.version)
        personal = corrections.personal(row, version)
        feed = feeds.load(row.item_code)
        texts = [(name, str(personal.get(name, ""))) for name in version.withheld]
        return tuple(Side(name, feed.column(name).name, text, text) for name, text in texts)


def sides(view: ProposalView, *, opened: Opened) -> tuple[Side, ...]:
    """What a proposal about a record would change, field by field; `opened` for the record's subject.

    The side before is what the record said when the change was asked for. Raises Refusal NOT_FOUND.
    """
    with acting(opened.actor):
        proposed = Proposal.objects.filter(pk=view.id).first()
        if proposed is None or proposed.record_id is None or proposed.base_version is None:
            raise Refusal.because("NOT_FOUND")
        row = _record(proposed.record_id, opened)
        if proposed.sealed is None:
            return ()  # gone with what it was about
        row.version = proposed.base_version
        feed = feeds.load(row.item_code)
        after = _content(proposed, row.subject_id)
        if view.kind == ProposalKind.CORRECT:
            before = corrections.said(row, feed)
            names = [name for name in feed.fields if name in before or name in after]
        else:
            version = RecordVersion.objects.get(record=row.pk, version=row.version)
            before, names = corrections.personal(row, version), list(after)
    told = ((name, str(before.get(name, "")), after.get(name, "")) for name in names)
    return tuple(Side(name, feed.column(name).name, old, new) for name, old, new in told)


def would_withdraw(batch: UUID, *, actor: Actor) -> tuple[int, int]:
    """(records that would be withdrawn, records that would say again what they said before)."""
    require(actor, "batch.view")
    with acting(actor):
        made, changed = withdrawals.touched(batch)
    return len(made), len(changed)


def _content(proposed: Proposal, subject: UUID) -> dict[str, str]:
    plain = open_sealed(*PROPOSAL, proposed.pk, subject, bytes(proposed.sealed or b""))
    return dict(json.loads(plain))


def _record(record: UUID, opened: Opened) -> Record:
    row = Record.objects.select_related("instrument", "subject").filter(pk=record).first()
    if row is None:
        raise Refusal.because("NOT_FOUND")
    opened.require_subject(row.subject_id)
    require_open(record, row.agency_id, histories([record]), opened)
    return row


def _joined(actor: Actor) -> QuerySet[Proposal]:
    """Without those about another body's record that was ended or withheld (5.1b)."""
    ended = Exists(ended_for_others().filter(record=OuterRef("record")))
    found = Proposal.objects.select_related("agency", "record__instrument")
    return found.exclude(ended, ~Q(agency=actor.agency_id))


def _batch_numbers(rows: list[Proposal]) -> dict[UUID, str]:
    batches = {each.batch for each in rows if each.batch}
    return dict(Batch.objects.filter(pk__in=batches).values_list("pk", "no"))


_SAME = (
    "id", "kind", "batch", "base_version", "change", "ground", "ground_text", "proposed_by", "proposed_at",
    "decided_by", "decided_at", "granted", "decision_text",
)  # fmt: skip


def _view(found: Proposal, numbers: Mapping[UUID, str]) -> ProposalView:
    told = {name: getattr(found, name) for name in _SAME}
    target = found.record.instrument.number if found.record else numbers.get(found.batch or UUID(int=0), "")
    if found.kind == ProposalKind.SETTLE:
        target = f"{target} 第 {found.change['row']} 行"
    label = found.get_kind_display()
    return ProposalView(
        **told, kind_label=label, target=target, agency=found.agency.name, record=found.record_id
    )
