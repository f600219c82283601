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
    "third": "#B4BCC4",
    "fourth": "#8A7FA8",
    "fifth": "#5E6A72",
    "sixth": "#E6EAED",
    "first_pale": "#8FB4D2",
    "second_pale": "#F2C580",
}

_BASE: dict[str, object] = {"font_name": FONT, "font_size": 10, "font_color": INK, "valign": "top"}
_CELL: dict[str, object] = {**_BASE, "bottom": 1, "bottom_color": LINE}
_TEXT: dict[str, object] = {**_CELL, "align": "left", "indent": 1}
_CENTRED: dict[str, object] = {**_CELL, "align": "center"}
# a font whose marks are all of one size; elsewhere the system takes its own
_MARK: dict[str, object] = {**_CENTRED, "font_name": "Segoe UI Symbol"}

_PICK: dict[str, object] = {**_BASE, "align": "left", "indent": 1, "bold": True, "num_format": "@", "bg_color": _INPUT}
_PICK_PARTS = {"begin": ("left", "top", "bottom"), "on": ("top", "bottom"), "end": ("right", "top", "bottom")}


def _edged(*sides: str) -> dict[str, object]:
    return {**dict.fromkeys(sides, 1), **{f"{side}_color": _BLUE for side in sides}}


STYLES: dict[str, dict[str, object]] = {
    "title": {**_BASE, "font_size": 17, "bold": True, "font_color": _BLUE},
    "heading": {**_BASE, "font_size": 12, "bold": True, "font_color": _BLUE},
    "plain": {**_BASE, "text_wrap": True},
    "quiet": {**_BASE, "font_color": _QUIET, "text_wrap": True},
    "plain_cut": {**_BASE, "align": "left"},
    "quiet_cut": {**_BASE, "font_color": _QUIET},
    "large": {**_TEXT, "font_size": 13, "bold": True, "text_wrap": True},
    "header": {
        **_TEXT,
        "bold": True,
        "text_wrap": True,
        "bg_color": "#E6EDF3",
        "valign": "bottom",
        "bottom": 2,
        "bottom_color": _BLUE,
    },
    "header_buttons": {
        **_TEXT,
        "bold": True,
        "text_wrap": True,
        "bg_color": "#E6EDF3",
        "bottom": 2,
        "bottom_color": _BLUE,
    },
    "header_upright": {
        **_CENTRED,
        "bold": True,
        "bg_color": "#E6EDF3",
        "rotation": 90,
        "valign": "top",
        "bottom": 2,
        "bottom_color": _BLUE,
    },
    "text": _TEXT,
    "text_wrapped": {**_TEXT, "text_wrap": True},
    "text_quiet": {**_TEXT, "font_color": _QUIET},
    "number": {**_CELL, "num_format": "#,##0", "align": "right"},
    "score": {**_CELL, "num_format": "General", "align": "right"},
    **{
        f"score_{places}": {**_CELL, "num_format": f"0.{'0' * places}", "align": "right"}
        for places in range(1, MOST_DECIMALS + 1)
    },
    "year": {**_CELL, "num_format": "0.0", "align": "right"},
    "points": {**_CELL, "num_format": "+0.0;-0.0;0.0", "align": "right"},
    "number_wrapped": {**_CELL, "num_format": "#,##0", "align": "right"},
    "change": {**_CELL, "num_format": "+#,##0;-#,##0;0", "align": "right"},
    "percent": {**_CELL, "num_format": "0%", "align": "right"},
    "label": {**_BASE, "bold": True},
    "pick": {**_PICK, "border": 1, "border_color": _BLUE},
    # the same over several cells
    **{f"pick_{part}": {**_PICK, **_edged(*sides)} for part, sides in _PICK_PARTS.items()},
    # as text: a program would take some words and names for numbers or truth values
    "input": {**_TEXT, "bg_color": _INPUT, "num_format": "@"},
    # what is filled in by hand, on a sheet that is protected otherwise: text, so that 3-4 stays 3-4
    "entry": {**_TEXT, "bg_color": _INPUT, "num_format": "@", "text_wrap": True, "locked": False},
    "entry_first": {**_TEXT, "bg_color": _INPUT, "num_format": "@", "left": 2, "left_color": _BLUE, "locked": False},
    "entry_before": {
        **_TEXT,
        "bg_color": _INPUT,
        "num_format": "@",
        "text_wrap": True,
        "font_color": _QUIET,
        "italic": True,
        "locked": False,
    },
    "shown": {**_TEXT, "bg_color": _OPEN, "num_format": "@"},
    "computed": {**_TEXT, "font_color": INK},
    "link": {**_TEXT, "font_color": "#0B5394", "underline": 1},
    "link_wrapped": {**_TEXT, "font_color": "#0B5394", "underline": 1, "text_wrap": True},
    # of intervals that are one number each; the others have columns of their own
    **{
        name: {**_CELL, "align": "right"}
        for name in ("bounds", "bounds_right", "bounds_wrapped", "range", "range_wrapped", "counted", "counted_of")
    },
    "centred": _MARK,
    "met": {**_MARK, "bg_color": _MET},
    "not_met": {**_MARK, "bg_color": _NOT_MET},
    "open": {**_MARK, "bg_color": _OPEN},
    "partly": {**_MARK, "bg_color": _PARTLY},
    "rise": {**_MARK, "bg_color": "#5F9BD1"},
    "fall": {**_MARK, "bg_color": "#EFA94A"},
    "absent": {**_MARK, "font_color": _QUIET},
    "strip": {**_MARK, "align": "left", "indent": 1},
    "strip_wrapped": {**_MARK, "align": "left", "indent": 1, "text_wrap": True},
    "legend": {**_TEXT, "font_name": _MARK["font_name"]},
    "tile": {**_MARK, "font_size": 10, "text_wrap": True, "valign": "vcenter", "border": 1, "border_color": LINE},
}


# what a cell whose mark may change looks like, by the sign it begins with
MARKED = {"●": "met", "○": "not_met", "◐": "open", "◎": "partly", "▲": "rise", "↑": "rise", "▽": "fall", "↓": "fall"}
# the same without a line below, for rows that may come to nothing; the line is then drawn by a rule
STYLES |= {
    f"{name}~": {key: value for key, value in look.items() if not key.startswith("bottom")}
    for name, look in STYLES.items()
}
STYLES["rule_share"] = {"num_format": "0%"}
STYLES["rule_warn"] = {"bg_color": _NOT_MET}
STYLES["rule_line"] = {"bottom": 1, "bottom_color": LINE}
STYLES |= {f"rule_{name}": {"bg_color": STYLES[name]["bg_color"], "font_color": INK} for name in MARKED.values()}


def score_style(framework: Framework) -> str:
    """The style of a cell that shows a score with the decimals of its framework."""
    return f"score_{framework.decimals}" if framework.decimals else "score"


def mark_style(mark: Mark) -> str:
    """The style of a cell that shows a mark."""
    if mark.id.startswith("grade:"):
        return "partly"
    return mark.id if mark.id in STYLES else "absent"
