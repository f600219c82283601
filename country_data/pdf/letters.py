"""Letters of a page as words: raised signs behind what they follow, turned words, marks in circles."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from country_data.document_tables import is_symbol_font, mark_text
from country_data.pdf.pieces import Box, Piece

__all__ = ["with_marks_around", "with_raised_behind", "words_of_page"]

_STRIP = 24.0  # points
_SPACE = 0.5  # the gap between words, of the size of the letters, where no space stands


def _sign(code: int, font: str, ink: str) -> tuple[str, str]:
    """A glyph as it is written, and what tells it where it is a mark."""
    bare = font.partition("+")[2] if "+" in font else font
    if 0x2600 <= code < 0x27C0:
        return chr(code), f"{font} {code:X} {ink}"
    is_private = 0xE000 <= code < 0xF900
    if code < ord(" ") or is_private or 0x7F <= code < 0xA0 or code >= 0x110000 or is_symbol_font(bare):
        return mark_text(bare or "font", code), f"{font} {code:X} {ink}"
    return chr(code), ""


def words_of_page(glyphs: list[list[Any]], fonts: list[str]) -> Iterator[Piece]:
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
        word = Piece(text, place, size, y, mark=mark)
        after_space = False
    if word:
        yield word


def _with_raised(words: list[Piece]) -> Iterator[Piece]:
    """Words with the small raised signs behind them as their notes."""
    words = sorted(words, key=lambda one: (one.base, one.box.left))
    notes: dict[int, list[tuple[float, str]]] = {}
    raised: set[int] = set()
    ends: dict[int, float] = {}  # where the raised signs behind a word end, which more may follow
    by_strip: dict[int, list[int]] = {}  # words by the strip, down the page, in which they end
    for n, one in enumerate(words):
        by_strip.setdefault(int(one.box.right // _STRIP), []).append(n)
    for n, one in enumerate(words):
        before = [
            (abs(one.box.left - ends.get(m, other.box.right)), m) for m, other in _near(words, one, by_strip)
            if one.size < 0.8 * other.size and 0.1 * other.size < other.base - one.base < 0.8 * other.size
            and -0.3 * other.size < one.box.left - ends.get(m, other.box.right) < (0.3 if one.mark else 0.6) * other.size
        ]  # fmt: skip
        if before and len(one.text) <= 8:
            raised.add(n)
            ends[min(before)[1]] = one.box.right
            notes.setdefault(min(before)[1], []).append((one.box.left, one.text))
    for n, one in enumerate(words):
        if n not in raised:
            own = tuple(text for _, text in sorted(notes.get(n, [])))
            yield replace(one, notes=own) if own else one


def with_raised_behind(pieces: list[Piece]) -> list[Piece]:
    """Pieces with the small raised signs behind marks as notes of those."""
    sizes = sorted(one.size for one in pieces if not one.mark and not one.angle)
    usual = sizes[len(sizes) // 2] if sizes else 0.0
    marks = [n for n, one in enumerate(pieces) if one.mark]
    notes: dict[int, list[tuple[float, str]]] = {}
    raised: set[int] = set()
    ends = {m: pieces[m].box.right for m in marks}
    for n in sorted(range(len(pieces)), key=lambda n: pieces[n].box.left):
        one = pieces[n]
        if one.mark or one.angle or one.size >= 0.8 * usual or len(one.text) > 8:
            continue
        beside = [
            (abs(one.box.left - ends[m]), m) for m in marks
            if -0.3 * usual < one.box.left - ends[m] < usual
            and pieces[m].box.top - 0.6 * usual < one.box.y < pieces[m].box.y
        ]  # fmt: skip
        if beside:
            raised.add(n)
            ends[min(beside)[1]] = one.box.right
            notes.setdefault(min(beside)[1], []).append((one.box.left, one.text))
    return [
        replace(one, notes=(*one.notes, *(text for _, text in sorted(notes[n])))) if n in notes else one
        for n, one in enumerate(pieces)
        if n not in raised
    ]


def _near(words: list[Piece], one: Piece, by_strip: dict[int, list[int]]) -> Iterator[tuple[int, Piece]]:
    """The larger words that end near where one begins."""
    strip = int(one.box.left // _STRIP)
    for m in (m for n in range(strip - 1, strip + 2) for m in by_strip.get(n, ())):
        if words[m].size > one.size:
            yield m, words[m]


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


def with_marks_around(words: list[Piece], marks: list[Piece]) -> list[Piece]:
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
