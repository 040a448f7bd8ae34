"""A labour office with penalties in the register, firms listed on them, and measures of two bodies (撤销与更正的示例)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests import cast
from tests.casework.office import Office, settled
from tests.exchange import sample
from tests.measures import town as measures
from xinheng.access import accounts
from xinheng.access.accounts import Identity, Represents
from xinheng.access.actor import Actor, Own, counter_actor
from xinheng.access.models import Agency
from xinheng.access.scope import acting, whole_city
from xinheng.casework import corrections, revocations
from xinheng.casework import services as cases
from xinheng.casework.correctionfacts import Claim, Given, Ruling
from xinheng.casework.given import AskGiven, GroundGiven, ServiceGiven
from xinheng.casework.models import Case, Correction, Revocation, RevocationFate
from xinheng.casework.revocations import Fell, Proof
from xinheng.exchange import amending
from xinheng.exchange import services as exchange
from xinheng.exchange.intake import Outcome
from xinheng.exchange.models import Recall
from xinheng.publication.models import PublicEntry, PublicListing
from xinheng.registry.models import Instrument, ListEntry, MeasureNotice, MeasureTaken, Record, RecordVersion
from xinheng.registry.standing import standings
from xinheng.runtime import clock

CLERK, CHECKER, SIGNER = (each.actor for each in (cast.LABOUR_CLERK, cast.LABOUR_CHECKER, cast.LABOUR_SIGNER))
OTHER = (cast.MARKET_CLERK.actor, cast.MARKET_CHECKER.actor)
THEN = datetime(2026, 2, 24, 2, 0, tzinfo=UTC)
LISTED = datetime(2026, 4, 3, 2, 0, tzinfo=UTC)
BODY = {
    "body_name": cast.LABOUR.name, "body_code": cast.LABOUR.uscc, "source_name": cast.LABOUR.name,
    "source_code": cast.LABOUR.uscc, "decided_on": "2026-01-12",
}  # fmt: skip
JUDGMENT = Proof(
    kind="judgment", number="（2026）示行终1号", body_name="示例区人民法院", decided_on=date(2026, 11, 20)
)
FIRMS = {"sole": cast.uscc("91", 811), "shared": cast.uscc("91", 822), "plain": cast.uscc("91", 803)}
# A namesake, and a firm whose code is a neighbour of the plain one's.
FIRMS |= {"namesake": cast.uscc("91", 914), "near": cast.uscc("91", 804)}


@dataclass
class Town:
    """Documents by their number, and what rests on them by name."""

    office: Office
    documents: Mapping[int, UUID]
    records: Mapping[int, UUID]
    batch: UUID
    subjects: Mapping[str, UUID] = field(default_factory=dict)
    cases: dict[str, UUID] = field(default_factory=dict)
    made: dict[str, UUID] = field(default_factory=dict)


def penalty(number: int, firm: str) -> sample.Row:
    name = "plain" if firm == "namesake" else firm
    party = {**sample.FIRM, "party_code": FIRMS[firm], "party_name": f"示例{name}有限公司"}
    return sample.penalty(number, party, **BODY)


def build() -> Town:
    """Documents 1 (sole ground of an entry), 2 and 3 (both grounds of another), 4 (a record alone)."""
    office = settled()
    rows = [penalty(1, "sole"), penalty(2, "shared"), penalty(3, "shared"), penalty(4, "plain")]
    rows += [penalty(5, "namesake"), penalty(6, "near")]
    batch = exchange.receive(
        sample.sheet(rows), actor=CLERK, feed="penalty", file_name="示例.csv", source={"reviewed": True},
        now=THEN, queue=False,
    )  # fmt: skip
    done = exchange.submit_now(batch, actor=CLERK, now=THEN)
    assert done.counts["accepted"] == len(rows), done.findings
    with acting(CLERK):
        found = list(Record.objects.select_related("instrument", "subject").filter(batch=done.batch))
    numbers = {each["document_number"]: place for place, each in enumerate(rows, 1)}
    town = Town(
        office,
        {numbers[each.instrument.number]: each.instrument_id for each in found},
        {numbers[each.instrument.number]: each.pk for each in found},
        done.batch,
    )
    subjects = town.subjects = {str(each.subject.uscc): each.subject_id for each in found}
    _list(town, "sole", subjects[FIRMS["sole"]], [1])
    _list(town, "shared", subjects[FIRMS["shared"]], [2, 3])
    _measures(town, subjects)
    return town


def _list(town: Town, name: str, firm: UUID, grounds: list[int]) -> None:
    town.office.day, town.office.firm = date(2026, 3, 2), firm
    given = tuple(GroundGiven(instrument=town.documents[each]) for each in grounds)
    town.office.open(draft={"grounds": given}).notified().served().wait(30).decided().sealed().listed()
    town.cases[name] = town.office.case


def _measures(town: Town, subjects: Mapping[str, UUID]) -> None:
    """On each entry one of the listing body and one of another; on document 1 one of each too."""
    with transaction.atomic():
        for each in cast.OFFICERS:
            TOTPDevice.objects.create(user_id=each.actor.user_id, name=each.username, confirmed=True)
        Agency.objects.filter(pk=cast.MARKET.id).update(domains=["finance", "market"])
        cast.leave_untold()
    for name in ("sole", "shared"):
        firm, entry = subjects[FIRMS[name]], entry_of(town.cases[name]).pk
        town.made[f"{name}, own"] = taken(firm, (CLERK, CHECKER), entry=entry)
        town.made[f"{name}, theirs"] = taken(firm, OTHER, entry=entry)
    for number, name in ((1, "sole"), (4, "plain")):
        on = {"instrument": town.documents[number]}
        told = {
            "row": "licensing-79",
            "months": 36,
            "matter": "same_license",
            "grounds_met": ("fraud_license",),
        }
        town.made[f"document {number}, own"] = taken(subjects[FIRMS[name]], (CLERK, CHECKER), **told, **on)
        told = {"row": "procurement-77", "months": 12, "grounds_met": ("procurement_violation",)}
        town.made[f"document {number}, theirs"] = taken(subjects[FIRMS[name]], OTHER, **told, **on)


def taken(firm: UUID, by: tuple[Actor, Actor], **told: Any) -> UUID:
    with transaction.atomic():
        made = measures.propose(firm, actor=by[0], now=LISTED, **told)
        measures.decide(made, actor=by[1], now=LISTED)
    return made


@contextmanager
def city() -> Iterator[None]:
    """Rows of all agencies."""
    with transaction.atomic(), whole_city():
        yield


# ---- what stands -----------------------------------------------------------------------------------------------


def entry_of(case: UUID) -> ListEntry:
    with city():
        return ListEntry.objects.get(case=case)


def is_public(record: UUID) -> bool:
    with city():
        return PublicEntry.objects.filter(record=record).exists()


def is_listed_publicly(case: UUID) -> bool:
    with city():
        return PublicListing.objects.filter(entry=entry_of(case).pk).exists()


def measure(town: Town, name: str) -> MeasureTaken:
    with city():
        return MeasureTaken.objects.get(pk=town.made[name])


def told(town: Town, name: str) -> bool:
    with city():
        return MeasureNotice.objects.filter(measure=town.made[name], answered_at=None).exists()


def in_use(town: Town, name: str) -> bool:
    from xinheng.registry.measurestanding import in_force_on

    with city():
        return MeasureTaken.objects.filter(in_force_on(cast.TODAY), pk=town.made[name]).exists()


def effect(document: UUID) -> str:
    with city():
        return Instrument.objects.values_list("effect", flat=True).get(pk=document)


def shown(record: UUID) -> tuple[list[str], tuple[str, ...]]:
    """Effects in force and marks of a record."""
    with city():
        found = standings([record])[record]
    return [each.effect.value for each in found.effects], found.marks


def recalled(record: UUID) -> set[tuple[str, str]]:
    """What holders were last told of a record: (action, view)."""
    with city():
        rows = list(Recall.objects.filter(record=record).order_by("at", "event"))
    return {(each.action, each.view) for each in rows if each.event == rows[-1].event}


def fates(matter: UUID) -> dict[str, str]:
    """What became of each thing, by layer and number of the document, entry or measure."""
    with city():
        rows = RevocationFate.objects.filter(revocation=matter).order_by("seq", "id")
        return {f"{each.layer}:{each.target}": each.fate for each in rows}


def state(matter: UUID) -> str:
    with city():
        return Revocation.objects.values_list("state", flat=True).get(pk=matter)


def revision(matter: UUID) -> int:
    with city():
        return Revocation.objects.values_list("revision", flat=True).get(pk=matter)


def case_state(case: UUID) -> str:
    with city():
        return Case.objects.values_list("state", flat=True).get(pk=case)


def kinds_told(since: UUID | None = None) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind FROM ledger_event ORDER BY id")
        return [kind for (kind,) in cursor.fetchall()]


def at_commit() -> None:
    """Everything that the database checks when a transaction commits, now."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


