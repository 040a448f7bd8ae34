"""Drafts of reports on subjects of the cast (示例报告的底稿)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from tests import cast
from xinheng.documents import kinds
from xinheng.documents.services import Draft
from xinheng.law.lawbook import load

LAW = load().as_of(cast.TODAY)
SUBJECT = UUID(int=0x501)


def content(name: str = cast.FIRM_NAME, **other: Any) -> dict[str, Any]:
    """What the body of a report says before it has a number."""
    return {
        "site": "信用淮安",
        "issuer": cast.CREDIT_OFFICE.name,
        "head": [["主体名称", name], ["统一社会信用代码", cast.FIRM_CODE]],
        "overview": [{"category": "行政管理信息", "item": "行政处罚", "count": "0"}],
        "parts": [],
        "nothing": "没有可以提供的信息。",
        "notes": ["本报告不是信用评级。"],
        **other,
    }


def draft(*, subject: UUID = SUBJECT, request: str = "", **other: Any) -> Draft:
    return Draft(
        kind=kinds.kind("report", LAW), subject=subject, party=cast.FIRM_NAME, audience="self",
        content=content(**other), request=request,
    )  # fmt: skip
