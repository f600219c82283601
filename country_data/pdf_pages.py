"""What stands on the pages of a PDF, from a process of its own: words, marks, ruled lines and coloured areas."""

from __future__ import annotations

import hashlib
import json
import math
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from country_data.document_tables import is_symbol_font, mark_text
from country_data.problems import Place, Problems
from country_data.text_file import is_readable

__all__ = ["Box", "PagePart", "PdfPage", "Piece", "page_texts", "read_pages", "samples", "spans", "symmetries"]

_MOST_SECONDS = 120
_AS_XLSX = "Copy the table into a workbook, and save it as .xlsx."
_RUN_OCR = "Let a program for OCR add the text first (“searchable PDF”)."
_SAME_SIZE = 0.2  # how much the sizes of two drawings of one mark may differ
_SAME = 0.1  # how far the points of two drawings of one mark may lie apart, of the longer side
_MARK = (1.2, 24.0)  # the sides of what may be a mark, in points
_PICTURE = 40.0  # the longest side of a picture that may be a mark
_BOX = 16.0  # the longest side of a small square that may be a mark
_MOST_DRAWN = 6_000  # pieces of marks on a page
_DASH = 9.0  # the longest line that may be a dash
_A_PICTURE = "is a picture without text."
_THIN = 2.6
_ROW = 24.0  # the height of the strips in which drawings are looked up
_SPACE = 0.5  # the gap between words, of the size of the letters, where no space stands


