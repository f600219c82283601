"""How many countries stand under each mark, by edition and criterion: what views count, counted once."""

from __future__ import annotations

import pandas as pd

from criteria import Answer
from review.series_review import Review
from review.wording import MARKS, mark_of

__all__ = ["count_answers"]


def count_answers(review: Review) -> pd.DataFrame:
    """Count the answers of every edition with answers, after deduction.

    Columns `edition`, `criterion`, one of each mark's id (int64; they add up to `countries`), and
    `countries` (Int64): how many the edition covers, or, where that is not known, how many have an
    answer. A country covered without any answer in our data counts as not in our data.
    """
    grid = review.deduced
    editions = grid.rows["edition"].to_numpy()
    covered = review.editions().set_index("edition")["reviewed"]
    silent = review.series.unmentioned == "silent"
    rows = []
    for edition in dict.fromkeys(sorted(editions)):
        codes = grid.codes[editions == edition]
        countries = len(codes) if pd.isna(covered[edition]) else int(covered[edition])
        for column, criterion in enumerate(review.framework.criterion_ids):
            counts = dict.fromkeys((mark.id for mark in MARKS), 0)
            for answer in Answer:
                counts[mark_of(answer.word, silent=silent).id] += int((codes[:, column] == answer).sum())
            counts[mark_of("", silent=False).id] += countries - len(codes)
            rows.append({"edition": edition, "criterion": criterion, **counts, "countries": countries})
    return pd.DataFrame(rows, columns=["edition", "criterion", *(mark.id for mark in MARKS), "countries"])
