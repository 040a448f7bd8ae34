"""A story told in days, done by the real services and committed once for each module (某日情况的测试故事).

2027-05-03 23:59:59.999999  accepted: `fine`, `wrong`, `person`, `other` and `stays`, one sheet (the day's last moment)
2027-05-05 00:00            `fine` and `wrong` corrected: the day of the decision was mistaken (the first moment)
2027-05-11                  the term of `fine` is over
2027-05-12 10:00            a second sheet changes `other`, after a ground, and a third changes `stays`
2027-05-14 10:00            the second sheet is withdrawn as a mistake: `other` falls back
2027-05-17 09:30            the first sheet is withdrawn: its records are gone, but for `stays`
2027-05-20 10:00            `fine` comes in again, with a sheet of its own
2027-06-01                  the present
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connections, transaction
from django_otp.plugins.otp_totp.models import TOTPDevice
from pytest_django.plugin import DjangoDbBlocker

from tests import cast
from tests.exchange import sample
from tests.support.database import TestDatabase
from xinheng.access.scope import acting
from xinheng.catalog import services as catalog
from xinheng.exchange import services
from xinheng.registry.models import Record
from xinheng.runtime import db
from xinheng.runtime.clock import HERE, end_of
from xinheng.vault import keys

CLERK, CHECKER = cast.MARKET_CLERK.actor, cast.MARKET_CHECKER.actor
ACCEPTED, CORRECTED, ENDED, WITHDRAWN = (date(2027, 5, day) for day in (3, 5, 11, 17))
CHANGED, FALLEN_BACK, AGAIN, TODAY = date(2027, 5, 12), date(2027, 5, 14), date(2027, 5, 20), date(2027, 6, 1)


@dataclass(frozen=True)
class Story:
    """The records of the story."""

    fine: UUID
    wrong: UUID
    person: UUID
    other: UUID
    stays: UUID


def at(day: date, hour: int = 10, minute: int = 0) -> datetime:
    """A moment of a day in Beijing time."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=HERE)


@pytest.fixture(scope="module")
def story(
    django_db_setup: TestDatabase,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Story]:
    """The story, committed; put back after the last test of a module. Today is its present."""
    folder = tmp_path_factory.mktemp("asof")
    with django_db_blocker.unblock():
        with told(folder) as found:
            yield found
        db.close_side_connections()
        connections.close_all()
    django_db_setup.restore()


@contextmanager
def rolled_back() -> Iterator[None]:
    """Whatever happens to the story inside is undone."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def undone(story: Story) -> Iterator[None]:
    """What the test adds to the story is rolled back. Not pytest-django's `db`: that would run these tests apart
    from the others of this folder, and tell the story twice.
    """
    with rolled_back():
        yield


@contextmanager
def told(folder: Path) -> Iterator[Story]:
    """The story, committed, while its present lasts; the caller restores the database."""
    with pytest.MonkeyPatch.context() as patched:
        _prepare(patched, folder)
        patched.setenv("XINHENG_TODAY", TODAY.isoformat())
        yield _told()


def _prepare(patched: pytest.MonkeyPatch, folder: Path) -> None:
    """The cast with its second factors, keys, files and the law in force."""
    patched.setattr(settings, "XINHENG_KEYS_DIR", folder / "keys")
    patched.setattr(settings, "XINHENG_FILES_DIR", folder / "files")
    patched.setattr(settings, "XINHENG_VAR", folder / "var")
    keys.ensure()
    cast.settle()
    catalog.found(officers=(cast.OFFICER.actor.user_id, cast.SECOND_OFFICER.actor.user_id), now=cast.NOW)
    with transaction.atomic():
        for each in cast.OFFICERS:
            TOTPDevice.objects.create(user_id=each.actor.user_id, name=each.username, confirmed=True)
        cast.leave_untold()


def _told() -> Story:
    first = submitted(
        sample.penalty(1, decided_on="2026-05-14"),
        sample.penalty(2, decided_on="2026-04-29"),
        sample.penalty(3, sample.PERSON, act_on="2026-01-05"),
        sample.penalty(4),
        sample.penalty(5),
        now=end_of(ACCEPTED) - timedelta(microseconds=1),
    )
    with acting(CLERK):
        records = dict(Record.objects.values_list("row", "id"))
    found = Story(*(records[row] for row in sorted(records)))
    correct(found.fine, {"decided_on": "2026-05-10"}, at(CORRECTED, 0))
    correct(found.wrong, {"decided_on": "2026-05-14"}, at(CORRECTED, 0))
    second = submitted(
        sample.penalty(
            4, conduct="经营超过保质期的食品", change_kind="变更", change_reason="换了案由（示例）"
        ),
        now=at(CHANGED),
    )
    third = sample.penalty(5, remark="改过（示例）", change_kind="变更", change_reason="补充说明（示例）")
    submitted(third, now=at(CHANGED))
    withdraw(second, at(FALLEN_BACK))
    withdraw(first, at(WITHDRAWN, 9, 30))
    submitted(sample.penalty(1, decided_on="2026-05-10", remark="再次报送（示例）"), now=at(AGAIN))
    return found


def submitted(*rows: sample.Row, now: datetime) -> UUID:
    """One sheet, recorded at that moment."""
    batch = services.receive(
        sample.sheet(rows), actor=CLERK, feed="penalty", file_name="示例.csv", source={"reviewed": True},
        now=now, queue=False,
    )  # fmt: skip
    done = services.submit_now(batch, actor=CLERK, now=now)
    assert done.counts["accepted"] == len(rows), done.findings
    return batch


def correct(record: UUID, fields: dict[str, str], now: datetime) -> None:
    """Asked for by the clerk a day before, decided by the checker."""
    asked = services.propose_correction(
        record, fields, ground="correction", ground_text="录入有误（示例）", actor=CLERK,
        now=now - timedelta(days=1),
    )  # fmt: skip
    services.decide(asked, granted=True, text="", actor=CHECKER, now=now)


def withdraw(batch: UUID, now: datetime) -> None:
    """A whole sheet, by two persons."""
    asked = services.propose_withdrawal(batch, ground_text="报错了文件（示例）", actor=CLERK, now=now)
    services.decide(asked, granted=True, text="", actor=CHECKER, now=now)
