"""Whom a verifier believes, and what a proof shows to it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ledger.verifier.logs import (
    ARCHIVES,
    ENTRIES,
    HASHES,
    JUSTICE,
    LOG,
    ORIGIN,
    STRANGER,
    checkpoint,
    proved,
    signed,
    trust,
)
from xinheng.ledger.verifier import proof
from xinheng.ledger.verifier.merkle import ProofFault
from xinheng.ledger.verifier.note import NoteFault, Signer
from xinheng.ledger.verifier.proof import TlogProof
from xinheng.ledger.verifier.strict import encode64
from xinheng.ledger.verifier.trust import NotTrusted, Trust

TEXT = checkpoint(5).text()
PROOF = proved(70, 100, ARCHIVES, JUSTICE)


class TestTrust:
    def test_enough_witnesses_are_believed(self) -> None:
        assert trust(2).accept(signed(TEXT, ARCHIVES, JUSTICE)) == checkpoint(5)
        found = trust(1).examine(signed(TEXT, STRANGER, JUSTICE))
        assert found == (checkpoint(5), (JUSTICE.name,))
        assert trust(0).accept(signed(TEXT)) == checkpoint(5)

    def test_too_few_are_not(self) -> None:
        for made in (
            signed(TEXT),
            signed(TEXT, ARCHIVES),
            signed(TEXT, ARCHIVES, ARCHIVES),
            signed(TEXT, STRANGER, STRANGER),
        ):
            with pytest.raises(NotTrusted, match="要求 2 个"):
                trust(2).accept(made)

    def test_witnesses_do_not_stand_in_for_the_log(self) -> None:
        other = Signer("other.example", bytes([7]) * 32)
        with pytest.raises(NotTrusted, match="没有日志"):
            trust(2).accept(signed(TEXT, ARCHIVES, JUSTICE, log=other))
        with pytest.raises(NotTrusted, match="没有日志"):
            trust(0).accept(signed(TEXT, STRANGER, log=other))

    def test_the_log_signs_for_its_own_origin_only(self) -> None:
        with pytest.raises(NoteFault, match="另一日志") as caught:
            trust(0).accept(signed(checkpoint(5, "credit.example/log/2").text()))
        assert not isinstance(caught.value, NotTrusted)

    def test_a_wrong_signature_is_worse_than_a_missing_one(self) -> None:
        moved = signed(TEXT, ARCHIVES, JUSTICE).replace("\n5\n", "\n6\n")
        with pytest.raises(NoteFault) as caught:
            trust(1).accept(moved)
        assert not isinstance(caught.value, NotTrusted)

    def test_one_key_is_one_witness(self) -> None:
        twin = type(ARCHIVES)("twin.example", ARCHIVES.seed)
        with pytest.raises(NoteFault, match="同一把公钥"):
            Trust(LOG.verifier, ORIGIN, (ARCHIVES.verifier, twin.verifier), 2)
        posing = type(ARCHIVES)("log-as-witness.example", LOG.seed)
        with pytest.raises(NoteFault, match="同一把公钥"):
            Trust(LOG.verifier, ORIGIN, (posing.verifier,), 1)

    def test_a_quorum_out_of_reach_is_refused(self) -> None:
        for quorum in (-1, 3):
            with pytest.raises(NoteFault):
                trust(quorum)


class TestTrustFile:
    HEAD = f"log {LOG.vkey}\nwitness a {ARCHIVES.vkey}\nwitness j {JUSTICE.vkey} https://justice.example/\n"

    def test_it_is_a_policy_of_c2sp(self) -> None:
        both = (ARCHIVES.verifier, JUSTICE.verifier)
        for tail, witnesses, quorum in (
            ("group g 2 a j\nquorum g\n", both, 2),
            ("group g all a j\nquorum g\n", both, 2),
            ("\n# 任一即可\n\tgroup g any a j\nquorum g", both, 1),
            ("quorum j\n", both[1:], 1),
            ("quorum none\n", (), 0),
        ):
            assert Trust.parse(self.HEAD + tail) == Trust(LOG.verifier, ORIGIN, witnesses, quorum)

    def test_lines_of_another_system_read_the_same(self) -> None:
        text = self.HEAD + "quorum a\n"
        assert Trust.parse(text.replace("\n", "\r\n")) == Trust.parse(text)

    def test_it_writes_what_it_reads(self) -> None:
        for quorum in (1, 2):
            assert Trust.parse(trust(quorum).format()) == trust(quorum)
        assert Trust.parse(trust(0).format()).quorum == 0
        with pytest.raises(NoteFault):
            Trust(LOG.verifier, "another.example", (), 0).format()

    @pytest.mark.parametrize(
        "text",
        [
            "",
            HEAD,
            "quorum none\n",
            HEAD + "quorum g\n",
            HEAD + "quorum a\nquorum a\n",
            HEAD + "quorum a j\n",
            HEAD + "group g 3 a j\nquorum g\n",
            HEAD + "group g 0 a j\nquorum g\n",
            HEAD + "group g two a j\nquorum g\n",
            HEAD + "group g 1 a a\nquorum g\n",
            HEAD + "group g 1 b\nquorum g\n",
            HEAD + "group g 1\nquorum g\n",
            HEAD + "group a 1 j\nquorum a\n",
            HEAD + "group none 1 j\nquorum none\n",
            HEAD + "group g 1 none\nquorum g\n",
            HEAD + HEAD + "quorum a\n",
            HEAD + f"log {LOG.vkey}\nquorum a\n",
            HEAD + "trust everybody\nquorum a\n",
            HEAD + f"witness x {LOG.vkey}\nquorum a\n",
            f"log {ARCHIVES.vkey}\nquorum none\n",
            f"log {LOG.vkey}\nquorum a\nwitness a {ARCHIVES.vkey}\n",
            f"log\nwitness a {ARCHIVES.vkey}\nquorum a\n",
        ],
    )
    def test_what_it_does_not_say_is_not_believed(self, text: str) -> None:
        with pytest.raises(NoteFault):
            Trust.parse(text)

    def test_the_faulty_line_is_named(self) -> None:
        with pytest.raises(NoteFault, match="第 4 行"):
            Trust.parse(self.HEAD + "quorum g\n")


class TestProofText:
    def test_its_shape(self) -> None:
        made = TlogProof(5, tuple(HASHES[:2]), signed(TEXT), extra=b"\x00salt")
        assert made.format() == (
            "c2sp.org/tlog-proof@v1\n"
            f"extra {encode64(made.extra or b'')}\n"
            "index 5\n"
            f"{encode64(HASHES[0])}\n{encode64(HASHES[1])}\n"
            "\n"
            f"{signed(TEXT)}"
        )

    @pytest.mark.parametrize(
        "made",
        [
            PROOF,
            TlogProof(0, (), signed(TEXT)),
            TlogProof(1, (HASHES[0],), signed(TEXT), extra=b"any"),
            TlogProof(1, (HASHES[0],), signed(TEXT), extra=b""),
        ],
    )
    def test_it_reads_back(self, made: TlogProof) -> None:
        assert TlogProof.parse(made.format()) == made

    FORMAT = TlogProof(5, (HASHES[0],), signed(TEXT), extra=b"ab").format()

    @pytest.mark.parametrize(
        "changed",
        [
            "",
            FORMAT + "\n",
            FORMAT + "x",
            FORMAT + FORMAT,
            FORMAT.rstrip("\n"),
            " " + FORMAT,
            FORMAT.replace("@v1", "@v2"),
            FORMAT.replace("index 5", "index 05"),
            FORMAT.replace("index 5", "index -5"),
            FORMAT.replace("index 5", "index  5"),
            FORMAT.replace("index 5\n", ""),
            FORMAT.replace("index 5\n", "index 5\nindex 5\n"),
            FORMAT.replace("index", "extra YWI=\nindex"),
            FORMAT.replace("extra YWI=\nindex 5\n", "index 5\nextra YWI=\n"),
            FORMAT.replace("YWI=", "YWJ="),
            FORMAT.replace("YWI=", "YWI"),
            FORMAT.replace("index 5\n", "index 5\nAAAA\n"),
            FORMAT.replace("index 5\n", "index 5\n" + f"{encode64(HASHES[1])}\n" * 63),
            FORMAT.replace("\n\n", "\n\n\n"),
            FORMAT.replace("\n5\n", "\n5\n\n"),
            FORMAT.replace("\n", "\r\n"),
        ],
    )
    def test_another_spelling_is_no_proof(self, changed: str) -> None:
        assert changed != self.FORMAT
        with pytest.raises(NoteFault):
            TlogProof.parse(changed)


class TestVerifying:
    def test_an_entry_that_is_in_the_log(self) -> None:
        assert proof.verify(ENTRIES[70], PROOF, trust()) == checkpoint(100)
        assert proof.verify(ENTRIES[0], proved(0, 1, ARCHIVES, JUSTICE), trust()) == checkpoint(1)

    def test_any_other_entry_is_not(self) -> None:
        for entry in (ENTRIES[71], ENTRIES[70] + b" ", b"", HASHES[70]):
            with pytest.raises(ProofFault):
                proof.verify(entry, PROOF, trust())

    def test_a_proof_without_its_witnesses_is_not_believed(self) -> None:
        with pytest.raises(NotTrusted):
            proof.verify(ENTRIES[70], proved(70, 100, ARCHIVES), trust())

    @given(st.integers(0, len(PROOF.format().encode()) - 1), st.integers(1, 255))
    def test_no_byte_can_be_changed(self, at: int, change: int) -> None:
        raw = bytearray(PROOF.format().encode())
        raw[at] ^= change
        with pytest.raises((NoteFault, ProofFault, UnicodeDecodeError)):
            proof.verify(ENTRIES[70], TlogProof.parse(raw.decode()), trust())

    @pytest.mark.soak
    def test_each_byte_changed_to_each_other(self) -> None:
        genuine = PROOF.format().encode()
        for at in range(len(genuine)):
            for change in range(1, 256):
                raw = bytes([*genuine[:at], genuine[at] ^ change, *genuine[at + 1 :]])
                with pytest.raises((NoteFault, ProofFault, UnicodeDecodeError)):
                    proof.verify(ENTRIES[70], TlogProof.parse(raw.decode()), trust())
