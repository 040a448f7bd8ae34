"""The words in which rules answer: citing, strictest wins, refusing with reasons (规则的语言)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from xinheng.law import language
from xinheng.law.language import Answer, Clause, Outcome, Reason, Refusal, Rule, Verdict, all_of, rule
from xinheng.law.lawbook import Law, load

LAW = load().as_of(date(2026, 11, 23))


@pytest.fixture(autouse=True)
def own_register(monkeypatch: pytest.MonkeyPatch) -> dict[str, Rule]:
    """Rules made up here register apart from those of the law."""
    register: dict[str, Rule] = {}
    monkeypatch.setattr(language, "RULES", register)
    return register


def saying(name: str, answer: Answer) -> Rule:
    """A rule of this test that always gives one answer."""

    def said(_facts: Any, _law: Law) -> Answer:
        """Says the same to everything."""
        return answer

    return rule(name, "huaian-2021-13#3.1")(said)


def test_a_rule_that_cites_nothing_is_none() -> None:
    with pytest.raises(ValueError, match="cites nothing"):
        rule("bare")


def test_a_name_is_given_once(own_register: dict[str, Rule]) -> None:
    saying("once", Outcome.PERMITTED)
    with pytest.raises(ValueError, match="defined twice"):
        rule("once", "huaian-2021-13#3.1")
    assert list(own_register) == ["once"]


def test_a_rule_answers_with_its_name_clauses_code_and_values() -> None:
    answer = saying("full", (Outcome.FORBIDDEN, "NOT_PUBLISHABLE", {"item": "示例项"}))(None, LAW)
    assert answer == Reason(
        "full",
        Outcome.FORBIDDEN,
        (Clause("huaian-2021-13#3.1"),),
        "NOT_PUBLISHABLE",
        {"item": "示例项"},
    )
    assert saying("short", (Outcome.FORBIDDEN, "MINOR_ADVERSE"))(None, LAW).code == "MINOR_ADVERSE"
    assert saying("bare", Outcome.PERMITTED)(None, LAW).code == ""


def test_a_rule_keeps_the_name_and_words_of_its_function() -> None:
    made = saying("kept", Outcome.PERMITTED)
    assert made.__doc__ == "Says the same to everything."
    assert made.name == "kept"


@pytest.mark.parametrize(
    ("answers", "strictest"),
    [
        ([Outcome.PERMITTED, Outcome.PERMITTED], Outcome.PERMITTED),
        ([Outcome.PERMITTED, Outcome.OFFICER_DECIDES], Outcome.OFFICER_DECIDES),
        ([Outcome.FORBIDDEN, Outcome.OFFICER_DECIDES], Outcome.FORBIDDEN),
        ([Outcome.OFFICER_DECIDES, Outcome.FORBIDDEN, Outcome.PERMITTED], Outcome.FORBIDDEN),
    ],
)
def test_the_strictest_answer_wins_and_every_rule_is_asked(
    answers: list[Outcome], strictest: Outcome
) -> None:
    verdict = all_of(*(saying(f"rule {i}", answer) for i, answer in enumerate(answers)))(None, LAW)
    assert verdict.outcome is strictest
    assert [reason.outcome for reason in verdict.reasons] == answers
    assert [reason.outcome for reason in verdict.against] == sorted(
        (answer for answer in answers if answer), reverse=True
    )


def test_a_verdict_says_whose_law_on_what_day() -> None:
    verdict = all_of(saying("day", Outcome.PERMITTED))(None, LAW)
    assert verdict.law_as_of == date(2026, 11, 23)
    assert verdict.edition == LAW.edition
    assert len(verdict.edition) == 12


def test_only_a_permission_passes() -> None:
    fine = all_of(saying("fine", Outcome.PERMITTED))(None, LAW)
    assert fine.require() is fine
    for name, outcome in (("waits", Outcome.OFFICER_DECIDES), ("no", Outcome.FORBIDDEN)):
        with pytest.raises(Refusal) as refused:
            all_of(saying(name, (outcome, "MINOR_ADVERSE")), saying(f"{name} too", Outcome.PERMITTED))(
                None, LAW
            ).require()
        assert [reason.rule for reason in refused.value.reasons] == [name]


def test_a_question_without_rules_has_no_outcome() -> None:
    with pytest.raises(ValueError, match="empty"):
        _ = Verdict((), date(2026, 11, 23), "").outcome


def test_a_refusal_has_reasons() -> None:
    with pytest.raises(ValueError, match="without a reason"):
        Refusal()


def test_a_service_refuses_in_the_same_words() -> None:
    refusal = Refusal.because("CONFLICT", "huaian-2021-13#5.2", agency="示例局", count=3)
    (reason,) = refusal.reasons
    assert reason.outcome is Outcome.FORBIDDEN
    assert reason.values == {"agency": "示例局", "count": "3"}
    assert reason.clauses[0].instrument == "huaian-2021-13"
    assert str(refusal) == "CONFLICT"
