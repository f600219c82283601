"""Tables of PDFs: every cell where it stands or asked about, no meaning by a letter, bounded however hostile a file is."""

from __future__ import annotations

import io
import itertools
import random
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from country_data.pdf.pieces import Box
from country_data.pdf.process import looks_of, samples
from country_data.text_file import SheetRows
from criteria import answer_matrix
from review.dataset import read_dataset
from review.importer.columns import Meanings
from review.importer.reading import Reading, read_table
from review.together import check_together
from tests.drawn_pdf import Layout, country_names, draw, judge, random_layout, read

Modellaw = Callable[..., Any]
NAMES = country_names()[:12]
HEADS = ["Specific legislation", "Defined", "Technology", "Possession", "Reporting"]
XS = [220.0, 280.0, 340.0, 400.0, 460.0]
TICK, CROSS = "\u2714", "\u2718"


@pytest.fixture
def mine(tmp_path: Path, modellaw: Modellaw) -> Path:
    """A data folder with an empty edition of the main framework."""
    made = modellaw("init", tmp_path / "mine", "--series", "ours", "--framework", "csam", "--edition", "10",
                    "--title", "Tenth", "--source", "report", "--source-title", "Report")  # fmt: skip
    assert made.code == 0, made.err
    return tmp_path / "mine"


class Page:
    """A page of A4 that is drawn on from the top."""

    def __init__(self, **options: Any) -> None:
        self.target = io.BytesIO()
        self.canvas = Canvas(self.target, pagesize=(595, 842), invariant=1, **options)

    def write(
        self, x: float, y: float, text: str, size: float = 9, font: str = "Helvetica", *, centred: bool = False
    ) -> Page:
        """Write a text; ticks and crosses in their font."""
        self.canvas.setFont("ZapfDingbats" if text in (TICK, CROSS) else font, size)
        (self.canvas.drawCentredString if centred else self.canvas.drawString)(x, 842 - y, text)
        return self

    def table(self, rows: dict[str, list[str]], top: float = 120, heads: list[str] = HEADS, pitch: float = 15) -> Page:
        """A table of names and signs, with headings above."""
        self.write(50, top - 20, "Country" if any(heads) else "")
        for x, head in zip(XS, heads, strict=True):
            for n, word in enumerate(head.split()[::-1]):
                self.write(x, top - 20 - 9 * n, word, 7, "Helvetica-Bold", centred=True)
        for n, (name, signs) in enumerate(rows.items()):
            self.write(50, top + pitch * n, name)
            for x, sign in zip(XS, signs, strict=True):
                self.write(x, top + pitch * n, sign, centred=True)
        return self

    def turn(self) -> Page:
        """Go to the next page."""
        self.canvas.showPage()
        return self

    def bytes(self) -> bytes:
        """The whole file."""
        self.canvas.save()
        return self.target.getvalue()


def rows_of(text: str = "yyyyy", names: list[str] = NAMES) -> dict[str, list[str]]:
    """The same answers in each row: y and n."""
    return {name: [{"y": TICK, "n": CROSS}.get(sign, "") for sign in text] for name in names}


def sheets_of(page: Page, tmp_path: Path) -> list[SheetRows]:
    found, problems = read(page.bytes(), tmp_path)
    assert found is not None, list(map(str, problems))
    return found


def imported(page: Page, mine: Path, **more: Any) -> Reading:
    path = mine.parent / "report.pdf"
    path.write_bytes(page.bytes())
    return read_table(path, data=mine, series="ours", edition="10", **more)


def asked(found: Reading) -> dict[str, str]:
    return {one.text: one.asked for one in found.open}


def test_tables_in_many_layouts_come_back_exactly_or_open(tmp_path: Path) -> None:
    verdicts = {}
    for seed in range(40):
        chance = random.Random(seed)  # noqa: S311 -- invented tables
        drawing = draw(random_layout(chance), chance)
        verdicts[seed] = judge(drawing, *read(drawing.pdf, tmp_path))
    wrong = {seed: faults for seed, (verdict, faults) in verdicts.items() if verdict == "wrong"}
    assert not wrong
    assert sum(verdict == "right" for verdict, _ in verdicts.values()) >= 34


