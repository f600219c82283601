"""Every change between consecutive editions of a series, with what both editions rest on."""

from __future__ import annotations

import itertools

import pandas as pd

from review.comparison import CHANGES
from review.series_review import Review

__all__ = ["KINDS", "consecutive_changes"]

# what a change is, in the order in which it is asked for
KINDS = (*CHANGES[:2], "now_stated", "no_longer_stated", "other")


def consecutive_changes(review: Review) -> pd.DataFrame:
    """The answers that differ between an edition and the next, of kind `edition` and with answers.

    Columns `kind` (newly_met, no_longer_met, now_stated: was silent or unclear; no_longer_stated;
    other: not applicable or not asked on one side), `from`, `to` (editions), `country`, `name`,
    `criterion`, `was`, `now` (answers after deduction), `was_follows`, `now_follows` (bool), and for
    both sides `source`, `locator`, `citation`, `quote`; text. By kind, country's name, criterion and
    edition. Wordings that do not compare give no newly or no longer met (semantics, section 5).
    """
    held = review.editions()
    usual = held.loc[(held["kind"] == "edition") & (held["recorded"] > 0), "edition"]
    parts = []
    for first, second in itertools.pairwise(usual):
        changes = review.compare(first, second).changes.drop(columns="causes")
        parts.append(changes.assign(**{"from": first, "to": second}))
    columns = ["kind", "from", "to", "country", "name", "criterion", "was", "now", "was_follows", "now_follows"]
    cited = ["source", "locator", "citation", "quote"]
    sides = [f"{side}_{name}" for side in ("was", "now") for name in cited]
    if not parts:
        return pd.DataFrame(columns=[*columns, *sides])
    frame = pd.concat(parts, ignore_index=True)
    grades = review.framework.grades
    stated = {side: frame[side].isin(grades) for side in ("was", "now")}
    moved = frame["change"].isin(CHANGES[:2])
    frame["kind"] = frame["change"].where(moved, "other")
    frame.loc[~moved & stated["now"] & ~stated["was"], "kind"] = KINDS[2]
    frame.loc[~moved & stated["was"] & ~stated["now"], "kind"] = KINDS[3]
    answers = review.answers()[["edition", "country", "criterion", *cited]]
    for side, edition in (("was", "from"), ("now", "to")):
        renamed = {"edition": edition, **{name: f"{side}_{name}" for name in cited}}
        frame = frame.merge(answers.rename(columns=renamed), on=[edition, "country", "criterion"], how="left")
    frame[sides] = frame[sides].fillna("")
    order = {name: place for place, name in enumerate(dict.fromkeys(review.registry.frame["name"]))}
    places = {id: place for place, id in enumerate(review.framework.criterion_ids)}
    frame = frame.assign(
        _kind=frame["kind"].map(KINDS.index), _name=frame["name"].map(order), _criterion=frame["criterion"].map(places)
    )
    return frame.sort_values(["_kind", "_name", "_criterion", "from"], ignore_index=True)[[*columns, *sides]]
