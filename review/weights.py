"""Weights of one's own, in place of a framework's."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from country_data import Place, Problems, did_you_mean
from country_data.formats import Columns
from country_data.tables import read_file
from criteria import WEIGHT, Framework, decimal_of, is_weight

__all__ = ["read_weights"]

_COLUMNS = Columns(
    ("criterion", "group", "weight"), optional=frozenset({"criterion", "group"}), filled=frozenset({"weight"})
)


def read_weights(path: Path, framework: Framework) -> Framework:
    """The framework with the weights of a CSV or Excel file; what the file does not name keeps its own.

    Columns `criterion` or `group` (an id) and `weight`. Raises `DataError` with all problems.
    """
    problems = Problems()
    table = None
    if path.suffix.lower() not in (".csv", ".xlsx"):
        problems.add(Place(str(path)), "This is neither .csv nor .xlsx.", "Weights stand in a table of one of these.")
    else:
        table = read_file(path, _COLUMNS, problems, label=str(path))
    problems.raise_if_any()
    found: dict[str, dict[str, str]] = {"criterion": {}, "group": {}}
    known = {"criterion": framework.criterion_ids, "group": tuple(group.id for group in framework.groups)}
    rows = table.frame.to_dict("index") if table is not None else {}
    for row, given in rows.items():
        assert table is not None
        named = [column for column in known if given[column]]
        if len(named) != 1:
            place = table.place(row, "criterion")
            problems.add(place, "This row does not name exactly one criterion or group.", "Fill in one of the two.")
            continue
        column = named[0]
        id, weight = given[column], given["weight"]
        if id not in known[column]:
            allowed = f"Allowed are: {', '.join(known[column])}." if known[column] else "It has none."
            hint = did_you_mean(id, known[column]) + allowed
            problems.add(table.place(row, column), f"“{id}” is no {column} of {framework.id}.", hint, column)
        elif id in found[column]:
            problems.add(table.place(row, column), f"“{id}” stands twice.", "Keep one row for each.", column)
        if not is_weight(weight):
            problems.add(table.place(row, "weight"), f"The weight is “{weight}”.", f"Write {WEIGHT}.", "weight")
        found[column][id] = weight
    problems.raise_if_any()
    own = {column: {id: decimal_of(weight) for id, weight in weights.items()} for column, weights in found.items()}
    return replace(
        framework,
        criteria=tuple(replace(one, weight=own["criterion"].get(one.id) or one.weight) for one in framework.criteria),
        groups=tuple(replace(one, weight=own["group"].get(one.id) or one.weight) for one in framework.groups),
    )
