"""A city office with its law in force, and records on the shelf."""

from __future__ import annotations

import pytest

from tests import cast
from xinheng.catalog import services as catalog


@pytest.fixture
def city(db: None) -> None:
    """The cast, and the shipped lawbook founded by two of its officers."""
    cast.settle()
    catalog.found(officers=(cast.OFFICER.actor.user_id, cast.SECOND_OFFICER.actor.user_id), now=cast.NOW)
