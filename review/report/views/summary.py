"""Statistics of a series: by edition, and by group of countries."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

import pandas as pd

from criteria import Framework
from review.published import Headlines, headlines
from review.report.blocks import (
    Bounds,
    Cell,
    Chart,
    ChartRow,
    Column,
    Computed,
    Controls,
    Dropdown,
    Formula,
    Heading,
    Link,
    Lookup,
    Page,
    Share,
    Table,
    Text,
    XYSeries,
    text_of,
)
from review.report.formulas.statistic import rows_of, statistic_bounds
from review.report.views.data import edited_note, edition_label
from review.report.views.overview import headline_notes, headline_table
from review.report.xlsx.styles import CHART_COLOURS
from review.review import Review
from review.statistics import count_answers
from review.wording import (
    MET,
    NOT_APPLICABLE,
    NOT_ASKED,
    UPDATE,
    edition_notes,
    int_or_none,
    legend_marks,
    marks_below_full,
    marks_of,
    no_group,
    number,
    percent,
    percent_range,
    rules_of_editions,
    statistic_title,
    sufficient_in_words,
)

__all__ = ["answered_list", "show_list", "shown_statistics", "summary_controls", "summary_page", "summary_sheet"]


def summary_page(review: Review, edition: str | None, by: str | None, *, same_countries: bool = False) -> Page:
    """The statistics of one edition in full, or the headline of all with their answers counted."""
    page = Page("Summary", f"{review.framework.title}: {review.series.title}")
    if not review.scored:
        page.text(f"{review.series.caveat} This series is not scored: it shows answers only.".strip())
    if same_countries:
        many = review.matrix.rows["country"].nunique()
        span = ", ".join(review.edition_ids)
        page.text(
            f"Only the {many} countries with an answer in all of {span}: statements about these countries, not about the world."
        )
    if by is not None:
        _groups(page, review, by)
    elif edition is not None:
        _one_edition(page, review, edition)
    else:
        if review.scored:
            found = headlines(review)
            published = len(review.series.figures.frame) > 0
            page.heading("Published headline figures" if published else "Headline figures, computed from answers")
            headline_table(page, review, found)
            headline_notes(page, review, found)
        _answers_by_criterion(page, review)
        newest = review.answered_editions[-1:] if not same_countries else []
        for one in newest:
            words = f"modellaw summary --series {review.series.id} --edition {one}"
            page.next(words, f"{words} --by region")
    return page


def shown_statistics(review: Review, frame: pd.DataFrame) -> pd.DataFrame:
    """What a reader needs: nothing that another row says already, no level where nothing is scored."""
    if not review.scored:
        return frame[frame["statistic"].str.startswith(("reviewed", "recorded", "criterion:"))]
    levels = review.framework.level_ids
    repeated = (f"or_better:{levels[0]}", f"or_better:{levels[-1]}", f"level:{levels[-1]}:without:")
    return frame[~frame["statistic"].str.startswith(repeated) | frame["published"].notna()]


def _one_edition(page: Page, review: Review, edition: str) -> None:
    row = review.editions().set_index("edition").loc[review.find_edition(edition)]
    page.heading(f"{row['title']} ({review.label(edition)})")
    as_of = f"As of {row['as_of']}. " if row["as_of"] else ""
    page.text(f"{as_of}{_sentence(row['note'])}".strip())
    judged = review.judged(edition)
    frame = shown_statistics(review, review.statistics(edition))
    if not row["recorded"]:  # what nothing is recorded of is open for all
        frame = frame[frame["published"].notna() | frame["statistic"].isin(["reviewed", "recorded"])]
    rows: list[tuple[Cell, ...]] = []
    for item in frame.to_dict("records"):
        is_mean = item["statistic"] == "score:mean"
        counted = item["statistic"] not in ("reviewed", "score:mean")
        share = Share(item["published"], row["reviewed"]) if counted else None
        unknown = pd.isna(item["lower"])
        answers = "not computable" if unknown else Bounds(item["lower"], item["upper"], 2 if is_mean else 0)
        published = None if pd.isna(item["published"]) else number(item["published"])
        rows.append((statistic_title(item["statistic"], judged), published, item["source"], share, answers))
    columns = [
        Column("statistic", 0, "text_wrapped"),
        Column("published", 0, "number"),
        Column("source", 0, "text_wrapped"),
        Column("share", 0, "percent"),
        Column("from answers", 0, "bounds_wrapped"),
    ]
    if not frame["published"].notna().any():
        columns, rows = [columns[0], columns[4]], [(row[0], row[4]) for row in rows]
    page.table(columns, rows, f"Statistics of edition {edition}")
    _others(page, review, edition)
    if review.scored and review.framework.sufficient:
        page.text(f"Sufficient: {sufficient_in_words(judged)}.")
    named = dict.fromkeys(
        " ".join(sorted(set(review.series.answers.loc[review.series.answers["edition"] == edition, "source"]))).split()
    )
    if named:
        page.text(f"From answers: {', '.join(named)}. {review.series.caveat}".strip())
    if pd.isna(row["reviewed"]):
        page.text("How many countries this edition covers is not known: nothing that needs it is computed.")
    if named:
        page.next(_example(review, edition), _odd_figures(review, edition))


def _others(page: Page, review: Review, edition: str) -> None:
    """The answers that no statistic counts: does not apply, not asked."""
    counts = count_answers(review)
    counts = counts[counts["edition"] == edition].set_index("criterion")
    for one in (NOT_ASKED, NOT_APPLICABLE):
        told = [
            f"{c.short} {counts.at[c.id, one.id]}"
            for c in review.framework.criteria
            if c.id in counts.index and counts.at[c.id, one.id]
        ]
        page.text(f"{one.words[:1].upper()}{one.words[1:]}: {', '.join(told)}." if told else "")


def _example(review: Review, edition: str) -> str:
    """A command that lists the countries behind a number."""
    scores = review.scores(edition)
    for grade in review.framework.grades:
        for id in review.framework.criterion_ids:
            if (scores[id] == grade).any():
                return f"modellaw scores --series {review.series.id} --edition {edition} --where {id}={grade}"
    return ""


def _odd_figures(review: Review, edition: str) -> str:
    """A command that tells of published figures that contradict the answers; "" where none does."""
    figures = review.figure_checks().figures
    odd = (figures["edition"] == edition) & (figures["result"] == "contradicts")
    return f"modellaw figures --series {review.series.id} --edition {edition}" if odd.any() else ""


def _sentence(note: str) -> str:
    return f"{note[:1].upper()}{note[1:].rstrip('.')}." if note else ""


def _answers_by_criterion(page: Page, review: Review) -> None:
    counts = count_answers(review)
    if counts.empty:
        return
    page.heading("From answers, by criterion (counting what follows from another answer)")
    marks = marks_of(review.framework)
    shown = legend_marks((one for one in marks if counts[one.id].any()), review.framework)
    columns = [
        Column("edition"),
        Column("countries", 0, "number"),
        *(Column(one.words, 0, "number") for one in shown),
        Column("share met", 0, "percent"),
    ]
    for criterion in review.framework.criteria:
        part = counts[counts["criterion"] == criterion.id]
        page.heading(criterion.title)
        rows: list[tuple[Cell, ...]] = []
        for item in part.to_dict("records"):
            sure, may = _met(item, review.framework)
            share = Share(sure, item["countries"], may)
            rows.append(
                (review.label(item["edition"]), int(item["countries"]), *(int(item[one.id]) for one in shown), share)
            )
        page.table(columns, rows, f"Answers: {criterion.title}")
    _notes(page, review, list(dict.fromkeys(counts["edition"])))


def _met(item: dict[str, Any], framework: Framework) -> tuple[int, int]:
    """At least and at most so many countries meet a criterion: all but those that don't, or to whom it doesn't apply."""
    sure = item[MET.id]
    return sure, item["countries"] - sum(item[one.id] for one in marks_below_full(framework))


def _notes(page: Page, review: Review, editions: list[str]) -> None:
    """What editions.csv notes of the editions shown; the same note of several is said once."""
    if any(review.series.editions[edition].is_update for edition in editions):
        page.text(f"{UPDATE}.")
    for note in edition_notes(review.series, editions):
        page.text(note)


def _group_statistics(review: Review) -> list[tuple[str, str]]:
    """The statistics that are shown by group, each with its heading: criteria met, and of a scored series its headline."""
    framework = review.framework
    found = [(f"criterion:{criterion.id}:{framework.highest}", criterion.short) for criterion in framework.criteria]
    if review.scored:
        found = [*((id, statistic_title(id, framework)) for id in headlines(review).statistics), *found]
    return found


def _groups(page: Page, review: Review, by: str) -> None:
    frame = review.statistics(by=by)
    chosen = _group_statistics(review)
    for name, part in frame.groupby("edition", sort=False):
        page.heading(f"{name}, by {by}: countries with an answer, and how many meet each")
        rows: list[tuple[Cell, ...]] = []
        for group, counted in part.groupby(by, sort=False):
            items = counted.set_index("statistic")
            cells = [Bounds(items.at[id, "lower"], items.at[id, "upper"]) for id, _ in chosen]
            rows.append((str(group) or no_group(by), number(items.at["recorded", "lower"]), *cells))
        columns = [
            Column(by, 0, "text_wrapped"),
            Column("countries", 0, "number"),
            *(Column(head, 0, "range_wrapped") for _, head in chosen),
        ]
        page.table(columns, rows, f"Edition {name} by {by}", indent=0)
    for note in rules_of_editions(review.framework, review.series):
        page.text(note)
    tables = [block for block in page.blocks if isinstance(block, Table)]
    if any(
        isinstance(cell, Bounds) and cell.lower != cell.upper for table in tables for row in table.rows for cell in row
    ):
        page.text("45–50: at least 45, at most 50.")
    page.text("Each row speaks of the countries with an answer in it, not of the region.")
    page.next(f"modellaw summary --series {review.series.id}", "modellaw report")


def summary_sheet(
    reviews: list[Review], schemes: Mapping[str, Mapping[tuple[str, str], str]], *, live: bool
) -> tuple[Page, list[Table]]:
    """The statistics of every series on one sheet: charts, a grouping of an edition that is picked, every edition.

    Beside it the tables that its charts are drawn from, for the hidden lists.
    """
    charts, behind = _charts(reviews)
    page = Page("Summary", "Summary: how many countries, by edition and by region", fixed=0, breaks=("Every edition",))
    if charts:
        page.blocks.append(ChartRow(tuple(charts)))
    answered = [review for review in reviews if review.answered_editions]
    if answered:
        page.blocks += _by_group(reviews, answered[0], schemes, live=live)
    page.blocks += [
        Heading("Every edition"),
        Text(
            "Published: the figure to quote, with its source. At least and at most: what the answers in our data leave possible, of the countries that the edition covers."
        ),
        _by_edition(reviews),
    ]
    return page, behind


def _by_edition(reviews: list[Review]) -> Table:
    """Every statistic of every edition of which something is known, the newest edition first."""
    items = []
    for review in reviews:
        sources, framework = review.series.sources, review.framework
        statistics = shown_statistics(review, review.statistics())
        by_edition = dict(iter(statistics.groupby("edition", sort=False)))
        editions = review.editions()[::-1].sort_values("kind", kind="stable")  # updates last
        for row in editions.to_dict("records"):
            edition = row["edition"]
            for item in by_edition.get(edition, statistics.iloc[:0]).to_dict("records"):
                if not _says_something(item, int(row["recorded"])):
                    continue
                first = item["source"].split()[:1]
                judged = review.judged(edition)
                covered = int_or_none(row["reviewed"])
                formulas = statistic_bounds(
                    framework, item["statistic"], rows_of(text_of(edition_label(review, edition))), str(covered or 0)
                )
                known = row["recorded"] and not pd.isna(item["lower"])
                items.append(
                    {
                        **item,
                        "series": review.series.id,
                        "label": review.label(edition),
                        "as_of": row["as_of"],
                        "covered": covered,
                        "title": statistic_title(item["statistic"], judged),
                        "published": None if pd.isna(item["published"]) else number(item["published"]),
                        "ends": [Formula(text, number(end), style=_style(item["statistic"])) for text, end in zip(formulas, (item["lower"], item["upper"]), strict=True)] if known else [None, None],
                        "is_count": item["statistic"] not in ("reviewed", "recorded", "score:mean"),
                        "link": Link(sources[first[0]].url, sources[first[0]].short) if first else "",
                    }
                )  # fmt: skip
    columns = [
        Column("Statistic", 26, "text_wrapped", lambda one: one["title"]),
        Column("Series", 10, value=lambda one: one["series"]),
        Column("Edition", 13, value=lambda one: one["label"]),
        Column("As of", 10, value=lambda one: one["as_of"]),
        Column("Countries covered", 11, "number", lambda one: one["covered"], key="covered"),
        Column("Published", 11, "number", lambda one: one["published"], key="published"),
        Column("Published: share", 11, "percent", _published_share),
        Column("At least", 9, "number", lambda one: one["ends"][0], key="least"),
        Column("At most", 9, "number", lambda one: one["ends"][1], key="most"),
        Column("At least: share", 9, "percent", lambda one: _answers_share(one, 0)),
        Column("At most: share", 9, "percent", lambda one: _answers_share(one, 1)),
        Column("Source", 40 if len(reviews[0].framework.criteria) <= 6 else 14, value=lambda one: one["link"]),
    ]
    return Table.of("summary", "Statistics of every edition, published and from answers", columns, items, filtered=True)


def _style(statistic: str) -> str:
    return "score_2" if statistic == "score:mean" else ""


def _says_something(item: Mapping[str, Any], recorded: int) -> bool:
    return not pd.isna(item["published"]) or (recorded > 0 and not pd.isna(item["lower"]))


def _published_share(one: Mapping[str, Any]) -> Cell:
    if not one["is_count"] or one["published"] is None or not one["covered"]:
        return None
    return float(one["published"]) / float(one["covered"])


def _answers_share(one: Mapping[str, Any], end: int) -> Cell:
    cell = one["ends"][end]
    if not one["is_count"] or cell is None or not one["covered"]:
        return None
    key = ("least", "most")[end]
    return Formula(f"=[@{key}]/[@covered]", float(cell.value) / float(one["covered"]))


def _by_group(
    reviews: list[Review], review: Review, schemes: Mapping[str, Mapping[tuple[str, str], str]], *, live: bool
) -> list[Any]:
    """How many countries of each group meet what, in the edition picked: counts, and the shares of those with an answer."""
    scheme, edition = next(iter(schemes)), review.last_answered
    label = edition_label(review, edition)
    most = max(len(set(members.values())) for members in schemes.values())
    shown = sorted(set(schemes[scheme].values()), key=lambda name: (name == no_group(scheme), name))
    rows = len(shown) if not live else most
    every, last = any(one.scored for one in reviews), len(schemes) - 1
    framework = review.framework
    statistics = [(f"criterion:{one.id}:{framework.highest}", one.short) for one in framework.criteria]
    if len(statistics) > _MOST_STATISTICS:
        statistics = []
    if every:
        ids = [*framework.headline_statistics(), *(f"level:{level.id}" for level in framework.levels)]
        titles = {id: statistic_title(id, framework) for id in ids}
        once = {title: id for id, title in reversed(titles.items())}  # of two that are called alike the first
        headed = [(id, title) for id, title in titles.items() if once[title] == id]
        statistics = [*headed, *statistics, ("score:mean", "Mean score")]
    counted = review.statistics(edition, by=scheme)
    values = {
        (group or no_group(scheme), statistic): (low, high)
        for group, statistic, low, high in counted[[scheme, "statistic", "lower", "upper"]].itertuples(index=False)
    }
    columns = [
        Column("Group", 26, "text_wrapped", _group_name(shown, live=live), "group"),
        Column("Countries with an answer", 10, "number", _group_cell(last, "recorded", 0, shown, values, review), "n"),
    ]
    is_share = f'LEFT([summary_show],5)="{_SHARE}"'
    for statistic, heading in statistics:
        # what is picked shows one bound or the other; where nothing can be picked, both stand side by side
        for end, word in ((None, ""),) if live else ((0, ": at least"), (1, ": at most")):
            cell = _group_cell(last, statistic, end, shown, values, review)
            share_if = "" if statistic == "score:mean" else is_share
            columns.append(Column(f"{heading}{word}", 4.2, "number", cell, rotated=True, share_if=share_if))
    picks = (
        Dropdown("summary_edition", "Series and edition", "answered_list.label", label, "pick a series and edition"),
        Dropdown("summary_scheme", "Grouping", "scheme_list.name", scheme, "pick how countries are grouped"),
        Dropdown("summary_show", "Show", "show_list.word", _SHOWN[0], "pick counts or shares, at least or at most"),
        edited_note("summary_typed"),
    )
    description = "Countries that meet each, by group, in the edition picked"
    table = Table.of("summary_groups", description, columns, range(1, rows + 1), sparse=True)
    heading = "By region or another grouping" if live else f"By region: {label}"
    note = (
        "Of the countries with an answer in each group; a group says nothing of countries of which no answer is held."
    )
    return [Heading(heading), *([Controls(picks, span=3)] if live else []), Text(note), table]


_SHARE = "share"
_SHOWN = (
    "countries, at least",
    "countries, at most",
    f"{_SHARE} of those with an answer, at least",
    f"{_SHARE} of those with an answer, at most",
)


def show_list() -> Table:
    """What the groups can show."""
    return Table.of(
        "show_list", "What the groups can show", [Column("Show", 30, key="word", value=lambda word: word)], _SHOWN
    )


def _group_name(shown: list[str], *, live: bool) -> Any:
    """The name of the group in each row: of the grouping picked, or where nothing is picked as it is shown."""
    if not live:
        return lambda n: shown[n - 1]
    return lambda n: Lookup("group_list.group", f"[summary_scheme]|{n}", "nth")


def _group_cell(
    last: int,
    statistic: str,
    end: int | None,
    shown: list[str],
    values: Mapping[tuple[str, str], tuple[Any, Any]],
    review: Review,
) -> Any:
    """What the cells of a column come to: a bound of a statistic over a group, or its share of the countries with an answer.

    `last`: the number of the last grouping, from 0. `end`: at least (0) or at most (1); None: as it is picked.
    """
    here = f"([data.when]=[summary_edition])*(INDEX([data.scheme:0..scheme:{last}],0,[scheme_number])=[@group])"
    least, most = (text[1:] for text in statistic_bounds(review.framework, statistic, here, ""))
    formula = least if end == 0 else most if end == 1 else f'IF(RIGHT([summary_show],4)="most",{most},{least})'
    of_all = statistic.startswith(("criterion:", "recorded"))
    if statistic not in ("recorded", "score:mean"):
        formula = f'{formula}/IF(LEFT([summary_show],5)="{_SHARE}",MAX([@n],1),1)'
    tested = formula if of_all else f'IF([summary_scored]="no","",{formula})'

    def made(n: int) -> Formula:
        pair = values.get((shown[n - 1], statistic)) if n <= len(shown) else None
        is_known = pair is not None and not pd.isna(pair[0]) and (review.scored or of_all)
        value = number(pair[end or 0]) if pair is not None and is_known else ""
        return Formula(f'=IF([@group]="","",{tested})', value, style=_style(statistic))

    return made


_MOST_STATISTICS = 12  # criteria that stand by group


def summary_controls() -> list[Computed]:
    """What the groups on the sheet need beside what is picked; for the hidden lists."""
    return [
        Computed(
            "scheme_number", "Number of the grouping", Formula("=MATCH([summary_scheme],[scheme_list.name],0)", 1)
        ),
        Computed("summary_scored", "Scored", Lookup("answered_list.scored", "[summary_edition]", "label")),
    ]


def answered_list(reviews: list[Review]) -> Table:
    """The editions with answers, those of a series newest first."""
    rows: list[tuple[Cell, ...]] = [
        (edition_label(review, edition), "yes" if review.scored else "no")
        for review in reviews
        for edition in reversed(review.edition_ids)
        if (review.matrix.rows["edition"] == edition).any()
    ]
    columns = (Column("Edition", 30, key="label"), Column("Scored", 8, key="scored"))
    return Table("answered_list", "The editions with answers", columns, rows)


_COLOURS = ("first", "second", "fourth", "fifth")
_MARKERS = ("circle", "diamond", "square", "triangle")


def _charts(reviews: list[Review]) -> tuple[list[Chart], list[Table]]:
    """A chart a series: published shares over the years, or the share that meets each criterion by edition."""
    charts, tables = [], []
    for review in reviews:
        found = headlines(review) if review.scored else None
        made = _published_chart(review, found) if found and len(review.series.figures.frame) else None
        made = made or _answers_chart(review)
        if made:
            charts.append(made[0])
            tables.append(made[1])
    return charts[:_MOST_CHARTS], tables[:_MOST_CHARTS]


_MOST_CHARTS = 3


_MOST_OPEN = Fraction(1, 3)  # of the countries, beyond which a line of what is certain would mislead


def _answers_chart(review: Review) -> tuple[Chart, Table] | None:
    """The share of the countries covered that meet a headline or criterion, at least and at most, where few answers are open."""
    editions = [edition for edition in review.answered_editions if review.series.editions[edition].reviewed]
    counted = review.statistics().set_index(["edition", "statistic"])
    covered = {edition: review.series.editions[edition].reviewed or 0 for edition in editions}

    def open_share(statistic: str) -> float:
        bounds = [
            (counted.at[(edition, statistic), "lower"], counted.at[(edition, statistic), "upper"])
            for edition in editions
        ]
        return max(
            (float(high - low) / covered[edition] for (low, high), edition in zip(bounds, editions, strict=True)),
            default=1,
        )

    chosen = [(id, head) for id, head in _group_statistics(review) if editions and open_share(id) <= _MOST_OPEN][
        :_MOST_LINES
    ]
    if not chosen:
        return None
    columns = [Column("Edition", 12, value=lambda edition: review.label(edition))]
    series: list[XYSeries] = []
    for (id, head), colour, marker in zip(chosen, _COLOURS, _MARKERS, strict=False):
        for end, word in (("lower", "at least"), ("upper", "at most")):
            columns.append(Column(f"{head}: {word}", 10, "percent", _share_of(counted, covered, id, end)))
            label = head if end == "lower" else f"{head}, at most"
            series.append(
                XYSeries(
                    label,
                    "Edition",
                    f"{head}: {word}",
                    0,
                    len(editions) - 1,
                    CHART_COLOURS[colour],
                    labelled=False,
                    in_legend=end == "lower",
                    marker=marker,
                    dashed=end == "upper",
                )
            )
    table = Table.of(f"chart_{review.series.id}", "The numbers behind the chart", columns, editions)
    last, first = editions[-1], chosen[0]
    share = percent_range(counted.at[(last, first[0]), "lower"], counted.at[(last, first[0]), "upper"], covered[last])
    stated = "" if review.scored else ", as the reports state it"
    title = f"{review.series.title}: {first[1].lower()} in {share} of countries in {last}{stated}"
    told = f"By edition, the share of the countries covered, at least (solid) and at most (dashed): {', '.join(head.lower() for _, head in chosen)}. The numbers stand in the table below."
    return Chart(
        "line", title, told, table.name, tuple(series), "edition", "share of countries: — at least, - - at most"
    ), table


_MOST_LINES = 4


def _share_of(counted: pd.DataFrame, covered: Mapping[str, int], statistic: str, end: str) -> Any:
    return lambda edition: float(counted.at[(edition, statistic), end]) / covered[edition]


def _published_chart(review: Review, found: Headlines) -> tuple[Chart, Table] | None:
    """The shares over time. Editions without a figure break the line; updates stand alone."""
    frame = found.frame.sort_values("kind", kind="stable", ignore_index=True)
    titles = [statistic_title(id, review.framework) for id in found.statistics]
    shares = {
        id: [None if pd.isna(value) or pd.isna(of) or not of else float(value) / float(of) for value, of in zip(frame[f"{id}:published"], frame["reviewed"], strict=True)]
        for id in found.statistics
    }  # fmt: skip
    years = [_year(text) for text in frame["as_of"]]
    columns = [
        Column("Edition", 13, value=lambda n: review.label(str(frame.at[n, "edition"]))),
        Column("Year", 11, "year", lambda n: years[n]),
        *(
            Column(f"{title}: share", 10, "percent", _nth(shares[id]))
            for id, title in zip(found.statistics, titles, strict=True)
        ),
    ]
    table = Table.of(f"chart_{review.series.id}", "The numbers behind the chart", columns, range(len(frame)))
    series: list[XYSeries] = []
    for id, title, name, marker in zip(found.statistics, titles, _COLOURS, _MARKERS, strict=False):
        drawn = [n for n in range(len(frame)) if years[n] is not None and shares[id][n] is not None]
        editions = [n for n in drawn if frame.at[n, "kind"] == "edition"]
        apart = {
            n
            for n in editions
            if n and _judged_otherwise(review, id, frame.at[n - 1, "edition"], frame.at[n, "edition"])
        }
        heading = f"{title}: share"
        for count, (first, last) in enumerate(_runs(editions, apart)):
            series.append(
                XYSeries(title, "Year", heading, first, last, CHART_COLOURS[name], in_legend=not count, marker=marker)
            )
        for count, n in enumerate(n for n in drawn if n not in editions):
            pale = CHART_COLOURS[f"{name}_pale"]
            series.append(
                XYSeries(
                    f"{title}, update",
                    "Year",
                    heading,
                    n,
                    n,
                    pale,
                    joined=False,
                    labelled=False,
                    in_legend=not count,
                    marker=marker,
                )
            )
    if not series:
        return None
    known = [
        year
        for n, year in enumerate(years)
        if year is not None and any(shares[id][n] is not None for id in found.statistics)
    ]
    span = (int(min(known) - 1) // 2 * 2, int(max(known) + 2) // 2 * 2)
    what = " and ".join(title.lower() for title in titles)
    told = f"Shares of countries by the date of the edition: {what}. Dark points are editions, pale ones updates. The numbers stand in the table below."
    title = f"{_finding(review, found)}{_rule_breaks(review, found)}"
    return Chart(
        "scatter", title, told, table.name, tuple(series), "as of (year)", "share of the countries covered", span
    ), table


def _nth(values: list[Any]) -> Any:
    return lambda n: values[n]


def _finding(review: Review, found: Headlines) -> str:
    """What the first headline says: its first and its last share."""
    id = found.statistics[0]
    stated = found.stated(id)
    ends = [
        (row["as_of"][:4] or row["edition"], percent(row[f"{id}:published"], int(row["reviewed"])))
        for row in stated.iloc[[0, -1]].to_dict("records")
    ]
    title = statistic_title(id, review.framework)
    (first, share), (last, share_last) = ends
    if first == last:
        return f"{title}: {share} of countries in {first}"
    return f"{title}: {share} of countries in {first}, {share_last} in {last}"


def _rule_breaks(review: Review, found: Headlines) -> str:
    """Where the rule of a headline changes, which no line crosses; "" where it doesn't."""
    editions = list(found.frame.loc[found.frame["kind"] == "edition", "edition"])
    changed = [
        later
        for before, later in itertools.pairwise(editions)
        if any(_judged_otherwise(review, id, before, later) for id in found.statistics)
    ]
    if not changed:
        return ""
    return (
        f" (another rule from {changed[0]} on)"
        if len(changed) == 1
        else f" (another rule in {', '.join(changed[::2])})"
    )


def _judged_otherwise(review: Review, statistic: str, before: str, edition: str) -> bool:
    """Whether an edition judges a statistic by another rule than the one before."""
    return statistic in review.judged(before).unlike(review.judged(edition))


def _runs(places: Iterable[int], apart: set[int]) -> list[tuple[int, int]]:
    """Consecutive places as (first, last): a line joins no two editions with a gap between them, or another rule."""
    runs: list[tuple[int, int]] = []
    for place in places:
        if runs and runs[-1][1] == place - 1 and place not in apart:
            runs[-1] = (runs[-1][0], place)
        else:
            runs.append((place, place))
    return runs


def _year(date: str) -> float | None:
    """A date as a year with its fraction, to the month."""
    if not date:
        return None
    year, month = int(date[:4]), int(date[5:7] or 1)
    return round(year + (month - 1) / 12, 3)
