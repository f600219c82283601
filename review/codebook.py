"""The codebook of a framework in Markdown: criteria, rules, levels, wordings, statistics, identities."""

from __future__ import annotations

from collections.abc import Iterable

from criteria import Framework
from review.published import Identity, identities
from review.wording import rule_in_words, score_in_words, statistic_title, sufficient_in_words

__all__ = ["codebook"]


def codebook(framework: Framework) -> str:
    """All that a framework says and what follows from it, as Markdown text."""
    parts = [f"# {_plain(framework.title)}", _about(framework), "## Criteria", *_criteria(framework)]
    if framework.groups:
        parts += ["## Groups", _groups(framework)]
    parts += ["## Answers", _answers(framework), "## Score", score_in_words(framework)]
    parts += ["## Levels, best first", _levels(framework)]
    if framework.wordings:
        parts += ["## Wordings by edition", _wordings(framework)]
    parts += ["## Statistics of an edition", _statistics(framework)]
    parts += ["## Identities between published figures", _identities(framework)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _plain(text: str) -> str:
    """A text in which nothing is Markdown by accident, nor breaks a row of a table."""
    for sign in "\\`*_[]<>|#":
        text = text.replace(sign, f"\\{sign}")
    return " ".join(text.split())


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    names = list(heads)
    lines = [f"| {' | '.join(names)} |", f"|{'---|' * len(names)}"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def _about(framework: Framework) -> str:
    by = f" Published by {_plain(framework.publisher)}." if framework.publisher else ""
    return f"Framework `{framework.id}`.{by} {len(framework.criteria)} criteria, {len(framework.levels)} levels."


def _criteria(framework: Framework) -> list[str]:
    parts = []
    for number, criterion in enumerate(framework.criteria, 1):
        facts = [f"Id: `{criterion.id}`. Heading: {_plain(criterion.short)}. Weight: {criterion.weight}."]
        if criterion.group:
            facts.append(f"Group: {_plain(framework.group(criterion.group).title)}.")
        if criterion.requires:
            named = ", ".join(_plain(framework.criterion(id).title) for id in criterion.requires)
            facts.append(f"Requires: {named}.")
        texts = (f"### {number}. {_plain(criterion.title)}", _plain(criterion.question), _plain(criterion.counts))
        parts += [text for text in (*texts, " ".join(facts)) if text]
    return parts


def _groups(framework: Framework) -> str:
    rows = []
    for group in framework.groups:
        members = [_plain(criterion.short) for criterion in framework.criteria if criterion.group == group.id]
        rows.append((_plain(group.title), f"`{group.id}`", str(group.weight), ", ".join(members)))
    return _table(("Group", "Id", "Weight", "Criteria"), rows)


def _answers(framework: Framework) -> str:
    grades = [
        (f"`{grade}`", "the lowest grade" if not index else f"earns {credit} of the criterion's weight")
        for index, (grade, credit) in enumerate(zip(framework.grades, framework.credit, strict=True))
    ]
    others = [
        ("`unknown`", "covered, but silent or unclear; open"),
        ("`not_assessed`", "not asked; open"),
        ("`not_applicable`", "left out of score and level"),
        ("blank", "nothing recorded; never “no”"),
    ]
    return _table(("Answer", "Meaning"), [*reversed(grades), *others])


def _levels(framework: Framework) -> str:
    rows = [
        (_plain(level.title), f"`{level.id}`", _plain(rule_in_words(level, framework))) for level in framework.levels
    ]
    blocks = [_table(("Level", "Id", "Asks for"), rows)]
    if framework.sufficient:
        blocks.append(f"“Sufficient” means: {_plain(sufficient_in_words(framework))}.")
    if framework.rules:
        others = [
            (
                f"`{one.series}`",
                ", ".join(one.editions),
                f"`{one.level.id}`",
                _plain(one.level.title),
                _plain(rule_in_words(one.level, framework)),
                _plain(one.note),
            )
            for one in framework.rules
        ]
        blocks.append("Some editions judge a level otherwise:")
        blocks.append(_table(("Series", "Editions", "Level", "Title there", "Asks for", "Note"), others))
    blocks.append("What does not apply to a country is left out of these lists.")
    if not framework.levels_exact:
        blocks.append("Where answers are open, the levels called possible are at most those that are.")
    return "\n\n".join(blocks)


def _wordings(framework: Framework) -> str:
    rows = [
        (
            _plain(framework.criterion(wording.criterion).title),
            f"`{wording.series}`",
            ", ".join(wording.editions),
            _plain(wording.text),
            _plain(wording.heading),
            "" if wording.position is None else str(wording.position),
            "yes" if wording.comparable else "no",
        )
        for wording in framework.wordings
    ]
    return _table(("Criterion", "Series", "Editions", "Wording", "Heading", "Number", "Comparable"), rows)


def _statistics(framework: Framework) -> str:
    rows = [(_plain(statistic_title(id, framework)), f"`{id}`") for id in framework.statistics]
    return _table(("Statistic", "Id"), rows)


def _identities(framework: Framework) -> str:
    rows = [(str(one.number), f"`{one.stated}`", _working(one)) for one in identities(framework)]
    rows.append(("7", "any", "another value of the same statistic"))
    return _table(("No.", "Stated", "Must be"), rows)


def _working(one: Identity) -> str:
    return " + ".join(f"`{id}`" for id in one.plus) + "".join(f" − `{id}`" for id in one.minus)
