"""The codebook of a framework: criteria, answers, levels, wordings, statistics, series and sources."""

from __future__ import annotations

from collections.abc import Sequence

from criteria import Framework
from review.published import identities
from review.report.blocks import Block, Cell, Column, Heading, Link, Page, Table, Text
from review.review import Review
from review.wording import rule_in_words, score_in_words, statistic_title, sufficient_by_edition, sufficient_in_words

__all__ = ["codebook_page"]


def codebook_page(framework: Framework, reviews: Sequence[Review] = ()) -> Page:
    """All that a framework says and what follows from it; of the series of `reviews`, or without sources for any series."""
    by = f" Criteria: {framework.publisher}." if framework.publisher else ""
    titles = {review.series.id: review.series.title for review in reviews}
    blocks: list[Block] = [
        Text(f"Framework {framework.id}.{by} Questions and counting rules are in our own words."),
        _criteria(framework),
    ]
    if framework.groups:
        blocks += [Heading("Groups"), _groups(framework)]
    if not reviews or any(review.scored for review in reviews):
        score = Text(score_in_words(framework))
        blocks += [Heading("Score and levels, best first"), score, *_levels(framework, reviews)]
    blocks += [Heading("Answers"), _answers(framework)]
    wordings = [one for one in framework.wordings if not reviews or one.series in titles]
    if wordings:
        columns = (
            Column("Criterion", 26, "text_wrapped", lambda one: framework.criterion(one.criterion).title),
            Column("Comparable", 19, value=lambda one: "yes" if one.comparable else "no"),
            Column("Series and editions", 31, "text_wrapped", lambda one: f"{titles.get(one.series, one.series)}: {', '.join(one.editions)}"),
            Column("Wording", 42, "text_wrapped", lambda one: one.text),
        )  # fmt: skip
        blocks += [Heading("Wordings that differ by edition"), Table.of("wordings", "How editions put a criterion", columns, wordings)]  # fmt: skip
    blocks += _statistics(framework)
    about = [f"{one.series.title} ({one.series.id}): {one.series.about}" for one in reviews if one.series.about]
    blocks += [Heading("Series"), *(Text(text, "plain") for text in about)] if about else []
    if reviews:
        kinds = "Titles stand in the words of their time. Kind: the series' own publisher, the record of a library or institution, a government, the press, or a comment."
        blocks += [Heading("Sources"), Text(kinds), _sources(reviews)]
    return Page("Codebook", "Codebook: criteria, levels, statistics and sources" if reviews else f"{framework.title}: codebook", blocks)  # fmt: skip


def _criteria(framework: Framework) -> Table:
    columns = [
        Column("Criterion", 26, "text_wrapped", lambda one: one.title),
        Column("Short", 19, "text_wrapped", lambda one: one.short),
        Column("Question", 31, "text_wrapped", lambda one: one.question),
        Column("What counts", 42, "text_wrapped", lambda one: one.counts),
        Column(
            "Requires", 16, "text_wrapped", lambda one: ", ".join(framework.criterion(id).title for id in one.requires)
        ),
        Column("Weight", 9, "score", lambda one: float(one.weight)),
        Column("Id", 24, value=lambda one: one.id),
    ]
    if framework.groups:
        columns.append(
            Column("Group", 20, "text_wrapped", lambda one: framework.group(one.group).title if one.group else "")
        )
    return Table.of("criteria", "The criteria, their questions and their counting rules", columns, framework.criteria)


def _groups(framework: Framework) -> Table:
    columns = (
        Column("Group", 26, "text_wrapped", lambda one: one.title),
        Column("Id", 19, value=lambda one: one.id),
        Column("Weight", 31, "score", lambda one: float(one.weight)),
    )
    return Table.of("groups", "The groups of criteria and their weights", columns, framework.groups)


