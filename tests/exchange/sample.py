"""Penalty sheets for the stories of the intake (示例报送表)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping

from tests import cast
from xinheng.exchange import feeds

Row = dict[str, str]

FIRM: Row = {
    "party_name": cast.FIRM_NAME,
    "party_kind": "法人及非法人组织",
    "party_code": cast.FIRM_CODE,
    "legal_representative": "赵示一",
}
PERSON: Row = {
    "party_name": cast.PERSON_NAME,
    "party_kind": "自然人",
    "party_code": "",
    "party_id_kind": "身份证",
    "party_id": cast.PERSON_ID,
}


def penalty(number: int = 1, party: Mapping[str, str] | None = None, **other: str) -> Row:
    """A penalty that the law lets in, of the market authority of the cast."""
    return {
        **(FIRM if party is None else party),
        "document_number": f"示市监罚决字〔2026〕{number}号",
        "conduct": "经营标签不符合规定的食品",
        "facts_text": f"检查时发现在售商品标签缺少必要事项，货值{number}元（示例）。",
        "basis_text": "《中华人民共和国食品安全法》有关规定",
        # Of this kind the present rule says without doubt that it is published.
        "kinds": "没收非法财物",
        "content_text": "没收非法财物，价值 2000 元",
        "confiscated_amount": "0.2",
        "decided_on": "2026-05-11",
        "valid_until": "2099-12-31",
        "body_name": cast.MARKET.name,
        "body_code": cast.MARKET.uscc,
        "source_name": cast.MARKET.name,
        "source_code": cast.MARKET.uscc,
        "remark": "示例数据",
        **other,
    }


def sheet(rows: Iterable[Mapping[str, str]]) -> io.BytesIO:
    """The rows as a CSV headed by the codes of the official template."""

    feed, given = feeds.load("penalty"), list(rows)
    used = [column for column in feed.columns if any(column.field in row for row in given)]
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([column.code for column in used])
    for row in given:
        writer.writerow([row.get(column.field, "") for column in used])
    return io.BytesIO(text.getvalue().encode())
