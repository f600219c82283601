"""Every covered country, edition and criterion as a row of one table: what is known, and how."""

from __future__ import annotations

import numpy as np
import pandas as pd

from country_data.schema import EVIDENCE
from review.findings import Findings
from review.frames import fill_text
from review.wording import FOLLOWS, levels_in_words

__all__ = ["tidy_answers"]

_KEY = ["edition", "country", "criterion"]


def tidy_answers(findings: Findings) -> pd.DataFrame:
    """A row for each covered country, edition and criterion of a series.

    Returns
    -------
    DataFrame
        `series`, `edition`, `as_of`, `kind`, `country`, `name`, `region`, `subregion`, `criterion`, `heading` (text);
        `answer` (the grade, unknown, not_assessed, not_applicable, or "" where nothing is recorded), `mark`, `state` (in
        words); `how_known` (recorded, follows from another, silent, or no data); `value` (Int64: 1 met in full, 0 below,
        NA where that is open); `level` (its possible levels in words), `follows_from` (the criterion from which the answer
        follows), `replaced` (what was recorded where another answer decides), `source` (ids), `source_1` (the first), `source_2`
        (the others), `locator`, `citation`, `quote`, `effective`, `cause`, `note`.

    """
    framework, editions, scores = findings.framework, findings.series.editions, findings.scores()
    ids, shorts = list(framework.criterion_ids), [criterion.short for criterion in framework.criteria]
    levels = [
        levels_in_words(possible, findings.judged(edition), short=True) if findings.scored else ""
        for edition, possible in scores[["edition", "levels"]].itertuples(index=False)
    ]
    frame = scores[["edition", "country", "name"]].assign(level=levels)
    frame = frame.loc[frame.index.repeat(len(ids))].reset_index(drop=True)
    answers = scores[ids].to_numpy(dtype=object).ravel()
    # texts also of no rows, of which pandas would make numbers
    texts = {"criterion": ids * len(scores), "heading": shorts * len(scores), "answer": answers}
    frame = frame.assign(
        series=findings.series.id, **{name: pd.Series(cells, dtype=str) for name, cells in texts.items()}
    )
    found = findings.answers()[[*_KEY, "source", *EVIDENCE, "follows_from"]]
    replaced = findings.replaced()[[*_KEY, "answer"]].rename(columns={"answer": "replaced"})
    frame = frame.merge(found, on=_KEY, how="left").merge(replaced, on=_KEY, how="left")
    is_held = frame["source"].notna()
    frame = fill_text(frame, ["source", *EVIDENCE, "follows_from", "replaced"])
    follows = frame["follows_from"] != ""
    marks = {word: findings.mark(word) for word in set(answers)}
    none = "silent" if findings.series.unmentioned == "silent" else "no data"
    from_others = "follows from " + frame["follows_from"].map(dict(zip(ids, shorts, strict=True))).fillna("").astype(
        str
    )
    places = findings.registry.frame.set_index("code")
    return frame.assign(
        as_of=frame["edition"].map({id: one.as_of for id, one in editions.items()}),
        kind=frame["edition"].map({id: "update" if one.is_update else "edition" for id, one in editions.items()}),
        region=frame["country"].map(places["region"]),
        subregion=frame["country"].map(places["subregion"]),
        mark=frame["answer"].map({word: one.sign for word, one in marks.items()}).astype(str)
        + np.where(follows, FOLLOWS, ""),
        state=frame["answer"].map({word: one.words for word, one in marks.items()}),
        how_known=from_others.where(follows, np.where(is_held, "recorded", none)),
        value=frame["answer"]
        .map({grade: int(grade == framework.highest) for grade in framework.grades})
        .astype("Int64"),
        source_1=frame["source"].str.replace(r" .*", "", regex=True),
        source_2=frame["source"].str.replace(r"^\S* ?", "", regex=True),
    )
