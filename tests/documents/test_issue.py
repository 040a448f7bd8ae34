"""Issuing: a number, a page, an event, a sealed file, all or none (出具)."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
import rfc8785
from django.db import DatabaseError, connection, connections, transaction

from tests import cast
from tests.documents.drafts import LAW, SUBJECT, draft
from tests.support.database import TestDatabase
from xinheng.access.scope import acting
from xinheng.documents import bodies, codes, files, public, queries, services
from xinheng.documents.models import Confirmation, IssuedDocument, NumberRegister
from xinheng.law.language import Refusal
from xinheng.ledger.models import Event, EventPayload
from xinheng.ledger.verifier import render
from xinheng.ledger.verifier.report import PAYLOAD
from xinheng.ledger.writing import WROTE
from xinheng.vault.keyring import Unreadable
from xinheng.vault.models import SubjectKey
from xinheng.vault.sealing import open_sealed

OFFICER = cast.OFFICER.actor


def issue(now: datetime = cast.NOW, **other: Any) -> services.Issued:
    return services.issue(draft(**other), actor=OFFICER, now=now)


def body_of(document: IssuedDocument) -> dict[str, Any]:
    raw = open_sealed(services.TABLE, services.BODY, document.id, SUBJECT, bytes(document.body_sealed))
    assert sha256(raw).digest() == bytes(document.body_sha256)
    return render.body_of(raw)


@pytest.mark.usefixtures("office")
class TestOneDocument:
    def test_its_event_commits_to_what_it_is_drawn_from_and_with(self) -> None:
        issued = issue()
        row = IssuedDocument.objects.get()
        event = Event.objects.get(kind="report.issued")
        payload = EventPayload.objects.get().payload
        assert set(payload) == PAYLOAD | {WROTE}
        assert (row.event, row.number, payload["number"]) == (event.id, issued.number, issued.number)
        pdf = files.kept(row.id, SUBJECT)
        assert payload["pdf_sha256"] == sha256(pdf).hexdigest() == bytes(row.pdf_sha256).hex()
        assert payload["body_sha256"] == bytes(row.body_sha256).hex()
        assert payload["typst"] == render.TYPST

    def test_the_event_names_the_subject_to_nobody_else(self) -> None:
        first, second = issue(), issue()
        told = {each.payload["number"]: each.payload["subject"] for each in EventPayload.objects.all()}
        assert len(set(told.values())) == 2
        assert told[first.number] == codes.subject_reference(first.number, SUBJECT)
        assert not any(str(SUBJECT) in str(each.payload) for each in EventPayload.objects.all())
        assert second.number.endswith("000002")

    def test_its_page_has_number_code_and_day_and_no_more_than_was_drawn(self) -> None:
        issued = issue()
        body = body_of(IssuedDocument.objects.get())
        assert (body["number"], body["day"], body["title"]) == (
            issued.number,
            "2026年11月23日",
            "公共信用信息报告",
        )
        assert re.fullmatch(r"(?:[0-9A-F]{4} ){7}[0-9A-F]{4}", body["verify"]["code"])
        assert body["fonts"] == {"set": "set1", "more": []}
        assert cast.FIRM_NAME not in body["verify"]["address"]

    def test_it_is_sealed_wherever_it_is(self, kept: Path) -> None:
        issue()
        row = IssuedDocument.objects.get()
        raw = files.path_of(row.id).read_bytes()
        assert b"%PDF" not in raw
        assert cast.FIRM_NAME.encode() not in raw + bytes(row.body_sealed)

    def test_with_the_subject_s_key_its_file_is_gone_too(self) -> None:
        issue()
        row = IssuedDocument.objects.get()
        assert files.kept(row.id, SUBJECT).startswith(b"%PDF")
        other = UUID(int=0x777)
        services.issue(draft(subject=other), actor=OFFICER, now=cast.NOW)
        with pytest.raises(Unreadable):
            files.kept(row.id, other)  # another subject's key opens nothing
        assert SubjectKey.objects.filter(subject=SUBJECT).count() == 1

    def test_line_ends_and_controls_are_printed_as_blanks(self) -> None:
        told = {"a": ["甲\n乙\t丙\x07 ", {"b": "e\u0301", "n": 1}], "c": '引"号\\'}
        assert bodies.plain(told) == {"a": ["甲 乙 丙", {"b": "é", "n": 1}], "c": '引"号\\'}
        plain = {"a": ["甲", {"b": "é", "n": 1}]}
        assert bodies.plain(plain) is plain

    def test_its_canonical_form_is_that_of_the_standard(self) -> None:
        told: dict[str, Any] = {
            "b": ["引“号”\\/", "\u2028 é \U0002a6a5", ""],
            "a": {"n": 12, "z": [], "y": True},
            "c": '"',
        }
        assert bodies.canonical(told) == rfc8785.dumps(told)
        issue()
        raw = body_of(IssuedDocument.objects.get())
        assert bodies.canonical(raw) == rfc8785.dumps(raw)

    def test_it_is_never_changed(self) -> None:
        issue()
        for statement in (
            "UPDATE documents_issueddocument SET number = 'x'",
            "DELETE FROM documents_confirmation",
        ):
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)

    def test_another_agency_finds_none(self) -> None:
        issue()
        with acting(cast.MARKET_CLERK.actor):
            assert not IssuedDocument.objects.exists()
        assert IssuedDocument.objects.exists()


@pytest.mark.usefixtures("office")
class TestNumbers:
    def test_they_run_by_kind_and_year(self) -> None:
        assert [issue().number for _ in range(3)] == [f"XYBG-2026-00000{n}" for n in (1, 2, 3)]
        assert issue(cast.NOW + timedelta(days=60)).number == "XYBG-2027-000001"
        assert issue().number == "XYBG-2026-000004"

    def test_the_year_is_that_of_the_day_here(self) -> None:
        new_year = datetime.fromisoformat("2026-12-31T16:00:00+00:00")
        assert issue(new_year).number == "XYBG-2027-000001"

    def test_a_rollback_gives_the_number_back(self, monkeypatch: pytest.MonkeyPatch) -> None:
        issue()
        with monkeypatch.context() as broken:
            broken.setattr(files, "keep", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
            with pytest.raises(OSError, match="disk full"):
                issue()
        assert Event.objects.filter(kind="report.issued").count() == 1
        assert issue().number == "XYBG-2026-000002"

    def test_a_refusal_takes_none(self) -> None:
        with pytest.raises(Refusal):
            issue(name="示例\U0002a6a5某")
        assert not NumberRegister.objects.exists()

    def test_the_same_request_is_the_same_document(self) -> None:
        first, again = issue(request="run:1:2"), issue(request="run:1:2")
        assert (again.id, again.number, again.again) == (first.id, first.number, True)
        assert issue(request="run:1:3").number == "XYBG-2026-000002"
        assert IssuedDocument.objects.count() == 2


def at_once(count: int, work: Callable[[int], None]) -> list[BaseException]:
    """Do work in threads of their own connections; what they raised."""
    gate, raised = threading.Barrier(count), list[BaseException]()

    def one(number: int) -> None:
        try:
            gate.wait(10)
            work(number)
        except BaseException as fault:  # collected for the test to see
            raised.append(fault)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=(number,)) for number in range(count)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(60)
    return raised


class Broken(Exception):
    pass


def test_issued_side_by_side_no_number_is_missing_or_double(committed: TestDatabase, kept: Path) -> None:
    """Eight at a time, five each; every third breaks off after it was numbered and drawn."""

    def work(worker: int) -> None:
        for step in range(5):
            with acting(OFFICER):
                try:
                    with transaction.atomic():
                        issue()
                        if (worker + step) % 3 == 0:
                            raise Broken
                except Broken:
                    continue

    assert at_once(8, work) == []
    with acting(OFFICER):
        numbers = sorted(IssuedDocument.objects.values_list("number", flat=True))
    assert len(numbers) > 20
    assert numbers == [f"XYBG-2026-{n:06d}" for n in range(1, len(numbers) + 1)]


def test_one_request_side_by_side_is_one_document(committed: TestDatabase, kept: Path) -> None:
    found: list[services.Issued] = []

    def work(_: int) -> None:
        with acting(OFFICER):
            found.append(issue(request="run:7:1"))

    assert at_once(6, work) == []
    assert {each.number for each in found} == {"XYBG-2026-000001"}
    assert [each.again for each in found].count(False) == 1


@pytest.mark.usefixtures("office")
class TestConfirmation:
    def code(self) -> str:
        return str(body_of(IssuedDocument.objects.get())["verify"]["code"])

    def test_number_and_code_confirm_day_and_hash_and_nothing_else(self) -> None:
        issued = issue()
        found = public.by_number(f" {issued.number.lower()} ", self.code())
        assert found is not None
        told = public.confirmation(found, LAW)
        assert told == public.Confirmed(
            issued.number,
            "公共信用信息报告",
            cast.TODAY,
            bytes(IssuedDocument.objects.get().pdf_sha256).hex(),
        )

    @pytest.mark.parametrize("written", ["{}", "{} ", "９{}", "-{}-"])
    def test_a_code_is_read_as_people_type_it(self, written: str, monkeypatch: pytest.MonkeyPatch) -> None:
        issued = issue()
        code = self.code()
        typed = written.format(code.lower().replace(" ", "-"))
        wrong = written.startswith("９")
        assert (public.by_number(issued.number, typed) is None) is wrong
        assert (public.by_code(typed) is None) is wrong

    def test_the_hash_of_the_file_confirms_too(self) -> None:
        issue()
        digest = bytes(IssuedDocument.objects.get().pdf_sha256).hex()
        assert public.by_file(digest) == public.by_file(f"{digest[:32]} {digest[32:]}\n".upper())
        assert public.by_file(digest) is not None
        for wrong in ("", digest[:-1], "0" * 64, "示例", digest + "0"):
            assert public.by_file(wrong) is None

    def test_what_belongs_to_another_confirms_nothing(self) -> None:
        first = issue()
        code = self.code()
        other = issue()
        assert public.by_number(first.number, code) is not None
        for number, typed in (
            (other.number, code),
            (first.number, codes.new_code()),
            ("XYBG-2026-999999", code),
            ("", ""),
        ):
            assert public.by_number(number, typed) is None
        assert public.by_code("") is None

    def test_its_table_has_no_column_for_a_person(self) -> None:
        columns = {field.name for field in Confirmation._meta.get_fields()}
        assert columns == {"id", "number", "kind", "issued_on", "code_sha256", "pdf_sha256"}

    def test_a_dump_holds_no_code(self, superuser: psycopg.Connection[Any]) -> None:
        issue()
        code = codes.tidy(self.code())
        with connection.cursor() as cursor:
            for table in ("documents_issueddocument", "documents_confirmation", "ledger_eventpayload"):
                cursor.execute(f"SELECT t::text FROM {table} t")
                assert code not in str(cursor.fetchall()).upper()


@pytest.mark.usefixtures("office")
def test_the_picture_of_the_code_leads_to_a_path_that_names_nobody() -> None:
    code = codes.new_code()
    drawn = codes.drawn(code)
    assert 25 < drawn["size"] < 50
    assert re.fullmatch(r"(M\d+ \d+h\d+v1h-\d+z)+", drawn["path"])
    assert codes.page().endswith("/verify/")


def test_the_queries_of_officers_need_the_gate(office: None) -> None:
    issue()

    class Nobody:
        def require_what(self, *allowed: str) -> None:
            raise Refusal.because("NOT_YOURS")

        def require_subject(self, subject: UUID) -> None:
            raise Refusal.because("NOT_YOURS")

    (document,) = IssuedDocument.objects.all()
    for ask in (queries.pdf, queries.proof):
        with pytest.raises(Refusal):
            ask(document.id, opened=Nobody())
    with pytest.raises(Refusal):
        queries.documents(opened=Nobody(), among=["report"])
