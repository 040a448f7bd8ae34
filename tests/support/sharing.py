"""How two processes share the tests: by folders, since what a folder builds it builds once (测试并行)."""

from __future__ import annotations

from typing import Any

from xdist.scheduler import LoadScopeScheduling

# What takes longest begins first, or one process waits for the other at the end. Browsers build nothing in common.
APART = "tests/browser"
FIRST = (
    APART, "tests/ledger", "tests/casework", "tests/repairs", "tests/web", "tests/revocations", "tests/exchange",
    "tests/effects", "tests/promises",
)  # fmt: skip


def scope(nodeid: str) -> str:
    """The folder below tests/ that one process runs whole; of the tests in browsers the file."""
    parts = nodeid.partition("::")[0].split("/")
    folder = "/".join(parts[:2])
    return "/".join(parts[:3]) if folder == APART else folder


def place(nodeid: str) -> int:
    """Where a test stands in the queue; among themselves those of a place keep their order."""
    folder = "/".join(nodeid.split("/")[:2])
    return FIRST.index(folder) if folder in FIRST else len(FIRST)


class ByFolder(LoadScopeScheduling):  # type: ignore[misc]
    """All tests below one folder of tests/ go to one process, in the order in which they were collected."""

    def __init__(self, config: Any, log: Any) -> None:
        config.option.loadscopereorder = False
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        return scope(nodeid)
