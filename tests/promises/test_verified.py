"""What was done on false promises is in the ledger, and what is done behind it is found. Last: it commits (存证)."""

from __future__ import annotations

from dataclasses import replace

import psycopg
import pytest

from tests import cast
from tests.promises.town import early, fined, repaired
from tests.repairs.town import Town
from tests.revocations.test_verified import findings
from xinheng.vault import ledgerkeys


@pytest.mark.clause("5.2")
def test_it_is_all_told_and_a_longer_day_put_in_behind_it_is_found(
    founded: Town, superuser: psycopg.Connection[object]
) -> None:
    ledgerkeys.ensure()
    first, second = early(founded), replace(founded)
    broken = repaired(first, fined(first), cast.MARKET).open().served()
    broken.replied(broken.said()).decided().sealed().entered()
    repaired(second, second.entry, cast.LABOUR).whole_way()
    assert findings() == {}
    superuser.execute("SET session_replication_role = replica")
    superuser.execute("UPDATE registry_recordshown SET until = until + 365")
    superuser.execute("UPDATE casework_promisecase SET state = 'dropped' WHERE id = %s", [broken.case])
    superuser.execute("UPDATE casework_promiseobjection SET upheld = true")
    superuser.execute("DELETE FROM casework_promiseevidence")
    assert set(findings()) == {
        "registry_recordshown", "casework_promisecase", "casework_promiseobjection", "casework_promiseevidence",
    }  # fmt: skip
