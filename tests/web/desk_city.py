"""A city at work, committed: what the tests of the desk find, and how its officers sign in (工作台测试夹具)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests import cast
from tests.casework.office import DRAFTS, HEARD
from tests.cast import Officer
from tests.exchange import sample
from xinheng.access.actor import anybody
from xinheng.access.gate import open_file, open_set
from xinheng.access.models import User
from xinheng.access.scope import acting
from xinheng.casework import services as casework
from xinheng.casework.given import Given, Opening
from xinheng.casework.models import CasePaper, Ground
from xinheng.catalog import services as catalog
from xinheng.catalog.public import current_law
from xinheng.exchange import queries as exchange
from xinheng.exchange import services
from xinheng.exchange.intake import Outcome
from xinheng.oversight import services as oversight
from xinheng.oversight.complaints import ComplaintGiven
from xinheng.oversight.directory import ContactGiven
from xinheng.oversight.models import Complaint
from xinheng.publication.open_questions import OPEN_QUESTIONS, OpenQuestion, open_questions
from xinheng.registry import services as measures
from xinheng.registry.models import Record
from xinheng.registry.queries import whose
from xinheng.reports import services as reports
from xinheng.reports.contents import Asked
from xinheng.runtime import worker
from xinheng.vault import keys

CLERK, CHECKER = cast.MARKET_CLERK, cast.MARKET_CHECKER
YOUNG_ID, YOUNG_NAME = cast.resident_id(date(2007, 1, 15), 33), "示例青某"
YOUNG = {**sample.PERSON, "party_id": YOUNG_ID, "party_name": YOUNG_NAME}
# The one day of the declared window, on which the firm's penalty alone was decided.
FLOODED = date(2026, 5, 13)
WITHHELD = "现场负责人钱示二（电话13900000000）在场（示例）。"


@dataclass
class City:
    """Ids of what is there. `firm` has a withheld text; `waits` is a row whose age question is open."""

    batch: UUID
    number: str
    firm: UUID
    person: UUID
    waits: int
    proposal: UUID
    ruling: UUID
    question: str
    document: UUID
    run: UUID
    window: UUID
    flood: UUID
    case: UUID
    ground: UUID
    paper: UUID
    measure: UUID
    contact: UUID
    way: UUID
    complaint: UUID
    clients: dict[str, Client] = field(default_factory=dict)

    def client(self, officer: Officer | None) -> Client:
        """A browser in which this officer has given both factors; kept for the whole module."""
        name = officer.username if officer else ""
        if name not in self.clients:
            self.clients[name] = signed_in(officer) if officer else Client()
        return self.clients[name]


def signed_in(officer: Officer, **options: bool) -> Client:
    """A client with a session after password and code."""
    client = Client(**options)  # type: ignore[arg-type]
    user = User.objects.get(pk=officer.actor.user_id)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = TOTPDevice.objects.get(user=user).persistent_id
    session.save()
    return client


@contextmanager
def built(folder: Path) -> Iterator[City]:
    """The city, committed; the caller restores the database."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("XINHENG_TODAY", cast.TODAY.isoformat())
        patched.setattr(settings, "XINHENG_KEYS_DIR", folder / "keys")
        patched.setattr(settings, "XINHENG_FILES_DIR", folder / "files")
        keys.ensure()
        cast.settle()
        catalog.found(officers=(cast.OFFICER.actor.user_id, cast.SECOND_OFFICER.actor.user_id), now=cast.NOW)
        with transaction.atomic():
            for each in cast.OFFICERS:
                TOTPDevice.objects.create(user_id=each.actor.user_id, name=each.username, confirmed=True)
            cast.leave_untold()
        yield _city()


def _city() -> City:
    done = submitted(
        sample.penalty(1, facts_text=WITHHELD, decided_on=FLOODED.isoformat()),
        sample.penalty(2, sample.PERSON),
        sample.penalty(3, YOUNG),
        sample.penalty(4, decided_on="2026-02-30"),
        sample.penalty(
            5, kinds="罚款", fine_amount="0.2", content_text="罚款 2000 元", confiscated_amount=""
        ),
    )
    with acting(CLERK.actor):
        records = dict(Record.objects.filter(batch=done.batch).values_list("row", "id"))
    (waiting,) = exchange.waiting_rows(actor=CLERK.actor).rows
    proposal = services.propose_correction(
        records[3], {"remark": "示例数据，改"}, ground="correction", ground_text="备注有误（示例）",
        actor=CLERK.actor, now=cast.NOW,
    )  # fmt: skip
    asked = open_question()
    ruling = catalog.propose_ruling(
        asked.question.id, asked.sample, {"class": "一般"}, ground="示例裁定理由", actor=cast.OFFICER.actor,
        now=cast.NOW,
    )  # fmt: skip
    return City(
        done.batch, done.no, records[2], records[3], waiting.row, proposal, ruling.id, asked.id, _report(records[3]),
        _list(), _window(), _flood(), *_case(records[2]), _measure(records[2]), *_repair(), _complaint(),
    )  # fmt: skip


