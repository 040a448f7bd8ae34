"""A sheet goes in; records, one event and the public page's entries come out, all or nothing."""

from __future__ import annotations

import hmac
import json
from datetime import date
from typing import Any
from uuid import UUID

import polars as pl
import rfc8785

from tests import cast
from tests.exchange import sample
from tests.exchange.conftest import Ask, Submit
from xinheng.exchange.intake import Outcome
from xinheng.ledger.leaves import merkle_root
from xinheng.registry.rows import Brought, array_text, open_personal, version_row
from xinheng.vault.keyring import Keyring

_RECORD = (
    "SELECT r.id, r.subject_id, r.item_id, r.version, r.state, i.kind, i.effect, s.uscc, v.content, v.withheld,"
    " v.sealed, v.event, r.instrument_id FROM registry_record r JOIN registry_instrument i ON i.id = r.instrument_id"
    " JOIN subjects_subject s ON s.id = r.subject_id"
    ' JOIN registry_recordversion v ON v.record_id = r.id AND v.version = r.version ORDER BY r."row"'
)


def codes(outcome: Outcome, severity: str = "refused") -> dict[int, str]:
    """Code of the first finding of each row."""
    found = outcome.findings.filter(severity=severity).unique("row", keep="first")
    return dict(found.select("row", "code").iter_rows())


def test_a_sheet_becomes_records_an_event_and_public_entries(submit: Submit, ask: Ask) -> None:
    planted = "现场负责人钱示二（电话13900000000）在场。"
    outcome = submit(
        sample.penalty(1),
        # one document, several parties: one instrument
        sample.penalty(
            1, sample.FIRM | {"party_name": cast.OTHER_FIRM_NAME, "party_code": cast.OTHER_FIRM_CODE}
        ),
        sample.penalty(2, sample.PERSON, act_on="2025-01-05"),
        sample.penalty(3, facts_text=planted),
        sample.penalty(4, decided_on="2026-02-30"),
    )
    assert (outcome.counts["accepted"], outcome.counts["refused"]) == (4, 1)
    assert codes(outcome) == {6: "DATE_IMPOSSIBLE"}
    firm, other, person, withheld = ask(_RECORD)
    assert firm[2:8] == ("2024/penalty", 1, "live", "penalty", "effective", cast.FIRM_CODE)
    assert firm[12] == other[12] != person[12]
    assert firm[8]["conduct"] == "经营标签不符合规定的食品"
    assert firm[8]["confiscated_amount"] == "0.2"
    assert firm[11] == outcome.event
    # what is personal is sealed: opened with the subject's key it is all there
    assert "legal_representative" not in firm[8]
    assert _opened(firm)["legal_representative"] == "赵示一"
    assert "party_name" not in person[8]
    assert _opened(person)["party_name"] == cast.PERSON_NAME
    assert withheld[9] == ["facts_text"]
    assert "facts_text" not in withheld[8]
    assert _opened(withheld)["facts_text"] == planted
    # the public finds the firms, not the person
    published = {record for (record,) in ask("SELECT record FROM publication_publicentry")}
    assert published == {firm[0], other[0], withheld[0]}
    _nowhere_in_clear(ask, cast.PERSON_ID, cast.PERSON_NAME, "赵示一", "13900000000", "钱示二")
    _evidence_holds(outcome, ask)


def _opened(row: tuple[Any, ...]) -> dict[str, Any]:
    return open_personal(Keyring.load([row[1]]), record=row[0], subject=row[1], sealed=row[10])


def _nowhere_in_clear(ask: Ask, *secrets: str) -> None:
    tables = ask(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
    )
    for (table,) in tables:
        content = "\n".join(row for (row,) in ask(f"SELECT t::text FROM {table} t"))
        for secret in secrets:
            assert secret not in content, f"{secret} in {table}"


