"""What the page's script looks up: answers, levels and comparisons as the library gives them. It computes none of its own."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Mapping

import pandas as pd

from country_data.names import CountryNames
from criteria import Framework, answer_words
from review.citation import citation
from review.compare import Comparison, changes_of
from review.report.blocks import Heading, Page
from review.report.html.writer import Texts, lists_of, mark_class, web_address
from review.report.views.compare import CHANGE_SIGNS, change_headings, change_words, comparison_pages
from review.report.views.compare_sheet import usual_pair
from review.report.views.country import dossier
from review.report.views.data import edition_label
from review.report.views.map import level_signs, map_choices
from review.review import Review
from review.wording import Mark, marks_of

__all__ = ["MOST_PAIRS", "compared_editions", "json_block", "page_data"]

MOST_PAIRS = 400  # of editions that are compared; of more, those next to each other and with the newest
_FIRST_CODE = ord("0")
# what a comparison holds that the script can't filter; what it can, it makes from the changes of each country
_KEPT_PAGES = ("Headlines", "In which edition", "Levels", "Coverage")


def page_data(reviews: list[Review]) -> dict[str, object]:
    """Everything that the script looks up, ready for JSON."""
    framework, texts = reviews[0].framework, Texts()
    codes = list(dict.fromkeys(code for review in reviews for code in _in_order(review)))
    places = {code: n for n, code in enumerate(codes)}
    dossiers = {code: _country(reviews, code, texts) for code in codes}
    series = [_series(review, places, texts) for review in reviews]
    return {
        "citation": citation(reviews),
        "criteria": [[one.id, one.short] for one in framework.criteria],
        "choices": [list(row) for row in map_choices(reviews).rows],
        "changes": [[one.value, change_words(one), CHANGE_SIGNS[one], one.moves] for one in changes_of(framework)],
        "marks": {one.sign: one.words for one in marks_of(framework)},
        "countries": _countries(reviews, codes),
        "series": series,
        "dossiers": dossiers,
        "texts": list(texts.numbers),
    }


def json_block(data: Mapping[str, object]) -> str:
    """JSON as it may stand in a script element of a page: nothing in it ends the element."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _in_order(review: Review) -> list[str]:
    """The countries with an answer, by name."""
    there = set(review.matrix.rows["country"])
    frame = review.registry.frame.sort_values("order")
    return [code for code in frame["code"] if code in there]


def _countries(reviews: list[Review], codes: list[str]) -> list[list[str]]:
    """Of each country its code, name, region, subregion, and every other name it is found by, with line ends between."""
    registry = reviews[0].registry
    frame = registry.frame.set_index("code")
    names = CountryNames(registry).every_name()
    found = []
    for code in codes:
        row = frame.loc[code]
        others = [name for name in names.get(code, ()) if name != row["name"]]
        found.append([code, row["name"], row["region"], row["subregion"], "\n".join(others)])
    return found


def _country(reviews: list[Review], code: str, texts: Texts) -> list[object]:
    page = dossier(reviews, code)
    return [texts.number(str(page.title)), *lists_of(page, texts)]


def _series(review: Review, places: Mapping[str, int], texts: Texts) -> dict[str, object]:
    pairs = compared_editions(review)
    return {
        "id": review.series.id,
        "title": review.series.title,
        "publisher": review.series.publisher,
        "scored": review.scored,
        "caveat": review.series.caveat,
        "sources": {id: [one.short, web_address(one.url)] for id, one in review.series.sources.items()},
        "marks": [_mark(review, word) for word in answer_words(review.framework)],
        "editions": [_edition(review, edition, places, texts) for edition in _recorded(review)],
        "stated": {
            edition: [edition_label(review, edition), one.title] for edition, one in review.series.editions.items()
        },
        "pairs": {f"{a}..{b}": _pair(review, a, b, places, texts) for a, b in pairs},
        "usual": list(usual_pair([review])[1:]) if pairs else [],
        "changes": change_headings(review),
        "every_pair": len(pairs) == _many_pairs(len(_comparable(review))),
    }


def _mark(review: Review, word: str) -> list[str]:
    one: Mark = review.mark(word)
    return [one.sign, one.words, mark_class(one.sign)]


def _recorded(review: Review) -> list[str]:
    there = set(review.matrix.rows["edition"])
    return [edition for edition in review.edition_ids if edition in there]


