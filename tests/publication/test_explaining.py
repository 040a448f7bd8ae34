"""A record explains itself, in the same words on the page and at the command line (说明): done when, 3."""

from __future__ import annotations

import json
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from tests import cast
from tests.publication.shelf import Kept, accept, keep
from xinheng.access.gate import Opened, open_set
from xinheng.access.models import AccessEntry
from xinheng.jobs import explain as command
from xinheng.law.facts import AgeClass, SubjectKind
from xinheng.law.language import Outcome, Refusal
from xinheng.ledger.ids import uuid7
from xinheng.publication import asof, public
from xinheng.publication.explaining import explain
from xinheng.registry.asof import Asked, open_record

pytestmark = pytest.mark.usefixtures("city")

CONFISCATED: dict[str, Any] = {
    "decided_on": date(2026, 5, 20), "accepted_on": date(2026, 6, 3), "kinds": ("confiscate_goods",),
}  # fmt: skip


def opened(record: UUID) -> Opened:
    return open_set(
        actor=cast.AUDITOR.actor,
        what=f"explain:{record}",
        purpose="supervision",
        basis="示例督查1号",
        now=cast.NOW,
    )


def run(record: UUID, **more: Any) -> str:
    options = {
        "id": str(record),
        "audience": "public",
        "on": cast.TODAY,
        "user": "",
        "basis": "",
        "json": False,
    }
    return command.run({**options, **more})


def test_a_public_record_is_explained_in_the_words_of_its_page_and_without_a_look_on_record() -> None:
    (record,) = accept(Kept(**CONFISCATED))
    said = explain(record, "public", cast.TODAY)
    page = public.record(cast.FIRM_CODE, record, today=cast.TODAY)
    assert page is not None
    assert said.told == page.explanation
    assert (said.outcome, said.visible, said.until) == (Outcome.PERMITTED, True, page.term.until)
    text = run(record)
    assert page.explanation[0].text in text
    assert all(clause.label in text for clause in page.explanation[0].clauses)
    assert page.basis == tuple(
        dict.fromkeys(
            each.id for each in (*said.basis, *(clause for told in said.told for clause in told.clauses))
        )
    )
    assert all(clause.text in text for clause in said.basis)
    assert AccessEntry.objects.count() == 0


def test_what_is_not_public_is_explained_to_a_registered_officer_only() -> None:
    (record,) = accept(Kept(decided_on=date(2026, 5, 20), kinds=("fine",)))
    with pytest.raises(Refusal, match="PURPOSE_REQUIRED"):
        explain(record, "public", cast.TODAY)
    said = explain(record, "public", cast.TODAY, opened=opened(record))
    assert (said.outcome, said.visible) == (Outcome.OFFICER_DECIDES, False)
    assert [each.code for each in said.told] == ["TERM_UNDECIDED"]
    assert AccessEntry.objects.get().what == f"explain:{record}"


def test_a_withdrawn_record_is_explained_as_that() -> None:
    (record,) = accept(Kept(**CONFISCATED))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE xinheng_intake")
        cursor.execute("SELECT set_config('xinheng.whole_city', 'on', true)")
        cursor.execute("UPDATE registry_record SET state = 'withdrawn' WHERE id = %s", [record])
        cursor.execute("SET LOCAL ROLE NONE")
    said = explain(record, "province", cast.TODAY, opened=opened(record))
    assert (said.outcome, [each.code for each in said.told]) == (Outcome.FORBIDDEN, ["RECORD_WITHDRAWN"])


def test_a_look_opened_for_another_record_explains_nothing() -> None:
    record, other = accept(Kept(kinds=("fine",)), Kept(kinds=("fine",)))
    with pytest.raises(Refusal, match="NOT_YOURS"):
        explain(record, "public", cast.TODAY, opened=opened(other))


def test_an_officer_of_another_agency_finds_no_such_record() -> None:
    (record,) = accept(Kept(kinds=("fine",)))
    told: Any = {"purpose": "duty", "basis": "示例案1号", "now": cast.NOW}
    look = open_set(actor=cast.ENVIRONMENT_CLERK.actor, what=f"explain:{record}", **told)
    with pytest.raises(Refusal, match="NOT_FOUND"):
        explain(record, "public", cast.TODAY, opened=look)


