"""Hostile and odd input of every kind: limits that no spelling passes, outputs that spoil nothing, lines that only show."""

from __future__ import annotations

import io
import os
import re
import shlex
import stat
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.test_bad_handed_in import workbook
from tests.test_import import INTO, own, snapshot

__all__ = ["own"]  # the fixture

Modellaw = Callable[..., Any]
POSIX = pytest.mark.skipif(os.name != "posix", reason="needs links, pipes and modes of Unix")
SHEET = "xl/worksheets/sheet1.xml"
WHOLE = "A1:XFD1048576"


def with_part(change: Callable[[str], str | bytes], part: str = SHEET, moved: str = "") -> bytes:
    """A small workbook with one part changed, and perhaps moved to another name."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            text = source.read(name).decode()
            if moved:
                text = text.replace(part.removeprefix("xl/"), moved.removeprefix("xl/"))
            content = change(text) if name == part else text
            target.writestr(moved if moved and name == part else name, content)
    return out.getvalue()


def before_end(more: str) -> Callable[[str], str]:
    return lambda text: text.replace("</worksheet>", f"{more}</worksheet>")


def merges(cell: str) -> str:
    return f"<mergeCells>{cell}</mergeCells>"


def links(cell: str, end: str = "</hyperlinks>") -> str:
    return f"<hyperlinks>{cell}{end}"


SPELLINGS: dict[str, bytes] = {
    "many merges": with_part(before_end(merges("".join(f'<mergeCell ref="A{n}:B{n}"/>' for n in range(10, 60_010))))),
    "styles, line end": with_part(lambda _: "<styleSheet>" + "<xf\n/>" * 400_000 + "</styleSheet>", "xl/styles.xml"),
    "colours": with_part(lambda _: "<styleSheet><colors>" + "<color/>" * 400_000 + "</colors></styleSheet>", "xl/styles.xml"),
    "names": with_part(lambda text: text.replace("</workbook>", "<definedNames>" + "".join(f'<definedName name="n{n}">1</definedName>' for n in range(200_000)) + "</definedNames></workbook>"), "xl/workbook.xml"),
}  # fmt: skip


COSTS_NOTHING: dict[str, bytes] = {
    "merge, as written": with_part(before_end(merges(f'<mergeCell ref="{WHOLE}"/>'))),
    "merge, line end": with_part(before_end(merges(f'<mergeCell\nref="{WHOLE}"/>'))),
    "merge, spaces": with_part(before_end(merges(f'<mergeCell ref = "{WHOLE}"/>'))),
    "merge, entity": with_part(before_end(merges('<mergeCell ref="&#65;1:XFD1048576"/>'))),
    "merge, dollar": with_part(before_end(merges('<mergeCell ref="$A$1:$XFD$1048576"/>'))),
    "merge, small letters": with_part(before_end(merges('<mergeCell ref="a1:xfd1048576"/>'))),
    "merge, prefix": with_part(before_end(f'<q-q:mergeCells xmlns:q-q="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><q-q:mergeCell ref="{WHOLE}"/></q-q:mergeCells>')),
    "merge, UTF-16": with_part(lambda text: before_end(merges(f'<mergeCell ref="{WHOLE}"/>'))(text).encode("utf-16")),
    "merge, moved": with_part(before_end(merges(f'<mergeCell ref="{WHOLE}"/>')), moved="xl/other/s.xml"),
    "link, UTF-16": with_part(lambda text: before_end(links(f'<hyperlink ref="{WHOLE}"/>'))(text).encode("utf-16")),
}  # fmt: skip


@pytest.mark.parametrize("what", COSTS_NOTHING)
def test_merged_cells_over_a_whole_sheet_cost_nothing_however_they_are_written(
    what: str, own: Path, tmp_path: Path, modellaw: Modellaw
) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(COSTS_NOTHING[what])
    start = time.monotonic()
    assert modellaw("import", path, *INTO, "--data", own).code == 0
    assert time.monotonic() - start < 30


@pytest.mark.parametrize("what", SPELLINGS)
def test_a_limit_of_a_workbook_holds_however_it_is_written(
    what: str, own: Path, tmp_path: Path, modellaw: Modellaw
) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(SPELLINGS[what])
    start = time.monotonic()
    ran = modellaw("import", path, *INTO, "--data", own)
    assert time.monotonic() - start < 30  # without the limit: for ever
    assert ran.code == 1
    assert re.search(r"more than|not read|UTF-16|not a readable", ran.err), ran.err


@pytest.mark.parametrize(
    "more",
    [
        links(f'<hyperlink ref="{WHOLE}"/>'),
        links(f'<hyperlink\nref = "{WHOLE}"/>', "</hyperlinks >"),
        f'<q:hyperlinks xmlns:q="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><q:hyperlink ref="{WHOLE}"/></q:hyperlinks >',
    ],
)
def test_links_over_a_whole_sheet_cost_nothing(more: str, own: Path, tmp_path: Path, modellaw: Modellaw) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(with_part(before_end(more)))
    assert modellaw("import", path, *INTO, "--data", own).code == 0


@pytest.mark.parametrize(
    ("key", "says"),
    [
        (f"scale = 0x{'F' * 10_000}", "a number of more than 15 digits"),
        (f"decimals = 0x{'F' * 10_000}", "a number of more than 15 digits"),
        (f"credit = [0, 0x{'F' * 10_000}]", "a number of more than 15 digits"),
        (f"{'a.' * 3_000}b = 1", "very many parts"),
        (f"[{'a.' * 100_000}b]", "very many parts"),
        (f"# {'x' * 3_000_000}", "3,000,0"),
    ],
)
@pytest.mark.parametrize("file", ["criteria/f.toml", "mine/series.toml"])
def test_numbers_keys_and_files_beyond_measure_in_toml_are_a_problem(
    key: str, says: str, file: str, folder: Path, modellaw: Modellaw
) -> None:
    path = folder / file
    path.parent.mkdir(exist_ok=True)
    path.write_text(f'id = "f"\n{key}\n', encoding="utf-8")
    start = time.monotonic()
    ran = modellaw("check", folder)
    assert time.monotonic() - start < 10
    assert ran.code == 1
    assert says in ran.err


def test_a_key_after_unusual_line_separators_is_named_by_its_line(folder: Path, modellaw: Modellaw) -> None:
    path = folder / "mine" / "series.toml"
    path.write_text("# \u2028 \u2028\n" + path.read_text(encoding="utf-8").replace("scored = ", "scoreb = "))
    line = (
        path.read_text(encoding="utf-8")
        .split("\n")
        .index(next(x for x in path.read_text().split("\n") if "scoreb" in x))
    )
    assert f"series.toml, line {line + 1}: The key “scoreb” is not known." in modellaw("check", folder).err


def test_a_row_after_lone_carriage_returns_is_named_by_its_line(own: Path, tmp_path: Path, modellaw: Modellaw) -> None:
    text = 'country,criterion,answer,source,note\nQMA,legislation,yes,handbook,"a\rb\rc"\nQMB,legislation,maybe,handbook,\n'
    path = own / "mine" / "answers" / "02.csv"
    path.write_bytes(text.encode())
    assert "02.csv, line 3, column answer: “maybe”" in modellaw("check", own).err
    path.write_bytes(text.replace("\n", "\r").replace('"a\rb\rc"', "a").encode())  # as old programs wrote
    assert "02.csv, line 3, column answer: “maybe”" in modellaw("check", own).err
    path.unlink()
    (tmp_path / "c.csv").write_bytes(text.encode())
    ran = modellaw("import", tmp_path / "c.csv", *INTO, "--data", own)
    assert ran.code == 1
    assert re.search(r"“maybe”\s+1 cell: C3", ran.out)


@pytest.mark.parametrize("id", ["code", "criterion", "source", "answer", "note", "country", "lower", "presence"])
def test_a_criterion_may_not_have_the_name_of_any_column(id: str, folder: Path, modellaw: Modellaw) -> None:
    (folder / "criteria").mkdir()
    (folder / "criteria" / "x.toml").write_text(
        f'id = "x"\ntitle = "X"\n[[criteria]]\nid = "{id}"\n[[levels]]\nid = "lowest"\n', encoding="utf-8"
    )
    assert f"criteria/x.toml, line 4: “{id}” is reserved." in modellaw("check", folder).err


def test_very_many_unknown_names_are_reported_without_waiting(own: Path, tmp_path: Path, modellaw: Modellaw) -> None:
    path = own / "mine" / "answers" / "02.csv"
    rows = "".join(f"Land {n},legislation,yes,nobody{n}\n" for n in range(10_000))
    path.write_text("country,criterion,answer,source\n" + rows)
    start = time.monotonic()
    ran = modellaw("check", own)
    assert time.monotonic() - start < 20
    assert "… and" in ran.err
    path.unlink()
    wide = ",".join(f"Question {n}" for n in range(50_000))
    (tmp_path / "wide.csv").write_text(f"Country,Specific law,{wide}\nAlmaria,yes\n")
    ran = modellaw("import", tmp_path / "wide.csv", *INTO, "--data", own)
    assert ran.code == 1
    assert "50,002 columns, more than the 2,000 that are read" in ran.err


def test_no_command_writes_among_the_tables_of_any_data_folder(
    own: Path, tmp_path: Path, modellaw: Modellaw, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = snapshot(own)
    (tmp_path / "outside").mkdir()
    (own / "tab").symlink_to(tmp_path / "outside")
    for words in (
        ["export", "--output", own / "tables"],
        ["export", "--output", own / "tab"],
        ["scores", "--format", "csv", "--output", own / "scores.csv"],
        ["scores", "--format", "csv", "--output", own / "mine" / "answers" / "05.csv"],
        ["report", "--output", own / "mine" / "editions.xlsx"],
        ["check", own, "--format", "csv", "--output", own / "problems.csv"],
        ["init", own / "mine" / "answers" / "sub"],
        ["init", own / "second", "--from", "icmec"],
    ):
        ran = modellaw(*words)
        assert ran.code == 2, words
        assert "data folder" in ran.err
    monkeypatch.chdir(own)
    assert modellaw("export", "--output", "tables").code == 2
    (own / "tab").unlink()
    assert snapshot(own) == before
    assert modellaw("check", own).code == 0
    # a folder named like that of the frameworks is no data folder
    (tmp_path / "other" / "criteria").mkdir(parents=True)
    for words in (["export", "scores", "--output", "tables"], ["scores", "--format", "csv", "--output", "s.csv"]):
        monkeypatch.chdir(tmp_path / "other")
        ran = modellaw(*words)
        assert ran.code == 0, ran.err


@POSIX
def test_an_export_replaces_all_of_a_set_or_nothing(own: Path, tmp_path: Path, modellaw: Modellaw) -> None:
    out = tmp_path / "tables"
    export = ["export", "answers", "scores", "--data", own, "--series", "mine", "--output", out]
    assert modellaw(*export).code == 0
    (out / "scores.csv").chmod(0o600)
    assert modellaw(*export, "--force").code == 0
    assert stat.S_IMODE((out / "scores.csv").stat().st_mode) == 0o600
    (out / "scores.csv").chmod(0o440)
    before = snapshot(out)
    ran = modellaw(*export, "--force")
    assert (ran.code, "write-protected" in ran.err) == (1, True)
    (out / "scores.csv").unlink()
    for make, says in (
        (lambda path: path.mkdir(), "is a folder"),
        (lambda path: path.symlink_to(path), "can't be written"),
        (os.mkfifo, "a device or a pipe"),
        (lambda path: path.symlink_to("answers.csv"), "are the same file"),
    ):
        make(out / "scores.csv")
        ran = modellaw(*export, "--force")
        assert ran.code == 1, says
        assert says in ran.err
        assert ".part" not in ran.err
        assert {name: text for name, text in snapshot(out).items() if "scores" not in name} == {
            name: text for name, text in before.items() if "scores" not in name
        }
        path = out / "scores.csv"
        path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
    (out / "scores.csv").symlink_to(tmp_path / "away.csv")
    ran = modellaw(*export)
    assert "already" in ran.err
    assert not (tmp_path / "away.csv").exists()


@POSIX
def test_a_pipe_or_a_device_is_never_replaced(tmp_path: Path, modellaw: Modellaw) -> None:
    os.mkfifo(tmp_path / "pipe")
    ran = modellaw("scores", "--format", "csv", "--output", tmp_path / "pipe", "--force")
    assert ran.code == 1
    assert "a device or a pipe" in ran.err
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)


@POSIX
def test_an_edition_and_its_new_source_are_added_together_or_not_at_all(own: Path, modellaw: Modellaw) -> None:
    before = snapshot(own)
    (own / "mine" / "editions.csv").chmod(0o444)
    add = [
        "init",
        own,
        "--series",
        "mine",
        "--edition",
        "03",
        "--as-of",
        "2025",
        "--source",
        "ns",
        "--source-title",
        "New",
    ]
    assert modellaw(*add).code == 1
    assert snapshot(own) == before
    (own / "mine" / "editions.csv").chmod(0o644)
    assert modellaw(*add).code == 0


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("first", ["", "\n", "\ufeff"])
def test_an_edition_is_added_to_a_file_of_any_shape_that_is_read(
    ends: str, first: str, own: Path, modellaw: Modellaw
) -> None:
    path = own / "mine" / "editions.csv"
    text = first + path.read_text().replace("title", "\u200btitle\u00a0")
    path.write_bytes(text.replace("\n", ends).encode())
    assert modellaw("check", own).code == 0
    assert modellaw("init", own, "--series", "mine", "--edition", "03", "--title", "Third", "--as-of", "2025").code == 0
    shown = modellaw("list", "editions", "--data", own, "--series", "mine", "--format", "csv").out
    assert "03,edition,Third,2025" in shown


ODD = "d\x1b]0;pwn\x07\x1b[31mX\u202e"


@POSIX
def test_what_the_commands_print_of_odd_paths_holds_no_such_sign(
    own: Path, tmp_path: Path, modellaw: Modellaw, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    odd = tmp_path / ODD
    odd.mkdir()
    own.rename(odd / "data")
    monkeypatch.chdir(odd)
    capsys.readouterr()
    for words in (
        ["scores", "--data", "data", "--series", "mine", "--format", "csv", "--output", "o.csv"],
        ["export", "--data", "data", "--series", "mine", "--output", "tables"],
        ["report", "--data", "data", "--series", "mine"],
        ["template", "--data", "data", "--series", "mine", "--edition", "02"],
        ["init", "new"],
    ):
        ran = modellaw(*words)
        assert ran.code == 0, words
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", ran.out + ran.err), words


def test_the_country_that_the_overview_names_can_be_typed_as_printed(folder: Path, modellaw: Modellaw) -> None:
    name = "Alma $(touch PWNED) `ria`"
    countries = folder / "countries.csv"
    countries.write_text(re.sub(r"(?m)^(Q\w\w),[^,]*", rf'\1,"{name} \1"', countries.read_text()))
    (line,) = [
        one for one in modellaw("--data", folder, "--series", "mine").out.splitlines() if "modellaw country" in one
    ]
    assert any(shlex.quote(f"{name} {code}") in line for code in ("QMA", "QMB", "QMC"))
    assert line.endswith(f"--series mine --data {folder}")


@POSIX
def test_a_full_disk_is_one_line(
    own: Path, tmp_path: Path, modellaw: Modellaw, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.fdopen

    def full(handle: int, *_: Any, **__: Any) -> Any:
        os.close(handle)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fdopen", full)
    for words in (
        ["report"],
        ["template", "--edition", "02", "--output", tmp_path / "t.xlsx"],
        ["export", "--output", tmp_path / "x"],
    ):
        monkeypatch.chdir(tmp_path)
        ran = modellaw(*words, "--data", own, "--series", "mine")
        assert ran.code == 1
        assert "No space left on device" in ran.err
        assert len(ran.err.splitlines()) == 1
    monkeypatch.setattr(os, "fdopen", real)
    assert not list(tmp_path.rglob("*.part"))


def test_quotes_keep_the_joiners_and_spaces_of_their_script(own: Path, tmp_path: Path, modellaw: Modellaw) -> None:
    quotes = ["می‌خواهم", "क्‍ष", "10\u00a0km"]
    for name in ("a.csv", "a.xlsx"):
        path = tmp_path / name
        heads = ["Country", "Specific law", "Specific law: quote"]
        lines = [[code, "yes", quote] for code, quote in zip(("QMA", "QMB", "QMC"), quotes, strict=True)]
        if name == "a.csv":
            path.write_text("\n".join(",".join(line) for line in [heads, *lines]) + "\n", encoding="utf-8")
        else:
            book = openpyxl.Workbook()
            for line in [heads, *lines]:
                book.active.append(line)
            book.save(path)
        assert modellaw("import", path, *INTO, "--data", own, "--replace").code == 0
        written = (own / "mine" / "answers" / "02.csv").read_text(encoding="utf-8")
        assert all(quote in written for quote in quotes)
        assert (
            modellaw("export", "answers", "--data", own, "--series", "mine", "--output", tmp_path / name[2:]).code == 0
        )
        exported = (tmp_path / name[2:] / "answers.csv").read_text(encoding="utf-8")
        assert all(quote in exported for quote in quotes)
