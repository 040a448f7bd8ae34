"""Who may ask about a past day, that every look and every refusal is on record, and that no code is (查询登记)."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from tests import cast
from tests.asof.conftest import ACCEPTED, AGAIN, CORRECTED, TODAY, Story
from xinheng.access.gate import open_set
from xinheng.access.models import AccessEntry
from xinheng.access.scope import acting
from xinheng.config.command import run
from xinheng.law.language import Refusal
from xinheng.publication import asof
from xinheng.registry.asof import Asked, open_record
from xinheng.registry.asof import open_subject as find

BASIS: dict[str, Any] = {"purpose": "duty", "basis": "示例案1号", "now": cast.NOW}
NOBODY = UUID("00000000-0000-7000-8000-000000000000")
STRANGER = cast.ENVIRONMENT_CLERK.actor
EARLIER = Asked.of(CORRECTED, None, today=TODAY)
AGENCIES = [cast.MARKET_CLERK.actor, cast.MARKET_CHECKER.actor]


def entries(**only: Any) -> list[AccessEntry]:
    with acting(cast.AUDITOR.actor):
        # Not by moment: some look today, others on the day of the cast.
        return list(AccessEntry.objects.filter(**only).order_by("-id"))


def refused(record: UUID) -> list[AccessEntry]:
    return entries(what=f"asof:{record}")


@pytest.mark.parametrize("who", AGENCIES, ids=lambda actor: actor.name)
def test_the_reporting_agency_asks_about_its_own(story: Story, who: Any) -> None:
    opened = open_record(story.fine, actor=who, **BASIS)
    assert asof.of_record(story.fine, EARLIER, opened=opened, today=TODAY).then.shown.visible


@pytest.mark.clause("5.2")
def test_another_agency_is_refused_and_the_refusal_is_on_record(story: Story) -> None:
    for record in (story.fine, NOBODY):  # what never was gets the same answer
        with pytest.raises(Refusal, match="NOT_YOURS"):
            open_record(record, actor=STRANGER, **BASIS)
        entry = refused(record)[0]
        assert (entry.granted, entry.refusal, entry.actor) == (False, "NOT_YOURS", STRANGER.user_id)
        assert (entry.basis, entry.subject) == ("示例案1号", None)
    with pytest.raises(Refusal, match="NOT_FOUND"):
        open_record(NOBODY, actor=cast.OFFICER.actor, **BASIS)


def test_a_file_opened_for_another_subject_opens_no_past_day(story: Story) -> None:
    person = open_record(story.person, actor=cast.MARKET_CLERK.actor, **BASIS)
    with pytest.raises(Refusal, match="NOT_YOURS"):
        asof.of_record(story.fine, EARLIER, opened=person, today=TODAY)
    with pytest.raises(Refusal, match="NOT_FOUND"):
        asof.of_record(NOBODY, EARLIER, opened=person, today=TODAY)
    listed = open_set(actor=cast.MARKET_CLERK.actor, what="records", **BASIS)
    with pytest.raises(Refusal, match="NOT_YOURS"):
        asof.of_subject(EARLIER, opened=listed, today=TODAY)


def test_who_runs_the_system_asks_about_nothing(story: Story) -> None:
    admin = cast.ADMIN.actor
    with pytest.raises(Refusal, match="NOT_YOURS"):
        open_record(story.fine, actor=admin, **BASIS)
    with pytest.raises(Refusal, match="NOT_YOURS"):
        find(cast.FIRM_CODE, "resident_id", actor=admin, **BASIS)
    assert [(each.granted, each.actor) for each in entries()[:2]] == [(False, admin.user_id)] * 2
    # nor with a token that somebody else's look gave
    opened = replace(open_record(story.fine, actor=cast.OFFICER.actor, **BASIS), actor=admin)
    with pytest.raises(Refusal, match="PERMISSION_DENIED"):
        asof.of_record(story.fine, EARLIER, opened=opened, today=TODAY)


def test_no_purpose_no_past_day(story: Story) -> None:
    for wrong, code in (({"purpose": "curiosity"}, "PURPOSE_REQUIRED"), ({"basis": " "}, "BASIS_REQUIRED")):
        for record in (story.fine, NOBODY):
            with pytest.raises(Refusal, match=code):
                open_record(record, actor=STRANGER, **{**BASIS, **wrong})


def test_the_list_of_a_subject_is_what_was_there_that_day(story: Story) -> None:
    opened = find(cast.FIRM_CODE.lower(), "", actor=cast.MARKET_CLERK.actor, **BASIS)
    found = asof.of_subject(EARLIER, opened=opened, today=TODAY)
    assert [each.history.record for each in found.answers] == [
        story.stays,
        story.other,
        story.wrong,
        story.fine,
    ]
    assert (found.page.total, found.page.later, found.page.first_on) == (4, 0, ACCEPTED)
    second = asof.of_subject(EARLIER, opened=opened, today=TODAY, page=2, size=3)
    assert [each.history.record for each in second.answers] == [story.fine]
    before = asof.of_subject(Asked.of(cast.TODAY, None, today=TODAY), opened=opened, today=TODAY)
    assert (before.answers, before.page.total, before.page.later) == ((), 0, 4)
    assert before.page.first_on == ACCEPTED


def test_a_person_is_found_by_the_whole_number_and_no_record_tells_it(story: Story) -> None:
    opened = find(cast.PERSON_ID, "resident_id", actor=cast.MARKET_CHECKER.actor, **BASIS)
    found = asof.of_subject(EARLIER, opened=opened, today=TODAY)
    assert [each.history.record for each in found.answers] == [story.person]
    assert entries(what="subject-by-code")[0].subject is None
    assert not [each for each in entries() if cast.PERSON_ID in (each.what + each.basis)]


@pytest.mark.parametrize(
    "code", [cast.PERSON_ID, cast.MINOR_ID, cast.FIRM_CODE, cast.OTHER_FIRM_CODE, "示例"]
)
def test_who_has_no_record_of_its_own_cannot_tell_whether_somebody_has(story: Story, code: str) -> None:
    with pytest.raises(Refusal, match="NOT_YOURS") as caught:
        find(code, "resident_id", actor=STRANGER, **BASIS)
    assert code not in str(caught.value.reasons)
    searched = entries(what="subject-by-code")
    assert [each.granted for each in searched[:2]] == [False, True]


class TestCommand:
    def asked(self, *words: str) -> list[str]:
        why = ["--purpose", "supervision", "--basis", "示例督查1号"]
        return ["asof", *words, "--as-of", CORRECTED.isoformat(), *why]

    def test_a_record_as_json(self, story: Story, capsys: pytest.CaptureFixture[str]) -> None:
        assert run([*self.asked("record", str(story.fine)), "--json"]) == 0
        told = json.loads(capsys.readouterr().out)
        assert (told["as_of"], told["known"]) == ("2027-05-05", "2027-06-01")
        assert [told[side]["version"] for side in ("then", "by_known", "now")] == [2, 3, 3]
        assert [told[side]["public"]["visible"] for side in ("then", "by_known", "now")] == [
            True,
            False,
            False,
        ]
        assert told["then"]["public"]["until"] == "2027-05-11"
        assert len(told["then"]["public"]["digest"]) == 64
        assert told["then"]["event"] == told["acts"][1]["event"]
        assert entries()[0].channel == "cli"

    def test_a_record_in_words(self, story: Story, capsys: pytest.CaptureFixture[str]) -> None:
        known = ["--known", AGAIN.isoformat(), "--user", "auditor"]
        assert run([*self.asked("record", str(story.fine)), *known]) == 0
        said = capsys.readouterr().out
        for line in (
            "  当日实际：第 2 版（2027-05-05 00:00 登记）（与现在不同）",
            "  当日实际：公示中（与现在不同）",
            "  按 2027-05-20 所知：这一天不在公示期内",
            "  2027-05-17 09:30　一批误报的信息经两人办理后整批撤回。",
        ):
            assert line in said

    def test_a_subject_in_words_its_code_from_standard_input(
        self, story: Story, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO(cast.PERSON_ID + "\n"))
        assert run(self.asked("subject", "-")) == 0
        said = capsys.readouterr()
        assert "当日实际：第 1 版，有效，没有公示" in said.out
        assert "当天有 1 条，第 1 / 1 页。" in said.out
        assert cast.PERSON_ID not in said.out + said.err

    @pytest.mark.parametrize(
        ("words", "code", "says"),
        [
            (["record", str(NOBODY)], 4, "没有找到"),
            (["subject", cast.MINOR_ID], 4, "没有找到"),
            (["record", "12"], 2, "记录编号"),
            (["record", "{fine}", "--user", "environment-clerk", "--purpose", "duty"], 4, "没有找到"),
            (["record", "{fine}", "--user", "nobody"], 2, "--user"),
            (["record", "{fine}", "--known", "2027-05-04"], 3, "早于所问日期"),
            (["record", "{fine}", "--as-of", "yesterday"], 2, "写法不对"),
        ],
    )
    def test_what_is_refused(
        self, story: Story, capsys: pytest.CaptureFixture[str], words: list[str], code: int, says: str
    ) -> None:
        kind, what, *more = (word.format(fine=story.fine) for word in words)
        assert run([*self.asked(kind, what), *more]) == code
        said = capsys.readouterr()
        assert says in said.err
        assert cast.MINOR_ID not in said.err
        assert said.out == ""
