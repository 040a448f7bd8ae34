"""One application over three authorities, from its lodging to the last decision (一次申请，三个单位)."""

from __future__ import annotations

import pytest

from tests import cast
from tests.repairs.town import Town


def test_one_application_goes_to_three_bodies_and_is_decided_by_each(town: Town) -> None:
    done = town.lodged()
    print(done)
    town.verified(cast.MARKET).proposed(cast.MARKET, town.new)
    town.take(cast.MARKET, "grant_part", 1)
    town.take(cast.MARKET, "check", 1)
    town.take(cast.MARKET, "refuse", 2, reason="示例")
    town.served(cast.MARKET)
    town.verified(cast.ENVIRONMENT).proposed(cast.ENVIRONMENT)
    town.take(cast.ENVIRONMENT, "grant", 1)
    town.verified(cast.LABOUR).proposed(cast.LABOUR)
    town.take(cast.LABOUR, "grant", 2)
