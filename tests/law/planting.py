"""A copy of reference/ to plant faults in, changed as data (植入缺陷)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

Document = Any


def change(root: Path, name: str, mend: Callable[[Document], object]) -> None:
    """Change one file of a copy as data."""
    document = yaml.load((root / name).read_bytes(), Loader=yaml.CSafeLoader)
    mend(document)
    put(root, name, document)


def put(root: Path, name: str, document: Document) -> None:
    """Write one file of a copy."""
    text = yaml.dump(document, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False)
    (root / name).write_text(text, "utf-8")
