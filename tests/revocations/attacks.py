"""What a role that goes past the services may try on revocations, corrections and what they decide (越过服务的企图)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from tests import cast
from tests.casework.forging import insert, sql
from tests.revocations import town as towns
from tests.revocations.guards import LATER, Cut, Kept, Rule, Step, event
from tests.revocations.town import CHECKER, CLERK, SERVED, SIGNER, Town
from xinheng.access.actor import Actor
from xinheng.access.models import User
from xinheng.access.scope import acting
from xinheng.casework import corrections
from xinheng.casework.correctionfacts import Given

MARKET, LABOUR = cast.MARKET.id, cast.LABOUR.id
PROVED = {"way": SERVED.way, "on": SERVED.on, "shows": list(SERVED.shows)}


@dataclass(frozen=True)
class Attack:
    """By lawful means to where it begins; then one defect. `refused` empty: nothing is said, and nothing done."""

    name: str
    guard: Cut | Rule | Kept
    refused: str
    begin: Callable[[Town], Any]
    deed: Callable[[Town, Any], bool]
    agency: UUID = LABOUR
    party: bool = False
    also: tuple[Cut, ...] = ()

    def acting(self, town: Town) -> Any:
        return acting(towns.party(town)) if self.party else nullcontext()


def officer(actor: Actor, *roles: str, active: bool = True) -> UUID:
    """The account has other roles from now on, or none any more."""
    User.objects.filter(pk=actor.user_id).update(roles=list(roles), is_active=active)
    cast.leave_untold()
    return actor.user_id


# ---- where they begin ----------------------------------------------------------------------------------------


def nothing(_town: Town) -> None:
    return None


def lodged(town: Town) -> UUID:
    return towns.lodged(town)


def frozen(town: Town) -> UUID:
    return towns.answered(town, not_me=True, claims=())


def hidden(town: Town) -> UUID:
    return towns.register(town, 2)


def reviewed(town: Town) -> UUID:
    matter = hidden(town)
    towns.take(matter, "review", CHECKER)
    return matter


def varied(town: Town) -> UUID:
    return towns.register(town, 4, "varied")


def fallen(town: Town) -> UUID:
    return towns.register(town, 4)


def stayed(town: Town) -> UUID:
    return towns.register(town, 4, "stayed")


def proposed(town: Town, mistaken: bool | None = True) -> UUID:
    made = frozen(town)
    given = Given(**{**vars_of(towns.WHOLE), "rulings": (), "mistaken": mistaken})
    towns.step(made, "propose", CLERK, given)
    return made


def vars_of(given: Given) -> dict[str, Any]:
    return {name: getattr(given, name) for name in given.__dataclass_fields__}


def decided(town: Town, mistaken: bool = True) -> UUID:
    made = proposed(town, mistaken)
    for number in (5, 6):
        corrections.look_at_sibling(made, town.records[number], confused=False, actor=CLERK, now=cast.NOW)
    towns.step(made, "decide", CHECKER)
    return made


def the_party(town: Town) -> UUID:
    return decided(town, mistaken=False)


# ---- steps ---------------------------------------------------------------------------------------------------


def step(kind: str, name: str, who: UUID | Callable[[], UUID], **more: Any) -> Callable[[Town, Any], bool]:
    """One step with a defect; what is not a field of `Step` overrides a column of its row."""
    own = {key: more.pop(key) for key in ("learns", "told", "moves") if key in more}

    def deed(_town: Town, matter: UUID) -> bool:
        return Step(kind, matter, name, who if isinstance(who, UUID) else who(), change=more, **own).take()

    return deed


def sql_of(statement: str, *more: Any, intake: bool = False) -> Callable[[Town, Any], bool]:
    """One statement about the matter; whether it met a row."""

    def deed(_town: Town, matter: Any) -> bool:
        if intake:
            sql("SET LOCAL ROLE xinheng_intake")
        met = sql(statement, *more, matter) > 0
        if intake:
            sql("SET LOCAL ROLE NONE")
        return met

    return deed


def may(condition: str, instead: str) -> Cut:
    return Cut("casework_matter_may", condition, instead)


def order(condition: str, instead: str = "false") -> Cut:
    return Cut("casework_matter_step_in_order", condition, instead)


def moved(condition: str, instead: str = "false") -> Cut:
    return Cut("casework_matter_by_steps", condition, instead)


NO, APART = "no such step", "who signs"
CLERKS, CHECKERS, SIGNERS = CLERK.user_id, CHECKER.user_id, SIGNER.user_id
MARKETS = cast.MARKET_CLERK.actor.user_id


def clerk_is(*roles: str, active: bool = True) -> Callable[[], UUID]:
    return lambda: officer(CLERK, *roles, active=active)


def reviewed_by_who_opened(town: Town) -> UUID:
    matter = hidden(town)
    officer(CLERK, "clerk", "checker")
    with acting(CLERK):
        Step("revocation", matter, "review", CLERKS).take()
    cast.leave_untold()
    return matter


def new_revocation(town: Town, _begun: Any, **defect: Any) -> bool:
    """For the document that a record alone rests on."""
    row = {
        "number": f"示例{uuid4()}", "instrument_id": town.documents[4], "agency_id": LABOUR, "state": "new",
        "revision": 0, "varied": False, "statement": "示例理由", "known_on": cast.TODAY, "provisional": False,
        "opened_by": CLERKS, "opened_at": LATER,
    }  # fmt: skip
    insert("casework_revocation", **{**row, **defect})
    return True


def revocation(**defect: Any) -> Callable[[Town, Any], bool]:
    return lambda town, begun: new_revocation(town, begun, **defect)


def correction(**defect: Any) -> Callable[[Town, Any], bool]:
    """A correction that is written by the body itself."""

    def deed(town: Town, _begun: Any) -> bool:
        row = {
            "number": f"示例{uuid4()}", "record_id": town.records[4], "subject_id": town.subjects[towns.FIRMS["plain"]],
            "agency_id": LABOUR, "channel": "desk", "fields": ["conduct"], "not_me": True, "state": "new", "revision": 0,
            "frozen": False, "lodged_by": uuid4(), "lodged_on": cast.TODAY, "provisional": False,
        }  # fmt: skip
        insert("casework_correction", **{**row, **defect})
        return True

    return deed


def told_otherwise(_town: Town, matter: UUID) -> bool:
    return Step(
        "correction", matter, "answer", CLERKS, told=False, change={"event": event("correction.propose")}
    ).take()


def frozen_by_asking(_town: Town, matter: UUID) -> bool:
    """A clerk alone, by the way of a step that decides nothing."""
    return Step("correction", matter, "propose", CLERKS, learns={"mistaken": False, "frozen": False}).take()


STEPS = [
    Attack("another body's", may("u.agency_id = body", "true"), NO, lodged, step("correction", "answer", MARKETS)),
    Attack("without the role", may("u.roles && allowed", "true"), NO, lodged, step("correction", "answer", SIGNERS)),
    Attack("who left", may("u.is_active", "true"), NO, lodged, step("correction", "answer", clerk_is("clerk", active=False))),
    Attack(
        "by nobody", may("('system' = ANY (allowed) OR", "(true OR"), NO, lodged,
        step("correction", "answer", UUID(int=7)),
    ),
    Attack(
        "out of turn", order("(w.procedure, w.step, w.source, w.target) = (TG_ARGV[0], NEW.step, NEW.source, NEW.target)",
                             "(w.procedure, w.step) = (TG_ARGV[0], NEW.step)"),
        NO, hidden, step("revocation", "keep", SIGNERS),
    ),
    Attack("skipped", order("NEW.seq <> found.revision + 1"), NO, lodged, step("correction", "answer", CLERKS, seq=9, moves=False)),
    Attack("from elsewhere", order("NEW.source <> found.state"), NO, lodged, step("correction", "answer", CLERKS, source="asked", moves=False)),
    Attack(
        "on another day", order("NEW.day <> (NEW.at AT TIME ZONE 'Asia/Shanghai')::date"), NO, lodged,
        step("correction", "answer", CLERKS, day=cast.TODAY - timedelta(days=3)),
    ),
    Attack(
        "dated back", order("latest > NEW.at"), NO, lodged,
        step("correction", "answer", CLERKS, at=cast.NOW - timedelta(days=3), day=cast.TODAY - timedelta(days=3)),
    ),
    Attack("who opened varies", order("coalesce(bool_or(actor = $2), false)"), APART, varied, step("revocation", "vary", clerk_is("clerk", "checker"))),
    Attack(
        "who opened reviewed", order("count(DISTINCT (actor, step)) > count(DISTINCT actor)"), APART,
        reviewed_by_who_opened, step("revocation", "keep", SIGNERS),
    ),
    Attack("begins in the middle", moved("NEW.state <> 'new' OR NEW.revision <> 0"), "at its beginning", nothing, revocation(state="hidden", revision=3)),
    Attack(
        "about another day", moved("(to_jsonb(NEW) - learns) IS DISTINCT FROM (to_jsonb(OLD) - learns)"), "what it is about",
        hidden, step("revocation", "review", CHECKERS, learns={"known_on": cast.TODAY - timedelta(days=9)}),
    ),
    Attack(
        "without a step", Cut("casework_matter_by_steps"), "a step alone", hidden,
        sql_of("UPDATE casework_revocation SET state = 'kept' WHERE id = %s"),
    ),
    Attack("told by nothing", Cut("casework_matter_step_told", whole="RETURN NULL;"), "no event tells", lodged, step("correction", "answer", CLERKS, told=False)),
    Attack(
        "told by another event", Cut("casework_matter_step_told", "TG_ARGV[0] || '.' || NEW.step", "e.kind"), "no event tells",
        lodged, told_otherwise,
    ),
]  # fmt: skip
