"""A witness as another body runs it: a program of its own, with a key and a memory of its own (别处的见证方)."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tests.support.database import ROOT
from xinheng.ledger import signing, trusting
from xinheng.ledger.verifier.cosignature import WitnessSigner
from xinheng.ledger.verifier.note import new_seed


@dataclass
class Elsewhere:
    """One witness; `start` and `stop` as often as a test likes, its memory stays in `folder`."""

    name: str
    folder: Path
    process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        self.folder.mkdir()
        (self.folder / "state").mkdir()
        self.key.touch(0o600)
        self.key.write_text(self.signer.skey + "\n")

    @cached_property
    def signer(self) -> WitnessSigner:
        return WitnessSigner(f"{self.name}.example/w", new_seed())

    @cached_property
    def port(self) -> int:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return int(probe.getsockname()[1])

    @property
    def key(self) -> Path:
        return self.folder / "key"

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        words = ["--listen", f"127.0.0.1:{self.port}", "--state", str(self.folder / "state")]
        words += ["--key", str(self.key), "--log", signing.publish_vkey()]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "xinheng.ledger.witness", *words], cwd=ROOT, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + 20
        while not self._answers():
            assert self.process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.02)

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            assert self.process.wait(10) == 0
            self.process = None

    def _answers(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
            return True
        return False


def trust(witnesses: Sequence[Elsewhere], needed: int) -> None:
    """Write our trust file: so many of these witnesses must have cosigned."""
    lines = [f"log {signing.publish_vkey()}"]
    lines += [f"witness {each.name} {each.signer.vkey} {each.address}" for each in witnesses]
    if needed:
        lines.append(f"group all-of-them {needed} {' '.join(each.name for each in witnesses)}")
    lines.append("quorum all-of-them" if needed else "quorum none")
    trusting.path().write_text("\n".join(lines) + "\n")
