"""The recommended fit: log L_i of an object as a polynomial, by a gamma regression on samples of the flow.

Each sample gives r with E[exp r | z] = L_i(z). Bulk samples have the base noise of the engine, wide ones a shared
noise out to 8 standard deviations (10 for objects in tension). README and docs/notes/exact-product.md explain it.
"""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.special import ndtri
from scipy.stats import qmc

from bundle import base_noise
from grids import exponents, monomials
from importance import estimate

SCALE = 3.0          # the monomials are of q / 3
DEPTH = 8.0          # depth below the bulk at which the weight of a sample is a half
REACH, DEEPEST = 5.5, 400.0
BULK, WIDE, TENSION = 768, 256, 2048
WIDE_RADIUS, TENSION_RADIUS = 8.0, 10.0
TENSION_WEIGHT = 0.5
MOST_CHI_SQUARE, LEAST_SHARE = 15, 0.68


def wide_noise(samples, radius, seed, inner=0.05):
    """Noise [samples, 6]: the shared radius is uniform from inner x radius to radius, the local part N(0, 1)."""
    q = qmc.Sobol(6, seed=seed).random(samples)
    r, angle = radius * (inner + (1 - inner) * q[:, 0]), 2 * np.pi * q[:, 1]
    local = ndtri(np.clip(q[:, 2:], 1e-9, 1 - 1e-9))
    return np.concatenate([np.stack([r * np.cos(angle), r * np.sin(angle)], 1), local], 1).astype(np.float32)


@dataclass
class Samples:
    """Bulk samples and wide samples of one object: z and r, the log of an unbiased estimate of L_i(z)."""

    z: np.ndarray
    r: np.ndarray
    wide_z: np.ndarray
    wide_r: np.ndarray
    wide_radius: float
    wide_weight: float
    evidence: float
    tension: bool

    def fit(self, degree):
        return ObjectFit(self, degree)


def _points(bundle, out):
    z = bundle.standardise(out["theta"])
    return z, out["log_weight"].astype(float) + out["shared_log_prob"] - bundle.log_prior(z)


def draw(bundle, x, error, adaptive=True):
    """Samples of all objects of a group. Objects in tension get more and wider ones if `adaptive`."""
    features = bundle.features(x, error)
    bulk = bundle.posterior(features, base_noise(BULK))
    evidence, size = estimate(bulk["log_weight"].astype(float))
    tension = (bulk["chi_square"].min(1) > MOST_CHI_SQUARE) | (size / BULK < LEAST_SHARE)
    z, r = _points(bundle, bulk)
    wide = _points(bundle, bundle.posterior(features, wide_noise(WIDE, WIDE_RADIUS, 9)))
    sets = [(a, b, WIDE_RADIUS, 1.0) for a, b in zip(*wide)]
    if adaptive and tension.any():
        noise = wide_noise(TENSION, TENSION_RADIUS, 21)
        more = zip(*_points(bundle, bundle.posterior(features[tension], noise)))
        for i, (a, b) in zip(np.flatnonzero(tension), more):
            sets[i] = a, b, TENSION_RADIUS, TENSION_WEIGHT
    return [Samples(z[i], r[i], *sets[i], evidence[i], tension[i]) for i in range(len(x))]


def _score(d):
    """exp(d) - 1, linear above d = 1 and capped, so that no sample rules the fit."""
    return np.minimum(np.where(d < 1, np.exp(np.minimum(d, 1)) - 1, np.e * d - 1), 9)


def gamma_regression(basis, r, weight, steps=8):
    """Solves sum weight (exp(r - f) - 1) basis = 0 for f = basis c, by scoring with a fixed matrix."""
    finite = np.isfinite(r)
    basis, r, weight = basis[finite], r[finite], weight[finite]
    matrix = (basis * weight[:, None]).T @ basis
    matrix[np.diag_indices(len(matrix))] *= 1 + 1e-9
    factor = cho_factor(matrix)
    c = cho_solve(factor, basis.T @ (weight * r))
    for _ in range(steps):
        step = cho_solve(factor, basis.T @ (weight * _score(r - basis @ c)))
        c = c + step
        if np.sqrt(step @ matrix @ step / weight.sum()) < 1e-4:
            break
    return c


class ObjectFit:
    """log L_i as a polynomial in whitened coordinates q of the object's bulk samples."""

    def __init__(self, samples, degree):
        self.powers = exponents(degree)
        self.mean = samples.z.mean(0)
        self.whiten = np.linalg.inv(np.linalg.cholesky(np.cov(samples.z.T)))
        self.radius = 0.9 * samples.wide_radius
        self.evidence, self.tension = samples.evidence, samples.tension
        z, r = np.concatenate([samples.z, samples.wide_z]), np.concatenate([samples.r, samples.wide_r])
        depth = np.maximum(np.median(samples.r) + 1 - r, 0)
        weight = 1 / (1 + (depth / DEPTH) ** 2)
        weight[len(samples.z):] *= samples.wide_weight
        weight = np.where((abs(z) > REACH).any(1) | (depth > DEEPEST), 0, weight)
        self.c = gamma_regression(self.basis(z), r, weight)

    def coordinates(self, z):
        return (z - self.mean) @ self.whiten.T

    def basis(self, z):
        return monomials(self.coordinates(z) / SCALE, self.powers)

    def polynomial(self, z):
        """The polynomial everywhere."""
        return self.basis(z) @ self.c

    def _at(self, q):
        return monomials(q / SCALE, self.powers) @ self.c

    def value(self, z, step=0.15):
        """The polynomial inside the covered radius, a concave quadratic along the ray beyond it."""
        q = self.coordinates(z)
        r = np.sqrt((q ** 2).sum(-1))
        value = self._at(q * np.minimum(1, self.radius / np.maximum(r, 1e-9))[..., None])
        out = r > self.radius
        if out.any():
            ray, edge = q[out] / r[out, None], value[out]
            a, b = self._at(ray * (self.radius - 2 * step)), self._at(ray * (self.radius - step))
            slope = np.minimum((3 * edge - 4 * b + a) / (2 * step), -1)
            curvature = np.clip((edge - 2 * b + a) / step ** 2, -3, 0)
            t = r[out] - self.radius
            value[out] = edge + slope * t + 0.5 * curvature * t ** 2
        return value


def fit_group(bundle, x, error, degree=8):
    """The recommended fit of all objects of a group."""
    return [s.fit(degree) for s in draw(bundle, x, error)]


def total(fits):
    """The summed log likelihood of the fits, continued beyond the covered radius."""
    return lambda z: sum(f.value(z) for f in fits)
