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
    "encrypted": ("a.xlsx", encrypted, ["password-protected or in the old .xls format", "Save it from Excel"]),
    "old xls": ("a.xls", encrypted, ["old .xls format"]),
    "damaged": ("a.xlsx", lambda: workbook()[:2000], ["not a readable Excel workbook"]),
    "damaged inside": ("a.xlsx", lambda: workbook().replace(b"sheet1", b"sheet9"), ["a.xlsx"]),
    "renamed docx": ("a.xlsx", docx, ["is a Word document"]),
    "text called xlsx": ("a.xlsx", GOOD.encode(), ["not a readable Excel workbook"]),
    "empty": ("a.xlsx", b"", ["not a readable Excel workbook"]),
    "empty text": ("a.csv", b"", ["This file is empty"]),
    "zip bomb as declared": ("a.xlsx", lambda: bomb(None), ["unpacks to more than 400 MB"]),
    "zip bomb that lies": ("a.xlsx", lambda: bomb(1000), ["a.xlsx"]),
    "a million formats": ("a.xlsx", lambda: repacked(b"<styleSheet>" + b"<xf/>" * 1_000_000 + b"</styleSheet>", "xl/styles.xml"), ["more than 150,000 formats"]),
    "very many drop-downs": ("a.xlsx", lambda: repacked(b"<worksheet><sheetData/>" + b"<dataValidation/>" * 30_000 + b"</worksheet>", "xl/worksheets/sheet1.xml"), ["more than 20,000 drop-downs"]),
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
    "a footnote mark alone": ("a.csv", GOOD.replace("yes", "¹").encode(), ["line 2", "“¹” is no answer"]),
    "answer and its contrary": ("a.csv", GOOD.replace("yes", "yes [no]").encode(), ["line 2", "is no answer"]),
    "marks without end": ("a.csv", GOOD.replace("yes", "*" * 30_000 + " see note").encode(), ["line 2", "is no answer"]),
    "spaces without end": ("a.csv", GOOD.replace("yes", "yes" + " " * 30_000 + "x").encode(), ["line 2", "is no answer"]),
    "a text that no cell holds": ("a.csv", GOOD.replace("yes", "yes" * 20_000).encode(), ["line 2, column B", "more than 32,767 letters"]),
    "a control character": ("a.csv", b"Country,Possession,Possession: citation\nAlmaria,yes,\x1bArt. 1\n", ["line 2, column C", "U+001B"]),
    "no character at all": ("a.csv", "Country,Possession,Possession: note\nAlmaria,yes,a\uffff\n".encode(), ["line 2, column C", "U+FFFF"]),
    "bytes that fit nothing": ("a.csv", b"Country,Possession,Note\nAlmaria,yes,\x81\n", ["line 2", "does not fit the rest of the file"]),
    "one wrong byte": ("a.csv", "Country,Possession,Note\nAlmaria,yes,éééé\n".encode() + b"Borovia,no,\xe9\n", ["line 3", "does not fit"]),
    "a heading that is an error": ("a.xlsx", lambda: workbook(cell("C1", "#N/A")), ["cell C1", "the error #N/A"]),
    "a heading that is a formula": ("a.xlsx", lambda: workbook(cell("C1", '="Possession"')), ["cell C1", "formula without a stored value"]),
    "country and code apart": ("a.csv", b"Country,Code,Possession\nAlmaria,QMB,yes\n", ["line 2, column B", "“QMB” is Borovia, but the row is of “Almaria”"]),
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
    ran = (
        modellaw("import", path, *INTO, "--data", own, "--accept-suggestions")
        if "country" not in what
        else modellaw("import", path, *INTO, "--data", own)
    )
    assert time.monotonic() - start < 60  # it does not hang: the worst of these took hours
    assert ran.code == 1
    for text in says:
        assert text in ran.err
    assert re.search(r"Nothing was (computed or )?written\.", ran.err)
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


LARGE = {
    "lines alone": ("a.csv", b"Country,Possession\nAlmaria,yes\n" + b"\n" * 3_000_000, ["more than 2,000,000 lines"]),
    "commas alone": ("a.csv", b"Country,Possession\nAlmaria,yes" + b"," * 21_000_000, ["20,000,000 cells"]),
    "names without end": (
        "a.csv",
        b"Country,Possession\n" + b"".join(b"Land of %d,yes\n" % n for n in range(20_000)),
        ["“Land of 7” is not exactly one country", "… and 19000 more."],
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
        assert text in ran.err
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
        (["--mark", "\udcff=yes"], "no text file can hold"),
        (["--mark", "yes=no"], "“yes” is understood as “yes” already"),
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


def test_what_was_settled_wrongly_is_named_by_its_file(own: Path, tmp_path: Path, modellaw: Modellaw) -> None:
    path = tmp_path / "a.csv"
    path.write_text(GOOD)
    (own / "mine" / "import.toml").write_text('[marks]\nx = "maybe"\n')
    ran = modellaw("import", path, *INTO, "--data", own)
    assert ran.code == 1
    assert "mine/import.toml: “x” can't mean “maybe”" in ran.err


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
