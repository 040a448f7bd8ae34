"""A verification looks at everything, is quiet when all is well, and names what is not."""

from __future__ import annotations

from tests.ledger.verification import story
from tests.ledger.verification.conftest import Evidence
from xinheng.ledger.verification.run import exit_code


def test_an_untouched_city_verifies_sealed_or_not(evidence: Evidence) -> None:
    story.told()
    assert evidence.verify().findings == []
    evidence.seal()
    audit = evidence.verify()
    assert audit.findings == []
    assert exit_code(audit) == 0
    assert audit.counts["待定序事件"] == 0
    assert {"树中事件", "记录版本", "记录", "文书", "主体", "公示变动", "受保护的行", "检查点"} <= set(
        audit.counts
    )
