"""Is this installation in order (自检)? One finding per matter, each with its mend."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from xinheng.documents import bodies, fonts
from xinheng.law import lawbook
from xinheng.ledger.queries import WARN_AFTER, standing
from xinheng.ledger.verifier import render
from xinheng.runtime import clock, install, postgres
from xinheng.vault import keys

LATE = timedelta(minutes=10)  # a job that nobody has taken for so long has no worker
DRIFT = timedelta(seconds=5)
NOTICE_BY = 12  # the State Council's notice for the next year is out by this month


@dataclass(frozen=True, slots=True)
class Finding:
    """One matter: whether it is well, what was seen, and how to mend it."""

    name: str
    well: bool
    told: str
    mend: str = ""

    @property
    def line(self) -> str:
        verdict = f"正常    {self.told}" if self.well else f"有问题  {self.told}  怎么修：{self.mend}"
        return f"{self.name.ljust(8, chr(0x3000))}{verdict}"


Check = Callable[[], Finding]


def examine() -> list[Finding]:
    """All findings, in the order in which they should be mended."""
    with _database() as fault:
        checks: dict[str, Check] = {
            "数据库": lambda: fault or _tables(),
            "日历年份": _calendar,
            "参考数据": _reference,
            "字体": _fonts,
            "时钟": _clock,
            "密钥": _keys,
            "队列": _queue,
            "台账": _ledger,
        }
        return [_looked_at(name, check) for name, check in checks.items()]


def _looked_at(name: str, check: Check) -> Finding:
    """A check that itself fails is a finding; its text may quote data, so only its type is told."""
    try:
        return check()
    except Exception as fault:
        return Finding(name, False, f"无法检查（{type(fault).__name__}）", "先解决上面的问题，再重新运行。")


@contextlib.contextmanager
def _database() -> Iterator[Finding | None]:
    """Our own server for the length of the check; the finding when it does not start."""
    with contextlib.ExitStack() as stack:
        fault = None
        try:
            if settings.XINHENG_OWN_POSTGRES is not None:
                stack.enter_context(postgres.using(settings.XINHENG_OWN_POSTGRES))
        except postgres.PostgresFault as said:
            fault = Finding("数据库", False, str(said), "按提示处理后重新运行。")
        yield fault
        connection.close()


def _tables() -> Finding:
    try:
        connection.ensure_connection()
    except Exception:
        return Finding(
            "数据库",
            False,
            "连接不上，或数据库还没有建立",
            "运行 xinheng init；用 DATABASE_URL 时核对其中的地址和账户。",
        )
    try:
        postgres.check_database(connection.connection)
    except postgres.PostgresFault as said:
        return Finding("数据库", False, str(said), "见上。")
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        return Finding("数据库", False, f"有 {len(waiting)} 项结构更新尚未执行", "运行 xinheng init。")
    ending = install.registers_without_next_month()
    if ending:
        return Finding("数据库", False, f"下个月的分区还没有建立：{'、'.join(ending)}", "运行 xinheng init。")
    version = connection.connection.info.server_version // 10000
    return Finding("数据库", True, f"PostgreSQL {version}，{_whose()}，结构为最新")


def _whose() -> str:
    return "自带" if settings.XINHENG_OWN_POSTGRES else "由 DATABASE_URL 指定"


def _calendar() -> Finding:
    years = sorted(lawbook.load().calendar.years)
    today = clock.today()
    told = f"已载入 {years[0]} 至 {years[-1]} 年" if years else "没有任何年份"
    missing = [y for y in range(today.year, today.year + 1 + (today.month >= NOTICE_BY)) if y not in years]
    if missing:
        wanted = "、".join(map(str, missing))
        mend = f"按国务院办公厅放假通知写好 reference/calendars/{missing[0]}.yaml，再运行 xinheng reference load。"
        return Finding("日历年份", False, f"{told}，缺 {wanted} 年", mend)
    if today.year + 1 not in years:
        told += f"；{today.year + 1} 年放假安排尚未载入，跨年的期限按暂定计算"
    return Finding("日历年份", True, told)


def _reference() -> Finding:
    try:
        book = lawbook.load()
    except lawbook.LawbookFault as fault:
        return Finding(
            "参考数据", False, f"有 {len(fault.problems)} 处读不懂：{fault.problems[0]}", "改正所指文件。"
        )
    problems = book.check()
    if problems:
        return Finding(
            "参考数据",
            False,
            f"有 {len(problems)} 处不一致：{problems[0]}",
            "运行 xinheng reference check 查看全部。",
        )
    with connection.cursor() as cursor:
        cursor.execute("select digest from catalog_bundle where is_current")
        row = cursor.fetchone()
    edition = book.digest[:12]
    if row is None:
        mend = "由市信用办两人具名生效：xinheng init --office 文件，格式见 docs/deployment.md。"
        return Finding("参考数据", False, f"文件版本 {edition}，还没有生效的版本", mend)
    if row[0] != book.digest:
        mend = "运行 xinheng reference diff 查看差异，经两人批准后用 xinheng reference load 载入。"
        return Finding("参考数据", False, f"文件版本 {edition} 与生效版本 {row[0][:12]} 不同", mend)
    return Finding("参考数据", True, f"版本 {edition}")


def _fonts() -> Finding:
    """Whether documents can be printed, and which characters: the packaged fonts, and those of the office."""
    try:
        packaged = fonts.packaged()
    except render.Lacking as lacking:
        return Finding("字体", False, f"出具文书用的字体不全：{lacking}", "重新安装本程序。")
    lost = [str(each) for each in settings.XINHENG_FONT_DIRS if not Path(each).is_dir()]
    if lost:
        mend = "改正环境变量 XINHENG_FONT_DIRS，或者放入字体。"
        return Finding("字体", False, f"没有字体目录 {'、'.join(lost)}", mend)
    own = list(fonts.office_fonts())
    more = len(frozenset[int]().union(*(font.characters for font in own)) - packaged)
    told = f"文书用自带字体 {bodies.FONT_SET}，{len(packaged)} 个字符"
    return Finding("字体", True, told + (f"；另有 {len(own)} 个字体文件，多 {more} 个字符" if own else ""))


def _clock() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("select clock_timestamp()")
        (there,) = cursor.fetchone()
    told = f"{clock.today().isoformat()}（北京时间）"
    if os.environ.get("XINHENG_TODAY"):
        return Finding(
            "时钟", settings.XINHENG_DEMO, f"{told}，由 XINHENG_TODAY 指定", "正式使用时去掉这个环境变量。"
        )
    drift = abs(clock.now() - there)
    if drift > DRIFT:
        return Finding(
            "时钟",
            False,
            f"本机与数据库相差 {drift.total_seconds():.0f} 秒",
            "在两台机器上启用时间同步（NTP）。",
        )
    return Finding("时钟", True, told)


def _keys() -> Finding:
    try:
        keys.master()
    except keys.KeyFault as fault:
        return Finding(
            "密钥", False, str(fault), "首次使用运行 xinheng init；已有数据时从备份恢复原来的密钥文件。"
        )
    file = Path(settings.XINHENG_KEYS_DIR) / "django"
    if not file.exists():
        return Finding("密钥", False, f"没有会话密钥文件 {file}", "运行 xinheng init。")
    if stat.S_IMODE(file.stat().st_mode) & 0o077:
        return Finding("密钥", False, f"会话密钥文件 {file} 可被其他账户读取", f"chmod 600 {file}")
    return Finding("密钥", True, f"{settings.XINHENG_KEYS_DIR}，只有本账户可读")


def _queue() -> Finding:
    query = """
        select count(*) filter (where state = 'queued'),
               count(*) filter (where state = 'running'),
               count(*) filter (where state = 'queued' and created_at < %(late)s
                                or state = 'running' and heartbeat_at < %(late)s)
        from runtime_job
    """
    with connection.cursor() as cursor:
        cursor.execute(query, {"late": clock.now() - LATE})
        queued, running, late = cursor.fetchone()
    told = f"排队 {queued} 件，办理中 {running} 件"
    if late:
        return Finding(
            "队列", False, f"{told}，其中 {late} 件超过 10 分钟没有进展", "启动办理进程：xinheng worker。"
        )
    return Finding("队列", True, told)


def _ledger() -> Finding:
    now = standing()
    told = (
        f"待写入 {now.waiting} 条，已写入 {now.sequenced} 条，已签名至 {now.signed} 条，警报 {now.refused} 条"
    )
    if now.refused:
        mend = "保护现场，运行 xinheng ledger verify --open 并报告审计人员；处置见 docs/operations.md“台账”。"
        return Finding("台账", False, told, mend)
    if now.oldest > WARN_AFTER:
        waited = (
            f"{told}，最早的已等 {now.oldest // timedelta(minutes=1)} 分钟；满 15 分钟即停止查询非公开信息"
        )
        return Finding("台账", False, waited, "启动定序程序：xinheng ledger seal --follow，并查看它的输出。")
    return Finding("台账", True, told)
