"""
Groups of examples/supernovae by integrals of the model: no emulator, no flow, no combination.

Given the shared parameters, the true stretch, colour and residual are normal and enter linearly, so the likelihood of
a supernova is a normal distribution of three numbers. The shared parameters are drawn from a t distribution about the
best fit, with weights. Prints how far the groups of a bundle are from these posteriors, and what spread of
(mean - truth) / sd the noise of the survey alone has:
    PYTHONPATH=python/src:examples/supernovae python studies/supernovae-exact.py BUNDLE FOLDER
        [--groups 60] [--seed 11] [--samples N ...]
Other options go to `sidereus infer`.
"""

import argparse
import csv
import subprocess
import sys
from pathlib import Path

import numpy as np
from sim import INPUTS, OBSERVABLES, distance_modulus, supernovae

OBJECTS, DRAWS, DEGREES = 100, 4000, 8
SHARED = INPUTS[:3]
CENTRE, SPREAD = np.array([-19.25, 0.14, 3.0]), np.array([0.2, 0.04, 0.5])
LOCAL_CENTRE, LOCAL_SPREAD = np.array([0.0, -0.03, 0.0]), np.array([1.0, 0.1, 0.12])
#: A fixed error for each observable, as `validate` has it.
ERRORS = np.array([0.1, 0.3, 0.04])


def survey(file, count, seed):
    """Writes the survey; the true shared parameters and the data of each group."""
    random = np.random.default_rng(seed)
    groups = {}
    with file.open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["object", "group", *OBSERVABLES, *(name + "_err" for name in OBSERVABLES), INPUTS[6]])
        for number in range(count):
            shared = CENTRE + SPREAD * random.standard_normal(3)
            local = LOCAL_CENTRE + LOCAL_SPREAD * random.standard_normal((OBJECTS, 3))
            redshift = random.uniform(-2.0, 0.1, OBJECTS)
            y = supernovae(np.column_stack([np.broadcast_to(shared, (OBJECTS, 3)), local, redshift]))
            y = y + ERRORS * random.standard_normal(y.shape)
            groups[f"g{number}"] = shared, y - np.column_stack([distance_modulus(10**redshift), 0 * y[:, :2]])
            for i in range(OBJECTS):
                writer.writerow([f"g{number}-{i}", f"g{number}", *y[i], *ERRORS, redshift[i]])
    return groups


def log_posterior(shared, data):
    """Of shared parameters [P,3] and the data [N,3] of a group, but for a constant."""
    magnitude, alpha, beta = shared.T
    centre = np.zeros((len(shared), 3))
    centre[:, 0] = magnitude + beta * LOCAL_CENTRE[1]
    centre[:, 2] = LOCAL_CENTRE[1]
    covariance = np.zeros((len(shared), 3, 3))
    x1, c, residual = LOCAL_SPREAD**2
    covariance[:, 0, 0] = alpha**2 * x1 + beta**2 * c + residual + ERRORS[0] ** 2
    covariance[:, 1, 1], covariance[:, 2, 2] = x1 + ERRORS[1] ** 2, c + ERRORS[2] ** 2
    covariance[:, 0, 1] = covariance[:, 1, 0] = -alpha * x1
    covariance[:, 0, 2] = covariance[:, 2, 0] = beta * c
    difference = data[None] - centre[:, None]
    chi_square = np.einsum("pni,pij,pnj->p", difference, np.linalg.inv(covariance), difference, optimize=True)
    log_det = np.linalg.slogdet(covariance)[1]
    prior = (((shared - CENTRE) / SPREAD) ** 2).sum(axis=1)
    return -0.5 * (chi_square + len(data) * log_det + prior)


def exact(start, data):
    """Mean and standard deviation of the shared parameters."""
    step = 0.05 * SPREAD
    centre, precision = start.copy(), None
    for _ in range(6):
        value = lambda *moves: log_posterior((centre + sum(moves, np.zeros(3)))[None], data)[0]  # noqa: E731
        units = np.diag(step)
        gradient = np.array([(value(u) - value(-u)) / (2 * s) for u, s in zip(units, step)])
        hessian = np.array(
            [
                [(value(u, v) - value(u, -v) - value(-u, v) + value(-u, -v)) / (4 * s * t) for v, t in zip(units, step)]
                for u, s in zip(units, step)
            ]
        )
        precision = -hessian
        centre = centre + np.clip(np.linalg.solve(precision, gradient), -2 * SPREAD, 2 * SPREAD)
    root = 1.1 * np.linalg.cholesky(np.linalg.inv(precision))
    random = np.random.default_rng(3)
    t = random.standard_normal((DRAWS, 3)) * np.sqrt(DEGREES / random.chisquare(DEGREES, (DRAWS, 1)))
    draws = centre + t @ root.T
    log_weight = log_posterior(draws, data) + (DEGREES + 3) / 2 * np.log1p((t**2).sum(axis=1) / DEGREES)
    weight = np.exp(log_weight - log_weight.max())
    mean = np.average(draws, weights=weight, axis=0)
    return mean, np.sqrt(np.average((draws - mean) ** 2, weights=weight, axis=0))


def main(given, options):
    folder = Path(given.folder)
    folder.mkdir(parents=True, exist_ok=True)
    groups = survey(folder / "survey.csv", given.groups, given.seed)
    subprocess.run(
        ["./sidereus", "infer", "--bundle", given.bundle, "--in", folder / "survey.csv", "--group-column", "group"]
        + ["--out", folder / "objects.csv", "--groups-out", folder / "groups.csv", *options],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    rows = {row["group"]: row for row in csv.DictReader((folder / "groups.csv").open(newline=""))}
    names = [name for name in groups if not {"UNRELIABLE", "OUT_OF_SUPPORT"} & set(rows[name]["flags"].split("|"))]
    truth = np.array([groups[name][0] for name in names])
    means = np.array([[float(rows[name][one + "_mean"]) for one in SHARED] for name in names])
    sds = np.array([[float(rows[name][one + "_sd"]) for one in SHARED] for name in names])
    of_model = [exact(*groups[name]) for name in names]
    exact_means, exact_sds = (np.array([one[k] for one in of_model]) for k in range(2))
    print(f"{len(names)} groups of {OBJECTS}; root mean squares for " + ", ".join(SHARED))
    line("(mean - truth) / sd, integrals of the model", (exact_means - truth) / exact_sds)
    line("(mean - truth) / sd, bundle", (means - truth) / sds)
    line("(bundle - integrals) / sd of the integrals", (means - exact_means) / exact_sds)
    line("sd of the bundle / sd of the integrals", sds / exact_sds)


def line(name, values):
    squares = np.square(values)
    root = np.sqrt(squares.mean(axis=0))
    errors = squares.std(axis=0) / np.sqrt(len(squares)) / (2 * root)
    print(f"{name:44} " + ", ".join(f"{value:.3f} +- {error:.3f}" for value, error in zip(root, errors, strict=True)))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bundle")
    parser.add_argument("folder")
    parser.add_argument("--groups", type=int, default=60)
    parser.add_argument("--seed", type=int, default=11)
    main(*parser.parse_known_args())
