"""The verifier's commands: what they answer, with which code, and that they run with nothing of ours around."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import cryptography
import pytest

from tests.ledger.verifier.logs import (
    ARCHIVES,
    ENTRIES,
    HASHES,
    JUSTICE,
    checkpoint,
    node,
    proved,
    signed,
    trust,
)
from tests.support.database import ROOT
from xinheng.ledger.verifier import exported, merkle, tiles
from xinheng.ledger.verifier.commands import main
from xinheng.ledger.verifier.proof import TlogProof
from xinheng.ledger.verifier.strict import encode64

VERIFIED, FALSE, UNABLE, USAGE = 0, 20, 21, 2


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder as a visitor has it: the trust file, an entry with its proof, two checkpoints, the log."""
    (tmp_path / "trust").write_text(trust().format(), "utf-8")
    (tmp_path / "entry").write_bytes(ENTRIES[70])
    (tmp_path / "proof").write_bytes(proved(70, 300, ARCHIVES, JUSTICE).format().encode())
    for size in (0, 100, 260, 300):
        note = signed(checkpoint(size).text(), ARCHIVES, JUSTICE)
        (tmp_path / f"at{size}").write_bytes(note.encode())
    lay_out(tmp_path / "log", 300)
    return tmp_path


def lay_out(root: Path, size: int) -> None:
    exported.write(
        root,
        signed=signed(checkpoint(size).text(), ARCHIVES, JUSTICE),
        hashes=tiles.extend(0, {}, HASHES[:size]),
        entries=ENTRIES[:size],
    )


def run(files: Path, *args: str) -> int:
    """The command, file names taken in that folder."""
    return main([str(files / each) if (files / each).exists() else each for each in args])


