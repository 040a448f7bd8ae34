"""Keys of the ledger (台账密钥): one that proves an event is the application's, one that signs checkpoints.

Both are files outside the database, apart from the master keys: the sequencer, which signs, has no business
with personal data, and the pages, which write events, have none with the signature.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import hmac
import json
import secrets
import stat
from pathlib import Path

from django.conf import settings

from xinheng.vault.keyfile import KEY_BYTES, KeyFault, write_once

MAC_FILE, SIGNER_FILE = "ledger-mac.json", "ledger-signer.json"


def ensure() -> None:
    """Make the two key files if there are none (0600). A file that is there is never overwritten."""
    for name in (MAC_FILE, SIGNER_FILE):
        write_once(_path(name), json.dumps({"format": 1, "key": _fresh()}))


def mac(entry: bytes) -> bytes:
    """HMAC-SHA256 (32 bytes) of an event's entry: whoever has only the database cannot queue an event."""
    return hmac.digest(_key(MAC_FILE), entry, hashlib.sha256)


def is_ours(entry: bytes, tag: bytes) -> bool:
    """Whether `tag` is the MAC of `entry`, in constant time."""
    return hmac.compare_digest(mac(entry), tag)


def signing_seed() -> bytes:
    """The Ed25519 seed (32 bytes) with which the sequencer signs checkpoints."""
    return _key(SIGNER_FILE)


def _path(name: str) -> Path:
    return Path(settings.XINHENG_KEYS_DIR) / name


def _fresh() -> str:
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def _key(name: str) -> bytes:
    """The key of a file, read once per process and again when the file changes. Raises KeyFault."""
    file = _path(name)
    try:
        seen = file.stat()
    except OSError as fault:
        raise KeyFault(f"没有台账密钥文件 {file}，请先运行 xinheng init") from fault
    return _cached(file, (seen.st_mtime_ns, seen.st_ino))


@functools.lru_cache(maxsize=8)
def _cached(file: Path, _state: tuple[int, int]) -> bytes:
    try:
        mode = stat.S_IMODE(file.stat().st_mode)
        if mode & 0o077:
            raise KeyFault(f"台账密钥文件 {file} 权限为 {mode:04o}，应为 0600")
        told = json.loads(file.read_text())
        key = base64.b64decode(str(told["key"]), validate=True)
        if told["format"] != 1 or len(key) != KEY_BYTES:
            raise ValueError("unknown format")
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise KeyFault(f"台账密钥文件 {file} 不可用") from fault
    return key
