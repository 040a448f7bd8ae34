"""A file comes in: told apart, kept sealed, queued for its check (收件)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, BinaryIO
from uuid import UUID

from django.db import connection

from xinheng.access.actor import Actor
from xinheng.access.permissions import require
from xinheng.access.scope import acting
from xinheng.exchange import feeds, files
from xinheng.exchange.feeds import Feed
from xinheng.exchange.models import Batch
from xinheng.exchange.sheets import open_sheet
from xinheng.law.language import Refusal
from xinheng.law.privacy import leads_to_person
from xinheng.ledger.emitting import emits, nothing_to_emit
from xinheng.ledger.kinds import EventKind
from xinheng.ledger.services import append
from xinheng.runtime import jobs
from xinheng.runtime.clock import day_of
from xinheng.runtime.db import uuid7


@emits(EventKind.BATCH_RECEIVED)
def receive(
    file: BinaryIO,
    *,
    actor: Actor,
    feed: str,
    file_name: str,
    source: Mapping[str, Any],
    now: datetime,
    queue: bool = True,
) -> UUID:
    """Keep an uploaded file sealed and queue its check; returns the batch's id.

    The same file of the same agency for the same feed is the same batch, whatever became of it. `source`
    may hold channel, url, published_on, reviewed and ground {kind, reason} for the whole batch. Without
    `queue` the caller goes on by itself.
    Raises FileFault, and nothing is kept; Refusal PERMISSION_DENIED, TEMPLATE_UNKNOWN or FIELD_TELLS_PERSON.
    """
    require(actor, "batch.submit")
    _require_impersonal(source)
    template = feed_of(feed)
    with open_sheet(file, file_name=file_name, feed=template) as sheet:
        headings = sheet.headings.to_json()
    found = files.measure(file)
    with acting(actor):
        same = Batch.objects.filter(agency_id=actor.agency_id, feed=feed, file_sha256=found.sha256).first()
        if same is not None:
            nothing_to_emit()
            return same.id
        batch = Batch.objects.create(
            id=uuid7(),
            no=_number(now),
            agency_id=actor.agency_id,
            feed=feed,
            file_name=file_name[-200:],
            file_sha256=found.sha256,
            file_size=found.size,
            headings=headings,
            source=dict(source),
            created_by=actor.user_id,
            created_at=now,
        )
        files.keep(file, batch.id)
        if queue:
            batch.job = jobs.enqueue("intake.check", {"batch": str(batch.id)}, actor=actor, now=now)
            batch.save(update_fields=["job"])
        told = {"batch": batch.id, "agency": actor.agency_id, "feed": feed, "file_sha256": found.sha256}
        append(EventKind.BATCH_RECEIVED, payload=told, agency=actor.agency_id, now=now)
    return batch.id


def _require_impersonal(source: Mapping[str, Any]) -> None:
    """Channel and address stand on every public page of the batch: no person in them (3.2c)."""
    for key, name in (("channel", "公开渠道"), ("url", "公开网址")):
        if leads_to_person(str(source.get(key) or "")):
            raise Refusal.because("FIELD_TELLS_PERSON", column=name)


def feed_of(code: str) -> Feed:
    """The feed of a code. Raises Refusal NOT_FOUND for an unknown one."""
    if code not in feeds.codes():
        raise Refusal.because("NOT_FOUND")
    return feeds.load(code)


def _number(now: datetime) -> str:
    """Short enough to be told on the phone: year and a running number of the city."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('exchange_batch_no')")
        (number,) = cursor.fetchone()
    return f"BS{day_of(now):%Y}-{number:06d}"
