"""The log's name and key (日志签名): Ed25519, seed in a file of its own, public half beside it for everybody."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from xinheng.ledger.verifier.note import Signer
from xinheng.vault import ledgerkeys
from xinheng.vault.keyfile import replace

VKEY_FILE = "ledger-log.vkey"


def origin() -> str:
    """The log's name, which stands on the first line of each checkpoint (C2SP tlog-checkpoint)."""
    return str(settings.XINHENG_LOG_ORIGIN)


def signer() -> Signer:
    """The key that signs checkpoints; only the sequencer asks for it. Raises vault KeyFault."""
    return Signer(origin(), ledgerkeys.signing_seed())


def vkey_path() -> Path:
    """Where the public key stands: whoever verifies is given this file, or better a copy from elsewhere."""
    return Path(settings.XINHENG_KEYS_DIR) / VKEY_FILE


def publish_vkey() -> str:
    """Write the public key beside the keys and return it."""
    vkey = signer().vkey
    file = vkey_path()
    if not file.exists() or file.read_text(encoding="ascii").strip() != vkey:
        replace(file, vkey + "\n")
    return vkey
