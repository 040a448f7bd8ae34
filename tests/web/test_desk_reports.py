"""Issuing at the desk: asked, read once more, issued once; every download on record (工作台出具报告)."""

from __future__ import annotations

import io
import re
from typing import Any
from uuid import UUID
from zipfile import ZipFile

import pytest
from django.test import Client
from django.urls import reverse

from tests import cast
from tests.web.contract import faults
from tests.web.desk_city import City, work
from xinheng.access.models import AccessEntry
from xinheng.access.scope import acting
from xinheng.documents import proofs
from xinheng.documents.models import IssuedDocument

OFFICER = cast.OFFICER.actor
WHY = {"purpose": "issuing", "basis": "示例申请7号"}


def office(desk: City) -> Client:
    return desk.client(cast.OFFICER)


def asked(**other: str) -> dict[str, Any]:
    return {"name": cast.FIRM_NAME, "code": cast.FIRM_CODE, "audience": "self", **WHY, **other}


def period(**other: Any) -> dict[str, Any]:
    return {**asked(use="申请示例项目"), "since": "2023-11-24", "until": "2026-11-23", **other}


def count() -> int:
    with acting(OFFICER):
        return IssuedDocument.objects.count()


def issue(client: Client, kind: str, told: dict[str, Any]) -> str:
    """Through the check page; where it led."""
    path = reverse("desk:report-new", args=[kind])
    page = client.post(path, told)
    assert page.status_code == 200, page.content.decode()
    html = page.content.decode()
    assert faults(html) == []
    assert "出具后即编号" in html
    once = re.search(r'name="once" value="([^"]+)"', html)
    assert once
    done = client.post(path, {**told, "step": "act", "once": once[1]})
    assert done.status_code == 302, done.content.decode()
    repeated = client.post(path, {**told, "step": "act", "once": once[1]})
    assert repeated.headers["Location"] == done.headers["Location"]
    return done.headers["Location"]


def test_a_report_by_code_and_name(desk: City) -> None:
    before = count()
    place = issue(office(desk), "report", asked())
    assert count() == before + 1
    html = office(desk).get(place).content.decode()
    assert "XYBG-2026-" in html
    assert cast.FIRM_NAME in html


def test_a_certificate_of_a_period_and_domains(desk: City) -> None:
    place = issue(office(desk), "certificate", period(domains=["food", "fire"]))
    assert "ZYBG-2026-" in office(desk).get(place).content.decode()


def test_what_was_filled_in_is_read_once_more(desk: City) -> None:
    path = reverse("desk:report-new", args=["certificate"])
    html = office(desk).post(path, period(domains=["food", "fire"])).content.decode()
    for told in (
        cast.FIRM_NAME,
        cast.FIRM_CODE,
        "信用主体本人",
        "食品、消防",
        "2023-11-24",
        "应申请出具信用报告",
    ):
        assert told in html
    again = office(desk).post(path, {**period(domains=["food"]), "step": "change"}).content.decode()
    assert f'value="{cast.FIRM_CODE}"' in again


def test_from_a_record_nobody_types_a_code(desk: City) -> None:
    path = f"{reverse('desk:report-new', args=['report'])}?record={desk.person}"
    html = office(desk).get(path).content.decode()
    assert 'name="code"' not in html
    told = {"audience": "self", **WHY}
    page = office(desk).post(path, told).content.decode()
    assert cast.PERSON_ID not in page
    assert cast.PERSON_NAME not in page
    done = office(desk).post(path, {**told, "step": "act"})
    with acting(OFFICER):
        document = IssuedDocument.objects.filter(kind="report").latest("id")
    assert done.headers["Location"] == reverse("desk:report", args=[document.id])
    assert document.party == ""


@pytest.mark.parametrize("record", ["nonsense", "00000000-0000-7000-8000-000000000000"])
def test_of_a_record_that_is_not_there_nothing_is_issued(desk: City, record: str) -> None:
    path = f"{reverse('desk:report-new', args=['report'])}?record={record}"
    assert office(desk).get(path).status_code == 404


