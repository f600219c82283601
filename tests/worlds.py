"""Small invented worlds for a second, brute-force implementation: every completion of the open answers, one by one."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

import pandas as pd
from hypothesis import assume
from hypothesis import strategies as st

from criteria import Criterion, Framework, Level

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
def answers_of(draw: st.DrawFn, framework: Framework) -> dict[str, str]:
    """Answers of one country that contradict nothing."""
    given = {id: draw(st.sampled_from(WORDS)) for id in framework.criterion_ids}
    for criterion in framework.criteria:
        excused = [given[r] != "not_applicable" or given[criterion.id] == "not_applicable" for r in criterion.requires]
        assume(all(excused))
    assume(any(True for _ in worlds(framework, given)))
    return given


@st.composite
def editions(draw: st.DrawFn) -> tuple[Framework, dict[str, dict[str, str]], int]:
    """A framework, consistent answers of up to three countries, and how many more were reviewed."""
    framework = draw(frameworks())
    answers = {code: draw(answers_of(framework)) for code in ["QMA", "QMB", "QMC"][: draw(st.integers(0, 3))]}
    return framework, answers, draw(st.integers(0, 2))


def settled(framework: Framework, given: dict[str, str]) -> dict[str, str]:
    """What is known after deduction: an open answer that is the same in every completion is that; else "open"."""
    every = list(worlds(framework, given))
    found = {}
    for criterion, answer in given.items():
        values = {world[criterion] for world in every}
        found[criterion] = answer if answer not in OPEN else values.pop() if len(values) == 1 else "open"
    return found


def parts_of(
    framework: Framework, statistic: str, countries: list[dict[str, str]], more: int
) -> tuple[Fraction, Fraction]:
    """The bounds of a statistic, summed over countries and so many more without any answer.

    Of a country without any answer nothing is certain: every criterion may be not applicable to it.
    """
    free = [
        Fraction(0),
        *(
            value(framework, statistic, world)
            for world in worlds(framework, dict.fromkeys(framework.criterion_ids, ""))
        ),
    ]
    parts = [[value(framework, statistic, world) for world in worlds(framework, given)] for given in countries] + [
        free
    ] * more
    return sum(map(min, parts), Fraction(0)), sum(map(max, parts), Fraction(0))


def frame_of(answers: dict[str, dict[str, str]], edition: str = "01") -> pd.DataFrame:
    """Answers as the rows of a file."""
    rows = [
        (edition, code, criterion, answer) for code, given in answers.items() for criterion, answer in given.items()
    ]
    return pd.DataFrame(rows, columns=["edition", "country", "criterion", "answer"], dtype=str)
