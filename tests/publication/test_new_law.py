"""New law ends at once and widens only by an officer's decision (一（二）2): done when, 8."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from tests import cast
from tests.publication.shelf import Kept, accept, at
from xinheng.access.gate import open_set
from xinheng.access.scope import acting
from xinheng.catalog import services as catalog
from xinheng.law.facts import RecordFacts
from xinheng.law.language import Refusal
from xinheng.publication import consumers, projector, public, queries, services

pytestmark = [pytest.mark.usefixtures("city"), pytest.mark.clause("1.2.2")]

Load = Callable[[Callable[[dict[str, Any]], None]], None]

CONFISCATED = Kept(decided_on=date(2026, 5, 20), accepted_on=date(2026, 6, 3), kinds=("confiscate_goods",))
WARNED = Kept(decided_on=date(2026, 11, 2), accepted_on=date(2026, 11, 10), kinds=("warning",))


def rule(terms: dict[str, Any], rule_id: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in terms["rules"] if each["id"] == rule_id)
    return found


def longest(months: int) -> Callable[[dict[str, Any]], None]:
    """An edition whose middle class is published for so many months."""

    def edit(terms: dict[str, Any]) -> None:
        rule(terms, "P-36")["classes"]["一般"]["max_months"] = months

    return edit


def warnings_published(terms: dict[str, Any]) -> None:
    rule(terms, "P-36")["classes"]["轻微"]["published"] = True


def coming_rule(terms: dict[str, Any]) -> None:
    """A rule from 2027 on that may take older acts over (nobody has ruled on it) and publishes three months."""
    old = rule(terms, "P-36")
    everything = {"when": {}, "candidates": ["轻微"], "source": "示例版本", "confidence": "sourced"}
    new = {
        **old,
        "id": "P-EXAMPLE",
        "name": "示例新规",
        "valid": [date(2027, 1, 1), None],
        "assign": [everything],
    }
    new["classes"] = {**old["classes"], "轻微": {**old["classes"]["轻微"], "published": True}}
    old["valid"] = [date(2026, 4, 1), date(2026, 12, 31)]
    terms["rules"].append(new)
    dated = {"id": "transition.2027-01-01", "at": date(2027, 1, 1), "older": "P-36", "newer": "P-EXAMPLE"}
    terms["transitions"].append({**terms["transitions"][-2], **dated})
    ask = next(each for each in terms["questions"] if each["id"] == "transition.2026-04-01")
    terms["questions"].append(
        {**ask, "id": "transition.2027-01-01", "decision": {"rule": ["P-36", "P-EXAMPLE"]}}
    )


def page(day: date = cast.TODAY) -> bytes | None:
    return public.subject_json(cast.FIRM_CODE, day)


def held_records() -> list[UUID]:
    opened = open_set(
        actor=cast.OFFICER.actor,
        what=queries.HELD,
        purpose="disclosure_review",
        basis="待定公示清单",
        now=cast.NOW,
    )
    return [each.record for each in queries.held(opened)]


def end_of(record: UUID) -> date | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT visible_until FROM publication_publicentry WHERE record = %s", [record])
        (until,) = cursor.fetchone()
    return until  # type: ignore[no-any-return]


def test_an_edition_that_would_publish_an_old_warning_changes_no_page_until_an_officer_decides(
    load_terms: Load,
) -> None:
    (record,) = accept(WARNED)
    assert page() is None
    load_terms(warnings_published)
    assert page() is None
    assert held_records() == [record]
    services.decide_widening(
        [record], granted=True, ground="示例理由", actor=cast.OFFICER.actor, now=cast.NOW
    )
    assert page() is not None
    assert end_of(record) == date(2027, 2, 3)
    assert held_records() == []


def test_what_new_law_would_have_shown_only_in_the_past_is_no_officers_business(load_terms: Load) -> None:
    accept(Kept(decided_on=date(2026, 5, 20), accepted_on=date(2026, 6, 3), kinds=("warning",)))
    load_terms(warnings_published)
    assert (page(), held_records()) == (None, [])


def test_an_edition_that_would_lengthen_an_old_term_changes_no_page_until_an_officer_decides(
    load_terms: Load,
) -> None:
    (record,) = accept(CONFISCATED)
    before = page()
    load_terms(longest(24))
    assert page() == before
    assert end_of(record) == date(2027, 5, 21)
    assert held_records() == [record]
    done = services.decide_widening(
        [record], granted=True, ground="示例理由", actor=cast.OFFICER.actor, now=cast.NOW
    )
    assert (done.records, done.changed) == (1, 1)
    assert end_of(record) == date(2028, 5, 21)


def test_what_an_officer_refuses_to_widen_stays_as_it_was_also_after_a_correction(load_terms: Load) -> None:
    (record,) = accept(CONFISCATED)
    load_terms(longest(24))
    services.decide_widening(
        [record], granted=False, ground="示例理由", actor=cast.OFFICER.actor, now=cast.NOW
    )
    assert (end_of(record), held_records()) == (date(2027, 5, 21), [])
    law = consumers.law_at(cast.NOW)
    scope = projector.Scope.records([record])
    projector.project(scope, event=record, cause=projector.Cause.CORRECTION, at=cast.NOW, law=law)
    assert end_of(record) == date(2027, 5, 21)


def test_an_earlier_end_takes_effect_with_the_edition(load_terms: Load) -> None:
    (record,) = accept(CONFISCATED)
    assert page() is not None
    load_terms(longest(3))
    assert end_of(record) == date(2026, 8, 21)
    assert page() is None
    assert held_records() == []


def test_an_edition_that_begins_later_ends_at_its_own_midnight_without_any_job(load_terms: Load) -> None:
    """1 January 2027 is a rest day; the older act's two candidate rules leave it the earlier end."""
    (record,) = accept(CONFISCATED)
    load_terms(coming_rule)
    assert page(date(2026, 12, 31)) is not None
    assert page(date(2027, 1, 1)) is None
    assert end_of(record) == date(2027, 1, 1)


