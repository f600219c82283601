"""The pages of the command line, each built from reviews: overview, summary, scores, country, lists."""

from __future__ import annotations

import pandas as pd

from country_data import Registry
from review.headlines import Headlines, headlines
from review.series_review import Review
from review.terminal.layout import Column, Display
from review.wording import (
    FOLLOWS,
    bounds,
    levels_in_words,
    mark,
    ordinal,
    percent,
    shown_marks,
    statistic_title,
    sufficient_in_words,
    value_text,
)

__all__ = ["country_page", "list_page", "overview_page", "scores_page", "summary_page"]


def overview_page(reviews: list[Review], example: str) -> Display:
    """What `modellaw` alone shows: every series of the framework, with its headline figures."""
    page = Display()
    page.heading(reviews[0].framework.title)
    width = max(len(review.series.id) for review in reviews)
    for review in reviews:
        found = headlines(review)
        page.text(f"{review.series.id:<{width}}  {series_line(review, found)}")
        if review.scored:
            _headline_table(page, review, found)
    page.text(f"Next: modellaw report · modellaw country {example} · modellaw --help")
    return page


def series_line(review: Review, found: Headlines) -> str:
    """What a series holds, in one line."""
    frame = found.frame
    editions = frame[frame["kind"] == "edition"]
    title = review.series.title
    if review.scored and len(review.series.figures):
        stated = found.stated(found.statistics[0])
        named = editions[editions["recorded"] > 0]
        countries = ", ".join(f"{row.recorded} {'' if n else 'countries named '}in the {ordinal(row.edition)}" for n, row in enumerate(named.itertuples()))
        return f"{title}: headline figures of {len(stated)} of {len(editions)} editions" + (f"; {countries}" if countries else "")
    held = editions[editions["recorded"] > 0]
    if held.empty:
        return f"{title}: no answers yet"
    span = held["edition"].iloc[0] if len(held) == 1 else f"{held['edition'].iloc[0]}–{held['edition'].iloc[-1]}"
    low, high = held["recorded"].min(), held["recorded"].max()
    many = f"{low}" if low == high else f"{low}–{high}"
    caveat = review.series.about.split(". ")[0].rstrip(".")
    return f"{title} {span}, {many} countries" + (f"; {caveat[:1].lower()}{caveat[1:]}" if caveat else "")


def _headline_table(page: Display, review: Review, found: Headlines) -> None:
    framework = review.framework
    titles = [statistic_title(id, framework) for id in found.statistics]
    starred = f"{titles[0].lower()}*" if framework.sufficient else titles[0].lower()
    columns = [Column("edition"), Column("as of"), Column("countries", right=True)]
    columns += [Column(title, right=True) for title in (starred, *(t.lower() for t in titles[1:]))]
    rows, missing = [], []
    editions = found.frame[found.frame["kind"] == "edition"]
    for row in editions.to_dict("records"):
        cells = [_headline_cell(row, id) for id in found.statistics]
        if any(cells):
            rows.append((row["edition"], row["as_of"], value_text(row["reviewed"]), *cells))
        else:
            missing.append(row["edition"])
    page.grid(columns, rows, indent=3)
    notes = []
    if framework.sufficient:
        notes.append(f"* {sufficient_in_words(framework)}.")
    if missing:
        notes.append(f"No figure collected: {', '.join(missing)}.")
    page.text("  ".join(notes), indent=3)


def _headline_cell(row: dict[str, object], statistic: str) -> str:
    """A published count with its share; where none is published, what follows from answers."""
    published, reviewed = row[f"{statistic}:published"], row["reviewed"]
    if not pd.isna(published):  # type: ignore[call-overload]  # a scalar of the frame
        share = "" if pd.isna(reviewed) or not reviewed else f" ({percent(published, int(reviewed)):>4})"  # type: ignore[call-overload,arg-type]  # as above
        return f"{value_text(published)}{share}"
    if not row["recorded"]:
        return ""
    return bounds(row[f"{statistic}:lower"], row[f"{statistic}:upper"])


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
            _headline_table(page, review, found)
        _answers_by_criterion(page, review)
    return page


