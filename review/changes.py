"""Every change from one edition of a series to a later one, with what both editions rest on."""

from __future__ import annotations

import itertools

import pandas as pd

from criteria import Status
from review.comparison import MOVES
from review.series_review import Review

__all__ = ["AFTER_GAP", "KINDS", "changes_between_editions"]

_SILENT = (Status.UNKNOWN.word, "")
AFTER_GAP = "_after_gap"  # how the kind of a change ends between whose editions others leave the answer open
# what a change is, in the order in which it is asked for
KINDS = (
    *(f"{change}{gap}" for change in MOVES for gap in ("", AFTER_GAP)),
    *("now_stated", "no_longer_stated", "other"),
)


def changes_between_editions(review: Review) -> pd.DataFrame:
    """The answers that differ between an edition and the next, of kind `edition` and with answers.

    And those that differ from the last determined one before, where the editions between leave the
    answer open: without them a change from no over silence to yes would be two of another kind.

    Columns `kind` (newly_met, more_met, no_longer_met, less_met, each also with `_after_gap`; now_stated: was silent or
    unclear; no_longer_stated; other: not applicable or not asked on one side), `from`, `to`
    (editions), `country`, `name`, `criterion`, `was`, `now` (answers after deduction), `was_follows`,
    `now_follows` (bool), and for both sides `source`, `locator`, `citation`, `quote`; text. By kind,
    country's name, criterion and edition. Wordings that do not compare give no newly or no longer met
    (semantics, section 5).
    """
    held = review.editions()
    usual = list(held.loc[(held["kind"] == "edition") & (held["recorded"] > 0), "edition"])
    parts = []
    for first, second in itertools.pairwise(usual):
        changes = review.compare(first, second).changes.drop(columns="causes")
        parts.append(changes.assign(**{"from": first, "to": second, "gap": ""}))
    for (first, second), where in _over_gaps(review, usual):
        changes = review.compare(first, second).changes.drop(columns="causes")
        changes = changes[changes["change"].isin(MOVES)].merge(where, on=["country", "criterion"])
        parts.append(changes.assign(**{"from": first, "to": second, "gap": AFTER_GAP}))
    columns = ["kind", "from", "to", "country", "name", "criterion", "was", "now", "was_follows", "now_follows"]
    cited = ["source", "locator", "citation", "quote"]
    sides = [f"{side}_{name}" for side in ("was", "now") for name in cited]
    if not parts:
        return pd.DataFrame(columns=[*columns, *sides])
    frame = pd.concat(parts, ignore_index=True)
    grades = review.framework.grades
    stated = {side: frame[side].isin(grades) for side in ("was", "now")}
    moved = frame["change"].isin(MOVES)
    frame["kind"] = (frame["change"] + frame["gap"]).where(moved, "other")
    silent = {side: frame[side].isin(_SILENT) for side in ("was", "now")}
    frame.loc[~moved & stated["now"] & silent["was"], "kind"] = "now_stated"
    frame.loc[~moved & stated["was"] & silent["now"], "kind"] = "no_longer_stated"
    answers = review.answers()[["edition", "country", "criterion", *cited]]
    for side, edition in (("was", "from"), ("now", "to")):
        renamed = {"edition": edition, **{name: f"{side}_{name}" for name in cited}}
        frame = frame.merge(answers.rename(columns=renamed), on=[edition, "country", "criterion"], how="left")
    frame[sides] = frame[sides].astype(object).fillna("").astype(str)
    order = {name: place for place, name in enumerate(dict.fromkeys(review.registry.frame["name"]))}
    places = {id: place for place, id in enumerate(review.framework.criterion_ids)}
    frame = frame.assign(
        _kind=frame["kind"].map(KINDS.index), _name=frame["name"].map(order), _criterion=frame["criterion"].map(places)
    )
    return frame.sort_values(["_kind", "_name", "_criterion", "from"], ignore_index=True)[[*columns, *sides]]


def _over_gaps(review: Review, usual: list[str]) -> list[tuple[tuple[str, str], pd.DataFrame]]:
    """Pairs of editions with others between them, and the `country` and `criterion` that only they determine, in other ways."""
    place = {edition: n for n, edition in enumerate(usual)}
    scores = review.scores()
    wide = scores.loc[scores["edition"].isin(usual), ["edition", "country", *review.framework.criterion_ids]]
    # a criterion may be called “answer”, but none “_answer”
    long = wide.melt(["edition", "country"], var_name="_criterion", value_name="_answer")
    long = long.rename(columns={"_criterion": "criterion", "_answer": "answer"})
    grades = review.framework.grades
    # what did not apply in between is no gap
    told = [*grades, Status.NOT_APPLICABLE.word]
    long = long[long["answer"].isin(told)].sort_values("edition", kind="stable")
    before = long.groupby(["country", "criterion"], sort=False)[["edition", "answer"]].shift()
    long = long.assign(first=before["edition"], was=before["answer"]).dropna(subset=["first"])
    # whole numbers also of no rows, of which pandas with pyarrow would make texts
    apart = long["edition"].map(place).astype("int64") - long["first"].map(place).astype("int64") > 1
    found = long[apart & (long["was"] != long["answer"]) & long["was"].isin(grades) & long["answer"].isin(grades)]
    return [
        ((str(first), str(second)), where[["country", "criterion"]])
        for (first, second), where in found.groupby(["first", "edition"])
    ]
