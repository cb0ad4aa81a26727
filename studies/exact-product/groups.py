"""The groups of the study, by name, and the arguments that all scripts share. README explains the names."""

import argparse
import csv
from fnmatch import fnmatch
from pathlib import Path

import numpy as np

from bundle import Bundle

TRUTH = {"A": (-2.3, -2.89), "B": (-2.45, -2.75), "E": (-2.8, -2.45), "W": (-2.3, -2.89)}


def read(file, observables, group=None):
    """Values and errors of the objects of a table, or of one of its groups."""
    with open(file, newline="") as lines:
        rows = [r for r in csv.DictReader(lines) if group is None or r["group"] == group]
    value = [[float(r[o]) for o in observables] for r in rows]
    error = [[float(r[o + "_err"]) for o in observables] for r in rows]
    return np.array(value), np.array(error)


def contaminate(x, dex, count, seed):
    """Moves one random abundance of `count` random objects by `dex` up or down."""
    random, x = np.random.default_rng(seed), x.copy()
    for i in random.choice(len(x), count, replace=False):
        x[i, random.integers(x.shape[1])] += dex * random.choice([-1, 1])
    return x


def _clean(name, x, e):
    yield f"{name}100", x[:100], e[:100]
    for k in range(4):
        yield f"{name}10.{k}", x[10 * k:10 * k + 10], e[10 * k:10 * k + 10]


def _contaminated(name, x, e):
    for k in range(2):
        part, error = x[100 + 100 * k:200 + 100 * k], e[:100]
        yield f"{name}100c2x.5.{k}", contaminate(part, 0.5, 2, 10 + k), error
        yield f"{name}100c5x.5.{k}", contaminate(part, 0.5, 5, 20 + k), error
        yield f"{name}100c2x1.{k}", contaminate(part, 1.0, 2, 30 + k), error
    for k in range(4):
        yield f"{name}10c2x.5.{k}", contaminate(x[300 + 10 * k:310 + 10 * k], 0.5, 2, 40 + k), e[:10]
        yield f"{name}20c1x.5.{k}", contaminate(x[300 + 20 * k:320 + 20 * k], 0.5, 1, 60 + k), e[:20]


def all_groups(data, observables):
    """name -> (values, errors). The folder holds mock.csv, wrong.csv and, if there is one, tng.csv."""
    data, found = Path(data), []
    for name, file in (("A", "mock.csv"), ("B", "mock.csv"), ("E", "mock.csv"), ("W", "wrong.csv")):
        x, e = read(data / file, observables, name)
        found += _clean(name, x, e)
        if name in "AB":
            found += _contaminated(name, x, e)
    if (data / "tng.csv").exists():
        x, e = read(data / "tng.csv", observables)
        found += [("T100", x[:100], e[:100]), ("T10", x[:10], e[:10])]
    return {name: (x, e) for name, x, e in found}


def truth(name, bundle):
    """True shared parameters of a mock group, standardised."""
    return (np.array(TRUTH[name[0]]) - bundle.mean) / bundle.sd


def parser(description):
    """Arguments of all scripts."""
    arguments = argparse.ArgumentParser(description=description)
    arguments.add_argument("--bundle", required=True, help="folder of the bundle")
    arguments.add_argument("--data", required=True, help="folder with mock.csv, wrong.csv and perhaps tng.csv")
    arguments.add_argument("--references", default="references", help="folder of what reference.py wrote")
    arguments.add_argument("groups", nargs="+", help="names of groups, with * and ?")
    return arguments


def chosen(options):
    """The bundle and the groups that the arguments name: smaller ones first, then by name."""
    bundle = Bundle(options.bundle)
    groups = all_groups(options.data, bundle.observables)
    names = [k for k in groups if any(fnmatch(k, pattern) for pattern in options.groups)]
    if not names:
        raise SystemExit("no group has such a name")
    return bundle, {k: groups[k] for k in sorted(names, key=lambda k: (len(groups[k][0]), k))}


def load_reference(options, name):
    """What reference.py wrote of a group."""
    file = Path(options.references) / f"{name}.npz"
    if not file.exists():
        raise SystemExit(f"{file} is missing: run reference.py for {name}")
    return np.load(file)
