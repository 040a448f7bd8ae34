"""Nothing is recorded without an effective document, by nobody else, and nothing recorded is changed (1.3a)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any
from uuid import UUID

import psycopg
import pytest

from tests import cast
from tests.support.database import TestDatabase
from xinheng.catalog.models import CatalogItem

INSTRUMENT = (
    "INSERT INTO registry_instrument (id, body_uscc, body_name, number, number_key, kind, decided_on, effect,"
    " contested, agency_id) VALUES (%(id)s, 'x', 'x', %(number)s, %(number)s, %(kind)s, '2026-01-01', %(effect)s,"
    " false, %(agency)s)"
)
RECORD = (
    "INSERT INTO registry_record (id, instrument_id, subject_id, item_code, item_id, agency_id, facts_id, version,"
    " state, adverse, decided_on, accepted_on, batch, \"row\") VALUES (%(id)s, %(instrument)s, %(subject)s, 'penalty',"
    " %(item)s, %(agency)s, 1, 1, 'live', true, '2026-01-01', '2026-01-01', %(id)s, 1)"
)
SUBJECT, GOOD = UUID(int=0x51), UUID(int=0x61)
Run = Callable[..., None]


@pytest.fixture
def register(committed: TestDatabase, superuser: psycopg.Connection[Any]) -> psycopg.Connection[Any]:
    """A subject, a catalog item, a combination of facts: all that a record refers to but its document."""
    cast.settle()
    CatalogItem.objects.create(
        id="2024/penalty", edition="2024", code="penalty", name="行政处罚", category="C03", adverse=True,
        publishable=True, valid_from=date(2024, 3, 4),
    )  # fmt: skip
    superuser.execute(
        "INSERT INTO subjects_subject (id, kind, uscc, name, created_at, proof)"
        " VALUES (%s, 'legal_person', %s, '示例', now(), 'x')", [SUBJECT, cast.FIRM_CODE],
    )  # fmt: skip
    superuser.execute("INSERT INTO registry_facts (id, digest, facts) VALUES (1, '\\x01', '{}')")
    return superuser


@pytest.fixture
def intake(register: object, committed: TestDatabase) -> Iterator[Run]:
    """Statements as the loading role, for the market authority."""
    with committed.connect("xinheng_app") as app:

        def run(statement: str, **asked: Any) -> None:
            with app.transaction():
                app.execute("SET LOCAL ROLE xinheng_intake")
                app.execute("SELECT set_config('xinheng.agency', %s, true)", [str(cast.MARKET.id)])
                app.execute(statement, {"agency": cast.MARKET.id, **asked})

        yield run


def instrument(**other: Any) -> dict[str, Any]:
    return {"id": GOOD, "number": "示1号", "kind": "penalty", "effect": "effective", **other}


def record(**other: Any) -> dict[str, Any]:
    return {"id": UUID(int=0x71), "instrument": GOOD, "subject": SUBJECT, "item": "2024/penalty", **other}


def test_only_a_document_in_effect_of_the_closed_set_founds_a_record(intake: Run, register: Any) -> None:
    for effect in ("not_yet", "stayed", "revoked", "void", "lapsed"):
        with pytest.raises(psycopg.errors.CheckViolation):
            intake(INSTRUMENT, **instrument(effect=effect))
    for other in ({"kind": "other"}, {"number": "  "}):
        with pytest.raises(psycopg.errors.CheckViolation):
            intake(INSTRUMENT, **instrument(**other))
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        intake(RECORD, **record())
    intake(INSTRUMENT, **instrument())
    for wrong, fault in (
        ({"instrument": None}, psycopg.errors.NotNullViolation),
        ({"item": "2024/none"}, psycopg.errors.ForeignKeyViolation),
        ({"item": None}, psycopg.errors.NotNullViolation),
    ):
        with pytest.raises(fault):
            intake(RECORD, **record(**wrong))
    # a document that has fallen founds nothing new
    register.execute("UPDATE registry_instrument SET effect = 'revoked'")
    with pytest.raises(psycopg.errors.CheckViolation):
        intake(RECORD, **record())
    register.execute("UPDATE registry_instrument SET effect = 'effective'")
    intake(RECORD, **record())
    # a licence that has lapsed is still a true record
    intake(INSTRUMENT, **instrument(id=UUID(int=0x62), kind="license", effect="lapsed"))


def test_the_application_alone_writes_nothing_and_versions_never_change(
    intake: Run, register: Any, committed: TestDatabase, as_owner: psycopg.Connection[Any]
) -> None:
    intake(INSTRUMENT, **instrument())
    intake(RECORD, **record())
    register.execute(
        "INSERT INTO registry_recordversion (record_id, version, content, content_digest, withheld, source, facts_id,"
        " batch, row, item, adverse, agency, event, leaf, salt, commitment, ground, ground_text, made_by, made_at)"
        " SELECT id, 1, '{}', '', '{}', '{}', 1, id, 1, '', true, id, id, 0, '', '', '', '', id, now()"
        " FROM registry_record"
    )
    refused = psycopg.errors.InsufficientPrivilege
    with committed.connect("xinheng_app") as app:
        for statement in (
            INSTRUMENT % dict.fromkeys(("id", "number", "kind", "effect", "agency"), "NULL"),
            "UPDATE registry_record SET adverse = false",
            "DELETE FROM registry_record",
            "UPDATE registry_recordversion SET content = '{}'",
            "TRUNCATE registry_recordversion",
            "INSERT INTO exchange_staging SELECT * FROM exchange_staging",
        ):
            with pytest.raises(refused):
                app.execute(statement)
    for statement in (
        "UPDATE registry_recordversion SET content = '{}'",
        "DELETE FROM registry_recordversion",
    ):
        with pytest.raises(refused):
            intake(statement)
        with pytest.raises(refused):
            register.execute(statement)
    with pytest.raises(refused):
        as_owner.execute("TRUNCATE registry_recordversion")


def test_an_agency_sees_and_writes_its_own_records_only(
    intake: Run, register: Any, committed: TestDatabase
) -> None:
    intake(INSTRUMENT, **instrument())
    intake(RECORD, **record())
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        intake(RECORD, **record(id=UUID(int=0x72), agency=cast.ENVIRONMENT.id))
    with committed.connect("xinheng_app") as app:
        for agency, whole, seen in (
            (cast.MARKET.id, "off", 1),
            (cast.ENVIRONMENT.id, "off", 0),
            (cast.ENVIRONMENT.id, "on", 1),
            ("", "", 0),
        ):
            with app.transaction():
                app.execute("SELECT set_config('xinheng.agency', %s, true)", [str(agency)])
                app.execute("SELECT set_config('xinheng.whole_city', %s, true)", [whole])
                for table in ("registry_record", "registry_instrument"):
                    found = app.execute(f"SELECT count(*) FROM {table}").fetchone()
                    assert found == (seen,), (table, agency, whole)


def test_a_proposal_is_decided_once_and_by_another_person(register: Any) -> None:
    propose = (
        "INSERT INTO registry_proposal (id, kind, agency_id, batch, change, ground, ground_text, proposed_by,"
        " proposed_at, decision_text) VALUES (%s, 'withdraw', %s, %s, '{}', '', '', %s, now(), '')"
    )
    one, two = cast.MARKET_CLERK.actor.user_id, cast.MARKET_CHECKER.actor.user_id
    with cast.untold(register):
        register.execute(propose, [GOOD, cast.MARKET.id, GOOD, one])
    decide = "UPDATE registry_proposal SET decided_by = %s, decided_at = now(), granted = true"
    with pytest.raises(psycopg.errors.CheckViolation, match="two_persons"):
        register.execute(decide, [one])
    with cast.untold(register):
        register.execute(decide, [two])
    with pytest.raises(psycopg.errors.CheckViolation, match="decided once"):
        register.execute(decide, [two])
