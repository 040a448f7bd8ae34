"""A penalty is annulled, stayed or varied: what falls with it, what is hidden, what stays (撤销与变更)."""

from __future__ import annotations

import pytest

from tests.revocations import town as towns
from tests.revocations.town import Town

pytestmark = pytest.mark.clause("1.3a", "2.2b", "5.1d")


def test_the_sole_ground_is_annulled_and_all_falls(town: Town) -> None:
    record, case = town.records[1], town.cases["sole"]
    assert towns.is_public(record)
    matter = towns.register(town, 1)
    assert towns.state(matter) == "fallen"
    assert towns.effect(town.documents[1]) == "revoked"
    assert towns.shown(record) == (["END_SHARING_AND_PUBLICATION"], ())
    assert not towns.is_public(record)
    assert towns.recalled(record) == {("withdraw", "gone")}
    assert (towns.case_state(case), towns.entry_of(case).state) == ("removed", "removed")
    assert not towns.is_listed_publicly(case)
    for name in ("sole, own", "document 1, own"):
        assert towns.measure(town, name).state == "ended"
    assert towns.measure(town, "document 1, own").ended_by == "document_fell"
    # Another body's measure is ended by that body: it is told, and nobody uses the measure.
    for name in ("sole, theirs", "document 1, theirs"):
        assert (towns.measure(town, name).state, towns.told(town, name)) == ("in_force", True)
        assert not towns.in_use(town, name)
    assert set(towns.fates(matter).values()) == {"falls"}
