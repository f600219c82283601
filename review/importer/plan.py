"""What an import would do to an edition: answers new, changed and unchanged, corrections, and what is in the way."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from country_data import Place, Problems
from country_data.corrections import ANSWER_EVIDENCE, corrected
from country_data.schema import ANSWERS, CORRECTIONS, EVIDENCE, FIGURES, LAW_CHANGES
from country_data.series import Series, check_answers
from country_data.tables import Table, empty_table
from criteria import check_series
from review.review import Review
from review.wording import plural

__all__ = ["LINE_END", "Correction", "EditionPlan", "note_of_kept", "overwrites", "plan_edition", "recorded_answers"]

_KEY = ["country", "criterion"]
_CORRECTION_KEY = ["edition", *_KEY]
_FIELDS = ["answer", "source", *EVIDENCE]
LINE_END = r"\r\n|\r|\x0b|\x0c"
_MOST_NAMED = 20
Origin = Callable[[pd.Series, str], Place]


@dataclass(frozen=True, slots=True)
class Correction:
    """That answers are to be stated otherwise than published: why, by what source, and when that was decided."""

    reason: str
    source: str
    date: str


@dataclass
class EditionPlan:
    """What an import would do to one edition.

    Attributes
    ----------
    answers : DataFrame
        The edition's answers as they would be (the columns of answers.csv).
    changes : DataFrame
        A row for each answer of the table: `country`, `criterion`, `kind` (new, changed or unchanged), `was`,
        `becomes`, `fields` (those that are replaced), and `row` and `block`, where it stands.
    corrections : DataFrame | None
        The series' corrections as they would be (the columns of corrections.csv); None where no correction is made.
    corrected : DataFrame
        The changes that corrections would state.
    given_source : int
        How many answers, or evidence beside them, get a source that the table does not name.

    """

    review: Review
    edition: str
    answers: pd.DataFrame
    changes: pd.DataFrame
    notes: list[str] = field(default_factory=list)
    problems: Problems = field(default_factory=Problems)
    corrections: pd.DataFrame | None = None
    corrected: pd.DataFrame = field(default_factory=pd.DataFrame)
    given_source: int = 0

    @property
    def changes_anything(self) -> bool:
        """Whether there is anything to write."""
        return bool(
            len(self.corrected) if self.corrections is not None else (self.changes["kind"] != "unchanged").any()
        )


def recorded_answers(series: Series, edition: str) -> Table:
    """The recorded answers of an edition, as published."""
    return series.answer_tables.get(edition) or empty_table(f"{series.label}/answers/{edition}.csv", ANSWERS)


def _corrections_of(review: Review, edition: str) -> pd.DataFrame:
    """The corrections of an edition, by country and criterion."""
    frame = review.series.corrections.frame
    return frame[frame["edition"] == edition].set_index(_KEY)


def plan_edition(
    statements: pd.DataFrame,
    review: Review,
    edition: str,
    origin: Origin,
    *,
    source: str = "",
    correction: Correction | None = None,
    take_back: bool = False,
) -> EditionPlan:
    """Plan what statements change in an edition; nothing is written.

    Parameters
    ----------
    statements : DataFrame
        One row for each country and criterion: the fields of an answer, "" where nothing is stated.
    origin : Callable
        The cell in which a field of a statement stands.
    source : str, optional
        The id for answers that bring none; else the edition's.
    correction : Correction | None, optional
        What is recorded stays, and what differs will stand beside it.
    take_back : bool, optional
        Corrections of what the table states as published are taken back.

    """
    default = source or (correction.source if correction else "") or review.series.editions[edition].source
    if correction is not None:
        statements = statements[statements["answer"] != ""]  # a correction is of an answer
    plan, without_source = _merged(statements, review, edition, default, correcting=correction is not None)
    if len(without_source):
        message = f"{plural(len(without_source), 'answer')} without a source, and the edition {edition} names none."
        remedy = (
            "Name one that stands in sources.csv: --source ID, or a column “source”; a new one is added by: "
            f"modellaw init FOLDER --series {review.series.id} --source ID --source-title “…”."
        )
        plan.problems.add(origin(without_source.iloc[0], "answer"), message, remedy)
    _check(plan, statements, origin, correcting=correction is not None, sourceless=bool(len(without_source)))
    if correction is not None:
        _correct(plan, correction, take_back=take_back)
    return plan


def _merged(
    statements: pd.DataFrame, review: Review, edition: str, default: str, *, correcting: bool
) -> tuple[EditionPlan, pd.DataFrame]:
    """What a table states on top of what is recorded; and the statements whose answer would have no source."""
    recorded = recorded_answers(review.series, edition).frame[list(ANSWERS.names)]
    keys, known = pd.MultiIndex.from_frame(statements[_KEY]), pd.MultiIndex.from_frame(recorded[_KEY])
    place = known.get_indexer(keys)
    there = place >= 0
    new, old = statements[_FIELDS].to_numpy(dtype=object), np.full((len(statements), len(_FIELDS)), "", dtype=object)
    old[there] = recorded[_FIELDS].to_numpy(dtype=object)[place[there]]
    # rows by statement, columns by field
    same = new == np.vectorize(_with_plain_ends, otypes=[object])(old) if len(old) else new == old
    said, held = new != "", old != ""
    replaced, filled = said & held & ~same & (new != old), said & ~held
    merged = np.where(replaced | filled, new, old)
    answer, source = _FIELDS.index("answer"), _FIELDS.index("source")
    otherwise = replaced[:, answer].copy()
    for n, name in enumerate(_FIELDS):
        if name in ANSWER_EVIDENCE:
            # what spoke for the former answer does not speak for this one
            gone = otherwise & ~said[:, n] & held[:, n]
            merged[gone, n], replaced[:, n] = "", replaced[:, n] | gone
    sourceless = (otherwise | filled[:, answer]) & ~said[:, source]
    merged[sourceless, source] = default
    # evidence that is new beside an answer that stays is of another source than the answer may be
    more = ~otherwise & ~filled[:, answer] & (replaced | filled)[:, source + 1 :].any(axis=1) & ~said[:, source]
    for n in np.flatnonzero(more).tolist() if default else ():
        merged[n, source] = " ".join(dict.fromkeys([*merged[n, source].split(), *default.split()]))
    kind = np.where(there, np.where((replaced | filled).any(axis=1), "changed", "unchanged"), "new")
    kept = np.ones(len(statements), dtype=bool)
    corrections = _corrections_of(review, edition)
    if len(corrections) and not correcting:
        # as it is read with its correction: nothing new, and what was published stays
        as_read = (corrections["becomes"].reindex(keys).to_numpy() == new[:, answer]) & said[:, answer]
        merged[as_read], replaced[as_read], kind[as_read] = old[as_read], False, "unchanged"
        sourceless, kept = sourceless & ~as_read, ~as_read | there
    order = {id: n for n, id in enumerate(review.framework.criterion_ids)}
    fields = ["" if not any(row) else ", ".join(np.array(_FIELDS)[row]) for row in replaced]
    about = {"kind": kind, "was": old[:, answer], "becomes": merged[:, answer], "fields": fields}
    changes = statements[[*_KEY, "row", "block"]].reset_index(drop=True).assign(**about, place=range(len(statements)))
    changes = _in_order(changes, order)
    taken = statements[_KEY].reset_index(drop=True)
    taken[_FIELDS] = merged
    frame = pd.concat([recorded[~known.isin(keys)], taken[kept]], ignore_index=True)
    plan = EditionPlan(review, edition, _in_order(frame, order)[list(ANSWERS.names)].astype(str), changes)
    plan.given_source = int((sourceless | more).sum())
    stay = statements[otherwise & ~said[:, _FIELDS.index("note")] & held[:, _FIELDS.index("note")]]
    if len(stay):
        first = " ".join(stay[_KEY].iloc[0])
        plan.notes.append(
            f"{plural(len(stay), 'note')} stay beside answers that are replaced: the first is of {first}."
        )
    return plan, statements[sourceless & (not default)]


def _with_plain_ends(text: str) -> str:
    return re.sub(LINE_END, "\n", text) if not text.isprintable() else text


def _in_order(frame: pd.DataFrame, order: Mapping[str, int]) -> pd.DataFrame:
    """The rows by country, and by criterion in the order of the framework; any other one behind those."""
    n = frame["criterion"].map(order).fillna(len(order))
    return frame.assign(n=n).sort_values(["country", "n", "criterion"], ignore_index=True).drop(columns="n")


def _check(plan: EditionPlan, statements: pd.DataFrame, origin: Origin, *, correcting: bool, sourceless: bool) -> None:
    """Add the problems that the data folder would have with these answers."""
    review, edition, problems = plan.review, plan.edition, Problems()
    places = {key: n for n, key in enumerate(zip(statements["country"], statements["criterion"], strict=True))}
    keys = list(zip(plan.answers["country"], plan.answers["criterion"], strict=True))

    def place(row: int, name: str) -> Place | None:
        """The cell of the input table in which a planned answer stands; rows that it does not state have none."""
        n = places.get(keys[row])
        return None if n is None else origin(statements.iloc[n], name)

    label, lines = recorded_answers(review.series, edition).label, list(range(2, len(keys) + 2))
    table = Table(label, plan.answers, lines, list(ANSWERS.names), origin=place)
    check_answers(table, set(review.series.sources), problems)
    if not correcting:
        problems.extend(_problems_of_series(review, edition, table))
        corrections = _corrections_of(review, edition)
        if len(corrections):
            plan.problems.extend(_problems_of_corrections(review, edition, review.series.corrections, table))
            _check_published(plan, corrections, statements, origin)
    for problem in problems:
        if not (sourceless and problem.message == "This answer has no source."):
            plan.problems.add(problem.place, problem.message, problem.remedy, problem.column)
    _check_covered(plan)


def _check_published(plan: EditionPlan, corrections: pd.DataFrame, statements: pd.DataFrame, origin: Origin) -> None:
    """A correction says what was published: that can't be replaced below it."""
    for key, one in corrections.iterrows():
        found = plan.changes[(plan.changes["country"] == key[0]) & (plan.changes["criterion"] == key[1])]
        if len(found) and found["becomes"].iloc[0] != one["was"]:
            message = f"{key[0]} {key[1]} is corrected from “{one['was']}” to “{one['becomes']}” in corrections.csv."
            remedy = "What was published stays: correct it with --as-correction, or remove the correction first."
            plan.problems.add(origin(statements.iloc[found["place"].iloc[0]], "answer"), message, remedy)


