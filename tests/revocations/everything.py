"""All attacks by name, and the functions of the database that they attack (全部企图)."""

from __future__ import annotations

from tests.revocations.attacks import STEPS
from tests.revocations.attacks_on_records import RECORDS
from tests.revocations.attacks_on_steps import WHOLE
from tests.revocations.guards import Cut

ATTACKS = {each.name: each for each in (*STEPS, *WHOLE, *RECORDS)}
FUNCTIONS = {each.guard.function: name for name, each in ATTACKS.items() if isinstance(each.guard, Cut)}
