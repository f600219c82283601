"""PDFs with tables of countries in many layouts, drawn for tests of reading them; run alone, it draws and reads many.

`python -m tests.drawn_pdf 1000 [SEED]` draws so many and counts what came in right, came in open, and went wrong.
"""

from __future__ import annotations

import io
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from reportlab.lib.colors import HexColor
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from country_data.names import CountryNames
from country_data.pdf.reader import read_pdf_tables
from country_data.problems import Problems
from country_data.text_file import SheetRows
from review.dataset import read_dataset

__all__ = ["Drawing", "Layout", "draw", "judge", "random_layout", "read"]

HEADINGS = ("Legislation specific", "Defined", "Technology facilitated", "Simple possession", "Reporting by providers")
MARKS = ("dingbats", "paths", "circles", "words", "letters", "pictures", "colours", "ticks alone", "boxed")
_GROUPS = ("AFRICA", "AMERICAS", "ASIA AND THE PACIFIC", "EUROPE")


@dataclass(frozen=True)
class Layout:
    """How a table is drawn.

    `rotate`: what the page's own turn is, with its content drawn to be read upright then. `sideways`: the content runs
    up the page, which does not say so. `blocks`: tables side by side. `facing`: how many columns go on the next page,
    where `names_again` says whether the names stand there too.
    """

    rows: int = 40
    marks: str = "dingbats"
    rules: str = "none"  # or "all", "across", "zebra", "shaded"
    headings: str = "lines"  # or "turned", "slanted", "one line"
    group_over: bool = False
    repeated: bool = True
    blocks: int = 1
    facing: int = 0
    names_again: bool = True
    names_last: bool = False
    numbered: bool = False
    groups: bool = False
    total: bool = False
    notes: bool = False
    two_lines: bool = False
    moved: float = 0.0
    legend: str = "none"  # or "above", "below", "last page"
    rotate: int = 0
    sideways: bool = False
    bold: bool = False
    size: float = 9.0
    pitch: float = 14.0
    columns: int = 5
    column_width: float = 56.0
    running_head: bool = True
    blank: float = 0.0  # the share of cells with nothing
    small_answers: bool = False


@dataclass
class Drawing:
    """A PDF, and what was drawn in it: by name and heading the kind of mark ("yes", "no", or "" for nothing)."""

    pdf: bytes
    truth: dict[tuple[str, str], str]
    notes: dict[tuple[str, str], str] = field(default_factory=dict)


def country_names() -> list[str]:
    """Names of countries, in the order of the alphabet."""
    frame = read_dataset(None).registry.frame
    return sorted(frame.loc[(frame["status"] == "un_member") & (frame["until"] == ""), "name"])


