"""Issuing a report of n records, warm, against Typst alone drawing the same body (出具性能).

    .venv/bin/python bench/report.py [--runs N] [--sizes 1,10,100,500]

Ours: `services.issue_report` as the desk calls it: the gate's token is there, then records are read and opened, the law
asked, every character looked for, the number taken, the page drawn, sealed and told to the ledger, committed.
Theirs: one Typst compiler that knows the same fonts compiles the same template with the same body, as PDF/A-3a and UA-1.
Both take turns; a number changes each time, so that nothing is remembered. The goal is 50 ms and 1 ms a record.
"""

from __future__ import annotations

import argparse
import csv
import io
import os
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
from bench import intake  # noqa: E402

HOME = ROOT / "var" / "bench-report"
NAME = "bench_report"
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
WARM = 4
FIXED, EACH = 50.0, 1.0  # milliseconds


def main() -> int:
    asked = _arguments()
    os.environ["XINHENG_VAR"] = str(HOME)
    os.environ["DJANGO_SETTINGS_MODULE"] = "xinheng.config.settings"
    HOME.mkdir(parents=True, exist_ok=True)
    import django

    django.setup()
    from xinheng.runtime import postgres
    from xinheng.vault import keys

    keys.ensure()
    with postgres.using(HOME / "pg") as server, _database(server):
        actor = intake._city()
        reached = [_measure(size, asked.runs, actor) for size in asked.sizes]
        return 0 if all(reached) else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument(
        "--sizes", type=lambda text: [int(each) for each in text.split(",")], default=[1, 10, 100, 500]
    )
    return parser.parse_args()


@contextmanager
def _database(server: Any) -> Iterator[None]:
    """A fresh database that Django connects to."""
    from django.core.management import call_command
    from django.db import connections

    from xinheng.runtime import db, install

    with server.connect() as admin:
        install.make_roles(admin)
        admin.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        install.make_database(admin, NAME)
    for alias, user in (("default", "xinheng_app"), ("owner", "xinheng_owner")):
        connections[alias].settings_dict.update(
            HOST=str(server.socket), PORT=str(server.port), NAME=NAME, USER=user, PASSWORD=""
        )
    call_command("migrate", database="owner", verbosity=0, interactive=False)
    yield
    db.close_side_connections()
    connections.close_all()


def _firm(size: int, actor: Any) -> UUID:
    """A firm with so many penalties."""
    from bench import penalties
    from xinheng.exchange import services
    from xinheng.subjects.models import Subject

    code, text = penalties.uscc("91", 700_000 + size), io.StringIO()
    writer = csv.DictWriter(text, list(_row(code, 0)))
    writer.writeheader()
    writer.writerows(_row(code, number) for number in range(size))
    batch = services.receive(
        io.BytesIO(text.getvalue().encode()), actor=actor, feed="penalty", file_name="示例.csv",
        source={"reviewed": True}, now=NOW, queue=False,
    )  # fmt: skip
    done = services.submit_now(batch, actor=actor, now=NOW)
    if done.counts["accepted"] != size:
        raise SystemExit(f"the rows were not taken in: {dict(done.counts)}")
    return Subject.objects.get(uscc=code).id


def _row(code: str, number: int) -> dict[str, str]:
    from bench import penalties

    return {
        "CF_XDR_MC": f"示例{code[-8:]}号有限公司",
        "CF_XDR_LB": "法人及非法人组织",
        "CF_XDR_SHXYM": code,
        "CF_FRDB": "赵示一",
        "CF_WSH": f"示罚决字〔2026〕{code[-4:]}{number}号",
        "CF_WFXW": "经营标签不符合规定的食品",
        "CF_SY": f"检查时发现在售商品标签缺少必要事项，台账与实际不一致，货值{number}元，当事人对事实没有异议（示例）。",
        "CF_YJ": "《食品安全法》第六十七条、第一百二十五条有关规定",
        "CF_CFLB": "没收非法财物",
        "CF_NR": "没收非法财物，价值2000元",
        "CF_NR_WFFF": "0.2",
        "CF_JDRQ": f"2026-{number % 9 + 1:02d}-11",
        "CF_YXQ": "2099-12-31",
        "CF_CFJG": "示例市发展和改革委员会",
        "CF_CFJGDM": penalties.LEAD,
        "CF_SJLY": "示例市发展和改革委员会",
        "CF_SJLYDM": penalties.LEAD,
        "BZ": "示例数据",
    }


def _measure(size: int, runs: int, actor: Any) -> bool:
    """Print one size; whether its goal is reached."""
    subject = _firm(size, actor)
    bodies: list[bytes] = []
    ours, theirs = [], []
    for run in range(WARM + runs):
        spent, body = _issued(subject, actor)
        bodies.append(body)
        bare = _bare(body, run)
        if run >= WARM:
            ours.append(spent)
            theirs.append(bare)
    goal, took = FIXED + EACH * size, statistics.median(ours)
    ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
    print(
        f"{size:5} records: {took:7.1f} ms ({min(ours):.1f} to {max(ours):.1f}), goal {goal:.0f} ms; Typst alone"
        f" {statistics.median(theirs):7.1f} ms; ratio {ratio:.2f} (ours / Typst)"
    )
    return took <= goal


def _issued(subject: UUID, actor: Any) -> tuple[float, bytes]:
    """Milliseconds of one issue, and the body that came of it."""
    from xinheng.access.gate import open_file
    from xinheng.access.scope import acting
    from xinheng.documents import services as documents
    from xinheng.documents.models import IssuedDocument
    from xinheng.reports import services
    from xinheng.vault.sealing import open_sealed

    opened = open_file(actor=actor, subject=subject, purpose="issuing", basis="示例基准", now=NOW)
    began = time.perf_counter()
    issued = services.issue_report(audience="self", opened=opened, actor=actor, now=NOW)
    spent = (time.perf_counter() - began) * 1000
    with acting(actor):
        row = IssuedDocument.objects.get(pk=issued.id)
    return spent, open_sealed(documents.TABLE, documents.BODY, row.id, subject, bytes(row.body_sealed))


_bare_compiler: list[Any] = []


def _bare(body: bytes, run: int) -> float:
    """Milliseconds of Typst alone, for the same body under another number."""
    import typst

    from xinheng.ledger.verifier import render

    if not _bare_compiler:
        fonts = typst.Fonts(False, False, [str(render.FONTS / "set1")])
        _bare_compiler.append(typst.Compiler(root=str(render.TEMPLATES), font_paths=fonts))
    number = render.body_of(body)["number"]
    text = body.decode().replace(number, f"BENCH-{run:06d}-{number[-6:]}")
    began = time.perf_counter()
    _bare_compiler[0].compile(
        input=str(render.TEMPLATES / "report_1.typ"), format="pdf", sys_inputs={"body": text},
        pdf_standards=render.STANDARDS, timestamp=1_795_000_000,
    )  # fmt: skip
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    sys.exit(main())
