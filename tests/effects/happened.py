"""One firm for each thing that can be decided about a record, done by the real services (各种结果的示例主体)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests import cast
from tests.cast import Officer
from tests.exchange import sample
from tests.web.desk_city import signed_in
from xinheng.access import accounts, counter_login
from xinheng.access.accounts import Bound
from xinheng.access.actor import Actor
from xinheng.access.models import CounterAccount
from xinheng.access.scope import acting
from xinheng.catalog import services as catalog
from xinheng.exchange import services as exchange
from xinheng.exchange.intake import Outcome
from xinheng.law.repairrules import RepairEffect
from xinheng.law.standing import Ground, Mark
from xinheng.registry import outcomes
from xinheng.registry.models import Record
from xinheng.registry.outcomes import Decided
from xinheng.runtime import clock
from xinheng.subjects import identity
from xinheng.vault import keys
from xinheng.web.portal import reading

CLERK, CHECKER = cast.MARKET_CLERK, cast.MARKET_CHECKER
LATER = cast.NOW + timedelta(hours=1)


@dataclass(frozen=True)
class Column:
    """What was decided about one record: an effect or marks; nothing for `plain`."""

    effect: RepairEffect | None = None
    ends_publication: bool = False
    ground: Ground = Ground.REPAIR
    marks: tuple[Mark, ...] = ()
    lifted: bool = False


COLUMNS: Mapping[str, Column] = {
    "plain": Column(),
    "annotated": Column(RepairEffect.ANNOTATE),
    "annotated, publication ended": Column(RepairEffect.ANNOTATE, ends_publication=True),
    "ended": Column(RepairEffect.END_SHARING_AND_PUBLICATION),
    "withheld": Column(RepairEffect.WITHHOLD, ground=Ground.SHIELD),
    "deleted": Column(RepairEffect.DELETE, ground=Ground.CORRECTION),
    "disputed and contested": Column(marks=(Mark.DISPUTED, Mark.CONTESTED)),
    "a plan runs": Column(marks=(Mark.PLAN,)),
    "shown again for a false promise": Column(marks=(Mark.FALSE_PROMISE,)),
    "ended and lifted": Column(RepairEffect.END_SHARING_AND_PUBLICATION, lifted=True),
}


@dataclass(frozen=True)
class Firm:
    """The firm of a column with its one record, which nothing else is called like."""

    column: str
    code: str
    name: str
    number: str
    record: UUID
    proposal: UUID | None = None
    # Of the boss of all firms: the binding to this one, and being at the window for it.
    binding: UUID | None = None
    act: UUID | None = None

    @property
    def word(self) -> str:
        """What only the record's own content says."""
        return f"示例事由七七{self.number[-3:-1]}"


@dataclass
class City:
    """The firms by column, browsers of officers and of the boss; the window of force majeure that touches all."""

    firms: Mapping[str, Firm]
    flood: UUID | None = None
    clients: dict[str, Client] = field(default_factory=dict)
    lists: dict[tuple[str, str], str] = field(default_factory=dict)

    def counter(self, firm: Firm) -> Client:
        """The counter's browser, in which the boss now acts for this firm."""
        client = self.clients.setdefault("", Client())
        (account,) = CounterAccount.objects.values_list("pk", flat=True)
        told = {"account": str(account), "binding": str(firm.binding), "seen": clock.now().isoformat()}
        session = client.session
        session[counter_login.SIGNED] = told
        session.save()
        return client

    def client(self, officer: Officer) -> Client:
        if officer.username not in self.clients:
            self.clients[officer.username] = signed_in(officer)
        return self.clients[officer.username]


def party(serial: int) -> tuple[str, str]:
    return cast.uscc("91", 700 + serial), f"示例修复第{serial}号有限公司"


def row(serial: int, **other: str) -> sample.Row:
    """The penalty of one firm; its number is a word of its own."""
    code, name = party(serial)
    told = {
        "document_number": f"示市监罚决字〔2026〕77{serial:02d}号",
        "conduct": f"示例事由七七{serial:02d}",
    }
    return sample.penalty(serial, {**sample.FIRM, "party_name": name, "party_code": code}, **(told | other))


def submitted(*rows: sample.Row, actor: Actor = CLERK.actor, now: Any = cast.NOW) -> Outcome:
    batch = exchange.receive(
        sample.sheet(rows), actor=actor, feed="penalty", file_name="示例.csv", source={"reviewed": True},
        now=now, queue=False,
    )  # fmt: skip
    return exchange.submit_now(batch, actor=actor, now=now)


def decided(ground: Ground = Ground.REPAIR, matter: UUID | None = None) -> Decided:
    return Decided(
        ground=ground, matter=matter or uuid4(), number="示例修〔2026〕1号", asked_by=CLERK.actor.user_id
    )


