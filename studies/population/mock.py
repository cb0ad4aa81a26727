"""Mock populations: stars whose alpha_IMF scatters about the centre of their group.

Writes one table for each scatter, with disjoint groups of 10 to 10,000 stars. The centres are draws of the prior.
"""

import argparse
import csv
import random
import subprocess
import tempfile
from pathlib import Path

PRIOR = ((-2.3, 0.3), (-2.89, 0.3))
SCATTERS = (0, 0.02, 0.05, 0.1)
GROUPS = {10: 60, 100: 20, 1000: 6, 10000: 1}
MOST_GALAXIES = 4000


def population(scatter, source):
    """(name of the group, alpha_IMF, log10_N_Ia) of all stars of a table."""
    for size, count in GROUPS.items():
        for number in range(count):
            centre = [source.gauss(mean, sd) for mean, sd in PRIOR]
            name = f"n{size}_{number}_{centre[0]:.6f}_{centre[1]:.6f}"
            for _ in range(size):
                yield name, source.gauss(centre[0], scatter), centre[1]


def simulate(stars, options, seed, table):
    """Rows of the mock table of some stars: each is a galaxy of one star, and gets the name of its group."""
    galaxies = [f"--galaxy=s{i}:{alpha:.8f}:{rate:.8f}" for i, (_, alpha, rate) in enumerate(stars)]
    subprocess.run([options.sidereus, "mock", "gce", "--yields", options.yields, "--stars", "1", "--seed", str(seed),
                    *galaxies, "--out", table], check=True, stdout=subprocess.DEVNULL)
    with open(table, newline="") as lines:
        rows = list(csv.DictReader(lines))
    for row in rows:
        row["group"] = stars[int(row["group"][1:])][0]
    return rows


def write(stars, options, source, out, more=lambda star: {}):
    """Writes the mock table of some stars, in parts, each row with `more` columns of its star and a name of its own."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for start in range(0, len(stars), MOST_GALAXIES):
            part = stars[start:start + MOST_GALAXIES]
            rows += simulate(part, options, source.randrange(1 << 30), f"{folder}/mock.csv")
    rows = [{**row, **more(star), "star": f"star{i}"} for i, (row, star) in enumerate(zip(rows, stars, strict=True))]
    with open(out, "w", newline="") as lines:
        table = csv.DictWriter(lines, rows[0].keys())
        table.writeheader()
        table.writerows(rows)


def add_options(arguments):
    """The options of all programs that make mock stars."""
    arguments.add_argument("--sidereus", default="./sidereus", help="the launcher")
    arguments.add_argument("--yields", required=True, help="folder of the yields")
    arguments.add_argument("--seed", type=int, default=1)


def parse(doc, mock, report, tables, **counts):
    """Runs `mock` or `report`, by the command line.

    `tables` are the positional arguments of the report, `counts` the numbers of the mock stars with their defaults.
    """
    arguments = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = arguments.add_subparsers(required=True)
    making = commands.add_parser("mock")
    add_options(making)
    for name, default in counts.items():
        making.add_argument(f"--{name}", type=int, default=default)
    making.add_argument("--out", required=True, help="table to write")
    making.set_defaults(run=mock)
    reporting = commands.add_parser("report")
    for name in tables:
        reporting.add_argument(name)
    reporting.set_defaults(run=report)
    options = arguments.parse_args()
    options.run(options)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_options(arguments)
    arguments.add_argument("--out", required=True, help="folder for the tables")
    options = arguments.parse_args()
    out = Path(options.out)
    out.mkdir(parents=True, exist_ok=True)
    for scatter in SCATTERS:
        source = random.Random(f"{options.seed} {scatter}")
        write(list(population(scatter, source)), options, source, out / f"scatter-{scatter}.csv")


if __name__ == "__main__":
    main()
