#!/usr/bin/env python3
"""How often exact intervals of a scatter hold the truth, by size: normal objects, centres and scatters drawn from their
priors, the exact posterior on a fine grid. The intervals are right over the prior as a whole, not for each size of it.

    python3 studies/population/intervals.py [groups=4000]
"""

import sys

import numpy as np

# of a mock star of gce-tng with errors of 0.05 dex, in prior sd
OBJECT = np.array([[0.09, 0.105], [0.105, 0.16]])
SCALE, LARGEST = 0.5, 0.8  # of the half-normal prior of the scatter, in prior sd
FAMILIES = np.array([[1, 0], [0, 1], [1, 1]])
UNIT = 0.3  # dex in a prior sd
NODES = (np.arange(200) + 0.5) / 200 * LARGEST


def sizes(random, count):
    drawn = np.abs(random.normal(0, SCALE, 4 * count))
    return drawn[drawn < LARGEST][:count]


class Exact:
    """The posterior of a family and a scatter, given the mean and the scatter matrix of n objects."""

    def __init__(self, n):
        one = OBJECT + np.einsum("fi,k,ij->fkij", FAMILIES, NODES ** 2, np.eye(2))
        mean = np.eye(2) + one / n
        self.inverse, self.inverse_mean = np.linalg.inv(one), np.linalg.inv(mean)
        self.log = (-0.5 * (n - 1) * np.log(np.linalg.det(one)) - 0.5 * np.log(np.linalg.det(mean))
                    - 0.5 * (NODES / SCALE) ** 2)

    def probabilities(self, mean, scatter):
        """[family, node]"""
        log = (self.log - 0.5 * np.einsum("fkij,ji->fk", self.inverse, scatter)
               - 0.5 * np.einsum("fkij,i,j->fk", self.inverse_mean, mean, mean))
        p = np.exp(log - log.max())
        return p / p.sum()


def quantiles(p, parameter, levels):
    """Of the scatter of a parameter, which is 0 in the family of the other one."""
    weight = (FAMILIES[:, parameter, None] * p).sum(axis=0)
    below = 1 - weight.sum() + np.cumsum(weight)
    return [NODES[min(np.searchsorted(below, level), len(NODES) - 1)] if level > 1 - weight.sum() else 0.0
            for level in levels]


def main(groups):
    random = np.random.default_rng(7)
    print("| objects | scatter, dex | groups | in 68 % | in 95 % | mean / truth |")
    print("|---|---|---|---|---|---|")
    for n in (30, 100):
        rows, exact = [], Exact(n)
        for t in sizes(random, groups):
            family = FAMILIES[random.integers(len(FAMILIES))]
            objects = random.multivariate_normal(random.normal(size=2), OBJECT + np.diag(family * t * t), n)
            about = objects - objects.mean(axis=0)
            p = exact.probabilities(objects.mean(axis=0), about.T @ about)
            for i in np.flatnonzero(family):
                low, high, least, most = quantiles(p, i, (0.16, 0.84, 0.025, 0.975))
                mean = ((FAMILIES[:, i, None] * p).sum(axis=0) * NODES).sum()
                rows.append((UNIT * t, low <= t <= high, least <= t <= most, mean / t))
        rows = np.array(rows)
        for low, high in ((0, 0.24), (0, 0.04), (0.04, 0.08), (0.08, 0.16), (0.16, 0.2), (0.2, 0.24)):
            some = rows[(rows[:, 0] >= low) & (rows[:, 0] < high)]
            print(f"| {n} | {low} to {high} | {len(some)} | {some[:, 1].mean():.0%} | {some[:, 2].mean():.0%} "
                  f"| {some[:, 3].mean():.2f} |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 4000)
