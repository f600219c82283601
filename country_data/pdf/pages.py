"""Pages of a PDF: their words, marks, ruled lines and coloured areas."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from country_data.pdf.drawings import (
    MARK,
    MOST_DRAWN,
    PICTURE,
    THIN,
    DrawnKinds,
    has_many_small,
    marks_of,
    short_name,
    sort_drawn,
)
from country_data.pdf.letters import with_marks_around, with_raised_behind, words_of_page
from country_data.pdf.pieces import Box, PdfPage, Piece
from country_data.pdf.process import AS_XLSX, ask_child, spans
from country_data.problems import Place, Problems

__all__ = ["ADD_TEXT", "read_pages"]

ADD_TEXT = "Let a program for OCR add the text first (“searchable PDF”)."
_A_PICTURE = "is a picture without text."


def read_pages(
    path: Path, numbers: Iterable[int], label: str, problems: Problems, kinds: DrawnKinds, turn: int | None = None
) -> list[PdfPage]:
    """These pages of a PDF; what can't be read is added to `problems`.

    Parameters
    ----------
    kinds : DrawnKinds
        The kinds of drawn marks that were seen before; those of these pages are added.
    turn : int | None, optional
        By how many degrees the pages were laid on their sides; left out, each page tells.

    """
    said = ask_child("pages", path, [[number, turn] for number in numbers], label, problems)
    pages, unread = list[PdfPage](), dict[str, list[int]]()
    for one in said or ():
        letters = sum(glyph[0] > ord(" ") for glyph in one.get("glyphs", ()))
        if "error" in one:
            unread.setdefault(f"can't be read: {one['error']}.", []).append(one["page"])
        elif letters == 0 and one["pictures"]:
            unread.setdefault(_A_PICTURE, []).append(one["page"])
        elif one["outlines"] > letters:
            unread.setdefault("holds its text drawn as outlines.", []).append(one["page"])
        elif len(one["pieces"]) > MOST_DRAWN and has_many_small(one["pieces"]):
            unread.setdefault(f"can't be read: it holds more than {MOST_DRAWN:,} small drawings.", []).append(
                one["page"]
            )
        else:
            pages.append(_page(one, kinds))
    for what, of in unread.items():
        remedy = AS_XLSX if what.startswith("can't") else ADD_TEXT
        problems.add(Place(label, part=f"page {spans(of)}"), f"This page {what}", remedy)
    return pages


def _page(read: dict[str, Any], kinds: DrawnKinds) -> PdfPage:
    page = PdfPage(read["page"], Box(0, 0, read["width"], read["height"]), read["turned"])
    drawn = sort_drawn(read["pieces"], page)
    pictures = [(Box(*box), key) for box, key in read["pictures"]]
    # of a picture with its text behind it, as programs for OCR make it, all text is unseen
    is_scan = any(box.width * box.height > 0.5 * page.box.width * page.box.height for box, _ in pictures)
    seen = [one for one in read["glyphs"] if is_scan or _is_seen(one, page, pictures)]
    page.unseen = sum(one[0] > ord(" ") for one in read["glyphs"]) - sum(one[0] > ord(" ") for one in seen)
    words = list(words_of_page(seen, read["fonts"]))
    marks = list(marks_of([one for one in drawn if not _is_underline(one[0], words)], kinds))
    for box, key in pictures:
        if MARK[0] < min(box.width, box.height) and max(box.width, box.height) < PICTURE:
            marks.append(Piece(f"picture {short_name(key)}", box, box.height, box.bottom, mark=key))
    page.pieces = with_raised_behind(with_marks_around(words, marks))
    return page


def _is_underline(box: Box, words: list[Piece]) -> bool:
    """Whether a thin line stands under a word."""
    return box.height < THIN and any(
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
    if ink != "FFFFFF" and ink not in page.colours:
        return True
    if any(other.overlaps(box) for other, _ in pictures):
        return True
    below = [
        colour for area, colour in page.areas if area.left <= box.x <= area.right and area.top <= box.y <= area.bottom
    ]
    return bool(ink != (below[-1] if below else "FFFFFF"))
