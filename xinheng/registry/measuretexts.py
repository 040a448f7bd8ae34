"""What officers write on a measure, sealed under the subject's key; and a proposal as it was given (理由的封存)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from uuid import UUID

from xinheng.law.leniency import Leniency, LeniencyDecision
from xinheng.law.lists import PartyRole
from xinheng.law.measures import Reasons, SecondReview
from xinheng.registry.measurefacts import Given
from xinheng.registry.models import MeasureTaken
from xinheng.vault.texts import open_texts, seal_texts

TABLE = "registry_measuretaken"
# part -> the two columns that keep it: the blob and its commitment.
_COLUMNS: Mapping[str, tuple[str, str]] = {
    "said": ("sealed", "sealed_commitment"),
    "review": ("review_sealed", "review_commitment"),
    "decision": ("decision_sealed", "decision_commitment"),
    "end": ("end_sealed", "end_commitment"),
}
REASON = "reason"


def sealed(part: str, row: UUID, subject: UUID, texts: Mapping[str, str]) -> dict[str, bytes]:
    """The two columns of one part; none where nothing was written."""
    told = {name: text.strip() for name, text in texts.items() if text.strip()}
    if not told:
        return {}
    blob, commitment = _COLUMNS[part]
    made = seal_texts(TABLE, blob, row, subject, told)
    return {blob: made.sealed, commitment: made.commitment}


def texts_of(row: MeasureTaken, part: str) -> dict[str, str]:
    """The texts of one part, {} where nothing was written. Raises vault.keyring.Unreadable."""
    blob, commitment = _COLUMNS[part]
    kept = (getattr(row, blob), getattr(row, commitment))
    found = open_texts(TABLE, blob, row.pk, row.subject_id, *kept)
    return {name: str(text) for name, text in found.items()}


def said(given: Given) -> dict[str, str]:
    """The texts of a proposal by name: the link, the four reasons, the reason on leniency."""
    return {"link": given.link, **asdict(given.reasons), "leniency": given.leniency.reason}


def given_of(row: MeasureTaken) -> Given:
    """A proposal as it was given."""
    texts = texts_of(row, "said")
    leniency = Leniency(
        grounds=tuple(row.leniency_grounds),
        decision=LeniencyDecision(row.leniency_decision),
        reason=texts.get("leniency", ""),
        heard=row.leniency_heard,
    )
    return Given(
        row=row.row,
        matter=row.matter,
        entry=row.entry_id,
        instrument=row.instrument_id,
        role=PartyRole(row.role),
        grounds_met=tuple(row.grounds_met),
        link=texts.get("link", ""),
        months=row.months,
        lifetime=row.lifetime,
        amount=row.amount,
        statute=row.statute,
        reasons=Reasons(**{name: texts.get(name, "") for name in asdict(Reasons())}),
        leniency=leniency,
    )


def review_of(row: MeasureTaken) -> SecondReview | None:
    """The second look at the necessity, if there was one."""
    if row.review_by is None:
        return None
    reason = texts_of(row, "review").get(REASON, "")
    return SecondReview(person=str(row.review_by), necessary=bool(row.review_necessary), reason=reason)
