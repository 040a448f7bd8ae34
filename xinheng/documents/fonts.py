"""Whether every character of a document can be printed, before it is issued (字形检查).

Typst prints an empty box for a character that no font has, and says nothing. So the packaged fonts are asked
first, then the office's own in settings.XINHENG_FONT_DIRS; what neither has is refused.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from fontTools.ttLib import TTFont

from xinheng.documents import bodies
from xinheng.law.language import Refusal
from xinheng.ledger.verifier import render

FILES = {".otf", ".ttc", ".ttf"}
# Characters that are not drawn: line ends do not come this far, joiners and selectors have no picture.
_UNSEEN = {"Cc", "Cf", "Zl", "Zp"}
_PLACES = {"title": "标题", "issuer": "出具单位", "notes": "说明", "conclusion": "结论", "agency": "单位"}

State = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The fonts that a document takes beyond the packaged: as its body names them, and where they are."""

    named: tuple[Mapping[str, str], ...]
    files: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class OfficeFont:
    """One file of the office: the family whose face has the most, and its characters."""

    file: Path
    family: str
    characters: frozenset[int]


def choose(content: Mapping[str, Any]) -> Chosen:
    """The fonts to draw a body's texts with. Raises Refusal GLYPH_MISSING, naming character and field."""
    lacking = missing(content)
    taken: dict[str, OfficeFont] = {}
    for character, field in lacking.items():
        found = next((font for font in office_fonts() if ord(character) in font.characters), None)
        if found is None:
            told = f"{character}（U+{ord(character):04X}）"
            raise Refusal.because("GLYPH_MISSING", character=told, column=field)
        taken.setdefault(found.family, found)
    named = tuple({"family": font.family, "sha256": render.digest_of(font.file)} for font in taken.values())
    return Chosen(named, tuple(font.file for font in taken.values()))


def missing(content: Mapping[str, Any]) -> dict[str, str]:
    """Each character of a body that the packaged fonts lack, with the field that has it first."""
    known = packaged()
    # All characters at once: the fields are looked through only where something is missing.
    lacking = {each for each in set(bodies.canonical(content).decode()) if ord(each) not in known}
    lacking = {each for each in lacking if unicodedata.category(each) not in _UNSEEN}
    found: dict[str, str] = {}
    for field, text in texts(content) if lacking else ():
        for each in lacking.intersection(text):
            found.setdefault(each, field)
    return found


def texts(content: Any, field: str = "正文") -> Iterator[tuple[str, str]]:
    """(field, text) of every text of a body; a pair of label and value is told by its label."""
    if isinstance(content, str):
        yield field, content
    elif isinstance(content, Mapping):
        for name, value in content.items():
            yield from texts(value, _PLACES.get(name, field))
    elif isinstance(content, list | tuple):
        pair = len(content) == 2 and all(isinstance(each, str) for each in content)
        if pair:
            yield from ((str(content[0]), each) for each in content)
        else:
            for each in content:
                yield from texts(each, field)


@lru_cache(maxsize=1)
def packaged() -> frozenset[int]:
    """The characters that every packaged font has."""
    return frozenset.intersection(*(_characters(file, 0) for file in render.packaged_fonts(bodies.FONT_SET)))


def office_fonts() -> Iterator[OfficeFont]:
    """The fonts in settings.XINHENG_FONT_DIRS, by directory and name."""
    for file in office_files():
        seen = file.stat()
        found = _office_font(file, (seen.st_mtime_ns, seen.st_size))
        if found is not None:
            yield found


def office_files() -> list[Path]:
    """Font files of the office; what is no file or no font by its name is passed over."""
    folders = [Path(each) for each in settings.XINHENG_FONT_DIRS]
    return [file for folder in folders for file in sorted(folder.rglob("*")) if file.suffix.lower() in FILES]


@lru_cache(maxsize=64)
def _office_font(file: Path, _state: State) -> OfficeFont | None:
    """Of the faces of a file the one for simplified Chinese, else the first."""
    faces = sorted(render.faces_of(file), key=lambda face: (not face[0].endswith(" SC"), face[1]))
    if not faces:
        return None
    family, place = faces[0]
    return OfficeFont(file, family, _characters(file, place))


def _characters(file: Path, place: int) -> frozenset[int]:
    with TTFont(file, fontNumber=place, lazy=True) as font:
        return frozenset(font.getBestCmap())
