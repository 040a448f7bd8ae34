"""Personal data in free text, and how single values are masked (个人信息的查找与脱敏, 三（二）).

What is found withholds a text from the public until somebody has redacted it, so the search errs on the
side of finding too much: a street number or a firm's telephone counts as found. `VECTOR_PATTERNS` are the
same expressions without the few exceptions `find_personal` makes: a column is filtered with them first,
and only the distinct texts they flag need be asked one by one.

All expressions run on the text as it came. `\\d` knows full-width digits in Python as in Rust; there is no
look-around and no back-reference, so polars takes them as they are.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from xinheng.law.identifiers import resident_id_valid, uscc_valid
from xinheng.law.lawbook import default_path
from xinheng.law.values import read_yaml

if TYPE_CHECKING:
    from xinheng.law.lawbook import Law
    from xinheng.law.reference import Mask


@dataclass(frozen=True, slots=True)
class Hit:
    """Where personal data stands in a text: kind, first position, position after the last."""

    kind: str
    start: int
    end: int


_WORDS: Any = read_yaml(default_path() / "surnames.yaml")
_COMPOUND: tuple[str, ...] = tuple(read_yaml(default_path() / "masks.yaml")["compound_surnames"])

# Signs that split numbers and names without being part of them, unseen ones too; Rust's \\s lacks U+001C-1F.
_UNSEEN = "\\s\x1c-\x1f\u00ad\u200b-\u200f\u2060\ufeff"
_GAP = f"[{_UNSEEN}\\-\u2010-\u2015\u2212\uff0d._·]{{0,3}}"
_BLANK = f"[{_UNSEEN}]{{0,3}}"
_DIGIT = "\\d"
_LETTER = "A-Za-zＡ-Ｚａ-ｚ"
_HAN_ALL = "〇\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
# Without 某 (U+67D0): 张某 is a masked name already.
_HAN = "〇\u3400-\u4dbf\u4e00-\u67cf\u67d1-\u9fff\U00020000-\U0003ffff"


def _any_of(words: Iterable[str]) -> str:
    """An alternation, longest first: Rust and Python both take the first branch that fits."""
    return "(?:" + "|".join(re.escape(each) for each in sorted(words, key=lambda w: (-len(w), w))) + ")"


def _one_of(letters: str) -> str:
    return "[" + "".join(sorted(set("".join(letters.split())))) + "]"


_SURNAME = f"(?:{_any_of(_COMPOUND)}|{_one_of(_WORDS['surnames'])})"
_SURE = f"(?:{_any_of(_COMPOUND)}|{_one_of(''.join(set(_WORDS['surnames']) - set(_WORDS['ambiguous'])))})"
_SURE_COMPOUND = [each for each in _COMPOUND if each not in _WORDS["ambiguous_compound"]]
_GIVEN = _one_of(_WORDS["given"])
_FULL_NAME = f"({_SURNAME}(?:{_BLANK}[{_HAN}]){{1,2}})"
_LIKELY = f"({_SURE}(?:{_BLANK}{_GIVEN}){{1,2}})"
_STOP = f'[，。；、：！？,;:!?（）()“”"《》{_UNSEEN}]'

# kind, expression, and how many digits or which part counts: see `_CHECKS`. One group is the part to hide.
_EXPRESSIONS: tuple[tuple[str, str], ...] = (
    ("number", f"{_DIGIT}(?:{_GAP}{_DIGIT}){{13,}}(?:{_GAP}[XxＸｘ])?"),
    ("resident_id", f"{_DIGIT}{{3,}}[*＊×xX✱●]{{4,}}{_DIGIT}{{1,}}[XxＸｘ]?"),
    ("number_words", "[〇零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖]{11,}"),
    ("mobile", f"[1１]{_GAP}[3-9３-９](?:{_GAP}{_DIGIT}){{9}}"),
    (
        "landline",
        f"[0０]{_DIGIT}{{2,3}}[{_UNSEEN}\\-－—)）]{{0,3}}{_DIGIT}{{3,4}}[{_UNSEEN}\\-－—]?{_DIGIT}{{4}}",
    ),
    (
        "phone",
        f"(?i){_any_of(_WORDS['telephones'])}[^\\d]{{0,8}}({_DIGIT}(?:{_GAP}{_DIGIT}){{6,}})",
    ),
    ("email", f"[{_LETTER}\\d._%+\\-]+{_BLANK}[@＠]{_BLANK}[{_LETTER}\\d\\-]+[.．][{_LETTER}\\d.．]+"),
    (
        "account",
        f"(?i){_any_of(_WORDS['accounts'])}[^{_LETTER}\\d]{{0,8}}([{_LETTER}\\d_\\-]{{5,}})",
    ),
    (
        "other_id",
        f"{_any_of(_WORDS['documents'])}[^{_LETTER}\\d]{{0,10}}([{_LETTER}]{{0,2}}{_DIGIT}{{5,}})",
    ),
    (
        "plate",
        f"{_one_of(_WORDS['plates'])}{_BLANK}[{_LETTER}][{_UNSEEN}·•.\\-]{{0,2}}[{_LETTER}\\d]{{4,6}}[挂学警港澳领]?",
    ),
    (
        "address",
        f"[路街巷弄道里村组庄镇坊](?:[东西南北中]|{_BLANK}){{0,2}}{_DIGIT}+(?:[\\-－—之]{_DIGIT}+)?{_BLANK}[号#]",
    ),
    ("address", f"{_DIGIT}+{_BLANK}(?:号楼|幢|栋|单元|室|号院)"),
    (
        "address",
        f"{_any_of(_WORDS['estates'])}[^，。；,;]{{0,6}}[{_DIGIT}一二三四五六七八九十]",
    ),
    ("address", f"[村庄社区][{_HAN_ALL}]{{0,4}}[{_DIGIT}一二三四五六七八九十]+[组队]"),
    (
        "address",
        f"{_any_of(_WORDS['dwelling'])}[^，。；,;]{{0,3}}[{_HAN_ALL}]{{2,}}",
    ),
    (
        "person_name",
        f"{_any_of(_WORDS['labels'])}[^{_HAN_ALL}]{{0,4}}(?:名叫|名为|叫做|姓名|为|是|系|叫|即)?[^{_HAN_ALL}]{{0,2}}{_FULL_NAME}",
    ),
    ("person_name", f"{_FULL_NAME}{_BLANK}{_any_of(_WORDS['after'])}"),
    ("person_name", f"({_SURE}(?:{_BLANK}{_GIVEN}){{2}})"),
    ("person_name", f"({_any_of(_SURE_COMPOUND)}(?:{_BLANK}[{_HAN}]){{1,2}})"),
    ("person_name", f"{_any_of(_WORDS['before'])}{_BLANK}{_LIKELY}"),
    ("person_name", f"(?:^|{_STOP}|[和及与]){_LIKELY}(?:$|{_STOP}|[和及与等])"),
    ("person_name", f"({_any_of(_WORDS['examples'])})"),
    ("person_name", f"([{_HAN}]{{2,8}}[·•・‧][{_HAN}]{{2,10}})"),
)

VECTOR_PATTERNS: tuple[str, ...] = tuple(expression for _, expression in _EXPRESSIONS)
_COMPILED = tuple((kind, re.compile(expression)) for kind, expression in _EXPRESSIONS)
_CODE = re.compile("[0-9A-Za-z]+")
_DATE = r"(?:19|20)\d\d(?:[-.]\d{1,2}[-.]\d{1,2}|\d{4})"
_DATES = re.compile(rf"{_DATE}(?:[\s~至-]+{_DATE})*")
_OLD_ID_DATE = re.compile(r"\d{6}\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}")
_COUNTRY = ("", "0", "86", "086", "0086")


def find_personal(text: str) -> tuple[Hit, ...]:
    """Every place that may tell who somebody is, in order. Overlapping hits are all told."""
    searched = _without_firm_codes(text)
    hits = {hit for kind, pattern in _COMPILED for hit in _hits(kind, pattern, searched)}
    return tuple(sorted(hits, key=lambda hit: (hit.start, hit.end, hit.kind)))


def _without_firm_codes(text: str) -> str:
    """The code of a firm is public; only where it could also be a person's number it stays suspect."""

    def hide(found: re.Match[str]) -> str:
        code = found.group()
        return "■" * len(code) if uscc_valid(code) and not resident_id_valid(code) else code

    return _CODE.sub(hide, text)


