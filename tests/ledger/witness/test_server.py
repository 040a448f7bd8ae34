"""A witness as a program: over HTTP, killed at any moment, and asked by our client."""

from __future__ import annotations

import random
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread, Timer

import pytest

from tests.ledger.verifier.logs import ARCHIVES, LOG, ORIGIN, checkpoint, signed
from tests.ledger.witness.peer import FORK, body, proof, serving, witness
from tests.ledger.witness.peer import checkpoint as text_at
from xinheng.ledger.verifier import cosignature, note
from xinheng.ledger.verifier.checkpoint import Checkpoint, origin_hash
from xinheng.ledger.verifier.cosignature import WitnessSigner, WitnessVerifier
from xinheng.ledger.witness import client, commands
from xinheng.ledger.witness.client import WitnessConflict, WitnessRefused, WitnessUnreachable
from xinheng.ledger.witness.server import Server

LATEST = origin_hash(ORIGIN)


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    with serving(witness(tmp_path / "state")) as found:
        yield found


@pytest.fixture
def connection(address: str) -> Iterator[HTTPConnection]:
    found = HTTPConnection(address.removeprefix("http://"), timeout=5)
    yield found
    found.close()


def submitted(address: str, old: int, new: int) -> str:
    return client.submit(address, old=old, proof=proof(old, new), note=signed(text_at(new)))


