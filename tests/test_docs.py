"""What the README says is so: its table is what the program prints, its five lines work."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from country_data import formats
from review.cli import cli

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def test_the_table_of_the_readme_is_what_the_program_prints(modellaw: Callable[..., Any]) -> None:
    (block,) = re.findall(r"<!-- overview -->\n```\n(.*?)```\n<!-- /overview -->", README, re.DOTALL)
    assert modellaw().out == block


def test_the_five_lines_of_the_readme_make_a_data_folder_without_problems(
    tmp_path: Path, modellaw: Callable[..., Any]
) -> None:
    (block,) = re.findall(r"```\n(mkdir -p mine.*?)```", README, re.DOTALL)
    assert len(block.strip().splitlines()) == 5
    subprocess.run(["bash", "-euc", block], cwd=tmp_path, check=True)
    assert modellaw("check", tmp_path / "mine").code == 0
    assert modellaw("report", "--data", tmp_path / "mine", "--output", tmp_path / "own.xlsx").code == 0


# a command that names a folder of the reader's is tried with the five lines
COMMANDS = [line for line in re.findall(r"`modellaw ([^`]+)`", README) if not {"FOLDER", "mine"} & set(line.split())]


@pytest.mark.parametrize("line", COMMANDS)
def test_every_command_of_the_readme_runs(
    line: str, tmp_path: Path, modellaw: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert modellaw(*line.split()).code == 0


def test_the_lines_for_a_notebook_run() -> None:
    (block,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    subprocess.run([sys.executable, "-c", block], check=True)


def test_every_command_is_in_the_readme_and_has_help() -> None:
    for name, command in cli.commands.items():
        assert f"`modellaw {name}" in README
        assert command.help


def test_every_column_of_the_data_format_is_in_contributing() -> None:
    for columns in (
        formats.COUNTRIES,
        formats.EDITIONS,
        formats.SOURCES,
        formats.ANSWERS,
        formats.FIGURES,
        formats.LAW_CHANGES,
    ):
        for name in columns.names:
            assert re.search(rf"\b{name}\b", CONTRIBUTING)
        for choice in (word for words in (columns.choices or {}).values() for word in words):
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
