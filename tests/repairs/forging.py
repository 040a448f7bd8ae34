"""Rows of a repair in plain SQL, as who has the application's database role and nothing else (伪造修复案卷)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, transaction

from tests import cast
from tests.casework.forging import commit, insert, sql
from tests.repairs.town import Town
from xinheng.access.actor import Actor
from xinheng.access.scope import acting
from xinheng.casework.repairs.models import RepairCase
from xinheng.law.deadlines import HERE
from xinheng.law.procedures.repair import REPAIR

MARKET = cast.MARKET
CLERK, CHECKER, SIGNER = cast.MARKET_CLERK.actor, cast.MARKET_CHECKER.actor, cast.MARKET_SIGNER.actor
SAYS = {
    "grant": ("party", "records", "decision", "basis", "effect"),
    "refuse": (
        "party", "records", "facts", "basis", "decision", "reasons", "next", "rights", "deadlines",
        "reconsideration_body", "court",
    ),
}  # fmt: skip
SAYS["grant_part"] = SAYS["grant"]


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def past_all() -> Iterator[None]:
    """As the superuser for a moment: what changes guards, and what a stage needs that no service does."""
    sql("SET SESSION AUTHORIZATION DEFAULT")
    yield
    sql("SET SESSION AUTHORIZATION xinheng_app")


def one(statement: str, *given: Any) -> Any:
    """The first value that a question finds."""
    with connection.cursor() as cursor:
        cursor.execute(statement, list(given))
        found = cursor.fetchone()
    return found[0] if found else None


class Hand:
    """Who has the role and writes into the latest case of the market authority."""

    def __init__(self, town: Town, who: Actor = CLERK) -> None:
        self.town, self.who = town, who

    @property
    def at(self) -> datetime:
        return self.town.now + timedelta(minutes=5)

    @property
    def day(self) -> Any:
        return self.at.astimezone(HERE).date()

    @property
    def case(self) -> RepairCase:
        with acting(cast.MARKET_CLERK.actor):
            return self.town.case(MARKET)

    def item(self, place: int = 1) -> UUID:
        """That of the old record, or of the new one, which is refused."""
        record = self.town.old if place == 1 else self.town.new
        with acting(cast.MARKET_CLERK.actor):
            return next(each.pk for each in self.town.items(MARKET) if each.record_id == record)

    def step(
        self, name: str, actor: Actor | UUID | None = None, *, event: bool = True, **change: Any
    ) -> UUID:
        """A step's row and its event; the case is not moved."""
        who, case = actor or self.who, self.case
        row = {
            "case_id": case.pk, "seq": case.revision + 1, "step": name, "source": case.state,
            "target": REPAIR.step(name).after(case.state), "at": self.at, "day": self.day, "event": uuid4(),
            "actor": who if isinstance(who, UUID) else who.user_id, "asked": json.dumps([]), "edition": "示例", **change,
        }  # fmt: skip
        if event:
            insert(
                "ledger_event", id=row["event"], kind=f"repair.{name}", at=row["at"], agency=MARKET.id, commitment=b"x",
                mac=b"x",
            )  # fmt: skip
        self.event, self.seq, self.target = row["event"], row["seq"], row["target"]
        self.made = insert("casework_repairstep", **row)
        return self.made

    def own_step(self, name: str, **change: Any) -> UUID:
        """A step that the applicant's account takes itself."""
        with acting(self.town.boss):
            return self.step(name, self.town.account, **change)

    def paper(
        self, kind: str, says: tuple[str, ...] = (), *, agency: UUID = MARKET.id, **change: Any
    ) -> UUID:
        """A paper of the step that was written last."""
        case, number, document = self.case, f"示例号{uuid4()}", uuid4()
        insert(
            "documents_issueddocument", id=document, number=number, kind=kind, subject=self.town.firm, party="示例",
            audience="self", event=uuid4(), template="x", template_sha256=b"x", fonts_sha256=b"x", typst="x",
            body_sealed=b"x", body_sha256=b"x", pdf_sha256=b"issued", pdf_size=1, agency=agency,
            issued_by=SIGNER.user_id, issued_at=self.at,
        )  # fmt: skip
        row = {
            "case_id": case.pk, "step_id": getattr(self, "made", None), "kind": kind, "document": document, "number": number,
            "party": self.town.firm, "issued_on": self.day, "says": list(says),
        }  # fmt: skip
        return insert("casework_repairpaper", **{**row, **change})

    def move(self, **change: Any) -> int:
        """The case follows its step."""
        values = {"state": self.target, "revision": self.seq, **change}
        names = ", ".join(f"{name} = %s" for name in values)
        return sql(f"UPDATE casework_repaircase SET {names} WHERE id = %s", *values.values(), self.case.pk)

    def taken(self, name: str, actor: Actor | None = None, **change: Any) -> None:
        self.step(name, actor)
        self.move(**change)

    def finding(self, place: int = 1, by: Actor = CLERK) -> None:
        insert(
            "casework_repairfinding", item_id=self.item(place), met=["corrected"], seen=[], barred=[], by=by.user_id, at=self.at
        )  # fmt: skip

    def proposal(self, outcome: str = "grant", place: int = 1, by: Actor = CLERK, **change: Any) -> None:
        refuse = outcome == "refuse"
        row = {
            "item_id": self.item(place), "outcome": outcome, "effect": "", "ground": "too_early" if refuse else "",
            "clauses": ["gbf-2025-22#2"] if refuse else [], "by": by.user_id, "at": self.at, "sealed": b"x",
        }  # fmt: skip
        insert("casework_repairproposal", **{**row, **change})

    def effect(self, record: UUID, effect: str = "ANNOTATE") -> UUID:
        told = insert(
            "ledger_event",
            kind="record.effect_applied",
            at=self.at,
            agency=MARKET.id,
            commitment=b"x",
            mac=b"x",
        )
        return insert(
            "registry_recordeffect", record_id=record, effect=effect, public="gone", shared="gone", own="plain",
            ground="repair", matter=self.case.pk, number="示例", event=told, decided_by=SIGNER.user_id,
            asked_by=CLERK.user_id, at=self.at,
        )  # fmt: skip

    def decide(self, outcome: str, place: int = 1, effect: str = "ANNOTATE", **change: Any) -> int:
        """The record's decision, by the step that was written last."""
        values = {
            "outcome": outcome, "effect": effect if outcome == "grant" else "", "decided_on": self.day,
            "decided_event": getattr(self, "event", uuid4()), **change,
        }  # fmt: skip
        names = ", ".join(f"{name} = %s" for name in values)
        return sql(
            f"UPDATE casework_repairitem SET {names} WHERE id = %s", *values.values(), self.item(place)
        )

    def decided(self, name: str, actor: Actor, place: int = 1, **paper: Any) -> None:
        """A whole decision on one record: step, paper, effect, decision."""
        self.step(name, actor)
        outcome = "refuse" if name == "refuse" else "grant"
        self.paper(
            "repair_refusal_decision" if outcome == "refuse" else "repair_decision",
            **{"says": SAYS[name], **paper},
        )
        if outcome == "grant":
            self.effect(self.town.old if place == 1 else self.town.new)
        self.decide(outcome, place)

    def proof(self, **change: Any) -> UUID:
        paper = one(
            "SELECT p.id FROM casework_repairpaper p JOIN casework_repairstep s ON s.id = p.step_id"
            " WHERE p.case_id = %s ORDER BY s.seq DESC LIMIT 1",
            self.case.pk,
        )  # fmt: skip
        row = {
            "paper_id": paper, "party": self.town.firm, "way": "direct", "on": self.day, "served_on": self.day,
            "shows": ["receipt_signed"], "by": CLERK.user_id, "at": self.at,
        }  # fmt: skip
        return insert("casework_repairservice", **{**row, **change})

    def fresh_case(self, **change: Any) -> UUID:
        """A case at another body for what was lodged."""
        case = self.case
        row = {
            "number": f"示例案{uuid4()}", "application_id": case.application_id, "subject_id": self.town.firm,
            "subject_kind": "legal_person", "party": "示例", "agency_id": cast.ENVIRONMENT.id, "state": "new", "revision": 0,
            "contact": "", "lodged_on": case.lodged_on,
        }  # fmt: skip
        return insert("casework_repaircase", **{**row, **change})

    def fresh_item(self, case: UUID, **change: Any) -> None:
        insert("casework_repairitem", **{"case_id": case, "place": 9, "outcome": "", "effect": "", **change})


def settle() -> None:
    """Nothing is left for the ledger, and all is asked that a commit asks."""
    sql("SELECT count(*) FROM ledger_claim()")
    commit()
