"""Files kept sealed: chunks of 1 MiB, each bound to its place and to being the last one (文件加密).

Layout: magic(4) | master version(2) | wrapped file key(60) | nonce prefix(7) | chunks, where a chunk is
length(4) | ciphertext+tag. A chunk's nonce is prefix(7) | sequence(4) | final(1); the same sequence and
flag stand in its AAD behind the caller's context, so that chunks cannot be moved, dropped or cut off.
"""

from __future__ import annotations

import io
import os
import secrets
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from xinheng.vault.keyring import Unreadable
from xinheng.vault.keys import KEY_BYTES, master

MAGIC = b"XHF1"
CHUNK = 1 << 20
_TAG = 16
_WRAPPED = 12 + KEY_BYTES + _TAG
_PREFIX = 7


def seal_file(source: Path | BinaryIO, target: Path, *, context: str) -> None:
    """Write `source` sealed to `target` (0600), which appears whole or not at all.

    `context` names what the file is (`batch:<id>`); `open_file` needs the same.
    """
    part = target.with_name(f".{target.name}.{secrets.token_hex(6)}")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as out:
            if isinstance(source, Path):
                with source.open("rb") as plain:
                    _write(plain, out, context.encode())
            else:
                _write(source, out, context.encode())
            out.flush()
            os.fsync(out.fileno())
        part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def open_file(path: Path, *, context: str) -> io.BufferedReader:
    """A readable stream of what was sealed; nothing in clear touches the disk.

    Raises Unreadable, while opening or reading, when the file was changed, cut or is another one.
    """
    return io.BufferedReader(_SealedReader(path, context.encode()), CHUNK)


def _write(plain: BinaryIO, out: BinaryIO, context: bytes) -> None:
    keys, file_key, prefix = master(), secrets.token_bytes(KEY_BYTES), os.urandom(_PREFIX)
    out.write(MAGIC + keys.current.to_bytes(2, "big") + keys.wrap(file_key, b"file|" + context) + prefix)
    cipher = AESGCM(file_key)
    for sequence, (chunk, final) in enumerate(_chunks(plain)):
        place = struct.pack(">IB", sequence, final)
        sealed = cipher.encrypt(prefix + place, chunk, context + place)
        out.write(len(sealed).to_bytes(4, "big") + sealed)


def _chunks(plain: BinaryIO) -> Iterator[tuple[bytes, bool]]:
    """Full chunks and a last one marked so, which may be empty."""
    chunk = _exactly(plain, CHUNK)
    while following := _exactly(plain, CHUNK):
        yield chunk, False
        chunk = following
    yield chunk, True


def _exactly(stream: BinaryIO, size: int) -> bytes:
    """`size` bytes, fewer only at the end: an upload's stream may return short reads."""
    parts: list[bytes] = []
    while size and (part := stream.read(size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


class _SealedReader(io.RawIOBase):
    def __init__(self, path: Path, context: bytes) -> None:
        self._context = context
        self._sequence, self._ended, self._rest = 0, False, b""
        self._file = path.open("rb")
        try:
            self._cipher, self._prefix = self._header()
        except BaseException:
            self._file.close()
            raise

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        while not self._rest and not self._ended:
            self._rest = self._next()
        count = min(len(view), len(self._rest))
        view[:count], self._rest = self._rest[:count], self._rest[count:]
        return count

    def close(self) -> None:
        self._file.close()
        super().close()

    def _header(self) -> tuple[AESGCM, bytes]:
        head = _exactly(self._file, len(MAGIC) + 2 + _WRAPPED + _PREFIX)
        if head[:4] != MAGIC or len(head) < len(MAGIC) + 2 + _WRAPPED + _PREFIX:
            raise Unreadable("not a sealed file of ours")
        version, wrapped = int.from_bytes(head[4:6], "big"), head[6 : 6 + _WRAPPED]
        try:
            key = master().unwrap(version, wrapped, b"file|" + self._context)
        except InvalidTag:
            raise Unreadable("file header: changed, or another file") from None
        return AESGCM(key), head[6 + _WRAPPED :]

    def _next(self) -> bytes:
        size = int.from_bytes(_exactly(self._file, 4), "big")
        if not _TAG <= size <= CHUNK + _TAG:
            raise Unreadable(f"chunk {self._sequence}: the file is cut off")
        sealed = _exactly(self._file, size)
        if len(sealed) < size:
            raise Unreadable(f"chunk {self._sequence}: the file is cut off")
        # Nothing may follow the final chunk and nothing but the final chunk may be last.
        final = not self._file.peek(1)
        place = struct.pack(">IB", self._sequence, final)
        try:
            plain = self._cipher.decrypt(self._prefix + place, sealed, self._context + place)
        except InvalidTag:
            raise Unreadable(f"chunk {self._sequence}: changed or cut off") from None
        self._sequence, self._ended = self._sequence + 1, final
        return plain
