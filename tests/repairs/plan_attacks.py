"""One attack for each condition that the database holds of a plan and of what is lifted for it (计划的逐条攻击)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from tests import cast
from tests.casework.forging import insert, sql
from tests.repairs.forging import CHECKER, CLERK, MARKET, SIGNER, Hand, one, past_all
from tests.repairs.town import PDF, Town
from xinheng.access.scope import acting
from xinheng.casework.repairs import services
from xinheng.casework.repairs.plans import PlanGiven

UNTIL = date(2026, 12, 31)
FROM = date(2026, 10, 8)
KEEPS, TOLD, LIFTS, LIFTED = (
    "casework_repairplan_keeps", "casework_repairplan_told", "casework_repairplan_lifts", "casework_repairplan_lifted",
)  # fmt: skip
OF_CASE, MARKED = "casework_repairplan_of_case", "casework_repairplan_marked"
IN_ORDER, LIFT_TOLD, RATING = "registry_lift_in_order", "registry_lift_told", "registry_rating_in_order"
NONE = ("", "BEGIN RETURN NEW; END")
DONE = ("", "BEGIN RETURN NULL; END")


# ---- stages ----------------------------------------------------------------------------------------------------


def planned(town: Town, until: date = UNTIL) -> None:
    """Two records; a plan with its ruling is handed in and waits to be verified; every officer holds every role."""
    town.lodged([town.old, town.new])
    town.take(MARKET, "accept", contact="示例电话")
    with past_all():
        sql("UPDATE access_user SET roles = '{clerk,checker,signer}' WHERE agency_id = %s", MARKET.id)
    handed_in(town, until)


def handed_in(town: Town, until: date = UNTIL) -> None:
    """By the applicant, with the ruling."""
    case = town.case(MARKET).pk
    services.supply(case, [("ruling", "示例.pdf", PDF + b" ")], actor=town.boss, now=town.now)
    given = PlanGiven(material=ruling(), court="示例法院", number="示例号", runs_from=FROM, until=until)
    services.state_plan(case, given, actor=town.boss, now=town.now)


def plan_verified(town: Town) -> None:
    planned(town)
    services.verify_plan(plan(), confirmed=True, actor=CLERK, now=town.now)


def plan_past(town: Town) -> None:
    """Its last day was yesterday."""
    planned(town, town.now.date() - timedelta(days=1))
    services.verify_plan(plan(), confirmed=True, actor=CLERK, now=town.now)


def plan_lifted(town: Town) -> None:
    plan_verified(town)
    town.take(MARKET, "lift_temporarily", 1, reason="示例")


def plan_ended(town: Town) -> None:
    plan_lifted(town)
    services.end_plan(plan(), "annulled", on=town.now.date(), reason="示例", actor=SIGNER, now=town.now)


def plan_of_nothing(town: Town) -> None:
    """Handed in, and the application taken back."""
    planned(town)
    services.withdraw(town.case(MARKET).pk, actor=town.boss, now=town.now)


def plan_lifted_long(town: Town) -> None:
    plan_lifted(town)
    town.later(days=3)


PLAN_STAGES = {
    each.__name__: each
    for each in (
        planned, plan_verified, plan_past, plan_lifted, plan_ended, plan_of_nothing, plan_lifted_long,
    )
}  # fmt: skip


def ruling(kind: str = "ruling") -> UUID:
    with acting(CLERK):
        found: UUID = one(
            "SELECT id FROM casework_repairmaterial WHERE kind = %s ORDER BY at DESC LIMIT 1", kind
        )
    return found


def plan() -> UUID:
    with acting(CLERK):
        found: UUID = one("SELECT id FROM casework_repairplan")
    return found


# ---- deeds -----------------------------------------------------------------------------------------------------


def event(hand: Hand, kind: str) -> UUID:
    return insert(
        "ledger_event", id=uuid4(), kind=kind, at=hand.at, agency=MARKET.id, commitment=b"x", mac=b"x"
    )


def stated(**change: Any) -> Callable[[Hand], object]:
    """A second plan by hand."""

    def do(hand: Hand) -> None:
        if change.get("verified"):
            change["verified_event"] = event(hand, "repair.plan_verified")
            change["verified_at"] = hand.at
        row = {
            "case_id": hand.case.pk, "material_id": ruling(change.pop("kind", "ruling")), "runs_from": FROM, "until": UNTIL,
            "by": CLERK.user_id, "at": hand.at, "event": event(hand, change.pop("told", "repair.plan_stated")),
            "sealed": b"x", "ended_by": "",
        }  # fmt: skip
        insert("casework_repairplan", **{**row, **change})

    return do


def changed(table: str, hand: Hand, values: dict[str, Any]) -> None:
    names = ", ".join(f"{name} = %s" for name in values)
    assert sql(f"UPDATE {table} SET {names}", *values.values()) == 1


def looked_at(**change: Any) -> Callable[[Hand], object]:
    def do(hand: Hand) -> None:
        row = {
            "verified": True, "verified_by": CLERK.user_id, "verified_at": hand.at,
            "verified_event": event(hand, "repair.plan_verified"),
        }  # fmt: skip
        changed("casework_repairplan", hand, {**row, **change})

    return do


def over(**change: Any) -> Callable[[Hand], object]:
    def do(hand: Hand) -> None:
        row = {
            "ended_on": hand.day, "ended_by": "annulled", "ender": SIGNER.user_id, "ended_at": hand.at,
            "ended_event": event(hand, "repair.plan_ended"), "ended_sealed": b"x",
        }  # fmt: skip
        changed("casework_repairplan", hand, {**row, **change})

    return do


def lifts(**change: Any) -> Callable[[Hand], object]:
    """The step and its one lift."""

    def do(hand: Hand) -> None:
        hand.step("lift_temporarily", SIGNER)
        record = change.pop("record", "old")
        document = one("SELECT instrument_id FROM registry_record WHERE id = %s", getattr(hand.town, record))
        row = {
            "subject_id": hand.town.firm, "instrument_id": document, "agency_id": MARKET.id, "matter": hand.case.pk,
            "number": hand.case.number, "plan": plan(), "since": hand.day, "until": UNTIL,
            "event": event(hand, change.pop("told", "measure.lifted")), "by": SIGNER.user_id, "at": hand.at, "ended_by": "",
        }  # fmt: skip
        insert("registry_measurelift", **{**row, **change})

    return do


def stands_again(**change: Any) -> Callable[[Hand], object]:
    """One of the two lifts ends by hand."""

    def do(hand: Hand) -> None:
        row = {
            "ended_on": hand.day, "ended_by": "annulled", "ender": SIGNER.user_id, "ended_at": hand.at,
            "ended_event": event(hand, "measure.lift_ended"),
        }  # fmt: skip
        values = {**row, **change}
        names = ", ".join(f"{name} = %s" for name in values)
        where = "id = (SELECT min(id::text)::uuid FROM registry_measurelift)"
        assert sql(f"UPDATE registry_measurelift SET {names} WHERE {where}", *values.values()) == 1

    return do


def rates_another_s(hand: Hand) -> None:
    """A measure that is none, of a plan that is not over."""
    made = insert(
        "registry_measuretaken", number=f"示例{uuid4()}", subject_id=hand.town.firm, subject_kind="legal_person", party="示例",
        role="subject", instrument_id=one("SELECT instrument_id FROM registry_record WHERE id = %s", hand.town.old),
        row="licensing-79", edition="示例", matter="same_license", agency_id=MARKET.id, state="proposed", grounds_met=[],
        lifetime=False, statute="", leniency_heard=True, leniency_grounds=[], leniency_decision="", made_by=CLERK.user_id,
        made_at=hand.at, asked="[]", lawbook="", ended_by="",
    )  # fmt: skip
    insert(
        "registry_measurerating", measure_id=made, agency_id=MARKET.id, plan=plan(), event=uuid4(), told_at=hand.at, answer=""
    )  # fmt: skip


# (stage, function, its words put otherwise, what is answered, deed)
Told = tuple[str, str, tuple[str, str], str, Callable[[Hand], object]]
WITH, ONCE, OVER = "comes with its ruling", "is verified once", "ends once"
PLAN_ATTACKS: dict[str, Told] = {
    "plan verified from the start": (
        "planned", KEEPS, ("NEW.verified IS NOT NULL OR", ""), WITH, stated(verified=True, verified_by=CHECKER.user_id),
    ),
    "plan without a word": ("planned", KEEPS, ("OR NEW.sealed IS NULL", ""), WITH, stated(sealed=None)),
    "plan of tomorrow": (
        "planned", KEEPS, ("NEW.runs_from > (NEW.at AT TIME ZONE 'Asia/Shanghai')::date", "false"), WITH,
        stated(runs_from=UNTIL),
    ),
    "plan without its ruling": ("planned", KEEPS, ("m.kind = 'ruling'", "true"), WITH, stated(kind="proof")),
    "plan verified and moved": (
        "planned", KEEPS, ("(to_jsonb(NEW) - looked) IS DISTINCT FROM (to_jsonb(OLD) - looked)", "false"), ONCE,
        looked_at(until=UNTIL + timedelta(days=9)),
    ),
    "plan refuted without a word": (
        "planned", KEEPS, ("NOT NEW.verified AND NEW.verified_sealed IS NULL", "false"), ONCE, looked_at(verified=False),
    ),
    "plan verified by another's": (
        "planned", KEEPS, ("casework_may_repair(NEW.verified_by, 'verify', body)", "true"), ONCE,
        looked_at(verified_by=cast.ENVIRONMENT_CLERK.actor.user_id),
    ),
    "plan ended and moved": (
        "plan_verified", KEEPS, ("(to_jsonb(NEW) - over) IS DISTINCT FROM (to_jsonb(OLD) - over)", "false"), OVER,
        over(until=UNTIL + timedelta(days=9)),
    ),
    "plan ended tomorrow": (
        "plan_verified", KEEPS, ("NEW.ended_on > (NEW.ended_at AT TIME ZONE 'Asia/Shanghai')::date", "false"), OVER,
        over(ended_on=UNTIL),
    ),
    "plan over before its day": (
        "plan_verified", KEEPS, ("NEW.ended_by = 'term' AND NEW.ended_on <> NEW.until + 1", "false"), OVER,
        over(ended_by="term", ender=None),
    ),
    "plan over by an officer's term": (
        "plan_past", KEEPS, ("(NEW.ended_by = 'term') IS DISTINCT FROM (NEW.ender IS NULL)", "false"), OVER,
        over(ended_by="term", ended_on=cast.TODAY),
    ),
    "plan ended without a word": ("plan_verified", KEEPS, ("NEW.ended_sealed IS NULL", "false"), OVER, over(ended_sealed=None)),
    "plan ended by who verified it": (
        "plan_verified", KEEPS, ("NEW.ender = NEW.verified_by", "false"), OVER, over(ender=CLERK.user_id)
    ),
    "plan ended before it began": (
        "plan_verified", KEEPS, ("NEW.ended_on < NEW.runs_from", "false"), OVER, over(ended_on=FROM - timedelta(days=1)),
    ),
    "plan ended by another's": (
        "plan_verified", KEEPS, ("casework_may_repair(NEW.ender, 'lift_temporarily', body)", "true"), OVER,
        over(ender=cast.ENVIRONMENT_CHECKER.actor.user_id),
    ),
    "plan ended twice": ("plan_ended", KEEPS, ("OLD.ended_on IS NOT NULL", "false"), OVER, over()),
    "plan untold": ("planned", TOLD, DONE, "plan that no event tells", stated(told="repair.told")),
    "lifted unverified": ("planned", LIFTS, ("AND p.verified", ""), "verified plan", lifts()),
    "lifted for longer": (
        "plan_verified", LIFTS, ("NEW.until <= p.until", "true"), "no longer", lifts(until=UNTIL + timedelta(days=1))
    ),
    "lifted by another": (
        "plan_verified", LIFTS, ('(s.day, s.actor) = (NEW.since, NEW."by")', "true"), "verified plan", lifts(by=CLERK.user_id)
    ),
    "lifted for another's ground": (
        "plan_verified", LIFTS, ("(r.instrument_id = NEW.instrument_id OR i.entry_id = NEW.entry_id)", "true"), "verified plan",
        lifts(record="other"),
    ),
    "lifted under another number": (
        "plan_verified", LIFTS,
        ("(p.id, c.id, c.subject_id, c.agency_id, c.number) = (NEW.plan, NEW.matter, NEW.subject_id, NEW.agency_id, NEW.number)", "true"),
        "verified plan", lifts(number="示例"),
    ),
    "lifted for a plan that is over": (
        "plan_ended", LIFTS, ("p.ended_on IS NULL", "true"), "verified plan", lambda h: lifts(record="fresh")(h) if freed(h) else None
    ),
    "standing again by hand": ("plan_lifted", LIFTS, ("TG_OP = 'UPDATE'", "false"), "when the plan is over", stands_again()),
    "a step that lifts nothing": ("plan_verified", LIFTED, DONE, "lifts them", lambda h: h.step("lift_temporarily", SIGNER)),
    "a plan over and its lifts not": ("plan_lifted", LIFTED, DONE, "longer than the plan", over()),
    "lift with its end": (
        "plan_verified", IN_ORDER, NONE, "from the day", lambda h: lifts(
            ended_on=h.day, ended_by="annulled", ended_at=h.at, ended_event=event(h, "measure.lift_ended"),
        )(h),
    ),
    "lift that is longer": (
        "plan_lifted", IN_ORDER, ("(to_jsonb(NEW) - learns) IS DISTINCT FROM (to_jsonb(OLD) - learns)", "false"), "ends once",
        lambda hand: longer(hand),
    ),
    "lift untold": ("plan_verified", LIFT_TOLD, DONE, "lift of measures that no event tells", lifts(told="measure.ended")),
    "plan of another body's officer": (
        "planned", OF_CASE, NONE, "its applicant or its body", stated(by=cast.ENVIRONMENT_CLERK.actor.user_id),
    ),
    "plan verified when all is over": (
        "plan_of_nothing", OF_CASE, ("(held.state IN ('lodged', 'supplementing', 'accepted', 'verified', 'proposed', 'checked')) IS NOT TRUE", "false"),
        "while nothing is decided", looked_at(),
    ),
    "standing again from a day before": (
        "plan_lifted_long", IN_ORDER,
        ("NEW.ended_on <> least((NEW.ended_at AT TIME ZONE 'Asia/Shanghai')::date, OLD.until + 1)", "false"), "ends once",
        lambda hand: dated_back(hand),
    ),
    "said of a record for which nothing is lifted": (
        "plan_verified", MARKED, DONE, "while measures are lifted", lambda hand: said_of(hand),
    ),
    "no longer said while it runs": (
        "plan_lifted", MARKED, DONE, "while measures are lifted", lambda hand: unsaid(hand),
    ),
    "rated while it runs": ("plan_verified", RATING, NONE, "when the plan is over", rates_another_s),
}  # fmt: skip


def dated_back(hand: Hand) -> None:
    """As if measures had been used again from the day on which they were lifted."""
    over()(hand)
    stands_again(ended_on=hand.day - timedelta(days=3))(hand)
    others_end(hand)


def said_of(hand: Hand) -> None:
    insert(
        "registry_recordmark", record_id=hand.town.old, mark="plan_running", matter=hand.case.pk, number="示例", since=hand.at,
        event=event(hand, "record.marked"), decided_by=CLERK.user_id,
    )  # fmt: skip


def unsaid(hand: Hand) -> None:
    told = event(hand, "record.unmarked")
    made = "UPDATE registry_recordmark SET until = %s, ended_event = %s, ended_by = %s WHERE mark = 'plan_running'"
    assert sql(made, hand.at, told, CLERK.user_id) > 0


def longer(hand: Hand) -> None:
    over()(hand)
    stands_again(until=UNTIL + timedelta(days=400))(hand)
    others_end(hand)


def others_end(hand: Hand) -> None:
    row = (hand.day, SIGNER.user_id, hand.at, event(hand, "measure.lift_ended"))
    sql(
        "UPDATE registry_measurelift SET ended_on = %s, ended_by = 'annulled', ender = %s, ended_at = %s, ended_event = %s"
        " WHERE ended_on IS NULL", *row,
    )  # fmt: skip


def freed(hand: Hand) -> bool:
    """As if nothing had been lifted on the new record's document yet."""
    hand.town.fresh = hand.town.new  # type: ignore[attr-defined]
    with past_all():
        sql("ALTER TABLE registry_measurelift DISABLE TRIGGER USER")
        sql("DELETE FROM registry_measurelift")
        sql("ALTER TABLE registry_measurelift ENABLE TRIGGER USER")
    return True
