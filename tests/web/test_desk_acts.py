"""What officers do on the desk, as forms send it: checked once more, done once, told in full (工作台办理)."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests import cast
from tests.exchange import sample
from tests.web import desk_city
from tests.web.desk_city import CHECKER, CLERK, City
from tests.web.desk_forms import SOURCE, filled, sheet, text, through
from xinheng.access.scope import acting
from xinheng.exchange import queries
from xinheng.exchange.proposals import proposals
from xinheng.registry.models import Record
from xinheng.runtime import jobs


def upload(client: Client, content: bytes, name: str = "示例.csv", **more: str) -> Any:
    file = SimpleUploadedFile(name, content)
    return client.post(reverse("desk:batch-new"), {"feed": "penalty", "file": file, **SOURCE, **more})


class TestUpload:
    def test_from_the_sheet_to_the_receipt_and_never_twice(self, desk: City) -> None:
        clerk = desk.client(CLERK)
        content = sheet(sample.penalty(101), sample.penalty(102, decided_on="2026-02-30"))
        sent = upload(clerk, content)
        assert sent.status_code == 302
        page = sent.headers["Location"]
        waiting = text(clerk.get(page))
        assert "校验中" in waiting
        assert "hx-get" in waiting
        assert "校验报送表" in text(clerk.get(reverse("desk:home")))  # left and found again
        part = clerk.get(page + "progress/", headers={"HX-Request": "true"})
        assert part.content.decode().lstrip().startswith("<div")
        assert desk_city.work() == ["已完成"]
        assert clerk.get(page + "progress/", headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
        checked = text(clerk.get(page))
        assert "只提交通过的 1 条" in checked
        assert "日期不存在" in checked
        batch = page.rstrip("/").rpartition("/")[2]
        for _ in range(2):
            assert clerk.post(page + "submit/").status_code == 302
        assert len([each for each in jobs.recent(actor=CLERK.actor) if each.kind == "intake.submit"]) == 1
        assert desk_city.work() == ["已完成"]
        again = clerk.post(page + "submit/", follow=True)
        assert "没有重复入库" in text(again)
        receipt = text(clerk.get(page + "receipt/"))
        found = queries.batch(batch, actor=CLERK.actor)
        assert found is not None
        assert found.no in receipt
        assert found.file_sha256 in receipt
        assert "没有重复受理" in text(clerk.get(upload(clerk, content).headers["Location"]))

    @pytest.mark.parametrize(
        ("name", "content", "said"),
        [
            ("空.csv", b"", "空的"),
            ("旧.xls", bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "XLS"),
            ("只有表头.csv", sheet(sample.penalty())[: sheet(sample.penalty()).index(b"\n") + 1], "没有"),
            ("别的.csv", "甲,乙\n1,2\n".encode(), "表头"),
        ],
    )
    def test_a_bad_file_is_told_at_the_form_and_nothing_is_kept(
        self, desk: City, name: str, content: bytes, said: str
    ) -> None:
        clerk = desk.client(CLERK)
        before = queries.batches(actor=CLERK.actor).total
        answer = upload(clerk, content, name)
        assert answer.status_code == 422
        html = text(answer)
        assert 'href="#id_file"' in html
        assert said in html.partition('id="summary-title"')[2].partition("</div>")[0]
        assert queries.batches(actor=CLERK.actor).total == before

    def test_whether_it_may_be_public_must_be_said(self, desk: City) -> None:
        answer = upload(desk.client(CLERK), sheet(sample.penalty(103)), reviewed="")
        assert answer.status_code == 422
        assert "公开审查" in text(answer)

    def test_the_template_and_the_annotated_workbook_are_workbooks(self, desk: City) -> None:
        clerk = desk.client(CLERK)
        for path in (
            reverse("desk:template", args=["penalty"]),
            reverse("desk:annotated", args=[desk.batch]),
        ):
            answer = clerk.get(path)
            content = answer.getvalue()
            assert openpyxl.load_workbook(io.BytesIO(content)).worksheets

    def test_one_record_typed_in_takes_the_same_way(self, desk: City) -> None:
        clerk = desk.client(CLERK)
        path = reverse("desk:record-new") + "?feed=penalty"
        typed = {**sample.penalty(104), **SOURCE}
        wrong = clerk.post(path, {**typed, "party_code": cast.FIRM_CODE[:-1] + "I"})
        assert wrong.status_code == 422
        assert 'href="#id_party_code"' in text(wrong)
        right = clerk.post(path, typed)
        assert right.status_code == 302
        assert "已提交" in text(clerk.get(right.headers["Location"]))


class TestTwoPersons:
    def test_a_correction_is_asked_for_once_and_decided_once(self, desk: City) -> None:
        done = desk_city.submitted(sample.penalty(201, sample.PERSON), name="更正.csv")
        record = the_record(desk, done.no)
        clerk, checker = desk.client(CLERK), desk.client(CHECKER)
        path = reverse("desk:propose", args=[record, "correct"])
        fields = filled(text(clerk.get(path))) | {
            "remark": "改过",
            "ground": "correction",
            "ground_text": "有误（示例）",
        }
        before = proposals(actor=CLERK.actor).total
        check = clerk.post(path, fields)
        assert "改为：改过" in text(check)
        assert proposals(actor=CLERK.actor).total == before  # a check page does nothing
        made, sent = through(clerk, path, fields)
        repeated = clerk.post(path, sent)
        assert made.headers["Location"] == repeated.headers["Location"]
        assert proposals(actor=CLERK.actor).total == before + 1
        self.decided_once(clerk, checker, made.headers["Location"])
        stale = clerk.post(path, {**fields, "step": "act"})
        assert stale.status_code == 409

    def decided_once(self, clerk: Client, checker: Client, page: str) -> None:
        yes = {"granted": "yes", "text": ""}
        assert "须由另一人审核" in text(clerk.get(page))
        assert clerk.post(page, yes).status_code == 403
        assert checker.post(page, {"granted": "no", "text": " "}).status_code == 422
        assert "改过" in text(checker.get(page))
        assert checker.post(page, yes).status_code == 302
        assert checker.post(page, yes).status_code == 302  # the second click shows the first result
        other = checker.post(page, {"granted": "no", "text": "不同意（示例）"})
        assert other.status_code == 409
        assert "已同意" in text(other)

    def test_nothing_changed_is_told_at_the_form(self, desk: City) -> None:
        path = reverse("desk:propose", args=[desk.person, "correct"])
        clerk = desk.client(CLERK)
        fields = filled(text(clerk.get(path))) | {"ground": "correction", "ground_text": "示例"}
        answer = clerk.post(path, fields)
        assert answer.status_code == 422
        assert "示例" in text(answer)

    def test_a_withheld_text_is_redacted_in_view_of_the_original(self, desk: City) -> None:
        clerk, checker = desk.client(CLERK), desk.client(CHECKER)
        path = reverse("desk:propose", args=[desk.firm, "redact"])
        form = text(clerk.get(path))
        assert desk_city.WITHHELD in form
        fields = {"version": "1", "facts_text": desk_city.WITHHELD, "ground_text": "遮去（示例）"}
        refused, _ = through(clerk, path, fields)
        assert refused.status_code == 422
        made, _ = through(clerk, path, fields | {"facts_text": "现场负责人在场（示例）。"})
        page = made.headers["Location"]
        shown = text(checker.get(page))
        assert desk_city.WITHHELD in shown
        assert checker.post(page, {"granted": "yes"}).status_code == 302

    def test_a_record_says_what_stands_in_its_way_and_offers_only_what_helps(self, desk: City) -> None:
        done = desk_city.submitted(
            sample.penalty(206, facts_text=desk_city.WITHHELD),
            sample.penalty(207, sample.PERSON, act_on="2026-01-05", facts_text=desk_city.WITHHELD),
            name="说明.csv",
        )
        clerk, purpose = desk.client(CLERK), {"purpose": "reporting", "basis": "示例核对1号"}
        firm, person = (
            text(clerk.post(reverse("desk:record", args=[record]), purpose))
            for record in records_of(done.batch)
        )
        assert "<h3>符合规定</h3>" in firm
        assert "遮去个人信息后公开" in firm
        assert "<p>公示分类：一般</p><p>公示自 2026-05-11 起，最长至 2027-05-11。</p>" in firm
        # "符合规定" above "不能公开" would be no answer; and no redaction makes a person's record public
        assert "不能公开个人信息" in person
        assert "<h3>符合规定</h3>" not in person
        assert "遮去个人信息后公开" not in person

    def test_a_row_is_settled_by_two(self, desk: City) -> None:
        clerk, checker = desk.client(CLERK), desk.client(CHECKER)
        done = desk_city.submitted(sample.penalty(202, desk_city.YOUNG), name="待裁定.csv")
        path = reverse("desk:settle", args=[done.batch, 2, "intake.age"])
        made, _ = through(clerk, path, {"decision_age": "adult", "ground": "户籍资料（示例）"})
        page = made.headers["Location"]
        assert "待审核</a>" in text(clerk.get(reverse("desk:waiting") + "?question=intake.age"))
        assert "已成年" in text(checker.get(page))
        assert checker.post(page, {"granted": "yes"}).status_code == 302
        found = queries.batch(done.batch, actor=CLERK.actor)
        assert found is not None
        assert (found.counts["accepted"], found.counts["waiting"]) == (1, 0)
        assert clerk.get(path).status_code == 404

    def test_a_mistaken_submission_is_withdrawn_by_two(self, desk: City) -> None:
        clerk, checker = desk.client(CLERK), desk.client(CHECKER)
        done = desk_city.submitted(sample.penalty(203), sample.penalty(204), name="报错.csv")
        path = reverse("desk:withdraw", args=[done.batch])
        made, _ = through(clerk, path, {"ground_text": "报错了文件（示例）"})
        assert "将撤回 2 条" in text(checker.get(made.headers["Location"]))
        assert checker.post(made.headers["Location"], {"granted": "yes"}).status_code == 302
        assert "撤回的范围" not in text(
            checker.get(made.headers["Location"])
        )  # it is over: nothing is left to tell
        assert "已撤回" in text(clerk.get(reverse("desk:batch", args=[done.batch])))
        assert clerk.get(path).status_code == 409


def the_record(desk: City, number: str) -> str:
    """The one record of a batch, found as a clerk finds it: at the top of the list."""
    html = text(desk.client(CLERK).get(reverse("desk:records")))
    assert number
    return html.partition("<tbody>")[2].partition('href="/desk/records/')[2].partition("/")[0]


def records_of(batch: UUID) -> list[UUID]:
    """The records of a batch in the order of its rows."""
    with acting(CLERK.actor):
        return list(Record.objects.filter(batch=batch).order_by("row").values_list("id", flat=True))
