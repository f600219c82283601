"""Two editions compared, on a page: headlines first, then what follows from answers."""

from __future__ import annotations

from typing import Any

import pandas as pd

from review.compare import Change, Comparison, Kind, Side, changes_of, ordered_statistics
from review.review import Review
from review.terminal.blocks import Column, Display
from review.wording import (
    FOLLOWS,
    bounds_text,
    edition_notes,
    levels_in_words,
    percent,
    rules_differ,
    signed,
    statistic_title,
    value_text,
)

__all__ = ["comparison_page"]

_MOST_NAMED = 20  # JSON and CSV name all
_WORDS = {one.value: one.value.replace("_", " ") for one in (*Kind, *Change)}
_MOVES = [change.value for change in Change if change.moves]


def comparison_page(
    found: Comparison, review: Review, *, only: str | None, criterion: str | None, narrowed: str, cite: bool
) -> Display:
    """The page of `modellaw compare`. `only` and `criterion` narrow what is listed, not what is counted."""
    page = Display()
    a, b = found.a, found.b
    page.heading(f"{review.series.title}: {a.edition} compared with {b.edition}")
    if a.edition == b.edition:
        page.text("Both are the same edition.")
    if not review.scored:
        page.text(f"{review.series.caveat} A difference is a change of statement, not a change of law.".strip())
    if narrowed:
        page.text(
            f"Counted are only {narrowed}: of the countries with an answer, {len(a.codes)} in {a.edition} and {len(b.codes)} in {b.edition}."
        )
    else:
        _headlines(page, found, review, cite=cite)
    page.heading("From answers")
    _presence(page, found, review)
    if not found.count("both"):
        return page
    _criteria(page, found, review)
    if review.scored:
        _transitions(page, found, review)
    _listed(page, found, review, only, criterion)
    if review.scored:
        _by_each_rule(page, found, review)
        _coverage(page, found, review)
    between = [edition for edition in review.edition_ids if a.edition <= edition <= b.edition]
    for note in edition_notes(review.series, between):
        page.text(note)
    return page


def _by_each_rule(page: Display, found: Comparison, review: Review) -> None:
    """The figures from answers that the rules of the two editions count otherwise, by either rule (semantics, section 5)."""
    a, b = found.a, found.b
    if not found.unlike:
        return
    page.heading("From answers, by the rule of each edition and by one rule for both")
    order = [id for id in ordered_statistics(a, b) if id in found.unlike and ":without:" not in id]
    own = found.statistics.set_index(["statistic", "part"])
    like = found.like_for_like.set_index(["rules", "statistic", "part"])
    rows = []
    for id in order:
        for side, name in ((a, "from"), (b, "to")):
            cells = (own.loc[(id, name)], like.loc[("from", id, name)], like.loc[("to", id, name)])
            bounds = [bounds_text(cell["lower"], cell["upper"]) for cell in cells]
            rows.append((statistic_title(id, review.framework) if name == "from" else "", side.edition, *bounds))
    heads = ("by its own", f"by that of {a.edition}", f"by that of {b.edition}")
    page.grid([Column("", wrap=True), Column("edition"), *(Column(head, wrap=True) for head in heads)], rows, indent=3)


def _headlines(page: Display, found: Comparison, review: Review, *, cite: bool) -> None:
    page.heading("Published headline figures")
    if found.headlines.empty:
        page.text("No statistic has a published figure in both.")
        return
    for row in found.headlines.to_dict("records"):
        title = statistic_title(row["statistic"], review.framework)
        page.text(
            f"{title}: {_published(row, 'from')} in {found.a.edition}, {_published(row, 'to')} in {found.b.edition}: {_difference(row)}."
        )
        differs = rules_differ(review.framework, review.series, row["statistic"], (found.a.edition, found.b.edition))
        page.text(f"Sources: {row['from_source']}; {row['to_source']}. {differs}".rstrip(), indent=3)
        if cite:
            for source in dict.fromkeys((row["from_source"], row["to_source"])):
                one = review.series.sources[source]
                words = ". ".join(filter(None, [one.publisher, one.published, one.title]))
                page.text(f"{words}. {one.url}", indent=6, unbroken=True)
    if found.a.reviewed != found.b.reviewed:
        page.text(
            f"The number of countries covered differs: {_reviewed(found.a)} in {found.a.edition}, {_reviewed(found.b)} in {found.b.edition}. Some of the change may be coverage."
        )


