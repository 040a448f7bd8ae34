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
from xinheng.exchange.models import Batch, BatchState
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

    The same file of the same agency for the same feed is the same batch, unless that was withdrawn. `source`
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
        same = _same(actor.agency_id, feed, found.sha256)
        if same is not None:
            nothing_to_emit()
            return same
        batch = Batch(feed=feed, file_name=file_name[-200:], headings=headings, source=dict(source))
        batch.file_sha256, batch.file_size = found.sha256, found.size
        batch.id, batch.no, batch.agency_id = uuid7(), _number(now), actor.agency_id
        batch.created_by, batch.created_at = actor.user_id, now
        batch.save(force_insert=True)
        _keep(file, batch, actor=actor, queue=queue)
    return batch.id


def _same(agency: UUID, feed: str, sha256: bytes) -> UUID | None:
    """The batch that this file is already; a withdrawn one was a mistake and stands in nobody's way."""
    found = Batch.objects.filter(agency_id=agency, feed=feed, file_sha256=sha256)
    return found.exclude(state=BatchState.WITHDRAWN).values_list("id", flat=True).first()


def _keep(file: BinaryIO, batch: Batch, *, actor: Actor, queue: bool) -> None:
    """Seal the file, queue its check, tell the ledger."""
    files.keep(file, batch.id)
    if queue:
        batch.job = jobs.enqueue("intake.check", {"batch": str(batch.id)}, actor=actor, now=batch.created_at)
        batch.save(update_fields=["job"])
    told = {
        "batch": batch.id,
        "agency": batch.agency_id,
        "feed": batch.feed,
        "file_sha256": batch.file_sha256,
    }
    append(EventKind.BATCH_RECEIVED, payload=told, agency=batch.agency_id, now=batch.created_at)


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
