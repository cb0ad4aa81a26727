"""Hamiltonian Monte Carlo over the shared and all local parameters of a group, beside the reference.

It uses the emulator alone. Shared noise a and local noise v are whitened by the reference's covariance, the local
modes and their dependence on the shared parameters.
"""

import numpy as np

from groups import chosen, load_reference, parser
from local_modes import PriorTable, gauss_newton, pairs


class GroupDensity:
    """Log posterior of all parameters of a group and its gradient, for many chains at once."""

    def __init__(self, bundle, x, error):
        self.bundle, self.x, self.error = bundle, x, error

    def __call__(self, z, u):
        """z [chains, 2], u [chains, objects, 4] -> log density, gradients by z and by u."""
        chains, objects = u.shape[:2]
        theta, slope = self.bundle.theta(np.repeat(z, objects, 0), u.reshape(-1, 4))
        x, error = np.tile(self.x, (chains, 1)), np.tile(self.error, (chains, 1))
        y, g = self.bundle.emulator.gradient(theta, lambda y: (x - y) / error ** 2)
        square = (((x - y) / error) ** 2).sum(1).reshape(chains, objects).sum(1)
        by_z = (g[:, :2] * self.bundle.sd).reshape(chains, objects, 2).sum(1) - z
        by_u = (g[:, 2:] * slope).reshape(chains, objects, 4) - u
        return -0.5 * (square + (u ** 2).sum((1, 2)) + (z ** 2).sum(1)), by_z, by_u


class Whitened:
    """The density of the noise (a, v)."""

    def __init__(self, bundle, x, error, mean, covariance):
        self.density, self.mean = GroupDensity(bundle, x, error), mean
        xs, errors, zs = pairs(x, error, mean[None])
        start = PriorTable(bundle, mean[None]).best(x, error, 2)[:, :, 0].reshape(-1, 4)
        self.u, _, hessian = gauss_newton(bundle, xs, errors, zs, start, 12)
        self.shared_root = np.linalg.cholesky(covariance)
        self.local_root = np.transpose(np.linalg.inv(np.linalg.cholesky(hessian)), (0, 2, 1))
        self.follow = np.zeros((len(x), 4, 2))
        for j, step in enumerate(0.02 * np.eye(2)):
            up, down = (gauss_newton(bundle, xs, errors, zs + s, self.u, 6)[0] for s in (step, -step))
            self.follow[:, :, j] = np.clip((up - down) / 0.04, -8, 8)

    def shared(self, a):
        return self.mean + a @ self.shared_root.T

    def __call__(self, a, v):
        z = self.shared(a)
        u = self.u + np.einsum("nij,cnj->cni", self.local_root, v)
        u = u + np.einsum("nij,cj->cni", self.follow, z - self.mean)
        value, by_z, by_u = self.density(z, u)
        by_z = by_z + np.einsum("cni,nij->cj", by_u, self.follow)
        return value, by_z @ self.shared_root, np.einsum("cni,nij->cnj", by_u, self.local_root)


def _energy(value, p, q):
    return value - 0.5 * (p ** 2).sum(1) - 0.5 * (q ** 2).sum((1, 2))


def _trajectory(target, state, p, q, step, leapfrog):
    """Leapfrog steps of noise (a, v) with momenta (p, q). A state is a, v, log density and both gradients."""
    a, v, value, by_a, by_v = state
    for _ in range(leapfrog):
        p, q = p + 0.5 * step * by_a, q + 0.5 * step * by_v
        a, v = a + step * p, v + step * q
        value, by_a, by_v = target(a, v)
        p, q = p + 0.5 * step * by_a, q + 0.5 * step * by_v
    return (a, v, value, by_a, by_v), p, q


def _choose(accepted, new, old):
    shape = (len(accepted),) + (1,) * (new.ndim - 1)
    return np.where(accepted.reshape(shape), new, old)


def sample(target, objects, options):
    """Draws of z [steps, chains, 2], acceptance and step size."""
    random, step, draws, accepted = np.random.default_rng(options.seed), 0.1, [], 0
    a, v = random.normal(size=(options.chains, 2)), random.normal(size=(options.chains, objects, 4))
    state = (a, v, *target(a, v))
    for t in range(options.warm_up + options.steps):
        p, q = random.normal(size=a.shape), random.normal(size=v.shape)
        before = _energy(state[2], p, q)
        new, p, q = _trajectory(target, state, p, q, step * random.uniform(0.7, 1.3), options.leapfrog)
        after = _energy(new[2], p, q)
        ok = (np.log(random.uniform(size=options.chains)) < after - before) & np.isfinite(after)
        state = tuple(_choose(ok, n, o) for n, o in zip(new, state))
        if t < options.warm_up:
            step *= np.exp(0.1 * (ok.mean() - 0.8))
        else:
            draws.append(target.shared(state[0]))
            accepted += ok.mean() / options.steps
    return np.array(draws), accepted, step


def report(name, draws, reference, accepted, step):
    """Mean and sd of the chains beside the reference, in its sd."""
    unit, half = np.sqrt(np.diag(reference["cov"])), len(draws) // 2
    error = draws.mean(0).std(0) / np.sqrt(draws.shape[1])
    halves = draws[:half].mean((0, 1)) - draws[half:].mean((0, 1))
    print(name, "HMC - reference", ((draws.mean((0, 1)) - reference["mean"]) / unit).round(3), "+-",
          (error / unit).round(3), "sd ratio", (draws.std((0, 1)) / unit).round(3), "first - second half",
          (halves / unit).round(2), "accepted %.2f step %.3f" % (accepted, step), flush=True)


def main():
    arguments = parser(__doc__.splitlines()[0])
    for option, default in (("chains", 48), ("warm-up", 150), ("steps", 350), ("leapfrog", 12), ("seed", 0)):
        arguments.add_argument(f"--{option}", type=int, default=default)
    options = arguments.parse_args()
    bundle, groups = chosen(options)
    for name, (x, error) in groups.items():
        reference = load_reference(options, name)
        target = Whitened(bundle, x, error, reference["mean"], reference["cov"])
        draws, accepted, step = sample(target, len(x), options)
        report(name, draws, reference, accepted, step)


if __name__ == "__main__":
    main()
