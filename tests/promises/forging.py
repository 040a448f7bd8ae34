"""Rows of a case on a false promise in plain SQL, as who has the application's role and nothing else (伪造承诺不实案卷)."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from tests import cast
from tests.casework.forging import insert, sql
from tests.promises.town import Broken
from tests.repairs.forging import one
from xinheng.access.actor import Actor
from xinheng.law.deadlines import HERE
from xinheng.law.disclosure import months_later
from xinheng.law.procedures.repair import FALSE_PROMISE

CLERK, CHECKER, SIGNER = cast.LABOUR_CLERK.actor, cast.LABOUR_CHECKER.actor, cast.LABOUR_SIGNER.actor
NOTICE, DECISION = "prior_notice", "false_promise_decision"
SAYS = {
    NOTICE: ("facts", "basis", "rights", "window"),
    DECISION: (
        "party", "facts", "evidence", "basis", "decision", "rights", "deadlines", "reconsideration_body", "court",
        "exit_conditions", "repair_notice",
    ),
}  # fmt: skip
PAPERS = {"notify": NOTICE, "decide": DECISION, "serve_notice": "proof_of_service", "enter": "proof_of_service", "reply": "objection_reply"}  # fmt: skip
WHO = {"notify": CHECKER, "reply": CHECKER, "check": CHECKER, "drop": CHECKER, "decide": SIGNER}


class Hand:
    """Who has the role and writes into the case of a town."""

    def __init__(self, broken: Broken) -> None:
        self.broken, self.event, self.made = broken, uuid4(), uuid4()

    @property
    def at(self) -> datetime:
        return self.broken.now + timedelta(minutes=5)

    @property
    def day(self) -> Any:
        return self.at.astimezone(HERE).date()

    @property
    def case(self) -> UUID:
        return self.broken.case

    @property
    def law_day(self) -> Any:
        """Thirty-six months from the decision, as the edition says."""
        return months_later(self.of_case("decided_on"), 36)

    def of_case(self, column: str) -> Any:
        return one(f"SELECT {column} FROM casework_promisecase WHERE id = %s", self.case)

    def told(self, kind: str, at: datetime | None = None) -> UUID:
        """An event of a kind, now."""
        return insert(
            "ledger_event", id=uuid4(), kind=kind, at=at or self.at, agency=self.broken.body.id, commitment=b"x", mac=b"x"
        )  # fmt: skip

    def step(
        self, name: str, actor: Actor | UUID | None = None, *, event: bool = True, **change: Any
    ) -> None:
        """A step's row and its event, with the paper that it makes; the case is not moved."""
        who, case = actor or WHO.get(name, self.broken.officer(0)), change.pop("case_id", self.case)
        state, revision = (
            one("SELECT state FROM casework_promisecase WHERE id = %s", case),
            self.revision(case),
        )
        paper = change.pop("paper", {})
        self.seq, self.target = revision + 1, FALSE_PROMISE.step(name).after(state)
        row = {
            "case_id": case, "seq": self.seq, "step": name, "source": state, "target": self.target, "at": self.at,
            "day": self.day, "event": uuid4(), "actor": who if isinstance(who, UUID) else who.user_id,
            "asked": json.dumps([]), "edition": "示例", "sealed": b"x", **change,
        }  # fmt: skip
        self.event = row["event"]
        if event:
            insert(
                "ledger_event", id=self.event, kind=f"promise.{name}", at=row["at"], agency=self.broken.body.id,
                commitment=b"x", mac=b"x",
            )  # fmt: skip
        self.made = insert("casework_promisestep", **row)
        if name in PAPERS and paper is not None:
            self.paper(PAPERS[name], by=row["actor"], **paper)

    def revision(self, case: UUID) -> int:
        found: int = one("SELECT revision FROM casework_promisecase WHERE id = %s", case)
        return found

    def move(self, **change: Any) -> None:
        """The case follows its step."""
        values = {"state": self.target, "revision": self.seq, **change}
        names = ", ".join(f"{name} = %s" for name in values)
        assert sql(f"UPDATE casework_promisecase SET {names} WHERE id = %s", *values.values(), self.case)

    def taken(self, name: str, actor: Actor | None = None, **change: Any) -> None:
        moved = change.pop("moved", {})
        self.step(name, actor, **change)
        self.move(**moved)

    def paper(
        self, kind: str, *, by: UUID | None = None, document: dict[str, Any] | None = None, **change: Any
    ) -> UUID:
        """A paper of the step that was written last."""
        number, ident, party = f"示例号{uuid4()}", uuid4(), self.of_case("subject_id")
        issued = {
            "id": ident, "number": number, "kind": kind, "subject": party, "party": "示例", "audience": "self",
            "event": uuid4(), "template": "x", "template_sha256": b"x", "fonts_sha256": b"x", "typst": "x",
            "body_sealed": b"x", "body_sha256": b"x", "pdf_sha256": b"issued", "pdf_size": 1, "agency": self.broken.body.id,
            "issued_by": by or self.broken.officer(0).user_id, "issued_at": self.at,
        }  # fmt: skip
        insert("documents_issueddocument", **{**issued, **(document or {})})
        row = {
            "case_id": self.case, "step_id": self.made, "kind": kind, "document": ident, "number": number, "party": party,
            "issued_on": self.day, "says": list(SAYS.get(kind, ())), "window": 5 if kind == NOTICE else None,
        }  # fmt: skip
        return insert("casework_promisepaper", **{**row, **change})

    def proof(self, kind: str, **change: Any) -> None:
        paper = one("SELECT id FROM casework_promisepaper WHERE case_id = %s AND kind = %s", self.case, kind)
        row = {
            "paper_id": paper, "party": self.of_case("subject_id"), "way": "direct", "on": self.day, "served_on": self.day,
            "shows": ["receipt_signed"], "by": self.broken.officer(0).user_id, "at": self.at,
        }  # fmt: skip
        insert("casework_promiseproofofservice", **{**row, **change})

    def evidence(self, case: UUID | None = None, by: Actor = CLERK) -> None:
        insert(
            "casework_promiseevidence", case_id=case or self.case, media_type="application/pdf", sha256=b"x", size=1,
            by=by.user_id, at=self.at,
        )  # fmt: skip

    def objection(self, **change: Any) -> UUID:
        row = {
            "case_id": self.case, "number": f"示例意见{uuid4()}", "kind": "objection", "received_at": self.at,
            "received_on": self.day, "in_time": True, "upheld": False,
        }  # fmt: skip
        return insert("casework_promiseobjection", **{**row, **change})

    def fresh(self, **change: Any) -> UUID:
        """A case on the granted item, as the services begin it."""
        row = {
            "number": f"示例案{uuid4()}", "item_id": self.broken.item, "list": "wage", "subject_id": self.broken.town.firm,
            "subject_kind": "legal_person", "party": cast.FIRM_NAME, "agency_id": cast.LABOUR.id, "state": "new",
            "revision": 0, "window": 5, "handler": CLERK.user_id, "opened_on": self.day,
        }  # fmt: skip
        return insert("casework_promisecase", **{**row, **change})

    # ---- what is carried out -----------------------------------------------------------------------------------

    @property
    def entry(self) -> UUID:
        return self.broken.town.entry

    @property
    def listing(self) -> UUID:
        found: UUID = one('SELECT "case" FROM registry_listentry WHERE id = %s', self.entry)
        return found

    def listing_step(self, **change: Any) -> None:
        case, event = self.listing, self.told("case.reinstate")
        row = {
            "case_id": case, "version": one("SELECT version FROM casework_case WHERE id = %s", case),
            "seq": one("SELECT revision + 1 FROM casework_case WHERE id = %s", case), "step": "reinstate",
            "source": "removed", "target": "listed", "at": self.at, "day": self.day, "event": event,
            "actor": CLERK.user_id, "asked": json.dumps([]), "edition": "示例", **change,
        }  # fmt: skip
        insert("casework_casestep", **row)

    def listing_moves(self, **change: Any) -> None:
        """The list's case is back, its term anew."""
        values = {
            "state": "listed",
            "listed_on": self.day,
            "decided_on": self.of_case("decided_on"),
            **change,
        }
        names = ", ".join(f"{name} = %s" for name in values)
        sql(
            f"UPDATE casework_case SET {names}, revision = revision + 1 WHERE id = %s", *values.values(), self.listing
        )  # fmt: skip

    def back(self, **change: Any) -> UUID:
        """The entry that comes back, as the decision says."""
        number = one(
            "SELECT number FROM casework_promisepaper WHERE case_id = %s AND kind = %s", self.case, DECISION
        )
        names = "subject_id, subject_kind, party, list, edition, range, role, agency_id, body_name, interim, publishable"
        values = {
            "id": uuid4(), "case": self.listing, "number": number, "decided_on": self.of_case("decided_on"),
            "listed_on": self.day, "state": "listed", "ended_by": "",
            "until": one("SELECT until FROM casework_case WHERE id = %s", self.listing), **change,
        }  # fmt: skip
        columns = ", ".join(f'"{name}"' for name in values)
        places = ", ".join("%s" for _ in values)
        sql(
            f"INSERT INTO registry_listentry ({columns}, {names}) SELECT {places}, {names} FROM registry_listentry"
            " WHERE id = %s", *values.values(), self.entry,
        )  # fmt: skip
        identity: UUID = values["id"]
        return identity

    def reinstated(self) -> None:
        self.listing_step()
        self.listing_moves()
        self.back()

    def entering(self, **moved: Any) -> None:
        """The whole of the last step but what it carries out."""
        self.proof(DECISION)
        self.step("enter")
        self.carrying = moved

    def entered(self, **moved: Any) -> None:
        self.move(**{"entered_on": self.day, **moved})

    # ---- a record ------------------------------------------------------------------------------------------------

    def mark(self, record: UUID, **change: Any) -> None:
        row = {
            "record_id": record, "mark": "false_promise", "matter": self.case, "number": "示例", "since": self.at,
            "event": self.told("record.marked"), "decided_by": CLERK.user_id, **change,
        }  # fmt: skip
        insert("registry_recordmark", **row)

    def shown(self, record: UUID, **change: Any) -> None:
        row = {
            "record_id": record, "until": self.day, "matter": self.case, "number": "示例",
            "event": self.told("record.shown_longer"), "decided_by": CLERK.user_id, "at": self.at, **change,
        }  # fmt: skip
        insert("registry_recordshown", **row)

    def lift(self, record: UUID, ground: str = "false_promise") -> None:
        """The effect that the repair put on a record is taken up."""
        names = "record_id, effect, public, shared, own"
        values = {
            "id": uuid4(), "ground": ground, "matter": self.case, "number": "示例", "decided_by": CLERK.user_id,
            "event": self.told("record.effect_lifted"), "at": self.at,
        }  # fmt: skip
        columns, places = ", ".join(values), ", ".join("%s" for _ in values)
        made = sql(
            f"INSERT INTO registry_recordeffect ({columns}, lifts, {names}) SELECT {places}, id, {names}"
            " FROM registry_recordeffect WHERE record_id = %s AND lifts IS NULL AND ground = 'repair'",
            *values.values(), record,
        )  # fmt: skip
        assert made == 1
