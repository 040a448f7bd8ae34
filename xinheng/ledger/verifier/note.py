"""Signed notes of C2SP: a text, an empty line, and a signature line for each key (签名便条)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from secrets import token_bytes
from typing import ClassVar, NamedTuple, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from .strict import NoteFault, decode64, encode64

__all__ = ["NoteFault", "Opened", "Signer", "Unsigned", "Verifier", "new_seed", "open_note", "sign", "split"]

MAX_NOTE_BYTES = 1 << 20
MAX_SIGNATURES = 100
KEY_BYTES = 32
_NAME = re.compile(r"[^\s+\x00-\x1f]+")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_SKEY_HEAD = "PRIVATE+KEY+"
_DASH = "— "


class Unsigned(NoteFault):
    """A note that no known key has signed."""


class SignatureLine(NamedTuple):
    """One line below the text: whose it says it is, four bytes of key id, and the bytes that follow them."""

    name: str
    key_id: bytes
    raw: bytes

    def format(self) -> str:
        """The line, without its newline."""
        return f"{_DASH}{self.name} {encode64(self.key_id + self.raw)}"


@dataclass(frozen=True)
class Verifier:
    """A known Ed25519 key that signs notes (signature type 0x01)."""

    name: str
    public: bytes
    kind: ClassVar[int] = 0x01

    @classmethod
    def parse(cls, vkey: str) -> Self:
        """From `<name>+<key id in hex>+<base64 of type and key>`. Raises NoteFault, also for another type."""
        name, key_id, rest = _parts(vkey)
        raw = decode64(rest)
        if raw[:1] != bytes([cls.kind]) or len(raw) != 1 + KEY_BYTES:
            raise NoteFault(f"不是类型 0x{cls.kind:02x} 的公钥")
        found = cls(name, raw[1:])
        if found.key_id.hex() != key_id:
            raise NoteFault("公钥与其编号不符")
        return found

    @property
    def key_id(self) -> bytes:
        """The four bytes by which a signature line points to this key."""
        return sha256(self.name.encode() + b"\n" + self._typed).digest()[:4]

    @property
    def vkey(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{encode64(self._typed)}"

    def check(self, text: str, raw: bytes) -> None:
        """Raises NoteFault unless `raw`, what follows the key id, is this key's signature of the note's text."""
        self._check_message(text.encode(), raw)

    def _check_message(self, message: bytes, signature: bytes) -> None:
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            raise NoteFault(f"{self.name} 的签名不成立") from None

    @property
    def _typed(self) -> bytes:
        return bytes([self.kind]) + self.public


@dataclass(frozen=True)
class SecretKey:
    """An Ed25519 key that its holder signs with; `seed` is the 32 secret bytes."""

    name: str
    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise NoteFault("密钥名称不能为空，不能含空白或加号")
        if len(self.seed) != KEY_BYTES:
            raise NoteFault(f"密钥种子应为 {KEY_BYTES} 字节")

    @classmethod
    def parse(cls, skey: str) -> Self:
        """From `PRIVATE+KEY+<name>+<key id in hex>+<base64 of type and seed>`, as Go's tools write it."""
        if not skey.startswith(_SKEY_HEAD):
            raise NoteFault("不是私钥文本")
        name, key_id, rest = _parts(skey.removeprefix(_SKEY_HEAD))
        raw = decode64(rest, 1 + KEY_BYTES)
        found = cls(name, raw[1:])
        if raw[0] != found.verifier.kind or found.key_id.hex() != key_id:
            raise NoteFault("私钥与其类型或编号不符")
        return found

    @property
    def skey(self) -> str:
        """The secret as one line of text: for a key file and nothing else."""
        typed = encode64(bytes([self.verifier.kind]) + self.seed)
        return f"{_SKEY_HEAD}{self.name}+{self.key_id.hex()}+{typed}"

    @property
    def verifier(self) -> Verifier:
        """The public half."""
        return Verifier(self.name, self.public)

    @property
    def public(self) -> bytes:
        return self._private.public_key().public_bytes_raw()

    @property
    def vkey(self) -> str:
        return self.verifier.vkey

    @property
    def key_id(self) -> bytes:
        return self.verifier.key_id

    def _line(self, raw: bytes) -> str:
        return SignatureLine(self.name, self.key_id, raw).format()

    @property
    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


