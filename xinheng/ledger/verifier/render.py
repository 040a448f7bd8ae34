"""Draws a report from its canonical body; who verifies one draws it again (绘制报告).

The bytes of a PDF depend on the body, the template with all that it imports, the fonts and the version of Typst, and
on nothing else of the machine: no system font, no fallback, no clock, no network. `Means` names the latter three. Hashes of
several files are those of the lines that `sha256sum` prints for them, in the order of their names.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

import typst

HERE = Path(__file__).parent
TEMPLATES, FONTS = HERE / "templates", HERE / "fonts"
TYPST: str = typst.__version__  # type: ignore[attr-defined]  # its stub leaves it out
STANDARDS: list[Any] = ["a-3a", "ua-1"]
_TEMPLATE = re.compile(r"[a-z]+_[0-9]+")
_SET = re.compile(r"set[0-9]+")
_IMPORT = re.compile(r'^#import "([a-z]+_[0-9]+\.typ)"', re.MULTILINE)
_BLOCK = 1 << 20


class DrawFault(Exception):
    """A body that no report can be drawn from."""


class Lacking(Exception):
    """What a report was drawn with and this machine has not: the text names it."""


class MoreFont(NamedTuple):
    """A font that is not packaged, as a body names it."""

    family: str
    sha256: str


@dataclass(frozen=True)
class Means:
    """With what a body is drawn, in the words in which an event commits to it."""

    template: str
    template_sha256: str
    fonts_sha256: str
    typst: str


def body_of(raw: bytes) -> dict[str, Any]:
    """The body as data: objects, lists, texts, whole numbers, true and false. Raises DrawFault."""
    try:
        body = json.loads(raw.decode("utf-8"), object_pairs_hook=once_each, parse_float=_refuse)
    except (UnicodeDecodeError, ValueError):
        raise DrawFault("报告正文不是规范的 JSON") from None
    if not isinstance(body, dict):
        raise DrawFault("报告正文不是一个对象")
    return body


def means_of(body: Mapping[str, Any]) -> Means:
    """What a body is drawn with on this machine. Raises Lacking or DrawFault."""
    template, (number, more) = _template(body), _fonts(body)
    return Means(template, template_sha256(template), fonts_sha256(number, more), TYPST)


def template_sha256(template: str) -> str:
    """Hex over the template's file and those it imports."""
    return _of_lines((name, digest_of(TEMPLATES / name)) for name in sorted(_imported(f"{template}.typ")))


def fonts_sha256(number: str, more: Sequence[MoreFont] = ()) -> str:
    """Hex over the packaged fonts of a set, then over those that a body names, by their families."""
    packaged = [(file.name, digest_of(file)) for file in packaged_fonts(number)]
    return _of_lines([*packaged, *((each.family, each.sha256) for each in more)])


def packaged_fonts(number: str) -> list[Path]:
    """The files of a set of fonts, by name. Raises Lacking when there is no such set."""
    found = sorted((FONTS / number).glob("*.otf")) if _SET.fullmatch(number) else []
    if not found:
        raise Lacking(f"没有字体集 {number}")
    return found


class Drawing(NamedTuple):
    """A PDF, and with what it was drawn."""

    pdf: bytes
    means: Means


def draw(raw: bytes, more_fonts: Iterable[Path] = ()) -> Drawing:
    """The PDF of a canonical body. `more_fonts` are files to take the fonts from that it names beyond the packaged.

    Raises Lacking when a template or font is not here, DrawFault when Typst refuses or has anything to warn of.
    """
    body = body_of(raw)
    template, (number, more) = _template(body), _fonts(body)
    compiler, alone = _compiler(number, tuple(_found(more, more_fonts)))
    try:
        with alone:
            made, warnings = compiler.compile_with_warnings(
                input=str(TEMPLATES / f"{template}.typ"),
                format="pdf",
                sys_inputs={"body": raw.decode("utf-8")},
                pdf_standards=STANDARDS,
                timestamp=int(issued_at(body).timestamp()),
            )
    except typst.TypstError as fault:
        raise DrawFault(f"报告不能绘制：{fault.message}") from None
    if warnings or not isinstance(made, bytes):
        raise DrawFault(f"报告不能绘制：{'；'.join(each.message for each in warnings)}")
    return Drawing(made, means_of(body))


