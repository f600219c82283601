"""Write pages to an .xlsx file. The only place that knows XlsxWriter."""

from __future__ import annotations

import datetime
import io
import itertools
import re
import struct
import textwrap
from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException
from xlsxwriter.utility import xl_range
from xlsxwriter.worksheet import Worksheet

from country_data.problems import column_letters
from review.files import OutputError
from review.report.blocks import (
    Cell,
    Chart,
    ChartRow,
    Column,
    Computed,
    Controls,
    Count,
    Formula,
    Heading,
    Link,
    Lookup,
    Page,
    Picture,
    Styled,
    Table,
    Text,
    TileMap,
    XYSeries,
)
from review.report.xlsx.layout import CHART_ROWS, TILES_FROM, Layout, Placed, column_width, lay_out
from review.report.xlsx.styles import FONT, INK, LINE, MARKED, STYLES

__all__ = ["MARKER", "TooLarge", "workbook_bytes"]

MARKER = "modellaw report"
_LEFT_AS_TEXT = ("strings_to_formulas", "strings_to_urls", "strings_to_numbers", "nan_inf_to_errors")
_LONGEST_FORMULA = 8_192
_MOST_TEXT, _MOST_ADDRESS, _MOST_LINKS = 32_767, 2_000, 60_000
_WEB = re.compile(r"https?://\S+", re.IGNORECASE)
_PICKED = re.compile(r"\[[^@]")  # a key that follows what is picked
_SYMBOL = re.compile("[\u2190-\u2bff]")  # as wide as two letters
_DIGITS = frozenset("+-.0123456789")
_NUMBER = re.compile(r"[+-]?[\d.,]+(E[+-]?\d+)?", re.IGNORECASE)
_MOST_ROWS, _MOST_COLUMNS = 1_048_576, 16_384
_TILE_WIDTH, _TILE_HEIGHT, _MOST_TOLD = 3.95, 26.0, 255
_PICTURE_HEIGHT = 26  # pixels
_SPACE = 8.0  # points above a heading
_LONG_TABLE = 40  # rows; its headings stand on every page
_CHART_WIDTH, _CHART_HEIGHT = 600, 265
# what fits on a page of A4 when it is printed at 70 %, at which 10 points become 7: characters across, points down
_LEAST_SCALE = 70
_ACROSS, _DOWN = {False: 201.0, True: 142.0}, {False: 745.0, True: 1_100.0}
_PADDING = 0.71  # of a column, in characters
_TEXT_WIDTH = {False: 165.0, True: 138.0}
_LETTER, _BOLD_LETTER = 0.87, 1.0  # how wide letters are on the average, against a digit
_AXIS_NAME = {"name": FONT, "size": 9, "bold": False}


def workbook_bytes(pages: list[Page], *, title: str, date: datetime.date, live: bool = True) -> bytes:
    """The .xlsx file of `pages`. The same pages give the same bytes: the date is the data's.

    `live`: with formulas; else with the values that they come to.
    """
    target = io.BytesIO()
    options: dict[str, Any] = dict.fromkeys(_LEFT_AS_TEXT, False) | {"in_memory": True}
    # columns are as wide as so many digits of this font; another one may be lacking, and what stands for it be wider
    options["default_format_properties"] = {"font_name": FONT, "font_size": 10}
    try:
        with xlsxwriter.Workbook(target, options) as book:
            created = datetime.datetime.combine(date, datetime.time())
            named = dict.fromkeys(("title", "subject"), title[:250])
            book.set_properties({**named, "author": "modellaw", "comments": MARKER, "created": created})
            formats = {name: book.add_format(dict(look)) for name, look in STYLES.items()}
            sheets = [(page, book.add_worksheet(page.name, _Worksheet)) for page in pages]
            layout = lay_out(pages)
            for page, sheet in sheets:
                _SheetWriter(book, sheet, formats, page, layout, live=live).write()
    except XlsxWriterException as error:
        raise OSError(str(error)) from error
    return target.getvalue()


class _Worksheet(Worksheet):  # type: ignore[misc]  # XlsxWriter bears no types
    """A worksheet that takes formulas as they are: ours have the form of the file but for the sign before them.

    XlsxWriter would look for the functions of Excel 2010 and later in each, which we do not use.
    """

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:  # noqa: ARG002 -- as XlsxWriter calls it
        return formula.removeprefix("=")


class TooLarge(OutputError):
    """More than an Excel sheet holds."""