def _edition(review: Review, edition: str, places: Mapping[str, int], texts: Texts) -> dict[str, object]:
    """An edition's answers: the countries by place, and for each criterion a character a country (see `_characters`)."""
    answers = review.deduced_of(edition)
    order = pd.Series([places[code] for code in answers.rows["country"]]).argsort(kind="stable").to_numpy()
    answers = answers.take(order)
    one, framework = review.series.editions[edition], review.framework
    sources = review.answers()
    sources = sources[sources["edition"] == edition]
    found: dict[str, object] = {
        "id": edition,
        "label": edition_label(review, edition),
        "usual": not one.is_update,
        "title": one.title,
        "as_of": one.as_of,
        "covered": one.reviewed,
        "countries": [places[code] for code in answers.rows["country"]],
        "answers": [
            _characters(answers.codes[:, n], answers.deduced[:, n], framework) for n in range(len(framework.criteria))
        ],
        "sources": _sources(sources, places, framework, texts),
    }
    if review.scored:
        found["levels"] = level_signs(review, edition, list(answers.rows["country"]))
    return found


def _characters(codes: Iterable[int], deduced: Iterable[bool], framework: Framework) -> str:
    """Answers as characters: twice the place of its word among `answer_words`, and one more where it follows from another."""
    many = len(answer_words(framework))
    return "".join(chr(_FIRST_CODE + 2 * (code % many) + follows) for code, follows in zip(codes, deduced, strict=True))


def _sources(
    answers: pd.DataFrame, places: Mapping[str, int], framework: Framework, texts: Texts
) -> dict[str, list[list[int]]]:
    """By the ids of sources: the place of a country, the number of the text that says where in them, and criteria by place."""
    criteria = {id: n for n, id in enumerate(framework.criterion_ids)}
    told: dict[tuple[str, str, str], list[int]] = {}
    for source, country, locator, criterion in answers[["source", "country", "locator", "criterion"]].itertuples(
        index=False
    ):
        told.setdefault((source, country, locator), []).append(criteria[criterion])
    found: dict[str, list[list[int]]] = {}
    for (source, country, locator), of in told.items():
        if source:
            found.setdefault(source, []).append([places[country], texts.number(locator), *of])
    return found


def _comparable(review: Review) -> list[str]:
    """The editions of kind `edition` with figures or answers."""
    stated = {*review.preferred_figures()["edition"], *review.answered_editions}
    return [id for id, one in review.series.editions.items() if not one.is_update and id in stated]


def _many_pairs(editions: int) -> int:
    return editions * (editions - 1) // 2


def compared_editions(review: Review) -> list[tuple[str, str]]:
    """The pairs of editions that a page compares, the earlier one first."""
    editions = _comparable(review)
    if _many_pairs(len(editions)) <= MOST_PAIRS:
        return list(itertools.combinations(editions, 2))
    return [*itertools.pairwise(editions), *((one, editions[-1]) for one in editions[:-2])]


def _pair(review: Review, first: str, second: str, places: Mapping[str, int], texts: Texts) -> dict[str, object]:
    """Two editions compared: blocks to show, the countries in both, and for each criterion a character a country."""
    found = review.compare(first, second)
    kept = [page for page in comparison_pages(found, review, cite=True) if page.name in _KEPT_PAGES]
    blocks = [one for page in kept for one in lists_of(_headed(page, first=page is kept[0]), texts)]
    both = found.countries[found.countries["presence"] == "both"]
    order = [one.value for one in changes_of(review.framework)]
    return {
        "blocks": blocks,
        "countries": [places[code] for code in both["country"]],
        "changes": [
            "".join(chr(_FIRST_CODE + order.index(word)) for word in both[id]) for id in review.framework.criterion_ids
        ],
        "causes": _causes(found, places, review.framework),
    }


def _headed(page: Page, *, first: bool) -> Page:
    """A page whose title is a heading among others; of the first one it stands above."""
    return page if first else Page(page.name, page.title, [Heading(str(page.title)), *page.blocks])


def _causes(found: Comparison, places: Mapping[str, int], framework: Framework) -> dict[str, str]:
    """Why answers differ, where the data state it: by the places of country and criterion."""
    return {
        f"{places[row.country]} {framework.criterion_ids.index(row.criterion)}": ", ".join(row.causes).replace("_", " ")
        for row in found.changes.itertuples(index=False)
        if row.causes and row.causes != ("unstated",)
    }
