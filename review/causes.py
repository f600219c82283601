"""What the data state as the cause of a change between two editions (semantics, section 5)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from criteria import Framework, Grid, Status

__all__ = ["causes_between"]


def causes_between(answers: pd.DataFrame, closed: Grid, framework: Framework, first: str, last: str) -> pd.DataFrame:
    """The causes on the rows of the editions after `first` up to `last`, in order.

    `answers`: the recorded rows of a series (`edition`, `country`, `criterion`, `answer`, `cause`);
    `closed`: its grid after deduction. A row counts where its answer is determined and differs from
    the last determined one before it. Out: `country`, `criterion` (text), `causes` (tuple; a row
    that states none gives "unstated"). Empty where `last` is not after `first`.
    """
    editions = closed.rows["edition"].to_numpy(dtype=str)
    countries, country_of = np.unique(closed.rows["country"].to_numpy(dtype=str), return_inverse=True)
    known = np.full((len(countries), len(framework.criteria)), Status.BLANK, dtype=np.int8)
    start = np.flatnonzero(editions == first)
    known[country_of[start]] = np.where(closed.determined[start], closed.codes[start], Status.BLANK)
    found = []
    deduced = closed.deduced
    for edition in sorted({name for name in editions if first < name <= last}):
        here = np.flatnonzero(editions == edition)
        rows = country_of[here]
        codes = closed.codes[here]
        recorded = (codes >= 0) & ~deduced[here]
        differs = recorded & (known[rows] >= 0) & (codes != known[rows])
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
        known[rows] = np.where(codes >= 0, codes, known[rows])
    columns = ["edition", "country", "criterion"]
    changed = pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=columns, dtype=str)
    stated = changed.merge(answers[[*columns, "cause"]], on=columns, how="left")
    stated["cause"] = stated["cause"].replace("", "unstated")
    grouped = stated.groupby(["country", "criterion"], sort=False)["cause"].agg(tuple)
    return grouped.rename("causes").reset_index()
