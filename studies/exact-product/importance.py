"""The marginal likelihood of single objects by importance sampling with the emulator alone, without the flow.

Local modes give a first mixture of Student densities, its samples an adapted component, all samples the estimate.
"""

import numpy as np
from scipy.special import gammaln, logsumexp, ndtri
from scipy.stats import chi2, qmc

from bundle import LOG_2PI
from local_modes import PriorTable, gauss_newton, pairs

FREEDOM = 5.0
PAIRS_AT_ONCE = 150000


class Student:
    """Multivariate Student densities, one for each row, with their precisions."""

    def __init__(self, mean, precision, scale):
        self.mean, self.precision, self.scale = mean, precision, scale

    def rows(self, b):
        return Student(self.mean[b], self.precision[b], self.scale)

    def draw(self, samples, seed):
        q = qmc.Sobol(5, seed=seed).random(samples)
        step = ndtri(q[:, :4]) * np.sqrt(FREEDOM / chi2.ppf(q[:, 4], FREEDOM))[:, None] * self.scale
        root = np.linalg.inv(np.linalg.cholesky(self.precision))
        return self.mean[:, None] + np.einsum("nji,sj->nsi", root, step)

    def log_density(self, u):
        constant = gammaln((FREEDOM + 4) / 2) - gammaln(FREEDOM / 2) - 2 * np.log(FREEDOM * np.pi)
        t = np.einsum("nsi,nij->nsj", u - self.mean[:, None], np.linalg.cholesky(self.precision))
        square = (t ** 2).sum(2) / self.scale ** 2
        log_root = 0.5 * np.linalg.slogdet(self.precision)[1][:, None]
        return constant - (FREEDOM + 4) / 2 * np.log1p(square / FREEDOM) - 4 * np.log(self.scale) + log_root


def _two_modes(bundle, xs, errors, zs, starts, steps):
    """The best mode of each row and the farthest other one that is not much worse."""
    runs = [gauss_newton(bundle, xs, errors, zs, starts[:, :, k].reshape(-1, 4), steps if k < 2 else 5)
            for k in range(starts.shape[2])]
    u, f, hessian = (np.array([r[k] for r in runs]) for k in range(3))
    row, first = np.arange(len(xs)), f.argmin(0)
    distance = ((u - u[first, row]) ** 2).sum(2)
    second = np.where(f - f.min(0) < 6, distance, -1).argmax(0)
    return (u[first, row], hessian[first, row]), (u[second, row], hessian[second, row])


def _log_target(bundle, x, error, z, u):
    """log of likelihood times local prior of u [rows, samples, 4]."""
    rows, samples = u.shape[:2]
    theta = bundle.theta(np.repeat(z, samples, 0), u.reshape(-1, 4))[0]
    y = bundle.emulator.predict(theta).reshape(rows, samples, -1)
    log_likelihood = -0.5 * (((x[:, None] - y) / error[:, None]) ** 2).sum(2) - np.log(error).sum(1)[:, None]
    return log_likelihood - 0.5 * (u ** 2).sum(2) - 6 * LOG_2PI


def _log_mixture(u, parts):
    return logsumexp([np.log(share) + part.log_density(u) for share, part in parts], 0)


def _adapted(u, log_weight):
    """One component with the weighted moments, tempered until no single sample makes them."""
    power = np.ones(len(log_weight))
    for _ in range(6):
        w = np.exp((log_weight - log_weight.max(1, keepdims=True)) * power[:, None])
        power = np.where(w.sum(1) ** 2 / (w ** 2).sum(1) < 15, power * 0.7, power)
    w = np.exp((log_weight - log_weight.max(1, keepdims=True)) * power[:, None])
    w /= w.sum(1, keepdims=True)
    mean = np.einsum("ns,nsi->ni", w, u)
    d = u - mean[:, None]
    covariance = np.einsum("ns,nsi,nsj->nij", w, d, d) + 1e-3 * np.eye(4)
    return Student(mean, np.linalg.inv(covariance), 1.1)


def estimate(log_ratio):
    """log of the mean of exp(log_ratio) over the last axis, and the effective sample size."""
    top = log_ratio.max(-1, keepdims=True)
    w = np.exp(log_ratio - top)
    return top[..., 0] + np.log(w.mean(-1)), w.sum(-1) ** 2 / (w ** 2).sum(-1)


def _sample(bundle, x, error, z, first, samples, seed):
    few, rest = samples // 8, samples // 2
    u = np.concatenate([part.draw(few, seed + 11 + k) for k, part in enumerate(first)], 1)
    log_target = _log_target(bundle, x, error, z, u)
    adapted = _adapted(u, log_target - _log_mixture(u, [(1 / 3, part) for part in first]))
    u2 = adapted.draw(rest, seed + 21)
    log_target = np.concatenate([log_target, _log_target(bundle, x, error, z, u2)], 1)
    total = 3 * few + rest
    parts = [(few / total, part) for part in first] + [(rest / total, adapted)]
    return estimate(log_target - _log_mixture(np.concatenate([u, u2], 1), parts))


def log_likelihood(bundle, x, error, nodes, samples, seed=0, top=4, steps=8):
    """log L_i at the nodes and its effective sample size, both [objects, nodes]."""
    xs, errors, zs = pairs(x, error, nodes)
    starts = PriorTable(bundle, nodes).best(x, error, top)
    (u1, h1), (u2, h2) = _two_modes(bundle, xs, errors, zs, starts, steps)
    first = [Student(u1, h1, 1.3), Student(u2, h2, 1.3), Student(u1, h1, 2.5)]
    value, size, rows = np.empty(len(xs)), np.empty(len(xs)), max(1, PAIRS_AT_ONCE // samples)
    for start in range(0, len(xs), rows):
        b = slice(start, start + rows)
        part = [s.rows(b) for s in first]
        value[b], size[b] = _sample(bundle, xs[b], errors[b], zs[b], part, samples, seed)
    shape = len(x), len(nodes)
    return value.reshape(shape), size.reshape(shape)
