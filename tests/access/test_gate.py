"""Nobody looks without an entry; no entry, no data; what is refused is on record too."""

# clause: 5.2

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError, IntegrityError

from tests import cast
from tests.cast import (
    AUDITOR,
    ENVIRONMENT,
    ENVIRONMENT_CLERK,
    MARKET,
    MARKET_CHECKER,
    MARKET_CLERK,
    NOW,
    OFFICER,
)
from tests.support.database import TestDatabase
from xinheng.access import gate, permissions, queries
from xinheng.access.actor import Actor
from xinheng.access.gate import GateFault, Opened, open_file, open_set
from xinheng.access.purposes import Purpose, open_to
from xinheng.access.scope import acting
from xinheng.law.language import Refusal
from xinheng.subjects import queries as subject_queries

SUBJECT = UUID(int=0xC1)
CASE = "批次 PC-示例-1"


def look(actor: Actor = MARKET_CLERK.actor, **other: Any) -> Opened:
    asked: dict[str, Any] = {"subject": SUBJECT, "purpose": "correction", "basis": CASE, "now": NOW} | other
    return open_file(actor=actor, **asked)


def look_at_set(actor: Actor, what: str = "register", **other: Any) -> Opened:
    asked: dict[str, Any] = {
        "purpose": str(open_to(actor.roles)[-1]),
        "basis": "月度检查 示例",
        "now": NOW,
    } | other
    return open_set(actor=actor, what=what, **asked)


