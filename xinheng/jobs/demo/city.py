"""The agencies, officers and subjects of the fictional city (示例城市)."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from xinheng.jobs.demo.codes import resident_id, uscc


@dataclass(frozen=True, slots=True)
class DemoAgency:
    """An agency of the demo: `trade` names the penalties and licences that it issues."""

    code: str
    name: str
    short: str
    sign: str
    trade: str
    region: str = "320800"
    level: str = "city"
    domains: tuple[str, ...] = ()

    @property
    def site(self) -> str:
        return f"https://{self.code[-6:].lower()}.shili.example/"


@dataclass(frozen=True, slots=True)
class DemoSubject:
    """A subject as a sheet names it; `kind` is the sheet's own word."""

    name: str
    kind: str
    code: str
    person_id: str = ""
    representative: str = ""


def _agency(serial: int, name: str, short: str, sign: str, trade: str, *domains: str) -> DemoAgency:
    return DemoAgency(uscc("11", serial), name, short, sign, trade, domains=domains)


LEAD = _agency(1, "示例市发展和改革委员会", "示例信用办", "示发改", "office")
AGENCIES = (
    _agency(2, "示例市市场监督管理局", "示例市监", "示市监", "market", "food", "special_equipment", "market"),
    _agency(3, "示例市生态环境局", "示例环保", "示环", "environment"),
    _agency(4, "示例市应急管理局", "示例应急", "示应急", "safety", "work_safety"),
    _agency(5, "示例市消防救援支队", "示例消防", "示消", "fire", "fire"),
    _agency(6, "示例市交通运输局", "示例交通", "示交", "transport"),
    _agency(7, "示例市住房和城乡建设局", "示例住建", "示建", "construction"),
    _agency(8, "示例市文化广电和旅游局", "示例文旅", "示文旅", "culture"),
)
# These decide on lists and send no sheets.
LABOUR = _agency(9, "示例市人力资源和社会保障局", "示例人社", "示人社", "", "human_resources")
TAX = _agency(10, "示例市税务局稽查局", "示例稽查", "示税稽", "", "tax")
CITY = (LEAD, *AGENCIES, LABOUR, TAX)

_PLACES = ("清波", "运河", "白马", "洪泽", "里运", "古淮", "钵池", "柳树湾", "萧湖", "月湖")
_TRADES = (
    "食品",
    "建材",
    "机械",
    "物流",
    "化工",
    "餐饮",
    "纺织",
    "电子",
    "园林",
    "装饰",
    "医疗器械",
    "汽车维修",
)
_FORMS = ("有限公司", "有限责任公司", "股份有限公司", "集团有限公司")
_SHOPS = ("小吃店", "五金店", "便利店", "理发店", "修理部", "水果店")
_GROUPS = (("51", "行业协会"), ("52", "培训中心"), ("53", "慈善基金会"))
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张"
_GIVEN = ("示一", "示二", "示三", "示四", "示五", "示六", "示例", "示文", "示安", "示宁")


def subjects(rng: random.Random, today: date) -> list[DemoSubject]:
    """1,500 subjects of all five kinds, the same for the same seed and day."""
    made = [*_companies(rng, 900), *_traders(rng, 200), *_groups(90), *_public_bodies(10)]
    return made + list(_persons(rng, today, 300))


def person_name(rng: random.Random) -> str:
    return rng.choice(_SURNAMES) + rng.choice(_GIVEN)


def _companies(rng: random.Random, count: int) -> Iterator[DemoSubject]:
    for n in range(count):
        name = f"示例{rng.choice(_PLACES)}{rng.choice(_TRADES)}{_numeral(n)}{rng.choice(_FORMS)}"
        yield DemoSubject(name, "法人及非法人组织", uscc("91", 1000 + n), representative=person_name(rng))


def _traders(rng: random.Random, count: int) -> Iterator[DemoSubject]:
    for n in range(count):
        name = f"示例{rng.choice(_PLACES)}{_numeral(n)}{rng.choice(_SHOPS)}"
        yield DemoSubject(name, "个体工商户", uscc("92", 3000 + n), representative=person_name(rng))


def _groups(count: int) -> Iterator[DemoSubject]:
    for n in range(count):
        prefix, form = _GROUPS[n % len(_GROUPS)]
        yield DemoSubject(
            f"示例市{_TRADES[n % len(_TRADES)]}{_numeral(n)}{form}",
            "法人及非法人组织",
            uscc(prefix, 5000 + n),
        )


def _public_bodies(count: int) -> Iterator[DemoSubject]:
    for n in range(count):
        yield DemoSubject(f"示例市第{_numeral(n)}公共事务中心", "法人及非法人组织", uscc("12", 6000 + n))


def _persons(rng: random.Random, today: date, count: int) -> Iterator[DemoSubject]:
    for n in range(count):
        born = today - timedelta(days=rng.randrange(17 * 365, 70 * 365))
        yield DemoSubject(person_name(rng), "自然人", "", resident_id(born, n))


def _numeral(n: int) -> str:
    digits = "零一二三四五六七八九"
    return "".join(digits[int(c)] for c in str(n + 1))
