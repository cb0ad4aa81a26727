"""Compares bundles of the transits on one made-up survey: python routes.py FOLDER BUNDLE...

Prints for each bundle: objects per second of `./sidereus infer` (its start taken away); the rms of its means beside
those of the first bundle, in standard deviations of the posterior, for objects without a flag; the rms of
(mean - truth) / sd of the groups that are a measurement, and how many are not.
"""

import csv
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from sim import INPUTS, OBSERVABLES, transits
from table import draws

GROUPS, OBJECTS = 40, 100
SHARED = INPUTS[:2]
PARAMETERS = INPUTS[:4]


def survey(file, rows_of_groups):
    """Groups whose objects have the shared parameters of their first one, with errors of their own."""
    random = np.random.default_rng(7)
    truth = {}
    with open(file, "w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["object", "group", *OBSERVABLES, *(name + "_err" for name in OBSERVABLES), INPUTS[4]])
        for group in range(GROUPS):
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


def infer(bundle, table, folder):
    """Seconds, and rows of the files of objects and groups."""
    files = [folder / "objects.csv", folder / "groups.csv"]
    start = time.monotonic()
    subprocess.run(
        ["./sidereus", "infer", "--bundle", bundle, "--in", table, "--group-column", "group"]
        + ["--out", files[0], "--groups-out", files[1]],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    seconds = time.monotonic() - start
    return seconds, *(list(csv.DictReader(open(file, newline=""))) for file in files)


def numbers(rows, names, ending):
    return np.array([[float(row[name + ending]) for name in names] for row in rows])


def main(folder, bundles):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    survey(folder / "start.csv", 1)
    truth = survey(folder / "survey.csv", OBJECTS)
    first = None
    print("bundle                     objects/s   means, rms sd   groups, rms z of " + ", ".join(SHARED) + "   no measurement")
    for bundle in bundles:
        start, _, _ = infer(bundle, folder / "start.csv", folder)
        seconds, objects, groups = infer(bundle, folder / "survey.csv", folder)
        means, sds = numbers(objects, PARAMETERS, "_mean"), numbers(objects, PARAMETERS, "_sd")
        good = np.array([not row["flags"] for row in objects])
        first = (means, good) if first is None else first
        both = good & first[1]
        apart = np.sqrt(np.mean(((means - first[0]) / sds)[both] ** 2))
        everything = len(groups)
        groups = [row for row in groups if not {"UNRELIABLE", "OUT_OF_SUPPORT"} & set(row["flags"].split("|"))]
        true = np.array([truth[row["group"]] for row in groups])
        z = (numbers(groups, SHARED, "_mean") - true) / numbers(groups, SHARED, "_sd")
        rms = ", ".join(f"{value:.2f}" for value in np.sqrt((z**2).mean(axis=0)))
        rate = GROUPS * (OBJECTS - 1) / max(seconds - start, 1e-3)
        print(f"{bundle:26} {rate:9.0f} {apart:15.3f}   {rms:35} {everything - len(groups)} of {everything}")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