class TestHttp:
    def ask(
        self, connection: HTTPConnection, method: str, path: str, sent: bytes | None = None, **headers: str
    ) -> tuple[int, str | None, bytes]:
        connection.request(
            method, path, sent, {name.replace("_", "-"): told for name, told in headers.items()}
        )
        response = connection.getresponse()
        return response.status, response.getheader("Content-Type"), response.read()

    def test_answers_on_one_connection(self, connection: HTTPConnection) -> None:
        text = "text/plain; charset=utf-8"
        assert self.ask(connection, "GET", f"/{LATEST}/checkpoint") == (404, text, b"")
        status, kind, line = self.ask(connection, "POST", "/add-checkpoint", body(0, 5))
        assert (status, kind) == (200, text)
        assert self.ask(connection, "POST", "/add-checkpoint", body(0, 5)) == (
            409,
            "text/x.tlog.size",
            b"5\n",
        )
        assert self.ask(connection, "POST", "/add-checkpoint", b"") == (400, text, b"")
        kept = signed(text_at(5)).encode() + line
        assert self.ask(connection, "GET", f"/{LATEST}/checkpoint") == (200, text, kept)
        assert self.ask(connection, "GET", f"/checkpoint/{LATEST}") == (200, text, kept)

    @pytest.mark.parametrize(
        "path", ["/", "/checkpoint", f"/{LATEST.upper()}/checkpoint", f"/{LATEST}", "/../lock"]
    )
    def test_there_is_nothing_else(self, connection: HTTPConnection, path: str) -> None:
        assert self.ask(connection, "GET", path)[0] == 404
        assert self.ask(connection, "POST", path, b"x")[0] == 404

    def test_a_body_is_bounded_and_has_one_length(self, connection: HTTPConnection) -> None:
        assert self.ask(connection, "POST", "/add-checkpoint", Content_Length=str((1 << 17) + 1))[0] == 413
        for length in ("-1", "1e3", "", "0x10"):
            assert self.ask(connection, "POST", "/add-checkpoint", Content_Length=length)[0] == 411
        chunked = {"Transfer_Encoding": "chunked", "Content_Length": "5"}
        assert self.ask(connection, "POST", "/add-checkpoint", b"0\r\n\r\n", **chunked)[0] == 411
        assert self.ask(connection, "PUT", "/add-checkpoint", b"")[0] == 501

    def test_a_full_disk_is_no_cosignature(
        self, connection: HTTPConnection, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(*_: object) -> None:
            raise OSError("no space")

        with monkeypatch.context() as broken:
            broken.setattr("os.fsync", full)
            assert self.ask(connection, "POST", "/add-checkpoint", body(0, 5))[::2] == (500, b"")
        assert self.ask(connection, "POST", "/add-checkpoint", body(0, 5))[0] == 200


class TestClient:
    def test_a_log_and_its_witness(self, address: str) -> None:
        assert client.latest(address, ORIGIN) is None
        line = submitted(address, 0, 5)
        cosigned = note.append(signed(text_at(5)), line)
        assert client.latest(address, ORIGIN) == cosigned
        assert note.open_note(cosigned, [ARCHIVES.verifier]).names == (ARCHIVES.name,)
        assert cosignature.verify(text_at(8), submitted(address + "/", 5, 8), ARCHIVES.verifier)

    def test_a_conflict_tells_the_size(self, address: str) -> None:
        submitted(address, 0, 5)
        with pytest.raises(WitnessConflict) as caught:
            submitted(address, 0, 8)
        assert caught.value.size == 5

    def test_a_refusal_tells_the_status(self, address: str) -> None:
        submitted(address, 0, 12)
        for status, old, made in (
            (422, 12, signed(text_at(20, FORK))),
            (404, 0, signed(checkpoint(5, "other.example").text())),
            (403, 0, note.join(text_at(20), [ARCHIVES.cosign(text_at(20), 1)])),
            (400, 20, signed(text_at(12))),
        ):
            with pytest.raises(WitnessRefused) as caught:
                client.submit(address, old=old, proof=[], note=made)
            assert caught.value.status == status

    def test_nobody_there(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            free = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(WitnessUnreachable):
            client.latest(free, ORIGIN)

    @pytest.mark.parametrize(
        "other", ["ftp://127.0.0.1/", "127.0.0.1:80", "http://", "http://a@127.0.0.1/", "file:///etc"]
    )
    def test_only_http_addresses(self, other: str) -> None:
        with pytest.raises(ValueError):
            client.latest(other, ORIGIN)


OK = b"HTTP/1.1 200 OK\r\n"


class TestHostileAnswers:
    """What a witness, or somebody in its place, may send."""

    def test_a_redirect_is_not_followed(self) -> None:
        answer = b"HTTP/1.1 307 Moved\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n"
        with answering(answer) as address, pytest.raises(WitnessRefused) as caught:
            submitted(address, 0, 5)
        assert caught.value.status == 307

    @pytest.mark.parametrize(
        "answer",
        [
            OK + b"Content-Length: 200000\r\n\r\n" + b"x" * 200_000,
            OK + b"\r\n" + b"x" * 200_000,
            OK + b"Content-Length: 100\r\n\r\nshort",
            OK + b"Content-Length: 2\r\n\r\n\xff\xff",
            OK + b"Content-Length: 0\r\n\r\n",
            OK + b"Content-Length: 9\r\n\r\nno line\n\n",
            OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
            OK + b"X: " + b"x" * 100_000,
            b"HTTP/1.1 409 Conflict\r\nContent-Length: 3\r\n\r\n05\n",
            b"SSH-2.0-OpenSSH\r\n",
            b"",
        ],
    )
    def test_what_is_out_of_form_is_no_answer(self, answer: bytes) -> None:
        with answering(answer) as address, pytest.raises(WitnessUnreachable):
            submitted(address, 0, 5)

    @pytest.mark.parametrize(
        "answer",
        [
            OK + b"Content-Length: 200000\r\n\r\n" + b"x" * 200_000,
            OK + b"\r\n" + b"x" * 200_000,
            OK + b"Content-Length: 100\r\n\r\nshort",
        ],
    )
    def test_a_note_cut_off_is_not_given_for_a_whole_one(self, answer: bytes) -> None:
        with answering(answer) as address, pytest.raises(WitnessUnreachable):
            client.latest(address, ORIGIN)

    @pytest.mark.parametrize("begun", [b"", OK, OK + b"\r\n"])
    def test_a_slow_one_is_cut_off(self, begun: bytes) -> None:
        with answering(begun, dripping) as address:
            started = time.monotonic()
            with pytest.raises(WitnessUnreachable):
                client.latest(address, ORIGIN, timeout=0.1)
        assert time.monotonic() - started < 2


def dripping(peer: socket.socket) -> None:
    for _ in range(300):
        time.sleep(0.01)
        peer.sendall(b"X")


@contextmanager
def answering(answer: bytes, then: Callable[[socket.socket], None] = lambda _: None) -> Iterator[str]:
    """Somebody who reads what is sent, sends this, and hangs up."""

    def once() -> None:
        peer, _ = server.accept()
        with peer, suppress(OSError):
            peer.recv(1 << 16)
            peer.sendall(answer)
            then(peer)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = Thread(target=once)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        thread.join()


class TestProgram:
    def test_a_key_is_made_once_and_for_its_owner_only(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        args = ["keygen", "--key", str(tmp_path / "key"), "--name", "archives.example/w1"]
        assert commands.main(args) == 0
        made = WitnessSigner.parse((tmp_path / "key").read_text("utf-8").strip())
        assert WitnessVerifier.parse(capsys.readouterr().out.strip()) == made.verifier
        assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600
        assert commands.main(args) == 2
        assert WitnessSigner.parse((tmp_path / "key").read_text("utf-8").strip()) == made

    def test_it_does_not_start_without_what_it_needs(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(Server, "serve_forever", lambda _: pytest.fail("it started"))
        key = tmp_path / "key"
        key.write_text(ARCHIVES.skey, "utf-8")
        key.chmod(0o640)
        args = ["--state", str(tmp_path), "--key", str(key), "--log", LOG.vkey, "--listen", "127.0.0.1:0"]
        assert commands.main(args) == 2
        assert "chmod 600" in capsys.readouterr().err
        key.chmod(0o600)
        for more in (
            ["--state", str(tmp_path / "nowhere")],
            ["--log", ARCHIVES.vkey],
            ["--key", str(tmp_path / "no")],
        ):
            assert commands.main([*args, *more]) == 2
        key.write_text(LOG.skey, "utf-8")
        assert commands.main(args) == 2
        with pytest.raises(SystemExit):
            commands.main(["--key", str(key)])

    def test_it_stops_when_asked(self, tmp_path: Path) -> None:
        with running(tmp_path) as (process, address):
            submitted(address, 0, 5)
            process.send_signal(signal.SIGTERM)
            assert process.wait(10) == 0

    def test_a_kill_loses_nothing_that_was_answered(self, tmp_path: Path) -> None:
        killed_in_between(tmp_path, times=3)

    @pytest.mark.soak
    def test_fifty_kills_lose_nothing_that_was_answered(self, tmp_path: Path) -> None:
        killed_in_between(tmp_path, times=50)


def killed_in_between(tmp_path: Path, *, times: int) -> None:
    """Submit without a pause, kill at a random moment: what is kept is never behind an answer given."""
    draw = random.Random(11)
    answered = kept = 0
    for _ in range(times):
        with running(tmp_path) as (process, address):
            held = client.latest(address, ORIGIN)
            kept = size_in(held) if held else 0
            assert kept >= answered
            killer = Timer(draw.uniform(0.02, 0.12), process.kill)
            killer.start()
            with suppress(WitnessUnreachable):
                while kept < 299:
                    submitted(address, kept, kept + 1)
                    answered = kept = kept + 1
            killer.join()
            process.wait(10)
    assert answered
    with running(tmp_path) as (_, address):
        held = client.latest(address, ORIGIN)
        assert held is not None
        assert size_in(held) >= answered
        assert note.split(held)[0] == text_at(size_in(held))


def size_in(held: str) -> int:
    return Checkpoint.parse(note.split(held)[0]).size


@contextmanager
def running(home: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """The program itself, as its operator starts it, and its address."""
    (home / "state").mkdir(exist_ok=True)
    key = home / "key"
    key.write_text(ARCHIVES.skey, "utf-8")
    key.chmod(0o600)
    lines = [
        "# 示例",
        "listen 127.0.0.1:0",
        f"state {home / 'state'}",
        f"key {key}",
        f"log {LOG.vkey} {ORIGIN}",
    ]
    (home / "config").write_text("\n".join(lines), "utf-8")
    command = [sys.executable, "-m", "xinheng.ledger.witness", "--config", str(home / "config")]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
        try:
            assert process.stderr is not None
            yield process, process.stderr.readline().decode().rpartition("启动:")[2].strip()
        finally:
            process.kill()
