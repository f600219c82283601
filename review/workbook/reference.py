"""What the figures rest on: every answer with its source, the criteria, the sources."""

from __future__ import annotations

from criteria import Framework
from review.review import Review
from review.wording import FOLLOWS, rule_in_words, score_in_words, statistic_title
from review.workbook.model import Block, Cell, Column, Heading, Link, Sheet, Styled, Table, Text
from review.workbook.styles import mark_style

__all__ = ["answers_sheet", "criteria_sheet", "sources_sheet"]


_MAY_BE_MISSING = ("Statute", "Quote", "In effect", "Cause", "Note")


def answers_sheet(reviews: list[Review]) -> Sheet:
    """All answers of all series in one list; the column “Series” tells them apart."""
    columns = (
        Column("Series", 12), Column("Edition", 13), Column("Country", 34), Column("Code", 8), Column("Region", 11),
        Column("Criterion", 15), Column("Mark", 7, "centred"), Column("Answer", 17), Column("How known", 25),
        Column("Source", 40), Column("Locator", 60), Column("Statute", 40, "text_wrapped"), Column("Quote", 60, "text_wrapped"),
        Column("In effect", 11), Column("Cause", 13), Column("Note", 60, "text_wrapped"),
    )  # fmt: skip
    rows = [row for review in reviews for row in _answer_rows(review)]
    # what no source here gives has no column
    filled = [
        n for n, column in enumerate(columns) if column.heading not in _MAY_BE_MISSING or any(row[n] for row in rows)
    ]
    missing = [column.heading for n, column in enumerate(columns) if n not in filled]
    notes = (
        "One row for each answer that is recorded or follows from a recorded one. A criterion of which nothing was collected has no row.",
        "This list keeps what was recorded: what is typed over on Data does not change it.",
        *(
            [
                f"Of no answer here is held: {', '.join(missing).lower()}. What can be cited is the source and the place in it."
            ]
            if missing
            else []
        ),
    )
    cells = [tuple(row[n] for n in filled) for row in rows]
    chosen = tuple(columns[n] for n in filled)
    table = Table("answers", "Every recorded and every deduced answer, with its source", chosen, cells, frozen=True)
    return Sheet("Answers", "Answers: every one with its source", [Text(notes), table], fixed=3)


def _answer_rows(review: Review) -> list[tuple[Cell, ...]]:
    """A row for each answer of a series, those that a deduced one replaced included."""
    shorts = {criterion.id: criterion.short for criterion in review.framework.criteria}
    sources = review.series.sources
    rows: list[tuple[Cell, ...]] = []
    for frame, recorded in (
        (review.answers(), "recorded"),
        (review.replaced(), "recorded, but replaced by what follows"),
    ):
        for item in frame.to_dict("records"):
            answer = review.mark(item["answer"])
            follows, locator = item["follows_from"], item["locator"]
            ids = item["source"].split()
            more = f" and [{'] ['.join(ids[1:])}]" if len(ids) > 1 else ""
            rows.append(
                (
                    review.series.id,
                    review.label(item["edition"]),
                    item["name"],
                    item["country"],
                    item["region"],
                    shorts[item["criterion"]],
                    Styled(answer.sign + (FOLLOWS if follows else ""), mark_style(answer)),
                    answer.words,
                    f"follows from: {shorts[follows]}" if follows else recorded,
                    Link(sources[ids[0]].url, sources[ids[0]].short + more) if ids else "",
                    Link(locator, locator) if locator.startswith("http") else locator,
                    item["citation"],
                    item["quote"],
                    item["effective"],
                    item["cause"],
                    item["note"],
                )
            )
    return rows


