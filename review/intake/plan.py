"""What an import would do: countries matched, answers new, changed and unchanged, and everything that is in the way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import pandas as pd

from country_data import Place, Problems
from country_data.corrections import OF_THE_ANSWER, corrected
from country_data.excel import collector_at_rest
from country_data.formats import ANSWERS, CORRECTIONS, FIGURES, LAW_CHANGES
from country_data.series import check_answers
from country_data.tables import Table, empty_table
from criteria import check_series
from review.intake.columns import ANSWER
from review.intake.reading import HandedIn
from review.intake.rows import LINE_END, SUGGESTED, At, Match, Row, rows_of
from review.intake.words import spellings
from review.series_review import Review
from review.wording import counted

__all__ = ["Change", "Plan", "check_corrections", "plan_import"]


@dataclass(frozen=True, slots=True)
class Change:
    """One answer of the table beside what is recorded. `kind`: new, changed or unchanged."""

    country: str
    criterion: str
    kind: str
    was: str
    becomes: str
    fields: tuple[str, ...]
    at: At
    handed: HandedIn

    @property
    def place(self) -> Place:
        """Where it stands in the table handed in."""
        return self.handed.place(*self.at)


@dataclass
class Plan:
    """What an import would do. `frame`: the edition's answers as they would be (the columns of answers.csv).

    `overwrites`: changes that replace something recorded; `problems`: what must be settled first;
    `signs`: those among the answers that may mean one thing or another, with how often they stand there;
    `agreed`: the codes of names that a user took by suggestion before; `unknown`: the other names
    that are no country's; `correcting`: what is recorded stays, and corrections stand beside it.
    """

    review: Review
    edition: str
    said: list[str]
    problems: Problems
    matches: list[Match] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    signs: dict[str, int] = field(default_factory=dict)
    agreed: dict[str, str] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)
    correcting: bool = False
    frame: pd.DataFrame = field(default_factory=pd.DataFrame)

    @property
    def suggested(self) -> list[Match]:
        """The countries that were taken by suggestion."""
        return [match for match in self.matches if match.how == SUGGESTED]

    @property
    def overwrites(self) -> list[Change]:
        """The changes that replace something recorded."""
        return [change for change in self.changes if change.kind == "changed" and change.fields]

    @property
    def corrections(self) -> dict[tuple[str, str], dict[str, str]]:
        """The corrections of the edition, by country and criterion."""
        held = self.review.series.corrections
        if held.empty:
            return {}
        mine = held[held["edition"] == self.edition].to_dict("records")
        return {(row["country"], row["criterion"]): row for row in mine}

    @property
    def reviewed(self) -> str:
        """How many countries the edition covers, as editions.csv states it; "" where it does not."""
        return str(self.review.series.editions.set_index("edition").at[self.edition, "reviewed"])

    def count(self, kind: str) -> int:
        """How many answers are new, changed or unchanged."""
        return sum(change.kind == kind for change in self.changes)


class _Cells(Mapping[tuple[int, str], Place]):
    """Where the cells of planned answers stand in the table handed in; places are made when one is asked for.

    `order`: country and criterion of each planned row; a row that the table says nothing of has no place.
    """

    def __init__(self, handed: HandedIn, order: list[tuple[str, str]], given: Mapping[tuple[str, str], Row]) -> None:
        self.handed, self.order, self.given = handed, order, given

    def __getitem__(self, key: tuple[int, str]) -> Place:
        row, name = key
        places = self.given[self.order[row]].places
        return self.handed.place(*(places[name] if name else next(iter(places.values()))))

    def __iter__(self) -> Iterator[tuple[int, str]]:
        for row, key in enumerate(self.order):
            if key in self.given:
                yield row, ""
                yield from ((row, name) for name in self.given[key].places)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def plan_import(
    handed: HandedIn,
    review: Review,
    edition: str,
    *,
    marks: Mapping[str, str],
    source: str = "",
    countries: Mapping[str, str] | None = None,
    correcting: bool = False,
) -> Plan:
    """Plan the import of a table into an edition of a series; nothing is written.

    `marks`: what a user said signs mean, by their plain letters. `source`: the id for answers that
    bring none; else the edition's. `countries`: the codes of names that were taken by suggestion
    before. `correcting`: what is recorded stays, and what differs will stand beside it. What is wrong
    is noted in the plan's problems, each with its cell.
    """
    plan = Plan(review, edition, list(handed.said), Problems(), agreed=dict(countries or {}), correcting=correcting)
    with collector_at_rest():
        given = rows_of(handed, plan, {**spellings(review.framework), **marks})
        _merge(given, plan, handed, source or _edition_source(review, edition))
    return plan


def _edition_source(review: Review, edition: str) -> str:
    editions = review.series.editions.set_index("edition")
    return str(editions.at[edition, "source"])


def _merge(given: dict[tuple[str, str], Row], plan: Plan, handed: HandedIn, default: str) -> None:
    """Put what is given on top of what is recorded, and check the result as the data folder would be."""
    review, edition = plan.review, plan.edition
    table = review.series.answer_tables.get(edition) or empty_table("", ANSWERS)
    names = ANSWERS.names
    recorded = {(row["country"], row["criterion"]): row for row in table.frame[list(names)].to_dict("records")}
    merged: dict[tuple[str, str], dict[str, str]] = {key: dict(row) for key, row in recorded.items()}
    missing: list[At] = []
    blank = dict.fromkeys(names, "")
    corrections = {} if plan.correcting else plan.corrections
    for key, one in given.items():
        old = recorded.get(key)
        if plan.correcting and ANSWER not in one.texts:
            continue  # a correction is of an answer
        if key in corrections and one.texts.get(ANSWER) == corrections[key]["becomes"]:
            # as it is read with its correction: nothing new, and what was published stays
            at = next(iter(one.places.values()))
            published = old[ANSWER] if old else ""
            plan.changes.append(Change(*key, "unchanged", published, published, (), at, handed))
            continue
        if old is None:
            row = merged[key] = blank | one.texts
            row["country"], row["criterion"] = key
            overwritten, filled = [], list(one.texts)
        else:
            row = merged[key]
            overwritten = [
                name
                for name, text in one.texts.items()
                if row[name] and row[name] != text and LINE_END.sub("\n", row[name]) != text
            ]
            filled = [name for name in one.texts if not row[name]]
            row.update({name: text for name, text in one.texts.items() if name in overwritten or name in filled})
            if ANSWER in overwritten:
                # what spoke for the former answer does not speak for this one
                gone = [name for name in OF_THE_ANSWER if row[name] and name not in one.texts]
                row.update(dict.fromkeys(gone, ""))
                overwritten += gone
        place = next(iter(one.places.values()))
        if (ANSWER in filled or ANSWER in overwritten) and "source" not in one.texts:
            row["source"] = default
            if not default:
                missing.append(place)
        kind = "new" if old is None else "changed" if overwritten or filled else "unchanged"
        was = "" if old is None else old[ANSWER]
        plan.changes.append(Change(*key, kind, was, row[ANSWER], tuple(overwritten), place, handed))
    _say_what_is_kept(given, recorded, plan, handed)
    if missing:
        plan.problems.add(
            handed.place(*missing[0]),
            f"{counted(len(missing), 'answer')} without a source, and the edition {edition} names none.",
            f"Name one that stands in sources.csv: --source ID, or a column “source”; a new one is added by: modellaw init FOLDER --series {review.series.id} --source ID --source-title “…”.",
        )
    order = {id: n for n, id in enumerate(review.framework.criterion_ids)}
    keys = sorted(merged, key=lambda key: (key[0], order.get(key[1], len(order)), key[1]))
    rows = [merged[key] for key in keys]
    plan.frame = pd.DataFrame({name: [row[name] for row in rows] for name in names}, dtype=str)
    plan.changes.sort(key=lambda change: (change.country, order.get(change.criterion, 0)))
    label = table.label or f"{review.series.label}/answers/{edition}.csv"
    _check(
        plan,
        Table(label, plan.frame, list(range(2, len(keys) + 2)), list(names), elsewhere=_Cells(handed, keys, given)),
        bool(missing),
    )


def _say_what_is_kept(
    given: Mapping[tuple[str, str], Row],
    recorded: Mapping[tuple[str, str], Mapping[str, str]],
    plan: Plan,
    handed: HandedIn,
) -> None:
    """Say where a cell for an answer is blank and one is recorded: a blank erases nothing."""
    asked = {one.criterion for one in handed.columns.holds.values() if one.field == ANSWER and one.criterion}
    listed = {match.code for match in plan.matches}
    kept = [
        key
        for key, old in recorded.items()
        if old[ANSWER] and key[0] in listed and key[1] in asked and (key not in given or ANSWER not in given[key].texts)
    ]
    if kept:
        plan.said.append(
            f"{counted(len(kept), 'recorded answer')} kept, where this table is blank (first {' '.join(kept[0])}). "
            f"To take one back, write “unknown”, or remove its line in answers/{plan.edition}.csv."
        )


def _check(plan: Plan, table: Table, source_missing: bool) -> None:
    """The problems that the data folder would have with these answers."""
    series = plan.review.series
    found = Problems()
    check_answers(table, set(series.sources["source"]), found)
    if not plan.correcting:
        _check_series(plan, table, found)
        if plan.corrections:
            check_corrections(plan, plan.review.series.corrections[list(CORRECTIONS.names)], table)
    for problem in found:
        if not (source_missing and problem.message == "This answer has no source."):
            plan.problems.add(problem.place, problem.message, problem.remedy, problem.column)
    if not plan.correcting:
        _check_corrected(plan)
    _check_covered(plan, table)


def _check_series(plan: Plan, table: Table, found: Problems) -> None:
    """What the framework finds wrong with an edition's answers alone."""
    alone = replace(
        plan.review.series,
        answer_tables={plan.edition: table},
        figures_table=empty_table("", FIGURES),
        law_changes_table=empty_table("", LAW_CHANGES),
        corrections_table=empty_table("", CORRECTIONS),
    )
    check_series(alone, replace(plan.review.framework, wordings=()), found)


