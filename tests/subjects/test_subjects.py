"""A subject is proved by a valid code; a person is sealed, found by exact number, and keeps one identity."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import connection, connections, transaction
from pytest_django import Settings

from tests import cast
from tests.cast import MARKET_CLERK, NOW, TODAY
from tests.support.database import TestDatabase
from xinheng.access.gate import Opened, open_file, open_set
from xinheng.law.language import Refusal
from xinheng.ledger.canonical import LedgerFault
from xinheng.ledger.emitting import emits
from xinheng.ledger.kinds import EventKind
from xinheng.ledger.models import Event
from xinheng.ledger.services import append
from xinheng.subjects import people, queries, services
from xinheng.subjects.bulk import merge_staged, resolve
from xinheng.subjects.models import Person, Subject, SubjectName
from xinheng.vault import keys
from xinheng.vault.keyring import Keyring
from xinheng.vault.models import SubjectKey

BY: dict[str, Any] = {"actor": MARKET_CLERK.actor, "now": NOW}


@pytest.fixture(autouse=True)
def keys_dir(tmp_path_factory: pytest.TempPathFactory, settings: Settings) -> None:
    settings.XINHENG_KEYS_DIR = tmp_path_factory.mktemp("keys")
    keys.ensure()


def firm(**other: Any) -> UUID:
    asked: dict[str, Any] = {
        "kind": "legal_person",
        "uscc": cast.FIRM_CODE,
        "name": cast.FIRM_NAME,
        "seen_from": TODAY,
    }
    return services.add_subject(**(asked | BY | other))


def person(**other: Any) -> UUID:
    asked: dict[str, Any] = {"id_kind": "resident_id", "number": cast.PERSON_ID, "name": cast.PERSON_NAME}
    return services.add_person(**(asked | BY | other))


def searching() -> Opened:
    return open_set(purpose="reporting", basis="批次 示例", what="subjects", **BY)


def opened(subject: UUID) -> Opened:
    return open_file(subject=subject, purpose="reporting", basis="批次 示例", **BY)


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as caught:
        act()
    return caught.value.reasons[0].code


def kinds() -> list[str]:
    told = Event.objects.order_by("at", "id").values_list("kind", flat=True)
    return [kind for kind in told if not kind.startswith("look.")]


@pytest.mark.django_db
class TestOrganisations:
    def test_is_found_by_its_code_as_people_write_it(self) -> None:
        subject = firm()
        for written in (
            cast.FIRM_CODE,
            cast.FIRM_CODE.lower(),
            f" {cast.FIRM_CODE[:9]} {cast.FIRM_CODE[9:]}",
        ):
            found = queries.find_by_code(written, opened=searching())
            assert found is not None
            assert (found.id, found.name, found.kind_label) == (subject, cast.FIRM_NAME, "企业法人")
        assert queries.find_by_code(cast.OTHER_FIRM_CODE, opened=searching()) is None
        assert kinds() == ["subject.added"]

    def test_the_same_code_is_the_same_subject(self) -> None:
        assert firm() == firm()
        assert Subject.objects.count() == 1
        assert kinds() == ["subject.added"]

    def test_a_later_name_is_the_present_one_and_an_earlier_never_renames(self) -> None:
        subject = firm()
        firm(name="示例新名食品有限公司", seen_from=TODAY + timedelta(days=1))
        firm(name="示例旧名食品有限公司", seen_from=date(2020, 1, 1))
        names = queries.names_of(subject, opened=opened(subject))
        assert [name for name, _ in names] == ["示例新名食品有限公司", cast.FIRM_NAME, "示例旧名食品有限公司"]
        assert Subject.objects.get().name == "示例新名食品有限公司"
        assert kinds() == ["subject.added", "subject.renamed", "subject.renamed"]

    @pytest.mark.parametrize(
        ("code", "other"),
        [
            ("USCC_CHECK_DIGIT", {"uscc": cast.FIRM_CODE[:-1] + ("0" if cast.FIRM_CODE[-1] != "0" else "1")}),
            ("USCC_MISSING", {"uscc": " "}),
            ("SUBJECT_KIND_UNKNOWN", {"kind": "natural_person"}),
            ("SUBJECT_KIND_UNKNOWN", {"kind": "family"}),
            ("NAME_REQUIRED", {"name": "\u3000"}),
        ],
    )
    def test_is_refused(self, code: str, other: dict[str, Any]) -> None:
        assert refused(lambda: firm(**other)) == code
        assert kinds() == []


@pytest.mark.django_db
class TestPersons:
    def test_is_found_by_the_exact_number_only(self) -> None:
        subject = person()
        assert queries.find_person("resident_id", cast.PERSON_ID.lower(), opened=searching()) == subject
        assert queries.find_person("passport", cast.PERSON_ID, opened=searching()) is None
        assert queries.find_person("resident_id", cast.MINOR_ID, opened=searching()) is None
        assert person() == subject

    def test_opens_for_whoever_opened_the_file(self) -> None:
        subject, other = person(), firm()
        in_clear = queries.person_in_clear(subject, opened=opened(subject))
        assert in_clear == ("resident_id", cast.PERSON_ID, cast.PERSON_NAME)
        assert queries.person_in_clear(other, opened=opened(other)) is None
        assert refused(lambda: queries.person_in_clear(subject, opened=opened(other))) == "NOT_YOURS"
        assert queries.person_names([subject, other], opened=searching()) == {subject: cast.PERSON_NAME}

    def test_neither_name_nor_number_is_in_the_database(self, superuser: psycopg.Connection[Any]) -> None:
        person()
        with connection.cursor() as cursor:
            for table in ("subjects_person", "subjects_subject", "ledger_eventpayload", "vault_subjectkey"):
                cursor.execute(f"SELECT t::text FROM {table} t")
                stored = " ".join(text for (text,) in cursor.fetchall())
                for plain in (cast.PERSON_ID, cast.PERSON_NAME):
                    assert plain not in stored
                    assert plain.encode().hex() not in stored

    def test_the_database_holds_no_name_of_a_person(self) -> None:
        with pytest.raises(Exception, match="subject_person_has_no_clear_name"), transaction.atomic():
            Subject.objects.create(id=uuid4(), kind="natural_person", name="示例", created_at=NOW)

    @pytest.mark.parametrize(
        ("code", "other"),
        [
            ("RESIDENT_ID_CHECK_DIGIT", {"number": cast.PERSON_ID[:-1] + "0"}),
            ("RESIDENT_ID_UNBORN", {"number": cast.resident_id(date(2031, 1, 1), 1)}),
            ("ID_KIND_UNKNOWN", {"id_kind": ""}),
            ("NAME_REQUIRED", {"name": ""}),
        ],
    )
    def test_is_refused(self, code: str, other: dict[str, Any]) -> None:
        assert refused(lambda: person(**other)) == code
        assert not SubjectKey.objects.exists()

    def test_without_the_keys_no_dictionary_finds_a_number(self, settings: Settings, tmp_path: Any) -> None:
        person()
        (stored,) = Person.objects.values_list("id_index", flat=True)
        settings.XINHENG_KEYS_DIR = tmp_path / "thief"
        keys.ensure()
        guessed = people.PersonIndex()
        assert bytes(stored) not in {
            guessed.of("resident_id", cast.resident_id(date(1985, 6, 15), n)) for n in range(1000)
        }


STAGING = """
CREATE TEMP TABLE staged (batch uuid, subject uuid, kind text, uscc text, name text, seen_from date, id_kind text,
    id_index bytea, id_sealed bytea, name_sealed bytea, master_version smallint, wrapped bytea, proof bytea) ON COMMIT DROP
