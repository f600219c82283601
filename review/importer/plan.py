"""What an import would do: answers new, changed and unchanged, corrections, and everything that is in the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pandas as pd

from country_data import Place, Problems
from country_data.corrections import ANSWER_EVIDENCE, corrected
from country_data.schema import ANSWERS, CORRECTIONS, FIGURES, LAW_CHANGES
from country_data.series import check_answers
from country_data.tables import Table, empty_table
from country_data.xlsx_file import gc_paused
from criteria import check_series
from review.importer.headings import ANSWER
from review.importer.rows import LINE_END, SUGGESTED, CellRef, Match, ParsedRows, Row, parse_rows
from review.importer.table import InputTable
from review.notebook import Shown
from review.review import Review
from review.wording import plural

__all__ = ["AnswerChange", "Correction", "ImportPlan", "plan_import"]

_KEY = ["edition", "country", "criterion"]


@dataclass(frozen=True, slots=True)
class AnswerChange:
    """One answer of the table beside what is recorded. `kind`: new, changed or unchanged; `place`: its cell."""

    country: str
    criterion: str
    kind: str
    was: str
    becomes: str
    fields: tuple[str, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Correction:
    """That answers are to be stated otherwise than published: why, by what source, and when that was decided."""

    reason: str
    source: str
    date: str


@dataclass(frozen=True, repr=False, eq=False)
class ImportPlan(Shown):
    """What an import would do; nothing is written.

    Attributes
    ----------
    answers : DataFrame
        The edition's answers as they would be (the columns of answers.csv).
    changes : tuple[AnswerChange, ...]
        One for each answer of the table.
    corrections : DataFrame | None
        The series' corrections as they would be (the columns of corrections.csv); None where no correction is made.
    corrected : tuple[AnswerChange, ...] | None
        The answers that the corrections would state otherwise.
    problems : Problems
        What prevents the import.

    """

    review: Review
    edition: str
    notes: tuple[str, ...]
    matches: tuple[Match, ...]
    changes: tuple[AnswerChange, ...]
    answers: pd.DataFrame
    problems: Problems
    corrections: pd.DataFrame | None = None
    corrected: tuple[AnswerChange, ...] | None = None

    def _title(self) -> str:
        return f"ImportPlan for {self.review.series.id}, edition {self.edition}"

    def _facts(self) -> list[tuple[str, str]]:
        kinds = ", ".join(f"{self.count(kind)} {kind}" for kind in ("new", "changed", "unchanged"))
        countries = plural(len({match.code for match in self.matches}), "country")
        facts = [("answers", kinds), ("countries", countries), ("problems", str(len(self.problems)))]
        return [*facts, *(("note", note) for note in self.notes)]

    @property
    def suggested(self) -> list[Match]:
        """The countries that were taken by suggestion."""
        return [match for match in self.matches if match.how == SUGGESTED]

    @property
    def overwrites(self) -> list[AnswerChange]:
        """The changes that replace something recorded."""
        return [change for change in self.changes if change.kind == "changed" and change.fields]

    @property
    def taken_back(self) -> int:
        """How many corrections are taken back."""
        corrections = _corrections_of(self.review, self.edition)
        return sum(
            corrections.get((one.country, one.criterion), {}).get("was") == one.becomes and one.was != one.becomes
            for one in self.corrected or ()
        )

    def count(self, kind: str) -> int:
        """How many answers are new, changed or unchanged."""
        return sum(change.kind == kind for change in self.changes)

    @property
    def changes_anything(self) -> bool:
        """Whether there is anything to write."""
        return bool(self.corrected) if self.corrected is not None else bool(self.count("new") + self.count("changed"))


def plan_import(
    table: InputTable,
    review: Review,
    edition: str,
    *,
    marks: Mapping[str, str],
    source: str = "",
    countries: Mapping[str, str] | None = None,
    correction: Correction | None = None,
    replace_recorded: bool = False,
    notes: tuple[str, ...] = (),
) -> ImportPlan:
    """Plan the import of a table into an edition of a series; nothing is written.

    Parameters
    ----------
    marks : Mapping[str, str]
        What signs mean, by their plain letters.
    source : str, optional
        The id for answers that bring none; else the edition's.
    countries : Mapping[str, str] | None, optional
        The codes of names that were taken by suggestion before.
    correction : Correction | None, optional
        What is recorded stays, and what differs will stand beside it.
    replace_recorded : bool, optional
        Corrections of what the table states as published are taken back.
    notes : tuple[str, ...], optional
        Notes to show first.

    """
    with gc_paused():
        parsed = parse_rows(table, review, edition, marks, countries or {})
        default = source or (correction.source if correction else "") or review.series.editions[edition].source
        merged = _Merge(table, parsed, review, edition, default, correcting=correction is not None)
        merged.merge()
        merged.check()
    plan = ImportPlan(
        review,
        edition,
        (*table.notes, *parsed.notes, *merged.notes, *notes),
        parsed.matches,
        tuple(merged.changes),
        merged.answers,
        merged.problems,
    )
    if correction is None:
        return plan
    planned = _planned_corrections(plan, correction, take_back=replace_recorded)
    frame = _corrections_with(plan, planned, correction)
    corrections = Table(f"{review.series.label}/corrections.csv", frame, [0] * len(frame), list(CORRECTIONS.names))
    problems = _problems_of_corrections(review, edition, corrections, _recorded_table(review, edition))
    plan.problems.extend(problems)
    return replace(plan, corrections=frame, corrected=tuple(planned))


def _recorded_table(review: Review, edition: str) -> Table:
    label = f"{review.series.label}/answers/{edition}.csv"
    return review.series.answer_tables.get(edition) or empty_table(label, ANSWERS)


def _corrections_of(review: Review, edition: str) -> dict[tuple[str, str], dict[str, str]]:
    """The corrections of an edition, by country and criterion."""
    frame = review.series.corrections.frame
    rows = frame[frame["edition"] == edition].to_dict("records")
    return {(row["country"], row["criterion"]): row for row in rows}


@dataclass
class _Merge:
    """Puts what a table states on top of what is recorded, and checks the result as the data folder would be."""

    table: InputTable
    parsed: ParsedRows
    review: Review
    edition: str
    default_source: str
    correcting: bool
    changes: list[AnswerChange] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    problems: Problems = field(default_factory=Problems)
    answers: pd.DataFrame = field(default_factory=pd.DataFrame)
    without_source: list[CellRef] = field(default_factory=list)
    keys: list[tuple[str, str]] = field(default_factory=list)

    def merge(self) -> None:
        self.problems.extend(self.parsed.problems)
        recorded_rows = _recorded_table(self.review, self.edition).frame[list(ANSWERS.names)].to_dict("records")
        recorded = {(row["country"], row["criterion"]): row for row in recorded_rows}
        merged = {key: dict(row) for key, row in recorded.items()}
        corrections = {} if self.correcting else _corrections_of(self.review, self.edition)
        for key, row in self.parsed.answers.items():
            if self.correcting and ANSWER not in row.texts:
                continue  # a correction is of an answer
            old = recorded.get(key)
            if key in corrections and row.texts.get(ANSWER) == corrections[key]["becomes"]:
                # as it is read with its correction: nothing new, and what was published stays
                published = old[ANSWER] if old else ""
                self._add_change(key, "unchanged", published, published, (), row)
                continue
            merged[key], fields, filled = self._merged_row(key, old, row)
            kind = "new" if old is None else "changed" if fields or filled else "unchanged"
            self._add_change(key, kind, old[ANSWER] if old else "", merged[key][ANSWER], fields, row)
        order = {id: n for n, id in enumerate(self.review.framework.criterion_ids)}
        keys = sorted(merged, key=lambda key: (key[0], order.get(key[1], len(order)), key[1]))
        rows = [merged[key] for key in keys]
        self.answers = pd.DataFrame({name: [row[name] for row in rows] for name in ANSWERS.names}, dtype=str)
        self.changes.sort(key=lambda change: (change.country, order.get(change.criterion, 0)))
        self._note_kept_answers(recorded)
        self._add_missing_sources()
        self.keys = keys

    def _add_change(
        self, key: tuple[str, str], kind: str, was: str, becomes: str, fields: tuple[str, ...], row: Row
    ) -> None:
        self.changes.append(AnswerChange(*key, kind, was, becomes, fields, self.table.place(*row.first_cell)))

    def _merged_row(
        self, key: tuple[str, str], old: dict[str, str] | None, row: Row
    ) -> tuple[dict[str, str], tuple[str, ...], bool]:
        """A row as it would be, the fields of it that are replaced, and whether blank ones are filled."""
        merged = dict(old) if old else dict.fromkeys(ANSWERS.names, "") | {"country": key[0], "criterion": key[1]}
        replaced = [
            name
            for name, text in row.texts.items()
            if merged[name] and merged[name] != text and LINE_END.sub("\n", merged[name]) != text
        ]
        filled = [name for name in row.texts if not merged[name]]
        merged |= {name: text for name, text in row.texts.items() if name in replaced or name in filled}
        if ANSWER in replaced:
            # what spoke for the former answer does not speak for this one
            gone = [name for name in ANSWER_EVIDENCE if merged[name] and name not in row.texts]
            merged |= dict.fromkeys(gone, "")
            replaced += gone
        if (ANSWER in filled or ANSWER in replaced) and "source" not in row.texts:
            merged["source"] = self.default_source
            if not self.default_source:
                self.without_source.append(row.first_cell)
        return merged, tuple(replaced), bool(filled)

    def _note_kept_answers(self, recorded: Mapping[tuple[str, str], Mapping[str, str]]) -> None:
        """Note where a cell for an answer is blank and one is recorded: a blank erases nothing."""
        meanings = self.table.columns.holds.values()
        asked = {one.criterion for one in meanings if one.field == ANSWER and one.criterion}
        listed = {match.code for match in self.parsed.matches}
        answers = self.parsed.answers
        kept = [
            key
            for key, old in recorded.items()
            if old[ANSWER]
            and key[0] in listed
            and key[1] in asked
            and not (key in answers and ANSWER in answers[key].texts)
        ]
        if kept:
            self.notes.append(
                f"{plural(len(kept), 'recorded answer')} kept, where this table is blank (first {' '.join(kept[0])}). "
                f"To take one back, write “unknown”, or remove its line in answers/{self.edition}.csv."
            )

    def _add_missing_sources(self) -> None:
        if self.without_source:
            many = plural(len(self.without_source), "answer")
            message = f"{many} without a source, and the edition {self.edition} names none."
            remedy = (
                "Name one that stands in sources.csv: --source ID, or a column “source”; a new one is added by: "
                f"modellaw init FOLDER --series {self.review.series.id} --source ID --source-title “…”."
            )
            self.problems.add(self.table.place(*self.without_source[0]), message, remedy)

    def check(self) -> None:
        """Add the problems that the data folder would have with these answers."""
        series, problems = self.review.series, Problems()
        table = Table(
            _recorded_table(self.review, self.edition).label,
            self.answers,
            list(range(2, len(self.keys) + 2)),
            list(ANSWERS.names),
            origin=self._origin,
        )
        check_answers(table, set(series.sources), problems)
        if not self.correcting:
            problems.extend(_problems_of_series(self.review, self.edition, table))
            if _corrections_of(self.review, self.edition):
                corrections = series.corrections
                self.problems.extend(_problems_of_corrections(self.review, self.edition, corrections, table))
        for problem in problems:
            if not (self.without_source and problem.message == "This answer has no source."):
                self.problems.add(problem.place, problem.message, problem.remedy, problem.column)
        if not self.correcting:
            self._check_published()
        self._check_covered()

    def _origin(self, n: int, name: str) -> Place | None:
        """The cell of the input table in which a planned answer stands; rows that it does not state have none."""
        row = self.parsed.answers.get(self.keys[n])
        return self.table.place(*row.cells.get(name, row.first_cell)) if row else None

    def _check_published(self) -> None:
        """A correction says what was published: that can't be replaced below it."""
        corrections = _corrections_of(self.review, self.edition)
        for change in self.changes:
            one = corrections.get((change.country, change.criterion))
            if one is not None and change.becomes != one["was"]:
                message = f"{change.country} {change.criterion} is corrected from “{one['was']}” to “{one['becomes']}” in corrections.csv."
                remedy = "What was published stays: correct it with --as-correction, or remove the correction first."
                self.problems.add(change.place, message, remedy)

    def _check_covered(self) -> None:
        """How many countries are covered, and how many would have an answer."""
        series, edition = self.review.series, self.review.series.editions[self.edition]
        recorded = self.answers.loc[self.answers["answer"] != "", "country"].nunique()
        covered, place = edition.reviewed, Place(f"{series.label}/editions.csv")
        if covered and recorded > covered:
            message = f"Edition {edition.id} covers {covered}, but {recorded} countries would have an answer."
            self.problems.add(place, message, "Correct “reviewed” there first, or leave it blank.")
        elif covered and recorded < covered and edition.is_complete:
            message = f"Edition {edition.id} is complete and covers {covered}, but only {recorded} countries would have an answer."
            self.problems.add(place, message, "Write “partial” there until all are in.")


