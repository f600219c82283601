"""Statistics of a series, and scores of its countries."""

from __future__ import annotations

import pandas as pd

from review.headlines import headlines
from review.series_review import Review
from review.terminal.layout import Column, Display
from review.terminal.overview import headline_table
from review.wording import bounds, first_sentence, levels_in_words, percent, statistic_title, value_text

__all__ = ["scores_page", "summary_page"]


def summary_page(review: Review, edition: str | None, by: str | None) -> Display:
    """The statistics of one edition in full, or the headline of all with their answers counted."""
    page = Display()
    page.heading(f"{review.framework.title}: {review.series.title}")
    _say_unscored(page, review)
    if by is not None:
        _groups(page, review, edition, by)
    elif edition is not None:
        _one_edition(page, review, edition)
    else:
        if review.scored:
            found = headlines(review)
            page.heading("Published headline figures")
            headline_table(page, review, found)
        _answers_by_criterion(page, review)
    return page


def _say_unscored(page: Display, review: Review) -> None:
    if not review.scored:
        page.text(f"{first_sentence(review.series.about)}. This series is not scored: it shows answers only.")


def _shown_statistics(review: Review, frame: pd.DataFrame) -> pd.DataFrame:
    """What a reader needs: nothing that another row says already, no level where nothing is scored."""
    if not review.scored:
        return frame[frame["statistic"].str.startswith(("reviewed", "recorded", "criterion:"))]
    levels = review.framework.level_ids
    repeated = (f"or_better:{levels[0]}", f"or_better:{levels[-1]}", f"level:{levels[-1]}:without:")
    return frame[~frame["statistic"].str.startswith(repeated) | frame["published"].notna()]


def _one_edition(page: Display, review: Review, edition: str) -> None:
    row = review.editions().set_index("edition").loc[review.check_edition(edition)]
    page.heading(f"{row['title']} ({edition})")
    as_of = f"As of {row['as_of']}. " if row["as_of"] else ""
    page.text(f"{as_of}{row['note'][:1].upper()}{row['note'][1:]}".strip())
    frame = _shown_statistics(review, review.statistics(edition))
    reviewed = review.denominators()[edition]
    rows = []
    for item in frame.to_dict("records"):
        published = value_text(item["published"])
        countable = (
            published and item["statistic"] not in ("reviewed", "score:mean") and not pd.isna(reviewed) and reviewed
        )
        share = percent(item["published"], int(reviewed)) if countable else ""
        decimals = 2 if item["statistic"] == "score:mean" else 0
        answers = bounds(item["lower"], item["upper"], decimals)
        rows.append((statistic_title(item["statistic"], review.framework), published, share, answers))
    columns = [
        Column("statistic", wrap=True),
        Column("published", right=True),
        Column("share", right=True),
        Column("from answers", wrap=True),
    ]
    page.grid(columns, rows)
    if pd.isna(reviewed):
        page.text("How many countries this edition covers is not known: nothing that needs it is computed.")


def _answers_by_criterion(page: Display, review: Review) -> None:
    frame = review.statistics().pivot(index="edition", columns="statistic", values=["lower", "upper"])
    editions = review.editions()
    held = editions[(editions["recorded"] > 0) & editions["reviewed"].notna()]
    if held.empty:
        return
    page.heading("From answers, by criterion (counting what follows from another answer)")
    words = ("met", "not met", "silent or unclear", "no answer")
    for criterion in review.framework.criteria:
        yes, no = f"criterion:{criterion.id}:yes", f"criterion:{criterion.id}:no"
        rows = []
        for item in held.itertuples():
            met, not_met = frame.at[item.edition, ("lower", yes)], frame.at[item.edition, ("lower", no)]
            mark_update = " (update)" if item.kind == "update" else ""
            counts = (met, not_met, item.recorded - met - not_met, item.reviewed - item.recorded)
            rows.append((f"{item.edition}{mark_update}", str(item.reviewed), *map(str, counts)))
        page.heading(criterion.title)
        page.grid(
            [Column("edition"), Column("countries", right=True), *(Column(word, right=True) for word in words)],
            rows,
            indent=3,
        )


def _groups(page: Display, review: Review, edition: str | None, by: str) -> None:
    frame = review.statistics(edition, by)
    ids = [f"criterion:{criterion.id}:yes" for criterion in review.framework.criteria]
    heads = [criterion.short for criterion in review.framework.criteria]
    if review.scored:
        best = headlines(review).statistics
        ids = [*best, *ids]
        heads = [*(statistic_title(id, review.framework) for id in best), *heads]
    for name, part in frame.groupby("edition", sort=False):
        page.heading(f"{name}, by {by}: countries with an answer, and how many meet each")
        rows = []
        for group, counted in part.groupby(by, sort=False):
            items = counted.set_index("statistic")
            cells = [bounds(items.at[id, "lower"], items.at[id, "upper"]) for id in ids]
            rows.append((str(group) or "no region", str(items.at["recorded", "lower"]), *cells))
        page.grid(
            [Column(by, wrap=True), Column("countries", right=True), *(Column(head, wrap=True) for head in heads)], rows
        )
    page.text("Each row speaks of the countries with an answer in it, not of the region.")


def scores_page(review: Review, edition: str | None) -> Display:
    """Score and level of each country, by edition; of a series that is not scored, why there is none."""
    page = Display()
    page.heading(f"{review.framework.title}: {review.series.title}")
    if not review.scored:
        page.text(f"This series is not scored: no score, level, rank or gap is shown for it. {review.series.about}")
        page.text(f"Its answers: modellaw summary --series {review.series.id}, or modellaw country NAME.")
        return page
    frame = review.scores(edition)
    titles = review.editions().set_index("edition")
    for name, part in frame.groupby("edition", sort=False):
        item = titles.loc[name]
        covered = f" of {item['reviewed']}" if not pd.isna(item["reviewed"]) else ""
        page.heading(f"{item['title']} ({name}): {item['recorded']}{covered} countries have an answer here")
        rows = [
            (
                row["name"],
                bounds(row["lower"], row["upper"]),
                value_text(row["out_of"]),
                levels_in_words(row["levels"], review.framework),
            )
            for row in part.to_dict("records")
        ]
        page.grid(
            [
                Column("country", wrap=True),
                Column("score", wrap=True),
                Column("out of", right=True),
                Column("level", wrap=True),
            ],
            rows,
            indent=3,
        )
    if frame.empty:
        page.text("No country has an answer here.")
    return page
