"""The own file (我的记录): what is held, public or not, why, until when, shared with whom, what can be done today."""

# clauses: 3.2c, 5.2

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from xinheng.access.counter_login import Signed
from xinheng.access.gate import Opened, open_own
from xinheng.casework import own as cases
from xinheng.casework.repairs import own as repairs
from xinheng.catalog.public import current_law
from xinheng.law.language import Outcome
from xinheng.publication import own as publication
from xinheng.publication.own import OwnRecord
from xinheng.runtime import clock
from xinheng.web.counter.answers import own, page, signed
from xinheng.web.counter.doings import doings
from xinheng.web.ui import own_cards


@require_GET
@signed
def home(request: HttpRequest, found: Signed) -> HttpResponse:
    """All that is held of whom one acts for; of somebody of whom nothing is held, that."""
    if found.chosen is None:
        return page(request, "counter/nothing.html", {})
    opened = open_own(actor=found.actor, now=clock.now())
    return page(request, "counter/home.html", _home(opened))


def _home(opened: Opened) -> dict[str, Any]:
    law = current_law(clock.today())
    records = publication.records(opened=opened, law=law)
    public, kept = own_cards.grouped(records, law)
    papers = cases.papers(opened=opened, law=law)
    return {
        "public": [(each, doings(each.record, law, law.day)) for each in public],
        "kept": [(each, doings(each.record, law, law.day)) for each in kept],
        "lists": list(cases.entries(opened=opened, law=law)),
        "today": law.day,
        "waiting": [each for each in papers if each.speaks],
        "repairable": _repairable(opened, records),
        "data_as_of": clock.now(),
    }


def _repairable(opened: Opened, records: tuple[OwnRecord, ...]) -> int:
    """Of how many it was told that they may be repaired, those that are since aside."""
    repaired = {each.id for each in records if "repaired" in each.marks}
    return sum(each.target not in repaired for each in repairs.due(opened=opened))


@require_GET
@own
def record(request: HttpRequest, opened: Opened, record: UUID) -> HttpResponse:
    """One record whole."""
    law = current_law(clock.today())
    found = publication.record(record, opened=opened, law=law)
    shared = publication.shared_with(record, opened=opened, law=law)
    context = {
        "card": own_cards.card(found, law),
        "facts": own_cards.facts(found),
        "shared": [each for each in shared if each.outcome is Outcome.PERMITTED and each.visible],
        "doings": doings(found, law, law.day),
        "today": law.day,
        "data_as_of": clock.now(),
    }
    return page(request, "counter/record.html", context)
