"""What countries lack for sufficient and for the best level."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from criteria import Level
from review.report.blocks import Amount, Cell, Page
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
    page.text(f"Only {narrowed}." if narrowed else "")
    page.text(review.series.caveat)
    shorts = {criterion.id: criterion.short for criterion in review.framework.criteria}
    codes = review.registry.frame["code"]
    frame = found.countries.sort_values("country", key=lambda one: one.map({code: n for n, code in enumerate(codes)}))
    frame = frame.assign(name=frame["country"].map(review.registry.name))
    for target in found.targets:
        page.heading(f"For “{target.title}”{'' if target.id == review.framework.level_ids[0] else ' or better'}")
        if not target.by_needs_alone:
            page.text(f"Its rule: {rule_in_words(target, review.framework)}.", 3)
        nothing = frame[f"{target.id}:at_most"].eq(0).fillna(False).astype(bool)
        page.text(f"Nothing is lacking in {plural(int(nothing.sum()), 'country')} of {len(frame)}.", 3)
        rows: list[tuple[Cell, ...]] = []
        for row in frame[~nothing].to_dict("records"):
            unknown = ", ".join(shorts[id] for id in row[f"{target.id}:open"])
            least, most = row[f"{target.id}:at_least"], row[f"{target.id}:at_most"]
            many: Cell = "counting can't tell" if row[f"{target.id}:lacks"] or unknown else "nothing applies"
            if pd.notna(least) and pd.notna(most):
                many = Amount(int(least), int(most))
            rows.append((row["name"], many, what_lacks(row, target, shorts), unknown))
        heads = {"country": "text_wrapped", "criteria lacking": "bounds_wrapped", "not met": "text_wrapped"}
        heads |= {"not known": "text_wrapped"} if any(row[3] for row in rows) else {}
        if rows:
            page.table(heads, [row[: len(heads)] for row in rows], f"What countries lack for “{target.title}”")
        near = found.one_away(target).merge(frame[["country", "name"]], on="country", sort=False)
        order = {name: n for n, name in enumerate(frame["name"])}
        for criteria, names in sorted(near.groupby("criteria")["name"], key=lambda one: (-len(one[1]), one[0])):
            listed = ", ".join(sorted(names, key=order.__getitem__))
            page.text(f"One answer away, {' or '.join(shorts[id] for id in criteria)}: {listed}.", 3)
        page.text("" if len(near) else "One answer away: no country, of those known.", 3)
    page.heading("By criterion")
    counts = [(shorts[one.criterion], int(one.not_met), int(one.open)) for one in found.criteria.itertuples()]
    heads = {"criterion": "text", "not met": "number", "not known": "number"}
    page.table(heads, counts, "Countries that lack each criterion")
    page.text(f"Of {len(frame)} countries with an answer in this edition; of no other country is anything said.", 3)
    scores = f"modellaw scores --series {review.series.id} --edition {edition}"
    page.next("modellaw country NAME", "" if narrowed else scores)
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
