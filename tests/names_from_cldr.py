"""Write country_data/names.csv anew: `python -m tests.names_from_cldr FOLDER`.

FOLDER is the unpacked package cldr-localenames-full, which holds the names of territories in the Unicode Common Locale Data
Repository; its LICENSE stands in country_data/names.LICENSE.txt. Names that the registry has already are left out.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from collections import defaultdict
from pathlib import Path

import review
from country_data import fold

LOCALES = (
    "en fr es de pt pt-PT ru ar zh zh-Hant it ja bn cs da el fa fi he hi hr hu id ko ms nb nl pl ro sv sw th tr uk vi"
)
TITLES = {"pt-PT": "Portuguese", "zh-Hant": "Chinese", "nb": "Norwegian"}
TARGET = Path(__file__).parents[1] / "country_data" / "names.csv"


def main(folder: Path) -> None:
    """Write the names of each country in the languages of `LOCALES`, each name once with its languages."""
    registry = review.load().registry
    frame = registry.frame
    codes = {
        alias: code
        for code, aliases in zip(frame["code"], frame["aliases"], strict=True)
        for alias in aliases.split("|")
        if re.fullmatch("[A-Z]{2}", alias)
    }
    titles = _read(folder, "en", "languages") | TITLES
    found: defaultdict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    for locale in LOCALES.split():
        for key, name in _read(folder, locale, "territories").items():
            code = codes.get(key.partition("-alt-")[0])
            is_code = re.fullmatch(r"[A-Z.]{2,5}", name)
            known = registry.find(name) == code and len(fold(name)) > len("ABC")
            if code and not is_code and not known and len(fold(name)) > 1:
                found[code, name][titles[locale]] = None
    with TARGET.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["code", "name", "languages"])
        rows.writerows([code, name, "|".join(languages)] for (code, name), languages in sorted(found.items()))


def _read(folder: Path, locale: str, what: str) -> dict[str, str]:
    text = (folder / "main" / locale / f"{what}.json").read_text(encoding="utf-8")
    names: dict[str, str] = json.loads(text)["main"][locale]["localeDisplayNames"][what]
    return names


if __name__ == "__main__":
    main(Path(sys.argv[1]))
