"""What was found in the law: countries, series, editions, sources, answers, published figures.

Imports neither `criteria` nor `review`. The embedded data stand beside this file, in data format v1.
"""

from country_data.characters import printable, unusable
from country_data.folder import Folder, embedded_newest, embedded_series, read_folder
from country_data.groups import Groups
from country_data.problems import ChoiceError, DataError, Place, Problem, Problems, did_you_mean, nearest
from country_data.registry import Registry, UnknownCountry, fold
from country_data.series import Edition, Series, Source
from country_data.tiles import tiles_of

__all__ = [
    "ChoiceError",
    "DataError",
    "Edition",
    "Folder",
    "Groups",
    "Place",
    "Problem",
    "Problems",
    "Registry",
    "Series",
    "Source",
    "UnknownCountry",
    "did_you_mean",
    "embedded_newest",
    "embedded_series",
    "fold",
    "nearest",
    "printable",
    "read_folder",
    "tiles_of",
    "unusable",
]
