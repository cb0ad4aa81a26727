"""Groups S: [X/Fe] is the difference of [X/H] and [Fe/H], so that all of them share the error of [Fe/H]."""

import csv
from pathlib import Path

import numpy as np

X_H, FE_H = 0.03, 0.05  # errors in dex
SEED = 1


def is_shared(name):
    return name[0] == "S"


def coefficients(observables):
    """How the error of [Fe/H] enters each observable."""
    return np.array([1.0 if name == "Fe_H" else -1.0 for name in observables])


def covariance(observables):
    """Covariance of the errors of a star [O, O]."""
    own = np.array([0.0 if name == "Fe_H" else X_H for name in observables])
    common = FE_H * coefficients(observables)
    return np.diag(own ** 2) + np.outer(common, common)


def group(name, data, observables):
    """Values [stars, O] of the first stars of a galaxy, with errors added to those of DATA/exact.csv."""
    with open(Path(data) / "exact.csv", newline="") as lines:
        rows = list(csv.DictReader(lines))
    count = int(name[1:])
    if len(rows) < count:
        raise SystemExit(f"exact.csv has {len(rows)} stars and {name} needs {count}")
    exact = np.array([[float(row[o]) for o in observables] for row in rows])[:count]
    random = np.random.default_rng(SEED)
    return exact + random.normal(size=exact.shape) @ np.linalg.cholesky(covariance(observables)).T


def whitening(observables):
    """W [O, O]: W times an error has independent standard normal components."""
    return np.linalg.inv(np.linalg.cholesky(covariance(observables)))
