"""Start a data folder of one's own, as a copy of an embedded series or empty, and add editions to it."""

from __future__ import annotations

import contextlib
import csv
import io
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from country_data import DataError, Place, Problem
from country_data.formats import EDITIONS, SOURCES
from criteria import Framework
from review.files import FileExistsProblem, folder_lock, part_prefix, remove_leftovers, resolved
from review.intake.trial import find_problems_of, try_files
from review.intake.writing import write_file

__all__ = ["Edition", "Source", "add_to_series", "start_folder"]


@dataclass(frozen=True, slots=True)
class Edition:
    """An edition to add: its id, title, date, source, and how many countries it covers (these three may be blank)."""

    id: str
    title: str
    as_of: str = ""
    source: str = ""
    reviewed: str = ""

    @property
    def row(self) -> dict[str, str]:
        """Its row of editions.csv: an edition without any answer yet is partial."""
        given = {"edition": self.id, "kind": "edition", "title": self.title, "as_of": self.as_of}
        given |= {"source": self.source, "reviewed": self.reviewed}
        return (
            dict.fromkeys(EDITIONS.names, "")
            | given
            | {"coverage": EDITIONS.choices["coverage"][1] if EDITIONS.choices else ""}
        )


@dataclass(frozen=True, slots=True)
class Source:
    """A source to add: its id, title and kind, and its address (may be blank)."""

    id: str
    title: str
    kind: str
    url: str = ""

    @property
    def row(self) -> dict[str, str]:
        """Its row of sources.csv."""
        given = {"source": self.id, "title": self.title, "kind": self.kind, "url": self.url}
        return dict.fromkeys(SOURCES.names, "") | given


Added = Edition | Source


def start_folder(
    folder: Path, series: str, framework: Framework, *, copied: bool, added: Sequence[Added] = ()
) -> list[str]:
    """Make `folder` with a series: a copy of the embedded one, or an empty one; the names of the files in it.

    Whole or not at all. Raises `FileExistsProblem` where there is something already, and `DataError`
    where what was asked for is not right.
    """
    folder = resolved(folder)
    remove_leftovers(folder.parent, folder.name)
    if folder.exists() and (not folder.is_dir() or any(path.name != ".modellaw.lock" for path in folder.iterdir())):
        raise FileExistsProblem(
            f"{folder} is there already. Name a new folder; or add an edition to it with --series and --edition."
        )
    parent = folder.parent
    if not parent.is_dir():
        raise FileNotFoundError(f"{parent} is no folder. Make it first, or name another place.")
    with tempfile.TemporaryDirectory(dir=parent, prefix=part_prefix(folder.name), suffix=".part") as name:
        made = Path(name) / folder.name
        made.mkdir()
        if copied:
            shutil.copytree(
                str(files("country_data") / series),
                made / series,
                ignore=shutil.ignore_patterns("~$*", "*.py", "__pycache__"),
            )
        else:
            _empty_series(made / series, series, framework)
        (made / "README.md").write_text(_readme(series, framework), encoding="utf-8")
        for one in added:
            path = made / series / _file_of(one)
            path.write_bytes(_with_row(path.read_bytes(), one))
        found = find_problems_of(made, folder)
        if found:
            raise DataError(found)
        _put_in_place(made, folder)
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def _put_in_place(made: Path, folder: Path) -> None:
    """Give a folder that was made beside it its name; one that is there, and empty, is filled."""
    if not folder.exists():
        with contextlib.suppress(OSError):  # of two runs one is the first
            made.rename(folder)
            return
    folder.mkdir(exist_ok=True)
    with folder_lock(folder):
        if any(not path.name.startswith(".modellaw") for path in folder.iterdir()):
            raise FileExistsProblem(f"{folder} is there already: another run has made it.")
        for path in made.iterdir():
            path.rename(folder / path.name)


def _file_of(added: Added) -> str:
    return "editions.csv" if isinstance(added, Edition) else "sources.csv"


