"""What can't be taken in: a clear answer with the place, no traceback, and every file as it was."""

from __future__ import annotations

import io
import re
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


def repacked(content: bytes, part: str = "xl/workbook.xml") -> bytes:
    """A workbook with another part in the place of one; of that which names its sheets, if no other is named."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            target.writestr(name, content if name == part else source.read(name))
    return out.getvalue()


def spoiled(packing: int) -> bytes:
    """A workbook in whose packed sheet a few bytes are wrong."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as source, zipfile.ZipFile(out, "w", packing) as target:
        for name in source.namelist():
            target.writestr(name, source.read(name))
    raw = bytearray(out.getvalue())
    start = raw.index(b"xl/worksheets/sheet1.xml") + 40
    raw[start : start + 60] = bytes(255 - one for one in raw[start : start + 60])
    return bytes(raw)


def hide(sheet: Any) -> None:
    sheet.parent.create_sheet("Empty")
    sheet.sheet_state = "hidden"


def cell(address: str, value: object) -> Callable[[Any], None]:
    def change(sheet: Any) -> None:
        sheet[address] = value

    return change


BAD: dict[str, tuple[str, bytes | Callable[[], bytes], list[str]]] = {
    "encrypted": ("a.xlsx", encrypted, ["can't be read, or has a password", "save it as"]),
    "old xls": ("a.xls", encrypted, ["can't be read, or has a password"]),
    "damaged": ("a.xlsx", lambda: workbook()[:2000], ["not a readable Excel workbook"]),
    "damaged inside": ("a.xlsx", lambda: workbook().replace(b"sheet1", b"sheet9"), ["a.xlsx"]),
    "renamed docx": ("a.xlsx", docx, ["is a Word document"]),
    "text called xlsx": ("a.xlsx", GOOD.encode(), ["not a readable Excel workbook"]),
    "empty": ("a.xlsx", b"", ["not a readable Excel workbook"]),
    "empty text": ("a.csv", b"", ["This file is empty"]),
    "zip bomb as declared": ("a.xlsx", lambda: bomb(None), ["unpacks to more than 400 MB"]),
    "zip bomb that lies": ("a.xlsx", lambda: bomb(1000), ["a.xlsx"]),
    "a million formats": ("a.xlsx", lambda: repacked(b"<styleSheet>" + b"<xf/>" * 1_000_000 + b"</styleSheet>", "xl/styles.xml"), ["more than 150,000 formats"]),
    "formula without a value": ("a.xlsx", lambda: workbook(cell("B2", "=A1")), ["cell B2", "formula without a stored value"]),
    "#N/A": ("a.xlsx", lambda: workbook(cell("B2", "#N/A")), ["cell B2", "the error #N/A"]),
    "country twice": ("a.csv", (GOOD + "QMA,no,no\n").encode(), ["line 4", "Almaria (QMA) legislation stands twice, with another answer, also in B2"]),
    "no such country": ("a.csv", (GOOD + "Zzyzx,no,no\n").encode(), ["“Zzyzx”", "A4", "a country, or skip"]),
    "two countries in one name": ("a.csv", (GOOD + "Korea,no,no\n").encode(), ["“Korea”", "A4", "a country, or skip"]),
    "an answer without a country": ("a.csv", (GOOD + ",no,no\n").encode(), ["line 4", "no country"]),
    "no answer": ("a.csv", GOOD.replace("yes", "perhaps").encode(), ["“perhaps”", "B2", "--save-reading reading.toml"]),
    "n/a": ("a.csv", GOOD.replace("yes", "n/a").encode(), ["“n/a”", "B2", "under Specific law"]),
    "date as a number": ("a.csv", b"Country,Possession,Possession: effective\nAlmaria,yes,45000\n", ["line 2", "“45000” is not a date", "formatted as a date"]),
    "unknown source": ("a.csv", b"Country,Possession,Possession: source\nAlmaria,yes,handbook\nBorovia,no,nobody\n", ["line 3", "There is no source “nobody”"]),
    "unknown cause": ("a.csv", b"Country,Possession,Possession: cause\nAlmaria,yes,why\n", ["line 2", "“why” is not allowed here", "law_changed"]),
    "quotes unclosed": ("a.csv", GOOD.replace("yes", '"yes').encode(), ["line 2", "not CSV", "quotation mark"]),
    "NUL": ("a.csv", GOOD.replace("yes", "y\0es").encode(), ["line 2", "NUL"]),
    "no country column": ("a.csv", b"Place,Possession\nZzyzx,yes\n", ["no column is known to hold the countries: is it this one?", "“Place”"]),
    "no criterion": ("a.csv", b"Country,Rank\nAlmaria,1\n", ["no heading here is a criterion", "“Rank”"]),
    "one thing twice": ("a.csv", b"Country,Possession,possession\nAlmaria,yes,no\n", ["columns B and C are both possession: skip one of them"]),
    "long without a criterion": ("a.csv", b"country,criterion,answer\nAlmaria,nothing,no\n", ["B2", "“nothing”", "no criterion: one of them, or skip"]),
    "a footnote mark alone": ("a.csv", GOOD.replace("yes", "¹").encode(), ["“¹”", "B2"]),
    "answer and its contrary": ("a.csv", GOOD.replace("yes", "yes [no]").encode(), ["“yes [no]”", "B2"]),
    "marks without end": ("a.csv", GOOD.replace("yes", "*" * 30_000 + " see note").encode(), ["B2", "see note"]),
    "spaces without end": ("a.csv", GOOD.replace("yes", "yes" + " " * 30_000 + "x").encode(), ["“yes x”", "B2"]),
    "a text that no cell holds": ("a.csv", GOOD.replace("yes", "yes" * 20_000).encode(), ["B2", "yesyes"]),
    "a control character": ("a.csv", b"Country,Possession,Possession: citation\nAlmaria,yes,\x1bArt. 1\n", ["line 2, column C", "U+001B"]),
    "no character at all": ("a.csv", "Country,Possession,Possession: note\nAlmaria,yes,a\uffff\n".encode(), ["line 2, column C", "U+FFFF"]),
    "bytes that fit nothing": ("a.csv", b"Country,Possession,Note\nAlmaria,yes,\x81\n", ["Encoding"]),
    "one wrong byte": ("a.csv", "Country,Possession,Note\nAlmaria,yes,éééé\n".encode() + b"Borovia,no,\xe9\n", ["line 3", "does not fit"]),
    "a heading that is an error": ("a.xlsx", lambda: workbook(cell("C1", "#N/A")), ["cell C1", "the error #N/A"]),
    "a heading that is a formula": ("a.xlsx", lambda: workbook(cell("C1", '="Possession"')), ["cell C1", "formula without a stored value"]),
    "country and code apart": ("a.csv", b"Country,Code,Possession\nAlmaria,QMB,yes\n", ["disagrees with the countries in 1 row: B2 “QMB” is Borovia, in the row of Almaria"]),
    "odd encoding of a part": ("a.xlsx", lambda: repacked(b"<?xml version='1.0' encoding='utf-7'?><workbook/>"), ["a.xlsx"]),
    "unknown encoding of a part": ("a.xlsx", lambda: repacked(b"<?xml version='1.0' encoding='foo'?><workbook/>"), ["a.xlsx"]),
    "damaged where it is packed": ("a.xlsx", lambda: spoiled(zipfile.ZIP_DEFLATED), ["not a readable Excel workbook"]),
    "damaged in another packing": ("a.xlsx", lambda: spoiled(zipfile.ZIP_LZMA), ["not a readable Excel workbook"]),
    "all sheets hidden": ("a.xlsx", lambda: workbook(hide), ["All sheets are hidden", "--sheet"]),
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
    ran = modellaw("import", path, *INTO, "--data", own)
    assert time.monotonic() - start < 60  # it does not hang: the worst of these took hours
    assert ran.code == 1
    shown = " ".join(f"{ran.out} {ran.err}".split())
    for text in says:
        assert text in shown
    assert re.search(r"Nothing was (computed or )?written\.", shown)
    assert "Traceback" not in ran.err
    assert snapshot(own) == before


def test_all_that_is_open_is_told_at_once(own: Path, tmp_path: Path, modellaw: Modellaw) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Country,Specific law,Possession\nAlmaria,perhaps,no\nZzyzx,no,\nBorovia,,2020-13\n")
    ran = modellaw("import", path, *INTO, "--data", own)
    assert ran.code == 1
    for text in ("“perhaps”", "“Zzyzx”", "“2020-13”"):
        assert text in ran.out


def test_all_problems_are_told_at_once(own: Path, tmp_path: Path, modellaw: Modellaw) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "Country,Possession,Possession: effective,Possession: cause\nAlmaria,yes,soon,why\nBorovia,no,later,\n"
    )
    ran = modellaw("import", path, *INTO, "--data", own)
    assert ran.code == 1
    assert "line 2, column C: “soon” is not a date." in ran.err
    assert "line 3, column C: “later” is not a date." in ran.err
    assert "line 2, column D: “why” is not allowed here." in ran.err


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
    assert time.monotonic() - start < 60  # it does not hang: the worst of these took hours
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
    assert "stands in a workbook" in ran.err
    assert snapshot(own) == before


