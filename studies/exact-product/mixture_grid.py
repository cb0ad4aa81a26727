"""How fine a global grid must be to hold the robust mixture: cubic splines on it beside the direct sum."""

import numpy as np
from scipy.interpolate import RectBivariateSpline

from fit import fit_group
from grids import beside, grid, integrate, show, with_prior
from groups import chosen, parser, truth
from mixture import robust

PATCH = 17


def on_grid(log_likelihood, mean, points, half=4.5):
    """The log likelihood by a cubic spline on the part of the global grid around the mean."""
    axis = np.linspace(-half, half, points)
    first = np.clip(np.searchsorted(axis, mean) - 8, 0, points - PATCH)
    a, b = (axis[i:i + PATCH] for i in first)
    nodes = np.stack(np.meshgrid(a, b, indexing="ij"), -1).reshape(-1, 2)
    spline = RectBivariateSpline(a, b, log_likelihood(nodes).reshape(PATCH, PATCH), s=0)

    def value(z):
        outside = (z < [a[0], b[0]]).any(1) | (z > [a[-1], b[-1]]).any(1)
        return np.where(outside, -1e6, spline.ev(z[:, 0], z[:, 1]))

    return value


def moments(log_likelihood, mean, covariance):
    return integrate(with_prior(log_likelihood), mean, covariance, points=17, rounds=8)[:2]


def start(log_likelihood, near, objects):
    """The best point of a grid around the given one, and a covariance of a typical size."""
    z = near + grid(-1.2, 1.2, 41) * max(0.08, 1 / np.sqrt(objects))
    best = z[(log_likelihood(z) - 0.5 * (z ** 2).sum(1)).argmax()]
    return best, np.eye(2) * 0.27 / objects


def main():
    arguments = parser(__doc__)
    arguments.add_argument("--eps", type=float, default=0.02)
    arguments.add_argument("--points", type=int, nargs="*", default=[46, 61, 91])
    options = arguments.parse_args()
    bundle, groups = chosen(options)
    print("group", " | ".join(f"{m} x {m}" for m in options.points))
    for name, (x, error) in groups.items():
        sums = robust(fit_group(bundle, x, error), options.eps)
        direct = moments(sums, *start(sums, truth(name, bundle), len(x)))
        row = [beside(*moments(on_grid(sums, direct[0], m), *direct), *direct) for m in options.points]
        print("%-12s" % name, " | ".join(show(r) for r in row), flush=True)


if __name__ == "__main__":
    main()
