"""Anybody complains, to a body other than the one complained about, and follows it by number and code (举报)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from tests import cast
from tests.complaints import people
from tests.web.contract import faults
from xinheng.access.actor import anybody
from xinheng.access.models import Agency
from xinheng.access.scope import acting
from xinheng.documents import attempts, receipts
from xinheng.law.language import Refusal
from xinheng.ledger.kinds import EventKind
from xinheng.oversight import complaintfiles, services
from xinheng.oversight.complaints import ComplaintGiven
from xinheng.oversight.models import Complaint

pytestmark = pytest.mark.usefixtures("town")
PATH = "/report-misconduct/"
PDF = b"%PDF-1.7 (example) %%EOF"
NUMBER = re.compile(r"TSJB-2026-\d{6}")


def form(client: Client) -> dict[str, Any]:
    html = client.get(PATH).content.decode()
    (once,) = re.findall(r'name="once" value="([0-9a-f-]+)"', html)
    return {"once": once, "category": "charge", "text": people.TEXT, "about": "", "contact": ""}


@pytest.mark.clause("5.1c")
def test_an_anonymous_complaint_has_a_receipt_and_a_way(client: Client) -> None:
    answer = client.post(PATH, form(client))
    html = answer.content.decode()
    assert (answer.status_code, faults(html), answer.headers["Cache-Control"]) == (200, [], "no-store")
    assert not answer.cookies
    (number,) = set(NUMBER.findall(html))
    assert receipts.code_of(number) in html
    assert cast.MARKET.name in html
    followed = client.post(
        "/progress/", {"number": number, "code": receipts.code_of(number)}
    ).content.decode()
    assert faults(followed) == []
    for told in ("待受理", cast.MARKET.name, "工作目标", "2026-11-30", "2026-11-23"):
        assert told in followed
    assert "最迟反馈" not in followed
    assert people.TEXT not in followed
    wrong = client.post("/progress/", {"number": number, "code": "AAAAA-AAAAA"})
    assert "没有查到" in wrong.content.decode()


# category, whom it is about, who handles it: as the table says, and never whom it is about.
GOES_TO = [
    ("charge", "", cast.MARKET.id), ("charge", cast.MARKET.uscc, cast.CREDIT_OFFICE.id),
    ("charge", cast.CREDIT_OFFICE.uscc, cast.MARKET.id), ("demand", "", people.DISCIPLINE.id),
    ("demand", people.DISCIPLINE.uscc, cast.CREDIT_OFFICE.id), ("leak", "", people.POLICE.id),
    ("leak", people.POLICE.uscc, cast.CREDIT_OFFICE.id), ("tampering", "", people.DISCIPLINE.id),
    ("misuse", cast.CREDIT_OFFICE.uscc, cast.MARKET.id), ("abuse", cast.CREDIT_OFFICE.uscc, people.DISCIPLINE.id),
    ("abuse", cast.TAX.uscc, cast.CREDIT_OFFICE.id), ("charge", "910000000000000000", cast.MARKET.id),
]  # fmt: skip


@pytest.mark.clause("5.1c", "5.3b")
@pytest.mark.parametrize(("category", "about", "body"), GOES_TO)
def test_it_goes_where_the_table_says_and_never_to_whom_it_is_about(
    category: str, about: str, body: UUID
) -> None:
    row = people.row(people.lodged(category, about).number)
    assert row.agency_id == body != row.about_id


def test_where_the_table_has_nobody_it_is_received_all_the_same() -> None:
    others = Agency.objects.exclude(pk__in=[cast.ENVIRONMENT.id])
    others.update(is_active=False)
    cast.leave_untold()
    receipt = people.lodged("charge", cast.ENVIRONMENT.uscc)
    assert (receipt.body, people.row(receipt.number).agency_id) == ("", None)


def test_sent_twice_it_is_one(client: Client) -> None:
    told = form(client)
    first, second = (client.post(PATH, told).content.decode() for _ in range(2))
    assert set(NUMBER.findall(first)) == set(NUMBER.findall(second))
    assert len(people.told(EventKind.COMPLAINT_RECEIVED)) == 1


def test_what_was_written_is_nowhere_in_clear() -> None:
    contact = "示例联系人 13900000000"
    receipt = people.lodged(contact=contact, file=PDF)
    row = people.row(receipt.number)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c::text FROM oversight_complaint c, set_config('xinheng.whole_city', 'on', true)"
        )
        kept = str(cursor.fetchall())
    (told,) = people.told(EventKind.COMPLAINT_RECEIVED)
    path = complaintfiles.path_of(row.pk)
    for secret in (people.TEXT, "培训公司", "13900000000", contact):
        assert secret not in kept
        assert secret not in str(told)
        assert secret.encode() not in bytes(row.sealed)
    assert set(told) - {"changed"} >= {"complaint", "category", "about", "to", "file"}
    assert path.is_relative_to(Path(settings.XINHENG_FILES_DIR))
    assert b"example" not in path.read_bytes()
    assert complaintfiles.kept(row.pk) == PDF


FILES = {
    "PDF": (PDF, 200), "PNG": (b"\x89PNG\r\n\x1a\n...IEND....", 200), "JPEG": (b"\xff\xd8\xff...\xff\xd9", 200),
    "a program": (b"MZ\x90\x00", 422), "a page": (b"<html><script>", 422), "a sheet": (b"PK\x03\x04", 422),
    "a late PDF": (b"\n%PDF-1.7", 422), "a PDF that acts": (b"%PDF-1.7 /OpenAction 2 0 R %%EOF", 422),
}  # fmt: skip


@pytest.mark.parametrize("what", FILES)
def test_a_file_is_what_it_begins_with(client: Client, what: str) -> None:
    content, status = FILES[what]
    told = {**form(client), "file": SimpleUploadedFile("示例.pdf", content, "application/pdf")}
    answer = client.post(PATH, told)
    html = answer.content.decode()
    assert (answer.status_code, faults(html)) == (status, [])
    if status == 422:
        assert "不能接收这个文件" in html
        assert people.TEXT in html  # nothing that was written is lost
        assert people.told(EventKind.COMPLAINT_RECEIVED) == []


def test_a_file_too_large_is_not_even_read(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(complaintfiles, "MOST", 64)
    told = {**form(client), "file": SimpleUploadedFile("示例.pdf", PDF + bytes(64))}
    assert "文件超过" in client.post(PATH, told).content.decode()
    answer = client.post(PATH, told, CONTENT_LENGTH=str(1 << 40))
    assert answer.status_code == 413
    assert people.told(EventKind.COMPLAINT_RECEIVED) == []


@pytest.mark.parametrize(
    ("lacks", "says"),
    [({"category": ""}, "请选择举报的事项。"), ({"text": ""}, "请写明内容。"), ({"text": "太短"}, "至少 10 个字"), ({"category": "none"}, "有问题")],
)  # fmt: skip
def test_what_is_lacking_is_told_and_kept(client: Client, lacks: dict[str, str], says: str) -> None:
    answer = client.post(PATH, {**form(client), "contact": "示例联系", **lacks})
    html = answer.content.decode()
    assert (answer.status_code, faults(html)) == (422, [])
    assert says in html
    assert 'value="示例联系"' in html


def test_a_service_refuses_what_the_form_would() -> None:
    for given in (ComplaintGiven("none", people.TEXT), ComplaintGiven("charge", "短")):
        with pytest.raises(Refusal, match="COMPLAINT_INCOMPLETE"):
            services.lodge(given, once=UUID(int=1), actor=anybody(), now=cast.NOW)
    with pytest.raises(Refusal, match="PERMISSION_DENIED"):
        services.lodge(ComplaintGiven("charge", people.TEXT), once=UUID(int=1), actor=cast.OFFICER.actor, now=cast.NOW)  # fmt: skip


def test_who_sends_too_often_waits(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempts, "MOST", 1)
    told = form(client)
    assert client.post(PATH, told).status_code == 200
    answer = client.post(
        PATH, {**told, "once": ""}, HTTP_X_FORWARDED_FOR="203.0.113.7", HTTP_X_REAL_IP="203.0.113.7"
    )
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 601
    assert faults(answer.content.decode()) == []


@pytest.mark.usefixtures("town")
def test_nobody_without_a_desk_sees_a_row() -> None:
    people.lodged()
    assert not Complaint.objects.exists()


@pytest.mark.usefixtures("town")
def test_the_office_sees_no_row_about_itself_by_plain_sql() -> None:
    for about, seen in ((cast.ENVIRONMENT.uscc, True), (cast.CREDIT_OFFICE.uscc, False)):
        number = people.lodged("charge", about).number
        with acting(cast.OFFICER.actor):
            assert Complaint.objects.filter(number=number).exists() is seen
