"""How many countries stand under each mark, by edition and criterion: what views count, counted once."""

from __future__ import annotations

import pandas as pd

from criteria import words
from review.series_review import Review
from review.wording import marks_of

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
    marks = marks_of(review.framework)
    counted = [(code, review.mark(word).id) for code, word in _codes(review)]
    rows = []
    for edition in dict.fromkeys(sorted(editions)):
        codes = grid.codes[editions == edition]
        countries = len(codes) if pd.isna(covered[edition]) else int(covered[edition])
        for column, criterion in enumerate(review.framework.criterion_ids):
            counts = dict.fromkeys((mark.id for mark in marks), 0)
            for code, id in counted:
                counts[id] += int((codes[:, column] == code).sum())
            counts[marks[-1].id] += countries - len(codes)
            rows.append({"edition": edition, "criterion": criterion, **counts, "countries": countries})
    return pd.DataFrame(rows, columns=["edition", "criterion", *(mark.id for mark in marks), "countries"])


def _codes(review: Review) -> list[tuple[int, str]]:
    """The codes of a grid with their words: grades from 0 up, what is recorded in place of one below."""
    known = words(review.framework)
    return [
        (code, known[code]) for code in range(len(review.framework.grades) - len(known), len(review.framework.grades))
    ]
