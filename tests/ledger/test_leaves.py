"""The root of a batch is RFC 6962's, and a row's form cannot be read in two ways."""

from __future__ import annotations

import hashlib
import hmac
import time

import pytest

from xinheng.ledger import leaves


def naive(entries: list[bytes]) -> bytes:
    """RFC 6962 2.1, word for word."""
    if not entries:
        return hashlib.sha256().digest()
    if len(entries) == 1:
        return hashlib.sha256(b"\x00" + entries[0]).digest()
    split = 1
    while split * 2 < len(entries):
        split *= 2
    return hashlib.sha256(b"\x01" + naive(entries[:split]) + naive(entries[split:])).digest()


@pytest.mark.parametrize("size", range(71))
def test_root_agrees_with_a_naive_tree(size: int) -> None:
    entries = [hashlib.sha256(bytes([each])).digest() for each in range(size)]
    assert leaves.merkle_root(entries) == naive(entries)


def test_root_agrees_with_published_vectors() -> None:
    # The eight entries that RFC 6962 implementations test with, and their roots for sizes 1, 2, 3, 8.
    entries = [
        bytes.fromhex(text)
        for text in (
            "",
            "00",
            "10",
            "2021",
            "3031",
            "40414243",
            "5051525354555657",
            "606162636465666768696a6b6c6d6e6f",
        )
    ]
    roots = {
        1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    }
    assert {size: leaves.merkle_root(entries[:size]).hex() for size in roots} == roots


def test_a_row_has_one_form_only() -> None:
    rows = [(b"a", b"bc"), (b"ab", b"c"), (b"abc",), (b"abc", b""), (b"abc", None), (None, b"abc"), ()]
    assert len({leaves.row_bytes(row) for row in rows}) == len(rows)
    assert leaves.row_bytes((b"\xe4", None)).hex() == "01" + "0002" + "00000001e4" + "ffffffff"


def test_commitments_open_with_their_salt_only() -> None:
    rows = [b"one", b"two", b"two"]
    drawn = leaves.salts(3)
    made = leaves.commitments(rows, drawn)
    assert made == [hmac.new(salt, row, "sha256").digest() for salt, row in zip(drawn, rows, strict=True)]
    assert len(set(made)) == 3
    with pytest.raises(ValueError):
        leaves.commitments(rows, drawn[:2])


def test_a_million_rows_take_seconds() -> None:
    rows = [b"x" * 300] * 50_000
    begun = time.process_time()
    leaves.merkle_root(leaves.commitments(rows, leaves.salts(len(rows))))
    # 4 microseconds of the processor a row; twice that where it is slower.
    assert (time.process_time() - begun) / len(rows) < 8e-6
