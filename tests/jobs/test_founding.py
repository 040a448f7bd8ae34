"""The first agencies, officers and the lawbook of a real installation (开办)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.cast import AREA, NOW, uscc
from xinheng.access.queries import actor_by_username, agencies
from xinheng.catalog import queries as catalog
from xinheng.jobs import founding
from xinheng.law.language import Refusal

LEAD = uscc("11", 901)
FILE = f"""
agencies:
  - {{uscc: {LEAD}, name: 示例市发展和改革委员会, region: "{AREA}", level: city, is_lead: true}}
officers:
  - {{username: first, name: 示例甲, agency: {LEAD}, roles: [office]}}
  - {{username: second, name: 示例乙, agency: {LEAD}, roles: [office]}}
"""


@pytest.fixture
def told(tmp_path: Path) -> Any:
    def read(text: str) -> Any:
        (tmp_path / "office.yaml").write_text(text, encoding="utf-8")
        return founding.read(tmp_path / "office.yaml")

    return read


@pytest.mark.django_db
def test_two_officers_put_their_names_to_what_was_shipped(told: Any) -> None:
    made = founding.set_up(told(FILE), now=NOW)
    assert [each.username for each in made] == ["first", "second"]
    assert all(each.authenticator.startswith("otpauth://totp/") and len(each.password) >= 20 for each in made)
    assert len({each.password for each in made}) == 2
    (bundle,) = catalog.bundles()
    first, second = actor_by_username("first"), actor_by_username("second")
    assert first is not None
    assert second is not None
    assert (bundle.is_current, bundle.proposed_by, bundle.approved_by) == (
        True,
        first.user_id,
        second.user_id,
    )


@pytest.mark.django_db
def test_given_again_nothing_happens_and_no_password_is_shown(told: Any) -> None:
    founding.set_up(told(FILE), now=NOW)
    assert founding.set_up(told(FILE), now=NOW) == []
    assert (len(agencies()), len(catalog.bundles())) == (1, 1)


@pytest.mark.django_db
def test_one_person_cannot_put_the_law_into_force(told: Any) -> None:
    alone = FILE.rpartition("  - {username: second")[0]
    with pytest.raises(founding.FoundingFault, match="不足两人"):
        founding.set_up(told(alone), now=NOW)
    assert agencies() == []


@pytest.mark.django_db
def test_a_wrong_code_is_refused_and_nothing_is_kept(told: Any) -> None:
    wrong = LEAD[:-1] + ("0" if LEAD[-1] != "0" else "1")
    with pytest.raises(Refusal):
        founding.set_up(told(FILE.replace(LEAD, wrong)), now=NOW)
    assert agencies() == []


@pytest.mark.parametrize(
    ("text", "told_of"),
    [
        ("agencies: [", "UTF-8 编码的 YAML"),
        ("users: []", "agencies 和 officers"),
        (FILE.replace("level: city", "rank: city"), "agencies 第 1 项 有不认识的内容：rank"),
        (FILE.replace("level: city, ", ""), "agencies 第 1 项 缺少：level"),
        (FILE.replace("roles: [office]", "password: '1'"), "officers 第 1 项 有不认识的内容：password"),
        ("officers: [first]", "officers 第 1 项 应是一组"),
    ],
)
def test_what_the_file_may_not_say(text: str, told_of: str, told: Any) -> None:
    with pytest.raises(founding.FoundingFault, match=told_of):
        told(text)
