"""The statistics against a second implementation: every completion of the open answers, one by one.

Frameworks and answers are drawn, not read: the pure functions are called, for no folder holds them.
"""

from __future__ import annotations

import itertools
from pathlib import Path
from random import Random

import pandas as pd
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from country_data import Problems
from criteria import Framework, answer_matrix, deduce, read_frameworks, score
from review.gaps import find_gaps
from review.statistics import statistics
from tests.worlds import (
    OPEN,
    answers_of,
    any_frameworks,
    editions,
    frame_of,
    judged,
    level_of,
    parts_of,
    score_of,
    settled,
    toml,
    value,
    worlds,
)

Edition = tuple[Framework, dict[str, dict[str, str]], int]


@settings(max_examples=400, deadline=None)
@given(editions())
def test_statistics_equal_what_every_completion_gives(edition: Edition) -> None:
    framework, answers, more = edition
    recorded = [given for given in answers.values() if any(given.values())]
    reviewed = len(recorded) + more
    scored = score(deduce(answer_matrix(frame_of(answers), framework), framework), framework)
    found = statistics(scored, framework, pd.Series([reviewed], index=["01"], dtype="Int64")).set_index("statistic")
    assert list(found.index) == list(framework.statistics)
    for statistic in framework.statistics:
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
    closed = deduce(answer_matrix(frame_of(answers), framework), framework)
    scored = score(closed, framework).frame(framework).set_index("country")
    weights = {criterion.id: criterion.weight for criterion in framework.criteria}
    for row, country in enumerate(closed.rows["country"]):
        given = answers[country]
        every = list(worlds(framework, given))
        possible = {level_of(framework, world) for world in every} - {None}
        assert list(scored.at[country, "levels"]) == [id for id in framework.level_ids if id in possible]
        totals = [value(framework, "score:mean", world) for world in every]
        full = float(sum(w for id, w in weights.items() if given[id] != "not_applicable"))
        # float only at the very end: the frame shows the nearest float of the exact sum; nothing where nothing applies
        expected = [float(min(totals)), float(max(totals)), full]
        for name, number in zip(("lower", "upper", "out_of"), expected, strict=True):
            assert scored.at[country, name] == number if full else pd.isna(scored.at[country, name])
        known = settled(framework, given)
        for column, criterion in enumerate(framework.criterion_ids):
            follows = given[criterion] in ("unknown", "not_assessed", "") and known[criterion] != "open"
            assert closed.deduced[row, column] == follows


@settings(max_examples=400, deadline=None)
@given(editions(any_frameworks()))
def test_every_edition_is_judged_by_its_own_rules(edition: Edition) -> None:
    framework, answers, more = edition
    recorded = {code: stated for code, stated in answers.items() if any(stated.values())}
    frame = pd.concat([frame_of(answers, name) for name in ("01", "02")], ignore_index=True)
    scored = score(deduce(answer_matrix(frame, framework), framework), framework, "s")
    covered = pd.Series([len(recorded) + more] * 2, index=["01", "02"], dtype="Int64")
    found = statistics(scored, framework, covered, "s").set_index(["edition", "statistic"])
    for name in ("01", "02"):
        judge = judged(framework, name)
        assert [level.rule for level in framework.of_edition("s", name).levels] == [one.rule for one in judge.levels]
        here = scored.take(scored.matrix.rows["edition"].to_numpy() == name)
        for row, code in enumerate(here.matrix.rows["country"]):
            possible = {id for id, there in zip(judge.level_ids, here.possible[row], strict=True) if there}
            truth = {level_of(judge, world) for world in worlds(judge, recorded[code])} - {None}
            assert possible >= truth
            if all(level.by_needs_alone for level in judge.levels):
                assert possible == truth
        free = list(worlds(judge, dict.fromkeys(judge.criterion_ids, "")))
        for level in judge.levels:
            for criterion in judge.criterion_ids:
                if any(level_of(judge, world) == level.id and world[criterion] == judge.lowest for world in free):
                    assert f"level:{level.id}:without:{criterion}" in judge.statistics
        exact = judge.levels_exact and {level_of(judge, world) for world in free} == set(judge.level_ids)
        for statistic in judge.statistics[2:] if covered[name] else ():
            lowest, highest = parts_of(judge, statistic, list(recorded.values()), more)
            divisor = covered[name] if statistic == "score:mean" else 1
            bounds = (found.at[(name, statistic), "lower"] * divisor, found.at[(name, statistic), "upper"] * divisor)
            assert bounds[0] <= lowest <= highest <= bounds[1], statistic
            if exact or statistic.startswith(("criterion:", "score:")):
                assert bounds == (lowest, highest), statistic
    one, other = judged(framework, "01"), judged(framework, "02")
    unlike = framework.of_edition("s", "01").unlike(framework.of_edition("s", "02"))
    for statistic in {*one.statistics, *other.statistics} - {"reviewed", "recorded"}:
        counts = [
            [value(judge, statistic, world) for world in worlds(judge, dict.fromkeys(judge.criterion_ids, ""))]
            for judge in (one, other)
        ]
        if counts[0] != counts[1]:
            assert statistic in unlike, statistic


