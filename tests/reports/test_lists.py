"""Certificates for a whole list: row by row, resumable, each row once (批量出具)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any
from uuid import UUID
from zipfile import ZipFile

import openpyxl
import pytest

from tests import cast
from tests.reports.asking import OFFICER, asked
from tests.web.desk_city import City, work
from xinheng.access.models import AccessEntry
from xinheng.access.scope import acting
from xinheng.documents import proofs
from xinheng.documents.models import IssuedDocument
from xinheng.exchange.sheets import FileFault
from xinheng.law.language import Refusal
from xinheng.law.lawbook import load
from xinheng.ledger.models import Event
from xinheng.reports import bundle, handlers, lists, queries, services, subjects
from xinheng.reports.bundle import Look
from xinheng.reports.models import Run, RunRow
from xinheng.runtime import jobs

LAW = load().as_of(cast.TODAY)
NEW_CODE, NEW_NAME = cast.uscc("91", 811), "示例新主体有限公司"
FORMULA = "=HYPERLINK(示例)"
ROWS = [
    (cast.FIRM_NAME, cast.FIRM_CODE),
    (cast.PERSON_NAME, cast.PERSON_ID),
    (cast.OTHER_FIRM_NAME, cast.FIRM_CODE[:8] + cast.FIRM_CODE[8:].lower()),
    (NEW_NAME, NEW_CODE),
    ("示例有误", cast.FIRM_CODE[:-1] + ("0" if cast.FIRM_CODE[-1] != "0" else "1")),
    (FORMULA, cast.uscc("91", 812)),
    ("示例\U0002a6a5", cast.uscc("91", 813)),
    ("", cast.uscc("91", 814)),
    (cast.FIRM_NAME, cast.OTHER_FIRM_CODE),
]


def sheet(*rows: tuple[str, str]) -> io.BytesIO:
    text = io.StringIO()
    csv.writer(text).writerows([("企业名称", "统一社会信用代码"), *rows])
    return io.BytesIO(text.getvalue().encode())


def receive(*rows: tuple[str, str], **other: Any) -> UUID:
    return services.receive_list(
        sheet(*rows), file_name="名单.csv", asked=asked(**other), purpose="issuing", basis="示例申请2号",
        actor=OFFICER, now=cast.NOW,
    )  # fmt: skip


@pytest.fixture(scope="module")
def done(city: City) -> UUID:
    """A list of all sorts of rows, worked off."""
    run = receive(*ROWS)
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("XINHENG_TODAY", cast.TODAY.isoformat())
        assert work() == ["已完成"]
    return run


@pytest.fixture
def outcomes(done: UUID) -> dict[int, RunRow]:
    with acting(OFFICER):
        return {each.row: each for each in RunRow.objects.filter(run=done)}


def test_each_row_is_issued_or_told_why_not(outcomes: dict[int, RunRow]) -> None:
    told = {row: each.code or "issued" for row, each in outcomes.items()}
    assert told == {
        2: "issued", 3: "issued", 4: "LIST_SUBJECT_TWICE", 5: "issued", 6: "USCC_CHECK_DIGIT", 7: "issued",
        8: "GLYPH_MISSING", 9: "NAME_REQUIRED", 10: "issued",
    }  # fmt: skip


def test_a_row_is_told_by_column_and_without_personal_data(done: UUID, outcomes: dict[int, RunRow]) -> None:
    assert {row: each.column for row, each in outcomes.items() if each.code} == {
        4: "code", 6: "code", 8: "name", 9: "name",
    }  # fmt: skip
    kept = str([(each.code, each.values) for each in outcomes.values()])
    for personal in (cast.PERSON_ID, cast.PERSON_NAME, cast.FIRM_CODE):
        assert personal not in kept
    rows = queries.refused_rows(done, actor=OFFICER)
    assert [each.row for each in rows] == [4, 6, 8, 9]


def test_every_file_was_opened_first(done: UUID) -> None:
    with acting(OFFICER):
        entries = AccessEntry.objects.filter(what="file", basis="示例申请2号", granted=True)
        subjects = set(
            IssuedDocument.objects.filter(request__startswith=f"list:{done}").values_list(
                "subject", flat=True
            )
        )
        assert len(subjects) == 5
        assert subjects <= set(entries.values_list("subject", flat=True))


def test_a_name_that_is_another_s_is_refused(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XINHENG_TODAY", cast.TODAY.isoformat())
    run = receive((cast.OTHER_FIRM_NAME, cast.FIRM_CODE), ("示例他人", cast.PERSON_ID))
    assert work() == ["已完成"]
    assert [each.reason.code for each in queries.refused_rows(run, actor=OFFICER)] == [
        "SUBJECT_NAME_OTHER"
    ] * 2


def test_run_again_it_issues_nothing_twice_and_opens_no_file_again(
    done: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XINHENG_TODAY", cast.TODAY.isoformat())
    before = issued(), looks()
    again(done)
    assert (issued(), looks()) == before


def looks() -> int:
    """How often a subject's file was opened for the list."""
    with acting(OFFICER):
        return AccessEntry.objects.filter(what="file", basis="示例申请2号").count()


