"""How a paper is laid out: head, addressee, numbered sections, signature, annex (文书版面). Pure.

Which sections a kind has, in which order, and its fixed sentences are in reference/documents.yaml.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from xinheng.documents.kinds import DocumentKind

if TYPE_CHECKING:
    from xinheng.documents.papers import PaperContent


def body(content: PaperContent, kind: DocumentKind) -> Mapping[str, Any]:
    """What the template `paper_1` draws, before number, code and day."""
    raise NotImplementedError
