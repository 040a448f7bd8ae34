"""Signed notes and cosignatures: others' examples open, and nothing else does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ledger.verifier.logs import ARCHIVES, JUSTICE, LOG, NOON, ORIGIN, STRANGER, checkpoint, signed
from xinheng.ledger.verifier import cosignature, note, strict
from xinheng.ledger.verifier.checkpoint import Checkpoint
from xinheng.ledger.verifier.cosignature import WitnessSigner, WitnessVerifier
from xinheng.ledger.verifier.note import NoteFault, Signer, Unsigned, Verifier

# The example of C2SP signed-note.
SPECIFIED_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
SPECIFIED = """This is an example message.

— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
"""
# The key and the note that Go's own tests sign.
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_SECRET = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
GO_TEXT = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
)
GO_LINE = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
# A checkpoint of a log in use, with the cosignature of a witness in use: both foreign code.
PUBLIC_LOG = "arche2025h1.staging.ct.transparency.dev+ba2f06c0+AU0vHmlGCS/PdN8b2OaGmKprLI8HKM+dJ472xgFYh15f"
PUBLIC_WITNESS = "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2"
PUBLIC = """arche2025h1.staging.ct.transparency.dev
1432088532
U7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=

— arche2025h1.staging.ct.transparency.dev ui8GwCF1+kWqZrxGdhj4aX3gcw7XUlXQQabg/27lefwhUkzbC3NygNI75MdhL1bfTW9g8Ei59RA23oHP7Ry1k3ZFWwQ=
— transparency.dev/DEV:witness-little-garden 2AQqhwAAAABqEiEgzgFIqqhbUoDwjMWE6UP8nd8/KYTzwZ2rhIgcqoXHAwVkjZr4AscylP3v7sEodkRAErumC2q44vdgJY096st5BQ==
— remora.n621.de 2net5wAAAABqEiEgPlfF3V06o0Y+fHM+J5J9s27wgxxcOVSpZ/2g/KSiXCg9DEZI+aVCIobWX9sXTynk5XeU/zZ0WBxtqB0DrAWfBw==
"""
TEXT = checkpoint(5).text()
NOTE = signed(TEXT, ARCHIVES)


class TestOthersExamples:
    def test_the_example_of_the_specification(self) -> None:
        known = Verifier.parse(SPECIFIED_KEY)
        assert note.open_note(SPECIFIED, [known]) == ("This is an example message.\n", (known,))
        assert known.vkey == SPECIFIED_KEY

    def test_a_note_of_go_is_made_to_the_byte(self) -> None:
        signer = Signer.parse(GO_SECRET)
        assert (signer.vkey, signer.skey) == (GO_KEY, GO_SECRET)
        made = note.sign(GO_TEXT, [signer])
        assert made == f"{GO_TEXT}\n{GO_LINE}\n"
        assert note.open_note(made, [Verifier.parse(GO_KEY)]).text == GO_TEXT

    def test_a_checkpoint_with_cosignatures_in_use(self) -> None:
        log, witness = Verifier.parse(PUBLIC_LOG), WitnessVerifier.parse(PUBLIC_WITNESS)
        opened = note.open_note(PUBLIC, [log, witness])
        assert opened.names == ("arche2025h1.staging.ct.transparency.dev", "remora.n621.de")
        assert Checkpoint.parse(opened.text).size == 1432088532
        when = cosignature.verify(opened.text, PUBLIC.splitlines()[-1], witness)
        assert when == 0x6A122120
        with pytest.raises(NoteFault, match="remora"):
            note.open_note(PUBLIC.replace("1432088532", "1432088533"), [witness])

    @pytest.mark.parametrize("key", [SPECIFIED_KEY, PUBLIC_LOG, GO_KEY])
    def test_a_key_with_one_character_changed_is_none(self, key: str) -> None:
        for at in range(len(key)):
            with pytest.raises(NoteFault):
                Verifier.parse(key[:at] + chr(ord(key[at]) + 1) + key[at + 1 :])
            with pytest.raises(NoteFault):
                Verifier.parse(key[:at])

    def test_a_key_of_another_type_is_refused(self) -> None:
        for key in (PUBLIC_WITNESS, JUSTICE.vkey):
            with pytest.raises(NoteFault, match="0x01"):
                Verifier.parse(key)
        with pytest.raises(NoteFault, match="0x04"):
            WitnessVerifier.parse(GO_KEY)


class TestSigning:
    def test_what_is_signed_opens(self) -> None:
        made = note.sign("余额\n\n第二段\n", [LOG, Signer("other", note.new_seed())])
        opened = note.open_note(made, [LOG.verifier])
        assert opened == ("余额\n\n第二段\n", (LOG.verifier,))

    def test_a_secret_reads_back_and_never_shows(self) -> None:
        signer = Signer("a.example", note.new_seed())
        assert Signer.parse(signer.skey) == signer
        assert WitnessSigner.parse(ARCHIVES.skey) == ARCHIVES
        assert repr(signer) == "Signer(name='a.example')"
        assert note.new_seed() != note.new_seed()

    def test_a_secret_of_another_kind_is_refused(self) -> None:
        changed = LOG.skey[:-5] + ("A" if LOG.skey[-5] != "A" else "B") + LOG.skey[-4:]
        for text in (ARCHIVES.skey, LOG.vkey, changed, LOG.skey + "A", ""):
            with pytest.raises(NoteFault):
                Signer.parse(text)

    @pytest.mark.parametrize("text", ["", "\n", "no newline", "a\tb\n", "a\r\n", "a\x00\n"])
    def test_a_text_that_no_note_carries(self, text: str) -> None:
        with pytest.raises(NoteFault):
            note.sign(text, [LOG])

    @pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u3000b", "a\n"])
    def test_a_name_that_no_key_has(self, name: str) -> None:
        with pytest.raises(NoteFault):
            Signer(name, bytes(32))
        with pytest.raises(NoteFault):
            Signer("a", bytes(31))
        with pytest.raises(NoteFault):
            note.sign("text\n", [])


class TestOpening:
    def test_unknown_signatures_are_passed_over(self) -> None:
        longer = note.append(NOTE, STRANGER.cosign(TEXT, NOON))
        assert note.open_note(longer, [LOG.verifier]).verifiers == (LOG.verifier,)
        with pytest.raises(Unsigned):
            note.open_note(longer, [JUSTICE.verifier])

    def test_the_same_name_or_the_same_id_alone_is_unknown(self) -> None:
        namesake = Signer(ORIGIN, bytes([9]) * 32)
        assert note.open_note(NOTE, [LOG.verifier, namesake.verifier]).verifiers == (LOG.verifier,)
        with pytest.raises(Unsigned):
            note.open_note(NOTE, [namesake.verifier])

    def test_one_bad_line_of_a_known_key_spoils_the_note(self) -> None:
        bad = LOG.sign(checkpoint(6).text())
        for spoiled in (note.append(NOTE, bad), note.join(TEXT, [bad, LOG.sign(TEXT)])):
            with pytest.raises(NoteFault, match="不成立"):
                note.open_note(spoiled, [LOG.verifier])
            assert note.open_note(note.join(TEXT, [bad, ARCHIVES.cosign(TEXT, NOON)]), [ARCHIVES.verifier])

    def test_who_signs_twice_counts_once(self) -> None:
        twice = signed(TEXT, ARCHIVES, ARCHIVES)
        assert note.open_note(twice, [ARCHIVES.verifier]).names == (ARCHIVES.name,)

    @given(st.integers(0, len(NOTE.encode()) - 1), st.integers(0, 7))
    def test_no_bit_can_be_flipped(self, at: int, bit: int) -> None:
        raw = bytearray(NOTE.encode())
        raw[at] ^= 1 << bit
        # A line whose key is no longer the known one is passed over: then that signature does not count.
        assert _signatures_believed(bytes(raw)) < _signatures_believed(NOTE.encode()) == 2

    @pytest.mark.parametrize(
        "changed",
        [
            NOTE.rstrip("\n"),
            NOTE + "\n",
            "a\tb\n\n" + LOG.sign(TEXT) + "\n",
            "a\x00b\n\n" + LOG.sign(TEXT) + "\n",
            NOTE.replace("\n\n", "\n"),
            "\n" + NOTE.partition("\n\n")[2],
            TEXT + "\n",
            NOTE.replace("— ", "- "),
            NOTE.replace("— ", "—"),
            NOTE.replace("=\n", "\n"),
            NOTE.replace("\n", "\r\n"),
            NOTE + "— a AAAA\n",
            NOTE + "— a AAAAAAB=\n",
            NOTE + "— a  AAAAAAA=\n",
            NOTE + "—  AAAAAAA=\n",
            TEXT + "\n" + (LOG.sign(TEXT) + "\n") * 101,
            "x" * (1 << 20) + "\n\n" + LOG.sign(TEXT) + "\n",
        ],
    )
    def test_what_is_not_a_note(self, changed: str) -> None:
        with pytest.raises(NoteFault):
            note.split(changed)

    def test_a_hundred_signatures_are_read(self) -> None:
        many = note.join(TEXT, [LOG.sign(TEXT), *[f"— w{each} AAAAAAA=" for each in range(99)]])
        assert note.open_note(many, [LOG.verifier]).text == TEXT


class TestCosignatures:
    def test_the_time_is_told_and_signed(self) -> None:
        line = cosignature.cosign(TEXT, ARCHIVES, NOON)
        assert cosignature.verify(TEXT, line, ARCHIVES.verifier) == NOON
        name, key_id, raw = note.split(note.join(TEXT, [line]))[1][0]
        later = (NOON + 1).to_bytes(8, "big") + raw[8:]
        forged = f"— {name} {strict.encode64(key_id + later)}"
        with pytest.raises(NoteFault, match="不成立"):
            cosignature.verify(TEXT, forged, ARCHIVES.verifier)

    def test_another_text_or_witness_is_refused(self) -> None:
        line = ARCHIVES.cosign(TEXT, NOON)
        with pytest.raises(NoteFault, match="不成立"):
            cosignature.verify(checkpoint(6).text(), line, ARCHIVES.verifier)
        with pytest.raises(NoteFault, match="justice"):
            cosignature.verify(TEXT, line, JUSTICE.verifier)
        namesake = WitnessSigner("other.example", ARCHIVES.seed).cosign(TEXT, NOON)
        with pytest.raises(NoteFault, match="archives"):
            cosignature.verify(TEXT, namesake, ARCHIVES.verifier)
        with pytest.raises(NoteFault):
            cosignature.verify(TEXT, f"{line}\n{line}", ARCHIVES.verifier)

    def test_a_plain_signature_is_no_cosignature(self) -> None:
        plain = Signer(ARCHIVES.name, ARCHIVES.seed)
        with pytest.raises(Unsigned):
            note.open_note(note.sign(TEXT, [plain]), [ARCHIVES.verifier])
        _, _, raw = note.split(note.sign(TEXT, [plain]))[1][0]
        with pytest.raises(NoteFault, match="写法"):
            ARCHIVES.verifier.check(TEXT, raw)

    @pytest.mark.parametrize("when", [0, -1, 2**63])
    def test_a_time_is_needed(self, when: int) -> None:
        with pytest.raises(NoteFault):
            ARCHIVES.cosign(TEXT, when)
        raw = (when % 2**64).to_bytes(8, "big") + bytes(64)
        with pytest.raises(NoteFault, match="写法"):
            ARCHIVES.verifier.check(TEXT, raw)


class TestStrictForms:
    @pytest.mark.parametrize(
        "text", ["", "00", "01", "+1", "-1", "1 ", " 1", "1_0", "٣", "1\n", str(2**63), "9" * 5000]
    )
    def test_other_spellings_of_a_number(self, text: str) -> None:
        with pytest.raises(NoteFault):
            strict.decimal(text)

    def test_numbers_at_their_limits(self) -> None:
        assert [strict.decimal(each) for each in ("0", "10", str(2**63 - 1))] == [0, 10, 2**63 - 1]

    @pytest.mark.parametrize("text", ["QQ", "QR==", "QQ===", "Q Q==", "QQ==\n", "_-8=", "é", "QQ==QQ=="])
    def test_other_spellings_of_base64(self, text: str) -> None:
        with pytest.raises(NoteFault):
            strict.decode64(text)

    @given(st.binary(max_size=50))
    def test_base64_reads_back(self, raw: bytes) -> None:
        assert strict.decode64(strict.encode64(raw)) == raw
        with pytest.raises(NoteFault):
            strict.decode64(strict.encode64(raw), len(raw) + 1)


class TestCheckpoints:
    def test_the_example_of_the_specification(self) -> None:
        text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
        found = Checkpoint.parse(text)
        assert (found.origin, found.size, found.root[:2].hex()) == (
            "example.com/behind-the-sofa",
            20852163,
            "0ac5",
        )
        assert found.text() == text

    def test_extension_lines_are_kept(self) -> None:
        longer = TEXT + "一行说明\n"
        assert Checkpoint.parse(longer).extensions == ("一行说明",)
        assert Checkpoint.parse(longer).text() == longer

    @pytest.mark.parametrize(
        "changed",
        [
            "",
            TEXT.rstrip("\n"),
            TEXT + "\n",
            TEXT + "\nmore\n",
            "\n" + TEXT,
            TEXT.removeprefix(ORIGIN),
            TEXT.replace("\n5\n", "\n05\n"),
            TEXT.replace("\n5\n", "\n-5\n"),
            TEXT.replace("\n5\n", "\n\n"),
            TEXT.replace("=\n", "\n"),
            ORIGIN + "\n5\nAAAA\n",
            ORIGIN + "\n5\n",
        ],
    )
    def test_other_spellings(self, changed: str) -> None:
        with pytest.raises(NoteFault):
            Checkpoint.parse(changed)


def _signatures_believed(raw: bytes) -> int:
    try:
        return len(note.open_note(raw.decode(), [LOG.verifier, ARCHIVES.verifier]).verifiers)
    except (NoteFault, UnicodeDecodeError):
        return 0
