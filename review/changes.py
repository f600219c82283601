"""Every change from one edition of a series to a later one, with what both editions rest on."""

from __future__ import annotations

import itertools
from enum import StrEnum

import pandas as pd

from criteria import Status
from review.compare import Change, compare_editions
from review.findings import Findings
from review.frames import CHANGE_COLUMNS, CITED, fill_text

__all__ = ["ChangeKind", "changes_between_editions"]

_MOVES = [change.value for change in Change if change.moves]


class ChangeKind(StrEnum):
    """What differs between two editions: a change of what is met, or of what is stated."""

    NEWLY_MET = "newly_met"
    MORE_MET = "more_met"
    NO_LONGER_MET = "no_longer_met"
    LESS_MET = "less_met"
    NOW_STATED = "now_stated"
    NO_LONGER_STATED = "no_longer_stated"
    OTHER = "other"


def changes_between_editions(findings: Findings) -> pd.DataFrame:
    """The answers that differ between an edition and the next, of kind `edition` and with answers.

    And those that differ from the last determined one before, where the editions between leave the
    answer open (`after_gap`): without them a change from no over silence to yes would be two of another kind.

    Returns
    -------
    DataFrame
        The columns of `frames.CHANGE_COLUMNS`, by kind, country's name, criterion and edition. now_stated: was
        silent or unclear; other: not applicable or not asked on one side. Wordings that do not compare give no
        newly or no longer met (semantics, section 5).

    """
    parts = []
    for first, second in itertools.pairwise(findings.answered_editions):
        changes = compare_editions(findings, first, second).changes.drop(columns="causes")
        parts.append(changes.assign(**{"from": first, "to": second, "after_gap": False}))
    for (first, second), where in _over_gaps(findings):
        changes = compare_editions(findings, first, second).changes.drop(columns="causes")
        changes = changes[changes["change"].isin(_MOVES)].merge(where, on=["country", "criterion"])
        parts.append(changes.assign(**{"from": first, "to": second, "after_gap": True}))
    if not parts:
        return pd.DataFrame(columns=list(CHANGE_COLUMNS))
    frame = pd.concat(parts, ignore_index=True)
    silent = {side: frame[side].isin((Status.UNKNOWN.word, "")) for side in ("was", "now")}
    stated = {side: frame[side].isin(findings.framework.grades) for side in ("was", "now")}
    moved = frame["change"].isin(_MOVES)
    frame["kind"] = frame["change"].where(moved, ChangeKind.OTHER.value)
    frame.loc[~moved & stated["now"] & silent["was"], "kind"] = ChangeKind.NOW_STATED.value
    frame.loc[~moved & stated["was"] & silent["now"], "kind"] = ChangeKind.NO_LONGER_STATED.value
    answers = findings.answers()[["edition", "country", "criterion", *CITED]]
    for side, edition in (("was", "from"), ("now", "to")):
        renamed = {"edition": edition, **{name: f"{side}_{name}" for name in CITED}}
        frame = frame.merge(answers.rename(columns=renamed), on=[edition, "country", "criterion"], how="left")
    frame = fill_text(frame, [f"{side}_{name}" for side in ("was", "now") for name in CITED])
    kinds = [kind.value for kind in ChangeKind]
    names = {name: n for n, name in enumerate(dict.fromkeys(findings.registry.frame["name"]))}
    criteria = {id: n for n, id in enumerate(findings.framework.criterion_ids)}
    order = {"_kind": frame["kind"].map(kinds.index), "_name": frame["name"].map(names), "_criterion": frame["criterion"].map(criteria)}  # fmt: skip
    frame = frame.assign(**order).sort_values(["_kind", "after_gap", "_name", "_criterion", "from"], ignore_index=True)
    return frame[list(CHANGE_COLUMNS)]


def _over_gaps(findings: Findings) -> list[tuple[tuple[str, str], pd.DataFrame]]:
    """Pairs of editions with others between them, and the `country` and `criterion` whose answer differs over that gap."""
    index = {edition: n for n, edition in enumerate(findings.answered_editions)}
    scores = findings.scores()
    wide = scores.loc[scores["edition"].isin(index), ["edition", "country", *findings.framework.criterion_ids]]
    # a criterion may be called “answer”, but none “_answer”
    long = wide.melt(["edition", "country"], var_name="_criterion", value_name="_answer")
    long = long.rename(columns={"_criterion": "criterion", "_answer": "answer"})
    grades = findings.framework.grades
    # what did not apply in between is no gap
    determined = [*grades, Status.NOT_APPLICABLE.word]
    long = long[long["answer"].isin(determined)].sort_values("edition", kind="stable")
    before = long.groupby(["country", "criterion"], sort=False)[["edition", "answer"]].shift()
    long = long.assign(first=before["edition"], was=before["answer"]).dropna(subset=["first"])
    # whole numbers also of no rows, of which pandas with pyarrow would make texts
    apart = long["edition"].map(index).astype("int64") - long["first"].map(index).astype("int64") > 1
    changed = long[apart & (long["was"] != long["answer"]) & long["was"].isin(grades) & long["answer"].isin(grades)]
    return [
        ((str(first), str(second)), where[["country", "criterion"]])
        for (first, second), where in changed.groupby(["first", "edition"])
    ]