class TestVerifyProof:
    ARGS = ("verify-proof", "entry", "proof", "--trust", "trust")

    def test_a_genuine_one(self, files: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert run(files, *self.ARGS) == VERIFIED
        assert capsys.readouterr().out == (
            "核验通过：条目在日志 credit.example/log/1 中，序号 70，当时共 300 条；"
            "见证 2 个：archives.example/w1、justice.example/w1。\n"
        )
        assert run(files, *self.ARGS, "--json") == VERIFIED
        told = json.loads(capsys.readouterr().out)
        assert (told["code"], told["index"], told["size"]) == (0, 70, 300)
        assert told["root"] == encode64(checkpoint(300).root)
        assert told["witnesses"] == [ARCHIVES.name, JUSTICE.name]

    def test_another_entry_does_not_verify(self, files: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (files / "entry").write_bytes(ENTRIES[71])
        assert run(files, *self.ARGS) == FALSE
        assert capsys.readouterr().out.startswith("核验不通过：")
        assert run(files, *self.ARGS, "--json") == FALSE
        assert json.loads(capsys.readouterr().out)["result"] == "核验不通过"

    def test_a_damaged_proof_does_not_verify(self, files: Path) -> None:
        genuine = (files / "proof").read_bytes()
        for damaged in (b"", b"\xff" + genuine, genuine + b"\n", genuine.replace(b"\n300\n", b"\n301\n")):
            (files / "proof").write_bytes(damaged)
            assert run(files, *self.ARGS) == FALSE

    def test_without_enough_witnesses_it_cannot_verify(
        self, files: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (files / "proof").write_bytes(proved(70, 300, ARCHIVES).format().encode())
        assert run(files, *self.ARGS) == UNABLE
        assert capsys.readouterr().out == "无法核验：见证签名只有 1 个，要求 2 个。\n"

    @pytest.mark.parametrize("missing", ["entry", "proof", "trust"])
    def test_without_a_file_it_cannot_verify(self, files: Path, missing: str) -> None:
        args = [str(files / each) if each in {"entry", "proof", "trust"} else each for each in self.ARGS]
        (files / missing).unlink()
        assert main(args) == UNABLE

    @pytest.mark.parametrize("text", ["", "quorum none\n", "\xff", "log x\nquorum none\n"])
    def test_without_a_key_it_cannot_verify(self, files: Path, text: str) -> None:
        (files / "trust").write_bytes(text.encode("latin-1"))
        assert run(files, *self.ARGS) == UNABLE

    def test_a_trust_file_saved_on_windows_is_read(self, files: Path) -> None:
        text = trust().format().replace("\n", "\r\n")
        (files / "trust").write_bytes(b"\xef\xbb\xbf" + text.encode())
        assert run(files, *self.ARGS) == VERIFIED

    @pytest.mark.parametrize(
        "args", [[], ["verify-proof"], ["verify-proof", "a", "b"], ["sing"], ["prove", "--log", "x"]]
    )
    def test_usage(self, args: list[str], capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit) as left:
            main(args)
        assert left.value.code == USAGE
        assert capsys.readouterr().out == ""


class TestVerifyConsistency:
    def verify(self, files: Path, old: str, new: str, *source: str) -> int:
        return run(files, "verify-consistency", old, new, *(source or ("--log", "log")), "--trust", "trust")

    def test_a_log_that_grew(self, files: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert self.verify(files, "at100", "at300") == VERIFIED
        assert "由 100 条增至 300 条，原有条目未变" in capsys.readouterr().out
        for old, new in (("at260", "at300"), ("at100", "at260"), ("at0", "at300"), ("at300", "at300")):
            assert self.verify(files, old, new) == VERIFIED

    def test_a_proof_from_a_file(self, files: Path) -> None:
        lines = [encode64(each) + "\n" for each in merkle.consistency_proof(100, 300, node)]
        (files / "growth").write_text("".join(lines), "utf-8")
        assert self.verify(files, "at100", "at300", "--proof", "growth") == VERIFIED
        for damaged in (lines[:-1], [*lines, lines[0]], [*lines, "x"], ["\n", *lines], []):
            (files / "growth").write_text("".join(damaged), "utf-8")
            assert self.verify(files, "at100", "at300", "--proof", "growth") == FALSE
        assert self.verify(files, "at300", "at300", "--proof", "growth") == VERIFIED

    def test_a_log_that_was_rolled_back(self, files: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert self.verify(files, "at300", "at100") == FALSE
        assert "日志不能从 300 条变为 100 条" in capsys.readouterr().out

    def test_a_log_that_was_forked(self, files: Path) -> None:
        forked = merkle.root_of([*HASHES[:99], merkle.leaf_hash(b"another"), *HASHES[100:300]])
        text = type(checkpoint(1))(checkpoint(1).origin, 300, forked).text()
        (files / "fork").write_bytes(signed(text, ARCHIVES, JUSTICE).encode())
        assert self.verify(files, "at100", "fork") == FALSE
        assert self.verify(files, "fork", "at300") == FALSE

    def test_what_is_missing_is_told(self, files: Path) -> None:
        shutil.rmtree(files / "log" / "tile" / "0")
        assert self.verify(files, "at100", "at300") == UNABLE
        assert self.verify(files, "at100", "at300", "--log", "trust") == UNABLE
        assert self.verify(files, "at100", "at300", "--proof", "nowhere") == UNABLE

    @pytest.mark.parametrize("lacking", ["at100", "at300"])
    def test_both_checkpoints_need_their_witnesses(self, files: Path, lacking: str) -> None:
        text = checkpoint(int(lacking.removeprefix("at"))).text()
        (files / lacking).write_bytes(signed(text, ARCHIVES).encode())
        assert self.verify(files, "at100", "at300") == UNABLE
        (files / lacking).write_bytes(signed(text, ARCHIVES, JUSTICE).replace("=\n", "A=\n", 1).encode())
        assert self.verify(files, "at100", "at300") == FALSE


class TestProve:
    @pytest.mark.parametrize("index", [0, 255, 256, 299])
    def test_a_proof_that_verifies(
        self, files: Path, index: int, capfdbinary: pytest.CaptureFixture[bytes]
    ) -> None:
        assert (
            run(files, "prove", "--log", "log", "--index", str(index), "--entry", str(files / "entry")) == 0
        )
        made = capfdbinary.readouterr().out
        assert TlogProof.parse(made.decode()).index == index
        assert (files / "entry").read_bytes() == ENTRIES[index]
        (files / "proof").write_bytes(made)
        assert run(files, *TestVerifyProof.ARGS) == VERIFIED
        args = ("prove", "--log", "log", "--index", str(index), "--out", str(files / "written"))
        assert run(files, *args) == VERIFIED
        assert (files / "written").read_bytes() == made

    def test_a_damaged_log_gives_no_proof(self, files: Path, capsys: pytest.CaptureFixture[str]) -> None:
        tile = files / "log" / tiles.path(0, 1, 44)
        tile.write_bytes(HASHES[0] + tile.read_bytes()[32:])
        assert run(files, "prove", "--log", "log", "--index", "0") == FALSE
        tile.write_bytes(tile.read_bytes()[:-1])
        assert run(files, "prove", "--log", "log", "--index", "0") == UNABLE
        assert "tlog-proof" not in capsys.readouterr().out

    def test_an_entry_that_is_not_there(self, files: Path) -> None:
        for index in ("300", "-1"):
            assert run(files, "prove", "--log", "log", f"--index={index}") == UNABLE
        (files / "log" / tiles.entries_path(0)).unlink()
        assert run(files, "prove", "--log", "log", "--index", "0") == UNABLE
        assert run(files, "prove", "--log", "nowhere", "--index", "0") == UNABLE

    def test_a_bundle_that_is_too_short(self, files: Path) -> None:
        (files / "log" / tiles.entries_path(0)).write_bytes(tiles.bundle(ENTRIES[:3]))
        assert run(files, "prove", "--log", "log", "--index", "3") == UNABLE
        assert run(files, "prove", "--log", "log", "--index", "2") == VERIFIED

    def test_an_altered_entry_gives_no_proof(self, files: Path) -> None:
        bundle = files / "log" / tiles.entries_path(0)
        bundle.write_bytes(tiles.bundle([b"altered", *ENTRIES[1:256]]))
        assert run(files, "prove", "--log", "log", "--index", "0") == FALSE

    def test_partial_tiles_may_be_gone_once_they_are_full(self, tmp_path: Path) -> None:
        (tmp_path / "trust").write_text(trust().format(), "utf-8")
        for size in (100, 256):
            (tmp_path / f"at{size}").write_bytes(signed(checkpoint(size).text(), ARCHIVES, JUSTICE).encode())
        lay_out(tmp_path / "log", 256)
        args = ("verify-consistency", "at100", "at256", "--log", "log", "--trust", "trust")
        assert run(tmp_path, *args) == VERIFIED


def test_the_folder_alone_verifies_in_a_bare_environment(files: Path) -> None:
    bare = files / "bare"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(bare)], check=True)
    python = bare / "bin" / "python"
    home = Path(sysconfig.get_path("purelib", vars={"base": str(bare)}))
    ours = Path(cryptography.__path__[0]).parent
    for found in (*ours.glob("cryptography"), *ours.glob("cffi"), *ours.glob("_cffi_backend*")):
        (home / found.name).symlink_to(found)
    shutil.copytree(
        ROOT / "xinheng/ledger/verifier", files / "verifier", ignore=shutil.ignore_patterns("__pycache__")
    )

    def alone(*args: str) -> subprocess.CompletedProcess[str]:
        command = [str(python), *args]
        return subprocess.run(
            command, cwd=files, env={}, capture_output=True, text=True, encoding="utf-8", check=False
        )

    told = alone("-m", "verifier", *TestVerifyProof.ARGS)
    assert (told.returncode, told.stdout[:5], told.stderr) == (VERIFIED, "核验通过：", "")
    (files / "entry").write_bytes(b"something else")
    assert alone("-m", "verifier", *TestVerifyProof.ARGS).returncode == FALSE
    # The environment is bare: whatever of ours or others' the verifier asked for would have failed above.
    for other in ("xinheng", "django", "psycopg", "rfc8785"):
        assert "ModuleNotFoundError" in alone("-c", f"import {other}").stderr
