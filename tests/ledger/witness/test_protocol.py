"""Every status of C2SP tlog-witness, and what a witness must never do: forget, or cosign a second history."""

from __future__ import annotations

import os
import random
import stat
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.ledger.verifier.logs import ARCHIVES, HASHES, JUSTICE, LOG, NOON, ORIGIN, STRANGER, signed
from tests.ledger.witness.peer import FORK, answers, body, checkpoint, posted, proof, size_of, witness
from xinheng.ledger.verifier import cosignature, note
from xinheng.ledger.verifier.checkpoint import Checkpoint, origin_hash
from xinheng.ledger.verifier.merkle import EMPTY_ROOT
from xinheng.ledger.verifier.note import Signer
from xinheng.ledger.witness.protocol import SIZE, Reply, Witness
from xinheng.ledger.witness.state import State, StateFault

LATEST = origin_hash(ORIGIN)


@pytest.fixture
def asked(tmp_path: Path) -> Witness:
    return witness(tmp_path / "state")


class TestStatuses:
    def test_200_a_log_that_grows_is_cosigned(self, asked: Witness) -> None:
        for old, new in ((0, 1), (1, 5), (5, 8), (8, 300)):
            reply = asked.add_checkpoint(body(old, new))
            assert reply.status == 200
            assert reply.body.endswith("\n")
            assert cosignature.verify(checkpoint(new), reply.body, ARCHIVES.verifier) == NOON

    def test_200_the_same_checkpoint_again(self, asked: Witness) -> None:
        # A log whose answer was lost asks again from the size that the witness now has.
        assert answers(asked, body(0, 5), body(5, 5), body(5, 5)) == [200, 200, 200]

    def test_200_the_empty_log_and_its_first_entry(self, asked: Witness) -> None:
        assert answers(asked, body(0, 0), body(0, 0), body(0, 1), body(1, 2)) == [200, 200, 200, 200]

    def test_200_other_signatures_are_passed_over(self, asked: Witness) -> None:
        text = checkpoint(5)
        longer = note.append(signed(text, STRANGER), JUSTICE.cosign(text, NOON))
        assert asked.add_checkpoint(posted(0, [], longer)).status == 200

    def test_200_an_extension_line_is_cosigned_with_the_rest(self, asked: Witness) -> None:
        text = checkpoint(5) + "extension\n"
        reply = asked.add_checkpoint(posted(0, [], signed(text)))
        assert cosignature.verify(text, reply.body, ARCHIVES.verifier) == NOON
        assert size_of(asked.latest(LATEST)) == 5

    def test_404_an_unknown_log(self, asked: Witness) -> None:
        other = Checkpoint("other.example/log", 5, bytes(32)).text()
        assert asked.add_checkpoint(posted(0, [], signed(other))) == Reply(404)

    def test_403_not_signed_by_the_log(self, asked: Witness) -> None:
        text = checkpoint(5)
        namesake = Signer(ORIGIN, bytes([9]) * 32)
        bad = LOG.sign(checkpoint(6))
        for lines in ([namesake.sign(text)], [STRANGER.cosign(text, NOON)], [bad], [LOG.sign(text), bad]):
            assert asked.add_checkpoint(posted(0, [], note.join(text, lines))) == Reply(403)

    def test_400_an_old_size_beyond_the_new(self, asked: Witness) -> None:
        assert answers(asked, body(0, 8), posted(8, [], signed(checkpoint(5)))) == [200, 400]

    @pytest.mark.parametrize(
        "changed",
        [
            b"",
            b"\xff",
            body(0, 5)[:-1],
            body(0, 5) + b"\n",
            body(0, 5).replace(b"old 0", b"old 00"),
            body(0, 5).replace(b"old 0", b"old -0"),
            body(0, 5).replace(b"old 0", b"old  0"),
            body(0, 5).replace(b"old 0", b"new 0"),
            body(0, 5).replace(b"old 0\n", b""),
            body(0, 5).replace(b"\n5\n", b"\n05\n"),
            body(0, 5).replace(b"\n", b"\r\n"),
            body(3, 5).replace(b"=\n", b"\n", 1),
            body(3, 5).replace(b"\n", b"\n\n", 1),
            posted(0, [bytes(31)], signed(checkpoint(5))),
            posted(0, [bytes(32)] * 64, signed(checkpoint(5))),
            posted(0, [], checkpoint(5)),
            posted(0, [], signed("three\nlines\nbut no root\n")),
            posted(2**63, [], signed(checkpoint(5))),
        ],
    )
    def test_400_malformed(self, asked: Witness, changed: bytes) -> None:
        assert asked.add_checkpoint(changed) == Reply(400)

    def test_409_another_old_size_is_answered_with_the_one_held(self, asked: Witness) -> None:
        asked.add_checkpoint(body(0, 5))
        for late in (
            body(0, 8),
            body(3, 8),
            body(6, 8),
            body(0, 5),
            posted(0, [bytes(32)], signed(checkpoint(8))),
        ):
            assert asked.add_checkpoint(late) == Reply(409, "5\n", SIZE)
        assert answers(asked, body(5, 8)) == [200]

    def test_409_from_the_start(self, asked: Witness) -> None:
        assert asked.add_checkpoint(body(3, 5)) == Reply(409, "0\n", "text/x.tlog.size")

    def test_422_a_proof_that_does_not_verify(self, asked: Witness) -> None:
        asked.add_checkpoint(body(0, 5))
        genuine = proof(5, 8)
        for hashes in ([], genuine[:-1], [*genuine, bytes(32)], genuine[::-1], [bytes(32)] * len(genuine)):
            assert asked.add_checkpoint(posted(5, hashes, signed(checkpoint(8)))) == Reply(422)
        assert answers(asked, body(5, 8)) == [200]

    def test_422_a_proof_from_nothing_must_be_empty(self, asked: Witness) -> None:
        assert asked.add_checkpoint(posted(0, [bytes(32)], signed(checkpoint(8)))) == Reply(422)

    def test_422_the_same_size_with_another_root(self, asked: Witness) -> None:
        assert answers(asked, body(0, 12), body(12, 12, FORK), body(12, 12)) == [200, 422, 200]
        assert asked.add_checkpoint(posted(12, [bytes(32)], signed(checkpoint(12)))) == Reply(422)

    def test_422_an_empty_log_with_a_root(self, asked: Witness) -> None:
        text = Checkpoint(ORIGIN, 0, HASHES[0]).text()
        assert asked.add_checkpoint(posted(0, [], signed(text))) == Reply(422)
        assert checkpoint(0) == Checkpoint(ORIGIN, 0, EMPTY_ROOT).text()

    def test_a_refusal_changes_nothing(self, asked: Witness) -> None:
        asked.add_checkpoint(body(0, 12))
        before = asked.latest(LATEST)
        refused = [b"", body(3, 20), body(12, 20, FORK), posted(12, [], signed(checkpoint(20)))]
        assert answers(asked, *refused, posted(20, [], signed(checkpoint(15)))) == [400, 409, 422, 422, 400]
        assert asked.latest(LATEST) == before


