"""A whole case by the services, and its papers, clocks and entry (案卷走查)."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests import cast
from tests.casework.office import Office
from tests.law.planting import put
from xinheng.access.scope import acting
from xinheng.casework.models import Case, CasePaper, CaseStep, Deadline
from xinheng.catalog import services as catalog
from xinheng.law.language import Refusal
from xinheng.law.lawbook import default_path
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


@pytest.mark.clause("2.4")
def test_a_fourth_list_is_loaded_as_data_and_runs(office: Office, tmp_path: Path, settings: Any) -> None:
    """Another window and another term, by a bundle that two persons approve: no line of code and no table is touched."""
    settings.XINHENG_VAR = tmp_path / "var"
    root = shutil.copytree(default_path(), tmp_path / "reference", copy_function=shutil.copyfile)
    document = yaml.safe_load((root / "lists/wage.yaml").read_text("utf-8"))
    document |= {"id": "example-2026", "list": "example", "name": "示例名单", "linked": [], "measures": []}
    document["standard"]["procedure"]["window"] |= {"n": 3}
    document["standard"]["removal"]["term"] |= {"n": 12, "from": "listed"}
    put(root, "lists/example.yaml", document)
    loaded(root, office)
    office.list = "example"
    office.open().notified().served().wait(3)
    with pytest.raises(Refusal) as refusal:
        office.take("propose", office.clerk)
    assert "WINDOW_OPEN" in [each.code for each in refusal.value.reasons]
    office.wait(4).decided().sealed().listed()
    with acting(office.clerk):
        assert ListEntry.objects.get().until == date(2027, 3, 9)


def loaded(root: Path, office: Office) -> None:
    """The reference data of a directory, proposed by one officer and approved by another."""
    bundle = catalog.propose_bundle(root, actor=cast.OFFICER.actor, now=office.now)
    catalog.approve_bundle(bundle.digest, actor=cast.SECOND_OFFICER.actor, now=office.now)


@pytest.mark.clause("2.4")
def test_who_is_on_a_list_that_ended_is_taken_off_it_on_paper(
    office: Office, tmp_path: Path, settings: Any
) -> None:
    settings.XINHENG_VAR = tmp_path / "var"
    office.whole_way()
    root = shutil.copytree(default_path(), tmp_path / "reference", copy_function=shutil.copyfile)
    document = yaml.safe_load((root / "lists/wage.yaml").read_text("utf-8"))
    put(root, "lists/wage.yaml", document | {"valid": [date(2022, 1, 1), date(2026, 6, 30)]})
    loaded(root, office)
    office.day = date(2029, 4, 2)
    office.take("end", office.clerk)
    with acting(office.clerk):
        assert Case.objects.get().state == "removed"
        assert CasePaper.objects.filter(kind="removal_decision").count() == 1
