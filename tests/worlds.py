"""Small invented worlds for a second, brute-force implementation: every completion of the open answers, one by one."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pandas as pd
from hypothesis import assume
from hypothesis import strategies as st

from criteria import AtLeast, Criterion, EditionRule, Framework, Group, Level

OTHERS = ["unknown", "not_assessed", "not_applicable", ""]
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
    made = Framework("f", "f", criteria=tuple(order), levels=(*levels, Level("last")))
    free = list(worlds(made, dict.fromkeys(ids, "")))
    assume({level_of(made, world) for world in free} == set(made.level_ids))
    return made


@st.composite
def any_frameworks(draw: st.DrawFn) -> Framework:
    """Up to four criteria in up to two groups, two to four grades, every way to aggregate, rules of every kind."""
    ids = [f"c{n}" for n in range(draw(st.integers(1, 4)))]
    number = st.sampled_from(["1", "2", "0.5", "0.1", "3.25", "0.000007"]).map(Decimal)
    groups = [Group(id, id, draw(number)) for id in ("g", "h")[: draw(st.integers(1, min(2, len(ids))))]]
    criteria = []
    for n, id in enumerate(ids):
        requires = draw(st.lists(st.sampled_from(ids[:n]), unique=True, max_size=2)) if n else []
        group = groups[n].id if n < len(groups) else draw(st.sampled_from(groups)).id
        criteria.append(Criterion(id, id, id, "", "", tuple(requires), draw(number), group))
    grades = ("no", "partial", "most", "yes")[: draw(st.integers(1, 3))]
    credit = [
        Decimal(0),
        *sorted(draw(st.sets(st.sampled_from(["0.25", "0.3", "0.5", "0.9"]), min_size=2, max_size=2))),
    ]
    levels = [Level(f"l{n}", f"l{n}", f"l{n}", *draw(rules(ids))) for n in range(draw(st.integers(0, 3)))]
    others = [
        EditionRule(
            Level(level.id, f"other {level.id}", f"other {level.id}", *draw(rules(ids).filter(any))), "s", ("02",)
        )
        for level in levels
        if draw(st.booleans())
    ]
    return Framework(
        *("f", "f"),
        criteria=tuple(draw(st.permutations(criteria))),
        levels=(*levels, Level("last", "last", "last")),
        rules=tuple(others),
        groups=tuple(groups),
        aggregate=draw(st.sampled_from(["sum", "mean", "mean_of_groups"])),
        own_scale=draw(st.none() | st.sampled_from(["100", "1", "7.5"]).map(Decimal)),
        own_decimals=draw(st.none() | st.integers(0, 3)),
        grades=(*grades, "met"),
        credit=tuple(map(Decimal, (*credit[: len(grades)], 1))),
    )


@st.composite
def rules(draw: st.DrawFn, ids: list[str]) -> tuple[tuple[str, ...], tuple[str, ...], AtLeast | None, Decimal | None]:
    """What a level asks for: something, of every kind."""
    some = st.lists(st.sampled_from(ids), unique=True, max_size=3)
    of = draw(some)
    rule = None
    if of:
        all_but = draw(st.booleans()) and len(of) > 1
        rule = AtLeast(draw(st.integers(1, len(of) - all_but)), tuple(of), all_but=all_but)
    score = draw(st.none() | st.sampled_from(["0.4", "1", "33.3", "50"]).map(Decimal))
    return tuple(draw(some)), tuple(draw(some)), rule, score


def judged(framework: Framework, edition: str) -> Framework:
    """The framework with the rules that an edition of the series “s” has, put in the place of the usual ones."""
    levels = list(framework.levels)
    for rule in framework.rules:
        if rule.series == "s" and edition in rule.editions:
            (place,) = [n for n, level in enumerate(levels) if level.id == rule.level.id]
            levels[place] = rule.level
    return replace(framework, levels=tuple(levels), rules=())


def score_of(framework: Framework, world: dict[str, str], group: str = "") -> Fraction:
    """The score of a world without open answers, or of one group in it, criterion by criterion."""
    credit = dict(zip(framework.grades, map(Fraction, framework.credit), strict=True))
    total = sum((Fraction(c.weight) for c in framework.criteria), Fraction(0))
    scale = Fraction(framework.own_scale) if framework.own_scale is not None else total

    def earned(criteria: list[Criterion]) -> Fraction:
        return sum((Fraction(c.weight) * credit[world[c.id]] for c in criteria), Fraction(0))

    def mean(criteria: list[Criterion]) -> Fraction | None:
        return earned(criteria) / sum(Fraction(c.weight) for c in criteria) if criteria else None

    there = [c for c in framework.criteria if world[c.id] != "not_applicable" and group in ("", c.group)]
    if framework.aggregate == "sum":
        return earned(there) / total * scale
    if framework.aggregate == "mean" or group:
        return (mean(there) or Fraction(0)) * scale
    means = [(g.weight, mean([c for c in there if c.group == g.id])) for g in framework.groups]
    known = [(Fraction(weight), value) for weight, value in means if value is not None]
    weights = sum((weight for weight, _ in known), Fraction(0))
    return sum((weight * value for weight, value in known), Fraction(0)) / weights * scale if known else Fraction(0)


def worlds(framework: Framework, given: dict[str, str]) -> Iterator[dict[str, str]]:
    """Every way to fill the open answers so that what is required is met as far as what requires it asks.

    What is met in full requires the same in full; what is met at all requires that the other is met at all.
    """
    rank = {grade: place for place, grade in enumerate(framework.grades)}
    top = len(rank) - 1

    def fits(one: str, required: str) -> bool:
        if one not in rank or required not in rank:
            return one not in rank
        return (rank[one] < top or rank[required] == top) and (rank[one] == 0 or rank[required] > 0)

    free = [criterion for criterion, answer in given.items() if answer in OPEN]
    for choice in itertools.product(framework.grades, repeat=len(free)):
        world = given | dict(zip(free, choice, strict=True))
        if all(fits(world[c.id], world[r]) for c in framework.criteria for r in c.requires):
            yield world


def level_of(framework: Framework, world: dict[str, str]) -> str | None:
    """The first level whose rules are all fulfilled, what does not apply left out of them."""
    score = score_of(framework, world)

    def met(ids: tuple[str, ...]) -> int:
        return sum(world[id] == framework.grades[-1] for id in ids)

    def applying(ids: tuple[str, ...]) -> int:
        return sum(world[id] != "not_applicable" for id in ids)

    if all(answer == "not_applicable" for answer in world.values()):
        return None

    def so_many(rule: AtLeast | None) -> bool:
        if rule is None:
            return True
        there = applying(rule.of)
        wanted = max(there - rule.count, 1) if rule.all_but else min(rule.count, there)
        return there > 0 and met(rule.of) >= wanted

    for level in framework.levels:
        if (
            met(level.needs) == applying(level.needs)
            and so_many(AtLeast(1, level.needs_any) if level.needs_any else None)
            and so_many(level.at_least)
            and (level.score_at_least is None or score >= Fraction(level.score_at_least))
        ):
            return level.id
    raise AssertionError("the last level needs nothing")


def value(framework: Framework, statistic: str, world: dict[str, str]) -> Fraction:
    """What one country in one world adds to a statistic."""
    level = level_of(framework, world)
    kind, _, rest = statistic.partition(":")
    if statistic == "score:mean":
        return score_of(framework, world)
    if kind == "criterion":
        criterion, answer = rest.split(":")
        return Fraction(world[criterion] == answer)
    if kind == "or_better":
        better = framework.level_ids[: framework.level_ids.index(rest) + 1]
        return Fraction(level in better)
    id, _, lacking = rest.partition(":without:")
    return Fraction(level == id and (not lacking or world[lacking] == framework.grades[0]))


@st.composite
def answers_of(draw: st.DrawFn, framework: Framework) -> dict[str, str]:
    """Answers of one country that contradict nothing."""
    given = {id: draw(st.sampled_from([*framework.grades, *OTHERS])) for id in framework.criterion_ids}
    for criterion in framework.criteria:
        excused = [given[r] != "not_applicable" or given[criterion.id] == "not_applicable" for r in criterion.requires]
        assume(all(excused))
    assume(any(True for _ in worlds(framework, given)))
    return given


@st.composite
def editions(
    draw: st.DrawFn, of: st.SearchStrategy[Framework] | None = None
) -> tuple[Framework, dict[str, dict[str, str]], int]:
    """A framework, consistent answers of up to three countries, and how many more were reviewed."""
    framework = draw(frameworks() if of is None else of)
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


def toml(framework: Framework) -> str:
    """A framework as a file."""
    lines = ['id = "f"', 'title = "f"', f'aggregate = "{framework.aggregate}"']
    if framework.own_scale is not None:
        lines.append(f"scale = {framework.own_scale}")
    if framework.own_decimals is not None:
        lines.append(f"decimals = {framework.own_decimals}")
    lines += [f"grades = {list(framework.grades)}", f"credit = {[str(value) for value in framework.credit]}"]
    for group in framework.groups:
        lines += ["[[groups]]", f'id = "{group.id}"', f'weight = "{group.weight}"']
    for one in framework.criteria:
        lines += ["[[criteria]]", f'id = "{one.id}"', f'group = "{one.group}"', f'weight = "{one.weight:f}"']
        lines.append(f"requires = {list(one.requires)}")
    for level in framework.levels:
        lines += ["[[levels]]", f'id = "{level.id}"', *_rule_lines(level)]
        for rule in framework.rules:
            if rule.level.id == level.id:
                lines += ["[[levels.rules]]", f'series = "{rule.series}"', f"editions = {list(rule.editions)}"]
                lines += [f'title = "{rule.level.title}"', *_rule_lines(rule.level)]
    return "\n".join(lines)


def _rule_lines(level: Level) -> list[str]:
    lines = [f"needs = {list(level.needs)}", f"needs_any = {list(level.needs_any)}"]
    if level.at_least:
        key = "all_but" if level.at_least.all_but else "count"
        lines.append(f"at_least = {{ {key} = {level.at_least.count}, of = {list(level.at_least.of)} }}")
    if level.score_at_least is not None:
        lines.append(f"score_at_least = {level.score_at_least}")
    return lines
