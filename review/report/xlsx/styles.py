"""How everything looks, by name. Colours hold for the common colour-blindnesses and in grey."""

from __future__ import annotations

from criteria import MOST_DECIMALS, Framework
from review.wording import Mark

__all__ = ["CHART_COLOURS", "FONT", "INK", "LINE", "MARKED", "STYLES", "mark_style", "score_style"]

FONT = "Arial"
INK = "#1B1F24"
_QUIET = "#5B6570"
LINE = "#C9D0D6"
_BLUE = "#14507A"
# each darker than the next, so that they differ in grey too
_MET, _PARTLY, _NOT_MET, _OPEN = "#8FBEE6", "#BAD2C2", "#F9D698", "#E4E8EC"

_INPUT = "#FFF9E3"  # what is meant to be typed over

CHART_COLOURS = {
    "first": "#14507A",
    "second": "#D98200",
    "fourth": "#8A7FA8",
    "fifth": "#5E6A72",
    "first_pale": "#8FB4D2",
    "second_pale": "#F2C580",
}

_Look = dict[str, object]
_BASE: _Look = {"font_name": FONT, "font_size": 10, "font_color": INK, "valign": "top"}
_CELL: _Look = {**_BASE, "bottom": 1, "bottom_color": LINE}
_TEXT: _Look = {**_CELL, "align": "left", "indent": 1}
# a font whose marks are all of one size; elsewhere the system takes its own
_MARK: _Look = {**_CELL, "align": "center", "font_name": "Segoe UI Symbol"}
_HEADER: _Look = {"bold": True, "bg_color": "#E6EDF3", "bottom": 2, "bottom_color": _BLUE}
# as text: a program would take some words and names for numbers or truth values
_INPUT_CELL: _Look = {**_TEXT, "bg_color": _INPUT, "num_format": "@"}
_ENTRY: _Look = {**_INPUT_CELL, "locked": False}
_PICK: _Look = {**_BASE, "align": "left", "indent": 1, "bold": True, "num_format": "@", "bg_color": _INPUT}
_PICK_EDGES = {"": "left right top bottom", "_begin": "left top bottom", "_on": "top bottom"}
_PICK_EDGES["_end"] = "right top bottom"
_NUMBERS = {
    "number": "#,##0", "number_wrapped": "#,##0", "score": "General", "year": "0.0", "points": "+0.0;-0.0;0.0", "change": "+#,##0;-#,##0;0", "percent": "0%",
    **{f"score_{places}": f"0.{'0' * places}" for places in range(1, MOST_DECIMALS + 1)},
    # of intervals that are one number each; the others have columns of their own
    **dict.fromkeys(("bounds", "bounds_wrapped", "range", "range_wrapped", "counted", "counted_of"), ""),
}  # fmt: skip


def _number(num_format: str) -> _Look:
    return {**_CELL, "align": "right", **({"num_format": num_format} if num_format else {})}


def _edged(sides: str) -> _Look:
    return {key: look for side in sides.split() for key, look in ((side, 1), (f"{side}_color", _BLUE))}


STYLES: dict[str, _Look] = {
    "title": {**_BASE, "font_size": 17, "bold": True, "font_color": _BLUE},
    "heading": {**_BASE, "font_size": 12, "bold": True, "font_color": _BLUE},
    "plain": {**_BASE, "text_wrap": True},
    "quiet": {**_BASE, "font_color": _QUIET, "text_wrap": True},
    "plain_cut": {**_BASE, "align": "left"},
    "quiet_cut": {**_BASE, "font_color": _QUIET},
    "header": {**_TEXT, **_HEADER, "text_wrap": True, "valign": "bottom"},
    "header_buttons": {**_TEXT, **_HEADER, "text_wrap": True},
    "header_upright": {**_MARK, **_HEADER, "font_name": FONT, "rotation": 90},
    "text": _TEXT,
    "text_wrapped": {**_TEXT, "text_wrap": True},
    "text_quiet": {**_TEXT, "font_color": _QUIET},
    **{name: _number(num_format) for name, num_format in _NUMBERS.items()},
    "label": {**_BASE, "bold": True},
    **{f"pick{part}": {**_PICK, **_edged(sides)} for part, sides in _PICK_EDGES.items()},
    "input": _INPUT_CELL,
    # what is filled in by hand, on a sheet that is protected otherwise: text, so that 3-4 stays 3-4
    "entry": {**_ENTRY, "text_wrap": True},
    "entry_first": {**_ENTRY, "left": 2, "left_color": _BLUE},
    "entry_before": {**_ENTRY, "text_wrap": True, "font_color": _QUIET, "italic": True},
    "shown": {**_TEXT, "bg_color": _OPEN, "num_format": "@"},
    "computed": _TEXT,
    "link": {**_TEXT, "font_color": "#0B5394", "underline": 1},
    "link_wrapped": {**_TEXT, "font_color": "#0B5394", "underline": 1, "text_wrap": True},
    "centred": _MARK,
    "met": {**_MARK, "bg_color": _MET},
    "not_met": {**_MARK, "bg_color": _NOT_MET},
    "open": {**_MARK, "bg_color": _OPEN},
    "partly": {**_MARK, "bg_color": _PARTLY},
    "rise": {**_MARK, "bg_color": "#5F9BD1"},
    "fall": {**_MARK, "bg_color": "#EFA94A"},
    "absent": {**_MARK, "font_color": _QUIET},
    "strip": {**_MARK, "align": "left", "indent": 1},
    "legend": {**_TEXT, "font_name": _MARK["font_name"]},
    "legend_wrapped": {**_TEXT, "font_name": _MARK["font_name"], "text_wrap": True},
    # codes of three capitals in a narrow cell
    "tile": {
        **_MARK,
        "font_name": "Arial Narrow",
        "text_wrap": True,
        "valign": "vcenter",
        "border": 1,
        "border_color": LINE,
    },
}
# what a cell whose mark may change looks like, by the sign it begins with
MARKED = {"●": "met", "○": "not_met", "◐": "open", "◎": "partly", "▲": "rise", "↑": "rise", "▽": "fall", "↓": "fall"}
# the same without a line below, for rows that may come to nothing; the line is then drawn by a rule
STYLES |= {f"{name}~": {key: one for key, one in look.items() if key[:6] != "bottom"} for name, look in STYLES.items()}
STYLES |= {f"rule_{name}": {"bg_color": STYLES[name]["bg_color"], "font_color": INK} for name in MARKED.values()}
STYLES |= {
    "rule_share": {"num_format": "0%"}, "rule_warn": {"bg_color": _NOT_MET}, "rule_line": {"bottom": 1, "bottom_color": LINE},
}  # fmt: skip


def score_style(framework: Framework) -> str:
    """The style of a cell that shows a score with the decimals of its framework."""
    return f"score_{framework.decimals}" if framework.decimals else "score"


def mark_style(mark: Mark) -> str:
    """The style of a cell that shows a mark."""
    if mark.id.startswith("grade:"):
        return "partly"
    return mark.id if mark.id in STYLES else "absent"