@dataclass(frozen=True, slots=True)
class Box:
    """A part of a page in points, from its top left corner."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def x(self) -> float:
        """The middle."""
        return (self.left + self.right) / 2

    @property
    def y(self) -> float:
        """The middle."""
        return (self.top + self.bottom) / 2

    @property
    def width(self) -> float:
        """From left to right."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """From top to bottom."""
        return self.bottom - self.top

    def around(self, other: Box) -> Box:
        """The box around both."""
        return Box(min(self.left, other.left), min(self.top, other.top), max(self.right, other.right), max(self.bottom, other.bottom))  # fmt: skip

    def overlaps(self, other: Box, by: float = 0.0) -> bool:
        """Whether they have a place in common, at least when this one is made so much larger."""
        return (
            self.left - by < other.right and other.left < self.right + by
            and self.top - by < other.bottom and other.top < self.bottom + by
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Piece:
    """A word or a mark.

    Attributes
    ----------
    text : str
        The word, or how the mark is spelled.
    size : float
        Of its letters, in points.
    base : float
        The line on which it stands.
    angle : int
        0 upright, else by how many degrees it is turned clockwise.
    mark : str
        What tells the mark from others; "" for a word.
    notes : tuple[str, ...]
        The raised signs behind it.
    follows : bool
        Whether a space or nothing stands between it and the word before, on the same line.

    """

    text: str
    box: Box
    size: float
    base: float
    angle: int = 0
    mark: str = ""
    notes: tuple[str, ...] = ()
    follows: bool = False


PagePart = tuple[int, Box, int]  # a page, a part of it, and whether it is to be turned first


@dataclass
class PdfPage:
    """A page: its pieces, its ruled lines (thin boxes), its coloured areas with their colours; `unseen`: letters left out."""

    number: int
    box: Box
    turned: int = 0
    pieces: list[Piece] = field(default_factory=list)
    across: list[Box] = field(default_factory=list)
    down: list[Box] = field(default_factory=list)
    areas: list[tuple[Box, str]] = field(default_factory=list)
    unseen: int = 0


@dataclass
class _Kinds:
    """The kinds of drawn marks that were seen, each with its longer side, its pieces, and its name.

    Names are made of the shape, so that they are the same whichever pages are read.
    """

    drawings: list[tuple[float, list[list[Any]], str]] = field(default_factory=list)

    def drawing(self, pieces: list[list[Any]], longer: float) -> str:
        """How a drawing is spelled, whose longer side has so many points."""
        for size, other, name in self.drawings:
            if abs(size - longer) <= _SAME_SIZE * longer and _is_same(pieces, other):
                return name
        shape = [[[round(4 * n) for point in points for n in point], *about] for points, *about in pieces]
        name = f"drawing {_short([round(longer), shape])}"
        while any(name == other for _, _, other in self.drawings):
            name += "a"
        self.drawings.append((longer, pieces, name))
        return name


def _short(content: object) -> str:
    """Four letters and digits that stand for a content."""
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:4]


def _is_same(pieces: list[list[Any]], others: list[list[Any]]) -> bool:
    """Whether two drawings have the same pieces."""
    return len(pieces) == len(others) and all(
        one[1:] == other[1:]
        and len(one[0]) == len(other[0])
        and all(abs(a - b) <= _SAME for p, q in zip(one[0], other[0], strict=True) for a, b in zip(p, q, strict=True))
        for one, other in zip(pieces, others, strict=True)
    )


# --- the process


def _ask(what: str, path: Path, asked: Any, label: str, problems: Problems) -> list[dict[str, Any]] | None:
    """What the process says; None after adding to `problems` why it said nothing, or did not come to its end."""
    child = [sys.executable, "-I", str(Path(__file__).with_name("pdf_child.py")), what, str(path)]
    try:
        ran = subprocess.run(child, input=json.dumps(asked).encode(), capture_output=True, timeout=_MOST_SECONDS, check=False)  # noqa: S603 -- our own script  # fmt: skip
        output, is_whole = ran.stdout, ran.returncode == 0
        if b"No module named 'pypdfium2'" in ran.stderr:
            problems.add(
                Place(label),
                "To read a PDF, the extra “pdf” of modellaw is needed.",
                f"Install it: {sys.executable} -m pip install pypdfium2",
            )
            return None
    except subprocess.TimeoutExpired as error:
        output, is_whole = error.stdout or b"", False
    said: list[dict[str, Any]] = []
    for line in output.splitlines():
        try:
            said.append(json.loads(line))
        except ValueError:
            break
    if said and said[0].get("error") == "password":
        problems.add(Place(label), "This PDF has a password.", "Save it without one.")
    elif said and said[0].get("error") == "damaged" and "page" not in said[0]:
        problems.add(
            Place(label), "This PDF is damaged, or is none.", "Open it in a viewer, and print it to a new PDF."
        )
    elif not is_whole:
        after = f" (page {said[-1]['page']} was the last)" if said and "page" in said[-1] else ""
        message = f"This PDF takes more memory or time to read than a table can need{after}."
        problems.add(Place(label), message, f"Print only the pages of the table to a new PDF. {_AS_XLSX}")
    else:
        return said
    return None


def page_texts(path: Path, label: str, problems: Problems) -> list[tuple[str, int]] | None:
    """The text of every page, and the number of drawings and pictures on it."""
    if not is_readable(path, label, problems):
        return None
    said = _ask("texts", path, [], label, problems)
    if said is None:
        return None
    if said[0]["pages"] > len(said) - 1:
        message = f"This PDF has {said[0]['pages']:,} pages, more than the {len(said) - 1:,} that are read."
        problems.add(Place(label), message, f"Print only the pages of the table to a new PDF. {_AS_XLSX}")
        return None
    return [(one["text"], one["objects"]) for one in said[1:]]


def samples(path: Path, parts: Sequence[PagePart]) -> list[bytes]:
    """Pictures (PNG) of parts of pages; none where they can't be made."""
    asked = [[number, [box.left, box.top, box.right, box.bottom], turned] for number, box, turned in parts]
    said = _ask("samples", path, asked, "", Problems()) if asked else []
    return [bytes.fromhex(one["png"]) for one in said or ()]


def symmetries(path: Path, parts: Sequence[PagePart]) -> list[float]:
    """Of each part of a page, how much what is drawn there has in common with its mirror image, from 0 to 1."""
    asked = [[number, [box.left, box.top, box.right, box.bottom], turned] for number, box, turned in parts]
    said = _ask("samples", path, asked, "", Problems()) if asked else []
    return [one["symmetry"] for one in said or ()]


