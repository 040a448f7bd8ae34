"""One case on a false promise as it stands in the database, read once for a step or a page (在办承诺不实案卷)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from xinheng.access.models import Agency
from xinheng.casework.promises.models import (
    PromiseCase,
    PromiseEvidence,
    PromiseObjection,
    PromisePaper,
    PromiseProofOfService,
    PromiseStep,
)
from xinheng.casework.repairs import held as repairs
from xinheng.casework.repairs.models import RepairCase, RepairItem

NOTICE, DECISION = "prior_notice", "false_promise_decision"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The rows of one case, in the order in which they came; `repaired` is the case of repair in which it was granted."""

    case: PromiseCase
    agency: Agency
    item: RepairItem
    repaired: repairs.Held
    evidence: tuple[PromiseEvidence, ...]
    steps: tuple[PromiseStep, ...]
    papers: tuple[PromisePaper, ...]
    services: tuple[PromiseProofOfService, ...]
    objections: tuple[PromiseObjection, ...]

    @property
    def subject(self) -> UUID:
        return self.case.subject_id

    def paper(self, kind: str) -> PromisePaper | None:
        """The latest paper of a kind."""
        return next((each for each in reversed(self.papers) if each.kind == kind), None)

    def service_of(self, paper: PromisePaper | None) -> PromiseProofOfService | None:
        """The latest proof of service of a paper."""
        return next((e for e in reversed(self.services) if paper and e.paper_id == paper.pk), None)


def load(case: PromiseCase) -> Held:
    """All rows of a case that the actor may see."""
    repaired = repairs.load(RepairCase.objects.select_related("subject").get(repairitem=case.item_id))
    return Held(
        case=case,
        agency=Agency.objects.get(pk=case.agency_id),
        item=next(each for each in repaired.items if each.pk == case.item_id),
        repaired=repaired,
        evidence=tuple(PromiseEvidence.objects.filter(case=case).order_by("at", "id")),
        steps=tuple(PromiseStep.objects.filter(case=case).order_by("seq")),
        papers=tuple(PromisePaper.objects.filter(case=case).order_by("step__seq", "id")),
        services=tuple(PromiseProofOfService.objects.filter(paper__case=case).order_by("at", "id")),
        objections=tuple(PromiseObjection.objects.filter(case=case).order_by("received_at", "id")),
    )
