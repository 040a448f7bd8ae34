"""Cases of lists, one in each state that a visitor would look for (示例案卷); each goes its way by the services alone."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from xinheng.access.actor import Actor
from xinheng.casework import queries
from xinheng.casework.given import AskGiven, ConsentGiven, DraftGiven, GroundGiven, Words
from xinheng.catalog.public import current_law
from xinheng.jobs.demo import city
from xinheng.jobs.demo.codes import resident_id, uscc
from xinheng.jobs.demo.matter import Matter, Staff
from xinheng.law.facts import SubjectKind
from xinheng.law.language import Refusal
from xinheng.law.refusals import tell_all
from xinheng.runtime.clock import day_of
from xinheng.subjects.services import add_person, add_subject

Say = Callable[[str], None]
# A case says before each of its days how many working days ago that was.
Way = Generator[int, None, None]
FIRMS = ("示例清波装饰", "示例运河建材", "示例白马园林", "示例古淮机械", "示例钵池物流", "示例萧湖纺织", "示例月湖餐饮", "示例柳树湾食品", "示例里运电子")  # fmt: skip
REPRESENTATIVE = "赵示一"
OLDEST = 210

# ---- what is charged -----------------------------------------------------------------------------------

_CONTACT = {"contact_person": "示例经办人", "contact_phone": "示例电话", "contact_address": "示例路1号"}
_REMEDY = {"reconsideration_body": "示例市人民政府", "court": "示例区人民法院"}
WAGE = Words(
    facts="拖欠示例工地12名工人工资共计18.6万元，责令限期支付，逾期未付（示例）。",
    evidence="劳动保障监察限期改正指令书及送达回证（示例）\n工资支付台账、工人询问笔录（示例）",
    **_REMEDY, **_CONTACT,
)  # fmt: skip
MARKET = Words(
    facts="销售标签不符合规定的食品，情节严重，被吊销食品经营许可证（示例）。",
    evidence="行政处罚决定书及送达回证（示例）\n现场检查笔录、检验报告（示例）",
    **_REMEDY, **_CONTACT,
)  # fmt: skip
TAX = Words(
    facts="虚开增值税专用发票，税务处理和处罚决定已经生效（示例）。",
    evidence="税务行政处罚决定书及送达回证（示例）\n发票开具明细、资金往来记录（示例）",
    **_REMEDY, **_CONTACT,
)  # fmt: skip


def _ground(sign: str, kind: str, body: city.DemoAgency, day: date, serial: int) -> GroundGiven:
    number = f"{sign}〔{day.year}〕{serial}号（示例）"
    return GroundGiven(number=number, kind=kind, body_name=body.name, decided_on=day)


def wage(matter: Matter, *, lapsed: bool = True) -> DraftGiven:
    """A firm that owed wages and let the time to pay them go by; from then on the list has its own time to decide."""
    ordered, lapsed_on = matter.days_ago(matter.ago + 20), matter.days_ago(matter.ago + 3)
    ground = _ground("示人社监令", "other_administrative", city.LABOUR, ordered, 10 + matter.serial)
    return DraftGiven(
        range="R2", criteria=("amount", "order_lapsed"), grounds=(ground,), words=WAGE,
        conduct_from=matter.days_ago(matter.ago + 130), conduct_to=matter.days_ago(matter.ago + 30),
        ground_lapsed_on=lapsed_on if lapsed else None,
    )  # fmt: skip


def market(matter: Matter) -> DraftGiven:
    """A shop whose permit was revoked; the bureau above has agreed."""
    ground = _ground("示市监罚", "penalty", city.AGENCIES[0], matter.days_ago(matter.ago + 90), 9700)
    agreed = ConsentGiven(
        body_name="示例省市场监督管理局",
        number="示省监函〔示例〕1号",
        given_on=matter.days_ago(matter.ago + 2),
    )
    criteria = ("violation", "permit", "grave")
    return DraftGiven(
        range="R1", criteria=criteria, grounds=(ground,), words=MARKET, window=7, consent=agreed
    )


def tax(matter: Matter) -> DraftGiven:
    """False invoices, on two documents, so that one can fall and the other stay."""
    days = matter.days_ago(matter.ago + 100), matter.days_ago(matter.ago + 95)
    grounds = (
        _ground("示税稽罚", "penalty", city.TAX, days[0], 21),
        _ground("示税稽处", "other_administrative", city.TAX, days[1], 22),
    )
    return DraftGiven(
        range="R2", criteria=("false_invoices", "effective"), grounds=grounds, words=TAX, window=7
    )


# ---- the ways ------------------------------------------------------------------------------------------


def _heard(it: Matter, draft: Callable[[Matter], DraftGiven], *days: int) -> Way:
    """Opened, notified and served: what every case goes through, as far as there are days for it."""
    steps: tuple[Callable[[], None], ...] = (lambda: it.open(draft(it)), it.notify, it.serve)
    for ago, step in zip(days, steps, strict=False):
        yield it.on(ago)
        step()


def _decided(it: Matter, propose: int, check: int, decide: int) -> Way:
    for ago, step in ((propose, it.propose), (check, it.check), (decide, it.decide)):
        yield it.on(ago)
        step()


def contested(it: Matter) -> Way:
    """The party objected; the reply is due on the next working day."""
    yield from _heard(it, wage, 13, 11, 9)
    yield it.on(4)
    it.receive("我单位已经与工人核对，实际拖欠金额少于告知书所写，请求核减（示例）。")
    it.note("已向项目部调取工资台账，核对后拟写反馈（示例）。")


def waits_for_the_signer(it: Matter) -> Way:
    yield from _heard(it, market, 26, 24, 22)
    yield it.on(12)
    it.propose()
    yield it.on(3)
    it.check()


def waits_for_the_seal(it: Matter) -> Way:
    yield from _heard(it, wage, 22, 20, 18)
    yield from _decided(it, 9, 6, 2)


def listed(it: Matter) -> Way:
    yield from _heard(it, wage, 75, 73, 71)
    yield from _decided(it, 63, 61, 59)
    yield it.on(56)
    it.enter()


def linked(it: Matter, unit: Matter) -> Way:
    """The representative has a case of his own, after the firm's."""
    yield it.on(74)
    it.open(wage(it, lapsed=False), role="legal_representative", unit=unit.case)
    yield it.on(72)
    it.notify()
    yield it.on(70)
    it.serve()
    yield from _decided(it, 57, 55, 53)
    yield it.on(50)
    it.enter()


