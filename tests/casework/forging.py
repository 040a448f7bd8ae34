"""A whole listing case in plain SQL, as who has the application's database role and nothing else (伪造案卷).

It writes what the services would write, formally complete: papers, proofs, events with an invented MAC, and it takes
away what was noted for the ledger. `Forgery` takes one defect at a time, so that one guard alone stands in its way.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, transaction

from tests import cast
from tests.casework.office import START
from tests.procedures.walking import DECIDED, SAID
from xinheng.law.deadlines import HERE
from xinheng.law.procedures.listing import LISTING

STAFF = {
    "open": cast.LABOUR_CLERK, "notify": cast.LABOUR_CHECKER, "serve_notice": cast.LABOUR_CLERK,
    "receive": cast.LABOUR_CLERK, "hold_hearing": cast.LABOUR_CHECKER, "reply": cast.LABOUR_CHECKER,
    "propose": cast.LABOUR_CLERK, "check": cast.LABOUR_CHECKER, "decide": cast.LABOUR_SIGNER,
    "list": cast.LABOUR_CLERK, "hide": cast.LABOUR_CLERK, "exit": cast.LABOUR_SIGNER,
}  # fmt: skip
PAPERS = {
    "notify": ("prior_notice", SAID), "decide": ("listing_decision", DECIDED), "reply": ("objection_reply", frozenset()),
    "hold_hearing": ("hearing_record", frozenset()), "exit": ("removal_decision", frozenset()),
    "serve_notice": ("proof_of_service", frozenset()), "list": ("proof_of_service", frozenset()),
}  # fmt: skip


def insert(table: str, **values: Any) -> UUID:
    """One row, by its columns."""
    given = {"id": uuid4(), **values}
    columns, places = ", ".join(f'"{name}"' for name in given), ", ".join(["%s"] * len(given))
    sql(f"INSERT INTO {table} ({columns}) VALUES ({places})", *given.values())
    identity: UUID = given["id"]
    return identity


def sql(statement: str, *given: Any) -> int:
    """One statement on the application's connection; how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, list(given))
        return int(cursor.rowcount)


@contextmanager
def as_app(agency: UUID, *, whole_city: bool = False, claim: bool = True) -> Iterator[None]:
    """A transaction of somebody with the role: any agency he likes, noted rows claimed, then all that a commit asks."""
    with transaction.atomic():
        sql(
            "SELECT set_config('xinheng.agency', %s, true), set_config('xinheng.whole_city', %s, true)",
            str(agency), "on" if whole_city else "off",
        )  # fmt: skip
        yield
        if claim:
            sql("SELECT count(*) FROM ledger_claim()")
        commit()
        sql("SELECT set_config('xinheng.agency', '', true), set_config('xinheng.whole_city', '', true)")


def commit() -> None:
    """What is asked at a commit is asked now: the tests' own transaction never commits."""
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    sql("SET CONSTRAINTS ALL DEFERRED")