def _hits(kind: str, pattern: re.Pattern[str], text: str) -> Iterator[Hit]:
    place = 0
    while found := pattern.search(text, place):
        start, end = found.span(found.lastindex or 0)
        named = _CHECKS.get(kind, _as_is)(kind, text, start, end)
        if named:
            yield Hit(named, start, end)
        # What was rejected may hide the next hit, save for a long number: a part of it means nothing.
        place = end if named or kind == "number" else found.start() + 1


def _as_is(kind: str, _text: str, _start: int, _end: int) -> str:
    return kind


def _number(_kind: str, text: str, start: int, end: int) -> str:
    """A long number by its length; runs of dates, and 14 or 15 digits that hold no birth date, are none."""
    plain = unicodedata.normalize("NFKC", text[start:end])
    digits = re.sub(r"[^\dXx]", "", plain)
    if len(digits) == 18:
        return "resident_id"
    if len(digits) == 15:
        return "resident_id" if _OLD_ID_DATE.fullmatch(digits) else ""
    return "" if len(digits) == 14 or _DATES.fullmatch(plain) else "bank_card"


def _mobile(kind: str, text: str, start: int, end: int) -> str:
    """Eleven digits that are not cut out of a longer number; a country code before them is no part of it."""
    before, after = _digits_before(text, start), _digits_after(text, end)
    return kind if before in _COUNTRY and len(after) <= 2 else ""