def _published(row: dict[str, Any], side: str) -> str:
    value, reviewed = row[side], row[f"{side}_reviewed"]
    if pd.isna(row["points"]) or pd.isna(reviewed) or not reviewed:
        return value_text(value)
    return f"{value_text(value)} of {value_text(reviewed)} ({percent(value, int(reviewed))})"


def _difference(row: dict[str, Any]) -> str:
    change = f"{signed(row['change'])}"
    return change if pd.isna(row["points"]) else f"{change}, {signed(row['points_exact'], 1)} percentage points"


def _reviewed(side: Side) -> str:
    return "not known" if side.reviewed is None else str(side.reviewed)


def _presence(page: Display, found: Comparison, review: Review) -> None:
    a, b = found.a, found.b
    both = found.count("both")
    if not both:
        page.text(
            f"No country has an answer in both: {len(a.codes)} have one in {a.edition}, {len(b.codes)} in {b.edition}. Nothing can be said of change from answers."
        )
    words = {
        "both": f"with an answer in both {a.edition} and {b.edition}",
        "entered": f"entered: not covered in {a.edition}",
        "left": f"left: no longer covered in {b.edition}",
        "succeeded": "ended in between, and succeeded by others",
        "only_in_a": f"with an answer in {a.edition} alone",
        "only_in_b": f"with an answer in {b.edition} alone",
    }
    rows = []
    for presence, words_of_presence in words.items():
        part = found.countries[found.countries["presence"] == presence]
        if part.empty:
            continue
        listed = [] if presence == "both" else [_named(row, review) for row in part.to_dict("records")]
        more = len(listed) - _MOST_NAMED
        names = "; ".join(listed) if more <= 0 else f"{'; '.join(listed[:_MOST_NAMED])}; and {more} more"
        rows.append((str(len(part)), words_of_presence, names))
    page.grid([Column("countries", right=True), Column("", wrap=True), Column("which", wrap=True)], rows, indent=3)


def _named(row: dict[str, Any], review: Review) -> str:
    successors = ", ".join(review.registry.name(code) for code in row["successors"])
    return f"{row['name']} (succeeded by {successors})" if successors else str(row["name"])


def _criteria(page: Display, found: Comparison, review: Review) -> None:
    page.heading(f"By criterion, of the {found.count('both')} countries in both")
    shorts = {criterion.id: criterion.short for criterion in review.framework.criteria}
    rows = [
        (shorts[row["criterion"]], *(str(row[change]) for change in changes_of(review.framework)))
        for row in found.criteria.to_dict("records")
    ]
    words = (
        _WORDS
        if review.scored
        else {
            **_WORDS,
            Change.NEWLY_MET: "was no, now yes",
            Change.NO_LONGER_MET: "was yes, now no",
            Change.STILL_MET: "yes in both",
            Change.STILL_NOT_MET: "no in both",
        }
    )
    page.grid(
        [
            Column("criterion"),
            *(Column(words[change], right=True, wrap=True) for change in changes_of(review.framework)),
        ],
        rows,
        indent=3,
    )


def _transitions(page: Display, found: Comparison, review: Review) -> None:
    page.heading(f"Levels: from {found.a.edition} (down) to {found.b.edition} (across)")
    names = {
        id: " / ".join(dict.fromkeys(side.framework.level(id).short for side in (found.a, found.b)))
        for id in review.framework.level_ids
    }
    table = found.transitions.pivot(index="from", columns="to", values="countries")
    order = [*review.framework.level_ids, "undetermined"]
    rows = [(names.get(one, "undetermined"), *(str(table.at[one, other]) for other in order)) for one in order]
    page.grid(
        [Column(""), *(Column(names.get(one, "undetermined"), right=True, wrap=True) for one in order)], rows, indent=3
    )


