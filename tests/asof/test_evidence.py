"""The story of corrections, withdrawals and fallen-back versions agrees with its evidence (往事的存证)."""

from __future__ import annotations

import pytest

from tests.asof.conftest import ACCEPTED, CHECKER, CLERK, CORRECTED, TODAY, Story, at
from xinheng.exchange import services as exchange
from xinheng.ledger import signing
from xinheng.ledger.verification.run import Asked, verify
from xinheng.publication import asof as publication
from xinheng.registry import asof as registry
from xinheng.runtime.db import connect_as


@pytest.mark.usefixtures("story")
def test_every_record_follows_from_its_versions(story: Story) -> None:
    with connect_as("reader") as connection:
        audit = verify(connection, Asked(vkey=signing.publish_vkey(), origin=signing.origin()))
    # The cast was there before the story and nobody told of it.
    found = [
        each
        for each in audit.findings
        if each.table not in ("access_agency", "access_user", "otp_totp_totpdevice")
    ]
    assert found == []
    assert audit.counts["记录版本"] > audit.counts["记录"] >= 5


def test_what_was_destroyed_is_told_of_no_day(story: Story) -> None:
    asked = exchange.propose_shredding(
        story.wrong, ground_text="保存期届满（示例）", actor=CLERK, now=at(TODAY)
    )
    exchange.decide(asked, granted=True, text="同意（示例）", actor=CHECKER, now=at(TODAY))
    opened = registry.open_record(
        story.wrong, actor=CLERK, purpose="reporting", basis="示例核对", now=at(TODAY)
    )
    for day in (ACCEPTED, CORRECTED, TODAY):
        told = publication.of_record(story.wrong, registry.Asked.believed(day), opened=opened, today=TODAY)
        for standing in (told.then, told.by_known, told.now):
            assert standing.kept.state_label == "已销毁"
            assert [each.code for each in standing.shown.told] == ["RECORD_DESTROYED"]
