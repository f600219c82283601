"""What is written stays whole: many runs at once, runs that are killed, rows of which nothing is said, modes and links."""

from __future__ import annotations

import csv
import os
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from review import files
from tests.test_import import INTO, answers, own, snapshot

__all__ = ["own"]

Modellaw = Callable[..., Any]
POSIX = pytest.mark.skipif(os.name != "posix", reason="needs signals and modes of Unix")
MANY = 12


def started(*words: str | Path, **more: Any) -> subprocess.Popen[bytes]:
    """A run of its own that begins at once."""
    command = [sys.executable, "-m", "review", *map(str, words)]
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)


def ended(runs: list[subprocess.Popen[bytes]]) -> list[tuple[int, str]]:
    return [(run.wait(timeout=200), run.communicate()[1].decode()) for run in runs]


def test_editions_that_many_runs_add_at_once_are_all_there(own: Path) -> None:
    add = ["init", own, "--series", "mine", "--edition"]
    done = ended([started(*add, f"2{n:02}", "--title", f"Edition {n}") for n in range(MANY)])
    assert {code for code, _ in done} == {0}, done
    with (own / "mine" / "editions.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["edition"] for row in rows} == {"01", "02", *(f"2{n:02}" for n in range(MANY))}


def test_answers_that_many_runs_import_at_once_are_all_there(own: Path, tmp_path: Path) -> None:
    codes = [f"Q{letter}Z" for letter in "NOPQRSTUVWXY"[:MANY]]
    with (own / "countries.csv").open("a", encoding="utf-8") as file:
        columns = (own / "countries.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
        for code in codes:
            file.write(",".join({"code": code, "name": f"Land {code}"}.get(name, "") for name in columns) + "\n")
    runs = []
    for code in codes:
        table = tmp_path / f"{code}.csv"
        table.write_text(f"Country,Our {code}\n{code},yes\n")
        reading = tmp_path / f"{code}.toml"
        reading.write_text(f'[columns]\n"Our {code}" = "legislation"\n')
        runs.append(started("import", table, *INTO, "--data", own, "--reading", reading))
    done = ended(runs)
    assert {code for code, _ in done} == {0}, done
    assert {country for country, _ in answers(own)} == set(codes)


def test_corrections_that_many_runs_write_at_once_are_all_there(own: Path, tmp_path: Path) -> None:
    published = answers(own, "01")
    yes = [key for key, row in published.items() if row["answer"] == "yes" and key[1] != "legislation"][:3]
    runs = []
    for n, (country, criterion) in enumerate(yes):
        table = tmp_path / f"{n}.csv"
        table.write_text(f"country,criterion,answer\n{country},{criterion},no\n")
        words = [
            "--series",
            "mine",
            "--edition",
            "01",
            "--as-correction",
            "--reason",
            "Read again",
            "--source",
            "handbook",
            "--write",
        ]
        runs.append(started("import", table, *words, "--data", own))
    done = ended(runs)
    assert {code for code, _ in done} == {0}, done
    with (own / "mine" / "corrections.csv").open(encoding="utf-8", newline="") as file:
        assert {(row["country"], row["criterion"]) for row in csv.DictReader(file)} >= set(yes)


def test_a_writer_that_waits_too_long_says_so(
    own: Path, tmp_path: Path, modellaw: Modellaw, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "_PATIENCE", 0.1)
    table = tmp_path / "a.csv"
    table.write_text("Country,Specific law\nAlmaria,yes\n")
    before = snapshot(own)
    with files.folder_lock(own):
        code = f"from review import files; files._PATIENCE = 0.1\nimport sys\nfrom review.cli import run\nsys.exit(run({['import', str(table), *INTO, '--data', str(own)]!r}))"
        ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert ran.returncode == 1
    assert "Another run of modellaw writes into" in ran.stderr
    assert snapshot(own) == before
    assert modellaw("import", table, *INTO, "--data", own).code == 0


@POSIX
def test_runs_that_are_killed_leave_nothing_behind_after_the_next_one(
    own: Path, tmp_path: Path, modellaw: Modellaw
) -> None:
    table = tmp_path / "a.csv"
    table.write_text("Country,Specific law\nAlmaria,yes\nBorovia,no\n")
    ways: list[list[str | Path]] = [
        ["import", table, *INTO, "--data", own],
        ["init", own, "--series", "mine", "--edition", "300", "--title", "Another"],
        ["init", tmp_path / "new", "--from", "icmec"],
        ["template", "--data", own, "--series", "mine", "--edition", "02", "--output", tmp_path / "t.xlsx"],
        ["report", "--data", own, "--series", "mine", "--output", tmp_path / "r.xlsx"],
        ["export", "--data", own, "--series", "mine", "--output", tmp_path / "tables"],
        ["scores", "--data", own, "--series", "mine", "--format", "csv", "--output", tmp_path / "s.csv"],
    ]
    for n in range(21):
        words = ways[n % len(ways)]
        run = started(*words)
        time.sleep(0.35 + 0.07 * (n // len(ways)) + 0.05 * (n % 3))
        run.send_signal(signal.SIGKILL)
        run.wait(timeout=60)
        run.communicate()
    # and what a kill at the worst moment leaves
    dead = 2**22 - 7
    for name in (f".t.xlsx.{dead}.abc.part", f".r.xlsx.{dead}.abc.part", f".s.csv.{dead}.abc.part"):
        (tmp_path / name).write_text("half")
    (tmp_path / f".new.{dead}.abc.part").mkdir()
    (tmp_path / f".new.{dead}.abc.part" / "half").write_text("half")
    (tmp_path / "tables").mkdir(exist_ok=True)
    (tmp_path / "tables" / f".answers.csv.{dead}.abc.part").write_text("half")
    (own / "mine" / "answers" / f".02.csv.{dead}.abc.part").write_text("half")
    for words in ways:
        force = ["--force"] if words[0] not in ("import", "init") else []
        ran = modellaw(*words, *force)
        assert ran.code in (0, 1, 2), ran.err  # what a killed run had finished is there already
    left = [path.name for path in tmp_path.rglob("*") if path.name.startswith(".") and path.name != ".modellaw.lock"]
    assert left == []
    assert modellaw("check", own).code == 0


def test_rows_of_which_an_import_says_nothing_keep_their_bytes(own: Path, tmp_path: Path, modellaw: Modellaw) -> None:
    path = own / "mine" / "answers" / "02.csv"
    odd = 'QMB,legislation,no,handbook,\u00a0“zero\u200dwidth” ,"line one\r\nline two"\r\n'
    path.write_bytes(
        b"\xef\xbb\xbf"
        + f"country,criterion,answer,source,note,citation\r\n{odd}\r\nAlmaria,legislation, yes ,handbook,,".encode()
    )
    table = tmp_path / "a.csv"
    table.write_text("Country,Specific law,Possession\nCestonia,yes,no\n")
    assert modellaw("check", own).code == 0
    ran = modellaw("import", table, *INTO, "--data", own)
    assert ran.code == 0, ran.err
    raw = path.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfcountry,criterion,answer,source,note,citation\r\n")
    assert odd.encode() in raw
    assert b"Almaria,legislation, yes ,handbook,,\r\n" in raw
    assert b"QMC,legislation,yes,handbook,,\r\nQMC,possession,no,handbook,,\r\n" in raw
    assert modellaw("check", own).code == 0
    table.write_text("Country,Specific law,Specific law: quote\nAlmaria,yes,the passage\n")
    ran = modellaw("import", table, *INTO, "--data", own)
    assert ran.code == 0, ran.err
    raw = path.read_bytes()
    assert odd.removesuffix("\r\n").encode() + b",\r\n" in raw  # a column more, and nothing else
    assert answers(own)["QMA", "legislation"]["quote"] == "the passage"


def test_a_file_that_begins_with_a_blank_line_keeps_every_column(own: Path, tmp_path: Path, modellaw: Modellaw) -> None:
    path = own / "mine" / "answers" / "02.csv"
    path.write_bytes(
        b"\n,,\ncountry,criterion,answer,source,locator,note\n"
        b'QMA,legislation,no,handbook,page 1,"typed\r\nin Excel"\nQMB,legislation,yes,handbook,page 2,kept\n'
    )
    table = tmp_path / "a.csv"
    table.write_text("Country,Specific law\nAlmaria,yes\nCestonia,no\n")
    assert modellaw("import", table, *INTO, "--replace", "--data", own).code == 0
    raw = path.read_bytes()
    assert raw.startswith(b"\n,,\ncountry,criterion,answer,source,locator,note\n")
    assert raw.endswith(b"QMB,legislation,yes,handbook,page 2,kept\nQMC,legislation,no,handbook,,\n")
    assert b'"QMA","legislation","yes","handbook"' in raw
    assert b"\r\n" not in raw.replace(b"typed\r\nin Excel", b"")


@POSIX
def test_only_what_killed_runs_have_left_is_removed(
    own: Path, tmp_path: Path, modellaw: Modellaw, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    theirs = own / "mine" / ".download.part"
    theirs.write_text("a user's own")
    running = own / "mine" / f".sources.csv.{os.getpid()}.x.part"
    running.write_text("of a run that goes on")
    left = own / f".tables.{gone.pid}.x.part"
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    tried = tmp_path / f".modellaw.{gone.pid}.x.part"
    for folder in (left, tried):
        folder.mkdir()
        (folder / "scores.csv").write_text("half")
    table = tmp_path / "a.csv"
    table.write_text("Country,Specific law\nAlmaria,yes\n")
    assert modellaw("import", table, *INTO, "--data", own).code == 0
    assert theirs.exists()
    assert running.exists()
    assert not left.exists()
    assert not tried.exists()
    assert not list(tmp_path.glob(".modellaw.*"))


@POSIX
def test_a_file_keeps_its_mode_a_link_stays_one_and_write_protection_holds(
    own: Path, tmp_path: Path, modellaw: Modellaw
) -> None:
    table = tmp_path / "a.csv"
    table.write_text("Country,Specific law\nAlmaria,yes\n")
    assert modellaw("import", table, *INTO, "--data", own).code == 0
    path = own / "mine" / "answers" / "02.csv"
    path.chmod(0o640)
    elsewhere = tmp_path / "elsewhere.csv"
    path.rename(elsewhere)
    path.symlink_to(elsewhere)
    table.write_text("Country,Specific law\nBorovia,no\n")
    assert modellaw("import", table, *INTO, "--data", own).code == 0
    assert path.is_symlink()
    assert stat.S_IMODE(elsewhere.stat().st_mode) == 0o640
    assert {country for country, _ in answers(own)} == {"QMA", "QMB"}
    elsewhere.chmod(0o440)
    table.write_text("Country,Specific law\nCestonia,no\n")
    ran = modellaw("import", table, *INTO, "--data", own)
    assert ran.code == 1
    assert "write-protected" in ran.err
    assert {country for country, _ in answers(own)} == {"QMA", "QMB"}
    out = tmp_path / "tables"
    assert modellaw("export", "--data", own, "--series", "mine", "--output", out).code == 0
    (out / "scores.csv").rename(tmp_path / "linked.csv")
    (out / "scores.csv").symlink_to(tmp_path / "linked.csv")
    assert modellaw("export", "--data", own, "--series", "mine", "--output", out, "--force").code == 0
    assert (out / "scores.csv").is_symlink()


@POSIX
def test_links_that_lead_in_a_circle_are_said(tmp_path: Path, modellaw: Modellaw) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    for words in (
        ["scores", "--format", "csv", "--output", tmp_path / "a"],
        ["export", "--output", tmp_path / "a"],
        ["init", tmp_path / "a", "--from", "icmec"],
        ["check", tmp_path / "a"],
    ):
        ran = modellaw(*words)
        assert ran.code in (1, 2), words
        assert ran.err


def test_nothing_is_written_among_the_data_that_the_next_command_would_not_read(own: Path, modellaw: Modellaw) -> None:
    before = snapshot(own)
    for words in (
        ["export", "--output", own / "tables"],
        ["export", "--output", own],
        ["scores", "--format", "csv", "--output", own / "scores.csv"],
        ["summary", "--format", "json", "--output", own / "mine" / "summary.json"],
        ["report", "--output", own / "editions.xlsx"],
        ["report", "--output", own / "mine" / "review.xlsx"],
        ["template", "--edition", "02", "--output", own / "mine" / "answers" / "02.xlsx"],
    ):
        ran = modellaw(*words, "--data", own, "--series", "mine")
        assert ran.code == 2, words
        assert "data folder" in ran.err
    assert snapshot(own) == before
    assert modellaw("report", "--data", own, "--series", "mine", "--output", own / "review.xlsx").code == 0
    assert modellaw("check", own).code == 0


def test_an_import_that_would_leave_a_folder_nobody_can_read_is_refused(
    own: Path, tmp_path: Path, modellaw: Modellaw
) -> None:
    """Of an edition of three countries, two are published and one corrected in: one more is one too many."""
    editions = own / "mine" / "editions.csv"
    editions.write_text(editions.read_text().replace("2023-05-01,2023,,partial", "2023-05-01,2023,3,partial"))
    table = tmp_path / "a.csv"
    table.write_text("Country,Specific law\nAlmaria,yes\nBorovia,no\n")
    assert modellaw("import", table, *INTO, "--data", own).code == 0
    table.write_text("Country,Specific law\nCestonia,yes\n")
    correct = [*INTO, "--as-correction", "--reason", "Left out", "--data", own]
    assert modellaw("import", table, *correct).code == 0
    table.write_text("Country,Specific law\nFrance,yes\n")
    before = snapshot(own)
    ran = modellaw("import", table, *INTO, "--data", own)
    assert ran.code == 1
    assert "covers 3, but 4 countries" in ran.err
    assert snapshot(own) == before
    assert modellaw("check", own).code == 0


def test_a_commented_copy_is_not_called_nothing(own: Path, tmp_path: Path, modellaw: Modellaw) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    for row in (["Country", "Specific law"], ["Almaria", "perhaps"]):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    ran = modellaw(
        "check",
        tmp_path / "a.xlsx",
        "--data",
        own,
        "--series",
        "mine",
        "--edition",
        "2",
        "--output",
        tmp_path / "b.xlsx",
    )
    assert ran.code == 1
    assert (tmp_path / "b.xlsx").exists()
    assert "Nothing was written" not in ran.err
    assert "Nothing was imported" in ran.err


@pytest.mark.parametrize("at", [0, 1, 2])
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError(5, "no more")])
def test_a_set_that_is_interrupted_is_all_old(
    at: int, after: bool, error: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An internal: no command can be stopped between two renames on purpose."""
    contents = {tmp_path / name: b"new" for name in "abc"}
    (tmp_path / "a").write_text("old")
    (tmp_path / "c").write_text("old")
    replace, calls = Path.replace, iter(range(9))

    def interrupted(self: Path, target: Path) -> Path:
        here = next(calls) == at
        if here and not after:
            raise error
        replace(self, target)
        if here:
            raise error
        return target

    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt if error is KeyboardInterrupt else files.OutputError):
        files.write_files(contents, replace=True)
    assert snapshot(tmp_path) == {"a": b"old", "c": b"old"}


def test_one_file_that_is_interrupted_is_old_or_new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, replace = tmp_path / "a", Path.replace
    path.write_text("old")

    def interrupted(self: Path, target: Path) -> Path:
        replace(self, target)
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        files.write_files({path: b"new"}, replace=True)
    assert path.read_text() == "new"
