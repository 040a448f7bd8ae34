"""The demo's papers say where they are confirmed: at the demo itself (演示文书的核验网址)."""

from __future__ import annotations

import pytest
from django.conf import settings

from xinheng.documents import codes
from xinheng.jobs.demo import run


@pytest.mark.parametrize(
    ("told", "expected"),
    [("", "http://127.0.0.1:8765/verify/"), ("https://shili.example", "https://shili.example/verify/")],
    ids=["here", "the environment says where"],
)
def test_the_port_is_printed(monkeypatch: pytest.MonkeyPatch, told: str, expected: str) -> None:
    monkeypatch.setattr(settings, "XINHENG_PUBLIC_URL", told or "http://127.0.0.1")
    monkeypatch.setenv("XINHENG_PUBLIC_URL", told)
    if not told:
        monkeypatch.delenv("XINHENG_PUBLIC_URL")
    run.known_as(8765)
    assert codes.page() == expected
