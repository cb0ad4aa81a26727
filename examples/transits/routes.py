"""Compares bundles of the transits on one made-up survey.

    python routes.py FOLDER BUNDLE... [--groups 40] [--objects 100] [--seed 7] [--samples N]

Prints for each bundle: objects per second of `./sidereus infer` (its start taken away); the rms of its means beside
those of the first bundle, in standard deviations of the posterior, for objects without a flag but OUTSIDE_PRIOR; the
rms of (mean - truth) / sd of the groups that are a measurement, with its standard error, and how many are not. FOLDER
has survey.csv and truth.csv afterwards, and NAME-objects.csv and NAME-groups.csv of each bundle by the name of its
folder.
"""

import argparse
import csv
import subprocess
import time
from pathlib import Path

import numpy as np
from sim import INPUTS, OBSERVABLES, transits
from table import draws

SHARED = INPUTS[:2]
PARAMETERS = INPUTS[:4]


def survey(file, groups, rows_of_groups, seed):
    """Groups whose objects have the shared parameters of their first one, with errors of their own."""
    random = np.random.default_rng(seed)
    truth = {}
    with open(file, "w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["object", "group", *OBSERVABLES, *(name + "_err" for name in OBSERVABLES), INPUTS[4]])
        for group in range(groups):
            inputs = draws(4 * rows_of_groups, random)
            inputs[:, :2] = inputs[0, :2]
            truth[f"g{group}"] = inputs[0, :2]
            with np.errstate(invalid="ignore"):
                y = transits(inputs)
            good = np.flatnonzero(np.isfinite(y).all(axis=1))[:rows_of_groups]
            errors = 0.005 * 20 ** random.uniform(size=(len(good), len(OBSERVABLES)))
            for i, k in enumerate(good):
                values = y[k] + errors[i] * random.standard_normal(len(OBSERVABLES))
                writer.writerow([f"g{group}-{i}", f"g{group}", *values, *errors[i], inputs[k, 4]])
    return truth


def infer(bundle, table, folder, samples):
    """Seconds, and rows of the files of objects and groups."""
    name = Path(bundle).name
    files = [folder / f"{name}-objects.csv", folder / f"{name}-groups.csv"]
    start = time.monotonic()
    subprocess.run(
        ["./sidereus", "infer", "--bundle", bundle, "--in", table, "--group-column", "group"]
        + ["--out", files[0], "--groups-out", files[1]]
        + ([] if samples is None else ["--samples", str(samples)]),
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return time.monotonic() - start, *map(rows_of, files)


def rows_of(file):
    with open(file, newline="") as lines:
        return list(csv.DictReader(lines))


def numbers(rows, names, ending):
    return np.array([[float(row[name + ending]) for name in names] for row in rows]).reshape(-1, len(names))


def measured(groups):
    """The rows of the groups that are a measurement."""
    return [row for row in groups if not {"UNRELIABLE", "OUT_OF_SUPPORT"} & set(row["flags"].split("|"))]


def rms(values):
    """The root mean square [D] of values [N, D] and its standard error [D]; not a number where there are no values."""
    if not len(values):
        return np.full((2, np.shape(values)[1]), np.nan)
    squares = np.square(values)
    root = np.sqrt(squares.mean(axis=0))
    return root, squares.std(axis=0) / np.sqrt(len(squares)) / (2 * root)


def main(given):
    folder = Path(given.folder)
    folder.mkdir(parents=True, exist_ok=True)
    survey(folder / "start.csv", given.groups, 1, given.seed)
    truth = survey(folder / "survey.csv", given.groups, given.objects, given.seed)
    with open(folder / "truth.csv", "w", newline="") as file:
        csv.writer(file).writerows([["group", *SHARED], *([name, *values] for name, values in truth.items())])
    first = None
    print("bundle, objects/s, means in rms sd, rms z of " + ", ".join(SHARED) + ", groups that are no measurement")
    for bundle in given.bundles:
        start, _, _ = infer(bundle, folder / "start.csv", folder, given.samples)
        seconds, objects, groups = infer(bundle, folder / "survey.csv", folder, given.samples)
        means, sds = numbers(objects, PARAMETERS, "_mean"), numbers(objects, PARAMETERS, "_sd")
        # samples that leave the prior have no weight
        good = np.array([row["flags"] in ("", "OUTSIDE_PRIOR") for row in objects])
        first = (means, good) if first is None else first
        both = good & first[1]
        apart = np.sqrt(np.mean(((means - first[0]) / sds)[both] ** 2))
        used = measured(groups)
        true = np.array([truth[row["group"]] for row in used]).reshape(-1, len(SHARED))
        z = (numbers(used, SHARED, "_mean") - true) / numbers(used, SHARED, "_sd")
        spread = ", ".join(f"{value:.3f} +- {error:.3f}" for value, error in zip(*rms(z), strict=True))
        rate = given.groups * (given.objects - 1) / max(seconds - start, 1e-3)
        print(f"{bundle}: {rate:.0f}   {apart:.3f}   {spread}   {len(groups) - len(used)} of {len(groups)}", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("bundles", nargs="+")
    parser.add_argument("--groups", type=int, default=40)
    parser.add_argument("--objects", type=int, default=100)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--samples", type=int, help="samples of each posterior; else those of the bundle")
    main(parser.parse_args())
