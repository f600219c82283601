"""The world as tiles, one cell a country, as the series, edition and criterion picked state it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import pandas as pd

from country_data import tiles_of
from criteria import Framework
from review.report.blocks import (
    Column,
    Computed,
    Controls,
    Dropdown,
    Formula,
    Heading,
    Lookup,
    Page,
    Table,
    Text,
    Tile,
    TileMap,
    text_of,
)
from review.report.views.compare_sheet import data_places
from review.report.views.data import edited_note, edition_label, row_key, sign_of
from review.report.views.lists import country_label, published_figures
from review.review import Review
from review.wording import FOLLOWS, marks_of, rule_in_words, statistic_title

__all__ = ["NO_ANSWER", "Shown", "level_questions", "level_signs", "map_choices", "map_page", "map_rows", "usual_map"]

NO_ANSWER, _NOT_SCORED = "no answer in our data", "not asked, or not scored"
_UNSCORED = "this series is not scored: pick a criterion"
_NO_FIGURE = "no figure is published"
_OTHER_RULES = " Some editions judge otherwise: see Codebook."


@dataclass(frozen=True, slots=True)
class Shown:
    """What the map shows: an edition of a series, and a criterion by id, or a level ("or better") by id."""

    review: Review
    edition: str
    criterion: str = ""
    level: str = ""


def usual_map(reviews: list[Review]) -> Shown:
    """The newest edition of the first series with answers, else its newest update with some, and the first criterion."""
    for review in reviews:
        if review.answered_editions:
            return Shown(review, review.last_answered, review.framework.criterion_ids[0])
    recorded = [review for review in reviews if len(review.matrix.rows)]
    review = (recorded or reviews)[0]
    edition = review.matrix.rows["edition"].max() if recorded else review.edition_ids[-1]
    return Shown(review, edition, review.framework.criterion_ids[0])


def map_page(reviews: list[Review], shown: Shown | None = None, codes: Collection[str] | None = None) -> Page:
    """The map, and what it shows as a list. `codes`: the countries to which the workbook is narrowed; None for all."""
    framework = reviews[0].framework
    shown = shown or usual_map(reviews)
    places = _tiles(reviews, codes)
    choices = _choices(framework)
    label, edition = choices[_chosen(framework, shown)], edition_label(shown.review, shown.edition)
    picks = (
        Dropdown("map_edition", "Series and edition", "answered_list.label", edition),
        Dropdown("map_choice", "Criterion or level", "map_choices.label", label[0]),
        Computed("map_asks", "What is asked", _asks(framework, shown, label[1])),
        _published(shown, label[2]),
        _held(shown),
        edited_note("map_typed"),
    )
    tiles = [
        Tile(
            int(place.row) - 1,
            int(place.column) - 1,
            place.code,
            Lookup("map_rows.sign", place.code, "code"),
            place.name,
        )
        for place in places.itertuples(index=False)
    ]
    signs = _signs(shown, places)
    columns = [
        Column("Country", 25, "text_wrapped", lambda place: country_label(place["name"], place["code"]), "label"),
        Column("What is picked", 20, "legend", lambda _: Lookup("map_rows.words", "[@label]", "label"), marked=True),
    ]
    page = Page(
        "Map", "Map: one tile a country", fixed=0, widths=(25.0, 20.0, 1.5), zoom=80, breaks=("The same as a list",)
    )
    page.blocks = [
        Controls(picks, span=8),
        Text(
            "A tile shows a country's code; select it and its name appears. Places are near those on a globe, sizes mean nothing. The colour and the mark say the same; silence is not “no”."
        ),
        TileMap(tiles, _legend(framework, signs)),
        Heading("The same as a list"),
        Table.of(
            "map_countries",
            "Each country with what its mark means, in words",
            columns,
            places.to_dict("records"),
            filtered=True,
        ),
    ]
    return page


def _held(shown: Shown) -> Computed:
    """Of how many countries the edition has an answer here, and how many it covers."""
    held = int((shown.review.matrix.rows["edition"] == shown.edition).sum())
    covered = shown.review.series.editions[shown.edition].reviewed
    place = "INDEX([edition_list.covered],MATCH([map_edition],[edition_list.label],0))"
    formula = f'=COUNTIF([data.when],[map_edition])&IF({place}="",""," of "&{place}&" covered by the edition")'
    text = f"{held}" + ("" if covered is None else f" of {covered} covered by the edition")
    return Computed("map_held", "Countries in our data", Formula(formula, text))


def _asks(framework: Framework, shown: Shown, asks: str) -> Formula:
    number = "MATCH([map_choice],[map_choices.label],0)"
    scored = "INDEX([edition_list.scored],MATCH([map_edition],[edition_list.label],0))"
    level = f'AND({number}>{len(framework.criteria)},{scored}="no")'
    formula = f"=IF({level},{text_of(_UNSCORED)},INDEX([map_choices.asks],{number}))"
    return Formula(formula, asks if shown.criterion or shown.review.scored else _UNSCORED)


def _published(shown: Shown, statistic: str) -> Computed:
    """The published figure for what is picked: where few countries are in our data, it tells more than the map."""
    key = (
        'MATCH([map_edition]&"|"&INDEX([map_choices.statistic],MATCH([map_choice],[map_choices.label],0)),'
        "[published_list.key],0)"
    )
    value, covered, source = (f"INDEX([published_list.{name}],{key})" for name in ("value", "covered", "source"))
    of = f'IF({covered}="",""," of "&{covered})'
    figure = published_figures(shown.review).get((shown.edition, statistic))
    text = (
        f"{figure[0]}{f' of {figure[1]}' if figure[1] is not None else ''} countries: {figure[2]}"
        if figure
        else _NO_FIGURE
    )
    formula = f'=IFERROR({value}&{of}&" countries: "&{source},{text_of(_NO_FIGURE)})'
    return Computed("map_published", "Published", Formula(formula, text))


def map_choices(reviews: list[Review]) -> Table:
    """What can be picked: the criteria, and the levels where a series is scored."""
    framework = reviews[0].framework
    scored = any(review.scored for review in reviews)
    columns = (
        Column("Criterion or level", 44, key="label"),
        Column("What is asked", 90, key="asks"),
        Column("Statistic", 30, key="statistic"),
    )
    rows = _choices(framework)[: None if scored else len(framework.criteria)]
    return Table("map_choices", "What the map can show", columns, rows)


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
    for n, level in enumerate(framework.levels[:-1], 1):
        levels = framework.levels[:n]
        rules = [f"“{one.title}” ({rule_in_words(one, framework)})" for one in levels]
        asks = f"Is the level {' or '.join(rules)}?"
        if any(rule.level.id in framework.level_ids[:n] for rule in framework.rules):
            asks += _OTHER_RULES
        found.append(
            (f"Level {n}: {statistic_title(f'or_better:{level.id}', framework)}", asks, f"or_better:{level.id}")
        )
    return [(label.replace("~", "∼"), asks, statistic) for label, asks, statistic in found]


def _chosen(framework: Framework, shown: Shown) -> int:
    if shown.criterion:
        return framework.criterion_ids.index(shown.criterion)
    return len(framework.criteria) + framework.level_ids.index(shown.level)


def _level_sign(possible: tuple[str, ...], framework: Framework, n: int) -> str:
    """Whether one of the `n` best levels is reached, as a mark."""
    better = sum(id in possible for id in framework.level_ids[:n])
    if not possible:
        return "×"
    return "●" if better == len(possible) else "◐" if better else "○"


def level_questions(framework: Framework) -> list[str]:
    """What is asked by each level that can be picked, by the rules of this framework alone."""
    return [asks.removesuffix(_OTHER_RULES) for _, asks, _ in _choices(framework)[len(framework.criteria) :]]


def level_signs(review: Review, edition: str, countries: list[str]) -> list[str]:
    """For each level that can be picked, the marks of these countries in an edition, one after the other."""
    framework = review.framework
    possible = dict(review.scores(edition)[["country", "levels"]].itertuples(index=False))
    return [
        "".join(_level_sign(possible[code], framework, n) for code in countries)
        for n in range(1, len(framework.levels))
    ]


def _signs(shown: Shown, places: pd.DataFrame) -> list[str]:
    """The mark of each tile."""
    review, framework = shown.review, shown.review.framework
    scores = review.scores(shown.edition)
    mine = scores.set_index("country").to_dict("index")
    n = framework.level_ids.index(shown.level) + 1 if shown.level else 0
    found = []
    for code in places["code"]:
        item = mine.get(code)
        if item is None:
            found.append(review.mark("", covered=False).sign)
        elif n:
            found.append(_level_sign(item["levels"], framework, n) if review.scored else "–")
        else:
            found.append(sign_of(review, item, shown.criterion))
    return found


def _sign_formula(ids: tuple[str, ...], framework: Framework, none: str, *, scored: bool) -> str:
    """The mark of a tile: of a criterion as in Data; of a level by which ones Data calls possible."""
    number = "MATCH([map_choice],[map_choices.label],0)"
    criterion = f"INDEX([data.mark:{ids[0]}..mark:{ids[-1]}],[@row],{number})"
    if not scored:
        return f"=IF([@row]=0,{text_of(none)},{criterion})"
    levels = f"[data.level:{framework.level_ids[0]}..level:{framework.level_ids[-1]}]"
    place = f"{number}-{len(ids)}"
    better = f"SUM(INDEX({levels},[@row],1):INDEX({levels},[@row],{place}))"
    worse = f"SUM(INDEX({levels},[@row],{place}+1):INDEX({levels},[@row],{len(framework.levels)}))"
    level = (
        f'IF(INDEX([data.levels],[@row])="","–",IF({better}+{worse}=0,"×",IF({worse}=0,"●",IF({better}=0,"○","◐"))))'
    )
    return f"=IF([@row]=0,{text_of(none)},IF({number}>{len(ids)},{level},{criterion}))"


def _states(framework: Framework) -> list[tuple[str, str]]:
    """Every mark that a tile can bear, with its words here."""
    words = {"not_held": NO_ANSWER, "not_asked": _NOT_SCORED}
    order = marks_of(framework)
    last = [one for one in order if one.id in words]
    return [(one.sign, words.get(one.id, one.words)) for one in (*(m for m in order if m.id not in words), *last)]


def _legend(framework: Framework, signs: list[str]) -> Table:
    """What each mark means, and how many countries bear it."""
    items = [(sign, f"{sign} {words}", "LEFT") for sign, words in _states(framework)]
    items.append((FOLLOWS, f"{FOLLOWS} of these: follows from another", "RIGHT"))

    def count(item: tuple[str, str, str]) -> Formula:
        value = sum((one[-1] if item[2] == "RIGHT" else one[0]) == item[0] for one in signs)
        return Formula(f"=SUMPRODUCT(--({item[2]}([map_rows.sign],1)={text_of(item[0])}))", value)

    columns = (
        Column("Mark", 25, "legend", lambda item: item[1], marked=True),
        Column("Countries", 20, "number", count),
    )
    return Table.of("map_legend", "The marks of the map, with how many countries bear each", columns, items)


def map_rows(reviews: list[Review], shown: Shown | None = None, codes: Collection[str] | None = None) -> Table:
    """Each country of the map with its row in Data and its mark; for the hidden lists."""
    shown = shown or usual_map(reviews)
    framework, places = shown.review.framework, _tiles(reviews, codes)
    words, data = dict(_states(framework)), data_places(reviews)
    known, named = ("{" + ",".join(map(text_of, texts)) + "}" for texts in (words, words.values()))
    none = shown.review.mark("", covered=False).sign
    items = [
        {**place, "sign": sign, "place": data.get(row_key(shown.review, shown.edition, place["code"]), 0)}
        for place, sign in zip(places.to_dict("records"), _signs(shown, places), strict=True)
    ]
    scored = any(review.scored for review in reviews)

    def item(name: str) -> Any:
        return lambda one: one[name]

    columns = [
        Column("Country", 30, value=lambda one: country_label(one["name"], one["code"]), key="label"),
        Column("Code", 8, value=item("code"), key="code"),
        Column("Row in Data", 8, "number", item("place"), "row", '=IFERROR(MATCH([map_edition]&"|"&[@code],[data.label_key],0),0)'),
        Column("Mark", 6, value=item("sign"), key="sign", formula=_sign_formula(framework.criterion_ids, framework, none, scored=scored)),
        Column("In words", 24, value=lambda one: f"{one['sign']} {words[one['sign'][0]]}", key="words", formula=f'=[@sign]&" "&INDEX({named},MATCH(LEFT([@sign],1),{known},0))'),
    ]  # fmt: skip
    return Table.of("map_rows", "The mark of each country on the map", columns, items)
