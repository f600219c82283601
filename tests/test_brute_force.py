"""The statistics against a second implementation: every completion of the open answers, one by one."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from country_data import Problems
from criteria import Framework, deduce, grid, read_frameworks, score
from review.statistics import statistics
from tests.worlds import any_frameworks, editions, frame_of, level_of, parts_of, score_of, settled, toml, value, worlds

Edition = tuple[Framework, dict[str, dict[str, str]], int]


@settings(max_examples=400, deadline=None)
@given(editions())
def test_statistics_equal_what_every_completion_gives(edition: Edition) -> None:
    framework, answers, more = edition
    recorded = [given for given in answers.values() if any(given.values())]
    reviewed = len(recorded) + more
    scored = score(deduce(grid(frame_of(answers), framework), framework), framework)
    found = statistics(scored, framework, pd.Series([reviewed], index=["01"], dtype="Int64")).set_index("statistic")
    assert list(found.index) == list(framework.statistics())
    for statistic in framework.statistics():
        bounds = (found.at[statistic, "lower"], found.at[statistic, "upper"])
        if statistic in ("reviewed", "recorded"):
            assert bounds == ((reviewed,) * 2 if statistic == "reviewed" else (len(recorded),) * 2)
        elif statistic == "score:mean" and not reviewed:
            assert bounds == (None, None)
        else:
            divisor = reviewed if statistic == "score:mean" else 1
            lower, upper = parts_of(framework, statistic, recorded, more)
            assert bounds == (lower / divisor, upper / divisor), statistic


@settings(max_examples=300, deadline=None)
@given(editions())
def test_levels_scores_and_deduced_answers_equal_what_every_completion_gives(edition: Edition) -> None:
    framework, answers, _ = edition
    closed = deduce(grid(frame_of(answers), framework), framework)
    scored = score(closed, framework).frame(framework).set_index("country")
    weights = {criterion.id: criterion.weight for criterion in framework.criteria}
    for row, country in enumerate(closed.rows["country"]):
        given = answers[country]
        every = list(worlds(framework, given))
        possible = {level_of(framework, world) for world in every} - {None}
        assert list(scored.at[country, "levels"]) == [id for id in framework.level_ids if id in possible]
        totals = [value(framework, "score:mean", world) for world in every]
        # float only at the very end: the frame shows the nearest float of the exact sum
        assert scored.at[country, "lower"] == float(min(totals))
        assert scored.at[country, "upper"] == float(max(totals))
        assert scored.at[country, "out_of"] == float(
            sum(w for id, w in weights.items() if given[id] != "not_applicable")
        )
        known = settled(framework, given)
        for column, criterion in enumerate(framework.criterion_ids):
            follows = given[criterion] in ("unknown", "not_assessed", "") and known[criterion] != "open"
            assert closed.deduced[row, column] == follows


@settings(max_examples=400, deadline=None)
@given(editions(any_frameworks()))
def test_scores_under_any_framework_equal_what_every_completion_gives_and_levels_hold_it(edition: Edition) -> None:
    framework, answers, more = edition
    recorded = {code: stated for code, stated in answers.items() if any(stated.values())}
    scored = score(deduce(grid(frame_of(answers), framework), framework), framework)
    lower, upper, out_of = (scored.exact(values) for values in (scored.lower, scored.upper, scored.out_of))
    groups = [scored.exact(values) for values in (scored.groups_lower, scored.groups_upper)]
    for row, (code, stated) in enumerate(sorted(recorded.items())):
        every = list(worlds(framework, stated))
        totals = [score_of(framework, world) for world in every]
        assert (lower[row], upper[row]) == (min(totals), max(totals)), code
        full = {id: answer if answer == "not_applicable" else framework.grades[-1] for id, answer in stated.items()}
        assert out_of[row] == score_of(framework, full)
        for place, group in enumerate(framework.groups):
            parts = [score_of(framework, world, group.id) for world in every]
            assert (groups[0][row, place], groups[1][row, place]) == (min(parts), max(parts)), group
        possible = {id for id, there in zip(framework.level_ids, scored.possible[row], strict=True) if there}
        truth = {level_of(framework, world) for world in every} - {None}
        assert possible >= truth
        if framework.levels_exact:
            assert possible == truth
        for column, id in enumerate(framework.criterion_ids):
            grades = {world[id] for world in every}
            low, high = scored.grid.low[row, column], scored.grid.high[row, column]
            if stated[id] != "not_applicable":
                assert (
                    {framework.grades[low], framework.grades[high]} <= grades <= set(framework.grades[low : high + 1])
                )
    reviewed = len(recorded) + more
    found = statistics(scored, framework, pd.Series([reviewed], index=["01"], dtype="Int64")).set_index("statistic")
    free = worlds(framework, dict.fromkeys(framework.criterion_ids, ""))
    exact = framework.levels_exact and {level_of(framework, world) for world in free} == set(framework.level_ids)
    for statistic in framework.statistics()[2:] if reviewed else ():
        lowest, highest = parts_of(framework, statistic, list(recorded.values()), more)
        divisor = reviewed if statistic == "score:mean" else 1
        bounds = (found.at[statistic, "lower"] * divisor, found.at[statistic, "upper"] * divisor)
        if exact or statistic.startswith(("criterion:", "score:")):
            assert bounds == (lowest, highest), statistic
        else:
            assert bounds[0] <= lowest <= highest <= bounds[1], statistic


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(any_frameworks())
def test_a_level_that_is_called_unreachable_is_reached_by_no_country(tmp_path: Path, framework: Framework) -> None:
    (tmp_path / "criteria").mkdir(exist_ok=True)
    (tmp_path / "criteria" / "f.toml").write_text(toml(framework), encoding="utf-8")
    problems = Problems()
    read = read_frameworks(tmp_path, problems).get("f")
    said = [problem.message for problem in problems.sorted()]
    full = score_of(framework, dict.fromkeys(framework.criterion_ids, framework.grades[-1]))
    too_high = any((level.score_at_least or 0) > full for level in framework.levels)
    assert all("can't be reached" in text or "meets everything scores" in text for text in said)
    assert any("meets everything scores" in text for text in said) == too_high
    everything = [*worlds(framework, dict.fromkeys(framework.criterion_ids, ""))]
    reached = {level_of(framework, world) for world in everything}
    unreachable = {text.split("“")[1].split("”")[0] for text in said if "can't be reached" in text}
    assert not unreachable & reached
    if framework.levels_exact:
        assert unreachable == set(framework.level_ids) - reached
    if not said:
        assert read == framework


@settings(max_examples=100, deadline=None)
@given(editions(), st.integers(0, 2**31))
def test_the_order_of_rows_never_matters(edition: Edition, seed: int) -> None:
    framework, answers, _ = edition
    frame = frame_of(answers)
    order = list(frame.index)
    Random(seed).shuffle(order)  # noqa: S311 -- a shuffle for a test, not a secret
    one, other = grid(frame, framework), grid(frame.loc[order], framework)
    pd.testing.assert_frame_equal(one.rows, other.rows)
    assert (one.codes == other.codes).all()
