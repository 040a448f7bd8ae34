"""Equal payloads give equal bytes; floats and personal data do not enter."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from tests import cast
from xinheng.law.identifiers import uscc_check
from xinheng.ledger.canonical import LedgerFault, canonical, plain, refuse_personal
from xinheng.ledger.kinds import EventKind

NAIVE = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)


def test_order_and_unicode_form_do_not_matter() -> None:
    assert canonical({"b": 1, "a": "\u00e9"}) == canonical({"a": "e\u0301", "b": 1})


def test_ids_dates_bytes_and_kinds_become_text() -> None:
    payload = {
        "id": UUID(int=1),
        "on": date(2026, 11, 23),
        "at": datetime(2026, 11, 23, 2, tzinfo=UTC),
        "root": b"\x01\xff",
        "kind": EventKind.BATCH_ACCEPTED,
        "none": None,
        "list": (1, True),
    }
    assert plain(payload) == {
        "id": "00000000-0000-0000-0000-000000000001",
        "on": "2026-11-23",
        "at": "2026-11-23T02:00:00+00:00",
        "root": "01ff",
        "kind": "batch.accepted",
        "none": None,
        "list": [1, True],
    }


@pytest.mark.parametrize("value", [1.5, float("nan"), 2**60, NAIVE, object(), "a\x00b", "a\nb"])
def test_what_has_no_single_form_is_refused(value: object) -> None:
    with pytest.raises(LedgerFault):
        canonical({"x": value})


@pytest.mark.parametrize(
    "text",
    [
        cast.PERSON_NAME,
        cast.PERSON_ID,
        f"id:{cast.PERSON_ID.lower()}",
        "13900000000",
        "tel 13900000000.",
        "x" * 129,
    ],
)
def test_personal_data_is_refused_without_being_quoted(text: str) -> None:
    with pytest.raises(LedgerFault) as caught:
        refuse_personal(plain({"deep": [{"note": text}]}))
    assert text not in str(caught.value)
    assert "payload.deep[].note" in str(caught.value)


def test_the_code_of_a_body_may_be_all_digits() -> None:
    """Of one body in three with a number without letters; read as a person's it would stop `create_agency`."""
    codes = [cast.uscc("11", 1)[:8] + f"{each:09d}" for each in range(1, 40)]
    digits = [code for stem in codes if (code := stem + uscc_check(stem))[17] in "0123456789X"]
    assert len(digits) > 8
    for code in digits:
        refuse_personal(plain({"uscc": code}))
        with pytest.raises(LedgerFault):
            refuse_personal(plain({"uscc": code[:-1] + ("1" if code[-1] != "1" else "2")}))


def test_ids_hashes_codes_and_dates_pass() -> None:
    refuse_personal(
        plain(
            {
                "id": UUID("019ab000-1390-7000-8000-139123456789"),
                "hash": b"\x13" * 32,
                "uscc": cast.FIRM_CODE,
                "item": "2024/penalty",
                "on": date(2026, 11, 23),
                "count": 1_000_000,
            }
        )
    )
