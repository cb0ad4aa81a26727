"""The exact posteriors of the groups of shared-errors.sh beside those that the engine combined. README says how to run.

Given the shared parameters z the stars are independent. The local parameters u of each star are drawn by importance
sampling at the mean z0 of the group's posterior, without the flow: from modes, then from a mixture of Student
densities that is fitted to the weighted samples before. The same samples give each star's likelihood L at nodes about
z0, as the mean of p(x, u | z) / p(x, u | z0). A quadratic polynomial of the sum of log L and the prior is the group's
posterior: the nodes are within 1.5 of its standard deviations, where a star's likelihood hardly changes.
"""

import os

os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse  # noqa: E402
import csv  # noqa: E402
from functools import partial  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import NamedTuple  # noqa: E402

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402
import numpy as np  # noqa: E402

import modes  # noqa: E402
from model import Model  # noqa: E402

LEFT_OUT = {"OUT_OF_SUPPORT", "LOW_EFFECTIVE_SAMPLE_SIZE", "MODEL_MISFIT"}
SEARCHES = 12
CHUNK = 25  # stars at once
FREEDOM = 5.0
PARTS = 9  # of the mixture
DEFENSIVE = 0.05  # share of the local prior in the mixture
ROUNDS, DRAWS, LAST_DRAWS = 3, 1024, 2048
FITTED = 100  # effective samples that tempered weights leave
STEP = 1.5  # of the nodes, in standard deviations of the group
NODES = STEP * np.array([[1, 0], [-1, 0], [0, 1], [0, -1], [0.7, 0.7]])
FARTHEST = 8  # local parameters beyond have no weight


class Mixture(NamedTuple):
    """Student densities: mean [n, M, 4], root of the scale and its inverse [n, M, 4, 4], share [n, M]."""

    mean: jax.Array
    root: jax.Array
    inverse: jax.Array
    share: jax.Array

    def parts(self, u):
        """log density of each part [N, n, M] at u [N, n, 4], without the shares."""
        t = jnp.einsum("nmij,snmj->snmi", self.inverse, u[:, :, None] - self.mean)
        constant = (jax.scipy.special.gammaln((FREEDOM + 4) / 2) - jax.scipy.special.gammaln(FREEDOM / 2)
                    - 2 * jnp.log(FREEDOM * jnp.pi))
        scale = jnp.log(jnp.abs(jnp.diagonal(self.inverse, axis1=-2, axis2=-1))).sum(-1)
        return constant + scale - 0.5 * (FREEDOM + 4) * jnp.log1p((t ** 2).sum(-1) / FREEDOM)

    def log_density(self, u):
        of_parts = jax.scipy.special.logsumexp(self.parts(u) + jnp.log(self.share), -1)
        prior = -0.5 * (u ** 2).sum(-1) - 2 * jnp.log(2 * jnp.pi)
        return jnp.logaddexp(jnp.log(1 - DEFENSIVE) + of_parts, jnp.log(DEFENSIVE) + prior)

    def draw(self, key, count):
        keys = jax.random.split(key, 4)
        shape = (count, len(self.share))
        part = jax.random.categorical(keys[0], jnp.log(self.share), shape=shape)
        scale = jnp.sqrt(0.5 * FREEDOM / jax.random.gamma(keys[1], 0.5 * FREEDOM, shape))
        normal = jax.random.normal(keys[2], shape + (4,))
        star = jnp.arange(len(self.share))[None]
        drawn = self.mean[star, part] + jnp.einsum("snij,snj->sni", self.root[star, part], normal * scale[..., None])
        return jnp.where((jax.random.uniform(keys[3], shape) < DEFENSIVE)[..., None], normal, drawn)


def of_covariances(mean, covariance, share):
    root = jnp.linalg.cholesky(covariance)
    return Mixture(mean, root, jnp.linalg.inv(root), share)


def _weights(log_weight, power):
    w = jnp.exp(power * (log_weight - log_weight.max(0)))
    return w / w.sum(0)


def _tempered(log_weight):
    def shrink(_, power):
        effective = 1 / (_weights(log_weight, power) ** 2).sum(0)
        return jnp.where(effective < FITTED, 0.8 * power, power)

    return _weights(log_weight, jax.lax.fori_loop(0, 12, shrink, jnp.ones(log_weight.shape[1])))


