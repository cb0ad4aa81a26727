#!/usr/bin/env python3
"""Groups of mock stars with errors of the model, and how far their posteriors are from the truth.

    ./sidereus mock gce --yields YIELDS --stars 6000 --seed 2202 --galaxy=A:-2.3:-2.89 --galaxy=B:-2.45:-2.75 \
      --out DATA/mock.csv --local-truth-out DATA/local.csv
    ./sidereus mock gce --yields YIELDS --yield-set alternative --stars 1000 --seed 2203 --galaxy=A:-2.3:-2.89 \
      --galaxy=B:-2.45:-2.75 --out DATA/wrong.csv
    ./sidereus mock gce --yields YIELDS --accretion 1 --stars 1000 --seed 2204 --galaxy=A:-2.3:-2.89 \
      --galaxy=B:-2.45:-2.75 --out DATA/accretion.csv
    python3 studies/model-errors.py groups DATA 100 10 > DATA/groups.csv
    ./sidereus infer --bundle gce-tng --in DATA/groups.csv --group-column group --out DATA/stars.csv \
      --groups-out DATA/posteriors.csv
    python3 studies/model-errors.py report DATA/posteriors.csv

The numbers behind `groups` are stars in a group and groups of each kind; a third is the number of groups passed over.
"""

import collections
import csv
import math
import sys
from pathlib import Path

OBSERVABLES = ["C_Fe", "Fe_H", "He_Fe", "Mg_Fe", "N_Fe", "Ne_Fe", "O_Fe", "Si_Fe"]
PARAMETERS = ("alpha_IMF", "log10_N_Ia")
TRUTH = {"A": (-2.3, -2.89), "B": (-2.45, -2.75)}
OFFSET = 0.05  # dex


def rows(file, galaxy=None):
    with open(file, newline="") as lines:
        return [row for row in csv.DictReader(lines) if galaxy in (None, row["group"])]


def kinds(data, galaxy):
    """Stars of each kind of group."""
    clean = rows(data / "mock.csv", galaxy)
    birth = {row["star"]: float(row["T_birth_Gyr"]) for row in rows(data / "local.csv", galaxy)}
    middle = sorted(float(row["Fe_H"]) for row in clean)[len(clean) // 2]
    found = {
        "clean": clean,
        "born 8 to 12 Gyr": [row for row in clean if 8 < birth[row["star"]] < 12],
        "metal-poor half": [row for row in clean if float(row["Fe_H"]) < middle],
    }
    for name in ("C_Fe", "O_Fe", "Mg_Fe"):
        found[f"{name} +{OFFSET} dex"] = [{**row, name: str(float(row[name]) + OFFSET)} for row in clean]
    found["other yields"] = rows(data / "wrong.csv", galaxy)
    found["other accretion"] = rows(data / "accretion.csv", galaxy)
    return found


def groups(data, stars, last, first):
    out = csv.writer(sys.stdout)
    errors = [name + "_err" for name in OBSERVABLES]
    out.writerow(["object", "group"] + OBSERVABLES + errors)
    for galaxy in TRUTH:
        for kind, found in kinds(data, galaxy).items():
            for k in range(first, min(first + last, len(found) // stars)):
                for row in found[k * stars:(k + 1) * stars]:
                    group = f"{galaxy}/{kind}/{k}"
                    out.writerow([f"{group}/{row['star']}", group] + [row[c] for c in OBSERVABLES + errors])


def rms(values):
    return math.sqrt(sum(value * value for value in values) / len(values))


def report(file):
    found = collections.defaultdict(list)
    for row in rows(file):
        galaxy, kind, _ = row["group"].split("/")
        found[galaxy, kind].append(row)
    print("| galaxy | group | groups | flagged by name | rms z | allowing | sd | allowing | most frequent |")
    print("|---|---|---|---|---|---|---|---|---|")
    for (galaxy, kind), some in found.items():
        cells = []
        for statistic in ("", "robust_"):
            z = [rms([(float(row[f"{p}_{statistic}mean"]) - TRUTH[galaxy][i]) / float(row[f"{p}_{statistic}sd"])
                      for row in some]) for i, p in enumerate(PARAMETERS)]
            sd = sum(float(row[f"alpha_IMF_{statistic}sd"]) for row in some) / len(some)
            cells.append((", ".join(f"{value:.1f}" for value in z), f"{sd:.3f}"))
        named = [" ".join(error.split(" ")[0] for error in row["model_errors"].split("|")) for row in some]
        most = collections.Counter(named).most_common(1)[0]
        print(f"| {galaxy} | {kind} | {len(some)} | {sum(map(bool, named)) / len(some):.0%} | {cells[0][0]} "
              f"| {cells[1][0]} | {cells[0][1]} | {cells[1][1]} | {most[0] or 'none'} ({most[1]}) |")


if __name__ == "__main__":
    if sys.argv[1] == "groups":
        groups(Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]), int(sys.argv[5]) if len(sys.argv) > 5 else 0)
    else:
        report(sys.argv[2])
