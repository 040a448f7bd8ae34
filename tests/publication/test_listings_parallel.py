"""A reader beside the writer sees an entry with all that belongs to it, or nothing of it (名单公示的并行读取)."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from tests import cast
from tests.publication.listed import OnList, register
from tests.support.database import TestDatabase
from xinheng.catalog import services as catalog
from xinheng.publication import services

# Everything about the entry in one statement: shown, its subject there, and what the evidence says last.
ALL = """
SELECT (SELECT count(*) FROM publication_publiclisting),
       (SELECT count(*) FROM publication_publiclisting e JOIN publication_publicsubject s USING (subject)),
       coalesce((SELECT (c.visible_from IS NOT NULL)::int FROM publication_listingchange c
                 ORDER BY c.at DESC, c.event DESC LIMIT 1), 0),
       (SELECT count(*) FROM ledger_event WHERE kind = 'publication.listing_changed')
       - (SELECT count(*) FROM publication_listingchange)
"""
ENTRY = OnList()


@pytest.mark.clause("1.3a")
def test_a_parallel_reader_never_sees_half(committed: TestDatabase, settings: Any, tmp_path: Path) -> None:
    settings.XINHENG_VAR = tmp_path
    cast.settle()
    catalog.found(officers=(cast.OFFICER.actor.user_id, cast.SECOND_OFFICER.actor.user_id), now=cast.NOW)
    seen: set[tuple[int, ...]] = set()
    done = threading.Event()

    def read() -> None:
        with committed.connect("xinheng_app") as reader:
            while not done.is_set():
                seen.add(tuple(reader.execute(ALL).fetchone() or ()))

    thread = threading.Thread(target=read)
    thread.start()
    try:
        with committed.connect() as behind, register(behind) as entries:
            entries.list(ENTRY)
            for _ in range(6):
                entries.hide(ENTRY)
                entries.restore(ENTRY)
                services.rebuild(actor=cast.OFFICER.actor, now=cast.NOW)
    finally:
        done.set()
        thread.join()
    assert seen == {(0, 0, 0, 0), (1, 1, 1, 0)}
