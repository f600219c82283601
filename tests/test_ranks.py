"""Rank ranges beside linear programming: the best and the worst rank that any positive weights can give."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from criteria import Criterion, Framework, Group, Level, deduce, grid, score
from review.ranks import find_ranks

Modellaw = Callable[..., Any]
LEAST, AHEAD = 0.001, 1e-5


def framework(
    criteria: int, aggregate: str = "sum", groups: int = 0, grades: tuple[str, ...] = ("no", "yes")
) -> Framework:
    ids = [f"c{n}" for n in range(criteria)]
    names = [f"g{n}" for n in range(groups)]
    made = [
        Criterion(id, id, id, "", "", (), Decimal(1), names[n % groups] if groups else "") for n, id in enumerate(ids)
    ]
    credit = [Decimal(n) / (len(grades) - 1) for n in range(len(grades))]
    return Framework(
        *("f", "f", "", "", "", tuple(made), (Level("last", "", ""),), ()),
        groups=tuple(Group(name, name, Decimal(1)) for name in names),
        aggregate=aggregate,
        grades=grades,
        credit=tuple(credit),
    )


def found_for(values: np.ndarray, model: Framework) -> Any:
    words = (*model.grades, "unknown")
    rows = [
        ("1", f"C{row:03d}", criterion, words[values[row, column]])
        for row in range(len(values))
        for column, criterion in enumerate(model.criterion_ids)
    ]
    frame = pd.DataFrame(rows, columns=["edition", "country", "criterion", "answer"], dtype=str)
    return find_ranks(score(deduce(grid(frame, model), model), model), model)


def programme(values: np.ndarray, row: int, *, best: bool, parts: list[list[int]]) -> int:
    """The best or the worst rank of a row under some weights, by mixed-integer linear programming.

    One unknown a weight, one a other country: whether it scores more. `parts`: criteria whose weights
    add up to the same, as those of groups of equal weight do.
    """
    others = [other for other in range(len(values)) if other != row]
    criteria, many = values.shape[1], len(others)
    ahead = (values[others] - values[row]).astype(float)
    # ahead · w ≤ M z (best: count all who are ahead); ahead · w ≥ d - M (1 - z) (worst: count none who is not)
    large = float(criteria) + 1
    matrix = np.hstack([ahead, -large * np.eye(many)])
    limits = LinearConstraint(matrix, -np.inf, 0) if best else LinearConstraint(matrix, AHEAD - large, np.inf)
    equal = np.zeros((max(len(parts) - 1, 0), criteria + many))
    for place, part in enumerate(parts[1:]):
        equal[place, parts[0]], equal[place, part] = 1, -1
    constraints = [limits, LinearConstraint(equal, 0, 0)] if len(equal) else [limits]
    bounds = (np.r_[np.full(criteria, LEAST), np.zeros(many)], np.ones(criteria + many))
    cost = np.r_[np.zeros(criteria), np.full(many, 1.0 if best else -1.0)]
    solved = milp(
        cost,
        integrality=np.r_[np.zeros(criteria), np.ones(many)],
        bounds=Bounds(*bounds),
        constraints=constraints,
    )
    assert solved.success, solved.message
    return 1 + round(abs(solved.fun))


@pytest.mark.parametrize("seed", range(150))
def test_rank_ranges_of_yes_no_answers_equal_those_of_linear_programming(seed: int) -> None:
    chance = np.random.default_rng(seed)
    values = chance.integers(0, 2, size=(int(chance.integers(2, 9)), int(chance.integers(1, 6))))
    aggregate = "mean" if seed % 3 == 0 else "sum"
    found = found_for(values, framework(values.shape[1], aggregate))
    assert found.exact
    for row, country in enumerate(found.countries.to_dict("records")):
        assert country["any_best"] == programme(values, row, best=True, parts=[])
        assert country["any_worst"] == programme(values, row, best=False, parts=[])


@pytest.mark.parametrize("seed", range(80))
def test_with_groups_of_equal_weight_the_ranges_hold_those_of_linear_programming(seed: int) -> None:
    chance = np.random.default_rng(1000 + seed)
    values = chance.integers(0, 2, size=(int(chance.integers(2, 8)), int(chance.integers(2, 7))))
    model = framework(values.shape[1], "mean_of_groups", groups=2)
    parts = [list(range(group, values.shape[1], 2)) for group in (0, 1)]
    found = found_for(values, model)
    assert not found.exact
    for row, country in enumerate(found.countries.to_dict("records")):
        assert country["any_best"] <= programme(values, row, best=True, parts=parts)
        assert country["any_worst"] >= programme(values, row, best=False, parts=parts)


@pytest.mark.parametrize("seed", range(200))
def test_ranges_of_graded_and_open_answers_hold_the_rank_under_any_weights_and_completion(seed: int) -> None:
    chance = np.random.default_rng(2000 + seed)
    grades = ("no", "partial", "yes") if seed % 2 else ("no", "yes")
    values = chance.integers(0, len(grades) + 1, size=(int(chance.integers(2, 9)), int(chance.integers(2, 6))))
    aggregate = ("sum", "mean", "mean_of_groups")[seed % 3]
    found = found_for(values, framework(values.shape[1], aggregate, groups=2, grades=grades))
    known = found.countries.set_index("country")
    # a country of which all is unknown has a row too: unknown is an answer
    for _ in range(20):
        filled = np.where(values == len(grades), chance.integers(0, len(grades), size=values.shape), values)
        totals = filled @ chance.exponential(size=values.shape[1])
        ranks = 1 + (totals[:, np.newaxis] < totals).sum(axis=1)
        for row, rank in enumerate(ranks):
            assert known.at[f"C{row:03d}", "any_best"] <= rank <= known.at[f"C{row:03d}", "any_worst"]
    ordered = sum(
        bool(set(range(int(a.any_best), int(a.any_worst) + 1)).isdisjoint(range(int(b.any_best), int(b.any_worst) + 1)))
        for number, a in enumerate(known.itertuples())
        for b in list(known.itertuples())[:number]
    )
    assert ordered <= found.ordered <= found.pairs  # ranges that do not meet are pairs that are ordered


def test_pairs_are_counted_as_a_reader_would() -> None:
    values = np.array([[1, 1, 0], [1, 0, 0], [0, 0, 1], [1, 0, 0]])
    found = found_for(values, framework(3))
    assert (found.pairs, found.ordered, found.tied) == (6, 2, 1)
    assert found.countries[["any_best", "any_worst"]].to_numpy().tolist() == [[1, 2], [2, 3], [1, 4], [2, 3]]


def test_weights_of_ones_own_change_score_and_rank_and_bad_ones_are_told_all_at_once(
    folder: Path, tmp_path: Path, modellaw: Modellaw
) -> None:
    own = tmp_path / "own.csv"
    own.write_text("criterion,weight\nlegislation,2.5\npossession,0.5\n", encoding="utf-8")
    ran = modellaw("scores", "--series", "icmec", "--edition", "01", "--weights", own, "--ranks", "--format", "json")
    (item,) = json.loads(ran.out)["editions"]
    by_code = {country["country"]: country for country in item["countries"]}
    assert by_code["AUS"]["index"] == [6, 6]
    assert by_code["AUT"]["index"] == [5, 5]
    assert by_code["AUT"]["ranks"]["own"] == [6, 7]
    assert item["ranks"]["pairs"] == 105
    page = modellaw("scores", "--series", "icmec", "--edition", "01", "--weights", own).out
    assert f"With the weights in {own}" in page
    own.write_text(
        "criterion,weight\nlegislatoin,2\npossession,0\npossession,1\n,3\ndefinition,heavy\n", encoding="utf-8"
    )
    ran = modellaw("scores", "--weights", own, "--data", folder)
    assert (ran.code, ran.out) == (1, "")
    for words in (
        f"{own}, line 2", "Did you mean “legislation”?", "line 3", "“0”", "line 4", "stands twice",
        "line 5", "exactly one", "line 6", "“heavy”",
    ):  # fmt: skip
        assert words in ran.err, words
