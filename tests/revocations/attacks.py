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
from tests.revocations.guards import LATER, Cut, Kept, Rule, Step, event, one
from tests.revocations.town import CHECKER, CLERK, SERVED, SIGNER, Town
from xinheng.access.actor import Actor
from xinheng.access.models import User
from xinheng.access.scope import acting
from xinheng.casework import corrections, matters
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
        "by nobody", may("AND allowed && ARRAY['system', 'subject']", ""), NO, lodged,
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


# ---- what a step comes with ------------------------------------------------------------------------------------


def whole(condition: str, instead: str = "false", *, of: str = "correction") -> Cut:
    return Cut(f"casework_{of}_whole", condition, instead)


def paper_of(town: Town, **defect: Any) -> dict[str, Any]:
    """The columns of a decision whose paper was issued, by an earlier correction of the same party."""
    document, number, kind, subject = one(
        "SELECT id, number, kind, subject FROM documents_issueddocument WHERE kind = 'correction_decision' LIMIT 1"
    )
    assert (kind, subject) == ("correction_decision", town.subjects[towns.FIRMS["plain"]])
    says = ["party", "fields", "reasons", "rights", "deadlines", "reconsideration_body", "court"]
    return {"document": document, "paper": number, "says": says, **defect}


def done(town: Town) -> None:
    before = decided(town, mistaken=False)
    towns.step(before, "unfreeze", CHECKER, Given(service=SERVED, reason="示例"))
    with acting(CLERK):
        owed = matters.holders_of(before)
    towns.step(before, "complete", CLERK, Given(service=SERVED, receipts=owed))


def decided_before(town: Town, *, looked: bool = True, **given: Any) -> UUID:
    """One was decided and is done; another one is proposed, whose siblings are looked at or not."""
    done(town)
    made = proposed(town, **given)
    for number in (5, 6) if looked else ():
        corrections.look_at_sibling(made, town.records[number], confused=False, actor=CLERK, now=cast.NOW)
    return made


def decides(**defect: Any) -> Callable[[Town, Any], bool]:
    def deed(town: Town, matter: UUID) -> bool:
        change = paper_of(town, **defect)
        return Step(
            "correction", matter, "decide", CHECKERS, change=change, learns={"decided_on": cast.TODAY}
        ).take()

    return deed


def undecided_who(town: Town) -> UUID:
    """Proposed in plain SQL, without a word on who it is."""
    done(town)
    made = frozen(town)
    with acting(CLERK):
        Step("correction", made, "propose", CLERKS).take()
    cast.leave_untold()
    return made


def sibling(**defect: Any) -> Callable[[Town, Any], bool]:
    def deed(town: Town, matter: UUID) -> bool:
        row = {
            "correction_id": matter,
            "record_id": town.records[1],
            "agency": LABOUR,
            "likeness": "same_name",
        }
        insert("casework_correctionsibling", **{**row, **defect})
        return True

    return deed


SEEN = "UPDATE casework_correctionsibling SET seen_by = %s, seen_at = now(), confused = false WHERE correction_id = %s"
FATE = {
    "node": "record:x",
    "layer": "record",
    "number": "示例",
    "agency": LABOUR,
    "rests_on": [],
    "ours": True,
}


def fate(town: Town, matter: UUID) -> bool:
    """The record of another document would be taken down, or put up, by the steps to come."""
    more = {
        "revocation_id": matter,
        "seq": 2,
        "target": town.records[4],
        "fate": "falls",
        "marked": False,
        "because": [],
    }
    insert("casework_revocationfate", **FATE, **more)
    return True


def proof(**defect: Any) -> Callable[[Town, Any], bool]:
    def deed(_town: Town, matter: UUID) -> bool:
        row = {
            "revocation_id": matter, "effect": "effective", "varied": False, "kind": "judgment", "number": "示1号",
            "body_name": "示例", "decided_on": cast.TODAY, "by": CLERKS, "at": LATER,
        }  # fmt: skip
        insert("casework_revocationproof", **{**row, **defect})
        return True

    return deed


