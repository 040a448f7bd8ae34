"""`xinheng ledger` as it is typed: seal, verify, prove, export, status, and the programs without a database (台账命令)."""

# clause: 5.2

from __future__ import annotations

import json
from pathlib import Path
from threading import Event, Thread
from typing import Any
from uuid import uuid4

import pytest

from tests.ledger.city import Log
from tests.ledger.conftest import log as log
from xinheng.config import command
from xinheng.jobs import ledger, sealing
from xinheng.ledger import signing, trusting
from xinheng.ledger.verifier import commands as verifier
from xinheng.ledger.verifier.cosignature import WitnessSigner, WitnessVerifier
from xinheng.ledger.verifier.note import new_seed
from xinheng.vault import ledgerkeys

WITNESS = WitnessSigner("archives.example/w1", new_seed())


@pytest.fixture
def say(log: Log, capsys: pytest.CaptureFixture[str]) -> Any:
    """Types a command; (exit code, stdout, stderr)."""

    def typed(*words: object) -> tuple[int, str, str]:
        capsys.readouterr()
        code = command.run(["ledger", *map(str, words)])
        said = capsys.readouterr()
        return code, said.out, said.err

    return typed


def tampered(log: Log) -> None:
    with log.behind() as behind:
        behind.execute(
            "UPDATE access_agency SET name = '示例被改局' WHERE uscc = (SELECT min(uscc) FROM access_agency)"
        )


