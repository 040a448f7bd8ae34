"""What the firm has and somebody else would like to see: ids, the other's account, what it sees (他人)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from django.test import Client

from tests import cast
from tests.repairs.town import PDF, Town
from xinheng.access import services as access
from xinheng.access.accounts import Bound
from xinheng.access.actor import Actor
from xinheng.access.counter_login import SIGNED
from xinheng.access.gate import open_own
from xinheng.access.models import Binding
from xinheng.access.scope import acting
from xinheng.casework import corrections
from xinheng.casework.models import CasePaper, CorrectionStep
from xinheng.casework.repairs import services
from xinheng.casework.repairs.models import (
    RepairMaterial,
    RepairPaper,
)
from xinheng.law.disclosure import SELF
from xinheng.reports.services import issue_report
from xinheng.runtime import clock

Ids = Mapping[str, Any]
STAFF = cast.WINDOW_STAFF.actor


def had(town: Town) -> Ids:
    """What the firm has: an application lodged and one begun, papers, a correction, a report, a notice, a binding."""
    boss, now = town.boss, town.now
    number = town.lodged([town.old, town.other]).number
    begun = services.begin([town.new], statement="示例", actor=boss, now=now)
    corrected = corrections.lodge(town.spare[0], [], not_me=True, why="示例", actor=boss, now=now)
    report = issue_report(audience=SELF, opened=open_own(actor=boss, now=now), actor=boss, now=now)
    case = town.case(cast.MARKET)
    with acting(boss):
        material = RepairMaterial.objects.filter(application__number=number).latest("id").pk
        receipt = CorrectionStep.objects.get(correction=corrected.id, step="lodge").document
        paper = RepairPaper.objects.filter(case=case).latest("id").pk
        notice = CasePaper.objects.filter(kind="prior_notice", case=town.office.case).latest("id").pk
        binding = Binding.objects.get(account=town.account, ended_at=None).pk
    return {
        "record": town.old, "number": number, "case": case.pk, "begun": begun, "material": material, "paper": paper,
        "correction": corrected.number, "corrected": corrected.id, "receipt": receipt, "document": report.id, "notice": notice, "binding": binding,
    }  # fmt: skip


def another(town: Town, **mandate: date) -> UUID:
    """The account of a person who is not the firm's, or is so by a mandate too."""
    subject = town.firm if mandate else town.office.person
    bound = Bound(subject, "agent" if mandate else "self", *mandate.values())
    told: dict[str, Any] = {"evidence": "mandate" if mandate else "resident_card", "scan": PDF}
    binding = access.bind_at_window(cast.PERSON_ID, bound, actor=STAFF, now=town.now, **told)
    with acting(STAFF):
        return Binding.objects.get(pk=binding).account_id


def browser(account: UUID, binding: object = "") -> Client:
    client = Client()
    session = client.session
    session[SIGNED] = {"account": str(account), "binding": str(binding), "seen": clock.now().isoformat()}
    session.save()
    return client


def counted() -> dict[str, int]:
    """Rows that are seen now of each table with row security."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relrowsecurity AND relkind IN ('r', 'p') AND NOT relispartition"
            " AND relnamespace = 'public'::regnamespace AND has_table_privilege(oid, 'SELECT') ORDER BY 1"
        )
        tables = [name for (name,) in cursor.fetchall()]
        assert len(tables) > 40
        found = {}
        for table in tables:
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            (found[table],) = cursor.fetchone()
    return found


def blind(actor: Actor) -> bool:
    """Whether by plain SQL nothing is seen but what anybody sees, and the account's own bindings."""
    anybody = counted()
    with acting(actor):
        seen = counted()
    return {table for table, rows in seen.items() if rows > anybody[table]} <= {"access_binding"}
