"""The office of the case stories, and an intake, where a flood is declared (不可抗力窗口测试夹具)."""

from __future__ import annotations

from datetime import date

import pytest

from tests import cast
from tests.casework.conftest import kept, office
from tests.exchange.conftest import ask, city, submit

__all__ = ["ask", "city", "kept", "office", "submit", "town"]


@pytest.fixture
def town(db: None, frozen_today: date) -> None:
    """Agencies and officers, and the lawbook as shipped."""
    cast.settle()
