"""The most probable local parameters of objects at given shared parameters, and Laplace's approximation."""

import numpy as np
from scipy.special import ndtri
from scipy.stats import qmc

from bundle import LOG_2PI


class PriorTable:
    """Predictions of the emulator at nodes x draws of the local prior, as starts for the search."""

    def __init__(self, bundle, nodes, draws=256, seed=3):
        self.nodes, self.draws = nodes, draws
        self.u = np.clip(ndtri(qmc.Sobol(4, seed=seed).random(draws)), -2.6, 2.6)
        theta = bundle.theta(np.repeat(nodes, draws, 0), np.tile(self.u, (len(nodes), 1)))[0]
        y = bundle.emulator.predict(theta)
        self.products = np.concatenate([y ** 2, -2 * y], 1)
        self.square = (self.u ** 2).sum(1)

    def best(self, x, error, top):
        """The `top` draws of least chi-square plus prior: [objects, nodes, top, 4]."""
        found = np.empty((len(x), len(self.nodes), top, 4))
        for i, w in enumerate(1 / error ** 2):
            terms = self.products @ np.concatenate([w, w * x[i]]).astype(np.float32)
            terms = terms.reshape(-1, self.draws) + self.square
            if top == 1:
                found[i, :, 0] = self.u[terms.argmin(1)]
            else:
                found[i] = self.u[np.argpartition(terms, top, 1)[:, :top]]
        return found


def pairs(x, error, nodes):
    """Values, errors and nodes of all pairs of an object and a node."""
    return np.repeat(x, len(nodes), 0), np.repeat(error, len(nodes), 0), np.tile(nodes, (len(x), 1))


class _State:
    """Values, slopes and the function to minimise at the local parameters of all pairs."""

    NAMES = ("u", "y", "jacobian", "slope", "f")

    def __init__(self, bundle, x, error, z, u):
        theta, self.slope = bundle.theta(z, u)
        self.u = u
        self.y, self.jacobian = bundle.emulator.jacobian(theta)
        self.f = 0.5 * (((x - self.y) / error) ** 2).sum(1) + 0.5 * (u ** 2).sum(1)

    def scaled(self, error):
        return self.jacobian * self.slope[:, None, :] / error[:, :, None]

    def hessian(self, error):
        j = self.scaled(error)
        return np.einsum("nmi,nmj->nij", j, j) + np.eye(4)

    def take(self, other, where):
        for name in self.NAMES:
            getattr(self, name)[where] = getattr(other, name)[where]


def gauss_newton(bundle, x, error, z, u, steps):
    """Levenberg and Marquardt for all rows at once: u, the function, its Hessian."""
    state, damping = _State(bundle, x, error, z, u.copy()), np.full(len(x), 1e-2)
    for _ in range(steps):
        hessian = state.hessian(error)
        g = np.einsum("nmi,nm->ni", state.scaled(error), (x - state.y) / error) - state.u
        damped = hessian + damping[:, None, None] * np.einsum("nii->ni", hessian)[:, :, None] * np.eye(4)
        step = np.linalg.solve(damped, g[:, :, None])[:, :, 0]
        step *= np.minimum(1, 2 / np.maximum(np.sqrt((step ** 2).sum(1)), 1e-9))[:, None]
        trial = _State(bundle, x, error, z, np.clip(state.u + step, -6, 6))
        better = trial.f < state.f
        state.take(trial, better)
        damping = np.where(better, damping * 0.1, damping * 10)
    return state.u, state.f, state.hessian(error)


def laplace(bundle, x, error, nodes, top, steps):
    """Laplace's approximation of the log marginal likelihood: [objects, nodes]."""
    xs, errors, zs = pairs(x, error, nodes)
    starts, best = PriorTable(bundle, nodes).best(x, error, top), None
    for k in range(top):
        found = gauss_newton(bundle, xs, errors, zs, starts[:, :, k].reshape(-1, 4), steps)
        if best is None:
            best = found
            continue
        better = found[1] < best[1] - 1e-9
        for old, new in zip(best, found):
            old[better] = new[better]
    _, f, hessian = best
    value = -f - np.log(errors).sum(1) - 4 * LOG_2PI - 0.5 * np.linalg.slogdet(hessian)[1]
    return value.reshape(len(x), len(nodes))
