"""What the README says is so: its table is what the program prints, its five lines work.

Knows the schemas and keys of the files, for each must stand in CONTRIBUTING.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import duckdb
import openpyxl
import pytest

import review
from country_data import schema
from criteria.keys import ROWS
from criteria.read import KEYS
from review.cli import COMMANDS, cli

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def test_the_table_of_the_readme_is_what_the_program_prints(modellaw: Callable[..., Any]) -> None:
    (block,) = re.findall(r"<!-- overview -->\n```\n(.*?)```\n<!-- /overview -->", README, re.DOTALL)
    assert modellaw().out == block


def test_the_five_lines_of_the_readme_make_a_data_folder_without_problems(
    tmp_path: Path, modellaw: Callable[..., Any]
) -> None:
    (block,) = re.findall(r"```\n(mkdir -p own.*?)```", README, re.DOTALL)
    assert len(block.strip().splitlines()) == 5
    subprocess.run(["bash", "-euc", block], cwd=tmp_path, check=True)
    assert modellaw("check", tmp_path / "own").code == 0
    assert modellaw("report", "--data", tmp_path / "own", "--output", tmp_path / "own.xlsx").code == 0


def test_the_lines_of_the_readme_get_answers_in(
    tmp_path: Path, modellaw: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    (block,) = re.findall(r"```\n(modellaw init mine.*?)```", README, re.DOTALL)
    monkeypatch.chdir(tmp_path)
    for line in block.strip().splitlines():
        ran = modellaw(*shlex.split(line)[1:])
        assert ran.code == 0, ran.err
        if " template " in line:
            book = openpyxl.load_workbook("answers.xlsx")
            book["Answers"]["C3"] = "yes"
            book.save("answers.xlsx")
    assert (tmp_path / "mine" / "ours" / "answers" / "2026.csv").is_file()
    (line,) = re.findall(r"`modellaw (check answers.xlsx[^`]*)`", README)
    assert modellaw(*shlex.split(line)).code == 0


# a command that names a folder of the reader's is tried with the five lines
LINES = [
    line
    for line in re.findall(r"`modellaw ([^`]+)`", README)
    if not {"FOLDER", "FILE.csv", "mine", "own", "…"} & set(line.split())
]


@pytest.mark.parametrize("line", LINES)
def test_every_command_of_the_readme_runs(
    line: str,
    tmp_path: Path,
    modellaw: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    frozen: Callable[..., None],
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = modellaw(*line.split())
    assert ran.code == 0
    if "--help" not in line:  # click's own words and widths
        frozen(f"README: modellaw {line}", ran, *sorted(tmp_path.iterdir()))


def test_the_lines_for_a_notebook_run() -> None:
    (block,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    subprocess.run([sys.executable, "-c", block], check=True)


def test_the_duckdb_example_of_the_readme_counts_what_the_library_counts(
    tmp_path: Path, modellaw: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    (command,) = re.findall(r"```\nmodellaw (scores .*?)\n```", README)
    (query,) = re.findall(r"```sql\n(.*?)```", README, re.DOTALL)
    monkeypatch.chdir(tmp_path)
    assert modellaw(*command.split()).code == 0
    found = {edition: (countries, int(met)) for edition, countries, met in duckdb.sql(query).fetchall()}
    scores = review.load("state_dept").scores()
    assert len(found) == 8
    for edition, part in scores.groupby("edition"):
        assert found[edition] == (len(part), (part["possession"] == "yes").sum())


def test_the_walk_through_of_contributing_makes_a_framework_and_a_series_without_python(
    tmp_path: Path, modellaw: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = CONTRIBUTING.partition("step by step\n")[2]
    names = re.findall(r"`(rest/[\w/.]+)`", text)
    blocks = re.findall(r"```(?:toml|csv)\n(.*?)```", text, re.DOTALL)
    assert len(names) == len(blocks) == 6
    for name, block in zip(names, blocks, strict=True):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(block, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    (console,) = re.findall(r"```console\n(.*?)```", text, re.DOTALL)
    outputs = []
    for part in re.split(r"^\$ modellaw ", console, flags=re.MULTILINE)[1:]:
        command, _, shown = part.partition("\n")
        ran = modellaw(*command.split())
        assert ran.code == 0, ran.err
        assert ran.out.startswith(shown), command
        outputs.append(ran.out)
    assert "at least 16.6, at most 50.0" in outputs[1]
    assert "Does the law give rest between two days of work?" in outputs[2]
    assert (tmp_path / "rest.xlsx").is_file()


def test_every_command_is_in_the_readme_and_has_help() -> None:
    for name, (_, line) in COMMANDS.items():
        assert f"`modellaw {name}" in README
        command = cli.get_command(click.Context(cli), name)
        assert command is not None
        assert command.help is not None
        assert command.help.startswith(line)


def test_every_column_of_the_data_format_is_in_contributing() -> None:
    for columns in (
        schema.COUNTRIES,
        schema.TILES,
        schema.EDITIONS,
        schema.SOURCES,
        schema.ANSWERS,
        schema.FIGURES,
        schema.LAW_CHANGES,
        schema.CORRECTIONS,
    ):
        for name in columns.names:
            assert re.search(rf"\b{name}\b", CONTRIBUTING)
        for choice in (word for words in columns.choices.values() for word in words):
            assert f"`{choice}`" in CONTRIBUTING


def test_the_files_that_are_linked_exist() -> None:
    for text in (README, CONTRIBUTING):
        for target in re.findall(r"\]\((?!http)([^)#]+)\)", text):
            assert (ROOT / target).is_file(), target


def test_version_and_reviewers_stand_in_the_citation_file() -> None:
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert f"version: {version}" in citation
    assert "International Centre for Missing & Exploited Children" in citation
    assert "US Department of State" in citation


def test_every_key_of_a_framework_is_in_contributing() -> None:
    for keys in KEYS.values():
        for key in (key for key, kind in keys.items() if kind is not ROWS):
            assert f"`{key}`" in CONTRIBUTING, key


def test_every_embedded_framework_is_in_the_readme() -> None:
    for path in (ROOT / "criteria").glob("*.toml"):
        assert f"`{path.stem}`" in README


def test_every_module_that_contributing_names_is_there() -> None:
    head = CONTRIBUTING[: CONTRIBUTING.index("## The data folder")]
    paths = set(re.findall(r"`((?:country_data|criteria|review|tests|docs)/[\w/.]+)`", head))
    assert len(paths) > 30
    assert [path for path in sorted(paths) if not (ROOT / path).exists()] == []
    code = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "review").rglob("*.py")))
    for name in ("_entries", "_World.adds", "_NO_COUNT", "list_page", "stacked"):
        assert f"`{name}`" in head
        assert name.rpartition(".")[2] in code
