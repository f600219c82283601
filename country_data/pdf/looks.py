"""What marks and short texts look like on their pages: those that are spelled alike and do not look alike are told apart."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from country_data.pdf.joined import At, JoinedSheet
from country_data.pdf.process import looks_of

__all__ = ["odd_looks"]

_TICKS, _CROSSES = "✓✔", "✗✘✕✖"
_SYMMETRIC = 0.45  # of a mark and its mirror image: ticks have less in common, crosses more
_LONGEST = 12  # letters of a text that is looked at
_FIELDS, _COLOUR, _SIZE = 0.13, 90, 0.2  # how far two looks of one mark may differ: mean of fields, a colour, a side
_SMALL = 8  # pixels of a side
Look = dict[str, Any]


def odd_looks(path: Path, sheets: list[JoinedSheet]) -> dict[int, str]:
    """The cells whose text does not look as it does elsewhere, or not as a tick or cross should, by `id`, each with its spelling.

    Most cells with a text keep it; of others each look is a spelling of its own, as is a text of which nothing is seen.
    """
    cells = [
        at for sheet in sheets for row in sheet.rows for n, at in row.items()
        if n != sheet.names and 0 < len(at.text) <= _LONGEST and at.row.boxes.get(at.column) and not at.mark.startswith("colour ")
    ]  # fmt: skip
    found = looks_of(path, [at.part for at in cells])
    if found is None:  # then no look is known
        return {id(at): f"{at.text} (unseen)" for at in cells if at.text in (*_TICKS, *_CROSSES)}
    odd: dict[int, str] = {}
    by_text: dict[str, list[tuple[At, Look]]] = {}
    for at, look in zip(cells, found, strict=True):
        if look is None:
            odd[id(at)] = f"{at.text} (nothing is seen there: {at.place})"
        else:
            by_text.setdefault(at.text, []).append((at, look))
    for text, seen in by_text.items():
        kinds: list[list[tuple[At, Look]]] = []
        for one in seen:
            kind = next((kind for kind in kinds if _is_alike(kind[0][1], one[1])), None)
            if kind is None:
                kinds.append([one])
            else:
                kind.append(one)
        kinds.sort(key=len, reverse=True)
        for n, kind in enumerate(kinds):
            first, look = kind[0]
            is_odd = text in (*_TICKS, *_CROSSES) and (look["symmetry"] > _SYMMETRIC) != (text in _CROSSES)
            if n or is_odd:
                how = "looks otherwise" if n else "does not look so"
                odd |= {id(at): f"{text} ({how}, as on {first.place})" for at, _ in kind}
    # two kinds of tick, and no cross, may stand for two answers
    for signs, others in ((_TICKS, _CROSSES), (_CROSSES, _TICKS)):
        kinds_of = {at.text for at in cells if at.text in signs}
        if len(kinds_of) > 1 and not any(at.text in others for at in cells):
            odd |= {
                id(at): f"{at.text} (one of two kinds)" for at in cells if at.text in kinds_of and id(at) not in odd
            }
    return odd


def _blurred(grid: list[int]) -> npt.NDArray[np.float64]:
    """A grid from 0 to 1, each field with those around it: where in a pixel a line begins is a matter of chance."""
    side = math.isqrt(len(grid))
    wide = np.pad(np.array(grid, dtype=np.float64).reshape(side, side) / 9, 1, mode="edge")
    return np.asarray(sum(wide[n : n + side, m : m + side] for n in range(3) for m in range(3)) / 9)


def _is_alike(one: Look, other: Look) -> bool:
    """Whether two looks are of one mark."""
    fields = float(np.abs(_blurred(one["grid"]) - _blurred(other["grid"])).mean())
    sides = (abs(a - b) <= _SIZE * max(a, b) + 2 for a, b in zip(one["size"], other["size"], strict=True))
    colours = (abs(a - b) <= _COLOUR for a, b in zip(one["colour"], other["colour"], strict=True))
    is_small = min(*one["size"], *other["size"]) < _SMALL  # as a dash, whose fields are a matter of chance
    return (is_small or fields <= _FIELDS) and all(sides) and all(colours)