def _check_covered(plan: EditionPlan) -> None:
    """How many countries are covered, and how many would have an answer."""
    series, edition = plan.review.series, plan.review.series.editions[plan.edition]
    recorded = plan.answers.loc[plan.answers["answer"] != "", "country"].nunique()
    covered, place = edition.reviewed, Place(f"{series.label}/editions.csv")
    if covered and recorded > covered:
        message = f"Edition {edition.id} covers {covered}, but {recorded} countries would have an answer."
        remedy = (
            f"Correct it first: modellaw init FOLDER --series {series.id} --edition {edition.id} --reviewed {recorded}."
        )
        plan.problems.add(place, message, remedy)
    elif covered and recorded < covered and edition.is_complete:
        message = f"Edition {edition.id} is complete and covers {covered}, but only {recorded} countries would have an answer."
        plan.problems.add(place, message, "Write “partial” there until all are in.")


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


def _correct(plan: EditionPlan, correction: Correction, *, take_back: bool) -> None:
    """Plan corrections of the answers that differ from what is published and are not corrected so already.

    `take_back`: also of those that are as published where a correction stands, which is taken back.
    """
    review, changes = plan.review, plan.changes
    there = (
        _corrections_of(review, plan.edition).reindex(pd.MultiIndex.from_frame(changes[_KEY])).reset_index(drop=True)
    )
    differs, has = changes["was"] != changes["becomes"], there["becomes"].notna()
    said = (
        (there["becomes"] == changes["becomes"])
        & (there["reason"] == correction.reason)
        & (there["source"] == correction.source)
    )
    back = has & ~differs & take_back
    wanted = (differs & ~has) | (differs & has & ~said) | back
    plan.corrected = changes.assign(back=back, was=changes["was"].mask(back, there["becomes"]))[wanted]
    more = changes[wanted].assign(
        edition=plan.edition, reason=correction.reason, source=correction.source, date=correction.date
    )
    recorded = review.series.corrections.frame[list(CORRECTIONS.names)]
    frame = pd.concat([recorded, more[list(CORRECTIONS.names)]], ignore_index=True).astype(str)
    frame = frame.drop_duplicates(_CORRECTION_KEY, keep="last")
    frame = frame[frame["was"] != frame["becomes"]].sort_values(_CORRECTION_KEY, ignore_index=True)
    plan.corrections = frame
    table = Table(f"{review.series.label}/corrections.csv", frame, [0] * len(frame), list(CORRECTIONS.names))
    plan.problems.extend(
        _problems_of_corrections(review, plan.edition, table, recorded_answers(review.series, plan.edition))
    )


