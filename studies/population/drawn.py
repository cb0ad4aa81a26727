"""Mock populations whose centres and scatters are draws of their priors, and how often the intervals hold the truth.

    python3 studies/population/drawn.py mock --yields YIELDS --out STARS.csv [--groups 120] [--stars 100]
    ./sidereus infer --bundle bundles/gce-tng --in STARS.csv --id-column star --group-column group \
      --out posteriors.csv --groups-out GROUPS.csv
    python3 studies/population/drawn.py report STARS.csv posteriors.csv GROUPS.csv

A name of a group has its number, the scatters and the centres of alpha_IMF and log10_N_Ia. `mock` writes the true
values of each star beside its abundances. The report says how much of the error of a scatter the stars themselves
have: "drawn" is the standard deviation of the true values of the combined stars over the scatter that they are draws
of, "found" the posterior mean over it.
"""

import collections
import csv
import math
import random

from mock import PRIOR, parse, write
from table import PARAMETERS

FAMILIES = ((1, 0), (0, 1), (1, 1))
SCALE, LARGEST = 0.5, 0.8  # of the half-normal prior of the scatter, in prior sd
SIZES = ((0, 0.8), (0, 0.15), (0.15, 0.3), (0.3, 0.5), (0.5, 0.8))  # prior sd
LEAVE_OUT = {"OUT_OF_SUPPORT", "LOW_EFFECTIVE_SAMPLE_SIZE", "MODEL_MISFIT"}
LEVELS = ("q025", "q16", "q84", "q975")

# truth, quantiles, mean: of the scatter of a parameter of a group; drawn: the deviation of its combined stars
Scatter = collections.namedtuple("Scatter", "usable parameter truth quantiles mean drawn combined")


def size(source):
    while True:
        drawn = abs(source.gauss(0, SCALE))
        if drawn < LARGEST:
            return drawn


def drawn(groups, stars, source):
    """(name of the group, alpha_IMF, log10_N_Ia) of all stars."""
    for number in range(groups):
        t, family = size(source), source.choice(FAMILIES)
        scatter = [t * sd * scatters for (_, sd), scatters in zip(PRIOR, family)]
        centre = [source.gauss(mean, sd) for mean, sd in PRIOR]
        name = "_".join([f"g{number}"] + [f"{v:.6f}" for v in scatter + centre])
        for _ in range(stars):
            yield (name, *(source.gauss(c, s) for c, s in zip(centre, scatter)))


def mock(options):
    source = random.Random(options.seed)
    write(list(drawn(options.groups, options.stars, source)), options, source, options.out,
          lambda star: {f"true_{p}": v for p, v in zip(PARAMETERS, star[1:])})


def rows(file):
    with open(file, newline="") as lines:
        return list(csv.DictReader(lines))


def deviation(values):
    centre = sum(values) / len(values)
    return math.sqrt(sum((v - centre) ** 2 for v in values) / (len(values) - 1))


def scatters(options):
    left_out = {row["object"] for row in rows(options.posteriors) if LEAVE_OUT & set(row["flags"].split("|"))}
    stars = collections.defaultdict(list)
    for row in rows(options.stars):
        stars[row["group"]].append(row)
    for row in rows(options.groups):
        if not row["population_log_bayes_factor"]:
            continue
        usable = not {"OUT_OF_SUPPORT", "UNRELIABLE"} & set(row["flags"].split("|"))
        all_stars = stars[row["group"]]
        kept = [star for star in all_stars if star["star"] not in left_out]
        for parameter, truth in zip(PARAMETERS, map(float, row["group"].split("_")[1:])):
            if truth > 0:
                name = f"{parameter}_population_scatter"
                yield Scatter(usable, parameter, truth, [float(row[f"{name}_{level}"]) for level in LEVELS],
                              float(row[name]), deviation([float(star[f"true_{parameter}"]) for star in kept]),
                              len(kept) / len(all_stars))


def mean(values):
    values = list(values)
    return sum(values) / len(values)


def report(options):
    found = list(scatters(options))
    print("| groups | parameter | scatter, prior sd | groups | in 68 % | in 95 % | found | drawn | combined |")
    print("|---|---|---|---|---|---|---|---|---|")
    for kind, usable in (("all", (True, False)), ("measurements", (True,)), ("others", (False,))):
        for parameter, (_, sd) in zip(PARAMETERS, PRIOR):
            for low, high in SIZES:
                some = [f for f in found
                        if f.usable in usable and f.parameter == parameter and low <= f.truth / sd < high]
                if some:
                    cells = (kind, parameter, f"{low} to {high}", len(some),
                             f"{mean(f.quantiles[1] <= f.truth <= f.quantiles[2] for f in some):.0%}",
                             f"{mean(f.quantiles[0] <= f.truth <= f.quantiles[3] for f in some):.0%}",
                             f"{mean(f.mean / f.truth for f in some):.2f}",
                             f"{mean(f.drawn / f.truth for f in some):.2f}",
                             f"{mean(f.combined for f in some):.3f}")
                    print("|", " | ".join(map(str, cells)), "|")


if __name__ == "__main__":
    parse(__doc__, mock, report, ("stars", "posteriors", "groups"), groups=120, stars=100)
