"""Read series.toml: what a series is, under which framework, and whether it is scored."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from country_data.formats import is_device, is_id
from country_data.problems import Place, Problems, did_you_mean
from country_data.tables import read_text
from country_data.toml import KeyLines, parse_toml

__all__ = ["read_definition"]

_KEYS: dict[str, type] = {
    "id": str, "title": str, "publisher": str, "framework": str, "scored": bool,
    "unmentioned": str, "caveat": str, "independence": str, "about": str, "licence": str,
}  # fmt: skip
_UNMENTIONED = ("not_recorded", "silent")
_MUST = ("id", "title", "framework", "scored")
_RESERVED = "criteria"
# what a key has where it is left out; those that must be filled only so that the rest can be checked too
_DEFAULTS = {key: False if kind is bool else "" for key, kind in _KEYS.items()} | {"unmentioned": _UNMENTIONED[0]}


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
    fitting: dict[str, Any] = {}
    for key, value in given.items():
        if key not in _KEYS:
            problems.add(
                lines.place(key),
                f"The key “{key}” is not known.",
                did_you_mean(key, _KEYS) + f"Allowed are: {', '.join(_KEYS)}.",
            )
        elif not isinstance(value, _KEYS[key]):
            wanted = "Write true or false." if _KEYS[key] is bool else "Write a text between quotation marks."
            problems.add(lines.place(key), f"“{key}” is {value!s}.", wanted)
        else:
            fitting[key] = " ".join(value.split()) if isinstance(value, str) else value
    for key in _MUST:
        if given.get(key, "") == "":
            problems.add(Place(file), f"The key “{key}” is missing.", "It must be filled in.")
    _check_id(fitting.get("id", ""), folder.name, lines, problems)
    unmentioned = fitting.get("unmentioned", _UNMENTIONED[0])
    if unmentioned not in _UNMENTIONED:
        allowed = f"Allowed are: {', '.join(_UNMENTIONED)}."
        problems.add(lines.place("unmentioned"), f"“{unmentioned}” is not allowed here.", allowed)
    return {**_DEFAULTS, "id": folder.name, **fitting}, lines


def _check_id(id: str, folder: str, lines: KeyLines, problems: Problems) -> None:
    if id and id != folder:
        problems.add(lines.place("id"), f"The id is “{id}”, the folder “{folder}”.", "Both must be the same.")
    elif id and (not is_id(id) or is_device(id) or id == _RESERVED):
        problems.add(
            lines.place("id"),
            f"“{id}” is not an id.",
            f"Use small letters, digits and _, beginning with a letter; “{_RESERVED}” and names of devices, such as nul, are reserved.",
        )
