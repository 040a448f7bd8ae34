"""Windows of force majeure (不可抗力窗口), declared by the credit office for an area and some days."""

from __future__ import annotations

from xinheng.casework.held import Held
from xinheng.law.leniency import ForceMajeureWindow, touched_by


def declared() -> tuple[ForceMajeureWindow, ...]:
    """All windows that were declared."""
    return ()


def windows_touching(held: Held) -> tuple[ForceMajeureWindow, ...]:
    """Those that touch the conduct of a case; a day of conduct that nobody told is the day of the draft."""
    draft = held.draft
    first = draft.conduct_from or draft.conduct_to or held.case.opened_on
    return touched_by(declared(), area=held.case.area, first=first, last=draft.conduct_to or first)