@dataclass(frozen=True)
class Signer(SecretKey):
    """A key that signs notes (signature type 0x01): a log's."""

    def sign(self, text: str) -> str:
        """The signature line for a note's text, without its newline."""
        return self._line(self._private.sign(_checked(text).encode()))


class Opened(NamedTuple):
    """The text of a note and the known keys that signed it, each once, in the order of their lines."""

    text: str
    verifiers: tuple[Verifier, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(each.name for each in self.verifiers)


def new_seed() -> bytes:
    """A fresh secret of 32 bytes from the system's generator."""
    return token_bytes(KEY_BYTES)


def sign(text: str, signers: Sequence[Signer]) -> str:
    """The whole note. `text` ends in a newline. Raises NoteFault for a text that no note can carry."""
    if not signers:
        raise NoteFault("便条至少要有一个签名")
    return join(_checked(text), [each.sign(text) for each in signers])


def join(text: str, lines: Iterable[str]) -> str:
    """A note of a text and the lines that signed it, each with or without its newline."""
    return text + "\n" + "".join(each.removesuffix("\n") + "\n" for each in lines)


def append(note: str, lines: str) -> str:
    """The note with more signature lines, as a witness answers them. Raises NoteFault when they are none."""
    longer = note + lines.removesuffix("\n") + "\n"
    split(longer)
    return longer


def split(note: str) -> tuple[str, list[SignatureLine]]:
    """The text, which ends in a newline, and the signature lines, unverified. Raises NoteFault."""
    if len(note) > MAX_NOTE_BYTES or _CONTROL.search(note):
        raise NoteFault("便条过长或含控制字符")
    text, parted, below = note.rpartition("\n\n")
    if not parted or not text or not below.endswith("\n"):
        raise NoteFault("便条缺少正文、空行或签名")
    lines = below.removesuffix("\n").split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise NoteFault(f"便条的签名超过 {MAX_SIGNATURES} 个")
    return text + "\n", [_parsed(each) for each in lines]


def open_note(note: str, verifiers: Iterable[Verifier]) -> Opened:
    """The text, once at least one known key is seen to have signed it.

    Lines of unknown keys are ignored. Raises NoteFault when a known key's line is wrong, and Unsigned when there is none.
    """
    text, lines = split(note)
    known = {(each.name, each.key_id): each for each in verifiers}
    found: dict[Verifier, None] = {}
    for line in lines:
        verifier = known.get((line.name, line.key_id))
        if verifier is not None:
            verifier.check(text, line.raw)
            found[verifier] = None
    if not found:
        raise Unsigned("没有已知密钥的签名")
    return Opened(text, tuple(found))


def _parts(key: str) -> tuple[str, str, str]:
    """Name, key id and the base64 after it, which may itself hold a plus."""
    name, first, rest = key.partition("+")
    key_id, second, typed = rest.partition("+")
    if not first or not second or not _NAME.fullmatch(name) or not re.fullmatch("[0-9a-f]{8}", key_id):
        raise NoteFault("密钥文本的写法有误")
    return name, key_id, typed


def _checked(text: str) -> str:
    if not text.endswith("\n") or text == "\n" or _CONTROL.search(text):
        raise NoteFault("便条正文应以换行结尾，不含控制字符")
    return text


def _parsed(line: str) -> SignatureLine:
    name, parted, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not parted or not _NAME.fullmatch(name):
        raise NoteFault("签名行的写法有误")
    raw = decode64(encoded)
    if len(raw) < 5:
        raise NoteFault("签名行的写法有误")
    return SignatureLine(name, raw[:4], raw[4:])
