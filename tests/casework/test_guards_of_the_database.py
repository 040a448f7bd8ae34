"""Each guard of the database taken out in turn (逐一撤去防护): a forged case is refused with it, and seen listed without it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import transaction
from django.db.utils import Error

from tests import cast
from tests.casework.forging import Forgery, as_app, sql
from tests.casework.office import START, Office
from tests.casework.onlooker import Onlooker
from tests.promises.carrying import CARRYING
from tests.promises.guards import FUNCTIONS
from tests.repairs.guards import FUNCTIONS as REPAIRS
from tests.revocations.everything import FUNCTIONS as MATTERS
from xinheng.access.models import Agency, User
from xinheng.subjects.services import add_person

pytestmark = pytest.mark.clause("2.3", "2.4", "4.1a", "4.1b", "4.1c", "4.2b")
PERSON = {"subject_kind": "natural_person", "party": ""}
TOWNSHIP = UUID(int=0xAF)
LATER = START + timedelta(days=30)


@dataclass(frozen=True)
class Attack:
    """What is forged, what the database answers while the guard is there, and what is seen when it is not.

    `without` is the body that stands in for the guard: one that lets everything pass.
    """

    forge: Callable[[Office, Onlooker], object]
    refused: str
    seen: str
    without: str = "RETURN true;"


def whole(pause: int = 30, **defect: Any) -> Callable[[Office, Onlooker], object]:
    """A case forged from beginning to end with one defect."""
    return lambda office, _eye: Forgery(office.firm, **defect).whole_way(pause)


def unanswered(office: Office, _eye: Onlooker) -> None:
    case = Forgery(office.firm).to_awaiting()
    case.objection()
    case.step("receive").to_decided().to_listed()


def reply_changed(office: Office, eye: Onlooker) -> None:
    """Upheld and answered; then somebody writes that it was not upheld."""
    case = Forgery(office.firm).to_awaiting()
    said = case.objection()
    case.step("receive").answer(said, upheld=True)
    eye.look()
    sql("UPDATE casework_objection SET upheld = false WHERE id = %s", said)
    case.to_decided().to_listed()


def answered_from_the_start(office: Office, _eye: Onlooker) -> None:
    case = Forgery(office.firm).to_awaiting()
    case.objection(replied_on=case.day, reply_sealed=b"x")
    case.step("receive").step("reply").to_decided().to_listed()


def township(office: Office) -> dict[str, UUID]:
    """A township's office with three officers who hold all roles."""
    Agency.objects.create(
        id=TOWNSHIP, uscc=cast.uscc("11", 99), name="示例镇人民政府", region=cast.AREA, level="township",
        domains=["human_resources"],
    )  # fmt: skip
    people = [
        User.objects.create(
            id=UUID(int=0xAF0 + n), username=f"township-{n}", name="示例", agency_id=TOWNSHIP,
            roles=["clerk", "checker", "signer"],
        ).pk
        for n in range(3)
    ]  # fmt: skip
    cast.leave_untold()
    clerk, checker, signer = people
    return {
        "open": clerk, "notify": checker, "serve_notice": clerk, "propose": clerk, "check": checker,
        "decide": signer, "list": clerk,
    }  # fmt: skip


def by_a_township(office: Office, _eye: Onlooker) -> None:
    sql("SELECT set_config('xinheng.agency', %s, true)", str(TOWNSHIP))
    Forgery(office.firm, agency=TOWNSHIP, actors=township(office)).whole_way()


def township_raised(office: Office, eye: Onlooker) -> None:
    """The township becomes a city while its case is under way; who asks sets another agency first."""
    sql("SELECT set_config('xinheng.agency', %s, true)", str(TOWNSHIP))
    case = Forgery(office.firm, agency=TOWNSHIP, actors=township(office)).to_awaiting().to_decided()
    eye.look()
    sql("SELECT set_config('xinheng.agency', %s, true)", str(cast.LABOUR.id))
    sql("UPDATE access_agency SET level = 'city' WHERE id = %s", TOWNSHIP)
    sql("SELECT set_config('xinheng.agency', %s, true)", str(TOWNSHIP))
    case.to_listed()