def apply(
    record: UUID,
    effect: RepairEffect,
    *,
    ground: Ground = Ground.REPAIR,
    matter: UUID | None = None,
    ends_publication: bool = False,
    actor: Actor = CHECKER.actor,
    now: Any = LATER,
) -> UUID:
    """An effect, decided by the checker whom the clerk had asked."""
    said = decided(ground, matter)
    with acting(actor):
        if effect is RepairEffect.DELETE:
            return outcomes.delete_record(record, decided=said, actor=actor, now=now)
        return outcomes.apply_effect(
            [record], effect, decided=said, actor=actor, now=now, ends_publication=ends_publication
        )


def lift(record: UUID, effect: RepairEffect, matter: UUID, *, actor: Actor = CHECKER.actor) -> UUID:
    with acting(actor):
        return outcomes.lift_effect(
            [record], effect, of=matter, decided=decided(), actor=actor, now=LATER + timedelta(hours=1)
        )


def mark(record: UUID, said: Mark, *, matter: UUID | None = None, actor: Actor = CHECKER.actor) -> UUID:
    with acting(actor):
        found = decided(Ground.CORRECTION, matter)
        return outcomes.mark_records([record], said, decided=found, actor=actor, now=LATER)


def bring_about(record: UUID, column: Column) -> None:
    """What the column says happens to a record."""
    matter = uuid4()
    if column.effect:
        apply(
            record, column.effect, ground=column.ground, matter=matter,
            ends_publication=column.ends_publication,
        )  # fmt: skip
        if column.lifted:
            lift(record, column.effect, matter)
    for each in column.marks:
        mark(record, each)


@contextmanager
def founded(folder: Path, *, second_factor: bool = False) -> Iterator[None]:
    """Keys, files, cast and law; today is that of the cast."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("XINHENG_TODAY", cast.TODAY.isoformat())
        for name in ("KEYS_DIR", "FILES_DIR", "VAR"):
            patched.setattr(settings, f"XINHENG_{name}", folder / name.lower())
        keys.ensure()
        cast.settle()
        catalog.found(officers=(cast.OFFICER.actor.user_id, cast.SECOND_OFFICER.actor.user_id), now=cast.NOW)
        if second_factor:
            with transaction.atomic():
                for each in cast.OFFICERS:
                    TOTPDevice.objects.create(user_id=each.actor.user_id, name=each.username, confirmed=True)
                cast.leave_untold()
        reading.forget()
        yield


def firms(columns: Mapping[str, Column] = COLUMNS) -> dict[str, Firm]:
    """One record for each column, recorded and public; nothing decided yet."""
    done = submitted(*(row(serial) for serial in range(1, len(columns) + 1)))
    assert done.counts["accepted"] == len(columns), done.findings
    with acting(CLERK.actor):
        records = dict(Record.objects.filter(batch=done.batch).values_list("subject__uscc", "id"))
    made = {}
    for serial, column in enumerate(columns, 1):
        code, name = party(serial)
        made[column] = Firm(column, code, name, row(serial)["document_number"], records[code])
    return made


def represented(firm: Firm) -> Firm:
    """The same, with its boss bound at the window and standing there."""
    staff, now = cast.WINDOW_STAFF.actor, clock.now()
    subject = identity.body(firm.code)
    assert subject
    bound = Bound(subject, "legal_representative")
    told: dict[str, Any] = {"evidence": "licence", "actor": staff, "now": now}
    binding = accounts.bind_at_window(cast.BOSS_ID, bound, scan=b"%PDF-1.4 %%EOF", **told)
    return replace(firm, binding=binding, act=accounts.present(cast.BOSS_ID, subject, **told))


def flooded() -> UUID:
    """A window of force majeure on the day of all decisions, so that all records wait for their officers."""
    day = date.fromisoformat(row(1)["decided_on"])
    window = catalog.propose_window(
        area="320000", first=day, last=day, ground="示例洪水", actor=cast.OFFICER.actor, now=cast.NOW
    )
    catalog.approve_window(window, actor=cast.SECOND_OFFICER.actor, now=cast.NOW)
    return window


def everything_happened(make: Callable[[], dict[str, Firm]] = firms) -> dict[str, Firm]:
    """Each record first gets a proposal of its own, so that what is said of it elsewhere is there too."""
    there = {column: replace(firm, proposal=_proposed(firm)) for column, firm in make().items()}
    for column, firm in there.items():
        bring_about(firm.record, COLUMNS[column])
    return there


def _proposed(firm: Firm) -> UUID:
    return exchange.propose_correction(
        firm.record, {"remark": "示例数据，改"}, ground="correction", ground_text="示例理由", actor=CLERK.actor,
        now=cast.NOW,
    )  # fmt: skip
