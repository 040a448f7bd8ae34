"""What happens in the small city: batches, a correction, a redaction, a withdrawal, rulings, looks (示例往事)."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from tests import cast
from tests.exchange import sample
from tests.reports import asking
from xinheng.access import services as access
from xinheng.access.actor import Actor
from xinheng.access.gate import open_file, open_set
from xinheng.access.scope import acting
from xinheng.catalog import services as catalog
from xinheng.catalog.public import current_law
from xinheng.exchange import services as exchange
from xinheng.exchange.intake import Outcome
from xinheng.law.facts import InstrumentKind, RecordFacts, SubjectKind
from xinheng.ledger.kinds import EventKind
from xinheng.registry.models import Record
from xinheng.reports import services as reports
from xinheng.subjects import services as subjects
from xinheng.vault import keys

CLERK, CHECKER = cast.MARKET_CLERK.actor, cast.MARKET_CHECKER.actor
PERSON_IN_TEXT = "现场负责人钱示二（电话13900000000）在场。"


def founded() -> None:
    """Keys, agencies, officers, the lawbook in force."""
    keys.ensure()
    cast.settle(told=True)
    catalog.found(officers=(cast.OFFICER.actor.user_id, cast.SECOND_OFFICER.actor.user_id), now=cast.NOW)


def submitted(
    *rows: Mapping[str, str], minutes: int = 0, name: str = "示例.csv", actor: Actor = CLERK
) -> Outcome:
    """One sheet sent and recorded."""
    now = cast.NOW + timedelta(minutes=minutes)
    batch = exchange.receive(
        sample.sheet(rows), actor=actor, feed="penalty", file_name=name, source={"reviewed": True}, now=now,
        queue=False,
    )  # fmt: skip
    return exchange.submit_now(batch, actor=actor, now=now)


def record_of(batch: UUID, row: int) -> UUID:
    with acting(CLERK):
        return Record.objects.get(batch=batch, row=row).pk


def decided(proposal: UUID, minutes: int) -> None:
    now = cast.NOW + timedelta(minutes=minutes)
    exchange.decide(proposal, granted=True, text="同意（示例）", actor=CHECKER, now=now)


def told() -> dict[str, Any]:
    """The whole story; returns the records and batches that it speaks of."""
    founded()
    first = submitted(
        sample.penalty(1),
        sample.penalty(2, sample.PERSON),
        sample.penalty(3, facts_text=PERSON_IN_TEXT),
        sample.penalty(4),
    )
    firm, text = record_of(first.batch, 2), record_of(first.batch, 4)
    at: dict[str, Any] = {"actor": CLERK, "now": cast.NOW + timedelta(minutes=5)}
    correction = exchange.propose_correction(
        firm, {"conduct": "经营超过保质期的食品"}, ground="correction", ground_text="原录入有误（示例）", **at
    )
    decided(correction, 6)
    redaction = exchange.propose_redaction(
        text, {"facts_text": "现场负责人在场。"}, ground_text="遮去姓名（示例）", **at
    )
    decided(redaction, 7)
    mistaken = submitted(
        sample.penalty(5),
        sample.penalty(4, conduct="另有说法", change_reason="误报"),
        minutes=8,
        name="误报.csv",
    )
    withdrawal = exchange.propose_withdrawal(
        mistaken.batch, ground_text="报错单位（示例）", actor=CLERK, now=cast.NOW + timedelta(minutes=9)
    )
    decided(withdrawal, 10)
    again = submitted(
        sample.penalty(6, party_name="示例淮上食品（集团）有限公司", decided_on="2026-08-01"), minutes=11
    )
    subjects.add_subject(
        kind="legal_person", uscc=cast.OTHER_FIRM_CODE, name=cast.OTHER_FIRM_NAME, seen_from=cast.TODAY, actor=CLERK,
        now=cast.NOW,
    )  # fmt: skip
    ruled()
    access.bind_second_factor(user_id=CLERK.user_id, actor=cast.ADMIN.actor, now=cast.NOW)
    look: dict[str, Any] = {"actor": CLERK, "purpose": "reporting", "now": cast.NOW}
    with acting(CLERK):
        subject = Record.objects.get(pk=firm).subject_id
    open_file(subject=subject, basis="批次核对", **look)
    open_set(what="records", basis="批次核对", **look)
    return {
        "first": first.batch,
        "mistaken": mistaken.batch,
        "again": again.batch,
        "firm": firm,
        "subject": subject,
    }


def ruled() -> None:
    """A ruling proposed and approved by two officers, so that there is one to look at."""
    law = current_law(cast.TODAY)
    facts = RecordFacts(
        item="penalty", interval=law.book.interval(date(2026, 5, 11)), subject_kind=SubjectKind.LEGAL_PERSON,
        instrument_kind=InstrumentKind.PENALTY, kinds=("fine",), reviewed=True,
    )  # fmt: skip
    row = catalog.propose_ruling(
        "P-36.class", facts, {"class": "一般"}, ground="示例裁定", actor=cast.OFFICER.actor, now=cast.NOW
    )
    catalog.approve_ruling(row.id, actor=cast.SECOND_OFFICER.actor, now=cast.NOW)


def held(record: UUID) -> None:
    """A record that new law would show longer waits for an officer."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE xinheng_projector")
        cursor.execute(
            "INSERT INTO publication_heldwidening (record, agency, version, event, verdict_id, wanted_from, held_since,"
            " ground) VALUES (%s, %s, 1, uuid7(), 1, '2026-05-11', %s, '')",
            [record, cast.MARKET.id, cast.NOW],
        )
        cursor.execute("SET LOCAL ROLE NONE")
        cast.tell(EventKind.WIDENING_DECIDED)


def reported() -> None:
    """A report that was issued, and a list of subjects that was received."""
    asking.report()
    rows = f"名称,统一社会信用代码\n{cast.FIRM_NAME},{cast.FIRM_CODE}\n".encode()
    reports.receive_list(
        io.BytesIO(rows), file_name="名单.csv", asked=asking.asked(), purpose="issuing", basis="示例申请2号",
        actor=cast.OFFICER.actor, now=cast.NOW,
    )  # fmt: skip
