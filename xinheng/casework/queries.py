"""Cases as officers may read them (案卷查询). Called within `acting`."""

from __future__ import annotations

from uuid import UUID

from xinheng.casework.models import Case, CasePaper, Objection


def revision_of(case: UUID) -> int:
    """At which revision a case stands."""
    return Case.objects.values_list("revision", flat=True).get(pk=case)


def state_of(case: UUID) -> str:
    return Case.objects.values_list("state", flat=True).get(pk=case)


def last_objection(case: UUID) -> UUID:
    return Objection.objects.filter(case=case).latest("received_at").pk


def paper_of(case: UUID, kind: str) -> UUID:
    return CasePaper.objects.filter(case=case, kind=kind).latest("issued_on").document


def subject_of(case: UUID) -> UUID:
    return Case.objects.values_list("subject_id", flat=True).get(pk=case)
