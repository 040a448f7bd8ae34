"""Running a witness, and making its key (见证命令).

A configuration file has the same words as the options, one a line:

    listen 127.0.0.1:7380
    state /var/lib/witness
    key /etc/witness/key
    log <vkey> [<origin, when it is not the key's name>]
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from xinheng.ledger.verifier.cosignature import WitnessSigner
from xinheng.ledger.verifier.note import NoteFault, Verifier, new_seed

from .protocol import Witness
from .server import Server
from .state import State, StateFault

_LISTEN = "127.0.0.1:7380"
_OTHERS_MAY_READ = 0o077


def main(argv: Sequence[str] | None = None) -> int:
    """`keygen --key FILE --name NAME`, else serve until stopped. Exit: 0 done, 2 usage or unusable set-up."""
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        return keygen(words[1:]) if words[:1] == ["keygen"] else serve(words)
    except (NoteFault, StateFault, OSError, ValueError) as fault:
        sys.stderr.write(f"{fault}\n")
        return 2


def keygen(words: Sequence[str]) -> int:
    """Make a key, never over an old one; the public half goes to stdout."""
    parser = argparse.ArgumentParser(prog="witness keygen", description="生成见证密钥，输出公钥。")
    parser.add_argument("--key", type=Path, required=True, metavar="FILE", help="密钥文件，不得已存在")
    parser.add_argument("--name", required=True, help="见证人名称，如 archives.example/w1")
    args = parser.parse_args(words)
    signer = WitnessSigner(args.name, new_seed())
    descriptor = os.open(args.key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(signer.skey + "\n")
        file.flush()
        os.fsync(file.fileno())
    sys.stdout.write(signer.vkey + "\n")
    return 0


def serve(words: Sequence[str]) -> int:
    """Answer until SIGTERM or SIGINT."""
    args = _settings(words)
    logs: dict[str, list[Verifier]] = {}
    for line in args.log:
        vkey, _, origin = line.strip().partition(" ")
        key = Verifier.parse(vkey)
        logs.setdefault(origin.strip() or key.name, []).append(key)
    host, _, port = args.listen.rpartition(":")
    # A witness is a program of its own and says when it saw a log: its clock is the machine's.
    witness = Witness(_signer(args.key), logs, State(args.state), lambda: int(time.time()))
    with Server((host or "127.0.0.1", int(port)), witness) as server:
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        sys.stderr.write(f"见证服务已启动:http://{server.server_address[0]!s}:{server.server_port}\n")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return 0
    return 0


def _settings(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="witness", description="为已知日志的检查点作证。")
    parser.add_argument("--config", type=Path, metavar="FILE", help="配置文件，每行一项，与各选项同名")
    parser.add_argument("--listen", default=_LISTEN, metavar="HOST:PORT", help=f"默认 {_LISTEN}")
    parser.add_argument("--state", type=Path, required=True, metavar="DIR", help="状态目录，须已存在")
    parser.add_argument("--key", type=Path, required=True, metavar="FILE", help="密钥文件，由 keygen 生成")
    parser.add_argument(
        "--log", action="append", required=True, metavar="VKEY [ORIGIN]", help="已知日志，可多次"
    )
    early = argparse.ArgumentParser(add_help=False)
    early.add_argument("--config", type=Path)
    config = early.parse_known_args(words)[0].config
    return parser.parse_args([*_from_file(config), *words] if config else words)


def _from_file(path: Path) -> list[str]:
    """The lines of a configuration file as options."""
    options = []
    for line in path.read_text("utf-8").splitlines():
        name, _, value = line.strip().partition(" ")
        if name and not name.startswith("#"):
            options += [f"--{name}", value.strip()]
    return options


def _signer(path: Path) -> WitnessSigner:
    if path.stat().st_mode & _OTHERS_MAY_READ:
        raise StateFault(f"密钥文件 {path} 可被他人读取：请执行 chmod 600")
    return WitnessSigner.parse(path.read_text("utf-8").strip())
