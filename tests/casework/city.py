"""A city that works on listing cases at random (随机办理): officers, parties and courts, rightly or not, through services and pages.

What a step is taken through is a door: the services, the desk's pages; an API is plugged into DOORS.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.test import Client
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests import cast
from tests.casework.forging import commit
from tests.casework.office import DIRECT, DRAFTS, GROUND, HEARD, STAFF, START, Office
from tests.casework.onlooker import Onlooker
from tests.documents import seals
from xinheng.access.actor import Actor
from xinheng.access.scope import acting, whole_city
from xinheng.casework import daily, services
from xinheng.casework.given import (
    AskGiven,
    Given,
    HearingGiven,
    LeniencyGiven,
    ObjectionGiven,
    Opening,
    ReplyGiven,
)
from xinheng.casework.models import Case, CasePaper, Ground, Objection
from xinheng.documents import files
from xinheng.documents import services as documents
from xinheng.documents.models import IssuedDocument
from xinheng.documents.sealedcopies import Method
from xinheng.law.facts import Effect
from xinheng.law.language import Refusal
from xinheng.law.procedures.casefacts import ObjectionKind
from xinheng.law.procedures.listing import LISTING

SEEN: Counter[str] = Counter()
SECOND = cast.LABOUR_SECOND.actor
OFFICERS = [each.actor for each in (*STAFF["wage"], cast.LABOUR_SECOND, *STAFF["market"], cast.TAX_SIGNER)]
OFFICERS.append(replace(cast.OFFICER.actor, roles=frozenset({"office", "clerk", "checker", "signer"})))
CLERK, CHECKER, SIGNER = range(3)
FIRMS = 6
WAY = {
    "draft": ("notify", CHECKER), "notified": ("serve_notice", CLERK), "awaiting": ("propose", CLERK),
    "proposed": ("check", CHECKER), "checked": ("decide", SIGNER), "decided": ("list", CLERK),
}  # fmt: skip
SLIPS = ("", "", "", "", "", "没有", "不全", "过早", "未签章", "错的签章件")
# What may be wrong with a case from its start: the draft, the role, the party.
DEFECTS: Mapping[str, Mapping[str, Any]] = {
    "": {},
    "未生效": {"draft": {"grounds": (replace(GROUND, effect="not_yet"),)}},
    "没有文书": {"draft": {"grounds": ()}},
    "标准不符": {"draft": {"criteria": ("amount",)}},
    "范围": {"draft": {"range": "R4"}},
    "上级未同意": {"draft": {"consent": None}},
    "自设名单": {"list": "市民失信"},
    "法院名单": {"list": "court"},
    "没有听取从宽": {"leniency": LeniencyGiven()},
    "不可抗力": {"leniency": LeniencyGiven(heard=True, grounds=("force_majeure",))},
    "自然人": {"subject": "person"},
    "未成年": {"subject": "minor"},
    "单位未先认定": {"subject": "person", "role": "legal_representative"},
    "关联人员": {"subject": "person", "role": "legal_representative", "unit_case": "case"},
}
# What an officer of the deciding body, or of another, gives with a step; `doors` take it to the case.
Door = Callable[["City", str, Actor, Given], None]


def by_service(city: City, step: str, actor: Actor, given: Given) -> None:
    office = city.office
    services.fire(office.case, step, revision=city.revision, given=given, actor=actor, now=city.now)


def by_desk(city: City, step: str, actor: Actor, given: Given) -> None:
    """The page of the step, sent as who has read the check page; whatever it answers but a redirect is a refusal."""
    form: dict[str, Any] = {
        "reason": given.reason,
        "revision": city.revision,
        "step": "act",
        "once": uuid4().hex,
    }
    if served := given.service:
        form |= {
            "way": served.way,
            "on": served.on.isoformat(),
            "shows": list(served.shows),
            "receiver": "示例",
        }
    city.desk.moment = city.now
    answer = city.desk.clients[actor.user_id].post(f"/desk/cases/{city.office.case}/do/{step}/", form)
    if answer.status_code != 302 or not answer["Location"].startswith("/desk/cases/"):
        SEEN["refused at the desk"] += 1
        raise Refusal.because("NOT_FOUND")
    SEEN["taken at the desk"] += 1


DOORS: dict[str, Door] = {"service": by_service, "desk": by_desk}


@dataclass
class Desk:
    """Each officer in a browser, and what the clock says there."""

    clients: Mapping[UUID, Client]
    moment: datetime = cast.NOW


class City(RuleBasedStateMachine):
    """One case after another; each rule is something that somebody does, rightly or not."""

    office: Office
    minor: UUID
    firms: tuple[UUID, ...]
    desk: Desk

    known: Mapping[str, Any] | None

    def __init__(self) -> None:
        super().__init__()
        self.office.day, self.office.list = START, "wage"
        self.office.case = UUID(int=0)
        self.eye, self.tick = Onlooker(minors=frozenset({self.minor})), 0
        self.mark = transaction.savepoint()
        # Read again when something was written; what is refused is rolled back.
        self.written, self.known = True, None

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.mark)

    # ---- looking -------------------------------------------------------------------------------------

    @property
    def now(self) -> datetime:
        """Each thing happens a minute after the one before."""
        self.tick += 1
        return self.office.now + timedelta(seconds=self.tick)

    @property
    def row(self) -> Mapping[str, Any] | None:
        """The case at hand."""
        if self.known is None or self.known["id"] != self.office.case:
            with whole_city():
                self.known = Case.objects.filter(pk=self.office.case).values().first()
        return self.known

    def wrote(self, what: str) -> None:
        SEEN[what] += 1
        self.written, self.known = True, None

    @property
    def revision(self) -> int:
        return self.row["revision"] if self.row else 0

    @property
    def staff(self) -> list[Actor]:
        return [each.actor for each in STAFF[self.office.list]]

    @invariant()
    def nothing_is_wrong_with_what_is_listed(self) -> None:
        if self.written:
            assert self.eye.look() == []
            self.written = False

    @contextmanager
    def attempt(self, what: str) -> Iterator[None]:
        """Done and committed, or refused by the law; the database is not what an officer is refused by."""
        try:
            yield
        except Refusal:
            SEEN["refused"] += 1
            return
        commit()
        self.wrote(what)
        if (row := self.row) and row["state"] == "listed" and what in ("list", "restore"):
            SEEN["listed"] += 1

    # ---- the lawful way, more or less ---------------------------------------------------------------------

    @rule(
        code=st.sampled_from(["wage", "wage", "market", "tax"]),
        defect=st.sampled_from([*[""] * 12, *DEFECTS]),
        answer=st.sampled_from(["", "", "", "open", "answered", "answered", "upheld"]),
        alone=st.sampled_from((False, False, False, True)),
        firm=st.integers(0, FIRMS - 1),
    )
    def a_case_from_the_start(self, code: str, defect: str, answer: str, alone: bool, firm: int) -> None:
        """The next case has at most one thing wrong with it and one objection; `alone`: its maker checks it too."""
        self.office.firm = self.firms[firm]
        self.open(code, DEFECTS[defect], SECOND if alone else self.of(code)[CLERK])
        self.a_good_week(2, "", alone)
        if answer:
            self.party_speaks(ObjectionKind.OBJECTION, False)
        if answer in ("answered", "upheld"):
            self.party_is_answered(answer == "upheld", "示例理由", True)
        self.a_good_week(5, "", alone)

    def of(self, code: str) -> list[Actor]:
        return [each.actor for each in STAFF[code]]

    def open(self, code: str, defect: Mapping[str, Any], clerk: Actor) -> None:
        before, listed = self.office.case, self.office.list
        self.office.list = code
        wanted = dict(defect)
        draft = replace(DRAFTS[code], **wanted.pop("draft", {}))
        subjects = {"person": self.office.person, "minor": self.minor}
        subject = subjects.get(wanted.pop("subject", ""), self.office.firm)
        if "unit_case" in wanted:
            wanted["unit_case"] = before
        opening = Opening(**{"list": code, "subject": subject, "draft": draft, "leniency": HEARD, **wanted})
        with self.attempt("open"):
            self.office.case = services.open_case(opening, reason="示例理由", actor=clerk, now=self.now)
        if self.office.case == before:
            self.office.list = listed

    @rule(
        code=st.sampled_from(["wage", "market", "tax"]),
        firm=st.integers(0, FIRMS - 1),
        steps=st.integers(5, 8),
        door=st.sampled_from(sorted(DOORS)),
    )
    def a_lawful_case(self, code: str, firm: int, steps: int, door: str) -> None:
        """As it should be, to its entry or nearly."""
        self.office.firm = self.firms[firm]
        self.open(code, {}, self.of(code)[CLERK])
        self.a_good_week(steps, "", False, door)

    @rule(
        steps=st.integers(3, 8),
        slip=st.sampled_from(SLIPS),
        alone=st.sampled_from((False, False, True)),
        door=st.sampled_from(sorted(DOORS)),
    )
    def a_good_week(self, steps: int, slip: str, alone: bool, door: str = "service") -> None:
        """Some steps in a row by the right persons, a slip in each; `alone`: one person does all."""
        for _ in range(steps):
            row = self.row
            if row is None or row["state"] not in WAY:
                return
            if row["state"] == "awaiting":
                self.office.wait(1 if slip == "过早" else 20)
            if row["state"] == "decided":
                self.decision_comes_back(slip)
            step, who = WAY[row["state"]]
            self.take(step, SECOND if alone else self.staff[who], slip, door)
            if (after := self.row) and after["state"] == row["state"]:
                return

    def take(self, step: str, actor: Actor, slip: str = "", door: str = "service") -> None:
        proof = replace(DIRECT, on=self.office.day, shows=() if slip == "不全" else DIRECT.shows)
        service = None if slip == "没有" else proof
        given = Given(reason="示例理由", draft=DRAFTS[self.office.list], service=service)
        with self.attempt(step):
            DOORS[door](self, step, actor, given)

    @rule(
        step=st.sampled_from([step.name for step in LISTING.steps]),
        who=st.sampled_from(OFFICERS),
        slip=st.sampled_from(SLIPS),
        door=st.sampled_from(sorted(DOORS)),
    )
    def anybody_tries_any_step(self, step: str, who: Actor, slip: str, door: str) -> None:
        if self.row:
            self.take(step, who, slip, door)

    def decision_comes_back(self, slip: str) -> None:
        """The signed copy, or a file that is not one."""
        with whole_city():
            papers = CasePaper.objects.filter(case=self.office.case, kind="listing_decision")
            paper = papers.order_by("-version").first()
            if (
                paper is None
                or slip == "未签章"
                or not IssuedDocument.objects.filter(pk=paper.document).exists()
            ):
                return
            try:
                file = files.kept(paper.document, paper.party)
            except OSError:
                return  # a forged one has no file
        copy = file + b"\n%%EOF" if slip == "错的签章件" else seals.sealed(file)
        with self.attempt("sealed"), acting(self.staff[CLERK]):
            documents.attach_sealed(
                paper.document, copy, method=Method.INCREMENTAL, actor=self.staff[CLERK], now=self.now
            )

    @rule(days=st.integers(1, 15))
    def days_pass(self, days: int) -> None:
        self.office.wait(days)

    @rule()
    def a_night(self) -> None:
        """The daily clock: what ends ends, what fell is hidden, officers are reminded."""
        with self.attempt("night"):
            daily.daily(now=self.now)

    # ---- parties, replies, leniency, grounds, ways out ---------------------------------------------------------

    @rule(kind=st.sampled_from(ObjectionKind), late=st.booleans())
    def party_speaks(self, kind: ObjectionKind, late: bool) -> None:
        if self.row:
            moment = self.now
            given = Given(objection=ObjectionGiven(kind=kind, received_at=moment, text="示例意见"))
            with self.attempt("receive"):
                by_service(self, "receive", self.staff[CLERK], given)
            self.nothing_is_wrong_with_what_is_listed()

    @rule(upheld=st.booleans(), reasons=st.sampled_from(("示例理由", "示例理由", "")), heard=st.booleans())
    def party_is_answered(self, upheld: bool, reasons: str, heard: bool) -> None:
        with whole_city():
            waiting = list(
                Objection.objects.filter(case=self.office.case, replied_on=None).order_by("received_at")
            )
        for each in waiting:
            hearing = HearingGiven(
                objection=each.pk, on=self.office.day, place="示例", presider="示例", recorder="示例", attended="示例",
                proceedings="示例",
            )  # fmt: skip
            reply = ReplyGiven(objection=each.pk, checked="示例核实", reasons=reasons, upheld=upheld)
            if heard and each.kind == "hearing" and each.heard_on is None:
                with self.attempt("hold_hearing"):
                    by_service(self, "hold_hearing", self.staff[CHECKER], Given(hearing=hearing))
            with self.attempt("reply"):
                by_service(self, "reply", self.staff[CHECKER], Given(reply=reply))

    @rule(
        heard=st.booleans(),
        ground=st.sampled_from(("", "", "slight")),
        decision=st.sampled_from(("", "go_on", "spare")),
    )
    def leniency(self, heard: bool, ground: str, decision: str) -> None:
        if self.row:
            given = LeniencyGiven(
                heard=heard, grounds=(ground,) if ground else (), decision=decision, reason="示例"
            )
            with self.attempt("leniency"):
                services.decide_leniency(
                    self.office.case, given, revision=self.revision, actor=self.staff[CHECKER], now=self.now
                )

    @rule(effect=st.sampled_from(Effect), who=st.sampled_from(OFFICERS))
    def a_document_changes(self, effect: Effect, who: Actor) -> None:
        with whole_city():
            ground = Ground.objects.filter(draft__case=self.office.case).order_by("draft__version").last()
        if ground:
            with self.attempt("change_ground"):
                services.change_ground(
                    self.office.case, ground.pk, effect, revision=self.revision, actor=who, now=self.now
                )

    @rule(
        who=st.sampled_from([CLERK, CLERK, SIGNER]),
        granter=st.sampled_from(OFFICERS),
        step=st.sampled_from(("exit", "correct")),
    )
    def a_way_out(self, who: int, granter: Actor, step: str) -> None:
        if self.row is None:
            return
        given = AskGiven(
            step=step, reason="示例", applied_on=self.office.day, met=("corrected", "commitment")
        )
        with self.attempt("ask"):
            services.ask(self.office.case, given, revision=self.revision, actor=self.staff[who], now=self.now)
        with self.attempt("grant"):
            services.grant(
                self.office.case, revision=self.revision, reason="示例", actor=granter, now=self.now
            )

    @rule(to=st.sampled_from(OFFICERS))
    def handed_over(self, to: Actor) -> None:
        if self.row:
            with self.attempt("hand_over"):
                services.hand_over(
                    self.office.case, to.user_id, "示例", actor=self.staff[CLERK], now=self.now
                )
