"""Writes simulations of draws from the prior of case.json as a table: python table.py ROWS FILE.npz"""

import sys

import numpy as np
from sim import INPUTS, OBSERVABLES, transits


def draws(rows, random):
    """Parameters and covariate [rows, 5], as the case file says."""
    return np.column_stack(
        [
            random.normal(0.0, 0.3, rows),
            random.uniform(0.2, 0.8, rows),
            random.uniform(-2.0, -0.7, rows),
            random.uniform(0.0, 0.8, rows),
            random.uniform(0.0, 2.0, rows),
        ]
    )


if __name__ == "__main__":
    inputs = draws(int(sys.argv[1]), np.random.default_rng(1))
    with np.errstate(invalid="ignore"):
        observables = transits(inputs)
    columns = np.column_stack([inputs, observables]).T
    np.savez(sys.argv[2], **dict(zip(INPUTS + OBSERVABLES, columns, strict=True)))
    print(f"{len(inputs)} rows in {sys.argv[2]}, {np.isnan(columns).any(axis=0).sum()} void")
