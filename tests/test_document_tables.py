"""Tables of Word documents and web pages: every cell where it stands, ticks as signs, footnotes as notes, nothing hidden."""

from __future__ import annotations

import random
import re
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from country_data import Problems
from country_data.document_tables import mark_text, read_docx_tables, read_html_tables
from country_data.text_file import SheetRows
from tests.drawn_documents import (
    DrawnCell,
    docx_bytes,
    docx_table,
    draw_docx,
    draw_html,
    html_bytes,
    html_table,
    paragraph,
    run,
    symbol,
)
from tests.test_import import INTO, answers, own

__all__ = ["own"]  # the fixture

Modellaw = Callable[..., Any]


def docx(path: Path, body: str, **more: Any) -> list[SheetRows]:
    path.write_bytes(docx_bytes(body, **more))
    problems = Problems()
    found = read_docx_tables(path, path.name, problems)
    assert found is not None, list(problems)
    return found


def html(path: Path, body: str) -> list[SheetRows]:
    path.write_bytes(html_bytes(body))
    problems = Problems()
    found = read_html_tables(path, path.name, problems)
    assert found is not None, list(problems)
    return found


def cell(*runs: str, across: int = 1, down: int = 1) -> DrawnCell:
    return DrawnCell(paragraph(*runs), across, down)


@pytest.mark.parametrize(
    ("font", "code", "sign"),
    [
        ("Wingdings", 0xFC, "✓"),
        ("Wingdings", 0xF0FC, "✓"),
        ("Wingdings", 0xFB, "✗"),
        ("Wingdings 2", 0x50, "✓"),
        ("Wingdings 2", 0x4F, "✗"),
        ("Webdings", 0x61, "✓"),
        ("ZapfDingbats", 0x34, "✔"),
        ("Zapf Dingbats", 0x38, "✘"),
        ("Wingdings", 0x4A, "Wingdings 4A"),
        ("Wingdings 2", 0xFC, "Wingdings 2 FC"),
        ("Symbol", 0xF0D6, "Symbol D6"),
    ],
)
def test_a_sign_is_its_font_and_code_never_a_letter(font: str, code: int, sign: str) -> None:
    assert mark_text(font, code) == sign


def test_signs_of_symbol_fonts_are_read_however_a_document_has_them(tmp_path: Path) -> None:
    row = [
        cell(symbol("Wingdings", "F0FC")),
        cell(run("ü", '<w:rFonts w:ascii="Wingdings"/>')),
        cell(run("ü", '<w:rStyle w:val="Tick"/>')),
        cell(run("ü")),
        cell(symbol("Wingdings", "F04A")),
    ]
    (table,) = docx(tmp_path / "a.docx", docx_table([row]))
    assert table.rows == [["✓", "✓", "✓", "ü", "Wingdings 4A"]]


def test_a_letter_of_a_symbol_font_is_open_until_the_reading_says_what_it_means(
    own: Path, tmp_path: Path, modellaw: Modellaw
) -> None:
    path = tmp_path / "a.docx"
    rows = [
        [cell(run("Country")), cell(run("Specific law"))],
        [cell(run("Almaria")), cell(symbol("Wingdings", "F04A"))],
    ]
    path.write_bytes(docx_bytes(docx_table(rows)))
    ran = modellaw("import", path, *INTO, "--data", own)
    assert ran.code == 1
    assert "“Wingdings 4A”" in ran.out
    reading = tmp_path / "r.toml"
    reading.write_text('[answers]\n"Wingdings 4A" = "yes"\n')
    ran = modellaw("import", path, *INTO, "--data", own, "--reading", reading, "--write")
    assert ran.code == 0, ran.err
    answer = answers(own)["QMA", "legislation"]
    assert (answer["answer"], answer["locator"]) == ("yes", "table 1, row 2")


