"""What officers do on the desk, as forms send it: checked once more, done once, told in full (工作台办理)."""

from __future__ import annotations

import html as escapes
import io
import re
import time
import urllib.parse
from typing import Any
from uuid import UUID

import openpyxl
import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests import cast
from tests.exchange import sample
from tests.web import desk_city
from tests.web.contract import faults
from tests.web.desk_city import City
from xinheng.access.scope import acting
from xinheng.catalog.queries import ruling_rows
from xinheng.exchange import queries
from xinheng.exchange.proposals import proposals
from xinheng.registry.models import Record
from xinheng.runtime import jobs

CLERK, CHECKER = cast.MARKET_CLERK, cast.MARKET_CHECKER
SOURCE = {"reviewed": "yes", "channel": "示例网站", "url": "https://example.invalid/"}


def upload(client: Client, content: bytes, name: str = "示例.csv", **more: str) -> Any:
    file = SimpleUploadedFile(name, content)
    return client.post(reverse("desk:batch-new"), {"feed": "penalty", "file": file, **SOURCE, **more})


def sheet(*rows: sample.Row) -> bytes:
    return sample.sheet(rows).getvalue()


def text(answer: Any) -> str:
    html: str = answer.content.decode()
    assert faults(html) == []
    return html


def hidden(html: str, name: str) -> str:
    return html.partition(f'name="{name}" value="')[2].partition('"')[0]


def through(client: Client, path: str, fields: dict[str, str]) -> tuple[Any, dict[str, str]]:
    """Send a form, read its check page, send that; the answer, and what was sent."""
    check = client.post(path, fields)
    assert check.status_code == 200
    sent = {**fields, "once": hidden(text(check), "once"), "step": "act"}
    return client.post(path, sent), sent


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


class TestRulings:
    def test_proposed_by_one_approved_by_another_once(self, desk: City) -> None:
        first, second = desk.client(cast.OFFICER), desk.client(cast.SECOND_OFFICER)
        path = reverse("desk:ruling-propose", args=[desk.question])
        made, _ = through(first, path, {"decision_class": "一般", "ground": "示例理由"})
        assert made.status_code == 302
        approve = reverse("desk:ruling-decide", args=[desk.ruling, "approve"])
        assert first.post(approve).status_code == 403
        assert "批准裁定" in text(second.get(approve))
        assert second.post(approve).status_code == 302
        assert second.post(approve).status_code == 302
        refuse = second.post(reverse("desk:ruling-decide", args=[desk.ruling, "refuse"]))
        assert refuse.status_code == 409
        assert "已生效" in text(refuse)
        assert first.get(path).status_code == 404  # the question is answered
        assert second.post(reverse("desk:ruling-decide", args=[desk.ruling, "revoke"])).status_code == 302
        assert first.get(path).status_code == 200

    def test_rows_that_wait_for_law_are_ruled_on_and_go_in_by_themselves(self, desk: City) -> None:
        first, second = desk.client(cast.OFFICER), desk.client(cast.SECOND_OFFICER)
        on_the_spot = {
            "summary_procedure": "是",
            "kinds": "警告",
            "content_text": "警告",
            "confiscated_amount": "",
        }
        done = desk_city.submitted(
            sample.penalty(301, sample.PERSON, decided_on="2024-03-04", **on_the_spot), name="当场.csv"
        )
        assert done.counts["waiting"] == 1
        shown = text(first.get(reverse("desk:waiting") + "?question=P-58.collection"))
        assert done.no in shown
        assert "去裁定" in shown
        path = reverse("desk:ruling-propose", args=[question_in(text(first.get(reverse("desk:rulings"))))])
        through(first, path, {"decision_collected": "True", "ground": "示例理由"})
        row = next(each for each in ruling_rows() if each.value_id == "P-58.collection")
        assert row.number in text(second.get(reverse("desk:home")))
        assert second.post(reverse("desk:ruling-decide", args=[row.id, "approve"])).status_code == 302
        assert set(desk_city.work()) == {"已完成"}
        found = queries.batch(done.batch, actor=CLERK.actor)
        assert found is not None
        assert found.counts["waiting"] == 0

    def test_no_step_but_those_three(self, desk: City) -> None:
        path = reverse("desk:ruling-decide", args=[desk.ruling, "erase"])
        assert desk.client(cast.OFFICER).post(path).status_code == 404