"""


@emits(EventKind.BATCH_RECEIVED)
def merge(rows: list[tuple[Any, ...]], batch: UUID) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS staged")
        cursor.execute(STAGING)
        cursor.executemany(f"INSERT INTO staged VALUES ({', '.join(['%s'] * 13)})", rows)
    renamed = merge_staged("staged", batch, NOW)
    append(EventKind.BATCH_RECEIVED, payload={"count": len(rows)}, agency=None, now=NOW)
    return renamed


def org_row(batch: UUID, subject: UUID, code: str, name: str, seen: date = TODAY) -> tuple[Any, ...]:
    return (batch, subject, "legal_person", code, name, seen, *[None] * 6, b"proof")


def person_row(batch: UUID, subject: UUID, number: str, name: str) -> tuple[Any, ...]:
    ring = Keyring()
    ring.new(subject)
    ((_, version, wrapped),) = ring.wrapped_rows()
    index = people.index_of("resident_id", number)
    sealed = people.seal_person(ring, subject, number, name)
    return (
        batch,
        subject,
        "natural_person",
        None,
        None,
        TODAY,
        "resident_id",
        index,
        *sealed,
        version,
        wrapped,
        b"proof",
    )


@pytest.mark.django_db
class TestBulk:
    def test_resolves_those_it_knows_and_adds_the_others(self) -> None:
        batch, known, new, new_person = uuid4(), firm(), uuid4(), uuid4()
        index = people.index_of("resident_id", cast.PERSON_ID)
        found = resolve([cast.FIRM_CODE, cast.OTHER_FIRM_CODE], [index], to_add=True)
        assert found.by_code == {cast.FIRM_CODE: (found.by_code[cast.FIRM_CODE])}
        assert (found.by_code[cast.FIRM_CODE].subject, found.by_index) == (known, {})
        merge(
            [
                org_row(batch, known, cast.FIRM_CODE, cast.FIRM_NAME),
                org_row(batch, new, cast.OTHER_FIRM_CODE, cast.OTHER_FIRM_NAME),
                person_row(batch, new_person, cast.PERSON_ID, cast.PERSON_NAME),
                org_row(uuid4(), uuid4(), cast.SHOP_CODE, "另一批次"),
            ],
            batch,
        )
        again = resolve([cast.FIRM_CODE, cast.OTHER_FIRM_CODE, cast.SHOP_CODE], [index])
        assert {code: each.subject for code, each in again.by_code.items()} == {
            cast.FIRM_CODE: known,
            cast.OTHER_FIRM_CODE: new,
        }
        assert {key: each.subject for key, each in again.by_index.items()} == {index: new_person}
        assert queries.person_in_clear(new_person, opened=opened(new_person)) is not None

    def test_names_of_a_batch_are_kept_and_the_latest_is_the_present_one(self) -> None:
        batch, known = uuid4(), firm()
        later = TODAY + timedelta(days=3)
        rows = [org_row(batch, known, cast.FIRM_CODE, "示例现用名", later)] * 2
        assert merge(rows, batch) == [known]
        assert merge(rows, batch) == []
        older = [org_row(batch, known, cast.FIRM_CODE, "示例曾用名", date(2019, 1, 1))]
        assert merge(older, batch) == []
        assert Subject.objects.get().name == "示例现用名"
        assert SubjectName.objects.count() == 3

    def test_bulk_and_single_index_agree(self) -> None:
        assert people.PersonIndex().of("resident_id", cast.PERSON_ID) == people.index_of(
            "resident_id", f" {cast.PERSON_ID.lower()}"
        )

    def test_merging_is_part_of_a_batch(self) -> None:
        with pytest.raises(LedgerFault):
            merge_staged("staged", uuid4(), NOW)

    def test_only_a_table_of_ours_is_read(self) -> None:
        with pytest.raises(ValueError, match="table"):
            resolve([], [])
            from xinheng.subjects.bulk import _name

            _name("staged; drop table x")


def test_the_same_new_person_in_two_transactions_becomes_one(committed: TestDatabase) -> None:
    made: list[UUID] = []
    gate = threading.Barrier(4)

    def add() -> None:
        gate.wait()
        try:
            made.append(person())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=add) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(made) == 4
    assert len(set(made)) == 1
    assert SubjectKey.objects.count() == 1
