"""The recommended fit as local functions and as one summed vector of coefficients, beside the reference."""

import numpy as np
from scipy.signal import convolve2d

from fit import SCALE, fit_group, total
from grids import compare, exponents, monomials, show, show_errors
from groups import chosen, load_reference, parser

DEGREE = 8
POWERS = exponents(DEGREE)
COLUMNS = ("local, continued", "local, polynomial", "one vector")


def _powers(constant, by_first, by_second):
    """Powers 0 to 8 of a linear function of z, as arrays of coefficients."""
    found = [np.ones((1, 1))]
    for _ in range(DEGREE):
        found.append(convolve2d(found[-1], [[constant, by_second], [by_first, 0]]))
    return found


def substitute(fit):
    """Coefficients of an object's polynomial in the coordinates z of the group."""
    matrix = fit.whiten / SCALE
    constant = -matrix @ fit.mean
    first, second = (_powers(constant[k], *matrix[k]) for k in range(2))
    found = np.zeros((DEGREE + 1, DEGREE + 1))
    for (i, j), c in zip(fit.powers, fit.c):
        found[:i + j + 1, :i + j + 1] += c * convolve2d(first[i], second[j])
    return np.array([found[i, j] for i, j in POWERS])


def main():
    options = parser(__doc__).parse_args()
    bundle, groups = chosen(options)
    print("%-12s" % "group", " | ".join("%-21s" % c for c in COLUMNS), "| lost digits, largest coefficient")
    rows = []
    for name, (x, error) in groups.items():
        reference, fits = load_reference(options, name), fit_group(bundle, x, error)
        vector = sum(substitute(f) for f in fits)

        def local(z):
            return sum(f.polynomial(z) for f in fits)

        def summed(z):
            return monomials(z, POWERS) @ vector

        rows.append([compare(f, reference) for f in (total(fits), local, summed)])
        lost = np.ptp(summed(reference["nodes"]) - local(reference["nodes"]))
        print("%-12s" % name, " | ".join(show(r) for r in rows[-1]),
              "| %.1e, %.0e" % (lost, abs(vector).max()), flush=True)
    show_errors(rows)


if __name__ == "__main__":
    main()
