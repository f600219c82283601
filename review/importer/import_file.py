"""Import a table into a data folder: read it, plan what it would change, and write that."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from os import PathLike
from pathlib import Path

from country_data import ChoiceError, Place, Problems, did_you_mean
from country_data.problems import one_of, unknown_name
from country_data.schema import is_date
from criteria import answer_words
from review.dataset import read_dataset
from review.files import OutputError, folder_lock, write_files
from review.importer.headings import FIELDS, ColumnMeaning, heading_key, parse_meaning
from review.importer.plan import Correction, ImportPlan, plan_import
from review.importer.spellings import NOTHING, plain, spellings
from review.importer.table import read_input_table
from review.importer.trial_read import try_files
from review.importer.write import SavedMappings, load_mappings, mappings_text, planned_file
from review.notebook import Shown
from review.review import Review
from review.wording import plural

__all__ = ["Correction", "ImportOptions", "ImportResult", "import_file", "plan_file"]


@dataclass(frozen=True)
class ImportOptions:
    """How a table is to be understood, and what may be done.

    Attributes
    ----------
    columns : Mapping[str, str]
        What headings hold: a criterion, "criterion:field", a field, or "-" for nothing.
    marks : Mapping[str, str]
        The answers that signs mean, or "blank" for nothing recorded.
    source : str
        The source of answers that name none, by id.
    sheet, header_line : str | None, int | None
        The sheet to read, and the line in which its headings stand; None: found.
    accept_suggestions : bool
        Take countries for those most like them.
    replace : bool
        Replace recorded answers that differ.
    correction : Correction | None
        Leave the edition as published, and write corrections.

    """

    columns: Mapping[str, str] = field(default_factory=dict)
    marks: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
    sheet: str | None = None
    header_line: int | None = None
    accept_suggestions: bool = False
    replace: bool = False
    correction: Correction | None = None


@dataclass(frozen=True, repr=False, eq=False)
class ImportResult(Shown):
    """What an import did, or would do.

    Attributes
    ----------
    problems : Problems
        What is in the way, that which would have to be agreed to included; where there is any, nothing is written.
    written : tuple[Path, ...]
        The files that were written.
    not_kept : str
        Why the mappings could not be kept for the next time; "" where they were.
    notices : tuple[str, ...]
        What of the embedded data was left out.

    """

    plan: ImportPlan
    problems: Problems
    written: tuple[Path, ...] = ()
    not_kept: str = ""
    notices: tuple[str, ...] = ()

    def _facts(self) -> list[tuple[str, str]]:
        problems = [("problem", str(problem)) for problem in self.problems]
        written = [("written", str(path)) for path in self.written] or [("written", "nothing")]
        return [("plan", f"{self.plan!r}"), *problems, *written]


def import_file(
    file: str | PathLike[str],
    *,
    data: str | PathLike[str] | None = None,
    edition: str | int,
    series: str | None = None,
    framework: str | None = None,
    options: ImportOptions | None = None,
    write: bool = False,
) -> ImportResult:
    """Import the answers of a CSV or Excel table into an edition of a data folder.

    Parameters
    ----------
    file : str | PathLike[str]
        The table.
    data : str | PathLike[str] | None, optional
        The data folder; the series must be one of its own.
    edition : str | int
        By id, number or year.
    series, framework : str | None, optional
        By id; left out, those that are meant where none is named.
    options : ImportOptions | None, optional
        How the table is to be understood, and what may be done.
    write : bool, optional
        Whether to write what the plan says; left out, nothing is written.

    Returns
    -------
    ImportResult

    Raises
    ------
    DataError
        For a file that can't be read, and for a folder with problems.
    ChoiceError
        For a name that is not there, and for options that contradict each other.
    OutputError
        With `write`, where a file can't be written, and while another process writes into the folder.

    """
    own, chosen = None if data is None else Path(data), options or ImportOptions()
    _check_correction(chosen.correction)
    # from reading what is there to writing what follows from it
    with folder_lock(own) if write and own is not None and own.is_dir() else contextlib.nullcontext():
        dataset = read_dataset(own, as_published=True)
        review = Review.of(dataset, series, framework)
        if review.series.embedded or own is None:
            message = f"modellaw init FOLDER --from {review.series.id}, then --data FOLDER."
            raise ChoiceError(f"Answers are taken into a data folder of your own: {message}")
        plan, mappings = plan_file(Path(file), review, review.find_edition(edition), own, chosen)
        problems = Problems()
        problems.extend(plan.problems)
        problems.extend(_to_agree_to(plan, chosen))
        if problems or not plan.changes_anything:
            return ImportResult(plan, problems, notices=dataset.notices)
        folder = own / review.series.id
        name, content = planned_file(plan, folder)
        # what the next command would find wrong is found now
        problems.extend(try_files(own, {f"{review.series.id}/{name}": content}))
        if problems or not write:
            return ImportResult(plan, problems, notices=dataset.notices)
        (folder / name).parent.mkdir(exist_ok=True)
        write_files({folder / name: content}, replace=True)
        return _keep(mappings, ImportResult(plan, problems, (folder / name,), notices=dataset.notices), folder)


def _keep(mappings: SavedMappings, result: ImportResult, folder: Path) -> ImportResult:
    """Write the mappings for the next time; the answers are in, whether that can be done or not."""
    path, content = folder / "import.toml", mappings_text(mappings).encode("utf-8")
    if not content or (path.is_file() and path.read_bytes() == content):
        return result
    try:
        write_files({path: content}, replace=True)
    except OutputError as error:
        return replace(result, not_kept=str(error))
    return replace(result, written=(*result.written, path))


def plan_file(
    file: Path, review: Review, edition: str, data: Path | None, options: ImportOptions
) -> tuple[ImportPlan, SavedMappings]:
    """The plan of a file, and the mappings that would be kept. Raises `DataError` where it can't be read."""
    _check_sources(review, options)
    problems = Problems()
    folder = data / review.series.id if data else None
    kept = _kept_mappings(folder, review, problems) if folder else SavedMappings()
    problems.raise_if_any()
    mappings = replace(kept, columns={**kept.columns, **options.columns}, marks={**kept.marks, **options.marks})
    columns, words = _column_meanings(mappings.columns, review), _mark_words(mappings.marks, review)
    written = folder and folder / ("corrections.xlsx" if options.correction else f"answers/{edition}.xlsx")
    if written and written.exists():
        message = "What would be written stands in a workbook."
        problems.add(Place(str(written)), message, "Save it as CSV and move the workbook away.")
    table = read_input_table(file, review.framework, columns, problems, options.sheet, options.header_line)
    if table is not None:
        headings = set(map(heading_key, table.headings))
        for heading in (heading for heading in options.columns if heading_key(heading) not in headings):
            remedy = f"{did_you_mean(heading, filter(None, table.headings))}Correct --map."
            place = table.place(table.header_row, 0)
            problems.add(place, f"There is no heading “{heading}” here.", remedy)
    problems.raise_if_any()
    assert table is not None, "without a problem there is a table"
    used = [plural(len(one), noun) for one, noun in ((kept.columns, "heading"), (kept.marks, "sign")) if one]
    plan = plan_import(
        table,
        review,
        edition,
        marks=words,
        source=options.source,
        countries=kept.countries,
        correction=options.correction,
        replace_recorded=options.replace,
        notes=(f"Settled before, in import.toml: {' and '.join(used)}.",) if used else (),
    )
    taken = {match.text: match.code for match in plan.suggested}
    return plan, replace(mappings, countries={**kept.countries, **taken})


