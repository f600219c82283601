"""The one sheet where answers stand: a row for each series, edition and country, to be typed over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from criteria import Framework, Status, answer_words
from review.compare import comparable
from review.report.blocks import Cell, Column, Computed, Formula, Page, Table, Text, text_of
from review.report.formulas import row as formulas
from review.report.xlsx.styles import score_style
from review.review import Review
from review.wording import FOLLOWS, NOT_IN_DATA, levels_in_words

__all__ = [
    "MANY_CRITERIA", "MOST_FORMULAS", "MarkGroup", "answer_list", "data_page", "data_places", "edited_note", "edition_before",
    "edition_label", "edition_with_year", "is_live", "mark_columns", "mark_groups", "row_key", "score_columns", "sign_of",
]  # fmt: skip

MOST_FORMULAS = 220_000
MANY_CRITERIA = 12
_SHEET_FORMULAS_A_ROW = 14  # of Data, beside those of its criteria, and what other sheets compute of each row


def is_live(reviews: list[Review]) -> bool:
    """Whether the workbook computes; with more formulas it carries values only."""
    framework = reviews[0].framework
    each = (4 if formulas.needs_range(framework) else 2) * len(framework.criteria)
    each += 2 * len(framework.levels) + 2 * len(framework.groups) + _SHEET_FORMULAS_A_ROW
    return sum(len(review.matrix.rows) for review in reviews) * each <= MOST_FORMULAS


@dataclass(frozen=True, slots=True)
class MarkGroup:
    """Criteria that are shown in one cell, as their marks in order; `key`: of the column of Data that holds these."""

    key: str
    title: str
    criteria: tuple[str, ...]


def mark_groups(framework: Framework) -> list[MarkGroup]:
    """Where a framework has many criteria, these by group; else none: then they stand side by side."""
    if len(framework.criteria) <= MANY_CRITERIA:
        return []
    members = {one.id: [c.id for c in framework.criteria if c.group == one.id] for one in framework.groups}
    titles = {one.id: one.title for one in framework.groups} or {"": "All criteria"}
    found = {id: tuple(members.get(id, framework.criterion_ids)) for id in titles}
    return [MarkGroup(f"strip:{id}", f"{titles[id]} ({len(ids)})", ids) for id, ids in found.items()]


def mark_columns(framework: Framework, least: float = 0) -> list[Column]:
    """The columns that show marks: one a criterion, or a group of many, with the key of the same in Data. `least`: their width."""
    groups = mark_groups(framework)
    if groups:
        return [Column(one.title, max(least, 8.0, 2.2 * len(one.criteria) + 2), "strip", key=one.key) for one in groups]
    upright = len(framework.criteria) > 6
    width = 4.2 if upright else max(10.0, least)
    look: dict[str, Any] = {"marked": True, "rotated": upright}
    return [Column(one.short, width, "absent", key=f"mark:{one.id}", **look) for one in framework.criteria]


def score_columns(framework: Framework, widths: tuple[float, float]) -> list[Column]:
    """The columns of level and score, with the key of the same in Data."""
    look, (level, score) = score_style(framework), widths
    low, high = (
        Column("Score at least", score, look, key="score:low"),
        Column("Score at most", score, look, key="score:high"),
    )
    return [Column("Level", level, "text_wrapped", key="levels_short"), low, high]


def edition_label(review: Review, edition: str) -> str:
    """An edition as it stands in lists to pick from: "icmec 01 (2006)", which no program takes for a number."""
    as_of = review.series.editions[edition].as_of
    return f"{review.series.id} {edition}" + (f" ({as_of[:4]})" if as_of and as_of[:4] != edition else "")


def edition_with_year(review: Review, edition: str) -> str:
    """An edition with its mark and, where its id does not say so, the year whose law it describes."""
    as_of = review.series.editions[edition].as_of
    return review.label(edition) + (f" ({as_of[:4]})" if as_of and as_of[:4] not in edition else "")


def edition_before(review: Review, edition: str) -> str:
    """The edition of kind `edition` with answers before this one; "" where there is none."""
    place = review.edition_ids.index
    return next((id for id in reversed(review.answered_editions) if place(id) < place(edition)), "")


def row_key(review: Review, edition: str, country: str) -> str:
    """What a row of Data is found by."""
    return f"{review.series.id}|{edition}|{country}"


def data_places(reviews: list[Review]) -> dict[str, int]:
    """The place (from 1) of each row of Data, by its key."""
    pairs = ["edition", "country"]
    rows = [(one, *pair) for one in reviews for pair in one.scores()[pairs].itertuples(index=False)]
    return {row_key(*one): n for n, one in enumerate(rows, 1)}


def sign_of(review: Review, item: Mapping[str, Any], criterion: str) -> str:
    """The mark of a criterion in a row of scores, with the sign that it follows from another."""
    return review.mark(item[criterion]).sign + (FOLLOWS if criterion in item["deduced"] else "")


def data_page(reviews: list[Review], schemes: Mapping[str, Mapping[tuple[str, str], str]]) -> Page:
    """All answers of all series; recorded ones to type over, beside them what follows.

    `schemes`: by the name of a grouping, the group of each row of Data, by its key and country.
    """
    places = data_places(reviews)
    items = [one for review in reviews for one in _items(review, schemes, places)]
    _number(items, reviews)
    if is_live(reviews):
        notes = [
            "A row for each series, edition and country with an answer. The pale columns are what is recorded: type over them, and the other columns and sheets follow; Read me, Answers and the charts keep what was recorded.",
            "Check says in which rows something was typed over, is not a word of the list, or contradicts itself. Sources stand in the sheet Answers, which keeps what was recorded.",
        ]
    else:
        notes = [f"More than {MOST_FORMULAS:,} cells would compute: this workbook carries values only. Take one series, region or edition for one that computes."]  # fmt: skip
    columns = _columns(reviews, list(schemes))
    description = "Recorded answers, what follows from them, scores and levels"
    table = Table.of("data", description, columns, items, frozen=True, filtered=True)
    return Page("Data", "Data: the answers, to type over", [*map(Text, notes), table], fixed=3)


def _number(items: list[dict[str, Any]], reviews: list[Review]) -> None:
    """Number the rows of each country: by series, the newest edition first."""
    order = {review.series.id: n for n, review in enumerate(reviews)}
    newest_first = sorted(items, key=lambda one: one["edition"], reverse=True)
    seen: Counter[str] = Counter()
    for one in sorted(newest_first, key=lambda one: order[one["key"].partition("|")[0]]):
        seen[one["country"]] += 1
        one["nth"] = f"{one['country']}|{seen[one['country']]}"


def _columns(reviews: list[Review], schemes: list[str]) -> tuple[Column, ...]:
    """The columns of Data: what is recorded, what follows, marks, scores, levels; hidden, what formulas need and no reader does."""
    framework, scored = reviews[0].framework, any(review.scored for review in reviews)
    shorts = {criterion.id: criterion.short for criterion in framework.criteria}
    grouped, signs, silent = bool(mark_groups(framework)), _signs(reviews[0]), '[@silence]="silent"'
    columns = [
        Column("Series and edition", 24, key="when"), Column("Country", 34, key="name"), Column("Code", 7, value="country", key="code"),
        Column("Region", 11, key="region"), Column("Check", 20, value=lambda _: "", key="check", formula=formulas.check(framework, "[answer_words.word]")),
        *(Column(f"{short}: recorded", 15, "input", key=f"rec:{id}", choices="answer_words.word") for id, short in shorts.items()),
        *(Column(f"{short}: follows", 15, "computed", key=f"ded:{id}", formula=formulas.answer_after_deduction(framework, id), grouped=grouped) for id, short in shorts.items()),
        *(Column(f"{short}: mark", 5, "absent", key=f"mark:{id}", formula=formulas.mark(id, signs, silent=silent), rotated=True, marked=True, grouped=grouped) for id, short in shorts.items()),
    ]  # fmt: skip
    for one in mark_columns(framework) if grouped else []:
        ids = next(group.criteria for group in mark_groups(framework) if group.key == one.key)
        formula = "=" + "&".join(f"LEFT([@mark:{id}],1)" for id in ids)
        columns.append(replace(one, formula=formula))
    if scored:
        ends = (("lower", "low", "least"), ("upper", "high", "most"))
        look = score_style(framework)
        columns += [
            *(Column(f"{group.title}: at {words}", 10, look, key=f"group:{group.id}:{end}", formula=formulas.group_score(framework, group.id, high=key == "high")) for group in framework.groups for end, key, words in ends),
            *(Column(f"Score at {words}", 9, look, end, f"score:{key}", formulas.score(framework, high=key == "high")) for end, key, words in ends),
            Column("Levels possible", 56, key="levels", formula=formulas.levels_in_words(framework)),
        ]  # fmt: skip
    return (*columns, *(replace(one, hidden=True) for one in _helpers(framework, schemes, scored=scored)))


def _helpers(framework: Framework, schemes: list[str], *, scored: bool) -> list[Column]:
    """What formulas need and no reader does."""
    columns = [
        Column("Key", 18, key="key"), Column("Key by label", 18, key="label_key"), Column("Country and number", 12, key="nth"), Column("Silence", 9, key="silence"),
        Column("As it was recorded", 18, key="as_recorded"), Column("Any answer", 8, "number", lambda _: 1, "there", formulas.is_recorded(framework)),
        Column("Key of the edition before", 18, key="before_key"), Column("Edition before", 9, key="before_label"),
        Column("Row of the edition before", 8, "number", key="before", formula='=IF([@before_key]="",0,IFERROR(MATCH([@before_key],[data.key],0),0))'),
        Column("What changed", 20, key="moved", formula=_moved_formula(framework, framework.criterion_ids)),
        Column("Changed since the edition before", 20, key="changed", formula=_CHANGED),
        *(Column(f"Grouped by {scheme}", 12, key=f"scheme:{n}") for n, scheme in enumerate(schemes)),
    ]  # fmt: skip
    for kind, of in (
        (("low", formulas.lowest_grade), ("high", formulas.highest_grade)) if formulas.needs_range(framework) else ()
    ):
        columns += [Column(f"{one.short}: {kind}", 8, "number", key=f"{kind}:{one.id}", formula=of(framework, one.id)) for one in framework.criteria]  # fmt: skip
    if not scored:
        return columns
    number = "+".join(f"[@level:{level.id}]*{place}" for place, level in enumerate(framework.levels, 1))
    many = "+".join(f"[@level:{level.id}]" for level in framework.levels)
    return [
        *columns,
        *(Column(f"{level.short} possible", 9, "number", key=f"level:{level.id}", formula=formulas.is_possible(framework, level)) for level in framework.levels),
        Column("Number of the level", 8, "number", key="level_number", formula=f"=IF({many}=1,{number},0)"),
        Column("Levels possible, by headings", 30, key="levels_short", formula=formulas.levels_in_words(framework, short=True)),
    ]  # fmt: skip


_CHANGE_LENGTH, _MOST_SIGNS = 240, 8_000  # of the formula of one change; a formula may have 8,192 in all
_CHANGED = '=IF([@before_key]="","",IF([@before]=0,"–",IF([@moved]="","",[@before_label]&": "&MID([@moved],3,9999))))'


def _names_each(framework: Framework, criteria: tuple[str, ...]) -> bool:
    """Whether a formula can name each criterion that changed; of too many it tells how many."""
    return sum(_CHANGE_LENGTH + len(framework.criterion(id).short) for id in criteria) <= _MOST_SIGNS


def _moved_formula(framework: Framework, criteria: tuple[str, ...]) -> str:
    """What changed since the edition before, of these criteria: "; Possession ○ → ●"; "" for nothing."""
    none = text_of(NOT_IN_DATA.sign)
    if not _names_each(framework, criteria):
        first, last = framework.criterion_ids[0], framework.criterion_ids[-1]
        was = f"LEFT(INDEX([data.mark:{first}..mark:{last}],[@before],0),1)"
        now = f"LEFT([@mark:{first}]:[@mark:{last}],1)"
        mask = "{" + ",".join(str(int(id in criteria)) for id in framework.criterion_ids) + "}"
        count = f"SUMPRODUCT(({was}<>{now})*({was}<>{none})*({now}<>{none})*{mask})"
        return f'=IF([@before]=0,"",IF({count}=0,"","; "&{count}&" of {len(criteria)} criteria"))'
    parts = []
    for id in criteria:
        was, now = f"INDEX([data.mark:{id}],[@before])", f"[@mark:{id}]"
        differ = f"AND(LEFT({was},1)<>LEFT({now},1),LEFT({was},1)<>{none},LEFT({now},1)<>{none})"
        parts.append(f'IF({differ},{text_of(f"; {framework.criterion(id).short} ")}&{was}&" → "&{now},"")')
    return f'=IF([@before]=0,"",{"&".join(parts) or text_of("")})'


def _moved(review: Review, item: Mapping[str, Any], before: Mapping[str, Any] | None, criteria: tuple[str, ...]) -> str:
    """The value of `_moved_formula`."""
    pairs = (
        [(id, sign_of(review, before, id), sign_of(review, item, id)) for id in criteria] if before is not None else []
    )
    moved = [(id, was, now) for id, was, now in pairs if was[0] != now[0] and NOT_IN_DATA.sign not in (was[0], now[0])]
    if moved and not _names_each(review.framework, criteria):
        return f"; {len(moved)} of {len(criteria)} criteria"
    return "".join(f"; {review.framework.criterion(id).short} {was} → {now}" for id, was, now in moved)


def edited_note(name: str, country: str = "") -> Computed:
    """Whether what a sheet shows rests on answers that were typed over; `country`: only on those of its code, a reference."""
    count = f'COUNTIFS([data.code],{country},[data.check],"?*")' if country else 'COUNTIF([data.check],"?*")'
    note = text_of(" in Data: see its column Check")
    return Computed(name, "Changes on Data", Formula(f'=IF({count}=0,"nothing",{count}&{note})', "nothing"))


def answer_list(framework: Framework) -> Table:
    """The words of answers that may be typed."""
    words = [*reversed(framework.grades), *(status.word for status in Status if status.word)]
    return Table.of("answer_words", "The words of answers", [Column("Answers", 20, value=str, key="word")], words)


def _signs(review: Review) -> dict[str, str]:
    """The sign of each word of an answer, where nothing recorded is nothing known."""
    found = {word: review.mark(word).sign for word in answer_words(review.framework) if word}
    return {**found, "": review.mark("", covered=False).sign}


def _items(
    review: Review, schemes: Mapping[str, Mapping[tuple[str, str], str]], places: Mapping[str, int]
) -> list[dict[str, Any]]:
    """What stands in each row of a series, by the key of the column."""
    framework, ids = review.framework, review.framework.criterion_ids
    word = answer_words(framework)
    recorded = review.matrix.rows.assign(**{f"rec:{id}": word[review.matrix.codes[:, n]] for n, id in enumerate(ids)})
    if formulas.needs_range(framework):
        for kind, cells in (("low", review.deduced.low), ("high", review.deduced.high)):
            recorded = recorded.assign(**{f"{kind}:{id}": cells[:, n] for n, id in enumerate(ids)})
    frame = review.scores().merge(recorded, on=["edition", "country"], how="left", validate="one_to_one")
    regions = review.registry.frame.set_index("code")["region"]
    rows = frame.assign(region=frame["country"].map(regions)).to_dict("records")
    earlier = {(row["edition"], row["country"]): row for row in rows}
    befores = {edition: edition_before(review, edition) for edition in frame["edition"].unique()}
    compared = {
        edition: tuple(id for id, fits in zip(ids, comparable(framework, review.series.id, before, edition), strict=True) if fits) if before else ids
        for edition, before in befores.items()
    }  # fmt: skip
    items = []
    for row in rows:
        edition, country = row["edition"], row["country"]
        before, when, key = befores[edition], edition_label(review, edition), row_key(review, edition, country)
        old = earlier.get((before, country))
        moved = _moved(review, row, old, compared[edition])
        formula = _moved_formula(framework, compared[edition]) if compared[edition] != ids else ""
        items.append({
            **row, **_score_cells(review, row),
            "when": when, "key": key, "label_key": f"{when}|{country}", "silence": review.series.unmentioned, "before_label": before,
            "before_key": row_key(review, before, country) if before else "", "before": places[row_key(review, before, country)] if old else 0,
            "as_recorded": "".join(f"|{row[f'rec:{id}']}" for id in ids), "moved": Formula(formula, moved) if formula else moved,
            "changed": f"{before}: {moved[2:]}" if moved else "–" if before and old is None else "",
            **{f"ded:{id}": row[id] for id in ids}, **{f"mark:{id}": sign_of(review, row, id) for id in ids},
            **{one.key: "".join(review.mark(row[id]).sign for id in one.criteria) for one in mark_groups(framework)},
            **{f"scheme:{n}": groups.get((key, country), "") for n, groups in enumerate(schemes.values())},
        })  # fmt: skip
    return items


def _score_cells(review: Review, row: Mapping[str, Any]) -> dict[str, Cell]:
    """Scores and levels of a row; where its edition judges by rules of its own, with these as formulas."""
    judged, own = review.judged(row["edition"]), review.framework
    names = [f"group:{group.id}:{end}" for group in own.groups for end in ("lower", "upper")] + ["lower", "upper"]
    levels = {f"level:{level.id}": (level, int(review.scored and level.id in row["levels"])) for level in judged.levels}
    if not review.scored:
        return dict.fromkeys((*names, *levels, "levels", "levels_short", "level_number"))
    cells: dict[str, Cell] = {name: "" if pd.isna(row[name]) else row[name] for name in names}
    cells |= {key: possible for key, (_, possible) in levels.items()}
    cells["level_number"] = own.level_ids.index(row["levels"][0]) + 1 if len(row["levels"]) == 1 else 0
    for key, short in (("levels", False), ("levels_short", True)):
        words = levels_in_words(row["levels"], judged, short=short)
        cells[key] = words if judged is own else Formula(formulas.levels_in_words(judged, short=short), words)
    if judged is not own:
        cells |= {
            key: Formula(formulas.is_possible(judged, level), possible) for key, (level, possible) in levels.items()
        }
    return cells
