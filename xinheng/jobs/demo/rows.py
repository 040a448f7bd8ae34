"""Rows of the demo's sheets, by field code (示例行): most good, some to be refused, some that wait."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from xinheng.jobs.demo.city import DemoAgency, DemoSubject, person_name

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Trade:
    """What an agency of one trade punishes and permits."""

    conduct: tuple[str, ...]
    facts: str
    law: str
    licence: str
    certificate: str


TRADES: Mapping[str, Trade] = {
    "market": Trade(("经营标签不符合规定的食品", "未按规定检验特种设备"), "检查时发现在售商品标签缺少必要事项", "食品安全法", "食品经营许可", "食品经营许可证"),
    "environment": Trade(("超标排放水污染物", "未按规定贮存固体废物"), "监测显示排放口指标超过许可限值", "水污染防治法", "排污许可", "排污许可证"),
    "safety": Trade(("未如实记录安全生产教育培训情况", "特种作业人员无证上岗"), "检查时发现培训台账与实际不符", "安全生产法", "危险化学品经营许可", "危险化学品经营许可证"),
    "fire": Trade(("占用疏散通道", "消防设施未保持完好有效"), "检查时发现疏散通道堆放货物", "消防法", "公众聚集场所投入使用、营业前消防安全检查", "消防安全检查意见书"),
    "transport": Trade(("未取得道路运输经营许可从事经营", "车辆超限运输"), "称重检测显示车货总质量超过限值", "公路法", "道路货物运输经营许可", "道路运输经营许可证"),
    "construction": Trade(("未按照工程设计图纸施工", "未取得施工许可擅自施工"), "现场检查发现施工内容与图纸不一致", "建筑法", "建筑工程施工许可", "建筑工程施工许可证"),
    "culture": Trade(("接纳未成年人进入互联网上网服务营业场所", "未悬挂经营许可证"), "检查时发现营业场所未按规定公示证照", "行政许可法", "营业性演出许可", "营业性演出许可证"),
}  # fmt: skip
KINDS = (("罚款",), ("罚款",), ("罚款",), ("警告",), ("罚款", "没收违法所得"), ("警告", "罚款"), ("吊销许可证件",), ("通报批评",), ("责令停产停业", "罚款"))  # fmt: skip
FINES_IN_YUAN = (2_000, 5_000, 8_000, 20_000, 50_000, 100_000, 200_000, 500_000)


def penalty(
    rng: random.Random,
    agency: DemoAgency,
    subject: DemoSubject,
    serial: int,
    today: date,
    *,
    decided: date | None = None,
    fine: int = 0,
) -> Row:
    """One penalty that the law lets in; told a fine, it is a fine and nothing else."""
    trade, kinds = TRADES[agency.trade], ("罚款",) if fine else rng.choice(KINDS)
    decided = decided or _day(rng, today)
    fine = fine or (rng.choice(FINES_IN_YUAN) if "罚款" in kinds else 0)
    gains = rng.choice((3_000, 12_000)) if "没收违法所得" in kinds else 0
    return _party(subject) | {
        "document_number": f"{agency.sign}罚决字〔{decided.year}〕{serial}号（示例）",
        "conduct": rng.choice(trade.conduct),
        "facts_text": f"{decided.year}年，{trade.facts}，当事人已按要求改正（示例）。",
        "basis_text": f"《中华人民共和国{trade.law}》有关规定（示例）",
        "kinds": ";".join(kinds),
        "content_text": "；".join(_spoken(kind, fine, gains) for kind in kinds),
        "fine_amount": _in_wan(fine),
        "confiscated_amount": _in_wan(gains),
        "permit": f"{trade.certificate} 示例{serial:05d}" if "吊销许可证件" in kinds else "",
        "decided_on": decided.isoformat(),
        "valid_until": "2099-12-31",
        "reported_until": _same_day(decided, 1).isoformat(),
        "act_on": (decided - timedelta(days=90)).isoformat() if subject.person_id else "",
    } | _sender(agency, decided, today)  # fmt: skip


def licence(rng: random.Random, agency: DemoAgency, subject: DemoSubject, serial: int, today: date) -> Row:
    """One licence that the law lets in."""
    trade = TRADES[agency.trade]
    decided = _day(rng, today)
    return (
        _party(subject)
        | {
            "document_name": f"准予{trade.licence}决定书",
            "document_number": f"{agency.sign}许字〔{decided.year}〕{serial}号（示例）",
            "license_kind": "普通",
            "certificate_name": trade.certificate,
            "certificate_number": f"示例{agency.code[-4:]}{serial:06d}",
            "content_text": f"{trade.licence}（示例）",
            "decided_on": decided.isoformat(),
            "valid_from": decided.isoformat(),
            "valid_to": _same_day(decided, 5).isoformat(),
            "status": "1",
        }
        | _sender(agency, decided, today)
    )


def spoil(rng: random.Random, row: Row, today: date) -> Row:
    """The row with one fault of the kind that clerks make; it must come back refused."""
    return row | rng.choice(_SPOILERS)(row, today)


def plant_personal_data(rng: random.Random, row: Row) -> Row:
    """The row with a fictional person's data in its free text: recorded, but that text stays closed."""
    planted = f"现场负责人{person_name(rng)}（电话13900000000）在场（示例）。"
    return row | {"facts_text": row["facts_text"] + planted}


def leave_age_open(row: Row) -> Row:
    """A young person's penalty without the day of the act: it waits for an officer."""
    return row | {"act_on": ""}


_SPOILERS: tuple[Callable[[Row, date], Row], ...] = (
    lambda row, today: {"decided_on": (today + timedelta(days=400)).isoformat()},
    lambda row, today: {"decided_on": f"{today.year - 1}-02-30"},
    lambda row, today: {"document_number": ""},
    lambda row, today: {"party_code": row["party_code"][:-1] + "I"} if row["party_code"] else {"party_id": "32999919900101000A"},
    lambda row, today: {"party_code": row["party_code"][:12]} if row["party_code"] else {"party_id": "329999"},
)  # fmt: skip


def _party(subject: DemoSubject) -> Row:
    return {
        "party_name": subject.name,
        "party_kind": subject.kind,
        "party_code": subject.code,
        "legal_representative": subject.representative,
        "party_id_kind": "身份证" if subject.person_id else "",
        "party_id": subject.person_id,
    }


def _sender(agency: DemoAgency, decided: date, today: date) -> Row:
    published = min(decided + timedelta(days=5), today)
    return {
        "body_name": agency.name,
        "body_code": agency.code,
        "source_name": agency.name,
        "source_code": agency.code,
        "remark": "示例数据",
        "source_url": f"{agency.site}gongshi/{published:%Y%m}/",
        "source_on": published.isoformat(),
    }


def _day(rng: random.Random, today: date) -> date:
    """A working-looking day of the last six years, more of them recent."""
    age = int(6 * 365 * rng.random() ** 1.6)
    day = today - timedelta(days=3 + age)
    return day - timedelta(days=max(0, day.weekday() - 4))


def _same_day(day: date, years: int) -> date:
    return day.replace(year=day.year + years, day=min(day.day, 28))


def _in_wan(yuan: int) -> str:
    return f"{yuan / 10_000:.6f}".rstrip("0").rstrip(".") if yuan else ""


def _spoken(kind: str, fine: int, gains: int) -> str:
    amount = {"罚款": fine, "没收违法所得": gains}.get(kind)
    return f"{kind} {amount} 元" if amount else kind
