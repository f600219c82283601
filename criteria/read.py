"""Read frameworks from TOML, collecting everything that is wrong with one."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

from country_data import Place, Problems
from country_data.text_file import read_text
from country_data.toml_file import KeyLines, parse_toml
from criteria.framework import Criterion, EditionRule, Framework, Group, Level, Wording
from criteria.keys import ROWS, TEXT, Kind, build, kinds_of, required_of, validate_keys
from criteria.validate import RULE_KEYS, RULES, validate_framework

__all__ = ["KEYS", "read_frameworks"]

_DEFINITIONS = {"criteria": Criterion, "groups": Group, "levels": Level, RULES: EditionRule, "wordings": Wording}
# what each table of a file may say: "" is the file itself
KEYS: dict[str, dict[str, Kind]] = {name: kinds_of(cls) for name, cls in _DEFINITIONS.items()}
KEYS[RULES] |= {"title": TEXT, "short": TEXT} | {name: KEYS["levels"][name] for name in RULE_KEYS}
KEYS["levels"] |= {"rules": ROWS}
KEYS[""] = kinds_of(Framework) | dict.fromkeys((name for name in _DEFINITIONS if name != RULES), ROWS)


def read_frameworks(
    own: Path | None, problems: Problems, reserved: frozenset[str] = frozenset()
) -> dict[str, Framework]:
    """The embedded frameworks by id and, in their place or beside them, those in `own`/criteria.

    Frameworks with a problem are left out; the problem is added with file, line and remedy. `reserved`: the names that
    no criterion of a user may have.
    """
    found: dict[str, Framework] = {}
    for path in sorted(Path(str(files(__package__))).glob("*.toml")):
        framework = _read(path, f"criteria/{path.name}", problems, frozenset(), embedded=True)
        if framework is not None:
            found[framework.id] = framework
    folder = own / "criteria" if own is not None else None
    inside = sorted(folder.iterdir()) if folder is not None and folder.is_dir() else []
    for path in (path for path in inside if not path.name.startswith((".", "~$"))):
        if path.suffix == ".toml":
            found.pop(path.stem, None)
            framework = _read(path, f"{folder}/{path.name}", problems, reserved, embedded=False)
            if framework is not None:
                found[framework.id] = framework
        elif path.suffix.lower() == ".toml":
            message = "This is not read: its ending is not “.toml”."
            problems.add(Place(f"{folder}/{path.name}"), message, "Write the ending in small letters.")
    return found


def _read(path: Path, label: str, problems: Problems, reserved: frozenset[str], *, embedded: bool) -> Framework | None:
    text = read_text(path, label, problems)
    parsed = parse_toml(text, label, problems) if text is not None else None
    if text is None or parsed is None:
        return None
    found, lines = Problems(), KeyLines(label, text)
    top = validate_keys(parsed, KEYS[""], lines, found, required=required_of(Framework))
    rows = {name: top.get(name, []) for name in _DEFINITIONS if name != RULES}
    # the rules of all levels in one list, each with the index of its level
    rules = [(n, rule) for n, row in enumerate(rows["levels"]) for rule in _rules_of(row)]
    rows[RULES] = [rule for _, rule in rules]
    tables = {
        name: [
            validate_keys(row, KEYS[name], lines, found, table=name, index=n, required=required_of(cls))
            for n, row in enumerate(rows[name])
        ]
        for name, cls in _DEFINITIONS.items()
    }
    for (level, _), row in zip(rules, tables[RULES], strict=True):
        row["level"] = level
    # what the levels ask for can only be judged where no key of theirs was passed over
    complete = all(set(raw) <= set(row) for name in ("levels", RULES) for raw, row in zip(rows[name], tables[name], strict=True))  # fmt: skip
    validate_framework(top, tables, path.stem, lines, found, reserved, levels_complete=complete)
    problems.extend(found)
    return None if found else _build(top, tables, label, embedded=embedded)


def _rules_of(level: dict[str, Any]) -> list[dict[str, Any]]:
    parsed = level.get("rules", [])
    return parsed if ROWS.fits(parsed) else []


def _build(top: dict[str, Any], tables: dict[str, list[dict[str, Any]]], label: str, *, embedded: bool) -> Framework:
    """The framework of valid rows; a title that is left out is the id, a short one the title's stead."""

    def named(row: dict[str, Any]) -> dict[str, str]:
        return {name: row.get(name) or row["id"] for name in ("title", "short")}

    def edition_rule(row: dict[str, Any]) -> EditionRule:
        usual = tables["levels"][row["level"]]
        title = row.get("title") or named(usual)["title"]
        short = row.get("short") or row.get("title") or named(usual)["short"]
        level = build(Level, {"id": usual["id"], **row, "title": title, "short": short})
        rule: EditionRule = build(EditionRule, row, level=level)
        return rule

    used = dict.fromkeys(row["group"] for row in tables["criteria"] if row.get("group"))
    groups = tables["groups"] or [{"id": id} for id in used]
    framework: Framework = build(
        Framework,
        {name: value for name, value in top.items() if name not in tables},
        criteria=tuple(build(Criterion, row, **named(row)) for row in tables["criteria"]),
        groups=tuple(build(Group, row, title=named(row)["title"]) for row in groups),
        levels=tuple(build(Level, row, **named(row)) for row in tables["levels"]),
        rules=tuple(edition_rule(row) for row in tables[RULES]),
        wordings=tuple(build(Wording, row) for row in tables["wordings"]),
        label=label,
        embedded=embedded,
    )
    return framework