def opened_without_proof(town: Town, _begun: Any) -> bool:
    matter = uuid4()
    new_revocation(town, None, id=matter)
    return Step("revocation", matter, "open", CLERKS).take()


def shield_lifted(town: Town, matter: UUID) -> bool:
    """The correction says that it is frozen; the record is seen again."""
    return lift(town.records[4], matter)


def lift(record: UUID, matter: UUID) -> bool:
    told = event("record.effect_lifted")
    return sql(
        "INSERT INTO registry_recordeffect SELECT gen_random_uuid(), effect, public, shared, own, ground, matter, number,"
        " %s, decided_by, asked_by, %s, id, record_id FROM registry_recordeffect WHERE record_id = %s AND matter = %s",
        told, LATER, record, matter,
    ) > 0  # fmt: skip


def unmarked(_town: Town, matter: UUID) -> bool:
    told = event("record.unmarked")
    return sql(
        "UPDATE registry_recordmark SET until = %s, ended_event = %s, ended_by = %s WHERE matter = %s",
        LATER, told, CLERKS, matter,
    ) > 0  # fmt: skip


def taken_back(_town: Town, matter: UUID) -> bool:
    """By an officer, in the name of somebody who is none."""
    return Step("correction", matter, "withdraw", UUID(int=7)).take()


def namesakes(town: Town) -> UUID:
    """Nothing else is left of the subject but its correction."""
    corrections.lodge(
        town.records[5], (), not_me=True, why="", actor=towns.party(town, "namesake"), now=cast.NOW
    )
    towns.at_commit()
    return town.subjects[towns.FIRMS["namesake"]]


def forgotten(_town: Town, subject: UUID) -> bool:
    there = one("SELECT count(*) FROM vault_subjectkey WHERE subject = %s", subject)
    sql("SELECT vault_forget(%s)", subject)
    return there == (1,)


