"""How a paper is laid out: heading, addressee, numbered sections, annex (文书的行文). Pure.

Which sections a kind has, in which order, and its fixed sentences are in reference/documents.yaml. A sentence that lacks
a value is left out whole, and a section without a sentence too: what is asked of a paper is `papers.PARTS`.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from xinheng.documents.bodies import day
from xinheng.documents.kinds import DocumentKind

if TYPE_CHECKING:
    from xinheng.documents.papers import Earlier, PaperContent

NUMERALS = "一二三四五六七八九十"

Block = Mapping[str, Any]
Blocks = Iterator[Block]
Section = Callable[["PaperContent", "Sentences"], Blocks]


class Sentences:
    """The fixed sentences of a kind with the values of one paper in them."""

    def __init__(self, content: PaperContent, kind: DocumentKind) -> None:
        self.texts = kind.texts
        self.values = _values(content, kind)

    def fill(self, text: str, /, **more: str) -> str:
        """The sentence, or "" when a value that it names is not there."""
        values = {**self.values, **more}
        named = [name for _, name, _, _ in string.Formatter().parse(text) if name]
        return text.format_map(values) if all(values.get(name, "").strip() for name in named) else ""

    def __call__(self, name: str, /, **more: str) -> str:
        return self.fill(str(self.texts.get(name, "")), **more)


def body(content: PaperContent, kind: DocumentKind) -> Mapping[str, Any]:
    """What the template `paper_1` draws, before number, code and day."""
    told = Sentences(content, kind)
    return {
        "issuer": content.issuer,
        "watermark": "",
        "heading": list(filter(None, map(told.fill, kind.texts["heading"]))),
        "addressee": "" if "form" in kind.texts else content.party.name,
        "blocks": [*_paragraphs([told("opening")]), *_sections(content, told)],
        "signed": "form" not in kind.texts,
        "annex": _annex(content, told),
    }


def _values(content: PaperContent, kind: DocumentKind) -> dict[str, str]:
    reply = content.reply
    return {
        "you": kind.texts["you"]["person" if content.party.person else "unit"],
        "list": content.list_name,
        "act": content.act or "列入",
        "about": content.about or (f"拟列入{content.list_name}" if content.list_name else ""),
        "case": content.case_number,
        "window": content.window,
        "reply": content.reply_period,
        "body": content.reconsideration_body,
        "reconsideration": content.reconsideration_period,
        "court": content.court,
        "litigation": content.litigation_period,
        "term": content.term,
        "received": day(reply.received_on) if reply else "",
        "form": reply.form if reply else "",
    }


def _sections(content: PaperContent, told: Sentences) -> Blocks:
    """Each section that has something to say, with the next numeral before its title."""
    running = iter(NUMERALS)
    for name, title in told.texts["sections"]:
        blocks = list(_SECTIONS[name](content, told))
        if blocks and title:
            yield {"is": "head", "text": f"{next(running)}、{told.fill(title)}"}
        yield from blocks


def _annex(content: PaperContent, told: Sentences) -> Mapping[str, Any]:
    """The repair notice (信用修复告知书), which is served with the decision because it is part of it."""
    texts = told.texts.get("annex")
    if not texts or not any(each.strip() for each in content.repair):
        return {}
    said = [told.fill(texts["opening"]), *content.repair, *map(told.fill, texts["closing"])]
    return {
        "listed": texts["listed"],
        "mark": texts["mark"],
        "heading": texts["heading"],
        "blocks": list(_paragraphs(said)),
    }


# ---- blocks ----------------------------------------------------------------------------------------


def _paragraphs(texts: Iterable[str]) -> Blocks:
    return ({"is": "para", "text": each} for each in texts if each.strip())


def _numbered(texts: Sequence[str]) -> Blocks:
    """Numbered where there are several."""
    given = [each for each in texts if each.strip()]
    if len(given) < 2:
        return _paragraphs(given)
    return _paragraphs(f"{at}. {each}" for at, each in enumerate(given, 1))


def _form(rows: Iterable[tuple[str, str]]) -> Block:
    return {"is": "form", "rows": [[label, value] for label, value in rows]}


# ---- sections --------------------------------------------------------------------------------------


def _party(content: PaperContent, told: Sentences) -> Blocks:
    party = content.party
    named = told("named", label=party.code_label, code=party.code)
    return _paragraphs([party.name, party.standing, named, told("case")])


def _stop(text: str) -> str:
    return f"{text}。" if text else ""


def _listed(part: str) -> Section:
    """The section of a part whose sentences are the caller's own."""
    return lambda content, _told: _numbered(getattr(content, part))


