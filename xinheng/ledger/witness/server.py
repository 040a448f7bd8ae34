"""The witness over HTTP: one thing to post, one to get (见证服务)."""

from __future__ import annotations

import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from .protocol import Reply, Witness
from .state import StateFault

MAX_BODY_BYTES = 1 << 17
_IDLE_SECONDS = 10
_LENGTH = re.compile(r"[0-9]{1,9}")
_LATEST = re.compile(r"/(?:checkpoint/([0-9a-f]{64})|([0-9a-f]{64})/checkpoint)")


class Server(ThreadingHTTPServer):
    """Listens for one witness."""

    def __init__(self, address: tuple[str, int], witness: Witness) -> None:
        self.witness = witness
        super().__init__(address, _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "xinheng-witness", ""
    timeout, wbufsize = _IDLE_SECONDS, -1

    def do_POST(self) -> None:
        length = self._length()
        if isinstance(length, Reply):
            # The body stays unread, so what follows on this connection could not be told apart from it.
            self.close_connection = True
            self._send(length)
            return
        body = self.rfile.read(length)
        if len(body) < length:
            self._send(Reply(400))
        else:
            self._send(self._asked(body) if self.path == "/add-checkpoint" else Reply(404))

    def do_GET(self) -> None:
        found = _LATEST.fullmatch(self.path)
        self._send(self.server.witness.latest(found[1] or found[2]) if found else Reply(404))

    def _asked(self, body: bytes) -> Reply:
        try:
            return self.server.witness.add_checkpoint(body)
        except (OSError, StateFault) as fault:
            self.log_error("%s", fault)
            return Reply(500)

    def _length(self) -> int | Reply:
        told = self.headers.get_all("Content-Length", [])
        if len(told) != 1 or not _LENGTH.fullmatch(told[0]) or "Transfer-Encoding" in self.headers:
            return Reply(411)
        return int(told[0]) if int(told[0]) <= MAX_BODY_BYTES else Reply(413)

    def _send(self, reply: Reply) -> None:
        raw = reply.body.encode()
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        self.send_header("Content-Length", str(len(raw)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(raw)
