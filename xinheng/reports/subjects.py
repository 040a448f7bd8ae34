"""Whose report is asked for: by a valid code, and by a name that is its own (主体的确定)."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from uuid import UUID

from xinheng.access.actor import Actor
from xinheng.access.gate import Opened
from xinheng.exchange import feeds
from xinheng.law.facts import SubjectKind
from xinheng.law.identifiers import clean_code, resident_id_fault, resident_id_valid, uscc_fault, uscc_valid
from xinheng.law.language import Refusal
from xinheng.law.lawbook import Law
from xinheng.law.privacy import mask
from xinheng.reports.printing import Subject
from xinheng.runtime.clock import day_of
from xinheng.subjects import queries
from xinheng.subjects.services import RESIDENT_ID, add_person, add_subject

# Opened to look for a subject by its code, before its own file can be opened.
SEARCH = "subject-search"
USCC_LABEL, RESIDENT_LABEL = "统一社会信用代码", "公民身份号码"


def is_resident_id(code: str) -> bool:
    """Whether a clean code is a natural person's; one that could be either is a firm's."""
    return resident_id_valid(code) and not uscc_valid(code)


def clean(code: str, now: datetime) -> str:
    """The code as it was meant. Raises Refusal with its fault, by position."""
    found, _ = clean_code(code)
    fault = resident_id_fault(found, day_of(now)) if _like_a_person(found) else uscc_fault(found)
    if fault is not None:
        raise Refusal.because(fault.code, **fault.values)
    return found


def _like_a_person(code: str) -> bool:
    """Digits but for the last, with a birth date: told as a resident id number even where it is mistyped."""
    return not uscc_valid(code) and re.fullmatch(r"[1-9]\d{5}(18|19|20)\d{9}[0-9A-Z]", code) is not None


def find(code: str, *, opened: Opened) -> UUID | None:
    """The subject of a clean code, None when none is known yet. `opened` for the set "subject-search"."""
    opened.require_what(SEARCH)
    if is_resident_id(code):
        return queries.find_person(RESIDENT_ID, code, opened=opened)
    found = queries.find_by_code(code, opened=opened)
    return None if found is None else found.id


def register(code: str, name: str, *, actor: Actor, now: datetime) -> UUID:
    """A subject that no record names yet, under its valid code: nothing found is a report too. One event.

    Raises Refusal with the code's own fault, or NAME_REQUIRED.
    """
    if is_resident_id(code):
        return add_person(id_kind=RESIDENT_ID, number=code, name=name, actor=actor, now=now)
    return add_subject(kind=kind_of(code), uscc=code, name=name, seen_from=day_of(now), actor=actor, now=now)


def kind_of(code: str) -> str:
    """What the first two characters of a credit code say of its bearer (reference/feeds/penalty.yaml)."""
    feed = feeds.load("penalty")
    start = code[:2]
    return feed.strict_kinds.get(start) or feed.finer_kinds.get(start) or feed.coarse_kind


def subject(audience: str, law: Law, *, opened: Opened) -> Subject:
    """The opened file's subject as its report names it to an audience: a person's number is masked to others.

    Raises Refusal NOT_FOUND.
    """
    found = opened.subject and queries.subject(opened.subject, opened=opened)
    if not found:
        raise Refusal.because("NOT_FOUND")
    if found.kind != SubjectKind.NATURAL_PERSON:
        return Subject(found.id, found.kind, found.name, found.uscc, USCC_LABEL)
    person = queries.person_in_clear(found.id, opened=opened)
    if person is None:
        raise Refusal.because("NOT_FOUND")
    id_kind, number, name = person
    shown = number if audience == "self" else mask(_mask_of(id_kind), number, law)
    label = RESIDENT_LABEL if id_kind == RESIDENT_ID else "证件号码"
    return Subject(found.id, found.kind, name, shown, label)


def _mask_of(id_kind: str) -> str:
    return "resident_id" if id_kind == RESIDENT_ID else "other_id"


def require_name(name: str, *, opened: Opened) -> None:
    """Raise Refusal SUBJECT_NAME_OTHER unless this is a name of the opened file's subject, now or formerly."""
    if folded(name) not in {folded(each) for each in _names(opened)}:
        raise Refusal.because("SUBJECT_NAME_OTHER")


def _names(opened: Opened) -> list[str]:
    found = opened.subject and queries.subject(opened.subject, opened=opened)
    if not found:
        raise Refusal.because("NOT_FOUND")
    person = queries.person_in_clear(found.id, opened=opened)
    if person is not None:
        return [person[2]]
    return [found.name, *(name for name, _ in queries.names_of(found.id, opened=opened))]


def folded(name: str) -> str:
    """A name for comparing: width, brackets, blanks and case made one."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", name)).casefold()
