"""A city office with its law in force, and other editions of that law to load (示例机关)."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml
from pytest_django.plugin import DjangoDbBlocker

from tests import cast
from tests.publication.listed import Register, register
from tests.support.database import TestDatabase
from xinheng.catalog import services as catalog
from xinheng.law.lawbook import default_path

Edit = Callable[[dict[str, Any]], None]


@pytest.fixture(scope="session")
def bundles_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where this run keeps its copies of bundles."""
    return tmp_path_factory.mktemp("var")


@pytest.fixture(scope="module")
def founded(
    django_db_setup: TestDatabase, django_db_blocker: DjangoDbBlocker, bundles_home: Path
) -> Iterator[None]:
    """The cast and the shipped lawbook, committed once for the stories of a module, each of which rolls back."""
    from django.conf import settings

    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "XINHENG_VAR", bundles_home)
        cast.settle()
        catalog.found(officers=(cast.OFFICER.actor.user_id, cast.SECOND_OFFICER.actor.user_id), now=cast.NOW)
    yield
    django_db_setup.restore()


@pytest.fixture
def city(founded: None, db: None, settings: Any, bundles_home: Path) -> None:
    """The cast, and the shipped lawbook founded by two of its officers."""
    settings.XINHENG_VAR = bundles_home


@pytest.fixture
def load_terms(city: None, tmp_path: Path) -> Callable[[Edit], None]:
    """Load an edition of the lawbook whose terms.yaml was edited, proposed and approved by two officers."""

    def load(edit: Edit) -> None:
        path = tmp_path / "edition"
        shutil.copytree(default_path(), path)
        terms = yaml.load((path / "terms.yaml").read_text("utf-8"), Loader=yaml.CSafeLoader)
        edit(terms)
        text = yaml.dump(terms, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False)
        (path / "terms.yaml").write_text(text, "utf-8")
        bundle = catalog.propose_bundle(path, actor=cast.OFFICER.actor, now=cast.NOW)
        catalog.approve_bundle(bundle.digest, actor=cast.SECOND_OFFICER.actor, now=cast.NOW)
        shutil.rmtree(path)

    return load


@pytest.fixture
def entries(city: None, superuser: psycopg.Connection[Any]) -> Iterator[Register]:
    """The register of list entries for one test."""
    with register(superuser) as made:
        yield made