def test_cells_over_several_rows_and_columns_keep_the_others_in_place(tmp_path: Path) -> None:
    text = [
        [("Country", 1, 2), ("Criteria", 2, 1), ("Note", 1, 2)],
        [("A", 1, 1), ("B", 1, 1)],
        [("France", 1, 2), ("1", 1, 1), ("2", 2, 1)],
        [("3", 1, 1), ("4", 1, 1), ("5", 1, 1)],
    ]
    expected = [["Country", "Criteria", "", "Note"], ["", "A", "B"], ["France", "1", "2"], ["", "3", "4", "5"]]
    word = [[cell(run(t), across=a, down=d) for t, a, d in row] for row in text]
    (table,) = docx(tmp_path / "a.docx", docx_table(word))
    assert table.rows == expected
    assert {"A1:A2", "D1:D2", "A3:A4"} <= set(table.merged)
    web = [[DrawnCell(t, a, d) for t, a, d in row] for row in text]
    (table,) = html(tmp_path / "a.html", html_table(web))
    assert table.rows == expected
    assert {"A1:A2", "B1:C1", "D1:D2", "A3:A4"} == set(table.merged) - {"C3:D3"}


def test_raised_signs_and_footnotes_are_notes_of_their_cells(tmp_path: Path) -> None:
    raised = run("4", '<w:vertAlign w:val="superscript"/>')
    foot = '<w:r><w:footnoteReference w:id="1"/></w:r>'
    (table,) = docx(
        tmp_path / "a.docx",
        docx_table([[cell(run("Yes"), raised), cell(run("No"), foot)]]),
        footnotes={"1": "since 2004"},
    )
    assert table.rows == [["Yes", "No"]]
    assert table.comments == {(0, 0): "4", (0, 1): "since 2004"}
    body = '<table><tr><td>Yes<sup><a href="#n">[1]</a></sup><td>No<sup>b</sup></table><ol><li id="n">since 2004</ol>'
    (table,) = html(tmp_path / "a.html", body)
    assert table.rows == [["Yes", "No"]]
    assert table.comments == {(0, 0): "[1] since 2004", (0, 1): "b"}


def test_what_a_reader_does_not_see_is_not_read(tmp_path: Path) -> None:
    gone = '<w:del w:id="1" w:author="a"><w:r><w:delText>no</w:delText></w:r></w:del>'
    hidden = run("no", "<w:vanish/>")
    (table,) = docx(tmp_path / "a.docx", docx_table([[cell(gone, run("yes")), cell(hidden, run("yes"))]]))
    assert table.rows == [["yes", "yes"]]
    body = (
        "<div style='display: none'><table><tr><td>no</table></div>"
        "<table><tr><td><span style='display:none'>no<td><script>no</script>yes<tr hidden><td>no<td>no"
        "<tr><td hidden>no<td>a<td><span class='sortkey'>no</span>b</table>"
    )
    tables = html(tmp_path / "a.html", body)
    assert [table.rows for table in tables if table.rows] == [[["", "yes"], ["a", "b"]]]


def test_pictures_and_boxes_are_read_by_what_they_say(tmp_path: Path) -> None:
    box = '<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val="1"/></w14:checkbox></w:sdtPr><w:sdtContent><w:r><w:t>☒</w:t></w:r></w:sdtContent></w:sdt>'
    drawing = '<w:r><w:drawing><docPr xmlns="x" descr="Yes"/></w:drawing></w:r>'
    nothing = '<w:r><w:drawing><docPr xmlns="x"/></w:drawing></w:r>'
    (table,) = docx(tmp_path / "a.docx", docx_table([[cell(box), cell(drawing), cell(nothing)]]))
    assert table.rows == [["☑", "Yes", "picture"]]
    body = (
        '<table><tr><td><img alt="Yes" src="y.png"><td><input type="checkbox" checked><td><input type=checkbox></table>'
    )
    (table,) = html(tmp_path / "a.html", body)
    assert table.rows == [["Yes", "☑", "☐"]]


def test_a_table_within_a_cell_is_one_of_its_own(tmp_path: Path) -> None:
    inner = docx_table([[cell(run("inner"))]])
    tables = docx(
        tmp_path / "a.docx", docx_table([[DrawnCell(paragraph(run("a")) + inner + "<w:p/>"), cell(run("b"))]])
    )
    assert [table.rows for table in tables] == [[["a", "b"]], [["inner"]]]
    tables = html(tmp_path / "a.html", "<table><tr><td>a<table><tr><td>inner</table><td>b</table>")
    assert [table.rows for table in tables] == [[["a", "b"]], [["inner"]]]


