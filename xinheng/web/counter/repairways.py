"""Beside a record of one's own: how its body repairs such a record, and whom to ask (修复办法)."""

# clause: 5.1e

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from xinheng.law.lawbook import Law
from xinheng.oversight.public import procedure_address
from xinheng.publication.own import OwnRecord
from xinheng.web.counter.doings import Doing, offer

BODY_CODE = "body_code"


@offer
def ways(record: OwnRecord, law: Law, day: date) -> Iterator[Doing]:  # noqa: ARG001 - as every offer
    """Where the procedure of the deciding body is told."""
    if record.adverse:
        body = next((each.value for each in record.facts if each.code == BODY_CODE), "")
        yield Doing("看修复办法和联系窗口", procedure_address(body, record.item, law), "免费，不用请人代办。")
