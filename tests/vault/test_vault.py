"""What is sealed opens only where it was sealed, with its key; the index tells equality and no more."""

from __future__ import annotations

import json
import os
import stat
import time
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from pytest_django import Settings

from xinheng.vault import keys, sealing
from xinheng.vault.keyring import Keyring, Unreadable
from xinheng.vault.models import SubjectKey

SUBJECT, ROW = UUID(int=1), UUID(int=2)
PLACE = ("subjects_person", "name_sealed")


@pytest.fixture(autouse=True)
def keys_dir(tmp_path: Path, settings: Settings) -> Path:
    settings.XINHENG_KEYS_DIR = tmp_path / "keys"
    keys.ensure()
    return tmp_path / "keys"


def ring_of(*subjects: UUID) -> Keyring:
    ring = Keyring()
    for subject in subjects:
        ring.new(subject)
    return ring


class TestMasterKeys:
    def test_file_is_for_its_owner_only_and_never_overwritten(self, keys_dir: Path) -> None:
        before = keys.path().read_bytes()
        assert stat.S_IMODE(keys.path().stat().st_mode) == 0o600
        assert stat.S_IMODE(keys_dir.stat().st_mode) == 0o700
        assert keys.ensure().read_bytes() == before

    def test_file_that_others_can_read_is_refused(self) -> None:
        keys.path().chmod(0o644)
        with pytest.raises(keys.KeyFault, match="0600"):
            keys.read(keys.path())

    def test_missing_and_damaged_files_are_told_apart_from_empty_ones(self, settings: Settings) -> None:
        keys.path().write_text("{}")
        with pytest.raises(keys.KeyFault, match="不可用"):
            keys.master()
        settings.XINHENG_KEYS_DIR = settings.XINHENG_KEYS_DIR / "nowhere"
        with pytest.raises(keys.KeyFault, match="xinheng init"):
            keys.master()

    def test_keys_stay_out_of_representations(self) -> None:
        raw = json.loads(keys.path().read_text())
        assert raw["index"] not in repr(keys.master())
        assert repr(keys.master()) == "MasterKeys(current=1)"

    def test_a_second_version_reads_what_the_first_wrapped(self) -> None:
        wrapped = keys.master().wrap(b"k" * 32, b"here")
        raw = json.loads(keys.path().read_text())
        raw["wrapping"]["2"], raw["current"] = keys._new_key(), 2
        keys.path().write_text(json.dumps(raw))
        os.utime(keys.path(), ns=(1, 1))
        assert keys.master().current == 2
        assert keys.master().unwrap(1, wrapped, b"here") == b"k" * 32


class TestKeyring:
    def test_opens_what_it_sealed(self) -> None:
        ring = ring_of(SUBJECT)
        sealed = ring.seal(*PLACE, ROW, SUBJECT, "示例某某".encode())
        assert ring.open(*PLACE, ROW, SUBJECT, sealed).decode() == "示例某某"
        assert "示例".encode() not in sealed

    @pytest.mark.parametrize(
        ("table", "column", "row", "subject"),
        [
            ("registry_recordversion", PLACE[1], ROW, SUBJECT),
            (PLACE[0], "id_sealed", ROW, SUBJECT),
            (*PLACE, UUID(int=3), SUBJECT),
            (*PLACE, ROW, UUID(int=9)),
        ],
    )
    def test_moved_to_another_place_it_does_not_open(
        self, table: str, column: str, row: UUID, subject: UUID
    ) -> None:
        ring = ring_of(SUBJECT, UUID(int=9))
        sealed = ring.seal(*PLACE, ROW, SUBJECT, b"plain")
        with pytest.raises(Unreadable):
            ring.open(table, column, row, subject, sealed)

    def test_every_changed_byte_is_noticed(self) -> None:
        ring = ring_of(SUBJECT)
        sealed = ring.seal(*PLACE, ROW, SUBJECT, b"plain")
        for at in range(len(sealed)):
            changed = sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]
            with pytest.raises(Unreadable):
                ring.open(*PLACE, ROW, SUBJECT, changed)

    def test_nonces_never_repeat(self) -> None:
        ring = ring_of(SUBJECT)
        nonces = {ring.seal(*PLACE, ROW, SUBJECT, b"")[2:14] for _ in range(10_000)}
        assert len(nonces) == 10_000

    def test_one_key_per_subject(self) -> None:
        ring = ring_of(SUBJECT)
        with pytest.raises(keys.KeyFault):
            ring.new(SUBJECT)

    def test_seals_fast_enough_for_a_million_rows(self) -> None:
        subjects = [uuid4() for _ in range(20_000)]
        ring, plain = ring_of(*subjects), "示例某某".encode()
        best = min(self._seconds(ring, subjects, plain) for _ in range(3))
        assert len(subjects) / best > 150_000

    @staticmethod
    def _seconds(ring: Keyring, subjects: list[UUID], plain: bytes) -> float:
        begun = time.process_time()
        for subject in subjects:
            ring.seal(*PLACE, subject, subject, plain)
        return time.process_time() - begun


@pytest.mark.django_db
class TestStoredKeys:
    def test_bulk_keys_are_found_again_after_copy(self) -> None:
        ring = ring_of(SUBJECT)
        sealed = ring.seal(*PLACE, ROW, SUBJECT, b"plain")
        for subject, version, wrapped in ring.wrapped_rows():
            SubjectKey.objects.create(subject=subject, master_version=version, wrapped=wrapped)
        assert Keyring.load([SUBJECT]).open(*PLACE, ROW, SUBJECT, sealed) == b"plain"

    def test_single_fields_share_the_subject_s_key(self) -> None:
        first = sealing.seal(*PLACE, ROW, SUBJECT, b"one")
        sealing.seal(*PLACE, UUID(int=7), SUBJECT, b"two")
        assert SubjectKey.objects.count() == 1
        assert sealing.open_sealed(*PLACE, ROW, SUBJECT, first) == b"one"

    def test_a_wrapped_key_moved_to_another_subject_does_not_unwrap(self) -> None:
        ring = ring_of(SUBJECT)
        ((_, version, wrapped),) = ring.wrapped_rows()
        SubjectKey.objects.create(subject=UUID(int=9), master_version=version, wrapped=wrapped)
        with pytest.raises(Unreadable):
            Keyring.load([UUID(int=9)])

    def test_without_its_key_a_field_stays_shut(self, as_shredded: bytes) -> None:
        with pytest.raises(Unreadable):
            sealing.open_sealed(*PLACE, ROW, SUBJECT, as_shredded)

    @pytest.fixture
    def as_shredded(self) -> bytes:
        # Sealed under a key that was never stored: the same to a reader as one that was deleted.
        return ring_of(SUBJECT).seal(*PLACE, ROW, SUBJECT, b"plain")


class TestBlindIndex:
    def test_equal_values_meet_within_a_column_only(self) -> None:
        assert sealing.blind_index("a.id", "x") == sealing.blind_index("a.id", "x")
        assert sealing.blind_index("a.id", "x") != sealing.blind_index("b.id", "x")
        assert len(sealing.blind_index("a.id", "x")) == 32

    def test_bulk_and_single_agree(self) -> None:
        assert sealing.BlindIndex("a.id").of("x") == sealing.blind_index("a.id", "x")

    def test_another_installation_has_another_index(self, settings: Settings, tmp_path: Path) -> None:
        here = sealing.blind_index("a.id", "x")
        settings.XINHENG_KEYS_DIR = tmp_path / "elsewhere"
        keys.ensure()
        assert sealing.blind_index("a.id", "x") != here
