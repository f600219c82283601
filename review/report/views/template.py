"""The workbook in which the answers of an edition are filled in: what to do, the answers, and the criteria."""

from __future__ import annotations

from country_data import fold
from country_data.schema import ANSWERS
from criteria import Criterion, Framework
from review.compare import in_region
from review.importer.columns import ANSWER, BEFORE, Holds, Meanings
from review.importer.words import allowed_answers
from review.report.blocks import Cell, Column, Formula, Page, Styled, Table
from review.review import Review

__all__ = ["heading_of", "template_countries", "template_pages"]

_FIELDS = ("citation", "locator", "quote", "effective", "cause", "note")
_WIDTHS = {
    ANSWER: 16.0,
    "citation": 24.0,
    "locator": 18.0,
    "quote": 30.0,
    "effective": 12.0,
    "cause": 16.0,
    "note": 24.0,
    BEFORE: 14.0,
}
_SPARE_ROWS = 20  # rows for further countries
_ALL = ("all", "world")
# shown beside each answer that is chosen; Excel takes 255 letters
_STATES = (
    "unknown: looked at, and unclear. not_assessed: not asked in this edition. not_applicable: the question does not "
    "apply to this country. Empty: not looked at yet; it records nothing, and erases nothing."
)
_CAUSES = {
    "law_changed": "the law has changed since the edition before",
    "correction": "the edition before was mistaken",
    "reinterpretation": "the same law is read otherwise",
    "method_changed": "the question or its rule has changed",
}


def template_countries(review: Review, named: str | None) -> list[str]:
    """The codes of the countries for a template, by name in order.

    `named`: names or codes or UN regions with commas or semicolons between, or "all" for every member
    of the United Nations and whatever else has an answer; left out: those with an answer in any
    edition, or every member of the United Nations where there is none.
    Raises `ChoiceError`.
    """
    registry = review.registry
    frame = registry.frame
    answered = set(review.matrix.rows["country"])
    members = set(frame.loc[(frame["status"] == "un_member") & (frame["until"] == ""), "code"])
    if named is None:
        codes = answered or members
    elif fold(named) in _ALL:
        codes = answered | members
    elif registry.find(named) is not None:  # a name with a comma in it
        codes = {registry.resolve(named)}
    else:
        parts = named.split(";") if ";" in named else named.split(",")
        codes = {code for part in parts if part.strip() for code in _named(review, part.strip())}
    return list(frame.loc[frame["code"].isin(codes)].sort_values("order")["code"])


def _named(review: Review, text: str) -> set[str]:
    """The codes of a country or of a UN region."""
    frame = review.registry.frame
    if review.registry.find(text) is None:
        for place in dict.fromkeys([*frame["region"], *frame["subregion"]]):
            if place and fold(place) == fold(text):
                return set(in_region(review.registry, place)) & set(frame.loc[frame["until"] == "", "code"])
    return {review.registry.resolve(text)}


def heading_of(criterion: Criterion, framework: Framework) -> str:
    """The heading under which a criterion's answers stand: the first of its names that means nothing else."""
    known = Meanings.of(framework)
    for name in (criterion.short, criterion.title, criterion.id):
        if ":" not in name and known.of_heading(name) == (Holds(ANSWER, criterion.id),):
            return name
    return criterion.id


def template_pages(review: Review, edition: str, codes: list[str], before: str | None = None) -> list[Page]:
    """The sheets of a workbook to fill in.

    Parameters
    ----------
    codes : list[str]
        The countries, a row each.
    before : str | None, optional
        The edition whose answers are shown beside in grey, and whose evidence stands in grey where new evidence goes;
        left out, the one before, if any.

    """
    before = before or _before(review, edition)
    answers = _answers_page(review, edition, codes, before)
    return [_start_page(review, edition, before, answers, codes), answers, _criteria_page(review)]