def test_two_editions_one_after_the_other_never_add_up_to_a_widening(load_terms: Load) -> None:
    (record,) = accept(CONFISCATED)
    load_terms(longest(6))
    load_terms(longest(12))
    assert end_of(record) == date(2026, 11, 21)
    assert held_records() == [record]


def test_what_is_not_adverse_may_be_prolonged_by_the_edition(load_terms: Load) -> None:
    licence = Kept(
        item="license", decided_on=date(2026, 5, 20), accepted_on=date(2026, 6, 3), valid_to=date(2027, 1, 1)
    )
    (record,) = accept(licence)

    def no_end(terms: dict[str, Any]) -> None:
        terms["plain_terms"]["license"]["until"] = ""

    load_terms(no_end)
    assert end_of(record) is None
    assert held_records() == []


def test_a_ruling_of_two_officers_publishes_and_its_end_takes_it_back() -> None:
    fined = Kept(decided_on=date(2026, 5, 20), accepted_on=date(2026, 6, 3), kinds=("fine",))
    accept(fined)
    assert page() is None
    facts = RecordFacts.from_json(stored_facts())
    proposed = catalog.propose_ruling(
        "P-36.class", facts, {"class": "一般"}, ground="示例裁定", actor=cast.OFFICER.actor, now=cast.NOW
    )
    assert page() is None
    with pytest.raises(Refusal, match="SAME_PERSON"):
        catalog.approve_ruling(proposed.id, actor=cast.OFFICER.actor, now=cast.NOW)
    catalog.approve_ruling(proposed.id, actor=cast.SECOND_OFFICER.actor, now=cast.NOW)
    assert page() is not None
    catalog.revoke_ruling(proposed.id, actor=cast.OFFICER.actor, now=cast.NOW)
    assert page() is None


def stored_facts() -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT facts::text FROM registry_facts")
        ((facts,),) = cursor.fetchall()
    found: dict[str, Any] = json.loads(facts)
    return found


def test_only_what_is_held_can_be_decided_and_a_reason_is_due(load_terms: Load) -> None:
    (record,) = accept(CONFISCATED)
    deciding: dict[str, Any] = {"granted": True, "actor": cast.OFFICER.actor, "now": cast.NOW}
    with pytest.raises(Refusal, match="STALE"):
        services.decide_widening([record], ground="示例理由", **deciding)
    load_terms(longest(24))
    with pytest.raises(Refusal, match="REASON_REQUIRED"):
        services.decide_widening([record], ground="  ", **deciding)
    with pytest.raises(Refusal, match="PERMISSION_DENIED"):
        services.decide_widening(
            [record], ground="示例理由", **{**deciding, "actor": cast.MARKET_CLERK.actor}
        )
    with pytest.raises(Refusal, match="STALE"):
        services.decide_widening(
            [record], ground="示例理由", **{**deciding, "actor": cast.ENVIRONMENT_CHECKER.actor}
        )