class _SheetWriter:
    """Writes the blocks of one page where the layout has placed them; charts last."""

    def __init__(
        self, book: Any, sheet: Any, formats: dict[str, Any], page: Page, layout: Layout, *, live: bool
    ) -> None:
        self.live = live
        self.book, self.sheet, self.formats, self.page, self.layout = book, sheet, formats, page, layout
        self.links = 0
        self.heading_row = -1
        self.height = 28.0
        self.resolved: dict[tuple[Formula | Lookup | Count | str, str], list[str]] = {}
        self.placed = layout.sheets[page.name]
        self.tables = [(one, one.block) for one in self.placed if isinstance(one.block, Table)]
        self.widths, self.columns = self._widths()
        self.unseen = {n for n, columns in self.columns.items() if all(one.hidden or one.grouped for one in columns)}
        self.breaks: list[int] = []
        self.charts: list[tuple[Chart, int, int]] = []
        self.as_text: list[str] = []  # cells whose texts look like numbers

    def write(self) -> None:
        """Write the page."""
        sheet, page = self.sheet, self.page
        sheet.hide_gridlines(2)
        sheet.set_zoom(page.zoom)
        if page.hidden:
            sheet.hide()
        self._set_columns()
        if isinstance(page.title, Formula):
            sheet.write_formula(
                0, 0, self.layout.resolved(page.title.text), self.formats["title"], self.layout.value(page.title)
            )
        else:
            self._text(0, page.title, "title")
        sheet.set_row(0, 28)
        for placed in self.placed:
            self._block(placed)
        for chart, row, place in self.charts:
            self._chart(chart, row, place)
        if self.as_text:
            sheet.ignore_errors({"number_stored_as_text": " ".join(self.as_text)})
        if not page.hidden:
            self._set_paper()
        if page.protected:  # without a password: it guards against slips
            sheet.protect("", {"format_columns": True, "format_rows": True})

    def _widths(self) -> tuple[list[float], dict[int, list[Column]]]:
        """The width of each column of the sheet, and the columns of tables that stand in it."""
        widths, columns = list(self.page.widths), dict[int, list[Column]]()
        for placed, table in self.tables:
            for n, column in enumerate(table.columns):
                place = placed.column + n
                widths += [8.43] * (place + 1 - len(widths))
                if place >= len(self.page.widths):
                    width = column_width(table, n)
                    widths[place] = max(widths[place], width) if place in columns else width
                columns.setdefault(place, []).append(column)
        for block in self.page.blocks:
            if isinstance(block, TileMap):
                right = max((tile.column for tile in block.tiles), default=0)
                widths += [_TILE_WIDTH] * (TILES_FROM + right + 1 - len(widths))
        return widths, columns

    def _set_columns(self) -> None:
        """Set the widths; hide what no reader needs, behind a button where it is grouped."""
        grouped = {n for n, columns in self.columns.items() if any(one.grouped for one in columns)}
        for n, width in enumerate(self.widths):
            look = {"hidden": n in self.unseen, "level": int(n in grouped)}
            collapsed = {"collapsed": True} if n - 1 in grouped and n not in grouped else {}
            self.sheet.set_column(n, n, width, None, look | collapsed)

    def _set_paper(self) -> None:
        """A4, never smaller than 7 points: a sheet too wide for that goes on beside."""
        sheet, page = self.sheet, self.page
        if not page.portrait:
            sheet.set_landscape()
        sheet.set_paper(9)
        sheet.set_margins(0.25, 0.25, 0.5, 0.5)
        across = sum(width + _PADDING for n, width in enumerate(self.widths) if n not in self.unseen)
        if across > _ACROSS[page.portrait]:
            sheet.set_print_scale(_LEAST_SCALE)
        else:
            fits = page.one_page and self.height <= _DOWN[page.portrait]
            sheet.fit_to_pages(1, int(fits))
            self.breaks = [] if fits else self.breaks
        self._set_print_area()
        sheet.set_footer("&L&8&A&R&8&P / &N")
        sheet.set_h_pagebreaks(sorted(set(self.breaks)))

    def _set_print_area(self) -> None:
        """Where the last table may have rows that come to nothing, printing ends above them."""
        last, table = max(self.tables, key=lambda one: one[0].row, default=(None, None))
        if last is None or table is None or not table.sparse or not self.live:
            return
        name, letter = f"'{self.page.name}'", column_letters(len(self.widths) - 1)
        first, end = last.row + 2, last.row + 1 + len(table.rows)
        used = f'{last.row + 1}+MAX(COUNTIF({name}!$A${first}:$A${end},"?*"),1)'
        area = f"={name}!$A$1:INDEX({name}!${letter}$1:${letter}${end},{used})"
        self.book.define_name(f"{name}!_xlnm.Print_Area", area)

    def _block(self, placed: Placed) -> None:
        """Write one block."""
        block, row = placed.block, placed.row
        if isinstance(block, Heading):
            if block.text in self.page.breaks:
                self.breaks.append(row)
            if row > 1 and row - 1 != self.heading_row:
                self._row(row - 1, _SPACE)
            self.heading_row = row
            self._text(row, block.text, "heading")
            self._row(row, 16.5)
        elif isinstance(block, Text):
            self._paragraph(block, row)
        elif isinstance(block, Controls):
            self._picks(block, row, placed.column)
        elif isinstance(block, Table):
            self._table(block, row, placed.column)
        elif isinstance(block, TileMap):
            self._tiles(block, row)
        elif isinstance(block, ChartRow):
            self.height += 15.0 * CHART_ROWS
            self.charts += [(chart, row, n) for n, chart in enumerate(block.charts)]

    def _row(self, row: int, height: float) -> None:
        self.height += height
        self.sheet.set_row(row, height)

    def _text(self, row: int, text: str, style: str) -> None:
        self.sheet.write_string(row, 0, _fitting(text), self.formats[style])

    def _paragraph(self, block: Text, row: int) -> None:
        """A paragraph in one cell, as wide as the page."""
        last, width = 0, 0.0
        for n, one in enumerate(self.widths or [_TEXT_WIDTH[self.page.portrait]]):
            if n and width + one > _TEXT_WIDTH[self.page.portrait]:
                break
            last, width = n, width + (0 if n in self.unseen else one)
        style = block.style if block.style in STYLES else "plain"
        text = _fitting(block.text)
        if last:
            self.sheet.merge_range(row, 0, row, last, text, self.formats[style])
        else:
            self.sheet.write_string(row, 0, text, self.formats[style])
        self._row(row, 13.5 * _lines(text, width, _LETTER) + 2)

    def _picks(self, block: Controls, top: int, left: int) -> None:
        write, formats = self.sheet.write_string, self.formats
        for row, pick in enumerate(block.picks, top):
            write(row, left, pick.label, formats["label"])
            self.book.define_name(f"pick_{pick.name}", "=" + self.layout.picks[pick.name][0])
            if isinstance(pick, Computed):
                formula, value = self.layout.resolved(self.layout.formula(pick.cell)), self.layout.pick_value(pick.name)
                self.sheet.write_formula(row, left + 1, formula, formats["plain_cut"], value)
                continue
            parts = ["pick"] if block.span == 1 else ["pick_begin", *["pick_on"] * (block.span - 2), "pick_end"]
            write(row, left + 1, pick.value, formats[parts[0]])
            for column, part in enumerate(parts[1:], left + 2):
                self.sheet.write_blank(row, column, None, formats[part])
            write(row, left + block.span + 1, f"◀ {pick.message}", formats["quiet_cut"])
            self.sheet.data_validation(
                row, left + 1, row, left + 1, self._choice(pick.choices, "Pick one of the list.")
            )
        self.height += 14.0 * len(block.picks)

    def _choice(self, choices: str, message: str, shown: str = "") -> dict[str, Any]:
        return {
            **({"input_message": shown} if shown else {}),
            "validate": "list",
            "source": "=" + self.layout.cells(choices),
            "error_title": "Not in the list",
            "error_message": message,
        }

    def _table(self, table: Table, top: int, left: int) -> None:
        if top + len(table.rows) >= _MOST_ROWS or len(table.columns) > _MOST_COLUMNS:
            raise TooLarge(
                f"The sheet “{self.page.name}” would need {len(table.rows)} rows and {len(table.columns)} columns, and "
                f"Excel holds {_MOST_ROWS} and {_MOST_COLUMNS}. Take the data as CSV: modellaw scores --format csv."
            )
        if not self.live:
            table = _without_helpers(table)
        headings = _unique_headings(table)
        level = "header_buttons" if table.filtered else "header"
        looks = ["header_upright" if column.rotated else level for column in table.columns]
        for n, (heading, look) in enumerate(zip(headings, looks, strict=True), left):
            self.sheet.write_string(top, n, heading, self.formats[look])
        if not self.page.hidden:
            self._row(top, self._header_height(table, left))
        self._cells(table, top, left)
        last = top + max(len(table.rows), 1)
        self._rules(table, top, last, left)
        heads = [
            {"header": head, "header_format": self.formats[look]} for head, look in zip(headings, looks, strict=True)
        ]
        described = {"name": table.name, "style": None, "autofilter": table.filtered, "description": table.description}
        self.sheet.add_table(top, left, last, left + len(table.columns) - 1, {**described, "columns": heads})
        if len(table.rows) > _LONG_TABLE and not self.page.hidden and not self.page.one_page:
            self.sheet.repeat_rows(top)
        if table.frozen:
            self.sheet.freeze_panes(top + 1, self.page.fixed)
            self.sheet.repeat_rows(top)
            if self.page.fixed:
                self.sheet.repeat_columns(0, self.page.fixed - 1)

    def _tiles(self, block: TileMap, top: int) -> None:
        """A map of cells, as high as wide, and its legend."""
        right, below = (max((getattr(tile, way) for tile in block.tiles), default=0) for way in ("column", "row"))
        self._table(block.legend, top, 0)
        for row in range(top, top + below + 1):
            self._row(row, _TILE_HEIGHT)
        for tile in block.tiles:
            row, column = top + tile.row, TILES_FROM + tile.column
            formula = f'{self.layout.resolved(self.layout.formula(tile.mark))}&CHAR(10)&"{tile.code}"'
            value = f"{self.layout.value(tile.mark)}\n{tile.code}"
            self.sheet.write_formula(row, column, formula, self.formats["tile"], value)
            message = {"validate": "any", "input_message": tile.name[:_MOST_TOLD]}
            self.sheet.data_validation(row, column, row, column, message)
        self._colour(top, TILES_FROM, top + below, TILES_FROM + right)

    def _cells(self, table: Table, top: int, left: int) -> None:
        """The rows of a table: typed values, and formulas with the values that were computed for them."""
        computed = [self._pieces(spec.formula, table) if spec.formula and self.live else None for spec in table.columns]
        suffix = "~" if table.sparse else ""
        looks = [self.formats[spec.style + suffix] for spec in table.columns]
        hidden, write_formula = self.page.hidden, self.sheet.write_formula
        wraps = [n for n, spec in enumerate(table.columns) if spec.wraps]
        numeric: set[int] = set()
        for offset, row in enumerate(table.rows, 1):
            number, at = str(top + offset + 1), top + offset
            for n, (cell, spec) in enumerate(zip(row, table.columns, strict=True)):
                column, pieces, value = left + n, computed[n], cell
                if isinstance(cell, Formula | Lookup | Count):
                    own = cell.style if isinstance(cell, Formula) else ""
                    look = self.formats[own + suffix] if own else looks[n]
                    value = self.layout.value(cell, table, row)
                    pieces = self._pieces(cell, table) if self.live else None
                    value = "" if value is None and self.live else value
                else:
                    look = looks[n]
                if pieces is not None and value is not None:
                    write_formula(at, column, number.join(pieces), look, value)
                else:
                    self._cell(at, column, value, spec, look)
                if isinstance(value, str) and n not in numeric and value[:1] in _DIGITS and _NUMBER.fullmatch(value):
                    numeric.add(n)
            if not hidden:
                height = self._height(row, table, wraps, left) if wraps else 14.0
                shows = any(isinstance(cell, Picture) for cell in row)
                self._row(at, max(height, _PICTURE_HEIGHT * 0.75 + 4) if shows else height)
        last = top + max(len(table.rows), 1)
        self.as_text += [xl_range(top + 1, left + n, last, left + n) for n in sorted(numeric)]

    def _pieces(self, formula: Formula | Lookup | Count | str, table: Table) -> list[str]:
        """A cell's formula in pieces, between which the number of its row belongs; many cells have the same."""
        key = (formula, table.name)
        if key not in self.resolved:
            text = formula if isinstance(formula, str) else self.layout.formula(formula)
            found = self.resolved[key] = self.layout.pieces(text, table)
            # no formula is longer than Excel reads: it would offer to repair the file
            if len("1234567".join(found)) > _LONGEST_FORMULA:
                raise TooLarge(
                    f"The formulas of the sheet “{self.page.name}” would be longer than Excel reads. "
                    "Write other sheets (--sheet), or take the data as CSV: modellaw scores --format csv."
                )
        return self.resolved[key]

    def _rules(self, table: Table, top: int, last: int, left: int) -> None:
        """What may be typed into a column, how marks are coloured whatever they become, and lines under rows that say something."""

        def rule(first: int, end: int, criteria: str, look: str) -> None:
            condition = {"type": "formula", "criteria": criteria, "format": self.formats[look]}
            self.sheet.conditional_format(top + 1, first, last, end, condition)

        for column, spec in enumerate(table.columns, left):
            if spec.choices:
                choice = self._choice(spec.choices, "Take a word of the list, or leave it blank.", spec.message)
                self.sheet.data_validation(top + 1, column, last, column, choice)
            if spec.warn_if:
                rule(column, column, str(top + 2).join(self._pieces(spec.warn_if, table)), "rule_warn")
            if spec.share_if and self.live:
                rule(column, column, "=" + self.layout.resolved(spec.share_if), "rule_share")
        marked = [left + n for n, spec in enumerate(table.columns) if spec.marked]
        for first in (n for n in marked if n - 1 not in marked):
            end = next(n for n in itertools.count(first) if n + 1 not in marked)
            self._colour(top + 1, first, last, end)
        if table.sparse:
            rule(left, left + len(table.columns) - 1, f'=$A{top + 2}<>""', "rule_line")

    def _colour(self, top: int, left: int, bottom: int, right: int) -> None:
        """Colour cells by the mark they begin with, whatever it becomes."""
        for sign, style in MARKED.items():
            look = self.formats[f"rule_{style}"]
            rule = {"type": "text", "criteria": "begins with", "value": sign, "format": look}
            self.sheet.conditional_format(top, left, bottom, right, rule)

    def _header_height(self, table: Table, left: int) -> float:
        """As high as the words need, with room below them for the buttons of a filter, which cover what is there."""
        seen = [(spec, self.widths[left + n]) for n, spec in enumerate(table.columns) if left + n not in self.unseen]
        rotated = max((len(spec.heading) for spec in table.columns if spec.rotated), default=0)
        level = max(
            (_lines(spec.heading, width - 1, _BOLD_LETTER) for spec, width in seen if not spec.rotated), default=1
        )
        return max(5.2 * rotated + 6 if rotated else 0.0, 13.5 * level + 3) + (14.0 if table.filtered else 0.0)

    def _height(self, row: tuple[Cell, ...], table: Table, wraps: Iterable[int], left: int) -> float:
        """Wrapped cells get the height their text needs; programs do not agree on when to fit it."""
        height = 14.0
        for n in wraps:
            cell = row[n]
            value = self.layout.value(cell, table, row)
            if isinstance(cell, Lookup) and _PICKED.search(cell.key):
                value = self.layout.longest(cell)
            if isinstance(value, str) and value:
                height = max(height, 12.6 * _lines(value, self.widths[left + n] - 1.5, _LETTER) + 2)
        return min(height, 400.0)

    def _cell(self, row: int, column: int, cell: Cell, spec: Column, look: Any) -> None:
        if isinstance(cell, Styled):
            look, cell = self.formats[cell.style], cell.value
        if cell is None or cell == "":
            self.sheet.write_blank(row, column, None, look)
        elif isinstance(cell, Link):
            self._link(row, column, cell, "link_wrapped" if spec.wraps else "link")
        elif isinstance(cell, Picture):
            self._picture(row, column, cell, look)
        elif isinstance(cell, str):
            self.sheet.write_string(row, column, _fitting(cell), look)
        else:
            self.sheet.write_number(row, column, cell, look)

    def _picture(self, row: int, column: int, picture: Picture, look: Any) -> None:
        """A picture that fits its cell, and moves with it."""
        self.sheet.write_blank(row, column, None, look)
        width, height = struct.unpack_from(">II", picture.png, 16)  # of its first chunk
        scale = min(1.0, _PICTURE_HEIGHT / height, (self.widths[column] * 7 - 4) / width)
        options = {"image_data": io.BytesIO(picture.png), "x_scale": scale, "y_scale": scale, "x_offset": 3, "y_offset": 2, "object_position": 1, "description": picture.text}  # fmt: skip
        self.sheet.insert_image(row, column, "sample.png", options)

    def _link(self, row: int, column: int, link: Link, style: str) -> None:
        inside = link.address.startswith("#")
        usable = inside or (_WEB.fullmatch(link.address) and len(quote(link.address)) <= _MOST_ADDRESS)
        if not usable or self.links >= _MOST_LINKS:
            self.sheet.write_string(row, column, _fitting(link.text), self.formats[style.replace("link", "text")])
            return
        self.links += 1
        address = f"internal:'{link.address[1:]}'!A1" if inside else link.address
        text = link.text if len(link.text) <= 250 else f"{link.text[:249]}…"
        self.sheet.write_url(row, column, address, self.formats[style], text)

    def _chart(self, chart: Chart, row: int, place: int) -> None:
        scatter = chart.kind == "scatter"
        kind = {"type": "scatter", "subtype": "straight_with_markers"} if scatter else {"type": "line"}
        drawn, (sheet, placed) = self.book.add_chart(kind), self.layout.tables[chart.table]
        headings = [column.heading for column in self.layout.table(chart.table).columns]
        small, font = {"name": FONT, "size": 9}, {"name": FONT, "size": 11, "color": INK}
        labels = {"value": True, "position": "above", "num_format": "0%", "font": {**small, "size": 8, "color": INK}}
        for series in chart.series:
            rows = placed.row + 1 + series.first, placed.row + 1 + series.last
            x, y = (placed.column + headings.index(heading) for heading in (series.x, series.y))
            cells = {"categories": [sheet, rows[0], x, rows[1], x], "values": [sheet, rows[0], y, rows[1], y]}
            shown = {"data_labels": labels} if series.labelled else {}
            drawn.add_series({"name": series.label, **cells, **_points(series), **shown})
        axis: dict[str, Any] = {"name_font": _AXIS_NAME, "num_font": small}
        x_axis = {**axis, "name": chart.x_title}
        if chart.x_range:
            first, last = chart.x_range
            grid = {"visible": False}
            x_axis |= {"min": first, "max": last, "major_unit": 2, "num_format": "0", "major_gridlines": grid}
        y_axis = {**axis, "name": chart.y_title, "num_format": "0%", "min": 0, "max": 1, "major_unit": 0.2}
        drawn.set_x_axis(x_axis)
        drawn.set_y_axis({**y_axis, "major_gridlines": {"visible": True, "line": {"color": LINE}}})
        drawn.set_title({"name": chart.title, "name_font": font, "overlay": False})
        hidden = [n for n, series in enumerate(chart.series) if not series.in_legend]
        drawn.set_legend({"position": "bottom", "font": small, "delete_series": hidden})
        drawn.show_blanks_as("gap")
        drawn.set_size({"width": _CHART_WIDTH, "height": _CHART_HEIGHT})
        options = {"description": chart.description, "object_position": 2, "x_offset": place * (_CHART_WIDTH + 20)}
        self.sheet.insert_chart(row, 0, drawn, options)


