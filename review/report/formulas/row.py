"""What a spreadsheet computes in a row of answers: deduction, score and possible levels, as formulas.

Each function gives a formula over the columns of one row, with references by key (see `Column`):
`rec:<criterion>` as recorded, `ded:<criterion>` after deduction, `low:` and `high:` the lowest and
the highest grade that is possible (only where `needs_range`). They say what `criteria` computes.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from criteria import AtLeast, Framework, Level, Status
from review.report.blocks import text_of
from review.wording import FOLLOWS

__all__ = [
    "answer_after_deduction", "check", "group_score", "highest_grade", "is_possible", "is_recorded", "levels_in_words",
    "lowest_grade", "mark", "needs_range", "score",
]  # fmt: skip

_EXCUSED = text_of(Status.NOT_APPLICABLE.word)
_OPEN = tuple(text_of(status.word) for status in (Status.UNKNOWN, Status.NOT_ASSESSED))


def needs_range(framework: Framework) -> bool:
    """Whether deduction may leave several grades possible but not all: with more than two grades and `requires`."""
    return len(framework.grades) > 2 and any(criterion.requires for criterion in framework.criteria)


def _either(tests: Iterable[str]) -> str:
    given = list(tests)
    return given[0] if len(given) == 1 else f"OR({','.join(given)})" if given else "FALSE"


def _is(key: str, words: Iterable[str]) -> list[str]:
    return [f"[@{key}]={text_of(word)}" for word in words]


def _above(framework: Framework, id: str) -> list[str]:
    """The criteria that require this one, directly or not."""
    return [other for other in framework.criterion_ids if other != id and id in framework.closure([other])]


def _below(framework: Framework, id: str) -> list[str]:
    """The criteria that this one requires, directly or not."""
    return [other for other in framework.criterion_ids if other != id and other in framework.closure([id])]


def answer_after_deduction(framework: Framework, id: str) -> str:
    """The answer of a criterion after deduction (semantics, section 2)."""
    own = f"[@rec:{id}]"
    above, below = _above(framework, id), _below(framework, id)
    settled = _either(_is(f"rec:{id}", [*framework.grades, Status.NOT_APPLICABLE.word]))
    if not above and not below:
        return f'={own}&""'
    if needs_range(framework):
        grades = ",".join(text_of(grade) for grade in framework.grades)
        return f'=IF({settled},{own},IF([@low:{id}]=[@high:{id}],INDEX({{{grades}}},[@low:{id}]+1),{own}&""))'
    met = _either(test for other in above for test in _is(f"rec:{other}", [framework.highest]))
    not_met = _either(test for other in below for test in _is(f"rec:{other}", [framework.lowest]))
    return f'=IF({settled},{own},IF({met},{text_of(framework.highest)},IF({not_met},{text_of(framework.lowest)},{own}&"")))'


def is_recorded(framework: Framework) -> str:
    """Whether any answer is recorded in a row, as 1 or 0."""
    return f'=IF(SUMPRODUCT(({_block(framework, "rec")}<>"")*1)>0,1,0)'


def check(framework: Framework, words: str) -> str:
    """What is to be said of what was typed into a row; "" for nothing. `words`: the cells of what may be typed."""
    cells = _block(framework, "rec")
    recorded = "&".join(f'"|"&[@rec:{id}]' for id in framework.criterion_ids)
    check = f'IF({recorded}=[@as_recorded],"","typed over")'
    against = "+".join(_contradictions(framework, id, _above(framework, id)) for id in framework.criterion_ids)
    if len(against) > _MOST_SIGNS:  # of long chains only each link
        direct = {id: [c.id for c in framework.criteria if id in c.requires] for id in framework.criterion_ids}
        against = "+".join(_contradictions(framework, id, direct[id]) for id in framework.criterion_ids)
    if against.strip("+0"):
        check = f'IF({against}>0,"contradicts itself",{check})'
    return f'=IF(SUMPRODUCT(({cells}<>"")*ISERROR(MATCH({cells},{words},0)))>0,"not a word of the list",{check})'


_MOST_SIGNS = 5_000  # a formula may have 8,192 in all


def _contradictions(framework: Framework, id: str, above: list[str]) -> str:
    """How many answers contradict what is recorded for a criterion that they require (semantics, section 2)."""
    if not above:
        return "0"

    def sum_of(ids: list[str], words: Iterable[str]) -> str:
        return "+".join(f"({test})" for other in ids for test in _is(f"rec:{other}", words))

    lowest, *between, highest = framework.grades
    own = [f"({sum_of([id], [lowest])})*({sum_of(above, [*between, highest])})"]
    if between:
        own.append(f"({sum_of([id], between)})*({sum_of(above, [highest])})")
    own.append(f"({sum_of([id], [Status.NOT_APPLICABLE.word])})*({sum_of(above, framework.grades)})")
    return "+".join(own)


def mark(id: str, signs: dict[str, str], *, silent: str) -> str:
    """The mark of an answer, and the sign that it follows from another.

    `signs`: by the word of the answer; `silent`: what tells whether a series shows as silent what is
    not recorded, a reference.
    """
    word = f"[@ded:{id}]"
    blank = f"IF({silent},{text_of(signs[Status.UNKNOWN.word])},{text_of(signs[''])})"
    chain = blank
    for answer, sign in signs.items():
        if answer:
            chain = f"IF({word}={text_of(answer)},{text_of(sign)},{chain})"
    return f'={chain}&IF({word}=[@rec:{id}]&"","",{text_of(FOLLOWS)})'


def _own_grade(framework: Framework, id: str, otherwise: str) -> str:
    grades = ",".join(text_of(grade) for grade in framework.grades)
    known = _either(_is(f"rec:{id}", framework.grades))
    return f"=IF({known},MATCH([@rec:{id}],{{{grades}}},0)-1,IF([@rec:{id}]={_EXCUSED},0,{otherwise}))"


def lowest_grade(framework: Framework, id: str) -> str:
    """The place of the lowest grade that is possible."""
    above = _above(framework, id)
    full = _either(test for other in above for test in _is(f"rec:{other}", [framework.highest]))
    some = _either(test for other in above for test in _is(f"rec:{other}", framework.grades[1:-1]))
    return _own_grade(framework, id, f"IF({full},{len(framework.grades) - 1},IF({some},1,0))")


def highest_grade(framework: Framework, id: str) -> str:
    """The place of the highest grade that is possible."""
    below, top = _below(framework, id), len(framework.grades) - 1
    none = _either(test for other in below for test in _is(f"rec:{other}", [framework.lowest]))
    less = _either(test for other in below for test in _is(f"rec:{other}", framework.grades[1:-1]))
    return _own_grade(framework, id, f"IF({none},0,IF({less},{top - 1},{top}))")


def _block(framework: Framework, kind: str) -> str:
    """The cells of all criteria in a row."""
    return f"[@{kind}:{framework.criterion_ids[0]}]:[@{kind}:{framework.criterion_ids[-1]}]"


def _array(values: Iterable[object]) -> str:
    return "{" + ",".join(f"{value:f}" if isinstance(value, Decimal) else str(value) for value in values) + "}"


def _credits(framework: Framework, *, high: bool) -> str:
    """What each criterion earns of its weight, as an array: at least, or at most."""
    pairs = [*zip(range(len(framework.grades)), framework.grades, framework.credit, strict=True)][1:]
    if needs_range(framework):
        cells = _block(framework, "high" if high else "low")
        known = "+".join(f"({cells}={index})*{credit:f}" for index, _, credit in pairs)
        return f"({known})*{_applies(framework)}"
    cells = _block(framework, "ded")
    known = "+".join(f"({cells}={text_of(grade)})*{credit:f}" for _, grade, credit in pairs)
    open_ = "+".join(f"({cells}={word})" for word in ('""', *_OPEN))
    return f"({known}+{open_})" if high else f"({known})"


def _applies(framework: Framework) -> str:
    return f"({_block(framework, 'ded')}<>{_EXCUSED})"


def _mean(framework: Framework, earned: str, group: str = "") -> str:
    each = _weights(framework, group)
    apply = f"SUMPRODUCT({_applies(framework)}*{each})"
    return f"IF({apply}=0,0,{framework.scale:f}*SUMPRODUCT({earned}*{each})/{apply})"


def _weights(framework: Framework, group: str = "") -> str:
    """The weights of all criteria, or those of one group's and 0 for the others."""
    return _array(c.weight if group in ("", c.group) else Decimal(0) for c in framework.criteria)