def _fitted(mixture, u, w):
    """The mixture after some steps of expectation and maximisation with weighted samples."""
    middle = jnp.einsum("sn,sni->ni", w, u)
    d = u - middle
    pooled = jnp.einsum("sn,sni,snj->nij", w, d, d) + 1e-5 * jnp.eye(4)
    prior = 0.02

    def step(_, m):
        parts = m.parts(u) + jnp.log(m.share)
        r = w[..., None] * jax.nn.softmax(parts, -1)
        t = jnp.einsum("nmij,snmj->snmi", m.inverse, u[:, :, None] - m.mean)
        g = r * (FREEDOM + 4) / (FREEDOM + (t ** 2).sum(-1))
        mean = (jnp.einsum("snm,sni->nmi", g, u) + 1e-6 * m.mean) / (g.sum(0) + 1e-6)[..., None]
        d = u[:, :, None] - mean
        scatter = jnp.einsum("snm,snmi,snmj->nmij", g, d, d)
        covariance = (scatter + prior * 0.3 * pooled[:, None]) / (r.sum(0) + prior)[..., None, None]
        share = (r.sum(0) + 0.01) / (1 + 0.01 * PARTS)
        return of_covariances(mean, covariance, share)

    return jax.lax.fori_loop(0, 6, step, mixture)


@partial(jax.jit, static_argnums=0)
def of_stars(model, x, z0, scale, mixture, key):
    """log L(node) - log L(z0) of stars [nodes, n], the covariance of the errors of their slopes, effective samples.

    scale is the standard deviations of the group.
    """
    error = jnp.ones_like(x)

    def target(z, u):
        inside = (jnp.abs(u) < FARTHEST).all(-1)
        value = model.log_density_of_stars(x, error, jnp.broadcast_to(z, (len(u), 2)), jnp.clip(u, -FARTHEST, FARTHEST))
        return jnp.where(inside, value, -jnp.inf)

    for _ in range(ROUNDS):
        key, one = jax.random.split(key)
        u = mixture.draw(one, DRAWS)
        w = _tempered(target(z0, u) - mixture.log_density(u))
        mixture = _fitted(mixture, u, w)
    mixture = Mixture(mixture.mean, mixture.root * 1.05, mixture.inverse / 1.05, mixture.share)
    u = mixture.draw(key, LAST_DRAWS)
    first = target(z0, u)
    w = _weights(first - mixture.log_density(u), 1.0)

    def ratio(a):
        return jnp.where(first > -jnp.inf, target(z0 + scale * a, u) - first, 0.0)

    ratios = jax.lax.map(ratio, jnp.asarray(NODES))
    top = ratios.max(1, keepdims=True)
    log_l = jnp.log((w * jnp.exp(ratios - top)).sum(1)) + top[:, 0]
    slopes = jnp.stack([ratios[0] - ratios[1], ratios[2] - ratios[3]], -1) / (2 * STEP)
    d = slopes - jnp.einsum("sn,snk->nk", w, slopes)
    noise = jnp.einsum("sn,snj,snk->njk", w ** 2, d, d)
    return log_l, noise, 1 / (w ** 2).sum(0)


