"""A million made-up subjects and their public entries, loaded by COPY (查询基准的数据)."""

from __future__ import annotations

import contextlib
import json
import random
import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import psycopg

from xinheng.law.identifiers import USCC_ALPHABET, uscc_check

SEED = 20261123
AREA = "329999"  # no such area: nobody's code
PLACES = (
    "示例市",
    "示例市清河",
    "示例市淮阴",
    "示例市金湖",
    "示例市涟水",
    "示例市洪泽",
    "示例市盱眙",
    "示例市清江浦",
)
WORDS = (
    "华", "兴", "盛", "达", "宏", "鑫", "瑞", "恒", "德", "泰", "安", "信", "诚", "康", "源", "丰", "联", "创", "新", "天",
    "海", "江", "润", "嘉", "佳", "金", "旺", "顺", "通", "和", "远", "凯", "博", "正", "明", "光", "美", "乐", "万", "中",
    "东", "升", "祥", "益", "利", "福", "隆", "昌", "茂", "荣", "昊", "晟", "宇", "轩", "铭", "优", "众", "苏", "淮", "运",
)  # fmt: skip
TRADES = (
    "商贸", "食品", "建筑工程", "建材", "物流", "餐饮管理", "科技", "农业发展", "机械制造", "电子商务", "装饰工程", "服饰",
    "汽车销售服务", "文化传媒", "环保科技", "医药", "化工", "劳务", "物业管理", "置业",
)  # fmt: skip
FORMS = ("有限公司", "有限公司", "有限公司", "有限责任公司", "股份有限公司", "厂", "合作社", "经营部")
ENTRIES = (1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 4, 8)  # per subject, one of these
OVER = 0.2  # share of the further entries whose term has ended
CONDUCT = "经营标签不符合规定的食品，当事人在检查后已经按要求改正（示例）"


def code(number: int) -> str:
    """A code with a right check character: the serial in the alphabet's base, spread over nine places."""
    body = ""
    for _ in range(7):
        number, rest = divmod(number, 31)
        body = USCC_ALPHABET[rest] + body
    first = f"91{AREA}MA{body}"
    return first + uscc_check(first)


def name(rng: random.Random) -> str:
    """Words by a falling frequency, as real names have them."""
    words = "".join(
        WORDS[min(int(rng.expovariate(0.06)), len(WORDS) - 1)] for _ in range(rng.choice((2, 2, 3)))
    )
    return rng.choice(PLACES) + words + rng.choice(TRADES) + rng.choice(FORMS)


def bigrams(text: str) -> list[str]:
    """What the database's name_bigrams gives, in another order."""
    return sorted({text[place : place + 2] for place in range(len(text) - 1)})


def _id(kind: int, number: int) -> uuid.UUID:
    return uuid.UUID(int=(0x0192F0000000 << 80) | (7 << 76) | (kind << 64) | (2 << 62) | number)


def subjects(rows: int) -> Iterator[tuple[Any, ...]]:
    """Rows of publication_publicsubject."""
    rng = random.Random(SEED)
    for number in range(rows):
        called = name(rng)
        yield _id(1, number), code(number), called, "legal_person", bigrams(called)


def entries(rows: int, verdict: int, today: date) -> Iterator[tuple[Any, ...]]:
    """Rows of publication_publicentry; some are over, so that the predicate has work to do."""
    rng = random.Random(SEED + 1)
    serial = 0
    for number in range(rows):
        for place in range(rng.choice(ENTRIES)):
            serial += 1
            yield _entry(rng, number, serial, verdict, today, over=place > 0 and rng.random() < OVER)


def _entry(
    rng: random.Random, subject: int, serial: int, verdict: int, today: date, *, over: bool
) -> tuple[Any, ...]:
    item = rng.choice(("penalty", "license", "license"))
    decided = today - timedelta(days=rng.randrange(10, 900))
    until = decided + timedelta(days=5 if over else 1096)
    content = {
        "document_number": f"示例罚决字〔{decided.year}〕{serial}号",
        "conduct": CONDUCT,
        "basis_text": "《中华人民共和国食品安全法》有关规定（示例）",
        "content_text": "罚款人民币 5000 元（示例）",
        "decided_on": decided.isoformat(),
        "body_name": "示例市市场监督管理局",
    }
    source = {
        "channel": "示例市人民政府网站",
        "url": "https://example.invalid/",
        "published_on": decided.isoformat(),
    }
    return (
        _id(2, serial), _id(1, subject), item, 1, "示例市市场监督管理局", content["document_number"], decided,
        json.dumps(content, ensure_ascii=False), [], json.dumps(source, ensure_ascii=False), verdict, decided, until,
    )  # fmt: skip


def load(connection: psycopg.Connection[Any], rows: int, today: date) -> None:
    """Empty the publication tables and fill them by COPY, then let the planner know."""
    connection.execute("SET synchronous_commit = off")
    connection.execute("SET session_replication_role = replica")
    connection.execute(
        "TRUNCATE publication_publicentry, publication_publicsubject, publication_publicverdict, publication_heldwidening"
    )
    found = connection.execute(
        "INSERT INTO publication_publicverdict (digest, verdict) VALUES (%s, %s) RETURNING id",
        [b"bench", _verdict()],
    ).fetchone()
    verdict = int(found[0]) if found else 0
    with _without_indexes(connection):
        _copy(connection, "publication_publicsubject (subject, uscc, name, kind, bigrams)", subjects(rows))
        columns = "record, subject, item_code, version, body_name, number, decided_on, content, withheld, source, verdict_id"
        _copy(
            connection,
            f"publication_publicentry ({columns}, visible_from, visible_until)",
            entries(rows, verdict, today),
        )
    connection.execute(
        "VACUUM (ANALYZE) publication_publicsubject, publication_publicentry, publication_publicverdict"
    )


@contextlib.contextmanager
def _without_indexes(connection: psycopg.Connection[Any]) -> Iterator[None]:
    """Indexes that are no constraint are built once at the end, from the same definitions."""
    kept = connection.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid IN"
        " ('publication_publicsubject'::regclass, 'publication_publicentry'::regclass) AND NOT indisunique"
    ).fetchall()
    for name, _ in kept:
        connection.execute(f"DROP INDEX {name}".encode())
    yield
    connection.execute("SET maintenance_work_mem = '512MB'")
    for _, definition in kept:
        connection.execute(definition.encode())


def _copy(connection: psycopg.Connection[Any], table: str, rows: Iterator[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as out:
        for row in rows:
            out.write_row(row)


def _verdict() -> str:
    term = {
        "start": "decided_on", "months": 36, "until": "", "open_end": False, "min_months": 3,
        "label": "其他行政处罚", "rule": "P-58", "confidence": "sourced", "doubt": "",
    }  # fmt: skip
    shown = ["document_number", "conduct", "basis_text", "content_text", "decided_on", "body_name"]
    clauses = ["huaian-2021-13#3.1", "huaian-2021-13#3.2b"]
    return json.dumps(
        {"shown": shown, "masks": {}, "marks": [], "term": term, "reasons": [], "clauses": clauses},
        ensure_ascii=False,
    )
