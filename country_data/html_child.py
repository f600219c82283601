"""Print the tables of a web page as JSON: run in a process of its own, for some pages keep the parser busy for hours.

Its parser looks for the end of a tag or comment that is never closed again and again.
"""

from __future__ import annotations

import contextlib
import json
import re
import sys
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

_MOST_MEMORY, _MOST_SECONDS, _MOST_CELLS = 2_000_000_000, 60, 1_000_000


def _decoded(raw: bytes) -> str:
    """The text of a page in the encoding that it names, else in UTF-8 or that of Windows."""
    named = re.search(rb"""charset\s*=\s*["']?([\w-]+)""", raw[:4096], re.IGNORECASE)
    for encoding in ("utf-8-sig", named[1].decode("ascii") if named else "utf-8", "cp1252"):
        try:
            return raw.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return raw.decode("cp1252", "replace")


_UNSEEN = {"script", "style", "template", "noscript", "title"}
_OF_TABLES = {"table", "tr", "td", "th", "thead", "tbody", "tfoot", "caption"}
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_BREAKS = {"p", "div", "li", "tr", "ul", "ol", "h1", "h2", "h3", "h4"}
_NOTED = {"li", "p", "dd", "span", "td"}
_TITLES = {"caption", "h1", "h2", "h3", "h4", "h5", "h6"}


@dataclass
class _Cell:
    """A cell while it is read: what it covers, its texts, and its raised texts with the ids that they lead to."""

    across: int
    down: int
    is_seen: bool = True
    texts: list[str] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class _Table:
    """A table while it is read."""

    title: str
    rows: list[list[_Cell]] = field(default_factory=list)


class Page(HTMLParser):
    """The tables of a web page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[_Table] = []
        self.open_tables: list[tuple[_Table, _Cell | None]] = []  # each with the cell that it stands in
        self.cell: _Cell | None = None
        self.unseen: list[str] = []  # the elements within one that is not seen
        self.raised: list[str] = []  # the ids that open raised texts lead to
        self.title: list[str] | None = None
        self.last_title = ""
        self.by_id: dict[str, list[str]] = {}  # the texts of what a footnote sign may lead to
        self.path: list[tuple[str, str]] = []  # the open elements, each with its id
        self.is_row_hidden = False
        self.cells = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a table, row or cell; remember what is raised, hidden, or a heading."""
        about = {key: value or "" for key, value in attrs}
        if tag in _OF_TABLES - {"table"} and "table" not in self.unseen:
            self.unseen = []  # an element in a cell ends with it, closed or not
        is_hidden = _is_unseen(about)
        if self.unseen or tag in _UNSEEN or (is_hidden and tag not in ("tr", "td", "th")):
            if tag not in _VOID:
                self.unseen.append(tag)
            return
        if tag not in _VOID:
            self.path.append((tag, about.get("id", "") if tag in _NOTED else ""))
        if tag in _OF_TABLES:
            self._begin(tag, about, is_hidden=is_hidden)
        elif tag == "sup":
            self.raised.append("")
        elif tag == "a" and self.raised and about.get("href", "").startswith("#"):
            self.raised[-1] = about["href"][1:]
        elif tag in ("img", "input"):
            self.handle_data(_sign_of(tag, about))
        elif tag in _BREAKS or tag == "br":
            self.handle_data("\n")
        if tag in _TITLES and self.cell is None:
            self.title = []

    def _begin(self, tag: str, about: dict[str, str], *, is_hidden: bool) -> None:
        """Begin a table, a row or a cell; what is hidden has no place in it."""
        if tag == "table":
            self.tables.append(_Table(self.last_title))
            self.open_tables.append((self.tables[-1], self.cell))
            self.cell = None
        elif self.open_tables and tag != "caption":
            self._end_cell()
            table = self.open_tables[-1][0]
            if tag == "tr" or (tag in ("td", "th") and not table.rows):
                table.rows.append([])
                self.is_row_hidden = tag == "tr" and is_hidden
            if tag in ("td", "th"):
                is_seen = not is_hidden and not self.is_row_hidden
                self.cell = _Cell(_span(about.get("colspan")), _span(about.get("rowspan")), is_seen)

    def handle_endtag(self, tag: str) -> None:
        """Close what is open."""
        if tag in _OF_TABLES and "table" not in self.unseen:
            self.unseen = []
        if self.unseen:
            if tag in self.unseen:
                while self.unseen.pop() != tag:
                    pass
            return
        if any(tag == one for one, _ in self.path):
            while self.path.pop()[0] != tag:
                pass
        if tag in ("td", "th", "tr"):
            self._end_cell()
        elif tag == "table":
            self._close_table()
        elif tag == "sup" and self.raised:
            self.raised.pop()
        elif tag in _TITLES and self.title is not None:
            self.last_title, self.title = " ".join("".join(self.title).split()), None
            if tag == "caption" and self.open_tables:
                self.open_tables[-1][0].title = self.last_title

    def handle_data(self, data: str) -> None:
        """A text: of a title, a raised sign or a cell, and of what a sign may lead to."""
        if self.unseen or not data:
            return
        for id in (id for _, id in self.path if id):
            self.by_id.setdefault(id, []).append(data)
        if self.title is not None:
            self.title.append(data)
        elif self.cell is not None and self.raised:
            if data.strip():
                self.cell.notes.append((data.strip(), self.raised[-1]))
        elif self.cell is not None:
            self.cell.texts.append(data)

    def finished(self) -> list[dict[str, Any]]:
        """All tables: the title, and of each row the cells with text, columns and rows covered, and notes."""
        while self.open_tables:
            self._close_table()
        return [
            {"title": one.title, "rows": [[self._shown(cell) for cell in row] for row in one.rows]}
            for one in self.tables
        ]

    def _shown(self, cell: _Cell) -> list[Any]:
        lines = (" ".join(line.split()) for line in "".join(cell.texts).split("\n"))
        notes = [" ".join(f"{shown} {''.join(self.by_id.get(id, ()))}".split()) for shown, id in cell.notes]
        return ["\n".join(filter(None, lines)), cell.across, cell.down, notes]

    def _close_table(self) -> None:
        self._end_cell()
        if self.open_tables:
            _, self.cell = self.open_tables.pop()

    def _end_cell(self) -> None:
        if self.cell is not None and self.open_tables:
            if self.cell.is_seen:
                self.open_tables[-1][0].rows[-1].append(self.cell)
            self.cells += 1
            if self.cells > _MOST_CELLS:
                sys.exit("too many cells")
        self.cell = None


def _is_unseen(about: dict[str, str]) -> bool:
    style = about.get("style", "").replace(" ", "").casefold()
    return (
        "hidden" in about
        or "display:none" in style
        or "visibility:hidden" in style
        or "sortkey" in about.get("class", "")
    )


def _span(text: str | None) -> int:
    return int(text) if text and text.strip().isdigit() and len(text.strip()) < 6 else 1


def _sign_of(tag: str, about: dict[str, str]) -> str:
    """The alternative text of a picture, and the state of a box to tick."""
    if tag == "img":
        return about.get("alt", "")
    return ("☑" if "checked" in about else "☐") if about.get("type", "").casefold() == "checkbox" else ""


def main(path: str) -> None:
    """Print each table: its title, and its rows of cells."""
    with contextlib.suppress(ImportError):  # a limit of Unix
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (_MOST_SECONDS, _MOST_SECONDS))
    with open(path, "rb") as file:  # noqa: PTH123 -- nothing of ours is loaded here
        text = _decoded(file.read())
    page = Page()
    page.feed(text)
    page.close()
    json.dump(page.finished(), sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1])
