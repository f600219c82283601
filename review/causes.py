"""What the data state as the cause of a change between two editions (semantics, section 5)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from criteria import Answer, Framework, Grid

__all__ = ["causes_between"]

_DETERMINED = (Answer.YES, Answer.NO)


def causes_between(answers: pd.DataFrame, closed: Grid, framework: Framework, first: str, last: str) -> pd.DataFrame:
    """The causes on the rows of the editions after `first` up to `last`, in order.

    `answers`: the recorded rows of a series (`edition`, `country`, `criterion`, `answer`, `cause`);
    `closed`: its grid after deduction. A row counts where its answer is determined and differs from
    the last determined one before it. Out: `country`, `criterion` (text), `causes` (tuple; a row
    that states none gives "unstated"). Empty where `last` is not after `first`.
    """
    editions = closed.rows["edition"].to_numpy(dtype=str)
    countries, country_of = np.unique(closed.rows["country"].to_numpy(dtype=str), return_inverse=True)
    known = np.zeros((len(countries), len(framework.criteria)), dtype=np.int8)
    start = np.flatnonzero(editions == first)
    known[country_of[start]] = np.where(np.isin(closed.codes[start], _DETERMINED), closed.codes[start], Answer.BLANK)
    found = []
    for edition in sorted({name for name in editions if first < name <= last}):
        here = np.flatnonzero(editions == edition)
        rows = country_of[here]
        codes = closed.codes[here]
        recorded = np.isin(codes, _DETERMINED) & ~closed.deduced[here]
        differs = recorded & np.isin(known[rows], _DETERMINED) & (codes != known[rows])
        row, column = np.nonzero(differs)
        found.append(
            pd.DataFrame(
                {
                    "edition": edition,
                    "country": countries[rows[row]],
                    "criterion": np.array(framework.criterion_ids, dtype=object)[column],
                },
                dtype=str,
            )
        )
        known[rows] = np.where(np.isin(codes, _DETERMINED), codes, known[rows])
    columns = ["edition", "country", "criterion"]
    changed = pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=columns, dtype=str)
    stated = changed.merge(answers[[*columns, "cause"]], on=columns, how="left")
    stated["cause"] = stated["cause"].replace("", "unstated")
    grouped = stated.groupby(["country", "criterion"], sort=False)["cause"].agg(tuple)
    return grouped.rename("causes").reset_index()
