"""A database set back, a log that forks: only somebody elsewhere can tell, and does (见证).

The witnesses are programs of their own on the loopback address, as another body would run them.
"""

# clause: 5.2

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests import cast
from tests.ledger.city import Log
from tests.ledger.elsewhere import Elsewhere, trust
from tests.ledger.witness.peer import serving
from xinheng.config import command
from xinheng.ledger import proving, signing, trusting, witnessing
from xinheng.ledger.verifier import proof as proofs
from xinheng.ledger.verifier.merkle import ProofFault
from xinheng.ledger.verifier.note import Verifier
from xinheng.ledger.verifier.proof import TlogProof
from xinheng.ledger.verifier.trust import NotTrusted, Trust
from xinheng.ledger.witness import client
from xinheng.ledger.witness.protocol import Witness
from xinheng.ledger.witness.state import State
from xinheng.runtime.db import connect_as

Make = Callable[[str], Elsewhere]


@pytest.fixture
def witness(log: Log, tmp_path: Path) -> Iterator[Make]:
    """Makes running witnesses of this log."""
    with ExitStack() as stack:

        def make(name: str) -> Elsewhere:
            made = Elsewhere(name, tmp_path / name)
            stack.callback(made.stop)
            made.start()
            return made

        yield make


def cosign() -> dict[str, str]:
    """What each witness of the trust file says to the newest head, "" for its signature."""
    with connect_as("sequencer") as connection:
        answers = witnessing.cosign_newest(connection, trusting.witnesses(), now=cast.NOW)
    return {each.witness: each.fault for each in answers}


def against(*names: str) -> int:
    """`xinheng ledger verify --against …`: its exit code."""
    return command.run(["ledger", "verify", *(word for name in names for word in ("--against", name))])


def grown(log: Log, rng: random.Random) -> None:
    log.found(rng.randrange(1, 4))
    log.seal()


