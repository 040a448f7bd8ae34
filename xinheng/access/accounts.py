"""Accounts of subjects, whom they are bound to, and who stands at the window (账号、绑定、到场)."""

# clauses: 5.2

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.db import connection

from xinheng.access.actor import Actor, Own, at_window
from xinheng.access.gate import agency_of
from xinheng.access.models import Binding, BindingKind, CounterAccount, EndedWhy, Evidence, PresentPerson
from xinheng.access.permissions import require
from xinheng.access.scope import acting, as_account
from xinheng.documents import uploads
from xinheng.law.identifiers import clean_code, resident_id_fault, resident_id_valid
from xinheng.law.language import Refusal
from xinheng.ledger.emitting import composed, emits, nothing_to_emit
from xinheng.ledger.kinds import EventKind
from xinheng.ledger.services import append
from xinheng.runtime.clock import day_of
from xinheng.runtime.db import uuid7
from xinheng.subjects import identity
from xinheng.vault.sealing import blind_index

LOGIN, PERSON = "access_counteraccount.login", "access_counteraccount.person"
# How long after the look at a person's papers an officer may go on for that person.
PRESENT_FOR = timedelta(hours=2)
SCAN_AT_MOST = 8 * uploads.MIB


@dataclass(frozen=True, slots=True)
class Represents:
    """A body for which the identity provider says that somebody acts."""

    uscc: str
    kind: str
    mandate_from: date | None = None
    mandate_until: date | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """What the identity provider proved of whoever signed in. Never kept: hashes and bindings are."""

    issuer: str
    subject: str
    resident_id: str = ""
    represents: tuple[Represents, ...] = ()


# ---- signing in -----------------------------------------------------------------------------------------


@composed
def arrive(proved: Identity, *, now: datetime) -> UUID:
    """Sign in: the account of a proved identity, made on its first day; bindings follow what is claimed today."""
    account = enter(proved, now=now)
    wanted = {each.subject: each for each in _claimed(proved, day_of(now))}
    with as_account(account):
        for row in Binding.objects.filter(account=account, ended_at=None, how="claim"):
            if row.subject_id not in wanted:
                _end_claimed(row.pk, now=now)
        for each in wanted.values():
            bind_claimed(account, each, now=now)
    return account


@emits(EventKind.COUNTER_SIGNED_IN)
def enter(proved: Identity, *, now: datetime) -> UUID:
    """The account, by the provider's identity or by the person whom the window knew before; the sign-in is told."""
    login = blind_index(LOGIN, f"{proved.issuer}|{proved.subject}")
    person = _person_index(proved.resident_id) if proved.resident_id else None
    row = _known(login, person)
    if row is None:
        row = CounterAccount.objects.create(id=uuid7(), login=login, person=person, made_at=now)
    elif bytes(row.login or b"") != login or (person and row.person is None):
        row.login, row.person = login, person or row.person
        row.save(update_fields=["login", "person"])
    append(EventKind.COUNTER_SIGNED_IN, payload={"account": row.pk}, agency=None, now=now)
    return row.pk


def _known(login: bytes, person: bytes | None) -> CounterAccount | None:
    """One account a person. A login that now proves somebody else is not theirs."""
    with connection.cursor() as cursor:
        # Of two first sign-ins at once the second finds what the first has made.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [LOGIN])
    rows = CounterAccount.objects.select_for_update()
    by_person = rows.filter(person=person).first() if person else None
    by_login = rows.filter(login=login).first()
    if by_person is not None and by_login is not None and by_person.pk != by_login.pk:
        raise Refusal.because("IDENTITY_DIFFERS")
    found = by_person or by_login
    if found is not None and person and found.person is not None and bytes(found.person) != person:
        raise Refusal.because("IDENTITY_DIFFERS")
    return found


@emits(EventKind.COUNTER_SIGNED_OUT)
def leave(account: UUID, *, now: datetime) -> None:
    """Put a sign-out on record."""
    append(EventKind.COUNTER_SIGNED_OUT, payload={"account": account}, agency=None, now=now)


def _person_index(number: str) -> bytes:
    """Of a whole number alone: of one that is masked or made up, many persons would be one account."""
    clean, _ = clean_code(number)
    if not resident_id_valid(clean):
        raise Refusal.because("OIDC_NOT_PROVED")
    return blind_index(PERSON, clean)


# ---- bindings --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bound:
    """For whom somebody is to see and act."""

    subject: UUID
    kind: str
    mandate_from: date | None = None
    mandate_until: date | None = None


def _claimed(proved: Identity, today: date) -> Iterator[Bound]:
    """Bindings that follow from the claims, of subjects of whom something is held."""
    me = identity.person(proved.resident_id) if proved.resident_id else None
    if me:
        yield Bound(me, BindingKind.SELF)
    for each in proved.represents:
        subject = identity.body(each.uscc)
        agent = each.kind == BindingKind.AGENT
        dated = each.mandate_from and each.mandate_until and each.mandate_from <= today <= each.mandate_until
        if subject and (each.kind == BindingKind.LEGAL_REPRESENTATIVE or (agent and dated)):
            days = (each.mandate_from, each.mandate_until) if agent else (None, None)
            yield Bound(subject, each.kind, *days)


