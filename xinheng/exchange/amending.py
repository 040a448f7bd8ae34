"""A correction that changes a record (异议成立的更正): decided in casework, carried out through the intake, in one transaction."""

# clauses: 2.2b, 5.1d

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from xinheng.access.actor import Actor
from xinheng.access.scope import acting
from xinheng.casework import corrections as casework
from xinheng.casework.correctionfacts import Given, Held, load
from xinheng.casework.models import Correction
from xinheng.exchange import changes, feeds
from xinheng.law.language import Refusal
from xinheng.ledger.emitting import composed

# What makes a record this one and no other.
IDENTITY = frozenset(
    {
        "party_kind",
        "party_name",
        "party_code",
        "party_id_kind",
        "party_id",
        "document_number",
        "body_name",
        "body_code",
    }
)


@composed
def propose(correction: UUID, *, revision: int, given: Given, actor: Actor, now: datetime) -> None:
    """Propose what becomes of each field; what changes has passed checks and law as it would be recorded.

    Raises Refusal as `casework.corrections.take` and `changes.propose_correction`.
    """
    held = _held(correction, actor)
    changed = _changed(held, given)
    _require_of_content(held, changed)
    if changed:
        ground = {"ground": "correction", "ground_text": f"异议 {held.row.number}"}
        made = changes.propose_correction(held.row.record_id, changed, **ground, actor=actor, now=now)
        given = replace(given, proposal=made)
    casework.take(correction, "propose", revision=revision, given=given, actor=actor, now=now)


@composed
def give_back(correction: UUID, *, revision: int, given: Given, actor: Actor, now: datetime) -> None:
    """Give a proposal back with reasons; what it would have changed is refused with it."""
    held = _held(correction, actor)
    casework.take(correction, "return", revision=revision, given=given, actor=actor, now=now)
    if held.row.proposal:
        changes.decide(held.row.proposal, granted=False, text=given.reason, actor=actor, now=now)


@composed
def decide(correction: UUID, *, revision: int, given: Given, actor: Actor, now: datetime) -> None:
    """Sign it: the paper is made, the record says its new content from here on, all in one transaction.

    Raises Refusal SAME_PERSON, and as `casework.corrections.take` and `changes.decide`.
    """
    held = _held(correction, actor)
    casework.take(correction, "decide", revision=revision, given=given, actor=actor, now=now)
    if held.row.proposal:
        changes.decide(held.row.proposal, granted=True, text=given.reason, actor=actor, now=now)


def _held(correction: UUID, actor: Actor) -> Held:
    with acting(actor):
        row = (
            Correction.objects.select_related("record").filter(pk=correction, agency=actor.agency_id).first()
        )
        if row is None:
            raise Refusal.because("NOT_FOUND")
        return load(row)


def _require_of_content(held: Held, changed: Mapping[str, str]) -> None:
    """Raise Refusal CORRECTION_NOT_HERE for a field that makes the record this one, or that its sheet has not."""
    labels = {each.field: each.label for each in held.claims}
    item = held.row.record.item_code
    known = set(feeds.load(item).fields) if item in feeds.codes() else set()
    for name in changed:
        if name in IDENTITY or name not in known:
            raise Refusal.because("CORRECTION_NOT_HERE", "huaian-2021-13#2.2b", column=labels.get(name, name))


def _changed(held: Held, given: Given) -> Mapping[str, str]:
    """Fields that the record is to say otherwise; of a record that is somebody else's nothing is changed."""
    if given.mistaken:
        return {}
    old = {each.field: each.old for each in held.claims}
    return {each.field: each.decided for each in given.rulings if each.decided != old.get(each.field)}