def read_pages(path: Path, numbers: Iterable[int], label: str, problems: Problems) -> list[PdfPage]:
    """These pages of a PDF; what can't be read is added to `problems`."""
    said = _ask("pages", path, list(numbers), label, problems)
    kinds, pages, unread = _Kinds(), list[PdfPage](), dict[str, list[int]]()
    for one in said or ():
        letters = sum(glyph[0] > ord(" ") for glyph in one.get("glyphs", ()))
        if "error" in one:
            unread.setdefault(f"can't be read: {one['error']}.", []).append(one["page"])
        elif letters == 0 and one["pictures"]:
            unread.setdefault(_A_PICTURE, []).append(one["page"])
        elif one["outlines"] > letters:
            unread.setdefault("holds its text drawn as outlines.", []).append(one["page"])
        elif len(one["pieces"]) > _MOST_DRAWN and _many_small(one["pieces"]):
            unread.setdefault(f"can't be read: it holds more than {_MOST_DRAWN:,} small drawings.", []).append(
                one["page"]
            )
        else:
            pages.append(_page(one, kinds))
    for what, of in unread.items():
        remedy = _AS_XLSX if what.startswith("can't") else _RUN_OCR
        problems.add(Place(label, part=f"page {spans(of)}"), f"This page {what}", remedy)
    return pages


def _many_small(drawn: list[list[Any]]) -> bool:
    """Whether very many of the drawings of a page may be parts of marks."""
    small = (one for one in drawn if len(one[1]) > 2 and max(one[0][2] - one[0][0], one[0][3] - one[0][1]) < _MARK[1])
    return sum(1 for one in small if not _is_rectangle(one[1])) > _MOST_DRAWN


def spans(numbers: Iterable[int]) -> str:
    """Numbers as spans: 3, 36–59."""
    found: list[list[int]] = []
    for n in numbers:
        if found and n == found[-1][1] + 1:
            found[-1][1] = n
        else:
            found.append([n, n])
    return ", ".join(str(a) if a == b else f"{a}–{b}" for a, b in found)


def _page(read: dict[str, Any], kinds: _Kinds) -> PdfPage:
    page = PdfPage(read["page"], Box(0, 0, read["width"], read["height"]), read["turned"])
    drawn = _sort_drawn(read["pieces"], page)
    pictures = [(Box(*box), key) for box, key in read["pictures"]]
    # of a picture with its text behind it, as programs for OCR make it, all text is unseen
    is_scan = any(box.width * box.height > 0.5 * page.box.width * page.box.height for box, _ in pictures)
    seen = [one for one in read["glyphs"] if is_scan or _is_seen(one, page, pictures)]
    page.unseen = sum(one[0] > ord(" ") for one in read["glyphs"]) - sum(one[0] > ord(" ") for one in seen)
    words = list(_words(seen, read["fonts"]))
    marks = list(_marks([one for one in drawn if not _is_underline(one[0], words)], kinds))
    for box, key in pictures:
        if _MARK[0] < min(box.width, box.height) and max(box.width, box.height) < _PICTURE:
            marks.append(Piece(f"picture {_short(key)}", box, box.height, box.bottom, mark=key))
    page.pieces = _with_raised_behind(_with_marks_around(words, marks))
    return page


def _is_underline(box: Box, words: list[Piece]) -> bool:
    """Whether a thin line stands under a word."""
    return box.height < _THIN and any(
        -1.5 < box.top - one.box.bottom < 3
        and min(one.box.right, box.right) - max(one.box.left, box.left) > 0.6 * box.width
        for one in words
    )


def _is_seen(glyph: list[Any], page: PdfPage, pictures: list[tuple[Box, str]]) -> bool:
    """Whether a glyph is painted, in another colour than what it stands on, which of a picture is not known."""
    ink, box = glyph[6], Box(*glyph[3])
    if glyph[0] <= ord(" "):
        return True
    if not ink:
        return False
    if any(other.overlaps(box) for other, _ in pictures):
        return True
    below = [
        colour for area, colour in page.areas if area.left <= box.x <= area.right and area.top <= box.y <= area.bottom
    ]
    return bool(ink != (below[-1] if below else "FFFFFF"))


# --- drawings


