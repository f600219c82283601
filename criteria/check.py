"""Check a series against its framework: criteria, statistics, and what contradicts `requires`."""

from __future__ import annotations

import numpy as np

from country_data import Place, Problems, Series, did_you_mean, nearest
from country_data.problems import one_of
from country_data.tables import Table
from criteria.answers import Status, answer_matrix, answer_words, deduce
from criteria.framework import Framework

__all__ = ["check_series"]


def check_series(series: Series, framework: Framework, problems: Problems) -> None:
    """Note every criterion, answer and statistic the framework does not have, and every contradiction.

    A recorded answer that contradicts what follows from another is a problem naming both cells
    (semantics, section 2), as is a required criterion `not_applicable` where one that requires it
    is not.
    """
    answers, corrections = list(series.answer_tables.values()), series.corrections
    for table in (*answers, series.law_changes, corrections):
        message = f"“{{value}}” is no criterion of {framework.id}."
        table.flag_unknown(problems, "criterion", framework.criterion_ids, message)
    words = [*reversed(framework.grades), *(status.word for status in Status if status.word)]
    for table, column in (*((table, "answer") for table in answers), (corrections, "was"), (corrections, "becomes")):
        table.flag_unknown(problems, column, words, "“{value}” is not allowed here.")
    _check_statistics(series, framework, problems)
    _check_named_editions(series, framework, problems)
    for table in answers:
        _check_contradictions(table, framework, problems)


def _check_statistics(series: Series, framework: Framework, problems: Problems) -> None:
    table = series.figures
    for row, (edition, statistic, value) in enumerate(
        table.frame[["edition", "statistic", "value"]].itertuples(index=False)
    ):
        statistics = framework.of_edition(series.id, edition).statistics
        other = statistic.startswith("other:") and len(statistic) > len("other:")
        if statistic and statistic not in statistics and not other:
            near = " or ".join(nearest(statistic, statistics))
            remedy = f"Did you mean {near}? " if near else ""
            message = f"“{statistic}” is no statistic of {framework.id}."
            remedy += "For anything else write other:<name>."
            problems.add(table.place(row, "statistic"), message, remedy, "statistic")
        elif "." in value and not other and statistic != "score:mean":
            remedy = "This statistic counts countries: write digits only."
            problems.add(table.place(row, "value"), f"“{value}” is not a whole number.", remedy, "value")


def _check_named_editions(series: Series, framework: Framework, problems: Problems) -> None:
    """The editions that wordings and rules of the framework name are there."""
    if series.embedded != framework.embedded:
        return  # a series of the same id in another's place has editions of its own
    named = [(f"A wording of “{one.criterion}”", one.series, one.editions) for one in framework.wordings]
    named += [(f"A rule of “{one.level.id}”", one.series, one.editions) for one in framework.rules]
    for what, id, names in named:
        for edition in names:
            if id == series.id and edition not in series.editions:
                message = f"{what} names the edition “{edition}”, which {series.id} does not have."
                remedy = did_you_mean(edition, series.editions) + one_of(series.editions, "Editions are")
                problems.add(Place(framework.label), message, remedy)


def _check_contradictions(table: Table, framework: Framework, problems: Problems) -> None:
    if not any(criterion.requires for criterion in framework.criteria):
        return
    # what is outside the vocabulary is a problem already, and takes no part here; nor does a second row
    frame = table.frame
    usable = frame["answer"].isin(answer_words(framework)) & frame["criterion"].isin(framework.criterion_ids)
    answers = frame[usable].drop_duplicates(["country", "criterion"]).assign(edition=table.label)
    recorded = answer_matrix(answers, framework)
    closed = deduce(recorded, framework)
    ids, known, top = framework.criterion_ids, answer_words(framework), len(framework.grades) - 1

    def cell(row: int, column: int) -> int:
        here = (answers["country"] == closed.rows["country"].iat[row]) & (answers["criterion"] == ids[column])
        return int(answers.index[here][0])

    for c, criterion in enumerate(framework.criteria):
        for required in criterion.requires:
            r = ids.index(required)
            clash = closed.applicable[:, c] & closed.applicable[:, r]
            clash &= ((closed.low[:, c] == top) & (closed.high[:, r] < top)) | (
                (closed.low[:, c] > 0) & (closed.high[:, r] == 0)
            )
            for row in np.flatnonzero(clash).tolist():
                country = closed.rows["country"].iat[row]
                more = int(closed.implied_min_by[row, c]) if closed.implied_min_by[row, c] >= 0 else c
                less = int(closed.implied_max_by[row, r]) if closed.implied_max_by[row, r] >= 0 else r
                first, second = cell(row, more), cell(row, less)
                stated, but = (known[recorded.codes[row, column]] for column in (more, less))
                problems.add(
                    table.place(first, "answer"),
                    f"{country} {ids[more]} is {stated}, but {country} {ids[less]} ({table.place(second, 'answer')}) is {but}.",
                    f"“{ids[more]}” requires “{ids[less]}”: one of the two must change.",
                    "answer",
                )
            excused = ~recorded.applicable[:, r] & recorded.applicable[:, c]
            for row in np.flatnonzero(excused).tolist():
                country = recorded.rows["country"].iat[row]
                problems.add(
                    table.place(cell(row, r), "answer"),
                    f"{country} {required} is {Status.NOT_APPLICABLE.word}, but {criterion.id}, which requires it, is not.",
                    f"Mark both as {Status.NOT_APPLICABLE.word}, or neither.",
                    "answer",
                )
