"""A kept file comes back whole or not at all."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_django import Settings

from xinheng.vault import files, keys
from xinheng.vault.keyring import Unreadable

CONTEXT = "batch:示例"


@pytest.fixture(autouse=True)
def small_chunks(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.XINHENG_KEYS_DIR = tmp_path / "keys"
    keys.ensure()
    monkeypatch.setattr(files, "CHUNK", 1000)


def sealed(tmp_path: Path, plain: bytes) -> Path:
    target = tmp_path / "kept"
    files.seal_file(io.BytesIO(plain), target, context=CONTEXT)
    return target


def read(path: Path, context: str = CONTEXT) -> bytes:
    with files.open_file(path, context=context) as stream:
        return stream.read()


@pytest.mark.parametrize("size", [0, 1, 999, 1000, 1001, 2000, 5555])
def test_comes_back_as_it_was(tmp_path: Path, size: int) -> None:
    plain = random.Random(size).randbytes(size)
    target = sealed(tmp_path, plain)
    assert read(target) == plain
    assert target.stat().st_mode & 0o077 == 0
    if size > 20:
        assert plain[:20] not in target.read_bytes()


def test_path_and_stream_with_short_reads_give_the_same(tmp_path: Path) -> None:
    plain = random.Random(1).randbytes(3210)
    source = tmp_path / "plain"
    source.write_bytes(plain)
    files.seal_file(source, tmp_path / "a", context=CONTEXT)

    class Short(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(min(size or 7, 7))

    files.seal_file(Short(plain), tmp_path / "b", context=CONTEXT)
    assert read(tmp_path / "a") == read(tmp_path / "b") == plain


def _cut(at: int) -> Callable[[bytes], bytes]:
    return lambda whole: whole[:at]


CHUNK_ON_DISK = 4 + 1000 + 16
HEAD = 4 + 2 + 60 + 7


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("cut within the header", _cut(20)),
        ("all chunks cut off", _cut(HEAD)),
        ("cut within a chunk", _cut(HEAD + 500)),
        ("cut exactly after the first chunk", _cut(HEAD + CHUNK_ON_DISK)),
        ("cut exactly before the last chunk", _cut(HEAD + 2 * CHUNK_ON_DISK)),
        ("chunks swapped", lambda w: w[:HEAD] + w[HEAD + CHUNK_ON_DISK : HEAD + 2 * CHUNK_ON_DISK]
         + w[HEAD : HEAD + CHUNK_ON_DISK] + w[HEAD + 2 * CHUNK_ON_DISK :]),
        ("first chunk dropped", lambda w: w[:HEAD] + w[HEAD + CHUNK_ON_DISK :]),
        ("something added", lambda w: w + b"x"),
        ("last chunk twice", lambda w: w + w[HEAD + 2 * CHUNK_ON_DISK :]),
    ],
)  # fmt: skip
def test_what_was_cut_moved_or_added_is_noticed(
    tmp_path: Path, name: str, change: Callable[[bytes], bytes]
) -> None:
    target = sealed(tmp_path, random.Random(2).randbytes(2500))
    target.write_bytes(change(target.read_bytes()))
    with pytest.raises(Unreadable):
        read(target)


def test_every_changed_byte_is_noticed(tmp_path: Path) -> None:
    target = sealed(tmp_path, b"x" * 40)
    whole = target.read_bytes()
    for at in range(len(whole)):
        target.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        with pytest.raises((Unreadable, keys.KeyFault)):
            read(target)


def test_file_of_another_batch_does_not_open(tmp_path: Path) -> None:
    target = sealed(tmp_path, b"x")
    with pytest.raises(Unreadable):
        read(target, context="batch:other")


def test_a_fault_while_sealing_leaves_nothing(tmp_path: Path) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        files.seal_file(Broken(), tmp_path / "kept", context=CONTEXT)
    assert [each.name for each in tmp_path.iterdir()] == ["keys"]
