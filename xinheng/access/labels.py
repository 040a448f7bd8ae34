"""The words of accounts and bindings for forms (绑定用语)."""

from __future__ import annotations

from xinheng.access.models import BindingKind, Evidence

BINDING_KINDS: list[tuple[str, str]] = [(each.value, str(each.label)) for each in BindingKind]
EVIDENCE: list[tuple[str, str]] = [(each.value, str(each.label)) for each in Evidence]