@settings(max_examples=300, deadline=None)
@given(any_frameworks(), st.data())
def test_what_two_rules_count_otherwise_is_said_whatever_applies(framework: Framework, data: st.DataObject) -> None:
    """A country without open answers counts alike by both rules, or the statistic is among those that differ."""
    country = data.draw(answers_of(framework))
    for world in itertools.islice(worlds(framework, country), 20):
        for statistic in (f"or_better:{id}" for id in framework.level_ids):
            counts = {value(judged(framework, edition), statistic, world) for edition in ("01", "02")}
            if len(counts) > 1:
                assert statistic in framework.of_edition("s", "01").unlike(framework.of_edition("s", "02"))


@settings(max_examples=300, deadline=None)
@given(any_frameworks(), st.data())
def test_gaps_are_the_smallest_ways_to_a_level(framework: Framework, data: st.DataObject) -> None:
    country = data.draw(answers_of(framework))
    assume(all(answer not in OPEN for answer in country.values()))
    edition = answer_matrix(frame_of({"QMA": country}), framework)
    found = find_gaps(deduce(edition, framework), framework)
    (row,) = found.countries.to_dict("records")
    for target in found.targets:
        levels = framework.level_ids[: framework.level_ids.index(target.id) + 1]
        lacking = [id for id, answer in country.items() if answer in framework.grades[:-1]]
        reached: list[frozenset[str]] = []
        for many in range(len(lacking) + 1):
            for way in itertools.combinations(lacking, many):
                world = {**country, **dict.fromkeys(way, framework.grades[-1])}
                if any(True for _ in worlds(framework, world)) and level_of(framework, world) in levels:
                    reached.append(frozenset(way))
            if reached:
                break
        if all(answer == "not_applicable" for answer in country.values()) or not reached:
            assert pd.isna(row[f"{target.id}:at_least"])
            assert row[f"{target.id}:ways"] == ()
            continue
        assert row[f"{target.id}:at_least"] == row[f"{target.id}:at_most"] == len(reached[0])
        assert {frozenset(way.split("+")) for way in row[f"{target.id}:ways"]} == {*reached} - {frozenset()}


@settings(max_examples=400, deadline=None)
@given(editions(any_frameworks()))
def test_scores_under_any_framework_equal_what_every_completion_gives_and_levels_hold_it(edition: Edition) -> None:
    framework, answers, more = edition
    recorded = {code: stated for code, stated in answers.items() if any(stated.values())}
    scored = score(deduce(answer_matrix(frame_of(answers), framework), framework), framework)
    lower, upper, out_of = (scored.lower, scored.upper, scored.out_of)
    groups = [scored.groups_lower, scored.groups_upper]
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
            low, high = scored.matrix.low[row, column], scored.matrix.high[row, column]
            if stated[id] != "not_applicable":
                assert (
                    {framework.grades[low], framework.grades[high]} <= grades <= set(framework.grades[low : high + 1])
                )
    reviewed = len(recorded) + more
    found = statistics(scored, framework, pd.Series([reviewed], index=["01"], dtype="Int64")).set_index("statistic")
    free = worlds(framework, dict.fromkeys(framework.criterion_ids, ""))
    exact = framework.levels_exact and {level_of(framework, world) for world in free} == set(framework.level_ids)
    for statistic in framework.statistics[2:] if reviewed else ():
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
    every = (*framework.levels, *(rule.level for rule in framework.rules))
    too_high = any((level.score_at_least or 0) > full for level in every)
    assert all("can't be reached" in text or "meets everything scores" in text for text in said)
    assert any("meets everything scores" in text for text in said) == too_high
    everything = [*worlds(framework, dict.fromkeys(framework.criterion_ids, ""))]
    reached = {level_of(framework, world) for world in everything}
    unreachable = {text.split("“")[1].split("”")[0] for text in said if "can't be reached:" in text}
    assert not unreachable & reached
    elsewhere = {text.split("“")[1].split("”")[0] for text in said if "can't be reached in edition 02 of s" in text}
    assert not elsewhere & {level_of(judged(framework, "02"), world) for world in everything}
    if framework.levels_exact and not framework.rules:
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
    one, other = answer_matrix(frame, framework), answer_matrix(frame.loc[order], framework)
    pd.testing.assert_frame_equal(one.rows, other.rows)
    assert (one.codes == other.codes).all()
