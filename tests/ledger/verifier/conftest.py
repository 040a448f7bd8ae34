"""One report, drawn and issued once for a module (示例报告)."""

from __future__ import annotations

import pytest

from tests.ledger.verifier.drawn import Issued, body, issue


@pytest.fixture(scope="module")
def issued() -> Issued:
    return issue(body())
