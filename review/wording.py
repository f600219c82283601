"""Numbers and answers in words: one place for shares, bounds, marks and the names of statistics."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pandas as pd

from country_data import Series
from country_data.groups import UN_SCHEMES
from criteria import Framework, Level, Status

if TYPE_CHECKING:
    from review.together import Difference, Together

__all__ = [
    "FOLLOWS",
    "MET",
    "NOT_APPLICABLE",
    "NOT_ASKED",
    "NOT_IN_DATA",
    "NOT_MET",
    "OPEN",
    "RESULT_SIGNS",
    "RESULT_WORDS",
    "UPDATE",
    "UPDATE_SIGN",
    "Mark",
    "bounds_text",
    "edition_notes",
    "edition_ranges",
    "int_or_none",
    "is_share",
    "joint_verdict",
    "legend_marks",
    "levels_in_words",
    "mark",
    "marks_below_full",
    "marks_of",
    "no_group",
    "number",
    "ordinal",
    "percent",
    "percent_range",
    "plural",
    "range_text",
    "rule_in_words",
    "rules_differ",
    "rules_of_editions",
    "score_in_words",
    "signed",
    "statistic_title",
    "sufficient_by_edition",
    "sufficient_in_words",
    "value_text",
]

FOLLOWS = "▸"
_RESULTS = ("match", "within", "contradicts", "not_computable")  # of a published figure against answers
RESULT_WORDS = dict(zip(_RESULTS, ("match", "within the bounds", "contradicts", "not computable"), strict=True))
RESULT_SIGNS = dict(zip(_RESULTS, ("● match", "◐ within the bounds", "✕ contradicts", "not computable"), strict=True))
UPDATE_SIGN = "◇"
UPDATE = f"{UPDATE_SIGN} update: a dated statement between editions"


@dataclass(frozen=True, slots=True)
class Mark:
    """A sign for an answer, the words it stands for, and what they mean at more length."""

    id: str
    sign: str
    words: str
    meaning: str


MET = Mark("met", "●", "met", "what was read states that the law meets the criterion")
NOT_MET = Mark("not_met", "○", "not met", "what was read states that it does not")
OPEN = Mark(
    "open", "◐", "silent or unclear", "the country is covered, but what was read says nothing of it, or leaves it open"
)
NOT_ASKED = Mark("not_asked", "–", "not asked", "the edition did not ask this of the country")
NOT_APPLICABLE = Mark("not_applicable", "×", "does not apply", "the criterion does not apply to the country")
NOT_IN_DATA = Mark("not_held", "·", "not in our data", "nothing was collected; this says nothing about the law")
_USUAL = (MET, NOT_MET, OPEN, NOT_IN_DATA)
_BY_STATUS = {
    Status.UNKNOWN.word: OPEN,
    Status.NOT_ASSESSED.word: NOT_ASKED,
    Status.NOT_APPLICABLE.word: NOT_APPLICABLE,
    Status.BLANK.word: NOT_IN_DATA,
}
_CIRCLED_ONE = 0x2460


def _between(framework: Framework) -> dict[str, Mark]:
    """The marks of the grades between not met and met: one sign, or numbers where there are several."""
    grades = framework.grades[1:-1]
    signs = "◎" if len(grades) == 1 else "".join(chr(_CIRCLED_ONE + index) for index in range(len(grades)))
    meaning = "what was read states that the law meets the criterion to this extent, not in full"
    return {
        grade: Mark(f"grade:{grade}", sign, grade.replace("_", " "), meaning)
        for grade, sign in zip(grades, signs, strict=True)
    }


def marks_of(framework: Framework) -> tuple[Mark, ...]:
    """Every mark that answers under a framework can have, the best first and “not in our data” last."""
    between = reversed(_between(framework).values())
    return (MET, *between, NOT_MET, OPEN, NOT_ASKED, NOT_APPLICABLE, NOT_IN_DATA)


def marks_below_full(framework: Framework) -> tuple[Mark, ...]:
    """The marks of what can no longer turn out to be met in full."""
    return (*_between(framework).values(), NOT_MET, NOT_APPLICABLE)


def mark(answer: str, series: Series, framework: Framework, *, covered: bool) -> Mark:
    """The mark of an answer of a series, after deduction.

    `covered`: the country has an answer in the edition; a series that says so shows what is then
    not mentioned as silent (data format, series.toml).
    """
    if not answer and covered and series.unmentioned == "silent":
        return OPEN
    ends = {framework.highest: MET, framework.lowest: NOT_MET}
    return ends.get(answer) or _BY_STATUS.get(answer) or _between(framework)[answer]


def legend_marks(used: Iterable[Mark], framework: Framework) -> list[Mark]:
    """The marks a key must explain: the four usual ones, grades between, and the others where they are used."""
    always = {*used, *_USUAL, *_between(framework).values()}
    return [one for one in marks_of(framework) if one in always]


def percent(value: float | int, out_of: int) -> str:
    """A share in whole percent, half up: "15 %"."""
    if not out_of:
        return ""
    share = Fraction(_exact(value)) * 100 / out_of
    return f"{_round(share, 0, ROUND_HALF_UP)} %"


def signed(value: Any, decimals: int = 0) -> str:
    """A change with its sign: "+91", "−79"; half up, away from what would hide its sign."""
    exact = _exact(value)
    shown = _round(abs(exact), decimals, ROUND_HALF_UP)
    return f"{'−' if exact < 0 and shown else '+' if shown else ''}{shown}"


def percent_range(lower: int, upper: int, out_of: int) -> str:
    """An interval of counts as shares in whole percent, outwards: "76–91 %"; "" of no country."""
    if not out_of:
        return ""
    if lower == upper:
        return percent(lower, out_of)
    low, high = (Fraction(value) * 100 / out_of for value in (lower, upper))
    return f"{_round(low, 0, ROUND_FLOOR)}–{_round(high, 0, ROUND_CEILING)} %"


def bounds_text(lower: object, upper: object, decimals: int = 0) -> str:
    """An interval in words: "14" where it is a point, else "at least 14, at most 184"."""
    if pd.isna(lower) or pd.isna(upper):
        return "not computable"
    low, high = Fraction(_exact(lower)), Fraction(_exact(upper))
    if low == high:
        return str(_round(low, decimals, ROUND_HALF_UP))
    return f"at least {_round(low, decimals, ROUND_FLOOR)}, at most {_round(high, decimals, ROUND_CEILING)}"


def range_text(lower: object, upper: object) -> str:
    """An interval of counts where words have no room: "45–50", explained beside."""
    return f"{number(lower)}" if lower == upper else f"{number(lower)}–{number(upper)}"


def number(value: object) -> int | float:
    """An exact count or mean as a plain number: whole where it is whole."""
    exact = Fraction(_exact(value))
    return int(exact) if exact.denominator == 1 else float(exact)


def no_group(scheme: str) -> str:
    """The group of the countries that are in none of a grouping."""
    return f"no {scheme}" if scheme in UN_SCHEMES else "in no group"


def is_share(statistic: str) -> bool:
    """Whether a statistic counts countries of those covered, so that it has a share."""
    return statistic not in ("reviewed", "recorded", "score:mean")


def int_or_none(value: Any) -> int | None:
    """A count of a frame as a whole number; None where it is not known."""
    return None if value is None or pd.isna(value) else int(value)


def _exact(value: object) -> Fraction:
    # a float's shortest text is the decimal that was meant, and rounds half up as it should
    return value if isinstance(value, Fraction) else Fraction(str(value))


def _round(value: Fraction, decimals: int, how: str) -> Decimal:
    unit = Fraction(1, 10**decimals)
    whole, rest = divmod(value, unit)
    if how == ROUND_CEILING:
        whole += rest > 0
    elif how == ROUND_HALF_UP:
        whole += rest * 2 >= unit
    return Decimal(int(whole)).scaleb(-decimals)


def levels_in_words(possible: tuple[str, ...], framework: Framework, *, short: bool = False) -> str:
    """A certain level by its title, several as what they lie between; `short`: by their headings."""
    if not possible:
        return "does not apply"
    names = [framework.level(id).short if short else framework.level(id).title for id in possible]
    if len(possible) == 1:
        return names[0]
    if len(possible) == len(framework.levels):
        return "not determined"
    # with other rules than `needs` these are outer bounds: one of them may turn out to be out of reach
    one_of = "one of: " if framework.levels_exact else "one of at most these: "
    return one_of + "; ".join(names)


def rule_in_words(level: Level, framework: Framework) -> str:
    """What a level asks for: "all of: …; at least 6 of: …; a score of at least 80"; "nothing" for the last."""

    def named(ids: Iterable[str]) -> str:
        return ", ".join(framework.criterion(id).short for id in ids)

    parts = []
    if level.needs:
        parts.append(named(level.needs) if level.by_needs_alone else f"all of: {named(level.needs)}")
    if level.needs_any:
        parts.append(f"at least one of: {named(level.needs_any)}")
    if level.at_least:
        many = f"all but {level.at_least.count}" if level.at_least.all_but else f"at least {level.at_least.count}"
        parts.append(f"{many} of: {named(level.at_least.of)}")
    if level.score_at_least is not None:
        parts.append(f"a score of at least {level.score_at_least}")
    return "; ".join(parts) or "nothing"


def score_in_words(framework: Framework) -> str:
    """How answers become a score, in sentences."""
    full = f"{framework.scale.normalize():f}"
    ways = {
        "sum": "The weights of the criteria that are met, added up",
        "mean": "The mean of the criteria that apply, by their weights",
        "mean_of_groups": "The mean of the groups, each the mean of its criteria that apply, by their weights",
    }
    part = " A grade between earns its part of the weight." if len(framework.grades) > 2 else ""
    return (
        f"{ways[framework.aggregate]}; a country that meets everything scores {full}.{part} "
        f"Shown with {framework.decimals} decimals, rounded half up; ranks are taken before rounding."
    )


def ordinal(edition: str) -> str:
    """An edition numbered below 100 as an ordinal ("01": "1st"), any other by its id."""
    if not (edition.isascii() and edition.isdigit() and int(edition) < 100):
        return edition
    value = int(edition)
    ending = "th" if value % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
    return f"{value}{ending}"


def plural(many: int, noun: str) -> str:
    """So many of something: "1 answer", "2 answers", "2 countries"."""
    several = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{many} {noun if many == 1 else several}"


def statistic_title(statistic: str, framework: Framework) -> str:
    """A statistic's id in words, from the framework's own titles."""
    if statistic == "reviewed":
        return "Countries covered"
    if statistic == "recorded":
        return "Countries with an answer in our data"
    if statistic == "score:mean":
        return "Mean score"
    kind, _, rest = statistic.partition(":")
    if kind == "other":
        return f"Other: {rest.replace('_', ' ')}"
    parts = rest.split(":")
    if kind == "criterion":
        words = {framework.highest: MET.words, framework.lowest: NOT_MET.words}.get(parts[1])
        return f"{framework.criterion(parts[0]).short}: {words or _between(framework)[parts[1]].words}"
    level = framework.level(parts[0])
    if kind == "or_better":
        if level.id == framework.sufficient:
            return "Sufficient"
        return _capital(level.title) + ("" if level is framework.levels[0] else ", or better")
    if len(parts) > 1:
        return f"{_capital(level.title)}, without: {framework.criterion(parts[2]).short}"
    return _capital(level.title)


def sufficient_in_words(framework: Framework) -> str:
    """What "sufficient" means in this framework: "all five criteria, or all but …"."""
    return ", or ".join(level.title for level in framework.sufficient_levels())


def sufficient_by_edition(framework: Framework, series: Series) -> str:
    """What "sufficient" means, and in which editions of a series it means something else."""
    order = list(series.editions)
    usual = sufficient_in_words(framework)
    parts = [
        f"in {edition_ranges(editions, order)}: {sufficient_in_words(judged)}"
        for judged, editions in framework.by_rule(series.id, order)
        if sufficient_in_words(judged) != usual
    ]
    return "; ".join([usual, *parts])


def rules_of_editions(framework: Framework, series: Series) -> list[str]:
    """The rules by which single editions of a series judge a level otherwise, in sentences."""
    order = list(series.editions)
    return [
        f"In {edition_ranges([edition for edition in one.editions if edition in order], order)} the level “{framework.level(one.level.id).title}” "
        f"is “{one.level.title}”: {rule_in_words(one.level, framework)}."
        for one in framework.rules
        if one.series == series.id and set(one.editions) & set(order)
    ]


def rules_differ(framework: Framework, series: Series, statistic: str, editions: Iterable[str]) -> str:
    """That editions set side by side judge a statistic of levels by different rules; "" where they don't."""
    groups = framework.by_rule(series.id, editions)
    first = groups[0][0] if groups else framework
    if not any(statistic in first.unlike(other) for other, _ in groups[1:]):
        return ""
    order = list(series.editions)
    level = statistic.split(":")[1]
    parts = [f"{edition_ranges(names, order)}: {judged.level(level).title}" for judged, names in groups]
    return f"The rule differs. {'; '.join(parts)}."


