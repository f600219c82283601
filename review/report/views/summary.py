"""Statistics of a series: by edition, and by group of countries; as pages to read and as a sheet of every series."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from criteria import Framework
from review.headlines import group_statistics, headlines
from review.report.blocks import (
    Amount,
    At,
    Block,
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
from review.report.views.lists import groups_of
from review.report.views.overview import headline_notes, headline_table
from review.review import Review
from review.statistics import count_answers
from review.wording import (
    MET,
    NOT_APPLICABLE,
    NOT_ASKED,
    UPDATE,
    edition_notes,
    int_or_none,
    is_share,
    legend_marks,
    marks_below_full,
    marks_of,
    no_group,
    number,
    rules_of_editions,
    statistic_title,
    sufficient_in_words,
)

__all__ = [
    "show_list", "shown_statistics", "statistics_by_edition", "statistics_note", "summary_controls", "summary_page", "summary_sheet",
]  # fmt: skip


def summary_page(review: Review, edition: str | None, by: str | None, *, same_countries: bool = False) -> Page:
    """The statistics of one edition in full, or the headline of all with their answers counted."""
    page = Page("Summary", f"{review.framework.title}: {review.series.title}")
    if not review.scored:
        page.text(f"{review.series.caveat} This series is not scored: it shows answers only.".strip())
    if same_countries:
        many, span = review.matrix.rows["country"].nunique(), ", ".join(review.edition_ids)
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
        for one in review.answered_editions[-1:] if not same_countries else []:
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
    note = f"{row['note'][:1].upper()}{row['note'][1:].rstrip('.')}." if row["note"] else ""
    page.text(" ".join(filter(None, [f"As of {row['as_of']}." if row["as_of"] else "", note])))
    judged = review.judged(edition)
    frame = shown_statistics(review, review.statistics(edition))
    if not row["recorded"]:  # what nothing is recorded of is open for all
        frame = frame[frame["published"].notna() | frame["statistic"].isin(["reviewed", "recorded"])]
    rows: list[tuple[Cell, ...]] = []
    for item in frame.to_dict("records"):
        id = item["statistic"]
        bounds = Amount(item["lower"], item["upper"], decimals=2 if id == "score:mean" else 0)
        share = Amount(item["published"], out_of=row["reviewed"]) if id not in ("reviewed", "score:mean") else None
        published = None if pd.isna(item["published"]) else number(item["published"])
        answers = "not computable" if pd.isna(item["lower"]) else bounds
        rows.append((statistic_title(id, judged), answers, published, item["source"], share))
    heads = {"statistic": "text_wrapped", "from answers": "bounds_wrapped"}
    if frame["published"].notna().any():
        heads = {"statistic": "text_wrapped", "published": "number", "source": "text_wrapped", "share": "percent", "from answers": "bounds_wrapped"}  # fmt: skip
        rows = [(title, *stated, answers) for title, answers, *stated in rows]
    page.table(heads, [one[: len(heads)] for one in rows], f"Statistics of edition {edition}")
    _others(page, review, edition)
    if review.scored and review.framework.sufficient:
        page.text(f"Sufficient: {sufficient_in_words(judged)}.")
    answers_of = review.series.answers
    named = dict.fromkeys(" ".join(sorted(set(answers_of.loc[answers_of["edition"] == edition, "source"]))).split())
    if named:
        page.text(f"From answers: {', '.join(named)}. {review.series.caveat}".strip())
    if pd.isna(row["reviewed"]):
        page.text("How many countries this edition covers is not known: nothing that needs it is computed.")
    if named:
        page.next(_example(review, edition), _odd_figures(review, edition))


def _others(page: Page, review: Review, edition: str) -> None:
    """The answers that no statistic counts: does not apply, not asked."""
    counts = count_answers(review)
    counts = counts[counts["edition"] == edition]
    for one in (NOT_ASKED, NOT_APPLICABLE):
        part = counts[counts[one.id] > 0][["criterion", one.id]].itertuples(index=False)
        told = ", ".join(f"{review.framework.criterion(id).short} {many}" for id, many in part)
        page.text(f"{one.words[:1].upper()}{one.words[1:]}: {told}." if told else "")


def _example(review: Review, edition: str) -> str:
    """A command that lists the countries behind a number."""
    scores, framework = review.scores(edition), review.framework
    pairs = [(id, grade) for grade in framework.grades for id in framework.criterion_ids if (scores[id] == grade).any()]
    command = f"modellaw scores --series {review.series.id} --edition {edition} --where"
    return f"{command} {pairs[0][0]}={pairs[0][1]}" if pairs else ""


def _odd_figures(review: Review, edition: str) -> str:
    """A command that tells of published figures that contradict the answers; "" where none does."""
    figures = review.figure_checks().figures
    odd = (figures["edition"] == edition) & (figures["result"] == "contradicts")
    return f"modellaw figures --series {review.series.id} --edition {edition}" if odd.any() else ""


def _answers_by_criterion(page: Page, review: Review) -> None:
    counts, framework = count_answers(review), review.framework
    if counts.empty:
        return
    page.heading("From answers, by criterion (counting what follows from another answer)")
    shown = legend_marks((one for one in marks_of(framework) if counts[one.id].any()), framework)
    # a grade may have the words of another heading
    columns = [Column("edition"), *(Column(head, 0, "number") for head in ("countries", *(one.words for one in shown)))]
    columns.append(Column("share met", 0, "percent"))
    for criterion in framework.criteria:
        page.heading(criterion.title)
        rows: list[tuple[Cell, ...]] = []
        for item in counts[counts["criterion"] == criterion.id].to_dict("records"):
            # at most, all but those that don't meet it, or to whom it doesn't apply
            most = item["countries"] - sum(item[one.id] for one in marks_below_full(framework))
            marks = [int(item[one.id]) for one in shown]
            share = Amount(item[MET.id], most, item["countries"])
            rows.append((review.label(item["edition"]), int(item["countries"]), *marks, share))
        page.table(columns, rows, f"Answers: {criterion.title}")
    editions = list(dict.fromkeys(counts["edition"]))
    if any(review.series.editions[edition].is_update for edition in editions):
        page.text(f"{UPDATE}.")
    for note in edition_notes(review.series, editions):
        page.text(note)


def _groups(page: Page, review: Review, by: str) -> None:
    chosen = group_statistics(review)
    columns = [Column(by, 0, "text_wrapped"), Column("countries", 0, "number"), *(Column(head, 0, "range_wrapped") for _, head in chosen)]  # fmt: skip
    is_open = False
    for name, part in review.statistics(by=by).groupby("edition", sort=False):
        page.heading(f"{name}, by {by}: countries with an answer, and how many meet each")
        rows: list[tuple[Cell, ...]] = []
        for group, counted in part.groupby(by, sort=False):
            items = counted.set_index("statistic")
            cells = [Amount(items.at[id, "lower"], items.at[id, "upper"]) for id, _ in chosen]
            is_open = is_open or any(cell.is_open for cell in cells)
            rows.append((str(group) or no_group(by), number(items.at["recorded", "lower"]), *cells))
        page.table(columns, rows, f"Edition {name} by {by}", indent=0)
    for note in rules_of_editions(review.framework, review.series):
        page.text(note)
    page.text("45–50: at least 45, at most 50." if is_open else "")
    page.text("Each row speaks of the countries with an answer in it, not of the region.")
    page.next(f"modellaw summary --series {review.series.id}", "modellaw report")


# the sheet


_SHARE = "share"
_SHOWN = ("countries, at least", "countries, at most", f"{_SHARE} of those with an answer, at least", f"{_SHARE} of those with an answer, at most")  # fmt: skip
_MOST_STATISTICS = 12  # criteria that stand by group
_Schemes = Mapping[str, Mapping[tuple[str, str], str]]


def summary_sheet(reviews: list[Review], schemes: _Schemes, *, live: bool) -> tuple[Page, list[Table]]:
    """The statistics of every series on one sheet: charts, a grouping of an edition that is picked, every edition.

    Beside it the tables that its charts are drawn from, for the hidden lists.
    """
    charts, behind = share_charts(reviews)
    page = Page("Summary", "Summary: how many countries, by edition and by region", fixed=0, breaks=("Every edition",))
    page.blocks += [ChartRow(tuple(charts))] if charts else []
    answered = [review for review in reviews if review.answered_editions]
    page.blocks += _by_group(reviews, answered[0], schemes, live=live) if answered else []
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
    items = [item for review in reviews for item in _statistic_items(review)]
    published = [Column("Published", 11, "number", key="published"), Column("Published: share", 11, "percent", "share")]
    columns = [
        Column("Statistic", 26, "text_wrapped", "title"), Column("Series", 10, value="series"), Column("Edition", 13, value="label"),
        Column("As of", 12, value="as_of"), Column("Countries covered", 11, "number", key="covered"),
        *(published if any(one["published"] is not None for one in items) else []),
        Column("At least", 9, "number", key="least"), Column("At most", 9, "number", key="most"),
        Column("At least: share", 9, "percent", _share_of("least")), Column("At most: share", 9, "percent", _share_of("most")),
        Column("Source", 40 if len(reviews[0].framework.criteria) <= 6 else 14, value="link"),
    ]  # fmt: skip
    return Table.of("summary", "Statistics of every edition, published and from answers", columns, items, filtered=True)


def _statistic_items(review: Review) -> list[dict[str, Any]]:
    """The statistics of a series of which something is known: published, or what answers leave possible."""
    items = []
    sources, answered = review.series.sources, _sources_of_answers(review)
    by_edition = dict(iter(shown_statistics(review, review.statistics()).groupby("edition", sort=False)))
    for row in review.editions()[::-1].sort_values("kind", kind="stable").to_dict("records"):  # updates last
        edition, covered = row["edition"], int_or_none(row["reviewed"])
        judged, rows = review.judged(edition), rows_of(text_of(edition_label(review, edition)))
        for item in by_edition[edition].to_dict("records") if edition in by_edition else []:
            id, is_known = item["statistic"], row["recorded"] and not pd.isna(item["lower"])
            published = None if pd.isna(item["published"]) else number(item["published"])
            if published is None and not is_known:
                continue
            texts = statistic_bounds(review.framework, id, rows, str(covered or 0))
            pairs = zip(texts, (item["lower"], item["upper"]), strict=True)
            least, most = [Formula(text, number(end), _style(id)) if is_known else None for text, end in pairs]
            source = sources[item["source"].split()[0]] if item["source"] else None
            counts = covered and is_share(id)
            items.append({
                "series": review.series.id, "label": review.label(edition), "as_of": row["as_of"], "covered": covered,
                "title": statistic_title(id, judged), "published": published, "least": least, "most": most,
                "counts": counts, "share": published / covered if counts and covered and published is not None else None,
                "link": Link(source.url, source.short) if source else answered.get(edition, ""),
            })  # fmt: skip
    return items


def _share_of(key: str) -> Any:
    """The cells of the share that a column of counts is of the countries covered."""
    formula = Formula(f"=[@{key}]/[@covered]", lambda at: at(f"@{key}") / at("@covered"))
    return lambda item: formula if item["counts"] and item[key] is not None else None


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


def _grouped_statistics(framework: Framework, *, scored: bool) -> dict[str, str]:
    """The statistics that are shown by group, each with its heading; of two that are called alike the first."""
    criteria = {f"criterion:{one.id}:{framework.highest}": one.short for one in framework.criteria}
    criteria = criteria if len(criteria) <= _MOST_STATISTICS else {}
    if not scored:
        return criteria
    judged = [framework, *(framework.of_edition(rule.series, rule.editions[0]) for rule in framework.rules)]
    headed: dict[str, str] = {}
    for id in (*framework.headline_statistics(), *(f"level:{level.id}" for level in framework.levels)):
        titles = dict.fromkeys(statistic_title(id, one) for one in judged)
        if len(titles) > 1:  # editions judge by rules of their own
            titles = dict.fromkeys(one.level(id.split(":")[1]).short for one in judged)
        headed.setdefault(" / ".join(titles), id)
    return {id: title for title, id in headed.items()} | criteria | {"score:mean": "Mean score"}


def _group_cells(review: Review, schemes: _Schemes, counted: pd.DataFrame, statistic: str, end: int | None) -> Any:
    """The cells of a column: a bound of a statistic, or its share of those with an answer.

    `counted`: the statistics by the first grouping, in which it is shown first. `end`: None as it is picked.
    """
    scheme = next(iter(schemes))
    part = counted[counted["statistic"] == statistic][[scheme, "lower", "upper"]]
    bounds = {group or no_group(scheme): ends for group, *ends in part.itertuples(index=False)}
    rows = f"([data.when]=[summary_edition])*(INDEX([data.scheme:0..scheme:{len(schemes) - 1}],0,[scheme_number])=[@group])"
    least, most = (text[1:] for text in statistic_bounds(review.framework, statistic, rows, ""))
    formula = (least, most)[end] if end is not None else f'IF(RIGHT([summary_show],4)="most",{most},{least})'
    if statistic not in ("recorded", "score:mean"):
        formula = f'{formula}/IF(LEFT([summary_show],5)="{_SHARE}",MAX([@n],1),1)'
    of_all = statistic.startswith(("criterion:", "recorded"))
    tested = formula if of_all else f'IF([summary_scored]="no","",{formula})'

    def value(at: At) -> Any:
        ends = bounds.get(at("@group"), (None, None))
        return "" if pd.isna(ends[0]) or not (review.scored or of_all) else number(ends[end or 0])

    return lambda _: Formula(f'=IF([@group]="","",{tested})', value, _style(statistic))


def _by_group(reviews: list[Review], review: Review, schemes: _Schemes, *, live: bool) -> list[Block]:
    """How many countries of each group meet what, in the edition picked: counts, and the shares of those with an answer."""
    scheme, label = next(iter(schemes)), edition_label(review, review.last_answered)
    shown = groups_of(scheme, schemes[scheme])

    def group(n: int) -> Cell:
        return Lookup("group_list.group", f"[summary_scheme]|{n}", "nth") if live else shown[n - 1]

    counted = review.statistics(review.last_answered, by=scheme)
    held = _group_cells(review, schemes, counted, "recorded", 0)
    columns = [
        Column("Group", 26, "text_wrapped", group, "group"),
        Column("Countries with an answer", 10, "number", held, "n"),
    ]
    for statistic, heading in _grouped_statistics(review.framework, scored=any(one.scored for one in reviews)).items():
        share_if = "" if statistic == "score:mean" else f'LEFT([summary_show],5)="{_SHARE}"'
        # what is picked shows one bound or the other; where nothing can be picked, both stand side by side
        for end, word in ((None, ""),) if live else ((0, ": at least"), (1, ": at most")):
            cells = _group_cells(review, schemes, counted, statistic, end)
            columns.append(Column(f"{heading}{word}", 4.2, "number", cells, rotated=True, share_if=share_if))
    picks = (
        Dropdown("summary_edition", "Series and edition", "answered_list.label", label, "pick a series and edition"),
        Dropdown("summary_scheme", "Grouping", "scheme_list.name", scheme, "pick how countries are grouped"),
        Dropdown("summary_show", "Show", "show_list.word", _SHOWN[0], "pick counts or shares, at least or at most"),
        edited_note("summary_typed"),
    )
    rows = range(1, (max(len(set(members.values())) for members in schemes.values()) if live else len(shown)) + 1)
    description = "Countries that meet each, by group, in the edition picked"
    table = Table.of("summary_groups", description, columns, rows, sparse=True)
    note = Text(
        "Of the countries with an answer in each group; a group says nothing of countries of which no answer is held."
    )
    opening = Heading("By region or another grouping" if live else f"By region: {label}")
    return [opening, *([Controls(picks, span=3)] if live else []), note, table]


def show_list() -> Table:
    """What the groups can show."""
    return Table.of("show_list", "What the groups can show", [Column("Show", 30, value=str, key="word")], _SHOWN)


def summary_controls() -> list[Computed]:
    """What the groups on the sheet need beside what is picked; for the hidden lists."""
    number_ = Formula("=MATCH([summary_scheme],[scheme_list.name],0)", 1)
    scored = Lookup("answered_list.scored", "[summary_edition]", "label")
    return [Computed("scheme_number", "Number of the grouping", number_), Computed("summary_scored", "Scored", scored)]