def test_a_disk_that_fills_while_writing_leaves_the_file(
    own: Path, tmp_path: Path, modellaw: Modellaw, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(GOOD)
    before = snapshot(own)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_bytes", full)
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


WRONG = {
    "no TOML": ("[columns", ["reading.toml", "not TOML"]),
    "a table that is none": ("[colums]\na = 1\n", ["line 1", "A reading has no “colums”", "Did you mean “columns”"]),
    "no such criterion": ('[columns]\n"Possession" = "posession"\n', ["line 2", "can't hold “posession”", "Did you mean “possession”"]),
    "no such answer": ('[answers]\n"yes" = "maybe"\n', ["line 2", "“maybe” is no answer", "Allowed are: yes, no, unknown"]),
    "an answer of no criterion": ('[answers.law]\n"yes" = "no"\n', ["line 1", "There is no criterion “law”"]),
    "no such country": ('[countries]\n"Almaria" = "Nambia"\n', ["line 2", "“Nambia” is not exactly one country", "Namibia"]),
    "no such heading": ('[columns]\n"Posession" = "possession"\n', ["line 2", "There is no column “Posession” in this table"]),
    "no such text": ('[answers]\n"perhaps" = "no"\n', ["line 2", "There is no answer “perhaps” in this table"]),
    "no such row": ('[skip]\nrows = ["TOTAL"]\n', ["There is no country or row “TOTAL” in this table"]),
    "no list of rows": ('[skip]\nrows = "TOTAL"\n', ["[skip] holds rows, a list of texts"]),
    "a country that is skipped": ('[countries]\n"Almaria" = "QMA"\n[skip]\nrows = ["Almaria"]\n', ["line 2", "is skipped too"]),
    "a column twice": ('[columns]\n"Possession" = "possession"\n"C" = "definition"\n', ["line 3", "Column C is settled twice"]),
    "two columns alike": ('[columns]\n"B" = "possession"\n"C" = "possession"\n', ["Columns B and C are both settled as possession"]),
    "no encoding": ('[table]\nencoding = "klingon"\n', ["line 2", "There is no encoding “klingon”"]),
    "no rows of headings": ('[table]\nrows = "first"\n', ["line 2", "are no rows of headings"]),
    "no separator": ('[table]\nseparator = ", "\n', ["line 2", "is no separator"]),
    "no sheet": ('[table]\nsheet = "Answers"\n', ["There is no sheet “Answers”", "text file"]),
    "no text": ("[columns]\nCountry = 1\n", ["line 2", "can't hold “1”"]),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_a_reading_that_is_wrong_is_named_by_its_line(what: str, own: Path, tmp_path: Path, modellaw: Modellaw) -> None:
    path, reading = tmp_path / "a.csv", tmp_path / "reading.toml"
    path.write_text(GOOD)
    reading.write_text(WRONG[what][0])
    ran = modellaw("import", path, *INTO, "--data", own, "--reading", reading)
    assert ran.code == 1
    for text in WRONG[what][1]:
        assert text in ran.err
    assert not answers(own)


def test_a_note_that_belongs_to_no_answer_is_said(own: Path, tmp_path: Path, modellaw: Modellaw) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Country,Possession,Note\nAlmaria,,see the annex\nBorovia,no,\n")
    ran = modellaw("import", path, *INTO, "--data", own)
    assert ran.code == 0
    assert "C2: “see the annex” belongs to no answer and is left out." in ran.out
    assert said(own) == {"QMB possession": "no"}


def test_a_broken_reading_that_was_kept_is_named(own: Path, tmp_path: Path, modellaw: Modellaw) -> None:
    path = tmp_path / "a.csv"
    path.write_text(GOOD)
    (own / "mine" / "readings").mkdir()
    for text in ("[columns", "[columns]\n1 = 2\n", "other = 1\n", '[answers]\nx = "maybe"\n'):
        (own / "mine" / "readings" / "01.toml").write_text(text)
        ran = modellaw("import", path, *INTO, "--data", own)
        assert ran.code == 1
        assert "mine/readings/01.toml" in ran.err
    assert not answers(own)


def test_a_pipe_closed_early_is_no_traceback(own: Path, tmp_path: Path) -> None:
    if not shutil.which("head"):
        pytest.skip("needs head")
    path = tmp_path / "a.csv"
    path.write_text("Country,Specific law\n" + "Almaria,yes\n")
    line = f"{sys.executable} -m review import {path} {' '.join(INTO)} --data {own} | head -1"
    ran = subprocess.run(["/bin/sh", "-c", line], capture_output=True, text=True, check=False, timeout=60)
    assert "Traceback" not in ran.stderr


LARGE = {
    "lines alone": ("a.csv", b"Country,Possession\nAlmaria,yes\n" + b"\n" * 3_000_000, ["more than 2,000,000 lines"]),
    "commas alone": ("a.csv", b"Country,Possession\nAlmaria,yes" + b"," * 21_000_000, ["20,000,000 cells"]),
    "names without end": (
        "a.csv",
        b"Country,Possession\n" + b"".join(b"Land of %d,yes\n" % n for n in range(20_000)),
        ["“Land of 7”", "and 19970 more, all in the file of --save-reading"],
    ),
}


@pytest.mark.parametrize("what", LARGE)
def test_a_large_file_that_is_no_table_is_refused_in_time(
    what: str, own: Path, tmp_path: Path, modellaw: Modellaw
) -> None:
    name, content, says = LARGE[what]
    path = tmp_path / name
    path.write_bytes(content)
    before, start = snapshot(own), time.monotonic()
    ran = modellaw("import", path, *INTO, "--data", own)
    assert time.monotonic() - start < 60
    assert ran.code == 1
    for text in says:
        assert text in f"{ran.out} {ran.err}"
    assert snapshot(own) == before


def test_a_text_far_to_the_right_is_no_reason_for_a_large_table(own: Path, tmp_path: Path, modellaw: Modellaw) -> None:
    path = tmp_path / "a.xlsx"

    def far(sheet: Any) -> None:
        for row in range(2, 400):
            sheet.cell(row, 16_000, "far")

    path.write_bytes(workbook(far))
    ran = modellaw("import", path, *INTO, "--data", own)
    assert ran.code == 1
    assert "more than the 5,000,000 that are read" in ran.err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--source", "  "], "says nothing"),
        (["--source", "a\x0bb"], "no text file can hold"),
        (["--reason", "\udcff"], "no text file can hold"),
        (["--encoding", "klingon"], "There is no encoding “klingon”"),
        (["--reason", "why"], "--as-correction"),
        (["--date", "2024"], "--as-correction"),
        (["--as-correction", "--reason", "\u200b", "--source", "gazette"], "says nothing"),
    ],
)
def test_an_option_that_can_t_be_meant_is_wrong_usage(
    words: list[str], says: str, own: Path, tmp_path: Path, modellaw: Modellaw
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(GOOD)
    before = snapshot(own)
    ran = modellaw("import", path, "--series", "mine", "--edition", "02", "--data", own, *words)
    assert ran.code == 2
    assert says in ran.err
    assert snapshot(own) == before


def test_comments_go_into_a_copy_that_loses_nothing(own: Path, tmp_path: Path, modellaw: Modellaw) -> None:
    path = tmp_path / "a.xlsx"
    book = openpyxl.load_workbook(io.BytesIO(workbook(cell("B2", "perhaps"))))
    chart = openpyxl.chart.BarChart()
    chart.add_data(openpyxl.chart.Reference(book.active, min_col=1, min_row=1, max_row=2))
    book.active.add_chart(chart, "H2")
    book.save(path)
    before = path.read_bytes()
    words = ["check", path, "--data", own, "--series", "mine", "--edition", "02", "--force"]
    ran = modellaw(*words, "--output", tmp_path / "b.xlsx")
    assert ran.code == 1
    assert "charts" in ran.err
    assert not (tmp_path / "b.xlsx").exists()
    assert modellaw(*words, "--output", path).code == 2
    assert modellaw(*words, "--output", tmp_path / "b.csv").code == 2
    assert path.read_bytes() == before