def _without_helpers(table: Table) -> Table:
    """The table without the columns at its end that only formulas need."""
    many = max((n for n, column in enumerate(table.columns, 1) if not column.hidden), default=1)
    return replace(table, columns=table.columns[:many], rows=[row[:many] for row in table.rows])


def _points(series: XYSeries) -> dict[str, Any]:
    colour = {"color": series.colour}
    line = {**colour, "width": 2, **({"dash_type": "dash"} if series.dashed else {})}
    return {
        "line": line if series.joined else {"none": True},
        "marker": {"type": series.marker, "size": 7, "border": colour, "fill": colour},
    }


def _unique_headings(table: Table) -> list[str]:
    """The headings of the columns; of two alike, as of a criterion called “note”, the second is numbered."""
    taken: set[str] = set()
    headings = []
    for column in table.columns:
        heading, number = column.heading or " ", 1
        while heading.casefold() in taken:
            number += 1
            heading = f"{column.heading} ({number})"
        taken.add(heading.casefold())
        headings.append(heading)
    return headings


def _lines(text: str, width: float, size: float) -> int:
    """How many lines a text takes in a column of this width; a little generous."""
    parts, most = _SYMBOL.sub("mm", text).split("\n"), max(4, int(width / size))
    return sum(len(textwrap.wrap(part, most, break_on_hyphens=False)) or 1 for part in parts)


def _fitting(text: str) -> str:
    return text if len(text) <= _MOST_TEXT else text[: _MOST_TEXT - 40] + " … (cut: a cell holds no more)"
