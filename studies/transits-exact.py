"""
The groups of examples/transits/routes.py by integrals of the simulator: no emulator, no flow, no combination.

The radius ratio of each planet is integrated about its mode, the impact parameter on a grid, and the two shared
parameters are a normal distribution about the best fit, that of the limb within its prior. So the spread of
(mean - truth) / sd over these groups is that of the survey's noise alone, and what a bundle adds is its difference
from these posteriors, in their standard deviations:
    PYTHONPATH=python/src:examples/transits python studies/transits-exact.py FOLDER [NAME-groups.csv of a bundle ...]
The groups are those of FOLDER, that of routes.py: survey.csv and truth.csv, as routes.py wrote them.
"""

import sys
from pathlib import Path

import numpy as np
from routes import SHARED, measured, numbers, rms, rows_of
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


def main(folder, *files):
    truth = {row["group"]: numbers([row], SHARED, "")[0] for row in rows_of(Path(folder) / "truth.csv")}
    by_group = {}
    for row in rows_of(Path(folder) / "survey.csv"):
        by_group.setdefault(row["group"], []).append(row)
    exact = {}
    with np.errstate(all="ignore"):
        for name, own in by_group.items():
            y, errors = numbers(own, OBSERVABLES, ""), numbers(own, OBSERVABLES, "_err")
            exact[name] = posterior(truth[name], y, errors, numbers(own, INPUTS[4:5], "")[:, 0])
    print(f"{len(exact)} groups, rms of (mean - truth) / sd of " + ", ".join(SHARED))
    line("integrals of the simulator", [(exact[name][0] - truth[name]) / exact[name][1] for name in exact])
    for file in files:
        used = measured(rows_of(file))
        print(f"{Path(file).name}: {len(used)} groups that are a measurement")
        if not used:
            continue
        names = [row["group"] for row in used]
        means, sds = numbers(used, SHARED, "_mean"), numbers(used, SHARED, "_sd")
        centres, widths = (np.array([exact[name][i] for name in names]) for i in (0, 1))
        true = np.array([truth[name] for name in names])
        line("integrals of these groups", (centres - true) / widths)
        line("bundle", (means - true) / sds)
        line("bundle - integrals, in sd of the integrals", (means - centres) / widths)
        line("sd of the bundle / sd of the integrals", sds / widths)


def line(name, values):
    print(f"{name:44} " + ", ".join(f"{value:.3f} +- {error:.3f}" for value, error in zip(*rms(values), strict=True)))


if __name__ == "__main__":
    main(*sys.argv[1:])