@pytest.mark.parametrize("edit", [longest(24), coming_rule])
def test_a_rebuild_gives_the_same_content_under_whatever_law(load_terms: Load, edit: Any) -> None:
    accept(CONFISCATED, WARNED, Kept(item="license"), Kept(kinds=("fine",)))
    load_terms(edit)
    first = everything()
    for _ in range(2):
        services.rebuild(actor=cast.OFFICER.actor, now=cast.NOW)
        assert everything() == first
    assert not projector.compare(at=cast.NOW, law=consumers.law_at(cast.NOW))


def everything() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT e::text FROM publication_publicentry e ORDER BY e.record")
        entries = [row for (row,) in cursor.fetchall()]
        cursor.execute("SELECT s::text FROM publication_publicsubject s ORDER BY s.subject")
        return entries + [row for (row,) in cursor.fetchall()]


@pytest.mark.parametrize(
    ("plant", "kind"),
    [
        ("UPDATE publication_publicentry SET visible_until = visible_until + 1", "other"),
        ('UPDATE publication_publicentry SET content = content || \'{"remark": "示例"}\'', "other"),
        ("DELETE FROM publication_publicentry", "missing"),
    ],
)
def test_a_verification_finds_what_was_changed_by_hand(plant: str, kind: str) -> None:
    (record,) = accept(CONFISCATED)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE xinheng_projector")
        cursor.execute(plant)
        cursor.execute("SET LOCAL ROLE NONE")
    found = projector.compare(at=cast.NOW, law=consumers.law_at(cast.NOW))
    assert getattr(found, kind) == (record,)


def test_time_alone_changes_no_verification() -> None:
    """An entry whose term has run out stays an entry: ends are a predicate over dates, not a job."""
    accept(CONFISCATED)
    later = at(date(2026, 11, 23)) + timedelta(days=900)
    assert not projector.compare(at=later, law=consumers.law_at(later))


def test_the_database_shows_what_is_held_to_its_agency_alone(load_terms: Load) -> None:
    """Whatever a query forgets: another agency neither sees nor decides it, the city office does."""
    accept(CONFISCATED)
    load_terms(longest(24))
    seen = {}
    for officer in (cast.MARKET_CHECKER, cast.ENVIRONMENT_CHECKER, cast.OFFICER):
        with acting(officer.actor), connection.cursor() as cursor:
            cursor.execute("UPDATE publication_heldwidening SET ground = '示例' RETURNING record")
            seen[officer.username] = len(cursor.fetchall())
        assert queries.held_count(actor=officer.actor) == seen[officer.username]
    cast.leave_untold()
    assert list(seen.values()) == [1, 0, 1]


def as_projector(statement: str, *told: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE xinheng_projector")
        cursor.execute(statement, told)
        cursor.execute("SET LOCAL ROLE NONE")


def test_the_end_of_a_ruling_prolongs_nothing() -> None:
    """Ended earlier by whatever cause: that two rules come into question again lengthens no publication."""
    older = Kept(decided_on=date(2026, 3, 20), accepted_on=date(2026, 6, 3), kinds=("confiscate_goods",))
    (record,) = accept(older)
    facts = RecordFacts.from_json({**stored_facts(), "interval": "2023-05-01"})
    asked: dict[str, Any] = {"ground": "示例裁定", "actor": cast.OFFICER.actor, "now": cast.NOW}
    proposed = catalog.propose_ruling("transition.2026-04-01", facts, {"rule": "P-58"}, **asked)
    catalog.approve_ruling(proposed.id, actor=cast.SECOND_OFFICER.actor, now=cast.NOW)
    assert end_of(record) == date(2029, 3, 21)
    as_projector("UPDATE publication_publicentry SET visible_until = '2026-12-01' WHERE record = %s", record)
    catalog.revoke_ruling(proposed.id, actor=cast.OFFICER.actor, now=cast.NOW)
    assert end_of(record) == date(2026, 12, 1)
    assert held_records() == [record]


def test_a_rebuild_goes_no_further_than_the_register_of_changes(load_terms: Load) -> None:
    """Though nobody remembers that it was held: what was shown until when is evidence."""
    (record,) = accept(CONFISCATED)
    load_terms(longest(24))
    as_projector("DELETE FROM publication_heldwidening")
    services.rebuild(actor=cast.OFFICER.actor, now=cast.NOW)
    assert end_of(record) == date(2027, 5, 21)
    assert held_records() == [record]
