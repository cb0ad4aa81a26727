"""Hamiltonian Monte Carlo over the shared and all local parameters of a group, with jumps between a star's modes.

One iteration of a chain is
1. one trajectory in the noise (a, v): z = centre + S a, u_i = centre_i + F_i (z - centre) + L_i v_i. S is a root of the
   covariance of z, F_i the regression of the star's parameters on z, and L_i a root of their covariance beside it.
2. for each star alone some independent proposals of its local parameters from a mixture of Student densities around its
   modes and its moments, accepted by Metropolis and Hastings. Given z the stars are independent, so that this is exact.
"""

from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from modes import MODES

FREEDOM = 5.0
WIDTHS = (1.2, 3.0)  # of the proposals, the second for stars whose density has a long tail
JUMPS = 3  # of each star in an iteration
TRAJECTORY = 1.5
ACCEPTANCE = 0.8


class Whitening(NamedTuple):
    """Centre and roots of the noise: z [K], S [K, K], u [N, 4], F [N, 4, K], L and its inverse [N, 4, 4]."""

    z: jax.Array
    shared_root: jax.Array
    u: jax.Array
    follow: jax.Array
    local_root: jax.Array
    local_inverse: jax.Array

    def parameters(self, a, v):
        dz = a @ self.shared_root.T
        u = self.u + jnp.einsum("nij,cj->cni", self.follow, dz) + jnp.einsum("nij,cnj->cni", self.local_root, v)
        return self.z + dz, u

    def noise(self, z, u):
        dz = z - self.z
        du = u - self.u - jnp.einsum("nij,cj->cni", self.follow, dz)
        v = jnp.einsum("nij,cnj->cni", self.local_inverse, du)
        return jnp.linalg.solve(self.shared_root, dz.T).T, v


class Proposal(NamedTuple):
    """A mixture of M Student densities for each star: u [N, M, 4], F [N, M, 4, K], L and its inverse [N, M, 4, 4].

    share and log_scale (minus log det L) are [N, M].
    """

    z: jax.Array
    u: jax.Array
    follow: jax.Array
    root: jax.Array
    inverse: jax.Array
    share: jax.Array
    log_scale: jax.Array

    def centres(self, z):
        return self.u + jnp.einsum("nmij,cj->cnmi", self.follow, z - self.z)

    def draw(self, key, z):
        keys = jax.random.split(key, 3)
        stars, parts = self.share.shape
        part = jax.random.categorical(keys[0], jnp.log(self.share), shape=(len(z), stars))
        scale = jnp.sqrt(0.5 * FREEDOM / jax.random.gamma(keys[1], 0.5 * FREEDOM, (len(z), stars)))
        step = jax.random.normal(keys[2], (len(z), stars, self.u.shape[-1])) * scale[..., None]
        centre = jnp.take_along_axis(self.centres(z), part[..., None, None], 2)[:, :, 0]
        root = self.root[jnp.arange(stars)[None], part]
        return centre + jnp.einsum("cnij,cnj->cni", root, step)

    def log_density(self, z, u):
        """Without the constant that all components share."""
        d = u[:, :, None] - self.centres(z)
        t = jnp.einsum("nmij,cnmj->cnmi", self.inverse, d)
        log = self.log_scale - 0.5 * (FREEDOM + u.shape[-1]) * jnp.log1p((t ** 2).sum(-1) / FREEDOM)
        return jax.scipy.special.logsumexp(log, -1, self.share)


def laplace(fit):
    """Whitening from the best joint mode."""
    best = int(np.argmin(fit.f))
    zz, zu, uu = (np.asarray(a[best]) for a in (fit.by_zz, fit.by_zu, fit.by_uu))
    follow = -np.linalg.solve(uu, np.swapaxes(zu, -1, -2))
    schur = zz + np.einsum("nij,njk->ik", zu, follow)
    root = np.linalg.cholesky(np.linalg.inv(uu))
    return Whitening(np.asarray(fit.z[best]), np.linalg.cholesky(np.linalg.inv(schur)), np.asarray(fit.u[best]),
                     follow, root, np.linalg.inv(root))


def from_draws(z, u):
    """Whitening from draws z [S, K], u [S, N, 4]."""
    centre, middle = z.mean(0), u.mean(0)
    dz, du = z - centre, u - middle
    covariance = dz.T @ dz / len(z)
    follow = np.einsum("sni,sk->nik", du, dz) / len(z) @ np.linalg.inv(covariance)
    rest = du - np.einsum("nik,sk->sni", follow, dz)
    local = np.einsum("sni,snj->nij", rest, rest) / len(z) + 1e-8 * np.eye(u.shape[-1])
    root = np.linalg.cholesky(local)
    return Whitening(centre, np.linalg.cholesky(covariance), middle, follow, root, np.linalg.inv(root))


