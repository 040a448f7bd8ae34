"""Reading and freezing YAML (取值): duplicate keys refused, lists to tuples, mappings to read-only ones."""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from xinheng.law.reference import ReferenceValue

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class StrictLoader(_Loader):  # type: ignore[misc]  # the C loader where PyYAML has it: no static base class
    """A safe loader that refuses a key given twice: the later value would win in silence."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        twice = {str(key) for key in keys if keys.count(key) > 1}
        if twice:
            line = node.start_mark.line + 1
            raise yaml.YAMLError(f"第 {line} 行：同一名称写了两次：{'、'.join(sorted(twice))}")
        mapping: dict[Hashable, Any] = super().construct_mapping(node, deep=deep)
        return mapping


@lru_cache(maxsize=256)
def parse(content: bytes) -> Any:
    """The content of a YAML file, frozen; the same bytes are parsed once, and what is frozen can be shared.

    Raises yaml.YAMLError or UnicodeDecodeError.
    """
    loader = StrictLoader(content.decode("utf-8"))
    try:
        return frozen(loader.get_single_data())
    finally:
        loader.dispose()


def read_yaml(path: Path) -> Any:
    """The content of one file, frozen. Raises what `parse` raises, and OSError."""
    return parse(path.read_bytes())


def frozen(value: Any) -> Any:
    """The same content, immutable all the way down."""
    if isinstance(value, Mapping):
        return MappingProxyType({key: frozen(each) for key, each in value.items()})
    if isinstance(value, list | tuple):
        return tuple(frozen(each) for each in value)
    return value


def plain(value: Any) -> Any:
    """The same content as JSON knows it: dates as ISO text, tuples as lists."""
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


def digest(files: Mapping[str, bytes]) -> str:
    """SHA-256 over names and contents, in the order of the names."""
    total = hashlib.sha256()
    for name in sorted(files):
        for part in (name.encode(), files[name]):
            total.update(len(part).to_bytes(8, "big") + part)
    return total.hexdigest()


def leaves(path: str, value: Any, confidence: str = "", source: str = "") -> Iterator[ReferenceValue]:
    """Each single value below `path`; confidence and source are those of the nearest enclosing entry."""
    if isinstance(value, Mapping):
        confidence, source = (
            str(value.get("confidence", confidence)),
            str(value.get("source", source)),
        )
        for key, each in value.items():
            yield from leaves(f"{path}/{key}", each, confidence, source)
    elif isinstance(value, tuple) and any(isinstance(each, Mapping) for each in value):
        for place, each in enumerate(value):
            yield from leaves(f"{path}/{_name(each, place)}", each, confidence, source)
    else:
        yield ReferenceValue(path, plain(value), confidence, source)


def _name(entry: Any, place: int) -> str:
    """An entry of a list is known by its own id where it has one, so that paths survive a new neighbour."""
    if isinstance(entry, Mapping):
        for key in ("id", "code", "field", "use", "name"):
            if entry.get(key):
                return str(entry[key])
    return str(place)
