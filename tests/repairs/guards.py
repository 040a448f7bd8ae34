"""One attack for each condition that the database holds of a repair (逐条攻击), and the words that are cut out for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

from tests import cast
from tests.casework.forging import sql
from tests.repairs.deeds import (
    a_receipt_afterwards,
    accept_moved,
    asked_at_another_window,
    asked_on_paper,
    begun_lodged,
    by_who_left,
    checked_by,
    destroyed,
    earlier_than_the_last,
    file_of_another_application,
    findings_of_one,
    fresh,
    granted_and_destroyed,
    granted_and_not_repaired,
    granted_by_the_check,
    granting,
    item_of,
    lodged_by_hand,
    material,
    moved_past_the_item,
    moved_without_a_step,
    no_ground,
    of_nothing,
    one_proposed,
    other_effect,
    proved,
    refused_by_the_checker,
    rewound,
    served_without_proof,
)
from tests.repairs.forging import CHECKER, CLERK, SAYS, SIGNER, Hand, one

ALL = ("", "BEGIN RETURN NEW; END")
DONE = ("", "BEGIN RETURN NULL; END")
STAY, IN_ORDER, WHOLE = "stays as it was", "no such step", "casework_repairstep_whole"
STEP, CASE, ITEM = (
    "casework_repairstep_in_order", "casework_repaircase_by_steps", "casework_repairitem_decided",
)  # fmt: skip
TIME, APPLICATION, PAPER, TOLD = (
    "casework_repair_in_its_time", "casework_repairapplication_stays", "casework_repairpaper_of_step",
    "casework_repairstep_told",
)  # fmt: skip
MAY, TOOK, PROOF, MATERIAL, STEP_DONE, REPAIRED = (
    "casework_may_repair", "casework_repair_took", "casework_repairservice_of_paper",
    "casework_repairmaterial_in_time", "casework_repairstep_done", "casework_repaired_by_decision",
)  # fmt: skip


@dataclass(frozen=True)
class Attack:
    """At `stage` `do` is refused with `refused`; with `cut` of the function put otherwise it gets through."""

    stage: str
    function: str
    cut: tuple[str, str]
    refused: str
    do: Callable[[Hand], object]


# ---- the attacks ---------------------------------------------------------------------------------------------------

ATTACKS = {
    "a role that may not": Attack("lodged", MAY, ("t.roles && u.roles", "true"), IN_ORDER, lambda h: h.step("accept", CHECKER)),
    "another body": Attack(
        "lodged", MAY, ("u.agency_id = body", "true"), IN_ORDER, lambda h: h.step("accept", cast.ENVIRONMENT_CLERK.actor)
    ),
    "who has left": Attack("lodged", MAY, ("AND u.is_active", ""), IN_ORDER, by_who_left),
    "nobody": Attack(
        "lodged", MAY, ("('system' = ANY (t.roles) OR", "(true OR"), IN_ORDER, lambda h: h.step("accept", uuid4())
    ),
    "another window": Attack(
        "lodged", MAY, ("'subject' = ANY (t.roles) THEN xinheng_account() IS NOT NULL", "'window' = ANY (u.roles) THEN true"),
        IN_ORDER, asked_at_another_window,
    ),
    "taker": Attack(
        "lodged", STEP, ("NOT casework_may_repair(NEW.actor, NEW.step, found.agency_id)", "false"), IN_ORDER,
        lambda h: h.step("accept", CHECKER),
    ),
    "place": Attack(
        "lodged", STEP, ("NEW.seq <> found.revision + 1", "false"), IN_ORDER,
        lambda h: h.step("accept", seq=h.case.revision + 2),
    ),
    "source": Attack(
        "lodged", STEP, ("NEW.source <> found.state", "false"), IN_ORDER,
        lambda h: h.step("lift_temporarily", SIGNER, source="accepted", target="accepted"),
    ),
    "day": Attack(
        "lodged", STEP, ("NEW.day <> (NEW.at AT TIME ZONE 'Asia/Shanghai')::date", "false"), IN_ORDER,
        lambda h: h.step("accept", day="2026-01-01"),
    ),
    "time": Attack("lodged", STEP, ("s.at > NEW.at", "false"), IN_ORDER, earlier_than_the_last),
    "way": Attack(
        "lodged", STEP, ("(w.step, w.source, w.target) = (NEW.step, NEW.source, NEW.target)", "true"), IN_ORDER,
        lambda h: h.step("accept", target="decided"),
    ),
    "verifier checks": Attack(
        "accepted", STEP, ("casework_repair_took(NEW.case_id, NEW.actor, 'verify', 'propose')", "false"),
        "takes another person", checked_by(verifier=SIGNER),
    ),
    "verifier checks ": Attack(
        "accepted", TOOK, ("s.actor = who", "false"), "takes another person", checked_by(verifier=SIGNER)
    ),
    "finder checks": Attack(
        "accepted", WHOLE, ("f.\"by\" = NEW.actor", "false"), "who found or proposed", checked_by(finder=SIGNER)
    ),
    "proposer checks": Attack(
        "accepted", WHOLE, ("p.\"by\" = NEW.actor", "false"), "who found or proposed", checked_by(proposer=SIGNER)
    ),
    "checker refuses": Attack(
        "checked", STEP, ("casework_repair_took(NEW.case_id, NEW.actor, 'check')", "false"), "takes a third person",
        refused_by_the_checker,
    ),
    "case begun in the middle": Attack("lodged", CASE, ("NEW.state <> 'new'", "false"), "begins with", fresh(state="proposed")),
    "case begun late": Attack("lodged", CASE, ("NEW.revision <> 0", "false"), "begins with", fresh(revision=3)),
    "case begun decided": Attack(
        "lodged", CASE, ("OR NEW.decided_on IS NOT NULL", ""), "begins with", fresh(decided_on="2026-11-23")
    ),
    "case begun asked": Attack("lodged", CASE, ("OR NEW.asked IS NOT NULL", ""), "begins with", fresh(asked=["proof"])),
    "case dated back": Attack(
        "lodged", CASE, ("(a.subject_id, a.lodged_on) = (NEW.subject_id, NEW.lodged_on)", "true"), "begins with",
        fresh(lodged_on="2026-01-01"),
    ),
    "moved alone": Attack("lodged", CASE, ALL, "by a step alone", moved_without_a_step),
    "number changed": Attack(
        "lodged", CASE, ("(to_jsonb(NEW) - open_columns) IS DISTINCT FROM (to_jsonb(OLD) - open_columns)", "false"),
        "by a step alone", accept_moved(number="示例号"),
    ),
    "moved back": Attack(
        "returned", CASE, ("OR NEW.revision <> OLD.revision + 1", ""), "by a step alone", rewound
    ),
    "moved elsewhere": Attack(
        "lodged", CASE, ("(taken.source, taken.target) IS DISTINCT FROM (OLD.state, NEW.state)", "false"),
        "by a step alone", accept_moved(state="withdrawn"),
    ),
    "asked by the way": Attack(
        "lodged", CASE, ("(NEW.asked IS DISTINCT FROM OLD.asked AND taken.step <> 'ask_supplement')", "false"),
        "by a step alone", accept_moved(asked=["proof"]),
    ),
    "handler changed": Attack(
        "lodged", CASE, ("taken.step NOT IN ('ask_supplement', 'accept')", "false"), "by a step alone",
        accept_moved("supply", handler=SIGNER.user_id),
    ),
    "decided by the way": Attack(
        "lodged", CASE, ("NEW.decided_on IS DISTINCT FROM (CASE", "false AND NEW.decided_on IS DISTINCT FROM (CASE"),
        "by a step alone", accept_moved(decided_on="2026-11-23"),
    ),
    "handler unnamed": Attack("lodged", CASE, ("NEW.handler IS NULL", "false"), "names who handles", accept_moved(handler=None)),
    "handler unreachable": Attack(
        "lodged", CASE, ("btrim(NEW.contact) = ''", "false"), "names who handles", accept_moved(contact=" ")
    ),
    "record left over": Attack(
        "all_proposed", CASE, ("NEW.state = 'decided' AND EXISTS", "false AND EXISTS"), "has its own decision",
        moved_past_the_item,
    ),
    "item decided at once": Attack(
        "lodged", ITEM, ("NEW.outcome <> ''", "false"), "comes with the application",
        lambda h: h.fresh_item(h.fresh_case(), outcome="refuse", decided_on="2026-11-23", decided_event=uuid4()),
    ),
    "item afterwards": Attack(
        "lodged", ITEM, ("AND c.state = 'new'", ""), "comes with the application", lambda h: h.fresh_item(h.case.pk)
    ),
    "record of another body": Attack(
        "lodged", ITEM, ("(r.subject_id, r.agency_id) = (c.subject_id, c.agency_id)", "true"), "comes with the application",
        item_of(record_id="old"),
    ),
    "entry of another body": Attack(
        "lodged", ITEM, ("(e.subject_id, e.agency_id) = (c.subject_id, c.agency_id)", "true"), "comes with the application",
        item_of(entry_id="entry"),
    ),
    "record that is no more": Attack(
        "lodged", ITEM, ("r.state <> 'shredded'", "true"), "comes with the application", destroyed
    ),
    "destroyed by word alone": Attack(
        "proposed", ITEM, ("r.state = 'shredded' AND NEW.effect", "NEW.effect"), "repaired in the same step",
        granted_and_destroyed,
    ),
    "decided without a step": Attack(
        "all_proposed", ITEM, ALL, "without its step", lambda h: (h.effect(h.town.old), h.decide("grant"))
    ),
    "decided by another event": Attack(
        "all_proposed", ITEM, ("(s.event, s.day) = (NEW.decided_event, NEW.decided_on)", "true"), "without its step",
        lambda h: (h.step("grant", CHECKER), h.paper("repair_decision", SAYS["grant"]), h.effect(h.town.old), h.decide("grant", decided_event=uuid4())),
    ),
    "granted by a check": Attack(
        "proposed", ITEM,
        ("(s.step, NEW.outcome) IN (('grant', 'grant'), ('grant_part', 'grant'), ('refuse', 'refuse'))", "true"),
        "without its step", granted_by_the_check,
    ),
    "another record decided": Attack(
        "proposed", ITEM, ("(to_jsonb(NEW) - learns) IS DISTINCT FROM (to_jsonb(OLD) - learns)", "false"), "without its step",
        granting(sealed=b"y"),
    ),
    "decided twice": Attack(
        "part_granted", ITEM, ("OLD.outcome <> ''", "false"), "nor twice", granting()
    ),
    "granted as nobody proposed": Attack(
        "proposed", ITEM, ("p.outcome = NEW.outcome", "true"), "without its step", granting(place=2)
    ),
    "another effect than proposed": Attack(
        "verified", ITEM, ("p.effect IN ('', NEW.effect)", "true"), "without its step", other_effect
    ),
    "granted and not repaired": Attack(
        "proposed", ITEM, ("IF NEW.outcome = 'grant'", "IF false"), "repaired in the same step", granted_and_not_repaired
    ),
    "found too soon": Attack("lodged", TIME, ("c.state = TG_ARGV[0]", "true"), "in its time", lambda h: h.finding()),
    "proposed too soon": Attack("lodged", TIME, ("c.state = TG_ARGV[0]", "true"), "in its time", lambda h: h.proposal()),
    "proposed by who may not": Attack(
        "verified", TIME, ("casework_may_repair((to_jsonb(NEW) ->> 'by')::uuid, TG_ARGV[1], c.agency_id)", "true"),
        "in its time", lambda h: h.proposal(by=CHECKER),
    ),
    "proposed what is decided": Attack(
        "returned", TIME, ("i.outcome = ''", "true"), "in its time", lambda h: h.proposal()
    ),
    "lodged with its beginning": Attack("lodged", APPLICATION, ALL, STAY, begun_lodged),
    "changed when lodged": Attack(
        "lodged", APPLICATION, ("OR OLD.number IS NOT NULL", ""), STAY,
        lambda h: sql("UPDATE casework_repairapplication SET chosen = '{}' WHERE number IS NOT NULL"),
    ),
    "somebody else's": Attack(
        "lodged", APPLICATION, ("(to_jsonb(NEW) - begun) IS DISTINCT FROM (to_jsonb(OLD) - begun)", "false"), STAY,
        lambda h: sql("UPDATE casework_repairapplication SET account = %s WHERE number IS NULL", uuid4()),
    ),
    "lodged on another day": Attack(
        "lodged", APPLICATION,
        ("NEW.lodged_on IS DISTINCT FROM (NEW.lodged_at AT TIME ZONE 'Asia/Shanghai')::date", "false"), STAY, lodged_by_hand,
    ),
    "paper dated back": Attack(
        "lodged", PAPER, ("(s.day, k.document, c.subject_id) = (NEW.issued_on, NEW.kind, NEW.party)", "true"),
        "comes with its step", asked_on_paper(issued_on="2026-01-01"),
    ),
    "paper of another number": Attack(
        "lodged", PAPER, ("(d.number, d.kind, d.subject, d.agency) = (NEW.number, NEW.kind, NEW.party, c.agency_id)", "true"),
        "comes with its step", asked_on_paper(number="示例"),
    ),
    "paper afterwards": Attack(
        "alone", PAPER, ("AND s.seq = c.revision + 1", ""), "comes with its step", a_receipt_afterwards
    ),
    "untold": Attack("lodged", TOLD, DONE, "no event tells", lambda h: h.step("accept", event=False)),
    "of nothing": Attack(
        "lodged", WHOLE, ("NOT EXISTS (SELECT FROM casework_repairitem i WHERE i.case_id = NEW.case_id)", "false"),
        "is of something", of_nothing,
    ),
    "verified in part": Attack(
        "accepted", WHOLE, ("NOT EXISTS (SELECT FROM casework_repairfinding f WHERE f.item_id = i.id)", "false"),
        "verified first", findings_of_one,
    ),
    "proposed in part": Attack("verified", WHOLE, ("p.id IS NULL", "false"), "on grounds", one_proposed),
    "refused on no ground": Attack("verified", WHOLE, ("p.ground = ''", "false"), "on grounds", no_ground(ground="")),
    "refused without a clause": Attack("verified", WHOLE, ("p.clauses = '{}'", "false"), "on grounds", no_ground(clauses=[])),
    "refused without a reason": Attack("verified", WHOLE, ("p.sealed IS NULL", "false"), "on grounds", no_ground(sealed=None)),
    "served without proof": Attack(
        "granted", WHOLE, ("NEW.step = 'serve'", "false"), "served with proof", served_without_proof
    ),
    "paper that is none": Attack(
        "lodged", STEP_DONE, ("k.document <> ''", "false"), "without its paper",
        lambda h: (h.step("ask_supplement"), h.move(handler=CLERK.user_id, contact="示例")),
    ),
    "paper without remedies": Attack(
        "checked", STEP_DONE, ("p.says @> k.says", "true"), "without its paper",
        lambda h: h.decided("refuse", SIGNER, 2, says=("party", "reasons")),
    ),
    "decision of nothing": Attack(
        "proposed", STEP_DONE, ("NEW.step IN ('grant_part', 'refuse')", "false"), "decides something",
        lambda h: (h.step("grant_part", CHECKER), h.paper("repair_decision", SAYS["grant"])),
    ),
    "repaired by nobody": Attack(
        "lodged", REPAIRED, DONE, "by a decision alone", lambda h: h.effect(h.town.old, "END_SHARING_AND_PUBLICATION")
    ),
    "proof for another": Attack("granted", PROOF, ("p.party = NEW.party", "true"), "that waits for it", proved(party=uuid4())),
    "proof of what is served": Attack(
        "granted", PROOF, ("c.state = 'decided'", "true"), "that waits for it",
        lambda h: (h.proof(), h.step("serve"), h.paper("proof_of_service"), h.move(), h.proof(paper_id=one(DECISION))),
    ),
    "proof of a receipt": Attack(
        "granted", PROOF, ("p.kind IN ('repair_decision', 'repair_refusal_decision')", "true"), "that waits for it",
        lambda h: h.proof(paper_id=one(DECISION.replace("repair_decision", "repair_receipt"))),
    ),
    "proof dated back": Attack(
        "granted", PROOF, ("NEW.\"on\" >= p.issued_on", "true"), "that waits for it", proved(on="2026-01-01")
    ),
    "served before it was sent": Attack(
        "granted", PROOF, ("NEW.served_on >= NEW.\"on\"", "true"), "that waits for it", proved(served_on="2026-01-01")
    ),
    "proof by who may not": Attack(
        "granted", PROOF, ("casework_may_repair(NEW.\"by\", 'serve', c.agency_id)", "true"), "that waits for it",
        proved(by=CHECKER.user_id),
    ),
    "file for all afterwards": Attack("lodged", MATERIAL, ("a.number IS NULL", "true"), "can be looked at", material),
    "file for what is decided": Attack(
        "granted", MATERIAL, ("c.state IN ('lodged', 'supplementing', 'accepted', 'verified', 'proposed', 'checked')", "true"),
        "can be looked at", lambda h: material(h, case=h.case.pk),
    ),
    "file of another application": Attack(
        "lodged", MATERIAL, ("c.application_id = a.id", "true"), "can be looked at", file_of_another_application
    ),
}  # fmt: skip
DECISION = "SELECT id FROM casework_repairpaper WHERE kind = 'repair_decision'"
FUNCTIONS = frozenset(each.function for each in ATTACKS.values())