def _repair() -> tuple[UUID, UUID]:
    """The market authority's contact point, and how it repairs penalties."""
    point = oversight.publish_contact(
        kind="agency", place="", given=ContactGiven(window="示例窗口", phone="0517-00000000"), actor=CLERK.actor,
        now=cast.NOW,
    )  # fmt: skip
    return point, oversight.publish_procedure(
        item="penalty", manners=["window"], actor=CLERK.actor, now=cast.NOW
    )


def _complaint() -> UUID:
    """A complaint about the environment authority, with a file, which the market authority handles."""
    about = ComplaintGiven(
        "charge", "有人以修复为名收钱（示例）。", cast.ENVIRONMENT.uscc, file=b"%PDF-1.7 (example) %%EOF"
    )
    oversight.lodge(about, once=UUID(int=1), actor=anybody(), now=cast.NOW)
    with acting(CHECKER.actor):
        return Complaint.objects.get().pk


def _measure(record: UUID) -> UUID:
    """A measure that the market authority did not take against the firm."""
    subject = whose(record, actor=CLERK.actor)
    assert subject is not None
    opened = open_file(actor=CLERK.actor, subject=subject, purpose="duty", basis="示例采购1号", now=cast.NOW)
    return measures.record_not_taken(
        "wage-48", "honours", reason="示例理由", opened=opened, actor=CLERK.actor, now=cast.NOW
    )


def _window() -> UUID:
    """A window in a county where nobody of the cast acts, proposed and not declared."""
    return catalog.propose_window(
        area="320812", first=FLOODED, last=None, ground="示例山洪", actor=cast.OFFICER.actor, now=cast.NOW
    )


def _flood() -> UUID:
    """A declared one: the firm's record waits for its officers."""
    flood = catalog.propose_window(
        area="320000", first=FLOODED, last=FLOODED, ground="示例洪水", actor=cast.OFFICER.actor, now=cast.NOW
    )
    catalog.approve_window(flood, actor=cast.SECOND_OFFICER.actor, now=cast.NOW)
    return flood


def _report(record: UUID) -> UUID:
    """The person's own report, issued by the office."""
    office = cast.OFFICER.actor
    subject = whose(record, actor=office)
    assert subject is not None
    opened = open_file(actor=office, subject=subject, purpose="issuing", basis="示例申请1号", now=cast.NOW)
    return reports.issue_report(audience="self", opened=opened, actor=office, now=cast.NOW).id


def _case(record: UUID) -> tuple[UUID, UUID, UUID]:
    """A case of the firm of a record on the market list, with its notice: (case, ground, paper)."""
    firm = whose(record, actor=CLERK.actor)
    assert firm is not None
    opening = Opening(list="market", subject=firm, draft=DRAFTS["market"], leniency=HEARD)
    case = casework.open_case(opening, reason="示例理由", actor=CLERK.actor, now=cast.NOW)
    casework.fire(case, "notify", revision=1, given=Given(), actor=CHECKER.actor, now=cast.NOW)
    with acting(CLERK.actor):
        return case, Ground.objects.get(draft__case=case).pk, CasePaper.objects.get(case=case).pk


def _list() -> UUID:
    """A list of one firm, worked off."""
    rows = f"主体名称,主体代码\n{cast.FIRM_NAME},{cast.FIRM_CODE}\n"
    run = reports.receive_list(
        io.BytesIO(rows.encode()), file_name="名单.csv", asked=Asked("public", cast.TODAY, cast.TODAY),
        purpose="issuing", basis="示例申请2号", actor=cast.OFFICER.actor, now=cast.NOW,
    )  # fmt: skip
    work()
    return run


def open_question() -> OpenQuestion:
    """The question that the fine of row 6 leaves open: its class."""
    opened = open_set(
        actor=cast.OFFICER.actor, what=OPEN_QUESTIONS, purpose="ruling", basis="示例清单", now=cast.NOW
    )
    found = open_questions(opened, current_law(cast.TODAY))
    return next(each for each in found if each.question.id == "P-36.class")


def submitted(*rows: sample.Row, name: str = "示例.csv") -> Outcome:
    """Rows of one sheet, recorded."""
    batch = services.receive(
        sample.sheet(rows), actor=CLERK.actor, feed="penalty", file_name=name, source={"reviewed": True},
        now=cast.NOW, queue=False,
    )  # fmt: skip
    return services.submit_now(batch, actor=CLERK.actor, now=cast.NOW)


def work() -> list[str]:
    """Work off the queue; how each job ended."""
    said: list[str] = []
    worker.run(once=True, say=said.append)
    return [line.rpartition("：")[2] for line in said]