def code_of(refused: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as caught:
        refused()
    return caught.value.reasons[0].code


def entries(database: TestDatabase) -> list[tuple[Any, ...]]:
    with database.connect() as admin:
        query = "SELECT actor, what, subject, purpose, basis, granted, refusal FROM access_accessentry ORDER BY at, id"
        return admin.execute(query).fetchall()


class TestRegisteredFirst:
    def test_the_entry_is_committed_before_the_caller_goes_on(self, committed: TestDatabase) -> None:
        with transaction.atomic():
            opened = look()
            (entry,) = entries(committed)
        actor = MARKET_CLERK.actor.user_id
        assert entry == (actor, "file", SUBJECT, "correction", CASE, True, "")
        assert (opened.subject, opened.purpose, opened.at) == (SUBJECT, Purpose.CORRECTION, NOW)

    def test_it_stays_when_the_caller_rolls_back(self, committed: TestDatabase) -> None:
        with pytest.raises(RuntimeError), transaction.atomic():
            look()
            raise RuntimeError
        assert len(entries(committed)) == 1

    def test_without_the_register_nothing_is_opened(
        self, committed: TestDatabase, superuser: psycopg.Connection[Any]
    ) -> None:
        superuser.execute("REVOKE INSERT ON access_accessentry FROM xinheng_app")
        try:
            assert code_of(look) == "REGISTER_UNAVAILABLE"
        finally:
            superuser.execute("GRANT INSERT ON access_accessentry TO xinheng_app")
        assert look().require() is None  # type: ignore[func-returns-value]

    def test_a_server_that_does_not_answer_is_no_register(self, monkeypatch: pytest.MonkeyPatch) -> None:
        @contextmanager
        def down() -> Any:
            raise psycopg.OperationalError("示例：连接中断")
            yield

        monkeypatch.setattr(gate, "side_connection", down)
        assert code_of(look) == "REGISTER_UNAVAILABLE"

    def test_a_month_that_nobody_prepared_does_not_stop_it(self, committed: TestDatabase) -> None:
        far = datetime(2031, 5, 31, 20, tzinfo=UTC)
        look(now=far)
        with committed.connect() as admin:
            assert admin.execute("SELECT count(*) FROM access_accessentry_y2031m06").fetchone() == (1,)
            admin.execute("DROP TABLE access_accessentry_y2031m06")

    def test_many_at_once_are_all_on_record(self, committed: TestDatabase) -> None:
        threads = [threading.Thread(target=look) for _ in range(16)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        assert len(entries(committed)) == 16


@pytest.mark.django_db
class TestRefusals:
    @pytest.mark.parametrize(
        ("code", "asked"),
        [
            ("NOT_YOURS", {"actor": cast.ADMIN.actor}),
            ("NOT_YOURS", {"actor": replace(MARKET_CLERK.actor, roles=frozenset())}),
            ("PURPOSE_REQUIRED", {"purpose": ""}),
            ("PURPOSE_REQUIRED", {"purpose": "curiosity"}),
            ("PURPOSE_REQUIRED", {"purpose": "supervision"}),
            ("PURPOSE_REQUIRED", {"actor": AUDITOR.actor, "purpose": "duty"}),
            ("BASIS_REQUIRED", {"basis": " "}),
            ("BASIS_REQUIRED", {"basis": "长" * 201}),
            ("BASIS_REQUIRED", {"basis": f"查 {cast.PERSON_ID}"}),
        ],
    )
    def test_refused_looks_are_on_record_and_open_nothing(self, code: str, asked: dict[str, Any]) -> None:
        assert code_of(lambda: look(**asked)) == code
        (row,) = self.register()
        assert (row.granted, row.refusal, row.subject) == (False, code, SUBJECT)
        assert cast.PERSON_ID not in row.basis
        assert row.purpose in {"", *map(str, Purpose)}

    def test_another_agency_s_set_is_not_yours(self) -> None:
        assert code_of(lambda: look_at_set(MARKET_CLERK.actor, agency=ENVIRONMENT.id)) == "NOT_YOURS"
        assert look_at_set(MARKET_CLERK.actor, agency=MARKET.id).agency == MARKET.id
        assert look_at_set(OFFICER.actor, agency=ENVIRONMENT.id).agency == ENVIRONMENT.id

    @pytest.mark.parametrize("what", ["", "search:示例某某", f"search:{cast.PERSON_ID}", "a b", "batch:"])
    def test_what_was_typed_never_names_a_set(self, what: str) -> None:
        with pytest.raises(GateFault):
            look_at_set(MARKET_CLERK.actor, what=what)
        assert self.register() == []

    @staticmethod
    def register() -> list[queries.RegisterRow]:
        opened = look_at_set(AUDITOR.actor)
        return [row for row in queries.register(opened=opened) if row.id != opened.entry]


@pytest.mark.django_db
class TestToken:
    def test_made_by_another_hand_it_opens_nothing(self) -> None:
        forged = Opened(UUID(int=1), MARKET_CLERK.actor, SUBJECT, "file", Purpose.DUTY, CASE, NOW)
        for refused in (
            forged.require,
            lambda: forged.require_subject(SUBJECT),
            lambda: replace(forged, what="register").require_what("register"),
            lambda: subject_queries.find_by_code(cast.FIRM_CODE, opened=forged),
            lambda: subject_queries.person_in_clear(SUBJECT, opened=forged),
        ):
            with pytest.raises(GateFault):
                refused()

    def test_it_is_for_one_subject_and_one_set(self) -> None:
        opened = look()
        opened.require_subject(SUBJECT)
        assert code_of(lambda: opened.require_subject(UUID(int=0xC2))) == "NOT_YOURS"
        assert code_of(lambda: opened.require_what("register")) == "NOT_YOURS"

    def test_all_queries_of_subjects_take_it(self) -> None:
        own = inspect.getmembers(subject_queries, inspect.isfunction)
        public = [f for name, f in own if f.__module__ == subject_queries.__name__ and name[0] != "_"]
        assert len(public) > 5
        for query in public:
            assert "opened" in inspect.signature(query).parameters, query.__name__


@pytest.mark.django_db
class TestRegister:
    @pytest.fixture(autouse=True)
    def looks(self) -> None:
        look(MARKET_CLERK.actor)
        look(ENVIRONMENT_CLERK.actor, now=NOW + timedelta(seconds=1))

    @staticmethod
    def agencies(actor: Actor, **asked: Any) -> set[UUID]:
        opened = look_at_set(actor, now=NOW + timedelta(minutes=1))
        return {row.agency for row in queries.register(opened=opened, **asked) if row.what == "file"}

    def test_an_agency_sees_its_own_and_the_auditor_all(self) -> None:
        assert self.agencies(MARKET_CHECKER.actor) == {MARKET.id}
        assert self.agencies(AUDITOR.actor) == {MARKET.id, ENVIRONMENT.id}
        assert self.agencies(OFFICER.actor) == {MARKET.id, ENVIRONMENT.id}

    def test_by_subject(self) -> None:
        assert self.agencies(AUDITOR.actor, subject=UUID(int=0xC9)) == set()
        assert self.agencies(AUDITOR.actor, subject=SUBJECT) == {MARKET.id, ENVIRONMENT.id}

    def test_a_clerk_does_not_read_it_and_reading_it_is_on_record(self) -> None:
        opened = look_at_set(MARKET_CLERK.actor)
        assert code_of(lambda: queries.register(opened=opened)) == "PERMISSION_DENIED"
        assert queries.entry_of(opened).what == "register"

    def test_a_file_s_token_does_not_open_it(self) -> None:
        opened = look(MARKET_CHECKER.actor)
        assert code_of(lambda: queries.register(opened=opened)) == "NOT_YOURS"

    def test_without_an_actor_no_row_is_seen(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM access_accessentry")
            assert cursor.fetchone() == (0,)

    @pytest.mark.parametrize(
        "change", ["UPDATE access_accessentry SET basis = ''", "DELETE FROM access_accessentry"]
    )
    def test_the_application_cannot_change_it(self, change: str) -> None:
        with pytest.raises(DatabaseError), acting(AUDITOR.actor), connection.cursor() as cursor:
            cursor.execute(change)

    @pytest.mark.parametrize(
        ("purpose", "basis", "refusal"), [("", "x", ""), ("duty", "", ""), ("duty", "x", "NO")]
    )
    def test_nor_write_a_granted_look_without_purpose_basis_or_beside_a_refusal(
        self, purpose: str, basis: str, refusal: str
    ) -> None:
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO access_accessentry"
                " (id, at, actor, agency, channel, what, purpose, basis, granted, refusal)"
                " VALUES (uuid7(), now(), uuid7(), uuid7(), 'desk', 'file', %s, %s, true, %s)",
                [purpose, basis, refusal],
            )

    def test_nor_reach_a_partition_past_the_policy(self) -> None:
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT * FROM access_accessentry_y2026m11")


def test_the_owner_cannot_change_the_register_either(
    committed: TestDatabase, as_owner: psycopg.Connection[Any]
) -> None:
    look()
    as_owner.execute("SET xinheng.whole_city = 'on'")
    as_owner.execute("ALTER TABLE access_accessentry NO FORCE ROW LEVEL SECURITY")
    try:
        with pytest.raises(psycopg.Error, match="append-only"):
            as_owner.execute("DELETE FROM access_accessentry")
    finally:
        as_owner.execute("ALTER TABLE access_accessentry FORCE ROW LEVEL SECURITY")


class TestPurposes:
    def test_every_purpose_has_a_label_and_somebody_who_may_name_it(self) -> None:
        named = {purpose for role in permissions.ROLE_LABELS for purpose in open_to(frozenset({role}))}
        assert named == set(Purpose) - {Purpose.OWN}  # one's own file is opened by open_own alone
        assert len({purpose.label for purpose in Purpose}) == len(Purpose)

    def test_the_system_administrator_may_name_none(self) -> None:
        assert open_to(frozenset({"admin"})) == []