class _Artist:
    """Draws one document."""

    def __init__(
        self,
        layout: Layout,
        chance: random.Random,
        names: list[str],
        change: Callable[[dict[tuple[str, str], str]], None] | None,
    ) -> None:
        self.layout, self.chance = layout, chance
        self.names = names
        self.headings = [*HEADINGS, *(f"Heading{n} word{n}" for n in range(6, 60))][: layout.columns]
        kinds = ["yes"] if layout.marks == "ticks alone" else ["yes", "no"]
        self.truth = {
            (name, head): "" if chance.random() < layout.blank else chance.choice(kinds)
            for name in names for head in self.headings
        }  # fmt: skip
        if layout.marks == "ticks alone":
            self.truth = {key: kind if chance.random() < 0.6 else "" for key, kind in self.truth.items()}
        self.drawn = dict(self.truth)
        if change is not None:
            change(self.drawn)
        self.noted: dict[tuple[str, str], str] = {}
        self.width, self.height = (
            (842.0, 595.0) if layout.columns * layout.column_width * layout.blocks > 380 else (595.0, 842.0)
        )
        self.target = io.BytesIO()
        # reportlab turns the size of a page with its rotation
        size = (self.height, self.width) if layout.sideways else (self.width, self.height)
        self.canvas = Canvas(self.target, pagesize=size, invariant=1)
        self.page = 0
        self.pictures = _pictures() if layout.marks == "pictures" else {}

    # coordinates are from the top left corner of the page as it is read

    def begin_page(self) -> None:
        self.page += 1
        canvas, layout = self.canvas, self.layout
        if layout.rotate and not layout.sideways:
            canvas.setPageRotation(layout.rotate)
        turn = layout.rotate or (90 if layout.sideways else 0)
        if turn == 90 or layout.sideways:
            canvas.translate(self.height, 0)
            canvas.rotate(90)
        elif turn == 180:
            canvas.translate(self.width, self.height)
            canvas.rotate(180)
        elif turn == 270:
            canvas.translate(0, self.width)
            canvas.rotate(-90)
        if layout.running_head:
            self.write(40, 22, "Review of laws, with results by country", 8)
            self.write(self.width / 2, self.height - 16, str(self.page + 30), 8)

    def end_page(self) -> None:
        self.canvas.showPage()

    def write(
        self, x: float, y: float, text: str, size: float, font: str = "Helvetica", *, centred: bool = False
    ) -> None:
        self.canvas.setFont(font, size)
        put = self.canvas.drawCentredString if centred else self.canvas.drawString
        put(x, self.height - y, text)
        if self.layout.bold and font == "Helvetica":
            put(x + 0.25, self.height - y, text)

    def mark(self, x: float, y: float, kind: str, size: float) -> None:
        """A mark whose line of text is at y."""
        canvas, style, middle = self.canvas, self.layout.marks, self.height - y + size * 0.33
        r = size * 0.36
        if not kind:
            return
        if style in ("dingbats", "ticks alone", "boxed"):
            self.write(x, y, "\u2714" if kind == "yes" else "\u2718", size, "ZapfDingbats", centred=True)
            if style == "boxed":
                canvas.setLineWidth(0.6)
                canvas.circle(x, middle, size * 0.62)
        elif style == "paths":
            canvas.setLineWidth(1.1)
            path = canvas.beginPath()
            if kind == "yes":
                path.moveTo(x - r, middle)
                path.lineTo(x - r / 3, middle - r)
                path.lineTo(x + r, middle + r)
            else:
                for side in (-1, 1):
                    path.moveTo(x - r * side, middle - r)
                    path.lineTo(x + r * side, middle + r)
            canvas.drawPath(path)
        elif style == "circles":
            canvas.setLineWidth(0.7)
            canvas.circle(x, middle, r, stroke=1, fill=int(kind == "yes"))
        elif style == "pictures":
            canvas.drawImage(self.pictures[kind], x - r, middle - r, 2 * r, 2 * r)
        elif style == "words":
            self.write(x, y, {"yes": "Yes", "no": "No"}[kind], size, centred=True)
        elif style == "letters":
            self.write(x, y, {"yes": "Y", "no": "N"}[kind], size, centred=True)

    def note(self, x: float, y: float, sign: str, size: float) -> None:
        self.write(x, y - size * 0.35, sign, size * 0.6)

    def whole(self) -> Drawing:
        layout = self.layout
        if layout.facing:
            first, second = self.headings[: -layout.facing], self.headings[-layout.facing :]
        else:
            first, second = self.headings, []
        rows = list(self.names)
        while rows:
            self.begin_page()
            taken = self.sheet_of(rows, first, is_first=self.page == 1 or layout.repeated, names=True)
            if second:
                self.end_page()
                self.begin_page()
                self.sheet_of(taken, second, is_first=self.page == 2 or layout.repeated, names=layout.names_again)
            rows = rows[len(taken) :]
            if layout.legend == "last page" and not rows:
                self.explain(60, self.height - 40)
            self.end_page()
        self.canvas.save()
        return Drawing(self.target.getvalue(), self.truth, self.noted)

    def explain(self, x: float, y: float) -> None:
        words = {"yes": "Yes", "no": "No"}
        for kind in ("yes", "no"):
            self.mark(x, y, kind, 8)
            self.write(x + 9, y, f"= {words[kind]}", 8)
            x += 60

    def sheet_of(self, rows: list[str], heads: list[str], *, is_first: bool, names: bool) -> list[str]:
        """Draw rows as far as the page goes; those that were drawn."""
        layout = self.layout
        top = 150.0 if layout.headings in ("turned", "slanted") else 110.0
        if layout.legend == "above":
            self.explain(60, 40)
        room = int((self.height - 60 - top) / layout.pitch)
        room -= 3 if layout.notes or layout.legend == "below" else 0
        left, taken = 40.0, list[str]()
        shift = layout.moved if self.page > 1 else 0.0
        block = (self.width - 60) / layout.blocks
        for n in range(layout.blocks):
            rest = rows[len(taken) :]
            if not rest:
                break
            mine = self.block_of(
                rest, heads, left + n * block + shift, top, room, block, is_first=is_first, names=names
            )
            taken += mine
        y = top + (room + 1) * layout.pitch
        if layout.notes and self.noted:
            self.write(40, y, "1", 5)
            self.write(46, y + 2, "This law has not come into force.", 7)
        if layout.legend == "below":
            self.explain(60, y + 14)
        return taken

    def block_of(
        self,
        rows: list[str],
        heads: list[str],
        left: float,
        top: float,
        room: int,
        width: float,
        *,
        is_first: bool,
        names: bool,
    ) -> list[str]:
        layout, chance = self.layout, self.chance
        size = layout.size
        number = 18.0 if layout.numbered else 0.0
        name_width = min(150.0, width - len(heads) * layout.column_width - number - 6) if names else 0.0
        step = layout.column_width
        at_names = left + number if not layout.names_last else left + len(heads) * step + 6
        at_marks = left if layout.names_last else left + number + name_width
        xs = [at_marks + step * (n + 0.5) for n in range(len(heads))]
        right = left + number + name_width + len(heads) * step
        if is_first:
            self.draw_headings(heads, xs, at_names, top, names=names)
        y, taken, used, last_group = top, list[str](), 0.0, -1
        edges = [y - layout.pitch * 0.72]
        for name in rows:
            group = "ABCDEFGHIJKLM".find(name[0]) // 4
            if layout.groups and group != last_group and names:
                if used + 2 > room:
                    break
                last_group = group
                self.write(at_names, y, _GROUPS[group % 4], size, "Helvetica-Bold")
                y, used = y + layout.pitch, used + 1
                edges.append(y - layout.pitch * 0.72)
            lines = _split(name) if layout.two_lines and len(name) > 14 else [name]
            more = (len(lines) - 1) * size * 1.15  # the height of a second line
            if used + (more + layout.pitch) / layout.pitch > room:
                break
            if layout.rules == "zebra" and len(taken) % 2:
                self.canvas.setFillColor(HexColor("#E4E8EE"))
                self.canvas.rect(
                    left - 2,
                    self.height - y - more - layout.pitch * 0.28,
                    right - left + 2,
                    layout.pitch + more,
                    stroke=0,
                    fill=1,
                )
                self.canvas.setFillColor(HexColor("#000000"))
            if names:
                for n, line in enumerate(lines):
                    self.write(at_names, y + n * size * 1.15, line, size)
            if layout.numbered and names:
                self.write(left, y, str(len(taken) + 1), size)
            on = y + more / 2
            for head, x in zip(heads, xs, strict=True):
                kind = self.drawn.get((name, head), "")
                if layout.marks == "colours":
                    colour = {"yes": "#92D050", "no": "#FF7C80", "": "#FFFFFF"}[kind]
                    self.canvas.setFillColor(HexColor(colour))
                    self.canvas.rect(
                        x - step / 2,
                        self.height - y - more - layout.pitch * 0.28,
                        step,
                        layout.pitch + more,
                        stroke=0,
                        fill=1,
                    )
                    self.canvas.setFillColor(HexColor("#000000"))
                else:
                    self.mark(x, on, kind, size * 0.8 if layout.small_answers else size)
                if layout.notes and kind and chance.random() < 0.06:
                    self.note(x + size * (0.95 if layout.marks == "words" else 0.55), on, "1", size)
                    self.noted[name, head] = "1"
            y, used = y + layout.pitch + more, used + (more + layout.pitch) / layout.pitch
            edges.append(y - layout.pitch * 0.72)
            taken.append(name)
        if layout.total and names and used < room and len(taken) == len(rows):
            self.write(at_names, y, "TOTAL", size, "Helvetica-Bold")
            for head, x in zip(heads, xs, strict=True):
                self.write(
                    x,
                    y,
                    str(sum(self.truth.get((name, head)) == "yes" for name in self.names)),
                    size,
                    "Helvetica-Bold",
                    centred=True,
                )
            edges.append(y + layout.pitch * 0.28)
        self.rule(
            edges,
            [
                left - 2,
                *([left + number - 2] if number else []),
                *(x - step / 2 for x in xs),
                *([at_names - 3] if layout.names_last else []),
                right,
            ],
            is_first=is_first,
        )
        return taken

    def rule(self, edges: list[float], xs: list[float], *, is_first: bool) -> None:
        canvas, layout = self.canvas, self.layout
        canvas.setLineWidth(0.5)
        if layout.rules in ("all", "across"):
            for y in edges:
                canvas.line(min(xs), self.height - y, max(xs), self.height - y)
        if layout.rules == "all":
            for x in xs:
                canvas.line(x, self.height - edges[0] + (50 if is_first else 0), x, self.height - edges[-1])

    def draw_headings(self, heads: list[str], xs: list[float], at_names: float, top: float, *, names: bool) -> None:
        layout, canvas = self.layout, self.canvas
        if names:
            self.write(at_names, top - 18, "Country", layout.size, "Helvetica-Bold")
        for n, (head, x) in enumerate(zip(heads, xs, strict=True)):
            words = head.split()
            if layout.headings == "lines":
                for m, word in enumerate(words):
                    self.write(x, top - 18 - 10 * (len(words) - 1 - m), word, 8, "Helvetica-Bold", centred=True)
            elif layout.headings == "one line":
                self.write(
                    x, top - 18, head if layout.column_width > 100 else words[-1], 8, "Helvetica-Bold", centred=True
                )
            else:
                canvas.saveState()
                canvas.translate(x + 3, self.height - (top - 16))
                canvas.rotate(90 if layout.headings == "turned" else 45)
                canvas.setFont("Helvetica-Bold", 8)
                canvas.drawString(0, 0, head)
                canvas.restoreState()
            if layout.group_over and n == 0 and layout.headings == "lines" and len(xs) > 2:
                self.write((xs[0] + xs[1]) / 2, top - 52, "The law itself", 8, "Helvetica-Bold", centred=True)


