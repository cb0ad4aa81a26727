"""The exact product, the product without objects in tension, and the robust mixture, beside the truth.

The mixture gives each object the density (1 - eps) L_i(z) / Z_i + eps with its evidence Z_i; eps is averaged over a
few values by the evidence of the group.
"""

import numpy as np

from fit import fit_group, total
from grids import grid
from groups import chosen, parser, truth

EPS = (0.003, 0.01, 0.03, 0.1)


def robust(fits, eps):
    """The summed log density of the mixture."""
    return lambda z: sum(np.logaddexp(np.log1p(-eps) + f.value(z) - f.evidence, np.log(eps)) for f in fits)


def moments(log_likelihood, centre, half, points=61):
    """Mean, covariance and log evidence from a grid that closes in on the density."""
    for _ in range(4):
        z = centre + grid(-half, half, points)
        t = log_likelihood(z) - 0.5 * (z ** 2).sum(1)
        w = np.exp(t - t.max())
        evidence = t.max() + np.log(w.sum() * (2 * half / (points - 1)) ** 2)
        w /= w.sum()
        mean = w @ z
        covariance = (z - mean).T @ ((z - mean) * w[:, None])
        sd = np.sqrt(np.diag(covariance)).max()
        centre, half = mean, max(5 * sd, 0.3 * half) if sd > half / points else half * 0.3
    return mean, covariance, evidence


def averaged(found):
    """Mean and covariance over eps, and the weight of each eps."""
    log_evidence = np.array([f[2] for f in found])
    p = np.exp(log_evidence - log_evidence.max())
    p /= p.sum()
    mean = sum(q * f[0] for q, f in zip(p, found))
    covariance = sum(q * (f[1] + np.outer(f[0] - mean, f[0] - mean)) for q, f in zip(p, found))
    return mean, covariance, p


def _column(mean, covariance, true, bundle):
    sd = np.sqrt(np.diag(covariance))
    return "z %5.1f %5.1f sd %.3f %.3f" % (*((mean - true) / sd), *(bundle.sd * sd))


def main():
    options = parser(__doc__.splitlines()[0]).parse_args()
    bundle, groups = chosen(options)
    print("group | exact product | objects in tension left out | mixture | weights of eps", EPS, "| in tension")
    for name, (x, error) in groups.items():
        fits, true, half = fit_group(bundle, x, error), truth(name, bundle), 0.6 if len(x) >= 100 else 1.5
        agreeing = [f for f in fits if not f.tension]
        columns = [moments(total(f), true, half)[:2] for f in (fits, agreeing)]
        mean, covariance, p = averaged([moments(robust(fits, eps), true, half) for eps in EPS])
        columns.append((mean, covariance))
        print("%-12s" % name, " | ".join(_column(*c, true, bundle) for c in columns), "|", p.round(2), "|",
              len(fits) - len(agreeing), flush=True)


if __name__ == "__main__":
    main()