# ---- what is done ------------------------------------------------------------------------------------------------


def fell(town: Town, number: int, outcome: str = "revoked", **other: Any) -> Fell:
    given = Fell(
        instrument=town.documents[number], outcome=outcome, proof=JUDGMENT, statement="人民法院判决撤销（示例）。",
        known_on=cast.TODAY,
    )  # fmt: skip
    return replace(given, **other)


def register(town: Town, number: int, outcome: str = "revoked", **other: Any) -> UUID:
    actor = other.pop("actor", CLERK)
    made = revocations.register_change(fell(town, number, outcome, **other), actor=actor, now=cast.NOW)
    at_commit()
    return made


def take(
    matter: UUID, name: str, actor: Actor, *, now: datetime = cast.NOW, reason: str = "示例理由", **other: Any
) -> None:
    revocations.take(matter, name, revision=revision(matter), reason=reason, actor=actor, now=now, **other)
    at_commit()


def again(matter: UUID, outcome: str) -> None:
    revocations.change_again(matter, outcome, JUDGMENT, revision=revision(matter), actor=CLERK, now=cast.NOW)
    at_commit()


def as_checker(actor: Actor) -> Actor:
    """The same person in another role."""
    return replace(actor, roles=frozenset({"checker"}))


def leave_list(case: UUID, step: str) -> None:
    """A signer takes the entry off the list, as a clerk had asked."""
    for actor in (CLERK, SIGNER):
        with city():
            at = Case.objects.values_list("revision", flat=True).get(pk=case)
        if actor is CLERK:
            asked = AskGiven(step=step, reason="示例理由")
            cases.ask(case, asked, revision=at, actor=actor, now=cast.NOW)
        else:
            cases.grant(case, revision=at, reason="示例理由", actor=actor, now=cast.NOW)
    at_commit()


