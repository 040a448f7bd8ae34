"""Whom this log is cosigned by (见证设置): one trust file, for the sequencer, for proofs and for whoever verifies.

Lines as `ledger.verifier.trust` reads them; a witness's line ends in its address, which only we use:

    log <vkey>
    witness archives <vkey> https://…
    group witnesses 2 archives justice province
    quorum witnesses
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from xinheng.ledger import signing
from xinheng.ledger.verifier.cosignature import WitnessVerifier
from xinheng.ledger.verifier.note import Verifier
from xinheng.ledger.verifier.trust import Trust
from xinheng.vault.keyfile import write_once

FILE = "ledger-trust"
_ADDRESSED = 4  # words of a witness's line that has an address


@dataclass(frozen=True, slots=True)
class Asked:
    """A witness of ours: its key, and where it is asked."""

    name: str
    verifier: WitnessVerifier
    address: str


def path() -> Path:
    """The trust file; a copy of it goes to everybody who verifies."""
    return Path(settings.XINHENG_KEYS_DIR) / FILE


def ensure() -> Path:
    """A trust file without witnesses where there is none: nothing is cosigned until somebody names who does."""
    verifier = Verifier.parse(signing.publish_vkey())
    write_once(path(), Trust(verifier, verifier.name, (), 0).format())
    return path()


def trust() -> Trust:
    """Whom we believe. Raises NoteFault, naming the line, or OSError."""
    return Trust.parse(path().read_text(encoding="utf-8"))


def witnesses() -> Iterator[Asked]:
    """Those that have an address."""
    for line in path().read_text(encoding="utf-8").splitlines():
        words = line.split()
        if words[:1] == ["witness"] and len(words) == _ADDRESSED:
            yield Asked(words[1], WitnessVerifier.parse(words[2]), words[3])