LAYOUTS = {
    "ruled": Layout(rules="all"),
    "striped": Layout(rules="zebra", marks="words"),
    "drawn ticks and crosses": Layout(marks="paths"),
    "circles, filled or empty": Layout(marks="circles"),
    "pictures": Layout(marks="pictures"),
    "coloured cells": Layout(marks="colours"),
    "marks in circles": Layout(marks="boxed"),
    "letters with a legend": Layout(marks="letters", legend="above"),
    "turned headings": Layout(headings="turned"),
    "slanted headings": Layout(headings="slanted", column_width=40),
    "headings of two columns": Layout(group_over=True),
    "headings on the first page alone": Layout(rows=90, repeated=False),
    "moved on the next page": Layout(rows=90, moved=12),
    "two halves side by side": Layout(rows=60, blocks=2, columns=3, column_width=30, headings="turned"),
    "criteria on the next page": Layout(rows=60, facing=2),
    "criteria on a page without names": Layout(rows=60, facing=2, names_again=False),
    "names at the right": Layout(names_last=True),
    "numbered": Layout(numbered=True),
    "groups and a total": Layout(groups=True, total=True),
    "footnotes": Layout(notes=True),
    "names over two lines": Layout(rows=60, two_lines=True),
    "a turned page": Layout(rotate=90),
    "a page laid on its side": Layout(sideways=True),
    "upside down": Layout(rotate=180),
    "drawn twice to look bold": Layout(bold=True, marks="words"),
    "35 criteria over two pages": Layout(rows=30, columns=35, column_width=20, headings="turned", facing=17, size=7),
}  # fmt: skip


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_layout_comes_back_exactly(name: str, tmp_path: Path) -> None:
    drawing = draw(LAYOUTS[name], random.Random(7))  # noqa: S311 -- an invented table
    verdict, faults = judge(drawing, *read(drawing.pdf, tmp_path))
    assert verdict == "right", faults


def test_each_answer_has_its_page_and_row_and_its_footnote(mine: Path) -> None:
    rows = rows_of()
    page = Page().table(dict(itertools.islice(rows.items(), 4))).write(XS[1] + 6, 117, "2", 5).write(50, 700, "2", 5).write(56, 702, "Not in force", 7)  # fmt: skip
    page.turn().table(dict(itertools.islice(rows.items(), 4, None)))
    found = imported(page, mine)
    assert found.outcome == "read", (asked(found), list(map(str, found.problems)))
    answers = found.plans[0].answers.set_index(["country", "criterion"])
    codes = [read_dataset(None).registry.resolve(name) for name in NAMES]
    assert answers.loc[(codes[0], "definition"), ["answer", "locator", "note"]].tolist() == ["yes", "page 1, row 1", "2 Not in force"]  # fmt: skip
    assert answers.loc[(codes[4], "possession"), "locator"] == "page 2, row 1"
    assert (answers["answer"] == "yes").all()
    assert len(answers) == 60


