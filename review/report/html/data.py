"""What the page's script looks up: answers, levels and comparisons as the library gives them. It computes none of its own."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Mapping

import pandas as pd

from country_data import ChoiceError, printable
from country_data.names import CountryNames
from criteria import Framework, answer_words
from review.citation import citation
from review.compare import Change, Comparison, changes_of, editions_with_content, usual_pair
from review.headlines import published_figures
from review.report.blocks import Heading, Page
from review.report.html.writer import Texts, lists_of, mark_class, web_address
from review.report.views.compare import (
    CHANGE_SIGNS,
    change_headings,
    change_words,
    coverage_page,
    headline_pages,
    levels_page,
)
from review.report.views.country import dossier
from review.report.views.data import edition_label
from review.report.views.map import NO_ANSWER, level_questions, level_signs, map_choices
from review.review import Review
from review.wording import FOLLOWS, NOT_IN_DATA, edition_notes, marks_of, rules_differ

__all__ = ["MOST_PAIRS", "compared_editions", "json_block", "page_data", "usual_editions"]

MOST_PAIRS = 400  # of editions that are compared; of more, those next to each other and with the newest
_FIRST_CODE = ord("0")


def page_data(reviews: list[Review]) -> dict[str, object]:
    """Everything that the script looks up, ready for JSON. Countries, criteria and changes are named by their place in it."""
    framework, texts = reviews[0].framework, Texts()
    answered = {code for review in reviews for code in review.matrix.rows["country"]}
    registry = reviews[0].registry.frame.sort_values("order")
    codes = [code for code in registry["code"] if code in answered]
    places = {code: n for n, code in enumerate(codes)}
    dossiers = {code: _country(reviews, code, texts) for code in codes}
    series = [_series(review, places, texts) for review in reviews]
    return {
        "citation": citation(reviews, named=False),
        "criteria": [[one.id, one.short] for one in framework.criteria],
        "choices": [list(row[:3]) for row in map_choices(reviews).rows],
        "changes": [
            [one.value, change_words(one), CHANGE_SIGNS[one], one.moves, one is Change.NOT_COMPARABLE]
            for one in changes_of(framework)
        ],
        "marks": {one.sign: [one.words, mark_class(one.sign)] for one in marks_of(framework)},
        "follows": FOLLOWS,
        "no_answer": [NOT_IN_DATA.sign, NO_ANSWER],
        "countries": _countries(reviews, codes),
        "series": series,
        "dossiers": dossiers,
        "texts": list(texts.numbers),
    }


def json_block(data: Mapping[str, object]) -> str:
    """JSON as it may stand in a script element of a page: nothing in it ends the element."""
    text = json.dumps(_printable(data), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c")


def _printable(value: object) -> object:
    """The same with texts as they may be shown; those of names hold line ends, and are so already."""
    if isinstance(value, str):
        return value if "\n" in value else printable(value)
    if isinstance(value, dict):
        return {key: _printable(one) for key, one in value.items()}
    return [_printable(one) for one in value] if isinstance(value, list) else value


def _countries(reviews: list[Review], codes: list[str]) -> list[list[str]]:
    """Of each country its code, name, region, subregion, and every other name it is found by, with line ends between."""
    registry = reviews[0].registry
    rows = registry.frame.set_index("code")[["name", "region", "subregion"]]
    names = CountryNames(registry).every_name()
    return [
        [
            code,
            *map(printable, (name, region, subregion)),
            "\n".join(printable(other) for other in names.get(code, ()) if other != name),
        ]
        for code, name, region, subregion in rows.loc[codes].itertuples()
    ]


def _country(reviews: list[Review], code: str, texts: Texts) -> list[object]:
    page = dossier(reviews, code)
    return [texts.number(str(page.title)), *lists_of(page, texts)]


def _series(review: Review, places: Mapping[str, int], texts: Texts) -> dict[str, object]:
    series, pairs = review.series, compared_editions(review)
    recorded = set(review.matrix.rows["edition"])
    published: dict[str, dict[str, str]] = {}
    for (edition, statistic), (value, covered, source) in published_figures(review).items():
        of = "" if covered is None else f" of {covered}"
        published.setdefault(edition, {})[statistic] = f"{value}{of} countries: {source}"
    return {
        "id": series.id,
        "title": series.title,
        "publisher": series.publisher,
        "scored": review.scored,
        "caveat": series.caveat,
        "sources": {id: [one.short, web_address(one.url)] for id, one in series.sources.items()},
        "signs": [review.mark(word).sign for word in answer_words(review.framework)],
        "editions": [_edition(review, id, places, texts) for id in review.edition_ids if id in recorded],
        "stated": {id: [one.title, one.as_of, one.note] for id, one in series.editions.items()},
        "published": published,
        "pairs": [{"from": a, "to": b, **_pair(review, a, b, places, texts)} for a, b in pairs],
        "usual": list(usual_editions(review)),
        "changes": change_headings(review),
        "every_pair": len(pairs) == len(_all_pairs(review)),
    }


def _edition(review: Review, edition: str, places: Mapping[str, int], texts: Texts) -> dict[str, object]:
    """An edition's answers: the countries by place, and for each criterion a character a country (see `_characters`)."""
    answers = review.deduced_of(edition)
    order = pd.Series([places[code] for code in answers.rows["country"]]).argsort(kind="stable").to_numpy()
    answers = answers.take(order)
    one, framework = review.series.editions[edition], review.framework
    found: dict[str, object] = {
        "id": edition,
        "label": edition_label(review, edition),
        "update": one.is_update,
        "title": one.title,
        "as_of": one.as_of,
        "covered": one.reviewed,
        "countries": [places[code] for code in answers.rows["country"]],
        "answers": [
            _characters(answers.codes[:, n], answers.deduced[:, n], framework) for n in range(len(framework.criteria))
        ],
        "sources": _sources(review, edition, places, texts),
    }
    if review.scored:
        found["levels"] = level_signs(review, edition, list(answers.rows["country"]))
        found["asks"] = level_questions(review.judged(edition))
    return found