def _sum(framework: Framework, earned: str, group: str = "") -> str:
    total = sum((c.weight for c in framework.criteria), Decimal(0))
    factor = "" if framework.own_scale is None else f"*{framework.scale:f}/{total:f}"
    return f"SUMPRODUCT({earned}*{_weights(framework, group)}){factor}"


def group_score(framework: Framework, group: str, *, high: bool) -> str:
    """The score of a group: its part of a sum, else its own mean on the scale; blank where nothing of it applies."""
    of = _sum if framework.aggregate == "sum" else _mean
    there = _count(framework, [c.id for c in framework.criteria if c.group == group], _applies(framework))
    return f'=IF({there}=0,"",{of(framework, _credits(framework, high=high), group)})'


def score(framework: Framework, *, high: bool) -> str:
    """The score of a country, at least or at most; blank where nothing applies to it."""
    return f'=IF({_nothing_applies(framework)},"",{_score(framework, _credits(framework, high=high))})'


def _nothing_applies(framework: Framework) -> str:
    return f"SUMPRODUCT({_applies(framework)}*1)=0"


def _score(framework: Framework, earned: str) -> str:
    if framework.aggregate == "sum":
        return _sum(framework, earned)
    if framework.aggregate == "mean":
        return _mean(framework, earned)
    there = [
        f"({_count(framework, [c.id for c in framework.criteria if c.group == group.id], _applies(framework))}>0)*{group.weight:f}"
        for group in framework.groups
    ]
    means = [f"{group.weight:f}*{_mean(framework, earned, group.id)}" for group in framework.groups]
    total = "+".join(there)
    return f"IF({total}=0,0,({'+'.join(means)})/({total}))"


