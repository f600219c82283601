"""The one sheet where answers stand: a row for each series, edition and country, to be typed over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from criteria import Framework, Status, answer_words
from review.compare import comparable
from review.report.blocks import Cell, Column, Computed, Formula, Page, Table, Text, hidden_columns, text_of
from review.report.formulas import row as formulas
from review.report.xlsx.styles import score_style
from review.review import Review
from review.wording import FOLLOWS, NOT_IN_DATA, levels_in_words

__all__ = [
    "MANY_CRITERIA",
    "MOST_FORMULAS",
    "MarkGroup",
    "answer_list",
    "data_page",
    "edited_note",
    "edition_before",
    "edition_label",
    "edition_with_year",
    "is_live",
    "mark_columns",
    "mark_groups",
    "row_key",
    "sign_of",
]

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
    """Criteria that are shown in one cell, as their marks in order."""

    key: str
    title: str
    criteria: tuple[str, ...]

    @property
    def width(self) -> float:
        """How wide a column of such cells is."""
        return max(8.0, 2.2 * len(self.criteria) + 2)


def mark_groups(framework: Framework) -> tuple[MarkGroup, ...]:
    """Where a framework has many criteria, these by group; else none: then they stand side by side."""
    if len(framework.criteria) <= MANY_CRITERIA:
        return ()
    found = [
        MarkGroup(f"strip:{group.id}", group.title, tuple(c.id for c in framework.criteria if c.group == group.id))
        for group in framework.groups
    ] or [MarkGroup("strip:", "All criteria", framework.criterion_ids)]
    return tuple(replace(one, title=f"{one.title} ({len(one.criteria)})") for one in found)


def mark_columns(framework: Framework) -> list[tuple[Column, str, tuple[str, ...]]]:
    """The columns that show marks: one a criterion, or a group of many; each with its key in Data and its criteria."""
    groups = mark_groups(framework)
    if groups:
        return [(Column(one.title, one.width, "strip", key=one.key), one.key, one.criteria) for one in groups]
    rotated = len(framework.criteria) > 6
    return [
        (
            Column(one.short, 4.2 if rotated else 10, "absent", key=f"mark:{one.id}", marked=True, rotated=rotated),
            f"mark:{one.id}",
            (one.id,),
        )
        for one in framework.criteria
    ]


def item(name: str) -> Callable[[Mapping[str, Any]], Any]:
    """What a row of Data holds under a name."""
    return lambda row: row[name]


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
    earlier = [
        id for id in review.answered_editions if review.edition_ids.index(id) < review.edition_ids.index(edition)
    ]
    return earlier[-1] if earlier else ""


def row_key(review: Review, edition: str, country: str) -> str:
    """What a row of Data is found by."""
    return f"{review.series.id}|{edition}|{country}"


def sign_of(review: Review, item: Mapping[str, Any], criterion: str) -> str:
    """The mark of a criterion in a row of scores, with the sign that it follows from another."""
    return review.mark(item[criterion]).sign + (FOLLOWS if criterion in item["deduced"] else "")


def data_page(reviews: list[Review], schemes: Mapping[str, Mapping[tuple[str, str], str]]) -> Page:
    """All answers of all series; recorded ones to type over, beside them what follows.

    `schemes`: by the name of a grouping, the group of each row of Data, by its key and country.
    """
    framework, live = reviews[0].framework, is_live(reviews)
    scored = any(review.scored for review in reviews)
    columns = _columns(framework, list(schemes), scored=scored, signs=_signs(reviews[0]))
    items = [one for review in reviews for one in _items(review, schemes)]
    places = {one["key"]: n for n, one in enumerate(items, 1)}
    for one in items:
        one["before"] = places.get(one["before_key"], 0)
    _number(items, reviews)
    note = (
        "A row for each series, edition and country with an answer. The pale columns are what is recorded: type over them, and the other columns and sheets follow."
        if live
        else f"More than {MOST_FORMULAS:,} cells would compute: this workbook carries values only. Take one series, region or edition for one that computes."
    )
    notes = [Text(note)]
    if live:
        notes.append(
            Text(
                "Check says in which rows something was typed over, is not a word of the list, or contradicts itself. Sources stand in the sheet Answers, which keeps what was recorded."
            )
        )
    table = Table.of(
        "data",
        "Recorded answers, what follows from them, scores and levels",
        columns,
        items,
        frozen=True,
        filtered=True,
    )
    return Page("Data", "Data: the answers, to type over", [*notes, table], fixed=3)


def _number(items: list[dict[str, Any]], reviews: list[Review]) -> None:
    """Number the rows of each country: by series, the newest edition first."""
    order = {review.series.id: n for n, review in enumerate(reviews)}
    newest_first = sorted(items, key=lambda one: one["edition"], reverse=True)
    seen: Counter[str] = Counter()
    for one in sorted(newest_first, key=lambda one: order[one["key"].partition("|")[0]]):
        seen[one["country"]] += 1
        one["nth"] = f"{one['country']}|{seen[one['country']]}"


def _columns(framework: Framework, schemes: list[str], *, scored: bool, signs: Mapping[str, str]) -> tuple[Column, ...]:
    shorts = {criterion.id: criterion.short for criterion in framework.criteria}
    grouped = bool(mark_groups(framework))
    columns = [
        Column("Series and edition", 21, value=item("when"), key="when"),
        Column("Country", 30, value=item("name"), key="name"),
        Column("Code", 7, value=item("country"), key="code"),
        Column("Region", 11, value=item("region"), key="region"),
        Column("Check", 20, value=lambda _: "", key="check", formula=formulas.check(framework, "[answer_words.word]")),
        *(Column(f"{short}: recorded", 13, "input", item(f"rec:{id}"), f"rec:{id}", choices="answer_words.word") for id, short in shorts.items()),
    ]  # fmt: skip
    after = formulas.answer_after_deduction
    columns += [
        Column(
            f"{short}: follows", 12, "computed", item(f"ded:{id}"), f"ded:{id}", after(framework, id), grouped=grouped
        )
        for id, short in shorts.items()
    ]
    silent = '[@silence]="silent"'
    columns += [
        Column(f"{short}: mark", 5, "absent", item(f"mark:{id}"), f"mark:{id}", formulas.mark(id, dict(signs), silent=silent), rotated=True, marked=True, grouped=grouped)
        for id, short in shorts.items()
    ]  # fmt: skip
    columns += [
        Column(one.title, one.width, "strip", item(one.key), one.key, "=" + "&".join(f"LEFT([@mark:{id}],1)" for id in one.criteria))
        for one in mark_groups(framework)
    ]  # fmt: skip
    if scored:
        columns += _score_columns(framework)
    return (*columns, *hidden_columns(_helpers(framework, schemes, scored=scored)))


def _score_columns(framework: Framework) -> list[Column]:
    look = score_style(framework)
    columns = [
        Column(f"{group.title}: at {'most' if high else 'least'}", 10, look, item(f"group:{group.id}:{end}"), f"group:{group.id}:{end}", formulas.group_score(framework, group.id, high=high))
        for group in framework.groups
        for end, high in (("lower", False), ("upper", True))
    ]  # fmt: skip
    columns += [
        Column(
            f"Score at {'most' if high else 'least'}",
            9,
            look,
            item(end),
            f"score:{key}",
            formulas.score(framework, high=high),
        )
        for end, key, high in (("lower", "low", False), ("upper", "high", True))
    ]
    words = formulas.levels_in_words(framework)
    return [*columns, Column("Levels possible", 44, value=item("levels"), key="levels", formula=words)]


def _helpers(framework: Framework, schemes: list[str], *, scored: bool) -> list[Column]:
    """What formulas need and no reader does."""
    columns = [
        Column("Key", 18, value=item("key"), key="key"),
        Column("Key by label", 18, value=item("label_key"), key="label_key"),
        Column("Country and number", 12, value=item("nth"), key="nth"),
        Column("Silence", 9, value=item("silence"), key="silence"),
        Column("As it was recorded", 18, value=item("as_recorded"), key="as_recorded"),
        Column("Any answer", 8, "number", lambda _: 1, "there", formulas.is_recorded(framework)),
        Column("Key of the edition before", 18, value=item("before_key"), key="before_key"),
        Column("Edition before", 9, value=item("before_label"), key="before_label"),
        Column("Row of the edition before", 8, "number", item("before"), "before", '=IF([@before_key]="",0,IFERROR(MATCH([@before_key],[data.key],0),0))'),
        Column("What changed", 20, value=item("moved"), key="moved", formula=_moved_formula(framework, framework.criterion_ids)),
        Column("Changed since the edition before", 20, value=item("changed"), key="changed", formula=_CHANGED),
        *(Column(f"Grouped by {scheme}", 12, value=item(f"scheme:{n}"), key=f"scheme:{n}") for n, scheme in enumerate(schemes)),
    ]  # fmt: skip
    if formulas.needs_range(framework):
        for kind, of in (("low", formulas.lowest_grade), ("high", formulas.highest_grade)):
            columns += [
                Column(f"{one.short}: {kind}", 8, "number", item(f"{kind}:{one.id}"), f"{kind}:{one.id}", of(framework, one.id))
                for one in framework.criteria
            ]  # fmt: skip
    if not scored:
        return columns
    columns += [
        Column(f"{level.short} possible", 9, "number", item(f"level:{level.id}"), f"level:{level.id}", formulas.is_possible(framework, level))
        for level in framework.levels
    ]  # fmt: skip
    number = "+".join(f"[@level:{level.id}]*{place}" for place, level in enumerate(framework.levels, 1))
    many = "+".join(f"[@level:{level.id}]" for level in framework.levels)
    short = formulas.levels_in_words(framework, short=True)
    return [
        *columns,
        Column("Number of the level", 8, "number", item("level_number"), "level_number", f"=IF({many}=1,{number},0)"),
        Column("Levels possible, by headings", 30, value=item("levels_short"), key="levels_short", formula=short),
    ]  # fmt: skip


_CHANGE_LENGTH, _MOST_SIGNS = 240, 8_000  # of the formula of one change; a formula may have 8,192 in all


def _names_each(framework: Framework, criteria: tuple[str, ...]) -> bool:
    """Whether a formula can name each criterion that changed; of too many it tells how many."""
    return sum(_CHANGE_LENGTH + len(framework.criterion(id).short) for id in criteria) <= _MOST_SIGNS


def _moved_formula(framework: Framework, criteria: tuple[str, ...]) -> str:
    """What changed since the edition before, of these criteria: "; Possession ○ → ●"; "" for nothing."""
    none = text_of(NOT_IN_DATA.sign)
    before, now = "LEFT(INDEX([data.mark:{0}],[@before]),1)", "LEFT([@mark:{0}],1)"
    differ = f"AND({before}<>{now},{before}<>{none},{now}<>{none})"
    if not _names_each(framework, criteria):
        first, last = framework.criterion_ids[0], framework.criterion_ids[-1]
        was = f"LEFT(INDEX([data.mark:{first}..mark:{last}],[@before],0),1)"
        now_ = f"LEFT([@mark:{first}]:[@mark:{last}],1)"
        mask = "{" + ",".join(str(int(id in criteria)) for id in framework.criterion_ids) + "}"
        count = f"SUMPRODUCT(({was}<>{now_})*({was}<>{none})*({now_}<>{none})*{mask})"
        return f'=IF([@before]=0,"",IF({count}=0,"","; "&{count}&" of {len(criteria)} criteria"))'
    parts = [
        f'IF({differ.format(id)},{text_of(f"; {framework.criterion(id).short} ")}&INDEX([data.mark:{id}],[@before])&" → "&[@mark:{id}],"")'
        for id in criteria
    ]
    return f'=IF([@before]=0,"",{"&".join(parts) or text_of("")})'


_CHANGED = '=IF([@before_key]="","",IF([@before]=0,"–",IF([@moved]="","",[@before_label]&": "&MID([@moved],3,9999))))'


def _moved(review: Review, item: Mapping[str, Any], before: Mapping[str, Any] | None, criteria: tuple[str, ...]) -> str:
    """The value of `_moved_formula`."""
    if before is None:
        return ""
    pairs = [(id, sign_of(review, before, id), sign_of(review, item, id)) for id in criteria]
    moved = [(id, was, now) for id, was, now in pairs if was[0] != now[0] and NOT_IN_DATA.sign not in (was[0], now[0])]
    if moved and not _names_each(review.framework, criteria):
        return f"; {len(moved)} of {len(criteria)} criteria"
    return "".join(f"; {review.framework.criterion(id).short} {was} → {now}" for id, was, now in moved)


def edited_note(name: str, country: str = "") -> Computed:
    """Whether what a sheet shows rests on answers that were typed over; `country`: only on those of its code, a reference."""
    count = f'COUNTIFS([data.code],{country},[data.check],"?*")' if country else 'COUNTIF([data.check],"?*")'
    note = text_of(" rows of Data: see its column Check")
    return Computed(name, "Changes made on Data", Formula(f'=IF({count}=0,"nothing",{count}&{note})', "nothing"))


def answer_list(framework: Framework) -> Table:
    """The words of answers that may be typed."""
    words = [*reversed(framework.grades), *(status.word for status in Status if status.word)]
    column = Column("Answers", 20, key="word", value=lambda word: word)
    return Table.of("answer_words", "The words of answers", [column], words)


def _signs(review: Review) -> dict[str, str]:
    """The sign of each word of an answer, where nothing recorded is nothing known."""
    found = {word: review.mark(word).sign for word in answer_words(review.framework) if word}
    return {**found, "": review.mark("", covered=False).sign}


def _items(review: Review, schemes: Mapping[str, Mapping[tuple[str, str], str]]) -> list[dict[str, Any]]:
    """What stands in each row of a series."""
    framework, ids = review.framework, review.framework.criterion_ids
    word = answer_words(framework)
    recorded = review.matrix.rows.assign(**{f"rec:{id}": word[review.matrix.codes[:, n]] for n, id in enumerate(ids)})
    if formulas.needs_range(framework):
        for kind, cells in (("low", review.deduced.low), ("high", review.deduced.high)):
            recorded = recorded.assign(**{f"{kind}:{id}": cells[:, n] for n, id in enumerate(ids)})
    frame = review.scores().merge(recorded, on=["edition", "country"], how="left", validate="one_to_one")
    regions = review.registry.frame.set_index("code")["region"]
    rows = frame.assign(region=frame["country"].map(regions)).to_dict("records")
    places = {(row["edition"], row["country"]): row for row in rows}
    editions = {
        edition: (edition_label(review, edition), edition_before(review, edition))
        for edition in frame["edition"].unique()
    }
    compared = {
        edition: tuple(id for id, fits in zip(ids, comparable(framework, review.series.id, before, edition), strict=True) if fits) if before else ids
        for edition, (_, before) in editions.items()
    }  # fmt: skip
    items = []
    for row in rows:
        edition, country = row["edition"], row["country"]
        when, before = editions[edition]
        key = row_key(review, edition, country)
        mine: dict[str, Any] = dict(row)
        mine |= {"when": when, "key": key, "label_key": f"{when}|{country}", "silence": review.series.unmentioned}
        mine["before_key"] = row_key(review, before, country) if before else ""
        mine["before_label"] = before
        earlier = places.get((before, country))
        mine["as_recorded"] = "".join(f"|{row[f'rec:{id}']}" for id in ids)
        moved = _moved(review, row, earlier, compared[edition])
        mine["changed"] = "" if not before else f"{before}: {moved[2:]}" if moved else "" if earlier else "–"
        differs = compared[edition] != ids
        mine["moved"] = Formula(_moved_formula(framework, compared[edition]), moved) if differs else moved
        mine |= {f"ded:{id}": row[id] for id in ids}
        mine |= {f"mark:{id}": sign_of(review, row, id) for id in ids}
        mine |= {one.key: "".join(review.mark(row[id]).sign for id in one.criteria) for one in mark_groups(framework)}
        mine |= {f"scheme:{n}": groups.get((key, country), "") for n, groups in enumerate(schemes.values())}
        mine |= _score_cells(review, row)
        items.append(mine)
    return items


def _score_cells(review: Review, row: Mapping[str, Any]) -> dict[str, Cell]:
    framework = review.judged(row["edition"])
    names = [f"group:{group.id}:{end}" for group in framework.groups for end in ("lower", "upper")] + ["lower", "upper"]
    levels = [f"level:{level.id}" for level in framework.levels]
    if not review.scored:
        return dict.fromkeys((*names, *levels, "levels", "levels_short", "level_number"))
    cells: dict[str, Cell] = {name: "" if pd.isna(row[name]) else row[name] for name in names}
    cells |= {f"level:{level.id}": int(level.id in row["levels"]) for level in framework.levels}
    told = {
        key: levels_in_words(row["levels"], framework, short=short)
        for key, short in (("levels", False), ("levels_short", True))
    }
    cells |= told
    cells["level_number"] = framework.level_ids.index(row["levels"][0]) + 1 if len(row["levels"]) == 1 else 0
    if framework is not review.framework:  # rules of this edition, in place of the column's
        for level in framework.levels:
            cells[f"level:{level.id}"] = Formula(formulas.is_possible(framework, level), int(level.id in row["levels"]))
        for key, short in (("levels", False), ("levels_short", True)):
            cells[key] = Formula(formulas.levels_in_words(framework, short=short), told[key])
    return cells
