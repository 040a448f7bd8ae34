"""The law as it was known at a moment (当时的法规数据): the bundle and the rulings then in force."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Q

from xinheng.catalog import queries
from xinheng.catalog.models import Ruling
from xinheng.law.lawbook import Law, Lawbook
from xinheng.law.reference import RulingDecision, Rulings
from xinheng.ledger import reading
from xinheng.ledger.kinds import EventKind


def law_known(day: date, *, before: datetime) -> Law:
    """The law of `day` by the lawbook and the rulings that were in force just before a moment."""
    return lawbook_known(before=before).as_of(day, rulings_known(before=before))


def lawbook_known(*, before: datetime) -> Lawbook:
    """The lawbook in force just before a moment, found by the events of its changes.

    Bundle rows keep their latest approval only: one that was in force, replaced and proposed again has lost
    its first. Before the founding the founding bundle stands for it, as the shipped one does without any.
    Raises Refusal BUNDLE_CHANGED when its files are no longer what was approved.
    """
    kind = EventKind.LAWBOOK_CHANGED
    found = reading.latest(kind, before=before) or reading.first(kind)
    return queries.current_lawbook() if found is None else queries.lawbook_of(str(found.told["digest"]))


def rulings_known(*, before: datetime) -> Rulings:
    """The rulings approved before a moment and not revoked until then."""
    rows = Ruling.objects.filter(Q(revoked_at=None) | Q(revoked_at__gte=before), approved_at__lt=before)
    found = rows.values_list("value_id", "key", "number", "decision")
    return Rulings({(value, key): RulingDecision(number, decision) for value, key, number, decision in found})
