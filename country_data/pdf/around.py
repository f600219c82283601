"""What stands around tables: footnotes, legends, marks that are no cells; and what marks look like."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

from country_data.pdf.joined import JoinedSheet, same_sign
from country_data.pdf.pieces import PdfPage, Piece
from country_data.pdf.process import spans
from country_data.pdf.tables import names_beside
from country_data.pdf.texts import IsName

__all__ = ["Around", "IsName", "signs_of"]

_LONGEST_ENTRY = 12  # letters of an entry that is told, and that a legend may explain
_WIDE_GAP, _COLUMN = 1.5, 40.0  # sizes of letters between parts of a line; points by which lines of one footnote differ


def _lines_of(pieces: Iterable[Piece]) -> list[list[Piece]]:
    """Pieces by line, from top to bottom, each from left to right; raised ones in the line they are raised from.

    What stands beside after a wide gap is a line of its own.
    """
    lines: list[list[Piece]] = []
    for one in sorted(pieces, key=lambda one: one.base):
        near = (line for line in lines[::-1][:4] if abs(line[-1].base - one.base) < 0.55 * max(one.size, line[0].size))
        found = next(near, None)
        if found is None:
            lines.append([one])
        else:
            found.append(one)
    return [part for line in lines for part in _apart(sorted(line, key=lambda one: one.box.left))]


def _apart(line: list[Piece]) -> list[list[Piece]]:
    """A line in parts, at its wide gaps."""
    parts = [[line[0]]]
    for before, one in pairwise(line):
        if one.box.left - before.box.right > _WIDE_GAP * max(one.size, before.size):
            parts.append([])
        parts[-1].append(one)
    return parts


def _footnotes_in(lines: list[list[Piece]], signs: set[str]) -> dict[str, str]:
    """The texts of footnotes by their signs; a line that begins with no sign goes on with the one above it."""
    found: dict[str, str] = {}
    going: list[tuple[str, Piece]] = []  # the footnotes that may go on, each with the first piece of its last line
    for line in lines:
        first = line[0]
        begins = re.match(r"[(\[]?([^\W\d_]{1,2}|\d{1,3}|[^\w\s]{1,3})[)\].:]?$", first.text)
        key = same_sign(begins[1]) if begins else ""
        if key in signs and len(line) > 1 and key not in found:
            found[key] = " ".join(one.text for one in line[1:])
            going = [one for one in going if abs(one[1].box.left - first.box.left) > _COLUMN] + [(key, first)]
            continue
        above = [one for one in going if abs(one[1].box.left - first.box.left) < _COLUMN and 0 < first.base - one[1].base < 2 * first.size]  # fmt: skip
        if above and key not in signs:
            found[above[-1][0]] += " " + " ".join(one.text for one in line)
            going = [(key, first) if one is above[-1] else one for one in going for key in [one[0]]]
    return found


def _legend_in(lines: list[list[Piece]], keys: set[str], explained: set[int]) -> dict[str, str]:
    """What a legend says of signs: `sign [=] words`, several in a line; the signs it explains are added to `explained`.

    Letters and numbers need a sign between. Where words stand before the first mark, or none behind the last, it is not
    plain which belong together: then each mark has the whole line, which means nothing and is shown.
    """
    found: dict[str, str] = {}
    for line in lines:
        parts: list[tuple[Piece | None, list[str]]] = [(None, [])]
        for n, one in enumerate(line):
            bare = one.text if one.mark else one.text.rstrip("=:") or one.text
            follows = line[n + 1].text if n + 1 < len(line) else ""
            apart = n == 0 or line[n - 1].text[-1:] in ";,.|/)" or one.box.left - line[n - 1].box.right > one.size
            explains = n == 0 if not bare[-1:].isalnum() else bare != one.text or follows[:1] in ("=", ":")
            if one.mark or (bare in keys and apart and explains):
                parts.append((replace(one, text=bare), []))
                if one.mark and any(not other.mark and other.text[-1:].isalnum() for other in line):
                    explained.add(id(one))
            else:
                parts[-1][1].append(one.text)
        texts = [re.sub(r"^[=:–\-\s]+|[;,.|/\s]+$", "", " ".join(words)) for _, words in parts]
        is_plain = (not parts[0][1] or parts[0][1][-1].endswith(":")) and all(texts[1:])
        whole = " ".join(one.text for one in line)
        for (key, _), text in zip(parts[1:], texts[1:], strict=True):
            said = text if is_plain else whole
            if key is not None and any(texts):
                found[key.text] = said if found.get(key.text, said) == said else f"{found[key.text]} / {said}"
    return found


@dataclass
class Around:
    """What stands around the tables of a document.

    Attributes
    ----------
    pages : list[PdfPage]
        Those on which tables were looked for.
    used : set[int]
        The pieces, by their ids, that stand in tables, or are explained by a legend.
    footnotes : dict[tuple[int, str], str]
        By page and sign.
    legend : dict[str, str]
        What signs mean, in the words of the document.
    vocabulary : set[str]
        The short texts of cells.
    tabled : set[int]
        The pages of tables.

    """

    pages: list[PdfPage]
    used: set[int]
    footnotes: dict[tuple[int, str], str]
    legend: dict[str, str]
    vocabulary: set[str]
    tabled: set[int]

    @classmethod
    def of(cls, sheets: list[JoinedSheet], pages: list[PdfPage], more: list[PdfPage], used: set[int]) -> Around:
        """What stands around these tables; `more`: pages on which there may be a legend alone."""
        cells = [at for one in sheets for row in one.rows for at in row.values()]
        signs = {same_sign(sign) for at in cells for sign in at.notes}
        signs |= {same_sign(sign) for one in sheets for _, sign in one.heading_notes}
        footnotes, legend, explained = dict[tuple[int, str], str](), dict[str, str](), set[int]()
        for page in (*pages, *more):
            lines = _lines_of(one for one in page.pieces if id(one) not in used and not one.angle)
            footnotes |= {(page.number, sign): text for sign, text in _footnotes_in(lines, signs).items()}
            for key, text in _legend_in(lines, signs_of(sheets), explained).items():
                legend[key] = text if legend.get(key, text) == text else f"{legend[key]} / {text}"
        vocabulary = {
            at.text for one in sheets for row in one.rows for n, at in row.items() if n != one.names and 0 < len(at.text) <= _LONGEST_ENTRY
        }  # fmt: skip
        tabled = {page for one in sheets for page in one.pages}
        return cls(pages, used | explained, footnotes, legend, vocabulary, tabled)

    def footnote(self, page: int, sign: str) -> str:
        """A footnote with its sign: the text of its page, else of the nearest page behind."""
        same = same_sign(sign)
        behind = min((n for n, other in self.footnotes if other == same and n >= page), default=None)
        return sign if behind is None else f"{sign} {self.footnotes[behind, same]}"

    def heading_notes(self, sheet: JoinedSheet) -> list[str]:
        """The footnotes to headings, each once."""
        found = (self.footnote(page, sign) for page, sign in sheet.heading_notes)
        return [f"A footnote to a heading: {text}." for text in dict.fromkeys(found)]

    def notes_on(self, sheet: JoinedSheet, is_name: IsName, *, is_first: bool) -> list[str]:
        """What stands on the pages and in no table: marks, names beside entries, lines of entries, letters that nobody sees."""
        notes = []
        for page in self.pages:
            left = [one for one in page.pieces if one.mark and id(one) not in self.used]
            if left and (page.number in sheet.pages or is_first):
                shown = ", ".join(dict.fromkeys(one.text for one in left[:8]))
                marks = "1 mark stands" if len(left) == 1 else f"{len(left)} marks stand"
                notes.append(
                    f"Page {page.number}: {marks} outside the table ({shown}). Look whether a row or column is missing."
                )
            names = [
                text for text in names_beside(page, is_name) if not any(id(one) in self.used for one in text.pieces)
            ]
            if names:
                shown = ", ".join(one.text for one in names[:8])
                notes.append(f"Page {page.number}: not in the table, though with entries beside: {shown}.")
            entries = _lines_of_entries(page, self.used, self.vocabulary)
            if entries and (page.number in sheet.pages or is_first):
                lines = "1 line" if len(entries) == 1 else f"{len(entries)} lines"
                notes.append(
                    f"Page {page.number}: {lines} with entries as in the table are not in it, the first: {entries[0][:80]}."
                )
            if page.unseen and page.number in sheet.pages:
                notes.append(f"Page {page.number}: {page.unseen} letters that nobody sees are left out.")
        if len(sheet.titles) > 1:
            shown = "; ".join(f"“{title[:60]}” (page {n})" for title, n in list(sheet.titles.values())[:4])
            notes.append(f"Above the tables that are read as one stands: {shown}. Look whether they belong together.")
        for n, text in sheet.above:
            notes.append(
                f"Page {n}: above the first row stands “{text[:80]}”, over a column. Look whether it belongs to the last row before."
            )
        told = {sign for _, sign in self.footnotes}
        bare = sorted(
            {sign for row in sheet.rows for at in row.values() for sign in at.notes if same_sign(sign) not in told}
        )
        if bare:
            notes.append(f"No text is found on these pages for the footnote signs {', '.join(bare[:12])}.")
        between = [n for n in range(min(sheet.pages), max(sheet.pages)) if n not in self.tabled]
        if between:
            notes.append(f"Within these pages no table was found on page {spans(between)}.")
        return notes


def signs_of(sheets: list[JoinedSheet]) -> set[str]:
    """The marks and short texts of cells, which a legend may explain."""
    cells = (at for one in sheets for row in one.rows for at in row.values())
    return {at.text for at in cells if at.mark or 0 < len(at.text) <= _LONGEST_ENTRY}


def _lines_of_entries(page: PdfPage, used: set[int], vocabulary: set[str]) -> list[str]:
    """The lines of a page, upright or turned, that are in no table and hold at least two texts such as stand in its cells."""
    left = [replace(one, base=one.box.x if one.angle else one.base) for one in page.pieces if id(one) not in used]
    lines: dict[tuple[bool, int], list[Piece]] = {}
    for one in left:
        lines.setdefault((bool(one.angle), round(one.base / 3)), []).append(one)
    held = [line for line in lines.values() if sum(one.text in vocabulary for one in line) > 1]
    return [" ".join(one.text for one in line) for line in held]