def _check_corrected(plan: Plan) -> None:
    """A correction says what was published: that can't be replaced below it."""
    corrections = plan.corrections
    for change in plan.changes if corrections else ():
        one = corrections.get((change.country, change.criterion))
        if one is not None and change.becomes != one["was"]:
            plan.problems.add(
                change.place,
                f"{change.country} {change.criterion} is corrected from “{one['was']}” to “{one['becomes']}” in corrections.csv.",
                "What was published stays: correct it with --as-correction, or remove the correction first.",
            )


def check_corrections(plan: Plan, frame: pd.DataFrame, table: Table | None = None) -> None:
    """Note what would contradict itself in the edition with these corrections of the series (as a frame) in place.

    `table`: the edition's answers as they would be; left out, as they are.
    """
    mine = frame[frame["edition"] == plan.edition].reset_index(drop=True)
    label = f"{plan.review.series.label}/corrections.csv"
    corrections = Table(label, mine, list(range(2, len(mine) + 2)), list(CORRECTIONS.names))
    table = table or plan.review.series.answer_tables.get(plan.edition) or empty_table("", ANSWERS)
    found = Problems()
    made = corrected({plan.edition: table}, corrections, list(plan.review.series.editions["edition"]), found)
    _check_series(plan, made.get(plan.edition, table), found)
    plan.problems.extend(found)


def _check_covered(plan: Plan, table: Table) -> None:
    """How many countries are covered, and how many would have an answer."""
    series = plan.review.series
    editions = series.editions.set_index("edition")
    reviewed, coverage = editions.loc[plan.edition, ["reviewed", "coverage"]]
    recorded = table.frame.loc[table.frame["answer"] != "", "country"].nunique()
    if reviewed and recorded > int(reviewed):
        plan.problems.add(
            Place(f"{series.label}/editions.csv"),
            f"Edition {plan.edition} covers {reviewed}, but {recorded} countries would have an answer.",
            "Correct “reviewed” there first, or leave it blank.",
        )
    elif reviewed and recorded < int(reviewed) and coverage == "complete":
        plan.problems.add(
            Place(f"{series.label}/editions.csv"),
            f"Edition {plan.edition} is complete and covers {reviewed}, but only {recorded} countries would have an answer.",
            "Write “partial” there until all are in.",
        )
