"""Published figures checked, what countries lack, and two series side by side, each on a page."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from criteria import Level
from review.agreement import MIN_PAIRS, Agreement
from review.review import Review
from review.terminal.blocks import Column, Display
from review.wording import bounds_text, joint_verdict, number, plural, range_text, rule_in_words, statistic_title

if TYPE_CHECKING:
    from review.gaps import Gaps
    from review.published import FigureChecks

__all__ = ["agreement_page", "figures_page", "gaps_page", "what_lacks"]

_RESULTS = {
    "match": "match",
    "within": "within the bounds",
    "contradicts": "contradicts",
    "not_computable": "not computable",
}


def figures_page(found: FigureChecks, review: Review, edition: str | None) -> Display:
    """Each published figure against answers, and all against each other."""
    page = Display()
    page.heading(f"{review.series.title}: published figures, checked")
    page.text("A disagreement is a finding to look into. It does not say which of the figures is right.")
    figures, checks = found.figures, found.checks
    if figures.empty:
        page.text("This series has no published figures.")
        return page
    if edition is not None:
        figures, checks = figures[figures["edition"] == edition], checks[checks["edition"] == edition]
    agree = int((checks["status"] == "agrees").sum())
    joint = [one for one in found.together if edition in (None, one.edition)]
    if joint:
        page.heading("All together")
        for one in joint:
            page.text(f"{one.edition}: {' '.join(joint_verdict(one, review.framework, review.series))}", indent=3)
    page.heading(f"Against each other, pair by pair: {agree} agree, {len(checks) - agree} disagree")
    rows: list[tuple[str, ...]] = []
    for row in checks.to_dict("records"):
        title = statistic_title(row["statistic"], review.judged(row["edition"]))
        rows.append(
            (row["edition"], title, f"{row['stated']}; {_implied(row)}", row["status"], ", ".join(row["sources"]))
        )
    heads = [Column("edition"), Column("statistic", wrap=True), Column("stated; implied", wrap=True), Column("")]
    page.grid([*heads, Column("sources", wrap=True)], rows)
    page.heading("Against answers")
    stated: list[tuple[str, ...]] = []
    for row in figures.to_dict("records"):
        computed = "" if pd.isna(row["lower"]) else range_text(row["lower"], row["upper"])
        aside = "" if row["status"] == "preferred" else f" ({row['status']})"
        title = statistic_title(row["statistic"], review.judged(row["edition"]))
        stated.append(
            (row["edition"], title, str(number(row["value"])), _RESULTS[row["result"]], computed, row["source"] + aside)
        )
    columns = [
        Column("edition"),
        Column("statistic", wrap=True),
        Column("value", right=True),
        Column("result", wrap=True),
    ]
    page.grid([*columns, Column("answers"), Column("source", wrap=True)], stated)
    page.text(
        "Answers 0–193: at least 0, at most 193. A source's figure is the preferred one where nothing else is said."
    )
    return page


def _implied(row: dict[str, Any]) -> str:
    working, implied = str(row["working"]), str(row["implied"])
    return implied if working == implied else f"{working} = {implied}"


def gaps_page(found: Gaps, review: Review, edition: str) -> Display:
    """What each country lacks, in alphabetical order; of a series that is not scored, why it says nothing."""
    page = Display()
    page.heading(f"{review.series.title}, {edition}: what the law of each country lacks")
    if not review.scored:
        page.text(f"This series is not scored: no score, level, rank or gap is shown for it. {review.series.about}")
        return page
    if review.series.caveat:
        page.text(review.series.caveat)
    shorts = {criterion.id: criterion.short for criterion in review.framework.criteria}
    names = {code: (place, review.registry.name(code)) for place, code in enumerate(review.registry.frame["code"])}
    frame = found.countries.assign(_place=[names[code][0] for code in found.countries["country"]]).sort_values("_place")
    for target in found.targets:
        page.heading(f"For “{target.title}” or better")
        if not target.by_needs_alone:
            page.text(f"Its rule: {rule_in_words(target, review.framework)}.", indent=3)
        nothing = frame[f"{target.id}:at_most"].eq(0).fillna(False).astype(bool)
        rows = []
        for row in frame[~nothing].to_dict("records"):
            unknown = [shorts[id] for id in row[f"{target.id}:open"]]
            least, most = row[f"{target.id}:at_least"], row[f"{target.id}:at_most"]
            if pd.notna(least) and pd.notna(most):
                many = bounds_text(least, most)
            else:
                many = "counting can't tell" if row[f"{target.id}:lacks"] or unknown else "nothing applies"
            rows.append((names[row["country"]][1], many, what_lacks(row, target, shorts), ", ".join(unknown)))
        page.grid(
            [
                Column("country", wrap=True),
                Column("criteria lacking", wrap=True),
                Column("not met", wrap=True),
                Column("not known", wrap=True),
            ],
            rows,
            indent=3,
        )
        page.text(f"Nothing is lacking in {plural(int(nothing.sum()), 'country')}.", indent=3)
        near: dict[tuple[str, ...], list[tuple[int, str]]] = {}
        for country, criteria in found.one_away(target).itertuples(index=False):
            near.setdefault(criteria, []).append(names[country])
        if not near:
            page.text("One answer away: no country, of those known.", indent=3)
        for criteria, countries in sorted(near.items(), key=lambda one: (-len(one[1]), one[0])):
            listed_names = ", ".join(name for _, name in sorted(countries))
            page.text(f"One answer away, {' or '.join(shorts[id] for id in criteria)}: {listed_names}.", indent=3)
    page.heading("By criterion")
    counts = [
        (shorts[row["criterion"]], str(row["not_met"]), str(row["open"])) for row in found.criteria.to_dict("records")
    ]
    page.grid([Column("criterion"), Column("not met", right=True), Column("not known", right=True)], counts, indent=3)
    page.text(
        f"Of {len(frame)} countries with an answer in this edition; of no other country is anything said.", indent=3
    )
    return page


def what_lacks(row: dict[str, Any], target: Level, shorts: Mapping[str, str]) -> str:
    """What of the criteria not met a country needs for a level: all of them, or one of several ways."""
    ways = [way.split("+") for way in row[f"{target.id}:ways"]]
    if len(ways) <= 1:
        return ", ".join(shorts[id] for id in (ways[0] if ways else row[f"{target.id}:lacks"]))
    if all(len(way) == 1 for way in ways):
        return f"any one of: {', '.join(shorts[id] for (id,) in ways)}"
    helps = ", ".join(shorts[id] for id in row[f"{target.id}:lacks"])
    every = len(ways) == math.comb(len(row[f"{target.id}:lacks"]), len(ways[0]))
    return f"any {len(ways[0])} of: {helps}" if every else f"{len(ways)} ways, with some of: {helps}"


def agreement_page(found: Agreement, one: Review, other: Review) -> Display:
    """Where two series both have a determined answer, side by side, with both sources."""
    page = Display()
    page.heading(f"{one.series.title} {found.first} beside {other.series.title} {found.second}")
    page.text(
        f"Countries with an answer in both: {found.shared}. Answers determined in both: {len(found.pairs)}, of which {int(found.pairs['agree'].sum())} agree."
    )
    shorts = {criterion.id: criterion.short for criterion in one.framework.criteria}
    grades = [(grade, one.mark(grade).words) for grade in reversed(one.framework.grades)]
    heads = {
        f"{x}_{y}": f"{word} in both" if x == y else f"{word}, {other_said}"
        for x, word in grades
        for y, other_said in grades
    }
    rows = []
    for row in found.criteria.to_dict("records"):
        cells = [str(row[cell]) for cell in (*heads, "pairs")]
        rows.append(
            (shorts[row["criterion"]], *cells, *(_coefficient(row[name]) for name in ("agreement", "ac1", "kappa")))
        )
    last = ("pairs", "agreement", "AC1", "kappa")
    page.grid(
        [Column("criterion"), *(Column(head, right=True, wrap=True) for head in (*heads.values(), *last))],
        rows,
        indent=3,
    )
    if (found.criteria["pairs"] < MIN_PAIRS).any():
        page.text(f"No agreement or coefficient is given below {MIN_PAIRS} pairs.", indent=3)
    few = len(found.pairs) < MIN_PAIRS
    shown = found.pairs if few else found.pairs[~found.pairs["agree"]]
    page.heading("The pairs" if few else "The disagreements")
    cited = (_sources_of(one, found.first), _sources_of(other, found.second))
    rows = [_pair(row, cited, one, other) for row in shown.to_dict("records")]
    if rows:
        page.grid(
            [
                Column("country", wrap=True),
                Column("criterion"),
                Column(one.series.id, wrap=True),
                Column(other.series.id, wrap=True),
                Column("", wrap=True),
            ],
            rows,
            indent=3,
        )
    else:
        page.text("There are none.", indent=3)
    return page


def _coefficient(value: Any) -> str:
    return "" if pd.isna(value) else bounds_text(value, value, 2)


def _sources_of(review: Review, edition: str) -> dict[tuple[str, str], str]:
    """The sources of each answer of an edition, in words."""
    answers = review.answers()
    answers = answers[answers["edition"] == edition]
    words = {text: review.series.sources_in_words(text) for text in answers["source"].unique()}
    keys = zip(answers["country"], answers["criterion"], strict=True)
    return {key: words[text] for key, text in zip(keys, answers["source"], strict=True)}


def _pair(
    row: dict[str, Any],
    cited: tuple[dict[tuple[str, str], str], dict[tuple[str, str], str]],
    one: Review,
    other: Review,
) -> tuple[str, ...]:
    cells = []
    for review, side, citation in zip((one, other), ("first", "second"), cited, strict=True):
        answer = review.mark(row[side])
        cells.append(f"{answer.sign} {answer.words}: {citation[row['country'], row['criterion']]}")
    name = one.registry.name(row["country"])
    return name, one.framework.criterion(row["criterion"]).short, *cells, "agree" if row["agree"] else "disagree"
