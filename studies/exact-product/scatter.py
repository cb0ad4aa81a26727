"""A group whose objects scatter: each object's function convolved with N(0, tau^2), as a polynomial again.

The sum of these polynomials beside dense quadrature of the same functions.
"""

import copy
import time

import numpy as np
from numpy.polynomial.hermite_e import hermegauss

from fit import DEPTH, fit_group, wide_noise
from grids import beside, grid, grid_moments, monomials
from groups import chosen, load_reference, parser

NODES, DENSE_NODES, DESIGN = 9, 25, 160


def quadrature(nodes):
    """Points and weights of N(0, 1) in two dimensions."""
    x, w = hermegauss(nodes)
    w = w / w.sum()
    return np.stack(np.meshgrid(x, x, indexing="ij"), -1).reshape(-1, 2), np.outer(w, w).ravel()


def convolved(fit, z, tau, rule, chunk=200):
    """log of the object's function convolved with N(0, tau^2), at z."""
    points, weights = rule
    found = np.empty(len(z))
    for start in range(0, len(z), chunk):
        around = (z[start:start + chunk, None] + tau * points).reshape(-1, 2)
        v = fit.value(around).reshape(-1, len(points))
        top = v.max(1, keepdims=True)
        found[start:start + chunk] = top[:, 0] + np.log(np.exp(v - top) @ weights)
    return found


def refit(fit, tau, design, rule):
    """The fit with coefficients of the convolved function, from fixed points of the object."""
    z = fit.mean + design @ np.linalg.inv(fit.whiten).T
    v = convolved(fit, z, tau, rule)
    root = 1 / np.sqrt(1 + ((v.max() - v) / DEPTH) ** 2)
    new = copy.copy(fit)
    new.c = np.linalg.lstsq(fit.basis(z) * root[:, None], v * root, rcond=None)[0]
    return new


def row(name, fits, tau, unit, start, covariance):
    """Prints one line of the table."""
    design, rule, dense = wide_noise(DESIGN, 8.0, 31, 0.02)[:, :2], quadrature(NODES), quadrature(DENSE_NODES)
    begin = time.process_time()
    new = [refit(f, tau, design, rule) for f in fits]
    cost = (time.process_time() - begin) / len(fits) * 1e3
    q = grid(-3, 3, 9)
    z = start + q @ np.linalg.cholesky(covariance + np.eye(2) * tau ** 2 / 50).T
    direct = sum(convolved(f, z, tau, dense) for f in fits)
    sums = sum(f.value(z) for f in new)
    prior = 0.5 * (z ** 2).sum(1)
    shift = beside(*grid_moments(q, sums - prior)[:2], *grid_moments(q, direct - prior)[:2])
    lost = (sums - direct)[(abs(q) < 1.1).all(1)].mean()
    print("%-12s tau %.2f shift %.2f %.2f sd, sd ratio %.2f %.2f, error of the log evidence %.2f, %.1f ms an object"
          % (name, tau * unit, *shift, lost, cost), flush=True)


def main():
    arguments = parser(__doc__.splitlines()[0])
    arguments.add_argument("--tau", type=float, nargs="*", default=[0.02, 0.05, 0.1],
                           help="scatter in the unit of the first parameter")
    arguments.add_argument("--objects", type=int, default=50, help="the first so many objects of each group")
    options = arguments.parse_args()
    bundle, groups = chosen(options)
    unit = bundle.sd[0]
    for name, (x, error) in groups.items():
        reference, fits = load_reference(options, name), fit_group(bundle, x, error)[:options.objects]
        for tau in options.tau:
            row(name, fits, tau / unit, unit, reference["mean"], 2 * reference["cov"])


if __name__ == "__main__":
    main()