def _listed(page: Display, found: Comparison, review: Review, only: str | None, criterion: str | None) -> None:
    """Country by country: what changed, apart from what merely came to be stated or fell silent."""
    changes = found.changes
    if criterion is not None:
        changes = changes[changes["criterion"] == criterion]
    if only is not None:
        kinds = {only, f"{only}_at_least"}
        changes = changes[changes["country"].isin(found.countries.loc[found.countries["kind"].isin(kinds), "country"])]
    moved = changes[changes["change"].isin(_MOVES)]
    first, second = found.a.edition, found.b.edition
    title = "What changed" if review.scored else "Change of statement between no and yes"
    page.heading(f"{title}, by country")
    if moved.empty:
        page.text("Nothing of that kind.")
    else:
        page.grid(
            _change_columns(first, second, review),
            [_change_row(row, found, review) for row in moved.to_dict("records")],
            indent=3,
        )
        if moved[["was_follows", "now_follows"]].any(axis=None):
            page.text(f"{FOLLOWS} not stated itself: follows from another answer.", indent=3)
    apart = changes["change"] == Change.NOT_COMPARABLE.value
    for heading, part in (
        (
            "Was silent or unclear, now stated; or the other way round",
            changes[~changes["change"].isin(_MOVES) & ~apart],
        ),
        ("Not comparable: does not apply in one of them, or is worded otherwise", changes[apart]),
    ):
        if len(part):
            page.heading(heading)
            columns = [Column("country", wrap=True), Column("criterion"), Column(first), Column(second)]
            rows = [_change_row(row, found, review)[:4] for row in part.to_dict("records")]
            page.grid(columns, rows, indent=3)


def _change_columns(first: str, second: str, review: Review) -> list[Column]:
    columns = [Column("country", wrap=True), Column("criterion"), Column(first), Column(second), Column("cause")]
    scored = [Column("country as a whole", wrap=True), Column("level", wrap=True), Column("score", wrap=True)]
    return [*columns, *scored] if review.scored else columns


def _change_row(row: dict[str, Any], found: Comparison, review: Review) -> tuple[str, ...]:
    def shown(side: str) -> str:
        answer = review.mark(str(row[side]))
        return f"{answer.sign}{FOLLOWS if row[f'{side}_follows'] else ''} {answer.words}"

    causes = ", ".join(str(cause).replace("_", " ") for cause in row["causes"])
    cells = (
        str(row["name"]),
        review.framework.criterion(str(row["criterion"])).short,
        shown("was"),
        shown("now"),
        causes,
    )
    if not review.scored:
        return cells
    country = found.countries.set_index("country").loc[str(row["country"])]
    level = " → ".join(
        levels_in_words(country[f"levels_{name}"], side.framework)
        for name, side in (("from", found.a), ("to", found.b))
    )
    ends = [(country[f"lower_{side}"], country[f"upper_{side}"]) for side in ("from", "to")]
    score = " → ".join(
        "no score" if low is None else bounds_text(low, high, review.framework.decimals) for low, high in ends
    )
    return (*cells, _WORDS[country["kind"]], level, score)


def _coverage(page: Display, found: Comparison, review: Review) -> None:
    """For the headline statistics: what is change in the same countries, and what is coverage."""
    page.heading("What is change, and what is coverage")
    frame = found.statistics.set_index(["statistic", "part"])
    parts = (
        ("from", found.a.edition),
        ("both_from", "of these, in both"),
        ("left", "left"),
        ("only_in_a", f"in {found.a.edition} alone"),
        ("to", found.b.edition),
        ("both_to", "of these, in both"),
        ("entered", "entered"),
        ("only_in_b", f"in {found.b.edition} alone"),
    )
    ids = review.framework.headline_statistics()
    rows = []
    for part, countries_of_part in parts:
        cells = [frame.loc[(id, part)] for id in ids]
        rows.append((countries_of_part, *(bounds_text(cell["lower"], cell["upper"]) for cell in cells)))
    unrecorded = [
        f"{side.edition}: {'not known' if number is None else number}"
        for side, number in zip((found.a, found.b), found.unrecorded, strict=True)
    ]
    page.grid(
        [Column("", wrap=True), *(Column(statistic_title(id, review.framework), wrap=True) for id in ids)],
        rows,
        indent=3,
    )
    page.text(f"Covered, but without an answer here: {'; '.join(unrecorded)}.", indent=3)
