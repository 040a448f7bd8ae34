"""Bundles and rulings take two persons; the mirror is what the files say (数据包、裁定、镜像): done when, 5."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from tests import cast
from xinheng.catalog import queries, services
from xinheng.catalog.models import Bundle, CatalogItem, ReferenceValue
from xinheng.catalog.public import current_law
from xinheng.jobs import reference
from xinheng.law.facts import AmountClass, InstrumentKind, RecordFacts, SubjectKind
from xinheng.law.language import Refusal
from xinheng.law.lawbook import LawbookFault, default_path

pytestmark = pytest.mark.usefixtures("city")

FINED = RecordFacts(
    item="penalty", interval="2026-04-01", subject_kind=SubjectKind.LEGAL_PERSON,
    instrument_kind=InstrumentKind.PENALTY, kinds=("fine",), amount=AmountClass.BELOW_100000,
)  # fmt: skip
MIDDLE = {"class": "一般"}


@pytest.fixture
def edition(tmp_path: Path) -> Path:
    """A copy of the shipped reference data, to be edited."""
    return Path(shutil.copytree(default_path(), tmp_path / "reference"))


def edit(path: Path, file: str, old: str, new: str) -> None:
    text = (path / file).read_text("utf-8")
    assert old in text
    (path / file).write_text(text.replace(old, new, 1), "utf-8")


def longer(path: Path) -> None:
    edit(
        path,
        "terms.yaml",
        "max_months: 12, source: 国办发〔2025〕22号",
        "max_months: 24, source: 国办发〔2025〕22号",
    )


def test_the_founding_bundle_is_in_force_and_mirrored() -> None:
    book = queries.current_lawbook()
    assert Bundle.objects.get().digest == book.digest
    assert queries.mirror_faults(book.values()) == ()
    assert CatalogItem.objects.filter(edition="2024", code="penalty").get().name == "行政处罚"


def test_there_is_one_founding() -> None:
    with pytest.raises(Refusal, match="BUNDLE_CURRENT"):
        services.found(officers=(cast.OFFICER.actor.user_id, cast.SECOND_OFFICER.actor.user_id), now=cast.NOW)


def test_a_bundle_is_proposed_by_one_and_approved_by_another(edition: Path) -> None:
    longer(edition)
    before = queries.current_lawbook().digest
    row = services.propose_bundle(edition, actor=cast.OFFICER.actor, now=cast.NOW)
    assert row.changes == ("公示期限｜rules/P-36/classes/一般/max_months：由“12”改为“24”。",)
    assert queries.current_lawbook().digest == before
    with pytest.raises(Refusal, match="SAME_PERSON"):
        services.approve_bundle(row.digest, actor=cast.OFFICER.actor, now=cast.NOW)
    services.approve_bundle(row.digest, actor=cast.SECOND_OFFICER.actor, now=cast.NOW)
    assert queries.current_lawbook().digest == row.digest
    assert current_law(cast.TODAY).terms["P-36"].data["classes"]["一般"]["max_months"] == 24
    assert queries.mirror_faults(queries.current_lawbook().values()) == ()


def test_nobody_outside_the_office_touches_the_law(edition: Path) -> None:
    longer(edition)
    for actor in (cast.MARKET_CLERK.actor, cast.ADMIN.actor, cast.AUDITOR.actor):
        with pytest.raises(Refusal, match="PERMISSION_DENIED"):
            services.propose_bundle(edition, actor=actor, now=cast.NOW)


def test_the_database_holds_bundles_and_rulings_to_two_persons(edition: Path) -> None:
    longer(edition)
    row = services.propose_bundle(edition, actor=cast.OFFICER.actor, now=cast.NOW)
    with pytest.raises(DatabaseError, match="bundle_two_persons"), transaction.atomic():
        Bundle.objects.filter(digest=row.digest).update(approved_by=cast.OFFICER.actor.user_id)
    ruling = services.propose_ruling(
        "P-36.class", FINED, MIDDLE, ground="示例裁定", actor=cast.OFFICER.actor, now=cast.NOW
    )
    services.approve_ruling(ruling.id, actor=cast.SECOND_OFFICER.actor, now=cast.NOW)
    with (
        pytest.raises(DatabaseError, match="stays as approved"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("""UPDATE catalog_ruling SET decision = '{"class": "轻微"}'""")


def test_a_ruling_answers_an_open_question_only_and_once() -> None:
    propose: dict[str, Any] = {"ground": "示例裁定", "actor": cast.OFFICER.actor, "now": cast.NOW}
    with pytest.raises(Refusal, match="RULING_NOT_AN_OPTION"):
        services.propose_ruling("P-36.class", FINED, {"class": "特别"}, **propose)
    with pytest.raises(Refusal, match="RULING_NOT_AN_OPTION"):
        services.propose_ruling("intake.age", FINED, {"age": "adult"}, **propose)
    with pytest.raises(Refusal, match="RULING_BASIS_REQUIRED"):
        services.propose_ruling("P-36.class", FINED, MIDDLE, **{**propose, "ground": " "})
    row = services.propose_ruling("P-36.class", FINED, MIDDLE, **propose)
    assert queries.rulings().decisions == {}
    services.approve_ruling(row.id, actor=cast.SECOND_OFFICER.actor, now=cast.NOW)
    assert [each.number for each in queries.rulings().decisions.values()] == [row.number]
    with pytest.raises(Refusal, match="RULING_EXISTS"):
        services.propose_ruling("P-36.class", FINED, MIDDLE, **propose)
    services.revoke_ruling(row.id, actor=cast.OFFICER.actor, now=cast.NOW)
    assert queries.rulings().decisions == {}
    with pytest.raises(Refusal, match="NOT_READY"):
        services.approve_ruling(row.id, actor=cast.SECOND_OFFICER.actor, now=cast.NOW)


def test_a_refused_ruling_never_comes_into_force() -> None:
    row = services.propose_ruling(
        "P-36.class", FINED, MIDDLE, ground="示例裁定", actor=cast.OFFICER.actor, now=cast.NOW
    )
    services.refuse_ruling(row.id, actor=cast.SECOND_OFFICER.actor, now=cast.NOW)
    with pytest.raises(Refusal, match="NOT_READY"):
        services.approve_ruling(row.id, actor=cast.SECOND_OFFICER.actor, now=cast.NOW)
    assert queries.rulings().decisions == {}


def test_nobody_turns_down_what_the_same_person_proposed() -> None:
    """The page has no such button; the service says so too."""
    row = services.propose_ruling(
        "P-36.class", FINED, MIDDLE, ground="示例裁定", actor=cast.OFFICER.actor, now=cast.NOW
    )
    with pytest.raises(Refusal, match="SAME_PERSON"):
        services.refuse_ruling(row.id, actor=cast.OFFICER.actor, now=cast.NOW)


def test_a_bundle_that_was_replaced_comes_back_by_two_persons_only(edition: Path) -> None:
    """Its own approval is spent: one officer alone would bring old law back."""
    longer(edition)
    first = services.propose_bundle(edition, actor=cast.OFFICER.actor, now=cast.NOW)
    services.approve_bundle(first.digest, actor=cast.SECOND_OFFICER.actor, now=cast.NOW)
    edit(
        edition,
        "terms.yaml",
        "max_months: 24, source: 国办发〔2025〕22号",
        "max_months: 6, source: 国办发〔2025〕22号",
    )
    second = services.propose_bundle(edition, actor=cast.OFFICER.actor, now=cast.NOW)
    services.approve_bundle(second.digest, actor=cast.SECOND_OFFICER.actor, now=cast.NOW)
    with pytest.raises(Refusal, match="NOT_READY"):
        services.approve_bundle(first.digest, actor=cast.SECOND_OFFICER.actor, now=cast.NOW)
    assert queries.current_lawbook().digest == second.digest


def test_a_refused_bundle_never_comes_into_force(edition: Path) -> None:
    longer(edition)
    row = services.propose_bundle(edition, actor=cast.OFFICER.actor, now=cast.NOW)
    services.refuse_bundle(row.digest, actor=cast.SECOND_OFFICER.actor, now=cast.NOW)
    with pytest.raises(Refusal, match="NOT_READY"):
        services.approve_bundle(row.digest, actor=cast.SECOND_OFFICER.actor, now=cast.NOW)
    again = services.propose_bundle(edition, actor=cast.OFFICER.actor, now=cast.NOW)
    assert services.approve_bundle(again.digest, actor=cast.SECOND_OFFICER.actor, now=cast.NOW).is_current


def test_the_check_finds_nothing_in_what_is_in_force() -> None:
    report = reference.check(None, mirror=True)
    assert report.code == 0, report.lines


def test_the_check_finds_a_citation_that_leads_nowhere(edition: Path) -> None:
    edit(edition, "catalog/2021.yaml", "basis: [apl#48", "basis: [apl#480")
    report = reference.check(edition, mirror=True)
    assert report.code == 1
    assert any("apl#480" in line for line in report.lines)
    with pytest.raises(LawbookFault):
        services.propose_bundle(edition, actor=cast.OFFICER.actor, now=cast.NOW)


def test_the_check_finds_two_editions_on_one_day(edition: Path) -> None:
    edit(edition, "terms.yaml", "valid: [2023-05-01, 2026-03-31]", "valid: [2023-05-01, 2026-04-30]")
    report = reference.check(edition, mirror=True)
    assert report.code == 1
    assert any("P-58" in line and "P-36" in line for line in report.lines)


@pytest.mark.parametrize(
    ("plant", "says"),
    [
        (
            "UPDATE catalog_referencevalue SET value = '99' WHERE path LIKE 'terms/rules/P-36/%%一般/max_months'",
            "99",
        ),
        (
            "DELETE FROM catalog_referencevalue WHERE path LIKE 'terms/rules/P-36/%%一般/max_months'",
            "没有这一项",
        ),
        (
            "INSERT INTO catalog_referencevalue VALUES ('terms/rules/P-0/max_months', '99', 'sourced')",
            "文件中已没有",
        ),
    ],
)
def test_the_check_finds_a_table_that_differs_from_its_file(plant: str, says: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(plant.replace("%%", "%"))
    report = reference.check(None, mirror=True)
    assert report.code == 1
    assert [says in line for line in report.lines if line.startswith("与库表不一致")] == [True]


def test_files_changed_under_an_approved_bundle_are_not_the_law(edition: Path, settings: Any) -> None:
    from xinheng.catalog import books

    longer(edition)
    row = services.propose_bundle(edition, actor=cast.OFFICER.actor, now=cast.NOW)
    kept = Path(row.path) / "terms.yaml"
    kept.write_text(kept.read_text("utf-8").replace("max_months: 24", "max_months: 36"), "utf-8")
    books._books.pop(row.digest)
    try:
        with pytest.raises(Refusal, match="BUNDLE_CHANGED"):
            services.approve_bundle(row.digest, actor=cast.SECOND_OFFICER.actor, now=cast.NOW)
    finally:
        shutil.rmtree(row.path)


def test_the_command_tells_what_changes_and_needs_two_officers(edition: Path) -> None:
    longer(edition)
    assert reference.diff(edition).code == 1
    proposed = reference.load(edition, cast.OFFICER.username)
    assert any("由“12”改为“24”" in line for line in proposed.lines)
    digest = str(proposed.told["digest"])
    with pytest.raises(Refusal, match="SAME_PERSON"):
        reference.approve(digest[:12], cast.OFFICER.username)
    assert reference.approve(digest[:12], cast.SECOND_OFFICER.username).code == 0
    assert reference.diff(edition).code == 0


def test_the_law_of_a_day_knows_its_rulings() -> None:
    row = services.propose_ruling(
        "P-36.class", FINED, MIDDLE, ground="示例裁定", actor=cast.OFFICER.actor, now=cast.NOW
    )
    services.approve_ruling(row.id, actor=cast.SECOND_OFFICER.actor, now=cast.NOW)
    law = current_law(date(2026, 11, 24))
    assert [each.decision for each in law.rulings.decisions.values()] == [MIDDLE]


def test_every_value_is_in_the_table() -> None:
    assert ReferenceValue.objects.count() == len(list(queries.current_lawbook().values()))


Load = Callable[[Callable[[dict[str, Any]], None]], None]


def test_an_item_that_a_record_refers_to_outlives_its_edition(load_terms: Load) -> None:
    count = CatalogItem.objects.count()
    load_terms(lambda terms: terms["rules"].sort(key=lambda each: str(each["id"])))
    assert CatalogItem.objects.count() == count
