"""An installation with law, agencies and officers, and short ways through the intake (报送夹具)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings

from tests import cast
from tests.exchange import sample
from tests.support.database import TestDatabase
from xinheng.catalog import mirror
from xinheng.catalog.queries import current_lawbook
from xinheng.exchange import services
from xinheng.exchange.intake import Outcome
from xinheng.vault import keys

Submit = Callable[..., Outcome]
Ask = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture
def city(committed: TestDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TestDatabase:
    """The cast's city: catalog, agencies, officers, keys and a place for files."""
    monkeypatch.setattr(settings, "XINHENG_KEYS_DIR", tmp_path / "keys")
    monkeypatch.setattr(settings, "XINHENG_FILES_DIR", tmp_path / "files")
    keys.ensure()
    cast.settle()
    mirror.write(current_lawbook())
    return committed


@pytest.fixture
def ask(city: TestDatabase, superuser: psycopg.Connection[Any]) -> Ask:
    """Rows of a query behind the application's back."""

    def run(query: str, *asked: Any) -> list[tuple[Any, ...]]:
        return superuser.execute(query, asked).fetchall()

    return run


@pytest.fixture
def submit(city: TestDatabase) -> Submit:
    """Send rows as one sheet and record what is right in it; the agency has reviewed them unless it is said not."""

    def run(*rows: Mapping[str, str], actor: Any = cast.MARKET_CLERK.actor, **source: Any) -> Outcome:
        file, told = sample.sheet(rows), {"reviewed": True, **source}
        batch = services.receive(
            file, actor=actor, feed="penalty", file_name="示例.csv", source=told, now=cast.NOW, queue=False
        )
        return services.submit_now(batch, actor=actor, now=cast.NOW)

    return run