def note_of_kept(plan: EditionPlan, statements: pd.DataFrame, listed: set[str], asked: set[str]) -> str:
    """That a cell for an answer is blank where one is recorded: a blank erases nothing; "" where there is none."""
    recorded = recorded_answers(plan.review.series, plan.edition).frame
    stated = set(zip(*(statements.loc[statements["answer"] != "", name] for name in _KEY), strict=True))
    kept = recorded[(recorded["answer"] != "") & recorded["country"].isin(listed) & recorded["criterion"].isin(asked)]
    keys = [key for key in zip(kept["country"], kept["criterion"], strict=True) if key not in stated]
    if not keys:
        return ""
    return (
        f"{plural(len(keys), 'recorded answer')} kept, where this table is blank (first {' '.join(keys[0])}). "
        f"To take one back, write “unknown”, or remove its line in answers/{plan.edition}.csv."
    )


def overwrites(plan: EditionPlan, statements: pd.DataFrame, origin: Origin) -> Problems:
    """What is recorded and would be replaced, which has to be agreed to."""
    problems, found = Problems(), plan.changes[(plan.changes["kind"] == "changed") & (plan.changes["fields"] != "")]
    places = [origin(statements.iloc[n], "answer") for n in found["place"].head(_MOST_NAMED + 1)]
    for one, place in zip(found.head(_MOST_NAMED).itertuples(), places, strict=False):
        what = str(one.fields)
        if "answer" in what.split(", "):
            what = f"was {one.was or 'blank'}, becomes {one.becomes or 'blank'}"
        message = f"{one.country} {one.criterion} is recorded otherwise ({what})."
        problems.add(place, message, "Correct it, or replace what is recorded: --replace.")
    if len(found) > _MOST_NAMED:
        message = f"{len(found) - _MOST_NAMED} more answers of edition {plan.edition} are recorded otherwise."
        problems.add(places[-1], message, "Replace what is recorded: --replace.")
    return problems
