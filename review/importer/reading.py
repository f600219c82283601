"""Read a table that others made: the reading is shown, settled in a file, and only then written."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from os import PathLike
from pathlib import Path
from typing import Any

import pandas as pd

from country_data import ChoiceError, Place, Problems
from country_data.names import CountryNames
from country_data.problems import unknown_name
from country_data.schema import EVIDENCE, is_date
from country_data.xlsx_file import gc_paused
from review.dataset import read_dataset
from review.documents import records
from review.files import OutputError, folder_lock, write_files
from review.importer.block import EMPTY, STATED, Block, Open, distinct_open, read_block
from review.importer.columns import ANSWER, EDITION
from review.importer.plan import LINE_END, Correction, EditionPlan, note_of_kept, overwrites, plan_edition
from review.importer.reading_file import Settled, is_encoding, read_reading, span_of
from review.importer.reading_text import reading_text
from review.importer.sheets import ChosenSheets
from review.importer.trial_read import try_files
from review.importer.write import planned_file
from review.notebook import Shown
from review.review import Review
from review.wording import plural

__all__ = ["Correction", "Reading", "read_table"]

_KEPT = "readings"
_KEY = ["country", "criterion"]
_OF_DATA = (".csv", ".xlsx", ".toml")
_OPEN_FIRST = {"encoding": 0, "sheet": 1, "column": 2, "row": 3, "country": 3, "answer": 4}


@dataclass(frozen=True, repr=False, eq=False)
class Reading(Shown):
    """How a table was read, and what it would change; nothing is written before `apply`.

    Attributes
    ----------
    file : str
        The name of the file.
    review : Review
        The series that it is read into, as published.
    columns : DataFrame
        Every column: `column` (its letter), `heading`, `holds` (a criterion, a field, `skip`, "" where open), `state`
        (settled, read, asked or unused), `why`, `cells` (how many are filled), `name` (how a reading names it).
    answers : DataFrame
        Every spelling of an answer by `criterion`: `text`, `answer` (None where open), `note` (what stands behind the
        word), `count`, `cell` (the first), `why`.
    countries : DataFrame
        Every country as it is written: `text`, `code`, `name`, `why`, `cell`.
    rows : DataFrame
        Every row that is left out: `text`, `cell`, `why`.
    changes : DataFrame
        Every answer of the table beside what is recorded: `edition`, `country`, `criterion`, `kind` (new, changed,
        unchanged), `was`, `becomes`, `fields`.
    cells : DataFrame
        Every answer as it stands in the table: `edition`, `country`, `criterion`, `text`, `answer` ("" where open or
        nothing), `why`, `note`, `place` (in a document; else the cell), `part` (of a page of a PDF, that shows it; else None),
        `row` (int, of the table).
    open : tuple[Open, ...]
        What has to be settled before anything is written.
    problems : Problems
        What is in the way; where there is any, nothing is written.
    notes : tuple[str, ...]
        What a reader may not expect.

    """

    file: str
    review: Review
    data: Path
    settled: Settled
    columns: pd.DataFrame
    answers: pd.DataFrame
    countries: pd.DataFrame
    rows: pd.DataFrame
    changes: pd.DataFrame
    cells: pd.DataFrame
    plans: tuple[EditionPlan, ...]
    open: tuple[Open, ...]
    problems: Problems
    notes: tuple[str, ...]
    table: Mapping[str, str] = field(default_factory=dict)
    edition: str | None = None
    state: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    contents: Mapping[str, bytes] = field(default_factory=dict)
    is_template: bool = False
    notices: tuple[str, ...] = ()

    @property
    def outcome(self) -> str:
        """`read` where it can be written, `open` where something has to be settled, `refused` where something is wrong."""
        return "refused" if self.problems else "open" if self.open else "read"

    @property
    def editions(self) -> list[str]:
        """The editions whose answers it holds."""
        return [plan.edition for plan in self.plans]

    def count(self, kind: str) -> int:
        """How many answers are new, changed or unchanged."""
        return int((self.changes["kind"] == kind).sum())

    @property
    def changes_anything(self) -> bool:
        """Whether there is anything to write."""
        return any(plan.changes_anything for plan in self.plans)

    def record(self) -> dict[str, Any]:
        """The reading as JSON has it."""
        return {
            "outcome": self.outcome,
            "open": [one.record() for one in self.open],
            "columns": records(self.columns.drop(columns="name")),
            "answers": records(self.answers),
            "countries": records(self.countries),
            "rows": records(self.rows),
            "editions": self.editions,
            "changes": {kind: self.count(kind) for kind in ("new", "changed", "unchanged")},
            "notes": list(self.notes),
            "problems": [one.record() for one in self.problems],
        }

    def remarks(self) -> Problems:
        """What is wrong and what is open, each at its cell."""
        found = Problems()
        found.extend(self.problems)
        sheet = self.table.get("sheet", "")
        for one in self.open:
            for cell in one.cells or ("",):
                found.add(
                    Place(self.file, sheet=sheet, cell=cell),
                    f"“{one.text}” is open: {one.asked}.",
                    "Settle it in a reading: --save-reading.",
                )
        return found

    def apply(self) -> tuple[Path, ...]:
        """Write what was read into the data folder, and keep the reading with each edition.

        Returns
        -------
        tuple[Path, ...]
            The files that were written; none where there is nothing to change.

        Raises
        ------
        ChoiceError
            Where something is open or wrong.
        OutputError
            Where a file can't be written, and where the folder has changed since the table was read.

        """
        if self.outcome != "read":
            raise ChoiceError(f"This reading is {self.outcome}: nothing can be written.")
        if not self.changes_anything:
            return ()
        folder = self.data / self.review.series.id
        with folder_lock(self.data):
            if _state_of(self.data) != self.state:
                raise OutputError(f"{folder} has changed since the table was read. Nothing was written: read it again.")
            contents = {folder / name: content for name, content in self.contents.items()}
            for path in contents:
                path.parent.mkdir(exist_ok=True)
            write_files(contents, replace=True)
        return tuple(contents)

    def _contents(self) -> dict[str, bytes]:
        """The files that are written, by their names in the folder of the series."""
        contents = dict(
            planned_file(plan, self.data / self.review.series.id) for plan in self.plans if plan.changes_anything
        )
        if not self.is_template and all(plan.corrections is None for plan in self.plans):
            for plan in self.plans:
                name = f"{_KEPT}/{plan.edition}.toml"
                kept = self.data / self.review.series.id / name
                # what was settled of another table of this edition stays
                before = read_reading(kept, name, self.review, Problems()) if kept.is_file() else Settled()
                contents[name] = reading_text(replace(self, settled=self.settled.over(before))).encode("utf-8")
        return contents

    def to_toml(self) -> str:
        """The whole reading as the file in which what is open is settled."""
        return reading_text(self)

    def _title(self) -> str:
        return (
            f"Reading of {self.file} into {self.review.series.id}, edition {', '.join(self.editions)}: {self.outcome}"
        )

    def _facts(self) -> list[tuple[str, str]]:
        kinds = ", ".join(f"{self.count(kind)} {kind}" for kind in ("new", "changed", "unchanged"))
        facts = [("answers", kinds), ("countries", plural(self.countries["code"].nunique(), "country"))]
        facts += [("open", f"{one.what} “{one.text}”: {one.asked}") for one in self.open]
        return [*facts, *(("problem", str(one)) for one in self.problems), *(("note", note) for note in self.notes)]


def read_table(
    path: str | PathLike[str],
    *,
    data: str | PathLike[str] | None = None,
    series: str | None = None,
    framework: str | None = None,
    edition: str | int | None = None,
    reading: str | PathLike[str] | None = None,
    sheet: str | None = None,
    encoding: str | None = None,
    pages: str | None = None,
    source: str = "",
    replace_recorded: bool = False,
    correction: Correction | None = None,
) -> Reading:
    """Read a table of answers into a series of a data folder; nothing is written before `Reading.apply`.

    Parameters
    ----------
    path : str | PathLike[str]
        The table: .xlsx, .xls, .ods, a text with separators, or a document with it: .docx, .html, .pdf.
    data : str | PathLike[str] | None, optional
        The data folder; the series must be one of its own.
    series, framework : str | None, optional
        By id; left out, those that are meant where none is named.
    edition : str | int | None, optional
        By id, number or year; left out where a column or the names of the sheets say it.
    reading : str | PathLike[str] | None, optional
        The file of a reading; left out, the one that is kept with this edition or the newest before it.
    sheet, encoding, pages : str | None, optional
        Go before what the reading says. `pages`: of a PDF, as "36" or "36-59".
    source : str, optional
        The source of answers that name none, by id.
    replace_recorded : bool, optional
        Recorded answers that differ are replaced.
    correction : Correction | None, optional
        The edition stays as published, and corrections are written.

    Returns
    -------
    Reading

    Raises
    ------
    DataError
        For a folder with problems.
    ChoiceError
        For a name that is not there, and for choices that contradict each other.

    """
    own = None if data is None else Path(data)
    if correction is not None and not (correction.reason and correction.source):
        raise ChoiceError("A correction needs its --reason and its --source.")
    if correction is not None and not is_date(correction.date):
        raise ChoiceError(f"“{correction.date}” is not a date. Write YYYY, YYYY-MM or YYYY-MM-DD.")
    if encoding is not None and not is_encoding(encoding):
        raise ChoiceError(
            f"There is no encoding “{encoding}”. Common ones are utf-8, cp1250, cp1252, mac_roman, shift_jis."
        )
    span = None if pages is None else span_of(pages)
    if pages is not None and span is None:
        raise ChoiceError(f"“{pages}” are no pages. Write one, as 36, or the first and the last, as 36-59.")
    state = {} if own is None else _state_of(own)
    dataset = read_dataset(own, as_published=True)
    review = Review.of(dataset, series, framework)
    if review.series.embedded or own is None:
        message = f"modellaw init FOLDER --from {review.series.id}, then --data FOLDER."
        raise ChoiceError(f"Answers are taken into a data folder of your own: {message}")
    for id in f"{source} {correction.source if correction else ''}".split():
        if id not in review.series.sources:
            raise unknown_name(f"source of {review.series.id}", id, review.series.sources)
    reader = _TableReader(Path(path), review, own, None if edition is None else review.find_edition(edition))
    reader.settle(None if reading is None else Path(reading), sheet, encoding, span)
    with gc_paused():
        found = reader.read(source, correction, replace_recorded=replace_recorded)
    return replace(found, notices=dataset.notices, state=state)


class _TableReader:
    """Reads a file into a series: its sheets, their blocks, and what they change."""

    def __init__(self, path: Path, review: Review, data: Path, edition: str | None) -> None:
        self.path, self.review, self.data, self.edition = path, review, data, edition
        self.problems, self.notes = Problems(), list[str]()
        if (data / review.series.id / "import.toml").exists():
            self.notes.append("import.toml of the series is no longer read: what it settles goes into a reading.")
        self.open: list[Open] = []
        self.settled = Settled()
        self.sheet: str | None = None
        self.made_for: tuple[str, str] | None = None

    def settle(
        self, reading: Path | None, sheet: str | None, encoding: str | None, pages: tuple[int, int] | None
    ) -> None:
        """Take what is settled: by the reading that is named, else by the one that is kept."""
        folder = self.data / self.review.series.id / _KEPT
        if reading is not None:
            self.settled = read_reading(reading, str(reading), self.review, self.problems)
        else:
            kept = sorted(folder.glob("*.toml")) if folder.is_dir() else []
            ids = [path.stem for path in kept if self.edition is None or path.stem <= self.edition]
            if ids:
                label = f"{self.review.series.label}/{_KEPT}/{ids[-1]}.toml"
                found = read_reading(folder / f"{ids[-1]}.toml", label, self.review, self.problems)
                self.settled = found.begun_from(same_edition=ids[-1] == self.edition)
        self.sheet = sheet
        self.settled = replace(
            self.settled,
            sheet=sheet or self.settled.sheet,
            encoding=encoding or self.settled.encoding,
            pages=pages or self.settled.pages,
        )

    def read(self, source: str, correction: Correction | None, *, replace_recorded: bool) -> Reading:
        """Read the file; what prevents it is among the problems."""
        names, found = CountryNames(self.review.registry), list[Block]()
        chosen = ChosenSheets(self.path, self.review, names, self.settled, self.edition, self.sheet)
        if not self.problems:
            chosen.choose()
        self.settled, self.edition, self.made_for = chosen.settled, chosen.edition, chosen.made_for
        self.problems.extend(chosen.problems)
        self.notes += chosen.notes
        self.open += chosen.open
        for headings, edition in chosen.sheets:
            block = read_block(
                self.path.name, headings, self.review, names, self.settled, edition, several=len(chosen.sheets) > 1
            )
            found.append(block)
            self.problems.extend(block.problems)
            # a template hides what it showed
            self.notes += [note for note in block.notes if not (self.made_for and note.startswith("Hidden columns"))]
        self.open += distinct_open(found)
        self._note_silent(found)
        self._check_used(found)
        statements = self._statements(found)
        plans = self._plans(statements, found, source, correction, replace_recorded=replace_recorded)
        settled = self.settled
        if settled.kept:
            used = set().union(*(block.used for block in found))
            if used:
                said = f"{plural(len(used), 'line')} of it apply here, marked “as settled”"
                self.notes.append(f"Begun from {settled.label}: {said}.")
            settled = settled.only(used)
        changes = [plan.changes.assign(edition=plan.edition) for plan in plans]
        columns = ["edition", "country", "criterion", "kind", "was", "becomes", "fields"]
        frames = {name: self._joined([getattr(block, name) for block in found], name) for name in EMPTY}
        found_reading = Reading(
            file=self.path.name,
            review=self.review,
            data=self.data,
            settled=settled,
            **frames,
            changes=pd.concat(changes, ignore_index=True)[columns] if changes else pd.DataFrame(columns=columns),
            cells=pd.concat([_cells_of(block) for block in found], ignore_index=True) if found else _cells_of(None),
            plans=tuple(plans),
            open=tuple(sorted(self.open, key=lambda one: _OPEN_FIRST[one.what])),
            problems=self.problems,
            notes=tuple(dict.fromkeys(self.notes)),
            table=chosen.table,
            edition=self.edition,
            is_template=self.made_for is not None,
        )
        self._name_folder()
        if found_reading.outcome == "read" and found_reading.changes_anything:
            contents = found_reading._contents()
            # what the next command would find wrong is found now
            tried = {f"{self.review.series.id}/{name}": text for name, text in contents.items()}
            self.problems.extend(
                try_files(self.data, {name: text for name, text in tried.items() if "/readings/" not in name})
            )
            found_reading = replace(found_reading, contents=contents)
        return found_reading

    def _note_silent(self, blocks: list[Block]) -> None:
        """The countries of which the table states nothing."""
        listed = {code for block in blocks for code in block.countries["code"]}
        silent = listed - {code for block in blocks for code in block.statements["country"]}
        if silent and not self.open:
            names = sorted(self.review.registry.name(code) for code in silent)
            more = " …" if len(names) > 8 else ""
            self.notes.append(f"{plural(len(names), 'country')} without any answer here: {', '.join(names[:8])}{more}.")

    def _name_folder(self) -> None:
        """Advice that names the data folder, so that it can be typed."""
        found = list(self.problems)
        self.problems.clear()
        for one in found:
            remedy = one.remedy.replace("modellaw init FOLDER", f"modellaw init {shlex.quote(str(self.data))}")
            self.problems.add(one.place, one.message, remedy, one.column)

    @staticmethod
    def _joined(frames: list[pd.DataFrame], name: str) -> pd.DataFrame:
        """The same list of several blocks as one, each line once."""
        filled = [frame for frame in frames if len(frame)]
        if not filled:
            return EMPTY[name]
        if len(filled) == 1:
            return filled[0]
        joined = pd.concat(filled, ignore_index=True)
        keys = {
            "columns": ["column", "heading", "holds"],
            "answers": ["criterion", "text", "answer"],
            "countries": ["text", "code"],
            "rows": ["text", "cell"],
        }
        if name in ("answers", "columns"):
            total = "count" if name == "answers" else "cells"
            joined[total] = joined.groupby(keys[name], dropna=False)[total].transform("sum")
        return joined.drop_duplicates(keys[name], ignore_index=True)

    # what is settled

    def _check_used(self, blocks: list[Block]) -> None:
        """A line of the reading that says nothing of this table is a problem, unless it was kept from another one."""
        if self.settled.kept or not blocks:
            return
        used = set().union(*(block.used for block in blocks))
        said = [("columns", name) for name in self.settled.columns if name != "*"]
        said += [
            (f"answers.{id}" if id else "answers", text) for id, words in self.settled.answers.items() for text in words
        ]
        said += [("countries", text) for text in self.settled.countries]
        for table, text in said:
            # while something is open, what an answer is of is not known
            if (table, text) in used or (table.startswith("answers") and self.open):
                continue
            what = {"columns": "column", "countries": "country or row"}.get(table, "answer")
            shown = f"“{text}”"
            place = self.settled.place(table, text)
            message = (
                f"There is no {what} {shown} in this table."
                if text or not table.startswith("answers")
                else "No cell for an answer is blank in this table."
            )
            self.problems.add(place, message, "Correct the line, or remove it.")

    # what it changes

    def _statements(self, blocks: list[Block]) -> pd.DataFrame:
        frames = [block.statements.assign(block=n) for n, block in enumerate(blocks) if len(block.statements)]
        return (
            pd.concat(frames, ignore_index=True)
            if frames
            else pd.DataFrame(columns=["edition", "country", "criterion", ANSWER, "block", "row"])
        )

    def _plans(
        self,
        statements: pd.DataFrame,
        blocks: list[Block],
        source: str,
        correction: Correction | None,
        *,
        replace_recorded: bool,
    ) -> list[EditionPlan]:
        if self.open or not blocks or statements.empty:
            if blocks and not self.open and not self.problems and self.made_for is None:
                self.problems.add(
                    Place(self.path.name),
                    "This table states no answer.",
                    "Look at the columns: each criterion needs one.",
                )
            return []

        def origin(statement: pd.Series, name: str) -> Place:
            column = int(statement.get(f"{name} column", -1))
            return blocks[int(statement["block"])].place(
                int(statement["row"]), column if column >= 0 else int(statement["column"])
            )

        nowhere = statements[statements["edition"] == ""]
        if len(nowhere):
            held = any((block.columns["holds"] == EDITION).any() for block in blocks)
            message = (
                f"{plural(len(nowhere), 'answer')} of no edition." if held else "Of which edition are these answers?"
            )
            ids = ", ".join(self.review.series.editions)
            remedy = f'Name it: --edition ID (there are: {ids}), or settle which column says it: "Heading" = "edition".'
            self.problems.add(origin(nowhere.iloc[0], "answer"), message, remedy)
            return []
        self._check_twice(statements, origin)
        if correction is not None and statements["edition"].nunique() > 1:
            remedy = "Name the one that is corrected: --edition ID."
            self.problems.add(Place(self.path.name), "Corrections are of one edition, and these are several.", remedy)
        if self.problems:
            return []
        plans = []
        for edition, part in statements.groupby("edition", sort=True):
            plan = self._plan(part, str(edition), origin, blocks, source, correction, replace_recorded=replace_recorded)
            self.problems.extend(plan.problems)
            self.notes += plan.notes
            plans.append(plan)
        return plans

    def _plan(
        self,
        part: pd.DataFrame,
        edition: str,
        origin: Any,
        blocks: list[Block],
        source: str,
        correction: Correction | None,
        *,
        replace_recorded: bool,
    ) -> EditionPlan:
        written = self.data / self.review.series.id / ("corrections.xlsx" if correction else f"answers/{edition}.xlsx")
        if written.exists():
            message = "What would be written stands in a workbook."
            self.problems.add(Place(str(written)), message, "Save it as CSV and move the workbook away.")
        if f"{ANSWER} shown" in part:
            part = self._without_shown(part)
        plan = plan_edition(
            part, self.review, edition, origin, source=source, correction=correction, take_back=replace_recorded
        )
        if not replace_recorded and correction is None:
            plan.problems.extend(overwrites(plan, part, origin))
        asked = {name for block in blocks for name in block.columns["holds"]} & set(self.review.framework.criterion_ids)
        listed = set(part["country"]) | {code for block in blocks for code in block.countries["code"]}
        notes = [
            note_of_kept(plan, part, listed, asked),
            self._note_of_evidence(part),
            self._note_of_source(plan, source),
        ]
        plan.notes += [note for note in notes if note]
        return plan

    @staticmethod
    def _note_of_evidence(part: pd.DataFrame) -> str:
        """That something is recorded beside no answer; "" where nothing is."""
        alone = part[part[ANSWER] == ""]
        first = "" if alone.empty else f"{alone['country'].iloc[0]} {alone['criterion'].iloc[0]}"
        return f"{plural(len(alone), 'row')} with evidence, but no answer: the first is {first}." if first else ""

    def _note_of_source(self, plan: EditionPlan, source: str) -> str:
        """Which source the answers get that name none; "" where each names one, or there is none to take."""
        id = source or self.review.series.editions[plan.edition].source
        many = plan.given_source
        titles = "; ".join(
            self.review.series.sources[one].title for one in id.split() if one in self.review.series.sources
        )
        return (
            f"{plural(many, 'answer')} of edition {plan.edition} without a source of their own get: {id} ({titles})."
            if many and id
            else ""
        )

    def _without_shown(self, part: pd.DataFrame) -> pd.DataFrame:
        """Statements of a template without the evidence that it showed, save where the answer beside it is confirmed."""
        part, shown = part.copy(), part[f"{ANSWER} shown"].fillna("")
        confirmed = (part[ANSWER] != "") & (part[ANSWER] == shown)
        for name in [name for name in EVIDENCE if f"{name} shown" in part]:
            same = part[name] == part[f"{name} shown"].fillna("").str.replace(LINE_END, "\n", regex=True)
            part[name] = part[name].mask(~confirmed & same, "")
        changed = (part[ANSWER] != "") & (shown != "") & ~confirmed
        bare = part[changed & (part[["citation", "locator", "quote"]] == "").all(axis=1)]
        if len(bare):
            named = ", ".join(f"{country} {criterion}" for country, criterion in bare[_KEY].head(8).to_numpy())
            many = f"{plural(len(bare), 'answer')} that differ from what the template showed"
            self.notes.append(f"{many}, without evidence of their own: {named}{' …' if len(bare) > 8 else ''}.")
        return part[(part[STATED] != "").any(axis=1)]

    def _check_twice(self, statements: pd.DataFrame, origin: Any) -> None:
        """A country and criterion that stand twice."""
        key = ["edition", "country", "criterion"]
        doubled = statements[statements.duplicated(key)]
        first = statements.drop_duplicates(key).set_index(key)
        by_row: dict[tuple[int, int], None] = {}
        for _, one in doubled.head(200).iterrows():
            if (int(one["block"]), int(one["row"])) in by_row:
                continue
            by_row[int(one["block"]), int(one["row"])] = None
            other = first.loc[(one["edition"], one["country"], one["criterion"])]
            name = self.review.registry.name(one["country"])
            answers = "" if other[ANSWER] == one[ANSWER] else ", with another answer"
            message = f"{name} ({one['country']}) {one['criterion']} stands twice{answers}, also in {origin(other, ANSWER).cell}."
            self.problems.add(origin(one, ANSWER), message, "Keep one row for each country and criterion.")


def _cells_of(block: Block | None) -> pd.DataFrame:
    """The answers of a block as they stand, each with what it was read by."""
    columns = ["edition", "country", "criterion", "text", "answer", "why", "note", "place", "part", "row"]
    if block is None or "text" not in block.cells:
        return pd.DataFrame(columns=columns)
    stated = block.cells[block.cells["text"] != ""]
    stated = stated.assign(text=stated["text"].str.strip())
    why = block.answers.set_index(["criterion", "text"])["why"]
    at = list(zip(stated["row"], stated[f"{ANSWER} column"], strict=True))
    return stated.assign(
        why=[why.get(key, "") for key in zip(stated["criterion"], stated["text"], strict=True)],
        place=[block.sheet.places.get(one) or block.cell(*one) for one in at],
        part=[block.sheet.crops.get(one) for one in at],
    )[columns]


def _state_of(folder: Path) -> dict[str, tuple[int, int]]:
    """The size of each file of a data folder, and when it was changed."""
    stats = {str(path): path.stat() for path in folder.rglob("*") if path.is_file() and path.suffix in _OF_DATA}
    return {name: (one.st_size, one.st_mtime_ns) for name, one in stats.items()}
