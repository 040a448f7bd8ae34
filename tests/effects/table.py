"""One row for each output (输出一览): to whom it shows records and how it is read, or why it shows none."""

from __future__ import annotations

from collections.abc import Mapping

from tests.cast import MARKET
from tests.cast import WINDOW_STAFF as STAFF
from tests.effects.happened import CHECKER, CLERK
from tests.effects.outputs import (
    AUDITOR,
    HANDED,
    KEEPER,
    OFFICE,
    OWN,
    PUBLIC,
    SHARED,
    SPECIAL,
    Shows,
    Silent,
    counter,
    desk,
    document,
    explained,
    measure_ask,
    portal,
    present,
    propose,
    ran,
    repair_check,
    told,
    touched,
)
from xinheng.law.standing import Mark

CASES = "the papers and steps of cases tell of their own matter; entries of lists follow their cases"
AS_SENT = "the sender's own rows, as it sent them, to itself alone"
AS_ISSUED = "a document as it was issued on its day; a new one is asked for above"
OWN_MATTERS = "its own applications, papers and answers, in the words in which they were made"
WHO_STANDS_THERE = "asks who is present, and shows nothing before that is on record"
ACTS = "does something on a click and shows no page of its own"
SETTLED = Mark.REPAIRED.value
REPAIR = ("repairs", "repair", "repair-materials", "repair-supply", "repair-withdraw", "repair-plan", "repair-paper", "repair-material")  # fmt: skip
LAW = "law and reference data"
WORK = "keeps the installation; prints no record"

