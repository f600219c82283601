"""Two series of one framework side by side: where both have an answer, do they agree? (semantics, section 7)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pandas as pd

from country_data import ChoiceError
from country_data.problems import unknown_name
from criteria import AnswerMatrix, Framework, answer_words
from review.findings import Findings
from review.frames import as_floats
from review.notebook import Shown

__all__ = ["MIN_PAIRS", "Agreement", "agreement_of", "crosscheck", "nearest_editions"]

MIN_PAIRS = 20


@dataclass(frozen=True, repr=False, eq=False)
class Agreement(Shown):
    """An edition of one series against an edition of another, over countries with answers in both.

    Attributes
    ----------
    shared : int
        How many countries that is.
    pairs : DataFrame
        One row a country and criterion determined in both: `country`, `criterion`, `first`, `second` (grades), `agree`
        (bool).
    criteria : DataFrame
        One row a criterion: `criterion`, for each pair of grades how many countries have it (`yes_yes`, `yes_no`,
        `no_yes`, `no_no`), `pairs` (int), `agreement`, `ac1`, `kappa` (Float64; NA below 20 pairs or where undefined;
        each with `_exact`).

    """

    first: str
    second: str
    shared: int
    pairs: pd.DataFrame
    criteria: pd.DataFrame

    def _title(self) -> str:
        return f"Agreement of {self.first} and {self.second}, {self.shared} countries in both"


def crosscheck(
    findings: Findings, other: Findings, first: str | int | None = None, second: str | int | None = None
) -> Agreement:
    """Where both series have an answer, do they agree? (semantics, section 7).

    Parameters
    ----------
    findings, other : Findings
        Two series under the same framework.
    first, second : str | int | None, optional
        The edition of each, by id, number or year; left out, those nearest in time.

    Returns
    -------
    Agreement

    Raises
    ------
    ChoiceError
        For series of different frameworks, and for an edition that is not there.

    """
    if not isinstance(other, Findings):
        raise ChoiceError(f"“{other}” is no review: give one, as review.load(series=…) makes it.")
    if findings.framework.id != other.framework.id:
        mine, theirs = ((one.series.id, one.framework.id) for one in (findings, other))
        raise ChoiceError(f"{mine[0]} answers the questions of {mine[1]}, {theirs[0]} those of {theirs[1]}.")
    dates = []
    for one, edition in ((findings, first), (other, second)):
        ids = one.answered_editions if edition is None else [one.find_edition(edition)]
        dates.append({id: one.series.editions[id].as_of for id in ids})
    nearest = nearest_editions(*dates)
    if nearest is None:
        raise unknown_name(f"pair of dated editions of {findings.series.id} and", other.series.id, [])
    a, b = findings.deduced_of(nearest[0]), other.deduced_of(nearest[1])
    return agreement_of(a, b, findings.framework, nearest)


def nearest_editions(first: dict[str, str], second: dict[str, str]) -> tuple[str, str] | None:
    """The pair of editions (id: date) nearest by year, the newest on a tie; None where no pair has dates."""
    pairs = [
        (-abs(int(date[:4]) - int(other_date[:4])), date, other_date, id, other)
        for id, date in first.items()
        for other, other_date in second.items()
        if date and other_date
    ]
    return max(pairs)[3:] if pairs else None


def agreement_of(
    first: AnswerMatrix, second: AnswerMatrix, framework: Framework, editions: tuple[str, str]
) -> Agreement:
    """Compare two matrices after deduction, each of one edition."""
    one, other = pd.Index(first.rows["country"]), pd.Index(second.rows["country"])
    shared = one.intersection(other, sort=True)
    a, b = (grid.codes[index.get_indexer(shared)] for grid, index in ((first, one), (second, other)))
    row, column = np.nonzero((a >= 0) & (b >= 0))
    word = answer_words(framework)
    pairs = pd.DataFrame(
        {
            "country": shared.to_numpy(dtype=object)[row],
            "criterion": np.array(framework.criterion_ids, dtype=object)[column],
            "first": word[a[row, column]],
            "second": word[b[row, column]],
            "agree": a[row, column] == b[row, column],
        }
    )
    tables = pd.DataFrame([{"criterion": id, **_table(pairs, id, framework)} for id in framework.criterion_ids])
    return Agreement(*editions, len(shared), pairs, as_floats(tables, "agreement", "ac1", "kappa"))


def _table(pairs: pd.DataFrame, criterion: str, framework: Framework) -> dict[str, object]:
    """The table of a criterion's pairs of grades, and the coefficients where there are enough."""
    mine = pairs[pairs["criterion"] == criterion]
    grades = tuple(reversed(framework.grades))
    counted = mine.groupby(["first", "second"]).size()
    cells = {(x, y): int(counted.get((x, y), 0)) for x in grades for y in grades}
    n = len(mine)
    found: dict[str, object] = {f"{x}_{y}": count for (x, y), count in cells.items()}
    found |= {"pairs": n, "agreement": None, "ac1": None, "kappa": None}
    if n < MIN_PAIRS:
        return found
    observed = Fraction(sum(cells[grade, grade] for grade in grades), n)
    shares = [
        (Fraction(sum(cells[x, y] for y in grades), n), Fraction(sum(cells[y, x] for y in grades), n)) for x in grades
    ]
    means = [(first + second) / 2 for first, second in shares]
    by_chance = {
        "ac1": sum((mean * (1 - mean) for mean in means), Fraction(0)) / (len(grades) - 1),
        "kappa": sum((first * second for first, second in shares), Fraction(0)),
    }
    for name, chance in by_chance.items():
        found[name] = (observed - chance) / (1 - chance) if chance != 1 else None
    return {**found, "agreement": observed}