class TestHistories:
    def test_fifty_forks_are_refused(self, asked: Witness) -> None:
        answers(asked, body(0, 40))
        for size in range(41, 91):
            assert answers(asked, body(40, size, FORK), body(0, size, FORK)) == [422, 409]

    def test_fifty_rollbacks_are_refused(self, asked: Witness) -> None:
        answers(asked, body(0, 100))
        for size in random.Random(7).sample(range(100), 50):
            # Rolled back, the log would start again from what it then has, or from nothing.
            assert answers(asked, body(size, size + 1), body(0, size), body(size, 120)) == [409, 409, 409]

    def test_of_two_histories_at_once_one_wins(self, asked: Witness) -> None:
        assert answers(asked, body(0, 9)) == [200]
        rivals = [body(9, size, hashes) for size in range(10, 26) for hashes in (HASHES, FORK)]
        random.Random(5).shuffle(rivals)
        with ThreadPoolExecutor(len(rivals)) as pool:
            told = list(pool.map(asked.add_checkpoint, rivals))
        assert Counter(each.status for each in told) == {200: 1, 409: len(rivals) - 1}
        winner = next(each for each in told if each.status == 200)
        kept = note.split(asked.latest(LATEST).body)[0]
        assert cosignature.verify(kept, winner.body, ARCHIVES.verifier) == NOON


