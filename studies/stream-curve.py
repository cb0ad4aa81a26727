"""Calibration of groups of 1 to 100,000 stars of one mock galaxy, through broker, registry and service.

    python3 studies/stream-curve.py YIELDS [--alpha -2.3] [--n-ia -2.89] [--stars 100000] [--seed 43]

`./sidereus demo --headless` publishes the stars and prints the groups that come out of the stream. Each star is in one
group, so that groups are independent; a second run has all stars in one group. Prints for each size: rms and mean of
(mean - truth)/sd, share of truths within 1 and 2 sd of the mean (68 and 95 are due), and the flags of the groups. Groups
of which no star was combined have the prior and are left out. The standard library is enough.
"""

import argparse
import csv
import json
import math
import subprocess
import tempfile
from collections import Counter
from pathlib import Path

PARAMETERS = "alpha_IMF", "log10_N_Ia"
# (stars of a group, share of all stars)
SIZES = (1, 0.02), (3, 0.03), (10, 0.05), (30, 0.1), (100, 0.1), (300, 0.1), (1000, 0.2), (3000, 0.2), (10000, 0.2)


def groups(stars):
    """The name of the group of each star, size-number."""
    names = []
    for size, share in SIZES:
        count = int(share * stars / size)
        names += [f"{size}-{k}" for k in range(count) for _ in range(size)]
    return names


def assigned(mock, out, names):
    """Writes the stars with other groups."""
    with open(mock, newline="") as lines, open(out, "w", newline="") as to:
        reader = csv.DictReader(lines)
        writer = csv.DictWriter(to, reader.fieldnames)
        writer.writeheader()
        for name, row in zip(names, reader):
            writer.writerow({**row, "group": name})


def through_the_stream(bundle, table):
    """The last posterior of each group: name -> JSON object."""
    done = subprocess.run(["./sidereus", "demo", "--headless", "--bundle", bundle, "--in", table,
                           "--group-column", "group"], check=True, stdout=subprocess.PIPE, text=True)
    found = (json.loads(line) for line in done.stdout.splitlines() if line.startswith("{"))
    return {one["group"]: one for one in found}


def row(size, found, truth):
    z = [[(one["mean"][p] - t) / one["sd"][p] for p, t in truth.items()] for one in found]
    n = len(found)

    def both(of):
        return ", ".join(of([one[k] for one in z]) for k in range(len(truth)))

    rms = both(lambda values: f"{math.sqrt(sum(v * v for v in values) / n):.2f}")
    mean = both(lambda values: f"{sum(values) / n:+.2f}")
    within = [both(lambda values, k=k: f"{100 * sum(abs(v) < k for v in values) / n:.0f}") for k in (1, 2)]
    sd = ", ".join(f"{sum(one['sd'][p] for one in found) / n:.4f}" for p in truth)
    flags = Counter(flag for one in found for flag in one["flags"])
    text = ", ".join(f"{flag} {count}" for flag, count in sorted(flags.items()))
    return f"| {size:,} | {n} | {sd} | {rms} | {mean} | {within[0]} | {within[1]} | {text} |"


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("yields")
    arguments.add_argument("--alpha", type=float, default=-2.3)
    arguments.add_argument("--n-ia", type=float, default=-2.89)
    arguments.add_argument("--stars", type=int, default=100000)
    arguments.add_argument("--seed", type=int, default=43)
    arguments.add_argument("--bundle", default="gce-tng")
    options = arguments.parse_args()
    truth = dict(zip(PARAMETERS, (options.alpha, options.n_ia)))
    with tempfile.TemporaryDirectory() as folder:
        mock, table = Path(folder) / "mock.csv", Path(folder) / "stars.csv"
        subprocess.run(["./sidereus", "mock", "gce", "--yields", options.yields, "--stars", str(options.stars), "--seed",
                        str(options.seed), f"--galaxy=G:{options.alpha}:{options.n_ia}", "--out", mock], check=True,
                       stdout=subprocess.DEVNULL)
        assigned(mock, table, groups(options.stars))
        found = through_the_stream(options.bundle, table)
        whole = through_the_stream(options.bundle, mock)
    print("| stars | groups | mean sd | rms z | mean z | within 1 sd, % | 2 sd, % | flags |")
    print("|---|---|---|---|---|---|---|---|")
    for size, _ in SIZES:
        some = [one for name, one in found.items() if name.startswith(f"{size}-") and one["combined"]]
        if some:
            print(row(size, some, truth), flush=True)
    print(row(options.stars, list(whole.values()), truth))


if __name__ == "__main__":
    main()
