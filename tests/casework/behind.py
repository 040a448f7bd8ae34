"""Somebody in that city who has the application's database role and writes past the services at random (绕过系统的改写)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.utils import Error
from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests import cast
from tests.casework.city import CHECKER, OFFICERS, SEEN, WAY, City
from tests.casework.forging import Forgery, as_app, sql
from tests.casework.office import DRAFTS
from tests.casework.onlooker import Onlooker
from tests.casework.test_guards_of_the_database import ATTACKS
from xinheng.access.actor import Actor
from xinheng.casework.models import CasePaper
from xinheng.law.procedures.listing import LISTING

WAY_STEPS = tuple(step for step, _ in WAY.values())
SKIPPED = {
    "event": frozenset({"event"}), "paper": frozenset({"prior_notice", "listing_decision"}),
    "proof": frozenset({"prior_notice_proof", "listing_decision_proof"}), "copy": frozenset({"sealed_copy"}),
    "entry": frozenset({"entry"}),
}  # fmt: skip
LONG_AGO = date(2025, 11, 3)
WRONG: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    "back": {
        "prior_notice": {"issued_on": LONG_AGO}, "prior_notice_proof": {"on": LONG_AGO, "served_on": LONG_AGO},
    },
}  # fmt: skip
OF_CASE = "WHERE draft_id IN (SELECT id FROM casework_draft WHERE case_id = %s)"
OF_AGENCY = "SELECT agency_id FROM casework_case WHERE id = %s"
STATEMENTS: list[tuple[str, tuple[str, ...]]] = [
    ("UPDATE casework_case SET state = 'listed' WHERE id = %s", ("case",)),
    ("UPDATE casework_case SET state = 'listed', revision = revision + 1 WHERE id = %s", ("case",)),
    ("UPDATE casework_case SET state = 'decided' WHERE id = %s", ("case",)),
    ("UPDATE casework_case SET version = version + 1 WHERE id = %s", ("case",)),
    ("UPDATE casework_case SET decided_on = '2026-01-05', listed_on = '2026-01-06' WHERE id = %s", ("case",)),
    ("UPDATE casework_case SET until = '2099-01-01' WHERE id = %s", ("case",)),
    ("UPDATE casework_case SET handler = %s WHERE id = %s", ("who", "case")),
    (f"UPDATE casework_ground SET effect = 'effective' {OF_CASE}", ("case",)),
    (f"UPDATE casework_ground SET number = '别号' {OF_CASE}", ("case",)),
    ("UPDATE casework_deadline SET last = start + 1, provisional = false WHERE case_id = %s", ("case",)),
    ("UPDATE casework_deadline SET n = 1, last = start + 1 WHERE case_id = %s", ("case",)),
    ("UPDATE casework_objection SET upheld = false WHERE case_id = %s", ("case",)),
    ("UPDATE casework_objection SET version = version - 1 WHERE case_id = %s", ("case",)),
    ("DELETE FROM casework_objection WHERE case_id = %s", ("case",)),
    ("UPDATE casework_casestep SET actor = %s WHERE case_id = %s", ("who", "case")),
    ("UPDATE registry_listentry SET state = 'listed', ended_on = NULL, ended_by = '' WHERE \"case\" = %s", ("case",)),
    ("UPDATE registry_listentry SET state = 'hidden' WHERE \"case\" = %s", ("case",)),
    ("UPDATE registry_listentry SET until = '2099-01-01' WHERE \"case\" = %s", ("case",)),
    ("UPDATE casework_ask SET made_by = %s, granted = true WHERE case_id = %s", ("who", "case")),
    (f"UPDATE access_agency SET level = 'township', domains = '{{}}' WHERE id = ({OF_AGENCY})", ("case",)),
    ("SELECT set_config('xinheng.agency', '', true), %s", ("case",)),
]  # fmt: skip


class Behind(City):
    """The city, and whoever writes past it: statements, forged steps, whole forged cases."""

    @contextmanager
    def behind(self, agency: UUID, *, whole: bool = False) -> Iterator[None]:
        try:
            with as_app(agency, whole_city=whole):
                yield
        except Error:
            SEEN["refused by the database"] += 1
        else:
            self.wrote("written behind")

    @rule(statement=st.integers(0, 200), whole=st.booleans(), who=st.sampled_from(OFFICERS))
    def a_statement(self, statement: int, whole: bool, who: Actor) -> None:
        """Columns are overwritten, in the cases that are there."""
        row = self.row
        if row:
            text, given = STATEMENTS[statement % len(STATEMENTS)]
            with self.behind(row["agency_id"], whole=whole):
                sql(text, *(who.user_id if each == "who" else row["id"] for each in given))

    @rule(
        step=st.sampled_from([step.name for step in LISTING.steps]),
        to=st.sampled_from(["", "", "listed", "decided", "checked"]),
        who=st.sampled_from(OFFICERS),
        defect=st.sampled_from(["", "", "event", "back", "party", "paper", "proof", "copy", "entry"]),
    )
    def a_forged_step(self, step: str, to: str, who: Actor, defect: str) -> None:
        if row := self.row:
            with self.behind(row["agency_id"]):
                self.forge(self.forger(row, defect), step, {"target": to} if to else {}, who)

    @rule(
        defect=st.sampled_from(["", "", "event", "back", "party", "paper", "proof", "copy", "hurry", "alone"])
    )
    def the_rest_is_forged(self, defect: str) -> None:
        """From where the case stands, all the way to the list in one transaction."""
        row = self.row
        if row is None or row["state"] not in WAY:
            return
        with self.behind(row["agency_id"]):
            case = self.forger(row, defect)
            while case.state in WAY:
                step, who = WAY[case.state]
                if case.state == "awaiting":
                    case.day += timedelta(days=1 if defect == "hurry" else 30)
                self.forge(case, step, {}, self.staff[CHECKER if defect == "alone" else who])

    def forge(self, case: Forgery, step: str, more: Mapping[str, Any], who: Actor) -> None:
        case.actors = dict.fromkeys(
            (*WAY_STEPS, "receive", "reply", "hold_hearing", "hide", "exit"), who.user_id
        )
        case.actors.setdefault(step, who.user_id)
        if step == "serve_notice":
            case.proof("prior_notice")
        if step == "list":
            case.sealed_copy().proof("listing_decision")
        case.step(step, **more)
        if step == "list":
            case.entry()

    def forger(self, row: Mapping[str, Any], defect: str) -> Forgery:
        """Somebody who goes on with a case as it stands."""
        self.tick += 1
        case = Forgery(row["subject_id"], agency=row["agency_id"], case=row["id"], state=row["state"])
        case.day, case.seq, case.version = self.office.day, row["revision"], row["version"]
        case.days = {name: row[name] for name in ("decided_on", "listed_on", "until")}
        same = {name: row[name] for name in ("list", "subject_kind", "party", "role")}
        case.change = {
            "case_entry": {**same, "range": DRAFTS[self.office.list].range},
            **WRONG.get(defect, {}),
        }
        if defect == "party":
            case.change |= {
                f"{each}_proof": {"party": self.minor} for each in ("prior_notice", "listing_decision")
            }
        case.skip = SKIPPED.get(defect, frozenset())
        for paper in CasePaper.objects.filter(case=row["id"]).order_by("version"):
            case.papers[paper.kind], case.documents[paper.kind] = paper.pk, paper.document
        case.moment = self.now
        return case

    @rule(guard=st.sampled_from(sorted(ATTACKS)))
    def a_case_is_forged(self, guard: str) -> None:
        """One of the attacks that a guard of the database stands against."""
        with self.behind(cast.LABOUR.id):
            ATTACKS[guard].forge(self.office, Onlooker())
