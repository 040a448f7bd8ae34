"""Texts about a subject open to what was sealed, and to nothing else (封存文字)."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest
from pytest_django import Settings

from xinheng.vault import keys
from xinheng.vault.keyring import Unreadable
from xinheng.vault.texts import SealedTexts, open_texts, seal_texts

ROW, OTHER, SUBJECT = UUID(int=1), UUID(int=2), UUID(int=3)
PLACE = ("casework_note", "sealed")


@pytest.fixture(autouse=True)
def keys_dir(tmp_path: Path, settings: Settings) -> None:
    settings.XINHENG_KEYS_DIR = tmp_path / "keys"
    keys.ensure()


def sealed(said: str = "示例") -> SealedTexts:
    return seal_texts(*PLACE, ROW, SUBJECT, {"text": said, "days": [1, 2]})


@pytest.mark.django_db
def test_what_was_sealed_is_read_again_and_looks_like_nothing() -> None:
    made = sealed()
    assert open_texts(*PLACE, ROW, SUBJECT, made.sealed, made.commitment) == {"text": "示例", "days": [1, 2]}
    assert "示例".encode() not in made.sealed
    assert sealed().commitment != made.commitment  # the same words are not known again
    assert open_texts(*PLACE, ROW, SUBJECT, None, None) == {}


@pytest.mark.django_db
@pytest.mark.parametrize("fault", ["row", "commitment", "none", "other"])
def test_an_exchanged_blob_or_commitment_does_not_open(fault: str) -> None:
    made, other = sealed(), sealed("另一段")
    row = OTHER if fault == "row" else ROW
    commitment = {"commitment": bytes(32), "none": None, "other": other.commitment}.get(
        fault, made.commitment
    )
    with pytest.raises(Unreadable):
        open_texts(*PLACE, row, SUBJECT, made.sealed, commitment)
