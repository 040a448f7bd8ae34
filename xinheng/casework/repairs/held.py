"""One case of repair as it stands in the database, read once for a step or a page (在办修复案卷)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from xinheng.access.models import Agency
from xinheng.access.scope import whole_city
from xinheng.casework.promises.models import PromiseCase
from xinheng.casework.repairs.models import (
    RepairApplication,
    RepairCase,
    RepairFinding,
    RepairItem,
    RepairMaterial,
    RepairPaper,
    RepairPlan,
    RepairProofOfService,
    RepairProposal,
    RepairStep,
)
from xinheng.law.procedures.repair import GRANT_PAPER, REFUSAL_PAPER
from xinheng.registry.models import ListEntry, MeasureLift


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The rows of one case; items in their places, the rest in the order in which it came."""

    case: RepairCase
    application: RepairApplication
    agency: Agency
    items: tuple[RepairItem, ...]
    findings: tuple[RepairFinding, ...]
    proposals: tuple[RepairProposal, ...]
    materials: tuple[RepairMaterial, ...]
    steps: tuple[RepairStep, ...]
    papers: tuple[RepairPaper, ...]
    services: tuple[RepairProofOfService, ...]
    plans: tuple[RepairPlan, ...]
    # Of the plans those for which measures were lifted, and from when.
    lifted: Mapping[UUID, date]
    # Whether the party is on a list now, of whatever body.
    listed: bool
    # The day of the latest decision that the party promised falsely in a repair.
    promised: date | None

    @property
    def subject(self) -> UUID:
        return self.case.subject_id

    def finding(self, item: RepairItem) -> RepairFinding | None:
        """What was verified last of a record."""
        return next((each for each in reversed(self.findings) if each.item_id == item.pk), None)

    def proposal(self, item: RepairItem) -> RepairProposal | None:
        """What was proposed last on a record."""
        return next((each for each in reversed(self.proposals) if each.item_id == item.pk), None)

    @property
    def plan(self) -> RepairPlan | None:
        """The plan that an officer has verified last."""
        found = [each for each in self.plans if each.verified]
        return max(found, key=lambda each: (each.verified_at, each.pk), default=None)

    @property
    def decisions(self) -> tuple[RepairPaper, ...]:
        """All decisions on paper."""
        return tuple(each for each in self.papers if each.kind in (GRANT_PAPER, REFUSAL_PAPER))

    @property
    def decision(self) -> RepairPaper | None:
        """The latest decision on paper."""
        return next(reversed(self.decisions), None)

    def service_of(self, paper: RepairPaper | None) -> RepairProofOfService | None:
        """The latest proof of service of a paper."""
        return next((e for e in reversed(self.services) if paper and e.paper_id == paper.pk), None)


def load(case: RepairCase) -> Held:
    """All rows of a case that the actor may see; what officers weigh is not among them for an account."""
    return Held(
        case=case,
        application=RepairApplication.objects.get(pk=case.application_id),
        agency=Agency.objects.get(pk=case.agency_id),
        items=tuple(
            RepairItem.objects.select_related("record__facts", "record__instrument", "entry")
            .filter(case=case)
            .order_by("place")
        ),
        findings=tuple(RepairFinding.objects.filter(item__case=case).order_by("at", "id")),
        proposals=tuple(RepairProposal.objects.filter(item__case=case).order_by("at", "id")),
        materials=_materials(case),
        steps=tuple(RepairStep.objects.filter(case=case).order_by("seq")),
        papers=tuple(RepairPaper.objects.filter(case=case).order_by("step__seq", "id")),
        services=tuple(RepairProofOfService.objects.filter(paper__case=case).order_by("at", "id")),
        plans=tuple(RepairPlan.objects.filter(case=case).order_by("at", "id")),
        lifted=dict(MeasureLift.objects.filter(matter=case.pk).values_list("plan", "since")),
        listed=is_listed(case.subject_id),
        promised=promised_falsely([case.subject_id]).get(case.subject_id),
    )


def _materials(case: RepairCase) -> tuple[RepairMaterial, ...]:
    found = RepairMaterial.objects.filter(application=case.application_id).order_by("at", "id")
    return tuple(each for each in found if each.case_id in (None, case.pk))


def is_listed(subject: UUID) -> bool:
    """Whether a subject is on a list of seriously untrustworthy entities, of whatever body."""
    with whole_city():
        return ListEntry.objects.filter(subject=subject, state="listed").exists()


def promised_falsely(subjects: Collection[UUID] | None = None) -> dict[UUID, date]:
    """The day of the latest decision, of whatever body, that each of these parties, or any, promised falsely in a repair.

    A list puts the entry back and sets no bar of its own: such a decision does not count.
    """
    with whole_city():
        found = PromiseCase.objects.filter(state="entered", list="").order_by("decided_on")
        if subjects is not None:
            found = found.filter(subject__in=subjects)
        return {subject: day for subject, day in found.values_list("subject", "decided_on") if day}