def _check_correction(correction: Correction | None) -> None:
    if correction is not None and not (correction.reason and correction.source):
        raise ChoiceError("A correction needs its --reason and its --source.")
    if correction is not None and not is_date(correction.date):
        raise ChoiceError(f"“{correction.date}” is not a date. Write YYYY, YYYY-MM or YYYY-MM-DD.")


def _check_sources(review: Review, options: ImportOptions) -> None:
    ids = f"{options.source} {options.correction.source if options.correction else ''}".split()
    for id in ids:
        if id not in review.series.sources:
            raise unknown_name(f"source of {review.series.id}", id, review.series.sources)


def _kept_mappings(folder: Path, review: Review, problems: Problems) -> SavedMappings:
    """The import.toml of a series, checked."""
    mappings = load_mappings(folder, review.series.label, problems)
    try:
        _column_meanings(mappings.columns, review)
        _mark_words(mappings.marks, review)
    except ChoiceError as error:
        place = Place(f"{review.series.label}/import.toml")
        problems.add(place, str(error), "Correct the line, or remove it.")
    return mappings


def _column_meanings(columns: Mapping[str, str], review: Review) -> dict[str, ColumnMeaning]:
    """What headings hold, by their key. Raises `ChoiceError` for what no column can hold."""
    meanings = {}
    for heading, text in columns.items():
        meaning = parse_meaning(text, review.framework)
        if meaning is None:
            ids = list(review.framework.criterion_ids)
            near = did_you_mean(text, [*ids, "country", "note"])
            fields = ", ".join(["country", "criterion", *FIELDS, "- for none"])
            raise ChoiceError(f"A column can't hold “{text}”. {near}It holds {fields}, or one of: {', '.join(ids)}.")
        meanings[heading_key(heading)] = meaning
    return meanings


def _mark_words(marks: Mapping[str, str], review: Review) -> dict[str, str]:
    """The words that signs mean, by their plain letters. Raises `ChoiceError` for what no sign can mean."""
    allowed = [*(word for word in answer_words(review.framework) if word), NOTHING]
    known = spellings(review.framework)
    for sign, word in marks.items():
        other = known.get(plain(sign), word)
        if other != word:
            raise ChoiceError(f"“{sign}” is understood as “{other}” already, and can't mean “{word}” too.")
        if word not in allowed:
            raise ChoiceError(f"“{sign}” can't mean “{word}”. {did_you_mean(word, allowed)}{one_of(allowed)}")
    return {plain(sign): "" if word == NOTHING else word for sign, word in marks.items()}


def _to_agree_to(plan: ImportPlan, options: ImportOptions) -> Problems:
    """What would have to be agreed to: countries taken by suggestion, and recorded answers replaced."""
    problems = Problems()
    for match in () if options.accept_suggestions else plan.suggested:
        message = f"“{match.text}” is not exactly one country. Did you mean {match.name} ({match.code})?"
        problems.add(match.place, message, "Correct it, or take all suggestions: --accept-suggestions.")
    for change in () if options.replace or options.correction else plan.overwrites:
        what = ", ".join(change.fields)
        if "answer" in change.fields:
            what = f"was {change.was or 'blank'}, becomes {change.becomes or 'blank'}"
        message = f"{change.country} {change.criterion} is recorded otherwise ({what})."
        problems.add(change.place, message, "Correct it, or replace what is recorded: --replace.")
    return problems