class TestLatest:
    def test_it_has_the_signature_of_the_log_and_of_the_witness(self, asked: Witness) -> None:
        assert asked.latest(LATEST) == Reply(404)
        text = checkpoint(5)
        longer = note.append(signed(text, STRANGER), LOG.sign(text))
        reply = asked.add_checkpoint(posted(0, [], longer))
        kept = asked.latest(LATEST)
        assert kept == Reply(200, note.join(text, [LOG.sign(text), reply.body]))
        assert note.open_note(kept.body, [LOG.verifier, ARCHIVES.verifier]).names == (ORIGIN, ARCHIVES.name)

    def test_a_hundred_signatures_do_not_make_it_unreadable(self, asked: Witness) -> None:
        many = note.join(checkpoint(5), [LOG.sign(checkpoint(5))] * 100)
        assert answers(asked, posted(0, [], many), body(5, 8)) == [200, 200]

    def test_a_log_that_is_not_known(self, asked: Witness) -> None:
        assert asked.latest(origin_hash("other.example/log")) == Reply(404)


class TestKeys:
    def test_a_log_may_change_its_key(self, tmp_path: Path) -> None:
        new = Signer(ORIGIN, bytes([8]) * 32)
        asked = witness(tmp_path / "state", logs={ORIGIN: [LOG.verifier, new.verifier]})
        later = posted(5, proof(5, 8), signed(checkpoint(8), log=new))
        assert answers(asked, body(0, 5), later) == [200, 200]

    def test_logs_do_not_sign_for_each_other(self, tmp_path: Path) -> None:
        other = Signer("other.example/log", bytes([8]) * 32)
        asked = witness(tmp_path / "state", logs={ORIGIN: [LOG.verifier], other.name: [other.verifier]})
        text = Checkpoint(other.name, 5, HASHES[0]).text()
        assert answers(asked, posted(0, [], signed(text)), posted(0, [], signed(text, log=other))) == [
            403,
            200,
        ]
        assert answers(asked, posted(0, [], signed(checkpoint(5), log=other)), body(0, 5)) == [403, 200]


class TestState:
    def test_it_outlives_the_program(self, tmp_path: Path) -> None:
        first = witness(tmp_path)
        answers(first, body(0, 12))
        first._state.close()
        second = witness(tmp_path)
        assert answers(second, body(0, 20), body(12, 20, FORK), body(12, 20)) == [409, 422, 200]

    def test_it_is_on_disk_before_the_answer(self, asked: Witness, monkeypatch: pytest.MonkeyPatch) -> None:
        done = []
        fsync, replace = os.fsync, Path.replace

        def synced(descriptor: int) -> None:
            done.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
            fsync(descriptor)

        def renamed(path: Path, target: Path) -> Path:
            done.append("name")
            return replace(path, target)

        monkeypatch.setattr(os, "fsync", synced)
        monkeypatch.setattr(Path, "replace", renamed)
        assert answers(asked, body(0, 5)) == [200]
        assert done == ["file", "name", "folder"]

    @pytest.mark.parametrize("fails", ["os.fsync", "pathlib.Path.replace"])
    def test_without_the_disk_there_is_no_cosignature(
        self, asked: Witness, monkeypatch: pytest.MonkeyPatch, fails: str
    ) -> None:
        def full(*_: object) -> None:
            raise OSError("no space")

        with monkeypatch.context() as broken:
            broken.setattr(fails, full)
            with pytest.raises(OSError, match="no space"):
                asked.add_checkpoint(body(0, 5))
        assert asked.latest(LATEST) == Reply(404)
        assert answers(asked, body(0, 5)) == [200]

    def test_a_lost_folder_is_not_made_anew(self, tmp_path: Path) -> None:
        with pytest.raises(StateFault, match="不存在"):
            State(tmp_path / "nowhere")

    def test_two_processes_do_not_share_it(self, tmp_path: Path) -> None:
        held = State(tmp_path)
        with pytest.raises(StateFault, match="另一进程"):
            State(tmp_path)
        held.close()
        State(tmp_path).close()

    @pytest.mark.parametrize(
        "damage", [lambda raw: raw[:-9], lambda raw: raw.replace(b"\n5\n", b"\n4\n"), lambda _: b""]
    )
    def test_a_damaged_one_is_not_taken_for_none(self, tmp_path: Path, damage: object) -> None:
        asked = witness(tmp_path)
        answers(asked, body(0, 5))
        path = tmp_path / LATEST
        path.write_bytes(damage(path.read_bytes()))  # type: ignore[operator]
        with pytest.raises(StateFault, match="损坏"):
            asked.add_checkpoint(body(5, 8))
        asked._state.close()
        with pytest.raises(StateFault, match="损坏"):
            witness(tmp_path)
