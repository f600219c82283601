"""What if: a copy of one edition's answers and the weights, both to be changed; scores, levels and ranks follow."""

from __future__ import annotations

from criteria import Framework, words
from review.series_review import Review
from review.wording import levels_in_words, span_of
from review.workbook import live
from review.workbook.data import edition_label, places_in_data, row_key
from review.workbook.model import Block, Cell, Column, Heading, Lines, Sheet, Table, text_of
from review.workbook.styles import score_style

__all__ = ["can_ask", "what_if_sheet"]

_ENOUGH, _MOST = 20, 1_000  # countries of which all is known; countries that are ranked against each other
_LITTLE = "0.000000001"  # two scores that differ by less are one: a spreadsheet's sums are binary


def can_ask(reviews: list[Review]) -> tuple[Review, str] | None:
    """The last edition of a scored series of which enough countries are fully known; None where there is none."""
    for review in reviews:
        grid = review.deduced
        known = (grid.determined | ~grid.applicable).all(axis=1)
        counts = grid.rows[known]["edition"].value_counts()
        sizes = grid.rows["edition"].value_counts()
        fit = [edition for edition in counts.index if counts[edition] >= _ENOUGH and sizes[edition] <= _MOST]
        if review.scored and fit:
            return review, max(fit)
    return None


def what_if_sheet(reviews: list[Review], review: Review, edition: str) -> Sheet:
    """The sheet of one edition of a scored series; `reviews`: all in the workbook."""
    framework = review.framework
    label = edition_label(review, edition)
    blocks: list[Block] = [
        Lines(
            (
                f"A copy of the answers of {label}, after deduction, and of the weights. Type over the pale cells: the columns “would be” follow, “is” shows what Data holds. Nothing else in the workbook changes.",
                "Rank: 1 + the number of countries that score more; “3–5” where open answers leave several.",
            ),
            width=150,
        ),
        Heading("Weights"),
        _weights_table(framework),
    ]
    if framework.aggregate == "mean_of_groups":
        blocks += [Heading("Weights of the groups"), _group_weights(framework)]
    blocks += [Heading("Countries"), _countries(reviews, review, edition)]
    return Sheet("What if", f"What if: {label}", blocks, fixed=1)


def _weights_table(framework: Framework) -> Table:
    columns = (
        Column("Criterion", 26),
        *(Column(c.short, 13, "input_number", key=f"w:{c.id}") for c in framework.criteria),
    )
    row: tuple[Cell, ...] = ("Weight", *(float(c.weight) for c in framework.criteria))
    return Table("what_if_weights", "The weights of the criteria, to be changed", columns, [row], filtered=False)


def _group_weights(framework: Framework) -> Table:
    columns = (Column("Group", 26), *(Column(g.title, 13, "input_number", key=f"g:{g.id}") for g in framework.groups))
    row: tuple[Cell, ...] = ("Weight", *(float(g.weight) for g in framework.groups))
    return Table("what_if_groups", "The weights of the groups, to be changed", columns, [row], filtered=False)


