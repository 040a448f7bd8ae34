"""The parts of the site map (网站地图分页): every visible subject in exactly one, no matter what came since."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from tests import cast
from tests.publication.test_name_index import _firms
from xinheng.publication import public

pytestmark = pytest.mark.usefixtures("city")


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(public, "SITEMAP_SIZE", 2)
    public._sitemap_limits.cache_clear()
    yield
    public._sitemap_limits.cache_clear()


def parts() -> list[tuple[str, ...]]:
    return [public.sitemap(page, cast.TODAY) for page in range(1, public.sitemap_pages() + 1)]


def test_every_subject_is_in_one_part() -> None:
    _firms("示例甲", "示例乙", "示例丙", "示例丁", "示例戊")
    found = parts()
    assert [len(part) for part in found] == [2, 2, 1]
    assert sum(found, ()) == tuple(sorted(cast.uscc("91", 700 + number) for number in range(5)))


def test_who_came_since_the_limits_were_drawn_is_in_a_part_too() -> None:
    _firms("示例甲", "示例乙", "示例丙")
    before = sum(parts(), ())
    public.sitemap_pages()
    _firms("示例甲", "示例乙", "示例丙", "示例丁", "示例戊")
    after = parts()
    assert len(after) == 2
    assert len(sum(after, ())) == 5 > len(before)


def test_beyond_the_last_part_is_nothing() -> None:
    assert public.sitemap(0, cast.TODAY) == ()
    assert public.sitemap(public.sitemap_pages() + 1, cast.TODAY) == ()
    assert public.sitemap(1, date(2020, 1, 1)) == ()