def joint_verdict(one: Together, framework: Framework, series: Series, *, brief: bool = False) -> list[str]:
    """What the joint check of an edition's figures says, in sentences; `brief`: without sets of figures and ways."""
    judged = framework.of_edition(series.id, one.edition)
    many = len(one.figures)
    if one.together is None:
        return [f"Whether the {many} preferred figures hold together was not decided. {one.undecided}"]
    order = [id for id, one in series.editions.items() if not one.is_update]
    sentences = [
        f"The {many} preferred figures can all hold at once."
        if one.together
        else f"The {many} preferred figures cannot all hold at once: {_sets(one.conflicts, one, judged)}."
    ]
    for other in one.rules.values():
        if other.together is not None and other.together != one.together:
            rule = framework.of_edition(series.id, other.editions[0])
            titles = [level.title for level in rule.levels if level.rule != judged.level(level.id).rule]
            what = "they can" if other.together else "they cannot"
            what += "" if other.together or brief else f": {_sets(other.conflicts, one, rule)}"
            named = edition_ranges([edition for edition in other.editions if edition in order], order)
            sentences.append(f"By the rule of {named} ({', '.join(titles)}) {what}.")
    if one.least_changes:
        ways = [
            f"{change.countries} of the {plural(len(change.candidates), 'country')} with {_pattern(change.was, judged)}: {_turned(change, judged)}"
            for change in one.changes
        ]
        sentences.append(
            f"At least {one.least_changes} of the {one.recorded} recorded answers must differ from those behind the figures."
            + ("" if brief else f" One way: {'; '.join(ways)}.")
        )
    elif one.least_changes == 0:
        sentences.append("The recorded answers leave room for all of them.")
    elif one.recorded and one.together and not one.undecided:
        sentences.append("No change of recorded answers lets all of them hold.")
    odd = [
        f"{statistic_title(a.statistic, judged).lower()} {a.value} [{a.source}]"
        for a in one.alternatives
        if a.fits is False
    ]
    if odd and one.together:
        sentences.append(f"Figures of other sources that none of these leaves room for: {', '.join(odd)}.")
    if one.undecided:
        sentences.append(f"Not all of it was decided. {one.undecided}")
    if one.left_out and not brief:
        sentences.append(
            f"Left out, for they count nothing that is recorded: {', '.join(statistic_title(id, judged).removeprefix('Other: ') for id in one.left_out)}."
        )
    return sentences