def add_to_series(folder: Path, series: str, added: Sequence[Added]) -> list[Path]:
    """Add editions and sources to a series of `folder`; the files that changed.

    Raises `DataError` where what was asked for is not right; then nothing is changed.
    """
    names = list(dict.fromkeys(_file_of(one) for one in sorted(added, key=_file_of, reverse=True)))
    for name in names:
        if not (folder / series / name).is_file():
            place = Place(str(folder / series / name))
            raise DataError(
                [Problem(place, "This file is not there.", "What is added goes to a series of your own, in CSV.")]
            )
    with folder_lock(folder):
        made: dict[str, bytes] = {}
        find = find_problems_of(folder, folder)  # what is there already
        if find:
            raise DataError(find)
        for one in added:
            name = f"{series}/{_file_of(one)}"
            made[name] = _with_row(made.get(name) or (folder / name).read_bytes(), one)
        problems = try_files(folder, made)
        problems.raise_if_any()
        # sources first: an edition may name a new one
        for name in names:
            write_file(folder / series / name, made[f"{series}/{name}"])
    return [folder / series / name for name in names]


def _with_row(raw: bytes, added: Added) -> bytes:
    """One more line, in the columns and with the line end that the file has; the other lines stay as they are."""
    end = "\r\n" if b"\r\n" in raw else "\n"
    header = next(csv.reader(io.StringIO(raw.decode("utf-8-sig"))), list(added.row))
    out = io.StringIO()
    csv.writer(out, lineterminator=end).writerow([added.row.get(name.strip(), "") for name in header])
    return raw + (b"" if raw.endswith(b"\n") else end.encode()) + out.getvalue().encode()


def _empty_series(folder: Path, id: str, framework: Framework) -> None:
    (folder / "answers").mkdir(parents=True)
    title = id.replace("_", " ").capitalize()
    definition = [
        f'id = "{id}"',
        f'title = "{title}"',
        'publisher = ""',
        f'framework = "{framework.id}"',
        "scored = true",
        'about = ""',
        'licence = ""',
    ]
    (folder / "series.toml").write_text("\n".join(definition) + "\n", encoding="utf-8")
    for name, columns in (("editions", EDITIONS), ("sources", SOURCES)):
        (folder / f"{name}.csv").write_text(",".join(columns.names) + "\n", encoding="utf-8")


def _readme(series: str, framework: Framework) -> str:
    return f"""# A data folder for modellaw

Answers under the framework {framework.id} ({framework.title}). `modellaw check FOLDER` says what is wrong, if anything.

| file | what it holds |
|---|---|
| `{series}/series.toml` | what the series is, who publishes it, whether it is scored |
| `{series}/editions.csv` | a row for each edition; ids sort as text in order of time |
| `{series}/sources.csv` | every source by a short id, with its address |
| `{series}/answers/<edition>.csv` | the answers: country, criterion, answer, source, and where in it |
| `{series}/corrections.csv` | may be absent: what an edition states otherwise than it was published, and why |
| `{series}/published_figures.csv`, `law_changes.csv` | may be absent: figures that are published; dated changes of law |
| `{series}/import.toml` | may be absent: what headings and signs of your tables mean |
| `countries.csv` | may be absent: countries and aliases of your own |
| `criteria/<framework>.toml` | may be absent: a framework of your own |

All files are text (CSV in UTF-8), to be edited in any editor or spreadsheet. The ways in:

    modellaw init . --series {series} --source ID --source-title "…"    (a new source)
    modellaw init . --series {series} --edition ID --title "…" --as-of YYYY --source ID --reviewed N    (a new edition, of N countries)
    modellaw template --data . --series {series} --edition ID --output answers.xlsx
    modellaw import answers.xlsx --data . --series {series} --edition ID
    modellaw report --data .

Typed in this folder; elsewhere its path takes the place of the dot.
"""
