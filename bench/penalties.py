"""A sheet of fictional penalties, as many as are wanted (示例处罚表): the same rows for the same number."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from xinheng.law.identifiers import resident_id_check, uscc_check

AREA = "329999"
AGENCIES, DATES = 40, 1_800
LAST = date(2026, 11, 20)
CHUNK = 100_000
_DOMAINS = ("", "food", "work_safety", "fire", "drug", "")
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许"
_CONDUCT = ("未按规定检验特种设备", "经营标签不符合规定的食品", "超标排放水污染物", "占用疏散通道", "车辆超限运输", "未按照设计图纸施工")  # fmt: skip
_FACTS = ("检查时发现现场情况与登记不符", "抽样检验结果显示指标超过限值", "检查时发现台账与实际不一致", "称重检测显示总质量超过限值")  # fmt: skip
_LAWS = ("食品安全法", "特种设备安全法", "水污染防治法", "消防法", "公路法", "建筑法")
_KINDS = ("罚款", "罚款", "罚款", "警告", "警告;罚款", "罚款;没收违法所得", "责令停产停业;罚款", "通报批评", "没收非法财物", "暂扣许可证件")  # fmt: skip
_HEADINGS = (
    "CF_XDR_MC", "CF_XDR_LB", "CF_XDR_SHXYM", "CF_FRDB", "CF_XDR_ZJLX", "CF_XDR_ZJHM", "CF_WSH", "CF_WFXW", "CF_SY",
    "CF_YJ", "CF_CFLB", "CF_NR", "CF_NR_FK", "CF_NR_WFFF", "CF_NR_ZKDX", "CF_JDRQ", "CF_YXQ", "CF_GSJZQ", "CF_CFJG",
    "CF_CFJGDM", "CF_SJLY", "CF_SJLYDM", "BZ", "XH_XWRQ",
)  # fmt: skip


def uscc(prefix: str, serial: int) -> str:
    """A valid code of a body that does not exist."""
    stem = f"{prefix}{AREA}XL{serial:07d}"
    return stem + uscc_check(stem)


def resident_id(born: date, serial: int) -> str:
    """A valid number of a person who does not exist: no area has the number 329999."""
    stem = f"{AREA}{born:%Y%m%d}{serial:03d}"
    return stem + resident_id_check(stem)


LEAD = uscc("11", 1)


def agencies() -> list[tuple[str, str, str]]:
    """Code, name and domain of the forty deciding bodies."""
    return [
        (uscc("11", 100 + n), f"示例市第{n + 1}管理局", _DOMAINS[n % len(_DOMAINS)]) for n in range(AGENCIES)
    ]


def write(path: Path, rows: int, series: str = "") -> None:
    """A CSV of `rows` penalties: 30 % about natural persons, 5 % with a fault, some that wait.

    `series` stands in the document numbers, so that two sheets have no document in common.
    """
    rng = random.Random(20_261_123)
    firms, persons = _firms(max(10, rows // 4)), _persons(rng, max(10, rows // 8))
    part = path.with_suffix(".part")
    with part.open("wb") as out:
        for first in range(0, rows, CHUNK):
            lines = [_row(rng, n, firms, persons, series) for n in range(first, min(rows, first + CHUNK))]
            frame = pl.DataFrame(lines, schema=dict.fromkeys(_HEADINGS, pl.String), orient="row")
            frame.write_csv(out, include_header=first == 0)
    part.replace(path)


def _firms(count: int) -> list[tuple[str, str, str, str]]:
    """Name, category, code, legal representative."""
    made = []
    for n in range(count):
        trader = n % 5 == 0
        kind, prefix, form = (
            ("个体工商户", "92", "商店") if trader else ("法人及非法人组织", "91", "有限公司")
        )
        made.append((f"示例{n:06d}号{form}", kind, uscc(prefix, n), _name(n)))
    return made


def _persons(rng: random.Random, count: int) -> list[tuple[str, date, str]]:
    made: dict[str, tuple[str, date]] = {}
    while len(made) < count:
        born = date(1955, 1, 1) + timedelta(days=rng.randrange(19_000))
        made[resident_id(born, rng.randrange(1000))] = (_name(len(made)), born)
    return [(name, born, number) for number, (name, born) in made.items()]


def _name(n: int) -> str:
    return _SURNAMES[n % len(_SURNAMES)] + "示" + "一二三四五六七八九十"[n // 20 % 10]


def _row(
    rng: random.Random,
    n: int,
    firms: list[tuple[str, str, str, str]],
    persons: list[tuple[str, date, str]],
    series: str,
) -> tuple[str, ...]:
    decided = LAST - timedelta(days=rng.randrange(DATES))
    topic, (code, body, _) = rng.randrange(len(_CONDUCT)), agencies_once[rng.randrange(AGENCIES)]
    kinds = rng.choice(_KINDS)
    fine = rng.randrange(10_000, 20_000_000) / 100 if "罚款" in kinds else 0
    gains = rng.randrange(10_000, 5_000_000) / 100 if "没收" in kinds else 0
    act = decided - timedelta(days=rng.randrange(30, 300))
    if rng.random() < 0.3:
        name, _born, number = rng.choice(persons)
        party = (name, "自然人", "", "", "身份证", number)
        act_on = "" if rng.random() < 0.1 else act.isoformat()
    else:
        firm = rng.choice(firms)
        party, act_on = (*firm, "", ""), ""
    row = [
        *party, f"示{code[-3:]}罚决字〔{decided.year}〕{series}{n}号", _CONDUCT[topic],
        f"{act.year}年{act.month}月，{rng.choice(_FACTS)}，涉及货物{rng.randrange(1, 9000)}件，已改正（示例）。",
        f"《中华人民共和国{_LAWS[topic]}》有关规定", kinds,
        "；".join(_spoken(kind, fine, gains) for kind in kinds.split(";")),
        _wan(fine), _wan(gains), f"许可证 示例{n:07d}" if "暂扣" in kinds else "", decided.isoformat(), "2099-12-31",
        "", body, code, body, code, "示例数据", act_on,
    ]  # fmt: skip
    if rng.random() < 0.05:
        _spoil(rng, row)
    return tuple(row)


def _spoil(rng: random.Random, row: list[str]) -> None:
    """One of the faults that clerks make."""
    fault = rng.randrange(5)
    if fault == 0:
        row[15] = row[15][:5] + "02-30"
    elif fault == 1:
        place = 5 if row[5] else 2
        row[place] = row[place][:-1] + ("0" if row[place][-1] != "0" else "1")
    elif fault == 2:
        row[6] = ""
    elif fault == 3:
        row[10] = "口头教育"
    else:
        row[15] = "2031-01-01"


def _spoken(kind: str, fine: float, gains: float) -> str:
    amount = fine if kind == "罚款" else gains if "没收" in kind else 0
    return f"{kind}{amount:.2f}元" if amount else kind


def _wan(yuan: float) -> str:
    return f"{yuan / 10_000:.6f}" if yuan else ""


agencies_once = agencies()
