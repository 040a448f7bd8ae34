"""Recording without a worker: the command line, small files, the form of one row (直接提交)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from xinheng.access.actor import Actor
from xinheng.access.permissions import require
from xinheng.exchange import intake
from xinheng.exchange.intake import Outcome, Told, silent
from xinheng.exchange.receiving import feed_of, receive
from xinheng.exchange.spoken import one_row


def submit_now(batch: UUID, *, actor: Actor, now: datetime, told: Told = silent) -> Outcome:
    """Record what is right in a batch without a worker: the command line, small files, the form.

    A batch that was submitted before answers with what it came to then. Raises as `intake.accept`.
    """
    require(actor, "batch.submit")
    return intake.earlier(batch, actor=actor) or intake.accept(batch, actor=actor, now=now, told=told)


def submit_one(
    fields: Mapping[str, str],
    *,
    feed: str,
    actor: Actor,
    source: Mapping[str, Any],
    now: datetime,
) -> Outcome:
    """Record one row typed into a form, through the same checks as a sheet of one row.

    `fields` maps field codes to what was typed. A row that is refused is not kept: `counts["accepted"]` is 0
    and `findings` says why. Raises Refusal PERMISSION_DENIED, or KeyError for a field the feed has not.
    """
    require(actor, "batch.submit")
    sheet = one_row(fields, feed_of(feed))
    name = "表单录入.csv"
    tried = intake.validate(sheet, file_name=name, feed=feed, actor=actor, source=source, now=now)
    if tried.counts["refused"]:
        return tried
    sheet.seek(0)
    batch = receive(sheet, actor=actor, feed=feed, file_name=name, source=source, now=now, queue=False)
    return submit_now(batch, actor=actor, now=now)