@emits(EventKind.ACCOUNT_BOUND)
def bind_claimed(account: UUID, bound: Bound, *, now: datetime) -> UUID:
    """Bind by what the identity provider proved; called within the account's own scope."""
    there = Binding.objects.filter(account=account, subject=bound.subject, ended_at=None).first()
    # What the window looked at stands beside the provider's word, unless that says more.
    if there is not None and _same(there, bound):
        nothing_to_emit()
        return there.pk
    return _bind(account, bound, there, how="claim", now=now)


@emits(EventKind.BINDING_ENDED)
def _end_claimed(binding: UUID, *, now: datetime) -> None:
    row = Binding.objects.select_for_update().get(pk=binding)
    _end(row, EndedWhy.NO_LONGER_CLAIMED, row.account_id, now)
    append(EventKind.BINDING_ENDED, payload={"binding": row.pk, "why": row.ended_why}, agency=None, now=now)


@emits(EventKind.ACCOUNT_BOUND)
def bind_at_window(
    number: str, bound: Bound, *, evidence: str, scan: bytes, actor: Actor, now: datetime
) -> UUID:
    """Bind the person with this resident id number after a look at their papers; gives the binding.

    The number becomes a keyed hash here and is not kept. Raises Refusal PERMISSION_DENIED, the number's own
    fault, EVIDENCE_REQUIRED, MANDATE_DAYS_REQUIRED, or BINDING_NOT_SO for oneself bound as a body or the reverse.
    """
    require(actor, "account.bind")
    account = _at_window(number, now)
    _require_papers(bound, evidence, scan)
    own = identity.person(number) == bound.subject
    if own != (bound.kind == BindingKind.SELF):
        raise Refusal.because("BINDING_NOT_SO")
    with acting(actor):
        proof = {
            "bound_by": actor.user_id,
            "agency_id": actor.agency_id,
            "evidence": evidence,
            "evidence_sha256": sha256(scan).digest(),
        }
        there = _there(account.pk, bound.subject)
        return _bind(account.pk, bound, there, how="window", now=now, **proof)


def _there(account: UUID, subject: UUID) -> Binding | None:
    with as_account(account):
        return Binding.objects.filter(account=account, subject=subject, ended_at=None).first()


def _at_window(number: str, now: datetime) -> CounterAccount:
    clean, _ = clean_code(unicodedata.normalize("NFKC", number))
    fault = resident_id_fault(clean, day_of(now))
    if fault is not None:
        raise Refusal.because(fault.code, **fault.values)
    index = _person_index(clean)
    found = CounterAccount.objects.filter(person=index).first()
    return found or CounterAccount.objects.create(id=uuid7(), person=index, made_at=now)


def _require_papers(bound: Bound, evidence: str, scan: bytes) -> None:
    try:
        uploads.media_type(scan, most=SCAN_AT_MOST)
    except uploads.Unfit:
        raise Refusal.because("EVIDENCE_REQUIRED") from None
    if evidence not in Evidence.values:
        raise Refusal.because("EVIDENCE_REQUIRED")
    agent, days = bound.kind == BindingKind.AGENT, (bound.mandate_from, bound.mandate_until)
    if bound.kind not in BindingKind.values or agent != all(days) or (agent and days[0] > days[1]):  # type: ignore[operator]
        raise Refusal.because("MANDATE_DAYS_REQUIRED")


def _same(row: Binding, bound: Bound) -> bool:
    return (row.kind, row.mandate_from, row.mandate_until) == (
        bound.kind,
        bound.mandate_from,
        bound.mandate_until,
    )


def _bind(
    account: UUID, bound: Bound, before: Binding | None, *, how: str, now: datetime, **proof: object
) -> UUID:
    """The new binding, and the end of the one that it takes the place of, told by one event."""
    with as_account(account):
        if before is not None:
            _end(before, EndedWhy.RENEWED, _who(proof, account), now)
        row = Binding.objects.create(
            id=uuid7(), account_id=account, subject_id=bound.subject, kind=bound.kind, how=how, bound_at=now,
            mandate_from=bound.mandate_from, mandate_until=bound.mandate_until, **proof,
        )  # fmt: skip
        told = {"binding": row.pk, "account": account, "kind": row.kind, "how": how}
        agency = proof.get("agency_id")
        append(
            EventKind.ACCOUNT_BOUND,
            payload={**told, "by": _who(proof, account)},
            agency=agency if isinstance(agency, UUID) else None,
            now=now,
        )
    return row.pk


def _who(proof: dict[str, object], account: UUID) -> UUID:
    by = proof.get("bound_by")
    return by if isinstance(by, UUID) else account


def _end(row: Binding, why: EndedWhy, by: UUID, now: datetime) -> None:
    row.ended_at, row.ended_why, row.ended_by = now, why, by
    row.save(update_fields=["ended_at", "ended_why", "ended_by"])