@pytest.mark.parametrize("mark", range(0, 60, 7))
def test_a_mark_that_is_not_there_is_asked_about(mine: Path, mark: int) -> None:
    rows = rows_of()
    rows[NAMES[mark // 5]][mark % 5] = ""
    found = imported(Page().table(rows), mine)
    assert asked(found) == {"": asked(found)[""]}
    (one,) = found.open
    assert (one.count, one.cells) == (1, (f"page 1 row {mark // 5 + 1}",))


@pytest.mark.parametrize("to", [(0, 9.0), (30, 0.0), (-30, 0.0), (0, -9.0), (60, 0), (0, 15)])
def test_a_mark_that_is_moved_is_asked_about(mine: Path, to: tuple[float, float]) -> None:
    rows = rows_of("yyyyn")
    rows[NAMES[5]][2] = ""
    found = imported(Page().table(rows).write(XS[2] + to[0], 120 + 15 * 5 + to[1], TICK, centred=True), mine)
    assert found.outcome != "read"
    told = " ".join([*asked(found), *asked(found).values(), *map(str, found.problems)])
    assert "page 1" in told or "blank" in told or "both" in told


def test_two_marks_in_one_cell_are_asked_about(mine: Path) -> None:
    near = imported(Page().table(rows_of()).write(XS[3] + 8, 120, CROSS, centred=True), mine)
    assert near.outcome == "open"
    rows = rows_of()
    rows[NAMES[2]][1], rows[NAMES[2]][3] = "Yes No", "Yes, but No"
    assert {"Yes No", "Yes, but No"} <= set(asked(imported(Page().table(rows), mine)))


def test_a_row_without_a_name_is_told(mine: Path) -> None:
    page = Page().table(rows_of(names=NAMES[:5]))
    for x in XS:
        page.write(x, 120 + 15 * 5, TICK, centred=True)
    page.table(rows_of(names=NAMES[5:]), top=120 + 15 * 6, heads=["", "", "", "", ""])
    found = imported(page, mine)
    assert any("no country" in str(one) for one in found.problems) or any("row" in one.what for one in found.open)


def test_a_row_whose_name_is_not_known_is_asked_about_wherever_it_stands(mine: Path) -> None:
    for place in (0, 5, 12):
        names = [*NAMES[:place], "Zembla", *NAMES[place:]]
        found = imported(Page().table(rows_of("ynyny", names)), mine)
        assert "Zembla" in asked(found), place


def test_a_legend_says_what_a_sign_means(mine: Path) -> None:
    turned = Page().write(60, 60, TICK).write(72, 60, "= No").write(110, 60, CROSS).write(122, 60, "= Yes")
    found = imported(turned.table(rows_of("nnnny")), mine)
    assert set(found.answers["answer"]) == {"yes", "no"}
    assert set(found.answers.loc[found.answers["text"] == TICK, "answer"]) == {"no"}


def test_a_legend_that_can_be_read_two_ways_is_asked_about(mine: Path) -> None:
    before = Page().write(60, 60, "Yes").write(80, 60, TICK).write(110, 60, "No").write(124, 60, CROSS)
    found = imported(before.table(rows_of("ynnnn")), mine)
    assert {TICK, CROSS} <= set(asked(found))
    assert "the legend says" in asked(found)[TICK]


def test_a_sign_of_which_a_legend_says_other_words_is_asked_about(mine: Path) -> None:
    found = imported(Page().write(60, 60, TICK).write(72, 60, "= concerns were raised").table(rows_of()), mine)
    assert "the legend says “concerns were raised”" in asked(found)[TICK]


def test_a_line_with_words_for_answers_is_no_legend(mine: Path) -> None:
    rows = {name: ["Yes", "No", "No", "No", "No"] for name in NAMES}
    found = imported(Page().table(rows).write(50, 600, "Answers").write(120, 600, "No").write(160, 600, "Yes"), mine)
    assert found.outcome == "read", asked(found)
    assert (found.changes["becomes"] == "yes").sum() == len(NAMES)


def test_letters_and_signs_have_no_meaning_by_themselves(mine: Path) -> None:
    found = imported(Page().table({name: ["X", "Y", "●", "○", "+"] for name in NAMES}), mine)
    assert {"X", "●", "○", "+"} <= set(asked(found)) or found.outcome == "open"


def test_marks_that_differ_by_their_colour_alone_are_asked_about(mine: Path) -> None:
    page = Page().table(rows_of("yyyyy", NAMES[:6]))
    page.canvas.setFillColorRGB(0.8, 0.8, 0.8)
    page.table(rows_of("yyyyy", NAMES[6:]), top=120 + 15 * 6, heads=["", "", "", "", ""])
    found = imported(page, mine)
    assert [text for text in asked(found) if text.startswith(f"{TICK} (looks otherwise")]


def test_what_nobody_sees_is_left_out_and_what_is_struck_out_is_asked_about(mine: Path) -> None:
    rows = rows_of()
    rows[NAMES[3]][1] = ""
    page = Page().table(rows)
    page.canvas.setFillColorRGB(1, 1, 1)
    page.write(XS[1], 120 + 15 * 3, TICK, centred=True)
    page.canvas.line(XS[4] - 8, 842 - 120 + 3.2, XS[4] + 8, 842 - 120 + 3.2)
    found = imported(page, mine)
    assert "" in asked(found)
    assert any("a line runs through it" in text for text in asked(found))
    assert any("letters that nobody sees" in note for note in found.notes)


def test_ticks_and_crosses_look_as_they_should(tmp_path: Path) -> None:
    path = tmp_path / "signs.pdf"
    path.write_bytes(Page().write(100, 100, TICK, 12).write(200, 100, CROSS, 12).bytes())
    boxes = [(1, Box(98, 88, 114, 104), 0), (1, Box(198, 88, 214, 104), 0), (1, Box(300, 88, 314, 104), 0)]
    tick, cross, nothing = looks_of(path, boxes) or ()
    assert tick is not None
    assert cross is not None
    assert tick["symmetry"] < 0.4 < 0.5 < cross["symmetry"]
    assert nothing is None
    assert all(png.startswith(b"\x89PNG") for png in samples(path, boxes))


def test_marks_that_are_spelled_alike_and_do_not_look_alike_are_asked_about(mine: Path) -> None:
    """Faint, crossed out, covered, struck through by another drawing, or with an annotation over them."""
    page = Page().table(rows_of("yyyyy", NAMES[:6]))
    page.canvas.setFillAlpha(0.25)
    page.table(rows_of("yyyyy", NAMES[6:8]), top=120 + 15 * 6, heads=["", "", "", "", ""])
    page.canvas.setFillAlpha(1)
    page.table(rows_of("yyyyy", NAMES[8:]), top=120 + 15 * 8, heads=["", "", "", "", ""])
    page.canvas.setFillColorRGB(1, 1, 1)
    page.canvas.rect(XS[0] - 10, 842 - 120 - 4, 20, 13, stroke=0, fill=1)
    page.canvas.setLineWidth(2)
    page.canvas.line(XS[1] - 16, 842 - 120 - 8, XS[1] + 16, 842 - 120 + 14)
    told = asked(imported(page, mine))
    assert sum("looks otherwise" in text for text in told) >= 1
    assert sum("nothing is seen there" in text for text in told) == 1
    assert any("a drawing lies over it" in text for text in told)


def test_a_dash_is_one_question_however_thin_it_is(mine: Path) -> None:
    rows = {name: ["Yes", "–", "-", "—", "Yes"] for name in NAMES}
    assert set(asked(imported(Page().table(rows), mine))) == {"–", "-", "—"}


def test_footnotes_on_a_later_page_are_found_and_those_without_a_text_are_told(mine: Path) -> None:
    page = (
        Page()
        .table(rows_of())
        .write(XS[1] + 6, 117, "2,", 5)
        .write(XS[1] + 10, 117, "3", 5)
        .write(XS[2] + 6, 117, "4", 5)
    )
    found = imported(page.turn().write(50, 100, "2", 5).write(56, 102, "Not in force", 7).write(50, 115, "3", 5).write(56, 117, "Repealed", 7), mine)  # fmt: skip
    assert found.outcome == "read", asked(found)
    answers = found.plans[0].answers.set_index(["country", "criterion"])
    assert (
        answers.loc[(read_dataset(None).registry.resolve(NAMES[0]), "definition"), "note"]
        == "2 Not in force; 3 Repealed"
    )
    assert any("No text is found on these pages for the footnote signs 4." in note for note in found.notes)


def test_what_stands_beside_all_columns_is_asked_about(mine: Path) -> None:
    page = Page().table(rows_of()).write(520, 120 + 15 * 3, "repealed")
    for x in (45, 190, 250, 310, 370, 430, 490):
        page.canvas.line(x, 842 - 100, x, 842 - 300)
    for n in range(13):
        page.canvas.line(45, 842 - 110 - 15 * n, 490, 842 - 110 - 15 * n)
    assert any("beside it “repealed”" in text for text in asked(imported(page, mine)))


def test_a_legend_on_a_page_that_runs_upright_holds_for_a_table_laid_on_its_side(mine: Path) -> None:
    page = Page()
    page.canvas.translate(595, 0)
    page.canvas.rotate(90)
    page.table(rows_of("nnnny"), top=420)
    page.turn().write(60, 60, TICK).write(72, 60, "= No").write(110, 60, CROSS).write(122, 60, "= Yes")
    found = imported(page, mine)
    assert set(found.answers.loc[found.answers["text"] == TICK, "answer"]) == {"no"}


def test_footnotes_to_headings_are_told(mine: Path) -> None:
    page = (
        Page()
        .table(rows_of())
        .write(XS[1] + 15, 97, "a", 4.5)
        .write(50, 700, "a", 4.5)
        .write(56, 702, "Since 2015 only", 7)
    )
    assert any("A footnote to a heading: a Since 2015 only." in note for note in imported(page, mine).notes)


def test_two_kinds_of_tick_without_a_cross_are_asked_about(mine: Path) -> None:
    page = Page().table(rows_of("yyyyy", NAMES[:6]))
    for n, name in enumerate(NAMES[6:], 6):
        page.write(50, 120 + 15 * n, name)
        for x in XS:
            page.write(x, 120 + 15 * n, "\u2713", 9, "ZapfDingbats", centred=True)
    assert sum("one of two kinds" in text for text in asked(imported(page, mine))) == 2


def test_a_name_over_several_lines_is_one_name(mine: Path) -> None:
    page = Page().table(rows_of())
    lines = ["Democratic People's", "Republic of", "Korea"]
    for n, line in enumerate(lines):
        page.write(50, 330 + 10 * n, line)
    for x in XS:
        page.write(x, 350, CROSS, centred=True)
    found = imported(page, mine)
    assert "PRK" in set(found.changes["country"])
    assert "KOR" not in set(found.changes["country"])


def test_a_column_of_other_countries_begins_no_table(mine: Path) -> None:
    page = Page().table(rows_of("ynyny"))
    page.write(520, 100, "Reviewed by")
    for n, name in enumerate(country_names()[20:32]):
        page.write(500, 120 + 15 * n, name, 7)
    found = imported(page, mine)
    assert set(found.changes["country"]) <= {read_dataset(None).registry.resolve(name) for name in NAMES}
    assert found.outcome != "read" or len(found.changes) == 60


def test_a_legend_is_looked_for_on_every_page(mine: Path) -> None:
    page = Page().write(60, 60, "Key to the table").write(60, 80, TICK).write(72, 80, "= No").write(60, 95, CROSS).write(72, 95, "= Yes")  # fmt: skip
    page.turn().turn().turn().turn().turn().turn().turn().table(rows_of("nnnny"))
    found = imported(page, mine)
    assert set(found.answers.loc[found.answers["text"] == TICK, "answer"]) == {"no"}


def test_lines_like_those_of_the_table_that_are_not_in_it_are_told(mine: Path) -> None:
    page = Page().table({name: ["Yes", "No", "No", "No", "No"] for name in NAMES})
    for x, word in zip(XS, ["Yes", "Yes", "No", "No", "Yes"], strict=True):
        page.write(x, 600, word, centred=True)
    assert any("with entries as in the table are not in it" in note for note in imported(page, mine).notes)


def test_a_page_beside_that_has_other_rows_is_not_read_as_the_same(mine: Path) -> None:
    page = Page().table(rows_of(names=NAMES[:8])).turn()
    for n in range(9):
        for x in XS[:2]:
            page.write(x, 105 + 15 * n, CROSS, centred=True)
    found = imported(page, mine)
    assert set(found.changes["becomes"]) <= {"yes"}
    assert any("outside the table" in note for note in found.notes)


def test_a_table_that_does_not_join_is_asked_about(mine: Path) -> None:
    page = Page().table(rows_of(names=NAMES[:6])).turn()
    page.table(rows_of(names=NAMES[6:]), heads=["Courts", "Police", "Prisons", "Schools", "Hospitals"])
    found = imported(page, mine)
    assert [one.what for one in found.open] == ["sheet", "sheet"]


def test_tables_under_other_titles_are_told(mine: Path) -> None:
    page = Page().write(50, 60, "Laws in force").table(rows_of(names=NAMES[:6])).turn()
    page.write(50, 60, "Bills before parliament").table(rows_of(names=NAMES[6:]))
    assert any("Bills before parliament" in note for note in imported(page, mine).notes)


def test_headings_are_matched_by_the_word_that_tells_never_against_it() -> None:
    meanings = Meanings.of(read_dataset(None).choose_framework("csam"))
    told = {
        "Mere possession punishable": ("possession", "possession"),
        "Duty of providers to report": ("isp_reporting", "report"),
        "Material not defined": None,
        "No duty to report": None,
        "Year of the statute": None,
        "Technical assistance": None,
        "Possession, and reporting": None,
    }
    found = {text: meanings.by_word(text) for text in told}
    assert {text: one and (one[0], one[1].casefold()) for text, one in found.items()} == told


# --- hostile files


def message_of(content: bytes, mine: Path) -> str:
    path = mine.parent / "hostile.pdf"
    path.write_bytes(content)
    begun = time.monotonic()
    found = read_table(path, data=mine, series="ours", edition="10")
    assert found.outcome == "refused"
    assert time.monotonic() - begun < 130
    return " ".join(map(str, found.problems))


def bomb(size: int) -> bytes:
    """A page whose content unpacks to very much, packed twice."""
    packer = zlib.compressobj(9)
    once = b"".join(packer.compress(bytes(10_000_000)) for _ in range(size // 10_000_000)) + packer.flush()
    twice = zlib.compress(once, 9)
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 500 500]/Contents 4 0 R>>",
        b"<</Length %d/Filter[/FlateDecode/FlateDecode]>>stream\n%s\nendstream" % (len(twice), twice),
    ]  # fmt: skip
    body = b"%PDF-1.5\n" + b"".join(b"%d 0 obj\n%s\nendobj\n" % (n, part) for n, part in enumerate(parts, 1))
    return body + b"trailer<</Root 1 0 R/Size 5>>\n%%EOF"


def many_pages(count: int) -> bytes:
    page = Page()
    for _ in range(count):
        page.turn()
    return page.bytes()


def test_hostile_files_are_refused_in_words(mine: Path) -> None:
    whole = Page().table(rows_of()).bytes()
    locked = Page(encrypt=StandardEncryption("secret", canPrint=0)).table(rows_of()).bytes()
    picture = Page()
    picture.canvas.drawImage(str(Path(__file__).parent.parent / "docs" / "country.png"), 0, 0, 595, 842)
    assert "has a password" in message_of(locked, mine)
    assert "damaged" in message_of(whole[:300], mine)
    assert "damaged" in message_of(b"%PDF-1.7\n", mine)
    assert "picture without text" in message_of(picture.bytes(), mine)
    assert "pages" in message_of(many_pages(5_001), mine)
    assert "No table" in message_of(Page().write(50, 50, "Nothing here").bytes(), mine)
    assert message_of(bomb(3_000_000_000), mine)
    busy = Page()
    for n in range(25_000):
        busy.write(20 + 2.7 * (n % 200), 150 + 5 * (n // 200), "x", 2)
    assert "letters" in message_of(busy.table(rows_of()).bytes(), mine)


def test_a_pdf_that_its_owner_alone_may_change_is_read(mine: Path) -> None:
    page = Page(encrypt=StandardEncryption("", ownerPassword="secret", canModify=0)).table(rows_of())
    assert imported(page, mine).outcome == "read"


def test_pages_are_named_as_there_are(mine: Path) -> None:
    page = Page().table(rows_of(names=NAMES[:6])).turn().table(rows_of(names=NAMES[6:]))
    assert len(imported(page, mine, pages="2").changes) == 30
    there = imported(Page().table(rows_of()), mine, pages="1-3")
    assert "There is no page 3: this PDF has 1." in " ".join(map(str, there.problems))


# --- from the document to the data


def test_from_a_pdf_to_answers_by_way_of_reading_and_draft(mine: Path, modellaw: Modellaw) -> None:
    rows = {name: ["X", "X", "", "", ""] for name in NAMES}
    path, reading, draft = (mine.parent / name for name in ("report.pdf", "reading.toml", "draft.xlsx"))
    path.write_bytes(Page().table(rows).bytes())
    words = ["import", path, "--series", "ours", "--edition", "10", "--data", mine, "--pages", "1"]
    first = modellaw(*words, "--save-reading", reading, "--output", draft)
    assert first.code == 1
    assert "“X”" in first.out
    text = reading.read_text(encoding="utf-8")
    assert 'pages = "1:1"' in text
    reading.write_text(text.replace('"X" = ""', '"X" = "yes"').replace('"" = ""', '"" = "no"'), encoding="utf-8")
    book = openpyxl.load_workbook(draft)
    assert book.sheetnames == ["To check", "Answers"]
    assert [row[0].value for row in book["Answers"].iter_rows(min_row=5, max_row=7)] == ["1 open"] * 3
    with zipfile.ZipFile(draft) as archive:
        assert any(name.startswith("xl/media/") for name in archive.namelist())
    written = modellaw(*words, "--reading", reading, "--write", "--output", draft, "--force")
    assert written.code == 0, written.out
    answers = pd.read_csv(mine / "ours" / "answers" / "10.csv", dtype=str).fillna("")
    assert (answers["answer"] == "yes").sum() == 24
    assert set(answers.loc[answers["answer"] == "no", "locator"]) == {f"page 1, row {n}" for n in range(1, 13)}


def test_the_draft_says_which_published_figures_hold_and_where_an_altered_mark_may_lie(
    mine: Path, modellaw: Modellaw
) -> None:
    rows = {name: [TICK, *([TICK] * (n % 3)), *([CROSS] * (4 - n % 3))] for n, name in enumerate(NAMES)}
    totals = {head: sum(signs[n] == TICK for signs in rows.values()) for n, head in enumerate(HEADS)}
    ids = ["legislation", "definition", "technology", "possession", "isp_reporting"]
    series = mine / "ours"
    modellaw("init", mine, "--series", "ours", "--edition", "10", "--reviewed", "12")
    figures = [
        f"10,criterion:{id}:yes,{totals[head]},2020,report,preferred," for id, head in zip(ids, HEADS, strict=True)
    ]
    (series / "published_figures.csv").write_text(
        "edition,statistic,value,as_of,source,status,note\n10,reviewed,12,2020,report,preferred,\n"
        + "\n".join(figures)
        + "\n"
    )
    path, draft = mine.parent / "report.pdf", mine.parent / "draft.xlsx"
    words = ["import", path, "--series", "ours", "--edition", "10", "--data", mine, "--output", draft, "--force"]

    def told() -> str:
        ran = modellaw(*words)
        assert ran.code == 0, ran.out + ran.err
        return "\n".join(
            str(cell.value)
            for row in openpyxl.load_workbook(draft)["To check"].iter_rows()
            for cell in row
            if cell.value
        )

    path.write_bytes(Page().table(rows).bytes())
    assert "leave room for all of them" in told()
    assert "Where answers may differ" not in told()
    altered = {name: list(signs) for name, signs in rows.items()}
    altered[NAMES[4]][1] = CROSS  # a country that has it
    path.write_bytes(Page().table(altered).bytes())
    text = told()
    assert "At least 1 of the 60 recorded answers must differ" in text
    assert "✕ contradicts" in text
    assert NAMES[4] in text.partition("Where answers may differ")[2]


def test_every_way_to_change_one_answer_is_found() -> None:
    """Against all single changes of a small world, each tried."""
    framework = read_dataset(None).choose_framework("csam")
    ids = list(framework.criterion_ids)
    worlds = {"QMA": "11000", "QMB": "11100", "QMC": "10000", "QMD": "00000"}

    def matrix_of(answers: dict[str, str]) -> Any:
        rows = [
            ("01", code, id, "yes" if bit == "1" else "no")
            for code, bits in answers.items()
            for id, bit in zip(ids, bits, strict=True)
        ]
        frame = pd.DataFrame(rows, columns=["edition", "country", "criterion", "answer"])
        return answer_matrix(frame, framework)

    def counts(answers: dict[str, str]) -> dict[str, int]:
        found = {f"criterion:{id}:yes": sum(bits[n] == "1" for bits in answers.values()) for n, id in enumerate(ids)}
        return {"reviewed": len(answers), **found}

    def is_possible(bits: str) -> bool:
        return bits[0] == "1" or "1" not in bits

    figures = counts(worlds | {"QMC": "11000"})
    frame = pd.DataFrame(
        [("01", id, str(n), "s", "preferred") for id, n in figures.items()],
        columns=["edition", "statistic", "value", "source", "status"],
    )
    (found,) = check_together(
        frame, lambda edition: framework.of_edition("s", edition), matrix_of(worlds), {"01": 4}, every_way=True
    )
    assert found.least_changes == 1
    told = {
        (code, id) for one in found.every_way for id in ids if one.was[id] != one.becomes[id] for code in one.candidates
    }
    tried = set()
    for code, n in itertools.product(worlds, range(5)):
        bits = worlds[code]
        changed = bits[:n] + ("0" if bits[n] == "1" else "1") + bits[n + 1 :]
        if is_possible(changed) and counts(worlds | {code: changed}) == figures:
            tried.add((code, ids[n]))
    assert told == tried != set()


def test_a_problem_of_a_pdf_names_page_and_row(mine: Path) -> None:
    found = imported(Page().table(rows_of("nyyyy")), mine)
    assert "report.pdf, page 1, row 1, “Defined”:" in str(found.problems.sorted()[0])