def _evidence_holds(outcome: Outcome, ask: Ask) -> None:
    """Every commitment is recomputed from the row as it stands, without a key; their tree has the event's root."""
    made: list[bytes] = []
    for batch, event, by, at, *row in ask(
        "SELECT v.batch, v.event, v.made_by, v.made_at, v.record_id, v.version, v.row, v.leaf, v.adverse,"
        " r.subject_id, r.instrument_id, v.agency, f.digest, v.content_digest, s.proof, v.content,"
        " v.sealed_commitment, v.item, v.withheld, v.source, v.ground, v.ground_text, v.salt, v.commitment"
        " FROM registry_recordversion v JOIN registry_record r ON r.id = v.record_id"
        " JOIN registry_facts f ON f.id = v.facts_id JOIN subjects_subject s ON s.id = r.subject_id ORDER BY v.leaf"
    ):
        told = [each.bytes if isinstance(each, UUID) else each for each in row]
        told[11], told[14:16] = (
            rfc8785.dumps(row[11]).decode(),
            [array_text(row[14]), rfc8785.dumps(row[15]).decode()],
        )
        *covered, salt, commitment = told
        brought = Brought(batch=batch.bytes, event=event.bytes, by=by.bytes, at=at)
        assert hmac.digest(salt, version_row(brought, tuple(covered)), "sha256") == commitment
        assert row[3] == len(made)
        made.append(commitment)
    ((payload,),) = ask("SELECT payload FROM ledger_eventpayload WHERE event_id = %s", outcome.event)
    assert (payload["count"], payload["merkle_root"]) == (len(made), merkle_root(made).hex())
    assert "示例" not in json.dumps(payload, ensure_ascii=False)


def test_sending_again(submit: Submit, ask: Ask) -> None:
    first = submit(sample.penalty(1), sample.penalty(2))
    before = ask("SELECT record_id, version, commitment FROM registry_recordversion ORDER BY record_id")
    # the same file is the same batch
    same = submit(sample.penalty(1), sample.penalty(2))
    assert (same.batch, [note.code for note in same.notes]) == (first.batch, ["FILE_KNOWN"])
    # the same rows in another file change nothing
    more = submit(sample.penalty(1), sample.penalty(2), sample.penalty(3))
    assert (more.counts["unchanged"], more.counts["new"]) == (2, 1)
    # other content without a ground is refused, with one it is a new version
    other: Any = {"content_text": "没收非法财物，价值 3000 元", "confiscated_amount": "0.3"}
    another = sample.FIRM | {"party_name": cast.OTHER_FIRM_NAME, "party_code": cast.OTHER_FIRM_CODE}
    refused = submit(
        sample.penalty(1, **other),
        sample.penalty(2, decided_on="2026-05-12"),
        # one document has one day, whoever its parties are
        sample.penalty(3, another, decided_on="2026-05-12"),
    )
    assert codes(refused) == {2: "NUMBER_TAKEN", 3: "NUMBER_TAKEN", 4: "NUMBER_TAKEN"}
    bracketed = submit(sample.penalty(1, **other, document_number="示市监罚决字[2026]1号"))
    (told,) = bracketed.findings.filter(pl.col("code") == "NUMBER_TAKEN").get_column("values")
    assert json.loads(told) == {"number": "示市监罚决字[2026]1号"}  # as the sender wrote it
    changed = submit(sample.penalty(1, **other, change_kind="更正", change_reason="录入时少写了一千元"))
    assert (changed.counts["changed"], changed.counts["new"]) == (1, 0)
    versions = ask(
        "SELECT version, content ->> 'confiscated_amount', ground, ground_text FROM registry_recordversion v"
        " WHERE record_id = (SELECT record_id FROM registry_recordversion WHERE version = 2) ORDER BY version"
    )
    assert versions == [(1, "0.2", "", ""), (2, "0.3", "correction", "录入时少写了一千元")]
    kept = ask("SELECT record_id, version, commitment FROM registry_recordversion ORDER BY record_id")
    assert set(before) <= set(kept)
    # a ground given for the whole batch serves as well
    again = submit(sample.penalty(1), ground={"kind": "variation", "reason": "复议变更"})
    assert again.counts["changed"] == 1


