"""Master keys in a file beside the database, never in it (主密钥文件)."""

from __future__ import annotations

import base64
import functools
import hashlib
import hmac
import json
import os
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from xinheng.vault import ledgerkeys
from xinheng.vault.keyfile import KEY_BYTES, KeyFault, replace, write_once

__all__ = [
    "KEY_BYTES",
    "NONCE_BYTES",
    "KeyFault",
    "MasterKeys",
    "add_version",
    "ensure",
    "master",
    "path",
    "read",
]

FILE_NAME = "master.json"
NONCE_BYTES = 12


@dataclass(frozen=True, repr=False)
class MasterKeys:
    """All readable versions of the wrapping key, the version that writes, and the root of the blind index."""

    current: int
    wrapping: Mapping[int, bytes]
    index_root: bytes

    def wrap(self, data_key: bytes, context: bytes) -> bytes:
        """`nonce(12) | ciphertext+tag` of a data key under the current version, bound to `context`."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + _cipher(self.wrapping[self.current]).encrypt(nonce, data_key, context)

    def unwrap(self, version: int, wrapped: bytes, context: bytes) -> bytes:
        """The data key again. Raises KeyFault for an unknown version, InvalidTag for a moved or changed one."""
        if version not in self.wrapping:
            raise KeyFault(f"主密钥文件中没有第 {version} 版主密钥，无法打开已加密内容")
        nonce, sealed = wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:]
        return _cipher(self.wrapping[version]).decrypt(nonce, sealed, context)

    def index_key(self, column: str) -> bytes:
        """The blind-index key of one column: columns cannot be joined through their indexes."""
        return hmac.digest(self.index_root, b"blind-index|" + column.encode(), hashlib.sha256)

    def __repr__(self) -> str:
        return f"MasterKeys(current={self.current})"


def path() -> Path:
    """Where the master keys are kept: `master.json` in settings.XINHENG_KEYS_DIR."""
    return Path(settings.XINHENG_KEYS_DIR) / FILE_NAME


def ensure() -> Path:
    """Make the key files that are not there (directory 0700, file 0600); returns the master's path.

    Raises KeyFault when a file is there but cannot serve: it is never overwritten, since what it
    sealed could not be read again.
    """
    file = path()
    if not write_once(file, json.dumps(_fresh())):
        read(file)
    ledgerkeys.ensure()
    return file


def add_version() -> int:
    """Draw a new wrapping key that writes from now on; the earlier ones stay readable. Returns its version."""
    file, keys = path(), master()
    told = json.loads(file.read_text())
    version = max(keys.wrapping) + 1
    told["wrapping"][str(version)] = _new_key()
    told["current"] = version
    replace(file, json.dumps(told))
    return version


def master() -> MasterKeys:
    """The keys of the configured file, read once per process and again when the file changes."""
    file = path()
    try:
        seen = file.stat()
    except OSError as fault:
        raise KeyFault(f"没有主密钥文件 {file}，请先运行 xinheng init") from fault
    return _cached(file, (seen.st_mtime_ns, seen.st_ino))


def read(file: Path) -> MasterKeys:
    """The keys of a file. Raises KeyFault when it is absent, malformed, or not for its owner only."""
    try:
        mode = stat.S_IMODE(file.stat().st_mode)
        if mode & 0o077:
            raise KeyFault(f"主密钥文件 {file} 权限为 {mode:04o}，应为 0600")
        return _parse(json.loads(file.read_text()))
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise KeyFault(f"主密钥文件 {file} 不可用") from fault


@functools.lru_cache(maxsize=8)
def _cipher(wrapping: bytes) -> AESGCM:
    # Setting up a cipher costs more than wrapping a key with it.
    return AESGCM(wrapping)


@functools.lru_cache(maxsize=4)
def _cached(file: Path, _state: tuple[int, int]) -> MasterKeys:
    return read(file)


def _fresh() -> dict[str, object]:
    return {"format": 1, "current": 1, "wrapping": {"1": _new_key()}, "index": _new_key()}


def _new_key() -> str:
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def _parse(raw: dict[str, object]) -> MasterKeys:
    listed, current = raw["wrapping"], raw["current"]
    if raw["format"] != 1 or not isinstance(listed, dict) or not isinstance(current, int):
        raise ValueError("unknown format")
    wrapping = {int(version): _key(text) for version, text in listed.items()}
    if current not in wrapping:
        raise ValueError("current version is not there")
    return MasterKeys(current, wrapping, _key(raw["index"]))


def _key(text: object) -> bytes:
    key = base64.b64decode(str(text), validate=True)
    if len(key) != KEY_BYTES:
        raise ValueError("wrong key length")
    return key