class TestSeal:
    def test_what_waits_is_written_and_signed(self, log: Log, say: Any) -> None:
        assert say("seal")[:2] == (0, "新写入台账 0 条，台账共 0 条，已签名至 0 条。\n")
        log.found(3)
        assert say("seal")[:2] == (0, "新写入台账 3 条，台账共 3 条，已签名至 3 条。\n")
        assert say("seal")[:2] == (0, "新写入台账 0 条，台账共 3 条，已签名至 3 条。\n")

    def test_nothing_is_signed_upon_a_tree_of_somebody_else_and_the_command_says_why(
        self, log: Log, say: Any
    ) -> None:
        log.found(1)
        say("seal")
        with log.behind() as behind:
            behind.execute("DELETE FROM ledger_tile")
        log.tell(1)
        code, out, err = say("seal")
        assert (code, out) == (10, "")
        assert "台账的分片或检查点被改动" in err

    def test_an_alarm_is_said(self, log: Log, say: Any) -> None:
        with log.behind() as behind:
            behind.execute("INSERT INTO ledger_queue (event_id) VALUES (%s)", [uuid4()])
        code, _, told = say("seal")
        assert code == 0
        assert "警报：队列中有 1 条不是本系统写入的事件" in told

    @pytest.mark.parametrize(
        ("vkey", "told"),
        [("nonsense", "读不懂信任文件"), (WITNESS.vkey, "信任文件中的网址写法有误")],
        ids=["nonsense", "address"],
    )
    def test_a_trust_file_with_a_fault_holds_up_no_event(
        self, log: Log, say: Any, vkey: str, told: str
    ) -> None:
        log.found(1)
        lines = [f"log {signing.publish_vkey()}", f"witness archives {vkey} ftp://127.0.0.1", "quorum none"]
        trusting.path().write_text("\n".join(lines) + "\n")
        code, out, err = say("seal")
        assert (code, out) == (0, "新写入台账 1 条，台账共 1 条，已签名至 1 条。\n")
        assert told in err

    def test_following_it_goes_on_until_it_is_told_to_stop(
        self, log: Log, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        log.found(2)
        stop = Event()
        monkeypatch.setattr(sealing, "PAUSE", 0.01)
        thread = Thread(target=sealing.follow, args=[stop, lambda said: None])
        thread.start()
        try:
            for want in (2, 5):
                while len(log.places()) < want:
                    assert thread.is_alive()
                log.found(3)
        finally:
            stop.set()
            thread.join()


class TestVerify:
    def test_nothing_to_look_at_is_no_all_clear(self, say: Any) -> None:
        signing.publish_vkey()
        code, out, _ = say("verify")
        assert code == 21
        assert "台账是空的" in out

    def test_well_and_tampered(self, log: Log, say: Any) -> None:
        log.found(3)
        say("seal")
        code, out, _ = say("verify")
        assert (code, out.splitlines()[-1]) == (0, "全部相符。")
        assert "已核对：树中事件 3" in out
        assert say("verify", "--full", "--open")[0] == 0
        tampered(log)
        for words in ((), ("--open",), ("--full",)):
            code, out, _ = say("verify", *words)
            assert code == 20
            assert "不符　access_agency　" in out
            assert "发现 1 处绕过系统的改动，涉及 access_agency" in out

    def test_as_json(self, log: Log, say: Any) -> None:
        (agency,) = log.found(1)
        say("seal")
        code, out, _ = say("verify", "--json")
        told = json.loads(out)
        assert (code, told["findings"], told["unable"]) == (0, [], [])
        assert told["checked"]["树中事件"] == 1
        tampered(log)
        code, out, _ = say("verify", "--json")
        assert code == 20
        assert json.loads(out)["findings"] == [
            {"table": "access_agency", "key": str(agency), "what": "内容与存证不符"}
        ]

    def test_since_looks_only_at_what_came_later(self, log: Log, say: Any) -> None:
        log.found(3)
        say("seal")
        tampered(log)
        log.found(2)
        say("seal")
        code, out, _ = say("verify", "--since", 3)
        assert code == 0
        assert "已核对：树中事件 2" in out
        assert say("verify", "--since", 2)[0] == 0
        assert say("verify", "--since", 0)[0] == 20
        assert say("verify", "--since", 5)[0] == 21
        assert say("verify", "--since", -1)[0] == 2
        assert say("verify", "--since", "一")[0] == 2

    def test_without_keys_it_verifies_by_the_public_one_alone(
        self, log: Log, say: Any, tmp_path: Path
    ) -> None:
        log.found(1)
        say("seal")
        kept = tmp_path / "vkey"
        kept.write_text(signing.publish_vkey() + "\n")
        for file in (ledgerkeys.MAC_FILE, ledgerkeys.SIGNER_FILE, signing.VKEY_FILE):
            (tmp_path / "keys" / file).unlink()
        assert say("verify", "--key", kept)[0] == 0
        for words in ((), ("--key", tmp_path / "nowhere"), ("--key", kept, "--open")):
            code, out, _ = say("verify", *words)
            assert code == 21, words
            assert "无法校验：" in out

    def test_a_key_file_with_something_else_in_it(self, log: Log, say: Any, tmp_path: Path) -> None:
        log.found(1)
        say("seal")
        (tmp_path / "vkey").write_text("something else")
        assert say("verify", "--key", tmp_path / "vkey")[0] == 21

    def test_another_logs_key_is_no_proof(self, log: Log, say: Any, tmp_path: Path) -> None:
        log.found(1)
        say("seal")
        vkey = signing.publish_vkey()
        (tmp_path / "keys" / ledgerkeys.SIGNER_FILE).unlink()
        ledgerkeys.ensure()
        assert signing.publish_vkey() != vkey
        assert say("verify")[0] == 20


class TestProve:
    def test_a_proof_verifies_without_database(self, log: Log, say: Any, tmp_path: Path) -> None:
        (event,) = log.tell()
        assert say("prove", event)[0] == 2, "not sealed yet"
        say("seal")
        code, proof, _ = say("prove", event)
        assert code == 0
        told = json.loads(say("prove", event, "--json")[1])
        assert proof.rstrip("\n") == told["proof"].rstrip("\n")
        (tmp_path / "entry").write_text(told["entry"])
        (tmp_path / "proof").write_text(told["proof"])
        words = ["verify-proof", tmp_path / "entry", tmp_path / "proof", "--trust", trusting.path()]
        assert say(*words)[0] == 0
        (tmp_path / "entry").write_text(told["entry"].replace('"v":1', '"v":2'))
        assert say(*words)[0] == 20
        assert say(*words[:-1], tmp_path / "nowhere")[0] == 21

    def test_what_there_is_not(self, say: Any) -> None:
        say("seal")
        assert say("prove", uuid4())[0] == 2
        assert say("prove", "12")[0] == 2


class TestExport:
    def test_the_folder_verifies_alone_and_grows_by_a_proof(self, log: Log, say: Any, tmp_path: Path) -> None:
        assert say("export", tmp_path / "empty")[0] == 2, "nothing signed yet"
        old, new, trust = tmp_path / "old", tmp_path / "new", trusting.path()
        log.tell(300)
        say("seal")
        assert say("export", old)[:2] == (0, f"台账 300 条已导出到 {old}。\n")
        log.tell(260)
        say("seal")
        log.tell(1)
        assert json.loads(say("export", new, "--json")[1]) == {"size": 560}
        grown = ["verify-consistency", old / "checkpoint", new / "checkpoint", "--log", new, "--trust", trust]
        assert say(*grown)[0] == 0
        for index in (0, 299, 559):
            entry, proof = tmp_path / "entry", tmp_path / "proof"
            made = ["prove", "--log", new, "--index", index, "--out", proof, "--entry", entry]
            assert verifier.main([str(each) for each in made]) == 0
            assert say("verify-proof", entry, proof, "--trust", trust)[0] == 0
        spoilt = new / "tile" / "0" / "001"
        hashes = bytearray(spoilt.read_bytes())
        hashes[(299 - 256) * 32] ^= 1
        spoilt.write_bytes(hashes)
        assert say(*grown)[0] == 20
        code, _, err = say("export", new)
        assert code == 2
        assert "不是空文件夹" in err


class TestStatus:
    def test_it_says_what_waits_and_since_when(self, log: Log, say: Any) -> None:
        log.found(2)
        say("seal")
        log.found(1)
        code, out, _ = say("status")
        assert code == 0
        assert "待写入台账：1 条，最早的已等" in out
        assert "台账：2 条，已签名至 2 条" in out
        with log.behind() as behind:
            behind.execute("UPDATE ledger_queue SET queued_at = now() - interval '61 seconds'")
        code, out, _ = say("status", "--json")
        told = json.loads(out)
        assert code == 1
        assert (told["waiting"], told["sequenced"], told["signed"], told["refused"]) == (1, 2, 2, 0)
        assert told["oldest_seconds"] > 60


class TestPrograms:
    @pytest.mark.parametrize("name", ["verify-report", "verify-proof", "verify-consistency"])
    def test_the_verifier_gets_its_words_as_they_are(
        self, say: Any, name: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        got: list[list[str]] = []

        def main(words: list[str]) -> int:
            got.append(words)
            return 21

        monkeypatch.setattr(verifier, "main", main)
        assert say(name, "--trust", "文件", "--json", "x")[0] == 21
        assert got == [[name, "--trust", "文件", "--json", "x"]]
        assert not ledger.needs_database({"step": name})

    def test_a_witness_gets_a_key_once(self, say: Any, tmp_path: Path) -> None:
        words = ["witness", "keygen", "--key", tmp_path / "key", "--name", "archives.example/w1"]
        code, vkey, _ = say(*words)
        assert code == 0
        assert WitnessVerifier.parse(vkey.strip()).name == "archives.example/w1"
        assert (tmp_path / "key").stat().st_mode & 0o077 == 0
        kept = (tmp_path / "key").read_bytes()
        assert say(*words)[0] == 2
        assert (tmp_path / "key").read_bytes() == kept

    @pytest.mark.parametrize("words", [[], ["verfy"], ["verify", "--agianst", "x"], ["prove"], ["export"]])
    def test_what_is_typed_wrongly_is_usage(self, say: Any, words: list[str]) -> None:
        code, out, err = say(*words)
        assert (code, out) == (2, "")
        assert "用法有误" in err
