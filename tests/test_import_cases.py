"""Tables that other people made: each is read, asked about or refused as its case says, and settled as it says is taken in."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Modellaw = Callable[..., Any]
CASES = Path(__file__).parent / "cases" / "import"
NAMES = sorted(path.parent.name for path in CASES.glob("*/expected.json"))
# a text in the column of countries that is none is one kind, whichever it is called
KINDS = {"row": "country"}


def reading_of(settled: dict[str, Any]) -> str:
    """The reading that settles a case, as it is typed."""
    lines = []
    for table in ("table", "columns", "answers", "countries"):
        lines.append(f"[{table}]")
        inner = {}
        for key, value in settled.get(table, {}).items():
            if isinstance(value, dict):
                inner[key] = value
            else:
                lines.append(f"{json.dumps(key, ensure_ascii=False)} = {json.dumps(value, ensure_ascii=False)}")
        for name, words in inner.items():
            lines += [
                f"[{table}.{name}]",
                *(f"{json.dumps(key)} = {json.dumps(value)}" for key, value in words.items()),
            ]
    return "\n".join([*lines, "[skip]", f"rows = {json.dumps(settled.get('skip', []), ensure_ascii=False)}"])


def recorded(data: Path) -> dict[str, dict[tuple[str, str], dict[str, str]]]:
    """What stands in the data folder, by edition, country and criterion."""
    found = {}
    for path in (data / "ours" / "answers").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            found[path.stem] = {(row["country"], row["criterion"]): row for row in csv.DictReader(file)}
    return found


def spaced(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("name", NAMES)
def test_a_table_is_read_asked_about_or_refused_as_it_must_be(name: str, tmp_path: Path, modellaw: Modellaw) -> None:
    case = json.loads((CASES / name / "expected.json").read_text(encoding="utf-8"))
    (table,) = (path for path in (CASES / name).iterdir() if path.name != "expected.json")
    data, reading = tmp_path / "data", tmp_path / "reading.toml"
    shutil.copytree(CASES / "frameworks" / case["framework"], data)
    edition = ["--edition", case["edition"]] if case["edition"] else []
    words = ["import", table, "--data", data, "--series", "ours", *edition, *case["options"]]

    shown = modellaw(*words, "--save-reading", reading)
    found = json.loads(modellaw(*words, "--format", "json").out)
    assert found["outcome"] == case["outcome"], (found["open"], found["problems"])
    assert shown.code == (0 if case["outcome"] == "read" else 1)
    if case["outcome"] == "open":
        wanted = {(KINDS.get(one["what"], one["what"]), spaced(one["text"])) for one in case["open"]}
        asked = {(KINDS.get(one["what"], one["what"]), spaced(one["text"])) for one in found["open"]}
        for one, others in ((wanted, asked), (asked, wanted)):
            for what, text in one:
                alike = [other for kind, other in others if kind == what]
                assert any(what == "encoding" or text in other or other in text for other in alike), (what, text)
    for text in case["mentions"]:
        assert spaced(text).casefold() in spaced(shown.out + shown.err).casefold()
    for text in case["never"]:
        assert text not in shown.out + shown.err + reading.read_text(encoding="utf-8")
    assert recorded(data) == {}

    settled = []
    if case["outcome"] == "open":
        (tmp_path / "settled.toml").write_text(reading_of(case["settled"]), encoding="utf-8")
        settled = ["--reading", tmp_path / "settled.toml"]
    ran = modellaw(*words, *settled, "--write")
    assert ran.code == (1 if case["outcome"] == "refused" else 0), ran.out + ran.err
    held = recorded(data)
    stated = {
        id: {key: row["answer"] for key, row in rows.items() if row["answer"]} for id, rows in held.items() if rows
    }
    by_edition = {case["edition"]: case["answers"]} if case["edition"] else case["answers"]
    assert stated == {
        id: {(country, criterion): answer for country, one in rows.items() for criterion, answer in one.items()}
        for id, rows in by_edition.items()
        if rows
    }
    for country, fields in case.get("evidence", {}).items():
        for criterion, texts in fields.items():
            for field, text in texts.items():
                there = spaced(held[case["edition"]][country, criterion][field])
                assert spaced(text) in there if field == "note" else there == spaced(text)