@dataclass
class Forgery:
    """One case. `skip` leaves parts out; `change` overrides columns of a part; `actors` and `wait` those of a step."""

    subject: UUID
    agency: UUID = cast.LABOUR.id
    skip: frozenset[str] = frozenset()
    change: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    actors: Mapping[str, UUID] = field(default_factory=dict)
    wait: Mapping[str, int] = field(default_factory=dict)
    day: date = START
    state: str = "new"
    version: int = 1
    seq: int = 0
    papers: dict[str, UUID] = field(default_factory=dict)
    documents: dict[str, UUID] = field(default_factory=dict)
    days: dict[str, date | None] = field(
        default_factory=lambda: {"decided_on": None, "listed_on": None, "until": None}
    )
    case: UUID = field(default_factory=uuid4)
    # The earliest moment of what is forged: after all that the case has seen.
    moment: datetime | None = None

    @property
    def now(self) -> datetime:
        if self.moment and self.moment.astimezone(HERE).date() == self.day:
            return self.moment
        return datetime(self.day.year, self.day.month, self.day.day, 10, tzinfo=HERE)

    def part(self, name: str, table: str, **values: Any) -> UUID | None:
        if name in self.skip:
            return None
        return insert(table, **{**values, **self.change.get(name, {})})

    # ---- the parts ----------------------------------------------------------------------------------

    def begin(self) -> Forgery:
        self.part(
            "case", "casework_case", id=self.case, number=f"示例案{self.case}", procedure="listing", list="wage",
            subject_id=self.subject, subject_kind="legal_person", party="示例", role="subject", agency_id=self.agency,
            area=cast.AREA, state="new", version=1, revision=0, handler=self.person("open"), opened_on=self.day,
        )  # fmt: skip
        return self.draft().ground()

    def draft(self, version: int = 1) -> Forgery:
        drawn = self.part(
            "draft", "casework_draft", case_id=self.case, version=version, range="R2", criteria=["amount"],
            age="not_a_person", made_by=self.person("open"), made_at=self.now,
        )  # fmt: skip
        self.papers["draft"] = drawn or uuid4()
        return self

    def ground(self) -> Forgery:
        self.part(
            "ground", "casework_ground", draft_id=self.papers["draft"], number="示1号", kind="penalty",
            body_name="示例局", decided_on=self.day, effect="effective",
        )  # fmt: skip
        return self

    def person(self, step: str) -> UUID:
        return self.actors.get(step) or STAFF[step].actor.user_id

    def step(self, name: str, **more: Any) -> Forgery:
        """The step's row, its event, its paper, and the case: in the order in which a service would write them."""
        self.day += timedelta(days=self.wait.get(name, 0))
        self.seq, target, event = self.seq + 1, LISTING.step(name).after(self.state), uuid4()
        self.event(event, f"case.{name}")
        row = {
            "case_id": self.case, "seq": self.seq, "step": name, "source": self.state, "target": target,
            "version": self.version, "actor": self.person(name), "at": self.now, "day": self.day, "event": event,
            "asked": json.dumps([]), "edition": "示例",
        }  # fmt: skip
        step = insert("casework_casestep", **{**row, **self.change.get(name, {}), **more})
        if name in PAPERS:
            self.paper(*PAPERS[name], step, self.person(name))
        if name == "decide":
            self.days["decided_on"] = self.day
        if name == "list":
            self.days |= {"listed_on": self.day, "until": self.day + timedelta(days=1000)}
        self.state = str({**row, **more}["target"])
        return self.moved()

    def event(self, event: UUID, kind: str) -> None:
        self.part(
            "event",
            "ledger_event",
            id=event,
            kind=kind,
            at=self.now,
            agency=self.agency,
            commitment=b"x",
            mac=b"x",
        )

    def moved(self) -> Forgery:
        sql(
            "UPDATE casework_case SET state = %s, revision = %s, version = %s, decided_on = %s, listed_on = %s,"
            " until = %s WHERE id = %s",
            self.state, self.seq, self.version, *self.days.values(), self.case,
        )  # fmt: skip
        return self

    def paper(self, kind: str, says: frozenset[str], step: UUID, by: UUID) -> None:
        number = f"示例号{uuid4()}"
        document = self.part(
            f"{kind}_document", "documents_issueddocument", number=number, kind=kind, subject=self.subject, party="示例",
            audience="self", event=uuid4(), template="x", template_sha256=b"x", fonts_sha256=b"x", typst="x",
            body_sealed=b"x", body_sha256=b"x", pdf_sha256=b"issued", pdf_size=1, agency=self.agency,
            issued_by=by, issued_at=self.now,
        )  # fmt: skip
        self.documents[kind] = document or uuid4()
        made = self.part(
            kind, "casework_casepaper", case_id=self.case, step_id=step, kind=kind, version=self.version,
            document=self.documents[kind], number=number, party=self.subject, issued_on=self.day, says=sorted(says),
            window=5 if kind == "prior_notice" else None,
        )  # fmt: skip
        self.papers[kind] = made or uuid4()

    def proof(self, kind: str, **more: Any) -> Forgery:
        row = {
            "paper_id": self.papers[kind], "party": self.subject, "way": "direct", "on": self.day,
            "served_on": self.day, "shows": ["receipt_signed"], "by": self.person("open"), "at": self.now,
        }  # fmt: skip
        self.part(f"{kind}_proof", "casework_service", **{**row, **more})
        return self

    def objection(self, **more: Any) -> UUID:
        row = {
            "case_id": self.case, "number": f"示例意见{uuid4()}", "version": self.version, "kind": "objection",
            "received_at": self.now, "received_on": self.day, "in_time": True, "upheld": False, "sealed": b"x",
        }  # fmt: skip
        return insert("casework_objection", **{**row, **more})

    def answer(self, objection: UUID, *, upheld: bool = False, paper: bool = True) -> Forgery:
        sql(
            "UPDATE casework_objection SET replied_on = %s, reply_sealed = 'x', upheld = %s WHERE id = %s",
            self.day, upheld, objection,
        )  # fmt: skip
        return self.step("reply") if paper else self

    def sealed_copy(self) -> Forgery:
        self.part(
            "sealed_copy", "documents_sealedcopy", document_id=self.documents["listing_decision"], method="scan",
            media_type="image/png", sha256=b"scan", size=1, agency=self.agency, uploaded_by=self.person("open"),
            uploaded_at=self.now,
        )  # fmt: skip
        return self

    def entry(self, **more: Any) -> Forgery:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT number FROM casework_casepaper WHERE id = %s", [self.papers.get("listing_decision")]
            )
            found = cursor.fetchone()
        row = {
            "case": self.case, "subject_id": self.subject, "subject_kind": "legal_person", "party": "示例",
            "list": "wage", "edition": "wage-2022", "range": "R2", "role": "subject", "agency_id": self.agency,
            "body_name": "示例局", "number": found[0] if found else "示例", "interim": True, "publishable": True,
            "state": "listed", "ended_by": "", **self.days,
        }  # fmt: skip
        self.part("entry", "registry_listentry", **{**row, **self.change.get("case_entry", {}), **more})
        return self

    # ---- the way ------------------------------------------------------------------------------------

    def to_awaiting(self) -> Forgery:
        self.begin().step("open").step("notify").proof("prior_notice").step("serve_notice")
        return self

    def to_decided(self, pause: int = 30) -> Forgery:
        self.day += timedelta(days=pause)
        return self.step("propose").step("check").step("decide")

    def to_listed(self) -> Forgery:
        return self.sealed_copy().proof("listing_decision").step("list").entry()

    def whole_way(self, pause: int = 30) -> Forgery:
        return self.to_awaiting().to_decided(pause).to_listed()