def criteria_sheet(reviews: list[Review]) -> Sheet:
    """The criteria with their counting rules, the levels, wordings by edition, and the statistics."""
    review = reviews[0]
    framework = review.framework
    titles = {criterion.id: criterion.title for criterion in framework.criteria}
    blocks: list[Block] = [
        Text(
            (
                f"Framework {framework.id}. Criteria: {framework.publisher}. Questions and counting rules are in our own words.",
            )
        ),
        Table(
            "criteria",
            "The criteria, their questions and their counting rules",
            (
                Column("Criterion", 36, "text_wrapped"),
                Column("Short", 16),
                Column("Question", 44, "text_wrapped"),
                Column("What counts", 84, "text_wrapped"),
                Column("Requires", 26, "text_wrapped"),
                Column("Weight", 9, "score"),
                Column("Group", 26, "text_wrapped"),
            ),
            [
                (
                    c.title,
                    c.short,
                    c.question,
                    c.counts,
                    ", ".join(titles[r] for r in c.requires),
                    float(c.weight),
                    framework.group(c.group).title if c.group else "",
                )
                for c in framework.criteria
            ],
            filtered=False,
        ),
    ]
    if any(one.scored for one in reviews):
        enough = framework.sufficient_levels()
        blocks += [
            Heading("Score"),
            Text((score_in_words(framework), *_grades(framework))),
            Heading("Levels, best first: a country's level is the first of which it meets all"),
            Table(
                "levels",
                "The levels and the criteria each needs",
                (
                    Column("Level", 36),
                    Column("Short", 16),
                    Column("Counts as sufficient", 44),
                    Column("Needs", 84, "text_wrapped"),
                ),
                [
                    (level.title, level.short, "yes" if level in enough else "no", rule_in_words(level, framework))
                    for level in framework.levels
                ],
                filtered=False,
            ),
        ]
    ids = {one.series.id: one.series.title for one in reviews}
    rules = [rule for rule in framework.rules if rule.series in ids] if any(one.scored for one in reviews) else []
    if rules:
        blocks += [
            Heading("Levels that single editions judge otherwise"),
            Table(
                "edition_rules",
                "Rules of levels of single editions",
                (
                    Column("Level", 36),
                    Column("Series", 16),
                    Column("Level in these editions", 44),
                    Column("Needs there", 84, "text_wrapped"),
                    Column("Editions", 26),
                ),
                [
                    (
                        framework.level(one.level.id).title,
                        ids[one.series],
                        one.level.title,
                        " ".join(filter(None, (f"{rule_in_words(one.level, framework)}.", one.note))),
                        ", ".join(one.editions),
                    )
                    for one in rules
                ],
                filtered=False,
            ),
        ]
    wordings = [wording for wording in framework.wordings if wording.series in ids]
    if wordings:
        blocks += [
            Heading("Wordings that differ by edition"),
            Table(
                "wordings",
                "How editions put a criterion",
                (
                    Column("Criterion", 36),
                    Column("Series", 16),
                    Column("Wording", 44),
                    Column("Editions", 84, "text_wrapped"),
                    Column("Comparable with the others", 26),
                ),
                [
                    (titles[w.criterion], ids[w.series], w.text, ", ".join(w.editions), "yes" if w.comparable else "no")
                    for w in wordings
                ],
                filtered=False,
            ),
        ]
    blocks += [
        Heading("Statistics: what each figure counts, and the id by which files name it"),
        Table(
            "statistics",
            "The statistics and their ids",
            (Column("Statistic", 36, "text_wrapped"), Column("Id", 44)),
            [(statistic_title(id, framework), id) for id in framework.statistics],
            filtered=False,
        ),
    ]
    return Sheet("Criteria", "Criteria, levels and statistics", blocks, fixed=1)


def _grades(framework: Framework) -> tuple[str, ...]:
    """What each grade earns, where there are more than yes and no."""
    if len(framework.grades) == 2:
        return ()
    earned = (f"{grade} {credit}" for grade, credit in zip(framework.grades, framework.credit, strict=True))
    return (f"Of its weight a criterion earns: {', '.join(earned)}. Only the highest grade counts as met.",)


def sources_sheet(reviews: list[Review]) -> Sheet:
    """Every source of every series, with how much rests on it."""
    columns = (
        Column("Series", 12), Column("Id", 24), Column("Title", 62, "text_wrapped"), Column("Publisher", 30, "text_wrapped"), Column("Kind", 12),
        Column("Published", 12), Column("Answers", 9, "number"), Column("Figures", 9, "number"), Column("Address", 70, "text_wrapped", key="address"),
        Column("Key", 20, "text_quiet", key="key", hidden=True),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for review in reviews:
        for item in review.sources().to_dict("records"):
            address = Link(item["url"], item["url"]) if item["url"] else ""
            rows.append(
                (
                    review.series.id,
                    item["source"],
                    item["title"],
                    item["publisher"],
                    item["kind"],
                    item["published"],
                    item["answers"],
                    item["figures"],
                    address,
                    f"{review.series.id}|{item['source']}",
                )
            )
    notes = (
        "Titles stand in the words of their time. Kind: the series' own publisher, the record of a library or institution, a government, the press, or a comment.",
    )
    return Sheet(
        "Sources",
        "Sources",
        [Text(notes), Table("sources", "Every source, with its address", columns, rows, frozen=True)],
        fixed=2,
    )
