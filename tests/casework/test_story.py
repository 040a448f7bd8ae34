"""A whole case by the services, and its papers, clocks and entry (案卷走查)."""

from __future__ import annotations

from datetime import date

import pytest

from tests.casework.office import Office
from xinheng.access.scope import acting
from xinheng.casework.models import Case, CasePaper, CaseStep, Deadline
from xinheng.registry.models import ListEntry


@pytest.mark.clause("4.1a", "4.1c", "2.4")
@pytest.mark.parametrize("code", ["wage", "market", "tax"])
def test_a_case_of_each_list_comes_to_its_entry(office: Office, code: str) -> None:
    office.list = code
    office.whole_way()
    with acting(office.clerk):
        case = Case.objects.get(pk=office.case)
        assert (case.state, case.revision) == ("listed", 7)
        assert case.until == date(2029, 4, 1)
        entry = ListEntry.objects.get(case=case.pk)
        assert (entry.state, entry.list, entry.until) == ("listed", code, date(2029, 4, 1))
        assert entry.interim
        steps = list(CaseStep.objects.order_by("seq").values_list("step", flat=True))
        assert steps == ["open", "notify", "serve_notice", "propose", "check", "decide", "list"]
        kinds = list(CasePaper.objects.order_by("step__seq").values_list("kind", flat=True))
        assert kinds == ["prior_notice", "proof_of_service", "listing_decision", "proof_of_service"]
        running = set(Deadline.objects.filter(stopped_on=None).values_list("name", flat=True))
        assert running == {"reconsideration", "litigation"}
