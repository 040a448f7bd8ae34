"""The firms of the demo that ask to be repaired or say that something is wrong, and their penalties (示例修复和异议)."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from xinheng.jobs.demo import rows
from xinheng.jobs.demo.city import DemoAgency, DemoSubject
from xinheng.jobs.demo.codes import resident_id, uscc

# Who acts for all of them, at home and at the window.
OWNER_ID = resident_id(date(1982, 6, 9), 904)
KIND = "法人及非法人组织"
REPAIRS = DemoSubject("示例漕运食品有限公司", KIND, uscc("91", 8101), representative="钱示二")
CORRECTIONS = DemoSubject("示例镇淮餐饮有限公司", KIND, uscc("91", 8102), representative="钱示二")
REVOCATIONS = DemoSubject("示例勺湖食品有限公司", KIND, uscc("91", 8103), representative="钱示二")
FIRMS = (REPAIRS, CORRECTIONS, REVOCATIONS)
FINE = 20_000


@dataclass(frozen=True, slots=True)
class Fined:
    """One penalty: whose, decided how many days ago. It is known by its serial number."""

    firm: DemoSubject
    serial: int
    ago: int


# Each has a story in mending.py.
LODGED, LACKING, GRANTED, REFUSED = (
    Fined(REPAIRS, serial, ago) for serial, ago in ((8001, 250), (8002, 240), (8003, 230), (8004, 220))
)
CLAIMED, CORRECTED, NOT_ME = (
    Fined(CORRECTIONS, serial, ago) for serial, ago in ((8005, 150), (8006, 140), (8007, 130))
)
ANNULLED, CONTESTED = (Fined(REVOCATIONS, serial, ago) for serial, ago in ((8008, 120), (8009, 60)))
ALL = (LODGED, LACKING, GRANTED, REFUSED, CLAIMED, CORRECTED, NOT_ME, ANNULLED, CONTESTED)


def penalties(agency: DemoAgency, today: date) -> Iterator[rows.Row]:
    """The rows of the sheet."""
    for each in ALL:
        yield penalty(each, agency, today)


def penalty(each: Fined, agency: DemoAgency, today: date) -> rows.Row:
    """One of them, as its body sends it: the same for the same day."""
    decided = today - timedelta(days=each.ago)
    rng = random.Random(each.serial)
    return rows.penalty(rng, agency, each.firm, each.serial, today, decided=decided, fine=FINE)