def test_tables_are_named_after_what_stands_above_them(tmp_path: Path) -> None:
    (table,) = docx(tmp_path / "a.docx", paragraph(run("Table 3. Laws")) + docx_table([[cell(run("a"))]]))
    assert table.name == "table 1: Table 3. Laws"
    first, second = html(
        tmp_path / "a.html", "<h2>Laws</h2><table><tr><td>a</table><table><caption>Others</caption><tr><td>b</table>"
    )
    assert (first.name, second.name) == ("table 1: Laws", "table 2: Others")


HEADS = "<table><tr><th>Country<th>Law<th>Ban"
WEB = {
    "rows covered end with their group": (
        f"{HEADS}<tbody><tr><td>France<td rowspan=3>yes<td>a</tbody><tbody><tr><td>Namibia<td>no<td>b</tbody></table>",
        [["France", "yes", "a"], ["Namibia", "no", "b"]],
    ),
    "rows covered to the end": (
        f"{HEADS}<tr><td>France<td rowspan=0>yes<td>no<tr><td>Namibia<td>yes</table>",
        [["France", "yes", "no"], ["Namibia", "", "yes"]],
    ),
    "a hidden row is not counted": (
        f"{HEADS}<tr><td>France<td rowspan=2>yes<td>no<tr style='display:none'><td>x<tr><td>Namibia<td>yes</table>",
        [["France", "yes", "no"], ["Namibia", "", "yes"]],
    ),
    "what is only not visible keeps its place": (
        f"{HEADS}<tr><td>France<td style='visibility: hidden'>no<td>yes</table>",
        [["France", "", "yes"]],
    ),
    "a hidden group": (f"{HEADS}<tbody hidden><tr><td>Peru<td>no<tr><td>Chad<tbody><tr><td>France<td>yes</table>", [["France", "yes"]]),
    "a template": (f"{HEADS}<template><tr><td>Peru<td>no</tr></template><tr><td>France<td>yes</table>", [["France", "yes"]]),
    "a font of signs": (f"{HEADS}<tr><td>France<td><font face=Wingdings>n</font><td style='font-family: Wingdings'>\u00fc</table>", [["France", "Wingdings 6E", "✓"]]),
    "a class in a font of signs": (f"<style>td.s {{ font-family: Wingdings }}</style>{HEADS}<tr><td>France<td class=s>n</table>", [["France", "Wingdings 6E"]]),
    "a class that hides": (f"<style>.h {{ display: none }}</style>{HEADS}<tr><td>France<td><i class=h>no</i>yes<tr class=h><td>Peru</table>", [["France", "yes"]]),
    "struck out": (f"{HEADS}<tr><td>France<td><s>yes</s><td><del>no</del> yes</table>", [["France", "", "yes"]]),
    "spans as browsers read them": (f"{HEADS}<tr><td>France<td colspan='2px'>yes<td>no</table>", [["France", "yes", "", "no"]]),
    "a raised sign ends with its cell": (f"{HEADS}<tr><td>France<td>yes<sup>1<td>no<tr><td>Peru<td>no</table>", [["France", "yes", "no"], ["Peru", "no"]]),
    "icons and pictures are no blanks": (f"{HEADS}<tr><td>France<td><i class='fa fa-check'></i><td><img src=tick.png></table>", [["France", "picture", "picture"]]),
    "all of it raised": (f"{HEADS}<tr><td>France<td><sup>yes</sup></table>", [["France", "yes"]]),
    "a table in a cell is no blank": (f"{HEADS}<tr><td>France<td><table><tr><td>yes</table><td>no</table>", [["France", "table", "no"]]),
    "titles without end": ("<h2>Laws<table><caption>Our laws<tr><th>Country<th>Law<tr><td>France<td>yes</table>", [["France", "yes"]]),
    "a colour is no blank": (f"{HEADS}<tr><td>France<td bgcolor=red><td style='background: #0f0'></table>", [["France", "colour red", "colour #0f0"]]),
}  # fmt: skip


