"""Tiles and checkpoints against the recomputed leaves (分片与检查点复算)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import psycopg

from xinheng.ledger.verification.findings import Audit
from xinheng.ledger.verifier.checkpoint import Checkpoint
from xinheng.ledger.verifier.merkle import root_from, root_of
from xinheng.ledger.verifier.note import Verifier, open_note
from xinheng.ledger.verifier.strict import NoteFault
from xinheng.ledger.verifier.tiles import HEIGHT, WIDTH, TileNodes

_TILE_BYTES = WIDTH * 32
Read = Callable[[int, int], bytes]


def stored_leaves(connection: psycopg.Connection[Any], upto: int) -> bytearray:
    """Leaf hashes before `upto` as the tiles have them, for a verification that begins there."""
    found = bytearray()
    for number in range(-(-upto // WIDTH)):
        row = connection.execute(
            "SELECT hashes FROM ledger_tile WHERE level = 0 AND number = %s", [number]
        ).fetchone()
        found += bytes(row[0]) if row else b""
    return found[: upto * 32]


def check_tiles(connection: psycopg.Connection[Any], audit: Audit, leaves: bytearray) -> TileNodes:
    """Work out all levels from the leaves, compare them with the stored tiles; returns the recomputed tree."""
    levels = _levels(leaves)
    stored = {
        (level, number): bytes(hashes)
        for level, number, hashes in connection.execute("SELECT level, number, hashes FROM ledger_tile")
    }
    wanted = {
        (level, at // _TILE_BYTES): bytes(hashes[at : at + _TILE_BYTES])
        for level, hashes in enumerate(levels)
        for at in range(0, len(hashes), _TILE_BYTES)
    }
    for key in sorted(wanted.keys() | stored.keys()):
        if stored.get(key) != wanted.get(key):
            audit.find("ledger_tile", f"{key[0]}/{key[1]}", "分片与事件复算的结果不符")
            _name_leaf(connection, audit, key, stored.get(key, b""), wanted.get(key, b""))
    audit.count("分片", len(wanted))
    return TileNodes(lambda level, number: wanted.get((level, number), b""), len(leaves) // 32)


def _levels(leaves: bytearray) -> list[bytearray]:
    levels = [leaves]
    while len(levels[-1]) >= _TILE_BYTES:
        below, above = levels[-1], bytearray()
        for at in range(0, len(below) // _TILE_BYTES * _TILE_BYTES, _TILE_BYTES):
            above += root_of([bytes(below[i : i + 32]) for i in range(at, at + _TILE_BYTES, 32)])
        levels.append(above)
    return [level for level in levels if level]


def _name_leaf(
    connection: psycopg.Connection[Any], audit: Audit, key: tuple[int, int], stored: bytes, wanted: bytes
) -> None:
    """A leaf that the tiles remember otherwise is an event that was changed since it got its place."""
    level, number = key
    if level:
        return
    for at in range(0, max(len(stored), len(wanted)), 32):
        if stored[at : at + 32] != wanted[at : at + 32]:
            index = (number << HEIGHT) + at // 32
            row = connection.execute("SELECT event_id FROM ledger_entry WHERE index = %s", [index]).fetchone()
            if row is None:
                audit.find("ledger_entry", index, "树中缺少这一位置")
            else:
                audit.find("ledger_event", row[0], "事件与树中的叶不符")


def check_heads(
    connection: psycopg.Connection[Any], audit: Audit, nodes: TileNodes, size: int, vkey: str, origin: str
) -> None:
    """Every signed checkpoint must be the head of the recomputed tree at its size."""
    verifier = Verifier.parse(vkey)
    rows = connection.execute("SELECT size, note FROM ledger_checkpoint ORDER BY size").fetchall()
    for kept, note in rows:
        fault = _fault_of(note, kept, verifier, origin, nodes, size)
        if fault:
            audit.find("ledger_checkpoint", kept, fault)
    audit.count("检查点", len(rows))


def head_fault(note: str, verifiers: Sequence[Verifier], origin: str, nodes: TileNodes, size: int) -> str:
    """What is wrong with a checkpoint as a head of this tree, "" for nothing.

    Raises NoteFault unless every one of `verifiers` signed it: a head that a witness has not cosigned is not its own.
    """
    opened = open_note(note, verifiers)
    if set(opened.verifiers) != set(verifiers):
        raise NoteFault("缺少应有的签名")
    head = Checkpoint.parse(opened.text)
    if head.origin != origin:
        return "检查点是另一个日志的"
    if head.size > size:
        return f"检查点有 {head.size} 条，而数据库中只有 {size} 条：数据库可能被回退"
    return "" if root_from(head.size, nodes) == head.root else "检查点的根与事件复算的结果不符"


def _fault_of(note: str, kept: int, verifier: Verifier, origin: str, nodes: TileNodes, size: int) -> str:
    try:
        fault = head_fault(note, [verifier], origin, nodes, size)
        return fault or (
            "" if Checkpoint.parse(note.split("\n\n")[0] + "\n").size == kept else "检查点的大小被改动"
        )
    except (NoteFault, ValueError):
        return "检查点的签名或写法不符"
