"""Promises, plans, revocations and corrections on the same things: whatever comes together, all outputs agree (相互作用).

It commits; what it did is told, and what is public is what follows from it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from tests import cast
from tests.promises.town import Broken, early, fined, repaired
from tests.repairs.town import PDF, Town
from tests.revocations.test_verified import findings
from xinheng.access.gate import open_own
from xinheng.access.scope import acting
from xinheng.casework import revocations
from xinheng.casework.repairs import services
from xinheng.casework.repairs.plans import PlanGiven
from xinheng.casework.revocations import Fell, Proof
from xinheng.catalog.public import current_law
from xinheng.law.language import Refusal
from xinheng.publication import listings, own, projector
from xinheng.publication.models import PublicEntry
from xinheng.registry.models import ListEntry, Record
from xinheng.vault import ledgerkeys
