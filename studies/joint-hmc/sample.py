"""Samples the shared and all local parameters of groups and writes a JSON file for each. README says how to run it."""

import os

os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse  # noqa: E402
import json  # noqa: E402
import time  # noqa: E402
from pathlib import Path  # noqa: E402

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402
import numpy as np  # noqa: E402

import diagnostics  # noqa: E402
import modes  # noqa: E402
import sampler  # noqa: E402
import shared  # noqa: E402
from model import Model  # noqa: E402
from stars import group, left_out, truth  # noqa: E402

CHUNK = 50
DISPERSION = 3.0  # of the starts of z, in sd of Laplace's approximation
SEARCHES, STAR_SEARCHES = 16, 24


class Compilation:
    """Seconds that JAX spent on tracing and compiling."""

    def __init__(self):
        self.seconds = 0.0
        jax.monitoring.register_event_duration_secs_listener(self._add)

    def _add(self, event, seconds, **_):
        if event.startswith("/jax/core/compile/"):
            self.seconds += seconds


class Chains:
    """The chains of one group and what they have drawn."""

    def __init__(self, model, x, error, options):
        self.model, self.x, self.error = model, jnp.asarray(x), jnp.asarray(error)
        self.random = np.random.default_rng(options.seed)
        fit = self._search()
        self.whitening, best = sampler.laplace(fit), int(np.argmin(fit.f))
        self.modes = self._modes_of_stars(fit, best)
        self.mixture = sampler.proposal(self.modes, np.asarray(fit.z[best]), self.whitening)
        found = np.asarray(fit.z)[np.arange(options.chains) % SEARCHES]
        z = found + DISPERSION * self.random.normal(size=found.shape) @ self.whitening.shared_root.T
        u = modes.star_modes(model, self.x, self.error, z, modes.starts(model, self.x, self.error, z, self.random))
        self.state = sampler.State(jnp.asarray(z), u.u, jax.random.PRNGKey(options.seed), jnp.asarray(np.log(0.1)))
        self.leapfrog, self.z, self.u, self.accepted, self.jumps = 0, [], [], [], []

    def _search(self):
        """Joint modes from draws of the prior."""
        z = self.random.normal(size=(SEARCHES, len(self.model.shared)))
        u = modes.starts(self.model, self.x, self.error, z, self.random)
        return modes.joint_modes(self.model, self.x, self.error, z, u)

    def _modes_of_stars(self, fit, best):
        z = np.tile(np.asarray(fit.z[best]), (STAR_SEARCHES, 1))
        u = modes.starts(self.model, self.x, self.error, z, self.random, best=64)
        u[0] = np.asarray(fit.u[best])
        return modes.distinct_modes(modes.star_modes(self.model, self.x, self.error, z, u))

    def _run(self, adapt):
        self.state, draws = sampler.run(self.model, self.x, self.error, self.whitening, self.mixture, self.state,
                                        self.leapfrog, CHUNK, float(adapt))
        return [np.asarray(d) for d in draws]

    def warm_up(self, chunks):
        """Moves the step size, and after each chunk but the last the moments in the proposals."""
        for k in range(chunks):
            z, u, accepted, jumps = self._run(True)
            print(f"  warm-up {k}: accepted {accepted[-20:].mean():.2f}, step {np.exp(float(self.state.log_step)):.3f},"
                  f" z {z[-20:].mean((0, 1)).round(4)} +- {z[-20:].std((0, 1)).round(4)}, least jumps"
                  f" {jumps.mean(0).min():.3f}", flush=True)
            if k < chunks - 1:
                half = CHUNK // 2
                z, u = z[half:].reshape(-1, z.shape[-1]), u[half:].reshape(-1, *u.shape[2:]).astype(float)
                self.mixture = sampler.proposal(self.modes, z.mean(0), sampler.from_draws(z, u))
        self.leapfrog = int(np.clip(np.ceil(sampler.TRAJECTORY / np.exp(float(self.state.log_step))), 3, 40))

    def sample(self):
        """One more chunk of draws."""
        for store, new in zip((self.z, self.u, self.accepted, self.jumps), self._run(False)):
            store.append(new)

    def draws(self):
        return np.concatenate(self.z), np.concatenate(self.u)


def _diagnostics(draws):
    """R-hat and bulk effective sample size of each parameter of draws [iterations, chains, ...]."""
    flat = draws.reshape(draws.shape[:2] + (-1,)).astype(float)
    values = [(diagnostics.r_hat(flat[:, :, k]), diagnostics.bulk_ess(flat[:, :, k])) for k in range(flat.shape[2])]
    return tuple(np.array(v).reshape(draws.shape[2:]) for v in zip(*values))


