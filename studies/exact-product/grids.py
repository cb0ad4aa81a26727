"""Moments of a density of two parameters, from an adaptive rotated grid."""

import numpy as np
from scipy.interpolate import RegularGridInterpolator


def grid(low, high, points):
    """Square grid as rows [points^2, 2]."""
    axis = np.linspace(low, high, points)
    return np.stack(np.meshgrid(axis, axis, indexing="ij"), -1).reshape(-1, 2)


def exponents(degree):
    """Exponents of all monomials of two variables up to a total degree."""
    return [(total - j, j) for total in range(degree + 1) for j in range(total + 1)]


def monomials(q, powers):
    """Monomials of q [..., 2] as [..., number of monomials]."""
    return np.stack([q[..., 0] ** i * q[..., 1] ** j for i, j in powers], -1)


def _surface(q, t, fine, degree, cut):
    """A polynomial through the upper nodes, seen on a finer grid and never far above the nodes. Also its rms error."""
    powers = exponents(degree)
    used, least = t > t.max() - cut, len(powers) + 6
    if used.sum() < least:
        used = t >= np.sort(t)[-least]
    v, weight = monomials(q, powers), np.exp(0.25 * np.maximum(t - t.max(), -cut))
    c = np.linalg.lstsq(v[used] * weight[used, None], t[used] * weight[used], rcond=None)[0]
    error = (v @ c - t)[t > t.max() - 5]
    side = int(round(np.sqrt(len(q))))
    axis = np.linspace(q.min(), q.max(), side)
    linear = RegularGridInterpolator((axis, axis), t.reshape(side, side))(fine)
    value = monomials(fine, powers) @ c
    value = np.where(linear > t.max() - cut + 2, value, np.minimum(linear, value))
    return np.minimum(value, t.max() + 2), np.sqrt((error ** 2).mean())


def grid_moments(q, t, degree=4, cut=16):
    """Mean, covariance, rms error of the polynomial and mass at the border of exp(t) at the nodes q of a grid."""
    fine = grid(q.min(), q.max(), 141)
    value, rms = _surface(q, t, fine, degree, cut)
    p = np.exp(value - value.max())
    p /= p.sum()
    mean = p @ fine
    covariance = (fine - mean).T @ ((fine - mean) * p[:, None])
    edge = p[(abs(abs(fine) - q.max()) < 1e-9).any(1)].sum() * 5
    return mean, covariance, rms, edge


def _settled(mean, covariance, edge):
    values = np.linalg.eigvalsh(covariance)
    return edge < 2e-3 and (abs(mean) < 1).all() and (values > 0.45).all() and (values < 1.7).all()


def integrate(log_density, mean, covariance, half=4.5, points=9, rounds=6):
    """Mean, covariance, rms error and border mass of a density; the grid follows the moments until they settle.

    log_density(nodes, round) gives the values at the nodes. The start is the given mean and covariance.
    """
    for step in range(rounds):
        root = np.linalg.cholesky(covariance)
        q = grid(-half, half, points)
        m, c, rms, edge = grid_moments(q, log_density(mean + q @ root.T, step))
        found = mean + root @ m, root @ c @ root.T
        if step >= 1 and _settled(m, c, edge):
            break
        widened = found[1] + (0.5 * covariance * (1 + edge) if edge > 0.02 else 0)
        mean, covariance = found[0], widened
    return *found, rms, edge


def with_prior(log_likelihood):
    """The posterior of a summed log likelihood, as integrate() wants it."""
    return lambda z, step: log_likelihood(z) - 0.5 * (z ** 2).sum(1)


def beside(mean, covariance, reference_mean, reference_covariance):
    """(mean - reference)/sd and the ratio of the sds, four numbers."""
    sd = np.sqrt(np.diag(reference_covariance))
    return np.concatenate([(mean - reference_mean) / sd, np.sqrt(np.diag(covariance)) / sd])


def compare(log_likelihood, reference):
    """A summed log likelihood beside the reference of its group; the search starts at the reference."""
    start = reference["mean"], reference["cov"]
    try:
        mean, covariance = integrate(with_prior(log_likelihood), start[0], start[1] * 1.3, points=17, rounds=8)[:2]
    except (np.linalg.LinAlgError, ValueError):
        return np.full(4, 99.0)
    return beside(mean, covariance, *start)


def show(numbers):
    """Four numbers of a table."""
    return "%5.2f %5.2f %.2f %.2f" % tuple(numbers)


def show_errors(rows):
    """The lines max and rms below a table: rows [groups][columns][4]."""
    deviation = np.array(rows) - [0, 0, 1, 1]
    for name, values in (("max", abs(deviation).max(0)), ("rms", np.sqrt((deviation ** 2).mean(0)))):
        print("%-12s" % name, " | ".join(show(v) for v in values), flush=True)
