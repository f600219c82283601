"""Print the tables of a web page as JSON: run in a process of its own, for some pages keep the parser busy for hours.

Its parser looks for the end of a tag or comment that is never closed again and again.
"""

from __future__ import annotations

import codecs
import contextlib
import json
import re
import sys
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

_MOST_MEMORY, _MOST_SECONDS, _MOST_CELLS, _MOST_NOTE = 1_500_000_000, 60, 1_000_000, 1_000
_UNSEEN = {"script", "template", "noscript", "title", "iframe", "xmp", "select"}
_GROUPS = {"thead", "tbody", "tfoot"}
_OF_TABLES = {"table", "tr", "td", "th", "caption", *_GROUPS}
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_BREAKS = {"p", "div", "li", "tr", "ul", "ol", "h1", "h2", "h3", "h4"}
_TITLES = {"caption", "h1", "h2", "h3", "h4", "h5", "h6"}
_STRUCK = {"s", "strike", "del"}
_DRAWN = {"svg", "object", "canvas", "embed", "video", "applet"}
_SYMBOLS = re.compile(r"wingdings(?: ?[23])?|webdings|[\w ]*dingbats|marlett|\bsymbol\b", re.IGNORECASE)
# names of classes by which pages draw icons in elements without text
_ICON = re.compile(
    r"(?:^|[\s_-])(?:fas?|far|fab|icons?|glyphicon|material-icons|ticks?|check(?:ed|mark)?|cross|x-?mark)(?:$|[\s_-])"
)
_RULE = re.compile(r"([^{}]{1,2000})\{([^{}]{0,2000})\}")
_WESTERN = {"iso-8859-1", "latin1", "latin-1", "us-ascii", "ascii", "iso8859-1"}  # which browsers read as Windows-1252
PICTURE = "picture"


def _decoded(raw: bytes) -> str:
    """The text of a page in the encoding that it names, else in UTF-8 or that of Windows."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if raw.startswith(mark):
            return raw.decode(encoding)
    named = re.search(rb"""charset\s*=\s*["']?([\w-]+)""", raw[:4096], re.IGNORECASE)
    name = named[1].decode("ascii").casefold() if named else "utf-8"
    name = {"x-sjis": "cp932", "shift_jis": "cp932", **dict.fromkeys(_WESTERN, "cp1252")}.get(name, name)
    for encoding in (name, "utf-8"):
        with contextlib.suppress(UnicodeDecodeError, LookupError):
            return raw.decode(encoding)
    if named and name not in ("utf-8", "cp1252"):
        sys.exit(f"the encoding {name} is not known, or not that of the page")
    return raw.decode("cp1252", "replace")


@dataclass
class _Cell:
    """A cell while it is read: what it covers, its texts, and its raised texts with the ids that they lead to."""

    across: int
    down: int
    is_blank: bool = False
    background: str = ""
    texts: list[str] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    holds: str = ""  # what it holds beside texts: a table, a picture


@dataclass
class _Table:
    """A table while it is read; `groups`: the number of the row group of each row."""

    title: str
    rows: list[list[_Cell]] = field(default_factory=list)
    groups: list[int] = field(default_factory=list)
    group: int = 0
    is_row_open: bool = False
    stray: list[str] = field(default_factory=list)


@dataclass
class _Element:
    """An element that is open: what it does to the texts in it."""

    tag: str
    id: str = ""
    font: str = ""
    is_struck: bool = False
    is_raised: bool = False


