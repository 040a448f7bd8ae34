"""The same on what a step comes with: proof, paper, service, who it is, mark and shield (步骤所附)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from tests import cast
from tests.casework.forging import insert, sql
from tests.revocations import town as towns
from tests.revocations.attacks import (
    CHECKERS,
    CLERKS,
    LABOUR,
    MARKET,
    MARKETS,
    PROVED,
    SIGNERS,
    Attack,
    correction,
    decided,
    frozen,
    frozen_by_asking,
    hidden,
    lodged,
    new_revocation,
    nothing,
    proposed,
    reviewed,
    revocation,
    sql_of,
    stayed,
    step,
    the_party,
    varied,
)
from tests.revocations.guards import LATER, Cut, Step, event, one
from tests.revocations.town import CHECKER, CLERK, SERVED, Town
from xinheng.access.scope import acting
from xinheng.casework import corrections, matters
from xinheng.casework.correctionfacts import Given

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
    Attack("taken back by an officer", whole("xinheng_own() IS DISTINCT FROM c.subject_id"), "the party alone", lodged, taken_back, also=(
        Cut("casework_matter_may", "who IS NOT DISTINCT FROM xinheng_account()", "true"),
    )),
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