@pytest.mark.parametrize("what", WEB)
def test_a_web_page_is_read_as_browsers_show_it(what: str, tmp_path: Path) -> None:
    body, rows = WEB[what]
    table = html(tmp_path / "a.html", body)[0]
    assert table.rows[1:] == rows


@pytest.mark.parametrize(
    ("named", "encoding"),
    [("iso-8859-1", "cp1252"), ("utf-8", "utf-16"), ("x-sjis", "cp932"), ("iso-2022-jp", "iso2022_jp")],
)
def test_a_page_is_read_in_the_encoding_that_browsers_take(named: str, encoding: str, tmp_path: Path) -> None:
    text = "Côte d’Ivoire" if encoding == "cp1252" else "日本"
    page = f'<html><meta charset="{named}"><table><tr><td>{text}</table></html>'
    (tmp_path / "a.html").write_bytes(page.encode(encoding))
    found = read_html_tables(tmp_path / "a.html", "a.html", Problems())
    assert found is not None
    assert found[0].rows == [[text]]


def styled(style: str, based_on: str = "", about: str = "", kind: str = "character") -> str:
    base = f'<w:basedOn w:val="{based_on}"/>' if based_on else ""
    return f'<w:style w:type="{kind}" w:styleId="{style}">{base}<w:rPr>{about}</w:rPr></w:style>'


WINGDINGS = '<w:rFonts w:ascii="Wingdings" w:hAnsi="Wingdings"/>'
CHECKED = "<w:sdt><w:sdtPr><w14:checkbox><w14:checked/></w14:checkbox></w:sdtPr><w:sdtContent><w:r><w:t>☒</w:t></w:r></w:sdtContent></w:sdt>"
FIELD = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
BOX = (
    '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:checked/></w:checkBox></w:ffData></w:fldChar></w:r>'
)
WORD = {
    "a font by a style that is based on another": (run("n", '<w:rStyle w:val="B"/>'), "Wingdings 6E"),
    "a font by the style of the paragraph": ('<w:pPr><w:pStyle w:val="P"/></w:pPr>' + run("n"), "Wingdings 6E"),
    "a font of other scripts": (run("n", '<w:rFonts w:cs="Wingdings"/>'), "Wingdings 6E"),
    "another font of signs": (run("n", '<w:rFonts w:ascii="Marlett"/>'), "Marlett 6E"),
    "a box beside text": (f"<w:sdt><w:sdtPr/><w:sdtContent>{CHECKED}{run(' No')}</w:sdtContent></w:sdt>", "☑ No"),
    "a box of old Word": (BOX + FIELD.format("end") + run(" No"), "☑ No"),
    "what a field is made of": (FIELD.format("begin") + run("yes") + FIELD.format("separate") + run("no") + FIELD.format("end"), "no"),
    "struck out": (run("yes", "<w:strike/>"), ""),
    "hidden by a style": (run("yes", '<w:rStyle w:val="H"/>'), ""),
    "not hidden": (run("yes", '<w:vanish w:val="0"/>'), "yes"),
    "a text box": ('<w:r><mc:AlternateContent xmlns:mc="m"><mc:Choice/></mc:AlternateContent></w:r>', "picture"),
    "a field alone": (f'{BOX}{FIELD.format("end")}', "☑"),
}  # fmt: skip


@pytest.mark.parametrize("what", WORD)
def test_a_word_document_is_read_as_word_shows_it(what: str, tmp_path: Path) -> None:
    content, text = WORD[what]
    styles = (
        styled("A", about=WINGDINGS)
        + styled("B", "A")
        + styled("P", "A", kind="paragraph")
        + styled("H", about="<w:vanish/>")
    )
    parts = {
        "word/styles.xml": f'<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">{styles}</w:styles>'
    }
    (table,) = docx(tmp_path / "a.docx", docx_table([[cell(run("France")), cell(content)]]), parts=parts)
    assert [*table.rows[0], ""][:2] == ["France", text]