@pytest.mark.parametrize(
    ("kind", "told", "conclusion"),
    [
        ("report", asked(code="91329999"), "位"),
        ("report", asked(name=cast.OTHER_FIRM_NAME), "名称与代码对应的主体不一致"),
        (
            "report",
            asked(name=cast.PERSON_NAME, code=cast.PERSON_ID, audience="public"),
            "自然人的报告不向社会公众出具",
        ),
        ("report", asked(name="示例\U0002a6a5", code=cast.uscc("91", 622)), "字体里没有"),
        ("certificate", period(since="2026-11-24", until="2026-11-23"), "截止日早于起始日"),
        ("certificate", period(until="2026-11-24"), "还没有到"),
    ],
)
def test_a_refusal_stands_above_the_form_as_it_was_filled_in(
    desk: City, kind: str, told: dict[str, Any], conclusion: str
) -> None:
    before = count()
    got = office(desk).post(reverse("desk:report-new", args=[kind]), {**told, "step": "act"})
    html = got.content.decode()
    assert (got.status_code, faults(html)) == (422, [])
    assert conclusion in html
    assert told["basis"] in html
    assert count() == before


@pytest.mark.parametrize("lacking", ["name", "code", "audience", "purpose", "basis"])
def test_everything_is_asked(desk: City, lacking: str) -> None:
    got = office(desk).post(reverse("desk:report-new", args=["report"]), asked(**{lacking: ""}))
    assert (got.status_code, faults(got.content.decode())) == (422, [])


def test_another_kind_is_not_there(desk: City) -> None:
    assert office(desk).get(reverse("desk:report-new", args=["list"])).status_code == 404