def _split(name: str) -> list[str]:
    words = name.split()
    if len(words) < 2:
        return [name]
    middle = (len(words) + 1) // 2
    return [" ".join(words[:middle]), " ".join(words[middle:])]


def _pictures() -> dict[str, ImageReader]:
    from PIL import Image, ImageDraw

    found = {}
    for kind in ("yes", "no"):
        image = Image.new("RGB", (24, 24), "white")
        pen = ImageDraw.Draw(image)
        lines = [((3, 12), (9, 20), (21, 4))] if kind == "yes" else [((4, 4), (20, 20)), ((20, 4), (4, 20))]
        for line in lines:
            pen.line(line, fill="black", width=3)
        found[kind] = ImageReader(image)
    return found


def draw(
    layout: Layout, chance: random.Random, change: Callable[[dict[tuple[str, str], str]], None] | None = None
) -> Drawing:
    """Draw a document; `change`: of what is drawn, while the truth stays."""
    names = country_names()
    start = chance.randrange(max(1, len(names) - layout.rows))
    return _Artist(layout, chance, names[start : start + layout.rows], change).whole()


def random_layout(chance: random.Random) -> Layout:
    """A layout by chance."""
    marks = chance.choice(MARKS)
    blocks = chance.choice([1, 1, 1, 2])
    facing = chance.choice([0, 0, 0, 2]) if blocks == 1 else 0
    headings = chance.choice(["lines", "lines", "turned", "slanted"] if blocks == 1 else ["turned", "slanted"])
    return Layout(
        rows=chance.choice([5, 12, 30, 60, 90]),
        marks=marks,
        rules=chance.choice(["none", "none", "all", "across", "zebra"]),
        headings=headings,
        group_over=chance.random() < 0.2,
        repeated=chance.random() < 0.7,
        blocks=blocks,
        facing=facing,
        names_again=chance.random() < 0.6,
        names_last=chance.random() < 0.1 and blocks == 1,
        numbered=chance.random() < 0.15 and blocks == 1,
        groups=chance.random() < 0.2 and not facing,
        total=chance.random() < 0.2,
        notes=chance.random() < 0.3 and marks not in ("colours",),
        two_lines=chance.random() < 0.25,
        moved=chance.choice([0.0, 0.0, 12.0]) if blocks == 1 else 0.0,
        legend=chance.choice(["none", "above", "below", "last page"]) if marks not in ("colours", "words") else "none",
        rotate=chance.choice([0, 0, 0, 0, 90, 180, 270]),
        sideways=chance.random() < 0.05,
        bold=chance.random() < 0.15,
        size=chance.choice([7.0, 8.0, 9.0, 10.0]),
        pitch=chance.choice([13.0, 14.0, 18.0, 22.0]),
        column_width=(56.0 if headings == "lines" else chance.choice([30.0, 40.0, 56.0])) if blocks == 1 else 30.0,
        columns=5 if blocks == 1 else 3,
        blank=chance.choice([0.0, 0.0, 0.1]),
        small_answers=chance.random() < 0.15,
    )