def _replied(part: str) -> Section:
    return lambda content, _told: _numbered(getattr(content.reply, part)) if content.reply else iter(())


def _basis(content: PaperContent, told: Sentences) -> Blocks:
    cited = [
        told("citing", cite=each.cite, words=each.words) or told("cited", cite=each.cite)
        for each in content.basis
    ]
    return _numbered(cited)


def _effects(content: PaperContent, told: Sentences) -> Blocks:
    yield from _paragraphs([told("term")])
    measures = [each for each in content.measures if each.strip()]
    if measures:
        yield from _paragraphs([told("measures")])
        yield from _numbered(measures)


def _rights(content: PaperContent, told: Sentences) -> Blocks:
    """The sentence of each right, the window, the reply, and that nothing is charged."""
    sentences = [told.fill(told.texts["rights"][each]) for each in content.rights]
    if any(sentences):
        yield from _paragraphs([*sentences, told("window"), told("reply"), told("free")])


def _contact(content: PaperContent, told: Sentences) -> Blocks:
    who = content.contact
    lines = (
        told("contact", person=who.person),
        told("phone", phone=who.phone),
        told("address", address=who.address),
    )
    given = [each for each in lines if each]
    yield from _paragraphs([_stop("；".join([content.issuer, *given]))] if given else [])


def _earlier(content: PaperContent, told: Sentences) -> Blocks:
    return _paragraphs(_stop(_paper(each, told)) for each in content.earlier)


def _paper(each: Earlier, told: Sentences) -> str:
    on = day(each.on) if each.on else ""
    return told("paper_on", on=on, name=each.name, number=each.number) or told(
        "paper", name=each.name, number=each.number
    )


def _after(_content: PaperContent, told: Sentences) -> Blocks:
    return _paragraphs(map(told.fill, told.texts["after"]))


def _service(content: PaperContent, told: Sentences) -> Blocks:
    served, form = content.service, told.texts["form"]
    if served is None:
        return
    values = {
        "issuer": content.issuer,
        "case": content.case_number,
        "party": content.party.name,
        "papers": "；".join(_paper(each, told) for each in served.papers),
        "way": served.way,
        "place": served.place,
        "servers": "、".join(served.servers),
        "day": _day(served.on, told),
        "receiver": served.receiver,
        "proofs": "；".join(served.proofs),
        "note": served.note,
    }
    yield _form((label, values.get(name, "")) for name, label in form.items())


def _hearing(content: PaperContent, told: Sentences) -> Blocks:
    held, form = content.hearing, told.texts["form"]
    if held is None:
        return
    values = {
        "case": content.case_number,
        "party": content.party.name,
        "subject": told("subject"),
        "day": _day(held.on, told),
        "hours": held.hours,
        "place": held.place,
        "presider": held.presider,
        "recorder": held.recorder,
        "attended": "；".join(held.attended),
    }
    yield _form((label, values[name]) for name, label in form.items())
    for who, words in held.proceedings:
        yield from _paragraphs([f"{who}：{words}" if words.strip() else ""])
    yield from _paragraphs([told("read")])
    yield {"is": "signs", "labels": list(told.texts["signs"]), "day": told("blank_day")}


def _day(on: date | None, told: Sentences) -> str:
    return day(on) if on else told("blank_day")


_SECTIONS: Mapping[str, Section] = {
    "party": _party,
    "facts": _listed("facts"),
    "evidence": _listed("evidence"),
    "procedure": _listed("procedure"),
    "decision": _listed("decision"),
    "exit": _listed("exit_conditions"),
    "basis": _basis,
    "effects": _effects,
    "rights": _rights,
    "contact": _contact,
    "earlier": _earlier,
    "after": _after,
    "records": _listed("records"),
    "materials": _listed("materials"),
    "lacking": _listed("lacking"),
    "effect": _listed("effect"),
    "repair": _listed("repair"),
    "because": _listed("reasons"),
    "next": _listed("next_steps"),
    "said": _replied("said"),
    "checked": _replied("checked"),
    "conclusion": _replied("conclusion"),
    "reasons": _replied("reasons"),
    "service": _service,
    "hearing": _hearing,
}
