"""The polynomial of today's engine: degree 6 through the flow's density, corrected by a cubic from the weights.

A port of SharedDensityFit without the fallback of the group to GAUSSIAN.
"""

import numpy as np

from bundle import base_noise
from grids import exponents, monomials
from importance import estimate

SAMPLES, DEGREE, CORRECTION = 1024, 6, 3
LEAST_SIZE, LONGEST = 10, 3


def _correction(columns, weight):
    """Coefficients of the cubic whose exponential gives the samples their weighted moments, or None."""
    want, c = weight @ columns, np.zeros(columns.shape[1])
    covariance = np.cov(columns.T, bias=True)
    for _ in range(12):
        p = np.exp(columns @ c - (columns @ c).max())
        p /= p.sum()
        mean = p @ columns
        hessian = (columns * p[:, None]).T @ columns - np.outer(mean, mean)
        try:
            step = np.linalg.solve(hessian, want - mean)
        except np.linalg.LinAlgError:
            return None
        length = np.sqrt(max(0, step @ covariance @ step))
        c = c + min(1, 1 / max(length, 1e-12)) * step
        if length < 1e-5:
            return c if np.sqrt(c @ covariance @ c) <= LONGEST else None
    return None


class TodayFit:
    """One object's polynomial of log posterior / prior."""

    def __init__(self, z, log_ratio, log_weight):
        self.mean = z.mean(0)
        self.whiten = np.linalg.inv(np.linalg.cholesky(np.cov(z.T, bias=True)))
        self.powers = exponents(DEGREE)
        v = self._basis(z)
        matrix = v.T @ v
        matrix[np.diag_indices(len(matrix))] *= 1 + 1e-10
        self.c = np.linalg.solve(matrix, v.T @ (log_ratio - log_ratio.mean()))
        if estimate(log_weight)[1] >= LEAST_SIZE:
            columns, weight = v[:, 1:len(exponents(CORRECTION))], np.exp(log_weight - log_weight.max())
            correction = _correction(columns, weight / weight.sum())
            if correction is not None:
                self.c[1:1 + len(correction)] += correction

    def _basis(self, z):
        return monomials((z - self.mean) @ self.whiten.T, self.powers)

    def polynomial(self, z):
        return self._basis(z) @ self.c


def samples(bundle, x, error):
    """z, log ratio of the flow's density to the prior, and log weight of the samples of each object."""
    out = bundle.posterior(bundle.features(x, error), base_noise(SAMPLES))
    z = bundle.standardise(out["theta"])
    return list(zip(z, out["shared_log_prob"] - bundle.log_prior(z), out["log_weight"].astype(float)))


def fit_group(bundle, x, error):
    """Today's fit of all objects of a group."""
    return [TodayFit(*s) for s in samples(bundle, x, error)]