def read(pdf: bytes, folder: Path) -> tuple[list[SheetRows] | None, Problems]:
    """The tables of a PDF."""
    path, problems = folder / "drawn.pdf", Problems()
    path.write_bytes(pdf)
    names = CountryNames(read_dataset(None).registry)
    return read_pdf_tables(path, path.name, problems, lambda text: names.find(text) is not None), problems


def judge(drawing: Drawing, sheets: list[SheetRows] | None, problems: Problems) -> tuple[str, list[str]]:
    """Whether a drawing was read `right`, is `open` (refused, asked, in several tables), lost rows and says so (`noted`), or `wrong`."""
    if problems or not sheets:
        return "open", [str(one) for one in problems]
    if len(sheets) > 1:
        return "open", [f"{len(sheets)} tables: {', '.join(one.name for one in sheets)}"]
    sheet, faults, meanings, is_open = sheets[0], list[str](), dict[str, set[str]](), False
    heads = [
        " ".join(filter(None, (row[n] if n < len(row) else "" for row in sheet.rows[: sheet.heading_rows])))
        for n in range(max(map(len, sheet.rows)))
    ]
    wanted = {head for _, head in drawing.truth}
    columns = {head: [n for n, text in enumerate(heads) if _plain(head) in _plain(text)] for head in wanted}
    for head, found in columns.items():
        if len(found) != 1:
            is_open = True  # a column whose heading is not known is asked for, or shown as not used
            faults.append(f"heading {head}: {len(found)} columns of {heads}")
    for n, head in enumerate(heads):  # signs under no heading are asked about
        if not head and any(n < len(row) and row[n] in sheet.signs for row in sheet.rows[sheet.heading_rows :]):
            is_open = True
            faults.append(f"column {n + 1}: signs without a heading")
    names = {name for name, _ in drawing.truth}
    by_name: dict[str, list[int]] = {}
    for n, row in enumerate(sheet.rows[sheet.heading_rows :], sheet.heading_rows):
        for text in row:
            if _bare(text) in names:
                by_name.setdefault(_bare(text), []).append(n)
                break
    wrong = []
    for name in names:
        if len(by_name.get(name, [])) != 1:
            # a name that runs into what stands beside it is asked for
            texts = [_bare(text) for row in sheet.rows for text in row]
            asked = any(
                name in text
                or text[:20] == name[:20] != name
                or (len(text) > 5 and name.startswith(text.partition(" (")[0]))
                for text in texts
            )
            (faults if asked else wrong).append(f"{name}: {len(by_name.get(name, []))} rows")
            is_open = True
            continue
        row = sheet.rows[by_name[name][0]]
        for head, found in columns.items():
            if len(found) == 1:
                text = row[found[0]] if found[0] < len(row) else ""
                if (
                    "(" in text
                    or "\n" in text
                    or " "
                    in text.replace("drawing ", "").replace("picture ", "").replace("colour ", "").replace(" in ", "")
                ):
                    is_open = True
                    faults.append(f"{name}, {head}: {text!r}")
                else:
                    meanings.setdefault(text, set()).add(drawing.truth[name, head])
    for text, kinds in meanings.items():
        if len(kinds) > 1:
            wrong.append(f"{text!r} stands for {sorted(kinds)}")
    if is_open and wrong and all(one.startswith("'' stands for") for one in wrong):
        return "open", faults
    told = ("outside the table", "not in the table", "are not in it")
    if wrong and any(words in note for words in told for note in sheet.notes):
        return "noted", wrong
    if wrong:
        return "wrong", wrong
    return ("open" if is_open else "right"), faults


def _plain(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign.isalnum())


def _bare(text: str) -> str:
    return " ".join(text.split()).lstrip("0123456789. ")


def main(many: int, seed: int) -> None:
    """Draw and read so many."""
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for n in range(seed, seed + many):
            chance = random.Random(n)  # noqa: S311 -- invented tables
            layout = random_layout(chance)
            drawing = draw(layout, chance)
            try:
                verdict, faults = judge(drawing, *read(drawing.pdf, Path(folder)))
            except Exception as error:  # noqa: BLE001 -- what is looked for
                verdict, faults = "crashed", [repr(error)]
            counts[verdict] += 1
            if verdict != "right":
                print(n, verdict, faults[:3], layout, flush=True)  # noqa: T201
    print(dict(counts))  # noqa: T201


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0)
