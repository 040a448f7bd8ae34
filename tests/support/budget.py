"""How long each folder of tests took, against tests/BUDGET (测试用时)."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

LIMIT = 35.0  # seconds that one part of the project may add to `make test`


def read(text: str) -> dict[str, dict[str, float]]:
    """Part -> folder -> seconds. Raises ValueError for a folder given twice."""
    parts: dict[str, dict[str, float]] = {}
    for line in text.splitlines():
        words = line.split()
        if not words or words[0] == "#":
            continue
        if words[0] == "part":
            folders = parts.setdefault(words[1], {})
            continue
        if any(words[0] in others for others in parts.values()):
            raise ValueError(f"{words[0]} has two budgets")
        folders[words[0]] = float(words[1])
    return parts


def over_limit(parts: dict[str, dict[str, float]]) -> dict[str, float]:
    """The parts whose folders together want more than a part may have."""
    return {part: sum(folders.values()) for part, folders in parts.items() if sum(folders.values()) > LIMIT}


class Stopwatch:
    """Adds up what the tests of each folder took; what the database needed to start is apart."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = defaultdict(float)
        self.database = 0.0

    def add(self, nodeid: str, seconds: float) -> None:
        parts = Path(nodeid.partition("::")[0]).parts
        self.spent[parts[1] if len(parts) > 2 else "."] += seconds

    def told(self, budget: dict[str, dict[str, float]], *, processes: int = 1) -> list[str]:
        """One line per folder over its budget, or without one; processes side by side share each second."""
        allowed = {folder: seconds for part in budget.values() for folder, seconds in part.items()}
        return [
            f"tests/{folder}: {spent / processes:.1f} s, budget {allowed.get(folder, 0):.0f} s"
            for folder, spent in sorted(self.spent.items())
            if spent / processes > allowed.get(folder, 0)
        ]
