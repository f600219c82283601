"""Check a series against its framework: criteria, statistics, and what contradicts `requires`."""

from __future__ import annotations

import numpy as np

from country_data import Problems, Series, nearest
from country_data.tables import Table
from criteria.deduction import Answer, deduce, grid
from criteria.framework import Framework

__all__ = ["check_series"]


def check_series(series: Series, framework: Framework, problems: Problems) -> None:
    """Note every criterion and statistic the framework does not have, and every contradiction.

    A recorded answer that contradicts what follows from another is a problem naming both cells
    (semantics, section 2), as is a required criterion `not_applicable` where one that requires it
    is not.
    """
    before = len(problems.found)
    for table in (*series.answer_tables.values(), series.law_changes_table):
        _check_criteria(table, framework, problems)
    _check_statistics(series.figures_table, framework, problems)
    _check_wordings(series, framework, problems)
    if len(problems.found) == before:
        for table in series.answer_tables.values():
            _check_contradictions(table, framework, problems)


def _check_criteria(table: Table, framework: Framework, problems: Problems) -> None:
    column = table.frame["criterion"]
    for row in column.index[~column.isin(["", *framework.criterion_ids])]:
        near = nearest(column[row], framework.criterion_ids, most=1)
        hint = f" Did you mean “{near[0]}”?" if near else ""
        problems.add(
            table.place(row, "criterion"),
            f"“{column[row]}” is no criterion of {framework.id}.",
            f"Allowed are: {', '.join(framework.criterion_ids)}.{hint}",
            "criterion",
        )


def _check_statistics(table: Table, framework: Framework, problems: Problems) -> None:
    known = framework.statistics()
    for row in table.frame.index:
        statistic, value = table.frame.at[row, "statistic"], table.frame.at[row, "value"]
        other = statistic.startswith("other:") and len(statistic) > len("other:")
        if statistic and statistic not in known and not other:
            near = nearest(statistic, known)
            hint = f"Did you mean {' or '.join(near)}? " if near else ""
            problems.add(
                table.place(row, "statistic"),
                f"“{statistic}” is no statistic of {framework.id}.",
                f"{hint}For anything else write other:<name>.",
                "statistic",
            )
        elif "." in value and not other and statistic != "score:mean":
            problems.add(
                table.place(row, "value"),
                f"“{value}” is not a whole number.",
                "This statistic counts countries: write digits only.",
                "value",
            )


def _check_wordings(series: Series, framework: Framework, problems: Problems) -> None:
    editions = list(series.editions["edition"])
    for wording in framework.wordings:
        if wording.series != series.id:
            continue
        for edition in wording.editions:
            if edition not in editions:
                near = nearest(edition, editions, most=1)
                hint = f"Did you mean {near[0]}?" if near else f"Editions are: {', '.join(editions)}."
                problems.add(
                    series.definition.place("framework"),
                    f"A wording of “{wording.criterion}” in the framework {framework.id} names the edition {edition}, which this series does not have.",
                    hint,
                )


def _check_contradictions(table: Table, framework: Framework, problems: Problems) -> None:
    # what is outside the vocabulary is a problem already, and takes no part here
    answers = table.frame[table.frame["answer"].isin([answer.word for answer in Answer])].assign(edition=table.label)
    recorded = grid(answers, framework)
    closed = deduce(recorded, framework)
    rows = {
        key: int(row)
        for row, key in zip(answers.index, zip(answers["country"], answers["criterion"], strict=True), strict=True)
    }
    ids = framework.criterion_ids

    def cell(country: str, column: int) -> int | None:
        return rows.get((country, ids[column]))

    for c, criterion in enumerate(framework.criteria):
        for required in criterion.requires:
            r = ids.index(required)
            clash = (closed.codes[:, c] == Answer.YES) & (closed.codes[:, r] == Answer.NO)
            for row in np.flatnonzero(clash):
                country = closed.rows["country"].iat[row]
                yes = closed.origin[row, c] if closed.origin[row, c] >= 0 else c
                no = closed.origin[row, r] if closed.origin[row, r] >= 0 else r
                first, second = cell(country, int(yes)), cell(country, int(no))
                if first is None or second is None:
                    continue
                problems.add(
                    table.place(first, "answer"),
                    f"{country} {ids[yes]} is yes, but {country} {ids[no]} ({table.place(second, 'answer')}) is no.",
                    f"“{ids[yes]}” requires “{ids[no]}”: one of the two must change.",
                    "answer",
                )
            excused = (recorded.codes[:, r] == Answer.NOT_APPLICABLE) & (recorded.codes[:, c] != Answer.NOT_APPLICABLE)
            for row in np.flatnonzero(excused):
                country = recorded.rows["country"].iat[row]
                problems.add(
                    table.place(cell(country, r), "answer"),
                    f"{country} {required} is not_applicable, but {criterion.id}, which requires it, is not.",
                    "Mark both as not_applicable, or neither.",
                    "answer",
                )