def _problems_of_series(review: Review, edition: str, table: Table) -> Problems:
    """What the framework finds wrong with an edition's answers alone."""
    alone = replace(
        review.series,
        answer_tables={edition: table},
        figures=empty_table("", FIGURES),
        law_changes=empty_table("", LAW_CHANGES),
        corrections=empty_table("", CORRECTIONS),
    )
    problems = Problems()
    check_series(alone, replace(review.framework, wordings=()), problems)
    return problems


def _problems_of_corrections(review: Review, edition: str, corrections: Table, table: Table) -> Problems:
    """What would contradict itself in the edition with these corrections of the series on these answers."""
    mine = corrections.take(corrections.frame["edition"] == edition)
    problems = Problems()
    tables = corrected({edition: table}, mine, list(review.series.editions), problems)
    problems.extend(_problems_of_series(review, edition, tables.get(edition, table)))
    return problems


def _planned_corrections(plan: ImportPlan, correction: Correction, *, take_back: bool) -> list[AnswerChange]:
    """The answers that differ from what is published and are not corrected so already.

    `take_back`: also those that are as published where a correction stands, which is taken back.
    """
    corrections = _corrections_of(plan.review, plan.edition)
    planned = []
    for one in plan.changes:
        there = corrections.get((one.country, one.criterion))
        if there is None:
            planned += [one] if one.was != one.becomes else []
        elif one.was == one.becomes:
            planned += [replace(one, was=there["becomes"])] if take_back else []
        elif (there["becomes"], there["reason"], there["source"]) != (
            one.becomes,
            correction.reason,
            correction.source,
        ):
            planned.append(one)
    return planned


def _corrections_with(plan: ImportPlan, planned: list[AnswerChange], correction: Correction) -> pd.DataFrame:
    """The series' corrections with those planned among them; a later one takes the place of an earlier one."""
    recorded = plan.review.series.corrections.frame[list(CORRECTIONS.names)]
    published = {(one.country, one.criterion): one.was for one in plan.changes}
    rows = [
        {
            "edition": plan.edition,
            "country": one.country,
            "criterion": one.criterion,
            "becomes": one.becomes,
            "was": published[one.country, one.criterion],
            "reason": correction.reason,
            "source": correction.source,
            "date": correction.date,
        }
        for one in planned
    ]
    more = pd.DataFrame(rows, columns=list(CORRECTIONS.names), dtype=str)
    frame = pd.concat([recorded, more], ignore_index=True).drop_duplicates(_KEY, keep="last")
    return frame[frame["was"] != frame["becomes"]].sort_values(_KEY, ignore_index=True)
