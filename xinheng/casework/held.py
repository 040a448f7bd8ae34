"""One case as it stands in the database, read once for a step or a page (在办案卷)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from xinheng.access.models import Agency
from xinheng.casework.models import (
    Ask,
    Case,
    CasePaper,
    CaseProofOfService,
    CaseStep,
    Consent,
    Draft,
    Ground,
    Leniency,
    Objection,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The rows of one case; drafts, steps, papers and objections in the order in which they came."""

    case: Case
    agency: Agency
    unit: Case | None
    drafts: tuple[Draft, ...]
    grounds: tuple[Ground, ...]
    leniency: Leniency | None
    consent: Consent | None
    steps: tuple[CaseStep, ...]
    papers: tuple[CasePaper, ...]
    services: tuple[CaseProofOfService, ...]
    objections: tuple[Objection, ...]
    asks: tuple[Ask, ...]

    @property
    def unit_state(self) -> str:
        """The state of the unit's case, for a linked person; else ""."""
        return self.unit.state if self.unit else ""

    @property
    def draft(self) -> Draft:
        """The present draft."""
        return self.drafts[-1]

    @property
    def subject(self) -> UUID:
        return self.case.subject_id

    def paper(self, kind: str, *, version: int | None = None) -> CasePaper | None:
        """The latest paper of a kind, of one draft where told."""
        found = [p for p in self.papers if p.kind == kind and version in (None, p.version)]
        return found[-1] if found else None

    def service_of(self, paper: CasePaper | None) -> CaseProofOfService | None:
        """The latest proof of service of a paper."""
        found = [each for each in self.services if paper and each.paper_id == paper.pk]
        return found[-1] if found else None

    @property
    def ask(self) -> Ask | None:
        """What is asked for and not decided, or was decided last."""
        return self.asks[-1] if self.asks else None


def load(case: Case) -> Held:
    """All rows of a case that the actor may see."""
    drafts = tuple(Draft.objects.filter(case=case).order_by("version"))
    present = drafts[-1]
    return Held(
        case=case,
        agency=Agency.objects.get(pk=case.agency_id),
        # A linked person sees its own case, and not that of its unit.
        unit=Case.objects.filter(pk=case.unit_case_id).first() if case.unit_case_id else None,
        drafts=drafts,
        grounds=tuple(Ground.objects.select_related("instrument").filter(draft=present).order_by("id")),
        leniency=Leniency.objects.filter(case=case).order_by("-at", "-id").first(),
        consent=Consent.objects.filter(draft=present).order_by("-at", "-id").first(),
        steps=tuple(CaseStep.objects.filter(case=case).order_by("seq")),
        papers=tuple(CasePaper.objects.filter(case=case).order_by("step__seq", "id")),
        services=tuple(CaseProofOfService.objects.filter(paper__case=case).order_by("at", "id")),
        objections=tuple(Objection.objects.filter(case=case).order_by("received_at", "id")),
        asks=tuple(Ask.objects.filter(case=case).order_by("made_at", "id")),
    )
