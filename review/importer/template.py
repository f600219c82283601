"""The workbook in which the answers of an edition are filled in: what to do, the answers, and the criteria."""

from __future__ import annotations

from country_data import fold
from country_data.schema import ANSWERS
from criteria import Criterion, Framework
from review.compare import in_region
from review.importer.columns import ANSWER, BEFORE, Holds, Meanings
from review.importer.words import allowed_answers
from review.report.blocks import Block, Cell, Column, Formula, Page, Styled, Table
from review.review import Review

__all__ = ["heading_of", "template_countries", "template_pages"]

_FIELDS = ("citation", "locator", "quote", "effective", "cause", "note")
_WIDTHS = {ANSWER: 16.0, BEFORE: 14.0} | dict(zip(_FIELDS, (24.0, 18.0, 30.0, 12.0, 16.0, 24.0), strict=True))
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
    framework, spare = review.framework, [""] * _SPARE_ROWS
    # the columns, each with its cells for the countries and for the empty rows at the end
    made: list[tuple[Column, list[Cell]]] = [
        (
            Column("Country", 34, "entry", key="country"),
            [*(Styled(review.registry.name(code), "shown") for code in codes), *spare],
        ),
        (Column("Code", 8, "shown"), [*codes, *spare]),
    ]
    for criterion in framework.criteria:
        name = heading_of(criterion, framework)
        mine, theirs = ([one.get((code, criterion.id), {}) for code in codes] for one in (recorded, earlier))
        if before:
            column = Column(f"{name}{BEFORE}{before}", _WIDTHS[BEFORE], "shown", key=f"before:{criterion.id}")
            made.append((column, [*(old.get(ANSWER, "") for old in theirs), *spare]))
        for field in (ANSWER, *_FIELDS):
            alone = field == ANSWER and known.of_heading(name) == (Holds(ANSWER, criterion.id),)
            cells: list[Cell] = []
            for new, old in zip(mine, theirs, strict=True):
                # a cause is of one change alone
                shown = "" if new or field in (ANSWER, "cause") else old.get(field, "")
                cells.append(Styled(shown, "entry_before") if shown else new.get(field, ""))
            made.append((_column(criterion.id, name if alone else f"{name}: {field}", field, before), [*cells, *spare]))
    # what stands in the cells to fill in, once more and out of sight: so import knows what was left as it was
    for criterion in framework.criteria if recorded or earlier else ():
        shown_answers = [recorded.get((code, criterion.id)) or earlier.get((code, criterion.id), {}) for code in codes]
        for field in (ANSWER, *(one for one in _FIELDS if one != "cause")):
            heading = f"{heading_of(criterion, framework)}: {field}{BEFORE}{before or edition}"
            made.append(
                (Column(heading, 8, "shown", hidden=True), [*(one.get(field, "") for one in shown_answers), *spare])
            )
    rows = list(zip(*(cells for _, cells in made), strict=True))
    table = Table("answers", "The answers, a row a country", tuple(column for column, _ in made), rows, frozen=True)
    return Page("Answers", f"{review.series.title}, edition {edition}: answers", [table], fixed=2, protected=True)


def _column(criterion: str, heading: str, field: str, before: str | None) -> Column:
    """A column to fill in."""
    width = _WIDTHS[field]
    if field == ANSWER:
        is_other = f"[@{criterion}]<>[@before:{criterion}]"
        differs = f'=AND([@{criterion}]<>"",[@before:{criterion}]<>"",{is_other})' if before else ""
        return Column(
            heading, width, "entry_first", key=criterion, choices="words.word", message=_STATES, warn_if=differs
        )
    if field == "cause":
        message = "Why the answer differs from the edition before; empty where it does not."
        return Column(heading, width, "entry", choices="causes.cause", message=message)
    return Column(heading, width, "entry")


def _criteria_page(review: Review) -> Page:
    """What is asked, the answers, and the causes of a change."""
    framework = review.framework
    columns = [
        Column("Heading", 20, "text_wrapped", lambda one: heading_of(one, framework)),
        Column("Id", 16, "text_wrapped", lambda one: one.id),
        Column("Criterion", 30, "text_wrapped", lambda one: one.title),
        Column("Question", 40, "text_wrapped", lambda one: one.question),
        Column("What counts as yes, and what does not", 60, "text_wrapped", lambda one: one.counts),
        Column(
            "Requires", 24, "text_wrapped", lambda one: "; ".join(framework.criterion(id).short for id in one.requires)
        ),
    ]
    said = dict(part.split(": ", 1) for part in _STATES.split(". ") if ": " in part)
    said |= {framework.highest: "the question is to be answered so in full", framework.lowest: "it is not so"}
    words = [(word, said.get(word, "in part: a grade between")) for word in allowed_answers(framework)]
    causes = [(word, _CAUSES[word]) for word in ANSWERS.choices["cause"]]
    meaning = Column("Meaning", 0, "text_wrapped")
    blocks: list[Block] = [
        Table.of("criteria", "The criteria", columns, framework.criteria),
        Table("words", "The answers", (Column("Answer", key="word"), meaning), words),
        Table("causes", "Why an answer has changed", (Column("Cause", key="cause"), meaning), causes),
    ]
    return Page("Criteria", "What is asked, and what may be answered", blocks, protected=True)


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
        many = sum(map(bool, table.cells(criterion.id)))
        said = f'=COUNTA([answers.{criterion.id}])&" of "&COUNTA([answers.country])&" countries"'
        rows.append((heading_of(criterion, review.framework), Formula(said, f"{many} of {len(codes)} countries")))
    columns = (Column("Criterion"), Column("Answers so far", 40))
    page.blocks.append(Table("so_far", "Answers so far", columns, rows))
    return page