def test_a_persons_penalty_says_that_no_basis_publishes_it() -> None:
    (record,) = keep(Kept(kind=SubjectKind.NATURAL_PERSON, **CONFISCATED))
    said = explain(record, "public", cast.TODAY, opened=opened(record))
    assert said.outcome is Outcome.FORBIDDEN
    assert "PERSON_PUBLISH_BASIS" in [each.code for each in said.told]
    assert "huaian-2021-13#3.2c" in {clause.id for each in said.told for clause in each.clauses}


def test_the_day_decides_which_law_and_whether_the_term_has_ended() -> None:
    (record,) = accept(Kept(**CONFISCATED))
    later = explain(record, "public", date(2027, 5, 21), opened=opened(record))
    assert (later.outcome, later.visible) == (Outcome.PERMITTED, False)
    assert "TERM_ENDED" in [each.code for each in later.told]
    assert later.conclusion == "2027-05-21 不在公示期内"


def test_a_term_that_was_over_before_the_record_came_is_told_as_ended() -> None:
    (record,) = accept(
        Kept(decided_on=date(2026, 4, 2), accepted_on=date(2027, 6, 1), kinds=("confiscate_goods",))
    )
    said = explain(record, "public", date(2027, 6, 2), opened=opened(record))
    assert ([each.code for each in said.told], said.visible, said.shown) == (["TERM_ENDED"], False, ())


def test_what_new_law_would_show_but_an_officer_has_not_decided_is_told_as_held(load_terms: Any) -> None:
    (record,) = accept(Kept(decided_on=date(2026, 11, 2), accepted_on=date(2026, 11, 10), kinds=("warning",)))

    def publish_warnings(terms: dict[str, Any]) -> None:
        next(each for each in terms["rules"] if each["id"] == "P-36")["classes"]["轻微"]["published"] = True

    load_terms(publish_warnings)
    said = explain(record, "public", cast.TODAY, opened=opened(record))
    assert (said.outcome, said.visible, said.held) == (Outcome.PERMITTED, False, True)
    assert said.conclusion == "2026-11-23 没有公示"
    look = open_record(
        record, actor=cast.AUDITOR.actor, purpose="supervision", basis="示例督查1号", now=cast.NOW
    )
    then = asof.of_record(record, Asked.believed(cast.TODAY), opened=look, today=cast.TODAY).then
    assert (then.shown.visible, [each.code for each in then.shown.told]) == (False, ["PUBLICATION_HELD"])
    assert "尚待工作人员决定" in run(record)


def test_the_subject_sees_its_own_and_an_agency_what_is_shared() -> None:
    (record,) = accept(Kept(facts={"age": AgeClass.NOT_A_PERSON}, kinds=("fine",)))
    for audience in ("self", "agency"):
        said = explain(record, audience, cast.TODAY, opened=opened(record))
        assert (audience, said.outcome) == (audience, Outcome.PERMITTED)


def test_the_command_registers_its_look_and_answers_as_json() -> None:
    (record,) = accept(Kept(kinds=("fine",)))
    told = json.loads(run(record, json=True))
    assert (told["outcome"], told["visible"]) == ("officer_decides", False)
    assert told["reasons"][0]["clauses"]
    entry = AccessEntry.objects.get()
    assert (entry.channel, entry.actor) == ("cli", cast.OFFICER.actor.user_id)


@pytest.mark.parametrize(("wrong", "says"), [({"id": "12"}, "记录编号"), ({"audience": "press"}, "提供对象")])
def test_the_command_says_what_is_wrong_with_its_arguments(wrong: dict[str, str], says: str) -> None:
    (record,) = accept(Kept(kinds=("fine",)))
    with pytest.raises(command.ExplainFault, match=says):
        run(record, **wrong)


def test_an_unknown_record_is_not_found() -> None:
    with pytest.raises(Refusal, match="NOT_FOUND"):
        run(uuid7())


def test_an_audience_that_there_is_not_is_no_look() -> None:
    (record,) = accept(Kept(**CONFISCATED))
    with pytest.raises(command.ExplainFault, match="nobody"):
        run(record, audience="nobody")
    assert AccessEntry.objects.count() == 0
