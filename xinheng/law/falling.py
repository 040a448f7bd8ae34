"""What falls when a document falls (文书失效的传导): document → record → entry → measure → publication → share.

What rests on nothing that still holds falls; what rests on something else too is hidden and goes back to the
officer; a stay suspends; a dispute is a mark; a variation keeps the record with new content. Doubt hides: what
rested on a document that was varied waits for an officer, since the new content may no longer bear it.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from xinheng.law.facts import Effect


class Layer(enum.StrEnum):
    """What rests on a document, in the order in which one rests on the other."""

    RECORD = "record"
    ENTRY = "entry"
    MEASURE = "measure"
    PUBLICATION = "publication"
    SHARE = "share"


class Fate(enum.StrEnum):
    """What becomes of a thing: 不变、内容变更、中止、隐去待定、一并失去."""

    STANDS = "stands"
    VARIED = "varied"
    SUSPENDED = "suspended"
    HIDDEN = "hidden"
    FALLS = "falls"


FOLLOWS_CONTENT = frozenset({Layer.RECORD, Layer.PUBLICATION, Layer.SHARE})
GONE = frozenset({Effect.REVOKED, Effect.VOID, Effect.LAPSED, Effect.NOT_YET})


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentState:
    """A document as it is now: its effect, whether its content was varied, whether it is under review or suit."""

    effect: Effect = Effect.EFFECTIVE
    varied: bool = False
    contested: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A thing that rests on documents and other things, by their ids. `ours`: False for another body's own measure."""

    id: str
    layer: Layer
    rests_on: tuple[str, ...]
    ours: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Fallen:
    """What becomes of one thing, and on account of what. `told`: another body ends it, we stop its use and tell it."""

    node: Node
    fate: Fate
    marked: bool
    because: tuple[str, ...]

    @property
    def to_officer(self) -> bool:
        return self.fate is Fate.HIDDEN

    @property
    def told(self) -> bool:
        return not self.node.ours and self.fate is not Fate.STANDS

    @property
    def seen(self) -> bool:
        """Whether it may be seen, used or shared from now on."""
        return self.fate in (Fate.STANDS, Fate.VARIED)

    @property
    def recalled(self) -> bool:
        """A share whose receiver is told: to withdraw it, to stop its use, or to take the new content."""
        return self.node.layer is Layer.SHARE and self.fate is not Fate.STANDS


class Knot(ValueError):
    """Things that rest on each other in a circle, or on what nobody knows."""


def fall(nodes: Iterable[Node], documents: Mapping[str, DocumentState]) -> tuple[Fallen, ...]:
    """What becomes of every thing, in the order given. Raises Knot."""
    things = {each.id: each for each in nodes}
    done: dict[str, Fallen] = {}
    for each in things.values():
        _settle(each, things, documents, done, ())
    return tuple(done[each] for each in things)


def _settle(
    node: Node,
    things: Mapping[str, Node],
    documents: Mapping[str, DocumentState],
    done: dict[str, Fallen],
    path: tuple[str, ...],
) -> Fallen:
    if node.id in done:
        return done[node.id]
    if node.id in path or not node.rests_on:
        raise Knot(f"{node.id}: {' > '.join(path) or 'rests on nothing'}")
    supports: dict[str, tuple[Fate, bool]] = {}
    for each in node.rests_on:
        if each in documents:
            supports[each] = _of_document(documents[each]), documents[each].contested
        elif each in things:
            below = _settle(things[each], things, documents, done, (*path, node.id))
            supports[each] = below.fate, below.marked
        else:
            raise Knot(f"{node.id} rests on {each}, which is not there")
    done[node.id] = _fallen(node, supports)
    return done[node.id]


def _of_document(state: DocumentState) -> Fate:
    if state.effect in GONE:
        return Fate.FALLS
    if state.effect is Effect.STAYED:
        return Fate.SUSPENDED
    return Fate.VARIED if state.varied else Fate.STANDS


def _fallen(node: Node, supports: Mapping[str, tuple[Fate, bool]]) -> Fallen:
    fates = {fate for fate, _ in supports.values()}
    return Fallen(
        node=node,
        fate=_fate(node.layer, fates),
        marked=any(marked for _, marked in supports.values()),
        because=tuple(each for each, (fate, _) in supports.items() if fate is not Fate.STANDS),
    )


def _fate(layer: Layer, fates: set[Fate]) -> Fate:
    """Sole ground gone: falls. One of several: hidden. All stayed, or gone and stayed: suspended while the stay lasts."""
    if fates <= {Fate.STANDS}:
        return Fate.STANDS
    if fates == {Fate.FALLS}:
        return Fate.FALLS
    if fates <= {Fate.FALLS, Fate.SUSPENDED}:
        return Fate.SUSPENDED
    if fates <= {Fate.STANDS, Fate.VARIED}:
        return Fate.VARIED if layer in FOLLOWS_CONTENT else Fate.HIDDEN
    return Fate.HIDDEN


def fallen(found: Iterable[Fallen], fate: Fate) -> tuple[str, ...]:
    """The ids of what met a fate."""
    return tuple(each.node.id for each in found if each.fate is fate)