def _sort_drawn(drawn: list[list[Any]], page: PdfPage) -> list[tuple[Box, list[Any]]]:
    """Sort what is drawn into ruled lines and coloured areas of the page; the rest may be parts of marks."""
    rest: list[tuple[Box, list[Any]]] = []
    squares: list[tuple[Box, list[Any]]] = []
    for bounds, points, letters, fill, line, width in drawn:
        box = Box(*bounds)
        about = [points, letters, fill, line]
        short, long = sorted((box.width, box.height))
        is_rectangle = len(points) in (4, 5) and "c" not in letters and _is_rectangle(points)
        if long < _MARK[0] or (fill == "FFFFFF" and not line and (is_rectangle or long > _MARK[1])):
            continue  # a dot of a dotted line, or white on white
        is_line = short <= max(_THIN, width if line else 0) and long > 3 * short and (is_rectangle or len(points) == 2)
        if is_line and box.width > box.height and long < _DASH:
            squares.append((box, about))
        elif is_line and long > 5:
            (page.across if box.width > box.height else page.down).append(box)
        elif is_rectangle and long > _BOX:
            if fill and fill != "FFFFFF":
                page.areas.append((box, fill))
            if line:
                page.across += [replace(box, bottom=box.top), replace(box, top=box.bottom)]
                page.down += [replace(box, right=box.left), replace(box, left=box.right)]
        elif is_rectangle:
            squares.append((box, about))
        elif long <= _MARK[1]:
            rest.append((box, about))
    # short strokes within a drawing are of it
    rest += _taken(page.across, rest) + _taken(page.down, rest)
    # small rectangles that lie side by side with others, or with lines, are parts of those
    others = [*page.across, *page.down, *(area for area, _ in page.areas), *(box for box, _ in squares)]
    by_row: dict[int, list[Box]] = {}
    for one in others:
        for row in range(int(one.top // _ROW) - 1, int(one.bottom // _ROW) + 2):
            by_row.setdefault(row, []).append(one)
    for box, about in squares:
        if any(_lies_beside(box, other) for other in by_row[int(box.y // _ROW)]):
            if about[2] and about[2] != "FFFFFF" and box.width > _THIN:
                page.areas.append((box, about[2]))
        else:
            rest.append((box, about))
    return rest


def _taken(lines: list[Box], drawn: list[tuple[Box, list[Any]]]) -> list[tuple[Box, list[Any]]]:
    """Take the lines away that lie within drawings, which are parts of those."""
    within = [
        line for line in lines
        if max(line.width, line.height) < _MARK[1]
        and any(box.left - 0.5 <= line.left and line.right <= box.right + 0.5 and box.top - 0.5 <= line.top and line.bottom <= box.bottom + 0.5 for box, _ in drawn)
    ]  # fmt: skip
    for line in within:
        lines.remove(line)
    return [
        (line, [[[0.0, 0.0], [1.0, 0.0] if line.width > line.height else [0.0, 1.0]], "ml", "", "line"])
        for line in within
    ]


def _lies_beside(one: Box, other: Box) -> bool:
    """Whether two boxes touch along a side, and neither lies in the other."""
    if other is one or not one.overlaps(other, 0.6):
        return False
    across = min(one.right, other.right) - max(one.left, other.left)
    down = min(one.bottom, other.bottom) - max(one.top, other.top)
    return min(across, down) < 0.7 and max(across, down) > -0.6


def _is_rectangle(points: list[list[float]]) -> bool:
    """Whether points, each with the next, make lines along the sides of their box."""
    pairs = zip(points, [*points[1:], points[0]], strict=True)
    return all(abs(a[0] - b[0]) < 0.02 or abs(a[1] - b[1]) < 0.02 for a, b in pairs)


def _marks(drawn: list[tuple[Box, list[Any]]], kinds: _Kinds) -> Iterator[Piece]:
    """The drawings whose pieces overlap, each group as a mark."""
    groups: list[tuple[Box, list[tuple[Box, list[Any]]]]] = []
    for box, about in sorted(drawn, key=lambda one: one[0].left):
        touching = [group for group in groups if group[0].overlaps(box, 0.5)]
        joined = [(box, about)]
        for group in touching:
            groups.remove(group)
            joined = [*group[1], *joined]
            box = box.around(group[0])
        groups.append((box, joined))
    for box, pieces in sorted(groups, key=lambda one: (one[0].top, one[0].left)):
        if max(box.width, box.height) > _PICTURE:
            continue
        longer = max(box.width, box.height)
        placed = []
        for own, (points, *about) in sorted(pieces, key=lambda one: (one[0].left - box.left, one[0].top - box.top)):
            scale = max(own.width, own.height) / longer
            at = (own.left - box.left) / longer, (own.top - box.top) / longer
            placed.append([[[at[0] + x * scale, at[1] + y * scale] for x, y in points], *about])
        kind = kinds.drawing(placed, longer)
        yield Piece(kind, box, box.height, box.bottom, mark=kind)


def _with_marks_around(words: list[Piece], marks: list[Piece]) -> list[Piece]:
    """Words and marks; a mark that stands in a circle or a box is one mark with it."""
    found, inside = list[Piece](), set[int]()
    for mark in marks:
        within = [
            n for n, one in enumerate(words)
            if mark.box.overlaps(one.box) and abs(mark.box.x - one.box.x) < mark.box.width / 2 and mark.box.top <= one.box.y <= mark.box.bottom
        ]  # fmt: skip
        inside |= set(within)
        text = " ".join([*(words[n].text for n in within), "in" if within else "", mark.text]).replace("  ", " ")
        found.append(replace(mark, text=text.strip(), mark=text.strip(), notes=tuple(note for n in within for note in words[n].notes)))  # fmt: skip
    return [one for n, one in enumerate(words) if n not in inside] + found


# --- letters


def _words(glyphs: list[list[Any]], fonts: list[str]) -> Iterator[Piece]:
    """The words of a page, raised signs joined to what they follow."""
    lines: dict[int, list[tuple[float, list[list[Any]]]]] = {}
    seen: set[tuple[Any, ...]] = set()
    upright = [one for one in glyphs if one[5] in (0, 1, 359)]
    for glyph in sorted(upright, key=lambda one: one[4][1]):
        code, font, size, _, (x, y), _, _ = glyph
        # the letters of a ligature have one origin
        key = (code, font, *(round(at / max(size, 1) * 12) for at in (x, y, glyph[3][0])))
        if key in seen and code > ord(" "):
            continue  # drawn twice, to look bold
        seen.add(key)
        of_size = lines.setdefault(round(size * 2), [])
        if of_size and y - of_size[-1][0] <= 0.15 * size:
            of_size[-1][1].append(glyph)
        else:
            of_size.append((y, [glyph]))
    words = [word for of_size in lines.values() for _, line in of_size for word in _words_of(line, fonts)]
    yield from _with_raised(words)
    yield from _turned_words([one for one in glyphs if one[5] not in (0, 1, 359)], fonts)


def _sign(code: int, font: str, ink: str) -> tuple[str, str]:
    """A glyph as it is written, and what tells it where it is a mark."""
    bare = font.partition("+")[2] if "+" in font else font
    if 0x2600 <= code < 0x27C0:
        return chr(code), f"{font} {code:X} {ink}"
    is_private = 0xE000 <= code < 0xF900
    if code < ord(" ") or is_private or 0x7F <= code < 0xA0 or code >= 0x110000 or is_symbol_font(bare):
        return mark_text(bare or "font", code), f"{font} {code:X} {ink}"
    return chr(code), ""


def _words_of(line: list[list[Any]], fonts: list[str]) -> Iterator[Piece]:
    """The words of one line, of letters of one size."""
    word: Piece | None = None
    after_space = False
    for code, font, size, box, (_, y), _, ink in sorted(line, key=lambda one: (one[4][0], one[3][0])):
        if code in (ord(" "), 0xA0, ord("\t"), 0xAD, 0xF020):  # the last is a space of a symbol font
            after_space = code != 0xAD
            continue
        text, mark = _sign(code, fonts[font], ink)
        if text.isspace() or not text:
            continue
        place = Box(*box)
        gap = place.left - word.box.right if word else 0.0
        if word and not mark and not word.mark and not after_space and gap <= _SPACE * size:
            word = replace(word, text=word.text + text, box=word.box.around(place))
            continue
        if word:
            yield word
        word = Piece(text, place, size, y, mark=mark, follows=bool(word) and gap <= 0.6 * size)
        after_space = False
    if word:
        yield word


def _with_raised(words: list[Piece]) -> Iterator[Piece]:
    """Words with the small raised signs behind them as their notes."""
    words = sorted(words, key=lambda one: (one.base, one.box.left))
    notes: dict[int, list[tuple[float, str]]] = {}
    raised: set[int] = set()
    for n, one in enumerate(words):
        before = [
            (abs(one.box.left - other.box.right), m) for m, other in _near(words, n)
            if one.size < 0.8 * other.size and 0.1 * other.size < other.base - one.base < 0.8 * other.size
            and -0.3 * other.size < one.box.left - other.box.right < (0.3 if one.mark else 0.6) * other.size
        ]  # fmt: skip
        if before and len(one.text) <= 8:
            raised.add(n)
            notes.setdefault(min(before)[1], []).append((one.box.left, one.text))
    for n, one in enumerate(words):
        if n not in raised:
            own = tuple(text for _, text in sorted(notes.get(n, [])))
            yield replace(one, notes=own) if own else one


def _with_raised_behind(pieces: list[Piece]) -> list[Piece]:
    """Pieces with the small raised signs behind marks as notes of those."""
    sizes = sorted(one.size for one in pieces if not one.mark and not one.angle)
    usual = sizes[len(sizes) // 2] if sizes else 0.0
    marks = [n for n, one in enumerate(pieces) if one.mark]
    notes: dict[int, list[tuple[float, str]]] = {}
    raised: set[int] = set()
    for n, one in enumerate(pieces):
        if one.mark or one.angle or one.size >= 0.8 * usual or len(one.text) > 8:
            continue
        beside = [
            (abs(one.box.left - pieces[m].box.right), m) for m in marks
            if -0.3 * usual < one.box.left - pieces[m].box.right < usual
            and pieces[m].box.top - 0.6 * usual < one.box.y < pieces[m].box.y
        ]  # fmt: skip
        if beside:
            raised.add(n)
            notes.setdefault(min(beside)[1], []).append((one.box.left, one.text))
    return [
        replace(one, notes=(*one.notes, *(text for _, text in sorted(notes[n])))) if n in notes else one
        for n, one in enumerate(pieces)
        if n not in raised
    ]


def _near(words: list[Piece], n: int) -> Iterator[tuple[int, Piece]]:
    """The words whose lines are near that of one, of words by line."""
    for step in (-1, 1):
        m = n + step
        while 0 <= m < len(words) and abs(words[m].base - words[n].base) < 20:
            yield m, words[m]
            m += step


def _turned_words(glyphs: list[list[Any]], fonts: list[str]) -> Iterator[Piece]:
    """Words that run in another direction, each a line of letters that follow each other."""
    word: Piece | None = None
    last: list[Any] = []
    for glyph in glyphs:
        code, font, size, box, origin, angle, ink = glyph
        text, mark = _sign(code, fonts[font], ink)
        if code <= ord(" "):
            text = " "
        place = Box(*box)
        is_next = word is not None and last[5] == angle and abs(last[4][0] - origin[0]) + abs(last[4][1] - origin[1]) < 2.5 * size and _is_on_line(last[4], origin, angle, size)  # fmt: skip
        if word is not None and is_next:
            word = replace(word, text=word.text + text, box=word.box.around(place) if text != " " else word.box)
        else:
            if word is not None and word.text.strip():
                yield replace(word, text=re.sub(" +", " ", word.text).strip())
            word = Piece(text, place, size, origin[1], angle, mark if text != " " else "") if text != " " else None
        last = glyph
    if word is not None and word.text.strip():
        yield replace(word, text=re.sub(" +", " ", word.text).strip())


def _is_on_line(one: list[float], other: list[float], angle: int, size: float) -> bool:
    """Whether two letters stand on the same line, which runs at this angle."""
    along = math.radians(angle)
    x, y = other[0] - one[0], other[1] - one[1]
    return abs(-x * math.sin(along) + y * math.cos(along)) < 0.4 * size
