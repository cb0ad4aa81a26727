#!/usr/bin/env python3
"""Groups of mock stars with errors of the model, and how far their posteriors are from the truth.

    A=--galaxy=A:-2.3:-2.89 B=--galaxy=B:-2.45:-2.75
    ./sidereus mock gce --yields YIELDS --stars 6000 --seed 2202 $A $B --out DATA/mock.csv \
      --local-truth-out DATA/local.csv
    ./sidereus mock gce --yields YIELDS --yield-set alternative --stars 6000 --seed 2202 $A $B --out DATA/wrong.csv \
      --local-truth-out DATA/wrong-local.csv
    ./sidereus mock gce --yields YIELDS --accretion 1 --stars 6000 --seed 2204 $A $B --out DATA/accretion.csv
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
LOCAL = ("log10_SFE", "log10_SFR_peak", "x_out", "T_birth_Gyr")
TRUTH = {"A": (-2.3, -2.89), "B": (-2.45, -2.75)}
OFFSETS = (0.02, 0.05)  # dex
SHARE = 0.2  # of the way from the right yields to the other ones


def rows(file, galaxy=None):
    with open(file, newline="") as lines:
        return [row for row in csv.DictReader(lines) if galaxy in (None, row["group"])]


def partly(data, galaxy, clean):
    """The stars of `clean` with abundances a part of the way to those by the other yields, and the same noise."""
    def local(file):
        return {row["star"]: [row[name] for name in LOCAL] for row in rows(data / file, galaxy)}

    right, other = local("local.csv"), local("wrong-local.csv")
    wrong = {row["star"]: row for row in rows(data / "wrong.csv", galaxy)}
    return [{**row, **{name: str((1 - SHARE) * float(row[name]) + SHARE * float(wrong[row["star"]][name]))
                       for name in OBSERVABLES}}
            for row in clean if right[row["star"]] == other[row["star"]]]


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
    for offset in OFFSETS:
        for name in ("C_Fe", "O_Fe", "Mg_Fe"):
            found[f"{name} +{offset} dex"] = [{**row, name: str(float(row[name]) + offset)} for row in clean]
    found[f"{SHARE:.0%} of other yields"] = partly(data, galaxy, clean)
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
    print("| galaxy | group | groups | flagged by name | flag, truth in | flag, truth out | rms z | allowing | sd | allowing "
          "| both in 2 sd | named |")
    print("|---" * 12 + "|")
    for (galaxy, kind), some in found.items():
        scores, spreads = {}, {}
        for statistic in ("", "robust_"):
            scores[statistic] = [[(float(row[f"{p}_{statistic}mean"]) - truth) / float(row[f"{p}_{statistic}sd"])
                                  for p, truth in zip(PARAMETERS, TRUTH[galaxy])] for row in some]
            spreads[statistic] = sum(float(row[f"alpha_IMF_{statistic}sd"]) for row in some) / len(some)
        cells = {s: ", ".join(f"{rms(z):.1f}" for z in zip(*scores[s])) for s in scores}
        inside = sum(all(abs(z) < 2 for z in both) for both in scores["robust_"]) / len(some)
        flagged = {True: [], False: []}  # by: both truths within 2 factorized sd
        for both, row in zip(scores[""], some):
            flagged[all(abs(z) < 2 for z in both)].append(bool(row["flags"]))
        rates = [f"{sum(of) / len(of):.0%} of {len(of)}" if of else "" for of in (flagged[True], flagged[False])]
        named = [" ".join(error.split(" ")[0] for error in row["model_errors"].split("|")) for row in some]
        most = collections.Counter(filter(None, named)).most_common(1)
        print(f"| {galaxy} | {kind} | {len(some)} | {sum(map(bool, named)) / len(some):.0%} "
              f"| {rates[0]} | {rates[1]} | {cells['']} "
              f"| {cells['robust_']} | {spreads['']:.3f} | {spreads['robust_']:.3f} | {inside:.0%} "
              f"| {'%s (%d)' % most[0] if most else ''} |")


if __name__ == "__main__":
    if sys.argv[1] == "groups":
        groups(Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]), int(sys.argv[5]) if len(sys.argv) > 5 else 0)
    else:
        report(sys.argv[2])
