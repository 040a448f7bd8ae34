"""`xinheng publish` and the preview of a bundle (公示命令)."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests import cast
from tests.publication.shelf import Kept, accept
from xinheng.catalog import services as catalog
from xinheng.jobs import publish
from xinheng.law.language import Refusal
from xinheng.law.lawbook import default_path
from xinheng.publication import services

pytestmark = [pytest.mark.usefixtures("city"), pytest.mark.clause("1.2.2")]

CONFISCATED = Kept(decided_on=date(2026, 5, 20), accepted_on=date(2026, 6, 3), kinds=("confiscate_goods",))


def test_verify_finds_nothing_then_what_was_changed_by_hand(frozen_today: date) -> None:
    (record,) = accept(CONFISCATED)
    assert publish.verify(as_json=False) == ("公示内容与重新推算的一致。", 0)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE xinheng_projector")
        cursor.execute("UPDATE publication_publicentry SET visible_until = NULL")
        cursor.execute("SET LOCAL ROLE NONE")
    text, code = publish.verify(as_json=True)
    assert (json.loads(text)["other"], code) == ([str(record)], 1)


def test_a_rebuild_mends_it_and_says_so(frozen_today: date) -> None:
    accept(CONFISCATED)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE xinheng_projector")
        cursor.execute("DELETE FROM publication_publicentry")
        cursor.execute("SET LOCAL ROLE NONE")
    text, code = publish.rebuild(as_json=True)
    assert (json.loads(text), code) == ({"records": 1, "entries": 0, "changed": 0, "held": 0}, 0)
    assert publish.verify(as_json=False)[1] == 0


def test_only_office_and_administrator_rebuild() -> None:
    for actor in (cast.MARKET_CLERK.actor, cast.AUDITOR.actor):
        with pytest.raises(Refusal, match="PERMISSION_DENIED"):
            services.rebuild(actor=actor, now=cast.NOW)


@pytest.mark.parametrize(("months", "changed", "held"), [(24, 0, 1), (6, 1, 0)])
def test_before_a_bundle_is_approved_its_effect_is_counted_and_nothing_happens(
    tmp_path: Path, months: int, changed: int, held: int
) -> None:
    accept(CONFISCATED)
    edition = Path(shutil.copytree(default_path(), tmp_path / "reference"))
    text = (edition / "terms.yaml").read_text("utf-8")
    old = "max_months: 12, source: 国办发〔2025〕22号"
    (edition / "terms.yaml").write_text(text.replace(old, old.replace("12", str(months))), "utf-8")
    bundle = catalog.propose_bundle(edition, actor=cast.OFFICER.actor, now=cast.NOW)
    before = table_counts()
    effect = services.preview_bundle(bundle.digest, now=cast.NOW)
    assert (effect.changed, effect.held) == (changed, held)
    assert table_counts() == before


def table_counts() -> list[Any]:
    tables = ("publicentry", "publicationchange", "heldwidening")
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"SELECT count(*) FROM publication_{table}" for table in tables))
        return list(cursor.fetchall())
