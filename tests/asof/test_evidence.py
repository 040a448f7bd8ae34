"""The story of corrections, withdrawals and fallen-back versions agrees with its evidence (往事的存证)."""

from __future__ import annotations

import pytest

from tests.asof.conftest import Story
from xinheng.ledger import signing
from xinheng.ledger.verification.run import Asked, verify
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