def first_mixture(model, x, z0, random):
    """Around the modes of each star."""
    z = np.tile(z0, (SEARCHES, 1))
    error = jnp.ones_like(x)
    fit = modes.star_modes(model, x, error, z, modes.starts(model, x, error, z, random))
    found = modes.distinct_modes(fit)
    mean = np.empty((len(x), PARTS, 4))
    covariance = np.empty((len(x), PARTS, 4, 4))
    for n, star in enumerate(found):
        for m in range(PARTS):
            u, h, _ = star[m // 3 if m // 3 < len(star) else 0]
            mean[n, m], covariance[n, m] = u, (1.0, 2.0, 4.0)[m % 3] ** 2 * np.linalg.inv(h)
    return of_covariances(jnp.asarray(mean), jnp.asarray(covariance), jnp.full((len(x), PARTS), 1 / PARTS))


def posterior(model, x, z0, scale, seed):
    """Offset of the exact mean from z0 [2] and its Monte Carlo error, exact sd, both over the sd of the engine.

    Then slopes of log L by z / sd at z0 of each star [n, 2], and effective samples [n].
    """
    mixture = first_mixture(model, x, z0, np.random.default_rng(seed))
    n = len(x)
    keep = np.resize(np.arange(n), -(-n // CHUNK) * CHUNK)  # stars of the beginning fill the last chunk
    parts = []
    for k, begin in enumerate(range(0, len(keep), CHUNK)):
        of = keep[begin:begin + CHUNK]
        some = Mixture(*(a[of] for a in mixture))
        parts.append(of_stars(model, x[of], jnp.asarray(z0), jnp.asarray(scale), some,
                              jax.random.PRNGKey(1000 * seed + k)))
    log_l = np.concatenate([np.asarray(p[0]) for p in parts], 1)[:, :n]
    noise = np.concatenate([np.asarray(p[1]) for p in parts])[:n]
    effective = np.concatenate([np.asarray(p[2]) for p in parts])[:n]
    prior = -0.5 * (((z0 + scale * NODES) ** 2).sum(1) - (z0 ** 2).sum())
    values = log_l.sum(1) + prior
    columns = np.column_stack([NODES, 0.5 * NODES[:, 0] ** 2, 0.5 * NODES[:, 1] ** 2, NODES.prod(1)])
    c = np.linalg.lstsq(columns, values, rcond=None)[0]
    covariance = np.linalg.inv(-np.array([[c[2], c[4]], [c[4], c[3]]]))
    error = covariance @ noise.sum(0) @ covariance
    slopes = np.column_stack([log_l[0] - log_l[1], log_l[2] - log_l[3]]) / (2 * STEP)
    return covariance @ c[:2], np.sqrt(np.diag(error)), np.sqrt(np.diag(covariance)), slopes, effective


def read(file):
    with open(file, newline="") as lines:
        return list(csv.DictReader(lines))


def stars(model, folder):
    """Whitened measurements [n, O] of the stars of each group that are not left out, and W."""
    out = {r["object"] for r in read(folder / "posteriors.csv") if LEFT_OUT & set(r["flags"].replace("|", " ").split())}
    found, errors = {}, None
    for row in read(folder / "stars.csv"):
        names = [o if o == "Fe_H" else o.replace("_Fe", "_H") for o in model.observables]
        errors = np.array([float(row[n + "_err"]) for n in names])
        if row["star"] not in out:
            found.setdefault(row["group"], []).append((row["star"], np.array([float(row[n]) for n in names]) / errors))
    # [X/H] = [X/Fe] + [Fe/H]
    whitening = np.eye(len(errors))
    whitening[:, model.observables.index("Fe_H")] = 1
    return found, whitening / errors[:, None]


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--bundle", required=True, help="folder with manifest.json and emulator.onnx")
    arguments.add_argument("--folder", required=True, type=Path, help="what shared-errors.sh kept")
    arguments.add_argument("--out", type=Path, help="a table of the stars, for each group")
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("groups", nargs="*", help="all if none is named")
    options = arguments.parse_args()
    model = Model(options.bundle)
    found, whitening = stars(model, options.folder)
    model = model.whitened(whitening)
    truth = {r["group"]: r for r in read(options.folder / "truth.csv")}
    rows = []
    print("group far z z exact_z exact_z off off error error sd_ratio sd_ratio ess_1% ess_median", flush=True)
    for row in read(options.folder / "groups.csv"):
        name = row["group"]
        if options.groups and name not in options.groups:
            continue
        mean, sd, true = (np.array([float(t[p + end]) for p in model.shared])
                          for t, end in ((row, "_mean"), (row, "_sd"), (truth[name], "")))
        x = jnp.asarray(np.array([v for _, v in found[name]]))
        z0, scale = (mean - model.mean) / model.sd, sd / model.sd
        move, error, ratio, slopes, effective = posterior(model, x, z0, scale, options.seed)
        middle = (true - model.mean) / model.sd
        z, exact, off = (mean - true) / sd, (mean + sd * move - true) / (sd * ratio), -move / ratio
        rows.append(np.concatenate([[np.linalg.norm(middle)], z, exact, off, -off * np.sign(middle), 1 / ratio]))
        print(name, *np.round([rows[-1][0], *z, *exact, *off, *(error / ratio), *(1 / ratio)], 3),
              *np.quantile(effective, [0.01, 0.5]).round(), flush=True)
        if options.out:
            options.out.mkdir(parents=True, exist_ok=True)
            with open(options.out / f"{name}.csv", "w") as lines:
                for (star, _), s, e in zip(found[name], slopes / scale, effective):
                    print(star, *s.round(5), round(float(e)), sep=",", file=lines)
    summary(np.array(rows))


def summary(rows):
    for low, high in ((0, 1), (1, 2), (2, 9), (0, 9)):
        r = rows[(rows[:, 0] >= low) & (rows[:, 0] < high)]
        if len(r):
            rms = np.sqrt((r ** 2).mean(0))
            print(f"{len(r)} groups {low} to {high} prior sd from the mean of the prior: rms z of the engine"
                  f" {rms[1:3].round(2)}, exact {rms[3:5].round(2)}; engine - exact in sd, rms {rms[5:7].round(2)},"
                  f" mean {r[:, 5:7].mean(0).round(2)}, towards the middle {r[:, 7:9].mean(0).round(2)};"
                  f" sd of the engine over exact sd {r[:, 9:11].mean(0).round(3)}")


if __name__ == "__main__":
    main()
