"""Groups of mock stars of which some are not members, and the share of outliers that is found.

    python3 studies/population/outliers.py mock --yields YIELDS --out TABLE.csv [--stars 100] [--groups 12]
    ./sidereus infer --bundle gce-tng --in TABLE.csv --id-column star --group-column group --out STARS.csv \
      --groups-out GROUPS.csv
    python3 studies/population/outliers.py report GROUPS.csv

The members of a group have the parameters of one galaxy (A at the middle of the prior, B beside it), the others draws
of the prior. Each star is measured as it is: no abundance is wrong. Needs Python 3 and nothing else.
"""

import collections
import csv
import math
import random

from mock import parse, write

TRUTH = {"A": (-2.3, -2.89), "B": (-2.45, -2.75)}
PARAMETERS = ("alpha_IMF", "log10_N_Ia")
PRIOR_SD = 0.3
SHARES = (0, 0.02, 0.05)


def stars(options, source):
    """(name of the group, alpha_IMF, log10_N_Ia) of all stars."""
    for galaxy, centre in TRUTH.items():
        for share in SHARES:
            for number in range(options.groups):
                for star in range(options.stars):
                    member = star >= round(share * options.stars)
                    values = centre if member else [source.gauss(mean, PRIOR_SD) for mean in TRUTH["A"]]
                    yield f"{galaxy}_{share}_{number}", *values


def mock(options):
    source = random.Random(options.seed)
    write(list(stars(options, source)), options, source, options.out)


def rms(values):
    return math.sqrt(sum(value * value for value in values) / len(values))


def report(options):
    found = collections.defaultdict(list)
    with open(options.table, newline="") as lines:
        for row in csv.DictReader(lines):
            galaxy, share, _ = row["group"].split("_")
            found[galaxy, float(share)].append(row)
    print("| galaxy | outliers | groups | rms z | allowing | sd / clean sd | share | in 68 % | in 95 % | B > 100 |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for (galaxy, share), rows in found.items():
        cells = collections.defaultdict(list)
        for i, name in enumerate(PARAMETERS):
            some = [row for row in rows if row[f"{name}_outliers_share"]]
            get = lambda column: [float(row[f"{name}_{column}"]) for row in some]
            truth = TRUTH[galaxy][i]
            for kind in ("", "outliers_"):
                z = [(mean - truth) / sd for mean, sd in zip(get(kind + "mean"), get(kind + "sd"))]
                cells[kind or "factorized"].append(f"{rms(z):.2f}")
            clean = [float(row[f"{name}_sd"]) for row in found[galaxy, 0.0]]
            cells["sd"].append(f"{sum(get('outliers_sd')) / len(some) / (sum(clean) / len(clean)):.2f}")
            cells["share"].append(f"{sum(get('outliers_share')) / len(some):.3f}")
            for level, (low, high) in (("68", ("q16", "q84")), ("95", ("q025", "q975"))):
                inside = [a <= share <= b for a, b in zip(get("outliers_share_" + low), get("outliers_share_" + high))]
                cells[level].append(f"{100 * sum(inside) / len(inside):.0f}")
            strong = [b > math.log(100) for b in get("outliers_log_bayes_factor")]
            cells["B"].append(f"{100 * sum(strong) / len(strong):.0f}")
        columns = ("factorized", "outliers_", "sd", "share", "68", "95", "B")
        print(f"| {galaxy} | {share:.0%} | {len(rows)} | " + " | ".join(", ".join(cells[c]) for c in columns) + " |")


if __name__ == "__main__":
    parse(__doc__, mock, report, ("table",), stars=100, groups=12)