def of_a_minor(office: Office, _eye: Onlooker) -> None:
    minor = add_person(
        id_kind="resident_id", number=cast.MINOR_ID, name=cast.MINOR_NAME,
        actor=cast.LABOUR_CLERK.actor, now=cast.NOW,
    )  # fmt: skip
    change = {"case": PERSON, "case_entry": PERSON, "draft": {"age": "minor"}}
    Forgery(minor, change=change).whole_way()


def representative_alone(office: Office, _eye: Onlooker) -> None:
    """The firm's representative, of whose firm nothing was decided."""
    role = {**PERSON, "role": "legal_representative"}
    change = {"case": role, "case_entry": role, "draft": {"age": "adult"}}
    Forgery(office.person, change=change).whole_way()


def noticed_before_it_was_opened(office: Office, _eye: Onlooker) -> None:
    """The notice is dated back a month, and so is its service."""
    case = Forgery(office.firm, day=LATER, change={"notify": {"at": "2026-03-02 10:00+08", "day": START}})
    case.begin().step("open")
    case.day = START
    case.step("notify")
    case.day = LATER
    case.proof("prior_notice", on=START, served_on=START).step("serve_notice").to_decided(1).to_listed()


def listed_without_a_step(office: Office, _eye: Onlooker) -> None:
    case = Forgery(office.firm).to_awaiting().to_decided().sealed_copy().proof("listing_decision")
    case.days |= {"listed_on": case.day}
    sql("UPDATE casework_case SET state = 'listed', listed_on = %s WHERE id = %s", case.day, case.case)
    case.entry()


def out_by_one_person(office: Office, _eye: Onlooker) -> None:
    case = Forgery(office.firm).whole_way().step("exit")
    sql(
        "UPDATE registry_listentry SET state = 'removed', ended_on = %s, ended_by = 'exit' WHERE \"case\" = %s",
        case.day, case.case,
    )  # fmt: skip


def entry_by_hand(office: Office, _eye: Onlooker) -> None:
    days = {"decided_on": START, "listed_on": START, "until": None}
    Forgery(office.firm, days=days).entry()


def draft_afterwards(office: Office, _eye: Onlooker) -> None:
    """What the party was told of is written when all is decided."""
    case = Forgery(office.firm, skip=frozenset({"draft", "ground"})).to_awaiting().to_decided()
    case.skip = frozenset()
    case.draft().ground().to_listed()


def ground_afterwards(office: Office, eye: Onlooker) -> None:
    case = Forgery(office.firm).to_awaiting().to_decided()
    eye.look()
    case.ground().to_listed()


def paper_dated_back(office: Office, _eye: Onlooker) -> None:
    case = Forgery(office.firm, day=LATER, change={"prior_notice": {"issued_on": START}})
    case.begin().step("open").step("notify").proof("prior_notice", on=START, served_on=START)
    case.step("serve_notice").to_decided(1).to_listed()


def proof_afterwards(office: Office, _eye: Onlooker) -> None:
    case = Forgery(office.firm, skip=frozenset({"prior_notice_proof"})).to_awaiting().to_decided()
    case.skip = frozenset()
    case.proof("prior_notice", on=START, served_on=START).to_listed()


def entry_left_behind(office: Office, _eye: Onlooker) -> None:
    Forgery(office.firm).whole_way().step("hide")


def of_its_own_making(office: Office, _eye: Onlooker) -> None:
    name = {"list": "市民失信"}
    Forgery(office.firm, change={"case": name, "case_entry": name}).whole_way()


def of_no_range(office: Office, _eye: Onlooker) -> None:
    Forgery(office.firm, change={"draft": {"range": "R4"}, "case_entry": {"range": "R4"}}).whole_way()