_MOST_SETS = 3


def _sets(conflicts: Sequence[Sequence[str]], one: Together, framework: Framework) -> str:
    """Sets of figures that exclude each other, the smallest first."""
    shown = [
        " with ".join(f"{statistic_title(id, framework).lower()} {one.figures[id]}" for id in names)
        for names in conflicts[:_MOST_SETS]
    ]
    more = len(conflicts) - len(shown)
    return "; ".join(shown) + (f"; and {more} more sets" if more > 0 else "")


def _pattern(answers: Mapping[str, str], framework: Framework) -> str:
    """A pattern of answers by what is met."""
    met = [framework.criterion(id).short for id, answer in answers.items() if answer == framework.highest]
    return f"{', '.join(met) or 'nothing'} met alone"


def _turned(change: Difference, framework: Framework) -> str:
    words = {framework.highest: MET.words, framework.lowest: NOT_MET.words}
    return ", ".join(
        f"{framework.criterion(id).short} {words.get(answer, answer)} → {words.get(change.becomes[id], change.becomes[id])}"
        for id, answer in change.was.items()
        if answer != change.becomes[id]
    )


def edition_ranges(chosen: Iterable[str], order: Sequence[str]) -> str:
    """Editions as they follow each other: "01, 05–09"."""
    places = sorted(order.index(edition) for edition in chosen)
    runs: list[list[int]] = []
    for place in places:
        if runs and runs[-1][-1] == place - 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    return ", ".join(order[run[0]] if len(run) == 1 else f"{order[run[0]]}–{order[run[-1]]}" for run in runs)


def edition_notes(series: Series, editions: Iterable[str]) -> list[str]:
    """What editions.csv notes of these editions, in sentences; the same note of several is given once."""
    notes: dict[str, list[str]] = {}
    for edition in editions:
        notes.setdefault(series.editions[edition].note, []).append(edition)
    order = list(series.editions)
    return [
        f"{edition_ranges(ids, order)}: {note}." for note, ids in sorted(notes.items(), key=lambda one: one[1]) if note
    ]


def value_text(value: object) -> str:
    """A published value as it is quoted; "" where there is none."""
    return "" if value is None or pd.isna(value) else str(number(value))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