class TestSignIn:
    def test_both_factors_then_where_one_was_going(self, desk: City) -> None:
        client = Client()
        wanted = reverse("desk:batch", args=[desk.batch])
        sign_in = reverse("desk:login")
        first = client.post(
            f"{sign_in}?next={wanted}", {"username": CLERK.username, "password": cast.PASSWORD}
        )
        assert first.headers["Location"] == reverse("desk:code")
        assert client.get(wanted).status_code == 302  # the password alone opens nothing
        second = client.post(reverse("desk:code"), {"code": code_of(CLERK)})
        assert second.headers["Location"] == wanted
        assert client.get(wanted).status_code == 200
        assert client.post(reverse("desk:logout")).status_code == 302
        assert client.get(wanted).status_code == 302

    @pytest.mark.parametrize(
        "elsewhere", ["https://example.invalid/desk/", "//example.invalid/desk/", "/plan/"]
    )
    def test_it_leads_nowhere_else(self, desk: City, elsewhere: str) -> None:
        client = Client(REMOTE_ADDR="127.0.0.9")
        path = f"{reverse('desk:login')}?next={elsewhere}"
        client.post(path, {"username": CHECKER.username, "password": cast.PASSWORD})
        TOTPDevice.objects.filter(user_id=CHECKER.actor.user_id).update(last_t=-1)  # the code is used thrice
        done = client.post(reverse("desk:code"), {"code": code_of(CHECKER)})
        assert done.headers["Location"] == reverse("desk:home")

    @pytest.mark.parametrize(
        ("username", "place"), [("environment-checker", "127.0.0.2"), ("nobody", "127.0.0.3")]
    )
    def test_guessing_is_locked_out_with_the_same_words(self, desk: City, username: str, place: str) -> None:
        client = Client(REMOTE_ADDR=place)
        told = {"username": username, "password": "猜一猜-猜一猜-猜一猜"}
        answers = [client.post(reverse("desk:login"), told) for _ in range(6)]
        assert answers[0].status_code == 401
        assert answers[-1].status_code == 429
        assert "暂时锁定" in text(answers[-1])
        right = client.post(reverse("desk:login"), {**told, "password": cast.PASSWORD})
        assert right.status_code == 429

    @pytest.mark.parametrize("route", ["batch-submit", "withdraw", "logout"])
    def test_a_forged_form_does_nothing(self, desk: City, route: str) -> None:
        client = desk_city.signed_in(CLERK, enforce_csrf_checks=True)
        path = reverse(f"desk:{route}", args=[] if route == "logout" else [desk.batch])
        answer = client.post(path, {"ground_text": "示例", "step": "act"})
        assert answer.status_code == 403
        assert "页面已过期" in text(answer)
        assert client.get(reverse("desk:home")).status_code == 200


def question_in(html: str) -> str:
    """The id, with its facts, of the open question about on-the-spot penalties of persons."""
    found = re.search(r"/desk/rulings/propose/(P-58\.collection[^/]*)/", html)
    assert found is not None
    return urllib.parse.unquote(found.group(1))


def code_of(officer: cast.Officer) -> str:
    device = TOTPDevice.objects.get(user_id=officer.actor.user_id)
    clock_of = TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift)
    clock_of.time = time.time()  # an authenticator runs on the real clock
    return f"{clock_of.token():0{device.digits}d}"


def the_record(desk: City, number: str) -> str:
    """The one record of a batch, found as a clerk finds it: at the top of the list."""
    html = text(desk.client(CLERK).get(reverse("desk:records")))
    assert number
    return html.partition("<tbody>")[2].partition('href="/desk/records/')[2].partition("/")[0]


def records_of(batch: UUID) -> list[UUID]:
    """The records of a batch in the order of its rows."""
    with acting(CLERK.actor):
        return list(Record.objects.filter(batch=batch).order_by("row").values_list("id", flat=True))


def filled(html: str) -> dict[str, str]:
    """What a browser would send back of a form's texts and choices, unchanged."""
    form = html.partition("data-guard")[2].partition("</form>")[0]
    found = dict(
        re.findall(r'<input type="(?:text|date|hidden|url|number)" name="(\w+)" value="([^"]*)"', form)
    )
    found |= {
        name: body.removeprefix("\n")
        for name, body in re.findall(r'<textarea name="(\w+)"[^>]*>([^<]*)<', form)
    }
    for name, options in re.findall(r'<select name="(\w+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        found[name] = chosen.group(1) if chosen else ""
    return {name: escapes.unescape(value) for name, value in found.items()}


class TestWidenings:
    def test_held_records_are_decided_after_a_second_look_and_once(
        self, desk: City, superuser: psycopg.Connection[Any]
    ) -> None:
        done = desk_city.submitted(sample.penalty(401), name="待定.csv")
        with cast.untold(superuser):
            held = superuser.execute(
                "INSERT INTO publication_heldwidening (record, agency, version, event, verdict_id, wanted_from,"
                " held_since, ground) SELECT r.id, r.agency_id, 1, r.batch, e.verdict_id, '2026-05-11', %s, ''"
                " FROM registry_record r JOIN publication_publicentry e ON e.record = r.id WHERE r.batch = %s"
                " RETURNING record",
                [cast.NOW, done.batch],
            ).fetchone()
        assert held is not None
        checker, path = desk.client(CHECKER), reverse("desk:widenings")
        assert str(held[0]) in text(checker.get(path))
        assert "条待定公示" in text(checker.get(reverse("desk:home")))
        fields = {"records": str(held[0]), "granted": "no", "ground": "维持原期限（示例）"}
        assert checker.post(path, {**fields, "ground": ""}).status_code == 422
        decided, sent = through(checker, path, fields)
        assert decided.status_code == 302
        assert checker.post(path, sent).status_code == 302  # the second click shows the first result
        other = checker.post(path, {**sent, "once": "another", "granted": "yes"})
        assert other.status_code == 409
        assert str(held[0]) not in text(checker.get(path))
        (row,) = superuser.execute("SELECT granted, decided_by FROM publication_heldwidening").fetchall()
        assert row == (False, CHECKER.actor.user_id)
