"""Who looks at the rows of all cases and entries after each thing that happens (旁观者), and what is wrong with them.

Written from the plan and not from the guards. It remembers what it has seen: what an account and a body were when a step
was taken, and what a row said before somebody changed it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

from tests.procedures.walking import DECIDED, SAID, law_on
from xinheng.access.models import Agency, User
from xinheng.access.scope import whole_city
from xinheng.casework.models import (
    Ask,
    Case,
    CasePaper,
    CaseProofOfService,
    CaseStep,
    Draft,
    Ground,
    Objection,
)
from xinheng.documents.models import IssuedDocument, SealedCopy
from xinheng.law.deadlines import HERE
from xinheng.law.procedures.listing import LISTING
from xinheng.law.serving import ways
from xinheng.ledger.models import Event
from xinheng.registry.models import ListEntry

COMPETENT = {"county", "city", "province", "national"}
TABLES = (
    Case,
    Draft,
    CaseStep,
    CasePaper,
    CaseProofOfService,
    Objection,
    Ask,
    IssuedDocument,
    SealedCopy,
    ListEntry,
)
Row = Mapping[str, Any]
Said = Iterator[tuple[str, bool]]


@dataclass
class Account:
    """Who took a step, and for which body, as both were when the step was first seen."""

    roles: frozenset[str]
    agency: UUID
    active: bool
    level: str
    trades: frozenset[str]


@dataclass
class Onlooker:
    """Looks again and again; `look` gives all that is wrong, each with the case's number or the entry's."""

    minors: frozenset[UUID] = frozenset()
    accounts: dict[UUID, Account | None] = field(default_factory=dict)
    grounds: dict[UUID, frozenset[tuple[Any, ...]]] = field(default_factory=dict)
    said: dict[UUID, tuple[Any, ...]] = field(default_factory=dict)
    judged: dict[tuple[UUID, int], list[str]] = field(default_factory=dict)
    rows: dict[Any, list[Row]] = field(default_factory=dict)
    events: set[UUID] = field(default_factory=set)

    def look(self) -> list[str]:
        with whole_city():
            self.rows = {table: list(table.objects.values()) for table in TABLES}
            self.rows[Ground] = list(
                Ground.objects.values("id", "draft_id", "number", "kind", "effect", "instrument__effect")
            )
            self.events = set(Event.objects.filter(kind__startswith="case.").values_list("id", flat=True))
            self._remember_accounts()
        found = [*self._changed(), *self._of_entries()]
        for case in self.rows[Case]:
            key = (case["id"], case["revision"])
            if case["state"] == "listed" and key not in self.judged:
                self.judged[key] = [told for told, there in self._of_listed(case) if there]
            if case["state"] == "listed":
                found += self.judged[key]
            found += [told for told, there in self._of_any(case) if there]
        return sorted(set(found))

    # ---- what it remembers --------------------------------------------------------------------------

    def _remember_accounts(self) -> None:
        unseen = [each for each in self.rows[CaseStep] if each["id"] not in self.accounts]
        if not unseen:
            return
        users = {each.pk: each for each in User.objects.all()}
        agency_of = {each["id"]: each["agency_id"] for each in self.rows[Case]}
        bodies = {each.pk: each for each in Agency.objects.all()}
        for step in unseen:
            user, body = users.get(step["actor"]), bodies[agency_of[step["case_id"]]]
            self.accounts[step["id"]] = (
                Account(
                    frozenset(user.roles), user.agency_id, user.is_active, body.level, frozenset(body.domains)
                )
                if user
                else None
            )

    def _changed(self) -> Iterator[str]:
        """A draft's documents come with it; what came in stays as it came in, and once answered, as it was answered."""
        grounds: dict[UUID, set[tuple[Any, ...]]] = defaultdict(set)
        for each in self.rows[Ground]:
            grounds[each["draft_id"]].add((each["id"], each["number"], each["kind"]))
        for draft in self.rows[Draft]:
            now = frozenset(grounds[draft["id"]])
            if self.grounds.setdefault(draft["id"], now) != now:
                yield "草稿的文书后来变了"
        for each in self.rows[Objection]:
            answer = (
                each["replied_on"],
                each["upheld"],
                each["heard_on"],
                bytes(each["reply_sealed"] or b""),
            )
            now_said = (each["version"], each["kind"], each["received_at"], bytes(each["sealed"] or b""))
            before = self.said.get(each["id"])
            if before is None and each["replied_on"]:
                yield "意见一来就是答复过的"
            if before and (before[0] != now_said or (before[1][0] and before[1] != answer)):
                yield "意见或者答复后来变了"
            self.said.setdefault(each["id"], (now_said, answer))
            self.said[each["id"]] = (
                self.said[each["id"]][0],
                answer if not (before and before[1][0]) else before[1],
            )
        gone = set(self.said) - {each["id"] for each in self.rows[Objection]}
        if gone:
            yield "意见不见了"

    # ---- entries -----------------------------------------------------------------------------------

    def _of_entries(self) -> Iterator[str]:
        cases = {each["id"]: each for each in self.rows[Case]}
        for entry in self.rows[ListEntry]:
            case = cases.get(entry["case"])
            if case is None:
                yield "名单信息没有案卷"
                continue
            same = (
                "subject_id",
                "subject_kind",
                "party",
                "list",
                "agency_id",
                "role",
                "decided_on",
                "listed_on",
                "until",
            )
            if any(entry[name] != case[name] for name in same):
                yield "名单信息与案卷不同"
            if entry["state"] != case["state"]:
                yield "名单信息没有随案卷变动"
        with_entry = {each["case"] for each in self.rows[ListEntry]}
        if any(c["state"] == "listed" and c["id"] not in with_entry for c in cases.values()):
            yield "列入而没有名单信息"

    # ---- any case ------------------------------------------------------------------------------------

    def _of(self, table: Any, case: Row) -> list[Row]:
        return [each for each in self.rows[table] if each["case_id"] == case["id"]]

    def _steps(self, case: Row) -> list[Row]:
        return sorted(self._of(CaseStep, case), key=lambda each: each["seq"])

    def _of_any(self, case: Row) -> Said:
        steps = self._steps(case)
        yield "步骤不连续", [each["seq"] for each in steps] != list(range(1, case["revision"] + 1))
        chain = [("", "new"), *((each["source"], each["target"]) for each in steps)]
        yield (
            "状态接不上",
            any(one[1] != two[0] for one, two in pairwise(chain)) or chain[-1][1] != case["state"],
        )
        yield (
            "步骤表里没有这一步",
            any(
                each["source"] not in LISTING.step(each["step"]).sources
                or each["target"] != LISTING.step(each["step"]).after(each["source"])
                for each in steps
            ),
        )
        yield "日期倒置", any(one["at"] > two["at"] for one, two in pairwise(steps))
        yield "日期不是办理之日", any(each["day"] != each["at"].astimezone(HERE).date() for each in steps)
        yield "步骤没有事件", any(each["event"] not in self.events for each in steps)
        yield "办理人不对", not all(self._right_person(each, case) for each in steps)
        yield (
            "移出没有两人",
            any(
                each["step"] in ("exit", "correct") and not self._asked_by_another(each, case)
                for each in steps
            ),
        )

    def _right_person(self, step: Row, case: Row) -> bool:
        account, roles = self.accounts[step["id"]], LISTING.step(step["step"]).roles
        if account is None:
            return bool(roles & {"system", "window", "subject"})
        return account.active and account.agency == case["agency_id"] and bool(account.roles & roles)

    def _asked_by_another(self, step: Row, case: Row) -> bool:
        return any(
            each["granted"]
            and each["step"] == step["step"]
            and each["decided_by"] == step["actor"] != each["made_by"]
            for each in self._of(Ask, case)
        )

    # ---- a listed case, as it is when it is seen listed ---------------------------------------------------

    def _of_listed(self, case: Row) -> Said:
        steps = self._steps(case)
        of_version = {each["step"]: each for each in steps if each["version"] == case["version"]}
        lacking = {"notify", "serve_notice", "propose", "check", "decide", "list"} - set(of_version)
        yield f"没有经过的步骤 {sorted(lacking)}", bool(lacking)
        again = any(each["step"] == "hide" for each in steps)
        yield from self._document(case, again)
        yield from self._notice(case, of_version)
        yield from self._objections(case, steps)
        yield from self._list(case, [a for a in (self.accounts[e["id"]] for e in steps) if a])
        yield from self._persons(steps)
        yield from self._decision(case, of_version)
        yield from self._party(case, again)

    def _list(self, case: Row, seen: list[Account]) -> Said:
        listed = law_on(case["listed_on"]).serious_list(case["list"])
        yield "名单不存在", listed is None or not listed.carried
        yield "范围不符", listed is not None and self._draft(case)["range"] not in listed.ranges
        yield "层级不够", any(each.level not in COMPETENT for each in seen)
        trades = set(listed.authority.trades) if listed and listed.authority else set()
        yield "不归该部门", listed is not None and not all(trades & each.trades for each in seen)

    def _draft(self, case: Row) -> Row:
        return next(each for each in self._of(Draft, case) if each["version"] == case["version"])

    def _document(self, case: Row, again: bool) -> Said:
        draft = self._draft(case)
        effects = [
            each["instrument__effect"] or each["effect"]
            for each in self.rows[Ground]
            if each["draft_id"] == draft["id"]
        ]
        yield "没有有效文书", "effective" not in effects
        yield "有文书无效", not again and set(effects) != {"effective"}
        told = [each["at"] for each in self._of(CaseStep, case) if each["step"] == "notify"]
        yield "草稿晚于告知", bool(told) and draft["made_at"] > max(told)

    def _papers(self, case: Row, kind: str, step: Row | None, says: frozenset[str]) -> list[Row]:
        """Whole papers of the present draft to that very party, made by that step."""
        issued = {each["id"]: each for each in self.rows[IssuedDocument]}
        return [
            each
            for each in self._of(CasePaper, case)
            if (each["kind"], each["version"], each["party"]) == (kind, case["version"], case["subject_id"])
            and step and each["step_id"] == step["id"] and each["issued_on"] == step["at"].astimezone(HERE).date()
            and set(each["says"]) >= says
            and (document := issued.get(each["document"]))
            and (document["number"], document["subject"], document["kind"]) == (each["number"], each["party"], kind)
        ]  # fmt: skip

    def _proofs(self, case: Row, papers: list[Row], before: Row | None) -> list[Row]:
        """Whole proofs of their service to that very party, on file when the step was taken."""
        law = law_on(date(2026, 3, 2))
        made = {each["id"]: each["issued_on"] for each in papers}
        return [
            each
            for each in self.rows[CaseProofOfService]
            if each["paper_id"] in made and each["party"] == case["subject_id"] and each["way"] in ways(law)
            and set(ways(law)[each["way"]].proof) <= set(each["shows"])
            and made[each["paper_id"]] <= each["on"] <= each["served_on"]
            and (each["way"] != "announcement" or each["served_on"] >= each["on"] + timedelta(days=30))
            and before and each["at"] <= before["at"]
            and each["served_on"] <= before["at"].astimezone(HERE).date()
        ]  # fmt: skip

    def _notice(self, case: Row, steps: Mapping[str, Row]) -> Said:
        papers = self._papers(case, "prior_notice", steps.get("notify"), SAID)
        proofs = self._proofs(case, papers, steps.get("serve_notice"))
        yield "未告知本人", not papers
        yield "未送达本人", not proofs
        if papers and proofs and "decide" in steps:
            n = 5 if case["list"] == "wage" else max(each["window"] or 10_000 for each in papers)
            last = _working_days_after(max(each["served_on"] for each in proofs), n)
            yield "期限未满", steps["decide"]["at"].astimezone(HERE).date() <= last

    def _objections(self, case: Row, steps: list[Row]) -> Said:
        there = self._of(Objection, case)
        done = {
            name: [e["at"].astimezone(HERE).date() for e in steps if e["step"] == name]
            for name in ("reply", "hold_hearing")
        }
        yield "异议未答", any(e["replied_on"] is None or not e["reply_sealed"] for e in there)
        yield (
            "异议没有答复步骤",
            len(there) > len(done["reply"]) or any(e["replied_on"] not in done["reply"] for e in there),
        )
        yield "异议成立", any(self.said[e["id"]][1][1] and e["version"] == case["version"] for e in there)
        heard = [e for e in there if e["kind"] == "hearing"]
        yield "听证未办", any(e["heard_on"] is None for e in heard) or len(heard) > len(done["hold_hearing"])
        yield "意见没有登记", sum(e["step"] == "receive" for e in steps) != len(there)

    def _persons(self, steps: list[Row]) -> Said:
        made = {each["actor"] for each in steps if each["step"] in {"open", "redraft", "propose"}}
        checked = {each["actor"] for each in steps if each["step"] == "check"}
        signed = {each["actor"] for each in steps if each["step"] in {"decide", "restore"}}
        yield (
            "不是三个人",
            not (made and checked and signed) or bool(made & checked or (made | checked) & signed),
        )

    def _decision(self, case: Row, steps: Mapping[str, Row]) -> Said:
        papers = self._papers(case, "listing_decision", steps.get("decide"), DECIDED)
        proofs = self._proofs(case, papers, steps.get("list"))
        yield "没有完整的决定书", not papers
        yield "决定书未送达本人", not proofs
        copies = {each["document_id"] for each in self.rows[SealedCopy]}
        yield "决定书未签章", not any(each["document"] in copies for each in papers)

    def _party(self, case: Row, again: bool) -> Said:
        person, draft = case["subject_kind"] == "natural_person", self._draft(case)
        yield "未成年", case["subject_id"] in self.minors or (person and draft["age"] != "adult")
        unit = next((each for each in self.rows[Case] if each["id"] == case["unit_case_id"]), None)
        first = (
            unit is not None
            and unit["state"] in ("decided", "listed")
            and unit["subject_id"] != case["subject_id"]
        )
        yield "单位未先认定", case["role"] != "subject" and not first and not again


def _working_days_after(day: date, n: int) -> date:
    calendar = law_on(day).calendar
    while n:
        day += timedelta(days=1)
        n -= calendar.is_workday(day)
    return day
