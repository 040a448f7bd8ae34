"""The same on effects, marks, documents, notices and recalls: what is seen and told outside (记录、文书、告知)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from tests import cast
from tests.casework.forging import insert, sql
from tests.revocations import town as towns
from tests.revocations.attacks import (
    CLERKS,
    LABOUR,
    MARKET,
    Attack,
    fallen,
    frozen,
    lodged,
    nothing,
    sql_of,
    stayed,
)
from tests.revocations.attacks_on_steps import lift
from tests.revocations.guards import LATER, Cut, Kept, Rule, Step, event, one
from tests.revocations.town import CHECKER, CLERK, Town
from xinheng.access.scope import acting
from xinheng.casework import revocations
from xinheng.law.repairrules import RepairEffect
from xinheng.law.standing import Ground
from xinheng.registry import outcomes

# ---- effects and marks ------------------------------------------------------------------------------------------


def effect(told: str = "record.effect_applied", **defect: Any) -> Callable[[Town, Any], bool]:
    """One that nobody decided; `told`: the kind of the event that it names, which is there."""

    def deed(town: Town, begun: Any) -> bool:
        row = {
            "record_id": town.records[4], "effect": "ANNOTATE", "public": "marked", "shared": "marked", "own": "marked",
            "ground": "repair", "matter": uuid4(), "number": "示例", "event": event(told) if told else uuid4(),
            "decided_by": CLERKS, "at": LATER, **defect,
        }  # fmt: skip
        insert(
            "registry_recordeffect",
            **{key: value(begun) if callable(value) else value for key, value in row.items()},
        )
        return True

    return deed


def withheld(town: Town) -> UUID:
    """An effect in force; gives its row."""
    said = outcomes.Decided(ground=Ground.REPAIR, matter=uuid4(), number="示例")
    with acting(CLERK):
        outcomes.apply_effect(
            [town.records[4]], RepairEffect.WITHHOLD, decided=said, actor=CLERK, now=cast.NOW
        )
        found: UUID = one("SELECT id FROM registry_recordeffect WHERE matter = %s", said.matter)[0]
    return found


def lifted(town: Town) -> UUID:
    """One that was lifted; gives the row that lifts."""
    of = withheld(town)
    with acting(CLERK):
        (matter,) = one("SELECT matter FROM registry_recordeffect WHERE id = %s", of)
        said = outcomes.Decided(ground=Ground.REPAIR, matter=matter, number="示例")
        outcomes.lift_effect(
            [town.records[4]], RepairEffect.WITHHOLD, decided=said, actor=CLERK, now=cast.NOW
        )
        found: UUID = one("SELECT id FROM registry_recordeffect WHERE lifts = %s", of)[0]
    return found


def again(*, views: str = "public, shared, own") -> Callable[[Town, Any], bool]:
    """A row that lifts the one that was begun with, saying what it likes."""

    def deed(_town: Town, of: UUID) -> bool:
        told = event("record.effect_lifted")
        return sql(
            f"INSERT INTO registry_recordeffect SELECT gen_random_uuid(), effect, {views}, ground, matter, number, %s,"
            " decided_by, asked_by, %s, id, record_id FROM registry_recordeffect WHERE id = %s",
            told, LATER, of,
        ) > 0  # fmt: skip

    return deed


def deleted(town: Town) -> None:
    said = outcomes.Decided(ground=Ground.REPAIR, matter=uuid4(), number="示例", asked_by=CLERKS)
    with acting(CHECKER):
        outcomes.delete_record(town.records[4], decided=said, actor=CHECKER, now=cast.NOW)


def on_the_record(statement: str) -> Callable[[Town, Any], bool]:
    """As who may add to the register, about the record of document 4."""
    return lambda town, _begun: sql_of(statement, intake=True)(town, town.records[4])


def unmarked_again(town: Town) -> UUID:
    made = lodged(town)
    towns.step(made, "withdraw", towns.party(town))
    return made


def mark(town: Town, _begun: Any, *, said: str = "repaired", told: str = "record.marked") -> bool:
    row = {"record_id": town.records[4], "mark": said, "matter": uuid4(), "number": "示例", "since": LATER}
    insert("registry_recordmark", event=event(told), decided_by=CLERKS, **row)
    return True


CLEARED = (
    "UPDATE registry_recordversion SET content = '{}', sealed = NULL, salt = NULL, source = '{}', ground_text = ''"
    " WHERE record_id = %s"
)
ENDS = "UPDATE registry_recordmark SET until = %s, ended_event = gen_random_uuid(), ended_by = %s WHERE matter = %s"
ORDER, LIFTS, ONCE = "registry_effect_in_order", "effect of the same record", "ends once"
# The repair behind these effects was never decided: what looks at that is attacked in tests/repairs and tests/promises.
UNDECIDED = (
    Cut("casework_repaired_by_decision", whole="RETURN NULL;"), Cut("casework_ended_is_kept", whole="RETURN NULL;"),
)  # fmt: skip
OF_EFFECTS = [
    Attack("an effect of nothing", Cut("registry_effect_told", whole="RETURN NULL;"), "no event tells", nothing, effect(told=""), also=UNDECIDED),
    Attack("told as a mark", Cut("registry_is_told", "AND e.kind = ANY (kinds)", ""), "no event tells", nothing, effect(told="record.marked"), also=UNDECIDED),
    Attack("what was destroyed", Cut(ORDER, "AND r.state <> 'shredded'", ""), "that is there", deleted, effect(), also=UNDECIDED),
    Attack("lifted otherwise", Cut(ORDER, "AND (e.record_id, e.effect, e.public, e.shared, e.own) = (NEW.record_id, NEW.effect, NEW.public, NEW.shared, NEW.own)", ""), LIFTS, withheld, again(views="public, 'marked', own"), also=UNDECIDED),
    Attack("the lifting lifted", Cut(ORDER, "AND e.lifts IS NULL", ""), LIFTS, lifted, again(), also=UNDECIDED),
    Attack("a mark rewritten", Cut("registry_mark_ends_once"), ONCE, lodged, sql_of("UPDATE registry_recordmark SET number = '示' WHERE matter = %s")),
    Attack("ended twice", Cut("registry_mark_ends_once", "OLD.until IS NOT NULL"), ONCE, unmarked_again, lambda _town, made: sql("UPDATE registry_recordmark SET until = NULL, ended_event = NULL, ended_by = NULL WHERE matter = %s", made) > 0),
    Attack("a mark ended by nothing", Cut("registry_mark_told", whole="RETURN NULL;"), "no event tells", lodged, sql_of(ENDS, LATER, CLERKS), also=(Cut("casework_correction_shown", whole="RETURN NULL;"),)),
    Attack("a mark of nothing", Cut("registry_mark_told", "NOT registry_is_told(NEW.event, NEW.since, 'record.marked', 'record.effect_applied')"), "no event tells", nothing, lambda town, begun: mark(town, begun, told="record.unmarked")),
    Attack("repaired by the account", Rule("registry_recordmark", "account_marks", "WITH CHECK"), "row-level security", nothing, mark, party=True),
    Attack("back from destruction", Cut("registry_destroyed_stays"), "does not come back", deleted, on_the_record("UPDATE registry_record SET state = 'live' WHERE id = %s"), also=UNDECIDED),
    Attack("content cleared", Cut("registry_version_stays"), "append-only", nothing, on_the_record(CLEARED)),
]  # fmt: skip

# ---- documents and measures ---------------------------------------------------------------------------------------


def raised(town: Town, column: str, value: Any) -> bool:
    """What a sheet says afterwards; whether the document follows."""
    sql("SET LOCAL ROLE xinheng_intake")
    sql(f"UPDATE registry_instrument SET {column} = %s WHERE id = %s", value, town.documents[4])
    sql("SET LOCAL ROLE NONE")
    return one(f"SELECT {column} FROM registry_instrument WHERE id = %s", town.documents[4]) == (value,)


def contested(town: Town) -> None:
    revocations.note_dispute(town.documents[4], contested=True, number="示例", actor=CLERK, now=cast.NOW)
    towns.at_commit()


def change(town: Town, _begun: Any, **defect: Any) -> bool:
    row = {
        "effect": "effective",
        "contested": False,
        "varied": False,
        "matter": uuid4(),
        "by": CLERKS,
        "at": LATER,
    }
    told = defect.pop("told", "revocation.changed")
    insert(
        "registry_instrumentchange",
        instrument_id=town.documents[4],
        **{"event": event(told), **row, **defect},
    )
    return True


def told_them(town: Town, _begun: Any) -> bool:
    """The own measure goes on, as if telling oneself were enough."""
    notice(town, "document 4, own", LABOUR)
    notice(town, "document 4, theirs", MARKET)
    return raised(town, "effect", "revoked")


def ended_ours(town: Town, _begun: Any) -> bool:
    end(town, "document 4, own")
    return raised(town, "effect", "revoked")


def end(town: Town, name: str) -> bool:
    return sql(
        "UPDATE registry_measuretaken SET state = 'ended', ended_on = %s, ended_by = 'document_fell', ender = %s WHERE id = %s",
        cast.TODAY, CLERKS, town.made[name],
    ) > 0  # fmt: skip


def notice(town: Town, name: str, agency: UUID, **defect: Any) -> bool:
    row = {
        "measure_id": town.made[name],
        "agency_id": agency,
        "event": uuid4(),
        "told_at": LATER,
        "answer": "",
    }
    with_whole_city(lambda: insert("registry_measurenotice", **{**row, **defect}))
    return True


def with_whole_city(do: Callable[[], object]) -> None:
    sql("SELECT set_config('xinheng.whole_city', 'on', true)")
    do()
    sql("SELECT set_config('xinheng.whole_city', 'off', true)")


def ended_before(town: Town) -> None:
    with acting(CLERK):
        end(town, "document 4, own")
    cast.leave_untold()


def answer(said: str, **more: Any) -> Callable[[Town, Any], bool]:
    def deed(town: Town, _begun: Any) -> bool:
        names = {"answer": said, "answered_by": cast.MARKET_CLERK.actor.user_id, "answered_at": LATER, **more}
        told = ", ".join(f"{name} = %s" for name in names)
        made = town.made["document 4, theirs"]
        return (
            sql(f"UPDATE registry_measurenotice SET {told} WHERE measure_id = %s", *names.values(), made) > 0
        )

    return deed


def stayed_over(town: Town) -> None:
    towns.again(stayed(town), "effective")


def answered(town: Town) -> None:
    """The stay was over, and the other body said that it goes on."""
    stayed_over(town)
    with acting(cast.MARKET_CLERK.actor):
        assert answer("resumed")(town, None)
    cast.leave_untold()


THEIRS, BYWHAT, BACK = "its own measure in force", "by what was done", "does not come back"
NOTICE, ANSWER = "registry_notice_is_theirs", "registry_notice_answered"
OF_DOCUMENTS = [
    Attack("put up by a sheet", Cut("registry_effect_as_told", "told.effect <> 'effective'"), "", fallen, lambda town, _begun: raised(town, "effect", "effective")),
    Attack("contested no more", Cut("registry_effect_as_told", "IF told.contested THEN", "IF false THEN"), "", contested, lambda town, _begun: raised(town, "contested", False)),
    Attack("a change of nothing", Cut("registry_change_told", whole="RETURN NULL;"), "no event tells", nothing, lambda town, begun: change(town, begun, told="record.marked")),
    Attack("back by a change", Cut("registry_change_in_order", "(c.effect = ANY (gone) AND NEW.effect <> ALL (gone))"), BACK, fallen, change),
    Attack("a change before it", Cut("registry_change_in_order", "c.at > NEW.at"), BACK, stayed, lambda town, begun: change(town, begun, at=cast.NOW - timedelta(days=1), event=event("revocation.changed", at=cast.NOW - timedelta(days=1)))),
    Attack("the own measure goes on", Cut("registry_nothing_rests_on_document", "m.agency_id = i.agency_id", "false"), "ends with the document", nothing, told_them),
    Attack("the others are not told", Cut("registry_nothing_rests_on_document", whole="RETURN NULL;"), "ends with the document", nothing, ended_ours),
    Attack("another's notice", Cut(NOTICE, "AND m.agency_id = NEW.agency_id", ""), THEIRS, nothing, lambda town, _begun: notice(town, "document 4, own", MARKET)),
    Attack("an ended one's notice", Cut(NOTICE, "AND m.state = 'in_force'", ""), THEIRS, ended_before, lambda town, _begun: notice(town, "document 4, own", LABOUR)),
    Attack("answered from the start", Cut(NOTICE, "NEW.answered_at IS NOT NULL"), THEIRS, nothing, lambda town, _begun: notice(town, "document 4, own", LABOUR, answer="resumed", answered_by=CLERKS, answered_at=LATER)),
    Attack("ended only in words", Cut(ANSWER, "(NEW.answer = 'ended' AND measure <> 'ended')"), BYWHAT, fallen, answer("ended"), agency=MARKET),
    Attack("resumed on nothing", Cut(ANSWER, "(NEW.answer = 'resumed' AND NOT stands)"), BYWHAT, fallen, answer("resumed"), agency=MARKET),
    Attack("answered twice", Cut(ANSWER, "OLD.answered_at IS NOT NULL"), BYWHAT, answered, answer("resumed"), agency=MARKET),
    Attack("told otherwise", Cut(ANSWER, "(to_jsonb(NEW) - free) IS DISTINCT FROM (to_jsonb(OLD) - free)"), BYWHAT, stayed_over, answer("resumed", told_at=LATER), agency=MARKET),
]  # fmt: skip

# ---- rows, publication and recalls ----------------------------------------------------------------------------------


def seen(statement: str) -> Callable[[Town, Any], bool]:
    """Whether rows are there at all."""
    return lambda _town, made: one(statement, made) != (0,)


def recall(town: Town, _begun: Any) -> bool:
    row = {
        "record": town.records[4],
        "version": 1,
        "audience": "agency",
        "action": "update",
        "view": "",
        "at": LATER,
    }
    names = ", ".join(("event", *row))
    sql(f"INSERT INTO exchange_recall ({names}) VALUES (%s, %s, %s, %s, %s, %s, %s)", uuid4(), *row.values())
    return True


def taken_down(town: Town) -> UUID:
    """Kept aside is what was public of document 4, which fell."""
    with towns.city():
        sql(
            "CREATE TEMP TABLE kept ON COMMIT DROP AS SELECT * FROM publication_publicentry WHERE record = %s",
            town.records[4],
        )
    sql("GRANT SELECT ON kept TO xinheng_projector")
    return fallen(town)


def public_again(_town: Town, _matter: UUID) -> bool:
    sql("SET LOCAL ROLE xinheng_projector")
    done = sql("INSERT INTO publication_publicentry SELECT * FROM kept") > 0
    sql("SET LOCAL ROLE NONE")
    return done


SECURITY = "row-level security"
COUNTED = "SELECT count(*) FROM casework_correctionsibling WHERE correction_id = %s"
OF_ROWS = [
    Attack("the account answers", Rule("casework_correctionstep", "account_speaks", "WITH CHECK"), SECURITY, lodged, lambda _town, made: Step("correction", made, "answer", CLERKS).take(), party=True),
    Attack("the party sees siblings", Rule("casework_correctionsibling", "all_app"), "", frozen, seen(COUNTED), party=True),
    Attack("another body sees it", Rule("casework_correction", "all_app"), "", lodged, seen("SELECT count(*) FROM casework_correction WHERE id = %s"), agency=MARKET),
    Attack("another body sees the fall", Rule("casework_revocation", "all_app"), "", fallen, seen("SELECT count(*) FROM casework_revocation WHERE id = %s"), agency=MARKET),
    Attack("another body lifts", Rule("registry_recordeffect", "all_app"), "", frozen, lambda town, made: lift(town.records[4], made), agency=MARKET, also=(Cut("casework_correction_shown", whole="RETURN NULL;"), Cut("registry_effect_in_order"))),
    Attack("another body unmarks", Rule("registry_recordmark", "all_app"), "", lodged, seen("SELECT count(*) FROM registry_recordmark WHERE matter = %s"), agency=MARKET),
    Attack("another body's document", Rule("registry_instrumentchange", "all_app_intake"), SECURITY, nothing, change, agency=MARKET),
    Attack("another body recalls", Rule("exchange_recall", "all_app"), SECURITY, nothing, recall, agency=MARKET),
    Attack("a recall unsaid", Kept("exchange_recall"), "denied", fallen, lambda town, _matter: sql("DELETE FROM exchange_recall WHERE record = %s", town.records[4]) > 0),
    Attack("public again", Cut("publication_check_entries", "e.public <> 'marked'"), "5.1b", taken_down, public_again),
]  # fmt: skip
RECORDS = [*OF_EFFECTS, *OF_DOCUMENTS, *OF_ROWS]
