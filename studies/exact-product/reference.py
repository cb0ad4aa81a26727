"""The exact product of the marginal likelihoods of a group, by brute force: the reference of all tables.

At each node the noise of the flow that gives the node's shared parameters is found; 256 draws of the flow's local
parameters then give the marginal likelihood. Objects for which that is poor are sampled with the emulator alone.
"""

import time
from pathlib import Path

import numpy as np

from bundle import SHARED, base_noise
from grids import grid, integrate, with_prior
from groups import chosen, parser
from importance import estimate, log_likelihood
from local_modes import laplace

DRAWS, FIRST_DRAWS = 256, 64
REPLACEMENT_DRAWS = 640


class SharedFlow:
    """z of one object as a function of the shared noise of the flow, and its inverse by Newton's method."""

    DIFFERENCE = 0.02

    def __init__(self, bundle, features):
        self.bundle, self.features = bundle, features

    def forward(self, noise):
        full = np.zeros((len(noise), 6), np.float32)
        full[:, :SHARED] = noise
        return self.bundle.standardise(self.bundle.posterior(self.features, full, ["theta"])["theta"][0])

    def _start(self, nodes):
        """Linear regression of the noise on z, not farther out than 9."""
        noise = base_noise(256)[:, :SHARED]
        rows = np.concatenate([np.ones((256, 1)), self.forward(noise)], 1)
        c = np.linalg.lstsq(rows, noise, rcond=None)[0]
        n = np.concatenate([np.ones((len(nodes), 1)), nodes], 1) @ c
        radius = np.sqrt((n ** 2).sum(1, keepdims=True))
        return n * np.minimum(1, 9 / np.maximum(radius, 1e-9))

    def _newton_step(self, n, nodes):
        """The step, at most 2.5 long, and the distance that is left."""
        h = self.DIFFERENCE
        z = self.forward(np.concatenate([n, n + [h, 0], n + [0, h]])).reshape(3, -1, 2)
        left = nodes - z[0]
        derivative = np.stack([(z[1] - z[0]) / h, (z[2] - z[0]) / h], 2) + 1e-9 * np.eye(2)
        step = np.linalg.solve(derivative, left[:, :, None])[:, :, 0]
        length = np.sqrt((step ** 2).sum(1))
        return step * np.minimum(1, 2.5 / np.maximum(length, 1e-9))[:, None], np.sqrt((left ** 2).sum(1))

    def inverse(self, nodes, steps=9):
        """Noise that gives the nodes, and how far it misses them."""
        n = self._start(nodes)
        best_n, best = n.copy(), np.full(len(nodes), np.inf)
        for _ in range(steps):
            step, left = self._newton_step(n, nodes)
            worse = left > best
            best_n[~worse], best = n[~worse], np.minimum(best, left)
            n = np.clip(best_n + np.where(worse[:, None], step * 0.3, step), -60, 60)
            if best.max() < 1e-4:
                break
        return best_n, best


def flow_log_likelihood(bundle, features, nodes, draws):
    """log L_i of one object at the nodes and its effective sample size (0 where the inversion failed)."""
    noise, missed = SharedFlow(bundle, features).inverse(nodes)
    local, per = base_noise(draws, 4, seed=3), max(1, 4096 // draws)
    value, size = np.empty(len(nodes)), np.empty(len(nodes))
    for start in range(0, len(nodes), per):
        b = slice(start, start + per)
        count = len(noise[b])
        full = np.concatenate([np.repeat(noise[b], draws, 0), np.tile(local, (count, 1))], 1).astype(np.float32)
        out = bundle.posterior(features, full, ["theta", "log_weight", "shared_log_prob"])
        prior = bundle.log_prior(bundle.standardise(out["theta"][0]))
        ratio = (out["log_weight"][0] + out["shared_log_prob"][0] - prior).reshape(count, draws)
        value[b], size[b] = estimate(ratio)
    return value, np.where(missed < 2e-3, size, 0)


class ReferenceProduct:
    """The summed log likelihood of a group. It keeps the values of its last call, by object."""

    def __init__(self, bundle, x, error):
        self.bundle, self.x, self.error = bundle, x, error
        self.features = bundle.features(x, error)

    def __call__(self, z, step):
        z = np.clip(z, -6, 6)
        draws, least = (DRAWS, 12) if step else (FIRST_DRAWS, 3)
        found = [flow_log_likelihood(self.bundle, self.features[i:i + 1], z, draws) for i in range(len(self.x))]
        self.value, self.size = (np.array([f[k] for f in found]) for k in range(2))
        poor = np.flatnonzero(np.percentile(self.size, 10, axis=1) < least)
        self.replaced = len(poor)
        if self.replaced:
            self._replace(poor, z)
        self.nodes = z
        return self.value.sum(0) - 0.5 * (z ** 2).sum(1)

    def _replace(self, poor, z):
        value, size = log_likelihood(self.bundle, self.x[poor], self.error[poor], z, REPLACEMENT_DRAWS)
        for k, i in enumerate(poor):
            if np.percentile(size[k], 10) > np.percentile(self.size[i], 10):
                self.value[i], self.size[i] = value[k], size[k]


def locate(bundle, x, error):
    """Mean and covariance of the group by Laplace's approximation, where the reference starts."""
    def total(z, top=2):
        return laplace(bundle, x, error, np.clip(z, -6, 6), top, 5).sum(0)

    coarse = grid(-4.5, 4.5, 19)
    start = coarse[(total(coarse, 1) - 0.5 * (coarse ** 2).sum(1)).argmax()]
    return integrate(with_prior(total), start, np.eye(2) * 0.15 ** 2)[:2]


def compute(bundle, name, x, error, folder):
    """Computes, prints and writes the reference of one group."""
    begin, product = time.time(), ReferenceProduct(bundle, x, error)
    mean, covariance, rms, edge = integrate(product, *locate(bundle, x, error), rounds=4)
    sd = np.sqrt(np.diag(covariance))
    np.savez(folder / f"{name}.npz", mean=mean, cov=covariance, nodes=product.nodes, value=product.value,
             size=product.size)
    print(name, "mean", (bundle.mean + bundle.sd * mean).round(4), "sd", (bundle.sd * sd).round(4),
          "rho %.2f rms of the quartic %.4f mass at the border %.0e" % (covariance[0, 1] / sd.prod(), rms, edge),
          "effective samples (0, 1, 10, 50 %)", np.percentile(product.size, [0, 1, 10, 50]).round(0),
          f"objects without the flow {product.replaced}, {time.time() - begin:.0f} s", flush=True)


def main():
    options = parser(__doc__.splitlines()[0]).parse_args()
    bundle, groups = chosen(options)
    folder = Path(options.references)
    folder.mkdir(exist_ok=True)
    for name, (x, error) in groups.items():
        compute(bundle, name, x, error, folder)


if __name__ == "__main__":
    main()