def _count(framework: Framework, ids: Iterable[str], test: str) -> str:
    """Of how many of these criteria a test, which is an array over all, is true."""
    chosen = set(ids)
    return f"SUMPRODUCT({test}*{_array(int(id in chosen) for id in framework.criterion_ids)})"


def _met(framework: Framework, *, high: bool) -> str:
    """Whether each criterion is met, as an array: at most, or at least; not where it does not apply."""
    top = len(framework.grades) - 1
    if needs_range(framework):
        return f"({_block(framework, 'high' if high else 'low')}={top})*{_applies(framework)}"
    cells = _block(framework, "ded")
    if not high:
        return f"({cells}={text_of(framework.highest)})"
    lower = "*".join(f"({cells}<>{text_of(grade)})" for grade in framework.grades[:-1])
    return f"({lower}*{_applies(framework)})"


def _given(framework: Framework, level: Level) -> list[tuple[str, str]]:
    """What a country that reaches a level meets for certain: each criterion, and on what condition."""
    found = [(id, "1") for id in level.needs]
    for id in sorted(framework.closure(level.needs) - set(level.needs), key=framework.criterion_ids.index):
        sources = [need for need in level.needs if id in framework.closure([need])]
        found.append((id, f"OR({','.join(f'[@ded:{need}]<>{_EXCUSED}' for need in sources)})*1"))
    return found


def _with(framework: Framework, array: str, given: list[tuple[str, str]]) -> str:
    """An array over all criteria with 1 for what is given, where it applies."""
    always = {id for id, condition in given if condition == "1"}
    if always:
        mask = _array(int(id in always) for id in framework.criterion_ids)
        array = f"({array}*(1-{mask})+{mask}*{_applies(framework)})"
    for id, condition in given:
        if condition != "1":
            mask = _array(int(id == other) for other in framework.criterion_ids)
            array = f"({array}*(1-{mask}*{condition})+{mask}*{condition}*{_applies(framework)})"
    return array


def _reached(framework: Framework, level: Level, met: str, total: str) -> str:
    """Whether all rules of a level are fulfilled, given what is met and the score."""
    tests = []
    if level.needs:
        tests.append(f"{_count(framework, level.needs, met)}>={_count(framework, level.needs, _applies(framework))}")
    for rule in (AtLeast(1, level.needs_any) if level.needs_any else None, level.at_least):
        if rule:
            apply = _count(framework, rule.of, _applies(framework))
            wanted = f"MAX({apply}-{rule.count},1)" if rule.all_but else f"MIN({rule.count},{apply})"
            tests += [f"{apply}>0", f"{_count(framework, rule.of, met)}>={wanted}"]
    if level.score_at_least is not None:
        # a spreadsheet's sums are binary: what is exact in decimal may come out a little below
        tests.append(f"ROUND({total},9)>={level.score_at_least:f}")
    return f"AND({','.join(tests)})" if tests else "TRUE"


def is_possible(framework: Framework, level: Level) -> str:
    """Whether a level is possible, as 1 or 0 (semantics, section 3)."""
    reached = _reached(framework, level, _met(framework, high=True), "[@score:high]")
    given = _given(framework, level)
    met = _with(framework, _met(framework, high=False), given)
    tests = [reached]
    for better in framework.levels[: framework.levels.index(level)]:
        total = "[@score:low]"
        if given and better.score_at_least is not None:
            total = _score(framework, _with(framework, _credits(framework, high=False), given))
        tests.append(f"NOT({_reached(framework, better, met, total)})")
    return f"=IF({_nothing_applies(framework)},0,IF(AND({','.join(tests)}),1,0))"


def levels_in_words(framework: Framework, *, short: bool = False) -> str:
    """The possible levels as they are told everywhere else."""
    possible = [f"[@level:{level.id}]" for level in framework.levels]
    titles = [level.short if short else level.title for level in framework.levels]
    named = "&".join(f'IF({cell}=1,{text_of("; " + title)},"")' for cell, title in zip(possible, titles, strict=True))
    single = "&".join(f'IF({cell}=1,{text_of(title)},"")' for cell, title in zip(possible, titles, strict=True))
    count = "+".join(possible)
    several = text_of("one of: " if framework.levels_exact else "one of at most these: ")
    return (
        f'=IF({count}=0,"does not apply",IF({count}=1,{single},IF({count}={len(titles)},"not determined",'
        f"{several}&MID({named},3,9999))))"
    )