def proposal(modes, z, moments):
    """The mixture around the moments, in two widths, and the modes of each star, at shared parameters z."""
    parts = []
    for n, star in enumerate(modes):
        u = moments.u[n] + moments.follow[n] @ (z - moments.z)
        parts.append([(u, moments.follow[n], scale * moments.local_root[n]) for scale in WIDTHS])
        parts[n] += [(u, follow, WIDTHS[0] * np.linalg.cholesky(np.linalg.inv(h))) for u, h, follow in star]
    most = MODES + len(WIDTHS)  # whatever the stars have, so that groups of one size share what is compiled
    share = np.array([[1 / len(star)] * len(star) + [1e-300] * (most - len(star)) for star in parts])
    filled = [star + [star[0]] * (most - len(star)) for star in parts]
    u, follow, root = (np.array([[part[k] for part in star] for star in filled]) for k in range(3))
    return Proposal(np.asarray(z), u, follow, root, np.linalg.inv(root), share, -np.log(np.abs(np.linalg.det(root))))


class State(NamedTuple):
    z: jax.Array
    u: jax.Array
    key: jax.Array
    log_step: jax.Array


@partial(jax.jit, static_argnums=(0, 7))
def run(model, x, error, whitening, mixture, state, leapfrog, iterations, adapt):
    """Draws z [iterations, chains, K], u, the acceptance of trajectories and of each star's proposals.

    `leapfrog` 0 takes as many steps as the length of a trajectory needs. `adapt` moves the step size.
    """

    def potential(a, v):
        z, u = whitening.parameters(a, v)
        return model.log_density(x, error, z, u)

    def with_slopes(a, v):
        value, pull = jax.vjp(potential, a, v)
        return value, *pull(jnp.ones_like(value))

    def trajectory(key, z, u, log_step):
        keys = jax.random.split(key, 4)
        a, v = whitening.noise(z, u)
        p, q = jax.random.normal(keys[0], a.shape), jax.random.normal(keys[1], v.shape)
        step = jnp.exp(log_step) * jax.random.uniform(keys[2], minval=0.8, maxval=1.2)
        steps = jnp.where(leapfrog > 0, leapfrog, jnp.clip(jnp.ceil(TRAJECTORY / jnp.exp(log_step)), 3, 40))

        def energy(value, p, q):
            return value - 0.5 * (p ** 2).sum(-1) - 0.5 * (q ** 2).sum((-1, -2))

        def leap(_, s):
            a, v, p, q, value, by_a, by_v = s
            p, q = p + 0.5 * step * by_a, q + 0.5 * step * by_v
            a, v = a + step * p, v + step * q
            value, by_a, by_v = with_slopes(a, v)
            return a, v, p + 0.5 * step * by_a, q + 0.5 * step * by_v, value, by_a, by_v

        first = with_slopes(a, v)
        end = jax.lax.fori_loop(0, steps.astype(int), leap, (a, v, p, q, *first))
        change = energy(end[4], end[2], end[3]) - energy(first[0], p, q)
        change = jnp.where(jnp.isfinite(change), change, -jnp.inf)
        accepted = jnp.log(jax.random.uniform(keys[3], change.shape)) < change
        new_z, new_u = whitening.parameters(end[0], end[1])
        z = jnp.where(accepted[:, None], new_z, z)
        u = jnp.where(accepted[:, None, None], new_u, u)
        return z, u, jnp.minimum(1, jnp.exp(change)).mean()

    def jump(key, z, u):
        keys = jax.random.split(key)
        new = mixture.draw(keys[0], z)
        ratio = (model.log_density_of_stars(x, error, z, new) - mixture.log_density(z, new)
                 - model.log_density_of_stars(x, error, z, u) + mixture.log_density(z, u))
        accepted = jnp.log(jax.random.uniform(keys[1], ratio.shape)) < ratio
        return jnp.where(accepted[..., None], new, u), accepted.mean(0)

    def iteration(s, t):
        keys = jax.random.split(s.key, 2 + JUMPS)
        z, u, accepted = trajectory(keys[1], s.z, s.u, s.log_step)
        jumped = 0.0
        for key in keys[2:]:
            u, share = jump(key, z, u)
            jumped = jumped + share / JUMPS
        log_step = s.log_step + adapt * 0.5 * (t + 1.0) ** -0.5 * (accepted - ACCEPTANCE)
        return State(z, u, keys[0], log_step), (z, u.astype(jnp.float32), accepted, jumped)

    return jax.lax.scan(iteration, state, jnp.arange(iterations))
