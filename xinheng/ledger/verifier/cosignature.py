"""Cosignatures of C2SP, version 1: a witness's Ed25519 signature with the time of it (见证签名).

It says: at that time this was the largest consistent tree that the witness had seen of the log of this origin.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from . import note
from .note import SecretKey, Verifier
from .strict import NoteFault

_TIME_BYTES = 8
_SIGNATURE_BYTES = 64
_LATEST = 2**63 - 1


@dataclass(frozen=True)
class WitnessVerifier(Verifier):
    """A known witness's key (signature type 0x04)."""

    kind: ClassVar[int] = 0x04

    def check(self, text: str, raw: bytes) -> None:
        """As its parent; `raw` is the time in eight bytes and the signature."""
        self.time_of(text, raw)

    def time_of(self, text: str, raw: bytes) -> int:
        """When the witness signed, in seconds since 1970. Raises NoteFault unless it did."""
        timestamp = int.from_bytes(raw[:_TIME_BYTES], "big")
        if len(raw) != _TIME_BYTES + _SIGNATURE_BYTES or not 0 < timestamp <= _LATEST:
            raise NoteFault(f"{self.name} 的见证签名写法有误")
        self._check_message(_message(text, timestamp), raw[_TIME_BYTES:])
        return timestamp


@dataclass(frozen=True)
class WitnessSigner(SecretKey):
    """A witness's key: it signs with the time of it, and nothing else."""

    @property
    def verifier(self) -> WitnessVerifier:
        return WitnessVerifier(self.name, self.public)

    def cosign(self, text: str, timestamp: int) -> str:
        """The cosignature line for a checkpoint's text; see `cosign`."""
        if not 0 < timestamp <= _LATEST:
            raise NoteFault("见证时间超出范围")
        signature = self._private.sign(_message(text, timestamp))
        return self._line(timestamp.to_bytes(_TIME_BYTES, "big") + signature)


def cosign(checkpoint_text: str, signer: WitnessSigner, timestamp: int) -> str:
    """The cosignature line, without its newline. `timestamp` in seconds since 1970, not 0."""
    return signer.cosign(checkpoint_text, timestamp)


def verify(checkpoint_text: str, line: str, verifier: WitnessVerifier) -> int:
    """The time at which the witness cosigned this text by this line. Raises NoteFault unless it did."""
    _, (found, *more) = note.split(note.join(checkpoint_text, [line]))
    if more or (found.name, found.key_id) != (verifier.name, verifier.key_id):
        raise NoteFault(f"不是 {verifier.name} 的见证签名")
    return verifier.time_of(checkpoint_text, found.raw)


def _message(text: str, timestamp: int) -> bytes:
    return f"cosignature/v1\ntime {timestamp}\n{text}".encode()
