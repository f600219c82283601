"""The statistics against a second implementation: every completion of the open answers, one by one."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

import pandas as pd
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from criteria import Criterion, Framework, Level, deduce, grid, score
from review.statistics import statistics

WORDS = ["yes", "no", "unknown", "not_assessed", "not_applicable", ""]
OPEN = ("unknown", "not_assessed", "")


@st.composite
def frameworks(draw: st.DrawFn) -> Framework:
    """Up to four criteria; each may require earlier ones; up to three levels above the last."""
    ids = [f"c{n}" for n in range(draw(st.integers(1, 4)))]
    criteria = []
    for n, id in enumerate(ids):
        requires = draw(st.lists(st.sampled_from(ids[:n]), unique=True, max_size=2)) if n else []
        weight = draw(st.sampled_from(["1", "2", "0.5", "0.1", "3.25"]))
        criteria.append(Criterion(id, id, id, "", "", tuple(requires), Decimal(weight)))
    order = draw(st.permutations(criteria))
    needs = draw(st.lists(st.lists(st.sampled_from(ids), unique=True, min_size=1), max_size=3))
    levels = [Level(f"l{n}", "", "", tuple(chosen)) for n, chosen in enumerate(needs)]
    made = Framework("f", "f", "", "", "", tuple(order), (*levels, Level("last", "", "", ())), ())
    free = list(worlds(made, dict.fromkeys(ids, "")))
    assume({level_of(made, world) for world in free} == set(made.level_ids))
    return made


def worlds(framework: Framework, given: dict[str, str]) -> Iterator[dict[str, str]]:
    """Every way to fill the open answers so that what a met criterion requires is met."""
    free = [criterion for criterion, answer in given.items() if answer in OPEN]
    for choice in itertools.product(("yes", "no"), repeat=len(free)):
        world = given | dict(zip(free, choice, strict=True))
        if all(world[c.id] != "yes" or world[r] == "yes" for c in framework.criteria for r in c.requires):
            yield world


def level_of(framework: Framework, world: dict[str, str]) -> str | None:
    """The first level whose needs are all met, those that do not apply aside."""
    if all(answer == "not_applicable" for answer in world.values()):
        return None
    for level in framework.levels:
        if all(world[need] in ("yes", "not_applicable") for need in level.needs):
            return level.id
    raise AssertionError("the last level needs nothing")


def value(framework: Framework, statistic: str, world: dict[str, str]) -> Fraction:
    """What one country in one world adds to a statistic."""
    level = level_of(framework, world)
    kind, _, rest = statistic.partition(":")
    if statistic == "score:mean":
        return sum((Fraction(c.weight) for c in framework.criteria if world[c.id] == "yes"), Fraction(0))
    if kind == "criterion":
        criterion, answer = rest.split(":")
        return Fraction(world[criterion] == answer)
    if kind == "or_better":
        better = framework.level_ids[: framework.level_ids.index(rest) + 1]
        return Fraction(level in better)
    id, _, lacking = rest.partition(":without:")
    return Fraction(level == id and (not lacking or world[lacking] == "no"))


@st.composite
def editions(draw: st.DrawFn) -> tuple[Framework, dict[str, dict[str, str]], int]:
    """A framework, consistent answers of up to three countries, and how many more were reviewed."""
    framework = draw(frameworks())
    answers = {}
    for code in ["QMA", "QMB", "QMC"][: draw(st.integers(0, 3))]:
        given = {id: draw(st.sampled_from(WORDS)) for id in framework.criterion_ids}
        for criterion in framework.criteria:
            excused = [
                given[r] != "not_applicable" or given[criterion.id] == "not_applicable" for r in criterion.requires
            ]
            assume(all(excused))
        assume(any(True for _ in worlds(framework, given)))
        answers[code] = given
    return framework, answers, draw(st.integers(0, 2))


def frame_of(answers: dict[str, dict[str, str]]) -> pd.DataFrame:
    rows = [("01", code, criterion, answer) for code, given in answers.items() for criterion, answer in given.items()]
    return pd.DataFrame(rows, columns=["edition", "country", "criterion", "answer"], dtype=str)


@settings(max_examples=400, deadline=None)
@given(editions())
def test_statistics_equal_what_every_completion_gives(
    edition: tuple[Framework, dict[str, dict[str, str]], int],
) -> None:
    framework, answers, more = edition
    recorded = {code: given for code, given in answers.items() if any(given.values())}
    reviewed = len(recorded) + more
    scored = score(deduce(grid(frame_of(answers), framework), framework), framework)
    found = statistics(scored, framework, pd.Series([reviewed], index=["01"], dtype="Int64")).set_index("statistic")
    free = list(worlds(framework, dict.fromkeys(framework.criterion_ids, "")))
    for statistic in framework.statistics():
        bounds = (found.at[statistic, "lower"], found.at[statistic, "upper"])
        if statistic in ("reviewed", "recorded"):
            assert bounds == ((reviewed,) * 2 if statistic == "reviewed" else (len(recorded),) * 2)
            continue
        if statistic == "score:mean" and not reviewed:
            assert bounds == (None, None)
            continue
        parts = [
            [value(framework, statistic, world) for world in worlds(framework, given)] for given in recorded.values()
        ]
        # of a country without any answer nothing is certain: every criterion may be not applicable to it
        parts += [[Fraction(0), *(value(framework, statistic, world) for world in free)]] * more
        divisor = reviewed if statistic == "score:mean" else 1
        expected = (sum(map(min, parts), Fraction(0)) / divisor, sum(map(max, parts), Fraction(0)) / divisor)
        assert bounds == expected, statistic


@settings(max_examples=300, deadline=None)
@given(editions())
def test_levels_scores_and_deduced_answers_equal_what_every_completion_gives(
    edition: tuple[Framework, dict[str, dict[str, str]], int],
) -> None:
    framework, answers, _ = edition
    closed = deduce(grid(frame_of(answers), framework), framework)
    scored = score(closed, framework).frame(framework).set_index("country")
    for row, country in enumerate(closed.rows["country"]):
        given = answers[country]
        every = list(worlds(framework, given))
        possible = {level_of(framework, world) for world in every} - {None}
        assert list(scored.at[country, "levels"]) == [id for id in framework.level_ids if id in possible]
        totals = [value(framework, "score:mean", world) for world in every]
        # float only at the very end: the frame shows the nearest float of the exact sum
        assert scored.at[country, "lower"] == float(min(totals))
        for column, criterion in enumerate(framework.criterion_ids):
            settled = {world[criterion] for world in every}
            if closed.deduced[row, column]:
                assert given[criterion] in OPEN
                assert len(settled) == 1


@settings(max_examples=100, deadline=None)
@given(editions(), st.randoms(use_true_random=False))
def test_the_order_of_rows_never_matters(
    edition: tuple[Framework, dict[str, dict[str, str]], int], random: object
) -> None:
    framework, answers, _ = edition
    frame = frame_of(answers)
    shuffled = frame.sample(frac=1, random_state=random.randint(0, 2**31)) if len(frame) else frame
    for one, other in [(grid(frame, framework), grid(shuffled, framework))]:
        pd.testing.assert_frame_equal(one.rows, other.rows)
        assert (one.codes == other.codes).all()
