"""Groups of mock stars of which some are wrong: rms of (mean - truth)/sd, and sd beside the clean group.

    python3 studies/contaminated-groups.py YIELDS [--bundle gce-tng] [--groups 12] [--stars 400] [--flagged leave-out]

Starts `./sidereus mock` and `./sidereus infer` from the root of the repository. Of each galaxy (A at the middle of
the prior, B beside it) it draws groups of stars, moves one random abundance of a share of the stars up or down, and
combines. One in 20: groups of 20 stars with one wrong star. Needs Python 3 and nothing else.
"""

import argparse
import csv
import math
import random
import subprocess
import tempfile
from pathlib import Path

TRUTH = {"A": (-2.3, -2.89), "B": (-2.45, -2.75)}
PARAMETERS = ("alpha_IMF", "log10_N_Ia")
KINDS = (("clean", 0, 0), ("2 % by 0.5 dex", 0.02, 0.5), ("2 % by 1 dex", 0.02, 1.0))


def run(*command):
    subprocess.run(["./sidereus", *map(str, command)], check=True, stdout=subprocess.DEVNULL)


def wrong(rows, count, dex, observables, rng):
    """The rows with one random abundance of `count` random rows moved by `dex` up or down."""
    rows = [dict(row) for row in rows]
    for row in rng.sample(rows, count):
        observable = rng.choice(observables)
        row[observable] = repr(float(row[observable]) + rng.choice((-dex, dex)))
    return rows


def groups_of(galaxy, rows, observables, stars, rng):
    """name of kind -> rows of one group; groups of 20 are made of the first stars."""
    for kind, share, dex in KINDS:
        yield kind, wrong(rows, round(share * stars), dex, observables, rng)
    yield "20 stars, clean", rows[:20]
    for dex in (0.5, 1.0):
        yield f"1 of 20 by {dex:g} dex", wrong(rows[:20], 1, dex, observables, rng)


def rms(values):
    return math.sqrt(sum(v * v for v in values) / len(values))


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("yields", metavar="YIELDS")
    arguments.add_argument("--bundle", default="gce-tng")
    arguments.add_argument("--groups", type=int, default=12)
    arguments.add_argument("--stars", type=int, default=400)
    arguments.add_argument("--seed", type=int, default=31)
    arguments.add_argument("--flagged", default="leave-out")
    options = arguments.parse_args()
    rng = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as folder:
        table, mocks = Path(folder) / "table.csv", Path(folder) / "mocks.csv"
        galaxies = [f"--galaxy={name}{k}:{alpha}:{n_ia}" for name, (alpha, n_ia) in TRUTH.items()
                    for k in range(options.groups)]
        run("mock", "gce", "--yields", options.yields, "--stars", options.stars, "--seed", options.seed, *galaxies,
            "--out", mocks)
        with open(mocks, newline="") as lines:
            stars = list(csv.DictReader(lines))
        observables = [c[:-4] for c in stars[0] if c.endswith("_err")]
        columns = ["id", "group", *(c for o in observables for c in (o, o + "_err"))]
        with open(table, "w", newline="") as lines:
            writer = csv.DictWriter(lines, columns, extrasaction="ignore")
            writer.writeheader()
            for galaxy in dict.fromkeys(s["group"] for s in stars):
                mine = [s for s in stars if s["group"] == galaxy]
                for kind, rows in groups_of(galaxy, mine, observables, options.stars, rng):
                    for i, row in enumerate(rows):
                        writer.writerow({**row, "id": f"{galaxy}/{kind}/{i}", "group": f"{galaxy}/{kind}"})
        groups = Path(folder) / "groups.csv"
        run("infer", "--bundle", options.bundle, "--in", table, "--group-column", "group", "--flagged",
            options.flagged, "--out", Path(folder) / "objects.csv", "--groups-out", groups)
        with open(groups, newline="") as lines:
            found = {row["group"]: row for row in csv.DictReader(lines)}
    print("| galaxy | group | rms z | largest | sd / clean sd | left out | flagged |")
    print("|---|---|---|---|---|---|---|")
    kinds = list(dict.fromkeys(name.split("/")[1] for name in found))
    for galaxy, truth in TRUTH.items():
        for kind in kinds:
            clean = "20 stars, clean" if "20" in kind else "clean"
            mine = [(found[n], found[n.split("/")[0] + "/" + clean]) for n in found
                    if n.startswith(galaxy) and n.split("/")[1] == kind]
            z = [[(float(g[p + "_mean"]) - t) / float(g[p + "_sd"]) for g, _ in mine]
                 for p, t in zip(PARAMETERS, truth)]
            wider = [sum(float(g[p + "_sd"]) / float(c[p + "_sd"]) for g, c in mine) / len(mine) for p in PARAMETERS]
            out = sum(int(g["left_out"]) for g, _ in mine) / sum(int(g["n"]) for g, _ in mine)
            flags = sorted({flag for g, _ in mine for flag in g["flags"].split("|") if flag})
            flagged = ", ".join(f"{flag} {sum(flag in g['flags'] for g, _ in mine)}" for flag in flags) or "none"
            print(f"| {galaxy} | {kind} | {rms(z[0]):.2f}, {rms(z[1]):.2f} | {max(map(abs, z[0])):.1f},"
                  f" {max(map(abs, z[1])):.1f} | {wider[0]:.2f}, {wider[1]:.2f} | {100 * out:.1f} % |"
                  f" {flagged} of {len(mine)} |")


if __name__ == "__main__":
    main()