def _countries(reviews: list[Review], review: Review, edition: str) -> Table:
    framework, ids = review.framework, review.framework.criterion_ids
    weights = live.Weights(
        f"[what_if_weights.w:{ids[0]}..w:{ids[-1]}]",
        (lambda group: f"SUM([what_if_groups.g:{group}])") if framework.aggregate == "mean_of_groups" else None,
    )
    look = score_style(framework)
    shorts = {criterion.id: criterion.short for criterion in framework.criteria}
    columns = [Column("Country", 26, key="name")]
    columns += [
        Column(short, 13, "input", key=f"rec:{id}", choices="answer_words.word") for id, short in shorts.items()
    ]
    columns += [
        Column(
            "Would be: score at least",
            12,
            look,
            key="score:low",
            formula=live.score(framework, high=False, weights=weights),
        ),
        Column(
            "Would be: score at most",
            12,
            look,
            key="score:high",
            formula=live.score(framework, high=True, weights=weights),
        ),
        Column("Would be: level", 28, key="levels", formula=live.levels_in_words(framework)),
        Column("Would be: rank", 10, "rank", formula=_rank(framework, "score:low", "score:high")),
        Column("Is: score at least", 12, look, key="is:low", formula=_is("score:low")),
        Column("Is: score at most", 12, look, key="is:high", formula=_is("score:high")),
        Column("Is: level", 28, formula=_is("levels")),
        Column("Is: rank", 10, "rank", formula=_rank(framework, "is:low", "is:high")),
    ]
    ranged = live.needs_range(framework)
    for kind, of in (("low", live.lowest_grade), ("high", live.highest_grade)) if ranged else ():
        columns += [
            Column(f"{short}: {kind}", 8, "number", key=f"{kind}:{id}", formula=of(framework, id), hidden=True)
            for id, short in shorts.items()
        ]
    columns += [
        Column(
            f"{short}: follows",
            12,
            "computed",
            key=f"ded:{id}",
            formula=live.answer_after_deduction(framework, id),
            hidden=True,
        )
        for id, short in shorts.items()
    ]
    columns += [
        Column(
            f"{level.short}: possible",
            8,
            "number",
            key=f"level:{level.id}",
            formula=live.is_possible(framework, level, weights),
            hidden=True,
        )
        for level in framework.levels
    ]
    columns += [
        Column("Key", 18, "text_quiet", key="key", hidden=True),
        Column("Row in Data", 8, "number", key="row", formula="=IFERROR(MATCH([@key],[data.key],0),0)", hidden=True),
    ]
    rows = _rows(review, edition, places_in_data(reviews, review), ranged=ranged)
    description = "Answers to be changed, and the score, level and rank that follow, beside those that are"
    return Table("what_if", description, tuple(columns), rows, frozen=True)


def _is(key: str) -> str:
    return f'=IF([@row]=0,"",INDEX([data.{key}],[@row]))'


def _rank(framework: Framework, low: str, high: str) -> str:
    """The rank among the rows, or from the best to the worst that open answers leave."""
    ids = framework.criterion_ids
    applies = f'SUMPRODUCT(([@ded:{ids[0]}]:[@ded:{ids[-1]}]<>"not_applicable")*1)'
    best = f"1+SUMPRODUCT(([what_if.{low}]>[@{high}]+{_LITTLE})*1)"
    worst = f"1+SUMPRODUCT(([what_if.{high}]>[@{low}]+{_LITTLE})*1)-([@{high}]>[@{low}]+{_LITTLE})*1"
    return f'=IF({applies}=0,"",IF({best}={worst},{best},({best})&{text_of("–")}&({worst})))'


def _rows(review: Review, edition: str, in_data: dict[tuple[str, str], int], *, ranged: bool) -> list[tuple[Cell, ...]]:
    framework, ids = review.framework, review.framework.criterion_ids
    frame = review.scores(edition)
    ranks = review.ranks(edition).countries.set_index("country")
    grid = review.deduced
    places = {key: n for n, key in enumerate(zip(grid.rows["edition"], grid.rows["country"], strict=True))}
    word = words(framework)
    rows: list[tuple[Cell, ...]] = []
    for item in frame.to_dict("records"):
        code = item["country"]
        n = places[edition, code]
        answers = [str(word[grid.codes[n, column]]) for column in range(len(ids))]
        rank: Cell = ""
        if code in ranks.index:
            best, worst = int(ranks.at[code, "best"]), int(ranks.at[code, "worst"])
            rank = best if best == worst else span_of(best, worst)
        result: list[Cell] = [item["lower"], item["upper"], levels_in_words(item["levels"], framework), rank]
        cells: list[Cell] = [item["name"], *answers, *result, *result]
        if ranged:
            cells += [int(grid.low[n, c]) for c in range(len(ids))] + [int(grid.high[n, c]) for c in range(len(ids))]
        cells += answers
        cells += [int(level.id in item["levels"]) for level in framework.levels]
        rows.append((*cells, row_key(review, edition, code), in_data[edition, code]))
    return rows
