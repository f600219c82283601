"""What holds the house together: one direction, nothing heavy at start, nothing named in the code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from review.dataset import read_dataset

ROOT = Path(__file__).parents[1]
MODULES = sorted(path for package in ("country_data", "criteria", "review") for path in (ROOT / package).rglob("*.py"))
ALLOWED = {
    "country_data": {"country_data"},
    "criteria": {"country_data", "criteria"},
    "review": {"country_data", "criteria", "review"},
}
ONLY_IN = {
    "xlsxwriter": "review/report/xlsx",
    "openpyxl": "review/importer/comments.py",
    "python_calamine": "country_data/xls_child.py",
    "pypdfium2": "country_data/pdf/child.py",
    "pyarrow": "review/export.py",
    "rich": "review/report/terminal.py",
    "click": "review/cli",
    "jinja2": "review/report/html",
    "markupsafe": "review/report/html",
}

# words of the data format and of libraries that happen to be an id as well, each with its place and reason
WORDS = {
    "partial": ("country_data/schema.py", "an edition's coverage (data format, editions.csv)"),
    "none": ("review/report/xlsx/writer.py", "XlsxWriter's option for a line that is not drawn"),
}


def imports(path: Path) -> Iterator[tuple[str, int]]:
    """The top-level names a module imports, and whether that is done at its top."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    top = set(map(id, tree.body))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name.split(".")[0], id(node) in top) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.split(".")[0], id(node) in top


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_one_way(path: Path) -> None:
    package = path.relative_to(ROOT).parts[0]
    ours = {name for name, _ in imports(path) if name in ALLOWED}
    assert ours <= ALLOWED[package]


@pytest.mark.parametrize(("library", "place"), ONLY_IN.items())
def test_a_library_is_imported_in_its_one_place(library: str, place: str) -> None:
    users = {str(path.relative_to(ROOT)) for path in MODULES if library in {name for name, _ in imports(path)}}
    assert users
    assert all(user.startswith(place) for user in users), users


def test_nothing_in_python_names_a_criterion_a_level_a_group_a_series_or_a_country() -> None:
    dataset = read_dataset(None)
    ids = set(dataset.series) | set(dataset.frameworks) | dataset.registry.codes() | set(dataset.registry.frame["name"])
    for framework in dataset.frameworks.values():
        ids |= {*framework.criterion_ids, *framework.level_ids, *(group.id for group in framework.groups)}
    found = []
    for path in MODULES:
        allowed = {word for word, (place, _) in WORDS.items() if place == str(path.relative_to(ROOT))}
        tree = ast.parse(path.read_text(encoding="utf-8"))
        docstrings = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node)
        }
        texts = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in docstrings]
        named = [node for node in texts if isinstance(node.value, str) and node.value in ids - allowed]
        found += [f"{path.relative_to(ROOT)}:{node.lineno} {node.value!r}" for node in named]
    assert found == []


# modules that import one of ours inside a function, each with its reason
LATE = {
    "country_data/tables.py": "most runs read no workbook, and its reader unpacks and parses",
    "review/__init__.py": "`import review` loads no pandas",
    "review/__main__.py": "an interruption while the program loads is one like any other",
    "review/cli/__init__.py": "the help lists the commands without pandas",
    "review/cli/data.py": "most commands write no workbook, and XlsxWriter and openpyxl are loaded for one",
    "review/cli/report.py": "most reports are workbooks, and jinja2 is loaded for a page",
    "review/cli/session.py": "most results are no workbook, and XlsxWriter is loaded for one",
    "review/cli/options.py": "the help lists the commands without pandas",
}


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def ours(tree: ast.AST, known: set[str]) -> Iterator[tuple[str, ast.ImportFrom]]:
    """The modules of ours that are imported, by name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] in ALLOWED:
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield (whole if whole in known else node.module), node


def only_for_types(tree: ast.Module) -> set[int]:
    blocks = [one for one in tree.body if isinstance(one, ast.If) and "TYPE_CHECKING" in ast.dump(one.test)]
    return {id(node) for block in blocks for node in ast.walk(block)}


def test_no_module_imports_itself_through_others() -> None:
    known = {module_name(path) for path in MODULES}
    needs: dict[str, set[str]] = {}
    for path in MODULES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        top = set(map(id, tree.body)) - only_for_types(tree)
        # a package that a module is in is loaded before it anyway
        found = {name for name, node in ours(tree, known) if id(node) in top}
        needs[module_name(path)] = {name for name in found if not module_name(path).startswith(f"{name}.")}
    while needs:
        free = {name for name, others in needs.items() if not others & needs.keys()}
        assert free, f"in a circle: {sorted(needs)}"
        needs = {name: others for name, others in needs.items() if name not in free}


def test_modules_import_ours_at_their_top_save_for_start_up() -> None:
    known = {module_name(path) for path in MODULES}
    late = set()
    for path in MODULES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        usual = set(map(id, tree.body)) | only_for_types(tree)
        if any(id(node) not in usual for _, node in ours(tree, known)):
            late.add(str(path.relative_to(ROOT)))
    assert late == set(LATE)


def test_the_signatures_of_commands_hold_no_any() -> None:
    for path in (ROOT / "review" / "cli").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and any("command" in ast.dump(one) for one in node.decorator_list):
                assert "Any" not in ast.dump(node.args), f"{path}:{node.lineno}"


def test_modules_are_named_for_what_they_hold() -> None:
    assert not {path.stem for path in MODULES} & {"utils", "util", "helpers", "common", "misc"}


def test_every_module_says_why_it_is_there() -> None:
    for path in MODULES:
        assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), path


def test_every_ignore_gives_its_reason() -> None:
    for path in MODULES:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if re.search(r"# (noqa|type: ignore)", line):
                assert re.search(r"# (noqa|type: ignore)[^#]*(--|#) \w+", line), f"{path}:{number}"