class TestDownload:
    def test_the_page_with_its_purpose(self, desk: City) -> None:
        got = office(desk).post(reverse("desk:report-pdf", args=[desk.document]), WHY)
        assert got.status_code == 200
        assert got.content.startswith(b"%PDF")
        assert got.headers["Content-Type"] == "application/pdf"
        assert re.fullmatch(
            r'attachment; filename="XYBG-2026-\d{6}\.pdf"', got.headers["Content-Disposition"]
        )
        assert got.headers["Cache-Control"] == "no-store"

    def test_it_is_on_record_first(self, desk: City) -> None:
        why = {"purpose": "supervision", "basis": "示例检查9号"}
        assert (
            desk.client(cast.AUDITOR).post(reverse("desk:report-pdf", args=[desk.document]), why).status_code
            == 200
        )
        with acting(OFFICER):
            entry = AccessEntry.objects.get(basis="示例检查9号")
        assert (entry.what, entry.granted, entry.actor) == ("file", True, cast.AUDITOR.actor.user_id)

    @pytest.mark.parametrize("what", ["pdf", "proof"])
    def test_without_a_purpose_there_is_nothing(self, desk: City, what: str) -> None:
        got = office(desk).post(reverse(f"desk:report-{what}", args=[desk.document]), {})
        assert got.status_code == 422
        assert b"%PDF" not in got.content

    def test_nor_for_anybody_else(self, desk: City) -> None:
        for route in ("report-pdf", "report-proof"):
            path = reverse(f"desk:{route}", args=[desk.document])
            assert desk.client(cast.MARKET_CLERK).post(path, WHY).status_code == 403
            assert Client().post(path, WHY).status_code == 302

    def test_the_proof_is_still_being_made(self, desk: City) -> None:
        got = office(desk).post(reverse("desk:report-proof", args=[desk.document]), WHY)
        html = got.content.decode()
        assert (got.status_code, faults(html)) == (409, [])
        assert "证明尚在生成" in html
        assert "约一分钟后可下载" in html

    def test_the_proof_once_it_is_there(self, desk: City, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(proofs, "proof_text", lambda *_: "示例证明\n")
        got = office(desk).post(reverse("desk:report-proof", args=[desk.document]), WHY)
        assert got.content.decode() == "示例证明\n"
        assert re.fullmatch(
            r'attachment; filename="XYBG-2026-\d{6}\.proof"', got.headers["Content-Disposition"]
        )

    def test_what_never_was(self, desk: City) -> None:
        for route in ("report-pdf", "report-proof"):
            path = reverse(f"desk:{route}", args=[UUID(int=9)])
            assert office(desk).post(path, WHY).status_code == 404


class TestLists:
    def upload(self, desk: City, rows: str, **other: Any) -> Any:
        file = io.BytesIO(f"主体名称,主体代码\n{rows}".encode())
        file.name = "示例名单.csv"
        told = {
            "audience": "self",
            "since": "2023-11-24",
            "until": "2026-11-23",
            **WHY,
            "file": file,
            **other,
        }
        return office(desk).post(reverse("desk:report-list-new"), told)

    def test_upload_watch_download(self, desk: City) -> None:
        sent = self.upload(desk, f"{cast.FIRM_NAME},{cast.FIRM_CODE}\n示例他人,{cast.PERSON_ID}\n")
        assert sent.status_code == 302
        place = sent.headers["Location"]
        waiting = office(desk).get(place).content.decode()
        assert "名单已收到" in waiting
        assert "hx-get" in waiting
        assert office(desk).post(f"{place}zip/", WHY).status_code == 409
        assert "批量出具" in office(desk).get(reverse("desk:home")).content.decode()
        partial = office(desk).get(f"{place}progress/", headers={"HX-Request": "true"})
        assert "HX-Refresh" not in partial.headers
        assert work() == ["已完成"]
        assert (
            office(desk).get(f"{place}progress/", headers={"HX-Request": "true"}).headers["HX-Refresh"]
            == "true"
        )
        html = office(desk).get(place).content.decode()
        assert faults(html) == []
        assert "名称与代码对应的主体不一致" in html
        assert cast.PERSON_ID not in html
        got = office(desk).post(f"{place}zip/", WHY)
        with ZipFile(io.BytesIO(b"".join(got.streaming_content))) as found:  # type: ignore[attr-defined]
            names = sorted(found.namelist())
        assert re.fullmatch(r"ZYBG-2026-\d{6}\.pdf", names[0])
        assert names[1:] == ["出具情况.xlsx"]

    @pytest.mark.parametrize("rows", ["", f"甲,{'9' * 18}\n" * 2001])
    def test_what_is_wrong_with_the_file_is_told_at_the_form(self, desk: City, rows: str) -> None:
        got = self.upload(desk, rows)
        assert (got.status_code, faults(got.content.decode())) == (422, [])

    def test_what_is_wrong_with_the_period_too(self, desk: City) -> None:
        got = self.upload(desk, f"{cast.FIRM_NAME},{cast.FIRM_CODE}\n", until="2026-11-24")
        assert got.status_code == 422
        assert "还没有到" in got.content.decode()

    def test_a_zip_needs_a_purpose(self, desk: City) -> None:
        assert office(desk).post(reverse("desk:report-list-zip", args=[desk.run]), {}).status_code == 422
        assert office(desk).post(reverse("desk:report-list-zip", args=[UUID(int=9)]), WHY).status_code == 404


def test_the_list_of_reports_is_found_again(desk: City) -> None:
    html = office(desk).get(reverse("desk:reports")).content.decode()
    assert html.count("XYBG-2026-") >= 1
    assert "自然人" in html
    assert cast.PERSON_NAME not in html
    number = re.search(r"XYBG-2026-\d{6}", html)
    assert number
    one = office(desk).get(reverse("desk:reports"), {"number": number[0]}).content.decode()
    assert one.count('scope="row"') == 1
    assert 'scope="row"' not in office(desk).get(reverse("desk:reports"), {"number": "无"}).content.decode()
