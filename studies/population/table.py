"""Table of the populations: centre and scatter beside the truth, and the evidence for a scatter.

Takes what `sidereus infer --groups-out` wrote for the tables of mock.py: FOLDER/groups-SCATTER.csv.
"""

import csv
import math
import sys
from pathlib import Path

from mock import SCATTERS

PARAMETERS = ("alpha_IMF", "log10_N_Ia")


def root_mean_square(values):
    return math.sqrt(sum(v * v for v in values) / len(values))


def number(row, column):
    return float(row[column])


def scores(rows, kind, parameter):
    """(mean - truth)/sd of the posterior of a kind."""
    found = []
    for row in rows:
        truth = float(row["group"].split("_")[2 + PARAMETERS.index(parameter)])
        found.append((number(row, f"{parameter}{kind}_mean") - truth) / number(row, f"{parameter}{kind}_sd"))
    return found


def share(flags):
    flags = list(flags)
    return sum(flags) / len(flags)


def line(size, scatter, rows):
    known = [r for r in rows if r["population_log_bayes_factor"]]
    if not known:
        print("| %d | %g | 0 of %d |%s" % (size, scatter, len(rows), " |" * 8))
        return
    bayes = sorted(number(r, "population_log_bayes_factor") for r in known)
    names = ["alpha_IMF_population_scatter" + s for s in ("", "_q025", "_q16", "_q84", "_q975")]
    mean, q025, q16, q84, q975 = ([number(r, n) for r in known] for n in names)
    n = len(known)
    print("| %d | %g | %d of %d | %.2f, %.2f | %.2f, %.2f | %.3f | %.3f | %.0f | %.0f | %.1f | %.0f |" % (
        size, scatter, n, len(rows),
        *(root_mean_square(scores(known, "", p)) for p in PARAMETERS),
        *(root_mean_square(scores(known, "_population", p)) for p in PARAMETERS),
        sum(mean) / n, sum(h - l for l, h in zip(q16, q84)) / n / 2,
        100 * share(l <= scatter <= h for l, h in zip(q16, q84)),
        100 * share(l <= scatter <= h for l, h in zip(q025, q975)),
        bayes[n // 2], 100 * share(b > math.log(100) for b in bayes)))


def main():
    print("| stars | scatter | known | rms z without scatter | rms z of the population | scatter found | its sd |"
          " in 68 % | in 95 % | log Bayes factor | above log(100) |")
    print("|" + "---|" * 11)
    tables = {}
    for scatter in SCATTERS:
        file = Path(sys.argv[1]) / f"groups-{scatter}.csv"
        if file.exists():
            with open(file, newline="") as lines:
                tables[scatter] = list(csv.DictReader(lines))
    for size in (10, 100, 1000, 10000):
        for scatter, rows in tables.items():
            chosen = [r for r in rows if r["group"].startswith(f"n{size}_")]
            if chosen:
                line(size, scatter, chosen)


if __name__ == "__main__":
    main()