def _characters(codes: Iterable[int], flags: Iterable[bool], framework: Framework) -> str:
    """Answers as characters: twice the place of its word among `answer_words`, and one more where it follows from another."""
    many = len(answer_words(framework))
    return "".join(chr(_FIRST_CODE + 2 * (code % many) + flag) for code, flag in zip(codes, flags, strict=True))


def _sources(review: Review, edition: str, places: Mapping[str, int], texts: Texts) -> dict[str, list[list[int]]]:
    """By the ids of sources: the place of a country, the number of the text that says where in them, and criteria by place."""
    criteria = {id: n for n, id in enumerate(review.framework.criterion_ids)}
    answers = review.answers()
    answers = answers.loc[answers["edition"] == edition, ["source", "country", "locator", "criterion"]]
    told: dict[tuple[str, str, str], list[int]] = {}
    for source, country, locator, criterion in answers.itertuples(index=False):
        told.setdefault((source, country, locator), []).append(criteria[criterion])
    found: dict[str, list[list[int]]] = {}
    for (source, country, locator), of in told.items():
        if source:
            found.setdefault(source, []).append([places[country], texts.number(locator), *of])
    return found


def _all_pairs(review: Review) -> list[tuple[str, str]]:
    try:
        return list(itertools.combinations(editions_with_content(review), 2))
    except ChoiceError:  # none has figures or answers
        return []


def compared_editions(review: Review) -> list[tuple[str, str]]:
    """The pairs of editions that a page compares, the earlier one first."""
    every = _all_pairs(review)
    if len(every) <= MOST_PAIRS:
        return every
    editions = editions_with_content(review)
    return [*itertools.pairwise(editions), *((one, editions[-1]) for one in editions[:-2])]


def usual_editions(review: Review) -> tuple[str, str] | tuple[()]:
    """The pair that is shown first: the newest two with countries in common, else the last; () for no pair."""
    pairs = compared_editions(review)
    if not pairs:
        return ()
    _, *usual = usual_pair([review])
    return next((pair for pair in pairs if list(pair) == usual), pairs[-1])


def _pair(review: Review, first: str, second: str, places: Mapping[str, int], texts: Texts) -> dict[str, object]:
    """Two editions compared: blocks to show, the countries in both, and for each criterion a character a country.

    The character is twice the place of the change among `changes_of`, and one more where the answer is another than before.
    """
    found = review.compare(first, second)
    head, *rest = headline_pages(found, review, cite=True)
    for note in edition_notes(review.series, (first, second)):
        head.text(note)
    if review.scored and found.count("both"):
        rest += [levels_page(found, review), coverage_page(found, review)]
    rules = [rules_differ(review.framework, review.series, id, (first, second)) for id in found.headlines["statistic"]]
    both = found.countries[found.countries["presence"] == "both"]
    order = {one.value: n for n, one in enumerate(changes_of(review.framework))}
    listed = set(zip(found.changes["country"], found.changes["criterion"], strict=True))
    return {
        "head": lists_of(head, texts),
        "more": [one for page in rest for one in lists_of(_headed(page), texts)],
        "rules": [texts.number(rule) for rule in rules],
        "countries": [places[code] for code in both["country"]],
        "changes": [
            "".join(
                chr(_FIRST_CODE + 2 * order[word] + ((code, id) in listed))
                for code, word in zip(both["country"], both[id], strict=True)
            )
            for id in review.framework.criterion_ids
        ],
        "causes": _causes(found, places, review.framework),
    }


def _headed(page: Page) -> Page:
    """A page whose title is a heading among others."""
    return Page(page.name, page.title, [Heading(str(page.title)), *page.blocks])


def _causes(found: Comparison, places: Mapping[str, int], framework: Framework) -> dict[str, str]:
    """Why answers differ, where the data state it: by the places of country and criterion."""
    return {
        f"{places[row.country]} {framework.criterion_ids.index(row.criterion)}": ", ".join(stated).replace("_", " ")
        for row in found.changes.itertuples(index=False)
        if (stated := [cause for cause in row.causes if cause != "unstated"])
    }