class TestCosigning:
    def test_each_head_gets_its_line_once(self, log: Log, witness: Make) -> None:
        archives = witness("archives")
        trust([archives], 1)
        assert cosign() == {"archives": ""}, "nothing to see yet"
        for count in (1, 2):
            grown(log, random.Random(count))
            assert cosign() == {"archives": ""}
            assert cosign() == {"archives": ""}
            assert log.ask("SELECT count(*) FROM ledger_cosignature") == [(count,)]
        assert against("archives") == 0
        assert against(archives.address) == 0

    @pytest.mark.parametrize("forgotten", ["all", "last"])
    def test_a_witness_ahead_of_our_memory_is_asked_from_where_it_stands(
        self, log: Log, witness: Make, forgotten: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        trust([witness("archives")], 1)
        for seed in range(3):
            grown(log, random.Random(seed))
            cosign()
        with log.behind() as behind:  # the answers never reached us
            newest = "WHERE checkpoint_id = (SELECT max(size) FROM ledger_checkpoint)"
            behind.execute(f"DELETE FROM ledger_cosignature {newest if forgotten == 'last' else ''}".encode())
        asked: list[int] = []
        submit = client.submit

        def counted(address: str, *, old: int, **told: Any) -> str:
            asked.append(old)
            return submit(address, old=old, **told)

        monkeypatch.setattr(client, "submit", counted)
        grown(log, random.Random(9))
        assert cosign() == {"archives": ""}
        assert len(asked) == 2
        assert asked[0] < asked[1]
        assert against("archives") == 0

    def test_a_line_by_another_key_is_not_kept(self, log: Log, witness: Make) -> None:
        archives, justice = witness("archives"), witness("justice")
        trust([archives], 1)
        swapped = trusting.path().read_text().replace(archives.address, justice.address)
        trusting.path().write_text(swapped)
        grown(log, random.Random(1))
        assert cosign() == {"archives": "见证签名不符"}
        assert log.ask("SELECT count(*) FROM ledger_cosignature") == [(0,)]
        assert against("archives") == 21


class TestQuorum:
    def test_a_proof_is_given_when_enough_have_cosigned_and_verifies_elsewhere(
        self, log: Log, witness: Make
    ) -> None:
        three = [witness(name) for name in ("archives", "justice", "province")]
        trust(three, 2)
        for each in three[1:]:
            each.stop()
        (event,) = log.tell()
        log.seal()
        assert cosign() == {"archives": "", "justice": "联系不上", "province": "联系不上"}
        assert proving.proof_of(event) is None
        three[2].start()
        assert cosign()["province"] == ""
        found = proving.proof_of(event)
        assert found is not None
        believed = Trust.parse(trusting.path().read_text())
        told = TlogProof.parse(found.tlog)
        assert proofs.verify(found.entry, told, believed).size == 1
        with pytest.raises(ProofFault):
            proofs.verify(found.entry + b" ", told, believed)
        trust(three, 3)
        with pytest.raises(NotTrusted):
            proofs.verify(found.entry, told, Trust.parse(trusting.path().read_text()))
        assert proving.proof_of(event) is None

    def test_an_older_head_with_enough_serves_when_the_newest_has_too_few(
        self, log: Log, witness: Make
    ) -> None:
        archives = witness("archives")
        trust([archives], 1)
        (early,) = log.tell()
        log.seal()
        cosign()
        archives.stop()
        (late,) = log.tell()
        log.seal()
        cosign()
        assert proving.proof_of(early) is not None
        assert proving.proof_of(late) is None


class TestSetBack:
    """Moments of a growing log: the whole database set back to each, then grown another way from there."""

    @pytest.mark.parametrize("points", [6, pytest.param(50, marks=pytest.mark.soak)])
    def test_every_rollback_and_every_fork_is_refused_and_found(
        self, log: Log, witness: Make, capsys: pytest.CaptureFixture[str], points: int
    ) -> None:
        trust([witness("archives")], 1)
        rng = random.Random(11)
        copies = self.lived(log, rng, points)
        whole = log.verify().counts["树中事件"]
        for copy in copies:
            with log.database.standing_in(copy):
                assert copy != copies[0] or log.verify().findings == [], "it agrees with itself"
                capsys.readouterr()
                assert against("archives") == 20
                assert "数据库可能被回退" in capsys.readouterr().out
                self.is_refused_as_shorter(log, whole)
                self.is_refused_as_fork(log, whole, rng)
                assert against("archives") == 20
                assert "检查点的根与事件复算的结果不符" in capsys.readouterr().out
        assert against("archives") == 0, "the real one is as it was"
        assert cosign() == {"archives": ""}

    def lived(self, log: Log, rng: random.Random, points: int) -> list[str]:
        copies = []
        for _ in range(points):
            grown(log, rng)
            if rng.random() < 0.5:
                assert cosign() == {"archives": ""}
            copies.append(log.database.copy())
        log.found(5)
        log.seal()
        assert cosign() == {"archives": ""}
        return copies

    def is_refused_as_shorter(self, log: Log, whole: int) -> None:
        log.tell(1)
        size = log.seal().size
        assert size < whole
        assert cosign() == {"archives": f"它见过 {whole} 条，而本日志只有 {size} 条：数据库可能被回退"}

    def is_refused_as_fork(self, log: Log, whole: int, rng: random.Random) -> None:
        log.tell(whole - log.seal().size + rng.randrange(4))
        assert log.seal().size >= whole
        assert cosign() == {"archives": "拒绝见证（422）"}

    def test_a_witness_whose_memory_is_in_our_database_shows_nothing(self, log: Log, tmp_path: Path) -> None:
        """The planted defect: what it remembers is set back with the rest."""
        key = Elsewhere("archives", tmp_path / "archives").signer
        logs = {signing.origin(): [Verifier.parse(signing.publish_vkey())]}
        with log.database.connect() as admin:
            admin.execute("CREATE SCHEMA elsewhere CREATE TABLE memory (origin text PRIMARY KEY, note text)")
        try:
            memory = InOurDatabase(log, tmp_path / "archives" / "state")
            with serving(Witness(key, logs, memory, lambda: 1_800_000_000)) as address:
                self.trust_alone(key.vkey, address)
                grown(log, random.Random(1))
                assert cosign() == {"archives": ""}
                copy = log.database.copy()
                grown(log, random.Random(2))
                assert cosign() == {"archives": ""}
                with log.database.standing_in(copy):
                    assert against("archives") == 0
                    log.tell(9)
                    log.seal()
                    assert cosign() == {"archives": ""}
                    assert against("archives") == 0
        finally:
            with log.database.connect() as admin:
                admin.execute("DROP SCHEMA elsewhere CASCADE")

    def trust_alone(self, vkey: str, address: str) -> None:
        lines = [f"log {signing.publish_vkey()}", f"witness archives {vkey} {address}", "quorum archives"]
        trusting.path().write_text("\n".join(lines) + "\n")


class InOurDatabase(State):
    """What no witness may do."""

    def __init__(self, log: Log, root: Path) -> None:
        super().__init__(root)
        self.log = log

    def read(self, origin: str) -> str | None:
        rows = self.log.ask("SELECT note FROM elsewhere.memory WHERE origin = %s", origin)
        return str(rows[0][0]) if rows else None

    def write(self, origin: str, note: str) -> None:
        with self.log.database.connect() as admin:
            admin.execute("DELETE FROM elsewhere.memory")
            admin.execute("INSERT INTO elsewhere.memory VALUES (%s, %s)", [origin, note])


class TestUnable:
    """What cannot be looked at is never called well."""

    @pytest.fixture
    def archives(self, log: Log, witness: Make) -> Elsewhere:
        made = witness("archives")
        trust([made], 1)
        log.found(3)
        log.seal()
        return made

    def test_a_witness_that_has_seen_nothing(self, archives: Elsewhere) -> None:
        assert against("archives") == 21
        cosign()
        assert against("archives") == 0

    def test_a_witness_that_does_not_answer(
        self, log: Log, archives: Elsewhere, capsys: pytest.CaptureFixture[str]
    ) -> None:
        cosign()
        archives.stop()
        assert against("archives") == 21
        assert "无法核对：联系不上见证方 archives" in capsys.readouterr().out
        with log.behind() as behind:
            behind.execute("UPDATE access_agency SET name = '示例被改局'")
        assert against("archives") == 20, "tampering that is found is said all the same"

    def test_a_head_that_the_witness_has_not_cosigned_is_not_its_own(
        self, log: Log, archives: Elsewhere, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Somebody between us and the witness answers with a head of ours, as old as the database is now."""
        ((note,),) = log.ask("SELECT note FROM ledger_checkpoint")
        monkeypatch.setattr(client, "latest", lambda *told, **more: note)
        assert against("archives") == 21

    def test_one_that_the_trust_file_does_not_name(
        self, archives: Elsewhere, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert against("justice") == 2
        assert "没有见证方 justice" in capsys.readouterr().err
