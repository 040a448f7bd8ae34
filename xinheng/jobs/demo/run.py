"""The demo from nothing to a page: install, fill, serve, and a worker beside it (演示)."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from xinheng.jobs.demo import files, identity, load, people
from xinheng.runtime import clock, serving

Say = Callable[[str], None]
# Beside the pages: who works off uploads, and who gives events their places in the log. The worker is quiet: what it
# reports of a hundred rulings would push the addresses off the screen.
BESIDE = (["worker", "--quiet"], ["ledger", "seal", "--follow"])
RUN = "import sys; from xinheng.config.command import run; sys.exit(run({words}))"


def known_as(port: int) -> None:
    """Papers print where they are confirmed: here, unless the environment says where."""
    address = os.environ.setdefault("XINHENG_PUBLIC_URL", f"http://{serving.HERE}:{port}")
    settings.XINHENG_PUBLIC_URL = address


def fill(*, say: Say, tell: Say) -> None:
    """Install and load the city once; a second call finds it there."""
    call_command("init")
    if load.is_loaded(Path(settings.XINHENG_VAR)):
        tell("示例城市已在，直接打开。")
        return
    done = load.load(Path(settings.XINHENG_VAR), now=clock.now(), say=say)
    tell(
        f"示例城市已建好：报送 {done.rows} 行，入库 {done.accepted} 行，未通过 {done.refused} 行，"
        f"待裁定 {done.waiting} 行，示例裁定 {done.rulings} 件，示例案卷 {done.cases} 件，修复、异议和撤销 {done.mended} 件。"
    )


def serve(port: int, *, tell: Say) -> None:
    """Serve on the loopback address with a worker for uploads and a sequencer; all end with Ctrl-C."""
    # The pages run in processes of their own, which read these settings as any installation's would.
    provider = _identify(port)
    for line in _directions(port):
        tell(line)
    beside = [subprocess.Popen([sys.executable, "-c", RUN.format(words=words)]) for words in BESIDE]
    beside.append(subprocess.Popen([sys.executable, "-m", identity.__name__, *provider]))
    try:
        serving.serve(port)
    finally:
        for process in beside:
            process.terminate()
        for process in beside:
            process.wait()


def _identify(port: int) -> list[str]:
    """The command line of the identity provider, and the settings by which the counter knows it."""
    folder, secret = Path(settings.XINHENG_VAR), people.secret(Path(settings.XINHENG_KEYS_DIR))
    own = serving.free_port(serving.HERE)
    os.environ["XINHENG_OIDC_ISSUER"] = f"http://{serving.HERE}:{own}"
    os.environ["XINHENG_OIDC_CLIENT_ID"] = identity.CLIENT_ID
    os.environ["XINHENG_OIDC_SECRET_FILE"] = str(secret)
    back = [f"http://{host}:{port}/me/callback/" for host in (serving.HERE, "localhost")]
    told = ["--port", str(own), "--people", str(folder / people.PEOPLE), "--secret-file", str(secret)]
    return [*told, "--back", *back]


def _directions(port: int) -> list[str]:
    address = f"http://127.0.0.1:{port}"
    return [
        f"公众网站　{address}/　搜“示例镇淮”“示例勺湖”：异议处理中、复议诉讼中的标注；撤销的和说“这不是我”的已经不在",
        f"我的信用　{address}/me/　演示登录，任选一位示例人物；修复和异议的各种情形看“办过修复和异议”的那一位",
        f"工作台　　{address}/desk/　密码：{load.PASSWORD}　动态码显示在登录页",
        *load.accounts_told(),
        "  看什么：jingban 的信用修复、异议、文书撤销与变更，jingban-rs 的名单案卷，chuangkou 的窗口代办，shenhe 的举报",
        f"请上传这份　{Path(settings.XINHENG_VAR) / files.LEFT_FOR_THE_VISITOR}",
        "按 Ctrl-C 停止。",
    ]