def again(run: UUID) -> None:
    """The job once more, as after a worker that was killed at the very end."""
    held = jobs.Held(
        UUID(int=1), services.ISSUE_LIST, {"run": str(run)}, OFFICER.user_id, OFFICER.agency_id, "x", 1
    )
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(jobs, "progress", lambda *_: None)
        handlers.issue_list(held)


def issued() -> list[str]:
    with acting(OFFICER):
        return sorted(IssuedDocument.objects.values_list("number", flat=True))


def test_two_workers_at_one_list_issue_each_row_once(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    """As when one was thought dead: whoever comes second finds the row told."""
    monkeypatch.setenv("XINHENG_TODAY", cast.TODAY.isoformat())
    run = receive((NEW_NAME, NEW_CODE), (cast.FIRM_NAME, cast.FIRM_CODE), ("示例有误", "91"))
    before = len(issued())
    again(run)
    monkeypatch.setattr(handlers, "_done", lambda _: set())
    again(run)
    assert len(issued()) == before + 2
    found = queries.run(run, actor=OFFICER)
    assert found is not None
    assert (found.issued, found.refused) == (2, 1)


class Killed(BaseException):
    """A worker dies: no handler of ours catches this."""


@pytest.mark.parametrize("after", [0, 1, 2])
def test_killed_on_its_way_it_goes_on_where_it_stood(
    city: City, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    """Between issuing and telling the row is the worst moment: both are one transaction."""
    monkeypatch.setenv("XINHENG_TODAY", cast.TODAY.isoformat())
    run = receive(*((f"示例断点{after}{n}", cast.uscc("91", 900 + 10 * after + n)) for n in range(4)))
    before = issued()
    count, real = iter(range(100)), services.issue_certificate

    def dies(*args: Any, **kwargs: Any) -> Any:
        made = real(*args, **kwargs)
        if next(count) == after:
            raise Killed
        return made

    with monkeypatch.context() as patched:
        patched.setattr(services, "issue_certificate", dies)
        with pytest.raises(Killed):
            again(run)
    assert len(issued()) == len(before) + after
    again(run)
    found = queries.run(run, actor=OFFICER)
    assert found is not None
    assert (found.issued, found.refused) == (4, 0)
    numbers = [int(each.rpartition("-")[2]) for each in issued() if each.startswith("ZYBG")]
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.fixture
def zipped(done: UUID) -> Iterator[ZipFile]:
    look = Look(OFFICER, "issuing", "示例下载", cast.NOW)
    with bundle.zipped(done, look) as file, ZipFile(file) as found:
        yield found


def test_they_come_back_in_one_file_with_what_became_of_each_row(zipped: ZipFile) -> None:
    names = zipped.namelist()
    pdfs = [name for name in names if name.endswith(".pdf")]
    assert len(pdfs) == 5
    assert all(zipped.read(name).startswith(b"%PDF") for name in pdfs)
    page = openpyxl.load_workbook(io.BytesIO(zipped.read("出具情况.xlsx"))).active
    assert page is not None
    rows = list(page.iter_rows(min_row=2, values_only=True))
    assert [(row[1] or "", row[2]) for row in rows] == ROWS
    assert [row[3] for row in rows] == [
        "已出具",
        "已出具",
        "未出具",
        "已出具",
        "未出具",
        "已出具",
        "未出具",
        "未出具",
        "已出具",
    ]
    assert "证明尚在生成" in str(rows[0][5])
    assert "字体里没有" in str(rows[6][5])


def test_no_cell_begins_a_formula(zipped: ZipFile) -> None:
    page = openpyxl.load_workbook(io.BytesIO(zipped.read("出具情况.xlsx"))).active
    assert page is not None
    cells = [cell for row in page.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert FORMULA in [cell.value for cell in cells]


def test_downloading_is_a_look_at_each_file(done: UUID, zipped: ZipFile) -> None:
    with acting(OFFICER):
        looks = AccessEntry.objects.filter(basis="示例下载")
        assert looks.filter(what="file").count() >= 5
        assert looks.filter(what__startswith="list:PLMD-2026-").exists()
    with pytest.raises(Refusal, match="PURPOSE_REQUIRED"):
        bundle.zipped(done, Look(OFFICER, "", "示例下载", cast.NOW))


def test_proofs_are_beside_the_pages_once_they_are_there(done: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proofs, "proof_text", lambda *_: "示例证明\n")
    with bundle.zipped(done, Look(OFFICER, "issuing", "示例下载", cast.NOW)) as file, ZipFile(file) as found:
        proved = [name for name in found.namelist() if name.endswith(".proof")]
    assert len(proved) == 5


def test_nobody_else_sees_a_list(done: UUID) -> None:
    for actor in (cast.MARKET_CLERK.actor, cast.AUDITOR.actor):
        with pytest.raises(Refusal, match="PERMISSION_DENIED"):
            queries.run(done, actor=actor)
        with pytest.raises(Refusal, match="PERMISSION_DENIED"):
            bundle.zipped(done, Look(actor, "issuing", "示例下载", cast.NOW))


class TestFiles:
    def test_a_list_with_other_headings_is_refused(self, city: City) -> None:
        wrong = io.BytesIO("甲,乙\n1,2\n".encode())
        with pytest.raises(FileFault):
            lists.count(wrong, "名单.csv", LAW)

    def test_a_list_that_is_too_long_is_refused_and_nothing_kept(
        self, city: City, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        rows = [(f"示例{n}", cast.uscc("91", n)) for n in range(2001)]
        with acting(OFFICER):
            before = (Run.objects.count(), Event.objects.count())
        with pytest.raises(FileFault, match="LIST_TOO_LONG"):
            receive(*rows)
        with acting(OFFICER):
            assert (Run.objects.count(), Event.objects.count()) == before

    def test_the_template_is_read_as_a_list(self) -> None:
        page = openpyxl.load_workbook(io.BytesIO(lists.template(LAW)))
        sheet = page.active
        assert sheet is not None
        sheet.append([cast.FIRM_NAME, cast.FIRM_CODE])
        out = io.BytesIO()
        page.save(out)
        assert [each[1:] for each in lists.rows(out, "名单.xlsx", LAW)] == [(cast.FIRM_NAME, cast.FIRM_CODE)]

    def test_a_number_that_excel_cut_is_no_code(self) -> None:
        page = openpyxl.Workbook()
        sheet = page.active
        assert sheet is not None
        sheet.append(["主体名称", "主体代码"])
        sheet.append([cast.PERSON_NAME, int(cast.PERSON_ID[:17]) * 10])
        out = io.BytesIO()
        page.save(out)
        (row,) = lists.rows(out, "名单.xlsx", LAW)
        with pytest.raises(Refusal):
            subjects.clean(row.code, cast.NOW)
