"""A town in which a repair rested on a false promise (承诺不实测试夹具)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tests import cast
from tests.promises.town import early, fined, repaired
from tests.repairs.conftest import founded as unrepaired
from tests.repairs.conftest import town
from tests.repairs.town import Town

__all__ = ["town", "unrepaired"]


@pytest.fixture(scope="package")
def founded(unrepaired: Town, django_db_blocker: DjangoDbBlocker) -> Town:
    """The town of tests/repairs, with its entry and a fine of the years before repaired: committed once."""
    with django_db_blocker.unblock():
        repaired(replace(unrepaired), unrepaired.entry, cast.LABOUR)
        first = early(unrepaired)
        repaired(first, fined(first), cast.MARKET)
    return unrepaired