def _before(review: Review, edition: str) -> str | None:
    """The last edition before this one with answers; an update only where there is no other."""
    recorded = set(review.matrix.rows["edition"])
    earlier = [id for id in review.edition_ids if id < edition and id in recorded]
    usual = [id for id in earlier if not review.series.editions[id].is_update]
    return next(iter((usual or earlier)[::-1]), None)


def _recorded(review: Review, edition: str | None) -> dict[tuple[str, str], dict[str, str]]:
    table = review.series.answer_tables.get(edition or "")
    rows = [] if table is None else table.frame[list(ANSWERS.names)].to_dict("records")
    return {(row["country"], row["criterion"]): row for row in rows}


def _answers_page(review: Review, edition: str, codes: list[str], before: str | None) -> Page:
    """A row a country: of each criterion the answer before, the answer, and what speaks for it."""
    known, recorded, earlier = Meanings.of(review.framework), _recorded(review, edition), _recorded(review, before)
    columns = [Column("Country", 30, "entry", key="country"), Column("Code", 8, "shown")]
    rows: list[list[Cell]] = [[Styled(review.registry.name(code), "shown"), code] for code in codes]
    rows += [["", ""] for _ in range(_SPARE_ROWS)]
    for criterion in review.framework.criteria:
        name = heading_of(criterion, review.framework)
        if before:
            columns.append(Column(f"{name}{BEFORE}{before}", _WIDTHS[BEFORE], "shown", key=f"{criterion.id}_before"))
            for code, row in zip(codes, rows, strict=False):
                row.append(earlier.get((code, criterion.id), {}).get(ANSWER, ""))
        for field in (ANSWER, *_FIELDS):
            alone = field == ANSWER and known.of_heading(name) == (Holds(ANSWER, criterion.id),)
            columns.append(_column(criterion.id, name if alone else f"{name}: {field}", field, before))
            for code, row in zip(codes, rows, strict=False):
                mine, theirs = (one.get((code, criterion.id), {}).get(field, "") for one in (recorded, earlier))
                # a cause is of one change alone
                shown = theirs if field not in (ANSWER, "cause") and (code, criterion.id) not in recorded else ""
                row.append(Styled(shown, "entry_before") if shown else mine)
    initial = _shown_columns(review, before or edition, codes, recorded, earlier) if recorded or earlier else []
    for heading, cells in initial:
        columns.append(Column(heading, 8, "shown", hidden=True))
        for cell, row in zip(cells, rows, strict=False):
            row.append(cell)
    for row in rows[len(codes) :]:
        row += [""] * (len(columns) - len(row))
    page = Page("Answers", f"{review.series.title}, edition {edition}: answers", fixed=2, protected=True)
    description = "The answers, a row a country"
    page.blocks.append(
        Table("answers", description, tuple(columns), [tuple(row) for row in rows], frozen=True, filtered=False)
    )
    return page


def _shown_columns(
    review: Review,
    edition: str,
    codes: list[str],
    recorded: dict[tuple[str, str], dict[str, str]],
    earlier: dict[tuple[str, str], dict[str, str]],
) -> list[tuple[str, list[str]]]:
    """What stands in the cells to fill in, once more and out of sight: so import knows what was left as it was."""
    found = []
    for criterion in review.framework.criteria:
        name = heading_of(criterion, review.framework)
        for field in (ANSWER, *(one for one in _FIELDS if one != "cause")):
            cells = [
                (recorded.get((code, criterion.id)) or earlier.get((code, criterion.id), {})).get(field, "")
                for code in codes
            ]
            found.append((f"{name}: {field}{BEFORE}{edition}", cells))
    return found


def _column(criterion: str, heading: str, field: str, before: str | None) -> Column:
    style = "entry_first" if field == ANSWER else "entry"
    differs = (
        f'=AND([@{criterion}]<>"",[@{criterion}_before]<>"",[@{criterion}]<>[@{criterion}_before])' if before else ""
    )
    if field == ANSWER:
        return Column(
            heading, _WIDTHS[field], style, key=criterion, choices="words.word", message=_STATES, warn_if=differs
        )
    if field == "cause":
        message = "Why the answer differs from the edition before; empty where it does not."
        return Column(heading, _WIDTHS[field], style, choices="causes.cause", message=message)
    return Column(heading, _WIDTHS[field], style)


