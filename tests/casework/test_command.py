"""`xinheng case`: a case told whole, for people and for machines, and only through the gate (命令行查案卷)."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tests import cast
from tests.casework.notices import announced
from tests.casework.office import Office, settled
from tests.support.database import TestDatabase
from xinheng.access.actor import system
from xinheng.access.models import AccessEntry
from xinheng.access.scope import acting
from xinheng.casework import calendar
from xinheng.casework.models import Case
from xinheng.config import command
from xinheng.ledger import sequencer, trusting
from xinheng.ledger.verifier.commands import main as verifier
from xinheng.runtime.db import connect_as

Typed = Callable[..., tuple[int, str, str]]
CLERK, MARKET = ("--user", "labour-clerk"), ("--user", "market-clerk")


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Typed:
    """Types a command; (exit code, stdout, stderr)."""
    monkeypatch.setattr(settings, "XINHENG_OWN_POSTGRES", None)

    def run(*words: object) -> tuple[int, str, str]:
        capsys.readouterr()
        code = command.run(["case", *map(str, words)])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def number_of(office: Office) -> str:
    with acting(office.clerk):
        return Case.objects.values_list("number", flat=True).get(pk=office.case)


def looks(office: Office, **only: Any) -> list[AccessEntry]:
    with acting(cast.AUDITOR.actor):
        return list(AccessEntry.objects.filter(channel="cli", **only))


@pytest.mark.clause("4.1a", "4.1b", "4.1c", "5.2")
class TestShow:
    def test_a_clock_that_a_notice_moved_says_so(
        self, office: Office, typed: Typed, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        office.day = date(2026, 12, 28)
        office.open().notified().served()
        monkeypatch.setattr(calendar, "current_law", announced)
        calendar.recompute(actor=system(), now=office.now)
        _, out, _ = typed("show", number_of(office), *CLERK)
        assert "2026-12-28 放假安排更换：末日由 2027-01-04 变动为 2027-01-05" in out
        told = json.loads(typed("show", number_of(office), "--json", *CLERK)[1])
        (move,) = (move for each in told["deadlines"] for move in each["moves"])
        assert (move["before"], move["after"], move["after_provisional"]) == (
            "2027-01-04",
            "2027-01-05",
            False,
        )

    def test_for_people_it_says_what_was_done_on_which_basis_and_what_is_missing(
        self, office: Office, typed: Typed
    ) -> None:
        office.open().notified().served()
        office.objected("示例：并未拖欠")
        code, out, _ = typed("show", number_of(office), "--user", "labour-checker")
        assert code == 0
        assert f"{number_of(office)}｜拖欠农民工工资失信联合惩戒对象名单｜{cast.FIRM_NAME}（当事人）" in out
        assert "2. 2026-03-02 10:00　制作事先告知书　示例癸　草拟 → 已制作告知书，待送达" in out
        assert "直接送达，2026-03-02" in out
        assert "示例：并未拖欠" in out
        assert "尚未反馈" in out
        assert "2026-03-09 第 5 日（周一）" in out
        assert "可以办理：核实并书面反馈（审核人）" in out
        missing = out[out.index("暂不能办理：拟定列入决定") :]
        assert "还有 1 件意见没有核实反馈" in missing
        assert "依据：《实施方案》四（一）" in missing
        (look,) = looks(office, granted=True)
        assert f"查询登记：{look.id}（办理名单案卷；{number_of(office)}）" in out
        assert (look.subject, look.what) == (office.firm, "file")

    def test_for_machines_each_step_has_its_rules_with_clauses_and_each_paper_its_hashes(
        self, office: Office, typed: Typed
    ) -> None:
        office.whole_way()
        code, out, _ = typed("show", number_of(office), "--json", *CLERK, "--basis", "示例督查1号")
        told = json.loads(out)
        assert (code, told["state"], told["look"]["basis"]) == (0, "listed", "示例督查1号")
        steps = {each["step"]: each for each in told["steps"]}
        assert list(steps) == ["open", "notify", "serve_notice", "propose", "check", "decide", "list"]
        assert (steps["decide"]["from"], steps["decide"]["to"], steps["decide"]["by"]) == (
            "checked", "decided", "示例子",
        )  # fmt: skip
        signer = next(each for each in steps["decide"]["asked"] if each["rule"] == "case.signer")
        assert signer["clauses"] == ["huaian-2021-13#4.1c", "huaian-2021-13#5.2"]
        assert all(each["law"] and each["proof"] is None for each in told["steps"])
        decision = next(each for each in told["papers"] if each["kind"] == "listing_decision")
        assert decision["sealed"]["method"] == "incremental"
        assert all(len(decision[name]) == 64 for name in ("body_sha256", "pdf_sha256"))
        assert decision["service"]["shows"] == ["receipt_signed"]
        assert (told["entry"]["number"], told["entry"]["state"]) == (decision["number"], "listed")
        assert told["deadlines"][0]["days"]
        early = next(each for each in told["ahead"] if each["step"] == "exit")
        assert (early["ready"], early["missing"][0]["code"]) == (False, "EXIT_CONDITIONS")

    def test_a_natural_person_is_not_named_on_a_terminal(self, office: Office, typed: Typed) -> None:
        office.open()
        unit = office.case
        office.open(subject=office.person, role="legal_representative", unit_case=unit)
        for more in ((), ("--json",)):
            code, out, _ = typed("show", number_of(office), *CLERK, *more)
            assert code == 0
            assert "自然人" in out
            assert cast.PERSON_NAME not in out
            assert cast.FIRM_NAME in out  # the unit's case beside it

    def test_what_is_not_there_and_what_is_another_agency_s_are_one_answer_and_on_record(
        self, office: Office, typed: Typed
    ) -> None:
        office.open()
        there, elsewhere = (typed("show", each, *MARKET) for each in (number_of(office), "MDAJ-2026-999999"))
        assert there == elsewhere
        assert (there[0], there[1]) == (4, "")
        assert [each.refusal for each in looks(office)] == ["NOT_YOURS", "NOT_YOURS"]

    def test_nobody_looks_without_a_name_or_a_purpose(self, office: Office, typed: Typed) -> None:
        office.open()
        assert typed("show", number_of(office), "--user", "示例")[0] == 2
        assert typed("show", number_of(office), "--user", "auditor")[0] == 3
        assert typed("show", number_of(office), "--user", "auditor", "--purpose", "supervision")[0] == 0
        assert typed("show", number_of(office), "--user", "admin")[0] == 3
        # Without a name it is the credit office that looks.
        assert typed("show", number_of(office))[0] == 0
        assert {each.actor for each in looks(office, granted=True)} == {
            cast.AUDITOR.actor.user_id, cast.OFFICER.actor.user_id,
        }  # fmt: skip


class TestList:
    def test_the_nearest_deadline_of_the_office_comes_first(self, office: Office, typed: Typed) -> None:
        office.open().notified().served().wait(2).objected()
        late = number_of(office)
        office.list = "market"
        office.open()
        code, out, _ = typed("list", "--user", "office")
        assert code == 0
        first, second, count = out.splitlines()
        assert first.startswith(f"{late}｜")
        # Not 2026-03-09, to which the party may speak: that is its own time.
        assert first.endswith("｜最近期限 2026-03-11｜有意见待反馈")
        assert second.startswith(f"{number_of(office)}｜市场监督管理严重违法失信名单｜")
        assert count == "共 2 件，第 1 / 1 页。"

    def test_groups_and_rows_for_machines(self, office: Office, typed: Typed) -> None:
        office.open()
        office.take("withdraw", office.clerk)
        told = json.loads(typed("list", "--group", "over", "--json", *CLERK)[1])
        assert (told["total"], told["cases"][0]["state"], told["cases"][0]["handler"]) == (
            1,
            "withdrawn",
            "示例壬",
        )
        assert json.loads(typed("list", "--json", *CLERK)[1])["total"] == 0
        assert json.loads(typed("list", "--group", "all", "--json", *MARKET)[1])["total"] == 0
        assert typed("list", "--group", "示例")[0] == 2


@pytest.fixture
def at_real_work(kept: None, committed: TestDatabase, frozen_today: date) -> Office:
    """The same office, committed to a log that can be sealed."""
    trusting.ensure()
    return settled()


@pytest.mark.clause("5.2")
def test_each_step_and_paper_comes_with_a_proof_that_others_can_verify(
    at_real_work: Office, typed: Typed, tmp_path: Path
) -> None:
    office = at_real_work
    office.open().notified()
    number = number_of(office)
    assert "入账证明正在生成" in typed("show", number, *CLERK)[1]
    with connect_as("sequencer") as connection:
        sequencer.seal_all(connection, now=cast.NOW + timedelta(hours=1))
    told = json.loads(typed("show", number, "--json", *CLERK)[1])
    proved = [*told["steps"], *told["papers"]]
    assert len(proved) == 3
    for n, each in enumerate(proved):
        entry, proof = tmp_path / f"{n}.entry", tmp_path / f"{n}.proof"
        entry.write_text(each["proof"]["entry"], encoding="utf-8")
        proof.write_text(each["proof"]["proof"], encoding="utf-8")
        assert verifier(["verify-proof", str(entry), str(proof), "--trust", str(trusting.path())]) == 0
    place = told["steps"][0]["proof"]
    assert f"第 {place['leaf']} 条，已签名至 {place['checkpoint']} 条" in typed("show", number, *CLERK)[1]
