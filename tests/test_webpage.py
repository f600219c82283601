"""The web page in a real browser: every view, every figure, every control, without a network and without a word on the console."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from review.report.html import page_bytes
from review.report.views.data import edition_label, sign_of
from review.review import Review
from review.wording import FOLLOWS, percent
from tests.browser import NEEDS_CHROMIUM, VIEWS, Opened, browser, opened, write_page
from tests.workbooks import write_workbook

Modellaw = Callable[..., Any]
FRAMEWORKS = ("csam", "child_labor")
pytestmark = NEEDS_CHROMIUM


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with browser() as started:
        yield started


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, list[Review]]]:
    folder = tmp_path_factory.mktemp("pages")
    found = {}
    for framework in FRAMEWORKS:
        path = folder / f"{framework}.html"
        found[framework] = (path, write_page(path, framework))
    return found


Pages = dict[str, tuple[Path, list[Review]]]


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_every_view_opens_from_disk_and_nothing_is_asked_for(framework: str, pages: Pages, chromium: Any) -> None:
    with opened(chromium, pages[framework][0]) as window:
        assert window.texts("main > section > h2") == ["Overview"]
        for view in VIEWS:
            window.go(f"#{view}")
            (heading,) = window.texts("main > section > h2")
            assert heading
            assert window.page.title().endswith(pages[framework][1][0].framework.title)
            assert window.page.evaluate("document.activeElement.tagName") in ("H2", "BODY")
            assert window.page.evaluate("scrollY") == 0


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_the_page_is_light_and_the_same_data_give_the_same_bytes(framework: str, pages: Pages) -> None:
    path, reviews = pages[framework]
    assert path.stat().st_size < 1_500_000
    assert page_bytes(reviews) == path.read_bytes()


@pytest.mark.parametrize(
    ("typed", "code", "also"),
    [
        ("Burma", "MMR", "also: Burma"),
        ("cote d'ivoire", "CIV", ""),
        ("Filippinerna", "PHL", "also: Filippinerna"),
        ("日本", "JPN", "also: 日本"),
        ("NAM", "NAM", ""),
    ],
)
def test_a_country_is_found_by_any_of_its_names_and_opened(
    typed: str, code: str, also: str, pages: Pages, chromium: Any
) -> None:
    path, _ = pages["csam"]
    with opened(chromium, path, "#countries") as window:
        window.page.fill("#countries-q", typed)
        rows = window.rows('[data-name="latest"]')
        found = [row for row in rows if code in row]
        assert found
        assert all(row[0].endswith(also) for row in found)
        if also:
            assert rows == found
        window.page.click(f'[data-name="latest"] a[href="#country={code}"]:visible >> nth=0')
        assert f"({code})" in window.texts("#country-title")[0]
        assert window.page.evaluate("location.hash") == f"#country={code}"
        window.page.fill("#find-name", typed)
        window.page.press("#find-name", "Enter")
        window.page.wait_for_timeout(50)
        assert window.page.evaluate("location.hash").startswith(f"#country={code}" if also else "#count")


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_the_map_shows_every_answer_of_every_edition(framework: str, pages: Pages, chromium: Any) -> None:
    path, reviews = pages[framework]
    with opened(chromium, path) as window:
        for review in reviews:
            there = [edition for edition in review.edition_ids if (review.matrix.rows["edition"] == edition).any()]
            for edition in there[:1] + there[-2:]:
                scores = {row["country"]: row for row in review.scores(edition).to_dict("records")}
                for criterion in review.framework.criterion_ids:
                    window.go(f"#map={review.series.id}:{edition}:{criterion}")
                    script = "tiles => Object.fromEntries(tiles.map(t => [t.dataset.code, t.querySelector('.sign').textContent]))"
                    shown = window.page.eval_on_selector_all(".tile", script)
                    expected = {code: sign_of(review, row, criterion) for code, row in scores.items()}
                    assert {code: sign for code, sign in shown.items() if sign != "·" or code in expected} == expected
                    legend = {row[0][0]: int(row[1]) for row in window.rows('[data-name="map_legend"]')}
                    assert legend["●"] == sum(sign.startswith("●") for sign in shown.values())
                    assert legend["▸"] == sum(sign.endswith("▸") for sign in shown.values())
                assert review.series.publisher in window.texts("#map-caption")[0]


def test_the_slider_is_moved_by_keys_and_the_address_follows(pages: Pages, chromium: Any) -> None:
    with opened(chromium, pages["csam"][0], "#map=state_dept:2023:possession") as window:
        assert "2023" in window.texts("#map-caption")[0]
        window.page.focus("#map-edition")
        window.page.press("#map-edition", "ArrowLeft")
        assert window.texts("#map-edition-name")[0].endswith("2022")
        assert window.page.evaluate("location.hash") == "#map=state_dept:2022:possession"
        window.page.select_option("#map-choice", label="Criterion 1: Specific law")
        assert window.page.evaluate("location.hash") == "#map=state_dept:2022:legislation"
        window.page.focus(".tile[tabindex='0']")
        window.page.keyboard.press("ArrowRight")
        named = window.page.evaluate("document.activeElement.getAttribute('aria-label')")
        assert window.page.text_content("#map-country") == named
        code = window.page.evaluate("document.activeElement.dataset.code")
        window.page.keyboard.press("Enter")
        window.page.wait_for_timeout(50)
        assert window.page.evaluate("location.hash") == f"#country={code}"


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_any_two_editions_are_compared_as_the_command_does(framework: str, pages: Pages, chromium: Any) -> None:
    path, reviews = pages[framework]
    with opened(chromium, path) as window:
        for review in reviews:
            for first, second in [(a, b) for a in review.answered_editions for b in review.answered_editions if a < b]:
                found = review.compare(first, second)
                window.go(f"#compare={review.series.id}:{first}..{second}")
                rows = window.rows("#compare-criteria")
                counts = found.criteria.drop(columns="criterion").to_numpy().tolist()
                assert [[int(cell) for cell in row[1:]] for row in rows] == counts
                kinds = found.changes["change"]
                moves = kinds.isin(["newly_met", "no_longer_met"])
                stated = ~moves & (kinds != "not_comparable")
                for what, wanted in (("", moves), ("stated", stated), ("not_comparable", kinds == "not_comparable")):
                    window.page.select_option("#compare-what", what)
                    expected = [
                        (row["name"], review.framework.criterion(row["criterion"]).short)
                        for row in found.changes[wanted].to_dict("records")
                    ]
                    more = window.page.locator("#compare-changes .tools button:visible").nth(1)
                    if more.is_visible():
                        more.click()
                    listed = [(row[0], row[1]) for row in window.rows("#compare-changes")]
                    assert listed == expected, (review.series.id, first, second, what)
                window.page.select_option("#compare-what", "")


def test_a_comparison_is_filtered_and_a_line_is_copied_with_its_sources(pages: Pages, chromium: Any) -> None:
    path, _ = pages["child_labor"]
    with opened(
        chromium, path, "#compare=us_labor:2016..2022", permissions=["clipboard-read", "clipboard-write"]
    ) as window:
        every = len(window.rows("#compare-changes"))
        window.page.select_option(
            "#compare-region",
            "Western Africa" if "Western Africa" in window.page.text_content("#compare-region") else "Africa",
        )
        window.page.select_option("#compare-what", "newly_met")
        rows = window.rows("#compare-changes")
        assert 0 < len(rows) < every
        address = window.page.evaluate("location.hash")
        assert address.startswith("#compare=us_labor:2016..2022&region=")
        assert address.endswith("&what=newly_met")
        window.page.click("#compare-changes tbody button >> nth=0")
        copied = window.page.evaluate("navigator.clipboard.readText()")
        assert copied.startswith(
            f"{rows[0][0]}, {rows[0][1]}: not met in Findings on the Worst Forms of Child Labor, 2016 ("
        )
        assert "Note on an edition: free public education" in copied
        assert "https://" in copied
        assert copied.endswith("Legal standards on child labor.")
        window.page.click("#compare-changes .tools button >> nth=0")
        table = list(csv.reader(io.StringIO(window.page.evaluate("navigator.clipboard.readText()"))))
        assert [row[:5] for row in table[1:]] == [row[:5] for row in rows]
        assert table[1][-1] == copied
        with opened(chromium, path, address) as other:
            assert other.rows("#compare-changes") == rows


def test_filters_leave_the_countries_that_the_command_lists(pages: Pages, chromium: Any, modellaw: Modellaw) -> None:
    path, reviews = pages["csam"]
    with opened(chromium, path, "#countries&series=icmec&region=Africa&criterion=possession&state=○") as window:
        shown = {row[window_column(window, "code")] for row in window.rows('[data-name="latest"]')}
        ran = modellaw("scores", "--edition", "09", "--where", "possession=no", "--region", "Africa", "--format", "csv")
        listed = {row["country"] for row in csv.DictReader(io.StringIO(ran.out))}
        assert shown == listed
        assert window.texts("#countries-count")[0].startswith(f"{len(listed)} of ")
        window.page.get_by_role("button", name="Clear").click()
        window.page.wait_for_timeout(100)
        assert window.page.evaluate("location.hash") == "#countries"
        window.page.check("#countries-changed")
        changed = {
            (row[window_column(window, "when")], row[window_column(window, "code")])
            for row in window.rows('[data-name="latest"]')
        }
        expected = set()
        for review in reviews:
            before, last = review.answered_editions[-2:]
            found = review.compare(before, last).changes
            held = {"", "unknown"} if review.series.unmentioned == "silent" else {""}
            rows = (
                found[~found["was"].isin(held - {"unknown"}) & ~found["now"].isin(held - {"unknown"})]
                if held == {""}
                else found
            )
            expected |= {(edition_label(review, last), code) for code in rows["country"]}
        assert changed == expected


def window_column(window: Opened, key: str) -> int:
    keys = window.page.eval_on_selector_all(
        '[data-name="latest"] thead tr > *', "heads => heads.map(h => h.dataset.key)"
    )
    return int(keys.index(key))


def test_a_table_is_sorted_by_its_headings_and_copied(pages: Pages, chromium: Any) -> None:
    with opened(
        chromium, pages["csam"][0], "#countries&series=icmec", permissions=["clipboard-read", "clipboard-write"]
    ) as window:
        names = [row[0] for row in window.rows('[data-name="latest"]')]
        heading = window.page.locator('[data-name="latest"] th[data-key="name"]')
        heading.get_by_role("button").press("Enter")
        heading.get_by_role("button").press("Enter")
        assert heading.get_attribute("aria-sort") == "descending"
        assert window.rows('[data-name="latest"]')[0][0] == "Zimbabwe"
        window.page.click('[data-name="latest"] .tools button >> nth=0')
        copied = list(csv.reader(io.StringIO(window.page.evaluate("navigator.clipboard.readText()"))))
        assert copied[0][0] == "Country"
        assert [row[0] for row in copied[1:]] == [row[0] for row in window.rows('[data-name="latest"]')] == names[::-1]
        heading.get_by_role("button").press("Enter")
        assert [row[0] for row in window.rows('[data-name="latest"]')] == names
        window.page.fill("#countries-q", "Elfenbeinküste")
        window.page.click('[data-name="latest"] .tools button >> nth=0')
        assert (
            list(csv.reader(io.StringIO(window.page.evaluate("navigator.clipboard.readText()"))))[1][0]
            == "Côte d'Ivoire"
        )


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_every_figure_of_the_page_is_that_of_the_workbook_and_of_the_json(
    framework: str, pages: Pages, chromium: Any, modellaw: Modellaw, tmp_path: Path
) -> None:
    path, reviews = pages[framework]
    workbook = tmp_path / "review.xlsx"
    write_workbook(reviews, workbook)
    book = openpyxl.load_workbook(workbook, data_only=True)
    with opened(chromium, path, "#figures") as window:
        shown = [row[:-1] for row in window.rows('[data-name="summary"]')]  # without the button to quote it
        assert shown == _sheet_rows(book["Summary"], "Statistic")
        heads = [text.rstrip(" ↕") for text in window.texts('[data-name="summary"] thead th')]
        statistics = {}
        for review in reviews:
            ran = modellaw("summary", "--series", review.series.id, "--framework", framework, "--format", "json")
            for edition in json.loads(ran.out)["editions"]:
                for statistic in edition["statistics"].values():
                    statistics.setdefault((review.series.id, edition["edition"]), []).append(statistic)
        for row in shown:
            values = tuple(
                row[heads.index(name)] if name in heads else "" for name in ("Published", "At least", "At most")
            )
            known = statistics[row[1], row[2].removesuffix(" ◇")]
            assert any(_same(values, one) for one in known), row
        if "Figures" in book.sheetnames:
            published = [row[:-1] for row in window.rows('[data-name="figures"]')]
            assert published == _sheet_rows(book["Figures"], "Edition")
            cards = window.page.eval_on_selector_all(".card", "all => all.map(one => one.innerText || one.textContent)")
            preferred = {(row[1], row[2], row[3]) for row in published if row[5].startswith("●")}
            for card in cards:
                title, count, of = re.search(r"%\s+(.+?)\s+(\d+) of (\d+) countries", card.replace("\n", " ")).groups()
                assert (title, count, of) in preferred, card
        window.go("#countries")
        assert [_marks_only(row) for row in window.rows('[data-name="latest"]')] == [
            _marks_only(row) for row in _sheet_rows(book["Latest"], "Country")
        ]
        column = window_column(window, "code")
        labels = {edition_label(review, review.last_answered): review for review in reviews if review.answered_editions}
        for row in window.rows('[data-name="latest"]'):
            review = labels[row[window_column(window, "when")]]
            (score,) = [
                s for s in review.scores(review.last_answered).to_dict("records") if s["country"] == row[column]
            ]
            signs = [sign_of(review, score, id) for id in review.framework.criterion_ids]
            first = window_column(window, f"mark:{review.framework.criterion_ids[0]}")
            assert [cell.split(" ")[0] for cell in row[first : first + len(signs)]] == signs


def _sheet_rows(sheet: Any, first: str) -> list[list[str]]:
    """The rows of the table whose headings begin so, as the page shows their cells."""
    rows = list(sheet.iter_rows())
    top = next(n for n, row in enumerate(rows) if row[0].value == first)
    width = sum(cell.value is not None for cell in rows[top])
    found = []
    for row in rows[top + 1 :]:
        if row[0].value is None:
            break
        found.append([_as_shown(cell) for cell in row[:width]])
    return found


def _as_shown(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if cell.number_format == "0%":
        return percent(value * 100, 100)
    return f"{value:.2f}" if cell.number_format == "0.00" else str(value)


def _marks_only(row: list[str]) -> list[str]:
    """A row without the words that stand behind a mark for who listens."""
    return [cell.split(" ")[0] if len(cell.split(" ")[0].removesuffix(FOLLOWS)) == 1 else cell for cell in row]


def _same(values: tuple[str, ...], statistic: dict[str, Any]) -> bool:
    """Whether published, at least and at most of a row are those of a statistic."""
    texts = ["" if (value := statistic[key]) is None else f"{value}" for key in ("published", "lower", "upper")]
    rounded = [f"{statistic[key]:.2f}" if statistic[key] is not None else "" for key in ("published", "lower", "upper")]
    return all(value in ("", text, round_) for value, text, round_ in zip(values, texts, rounded, strict=True)) and any(
        values
    )


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_a_country_prints_on_one_page(framework: str, pages: Pages, chromium: Any) -> None:
    with opened(chromium, pages[framework][0]) as window:
        lengths = window.page.evaluate(
            "() => Object.entries(JSON.parse(document.getElementById('data').textContent).dossiers)"
            ".map(([code, blocks]) => [JSON.stringify(blocks).length, code]).toSorted((a, b) => b[0] - a[0])"
        )
        for _, code in lengths[:8]:
            window.go(f"#country={code}")
            made = window.page.pdf(prefer_css_page_size=True)
            assert len(re.findall(rb"/Type\s*/Page\b", made)) == 1, code


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_without_javascript_tables_figures_and_method_are_there(framework: str, pages: Pages, chromium: Any) -> None:
    path, reviews = pages[framework]
    with opened(chromium, path, java_script_enabled=False) as window:
        page = window.page
        for view in ("overview", "map", "countries", "compare", "figures", "method"):
            assert page.locator(f"#{view} > h2").is_visible()
        assert not page.locator("form").first.is_visible()
        assert page.locator('[data-name="latest"] tbody tr').count() == sum(
            int((review.matrix.rows["edition"] == review.last_answered).sum()) for review in reviews
        )
        assert page.locator('[data-name="summary"]').is_visible()
        assert page.locator('[data-name="criteria"]').is_visible()
        assert page.locator("#compare table").count() > 2
        assert page.locator(".tile").first.is_visible()
        assert page.get_by_text("Without JavaScript").is_visible()


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation_on_any_view(framework: str, scheme: str, pages: Pages, chromium: Any) -> None:
    from axe_playwright_python.sync_playwright import Axe

    # axe itself is put into the page, which its policy would refuse
    with opened(chromium, pages[framework][0], color_scheme=scheme, bypass_csp=True) as window:
        for view in VIEWS:
            window.go(f"#{view}")
            found = Axe().run(window.page).response["violations"]
            assert [(one["id"], [node["html"][:200] for node in one["nodes"][:3]]) for one in found] == [], view


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_nothing_is_wider_than_a_narrow_screen(framework: str, pages: Pages, chromium: Any) -> None:
    with opened(chromium, pages[framework][0], viewport={"width": 320, "height": 640}) as window:
        for view in VIEWS:
            window.go(f"#{view}")
            assert window.page.evaluate("document.documentElement.scrollWidth") == 320, view


def test_odd_addresses_do_no_harm(pages: Pages, chromium: Any) -> None:
    with opened(chromium, pages["csam"][0]) as window:
        for address in (
            "country=XXX",
            "country=__proto__",
            "map=::",
            "compare=x:1..2",
            "nowhere",
            "countries&q=%E0%A4",
            "a=b=c&&=",
            "constructor",
        ):
            window.go(f"#{address}")
            assert len(window.texts("main > section > h2")) == 1, address


def test_what_the_script_does_without_a_page() -> None:
    import playwright

    node = Path(playwright.__file__).parent / "driver" / "node"
    ran = subprocess.run(
        [node, "--test", "tests/script"], capture_output=True, text=True, cwd=Path(__file__).parents[1]
    )
    assert ran.returncode == 0, ran.stdout
    assert "pass" in ran.stdout