def _say_unscored(page: Display, review: Review) -> None:
    if not review.scored:
        page.text(review.series.about)
        page.text("This series is not scored: it shows answers only, and no score, level, rank or gap.")


def _shown_statistics(review: Review, frame: pd.DataFrame) -> pd.DataFrame:
    """Of a series that is not scored, only what says no score and no level."""
    if review.scored:
        return frame
    return frame[frame["statistic"].str.startswith(("reviewed", "recorded", "criterion:"))]


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
        countable = published and item["statistic"] not in ("reviewed", "score:mean") and not pd.isna(reviewed) and reviewed
        share = percent(item["published"], int(reviewed)) if countable else ""
        decimals = 2 if item["statistic"] == "score:mean" else 0
        answers = bounds(item["lower"], item["upper"], decimals)
        rows.append((statistic_title(item["statistic"], review.framework), published, share, answers))
    columns = [Column("statistic", wrap=True), Column("published", right=True), Column("share", right=True), Column("from answers", wrap=True)]
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
        page.grid([Column("edition"), Column("countries", right=True), *(Column(word, right=True) for word in words)], rows, indent=3)


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
        page.grid([Column(by, wrap=True), Column("countries", right=True), *(Column(head, wrap=True) for head in heads)], rows)
    page.text("Each row speaks of the countries with an answer in it, not of the region.")


def scores_page(review: Review, edition: str | None) -> Display:
    """Score and level of each country, by edition; of a series that is not scored, why there is none."""
    page = Display()
    page.heading(f"{review.framework.title}: {review.series.title}")
    if not review.scored:
        _say_unscored(page, review)
        page.text(f"Its answers: modellaw summary --series {review.series.id}, or modellaw country NAME.")
        return page
    frame = review.scores(edition)
    titles = review.editions().set_index("edition")
    for name, part in frame.groupby("edition", sort=False):
        item = titles.loc[name]
        covered = f" of {item['reviewed']}" if not pd.isna(item["reviewed"]) else ""
        page.heading(f"{item['title']} ({name}): {item['recorded']}{covered} countries have an answer here")
        rows = [
            (row["name"], bounds(row["lower"], row["upper"]), value_text(row["out_of"]), levels_in_words(row["levels"], review.framework))
            for row in part.to_dict("records")
        ]
        page.grid([Column("country", wrap=True), Column("score", wrap=True), Column("out of", right=True), Column("level", wrap=True)], rows, indent=3)
    if frame.empty:
        page.text("No country has an answer here.")
    return page


def country_page(reviews: list[Review], code: str) -> Display:
    """One country in every series: answers by edition, sources, law changes, what is missing."""
    page = Display()
    registry = reviews[0].registry
    page.heading(_country_line(registry, code))
    words: set[str] = set()
    for review in reviews:
        _country_in_series(page, review, code, words)
    page.heading("Key")
    page.text(" · ".join(f"{m.sign} {m.words}" for m in shown_marks(words)) + f" · {FOLLOWS} follows from another answer")
    page.text("“Not met” does not mean that the acts are lawful, silence is not “no”, and a text of law is not its enforcement.")
    return page


def _country_line(registry: Registry, code: str) -> str:
    row = registry.frame.set_index("code").loc[code]
    place = ", ".join(filter(None, [row["subregion"], row["region"]]))
    ended = ""
    if row["until"]:
        names = ", ".join(registry.name(other) for other in row["successors"].split())
        ended = f" · ended {row['until']}" + (f", succeeded by {names}" if names else "")
    return f"{row['name']} ({code})" + (f" · {place}" if place else "") + ended


