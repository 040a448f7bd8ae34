"""The ledger's own tables are what a verification recomputes; keys stand outside of it (台账自身)."""

from __future__ import annotations

from xinheng.ledger.protection import exempt

for _table in (
    "ledger_event",
    "ledger_eventpayload",
    "ledger_queue",
    "ledger_entry",
    "ledger_tile",
    "ledger_checkpoint",
):
    exempt(_table, "recomputed as the tree itself")
exempt("ledger_cosignature", "each line verifies by the witness's key")
exempt("ledger_refused", "alarms: every row is a finding")
exempt("ledger_touched", "empty outside of a transaction")
exempt("ledger_outbox", "what is still owed; what was delivered has receipts of its own")
exempt("vault_subjectkey", "wrapped keys: a lost or changed one opens nothing, as --open finds")