TABLE: Mapping[str, Shows | Silent] = {
    # The portal and its open interface.
    "portal:home": Silent("counts and links", "/"),
    "portal:search": portal("/search?q={name}", marks=False),
    "portal:subject": portal("/s/{code}"),
    "portal:subject-json": portal("/s/{code}.json"),
    "portal:record": portal("/s/{code}/r/{record}"),
    "portal:sitemap": portal("/sitemap.xml?page=1", marks=False),
    "portal:lists": Silent(CASES, "/lists/"),
    "portal:list": Silent(CASES, "/lists/wage/"),
    "portal:catalog": Silent(LAW, "/catalog/"),
    "portal:catalog-item": Silent(LAW, "/catalog/penalty"),
    "portal:measures": Silent(LAW, "/measures/"),
    "portal:policies": Silent(LAW, "/policies/"),
    "portal:policy": Silent(LAW, "/policies/huaian-2021-13"),
    "portal:plan": Silent(LAW, "/plan/"),
    "portal:verify": Silent("a document's number is asked for", "/verify/"),
    "portal:verify-answer": Silent("says of a number whether it was issued", "/verify/answer/XYBG-2026-000001"),
    "portal:verify-code": Silent("says of a code whether it was issued", "/verify/c"),
    **{f"portal:{name}": Silent("a text", f"/{name}") for name in ("help", "privacy", "accessibility", "feedback")},
    "portal:repair": Silent("windows and how to reach them", "/repair/"),
    "portal:repair-guide": Silent(LAW, "/repair/guide"),
    "portal:repair-procedure": Silent("how a body repairs such records, of no one in particular", f"/repair/{MARKET.uscc}/penalty"),
    "portal:complain": Silent("an empty form", "/report-misconduct/"),
    "portal:progress": Silent("states and days of what its number and code were typed for", "/progress/"),
    "portal:log-checkpoint": Silent("hashes"),
    "portal:log-tile": Silent("hashes"),
    "portal:log-key": Silent("a key"),
    "portal:robots": Silent("rules for robots", "/robots.txt"),
    "portal:healthz": Silent("a sign of life", "/healthz"),
    "ui:size": Silent("the size of letters"),
    # The desk: what the recording body sees, and what others see in an ordinary look.
    "desk:records": desk(SHARED, OFFICE, "records", query="?number={number}"),
    "desk:records (own)": desk(KEEPER, CLERK, "records", query="?number={number}"),
    "desk:record": desk(SHARED, OFFICE, "record", of="{record}", purpose="supervision"),
    "desk:record (own)": desk(KEEPER, CLERK, "record", of="{record}", purpose="reporting"),
    "desk:record (by special right)": desk(SPECIAL, AUDITOR, "record", of="{record}", purpose="withheld"),
    "desk:record-day": desk(SHARED, AUDITOR, "record-day", of="{record}", purpose="supervision"),
    "desk:record-day (own)": desk(KEEPER, CHECKER, "record-day", of="{record}", purpose="correction"),
    "desk:subject-day": desk(SHARED, AUDITOR, "subject-day", of="{record}", purpose="supervision"),
    "desk:subject-day (own)": desk(KEEPER, CHECKER, "subject-day", of="{record}", purpose="correction"),
    "desk:report-new": desk(SHARED, OFFICE, "report-new", of="report", query="?record={record}", marks=False),
    "desk:propose": propose(CLERK, "correct"),
    "desk:proposals": desk(SHARED, OFFICE, "proposals", query="?all=1", marks=False),
    "desk:proposals (own)": desk(KEEPER, CHECKER, "proposals", query="?all=1", marks=False),
    "desk:proposal": desk(SHARED, AUDITOR, "proposal", of="{proposal}", marks=False),
    "desk:proposal (own)": desk(KEEPER, CHECKER, "proposal", of="{proposal}", marks=False),
    "desk:login": Silent("signs in", "/desk/login/"),
    "desk:code": Silent("signs in"),
    "desk:logout": Silent("signs out"),
    "desk:home": Silent("counts, and what waits for the officer", "/desk/", OFFICE),
    "desk:batches": Silent("batches and their counts", "/desk/batches/", OFFICE),
    "desk:batch-new": Silent("an empty form", "/desk/batches/new/", CLERK),
    "desk:template": Silent("an empty sheet"),
    "desk:batch": Silent(AS_SENT),
    "desk:batch-progress": Silent(AS_SENT),
    "desk:problems": Silent(AS_SENT),
    "desk:batch-submit": Silent(AS_SENT),
    "desk:receipt": Silent(AS_SENT),
    "desk:annotated": Silent(AS_SENT),
    "desk:withdraw": Silent("counts of a batch"),
    "desk:record-new": Silent("an empty form", "/desk/records/new/", CLERK),
    "desk:waiting": Silent("rows that are no records yet", "/desk/waiting/", OFFICE),
    "desk:settle": Silent("a row that is no record yet"),
    "desk:rulings": Silent("questions of law and counts", "/desk/rulings/", OFFICE),
    "desk:ruling-propose": Silent("facts without a party"),
    "desk:ruling-decide": Silent("facts without a party"),
    "desk:widenings": Silent("records by their ids, and none that an effect ended", "/desk/widenings/", OFFICE),
    "desk:reports": Silent(AS_ISSUED, "/desk/reports/", AUDITOR),
    "desk:report": Silent(AS_ISSUED),
    "desk:report-pdf": Silent(AS_ISSUED),
    "desk:report-proof": Silent(AS_ISSUED),
    "desk:report-lists": Silent("names of lists", "/desk/reports/lists/", OFFICE),
    "desk:report-list-new": Silent("an empty form", "/desk/reports/lists/new/", OFFICE),
    "desk:report-list-template": Silent("an empty sheet"),
    "desk:report-list": Silent("counts, and rows without a report"),
    "desk:report-list-progress": Silent("counts"),
    "desk:report-list-zip": Silent(AS_ISSUED),
    **{
        f"desk:{name}": Silent(CASES)
        for name in (
            "cases", "case-lists", "case-new", "case", "case-redraft", "case-step", "case-ask", "case-answer",
            "case-note", "case-hand-over", "case-leniency", "case-ground", "case-preview", "case-paper", "case-seal",
        )
    },
    "desk:register": Silent("who looked, why and on which basis, which the looker wrote; nothing of what was seen"),
    # The desk: measures, force majeure, documents that fell.
    "desk:measure-ask": Shows(SHARED, measure_ask, marks=False),
    "desk:measures": Silent("measures by number and party; a record only gives them their ground", "/desk/measures/", OFFICE),
    "desk:measure": Silent("a measure, and its document while a record still leads there"),
    "desk:measure-act": Silent("the same, to be done something about"),
    "desk:measure-not-taken": Silent("carries on what desk:measure-ask answered"),
    "desk:measure-propose": Silent("carries on what desk:measure-ask answered"),
    "desk:touched": touched(SHARED, OFFICE),
    "desk:touched (own)": touched(KEEPER, CLERK),
    "desk:touched-one": touched(SHARED, AUDITOR, one=True),
    "desk:touched-one (own)": touched(KEEPER, CHECKER, one=True),
    "desk:windows": Silent("areas and days", "/desk/windows/", OFFICE),
    "desk:window-new": Silent("an empty form", "/desk/windows/new/", OFFICE),
    "desk:window-decide": Silent("an area and its days, and how much it touches"),
    "desk:window-end": Silent("an area and its days"),
    "desk:revocation-new": desk(KEEPER, CLERK, "revocation-new", of="{record}", marks=False),
    "desk:revocation-dispute": desk(KEEPER, CLERK, "revocation-dispute", of="{record}", marks=False),
    "desk:revocations": Silent("documents that fell, which is no result about a record", "/desk/revocations/?all=1", OFFICE),
    **{f"desk:{name}": Silent(CASES) for name in ("revocation", "revocation-again", "revocation-step")},
    "desk:corrections": Silent("matters by number and document, to the body that handles them", "/desk/corrections/?all=1", OFFICE),
    **{f"desk:{name}": Silent(CASES) for name in ("correction", "correction-step", "correction-sibling", "correction-paper", "correction-seal")},
    # The desk: repair, and the people and windows for it; complaints; reminders.
    "desk:repairs": Silent("cases by number, with how many records each has", "/desk/repairs/", OFFICE),
    **{f"desk:{name}": Silent(CASES) for name in (
        "repair", "repair-step", "repair-paper", "repair-seal", "repair-material", "repair-ruling", "repair-plan", "repair-plan-act",
    )},
    "desk:promises": Silent("cases by number", "/desk/promises/", OFFICE),
    **{
        f"desk:{name}": Silent(CASES)
        for name in ("promise", "promise-new", "promise-step", "promise-paper", "promise-seal", "promise-evidence")
    },
    "desk:contacts": Silent("windows and how to reach them", "/desk/contacts/", CLERK),
    **{
        f"desk:{name}": Silent("windows and procedures, of no one in particular")
        for name in ("contact-new", "contact-change", "contact-end", "procedure-end")
    },
    "desk:procedure": Silent("how a body repairs such records, of no one in particular", "/desk/procedures/penalty/", CLERK),
    "desk:complaints": Silent("complaints by number", "/desk/complaints/", OFFICE),
    **{
        f"desk:{name}": Silent("what somebody complains of, in their own words")
        for name in ("complaint", "complaint-act", "complaint-file")
    },
    "desk:reminders-seen": Silent(ACTS),
    # The window, for the person who stands there.
    "desk:present": Silent(WHO_STANDS_THERE, "/desk/window/", STAFF),
    "desk:present-bind": Silent(WHO_STANDS_THERE, "/desk/window/bind/", STAFF),
    "desk:present-file": present("present-file"),
    "desk:present-repair-new": present("present-repair-new", marks=False, unless=SETTLED),
    "desk:present-repair-check": repair_check("desk:present-"),
    "desk:present-correct": present("present-correct", of="{record}", marks=False),
    "desk:present-repairs": Silent(OWN_MATTERS, "/desk/window/{act}/repair/", STAFF),
    **{f"desk:present-{name}": Silent(OWN_MATTERS) for name in (*REPAIR[1:], "paper", "reply", "correct-paper")},
    "desk:present-report": Silent("issues the report of the subject itself below"),
    "desk:present-report-pdf": Silent(AS_ISSUED),
    # The counter: whoever acts for a firm, about its own file.
    "counter:home": counter("home"),
    "counter:record": counter("record", of="{record}"),
    "counter:repair-new": counter("repair-new", marks=False, unless=SETTLED),
    "counter:repair-check": repair_check("counter:"),
    "counter:correction-new": counter("correction-new", query="?record={record}", marks=False),
    "counter:corrections": Silent(OWN_MATTERS, "/me/corrections/", counter=True),
    **{f"counter:{name}": Silent(OWN_MATTERS) for name in ("correction", "correction-file")},
    "counter:repairs": Silent(OWN_MATTERS, "/me/repair/", counter=True),
    **{f"counter:{name}": Silent(OWN_MATTERS) for name in (*REPAIR[1:], "notice", "notice-file", "reply")},
    "counter:notices": Silent(OWN_MATTERS, "/me/notices/", counter=True),
    "counter:looks": Silent("who looked, why and on which basis, which may name a document; nothing of what was seen", "/me/access-log/?own=1", counter=True),
    "counter:reports": Silent("numbers and days of its own reports", "/me/reports/", counter=True),
    "counter:report-issue": Silent("issues the report of the subject itself below"),
    "counter:report-pdf": Silent(AS_ISSUED),
    "counter:report-proof": Silent("hashes"),
    "counter:bindings": Silent("for whom the account acts", "/me/bindings/", counter=True),
    "counter:binding-end": Silent("for whom the account acts"),
    "counter:login": Silent("signs in", "/me/login/"),
    **{f"counter:{name}": Silent(ACTS) for name in ("start", "callback", "logout", "choose")},
    # Commands.
    "command:explain": Shows(PUBLIC, explained("public")),
    "command:explain (agency)": Shows(SHARED, explained("agency")),
    "command:asof": Shows(
        SHARED,
        ran("asof", "record", "{record}", "--as-of", "2026-11-23", "--purpose", "supervision", "--basis", "示例1号"),
    ),
    "command:asof (by special right)": Shows(
        SPECIAL,
        ran("asof", "record", "{record}", "--as-of", "2026-11-23", "--purpose", "withheld", "--basis", "示例1号"),
    ),
    "command:doc": Silent("issues the documents below"),
    "command:case": Silent(CASES),
    "command:intake": Silent(AS_SENT),
    "command:publish": Silent("counts and ids; tests/effects/test_effects.py compares"),
    "command:ledger": Silent("ids and hashes"),
    "command:tick": Silent("counts, and numbers of cases"),
    "command:clauses": Silent(LAW),
    "command:reference": Silent(LAW),
    "command:workdays": Silent(LAW),
    "command:perm": Silent(LAW),
    **{
        f"command:{name}": Silent(WORK)
        for name in ("demo", "doctor", "init", "keys", "serve", "worker")
    },
    # Documents that are issued now.
    "document:report/self": Shows(OWN, document("report", "self")),
    "document:report/agency": Shows(SHARED, document("report", "agency")),
    "document:report/public": Shows(PUBLIC, document("report", "public")),
    "document:certificate/self": Shows(HANDED, document("certificate", "self")),
    "document:certificate/agency": Shows(SHARED, document("certificate", "agency")),
    "document:certificate/public": Shows(PUBLIC, document("certificate", "public")),
    **{
        f"document:{name}/self": Silent(CASES)
        for name in (
            "prior_notice", "proof_of_service", "objection_reply", "hearing_record", "listing_decision",
            "not_listing_decision", "removal_decision", "repair_receipt", "supplement_notice", "repair_decision",
            "repair_refusal_decision", "correction_receipt", "correction_decision", "false_promise_decision",
        )
    },
    # What holders outside are told.
    "holder:enterprise_system": Shows(PUBLIC, told("enterprise_system")),
    **{f"holder:{name}": Shows(SHARED, told(name)) for name in ("province", "agency", "county", "institution")},
}  # fmt: skip