def by_another_trade(office: Office, _eye: Onlooker) -> None:
    """The market authority lists a firm for wages."""
    sql("SELECT set_config('xinheng.agency', %s, true)", str(cast.MARKET.id))
    clerk, checker, signer = (
        each.actor.user_id for each in (cast.MARKET_CLERK, cast.MARKET_CHECKER, cast.MARKET_SIGNER)
    )
    staff = {"notify": checker, "check": checker, "decide": signer}
    actors = {**dict.fromkeys(("open", "serve_notice", "propose", "list"), clerk), **staff}
    Forgery(office.firm, agency=cast.MARKET.id, actors=actors).whole_way()


SECOND = cast.LABOUR_SECOND.actor.user_id
ATTACKS = {
    "casework_list_known": Attack(of_its_own_making, "without list", "名单不存在"),
    "casework_list_known ": Attack(of_no_range, "without list", "范围不符"),
    "casework_has_document": Attack(
        whole(change={"ground": {"effect": "not_yet"}}), "without document", "没有有效文书"
    ),
    "casework_notice_served": Attack(
        whole(skip=frozenset({"prior_notice_proof"})), "without notice", "未送达本人", "RETURN c.opened_on;"
    ),
    "casework_proves": Attack(
        whole(change={"prior_notice_proof": {"shows": ["示例"]}}), "without notice", "未送达本人"
    ),
    "casework_window_over": Attack(whole(1), "without window", "期限未满"),
    # Decided on the last day itself: four working days have passed, and a weekend.
    "casework_workdays": Attack(whole(7), "without window", "期限未满", "RETURN 99;"),
    "casework_window_of": Attack(
        whole(3, change={"prior_notice": {"window": 1}}),
        "a paper comes with its step",
        "期限未满",
        "RETURN NULL;",
    ),
    "casework_all_answered": Attack(unanswered, "without answered", "异议未答"),
    "casework_has_authority": Attack(by_a_township, "without authority", "层级不够"),
    "casework_has_authority ": Attack(by_another_trade, "without authority", "不归该部门"),
    "casework_three_persons": Attack(
        whole(actors={"open": SECOND, "check": SECOND}), "without persons", "不是三个人"
    ),
    "casework_has_decision": Attack(
        whole(skip=frozenset({"listing_decision_proof"})), "without decision", "决定书未送达本人"
    ),
    "casework_is_sealed": Attack(whole(skip=frozenset({"sealed_copy"})), "without sealed", "决定书未签章"),
    "casework_no_minor": Attack(of_a_minor, "without minor", "未成年"),
    "casework_unit_first": Attack(representative_alone, "without unit", "单位未先认定"),
    "casework_entered": Attack(
        whole(change={"listing_decision": {"says": ["party"]}}),
        "without decision",
        "没有完整的决定书",
        "RETURN NEW;",
    ),
    "casework_may_take": Attack(
        whole(actors={"decide": cast.MARKET_SIGNER.actor.user_id}), "no such step", "办理人不对"
    ),
    "casework_step_in_order": Attack(noticed_before_it_was_opened, "no such step", "日期倒置", "RETURN NEW;"),
    "casework_case_by_steps": Attack(listed_without_a_step, "by a step alone", "状态接不上", "RETURN NEW;"),
    "casework_asked_by_another": Attack(
        out_by_one_person, "granted by another", "移出没有两人", "RETURN NEW;"
    ),
    "casework_entry_of_case": Attack(entry_by_hand, "without a case", "名单信息没有案卷", "RETURN NEW;"),
    "casework_learns_once": Attack(reply_changed, "keeps what it says", "异议成立", "RETURN NEW;"),
    "casework_with_its_draft": Attack(
        draft_afterwards, "comes with the draft", "草稿晚于告知", "RETURN NEW;"
    ),
    "casework_with_its_draft ": Attack(
        ground_afterwards, "comes with the draft", "草稿的文书后来变了", "RETURN NEW;"
    ),
    "casework_paper_of_step": Attack(paper_dated_back, "comes with its step", "未告知本人", "RETURN NEW;"),
    "casework_service_of_paper": Attack(
        proof_afterwards, "when its paper waits", "未送达本人", "RETURN NEW;"
    ),
    "casework_objection_begins": Attack(
        answered_from_the_start, "comes in unanswered", "意见一来就是答复过的", "RETURN NEW;"
    ),
    "casework_body_stays": Attack(township_raised, "level and trades", "层级不够", "RETURN NEW;"),
    "casework_entry_follows": Attack(
        entry_left_behind, "entry follows", "名单信息没有随案卷变动", "RETURN NULL;"
    ),
    "casework_step_told": Attack(
        whole(skip=frozenset({"event"})), "no event tells", "步骤没有事件", "RETURN NULL;"
    ),
}


