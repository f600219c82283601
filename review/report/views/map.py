"""The world as tiles, one cell a country, as the series, edition and criterion picked state it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import pandas as pd

from country_data import tiles_of
from criteria import Framework
from review.report.blocks import (
    At,
    Block,
    Column,
    Computed,
    Controls,
    Count,
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
from review.report.views.data import data_places, edited_note, edition_label, row_key, sign_of
from review.report.views.lists import country_label
from review.review import Review
from review.wording import FOLLOWS, marks_of, rule_in_words, statistic_title

__all__ = [
    "NO_ANSWER", "Shown", "level_questions", "level_signs", "map_choices", "map_controls", "map_page", "map_rows", "usual_map",
]  # fmt: skip

NO_ANSWER, _NOT_SCORED = "no answer in our data", "not asked, or not scored"
_UNSCORED = "this series is not scored: pick a criterion"
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
    framework, shown = reviews[0].framework, shown or usual_map(reviews)
    picked = shown.criterion or shown.level
    label = next(label for label, _, statistic in _choices(framework) if statistic.split(":")[1] == picked)
    figure = Lookup("published_list.words", "[map_edition]|[map_statistic]", otherwise="no figure is published")

    def asks(at: At) -> Any:
        return _UNSCORED if at("map_scored") == "no" and at("map_kind") == "level" else at("map_question")

    question = f'=IF(AND([map_scored]="no",[map_kind]="level"),{text_of(_UNSCORED)},[map_question])'
    picks = (
        Dropdown(
            "map_edition", "Series and edition", "answered_list.label", edition_label(shown.review, shown.edition)
        ),
        Dropdown("map_choice", "Criterion or level", "map_choices.label", label),
        Computed("map_asks", "What is asked", Formula(question, asks)),
        Computed(
            "map_published", "Published", figure
        ),  # where few countries are in our data, it tells more than the map
        Computed("map_held", "In our data", Lookup("answered_list.held", "[map_edition]", "label")),
        edited_note("map_typed"),
    )
    places = _tiles(reviews, codes).to_dict("records")
    tiles = [
        Tile(
            int(one["row"]) - 1,
            int(one["column"]) - 1,
            one["code"],
            Lookup("map_rows.sign", one["code"], "code"),
            one["name"],
        )
        for one in places
    ]
    columns = [
        Column("Country", 18, "text_wrapped", lambda one: country_label(one["name"], one["code"]), "label"),
        Column(
            "What is picked", 11, "legend_wrapped", lambda _: Lookup("map_rows.words", "[@label]", "label"), marked=True
        ),
    ]
    note = "A tile shows a country's code; select it and its name appears. Places are near those on a globe, sizes mean nothing. The colour and the mark say the same; silence is not “no”."
    blocks: list[Block] = [
        Controls(picks, span=8),
        Text(note),
        TileMap(tiles, _legend(framework)),
        Heading("The same as a list"),
        Table.of("map_countries", "Each country with what its mark means, in words", columns, places, filtered=True),
    ]
    widths, breaks = (18.0, 11.0, 1.0), ("The same as a list",)
    return Page("Map", "Map: one tile a country", blocks, fixed=0, widths=widths, zoom=80, breaks=breaks)


def map_controls() -> list[Computed]:
    """What the sheet needs beside what is picked; for the hidden lists."""
    found = {name: Lookup(f"map_choices.{name}", "[map_choice]", "label") for name in ("question", "statistic", "kind")}
    found["scored"] = Lookup("answered_list.scored", "[map_edition]", "label")
    return [Computed(f"map_{name}", f"{name}, map", lookup) for name, lookup in found.items()]


def map_choices(reviews: list[Review]) -> Table:
    """What can be picked: the criteria, and the levels where a series is scored."""
    framework, scored = reviews[0].framework, any(review.scored for review in reviews)
    columns = [
        Column("Criterion or level", 44, value=lambda one: one[0], key="label"),
        Column("What is asked", 90, value=lambda one: one[1], key="question"),
        Column("Statistic", 30, value=lambda one: one[2], key="statistic"),
        Column("Kind", 10, value=lambda one: "criterion" if one[2].startswith("criterion:") else "level", key="kind"),
    ]
    chosen = _choices(framework)[: None if scored else len(framework.criteria)]
    return Table.of("map_choices", "What the map can show", columns, chosen)


def _tiles(reviews: list[Review], codes: Collection[str] | None) -> pd.DataFrame:
    """Every current country, and any other with an answer: `code`, `name`, `column`, `row`."""
    frame = reviews[0].registry.frame
    wanted = set(frame.loc[(frame["until"] == "") & (frame["status"] != "invented"), "code"])
    wanted |= {code for review in reviews for code in review.matrix.rows["country"]}
    return tiles_of(reviews[0].registry, wanted if codes is None else wanted & set(codes))


def _choices(framework: Framework) -> list[tuple[str, str, str]]:
    """What can be picked, numbered so that no two are alike and none is taken for a number or date; what is asked; its statistic."""
    found = [
        (f"Criterion {n}: {one.short}", one.question or one.title, f"criterion:{one.id}:{framework.highest}")
        for n, one in enumerate(framework.criteria, 1)
    ]
    for n, level in enumerate(framework.levels[:-1], 1):
        statistic = f"or_better:{level.id}"
        rules = [f"“{one.title}” ({rule_in_words(one, framework)})" for one in framework.levels[:n]]
        other = any(rule.level.id in framework.level_ids[:n] for rule in framework.rules)
        asks = f"Is the level {' or '.join(rules)}?" + (_OTHER_RULES if other else "")
        found.append((f"Level {n}: {statistic_title(statistic, framework)}", asks, statistic))
    return [(label.replace("~", "∼"), asks, statistic) for label, asks, statistic in found]


def _level_sign(possible: tuple[str, ...], framework: Framework, n: int) -> str:
    """Whether one of the `n` best levels is reached, as a mark."""
    better = sum(id in possible for id in framework.level_ids[:n])
    return "×" if not possible else "●" if better == len(possible) else "◐" if better else "○"


def level_questions(framework: Framework) -> list[str]:
    """What is asked by each level that can be picked, by the rules of this framework alone."""
    return [asks.removesuffix(_OTHER_RULES) for _, asks, _ in _choices(framework)[len(framework.criteria) :]]


def level_signs(review: Review, edition: str, countries: list[str]) -> list[str]:
    """For each level that can be picked, the marks of these countries in an edition, one after the other."""
    framework = review.framework
    possible = dict(review.scores(edition)[["country", "levels"]].itertuples(index=False))
    signs = [[_level_sign(possible[code], framework, n) for code in countries] for n in range(1, len(framework.levels))]
    return ["".join(one) for one in signs]


def _signs(shown: Shown, places: pd.DataFrame) -> list[str]:
    """The mark of each tile."""
    review, framework = shown.review, shown.review.framework
    mine = review.scores(shown.edition).set_index("country").to_dict("index")
    none = review.mark("", covered=False).sign
    if not shown.level:
        return [sign_of(review, mine[code], shown.criterion) if code in mine else none for code in places["code"]]
    n = framework.level_ids.index(shown.level) + 1
    signs = {code: _level_sign(one["levels"], framework, n) if review.scored else "–" for code, one in mine.items()}
    return [signs.get(code, none) for code in places["code"]]


def _sign_formula(framework: Framework, none: str, *, scored: bool) -> str:
    """The mark of a tile: of a criterion as in Data; of a level by which ones Data calls possible."""
    ids, levels = framework.criterion_ids, framework.level_ids
    number = "MATCH([map_choice],[map_choices.label],0)"
    sign = f"INDEX([data.mark:{ids[0]}..mark:{ids[-1]}],[@row],{number})"
    if scored:
        place, cells = f"{number}-{len(ids)}", f"[data.level:{levels[0]}..level:{levels[-1]}]"
        better = f"SUM(INDEX({cells},[@row],1):INDEX({cells},[@row],{place}))"
        worse = f"SUM(INDEX({cells},[@row],{place}+1):INDEX({cells},[@row],{len(levels)}))"
        known = f'IF({better}+{worse}=0,"×",IF({worse}=0,"●",IF({better}=0,"○","◐")))'
        sign = f'IF({number}>{len(ids)},IF(INDEX([data.levels],[@row])="","–",{known}),{sign})'
    return f"=IF([@row]=0,{text_of(none)},{sign})"


def _states(framework: Framework) -> dict[str, str]:
    """Every mark that a tile can bear, with its words here."""
    words = {"not_held": NO_ANSWER, "not_asked": _NOT_SCORED}
    order = sorted(marks_of(framework), key=lambda one: one.id in words)
    return {one.sign: words.get(one.id, one.words) for one in order}


def _legend(framework: Framework) -> Table:
    """What each mark means, and how many countries bear it."""
    items = [(f"{sign} {words}", f"{sign}*") for sign, words in _states(framework).items()]
    items.append((f"{FOLLOWS} of these: follows from another", f"*{FOLLOWS}"))
    columns = (
        Column("Mark", 18, "legend_wrapped", lambda item: item[0], marked=True),
        Column("Countries", 11, "number", lambda item: Count((("map_rows.sign", item[1]),))),
    )
    return Table.of("map_legend", "The marks of the map, with how many countries bear each", columns, items)


def map_rows(reviews: list[Review], shown: Shown | None = None, codes: Collection[str] | None = None) -> Table:
    """Each country of the map with its row in Data and its mark; for the hidden lists."""
    shown = shown or usual_map(reviews)
    framework, places = shown.review.framework, _tiles(reviews, codes)
    words, data = _states(framework), data_places(reviews)
    known, named = ("{" + ",".join(map(text_of, texts)) + "}" for texts in (words, words.values()))
    none, scored = shown.review.mark("", covered=False).sign, any(review.scored for review in reviews)
    items = [
        {**place, "sign": sign, "place": data.get(row_key(shown.review, shown.edition, place["code"]), 0)}
        for place, sign in zip(places.to_dict("records"), _signs(shown, places), strict=True)
    ]
    columns = [
        Column("Country", 30, value=lambda one: country_label(one["name"], one["code"]), key="label"), Column("Code", 8, key="code"),
        Column("Row in Data", 8, "number", "place", "row", '=IFERROR(MATCH([map_edition]&"|"&[@code],[data.label_key],0),0)'),
        Column("Mark", 6, key="sign", formula=_sign_formula(framework, none, scored=scored)),
        Column("In words", 24, value=lambda one: f"{one['sign']} {words[one['sign'][0]]}", key="words", formula=f'=[@sign]&" "&INDEX({named},MATCH(LEFT([@sign],1),{known},0))'),
    ]  # fmt: skip
    return Table.of("map_rows", "The mark of each country on the map", columns, items)
