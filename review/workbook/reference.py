"""What the figures rest on: every answer with its source, the criteria, the sources."""

from __future__ import annotations

from criteria import Framework
from review.series_review import Review
from review.wording import FOLLOWS, rule_in_words, score_in_words, short_source, statistic_title
from review.workbook.model import Block, Cell, Column, Heading, Lines, Link, Sheet, Styled, Table
from review.workbook.styles import mark_style

__all__ = [
    "ANSWER_KEYS",
    "LAW_CHANGE_KEYS",
    "answers_of",
    "answers_sheet",
    "criteria_sheet",
    "law_changes_by_country",
    "law_changes_of",
    "sources_sheet",
]

# what of the sheet Answers is looked up elsewhere: heading, key, width, style
ANSWER_KEYS = (
    ("Series", "series", 20.0, "text"),
    ("Edition", "edition", 13.0, "text"),
    ("Criterion", "criterion", 13.0, "text"),
    ("Mark", "mark", 13.0, "centred"),
    ("In effect", "effective", 13.0, "text"),
    ("Cause", "cause", 13.0, "text"),
    ("Source", "source", 50.0, "text"),
    ("How known", "how", 38.0, "text"),
    ("Where in it", "locator", 24.0, "text"),
    ("Statute", "citation", 20.0, "text"),
    ("Note", "note", 58.0, "text"),
)
_PLACES = (0, 1, 5, 6, 13, 14, 9, 8, 10, 11, 15)  # of these among the columns of Answers
LAW_CHANGE_KEYS = (
    ("Series", "series", 20.0, "text"),
    ("Date", "date", 13.0, "text"),
    ("Criterion", "criterion", 13.0, "text"),
    ("Change", "change", 13.0, "text"),
    ("Id of the source", "id", 13.0, "text"),
    ("Published", "published", 13.0, "text"),
    ("Source", "source", 50.0, "text"),
)


def answers_sheet(reviews: list[Review]) -> Sheet:
    """All answers of all series in one list; the column “Series” tells them apart."""
    columns = (
        Column("Series", 12, key="series"), Column("Edition", 13, key="edition"), Column("Country", 24), Column("Code", 8),
        Column("Region", 11), Column("Criterion", 15, key="criterion"), Column("Mark", 7, "centred", key="mark"), Column("Answer", 17),
        Column("How known", 25, key="how"), Column("Source", 40, key="source"), Column("Locator", 28, key="locator"),
        Column("Statute", 11, key="citation"), Column("Quote", 11), Column("In effect", 11, key="effective"), Column("Cause", 13, key="cause"),
        Column("Note", 34, key="note"), Column("Number", 10, "text_quiet", key="nth", hidden=True),
    )  # fmt: skip
    rows = [(*row, key) for row, key in _numbered([row for review in reviews for row in _answer_rows(review)])]
    note = "One row for each answer that is recorded or follows from a recorded one. A criterion of which nothing was collected has no row."
    table = Table("answers", "Every recorded and every deduced answer, with its source", columns, rows, frozen=True)
    return Sheet("Answers", "Answers: every one with its source", [Lines((note,)), table], fixed=3)


def _numbered(rows: list[tuple[Cell, ...]], code: int = 3) -> list[tuple[tuple[Cell, ...], str]]:
    """Each row with the key by which it is found: the country's code, and its number among the country's rows."""
    seen: dict[Cell, int] = {}
    found = []
    for row in rows:
        seen[row[code]] = seen.get(row[code], 0) + 1
        found.append((row, f"{row[code]}|{seen[row[code]]}"))
    return found


def answers_of(reviews: list[Review]) -> dict[str, list[list[Cell]]]:
    """For each country its rows of the sheet Answers, as far as they are looked up elsewhere."""
    found: dict[str, list[list[Cell]]] = {}
    for review in reviews:
        for row in _answer_rows(review):
            cells = [row[place] for place in _PLACES]
            plain = [
                one.text if isinstance(one, Link) else one.value if isinstance(one, Styled) else one for one in cells
            ]
            found.setdefault(str(row[3]), []).append([*plain])
    return found


def law_changes_by_country(reviews: list[Review]) -> dict[str, list[list[Cell]]]:
    """For each country the dated changes of law that a source reports."""
    found: dict[str, list[list[Cell]]] = {}
    for review in reviews:
        sources = review.series.sources.set_index("source")
        for item in review.law_changes().to_dict("records"):
            first = item["source"].split()[0]
            short = review.framework.criterion(item["criterion"]).short
            source = sources.loc[first]
            cells: list[Cell] = [review.series.id, item["date"], short, item["change"], first, source["published"]]
            found.setdefault(item["country"], []).append([*cells, short_source(first, source)])
    return found


def law_changes_of(reviews: list[Review]) -> Table:
    """The dated changes of law that a source reports, to be looked up by country."""
    columns = [Column("Country and number", 20, "text_quiet", key="nth")]
    columns += [Column(heading, width, style, key=key) for heading, key, width, style in LAW_CHANGE_KEYS]
    rows: list[tuple[Cell, ...]] = [
        (f"{code}|{n}", *cells)
        for code, found in law_changes_by_country(reviews).items()
        for n, cells in enumerate(found, 1)
    ]
    return Table("law_changes", "Changes of law that a source reports", tuple(columns), rows, filtered=False)


def _answer_rows(review: Review) -> list[tuple[Cell, ...]]:
    """A row for each answer of a series, those that a deduced one replaced included."""
    shorts = {criterion.id: criterion.short for criterion in review.framework.criteria}
    sources = review.series.sources.set_index("source").to_dict("index")
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
                    Link(sources[ids[0]]["url"], short_source(ids[0], sources[ids[0]]) + more) if ids else "",
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
        Lines(
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
            frozen=True,
            filtered=False,
        ),
    ]
    if any(one.scored for one in reviews):
        enough = framework.sufficient_levels()
        blocks += [
            Heading("Score"),
            Lines((score_in_words(framework), *_grades(framework))),
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
                    (
                        level.title,
                        level.short,
                        "yes" if level in enough else "no",
                        rule_in_words(level, framework),
                    )
                    for level in framework.levels
                ],
                filtered=False,
            ),
        ]
    ids = {one.series.id: one.series.title for one in reviews}
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
            [(statistic_title(id, framework), id) for id in framework.statistics()],
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
        Column("Published", 12), Column("Answers", 9, "number"), Column("Figures", 9, "number"), Column("Address", 70, "text_wrapped"),
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
                )
            )
    notes = (
        "Titles stand in the words of their time. Kind: the series' own publisher, the record of a library or institution, a government, the press, or a comment.",
    )
    return Sheet(
        "Sources",
        "Sources",
        [Lines(notes), Table("sources", "Every source, with its address", columns, rows, frozen=True)],
        fixed=2,
    )
