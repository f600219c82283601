"""The codebook of a framework: criteria, rules, levels, wordings, statistics, identities and sources; in Markdown, and as a sheet."""

from __future__ import annotations

from criteria import Framework
from review.published import Identity, identities
from review.report.blocks import Block, Cell, Column, Heading, Link, Page, Table, Text
from review.report.markdown import markdown_table, plain
from review.review import Review
from review.wording import rule_in_words, score_in_words, statistic_title, sufficient_in_words

__all__ = ["codebook", "codebook_page"]


def codebook(framework: Framework) -> str:
    """All that a framework says and what follows from it, as Markdown text."""
    parts = [f"# {plain(framework.title)}", _about(framework), "## Criteria", *_criteria(framework)]
    if framework.groups:
        parts += ["## Groups", _groups(framework)]
    parts += ["## Answers", _answers(framework), "## Score", score_in_words(framework)]
    parts += ["## Levels, best first", _levels(framework)]
    if framework.wordings:
        parts += ["## Wordings by edition", _wordings(framework)]
    parts += ["## Statistics of an edition", _statistics(framework)]
    parts += ["## Identities between published figures", _identities(framework)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _about(framework: Framework) -> str:
    by = f" Published by {plain(framework.publisher)}." if framework.publisher else ""
    return f"Framework `{framework.id}`.{by} {len(framework.criteria)} criteria, {len(framework.levels)} levels."


def _criteria(framework: Framework) -> list[str]:
    parts = []
    for number, criterion in enumerate(framework.criteria, 1):
        facts = [f"Id: `{criterion.id}`. Heading: {plain(criterion.short)}. Weight: {criterion.weight}."]
        if criterion.group:
            facts.append(f"Group: {plain(framework.group(criterion.group).title)}.")
        if criterion.requires:
            named = ", ".join(plain(framework.criterion(id).title) for id in criterion.requires)
            facts.append(f"Requires: {named}.")
        texts = (f"### {number}. {plain(criterion.title)}", plain(criterion.question), plain(criterion.counts))
        parts += [text for text in (*texts, " ".join(facts)) if text]
    return parts


def _groups(framework: Framework) -> str:
    rows = []
    for group in framework.groups:
        members = [plain(criterion.short) for criterion in framework.criteria if criterion.group == group.id]
        rows.append((plain(group.title), f"`{group.id}`", str(group.weight), ", ".join(members)))
    return markdown_table(("Group", "Id", "Weight", "Criteria"), rows)


def _answers(framework: Framework) -> str:
    grades = [
        (f"`{grade}`", "the lowest grade" if not index else f"earns {credit} of the criterion's weight")
        for index, (grade, credit) in enumerate(zip(framework.grades, framework.credit, strict=True))
    ]
    others = [
        ("`unknown`", "covered, but silent or unclear; open"),
        ("`not_assessed`", "not asked; open"),
        ("`not_applicable`", "left out of score and level"),
        ("blank", "nothing recorded; never “no”"),
    ]
    return markdown_table(("Answer", "Meaning"), [*reversed(grades), *others])


def _levels(framework: Framework) -> str:
    rows = [(plain(level.title), f"`{level.id}`", plain(rule_in_words(level, framework))) for level in framework.levels]
    blocks = [markdown_table(("Level", "Id", "Asks for"), rows)]
    if framework.sufficient:
        blocks.append(f"“Sufficient” means: {plain(sufficient_in_words(framework))}.")
    if framework.rules:
        others = [
            (
                f"`{one.series}`",
                ", ".join(one.editions),
                f"`{one.level.id}`",
                plain(one.level.title),
                plain(rule_in_words(one.level, framework)),
                plain(one.note),
            )
            for one in framework.rules
        ]
        blocks.append("Some editions judge a level otherwise:")
        blocks.append(markdown_table(("Series", "Editions", "Level", "Title there", "Asks for", "Note"), others))
    blocks.append("What does not apply to a country is left out of these lists.")
    if not framework.levels_exact:
        blocks.append("Where answers are open, the levels called possible are at most those that are.")
    return "\n\n".join(blocks)


def _wordings(framework: Framework) -> str:
    rows = [
        (
            plain(framework.criterion(wording.criterion).title),
            f"`{wording.series}`",
            ", ".join(wording.editions),
            plain(wording.text),
            plain(wording.heading),
            "" if wording.position is None else str(wording.position),
            "yes" if wording.comparable else "no",
        )
        for wording in framework.wordings
    ]
    return markdown_table(("Criterion", "Series", "Editions", "Wording", "Heading", "Number", "Comparable"), rows)


def _statistics(framework: Framework) -> str:
    rows = [(plain(statistic_title(id, framework)), f"`{id}`") for id in framework.statistics]
    return markdown_table(("Statistic", "Id"), rows)


def _identities(framework: Framework) -> str:
    rows = [(str(one.number), f"`{one.stated}`", _working(one)) for one in identities(framework)]
    rows.append(("7", "any", "another value of the same statistic"))
    return markdown_table(("No.", "Stated", "Must be"), rows)


def _working(one: Identity) -> str:
    return " + ".join(f"`{id}`" for id in one.plus) + "".join(f" − `{id}`" for id in one.minus)


def codebook_page(reviews: list[Review]) -> Page:
    """The criteria with their counting rules, the levels, wordings, statistics, and every source."""
    framework = reviews[0].framework
    scored = any(one.scored for one in reviews)
    page = Page("Codebook", "Codebook: criteria, levels, statistics and sources")
    by = f" Criteria: {framework.publisher}." if framework.publisher else ""
    blocks: list[Block] = [
        Text(f"Framework {framework.id}.{by} Questions and counting rules are in our own words."),
        _criteria_table(framework),
    ]
    if scored:
        blocks += [
            Heading("Score and levels"),
            *map(Text, (score_in_words(framework), *_grades(framework))),
            _levels_table(reviews),
        ]
    wordings = [one for one in framework.wordings if one.series in {review.series.id for review in reviews}]
    if wordings:
        blocks += [Heading("Wordings that differ by edition"), _wordings_table(reviews)]
    blocks += [
        Heading("Statistics: what each figure counts, and the id by which files name it"),
        Table.of(
            "statistics",
            "The statistics and their ids",
            (
                Column("Statistic", 26, "text_wrapped", lambda id: statistic_title(id, framework)),
                Column("Id", 19, value=lambda id: id),
            ),
            framework.statistics,
        ),
        Heading("Series"),
        *(
            Text(f"{one.series.title} ({one.series.id}): {one.series.about}", "plain")
            for one in reviews
            if one.series.about
        ),
        Heading("Sources"),
        Text(
            "Titles stand in the words of their time. Kind: the series' own publisher, the record of a library or institution, a government, the press, or a comment."
        ),
        _sources_table(reviews),
    ]
    page.blocks = blocks
    return page


def _criteria_table(framework: Framework) -> Table:
    titles = {criterion.id: criterion.title for criterion in framework.criteria}
    columns = [
        Column("Criterion", 26, "text_wrapped", lambda one: one.title),
        Column("Short", 19, "text_wrapped", lambda one: one.short),
        Column("Question", 31, "text_wrapped", lambda one: one.question),
        Column("What counts", 42, "text_wrapped", lambda one: one.counts),
        Column("Requires", 16, "text_wrapped", lambda one: ", ".join(titles[id] for id in one.requires)),
        Column("Weight", 9, "score", lambda one: float(one.weight)),
        Column("Id", 14, "text_wrapped", lambda one: one.id),
    ]
    if framework.groups:
        columns.append(
            Column("Group", 20, "text_wrapped", lambda one: framework.group(one.group).title if one.group else "")
        )
    return Table.of("criteria", "The criteria, their questions and their counting rules", columns, framework.criteria)


def _levels_table(reviews: list[Review]) -> Table:
    """The levels, best first, and below each how single editions judge it otherwise."""
    framework = reviews[0].framework
    ids = {one.series.id: one.series.title for one in reviews}
    enough = framework.sufficient_levels()
    rows: list[tuple[Cell, ...]] = []
    for level in framework.levels:
        rows.append(
            (
                level.title,
                level.short,
                "all other editions",
                rule_in_words(level, framework),
                "yes" if level in enough else "no",
            )
        )
        for rule in framework.rules:
            if rule.level.id == level.id and rule.series in ids:
                told = " ".join(filter(None, (f"{rule_in_words(rule.level, framework)}.", rule.note)))
                rows.append(
                    (
                        rule.level.title,
                        rule.level.short,
                        f"{ids[rule.series]}: {', '.join(rule.editions)}",
                        told,
                        "yes" if level in enough else "no",
                    )
                )
    columns = (
        Column("Level", 26, "text_wrapped"), Column("Short", 14, "text_wrapped"), Column("In which editions", 31, "text_wrapped"),
        Column("Needs", 42, "text_wrapped"), Column("Counts as sufficient", 16),
    )  # fmt: skip
    return Table("levels", "The levels, best first, and the criteria each needs", columns, rows)


def _wordings_table(reviews: list[Review]) -> Table:
    framework = reviews[0].framework
    ids = {one.series.id: one.series.title for one in reviews}
    columns = (
        Column("Criterion", 26, "text_wrapped", lambda one: framework.criterion(one.criterion).title),
        Column("Comparable", 14, value=lambda one: "yes" if one.comparable else "no"),
        Column("Series and editions", 31, "text_wrapped", lambda one: f"{ids[one.series]}: {', '.join(one.editions)}"),
        Column("Wording", 42, "text_wrapped", lambda one: one.text),
    )
    return Table.of(
        "wordings", "How editions put a criterion", columns, [one for one in framework.wordings if one.series in ids]
    )


def _grades(framework: Framework) -> tuple[str, ...]:
    """What each grade earns, where there are more than yes and no."""
    if len(framework.grades) == 2:
        return ()
    earned = (f"{grade} {credit}" for grade, credit in zip(framework.grades, framework.credit, strict=True))
    return (f"Of its weight a criterion earns: {', '.join(earned)}. Only the highest grade counts as met.",)


def _sources_table(reviews: list[Review]) -> Table:
    items = [{**row, "series": review.series.id} for review in reviews for row in review.sources().to_dict("records")]
    columns = (
        Column("Source", 26, value=lambda row: row["source"]),
        Column("Series", 14, value=lambda row: row["series"]),
        Column("Title", 31, "text_wrapped", lambda row: row["title"]),
        Column("Address", 42, "text_wrapped", lambda row: Link(row["url"], row["url"]) if row["url"] else ""),
        Column("Publisher", 16, "text_wrapped", lambda row: row["publisher"]),
        Column("Answers", 9, "number", lambda row: row["answers"]),
        Column("Kind", 14, value=lambda row: row["kind"]),
        Column("Published", 12, value=lambda row: row["published"]),
        Column("Figures", 9, "number", lambda row: row["figures"]),
    )
    return Table.of("sources", "Every source, with its address", columns, items, filtered=True)
