"""Prints the tables of docs/science/joint-sampling.md. Python's standard library is enough.

    python table.py catalogue FOLDER [TNG_GALAXY.csv]      the stars of the groups as a catalogue for `infer`
    python table.py print FOLDER [groups of infer.csv]     the tables in Markdown
    python table.py print FOLDER GROUPS.csv POSTERIORS.csv  the same for the stars that are not left out
"""

import csv
import json
import math
import sys
from pathlib import Path

ORDER = "ABWTS"
LEFT_OUT = {"OUT_OF_SUPPORT", "LOW_EFFECTIVE_SAMPLE_SIZE", "MODEL_MISFIT"}


def results(folder):
    """The groups of the JSON files: clean ones before those with wrong stars, then by galaxy and size."""
    found = [json.loads(file.read_text()) for file in Path(folder).glob("*.json")]
    return sorted(found, key=lambda r: ("x" in r["group"], ORDER.index(r["group"][0]), size(r), r["group"]))


def remaining(folder, posteriors):
    """The same, sampled from the stars that the engine does not leave out, and without a result where they are others.

    A group of which none is left out has one result.
    """
    flagged = {}
    with open(posteriors, newline="") as lines:
        for row in csv.DictReader(lines):
            if LEFT_OUT & set(row["flags"].split()):
                flagged.setdefault(row["group"], []).append(int(row["object"].rsplit("-", 1)[1]))
    for result in results(folder):
        out = flagged.get(result["group"], [])
        file = Path(folder) / "remaining" / f"{result['group']}.json"
        if out:
            result = json.loads(file.read_text()) if file.exists() else {}
        if result.get("left_out", []) == out:
            yield result


def size(result):
    return result.get("count") or len(result["stars"])


def stars(result, simulated):
    """Rows (values, errors) of a group. Those of IllustrisTNG are read from the reader's copy."""
    if "stars" in result:
        return [(x, result["errors"]) for x in result["stars"]]
    if simulated is None:
        return []
    with open(simulated, newline="") as lines:
        rows = list(csv.DictReader(lines))[: result["count"]]
    names = result["observables"]
    return [([row[n] for n in names], [row[n + "_err"] for n in names]) for row in rows]


def catalogue(folder, simulated=None):
    names = results(folder)[0]["observables"]
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(["star", "group", *names, *(n + "_err" for n in names), "shared_errors"])
    for result in results(folder):
        for i, (x, error) in enumerate(stars(result, simulated)):
            out.writerow([f"{result['group']}-{i + 1:04d}", result["group"], *x, *error, shared_errors(result)])


def shared_errors(result):
    """The cell of the column `shared_errors`, empty where the measurements share none."""
    if "shared_error" not in result:
        return ""
    terms = zip(result["observables"], result["coefficients"])
    return f"{result['shared_error']} included " + " ".join(f"{c:g}*{name}" for name, c in terms)


def pair(mean, sd):
    return ", ".join(f"{m:.4f} ± {s:.4f}" for m, s in zip(mean, sd))


def engine(result, row):
    """How many stars are left out, the engine's posterior, and (mean - HMC)/sd and sd/sd of both parameters."""
    if row is None:
        return " | | "
    mean = [float(row[p + "_mean"]) for p in result["parameters"]]
    sd = [float(row[p + "_sd"]) for p in result["parameters"]]
    off = ", ".join(f"{(m - h) / s:+.2f}" for m, h, s in zip(mean, result["mean"], result["sd"]))
    ratio = ", ".join(f"{e / s:.2f}" for e, s in zip(sd, result["sd"]))
    return f"{row['left_out']} | {pair(mean, sd)} | {off}; {ratio}"


def loss(result, row):
    """The divergence of two normal densities with this difference of the means, in bits."""
    a, b = ((float(row[p + "_mean"]) - h) / s for p, h, s in zip(result["parameters"], result["mean"], result["sd"]))
    r = result["correlation"]
    return (a * a + b * b - 2 * r * a * b) / (1 - r * r) / (2 * math.log(2))


def tables(folder, groups=None, posteriors=None):
    found = list(remaining(folder, posteriors)) if posteriors else results(folder)
    rows = {}
    if groups:
        with open(groups, newline="") as lines:
            rows = {row["group"]: row for row in csv.DictReader(lines)}
    print("| group | HMC | left out | engine | (engine - HMC)/sd; ratio of sds |\n|---|---|---|---|---|")
    for r in found:
        print(f"| {r['group']} | {pair(r['mean'], r['sd'])} | {engine(r, rows.get(r['group']))} |")
    print("\n| group | heterogeneity | loss beside HMC, bits | information_loss | flags |\n|---|---|---|---|---|")
    for r in found:
        row = rows.get(r["group"])
        if row and row["information_loss"]:
            print(f"| {r['group']} | {float(row['heterogeneity']):.2f} | {loss(r, row):.3f}"
                  f" | {float(row['information_loss']):.3f} | {row['flags'].replace('|', ', ')} |")
    print("\n| group | R-hat | ESS | largest local R-hat | stars with 2 or 3 modes | iterations | time |")
    print("|---|---|---|---|---|---|---|")
    for r in found:
        print(f"| {r['group']} | {max(r['r_hat']):.4f} | {min(r['ess']):,.0f} | {r['local_r_hat']:.3f}"
              f" | {sum(r['stars_by_modes'][1:])} | {r['iterations']} | {r['processor_seconds']:.0f} s |")


if __name__ == "__main__":
    if len(sys.argv) < 3 or sys.argv[1] not in ("catalogue", "print"):
        raise SystemExit(__doc__)
    {"catalogue": catalogue, "print": tables}[sys.argv[1]](*sys.argv[2:])