def faces_of(file: Path) -> list[tuple[str, int]]:
    """(family as Typst calls it, place in the file) of each face of a font file; none for what is no font."""
    folder = _folder_of((file,))
    known = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])
    return [(each.family, each.index) for each in known.fonts()]


def issued_at(body: Mapping[str, Any]) -> datetime:
    """The moment of issue, with its zone. Raises DrawFault."""
    try:
        moment = datetime.fromisoformat(body["issued_at"])
    except (KeyError, TypeError, ValueError):
        raise DrawFault("报告正文没有出具时间") from None
    if moment.tzinfo is None:
        raise DrawFault("报告正文的出具时间没有时区")
    return moment


def digest_of(file: Path) -> str:
    """SHA-256 (hex) of a file, read again only when it changed."""
    seen = file.stat()
    return _digest(file, (seen.st_mtime_ns, seen.st_size, seen.st_ino))


def once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """For `json.loads`: an object that has each name once. Raises ValueError."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name twice")
    return found


def _refuse(_: str) -> float:
    raise ValueError("no fractions")


def _template(body: Mapping[str, Any]) -> str:
    name = str(body.get("template", ""))
    if not _TEMPLATE.fullmatch(name) or not (TEMPLATES / f"{name}.typ").is_file():
        raise Lacking(f"没有模板 {name}")
    return name


def _fonts(body: Mapping[str, Any]) -> tuple[str, list[MoreFont]]:
    """The set, and the fonts beyond it, that a body names."""
    try:
        fonts = body["fonts"]
        more = [MoreFont(str(each["family"]), str(each["sha256"])) for each in fonts["more"]]
        return str(fonts["set"]), more
    except (KeyError, TypeError):
        raise DrawFault("报告正文没有写明字体") from None


def _imported(name: str) -> set[str]:
    """A file of templates/ and all that it imports."""
    text = (TEMPLATES / name).read_text(encoding="utf-8")
    return {name}.union(*(_imported(each) for each in _IMPORT.findall(text)))


def _found(more: Sequence[MoreFont], offered: Iterable[Path]) -> list[Path]:
    """The offered files that a body names. Raises Lacking for one that is not among them."""
    if not more:
        return []
    there = {digest_of(file): file for file in offered if file.is_file()}
    for each in more:
        if each.sha256 not in there:
            raise Lacking(f"没有字体 {each.family}（SHA-256 {each.sha256}）")
    return [there[each.sha256] for each in more]


@lru_cache(maxsize=8)
def _compiler(number: str, more: tuple[Path, ...]) -> tuple[typst.Compiler, Lock]:
    """A compiler that knows these fonts alone, and the lock of who uses it: reading fonts takes longer than drawing."""
    packaged_fonts(number)
    places: list[str] = [str(FONTS / number)]
    if more:
        places.append(_folder_of(more))
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=places)
    return typst.Compiler(root=str(TEMPLATES), font_paths=fonts, package_path=str(TEMPLATES)), Lock()


def _folder_of(files: tuple[Path, ...]) -> str:
    """Typst takes folders of fonts; these files shall be all that it finds there."""
    folder = tempfile.TemporaryDirectory(prefix="xinheng-fonts-")
    _FOLDERS.append(folder)
    for at, file in enumerate(files):
        (Path(folder.name) / f"{at}{file.suffix}").symlink_to(file.resolve())
    return folder.name


_FOLDERS: list[tempfile.TemporaryDirectory[str]] = []  # removed when the process ends


@lru_cache(maxsize=64)
def _digest(file: Path, _state: tuple[int, ...]) -> str:
    hashed = sha256()
    with file.open("rb") as stream:
        while block := stream.read(_BLOCK):
            hashed.update(block)
    return hashed.hexdigest()


def _of_lines(files: Iterable[tuple[str, str]]) -> str:
    return sha256("".join(f"{digest}  {name}\n" for name, digest in files).encode()).hexdigest()
