"""The world as tiles, one cell a country, as the series, edition and criterion picked state it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import pandas as pd

from country_data import tiles_of
from criteria import Framework
from review.review import Review
from review.wording import FOLLOWS, Mark, marks_of, rule_in_words, statistic_title
from review.workbook.compare import published_figures
from review.workbook.data import data_row_numbers, edited_note, edition_label
from review.workbook.model import (
    Block,
    Column,
    Computed,
    Controls,
    Dropdown,
    Formula,
    Heading,
    Sheet,
    Table,
    Text,
    Tile,
    Tiles,
    text_of,
)

__all__ = ["Shown", "map_choices", "map_sheet"]

_NOT_COVERED = "not covered: not in our data"
_NOT_SCORED = "not asked, or not scored"


@dataclass(frozen=True, slots=True)
class Shown:
    """What the map shows: an edition of a series, and a criterion by id, or a level ("or better") by id."""

    review: Review
    edition: str
    criterion: str = ""
    level: str = ""


def map_sheet(reviews: list[Review], shown: Shown | None = None, codes: Collection[str] | None = None) -> Sheet:
    """The map, and what it shows as a list. First shown is `shown`, else what is determined for most countries.

    `codes`: the countries to which the workbook is narrowed; None for all.
    """
    framework = reviews[0].framework
    shown = shown or _usual(reviews)
    places = _tiles(reviews, codes)
    signs = _signs(shown, places)
    choices = _choices(framework)
    chosen = _chosen(framework, shown)
    picks = (
        Dropdown("map_edition", "Series and edition", "edition_list.label", edition_label(shown.review, shown.edition)),
        Dropdown("map_choice", "Criterion or level", "map_choices.label", choices[chosen][0]),
        Computed(
            "map_asks",
            "What is asked",
            _asks(framework),
            choices[chosen][1] if shown.criterion or shown.review.scored else _UNSCORED,
        ),
        _published(shown, choices[chosen][2]),
        Computed(
            "map_held",
            "Countries in our data here",
            "=COUNTIF([data.when],[map_edition])",
            int((shown.review.matrix.rows["edition"] == shown.edition).sum()),
        ),
        edited_note("map_typed"),
    )
    states = _states(framework)
    note = (
        "The colour and the mark say the same. “Not covered”: nothing of the country is in our data for that edition, which says nothing about its law. “Silent or unclear” is not “no”.",
        "A tile shows a country's code; select it and its name appears. Places are near those on a globe, sizes mean nothing. A country that is none of today's stands below the map.",
    )
    blocks: list[Block] = [
        Controls(picks),
        Text(note, width=170),
        Tiles(
            "map",
            "The world as tiles: each cell is a country, with its mark for what is picked",
            [
                Tile(
                    int(place.row) - 1,
                    int(place.column) - 1,
                    f"=INDEX([map_countries.sign],{n})&CHAR(10)&{text_of(place.code)}",
                    f"{sign}\n{place.code}",
                    place.name,
                )
                for n, (place, sign) in enumerate(zip(places.itertuples(index=False), signs, strict=True), 1)
            ],
            _legend(states, signs),
        ),
        Heading("The same as a list"),
        _list(reviews, shown, places, signs),
    ]
    return Sheet("Map", "Map: one tile a country", blocks, fixed=0, widths=_WIDTHS)


_WIDTHS = (30.0, 34.0, 7.0)
_UNSCORED = "this series is not scored: pick a criterion"


def _asks(framework: Framework) -> str:
    number = "MATCH([map_choice],[map_choices.label],0)"
    scored = "INDEX([edition_list.scored],MATCH([map_edition],[edition_list.label],0))"
    level = f'AND({number}>{len(framework.criteria)},{scored}="no")'
    return f"=IF({level},{text_of(_UNSCORED)},INDEX([map_choices.asks],{number}))"


def _published(shown: Shown, statistic: str) -> Computed:
    """The published figure for what is picked: where few countries are in our data, it tells more than the map."""
    key = (
        'MATCH([map_edition]&"|"&INDEX([map_choices.statistic],MATCH([map_choice],[map_choices.label],0)),'
        "[published_list.key],0)"
    )
    value, covered, source = (f"INDEX([published_list.{name}],{key})" for name in ("value", "covered", "source"))
    of = f'IF({covered}="",""," of "&{covered})'
    figure = published_figures(shown.review).get((shown.edition, statistic))
    figure_text = "no figure is published"
    if figure:
        figure_text = f"{figure[0]}{f' of {figure[1]}' if figure[1] != '' else ''} countries: {figure[2]}"
    return Computed(
        "map_published",
        "Published",
        f'=IFERROR({value}&{of}&" countries: "&{source},"no figure is published")',
        figure_text,
    )


def map_choices(reviews: list[Review]) -> Table:
    """What can be picked: the criteria, and the levels where a series is scored."""
    framework = reviews[0].framework
    scored = any(review.scored for review in reviews)
    return Table(
        "map_choices",
        "What the map can show",
        (
            Column("Criterion or level", 44, key="label"),
            Column("What is asked", 90, key="asks"),
            Column("Statistic", 30, key="statistic"),
        ),
        _choices(framework)[: None if scored else len(framework.criteria)],
        filtered=False,
    )


def _tiles(reviews: list[Review], codes: Collection[str] | None) -> pd.DataFrame:
    """Every current country, and any other with an answer: `code`, `name`, `column`, `row`."""
    registry = reviews[0].registry
    current = set(
        registry.frame.loc[(registry.frame["until"] == "") & (registry.frame["status"] != "invented"), "code"]
    )
    answered = {code for review in reviews for code in review.matrix.rows["country"]}
    wanted = current | answered
    return tiles_of(registry, wanted if codes is None else wanted & set(codes))


def _choices(framework: Framework) -> list[tuple[str, str, str]]:
    """What can be picked, numbered so that no two are alike and none is taken for a number or date; what is asked; its statistic."""
    found = [
        (
            f"Criterion {n}: {criterion.short}",
            criterion.question or criterion.title,
            f"criterion:{criterion.id}:{framework.highest}",
        )
        for n, criterion in enumerate(framework.criteria, 1)
    ]
    found += [
        (
            f"Level {n}: {statistic_title(f'or_better:{level.id}', framework)}",
            " Or: ".join(rule_in_words(one, framework) for one in framework.levels[:n])
            + (
                "; some editions judge otherwise: see Criteria"
                if any(r.level.id in framework.level_ids[:n] for r in framework.rules)
                else ""
            ),
            f"or_better:{level.id}",
        )
        for n, level in enumerate(framework.levels[:-1], 1)
    ]
    return [
        (label.replace("~", "∼"), asks, statistic) for label, asks, statistic in found
    ]  # what stands in a pattern for itself


def _chosen(framework: Framework, shown: Shown) -> int:
    if shown.criterion:
        return framework.criterion_ids.index(shown.criterion)
    return len(framework.criteria) + framework.level_ids.index(shown.level)


def _usual(reviews: list[Review]) -> Shown:
    """What is determined for most countries; of equals the first series, the latest edition, the first criterion."""
    found = [
        (int(count), -index, str(edition), -n, shown)
        for index, review in enumerate(reviews)
        for n, (shown, counts) in enumerate(_determined(review))
        for edition, count in counts.items()
    ]
    if not found:
        review = reviews[0]
        return Shown(review, review.edition_ids[-1], review.framework.criterion_ids[0])
    _, _, edition, _, shown = max(found, key=lambda one: one[:4])
    return replace(shown, edition=edition)


def _determined(review: Review) -> list[tuple[Shown, pd.Series]]:
    """For each criterion, and level where scored, by edition for how many countries it is determined."""
    framework, scores = review.framework, review.scores()
    found = [
        (Shown(review, "", id), scores[id].isin(list(framework.grades)).groupby(scores["edition"]).sum())
        for id in framework.criterion_ids
    ]
    for n, level in enumerate(framework.levels[:-1] if review.scored else (), 1):
        signs = pd.Series([_level_sign(possible, framework, n) for possible in scores["levels"]], scores.index)
        found.append((Shown(review, "", level=level.id), signs.isin(list(_DECIDED)).groupby(scores["edition"]).sum()))
    return found


_DECIDED = ("●", "○")


def _level_sign(possible: tuple[str, ...], framework: Framework, n: int) -> str:
    """Whether one of the `n` best levels is reached, as a mark."""
    better = sum(id in possible for id in framework.level_ids[:n])
    if not possible:
        return "×"
    return "●" if better == len(possible) else "◐" if better else "○"


def _signs(shown: Shown, places: pd.DataFrame) -> list[str]:
    """The mark of each tile."""
    review, framework = shown.review, shown.review.framework
    scores = review.scores()
    mine = scores[scores["edition"] == shown.edition].set_index("country").to_dict("index")
    n = framework.level_ids.index(shown.level) + 1 if shown.level else 0
    found = []
    for code in places["code"]:
        item = mine.get(code)
        if item is None:
            found.append(review.mark("", covered=False).sign)
        elif n:
            found.append(_level_sign(item["levels"], framework, n) if review.scored else "–")
        else:
            follows = FOLLOWS if shown.criterion in item["deduced"] else ""
            found.append(review.mark(item[shown.criterion]).sign + follows)
    return found


def _sign(ids: tuple[str, ...], framework: Framework, none: str, *, scored: bool) -> str:
    """The mark of a tile: of a criterion as in Data; of a level by which ones Data calls possible."""
    number = "MATCH([map_choice],[map_choices.label],0)"
    criterion = f"INDEX([data.mark:{ids[0]}..mark:{ids[-1]}],[@row],{number})"
    if not scored:
        return f"=IF([@row]=0,{text_of(none)},{criterion})"
    levels = f"[data.level:{framework.level_ids[0]}..level:{framework.level_ids[-1]}]"
    last = len(framework.levels)
    place = f"{number}-{len(ids)}"
    better = f"SUM(INDEX({levels},[@row],1):INDEX({levels},[@row],{place}))"
    worse = f"SUM(INDEX({levels},[@row],{place}+1):INDEX({levels},[@row],{last}))"
    level = (
        f'IF(INDEX([data.levels],[@row])="","–",IF({better}+{worse}=0,"×",IF({worse}=0,"●",IF({better}=0,"○","◐"))))'
    )
    return f"=IF([@row]=0,{text_of(none)},IF({number}>{len(ids)},{level},{criterion}))"


def _states(framework: Framework) -> list[tuple[str, str]]:
    """Every mark that a tile can bear, with its words here."""
    words = {"not_held": _NOT_COVERED, "not_asked": _NOT_SCORED}
    order = [*marks_of(framework)]
    first: list[Mark] = [one for one in order if one.id not in words]
    return [(one.sign, words.get(one.id, one.words)) for one in (*first, *(m for m in order if m.id in words))]


def _legend(states: list[tuple[str, str]], signs: list[str]) -> Table:
    """What each mark means, and how many countries bear it."""
    rows = [
        (
            f"{sign} {words}",
            Formula(
                f"=SUMPRODUCT(--(LEFT([map_countries.sign],1)={text_of(sign)}))", sum(one[0] == sign for one in signs)
            ),
        )
        for sign, words in states
    ]
    follows = f"=SUMPRODUCT(--(RIGHT([map_countries.sign],1)={text_of(FOLLOWS)}))"
    rows.append(
        (f"{FOLLOWS} of these: follows from another answer", Formula(follows, sum(one[-1] == FOLLOWS for one in signs)))
    )
    columns = (Column("Mark", 26, "legend", marked=True), Column("Countries", 34, "legend"))
    return Table("map_legend", "The marks of the map, with how many countries bear each", columns, rows, filtered=False)


def _list(reviews: list[Review], shown: Shown, places: pd.DataFrame, signs: list[str]) -> Table:
    """Country by country in words, for whoever does not see the map."""
    framework = shown.review.framework
    words = dict(_states(framework))
    known = "{" + ",".join(text_of(sign) for sign in words) + "}"
    named = "{" + ",".join(text_of(one) for one in words.values()) + "}"
    data = data_row_numbers(reviews, shown.review)
    none = shown.review.mark("", covered=False).sign
    scored = any(review.scored for review in reviews)
    answer = f'=[@sign]&" "&INDEX({named},MATCH(LEFT([@sign],1),{known},0))'
    row = '=IFERROR(MATCH([map_edition]&"|"&[@code],[data.label_key],0),0)'
    columns = (
        Column("Country", 30, "text_wrapped"),
        Column("What is picked", 34, "legend", marked=True, formula=answer),
        Column("Code", 6, "text_quiet", key="code"),
        Column("Row", 5, "number", key="row", formula=row),
        Column("Mark", 5, "absent", key="sign", formula=_sign(framework.criterion_ids, framework, none, scored=scored)),
    )
    rows = [
        (place.name, f"{sign} {words[sign[0]]}", place.code, data.get((shown.edition, place.code), 0), sign)
        for place, sign in zip(places.itertuples(index=False), signs, strict=True)
    ]
    description = "Each country with what its mark means, in words, and the row of Data on which it rests"
    return Table("map_countries", description, columns, rows)
