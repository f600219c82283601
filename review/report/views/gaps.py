"""What countries lack for sufficient and for the best level."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from criteria import Level
from review.report.blocks import Amount, Cell, Column, Page
from review.review import Review
from review.wording import plural, rule_in_words

if TYPE_CHECKING:
    from review.gaps import Gaps

__all__ = ["gaps_page", "what_lacks"]


def gaps_page(found: Gaps, review: Review, edition: str, narrowed: str = "") -> Page:
    """What each country lacks, in alphabetical order; of a series that is not scored, why it says nothing."""
    page = Page("Gaps", f"{review.series.title}, {edition}: what the law of each country lacks")
    if not review.scored:
        page.text(f"This series is not scored: no score, level, rank or gap is shown for it. {review.series.about}")
        return page
    if narrowed:
        page.text(f"Only {narrowed}.")
    page.text(review.series.caveat)
    shorts = {criterion.id: criterion.short for criterion in review.framework.criteria}
    names = {code: (place, review.registry.name(code)) for place, code in enumerate(review.registry.frame["code"])}
    frame = found.countries.assign(_place=[names[code][0] for code in found.countries["country"]]).sort_values("_place")
    for target in found.targets:
        page.heading(
            f"For “{target.title}”{'' if target is review.framework.levels[0] or target.id == review.framework.levels[0].id else ' or better'}"
        )
        if not target.by_needs_alone:
            page.text(f"Its rule: {rule_in_words(target, review.framework)}.", 3)
        nothing = frame[f"{target.id}:at_most"].eq(0).fillna(False).astype(bool)
        page.text(f"Nothing is lacking in {plural(int(nothing.sum()), 'country')} of {len(frame)}.", 3)
        rows: list[tuple[Cell, ...]] = []
        for row in frame[~nothing].to_dict("records"):
            unknown = [shorts[id] for id in row[f"{target.id}:open"]]
            least, most = row[f"{target.id}:at_least"], row[f"{target.id}:at_most"]
            if pd.notna(least) and pd.notna(most):
                many: Cell = Amount(int(least), int(most))
            else:
                many = "counting can't tell" if row[f"{target.id}:lacks"] or unknown else "nothing applies"
            rows.append((names[row["country"]][1], many, what_lacks(row, target, shorts), ", ".join(unknown)))
        columns = [
            Column("country", 0, "text_wrapped"),
            Column("criteria lacking", 0, "bounds_wrapped"),
            Column("not met", 0, "text_wrapped"),
            Column("not known", 0, "text_wrapped"),
        ]
        if not any(row[3] for row in rows):
            columns, rows = columns[:3], [row[:3] for row in rows]
        if rows:
            page.table(columns, rows, f"What countries lack for “{target.title}”")
        _one_away(page, found, target, names, shorts)
    page.heading("By criterion")
    counts = [
        (shorts[row["criterion"]], int(row["not_met"]), int(row["open"])) for row in found.criteria.to_dict("records")
    ]
    page.table(
        [Column("criterion"), Column("not met", 0, "number"), Column("not known", 0, "number")],
        counts,
        "Countries that lack each criterion",
    )
    page.text(f"Of {len(frame)} countries with an answer in this edition; of no other country is anything said.", 3)
    page.next(
        "modellaw country NAME", "" if narrowed else f"modellaw scores --series {review.series.id} --edition {edition}"
    )
    return page


def _one_away(
    page: Page, found: Gaps, target: Level, names: Mapping[str, tuple[int, str]], shorts: Mapping[str, str]
) -> None:
    """The countries that one answer would bring there, by the answer."""
    near: dict[tuple[str, ...], list[tuple[int, str]]] = {}
    for country, criteria in found.one_away(target).itertuples(index=False):
        near.setdefault(criteria, []).append(names[country])
    if not near:
        page.text("One answer away: no country, of those known.", 3)
    for criteria, countries in sorted(near.items(), key=lambda one: (-len(one[1]), one[0])):
        listed = ", ".join(name for _, name in sorted(countries))
        page.text(f"One answer away, {' or '.join(shorts[id] for id in criteria)}: {listed}.", 3)


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