@emits(EventKind.BINDING_ENDED)
def end_binding(binding: UUID, *, actor: Actor, now: datetime) -> None:
    """End a binding: one's own, or at the window that of whom the papers say it is over.

    Raises Refusal NOT_FOUND for another's as for one that never was.
    """
    with _where(actor):
        row = Binding.objects.select_for_update().filter(pk=binding, ended_at=None).first()
        if row is None:
            raise Refusal.because("NOT_FOUND")
        _end(row, EndedWhy.GIVEN_UP if actor.own else EndedWhy.AT_WINDOW, actor.user_id, now)
        told = {"binding": row.pk, "why": row.ended_why, "by": actor.user_id}
        append(EventKind.BINDING_ENDED, payload=told, agency=agency_of(actor), now=now)


def _where(actor: Actor) -> AbstractContextManager[None]:
    if actor.own is None:
        require(actor, "account.bind")
        return acting(actor)
    return as_account(actor.own.account)


# ---- at the window ---------------------------------------------------------------------------------------


@emits(EventKind.PERSON_PRESENT)
def present(number: str, subject: UUID, *, evidence: str, actor: Actor, now: datetime) -> UUID:
    """Put on record that a bound person stands at the window; gives the act, which lasts two hours.

    Raises Refusal PERMISSION_DENIED, the number's own fault, EVIDENCE_REQUIRED, NOT_BOUND, or MANDATE_ENDED.
    """
    require(actor, "window.act")
    if evidence not in Evidence.values:
        raise Refusal.because("EVIDENCE_REQUIRED")
    row = _binding_of(number, subject, now)
    with acting(actor):
        act = PresentPerson.objects.create(
            id=uuid7(), officer=actor.user_id, agency_id=actor.agency_id, binding=row, account_id=row.account_id,
            evidence=evidence, at=now, until=now + PRESENT_FOR,
        )  # fmt: skip
        told = {"present": act.pk, "account": row.account_id, "binding": row.pk, "by": actor.user_id}
        append(EventKind.PERSON_PRESENT, payload=told, agency=actor.agency_id, now=now)
    return act.pk


def _binding_of(number: str, subject: UUID, now: datetime) -> Binding:
    clean, _ = clean_code(unicodedata.normalize("NFKC", number))
    fault = resident_id_fault(clean, day_of(now))
    if fault is not None:
        raise Refusal.because(fault.code, **fault.values)
    account = CounterAccount.objects.filter(person=_person_index(clean)).first()
    if account is None:
        raise Refusal.because("NOT_BOUND")
    with as_account(account.pk):
        row = Binding.objects.filter(account=account, subject=subject, ended_at=None).first()
    if row is None:
        raise Refusal.because("NOT_BOUND")
    if row.mandate_until and not (row.mandate_from or day_of(now)) <= day_of(now) <= row.mandate_until:
        raise Refusal.because("MANDATE_ENDED")
    return row


def for_present(act: UUID, *, actor: Actor, now: datetime) -> Actor | None:
    """The officer as whoever is present may see and act; None when that act is over, or another officer's."""
    require(actor, "window.act")
    with acting(actor):
        row = PresentPerson.objects.filter(pk=act, officer=actor.user_id, until__gt=now).first()
    if row is None:
        return None
    with as_account(row.account_id):
        subject = Binding.objects.values_list("subject_id", flat=True).get(pk=row.binding_id)
    return at_window(actor, Own(row.account_id, subject, day_of(now), f"present:{row.pk}", row.pk))


# ---- reading -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BindingView:
    """A binding as its account sees it; `name` is "" for the person themselves."""

    id: UUID
    subject: UUID
    kind: str
    kind_label: str
    name: str
    how_label: str
    mandate_from: date | None
    mandate_until: date | None
    bound_at: datetime
    ended_at: datetime | None
    ended_why: str

    def holds(self, day: date) -> bool:
        """Whether the file may be opened by it on a day."""
        if self.ended_at is not None:
            return False
        return self.mandate_until is None or (self.mandate_from or day) <= day <= self.mandate_until


def bindings(account: UUID) -> list[BindingView]:
    """All bindings of an account, those that hold first, oneself first among them."""
    with as_account(account):
        rows = list(Binding.objects.filter(account=account).order_by("bound_at", "id"))
    found = list(_views(rows))
    return sorted(found, key=lambda each: (each.ended_at is not None, each.kind != BindingKind.SELF))


def _views(rows: Iterable[Binding]) -> Iterator[BindingView]:
    listed = list(rows)
    names = identity.names([each.subject_id for each in listed])
    for row in listed:
        yield BindingView(
            row.pk, row.subject_id, row.kind, BindingKind(row.kind).label, names.get(row.subject_id, ""),
            row.get_how_display(), row.mandate_from, row.mandate_until, row.bound_at, row.ended_at,
            EndedWhy(row.ended_why).label if row.ended_why else "",
        )  # fmt: skip


def exists(account: UUID) -> bool:
    """Whether there is such an account."""
    return CounterAccount.objects.filter(pk=account).exists()
