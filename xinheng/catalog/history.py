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


class Laws:
    """The law at pairs of times, for the length of one answer: what changed it is read once.

    Which bundle was in force is found by the events of its changes. Its row keeps the latest approval only: one
    that was in force, replaced and proposed again has lost its first. Before the founding the founding bundle
    stands for it, as the shipped one does without any.
    """

    def __init__(self) -> None:
        self._changes = reading.of_kind(EventKind.LAWBOOK_CHANGED)
        self._known: dict[tuple[date, datetime], Law] = {}

    def known(self, day: date, *, before: datetime) -> Law:
        """The law of `day` by the lawbook and the rulings that were in force just before a moment.

        Raises Refusal BUNDLE_CHANGED when the files of that bundle are no longer what was approved.
        """
        key = (day, before)
        if key not in self._known:
            self._known[key] = self.lawbook(before=before).as_of(day, rulings_known(before=before))
        return self._known[key]

    def lawbook(self, *, before: datetime) -> Lawbook:
        """The lawbook in force just before a moment."""
        earlier = [each for each in self._changes if each.at < before] or self._changes[:1]
        return queries.lawbook_of(str(earlier[-1].told["digest"])) if earlier else queries.current_lawbook()


def rulings_known(*, before: datetime) -> Rulings:
    """The rulings approved before a moment and not revoked until then."""
    rows = Ruling.objects.filter(Q(revoked_at=None) | Q(revoked_at__gte=before), approved_at__lt=before)
    found = rows.values_list("value_id", "key", "number", "decision")
    return Rulings({(value, key): RulingDecision(number, decision) for value, key, number, decision in found})