# They keep clocks and reminders, and nobody off a list: test_clocks.py and test_tick.py have their attacks.
OF_CLOCKS = {
    "casework_check_moves", "casework_moved_with_evidence", "casework_check_reminders", "casework_aside_with_step",
    "casework_matterclock_of_matter", "casework_clock_moved_with_evidence", "casework_told_of_clocks",
}  # fmt: skip

# They keep revocations and corrections, and put nobody on a list: tests/revocations/test_guards.py attacks each.
OF_MATTERS = MATTERS.keys() - ATTACKS.keys()
# Those of listing that a false promise has changed are attacked here and there.
PROMISES = FUNCTIONS | {each.function for each in CARRYING.values()}
OF_LISTING = {"casework_entered", "casework_entry_of_case", "casework_case_by_steps"}


@contextmanager
def replaced(superuser: psycopg.Connection[Any], name: str, body: str) -> Iterator[None]:
    """The function lets everything pass meanwhile: other sessions see it at once."""
    row = superuser.execute(
        "SELECT pg_get_functiondef(p.oid) FROM pg_proc p WHERE p.proname = %s", [name]
    ).fetchone()
    assert row is not None
    head = re.split(r"AS \$function\$", row[0])[0]
    superuser.execute(f"{head} AS $function$ BEGIN {body} END $function$".encode())
    try:
        yield
    finally:
        superuser.execute(row[0].encode())


def forge(attack: Attack, office: Office, eye: Onlooker) -> None:
    with as_app(cast.LABOUR.id):
        attack.forge(office, eye)


def test_there_is_an_attack_on_every_function_of_the_casework(superuser: psycopg.Connection[Any]) -> None:
    """Those of repairs and false promises are attacked one by one in tests/repairs and tests/promises."""
    there = superuser.execute(
        "SELECT proname FROM pg_proc WHERE proname LIKE 'casework\\_%' AND pronamespace = 'public'::regnamespace"
    )
    assert {name for (name,) in there} - OF_CLOCKS - OF_MATTERS - REPAIRS - (PROMISES - OF_LISTING) == {
        name.strip() for name in ATTACKS
    }


def test_a_forged_case_without_a_defect_is_all_that_is_left_to_the_ledger(office: Office) -> None:
    """The role alone, with invented papers and events: no database can tell, and `ledger verify` does.

    So what is refused below is refused for its one defect.
    """
    eye = Onlooker()
    with as_app(cast.LABOUR.id):
        Forgery(office.firm).whole_way()
    assert eye.look() == []


def refusal(attack: Attack, office: Office) -> str:
    """What the database answers; empty when it lets it pass."""
    try:
        forge(attack, office, Onlooker())
    except Error as fault:
        return str(fault)
    return ""


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def test_with_each_guard_its_attack_is_refused(office: Office) -> None:
    for guard, attack in ATTACKS.items():
        with undone():
            assert attack.refused in refusal(attack, office), guard
            assert Onlooker().look() == [], guard


def test_without_any_one_guard_its_attack_gets_through_and_is_seen(
    superuser: psycopg.Connection[Any], office: Office
) -> None:
    for guard, attack in ATTACKS.items():
        eye = Onlooker()
        with undone(), replaced(superuser, guard.strip(), attack.without):
            forge(attack, office, eye)
            assert attack.seen in eye.look(), guard