def _landline(kind: str, text: str, start: int, end: int) -> str:
    return "" if _digits_before(text, start) or _digits_after(text, end) else kind


def _digits_before(text: str, start: int) -> str:
    run = re.search(r"\d*$", text[:start])
    return unicodedata.normalize("NFKC", run.group()) if run else ""


def _digits_after(text: str, end: int) -> str:
    run = re.match(r"\d*", text[end:])
    return run.group() if run else ""


def _name(kind: str, text: str, start: int, end: int) -> str:
    """A name, unless the words are ones no name begins with."""
    return "" if text[start:end].startswith(_NOT_NAMES) else kind


_NOT_NAMES: tuple[str, ...] = tuple(_WORDS["not_names"])
_CHECKS: dict[str, Callable[[str, str, int, int], str]] = {
    "number": _number,
    "mobile": _mobile,
    "landline": _landline,
    "person_name": _name,
}


def looks_like_name(text: str) -> bool:
    """Whether a whole value is a person's name rather than a trade name."""
    return bool(bare_name(text))


def bare_name(text: str) -> str:
    """The person's name, when a value is that and at most the word for a trader beside it; else "".

    A surname and one or two characters, two surnames and two characters used in names, or a name parted by a
    dot: 赵示例, 赵示例（个体工商户）, 经营者：赵示例.
    """
    found = _BARE_NAME.fullmatch(text.strip())
    name = found.group("name") if found else ""
    return "" if _DOTTED.search(name) and _SHOP.search(name) else name


def surely_name(text: str) -> bool:
    """Whether a whole value is a name even where public bodies and firms are named: 方志办 and 白云寺 are none."""
    return _SURE_NAME.fullmatch(text.strip()) is not None


