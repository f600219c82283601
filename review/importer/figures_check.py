"""The answers of a table against the published figures of its edition: which hold, and where answers may differ."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from country_data.schema import ANSWERS
from country_data.tables import Table
from review.importer.plan import EditionPlan, recorded_answers
from review.review import Review
from review.together import Together, check_together

__all__ = ["FiguresCheck", "check_figures_of"]


@dataclass(frozen=True)
class FiguresCheck:
    """What the published figures of an edition say of answers that are to be taken in.

    Attributes
    ----------
    review : Review
        The series with these answers.
    edition : str
    figures : DataFrame
        Each published figure that is no misreading: `statistic`, `value`, `source`, `status`, `lower`, `upper`, `result`.
    together : Together | None
        All preferred figures at once; None where there are fewer than two.
    suspects : DataFrame
        The answers of which any may differ from those behind the figures, where the fewest do: `country`, `criterion`,
        `answer`, `would_be`.

    """

    review: Review
    edition: str
    figures: pd.DataFrame
    together: Together | None
    suspects: pd.DataFrame


def check_figures_of(plan: EditionPlan) -> FiguresCheck:
    """Check the answers of an edition, as they would be, against its published figures."""
    before, edition = plan.review, plan.edition
    label = recorded_answers(before.series, edition).label
    table = Table(label, plan.answers, list(range(2, len(plan.answers) + 2)), list(ANSWERS.names))
    series = before.series.with_answers(edition, table)
    review = Review(series, before.framework, before.registry, before.own_groups)
    figures = review.figure_checks().figures
    figures = figures[(figures["edition"] == edition) & (figures["status"] != "misreading")]
    mine = series.figures.frame[series.figures.frame["edition"] == edition]
    reviewed = {id: one.reviewed for id, one in series.editions.items()}
    found = check_together(mine, review.judged, review.matrix, reviewed, every_way=True)
    together = found[0] if found else None
    grades = set(review.framework.grades)  # what is not known contradicts nothing
    suspects = [
        (country, criterion, change.was[criterion], change.becomes[criterion])
        for change in (together.every_way if together else ())
        for criterion in change.was
        if change.was[criterion] in grades and change.was[criterion] != change.becomes[criterion]
        for country in change.candidates
    ]
    columns = ["country", "criterion", "answer", "would_be"]
    frame = pd.DataFrame(list(dict.fromkeys(suspects)), columns=columns)
    return FiguresCheck(review, edition, figures, together, frame)