def hidden(it: Matter) -> Way:
    yield from _heard(it, tax, 70, 68, 66)
    yield from _decided(it, 55, 53, 51)
    yield it.on(48)
    it.enter()
    yield it.on(2)
    it.lose_a_ground()


def left_early(it: Matter) -> Way:
    """Wages paid, a commitment given, half a year waited, asked by the clerk, granted by the signer."""
    yield from _heard(it, wage, OLDEST, OLDEST - 2, OLDEST - 4)
    yield from _decided(it, OLDEST - 12, OLDEST - 14, OLDEST - 16)
    yield it.on(OLDEST - 19)
    it.enter()
    yield it.on(20)
    paid_on = it.days_ago(OLDEST - 25)
    met, why = ("corrected", "commitment"), "拖欠的工资已全部支付，已作出书面信用承诺（示例）。"
    it.ask(AskGiven(step="exit", reason=why, applied_on=it.days_ago(21), corrected_on=paid_on, met=met))
    yield it.on(14)
    it.grant("核实付款凭证和信用承诺，改正满六个月，准予提前移出（示例）。")


def objection_upheld(it: Matter) -> Way:
    yield from _heard(it, wage, 42, 40, 38)
    yield it.on(36)
    it.receive("告知书所列工人与我单位没有劳动关系，系另一分包单位招用（示例）。")
    yield it.on(33)
    it.reply("已调取劳动合同和考勤记录（示例）。", "所列工人由另一单位招用，异议成立（示例）。", upheld=True)
    yield it.on(30)
    reason = "异议成立，不符合认定标准（示例）。"
    it.take("decide_not", it.staff.signer, reason=reason)


# ---- all of them ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Offices:
    """The staff of the three lists that the demo has cases of."""

    labour: Staff
    market: Staff
    tax: Staff


def found(offices: Offices, *, now: datetime, say: Say) -> int:
    """All demo cases, or none; how many there are. A second call leaves those that are there."""
    there = sum(queries.count(each.clerk, "all") for each in (offices.labour, offices.market, offices.tax))
    if there:
        return there
    with transaction.atomic():
        ways = _ways(offices, now)
        _walk(ways, say, now)
    return len(ways)


def _ways(offices: Offices, now: datetime) -> list[Way]:
    firms = iter([_firm(n, offices.labour.clerk, now) for n in range(len(FIRMS))])
    serials = iter(range(1, 20))
    law = current_law(day_of(now))

    def matter(staff: Staff, code: str, subject: UUID | None = None) -> Matter:
        whom = subject or next(firms)
        return Matter(staff, code, whom, next(serials), law.day, law.calendar)

    labour = offices.labour
    unit = matter(labour, "wage")
    person = matter(labour, "wage", _person(labour.clerk, now))
    drafted, notified = matter(labour, "wage"), matter(labour, "wage")
    return [
        listed(unit),
        linked(person, unit),
        _heard(drafted, wage, 1),
        _heard(notified, wage, 6, 3),
        contested(matter(labour, "wage")),
        waits_for_the_seal(matter(labour, "wage")),
        left_early(matter(labour, "wage")),
        objection_upheld(matter(labour, "wage")),
        waits_for_the_signer(matter(offices.market, "market")),
        hidden(matter(offices.tax, "tax")),
    ]


def _firm(n: int, clerk: Actor, now: datetime) -> UUID:
    return add_subject(
        kind=SubjectKind.LEGAL_PERSON, uscc=uscc("91", 8000 + n), name=f"{FIRMS[n]}有限公司", seen_from=day_of(now),
        actor=clerk, now=now,
    )  # fmt: skip


def _person(clerk: Actor, now: datetime) -> UUID:
    number = resident_id(date(1979, 5, 6), 990)
    return add_person(id_kind="resident_id", number=number, name=REPRESENTATIVE, actor=clerk, now=now)


def _walk(ways: list[Way], say: Say, now: datetime) -> None:
    """Day by day over all cases, so that numbers are taken in the order of time."""
    waiting = {way: next(way) for way in ways}
    while waiting:
        way = max(waiting, key=lambda each: waiting[each])
        ago = _further(way, say, now)
        if ago is None:
            del waiting[way]
        else:
            waiting[way] = ago


def _further(way: Way, say: Say, now: datetime) -> int | None:
    """The next day of a case. What the law refuses stays where it stands: in a year without a holiday notice, say."""
    try:
        return next(way, None)
    except Refusal as refusal:
        told = tell_all(refusal.reasons, current_law(day_of(now)))
        say(f"一件示例案卷停在现在这一步：{told[0].text}")
        return None