def test_what_the_law_refuses_and_what_waits(submit: Submit, ask: Ask) -> None:
    minor = sample.PERSON | {"party_id": cast.MINOR_ID, "party_name": cast.MINOR_NAME}
    young = sample.PERSON | {"party_id": cast.resident_id(date(2004, 5, 1), 7)}
    outcome = submit(
        sample.penalty(1, minor, act_on="2025-01-05"),
        sample.penalty(2, young),
        sample.penalty(3, effect="停止执行"),
        sample.penalty(4, leniency="不可抗力"),
        sample.penalty(5, basis_text="有关规定"),
        sample.penalty(6, contested="是"),
        sample.penalty(7, body_code=cast.ENVIRONMENT.uscc, body_name=cast.ENVIRONMENT.name),
    )
    assert codes(outcome) == {2: "MINOR_ADVERSE", 4: "BASIS_STAYED", 8: "AGENCY_OTHER"}
    assert codes(outcome, "waiting") == {3: "AGE_UNKNOWN", 5: "LENIENCY_UNADDRESSED", 6: "COMPETENCE_UNKNOWN"}
    assert (outcome.counts["accepted"], outcome.counts["waiting"]) == (1, 3)
    assert ask("SELECT contested FROM registry_instrument") == [(True,)]
    waiting = ask('SELECT "row", value_ids FROM exchange_waitingrow ORDER BY "row"')
    assert waiting == [(3, ["intake.age"]), (5, ["intake.leniency"]), (6, ["intake.competence"])]
    stored: dict[int, list[str]] = dict(
        ask("SELECT \"row\", clauses FROM exchange_problem WHERE severity = 'refused'")
    )
    assert "huaian-2021-13#4.2b" in stored[2]


def test_a_sheet_of_which_nothing_can_be_taken_in_is_not_submitted(submit: Submit, ask: Ask) -> None:
    outcome = submit(sample.penalty(1, decided_on="2026-02-30"))
    assert [note.code for note in outcome.notes] == ["BATCH_NOTHING_ACCEPTED"]
    assert ask("SELECT state, submitted_at FROM exchange_batch") == [("problems", None)]
    assert ask("SELECT count(*) FROM ledger_event WHERE kind = 'batch.accepted'") == [(0,)]
    assert ask("SELECT code FROM exchange_problem WHERE severity = 'refused'") == [("DATE_IMPOSSIBLE",)]
    # the same file again is no repetition: it was never submitted
    again = submit(sample.penalty(1, decided_on="2026-02-30"))
    assert (again.batch, again.counts["refused"]) == (outcome.batch, 1)


def test_the_city_platform_passes_on_what_agencies_decided(submit: Submit, ask: Ask) -> None:
    platform = cast.OFFICER.actor
    platform = type(platform)(**{**_fields(platform), "roles": frozenset({"clerk", "office"})})
    environment: Any = {"body_code": cast.ENVIRONMENT.uscc, "body_name": cast.ENVIRONMENT.name}
    outcome = submit(sample.penalty(1), sample.penalty(1, **environment), actor=platform)
    assert outcome.counts["new"] == 2
    assert ask('SELECT agency_id FROM registry_record ORDER BY "row"') == [
        (cast.MARKET.id,),
        (cast.ENVIRONMENT.id,),
    ]


def _fields(actor: Any) -> dict[str, Any]:
    return {name: getattr(actor, name) for name in type(actor).__slots__}


def test_rows_that_contradict_each_other_across_slices(submit: Submit, ask: Ask, monkeypatch: Any) -> None:
    monkeypatch.setattr("xinheng.exchange.pipeline.SLICE", 2)
    rows = [sample.penalty(n) for n in range(1, 6)]
    outcome = submit(*rows, sample.penalty(1, conduct="未按规定检验特种设备"), sample.penalty(2))
    # 1 is contradicted by a later row: neither is believed; 2 is merely repeated
    assert set(codes(outcome)) == {2, 7, 8}
    assert outcome.counts["new"] == 4
    numbers = ask("SELECT number FROM registry_instrument ORDER BY number")
    assert [number for (number,) in numbers] == [f"示市监罚决字〔2026〕{n}号" for n in (2, 3, 4, 5)]
    assert ask("SELECT count(*) FROM exchange_staging") == [(0,)]
    leaves = ask("SELECT leaf FROM registry_recordversion ORDER BY leaf")
    assert [leaf for (leaf,) in leaves] == [0, 1, 2, 3]


def test_a_withdrawn_subject_code_names_a_known_party(submit: Submit, ask: Ask) -> None:
    submit(sample.penalty(1))
    renamed = sample.FIRM | {"party_name": "示例淮上食品集团有限公司"}
    submit(sample.penalty(2, renamed, decided_on="2026-06-01"))
    assert ask("SELECT count(*) FROM subjects_subject") == [(1,)]
    names = ask("SELECT name FROM subjects_subjectname ORDER BY seen_from")
    assert names == [(cast.FIRM_NAME,), ("示例淮上食品集团有限公司",)]
    assert isinstance(ask("SELECT id FROM subjects_subject")[0][0], UUID)
