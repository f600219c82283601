"""Read series.toml: what a series is, under which framework, and whether it is scored."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from country_data.formats import is_id
from country_data.problems import Place, Problems, nearest
from country_data.tables import read_text
from country_data.toml import KeyLines, parse_toml

__all__ = ["read_definition"]

_KEYS: dict[str, type] = {
    "id": str, "title": str, "publisher": str, "framework": str, "scored": bool,
    "unmentioned": str, "about": str, "licence": str,
}  # fmt: skip
_UNMENTIONED = ("not_recorded", "silent")


def read_definition(folder: Path, label: str, problems: Problems) -> tuple[dict[str, Any], KeyLines] | None:
    """The keys of series.toml with their defaults, and the lines they stand on; None after noting problems."""
    file = f"{label}/series.toml"
    if not (folder / "series.toml").is_file():
        problems.add(Place(file), "This file is not there.", f"It needs the keys: {', '.join(_KEYS)}.")
        return None
    text = read_text(folder / "series.toml", file, problems)
    if text is None:
        return None
    given = parse_toml(text, file, problems)
    if given is None:
        return None
    lines = KeyLines(file, text)
    before = len(problems.found)
    for key, value in given.items():
        if key not in _KEYS:
            near = nearest(key, _KEYS, most=1)
            hint = f"Did you mean “{near[0]}”? " if near else ""
            problems.add(lines.place(key), f"The key “{key}” is not known.", f"{hint}Allowed are: {', '.join(_KEYS)}.")
        elif not isinstance(value, _KEYS[key]):
            problems.add(
                lines.place(key),
                f"“{key}” is {value!r}.",
                "Write true or false." if _KEYS[key] is bool else "Write a text between quotation marks.",
            )
    for key in ("id", "title", "framework", "scored"):
        if given.get(key, "") == "":
            problems.add(Place(file), f"The key “{key}” is missing.", "It must be filled in.")
    if given.get("id") not in (None, "", folder.name):
        problems.add(
            lines.place("id"), f"The id is “{given['id']}”, the folder “{folder.name}”.", "Both must be the same."
        )
    elif given.get("id") and not (is_id(str(given["id"])) and given["id"] != "criteria"):
        problems.add(
            lines.place("id"),
            f"“{given['id']}” is not an id.",
            "Use small letters, digits and _, beginning with a letter; “criteria” is reserved.",
        )
    if given.get("unmentioned", "not_recorded") not in _UNMENTIONED:
        problems.add(
            lines.place("unmentioned"),
            f"“{given['unmentioned']}” is not allowed here.",
            f"Allowed are: {', '.join(_UNMENTIONED)}.",
        )
    if len(problems.found) > before:
        return None
    defaults = {"publisher": "", "unmentioned": "not_recorded", "about": "", "licence": ""}
    return defaults | {
        key: " ".join(value.split()) if isinstance(value, str) else value for key, value in given.items()
    }, lines
