"""Every page of the desk for every role: who may, who may not, who learns nothing (工作台权限)."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.http import urlencode

from tests import cast
from tests.cast import Officer
from tests.web import desk_city
from tests.web.contract import faults
from tests.web.desk_city import City
from xinheng.web.desk import urls

ROLES: Mapping[str, Officer | None] = {
    "clerk": cast.MARKET_CLERK,
    "other": cast.ENVIRONMENT_CLERK,
    "checker": cast.MARKET_CHECKER,
    "office": cast.OFFICER,
    "auditor": cast.AUDITOR,
    "admin": cast.ADMIN,
    "nobody": None,
}
NO, GONE, AWAY, POST_ONLY, CONFLICT = 403, 404, 302, 405, 409


def answers(
    *, clerk: int, other: int, checker: int, office: int, auditor: int, admin: int = NO
) -> dict[str, int]:
    told = {"clerk": clerk, "other": other, "checker": checker, "office": office, "auditor": auditor}
    return {**told, "admin": admin, "nobody": AWAY}


KEEP = answers(clerk=200, other=200, checker=200, office=200, auditor=NO)
KEPT = answers(clerk=200, other=GONE, checker=200, office=GONE, auditor=NO)
HANDLE = answers(clerk=NO, other=NO, checker=200, office=GONE, auditor=NO)
READ = answers(clerk=200, other=200, checker=200, office=200, auditor=200)
OWN = answers(clerk=200, other=GONE, checker=200, office=200, auditor=200)
REPORT = answers(clerk=200, other=200, checker=NO, office=NO, auditor=NO)
CHANGE = answers(clerk=200, other=GONE, checker=200, office=NO, auditor=NO)
ISSUE = answers(clerk=NO, other=NO, checker=NO, office=200, auditor=NO)
ISSUED = answers(clerk=NO, other=NO, checker=NO, office=200, auditor=200)
RULE = answers(clerk=NO, other=NO, checker=NO, office=200, auditor=NO)

OF_CLERK = answers(clerk=200, other=GONE, checker=NO, office=NO, auditor=NO)
THERE_IS_NONE = answers(clerk=GONE, other=GONE, checker=GONE, office=GONE, auditor=GONE)
NONE_TO_STEP = answers(clerk=GONE, other=GONE, checker=GONE, office=NO, auditor=NO)
AT_WINDOW = answers(clerk=NO, other=NO, checker=NO, office=NO, auditor=NO)
NEVER = "00000000-0000-7000-8000-000000000000"
WINDOW: dict[str, Callable[[City], list[Any]]] = {
    "present": lambda _: [],
    "present-bind": lambda _: [],
    "present-file": lambda _: [NEVER],
    "present-paper": lambda _: [NEVER, NEVER],
    "present-reply": lambda _: [NEVER, NEVER],
    "present-report-pdf": lambda _: [NEVER, NEVER],
    **{
        f"present-{name}": lambda _: [NEVER]
        for name in ("repairs", "repair-new", "repair-materials", "repair-check")
    },
    "present-repair": lambda _: [NEVER, "XFSQ-2026-000009"],
    **{
        f"present-repair-{name}": lambda _: [NEVER, "XFSQ-2026-000009", NEVER]
        for name in ("supply", "withdraw", "plan", "paper", "material")
    },
    "present-correct": lambda _: [NEVER, NEVER],
    "present-correct-paper": lambda _: [NEVER, "XXYY-2026-000009", NEVER],
}
NONE_TO_OFFICERS = answers(clerk=GONE, other=GONE, checker=GONE, office=NO, auditor=NO)
MISSING = answers(clerk=GONE, other=GONE, checker=GONE, office=GONE, auditor=GONE)

# Route: (its arguments, role -> status of a GET). Written down by hand: whoever adds a page says who may see it.
MATRIX: dict[str, tuple[Callable[[City], list[Any]], dict[str, int]]] = {
    "login": (lambda _: [], {**dict.fromkeys(ROLES, AWAY), "nobody": 200}),
    "code": (lambda _: [], dict.fromkeys(ROLES, AWAY)),
    "logout": (lambda _: [], dict.fromkeys(ROLES, POST_ONLY)),
    "home": (lambda _: [], answers(clerk=200, other=200, checker=200, office=200, auditor=200, admin=200)),
    "batches": (lambda _: [], READ),
    "batch-new": (lambda _: [], REPORT),
    "template": (lambda _: ["penalty"], READ),
    "batch": (lambda c: [c.batch], OWN),
    "batch-progress": (
        lambda c: [c.batch], answers(clerk=AWAY, other=GONE, checker=AWAY, office=AWAY, auditor=AWAY)
    ),
    "problems": (lambda c: [c.batch], OWN),
    "batch-submit": (lambda c: [c.batch], dict.fromkeys(ROLES, POST_ONLY)),
    "receipt": (lambda c: [c.batch], OWN),
    # The sheet itself goes back to its sender alone.
    "annotated": (lambda c: [c.batch], answers(clerk=200, other=GONE, checker=200, office=GONE, auditor=GONE)),
    "withdraw": (lambda c: [c.batch], CHANGE),
    "records": (lambda _: [], READ),
    "record-new": (lambda _: [], REPORT),
    "record": (lambda c: [c.person], OWN),
    "record-day": (lambda c: [c.person], OWN),
    "subject-day": (lambda c: [c.person], OWN),
    "propose": (lambda c: [c.firm, "redact"], CHANGE),
    "measures": (lambda _: [], READ),
    "measure-ask": (lambda _: [], answers(clerk=200, other=200, checker=200, office=NO, auditor=NO)),
    "measure-not-taken": (lambda _: [], answers(clerk=AWAY, other=AWAY, checker=AWAY, office=NO, auditor=NO)),
    "measure-propose": (lambda _: [], answers(clerk=AWAY, other=AWAY, checker=NO, office=NO, auditor=NO)),
    "measure": (lambda c: [c.measure], OWN),
    # It was not taken, so that there is nothing to decide.
    "measure-act": (
        lambda c: [c.measure, "end"], answers(clerk=CONFLICT, other=GONE, checker=CONFLICT, office=NO, auditor=NO)
    ),
    "proposals": (lambda _: [], READ),
    "proposal": (lambda c: [c.proposal], OWN),
    "waiting": (lambda _: [], READ),
    "settle": (
        lambda c: [c.batch, c.waits, "intake.age"],
        answers(clerk=200, other=GONE, checker=200, office=200, auditor=NO),
    ),
    "rulings": (lambda _: [], RULE),
    "ruling-propose": (lambda c: [c.question], RULE),
    "ruling-decide": (lambda c: [c.ruling, "approve"], RULE),
    "windows": (lambda _: [], RULE),
    "window-new": (lambda _: [], RULE),
    "window-end": (lambda c: [c.flood], RULE),
    "window-decide": (lambda c: [c.window, "approve"], RULE),
    "touched": (lambda _: [], READ),
    "touched-one": (lambda c: [c.flood, "record", c.firm], OWN),
    "widenings": (lambda _: [], answers(clerk=NO, other=NO, checker=200, office=200, auditor=NO)),
    "reports": (lambda _: [], ISSUED),
    "report-new": (lambda _: ["certificate"], ISSUE),
    "report": (lambda c: [c.document], ISSUED),
    "report-pdf": (lambda c: [c.document], dict.fromkeys(ROLES, POST_ONLY)),
    "report-proof": (lambda c: [c.document], dict.fromkeys(ROLES, POST_ONLY)),
    "report-lists": (lambda _: [], ISSUE),
    "report-list-new": (lambda _: [], ISSUE),
    "report-list-template": (lambda _: [], ISSUE),
    "report-list": (lambda c: [c.run], ISSUE),
    "report-list-progress": (lambda c: [c.run], answers(clerk=NO, other=NO, checker=NO, office=AWAY, auditor=NO)),
    "report-list-zip": (lambda c: [c.run], dict.fromkeys(ROLES, POST_ONLY)),
    "reminders-seen": (lambda _: [], dict.fromkeys(ROLES, POST_ONLY)),
    "repairs": (lambda _: [], READ),
    "repair": (lambda _: [NEVER], MISSING),
    "repair-paper": (lambda _: [NEVER, NEVER], MISSING),
    "repair-seal": (lambda _: [NEVER, NEVER], NONE_TO_STEP),
    "repair-material": (lambda _: [NEVER, NEVER], MISSING),
    "repair-step": (lambda _: [NEVER, "accept"], answers(clerk=GONE, other=GONE, checker=GONE, office=NO, auditor=NO)),
    "repair-ruling": (lambda _: [NEVER], NONE_TO_STEP),
    "repair-plan": (lambda _: [NEVER], NONE_TO_STEP),
    "repair-plan-act": (lambda _: [NEVER, NEVER, "verify"], NONE_TO_STEP),
    "promises": (lambda _: [], READ),
    "promise": (lambda _: [NEVER], MISSING),
    "promise-paper": (lambda _: [NEVER, NEVER], MISSING),
    "promise-evidence": (lambda _: [NEVER, NEVER], MISSING),
    # What there is of them: tests/promises.
    "promise-new": (lambda _: [NEVER], NONE_TO_OFFICERS),
    "promise-step": (lambda _: [NEVER, "notify"], NONE_TO_OFFICERS),
    "promise-seal": (lambda _: [NEVER, NEVER], NONE_TO_OFFICERS),
    "cases": (lambda _: [], READ),
    "case-lists": (lambda _: [], REPORT),
    "case-new": (lambda _: ["market"], REPORT),
    "case": (lambda c: [c.case], OWN),
    "case-redraft": (lambda c: [c.case], CHANGE),
    "case-step": (lambda c: [c.case, "serve_notice"], CHANGE),
    "case-ask": (lambda c: [c.case], answers(clerk=200, other=GONE, checker=NO, office=NO, auditor=NO)),
    "case-answer": (lambda c: [c.case], answers(clerk=NO, other=NO, checker=NO, office=NO, auditor=NO)),
    "case-note": (lambda c: [c.case], CHANGE),
    "case-hand-over": (lambda c: [c.case], CHANGE),
    "case-leniency": (lambda c: [c.case], CHANGE),
    "case-ground": (lambda c: [c.case, c.ground], CHANGE),
    "case-preview": (lambda c: [c.case, "decide"], CHANGE),
    "case-paper": (lambda c: [c.case, c.paper], OWN),
    "case-seal": (lambda c: [c.case, c.paper], CHANGE),
    "contacts": (lambda _: [], KEEP),
    "contact-new": (lambda _: ["agency", "own"], KEEP),
    "contact-change": (lambda c: [c.contact], KEPT),
    "contact-end": (lambda c: [c.contact], KEPT),
    "procedure": (lambda _: ["penalty"], answers(clerk=200, other=200, checker=200, office=NO, auditor=NO)),
    "procedure-end": (lambda c: [c.way], CHANGE),
    # The body that handles it alone; the office sees that it is there, and not a word.
    "complaints": (lambda _: [], answers(clerk=NO, other=NO, checker=200, office=200, auditor=200)),
    "complaint": (lambda c: [c.complaint], HANDLE),
    "complaint-file": (lambda c: [c.complaint], HANDLE),
    "complaint-act": (lambda c: [c.complaint, "take"], HANDLE),
    "revocations": (lambda _: [], READ),
    "revocation-new": (lambda c: [c.firm], OF_CLERK),
    "revocation-dispute": (lambda c: [c.firm], OF_CLERK),
    # What there is of them: tests/revocations.
    "revocation": (lambda _: [NEVER], THERE_IS_NONE),
    "revocation-again": (lambda _: [NEVER], answers(clerk=GONE, other=GONE, checker=NO, office=NO, auditor=NO)),
    "revocation-step": (lambda _: [NEVER, "review"], NONE_TO_STEP),
    "corrections": (lambda _: [], READ),
    "correction": (lambda _: [NEVER], THERE_IS_NONE),
    "correction-step": (lambda _: [NEVER, "answer"], NONE_TO_STEP),
    "correction-sibling": (lambda _: [NEVER, NEVER], NONE_TO_STEP),
    "correction-paper": (lambda _: [NEVER, NEVER], THERE_IS_NONE),
    "correction-seal": (lambda _: [NEVER, NEVER], NONE_TO_STEP),
    "register": (lambda _: [], answers(clerk=NO, other=NO, checker=200, office=200, auditor=200)),
    # For the window's own role alone: tests/counter.
    **{name: (ids, AT_WINDOW) for name, ids in WINDOW.items()},
    "present-report": (lambda _: [NEVER], dict.fromkeys(ROLES, POST_ONLY)),
}  # fmt: skip
LISTS = (
    "home", "batches", "problems", "records", "proposals", "waiting", "rulings", "widenings", "register", "reports",
    "report", "report-lists", "report-list", "cases", "case-lists", "measures", "measure", "windows", "touched",
    "touched-one", "contacts", "complaints",
)  # fmt: skip
PERSONAL = (
    cast.PERSON_ID,
    cast.PERSON_NAME,
    desk_city.YOUNG_ID,
    desk_city.YOUNG_NAME,
    "钱示二",
    "13900000000",
)


def address(city: City, route: str) -> str:
    return reverse(f"desk:{route}", args=MATRIX[route][0](city))


def test_every_route_is_in_the_matrix() -> None:
    assert {each.name for each in urls.urlpatterns} == set(MATRIX)


@pytest.mark.parametrize(("route", "role"), list(itertools.product(MATRIX, ROLES)))
def test_who_may_see_what(desk: City, route: str, role: str) -> None:
    answer = desk.client(ROLES[role]).get(address(desk, route))
    assert answer.status_code == MATRIX[route][1][role]
    if answer.status_code != POST_ONLY and answer.get("Content-Type", "").startswith("text/html"):
        html = answer.content.decode()
        assert not html or faults(html) == []
    if route in LISTS and answer.status_code == 200:
        assert [each for each in PERSONAL if each in answer.content.decode()] == []


def test_nobody_is_sent_to_sign_in_and_back(desk: City) -> None:
    anybody = Client()
    for route, (_, told) in MATRIX.items():
        if told["nobody"] == AWAY and route != "code":
            path = address(desk, route)
            assert anybody.get(path).headers["Location"] == f"/desk/login/?{urlencode({'next': path})}"
            assert anybody.post(path, {"step": "act"}).status_code in (AWAY, POST_ONLY)


ARGUED = [route for route, (_, told) in MATRIX.items() if told["other"] == GONE]


@pytest.mark.parametrize("route", ARGUED)
def test_another_agency_learns_no_more_than_of_what_never_was(desk: City, route: str) -> None:
    stranger = desk.client(cast.ENVIRONMENT_CLERK)
    theirs = stranger.get(address(desk, route))
    never = address(desk, route)
    for known in (
        desk.batch,
        desk.firm,
        desk.person,
        desk.proposal,
        desk.case,
        desk.measure,
        desk.contact,
        desk.way,
    ):
        never = never.replace(str(known), "00000000-0000-7000-8000-000000000000")
    nothing = stranger.get(never)
    assert theirs.status_code == nothing.status_code == GONE
    assert without_token(theirs.content) == without_token(nothing.content)


def without_token(html: bytes) -> str:
    before, name, after = html.decode().partition('name="csrfmiddlewaretoken" value="')
    return before + name + after.partition('"')[2]


def test_personal_data_is_in_no_address_and_no_title(desk: City) -> None:
    clerk = desk.client(cast.MARKET_CLERK)
    page = clerk.post(address(desk, "record"), {"purpose": "reporting", "basis": "示例批次"})
    html = page.content.decode()
    assert page.status_code == 200
    assert cast.PERSON_NAME in html  # shown to who has said why, in the page alone
    title = html.partition("<title>")[2].partition("</title>")[0]
    links = [part.partition('"')[0] for part in html.split('href="')[1:]]
    assert [each for each in PERSONAL if any(each in text for text in (title, *links))] == []


def test_a_record_is_shown_after_its_purpose_only(desk: City) -> None:
    clerk = desk.client(cast.MARKET_CLERK)
    path = address(desk, "record")
    assert cast.PERSON_NAME not in clerk.get(path).content.decode()
    unasked = clerk.post(path, {"purpose": "curiosity", "basis": "示例批次"})
    assert unasked.status_code == 422
    assert cast.PERSON_NAME not in unasked.content.decode()


def test_answers_are_not_kept_by_anybody(desk: City) -> None:
    answer = desk.client(cast.MARKET_CLERK).get(address(desk, "batch"))
    assert answer.headers["Cache-Control"] == "no-store"
