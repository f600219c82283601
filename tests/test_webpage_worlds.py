"""The web page of invented data: of every size and kind, and of texts that would be markup."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from review.compare import narrowing
from review.dataset import read_dataset
from review.report.html import page_bytes
from review.report.html.page import script_text
from review.report.html.writer import web_address
from review.review import Review
from tests.browser import NEEDS_CHROMIUM, Opened, browser, opened
from tests.questions import write_world

pytestmark = NEEDS_CHROMIUM
HOSTILE = (
    "<script>document.title='run'</script>",
    '"><img src=x onerror=alert(1)>',
    "</script><script>alert(2)</script>",
    "{{ 7*7 }}",
    "&amp;",
    "=1+1",
    "javascript:alert(3)",
)
FRAMEWORK = """id = "fa"
title = "{title}"
[[criteria]]
id = "law"
title = "{law}"
short = "{law}"
question = "{law}?"
[[criteria]]
id = "constructor"
title = "Constructor"
requires = ["law"]
[[levels]]
id = "full"
title = "{level}"
needs = ["law", "constructor"]
[[levels]]
id = "rest"
"""
ADDRESSES = ("", "#overview", "#map", "#map=own:01:law", "#map=own:01:level-1", "#countries", "#countries&region=No&state=x", "#country=QMA", "#compare", "#figures", "#method", "#country=__proto__")  # fmt: skip


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with browser() as started:
        yield started


def quoted(text: str) -> str:
    """A text as a cell of a CSV file."""
    return '"' + text.replace('"', '""') + '"'


def world(
    folder: Path,
    names: list[str],
    editions: dict[str, list[tuple[str, str, str]]],
    *,
    texts: str = "Law",
    scored: bool = True,
    figures: str = "",
    kind: str = "edition",
) -> Path:
    """A data folder with a framework of two criteria and a series “own”.

    `names`: of countries with the codes QMA, QMB …; `editions`: by id their answers (code, criterion, answer);
    `texts`: stands wherever a text may stand.
    """
    own = folder / "own"
    (own / "answers").mkdir(parents=True)
    (folder / "criteria").mkdir()
    safe = json.dumps(texts, ensure_ascii=False)[1:-1]
    (folder / "criteria" / "fa.toml").write_text(
        FRAMEWORK.format(title=f"Title {safe}", law=f"Law {safe}", level=f"Level {safe}"), encoding="utf-8"
    )
    rows = "".join(f"QM{chr(65 + n)},{quoted(name)}\n" for n, name in enumerate(names))
    (folder / "countries.csv").write_text(f"code,name\n{rows}", encoding="utf-8")
    (own / "series.toml").write_text(
        f'id = "own"\ntitle = "Own {safe}"\npublisher = "{safe}"\nframework = "fa"\nscored = {str(scored).lower()}\ncaveat = "{safe}"\n',
        encoding="utf-8",
    )
    cell = quoted(texts)
    (own / "editions.csv").write_text(
        "edition,kind,title,as_of,published,reviewed,coverage,source,note\n"
        + "".join(
            f"{id},{kind},{cell},{2001 + n},,{len(names) or 5_000},partial,s,{cell}\n" for n, id in enumerate(editions)
        ),
        encoding="utf-8",
    )
    (own / "sources.csv").write_text(
        f"source,title,publisher,kind,published,url\ns,{cell},{cell},publisher,,https://example.org/s\n",
        encoding="utf-8",
    )
    for id, answers in editions.items():
        if answers:
            lines = "".join(f"{code},{criterion},{answer},s,{cell},{cell}\n" for code, criterion, answer in answers)
            (own / "answers" / f"{id}.csv").write_text(
                f"country,criterion,answer,source,locator,note\n{lines}", encoding="utf-8"
            )
    if figures:
        (own / "published_figures.csv").write_text(
            f"edition,statistic,value,as_of,source,status,note\n{figures}", encoding="utf-8"
        )
    return folder


def every(answer: str, many: int) -> list[tuple[str, str, str]]:
    return [(f"QM{chr(65 + n)}", criterion, answer) for n in range(many) for criterion in ("law", "constructor")]


THREE = ["Land: North", "أرض الجنوب", "ארץ \u202e המזרח"]
WORLDS: dict[str, Callable[[Path], Path]] = {
    "one country": lambda path: world(path, ["Land"], {"01": every("yes", 1)}),
    "three countries, right to left": lambda path: world(path, THREE, {"01": every("yes", 3), "02": every("no", 3)}),
    "nothing known": lambda path: world(path, THREE, {"01": every("unknown", 3), "02": every("unknown", 3)}),
    "not scored": lambda path: world(path, THREE, {"01": every("no", 3), "02": every("yes", 3)}, scored=False),
    "no answers": lambda path: world(path, THREE, {"01": [], "02": []}),
    "no editions": lambda path: world(path, THREE, {}),
    "updates alone": lambda path: world(path, THREE, {"01": every("yes", 3)}, kind="update"),
    "figures alone": lambda path: world(path, THREE, {"01": [], "02": []}, figures="01,level:full,2,,s,preferred,\n02,level:full,3,,s,preferred,\n"),
    "editions with dots": lambda path: world(path, THREE, {"1..2": every("no", 3), "3": every("yes", 3), "4-.": every("no", 3)}),
    "no country in both": lambda path: world(path, THREE, {"01": every("yes", 1), "02": [("QMB", "law", "yes")]}),
    "editions in plenty": lambda path: world(path, THREE, {f"{n:02d}": every("yes" if n % 3 else "no", 3) for n in range(1, 41)}),
}  # fmt: skip


def write(data: Path, path: Path, series: str = "own") -> Review:
    review = Review.of(read_dataset(data), series)
    path.write_bytes(page_bytes([review]))
    return review


def visit_all(window: Opened) -> None:
    """Go to every view, and pick everything that can be picked."""
    for address in ADDRESSES:
        window.go(address or "#")
        assert len(window.texts("main > section > h2")) == 1, address
    for select in window.page.eval_on_selector_all("select", "all => all.map(one => one.id)"):
        window.go(f"#{select.partition('-')[0]}")
        for value in window.page.eval_on_selector_all(f"#{select} option", "all => all.map(one => one.value)"):
            window.page.evaluate(
                "([id, value]) => { const list = document.getElementById(id); list.value = value;"
                " for (const kind of ['input', 'change']) list.dispatchEvent(new Event(kind, { bubbles: true })); }",
                [select, value],
            )
            assert len(window.texts("main > section > h2")) == 1, (select, value)
    assert window.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("name", WORLDS)
def test_every_kind_of_data_is_shown(name: str, tmp_path: Path, chromium: Any) -> None:
    write(WORLDS[name](tmp_path / "data"), tmp_path / "page.html")
    with opened(chromium, tmp_path / "page.html", viewport={"width": 360, "height": 700}) as window:
        visit_all(window)
    with opened(chromium, tmp_path / "page.html", java_script_enabled=False) as window:
        assert window.page.locator("#figures > h2").is_visible()
        assert window.page.locator('[data-name="criteria"]').is_visible()


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_of_the_data_becomes_markup(text: str, tmp_path: Path, chromium: Any) -> None:
    names = [f"Land {text}", "Other"]
    data = world(tmp_path / "data", names, {"01": every("yes", 2), "02": every("no", 2)}, texts=text)
    write(data, tmp_path / "page.html")
    for scripted in (True, False):
        with opened(chromium, tmp_path / "page.html", java_script_enabled=scripted) as window:
            window.page.on("dialog", lambda dialog: pytest.fail(f"a dialog: {dialog.message}"))
            if scripted:
                visit_all(window)
                window.go("#country=QMA")
                assert window.texts("#country-title")[0].startswith(f"Land {text} (QMA)")
                assert text in window.page.text_content("#country-page")
                window.go("#compare=own:01..02")
                assert window.rows("#compare-changes")[0][0] == f"Land {text}"
            else:
                assert text in window.page.text_content("#overview")
            from_data = "main script, main img, main iframe, main style, main object, main [onerror], main [style]"
            assert window.page.locator(from_data).count() == 0
            links = window.page.eval_on_selector_all("a", "all => all.map(one => one.getAttribute('href'))")
            assert {one.partition(":")[0] for one in links if not one.startswith("#")} <= {"http", "https"}


def test_tables_are_copied_without_formulas(tmp_path: Path, chromium: Any) -> None:
    data = world(tmp_path / "data", ["=1+1", "@x"], {"01": every("yes", 2)})
    write(data, tmp_path / "page.html")
    with opened(
        chromium, tmp_path / "page.html", "#countries", permissions=["clipboard-read", "clipboard-write"]
    ) as window:
        window.page.click('[data-name="latest"] .tools button >> nth=0')
        assert "\n'=1+1," in window.page.evaluate("navigator.clipboard.readText()").replace("\r", "")


def test_35_graded_questions_in_groups_are_shown(tmp_path: Path, chromium: Any) -> None:
    countries = ["QMA", "QMB", "QMC", "QMD"]
    write_world(tmp_path / "data", "mean_of_groups", ["2000", "2001", "2002"], countries)
    review = write(tmp_path / "data", tmp_path / "page.html", "law")
    found = review.compare("2000", "2002")
    with opened(chromium, tmp_path / "page.html") as window:
        visit_all(window)
        window.go("#compare=law:2000..2002")
        counts = found.criteria.drop(columns="criterion").to_numpy().tolist()
        assert [[int(cell) for cell in row[1:]] for row in window.rows("#compare-criteria")] == counts
        listed = window.rows("#compare-changes")
        assert len(listed) == found.changes["change"].isin(["newly_met", "no_longer_met", "more_met", "less_met"]).sum()


def test_5000_jurisdictions_are_searched_filtered_and_opened(tmp_path: Path, chromium: Any) -> None:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    codes = [f"Q{a}{b}{c}" for a in letters for b in letters for c in letters][:5_000]
    data = world(tmp_path / "data", [], {"01": []})
    (data / "countries.csv").write_text("code,name\n" + "".join(f"{code},Land of {code}\n" for code in codes))
    rows = "".join(f"{code},law,{'no' if n % 5 else 'yes'},s\n" for n, code in enumerate(codes))
    (data / "own" / "answers" / "01.csv").write_text(f"country,criterion,answer,source\n{rows}")
    write(data, tmp_path / "page.html")
    with opened(chromium, tmp_path / "page.html", "#countries") as window:
        assert window.texts("#countries-count") == ["5,000 rows"]
        assert len(window.rows('[data-name="latest"]')) == 200
        window.page.select_option("#countries-criterion", "law")
        window.page.select_option("#countries-state", "●")
        assert window.texts("#countries-count")[0].startswith("1,000 of 5,000 rows: ")
        window.page.click("text=Show all 1,000 rows")
        assert len(window.rows('[data-name="latest"]')) == 1_000
        window.page.fill("#countries-q", codes[4_000])
        ((name, *_),) = window.rows('[data-name="latest"]')
        assert name == f"Land of {codes[4_000]}"
        window.page.click(f'[href="#country={codes[4_000]}"]:visible >> nth=0')
        assert codes[4_000] in window.texts("#country-title")[0]
        window.go("#map")
        assert window.page.locator(".tile").count() >= 5_000


def test_a_page_of_some_countries_says_so_and_shows_no_others(tmp_path: Path, chromium: Any) -> None:
    reviews = Review.all_of(read_dataset(None))
    codes, narrowed = narrowing(reviews[0].registry, "Northern Africa", ())
    assert codes is not None
    path = tmp_path / "page.html"
    path.write_bytes(page_bytes([review.of_countries(codes) for review in reviews], codes, narrowed))
    with opened(chromium, path) as window:
        assert "only countries of Northern Africa" in window.texts("#overview-title + p + .note, .note")[0]
        window.go("#map")
        shown = window.page.eval_on_selector_all(".tile", "tiles => tiles.map(tile => tile.dataset.code)")
        assert set(shown) <= set(codes)
        visit_all(window)


@pytest.mark.parametrize(
    ("address", "leads"),
    [
        ("https://example.org/a?b=c#d", True),
        ("HTTP://example.org", True),
        ("javascript:alert(1)", False),
        (" javascript:alert(1)", False),
        ("java\nscript:alert(1)", False),
        ("data:text/html,x", False),
        ("//example.org", False),
        ("https:", False),
        ("https://[", False),
        ("https://example.org/\u202e", False),
    ],
)
def test_only_addresses_of_the_web_become_links(address: str, leads: bool) -> None:
    assert web_address(address) == (address if leads else "")


def test_the_script_in_the_page_has_no_import_left() -> None:
    text = script_text()
    assert "import " not in text.replace("an import ", "")
    assert "\nexport " not in text
    assert "innerHTML" not in text


def test_the_command_writes_the_page_and_replaces_no_other(tmp_path: Path, modellaw: Callable[..., Any]) -> None:
    page = tmp_path / "p.html"
    assert modellaw("report", "--output", page).code == 0
    assert page.read_bytes().startswith(b"<!doctype html>")
    assert modellaw("report", "--format", "html", "--output", page).code == 0
    page.write_text("mine", encoding="utf-8")
    ran = modellaw("report", "--output", page)
    assert ran.code == 1
    assert page.read_text(encoding="utf-8") == "mine"
    assert modellaw("report", "--output", page, "--force").code == 0
    for words in (["--format", "xlsx", "--output", page], ["--format", "html", "--output", tmp_path / "p.xlsx"], ["--output", page, "--sheet", "Map"], ["--output", tmp_path / "p.htm"]):  # fmt: skip
        ran = modellaw("report", *words)
        assert ran.code == 2
        assert "Error" in ran.err