def _country_in_series(page: Display, review: Review, code: str, words: set[str]) -> None:
    scores = review.scores()
    scores = scores[scores["country"] == code].set_index("edition")
    page.heading(f"{review.series.title} ({review.series.id})")
    changes = review.law_changes(code)
    if scores.empty:
        page.text("Not in our data: no edition here has an answer for this country.", indent=3)
    else:
        deduced = {edition: set(row) for edition, row in scores["deduced"].items()}
        rows = []
        for criterion in review.framework.criteria:
            cells = []
            for edition in scores.index:
                found = mark(str(scores.at[edition, criterion.id]), review.series, covered=True)
                words.add(found.words)
                cells.append(found.sign + (FOLLOWS if criterion.id in deduced[edition] else ""))
            rows.append((criterion.title, *cells))
        page.grid([Column("", wrap=True), *(Column(str(edition)) for edition in scores.index)], rows, indent=3)
        if review.scored:
            for edition, row in scores.iterrows():
                level = levels_in_words(row["levels"], review.framework)
                page.text(f"{edition}: score {bounds(row['lower'], row['upper'])} of {value_text(row['out_of'])}; {level}", indent=3)
        _country_notes(page, review, code)
    if len(changes):
        page.text("Changes of law that a source reports:", indent=3)
        rows = [(row["date"], review.framework.criterion(row["criterion"]).short, row["change"], row["source"]) for row in changes.to_dict("records")]
        page.grid([Column("date"), Column("criterion"), Column("change"), Column("source")], rows, indent=6)
    _country_sources(page, review, code)
    page.text(_what_is_missing(review, scores), indent=3)


def _country_notes(page: Display, review: Review, code: str) -> None:
    recorded = review.country(code)
    noted = recorded[(recorded["note"] != "") & (recorded["follows_from"] == "")]
    for note, part in noted.groupby("note", sort=False):
        where = ", ".join(f"{row.edition} {review.framework.criterion(row.criterion).short}" for row in part.itertuples())
        page.text(f"Note ({where}): {note}", indent=3)


def _country_sources(page: Display, review: Review, code: str) -> None:
    recorded, changes = review.country(code), review.law_changes(code)
    used = list(dict.fromkeys(" ".join([*recorded["source"], *changes["source"]]).split()))
    if not used:
        return
    page.text("Sources:", indent=3)
    sources = review.sources().set_index("source")
    for id in used:
        located = recorded.loc[recorded["source"].str.split().map(lambda ids, id=id: id in ids), "locator"]
        where = next((text for text in located if text), "") or sources.at[id, "url"]
        publisher = f", {sources.at[id, 'publisher']}" if sources.at[id, "publisher"] else ""
        page.text(f"{id}: {sources.at[id, 'title']}{publisher}. {where}", indent=6)


def _what_is_missing(review: Review, scores: pd.DataFrame) -> str:
    """What would have to be found before more could be said of the country."""
    editions = review.editions()
    listed = list(editions.loc[editions["kind"] == "edition", "edition"])
    absent = [edition for edition in listed if edition not in scores.index]
    open_in = {
        criterion.short: [str(edition) for edition in scores.index if scores.at[edition, criterion.id] not in ("yes", "no", "not_applicable")]
        for criterion in review.framework.criteria
    }
    parts = []
    if absent:
        parts.append(f"an answer in {', '.join(absent)}")
    for short, where in open_in.items():
        if where:
            parts.append(f"“{short}” in {', '.join(where)}")
    if not parts:
        return ""
    return f"To say more, a source would be needed for: {'; '.join(parts)}."


def list_page(title: str, frame: pd.DataFrame, wide: tuple[str, ...]) -> Display:
    """A frame as a table; columns in `wide` may break over lines."""
    page = Display()
    page.heading(title)
    columns = [Column(str(name), right=pd.api.types.is_numeric_dtype(frame[name]), wrap=name in wide) for name in frame.columns]
    rows = [tuple("" if value is None or (not isinstance(value, str) and pd.isna(value)) else str(value) for value in row) for row in frame.itertuples(index=False)]
    page.grid(columns, rows)
    return page
