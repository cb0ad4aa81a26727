"""Groups of mock stars of which some are not members, and the share of outliers that is found.

    python3 studies/population/outliers.py mock --yields YIELDS --out TABLE.csv [--stars 100] [--groups 12]
    ./sidereus infer --bundle gce-tng --in TABLE.csv --id-column star --group-column group --out STARS.csv \
      --groups-out GROUPS.csv
    python3 studies/population/outliers.py report GROUPS.csv

The members of a group have the parameters of one galaxy (A at the middle of the prior, B beside it), the others draws
of the prior. Each star is measured as it is: no abundance is wrong. Needs Python 3 and nothing else.
"""

import argparse
import collections
import csv
import math
import random
import subprocess
import tempfile
from pathlib import Path

TRUTH = {"A": (-2.3, -2.89), "B": (-2.45, -2.75)}
PARAMETERS = ("alpha_IMF", "log10_N_Ia")
PRIOR_SD = 0.3
SHARES = (0, 0.02, 0.05)
MOST_GALAXIES = 4000


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
    every, rows = list(stars(options, source)), []
    with tempfile.TemporaryDirectory() as folder:
        for start in range(0, len(every), MOST_GALAXIES):
            part = every[start:start + MOST_GALAXIES]
            galaxies = [f"--galaxy=s{i}:{a:.8f}:{b:.8f}" for i, (_, a, b) in enumerate(part)]
            table = Path(folder) / "mock.csv"
            subprocess.run([options.sidereus, "mock", "gce", "--yields", options.yields, "--stars", "1", "--seed",
                            str(source.randrange(1 << 30)), *galaxies, "--out", table], check=True,
                           stdout=subprocess.DEVNULL)
            with open(table, newline="") as lines:
                rows += [{**row, "group": part[int(row["group"][1:])][0]} for row in csv.DictReader(lines)]
    with open(options.out, "w", newline="") as lines:
        table = csv.DictWriter(lines, rows[0].keys())
        table.writeheader()
        for i, row in enumerate(rows):
            table.writerow({**row, "star": f"star{i}"})


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
            cells["sd"].append(f"{sum(get('outliers_sd')) / len(some) / (sum(clean) / len(clean)):.1f}")
            cells["share"].append(f"{sum(get('outliers_share')) / len(some):.3f}")
            for level, (low, high) in (("68", ("q16", "q84")), ("95", ("q025", "q975"))):
                inside = [a <= share <= b for a, b in zip(get("outliers_share_" + low), get("outliers_share_" + high))]
                cells[level].append(f"{100 * sum(inside) / len(inside):.0f}")
            strong = [b > math.log(100) for b in get("outliers_log_bayes_factor")]
            cells["B"].append(f"{100 * sum(strong) / len(strong):.0f}")
        columns = ("factorized", "outliers_", "sd", "share", "68", "95", "B")
        print(f"| {galaxy} | {share:.0%} | {len(rows)} | " + " | ".join(", ".join(cells[c]) for c in columns) + " |")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = arguments.add_subparsers(required=True)
    make = commands.add_parser("mock")
    make.add_argument("--sidereus", default="./sidereus", help="the launcher")
    make.add_argument("--yields", required=True, help="folder of the yields")
    make.add_argument("--seed", type=int, default=1)
    make.add_argument("--stars", type=int, default=100)
    make.add_argument("--groups", type=int, default=12)
    make.add_argument("--out", required=True)
    make.set_defaults(run=mock)
    show = commands.add_parser("report")
    show.add_argument("table")
    show.set_defaults(run=report)
    options = arguments.parse_args()
    options.run(options)


if __name__ == "__main__":
    main()
