"""
The groups of examples/transits/routes.py by integrals of the simulator: no emulator, no flow, no combination.

The radius ratio of each planet is integrated about its mode, the impact parameter on a grid, and the two shared
parameters are a normal distribution about the best fit, that of the limb within its prior. So the spread of
(mean - truth) / sd over these groups is that of the survey's noise alone, and what a bundle adds is its difference
from these posteriors, in their standard deviations:
    PYTHONPATH=python/src:examples/transits python studies/transits-exact.py FOLDER_OF_ROUTES [groups.csv of a bundle]
"""

import csv
import sys
from pathlib import Path

import numpy as np
from routes import GROUPS, OBJECTS, SHARED, survey
from sim import INPUTS, OBSERVABLES, transits

IMPACTS = (np.arange(160) + 0.5) / 160 * 0.8
RATIOS = -2.0, -0.7
LIMBS = 0.2, 0.8
GRID = [(a, b) for a in (-1, 0, 1) for b in (-1, 0, 1)]


def log_likelihood(shared, y, errors, period):
    """The log marginal likelihood of the planets of a group, but for a constant."""
    planets = len(y)
    y, errors, period = (np.repeat(one, len(IMPACTS), axis=0) for one in (y, errors, period))
    impact = np.tile(IMPACTS, planets)

    def predicted(ratio):
        columns = [np.full(len(ratio), value) for value in shared]
        return transits(np.column_stack([*columns, ratio, impact, period]))

    ratio = np.clip(y[:, 0] / 2, *RATIOS)
    for _ in range(2):
        now = predicted(ratio)
        slope = (predicted(ratio + 1e-4) - now) / 1e-4
        precision = ((slope / errors) ** 2).sum(axis=1)
        ratio = np.clip(ratio + (slope * (y - now) / errors**2).sum(axis=1) / precision, RATIOS[0] - 0.3, RATIOS[1])
    chi_square = (((y - predicted(ratio)) / errors) ** 2).sum(axis=1)
    within = _normal((RATIOS[1] - ratio) * np.sqrt(precision)) - _normal((RATIOS[0] - ratio) * np.sqrt(precision))
    density = -0.5 * (chi_square + np.log(precision)) + np.log(within)
    density = np.where(np.isfinite(density), density, -1e9).reshape(planets, -1)
    largest = density.max(axis=1)
    return (largest + np.log(np.exp(density - largest[:, None]).sum(axis=1))).sum()


def _normal(x):
    """The normal distribution function to 2e-4."""
    return 1 / (1 + np.exp(np.clip(-1.5976 * x - 0.07056 * x**3, -500, 500)))


def posterior(start, y, errors, period):
    """Means and standard deviations of the shared parameters."""
    centre, width = start.copy(), np.array([0.006, 0.04])
    p = np.array(GRID, float)
    terms = np.column_stack([np.ones(len(p)), p, p[:, 0] ** 2, p[:, 0] * p[:, 1], p[:, 1] ** 2])
    for _ in range(3):
        points = [centre + width * one for one in p]
        values = [log_likelihood(one, y, errors, period) - 0.5 * (one[0] / 0.3) ** 2 for one in points]
        fit = np.linalg.lstsq(terms, np.array(values), rcond=None)[0]
        precision = -np.array([[2 * fit[3], fit[4]], [fit[4], 2 * fit[5]]])
        if not (np.linalg.eigvalsh(precision) > 0).all():  # far from the best fit: on with wider steps
            centre, width = points[int(np.argmax(values))], 1.5 * width
            continue
        centre = centre + np.clip(width * np.linalg.solve(precision, fit[1:3]), -4 * width, 4 * width)
        sd = width * np.sqrt(np.diag(np.linalg.inv(precision)))
        width = np.clip(1.3 * sd, [0.003, 0.015], [0.02, 0.08])
    limb = np.linspace(*LIMBS, 2001)
    weight = np.exp(-0.5 * ((limb - centre[1]) / sd[1]) ** 2)
    mean = np.average(limb, weights=weight)
    return np.array([centre[0], mean]), np.array([sd[0], np.sqrt(np.average((limb - mean) ** 2, weights=weight))])


def main(folder, groups=None):
    file = Path(folder) / "survey.csv"
    truth = survey(file, OBJECTS)
    rows = list(csv.DictReader(file.open(newline="")))
    exact = {}
    with np.errstate(all="ignore"):
        for name in (f"g{number}" for number in range(GROUPS)):
            own = [row for row in rows if row["group"] == name]
            y = np.array([[float(row[one]) for one in OBSERVABLES] for row in own])
            errors = np.array([[float(row[one + "_err"]) for one in OBSERVABLES] for row in own])
            exact[name] = posterior(truth[name], y, errors, np.array([float(row[INPUTS[4]]) for row in own]))
    print("rms of (mean - truth) / sd of " + ", ".join(SHARED))
    line("integrals of the simulator", [(exact[name][0] - truth[name]) / exact[name][1] for name in exact])
    if groups is None:
        return
    of_bundle = {row["group"]: row for row in csv.DictReader(open(groups, newline=""))}
    flags = {name: set(row["flags"].split("|")) for name, row in of_bundle.items()}
    good = [name for name in of_bundle if not {"UNRELIABLE", "OUT_OF_SUPPORT"} & flags[name]]
    means = {name: np.array([float(of_bundle[name][one + "_mean"]) for one in SHARED]) for name in good}
    sds = {name: np.array([float(of_bundle[name][one + "_sd"]) for one in SHARED]) for name in good}
    line(f"the same, {len(good)} groups", [(exact[one][0] - truth[one]) / exact[one][1] for one in good])
    line("bundle", [(means[one] - truth[one]) / sds[one] for one in good])
    line("bundle - integrals, in sd of the integrals", [(means[one] - exact[one][0]) / exact[one][1] for one in good])
    line("sd of the bundle / sd of the integrals", [sds[one] / exact[one][1] for one in good])


def line(name, values):
    print(f"{name:44} " + ", ".join(f"{value:.2f}" for value in np.sqrt(np.mean(np.square(values), axis=0))))


if __name__ == "__main__":
    main(*sys.argv[1:])