def _criteria_page(review: Review) -> Page:
    framework = review.framework
    page = Page("Criteria", "What is asked, and what may be answered", protected=True)
    widths = {
        "Heading": 20,
        "Id": 16,
        "Criterion": 30,
        "Question": 40,
        "What counts as yes, and what does not": 60,
        "Requires": 24,
    }
    rows = [
        (
            *(heading_of(one, framework), one.id, one.title, one.question, one.counts),
            "; ".join(framework.criterion(id).short for id in one.requires),
        )
        for one in framework.criteria
    ]
    page.blocks.append(
        Table(
            "criteria",
            "The criteria",
            tuple(Column(head, width, "text_wrapped") for head, width in widths.items()),
            rows,
        )
    )
    said = dict(part.split(": ", 1) for part in _STATES.split(". ") if ": " in part)
    said |= {framework.highest: "the question is to be answered so in full", framework.lowest: "it is not so"}
    words: list[tuple[Cell, ...]] = [
        (word, said.get(word, "in part: a grade between")) for word in allowed_answers(framework)
    ]
    page.blocks.append(
        Table(
            "words",
            "The answers",
            (Column("Answer", 0, "text", key="word"), Column("Meaning", 0, "text_wrapped")),
            words,
        )
    )
    causes: list[tuple[Cell, ...]] = [(word, _CAUSES[word]) for word in ANSWERS.choices["cause"]]
    page.blocks.append(
        Table(
            "causes",
            "Why an answer has changed",
            (Column("Cause", 0, "text", key="cause"), Column("Meaning", 0, "text_wrapped")),
            causes,
        )
    )
    return page


def _start_page(review: Review, edition: str, before: str | None, answers: Page, codes: list[str]) -> Page:
    page = Page(
        "Start", f"{review.series.title}, edition {edition}: answers to fill in", widths=(34.0, 90.0), protected=True
    )
    grey = (
        f"4. In grey stands edition {before}. To confirm an answer, choose the same again: what stands beside it in grey is "
        "taken with it. A changed answer asks for new evidence: what still stands in grey is not taken. A row that is left "
        "alone changes nothing."
        if before
        else "4. There is no edition before."
    )
    for text in (
        "1. On the sheet Answers fill in the pale cells, a row a country. The answer is chosen from a list; leave it empty where nothing is known yet.",
        "2. What counts as yes stands on the sheet Criteria, with each question, and what unknown, not_assessed and not_applicable mean.",
        "3. Beside each answer: statute and article (citation: “Penal Code, art. 132”), where that is to be found (locator: “p. 12”, or an address), the passage itself (quote), since when (effective: YYYY, YYYY-MM or YYYY-MM-DD), why it differs from the edition before (cause), a note. Each may be left empty.",
        grey,
        "5. Further countries go into the empty rows at the end: name or code in the column Country. To take an answer back, choose unknown: an empty cell erases nothing.",
        f"6. Save, then: modellaw import FILE --series {review.series.id} --edition {edition} --data FOLDER. It shows what would change; with --write it is taken in.",
    ):  # fmt: skip
        page.text(text, style="plain")
    (table,) = answers.tables
    rows = []
    for criterion in review.framework.criteria:
        place = table.place(criterion.id)
        many = sum(bool(row[place]) for row in table.rows)
        said = f'=COUNTA([answers.{criterion.id}])&" of "&COUNTA([answers.country])&" countries"'
        rows.append((heading_of(criterion, review.framework), Formula(said, f"{many} of {len(codes)} countries")))
    page.blocks.append(
        Table("so_far", "Answers so far", (Column("Criterion"), Column("Answers so far", 40, "text")), rows)
    )
    return page
