"""How two processes share the tests: by folders, since what a folder builds it builds once (测试并行)."""

from __future__ import annotations

from xdist.scheduler import LoadScopeScheduling


class ByFolder(LoadScopeScheduling):  # type: ignore[misc]
    """All tests below one folder of tests/ go to one process, the largest folders first."""

    def _split_scope(self, nodeid: str) -> str:
        return "/".join(nodeid.partition("::")[0].split("/")[:2])
