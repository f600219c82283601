"""An invented framework of 35 graded questions in eight groups, and worlds that answer it, as data folders."""

from __future__ import annotations

import csv
import json
import random
from pathlib import Path

COUNTRIES = [f"Q{second}{third}" for second in "MNOPQRST" for third in "ABCDEFGHIJKLMNOPQRSTUVWXY"]
EDITIONS = [str(year) for year in range(1970, 2020)]
SIZES = {"travel": 4, "office": 4, "pay": 4, "home": 5, "children": 5, "business": 4, "goods": 5, "old_age": 4}
QUESTIONS = [(f"q{n:02d}", group) for n, group in enumerate((g for g, size in SIZES.items() for _ in range(size)), 1)]
WEIGHTS = {"q03": "0.5", "q11": "2.25", "q20": "0.1"}
GRADES = {"no": "0", "partial": "0.35", "yes": "1"}
LEVELS = """
[[levels]]
id = "complete"
needs = ["q01", "q02"]
score_at_least = 80
[[levels]]
id = "broad"
needs_any = ["q05", "q06", "q07"]
at_least = { count = 14, of = [LIST] }
[[levels]]
id = "half"
score_at_least = 49.95
[[levels]]
id = "lower"
"""


def framework_text(aggregate: str) -> str:
    """The framework as a user would write it."""
    lines = ['id = "equal"', 'title = "Equal treatment"', f'aggregate = "{aggregate}"', "scale = 100", "decimals = 1"]
    lines += [f"grades = {json.dumps(list(GRADES))}", f"credit = {json.dumps(list(GRADES.values()))}"]
    for id, group in QUESTIONS:
        lines += ["[[criteria]]", f'id = "{id}"', f'group = "{group}"', f"weight = {WEIGHTS.get(id, 1)}"]
    lines += ["[[groups]]", 'id = "travel"', "weight = 1.5"]
    for group in list(SIZES)[1:]:
        lines += ["[[groups]]", f'id = "{group}"']
    return "\n".join(lines) + LEVELS.replace("LIST", ", ".join(f'"{id}"' for id, _ in QUESTIONS[:20]))


def write_world(
    folder: Path, aggregate: str, editions: list[str], countries: list[str] = COUNTRIES
) -> dict[tuple[str, str], dict[str, str]]:
    """A data folder with answers to every question, and the answers."""
    chance = random.Random(f"{aggregate} 35")  # noqa: S311 -- an invented world, not a secret
    (folder / "criteria").mkdir(parents=True)
    (folder / "criteria" / "equal.toml").write_text(framework_text(aggregate), encoding="utf-8")
    (folder / "countries.csv").write_text(
        "code,name\n" + "".join(f"{code},Land of {code}\n" for code in countries), encoding="utf-8"
    )
    series = folder / "law"
    (series / "answers").mkdir(parents=True)
    (series / "series.toml").write_text(
        'id = "law"\ntitle = "Law"\nframework = "equal"\nscored = true\n', encoding="utf-8"
    )
    (series / "sources.csv").write_text(
        "source,title,publisher,kind,published,url\ns,Source,,publisher,,\n", encoding="utf-8"
    )
    rows = "".join(f"{year},edition,Year {year},{year},,{len(countries)},partial,s,\n" for year in editions)
    (series / "editions.csv").write_text(
        "edition,kind,title,as_of,published,reviewed,coverage,source,note\n" + rows, encoding="utf-8"
    )
    given = {}
    for year in editions:
        with (series / "answers" / f"{year}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["country", "criterion", "answer", "source"])
            for code in countries:
                leaning = chance.random()
                odds = [1 - leaning, 0.4, leaning * 2, *chance.choice([(0, 0), (0, 0), (0.1, 0), (0, 0.1)])]
                answers = chance.choices([*GRADES, "unknown", "not_applicable"], odds, k=len(QUESTIONS))
                given[year, code] = dict(zip((id for id, _ in QUESTIONS), answers, strict=True))
                writer.writerows([code, id, answer, "s"] for id, answer in given[year, code].items())
    return given