def test_rows_that_are_deleted_and_cells_that_go_on_to_the_right_are_no_answers(tmp_path: Path) -> None:
    table = docx_table([[cell(run("France")), cell(run("no"))], [cell(run("Peru")), cell(run("yes"))]])
    gone = table.replace("<w:tr>", "<w:tr><w:trPr><w:del w:id='1'/></w:trPr>", 1)
    (found,) = docx(tmp_path / "a.docx", gone)
    assert found.rows == [["Peru", "yes"]]
    wide = (
        "<w:tbl><w:tr>"
        + "".join(
            f"<w:tc><w:tcPr>{merge}</w:tcPr>{paragraph(run(text))}</w:tc>"
            for text, merge in (
                ("France", ""),
                ("yes", '<w:hMerge w:val="restart"/>'),
                ("no", "<w:hMerge/>"),
                ("x", ""),
            )
        )
        + "</w:tr></w:tbl>"
    )
    (found,) = docx(tmp_path / "a.docx", wide)
    assert found.rows == [["France", "yes", "", "x"]]
    assert found.merged == ("B1:C1",)


@pytest.mark.parametrize("draw", [draw_docx, draw_html])
def test_drawn_tables_come_back_cell_for_cell(draw: Callable[..., bytes], tmp_path: Path) -> None:
    texts = ["yes", "No", "✓", "✗", "", "Côte d'Ivoire", "a < b & c", "日本", "x", "12 %", "unknown"]
    path = tmp_path / f"a.{draw.__name__.removeprefix('draw_')}"
    read = read_docx_tables if draw is draw_docx else read_html_tables
    for seed in range(60):
        chance = random.Random(seed)  # noqa: S311 -- tables to try, not a secret
        width = chance.randint(2, 6)
        rows = [
            ["Country", *("abcde"[: width - 1])],
            *([chance.choice(texts) for _ in range(width)] for _ in range(chance.randint(1, 9))),
        ]
        path.write_bytes(draw(chance, rows))
        found = read(path, path.name, Problems())
        assert found is not None
        table = next(one for one in found if one.rows and one.rows[0][0] == "Country")
        padded = {
            line - 1: [*row, *[""] * (width - len(row))] for line, row in zip(table.lines, table.rows, strict=True)
        }
        assert [padded.get(n, [""] * width) for n in range(len(rows))] == rows, seed


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "a document of old Word"),
        ("a.rtf", b"{\\rtf1\\ansi Country}", "a rich text document"),
        ("a.docx", b"PK\x03\x04 nothing", "not a readable Excel workbook"),
        ("a.docx", docx_bytes(paragraph(run("no table here"))), "holds no table"),
        ("a.docx", docx_bytes("", parts={"word/document.xml": "<w:document"}), "damaged"),
        ("a.docx", docx_bytes("<w:sdt>" * 30_000 + "</w:sdt>" * 30_000), "no table|damaged"),
        ("a.docx", docx_bytes("", parts={"word/document.xml": "<a>" + " " * 120_000_000 + "</a>"}), "more than"),
        ("a.html", b"<html><body>no table</body></html>", "holds no table"),
        ("a.html", b"<html><table><tr><td colspan=99999 rowspan=99999>x</table>", "No column here"),
        ("a.html", b"", "no rows|holds no table|empty"),
    ],
)  # fmt: skip
def test_a_document_that_can_t_be_read_says_why(
    name: str, content: bytes, words: str, own: Path, tmp_path: Path, modellaw: Modellaw
) -> None:
    (tmp_path / name).write_bytes(content)
    start = time.monotonic()
    ran = modellaw("import", tmp_path / name, *INTO, "--data", own)
    assert ran.code == 1, ran.out
    assert re.search(words, ran.err), ran.err
    assert time.monotonic() - start < 60


def test_a_page_that_keeps_the_parser_busy_is_given_up(
    own: Path, tmp_path: Path, modellaw: Modellaw, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = subprocess.run
    monkeypatch.setattr(subprocess, "run", lambda *words, **options: real(*words, **{**options, "timeout": 2}))
    (tmp_path / "a.html").write_text("<html>" + "<a x='" * 100_000, encoding="utf-8")
    ran = modellaw("import", tmp_path / "a.html", *INTO, "--data", own)
    assert ran.code == 1
    assert "too large to be read in a minute" in ran.err
