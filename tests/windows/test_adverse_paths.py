"""Minors and the three grounds of leniency are asked on every adverse path (宽容审慎, 四（二）): each path by its name."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests import cast
from tests.exchange import sample
from tests.exchange.conftest import Ask, Submit
from tests.procedures.walking import START, fresh, law_on
from tests.windows.flood import FIRST, SECOND
from xinheng.catalog import services as catalog
from xinheng.exchange import services
from xinheng.law import intake
from xinheng.law.facts import AgeClass, InstrumentKind, RecordFacts, SubjectKind
from xinheng.law.language import Outcome, Refusal
from xinheng.law.leniency import GROUNDS, Leniency
from xinheng.law.procedures.listing import LISTING
from xinheng.registry import services as registry

pytestmark = pytest.mark.clause("4.2b")
CLAUSE = "huaian-2021-13#4.2b"
CLERK, CHECKER = cast.MARKET_CLERK.actor, cast.MARKET_CHECKER.actor
# Registers that a paper reached the party: its time begins, in its favour.
NOT_ASKED = {"serve_notice"}


def record(**facts: Any) -> RecordFacts:
    told = {"item": "penalty", "subject_kind": SubjectKind.NATURAL_PERSON, "age": AgeClass.ADULT} | facts
    return RecordFacts(instrument_kind=InstrumentKind.PENALTY, interval="2026-01-01", kinds=("fine",), **told)


@pytest.mark.parametrize(
    ("facts", "outcome", "code"),
    [
        ({"age": AgeClass.MINOR}, Outcome.FORBIDDEN, "MINOR_ADVERSE"),
        ({"age": AgeClass.UNKNOWN}, Outcome.OFFICER_DECIDES, "AGE_UNKNOWN"),
        *(({ground: True}, Outcome.OFFICER_DECIDES, "LENIENCY_UNADDRESSED") for ground in GROUNDS),
    ],
)
def test_path_of_intake(facts: dict[str, Any], outcome: Outcome, code: str) -> None:
    verdict = intake.decide(record(**facts), law_on(cast.TODAY))
    said = next(each for each in verdict.reasons if each.code == code)
    assert said.outcome is outcome
    assert CLAUSE in [clause.id for clause in said.clauses]


def test_path_of_intake_leaves_what_is_no_disadvantage_alone() -> None:
    """A licence of a minor, or one given in a flood, is taken in as any other."""
    each_of: tuple[dict[str, Any], ...] = ({"age": AgeClass.MINOR}, *({ground: True} for ground in GROUNDS))
    for facts in each_of:
        licence = replace(record(**facts), item="license", instrument_kind=InstrumentKind.LICENSE, kinds=())
        verdict = intake.decide(licence, law_on(cast.TODAY))
        assert {each.code for each in verdict.reasons} & {"MINOR_ADVERSE", "LENIENCY_UNADDRESSED"} == set()


ADVERSE = [step.name for step in LISTING.steps if step.adverse]


@pytest.mark.parametrize("step", ADVERSE)
def test_path_of_listing(step: str) -> None:
    """Each adverse step of a case asks both, whatever else stands in its way."""
    sources = LISTING.step(step).sources
    spoilt: dict[str, dict[str, Any]] = {
        "ADVERSE_TO_MINOR": {"age": AgeClass.MINOR, "subject_kind": SubjectKind.NATURAL_PERSON},
        "ADVERSE_AGE_UNKNOWN": {"age": AgeClass.UNKNOWN, "subject_kind": SubjectKind.NATURAL_PERSON},
        "LENIENCY_NOT_HEARD": {"leniency": Leniency()},
        **{
            f"LENIENCY_UNDECIDED {ground}": {"leniency": Leniency(heard=True, grounds=(ground,))}
            for ground in GROUNDS
        },
    }
    for named, facts in spoilt.items():
        case = replace(fresh("wage", **facts), state=min(sources))
        found = {each.code: each for each in LISTING.ask(step, case, law_on(START)).reasons}
        code = named.split()[0]
        assert (code in found) is (step not in NOT_ASKED), named
        if code in found:
            assert CLAUSE in [clause.id for clause in found[code].clauses]
            assert found[code].outcome is not Outcome.PERMITTED


def flood() -> Any:
    window = catalog.propose_window(
        area="320000",
        first=date(2026, 5, 1),
        last=date(2026, 5, 31),
        ground="示例洪水",
        actor=FIRST,
        now=cast.NOW,
    )
    catalog.approve_window(window, actor=SECOND, now=cast.NOW)
    return window


def test_path_of_the_sheet_in_a_flood(submit: Submit, ask: Ask) -> None:
    """Rows whose act or decision lies in the window wait for a person; nothing adverse is recorded meanwhile."""
    flood()
    rows = (
        sample.penalty(1),
        sample.penalty(2, decided_on="2026-06-02"),
        sample.penalty(3, decided_on="2026-06-03", act_on="2026-05-10"),
    )
    done = submit(*rows)
    assert (done.counts["accepted"], done.counts["waiting"]) == (1, 2)
    assert (
        ask("SELECT code FROM exchange_problem WHERE severity = 'waiting'") == [("LENIENCY_UNADDRESSED",)] * 2
    )
    assert ask("SELECT decided_on::text FROM registry_record") == [("2026-06-02",)]
    asked = services.propose_settlement(
        done.batch, 2, question="intake.leniency", decision={"record": True}, ground_text="示例：与洪水无关",
        actor=CLERK, now=cast.NOW,
    )  # fmt: skip
    services.decide(asked, granted=True, text="", actor=CHECKER, now=cast.NOW)
    # Weighed by two persons as it came in: nobody is asked a second time.
    assert ask("SELECT count(*) FROM registry_record") == [(2,)]
    assert ask("SELECT count(*) FROM registry_touched") == [(0,)]


def test_path_of_correction(submit: Submit, ask: Ask) -> None:
    """What a window declared later touches is reviewed before it is said again; a spared record is not."""
    submit(sample.penalty(1), sample.penalty(2), sample.penalty(3, decided_on="2026-06-02"))
    first, second, other = (pk for (pk,) in ask('SELECT id FROM registry_record ORDER BY "row"'))
    window = flood()
    assert ask("SELECT count(*) FROM publication_publicentry") == [(3,)]

    def correct(record: Any, **fields: str) -> Any:
        told: Any = {"ground": "correction", "ground_text": "示例", "actor": CLERK, "now": cast.NOW}
        asked = services.propose_correction(record, fields or {"conduct": "未按规定留存进货票据"}, **told)
        services.decide(asked, granted=True, text="", actor=CHECKER, now=cast.NOW)

    def decide(record: Any, decision: str) -> None:
        registry.review_touched(
            window, "record", record, decision=decision, reason="示例", actor=CHECKER, now=cast.NOW
        )

    correct(other)
    for record in (first, second):
        with pytest.raises(Refusal, match="TOUCHED_UNDECIDED") as refused:
            correct(record)
        assert refused.value.reasons[0].clauses[0].id == CLAUSE
    decide(first, "lighter")
    correct(first)
    decide(second, "spare")
    with pytest.raises(Refusal, match="LENIENCY_NOT_RECORDED"):
        correct(second)
    # A ground that the row itself names is asked too.
    with pytest.raises(Refusal, match="LENIENCY_UNADDRESSED"):
        correct(other, leniency="轻微")
    assert ask('SELECT version FROM registry_record ORDER BY "row"') == [(2,), (1,), (2,)]
    assert ask("SELECT count(*) FROM registry_touched") == [(2,)]
