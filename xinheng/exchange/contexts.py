"""What a run over a sheet rests on, gathered once: law, agencies, source (处理依据)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from xinheng.access.actor import HOST_ID, Actor
from xinheng.access.models import Agency
from xinheng.catalog.public import current_law
from xinheng.catalog.windows import declared
from xinheng.exchange.checks import ReportingAgency
from xinheng.exchange.feeds import Feed
from xinheng.exchange.pipeline import Body, Context
from xinheng.law.language import Refusal
from xinheng.runtime.clock import day_of


def of(
    *,
    batch: UUID,
    feed: Feed,
    actor: Actor,
    agency: UUID,
    source: Mapping[str, Any],
    now: datetime,
    only: frozenset[int] | None = None,
    settled: Mapping[int, tuple[str, ...]] | None = None,
) -> Context:
    """The context of one run. Raises Refusal AGENCY_UNKNOWN."""
    sender = Agency.objects.filter(pk=agency, is_active=True).first()
    if sender is None and agency != HOST_ID:
        raise Refusal.because("AGENCY_UNKNOWN", uscc="")
    today = day_of(now)
    ground = source.get("ground")
    return Context(
        feed=feed,
        law=current_law(today),
        batch=batch,
        agency=agency,
        reporter=_reporter(sender, actor),
        bodies=_bodies(),
        source=_told(source),
        today=today,
        now=now,
        ground=(str(ground["kind"]), str(ground["reason"])) if ground else None,
        only=only,
        settled=settled or {},
        windows=declared(),
    )


def _told(source: Mapping[str, Any]) -> dict[str, Any]:
    """What the sender said, nothing added: silence is no disclosure review, and unreviewed is not public (3.2d)."""
    said = {name: each for name, each in source.items() if each not in (None, "")}
    return {**said, "reviewed": source.get("reviewed") is True}


def settling(context: Context, settled: Mapping[int, tuple[str, ...]]) -> Context:
    """The same context with what officers have decided for some rows."""
    return replace(context, settled=settled)


def _reporter(sender: Agency | None, actor: Actor) -> ReportingAgency | None:
    """In whose name rows may be reported: the city office may pass on what other agencies sent its platform.

    A validation on the host that names no agency asks nothing of the kind.
    """
    if sender is None or (sender.is_lead and actor.whole_city):
        return None
    return ReportingAgency(sender.uscc, sender.name)


def _bodies() -> dict[str, Body]:
    rows = Agency.objects.filter(is_active=True)
    told = rows.values_list("uscc", "id", "domains", "channel_name", "channel_url", "region")
    return {
        uscc: Body(pk, domains[0] if len(domains) == 1 else "", channel, url, region)
        for uscc, pk, domains, channel, url, region in told
    }
