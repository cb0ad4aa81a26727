"""Most probable parameters of a group and of its stars, by Levenberg and Marquardt from many starts."""

from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

MODES = 3  # of one star


class Fit(NamedTuple):
    """Parameters of each chain, half their chi-square with the prior, and blocks of the Gauss-Newton Hessian."""

    z: jax.Array
    u: jax.Array
    f: jax.Array
    of_star: jax.Array
    by_zz: jax.Array
    by_zu: jax.Array
    by_uu: jax.Array
    slope_z: jax.Array
    slope_u: jax.Array


def _fit(model, x, error, z, u):
    shared = z.shape[-1]
    r, j = model.linearised(x, error, z, u)
    jz, ju = j[..., :shared], j[..., shared:]
    of_star = 0.5 * ((r ** 2).sum(-1) + (u ** 2).sum(-1))
    return Fit(z, u, of_star.sum(-1) + 0.5 * (z ** 2).sum(-1), of_star,
               jnp.einsum("cnoi,cnoj->cij", jz, jz) + jnp.eye(shared),
               jnp.einsum("cnoi,cnoj->cnij", jz, ju),
               jnp.einsum("cnoi,cnoj->cnij", ju, ju) + jnp.eye(u.shape[-1]),
               jnp.einsum("cnoi,cno->ci", jz, r) - z, jnp.einsum("cnoi,cno->cni", ju, r) - u)


def _limited(step, limit):
    return step * jnp.minimum(1, limit / jnp.maximum(jnp.linalg.norm(step, axis=-1, keepdims=True), 1e-12))


def _damped(h, damping):
    return h + damping[..., None, None] * h * jnp.eye(h.shape[-1])


@partial(jax.jit, static_argnums=(0, 5))
def joint_modes(model, x, error, z, u, steps=40):
    """Maximises the joint density of each chain: the shared parameters by the Schur complement of the stars."""

    def step(_, state):
        fit, damping = state
        uu = _damped(fit.by_uu, jnp.broadcast_to(damping[:, None], fit.by_uu.shape[:2]))
        zu = jnp.linalg.solve(uu, jnp.swapaxes(fit.by_zu, -1, -2))
        schur = _damped(fit.by_zz, damping) - jnp.einsum("cnij,cnjk->cik", fit.by_zu, zu)
        slope = fit.slope_z - jnp.einsum("cnji,cnj->ci", zu, fit.slope_u)
        dz = _limited(jnp.linalg.solve(schur, slope[..., None])[..., 0], 1.0)
        right = fit.slope_u - jnp.einsum("cnij,ci->cnj", fit.by_zu, dz)
        du = _limited(jnp.linalg.solve(uu, right[..., None])[..., 0], 2.0)
        trial = _fit(model, x, error, fit.z + dz, jnp.clip(fit.u + du, -6, 6))
        return _better(trial, fit, trial.f < fit.f, damping)

    return jax.lax.fori_loop(0, steps, step, (_fit(model, x, error, z, u), jnp.full(len(z), 1e-2)))[0]


@partial(jax.jit, static_argnums=(0, 5))
def star_modes(model, x, error, z, u, steps=25):
    """Maximises the density of each star at given shared parameters."""

    def step(_, state):
        fit, damping = state
        du = jnp.linalg.solve(_damped(fit.by_uu, damping), fit.slope_u[..., None])[..., 0]
        trial = _fit(model, x, error, fit.z, jnp.clip(fit.u + _limited(du, 2.0), -6, 6))
        return _better(trial, fit, trial.of_star < fit.of_star, damping)

    return jax.lax.fori_loop(0, steps, step, (_fit(model, x, error, z, u), jnp.full(u.shape[:2], 1e-2)))[0]


OF_STARS = ("u", "of_star", "by_zu", "by_uu", "slope_u")


def _better(trial, fit, better, damping):
    """Takes what is better, chain by chain or, where `better` is [chains, stars], star by star."""
    names = fit._fields if better.ndim == 1 else OF_STARS

    def choose(new, old):
        return jnp.where(better.reshape(better.shape + (1,) * (new.ndim - better.ndim)), new, old)

    chosen = fit._replace(**{name: choose(getattr(trial, name), getattr(fit, name)) for name in names})
    return chosen, jnp.where(better, damping * 0.2, jnp.minimum(damping * 10, 1e6))


@partial(jax.jit, static_argnums=0)
def _scores(model, x, error, z, table):
    """Chi-square with the local prior of each star at each row of a table of local parameters: [rows, stars]."""
    u = jnp.broadcast_to(table[:, None], (len(table), 1, table.shape[1]))
    zero, one = jnp.zeros((1, x.shape[1])), jnp.ones((1, x.shape[1]))
    y = -model.residuals(zero, one, jnp.broadcast_to(z, (len(table), len(z))), u)
    return (((x - y) / error) ** 2).sum(-1) + (table ** 2).sum(-1)[:, None]


def starts(model, x, error, z, random, draws=512, best=8):
    """Local parameters [chains, stars, 4]: for each chain and star one of the `best` of `draws` of the prior."""
    table = np.clip(random.normal(size=(draws, len(model.local))), -2.6, 2.6)
    found = np.empty((len(z), len(x), table.shape[1]))
    for c, point in enumerate(z):
        order = np.argpartition(np.asarray(_scores(model, x, error, point, table)), best, 0)[:best]
        found[c] = table[order[random.integers(best, size=len(x)), np.arange(len(x))]]
    return found


def distinct_modes(fit, limit=10.0, most=MODES):
    """The modes of each star among the fits of the chains: star -> list of (u, Hessian, follow), best first.

    `follow` is how a mode moves with the shared parameters. A mode that is worse by more than `limit` is left out.
    """
    f, u, h, zu = (np.asarray(a) for a in (fit.of_star, fit.u, fit.by_uu, fit.by_zu))
    found = []
    for n in range(f.shape[1]):
        modes = []
        for c in np.argsort(f[:, n]):
            if f[c, n] > f[:, n].min() + limit or len(modes) == most:
                break
            if all((d := u[c, n] - m[0]) @ m[1] @ d > 4 and d @ h[c, n] @ d > 4 for m in modes):
                modes.append((u[c, n], h[c, n], np.clip(-np.linalg.solve(h[c, n], zu[c, n].T), -8, 8)))
        found.append(modes)
    return found