_TRADERS = f"(?:{_any_of(_WORDS['traders'])}[\\W_]*)*"
_DOTS = "[·•・‧]"
# What tells, in Python, Rust and PostgreSQL alike, that a longer value may be a name as well.
BESIDE_NAMES = f"{_any_of(_WORDS['traders'])}|{_DOTS}"
_DOTTED = re.compile(_DOTS)
_SHOP = re.compile(_one_of(_WORDS["shops"]))
_BARE_NAME = re.compile(
    f"[\\W_]*{_TRADERS}(?P<name>{_SURNAME}(?:{_BLANK}[{_HAN}]){{1,2}}"
    f"|{_SURE}{_BLANK}{_SURE}(?:{_BLANK}{_GIVEN}){{2}}|[{_HAN}]{{2,8}}{_DOTS}[{_HAN}]{{2,10}})[\\W_]*{_TRADERS}"
)
_SURE_NAME = re.compile(f"[\\W_]*{_LIKELY}[\\W_]*")


def leads_to_person(text: str) -> bool:
    """Whether a document number, the name of a body or a web address holds a person's name or number.

    Fewer things count than in free text, where a long serial number is suspect: an identity number with a right
    check digit, a mobile number or an e-mail address that stands by itself, a name that is no township's.
    """
    plain = unicodedata.normalize("NFKC", unquote(text))
    if any(resident_id_valid(found.upper()) for found in _ID_ALONE.findall(plain)) or _MOBILE_ALONE.search(
        plain
    ):
        return True
    return any(_in_number(hit, plain[hit.start : hit.end]) for hit in find_personal(plain))


def _in_number(hit: Hit, text: str) -> bool:
    return hit.kind == "email" or (hit.kind == "person_name" and text[-1] not in _WORDS["places"])


_ID_ALONE = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")
_MOBILE_ALONE = re.compile(r"(?<!\d)(?:86)?1[3-9]\d{9}(?!\d)")


def redacted(text: str) -> str:
    """A proposal with every hit starred, for the officer who redacts; it decides nothing by itself."""
    letters = list(text)
    for hit in find_personal(text):
        letters[hit.start : hit.end] = "*" * (hit.end - hit.start)
    return "".join(letters)


def mask(name: str, text: str, law: Law) -> str:
    """A value under the mask of that name in reference/masks.yaml. Raises KeyError for an unknown one."""
    rule = law.mask(name)
    return _MASKS[rule.kind](rule, text)


def _ends(rule: Mask, text: str) -> str:
    """Both ends stay; a value too short to hide a good part of it is hidden whole."""
    hidden = len(text) - rule.keep_left - rule.keep_right
    if 2 * hidden < rule.keep_left + rule.keep_right:
        return rule.fill * len(text)
    return text[: rule.keep_left] + rule.fill * hidden + text[len(text) - rule.keep_right :]


def _surname(rule: Mask, text: str) -> str:
    """The surname and two signs however long the name is: its length tells something too."""
    first = next((each for each in _COMPOUND if text.startswith(each) and len(text) > len(each)), text[:1])
    return first + rule.fill * 2 if text else ""


def _trade_name(rule: Mask, text: str) -> str:
    """A trade name stays; a trader without one goes by his own name, which is masked like any name."""
    name = bare_name(text)
    return text.replace(name, _surname(rule, name)) if name else text


def _district(_rule: Mask, text: str) -> str:
    """An address down to its district or county, else its city, else nothing."""
    for end in ("[区县]", "市"):
        if found := re.match(f"[{_HAN_ALL}]*?{end}", text):
            return found.group()
    return ""


_MASKS: dict[str, Callable[[Mask, str], str]] = {
    "ends": _ends,
    "surname": _surname,
    "trade_name": _trade_name,
    "district": _district,
    "omit": lambda _rule, _text: "",
    "whole": lambda _rule, text: text,
}