class Page(HTMLParser):
    """The tables of a web page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[_Table] = []
        # each with the cell that it stands in, and the elements open around it
        self.open_tables: list[tuple[_Table, _Cell | None, list[_Element]]] = []
        self.cell: _Cell | None = None
        self.path: list[_Element] = []  # the open elements
        self.unseen: list[str] = []  # the elements within one that is not seen
        self.is_unseen_in_cell = False
        self.title: list[str] | None = None
        self.last_title = ""
        self.leads_to = ""  # where the link in a raised text leads
        self.by_id: dict[str, str] = {}  # the texts of what a footnote sign may lead to
        self.css = ""
        self.hidden_classes: set[str] = set()
        self.symbol_classes: dict[str, str] = {}
        self.cells = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a table, row or cell; remember what is raised, struck out, hidden, or a heading."""
        about = {key: value or "" for key, value in attrs}
        self._end_unseen(tag, ends=_OF_TABLES - {"table"}, next_rows={"tr", *_GROUPS}, next_groups=_GROUPS)
        is_gone = self._is_gone(about)
        if self.unseen or tag in _UNSEEN or (is_gone and tag not in ("tr", "td", "th")):
            if tag not in _VOID:
                if tag in _GROUPS and not self.unseen:
                    self._end_cell()
                if not self.unseen:  # a template and its like hold whole tables, and are always closed
                    self.is_unseen_in_cell = self.cell is not None and tag not in _UNSEEN
                self.unseen.append(tag)
            return
        if tag in _OF_TABLES:
            if tag != "caption" and self.title is not None:
                self._end_title()
            self._begin(tag, about, is_gone=is_gone)
        elif tag in ("img", "input"):
            self._add_sign(_sign_of(tag, about))
        elif tag in _DRAWN:
            self._add_sign(PICTURE)
        elif tag in _BREAKS or tag == "br":
            self.handle_data("\n")
        if tag not in _VOID:
            self.path.append(self._element(tag, about))
            if tag not in _OF_TABLES and _ICON.search(about.get("class", "").casefold()) and self.cell is not None:
                self.cell.holds = self.cell.holds or PICTURE  # which counts where the cell has no text
        if tag == "a" and about.get("href", "").rpartition("#")[1] and any(one.is_raised for one in self.path):
            self.leads_to = about["href"].rpartition("#")[2]
        if tag in _TITLES and self.cell is None:
            self.title = []

    def _end_unseen(self, tag: str, *, ends: set[str], next_rows: set[str], next_groups: set[str]) -> None:
        """What is not seen ends with its cell, a hidden row with the next one, a hidden group with the next, closed or not."""
        if not self.unseen or "table" in self.unseen:
            return
        first = self.unseen[0]
        if (
            (self.is_unseen_in_cell and tag in ends)
            or (first == "tr" and tag in next_rows)
            or (first in _GROUPS and tag in next_groups)
        ):
            self.unseen = []

    def _element(self, tag: str, about: dict[str, str]) -> _Element:
        style = about.get("style", "").casefold()
        font = _SYMBOLS.search(about.get("face", "")) or _SYMBOLS.search(
            re.sub(r".*font(?:-family)?\s*:", "", style) if "font" in style else ""
        )
        of_class = next(
            (self.symbol_classes[one] for one in about.get("class", "").split() if one in self.symbol_classes), ""
        )
        return _Element(
            tag,
            about.get("id") or about.get("name", "") if tag in ("li", "p", "dd", "span", "td", "div", "a") else "",
            font[0].strip() if font else of_class,
            tag in _STRUCK or "line-through" in style,
            tag == "sup" or "vertical-align:super" in style.replace(" ", ""),
        )

    def _begin(self, tag: str, about: dict[str, str], *, is_gone: bool) -> None:
        """Begin a table, a group of rows, a row or a cell; what is hidden has no place in it."""
        if tag == "table":
            if self.cell is not None:
                self.cell.holds = self.cell.holds or "table"
            self.tables.append(_Table(self.last_title))
            self.open_tables.append((self.tables[-1], self.cell, self.path))
            self.cell, self.path = None, []
            return
        if not self.open_tables or tag == "caption":
            return
        self._end_cell()
        table = self.open_tables[-1][0]
        if tag in _GROUPS:
            table.group, table.is_row_open = table.group + 1, False
        elif tag == "tr" or not table.is_row_open:
            table.is_row_open = not is_gone or tag != "tr"
            if table.is_row_open:
                table.rows.append([])
                table.groups.append(table.group)
            elif tag == "tr":
                self.unseen, self.is_unseen_in_cell = ["tr"], False
                return
        if tag in ("td", "th") and not is_gone:
            style = about.get("style", "").replace(" ", "").casefold()
            colour = about.get("bgcolor") or (
                found[1] if (found := re.search(r"background(?:-color)?:([^;]+)", style)) else ""
            )
            self.cell = _Cell(
                _span(about.get("colspan")), _span(about.get("rowspan"), 0), "visibility:hidden" in style, colour
            )
            if _ICON.search(about.get("class", "").casefold()):
                self.cell.holds = PICTURE
        elif tag in ("td", "th"):
            self.unseen, self.is_unseen_in_cell = [tag], True

    def _is_gone(self, about: dict[str, str]) -> bool:
        """Whether an element has no place on the page."""
        style = re.sub(r"\s", "", about.get("style", "")).casefold()
        classes = about.get("class", "").split()
        return (
            "hidden" in about
            or "display:none" in style
            or "sortkey" in classes
            or not self.hidden_classes.isdisjoint(classes)
        )

    def handle_endtag(self, tag: str) -> None:
        """Close what is open."""
        self._end_unseen(tag, ends=_OF_TABLES, next_rows={"table", *_GROUPS}, next_groups={"table"})
        if self.unseen:
            if tag in self.unseen:
                while self.unseen.pop() != tag:
                    pass
            return
        if tag == "style":
            self._read_css()
        if tag in ("td", "th", "tr", *_GROUPS):
            self._end_cell()
            if tag not in ("td", "th") and self.open_tables:
                self.open_tables[-1][0].is_row_open = False
        elif tag == "table":
            self._close_table()
            return
        elif tag in _TITLES and self.title is not None:
            self._end_title(is_caption=tag == "caption")
        if any(tag == one.tag for one in self.path):
            while self.path.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        """A text: of a title, a raised sign or a cell, and of what a sign may lead to."""
        if self.path and self.path[-1].tag == "style":
            self.css += data
            return
        if self.unseen or not data:
            return
        for id in (one.id for one in self.path if one.id):
            known = self.by_id.get(id, "")
            if len(known) < _MOST_NOTE:
                self.by_id[id] = (known + data)[:_MOST_NOTE]
        if self.title is not None:
            self.title.append(data)
        elif self.cell is not None:
            self._add_text(self.cell, data)
        elif self.open_tables and data.strip():
            self.open_tables[-1][0].stray.append(data.strip())

    def _add_text(self, cell: _Cell, data: str) -> None:
        font = next((one.font for one in reversed(self.path) if one.font), "")
        if font:  # its letters are signs: the parent knows some by font and code
            data = "".join(f"\x01{font}\x02{ord(sign):X}\x01" if sign.strip() else sign for sign in data)
        if any(one.is_struck for one in self.path):
            if data.strip():
                cell.notes.append((f"struck out: {data.strip()}", ""))
        elif any(one.is_raised for one in self.path):
            if data.strip():
                cell.notes.append((data.strip(), self.leads_to))
                self.leads_to = ""
        else:
            cell.texts.append(data)

    def _add_sign(self, text: str) -> None:
        if self.cell is not None and text:
            self.cell.texts.append(text)

    def finished(self) -> list[dict[str, Any]]:
        """All tables: the title, the group of each row, of each row the cells with text, columns and rows covered, and notes."""
        while self.open_tables:
            self._close_table()
        return [
            {
                "title": one.title,
                "groups": one.groups,
                "stray": one.stray[:20],
                "rows": [[self._shown(cell) for cell in row] for row in one.rows],
            }
            for one in self.tables
        ]

    def _shown(self, cell: _Cell) -> list[Any]:
        lines = (" ".join(line.split()) for line in "".join(cell.texts).split("\n"))
        notes = [" ".join(f"{shown} {self.by_id.get(id, '')}".split()) for shown, id in cell.notes]
        text = "\n".join(filter(None, lines)) or cell.holds
        if not text and len(cell.notes) == 1 and not cell.notes[0][0].startswith("struck out"):
            text, notes = cell.notes[0][0], []  # all of it is raised
        if not text and cell.background and not re.fullmatch("transparent|none|inherit", cell.background):
            text = f"colour {cell.background}"
        return ["" if cell.is_blank else text, cell.across, cell.down, notes]

    def _close_table(self) -> None:
        self._end_cell()
        if self.open_tables:
            _, self.cell, self.path = self.open_tables.pop()

    def _end_cell(self) -> None:
        if self.cell is not None and self.open_tables:
            self.open_tables[-1][0].rows[-1].append(self.cell)
            self.cells += 1
            if self.cells > _MOST_CELLS:
                sys.exit("too many cells")
        if self.open_tables:
            self.path = []  # what is not closed in a cell ends with it
        self.cell = None

    def _end_title(self, *, is_caption: bool = False) -> None:
        self.last_title, self.title = " ".join("".join(self.title or ()).split()), None
        if is_caption and self.open_tables:
            self.open_tables[-1][0].title = self.last_title

    def _read_css(self) -> None:
        """The classes whose elements are hidden, and those in a font of symbols."""
        for selectors, rules in _RULE.findall(self.css[:500_000]):
            classes = re.findall(r"\.([\w-]+)\s*(?:,|$)", selectors)
            if re.search(r"display\s*:\s*none", rules, re.IGNORECASE):
                self.hidden_classes |= set(classes)
            font = re.search(r"font(?:-family)?\s*:([^;]*)", rules, re.IGNORECASE)
            symbol = _SYMBOLS.search(font[1]) if font else None
            if symbol:
                self.symbol_classes |= dict.fromkeys(classes, symbol[0].strip())
        self.css = ""


def _span(text: str | None, none: int = 1) -> int:
    """How many columns or rows a cell covers, as browsers read it; `none`: what 0 says (of rows: all of the group)."""
    found = re.match(r"\s*\+?([0-9]{1,5})", text or "")
    return (int(found[1]) or none) if found else 1


def _sign_of(tag: str, about: dict[str, str]) -> str:
    """The alternative text of a picture, and the state of a box to tick."""
    if tag == "img":
        return about.get("alt", PICTURE)  # an empty alternative says that it means nothing
    kind = about.get("type", "text").casefold()
    if kind in ("checkbox", "radio"):
        return "☑" if "checked" in about else "☐"
    return about.get("alt") or PICTURE if kind == "image" else about.get("value", "") if kind == "text" else ""


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
