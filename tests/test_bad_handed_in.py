"""What can't be taken in: a clear answer with the place, no traceback, and every file as it was."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.test_import import INTO, answers, own, said, snapshot

__all__ = ["own"]  # the fixture

Modellaw = Callable[..., Any]
GOOD = "Country,Specific law,Possession\nAlmaria,yes,no\nBorovia,no,\n"


def workbook(change: Callable[[Any], object] | None = None) -> bytes:
    book = openpyxl.Workbook()
    for row in GOOD.splitlines():
        book.active.append([cell or None for cell in row.split(",")])
    if change:
        change(book.active)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def docx() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<document/>")
    return out.getvalue()


def bomb(declared: int | None) -> bytes:
    """A workbook whose sheet unpacks to 500 MB; `declared`: what it says of itself, where not the truth."""
    good = workbook()
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            if name != "xl/worksheets/sheet1.xml":
                target.writestr(name, source.read(name))
        with target.open("xl/worksheets/sheet1.xml", "w") as part:
            for _ in range(500):
                part.write(b" " * 1_000_000)
    raw = bytearray(out.getvalue())
    if declared is not None:
        entry = raw.rindex(b"PK\x01\x02", 0, raw.rindex(b"xl/worksheets/sheet1.xml"))
        raw[entry + 24 : entry + 28] = declared.to_bytes(4, "little")
    return bytes(raw)


def encrypted() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 4000


def cell(address: str, value: object) -> Callable[[Any], None]:
    def change(sheet: Any) -> None:
        sheet[address] = value

    return change


BAD: dict[str, tuple[str, bytes | Callable[[], bytes], list[str]]] = {
    "encrypted": ("a.xlsx", encrypted, ["password-protected or in the old .xls format", "Save it from Excel"]),
    "old xls": ("a.xls", encrypted, ["old .xls format"]),
    "damaged": ("a.xlsx", lambda: workbook()[:2000], ["not a readable Excel workbook"]),
    "damaged inside": ("a.xlsx", lambda: workbook().replace(b"sheet1", b"sheet9"), ["a.xlsx"]),
    "renamed docx": ("a.xlsx", docx, ["not a readable Excel workbook"]),
    "text called xlsx": ("a.xlsx", GOOD.encode(), ["not a readable Excel workbook"]),
    "empty": ("a.xlsx", b"", ["not a readable Excel workbook"]),
    "empty text": ("a.csv", b"", ["No row here has a heading"]),
    "zip bomb as declared": ("a.xlsx", lambda: bomb(None), ["unpacks to more than 400 MB"]),
    "zip bomb that lies": ("a.xlsx", lambda: bomb(1000), ["a.xlsx"]),
    "formula without a value": ("a.xlsx", lambda: workbook(cell("B2", "=A1")), ["cell B2", "formula without a stored value"]),
    "#N/A": ("a.xlsx", lambda: workbook(cell("B2", "#N/A")), ["cell B2", "the error #N/A"]),
    "country twice": ("a.csv", (GOOD + "QMA,no,no\n").encode(), ["line 4", "“QMA” is Almaria", "(a.csv, line 2, column A)"]),
    "no such country": ("a.csv", (GOOD + "Zzyzx,no,no\n").encode(), ["line 4", "“Zzyzx” is not exactly one country"]),
    "two countries in one name": ("a.csv", (GOOD + "Korea,no,no\n").encode(), ["line 4", "“Korea” is not exactly one country"]),
    "an answer without a country": ("a.csv", (GOOD + ",no,no\n").encode(), ["line 4", "no country"]),
    "no answer": ("a.csv", GOOD.replace("yes", "perhaps").encode(), ["line 2", "“perhaps” is no answer", "Allowed are: yes, no"]),
    "n/a": ("a.csv", GOOD.replace("yes", "n/a").encode(), ["line 2", "not applicable or not available"]),
    "date as a number": ("a.csv", b"Country,Possession,Possession: effective\nAlmaria,yes,45000\n", ["line 2", "“45000” is not a date", "formatted as a date"]),
    "unknown source": ("a.csv", b"Country,Possession,Possession: source\nAlmaria,yes,nobody\n", ["line 2", "There is no source “nobody”"]),
    "unknown cause": ("a.csv", b"Country,Possession,Possession: cause\nAlmaria,yes,why\n", ["line 2", "“why” is not allowed here", "law_changed"]),
    "quotes unclosed": ("a.csv", GOOD.replace("yes", '"yes').encode(), ["line 2", "not CSV", "quotation mark"]),
    "NUL": ("a.csv", GOOD.replace("yes", "y\0es").encode(), ["line 2", "NUL"]),
    "no country column": ("a.csv", b"Place,Possession\nAlmaria,yes\n", ["--map \"Heading=country\""]),
    "no criterion": ("a.csv", b"Country,Rank\nAlmaria,1\n", ["No row here has a heading"]),
    "one thing twice": ("a.csv", b"Country,Possession,possession\nAlmaria,yes,no\n", ["line 1", "holds possession, and so does"]),
    "long without a criterion": ("a.csv", b"country,criterion,answer\nAlmaria,nothing,no\n", ["line 2", "“nothing” is not exactly one criterion"]),
    "long, one thing twice": ("a.csv", b"country,criterion,answer\nAlmaria,possession,no\nQMA,possession,no\n", ["line 3", "stands twice"]),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD)
def test_it_is_refused_with_its_place_and_every_file_stays_as_it_was(
    what: str, own: Path, tmp_path: Path, modellaw: Modellaw
) -> None:
    name, content, says = BAD[what]
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content())
    before = snapshot(own)
    start = time.monotonic()
    ran = (
        modellaw("import", path, *INTO, "--data", own, "--accept-suggestions")
        if "country" not in what
        else modellaw("import", path, *INTO, "--data", own)
    )
    assert time.monotonic() - start < 60  # it does not hang
    assert ran.code == 1
    for text in says:
        assert text in ran.err
    assert "Nothing was written." in ran.err
    assert "Traceback" not in ran.err
    assert snapshot(own) == before


def test_all_problems_are_told_at_once(own: Path, tmp_path: Path, modellaw: Modellaw) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Country,Specific law,Possession\nAlmaria,perhaps,no\nZzyzx,no,\nBorovia,,2020-13\n")
    ran = modellaw("import", path, *INTO, "--data", own)
    assert ran.code == 1
    assert ran.err.count("a.csv, line") == 3
    assert "3 problems." in ran.err


def test_a_file_of_200_mb_is_refused_before_it_is_read(own: Path, tmp_path: Path, modellaw: Modellaw) -> None:
    for name in ("a.xlsx", "a.csv"):
        path = tmp_path / name
        with path.open("wb") as file:
            file.write(b"PK\x03\x04" if name == "a.xlsx" else b"Country,")
            file.truncate(200_000_000)
        ran = modellaw("import", path, *INTO, "--data", own)
        assert ran.code == 1
        assert "MB" in ran.err


@pytest.mark.parametrize("what", ["folder", "gone", "loop"])
def test_a_path_that_is_no_file_is_named(what: str, own: Path, tmp_path: Path, modellaw: Modellaw) -> None:
    path = tmp_path / "a.csv"
    if what == "folder":
        path.mkdir()
    elif what == "loop":
        path.symlink_to(path)
    ran = modellaw("import", path, *INTO, "--data", own)
    assert ran.code == 1
    assert "a.csv" in ran.err
    assert not answers(own)


def test_a_million_empty_formatted_rows_are_no_rows(own: Path, tmp_path: Path, modellaw: Modellaw) -> None:
    good, path = workbook(), tmp_path / "a.xlsx"
    empty = b"".join(
        b'<row r="%d" s="1" customFormat="1"><c r="A%d" s="1"/><c r="B%d" s="1"/></row>' % (n, n, n)
        for n in range(4, 1_000_004)
    )
    with zipfile.ZipFile(io.BytesIO(good)) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            part = source.read(name)
            target.writestr(name, part.replace(b"</sheetData>", empty + b"</sheetData>") if "sheet1" in name else part)
    start = time.monotonic()
    ran = modellaw("import", path, *INTO, "--data", own)
    assert ran.code == 0, ran.err
    assert time.monotonic() - start < 60  # it does not hang
    assert len(said(own)) == 3


def test_a_formula_s_stored_value_is_used(own: Path, tmp_path: Path, modellaw: Modellaw) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(io.BytesIO(workbook(cell("B2", "=C3")))) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            target.writestr(
                name,
                part.replace(b"<f>C3</f><v />", b"<f>C3</f><v>yes</v>").replace(b'<c r="B2">', b'<c r="B2" t="str">'),
            )
    assert modellaw("import", path, *INTO, "--data", own).code == 0
    assert said(own)["QMA legislation"] == "yes"


def test_a_workbook_of_answers_is_not_written_over(own: Path, tmp_path: Path, modellaw: Modellaw) -> None:
    book = openpyxl.Workbook()
    for row in (["country", "criterion", "answer", "source"], ["QMA", "possession", "yes", "handbook"]):
        book.active.append(row)
    book.save(own / "mine" / "answers" / "02.xlsx")
    path = tmp_path / "a.csv"
    path.write_text(GOOD)
    before = snapshot(own)
    ran = modellaw("import", path, *INTO, "--data", own)
    assert ran.code == 1
    assert "stand in a workbook" in ran.err
    assert snapshot(own) == before


def test_a_disk_that_fills_while_writing_leaves_the_file(
    own: Path, tmp_path: Path, modellaw: Modellaw, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(GOOD)
    before = snapshot(own)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("review.intake.writing._write", full)
    ran = modellaw("import", path, *INTO, "--data", own)
    assert ran.code == 1
    assert "No space left on device" in ran.err
    assert snapshot(own) == before


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux")
def test_a_folder_that_can_t_be_written_is_said(
    own: Path, tmp_path: Path, modellaw: Modellaw, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(GOOD)

    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(own))

    monkeypatch.setattr("tempfile.mkstemp", refused)
    ran = modellaw("import", path, *INTO, "--data", own)
    assert ran.code == 1
    assert "Permission denied" in ran.err
    assert not answers(own)


@pytest.mark.parametrize(
    "wrong", [["--map", "Possession"], ["--map", "Possession=nothing"], ["--mark", "x=maybe"], ["--mark", "x"]]
)
def test_a_word_that_settles_nothing_is_wrong_usage(
    wrong: list[str], own: Path, tmp_path: Path, modellaw: Modellaw
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(GOOD)
    ran = modellaw("import", path, *INTO, "--data", own, *wrong)
    assert ran.code == 2
    assert not answers(own)


def test_a_heading_that_is_not_there_can_t_be_settled(own: Path, tmp_path: Path, modellaw: Modellaw) -> None:
    path = tmp_path / "a.csv"
    path.write_text(GOOD)
    ran = modellaw("import", path, *INTO, "--data", own, "--map", "Posession=possession")
    assert ran.code == 1
    assert "There is no heading “Posession” here. Did you mean “Possession”?" in ran.err
    assert not answers(own)


def test_a_note_that_belongs_to_no_answer_is_said(own: Path, tmp_path: Path, modellaw: Modellaw) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Country,Possession,Note\nAlmaria,,see the annex\nBorovia,no,\n")
    ran = modellaw("import", path, *INTO, "--data", own)
    assert ran.code == 0
    assert "a.csv, line 2, column C: the note “see the annex” belongs to no answer and is passed over." in ran.out
    assert said(own) == {"QMB possession": "no"}


def test_a_broken_import_toml_is_named(own: Path, tmp_path: Path, modellaw: Modellaw) -> None:
    path = tmp_path / "a.csv"
    path.write_text(GOOD)
    for text in ("[columns", "[columns]\n1 = 2\n", "other = 1\n"):
        (own / "mine" / "import.toml").write_text(text)
        ran = modellaw("import", path, *INTO, "--data", own)
        assert ran.code == 1
        assert "import.toml" in ran.err
    assert not answers(own)


def test_a_pipe_closed_early_is_no_traceback(own: Path, tmp_path: Path) -> None:
    if not shutil.which("head"):
        pytest.skip("needs head")
    path = tmp_path / "a.csv"
    path.write_text("Country,Specific law\n" + "Almaria,yes\n")
    line = f"{sys.executable} -m review import {path} {' '.join(INTO)} --data {own} --dry-run | head -1"
    ran = subprocess.run(["/bin/sh", "-c", line], capture_output=True, text=True, check=False, timeout=60)
    assert "Traceback" not in ran.stderr