def sample(model, name, options, compilation):
    x, error = group(name, options.data, model.observables)
    without = left_out(name, options.posteriors) if options.posteriors else []
    x, error = (np.delete(a, [k - 1 for k in without], 0) for a in (x, error))
    sampled = x, error
    if shared.is_shared(name):
        whitening = shared.whitening(model.observables)
        model, sampled = model.whitened(whitening), (x @ whitening.T, np.ones_like(x))
    begun, processor, compiled = time.time(), time.process_time(), compilation.seconds
    chains = Chains(model, *sampled, options)
    counts = np.bincount([len(m) for m in chains.modes])
    print(f"{name}: {len(x)} stars, with 1, 2, ... modes: {counts[1:]}", flush=True)
    chains.warm_up(options.warm_up // CHUNK)
    while True:
        chains.sample()
        z, _ = chains.draws()
        r_hat, ess = _diagnostics(z)
        enough = len(z) >= options.least and ess.min() >= options.ess and r_hat.max() < options.r_hat
        print(f"  {len(z)}: {(z.mean((0, 1)) * model.sd + model.mean).round(4)} R-hat {r_hat.round(4)}"
              f" ESS {ess.round()}", flush=True)
        if enough or len(z) >= options.most:
            break
    z, u = chains.draws()
    seconds, processor = time.time() - begun, time.process_time() - processor
    compiled = compilation.seconds - compiled
    local_r_hat, local_ess = _diagnostics(u)
    theta = (z * model.sd + model.mean).reshape(-1, z.shape[-1])
    jumps = np.concatenate(chains.jumps).mean(0)
    return {
        "group": name,
        "bundle": model.name,
        "emulator_sha256": model.sha256,
        "parameters": model.shared,
        "truth": list(truth(name)),
        "mean": theta.mean(0).round(6).tolist(),
        "sd": theta.std(0).round(6).tolist(),
        "correlation": round(float(np.corrcoef(theta.T)[0, 1]), 4),
        "quantiles": {str(q): np.quantile(theta, q, 0).round(5).tolist() for q in (0.025, 0.16, 0.5, 0.84, 0.975)},
        "r_hat": r_hat.round(4).tolist(),
        "ess": ess.round().tolist(),
        "local_r_hat": round(float(local_r_hat.max()), 4),
        "local_ess": round(float(local_ess.min())),
        "local_r_hat_above_1.01": int((local_r_hat > 1.01).sum()),
        "stars_by_modes": counts[1:].tolist(),
        "least_jumps": round(float(jumps.min()), 3),
        "chains": options.chains,
        "iterations": len(z),
        "warm_up": options.warm_up,
        "leapfrog": chains.leapfrog,
        "step": round(float(np.exp(chains.state.log_step)), 4),
        "accepted": round(float(np.concatenate(chains.accepted).mean()), 3),
        "seed": options.seed,
        "seconds": round(seconds, 1),
        "compilation_seconds": round(compiled, 1),
        "processor_seconds": round(processor, 1),
        "observables": model.observables,
        **_shared_errors(name, model.observables),
        **_stars(name, x, error, without),
    }


def _shared_errors(name, observables):
    if not shared.is_shared(name):
        return {}
    return {"shared_error": shared.FE_H, "coefficients": shared.coefficients(observables).tolist()}


def _stars(name, x, error, without):
    """The stars of our own mock data. Those of IllustrisTNG stay in the reader's copy."""
    if without:
        return {"left_out": without}
    if name[0] == "T":
        return {"first_stars_of": "tng_galaxy_523071.csv", "count": len(x)}
    if np.ptp(error, 0).max() > 0:
        return {"errors_of_stars": error.tolist(), "stars": x.tolist()}
    return {"errors": error[0].tolist(), "stars": x.tolist()}


def write(result, folder):
    """JSON with one field and one star a line."""
    rows = {"stars", "errors_of_stars"}
    lines = []
    for key, value in result.items():
        text = json.dumps(value)
        if key in rows:
            text = "[\n  " + ",\n  ".join(json.dumps(row, separators=(",", ":")) for row in value) + "\n]"
        lines.append(f"{json.dumps(key)}: {text}")
    (Path(folder) / f"{result['group']}.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--bundle", required=True, help="folder with manifest.json and emulator.onnx")
    arguments.add_argument("--data", required=True, help="folder with mock.csv, wrong.csv and perhaps tng.csv")
    arguments.add_argument("--out", required=True, help="folder for one JSON file for each group")
    arguments.add_argument("--posteriors", help="of infer.csv of table.sh: its flagged stars are left out")
    arguments.add_argument("--chains", type=int, default=8)
    arguments.add_argument("--warm-up", type=int, default=100, help="iterations, a multiple of 50")
    arguments.add_argument("--least", type=int, default=200, help="least iterations after it")
    arguments.add_argument("--most", type=int, default=2000, help="most iterations after it")
    arguments.add_argument("--ess", type=float, default=3000, help="bulk effective sample size at which to stop")
    arguments.add_argument("--r-hat", type=float, default=1.005, help="R-hat at which to stop")
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("groups", nargs="+")
    options = arguments.parse_args()
    Path(options.out).mkdir(parents=True, exist_ok=True)
    model = Model(options.bundle)
    compilation = Compilation()
    for name in options.groups:
        result = sample(model, name, options, compilation)
        write(result, options.out)
        print({k: result[k] for k in ("group", "mean", "sd", "correlation", "r_hat", "ess", "local_r_hat",
                                      "local_ess", "seconds", "compilation_seconds",
                                      "processor_seconds")}, flush=True)


if __name__ == "__main__":
    main()
