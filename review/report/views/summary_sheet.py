"""The statistics of every series on one sheet: charts, a grouping that is picked, every edition."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from review.report.blocks import (
    Cell,
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
    Table,
    Text,
    text_of,
)
from review.report.formulas.statistic import rows_of, statistic_bounds
from review.report.views.charts import share_charts
from review.report.views.data import edited_note, edition_label
from review.report.views.summary import shown_statistics
from review.review import Review
from review.wording import int_or_none, no_group, number, statistic_title

__all__ = ["show_list", "statistics_by_edition", "statistics_note", "summary_controls", "summary_sheet"]


def summary_sheet(
    reviews: list[Review], schemes: Mapping[str, Mapping[tuple[str, str], str]], *, live: bool
) -> tuple[Page, list[Table]]:
    """The statistics of every series on one sheet: charts, a grouping of an edition that is picked, every edition.

    Beside it the tables that its charts are drawn from, for the hidden lists.
    """
    charts, behind = share_charts(reviews)
    page = Page("Summary", "Summary: how many countries, by edition and by region", fixed=0, breaks=("Every edition",))
    if charts:
        page.blocks.append(ChartRow(tuple(charts)))
    answered = [review for review in reviews if review.answered_editions]
    if answered:
        page.blocks += _by_group(reviews, answered[0], schemes, live=live)
    every = statistics_by_edition(reviews)
    page.blocks += [Heading("Every edition"), Text(statistics_note(every)), every]
    return page, behind


def statistics_note(table: Table) -> str:
    """What the columns of `statistics_by_edition` mean."""
    stated = any(column.key == "published" for column in table.columns)
    published = "Published: the figure to quote, with its source. " if stated else ""
    return f"{published}At least and at most: what the answers in our data leave possible, of the countries that the edition covers."


def statistics_by_edition(reviews: list[Review]) -> Table:
    """Every statistic of every edition of which something is known, the newest edition first."""
    items = []
    for review in reviews:
        sources, framework, answered = review.series.sources, review.framework, _sources_of_answers(review)
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
                        "link": Link(sources[first[0]].url, sources[first[0]].short) if first else answered.get(edition, ""),
                    }
                )  # fmt: skip
    is_stated = any(one["published"] is not None for one in items)
    published = [
        Column("Published", 11, "number", lambda one: one["published"], key="published"),
        Column("Published: share", 11, "percent", _published_share),
    ]
    columns = [
        Column("Statistic", 26, "text_wrapped", lambda one: one["title"]),
        Column("Series", 10, value=lambda one: one["series"]),
        Column("Edition", 13, value=lambda one: one["label"]),
        Column("As of", 10, value=lambda one: one["as_of"]),
        Column("Countries covered", 11, "number", lambda one: one["covered"], key="covered"),
        *(published if is_stated else []),
        Column("At least", 9, "number", lambda one: one["ends"][0], key="least"),
        Column("At most", 9, "number", lambda one: one["ends"][1], key="most"),
        Column("At least: share", 9, "percent", lambda one: _answers_share(one, 0)),
        Column("At most: share", 9, "percent", lambda one: _answers_share(one, 1)),
        Column("Source", 40 if len(reviews[0].framework.criteria) <= 6 else 14, value=lambda one: one["link"]),
    ]
    return Table.of("summary", "Statistics of every edition, published and from answers", columns, items, filtered=True)


def _sources_of_answers(review: Review) -> dict[str, Link]:
    """By edition, the source of all its answers, where it is one."""
    found: dict[str, Link] = {}
    for edition, part in review.answers().groupby("edition")["source"]:
        ids = part[part != ""].unique()
        if len(ids) == 1 and ids[0] in review.series.sources:
            one = review.series.sources[ids[0]]
            found[str(edition)] = Link(one.url, f"answers: {one.short}")
    return found


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