def corrected(record: UUID, ground: str, fields: Mapping[str, str]) -> None:
    """New content by two persons, as the desk does it."""
    asked = exchange.propose_correction(
        record, fields, ground=ground, ground_text="示例理由", actor=CLERK, now=cast.NOW
    )
    exchange.decide(asked, granted=True, text="", actor=CHECKER, now=cast.NOW)
    at_commit()


def reported(number: int, **other: str) -> Outcome:
    """The labour office reports a document once more."""
    firm = next(name for place, name in ((1, "sole"), (2, "shared"), (4, "plain")) if place == number)
    batch = exchange.receive(
        sample.sheet([{**penalty(number, firm), **other}]), actor=CLERK, feed="penalty", file_name="再报.csv",
        source={"reviewed": True}, now=cast.NOW, queue=False,
    )  # fmt: skip
    return exchange.submit_now(batch, actor=CLERK, now=cast.NOW)


# ---- corrections ---------------------------------------------------------------------------------------------------

CLAIM = Claim(
    field="conduct", label="违法行为类型", old="经营标签不符合规定的食品", claimed="示例：没有这件事"
)
DECIDED = "经营标签不符合规定的食品（经核对）"
RULED = Ruling(
    field="conduct", decided=DECIDED, reason="报送时漏写（示例）。", document="示市监罚决字〔2026〕4号"
)
WHOLE = Given(
    reason="经核对原决定书（示例）。",
    rulings=(RULED,),
    reconsideration_body="示例市人民政府",
    court="示例区人民法院",
)


def party(town: Town, firm: str = "plain") -> Actor:
    """The firm at its own file, through its legal representative's account."""
    proved = Identity("https://example.invalid", firm, "", (Represents(FIRMS[firm], "legal_representative"),))
    account = accounts.arrive(proved, now=cast.NOW)
    return counter_actor(Own(account, town.subjects[FIRMS[firm]], cast.TODAY, "示例"))


def lodged(
    town: Town,
    *,
    not_me: bool = False,
    claims: tuple[Claim, ...] = (CLAIM,),
    number: int = 4,
    firm: str = "plain",
    now: datetime = cast.NOW,
) -> UUID:
    made = corrections.lodge(
        town.records[number], claims, not_me=not_me, why="示例理由", actor=party(town, firm), now=now
    )
    at_commit()
    return made.id


def correction(pk: UUID) -> Correction:
    with city():
        return Correction.objects.get(pk=pk)


def step(pk: UUID, name: str, actor: Actor, given: Given | None = None) -> None:
    """A step of a correction, through whichever service carries it out."""
    do = {"propose": amending.propose, "decide": amending.decide, "return": amending.give_back}.get(name)
    told: dict[str, Any] = {
        "revision": correction(pk).revision,
        "given": given or Given(),
        "actor": actor,
        "now": cast.NOW,
    }
    if do:
        do(pk, **told)
    else:
        corrections.take(pk, name, **told)
    at_commit()


def answered(town: Town, **other: Any) -> UUID:
    made = lodged(town, **other)
    step(made, "answer", CLERK, Given(answer="原决定书载明如下（示例）。"))
    return made


def conduct(town: Town, number: int = 4) -> str:
    with city():
        row = Record.objects.get(pk=town.records[number])
        return str(RecordVersion.objects.get(record=row, version=row.version).content["conduct"])


SERVED = ServiceGiven(way="direct", on=cast.TODAY, shows=("receipt_signed",), receiver="示例收件人")


def latest_correction() -> UUID:
    with city():
        return Correction.objects.latest("lodged_on", "number").pk


def at_window(town: Town) -> UUID:
    """The legal representative of the plain firm stands at the window, bound there."""
    window, now = cast.WINDOW_STAFF.actor, clock.now()
    bound = accounts.Bound(town.subjects[FIRMS["plain"]], "legal_representative")
    told: dict[str, Any] = {"evidence": "licence", "actor": window, "now": now}
    accounts.bind_at_window(cast.BOSS_ID, bound, scan=b"%PDF-1.4 %%EOF", **told)
    return accounts.present(cast.BOSS_ID, bound.subject, **told)
