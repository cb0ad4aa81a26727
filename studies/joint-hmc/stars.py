"""The groups of this study, by name: those of ../exact-product and more sizes. README explains the names."""

import csv
import sys
from pathlib import Path

import numpy as np

sys.path.insert(1, str(Path(__file__).resolve().parent.parent / "exact-product"))

import shared  # noqa: E402
from groups import TRUTH, all_groups, read  # noqa: E402
from table import LEFT_OUT  # noqa: E402

SIZES = (10, 30, 100, 200)
FILES = {"A": "mock.csv", "B": "mock.csv", "W": "wrong.csv", "T": "tng.csv"}


def group(name, data, observables):
    """Values and errors [stars, O] of a group in a folder with mock.csv, wrong.csv and perhaps tng.csv."""
    galaxy = name[0]
    if shared.is_shared(name):
        x = shared.group(name, data, observables)
        return x, np.tile(np.sqrt(np.diag(shared.covariance(observables))), (len(x), 1))
    if name[1:].isdigit() and int(name[1:]) in SIZES and galaxy in FILES:
        x, error = read(Path(data) / FILES[galaxy], observables, None if galaxy == "T" else galaxy)
        count = int(name[1:])
        if len(x) < count:
            raise SystemExit(f"{FILES[galaxy]} has {len(x)} stars of {galaxy} and {name} needs {count}")
        return x[:count], error[:count]
    found = all_groups(data, observables)
    if name not in found:
        raise SystemExit(f"no group {name}: see README.md")
    return found[name]


def truth(name):
    """The shared parameters that made the stars, in their units. The galaxy of IllustrisTNG has those of A."""
    return (-2.3, -3.5) if shared.is_shared(name) else TRUTH["A" if name[0] == "T" else name[0]]


def left_out(name, posteriors):
    """Which stars of a group the engine leaves out by default, counted from 1, by the CSV that `infer` wrote."""
    with open(posteriors, newline="") as lines:
        return [int(row["object"].rsplit("-", 1)[1]) for row in csv.DictReader(lines)
                if row["group"] == name and LEFT_OUT & set(row["flags"].split())]