SHOWN, MARKED = "shield of a correction stands", "under way is marked"
WHAT, PAPER, SERVES, WHO = (
    "without what it rests on",
    "decided by a paper",
    "when it was served",
    "found before it is decided",
)
FREED = {"frozen": False}
WHOLE = [
    Attack("of another's document", Cut("casework_revocation_begins", "NOT EXISTS", "false AND NOT EXISTS"), "own document", nothing, revocation(agency_id=MARKET), agency=MARKET),
    Attack("without a reason", Cut("casework_revocation_begins", "btrim(NEW.statement) = ''"), "with its reason", nothing, revocation(statement=" ")),
    Attack("without proof", whole("NEW.step = 'open'", of="revocation"), WHAT, nothing, opened_without_proof),
    Attack("falls in effect", whole("NEW.step = 'fall'", of="revocation"), WHAT, varied, step("revocation", "fall", UUID(int=0))),
    Attack("suspended in effect", whole("NEW.step = 'suspend'", of="revocation"), WHAT, varied, step("revocation", "suspend", UUID(int=0))),
    Attack("resumed without effect", whole("NEW.step IN ('resume', 'vary')", of="revocation"), WHAT, reviewed, step("revocation", "resume", SIGNERS)),
    Attack("kept without reason", whole("btrim(NEW.reason) = ''", of="revocation"), WHAT, reviewed, step("revocation", "keep", SIGNERS, reason=" ")),
    Attack("a fate afterwards", Cut("casework_fate_of_step"), "comes with its step", hidden, fate),
    Attack("a proof afterwards", Cut("casework_proof_in_its_time", "r.state IN ('new', 'suspended')", "true"), "before what it proves", hidden, proof()),
    Attack("a proof by another's", Cut("casework_proof_in_its_time", "casework_matter_may(NEW.\"by\", ARRAY['clerk'], r.agency_id)", "true"), "before what it proves", stayed, proof(by=MARKETS)),
    Attack("a proof of tomorrow", Cut("casework_proof_in_its_time", "NEW.decided_on > (NEW.at AT TIME ZONE 'Asia/Shanghai')::date"), "before what it proves", stayed, proof(decided_on=cast.TODAY + timedelta(days=1))),
    Attack("of another's record", Cut("casework_correction_begins", "NOT EXISTS", "false AND NOT EXISTS"), "own record", nothing, lambda town, _begun: correction(record_id=town.records[1])(town, None)),
    Attack("decided from the start", Cut("casework_correction_begins", "NEW.mistaken IS NOT NULL"), "decides nothing yet", nothing, correction(mistaken=False)),
    Attack("freed on the way", Cut("casework_correction_learns", "NEW.frozen <> (CASE WHEN taken.step = 'freeze' THEN NEW.not_me WHEN taken.step IN ('unfreeze', 'withdraw') THEN false ELSE OLD.frozen END)"), "by its own step", frozen, frozen_by_asking),
    Attack("who it is, by the way", Cut("casework_correction_learns", "taken.step <> 'propose'"), "by its own step", lodged, step("correction", "answer", CLERKS, learns={"mistaken": False})),
    Attack("the day, by the way", Cut("casework_correction_learns", "NEW.decided_on IS DISTINCT FROM", "false AND NEW.decided_on IS DISTINCT FROM"), "by its own step", lodged, step("correction", "answer", CLERKS, learns={"decided_on": cast.TODAY})),
    Attack("freed though somebody else's", Cut("casework_stays_frozen"), "that it is the party", decided, step("correction", "unfreeze", CHECKERS, learns=FREED, **PROVED)),
    Attack("freed unserved", whole("NEW.step IN ('unfreeze', 'complete')"), SERVES, the_party, step("correction", "unfreeze", CHECKERS, learns=FREED)),
    Attack("served by half", Cut("casework_reached", "AND EXISTS", "OR EXISTS"), SERVES, the_party, step("correction", "unfreeze", CHECKERS, learns=FREED, **{**PROVED, "shows": []})),
    Attack("served tomorrow", Cut("casework_reached", whole="RETURN true;"), SERVES, the_party, step("correction", "unfreeze", CHECKERS, learns=FREED, **{**PROVED, "on": cast.TODAY + timedelta(days=9)})),
    Attack("taken back by an officer", whole("xinheng_own() IS DISTINCT FROM c.subject_id"), "the party alone", lodged, taken_back),
    Attack("decided without paper", whole("OR NOT EXISTS (SELECT FROM documents_issueddocument", "OR false AND NOT EXISTS (SELECT FROM documents_issueddocument"), PAPER, decided_before, decides(document=None)),
    Attack("a paper without rights", whole("NOT NEW.says @> ARRAY['party', 'fields', 'reasons', 'rights', 'deadlines', 'reconsideration_body', 'court']"), PAPER, decided_before, decides(says=["party"])),
    Attack("nobody knows who", whole("c.not_me AND c.mistaken IS NULL"), WHO, undecided_who, decides()),
    Attack("nobody looked", whole("s.seen_by IS NULL"), WHO, lambda town: decided_before(town, looked=False), decides()),
    Attack("a sibling afterwards", Cut("casework_sibling_looked_at", "NOT EXISTS ( SELECT FROM casework_correction c JOIN", "false AND NOT EXISTS ( SELECT FROM casework_correction c JOIN"), "found with the shield", frozen, sibling()),
    Attack("looked at by another's", Cut("casework_sibling_looked_at", "casework_matter_may(NEW.seen_by, ARRAY['clerk', 'checker'], c.agency_id)", "true"), "looked at by an officer", frozen, sql_of(SEEN, MARKETS)),
    Attack("shield lifted", Cut("casework_correction_shown", whole="RETURN NULL;"), SHOWN, frozen, shield_lifted),
    Attack("mark taken off", Cut("casework_correction_stands", "c.state IN ('lodged', 'asked', 'answered', 'proposed', 'decided')"), MARKED, lodged, unmarked),
    Attack("the key destroyed", Cut("casework_corrections_need_key", whole="RETURN OLD;"), "corrections still need", namesakes, forgotten, also=(
        Cut("vault_needed", "r.state <> 'shredded'"), Cut("vault_needed", "EXISTS (SELECT FROM public.casework_correction c WHERE c.subject_id = holder)"),
    )),
]  # fmt: skip