def _answers(framework: Framework) -> Table:
    earned = dict(zip(framework.grades, framework.credit, strict=True))
    meanings = {
        grade: f"partly met: earns {credit} of the criterion's weight" for grade, credit in reversed(earned.items())
    }
    meanings |= {
        framework.lowest: "not met",
        framework.highest: "met: earns the whole weight of the criterion",
        "unknown": "covered, but silent or unclear; open",
        "not_assessed": "not asked; open",
        "not_applicable": "left out of score and level",
        "blank": "nothing recorded; never “no”",
    }
    columns = (Column("Answer", 26), Column("Meaning", 19))
    return Table("answers_codes", "The answers and what they mean", columns, list(meanings.items()))


def _levels(framework: Framework, reviews: Sequence[Review]) -> list[Block]:
    """The levels, best first, and below each how single editions judge it otherwise."""
    titles, rows = {review.series.id: review.series.title for review in reviews}, list[tuple[Cell, ...]]()
    for level in framework.levels:
        others = "all other editions" if any(rule.level.id == level.id for rule in framework.rules) else "all editions"
        rows.append((level.title, level.short, others, rule_in_words(level, framework), level.id))
        for rule in framework.rules:
            if rule.level.id == level.id and (not titles or rule.series in titles):
                where = f"{titles.get(rule.series, rule.series)}: {', '.join(rule.editions)}"
                asked = f"{rule_in_words(rule.level, framework)}. {rule.note}".rstrip()
                rows.append((rule.level.title, rule.level.short, where, asked, level.id))
    columns = (
        Column("Level", 26, "text_wrapped"), Column("Short", 19, "text_wrapped"), Column("In which editions", 31, "text_wrapped"),
        Column("Needs", 42, "text_wrapped"), Column("Id", 16),
    )  # fmt: skip
    scored = [review.series for review in reviews if review.scored]
    rules = dict.fromkeys(sufficient_by_edition(framework, one) for one in scored) or [sufficient_in_words(framework)]
    sufficient = f"“Sufficient” means: {'; '.join(rules)}. " if framework.sufficient else ""
    note = f"{sufficient}What does not apply to a country is left out of these lists."
    if not framework.levels_exact:
        note += " Where answers are open, a level that is called possible may turn out not to be."
    return [Table("levels", "The levels, best first, and the criteria each needs", columns, rows), Text(note)]


def _statistics(framework: Framework) -> list[Block]:
    """The statistics, and what published figures must make of them."""

    def title(id: str) -> str:
        return statistic_title(id, framework)

    columns = (Column("Statistic", 26, "text_wrapped", title), Column("Id", 19, value=str))
    must = (
        Column("Figure", 26, "text_wrapped", lambda one: title(one.stated)),
        Column("Number", 19, value=lambda one: f"identity {one.number}"),
        Column("Must equal", 31, "text_wrapped", lambda one: "".join([" + ".join(map(title, one.plus)), *(f" − {title(id)}" for id in one.minus)])),
    )  # fmt: skip
    return [
        Heading("Statistics: what each counts, and the id by which files name it"),
        Table.of("statistics", "The statistics and their ids", columns, framework.statistics),
        Heading("What published figures must equal of each other"),
        Table.of("identities", "Identities between published figures", must, identities(framework)),
    ]


def _sources(reviews: Sequence[Review]) -> Table:
    items = [{**row, "series": review.series.id} for review in reviews for row in review.sources().to_dict("records")]
    columns = (
        Column("Source", 26, value="source"), Column("Series", 19, value="series"), Column("Title", 31, "text_wrapped", "title"),
        Column("Address", 42, "text_wrapped", lambda row: Link(row["url"], row["url"]) if row["url"] else ""),
        Column("Publisher", 16, "text_wrapped", "publisher"), Column("Answers", 9, "number", "answers"), Column("Kind", 14, value="kind"),
        Column("Published", 12, value="published"), Column("Figures", 9, "number", "figures"),
    )  # fmt: skip
    return Table.of("sources", "Every source, with its address", columns, items, filtered=True)
